import {type Random, randomOf} from '../../forks/random.js'
import type {Batch} from '../run.js'
import {environmentFile, withByte} from './environment-files.js'
import {execLine, layout, Slots} from './exec-lines.js'
import {setting} from './settings.js'
import {assignment} from './words.js'

const FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
]
const DROP_INS = ['10-a', '20-b', '50-c', '50-d', '90-e']
/** Programs of drop-ins that several units share begin there. */
const SHARED = 60

/** Units `from` to `from + count` of a seed, with drop-ins, environment files, instances and aliases. */
export function randomBatch(seed: number, from: number, count: number): Batch {
  const maker = new Maker(randomOf(seed * 1_000_003 + from), from)
  for (let at = 0; at < count; at++) maker.unit(from + at)
  maker.shared()
  return {files: maker.files, units: maker.units, triggered: []}
}

class Maker {
  readonly files: Record<string, string | Uint8Array> = {}
  readonly units: string[] = []
  readonly #random: Random
  readonly #sharedSlots = new Slots(SHARED)
  /** Stems of units whose main process stays. */
  readonly #staying = new Set<string>()

  constructor(random: Random, from: number) {
    this.#random = random
    for (const name of ['a', 'b.conf', 'c']) this.files[`/etc/nd/ndr-shared-${from}/${name}`] = environmentFile(random)
  }

  unit(at: number): void {
    const random = this.#random
    const stem = `ndr-${random.pick(['a', 'b', 'c'])}-${at}`
    this.#environmentFiles(stem)
    if (random.chance(0.05)) this.#socket(stem)
    else this.#ordinary(stem, at)
  }

  #ordinary(stem: string, at: number): void {
    const random = this.#random
    const instances = random.chance(0.2) ? random.pick([['x'], ['y-z', 'x'], ['one', 'daemon', 'a.b']]) : []
    const file = instances.length > 0 ? `${stem}@.service` : `${stem}.service`
    const slots = new Slots(0)
    const path = `${random.pick(FOLDERS)}/${file}`
    this.files[path] = this.#service(stem, slots)
    if (random.chance(0.1)) this.files[`${random.pick(FOLDERS)}/${file}`] = this.#service(stem, slots)
    if (random.chance(0.02)) this.files[`/etc/systemd/system/${file}`] = random.pick(['-> /dev/null', ''])
    if (random.chance(0.04)) this.#linked(stem, file, slots)
    this.#dropIns(file, stem, slots, 0.4)
    for (const instance of instances) {
      const name = `${stem}@${instance}.service`
      this.units.push(name)
      this.#dropIns(name, stem, slots, 0.3)
    }
    if (instances.length > 0) return
    this.units.push(file)
    if (!random.chance(0.15)) return
    const alias = `ndr-d-${at}.service`
    this.files[`/etc/systemd/system/${alias}`] = `-> ${random.pick([file, path, `/usr/lib/systemd/system/${file}`])}`
    this.#dropIns(alias, stem, slots, 0.5)
    if (random.chance(0.5)) this.units.push(alias)
  }

  /** What holds for all units, or for all of a prefix. */
  shared(): void {
    const assignments = (count: number) => Array.from({length: count}, () => assignment(this.#random)).join(' ')
    this.files['/etc/systemd/system.conf.d/60-ndr.conf'] =
      `[Manager]\nDefaultEnvironment=${assignments(3)}\nDefaultEnvironment=${assignments(1)}\n`
    for (const name of DROP_INS) {
      if (!this.#random.chance(0.5)) continue
      this.files[`${this.#random.pick(FOLDERS)}/service.d/${name}.conf`] = `[Service]\nEnvironment=${assignments(2)}\n`
    }
    for (const owner of ['ndr-.service', 'ndr-a-.service', 'ndr-b-.service', 'ndr-c-@.service', 'ndr-b-@.service']) {
      this.#dropIns(owner, 'ndr-shared', this.#sharedSlots, 0.9)
    }
  }

  #environmentFiles(stem: string): void {
    for (const name of ['a', 'b', 'c.conf', 'd.conf']) {
      if (this.#random.chance(0.7)) this.files[`/etc/nd/${stem}/${name}`] = environmentFile(this.#random)
    }
    if (this.#random.chance(0.1)) this.files[`/etc/nd/${stem}/folder/`] = ''
    if (this.#random.chance(0.1))
      this.files[`/etc/nd/${stem}/link`] = `-> ${this.#random.pick(['a', 'nowhere', '../ndr-shared'])}`
  }

  #linked(stem: string, file: string, slots: Slots): void {
    this.files[`/etc/nd/${stem}/${file}`] = this.#service(stem, slots)
    this.files[`/etc/systemd/system/${file}`] = `-> /etc/nd/${stem}/${file}`
  }

  #service(stem: string, slots: Slots): string | Uint8Array {
    const random = this.#random
    const type = random.pick(['oneshot', 'oneshot', 'oneshot', 'remain', 'simple', 'simple', 'notify', 'exec'])
    const lines =
      type === 'remain' ? ['Type=oneshot', 'RemainAfterExit=yes'] : type === 'simple' ? [] : [`Type=${type}`]
    const once = type === 'oneshot' || type === 'remain'
    if (!once) this.#staying.add(stem)
    const starts = once ? random.between(1, 3) : 1
    const stays = type === 'notify' ? 'n' : 's'
    for (let at = 0; at < starts; at++) lines.push(execLine(random, 'ExecStart', slots, once ? 'c' : stays))
    for (const directive of [
      'ExecCondition',
      'ExecStartPre',
      'ExecStartPost',
      'ExecReload',
      'ExecStop',
      'ExecStopPost',
    ]) {
      for (let more = random.chance(0.25) ? random.between(1, 2) : 0; more > 0; more--) {
        lines.push(execLine(random, directive, slots, 'c'))
      }
    }
    for (let more = random.between(0, 6); more > 0; more--) lines.push(setting(random, stem))
    return this.#text(lines, 'Service', random.chance(0.7))
  }

  #socket(stem: string): void {
    const random = this.#random
    const slots = new Slots(0)
    const lines = [`ListenStream=/run/${stem}.sock`]
    for (const directive of ['ExecStartPre', 'ExecStartPost', 'ExecStopPre', 'ExecStopPost']) {
      if (random.chance(0.6)) lines.push(execLine(random, directive, slots, 'c'))
    }
    for (let more = random.between(0, 4); more > 0; more--) lines.push(setting(random, stem, 'Socket'))
    this.files[`${random.pick(FOLDERS)}/${stem}.socket`] = this.#text(lines, 'Socket', true)
    this.files[`${random.pick(FOLDERS)}/${stem}.service`] =
      '[Service]\nExecStart=/nd/s0 $LISTEN_FDS ${LISTEN_FDNAMES} $A\n'
    if (random.chance(0.4)) {
      this.files[`${random.pick(FOLDERS)}/${stem}.socket.d/10-a.conf`] = this.#text(
        [setting(random, stem, 'Socket')],
        'Socket',
        false,
      )
    }
    this.units.push(`${stem}.socket`, `${stem}.service`)
  }

  #dropIns(owner: string, stem: string, slots: Slots, chance: number): void {
    const random = this.#random
    if (!random.chance(chance)) return
    for (let more = random.between(1, 3); more > 0; more--) {
      const path = `${random.pick(FOLDERS)}/${owner}.d/${random.pick(DROP_INS)}.conf`
      const lines = Array.from({length: random.between(0, 3)}, () => setting(random, stem))
      const shared = stem === 'ndr-shared'
      const adds = ['ExecStartPre', 'ExecStopPost', ...(shared || this.#staying.has(stem) ? [] : ['ExecStart'])]
      if (random.chance(shared ? 0.1 : 0.2)) {
        const directive = random.pick(adds)
        if (directive === 'ExecStart' && random.chance(0.7)) lines.push('ExecStart=')
        lines.push(execLine(random, directive, slots, 'c'))
      }
      this.files[path] = random.chance(0.06) ? random.pick(['-> /dev/null', '']) : this.#text(lines, 'Service', false)
    }
    if (random.chance(0.05))
      this.files[`${random.pick(FOLDERS)}/${owner}.d/60-no.txt`] = '[Service]\nEnvironment=A=txt\n'
  }

  /** A unit file of these lines, in sections and order of its own. */
  #text(lines: readonly string[], section: string, shuffle: boolean): string | Uint8Array {
    const random = this.#random
    const order = [...lines]
    if (shuffle) for (let at = order.length - 1; at > 0; at--) swap(order, at, random.between(0, at))
    const rows = [`[${section}]`, ...order.flatMap((line) => between(random, line, section))]
    const text = `${rows.join('\n')}${random.chance(0.95) ? '\n' : ''}`
    const ended = random.chance(0.02) ? text.replaceAll('\n', '\r\n') : text
    if (random.chance(0.008)) return withByte(random, ended)
    return random.chance(0.02) ? `\ufeff${ended}` : ended
  }
}

function between(random: Random, line: string, section: string): string[] {
  const row = layout(random, line)
  if (!random.chance(0.12)) return [row]
  return [
    ...random.pick([
      ['# ExecStart=/nd/c50 no'],
      ['; Environment=A=no'],
      ['[Unit]', 'Environment=A=unit', 'Description=x', `[${section}]`],
      ['rubbish'],
      ['Unknown=$A'],
      [''],
      ['# ends in \\'],
      random.chance(0.1) ? ['[Unit'] : [`[${section}]`],
      ['environment=A=case'],
    ]),
    row,
  ]
}

function swap<T>(list: T[], one: number, other: number): void {
  const first = list[one]
  const second = list[other]
  if (first === undefined || second === undefined) return
  list[one] = second
  list[other] = first
}
