# Members ranked: by turnover and by margin, and who is late, by whatever model holds. The same bytes from rows in any order, no line
# wider than a screen, and the right sentence where nothing can be ranked. ranking.sh with LOYALTY and SOURCE.
. "$SOURCE/tests/stories/lib.sh"

# shop NAME: a new store of that name.
shop() {
    export LOYALTY_STORE=$scratch/$1.loyalty
    try 0 init --currency EUR --country DE
}

# members COUNT LEAVE: rows without a header of members who buy at own rates, and leave with a chance of up to LEAVE after a
# purchase. Odd members mostly take coats, even ones mostly hats; the random numbers are awk's own arithmetic.
members() {
    awk -v count="$1" -v most="$2" '
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
                leave = most * uniform()
                level = exp(uniform() * 2)
                at = 80 * uniform()
                for (n = 0; at < 540; n++) {
                    paid = level * (5 + 6 * uniform() + 6 * uniform())
                    what = (uniform() < 0.8) == m % 2 ? "coat" : "hat"
                    printf "m%d-%d,m%d,%s,%s,1,%.2f,%.2f\n", m, n, m, date(int(at)), what, paid, paid
                    at -= log(uniform()) / rate
                    if (n > 0 && uniform() < leave) break
                }
            }
        }'
}
header=basket,member,at,article,quantity,list_price,paid
fill() { # fill NAME: a shop with the rows of standard input
    shop "$1"
    { echo $header; cat; } >"$scratch/$1.csv"
    printf 'article,category\ncoat,clothes\nhat,clothes\n' >"$scratch/plain.csv"
    try 0 import articles "$scratch/plain.csv"
    try 0 import baskets "$scratch/$1.csv" --create-members
}
values() { # values KEY: those of that key in out, one a line
    sed -nE "s/.*\"$1\":(-?[0-9.]+|null).*/\1/p" "$scratch/out"
}
narrow() { # no line of out is wider than a screen
    awk 'length > 80 { exit 1 }' "$scratch/out" || die "a line is wider than 80 columns"
}
refuses() { # refuses PATTERN ARGUMENTS...: exit 1, one line on standard error, nothing else
    pattern=$1
    shift
    try 1 "$@"
    one_line err
    says err "$pattern"
    [ ! -s "$scratch/out" ] || die "loyalty $*: output beside the sentence"
}

# ---- By turnover, and by margin where costs are known
members 500 0.3 >"$scratch/rows"
fill straight <"$scratch/rows"
refuses 'no article that members bought has a cost: nobody can be ranked by margin' \
    report value --by margin --as-of 2025-06-30
try 2 report value --by profit
says err '--by takes revenue or margin'
# Coats keep nearly all that was paid, hats half of it at most: the order is another one.
printf 'article,tax_rate,price_is_net,cost\ncoat,0,no,1\nhat,19,no,\n' >"$scratch/articles.csv"
try 0 import articles "$scratch/articles.csv"
try 0 report value --by margin --as-of 2025-06-30 --top 3
says out '^a cost is known for [0-9]+ % of the lines \([0-9]+ of [0-9]+\), [0-9]+ % of the money'
narrow
some=$(sed -nE 's/^a cost is known for ([0-9]+) %.*/\1/p' "$scratch/out")
[ "$some" -gt 20 ] && [ "$some" -lt 80 ] || die "$some % of the lines have a cost"
printf 'article,tax_rate,price_is_net,cost\ncoat,0,no,1\nhat,,no,9\n' >"$scratch/articles.csv"
try 0 import articles "$scratch/articles.csv"
try 0 report value --by margin --as-of 2025-06-30 --top 3
says out '^a cost is known for 100 % of the lines'
says out '^[0-9]+ % of these lines have no tax rate: their price counts as free of tax$'
try 0 --json report value --as-of 2025-06-30 --top 1000
says_not out 'nan|inf'
values expected_52_weeks_minor >"$scratch/spends"
sort -rnc "$scratch/spends" || die "value is not in order"
says out '"by":"revenue"'
sed -E 's/.*"member":"([^"]*)".*/\1/' "$scratch/out" >"$scratch/by_revenue"
try 0 --json report value --by margin --as-of 2025-06-30 --top 1000
says_not out 'nan|inf'
cp "$scratch/out" "$scratch/margins"
values margin_52_weeks_minor >"$scratch/by"
sort -rnc "$scratch/by" || die "value by margin is not in order"
sed -E 's/.*"member":"([^"]*)".*/\1/' "$scratch/out" >"$scratch/by_margin"
[ "$(sort "$scratch/by_margin")" = "$(sort "$scratch/by_revenue")" ] || die "margin lists other members"
cmp -s "$scratch/by_margin" "$scratch/by_revenue" && die "margin and turnover rank alike"
# Expected margin is expected spend times share, and shares lie between those of the two articles.
sed -nE 's/.*"expected_52_weeks_minor":([0-9]+).*"margin_52_weeks_minor":(-?[0-9]+).*"margin_low_minor":(-?[0-9]+).*"margin_high_minor":(-?[0-9]+).*"margin_share":(-?[0-9.]+),.*/\1 \2 \3 \4 \5/p' \
    "$scratch/out" | awk '{
        d = $1 * $5 - $2
        if (d > 1 + $1 * 1e-5 || -d > 1 + $1 * 1e-5 || $3 > $2 || $4 < $2 || $5 > 1) exit 1
        n++
    } END { exit n == 0 }' || die "a margin is not spend times share inside its interval"
sed 's/"member":"[^"]*",//' "$scratch/margins" | sort >"$scratch/one"
try 0 --lang zh_CN report value --by margin --as-of 2025-06-30 --top 3

# Backwards: the same but for the ids.
awk '{ row[NR] = $0 } END { for (i = NR; i > 0; i--) print row[i] }' "$scratch/rows" >"$scratch/backwards"
fill backwards <"$scratch/backwards"
try 0 import articles "$scratch/articles.csv"
try 0 --json report value --by margin --as-of 2025-06-30 --top 1000
sed 's/"member":"[^"]*",//' "$scratch/out" | sort | cmp -s - "$scratch/one" || die "margins hang on the order of the rows"

# Where money has many digits the columns are wider, but never one.
awk -F, -v OFS=, '{ $6 = $7 = sprintf("%d.00", $6 * 1000000); print }' "$scratch/backwards" >"$scratch/dear"
fill dear <"$scratch/dear"
try 0 import articles "$scratch/articles.csv"
columns() { # columns COUNT ARGUMENTS...
    count=$1
    shift
    try 0 report "$@" --as-of 2025-06-30 --top 20
    awk -v count="$count" '
        /^[0-9a-f]+-/ { bad += NF != count; wide += /[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]\./ }
        END { exit bad || !wide }' "$scratch/out" || die "report $*: columns run together"
    demands=$((demands + 1))
}
columns 5 value
columns 5 value --by margin
columns 5 watch

# ---- Late, by whatever model the purchases fix
export LOYALTY_STORE=$scratch/straight.loyalty
try 0 report watch --as-of 2025-06-30 --top 3
says out '^model: BG/NBD, of 500 members who bought$'
narrow
try 0 --json report watch --as-of 2025-06-30
says out '"model":"bgnbd".*"ranked_by":"at_stake","models_tried":\{"bgnbd":"used"\}'
members 500 0 >"$scratch/rows"
fill faithful <"$scratch/rows"
try 0 report watch --as-of 2025-06-30 --top 3
says out '^model: NBD \(nobody leaves\): the purchases fix neither BG/NBD nor Pareto/NBD$'
says out '^at stake: all that 52 weeks are expected to bring of one who has not left$'
narrow
try 0 --json report watch --as-of 2025-06-30 --top 1000
says_not out 'nan|inf'
says out '"model":"nbd".*"ranked_by":"expected_spend","models_tried":\{"bgnbd":"at-bound","paretonbd":"at-bound","nbd":"used"\}'
values at_stake_minor | sort -rnc || die "watch is not in order"
members 120 0.3 >"$scratch/rows"
fill few <"$scratch/rows"
try 0 report watch --as-of 2025-06-30 --top 3
says out '^no model: it needs 200 members and 100 who came again; there are 120 and [0-9]+$'
says out '^late by the regular interval alone; ranked by what was paid in the last 365 days$'
narrow
try 0 --json report watch --as-of 2025-06-30 --top 1000
says_not out 'nan|inf'
says out '"model":null,"expected_52_weeks_minor":null.*"at_stake_minor":null.*"ranked_by":"paid_365_days","models_tried":\{"bgnbd":"too-few"\}'
values paid_365_days_minor | sort -rnc || die "watch by what was paid is not in order"
values days_since | awk '$1 > 365 { exit 1 }' || die "one who is gone for a year is on the watch list"
refuses 'do not fix when they buy again; nobody is ranked$' report value --as-of 2025-06-30

# ---- How many: all are in one class of each kind
counted() { # counted KIND: the counts of out add up to its members
    sed -nE 's/.*"members":([0-9]+).*"'$1'":\{([^}]*)\}.*/\1 \2/p' "$scratch/out" | tr ',' ' ' |
        awk '{ for (i = 2; i <= NF; i++) { split($i, at, ":"); sum += at[2] } exit sum != $1 || $1 == 0 }' ||
        die "the $1 do not add up to the members"
}
for shop in straight:bgnbd faithful:nbd few:; do
    export LOYALTY_STORE=$scratch/${shop%:*}.loyalty
    try 0 --json report members --as-of 2025-06-30
    counted states
    counted thirds
    case $shop in
    straight*)
        says out '"model":"bgnbd"'
        says out '"states":\{"new":[0-9]+,"active":[1-9][0-9]*,"lapsed":[1-9][0-9]*,"unclear":[0-9]+,"not_claimed":0\}'
        says out '"thirds":\{"heavy":[1-9][0-9]*,"medium":[0-9]+,"light":[1-9][0-9]*,"unclear":[1-9]'
        ;;
    faithful*) says out '"model":"nbd".*"active":0,"lapsed":0.*"thirds":\{"heavy":[1-9]' ;;
    few*) says out '"model":null.*"thirds":\{"heavy":0,"medium":0,"light":0,"unclear":0,"not_claimed":120\}' ;;
    esac
    try 0 report members --as-of 2025-06-30
    narrow
done
# In the first weeks everybody is new.
export LOYALTY_STORE=$scratch/straight.loyalty
try 0 --json report members --as-of 2024-02-28
says out '"members":([0-9]+),.*"states":\{"new":[1-9][0-9]*,"active":0,"lapsed":0,"unclear":0,"not_claimed":0\}'
refuses 'there is nobody to count$' report members --as-of 2020-01-01
try 2 report members --as-of yesterday

# ---- Where too few purchases tell: the value of the own group, or of all members, and which it is
awk 'BEGIN {
    for (m = 1; m <= 80; m++)
        for (n = 0; n < 14; n++) {
            at = sprintf("2024-%02d-%02d", 1 + n % 12, 1 + (m * 7 + n) % 28)
            printf "g%d-%d,m%d,%s,%s,1,%d,%d\n", m, n, m, at, substr("abcd", 1 + 2 * (m % 2) + n % 2, 1), 5, 5
        }
}' >"$scratch/rows"
shop groups
printf 'article,category,own_brand\na,apples,yes\nb,beans,no\nc,cheese,no\nd,dough,no\n' >"$scratch/articles.csv"
{ echo $header; cat "$scratch/rows"; } >"$scratch/groups.csv"
try 0 import articles "$scratch/articles.csv"
try 0 import baskets "$scratch/groups.csv" --create-members
try 0 profile ref:m2 --as-of 2024-12-31
says out 'Group, by what is bought +group [12]: more (apples|beans)'
says out '^ +segment value: [0-9.]+ \(group [12]\)$'
says out '^ +segment value: [0-9.]+ \(all members\)$'
try 0 --json profile ref:m2 --as-of 2024-12-31
says out '"name":"level_minor_per_occasion",[^}]*"segment":"group"'
says out '"name":"regular_interval_days",[^}]*"segment":"all"'
try 0 profile ref:m2 --as-of 2024-02-15
says out 'not enough purchases yet \([0-9] of [0-9]+\);$'
says_not out 'segment value: .*group'

# ---- For managers, and never without a trace
export LOYALTY_STORE=$scratch/straight.loyalty
try 0 report value --as-of 2025-06-30 --top 1
try 0 audit list
says out 'member\.rank.*value'
role() { sqlite3 "$LOYALTY_STORE" "UPDATE operator SET role = $1"; }
if command -v sqlite3 >/dev/null; then
    for number in 1:cashier 2:supervisor 4:analyst 5:auditor; do
        role ${number%:*}
        for report in value watch; do
            refuses "ranking members by forecasts is for a manager; you are ${number#*:}$" \
                report $report --as-of 2025-06-30
        done
    done
    role 3
else
    echo "skipped: sqlite3 is not installed, other roles were not tried"
fi

done_story
