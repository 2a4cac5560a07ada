import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {checkers} from '../../src/checkers/index.js'
import {FactResolver} from '../../src/engine/fact-resolver.js'
import {runChecker} from '../../src/engine/run-checker.js'
import type {Finding} from '../../src/model/finding.js'
import {openDirectory} from '../../src/sources/directory/index.js'
import {loadCases} from '../support/cases.js'

const folderOf = (id: string) => fileURLToPath(new URL(`../../src/checkers/${id}`, import.meta.url))
const cases = checkers.flatMap(({id}) =>
  loadCases(folderOf(id)).map(({name, host}) => [`${id}: ${name}`, host] as const),
)

const keyOf = ({id, subject}: {id: string; subject: {kind: string; name: string}}) =>
  `${id} ${subject.kind} ${subject.name}`

const found = new Map<string, Promise<readonly Finding[]>>()

/** Each host is judged once. */
function rawFindings(host: string): Promise<readonly Finding[]> {
  const findings = found.get(host) ?? judge(host)
  found.set(host, findings)
  return findings
}

/** The engine takes away a cause that is not reported; for what fails it must not have to. */
async function judge(host: string): Promise<readonly Finding[]> {
  const resolver = new FactResolver(await openDirectory(host))
  const runs = await Promise.all(checkers.map((one) => runChecker(one, resolver, {collectedAt: ''}, () => true)))
  return runs.flatMap(({findings}) => findings)
}

describe('causes', () => {
  it.each(cases)('each cause that is named of an error is reported: %s', async (_, host) => {
    const findings = await rawFindings(host)
    const reported = new Set(findings.map(keyOf))
    const dangling = findings
      .filter(({severity}) => severity === 'error')
      .flatMap(({causedBy}) => (causedBy && !reported.has(keyOf(causedBy)) ? [keyOf(causedBy)] : []))
    expect(dangling).toEqual([])
  })

  it('no two findings have one id and one subject', async () => {
    for (const [name, host] of cases) {
      const keys = (await rawFindings(host)).map(keyOf)
      expect(keys, name).toEqual([...new Set(keys)])
    }
  })

  it('some finding has a cause', async () => {
    const all = await Promise.all(cases.map(([, host]) => rawFindings(host)))
    expect(all.flat().filter(({causedBy}) => causedBy).length).toBeGreaterThan(0)
  })
})
