#!/bin/sh
# The hour and the day that people read are the shop's, in summer and winter, around midnight, whenever they look; what
# they read can be typed again. JSON stays UTC; a basket keeps its own shop's hour. In: rules of zones, so that no files
# of zones are needed. A day that begins an hour late, too.
. "$(dirname "$0")/lib.sh"
SHANGHAI=CST-8
BERLIN=CET-1CEST,M3.5.0,M10.5.0/3
NEW_YORK=EST5EDT,M3.2.0,M11.1.0
SANTIAGO='<-04>4<-03>,M9.1.6/24,M4.1.6/24'
member_of() { sed -E 's/.*"member":"([^"]*)".*/\1/' "$scratch/out"; }
has() { # has FILE TEXT
    grep -qF -- "$2" "$1" || die "$1 lacks: $2"
    demands=$((demands + 1))
}
# shows LOCAL UTC COMMAND...: text has the one, JSON the other.
shows() {
    here=$1
    utc=$2
    shift 2
    try 0 "$@"
    says out "$here"
    try 0 --json "$@"
    says out "\"$utc\""
}
# Members that were registered from $1 until before $2.
registered() {
    try 0 member list --created-from "$1" --created-to "$2" --columns member
    [ ! -s "$scratch/out" ] || wc -l <"$scratch/out"
}

# A member of one moment, looked at in the other half of the year. begin ZONE UTC LOCAL LATER
begin() {
    export TZ=$1
    utc=$(echo "$2" | tr -d Z | tr T ' ')
    here=$3
    day=${here%% *}
    rm -f "$LOYALTY_STORE"*
    export LOYALTY_NOW=$2
    try 0 init --currency EUR
    try 0 range add 9156 --length 16 --check-digit luhn
    try 0 --json member add --kind person --name 李明 --telephone 13812345678 --channel desk --consent-scheme
    m=$(member_of)
}
# What is printed can be typed. moment ...: as begin
moment() {
    begin "$@"
    export LOYALTY_NOW=$4
    shows "$here" "$utc" member show "$m"
    same "registered at $here" "$(registered "$here" "${here%?}9:59")" 1
    same "registered on $day" "$(registered "$day" "$day 23:59:59")" 1
    same "registered before $day" "$(registered 2020-01-01 "$day")" ""
    try 0 audit list --from "$here"
    says out member.add
    try 0 audit list --to "$here"
    [ ! -s "$scratch/out" ] || die "audit list --to $here: an entry of that minute"
}
# All that is printed of it. whole_moment ...: as begin
whole_moment() {
    begin "$@"
    try 0 card issue "$m" 9156000000000011
    try 0 member consent "$m" --give profiling
    says out "$here"
    try 0 --json member consent "$m" --give marketing
    says out "$here"
    try 0 contact add "$m" --kind inbound-call --channel call
    try 0 member note "$m" credit 'Pays at once.'
    export LOYALTY_NOW=$4
    shows "$here" "$utc" member show "$m"
    shows "$here" "$utc" member list
    shows "$here" "$utc" member history "$m"
    shows "$here" "$utc" member history "$m" --cards
    shows "$here" "$utc" member quality "$m"
    shows "$here" "$utc" member consent "$m"
    shows "$here" "$utc" member note "$m" credit --history
    shows "$here" "$utc" contact list "$m"
    shows "$here" "$utc" card show 9156000000000011
    shows "$here" "$utc" audit list
    try 0 member list --csv "$scratch/list.csv"
    has "$scratch/list.csv" "\"$here\","
    rm -rf "$scratch/list.csv" "$scratch/export" "$scratch/file.html"
    try 0 member export "$m" --out "$scratch/export"
    has "$scratch/export/member.json" "\"created\": \"$utc\""
    for cell in "registered $here" "<td class=t>$here"; do has "$scratch/export/member.html" "$cell"; done
    if [ "$here" != "$utc" ] && grep -qF -- "$utc" "$scratch/export/member.html"; then die "UTC in the page"; fi
    try 0 member file "$m" --out "$scratch/file.html"
    has "$scratch/file.html" "since $day"
    has "$scratch/file.html" "<td class=mark>$day"
}
summer=2027-07-01T10:00Z
winter=2027-12-01T10:00Z
moment UTC 2026-06-30T22:30Z '2026-06-30 22:30' $winter
whole_moment $SHANGHAI 2026-06-30T16:30Z '2026-07-01 00:30' $winter
moment $SHANGHAI 2026-06-30T16:30Z '2026-07-01 00:30' $winter
moment $SHANGHAI 2026-12-31T15:50Z '2026-12-31 23:50' $summer
whole_moment $BERLIN 2026-06-30T22:30Z '2026-07-01 00:30' $winter
moment $BERLIN 2026-06-30T21:50Z '2026-06-30 23:50' $winter
whole_moment $BERLIN 2026-12-31T23:30Z '2027-01-01 00:30' $summer
moment $BERLIN 2026-12-31T23:30Z '2027-01-01 00:30' $summer
moment $BERLIN 2026-12-31T22:50Z '2026-12-31 23:50' $summer
# The days on which the clocks change.
moment $BERLIN 2026-03-28T23:30Z '2026-03-29 00:30' $winter
moment $BERLIN 2026-03-29T21:50Z '2026-03-29 23:50' $winter
moment $BERLIN 2026-10-24T22:30Z '2026-10-25 00:30' $summer
moment $BERLIN 2026-10-25T22:50Z '2026-10-25 23:50' $summer
moment $NEW_YORK 2026-07-01T03:50Z '2026-06-30 23:50' $winter
# A day without a midnight begins when the clocks have gone on.
moment "$SANTIAGO" 2026-09-06T03:50Z '2026-09-05 23:50' $winter
same "registered on the day after" "$(registered 2026-09-06 2026-09-07)" ""
moment "$SANTIAGO" 2026-09-06T04:10Z '2026-09-06 01:10' $winter

# A basket keeps the hour of the shop that it came from, wherever it is looked at.
whole_moment $BERLIN 2026-06-30T22:30Z '2026-07-01 00:30' $winter
cat >"$scratch/baskets.csv" <<'X'
basket,card,at,article,brand,manufacturer,category,quantity,paid
b1,9156000000000011,2026-08-01T00:40:00+08:00,a,B,Lark Ltd,c,1,1.00
b2,9156000000000011,2026-12-31T16:30:00Z,a,B,Lark Ltd,c,1,1.00
b3,9156000000000011,2027-01-01 00:10,a,B,Lark Ltd,c,1,1.00
b4,9156000000000011,2027-02-01T01:20:00+08:00,a,B,Lark Ltd,c,1,1.00
b5,9156000000000011,2026-10-25 23:30,a,B,Lark Ltd,c,1,1.00
X
printf 'gtin,article,brand,manufacturer,category,kind\n,a,B,Lark Ltd,c,goods\n' >"$scratch/articles.csv"
try 0 import articles "$scratch/articles.csv"
try 0 import baskets "$scratch/baskets.csv"
shows '2027-02-01 01:20' '2027-01-31 17:20' member list
rm -rf "$scratch/export" "$scratch/file.html"
try 0 member export "$m" --out "$scratch/export"
for at in '2026-08-01 00:40' '2026-12-31 16:30' '2027-01-01 00:10' '2027-02-01 01:20'; do
    has "$scratch/export/member.json" "\"at\": \"$at\""
    has "$scratch/export/member.html" "<td class=t>$at"
done
try 0 member file "$m" --out "$scratch/file.html"
has "$scratch/file.html" 2026-08-01
has "$scratch/file.html" 2027-02-01

# The last day of a report is the one that was typed; the day until which keys are kept is the shop's.
export LOYALTY_NOW=2027-06-30T22:30Z
try 0 report market --manufacturer 'Lark Ltd' --from 2026-07-01 --to 2026-12-31 --out "$scratch/report"
try 0 release list
says out '  2027-07-01 00:30  Lark Ltd  2026-07-01\.\.2026-12-31  '
try 0 --json release list
says out '"from":"2026-06-30 22:00","to":"2026-12-31 23:00","at":"2027-06-30 22:30"'
try 0 backup "$scratch/copy"
says out 'by 2027-07-31'
try 0 --json backup "$scratch/copy2"
says out '"keys_until":"2027-07-30"'
# The day of a viewpoint has its last hour, also where the clocks were put back on it.
try 0 --json profile "$m" --as-of 2026-10-25
says out '"frequency_365d","value":2'

# ---- A time that is fixed and is none
for wrong in yesterday 2026-02-30 '2026-03-01 25:00' 2026-03-01T10:00:00+99:00 10:00; do
    export LOYALTY_NOW="$wrong"
    for command in 'member list' 'lane --plain' 'init --store '"$scratch/none"; do
        # shellcheck disable=SC2086
        try 2 $command
        one_line err
        says err 'LOYALTY_NOW is no moment'
    done
done
[ ! -e "$scratch/none" ] || die "a store was made"
try 0 --version
export LOYALTY_NOW=
try 0 clock
unset LOYALTY_NOW
done_story
