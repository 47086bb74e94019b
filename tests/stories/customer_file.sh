# The file of one customer on one printable page, in both languages, also of one who buys much.
# In: invented members and baskets. Out: a page that is whole, self-contained and, where a browser is
# installed, exactly one sheet of A4.
. "$SOURCE/tests/stories/lib.sh"
export LOYALTY_NOW=2026-03-01T10:00:00+00:00
try 0 init --country CN --currency CNY
long=上海市徐汇区一条名字很长很长很长很长很长很长很长很长很长的路一千二百三十四号五栋六单元七零八室靠近第三个路口的那一边
try 0 member add --json --kind organisation --name "单记<b>&餐饮有限公司" --industry 餐饮 --address "$long" \
    --telephone 13812345678 --fax 010-62345678 --district 徐汇 --section 3-12 --postcode 200001 --language zh_CN \
    --email shan@example.com --purchasers "采购员第1位 Buyer number 1" --trading-name "$long" --bank-name "$long" --account-no 100124430901 --consent-profiling --consent-marketing
busy=$(sed 's/.*"member": *"\([^"]*\)".*/\1/' "$scratch/out")
try 0 member add --json --kind person --name Quiet
quiet=$(sed 's/.*"member": *"\([^"]*\)".*/\1/' "$scratch/out")
try 0 range add 9156001 --length 12 --json
for i in $(seq 10 19); do try 0 card issue "$busy" "9156001000$i" --json; done
for i in 1 2 3 4 5; do
    try 0 member purchaser add "$busy" --name "采购员第$i位 Buyer number $i" --function "purchasing and quality, branch $i" --json
done
note() { try 0 member note "$busy" "$1" "$2 $(for i in 1 2 3 4 5 6 7 8 9; do printf '%s ' "$3"; done)"; }
note potential 'Buys half elsewhere.' 'A second kitchen opens in the spring and doubles what is needed.'
note direction 'Grows westwards.' '计划明年在城西再开三家分店，主营火锅与烧烤。'
note credit 'Pays within days.' 'Every invoice of this year was paid before it was due.'
note competitors 'Compares each week.' '每周比较三家供应商的价格，最看重送货准时。'
awk 'BEGIN { print "basket,card,at,article,brand,category,quantity,list_price,paid"
    for (i = 0; i < 400; i++) for (j = 0; j < 2; j++)
        printf "b%d,%s,20%02d-%02d-%02d 1%d:00,a%d,A brand with a rather long name %d,A category with a long name %d,%d,%d.00,%d.00\n",
            i, i % 3 ? "915600100010" : "", 14 + i % 12, 1 + i % 12, 1 + i % 28, i % 9, (i + j) % 30, (i + j) % 12, i % 9, 1 + j,
            1000 * (1 + i % 9), 900 * (1 + i % 9) }' >"$scratch/baskets.csv"
try 0 import baskets "$scratch/baskets.csv" --json

for language in en zh_CN; do
    for member in "$busy" "$quiet"; do
        page=$scratch/$language-$member.html
        try 0 --lang $language member file "$member" --out "$page"
        same "mode" "$(stat -c %a "$page")" 600
        if command -v xmllint >/dev/null; then
            xmllint --html --noout "$page" 2>"$scratch/err" || die "the page is no HTML"
        fi
        grep -qE '<script|<img|<link|https?://' "$page" && die "the page asks for something outside"
        demands=$((demands + 1))
    done
done
has() { grep -qF -- "$2" "$1" || die "$1 lacks: $2"; demands=$((demands + 1)); }
en=$scratch/en-$busy.html
zh=$scratch/zh_CN-$busy.html
has "$en" '单记&lt;b&gt;&amp;餐饮有限公司'
has "$en" '<small>dan ji'
has "$en" 'Potential (derived)'
has "$en" 'Spend, next 52 weeks'
has "$en" 'Group, by what is bought'
has "$en" 'Likes'
has "$zh" '未来 52 周消费'
has "$en" 'and 4 more'
for i in 1 2 3 4 5; do has "$en" "采购员第$i位 Buyer number $i"; done
has "$en" 'purchasing and quality, branch 5'
for text in 'Buys half elsewhere.' 'Grows westwards.' 'Pays within days.' 'Compares each week.'; do
    has "$en" "$text"
    has "$zh" "$text"
done
for page in "$en" "$zh"; do
    same "scores of $page" "$(grep -cE '<span>(accurate|true|complete|准确|真实|完整) <b>[0-9]+ %</b>' "$page")" 3
done
has "$zh" '购买潜力（推算）'
has "$zh" '另有 4 项'
has "$scratch/en-$quiet.html" 'Has not agreed to profiling'
has "$scratch/en-$quiet.html" 'nothing bought yet'
grep -qE '…0010</td><td>active</td><td class=mark>[^<]* → [^<]+</td>' "$en" || die "no day on which the card became active"
grep -q 915600100010 "$en" && die "a card's number stands on the page"
try 0 audit list
says out "member\.file.*$busy"
says_not out '单记|Quiet'
# Another role's page: no notes for a supervisor, no page for a cashier or an analyst.
role() { sqlite3 "$LOYALTY_STORE" "UPDATE operator SET role = $1"; }
if command -v sqlite3 >/dev/null; then
    role 2
    try 0 member file "$busy" --out "$scratch/supervisor.page"
    has "$scratch/supervisor.page" 'Buyer number 5'
    grep -qE 'Grows westwards|Notes' "$scratch/supervisor.page" && die "a supervisor reads a manager's notes"
    for number in 1 4 5; do
        role $number
        try 1 member file "$busy" --out "$scratch/refused.page"
        one_line err
        [ ! -e "$scratch/refused.page" ] || die "a page for role $number"
    done
    role 3
fi
try 1 member file nobody --out "$scratch/x.html"
[ ! -e "$scratch/x.html" ] || die "a page of nobody"
try 3 member file "$busy" --out "$scratch/nowhere/x.html"
try 2 member file "$busy"

# One sheet, as a browser prints it.
browser=$(command -v chromium || command -v chromium-browser || true)
if [ -n "$browser" ]; then
    for page in "$scratch"/*.html; do
        "$browser" --headless --no-sandbox --disable-gpu --no-pdf-header-footer --user-data-dir="$scratch/browser" \
            --print-to-pdf="$page.pdf" "file://$page" >"$scratch/out" 2>"$scratch/err" || die "no PDF of $page"
        if [ -n "${KEEP_PAGES-}" ]; then cp "$page" "$page.pdf" "$KEEP_PAGES"; fi
        same "sheets of $page" "$(grep -a -cE '/Type */Page( |/|>|$)' "$page.pdf")" 1
    done
fi
done_story
