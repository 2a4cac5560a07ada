import {beforeAll, expect, it} from 'vitest'
import {afterEvent, type RaEvent, type RaState} from '../../../src/models/router-advertisements/default-routers.js'
import {describeLab} from '../../support/lab/requirements.js'
import {differences, makeSequence, play, type Seen, type Sequence} from './sequences.js'

const seed = Number(process.env.NETDOCTOR_SEED ?? Date.now() % 1_000_000)
const SEQUENCES = Number(process.env.NETDOCTOR_RA_SEQUENCES ?? 200)

/** Wrong ideas of the kernel; each is told from the right one. */
const broken: readonly {readonly title: string; step(state: RaState, event: RaEvent): RaState}[] = [
  {
    title: 'forwarding of one link removes the routes of that link only',
    step: (state, event) =>
      isForwarding(event) && event.of !== 'all' && event.of !== 'default'
        ? {
            ...afterEvent(state, {...event, value: 0}),
            links: afterEvent(state, event).links,
            routes: state.routes.filter(
              ({dev}) => dev !== event.of || afterEvent(state, event).routes.some((route) => route.dev === dev),
            ),
          }
        : afterEvent(state, event),
  },
  {
    title: 'only a change of forwarding removes routes',
    step: (state, event) =>
      isForwarding(event) && state.links.some(({name, forwarding}) => name === event.of && forwarding === event.value)
        ? state
        : afterEvent(state, event),
  },
  {
    title: 'writing to default removes routes too',
    step: (state, event) => {
      const after = afterEvent(state, event)
      if (!isForwarding(event) || event.of !== 'default') return after
      const {routes, hasDefaultRouter} = afterEvent(after, {...event, of: 'no such link'})
      return {...after, routes, hasDefaultRouter}
    },
  },
  {
    title: 'accept_ra of all counts for every link',
    step: (state, event) => {
      const after = afterEvent(state, event)
      if (event.t !== 'write' || event.setting !== 'acceptRa' || event.of !== 'all') return after
      return {...after, links: after.links.map((link) => ({...link, acceptRa: event.value}))}
    },
  },
  {
    title: 'links that were spared once are purged the next time',
    step: (state, event) => ({...afterEvent(state, event), hasDefaultRouter: true}),
  },
  {
    title: 'accept_ra=1 is enough for a link that forwards',
    step: (state, event) => {
      if (event.t !== 'advertise') return afterEvent(state, event)
      const takes = state.links.map((link) => ({...link, forwarding: 0}))
      return {...afterEvent({...state, links: takes}, event), links: state.links}
    },
  },
  {
    title: 'accept_ra_defrtr does not matter',
    step: (state, event) =>
      event.t === 'write' && event.setting === 'acceptRaDefrtr' ? state : afterEvent(state, event),
  },
]

function isForwarding(event: RaEvent): event is RaEvent & {t: 'write'} {
  return event.t === 'write' && event.setting === 'forwarding' && event.value !== 0
}

describeLab('default routes of router advertisements come and go as predicted', ['root', 'ip', 'python3'], () => {
  let sequences: Sequence[]
  let seen: Seen[]

  beforeAll(async () => {
    sequences = Array.from({length: SEQUENCES}, (_, index) => makeSequence(seed, index))
    seen = await play(sequences)
    const removed = seen.flatMap((steps) => steps.filter((routes, at) => routes.length < (steps[at - 1]?.length ?? 0)))
    console.log(
      `seed ${seed}: ${SEQUENCES} sequences, ${seen.flat().length} events, ${removed.length} took routes away`,
    )
    expect(removed.length).toBeGreaterThan(SEQUENCES / 2)
  }, 600_000)

  it('after every event', () => {
    expect(differences(sequences, seen, afterEvent)).toEqual([])
  })

  it.each(broken)('unlike in a model in which $title', ({step}) => {
    expect(differences(sequences, seen, step).length).toBeGreaterThan(0)
  })
})
