#!/bin/sh
# A card that is shown after the sale was closed: by lines (last, then the card) and by the feed (card, then "last"), with a
# supervisor; a card of a bank, an article or a second customer between. The scanner is a pipe (tests/screens/scanner.c).
. "$(dirname "$0")/lib.sh"
pan=4111111111111111
try 0 init --currency EUR --country CN
try 0 operator add 'Sun Ping' --role supervisor
echo 3691 | "$LOYALTY" operator pin 'Sun Ping' >/dev/null
try 0 operator add 'Li Na' --role cashier
echo 2580 | "$LOYALTY" operator pin 'Li Na' >/dev/null
try 0 range add 9156 --length 16 --check-digit luhn
printf 'article,gtin,brand,style,kind\ncup,3046920029759,Lark,cup,goods\n' >"$scratch/a.csv"
printf 'article,from,list_price,selling_price\ncup,2020-01-01,5.00,5.00\n' >"$scratch/p.csv"
try 0 import articles "$scratch/a.csv"
try 0 import prices "$scratch/p.csv"
try 0 lane rule questions 0
card() { try 0 member add --channel desk --kind person --name "$2" --card "$1"; }
card 9156000000000011 'Wei Lin'
card 9156000000000029 'Ama Osei'
card 9156000000000037 'Ida Berg'
mkfifo "$scratch/scanner" "$scratch/in"
exec 6<>"$scratch/scanner"
scan() { printf 'scan %s\n' "$1" >&6; }
begin() { # begin FACE
    : >"$scratch/out"
    SCANNER="$scratch/scanner" ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" LD_PRELOAD="$SCANNER_MODULE" \
        "$LOYALTY" lane "--$1" --operator 'Li Na' <"$scratch/in" >"$scratch/out" 2>"$scratch/err" &
    lane=$!
    exec 7>"$scratch/in"
    echo 2580 >&7
}
end() {
    exec 7>&-
    wait "$lane" || die "the lane"
}
typed() { printf '%s\n' "$@" >&7; }
awaits() { # awaits PATTERN [COUNT]
    for i in $(seq 300); do [ "$(grep -cE "$1" "$scratch/out")" -ge "${2:-1}" ] && demands=$((demands + 1)) && return; sleep 0.1; done
    die "it never said: $1"
}

# ---- By lines
begin plain
typed last
awaits 'only the last sale takes a card afterwards'
typed cup total 'pay cash' last
awaits '^show the card now; it goes to the last receipt$'
# A bank's card is refused, and the customer shows another one.
scan $pan
awaits 'payment card'
scan ']C09156000000000011'
awaits '^a supervisor may: approve NAME$'
says_not out 'Wei Lin'
typed 'approve Sun Ping' 1111
awaits '^a supervisor may: approve NAME$' 2
typed 'approve Sun Ping' 3691
awaits '^Added to the last receipt, for the history: the prices stay. Wei Lin, card ...0011$'
# It is for one card: the next one begins the next basket.
scan ']C09156000000000029'
awaits '^Ama Osei, card ...0029'
typed cup total 'pay cash' last
awaits '^the last sale has a member already'
# An article instead: the next customer is there, and the card behind it is that customer's.
typed cup total 'pay cash' last
awaits '^show the card now' 2
scan ']E03046920029759'
awaits '^1: Lark cup, 1 x 5.00' 4
scan ']C09156000000000037'
awaits '^Ida Berg, card ...0037; due 5.00$'
typed cancel
end
says_not out "$pan|3691|2580"

# ---- By the feed
cup='"article":"cup","list_minor":500,"paid_minor":500'
sale() { # sale SEQ NAME
    typed "{\"seq\":$1,\"type\":\"line\",\"basket\":\"$2\",\"line\":1,$cup}" \
        "{\"seq\":$(($1 + 1)),\"type\":\"close\",\"basket\":\"$2\",\"total_minor\":500}"
    awaits "^\{\"ack\":$(($1 + 1)),\"code\":\"sold\""
}
supervisor='"approver":"Sun Ping","pin":"3691"'
begin feed
sale 1 A
typed '{"seq":3,"type":"card","last":true}'
awaits '^\{"ack":3,"error":\{"code":"none"'
scan $pan
awaits '"event":"payment-card"'
scan ']C09156000000000011'
awaits '"event":"member","attached":false,"tail":"0011"'
typed '{"seq":4,"type":"card","last":true}' '{"seq":5,"type":"card","last":true,"approver":"Sun Ping","pin":"1"}' \
    "{\"seq\":6,\"type\":\"card\",\"last\":true,\"basket\":\"B\",$supervisor}" "{\"seq\":7,\"type\":\"card\",\"last\":true,\"basket\":\"A\",$supervisor}" \
    "{\"seq\":7,\"type\":\"card\",\"last\":true,\"basket\":\"A\",$supervisor}" "{\"seq\":8,\"type\":\"card\",\"last\":true,$supervisor}" \
    '{"seq":9,"type":"state"}'
awaits '^\{"ack":4,"error":\{"code":"approval"'
awaits '^\{"ack":5,"error":\{"code":"approval"'
awaits '^\{"ack":6,"error":\{"code":"not-now"'
awaits '^\{"ack":7,"code":"last-receipt".*"member":\{"member":"[0-9a-f-]*","kind":"person","tail":"0011"' 2
awaits '^\{"ack":8,"error":\{"code":"none"'
awaits '^\{"ack":9,.*"held":false'
# It was used: the next basket is nobody's. One that no supervisor let go to the last sale is the next customer's.
sale 10 B
same "nobody's" "$(sed -n 's/^{"ack":11,.*"member":\([^,]*\),.*/\1/p' "$scratch/out")" null
scan ']C09156000000000029'
awaits '"event":"member","attached":false,"tail":"0029"'
typed '{"seq":12,"type":"card","last":true}'
awaits '^\{"ack":12,"error":\{"code":"approval"'
sale 13 C
says out '^\{"ack":14,.*"tail":"0029"'
end
says_not out "$pan|3691|9156000000000011|Wei|Ama|Ida"
try 0 check
if grep -laF -e $pan -e 9156000000000011 "$LOYALTY_STORE"* 2>/dev/null; then die "a card's number is in a file"; fi
done_story
