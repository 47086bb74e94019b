/* SPDX-License-Identifier: MIT
 *
 * test_held.c - nothing that is held of a member is missing from an export: every table with a
 * column that names a member is either read by a cursor here, row for row, or exempt with a reason.
 */
#include "canary.h"

#include <loyalty/quality.h>
#include <loyalty/rights.h>

static struct desk desk;
static struct loy_id id;

static int64_t count_held(const char *kind)
{
    struct loy_held held = {.size = sizeof held};
    int64_t position = 0, found = 0;
    while (loy_held_next(desk.store, &id, &position, &held) == LOY_OK)
        found += strcmp(held.kind, kind) == 0;
    return found;
}

static int64_t count_lines(const char *unused)
{
    (void)unused;
    struct loy_held_line line = {.size = sizeof line};
    struct loy_held_position position = {0, 0, 0};
    int64_t found = 0;
    while (loy_held_line_next(desk.store, &id, &position, &line) == LOY_OK)
        found++;
    return found;
}

static int64_t count_values(const char *traits)
{
    static struct loy_member_value value;
    int64_t position = 0, found = 0;
    value.size = sizeof value;
    while (loy_member_value_next(desk.store, &id, &position, &value) == LOY_OK)
        found += (value.field == 0) == (traits[0] == 't');
    return found;
}

static int64_t count_consents(const char *unused)
{
    (void)unused;
    struct loy_consent said = {.size = sizeof said};
    int64_t position = 0, found = 0;
    while (loy_consent_next(desk.store, &id, &position, &said) == LOY_OK)
        found++;
    return found;
}

static int64_t count_cards(const char *unused)
{
    (void)unused;
    struct loy_card card;
    int64_t position = 0, found = 0;
    while (loy_card_next(desk.store, &id, &position, &card) == LOY_OK)
        found++;
    return found;
}

static const struct {
    const char *table;
    const char *sql; /* its rows of member 1; NULL: another test or no row of its own */
    int64_t (*count)(const char *argument);
    const char *argument; /* or why there is no count here */
} tables[] = {
    {"member_field", "SELECT count(*) FROM member_field WHERE member = 1", count_values, "fields"},
    {"member_trait", "SELECT count(*) FROM member_trait WHERE member = 1", count_values, "traits"},
    {"blind_index", "SELECT count(*) FROM blind_index WHERE member = 1", count_held, "index"},
    {"consent", "SELECT count(*) FROM consent WHERE member = 1", count_consents, ""},
    {"card", "SELECT count(*) FROM card WHERE member = 1", count_cards, ""},
    {"claim", "SELECT count(*) FROM claim WHERE member = 1", count_held, "claim"},
    {"confirmation", "SELECT count(*) FROM confirmation WHERE member = 1", count_held,
        "confirmation"},
    {"basket",
        "SELECT count(*) FROM basket b LEFT JOIN line l ON l.basket = b.id WHERE b.member = 1",
        count_lines, ""},
    {"merge", "SELECT count(*) FROM merge WHERE survivor = 1", count_held, "merged"},
    {"distinct_pair", "SELECT count(*) FROM distinct_pair WHERE 1 IN (lower, higher)", count_held,
        "judged-different"},
    {"member", "SELECT count(*) FROM member WHERE referred_by = 1", count_held, "refers"},
    {"purchaser", NULL, NULL, "loy_purchaser_next"},
    {"contact", NULL, NULL, "loy_contact_next"},
    {"note", NULL, NULL, "loy_note_get"},
};

static void no_table_is_missing(void **state)
{
    (void)state;
    sqlite3_stmt *select = NULL;
    size_t seen = 0;
    assert_int_equal(
        sqlite3_prepare_v2(desk.store->db,
            "SELECT DISTINCT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c "
            "WHERE t.type = 'table' AND c.name IN ('member', 'survivor', 'lower', 'sealed_for', "
            "'referred_by', 'parent') ORDER BY 1",
            -1, &select, NULL),
        SQLITE_OK);
    while (sqlite3_step(select) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(select, 0);
        bool known = false;
        for (size_t i = 0; i < ROWS(tables); i++)
            known = known || strcmp(tables[i].table, name) == 0;
        if (!known) print_error("table %s names members and is in no export\n", name);
        assert_true(known);
        seen++;
    }
    sqlite3_finalize(select);
    assert_int_equal(seen, ROWS(tables));
}

static void no_row_is_missing(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(tables); i++) {
        if (!tables[i].sql) continue;
        int64_t rows = desk_number(&desk, tables[i].sql);
        int64_t found = tables[i].count(tables[i].argument);
        if (rows != found) print_error("%s: %d of %d\n", tables[i].table, (int)found, (int)rows);
        assert_int_equal(found, rows);
        assert_true(rows > 0);
    }
    assert_int_equal(
        count_held("card"), desk_number(&desk, "SELECT count(*) FROM card_history h JOIN card c "
                                               "ON c.id = h.card WHERE c.member = 1"));
}

static void only_managers(void **state)
{
    (void)state;
    static const enum loy_role roles[] = {
        LOY_ROLE_CASHIER, LOY_ROLE_SUPERVISOR, LOY_ROLE_ANALYST, LOY_ROLE_AUDITOR};
    struct loy_held held = {.size = sizeof held};
    struct loy_held_line line = {.size = sizeof line};
    struct loy_held_position position = {0, 0, 0};
    int64_t at = 0;
    struct loy_id nobody = {{9}};
    for (size_t i = 0; i < ROWS(roles); i++) {
        desk.store->role = roles[i];
        assert_status(loy_export_begin(desk.store, &id, AT), LOY_E_ACCESS);
        assert_status(loy_held_next(desk.store, &id, &at, &held), LOY_E_ACCESS);
        assert_status(loy_held_line_next(desk.store, &id, &position, &line), LOY_E_ACCESS);
    }
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_export_begin(desk.store, &nobody, AT), LOY_NONE);
    assert_status(loy_held_next(desk.store, &nobody, &at, &held), LOY_NONE);
    assert_status(loy_held_line_next(desk.store, &nobody, &position, &line), LOY_NONE);
    assert_status(loy_export_begin(desk.store, NULL, AT), LOY_E_ARGUMENT);
    assert_status(loy_held_next(desk.store, &id, NULL, &held), LOY_E_ARGUMENT);
    assert_status(loy_held_line_next(desk.store, &id, NULL, &line), LOY_E_ARGUMENT);
    assert_status(loy_export_begin(desk.store, &id, AT), LOY_OK);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.export'"), 1);
}

static int start(void **state)
{
    (void)state;
    desk_open(&desk, "ZZ");
    id = canary_member(&desk, 1);
    for (unsigned i = 2; i < 5; i++)
        canary_member(&desk, i);
    desk_run(&desk, "UPDATE member SET referred_by = 1 WHERE id = 2");
    desk_run(&desk, "INSERT INTO distinct_pair VALUES (1, 3, 1, 1)");
    desk_run(&desk, "INSERT INTO merge (survivor, loser, at_us, operator) VALUES (1, 4, 1, 1)");
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
