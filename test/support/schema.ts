import {readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {Ajv2020} from 'ajv/dist/2020.js'
import formatsPlugin from 'ajv-formats'

const schemaPath = fileURLToPath(new URL('../../schema/report.schema.json', import.meta.url))

/** What is wrong with a report by the schema that is in the package; empty if nothing. */
export function schemaErrors(report: unknown): string[] {
  const ajv = new Ajv2020({allErrors: true, strict: true, strictRequired: false})
  formatsPlugin.default(ajv)
  const validate = ajv.compile(JSON.parse(readFileSync(schemaPath, 'utf8')))
  validate(report)
  return (validate.errors ?? []).map(({instancePath, message}) => `${instancePath}: ${message}`)
}
