#!/bin/sh
# What prices a basket cannot reach a profile, by the symbols of the objects: nothing in card, store, member, basket and lane
# needs what only profile, market or release have. pricing_links.sh OBJECT...
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# needs ROOM...: the symbols that the rooms' objects leave to others. has ROOM...: those that they define.
objects() { for room in "$@"; do grep -E "/$room/[^/]*\\.o$" "$work/all" || true; done; }
needs() { objects "$@" | xargs nm -u | awk '{ print $NF }' | sort -u; }
has() { objects "$@" | xargs nm --defined-only | awk '$2 ~ /[A-Z]/ { print $3 }' | sort -u; }
printf '%s\n' "$@" >"$work/all"
for room in card store member basket profile market release numeric; do
    [ -n "$(objects $room)" ] || { echo "no objects of $room were given"; exit 1; }
done
has profile market release >"$work/profiles"
[ "$(wc -l <"$work/profiles")" -gt 20 ] || { echo "profiles define nothing"; exit 1; }
needs card store member basket lane >"$work/needed"
grep -qx loy_line_amount "$work/needed" || { echo "the pricing path needs nothing of itself"; exit 1; }
reached=$(comm -12 "$work/profiles" "$work/needed")
[ -z "$reached" ] || { printf 'the pricing path needs of a profile:\n%s\n' "$reached"; exit 1; }
# The same question where the answer is known: profiles do need the numeric room.
has numeric >"$work/numbers"
needs profile >"$work/needed"
[ -n "$(comm -12 "$work/numbers" "$work/needed")" ] || { echo "what is needed is not found"; exit 1; }
