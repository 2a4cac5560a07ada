#!/bin/sh
# rejected: 15 protocol-mismatch, 16 protocol-mismatch
WAN=eth0
LAN=eth1
TC="$(command -v tc)"
TC=tc

start() {
  for dev in $WAN $LAN; do
    $TC qdisc add dev $dev root handle 1: htb default 99
    $TC class add dev $dev parent 1: classid 1:1 htb rate 50mbit
  done
  $TC filter add dev $WAN parent 1:0 protocol ip prio 1 u32 match ip dport 22 0xffff flowid 1:1
  $TC filter add dev $LAN parent 1:0 protocol ip prio 1 u32 match ip sport 22 0xffff flowid 1:1
  $TC filter add dev $WAN parent 1:0 protocol ipv6 prio 1 u32 match ip6 dport 22 0xffff flowid 1:1
  $TC filter add dev $LAN parent 1: protocol ipv6 prio 1 u32 match ip6 sport 22 0xffff flowid 1:1
}

stop() {
  $TC qdisc del dev $WAN root
  $TC qdisc del dev $LAN root
}

case "${1:-restart}" in
  start) start ;;
  stop) stop ;;
  restart)
    start
    stop
    ;;
  *) exit 2 ;;
esac
