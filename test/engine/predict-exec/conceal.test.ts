import fc from 'fast-check'
import {expect, it} from 'vitest'
import {answerOf} from '../../../src/engine/predict-exec/answer.js'
import {concealValues} from '../../../src/engine/predict-exec/conceal.js'
import {holdsForAll} from '../../support/property.js'
import {predictText} from '../../support/units.js'

const SECRET = 'zqsecretqz'

const name = fc.constantFrom('A', 'B', 'C')
const value = fc.constantFrom(SECRET, `"${SECRET} x" ${SECRET}`, `'${SECRET}'`, '', `${SECRET}$A`, `$${SECRET}`)
const piece = fc.oneof(
  name.map((each) => `$${each}`),
  name.map((each) => `\${${each}}`),
  name.map((each) => `--x=\${${each}:-y}`),
  fc.constantFrom('$$', 'word', '$', '{', '/', ' ', '"', '%%'),
)
const unitText = fc
  .tuple(fc.array(fc.tuple(name, value)), fc.constantFrom('', ':', '-', '@'), fc.array(piece), fc.array(piece))
  .map(([variables, prefix, pre, start]) => ({
    file: variables.map(([key, text]) => `${key}=${text}\n# ${key}=${SECRET}\nexport ${key}=${SECRET}\n`).join(''),
    unit: [
      '[Service]',
      'EnvironmentFile=/etc/default/a',
      `Environment=${variables.map(([key, text]) => `${key}${key}=${text.replaceAll('$', '')}`).join(' ')} 1X=${SECRET}`,
      `UnsetEnvironment=C 2=${SECRET}`,
      `ExecStartPre=-/bin/true ${pre.join('')}`,
      `ExecStart=${prefix}/bin/true ${start.join('')}`,
    ].join('\n'),
  }))

const versions = fc.constantFrom(215, 229, 232, 247, 252, 257, 262)

it('leaves no value of a variable in the answer, and all words in their places', () => {
  holdsForAll(
    fc.property(unitText, versions, ({file, unit}, version) => {
      const open = predictText(unit, version, {files: {'/etc/default/a': file}})
      const concealed = concealValues(open)
      const shown = JSON.stringify(answerOf(concealed, {showValues: false, needDaemonReload: null}))
      expect(shown).not.toContain(SECRET)
      const lengths = (prediction: typeof open) => prediction.commands.map(({argv}) => argv?.length ?? null)
      expect(lengths(concealed)).toEqual(lengths(open))
    }),
    1000,
  )
})

it('shows them where they are asked for', () => {
  const unit = '[Service]\nEnvironmentFile=/etc/default/a\nExecStart=/bin/x $A --b=${A}'
  const prediction = predictText(unit, 252, {files: {'/etc/default/a': `A="${SECRET} y"\n`}})
  const {commands, environment} = answerOf(prediction, {showValues: true, needDaemonReload: null})
  expect(commands[0]?.argv).toEqual(['/bin/x', SECRET, 'y', `--b=${SECRET} y`])
  expect(environment.find(({name}) => name === 'A')?.value).toBe(`${SECRET} y`)
  expect(concealValues(prediction).commands[0]?.argv).toEqual(['/bin/x', '<A>', '<A>', '--b=<A>'])
})
