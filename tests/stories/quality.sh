# Values with where they come from: edit, confirm, history, quality. Names and numbers are made up.
. "$(dirname "$0")/lib.sh"

export LOYALTY_NOW='2026-03-01 10:00'
try 0 init --country CN
try 0 member add --kind person --name 'Ada Muster' --telephone 13900000001 --email ada@example.com
try 0 --json member list
member=$(sed -n 's/^{"member":"\([^"]*\)".*/\1/p' "$scratch/out")

# What the customer gave stands against what staff brings later; both are in the history.
export LOYALTY_NOW='2026-03-02 10:00'
try 1 --json member edit "$member" --telephone 13900000002 --initiated-by staff --channel fair
says out '"changed":\[\],"confirmed":\[\],"kept":\["telephone"\]'
one_line err
says err 'customer-initiated, then newer, then verified'
says_not err '13900000002'
try 0 --json member find 13900000001
try 1 --json member find 13900000002
try 0 --json member edit "$member" --telephone '+86 139 0000 0001' --address 'Lane 1'
says out '"changed":\["address"\],"confirmed":\["telephone"\],"kept":\[\]'

# An override is written down.
try 0 member edit "$member" --telephone 13900000003 --initiated-by staff --override --verified-by bill
try 0 --json audit list
says out '"member.override"'
try 0 --json member find 13900000003
try 1 --json member find 13900000001

# A newer value, and an empty one takes it back.
export LOYALTY_NOW='2026-03-03 10:00'
try 0 member edit "$member" --telephone 13900000004
try 0 member edit "$member" --telephone '' --trait income=35-49K
try 0 --json member history "$member"
same 'values of the telephone' "$(grep -c '"field":"telephone"' "$scratch/out")" 5
says out '"field":"telephone","trait":false,"version":0,"current":false,"text":"13900000002","channel":"fair","initiated_by":"staff","collected_at":"2026-03-02 10:00","entered_at":"2026-03-02 10:00","verified_by":null'
says out '"version":2,"current":false,"text":"13900000003".*"verified_by":"override: bill"'
says out '"version":4,"current":true,"text":""'
says out '"field":"income","trait":true,"version":1,"current":true'
try 0 member history "$member"
says out '^\* Telephone +\(taken back\)'
try 0 --json member show "$member"
says_not out telephone

# All or nothing: a wrong value keeps the good one out too.
try 1 member edit "$member" --address 'Lane 2' --postcode '!'
one_line err
same 'output of a failure' "$(wc -c <"$scratch/out")" 0
try 0 --json member show "$member"
says out 'Lane 1'

# Wrong use.
try 2 member edit "$member"
try 2 member edit "$member" --trait income
try 2 member edit "$member" --address x --initiated-by nobody
try 2 member edit "$member" --address x --collected-at yesterday
try 1 member edit "$member" --address x --collected-at 2027-01-01
try 1 member edit "$member" --address x --channel bought
says err legal_basis
try 1 member edit 0190a000-0000-7000-8000-000000000000 --address x
try 2 member confirm "$member" shoe --how said
try 2 member confirm "$member" email --how heard
try 1 member confirm "$member" telephone --how said
try 2 member quality --worst 0
try 2 member quality "$member" --worst 3
try 2 member quality --channels --todo

# Scores: name (3) and e-mail (2) from the customer, address (2) and the trait: seen, came back.
try 0 member confirm "$member" name --how document
try 0 member confirm "$member" email --how returned
try 0 --json member quality "$member"
says out '"accurate":1.0,"true":0.571429'
says out '"complete":0.466667'
says out '"returned":\["email"\]'
says out '"missing":\["telephone","postcode","sex","birth_year","household_size"\]'
says out '"field":"name","trust":0.8,'
try 0 member quality "$member"
says out 'came back: E-mail'
try 0 member add --kind person --name 'Bea Beispiel'
try 0 --json member quality --worst 1
says out '"name":"Bea Beispiel"'
same 'members listed' "$(wc -l <"$scratch/out")" 1
try 0 --json member quality
same 'members listed' "$(wc -l <"$scratch/out")" 2

# The housekeeping list is empty once all is worked off.
try 0 --json member quality --todo
same 'members to do' "$(wc -l <"$scratch/out")" 1
try 0 member edit "$member" --email ada@example.org
try 0 member quality --todo
says out 'nothing to do'
LOYALTY_NOW='2028-03-04 10:00' try 0 --json member quality --todo
same 'members to do two years later' "$(wc -l <"$scratch/out")" 2
LOYALTY_NOW='2028-03-04 10:00' try 0 --json member quality "$member"
says out '"ask":"(email|address)"'

try 0 --json member quality --channels
says out '"kind":"channel","channel":"fair","initiated_by":"staff","values":0.*"lost":1'
says out '"kind":"claim","claim":"customer-initiated","verdict":"too-few".*"difference":null'
try 0 member quality --channels
says out 'Measured on the values of this store'
try 0 --lang zh_CN member quality --channels
try 0 check
done_story
