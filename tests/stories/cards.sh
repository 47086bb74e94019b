#!/bin/sh
# Cards from the box to the bin, as a desk does it: stock, issue, block, release, replace; purchasers of a firm;
# a web registration that gets its card at the lane; a customer who gives no name at first.
. "$(dirname "$0")/lib.sh"
export LOYALTY_NOW=2026-03-02T10:00:00Z
at() { export LOYALTY_NOW="$1"; }
row() { sqlite3 "$LOYALTY_STORE" "$1"; }
member_of() { sed -n 's/^{"member":"\([^"]*\)".*/\1/p' "$scratch/out" | head -n 1; }

try 0 init --currency CNY --country CN
# Where an encrypting reader would hide the cards, that is said, and the range is there all the same.
try 0 range add 29 --length 13 --check-digit gs1 --json
says out '"warning":null'
try 0 range add 7700 --length 10 --check-digit luhn
says out 'warning: .*ID TECH'
try 0 --lang zh_CN range add 7701 --length 10 --check-digit luhn
says out '警告：.*读取器'
try 0 range list
says out '^7700 '

# Stock: all or none, own numbers only, each with its check digit.
try 0 card stock 2900000000018 2900000000100
says out '^cards taken into stock: 10'
try 1 card stock 2900000000100 2900000000117
says err 'card 1 of the list is known'
one_line err
try 1 card stock 2900000000117 2900000000018
try 1 card stock 2900000000119 2900000000124
try 1 card stock 4111111111111111
says_not err '4111'
printf '\357\273\277# a box\n2900000000117\r\n\n7700000016\n' >"$scratch/box"
try 0 card stock --file "$scratch/box" --json
says out '^\{"stocked":2\}$'
printf '2900000000124\n60058541029558180\n' >"$scratch/foreign"
try 1 card stock --file "$scratch/foreign"
printf '2900000000124\n5555555555554444\n' >"$scratch/payment"
try 1 card stock --file "$scratch/payment"
says err 'line 2'
says_not err '5555'
same "cards after what was refused" "$(row 'SELECT count(*) FROM card')" 12
try 2 card stock
try 2 card stock --file "$scratch/box" 2900000000018
try 2 card stock --file "$scratch/no-such-file"
try 0 card show 2900000000018 --json
says out '"tail":"0018","status":"stock","member":null'

# A card's life.
try 0 member add --kind organisation --name 'Green Grocer' --telephone 021-62345678 --json
firm=$(member_of)
try 0 card issue "$firm" 2900000000018 --until 2026-12-31 --json
says out "\"member\":\"$firm\",\"issued\":true,\"tail\":\"0018\",\"expires\":\"2026-12-31\""
try 0 card issue "$firm" 2900000000018
says out 'already'
try 1 card issue "$firm" 2900000000019
says err 'check digit'
try 1 card replace 2900000000018 2900000000026
try 1 --lang zh_CN member add --kind person --name 'Wrong Digit' --card 7700000017
says err '校验位'
says_not err '7700'
try 1 card block 2900000000018
says err 'reason'
try 0 card block 2900000000018 --reason 'not paid' --json
says out '"status":"blocked".*"changed":true'
try 0 card block 2900000000018 --reason 'not paid' --json
says out '"changed":false'
try 1 member find card:2900000000018
try 0 card release 0018 --member "$firm" --reason 'paid'
says out '0018  active'
try 0 card block 0018 --member "$firm" --as lost
try 1 card block 2900000000018 --reason 'number 2900000000018'
says_not err '2900'
try 2 card block 2900000000018 --as stolen
try 0 card replace 0018 2900000000025 --member "$firm" --reason 'lost in the tram' --json
says out '"tail":"0025","status":"issued".*"changed":true'
try 1 card release 2900000000018 --reason 'found again'
says err 'replaced'
try 1 card replace 2900000000032 2900000000049
says err 'never issued'
try 0 card show 2900000000018 --json
says out '"replaced_by":"0025","history":\[\{"status":"stock".*"reason":"not paid".*"reason":"lost in the tram"'
try 0 --lang zh_CN card show 2900000000018
says out '已换成 ...0025'
try 0 card activate 2900000000025
try 1 card show 2900000000995
try 0 member show "$firm" --json
says out '"cards":\[\{"tail":"0018","status":"replaced"\},\{"tail":"0025","status":"active"\}\]'

# Its last day, the whole of it, and not the day after.
try 0 card issue "$firm" 2900000000032 --until 2026-06-30
at 2026-06-30T23:59:59Z
try 0 member find card:2900000000032
at 2026-07-01T00:00:00Z
try 1 member find card:2900000000032
try 0 card show 2900000000032 --json
says out '"status":"expired"'
try 0 card expire --json
says out '^\{"expired":1\}$'
try 0 card expire
says out '^cards noted as expired: 0$'
try 0 member history "$firm" --cards --json
same "events of cards, in their order" "$(sed 's/.*"card":"\([0-9]*\)","status":"\([a-z]*\)".*/\1 \2/' "$scratch/out" | tail -n 5 | tr '\n' ',')" \
    '0025 issued,0025 active,0032 stock,0032 issued,0032 expired,'
try 0 --lang zh_CN member history "$firm" --cards
says out '0032  已过期'
try 0 member export "$firm" --json
says out '"card_events":\[.*"tail":"0032","status":"expired"'
try 1 card issue "$firm" 2900000000049 --until 2026-06-30
try 2 card issue "$firm" 2900000000049 --until soon

# Purchasers.
try 0 member purchaser add "$firm" --name 'Mo Buyer' --function buyer --telephone 13812345678 --document passport \
    --until 2026-12-31 --limit 500 --card 2900000000049 --json
says out '"name":"Mo Buyer","function":"buyer","telephone":"\+8613812345678","document":"passport","authority":"until","until":"2026-12-31","limit":"500.00","active":true,"used":false,"card":"0049"'
number=$(sed -n 's/.*"purchaser":\([0-9]*\).*/\1/p' "$scratch/out")
try 1 member purchaser add "$firm" --name Other --document 'passport 4711'
says_not err 4711
try 1 card issue "$firm" 2900000000056 --purchaser "$number"
says err 'replace it'
try 0 card replace 2900000000049 2900000000056 --json
says out "\"purchaser\":$number"
for name in A B C D; do try 0 member purchaser add "$firm" --name "$name" --once; done
try 1 member purchaser add "$firm" --name E
says err '5 authorised'
try 0 card rule purchasers 6
try 0 member purchaser add "$firm" --name E
try 0 member purchaser edit "$firm" "$number" --function cook --limit 0 --json
says out '"function":"cook".*"limit":null'
try 0 member purchaser end "$firm" "$number" --reason 'left the firm' --json
says out '"active":false.*"forgotten":false'
try 0 card show 2900000000056 --json
says out '"status":"withdrawn"'
try 0 member purchaser end "$firm" "$number" --forget --json
says out "\"purchaser\":$number,\"name\":\"\",\"function\":null,\"telephone\":null,\"document\":null,.*\"forgotten\":true"
try 0 member purchaser list "$firm"
says out '^[0-9]+ +\(forgotten\) .* ended$'
try 0 member purchaser list "$firm" --json
same "purchasers in the list" "$(wc -l <"$scratch/out" | tr -d ' ')" 6
try 2 member purchaser add "$firm" --name F --once --permanent
try 2 member purchaser end "$firm" none
try 1 member purchaser end "$firm" 999
# Who is not on the form's line may still buy, and that is said; who is ended goes out of it.
try 0 member edit "$firm" --purchasers 'E; A' --json
says out '"still_authorised":3'
try 0 member edit "$firm" --purchasers 'E'
says out 'yet allowed to buy: 4; see .member purchaser list.'
try 0 member edit "$firm" --purchasers 'E; Old Hand'
try 0 --lang zh_CN member edit "$firm" --purchasers 'Old Hand; E; A; B'
says out '仍可购买的人数：2'
try 0 member edit "$firm" --industry catering --json
says out '"still_authorised":null'
try 0 member purchaser list "$firm" --json
old=$(sed -n 's/.*"purchaser":\([0-9]*\),"name":"Old Hand".*"holds":true.*/\1/p' "$scratch/out")
try 0 member purchaser end "$firm" "$old" --json
says out '"active":false.*"holds":false'
try 0 member show "$firm"
says_not out 'Old Hand'
try 0 member history "$firm"
says out 'Old Hand'
try 0 member purchaser end "$firm" "$old" --forget
for read in show history export; do
    try 0 member "$read" "$firm" --json
    says_not out 'Old Hand'
done
try 0 member purchaser edit "$firm" "$((number + 1))" --until 2027-01-31 --json
says out '"name":"A".*"holds":true'
now=$LOYALTY_NOW
at 2027-02-02T10:00:00Z
try 0 member purchaser list "$firm"
says out '^[0-9]+ +A .*2027-01-31.* over$'
try 0 --lang zh_CN member purchaser list "$firm"
says out '2027-01-31.*已到期$'
try 0 member purchaser list "$firm" --json
says out '"name":"A".*"active":true,"used":false.*"holds":false'
at "$now"

# A web registration gets its card at the lane, once; typed as people type.
try 0 member add --kind person --name 'Ann Web' --channel web --json
ann=$(member_of)
try 0 card claim "$ann" --json
claim=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' "$scratch/out")
try 1 card bind 00000-00001 2900000000063
try 2 card bind "$claim"
try 0 card bind " $(echo "$claim" | tr 'A-Z01-' 'a-zol ')" 2900000000063 --json
says out "\"tail\":\"0063\",\"status\":\"issued\",\"member\":\"$ann\""
try 1 card bind "$claim" 2900000000070
says err 'used'
try 1 card claim "$ann"
same "codes in the file" "$(strings -a "$LOYALTY_STORE"* | grep -cE "$claim|$(echo "$claim" | tr -d -)" || true)" 0
try 0 member add --kind person --name 'Bea Web' --channel web --json
try 0 card claim "$(member_of)"
claim=$(cat "$scratch/out")
for i in 1 2 3 4 5 6 7 8 9; do try 1 card bind ZZZZZ-ZZZZZ 2900000000070; done
try 1 card bind "$claim" 2900000000070
says err 'too many'
at 2026-07-01T01:00:01Z
try 0 card bind "$claim" 2900000000070

# Without a name at first: bought, then registered, all is there.
cat >"$scratch/baskets.csv" <<'X'
basket,card,at,brand,category,quantity,paid
p1,2900000000087,2026-07-02T10:00:00Z,Dannon,yogurt,3,1.00
X
try 0 card issue --anonymous 2900000000087 --consent-scheme --json
anonymous=$(member_of)
try 2 card issue --anonymous "$firm" 2900000000094
try 2 card issue "$firm" 2900000000094 --consent-scheme
try 1 card issue --anonymous 2900000000087
same "members after a refused one" "$(row 'SELECT count(*) FROM member')" 4
same "the terms" "$(row 'SELECT purpose || given FROM consent')" 41
try 0 import baskets "$scratch/baskets.csv"
try 0 card show 2900000000087 --json
says out "\"status\":\"active\",\"member\":\"$anonymous\""
same "the basket's member" "$(row "SELECT m.pseudonymous FROM basket b JOIN member m ON m.id = b.member")" 1

# No number of a card in any file, in the audit log or in what was said on the way.
same "numbers in the files" "$(cat "$LOYALTY_STORE"* | strings -a | grep -cE '29000000000|77000000' || true)" 0
try 0 audit list
says out 'card.replace'
says_not out '0018|29000'
try 0 check

# Artwork, decoded again by somebody else's reader.
if "$LOYALTY" card artwork 2900000000018 --out "$scratch/a.png" >"$scratch/out" 2>"$scratch/err"; then
    try 0 --lang zh_CN card artwork 2900000000018 --out "$scratch/c.png"
    says out '卡号尾号'
    try 1 card artwork 7700000016 --symbol ean13 --out "$scratch/b.png"
    says err 'no EAN-13'
    try 1 card artwork 4111111111111111 --symbol qr --out "$scratch/b.png"
    [ ! -e "$scratch/b.png" ] || die "a payment card was drawn"
    try 2 card artwork 2900000000018 --symbol pdf --out "$scratch/b.png"
    try 2 card artwork 2900000000018 --out "$scratch/b.gif"
    try 3 card artwork 2900000000018 --out "$scratch/no/b.png"
    try 0 card artwork 7700000016 --symbol qr --out "$scratch/b.png" --json
    says out '"tail":"0016","symbol":"qr"'
    try 0 card artwork 7700000016 --symbol code128 --out "$scratch/c.png"
    try 0 card artwork 2900000000018 --out "$scratch/d.svg"
    grep -q '<svg' "$scratch/d.svg" || die "no picture in d.svg"
    same "who may read it" "$(stat -c %a "$scratch/a.png")" 600
    if command -v zbarimg >/dev/null 2>&1; then
        read_again() { zbarimg -q --raw -Sdisable -S"$1".enable "$2" 2>/dev/null; }
        same "EAN-13 read again" "$(read_again ean13 "$scratch/a.png")" 2900000000018
        same "QR read again" "$(read_again qrcode "$scratch/b.png")" 7700000016
        same "Code 128 read again" "$(read_again code128 "$scratch/c.png")" 7700000016
    else
        echo "skipped in part: zbarimg is not installed (apt install zbar-tools), no picture was read again"
    fi
else
    says err 'libzint'
    echo "skipped in part: built without libzint, no artwork was drawn"
fi

# ---- Cards in no declared range: a warning, exit 0; one for a file where no range is declared at all. --------------
LOYALTY_STORE=$scratch/ranges.loyalty
try 0 init --currency EUR --country DE
outside='no declared range holds this number: declare it with `loyalty range add`'
try 0 member add --kind person --name A --card 91561001 --json
says err "^warning: card: $outside"
says out "\"warning\": ?\"$outside"
says_not err 91561001
printf 'kind,name,card,channel,reference\nperson,B,91561002,desk,b\nperson,C,91561003,desk,c\nperson,D,QR-CODE-1,desk,d\n' >"$scratch/outside.csv"
try 0 import members "$scratch/outside.csv" --json
same "warnings where no range is declared" "$(grep -c '^warning' "$scratch/err")" 1
says out "\"outside_ranges\": ?2,\"warning\": ?\"$outside"
try 0 range add 9276 --length 16 --check-digit luhn
try 0 card issue ref:b 9276000000000016 --json
says_not out warning
says_not err warning
try 0 card issue ref:b 91561004 --json
says err "^warning: card: $outside"
says out "\"issued\": ?true.*\"warning\": ?\"$outside"
try 0 card issue ref:b 91561004 --json
says_not out warning
try 0 card issue ref:d QR-CODE-2 --json
says_not err warning
# The same of whatever gives a card to somebody; into stock comes none that lies in no range.
try 0 member add --kind organisation --name 'Green Grocer' --json
firm=$(member_of)
try 0 member purchaser add "$firm" --name 'Mo Buyer' --card 91561008 --json
says err "^warning: card: $outside"
says out '"card":"1008"'
try 0 member purchaser add "$firm" --name 'Na Buyer' --card 9276000000000032
says_not err warning
try 0 member add --kind person --name 'Ann Web' --channel web --json
try 0 card claim "$(member_of)" --json
claim=$(sed -n 's/.*"code":"\([^"]*\)".*/\1/p' "$scratch/out")
try 0 card bind "$claim" 91561009 --json
says err "^warning: card: $outside"
try 0 card replace 91561009 91561010 --json
says err "^warning: card: $outside"
try 0 --lang zh_CN card replace 91561010 91561011
says err '^警告：会员卡：.*`loyalty range add`'
try 0 card replace 91561011 9276000000000040
says_not err warning
try 1 card stock 91561012
says err "shop's own ranges"
printf '91561012\n' >"$scratch/box"
try 1 card stock --file "$scratch/box"
says err "card 1 of the list is in none of the shop's own ranges"
same "cards in stock" "$(row 'SELECT count(*) FROM card WHERE status = 1')" 0
printf 'kind,name,card,channel,reference\nperson,E,91561005,desk,e\nperson,F,9276000000000024,desk,f\nperson,G,91561006,desk,g\n' >"$scratch/outside.csv"
try 0 import members "$scratch/outside.csv"
says err "^warning: row 2: card: $outside"
says err "^warning: row 4: card: $outside"
same "warnings of a file" "$(grep -c '^warning' "$scratch/err")" 2
says out '3 new or changed, 0 as they were; 2 cards in no declared range'
says_not err '9156'
printf 'kind,card,channel,reference\nperson,91561007,desk,f\n' >"$scratch/outside.csv"
try 0 import members "$scratch/outside.csv" --update --json
says err "^warning: row 2: card: $outside"
says out '"outside_ranges": ?1'
done_story
