#!/bin/sh
# rejected: 6 protocol-mismatch
# unfixable: one number for both protocols
tc qdisc add dev eth0 root handle 1: htb
for proto in ip ipv6; do
  tc filter add dev eth0 parent 1: protocol $proto prio 5 u32 match u32 0 0 flowid 1:1
done
