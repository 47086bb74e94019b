#!/bin/sh
# Profiles are the same from the columns beside the store as from the store itself: filled anew, filled on, damaged, and
# behind an erasure, which deletes the file; a backup leaves it out.
. "$(dirname "$0")/lib.sh"
export LOYALTY_NOW=2026-03-20
columns=$LOYALTY_STORE.columns
try 0 init --currency EUR
echo "kind,family_name,given_name,card,channel,consent_profiling,reference" >"$scratch/members.csv"
head='basket,member,store,lane,at,article,brand,category,colour,colour_family,quantity,list_price,paid,promotion,promotion_form,return_of,reason'
echo "$head" >"$scratch/first.csv"
echo "$head" >"$scratch/second.csv"
for m in $(seq 10 33); do
    echo "person,Family$m,Given$m,91560000000000$m,import,yes,r$m" >>"$scratch/members.csv"
    for b in 1 2 3 4; do
        file=first
        [ $b -lt 4 ] || file=second
        echo "b$m-$b,r$m,S$((m % 3 + 1)),L1,2026-02-0$b 1$b:00:00,shirt-$((m * b % 5)),Brand$((m % 3)),shirts,sea,blue,$((1 + m % 2)),20.00,$((15 * (1 + m % 2))).00,SPRING,percent,," >>"$scratch/$file.csv"
    done
done
echo "back,r10,S2,L1,2026-02-20 10:00:00,shirt-0,Brand1,shirts,sea,blue,-1,20.00,-15.00,,,,too small" >>"$scratch/second.csv"
try 0 range add 9156 --length 16
try 0 import members "$scratch/members.csv"
try 0 import baskets "$scratch/first.csv"

# profiles NAME: into $scratch/NAME
profiles() {
    try 0 profile --all --json
    cp "$scratch/out" "$scratch/$1"
}
# The name of the file that is written first is taken: the columns cannot be made, the store is read.
profiles_of_store() {
    rm -rf "$columns"
    mkdir "$columns.part"
    profiles "$1"
    rmdir "$columns.part"
    [ ! -e "$columns" ] || die "columns were made where they could not be"
}
equal() {
    cmp -s "$scratch/$1" "$scratch/$2" || die "$1 and $2 differ"
    demands=$((demands + 1))
}

profiles_of_store store
same "members" "$(grep -c '"quantities"' "$scratch/store")" 24
profiles anew
equal store anew
same "mode" "$(stat -c %a "$columns")" 600
before=$(stat -c %i "$columns")
profiles fresh
equal store fresh
same "inode of what was fresh" "$(stat -c %i "$columns")" "$before"

try 0 import baskets "$scratch/second.csv"
profiles on
[ "$(stat -c %i "$columns")" != "$before" ] || die "what was sold since is not in the columns"
cmp -s "$scratch/on" "$scratch/store" && die "what was sold since changed nothing"
profiles_of_store store
equal store on
profiles anew
equal store anew

# Damaged in the middle, cut, and of nothing.
size=$(stat -c %s "$columns")
printf 'x' | dd of="$columns" bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
profiles mended
equal store mended
truncate -s $((size / 2)) "$columns"
profiles mended
equal store mended
: >"$columns"
profiles mended
equal store mended
same "size" "$(stat -c %s "$columns")" "$size"

# The words of a person are not in it.
for word in Family Given 9156000 "too small"; do
    if grep -aq "$word" "$columns"; then die "$word stands in the columns"; fi
done

try 0 backup "$scratch/backup.loyalty"
[ ! -e "$scratch/backup.loyalty.columns" ] || die "the columns are in the backup"

try 0 member erase ref:r12 --reason request
[ ! -e "$columns" ] || die "the columns outlived an erasure"
profiles erased
profiles_of_store store
equal store erased
same "members" "$(grep -c '"quantities"' "$scratch/store")" 23

done_story
