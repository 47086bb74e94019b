#!/bin/sh
# What can be wrong with a store: one clear line that says what, where and what to do; nothing is half done.
. "$(dirname "$0")/lib.sh"
digest() { cat "$LOYALTY_STORE" | sha256sum; }
try 3 profile --all
says err 'init'
try 0 init --currency CNY
same "mode of the master key" "$(stat -c %a "$LOYALTY_STORE.key")" 600
try 0 check
try 1 init
says err 'already'
one_line err
try 0 member add --kind person --family-name Li --telephone 13800138000
before=$(digest)

mv "$LOYALTY_STORE.key" "$scratch/key"
try 3 member list
says err '\.key'
one_line err
sed '$y/0123456789abcdef/123456789abcdef0/' "$scratch/key" >"$LOYALTY_STORE.key"
chmod 600 "$LOYALTY_STORE.key"
try 3 member list
one_line err
rm -f "$LOYALTY_STORE.key"
cp "$scratch/key" "$LOYALTY_STORE.key"
chmod 644 "$LOYALTY_STORE.key"
try 3 member list
says err 'chmod'
one_line err
chmod 600 "$LOYALTY_STORE.key"
mv "$LOYALTY_STORE.keys" "$scratch/keys"
try 3 member list
says err '\.keys'
one_line err
mv "$scratch/keys" "$LOYALTY_STORE.keys"
same "the store after refusals" "$(digest)" "$before"
try 0 member find 13800138000

# Another key, a key elsewhere.
LOYALTY_STORE=$scratch/other.loyalty
try 0 init
LOYALTY_KEY=$scratch/key LOYALTY_STORE=$scratch/other.loyalty
export LOYALTY_KEY
chmod 600 "$scratch/key"
try 3 member list
one_line err
LOYALTY_STORE=$scratch/shop.loyalty
try 0 member list
unset LOYALTY_KEY

# A newer version is refused and stays as it is; so is a file that is no store.
cp "$LOYALTY_STORE" "$scratch/newer.loyalty"
cp "$LOYALTY_STORE.keys" "$scratch/newer.loyalty.keys"
cp -p "$LOYALTY_STORE.key" "$scratch/newer.loyalty.key"
sqlite3 "$scratch/newer.loyalty" 'PRAGMA user_version = 9999'
LOYALTY_STORE=$scratch/newer.loyalty
before=$(digest)
try 3 member list
says err 'newer'
one_line err
same "the newer store" "$(digest)" "$before"
LOYALTY_STORE=$scratch/text.loyalty
echo "not a store" >"$LOYALTY_STORE"
try 3 member list
one_line err
LOYALTY_STORE=$scratch/no/such/folder/shop.loyalty
try 3 init
one_line err

# Backup and restore: a new epoch, the same members; never over something.
LOYALTY_STORE=$scratch/shop.loyalty
try 0 backup "$scratch/backup"
try 1 backup "$scratch/backup"
LOYALTY_STORE=$scratch/back.loyalty
cp -p "$scratch/shop.loyalty.key" "$LOYALTY_STORE.key"
try 0 restore "$scratch/backup"
try 0 member find 13800138000
try 0 check
same "epochs after a restore" "$(sqlite3 "$LOYALTY_STORE" 'SELECT max(epoch) > 1 FROM lane')" 1
try 1 restore "$scratch/backup"

# A full disk stops before anything is half done, and goes on when there is room.
if [ "$(id -u)" = 0 ] && mkdir "$scratch/small" && mount -t tmpfs -o size=3m none "$scratch/small" 2>/dev/null; then
    trap 'umount "$scratch/small" 2>/dev/null; rm -rf "$scratch"' EXIT
    LOYALTY_STORE=$scratch/small/shop.loyalty
    try 0 init
    dd if=/dev/zero of="$scratch/small/fill" bs=64k 2>/dev/null || true
    awk 'BEGIN { print "kind,family_name,address,channel"; for (i = 0; i < 2000; i++) print "person,N" i ",Long Street " i ",import" }' >"$scratch/many.csv"
    try 3 import members "$scratch/many.csv"
    says err 'space|full'
    says err 'nothing was (imported|changed)'
    rm "$scratch/small/fill"
    try 0 check
    same "members after a full disk" "$("$LOYALTY" member list | wc -l)" 0
    try 0 member add --kind person --family-name Li
else
    echo "not tried here: a full disk, which needs root to mount a small file system"
fi
done_story
