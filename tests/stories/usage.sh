#!/bin/sh
# Help pages from the table that parses; exit codes; nothing on standard output when the use is wrong.
. "$(dirname "$0")/lib.sh"
try 0 --version
says out '^loyalty [0-9]+\.[0-9]+\.[0-9]+$'
try 0 --help
says out 'import baskets'
commands=$(sed -n '/^Commands:/,/^$/p' "$scratch/out" | sed -n 's/^  \([a-z ]*[a-z]\)   *.*/\1/p' | sed 's/  .*//')
[ "$(echo "$commands" | wc -l)" -ge 20 ] || die "the help lists too few commands: $commands"
echo "$commands" >"$scratch/commands"
while read -r command; do
    try 0 $command --help
    says out "^Usage: loyalty $command"
    try 0 help $command
    try 2 $command --no-such-option
    says err 'no-such-option'
    one_line err
done <"$scratch/commands"
try 0 --lang zh_CN --help
says out '用法'
try 2
try 2 no-such-command
says err "no command 'no-such-command'"
try 2 --lang fr --help
try 2 member show
one_line err
try 2 member
says err "no command 'member"
one_line err
try 0 member --help
says out '^  member add '
says_not out '^  card '
try 0 help card
says out '^  card issue '
try 2 member nonsense --help
try 2 --json=yes member list
try 2 --store
# A full disk behind standard output is told, also of help pages.
code=0
"$LOYALTY" --help >/dev/full 2>"$scratch/err" || code=$?
same "help to a full disk" "$code" 3
one_line err
try 2 listen --seconds soon
printf '02:0c:31:0d\n' >"$scratch/colons"
try 1 decode --driver serial-line "$scratch/colons"
says err 'line 1 is not hex'
: >"$scratch/empty"
try 1 decode --driver serial-line "$scratch/empty"
one_line err
printf '# loyalty recording 1\ndriver: serial-line\noption: aim=1\n\n  \n5d43303132333435360d\n' >"$scratch/recorded"
try 0 decode --driver serial-line --option lrc=0 "$scratch/recorded"
says out 'code-128 good 123456'
try 2 init --site 12345678901234567890123456789012
try 2 decode
says err 'driver'
try 2 decode --driver no-such-driver
one_line err
try 3 member list
says err 'init'
one_line err
done_story
