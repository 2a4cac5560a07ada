import {randomInt} from 'node:crypto'
import {expect, onTestFinished, test} from 'vitest'
import {FactResolver} from '../../src/engine/fact-resolver.js'
import type {Fact} from '../../src/facts/define.js'
import {type ProcessTable, processesFact} from '../../src/facts/processes.js'
import {type UserNamespaces, userNamespacesFact} from '../../src/facts/user-namespaces.js'
import {createLiveSource} from '../../src/sources/live/index.js'
import {askNamespaces, namespaceInterpreters} from '../../src/sources/live/namespace-ioctl.js'
import {describeLab} from '../support/lab/requirements.js'
import {startTasks} from '../support/lab/tasks.js'

/** One that nobody has, and that no other run takes. */
const freshUid = () => randomInt(0x20000000, 0x60000000)

async function start(script: string, uid: number) {
  const tasks = await startTasks(script, uid)
  onTestFinished(() => tasks.stop())
  return tasks
}

function resolver() {
  return new FactResolver(createLiveSource({timeoutMs: 30_000}))
}

async function known<T>(pending: Promise<Fact<unknown>>): Promise<{value: T; gaps: string[]}> {
  const fact = (await pending) as Fact<T>
  if (!fact.known) throw new Error(JSON.stringify(fact.missing))
  return {value: fact.value, gaps: fact.gaps.map(({detail}) => detail)}
}

function tasksOf(table: ProcessTable, uid: number): number {
  return table.processes.reduce((sum, {tasksByUid}) => sum + (tasksByUid.get(uid) ?? 0), 0)
}

describeLab('the walk over /proc', ['root', 'python3'], () => {
  test('counts threads, zombies, and threads of a dead leader', async () => {
    const uid = freshUid()
    // 1 itself + 2 sleepers + 1 zombie + 1 leader that is dead with 2 threads that are not.
    await start(
      `
os.setresuid(uid, uid, uid)
die_with_parent()
for i in range(2): child(forever)
zombie = child(lambda: None)
def headless():
    for i in range(2): threading.Thread(target=time.sleep, args=(10000,), daemon=True).start()
    exit_thread()
leader = child(headless)
def state(pid): return open('/proc/%d/stat' % pid).read().rsplit(')', 1)[1].split()[0]
while state(zombie) != 'Z' or state(leader) != 'Z': time.sleep(0.01)
ready()
forever()
`,
      uid,
    )
    const {value, gaps} = await known<ProcessTable>(resolver().get(processesFact))
    expect(tasksOf(value, uid)).toBe(1 + 2 + 1 + 3)
    expect(gaps).toEqual([])
    const leader = value.processes.find(({realUid, tasks}) => realUid === uid && tasks === 3)
    expect(leader).toMatchObject({state: 'Z', ns: value.observer.ns, userns: value.observer.ns.user})
    // The limit of /proc/PID/limits stays with a dead leader.
    expect(leader?.nproc?.soft).toBeGreaterThan(0)
  })

  test('counts each thread under its own real UID', async () => {
    const uid = freshUid()
    await start(
      `
def other():
    set_thread_uid(uid)
    time.sleep(10000)
for i in range(3): threading.Thread(target=other, daemon=True).start()
time.sleep(0.2)
ready()
forever()
`,
      uid,
    )
    const {value} = await known<ProcessTable>(resolver().get(processesFact))
    expect(tasksOf(value, uid)).toBe(3)
    const process = value.processes.find(({tasksByUid}) => tasksByUid.has(uid))
    expect(process).toMatchObject({realUid: 0, tasks: 4})
    expect(process?.tasksByUid).toEqual(
      new Map([
        [0, 1],
        [uid, 3],
      ]),
    )
  })

  test('is not confused by processes that come and go', async () => {
    const uid = freshUid()
    await start(
      `
def churn():
    os.setresuid(uid, uid, uid)
    end = time.time() + 60
    while time.time() < end:
        pids = [os.posix_spawn('/bin/true', ['true'], {}) for i in range(4)]
        for pid in pids: os.waitpid(pid, 0)
child(churn)
child(churn)
ready()
forever()
`,
      uid,
    )
    for (let round = 0; round < 5; round++) {
      const {value, gaps} = await known<ProcessTable>(resolver().get(processesFact))
      expect(gaps).toEqual([])
      expect(tasksOf(value, uid)).toBeGreaterThanOrEqual(2)
      expect(new Set(value.processes.map(({pid}) => pid)).size).toBe(value.processes.length)
    }
  })
})

describeLab('user namespaces', ['root', 'python3', 'perl'], () => {
  /** A namespace of `uid` with another in it, and one between that has no process. */
  const NESTED = `
def into_namespace():
    if libc.unshare(0x10000000) != 0: raise OSError(ctypes.get_errno(), 'unshare')
def inner():
    into_namespace()
    os.write(pipe, b'.')
    forever()
r, pipe = os.pipe()
def outer():
    os.setresuid(uid, uid, uid)
    die_with_parent()
    into_namespace()
    libc.prctl(4, 1)  # PR_SET_DUMPABLE, which a change of UID takes away: /proc/self is ours again
    # Whoever creates one must be mapped where he is.
    for name, text in (('setgroups', 'deny'), ('uid_map', '%d %d 1' % (uid, uid)), ('gid_map', '0 0 1')):
        open('/proc/self/' + name, 'w').write(text)
    child(inner)
    into_namespace()
    os.write(pipe, b'.')
    forever()
pid = child(outer)
os.close(pipe)
if len(os.read(r, 1)) + len(os.read(r, 1)) != 2: sys.exit('no namespaces')
ready(pid)
forever()
`

  test('are found with their creators, up to the initial one', async () => {
    const uid = freshUid()
    await start(NESTED, uid)
    const facts = resolver()
    const processes = await known<ProcessTable>(facts.get(processesFact))
    const {value, gaps} = await known<UserNamespaces>(facts.get(userNamespacesFact))
    const host = processes.value.observer.ns.user
    const own = [...value.values()].filter(({ownerUid}) => ownerUid === uid)
    const first = own.find(({parent}) => parent === host)
    expect(first?.ownership).toBe('known')
    // The outer process has gone on to a second one: the first is left with the inner one's parent only.
    const below = [...value.values()].filter(({parent}) => parent === first?.ino)
    expect(below).toHaveLength(2)
    expect(below.every(({uidMap}) => uidMap?.length === 0)).toBe(true)
    // The parent has no process of its own, so no ID is mapped by it.
    expect(gaps.filter((gap) => gap.includes(first?.ino ?? '?'))).toEqual([])
  })

  test('are told alike by every interpreter that may be there', async () => {
    const {words} = await start(NESTED, freshUid())
    const installed = []
    for (const interpreter of namespaceInterpreters.slice(0, 2)) {
      const answer = await askNamespaces('it', [Number(words[0]), 1], {timeoutMs: 20_000}, [interpreter])
      if ('status' in answer) throw new Error(answer.detail)
      installed.push(answer)
    }
    expect(installed[0]).toEqual(installed[1])
    expect(installed[0]?.map(({errno}) => errno)).toEqual([null, null, 'EPERM'])
  })

  test('are not known without an interpreter, and that is said', async () => {
    expect(await askNamespaces('it', [1], {timeoutMs: 1000}, [['no-such-perl', '-e', '']])).toMatchObject({
      status: 'missing',
      reason: 'unsupported',
    })
  })
})
