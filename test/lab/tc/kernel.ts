import {u32Common} from '../../../src/models/traffic-control/chains.js'
import {emptyState, type TcState} from '../../../src/models/traffic-control/state.js'
import {blocksOf} from '../../../src/models/traffic-control/table.js'

/** What the kernel at hand is told to have; tc's own kinds go without saying. */
export function begin(): TcState {
  return emptyState(
    {defaultQdisc: () => 'noqueue'},
    {
      classifiers: new Set(['u32', 'bpf']),
      qdiscs: new Set([
        'htb',
        'tbf',
        'pfifo',
        'bfifo',
        'pfifo_head_drop',
        'pfifo_fast',
        'noqueue',
        'ingress',
        'clsact',
      ]),
      devices: new Set(['v0', 'v1', 'lo']),
    },
  )
}

/** Kernels number hash tables of u32 differently once a command has chosen one of their numbers. */
export function hasUncertainNumbers({machine}: TcState): boolean {
  const blocks = [...machine.devices.values()].flatMap((device) => [...blocksOf(device)].map(({block}) => block))
  return [...blocks, ...machine.blocks.values()].some((block) => u32Common(block, false)?.uncertain)
}
