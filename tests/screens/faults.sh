#!/bin/sh
# What once went wrong at the lane: a price that a supervisor approves, scans that come while somebody else decides, a
# payment card's number that is typed, terminals that show nothing.
. "$(dirname "$0")/lib.sh"
shop_once
total() { # total AMOUNT WHY
    key F9
    screen | grep -qE "^ +Total +$1\$" || die "$2: not $1"
    key Escape
}
start 80 24 --lang en pos
login 'Li Na' 2580 '(Cashier|收银员) '

# One step to the cashier: the new line comes and the old one goes, behind the approval too. What is scanned while the
# supervisor is on the way is neither lost nor approved.
scan 6901234500011
scan 6901234500059
key F5
key 10.00 Enter
scan 6901234500028
screen | grep -q 'Scans waiting: 1' || die 'nobody knows that a scan waits'
key 'Sun Ping' Enter
tm send-keys 3691 Enter
until_seen '10\.00 \*.*'
until_seen '84\.90 *$'
settle
shot priced.en
total 146.90 'the new price, and what was scanned meanwhile'
# Given up: the old price stays, and what was scanned is taken.
key Up Up Up Up
key F5
key 1.00 Enter
scan 6901234500035
key Escape
total 149.40 'a price that nobody approved'

# A payment card's number: its end on the screen, nothing of it behind any key.
for after in Enter F2 F1 F5; do
    key 4111111111111111
    screen | grep -q '> \*\*\*\*\*\*\*\*\*\*\*\*1111$' || die 'the number is not masked'
    key $after
    screen | grep -q '! A payment card: use the terminal' || die "$after: it was not refused"
    screen | grep -qE ' Scan >$' || die "$after: something is left, or another screen came"
done
key 4111111
screen | grep -q '> 4111111$' || die 'a short number is masked'
key C-u
key F9
key 4111111111111111
key F2
screen | grep -q 'Total  *149.40' || die 'the payment screen is gone'
screen | grep -qE '> *$' || die 'paid with a number'
if grep -aq 41111111 "$LOYALTY_STORE"*; then die 'the number is in the store'; fi
key Escape
key F7

# Terminals: a sentence and 2, never half a screen.
for name in no-such-terminal dumb ''; do
    PREFIX="TERM='$name'"
    start 80 24 pos
    until_seen 'ended 2'
    [ "$(wc -l <"$scratch/err")" = 1 ] || die "TERM=$name: not one sentence"
done
PREFIX=
done_walk
