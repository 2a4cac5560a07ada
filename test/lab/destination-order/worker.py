"""Asks getaddrinfo() of a glibc in network namespaces made up for it.

Arguments: the program made of resolve.c, and the root folder whose glibc it shall use.
Each line of standard input is a configuration:
    {"tunnels": [[name, ARPHRD_ number], ...], "links": [command of ip, ...], "sysctl": [[path, value], ...],
     "ip": [command, ...], "hosts": text, "gai": text or null, "names": [name, ...],
     "settle": whether to wait for what the kernel does by itself}
Each gets a line: {"addresses": as ip shows them, "lines": [of the program, ...], "crashed": whether it did,
     "refused": [command, ...]}.
"""
import ctypes
import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
import time

CLONE_NEWNS, CLONE_NEWNET = 0x20000, 0x40000000
MS_REC, MS_PRIVATE, MS_BIND = 0x4000, 0x40000, 0x1000
TUNSETIFF, TUNSETLINK, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x400454CD, 1, 0x1000
# Any program that each root has: resolve.c's takes its place.
STAND_IN = "/usr/bin/true"
libc = ctypes.CDLL(None, use_errno=True)


def check(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def mount(source, place, kind, flags):
    check(libc.mount(source.encode(), place.encode(), kind.encode(), flags, None))


def make_tunnels(tunnels):
    """A device of any hardware type, without the module that makes such ones. It lives as long as its file."""
    files = []
    for name, kind in tunnels:
        file = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(file, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
        fcntl.ioctl(file, TUNSETLINK, kind)
        files.append(file)
    return files


def run_ip(commands):
    lines = "".join(command + "\n" for command in commands)
    done = subprocess.run(["ip", "-force", "-batch", "-"], input=lines, capture_output=True, text=True)
    return [commands[int(number) - 1] for number in re.findall(r"Command failed -:(\d+)", done.stderr)]


def write(path, text):
    if text is None:
        if os.path.exists(path):
            os.remove(path)
    else:
        with open(path, "w", newline="") as file:
            file.write(text)


def show(what):
    return json.loads(subprocess.run(["ip", "-json", "-details"] + what, capture_output=True, check=True).stdout)


def settle():
    """Link-local addresses come, and can be used, a moment after their device is up."""
    before = None
    while before != (before := show(["address", "show"])):
        time.sleep(0.2)


def answer(configuration, root, tunnels):
    while tunnels:
        os.close(tunnels.pop())
    check(libc.unshare(CLONE_NEWNET))
    tunnels += make_tunnels(configuration["tunnels"])
    refused = run_ip(configuration["links"])
    for path, value in configuration["sysctl"]:
        write("/proc/sys/net/" + path, str(value))
    refused += run_ip(configuration["ip"])
    write(root + "/etc/hosts", configuration["hosts"])
    write(root + "/etc/gai.conf", configuration["gai"])
    if configuration["settle"]:
        settle()
    before = show(["address", "show"])
    argv = [STAND_IN] + configuration["names"]
    enter = (lambda: os.chroot(root)) if root else None
    done = subprocess.run(argv, capture_output=True, text=True, preexec_fn=enter, cwd="/")
    if done.returncode not in (0, -signal.SIGSEGV):
        raise RuntimeError("exit %d: %s" % (done.returncode, done.stderr))
    return {
        "addresses": before,
        "lines": done.stdout.splitlines(),
        "crashed": done.returncode != 0,
        "refused": refused,
    }


def main():
    program, root = sys.argv[1], sys.argv[2].rstrip("/")
    check(libc.unshare(CLONE_NEWNS))
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    mount("netdoctor", root + "/etc", "tmpfs", 0)
    mount(program, root + STAND_IN, "", MS_BIND)
    write(root + "/etc/nsswitch.conf", "hosts: files\n")
    # Without it a name has the address of its first line alone.
    write(root + "/etc/host.conf", "multi on\n")
    # Until the next configuration comes others can look into this one, as it is seen by this process.
    tunnels = []
    for line in sys.stdin:
        try:
            reply = answer(json.loads(line), root, tunnels)
        except Exception as error:
            reply = {"problem": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(reply), flush=True)


main()
