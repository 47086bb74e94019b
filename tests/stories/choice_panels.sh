#!/bin/sh
# `fit choice` against published tables, from panels that come in by the imports: Yogurt and Catsup, pooled (Jain,
# Vilcassim, Chintagunta 1994; the Yogurt table is printed in the vignette of R's logitr), margarine, hierarchical
# (Allenby and Rossi 1991; 20,000 draws of bayesm 3.1-5), and predictions of each household's last purchase.
# Data: $LOYALTY_SHARED/data, or ../shared/data. They are not ours to give: without them this is skipped, and choice.sh has
# a panel of its own.
. "$(dirname "$0")/lib.sh"
data=${LOYALTY_SHARED:-$SOURCE/../shared}/data
for file in Ecdat_Yogurt.csv Ecdat_Catsup.csv margarine_choice.csv margarine_demos.csv; do
    [ -r "$data/$file" ] || { echo "skipped: $file is not in $data"; exit 77; }
done

shop() { # shop PANEL FILE...: a store of its own
    panel=$1
    shift
    folder=$scratch/$panel
    mkdir "$folder"
    (cd "$data" && awk -F, -v panel="$panel" -v folder="$folder" -f "$SOURCE/tests/stories/choice_panels.awk" "$@")
    export LOYALTY_STORE=$folder/shop.loyalty
    try 0 init --currency USD --country US
    try 0 import articles "$folder/articles.csv"
    try 0 import prices "$folder/prices.csv"
    [ ! -f "$folder/members.csv" ] || try 0 import members "$folder/members.csv"
    try 0 import baskets "$folder/baskets.csv" --create-members
}
# value PATH: a number of the object in out, by the names on the way to it.
value() {
    awk -v path="$1" 'BEGIN { n = split(path, names, "/") }
        { rest = $0
          for (i = 1; i <= n; i++) {
              at = index(rest, "\"" names[i] "\":")
              if (!at) { print "none"; exit }
              rest = substr(rest, at + length(names[i]) + 3)
          }
          match(rest, /^-?[0-9.e+-]+/); print substr(rest, 1, RLENGTH) }' "$scratch/out"
}
# near PATH WANTED TOLERANCE
near() {
    found=$(value "$1")
    awk -v a="$found" -v b="$2" -v t="$3" 'BEGIN { d = a - b; exit !(a != "none" && (d < 0 ? -d : d) <= t) }' ||
        die "$1 is $found, not $2 by $3"
    demands=$((demands + 1))
}
least() { # least PATH WANTED
    awk -v a="$(value "$1")" -v b="$2" 'BEGIN { exit !(a != "none" && a + 0 >= b + 0) }' || die "$1 is $(value "$1"), below $2"
    demands=$((demands + 1))
}

shop Yogurt Ecdat_Yogurt.csv
try 0 --json fit choice --category Yogurt --model pooled --price level --attributes promo --base dannon
while read -r name mean error; do
    near "coefficients/$name/mean" "$mean" .00005
    [ -z "$error" ] || near "coefficients/$name/standard_error" "$error" .00005
done <<X
price -.36658 .02437
promo .49143 .12006
brand:yoplait .73457 .08064
brand:hiland -3.71560 .14542
brand:weight -.64118 .05450
X
near log_likelihood -2656.8879 .0001
near occasions 2412 0
near members 100 0
near elasticities/yoplait -2.3188 .0001
near elasticities/dannon -1.6599 .0001
near elasticities/hiland -1.7679 .0001
near elasticities/weight -2.1501 .0001
try 0 --json fit choice --category Yogurt --price level --attributes promo --holdout last
near holdout/members 98 0
near holdout/baselines/shares/log_score -1.161 .0006
near holdout/baselines/own_shares/log_score -.661 .0006
near holdout/baselines/same_as_last/hit_rate .837 .0006
near holdout/baselines/pooled/log_score -1.202 .0006
least holdout/log_score -.670
# Habit belongs into the model.
try 0 --json fit choice --category Yogurt --price level --holdout last
least holdout/log_score -.570

shop Catsup Ecdat_Catsup.csv
try 0 --json fit choice --category Catsup --model pooled --price level --attributes promo,display --base hunts32
while read -r name mean error; do
    near "coefficients/$name/mean" "$mean" .00005
    [ -z "$error" ] || near "coefficients/$name/standard_error" "$error" .00005
done <<X
price -1.40241 .05799
display .87559 .09701
promo .90856 .11403
brand:heinz41 1.35370
brand:heinz32 1.50125
brand:heinz28 2.42598
X
near log_likelihood -2517.8772 .0001
near elasticities/heinz41 -5.3110 .0001
near elasticities/heinz32 -1.6400 .0001
near elasticities/heinz28 -3.0090 .0001
near elasticities/hunts32 -3.3878 .0001
try 0 --json fit choice --category Catsup --price level --attributes promo,display --holdout last --base hunts32
near holdout/baselines/pooled/log_score -.909 .0006
least holdout/log_score -.733
least holdout/hit_rate .70

shop Margarine margarine_choice.csv margarine_choice.csv margarine_demos.csv
try 0 --json fit choice --category Margarine --attributes none --traits ln:income,ln:family_size --base 'Parkay stick'
near members 313 0
near occasions 3405 0
# A quarter of the spread between households; Fleischmann, whose chain mixes slowly, three tenths.
near 'coefficients/brand:BB stick/mean' -1.142 .382
near 'coefficients/brand:Fleischmann stick/mean' -3.258 1.084
near 'coefficients/brand:House stick/mean' -2.470 .594
near 'coefficients/brand:Generic stick/mean' -5.010 .727
near 'coefficients/brand:Shed Spread tub/mean' -1.737 .758
near coefficients/ln_price/mean -4.067 .369
# Larger families lean to generic and house sticks, and away from Fleischmann's: two standard deviations of bayesm.
near 'coefficients/trait:ln:family_size/brand:Generic stick/mean' 2.073 1.18
near 'coefficients/trait:ln:family_size/brand:House stick/mean' .759 .84
near 'coefficients/trait:ln:family_size/brand:Fleischmann stick/mean' -2.258 1.66
near 'coefficients/trait:ln:income/ln_price/mean' -.339 .64
try 0 --json fit choice --category Margarine --attributes none --holdout last
near holdout/baselines/pooled/log_score -1.088 .0006
near holdout/baselines/shares/log_score -1.467 .0006
least holdout/log_score -.71
least holdout/hit_rate .77
least holdout/gain/low .2
done_story
