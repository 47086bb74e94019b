#!/bin/sh
# The comment above each public function that takes a store names the operation that the function asks for, or says that
# it needs no role: the same as its rows in tests/store/access_calls.def, so that manual and code cannot drift.
# A comment stands for all functions behind it up to a blank line or the next comment. header_roles.sh SOURCE_DIR [--self-test]
set -eu
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# said HEADER...: "function operation" a line for each operation that its comment names, "-" for "no role", "?" for neither.
said() {
    awk '
        function tell(name,    rest, any) {
            rest = comment
            while (match(rest, /LOY_MAY_[A-Z_]+/)) {
                print name, substr(rest, RSTART, RLENGTH)
                rest = substr(rest, RSTART + RLENGTH)
                any = 1
            }
            if (tolower(comment) ~ /no +(\* +)?role/) { print name, "-"; any = 1 }
            if (!any) print name, "?"
        }
        FNR == 1 { comment = ""; inside = 0; call = "" }
        inside { comment = comment " " $0; if ($0 ~ /\*\//) inside = 0; next }
        /^[ \t]*$/ { comment = ""; next }
        /^\/\*/ { comment = $0; if ($0 !~ /\*\//) inside = 1; next }
        /^LOY_API/ { call = "" ; reading = 1 }
        reading {
            call = call " " $0
            if ($0 !~ /;/) next
            reading = 0
            if (call !~ /struct loy_store \*/) next
            match(call, /loy_[a-z_0-9]+\(/)
            tell(substr(call, RSTART, RLENGTH - 1))
        }' "$@" | sort -u
}
# asked FILE.def: the same of the rows; "-" where the function is exempt.
asked() {
    sed -nE 's/^CALL\((loy_[a-z_0-9]+), (LOY_MAY_[A-Z_]+),.*/\1 \2/p;s/^EXEMPT\((loy_[a-z_0-9]+),.*/\1 -/p' "$1" | sort -u
}
# compare SAID ASKED: a comment of several functions may name what only one of them asks for, but not what none does.
compare() {
    awk 'NR == FNR { asked[$0]; byop[$2]; functions[$1]; next }
        { said[$0]; named[$1] }
        $2 == "?" { print $1 ": its comment names no operation, nor that it needs no role"; bad = 1 }
        END {
            for (row in asked) { split(row, part, " ")
                if (part[1] in named && !(row in said) && !((part[1] " ?") in said)) {
                    print part[1] ": its comment does not name " part[2]; bad = 1 } }
            exit bad }' "$2" "$1"
}
# A comment that stands for one function names nothing else than that one asks for.
strangers() {
    awk 'NR == FNR { asked[$0]; next } !($0 in asked) && $2 != "?" { print }' "$2" "$1" >"$work/more"
    said_groups "$3" >"$work/groups"
    awk -v groups="$work/groups" -v rows="$2" 'BEGIN {
            while ((getline line < rows) > 0) asked[line]
            while ((getline line < groups) > 0) { n = split(line, name, " "); for (i = 1; i <= n; i++) group[name[i]] = line } }
        { found = 0; n = split(group[$1], name, " ")
          for (i = 1; i <= n; i++) if ((name[i] " " $2) in asked) found = 1
          if (!found) { print $1 ": its comment names " $2 ", which it does not ask for"; bad = 1 } }
        END { exit bad }' "$work/more"
}
# The functions of each comment, a line a comment.
said_groups() {
    awk '
        function end() { if (names != "") print names; names = "" }
        FNR == 1 { end(); inside = 0; reading = 0 }
        inside { if ($0 ~ /\*\//) inside = 0; next }
        /^[ \t]*$/ { end(); next }
        /^\/\*/ { end(); if ($0 !~ /\*\//) inside = 1; next }
        /^LOY_API/ { call = ""; reading = 1 }
        reading { call = call " " $0
            if ($0 !~ /;/) next
            reading = 0
            match(call, /loy_[a-z_0-9]+\(/); names = names " " substr(call, RSTART, RLENGTH - 1) }
        END { end() }' $1
}

if [ "${2-}" = --self-test ]; then
    printf '/* Forgets. Managers (LOY_MAY_ERASE_MEMBER). */\nLOY_API int loy_a(\n    struct loy_store *store);\n\n/* Silent. */\nLOY_API int loy_b(struct loy_store *store);\n/* Needs no\n * role. */\nLOY_API int loy_c(struct loy_store *store);\n' >"$work/planted.h"
    said "$work/planted.h" >"$work/said"
    printf 'loy_a LOY_MAY_ERASE_MEMBER\nloy_b ?\nloy_c -\n' | cmp - "$work/said" || exit 1
    printf 'CALL(loy_a, LOY_MAY_ERASE_MEMBER, x)\nCALL(loy_b, LOY_MAY_SELL, x)\nEXEMPT(loy_c, "frees")\n' >"$work/rows.def"
    asked "$work/rows.def" >"$work/asked"
    if compare "$work/said" "$work/asked" >"$work/out"; then echo "a silent comment is not found"; exit 1; fi
    [ "$(wc -l <"$work/out")" = 1 ] || { cat "$work/out"; exit 1; }
    # The code changes and the manual does not.
    printf 'CALL(loy_a, LOY_MAY_SEE_MEMBER, x)\nCALL(loy_c, LOY_MAY_SELL, x)\n' >"$work/rows.def"
    asked "$work/rows.def" >"$work/asked"
    if compare "$work/said" "$work/asked" >"$work/out"; then echo "a drift is not found"; exit 1; fi
    grep -q 'loy_a: its comment does not name LOY_MAY_SEE_MEMBER' "$work/out" || exit 1
    grep -q 'loy_c: its comment does not name LOY_MAY_SELL' "$work/out" || exit 1
    if strangers "$work/said" "$work/asked" "$work/planted.h" >"$work/out"; then echo "a stranger is not found"; exit 1; fi
    grep -q 'loy_a: its comment names LOY_MAY_ERASE_MEMBER' "$work/out" || exit 1
    exit 0
fi
headers=$(echo libloyalty/include/loyalty/*.h)
said $headers >"$work/said"
asked tests/store/access_calls.def >"$work/asked"
[ "$(cut -d' ' -f1 "$work/said" | sort -u | wc -l)" -gt 90 ] || { echo "too few functions were found"; exit 1; }
status=0
compare "$work/said" "$work/asked" || status=1
strangers "$work/said" "$work/asked" "$headers" || status=1
exit $status
