#!/bin/sh
# The hierarchical regression of cheese beside bayesm's rhierLinearModel, 2,000 rounds each, in the same minute.
# bench_regression.sh PATH/TO/bench_regression
set -eu
command -v Rscript >/dev/null 2>&1 || { echo "skipped: R is not installed"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/peer.R" <<'R'
suppressMessages(library(bayesm)); data(cheese)
path <- commandArgs(TRUE)[1]; write.csv(cheese, path, row.names = FALSE)
units <- lapply(levels(cheese$RETAILER), function(r) {
  s <- cheese$RETAILER == r
  list(y = log(cheese$VOLUME[s]), X = cbind(1, cheese$DISP[s], log(cheese$PRICE[s]))) })
set.seed(66); start <- proc.time()[3]
sink("/dev/null")
o <- rhierLinearModel(Data = list(regdata = units, Z = matrix(1, length(units), 1)), Mcmc = list(R = 2000, keep = 1, nprint = 0))
sink()
cat(sprintf("%.4f\n", proc.time()[3] - start))
R
if ! Rscript "$work/peer.R" "$work/cheese.csv" >"$work/peer" 2>"$work/why"; then
    echo "skipped: R has no bayesm"
    exit 0
fi
ours=$("$1" "$work/cheese.csv")
theirs=$(tail -1 "$work/peer")
awk -v a="$ours" -v b="$theirs" 'BEGIN { printf "cheese, 2,000 rounds: ours %.3f s, bayesm %.3f s, ratio %.1f\n", a, b, b / a }'
