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

# A look for leaks is half the time of a short start. The first start of each command with each set of options and
# exit code is looked at, and every eighth; LOYALTY_LEAKS=all looks at all of them.
looked_at='|' starts=0
leaks_looked_for() { # leaks_looked_for CODE ARGUMENTS...: sets leaks to 1 or 0
    look=$1 look_words=0 leaks=1
    shift
    for look_word; do
        case $look_word in
        --*) look="$look ${look_word%%=*}" ;;
        [a-z]*) [ "$look_words" = 2 ] || { look="$look $look_word" look_words=$((look_words + 1)); } ;;
        esac
    done
    starts=$((starts + 1))
    case $looked_at in
    *"|$look|"*) [ "${LOYALTY_LEAKS-}" = all ] || [ $((starts % 8)) = 0 ] || leaks=0 ;;
    *) looked_at="$looked_at$look|" ;;
    esac
}

# try CODE ARGUMENTS...: the program must exit with CODE; its output is in $scratch/out and $scratch/err.
try() {
    leaks_looked_for "$@"
    wanted=$1
    shift
    code=0
    ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=$leaks" \
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
    one_line=$(wc -l <"$scratch/$1")
    [ "$one_line" = 1 ] || die "$1 has $one_line lines, not one"
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
