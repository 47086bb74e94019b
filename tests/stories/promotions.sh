#!/bin/sh
# What the lane would take for a text, and what it costs: prices of the shelf, rules of promotions, coupons, labels of
# scales, sites and moments; a file of rules, all or nothing; a gap between snapshots, told in words and JSON.
. "$(dirname "$0")/lib.sh"
export LOYALTY_NOW='2026-06-01 12:00'
try 0 init --currency EUR --site S1 --lane L1
cat >"$scratch/articles.csv" <<'X'
article,gtin,brand,style,category,tax_rate,kind,price_is_net
A1,4006381333931,Lark,Polo,tops,19,,no
A2,96385074,Lark,Shirt,tops,19,,yes
123,,Farm,Cheese,food,7,,no
77,2900077000003,Farm,Ham,food,,,no
B,,,,,19,deposit,no
X
cat >"$scratch/prices.csv" <<'X'
article,store,from,to,list_price,selling_price,promotion,promotion_form
A1,,2026-01-01,,20.00,,,
A1,S2,2026-01-01,,22.00,,,
A2,,2026-01-01,2026-07-01,10.00,8.00,CLUB,member-price
123,,2026-01-01,,12.00,,,
B,,2026-01-01,,0.25,,,
X
try 0 import articles "$scratch/articles.csv"
try 0 import prices "$scratch/prices.csv"

# paid FIELD WANTED TEXT [OPTIONS]: a field of `article show --json`.
field() {
    name=$1
    wanted_value=$2
    shift 2
    try 0 article show "$@" --json
    says out "\"$name\":$wanted_value[,}]"
}
field paid '"20.00"' A1
field article '"A1"' 4006381333931
field article '"A1"' 04006381333931
field article '"A2"' 96385074
field paid '"22.00"' A1 --site S2
field list_price null A1 --at 2025-12-31
field tax_rate 19.0 A1
field price_is_net true A2
field member_paid '"8.00"' A2
field member_promotion_form '"member-price"' A2
field paid '"10.00"' A2
field list_price null A2 --at 2026-07-01
try 0 price show A1 --at 2026-03-01
says out '20.00 EUR'
try 1 article show 4006381333932
says err 'no article has this code'
one_line err
try 2 price show A1 --at yesterday

# Rules: one is replaced by its code; what needs what; ended for good.
try 0 promotion add SPRING --form percent --percent 12.5 --scope brand --target Lark --from 2026-05-01 --to 2026-06-30 --json
says out '"code":"SPRING","form":"percent","scope":"brand","target":"Lark","percent":12.5,.*"from":"2026-05-01 00:00","to":"2026-07-01 00:00"'
field paid '"17.50"' A1
field promotion '"SPRING"' A1
field paid '"20.00"' A1 --at 2026-04-30
field paid '"17.50"' A1 --at '2026-06-30 23:59'
field paid '"20.00"' A1 --at 2026-07-01
field paid '"0.25"' B
try 0 promotion add SPRING --form percent --percent 50 --scope brand --target Lark --site S2
field paid '"20.00"' A1
field paid '"11.00"' A1 --site S2
try 0 promotion add CLUB2 --form member-price --amount 15 --scope article --target A1
says out 'members only'
field paid '"20.00"' A1
field member_paid '"15.00"' A1
try 0 promotion add V --form coupon --amount 5 --coupon 9876543210982 --campaign MAIL --single-use
field paid '"20.00"' A1
field paid '"15.00"' A1 --coupon 9876543210982
field promotion '"V"' A1 --coupon 9876543210982
field paid '"20.00"' A1 --coupon 1234567
try 0 promotion add N --form n-for-m --take 3 --pay 2
try 0 promotion list --json
same "rules" "$(wc -l <"$scratch/out")" 4
says out '"code":"N","form":"n-for-m",.*"take":3,"pay":2'
try 0 promotion end CLUB2 --json
says out '"code":"CLUB2".*"to":"2026-06-01 12:00"'
field member_paid '"20.00"' A1
try 0 promotion end CLUB2
says out 'had ended before'
try 1 promotion end NONE
one_line err
try 2 promotion add X --form free
says err '^loyalty promotion add: --form is one of percent'
try 2 promotion add X --form percent --percent 101
try 2 promotion add X --form percent --percent 1.25
try 2 promotion add X --form percent --percent 10 --from tomorrow
try 2 promotion add X --form amount --amount 0
try 1 promotion add X --form percent
says err 'needs a percentage'
try 1 promotion add X --form percent --percent 10 --amount 1
says err 'takes no amount'
try 1 promotion add X --form n-for-m --take 2 --pay 2
try 1 promotion add X --form percent --percent 10 --scope brand
says err 'needs its target'
try 1 promotion add X --form coupon --percent 10 --coupon 9876543210982 --campaign OTHER
says err 'another promotion has this coupon'
try 1 promotion add X --form percent --percent 10 --from 2026-05-02 --to 2026-05-01
says err 'ends before it begins'

# A file, all or nothing; again it changes nothing.
cat >"$scratch/rules.csv" <<'X'
code,form,percent,amount,take,pay,scope,target,store,from,to,members,coupon,campaign,single_use
P1,percent,10,,,,category,food,,2026-06-01,2026-06-30,no,,,
P2,amount,,0.50,,,article,A1,S1,,,yes,,,
P3,coupon,20,,,,,,,,,,555000111,POST,yes
P4,n-for-m,,,4,3x,,,,,,,,,
X
try 1 import promotions "$scratch/rules.csv"
says err 'row 5, column pay: is a whole number'
says err 'nothing was imported'
try 0 promotion list
says_not out '^P1'
sed -i s/3x/3/ "$scratch/rules.csv"
try 0 import promotions "$scratch/rules.csv" --rows 4 --json
says out '"imported":"promotions".*"rows":4,"made":4,"repeated":0'
try 0 import promotions "$scratch/rules.csv" --json
says out '"rows":4,"made":0,"repeated":4'
field paid '"10.80"' 123
try 0 promotion end P1
try 0 import promotions "$scratch/rules.csv" --json
says out '"made":1,"repeated":3'
field paid '"10.80"' 123
try 0 promotion end P1
printf 'code,form\nQ,percent\n' >"$scratch/x.csv"
try 1 import promotions "$scratch/x.csv"
says err 'row 2: this form needs a percentage'
printf 'code\nQ\n' >"$scratch/x.csv"
try 1 import promotions "$scratch/x.csv"
says err 'column form is needed'

# Labels of scales: weight and price, with and without their own check digit; a cheese without its leading zeros.
try 0 scale add 28 --item 5 --value weight --digits 5 --decimals 3
try 0 scale add 29 --item 5 --value price --digits 4 --decimals 2 --check --json
says out '"prefix":"29","item":5,"value":"price","digits":4,"decimals":2,"check":true'
field quantity_milli 345 2800123003456
field paid '"4.14"' 2800123003456
field labelled true 2800123003456
field weighed true 2800123003456
field article '"77"' 2900077928758
field list_price '"28.75"' 2900077928758
field weighed false 2900077928758
field article '"77"' 2900077000003
try 1 article show 2900077828751
says err 'misread'
try 1 article show 2800999003451
try 0 scale list
same "scales" "$(wc -l <"$scratch/out")" 2
try 1 scale add 2 --item 6 --value weight --digits 5 --decimals 3
says err 'begins with the same digits'
try 1 scale add 27 --item 5 --value weight --digits 4 --decimals 3
says err 'are 13 digits, here they are 12'
try 1 scale add 40 --item 5 --value weight --digits 5 --decimals 3
try 2 scale add 27 --item 5 --value volume --digits 5 --decimals 3
try 0 scale remove 29
try 1 scale remove 29
try 1 article show 2900077928758

# A range of weighed articles stands beside the labels: the number is no card, and the lane knows it.
try 0 range add 28 --length 13 --check-digit gs1 --use weighed
field paid '"4.14"' 2800123003456

# Snapshots: a promotion of the shelf reaches the price; a gap is told.
printf 'article,list_price,selling_price,promotion,promotion_form\nA1,20.00,16.00,DEAL,percent\n' >"$scratch/day1.csv"
printf 'article,list_price\nA1,21.00\n' >"$scratch/day2.csv"
try 0 import prices "$scratch/day1.csv" --snapshot 2026-08-01 --json
says_not out '"gaps"'
try 0 import prices "$scratch/day2.csv" --snapshot 2026-08-05 --json
says out '"gaps":\[\{"store":"S1","days":3\}\]'
says err '3 days without a snapshot'
field paid '"16.00"' A1 --at 2026-08-04
field promotion '"DEAL"' A1 --at 2026-08-04
field paid '"21.00"' A1 --at 2026-08-05
try 0 check

# ---- Characters that steer a terminal or turn a line round: escaped in JSON, left out of what people read; no member has one.
turn=$(printf '\342\200\256') steer=$(printf '\302\233')
try 0 promotion add "TURN${turn}ED" --form percent --percent 10 --scope brand --target "Lark$turn" --json
try 0 promotion list --json
says out '"code":"TURN\\u202EED".*"target":"Lark\\u202E"'
says_not out "$turn"
try 0 promotion list
says out '^TURNED .*brand Lark'
says_not out "$turn"
for name in "Wei$turn Lin" "Wei$steer Lin"; do
    try 1 member add --channel desk --kind organisation --name "$name"
    says_not err "$turn|$steer|Wei"
done
printf '{"seq":1,"type":"prices","articles":["a%sb%sc"]}\n' "$turn" "$steer" | "$LOYALTY" lane --feed >"$scratch/out" 2>"$scratch/err" || die "the feed"
says out '"asked":"a\\u202Eb\\u009Bc"'
done_story
