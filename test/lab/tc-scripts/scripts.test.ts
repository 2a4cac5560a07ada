import {readdirSync, readFileSync} from 'node:fs'
import {release} from 'node:os'
import {join} from 'node:path'
import {beforeAll, describe, expect, it} from 'vitest'
import {commandText} from '../../../src/engine/predict-tc/answer.js'
import {eraOf} from '../../../src/engine/predict-tc/ask.js'
import {fixFiles, type JudgedScripts, judgeFiles} from '../../../src/engine/predict-tc.js'
import type {Judged} from '../../../src/models/tc-scripts/judge.js'
import {applyContextPatch} from '../../support/apply-context-patch.js'
import {describeLab} from '../../support/lab/requirements.js'
import {type RealRun, runForReal} from './real-kernel.js'

const folder = 'test/lab/tc-scripts/scripts'
const era = eraOf(release())

/** `LINE reason-id` of each refusal, as the script says itself. */
function expectedOf(text: string): string[] {
  const list = /^# rejected: (.*)$/m.exec(text)?.[1]
  return list === undefined ? [] : list.split(', ')
}

/** Answers as the runs of tc that they are: lines of a batch are one run. */
function runsOf(judged: readonly Judged[]): {readonly args: string; readonly failed: Judged | null}[] {
  const runs: {args: string; failed: Judged | null; batch: number | null}[] = []
  for (const one of judged) {
    if (one.run === 'never') continue
    const {batch} = one.command
    const failed = one.admission.verdict === 'rejected' ? one : null
    const last = runs.at(-1)
    if (batch && last?.batch === batch.number) last.failed ??= failed
    else
      runs.push({
        args: batch ? 'batch' : commandText(one.command).replace(/^tc /, ''),
        failed,
        batch: batch?.number ?? null,
      })
  }
  return runs
}

function realRuns(runs: readonly RealRun[]) {
  return runs.map(({args, exit, stderr}) => ({
    args: args[0]?.startsWith('-b') ? 'batch' : args.map((arg) => (/\s/.test(arg) ? `'${arg}'` : arg)).join(' '),
    exit,
    stderr,
  }))
}

/** What tc prints for the first command that fails; a batch says where. */
function messageOf(judged: Judged | null, isBatch: boolean): string {
  if (!judged) return ''
  const said = judged.admission.messages.find(({kernel}) => kernel === null || kernel === era)?.text ?? ''
  return isBatch ? (said.split('\n')[0] ?? '') : said
}

describeLab('shaping scripts, judged and run for real', ['root', 'tc', 'unshare', 'dash'], () => {
  describe.each(readdirSync(folder))('%s', (name) => {
    const path = join(folder, name)
    const text = readFileSync(path, 'utf8')
    const isBatch = name.endsWith('.batch')
    let judged: JudgedScripts

    beforeAll(async () => {
      judged = await judgeFiles({files: [path], assume: undefined, batch: isBatch})
    })

    it('is judged as expected', () => {
      const all = judged.scripts[0]?.judged ?? []
      const rejected = all.filter(({admission, run}) => admission.verdict === 'rejected' && run !== 'never')
      const lines = rejected.map(({command, admission}) => `${command.line} ${admission.reason?.id}`)
      expect([...new Set(lines)]).toEqual(expectedOf(text))
      expect(all.filter(({admission, run}) => admission.verdict === 'undecided' && run !== 'never')).toEqual([])
    })

    it('is judged as the kernel does', async () => {
      const real = realRuns(await runForReal(text, isBatch))
      const ours = runsOf(judged.scripts[0]?.judged ?? [])
      expect(ours.map(({args, failed}) => ({args, exit: failed === null ? 0 : failed.admission.exit}))).toEqual(
        real.map(({args, exit}) => ({args, exit: args === 'batch' && exit !== 0 ? 2 : exit})),
      )
      for (const [index, {failed, args}] of ours.entries()) {
        // What it says of a command that it takes is a warning.
        if (!failed) continue
        const said = real[index]?.stderr.split('\n') ?? []
        const expected = messageOf(failed, args === 'batch').split('\n')
        expect(said.slice(0, expected.length).join('\n')).toBe(expected.join('\n'))
      }
    })

    it('is taken by the kernel once it is fixed', async () => {
      const fix = fixFiles(judged)
      expect(fix.unfixable.length > 0).toBe(/^# unfixable/m.test(text))
      if (fix.unfixable.length > 0) return
      const clashes = expectedOf(text).filter((each) => /mismatch/.test(each))
      expect(fix.patches).toHaveLength(clashes.length > 0 ? 1 : 0)
      const fixed = fix.patches[0] ? applyContextPatch(text, fix.patches[0].patch) : text
      const real = await runForReal(fixed, isBatch)
      const left = real.filter(({exit}) => exit !== 0)
      expect(left.map(({stderr}) => stderr).join('\n')).not.toMatch(/priority/)
      expect(left).toHaveLength(fix.remaining.length)
    })
  })
})
