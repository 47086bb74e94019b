# Sourced by the tests of screens: the program in tmux, keys, scans, and saved screens. Needs $LOYALTY, $SCANNER_MODULE,
# $SCREENS. SCREENS_WRITE=1 writes the saved screens anew instead of comparing: look at what changed before committing.
set -eu
command -v tmux >/dev/null 2>&1 || { echo "skipped: tmux is not installed"; exit 77; }
scratch=$(mktemp -d)
socket=screens-$$
# What stands before the program; a walk may set it.
PREFIX=
tm() {
    case $1 in send-keys | resize-window) tell ;; esac
    tmux -L "$socket" -f /dev/null "$@"
}
# The terminal goes. The sanitizer's leak check may wait for ever where the hang-up comes amid it: five seconds for it.
hang_up() {
    pane=$(tm list-panes -F '#{pane_pid}' 2>/dev/null) || pane=
    inside=$(cut -d ' ' -f 1 "/proc/$pane/task/$pane/children" 2>/dev/null) || true
    tm kill-server 2>/dev/null || true
    for i in $(seq 50); do
        grep -q '^State:.[^Z]' "/proc/${inside:-none}/status" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -9 "$inside" 2>/dev/null || true
}
trap 'hang_up; rm -rf "$scratch"' EXIT
. "$SCREENS/shop.sh"
demands=0

die() {
    echo "FAILED: $*" >&2
    tm capture-pane -p >&2 2>/dev/null || true
    [ ! -s "$scratch/err" ] || head -n 60 "$scratch/err" >&2
    exit 1
}

# A new shop takes seconds (Argon2): it is made once; a copy of it is recognised, which changes nothing on a screen.
shop_once() { shop "$scratch" >"$scratch/shop.out" 2>&1 || { cat "$scratch/shop.out"; exit 1; }; }

# start COLUMNS ROWS ARGUMENTS...: the program on a terminal of that size.
start() {
    columns=$1 rows=$2
    shift 2
    hang_up
    # A server that is on its way out would take the new session with it.
    socket=$socket+
    [ -p "$scratch/scanner" ] || mkfifo "$scratch/scanner"
    rm -f "$scratch/scanner.rests"
    told=
    tm new-session -d -x "$columns" -y "$rows" "SCANNER='$scratch/scanner' ASAN_OPTIONS=verify_asan_link_order=0:handle_sigill=1 \
        LD_PRELOAD='$SCANNER_MODULE' ${PREFIX:-} '$LOYALTY' $* 2>'$scratch/err'; echo ended \$?; exec sleep 1000"
}

screen() { tm capture-pane -p; }

# until PATTERN: for at most 20 s, or $UNTIL_STEPS times 50 ms.
until_seen() {
    for i in $(seq "${UNTIL_STEPS:-400}"); do
        screen | grep -qE -- "$1" && return
        sleep 0.05
    done
    die "this did not come: $1"
}

# The program waits with nothing to take (scanner.c tells); $rest says for which time.
rests() {
    rest= again=
    { read -r rest again <"$scratch/scanner.rests"; } 2>/dev/null || return
    [ "$rest" = "$again" ] || return
    case $rest in *[13579]) return 1 ;; esac
}

# Whatever is said to the program now, it has to have rested anew to have taken it.
tell() {
    rests || [ "$rest" = "$again" ] || rests || true
    told=$rest
}

# The program has taken what was sent and waits; it did nothing since, and the screen shows what it drew.
settle() {
    before= seen=none
    for i in $(seq 500); do
        # What nobody listens to wakes nobody.
        if rests && { [ "$rest" != "$told" ] || [ "$i" -gt 40 ]; }; then
            now=$(screen)
            [ "$rest" = "$before" ] && [ "$now" = "$seen" ] && return
            before=$rest seen=$now
        elif [ $((i % 10)) = 0 ] && screen | grep -q '^ended'; then
            return
        fi
        sleep 0.025
    done
    die "the screen does not come to rest"
}

key() { tm send-keys "$@"; settle; }
# A program that has ended reads no pipe: then this fails instead of waiting for ever.
reader() {
    screen | grep -q '^ended' && die "the program has ended"
    tell
    echo "$1" | timeout 5 dd of="$scratch/scanner" status=none || die "nobody takes: $1"
    settle
}
scan() { reader "scan $1"; }

# shot NAME: the screen is as it was saved.
shot() {
    saved=$SCREENS/saved/$1.txt
    screen >"$scratch/now"
    demands=$((demands + 1))
    if [ "${SCREENS_WRITE:-}" = 1 ]; then
        cp "$scratch/now" "$saved"
        return
    fi
    [ -f "$saved" ] || die "there is no saved screen $1; SCREENS_WRITE=1 writes it"
    if cmp -s "$saved" "$scratch/now"; then return; fi
    # A slow machine: what was drawn may still be on its way through the terminal.
    sleep 1
    screen >"$scratch/now"
    diff -u "$saved" "$scratch/now" || die "the screen $1 is not as it was saved"
}

login() { # login NAME PIN PATTERN
    until_seen ' > *$'
    tm send-keys "$1" Enter "$2" Enter
    until_seen "$3"
    settle
}

done_walk() {
    [ "$demands" -gt 0 ] || die "nothing was compared"
    echo "$demands screens compared"
}
