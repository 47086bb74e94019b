#!/bin/sh
# The audit log by commands: exported, verified, and what shows when it was tampered with, when an older file is put
# back, and when an older pair is.
. "$(dirname "$0")/lib.sh"
command -v sqlite3 >/dev/null 2>&1 || { echo "skipped: sqlite3 is not installed"; exit 77; }
export LOYALTY_NOW=2026-03-02
try 0 init --currency EUR
for i in 1 2 3 4 5 6 7 8; do try 0 range add "29$i" --length 13 --check-digit gs1; done
LOYALTY_NOW=2026-03-05
try 0 range add 299 --length 13 --check-digit gs1
try 0 audit list --from 2026-03-05 --json
same "entries of the fifth" "$(wc -l <"$scratch/out")" 1
try 0 audit list --to 2026-03-05 --json
same "entries before" "$(wc -l <"$scratch/out")" 9
try 2 audit list --from yesterday
try 0 audit verify --json
says out '"sound":true'

keep() { for f in "" .keys; do cp "$LOYALTY_STORE$f" "$scratch/$1$f"; done; }
put() { # put NAME [FILE...]: back, both or one
    name=$1
    shift
    rm -f "$LOYALTY_STORE"-wal "$LOYALTY_STORE"-shm
    for f in "${@-}"; do cat "$scratch/$name$f" >"$LOYALTY_STORE$f"; done
}
keep early
try 0 audit export "$scratch/head.jsonl" --json
says out '^\{"entries":11,"hash":"[0-9a-f]{64}","public_key":"[0-9a-f]{64}","file":".*"\}$'
same "a line an entry, and the head" "$(wc -l <"$scratch/head.jsonl")" 12
try 1 audit export "$scratch/head.jsonl"
try 0 audit verify --against "$scratch/head.jsonl"
keep late

tampered() { # tampered SQL PATTERN
    put late "" .keys
    sqlite3 "$LOYALTY_STORE" "DROP TRIGGER audit_update; DROP TRIGGER audit_delete; DROP TRIGGER anchor_delete; $1"
    try 1 check
    says out "$2"
    try 1 audit verify --against "$scratch/head.jsonl" --json
    says out '^\{"problem":"the audit log: '
}
tampered "UPDATE audit SET object='prefix 29, 13 digits' WHERE sequence=4" '^the audit log: entry 4 was changed$'
tampered "DELETE FROM audit WHERE sequence=5" '^the audit log: entry 5 is missing$'
tampered "DELETE FROM audit WHERE sequence>8; DELETE FROM audit_anchor WHERE sequence>8" 'before entry 9 its end had been cut off or changed'

# All signatures taken away: no later program makes up for them.
put late "" .keys
sqlite3 "$LOYALTY_STORE" "DROP TRIGGER anchor_delete; DELETE FROM audit_anchor"
try 1 check
says out '^the audit log: the signature of entry 1 is missing$'
says out '^the audit log: a guard of the audit log is missing: the trigger anchor_delete$'
try 0 audit sign
try 1 audit verify
says out '^the audit log: the signature of entry 1 is missing$'
try 1 audit verify --against "$scratch/head.jsonl"
says out 'the signature of entry 1 is missing'

# The library itself changes no entry.
put late "" .keys
if sqlite3 "$LOYALTY_STORE" "UPDATE audit SET object=''" 2>/dev/null; then die "an entry could be changed"; fi

# An older FILE: the key file knows better. An older pair: only the exported head does.
put early ""
try 1 check
says out 'an older file was put back'
try 1 audit sign
says err 'accept'
try 0 audit sign --accept
try 0 check
try 1 audit verify --against "$scratch/head.jsonl"
says out 'entry 11 (is not the one of|is missing, which) the exported head'
put early "" .keys
try 0 check
try 1 audit verify --against "$scratch/head.jsonl"
says out 'the exported head'

# The exported file itself.
put late "" .keys
sed 's/prefix 294/prefix 284/' "$scratch/head.jsonl" >"$scratch/changed.jsonl"
try 1 audit verify --against "$scratch/changed.jsonl"
says out '^the exported file: its entries were changed$'
sed 's/"head":11/"head":10/' "$scratch/head.jsonl" >"$scratch/changed.jsonl"
try 1 audit verify --against "$scratch/changed.jsonl"
says out 'its head was changed'
sed '$d' "$scratch/head.jsonl" >"$scratch/changed.jsonl"
try 1 audit verify --against "$scratch/changed.jsonl"
says err 'no file that .loyalty audit export. wrote'
echo '[]' >"$scratch/changed.jsonl"
try 1 audit verify --against "$scratch/changed.jsonl"
try 3 audit verify --against "$scratch/nowhere.jsonl"
LOYALTY_STORE=$scratch/other.loyalty
try 0 init --currency EUR
try 1 audit verify --against "$scratch/head.jsonl"
says out 'was not signed by this store'
done_story
