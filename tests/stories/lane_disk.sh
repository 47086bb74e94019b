#!/bin/sh
# A disk that takes no more, by the limit of a file's size, which needs no root: both faces say so loudly, take nothing, answer
# nothing behind it and end with 3; what was taken before is there. A read-only disk is told at the start.
. "$(dirname "$0")/lib.sh"
try 0 init --currency EUR
printf 'article,gtin,brand,style,kind\ncup,,Lark,cup,goods\n' >"$scratch/a.csv"
printf 'article,from,list_price,selling_price\ncup,2026-01-01,5.00,5.00\n' >"$scratch/p.csv"
try 0 import articles "$scratch/a.csv"
try 0 import prices "$scratch/p.csv"
mkdir "$scratch/first"
cp -p "$LOYALTY_STORE"* "$scratch/first/"
# Blocks of 512 bytes: the store, and some lines in its log.
blocks=$((($(stat -c %s "$LOYALTY_STORE") + 511) / 512 + 600))
limited() { # limited COMMAND...: its files do not grow past that
    (
        ulimit -f $blocks
        exec "$@"
    )
}
again() { cp -p "$scratch/first/"* "$scratch/"; rm -f "$LOYALTY_STORE"-wal "$LOYALTY_STORE"-shm; }
taken() { # taken N: lines of the basket that was left, which is then sold
    printf 'resume\ncup\ntotal\npay cash\n' | "$LOYALTY" lane --plain >"$scratch/after" 2>"$scratch/err" || die "afterwards"
    grep -q "left open: $1 lines" "$scratch/after" || die "not $1 lines: $(head -n 1 "$scratch/after")"
    grep -q "^$(($1 + 1)): Lark cup" "$scratch/after" || die "the next line"
    grep -q '^sold' "$scratch/after" || die "not sold"
    try 0 check
}

# ---- By lines
for n in $(seq 900); do echo cup; done >"$scratch/typed"
for json in '' --json; do
    again
    code=0
    # shellcheck disable=SC2086
    limited "$LOYALTY" lane --plain $json <"$scratch/typed" >"$scratch/out" 2>"$scratch/err" || code=$?
    same "exit of a full disk" "$code" 3
    if [ "$json" ]; then
        says out '^\{"code":"failed",.*"tone":"loud","words":"[^"]*(space|full|limit)'
        lines=$(grep -c '^{"code":"line"' "$scratch/out" || true)
    else
        says out '^!! .*(space|full|limit)'
        lines=$(grep -c '^[0-9]*: Lark cup' "$scratch/out" || true)
    fi
    [ "$lines" -gt 5 ] || die "only $lines lines fitted"
    same "nothing behind it" "$(wc -l <"$scratch/out")" $((lines + 1))
    taken "$lines"
done

# On a terminal it sounds twice, and goes on: a person was told.
if command -v script >/dev/null 2>&1; then
    again
    try 0 operator add Mia --role cashier
    printf '246802\n246802\n' | "$LOYALTY" operator pin Mia >/dev/null 2>&1 || die "a PIN for Mia"
    mkfifo "$scratch/in"
    limited script -qefc "'$LOYALTY' lane --plain" /dev/null <"$scratch/in" >"$scratch/out" 2>&1 &
    lane=$!
    exec 7>"$scratch/in"
    awaits() { for i in $(seq 300); do grep -qE "$1" "$scratch/out" && return; sleep 0.1; done; die "the terminal never said: $1"; }
    awaits 'operator: '
    printf 'Mia\r' >&7
    awaits 'PIN: '
    sleep 1
    printf '246802\r' >&7
    awaits 'ready'
    for n in $(seq 300); do
        printf 'cup\r' >&7
        for i in $(seq 200); do grep -qE "(^|[^0-9])$n: Lark cup|!! " "$scratch/out" && break; sleep 0.02; done
        grep -q '!! ' "$scratch/out" && break
    done
    awaits '!! '
    bells=$(tr -cd '\a' <"$scratch/out" | wc -c)
    same "bells" "$bells" 2
    grep -qaP '\a\a!! ' "$scratch/out" || die "the tone comes before the words"
    printf 'quit\r' >&7
    wait $lane || true
    exec 7>&-
    taken $((n - 1))
fi

# ---- By the feed: one failure, and no answer behind it.
again
for n in $(seq 900); do
    echo "{\"seq\":$n,\"type\":\"line\",\"basket\":\"F\",\"line\":$n,\"article\":\"cup\",\"list_minor\":500,\"paid_minor\":500}"
done >"$scratch/till"
echo '{"seq":901,"type":"close","basket":"F","total_minor":450000}' >>"$scratch/till"
code=0
limited "$LOYALTY" lane --feed <"$scratch/till" >"$scratch/out" 2>"$scratch/err" || code=$?
same "exit of a full disk" "$code" 3
lines=$(grep -c '"code":"line"' "$scratch/out" || true)
[ "$lines" -gt 5 ] || die "only $lines lines fitted"
same "answers" "$(wc -l <"$scratch/out")" $((lines + 1))
same "the last one" "$(tail -n 1 "$scratch/out" | cut -d: -f1-4)" "{\"ack\":$((lines + 1)),\"error\":{\"code\":\"failed\",\"text\""
taken "$lines"
# A socket's server ends too, so that what starts it again looks at the disk; the till has been told.
if command -v python3 >/dev/null 2>&1; then
    again
    chmod 700 "$scratch"
    limited "$LOYALTY" lane --feed --socket "$scratch/s" >"$scratch/served" 2>&1 &
    lane=$!
    for i in $(seq 200); do [ -S "$scratch/s" ] && break; sleep 0.1; done
    python3 - "$scratch/s" "$scratch/till" >"$scratch/out" <<'TILL' || die "the till"
import socket, sys, threading
till = socket.socket(socket.AF_UNIX)
till.connect(sys.argv[1])
def send():
    try:
        till.sendall(open(sys.argv[2], "rb").read())
    except OSError:
        pass
threading.Thread(target=send, daemon=True).start()
got = b""
try:
    while part := till.recv(65536):
        got += part
except OSError:
    pass
sys.stdout.buffer.write(got)
TILL
    code=0
    wait $lane || code=$?
    same "exit of the server" "$code" 3
    [ ! -e "$scratch/s" ] || die "the socket is left"
    same "one failure, at the end" "$(grep -n '"code":"failed"' "$scratch/out" | cut -d: -f1)" "$(wc -l <"$scratch/out")"
    taken "$(grep -c '"code":"line"' "$scratch/out")"
fi

# ---- Read-only
again
# shellcheck disable=SC2016
bound='mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
if unshare -rm sh -c "$bound" sh "$scratch/first" true 2>/dev/null; then
    for which in --plain --feed; do
        code=0
        echo cup | unshare -rm sh -c "$bound" sh "$scratch/first" "$LOYALTY" lane $which --store "$scratch/first/shop.loyalty" \
            >"$scratch/out" 2>"$scratch/err" || code=$?
        same "exit of a read-only disk" "$code" 3
        one_line err
        says err '([Rr]ead-only|cannot be written)'
        [ ! -s "$scratch/out" ] || die "something was answered"
    done
else
    echo "not here: a read-only disk, since no file system may be mounted"
fi
done_story
