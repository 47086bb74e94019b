#!/bin/sh
# Every whole sentence of pos-app/cli/reader_words.c is one that drivers/ says. reader_words.sh SOURCE_DIR
set -eu
cd "$1"
for tool in xgettext; do
    command -v $tool >/dev/null 2>&1 || { echo "skipped: $tool is not installed"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Tables of keys are no sentences, and xgettext complains of their bytes.
extract() { xgettext --from-code=UTF-8 --omit-header --no-location --no-wrap -o - "$@" 2>/dev/null | grep -E '^msgid "' | sort -u; }
extract -a drivers/*.[ch] >"$work/said"
# With a value in the middle (%s): of those a driver has the words, not the sentence.
extract -k -kN_ pos-app/cli/reader_words.c | grep -v '%' >"$work/known"
[ "$(wc -l <"$work/known")" -gt 40 ] || { echo "no sentences were found in reader_words.c"; exit 1; }
stale=$(comm -13 "$work/said" "$work/known")
[ -z "$stale" ] || { printf 'drivers/ does not say this any more:\n%s\n' "$stale"; exit 1; }
