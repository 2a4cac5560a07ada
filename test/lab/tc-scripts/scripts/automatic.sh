#!/bin/sh
# rejected: 8 protocol-mismatch
# The kernel gives each filter without a priority one of its own, from 49152 down.
DEV="eth0"
tc qdisc add dev "$DEV" root handle 1: htb
tc filter add dev "$DEV" protocol ip u32 match u32 0 0
tc filter add dev "$DEV" protocol ipv6 u32 match u32 0 0
tc filter add dev "$DEV" protocol ipv6 prio 49152 u32 match u32 0 0
