#!/bin/sh
# Operators by commands: added, listed, given PINs from a pipe and from a real terminal, which shows none of them;
# the last manager stays; the table of roles.
. "$(dirname "$0")/lib.sh"
user=$(id -un)
pin() { # pin CODE LINE... NAME: lines go to standard input
    wanted=$1 lines=$2 name=$3
    code=0
    printf "$lines" | "$LOYALTY" operator pin "$name" >"$scratch/out" 2>"$scratch/err" || code=$?
    [ "$code" = "$wanted" ] || die "operator pin $name exited with $code, not $wanted"
    demands=$((demands + 1))
}

try 0 init --currency EUR
try 0 operator add Anna --role cashier --json
says out '^\{"operator":2,"name":"Anna","role":"cashier","user":null,"active":true,"pin":false,"locked":false\}$'
try 0 operator add Bert --role auditor --user bert --json
says out '"role":"auditor","user":"bert"'
try 1 operator add anna --role manager
one_line err
says err 'this name already'
try 1 operator add "Carla " --role cashier
try 2 operator add Carla --role boss
says err 'cashier, supervisor, manager, analyst or auditor'
try 2 operator add Carla
try 1 operator role "$user" cashier
says err 'last manager'
try 1 operator off "$user"
says err 'last manager'
try 1 operator off Nobody
says err 'no operator of this name'
try 0 operator role Anna supervisor --json
says out '"role":"supervisor"'
try 0 operator role Anna --role cashier --json
says out '"role":"cashier"'
try 2 operator role Anna
try 0 operator off Bert --json
says out '"active":false'
try 0 operator on Bert --json
says out '"active":true'
try 0 operator unlock Anna

pin 0 '4821\n' Anna
says out 'Anna has a new PIN'
pin 1 '1234\n' Anna
says err 'too easy'
pin 1 '48\n' Anna
says err '4 to 32 digits'
pin 1 '' Anna
says err 'no PIN was given'
pin 0 '48215937\n' "$user"
pin 1 '48215937\n' "$user"
says err 'no PIN was given'
pin 1 '99999999\n59374821\n' "$user"
says err 'name or PIN is wrong'
pin 0 '48215937\n59374821' "$user"
try 0 operator role Anna manager
says err 'new one'
pin 1 '4821\n' Anna
says err '8 to 32 digits'
try 2 operator pin Anna 48215937
try 0 operator list --json
same "three operators" "$(wc -l <"$scratch/out")" 3
try 0 audit list --json
says out '"action":"operator-pin","object":"operator 2"'
says out '"action":"login-failed","object":"operator 1"'
if grep -qaE '4821|59374' "$scratch/out" "$scratch/err" "$LOYALTY_STORE" "$LOYALTY_STORE.keys"; then
    die "a PIN's digits in output or store"
fi

# Roles hold for commands too.
try 0 operator role Anna cashier
try 0 operator add Chef --role manager --user chef
try 0 operator role "$user" cashier
try 1 operator list
says err '^loyalty operator list: listing the operators is for a manager or auditor; you are cashier$'
try 1 check
says err 'checking the store is for'
try 1 audit list
try 0 access show --json
says out '^\{"operation":"read-account","words":"reading an account number","roles":\["manager"\]\}$'
same "operations" "$(wc -l <"$scratch/out")" \
    "$(grep -cE '^ +X\(LOY_MAY_' "$SOURCE/libloyalty/include/loyalty/access.h")"
try 0 access show
says out '^changing a member +\. +x +x +\. +\. +$'
LC_ALL=C.UTF-8 LANGUAGE=zh_CN "$LOYALTY" --lang zh_CN access show >"$scratch/out"
says out '收银员'

# A terminal: asked for twice, shown never, an interrupt leaves the terminal as it was.
command -v tmux >/dev/null 2>&1 || { echo "skipped: tmux is not installed"; exit 77; }
export LOYALTY_STORE=$scratch/terminal.loyalty
try 0 init --currency EUR
try 0 operator add Anna --role cashier
tm() { tmux -S "$scratch/tmux" -f /dev/null "$@"; }
shows() { # shows PATTERN: within ten seconds
    tries=0
    while ! tm capture-pane -p -t pin >"$scratch/out" || ! grep -qE -- "$1" "$scratch/out"; do
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || die "the terminal never showed: $1"
        sleep 0.1
    done
    demands=$((demands + 1))
}
trap 'tm kill-server 2>/dev/null || true; rm -rf "$scratch"' EXIT
tm new-session -d -s pin -x 100 -y 30 "PS1='ready> ' sh"
shows 'ready>'
tm send-keys -t pin "$LOYALTY operator pin Anna" Enter
shows '^New PIN: *$'
tm send-keys -t pin 4821 Enter
shows '^New PIN, again: *$'
tm send-keys -t pin 4821 Enter
shows 'Anna has a new PIN'
says_not out '4821'
tm send-keys -t pin "clear; echo second; $LOYALTY operator pin Anna" Enter
shows '^second$'
shows '^New PIN: *$'
tm send-keys -t pin 5937 Enter
shows '^New PIN, again: *$'
tm send-keys -t pin 5938 Enter
shows 'the two PINs differ'
tm send-keys -t pin "clear; echo third; $LOYALTY operator pin Anna; echo end" Enter
shows '^third$'
shows '^New PIN: *$'
tm send-keys -t pin 59 C-c
shows 'no PIN was given'
shows '^end$'
tm send-keys -t pin "echo vis''ible" Enter
shows '^visible$'
shows "echo vis''ible"
done_story
