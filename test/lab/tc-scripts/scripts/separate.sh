#!/bin/sh
# The same priority, but never in the same place.
for dev in eth0 eth1; do
  tc qdisc add dev $dev root handle 1: htb
  tc class add dev $dev parent 1: classid 1:1 htb rate 9mbit
done
tc qdisc add dev eth0 clsact
tc filter add dev eth0 parent 1: protocol ip prio 1 u32 match u32 0 0 flowid 1:1
tc filter add dev eth0 parent 1:1 protocol ipv6 prio 1 u32 match u32 0 0
tc filter add dev eth1 parent 1: protocol ipv6 prio 1 u32 match u32 0 0 flowid 1:1
tc filter add dev eth0 ingress protocol ip prio 1 u32 match u32 0 0
tc filter add dev eth0 egress protocol ipv6 prio 1 u32 match u32 0 0
tc filter add dev eth0 ingress protocol ipv6 prio 1 chain 7 u32 match u32 0 0
tc filter add dev eth0 parent 1: protocol ip prio 1 u32 match ip dport 80 0xffff flowid 1:1
