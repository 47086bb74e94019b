# SPDX-License-Identifier: MIT
"""A virtual machine without KVM: Debian's stock kernel, an initramfs of given programs, a disk whose
writes are logged, and its power cut. Programs and paths in; console lines and disk images out. Knows no
store and no reader."""
import ctypes
import glob
import lzma
import os
import shutil
import signal
import struct
import subprocess
import threading
import time

OUTER_TIMEOUT_S = 100
DISK_BYTES = 256 << 20
SECTOR = 512
LOG_FLUSH, LOG_FUA, LOG_DISCARD = 1, 2, 4
# For the disk, for USB/IP and for the devices that QEMU plays; paths in the package's tree. depmod finds out the order.
MODULES = ["drivers/virtio", "drivers/block/virtio_blk.ko", "fs/ext4", "fs/jbd2", "fs/mbcache.ko",
           "drivers/usb/core", "drivers/usb/common", "drivers/usb/usbip", "drivers/usb/host",
           "drivers/usb/serial/usbserial.ko", "drivers/usb/serial/ftdi_sio.ko",
           "drivers/input/evdev.ko", "drivers/hid/hid.ko",
           "drivers/hid/hid-generic.ko", "drivers/hid/usbhid/usbhid.ko", "lib/crc16.ko",
           "lib/libcrc32c.ko", "crypto/crc32c_generic.ko"]


class Unavailable(Exception):
    """Something this machine cannot get; the test is skipped with these words."""


class Failed(Exception):
    """The rig itself failed; the test fails with these words."""


class Damaged(Failed):
    """The file system is beyond repair."""


def run(command, **options):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    result.text = result.stdout.decode("utf-8", "replace")
    return result


def must(command, **options):
    result = run(command, **options)
    if result.returncode != 0:
        raise Failed("%s: exit %d\n%s" % (" ".join(command), result.returncode, result.text))
    return result.text


def programs_require():
    if os.uname().machine != "x86_64":
        raise Unavailable("the machine that is emulated runs amd64 programs, and these are not")
    for program, package in (("qemu-system-x86_64", "qemu-system-x86"), ("busybox", "busybox-static"),
                             ("cpio", "cpio"), ("debugfs", "e2fsprogs"), ("mkfs.ext4", "e2fsprogs")):
        if not shutil.which(program):
            raise Unavailable("%s is missing: install the package %s" % (program, package))


# ---- Kernel and initramfs


def kernel_download(folder):
    """Debian's current kernel package; downloaded, never installed."""
    environment = dict(os.environ, LC_ALL="C")
    depends = run(["apt-cache", "depends", "--important", "linux-image-amd64"],
                  env=environment).text.split()
    names = [word for word in depends
             if word.startswith("linux-image-") and word != "linux-image-amd64"]
    if not names:
        raise Unavailable("apt knows no kernel package: run apt-get update")
    # Root would otherwise download as a user who cannot write here, with a warning.
    sandbox = ["-o", "APT::Sandbox::User=root"] if os.getuid() == 0 else []
    command = ["apt-get", "download", "-q"] + sandbox + names[:1]
    result = run(command, cwd=folder, env=environment)
    if result.returncode != 0 and os.getuid() == 0:
        run(["apt-get", "update", "-q"])
        result = run(command, cwd=folder, env=environment)
    packages = glob.glob(os.path.join(folder, "linux-image-*.deb"))
    if result.returncode != 0 or not packages:
        raise Unavailable("the kernel package %s cannot be downloaded: %s" %
                          (names[0], result.text.strip()[-300:]))
    return packages[0]


def kernel_decompress(packed, path):
    """An emulated processor takes 5 to 20 seconds to do this; QEMU starts the bare kernel by its PVH note."""
    with open(packed, "rb") as file:
        image = file.read()
    start = image.find(b"\xfd7zXZ\0")
    try:
        kernel = lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(image[start:] if start >= 0 else b"")
    except lzma.LZMAError:
        kernel = b""
    with open(path, "wb") as file:
        file.write(kernel if kernel.startswith(b"\x7fELF") else image)


def kernel_unpack(cache):
    """The kernel and its modules, kept in the folder `cache` from one run to the next."""
    listed = os.path.join(cache, "modules.wanted")
    if not os.path.exists(listed) or open(listed).read().split() != MODULES:
        shutil.rmtree(cache, ignore_errors=True)
        making = cache + ".new"
        shutil.rmtree(making, ignore_errors=True)
        os.makedirs(making)
        package = kernel_download(making)
        archive = subprocess.Popen(["dpkg", "--fsys-tarfile", package], stdout=subprocess.PIPE)
        wanted = ["./boot/vmlinuz-*", "./lib/modules/*/modules.builtin", "./lib/modules/*/modules.order"]
        wanted += ["./lib/modules/*/kernel/" + module for module in MODULES]
        must(["tar", "-C", making, "-x", "--wildcards"] + wanted, stdin=archive.stdout)
        archive.stdout.close()
        if archive.wait() != 0:
            raise Failed("the kernel package is damaged")
        os.unlink(package)
        packed = glob.glob(os.path.join(making, "boot", "vmlinuz-*"))[0]
        kernel_decompress(packed, os.path.join(making, "kernel"))
        with open(os.path.join(making, "modules.wanted"), "w") as file:
            file.write("\n".join(MODULES))
        os.rename(making, cache)
    return os.path.join(cache, "kernel")


def shared_libraries(program):
    words = must(["ldd", program]).split()
    return sorted({word for word in words if word.startswith("/")})


def initramfs_build(path, cache, init, programs, applets=()):
    """programs: name in the guest's /bin -> file here; applets: busybox's, by name."""
    root = path + ".root"
    shutil.rmtree(root, ignore_errors=True)
    for folder in ("bin", "proc", "sys", "dev", "run", "disk", "lib", "lib64"):
        os.makedirs(os.path.join(root, folder))
    modules = os.path.join(root, "lib", "modules")
    shutil.copytree(os.path.join(cache, "lib", "modules"), modules)
    must(["busybox", "depmod", "-b", root, os.listdir(modules)[0]])
    shutil.copy(shutil.which("busybox"), os.path.join(root, "bin", "busybox"))
    for applet in ["sh", "mount", "modprobe"] + list(applets):
        os.symlink("busybox", os.path.join(root, "bin", applet))
    for name, program in programs.items():
        shutil.copy(program, os.path.join(root, "bin", name))
        for library in shared_libraries(program):
            # The loader alone is named by its path.
            folder = "lib64" if library.startswith("/lib64/") else "lib"
            shutil.copy(library, os.path.join(root, folder, os.path.basename(library)))
    shutil.copy(init, os.path.join(root, "init"))
    os.chmod(os.path.join(root, "init"), 0o755)
    pack = 'cd "$1" && find . | cpio -o -H newc --quiet -R 0:0 | gzip -1 >"$2"'
    must(["sh", "-c", pack, "sh", root, path])
    shutil.rmtree(root)


# ---- A run and its end


def disk_make(path):
    with open(path, "wb") as disk:
        disk.truncate(DISK_BYTES)
    must(["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", path])


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def disk_arguments(disk, log):
    with open(log, "wb") as file:
        file.truncate(SECTOR)
    return ["-blockdev", "driver=file,filename=%s,node-name=image" % disk,
            "-blockdev", "driver=file,filename=%s,node-name=log" % log,
            "-blockdev", "driver=blklogwrites,node-name=disk,file=image,log=log,log-sector-size=%d,"
                         "log-super-update-interval=64" % SECTOR,
            "-device", "virtio-blk-pci,drive=disk"]


def machine_start(kernel, initramfs, devices):
    return subprocess.Popen(
        ["qemu-system-x86_64", "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1", "-m", "384",
         "-nodefaults", "-no-user-config", "-nic", "none", "-vga", "none", "-display", "none",
         "-monitor", "none", "-serial", "stdio", "-no-reboot", "-kernel", kernel, "-initrd", initramfs,
         "-append", "console=ttyS0 panic=-1 quiet loglevel=0"] + devices,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        preexec_fn=die_with_parent)


def run_to_end(machine):
    """Console lines until the machine ends by itself or its time is over."""
    timer = threading.Timer(OUTER_TIMEOUT_S, machine.kill)
    timer.start()
    try:
        lines = [raw.decode("latin-1").rstrip("\r\n") for raw in machine.stdout]
        machine.wait()
    finally:
        timer.cancel()
        machine.kill()
        machine.wait()
    return lines


def run_until_cut(machine, trigger, delay_s, at_least):
    """Console lines until SIGKILL: delay_s behind the first line that starts with `trigger`, and not before
    there were `at_least` such lines. What the console still holds then was printed before, and counts."""
    lines, seen, due = [], 0, threading.Event()
    timers = [threading.Timer(OUTER_TIMEOUT_S, machine.kill)]
    timers[0].start()
    began = time.monotonic()

    def cut():
        due.set()
        if seen >= at_least:
            machine.kill()

    try:
        for raw in machine.stdout:
            line = raw.decode("latin-1").rstrip("\r\n")
            lines.append((line, raw.endswith(b"\n")))
            if line.startswith(trigger):
                seen += 1
                if seen == 1:
                    timers.append(threading.Timer(delay_s, cut))
                    timers[-1].start()
            if due.is_set() and seen >= at_least:
                machine.kill()
        code = machine.wait()
    finally:
        for timer in timers:
            timer.cancel()
        machine.kill()
        machine.wait()
    lines = [line for line, whole in lines if whole]
    if code != -signal.SIGKILL or not due.is_set() or time.monotonic() - began > OUTER_TIMEOUT_S:
        raise Failed("the machine ended before its power was cut (exit %d):\n%s" %
                     (code, "\n".join(lines[-20:])))
    return lines


# ---- What the disk held


def log_read(path):
    """Entries (first sector, flags, data) of QEMU's blklogwrites, and whether nothing lies behind them
    (the kill can leave a hole). A superblock, then per entry a 32-byte header in a sector of its own and
    the data, all little-endian."""
    with open(path, "rb") as file:
        log = file.read()
    entries, offset = [], SECTOR
    while offset + 32 <= len(log):
        sector, sectors, flags, _ = struct.unpack_from("<QQQQ", log, offset)
        if (sector, sectors, flags) == (0, 0, 0):
            break
        offset += SECTOR
        size = 0 if flags & LOG_DISCARD else sectors * SECTOR
        if offset + size > len(log):
            return entries, True  # the last one, cut in its middle
        entries.append((sector, flags, log[offset:offset + size]))
        offset += size
    return entries, log.count(0, offset) == max(len(log) - offset, 0)


def image_replay(base, entries, random, path):
    """The disk after a power cut behind `entries`: all that a flush covered, and of the rest what chance left,
    sector by sector. Returns how many sectors it took away."""
    shutil.copy(base, path)
    flushes = [i for i, entry in enumerate(entries) if entry[1] & LOG_FLUSH]
    covered, dropped = flushes[-1] if flushes else 0, 0
    with open(path, "r+b") as image:
        for i, (sector, flags, data) in enumerate(entries):
            if i <= covered or flags & LOG_FUA:
                image.seek(sector * SECTOR)
                image.write(data)
                continue
            kept = random.choice((0, 0.5, 1))
            for at in range(0, len(data), SECTOR):
                if random.random() < kept:
                    image.seek(sector * SECTOR + at)
                    image.write(data[at:at + SECTOR])
                else:
                    dropped += 1
    return dropped


def files_extract(image, folder):
    """All files of the image, without root and without a mount that could be left over."""
    check = run(["e2fsck", "-fy", image])
    if check.returncode > 2:
        raise Damaged("e2fsck: exit %d\n%s" % (check.returncode, check.text))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    must(["debugfs", "-R", "rdump / %s" % folder, image])
