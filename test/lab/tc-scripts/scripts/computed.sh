#!/bin/sh
# rejected: 8 protocol-mismatch
BASE=100
D=eth1
tc qdisc add dev $D root handle 1: htb
tc filter add dev $D parent 1: protocol ip prio $((BASE + 1)) u32 match u32 0 0
tc filter add dev $D parent 1: protocol ip prio $((BASE + 2)) u32 match ip dport 1 0xffff
tc filter add dev $D parent 1: protocol ipv6 prio $((BASE + 2)) u32 match u32 0 0
