import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'
import {checkers} from '../../src/checkers/index.js'
import {completed, inWordsOf, loadCases, reportOf} from '../support/cases.js'

const folderOf = (id: string) => fileURLToPath(new URL(`../../src/checkers/${id}`, import.meta.url))

describe.each(checkers.map((checker) => [checker.id, checker] as const))('cases of %s', (id, checker) => {
  it.each(loadCases(folderOf(id)).map((one) => [one.name, one] as const))('%s', async (_, {host, expected}) => {
    const report = await reportOf(checker, host)
    expect(inWordsOf(expected, report)).toEqual(completed(expected))
  })
})
