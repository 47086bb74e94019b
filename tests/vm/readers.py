# SPDX-License-Identifier: MIT
"""The program `loyalty` under Debian's kernel with readers that QEMU plays: an FTDI serial scanner at 7E1 with
ACK/NAK, and a USB keyboard as scanner, through libusb and through a grabbed evdev node. In: the program and a
work folder. Out: what was seen, and exit 0, 1, or 77 where QEMU, the kernel package or udev cannot be had."""
import argparse
import json
import os
import queue
import shutil
import socket
import sys
import threading
import time

import machine

EAN = "3046920029759"
CARD = "29123456789012"
PATIENCE_S = 60
# Under emulation a machine that slept is slow to wake; on the clock of the wall, a replug is not.
REPLUG_S = 10
TYPED_S = 5
TYPINGS = 5


class Silence(machine.Failed):
    """What was waited for did not come. It may yet."""


class Counter:
    """The counter's other side: the customer who swipes and plugs, and what the till printed."""

    def __init__(self, guest, folder):
        self.lines = queue.Queue()
        self.guest = guest
        threading.Thread(target=self.read_lines, daemon=True).start()
        self.monitor = self.connect(os.path.join(folder, "monitor"))
        self.line = self.connect(os.path.join(folder, "line"))
        self.again = self.connect(os.path.join(folder, "again"))
        self.steps = 0
        self.typed_again = 0
        self.console = []

    def read_lines(self):
        for raw in self.guest.stdout:
            self.lines.put(raw.decode("latin-1").strip("\r\n"))
        self.lines.put(None)

    @staticmethod
    def connect(path):
        end = time.time() + PATIENCE_S
        while True:
            try:
                link = socket.socket(socket.AF_UNIX)
                link.connect(path)
                return link
            except OSError:
                if time.time() > end:
                    raise machine.Failed("QEMU does not open %s" % path)
                time.sleep(0.1)

    def command(self, text):
        self.monitor.sendall(text.encode() + b"\n")

    def answers(self):
        """What QEMU's monitor said so far: of use when something failed."""
        self.monitor.setblocking(False)
        try:
            return self.monitor.recv(1 << 20).decode("latin-1")
        except BlockingIOError:
            return ""

    def keys(self, text):
        for character in text:
            self.command("sendkey %s 5" % {"\n": "ret"}.get(character, character))
            time.sleep(0.015)

    def await_line(self, what, holds, seconds=PATIENCE_S):
        """The next line for which holds() is true; lines before it are passed over, but no read among them."""
        end = time.time() + seconds
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, end - time.time()))
            except queue.Empty:
                raise Silence("waited %d s for: %s" % (seconds, what))
            self.console.append(line)
            if line is None:
                raise machine.Failed("the machine ended before: %s" % what)
            event = {}
            if line.startswith("{"):
                event = json.loads(line)
            if holds(line, event):
                self.steps += 1
                print("%-10s %s" % ("ok", what))
                return event
            if event.get("event") == "read" and self.typed_again > 0:
                self.typed_again -= 1
            elif event.get("event") == "read":
                raise machine.Failed("a read that nobody made before: %s: %s" % (what, line))

    def await_event(self, what, kind, driver, text=None, seconds=PATIENCE_S):
        def holds(_, event):
            same = event.get("event") == kind and event.get("driver") == driver
            return same and (text is None or event["parts"][0].get("text") == text)
        return self.await_line(what, holds, seconds)

    def type_card(self, what, driver):
        """QEMU's keyboard holds 16 presses and releases and drops the rest, so of a slow guest keys may be lost, or
        stay down until they are typed once more. A card that did not come whole is typed again."""
        self.typed_again = 0
        for left in reversed(range(TYPINGS)):
            self.keys(CARD + "\n")
            try:
                self.await_event(what, "read", driver, CARD, seconds=TYPED_S)
                return
            except machine.Failed as failure:
                if not left:
                    raise
                print("%-10s %s" % ("again", failure))
                self.typed_again += isinstance(failure, Silence)

    def await_drivers(self, what, drivers):
        """Attached in any order."""
        def holds(_, event):
            if event.get("event") == "attached":
                drivers.discard(event["driver"])
            return not drivers
        self.await_line(what, holds)

    def await_round(self, name):
        self.await_line("round " + name, lambda line, _: line == "round " + name)

    def await_ack(self):
        self.line.settimeout(PATIENCE_S)
        got = self.line.recv(1)
        if got != b"\x06":
            raise machine.Failed("the scanner waits for ACK and got %r" % got)
        self.steps += 1
        print("%-10s %s" % ("ok", "the scanner's ACK came"))


def serial_round(counter):
    counter.line.sendall(b"\x02]E0" + EAN.encode() + b"\x03")
    counter.await_event("a frame at 7E1 is a read", "read", "serial-line", EAN)
    counter.await_ack()
    counter.line.sendall(b"\x02]E030469")
    time.sleep(0.3)
    counter.command("device_del scanner")
    counter.await_event("unplugged in mid-frame it is a misread", "misread", "serial-line")
    counter.await_event("the hang-up is seen", "detached", "serial-line")
    # QEMU lets go of the first line only when the guest does.
    counter.command("device_add usb-serial,chardev=again,id=scanner")
    counter.await_event("plugged in again it is taken up", "attached", "serial-line",
                        seconds=REPLUG_S)
    counter.again.sendall(b"\x02]E0" + EAN.encode() + b"\x03")
    counter.await_event("and reads", "read", "serial-line", EAN)


def keyboard_round(counter, driver):
    counter.type_card("typed by a scanner, a card is a read", driver)
    counter.keys(CARD[:6])
    counter.command("device_del keyboard")
    counter.await_event("unplugged in mid-card it is a misread", "misread", driver)
    counter.await_event("the keyboard goes", "detached", driver)
    counter.command("device_add usb-kbd,id=keyboard")
    counter.await_event("plugged in again it is taken up", "attached", driver, seconds=REPLUG_S)
    counter.type_card("and reads", driver)


def sleep_round(counter):
    counter.command("device_add usb-serial,chardev=sign,always-plugged=on,id=sign")
    counter.await_round("slept")
    # A reader that lost power in its sleep comes anew; one that did not just goes on.
    counter.type_card("after the machine's sleep the keyboard reads", "hid-keyboard")


def play(counter):
    counter.await_round("usb")
    counter.await_drivers("both are attached", {"hid-keyboard", "serial-line"})
    serial_round(counter)
    keyboard_round(counter, "hid-keyboard")
    sleep_round(counter)
    counter.await_round("evdev")
    counter.await_event("the grabbed node is attached", "attached", "hid-keyboard")
    keyboard_round(counter, "hid-keyboard")


def machine_run(options):
    udev = shutil.which("udevadm")
    if not udev:
        raise machine.Unavailable("udevadm is missing: install the package udev")
    kernel = machine.kernel_unpack(options.kernel)
    folder = os.path.join(options.work, "readers")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    initramfs = os.path.join(folder, "initramfs.gz")
    init = os.path.join(os.path.dirname(os.path.abspath(__file__)), "readers_init.sh")
    machine.initramfs_build(initramfs, options.kernel, init,
                            {"loyalty": options.program, "systemd-udevd": udev, "udevadm": udev},
                            ["grep", "head", "sleep", "poweroff"])
    sockets = ["-chardev", "socket,id=monitor,path=%s/monitor,server=on,wait=off" % folder,
               "-mon", "chardev=monitor,mode=readline",
               "-chardev", "socket,id=line,path=%s/line,server=on,wait=off" % folder,
               "-chardev", "socket,id=again,path=%s/again,server=on,wait=off" % folder,
               "-chardev", "null,id=sign"]
    devices = ["-device", "qemu-xhci", "-device", "usb-serial,chardev=line,id=scanner",
               "-device", "usb-kbd,id=keyboard"]
    guest = machine.machine_start(kernel, initramfs, sockets + devices)
    timer = threading.Timer(options.timeout, guest.kill)
    timer.start()
    counter = Counter(guest, folder)
    try:
        play(counter)
        print("%d steps passed" % counter.steps)
    except machine.Failed:
        print("\n".join("console    %s" % line for line in counter.console[-40:]))
        print("\n".join("monitor    %s" % line for line in counter.answers().splitlines()
                        if "sendkey" not in line))
        raise
    finally:
        timer.cancel()
        guest.kill()
        guest.wait()
        os.unlink(initramfs)
    return 0


def main():
    parser = argparse.ArgumentParser()
    for name in ("program", "kernel", "work"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--timeout", type=int, default=240)
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
