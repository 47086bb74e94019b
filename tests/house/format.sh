#!/bin/sh
# clang-format decides. format.sh SOURCE_DIR
set -eu
cd "$1"
command -v clang-format >/dev/null 2>&1 || { echo "skipped: clang-format is not installed"; exit 77; }
files=$(find libloyalty drivers pos-app tests examples -name '*.[ch]')
[ -n "$files" ] || exit 1
wrong=$(clang-format --dry-run $files 2>&1 | grep -oE '^[^:]+:[0-9]+' | sort -u -t: -k1,1 || true)
[ -z "$wrong" ] || { printf 'run clang-format -i on:\n%s\n' "$wrong"; exit 1; }
