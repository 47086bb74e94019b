#!/bin/sh
# Two registrations of one customer at the desk: listed, judged, merged, parted again, in both languages.
. "$(dirname "$0")/lib.sh"
try 0 init --currency CNY --country CN
add() { "$LOYALTY" --json member add --channel desk "$@" | sed 's/^{"member":"\([^"]*\)".*/\1/'; }
a=$(add --kind person --name 王伟 --telephone 13812345678 --card 9156000000000011)
b=$(add --kind person --family-name 王 --given-name 伟 --telephone 13812345678 --email w@example.com --card 9156000000000029)
c=$(add --kind person --name 李娜 --telephone 13812345678)
try 0 member add --channel desk --kind person --name 王伟 --telephone 13812345678 --token again
says err 'perhaps the same as 王\* 138\*\*\*\*5678'
d=$(sed -n 's/^\([0-9a-f-]*\)  person.*/\1/p' "$scratch/out")
try 0 member erase "$d"
try 0 --json member duplicates
[ "$(wc -l <"$scratch/out")" = 3 ] || die "three pairs share the telephone"
try 0 --json member duplicates --min 70
says out "\"first\":\"$a\""
says out '"score":70'
says out '"reasons":."telephone","name".'
try 2 member duplicates --min many
says err '1 to 100'
try 0 member distinct "$a" "$c"
try 0 --json member duplicates
[ "$(wc -l <"$scratch/out")" = 2 ] || die "a judged pair is listed again"
try 0 member merge "$a" "$b"
try 0 --json member show card:9156000000000029
says out "\"member\":\"$a\""
says out 'w@example.com'
# A merged member's id leads to who stands for it, but to show it and to undo the merge.
try 1 --lang zh_CN member merge "$a" "$b"
says err "提示：$b 已合并到 $a"
says err '这是同一位会员'
try 0 --json member show "$b"
says out "\"member\":\"$b\".*\"status\":\"merged\",\"merged_into\":\"$a\""
says_not err .
try 0 member show "$b"
says out "merged: see .loyalty member show $a.; below is what was kept before"
try 0 --lang zh_CN member show "$b"
says out "已合并：见 .loyalty member show $a."
try 0 --json member show "$a"
says out '"status":"active","merged_into":null'
for command in "quality" "history" "edit --fax 01065001234"; do
    set -- $command
    name=$1
    shift
    try 0 member "$name" "$b" "$@"
    says err "note: $b was merged into $a, who is taken"
done
try 0 --json member show "$a"
says out '"fax":"01065001234"'
try 0 --json member find "$b"
says out "\"member\":\"$a\""
try 1 member merge "$a" "$a"
try 1 member merge "$a" nobody
try 0 member unmerge "$b"
try 0 --json member show card:9156000000000029
says out "\"member\":\"$b\""
try 1 member unmerge "$b"
says err 'not merged'
try 0 --json member duplicates
says out "$b"
try 0 member branch "$b" "$a"
says out 'is linked as said'
try 1 member branch "$a" "$b"
says err 'head office'
try 0 member show "$b"
says out "head office +$a"
try 0 --json member show "$b"
says out "\"head_office\":\"$a\",\"referred_by\":null,\"purchasers\":\[\]"
# A branch and its head office are no pair, until they part.
try 0 --json member duplicates
says_not out "\"first\":\"$a\".*\"second\":\"$b\""
try 0 member branch "$b"
says out 'is no longer a branch'
try 0 --json member duplicates
says out "\"first\":\"$a\".*\"second\":\"$b\""
try 0 --lang zh_CN member branch "$b"
says out '不再是分店'
# The question shows the first letter as the name was given.
add --kind organisation --name 'Wang Restaurant' --telephone 13712345678 --tax-no 91350100M000100Y43 >/dev/null
try 0 member add --channel desk --kind organisation --name 'Restaurant Wang' --telephone 13712345678
says err 'W\*\*\* 137'
# Names and addresses are compared in memory; in the file are digests of numbers, e-mail and references only.
[ -z "$(sqlite3 "$LOYALTY_STORE" 'SELECT field FROM blind_index WHERE field NOT IN (0, 6, 11, 12, 18)')" ] ||
    die "a digest of a name is in the file"
try 0 check
done_story
