# SPDX-License-Identifier: MIT
"""A reader behind the kernel's own USB stack, in a virtual machine. In: the test program and a work folder.
Out: its lines, and exit 0, 1, or 77 where QEMU, the kernel package or udev cannot be had."""
import argparse
import os
import shutil
import sys

import machine


def machine_run(options):
    udev = shutil.which("udevadm")
    if not udev:
        raise machine.Unavailable("udevadm is missing: install the package udev")
    kernel = machine.kernel_unpack(options.kernel)
    initramfs = os.path.join(options.work, "usb.cpio.gz")
    init = os.path.join(os.path.dirname(os.path.abspath(__file__)), "usb_init.sh")
    machine.initramfs_build(initramfs, options.kernel, init,
                            {"usb_kernel": options.program, "loyalty": options.loyalty,
                             "systemd-udevd": udev})
    try:
        lines = machine.run_to_end(machine.machine_start(kernel, initramfs, []))
    finally:
        os.unlink(initramfs)
    print("\n".join(line for line in lines if not line.startswith("\x1b")))
    return 0 if "passed;" in lines else 1


def main():
    parser = argparse.ArgumentParser()
    for name in ("program", "loyalty", "kernel", "work"):
        parser.add_argument("--" + name, required=True)
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    try:
        machine.programs_require()
        return machine_run(parser.parse_args())
    except machine.Unavailable as reason:
        print("skipped: %s" % reason)
        return 77
    except machine.Failed as failure:
        print("FAILED: %s" % failure)
        return 1


if __name__ == "__main__":
    sys.exit(main())
