#!/bin/sh
# What was on offer is seen by `fit choice`, `fit deal` and `fit lift` whether a shop's promotions stand in its price history or
# are rules at the till: the same promotions entered both ways give the same fit, and without either there is none.
. "$(dirname "$0")/lib.sh"

# 80 members buy one of two brands on each of 16 weeks; each brand is on promotion in a quarter of the weeks, by 20 % or 3 for 2.
mkdir "$scratch/tea"
awk -v folder="$scratch/tea" '
    function uniform() { seed = (seed * 1103515245 + 12345) % 2147483648; return (int(seed / 8) + .5) / 268435456 }
    function day(n) { return sprintf("2025-%02d-%02d", int(n / 28) + 1, n % 28 + 1) }
    BEGIN {
        seed = 20250301
        print "article,brand,category" >(folder "/articles.csv")
        print "T1,Ash,Tea\nT2,Birch,Tea" >(folder "/articles.csv")
        print "article,from,to,list_price,selling_price,promotion,promotion_form" >(folder "/flagged.csv")
        print "article,from,to,list_price,selling_price" >(folder "/plain.csv")
        print "code,form,percent,take,pay,scope,target,from,to" >(folder "/rules.csv")
        for (w = 0; w < 16; w++)
            for (j = 1; j <= 2; j++) {
                list = 300 + 5 * int(20 * uniform())
                form = uniform() > .45 ? "" : uniform() < .5 ? "percent" : "n-for-m"
                price[w, j] = form == "percent" ? list * .8 : list
                before[w, j] = list
                promoted[w, j] = form != "" ? "P" w j : ""
                from = day(7 * w); to = day(7 * w + 7); last = day(7 * w + 6) # a rule names its last day
                printf "T%d,%s,%s,%.2f,%.2f,%s,%s\n", j, from, to, list / 100, price[w, j] / 100, form ? "P" w j : "", form >(folder "/flagged.csv")
                printf "T%d,%s,%s,%.2f,%.2f\n", j, from, to, list / 100, list / 100 >(folder "/plain.csv")
                if (form == "percent") printf "P%d%d,percent,20,,,article,T%d,%s,%s\n", w, j, j, from, last >(folder "/rules.csv")
                if (form == "n-for-m") printf "P%d%d,n-for-m,,3,2,article,T%d,%s,%s\n", w, j, j, from, last >(folder "/rules.csv")
            }
        print "kind,reference,channel,consent_profiling" >(folder "/members.csv")
        print "basket,member,at,article,quantity,list_price,paid,promotion" >(folder "/baskets.csv")
        for (m = 1; m <= 80; m++) {
            printf "person,M%d,import,yes\n", m >(folder "/members.csv")
            for (w = 0; w < 16; w++) {
                gap = -3 * log(price[w, 1] / price[w, 2]) + 1.2 * ((promoted[w, 1] != "") - (promoted[w, 2] != ""))
                j = uniform() < 1 / (1 + exp(-gap)) ? 1 : 2
                printf "B%d,M%d,%s,T%d,1,%.2f,%.2f,%s\n", ++number, m, day(7 * w + int(7 * uniform())), j, before[w, j] / 100,
                    price[w, j] / 100, promoted[w, j] >(folder "/baskets.csv")
            }
        }
    }'
shop() { # shop NAME: a store with the articles, members and baskets, and prices of that name
    export LOYALTY_STORE=$scratch/$1.loyalty
    try 0 init --currency EUR --country DE
    try 0 import articles "$scratch/tea/articles.csv"
    try 0 import prices "$scratch/tea/$1.csv"
    try 0 import members "$scratch/tea/members.csv"
    try 0 import baskets "$scratch/tea/baskets.csv"
}
fit() { # fit NAME: what the fits say there
    try 0 --json fit choice --category Tea --model pooled
    cp "$scratch/out" "$scratch/$1.choice"
    try 0 --json fit deal
    cp "$scratch/out" "$scratch/$1.deal"
}

shop flagged
fit flagged
says out '"offered":0\.[1-9]'
shop plain
try 0 --json fit choice --category Tea --model pooled
says_not out '"promo'
try 1 fit choice --category Tea --model pooled --attributes promo
says err 'nothing was ever on promotion'
try 0 import promotions "$scratch/tea/rules.csv"
fit plain
says out '"offered":0\.[1-9]'
for what in choice deal; do
    cmp "$scratch/flagged.$what" "$scratch/plain.$what" || die "fit $what differs where promotions are rules"
    demands=$((demands + 1))
done
cp "$scratch/plain.choice" "$scratch/out"
says out '"promo:n-for-m":\{"mean":1\.[0-9]+,"standard_error":0\.[0-9]+\}'
says out '"promo:percent":\{"mean":[01]\.[0-9]+,"standard_error":0\.[0-9]+\}'
# A code that is used again changes nothing of what was on offer; but what an import said of days long over can be mended.
try 0 promotion add P01 --form percent --percent 90 --scope article --target T1 --from 2026-01-01 --to 2026-01-07
try 0 --json fit choice --category Tea --model pooled
cmp "$scratch/flagged.choice" "$scratch/out" || die "a code that is used again changes what was on offer before"
sed 's/,percent,20,/,percent,90,/' "$scratch/tea/rules.csv" >"$scratch/tea/mended.csv"
try 0 import promotions "$scratch/tea/mended.csv"
try 0 --json fit choice --category Tea --model pooled
cmp -s "$scratch/flagged.choice" "$scratch/out" && die "rules of the past are imported anew, and those of before count"
demands=$((demands + 2))
done_story
