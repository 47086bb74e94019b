#!/bin/sh
# Ten million lines by the columns and by DuckDB, one thread each and then two, in the same minutes: loading the same CSV
# file, then recency, frequency and money of each member, the cube of brand x colour x grade x month with distinct buyers,
# brand x hour of the week. Both print sums over their answers, which are compared. Loads and answers of both sides take
# turns; DuckDB answers each question in several forms, of which the fastest counts.
# bench_columns.sh [LINES] [RUNS] with BENCH (bench_columns of a release build) and SCRATCH (a folder on a disk).
# DuckDB comes by npm into a folder of its own; where that is not reachable, this is said and only ours is timed.
# Prints; fails only where the answers differ.
set -eu
lines=${1:-10000000}
runs=${2:-2}
here=$(cd "$(dirname "$0")/../.." && pwd)
bench=${BENCH:-$here/build-release/tests/bench/bench_columns}
scratch=$(mktemp -d "${SCRATCH:-.}/bench-columns-XXXXXX")
scratch=$(cd "$scratch" && pwd)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/shop" "$scratch/node"
"$bench" lines "$lines" >"$scratch/lines.csv"
echo "$lines lines, $(wc -c <"$scratch/lines.csv") bytes of CSV"

duckdb=
if command -v npm >/dev/null 2>&1 &&
    (cd "$scratch/node" && npm init -y && timeout 120 npm install --no-audit --no-fund @duckdb/node-api) >"$scratch/npm" 2>&1; then
    duckdb=yes
    echo "DuckDB $(cd "$scratch/node" && node -p "require('@duckdb/node-api/package.json').version")"
else
    echo "skipped: DuckDB (npm does not reach @duckdb/node-api)"
fi

sums() { grep -E '^(rfm|cube|week) ' "$1" | sort; }
# The lowest of a row's seconds: the machine is seldom quiet. least FILE SIDE ROW COLUMN (3 by the clock, 5 of the processor)
least() { awk -v side="$2" -v row="$3" -v c="$4" '$1 == side && $2 == row { v = $c + 0; if (!n++ || v < m) m = v } END { print m }' "$1"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a / b }'; }

for threads in 1 2; do
    : >"$scratch/ours" >"$scratch/theirs"
    for run in $(seq "$runs"); do
        rm -f "$scratch/shop"/*
        LOYALTY_THREADS=$threads "$bench" fill "$scratch/lines.csv" "$scratch/shop" >"$scratch/filled"
        [ -z "$duckdb" ] || (cd "$scratch/node" &&
            node "$here/tests/bench/columns_duckdb.mjs" "$scratch/lines.csv" "$threads" 1) >"$scratch/duck"
        LOYALTY_THREADS=$threads "$bench" answer "$scratch/shop" >"$scratch/answered"
        cat "$scratch/filled" >>"$scratch/ours"
        grep '^ours' "$scratch/answered" >>"$scratch/ours"
        [ -z "$duckdb" ] && continue
        cat "$scratch/duck" >>"$scratch/theirs"
        sums "$scratch/filled" >"$scratch/sums"
        for other in answered duck; do
            sums "$scratch/$other" | cmp -s - "$scratch/sums" || {
                echo "the answers differ:"
                cat "$scratch/sums" "$scratch/$other"
                exit 1
            }
        done
    done
    echo "== threads: $threads, best of $runs"
    for row in rfm cube week all total; do
        printf 'ours %-6s %8s s %8s s of the processor' "$row" "$(least "$scratch/ours" ours $row 3)" \
            "$(least "$scratch/ours" ours $row 5)"
        [ -z "$duckdb" ] || printf '   duck %8s s %8s s   x %s by the clock, x %s of the processor' \
            "$(least "$scratch/theirs" duck $row 3)" "$(least "$scratch/theirs" duck $row 5)" \
            "$(ratio "$(least "$scratch/theirs" duck $row 3)" "$(least "$scratch/ours" ours $row 3)")" \
            "$(ratio "$(least "$scratch/theirs" duck $row 5)" "$(least "$scratch/ours" ours $row 5)")"
        echo
    done
done
[ -z "$duckdb" ] || echo "the sums of both sides are equal:"
sums "$scratch/filled"
