#!/bin/sh
# rejected: 11 protocol-mismatch
NS=inner
ip netns add $NS
ip -n $NS link add eth0 type veth peer name eth0p
IN="ip netns exec $NS"
tc qdisc add dev eth0 root handle 1: htb
$IN tc qdisc add dev eth0 root handle 1: htb
tc filter add dev eth0 protocol ip prio 1 u32 match u32 0 0
$IN tc filter add dev eth0 protocol ipv6 prio 1 u32 match u32 0 0
tc -n $NS filter add dev eth0 protocol ip prio 1 u32 match u32 0 0
