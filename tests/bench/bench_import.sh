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

# Names, streets and numbers are invented; every second member takes the advertising.
rows_of() { # rows_of FIRST LAST
    awk -v first="$1" -v last="$2" 'BEGIN {
        families = split("王 李 张 刘 陈 杨 黄 赵 吴 周 Bauer Klein Vogel Sommer Winter", family, " ")
        givens = split("伟 芳 娜 敏 静 丽 强 磊 洋 艳 Anna Paul Lena Emil Mia", given, " ")
        for (i = first; i <= last; i++)
            printf "person,%s%d,%s%d,+49301%07d,Lindenallee %d,%05d,29%010d,import,2026-01-%02d,yes,%s,no,r%d\n",
                family[i % families + 1], i % 977, given[i % givens + 1], i % 1013, i, i % 400 + 1, i % 90000 + 10000, i,
                i % 28 + 1, i % 2 ? "yes" : "no", i
    }'
}
header='kind,family_name,given_name,telephone,address,postcode,card,channel,collected_at,consent_profiling,consent_marketing,consent_suppliers,reference'
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
