#!/bin/sh
# `decode --json` gives the contract's JSON for every capture of the drivers that are here.
. "$(dirname "$0")/lib.sh"
captures=$(dirname "$0")/captures
count=0
for input in "$captures"/*.hex; do
    name=$(basename "$input" .hex)
    arguments=$(sed -n 's/^# arguments: //p' "$input")
    code=0
    # The arguments are words of ours, meant to be split.
    "$LOYALTY" decode --json $arguments "$input" >"$scratch/out" 2>"$scratch/err" || code=$?
    cmp -s "$scratch/out" "$captures/$name.json" ||
        { diff "$captures/$name.json" "$scratch/out" >&2 || true; die "$name: other JSON"; }
    same "$name: exit code" "$code" "$(grep -q '"refused"' "$captures/$name.json" && echo 1 || echo 0)"
    count=$((count + 1))
done
[ "$count" -ge 8 ] || die "only $count captures"
echo "$count captures"
done_story
