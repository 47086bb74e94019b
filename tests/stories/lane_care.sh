#!/bin/sh
# A shop's rules for its lanes, the one question a visit, and the list of clocks in doubt.
. "$(dirname "$0")/lib.sh"
export LOYALTY_NOW='2026-03-01 10:00'
try 0 init --currency CNY --country CN
at() { export LOYALTY_NOW="$1"; }

# Rules.
try 0 lane rule
says out '^questions +1  members are asked for a missing field'
same "rules of the lane" "$(wc -l <"$scratch/out" | tr -d ' ')" 13
try 0 lane rule --json
says out '^\{"rule":"late_minutes","value":5\}$'
try 0 lane rule clock_back_seconds 60 --json
says out '^\{"rule":"clock_back_seconds","value":60\}$'
try 0 lane rule clock_back_seconds
says out '60  seconds by which the clock may go back'
try 1 lane rule clock_back_seconds 0
says err 'a number from 1 to 3600'
try 2 lane rule nothing
says err 'lane rule'
try 2 lane rule questions yes
try 0 --lang zh_CN lane rule
bare=$(grep -vP '[\x{4e00}-\x{9fff}]' "$scratch/out" || true)
[ -z "$bare" ] || die "lane rule, not in Chinese: $bare"
try 0 audit list
says out 'rule about lanes changed'
# Those of cards are not among them.
try 2 lane rule purchasers
try 0 card rule purchasers 6

# One question a day.
id=$("$LOYALTY" --json member add --channel desk --kind person --name 'Wei Lin' --card 9156000000000011 |
    sed 's/^{"member":"\([^"]*\)".*/\1/')
at '2026-03-02 10:00'
try 0 member ask "$id" --json
says out '"field":"telephone","label":"Telephone","purpose":"To find the member without the card","confirm":false'
try 0 member ask card:9156000000000011 --json
says out "^\{\"member\":\"$id\",\"field\":null,\"label\":null,\"purpose\":null,\"confirm\":false\}$"
try 0 member ask "$id"
says out 'nothing to ask today'
try 1 member ask "$id" --answer given --field telephone --value 123
says_not err 123
try 0 member ask "$id" --answer given --field telephone --value 13812345678 --json
says out "^\{\"member\":\"$id\",\"field\":\"telephone\",\"answer\":\"given\"\}$"
try 0 member show "$id"
says out '13812345678'
# A value that is there is not changed here, and neither is what was not asked for.
try 1 member ask "$id" --answer given --field telephone --value 13812345679
try 1 member ask "$id" --answer given --field postcode --value 200001
says err 'desk'
at '2026-03-03 00:30'
try 0 member ask "$id"
says out 'Please ask for: Postcode'
try 0 member ask "$id" --answer not-this --field postcode
at '2026-03-04 10:00'
try 0 member ask "$id" --json
says out '"field":"address"'
try 0 member ask "$id" --answer never
at '2026-04-04 10:00'
try 0 member ask "$id" --json
says out '"field":null'
try 0 member ask "$id" --answer again
at '2026-04-05 10:00'
try 0 --lang zh_CN member ask "$id"
says out '^请询问：'
for wrong in "--answer maybe" "--answer later" "--field telephone" "--answer given --field telephone" \
    "--answer later --field telephone --value 1" "--answer later --field nothing"; do
    # shellcheck disable=SC2086
    try 2 member ask "$id" $wrong
done
try 1 member ask 00000000-0000-7000-8000-000000000000
try 0 lane rule questions 0
at '2026-04-06 10:00'
try 0 member ask "$id" --json
says out '"field":null'
# All of it is in what is held of the member.
try 0 member export "$id" --json
says out '"kind": ?"question"'

# Clocks.
try 0 clock
[ ! -s "$scratch/out" ] || die "a doubt without a lane"
try 1 clock --right 1
says err 'no doubt of this number'
try 2 clock --right x
try 2 clock --right 1 --accept 1
done_story
