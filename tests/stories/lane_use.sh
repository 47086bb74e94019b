#!/bin/sh
# A lane as a shop uses it, by hand: approvals that are used up, amounts and quantities that mean nothing, what is due once a
# part is paid, a registration in which every answer is judged at once, readers that are not there, a till that comes again.
. "$(dirname "$0")/lib.sh"
try 0 init --currency EUR
try 0 range add 9156 --length 16 --check-digit luhn
printf 'article,gtin,brand,style,kind\nMILK,4006381333931,Farm,Milk,goods\nTEA,3046920029759,Lark,Tea,goods\n' >"$scratch/a.csv"
printf 'article,from,list_price,selling_price,promotion,promotion_form\nMILK,2026-01-01,3.49,3.49,,\nTEA,2026-01-01,9.99,8.49,CLUB,member-price\n' >"$scratch/p.csv"
try 0 import articles "$scratch/a.csv"
try 0 import prices "$scratch/p.csv"
try 0 member add --kind organisation --name "North Kitchen" --telephone 13812345678 --card 9156000000000011
try 0 member add --kind organisation --name "South Kitchen" --telephone 13812345679

plain() { # plain CODE [ARGUMENTS]: standard input is typed
    wanted=$1
    shift
    code=0
    "$LOYALTY" lane --plain "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$wanted" ] || die "lane --plain exited with $code, not $wanted"
    demands=$((demands + 1))
}
typed() { printf '%s\n' "$@"; }
count() { # count WHAT PATTERN NUMBER: lines of the output
    same "$1" "$(grep -cE -- "$2" "$scratch/out" || true)" "$3"
}

# ---- An approval is for what waits for one, and once.
typed MILK 'approve Nobody' 1 show cancel | plain 0
says out '^nothing waits for an approval$'
count "milks" '^1: ' 2
count "milks beyond the first" '^2: ' 0
try 0 operator add Mia --role cashier
try 0 operator add Ada --role supervisor
printf '246802\n246802\n' | "$LOYALTY" operator pin Mia >"$scratch/out" 2>"$scratch/err" || die "a PIN for Mia"
printf '135791\n135791\n' | "$LOYALTY" operator pin Ada >"$scratch/out" 2>"$scratch/err" || die "a PIN for Ada"
typed 246802 MILK 'return MILK 1 sour' 'approve Ada' 999999 'approve Ada' 135791 'approve Ada' 135791 help 'approve Ada' show cancel | plain 0 --operator Mia
count "returns" '^2: Farm Milk, -1' 2
says_not out '^3: '
count "approvals of nothing" '^nothing waits' 2

# ---- Amounts: 0 is none; what is due is the rest; what is given back is named.
typed TEA total 'pay cash 0' 'pay cash 0.00' 'pay voucher 0' show 'pay cash 3' 'member 13812345678' show back total 'pay cash' | plain 0
count "nothing was paid" 'above zero' 3
says out '^a part is paid; due 6.99$'
says out '^Noted for the history.*North Kitchen; due 6.99$'
says_not out 'North Kitchen; due 9.99'
says out '^Give back what was paid\. to be given back: 3.00; due 8.49'
says out '^sold$'
typed TEA total 'pay cash 4' cancel | plain 0
says out 'to be given back: 4.00$'

# ---- Quantities: a number, and no barcode.
typed '0*MILK' '-1*MILK' '1e5*MILK' '4006381333931*' '99999999999*MILK' MILK '*0' '*1,5' '*x' '1000000.001*MILK' show total 'pay cash' '*3' MILK show cancel | plain 0
count "no quantities" '^a quantity is a number' 9
says_not out 'no such article'
says out '^1: Farm Milk, 1 x 3.49 = 3.49'
says out '^3 of the next article$'
says out '^1: Farm Milk, 3 x 3.49 = 10.47'

# ---- The last sale has its member: the next customer's card is the next customer's.
typed TEA 'member 13812345678' total 'pay cash' last 'member 13812345679' TEA show cancel | plain 0
says out '^the last sale has a member already$'
says_not out 'show the card now'
says out '^South Kitchen'

# ---- Returns on the screen have one sign.
typed TEA 'member 13812345678' total 'pay cash' receipt | plain 0
number=$(sed -n 's/^Receipt *//p' "$scratch/out")
says out '^Member North Kitchen'
typed "return $number 1 1 stale" cancel | plain 0
says out '^1: Lark Tea, -1 x 9.99 \+ 1.50 \(CLUB\) = -8.49'

# ---- A person's receipt names the person, masked, also without a card; a copy says nothing of consents.
try 0 member add --kind person --family-name Osei --given-name Ama --telephone 13912345671 --consent-scheme --consent-profiling
typed MILK 'member 13912345671' total 'pay cash' receipt receipt | plain 0
count "names" '^Member O\*\* A\*\*' 2
count "consents" 'agreed to' 1

# ---- Registration: each answer at once.
form() { # form ANSWERS: field=answer, every wrong answer before the right one
    mkfifo "$scratch/in" 2>/dev/null || true
    "$LOYALTY" lane --plain --json <"$scratch/in" >"$scratch/out" 2>"$scratch/err" &
    lane=$!
    exec 7>"$scratch/in"
    echo register >&7
    for i in $(seq 40); do
        for k in $(seq 200); do
            asked=$(sed -n 's/.*"code":"ask","field":"\([a-z_]*\)".*/\1/p' "$scratch/out" | sed -n "${i}p")
            [ -n "$asked" ] && break
            grep -q '"code":"registered"' "$scratch/out" && break
            sleep 0.05
        done
        case $asked in
            '') break ;;
            telephone) # wrong, somebody's, then one's own
                n=$(sed -n 's/.*"code":"ask","field":"\(telephone\)".*/\1/p' "$scratch/out" | wc -l)
                case $n in 1) echo help >&7 ;; 2) echo >&7 ;; 3) echo 13812345678 >&7 ;; *) echo 13912345699 >&7 ;; esac ;;
            family_name) echo Osei >&7 ;;
            consent_scheme)
                n=$(sed -n 's/.*"code":"ask","field":"\(consent_scheme\)".*/\1/p' "$scratch/out" | wc -l)
                case $n in 1) echo maybe >&7 ;; 2) echo >&7 ;; *) echo y >&7 ;; esac ;;
            consent_*) echo n >&7 ;;
            *) echo >&7 ;;
        esac
    done
    exec 7>&-
    wait $lane || die "the lane"
}
form
says out '"code":"registered"'
says out '"words":"Telephone: .*expected is digits'
says out '"words":"this is needed; back ends it"'
says out '"code":"known"'
says out '"words":"y or n"'
says out 'nobody becomes a member without this'
says_not out 'register begins again'

# ---- A reader that is not there is told, once.
typed MILK MILK cancel | plain 0 --path serial:/no/such
count "a port that is not there" 'serial:/no/such: .*not there' 1

# ---- The feed: 0 is no amount; a ticket again; a remark behind the sale; the last tender again.
tea='"article":"TEA","list_minor":999,"paid_minor":999'
"$LOYALTY" lane --feed >"$scratch/out" 2>"$scratch/err" <<TILL || die "the feed"
{"seq":1,"type":"hello","version":1}
{"seq":2,"type":"line","basket":"B1","line":1,$tea}
{"seq":3,"type":"suspend","basket":"B1"}
{"seq":4,"type":"suspend","basket":"B1"}
{"seq":5,"type":"resume","basket":"B1"}
{"seq":6,"type":"tender","basket":"B1","tender":1,"kind":"voucher","amount_minor":0}
{"seq":7,"type":"close","basket":"B1","total_minor":999,"tenders":[{"kind":"voucher","amount_minor":0}]}
{"seq":8,"type":"tender","basket":"B1","tender":1,"kind":"cash","amount_minor":1000}
{"seq":9,"type":"tender","basket":"B1","tender":1,"kind":"cash","amount_minor":1000}
{"seq":10,"type":"remark","basket":"B1","remark":"service","text":"kind"}
{"seq":11,"type":"line","basket":"B2","line":1,"article":"TEA","quantity_milli":1000000001,"list_minor":1,"paid_minor":1000000}
{"seq":12,"type":"line","basket":"B2","line":1,$tea}
{"seq":13,"type":"remark","basket":"B1","remark":"service","text":"late"}
{"seq":14,"type":"void","basket":"B2","reason":"no"}
TILL
answer() { says out "^\{\"ack\":$1,.*$2"; }
ticket=$(sed -n 's/^{"ack":3,.*"ticket":\([0-9]*\).*/\1/p' "$scratch/out")
answer 4 "\"repeated\":true.*\"ticket\":${ticket:-none}[,}]"
answer 6 '"code":"wrong"'
answer 7 '"code":"wrong"'
answer 8 '"code":"sold"'
answer 9 '"code":"sold","repeated":true'
answer 10 '"code":"remark"'
answer 11 '"code":"number"'
answer 13 '"code":"closed"'

if command -v python3 >/dev/null 2>&1; then
# ---- A till that hangs up and comes again at once is let in; one that comes beside it is told.
mkdir -m 700 "$scratch/run"
"$LOYALTY" lane --feed --socket "$scratch/run/s" >"$scratch/lane.out" 2>"$scratch/lane.err" &
lane=$!
for i in $(seq 200); do [ -S "$scratch/run/s" ] && break; sleep 0.05; done
python3 - "$scratch/run/s" >"$scratch/out" <<'TILL'
import socket, sys
def till():
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    return s
busy = 0
for i in range(100):
    s = till()
    try:
        s.sendall(b'{"seq":1,"type":"state"}\n')
    except BrokenPipeError:
        pass
    busy += b'busy' in s.recv(65536)
    s.close()
print("turned away:", busy)
one = till()
one.sendall(b'{"seq":1,"type":"state"}\n')
one.recv(65536)
print("beside it:", b'busy' in till().recv(65536))
TILL
says out '^turned away: 0$'
says out '^beside it: True$'

# The example tells what it heard, and ends by itself.
python3 - "$scratch/run/s" <<'TILL' &
import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(b'{"seq":1,"type":"state"}\n')
s.recv(65536)
open(sys.argv[1] + ".taken", "w").close()
time.sleep(60)
TILL
holder=$!
for i in $(seq 200); do [ -e "$scratch/run/s.taken" ] && break; sleep 0.05; done
for i in 1 2 3 4 5; do
    code=0
    "$FEED_CLIENT" "$scratch/run/s" R-1 TEA 999 >"$scratch/out" 2>"$scratch/err" || code=$?
    same "the example beside another till" "$code" 1
    says out '"code":"busy"'
done
kill $holder
wait $holder 2>/dev/null || true
"$FEED_CLIENT" "$scratch/run/s" R-1 TEA 999 >"$scratch/out" 2>"$scratch/err" || die "the example"
kill $lane
wait $lane || true
fi
try 0 check
done_story
