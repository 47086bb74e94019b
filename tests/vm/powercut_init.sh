#!/bin/sh
# What the virtual machine runs: the disk, and the writer until the power is cut.
export PATH=/bin LD_LIBRARY_PATH=/lib
mount -t proc proc /proc
mount -t devtmpfs devtmpfs /dev
modprobe -a virtio_pci virtio_blk crc32c_generic ext4
mount -t ext4 /dev/vda /disk || echo "failed: the disk cannot be mounted"
# Soon and often, so that a cut meets the kernel in the middle of writing what nobody asked it to sync.
echo 20 >/proc/sys/vm/dirty_expire_centisecs
echo 10 >/proc/sys/vm/dirty_writeback_centisecs
echo "mounted;"
exec /bin/writer /disk/shop.db
