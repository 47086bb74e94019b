#!/bin/sh
# The committed udev files do with Debian's own udev what they promise, for every model: a name space of its own,
# in which only our rules stand in /etc/udev, and devices that exist in umockdev only. udev.sh SOURCE_DIR
set -eu
for tool in systemd-hwdb udevadm umockdev-run unshare; do
    command -v $tool >/dev/null 2>&1 || { echo "skipped: $tool is not installed (apt install udev umockdev)"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: only root may mount over /etc/udev in a name space of its own"; exit 77; }
if [ "${2-}" != inside ]; then
    unshare -m true 2>/dev/null || { echo "skipped: this machine gives no mount name space"; exit 77; }
    exec unshare -m sh "$0" "$1" inside
fi
work=$(mktemp -d)
trap 'umount /etc/udev /run/udev 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir -p "$work/etc/rules.d" "$work/etc/hwdb.d" /etc/udev /run/udev
cp "$1/drivers/udev/70-loyalty-readers.rules" "$work/etc/rules.d"
cp "$1/drivers/udev/70-loyalty-readers.hwdb" "$work/etc/hwdb.d"
mount --bind "$work/etc" /etc/udev
mount -t tmpfs none /run/udev
systemd-hwdb --strict update
die() { echo "FAILED: $*"; cat "$work/said"; exit 1; }
says() { grep -qE -- "$1" "$work/said" || die "udev does not say: $1"; }
says_not() { if grep -qE -- "$1" "$work/said"; then die "udev says: $1"; fi; }

# One device of these ids with a serial port and an input device, and what udev makes of the three.
plug() { # plug VID PID
    cat >"$work/device" <<END
P: /devices/pci0000:00/usb1/1-1
N: bus/usb/001/002
E: SUBSYSTEM=usb
E: DEVNAME=/dev/bus/usb/001/002
E: DEVTYPE=usb_device
A: busnum=1\\n
A: devnum=2\\n
A: idVendor=$1\\n
A: idProduct=$2\\n
A: power/control=auto\\n
A: dev=189:1\\n

P: /devices/pci0000:00/usb1/1-1/1-1:1.0/tty/ttyACM0
N: ttyACM0
E: SUBSYSTEM=tty
E: DEVNAME=/dev/ttyACM0
A: dev=166:0\\n

P: /devices/pci0000:00/usb1/1-1/1-1:1.1/input/input7/event7
N: input/event7
E: SUBSYSTEM=input
E: DEVNAME=/dev/input/event7
A: dev=13:71\\n
END
    umockdev-run -d "$work/device" -- udevadm test --action=add "/sys/devices/pci0000:00/usb1/1-1$3" >"$work/said" 2>&1 || true
    says 'Reading rules file: /etc/udev/rules.d/70-loyalty-readers.rules'
    says_not '70-loyalty-readers.rules.*(Invalid|Unknown|invalid|unknown|ignoring)'
}

group=$(getent group plugdev | cut -d: -f3)
ours='70-loyalty-readers.rules:[0-9]+'
models=0
sed -n 's/^usb:v\(....\)p\(....\)\*$/\1 \2/p' "$1/drivers/udev/70-loyalty-readers.hwdb" | tr A-F a-f >"$work/models"
while read -r vid pid; do
    upper=$(echo "$vid $pid" | tr a-f A-F)
    systemd-hwdb query "usb:v${upper% *}p${upper#* }d0100dc00" >"$work/said"
    says '^ID_LOYALTY_READER=1$'
    says '^ID_LOYALTY_DRIVER=[a-z0-9]'
    models=$((models + 1))
done <"$work/models"
[ "$models" -gt 0 ] || { echo "the hardware database names no model"; exit 1; }

first=$(head -n 1 "$work/models")
plug ${first% *} ${first#* } ""
says "$ours GROUP ${group:-[0-9]+}$"
says "$ours MODE 0660"
says "$ours ATTR .*power/control.* writing 'on'"
says '^CURRENT_TAGS=.*:uaccess:'
says '^ID_MM_DEVICE_IGNORE=1$'
plug ${first% *} ${first#* } /1-1:1.0/tty/ttyACM0
says '^ID_MM_DEVICE_IGNORE=1$'
says '^CURRENT_TAGS=.*:uaccess:'

# Nobody else's keyboard, and nobody else's device at all.
for path in "" /1-1:1.0/tty/ttyACM0 /1-1:1.1/input/input7/event7; do
    plug 046d c31c "$path"
    says_not "$ours (GROUP|MODE|ATTR)"
    says_not 'LOYALTY|ID_MM_DEVICE_IGNORE'
done
keyboard=$(awk '/^usb:v/ { id = tolower(substr($0, 6, 4) " " substr($0, 11, 4)) } /ID_LOYALTY_KEYBOARD/ { print id; exit }' "$1/drivers/udev/70-loyalty-readers.hwdb")
if [ -n "$keyboard" ]; then
    plug ${keyboard% *} ${keyboard#* } /1-1:1.1/input/input7/event7
    says "$ours GROUP ${group:-[0-9]+}$"
    says "$ours MODE 0660"
else
    echo "no driver names a keyboard-mode model"
fi
echo "$models models"
