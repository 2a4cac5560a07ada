import {changeChain} from './chains.js'
import {changeClass} from './classes.js'
import {changeFilter} from './filters.js'
import type {Machine} from './machine.js'
import {changeQdisc} from './qdiscs.js'
import {Refusal, Undecided} from './refusal.js'
import type {Device} from './tables.js'
import type {FilterPlace, ParsedTc, TcCommand, TcUndecided} from './types.js'

export type Applied =
  | {readonly as: 'accepted'; readonly prio: number | null}
  | {readonly as: 'refused'; readonly by: Refusal}
  | {readonly as: 'no-device'; readonly device: string}
  | {readonly as: 'undecided'; readonly id: string; readonly text: string}

/** Simulates a command on tables, which it changes. */
export function apply(machine: Machine, command: ParsedTc): Applied {
  machine.now += 1
  if (command.type === 'usage-error') return {as: 'accepted', prio: null}
  if (command.type === 'undecided') return notRead(machine, command)
  const absent = absentDevice(machine, command)
  if (absent !== null) return {as: 'no-device', device: absent}
  try {
    return {as: 'accepted', prio: run(machine, command)}
  } catch (error) {
    if (error instanceof Refusal) return {as: 'refused', by: error}
    if (error instanceof Undecided) return {as: 'undecided', id: error.id, text: error.text}
    throw error
  }
}

function run(machine: Machine, command: TcCommand): number | null {
  if (command.type === 'filter') return changeFilter(machine, command)
  if (command.type === 'qdisc') changeQdisc(machine, command)
  else if (command.type === 'class') changeClass(machine, command)
  else if (command.type === 'chain') changeChain(machine, command)
  return null
}

/** tc finds that a device does not exist before it asks the kernel. */
function absentDevice({options}: Machine, command: TcCommand): string | null {
  const name =
    command.type === 'filter' || command.type === 'chain'
      ? deviceOf(command.place)
      : command.type === 'qdisc' || command.type === 'class'
        ? command.dev
        : null
  return name === null || name === '' || (options.devices?.has(name) ?? true) ? null : name
}

function deviceOf(place: FilterPlace): string | null {
  return place.on === 'dev' ? place.dev : null
}

/** A command with a word that is not known: what it may have changed is not known any more. */
function notRead(machine: Machine, {object, verb, dev, word, role}: TcUndecided): Applied {
  const text = `The ${role} of a command is not known: ${word}.`
  const undecided: Applied = {as: 'undecided', id: 'unknown-word', text}
  if (object !== null && verb === null && role !== 'verb') return undecided
  const why = `A command before, whose ${role} is not known (${word}), may have changed it.`
  if (dev === null || object === null) machine.doubtEverything(why)
  else doubt(machine, machine.device(dev), object, why)
  return undecided
}

function doubt(machine: Machine, device: Device, object: NonNullable<TcUndecided['object']>, why: string): void {
  const since = machine.now
  if (object === 'qdisc') {
    device.rootDoubt = why
    device.ingressDoubt = why
    for (const block of machine.blocks.values()) block.doubt = why
  } else if (object === 'class') {
    device.classDoubt = {since: since + 1, why}
    device.filterDoubt = {since: since + 1, why}
  } else device.filterDoubt = {since: since + 1, why}
}
