#!/bin/sh
# A shop declares its ranges, is told at once what a lane could not tell apart, and tries its cards: swiped, scanned
# and typed ones are the same; nothing but the last four characters is shown, and of what is refused nothing.
. "$(dirname "$0")/lib.sh"
hex() { printf '%s' "$1" | od -An -tx1 | tr -d ' \n'; }
pad() { awk -v n="$1" -v s="$2" 'BEGIN { while (length(s) < 2 * n) s = s "00"; print s }'; }
try 3 range test 2912345678906
says err 'init'
try 0 init --currency EUR

# ---- Declaring
try 0 range add 29 --length 13 --check-digit gs1
try 0 range add 28 --length 13 --check-digit gs1 --use weighed
try 0 range add 98 --length 13 --check-digit gs1 --use coupon
try 0 range add 600585 --length 17
try 0 range add 4 --length 12 --check-digit gs1
try 0 range add 88 --length 9
refuses() { # refuses PATTERN ARGUMENTS...: one sentence that says what would be right
    pattern=$1
    shift
    try 1 range add "$@"
    one_line err
    says err "$pattern"
}
refuses 'another range.*another use: take a prefix' 2 --length 13 --use weighed
refuses 'another range.*same length' 2912 --length 13
refuses 'same symbols.*UPC-A' 04 --length 13 --check-digit gs1
refuses 'same symbols' 029 --length 14 --check-digit gs1
refuses 'articles of other companies.*20 to 29' 690 --length 13
refuses 'articles of other companies.*20 to 29' 3 --length 12 --check-digit gs1
refuses 'articles of other companies.*0 or 2' 4 --length 8 --check-digit gs1
refuses 'magazines and books' 978 --length 13 --check-digit gs1
refuses 'coupons of any shop' 99 --length 13 --check-digit gs1
refuses 'payment' 4111 --length 16 --check-digit luhn
refuses 'payment' 28 --length 18
refuses 'payment' 62 --length 19
try 2 range add 29x --length 13
one_line err
try 0 range list
same "ranges" "$(wc -l <"$scratch/out")" 6

# ---- Typed
is() { # is CODE NUMBER PATTERN: as JSON
    try "$1" --json range test "$2"
    same "$2: one object" "$(wc -l <"$scratch/out")" 1
    says out "$3"
}
is 0 2912345678906 '"kind":"member","own":true,"range":"29","length":13,"tail":"8906"'
is 0 ']E0412345678903' '"kind":"member","own":true,"range":"4","symbology":"upc-a","length":12'
is 0 ']E00412345678903' '"kind":"member","own":true,"range":"4","symbology":"upc-a","length":12'
is 0 '6005 8541 0295 58180' '"own":true,"range":"600585","length":17,"tail":"8180"'
is 0 2812345678909 '"kind":"weighed","range":"28"'
is 0 9812345678902 '"kind":"coupon","range":"98"'
is 0 ']E004252614' '"kind":"article".*"gtin":"00042100005264"'
is 0 ']E3304692002975952495' '"kind":"article".*"gtin":"03046920029759"'
is 0 '(8018)735005385000000011' '"kind":"member","own":false,"length":18,"tail":"0011"'
is 0 ']Q1https://id.gs1.org/8017/735005385000000028' '"kind":"staff"'
is 0 ']C12553046920029759123' '"kind":"coupon"'
is 1 2712345678902 '"kind":"unbound"'
is 1 ']C18999X' '"kind":"none","reason":"element"'
is 1 3046920029750 '"own":false'
is 1 ']E03046920029750' '"kind":"none","reason":"check-digit"'
is 1 2912345678907 '"near_range":"29","misses":"check-digit"'
is 1 6005854102955818 '"near_range":"600585","misses":"length"'
is 1 4111111111111111 '"event":"refused".*"payment-card"'
is 1 130123456789012345 '"event":"refused".*"payment-code"'
try 1 range test ']I00881234567'
says out 'declare range 88 with that zero and 10 digits'
try 1 range test 1234567890
says out 'range add PREFIX --length 10'
says_not out '1234567890'
try 1 range test 2712345678902
says out 'to bind it: loyalty range add PREFIX --length 13'
try 1 range test '%B600585*******8180^CLUB^?'
says out 'begins like range 600585: the reader masks'
try 2 range test ''
one_line err
try 2 range test 1 --seconds 1
one_line err
try 2 range test --seconds soon
one_line err
try 3 range test --path file:/no/such/recording
one_line err
try 0 range test --path serial:/no/such/port --seconds 1
says err '/no/such/port'

# ---- Swiped and scanned: the same number on a stripe and in a Code 128, an article, a payment card, another's card.
# One PAN per recording line; neither it nor the foreign number may be seen.
t2=';60058541029558180=9904?'
swipe() { pad 7 "00000000$(printf '%02x' ${#1})0000" | cut -c1-14 | tr -d '\n'; printf '%s%s%s\n' "$(pad 110 '')" "$(pad 110 "$(hex "$1")")" "$(pad 110 '')"; }
{ echo '# loyalty recording 1'; echo 'driver: magtek-hid'; swipe "$t2"; swipe ';4111111111111111=29122010000012345?'; swipe ';7654321098=1?'; } >"$scratch/swipes"
{
    echo '# loyalty recording 1'
    echo 'driver: serial-line'
    for code in ']C060058541029558180' ']E03046920029759' ']C1801873500538500000001180191' ']Q1https://club.example/8018/735005385000000011' '5555555555554444'; do
        echo "$(hex "$code")0d"
        # A two-dimensional code may hold line ends: silence ends it.
        case $code in ']Q'*) echo 'wait: 400' ;; esac
    done
} >"$scratch/scans"
try 1 --json range test --path "file:$scratch/swipes" --path "file:$scratch/scans" --seconds 20
grep -v '"event":"\(attached\|detached\)"' "$scratch/out" >"$scratch/events" || true
same "events" "$(wc -l <"$scratch/events")" 8
same "the shop's card, both ways" "$(grep -c '"kind":"member","reader":[12],"own":true,"range":"600585".*"tail":"8180"' "$scratch/events")" 2
says out '"kind":"member".*"range":"600585","track":2'
says out '"kind":"article".*"gtin":"03046920029759"'
says out '"kind":"none","reader":[12],"reason":"element"'
same "the GSRN of the link" "$(grep -c '"kind":"member","reader":[12],"own":false.*"tail":"0011"' "$scratch/events")" 1
same "payment cards" "$(grep -c '"event":"refused".*"payment-card"' "$scratch/events")" 2
same "foreign" "$(grep -c '"event":"foreign"' "$scratch/events")" 1
says_not out '4111|1111|5555|4444|7654321|6005854'
try 1 range test --path "file:$scratch/swipes"
says out "^a member's card, range 600585, track 2, 17 characters, the last are 8180\$"
says out 'payment card: use the payment terminal'
says out '^foreign'
says out 'loyalty range add PREFIX --length N'
says_not out '4111|1111|7654321|6005854'
done_story
