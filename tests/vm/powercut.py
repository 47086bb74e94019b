# SPDX-License-Identifier: MIT
"""Power cuts under a real kernel: a writer in a virtual machine acknowledges baskets, the machine is killed,
and the store from its disk must hold all of them. In: the programs and a work folder. Out: figures, and exit
0, 1, or 77 where QEMU or the kernel package cannot be had. LOYALTY_VM_SEED=N: other moments."""
import argparse
import os
import random
import re
import shutil
import sys
import time

import machine

LINE = re.compile(r"created;|(member|card|basket) \d+;|line \d+ \d+;")
# Title, the console line that starts the clock, seconds from there, lines of that kind at least.
CUTS = [
    ("while the store is made", "mounted;", (0.2, 0.9), 1),
    ("just after", "created;", (0.02, 0.5), 1),
    ("among the first baskets", "basket ", (0.8, 2.0), 20),
    ("later", "basket ", (3.0, 5.0), 60),
]
CONTROL = ("control", "basket ", (1.5, 3.0), 60)
CONTROL_CUTS = 4
REPLAYS = 4


class Rig:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.random = random.Random(options.seed)
        self.kernel = machine.kernel_unpack(options.kernel)
        disk = self.path("base.img")
        machine.disk_make(disk)

    def path(self, name):
        return os.path.join(self.folder, name)

    def initramfs(self, writer):
        path = self.path(os.path.basename(writer) + ".cpio.gz")
        here = os.path.dirname(os.path.abspath(__file__))
        if not os.path.exists(path):
            machine.initramfs_build(path, self.options.kernel, os.path.join(here, "powercut_init.sh"),
                                    {"writer": writer})
        return path

    def cut(self, writer, plan):
        """Runs and cuts; leaves the disk and its log. Returns the acknowledged lines."""
        title, trigger, (low, high), at_least = plan
        delay_s, began = self.random.uniform(low, high), time.monotonic()
        shutil.copy(self.path("base.img"), self.path("disk.img"))
        running = machine.machine_start(self.kernel, self.initramfs(writer),
                                        machine.disk_arguments(self.path("disk.img"),
                                                               self.path("disk.log")))
        lines = machine.run_until_cut(running, trigger, delay_s, at_least)
        for line in lines:
            if line.startswith("failed"):
                raise machine.Failed("the writer " + line)
        print("  cut %s: %.2f s behind the first '%s' (%.1f s in all)" %
              (title, delay_s, trigger.strip(), time.monotonic() - began), flush=True)
        return [line for line in lines if LINE.fullmatch(line)]

    def verify(self, image, lines):
        """Whether the store on this image holds what was acknowledged, and the verifier's words."""
        machine.files_extract(image, self.path("files"))
        with open(self.path("lines"), "w") as file:
            file.writelines(line + "\n" for line in lines)
        result = machine.run([self.options.verify, self.path("files/shop.db"), self.path("lines")])
        if result.returncode not in (0, 1):
            raise machine.Failed("the verifier: exit %d\n%s" % (result.returncode, result.text))
        return result.returncode == 0, result.text.rstrip("\n")

    def replay_cases(self, entries, lines):
        """(entries of the log, what is known to be acknowledged there): the end, and moments before it, of
        which only is known that the store must be sound, and be there once its making is long past."""
        cases = [(len(entries), lines)] * REPLAYS
        if "basket 60;" in lines:
            first, known = len(entries) // 2, ["created;"]
        else:
            first, known = 0, []
        return cases + [(self.random.randrange(first, len(entries)), known) for _ in range(REPLAYS)]

    def replays(self, lines):
        """The same cut with a disk that had a cache of its own and lost it."""
        entries, whole = machine.log_read(self.path("disk.log"))
        if not whole or not entries:
            print("    the disk's log has a hole: no replay", flush=True)
            return True
        cases = self.replay_cases(entries, lines)
        tried = good = dropped = 0
        for length, known in cases:
            image = self.path("replay.img")
            dropped += machine.image_replay(self.path("base.img"), entries[:length], self.random,
                                            image)
            sound, text = self.verify(image, known)
            # The first words say it; the others would only repeat them.
            if not sound and good == tried:
                print(text)
            good, tried = good + sound, tried + 1
        print("    and with a disk cache that loses %d sectors: %d of %d replays good" %
              (dropped, good, len(cases)), flush=True)
        return good == len(cases)


def product_hold(rig):
    print("the product's settings", flush=True)
    held = True
    for plan in CUTS:
        lines = rig.cut(rig.options.writer, plan)
        sound, text = rig.verify(rig.path("disk.img"), lines)
        print(text, flush=True)
        held = rig.replays(lines) and sound and held
    return held


def control_loses(rig):
    print("control: the same with synchronous=OFF, which must lose", flush=True)
    for _ in range(CONTROL_CUTS):
        lines = rig.cut(rig.options.control, CONTROL)
        try:
            sound, text = rig.verify(rig.path("disk.img"), lines)
        except machine.Damaged as failure:
            sound, text = False, "    " + str(failure)
        print(text, flush=True)
        if not sound:
            return True
    return False


def cuts_run(options):
    folder = os.path.join(options.work, "powercut.tmp")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    try:
        rig = Rig(options, folder)
        if not product_hold(rig):
            print("FAILED: a power cut lost or damaged what was acknowledged (seed %d)" % options.seed)
            return 1
        if not control_loses(rig):
            print("FAILED: the control lost nothing in %d cuts, so these cuts prove nothing" % CONTROL_CUTS)
            return 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("all acknowledged baskets, lines, members and cards were there; the control lost, as it must")
    return 0


def main():
    parser = argparse.ArgumentParser()
    for name in ("writer", "control", "verify", "kernel", "work"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    options.seed = int(os.environ.get("LOYALTY_VM_SEED", "1"))
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    print("seed %d" % options.seed, flush=True)
    try:
        machine.programs_require()
        return cuts_run(options)
    except machine.Unavailable as reason:
        print("skipped: %s" % reason)
        return 77
    except machine.Failed as failure:
        print("FAILED: %s" % failure)
        return 1


if __name__ == "__main__":
    sys.exit(main())
