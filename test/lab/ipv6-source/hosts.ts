import {spawn} from 'node:child_process'
import {mkdir, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import type {Finding, Remediation} from '../../../src/model/finding.js'
import type {Report} from '../../../src/model/report.js'
import {buildForLab} from '../../support/lab/build.js'
import {command, eventually, type Output, tryCommand} from '../../support/lab/command.js'
import {guard} from '../../support/lab/guard.js'
import {withFiles} from '../../support/lab/private-mounts.js'
import {scratch} from '../../support/lab/scratch.js'

type Argv = readonly [string, ...string[]]

const root = fileURLToPath(new URL('../../..', import.meta.url))
const checkHere = fileURLToPath(new URL('check-here.ts', import.meta.url))
const advertiser = fileURLToPath(new URL('advertise.py', import.meta.url))

/** Hosts in network namespaces, and one on which netdoctor runs with some files of its own. */
export class Hosts {
  static #made = 0
  /** Built once; its folder goes when these tests end. */
  static #program: Promise<string> | null = null

  private constructor(
    readonly id: string,
    readonly dir: string,
    private readonly cleanUp: readonly (() => Promise<unknown>)[],
  ) {}

  /** @param files of every host, by path below /etc: what the machine has there is not asked */
  static async make(names: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<Hosts> {
    const folder = await scratch()
    const id = `${folder.id}-${Hosts.#made++}`
    const spaces = names.map((name) => `${id}-${name}`)
    const {release} = guard('for each in "$@"; do ip netns del "$each" 2>/dev/null; done', ...spaces)
    const hosts = new Hosts(id, folder.dir, [release, () => folder.remove()])
    for (const name of ['docker', 'sysctl.d']) await mkdir(join(folder.dir, 'etc', name), {recursive: true})
    await hosts.put('resolv.conf', '')
    for (const [path, text] of Object.entries(files)) await hosts.put(path, text)
    for (const space of spaces) await command(['ip', 'netns', 'add', space])
    // Detection of duplicates takes a second for every address; where it is the subject it is switched on.
    for (const name of names) {
      await hosts.ip(name, 'link set lo up')
      await hosts.run(name, ['sysctl', '-qw', 'net.ipv6.conf.default.accept_dad=0'])
    }
    return hosts
  }

  async remove(): Promise<void> {
    for (const step of this.cleanUp) await step()
  }

  /** A file below /etc of every host. */
  async put(path: string, text: string): Promise<void> {
    const file = join(this.dir, 'etc', path)
    await mkdir(dirname(file), {recursive: true})
    await writeFile(file, text)
  }

  space(host: string): string {
    return `${this.id}-${host}`
  }

  /** In front of a program that runs on a host, with /sys as it is and the files of `put`. */
  prefix(host: string): Argv {
    const files = Object.fromEntries(
      ['docker', 'sysctl.d', 'resolv.conf'].map((name) => [`/etc/${name}`, join(this.dir, 'etc', name)]),
    )
    return ['nsenter', `--net=/run/netns/${this.space(host)}`, ...withFiles(files)]
  }

  async run(host: string, argv: Argv): Promise<string> {
    return command([...this.prefix(host), ...argv])
  }

  try(host: string, argv: Argv): Promise<Output> {
    return tryCommand([...this.prefix(host), ...argv])
  }

  /** Commands of ip(8), without `ip -6`; gives what they print. */
  ip(host: string, ...lines: readonly string[]): Promise<string> {
    return command(['ip', '-n', this.space(host), '-6', '-batch', '-'], {
      input: lines.map((line) => `${line}\n`).join(''),
    })
  }

  /** The source address that the kernel chooses. */
  async source(host: string, dest: string): Promise<string> {
    const [route] = JSON.parse(await command(['ip', '-n', this.space(host), '-6', '-json', 'route', 'get', dest]))
    return route.prefsrc
  }

  /** Two ends of a wire, up. Waits until both have taken notice of their carrier. */
  async wire(one: string, dev: string, other: string, otherDev: string): Promise<void> {
    await this.ip(one, `link add ${dev} type veth peer name ${otherDev} netns ${this.space(other)}`)
    await this.ip(one, `link set ${dev} up`)
    await this.ip(other, `link set ${otherDev} up`)
    for (const [host, name] of [
      [one, dev],
      [other, otherDev],
    ] as const) {
      await eventually(`${name} of ${host} is ready`, 5, async () =>
        (await this.ip(host, `route show table all dev ${name} type multicast`)).includes('ff00::/8') ? true : null,
      )
    }
  }

  /** One router advertisement; a prefix for autoconfiguration lives for two hours, `preferred` seconds of it so. */
  async advertise(host: string, dev: string, lifetime: number, prefix?: string, preferred = 3600): Promise<void> {
    const options = prefix === undefined ? [] : [prefix, '7200', String(preferred)]
    await this.run(host, ['python3', advertiser, dev, String(lifetime), ...options])
  }

  /** Starts a program on a host; gives what ends it. It ends with this process, too. */
  start(host: string, argv: Argv): () => Promise<void> {
    const [program, ...args] = [...this.prefix(host), ...argv]
    const child = spawn(program, args, {stdio: 'ignore'})
    const {release} = guard('kill "$1" 2>/dev/null', String(child.pid))
    return release
  }

  /** What the checker says on a host. */
  async check(host: string, ...destinations: readonly string[]): Promise<Report> {
    Hosts.#program ??= scratch().then(({dir}) => buildForLab(checkHere, dir))
    const {code, stdout, stderr} = await this.try(host, [process.execPath, await Hosts.#program, ...destinations])
    if (code !== 0) throw new Error(`exit ${code}: ${stderr}${stdout}`)
    return JSON.parse(stdout)
  }

  /** What `netdoctor ARGS` prints on a host. */
  async netdoctor(host: string, ...args: readonly string[]): Promise<Output> {
    const program = [process.execPath, '--import', `${root}node_modules/tsx/dist/loader.mjs`, `${root}bin/dev.js`]
    return this.try(host, [...(program as [string, ...string[]]), ...args])
  }

  /** Does what a remedy says, as it is printed. */
  async apply(host: string, {argv, title}: Remediation): Promise<void> {
    const [program, ...args] = argv ?? []
    if (program === undefined) throw new Error(`no command: ${title}`)
    await this.run(host, [program, ...args])
  }

  async pings(host: string, dest: string): Promise<boolean> {
    return (await this.try(host, ['ping', '-6', '-n', '-c', '1', '-W', '1', dest])).code === 0
  }
}

/** `RULE SUBJECT` of each finding; what could not be known in front. */
export function told({findings, checkers}: Report): string[] {
  const unknown = checkers.flatMap(({missing}) =>
    (missing ?? []).map(({input, detail}) => `unknown ${input}: ${detail}`),
  )
  return [...unknown, ...findings.map(({id, severity, subject}) => `${severity} ${id.split('/')[1]} ${subject.name}`)]
}

/** The finding of a rule, which must be there. */
export function findingOf({findings}: Report, rule: string): Finding {
  const found = findings.find(({id}) => id === `ipv6-source/${rule}`)
  if (!found) throw new Error(`no ${rule} among ${findings.map(({id}) => id).join(', ') || 'no findings'}`)
  return found
}

/** The remedies that are commands, by the setting or program that they use. */
export function commandsOf({remediation}: Finding): Remediation[] {
  return remediation.filter(({kind}) => kind === 'command')
}
