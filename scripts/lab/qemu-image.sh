#!/bin/sh
# Makes what a virtual Debian boots from, in the folder $1: vmlinux, initrd.gz, root.img. Root; minutes.
# The kernel is that of this machine's release, the root file system a small ordinary host with systemd.
set -eu

target=$1
packages=systemd,systemd-sysv,libpam-systemd,systemd-timesyncd,dbus,udev,kmod,procps,iproute2
packages=$packages,avahi-daemon,cron,openssh-server,rsyslog

. /etc/os-release
mkdir -p "$(dirname "$target")"
work=$(mktemp -d "$target-building-XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
out=$work/out
ird=$work/initrd
mkdir -p "$out" "$ird/bin" "$ird/modules" "$ird/proc" "$ird/sys" "$ird/dev" "$ird/lower" "$ird/upper" "$ird/new"

debootstrap --variant=minbase --include="$packages" "$VERSION_CODENAME" "$root"

# Unpacked, not installed: its scripts would build an initrd of their own for a minute.
kernel=$(apt-cache depends linux-image-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
(cd "$work" && apt-get download -q "$kernel" && dpkg-deb -x "$kernel"_*.deb kernel)
release=${kernel#linux-image-}
modules=$work/kernel/lib/modules/$release
depmod -b "$work/kernel" "$release"

# Uncompressed, QEMU starts it directly, which saves seconds without KVM.
LC_ALL=C grep -aobP '\xfd7zXZ\x00' "$work/kernel/boot/vmlinuz-$release" | cut -d: -f1 | while read -r at; do
  tail -c "+$((at + 1))" "$work/kernel/boot/vmlinuz-$release" | xz -dc --single-stream >"$out/vmlinux" 2>/dev/null || true
  if [ "$(head -c 4 "$out/vmlinux" | tail -c 3)" = ELF ]; then break; fi
done
[ "$(head -c 4 "$out/vmlinux" | tail -c 3)" = ELF ]

for module in virtio_pci virtio_blk crc32c_generic ext4 9p 9pnet_virtio overlay virtio_rng; do
  modprobe -d "$work/kernel" -S "$release" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p'
done | awk '!seen[$0]++' | while read -r file; do
  cp "$file" "$ird/modules/"
  basename "$file" >>"$ird/modules/order"
done
cp /bin/busybox "$ird/bin/busybox"
cat >"$ird/init" <<'INIT'
#!/bin/busybox sh
# The root file system is never written: all changes go to memory and are gone at power-off.
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
while read -r module; do insmod "/modules/$module"; done </modules/order
mount -t ext4 -o ro,noatime /dev/vda /lower
mount -t tmpfs -o size=1500m,mode=755 upper /upper
mkdir /upper/files /upper/work
mount -t overlay -o lowerdir=/lower,upperdir=/upper/files,workdir=/upper/work root /new
mkdir -p /new/lab
mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288 lab /new/lab
start=$(sed -n 's/.*labinit=\([^ ]*\).*/\1/p' /proc/cmdline)
mount --move /dev /new/dev
umount /sys /proc
exec switch_root /new "${start:-/sbin/init}"
INIT
chmod 755 "$ird/init"
(cd "$ird" && find . | cpio -o -H newc --quiet | gzip -1 >"$out/initrd.gz")

# Only what a network and cgroups need: the rest is drivers for hardware that is not there.
mkdir -p "$root/lib/modules/$release/kernel"
cp "$modules"/modules.* "$root/lib/modules/$release/"
for part in crypto lib net fs/9p fs/autofs fs/fuse fs/overlayfs drivers/net/veth.ko drivers/net/dummy.ko drivers/net/vrf.ko; do
  [ -e "$modules/kernel/$part" ] || continue
  mkdir -p "$root/lib/modules/$release/kernel/$(dirname "$part")"
  cp -a "$modules/kernel/$part" "$root/lib/modules/$release/kernel/$part"
done
depmod -b "$root" "$release"

cat >"$root/etc/systemd/system/lab.service" <<'UNIT'
[Unit]
Description=Runs what the lab has to run, then powers off
Wants=multi-user.target
After=multi-user.target
SuccessAction=poweroff-force
FailureAction=poweroff-force

[Service]
Type=exec
ExecStart=/bin/sh /lab/run.sh
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
UNIT
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/usr/share/doc "$root"/usr/share/man "$root"/usr/share/locale
: >"$root/etc/machine-id"
echo lab >"$root/etc/hostname"
for unit in getty@tty1.service serial-getty@ttyS0.service apt-daily.timer apt-daily-upgrade.timer; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

truncate -s 2G "$out/root.img"
mkfs.ext4 -q -O ^has_journal -d "$root" "$out/root.img"
rm -rf --one-file-system "$target"
mv "$out" "$target"
