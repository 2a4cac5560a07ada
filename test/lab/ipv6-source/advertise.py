"""Sends one router advertisement: advertise.py DEV LIFETIME [PREFIX VALID PREFERRED]

From a link-local address of DEV, as a router that is one for LIFETIME seconds; with a /64 for autoconfiguration.
"""
import socket, struct, sys

ON_LINK_AND_AUTONOMOUS = 0xC0

dev, lifetime, *prefix = sys.argv[1:]
index = socket.if_nametoindex(dev)
message = struct.pack('!BBHBBHII', 134, 0, 0, 64, 0, int(lifetime), 0, 0)
if prefix:
    address, valid, preferred = prefix
    message += struct.pack('!BBBBIII', 3, 4, 64, ON_LINK_AND_AUTONOMOUS, int(valid), int(preferred), 0)
    message += socket.inet_pton(socket.AF_INET6, address)
with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as sender:
    sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
    sender.sendto(message, ('ff02::1', 0, 0, index))
