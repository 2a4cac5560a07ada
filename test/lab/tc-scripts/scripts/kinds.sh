#!/bin/sh
# rejected: 6 kind-mismatch
dev=eth0
tc qdisc add dev $dev root handle 1: htb
tc filter add dev $dev parent 1: protocol ip prio 7 u32 match u32 0 0 flowid 1:1
tc filter add dev $dev parent 1: protocol ip prio 7 bpf bytecode '1,6 0 0 0,' flowid 1:2
tc filter add dev $dev parent 1: protocol ip prio 8 u32 match u32 0 0 flowid 1:1
