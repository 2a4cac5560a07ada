import {emptyState, type TcState} from '../../../src/models/traffic-control/state.js'

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
