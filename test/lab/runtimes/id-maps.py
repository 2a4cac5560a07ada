"""Asks the kernel what user namespaces do with IDs.

Reads one JSON array of cases from its input: {"map": [[inside, outside, count], ...], "inside": [IDs],
"kernel": [IDs]}. Writes for each: {"uid_map": text of /proc/PID/uid_map, "down": for each inside ID
the owner, seen from here, of a file that a process of that ID made in the namespace, or null where the
kernel knows no such ID; "up": for each kernel ID the owner of such a file as seen in the namespace}.
"""
import ctypes
import errno
import json
import os
import sys
import tempfile

CLONE_NEWUSER = 0x10000000
libc = ctypes.CDLL(None, use_errno=True)


def in_namespace(ranges, work):
    """Runs work() in a child in a new user namespace with this map; gives its answer and the map's text."""
    ready_r, ready_w = os.pipe()
    go_r, go_w = os.pipe()
    answer_r, answer_w = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(answer_r)
        if libc.unshare(CLONE_NEWUSER) != 0:
            os._exit(1)
        os.write(ready_w, b'.')
        os.read(go_r, 1)
        os.write(answer_w, json.dumps(work()).encode())
        os._exit(0)
    os.close(answer_w)
    os.read(ready_r, 1)
    for name in ('uid_map', 'gid_map'):
        with open(f'/proc/{child}/{name}', 'w') as file:
            file.write(''.join(f'{a} {b} {c}\n' for a, b, c in ranges))
    text = open(f'/proc/{child}/uid_map').read()
    os.write(go_w, b'.')
    chunks = []
    while chunk := os.read(answer_r, 65536):
        chunks.append(chunk)
    os.waitpid(child, 0)
    for fd in (ready_r, ready_w, go_r, go_w, answer_r):
        os.close(fd)
    return json.loads(b''.join(chunks)), text


def make_as(uid, path):
    """Whether a process of this UID could be, and made the file."""
    child = os.fork()
    if child == 0:
        try:
            os.setresuid(uid, uid, uid)
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o644))
        except OSError as error:
            os._exit(3 if error.errno == errno.EINVAL else 4)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (0, 3):
        raise RuntimeError(f'{uid}: {code}')
    return code == 0


def run(case, folder):
    for kuid in case['kernel']:
        path = f'{folder}/k{kuid}'
        os.close(os.open(path, os.O_CREAT, 0o644))
        os.chown(path, kuid, 0)

    def work():
        made = [make_as(uid, f'{folder}/i{uid}') for uid in case['inside']]
        return made, [os.stat(f'{folder}/k{kuid}').st_uid for kuid in case['kernel']]

    (made, up), text = in_namespace(case['map'], work)
    down = [os.stat(f'{folder}/i{uid}').st_uid if ok else None for uid, ok in zip(case['inside'], made)]
    return {'uid_map': text, 'down': down, 'up': up}


answers = []
for case in json.load(sys.stdin):
    with tempfile.TemporaryDirectory(prefix='nd-map-') as folder:
        os.chmod(folder, 0o777)
        answers.append(run(case, folder))
json.dump(answers, sys.stdout)
