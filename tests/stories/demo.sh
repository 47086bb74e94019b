#!/bin/sh
# The demo: both shops under 60 s in a release build, totals equal to an independent count over the input files,
# planted effects visible in the mall's report, traps silent, stamps on every page.
. "$(dirname "$0")/lib.sh"
out=$scratch/demo
# Of an earlier demo whose store was taken away: its list of the erased must not go over to the new one.
mkdir -p "$out/journey"
echo 01890a5d-ac96-774b-bcce-b302099a8057 >"$out/journey/shop.loyalty.erased"
begin=$(date +%s)
try 0 demo --json --out "$out"
cp "$scratch/out" "$scratch/demo.json"
seconds=$(($(date +%s) - begin))
echo "both shops in $seconds s"
# A sanitizer build is several times slower; there the time says nothing.
if ! ldd "$LOYALTY" | grep -q libasan && [ "$seconds" -gt 60 ]; then die "the demo took $seconds s, 60 are the limit"; fi
[ ! -e "$out/journey/shop.loyalty.erased" ] || die "the list of an earlier demo's erased members is still there"
[ ! -s "$scratch/err" ] || die "the demo is not quiet without a terminal"

mall=$(dirname "$MALL_GENERATE")/data
# Counted by SQL over the files: a second way, with nothing of the program in it.
independent() { # independent FOLDER MEMBER_COLUMN
    sqlite3 :memory: -cmd '.mode csv' -cmd ".import $1/baskets.csv b" -cmd ".import $1/members.csv m" "
        WITH l AS (SELECT basket, \"$2\" AS who, CAST(round(paid * 100) AS INTEGER) AS paid,
            CAST(round(list_price * quantity * 100) AS INTEGER) AS listed FROM b)
        SELECT (SELECT count(*) FROM m) || ' ' || count(DISTINCT basket) || ' ' ||
            count(DISTINCT CASE WHEN who <> '' THEN basket END) || ' ' || count(*) || ' ' ||
            sum(paid) || ' ' || (sum(listed) - sum(paid)) FROM l" | tr -d '"\r'
}
stored() { # stored STORE: from the store's own tables
    sqlite3 "$1" "SELECT (SELECT count(*) FROM member) || ' ' || count(*) || ' ' || count(member) || ' ' ||
        sum(line_count) || ' ' || sum(total_minor) || ' ' || sum(discount_minor) FROM basket WHERE state = 2"
}
told() { # told SHOP SIDE: what the demo printed
    sed -n "s/^{\"shop\":\"$1\".*\"$2\":{\"members\":\([0-9]*\),\"baskets\":\([0-9]*\),\"identified\":\([0-9]*\),\"lines\":\([0-9]*\),\"sales\":\"\([0-9.]*\)\",\"discounts\":\"\([0-9.]*\)\"}.*/\1 \2 \3 \4 \5 \6/p" \
        "$scratch/demo.json" | tr -d .
}
for shop in journey mall; do
    case $shop in
    journey) counted=$(independent "$SOURCE/examples/journey" member) ;;
    mall) counted=$(independent "$mall" card) ;;
    esac
    echo "$shop: $counted"
    same "$shop: the store against the files" "$(stored "$out/$shop/shop.loyalty")" "$counted"
    same "$shop: what is printed of the input" "$(told $shop input)" "$counted"
    same "$shop: what is printed of the store" "$(told $shop stored)" "$counted"
done
same "ties" "$(grep -c '"ties":true' "$scratch/demo.json")" 2
same "members whose own sums agree" \
    "$(sed -n 's/.*"members_agreeing":\([0-9]*\).*/\1/p' "$scratch/demo.json" | paste -sd' ')" "801 3030"
same "profiles" "$(grep -c '"quantities"' "$scratch/demo.json")" 3
grep -q '"track":2,"status":"good","text":";60058541029558180=9904?"' "$scratch/demo.json" || die "the real swipe"
grep -q '"refused".*"payment-card","network":"visa"' "$scratch/demo.json" || die "the refused card"
for shop in journey mall; do
    LOYALTY_STORE=$out/$shop/shop.loyalty try 0 check
done

# The page that the README says to open.
page=$(grep -o 'demo/mall/[a-z*-]*\.html' "$SOURCE/README.md") || die "the README names no page of the demo"
ls "$scratch/"$page >/dev/null 2>&1 || die "the README names $page, which the demo does not write"

# What was planted in the mall, as its maker's report shows it.
csv=$(ls "$out"/mall/*.csv | head -n 1)
sqlite3 "$scratch/report" -cmd '.mode csv' -cmd ".import $csv r" 'SELECT 1' >/dev/null
ask() { sqlite3 "$scratch/report" "$1" | tr -d '\r'; }
holds() { # holds WHAT CONDITION-QUERY giving 1
    answer=$(ask "$2")
    [ "$answer" = 1 ] || die "$1: the report says '$answer' to: $2"
    demands=$((demands + 1))
}
cell() { echo "(SELECT $1 FROM r WHERE \"table\" = '$2' AND row = '$3' AND column = '$4' AND state = 'published')"; }
holds "women 25-34 prefer red" "SELECT $(cell low 'group x colour' 'women 25-34' red) + 0 > $(cell expected 'group x colour' 'women 25-34' red) + 0"
holds "red, out of stock for ten weeks, is not disliked by all" \
    "SELECT $(cell lift colour red '') + 0 > 0.9"
holds "yellow is of the summer" "SELECT (SELECT avg(share) FROM r WHERE \"table\" = 'month x colour' AND column = 'yellow' AND substr(row, -2) IN ('06', '07', '08')) > 1.5 * (SELECT avg(share) FROM r WHERE \"table\" = 'month x colour' AND column = 'yellow' AND substr(row, -2) NOT IN ('06', '07', '08'))"
holds "grade rises with income" "SELECT (SELECT share FROM r WHERE \"table\" = 'income x grade' AND column LIKE '3%' AND state = 'published' ORDER BY row DESC LIMIT 1) + 0 > 2 * (SELECT share FROM r WHERE \"table\" = 'income x grade' AND column LIKE '3%' AND state = 'published' ORDER BY row LIMIT 1)"
html=$(ls "$out"/mall/*.html | head -n 1)
if grep -oE '<li>[^<]*' "$html" | grep -qE 'district|East|West'; then die "a sentence about colour and district"; fi
grep -q GENERATED "$html" || die "the mall's page is not stamped"
grep -q GENERATED "$csv" || die "the mall's table is not stamped"
grep -qi 'sample of lines' "$out"/journey/*.html || die "the households' page does not say that it is a sample of lines"
grep -q 'sample of lines' "$out"/journey/*.csv || die "the households' table does not say so"
if grep -qE 'https?://|<script' "$out"/*/*.html; then die "a page asks for something outside"; fi
for page in "$out"/*/*.html; do
    xmllint --html --noout "$page" 2>"$scratch/err" || true
    if grep -av 'Tag .* invalid' "$scratch/err" | grep -aq ': error'; then die "$page is not well formed"; fi
done
grep -oE '<li>[^<]*' "$html" | grep -q 'Women 25-34 choose red' || die "no sentence on women 25-34 and red"
grep -oE '<li>[^<]*' "$html" | grep -q 'purple comes back more often' || die "no sentence on the colour that comes back"
# A misspelt maker is no empty report.
LOYALTY_STORE=$out/mall/shop.loyalty try 1 report market --manufacturer Nobody --from 2025-01-01 --to 2025-02-01 \
    --out "$scratch/nobody"
says err 'spelling'
# No card number and no name in what left the shop.
if grep -qE '9156[0-9]{12}' "$out"/*/*.html "$out"/*/market*.csv; then die "a card number in a report"; fi
done_story
