#!/bin/sh
# The hierarchical choice model on bayesm's margarine panel beside bayesm's 20,000 draws, one thread each, one after the
# other: processor seconds and their ratio, how well each predicts the last purchase, and how alike the members' means are.
# bench_choice.sh with BUILD (the release build's tree) and SCRATCH (a folder on a disk). Takes a minute or two.
# Prints, never fails for a figure.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
build=${BUILD:-$here/build-release}
command -v Rscript >/dev/null 2>&1 || { echo "skipped: Rscript (r-base-core) is not installed"; exit 77; }
Rscript -e 'library(bayesm)' >/dev/null 2>&1 || { echo "skipped: bayesm (r-cran-bayesm) is not installed"; exit 77; }
scratch=$(mktemp -d "${SCRATCH:-.}/bench-choice-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
Rscript "$here/tests/bench/bench_choice.R" export "$scratch"
"$build/tests/bench/bench_choice" "$scratch/choices.csv" "$scratch/traits.csv" "$scratch/ours.csv" "$scratch/ours.seconds"
Rscript "$here/tests/bench/bench_choice.R" fit "$scratch"
awk 'NR == FNR { ours = $1; next } { printf "ratio    %8.1f, at least 10 wanted\n", $1 / ours }' \
    "$scratch/ours.seconds" "$scratch/seconds"
Rscript "$here/tests/bench/bench_choice.R" compare "$scratch"
