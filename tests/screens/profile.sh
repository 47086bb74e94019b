#!/bin/sh
# profile.sh LANGUAGE COLUMNSxROWS: `profile MEMBER` on a terminal of that size, in words and pictures, compared with the
# saved screens; also in ASCII, of a sample of lines, of who bought too little, and cut by no line's end. Data: examples/journey.
. "$(dirname "$0")/lib.sh"
# A profile looks at all members: under the sanitizers that takes its time.
UNTIL_STEPS=2000
language=$1 size=$2
journey=$SCREENS/../../examples/journey
export LOYALTY_STORE=$scratch/shop.loyalty XDG_CONFIG_HOME=$scratch/config XDG_STATE_HOME=$scratch/state
export LC_ALL=C.UTF-8 TZ=UTC LOYALTY_NOW='2018-01-01 00:00'
unset LOYALTY_KEY LANGUAGE NO_COLOR LOYALTY_LANG || true
{
    "$LOYALTY" init --currency USD --site S --lane 1
    for file in members articles prices baskets; do "$LOYALTY" import $file "$journey/$file.csv"; done
    "$LOYALTY" member add --kind person --name Nobody --telephone 0301234567
    "$LOYALTY" member add --kind person --name Newcomer --telephone 0301234568 --consent-profiling
} >"$scratch/made" 2>&1 || { cat "$scratch/made"; exit 1; }

# see NAME CODE ARGUMENTS...: all of what is written, also above the screen's top. A member's id is another one each time.
see() {
    name=$1.$language.$size wanted=$2
    shift 2
    hang_up
    socket=$socket+
    tm new-session -d -x "${size%x*}" -y "${size#*x}" \
        "'$LOYALTY' --lang $language profile $* 2>'$scratch/err'; echo ended \$?; exec sleep 1000"
    until_seen "^ended $wanted"
    tm capture-pane -p -S -200 | sed -E 's/[0-9a-f]{8}-[0-9a-f-]{27}/(id)/; /^ended/,$d' >"$scratch/now"
    demands=$((demands + 1))
    # All but the first line begin with blanks: one that does not is the end of one that was too long.
    if sed 1d "$scratch/now" | grep -q '^[^ ]'; then die "$name: a line does not fit"; fi
    if [ "${SCREENS_WRITE:-}" = 1 ]; then cp "$scratch/now" "$SCREENS/saved/$name.txt"; return; fi
    diff -u "$SCREENS/saved/$name.txt" "$scratch/now" || die "$name is not as it was saved"
}

see profile-text 0 ref:1
# What the width does not change is seen on the narrow one: each run looks at all members.
if [ "$size" = 80x24 ]; then
    see profile-text-ascii 0 ref:1 --ascii
    ! grep -qE '[·━┃●█░▒▓▏]' "$scratch/now" || die "--ascii: a sign that is none"
    see profile-text-sample 0 ref:1 --sample-of-lines
fi
see profile-text-few 0 ref:1 --as-of 2017-01-20
see profile-text-none 0 0301234568
see profile-text-not-agreed 1 0301234567
done_walk
