#!/bin/sh
# Members imported through the program: time, peak memory, size of the files; then the same file with a row more,
# which must make one member, and the desk's list of duplicates, for which all names and places are decrypted.
# bench_import.sh [ROWS] with LOYALTY (the program) and SCRATCH (a folder on a disk).
# Prints, never fails.
set -eu
rows=${1:-1000000}
here=$(cd "$(dirname "$0")/../.." && pwd)
loyalty=${LOYALTY:-$here/build-release/loyalty}
scratch=$(mktemp -d "${SCRATCH:-.}/bench-import-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export LOYALTY_STORE=$scratch/shop.loyalty XDG_CONFIG_HOME=$scratch/config XDG_STATE_HOME=$scratch/state
unset LOYALTY_KEY || true

. "$here/tests/bench/members.sh"
{ echo "$header"; rows_of 1 "$rows"; } >"$scratch/members.csv"
{ cat "$scratch/members.csv"; rows_of $((rows + 1)) $((rows + 1)); } >"$scratch/more.csv"
"$loyalty" init --currency EUR --country DE </dev/null >/dev/null
"$loyalty" range add 29 --length 12 --check-digit none >/dev/null
echo "$rows members, $(wc -c <"$scratch/members.csv") bytes of CSV"
if [ -x /usr/bin/time ]; then
    /usr/bin/time -f '%e s (%U user, %S system), %M KiB at most' "$loyalty" import members "$scratch/members.csv"
    /usr/bin/time -f 'with one row more: %e s (%U user, %S system), %M KiB at most' "$loyalty" import members "$scratch/more.csv"
    /usr/bin/time -f 'duplicates listed: %e s (%U user, %S system), %M KiB at most' "$loyalty" --json member duplicates --min 20 >"$scratch/pairs"
else
    time "$loyalty" import members "$scratch/members.csv"
    time "$loyalty" import members "$scratch/more.csv"
    time "$loyalty" --json member duplicates --min 20 >"$scratch/pairs"
fi
echo "$(wc -l <"$scratch/pairs") pairs that share a postcode and a house"
for file in "$LOYALTY_STORE" "$LOYALTY_STORE.keys"; do
    echo "${file##*/}: $(wc -c <"$file") bytes"
done
"$loyalty" member find ref:r$((rows / 2)) >/dev/null && echo "the member in the middle is found by its reference"
