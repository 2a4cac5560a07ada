#!/bin/sh
# rejected: 3 protocol-mismatch
tc() { command tc "$@" || echo "failed: $*" >&2; }

shape() { # device, rate
  local dev=$1 rate=$2
  tc qdisc replace dev "$dev" root handle 1: htb default 10
  tc class add dev "$dev" parent 1: classid 1:10 htb rate "$rate"
}
classify() { tc filter add dev "$1" parent 1: protocol "$2" prio "$3" u32 match u32 0 0 flowid "1:$4"; }

shape eth0 10mbit
classify eth0 ip 1 10
classify eth0 ipv6 1 10
shape eth1 20mbit
classify eth1 ip 1 10
classify eth1 ipv6 2 10
