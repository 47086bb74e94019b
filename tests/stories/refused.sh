#!/bin/sh
# The public test PANs through every driver: refused, and no digit of them anywhere in output, store, key file
# or recording. The same search finds a planted copy, so it can fail.
. "$(dirname "$0")/lib.sh"
hex() { printf '%s' "$1" | od -An -tx1 | tr -d ' \n'; }
pad() { awk -v n="$1" -v s="$2" 'BEGIN { while (length(s) < 2 * n) s = s "00"; print s }'; }

# The digits of any 7 in a row of a test PAN in a file: as text or as hex.
holds_pan() {
    for pan in 4111111111111111 5555555555554444; do
        seven=$(printf '%.7s' "$pan")
        grep -qaF "$seven" "$@" 2>/dev/null && return 0
        grep -qaiF "$(hex "$seven")" "$@" 2>/dev/null && return 0
    done
    return 1
}
echo "card 4111111111111111" >"$scratch/planted"
holds_pan "$scratch/planted" || die "the search does not find a planted number"
hex 5555555555554444 >"$scratch/planted"
holds_pan "$scratch/planted" || die "the search does not find a planted number in hex"

refused() { # refused DRIVER HEX...: lines of a recording
    driver=$1
    shift
    printf '%s\n' "$@" >"$scratch/input"
    try 1 decode --json --driver "$driver" "$scratch/input"
    says out '^\{"event":"refused","driver":"'"$driver"'","reason":"payment-card","network":"(visa|mastercard)"\}$'
    same "$driver: one event" "$(wc -l <"$scratch/out")" 1
    cat "$scratch/out" "$scratch/err" >"$scratch/said"
    if holds_pan "$scratch/said"; then die "$driver: digits in the output"; fi
}
for pan in 4111111111111111 5555555555554444; do
    t2=";$pan=29122010000012345?"
    t1="%B$pan^TEST/CARD^29122010000000000?"
    magtek=$(pad 7 "000000$(printf '%02x%02x00' ${#t1} ${#t2})00")$(pad 110 "$(hex "$t1")")$(pad 110 "$(hex "$t2")")$(pad 110 "")
    refused magtek-hid "$magtek"
    refused hid-pos "$(pad 64 "02$(printf '%02x' ${#pan})000000$(hex "$pan")")"
    refused serial-line "$(hex "$t2")0d"
    refused serial-line "$(hex "$t1$t2")0d"
    refused serial-line "$(hex "$pan")0d"
done

# As a device of the hub, with a store and its ranges beside it.
try 0 init --currency EUR
try 0 range add 9156 --length 16 --check-digit luhn
{ echo '# loyalty recording 1'; echo 'driver: magtek-hid'; echo "$magtek"; } >"$scratch/swipe.txt"
try 0 listen --json --own-ranges --path "file:$scratch/swipe.txt" --seconds 20
says out '"event":"refused".*"payment-card"'
mv "$scratch/swipe.txt" "$scratch/input"
if holds_pan "$scratch/out" "$scratch/err" "$LOYALTY_STORE"*; then die "digits in output or store"; fi
# A payment card typed as an account number is refused without being repeated.
try 1 member add --kind organisation --name "Test Ltd" --account-no 4111111111111111
one_line err
if holds_pan "$scratch/out" "$scratch/err" "$LOYALTY_STORE"*; then die "digits after a typed account number"; fi
done_story
