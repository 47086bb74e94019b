#!/bin/sh
# The master key: shown, changed, under a passphrase, from a credential, on paper and back. A wrong one changes nothing.
. "$(dirname "$0")/lib.sh"
unset CREDENTIALS_DIRECTORY LOYALTY_PASSPHRASE_FILE || true
# An empty log is no log: SQLite makes one to look.
all_files() { for f in "$LOYALTY_STORE" "$LOYALTY_STORE".*; do case $f in *-shm) ;; *) [ -s "$f" ] && echo "$f $(sha256sum <"$f")";; esac; done; }
try 0 init --currency EUR --country DE
printf 'kind,name,address,channel\norganisation,Testhaus GmbH,Canary Street 5,desk\n' >"$scratch/m.csv"
try 0 import members "$scratch/m.csv"
member=$(sqlite3 "$LOYALTY_STORE" 'SELECT lower(hex(uid)) FROM member' | sed 's/^\(.\{8\}\)\(.\{4\}\)\(.\{4\}\)\(.\{4\}\)/\1-\2-\3-\4-/')
readable() { try 0 --json member show "$member"; says out 'Canary Street'; }
readable
try 0 --json key show
says out '"key":1,.*"passphrase":false,"credential":false,"members":1'

# A new key: the old one opens nothing any more, a kept copy still opens the older backup.
try 0 backup "$scratch/before"
try 0 --json key rotate --keep-old "$scratch/old.key"
says out '"key":2,"members":1,"damaged":0'
same "mode of the kept key" "$(stat -c %a "$scratch/old.key")" 600
same "mode of the new key" "$(stat -c %a "$LOYALTY_STORE.key")" 600
[ ! -e "$LOYALTY_STORE.key.next" ] || die "the successor is still there"
readable
try 0 check
try 0 audit list
says out 'key-rotate'
before=$(all_files)
LOYALTY_KEY=$scratch/old.key
export LOYALTY_KEY
try 3 member list
one_line err
says err 'another one'
same "files after the old key" "$(all_files)" "$before"
unset LOYALTY_KEY
LOYALTY_STORE=$scratch/back.loyalty LOYALTY_KEY=$LOYALTY_STORE.key
export LOYALTY_STORE LOYALTY_KEY
try 3 restore "$scratch/before"
LOYALTY_KEY=$scratch/old.key
try 0 restore "$scratch/before"
readable
unset LOYALTY_KEY
LOYALTY_STORE=$scratch/shop.loyalty
try 1 key rotate --keep-old "$scratch/old.key"
says err 'not kept'
readable

# Under a passphrase.
(umask 077; echo 'four quiet grey ponies' >"$scratch/pass"; echo 'another wrong phrase' >"$scratch/wrong"; echo short >"$scratch/short")
try 2 key passphrase --new-file "$scratch/short"
try 0 key passphrase --new-file "$scratch/pass"
grep -q '^argon2id' "$LOYALTY_STORE.key" || die "the key lies in clear"
before=$(all_files)
setsid true 2>/dev/null || { echo "skipped: no setsid"; exit 77; }
code=0
setsid "$LOYALTY" member list >"$scratch/out" 2>"$scratch/err" </dev/null || code=$?
same "without a passphrase" "$code" 3
says err 'LOYALTY_PASSPHRASE_FILE'
export LOYALTY_PASSPHRASE_FILE=$scratch/wrong
try 3 member list
says err 'does not open'
chmod 644 "$scratch/pass"
LOYALTY_PASSPHRASE_FILE=$scratch/pass
code=0
setsid "$LOYALTY" member list >"$scratch/out" 2>"$scratch/err" </dev/null || code=$?
same "a passphrase that others may read" "$code" 3
says err 'chmod 600'
chmod 600 "$scratch/pass"
same "files after wrong passphrases" "$(all_files)" "$before"
readable
try 0 key rotate
readable
grep -q '^argon2id' "$LOYALTY_STORE.key" || die "the new key lies in clear"

# On paper and back.
try 0 key recovery
cp "$scratch/out" "$scratch/paper"
says out '^# .*恢复密钥'
same "lines of the key" "$(grep -vc '^#' "$scratch/paper")" 2
try 0 audit list
says out 'key-recovery'
mv "$LOYALTY_STORE.key" "$scratch/lost.key"
unset LOYALTY_PASSPHRASE_FILE
recover() { # recover CODE TEXTFILE
    code=0
    "$LOYALTY" key recover <"$2" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$1" ] || die "key recover exited with $code, not $1"
}
before=$(all_files)
sed 's/^\([0-9A-Z]\{5\} [0-9A-Z]\{5\} \)\(.\)/\1*/' "$scratch/paper" >"$scratch/typo"
recover 1 "$scratch/typo"
says err 'group 3 .*line 1'
grep -v '^#' "$scratch/paper" | tail -n 1 >"$scratch/half"
recover 1 "$scratch/half"
says err '70'
same "files after mistyping" "$(all_files)" "$before"
grep -v '^#' "$scratch/paper" | tr 'A-Z10' 'a-zio' | tr -d ' ' | sed 's/\(...\)/\1 - /g' >"$scratch/sloppy"
recover 0 "$scratch/sloppy"
same "mode of the recovered key" "$(stat -c %a "$LOYALTY_STORE.key")" 600
readable
recover 1 "$scratch/paper"
says err 'already'
try 0 key rotate
mv "$LOYALTY_STORE.key" "$scratch/lost.key"
recover 3 "$scratch/paper"
says err 'before the key was changed'
[ ! -e "$LOYALTY_STORE.key" ] || die "a key file was made"
mv "$scratch/lost.key" "$LOYALTY_STORE.key"

# A credential of systemd: used where LOYALTY_KEY names nothing, never changed.
mkdir "$scratch/credentials"
mv "$LOYALTY_STORE.key" "$scratch/credentials/loyalty.key"
chmod 400 "$scratch/credentials/loyalty.key"
try 3 member list
export CREDENTIALS_DIRECTORY=$scratch/credentials
readable
try 0 --json key show
says out '"credential":true'
before=$(all_files)
try 1 key rotate
says err 'credential'
try 1 key passphrase --remove
same "files after refusals" "$(all_files)" "$before"
LOYALTY_KEY=$scratch/credentials/loyalty.key
export LOYALTY_KEY
try 0 key rotate
readable
done_story
