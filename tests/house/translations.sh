#!/bin/sh
# Every string of the program is in zh_CN.po, translated, not fuzzy, and fits its format. translations.sh SOURCE_DIR
set -eu
cd "$1"
po=pos-app/po/zh_CN.po
for tool in xgettext msgmerge msgattrib msgfmt; do
    command -v $tool >/dev/null 2>&1 || { echo "skipped: $tool is not installed"; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
# The program's words, the library's (store_fail's format, and what goes through store_words), and the tables of headers.
# N_() marks words for later, never a format: "80 % interval" has no directive in it.
xgettext --from-code=UTF-8 -k_ -kN_ --flag=N_:1:no-c-format --add-location=file -o "$work/program.pot" pos-app/*/*.[ch]
xgettext --from-code=UTF-8 -k -kstore_fail:3 -kstore_words:1 -kN_ --flag=store_fail:3:c-format --flag=N_:1:no-c-format \
    --add-location=file -o "$work/library.pot" libloyalty/*/*.c
xgettext -L C --from-code=UTF-8 -k -kX:3 --flag=X:3:no-c-format --add-location=file -o "$work/tables.pot" \
    libloyalty/include/loyalty/access.h libloyalty/include/loyalty/status.h
[ "$(grep -c "^msgid " "$work/library.pot")" -gt 100 ] || { echo "no sentences were found in libloyalty"; exit 1; }
[ "$(grep -c "^msgid " "$work/tables.pot")" -gt 50 ] || { echo "no words were found in the headers"; exit 1; }
msgcat --use-first -o "$work/sources.pot" "$work/program.pot" "$work/library.pot" "$work/tables.pot"
strings=$(grep -cs "^msgid " "$work/sources.pot" || true)
[ "${strings:-0}" -gt 50 ] || { echo "no strings were found in pos-app/cli"; exit 1; }
# Fuzzy matching off: a changed string must show as missing, not as a guess.
msgmerge --quiet --no-fuzzy-matching -o "$work/merged.po" "$po" "$work/sources.pot"
# The entries that msgattrib selects, without the header that it puts before them.
entries() { msgattrib --no-obsolete --no-wrap "$1" "$work/merged.po" | sed '1,/^$/d'; }
for kind in untranslated only-fuzzy; do
    found=$(entries --$kind)
    [ -z "$found" ] || { printf '%s: %s:\n%s\n' "$po" "$kind" "$found"; status=1; }
done
msgfmt --check -o /dev/null "$po" || status=1
exit $status
