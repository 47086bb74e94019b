#!/bin/sh
# The feed of a till: each message exactly one answer, the same message again changes nothing, whole baskets, prices,
# a socket that is lost and back, kill -9, a full disk; no number of a payment card anywhere.
. "$(dirname "$0")/lib.sh"
hex() { printf '%s' "$1" | od -An -tx1 | tr -d ' \n'; }
pan=4111111111111111
try 0 init --currency EUR
try 0 range add 9156 --length 16 --check-digit luhn
printf 'article,gtin,brand,style,kind\ntea,3046920029759,Lark,tea,goods\ncup,,Lark,cup,goods\nbag,,,bag,bag\n' >"$scratch/a.csv"
printf 'article,from,list_price,selling_price\ntea,2026-01-01,3.49,3.49\ncup,2026-01-01,5.00,5.00\n' >"$scratch/p.csv"
try 0 import articles "$scratch/a.csv"
try 0 import prices "$scratch/p.csv"
try 0 --json member add --kind organisation --name "North Kitchen" --telephone 13812345678 --card 9156000000000011
member=$(sed -n 's/.*"member":"\([0-9a-f-]*\)".*/\1/p' "$scratch/out" | head -n 1)
[ -n "$member" ] || member=$(sed -n 's/.*"id":"\([0-9a-f-]*\)".*/\1/p' "$scratch/out" | head -n 1)

feed() { # feed CODE [ARGUMENTS]: standard input is the till
    wanted=$1
    shift
    code=0
    "$LOYALTY" lane --feed "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$wanted" ] || die "lane --feed exited with $code, not $wanted"
    demands=$((demands + 1))
}
ack() { # ack SEQ PATTERN: its answer, of which there is one
    same "answers to $1" "$(grep -c "^{\"ack\":$1," "$scratch/out")" "${3:-1}"
    says out "^\{\"ack\":$1,.*$2"
}
tea='"article":"tea","quantity_milli":2000,"list_minor":349,"discount_minor":100,"paid_minor":598,"promotion":"TEA","form":"amount"'
cup='"article":"cup","list_minor":500,"paid_minor":500'

# ---- Wrong use
try 2 lane
one_line err
try 2 lane --plain --feed
try 2 lane --plain --socket "$scratch/s"
try 2 lane --feed --socket "$LOYALTY_STORE"

# ---- The till's prices, line by line
feed 0 <<TILL
{"seq":1,"type":"hello","version":1,"unknown":{"keys":["are","fine"]}}
{"seq":2,"type":"line","basket":"T1","line":1,$tea}
{"seq":2,"type":"line","basket":"T1","line":1,$tea}
{"seq":3,"type":"line","basket":"T1","line":1,$tea}
{"seq":4,"type":"line","basket":"T1","line":1,$cup}
{"seq":5,"type":"line","basket":"T1","line":3,$cup}
{"seq":6,"type":"line","basket":"T1","line":2,$cup}
{"seq":7,"type":"void-line","basket":"T1","line":3,"of_line":2}
{"seq":8,"type":"void-line","basket":"T1","line":3,"of_line":2}
{"seq":9,"type":"void-line","basket":"T1","line":3,"of_line":1}
{"seq":10,"type":"member","basket":"T1","telephone":"13812345678"}
{"seq":11,"type":"line","basket":"OTHER","line":1,$cup}
{"seq":12,"type":"close","basket":"T1","total_minor":599}
{"seq":13,"type":"tender","basket":"T1","tender":1,"kind":"voucher","amount_minor":98}
{"seq":14,"type":"tender","basket":"T1","tender":1,"kind":"voucher","amount_minor":98}
{"seq":15,"type":"tender","basket":"T1","tender":1,"kind":"cash","amount_minor":98}
{"seq":16,"type":"tender","basket":"T1","tender":3,"kind":"cash"}
{"seq":17,"type":"close","basket":"T1","total_minor":598,"kind":"cash"}
{"seq":18,"type":"close","basket":"T1","total_minor":598,"kind":"cash"}
{"seq":19,"type":"close","basket":"T1","total_minor":597}
{"seq":20,"type":"line","basket":"T1","line":1,$tea}
{"seq":21,"type":"line","basket":"T1","line":4,$cup}
{"seq":22,"type":"bye"}
{"seq":23,"type":"state"}
TILL
ack 1 '"code":"hello".*"currency":"EUR","minor_digits":2,"prices":"till"'
ack 2 '"code":"line","repeated":false,"line":1,.*"stage":"basket".*"due_minor":598' 2
same "the same message, the same answer" "$(grep '^{"ack":2,' "$scratch/out" | sort -u | wc -l)" 1
ack 3 '"repeated":true,"line":1.*"lines":1,'
ack 4 '"error":\{"code":"conflict"'
ack 5 '"error":\{"code":"gap".*number 2'
ack 6 '"line":2,.*"due_minor":1098'
ack 7 '"code":"voided-line".*"lines":3,.*"due_minor":598'
ack 8 '"repeated":true'
ack 9 '"code":"conflict"'
ack 10 '"code":"member".*"member":\{"member":"[0-9a-f-]*","kind":"organisation"'
says_not out 'North'
ack 11 '"code":"other-basket".*"basket":"[0-9a-f-]*"'
ack 12 '"code":"total".*"total_minor":598'
ack 13 '"code":"tendered".*"stage":"tender".*"due_minor":500,"paid_minor":98'
ack 14 '"repeated":true'
ack 15 '"code":"conflict"'
ack 16 '"code":"gap".*number 2'
ack 17 '"code":"sold","repeated":false.*"stage":"closed"'
ack 18 '"code":"sold","repeated":true'
ack 19 '"code":"total"'
ack 20 '"repeated":true'
ack 21 '"code":"closed"'
same "nothing behind bye" "$(grep -c '"ack":23' "$scratch/out")" 0
try 0 check
# Across a restart the lines and the close are known too; another basket is its own.
feed 0 <<TILL
{"seq":1,"type":"line","basket":"T1","line":2,$cup}
{"seq":2,"type":"close","basket":"T1","total_minor":598}
{"seq":3,"type":"lines","basket":"T2","line":1,"lines":[{$tea},{$cup},{"article":"none","list_minor":1,"paid_minor":1}]}
{"seq":4,"type":"lines","basket":"T2","line":1,"lines":[{$tea},{$cup}]}
{"seq":5,"type":"suspend","basket":"T2"}
{"seq":6,"type":"suspend","basket":"T2"}
{"seq":7,"type":"line","basket":"T2","line":3,$cup}
{"seq":8,"type":"resume","basket":"T2"}
{"seq":9,"type":"line","basket":"T2","line":3,"article":"cup","quantity_milli":-1000,"list_minor":500,"paid_minor":-500,"reason":"broken","of_basket":"T2","of_line":2}
{"seq":10,"type":"void","basket":"T2"}
{"seq":11,"type":"void","basket":"T2"}
TILL
ack 1 '"repeated":true'
ack 2 '"code":"sold","repeated":true'
ack 3 '"error":\{"code":"unknown-article".*"taken":2'
ack 4 '"repeated":true.*"taken":2'
ack 5 '"code":"suspended".*"ticket":[0-9]'
ack 6 '"repeated":true'
ack 7 '"code":"suspended"'
ack 8 '"code":"resumed"'
ack 10 '"code":"voided"'
ack 11 '"repeated":true'
try 0 check

# ---- What was asked is not said again of a payment card
feed 0 <<TILL
{"seq":1,"type":"prices","articles":["tea","$pan"]}
TILL
ack 1 '"error":\{"code":"payment-card"'
says_not out "$pan"

# ---- Whole baskets, prices, quotes
whole='"type":"basket","basket":"W1","at":"2026-11-20T10:00:00+01:00","total_minor":500'
feed 0 <<TILL
{"seq":1,$whole,"member":"$member","lines":[{$cup}]}
{"seq":2,$whole,"lines":[{$cup}]}
{"seq":3,$whole,"lines":[{"article":"cup","list_minor":500,"discount_minor":0,"paid_minor":500},{"article":"bag","list_minor":0,"paid_minor":0}]}
{"seq":4,"type":"basket","basket":"W2","at":"2026-11-20T10:00:00+01:00","total_minor":1,"lines":[{$cup}]}
{"seq":5,"type":"prices","articles":["tea","3046920029759","nothing","bag"]}
{"seq":6,"type":"quote","lines":[{"article":"tea","quantity_milli":3000},{"article":"cup"}]}
{"seq":7,"type":"quote","lines":[{"article":"bag"}]}
TILL
ack 1 '"code":"basket","repeated":false.*"stage":"closed","basket":"[0-9a-f-]*","lines":1,"total_minor":500'
ack 2 '"repeated":true'
ack 3 '"code":"conflict"'
ack 4 '"code":"total"'
ack 5 '"article":"tea".*"list_minor":349,"price_minor":349,"member_minor":349.*"asked":"nothing","found":false.*"article":"bag".*"list_minor":null'
ack 6 '"quote_minor":1547'
ack 7 '"code":"no-price"'

# ---- Our prices
feed 0 --names <<TILL
{"seq":1,"type":"hello","version":1,"prices":"loyalty"}
{"seq":2,"type":"line","basket":"P1","line":1,"article":"3046920029759","quantity_milli":2000}
{"seq":3,"type":"line","basket":"P1","line":1,"article":"tea","quantity_milli":2000}
{"seq":4,"type":"line","basket":"P1","line":2,$cup}
{"seq":5,"type":"member","basket":"P1","member":"$member"}
{"seq":6,"type":"close","basket":"P1","total_minor":698,"tenders":[{"kind":"cash","amount_minor":1000}]}
{"seq":7,"type":"hello","version":2}
TILL
ack 2 '"due_minor":698.*"priced":\[\{"line":1,"article":"tea"'
ack 3 '"repeated":true'
ack 4 '"code":"field"'
ack 5 '"name":"North Kitchen"'
ack 6 '"code":"sold".*"change_minor":302'
ack 7 '"code":"version"'

# ---- What is no message
{
    printf '%s\n' 'nonsense' '[1]' '{"type":"state"}' '{"seq":1.5,"type":"state"}' '{"seq":1,"type":"wonder"}' \
        '{"seq":2,"type":"card","number":"9156000000000011"}' '{"seq":3,"seq":4,"type":"state"}' \
        '{"seq":5,"type":"line","basket":"X","line":1,"article":"cup","list_minor":5.0,"paid_minor":500}' \
        '{"seq":6,"type":"line","basket":"X","line":1,"article":"cup","list_minor":NaN,"paid_minor":500}' \
        '{"seq":7,"type":"line","basket":"X","line":99999999999999999999,"article":"cup"}' \
        '{"seq":8,"type":"line","basket":"X","line":1,"article":"cup","list_minor":500}' \
        '{"seq":9,"type":"line","basket":"X","line":1,"article":"cup","list_minor":500,"discount_minor":1,"paid_minor":500}' \
        '{"seq":10,"type":"close","basket":"X","total_minor":0}' \
        "{\"seq\":11,\"type\":\"line\",\"basket\":\"X\",\"line\":1,\"article\":\"cup\",\"list_minor\":500,\"paid_minor\":500,\"promotion\":\"$pan\"}"
    awk 'BEGIN { printf "{\"seq\":12,\"x\":"; for (i = 0; i < 5000; i++) printf "["; print "" }'
    awk 'BEGIN { printf "{\"seq\":13,\"x\":\""; for (i = 0; i < 70000; i++) printf "x"; print "\"}" }'
    printf '{"seq":14,"type":"sta\377te"}\n{"seq":15,"type":"a\\u0000b"}\n\n{"seq":16,"type":"state"}'
} | feed 0
same "one answer each" "$(wc -l <"$scratch/out")" 19
same "refused" "$(grep -c '"error"' "$scratch/out")" 18
same "no JSON" "$(grep -c '"code":"json"' "$scratch/out")" 7
says out '"ack":null,"error":\{"code":"too-long"'
ack 2 'no card number is taken'
ack 5 '"code":"number"'
ack 7 '"error":\{"code":"number","text":"\\"line\\" is too large'
ack 9 '"code":"wrong"'
ack 10 '"code":"none"'
ack 11 '"code":"payment-card"'
ack 16 '"code":"state"'
try 0 check

# ---- A reader beside it: a card before the first line waits for it; a payment card is refused; articles are told.
{
    echo '# loyalty recording 1'
    echo 'driver: serial-line'
    for code in ']C09156000000000011' ']E03046920029759' "$pan"; do echo "$(hex "$code")0d"; done
} >"$scratch/scans"
{
    sleep 2
    echo "{\"seq\":1,\"type\":\"line\",\"basket\":\"R1\",\"line\":1,$cup}"
    echo '{"seq":2,"type":"close","basket":"R1","total_minor":500}'
} | feed 0 --path "file:$scratch/scans"
says out '^\{"event":"member","attached":false,"tail":"0011","member":\{"member":"[0-9a-f-]*"'
says out '"event":"article","reader":[0-9]*,"gtin":"03046920029759"'
says out '"event":"payment-card"'
ack 1 '"member":\{"member":"[0-9a-f-]*","kind":"organisation","tail":"0011"'
ack 2 '"code":"sold"'
says_not out "$pan|9156000000000011|North"

# ---- kill -9 amid a basket: what was acknowledged is there, and the till goes on by its own name for it.
mkfifo "$scratch/in"
"$LOYALTY" lane --feed <"$scratch/in" >"$scratch/out" 2>"$scratch/err" &
lane=$!
exec 7>"$scratch/in"
echo "{\"seq\":1,\"type\":\"line\",\"basket\":\"K1\",\"line\":1,$cup}" >&7
for i in $(seq 200); do grep -q '"ack":1' "$scratch/out" && break; sleep 0.1; done
ack 1 '"lines":1,'
# Another program may not have this lane meanwhile.
try 3 lane --feed
says err '[Ll]ane'
kill -9 $lane
wait $lane 2>/dev/null || true
exec 7>&-
feed 0 <<TILL
{"seq":1,"type":"hello","version":1}
{"seq":2,"type":"line","basket":"K2","line":1,$cup}
{"seq":3,"type":"line","basket":"K1","line":1,$cup}
{"seq":4,"type":"line","basket":"K1","line":2,$tea}
{"seq":5,"type":"close","basket":"K1","total_minor":1098}
TILL
ack 1 '"stage":"found"'
ack 2 '"code":"other-basket"'
ack 3 '"repeated":true'
ack 5 '"code":"sold"'
try 0 check

# ---- A socket: the example client, a second till, a till that is lost and comes back.
socket=$scratch/till.socket
chmod 700 "$scratch"
"$LOYALTY" lane --feed --socket "$socket" >"$scratch/served" 2>&1 &
lane=$!
for i in $(seq 200); do [ -S "$socket" ] && break; sleep 0.1; done
same "mode" "$(stat -c %a "$socket")" 600
"$FEED_CLIENT" "$socket" S1 tea 349 cup 500 >"$scratch/out" 2>"$scratch/err" || die "the example client"
says out '"code":"hello"'
says out '"code":"sold","repeated":false'
# The same messages again: the very same answers. After a kill they are known by their content.
cp "$scratch/out" "$scratch/first"
"$FEED_CLIENT" "$socket" S1 tea 349 cup 500 >"$scratch/out" 2>"$scratch/err" || die "the example client again"
same "the same answers" "$(grep -v hello "$scratch/out")" "$(grep -v hello "$scratch/first")"
kill -9 $lane
wait $lane 2>/dev/null || true
[ -S "$socket" ] || die "a killed lane leaves its socket"
"$LOYALTY" lane --feed --socket "$socket" >"$scratch/served" 2>&1 &
lane=$!
for i in $(seq 300); do
    "$FEED_CLIENT" "$socket" S1 tea 349 cup 500 >"$scratch/out" 2>"$scratch/err" && break
    sleep 0.1
done
says out '"code":"sold","repeated":true'
same "lines again" "$(grep -c '"code":"line","repeated":true' "$scratch/out")" 2
if "$FEED_CLIENT" "$socket" S1 tea 349 cup 501 >"$scratch/out" 2>"$scratch/err"; then die "another content was taken"; fi
says out '"code":"conflict"'
try 3 lane --feed --socket "$socket"
kill -TERM $lane
code=0
wait $lane || code=$?
same "ended" "$code" 0
[ ! -e "$socket" ] || die "the socket is left"
mkdir "$scratch/open"
chmod 777 "$scratch/open"
try 2 lane --feed --socket "$scratch/open/s"
says err 'chmod 700'
echo text >"$scratch/plain"
try 2 lane --feed --socket "$scratch/plain"
same "the file" "$(cat "$scratch/plain")" text

# ---- A full disk: nothing is acknowledged, the words say why, and the program ends with 3; afterwards all goes on.
small=$scratch/small
mkdir "$small"
if mount -t tmpfs -o size=4m tmpfs "$small" 2>/dev/null; then
    trap 'umount "$small"; rm -rf "$scratch"' EXIT
    cp "$LOYALTY_STORE"* "$small/"
    "$LOYALTY" lane --feed --store "$small/shop.loyalty" <"$scratch/in" >"$scratch/out" 2>"$scratch/err" &
    lane=$!
    exec 7>"$scratch/in"
    echo '{"seq":1,"type":"hello","version":1}' >&7
    for i in $(seq 300); do grep -q '"ack":1' "$scratch/out" && break; sleep 0.1; done
    dd if=/dev/zero of="$small/filler" bs=4k 2>/dev/null || true
    # What is in the log's room may still fit: lines until one does not.
    for n in $(seq 2 400); do
        echo "{\"seq\":$n,\"type\":\"line\",\"basket\":\"F1\",\"line\":$((n - 1)),$cup}" >&7
        for i in $(seq 300); do grep -q "\"ack\":$n," "$scratch/out" && break; sleep 0.02; done
        grep -q '"error"' "$scratch/out" && break
    done
    exec 7>&-
    code=0
    wait $lane || code=$?
    same "exit of a full disk" "$code" 3
    ack "$n" '"error":\{"code":"failed","text":".*(space|full|read-only)'
    taken=$((n - 2))
    rm "$small/filler"
    printf '{"seq":1,"type":"line","basket":"F1","line":%d,%s}\n{"seq":2,"type":"close","basket":"F1","total_minor":%d}\n' \
        $((taken + 1)) "$cup" $((500 * (taken + 1))) | feed 0 --store "$small/shop.loyalty"
    ack 1 "\"repeated\":false.*\"lines\":$((taken + 1)),"
    ack 2 '"code":"sold"'
    try 0 --store "$small/shop.loyalty" check
fi

# ---- Chinese
echo '{"seq":1,"type":"close","basket":"Z","total_minor":0}' | feed 0 --lang zh_CN
ack 1 '没有这个购物篮'

# ---- Nothing of a payment card, nor a member's number, in any file.
"$LOYALTY" lane --feed </dev/null >/dev/null 2>&1 || die "an empty feed"
printf '%s' "$pan" >"$scratch/planted"
grep -qaF "$pan" "$scratch/planted" || die "the search does not find what is there"
if grep -laF -e "$pan" -e 9156000000000011 "$LOYALTY_STORE"* "$XDG_STATE_HOME"/loyalty/* 2>/dev/null; then die "a card's number is in a file"; fi
done_story
