#!/bin/sh
# rejected: 6 protocol-mismatch, 8 protocol-mismatch
# Without a protocol a filter is for all of them, which is one more.
tc qdisc add dev eth0 root handle 1: htb
tc filter add dev eth0 parent 1: prio 1 u32 match u32 0 0 flowid 1:1
tc filter add dev eth0 parent 1: protocol ip prio 1 u32 match ip dport 22 0xffff flowid 1:2
tc filter add dev eth0 parent 1: protocol ipv6 prio 2 u32 match ip6 dport 22 0xffff flowid 1:2
tc filter add dev eth0 parent 1: protocol ip prio 2 u32 match ip dport 80 0xffff flowid 1:3
tc filter add dev eth0 parent 1: protocol all prio 3 u32 match u32 0 0 flowid 1:4
