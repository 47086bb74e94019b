#!/bin/sh
# After the sale, and the clock: the one missing field a visit, a queue, a card for the last receipt, a clock set back.
. "$(dirname "$0")/lib.sh"
export LOYALTY_NOW='2026-03-02 10:00'
try 0 init --currency EUR --country CN
try 0 operator add 'Sun Ping' --role supervisor
echo 3691 | "$LOYALTY" operator pin 'Sun Ping' >/dev/null
try 0 operator add 'Li Na' --role cashier
echo 2580 | "$LOYALTY" operator pin 'Li Na' >/dev/null
try 0 range add 9156 --length 16 --check-digit luhn
printf 'article,gtin,brand,style,kind\ncup,,Lark,cup,goods\n' >"$scratch/a.csv"
printf 'article,from,list_price,selling_price\ncup,2020-01-01,5.00,5.00\n' >"$scratch/p.csv"
try 0 import articles "$scratch/a.csv"
try 0 import prices "$scratch/p.csv"
pan=4111111111111111
card() { # card NUMBER NAME
    "$LOYALTY" --json member add --channel desk --kind person --name "$2" --card "$1" |
        sed 's/^{"member":"\([^"]*\)".*/\1/'
}
wei=$(card 9156000000000011 'Wei Lin')
ama=$(card 9156000000000029 'Ama Osei')
ida=$(card 9156000000000037 'Ida Berg')
at() { export LOYALTY_NOW="$1"; }
face() { # face CODE FACE [ARGUMENTS]: standard input is typed; Li Na sells, her PIN is the first line
    wanted=$1 which=$2
    shift 2
    code=0
    { echo 2580; cat; } | "$LOYALTY" lane "--$which" --operator 'Li Na' "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$wanted" ] || die "lane --$which exited with $code, not $wanted"
    demands=$((demands + 1))
}
typed() { printf '%s\n' "$@"; }

# ---- One question a visit, in lines
typed cup "member Wei Lin" total 'pay cash' receipt "answer $pan" 'answer 123' 'answer 13812345678' 'answer 13812345679' \
    cup "member Wei Lin" total 'pay cash' later | face 0 plain
says out '^ask for: Telephone \(To find the member without the card\); answer VALUE, later, or never ask$'
same "one question" "$(grep -c '^ask for' "$scratch/out")" 1
says out 'payment card'
says out '^noted$'
same "open no more" "$(grep -c '^no question is open$' "$scratch/out")" 2
says_not out "$pan"
try 0 member show "$wei"
says out '13812345678'
# What is typed instead is an article, and the question is over.
at '2026-03-03 10:00'
typed cup "member Wei Lin" total 'pay cash' cup later cancel cup "member Ama Osei" total 'pay cash' later | face 0 plain
same "two members, two questions" "$(grep -c '^ask for' "$scratch/out")" 2
says out '^no question is open$'
says out '^noted$'
says_not out 'no such article'
# A queue holds all; said again it asks.
at '2026-03-04 10:00'
typed queue cup "member Wei Lin" total 'pay cash' queue cup "member Ama Osei" total 'pay cash' 'never ask' | face 0 plain
says out '^a queue: nothing is asked until queue is said again$'
same "held" "$(grep -c '^ask for' "$scratch/out")" 1
at '2026-03-05 10:00'
typed cup "member Ama Osei" total 'pay cash' 排队 cup "member Wei Lin" total 'pay cash' | face 0 plain
same "never, and a queue" "$(grep -c '^ask for' "$scratch/out")" 0
typed 排队 排队 cup "member Wei Lin" 合计 '付款 现金' '回答 200001' | face 0 plain --lang zh_CN
says out '^请询问：'
says out '^已记录$'
try 0 member show "$wei"
says out '200001'
at '2026-03-06 10:00'
typed cup "member Wei Lin" total 'pay cash' | face 0 plain --json
says out '^\{"code":"ask","field":"address","kind":"missing","label":"[^"]+","purpose":"[^"]+"\}$'
try 0 lane rule questions 0
at '2026-03-07 10:00'
typed cup "member Wei Lin" total 'pay cash' | face 0 plain
says_not out '^ask'
try 0 lane rule questions 1

# ---- The feed
cup='"article":"cup","list_minor":500,"paid_minor":500'
sale() { # sale SEQ NAME MEMBER
    echo "{\"seq\":$1,\"type\":\"line\",\"basket\":\"$2\",\"line\":1,$cup}"
    [ -z "$3" ] || echo "{\"seq\":$(($1 + 1)),\"type\":\"member\",\"basket\":\"$2\",\"member\":\"$3\"}"
    echo "{\"seq\":$(($1 + 2)),\"type\":\"close\",\"basket\":\"$2\",\"total_minor\":500}"
}
{
    sale 1 A "$ida"
    echo '{"seq":4,"type":"answer","answer":"given","value":"123"}'
    echo "{\"seq\":5,\"type\":\"answer\",\"answer\":\"given\",\"value\":\"$pan\"}"
    echo '{"seq":6,"type":"answer","answer":"given"}'
    echo '{"seq":7,"type":"answer","answer":"perhaps"}'
    echo '{"seq":8,"type":"answer","answer":"given","field":"telephone","value":"13912345678"}'
    echo '{"seq":8,"type":"answer","answer":"given","field":"telephone","value":"13912345678"}'
    echo '{"seq":9,"type":"answer","answer":"later"}'
    sale 10 B "$ida"
    sale 20 C ''
    echo '{"seq":23,"type":"hello","version":1,"questions":false}'
    sale 24 D "$wei"
} | face 0 feed
says out '^\{"ack":3,"code":"sold".*"ask":\{"field":"telephone","kind":"missing","label":"Telephone","purpose":"[^"]+"\}'
says out '^\{"ack":4,"error":\{"code":"wrong"'
says out '^\{"ack":5,"error":\{"code":"payment-card"'
says out '^\{"ack":6,"error":\{"code":"field"'
says out '^\{"ack":7,"error":\{"code":"field"'
says out '^\{"ack":8,"code":"answered","repeated":false'
same "once" "$(grep '^{"ack":8,' "$scratch/out" | sort -u | wc -l)" 1
says out '^\{"ack":9,"error":\{"code":"none"'
for seq in 12 22 26; do says out "^\{\"ack\":$seq,\"code\":\"sold\".*\"ask\":null"; done
says_not out "$pan|13912345678"
try 0 member show "$ida"
says out '13912345678'

# ---- A member for the last receipt: a supervisor, and not for ever
at '2026-03-08 10:00'
typed 'last Ida Berg' cup total 'pay cash' 'last Ida Berg' 'approve Sun Ping' 9999 'approve Sun Ping' 3691 'last Ida Berg' \
    | face 0 plain
says out 'too long ago'
same "a supervisor, the wrong one, the right one" "$(grep -c '^a supervisor may: approve NAME$' "$scratch/out")" 2
says out '^Added to the last receipt, for the history: the prices stay. Ida Berg$'
says out 'has a member already'
{
    sale 1 E ''
    echo "{\"seq\":4,\"type\":\"member\",\"last\":true,\"member\":\"$wei\"}"
    echo "{\"seq\":5,\"type\":\"member\",\"last\":true,\"member\":\"$wei\",\"approver\":\"Sun Ping\",\"pin\":\"1\"}"
    echo "{\"seq\":6,\"type\":\"member\",\"last\":true,\"basket\":\"D\",\"member\":\"$wei\",\"approver\":\"Sun Ping\",\"pin\":\"3691\"}"
    echo "{\"seq\":7,\"type\":\"member\",\"last\":true,\"basket\":\"E\",\"member\":\"$wei\",\"approver\":\"Sun Ping\",\"pin\":\"3691\"}"
    echo '{"seq":8,"type":"card","number":"9156000000000011"}'
    echo '{"seq":9,"type":"card","last":true}'
    echo '{"seq":10,"type":"member","telephone":"13912345678"}'
    sale 11 F ''
} | face 0 feed
says out '^\{"ack":4,"error":\{"code":"approval"'
says out '^\{"ack":5,"error":\{"code":"approval"'
says out '^\{"ack":6,"error":\{"code":"not-now"'
says out '^\{"ack":7,"code":"last-receipt".*"member":\{"member":"'"$wei"
says out '^\{"ack":8,"error":\{"code":"type"'
says out '^\{"ack":9,"error":\{"code":"none"'
says out '^\{"ack":10,"error":\{"code":"field"'
says_not out '3691'
at '2026-03-08 10:06'
echo "{\"seq\":1,\"type\":\"member\",\"last\":true,\"member\":\"$wei\",\"approver\":\"Sun Ping\",\"pin\":\"3691\"}" | face 0 feed
says out '^\{"ack":1,"error":\{"code":"wrong","text":"[^"]*too long ago'

# ---- The clock: an hour back is a doubt, a year waits for a supervisor, once
at '2026-03-08 09:00'
typed show cup show cancel | face 0 plain
says out '^clock 60 min behind: the clock is before the last basket$'
says out '^1: Lark cup'
typed show | face 0 plain --json
says out '^\{"code":"clock","words":"clock 60 min behind: [^"]*"\}$'
{ echo '{"seq":1,"type":"state"}'; sale 2 G ''; } | face 0 feed
says out '^\{"ack":1,"code":"state".*"clock":\{"doubt":"back","level":"doubted","off_seconds":-3600,"words":"clock 60 min behind: [^"]*"\}'
says out '^\{"ack":4,"code":"sold"'
at '2025-03-08 10:06'
{
    echo '{"seq":1,"type":"state"}'
    echo "{\"seq\":2,\"type\":\"line\",\"basket\":\"H\",\"line\":1,$cup}"
    echo "{\"seq\":3,\"type\":\"line\",\"basket\":\"H\",\"line\":1,$cup,\"approver\":\"Sun Ping\",\"pin\":\"1\"}"
    echo "{\"seq\":4,\"type\":\"line\",\"basket\":\"H\",\"line\":1,$cup,\"approver\":\"Sun Ping\",\"pin\":\"3691\"}"
    echo '{"seq":5,"type":"close","basket":"H","total_minor":500}'
    sale 6 I ''
} | face 0 feed
says out '^\{"ack":1,.*"clock":\{"doubt":"back","level":"stop","off_seconds":-[0-9]+,"words":"clock 36[45] days behind: .*supervisor'
says out '^\{"ack":2,"error":\{"code":"approval"'
says out '^\{"ack":3,"error":\{"code":"approval"'
says out '^\{"ack":4,"code":"line"'
says out '^\{"ack":5,"code":"sold"'
says out '^\{"ack":8,"code":"sold"'
says_not out 3691
typed show | face 0 plain --lang zh_CN
says out '^时钟慢 36[45] 天：'
# Another shop: three years ahead, by lines.
export LOYALTY_STORE=$scratch/two.loyalty
at '2026-03-08 10:20'
try 0 init --currency EUR --country CN
for who in 'Sun Ping:supervisor:3691' 'Li Na:cashier:2580'; do
    rest=${who#*:}
    try 0 operator add "${who%%:*}" --role "${rest%%:*}"
    echo "${rest#*:}" | "$LOYALTY" operator pin "${who%%:*}" >/dev/null
done
try 0 import articles "$scratch/a.csv"
try 0 import prices "$scratch/p.csv"
typed cup total 'pay cash' show | face 0 plain
says_not out '^clock'
at '2029-03-08 10:20'
typed cup 'approve Sun Ping' 3691 total 'pay cash' cup cancel | face 0 plain
says out '^clock 1096 days ahead: .*supervisor'
says out '^a supervisor may: approve NAME$'
says out '^1: Lark cup'
says out '^sold'
same "asked once" "$(grep -c '^a supervisor may' "$scratch/out")" 1
try 0 check
done_story
