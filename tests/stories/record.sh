#!/bin/sh
# Through the real program: listen, record, replay, decode, bind; counts of all runs; and no digit of a refused card
# in recordings, counts or the file of bound readers. The same search finds a planted copy.
. "$(dirname "$0")/lib.sh"
hex() { printf '%s' "$1" | od -An -tx1 | tr -d ' \n'; }
pan=4111111111111111
holds_pan() {
    grep -qaF 411111 "$@" 2>/dev/null && return 0
    grep -qaiF "$(hex 411111)" "$@" 2>/dev/null
}
source=$scratch/source
{
    echo '# loyalty recording 1'
    echo 'driver: serial-line'
    echo 'option: suffix=cr'
    echo "$(hex MEMB)"
    echo "$(hex ER42)0d"
    echo "$(hex ";$pan=29122010000012345?")0d"
    echo "$(hex "$pan")0d$(hex MEMBER43)0d"
    echo 'zz'
} >"$source"
holds_pan "$source" || die "the search does not find what is there"

# The same events from listen, replay, decode and the replay of a recording.
try 0 listen --json --path "file:$source"
cp "$scratch/out" "$scratch/listened"
same "events" "$(grep -c '"event":"\(read\|refused\|misread\)"' "$scratch/listened")" 5
try 0 replay --json "$source"
cmp -s "$scratch/out" "$scratch/listened" || die "replay tells other events than listen"
recording=$scratch/recording
try 0 record --json "$recording" --path "file:$source"
says out "^\{\"recorded\":\"$recording\",\"reads\":2\}$"
same "mode" "$(stat -c %a "$recording")" 600
if holds_pan "$recording" "$scratch/out" "$scratch/err"; then die "a refused card is in the recording"; fi
same "reasons" "$(grep -c '^# refused payment-card: bytes not kept$' "$recording")" 2
same "misreads" "$(grep -c '^# misread device: bytes not kept$' "$recording")" 1
try 0 replay --json "$recording"
grep '"event":"read"' "$scratch/listened" >"$scratch/reads"
grep '"event":"read"' "$scratch/out" >"$scratch/replayed"
cmp -s "$scratch/reads" "$scratch/replayed" || die "the recording plays other reads"
try 0 decode --json "$recording"
same "decoded" "$(grep -c '"event":"read"' "$scratch/out")" 2
says_not out refused
# Readers that wait for the till's word get it; a file has no beep.
try 0 listen --json --answer --path "file:$source"
cmp -s "$scratch/out" "$scratch/listened" || die "answering changes events"
# A recording is a reader of any command.
try 0 readers --json --path "file:$recording"
says out '"driver":"serial-line","state":"ready"'

# Never over a file that is there; so many reads and no more; a reader that is not there.
before=$(cksum <"$recording")
try 1 record "$recording" --path "file:$source"
one_line err
same "the file" "$(cksum <"$recording")" "$before"
try 0 record "$scratch/one" --path "file:$source" --reads 1
same "one read" "$(grep -c "^$(hex ER42)" "$scratch/one")" 1
same "and no more" "$(grep -c "$(hex MEMBER43)" "$scratch/one" || true)" 0
try 3 record "$scratch/none" --path "file:$source" --reader usb:1-1:1.0
one_line err
try 2 record "$scratch/none" --path "file:$source" --path "file:$recording" --reader file:
one_line err
try 2 record "$scratch/none" --path "file:$source" --reads many
try 3 replay "$scratch/nowhere"
one_line err
[ ! -e "$scratch/none" ] || die "a file was made for nothing"

# A pause that ended a read is in the recording, and decode knows it.
printf '# loyalty recording 1\ndriver: serial-line\noption: suffix=none\n%s\nwait: 400\n%s\n' \
    "$(hex MEMBER42)" "$(hex MEMBER43)" >"$scratch/pauses"
try 0 record "$scratch/paused" --path "file:$scratch/pauses"
same "pauses" "$(grep -c '^wait: [0-9]*$' "$scratch/paused")" 2
try 0 decode --json "$scratch/paused"
same "reads by pause" "$(wc -l <"$scratch/out")" 2
says out '"text":"MEMBER42"'

# Without a driver: test cards only, and the person is asked.
printf '# loyalty recording 1\nvid: 1209\npid: 0002\n%s0d\n' "$(hex "$pan")" >"$scratch/unknown"
try 2 record "$scratch/raw" --path "file:$scratch/unknown"
try 1 record "$scratch/raw" --path "file:$scratch/unknown?driver=raw"
says err 'public test cards'
one_line err
try 2 record "$scratch/raw" --path "file:$scratch/unknown?driver=raw" --test-cards
says err 'terminal'
[ ! -e "$scratch/raw" ] || die "recorded without asking"
try 0 record "$scratch/raw" --path "file:$scratch/unknown?driver=raw" --test-cards --yes
same "stamp" "$(grep -c '^test-cards: yes$' "$scratch/raw")" 1
same "bytes" "$(grep -c "^$(hex "$pan")0d$" "$scratch/raw")" 1
try 2 decode "$scratch/raw"
says err 'driver'
try 1 decode --driver serial-line "$scratch/raw"
if command -v script >/dev/null 2>&1; then
    asked() { # asked ANSWER FILE
        printf '%s\n' "$1" | script -qec "'$LOYALTY' record '$2' --path 'file:$scratch/unknown?driver=raw' --test-cards" \
            /dev/null >"$scratch/out" 2>&1 || true
        says out '5555555555554444'
    }
    asked no "$scratch/asked"
    [ ! -e "$scratch/asked" ] || die "recorded after a no"
    asked yes "$scratch/asked"
    [ -e "$scratch/asked" ] || die "not recorded after a yes"
fi

# Counts of all runs: listen and record above were runs.
try 0 readers --json --path "file:$source"
says out '"counts":\{"reads":7,"foreign":0,"misreads":\{"device":3\},"refused":\{"payment-card":6\}\},"counts_run":\{"reads":0,'
try 0 readers --path "file:$source"
says out 'all runs: 7 read, 3 misread \(3 not what its model sends\), 6 payment cards refused'
counts=$XDG_STATE_HOME/loyalty/readers
same "mode of the counts" "$(stat -c %a "$counts")" 600
if holds_pan "$counts"; then die "digits in the counts"; fi
echo 'a letter' >"$counts"
try 0 listen --path "file:$source"
says err 'left as it is'
same "a foreign file" "$(cat "$counts")" 'a letter'
rm "$counts"

# A recording that nobody decodes ends with its file, and says how a driver is tried on it.
sed '/^option/d; /^zz/d' "$source" >"$scratch/plain"
try 0 record "$scratch/undecoded" --path "file:$scratch/plain?driver=raw" --test-cards --yes
says out 'driver=NAME'
try 2 replay "$scratch/undecoded"
try 0 replay "$scratch/undecoded?driver=serial-line"
# Why nothing comes is told at once.
try 0 listen --path "serial:$scratch/port" --seconds 1
says err 'the port is not there'
says err 'no reader is ready'

# Binding.
bound=$XDG_CONFIG_HOME/loyalty/readers
for wrong in keyboard usb: usb:05f9 usb:05g9:2204 usb:1-1 serial:ttyUSB0 evdev: "file:$source" 'usb:05f9:2204?driver'; do
    try 2 readers --bind "$wrong"
    one_line err
done
[ ! -e "$bound" ] || die "a wrong path was bound"
try 0 readers --json --bind usb:05f9:2204
says out '"path":"usb:05f9:2204","state":"absent","bound":true'
try 0 readers --bind 'usb:05F9:2204?suffix=cr'
same "bound once" "$(grep -c '^usb:' "$bound")" 1
try 0 readers
says out 'bound by the shop, and not attached'
try 0 readers --unbind usb:05f9:2204
try 1 readers --unbind usb:05f9:2204
one_line err
echo 'no path' >>"$bound"
try 3 listen --path "file:$source"
says err 'line 3'
rm "$bound"
# A file that the hub cannot take is not bound; nor is a port where it is not a port.
try 2 readers --bind 'serial:/dev/null?preset=typewriter'
says err 'preset'
[ ! -e "$bound" ] || die "a wrong option was bound"
done_story
