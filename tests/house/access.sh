#!/bin/sh
# Every public function that takes a handle has a row in tests/store/access_calls.def, so that the matrix test calls it
# under every role, or the reason stands there why it asks for none. access.sh SOURCE_DIR [--self-test]
set -eu
cd "$1"
command -v ctags >/dev/null 2>&1 || { echo "skipped: ctags (universal-ctags) is not installed"; exit 77; }
rows=tests/store/access_calls.def
# Handles: what a role was asked for when it was opened may be another operator's now.
handles='struct loy_(store|basket|lane|sales|columns|columns_sales|intents|complaint_counts|campaign_counts|scorecard|counter_report|alarms) \*'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

functions() { # functions HEADER...: those that take a handle
    ctags -x --_xformat='%N %S' -I LOY_API+ --language-force=C --c-kinds=p "$@" | grep -E "$handles" |
        sed 's/ .*//' | sort -u
}
named() { sed -nE 's/^(CALL|EXEMPT)\((loy_[a-z_0-9]+),.*/\2/p' "$rows" | sort -u; }

headers=libloyalty/include/loyalty/*.h
if [ "${2-}" = --self-test ]; then
    echo 'LOY_API enum loy_status loy_member_forgotten(
        struct loy_store *store, const struct loy_id *id);' >"$work/planted.h"
    [ "$(functions "$work/planted.h")" = loy_member_forgotten ] || { echo "a planted function is not found"; exit 1; }
    named | grep -qx loy_member_forgotten && exit 1
    exit 0
fi
functions $headers >"$work/functions"
named >"$work/named"
[ "$(wc -l <"$work/functions")" -gt 50 ] || { echo "too few functions were found"; exit 1; }
status=0
missing=$(comm -23 "$work/functions" "$work/named")
[ -z "$missing" ] || { printf 'no row in %s for:\n%s\n' "$rows" "$missing"; status=1; }
gone=$(comm -13 "$work/functions" "$work/named")
[ -z "$gone" ] || { printf '%s names what is no public function:\n%s\n' "$rows" "$gone"; status=1; }
# An operation that no row names is asked for by nobody: a rule that rules nothing.
operations() { sed -nE 's/^ *X\((LOY_MAY_[A-Z_]+),.*/\1/p' libloyalty/include/loyalty/access.h | sort -u; }
asked() { sed -nE 's/^CALL\(loy_[a-z_0-9]+, (LOY_MAY_[A-Z_]+),.*/\1/p' "$rows" | sort -u; }
operations >"$work/operations"
asked >"$work/asked"
[ "$(wc -l <"$work/operations")" -gt 50 ] || { echo "too few operations were found"; exit 1; }
idle=$(comm -23 "$work/operations" "$work/asked")
[ -z "$idle" ] || { printf 'no row in %s asks for:\n%s\n' "$rows" "$idle"; status=1; }
# A reason is a sentence, not an empty string.
grep -nE '^EXEMPT\([a-z_0-9]+, "[^"]{0,5}"\)' "$rows" && status=1
exit $status
