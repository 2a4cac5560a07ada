#!/bin/sh
# rejected: 9 protocol-mismatch
INTERFACE=eth0
RATE=5
cat <<END | tc -batch -
qdisc add dev $INTERFACE root handle 1: htb default 1  # all
class add dev $INTERFACE parent 1: classid 1:1 htb rate ${RATE}mbit
filter add dev $INTERFACE parent 1: protocol ip pref 10 u32 match ip protocol 17 0xff flowid 1:1
filter add dev $INTERFACE parent 1: protocol ipv6 pref 10 u32 match ip6 protocol 17 0xff flowid 1:1
filter add dev $INTERFACE parent 1: protocol ip pref 11 u32 match u32 0 0 flowid 1:1
END
