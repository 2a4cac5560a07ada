import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {type CommandOptions, type Output, tryCommand} from './command.js'

/** What harmed a host, or could have: lines of strace(1). */
export interface Trespasses {
  /** Opened for writing, made, renamed, removed, changed in mode, owner, time or size. */
  readonly writes: readonly string[]
  readonly modules: readonly string[]
  /** Of another family than AF_UNIX, and none of HARMLESS_SOCKETS. */
  readonly sockets: readonly string[]
  /** Paths of the Unix sockets that it connected to, or tried to. */
  readonly connections: readonly string[]
  /** Signals to processes that the program did not start, mounts, changes of limits, names, clocks. */
  readonly others: readonly string[]
  /** Programs it ran. */
  readonly programs: readonly string[]
}

/**
 * What is asked over rtnetlink and nfnetlink is looked at message by message. By a raw socket of no protocol iptables asks for
 * rules (getsockopt()), and can change them by setsockopt() alone.
 */
const HARMLESS_SOCKETS =
  /^socket\((AF_UNIX|AF_NETLINK, .*NETLINK_(ROUTE|NETFILTER)|AF_INET6?, SOCK_RAW(\|\w+)*, IPPROTO_RAW)/
/** NFT_MSG_GETTABLE and its like (linux/netfilter/nf_tables.h); 21 resets what it reads. */
const NFT_GETS = [1, 4, 7, 10, 13, 16, 19, 23]
const NFT_SUBSYS = 10

const WRITES =
  /^(mkdir|rmdir|rename|unlink|link|symlink|mknod|chmod|fchmod|chown|lchown|fchown|truncate|ftruncate|utime|setxattr|lsetxattr|fsetxattr|removexattr|fallocate)/
const TRACED =
  'trace=%file,setsockopt,ftruncate,fchmod,fchown,fallocate,fsetxattr,init_module,finit_module,delete_module,socket,connect,sendto,sendmsg,kill,tgkill,tkill,pidfd_send_signal,mount,umount2,pivot_root,sethostname,setdomainname,settimeofday,clock_settime,adjtimex,reboot,swapon,prlimit64,setpriority,sched_setaffinity,bpf,keyctl,ptrace,process_vm_writev,unshare,setns,setrlimit,setuid,setgid,setreuid,setregid,setresuid,setresgid,setgroups,capset,io_uring_setup,fsopen,fsmount,move_mount,mount_setattr'

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
  options: CommandOptions = {},
): Promise<Trespasses & Output> {
  const trace = join(folder, 'strace')
  const output = await tryCommand(
    ['strace', '-f', '-qq', '-s', '300', '-e', 'signal=none', '-e', TRACED, '-o', trace, '--', ...argv],
    options,
  )
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
    // libuv has a ring for epoll_ctl from Node 22 on; the one through which it would open and write files polls.
    if (/^io_uring_setup\(/.test(text)) return /IORING_SETUP_SQPOLL/.test(text)
    if (/^send(to|msg)\(/.test(text)) return changesNetwork(text)
    if (/^setsockopt\(/.test(text)) return /(IP6?T|ARPT|EBT)_SO_SET_/.test(text)
    // Of nsenter(1): it takes itself to another network namespace, and then becomes what only asks there.
    if (/^setns\(\d+, CLONE_NEWNET ?\)/.test(text)) return false
    return /^(pidfd_send_signal|mount|umount2|pivot_root|set(host|domain)name|settimeofday|clock_settime|adjtimex|reboot|swapon|setpriority|bpf|keyctl|ptrace|process_vm_writev|unshare|setns|setrlimit|set(re|res)?[ug]id|setgroups|capset|fsopen|fsmount|move_mount|mount_setattr)\(/.test(
      text,
    )
  })
  const show = (calls: readonly Call[]) => calls.map(({text}) => text)
  return {
    ...output,
    writes: show(writes.filter((call) => !failed(call) || /EROFS|EACCES|EPERM/.test(call.text))).filter(
      (text) => !/"\/dev\/(null|tty)"/.test(text) && !pathsOf(text).every((path) => allowed.test(path)),
    ),
    modules: show(
      lines.filter(
        ({text}) =>
          /^(init_module|finit_module|delete_module)\(|"[^"]*\/modprobe"/.test(text) &&
          // A unit of systemd's names it: it is looked at, or recorded as the link it is (a write like others), not run.
          !/^(openat\(.*O_PATH|readlink\(|statx\(|symlink\()/.test(text),
      ),
    ),
    sockets: show(lines.filter(({text}) => /^socket\(/.test(text) && !HARMLESS_SOCKETS.test(text))),
    connections: [...new Set(lines.flatMap(({text}) => /^connect\(.*sun_path=@?"([^"]*)"/.exec(text)?.[1] ?? []))],
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

/** What a call writes to. What a symbolic link leads to is its content. */
function pathsOf(text: string): string[] {
  const quoted = [...text.matchAll(/"([^"]*)"/g)].map(([, path]) => path ?? '')
  const written = /^symlink/.test(text) ? quoted.slice(-1) : quoted
  return written.length === 0 ? [text] : written
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

/**
 * A message of rtnetlink that is no RTM_GET*. strace(1) names the types where it knows the protocol of the socket, which
 * it does not see in another network namespace; by number, each kind has NEW, DEL, GET and SET, from RTM_BASE = 16 on.
 */
function changesNetwork(text: string): boolean {
  return [...text.matchAll(/nlmsg_type=([\w<|]+)/g)].some(([, type = '']) => {
    const number = Number(type)
    if (/^NFNL_/.test(type)) return !/\|(NFT_MSG_GET\w+|NFNL_MSG_COMPAT_GET)$/.test(type) || type.endsWith('_RESET')
    if (number >> 8 === NFT_SUBSYS) return !NFT_GETS.includes(number & 0xff)
    if (Number.isNaN(number)) return /^RTM_(NEW|DEL|SET)/.test(type)
    return number >= 16 && number < 256 && number % 4 !== 2
  })
}

/** Node raises its own soft limit of open files to the hard one when it starts (PlatformInit). */
function ownLimit(text: string): boolean {
  return /^prlimit64\(0, RLIMIT_NOFILE, /.test(text)
}
