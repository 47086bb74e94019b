#!/bin/sh
# Files as people and systems write them: line ends, blank rows, capitals, other separators and encodings, endless
# input; snapshots day by day; returns of the same day; payment cards where cards are typed or imported.
. "$(dirname "$0")/lib.sh"
articles() { # articles CODE TEXT: a file of printf's making
    printf "$2" >"$scratch/x.csv"
    try "$1" import articles "$scratch/x.csv"
}
sql() { sqlite3 "$LOYALTY_STORE" "$1"; }
try 0 init --currency EUR
articles 0 'Article,BRAND\r\nB1,Lark\r\n'
articles 0 '" article"," brand "\nB2,Lark\n'
articles 0 'article,brand,,\nB3,Lark,,\n,,,\n\n'
says out ': 1 rows; 1 new'
articles 0 '\357\273\277article\rB4\r'
# Rows are counted as a spreadsheet counts them, blank ones too.
articles 1 'article,brand\r\n\r\n,,\r\nB5,\377\r\n'
says err 'row 4: not UTF-8'
articles 1 '\n\narticle,tax_rate\n\nB5,many\n'
says err 'row 5, column tax_rate'
articles 1 'article;brand\nB5;Lark\n'
says err 'not separated by commas'
one_line err
articles 1 'article,brand\nB5,a\000b\n'
says err 'row 2: not UTF-8'
articles 1 'article,brand\nB5,\355\240\200\n'
says err 'row 2: not UTF-8'
printf 'article,colour\nB5,Gr\374n\n' >"$scratch/x.csv"
try 1 import articles "$scratch/x.csv"
says err 'row 2: not UTF-8'
articles 1 'article,tax_rate,cost\nB5,-0.1,\nB6,,-0.01\n'
says err 'row 2, column tax_rate: cannot be negative'
says err 'row 3, column cost: cannot be negative'
articles 0 'article,price_is_net\nB7,TRUE\nB8,No\n'
awk 'BEGIN { printf "article"; for (i = 0; i < 64; i++) printf ",c%d", i; print "" }' >"$scratch/x.csv"
try 1 import articles "$scratch/x.csv"
says err '64 columns'
try 1 import articles /dev/zero
one_line err
(echo article; head -c 3000000 /dev/zero | tr '\0' x) >"$scratch/x.csv"
try 1 import articles "$scratch/x.csv"
says err '1 MiB in a cell'
one_line err
try 2 import articles "$scratch/x.csv" --rows many
try 2 import articles "$scratch/x.csv" --snapshot 2026-03-01T10:00
same "articles" "$(sql 'SELECT count(*) FROM article')" 6

# The same shelf on the next day is a snapshot too; an empty or an earlier one is refused.
printf 'article,list_price\nB1,1.00\nB2,2.00\n' >"$scratch/shelf.csv"
for day in 01 02 03; do try 0 import prices "$scratch/shelf.csv" --snapshot 2026-03-$day; done
try 0 import prices "$scratch/shelf.csv" --snapshot 2026-03-03
says out 'imported before'
same "snapshots" "$(sql 'SELECT count(*) FROM shelf_snapshot')" 3
same "prices that did not change" "$(sql 'SELECT count(*) FROM price')" 2
printf 'article,list_price\nB1,1.50\n' >"$scratch/early.csv"
try 1 import prices "$scratch/early.csv" --snapshot 2026-03-02
says err 'later snapshot'
printf 'article,list_price\n' >"$scratch/none.csv"
try 1 import prices "$scratch/none.csv" --snapshot 2026-03-04
says err 'empty shelf'
printf 'article\nB1\n' >"$scratch/on_shelf.csv"
try 1 import articles "$scratch/on_shelf.csv" --snapshot 2026-03-02
one_line err
says err 'nothing was imported'
printf 'article\n' >"$scratch/none.csv"
try 1 import articles "$scratch/none.csv" --snapshot 2026-03-04
printf 'article,list_price,selling_price\nB1,1.00,-0.01\n' >"$scratch/x.csv"
try 1 import prices "$scratch/x.csv" --snapshot 2026-03-05
says err 'row 2, column selling_price: cannot be negative'
same "snapshots after refusals" "$(sql 'SELECT count(*) FROM shelf_snapshot')" 3

# A return on the day of its sale, with dates only: wherever it stands in the file. Before its sale: refused.
printf 'basket,at,article,quantity,list_price,paid,return_of\nr1,2026-03-01,B1,-1,1.00,-1.00,s1\ns1,2026-03-01,B1,1,1.00,1.00,\n' >"$scratch/x.csv"
try 0 import baskets "$scratch/x.csv" --total 0
printf 'basket,at,article,quantity,list_price,paid,return_of\nr2,2026-03-01,B1,-1,1.00,-1.00,s2\ns2,2026-03-05,B1,1,1.00,1.00,\n' >"$scratch/x.csv"
try 1 import baskets "$scratch/x.csv"
says err 'row 2'
try 0 check

# What a swipe refuses is refused when typed or imported, without a digit kept or told.
holds_pan() { cat "$scratch/out" "$scratch/err" "$LOYALTY_STORE"* | grep -qaE '411111|555555|1111$|4444$'; }
printf 'kind,name,channel,card\nperson,Wu,import,4111 1111 1111 1111\n' >"$scratch/x.csv"
try 1 import members "$scratch/x.csv"
says err 'row 2, column card: looks like a payment card'
printf 'basket,card,at,article,paid\np1,5555555555554444,2026-03-01,B1,1.00\n' >"$scratch/x.csv"
try 1 import baskets "$scratch/x.csv"
says err 'row 2, column card: looks like a payment card'
try 1 member add --kind person --name Wu --card 4111-1111-1111-1111
one_line err
says err 'range add'
same "members" "$(sql 'SELECT count(*) FROM member')" 0
try 0 member add --kind person --name Wu --telephone 03012345678
try 1 card issue 03012345678 5555555555554444
one_line err
same "cards" "$(sql 'SELECT count(*) FROM card')" 0
if holds_pan; then die "digits of a payment card"; fi
try 0 range add 9156 --length 16 --check-digit luhn --json
says out '"prefix":"9156"'
try 0 card issue 03012345678 9156000000000011 --json
says out '"issued":true'
try 0 card issue 03012345678 9156000000000011
says out 'already'
try 0 member find card:9156000000000011
done_story
