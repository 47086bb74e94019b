#!/bin/sh
# Bytes of a key press, and that a signal loses nothing: the basket is offered at the next start.
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. "$SCREENS/shop.sh"
export SCANNER=$scratch/scanner TERM=xterm-256color ASAN_OPTIONS=verify_asan_link_order=0:handle_sigill=1
mkfifo "$SCANNER"
for signal in 15 1; do
    # The lane of each begins anew.
    rm -f "$scratch"/shop.loyalty*
    shop "$scratch" >"$scratch/shop.out" 2>&1 || { cat "$scratch/shop.out"; exit 1; }
    "$SCREENS_BYTES" $signal || exit 1
done
