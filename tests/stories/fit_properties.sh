#!/bin/sh
# What must not matter to a fit does not: for every `fit` command, rows in another order, one thread or three, columns filled in
# two steps or made anew, and goods bought and brought back whole give the same bytes; prices times a constant change the
# money in it and nothing else; each member twice doubles the log-likelihood and leaves the estimates.
. "$(dirname "$0")/lib.sh"

# 260 members with a rate, a liking and a stay of their own buy tea, and often coffee with it, for a year; prices and promotions
# change by the week. No two baskets of a member are of one minute: which of them was the last would be a matter of rows.
year() { # year FOLDER
    mkdir -p "$1"
    awk -v folder="$1" '
        function uniform() { state = (state * 16807) % 2147483647; return state / 2147483647 }
        function day(n,    month) {
            for (month = 1; n >= length_of[month]; month++) n -= length_of[month]
            return sprintf("2024-%02d-%02d", month, n + 1)
        }
        function take(kind, slope,    j, best, utility, chosen) {
            for (j = 1; j <= 3; j++) {
                utility = liking[j] + slope * log(now[w, kind, j]) + keen * deal[w, kind, j] - log(-log(uniform()))
                if (j == 1 || utility > best) { best = utility; chosen = j }
            }
            printf "b%d-%d,m%d,%s %02d:%02d,%s%d,1,%.2f,%.2f,%s\n", m, n, m, day(int(at)), hour, n % 60, kind, chosen,
                list[w, kind, chosen], now[w, kind, chosen], (deal[w, kind, chosen] ? "P" w : "") >(folder "/baskets.csv")
        }
        BEGIN {
            state = 20240229
            split("31 29 31 30 31 30 31 31 30 31 30 31", length_of)
            split("Ash Birch Cedar", brand); split("red blue green", colour); split("T C", kinds)
            print "article,category,brand,colour,colour_family,grade,own_brand" >(folder "/articles.csv")
            for (k = 1; k <= 2; k++)
                for (j = 1; j <= 3; j++)
                    print kinds[k] j "," (k == 1 ? "tea" : "coffee") "," brand[j] "," colour[j] "," colour[j] "," j "," \
                        (j == 3 ? "yes" : "no") >(folder "/articles.csv")
            print "article,from,to,list_price,selling_price,promotion,promotion_form" >(folder "/prices.csv")
            for (w = 0; w < 52; w++)
                for (k = 1; k <= 2; k++)
                    for (j = 1; j <= 3; j++) {
                        kind = kinds[k]
                        list[w, kind, j] = 2 + j + int(6 * uniform()) / 4
                        deal[w, kind, j] = uniform() < .25
                        now[w, kind, j] = list[w, kind, j] - deal[w, kind, j] * (.25 + int(3 * uniform()) / 4)
                        printf "%s%d,%s,%s,%.2f,%.2f,%s,%s\n", kind, j, day(7 * w), day(7 * w + 7), list[w, kind, j],
                            now[w, kind, j], (deal[w, kind, j] ? "P" w : ""), (deal[w, kind, j] ? "amount" : "") >(folder "/prices.csv")
                    }
            print "kind,reference,channel,consent_profiling" >(folder "/members.csv")
            print "basket,member,at,article,quantity,list_price,paid,promotion" >(folder "/baskets.csv")
            for (m = 1; m <= 260; m++) {
                print "person,m" m ",import,yes" >(folder "/members.csv")
                rate = -.06 * log(uniform()) / (.4 + uniform())
                leave = .25 * uniform()
                for (j = 1; j <= 3; j++) liking[j] = 3 * uniform()
                both = uniform() < .5 ? .9 : .2
                keen = 4 * uniform() - 1
                n = 0
                for (at = 60 * uniform(); at < 363; at -= log(uniform()) / rate) {
                    w = int(at / 7)
                    n++; hour = 9 + int(10 * uniform())
                    take("T", -2)
                    if (uniform() < both) take("C", -1)
                    if (n > 1 && uniform() < leave) break
                }
            }
        }'
}
open_shop() { # open_shop NAME: a store of that name with all but its baskets
    export LOYALTY_STORE=$scratch/$1/shop.loyalty
    try 0 init --currency EUR --country DE
    try 0 import articles "$scratch/$1/articles.csv"
    try 0 import prices "$scratch/$1/prices.csv"
    try 0 import members "$scratch/$1/members.csv"
}
# other NAME: a folder with the files of the year.
other() { mkdir "$scratch/$1" && cp "$scratch/year"/*.csv "$scratch/$1"; }
fill() { # fill NAME
    open_shop "$1"
    try 0 import baskets "$scratch/$1/baskets.csv"
}
days='--calibration-end 2024-09-30 --holdout-end 2024-12-29'
cat >"$scratch/commands" <<X
bgnbd fit timing --model bgnbd $days
paretonbd fit timing --model paretonbd $days
nbd fit timing --model nbd $days
value fit value $days
pooled fit choice --category tea --model pooled --base Ash
choice fit choice --category tea --base Ash --holdout last --seed 7
brand fit preference --by brand
colour fit preference --by colour --category coffee
deal fit deal
own fit deal --own-brand
tier fit tier
segments fit segments --max-classes 3
parts fit segments --day-parts --max-classes 2
lift fit lift --holdout-weeks 6
stock fit stock
X
# ask WHERE [NAME...]: the object of each command, or of those, in a folder.
ask() {
    where=$scratch/$1
    shift
    mkdir -p "$where"
    while read -r name command; do
        case " ${*:-$name} " in *" $name "*) ;; *) continue ;; esac
        try 0 --json $command
        cp "$scratch/out" "$where/$name"
    done <"$scratch/commands"
}
alike() { # alike WHERE WHAT [NAME...]: the same bytes as of the year
    for file in $(cut -d' ' -f1 "$scratch/commands"); do
        [ ! -f "$scratch/$1/$file" ] || cmp -s "$scratch/$1/$file" "$scratch/plain/$file" || die "$file: $2 changes it"
        demands=$((demands + 1))
    done
}
year "$scratch/year"
fill year
ask plain
plain_store=$LOYALTY_STORE

# ---- Threads, and the columns beside the store
LOYALTY_THREADS=3 ask threads
alike threads "the number of threads"
try 0 --json profile --all --as-of 2024-12-30
cp "$scratch/out" "$scratch/profiles"
rm -f "$LOYALTY_STORE".columns
LOYALTY_THREADS=3 try 0 --json profile --all --as-of 2024-12-30
cmp -s "$scratch/out" "$scratch/profiles" || die "profiles hang on threads or columns"

# ---- Rows in another order, in two imports; the columns go on from the first
other halves
awk 'NR == 1 { next } { print (NR * 7919) % 10007 "\t" $0 }' "$scratch/year/baskets.csv" | sort -n | cut -f2- >"$scratch/mixed"
sed 1q "$scratch/year/baskets.csv" | tee "$scratch/halves/second.csv" >"$scratch/halves/baskets.csv"
# All lines of a basket come by one import.
awk -F, -v first="$scratch/halves/baskets.csv" -v second="$scratch/halves/second.csv" '
    { print >>(substr($1, length($1)) % 2 ? first : second) }' "$scratch/mixed"
fill halves
try 0 --json fit deal
[ -f "$LOYALTY_STORE.columns" ] || die "there are no columns"
try 0 import baskets "$scratch/halves/second.csv"
ask halves
alike halves "the order of rows, or that they came in two imports,"
try 0 --json profile --all --as-of 2024-12-30
cp "$scratch/out" "$scratch/profiles"
rm -f "$LOYALTY_STORE".columns
try 0 --json profile --all --as-of 2024-12-30
cmp -s "$scratch/out" "$scratch/profiles" || die "columns that went on are not those made anew"

# ---- Bought and brought back: each third member took each article once more
other back
awk -F, -v OFS=, 'NR == 1 { print $0, "return_of"; next } { print $0, "" }
    NR % 9 == 0 { for (j = 1; j <= 3; j++) {
        print "x" NR "-" j, $2, $3, "C" j, 2, 6, 11, "", ""
        print "y" NR "-" j, $2, $3, "C" j, -2, 6, -11, "", "x" NR "-" j } }' "$scratch/year/baskets.csv" >"$scratch/back/baskets.csv"
fill back
ask back
alike back "what came back"

# ---- Money: three times of everything
other money
awk -F, -v OFS=, 'NR > 1 { $4 *= 3; $5 *= 3 } 1' "$scratch/year/prices.csv" >"$scratch/money/prices.csv"
awk -F, -v OFS=, 'NR > 1 { $6 *= 3; $7 *= 3 } 1' "$scratch/year/baskets.csv" >"$scratch/money/baskets.csv"
fill money
ask money
number() { sqlite3 :memory: "SELECT json_extract(readfile('$scratch/$1/$2'), '\$.$3')"; } # number WHERE NAME PATH
# near WHAT FOUND WANTED TOLERANCE
near() {
    awk -v a="$2" -v b="$3" -v t="$4" 'BEGIN { d = a - b; exit !(a != "" && b != "" && (d < 0 ? -d : d) <= t) }' ||
        die "$1: $2 is not $3 by $4"
    demands=$((demands + 1))
}
product() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.9f", a * b }'; }
# same_but WHERE NAME TOLERANCE [KEY...]: as of the year, each number by that part of 1 + itself, but for members of these names;
# with root=.PATH what is under that.
same_but() {
    where=$1 name=$2 tolerance=$3 besides="''"
    shift 3
    for key; do besides="$besides, '$key'"; done
    compared=$(sqlite3 :memory: "WITH
        a AS (SELECT fullkey, type, atom, key FROM json_tree(readfile('$scratch/plain/$name'), '\$${root-}') WHERE type NOT IN ('object', 'array')),
        b AS (SELECT fullkey, type, atom FROM json_tree(readfile('$scratch/$where/$name')))
        SELECT count(*) || ' ' || coalesce(group_concat(fullkey || ' ' || coalesce(a.atom, 'null') || ' ' || coalesce(b.atom, 'null'))
            FILTER (WHERE NOT coalesce(a.atom IS b.atom OR abs(a.atom - b.atom) <= $tolerance * (1 + abs(a.atom)), 0)), '')
        FROM a LEFT JOIN b USING (fullkey) WHERE key NOT IN ($besides)")
    [ "${compared#* }" = '' ] || die "$name of $where: ${compared#* }"
    [ "${compared% }" -ge 2 ] || die "$name of $where: nothing was compared"
    demands=$((demands + 1))
}
for name in pooled choice lift; do
    same_but money $name 2e-5
    rm "$scratch/money/$name"
done
same_but money value 2e-6 gamma log_likelihood population_mean model own_mean
near "gamma" "$(number money value parameters.gamma)" "$(product 3 "$(number plain value parameters.gamma)")" 1e-4
near "ln L" "$(number money value log_likelihood)" \
    "$(awk -v l="$(number plain value log_likelihood)" -v n="$(number plain value members)" 'BEGIN { print l - n * log(3) }')" 2e-3
near "error" "$(number money value holdout.rmse.model)" "$(product 3 "$(number plain value holdout.rmse.model)")" 1e-4
rm "$scratch/money/value"
alike money "the unit of money"

# ---- Time: days instead of weeks
mkdir "$scratch/days"
LOYALTY_STORE=$plain_store
for model in bgnbd paretonbd nbd; do
    try 0 --json fit timing --model $model $days --unit day
    cp "$scratch/out" "$scratch/days/$model"
    same_but days $model 1e-4 unit alpha beta log_likelihood time
    for parameter in alpha beta; do
        plain=$(number plain $model parameters.$parameter)
        [ -z "$plain" ] || near "$parameter" "$(number days $model parameters.$parameter)" "$(product 7 "$plain")" .01
    done
    near "ln L" "$(number days $model log_likelihood)" "$(awk -v l="$(number plain $model log_likelihood)" \
        -v n="$(number plain $model repeats)" 'BEGIN { print l - n * log(7) }')" .02
done

# ---- Each member twice
other twice
awk -F, -v OFS=, '{ print } NR > 1 { $2 = "d" $2; print }' "$scratch/year/members.csv" >"$scratch/twice/members.csv"
awk -F, -v OFS=, '{ print } NR > 1 { $1 = "d" $1; $2 = "d" $2; print }' "$scratch/year/baskets.csv" >"$scratch/twice/baskets.csv"
fill twice
ask twice
doubled() { # doubled NAME PATH...
    name=$1
    shift
    for path; do near "$name, $path" "$(number twice "$name" "$path")" "$(product 2 "$(number plain "$name" "$path")")" 2e-4; done
}
for name in bgnbd paretonbd nbd value; do
    root=.parameters same_but twice $name 2e-5
    doubled $name log_likelihood members occasions
done
for name in bgnbd paretonbd nbd; do
    for path in correlation rmse log_score; do near "$name, $path" "$(number twice $name holdout.$path)" "$(number plain $name holdout.$path)" 1e-5; done
    near "$name, standard error of r" "$(number twice $name standard_errors.r)" "$(product .7071068 "$(number plain $name standard_errors.r)")" 1e-4
done
root=.coefficients same_but twice pooled 2e-6 standard_error
root=.elasticities same_but twice pooled 2e-6
doubled pooled log_likelihood members occasions
near "standard error" "$(number twice pooled coefficients.ln_price.standard_error)" \
    "$(product .7071068 "$(number plain pooled coefficients.ln_price.standard_error)")" 1e-5
# By Monte Carlo with a prior, so within what the fit itself does not know.
near "price" "$(number twice choice coefficients.ln_price.mean)" "$(number plain choice coefficients.ln_price.mean)" \
    "$(product .5 "$(number plain choice coefficients.ln_price.standard_error)")"
for name in brand colour deal own; do
    root=.parameters same_but twice $name 2e-5
    root=.values same_but twice $name 2e-5 lift_prior_items
    doubled $name log_likelihood pooled_log_likelihood members lines
done
# The variance among members is found with members - 1.
root=.parameters same_but twice tier .01
root=.paid.parameters same_but twice tier .01
doubled tier members lines
near "ln L" "$(number twice tier log_likelihood)" "$(product 2 "$(number plain tier log_likelihood)")" .5
for name in segments parts; do
    doubled $name members lines
    for trial in 0 1; do # counts are smoothed by the same hundredth
        near "$name, ln L" "$(number twice $name "trials[$trial].log_likelihood")" \
            "$(product 2 "$(number plain $name "trials[$trial].log_likelihood")")" .05
    done
done
root=.parameters.classes same_but twice segments 1e-4 members # of day parts more members may tell two groups
# Twice the units each week: the level of ln units alone goes up.
near "units" "$(number twice lift coefficients.intercept.mean)" "$(awk -v i="$(number plain lift coefficients.intercept.mean)" 'BEGIN { print i + log(2) }')" .1
near "price" "$(number twice lift coefficients.ln_price.mean)" "$(number plain lift coefficients.ln_price.mean)" \
    "$(product .5 "$(number plain lift coefficients.ln_price.standard_error)")"
done_story
