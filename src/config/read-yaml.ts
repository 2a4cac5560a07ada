import {constants} from 'node:fs'
import {open} from 'node:fs/promises'
import * as v from 'valibot'
import type {Document} from 'yaml'
import {UserError} from '../model/user-error.js'

const MAX_BYTES = 1 << 20

/**
 * Reads a YAML or JSON file (JSON is YAML) and holds it against a schema. Throws a UserError that
 * names the file and the place. `undefined` if there is no such file.
 */
export async function readYaml<S extends v.GenericSchema>(
  path: string,
  schema: S,
): Promise<v.InferOutput<S> | undefined> {
  const text = await readText(path)
  if (text === undefined) return undefined
  const {parseDocument} = await import('yaml')
  const document = parseDocument(text, {prettyErrors: true})
  const [problem] = document.errors
  if (problem) throw new UserError(`${path}: ${problem.message}`)
  const result = v.safeParse(schema, toValue(document, path) ?? emptyOf(schema))
  if (result.success) return result.output
  const lines = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'the whole file'}: ${issue.message}`)
  throw new UserError([`${path} is not as it should be:`, ...lines.map((line) => `  ${line}`)].join('\n'))
}

/** The file's value; one that grows endless out of aliases of aliases is refused. */
function toValue(document: Document, path: string): unknown {
  try {
    return document.toJS({maxAliasCount: 100})
  } catch (error) {
    throw new UserError(`${path}: ${error instanceof Error ? error.message : String(error)}`, {cause: error})
  }
}

/** A file that holds nothing but comments says nothing. */
function emptyOf(schema: v.GenericSchema): unknown {
  return schema.type === 'array' ? [] : {}
}

async function readText(path: string): Promise<string | undefined> {
  // O_NONBLOCK: opening a FIFO must not wait for a writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw new UserError(`Cannot read ${path}: ${error.message}`, {cause: error})
    },
  )
  if (!file) return undefined
  try {
    const status = await file.stat()
    if (!status.isFile()) throw new UserError(`Cannot read ${path}: it is not a regular file`)
    if (status.size > MAX_BYTES) throw new UserError(`Cannot read ${path}: it is larger than 1 MiB`)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}
