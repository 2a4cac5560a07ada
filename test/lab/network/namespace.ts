import {randomUUID} from 'node:crypto'
import {command, tryCommand} from '../../support/lab/command.js'
import {guard} from '../../support/lab/guard.js'
import type {MadeUpNetwork} from './random-network.js'

export interface LabNamespace {
  readonly name: string
  /** Runs a program in it; gives its standard output. */
  run(argv: readonly [string, ...string[]], input?: string): Promise<string>
  remove(): Promise<void>
}

/** A new network namespace that goes with this process, by a name of its own. */
export async function makeNamespace(prefix = 'nd-net'): Promise<LabNamespace> {
  const name = `${prefix}-${process.pid}-${randomUUID().slice(0, 8)}`
  const {release} = guard('ip netns delete "$1"', name)
  await command(['ip', 'netns', 'add', name])
  await command(['ip', '-n', name, 'link', 'set', 'lo', 'up'])
  return {
    name,
    run: (argv, input = '') => command(['nsenter', `--net=/run/netns/${name}`, '--', ...argv], {input}),
    remove: release,
  }
}

/** Nothing of it waits for others: no duplicate address detection, no router solicitations. */
export async function configure(namespace: LabNamespace, {ip, sysctls}: MadeUpNetwork): Promise<void> {
  const quiet = ['default/accept_dad=0', 'default/accept_ra=0', 'default/router_solicitations=0']
  await setAll(namespace, quiet)
  const links = ip.filter((line) => line.startsWith('link add'))
  await namespace.run(['ip', '-batch', '-'], lines(links))
  await setAll(namespace, sysctls)
  const rest = ip.filter((line) => !line.startsWith('link add'))
  await tryCommand(['ip', '-n', namespace.name, '-6', '-force', '-batch', '-'], {input: lines(rest)})
}

async function setAll(namespace: LabNamespace, settings: readonly string[]): Promise<void> {
  const script = settings.map((each) => {
    const [path, value] = each.split('=')
    return `echo ${value} >'/proc/sys/net/ipv6/conf/${path}'`
  })
  await namespace.run(['sh', '-e'], lines(script))
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('')
}
