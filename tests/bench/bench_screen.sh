#!/bin/sh
# bench_screen.sh [MEMBERS]: from a swipe to the member on the screen, in a shop of so many members more (0); with a
# million, the import takes minutes. $SCRATCH: a folder on a disk; $SWIPES (1000); $BUILD: the release build's tree.
# Prints, never fails for a figure.
set -eu
members=${1:-0}
here=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$here/build-release}
scratch=$(mktemp -d "${SCRATCH:-.}/bench-screen-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export LOYALTY="${LOYALTY:-$build/loyalty}" SCANNER_MODULE="${SCANNER_MODULE:-$build/tests/screens/screens-scanner.so}"
export SCANNER=$scratch/scanner TERM=xterm-256color ASAN_OPTIONS=verify_asan_link_order=0
mkfifo "$SCANNER"
. "$here/tests/screens/shop.sh"
. "$here/tests/bench/members.sh"
shop "$scratch" >"$scratch/shop.out" 2>&1 || { cat "$scratch/shop.out"; exit 1; }
# Two hundred cards, spread over all members, so that their pages have to be read.
cards='2900000010239 ****0239 2900000020221 ****0221'
if [ "$members" -gt 0 ]; then
    "$LOYALTY" range add 29 --length 12 --check-digit none >/dev/null
    { echo "$header"; rows_of 1 "$members"; } >"$scratch/members.csv"
    "$LOYALTY" import members "$scratch/members.csv" | tail -n 1
    rm "$scratch/members.csv"
    cards=$(awk -v members="$members" 'BEGIN {
        for (i = 0; i < 200; i++) {
            row = 1 + int(i * 7919 * members / 200) % members
            printf "29%010d ****%04d ", row, row % 10000
        }
    }')
fi
unset LOYALTY_NOW
# Nobody approves: the shop's supervisor works at this lane.
"$build/tests/bench/bench_screen" 'Sun Ping' 3691 $cards
