# Sourced by the stories: a scratch folder, the program, and ways to demand. Needs $LOYALTY (the program).
set -eu
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LOYALTY_STORE=$scratch/shop.loyalty
export XDG_CONFIG_HOME=$scratch/config XDG_STATE_HOME=$scratch/state
unset LOYALTY_KEY LANGUAGE || true
export LC_ALL=C.UTF-8 TZ=UTC
demands=0

die() {
    echo "FAILED: $*" >&2
    [ -f "$scratch/out" ] && sed 's/^/  out: /' "$scratch/out" | head -n 20 >&2
    [ -f "$scratch/err" ] && sed 's/^/  err: /' "$scratch/err" | head -n 20 >&2
    exit 1
}

# try CODE ARGUMENTS...: the program must exit with CODE; its output is in $scratch/out and $scratch/err.
try() {
    wanted=$1
    shift
    code=0
    "$LOYALTY" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null || code=$?
    [ "$code" = "$wanted" ] || die "loyalty $* exited with $code, not $wanted"
    if [ "$wanted" -ge 2 ]; then [ ! -s "$scratch/out" ] || die "loyalty $*: output on an error"; fi
    demands=$((demands + 1))
}

# says out|err PATTERN: an extended regular expression that some line must match.
says() {
    grep -qE -- "$2" "$scratch/$1" || die "no line of $1 matches: $2"
    demands=$((demands + 1))
}

says_not() {
    if grep -qE -- "$2" "$scratch/$1"; then die "a line of $1 matches: $2"; fi
    demands=$((demands + 1))
}

# one_line err: exactly one line, as a failure should be.
one_line() {
    [ "$(wc -l <"$scratch/$1")" = 1 ] || die "$1 has $(wc -l <"$scratch/$1") lines, not one"
    demands=$((demands + 1))
}

same() { # same WHAT A B
    [ "$2" = "$3" ] || die "$1: '$2' is not '$3'"
    demands=$((demands + 1))
}

done_story() {
    [ "$demands" -gt 0 ] || die "the story demanded nothing"
    echo "$demands demands met"
}
