#!/bin/sh
# `fit choice` by the real program: a panel made here with known weights is imported and the weights are found again; each
# input that cannot tell gets its own sentence in both languages, and nothing is kept; a population that is kept shows in
# profiles, which are the same for one member and for all, and for any number of threads.
. "$(dirname "$0")/lib.sh"

# 150 members buy one of three brands once a week for a year's quarter, in two stores with weekly prices of their own. A
# member's weight of ln price is -3 (spread .6) and -1.5 lower where he has children; promotion +1; habit +.8; brands 0, .5, -.5
# (spread .6).
panel() { # panel FOLDER
    mkdir -p "$1"
    awk -v folder="$1" '
        function uniform() { seed = (seed * 1103515245 + 12345) % 2147483648; return (int(seed / 8) + .5) / 268435456 }
        function normal() { return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform()) }
        function day(n) { return sprintf("2025-%02d-%02d", int(n / 28) + 1, n % 28 + 1) }
        BEGIN {
            seed = 20250101
            split("Ash,Birch,Cedar", brand, ",")
            print "article,brand,category" >(folder "/articles.csv")
            for (j = 1; j <= 3; j++) print "T" j "," brand[j] ",Tea" >(folder "/articles.csv")
            print "X1,Elm,Soap" >(folder "/articles.csv")
            print "article,store,from,to,list_price,selling_price,promotion,promotion_form" >(folder "/prices.csv")
            for (s = 1; s <= 2; s++)
                for (w = 0; w < 14; w++)
                    for (j = 1; j <= 3; j++) {
                        list = int(200 * exp(.25 * normal()) + .5)
                        promoted[s, w, j] = uniform() < .25
                        price[s, w, j] = promoted[s, w, j] && uniform() < .5 ? int(list * .8 + .5) : list
                        printf "T%d,S%d,%s,%s,%.2f,%.2f,%s,%s\n", j, s, day(7 * w), day(7 * w + 7), list / 100,
                            price[s, w, j] / 100, promoted[s, w, j] ? "P" w : "",
                            promoted[s, w, j] ? "other" : "" >(folder "/prices.csv")
                    }
            print "kind,reference,channel,consent_profiling,children,town,age" >(folder "/members.csv")
            print "basket,member,store,at,article,quantity,list_price,paid" >(folder "/baskets.csv")
            for (m = 1; m <= 150; m++) {
                children = m % 2
                printf "person,M%d,import,yes,%s,%s,%d\n", m, children ? "yes" : "no", m % 4 < 2 ? "North" : m % 4 == 2 ? "South" : "East",
                    20 + m % 50 >(folder "/members.csv")
                slope = -3 - 1.5 * (children - .5) + .6 * normal()
                for (j = 1; j <= 3; j++) liking[j] = (j == 2 ? .5 : j == 3 ? -.5 : 0) + .6 * normal()
                last = 0
                for (w = 0; w < 14; w++) {
                    s = uniform() < .8 ? m % 2 + 1 : 2 - m % 2
                    for (j = 1; j <= 3; j++) {
                        utility = liking[j] + slope * log(price[s, w, j] / 100) + promoted[s, w, j] + .8 * (j == last) \
                            - log(-log(uniform()))
                        if (j == 1 || utility > best) { best = utility; chosen = j }
                    }
                    last = chosen
                    printf "B%d,M%d,S%d,%s,T%d,1,%.2f,%.2f\n", ++number, m, s, day(7 * w + int(7 * uniform())), chosen,
                        price[s, w, chosen] / 100, price[s, w, chosen] / 100 >(folder "/baskets.csv")
                }
            }
        }'
}
shop() { # shop FOLDER: its four files into a store of its own
    export LOYALTY_STORE=$1/shop.loyalty
    rm -f "$1"/shop.loyalty*
    try 0 init --currency EUR --country DE
    try 0 import articles "$1/articles.csv"
    [ ! -s "$1/prices.csv" ] || try 0 import prices "$1/prices.csv"
    try 0 import members "$1/members.csv"
    [ ! -s "$1/baskets.csv" ] || try 0 import baskets "$1/baskets.csv"
}
# within NAME WANTED: a coefficient's mean is within three of its standard errors from what was planted.
within() {
    awk -v name="$1" -v wanted="$2" '{
            at = index($0, "\"" name "\":{\"mean\":")
            rest = substr($0, at)
            if (!at || !match(rest, /"mean":-?[0-9.]+/)) exit 1
            mean = substr(rest, RSTART + 7, RLENGTH - 7)
            if (!match(rest, /"standard_error":[0-9.]+/)) exit 1
            error = substr(rest, RSTART + 17, RLENGTH - 17)
            off = (mean - wanted) / error
            if (off < -3 || off > 3 || error > .5) { print name " is " mean " (" error "), not " wanted; exit 1 }
        }' "$scratch/out" || die "$1 is not $2 within three standard errors"
    demands=$((demands + 1))
}

panel "$scratch/tea"
shop "$scratch/tea"
try 0 --json fit choice --category Tea --base Ash --traits children --holdout hash --seed 7
cp "$scratch/out" "$scratch/first.json"
says out '^\{"model":"hierarchical","category":"Tea","by":"brand","base":"Ash","coefficients":\{"ln_price":\{"mean":-'
within ln_price -3
within promo 1
within habit .8
within brand:Birch .5
within brand:Cedar -.5
says out '"brand:Ash":\{"mean":0,"base":true\}'
effect=$(sed -n 's/.*"trait:children":{.*"ln_price":{"mean":\([-0-9.]*\).*/\1/p' "$scratch/out")
awk -v e="$effect" 'BEGIN { exit !(e < -.5 && e > -2.5) }' || die "children: $effect, planted -1.5"
says out '"members":150,"occasions":1950,'
says out '"holdout":\{"members":150,"log_score":-[0-9.]+,"hit_rate":0\.[0-9]+,"baselines":\{"pooled":'
says out '"same_as_last":\{"log_score":null,"hit_rate":0\.'
# The same bytes for any number of threads, and for rows in another order.
LOYALTY_THREADS=3 try 0 --json fit choice --category Tea --base Ash --traits children --holdout hash --seed 7
cmp -s "$scratch/out" "$scratch/first.json" || die "three threads give other bytes"
demands=$((demands + 1))

# Words of a trait are columns but for the most frequent; ln of a number.
try 0 --json fit choice --category Tea --model pooled --price level
cp "$scratch/out" "$scratch/pooled.json"
says out '"model":"pooled".*"coefficients":\{"price":\{"mean":-[0-9.]+,"standard_error":[0-9.]+\},"promo"'
says_not out '"spread"'
try 0 --json fit choice --category Tea --traits town,ln:age --attributes none
says out '"trait:town=East":\{.*"trait:town=South":\{.*"trait:ln:age":\{'
says_not out 'town=North|"promo"|"habit"'
try 0 fit choice --category Tea --model pooled
says out '^Tea, by brand: 2100 purchases of 150 members, log-likelihood -[0-9.]+$'
says out '^  price \(logarithm\)  +-[0-9.]+ +[0-9.]+$'
says out '^- What costs less is chosen more often\.$'
says out '^- bought last time: [0-9.]+ times the odds to be chosen \(95 %: '
try 0 --lang zh_CN fit choice --category Tea --model pooled
says out '^Tea，按品牌：2100 次购买，150 位会员，对数似然 -'
says out '^- 越便宜的越常被选中。$'

# ---- Without one, and with one -----------------------------------------------------------------------------------------
# Every basket holds tea: what else could be bought instead is known, what the category loses is not.
try 0 fit choice --category Tea --model pooled --without Ash --with Cedar
says out '^If Ash leaves the shelf, what is bought of it goes to$'
says out '^  Birch +[0-9.]+ %   \(80 %: [0-9.]+ to [0-9.]+ %\)$'
says out '^How much the category would sell then is not known: too little changed on its$'
says out '^What Cedar would bring is not known: it was hardly ever missing, or never there,$'
says_not out 'nan|\(nothing\)|The category sells'
try 1 fit choice --category Tea --without Elm
says err 'Elm is none of what is chosen among.*there are: Ash, Birch, Cedar$'
# As many baskets without tea, whatever its prices: those who miss Ash take another one.
awk 'BEGIN {
        print "basket,member,store,at,article,quantity,list_price,paid"
        for (m = 1; m <= 150; m++)
            for (w = 0; w < 14; w++)
                printf "C%d,M%d,S%d,2025-%02d-%02d 20:00,X1,1,1.00,1.00\n", ++number, m, m % 2 + 1,
                    int(7 * w / 28) + 1, 7 * w % 28 + 1 + (m + w) % 7
    }' >"$scratch/soap.csv"
try 0 import baskets "$scratch/soap.csv"
month='--model pooled --to 2025-01-28'
try 0 --json fit choice --category Tea --without Ash --with Cedar $month
says out '"without":\{"name":"Ash","known":true,"members":150,"purchases":600,"visits":1200,"missed":0,"pull":-?[0-9.]+,'
says out '"with":\{"name":"Cedar","known":false,"others":\{\}\}'
says_not out 'nan|inf'
awk '{
        at = index($0, "\"without\":")
        if (!match(substr($0, at), /"nothing":\{"mean":[0-9.e-]+/)) exit 1
        exit !(substr($0, at + RSTART + 17, RLENGTH - 18) < .15)
    }' "$scratch/out" || die "nobody would buy less tea, but that is not what is said"
demands=$((demands + 1))
try 0 --lang zh_CN fit choice --category Tea --without Ash $month
says out '^Ash 下架后，原来买它的转向$'
says out '^该品类少卖 [0-9.]+%（80%：[0-9.]+ 至 [0-9.]+）。$'
says out '^依据 150 位会员的 1200 次到店；其中 0 次它不在架。$'

# ---- Keeping -----------------------------------------------------------------------------------------------------------
try 0 --json profile ref:M7
says_not out '"choices"'
try 0 --json fit choice --category Tea --seed 7 --keep
try 0 --json profile ref:M7
says out '"choices":\[\{"category":"Tea","n":14,"price":\{"name":"ln_price","value":(-[0-9.]+|null),'
one=$(sed -n 's/.*"choices":\(.*\)}$/\1/p' "$scratch/out")
member=$(sed -n 's/^{"member":"\([^"]*\)".*/\1/p' "$scratch/out")
try 0 --json profile --all
same "M7 among all" "$(grep -F "$member" "$scratch/out" | sed -n 's/.*"choices":\(.*\)}$/\1/p')" "$one"
same "members with choices" "$(grep -c '"choices":\[{"category":"Tea"' "$scratch/out")" 150
grep -q '"standing":"own","segment_value":-' "$scratch/out" || die "nobody has a price sensitivity of his own"
try 0 profile ref:M7
says out '^  Choice in Tea$'
says out '^    Price sensitivity '
says out '^    Odds, promotion '
try 0 audit list
says out 'population of a model kept +choice Tea'
try 0 check

# ---- What cannot tell ------------------------------------------------------------------------------------------------
tea=$scratch/tea
kept=$(sqlite3 "$LOYALTY_STORE" 'SELECT hex(bytes) FROM model')
refuses() { # refuses ENGLISH CHINESE ARGUMENTS...: of category Tea in the store at hand, with nothing kept
    english=$1 chinese=$2
    shift 2
    before=$(sqlite3 "$LOYALTY_STORE" 'SELECT count(*), total(at_us) FROM model')
    try 1 --json fit choice --category Tea --keep "$@"
    one_line err
    says err "$english"
    [ ! -s "$scratch/out" ] || die "something was printed beside: $english"
    try 1 --lang zh_CN fit choice --category Tea --keep "$@"
    says err "$chinese"
    same "kept beside: $english" "$(sqlite3 "$LOYALTY_STORE" 'SELECT count(*), total(at_us) FROM model')" "$before"
}
try 1 fit choice --category Coffee
says err 'there is no category Coffee; there are: Soap, Tea$'
try 1 --lang zh_CN fit choice --category Coffee
says err '没有名为“Coffee”的品类；现有：Soap, Tea$'
(
    export LOYALTY_STORE=$scratch/wide.loyalty
    try 0 init --currency EUR --country DE
    { echo article,category; for c in $(seq 1 300); do echo "a$c,category $c"; done; } >"$scratch/wide.csv"
    { echo article,from,list_price; for c in $(seq 1 300); do echo "a$c,2024-01-01,1.00"; done; } >"$scratch/wide_prices.csv"
    try 0 import articles "$scratch/wide.csv"
    try 0 import prices "$scratch/wide_prices.csv"
    try 1 fit choice --category Coffee
    says err 'there is no category Coffee; there are 300 others: category 1, category 10, .*, and so on$'
)
refuses 'Elm is none of what is chosen among.*there are: Ash, Birch, Cedar$' '“Elm”不在可选之列' --base Elm
refuses 'no member who bought this has a trait or field shoe_size$' '没有特征或栏目 shoe_size' --traits shoe_size
refuses 'town has no logarithm' 'town 没有对数' --traits ln:town
refuses 'Tea: nothing was ever on display' 'Tea：从未有过陈列' --attributes display
refuses 'nobody has 99 purchases .*\(at most 14\)' '没有会员有 99 次' --min-purchases 99
try 2 fit choice --category Tea --model bayes
says err 'takes one of: hierarchical, pooled'
try 2 fit choice --category Tea --attributes colour
for name in base without with; do
    try 2 fit choice --category Tea --$name ''
    says err 'the name is empty or too long$'
done
try 2 fit choice --category Tea --min-purchases 0
try 2 fit choice --category Tea --from 2025-02-01 --to 2025-01-01
same "what was kept" "$(sqlite3 "$LOYALTY_STORE" 'SELECT hex(bytes) FROM model')" "$kept"

# broken NAME FILE AWK: the panel with one file changed, in a store of its own
broken() {
    mkdir "$scratch/$1"
    cp "$tea"/*.csv "$scratch/$1"
    awk -F, -v OFS=, "$3" "$tea/$2" >"$scratch/$1/$2"
    shop "$scratch/$1"
}
broken moment baskets.csv 'NR > 1 { $4 = "2025-01-03 12:00" } 1'
refuses 'Tea: all purchases of each member are at one moment' 'Tea：每位会员的购买都在同一时刻'
broken unpriced prices.csv 'NR < 1'
refuses 'Tea: there is no price history' 'Tea：没有价格历史'
broken still prices.csv 'NR > 1 { $5 = $6 = substr($1, 2) ".00" } 1'
refuses 'Tea: prices stand still, or all move together' 'Tea：价格一直不变'
broken never prices.csv 'NR > 1 { $7 = $8 = ""; $5 = $6 } 1'
refuses 'Tea: nothing was ever on promotion' 'Tea：从未有过促销' --attributes promo
try 0 --json fit choice --category Tea --model pooled
says_not out '"promo"'
broken always prices.csv 'NR > 1 { $7 = "P"; $8 = "other" } 1'
refuses 'Tea: the same is on promotion all the time' 'Tea：促销一直不变' --attributes promo
broken once baskets.csv 'NR == 1 || !seen[$2]++'
refuses 'Tea: each member has bought once only' 'Tea：每位会员只买过一次'
broken single baskets.csv 'NR == 1 || $5 == "T1"'
refuses 'Tea: only one brand or grade was bought' 'Tea：只买过一个品牌或档次'
broken nobody members.csv 'NR > 1 { $4 = "no" } 1'
refuses 'Tea: no member who has agreed to profiling' 'Tea：同意购买画像的会员都没有买过'
# Rows sorted by what was bought, and dated behind one another as they came.
mkdir "$scratch/sorted"
cp "$tea"/*.csv "$scratch/sorted"
{
    head -n 1 "$tea/baskets.csv"
    sed 1d "$tea/baskets.csv" | awk -F, -v OFS=, '{ at[$2, ++n[$2]] = $4; print }' | LC_ALL=C sort -t, -k2,2 -k5,5 -s
} >"$scratch/sorted/unordered"
awk -F, -v OFS=, 'FNR == NR { if (FNR > 1) at[$2, ++n[$2]] = $4; next }
    FNR > 1 { $4 = at[$2, ++k[$2]] } 1' "$tea/baskets.csv" "$scratch/sorted/unordered" >"$scratch/sorted/baskets.csv"
rm "$scratch/sorted/unordered"
shop "$scratch/sorted"
refuses "each member's purchases are in the order of what was bought" '每位会员的购买按所购商品排列'
refuses "each member's purchases are in the order of what was bought" '每位会员的购买按所购商品排列' --attributes promo --holdout last
# All came back.
broken back baskets.csv 'NR == 1 { print $0, "return_of"; next }
    { print $0, ""; $6 = -1; $8 = -$8; b = $1; $1 = "R" b; print $0, b }'
refuses 'Tea: all that was bought came back' 'Tea：买走的全部退回了'
# A price history that was made of what was sold: of each moment only the thing bought.
mkdir "$scratch/paid"
cp "$tea"/*.csv "$scratch/paid"
awk -F, -v OFS=, 'NR == 1 { print "article,store,from,to,list_price"; next }
    { print $5, $2, $4 " 00:00", $4 " 23:59", $7 }' "$tea/baskets.csv" \
    >"$scratch/paid/prices.csv"
awk -F, -v OFS=, 'NR > 1 { $3 = $2 } 1' "$tea/baskets.csv" >"$scratch/paid/baskets.csv"
shop "$scratch/paid"
refuses 'Tea: for nine purchases in ten there are no prices of what was not bought' 'Tea：十次购买中有九次'
done_story
