#!/bin/sh
# rejected: 5 no-such-qdisc, 11 protocol-mismatch, 12 protocol-mismatch
IF=eth1
PRIO=20
tc qdisc del dev $IF ingress 2>/dev/null || true
tc qdisc add dev $IF handle ffff: ingress
police() {
  tc filter add dev $IF parent ffff: protocol "$1" prio "$2" u32 match u32 0 0
}
police ip $PRIO
tc filter add dev $IF ingress protocol ipv6 prio $PRIO u32 match u32 0 0
tc filter add dev $IF parent ffff: protocol all prio $PRIO u32 match u32 0 0
