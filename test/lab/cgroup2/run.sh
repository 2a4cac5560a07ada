#!/bin/sh
# What lab.service runs in the virtual machine that systemd has booted: an ordinary host, then one with failing units.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
out=/lab/out
cp /lab/node /usr/local/bin/node
chmod 755 /usr/local/bin/node
tar -C /opt -xf /lab/netdoctor.tar
netdoctor() {
  node /opt/netdoctor/bin/run.js "$@"
}
for _ in $(seq 60); do
  [ "$(systemctl is-system-running)" = running ] && break
  sleep 1
done
systemctl is-system-running >$out/state
# Somebody is logged in, as far as systemd is concerned.
useradd --create-home someone
someone=$(id -u someone)
loginctl enable-linger someone
for _ in $(seq 60); do
  [ "$(systemctl is-active "user@$someone")" = active ] && break
  sleep 1
done
netdoctor check --json >$out/ordinary.json
netdoctor check >$out/ordinary.txt

units=/run/systemd/system
mkdir -p $units
unit() {
  name=$1
  shift
  printf '%s\n' "$@" >$units/"$name"
}
spawn8='for i in 1 2 3 4 5 6 7 8; do sleep 600 & done; wait'
# Tries on when it is refused, and stays.
cat >/run/eight.pl <<'PERL'
for (1 .. 8) { my $child = fork; if (defined $child && !$child) { sleep 600; exit } }
sleep 600;
PERL
# At its own limit.
unit full.service '[Service]' 'TasksMax=5' 'ExecStart=/usr/bin/perl /run/eight.pl'
# Was at its limit, and has room again.
unit was.service '[Service]' 'TasksMax=6' \
  "ExecStart=/bin/sh -c 'sh -c \"for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait\"; exec sleep 600'"
# The limit is that of the slice above it; its shell ends when it cannot fork.
unit lim.slice '[Slice]' 'TasksMax=4'
unit held.service '[Service]' 'Slice=lim.slice' "ExecStart=/bin/sh -c 'sleep 600 & sleep 600 & wait'"
unit below.service '[Service]' 'Slice=lim.slice' "ExecStart=/bin/sh -c '$spawn8'"
# At a limit of the slice above it, and still there.
unit top.slice '[Slice]' 'TasksMax=3'
unit stays.service '[Service]' 'Slice=top.slice' 'ExecStart=/usr/bin/perl /run/eight.pl'
# RLIMIT_NPROC before setuid, beside a unit under the same UID.
unit holder.service '[Service]' 'User=daemon' "ExecStart=/bin/sh -c 'sleep 600 & sleep 600 & sleep 600 & wait'"
unit nproc.service '[Service]' 'User=daemon' 'LimitNPROC=3' 'ExecStart=/bin/sleep 600'
systemctl daemon-reload
systemctl start holder full was held stays
setpriv --reuid "$someone" --regid "$someone" --clear-groups env XDG_RUNTIME_DIR=/run/user/"$someone" \
  systemd-run --user --quiet --unit=full.service -p TasksMax=5 /usr/bin/perl /run/eight.pl
sleep 2
netdoctor predict forks --unit nproc.service --format json >$out/predict-nproc.json
systemctl start below nproc
sleep 4
for name in full was held stays below holder nproc; do
  echo "$name $(systemctl is-active $name) $(systemctl show -P ExecMainStatus $name)"
done >$out/units
theirs=user.slice/user-$someone.slice/user@$someone.service/app.slice/full.service
for cgroup in $theirs system.slice/full.service system.slice/was.service lim.slice lim.slice/held.service top.slice \
  top.slice/stays.service; do
  folder=/sys/fs/cgroup/$cgroup
  echo "/$cgroup $(cat $folder/pids.max) $(cat $folder/pids.current) $(cat $folder/pids.events)"
done >$out/cgroups
dmesg | grep 'fork rejected' >$out/kernel-log
netdoctor bundle create --unpacked $out/bundle
netdoctor check --json >$out/failing.json
netdoctor check >$out/failing.txt
netdoctor check --json --from $out/bundle >$out/replayed.json
for name in full was held stays; do
  netdoctor predict forks --pid "$(systemctl show -P MainPID $name)" --format json >$out/predict-$name.json
done
