#!/bin/sh
# First process of the virtual machine: asks its kernel what worker.py is told to, then powers off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs run /run
for module in veth vrf; do
  modprobe "$module" || echo "no $module" >>/lab/errors
done
uname -r >/lab/release
grep -c ' mip6_' /proc/kallsyms >/lab/mip6
PYTHONHOME=/lab/usr PYTHONDONTWRITEBYTECODE=1 /lab/usr/bin/python3 /lab/worker.py \
  </lab/orders >/lab/answers 2>>/lab/errors
sync
poweroff -f
