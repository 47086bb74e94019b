#!/bin/sh
# Many baskets through one feed: every message is acknowledged, memory and descriptors stay flat from a fifth of the way on,
# the store is sound, and its sums are those of the till. LOYALTY_SOAK_BASKETS (500) of five messages each.
. "$(dirname "$0")/lib.sh"
baskets=${LOYALTY_SOAK_BASKETS:-500}
# What ASan keeps of freed memory would grow; what is leaked it tells at the end.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=1"
try 0 init --currency EUR
printf 'article,brand,style,kind\ntea,Lark,tea,goods\ncup,Lark,cup,goods\n' >"$scratch/a.csv"
try 0 import articles "$scratch/a.csv"
try 0 --json member add --kind organisation --name "North Kitchen" --telephone 13812345678
mkfifo "$scratch/in"
"$LOYALTY" lane --feed <"$scratch/in" >"$scratch/acks" 2>"$scratch/err" &
lane=$!
exec 7>"$scratch/in"
awk -v n="$baskets" 'BEGIN {
    for (b = 1; b <= n; b++) {
        name = "\"basket\":\"B" b "\""
        printf "{\"seq\":%d,\"type\":\"line\",%s,\"line\":1,\"article\":\"tea\",\"quantity_milli\":2000,\"list_minor\":349,\"discount_minor\":100,\"paid_minor\":598,\"promotion\":\"TEA\",\"form\":\"amount\"}\n", 5 * b, name
        printf "{\"seq\":%d,\"type\":\"line\",%s,\"line\":2,\"article\":\"cup\",\"list_minor\":500,\"paid_minor\":500}\n", 5 * b + 1, name
        if (b % 2) printf "{\"seq\":%d,\"type\":\"member\",%s,\"telephone\":\"13812345678\"}\n", 5 * b + 2, name
        else printf "{\"seq\":%d,\"type\":\"void-line\",%s,\"line\":3,\"of_line\":2}\n", 5 * b + 2, name
        printf "{\"seq\":%d,\"type\":\"total\",%s}\n", 5 * b + 3, name
        printf "{\"seq\":%d,\"type\":\"close\",%s,\"total_minor\":%d,\"kind\":\"cash\"}\n", 5 * b + 4, name, b % 2 ? 1098 : 598
    } }' >"$scratch/messages"
begun=$(date +%s%N)
cat "$scratch/messages" >&7 &
resident() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$lane/status"; }
# Descriptors but for the sockets and events of the readers' hub, which come and go with devices.
descriptors() { ls "/proc/$lane/fd" | wc -l; }
until_acks() { while [ "$(wc -l <"$scratch/acks")" -lt "$1" ]; do kill -0 $lane 2>/dev/null || die "the lane ended"; sleep 0.2; done; }
until_acks $((baskets))
early=$(resident) early_files=$(descriptors)
until_acks $((5 * baskets))
ended=$(date +%s%N)
late=$(resident) late_files=$(descriptors)
exec 7>&-
code=0
wait $lane || code=$?
same "the lane" "$code" 0
same "answers" "$(wc -l <"$scratch/acks")" $((5 * baskets))
same "errors" "$(grep -c '"error"' "$scratch/acks" || true)" 0
same "sold" "$(grep -c '"code":"sold"' "$scratch/acks")" "$baskets"
same "descriptors" "$late_files" "$early_files"
echo "$baskets baskets in $(((ended - begun) / 1000000)) ms: $((baskets * 1000000000 / (ended - begun))) baskets/s, $((5 * baskets * 1000000000 / (ended - begun))) durable steps/s; memory $early KiB, then $late KiB; $late_files descriptors"
[ $((late - early)) -lt 6144 ] || die "memory grew from $early to $late KiB"
try 0 check
done_story
