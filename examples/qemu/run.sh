#!/bin/sh
# Boots a Linux of one shell script (init.sh) in QEMU, with a virtual module on the second serial port of the machine.
# KERNEL=FILE: another kernel than the newest in /boot; where there is none, Debian's is fetched with apt-get.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
atmqtt=${ATMQTT:-npx atmqtt}
for tool in qemu-system-x86_64 busybox cpio; do
  command -v $tool >/dev/null || { echo "$tool is missing: apt-get install qemu-system-x86 busybox-static cpio" >&2; exit 3; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

kernel=${KERNEL:-$(ls /boot/vmlinuz-* 2>/dev/null | tail -1)}
if [ -z "$kernel" ]; then
  name=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: //p')
  (cd "$work" && chmod 755 . && apt-get download -qq "$name" && dpkg-deb --fsys-tarfile ./*.deb | tar x ./boot)
  kernel=$(ls "$work"/boot/vmlinuz-*)
fi

mkdir -p "$work/root/bin" "$work/root/dev"
cp "$here/init.sh" "$work/root/init"
cp "$(command -v busybox)" "$work/root/bin/busybox"
(cd "$work/root" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd"

# The module ends with QEMU. -serial: the console; then the modem, a TCP connection to the module.
cat >"$work/machine.sh" <<END
exec qemu-system-x86_64 -accel tcg -m 128 -nodefaults -no-user-config -display none -no-reboot \\
  -kernel "$kernel" -initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1 broker=tcp:\${ATMQTT_BROKER#mqtt:}" \\
  -serial stdio -serial "tcp:\$ATMQTT_TCP"
END
timeout 300 $atmqtt module --no-pty --tcp 127.0.0.1:0 --broker 127.0.0.1:0 --no-broker-tls -- sh "$work/machine.sh" </dev/null | tee "$work/console"
grep -q 'guest: passed' "$work/console"
