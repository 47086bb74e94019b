#!/bin/sh
# `fit preference`, `deal`, `tier`, `segments`, `lift` and `stock` on sales that cannot tell: each kind has its own sentence in
# both languages, with exit 1 and no number; what can be told beside it has no number that nothing stands behind. And wrong use.
. "$(dirname "$0")/lib.sh"

# 60 members buy once a week for 20 weeks, odd ones rather a red shirt of Ash, the others rather a coat; some weeks have deals.
shelf() { # shelf FOLDER: articles.csv, prices.csv, baskets.csv, members.csv
    mkdir -p "$1"
    awk -v folder="$1" '
        function uniform() { state = (state * 16807) % 2147483647; return state / 2147483647 }
        function day(n) { return sprintf("2025-%02d-%02d", int(n / 28) + 1, n % 28 + 1) }
        function name(k) { return (k > 3 ? "C" : "S") ((k - 1) % 3 + 1) }
        BEGIN {
            state = 20250101
            split("Ash Birch Cedar", brand); split("red blue green", colour); split("plain good fine", grade)
            print "article,category,brand,colour,colour_family,grade" >(folder "/articles.csv")
            for (k = 1; k <= 6; k++) {
                j = (k - 1) % 3 + 1
                print name(k) "," (k > 3 ? "coat" : "shirt") "," brand[j] "," colour[j] "," colour[j] "," grade[j] >(folder "/articles.csv")
            }
            print "article,from,to,list_price,selling_price,promotion,promotion_form" >(folder "/prices.csv")
            for (w = 0; w < 20; w++)
                for (k = 1; k <= 6; k++) {
                    list[w, k] = (k % 3 + 1) * 10 + int(3 * uniform())
                    deal[w, k] = uniform() < .3
                    now[w, k] = list[w, k] - 2 * deal[w, k]
                    print name(k) "," day(7 * w) "," day(7 * w + 7) "," list[w, k] "," now[w, k] "," (deal[w, k] ? "P" w : "") "," \
                        (deal[w, k] ? "amount" : "") >(folder "/prices.csv")
                }
            print "kind,reference,channel,consent_profiling" >(folder "/members.csv")
            print "basket,member,at,article,quantity,list_price,paid,promotion" >(folder "/baskets.csv")
            for (m = 1; m <= 60; m++) {
                print "person,m" m ",import,yes" >(folder "/members.csv")
                taste = m % 2 ? .8 : .2
                for (w = 0; w < 20; w++) {
                    u = uniform()
                    k = (uniform() < taste ? 0 : 3) + (u < taste ? 1 : u < .9 ? 2 : 3)
                    printf "b%d-%d,m%d,%s %02d:00,%s,1,%d,%d,%s\n", m, w, m, day(7 * w + int(7 * uniform())), 9 + int(10 * uniform()),
                        name(k), list[w, k], now[w, k], (deal[w, k] ? "P" w : "") >(folder "/baskets.csv")
                }
            }
        }'
}
base=$scratch/base
shelf "$base"
# shop NAME [FILE AWK]...: a store of the base, with files changed.
shop() {
    folder=$scratch/$1
    shift
    mkdir -p "$folder"
    [ "$folder" = "$base" ] || cp "$base"/*.csv "$folder"
    while [ $# -gt 0 ]; do
        awk -F, -v OFS=, "$2" "$base/$1" >"$folder/$1"
        shift 2
    done
    export LOYALTY_STORE=$folder/shop.loyalty
    try 0 init --currency EUR --country DE
    try 0 import articles "$folder/articles.csv"
    try 0 import prices "$folder/prices.csv"
    try 0 import members "$folder/members.csv"
    [ "$(wc -l <"$folder/baskets.csv")" = 1 ] || try 0 import baskets "$folder/baskets.csv"
}
# refuses ENGLISH CHINESE ARGUMENTS...: exit 1, one line on standard error, nothing else.
refuses() {
    english=$1 chinese=$2
    shift 2
    for words in "en:$english" "zh_CN:$chinese"; do
        for json in '' --json; do
            LANGUAGE=${words%%:*} try 1 $json "$@"
            one_line err
            says err "${words#*:}"
            [ ! -s "$scratch/out" ] || die "loyalty $*: output beside the sentence"
        done
    done
}
# told NULLS ARGUMENTS...: exit 0; the object is valid, without a number that is none, and null are exactly the members of these names.
# And the same in words, in both languages, without nan, inf or null.
told() {
    nulls=$1
    shift
    for language in en zh_CN; do
        LANGUAGE=$language try 0 "$@"
        says_not out '(^|[^a-z])-?(nan|inf|null|none)([^a-z]|$)'
    done
    try 0 --json "$@"
    sound "$nulls"
}
sound() { # sound NULLS: of the object in out
    query() { sqlite3 :memory: "SELECT $1 FROM json_tree(readfile('$scratch/out')) WHERE $2"; }
    same "JSON" "$(sqlite3 :memory: "SELECT json_valid(readfile('$scratch/out'))")" 1
    same "numbers beyond measure" "$(query 'count(*)' "type IN ('integer', 'real') AND abs(atom) > 1e12")" 0
    same "words for numbers" "$(query 'count(*)' "type = 'text' AND lower(trim(atom, '+-')) IN ('nan', 'inf', 'infinity', 'null')")" 0
    same "null" "$(query "coalesce(group_concat(key, ' '), '')" "type = 'null'")" "$nulls"
}
field() { sqlite3 :memory: "SELECT json_extract(readfile('$scratch/out'), '\$.$1')"; }

like='fit preference --by'
no_members='too few members: 1 of 20 who bought here$'
no_members_zh='会员太少：有购买的会员 1 位，至少要 20 位$'
few_lines() { # few_lines COUNT OPTION...
    found=$1
    shift
    refuses "too few members: $found of 40 with 10 lines or more that count$" "会员太少：$found 位，至少要 40 位（每位至少 10 行可计入）$" fit segments "$@"
}
few_weeks() {
    for command in lift stock; do refuses 'fewer than 20 whole weeks: too short a time to tell$' '不足 20 个整周' fit $command; done
}

# ---- As it should be: nothing is missing but what is not asked for or does not exist
shop base
told lift_prior_items $like colour # green: no sign that members differ in it
same "members who differ" "$(field members_differ)" 1
told 'a b alpha lift_prior_items alpha lift_prior_items on_offer baskets' fit deal
same "members who differ" "$(field members_differ)" 0
told '' fit tier
told '' fit segments
same "groups" "$(field classes)" 2
told '' fit segments --day-parts --max-classes 3

# ---- Nothing sold; one purchase; nobody agreed; all came back
shop empty baskets.csv 'NR == 1'
for command in "$like colour" "$like brand --category shirt" 'fit deal' 'fit deal --own-brand' 'fit tier' 'fit segments'; do
    refuses 'nothing was sold up to this day$' '截至当日没有售出任何商品$' $command
done
for command in lift stock; do refuses 'nothing was sold in this period$' '此期间没有售出任何商品$' fit $command; done

shop one baskets.csv 'NR <= 2'
refuses "$no_members" "$no_members_zh" $like colour
refuses "$no_members" "$no_members_zh" fit deal
refuses 'no purchase with a price tier: it takes goods .* two list prices occur in a quarter$' '没有可定价位的购买：.*至少有两种标价$' fit tier
few_lines 0
few_weeks

shop strangers members.csv 'NR > 1 { $4 = "no" } 1'
for command in "$like grade" 'fit deal' 'fit deal --own-brand' 'fit tier' 'fit segments'; do
    refuses 'no member who bought something has agreed to profiling$' '有购买的会员都没有同意购买画像$' $command
done

shop nobody baskets.csv 'NR > 1 { $2 = "" } 1'
for command in "$like grade" 'fit deal' 'fit tier' 'fit segments'; do
    refuses 'no member bought anything up to this day$' '截至当日没有会员购买过商品$' $command
done

shop back baskets.csv 'NR == 1 { print $0, "return_of"; next }
    { print $0, ""; $5 = -1; $7 = -$7; b = $1; $1 = "R" b; print $0, b }'
for command in "$like colour" 'fit deal' 'fit tier' 'fit segments'; do
    refuses 'all that members bought came back$' '会员购买的商品全部退回了$' $command
done
for command in lift stock; do refuses 'all that was sold in this period came back$' '此期间售出的商品全部退回$' fit $command; done

# ---- One brand, one category, one price
shop alike articles.csv 'NR > 1 { $2 = "shirt"; $3 = "Ash"; $4 = $5 = "red"; $6 = "good" } 1' \
    baskets.csv 'NR > 1 { $6 = 20; $7 = 18 } 1' prices.csv 'NR > 1 { $4 = $5 = 20; $6 = $7 = "" } 1'
for by in brand grade 'colour --category shirt'; do
    refuses 'every line has the same value: there is nothing to choose between$' '所有购物行的取值都相同：没有可比较的选择$' $like $by
done
refuses 'no purchase with a price tier: it takes goods .* two list prices occur in a quarter$' '没有可定价位的购买：.*至少有两种标价$' fit tier
for by in category brand grade colour; do
    refuses 'fewer than two kinds are bought often enough: there is nothing to tell groups by$' '购买次数足够的种类不到两种：无从分组$' fit segments --by $by
done
refuses 'prices hardly moved: nothing has had three prices, so their effect cannot be told$' '价格几乎没有变动' fit lift
LANGUAGE=zh_CN try 0 fit stock
says out '看不出有别于偶然的差异'
says_not out '[0-9] 倍'
try 0 --json fit stock
same "told of one value" "$(sqlite3 :memory: "SELECT count(*) FROM json_each(readfile('$scratch/out'), '\$.rows') WHERE json_extract(value, '\$.told') OR json_extract(value, '\$.index') IS NOT NULL")" 0
shop single articles.csv 'NR <= 2' prices.csv 'NR == 1 || $1 == "S1"' baskets.csv 'NR == 1 || $4 == "S1"'
for command in lift stock; do refuses 'one article alone: there is nothing to compare it with$' '只有一个商品：没有可比较的对象$' fit $command; done

# ---- No promotion ever, or always
shop never baskets.csv 'NR > 1 { $8 = ""; $7 = $6 } 1' prices.csv 'NR > 1 { $5 = $4; $6 = $7 = "" } 1'
refuses 'no line was bought on deal: members cannot be told apart by it$' '没有任何购物行在促销时购买：无法据此区分会员$' fit deal
refuses 'no line is of an own brand: members cannot be told apart by it$' '没有任何购物行是自有品牌：无法据此区分会员$' fit deal --own-brand
finds() { # finds ENGLISH CHINESE: of lift: the finding on standard error, what prices do beside it
    LANGUAGE=zh_CN try 1 fit lift
    says err "$2"
    try 1 --json fit lift
    one_line err
    says err "$1"
    same "JSON" "$(sqlite3 :memory: "SELECT json_valid(readfile('$scratch/out'))")" 1
    same "lifts" "$(field lift)" '{}'
    same "effects of promotions" "$(sqlite3 :memory: "SELECT count(*) FROM json_each(readfile('$scratch/out'), '\$.coefficients') WHERE key LIKE 'promo%' OR key LIKE 'rivals%'")" 0
}
finds 'no promotion ran: only the effect of prices can be told$' '没有促销'
shop always baskets.csv 'NR > 1 { $8 = "P"; $7 = $6 - 2 } 1' prices.csv 'NR > 1 { $5 = $4 - 2; $6 = "P"; $7 = "amount" } 1' \
    articles.csv 'NR == 1 { print $0, "own_brand"; next } { print $0, "yes" }'
refuses 'every line was bought on deal: members cannot be told apart by it$' '所有购物行都在促销时购买：无法据此区分会员$' fit deal
refuses 'every line is of an own brand: members cannot be told apart by it$' '所有购物行都是自有品牌：无法据此区分会员$' fit deal --own-brand
finds 'promotions ran all the time: their effect cannot be told from that of the articles$' '促销一直进行'

# ---- Without times: what was last is not known, so nothing of later lines is foretold
shop moment baskets.csv 'NR > 1 { $3 = "2025-03-03 12:00" } 1'
untimed='Nothing could be kept out to foretell: no member has four lines, at different times\.$'
untimed_zh='没有会员有四行以上且时间不同的购物，因此无法留出一部分来检验预测。$'
for command in "$like colour" "$like grade --category coat" 'fit deal' 'fit segments'; do
    try 0 $command
    says out "$untimed"
    LANGUAGE=zh_CN try 0 $command
    says out "$untimed_zh"
    try 0 --json $command
    same "lines kept out" "$(field holdout.lines)" 0
    same "score" "$(field holdout.log_score)$(field holdout.baselines.pooled)$(field holdout.baselines.own)$(field holdout.baselines.one_group)" ''
done
few_weeks
# Of whom the times are known, what he bought last is foretold all the same.
shop some baskets.csv 'NR > 1 && $2 != "m7" { $3 = "2025-03-03 12:00" } 1'
try 0 --json $like colour
same "lines kept out" "$(field holdout.lines)" 5
try 0 --json fit segments
same "lines kept out" "$(field holdout.lines)" 5

# ---- What is not there, and wrong use
LOYALTY_STORE=$base/shop.loyalty
refuses 'nothing with a known colour was sold or on offer in the category hat$' '没有售出或在售过已知颜色的商品，类别：hat$' $like colour --category hat
for command in lift stock; do refuses 'no article has this category$' '没有商品属于此品类$' fit $command --category hat; done
refuses 'nothing was sold up to this day$' '截至当日没有售出任何商品$' fit tier --as-of 1999-12-31
refuses 'too few members: 0 of 40 with 21 lines or more that count$' '会员太少：0 位，至少要 40 位（每位至少 21 行可计入）$' fit segments --min-lines 21
few_lines 0 --feature-lines 1000
try 0 fit lift --holdout-weeks 25
says out 'No forecast: too little is left when so many weeks are kept out\.$'
LANGUAGE=zh_CN try 0 fit lift --holdout-weeks 25
says out '无法检验预测：留出这么多周后，剩下的数据太少。$'

wrong() { # wrong ENGLISH CHINESE ARGUMENTS...: exit 2
    english=$1 chinese=$2
    shift 2
    try 2 "$@"
    one_line err
    says err "$english"
    LANGUAGE=zh_CN try 2 "$@"
    says err "$chinese"
}
behind=--calibration-end\ 2025-06-30\ --holdout-end\ 2025-03-31
wrong 'holdout-end must lie behind --calibration-end$' 'holdout-end 必须晚于 --calibration-end$' fit timing --model bgnbd $behind
wrong 'holdout-end must lie behind --calibration-end$' 'holdout-end 必须晚于 --calibration-end$' fit value $behind
for day in nan 2025-02-30 31.12.2024 '' 99999-01-01; do
    wrong 'calibration-end is not a date like 2026-03-01$' 'calibration-end .*2026-03-01' fit value --calibration-end "$day"
    wrong 'from is not a date like 2026-03-01$' 'from .*2026-03-01' fit stock --from "$day"
    for command in "$like colour" 'fit deal' 'fit tier' 'fit segments'; do
        wrong 'as-of takes a date such as 2026-03-01$' 'as-of 须为日期，如 2026-03-01$' $command --as-of "$day"
    done
done
for command in lift stock; do
    wrong 'to lies before --from$' '--to 早于 --from$' fit $command --from 2025-04-01 --to 2025-03-01
done
wrong 'by takes brand, grade or colour$' 'by 可取 brand、grade 或 colour$' $like size
wrong 'the name is empty or too long$' '名称' $like colour --category ''
wrong 'by takes category, brand, grade or colour$' 'by 可取' fit segments --by price
for classes in 0 17 -1 nan 2.5 99999999999999999999; do
    wrong 'max-classes takes 1 to 16$' 'max-classes 可取 1 到 16$' fit segments --max-classes $classes
done
for value in -1 nan 1e3 ' 7' 18446744073709551626 ''; do
    for option in min-lines feature-lines starts seed; do
        wrong 'starts and --seed take whole numbers$' '整数$' fit segments --$option "$value"
    done
    [ "$value" = ' 7' ] || wrong 'holdout-weeks takes a number of weeks$' 'holdout-weeks 须为周数$' fit lift --holdout-weeks "$value"
done
done_story
