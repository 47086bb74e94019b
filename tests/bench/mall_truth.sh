#!/bin/sh
# What was planted in the generated mall, against what the program's own commands say of it: one row for each planted fact
# and each trap, with the planted value, the estimate, its 80 % interval and a verdict. Exit 1 where a sign is wrong, where
# a trap is spoken of, or where fewer intervals cover than 80 % intervals may by chance (1 in 100).
# mall_truth.sh with LOYALTY (the program) and MALL_GENERATE, or BUILD (a build tree); PERSONS (20000) and SEED of the mall;
# SCRATCH, a folder on a disk. Below 10,000 persons only signs and traps are judged. MALL_QUICK=1 leaves out the choice
# model and the members' own profiles, which take minutes.
set -eu
build=${BUILD:-.}
program=${LOYALTY:-$build/loyalty}
generate=${MALL_GENERATE:-$build/examples/mall/mall-generate}
persons=${PERSONS:-20000}
quick=${MALL_QUICK:-0}
command -v sqlite3 >/dev/null 2>&1 || { echo "skipped: sqlite3 is not installed"; exit 77; }
scratch=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/mall-truth-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
mall=$scratch/mall
export TZ=Asia/Shanghai LOYALTY_NOW='2026-01-05 10:00' LC_ALL=C.UTF-8
export LOYALTY_STORE=$scratch/shop.loyalty XDG_CONFIG_HOME=$scratch/config XDG_STATE_HOME=$scratch/state
unset LOYALTY_KEY LANGUAGE || true

run() { # run FILE ARGUMENTS...: the program's output as JSON into that file
    file=$scratch/$1
    shift
    "$program" --json "$@" >"$file" 2>"$scratch/err" </dev/null || {
        echo "loyalty $* exited with $?" >&2
        cat "$scratch/err" >&2
        exit 1
    }
}
mkdir "$mall"
"$generate" --persons "$persons" ${SEED:+--seed "$SEED"} "$mall"
run made init --currency CNY --country CN --site north
for table in members articles prices baskets; do run made import $table "$mall/$table.csv"; done
ask() { # ask FILE PATH...: values of a JSON file by their paths, with | between
    file=$1 paths=
    shift
    for path; do paths="$paths, '$path'"; done
    # An array of several paths comes back as JSON.
    sqlite3 :memory: "SELECT group_concat(coalesce(value, ''), '|') FROM json_each(json_extract(CAST(readfile('$file') AS TEXT), '\$.generated'$paths)) WHERE key > 0"
}
truth() { ask "$mall/truth.json" "$@"; }

# covers WHAT PLANTED VALUE LOW HIGH, sign WHAT PLANTED VALUE CONDITION-OF-AWK, silent WHAT PLANTED WHAT-WAS-SAID
rows=$scratch/rows
: >"$rows"
covers() { printf 'covers\t%s\t%s\t%s\t%s\t%s\n' "$@" >>"$rows"; }
sign() { printf 'sign\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "" "$(awk "BEGIN { print ($4) ? 1 : 0 }")" >>"$rows"; }
silent() { printf 'silent\t%s\t%s\t%s\t\t\n' "$@" >>"$rows"; }
part() { echo "$1" | cut -d'|' -f"$2"; }

# ---- Promotions: units sold against what the same shoppers would have taken without --------------------------------
run lift fit lift
lift() { # lift FORM PATH LABEL TRUTH-PATH: a value of the lift's with its interval
    got=$(ask "$scratch/lift" "\$.lift.$1.$2.value" "\$.lift.$1.$2.low" "\$.lift.$1.$2.high")
    planted=$(truth "\$.planted.units_against_without.$1.$4")
    covers "$3" "$planted" $(awk -v v="$got" 'BEGIN { split(v, x, "|"); print 1 + x[1], 1 + x[2], 1 + x[3] }')
}
for form in '"n-for-m"' percent amount; do
    name=$(echo $form | tr -d '"')
    lift "$form" weeks[0] "$name, first week" by_week[0].same_price
    lift "$form" weeks[1] "$name, second week" by_week[1].same_price
    lift "$form" weeks[2] "$name, later weeks" third_and_later
    lift "$form" with_cut "$name, with its price" with_cut
done
lift '"member-price"' with_cut 'member price, with its price' with_cut
for form in '"n-for-m"' percent amount; do
    weeks=$(ask "$scratch/lift" "\$.lift.$form.weeks[0].value" "\$.lift.$form.weeks[1].value" "\$.lift.$form.weeks[2].value")
    sign "$(echo $form | tr -d '"'): each week brings less" "x .55" "$(part "$weeks" 1) $(part "$weeks" 2) $(part "$weeks" 3)" \
        "$(part "$weeks" 1) > $(part "$weeks" 2) && $(part "$weeks" 2) > $(part "$weeks" 3)"
done

# ---- Tastes, by the report for a manufacturer -----------------------------------------------------------------------
run report.json report market --manufacturer 'Aldermoor Textiles' --from 2025-01-01 --to 2025-12-31 --out "$scratch/report" --generated
html=$(ls "$scratch"/report/*.html)
sqlite3 "$scratch/cells" -cmd '.mode csv' -cmd ".import $(ls "$scratch"/report/*.csv) r" 'SELECT 1' >/dev/null
cell() { # cell EXPRESSION TABLE ROW COLUMN
    sqlite3 "$scratch/cells" "SELECT $1 FROM r WHERE \"table\" = '$2' AND row = '$3' AND column = '$4' AND state = 'published'" | tr -d '\r'
}
red=$(cell "low || '|' || expected || '|' || share" 'group x colour' 'women 25-34' red)
sign 'women 25-34 take red' '+1.6' "$(part "$red" 3) of $(part "$red" 2)" "$(part "$red" 1) > $(part "$red" 2)"
summer=$(sqlite3 "$scratch/cells" "SELECT min(low + 0) FROM r WHERE \"table\" = 'month x colour' AND column = 'yellow' AND substr(row, -2) IN ('06', '07', '08')")
winter=$(sqlite3 "$scratch/cells" "SELECT max(high + 0) FROM r WHERE \"table\" = 'month x colour' AND column = 'yellow' AND substr(row, -2) NOT IN ('06', '07', '08')")
sign 'yellow is of June to August' '+1.1' "$summer > $winter" "$summer > $winter"
fine=$(sqlite3 "$scratch/cells" "SELECT group_concat(share, ' ') FROM (SELECT share FROM r WHERE \"table\" = 'income x grade' AND column LIKE '3%' AND state = 'published' ORDER BY row)")
sign 'fine rises with income' '+.45 each' "$fine" "$(echo "$fine" | awk '{ up = NF > 2; for (i = 2; i <= NF; i++) up = up && $i > $(i - 1); print up + 0 }')"
for colour in purple black; do
    wanted=$(truth "\$.planted.returns.$([ $colour = purple ] && echo rate || echo rate_of_others)")
    covers "$colour comes back" "$wanted" $(cell "share || ' ' || low || ' ' || high" 'colour x return' "$colour" returned)
done
sentence() { grep -oE '<li>[^<]*' "$html" | grep -cE "$1" || true; }
silent 'colour by district' independent "$(sentence 'district|Harbour|Hillside|Lakeside|Old Town|University')"

# ---- Ten weeks without red are a gap, no dislike -------------------------------------------------------------------
silent 'red, by the report' 'out of stock' "$(sentence 'red (less|is avoided)|less often.*red|red.*less often')"
[ "$(cell 'lift' colour red '' | awk '{ print ($1 > .9) + 0 }')" = 1 ] && said=0 || said="lift $(cell lift colour red '')"
silent 'red, of what was on the shelf' 'out of stock' "$said"
run colour fit preference --by colour
red=$(sqlite3 :memory: "SELECT json_extract(value, '\$.share') / json_extract(value, '\$.offered') FROM json_each(json_extract(CAST(readfile('$scratch/colour') AS TEXT), '\$.values')) WHERE json_extract(value, '\$.name') = 'red'")
[ "$(awk "BEGIN { print ($red > .9) }")" = 1 ] && said=0 || said="$red of the offer"
silent 'red, by preference' 'out of stock' "$said"
run stock fit stock
red=$(sqlite3 :memory: "SELECT count(*) FROM json_each(json_extract(CAST(readfile('$scratch/stock') AS TEXT), '\$.rows')) WHERE json_extract(value, '\$.name') = 'red' AND json_extract(value, '\$.told') AND json_extract(value, '\$.index') < 1")
silent 'red, by fit stock' 'out of stock' "$red"

# ---- How members differ -----------------------------------------------------------------------------------------------
run segments fit segments
dresses=$(sqlite3 :memory: "SELECT group_concat(json_extract(value, '\$.probabilities.dress'), ' ') FROM json_each(json_extract(CAST(readfile('$scratch/segments') AS TEXT), '\$.parameters.classes'))")
sign 'men and women are two groups' 'dresses 0' "$dresses" "$(echo "$dresses" | awk '{ print (NF == 2 && ($1 < .01) + ($2 < .01) == 1) + 0 }')"
run tier fit tier
tier=$(ask "$scratch/tier" '$.members_differ' '$.parameters.tau')
sign 'members differ in price tier' 'yes' "tau $(part "$tier" 2)" "$(part "$tier" 1)"
run deal fit deal
deal=$(ask "$scratch/deal" '$.holdout.log_score' '$.holdout.baselines.pooled')
sign 'deal share foretells' '>= pooled' "$(part "$deal" 1) $(part "$deal" 2)" "$(part "$deal" 1) >= $(part "$deal" 2)"
run timing fit timing --model nbd --calibration-end 2025-09-30 --holdout-end 2025-12-30
timing=$(ask "$scratch/timing" '$.holdout.expected' '$.holdout.occasions')
sign 'purchases of the last quarter' "$(part "$timing" 2)" "$(part "$timing" 1)" \
    "$(part "$timing" 1) / $(part "$timing" 2) > .9 && $(part "$timing" 1) / $(part "$timing" 2) < 1.1"

if [ "$quick" != 1 ]; then
    run choice fit choice --category shirt --by brand-grade --traits children
    weight() { # weight PATH LABEL PLANTED: mean and standard error to an 80 % interval
        got=$(ask "$scratch/choice" "$1.mean" "$1.standard_error")
        covers "$2" "$3" $(awk -v v="$got" 'BEGIN { split(v, x, "|"); print x[1], x[1] - 1.2816 * x[2], x[1] + 1.2816 * x[2] }')
    }
    groups=$(truth '$.groups.careful' '$.planted.price_sensitivity.yes' '$.planted.price_sensitivity.no')
    weight '$.coefficients.ln_price' 'ln price, all members' \
        "$(awk -v g="$groups" -v n="$persons" 'BEGIN { split(g, x, "|"); printf "%.2f", -(x[1] * x[2] + (n - x[1]) * x[3]) / n }')"
    weight '$.coefficients."trait:children".ln_price' 'ln price, with children' \
        "$(awk -v g="$groups" 'BEGIN { split(g, x, "|"); printf "%.2f", x[3] - x[2] }')"
    effect=$(ask "$scratch/choice" '$.coefficients."trait:children".ln_price.mean' '$.coefficients."trait:children".ln_price.standard_error')
    sign 'price groups are told apart' '< 0, 95 %' "$(part "$effect" 1)" "$(part "$effect" 1) + 1.96 * $(part "$effect" 2) < 0"
    for form in '"promo:n-for-m" > +1.3' '"promo:percent" < -.9'; do
        set -- $form
        effect=$(ask "$scratch/choice" "\$.coefficients.\"trait:children\".$1.mean" "\$.coefficients.\"trait:children\".$1.standard_error")
        sign "$(echo "$1" | tr -d '"'), with children" "$3" "$(part "$effect" 1)" \
            "$(part "$effect" 1) $2 0 && $(part "$effect" 1) * $(part "$effect" 1) > 3.84 * $(part "$effect" 2) * $(part "$effect" 2)"
    done
    # Evening shoppers: the telephone of a person is his number, and so is his card's.
    run list member list --kind person --columns member,telephone --csv "$scratch/list.csv"
    run made profile --all --out "$scratch/profiles"
    sqlite3 "$scratch/people" >"$scratch/evening" <<SQL
.mode csv
.import $scratch/list.csv list
.mode list
.separator "\t"
CREATE TABLE card AS SELECT CAST(substr(value, 6, 10) AS INTEGER) AS number
    FROM json_each(json_extract(CAST(readfile('$mall/truth.json') AS TEXT), '\$.planted.evening.cards'));
CREATE TABLE line (text TEXT);
.import $scratch/profiles line
CREATE TABLE late AS SELECT json_extract(line.text, '\$.member') AS member, sum(json_extract(part.value, '\$.share')) AS share
    FROM line, json_each(line.text, '\$.week.parts') AS part WHERE json_extract(part.value, '\$.from_hour') = 18
    AND json_extract(line.text, '\$.week.standing') IN ('own', 'weak') GROUP BY 1;
CREATE TABLE lift AS SELECT json_extract(line.text, '\$.member') AS member, json_extract(one.value, '\$.lift.value') AS lift
    FROM line, json_each(line.text, '\$.preferences') AS one
    WHERE json_extract(one.value, '\$.category') = '' AND json_extract(one.value, '\$.value') = 'Moorlight';
CREATE TABLE who AS SELECT member, CAST(substr(telephone, -8) AS INTEGER) IN (SELECT number FROM card) AS evening FROM list;
SELECT evening, round(avg(share), 3), round(avg(lift), 3), round(avg((share > .5) = evening), 3) FROM who JOIN late USING (member)
    JOIN lift USING (member) GROUP BY 1 ORDER BY 1;
SQL
    set -- $(cat "$scratch/evening") 0 0 0 0 0 0 0 0
    sign 'visits of evening shoppers, 18-22 h' '.85 and more' "$6 to $2 of others" "$5 == 1 && $6 > .5 && $2 < .4"
    sign 'evening shoppers told from others' '' "$8 and $4 of others" "$8 > .9 && $4 > .9"
    sign 'evening shoppers take Moorlight' '+.8' "$7 to $3 of others" "$7 > 1.1 * $3"
fi

# ---- The table -----------------------------------------------------------------------------------------------------------
awk -F'\t' -v persons="$persons" '
    # The fewest of n that 80 % intervals cover, but for 1 in 100.
    function fewest(n,    k, j, sum, chance) {
        for (k = 0; k <= n; k++) {
            chance = 1
            for (j = 0; j < k; j++) chance *= (n - j) / (k - j)
            sum += chance * .8 ^ k * .2 ^ (n - k)
            if (sum > .01) return k
        }
    }
    BEGIN {
        printf "the mall of %d persons\n", persons
        printf "%-38s %-12s %-22s %-18s %s\n", "", "planted", "ours", "80 %", "verdict"
    }
    $1 == "covers" {
        inside = $5 <= $3 && $3 <= $6
        covered += inside
        intervals++
        printf "%-38s %-12.3f %-22.3f %-18s %s\n", $2, $3, $4, sprintf("%.3f to %.3f", $5, $6), inside ? "covered" : "not covered"
    }
    $1 == "sign" {
        printf "%-38s %-12s %-22s %-18s %s\n", $2, $3, $4, "", $6 ? "sign right" : "SIGN WRONG"
        wrong += !$6
    }
    $1 == "silent" {
        printf "%-38s %-12s %-22s %-18s %s\n", $2, $3, $4 == "0" ? "-" : $4, "", $4 == "0" ? "silent" : "SPOKEN OF"
        spoken += $4 != "0"
    }
    END {
        if (NR == 0) exit 1
        least = fewest(intervals)
        printf "\n%d of %d intervals cover, at least %d wanted%s; %d signs wrong; %d traps spoken of\n", covered, intervals, least,
            persons < 10000 ? " from 10,000 persons on" : "", wrong, spoken
        exit wrong || spoken || (persons >= 10000 && covered < least)
    }' "$rows"
