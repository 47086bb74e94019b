#!/bin/sh
# Consents that hold from the next computation on, an export, an erasure, retention, a backup that forgets again.
. "$(dirname "$0")/lib.sh"
export LOYALTY_NOW=2026-03-20
try 0 init --currency EUR
cat >"$scratch/members.csv" <<'X'
kind,family_name,given_name,telephone,sex,birth_year,card,channel,consent_profiling,consent_suppliers,reference
X
cat >"$scratch/baskets.csv" <<'X'
basket,member,store,lane,at,article,gtin,brand,manufacturer,category,colour,colour_family,size,quantity,list_price,paid,promotion,promotion_form
X
for m in $(seq 10 33); do
    sex=f
    [ $((m % 2)) = 0 ] || sex=m
    echo "person,Family$m,Given$m,+4930123456$m,$sex,19$((m + 50)),91560000000000$m,import,yes,yes,r$m" >>"$scratch/members.csv"
    for b in 1 2 3; do
        colour=blue
        [ $((m % 3)) = 0 ] || colour=red
        echo "b$m-$b,ref:r$m,S$((m % 3 + 1)),L1,2026-02-0$b 1$b:00:00,shirt-$colour,4006381333931,Lark,Lark Ltd,shirts,$colour sea,$colour,M,1,20.00,15.00,SPRING,percent" |
            sed 's/4006381333931/'"$([ $colour = blue ] && echo 4006381333931)"'/' >>"$scratch/baskets.csv"
    done
done
sed -i 's/,ref:/,/' "$scratch/baskets.csv"
try 0 range add 9156 --length 16
try 0 import members "$scratch/members.csv"
try 0 import baskets "$scratch/baskets.csv"

# ---- Profiling: profile MEMBER, profile --all, and what the others are compared with.
try 0 profile --all --json
same "profiled" "$(grep -c '"profiling_consent":true' "$scratch/out")" 24
try 0 profile ref:r10 --json
try 0 member consent ref:r10 --withdraw profiling --channel lane
says out '^Profile: withdrawn, text 1, 2026-03-20 00:00, card \.\.\.0010$'
try 1 profile ref:r10 --json
says out '"profiling_consent":false'
try 0 profile --all --json
same "profiled after a withdrawal" "$(grep -c '"profiling_consent":true' "$scratch/out")" 23
try 0 --lang zh_CN member consent ref:r10 --give profiling
says out '同意，文本版本 1'
try 0 profile --all --json
same "profiled after a new consent" "$(grep -c '"profiling_consent":true' "$scratch/out")" 24

# ---- Suppliers: the next report counts them no more. A period is released once, so it is made of two copies.
report() { # report STORE OUT
    LOYALTY_KEY=$LOYALTY_STORE.key try 0 --store "$1" report market --manufacturer "Lark Ltd" \
        --from 2026-02-01 --to 2026-03-01 --out "$scratch/$2" --json
}
try 0 backup "$scratch/copy"
says out 'Destroy .*copy.keys by 2026-04-19'
LOYALTY_KEY=$LOYALTY_STORE.key try 0 --store "$scratch/one" restore "$scratch/copy"
report "$scratch/one" before
same "cells before" "$(sed -n 's/.*"cells_shown":\([0-9]*\).*/\1/p' "$scratch/out" | awk '{print ($1 > 0)}')" 1
LOYALTY_KEY=$LOYALTY_STORE.key try 0 --store "$scratch/two" restore "$scratch/copy"
for m in $(seq 10 25); do
    LOYALTY_KEY=$LOYALTY_STORE.key try 0 --store "$scratch/two" member consent ref:r$m --withdraw suppliers
done
report "$scratch/two" after
same "cells after" "$(sed -n 's/.*"cells_shown":\([0-9]*\).*/\1/p' "$scratch/out")" 0

# ---- The scheme: no further basket, in words that anybody may hear; the sale goes on as nobody's.
lines() { "$LOYALTY" member export "$1" --json | grep -o '"gtin":' | wc -l; }
try 0 member consent ref:r13 --withdraw scheme
sed -n '1p;/^b13-1/s/b13-1/b13-9/p' "$scratch/baskets.csv" >"$scratch/more.csv"
try 0 import baskets "$scratch/more.csv"
same "lines after leaving the scheme" "$(lines ref:r13)" 3
sed -n '1p;/^b13-1/s/b13-1/b13-9/p;/^b14-1/s/b14-1/b14-9/p' "$scratch/baskets.csv" >"$scratch/overlap.csv"
try 0 import baskets "$scratch/overlap.csv"
same "lines of another" "$(lines ref:r14)" 4
try 0 check

# ---- Words: used ones stay.
try 1 consent text scheme --version 1 --language en --text "Other words."
says err 'new version'
printf 'New terms.\nTwo lines.\n' >"$scratch/terms"
try 0 consent text scheme --version 2 --language en --file "$scratch/terms" --json
says out '"current":true'
try 0 consent text
says out '^scheme 2 en \(current\)$'
try 0 member consent ref:r14 --give scheme --initiated-by staff
try 0 member consent ref:r14 --json
says out '"purpose":"scheme".*"initiated_by":"staff","text_version":"2","receipt":"Card scheme: agreed, text 2'
try 1 member consent ref:r14 --give scheme --text-version 7
one_line err
try 2 member consent ref:r14 --give pricing
try 2 member consent ref:r14 --object no-id
try 1 member consent ref:nobody --give scheme
try 2 consent text scheme --version 3
try 1 consent text scheme --version 3 --language english --text 'You may send me letters.'
says err 'zh, en or another of two or three letters'
try 1 consent text scheme --version 3 --language en --text x
says err 'at least 20 characters or 10 Chinese ones'
try 1 consent text scheme --version 3 --language en --text "$(printf 'You may send me \356\200\200 letters.')"
one_line err
try 2 consent text pricing --version 3 --language en --text x

# ---- Objecting: the basket comes off the member and the profile ends.
basket() { "$LOYALTY" member export "$1" --json | sed 's/.*"purchases":\[{"basket":"\([^"]*\)".*/\1/'; }
same "lines before an objection" "$(lines ref:r15)" 3
try 0 member consent ref:r15 --object "$(basket ref:r15)"
says out '^Profile: withdrawn'
same "lines after an objection" "$(lines ref:r15)" 2
try 1 profile ref:r15
try 1 member consent ref:r15 --object "$(basket ref:r16)"

# ---- Export.
try 0 member export ref:r16 --out "$scratch/out16"
same "mode" "$(stat -c %a "$scratch/out16/member.json")" 600
grep -q '"family_name"' "$scratch/out16/member.json" || die "no name in the export"
grep -q '"discount": "5.00"' "$scratch/out16/member.json" || die "no discount in the export"
grep -q '<html lang="en">' "$scratch/out16/member.html" || die "no page"
grep -qE 'src=|href=|<script' "$scratch/out16/member.html" && die "the page fetches something"
try 1 member export ref:r16 --out "$scratch/out16"
says err 'already'
try 0 --lang zh_CN member export ref:r16 --out "$scratch/out16zh"
grep -q '本店保存的您的全部信息' "$scratch/out16zh/member.html" || die "no Chinese page"
try 2 member export ref:r16
try 1 member export ref:nobody --json

# ---- Contacts and notes with their history, against what was given.
try 0 contact add ref:r18 --kind message --channel call --initiated-by staff --text "Zq7Canary rang"
try 0 member note ref:r18 potential "Zq7Canary first"
try 0 member note ref:r18 potential "Zq7Canary second"
try 0 member export ref:r18 --json
same "notes" "$(grep -o '"kind":"potential","at":"[^"]*","text":"Zq7Canary [a-z]*"' "$scratch/out" | sed 's/.*Zq7Canary //' | tr -d '"\n')" firstsecond
says out '"kind":"message","channel":"call","initiated_by":"staff".*"text":"Zq7Canary rang"'
same "purchases among the contacts" "$(grep -o '"kind":"purchase"' "$scratch/out" | wc -l)" 3

# ---- Merged: either id exports both, and after 90 days nothing of the other is left.
idof() { "$LOYALTY" member find "$1" --json | sed 's/.*"member":"\([^"]*\)".*/\1/'; }
keeps=$(idof ref:r18) goes=$(idof ref:r19)
try 0 member note ref:r19 credit "Zq7Canary pays"
try 0 member consent ref:r19 --withdraw marketing --channel lane
try 0 member merge "$keeps" "$goes"
try 0 member export "$goes" --json
says err "$goes .*$keeps"
says out "\"asked_for\":\"$goes\""
says out "\"member\":{\"id\":\"$keeps\""
says out "\"merged\":\[\{\"member\":\"$goes\".*\"final\":false,\"values\":\[\{.*Family19"
says out 'Zq7Canary pays'
same "lines of both" "$(grep -o '"gtin":' "$scratch/out" | wc -l)" 6
try 0 member export "$keeps" --out "$scratch/both"
grep -q "Earlier registration $goes" "$scratch/both/member.html" || die "no earlier registration on the page"
try 0 member retention --json
same "merges now" "$(cat "$scratch/out")" '{"inactive":0,"erased":0,"days":1096,"merges":0,"merges_final":0,"purchasers":0,"purchasers_forgotten":0,"doubt":null}'
export LOYALTY_NOW=2026-06-30
try 0 member retention
says out '^merges of more than 90 days ago: 1; made final: 0$'
says out '^--run would be refused: the clock says 2026-06-30 \(UTC\), but the last entry before it is of 2026-03-20 \(UTC\): '
try 1 member retention --run
says err 'clock.*--checked'
try 2 member retention --checked
try 0 member retention --run --checked --json
same "merges final" "$(cat "$scratch/out")" '{"inactive":0,"erased":0,"days":1096,"merges":1,"merges_final":1,"purchasers":0,"purchasers_forgotten":0,"doubt":null}'
try 1 member unmerge "$goes"
says err '90 days'
try 0 check
try 0 member export "$goes" --json
says out "\"merged\":\[\{\"member\":\"$goes\".*\"final\":true,\"values\":\[\],\"consents\":\[\],\"notes\":\[\]"
says out 'Zq7Canary pays'
same "lines of both" "$(grep -o '"gtin":' "$scratch/out" | wc -l)" 6
export LOYALTY_NOW=2026-03-20
try 1 channel add merge
says err 'merging of two'

# ---- A wrong role gets nothing: no file, no line, and no word of a person in what it is told.
# Enrolment by command comes with the operators; until then the role is set in the store.
if command -v python3 >/dev/null 2>&1; then
    role() { python3 -c 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute("UPDATE operator SET role = ?", (sys.argv[2],)); c.commit()' "$LOYALTY_STORE" "$1"; }
    cp "$LOYALTY_STORE" "$scratch/scan-1"
    for number in 1 2 4 5; do
        role $number
        try 1 member export ref:r18 --out "$scratch/wrong$number"
        cp "$scratch/err" "$scratch/scan-err-$number-1"
        [ ! -s "$scratch/out" ] || die "output for a wrong role"
        [ ! -e "$scratch/wrong$number" ] || die "a wrong role got a folder"
        try 1 member export "$keeps" --json
        cp "$scratch/err" "$scratch/scan-err-$number-2"
        try 1 member note ref:r18
        cp "$scratch/err" "$scratch/scan-err-$number-3"
        try 1 member erase "$keeps"
        cp "$scratch/err" "$scratch/scan-err-$number-4"
        try 1 member retention --run
        cp "$scratch/err" "$scratch/scan-err-$number-5"
    done
    role 3
    marks() { cat "$@" | grep -aciE 'Zq7Canary|Family[0-9]|Given[0-9]|4930123456|91560000000000' || true; }
    same "marks for wrong roles" "$(marks "$scratch"/scan-*)" 0
    echo "Family18" >"$scratch/planted"
    same "the search finds what is planted" "$(marks "$scratch"/scan-err-* "$scratch/planted")" 1
    try 0 member export ref:r18 --json
fi

# ---- Erasure, and a backup that forgets again.
try 0 backup "$scratch/kept"
id=$("$LOYALTY" member find ref:r16 --json | sed 's/.*"member":"\([^"]*\)".*/\1/')
try 0 member erase ref:r16 --reason request --json
says out "\"member\":\"$id\",\"erased\":true,\"already\":false"
try 1 member erase ref:r16
try 0 member erase "$id" --json
says out '"already":true'
for word in ref:r16 card:9156000000000016 +4930123456 "$id" Family16; do
    try 1 member find "$word"
    says_not err 'Family16'
done
try 0 audit list
says out "member.erase .*$id request"
try 0 check
try 0 profile --all --json
same "profiled" "$(grep -c '"profiling_consent":true' "$scratch/out")" 21
export LOYALTY_KEY="$LOYALTY_STORE.key"
try 0 --store "$scratch/back" restore "$scratch/kept" --erased "$LOYALTY_STORE.erased"
try 1 --store "$scratch/back" member find ref:r16
try 0 --store "$scratch/back" member find ref:r17
try 0 --store "$scratch/back" check
try 0 --store "$scratch/bare" restore "$scratch/kept"
try 0 --store "$scratch/bare" member find ref:r16
echo nonsense >"$scratch/list"
try 1 --store "$scratch/bad" restore "$scratch/kept" --erased "$scratch/list"
[ ! -e "$scratch/bad" ] || die "a refused restore left a store"

# ---- Retention: listed first, then erased; who bought since stays.
try 0 member retention --json
same "inactive now" "$(cat "$scratch/out")" '{"inactive":0,"erased":0,"days":1096,"merges":0,"merges_final":0,"purchasers":0,"purchasers_forgotten":0,"doubt":null}'
try 0 --lang zh_CN member retention --run --days 2000
says out '^本店规定已改：2000 天，原为 1096 天$'
try 0 member retention --run --days 1096
says out '^the shop.s rule is changed: 1096 days instead of 2000$'
export LOYALTY_NOW=2029-02-28
sed -n '1p;/^b17-1/{s/b17-1/b17-9/;s/2026-02-01/2029-02-01/;p}' "$scratch/baskets.csv" >"$scratch/late.csv"
try 0 import baskets "$scratch/late.csv"
export LOYALTY_NOW=2029-04-01
try 0 member retention
same "inactive" "$(grep -c '2026-' "$scratch/out")" 21
says out '^--run would be refused: 21 of 22 members would be erased, more than half'
# Other days are only counted with, unless it is done by them.
try 0 member retention --days 40 --json
says out '"inactive":22,.*"days":40,'
try 0 member retention --dry-run --days 2000 --json
says out '"inactive":0,.*"days":2000,.*"doubt":null'
try 0 member retention --json
says out '"days":1096,'
try 0 audit list
same "changes of the rule" "$(grep -c 'retention.days' "$scratch/out")" 2
try 1 member retention --run --days 1000 --json
says err 'more than half.*--checked'
try 0 member retention --json
says out '"days":1096,'
try 1 member retention --run --json
says err 'more than half.*--checked'
same "erased by a refused run" "$("$LOYALTY" member list | wc -l)" 22
try 0 member retention --json
says out '"erased":0,.*"doubt":"21 of 22 '
try 0 member retention --run --checked --json
says out '"erased":21'
try 0 member find ref:r17
same "members left" "$("$LOYALTY" member list | wc -l)" 1
try 0 check
try 2 member retention --days soon
try 1 member retention --days 3
says err 'at least 30'
# What is agreed to at a registration has its receipt too; what a merge ended has no version of a text.
try 0 member add --kind person --family-name Ames --telephone +4930999000 --consent-profiling --consent-scheme --json
try 0 member consent +4930999000 --json
says out '"purpose":"profiling","given":true.*"receipt":"Profile: agreed, text 1, 20'
says out '"purpose":"scheme","given":true.*"receipt":"Card scheme: agreed, text 2, 20'
try 0 --lang zh_CN member add --kind person --family-name Bates --telephone +4930999001 --consent-marketing --json
try 0 member consent +4930999001 --json
says out '"receipt":"营销信息：同意'
try 0 member merge +4930999000 +4930999001
try 0 member consent +4930999000
says out 'no consent.*merge'
if grep -q 'version ,' "$scratch/out"; then die "a version that is none"; fi
says out 'scheme.*consent given *version 2'
done_story
