#!/bin/sh
# The documents tell the truth: the README's program is examples/read_card.c and builds against a staged install
# with the line that stands there; every file that README, ARCHITECTURE and HACKING name is there; every command
# of the README exists; no help page is wider than 100 columns.
. "$(dirname "$0")/lib.sh"
sed -n '/^```c$/,/^```$/p' "$SOURCE/README.md" | sed '1d;$d' >"$scratch/readme.c"
[ -s "$scratch/readme.c" ] || die "the README holds no program"
# Without the head of comments, and however the formatter broke the lines.
words() { sed '/^\/\* SPDX/,/\*\/$/d' "$1" | tr -d ' \n'; }
same "the README's program" "$(words "$scratch/readme.c")" "$(words "$SOURCE/examples/read_card.c")"
[ "$(grep -c . "$scratch/readme.c")" -le 30 ] || die "the README's program is long"

DESTDIR=$scratch/stage cmake --install "$BUILD" >"$scratch/out" 2>"$scratch/err" || die "cmake --install"
pkg=$(dirname "$(find "$scratch/stage" -name loyalty-reader.pc)")
lib=$(dirname "$(find "$scratch/stage" -name libloyalty-reader.so)")
program=$(find "$scratch/stage" -name loyalty -type f -perm -u+x)
[ -n "$pkg" ] && [ -n "$lib" ] && [ -n "$program" ] || die "the install lacks a .pc file, a library or the program"
line=$(grep -o 'cc read_card.c \$(pkg-config [^)]*)' "$SOURCE/README.md") || die "the README has no line that builds its program"
sanitize=
if ldd "$LOYALTY" | grep -q libasan; then sanitize=-fsanitize=address,undefined; fi
cp "$scratch/readme.c" "$scratch/read_card.c"
(cd "$scratch" && PKG_CONFIG_PATH=$pkg PKG_CONFIG_SYSROOT_DIR=$scratch/stage sh -c "$line $sanitize -o read_card") \
    >"$scratch/out" 2>"$scratch/err" || die "the README's line does not build its program"
LD_LIBRARY_PATH=$lib ldd "$scratch/read_card" | grep -q "$lib/libloyalty-reader" || die "not linked to the installed library"
LD_LIBRARY_PATH=$lib "$program" --version >"$scratch/out" || die "the installed program does not start"
says out '^loyalty [0-9]'
demands=$((demands + 2))

# Files and commands that the documents name.
for file in $(grep -ohE '`[a-z./_-]+/[A-Za-z0-9_./-]+`|`[A-Z]+\.md`' "$SOURCE/README.md" "$SOURCE/HACKING.md" "$SOURCE/ARCHITECTURE.md" | tr -d '`'); do
    case $file in
    build/* | demo/* | */ | ./run | ./check) continue ;;
    tests/house/exceptions) continue ;; # made with the first exception
    loyalty/*) file=libloyalty/include/$file ;;
    esac
    [ -e "$SOURCE/$file" ] || die "the documents name $file, which is not there"
    demands=$((demands + 1))
done
sed -n 's/^    loyalty \([a-z ]*[a-z]\) .*/\1/p' "$SOURCE/README.md" | sort -u >"$scratch/named"
[ "$(wc -l <"$scratch/named")" -ge 6 ] || die "the README shows too few commands"
while read -r command; do
    # The last words may be operands: "member add", "readers", "import articles articles.csv".
    try 0 help $command
done <"$scratch/named"
for language in en zh_CN; do
    "$LOYALTY" --lang "$language" --help >"$scratch/all"
    try 0 --help
    sed -n '/^Commands:/,/^$/p' "$scratch/out" | sed -n 's/^  \([a-z ]*[a-z]\)   *.*/\1/p' | sed 's/  .*//' >"$scratch/commands"
    while read -r command; do
        "$LOYALTY" --lang "$language" $command --help >>"$scratch/all"
    done <"$scratch/commands"
    # Counted in bytes: a Chinese character has three and takes two columns.
    wide=$(LC_ALL=C awk '{ rest = $0; n = gsub(/[^ -~]/, "", rest); if (length(rest) + n * 2 / 3 > 100) print }' \
        "$scratch/all" | head -n 3)
    [ -z "$wide" ] || die "a help page of $language is wider than 100 columns: $wide"
    demands=$((demands + 1))
done
done_story
