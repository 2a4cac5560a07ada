"""Builds network namespaces and asks the kernel for routes and source addresses in them.

Each line of standard input is a configuration:
    {"phases": [{"sysctl": [[path, value], ...]} | {"ip": [command, ...]} |
                {"anyFamily": [command, ...]} | {"sleep": seconds}, ...],
     "settings": [file below net/ipv6/conf/NAME, ...],
     "questions": [{"dest", "oif"?, "zone"?, "mark"?}, ...]}
Each gets a line: {"texts": what collection would read, "answers": [...], "refused": [...]}.
"""
import ctypes
import errno
import json
import os
import re
import socket
import struct
import subprocess
import sys
import time

CLONE_NEWNET = 0x40000000
IPV6_ADDR_PREFERENCES, SO_BINDTODEVICE, SO_MARK = 72, 25, 36
PREFERENCES = {"none": None, "temporary": 1, "public": 2}
RTM_GETROUTE, NLM_F_REQUEST, NLMSG_ERROR, RTM_F_FIB_MATCH = 26, 1, 2, 0x2000
RTA_DST, RTA_SRC, RTA_OIF, RTA_GATEWAY, RTA_PRIORITY, RTA_PREFSRC, RTA_TABLE, RTA_MARK = 1, 2, 4, 5, 6, 7, 15, 16
SHOW = ["links", "addresses", "labels", "rules", "routes", "neighbours"]
SHOW_COMMANDS = "link show\naddress show\naddrlabel list\nrule show\nroute show table all\nneigh show\n"
libc = ctypes.CDLL(None, use_errno=True)


def enter_new_namespace():
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")


def build(phases):
    refused = []
    for phase in phases:
        for path, value in phase.get("sysctl", []):
            try:
                with open("/proc/sys/net/ipv6/" + path, "w") as file:
                    file.write(str(value))
            except OSError as error:
                refused.append("%s=%s: %s" % (path, value, error.strerror))
        for key, family in (("ip", ["-6"]), ("anyFamily", [])):
            if key not in phase:
                continue
            lines = "".join(command + "\n" for command in phase[key])
            argv = ["ip"] + family + ["-force", "-batch", "-"]
            done = subprocess.run(argv, input=lines, capture_output=True, text=True)
            failed = [int(number) for number in re.findall(r"Command failed -:(\d+)", done.stderr)]
            refused += [phase[key][number - 1] for number in failed]
        if "sleep" in phase:
            time.sleep(phase["sleep"])
    return refused


def show(settings):
    argv = ["ip", "-json", "-details", "-Numeric", "-6", "-force", "-batch", "-"]
    done = subprocess.run(argv, input=SHOW_COMMANDS, capture_output=True, text=True)
    decoder, at, texts = json.JSONDecoder(), 0, {}
    for part in SHOW:
        while at < len(done.stdout) and done.stdout[at].isspace():
            at += 1
        if at >= len(done.stdout):
            raise RuntimeError("no %s: %s" % (part, done.stderr))
        _, end = decoder.raw_decode(done.stdout, at)
        texts[part] = done.stdout[at:end]
        at = end
    with open("/proc/self/net/igmp6") as file:
        texts["deviceOrder"] = file.read()
    lines = []
    for folder in os.listdir("/proc/sys/net/ipv6/conf"):
        for name in settings:
            path = "/proc/sys/net/ipv6/conf/%s/%s" % (folder, name)
            with open(path) as file:
                lines.append(path + ":" + file.read().strip())
    texts["settings"] = "\n".join(sorted(lines))
    return texts


def lasting(texts):
    """What must not change while the kernel is asked."""
    changing = r'"(expires|valid_life_time|preferred_life_time|used|confirmed|updated|refcnt)":\d+,?'
    return {part: re.sub(changing, "", text) for part, text in texts.items()}


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def route_get(netlink, question, flags):
    body = struct.pack("=BBBBBBBBI", socket.AF_INET6, 128, 0, 0, 0, 0, 0, 0, flags)
    body += attribute(RTA_DST, socket.inet_pton(socket.AF_INET6, question["dest"]))
    device = question.get("oif") or question.get("zone")
    if device:
        try:
            body += attribute(RTA_OIF, struct.pack("=I", socket.if_nametoindex(device)))
        except OSError:
            return {"errno": "ENODEV"}
    if "mark" in question:
        body += attribute(RTA_MARK, struct.pack("=I", question["mark"]))
    netlink.send(struct.pack("=IHHII", 16 + len(body), RTM_GETROUTE, NLM_F_REQUEST, 1, 0) + body)
    reply = netlink.recv(65536)
    length, kind = struct.unpack_from("=IH", reply)
    if kind == NLMSG_ERROR:
        return {"errno": errno.errorcode[-struct.unpack_from("=i", reply, 16)[0]]}
    _, dst_len, src_len, _, table, _, _, route_type, _ = struct.unpack_from("=BBBBBBBBI", reply, 16)
    found = {"table": table, "type": route_type, "dstLength": dst_len, "srcLength": src_len}
    at = 28
    while at + 4 <= length:
        size, kind = struct.unpack_from("=HH", reply, at)
        value = reply[at + 4:at + size]
        if kind in (RTA_DST, RTA_SRC, RTA_GATEWAY, RTA_PREFSRC):
            name = {RTA_DST: "dst", RTA_SRC: "src", RTA_GATEWAY: "via", RTA_PREFSRC: "prefsrc"}[kind]
            found[name] = socket.inet_ntop(socket.AF_INET6, value)
        elif kind == RTA_OIF:
            found["dev"] = socket.if_indextoname(struct.unpack("=I", value)[0])
        elif kind in (RTA_PRIORITY, RTA_TABLE):
            found["metric" if kind == RTA_PRIORITY else "table"] = struct.unpack("=I", value)[0]
        at += (size + 3) & ~3
    return found


def connect(question, preference):
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as sock:
        try:
            if "oif" in question:
                sock.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, question["oif"].encode())
            if "mark" in question:
                sock.setsockopt(socket.SOL_SOCKET, SO_MARK, struct.pack("=I", question["mark"]))
            if preference is not None:
                sock.setsockopt(socket.IPPROTO_IPV6, IPV6_ADDR_PREFERENCES, preference)
            zone = socket.if_nametoindex(question["zone"]) if "zone" in question else 0
            sock.connect((question["dest"], 9, 0, zone))
            return {"source": sock.getsockname()[0].split("%")[0]}
        except OSError as error:
            return {"errno": errno.errorcode[error.errno]}


def ask(netlink, question):
    return {
        "get": route_get(netlink, question, 0),
        "match": route_get(netlink, question, RTM_F_FIB_MATCH),
        "connect": {name: connect(question, value) for name, value in PREFERENCES.items()},
    }


def run(configuration):
    enter_new_namespace()
    refused = build(configuration["phases"])
    # Addresses get their routes from a work queue; what was asked meanwhile does not count.
    before = show(configuration["settings"])
    for attempt in range(100):
        time.sleep(0.005 if attempt < 5 else 0.05)
        now = show(configuration["settings"])
        if lasting(now) != lasting(before):
            before = now
            continue
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as netlink:
            netlink.bind((0, 0))
            answers = [ask(netlink, question) for question in configuration["questions"]]
        after = show(configuration["settings"])
        if lasting(after) == lasting(now):
            return {"texts": now, "answers": answers, "refused": refused, "attempts": attempt}
        before = after
    raise RuntimeError("the namespace does not come to rest")


for line in sys.stdin:
    try:
        result = run(json.loads(line))
    except Exception as error:  # The conductor shows it with the configuration.
        result = {"problem": "%s: %s" % (type(error).__name__, error)}
    print(json.dumps(result), flush=True)
