import {chmodSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {runBatch, runIn} from '../../../../src/sources/live/network/run-batch.js'
import {temporaryFolder} from '../../../support/temporary-folder.js'

/** A program that answers a batch, or one command, with what `body` prints of the words in $*. */
function program(body: string): [string, ...string[]] {
  const path = join(temporaryFolder(), 'tool')
  const script = `#!/bin/sh
one() { ${body}
}
if [ "$1" = -batch ]; then while read -r line; do set -- $line; one "$@" || exit 1; done; else one "$@"; fi
`
  writeFileSync(path, script)
  chmodSync(path, 0o755)
  return [path]
}

const context = (more: object = {}) => ({input: 'it', prefix: [], deadline: performance.now() + 10_000, ...more})
const texts = (answers: Awaited<ReturnType<typeof runBatch>>) =>
  answers.map((answer) =>
    typeof answer === 'string' ? answer.trim() : `${answer.reason}: ${answer.detail.replace(/\/\S*\/tool/g, 'tool')}`,
  )

describe('a batch', () => {
  test('is one start of the program', async () => {
    const tool = program('echo "[\\"$$ $*\\"]"')
    const answers = texts(await runBatch(tool, [['a', 'b'], ['c']], context()))
    const [first, second] = answers.map((answer) => /^\["(\d+) (.*)"\]$/.exec(answer)?.slice(1))
    expect([first?.[1], second?.[1]]).toEqual(['a b', 'c'])
    expect(first?.[0]).toBe(second?.[0])
  })

  test('of nothing starts nothing', async () => {
    expect(await runBatch(['/nowhere/tool'], [], context())).toEqual([])
  })

  test('asks each alone where one fails', async () => {
    const tool = program('[ "$1" = bad ] && { echo "no such thing" >&2; return 1; }; echo "[\\"$*\\"]"')
    expect(texts(await runBatch(tool, [['a'], ['bad'], ['c']], context()))).toEqual([
      '["a"]',
      'invalid: tool bad: exit code 1: no such thing',
      '["c"]',
    ])
  })

  test('asks each alone where one prints other lines, so that no answer is taken for another', async () => {
    const tool = program('[ "$1" = odd ] && { echo "odd text"; return 0; }; echo "[\\"$*\\"]"')
    expect(texts(await runBatch(tool, [['a'], ['odd'], ['c']], context()))).toEqual(['["a"]', 'odd text', '["c"]'])
    const silent = program('[ "$1" = odd ] && return 0; echo "[\\"$*\\"]"')
    expect(texts(await runBatch(silent, [['odd'], ['c']], context()))).toEqual(['', '["c"]'])
  })

  test('is not used for words that it would not take as they are', async () => {
    const tool = program('echo "[\\"$2\\"]"')
    for (const name of ['a#b', "it's", 'two words', 'back\\slash', 'quo"te']) {
      expect(
        texts(
          await runBatch(
            tool,
            [
              ['dev', name],
              ['dev', 'lo'],
            ],
            context(),
          ),
        ),
      ).toEqual([`["${name}"]`, '["lo"]'])
    }
  })

  test('that gives no clear answer to very many is not asked one by one without end', async () => {
    const tool = program('echo text')
    const answers = texts(
      await runBatch(
        tool,
        Array.from({length: 70}, (_, n) => [String(n)]),
        context(),
      ),
    )
    expect(answers.slice(0, 64)).toEqual(Array(64).fill('text'))
    expect(answers.slice(64)).toEqual(Array(6).fill('invalid: tool -batch -: not one line of JSON for each command'))
  })

  test('is missing as a whole where there is no program, or no time', async () => {
    expect(texts(await runBatch(['/nowhere/tool'], [['a'], ['b']], context()))).toEqual(
      Array(2).fill('absent: tool -batch -: no such command'),
    )
    expect(
      texts(await runBatch(program('sleep 10'), [['a'], ['b']], context({deadline: performance.now() + 200}))),
    ).toEqual(Array(2).fill(expect.stringMatching(/^timeout: /)))
    expect(texts(await runBatch(program('echo'), [['a'], ['b']], context({deadline: performance.now() - 1})))).toEqual(
      Array(2).fill('timeout: tool -batch -: no time was left for it'),
    )
  })
})

describe('in another namespace', () => {
  const entering = (message: string) => ['sh', '-c', `echo "nsenter: ${message}" >&2; exit 1`, 'nsenter']

  test('what the kernel refused is told from what the program said', async () => {
    const answer = (message: string) => runIn(['ip', 'route'], context({prefix: entering(message)}))
    expect(await answer("reassociate to namespace 'ns/net' failed: Operation not permitted")).toMatchObject({
      reason: 'denied',
    })
    expect(await answer('failed to execute ip: No such file or directory')).toMatchObject({reason: 'absent'})
    expect(await answer('something else')).toMatchObject({
      reason: 'invalid',
      detail: 'ip route: exit code 1: nsenter: something else',
    })
  })
})
