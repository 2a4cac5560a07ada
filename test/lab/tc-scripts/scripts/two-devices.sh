#!/bin/sh
# rejected: 9 protocol-mismatch
set -u
DEVICES="eth0 eth1"
for d in $DEVICES; do
  tc qdisc add dev "$d" root handle 10: htb
  tc filter add dev "$d" parent 10: protocol ip prio 100 u32 match u32 0 0 flowid 10:1
  # Added later, by copy and paste.
  tc filter add dev "$d" parent 10: protocol ipv6 prio 100 u32 match u32 0 0 flowid 10:1
done
