#!/bin/sh
# rejected: 5 default-qdisc, 9 protocol-mismatch
set -e
DEV=eth0
tc qdisc del dev $DEV root 2>/dev/null || true
if ! tc qdisc add dev $DEV root handle 1: htb; then exit 1; fi
p=1
tc filter add dev $DEV parent 1: protocol ip prio $p u32 match u32 0 0 flowid 1:1
tc filter add dev $DEV parent 1: protocol ipv6 prio $p u32 match u32 0 0 flowid 1:1
tc filter add dev $DEV parent 1: protocol ip prio 9 u32 match u32 0 0 flowid 1:1
