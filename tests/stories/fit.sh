# The fits of timing and value, through an import: the same bytes from rows in any order and any zone, a holdout beside
# baselines, and the right sentence where the purchases say nothing. With the reference data beside the repository also
# the published fit of CDNOW (else skipped, visibly). fit.sh with LOYALTY and SOURCE.
. "$SOURCE/tests/stories/lib.sh"

# shop NAME: a new store of that name.
shop() {
    export LOYALTY_STORE=$scratch/$1.loyalty
    try 0 init --currency EUR --country DE
}

# Members who buy at own rates and leave by chance after a purchase; amounts around an own level (LEVELS 1) or not.
# members COUNT LEVELS: rows without a header. The random numbers are awk's own arithmetic, the same in every awk.
members() {
    awk -v count="$1" -v levels="$2" '
        function uniform() { state = (state * 16807) % 2147483647; return state / 2147483647 }
        function date(day,    month) {
            day += 1
            for (month = 1; day > length_of[month]; month++) day -= length_of[month]
            return sprintf("%d-%02d-%02d", 2024 + (month > 12), (month - 1) % 12 + 1, day)
        }
        BEGIN {
            state = 20240601
            split("31 29 31 30 31 30 31 31 30 31 30 31 31 28 31 30 31 30 31 31 30 31 30 31", length_of, " ")
            for (m = 1; m <= count; m++) {
                rate = -0.03 * log(uniform()) / (0.3 + uniform())
                leave = 0.3 * uniform()
                level = levels ? exp(uniform() * 2) : 2.7
                at = 80 * uniform()
                for (n = 0; at < 540; n++) {
                    paid = level * (5 + 6 * uniform() + 6 * uniform())
                    printf "m%d-%d,m%d,%s,coat,1,%.2f,%.2f\n", m, n, m, date(int(at)), paid, paid
                    at -= log(uniform()) / rate
                    if (n > 0 && uniform() < leave) break
                }
            }
        }'
}
header=basket,member,at,article,quantity,list_price,paid
printf 'article,category\ncoat,clothes\n' >"$scratch/articles.csv"
fill() { # fill NAME: a shop with the rows of standard input
    shop "$1"
    { echo $header; cat; } >"$scratch/$1.csv"
    try 0 import articles "$scratch/articles.csv"
    try 0 import baskets "$scratch/$1.csv" --create-members
}
number() { # number KEY: the first one of that key in out
    sed -nE "s/.*\"$1\":(-?[0-9.]+).*/\1/p" "$scratch/out" | head -n 1
}

# ---- What is fitted does not hang on order, zone or members' names
members 900 1 >"$scratch/rows"
fill straight <"$scratch/rows"
for model in bgnbd paretonbd nbd; do
    try 0 --json fit timing --model $model --calibration-end 2024-12-31 --holdout-end 2025-06-30
    cp "$scratch/out" "$scratch/$model.json"
    says out "\"model\":\"$model\",\"unit\":\"week\",\"calibration_end\":\"2024-12-31\""
    says out '"standard_errors":\{"r":[0-9.]+,"alpha":[0-9.]+'
    says out '"baselines":\{"rate":\{"correlation":0\.[0-9]+,"rmse":[0-9.]+,"log_score":null'
    says out '"table":\[\{"repeats":0,"or_more":false,"n":[0-9]+,"actual":[0-9.]+,"expected":[0-9.]+'
    says out '"repeats":7,"or_more":true'
    says_not out 'nan|inf'
    same "members" "$(number members)" 900
done
try 0 --json fit value --calibration-end 2024-12-31 --holdout-end 2025-06-30
cp "$scratch/out" "$scratch/value.json"
says out '"model":"gammagamma","money_unit":"EUR"'
says out '"verdict":"members differ in value per purchase"'
try 0 --json fit timing --model bgnbd --calibration-end 2024-12-31 --unit day
says out '"unit":"day".*"holdout":null'
try 0 fit timing --model bgnbd --calibration-end 2024-12-31 --holdout-end 2025-06-30
says out '^BG/NBD, time in weeks, purchases up to 2024-12-31$'
says out '^  7\+ +[0-9]+ +[0-9.]+ +[0-9.]+$'
awk 'length > 80 { exit 1 }' "$scratch/out" || die "a line is wider than 80 columns"
# Backwards, with other names of members, and another zone of the shop.
awk -F, -v OFS=, '{ $2 = "x" (7919 * substr($2, 2)) % 10007; row[NR] = $0 } END { for (i = NR; i > 0; i--) print row[i] }' \
    "$scratch/rows" >"$scratch/backwards"
export TZ=Asia/Shanghai
fill backwards <"$scratch/backwards"
for model in bgnbd paretonbd nbd; do
    try 0 --json fit timing --model $model --calibration-end 2024-12-31 --holdout-end 2025-06-30
    cmp -s "$scratch/out" "$scratch/$model.json" || die "$model hangs on the order of the rows or the zone"
done
try 0 --json fit value --calibration-end 2024-12-31 --holdout-end 2025-06-30
cmp -s "$scratch/out" "$scratch/value.json" || die "value hangs on the order of the rows or the zone"
export TZ=UTC

# ---- Rankings: the same in both shops but for the members' ids, in order, and no wider than a screen
ranked() { # ranked REPORT KEY: the values of that key, one a line
    try 0 --json report "$1" --top 15 --as-of 2025-06-30
    says_not out 'nan|inf'
    sed -nE "s/.*\"$2\":(-?[0-9]+).*/\1/p" "$scratch/out"
}
export TZ=Asia/Shanghai
for report in value:expected_52_weeks_minor watch:at_stake_minor; do
    LOYALTY_STORE=$scratch/straight.loyalty ranked ${report%:*} ${report#*:} >"$scratch/one"
    LOYALTY_STORE=$scratch/backwards.loyalty ranked ${report%:*} ${report#*:} >"$scratch/two"
    [ -s "$scratch/one" ] || die "${report%:*} lists nobody"
    cmp -s "$scratch/one" "$scratch/two" || die "${report%:*} hangs on the order of the rows"
    sort -rnc "$scratch/one" || die "${report%:*} is not in order"
    try 0 report ${report%:*} --top 3 --as-of 2025-06-30
    awk 'length > 80 { exit 1 }' "$scratch/out" || die "a line is wider than 80 columns"
done
try 0 --json report watch --top 1000 --as-of 2025-06-30
[ "$(sed -nE 's/.*"wait_probability":([0-9.]+).*/\1/p' "$scratch/out" | sort -rn | head -n 1 | cut -c1-3)" = 0.0 ] ||
    die "somebody on the watch list is not late"
try 2 report watch --top 0
export TZ=UTC

# ---- Where members do not differ in what they pay
members 900 0 >"$scratch/rows"
fill level <"$scratch/rows"
try 0 fit value --calibration-end 2024-12-31 --holdout-end 2025-06-30
same "the last line" "$(tail -n 1 "$scratch/out")" "no evidence that members differ in value per purchase"

# ---- Sentences
refuses() { # refuses PATTERN ARGUMENTS...: exit 1, one line on standard error, nothing else
    pattern=$1
    shift
    try 1 "$@"
    one_line err
    says err "$pattern"
    [ ! -s "$scratch/out" ] || die "loyalty $*: output beside the sentence"
}
timing="fit timing --model bgnbd --calibration-end 2024-12-31"
refuses 'needs 200 members and 100 of them with a second purchase; up to 2024-01-05 there are [0-9]+ and [0-9]+$' \
    fit timing --model bgnbd --calibration-end 2024-01-05
refuses 'all purchases of members lie behind 2020-01-01$' fit timing --model bgnbd --calibration-end 2020-01-01 \
    --holdout-end 2025-06-30
refuses 'no member bought anything up to 2020-01-01$' fit timing --model bgnbd --calibration-end 2020-01-01
refuses 'needs 100 members with a second purchase that was paid; up to 2024-01-05 there are' \
    fit value --calibration-end 2024-01-05
shop empty
refuses 'no member bought anything up to 2024-12-31$' $timing
refuses 'the purchases of 0 members do not fix when they buy again; nobody is ranked$' report value
refuses 'none of 0 members bought on the 4 days that a rhythm takes' report watch
refuses 'no member bought anything up to 2024-12-31$' fit value --calibration-end 2024-12-31
for m in $(seq 1 300); do
    echo "a$m,m$m,2024-05-05,coat,1,10,10"
    echo "b$m,m$m,2024-05-05,coat,1,10,10"
done >"$scratch/rows"
fill oneday <"$scratch/rows"
refuses 'all purchases lie on one day, 2024-05-05: they say nothing of time$' $timing
for m in $(seq 1 300); do
    for month in 01 02 03 04 05 06 07 08 09 10 11 12; do
        echo "a$m-$month,m$m,2024-$month-$((m % 28 + 1)),coat,1,10,10"
    done
done | sed -E 's/-([0-9]),coat/-0\1,coat/' >"$scratch/rows"
fill faithful <"$scratch/rows"
refuses 'do not fix the parameters of BG/NBD: the likelihood rises to a bound, as where nobody leaves' $timing
refuses 'do not fix the parameters of gamma-gamma' fit value --calibration-end 2024-12-31
shop returned
try 0 import articles "$scratch/articles.csv"
{
    echo $header,return_of,return_of_line
    for m in $(seq 1 20); do
        echo "a$m,m$m,2024-05-05,coat,1,10,10,,"
        echo "r$m,m$m,2024-05-06,coat,-1,10,-10,a$m,1"
    done
} >"$scratch/returned.csv"
try 0 import baskets "$scratch/returned.csv" --create-members
refuses 'up to 2024-12-31 there are only returns: nothing that a member kept$' $timing

# ---- Wrong use
try 2 fit timing --model bgnbd --calibration-end 2024-12-31 --holdout-end 2024-12-31
says err 'must lie behind --calibration-end'
try 2 fit timing --model bgnbd --calibration-end 31.12.2024
try 2 fit timing --model gamma --calibration-end 2024-12-31
try 2 fit timing --model nbd --calibration-end 2024-12-31 --unit month
try 2 fit value --holdout-end 2024-12-31

# ---- The published fit
cdnow=${LOYALTY_SHARED:-$SOURCE/../shared}/data/cdnow_sample.txt
if [ -f "$cdnow" ]; then
    export TZ=America/New_York
    awk -v OFS=, '{ sub(/\r/, ""); print "b" NR, $2, substr($3,1,4) "-" substr($3,5,2) "-" substr($3,7,2), "coat", 1, $5, $5 }' "$cdnow" >"$scratch/rows"
    fill cdnow <"$scratch/rows"
    try 0 --json fit timing --model bgnbd --calibration-end 1997-09-30 --holdout-end 1998-06-30
    says out '"parameters":\{"r":0\.24259.,"alpha":4\.413[56]..,"a":0\.79292.,"b":2\.42590.\}'
    says out '"log_likelihood":-9582\.4292.*"members":2357,"repeaters":946,"occasions":4814,"repeats":2457'
    says out '"correlation":0\.6256.*"rmse":1\.60(79|80)'
    says out '"actual":0\.2367..,"expected":0\.22(50|51)'
else
    echo "skipped: $cdnow is not there, the published fit was not looked at"
fi
done_story
