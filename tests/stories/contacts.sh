#!/bin/sh
# Contacts: one timeline, channels, complaints by article and colour, campaigns, notes, referral, and the imports.
. "$(dirname "$0")/lib.sh"
sql() { sqlite3 "$LOYALTY_STORE" "$1"; }
kinds() { sed 's/.*"kind":"\([^"]*\)".*/\1/' "$scratch/out" | tr '\n' ' '; }
lines() { wc -l <"$scratch/out"; }
try 0 init --currency EUR
cat >"$scratch/articles.csv" <<'X'
article,brand,style,colour,colour_family
S-RED,Lark,shirt,Ruby,red
S-BLU,Lark,shirt,Deep Sea,blue
T-RED,Wren,trousers,Ruby,red
X
try 0 import articles "$scratch/articles.csv"
cat >"$scratch/members.csv" <<'X'
kind,name,telephone,channel,legal_basis,reference
person,Wu,+49 30 1234567,desk,,h1
person,Li,,desk,,h2
X
export LOYALTY_NOW=2026-02-01
try 0 import members "$scratch/members.csv"
unset LOYALTY_NOW
cat >"$scratch/baskets.csv" <<'X'
basket,member,at,article,quantity,list_price,paid,return_of,reason
b1,h1,2026-03-01T10:00:00Z,S-RED,2,10.00,20.00,,
b1,h1,2026-03-01T10:00:00Z,T-RED,1,30.00,30.00,,
b2,h1,2026-03-05T10:00:00Z,S-RED,-1,10.00,-10.00,b1,too small
b2,h1,2026-03-05T10:00:00Z,S-BLU,1,10.00,10.00,,
b3,h2,2026-03-06T10:00:00Z,S-BLU,3,10.00,30.00,,
b4,,2026-03-07T10:00:00Z,T-RED,1,30.00,30.00,,
X
try 0 import baskets "$scratch/baskets.csv"

# Writes need a kind and a channel that are in their lists.
try 2 contact add ref:h1 --kind complaint
try 2 contact add ref:h1 --channel desk
try 2 contact add ref:h1 --kind gossip --channel desk
says err 'registration, purchase, return, complaint'
try 1 contact add ref:h1 --kind survey --channel pigeon
says err 'channel list'
one_line err
try 1 member add --kind person --name Pigeon --channel pigeon
try 0 channel add pigeon --name 'Carrier pigeon'
try 0 channel add pigeon
says out 'there already'
try 1 channel add pigeon --needs-basis
for code in 13800138000 'card 4111111111111111' ' web2' 'a@b.example' 2026; do
    try 1 channel add "$code"
    one_line err
    says err 'such as web or call-centre'
    says_not err '13800138000|4111|@b'
done
try 0 channel add 客服热线2
try 0 contact add ref:h1 --kind survey --channel pigeon --at 2026-03-02 --text 'Too few sizes'
try 0 channel list --json
says out '"channel":"lane".*"built_in":true'
says out '"channel":"exchanged".*"needs_basis":true'
says out '"channel":"pigeon","name":"Carrier pigeon","needs_basis":false,"built_in":false'
same "channels" "$(lines)" 17
try 1 contact add ref:h1 --kind message --channel bought
says err 'legal_basis'

# A complaint is tied to a line that is there, of a basket of this member.
try 1 contact add ref:h1 --kind complaint --channel desk --reason seam
says err 'line: a complaint needs'
try 1 contact add ref:h1 --kind complaint --channel desk --basket b1 --line 1
says err 'reason: a complaint needs'
try 1 contact add ref:h1 --kind complaint --channel desk --reason seam --basket b1 --line 7
says err 'no line 7'
try 1 contact add ref:h1 --kind complaint --channel desk --reason seam --basket b2 --line 1
says err 'takes something back'
try 1 contact add ref:h1 --kind complaint --channel desk --reason seam --basket b9 --line 1
says err 'basket: there is none'
try 1 contact add ref:h1 --kind complaint --channel desk --reason seam --basket b3 --line 1
says err "another member"
try 1 contact add ref:h1 --kind complaint --channel desk --reason seam --basket b1 --line 1 --article T-RED
says err 'another article'
try 2 contact add ref:h1 --kind complaint --channel desk --reason seam --basket b1 --line one
try 0 contact add ref:h1 --kind complaint --channel desk --reason seam --basket b1 --line 1 --at '2026-03-03 09:00' --text 'The seam opened at once'
try 0 contact add ref:h2 --kind complaint --channel hotline --reason fades --article S-BLU --at 2026-03-08 --json
says out '"added":true,"contact":[0-9]+,"member":"[0-9a-f-]{36}","kind":"complaint"'
try 0 contact add ref:h2 --kind complaint --channel desk --reason seam --basket b4 --line 1 --at 2026-03-09
try 1 contact add --kind inbound-call --channel call --text 'my name is'
says err 'no member'
try 0 contact add --kind inbound-call --channel call --at 2026-03-08
try 0 contact list --json
same "contacts with nobody" "$(lines)" 1

# One response per member and campaign; purchases and returns are not written twice.
try 0 contact add ref:h1 --kind coupon --channel mail --campaign spring --at 2026-03-04
try 0 contact add ref:h1 --kind coupon --channel mail --campaign spring --at 2026-03-06 --json
says out '"added":false,"contact":null'
try 1 contact add ref:h1 --kind coupon --channel mail
try 0 contact add ref:h1 --kind purchase --channel lane --basket b1 --json
says out '"added":false'
try 0 contact add ref:h1 --kind return --channel desk --basket b1 --json
says out '"added":false'
try 1 contact add ref:h2 --kind return --channel desk --basket b3

# The timeline: each once, in order of time.
try 0 contact list ref:h1 --json
same "kinds in order" "$(kinds)" "registration purchase survey complaint coupon purchase return "
says out '"kind":"return","channel":"import","initiated_by":"customer".*"reason":"too small".*"line":1,"article":"S-RED"'
says out '"kind":"complaint".*"reason":"seam".*"line":1,"article":"S-RED","text":"The seam opened at once"'
try 0 contact list ref:h1
says out 'complaint .*seam.*S-RED'
try 0 contact list ref:h2 --json
same "the other one" "$(kinds)" "registration purchase complaint complaint "
# A registration with its campaign stands in the place of the bare one.
try 0 contact add ref:h2 --kind registration --channel fair --campaign spring --incentive mug --at 2026-02-01
try 0 contact add ref:h2 --kind registration --channel fair --campaign spring --json
says out '"added":false'
try 0 contact list ref:h2 --json
same "registrations" "$(grep -c '"kind":"registration"' "$scratch/out")" 1
says out '"kind":"registration","channel":"fair".*"campaign":"spring","incentive":"mug"'

# Reports.
try 0 contact report --by article --json
says out '"by":"article","brand":"Lark","style":"shirt","article":"S-RED","colour":"Ruby","colour_family":"red","reason":"seam","complaints":1,"returns":0,"returned":0.0,"sold":2.0,"complaint_rate":0.5'
says out '"article":"S-RED".*"reason":"too small","complaints":0,"returns":1,"returned":1.0,"sold":2.0,.*"return_rate":0.5'
says out '"article":"S-BLU".*"reason":"fades","complaints":1,"returns":0,.*"sold":4.0'
says out '"article":"T-RED".*"reason":"seam","complaints":1,"returns":0,"returned":0.0,"sold":2.0'
same "rows" "$(lines)" 4
try 0 contact report --by colour --json
says out '"brand":null,"style":null,"article":null,"colour":"Ruby","colour_family":"red","reason":"seam","complaints":2,"returns":0,"returned":0.0,"sold":4.0'
try 0 contact report --by style --json
says out '"brand":"Lark","style":"shirt","article":null.*"reason":"too small".*"sold":6.0'
try 0 contact report --by brand --from 2026-03-04 --to 2026-03-05 --json
same "rows of two days" "$(lines)" 1
says out '"brand":"Lark".*"reason":"too small","complaints":0,"returns":1,"returned":1.0,"sold":1.0'
try 0 contact report --by campaign --json
says out '"campaign":"spring","incentive":"mug","contacts":1,"members":1,"responses":0,"registrations":1,"completeness":0.142857}'
says out '"campaign":"spring","incentive":null,"contacts":1,"members":1,"responses":1,"registrations":0,"completeness":null'
try 2 contact report --by moon
try 2 contact report --from tomorrow
try 0 contact report
says out 'Lark  shirt  S-RED  Ruby \(red\)  seam: 1 complaints, 0 returns of 2 sold'

# Notes and referral.
try 0 member note ref:h1 credit 'pays late'
try 0 member note ref:h1 credit 'pays on time' --json
says out '"note":"credit","text":"pays on time"'
try 0 member note ref:h1 --json
same "notes" "$(lines)" 4
says out '"note":"potential","text":null'
try 0 member note ref:h1 credit --history --json
same "history" "$(lines)" 2
try 0 member note ref:h1 credit ''
try 0 member note ref:h1 credit --json
says out '"text":null'
try 2 member note ref:h1 gossip
try 1 member note ref:nobody credit
try 0 member refer ref:h2 ref:h1
try 0 member refer ref:h2 ref:h1 --json
says out '"added":false'
try 1 member refer ref:h1 ref:h2
says err 'loop'
try 1 member refer ref:h1 ref:h1
try 1 member refer ref:h1 ref:nobody

# Texts are nowhere in plain; codes are.
cat "$LOYALTY_STORE"* >"$scratch/bytes"
for secret in 'seam opened' 'Too few' 'pays late' 'pays on'; do
    if grep -q "$secret" "$scratch/bytes"; then die "'$secret' stands in the store"; fi
done
grep -q 'fades' "$scratch/bytes" || die "the scan sees nothing"

# Import: matched by telephone, reference or MEMBER; unmatched is a finding unless it is to be kept.
cat >"$scratch/calls.csv" <<'X'
telephone,reference,member,at,kind,channel,text,basket,line,reason,legal_basis
+49 30/1234567,,,2026-04-01 10:00,inbound-call,call,Where is my order,,,,
,h2,,2026-04-01 11:00,complaint,call-centre,It came apart,b3,1,seam,
,,ref:h1,2026-04-02,message,bought,,,,,contract 7
withheld,,,2026-04-03 12:00,inbound-call,call,Canary of a stranger,,,,
X
try 1 import contacts "$scratch/calls.csv"
says err 'row 5: matches no member'
says_not err 'withheld|stranger|1234567'
same "nothing was kept" "$(sql "SELECT count(*) FROM contact WHERE origin IS NOT NULL")" 0
try 1 import contacts "$scratch/calls.csv" --keep-unmatched --rows 5
try 0 import contacts "$scratch/calls.csv" --keep-unmatched --rows 4 --json
says out '"imported":"contacts".*"rows":4,"made":4,"repeated":0,"matched":3,"unmatched":1,"match_rate":0.75'
says err "the channel 'call-centre' is new"
same "kept of the stranger" "$(sql "SELECT count(*) FROM contact WHERE origin IS NOT NULL AND member IS NULL AND body IS NULL")" 1
try 0 import contacts "$scratch/calls.csv" --keep-unmatched
says out 'imported before'
# Once the stranger is registered, the same file gives the contact its member and its text, once.
cat >"$scratch/late.csv" <<'X'
card,at,kind,channel,text,campaign
91560099,2026-04-03 12:00,survey,web,Canary of a newcomer,
91560099,2026-04-03 13:00,coupon,web,,spring
91560098,2026-04-03 14:00,survey,web,Canary of nobody,
X
try 1 import contacts "$scratch/late.csv"
says err 'row 2: matches no member; register the member first, or --keep-unmatched'
try 0 import contacts "$scratch/late.csv" --keep-unmatched
says out '3 contacts of nobody known are kept without member and text; .*import this file again'
says out '3 new or changed, 0 as they were; 0 of 3 matched'
try 0 import contacts "$scratch/late.csv"
says out 'imported before; nothing changed'
try 0 member add --kind person --name Newcomer --card 91560099
sum() { sql "SELECT count(*) || ' ' || count(member) || ' ' || count(body) || ' ' || count(DISTINCT serial) FROM contact WHERE origin IS NOT NULL"; }
before=$(sum)
try 1 import contacts "$scratch/late.csv" --rows 4
same "nothing with a wrong control total" "$(sum)" "$before"
try 0 import contacts "$scratch/late.csv"
says out '1 contacts of nobody known'
says out '2 new or changed, 1 as they were; 2 of 3 matched'
try 0 contact list card:91560099 --json
same "the newcomer's" "$(kinds)" "survey coupon registration "
says out '"text":"Canary of a newcomer"'
grep -q 'Canary of a' "$LOYALTY_STORE" && die "a text stands in the store"
before=$(sum)
try 0 import contacts "$scratch/late.csv" --json
says out '"made":0,"repeated":3,"matched":2,"unmatched":1'
same "the same again" "$(sum)" "$before"
# Another file with the same row attaches it as well; a campaign that was answered is not answered twice.
try 0 member add --kind person --name Nobody --card 91560098
head -n 1 "$scratch/late.csv" >"$scratch/later.csv"
tail -n 1 "$scratch/late.csv" >>"$scratch/later.csv"
try 0 import contacts "$scratch/later.csv" --json
says out '"made":1,"repeated":0,"matched":1'
try 0 contact list card:91560098 --json
says out '"text":"Canary of nobody"'
sql "DELETE FROM contact WHERE member IN (SELECT member FROM card WHERE tail IN ('0098', '0099'))"
same "matches in the audit" "$(sql "SELECT count(*) FROM audit WHERE action = 'contact.match'")" 3
# An overlapping file with its columns in another order and a new row.
cat >"$scratch/more.csv" <<'X'
at,kind,channel,reference,text,basket,line,reason,campaign
2026-04-01 11:00,complaint,call-centre,h2,It came apart,b3,1,seam,
2026-04-05,contest,web,h2,,,,,spring
X
try 0 import contacts "$scratch/more.csv" --json
says out '"made":1,"repeated":1,"matched":2,"unmatched":0,"match_rate":1.0'
for bad in '2026-04-01,gossip,web,h1,' '2026-04-01,survey,,h1,' '2026-04-01,survey,bought,h1,' '2026-04-01,survey,web,h9,' \
    'soon,survey,web,h1,' '2026-04-01,complaint,web,h1,'; do
    printf 'at,kind,channel,reference,text\n%s\n' "$bad" >"$scratch/bad.csv"
    try 1 import contacts "$scratch/bad.csv"
    says err 'row 2'
done
printf 'at,kind,channel,card\n2026-04-01,survey,web,4111111111111111\n' >"$scratch/bad.csv"
try 1 import contacts "$scratch/bad.csv" --keep-unmatched
says err 'payment card'
says_not err 4111
same "contacts after bad files" "$(sql "SELECT count(*) FROM contact WHERE origin IS NOT NULL")" 5
# Members by a new channel; a list that was bought says so, or the file is refused whole.
printf 'kind,name,channel\nperson,Zhao,newsletter\nperson,Qian,bought-2025\n' >"$scratch/list.csv"
try 1 import members "$scratch/list.csv"
says err 'row 3: legal_basis'
same "members" "$(sql "SELECT count(*) FROM member")" 4
printf 'kind,name,channel,legal_basis\nperson,Zhao,newsletter,\nperson,Qian,bought-2025,contract 8\n' >"$scratch/list.csv"
try 0 import members "$scratch/list.csv"
says err "'newsletter' is new"
same "needs a basis" "$(sql "SELECT needs_basis FROM channel WHERE code = 'bought-2025'")" 1

# Observations: two equal samples are nothing, three are an episode; rows in any order, one of them twice.
cat >"$scratch/meter.csv" <<'X'
household,channel,at
h1,One,2026-05-01T20:03:00Z
h1,One,2026-05-01T20:00:00Z
h1,One,2026-05-01T20:01:30Z
h1,One,2026-05-01T20:00:00Z
h1,Two,2026-05-01T20:04:30Z
h1,Two,2026-05-01T20:06:00Z
stranger,One,2026-05-01T20:00:00Z
stranger,One,2026-05-01T20:01:30Z
stranger,One,2026-05-01T20:03:00Z
stranger,One,2026-05-01T20:04:30Z
X
try 0 import observations "$scratch/meter.csv" --json
says out '"household":"h1","channel":"One","from":"2026-05-01 20:00","seconds":180,"samples":3,"member":true'
says out '"household":"stranger".*"seconds":270,"samples":4,"member":false'
says out '"rows":10,"made":1,"repeated":0,"matched":1,"unmatched":1'
same "lines" "$(lines)" 3
try 0 import observations "$scratch/meter.csv"
says out 'imported before'
try 0 contact list ref:h1 --json
says out '"kind":"observation".*"text":"One 180 s"'
# Another file with the same samples in it adds nothing; strict asks for a fourth sample.
sed 's/Two/Three/' "$scratch/meter.csv" >"$scratch/meter2.csv"
try 0 import observations "$scratch/meter2.csv" --json
says out '"made":0,"repeated":1'
sed -i '2d' "$scratch/meter.csv"
try 0 import observations "$scratch/meter.csv" --strict --json
same "strict" "$(lines)" 2
try 2 import observations "$scratch/meter.csv" --interval 0
printf 'household,channel,at\nh1,One,never\n' >"$scratch/meter.csv"
try 1 import observations "$scratch/meter.csv"
[ ! -s "$scratch/out" ] || die "output on an error"

# Who is erased takes his words along, not what was said of an article.
try 0 contact report --by article --json
cp "$scratch/out" "$scratch/report"
for m in h1 h2; do try 0 member erase ref:$m --reason request; done
try 0 contact report --by article --json
same "a report after an erasure" "$(cat "$scratch/out")" "$(cat "$scratch/report")"
try 0 check
done_story
