#!/bin/sh
# One number, one meaning: ranges, labels of scales, coupons and articles that a lane could not tell apart are refused when
# they are declared, in either order, and the sentence names what is in the way.
. "$(dirname "$0")/lib.sh"
try 0 init --currency EUR
refused() { # refused PATTERN ARGUMENTS...
    pattern=$1
    shift
    try 1 "$@"
    one_line err
    says err "$pattern"
}
label='--item 5 --value price --digits 5 --decimals 2'

# ---- Ranges and scales, in both orders; weighed articles are what a label is.
try 0 scale add 28 $label
refused 'scales begin with 28; take another prefix' range add 28 --length 13 --check-digit gs1
refused 'scales begin with 28' range add 2812 --length 13 --check-digit gs1
refused 'scales begin with 28' range add 028 --length 14 --check-digit gs1 --use coupon
try 0 range add 28 --length 13 --check-digit gs1 --use weighed
try 0 range add 26 --length 13 --check-digit gs1
refused 'own range 26 \(13 digits' scale add 26 $label
refused 'own range 26' scale add 261 --item 4 --value price --digits 5 --decimals 2
try 0 scale add 25 $label
try 0 scale list
same "scales" "$(wc -l <"$scratch/out")" 2
try 0 range add 9156 --length 16 --check-digit luhn

# ---- Coupons: outside of cards, labels and articles.
printf 'article,gtin,kind\nMILK,4006381333931,goods\nTEA,,goods\n12345,,goods\n' >"$scratch/a.csv"
try 0 import articles "$scratch/a.csv"
coupon() { # coupon NUMBER: as `promotion add` takes it
    echo "promotion add Z --form coupon --amount 1 --campaign SPRING --coupon $1"
}
refused 'article MILK' $(coupon 4006381333931)
refused 'article MILK' $(coupon 04006381333931)
refused 'article TEA' $(coupon TEA)
refused 'range 9156 \(16 digits\)' $(coupon 9156000000000011)
refused 'range 26 \(13 digits\)' $(coupon 2600000000000)
refused 'range 28 ' $(coupon 2812345003503)
refused "scales \(25\)" $(coupon 2599999000002)
refused '8018' $(coupon 8018735005385000000011)
refused '8018' $(coupon '(8018)735005385000000011')
refused '8017' $(coupon 8017735005385000000011)
refused '8017' $(coupon '(8017)735005385000000011')
refused 'of 255 the 13 digits' $(coupon '(255)9801234567892')
refused 'behind the brackets' $(coupon '(8110)1061414165432131501101201211014092110256100126663101231')
# A range in which these would be printed.
for prefix in 8017 8018 80 801; do
    refused 'GS1 numbers of people begin like this' range add $prefix --length 22 --use coupon
done
refused '8017 staff' range add 8017735 --length 22
try 0 range add 8016 --length 22
# Cards outside of any range, of members and of staff.
try 0 member add --kind person --name 'Anne Miller'
anne=$(sed -n 's/.*\([0-9a-f]\{8\}-[0-9a-f-]*\).*/\1/p' "$scratch/out")
try 0 card issue "$anne" 7700112233
try 0 operator add bert --role cashier
try 0 operator card add bert 7700112244
refused 'a card that was given out' $(coupon 7700112233)
refused 'a card that was given out' $(coupon 7700112244)
try 0 $(coupon 7700112255)
refused 'coupon of promotion Z' card issue "$anne" 7700112255
refused 'coupon of promotion Z' operator card add bert 7700112255
try 0 promotion end Z
try 0 card issue "$anne" 7700112255
try 0 $(coupon 9912345678909)
try 0 $(coupon 9912345678909)
try 0 promotion add Y --form coupon --amount 1 --campaign SPRING --coupon 9913000000004
try 0 promotion add X --form coupon --amount 1 --campaign SPRING --coupon 2412345000009

# ---- And in the other direction, as long as the promotion holds.
refused "promotion X has such a number" range add 24 --length 13 --check-digit gs1
refused 'promotion X has a number' scale add 24 $label
printf 'article,gtin,kind\nCORN,9912345678909,goods\n' >"$scratch/a.csv"
try 1 import articles "$scratch/a.csv"
says err 'promotion Z has this article'
printf 'article,gtin,kind\n9913000000004,,goods\n' >"$scratch/a.csv"
try 1 import articles "$scratch/a.csv"
says err 'promotion Y has this article'
try 0 promotion end X
try 0 scale add 24 $label

# ---- What a rule is for is looked for.
try 0 promotion add T --form percent --percent 5 --scope article --target TEEA
says err 'no article has the code TEEA'
try 0 promotion add T --form percent --percent 5 --scope article --target TEA
[ ! -s "$scratch/err" ] || die "a warning about an article that is there"

# ---- A store that has both already: the doctor names it.
if python3 -c 'import sqlite3' 2>/dev/null; then
    "$LOYALTY" --json doctor >"$scratch/out" 2>"$scratch/err" </dev/null || true
    says_not out 'range-over-scale'
    python3 -c 'import sqlite3, sys; s = sqlite3.connect(sys.argv[1]); s.execute("INSERT INTO scale_code SELECT 26, item_digits, value, value_digits, decimals, value_check FROM scale_code LIMIT 1"); s.commit()' "$LOYALTY_STORE"
    "$LOYALTY" --json doctor >"$scratch/out" 2>"$scratch/err" </dev/null || true
    says out '"range-over-scale".*loyalty scale remove 26'
fi
done_story
