#!/bin/sh
# Installs what the lab tests need, from Debian's packages; with the argument `cgroup2` also what
# `npm run lab -- cgroup2` boots its virtual machine with. Root; safe to run again.
set -eu

packages='
  busybox-static
  docker.io runc
  podman crun conmon uidmap fuse-overlayfs slirp4netns
  lxc
  systemd-container debootstrap debian-archive-keyring
  avahi-daemon iproute2 iputils-ping nftables iptables patch
  python3
  strace
  gcc libc6-dev
  util-linux
'
if [ "${1-}" = cgroup2 ]; then packages="$packages qemu-system-x86 e2fsprogs cpio kmod xz-utils"; fi

missing=''
for package in $packages; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

# The tests start daemons of their own: an installed package must not start one on this machine.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get update -q
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
