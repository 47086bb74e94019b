# Sourced behind lib.sh: the small shop with a year of purchases, the same ones each time. 12 members agreed to a profile.
gs1() { # DIGITS: with the check digit behind the twelve
    echo "$1" | awk '{ s = 0; for (i = 1; i <= 12; i++) s += substr($1, i, 1) * (i % 2 ? 1 : 3); print $1 (10 - s % 10) % 10 }'
}

# member,days between purchases,first day ago: the day, the hour and the articles follow from the number of the purchase.
baskets() {
    echo basket,card,store,lane,at,article,quantity,list_price,paid,promotion,promotion_form
    awk -F, -v now="$(date -u -d '2026-03-04' +%s)" '
        function line(b, card, day, hour, article, q, list, paid, how) {
            printf "%s,%s,S1,03,%s,%s,%s,%s,%s,%s,%s\n", b, card, strftime("%Y-%m-%d ", now - day * 86400, 1) sprintf("%02d:%02d", hour, b * 7 % 60), article, q, list, paid, how ? "ACTION" : "", how ? "amount" : ""
        }
        { every = $2; for (day = $3; day >= 0; day -= every) {
            b = ++n; hour = 9 + (b * 5 + NR) % 10
            if (day == 0 && hour > 13) hour = 10
            line(b, $1, day, hour, "牛奶250", 1 + b % 2, "52.00", (b % 3 ? 52 : 47) * (1 + b % 2) ".00", b % 3 == 0)
            if (b % 2) line(b, $1, day, hour, "面筋106", 2, "5.80", "11.60", 0)
            if (b % 4 == 0) line(b, $1, day, hour, "调和油5L", 1, "84.90", "79.90", 1)
            if (b % 9 == 0) line(b, $1, day, hour, "SHIRT-M", 1, "199.00", "199.00", 0)
        } }'
}

desk_shop() {
    shop "$1"
    : >"$1/buyers"
    for i in $(seq 1 11); do
        card=$(gs1 "29000009$(printf %04d "$i")")
        "$LOYALTY" member add --kind person --family-name 周 --given-name "顾$i" --telephone "138001390$(printf %02d "$i")" \
            --channel desk --card "$card" --consent-profiling
        echo "$card,$((3 + i * 2)),$((i * 30))" >>"$1/buyers"
    done
    card=$(gs1 290000090099)
    "$LOYALTY" member add --kind person --family-name 李 --given-name 春花 --telephone 13800138099 --channel desk \
        --card "$card" --consent-profiling --consent-scheme
    echo "$card,4,352" >>"$1/buyers"
    for first in 16 15 14 13 12 11 10; do echo ",1,$first" >>"$1/buyers"; done
    baskets <"$1/buyers" >"$1/baskets.csv"
    "$LOYALTY" import baskets "$1/baskets.csv"
}
desk_shop_once() { desk_shop "$scratch" >"$scratch/shop.out" 2>&1 || { cat "$scratch/shop.out"; exit 1; }; }
