#!/bin/sh
# The line dialogue of a lane: articles, quantities, members, payment; what is typed is never a card; readers between the
# lines; a basket that was left is offered again; a full disk stops before the line; both languages.
. "$(dirname "$0")/lib.sh"
hex() { printf '%s' "$1" | od -An -tx1 | tr -d ' \n'; }
pan=4111111111111111
card=9156000000000011
try 3 lane --plain
says err 'init'
try 0 init --currency EUR
try 0 range add 9156 --length 16 --check-digit luhn
printf 'article,gtin,brand,style,kind\ntea,3046920029759,Lark,tea,goods\ncup,,Lark,cup,goods\nbag,,,bag,bag\n77,,Lark,ham,goods\n' >"$scratch/a.csv"
printf 'article,from,list_price,selling_price\ntea,2026-01-01,3.49,3.49\ncup,2026-01-01,5.00,5.00\n77,2026-01-01,3.49,3.49\n' >"$scratch/p.csv"
try 0 import articles "$scratch/a.csv"
try 0 import prices "$scratch/p.csv"
try 0 scale add 28 --item 5 --value weight --digits 5 --decimals 3
try 0 member add --kind organisation --name "North Kitchen" --telephone 13812345678 --card $card
try 0 member add --kind organisation --name "South Kitchen" --telephone 13812345679

plain() { # plain CODE [ARGUMENTS]: standard input is typed
    wanted=$1
    shift
    code=0
    "$LOYALTY" lane --plain "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$wanted" ] || die "lane --plain exited with $code, not $wanted"
    demands=$((demands + 1))
}
typed() { printf '%s\n' "$@"; }

# ---- Articles and quantities
typed tea 3046920029759 '*3' '3*cup' '*2 cup' '0.5*' tea '0.5*' 77 'void 1' nothing bag 'price 0.10' show 'pay cash' total 'pay cash 50' | plain 0
says out '^1: Lark tea, 1 x 3.49 = 3.49; due 3.49$'
says out '^2: Lark tea, 1 x 3.49 = 3.49, taken back; due 3.49$'
says out '^4: Lark tea, 3 x 3.49 = 10.47; due 13.96$'
says out '^5: Lark cup, 3 x 5.00 = 15.00'
says out '^6: Lark cup, 2 x 5.00 = 10.00'
says out 'sold by the piece: type a whole number'
says out '^7: Lark ham, 0.5 x 3.49 = 1.75'
says out '^1: Lark tea, 1 x 3.49 = 3.49, taken back; due 37.22$'
says out 'no such article'
says out '^9: bag, 1 x 0.10 = 0.10; due 37.32$'
says out '^sold, change 12.68$'
try 0 check

# ---- What is typed is an article, never a card; a payment card's number is refused and not said again.
typed tea $card $pan "member $pan" "remark service call $pan" "price 1 $pan" "coupon 1" 'void 99' 'member 13812345678' 'member Kitchen' 1 2 object card cancel | plain 0
says_not out "$pan|$card"
says_not err "$pan|$card"
same "refused" "$(grep -c 'payment card' "$scratch/out")" 4
same "the own card's number is no article" "$(grep -c 'no such article' "$scratch/out")" 1
says out '^North Kitchen; due 3.49$'
says out '^1 (North|South) Kitchen'
says out '^2 (North|South) Kitchen'
says out 'Another account'
says out 'member stays'
try 0 check

# Nor does a reason or a coupon hold one, in groups neither; amounts and articles side by side make none.
typed tea "void 1 $pan" 'return tea 1 4111 1111 1111 1111' "coupon 1 $pan" 'cancel 4111 1111 1111 1111' 'price 5.00 4006381333931' cancel | plain 0
same "refused" "$(grep -c 'payment card' "$scratch/out")" 4
says out '^the basket is taken back$'

# Nothing is printed that the lane then refuses.
typed tea receipt cancel | plain 0
says_not out 'NOT PAID'
says out 'no receipt to print yet'

# A person's name is that of the family and the given one.
try 0 member add --kind person --family-name Osei --given-name Ama --telephone 13912345671
try 0 member add --kind person --family-name 王 --given-name 伟 --telephone 13912345672
typed 'member 13912345671' cancel 'member 13912345672' cancel | plain 0
says out '^Osei Ama; due'
says out '^王伟; due'

# ---- JSON Lines
typed tea 'member 13812345678' '*2' total 'pay card' | plain 0 --json
same "an answer a line" "$(grep -c '^{"code":' "$scratch/out")" 6
says out '^\{"code":"line","stage":"basket","tone":"none","words":"","question":null,"line":\{"line":1,"article":"tea","label":"Lark tea","quantity_milli":1000'
says out '"code":"member".*"name":"North Kitchen"'
says out '"code":"sold","stage":"closed"'

# ---- Help tells what works now first, from the table that dispatches.
typed help tea help cancel | plain 0
says out '^  pay 付款 .*\(not now\)$'
awk '/\(not now\)$/ { late = 1; next } /^1: / { late = 0 } /^  / && late { exit 1 }' "$scratch/out" || die "what works now is not first"
typed 帮助 tea 合计 '付款 现金' | plain 0 --lang zh_CN
says out '已售出'
says out '（现在不可用）$'
typed tea cancel | plain 0 --lang zh_CN
says out '应付 3.49'

# ---- Suspended and back, a return, remarks
typed tea suspend cup tickets 'resume 99' total 'pay cash' | plain 0
says out '^suspended, ticket [0-9]+$'
says out '^ticket [0-9]+ of .*1 lines, due 3.49$'
typed resume total declined 'remark complaint 1 broken' total 'pay cash' receipt | plain 0
says out 'Not a fiscal receipt'
number=$(sed -n 's/^Receipt *//p' "$scratch/out")
typed "return $number 1 1 broken" show total 'pay cash' | plain 0
says out '^1: Lark tea, -1 x 3.49 = -3.49; due -3.49$'
try 0 check

# ---- Readers between the lines: a card, an article with a typed quantity, a payment card, then the end of the file.
{
    echo '# loyalty recording 1'
    echo 'driver: serial-line'
    for code in "]C0$card" ']E03046920029759' "$pan" ']C09156000000000029'; do echo "$(hex "$code")0d"; done
} >"$scratch/scans"
plain 0 --path "file:$scratch/scans" </dev/null
says out '^North Kitchen, card ...0011'
says out 'Lark tea, 1 x 3.49'
says out 'payment card'
says out 'not registered'
says_not out "$pan|$card|9156000000000029"
# It was left open, and is offered again with its member.
plain 0 </dev/null
says out '^a basket of .* was left open: 1 lines, North Kitchen, card ...0011; resume or cancel$'
typed tea resume '3*' | plain 0 --path "file:$scratch/scans"
says out 'left open here'
says out 'due 3.49'
typed cancel | plain 0

# ---- A card that nobody has: registered at the lane, and the basket is the new member's.
{
    echo '# loyalty recording 1'
    echo 'driver: serial-line'
    echo "$(hex ']C09156000000000037')0d"
} >"$scratch/unknown"
mkfifo "$scratch/in"
"$LOYALTY" lane --plain --json --path "file:$scratch/unknown" <"$scratch/in" >"$scratch/out" 2>"$scratch/err" &
lane=$!
exec 7>"$scratch/in"
for i in $(seq 200); do grep -q '"unknown-card"' "$scratch/out" && break; sleep 0.1; done
echo 1 >&7
for i in $(seq 30); do
    asked=$(sed -n 's/.*"code":"ask","field":"\([a-z_]*\)".*/\1/p' "$scratch/out" | sed -n "${i}p")
    for k in $(seq 50); do [ -n "$asked" ] && break; grep -q '"registered"\|"wrong"' "$scratch/out" && break; sleep 0.1
        asked=$(sed -n 's/.*"code":"ask","field":"\([a-z_]*\)".*/\1/p' "$scratch/out" | sed -n "${i}p"); done
    case $asked in
        '') break ;;
        family_name | name) echo Osei >&7 ;;
        telephone) echo 13812345670 >&7 ;;
        consent_*) echo y >&7 ;;
        *) echo >&7 ;;
    esac
done
for i in $(seq 100); do grep -q '"registered"' "$scratch/out" && break; sleep 0.1; done
echo cup >&7
echo total >&7
echo 'pay cash' >&7
exec 7>&-
code=0
wait $lane || code=$?
same "the lane" "$code" 0
says out '"code":"registered"'
says out '"code":"sold".*"member":\{"member":"[0-9a-f-]*","kind":"person","tail":"0037"'

# ---- A name and a PIN; a supervisor's approval.
try 0 operator add Mia --role cashier
try 0 operator add Ada --role supervisor
printf '246802\n246802\n' | "$LOYALTY" operator pin Mia >"$scratch/out" 2>"$scratch/err" || die "a PIN for Mia"
printf '135791\n135791\n' | "$LOYALTY" operator pin Ada >"$scratch/out" 2>"$scratch/err" || die "a PIN for Ada"
typed 000000 tea | plain 1 --operator Mia
[ ! -s "$scratch/out" ] || die "output without a login"
typed 246802 tea 'return tea' 'approve Ada' 999999 'approve Ada' 135791 cancel | plain 0 --operator Mia
says out 'approve NAME'
says out '^2: Lark tea, -1 x 3.49'
says_not out '135791|246802'

# ---- kill -9, and a full disk.
"$LOYALTY" lane --plain <"$scratch/in" >"$scratch/out" 2>"$scratch/err" &
lane=$!
exec 7>"$scratch/in"
echo cup >&7
for i in $(seq 200); do grep -q '^1: Lark cup' "$scratch/out" && break; sleep 0.1; done
kill -9 $lane
wait $lane 2>/dev/null || true
exec 7>&-
typed resume show total 'pay cash' | plain 0
says out 'left open: 1 lines'
says out '^1: Lark cup, 1 x 5.00'
says out '^sold$'
small=$scratch/small
mkdir "$small"
if mount -t tmpfs -o size=3m tmpfs "$small" 2>/dev/null; then
    trap 'umount "$small"; rm -rf "$scratch"' EXIT
    cp "$LOYALTY_STORE"* "$small/"
    LOYALTY_STORE_BEFORE=$LOYALTY_STORE
    export LOYALTY_STORE="$small/shop.loyalty"
    "$LOYALTY" lane --plain <"$scratch/in" >"$scratch/out" 2>"$scratch/err" &
    lane=$!
    exec 7>"$scratch/in"
    echo tickets >&7
    for i in $(seq 300); do grep -q 'suspended' "$scratch/out" && break; sleep 0.1; done
    dd if=/dev/zero of="$small/filler" bs=4k 2>/dev/null || true
    for n in $(seq 400); do
        echo tea >&7 || break
        for i in $(seq 300); do [ "$(wc -l <"$scratch/out")" -gt "$n" ] && break; sleep 0.02; done
        grep -q '^!! ' "$scratch/out" && break
    done
    exec 7>&-
    code=0
    wait $lane || code=$?
    same "exit of a full disk" "$code" 3
    says out '^!! .*(space|full|read-only)'
    same "lines taken" "$(grep -c '^[0-9]*: Lark tea' "$scratch/out" || true)" $((n - 1))
    rm "$small/filler"
    typed resume tea show total 'pay cash' | plain 0
    says out "^$n: Lark tea, 1 x 3.49"
    says out '^sold$'
    try 0 check
    export LOYALTY_STORE="$LOYALTY_STORE_BEFORE"
fi

# ---- Keys at any speed make no read: on a terminal, the own card's number typed in one burst.
if command -v script >/dev/null 2>&1; then
    script -qefc "'$LOYALTY' lane --plain" /dev/null <"$scratch/in" >"$scratch/out" 2>&1 &
    lane=$!
    exec 7>"$scratch/in"
    awaits() { for i in $(seq 300); do grep -qE "$1" "$scratch/out" && return; sleep 0.1; done; die "the terminal never said: $1"; }
    awaits 'operator: '
    printf 'Mia\r' >&7
    awaits 'PIN: '
    sleep 1
    printf '246802\r' >&7
    awaits 'ready'
    printf '%s\r%s\r;%s?\r%s' $card $card $card $card >&7
    sleep 1
    printf '\rtea\r' >&7
    awaits '1: Lark tea'
    printf 'cancel\rquit\r' >&7
    wait $lane || true
    exec 7>&-
    same "articles that are none" "$(grep -c 'no such article' "$scratch/out")" 4
    says_not out 'North Kitchen'
    says_not out '246802'
fi
if grep -laF -e "$pan" -e $card "$LOYALTY_STORE"* "$XDG_STATE_HOME"/loyalty/* 2>/dev/null; then die "a card's number is in a file"; fi
done_story
