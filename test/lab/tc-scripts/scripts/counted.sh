#!/bin/bash
# Like sqm-scripts: each protocol has a priority of its own.
DEV=${DEV:-eth0}
declare -A ports=([ssh]=22 [dns]=53)
tc qdisc add dev "$DEV" root handle 1: htb default 12
tc class add dev "$DEV" parent 1: classid 1:12 htb rate 100kbit
prio=1
for name in ssh dns; do
  port=${ports[$name]}
  tc filter add dev "$DEV" parent 1: protocol ip prio $prio u32 match ip dport "$port" 0xffff flowid 1:12
  tc filter add dev "$DEV" parent 1: protocol ipv6 prio $((prio + 1)) u32 match ip6 dport "$port" 0xffff flowid 1:12
  ((prio += 2))
done
