#!/bin/sh
# What the virtual machine runs: udev, without which libusb hears of no plug, and the test.
export PATH=/bin LD_LIBRARY_PATH=/lib
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t tmpfs tmpfs /run
systemd-udevd --daemon --resolve-names=never
modprobe -a usbhid hid-generic vhci-hcd
exec /bin/usb_kernel
