#!/bin/sh
# Receipts as a shop gives them out: what is set, the first one and its copies, in both languages, to a file, a program
# and a printer that is full, hangs or was pulled; who may; what the audit log says.
. "$(dirname "$0")/lib.sh"
export LOYALTY_NOW=2026-03-02T10:00:00Z
row() { sqlite3 "$LOYALTY_STORE" "$1"; }
copies() { row "SELECT count(*) FROM audit WHERE action = 'receipt.copy'"; }

try 0 init --currency EUR --country DE --site S1 --lane 03
printf '%s\n' 'article,brand,style,colour,size,tax_rate,price_is_net,kind' \
    'shirt,云裳,长袖衬衫,天蓝,M,19,0,goods' 'shoe,Harbour,Deck shoe,navy,42,19,0,goods' \
    'apple,,,,,7,0,goods' >"$scratch/articles.csv"
try 0 import articles "$scratch/articles.csv"
try 0 range add 29 --length 13 --check-digit gs1
try 0 member add --kind person --name 'Jane Roe' --consent-profiling --json
jane=$(sed -n 's/^{"member":"\([^"]*\)".*/\1/p' "$scratch/out" | head -n 1)
try 0 card issue "$jane" 2900000000018
printf '%s\n' 'basket,card,store,lane,at,article,quantity,list_price,paid,promotion,promotion_form,return_of,reason' \
    '1,,S1,03,2026-03-01 09:30:00,shoe,1,99.00,99.00,,,,' \
    '2,2900000000018,S1,03,2026-03-02 09:30:00,shirt,3,20.00,40.00,TRIO,n-for-m,,' \
    '2,2900000000018,S1,03,2026-03-02 09:30:00,apple,0.5,3.00,1.35,FRUIT,percent,,' \
    '2,2900000000018,S1,03,2026-03-02 09:30:00,shoe,-1,99.00,-99.00,,,1,colour' >"$scratch/baskets.csv"
try 0 import baskets "$scratch/baskets.csv"
# What a lane would have written: money given back, and the receipt due.
row "INSERT INTO tender SELECT id, 1, 1, total_minor FROM basket WHERE sequence = 2"
row "INSERT INTO lane_basket SELECT id, lane, 5, NULL, NULL FROM basket WHERE sequence = 2"
number=S1-03-1-000002
id=$(row "SELECT lower(hex(uid)) FROM basket WHERE sequence = 2" |
    sed -E 's/(.{8})(.{4})(.{4})(.{4})/\1-\2-\3-\4-/')

# What is set.
try 0 receipt settings
says out '^columns +42 '
try 0 receipt set name 'Harbour Store'
try 0 receipt set address '12 Quay Street\nHarbour Town' --json
says out '^\{"setting":"address","value":"12 Quay Street\\nHarbour Town"\}$'
try 0 receipt set columns 32
try 1 receipt set columns 40
says err '32 42 48'
one_line err
try 1 receipt set footer "$(printf 'a\033@')"
says err 'control characters'
try 2 receipt set paper 32
try 2 receipt set name
try 1 --lang zh_CN receipt set format pdf
says err '请填以下之一'
same "entries of settings" "$(row "SELECT count(*) FROM audit WHERE action = 'receipt.set'")" 3

# Numbers as people write them; what is none.
try 1 receipt S1-03-1-000009
says err 'no such receipt'
try 1 receipt nonsense
says err 'S1-03-2-000417'
try 2 receipt
try 2 receipt "$number" --text --escpos
try 2 receipt "$number" --columns 40
try 2 receipt "$number" --to ''
try 2 receipt "$number" --to "$LOYALTY_STORE"
try 1 receipt "$number" --print
says err 'receipt set printer'

# JSON is a look, no receipt.
try 0 receipt s1-03-1-2 --json
says out "\"receipt\":\"$number\",\"basket\":\"$id\",\"store\":\"S1\",\"lane\":\"03\""
says out '"copy":false'
says out '"due_minor":-5765,"member":true,"tail":"0018","name":"J\*\* R\*\*"'
says out '"return_of":"S1-03-1-000001","of_line":1'
same "copies so far" "$(copies)" 0

# Printers that fail leave the receipt due: what comes next is no copy.
fail() { # fail TARGET PATTERN
    try 3 receipt "$number" --to "$1" --wait 0.3
    says err "$2"
    one_line err
}
fail /dev/full 'no space'
fail /dev/usb/no-such-printer 'gone'
fail "$scratch" 'no file, device or pipe'
fail '|cat >/dev/null; exit 3' 'failed'
fail '|sleep 60' 'did not end in time'
mkfifo "$scratch/fifo"
fail "$scratch/fifo" 'gone'
try 3 --lang zh_CN receipt "$number" --to "$scratch/fifo" --wait 0.3
says err '已断开'
same "rows of the lane" "$(row 'SELECT count(*) FROM lane_basket')" 1
same "copies so far" "$(copies)" 0

# Two programs, one due receipt: the second one's is a copy; the first one's printer fails, and it is due again.
"$LOYALTY" receipt "$number" --to '|sleep 2; exit 3' >"$scratch/slow" 2>&1 &
slow=$!
for i in 1 2 3 4 5 6 7 8 9 10; do
    [ "$(row 'SELECT count(printed_at_us) FROM lane_basket')" = 1 ] && break
    sleep 0.2
done
try 0 receipt "$number"
says out 'COPY'
wait "$slow" && die "a printer that failed printed"
same "rows of the lane" "$(row 'SELECT count(*) - count(printed_at_us) FROM lane_basket')" 1

# The first one, and then copies.
try 0 receipt "$number" --to "$scratch/first.txt"
[ ! -s "$scratch/out" ] || die "output beside the file"
cp "$scratch/first.txt" "$scratch/out"
says_not out 'COPY'
says out '^         Harbour Store$'
says out '^Receipt           S1-03-1-000002$'
says out '^2026-03-02 09:30 UTC\+00:00$'
says out '^  3 x 20\.00                60\.00$'
says out '^  Multi-buy offer         -20\.00$'
says out '^  10% off                  -0\.15$'
says out '^  from S1-03-1-000001, line 1$'
says out '^TO PAY BACK EUR            57\.65$'
says out '^Cash, paid back            57\.65$'
says out '^Member J\*\* R\*\*          \*\*\*\*0018$'
says out '^You have agreed to: a profile of$'
says out 'Not a fiscal receipt'
says_not out 'Jane|Roe|2900000000018'
same "rows of the lane" "$(row 'SELECT count(*) FROM lane_basket')" 0
try 0 receipt "$id"
says out 'COPY'
same "copies so far" "$(copies)" 2
try 0 --lang zh_CN receipt "$number" --columns 48
says out '^ +\*\*\* 副本 \*\*\*$'
says out '^应退 EUR +57\.65$'
says out '非税务发票凭证'
try 0 receipt set language zh_CN
try 0 receipt "$number"
says out '副本'
try 0 --lang en receipt "$number"
says out 'COPY'

# The printer of the shop: bytes whole, and a printer's own code in them.
try 0 receipt set printer "|cat >'$scratch/bytes'"
try 0 receipt set format escpos
try 0 receipt "$number" --print --json
says out "^\{\"basket\":\"$id\",\"printed\":true,\"copy\":true\}$"
same "initialised" "$(head -c 2 "$scratch/bytes" | od -An -tx1)" " 1b 40"
same "cut" "$(tail -c 4 "$scratch/bytes" | od -An -tx1)" " 1d 56 42 00"
try 0 receipt "$number" --escpos --to -
cmp -s "$scratch/out" "$scratch/bytes" || die "standard output and printer differ"
# The text on the paper, once the commands are off, is GB18030.
tr -d '\033\034\035' <"$scratch/bytes" | iconv -f GB18030 -t UTF-8 >"$scratch/out" || die "no GB18030"
says out '非税务发票凭证'
says out '云裳'
same "copies so far" "$(copies)" 7

# Analysts and auditors give out copies only; nobody else's rows change.
row "INSERT INTO lane_basket SELECT id, lane, 5, NULL, NULL FROM basket WHERE sequence = 1"
row "UPDATE operator SET role = 5"
try 0 --lang en receipt S1-03-1-000001
says out 'COPY'
try 1 receipt set columns 48
says err 'manager'
try 0 receipt settings --json
says out '"setting":"columns","value":"32"'
row "UPDATE operator SET role = 3"
same "rows of the lane" "$(row 'SELECT count(*) FROM lane_basket')" 1
try 0 --lang en receipt S1-03-1-000001
says_not out 'COPY'
try 0 --lang en receipt S1-03-1-000001
says out 'COPY'
try 0 check
done_story
