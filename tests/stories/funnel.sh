#!/bin/sh
# The customer funnel by the real program: off until it is switched on, a shop of three dozen members in known classes,
# one who did not agree, a lane where articles are taken back at the total; a declined card changes no number. Names and
# numbers are made up.
. "$(dirname "$0")/lib.sh"
export LOYALTY_NOW='2026-03-20 08:00'
period='--from 2026-03-01 --to 2026-03-31'
try 0 init --currency EUR
try 0 range add 98260000 --length 12
cat >"$scratch/articles.csv" <<'X'
article,brand,category,grade,kind
good,Lark,coffee,2 good,goods
basic,Wren,coffee,1 basic,goods
tea,Wren,tea,,goods
X
try 0 import articles "$scratch/articles.csv"
printf 'article,from,list_price,selling_price\ngood,2026-01-01,5.00,5.00\nbasic,2026-01-01,3.00,3.00\ntea,2026-01-01,2.00,2.00\n' >"$scratch/p.csv"
try 0 import prices "$scratch/p.csv"

# 11 buy the better coffee at list price, 12 only the basic one or on deal, 13 only tea; all agreed but one more of each.
echo 'basket,card,store,lane,at,article,quantity,list_price,paid' >"$scratch/baskets.csv"
i=10
while [ $i -lt 46 ]; do
    case $i in
    1[0-9] | 20) line=good,1,5.00,5.00 ;;
    2[1-5]) line=good,1,5.00,4.00 ;;
    2[6-9] | 3[0-2]) line=basic,1,3.00,3.00 ;;
    *) line=tea,1,2.00,2.00 ;;
    esac
    try 0 member add --kind person --name "Customer $i" --telephone "03012345$i" --card "982600000${i}0" --consent-profiling
    echo "b$i,982600000${i}0,shop,L1,2026-03-02 10:$i:00,$line" >>"$scratch/baskets.csv"
    i=$((i + 1))
done
for i in 60 61 62; do
    try 0 member add --kind person --name "Customer $i" --card "982600000${i}0"
    echo "b$i,982600000${i}0,shop,L1,2026-03-02 11:00:00,good,1,5.00,5.00" >>"$scratch/baskets.csv"
done
try 0 import baskets "$scratch/baskets.csv"

# Off: a sentence, and how it is switched on.
try 1 report funnel $period
one_line err
says err 'funnel on'
try 0 --json funnel
says out '^\{"funnel":false,"complements":true,"coupons":true,"taken-back":true,"at-total":true,"suspended":true\}$'
try 2 funnel maybe
try 2 funnel cards off
try 0 operator add anna --role cashier
try 0 funnel on
says out '^funnel +on '
try 0 --json audit list
says out '"action":"funnel.rule".*"funnel 1"'

plain() { # what is typed at the lane
    code=0
    printf '%s\n' "$@" | "$LOYALTY" lane --plain >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = 0 ] || die "lane --plain exited with $code"
    demands=$((demands + 1))
}
counts() { # counts: the row of coffee
    try 0 --json report funnel $period --category coffee
    sed 's/.*"rows":\[//;s/,"complements.*//' "$scratch/out"
}
none='{"name":"coffee","prospect":null,"key_prospect":null,"potential":0,"target_lacking":0,"target_weak":12,"target_strong":11'
same "nothing but purchases" "$(counts)" "$none"
says out '"inferred":true'
says out '"members":36,'

# Nobody becomes anything by a card that is declined, however often, and whatever is paid in the end.
i=33
while [ $i -lt 46 ]; do
    plain tea "member 03012345$i" total decline total decline total 'pay cash'
    i=$((i + 1))
done
same "13 declined cards" "$(counts)" "$none"

# Nine who leave the coffee at the total are withheld; with the tenth they are told.
i=33
while [ $i -lt 43 ]; do
    [ $i = 42 ] && same "nine" "$(counts | sed 's/.*"target_lacking":\([^,]*\),.*/\1/')" null
    plain tea good "member 03012345$i" total 'void 2' total 'pay cash'
    i=$((i + 1))
done
same "ten" "$(counts)" "$(echo "$none" | sed 's/"target_lacking":0/"target_lacking":10/')"
try 0 funnel at-total off
same "of another sign" "$(counts)" "$(echo "$none" | sed 's/"potential":0/"potential":10/')"
try 0 funnel at-total on

# In words, and of a brand.
try 0 report funnel $period
says out 'inferred from behaviour at the till'
says out '^coffee  +- +- +0 +10 +12 +11$'
says out '^tea '
[ "$(awk '{ print length }' "$scratch/out" | sort -n | tail -n 1)" -le 80 ] || die "a line is longer than 80"
try 0 report funnel $period --brand Lark
says out '^Lark '
try 0 --lang zh_CN report funnel $period
says out '根据收银台行为推断'
try 1 report funnel $period --category none
one_line err
try 1 report funnel --from 2025-01-01 --to 2025-01-31
says err 'fewer than 10'
try 2 report funnel $period --brand Lark --category coffee
try 0 check
try 0 funnel off
try 1 --json report funnel $period
done_story
