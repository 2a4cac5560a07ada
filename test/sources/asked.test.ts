import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {openSource} from '../../src/engine/open-source.js'
import {temporaryFolder} from '../support/temporary-folder.js'

const recorded = 'src/checkers/fork-limit/cases/avahi-upgrade/host'

it('answers nothing where nothing was named, from a recorded host too', async () => {
  const source = await openSource({from: recorded, timeoutMs: 1000})
  expect(await source.collect('asked-scripts')).toEqual({status: 'raw', origin: 'asked-scripts', text: ''})
  const live = await openSource({timeoutMs: 1000, asked: {scripts: [], destinations: []}})
  expect(await live.collect('asked-destinations')).toMatchObject({text: ''})
})

it('hands on what was named, and why a script cannot be read', async () => {
  const folder = temporaryFolder()
  const script = join(folder, 'shape.sh')
  writeFileSync(script, 'tc qdisc show\n')
  mkdirSync(join(folder, 'folder'))
  const source = await openSource({
    from: recorded,
    timeoutMs: 1000,
    asked: {scripts: [script, join(folder, 'none.sh'), join(folder, 'folder')], destinations: ['2::2', '2001:db8::1']},
  })
  expect(await source.collect('asked-destinations')).toMatchObject({text: '2::2\n2001:db8::1\n'})
  const {text} = (await source.collect('asked-scripts')) as {text: string}
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(lines).toMatchObject([
    {path: script, text: 'tc qdisc show\n'},
    {path: join(folder, 'none.sh'), missing: {reason: 'absent'}},
    {path: join(folder, 'folder'), missing: {reason: 'invalid'}},
  ])
  // Everything else is still the host's.
  expect(await source.collect('passwd')).toMatchObject({status: 'raw', origin: '/etc/passwd'})
})
