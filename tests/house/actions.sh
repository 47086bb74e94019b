#!/bin/sh
# Every action that the library writes into the audit log has its words in pos-app/cli/code_words.c, and every rule about
# cards and lanes; and no words are left of an action that nothing writes. actions.sh SOURCE_DIR [--self-test]
set -eu
root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The sources without line ends, a statement or a row of a table a line.
statements() { cat libloyalty/store/*.c libloyalty/member/*.c libloyalty/basket/*.c libloyalty/release/*.c | tr '\n' ' ' | tr ';{}' '\n\n\n'; }
# The argument of calls that names the action: the second, of a gift of a card the third.
arguments() {
    statements | grep -oE '\b(store_audit|member_audit|card_audit|audit)\([^,()]*,[^,]*,' | sed -E 's/^[^,]*,[[:space:]]*//; s/,$//'
    statements | grep -oE '\bcard_gift_write\([^,]*,[^,]*,[^,]*,' | sed -E 's/^[^,]*,[^,]*,[[:space:]]*//; s/,$//'
}
literals() { grep -oE '"[a-z][a-z_.-]*"' | tr -d '"'; }

check() {
    cd "$1"
    # What is handed on was named by a caller; anything else could hide an action.
    hidden=$(arguments | grep -vE '"|^(const char \*)?action$|^step->action$|^STORE_AUDIT_[A-Z]+$' || true)
    [ -z "$hidden" ] || { printf 'an action that cannot be read from the sources: %s\n' "$hidden"; return 1; }
    {
        arguments | literals
        # In tables of steps, and what calls hand on: a code with a point is nothing else in these rooms.
        cat libloyalty/store/*.c libloyalty/member/*.c libloyalty/basket/*.c libloyalty/release/*.c |
            grep -oE '"[a-z]{2,}\.[a-z_]{2,}"' | tr -d '"'
        sed -nE 's/^#define STORE_AUDIT_[A-Z_]+ "([a-z]+-[a-z]+)"$/\1/p' libloyalty/store/*.h
    } | sort -u >"$work/written"
    sed -nE 's/^ +X\(LOY_(LANE_)?RULE_[A-Z_]+, "([a-z_]+)".*/\2/p' libloyalty/include/loyalty/member_card.h \
        libloyalty/include/loyalty/lane_rule.h | sort >"$work/rules"
    words() { tr '\n' ' ' <pos-app/cli/code_words.c | grep -oE "\{$1, \"[^\"]*\", +N_\(\"[^\"]+\"\)\}" | sed -E 's/^[^"]*"([^"]*)".*/\1/' | sort; }
    words CODE_ACTION >"$work/known"
    words CODE_RULE >"$work/known_rules"
    [ "$(wc -l <"$work/written")" -gt 50 ] && [ "$(wc -l <"$work/rules")" -gt 10 ] ||
        { echo "the actions were not found in the sources"; return 1; }
    bare=$(comm -23 "$work/written" "$work/known"; comm -23 "$work/rules" "$work/known_rules")
    stale=$(comm -13 "$work/written" "$work/known"; comm -13 "$work/rules" "$work/known_rules")
    [ -z "$bare" ] || { printf 'no words in code_words.c for:\n%s\n' "$bare"; return 1; }
    [ -z "$stale" ] || { printf 'code_words.c has words for what nothing writes:\n%s\n' "$stale"; return 1; }
}

# plant FILE TEXT: one more line of source, which must be complained of.
plant() {
    rm -rf "$work/copy" && mkdir "$work/copy"
    (cd "$root" && cp -r libloyalty pos-app "$work/copy/")
    echo "$2" >>"$work/copy/$1"
    if (check "$work/copy") >"$work/told" 2>&1; then echo "this was not found in $1: $2"; exit 1; fi
    grep -qF "$3" "$work/told" || { echo "$2 was found, but not told: $(cat "$work/told")"; exit 1; }
}
if [ "${2-}" = --self-test ]; then
    (check "$root") || exit 1
    plant libloyalty/store/audit.c 'void f(void) { store_audit(store, "till-moved", object, at_us); }' till-moved
    plant libloyalty/store/operator.c 'void f(void) { audit(store, on ? "operator-on" : "operator-gone", 1, "", 0); }' operator-gone
    plant libloyalty/member/card_state.c 'static const struct step s = {LOY_MAY_BLOCK_CARD, 1, "card.melt", false};' card.melt
    plant libloyalty/member/claim.c 'void f(void) { card_gift_write(store, gift, "cardgift", "x", 0); }' cardgift
    plant libloyalty/member/row.c 'void f(void) { member_audit(store, hidden_by_name, id, NULL, at_us); }' hidden_by_name
    plant libloyalty/store/store_parts.h '#define STORE_AUDIT_MELTED "audit-melted"' audit-melted
    plant pos-app/cli/code_words.c 'int x = {CODE_ACTION, "nobody.writes", N_("x")};' nobody.writes
    echo "every planted action was found"
    exit 0
fi
check "$root"
