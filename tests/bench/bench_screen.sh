#!/bin/sh
# bench_screen.sh [STORE NAME PIN CARD TAIL ...]: from a swipe to the member on the screen. Without a store: a small shop.
# Needs $LOYALTY, $SCANNER_MODULE, $BENCH_SCREEN, $SCREENS (tests/screens); $SWIPES says how many.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. "$SCREENS/shop.sh"
export SCANNER=$scratch/scanner TERM=xterm-256color ASAN_OPTIONS=verify_asan_link_order=0
mkfifo "$SCANNER"
if [ $# -eq 0 ]; then
    shop "$scratch" >"$scratch/shop.out" 2>&1 || { cat "$scratch/shop.out"; exit 1; }
    # Nobody approves: the shop's supervisor works at this lane.
    set -- "$LOYALTY_STORE" 'Sun Ping' 3691 2900000010239 '****0239' 2900000020221 '****0221'
fi
export LOYALTY_STORE=$1
unset LOYALTY_NOW
shift
exec "$BENCH_SCREEN" "$@"
