import type {Remark} from './admission.js'
import type {Machine} from './machine.js'
import type {Device} from './tables.js'
import type {FilterCommand, TcCommand, TcUndecided} from './types.js'

/** What is worth saying of a command that the kernel takes. */
export function remarksOn(command: TcCommand | TcUndecided, machine: Machine): readonly Remark[] {
  if (command.type === 'undecided') return []
  const remarks: Remark[] = []
  if (command.assumes.length > 0)
    remarks.push({id: 'assumed-words', text: `Taken for valid: ${command.assumes.join(', ')}.`})
  if (command.type === 'filter' && command.verb !== 'delete') remarks.push(...ofFilter(command, machine))
  if (command.type === 'class' && command.verb !== 'delete' && command.dev !== null) {
    const {parent} = command
    const root = parent % 0x10000 === 0 || parent === 0xffffffff
    if (!root && !exists(machine.devices.get(command.dev), parent))
      remarks.push({
        id: 'no-such-parent-class',
        text: 'The parent class does not exist, so the class lies at the top.',
        classId: parent,
      })
  }
  return remarks
}

function ofFilter({place, options}: FilterCommand, machine: Machine): readonly Remark[] {
  const remarks: Remark[] = []
  const {classId} = options
  if (classId !== null && place.on === 'dev') {
    const device = machine.devices.get(place.dev)
    const atIngress = Math.floor(place.parent / 0x10000) === 0xffff
    if (!atIngress && !exists(device, classId))
      remarks.push({
        id: 'no-such-class',
        text: 'The filter sends to a class that does not exist, which the kernel takes all the same.',
        classId,
      })
  }
  for (const chain of options.gotoChains)
    remarks.push({id: 'goto-chain', text: `Packets that match go to chain ${chain}, which may be empty.`})
  return remarks
}

/** Also true where it cannot be told. */
function exists(device: Device | undefined, id: number): boolean {
  if (device === undefined || device.rootDoubt !== null || device.classDoubt.since > 0) return true
  const major = Math.floor(id / 0x10000)
  const minor = id % 0x10000
  const {root} = device
  if (minor === 0) return true
  const qdisc = major === 0 || root.handle === major * 0x10000 ? root : device.byMajor.get(major)
  if (qdisc === undefined) return device.automatic > 0
  if (qdisc.kind === 'htb') return qdisc.classes.has(minor)
  if (qdisc.kind === 'prio' && qdisc.bands !== null) return minor <= qdisc.bands
  return true
}
