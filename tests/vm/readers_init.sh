#!/bin/sh
# What the virtual machine runs: the program itself with the readers that QEMU plays. A line "round NAME" says
# which round begins; readers.py plays the customer. Each round ends with its listener.
export PATH=/bin LD_LIBRARY_PATH=/lib HOME=/run
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
systemd-udevd --daemon --resolve-names=never
modprobe -a xhci-pci ehci-pci uhci-hcd usbhid hid-generic evdev ftdi_sio
udevadm trigger
udevadm settle

echo "round usb"
loyalty --json listen --seconds 60 --path "serial:/dev/ttyUSB0?preset=olivetti" --path usb:0627:0001 &
listener=$!
# Sleep for a moment when the customer says so: the keyboard's keys are claimed, so a file cannot tell.
while kill -0 $listener 2>/dev/null; do
    if [ -e /dev/ttyUSB1 ] && [ ! -e /run/slept ]; then
        : >/run/slept
        # All of sleep but the last step, from which this machine would not wake: programs are frozen and
        # devices suspended for five seconds.
        echo devices >/sys/power/pm_test
        echo freeze >/sys/power/state && echo "round slept"
    fi
    sleep 0.2
done

echo "round evdev"
event=$(grep -l "QEMU USB Keyboard" /sys/class/input/event*/device/name | head -n 1)
event=${event#/sys/class/input/}
loyalty --json listen --seconds 40 --path "evdev:/dev/input/${event%%/*}"
echo "round over"
poweroff -f
