import {constants} from 'node:os'
import {type Missing, missing} from '../../model/missing.js'
import type {ProbeContext} from './probe.js'
import {runCommand} from './run-command.js'

/** What ioctl_ns(2) says about one user namespace. */
export interface NamespaceRelations {
  readonly ino: string
  readonly parent: string | null
  readonly ownerUid: number | null
  /** errno of what could not be asked. */
  readonly errno: string | null
  /** The process through which it was reached, in it or in one of its children. */
  readonly pid: number
}

// _IOC_NONE is 1 << 29 on these, 0 elsewhere: arch/*/include/uapi/asm/ioctl.h.
const IOC_NONE = ['ppc', 'ppc64', 'mips', 'mipsel'].includes(process.arch) ? 0x20000000 : 0
const NS_GET_PARENT = String(IOC_NONE + 0xb702)
const NS_GET_OWNER_UID = String(IOC_NONE + 0xb704)

const perl = `
my ($get_parent, $get_owner, @pids) = @ARGV;
my %seen;
for my $pid (@pids) {
  my $ns;
  unless (open $ns, '<', "/proc/$pid/ns/user") { print join(' ', $pid, '-', '-', '-', 0 + $!), "\\n"; next }
  while (1) {
    my $ino = (stat $ns)[1];
    last if $seen{$ino}++;
    my $buffer = pack 'L', 0;
    my $owner = ioctl($ns, $get_owner, $buffer) ? unpack('L', $buffer) : '-';
    my $fd = ioctl($ns, $get_parent + 0, 0);
    my $errno = $fd ? 0 : 0 + $!;
    my ($parent, $parent_ino) = (undef, '-');
    if ($fd) { open $parent, '<&=', 0 + $fd or last; $parent_ino = (stat $parent)[1] }
    print join(' ', $pid, $ino, $parent_ino, $owner, $errno), "\\n";
    last unless $parent;
    $ns = $parent;
  }
}
`

const python = `
import fcntl, os, struct, sys
get_parent, get_owner, seen = int(sys.argv[1]), int(sys.argv[2]), set()
for pid in sys.argv[3:]:
    try:
        ns = os.open('/proc/%s/ns/user' % pid, os.O_RDONLY)
    except OSError as error:
        print(pid, '-', '-', '-', error.errno)
        continue
    while ns is not None:
        ino = os.fstat(ns).st_ino
        if ino in seen:
            break
        seen.add(ino)
        owner, parent, parent_ino, errno = '-', None, '-', 0
        try:
            owner = struct.unpack('I', fcntl.ioctl(ns, get_owner, struct.pack('I', 0)))[0]
        except OSError:
            pass
        try:
            parent = fcntl.ioctl(ns, get_parent, 0)
            parent_ino = os.fstat(parent).st_ino
        except OSError as error:
            errno = error.errno
        print(pid, ino, parent_ino, owner, errno)
        os.close(ns)
        ns = parent
`

/** perl-base is Essential on Debian, platform-python part of every RHEL 8 and later. */
const interpreters: readonly (readonly [string, ...string[]])[] = [
  ['perl', '-e', perl],
  ['python3', '-I', '-S', '-B', '-c', python],
  ['/usr/libexec/platform-python', '-I', '-S', '-B', '-c', python],
]

/**
 * Asks for parent and creator of the user namespaces of some processes, and of their parents up to
 * the initial one. Node has no ioctl(2); a constant script of an interpreter that is there does it.
 */
export async function askNamespaces(
  input: string,
  pids: readonly number[],
  context: Pick<ProbeContext, 'timeoutMs'>,
  candidates = interpreters,
): Promise<NamespaceRelations[] | Missing> {
  for (const candidate of candidates) {
    const argv: [string, ...string[]] = [...candidate, NS_GET_PARENT, NS_GET_OWNER_UID, ...pids.map(String)]
    const answer = await runCommand(argv, {input, timeoutMs: context.timeoutMs})
    if (answer.status === 'raw') return parse(answer.text)
    // The script is of no use to a reader of the report.
    if (answer.reason !== 'absent') return {...answer, detail: `${candidate[0]}: ${answer.detail.split(': ').at(-1)}`}
  }
  return missing(input, 'unsupported', 'neither perl nor python3 is installed, one of which asks ioctl_ns(2)')
}

export {interpreters as namespaceInterpreters}

function parse(text: string): NamespaceRelations[] {
  const relations: NamespaceRelations[] = []
  for (const line of text.split('\n')) {
    const [pid, ino, parent, owner, errno] = line.split(' ')
    if (ino === undefined || errno === undefined || ino === '-') continue
    relations.push({
      pid: Number(pid),
      ino,
      parent: parent === undefined || parent === '-' ? null : parent,
      ownerUid: owner === undefined || owner === '-' ? null : Number(owner),
      errno: errno === '0' ? null : errnoName(Number(errno)),
    })
  }
  return relations
}

function errnoName(errno: number): string {
  return Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`
}
