#!/bin/sh
# What was there is gone before its priority is used again.
DEV=eth0
add() { tc qdisc add dev $DEV root handle 1: htb; tc filter add dev $DEV protocol $1 prio 1 u32 match u32 0 0; }
add ip
tc qdisc del dev $DEV root
add ipv6
tc filter del dev $DEV prio 1
tc filter add dev $DEV protocol ip prio 1 u32 match u32 0 0
tc filter replace dev $DEV protocol ip prio 1 u32 match u32 0 0
