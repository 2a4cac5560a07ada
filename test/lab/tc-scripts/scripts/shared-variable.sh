#!/bin/sh
# rejected: 8 protocol-mismatch, 10 protocol-mismatch
PRIO_WEB=10
PRIO_SSH=11
LINK=eth0
tc qdisc add dev $LINK root handle 1: htb
tc filter add dev $LINK parent 1: protocol ip prio $PRIO_WEB u32 match ip dport 80 0xffff flowid 1:1
tc filter add dev $LINK parent 1: protocol ipv6 prio ${PRIO_WEB} u32 match ip6 dport 80 0xffff flowid 1:1
tc filter add dev $LINK parent 1: protocol ip prio $PRIO_SSH u32 match ip dport 22 0xffff flowid 1:1
tc filter add dev $LINK parent 1: protocol ipv6 prio "$PRIO_SSH" u32 match ip6 dport 22 0xffff flowid 1:1
