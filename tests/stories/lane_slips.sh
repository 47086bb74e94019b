#!/bin/sh
# Slips of a finger and of a till: operands that a command does not take change nothing; a return may be given its price;
# a wrong ticket, a number that is too large and a lane that is not there are named.
. "$(dirname "$0")/lib.sh"
try 0 init --currency EUR
printf 'article,brand,style,kind\ntea,Lark,tea,goods\nbag,,bag,bag\n' >"$scratch/a.csv"
printf 'article,from,list_price,selling_price\ntea,2026-01-01,3.49,3.49\n' >"$scratch/p.csv"
try 0 import articles "$scratch/a.csv"
try 0 import prices "$scratch/p.csv"
face() { # face KIND: standard input is what comes
    code=0
    "$LOYALTY" lane "--$1" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = 0 ] || die "lane --$1 exited with $code"
    demands=$((demands + 1))
}
typed() { printf '%s\n' "$@"; }
ack() { says out "^\{\"ack\":$1,.*$2"; }

# ---- Operands. Each of these says how it is said, and the basket stays as it is.
typed tea 'void abc' 'void 0' 'void 1x' 'void -1' 'void broken cup' 'total 5' 'suspend now' 'object x' 'back 2' 'show 1' \
    'tickets 1' 'resume 0' 'price 1 bag 2' 'return tea 2x' 'return tea 0' 'return tea -1' 'pay cash 1 2' 'declined x' \
    'receipt 1' 'choose 1 2' 'later x' 'queue x' 'quit x' 'register x' 'coupon 1 2 3' 'card block' 'never mind' show | face plain
same "lines" "$(grep -c '^1: Lark tea, 1 x 3.49 = 3.49' "$scratch/out")" 2
says_not out '^2:|taken back|^ticket|suspended under|^registered|people wait'
same "void" "$(grep -c '^the number of a line: void 3' "$scratch/out")" 5
same "return" "$(grep -c '^how much comes back is a number' "$scratch/out")" 3
same "the rest" "$(grep -c '^it is said so: ' "$scratch/out")" 16
says out '^it is said so: total 合计'
says out '^for good, and for all questions: never ask$'
# What is meant still does what it did.
typed resume 'void 1 broken' tea void 'cancel changed mind' | face plain
same "taken back" "$(grep -c '^[13]: .*taken back' "$scratch/out")" 2

# ---- A return without a price asks for it; a supervisor approves what was typed last.
typed 'return bag 2 torn' 'price abc' 'price 0.10' show 'return tea 1 damp' show | face plain
says out '^what does it cost: price AMOUNT$'
says out '^the price is an amount such as 12.50$'
says out '^1: bag, -2 x 0.10 = -0.20'
says out '^2: Lark tea, -1 x 3.49'
try 0 check
typed resume total 'pay cash' | face plain
try 0 operator add Mia --role cashier
try 0 operator add Ada --role supervisor
printf '246802\n246802\n' | "$LOYALTY" operator pin Mia >"$scratch/out" 2>"$scratch/err" || die "a PIN for Mia"
printf '135791\n135791\n' | "$LOYALTY" operator pin Ada >"$scratch/out" 2>"$scratch/err" || die "a PIN for Ada"
code=0
typed 246802 'return bag 1 torn' 'price 0.10' 'approve Ada' 999999 'approve Ada' 135791 total 'pay cash' |
    "$LOYALTY" lane --plain --operator Mia >"$scratch/out" 2>"$scratch/err" || code=$?
same "a cashier's return" "$code" 0
says out 'needs a supervisor'
says out '^1: bag, -1 x 0.10 = -0.10'
try 0 check

# ---- A ticket
line='"article":"tea","list_minor":349,"paid_minor":349'
face feed <<TILL
{"seq":1,"type":"line","basket":"A","line":1,$line}
{"seq":2,"type":"suspend","basket":"A"}
{"seq":3,"type":"line","basket":"B","line":1,$line}
{"seq":4,"type":"suspend","basket":"B"}
{"seq":5,"type":"state"}
TILL
a=$(sed -n 's/^{"ack":2,.*"ticket":\([0-9]*\).*/\1/p' "$scratch/out")
b=$(sed -n 's/^{"ack":4,.*"ticket":\([0-9]*\).*/\1/p' "$scratch/out")
[ -n "$a" ] && [ -n "$b" ] && [ "$a" != "$b" ] || die "no tickets"
# The named one is meant, though the other was suspended last.
face feed <<TILL
{"seq":1,"type":"resume","basket":"A","ticket":$b}
{"seq":2,"type":"resume","basket":"A"}
{"seq":3,"type":"resume","basket":"A","ticket":$b}
{"seq":4,"type":"resume","basket":"A","ticket":99}
{"seq":5,"type":"resume","basket":"A","ticket":$a}
{"seq":6,"type":"resume","ticket":$b}
{"seq":7,"type":"close","basket":"A","total_minor":349}
{"seq":8,"type":"resume","basket":"A","ticket":$a}
{"seq":9,"type":"resume","basket":"B","ticket":$b}
{"seq":10,"type":"void","basket":"B"}
TILL
ack 1 "\"error\":\{\"code\":\"none\",\"text\":\"ticket $b is not that of this basket"
ack 2 '"code":"resumed","repeated":false'
ack 3 "\"error\":\{\"code\":\"none\",\"text\":\"ticket $b is not"
ack 4 '"error":\{"code":"none","text":"ticket 99 is not'
ack 5 '"code":"resumed","repeated":true'
ack 6 '"code":"not-now"'
ack 7 '"code":"sold"'
ack 8 '"code":"closed"'
ack 9 '"code":"resumed","repeated":false'

# ---- Numbers that no machine word holds: the message is known by its number all the same.
face feed <<'TILL'
{"seq":1,"type":"line","basket":"C","line":1,"article":"tea","list_minor":349,"paid_minor":99999999999999999999}
{"list_minor":-18446744073709551616,"seq":2,"type":"line","basket":"C","line":1,"article":"tea","paid_minor":1}
{"seq":9223372036854775808,"type":"state"}
{"seq":4,"type":"state","noted":9223372036854775808,"far":[1e999,{"deep":123456789012345678901234567890}]}
{"seq":5,"type":"close","basket":"C \" 99999999999999999999","total_minor":1e400}
{"seq":6,"type":"line","basket":"C","line":1,"article":"tea","list_minor":9223372036854775807,"paid_minor":349}
{"seq":7,"type":"line","basket":"99999999999999999999","line":99999999999999999999,"article":"\\"}
{"seq":8,"type":"lines","basket":"C","line":1,"lines":[{"article":"tea","list_minor":1,"paid_minor":9223372036854775808}]}
{"seq":9,99999999999999999999}
TILL
ack 1 '"error":\{"code":"number","text":"\\"paid_minor\\" is too large a number"'
ack 2 '"error":\{"code":"number","text":"\\"list_minor\\" is too large a number"'
ack null '"error":\{"code":"number","text":"\\"seq\\" is too large a number"'
ack 4 '"code":"state"'
ack 5 '"error":\{"code":"number","text":"\\"total_minor\\" is too large a number"'
ack 6 '"error":\{"code":"number","text":"\\"list_minor\\" lies from'
ack 7 '"error":\{"code":"number","text":"\\"line\\" is too large a number"'
ack 8 '"error":\{"code":"number","text":"\\"paid_minor\\" is too large a number"'
ack null '"error":\{"code":"json"'

# ---- A lane that is not there
whole='"type":"basket","at":"2026-11-20T10:00:00+01:00","total_minor":349'
face feed <<TILL
{"seq":1,$whole,"basket":"W1","lane":"7","lines":[{$line}]}
{"seq":2,$whole,"basket":"W1","lane":"7","sequence":1,"lines":[{$line}]}
TILL
ack 1 '"error":\{"code":"none","text":"the shop has no lane .*`loyalty lane add`'
ack 2 '"error":\{"code":"none"'
try 0 --json lane list
same "one lane" "$(grep -c lane "$scratch/out")" 1
try 0 lane add 7
face feed <<TILL
{"seq":1,$whole,"basket":"W1","lane":"7","lines":[{$line}]}
{"seq":2,$whole,"basket":"W1","lane":"7","lines":[{$line}]}
TILL
ack 1 '"code":"basket","repeated":false'
ack 2 '"code":"basket","repeated":true'
# An import goes on making the lanes of its file.
printf 'basket,lane,at,article,quantity,list_price,paid\nI1,9,2026-11-20,tea,1,3.49,3.49\n' >"$scratch/b.csv"
try 0 import baskets "$scratch/b.csv"
try 0 --json lane list
same "three lanes" "$(grep -c lane "$scratch/out")" 3
try 0 check
done_story
