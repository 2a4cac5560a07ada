"""Starts a "container" whose root is a FUSE file system that stops answering once it is mounted.

Usage: hung-root.py FOLDER. Prints the PID of the container's first process; ends with its input, and
the file system with it.
"""
import ctypes
import os
import signal
import struct
import sys
import threading

CLONE_NEWNS, CLONE_NEWPID = 0x00020000, 0x20000000
FUSE_GETATTR, FUSE_ACCESS, FUSE_INIT = 3, 34, 26

folder = sys.argv[1]
libc = ctypes.CDLL(None, use_errno=True)
fuse = os.open('/dev/fuse', os.O_RDWR)
options = f'fd={fuse},rootmode=40755,user_id=0,group_id=0,allow_other'
if libc.mount(b'hung', folder.encode(), b'fuse', 0, options.encode()) != 0:
    sys.exit(f'mount: {os.strerror(ctypes.get_errno())}')


def serve():
    while True:
        try:
            request = os.read(fuse, 1 << 17)
        except OSError:
            return
        _, opcode, unique = struct.unpack_from('<IIQ', request)
        if opcode == FUSE_INIT:
            body = struct.pack('<IIIIHHIIHHI28x', 7, 31, 0, 0, 12, 9, 4096, 1, 1, 0, 0)
        elif opcode == FUSE_GETATTR:
            body = struct.pack('<QII6Q10I', 3600, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0o40755, 2, 0, 0, 0, 4096, 0)
        elif opcode == FUSE_ACCESS:
            body = b''
        else:
            # Every look for a name, for ever.
            continue
        os.write(fuse, struct.pack('<IiQ', 16 + len(body), 0, unique) + body)


threading.Thread(target=serve, daemon=True).start()
child = os.fork()
if child == 0:
    if libc.unshare(CLONE_NEWNS | CLONE_NEWPID) != 0:
        os._exit(1)
    inside, done = os.pipe()
    first = os.fork()
    if first == 0:
        os.chroot(folder)
        os.chdir('/')
        os.write(done, b'.')
        signal.pause()
    os.read(inside, 1)
    os.write(1, f'{first}\n'.encode())
    signal.pause()
sys.stdin.read()
for pid in open(f'/proc/{child}/task/{child}/children').read().split():
    os.kill(int(pid), signal.SIGKILL)
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
libc.umount2(folder.encode(), 2)
os._exit(0)
