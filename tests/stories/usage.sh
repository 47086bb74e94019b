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
try 2 decode
says err 'driver'
try 2 decode --driver no-such-driver
one_line err
try 3 member list
says err 'init'
one_line err
done_story
