import {cp, mkdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {type BootedDebian, bootDebian} from '../support/lab/booted.js'
import {scratch} from '../support/lab/scratch.js'
import type {Corpus} from './prepare.js'

/** What a running systemd says about one unit. */
export interface SystemdUnit {
  /** As it was asked for. */
  readonly name: string
  readonly properties: Readonly<Record<string, string>>
  /** Exec properties of D-Bus: after unquoting and specifiers, before `$`. */
  readonly commands: readonly SystemdCommand[]
  /** Files in the order in which `systemctl cat` shows them; null: it shows none. */
  readonly files: readonly string[] | null
  /** The word of `systemctl is-enabled`. */
  readonly enabled: string
}

export interface SystemdCommand {
  readonly directive: string
  readonly index: number
  readonly path: string
  readonly argv: readonly string[]
  /** `ignore-failure`, `privileged`, `no-setuid`, `ambient`, `no-env-expand`. */
  readonly flags: readonly string[]
}

/** Folders of packages by which units are loaded and enabled. */
const copied = ['etc/systemd', 'etc/init.d', 'etc/default', 'usr/lib/systemd/system', 'usr/lib/systemd/system-preset']

/** A Debian with systemd as PID 1 that has the units of all packages of the corpus, though not what they start. */
export async function bootCorpus(corpus: Corpus): Promise<BootedDebian> {
  const machine = await bootDebian()
  const {dir, remove} = await scratch()
  try {
    for (const folder of copied) {
      await mkdir(join(dir, folder), {recursive: true})
      await cp(join(corpus.merged, folder), join(dir, folder), {recursive: true, verbatimSymlinks: true})
    }
    await machine.copyIn(dir)
    await succeed(machine, ['systemctl', 'daemon-reload'])
    return machine
  } catch (error) {
    await machine.stop()
    throw error
  } finally {
    await remove()
    await rm(dir, {recursive: true, force: true})
  }
}

/** Marks where one answer ends: neither a unit file nor the journal has such a line. */
export const END = '=== end of answer'

const ASK = `while read -r name path; do
  echo "$name"
  systemctl show --no-pager -p Id,Names,LoadState,LoadError,FragmentPath,DropInPaths,UnitFileState,SourcePath,NeedDaemonReload -- "$name"
  echo '${END}'
  systemctl is-enabled -- "$name" 2>/dev/null || :
  echo '${END}'
  SYSTEMD_COLORS=16 systemctl cat --no-pager -- "$name" 2>/dev/null || :
  echo '${END}'
  case $name in *.service) interface=Service ;; *.socket) interface=Socket ;; *) interface= ;; esac
  if [ -n "$interface" ]; then
    busctl --json=short call org.freedesktop.systemd1 "$path" org.freedesktop.DBus.Properties GetAll s "org.freedesktop.systemd1.$interface" || :
  fi
  echo '${END}'
done`

/** Asks for each unit by itself; those that cannot be loaded as well. */
export async function askSystemd(machine: BootedDebian, names: readonly string[]): Promise<SystemdUnit[]> {
  const lines = names.map((name) => `${name} /org/freedesktop/systemd1/unit/${busLabel(name)}\n`)
  const stdout = await succeed(machine, ['sh', '-c', ASK], lines.join(''))
  const parts = stdout.split(`${END}\n`)
  return names.map((name, at): SystemdUnit => {
    const [show = '', enabled = '', cat = '', json = ''] = parts.slice(at * 4, at * 4 + 4)
    const [first, ...properties] = show.split('\n')
    if (first !== name) throw new Error(`asked for ${name}, answered for ${first}`)
    // Headings are blue, which tells them from comments that look the same.
    const files = [...cat.matchAll(HEADING)].map(([, path = '']) => path)
    return {
      name,
      properties: Object.fromEntries(properties.filter((line) => line.includes('=')).map(split)),
      commands: json.startsWith('{') ? commandsOf(JSON.parse(json)) : [],
      files: files.length === 0 ? null : files,
      enabled: enabled.trim(),
    }
  })
}

function split(line: string): [string, string] {
  const at = line.indexOf('=')
  return [line.slice(0, at), line.slice(at + 1)]
}

/** bus_label_escape() of systemd: all but letters and digits, and a digit at the beginning, as _XX. */
function busLabel(name: string): string {
  const escaped = [...Buffer.from(name)].map((byte, at) => {
    const letter = String.fromCharCode(byte)
    return /[A-Za-z]/.test(letter) || (at > 0 && /[0-9]/.test(letter))
      ? letter
      : `_${byte.toString(16).padStart(2, '0')}`
  })
  return escaped.join('')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal
const HEADING = /^\u001b\[[\d;]*m# (\/.*)\u001b\[0m$/gm

interface AllProperties {
  readonly data: readonly [Readonly<Record<string, {readonly type: string; readonly data: unknown}>>]
}

type ExecEx = readonly [path: string, argv: readonly string[], flags: readonly string[], ...unknown[]]
type Exec = readonly [path: string, argv: readonly string[], ignoreFailure: boolean, ...unknown[]]

function commandsOf({data: [all]}: AllProperties): SystemdCommand[] {
  return Object.entries(all).flatMap(([name, {type, data}]) => {
    if (!name.startsWith('Exec')) return []
    // Services have each twice, the newer one with all flags.
    if (type === 'a(sasasttttuii)') {
      return (data as readonly ExecEx[]).map(([path, argv, flags], index) => {
        return {directive: name.replace(/Ex$/, ''), index, path, argv, flags}
      })
    }
    if (type !== 'a(sasbttttuii)' || `${name}Ex` in all) return []
    return (data as readonly Exec[]).map(([path, argv, ignore], index) => {
      return {directive: name, index, path, argv, flags: ignore ? ['ignore-failure'] : []}
    })
  })
}

export async function succeed(
  machine: BootedDebian,
  argv: readonly [string, ...string[]],
  input?: string,
): Promise<string> {
  const {code, stdout, stderr} = await machine.run(argv, input)
  if (code !== 0) throw new Error(`${argv.slice(0, 3).join(' ')}: exit ${code}: ${stderr}`)
  return stdout
}
