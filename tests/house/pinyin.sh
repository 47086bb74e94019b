#!/bin/sh
# The table of readings is what its generator makes of Debian's unicode-data. pinyin.sh SOURCE_DIR
set -eu
data=/usr/share/unicode/Unihan_Readings.txt.bz2
[ -f "$data" ] || { echo "skipped: $data (package unicode-data) is not installed"; exit 77; }
command -v bzcat >/dev/null 2>&1 || { echo "skipped: bzcat (package bzip2) is not installed"; exit 77; }
cd "$1/libloyalty/member"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bzcat "$data" | awk -f pinyin_table.awk >"$work/table"
[ "$(wc -l <"$work/table")" -ge 300 ] || { echo "the generator wrote next to nothing"; exit 1; }
cmp pinyin_table.c "$work/table" && exit 0
echo "libloyalty/member/pinyin_table.c is not what pinyin_table.awk makes of $data: see its head"
exit 1
