#!/bin/sh
# The repository speaks of the product alone; no card number but the public ones is in it, no store and no key.
# words.sh SOURCE_DIR
set -eu
cd "$1"
status=0
list() { if [ -d .git ]; then git ls-files; else find . -type f -not -path './build*' | sed 's|^\./||'; fi; }
text=$(list | grep -vE '^examples/(journey|mall)/.*\.csv$|^tests/house/words\.sh$' | while read -r f; do
    [ -f "$f" ] && grep -Iq . "$f" && echo "$f"; done)
[ -n "$text" ] || { echo "no files to check"; exit 1; }
# 13 to 19 digits in a row that pass Luhn and start like a payment card: only the published ones may be here.
found=$(grep -noE '[0-9]{13,19}' $text /dev/null | awk -F: '
    BEGIN { split("4111111111111111 5555555555554444", p, " "); for (i in p) public[p[i]] = 1 }
    { d = $NF; if (public[d] || seen[$1 d]++) next
      n = length(d); sum = 0
      for (i = 0; i < n; i++) { x = substr(d, n - i, 1) + 0; if (i % 2) { x *= 2; if (x > 9) x -= 9 }; sum += x }
      issuer = (d ~ /^4/ && n == 16) || (d ~ /^5[1-5]/ && n == 16) || (d ~ /^3[47]/ && n == 15) || (d ~ /^62/ && n >= 16)
      if (sum % 10 == 0 && issuer) print $1 ":" $2 ": a payment card number" }')
[ -z "$found" ] || { echo "$found"; status=1; }
paths=$(grep -nE '/(home|root)/[a-z]|deb\.debian\.org|registry\.npmjs' $text /dev/null | grep -v '^tests/house/' || true)
[ -z "$paths" ] || { printf 'paths of a machine or hosts of a registry:\n%s\n' "$paths"; status=1; }
stores=$(list | while read -r f; do
    case $f in *.key | *.keys) echo "$f" ;; esac
    [ ! -f "$f" ] || [ "$(head -c 15 "$f" | tr -d '\0')" != 'SQLite format 3' ] || echo "$f"; done)
[ -z "$stores" ] || { printf 'a store or its keys:\n%s\n' "$stores"; status=1; }
todo=$(grep -nE '\b(TODO|FIXME|XXX)\b' $text /dev/null | grep -v '^tests/house/' || true)
[ -z "$todo" ] || { printf 'unfinished:\n%s\n' "$todo"; status=1; }
exit $status
