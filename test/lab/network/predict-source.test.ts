import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {writeUnpacked} from '../../../src/bundle/write.js'
import {inputsBehind} from '../../../src/engine/fact-resolver.js'
import type {SourceReport} from '../../../src/engine/predict-source/answer.js'
import {prepareSources} from '../../../src/engine/predict-source.js'
import {missing} from '../../../src/model/missing.js'
import {openDirectory} from '../../../src/sources/directory/index.js'
import {createLiveSource} from '../../../src/sources/live/index.js'
import type {Source} from '../../../src/sources/source.js'
import {describeLab} from '../../support/lab/requirements.js'
import {type Scratch, scratch} from '../../support/lab/scratch.js'
import {configure, type LabNamespace, makeNamespace} from './namespace.js'
import {decisive, type MadeUpNetwork, makeUpNetwork} from './random-network.js'
import {predicted, routeGet} from './route-get.js'

const CONFIGS = Number(process.env.NETDOCTOR_CONFIGS ?? 12)
const firstSeed = Number(process.env.NETDOCTOR_SEED ?? Date.now() % 1_000_000)

const inputs = inputsBehind(['network', 'kernel', 'processes'])

/** A live source that has only these inputs: what engines say of containers decides nothing here. */
function liveSource(): Source {
  const live = createLiveSource({timeoutMs: 20_000})
  const unasked: readonly string[] = ['container-engines', 'container-accounts', 'container-mounts']
  return {
    ...live,
    collect: async (name) =>
      unasked.includes(name) ? missing(name, 'not-collected', 'decides nothing here') : live.collect(name),
  }
}

async function ask(source: Source, namespace: LabNamespace, asked: MadeUpNetwork['asked']) {
  const service = await prepareSources(source, {netns: namespace.name, defaults: {}})
  const stream = (async function* () {
    yield asked.map((each) => `${JSON.stringify(each)}\n`).join('')
  })()
  const reports: SourceReport[] = []
  for await (const some of service.askEach(stream)) reports.push(...some)
  return reports
}

/** The same source with something of its answers changed. */
function spoilt(source: Source, change: (text: string) => string): Source {
  return {
    ...source,
    async collect(name) {
      const value = await source.collect(name)
      return name === 'network-namespaces' && value.status === 'raw' ? {...value, text: change(value.text)} : value
    },
  }
}

describeLab('predict source, live and recorded', ['root', 'ip', 'nsenter', 'grep'], () => {
  let space: Scratch
  beforeAll(async () => {
    space = await scratch()
  })
  afterAll(() => space?.remove())

  /** Makes the network; gives what the kernel says and what netdoctor says, live and of a recording. */
  async function compare(made: MadeUpNetwork, spoil?: (text: string) => string) {
    const namespace = await makeNamespace()
    try {
      await configure(namespace, made)
      const live = liveSource()
      const source = spoil ? spoilt(live, spoil) : live
      const reports = await ask(source, namespace, made.asked)
      const kernel = await routeGet(namespace, made.asked)
      const bundle = join(space.dir, namespace.name)
      await writeUnpacked(bundle, source, inputs, {name: 'netdoctor', version: '0'})
      const recorded = await ask(await openDirectory(bundle), namespace, made.asked)
      return {reports, kernel, recorded}
    } finally {
      await namespace.remove()
    }
  }

  test(`says what ip route get says (NETDOCTOR_SEED=${firstSeed})`, {timeout: 3_600_000}, async () => {
    const decided: Record<string, number> = {}
    for (let seed = firstSeed; seed < firstSeed + CONFIGS; seed++) {
      const made = makeUpNetwork(seed)
      const {reports, kernel, recorded} = await compare(made)
      const labelled = (answers: readonly string[]) =>
        answers.map((answer, index) => `seed ${seed}, ${JSON.stringify(made.asked[index])}: ${answer}`)
      expect(labelled(reports.map(predicted))).toEqual(labelled(kernel))
      expect(recorded).toEqual(reports)
      for (const {rule, error} of reports) {
        const what = rule ?? error?.code ?? 'unknown'
        decided[what] = (decided[what] ?? 0) + 1
      }
    }
    console.log(`${CONFIGS} networks from seed ${firstSeed} on, decided by: ${JSON.stringify(decided)}`)
    // Not all alike.
    expect(Object.keys(decided).length).toBeGreaterThan(4)
  })

  test('and of a network in which every part decides', async () => {
    const {reports, kernel, recorded} = await compare(decisive)
    expect(reports.map(predicted)).toEqual(kernel)
    expect(recorded).toEqual(reports)
    expect(reports.map(({rule}) => rule)).toEqual(['first-in-order', 'first-in-order', 'privacy', 'label'])
  })

  test.each([
    ['addresses backwards', reverseAddresses, 1],
    ['devices by index', (text: string) => changeAnswers(text, 'deviceOrder', byIndex), 0],
    ['other settings', (text: string) => text.replaceAll('/use_tempaddr:2', '/use_tempaddr:0'), 2],
    ['other labels', (text: string) => text.replaceAll('99}', '98}').replace('98}', '97}'), 3],
  ])('finds a reader out that has %s', async (_, spoil, index) => {
    const {reports, kernel} = await compare(decisive, spoil)
    expect(reports.map(predicted)[index]).not.toBe(kernel[index])
  })
})

describe('the wrong readings', () => {
  test('change something', () => {
    const answer = (ask: string, text: string) => `${JSON.stringify({t: 'answer', ask, text})}\n`
    expect(changeAnswers(answer('deviceOrder', '9 a x\n3 b x\n'), 'deviceOrder', byIndex)).toBe(
      answer('deviceOrder', '3 b x\n9 a x\n'),
    )
    expect(reverseAddresses(answer('addresses', '[{"addr_info":[1,2]}]'))).toBe(
      answer('addresses', '[{"addr_info":[2,1]}]'),
    )
  })
})

function changeAnswers(text: string, ask: string, change: (text: string) => string): string {
  return text
    .split('\n')
    .map((line) => {
      if (!line.includes(`"ask":"${ask}"`)) return line
      const record = JSON.parse(line)
      return JSON.stringify({...record, text: change(record.text)})
    })
    .join('\n')
}

/** The order of `ip link`. */
function byIndex(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines
    .toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((line) => `${line}\n`)
    .join('')
}

function reverseAddresses(text: string): string {
  return changeAnswers(text, 'addresses', (json) => {
    const links: {readonly addr_info: readonly unknown[]}[] = JSON.parse(json)
    return JSON.stringify(links.map((link) => ({...link, addr_info: link.addr_info.toReversed()})))
  })
}
