#!/bin/sh
# What `loyalty doctor` finds of a machine and a store, each trouble made for it, and nothing where nothing is. The
# readers of this machine are hidden from it; those it finds are in tests/devices/doctor_test.c. Needs $FAKE_HOST.
command -v umockdev-run >/dev/null 2>&1 || { echo "skipped: umockdev is not installed"; exit 77; }
. "$(dirname "$0")/lib.sh"
export HOME=$scratch XDG_CONFIG_HOME=$scratch/config XDG_STATE_HOME=$scratch/state
export LOYALTY_PROGRAM=$LOYALTY FAKE_HOST ASAN_OPTIONS=verify_asan_link_order=0:handle_sigill=1
unset LOYALTY_NOW
cat >"$scratch/with" <<'END'
#!/bin/sh
exec umockdev-run ${DEVICE:+-d "$DEVICE"} -- sh -c 'LD_PRELOAD="$FAKE_HOST:$LD_PRELOAD" exec "$LOYALTY_PROGRAM" "$@"' loyalty "$@"
END
chmod +x "$scratch/with"
LOYALTY=$scratch/with
export FAKE_SYNC=1

# finds KIND WORDS: doctor ends with 1, and one line has this finding with these words and a remedy.
finds() {
    try 1 --json doctor
    says out "^\{\"finding\":\"$1\".*\"remedy\":\"[^\"]"
    says out "^\{\"finding\":\"$1\".*$2"
}
finds_nothing() {
    try 0 --json doctor
    says_not out '"(finding|failure)":'
    says out '"checks":8,"findings":0,"failures":0'
}

# No store; then one, and a machine on which nothing is wrong.
finds store-missing 'init'
try 0 init --currency CNY
finds_nothing
try 0 doctor
says out '^nothing is wrong with: readers, language'
try 0 --lang zh_CN doctor
# The readers' sentences: cut in two in Chinese as in English, and left alone in JSON.
try 1 doctor --path "serial:$scratch/none"
says out 'none: the port is not there$'
says out 'remedy: plug it in, it is taken up by itself$'
try 1 --lang zh_CN doctor --path "serial:$scratch/none"
says out 'none：串口不存在$'
says out '办法：插入设备，此后会自动启用$'
try 1 --lang zh_CN --json doctor --path "serial:$scratch/none"
says out '"text":"the port is not there","remedy":"plug it in'
try 2 doctor --seconds soon
one_line err

# What a role may not look at is not said to be right.
sqlite3 "$LOYALTY_STORE" 'UPDATE operator SET role = 1'
try 0 doctor
says out 'the content of the store was not looked at:'
says out 'remedy: let a supervisor or a manager run'
says out 'the history of the store was not looked at:'
says_not out 'nothing is wrong.*(content|history)'
sqlite3 "$LOYALTY_STORE" 'UPDATE operator SET role = 3'
try 0 doctor
says out 'nothing is wrong.*content.*history'

# The files of the store.
mv "$LOYALTY_STORE.key" "$scratch/key"
finds store-file-missing '\.key".*master key'
same "findings of a missing master key" "$(grep -c '"finding"' "$scratch/out")" 1
cp -p "$scratch/key" "$LOYALTY_STORE.key"
chmod 644 "$LOYALTY_STORE.key"
finds store-open-to-others "chmod 600 '.*\.key'"
chmod 600 "$LOYALTY_STORE.key"
mv "$LOYALTY_STORE.keys" "$scratch/keys"
finds store-file-missing '\.keys".*backup'
mv "$scratch/keys" "$LOYALTY_STORE.keys"
chmod 640 "$LOYALTY_STORE"
finds store-open-to-others 'chmod 600'
chmod 600 "$LOYALTY_STORE"
truncate -s 65M "$LOYALTY_STORE-wal"
finds store-log-large '65 MB'
rm -f "$LOYALTY_STORE-wal"
finds_nothing
echo "no store" >"$scratch/text"
chmod 600 "$scratch/text"
LOYALTY_STORE=$scratch/text
finds store-unusable ''
LOYALTY_STORE=$scratch/shop.loyalty

# Its disk.
FAKE_ROOM_MB=9
export FAKE_ROOM_MB
finds disk-full 'only 9 MB'
unset FAKE_ROOM_MB
FAKE_READ_ONLY=1
export FAKE_READ_ONLY
finds disk-read-only ''
unset FAKE_READ_ONLY
for magic in 6969:NFS ff534d42:SMB fe534d42:SMB; do
    FAKE_FS=${magic%:*}
    export FAKE_FS
    finds store-on-network "${magic#*:}"
done
FAKE_FS=ef53
finds_nothing
unset FAKE_FS

# Language, time zone.
LC_ALL=zz_ZZ.UTF-8
finds locale-missing "zz_ZZ.UTF-8 UTF-8' .*locale-gen"
LC_ALL=C
finds locale-not-utf-8 'update-locale LANG=C.UTF-8'
LC_ALL=C.UTF-8
TZ=Nowhere/City
finds zone-unknown 'Nowhere/City'
TZ=CET-1CEST
finds_nothing
unset TZ
FAKE_MISSING=/etc/localtime
export FAKE_MISSING
finds zone-unset 'tzdata'
unset FAKE_MISSING
export TZ=UTC

# The clock: before its time, behind the store, alone, off from the battery's.
LOYALTY_NOW=2020-02-03
export LOYALTY_NOW
finds clock-wrong '2020-02-03.*set-ntp'
says out '"finding":"clock-behind-store"'
LOYALTY_NOW=$(date -u -d '-1 hour' '+%F %T')
finds clock-behind-store ''
says_not out clock-wrong
LOYALTY_NOW=$(date -u -d '-1 minute' '+%F %T')
finds_nothing
unset LOYALTY_NOW
FAKE_SYNC=0
finds_nothing
says out '"note":"clock-alone"'
FAKE_SYNC=1
battery() {
    printf 'P: /devices/platform/rtc_cmos/rtc/rtc0\nE: SUBSYSTEM=rtc\nA: since_epoch=%s\\n\n' "$(($(date +%s) + $1))" >"$scratch/rtc"
    DEVICE=$scratch/rtc
    export DEVICE
}
battery 1260
finds clock-battery '2[01] minutes.*hwclock'
battery -864000
finds clock-battery ''
battery 20
finds_nothing
battery 7200 # the battery's clock runs in local time: a habit, no drift
finds_nothing
unset DEVICE

# A basket of tomorrow was taken when the clock was ahead.
printf 'basket,at,article,quantity,paid\nB1,%s,A1,1,1.00\n' "$(date -u -d '+1 day' +%F)" >"$scratch/tomorrow.csv"
printf 'article,brand\nA1,B\n' >"$scratch/articles.csv"
try 0 import articles "$scratch/articles.csv"
try 0 import baskets "$scratch/tomorrow.csv"
finds clock-behind-store "$(date -u -d '+1 day' +%F)"

# A copy, and what was restored on purpose.
LOYALTY_STORE=$scratch/original.loyalty
try 0 init
finds_nothing
for part in "" .key .keys; do cp -p "$scratch/original.loyalty$part" "$scratch/copy.loyalty$part"; done
LOYALTY_STORE=$scratch/copy.loyalty
finds store-copied 'copied'
LOYALTY_STORE=$scratch/original.loyalty
try 0 backup "$scratch/backup"
LOYALTY_STORE=$scratch/back.loyalty
cp -p "$scratch/original.loyalty.key" "$LOYALTY_STORE.key"
try 0 restore "$scratch/backup"
finds_nothing
says out '"note":"store-restored"'

# Damage.
LOYALTY_STORE=$scratch/original.loyalty
sqlite3 "$LOYALTY_STORE" "DROP TRIGGER audit_update; UPDATE audit SET action='nothing' WHERE sequence=1"
finds store-damaged 'audit'

# Somebody who is not enrolled.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null 2>&1; then
    mkdir -m 777 "$scratch/desk"
    for part in "" .key .keys; do cp "$scratch/back.loyalty$part" "$scratch/desk/shop$part"; done
    chmod 711 "$scratch"
    chmod 600 "$scratch/desk"/*
    chown -R nobody "$scratch/desk"
    LOYALTY_STORE=$scratch/desk/shop
    HOME=$scratch/desk XDG_CONFIG_HOME=$scratch/desk XDG_STATE_HOME=$scratch/desk
    LOYALTY_PROGRAM_OF_ROOT=$LOYALTY_PROGRAM
    cat >"$scratch/other" <<'END'
#!/bin/sh
exec setpriv --reuid 65534 --regid 65534 --clear-groups "$LOYALTY_PROGRAM_OF_ROOT" "$@"
END
    chmod 755 "$scratch/other"
    export LOYALTY_PROGRAM_OF_ROOT
    LOYALTY_PROGRAM=$scratch/other
    if setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$LOYALTY_PROGRAM_OF_ROOT"; then
        finds store-not-enrolled 'nobody.*operator add'
    else
        echo "not tried here: another user, to whom the program's folder is closed"
    fi
    LOYALTY_PROGRAM=$LOYALTY_PROGRAM_OF_ROOT
    HOME=$scratch XDG_CONFIG_HOME=$scratch/config XDG_STATE_HOME=$scratch/state
else
    echo "not tried here: another user, which needs root"
fi

# What a reader sends and nobody can read; then so much of it that the counts tell.
LOYALTY_STORE=$scratch/back.loyalty
recording() { # recording LINES: so many swipes that were cut short
    echo "# loyalty recording 1"
    echo "driver: track-bits"
    echo "option: bits=130"
    for line in $(seq "$1"); do printf "\nffff\n"; done
}
recording 1 >"$scratch/bad.hex"
try 1 --json doctor --path "file:$scratch/bad.hex" --seconds 2
says out '"finding":"unreadable"'
says err 'scan or swipe'
recording 30 >"$scratch/worse.hex"
try 1 --json doctor --path "file:$scratch/worse.hex" --seconds 2
says out '"finding":"many-misreads".*30 of 30'

# A check that could not be made is no finding.
code=0
"$LOYALTY" doctor --path "file:$scratch/text" >"$scratch/out" 2>"$scratch/err" </dev/null || code=$?
same "exit code when the readers cannot be opened" "$code" 3
says err 'not a recording'
says out '! readers: '
done_story
