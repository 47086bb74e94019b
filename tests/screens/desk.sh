#!/bin/sh
# desk.sh LANGUAGE COLUMNSxROWS: the service desk, a profile, the shop today and the settings, each compared with the
# saved screen; and after each step what the store holds.
. "$(dirname "$0")/lib.sh"
. "$SCREENS/desk_shop.sh"
language=$1 size=$2
see() { shot "desk-$1.$language.$size"; }
# Members that are found by this word, from outside of the screens.
found() { "$LOYALTY" --json member find "$1" 2>/dev/null | grep -c '"member"' || true; }
holds() { # holds COUNT WORD WHY
    [ "$(found "$2")" = "$1" ] || die "$3: $(found "$2") of $1"
}
desk_shop_once
start "${size%x*}" "${size#*x}" --lang "$language" pos

# A cashier sells something, so that the lane has somebody and is open; one swipe is not read.
login 'Li Na' 2580 '(Cashier|收银员) '
scan 6901234500035
reader misread
key F9
key Enter
key F11
key 3
login 'Wang Jun' 14725836 '(Cashier|收银员) '
key F11
see menu

# A person: what is wrong is said while it is typed, who is here already, the words of a consent, a card.
key 2
see start
key F3
see person
key 周 Enter 红梅 Enter
key 1380013
see wrong
key 8001
see alike
key Enter
scan 4111111111111111
see payment-card
scan 2900000055551
see card-read
key Tab Tab Tab Tab Tab Tab Tab
see consent
key y
key Escape
see leave
key n
holds 0 红梅 'saved before the key'
key F3
holds 1 红梅 'saved once'
see registered
"$LOYALTY" --json card show 2900000055551 | grep -q '"issued"' || die 'the card was not issued'

# The fields: masked, whole after a reason that is kept, changed.
key F8
see reason
key 1
see whole
"$LOYALTY" audit list | grep -qE 'asked' || die 'nobody can see who showed the member whole, and why'
key Down Down
key Enter
key C-u
key 13800138777 Enter
see changed
holds 1 13800138777 'the new telephone'
key F2
key F6
see lost-ask
key y
see lost
key F12
key 2900000066663
key Enter
see replaced
key Escape
key F5
key Down Down
key F3
see consents
key Escape
key F6
key Down
key 'slow at lane 3' Enter
see remarked
key Escape

# A firm and its purchasers.
key F4
see firm
key 'Bistro Nord' Enter Enter restaurant Enter
key Escape
key y
key C-u wang
see found
key Enter
key F4
key F3
key 周红 Enter buyer Enter Enter Enter 2026-12-31 Enter 500
see buyer
key F3
see buyers
key F2
scan 2900000077775
see buyer-card
key F4
key Enter 'head buyer' Enter
see buyer-edit
key F3
see buyer-edited
key Escape Escape C-u

# How a member buys.
key lichunhua
key Enter
key F7
until_seen '(12 months|12 个月)'
settle
see profile
[ "${size#*x}" -lt 40 ] && { key F2; see pictures; }
key F2
see profile-ahead
key Escape Escape C-u Escape

# The shop today, beside what SQL of its own would say.
key 3
see today
key Escape

# Settings.
key 4
key 1
scan 2900000010239
see range-own
key 2900000010238 Enter
see range-near
scan 4111111111111111
see range-payment
key F3
key 28 Enter 13 Enter
key C-u gs1 Enter
see range
key F3
see ranges
"$LOYALTY" range list | grep -qE "^28 " || die 'the range is not in the store'
key Escape
key 2
see readers
key Escape
key 3
key 7 Enter
see rules
[ "$("$LOYALTY" --json lane rule late_minutes 2>/dev/null | grep -c 7)" != 0 ] || "$LOYALTY" lane rule | grep -q 7 || die 'the rule is not in the store'
key Escape
key 4
key '测试商店' Enter
see receipt
key Escape Escape

# Somebody is registered twice; what became of a member; paper to sign.
"$LOYALTY" member add --kind person --family-name 张 --given-name 小宝 --telephone 13800138001 --channel web >"$scratch/twice"
"$LOYALTY" receipt set printer "$scratch/paper" >/dev/null
key 2
key F5
see pairs
key F9
see merge
key y
see merged
"$LOYALTY" audit list | grep -q 'member.merged' || die 'the merge is not in the store'
key F7
see merges
key F9
see part
key y
see parted
"$LOYALTY" audit list | grep -q 'member.unmerge' || "$LOYALTY" --json audit list | grep -q 'member.unmerge' || die 'the merge was not undone in the store'
key Escape
key F9
key y
key Escape
key lichunhua
key Enter
key F3
see history
key F2
see visits
key F2
see card-lives
key Escape
key F9
see printed
grep -q 13800138099 "$scratch/paper" || die 'nothing was printed'
"$LOYALTY" audit list | grep -qE 'printed' || die 'nobody can see who printed it'
key Escape C-u Escape

# What stands out: one card used for eight baskets a day.
{
    echo basket,card,store,lane,at,article,quantity,list_price,paid
    for i in 1 2 3 4 5 6 7 8; do echo "X$i,2900000020221,S1,03,2026-03-03 1$i:00,COLA330,1,2.50,2.50"; done
} >"$scratch/often.csv"
"$LOYALTY" import baskets "$scratch/often.csv" >/dev/null
key 5
see alarms
key F3
key '4111 1111 1111 1111' Enter
see alarm-refused
key C-u 'buys for a canteen' Enter
see alarm-seen
"$LOYALTY" --json audit list | grep -q '"alarm.acknowledge"' || die 'nobody can see who looked at the alarm'
key F4
see alarms-all
key Escape

# A cashier sees neither the figures nor the settings, and no address.
key 6
login 'Li Na' 2580 '(Cashier|收银员) '
key F11
see cashier-menu
key 2
key 8777
key Enter
see cashier-member

[ ! -s "$scratch/err" ] || die 'something was said on standard error'

# The pictures without blocks.
if [ "$language.$size" != en.80x24 ]; then
    done_walk
    exit 0
fi
start 80 24 --lang en pos --ascii
login 'Wang Jun' 14725836 '(Cashier|收银员) '
key F11
key 2
key lichunhua
key Enter
key F7
until_seen '12 months'
settle
see profile-ascii
key F2
see pictures-ascii
key Escape Escape C-u Escape
key 3
see today-ascii
done_walk
