#!/bin/sh
# Scorecards, bonus, a counter's report and alarms by the real program: a week of imported baskets with own cards, and
# a card that is used too often. Names and numbers are made up.
. "$(dirname "$0")/lib.sh"
export LOYALTY_NOW='2026-03-02 08:00'
try 0 init --currency EUR --country DE
try 0 operator add anna --role cashier
me=$("$LOYALTY" --json operator list | sed -n '1s/.*"name":"\([^"]*\)".*/\1/p')
try 0 range add 98260000 --length 12
cat >"$scratch/articles.csv" <<'X'
article,brand,grade,colour_family,counter
S1,Lark,2 good,blue,Shoes
S2,Finch,1 basic,red,Shoes
T1,Wren,1 basic,green,Toys
B1,,,,
X
try 0 import articles "$scratch/articles.csv"

# 24 customers: 20 register at the lane, 4 at the desk; each with a card.
i=10
while [ $i -lt 34 ]; do
    channel=lane
    [ $i -ge 30 ] && channel=desk
    try 0 member add --kind person --name "Customer $i" --telephone "0301234$i" --channel $channel
    try 0 card issue "0301234$i" "982600000$i""0"
    i=$((i + 1))
done
echo 'basket,card,store,lane,at,article,quantity,list_price,paid' >"$scratch/baskets.csv"
row() { echo "$1,$2,shop,$3,$4,$5,1,$6,$6" >>"$scratch/baskets.csv"; }
i=10
while [ $i -lt 34 ]; do # each buys shoes on the day of the registration, half of them a toy too
    row "a$i" "982600000${i}0" L1 "2026-03-02 1$((i % 5)):00:00" "S$((i % 2 + 1))" $((20 + i))
    [ $((i % 2)) = 0 ] && row "a$i" "982600000${i}0" L1 "2026-03-02 1$((i % 5)):00:00" T1 5
    row "n$i" '' L2 "2026-03-03 15:00:00" T1 7
    i=$((i + 1))
done
for n in 1 2 3 4 5 6; do row "o$n" 982600000110 L$((n % 2 + 1)) "2026-03-04 1$n:00:00" B1 3; done
row own 982600000330 L2 '2026-03-05 12:00:00' S1 40
try 0 import baskets "$scratch/baskets.csv"
week='--from 2026-03-02 --to 2026-03-08'

# Own cards: by number, which is nowhere afterwards; refused and known ones.
try 0 --json operator card add "$me" 982600000330
says out '"operator_card":"added".*"tail":"0330"'
try 0 --json operator card add "$me" 982600000330
says out '"repeated"'
try 1 operator card add anna 982600000330
one_line err
says_not err 982600000330
try 1 operator card add nobody 982600000320
try 1 operator card add anna 4111111111111111
says_not err 4111
try 1 operator card remove 982600000320
try 0 --json operator card list
says out '^\{"operator":1,"name":"[^"]+","tail":"0330","registered":true,"at":"2026-03-02 08:00"\}$'
try 0 --json audit list
says out '"operator-card"'
says_not out 982600000330

# The scorecard: 24 + 1 baskets of shoes, of which the operator's own two are apart.
try 0 --json report scorecard $week
says out '"by":"counter","name":"Shoes","site":null,"operator":null,"baskets":23,"identified":23,"identified_share":1.0,"own":2,"registrations":20,"given":40,"asked":140,"completeness":0.285714,"values":40,"valid":40,"valid_share":1.0,"lines":23,"returned":0,'
says out '"name":"Toys".*"baskets":36,"identified":12,"identified_share":0.333333,"own":0,'
says out '"by":"shop","name":"".*"baskets":53,"identified":29,.*"own":2,.*"unread":0,"refused":0\}$'
same 'rows by counter' "$(wc -l <"$scratch/out")" 4
try 0 --json report scorecard $week --by lane
says out '"by":"lane","name":"L1","site":"shop","operator":null,"baskets":26,"identified":26'
try 0 report scorecard $week
says out '^Shoes +23 +100.0 %'
says out '^\(no counter\)'
try 0 --lang zh_CN report scorecard $week
says out '全店'

# By operator only where the shop opted in.
try 1 report scorecard $week --by operator
says err 'scorecard_operators'
one_line err
try 0 lane rule scorecard_operators 1
try 0 --json report scorecard $week --by operator
says out '"by":"operator","name":"[^"]+","site":null,"operator":1,"baskets":0,.*"registrations":20,'

# CSV for a spreadsheet.
try 0 report scorecard $week --csv "$scratch/score.csv" --bom
same 'mark' "$(head -c 3 "$scratch/score.csv" | od -An -tx1 | tr -d ' ')" efbbbf
tr -d '\r"' <"$scratch/score.csv" >"$scratch/out"
says out 'by,name,site,operator,baskets,identified,identified_share,own,registrations'
says out '^counter,Shoes,,,23,23,100.0,2,20,'
says out '^shop,,,,53,29,'

# The bonus: beyond the shop's base of 29 of 53, and 20 new members of 53 baskets.
try 0 --json report bonus $week --per-identified 2 --per-registration 10
says out '"name":"Shoes".*"identified":23,"identified_base":13,"identified_beyond":10,"registrations":20,"registration_base":9,"registration_beyond":11,"points":130\}'
says out '"name":"Toys".*"identified_beyond":0,"registrations":10,.*"points":0\}'
try 0 report bonus $week --by lane --csv "$scratch/bonus.csv"
tr -d '\r"' <"$scratch/bonus.csv" >"$scratch/out"
says out '^lane,L1,shop,,26,26,15,11,20,10,10,61$'
try 2 report bonus $week --per-identified -1
try 2 report bonus $week --per-identified x

# A counter's own customers: no names, and nothing of fewer than 10.
try 0 --json report counter Shoes $week
says out '^\{"report":"counter","from":"2026-03-02","to":"2026-03-08","counter":"Shoes","members":23,"fresh":23,"returning":0,"baskets":23,"identified":23,'
says out '"group":"brand","name":"Finch".*"shown":true,"members":11,"share":0.478261'
says out '"group":"hour","name":"10".*"shown":false,"members":null'
says_not out 'Customer'
try 0 report counter Shoes $week --out "$scratch/shoes.html"
cp "$scratch/shoes.html" "$scratch/out"
says out '<html lang="en">'
says_not out 'Customer [0-9]|<script|https?:'
try 0 --lang zh_CN report counter Shoes $week --out "$scratch/shoes.html"
cp "$scratch/shoes.html" "$scratch/out"
says out '本柜台的顾客'
try 1 report counter Shoes --from 2026-03-03 --to 2026-03-04
try 1 report counter Hats $week
one_line err
try 1 report counter Toys --from 2026-03-03 --to 2026-03-03
says err 'fewer than 10'

# Alarms: the card that was used six times. Who imported a basket did not ring it up, so an own card is none.
try 1 --json alarms $week
same 'alarms' "$(wc -l <"$scratch/out")" 1
says out '^\{"alarm":"card-often","from":"2026-03-02","to":"2026-03-08","day":"2026-03-04","operator":null,"site":null,"lane":null,"lanes":2,"operators":0,"card":"0110","count":6,'
says_not out 'Customer'
try 1 alarms $week
says out '^2026-03-04: the card ending in 0110 was used for 6 baskets, more than 5 a day, at 2 lanes$'
try 1 --lang zh_CN alarms $week
says out '尾号 0110 的卡用于 6 个购物篮'
try 0 lane rule alarm_card_day 6
try 0 operator card remove 982600000330
try 0 --json alarms $week
same 'no alarm, no line' "$(wc -c <"$scratch/out")" 0
try 0 alarms $week
says out 'Nothing stands out'

# Alarms by the real lane: two days of three operators, with what each alarm is about planted once, and nothing else.
try 0 lane rule alarm_card_day 5
for who in bert:cashier:2581 carl:cashier:2582 olga:supervisor:3691; do
    rest=${who#*:}
    try 0 operator add "${who%%:*}" --role "${rest%%:*}"
    echo "${rest#*:}" | "$LOYALTY" operator pin "${who%%:*}" >/dev/null
done
echo 2580 | "$LOYALTY" operator pin anna >/dev/null
try 0 operator card add anna 982600000310
seq=0
say() { # say TYPE BASKET KEYS
    seq=$((seq + 1))
    echo "{\"seq\":$seq,\"type\":\"$1\",\"basket\":\"$2\"${3:-}}"
}
olga=',"approver":"olga","pin":"3691"'
begin() { say line "$1" ',"line":1,"article":"S1","list_minor":900,"paid_minor":900'; }
close() { say close "$1" ',"total_minor":900,"kind":"cash"'; }
whose() { say member "$1" ",\"telephone\":\"0301234$2\"${3:-}"; }
sold() { begin "$1"; whose "$1" "$2"; close "$1"; }
after_total() { begin "$1"; say total "$1"; whose "$1" "$2"; close "$1"; }
late() { begin "$1"; close "$1"; whose "$1" "$2" ",\"last\":true$olga"; }
brought() {
    say line "$1" ",\"line\":1,\"article\":\"S2\",\"quantity_milli\":-1000,\"list_minor\":500,\"paid_minor\":-500,\"reason\":\"broken\"$olga"
    say close "$1" ',"total_minor":-500,"kind":"cash"'
}
session() { # session NAME PIN: standard input is the till of that day
    { echo "$2"; cat; } >"$scratch/till"
    "$LOYALTY" lane --feed --operator "$1" <"$scratch/till" >"$scratch/out" 2>"$scratch/err" || die "the lane of $1 failed"
    says_not out '"error":'
    same "answers to $1" "$(grep -c '^{"ack":' "$scratch/out")" "$(grep -c '^{"seq":' "$scratch/till")"
}
for day in 10 11; do
    export LOYALTY_NOW="2026-03-$day 10:00"
    {
        i=10
        while [ $i -lt 30 ]; do sold "anna-$day-$i" $i; i=$((i + 1)); done
        for n in 1 2 3 4 5 6 7 8; do brought "anna-$day-r$n"; done
        [ $day = 10 ] && for n in 1 2 3; do sold "anna-often-$n" 30; done
        [ $day = 11 ] && sold anna-own 31
        true
    } | session anna 2580
    export LOYALTY_NOW="2026-03-$day 12:00"
    {
        i=10
        while [ $i -lt 20 ]; do after_total "bert-$day-$i" $i; i=$((i + 1)); done
        while [ $i -lt 30 ]; do sold "bert-$day-$i" $i; i=$((i + 1)); done
        # A colleague's purchase is none of his own.
        sold "bert-$day-colleague" 31
        [ $day = 10 ] && for n in 1 2 3; do sold "bert-often-$n" 30; done
        true
    } | session bert 2581
    export LOYALTY_NOW="2026-03-$day 14:00"
    {
        i=10
        while [ $i -lt 14 ]; do late "carl-$day-$i" $i; i=$((i + 1)); done
        while [ $i -lt 30 ]; do sold "carl-$day-$i" $i; i=$((i + 1)); done
        # One is not a habit.
        [ $day = 10 ] && brought carl-return
        true
    } | session carl 2582
done
lane_days='--from 2026-03-10 --to 2026-03-11'
export LOYALTY_NOW='2026-03-11 20:00'
try 1 --json alarms $lane_days
cp "$scratch/out" "$scratch/alarms"
number() { "$LOYALTY" --json operator list | sed -n "s/^.*\"operator\":\([0-9]*\),.*\"name\":\"$1\".*/\1/p"; }
says out '"alarm":"card-often",.*"day":"2026-03-10",.*"operators":2,.*"count":6,'
says out "\"alarm\":\"own-card\",.*\"day\":\"2026-03-11\",\"operator\":$(number anna),"
says out "\"alarm\":\"after-total\",.*\"operator\":$(number bert),.*\"count\":20,"
says out "\"alarm\":\"late\",.*\"operator\":$(number carl),.*\"count\":8,"
says out "\"alarm\":\"unlinked-return\",.*\"operator\":$(number anna),.*\"count\":16,"
same 'the planted ones and none else' "$(wc -l <"$scratch/out")" 5
# Somebody looks at them: listed no more, but with --all; who and when stands in the list and in the audit log.
ack() { try 0 --json alarms acknowledge "$@" $lane_days --reason 'spoken with them'; }
ack card-often "$(sed -n 's/.*"card-often".*"basket":"\([^"]*\)".*/\1/p' "$scratch/alarms")"
says out '"alarm":"card-often",.*"acknowledged":true,"acknowledged_by":"[^"]+","acknowledged_at":"2026-03-11 [^"]*","reason":"spoken with them"\}$'
says_not out 'Customer'
ack own-card "$(sed -n 's/.*"own-card".*"basket":"\([^"]*\)".*/\1/p' "$scratch/alarms")"
ack after-total "$(number bert)"
ack after-total "$(number bert)"
ack late "$(number carl)"
try 1 --json alarms $lane_days
same 'one is left' "$(grep -c '"acknowledged":false,"acknowledged_by":null,"acknowledged_at":null,"reason":null' "$scratch/out")" 1
same 'and no other' "$(wc -l <"$scratch/out")" 1
try 1 alarms $lane_days
says out 'Looked at already: 4; --all shows them'
try 1 alarms acknowledge unlinked-return "$(number anna)" $lane_days --reason '4111 1111 1111 1111'
says err 'words are expected'
says_not err '4111'
try 1 alarms acknowledge unlinked-return "$(number anna)" $lane_days --reason ''
try 1 alarms acknowledge unlinked-return "$(number carl)" $lane_days --reason known
says err 'no such alarm'
try 2 alarms acknowledge often 1 $lane_days --reason known
try 2 alarms acknowledge late 1 $lane_days
ack unlinked-return "$(number anna)"
try 0 alarms $lane_days
says out 'Looked at already: 5'
try 0 alarms $lane_days --all
same 'all of them' "$(grep -c 'looked at by .*, 2026-03-11 20:00: spoken with them$' "$scratch/out")" 5
try 0 --lang zh_CN alarms $lane_days --all
says out '；查看人：.*，2026-03-11 20:00：spoken with them'
try 0 --json audit list
same 'five entries' "$(grep -c '"alarm.acknowledge"' "$scratch/out")" 5
says out '"alarm.acknowledge".*"after-total operator [0-9]+"'
# The next day has nothing of it; when it happens anew it is a new one, over whichever span.
export LOYALTY_NOW='2026-03-12 12:00'
{ i=10; while [ $i -lt 30 ]; do sold "bert-12-$i" $i; i=$((i + 1)); done; } | session bert 2581
try 0 alarms --from 2026-03-10 --to 2026-03-12
export LOYALTY_NOW='2026-03-13 12:00'
{ i=10; while [ $i -lt 30 ]; do after_total "bert-13-$i" $i; i=$((i + 1)); done; } | session bert 2581
export LOYALTY_NOW='2026-03-13 20:00'
try 1 --json alarms --from 2026-03-10 --to 2026-03-13
same 'the new one' "$(wc -l <"$scratch/out")" 1
says out "\"alarm\":\"after-total\",.*\"operator\":$(number bert),.*\"acknowledged\":false"
try 0 alarms $lane_days
try 0 check

# A day before, nothing.
try 0 --json alarms --from 2026-03-09 --to 2026-03-09
same 'nothing planted, nothing found' "$(wc -c <"$scratch/out")" 0
try 0 check

# Wrong use.
for command in 'report scorecard' 'report bonus' alarms 'report counter Shoes'; do
    try 2 $command
    try 2 $command --from 2026-03-08 --to 2026-03-02
    try 2 $command --from yesterday --to 2026-03-02
done
try 2 report scorecard $week --by member
try 2 report counter $week
try 3 report scorecard $week --csv "$scratch/no/such/folder.csv"
try 3 report counter Shoes $week --out "$scratch/no/such/folder.html"
done_story
