#!/bin/sh
# Scans while another page is open: one about a line goes, and its keys act on nothing; at an approval they wait.
. "$(dirname "$0")/lib.sh"
shop_once
start 80 24 --lang en pos
login 'Li Na' 2580 ' 03 '
scan 6901234500011
scan 2900000010239

# The question of another account, over the page of voids: 2 keeps the member and voids nothing.
key F6
screen | grep -q 'THE WHOLE SALE' || die "the page of voids did not open"
scan 2900000020221
key 2
screen | grep -q 'takes back line' && die "a digit that answered a question has voided a line"
screen | grep -q '0239' || die "the member went"

# What is scanned while a supervisor looks at a step waits, and is there once when that step is done.
key F5
key 1.00 Enter
screen | grep -q "Supervisor's PIN" || die "nobody was asked to approve"
scan 6901234500042
screen | grep -q 'Scans waiting: 1' || die "the scan does not wait"
key 'Sun Ping' Enter
key 3691 Enter
screen | grep -q '1 × 1.00\| 1\.00 ' || die "the approved price is not there"
screen | grep -qE '^▸ .*大面筋' || die "the scanned article is not the last line"
[ "$(screen | grep -cE '^▸? +[0-9]+ .*大面筋')" = 1 ] || die "the scanned article is not there once"
demands=$((demands + 1))
key C-u
done_walk
