#!/bin/sh
# rejected: 9 protocol-mismatch, 11 protocol-mismatch
TC=/sbin/tc
IIF=eth1
${TC} qdisc add dev ${IIF} root handle 1: htb default 30
${TC} class add dev ${IIF} parent 1: classid 1:10 htb rate 1mbit
${TC} class add dev ${IIF} parent 1: classid 1:20 htb rate 1mbit
${TC} filter add dev ${IIF} parent 1: protocol ip   prio 3 u32 match ip tos 0x10 0xff flowid 1:10
${TC} filter add dev ${IIF} parent 1: protocol ipv6 prio 3 u32 match ip6 priority 0x10 0xff flowid 1:10
${TC} filter add dev ${IIF} parent 1: protocol ip   prio 4 u32 match ip dport 22 0xffff flowid 1:20
${TC} filter add dev ${IIF} parent 1: protocol ipv6 prio 4 u32 match ip6 dport 22 0xffff flowid 1:20
