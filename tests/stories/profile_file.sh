#!/bin/sh
# `profile --all --out FILE`: a run that is killed goes on behind its last whole line, to the same bytes; not where sales,
# consents or the viewpoint have changed in between, nor behind lines of another run. Data: examples/journey.
. "$(dirname "$0")/lib.sh"
journey=$(dirname "$0")/../../examples/journey
export LOYALTY_NOW='2018-01-01 00:00'
try 0 init --currency USD
# An eighth of its members: each run profiles all of them.
head -n 101 "$journey/members.csv" >"$scratch/members.csv"
awk -F, 'NR == FNR { known[$2] = 1; next } FNR == 1 || $2 in known' "$scratch/members.csv" \
    "$journey/baskets.csv" >"$scratch/baskets.csv"
try 0 import members "$scratch/members.csv"
try 0 import articles "$journey/articles.csv"
try 0 import prices "$journey/prices.csv"
try 0 import baskets "$scratch/baskets.csv"
members=100
out=$scratch/all.jsonl
full=$scratch/full.jsonl
day='--as-of 2017-12-31'

try 0 profile --all --out "$full" $day
says out '^.*full.jsonl: '"$members"' members profiled; 0 have not agreed to it; 0 lines were there$'
[ ! -e "$full.part" ] && [ ! -e "$full.resume" ] || die "something is left of a whole run"
same "mode" "$(stat -c %a "$full")" 600
try 0 --json profile --all $day
cmp -s "$scratch/out" "$full" || die "the file is not what --json prints"
lines=$(wc -l <"$full")
: >"$scratch/out"

# Killed at any moment: by a limit of the file's size, so that it stops amid a line a line.
whole() { cmp -s "$out" "$full" || die "$1: the bytes are others"; [ ! -e "$out.resume" ] || die "$1: the note is left"; }
for blocks in 100 200 330; do
    (ulimit -f $blocks; exec "$LOYALTY" profile --all --out "$out" $day) >/dev/null 2>&1 && die "the limit of $blocks did not hold"
    [ -s "$out.part" ] && [ ! -e "$out" ] || die "nothing was left at $blocks"
    kept=$(wc -l <"$out.part")
    try 0 --json profile --all --out "$out" --resume
    says out "\"profiled\":$members,\"not_agreed\":0,\"kept\":$kept\\}"
    whole "$blocks blocks"
    rm "$out"
done
# And by a signal, until it is done; nobody knows where.
for i in 1 2 3 4 5 6; do
    "$LOYALTY" profile --all --out "$out" $day --resume >/dev/null 2>&1 &
    sleep "0.$((i * 3 % 10))"
    kill -9 $! 2>/dev/null || true
    wait $! 2>/dev/null || true
    [ ! -e "$out" ] || break
done
try 0 profile --all --out "$out" --resume $day
cmp -s "$out" "$full" || die "kills: the bytes are others"
rm "$out"

# Cut within lines and between them, as a disk may leave it.
cut() { # cut BYTES: a run that was cut off there
    (ulimit -f 100; exec "$LOYALTY" profile --all --out "$out" $day) >/dev/null 2>&1 || true
    head -c "$1" "$full" >"$out.part"
}
first=$(head -n 1 "$full" | wc -c)
for bytes in 0 $((first - 1)) "$first" $((first + 700)); do
    cut "$bytes"
    try 0 profile --all --out "$out" --resume
    whole "$bytes bytes"
    rm "$out"
done
# All lines were there; and what is there already is written over as a whole.
cut "$(wc -c <"$full")"
echo old >"$out"
try 0 --json profile --all --out "$out" --resume
says out "\"kept\":$lines\\}"
whole "all lines"
rm "$out"
cut 0
{ cat "$full"; printf '{"member":"'; } >"$out.part"
try 0 profile --all --out "$out" --resume
whole "a piece behind all lines"
rm "$out"

# Another viewpoint, other sales, another consent, other lines: said, and nothing is changed.
refused() { # refused WORDS ARGUMENTS...
    words=$1
    shift
    before=$(cksum <"$out.part")
    try 1 profile --all --out "$out" --resume "$@"
    one_line err
    says err "$words"
    same "the lines" "$(cksum <"$out.part")" "$before"
    [ ! -e "$out" ] || die "$words: a file came all the same"
}
cut 20000
refused 'another viewpoint' --as-of 2017-12-30
refused 'another viewpoint' --as-of 2017-12-31 --sample-of-lines
sed -n '5,9p' "$full" >"$out.part"
refused 'not of this run'
cat "$full" "$full" >"$out.part"
refused 'not of this run'
cut 20000
member=$(sed -n '3s/.*"member":"\([^"]*\)".*/\1/p' "$full")
try 0 member consent "$member" --withdraw profiling --channel desk
refused 'have changed'
try 0 profile --all --out "$out" $day
says out "$((members - 1)) members profiled; 1 have not agreed"
cp "$out" "$full"
rm "$out"
cut 20000
tail -n 1 "$scratch/baskets.csv" | sed 's/^[^,]*/99999999999/' >"$scratch/tail"
head -n 1 "$scratch/baskets.csv" | cat - "$scratch/tail" >"$scratch/more.csv"
try 0 import baskets "$scratch/more.csv"
refused 'have changed'

# Nothing to go on from is no fault; what does not go together is.
rm -f "$out.part" "$out.resume"
try 0 profile --all --out "$out" --resume $day
try 2 profile "$member" --out "$out"
try 2 profile --all --resume
try 2 profile --all --out "$LOYALTY_STORE"
cp "$LOYALTY_STORE" "$scratch/x.resume"
try 2 profile --all --out "$scratch/x"
try 3 profile --all --out "$scratch/none/x" $day
done_story
