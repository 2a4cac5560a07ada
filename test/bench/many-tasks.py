"""Makes tasks that only sleep: PROCESSES of them, with THREADS further threads in each, spread over UIDs
from UID on; and one process of the UID after those that has as many tasks as its limit allows.
Says `ready PID` with the PID of that one. Ends them all, and waits for each, at the end of its input."""
import ctypes, os, resource, signal, sys, threading, time

uid, uids, processes, threads = map(int, sys.argv[1:5])
libc = ctypes.CDLL(None, use_errno=True)
threading.stack_size(65536)
FULL = 5


def sleep_as(own_uid, count, limit=None):
    # No other way to die is needed: the parent of all kills and reaps them, or dies itself.
    os.setresgid(own_uid, own_uid, own_uid)
    os.setresuid(own_uid, own_uid, own_uid)
    libc.prctl(1, signal.SIGKILL)
    for _ in range(count):
        threading.Thread(target=signal.pause, daemon=True).start()
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))
    os.write(told, b'.')
    while True:
        signal.pause()


children = []
told_by, told = os.pipe()


def start(*task):
    # Two cores, and others test on them too: never more than one start at a time.
    pid = os.fork()
    if pid == 0:
        try:
            os.close(0)
            sleep_as(*task)
        finally:
            os._exit(1)
    children.append(pid)
    if not os.read(told_by, 1):
        raise SystemExit('a task ended')
    return pid


try:
    for index in range(processes):
        start(uid + index % uids, threads)
    print(f'ready {start(uid + uids, FULL - 1, FULL)}', flush=True)
    os.read(0, 1)
except OSError as error:
    print(f'failed after {len(children)} processes: {error}', flush=True)
finally:
    for pid in children:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
