/* SPDX-License-Identifier: MIT
 *
 * test_held.c - nothing that is held of a member is missing from an export: every table that names
 * members, found by its schema and by what stands in it, is read by a cursor here and compared row
 * for row with SQL, or exempt with a reason.
 */
#include "canary.h"

#include <loyalty/contact.h>
#include <loyalty/member_card.h>
#include <loyalty/quality.h>
#include <loyalty/rights.h>

#include <stdlib.h>

static struct desk desk;
static struct loy_id id;
static int64_t number; /* of its row: like no other number in the store */

/* ---- What an export tells, a line for each row ------------------------------------------------
 */

static FILE *told; /* lines of key figures */

static const char *hex_of(const struct loy_id *of, char hex[33])
{
    return loy_id_is_none(of) ? "" : sodium_bin2hex(hex, 33, of->bytes, sizeof of->bytes);
}

static void tell_held(const char *kind)
{
    struct loy_held held = {.size = sizeof held};
    int64_t position = 0;
    char hex[33];
    while (loy_held_next(desk.store, &id, &position, &held) == LOY_OK)
        if (strcmp(held.kind, kind) == 0)
            fprintf(told, "%lld|%s|%d|%lld|%lld|%s%s\n", (long long)held.at_us,
                hex_of(&held.other, hex), held.field, (long long)held.version, (long long)held.how,
                held.text, held.reason);
}

static void tell_ties(const char *unused)
{
    (void)unused;
    tell_held("refers");
    tell_held("branch");
    tell_held("referred-by");
    tell_held("head-office");
}

static void tell_lines(const char *unused)
{
    (void)unused;
    struct loy_held_line line = {.size = sizeof line};
    struct loy_held_position position = {0, 0, 0};
    char hex[33];
    while (loy_held_line_next(desk.store, &id, &position, &line) == LOY_OK)
        fprintf(told, "%s|%d|%lld|%d|%lld|%lld\n", hex_of(&line.basket, hex), line.state,
            (long long)line.opened_at_us, line.number, (long long)line.quantity_milli,
            (long long)line.paid_minor);
}

static void tell_steps(const char *kind)
{
    struct loy_held_step step = {.size = sizeof step};
    struct loy_held_position position = {0, 0, 0};
    char hex[33];
    while (loy_held_step_next(desk.store, &id, &position, &step) == LOY_OK)
        if (strcmp(step.kind, kind) == 0)
            fprintf(told, "%s|%d|%lld|%d|%d|%lld|%lld|%lld|%s|%s\n", hex_of(&step.basket, hex),
                step.number, (long long)step.at_us, step.how, step.stage,
                (long long)step.before_minor, (long long)step.after_minor,
                (long long)step.amount_minor, step.rule, step.serial);
}

static void tell_values(const char *traits)
{
    static struct loy_member_value value;
    int64_t position = 0;
    value.size = sizeof value;
    while (loy_member_value_next(desk.store, &id, &position, &value) == LOY_OK)
        if ((value.field == 0) == (traits[0] == 't'))
            fprintf(told, "%d|%s|%lld|%s|%lld|%lld\n", value.field, value.field ? "" : value.name,
                (long long)value.version, value.channel, (long long)value.collected_at_us,
                (long long)value.entered_at_us);
}

static void tell_consents(const char *unused)
{
    (void)unused;
    struct loy_consent said = {.size = sizeof said};
    int64_t position = 0;
    while (loy_consent_next(desk.store, &id, &position, &said) == LOY_OK)
        fprintf(told, "%d|%d|%lld|%s|%s\n", said.purpose, said.given, (long long)said.at_us,
            said.channel, said.text_version);
}

static void tell_cards(const char *unused)
{
    (void)unused;
    struct loy_card card;
    int64_t position = 0;
    while (loy_card_next(desk.store, &id, &position, &card) == LOY_OK)
        fprintf(told, "%d|%s|%d|%lld|%lld\n", card.kind, card.tail, card.status,
            (long long)card.issued_at_us, (long long)card.purchaser);
}

static void tell_card_events(const char *unused)
{
    (void)unused;
    struct loy_card_event event = {.size = sizeof event};
    int64_t position = 0;
    while (loy_card_event_next(desk.store, &id, &position, &event) == LOY_OK)
        fprintf(told, "%lld|%s|%d|%s\n", (long long)event.at_us, event.tail, event.status,
            event.reason);
}

static void tell_purchasers(const char *unused)
{
    (void)unused;
    static struct loy_purchaser one;
    int64_t position = 0;
    one.size = sizeof one;
    while (loy_purchaser_next(desk.store, &id, &position, &one) == LOY_OK) {
        assert_non_null(strstr(one.name, CANARY_TEXT));
        fprintf(told, "%lld|%d|%d|%lld|%s\n", (long long)one.number, one.authority, one.active,
            (long long)one.until_us, one.document);
    }
}

/* Those of the log; registration and purchases are of other tables. */
static void tell_contacts(const char *unused)
{
    (void)unused;
    static struct loy_contact one;
    int64_t position = 0;
    one.size = sizeof one;
    while (loy_contact_next(desk.store, &id, &position, &one) == LOY_OK)
        if (one.number)
            fprintf(told, "%lld|%lld|%s|%s|%d|%s|%s|%d\n", (long long)one.number,
                (long long)one.at_us, one.kind, one.channel, one.initiated_by, one.campaign,
                one.reason, strstr(one.text, CANARY_TEXT) != NULL);
}

static void tell_notes(const char *unused)
{
    (void)unused;
    static struct loy_note_entry one;
    int64_t position = 0;
    one.size = sizeof one;
    while (loy_note_next(desk.store, &id, &position, &one) == LOY_OK) {
        assert_non_null(strstr(one.text, CANARY_TEXT));
        fprintf(told, "%d|%lld|%s\n", one.note, (long long)one.at_us, one.operator_name);
    }
}

/* ---- What the tables hold, a line for each row -------------------------------------------------
 */

#define TIE "SELECT '0|' || lower(hex(o.uid)) || '|0|0|0|' FROM member m JOIN member o ON "

/* sql: the key figures of the rows of member ?1, as told. NULL: nothing is told of it. */
static const struct {
    const char *table, *sql;
    void (*tell)(const char *argument);
    const char *argument; /* or why nothing is told */
} tables[] = {
    {"member_field",
        "SELECT printf('%d||%d|%s|%d|%d', field, version, channel, collected_at_us, "
        "entered_at_us) FROM member_field WHERE member = ?1",
        tell_values, "fields"},
    {"member_trait",
        "SELECT printf('0|%s|%d|%s|%d|%d', name, version, channel, collected_at_us, "
        "entered_at_us) FROM member_trait WHERE member = ?1",
        tell_values, "traits"},
    {"blind_index", "SELECT printf('0||%d|0|0|', field) FROM blind_index WHERE member = ?1",
        tell_held, "index"},
    {"consent",
        "SELECT printf('%d|%d|%d|%s|%s', purpose, given, at_us, channel, text_version) "
        "FROM consent WHERE member = ?1",
        tell_consents, ""},
    {"card",
        "SELECT printf('%d|%s|%d|%d|%d', kind, tail, status, issued_at_us, ifnull(purchaser, 0)) "
        "FROM card WHERE member = ?1",
        tell_cards, ""},
    {"card_history",
        "SELECT printf('%d|%s|%d|%s', h.at_us, c.tail, h.status, ifnull(h.reason, '')) "
        "FROM card_history h JOIN card c ON c.id = h.card WHERE c.member = ?1",
        tell_card_events, ""},
    {"claim",
        "SELECT printf('%d||0|0|%d|', made_at_us, used_at_us IS NOT NULL) FROM claim "
        "WHERE member = ?1",
        tell_held, "claim"},
    {"confirmation",
        "SELECT printf('%d||%d|%d|%d|%s', at_us, field, version, how, channel) "
        "FROM confirmation WHERE member = ?1",
        tell_held, "confirmation"},
    {"basket",
        "SELECT printf('%s|%d|%d|%d|%d|%d', lower(hex(b.uid)), b.state, b.opened_at_us, "
        "ifnull(l.number, 0), ifnull(l.quantity_milli, 0), ifnull(l.paid_minor, 0)) FROM basket b "
        "LEFT JOIN line l ON l.basket = b.id WHERE b.member = ?1",
        tell_lines, ""},
    {"merge",
        "SELECT printf('%d|%s|0|0|0|', g.at_us, lower(hex(o.uid))) FROM merge g JOIN member o "
        "ON o.id = g.loser WHERE g.survivor = ?1",
        tell_held, "merged"},
    {"distinct_pair",
        "SELECT printf('%d|%s|0|0|0|', at_us, lower(hex(o.uid))) FROM distinct_pair JOIN member o "
        "ON o.id = lower + higher - ?1 WHERE ?1 IN (lower, higher)",
        tell_held, "judged-different"},
    {"member",
        TIE "o.referred_by = m.id WHERE m.id = ?1 UNION ALL " TIE
            "o.parent = m.id WHERE m.id = ?1 UNION ALL " TIE
            "o.id = m.referred_by WHERE m.id = ?1 UNION ALL " TIE "o.id = m.parent WHERE m.id = ?1",
        tell_ties, ""},
    {"purchaser",
        "SELECT printf('%d|%d|%d|%d|%s', id, authority, active, ifnull(until_us, 0), "
        "ifnull(document, '')) FROM purchaser WHERE member = ?1",
        tell_purchasers, ""},
    {"contact",
        "SELECT printf('%d|%d|%s|%s|%d|%s|%s|%d', id, at_us, kind, channel, initiated_by, "
        "ifnull(campaign, ''), ifnull(reason, ''), body IS NOT NULL) FROM contact WHERE member = "
        "?1",
        tell_contacts, ""},
    {"note",
        "SELECT printf('%d|%d|%s', n.kind, n.at_us, o.name) FROM note n LEFT JOIN operator o "
        "ON o.id = n.operator WHERE n.member = ?1",
        tell_notes, ""},
    {"question",
        "SELECT printf('%d||%d|0|%d|', at_us, field, answer) FROM question "
        "WHERE member = ?1",
        tell_held, "question"},
    {"basket_link",
        "SELECT printf('%s|%d|%d|%d|%d|%d|%d|0||', lower(hex(b.uid)), l.number, l.at_us, l.how, "
        "l.stage, l.before_minor, l.after_minor) FROM basket_link l JOIN basket b "
        "ON b.id = l.basket WHERE b.member = ?1",
        tell_steps, "link"},
    {"basket_link",
        "SELECT printf('%d||0|%d|%d|%s', l.at_us, l.number, l.how, c.tail) FROM basket_link l "
        "JOIN card c ON c.id = l.card LEFT JOIN basket b ON b.id = l.basket WHERE c.member = ?1 "
        "AND b.member IS NOT ?1",
        tell_held, "shown"},
    {"tender",
        "SELECT printf('%s|%d|0|%d|0|0|0|%d||', lower(hex(b.uid)), t.number, t.kind, "
        "t.amount_minor) FROM tender t JOIN basket b ON b.id = t.basket WHERE b.member = ?1",
        tell_steps, "tender"},
    {"basket_coupon",
        "SELECT printf('%s|0|%d|0|0|0|0|0|%s|%s', lower(hex(b.uid)), k.at_us, k.rule, k.serial) "
        "FROM basket_coupon k JOIN basket b ON b.id = k.basket WHERE b.member = ?1",
        tell_steps, "coupon"},
    {"taken_back",
        "SELECT printf('%s|%d|0|0|0|0|0|0||', lower(hex(b.uid)), k.number) FROM taken_back k "
        "JOIN basket b ON b.id = k.basket WHERE b.member = ?1",
        tell_steps, "back"},
    {"operator_card",
        "SELECT printf('%d||0|0|0|%s', o.at_us, c.tail) FROM operator_card o JOIN card c "
        "ON c.digest = o.digest WHERE c.member = ?1",
        tell_held, "staff-card"},
    {"alarm_seen",
        "SELECT printf('%d||0|%d|%d|%s', a.at_us, a.count, a.kind, a.reason) FROM alarm_seen a "
        "JOIN basket b ON b.id = a.basket WHERE b.member = ?1",
        tell_held, "alarm"},
    {"audit", NULL, NULL, "what operators did: ids and codes only"},
};

/* ---- Which tables ------------------------------------------------------------------------------
 */

static bool known(const char *table)
{
    for (size_t i = 0; i < ROWS(tables); i++)
        if (strcmp(tables[i].table, table) == 0) return true;
    return false;
}

/* By its name, by a reference to a table that has rows of members, or by what stands in it: the
 * member's number, which is like no other number, or the id. */
static bool names_members(const char *table, const char *column)
{
    static const char *const by_schema =
        "SELECT 1 WHERE ?2 IN ('member', 'survivor', 'loser', 'lower', 'higher', 'sealed_for', "
        "'referred_by', 'parent', 'merged_into') UNION ALL SELECT 1 FROM pragma_foreign_key_list("
        "?1) WHERE \"from\" = ?2 AND \"table\" IN ('member', 'card', 'contact', 'basket', 'note')";
    char by_value[300], hex[33], text[LOY_ID_TEXT_SIZE];
    bool found = false;
    sqlite3_stmt *select = NULL;
    assert_int_equal(sqlite3_prepare_v2(desk.store->db, by_schema, -1, &select, NULL), SQLITE_OK);
    sqlite3_bind_text(select, 1, table, -1, SQLITE_STATIC);
    sqlite3_bind_text(select, 2, column, -1, SQLITE_STATIC);
    found = sqlite3_step(select) == SQLITE_ROW;
    sqlite3_finalize(select);
    loy_id_text(&id, text);
    sqlite3_snprintf(sizeof by_value, by_value,
        "SELECT count(*) FROM \"%w\" WHERE \"%w\" IN (%lld, x'%s') OR instr(\"%w\", '%s') > 0",
        table, column, (long long)number, hex_of(&id, hex), column, text);
    return found || desk_number(&desk, by_value) > 0;
}

/* How many tables name members and are not told of. */
static int missing(bool tell)
{
    sqlite3_stmt *select = NULL;
    int found = 0;
    assert_int_equal(
        sqlite3_prepare_v2(desk.store->db,
            "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE "
            "t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1",
            -1, &select, NULL),
        SQLITE_OK);
    while (sqlite3_step(select) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(select, 0);
        const char *column = (const char *)sqlite3_column_text(select, 1);
        if (known(table) || !names_members(table, column)) continue;
        if (tell) print_error("%s.%s names members and is in no export\n", table, column);
        found++;
    }
    sqlite3_finalize(select);
    return found;
}

static void no_table_is_missing(void **state)
{
    (void)state;
    /* The control: a table of any kind that is new is seen, and one that names nobody is not. */
    static const struct {
        const char *sql;
        int seen;
    } tables_to_come[] = {
        {"CREATE TABLE later (member INTEGER)", 1},
        {"CREATE TABLE later (who INTEGER REFERENCES member)", 1},
        {"CREATE TABLE later (card INTEGER REFERENCES card, other INTEGER)", 1},
        {"CREATE TABLE later AS SELECT id AS owner, 5 AS size FROM member", 1},
        {"CREATE TABLE later AS SELECT uid AS owner, 5 AS size FROM member", 1},
        {"CREATE TABLE later (size INTEGER, colour TEXT)", 0},
    };
    assert_int_equal(missing(true), 0);
    for (size_t i = 0; i < ROWS(tables_to_come); i++) {
        desk_run(&desk, tables_to_come[i].sql);
        assert_int_equal(missing(false), tables_to_come[i].seen);
        desk_run(&desk, "DROP TABLE later");
    }
}

/* ---- Row for row --------------------------------------------------------------------------------
 */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of a text in their order; it is cut up. */
static size_t lines_sort(char *text, char *lines[100])
{
    size_t count = 0;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        assert_true(count < 100);
        lines[count++] = line;
    }
    qsort(lines, count, sizeof lines[0], by_text);
    return count;
}

static char *rows_of(const char *sql)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    sqlite3_stmt *select = NULL;
    assert_int_equal(sqlite3_prepare_v2(desk.store->db, sql, -1, &select, NULL), SQLITE_OK);
    sqlite3_bind_int64(select, 1, number);
    while (sqlite3_step(select) == SQLITE_ROW)
        fprintf(out, "%s\n", (const char *)sqlite3_column_text(select, 0));
    sqlite3_finalize(select);
    fclose(out);
    return text;
}

static void no_row_is_missing(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(tables); i++) {
        if (!tables[i].sql) continue;
        char *text = NULL, *held_lines[100], *told_lines[100];
        size_t size = 0;
        char *held = rows_of(tables[i].sql);
        told = open_memstream(&text, &size);
        tables[i].tell(tables[i].argument);
        fclose(told);
        size_t rows = lines_sort(held, held_lines), lines = lines_sort(text, told_lines);
        if (rows != lines) print_error("%s: %zu of %zu\n", tables[i].table, lines, rows);
        assert_int_equal(lines, rows);
        assert_true(rows > 0);
        for (size_t k = 0; k < rows; k++)
            assert_string_equal(told_lines[k], held_lines[k]);
        free(held);
        free(text);
    }
}

static void only_managers(void **state)
{
    (void)state;
    static const enum loy_role roles[] = {
        LOY_ROLE_CASHIER, LOY_ROLE_SUPERVISOR, LOY_ROLE_ANALYST, LOY_ROLE_AUDITOR};
    struct loy_held held = {.size = sizeof held};
    struct loy_held_line line = {.size = sizeof line};
    struct loy_held_step step = {.size = sizeof step};
    struct loy_held_position position = {0, 0, 0};
    int64_t at = 0;
    struct loy_id nobody = {{9}};
    for (size_t i = 0; i < ROWS(roles); i++) {
        desk.store->role = roles[i];
        assert_status(loy_export_begin(desk.store, &id, AT), LOY_E_ACCESS);
        assert_status(loy_held_next(desk.store, &id, &at, &held), LOY_E_ACCESS);
        assert_status(loy_held_line_next(desk.store, &id, &position, &line), LOY_E_ACCESS);
        assert_status(loy_held_step_next(desk.store, &id, &position, &step), LOY_E_ACCESS);
    }
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_export_begin(desk.store, &nobody, AT), LOY_NONE);
    assert_status(loy_held_next(desk.store, &nobody, &at, &held), LOY_NONE);
    assert_status(loy_held_line_next(desk.store, &nobody, &position, &line), LOY_NONE);
    assert_status(loy_export_begin(desk.store, NULL, AT), LOY_E_ARGUMENT);
    assert_status(loy_held_next(desk.store, &id, NULL, &held), LOY_E_ARGUMENT);
    assert_status(loy_held_line_next(desk.store, &id, NULL, &line), LOY_E_ARGUMENT);
    assert_status(loy_held_step_next(desk.store, &nobody, &position, &step), LOY_NONE);
    assert_status(loy_held_step_next(desk.store, &id, NULL, &step), LOY_E_ARGUMENT);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(loy_export_begin(desk.store, &id, AT), LOY_E_ARGUMENT);
    loy_store_rollback(desk.store);
    assert_status(loy_export_begin(desk.store, &id, AT), LOY_OK);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.export'"), 1);
}

static int start(void **state)
{
    (void)state;
    desk_open(&desk, "ZZ");
    desk_run(&desk, "INSERT INTO setting VALUES ('member_top', 770012345)");
    id = canary_member(&desk, 1);
    number = desk_number(&desk, "SELECT max(id) FROM member");
    assert_true(number > 770012345);
    for (unsigned i = 2; i < 6; i++)
        canary_member(&desk, i);
    char sql[900];
    snprintf(sql, sizeof sql,
        "UPDATE member SET referred_by = %lld, parent = %lld WHERE id = %lld;"
        "UPDATE member SET referred_by = %lld, parent = %lld WHERE id = %lld;"
        "INSERT INTO distinct_pair VALUES (%lld, %lld, 3, 1);"
        "INSERT INTO merge (survivor, loser, at_us, operator) VALUES (%lld, %lld, 4, 1)",
        (long long)number, (long long)number, (long long)number + 1, (long long)number + 3,
        (long long)number + 3, (long long)number, (long long)number, (long long)number + 2,
        (long long)number, (long long)number + 4);
    desk_run(&desk, sql);
    const struct loy_contact_form silent = {.size = sizeof silent,
        .member = &id,
        .kind = LOY_CONTACT_COUPON,
        .channel = "web",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .campaign = "SPRING",
        .at_us = AT + 7};
    struct loy_credential card;
    canary_card(&desk, 1, &card);
    assert_status(loy_contact_add(desk.store, &silent, AT + 7, NULL), LOY_OK);
    assert_status(loy_note_set(desk.store, &id, LOY_NOTE_CREDIT, CANARY_TEXT, AT + 8), LOY_OK);
    assert_status(loy_card_block(desk.store, &card, LOY_CARD_BLOCKED, "found", AT + 9), LOY_OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    desk_close(&desk);
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_table_is_missing),
        cmocka_unit_test(no_row_is_missing),
        cmocka_unit_test(only_managers),
    };
    return cmocka_run_group_tests(tests, start, end);
}
