#!/bin/sh
# No command writes or reads a file that the store is made of, by whatever name, nor another store or master key.
# In: every command that takes a path (the help pages say which) x the files that are kept. Out: a refusal; not a byte
# of them changed, and nothing new beside them. Each command with a part of the files, each file with a part of the
# commands; LOYALTY_OWN_FILES=all: each with each.
. "$(dirname "$0")/lib.sh"
try 0 init --country CN --currency CNY
try 0 member add --kind person --name Anna --telephone 13812345678 --json
try 0 member add --kind person --name Berta --telephone 13912345678 --json
try 0 range add 9156001 --length 12
try 0 card issue 13812345678 915600100012
try 0 member erase 13912345678 --reason request
[ -s "$LOYALTY_STORE.erased" ] || die "the list of the erased"
mkdir "$scratch/other" "$scratch/links"
try 0 --store "$scratch/other/shop" init --country CN --currency CNY
ln -s "$LOYALTY_STORE" "$scratch/links/symbolic"
ln "$LOYALTY_STORE.keys" "$scratch/links/hard.svg"
ln "$LOYALTY_STORE.key" "$scratch/links/beneath.svg.part"
ln -s "$LOYALTY_STORE-journal" "$scratch/links/to-nothing"
ln -s "$scratch" "$scratch/links/folder"
printf '\067\177\006\202 of a store that is elsewhere' >"$scratch/links/log"
printf '\331\325\005\371\040\241\143\327 of one too' >"$scratch/links/journal"

# A command a line; @ is the path.
cat >"$scratch/rows" <<'END'
audit export @
audit verify --against @
backup @
card artwork 915600100012 --out @
card stock --file @
consent text marketing --version 1 --language en --file @
decode @
decode --driver serial-line @
demo --out @
demo --data @
doctor --path @
doctor --path file:@
import articles @
import baskets @
import contacts @
import members @
import observations @
import prices @
import promotions @
key passphrase --new-file @
key rotate --keep-old @
lane --feed --socket @
lane --plain --path file:@
listen --path file:@?driver=serial-line
member export 13812345678 --out @
member file 13812345678 --out @
member list --csv @
member list --xlsx @
range test --path file:@
readers --path file:@
readers --bind @
readers --unbind @
pos --path file:@
record @
record --path file:@ out
replay @
replay @?driver=serial-line
profile --all --out @
report market --manufacturer m --from 2026-01-01 --to 2026-02-01 --out @
report bonus --from 2026-01-01 --to 2026-02-01 --csv @
report counter c --from 2026-01-01 --to 2026-02-01 --out @
report scorecard --from 2026-01-01 --to 2026-02-01 --csv @
END

# Every option and operand of the help pages that is called so stands in a row.
places=0
try 0 --help
sed -n '/^Commands:/,/^$/p' "$scratch/out" | sed -n 's/^  \([a-z ]*[a-z]\)   *.*/\1/p' | sed 's/  .*//' >"$scratch/commands"
while read -r command; do
    [ "$command" != restore ] || continue # takes stores, and makes nothing but new ones
    try 0 help $command
    cp "$scratch/out" "$scratch/page"
    for option in $(sed -n 's/^  \(--[a-z-]*\) \(FILE\|DIR\|PATH\).*/\1/p' "$scratch/page" | grep -vx -- --store); do
        grep -qE "^$command .*$option [a-z:]*@" "$scratch/rows" || die "no row tries $command $option"
        places=$((places + 1))
    done
    if grep -qE "^Usage: .*loyalty.* $command (\[options\] )?\[?(FILE|DIR|PATH)" "$scratch/page"; then
        grep -qE "^$command (--driver [a-z-]* )?@" "$scratch/rows" || die "no row tries the operand of $command"
        places=$((places + 1))
    fi
done <"$scratch/commands"
[ "$places" -ge 31 ] || die "the help pages name $places paths only"

targets="$LOYALTY_STORE $LOYALTY_STORE.keys $LOYALTY_STORE.key $LOYALTY_STORE.erased $LOYALTY_STORE-wal
    $LOYALTY_STORE.keys-journal $scratch/links/../shop.loyalty.key.next $scratch/links/symbolic $scratch/links/hard.svg
    $scratch/links/beneath.svg $scratch/links/to-nothing $scratch/links/folder/shop.loyalty-shm $LOYALTY_STORE.keys-shm/
    $scratch/other/shop $scratch/other/shop.keys $scratch/other/shop.key $scratch/other/shop-wal
    $scratch/other/shop.erased $scratch/links/log $scratch/links/journal"
state() { # what is there, and every byte of it
    (cd "$scratch" && find shop.* other links ! -type d -exec sha256sum {} + 2>/dev/null | sort -k 2; find . -name 'shop*' | sort)
}
before=$(state)
cd "$scratch"
row_number=0 met=
while read -r row; do
    row_number=$((row_number + 1)) target_number=0 every=4
    # These open the store before they say no: with each file.
    case $row in backup* | *export\ @ | *keep-old*) every=1 ;; esac
    [ "${LOYALTY_OWN_FILES-}" != all ] || every=1
    for target in $targets; do
        target_number=$((target_number + 1))
        [ $(((row_number + target_number) % every)) = 0 ] || continue
        [ "$every" = 1 ] || met="$met $target_number"
        wanted=2 words='name another file; nothing was done'
        case $row in
            backup* | *export\ @ | *keep-old*) # never over what is there, as they always said
                [ ! -e "$target" ] || wanted=1 words='is there already|File exists' ;;
        esac
        try $wanted ${row%%@*}$target${row#*@}
        says err "$words"
        one_line err
    done
    case $row in
        backup* | *export\ @ | *keep-old*) # these open the store first, which may write to it
            try 0 check
            try 0 --store "$scratch/other/shop" check
            before=$(state) ;;
        *) same "the files after $row" "$(state)" "$before" ;;
    esac
done <"$scratch/rows"
if [ "${LOYALTY_OWN_FILES-}" != all ]; then
    seldom=$(echo $met | tr ' ' '\n' | sort -n | uniq -c | awk '{ if (!n++ || $1 < least) least = $1 } END { print n, least }')
    [ "${seldom% *}" = "$target_number" ] && [ "${seldom#* }" -ge 5 ] || die "files, and the fewest commands of one: $seldom"
fi
# Names relative to where one stands, and what a folder would come to hold.
try 2 member list --csv shop.loyalty.erased
try 2 --store shop.loyalty member list --csv "$scratch/./shop.loyalty.keys"
mkdir "$scratch/folder"
ln "$LOYALTY_STORE" "$scratch/folder/member.html.part"
try 2 member export 13812345678 --out "$scratch/folder"
ln "$LOYALTY_STORE.keys" "$scratch/folder/market-m-2026-01-01-2026-02-01.csv"
try 2 report market --manufacturer m --from 2026-01-01 --to 2026-02-01 --out "$scratch/folder"
says err 'name another file'
rm -r "$scratch/folder"
# The key file that the environment names, wherever it is; the one beside the store too.
cp "$LOYALTY_STORE.key" "$scratch/elsewhere"
export LOYALTY_KEY="$scratch/elsewhere"
try 2 member list --csv "$scratch/elsewhere"
try 2 member list --csv "$LOYALTY_STORE.key"
unset LOYALTY_KEY
try 2 --lang zh_CN import members "$LOYALTY_STORE"
says err '请另外指定文件'
same "the files" "$(state)" "$before"
# Any other file may be named, also one that is there, a link to one, and a pipe.
echo old >"$scratch/list.csv"
try 0 member list --csv "$scratch/list.csv"
try 0 member list --csv "$scratch/shop.csv"
grep -q Anna "$scratch/list.csv" || die "the list"
printf 'kind,name,channel\nperson,Carla,desk\n' | "$LOYALTY" import members /dev/stdin >"$scratch/out" 2>"$scratch/err" || die "a pipe"
rm -r "$scratch/links"
try 0 check
done_story
