import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {command} from './command.js'

/** What harmed a host, or could have: lines of strace(1). */
export interface Trespasses {
  /** Opened for writing, made, renamed, removed, changed in mode, owner, time or size. */
  readonly writes: readonly string[]
  readonly modules: readonly string[]
  /** Of another family than AF_UNIX. */
  readonly sockets: readonly string[]
  /** Signals to processes that the program did not start, mounts, changes of limits, names, clocks. */
  readonly others: readonly string[]
  /** Programs it ran. */
  readonly programs: readonly string[]
}

const WRITES =
  /^(mkdir|rmdir|rename|unlink|link|symlink|mknod|chmod|fchmod|chown|lchown|fchown|truncate|ftruncate|utime|setxattr|lsetxattr|fsetxattr|removexattr|fallocate)/
const TRACED =
  'trace=%file,ftruncate,fchmod,fchown,fallocate,fsetxattr,init_module,finit_module,delete_module,socket,connect,kill,tgkill,tkill,pidfd_send_signal,mount,umount2,pivot_root,sethostname,setdomainname,settimeofday,clock_settime,adjtimex,reboot,swapon,prlimit64,setpriority,sched_setaffinity,bpf,keyctl,ptrace,process_vm_writev,unshare,setns'

/**
 * Runs a program with all its children under strace and says what it did to the host. Needs strace.
 *
 * @param folder for the trace; empty
 * @param allowed paths that it may write to, such as its own output
 */
export async function trespassesOf(
  argv: readonly [string, ...string[]],
  folder: string,
  allowed: RegExp = /^$/,
): Promise<Trespasses & {readonly stdout: string}> {
  const trace = join(folder, 'strace')
  const stdout = await command([
    'strace',
    '-f',
    '-qq',
    '-s',
    '300',
    '-e',
    'signal=none',
    '-e',
    TRACED,
    '-o',
    trace,
    '--',
    ...argv,
  ])
  const lines = callsOf(readFileSync(trace, 'utf8'))
  const started = new Set(lines.map(({pid}) => pid))
  const failed = ({text}: Call) => / = -1 E/.test(text)
  const writes = lines.filter(
    (call) =>
      (/^open(at)?\(/.test(call.text) && /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)/.test(call.text)) ||
      WRITES.test(call.text),
  )
  const killed = (text: string) => Number(/^\w+\(-?(\d+)/.exec(text)?.[1])
  const others = lines.filter(({text}) => {
    if (/^(kill|tgkill|tkill)\(/.test(text)) return !/, 0\)/.test(text) && !started.has(killed(text))
    if (/^prlimit64\(/.test(text)) return !/^prlimit64\((0|\d+), \w+, NULL/.test(text) && !ownLimit(text)
    return /^(pidfd_send_signal|mount|umount2|pivot_root|set(host|domain)name|settimeofday|clock_settime|adjtimex|reboot|swapon|setpriority|bpf|keyctl|ptrace|process_vm_writev|unshare|setns)\(/.test(
      text,
    )
  })
  const show = (calls: readonly Call[]) => calls.map(({text}) => text)
  return {
    stdout,
    writes: show(writes.filter((call) => !failed(call) || /EROFS|EACCES|EPERM/.test(call.text))).filter(
      (text) => !/"\/dev\/(null|tty)"/.test(text) && !allowed.test(/"([^"]*)"/.exec(text)?.[1] ?? text),
    ),
    modules: show(lines.filter(({text}) => /^(init_module|finit_module|delete_module)\(|"[^"]*\/modprobe"/.test(text))),
    sockets: show(lines.filter(({text}) => /^socket\(/.test(text) && !/^socket\(AF_UNIX/.test(text))),
    others: show(others),
    programs: [
      ...new Set(
        lines.flatMap(({text}) =>
          /^execve(at)?\(/.test(text) && / = 0$/.test(text) ? [/"([^"]*)"/.exec(text)?.[1] ?? text] : [],
        ),
      ),
    ],
  }
}

interface Call {
  readonly pid: number
  readonly text: string
}

/** `1234 openat(...) = 3`; a call that was interrupted by another's is put together again. */
function callsOf(trace: string): Call[] {
  const calls: Call[] = []
  const unfinished = new Map<number, string>()
  for (const line of trace.split('\n')) {
    const match = /^(\d+) +(.*)$/.exec(line)
    if (!match) continue
    const pid = Number(match[1])
    const text = match[2] ?? ''
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(text)
    if (text.endsWith('<unfinished ...>')) unfinished.set(pid, text.slice(0, -'<unfinished ...>'.length))
    else if (resumed) calls.push({pid, text: `${unfinished.get(pid) ?? ''}${resumed[1]}`})
    else if (!/^(\+\+\+|---)/.test(text)) calls.push({pid, text})
  }
  return calls
}

/** Node raises its own soft limit of open files to the hard one when it starts (PlatformInit). */
function ownLimit(text: string): boolean {
  return /^prlimit64\(0, RLIMIT_NOFILE, /.test(text)
}
