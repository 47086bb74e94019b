#!/bin/sh
# Two lanes of one shop on one store: which there are, two programs at once, one program a lane, an open basket that is its
# own lane's after a kill, receipts that do not collide, and a basket that is suspended here and resumed there.
. "$(dirname "$0")/lib.sh"
pan=4111111111111111
try 0 init --currency EUR --site S1 --lane 1
printf 'article,gtin,brand,style,kind\ntea,3046920029759,Lark,tea,goods\ncup,,Lark,cup,goods\n' >"$scratch/a.csv"
printf 'article,from,list_price,selling_price\ntea,2026-01-01,4.00,4.00\ncup,2026-01-01,5.00,5.00\n' >"$scratch/p.csv"
try 0 import articles "$scratch/a.csv"
try 0 import prices "$scratch/p.csv"
typed() { printf '%s\n' "$@"; }
face() { # face CODE FACE LANE [ARGUMENTS]: standard input is typed
    wanted=$1 which=$2 at=$3
    shift 3
    code=0
    "$LOYALTY" lane "--$which" --lane "$at" "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$wanted" ] || die "lane --$which --lane $at exited with $code, not $wanted"
    demands=$((demands + 1))
}
awaits() { # awaits FILE PATTERN
    for i in $(seq 300); do grep -qE "$2" "$1" && return; sleep 0.1; done
    die "$1 never said: $2"
}

# ---- Which lanes there are: none by a mistyped code.
try 0 lane list
says out '^1: no receipt yet; taken without --lane$'
for which in --plain --feed; do
    try 1 lane $which --lane 2
    says err 'no such lane'
    one_line err
done
try 1 pos --no-readers --lane 2
says err 'no such lane'
export LOYALTY_LANE=2
try 1 lane --plain
try 1 lane --plain --lane ''
# The variable is for lanes; other commands need none.
try 0 check
try 0 lane --plain --lane 1
export LOYALTY_LANE=
try 0 lane --plain
unset LOYALTY_LANE
try 0 lane list --json
same "lanes" "$(cat "$scratch/out")" '{"lane":"1","epoch":1,"sequence":0,"first":true,"own":true}'
try 2 lane add
for wrong in 1 'a b' '' $pan; do
    try 1 lane add "$wrong"
    one_line err
    says_not err "$pan"
done
try 0 lane add 2
says out '^Lane 2 is there'
try 1 lane add 2
try 0 lane add 三号 --json
same "added" "$(cat "$scratch/out")" '{"lane":"三号"}'
try 0 --lang zh_CN lane list
says out '^三号：尚无小票$'
try 0 audit list
says out 'lane added'
try 2 pos --no-readers --lane 2
says err 'terminal'

# ---- Two programs at once, each with its own basket; the same lane is one program's.
for lane in 1 2; do
    mkfifo "$scratch/in$lane"
    "$LOYALTY" lane --plain --lane $lane <"$scratch/in$lane" >"$scratch/out$lane" 2>"$scratch/err$lane" &
    eval "lane$lane=\$!"
done
exec 7>"$scratch/in1" 8>"$scratch/in2"
echo tea >&7
echo cup >&8
awaits "$scratch/out1" '^1: Lark tea, .*due 4.00'
awaits "$scratch/out2" '^1: Lark cup, .*due 5.00'
echo tea >&7
echo cup >&8
awaits "$scratch/out1" '^2: Lark tea, .*due 8.00'
awaits "$scratch/out2" '^2: Lark cup, .*due 10.00'
for which in --plain --feed; do
    try 3 lane $which --lane 2
    says err 'another program has this lane open'
    one_line err
done
# The power fails at both: each lane is offered its own basket, and a third one none.
kill -9 "$lane1" "$lane2"
wait "$lane1" 2>/dev/null || true
wait "$lane2" 2>/dev/null || true
exec 7>&- 8>&-
face 0 plain 三号 </dev/null
says_not out 'left open'
typed resume show total 'pay cash' receipt | face 0 plain 2
says out 'left open: 2 lines'
says out '^2: Lark cup'
says_not out 'tea'
says out '^Receipt +S1-2-1-000001'
typed resume total 'pay cash' receipt | face 0 plain 1
says out 'left open: 2 lines'
says out '^Receipt +S1-1-1-000001'
try 0 receipt S1-1-1-000001
says out 'tea'
try 0 receipt S1-2-1-000001
says out 'cup'

# ---- Sales at both at once, as fast as they go: nothing is lost, numbers have no gap, no new epoch begins.
sales=15
for n in $(seq $sales); do printf 'tea\ncup\ntotal\npay cash\n'; done >"$scratch/typed"
for lane in 1 2; do
    "$LOYALTY" lane --plain --lane $lane <"$scratch/typed" >"$scratch/out$lane" 2>"$scratch/err$lane" &
    eval "lane$lane=\$!"
done
wait "$lane1" || die "lane 1: $(cat "$scratch/err1")"
wait "$lane2" || die "lane 2: $(cat "$scratch/err2")"
for lane in 1 2; do same "sales at $lane" "$(grep -c '^sold' "$scratch/out$lane")" $sales; done
try 0 check
try 0 lane list --json --store "$LOYALTY_STORE"
for lane in 1 2; do says out "^\{\"lane\":\"$lane\",\"epoch\":1,\"sequence\":$((sales + 1)),"; done
try 0 report scorecard --from 2026-01-01 --to 2099-01-01 --by lane --json
for lane in 1 2; do
    says out "\"by\":\"lane\",\"name\":\"$lane\",.*\"site\":\"S1\".*\"baskets\":$((sales + 1)),"
done

# ---- Suspended here, resumed there, with what is right now; the ticket is good once.
typed tea tea suspend | face 0 plain 1
ticket=$(sed -n 's/^suspended, ticket //p' "$scratch/out")
[ -n "$ticket" ] || die "no ticket"
try 0 promotion add TEATIME --form percent --percent 25 --scope article --target tea --from 2026-01-01
typed tickets "resume $ticket" total 'pay cash' receipt | face 0 plain 2
says out "^ticket $ticket of .*2 lines, due 8.00"
says out '^due 6.00, was 8.00$'
says out "^Receipt +S1-2-1-0000$((sales + 2))$"
typed "resume $ticket" resume | face 0 plain 1
same "refused" "$(grep -c 'No basket waits' "$scratch/out")" 2

# ---- The same by the feed. One name at two lanes is two baskets; what moved is known by its id.
feed() { # feed LANE [PRICES]
    { echo "{\"seq\":0,\"type\":\"hello\",\"version\":1,\"prices\":\"${2:-loyalty}\"}"; cat; } | face 0 feed "$1"
    says out "^\{\"ack\":0,.*\"lane\":\"$1\""
}
printf '%s\n' '{"seq":1,"type":"line","basket":"R1","line":1,"article":"cup"}' '{"seq":2,"type":"suspend","basket":"R1"}' | feed 1
says out '^\{"ack":1,.*"due_minor":500'
ticket=$(sed -n 's/^{"ack":2,"code":"suspended",.*"ticket":\([0-9]*\).*/\1/p' "$scratch/out")
basket=$(sed -n 's/^{"ack":1,.*"basket":"\([0-9a-f-]*\)".*/\1/p' "$scratch/out")
try 0 promotion add CUPTIME --form amount --amount 2 --scope article --target cup --from 2026-01-01
{
    echo '{"seq":1,"type":"line","basket":"R1","line":1,"article":"tea"}'
    echo '{"seq":2,"type":"close","basket":"R1","total_minor":300}'
    echo "{\"seq\":3,\"type\":\"resume\",\"ticket\":$ticket}"
    echo "{\"seq\":3,\"type\":\"resume\",\"ticket\":$ticket}"
    echo '{"seq":4,"type":"line","basket":"R2","line":1,"article":"tea"}'
    echo "{\"seq\":5,\"type\":\"line\",\"basket\":\"$basket\",\"line\":2,\"article\":\"tea\"}"
    echo "{\"seq\":6,\"type\":\"close\",\"basket\":\"$basket\",\"total_minor\":600}"
    echo "{\"seq\":7,\"type\":\"resume\",\"ticket\":$ticket}"
} | feed 2
says out '^\{"ack":1,.*"repeated":false.*"lines":1,'
says out '^\{"ack":2,.*"code":"sold"'
says out "^\{\"ack\":3,\"code\":\"resumed\",.*\"repriced\":true,.*\"basket\":\"$basket\",.*\"due_minor\":300"
same "the same answer" "$(grep '^{"ack":3,' "$scratch/out" | sort -u | wc -l)" 1
says out "^\{\"ack\":4,\"error\":\{\"code\":\"other-basket\".*\"basket\":\"$basket\""
says out '^\{"ack":5,.*"due_minor":600'
says out '^\{"ack":6,"code":"sold"'
says out '^\{"ack":7,"error":\{"code":"wrong"'
# The till's prices are the till's at either lane.
tea='"article":"tea","list_minor":390,"paid_minor":390'
printf '%s\n' "{\"seq\":1,\"type\":\"line\",\"basket\":\"T1\",\"line\":1,$tea}" '{"seq":2,"type":"suspend","basket":"T1"}' | feed 1 till
ticket=$(sed -n 's/^{"ack":2,.*"ticket":\([0-9]*\).*/\1/p' "$scratch/out")
basket=$(sed -n 's/^{"ack":1,.*"basket":"\([0-9a-f-]*\)".*/\1/p' "$scratch/out")
printf '%s\n' "{\"seq\":1,\"type\":\"resume\",\"ticket\":$ticket}" "{\"seq\":2,\"type\":\"close\",\"basket\":\"$basket\",\"total_minor\":390}" | feed 2 till
says out '^\{"ack":1,"code":"resumed",.*"repriced":false,.*"due_minor":390'
says out '^\{"ack":2,"code":"sold"'
try 0 check
try 0 report scorecard --from 2026-01-01 --to 2099-01-01 --by lane --json
says out "\"name\":\"1\",.*\"baskets\":$((sales + 1)),"
says out "\"name\":\"2\",.*\"baskets\":$((sales + 5)),"

# ---- A copy that is put back at a second lane is told as at the first: the numbers of the epoch do not go round.
cp "$LOYALTY_STORE" "$scratch/old"
typed cup total 'pay cash' | face 0 plain 2
cp "$scratch/old" "$LOYALTY_STORE"
typed cup total 'pay cash' receipt | face 0 plain 2
says_not out '^Receipt +S1-2-1-'
says out '^Receipt +S1-2-[0-9]+-000001$'
done_story
