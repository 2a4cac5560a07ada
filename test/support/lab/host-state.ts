import {readFileSync} from 'node:fs'
import {tryCommand} from './command.js'

/** Changes by itself, by whoever reads it, or by another run of the lab. */
const RESTLESS =
  /^(sysctl (fs\.(quota\.syncs|dentry-state|file-nr|inode-nr|inode-state|aio-nr)|kernel\.(ns_last_pid|pty\.nr|random\.|perf_event_max_sample_rate)|net\.netfilter\.nf_conntrack_count|.*_lists? )|file [^ ]*\/(run\/(docker|containerd|utmp|systemd\/nspawn)|var\/(log|tmp|cache)\/|\.cache\/netdoctor-lab[/ ])|mount .* \/tmp\/nd-|cgroup .*\/nd-)/

/** What there is on the host that a program could have changed; one line a thing, first word: where it is from. */
export async function hostState(folders: readonly string[]): Promise<ReadonlySet<string>> {
  const files = ['-xdev', '-printf', '%p %y %m %U %G %s %T@ %C@ %l\\n']
  const [sysctl, nft, iptables, cgroups, listed] = await Promise.all([
    outputOf(['sysctl', '-a']),
    // Counters of packets go on.
    outputOf(['nft', '--stateless', 'list', 'ruleset']),
    outputOf(['iptables-save']),
    outputOf(['find', '/sys/fs/cgroup', '-type', 'd']),
    outputOf(['find', ...folders, ...files]),
  ])
  const of = (name: string, text: string) => text.split('\n').map((line) => `${name} ${line}`)
  return new Set(
    [
      ...of('sysctl', sysctl),
      ...of('nft', nft),
      ...of('iptables', iptables.replace(/^#.*\n|\[\d+:\d+\]/gm, '')),
      ...of('cgroup', cgroups),
      ...of('file', listed),
      ...of('mount', readFileSync('/proc/self/mountinfo', 'utf8')),
      ...of('module', modules()),
    ].filter((line) => !RESTLESS.test(line)),
  )
}

/**
 * Lines that `run` added (`+`) or took away (`-`). Others may change the same machine meanwhile: only what
 * changes in each of three runs is ours.
 */
export async function changesBy(run: () => Promise<unknown>, folders: readonly string[]): Promise<string[]> {
  let always: string[] | undefined
  for (let attempt = 0; attempt < 3 && always?.length !== 0; attempt++) {
    const before = await hostState(folders)
    await run()
    const after = await hostState(folders)
    const changes = [
      ...[...before].filter((line) => !after.has(line)).map((line) => `- ${line}`),
      ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
    ]
    const things = new Set(changes.map(thingOf))
    always = always === undefined ? changes : always.filter((line) => things.has(thingOf(line)))
  }
  return always ?? []
}

/** Sign, kind and name: a file is the same with another time. */
function thingOf(change: string): string {
  return change.split(' ').slice(0, 3).join(' ')
}

/** A program that is not installed has nothing to say. */
async function outputOf(argv: readonly [string, ...string[]]): Promise<string> {
  return tryCommand(argv).then(
    ({stdout}) => stdout,
    () => '',
  )
}

function modules(): string {
  try {
    // The third field counts who uses it.
    return readFileSync('/proc/modules', 'utf8').replace(/^(\S+).*$/gm, '$1')
  } catch {
    return ''
  }
}
