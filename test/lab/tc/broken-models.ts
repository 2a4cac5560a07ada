import type {TcState} from '../../../src/models/traffic-control/state.js'
import {
  CLSACT_INGRESS,
  type FilterCommand,
  type ParsedTc,
  PROTOCOL_ALL,
  type QdiscCommand,
} from '../../../src/models/traffic-control/types.js'
import type {Twist} from './compare.js'

/** A wrong idea of the kernel, put as what it takes a command for. The sequences must tell it from the right one. */
export interface BrokenModel {
  readonly title: string
  readonly twist: Twist
}

const filters =
  (change: (filter: FilterCommand, state: TcState) => ParsedTc | readonly ParsedTc[] | null): Twist =>
  (command, state) => {
    const changed = command.type === 'filter' ? change(command, state) : command
    if (changed === null) return [NOTHING]
    return Array.isArray(changed) ? changed : [changed as ParsedTc]
  }

const qdiscs =
  (change: (qdisc: QdiscCommand) => ParsedTc | null): Twist =>
  (command) => [command.type === 'qdisc' ? (change(command) ?? NOTHING) : command]

const NOTHING: ParsedTc = {type: 'other', what: 'show', netns: null, assumes: []}

export const brokenModels: readonly BrokenModel[] = [
  {
    title: 'a priority holds any protocol',
    twist: filters((filter) => ({
      ...filter,
      protocol: filter.verb === 'delete' && filter.prio === 0 ? filter.protocol : PROTOCOL_ALL,
    })),
  },
  {title: 'chains do not matter', twist: filters((filter) => ({...filter, chain: null}))},
  {
    title: 'replace puts itself in place of another protocol',
    twist: filters((filter) =>
      filter.verb === 'replace' && filter.prio !== 0
        ? [{...filter, verb: 'delete', protocol: 0, kind: null, handle: 0}, filter]
        : filter,
    ),
  },
  {
    title: 'ingress, ffff: and other minor numbers are places of their own',
    twist: filters(({place, ...filter}) => ({
      ...filter,
      place: place.parent >= 0xffff0000 && place.parent !== CLSACT_INGRESS ? {...place, parent: 0xfffe0000} : place,
    })),
  },
  {
    title: 'automatic priorities start at 0x8000 and go up',
    twist: filters((filter, state) => {
      if (filter.prio !== 0 || filter.verb === 'delete' || filter.verb === 'change') return filter
      return {...filter, prio: 0x8000 + (state.machine.now % 0x4000)}
    }),
  },
  {
    title: 'a deleted priority stays',
    twist: filters((filter) => (filter.verb === 'delete' && filter.prio !== 0 && filter.handle === 0 ? null : filter)),
  },
  {
    title: 'what is in a chain cannot be deleted at once',
    twist: filters((filter) =>
      filter.verb === 'delete' && filter.prio === 0 && filter.protocol === 0 && filter.kind === null ? null : filter,
    ),
  },
  {
    title: 'a filter without a parent hangs nowhere',
    twist: filters(({place, ...filter}) => ({
      ...filter,
      place: place.parent === 0 && place.on === 'dev' ? {...place, parent: 0xfffe0000} : place,
    })),
  },
  {
    title: 'classes share the filters of their queueing discipline',
    twist: filters(({place, ...filter}) => ({
      ...filter,
      place: place.parent < 0xffff0000 ? {...place, parent: place.parent - (place.parent % 0x10000)} : place,
    })),
  },
  {
    title: 'devices share their filters',
    twist: filters(({place, ...filter}) => ({...filter, place: place.on === 'dev' ? {...place, dev: 'v0'} : place})),
  },
  {title: 'handles of filters do not matter', twist: filters((filter) => ({...filter, handle: 0}))},
  {
    title: 'add overwrites a filter with that handle',
    twist: filters((filter) => (filter.verb === 'add' ? {...filter, verb: 'replace'} : filter)),
  },
  {
    title: 'change makes a filter that is not there',
    twist: filters((filter) => (filter.verb === 'change' ? {...filter, verb: 'replace'} : filter)),
  },
  {
    title: 'without a protocol change and delete mean all',
    twist: filters((filter) =>
      filter.protocol === 0 && filter.prio !== 0 ? {...filter, protocol: PROTOCOL_ALL} : filter,
    ),
  },
  {
    title: 'a filter does not hold the class that it sends to',
    twist: filters((filter) => ({...filter, options: {...filter.options, classId: null}})),
  },
  {title: 'blocks are not shared', twist: qdiscs((qdisc) => ({...qdisc, ingressBlock: 0, egressBlock: 0}))},
  {
    title: 'a queueing discipline stays when it is deleted',
    twist: qdiscs((qdisc) => (qdisc.verb === 'delete' ? null : qdisc)),
  },
  {
    title: 'replace changes what is there',
    twist: qdiscs((qdisc) => (qdisc.verb === 'replace' ? {...qdisc, verb: 'change'} : qdisc)),
  },
  {
    title: 'change makes a class that is not there',
    twist: (command) => [
      command.type === 'class' && command.verb === 'change' ? {...command, verb: 'replace'} : command,
    ],
  },
  {
    title: 'a class in a tree lies at its top',
    twist: (command) => [
      command.type === 'class' ? {...command, parent: command.parent % 0x10000 === 0 ? command.parent : 0} : command,
    ],
  },
]
