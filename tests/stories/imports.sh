#!/bin/sh
# Imports: all or nothing, control totals, each bad cell with row, column and remedy; amounts never rounded.
. "$(dirname "$0")/lib.sh"
count() { "$LOYALTY" member list | wc -l; }
try 0 init --currency EUR
cat >"$scratch/articles.csv" <<'X'
article,gtin,brand,manufacturer,category,grade,colour,colour_family,tax_rate,kind,own_brand
A1,4006381333931,Lark,Lark Ltd,pen,2 good,Deep Sea,blue,19,goods,no
A2,,Lark,Lark Ltd,pen,1 basic,Ruby,red,19,,yes
X
try 0 import articles "$scratch/articles.csv"
says out '2 rows; 2 new'
try 0 import articles "$scratch/articles.csv"
says out 'imported before'

# Bad cells: every one told, nothing kept.
cat >"$scratch/bad.csv" <<'X'
article,gtin,colour_family,tax_rate
A3,4006381333932,blue,19
A4,,blu,19
,,red,7
A6,,red,many
X
try 1 import articles "$scratch/bad.csv"
says err 'row 3, column colour_family: .blu. is none of: black, white'
says err 'row 4, column article: is empty'
sed -i '/^,/d' "$scratch/bad.csv"
try 1 import articles "$scratch/bad.csv"
says err 'row 2'
says err 'row 4, column tax_rate: .many.'
says err 'nothing was imported'

# Columns: unknown, twice, missing; text that is not UTF-8; a ragged row; a quotation mark left open.
printf 'article,colr\nA9,red\n' >"$scratch/x.csv"
try 1 import articles "$scratch/x.csv"
says err "row 1: 'colr' is no column"
one_line err
printf 'article,article\nA9,A9\n' >"$scratch/x.csv"
try 1 import articles "$scratch/x.csv"
says err 'stands twice'
printf 'brand\nLark\n' >"$scratch/x.csv"
try 1 import articles "$scratch/x.csv"
says err 'column article is needed'
printf 'article,brand\nA9,\316\204\377\n' >"$scratch/x.csv"
try 1 import articles "$scratch/x.csv"
says err 'row 2: not UTF-8'
printf 'article,brand\nA9,Lark,more\n' >"$scratch/x.csv"
try 1 import articles "$scratch/x.csv"
says err 'row 2: more cells'
printf 'article,brand\nA9,"Lark\n' >"$scratch/x.csv"
try 1 import articles "$scratch/x.csv"
says err 'quotation mark'
: >"$scratch/x.csv"
try 1 import articles "$scratch/x.csv"
says err 'empty'
try 3 import articles "$scratch/absent.csv"
one_line err
try 3 import articles "$scratch"
says err 'folder'
# A byte-order mark, quoted commas and Chinese text are fine.
printf '\357\273\277article,brand\nA7,"茶, 绿"\n' >"$scratch/x.csv"
try 0 import articles "$scratch/x.csv"

try 0 range add 9156 --length 16 --check-digit luhn
# Members: never repeated in a message; traits; control total of rows; the same card twice.
cat >"$scratch/members.csv" <<'X'
kind,family_name,given_name,telephone,sex,birth_year,card,channel,consent_profiling,consent_suppliers,reference,income
person,张,伟,+8613800138000,m,1990,9156000000000011,import,yes,yes,h1,35-49K
person,Li,Na,,f,1985,,import,yes,no,h2,
X
try 1 import members "$scratch/members.csv" --rows 3
says err 'control total'
same "members after a wrong control total" "$(count)" 0
try 0 import members "$scratch/members.csv" --rows 2
same "members" "$(count)" 2
try 0 member show ref:h1 --json
says out '"family_name":"张"'
says out '"traits":\{"income":"35-49K"\}'
try 0 member show ref:h1
says out '^  income +35-49K$'
try 0 member refer ref:h1 ref:h2
try 0 member show ref:h1 --json
says out '"referred_by":"[0-9a-f-]+"'
cat >"$scratch/bad-members.csv" <<'X'
kind,family_name,telephone,birth_year,card,channel
person,Secretname,not-a-phone-4711,1985,,import
person,Other,,1790,,import
robot,Third,,,,import
person,Fourth,,,9156000000000011,import
X
try 1 import members "$scratch/bad-members.csv"
says err 'row 2'
says err 'row 3'
says err 'row 4, column kind'
says err 'row 5, column card: belongs to another member'
says_not err 'Secretname|4711|1790|9156'
same "members after a bad file" "$(count)" 2

# Prices: an amount finer than the minor unit is an error, never rounded.
cat >"$scratch/prices.csv" <<'X'
article,store,from,to,list_price,selling_price,promotion,promotion_form
A1,,2026-01-01,2026-02-01,2.50,1.999,P1,percent
A2,,2026-01-01,,3.00,,,
X
try 1 import prices "$scratch/prices.csv"
says err "row 2, column selling_price: '1.999' is finer than 0.01"
sed -i s/1.999/1.99/ "$scratch/prices.csv"
try 0 import prices "$scratch/prices.csv"
printf 'article,list_price\nA1,2.50\nA2,3.00\n' >"$scratch/shelf1.csv"
printf 'article,list_price\nA1,2.75\n' >"$scratch/shelf2.csv"
try 0 import prices "$scratch/shelf1.csv" --snapshot 2026-03-01
try 0 import prices "$scratch/shelf2.csv" --snapshot 2026-03-05
says err '3 days without a snapshot'
# The earlier interval is open on both sides of nothing: closed at the day on which the shelf changed.
rows=$(sqlite3 "$LOYALTY_STORE" "SELECT group_concat(list_minor || ':' || (to_us IS NULL), ' ') FROM (SELECT list_minor, to_us FROM price p JOIN article a ON a.id = p.article WHERE a.code = 'A1' AND from_us >= 1772000000000000 ORDER BY from_us)")
same "the derived intervals" "$rows" "250:0 275:1"

# Baskets: identity by name, sums, returns, unknown members, replay.
cat >"$scratch/baskets.csv" <<'X'
basket,member,at,article,quantity,list_price,paid,promotion,promotion_form,return_of,reason
b1,h1,2026-03-01T10:00:00Z,A1,2,2.50,4.50,P1,percent,,
b1,h1,2026-03-01T10:00:00Z,A2,1,3.00,3.00,,,,
b2,,2026-03-02,A1,0.5,2.50,1.25,,,,
b3,h1,2026-03-03T12:00:00Z,A1,-1,2.50,-2.25,,,b1,too small
X
try 1 import baskets "$scratch/baskets.csv" --total 6.51
says err 'sum to 6.50'
try 0 import baskets "$scratch/baskets.csv" --total 6.50 --rows 4
# The totals are asked of a file that was imported before as well.
try 1 import baskets "$scratch/baskets.csv" --total 6.51
says err 'sum to 6.50'
try 1 import baskets "$scratch/baskets.csv" --rows 5
says err 'control total'
try 0 import baskets "$scratch/baskets.csv" --total 6.50 --rows 4
says out 'imported before'
same "baskets" "$(sqlite3 "$LOYALTY_STORE" 'SELECT count(*) || " " || sum(total_minor) FROM basket')" "3 650"
cp "$scratch/baskets.csv" "$scratch/again.csv"
echo 'b4,h2,2026-03-04T09:00:00Z,A2,1,3.00,2.00,,coupon,,' >>"$scratch/again.csv"
try 0 import baskets "$scratch/again.csv"
says out '1 new or changed, 3 as they were'
sed 's/4\.50/4.40/' "$scratch/baskets.csv" >"$scratch/other.csv"
try 1 import baskets "$scratch/other.csv"
same "baskets after a contradiction" "$(sqlite3 "$LOYALTY_STORE" 'SELECT count(*) FROM basket')" 4
cat >"$scratch/bad-baskets.csv" <<'X'
basket,member,at,article,quantity,list_price,paid
c1,nobody,2026-03-01,A1,1,2.50,2.50
c2,h1,yesterday,A1,1,2.50,2.50
c3,h1,2026-03-01,A1,1,2.50,2.505
c4,h1,2026-03-01,A1,1,2.50,9.99
c5,h1,2026-03-01,none-such,1,2.50,2.50
c6,h1,2026-03-01,A1,1,2.50,2.50
c6,h2,2026-03-01,A1,1,2.50,2.50
X
try 1 import baskets "$scratch/bad-baskets.csv"
says err 'row 2, column member: .*--create-members'
says_not err 'nobody'
says err "row 3, column at: is no date"
says err "row 4, column paid: is finer"
says_not err 'yesterday|2\.505'
says err 'row 5, column paid: is more than list price'
says err 'row 6, column article'
says err 'row 8, column member: differs from row 7'
same "baskets after a bad file" "$(sqlite3 "$LOYALTY_STORE" 'SELECT count(*) FROM basket')" 4
# A panel without list prices, articles or members: everything that is not there is made.
cat >"$scratch/panel.csv" <<'X'
basket,member,at,brand,category,quantity,paid
p1,x9,2026-04-01,Dannon,yogurt,3,1.00
p2,x9,2026-04-08,Hiland,yogurt,1,0.50
X
try 0 import baskets "$scratch/panel.csv" --create-members
try 0 member find ref:x9
try 0 check
# A list price per piece is rounded itself: what that leaves is neither an error nor a discount.
cat >"$scratch/rounded.csv" <<'X'
basket,member,at,brand,category,quantity,list_price,paid,promotion_form
q1,x9,2026-05-01T09:30,Dannon,yogurt,3,0.33,1.00,
q2,x9,2026-05-02T09:30,Dannon,yogurt,3,0.67,2.00,
q3,x9,2026-05-03T09:30,Dannon,yogurt,3,0.67,2.00,coupon
q4,x9,2026-05-04T09:30,Dannon,yogurt,1,0.67,0.66,
X
try 0 import baskets "$scratch/rounded.csv"
same "discounts of rounded prices" "$(sqlite3 "$LOYALTY_STORE" 'SELECT group_concat(discount_minor) FROM (SELECT l.discount_minor FROM line l JOIN basket b ON b.id = l.basket ORDER BY b.opened_at_us DESC LIMIT 4)')" "1,1,0,0"
# More digits on request.
LOYALTY_STORE=$scratch/fine.loyalty
try 0 init --currency EUR --minor-digits 3
try 0 import articles "$scratch/articles.csv"
printf 'article,from,list_price\nA1,2026-01-01,1.999\n' >"$scratch/fine.csv"
try 0 import prices "$scratch/fine.csv"
done_story
