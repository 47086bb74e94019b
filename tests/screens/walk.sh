#!/bin/sh
# walk.sh LANGUAGE COLUMNSxROWS: a cashier's day through every screen of the lane, each compared with the saved one.
. "$(dirname "$0")/lib.sh"
language=$1 size=$2
see() { shot "$1.$language.$size"; }
shop_once
start "${size%x*}" "${size#*x}" --lang "$language" pos
until_seen ' > *$'
see login
login 'Li Na' 1111 '!'
see login-wrong
key 2580
key Enter
until_seen '(Cashier|收银员) '
settle
see lane-idle
key F1
see help
key Escape

# Articles, a member amid them, a weighed quantity, another account, a card that nobody has.
scan 6901234500011
key '3*6901234500042' Enter
scan 2900000010239
see lane-member
scan 6901234500059
see lane
scan 2900000020221
see question-account
key 2
scan 4111111111111111
see payment-card
key 4111111111111111
see payment-typed
key Enter
scan 6901234500097
scan 6901234500028
see held
key Escape
key Up
see lane-line

# What can be done with a line.
key F5
see line
key 1.00 Enter
see approve
key Escape
key F6
see void
key 1
see lane-void
key F10
see remark
key 6
see remarked

# Members and cards.
key F2
see find-objection
key 张 Enter
see found
key Escape
key F12
see cards
key Escape

# Paying.
key F9
see tender
key 50 F2
see tender-part
key 300 Enter
see sold
key C-w
see queue
key C-w
# An article without a price, a suspended basket, a card to be registered.
scan 6901234500066
see no-price
key F5
see price
key 12.50 Enter
key F7
see suspended
key F7
see tickets
key Enter
scan 2900000055551
see question-unknown
key 1
see register
key 13900139000 Enter y y n
see register-last
key n
key F3
see registered
reader misread
see misread
reader detach
see detached
reader attach
key F9
key Enter
settle

# The question of a visit, and a card that comes after the sale.
scan 6901234500011
scan 2900000020221
key F9
key Enter
see asked
key Enter
see ask
key 1 Enter
see ask-wrong
key 200001 Enter
see answered
scan 6901234500011
key F9
key Enter
see sold-nobody
key C-t
see last
scan 2900000010239
see last-approve
key 'Sun Ping' Enter
tm send-keys 3691 Enter
until_seen '(Added to|已补到)'
settle
see last-added

# What comes back.
key F8
see return
key S1-03-1-000001 Enter
see return-lines
key Enter
see return-reason
key 1
see returned

# The terminal goes; the basket is offered again, to whom it may concern.
tm resize-window -x 70 -y 20
settle
[ "$size" = 80x24 ] && shot "small.$language"
hang_up
sleep 0.5
start "${size%x*}" "${size#*x}" --lang "$language" pos
login 'Sun Ping' 3691 '(Cashier|收银员) '
see found-basket
key 2
key F11
see menu

# A clock that was set back by more than an hour: in words, beside the time, in the colour of warnings.
hang_up
sleep 0.5
PREFIX="LOYALTY_NOW='2026-03-04 12:31'"
start "${size%x*}" "${size#*x}" --lang "$language" pos
login 'Li Na' 2580 '(Cashier|收银员) '
see clock-back
tm capture-pane -pe | head -n 1 | grep -qE "$(printf '\033')\\[([0-9;]*;)?(33|93)[;m]" || die "the clock is not yellow"
done_walk
