"""Plays sequences of events in network namespaces of their own: JSON on standard input, JSON on standard output.

In: [{"links": [NAME], "events": [EVENT]}], events as in src/models/router-advertisements/default-routers.ts.
Out: for each sequence, for each event, the default routes [DEV, ROUTER] that the kernel made of advertisements.
"""
import ctypes, json, os, socket, struct, subprocess, sys, time

CLONE_NEWNET = 0x40000000
RTF_DEFAULT, RTF_ADDRCONF = 0x10000, 0x40000
ROUTERS = ['fe80::a', 'fe80::b']
SETTING = {'forwarding': 'forwarding', 'acceptRa': 'accept_ra', 'acceptRaDefrtr': 'accept_ra_defrtr'}
libc = ctypes.CDLL(None, use_errno=True)


def write(of, setting, value):
    with open('/proc/sys/net/ipv6/conf/%s/%s' % (of, setting), 'w') as file:
        file.write(str(value))


def add_link(name):
    """A link, and the far end of its wire, on which both routers live."""
    far = 'r' + name
    lines = ['link add %s type veth peer name %s' % (name, far), 'link set %s up' % far, 'link set %s up' % name]
    lines += ['addr add %s/64 dev %s nodad' % (router, far) for router in ROUTERS]
    subprocess.run(['ip', '-batch', '-'], input='\n'.join(lines), text=True, check=True)
    # The carrier is noticed by a worker of the kernel; before that the link takes no multicast.
    wait_until('%s is ready' % name, lambda: {name, far} <= {route[9] for route in table() if route[1] == '08'})


def wait_until(what, holds):
    deadline = time.monotonic() + 5
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit('not within 5 s: ' + what)
        time.sleep(0.0005)


def received(name):
    with open('/proc/thread-self/net/dev_snmp6/' + name) as file:
        counts = dict(line.split() for line in file)
    return int(counts['Icmp6InRouterAdvertisements'])


def advertise(name, router, lifetime):
    index = socket.if_nametoindex('r' + name)
    before = received(name)
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as sender:
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_LOOP, 0)
        sender.bind((router, 0, 0, index))
        sender.sendto(struct.pack('!BBHBBHII', 134, 0, 0, 64, 0, lifetime, 0, 0), ('ff02::1', 0, 0, index))
    wait_until('an advertisement arrives on ' + name, lambda: received(name) > before)
    # The counter is raised just before the message is looked at.
    time.sleep(0.0005)


def table():
    """dst, its length, src, its length, next hop, metric, references, uses, flags, device."""
    with open('/proc/thread-self/net/ipv6_route') as file:
        return [line.split() for line in file]


def routes():
    wanted = RTF_DEFAULT | RTF_ADDRCONF
    made = [route for route in table() if route[1] == '00' and int(route[8], 16) & wanted == wanted]
    # The kernel begins anew, and repeats itself, when the table changes while it is read (ipv6_route_check_sernum()).
    return sorted({(route[9], socket.inet_ntop(socket.AF_INET6, bytes.fromhex(route[4]))) for route in made})


def play(sequence):
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), 'unshare')
    for setting, value in {'accept_dad': 0, 'forwarding': 0, 'accept_ra': 1, 'accept_ra_defrtr': 1}.items():
        write('default', setting, value)
    for name in sequence['links']:
        add_link(name)
    seen = []
    for event in sequence['events']:
        if event['t'] == 'write':
            write(event['of'], SETTING[event['setting']], event['value'])
        elif event['t'] == 'advertise':
            advertise(event['dev'], event['router'], event['lifetime'])
        else:
            add_link(event['name'])
        seen.append(routes())
    return seen


json.dump([play(sequence) for sequence in json.load(sys.stdin)], sys.stdout)
