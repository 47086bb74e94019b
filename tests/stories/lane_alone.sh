#!/bin/sh
# A whole sale at a lane without any network: in a network namespace of its own, where not even the loopback is up, and no
# socket is open but UNIX ones and the kernel's own (netlink), by which libusb sees readers come and go.
. "$(dirname "$0")/lib.sh"
unshare -rn true 2>/dev/null || { echo "skipped: no network namespace may be made here"; exit 77; }
try 0 init --currency EUR --site S1
try 0 range add 9156 --length 16 --check-digit luhn
printf 'article,gtin,brand,style,kind\ncup,,Lark,cup,goods\n' >"$scratch/a.csv"
printf 'article,from,list_price,selling_price\ncup,2026-01-01,5.00,5.00\n' >"$scratch/p.csv"
try 0 import articles "$scratch/a.csv"
try 0 import prices "$scratch/p.csv"
try 0 member add --kind organisation --name "North Kitchen" --telephone 13812345678 --card 9156000000000011
{
    echo '# loyalty recording 1'
    echo 'driver: serial-line'
    echo "$(printf ']C09156000000000011' | od -An -tx1 | tr -d ' \n')0d"
} >"$scratch/scans"
# sockets PID: what it has open that is a socket, without those.
sockets() {
    own=$(ls -l /proc/"$1"/fd | sed -n 's/.*socket:\[\([0-9]*\)\].*/\1/p')
    for inode in $own; do
        awk -v inode="$inode" '$7 == inode { found = 1 } END { exit found }' /proc/"$1"/net/unix &&
            awk -v inode="$inode" '$NF == inode { found = 1 } END { exit found }' /proc/"$1"/net/netlink && echo "$inode"
    done
    return 0
}
alone() { # alone FILE ARGUMENTS...: the program by itself, its process id in $lane
    file=$1
    shift
    mkfifo "$scratch/in-$file"
    # shellcheck disable=SC2016
    unshare -rn sh -c 'echo $$ >"$1"; shift; exec "$@"' sh "$scratch/pid" "$LOYALTY" "$@" \
        <"$scratch/in-$file" >"$scratch/out" 2>"$scratch/err" &
    job=$!
}
awaits() { for i in $(seq 300); do grep -qE "$1" "$scratch/out" && return; sleep 0.1; done; die "it never said: $1"; }

# The search finds a socket where there is one.
if command -v python3 >/dev/null 2>&1; then
    python3 -c 'import socket, time; s = socket.socket(); print("open", flush=True); time.sleep(60)' >"$scratch/out" &
    other=$!
    awaits open
    [ -n "$(sockets $other)" ] || die "a socket of the internet is not seen"
    kill $other
    wait $other 2>/dev/null || true
    rm "$scratch/out"
fi

alone plain lane --plain --path "file:$scratch/scans"
exec 7>"$scratch/in-plain"
awaits 'North Kitchen, card ...0011'
lane=$(cat "$scratch/pid")
same "the process" "$(cat /proc/"$lane"/comm)" loyalty
same "interfaces" "$(ls /proc/"$lane"/net/dev_snmp6 2>/dev/null | grep -vcx lo || true)" 0
printf 'cup\ntotal\npay cash 10\nreceipt\n' >&7
awaits '^sold, change 5.00$'
awaits 'Not a fiscal receipt'
same "sockets" "$(sockets "$lane")" ""
exec 7>&-
wait $job || die "the lane alone"

chmod 700 "$scratch"
alone feed lane --feed --socket "$scratch/till"
exec 7>"$scratch/in-feed"
for i in $(seq 200); do [ -S "$scratch/till" ] && break; sleep 0.1; done
"$FEED_CLIENT" "$scratch/till" S1 cup 500 >"$scratch/client" 2>"$scratch/err" || die "the example client"
grep -q '"code":"sold"' "$scratch/client" || die "no sale by the feed"
lane=$(cat "$scratch/pid")
[ -n "$(ls -l /proc/"$lane"/fd | grep socket:)" ] || die "the feed's own socket is not seen"
same "sockets of the feed" "$(sockets "$lane")" ""
kill -TERM "$lane"
wait $job || die "the feed alone"
exec 7>&-
try 0 check
done_story
