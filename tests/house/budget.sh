#!/bin/sh
# Budgets with teeth: function length, file length, header length. budget.sh SOURCE_DIR
# An exception is a line "file:function reason" in tests/house/exceptions.
set -eu
cd "$1"
command -v ctags >/dev/null 2>&1 || { echo "skipped: ctags (universal-ctags) is not installed"; exit 77; }
status=0
for file in $(find libloyalty drivers pos-app -name '*.c'); do
    lines=$(wc -l <"$file")
    [ "$lines" -le 500 ] || { echo "$file has $lines lines, 500 are the limit"; status=1; }
done
for file in $(find libloyalty drivers pos-app -name '*.h'); do
    lines=$(wc -l <"$file")
    [ "$lines" -le 320 ] || { echo "$file has $lines lines, 320 are the limit of a header"; status=1; }
done
ctags -x --_xformat='%F %N %n %{end}' --c-kinds=f --fields=+ne $(find libloyalty drivers pos-app -name '*.c') |
    awk -v exceptions="$(cat tests/house/exceptions 2>/dev/null)" '
    { n = $4 - $3 + 1; count++; length_of[count] = n
      if (n > 60 && index(exceptions, $1 ":" $2 " ") == 0) { print $1 ": " $2 " has " n " lines, 60 are the limit"; bad = 1 } }
    END { if (!count) { print "ctags found no function"; exit 1 }
          over = 0; for (i = 1; i <= count; i++) over += length_of[i] > 40
          printf "%d functions, %.1f %% above 40 lines\n", count, 100 * over / count
          if (over > count / 10) { print "more than a tenth of the functions is above 40 lines"; bad = 1 }
          exit bad }' || status=1
exit $status
