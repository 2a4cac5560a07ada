import {fileURLToPath} from 'node:url'
import type {RaEvent, RaRoute, RaState} from '../../../src/models/router-advertisements/default-routers.js'
import {command} from '../../support/lab/command.js'
import {type Random, randomOf} from '../forks/random.js'

export interface Sequence {
  readonly seed: number
  readonly index: number
  readonly links: readonly string[]
  readonly events: readonly RaEvent[]
}

/** What the kernel showed after each event. */
export type Seen = readonly (readonly RaRoute[])[]

const DEFAULTS = {forwarding: 0, acceptRa: 1, acceptRaDefrtr: 1}
const ROUTERS = ['fe80::a', 'fe80::b']
const EVENTS = 24

export function makeSequence(seed: number, index: number): Sequence {
  const random = randomOf(Math.imul(seed, 1_000_003) + index)
  const links = ['v0', 'v1', 'v2'].slice(0, random.between(1, 3))
  const all = [...links]
  const events: RaEvent[] = []
  while (events.length < EVENTS) {
    const event = makeEvent(random, all)
    if (event.t === 'add-link') all.push(event.name)
    events.push(event)
  }
  return {seed, index, links, events}
}

function makeEvent(random: Random, links: readonly string[]): RaEvent {
  const what = random.between(1, 100)
  if (what <= 48) {
    const lifetime = random.chance(0.12) ? 0 : 1800
    return {t: 'advertise', dev: random.pick(links), router: random.pick(ROUTERS), lifetime}
  }
  if (what <= 52 && links.length < 5) return {t: 'add-link', name: `v${links.length}`}
  const of = random.chance(0.2) ? 'all' : random.chance(0.12) ? 'default' : random.pick(links)
  if (what <= 76) return {t: 'write', setting: 'forwarding', of, value: random.pick([0, 0, 0, 1, 1, 2])}
  if (what <= 94) return {t: 'write', setting: 'acceptRa', of, value: random.pick([0, 1, 1, 2, 2, 2, 3])}
  return {t: 'write', setting: 'acceptRaDefrtr', of, value: random.pick([0, 1, 1])}
}

export function initialState({links}: Pick<Sequence, 'links'>): RaState {
  return {
    defaults: DEFAULTS,
    links: links.map((name) => ({name, ...DEFAULTS})),
    routes: [],
    hasDefaultRouter: false,
  }
}

/** Plays sequences on the real kernel, each in a network namespace of its own. */
export async function play(sequences: readonly Sequence[]): Promise<Seen[]> {
  const program = fileURLToPath(new URL('play.py', import.meta.url))
  const input = JSON.stringify(sequences.map(({links, events}) => ({links, events})))
  const answer: [string, string][][][] = JSON.parse(await command(['python3', program], {input}))
  return answer.map((steps) => steps.map((routes) => routes.map(([dev, via]) => ({dev, via}))))
}

type Step = (state: RaState, event: RaEvent) => RaState

/** What a model says otherwise than the kernel did, the first difference of each sequence; empty: nothing. */
export function differences(sequences: readonly Sequence[], seen: readonly Seen[], step: Step): string[] {
  return sequences.flatMap((sequence, at) => {
    let state = initialState(sequence)
    for (const [index, event] of sequence.events.entries()) {
      state = step(state, event)
      const [real, ours] = [written(seen[at]?.[index] ?? []), written(state.routes)]
      if (real === ours) continue
      const so = sequence.events.slice(0, index + 1).map((each) => JSON.stringify(each))
      return [`seed ${sequence.seed}, sequence ${sequence.index}: kernel ${real}, model ${ours}, after ${so.join(' ')}`]
    }
    return []
  })
}

function written(routes: readonly RaRoute[]): string {
  return JSON.stringify(routes.map(({dev, via}) => `${dev} ${via}`).sort())
}
