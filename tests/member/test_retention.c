/* SPDX-License-Identifier: MIT
 *
 * test_retention.c - what goes for good because of its age: refused where the clock or the number
 * cannot be meant, and purchasers forgotten whom nobody needs to know any more.
 * In: members, moments. Out: refusals, counts, rows without a person. */
#include "canary.h"

#include <loyalty/duplicate.h>
#include <loyalty/member_card.h>
#include <loyalty/quality.h>
#include <loyalty/rights.h>

static struct desk desk;

#define DAY INT64_C(86400000000)
#define YEAR (365 * DAY)
#define FAR (AT + 10 * YEAR) /* what a till says whose battery was changed */

static int open_zz(void **state)
{
    (void)state;
    desk_open(&desk, "ZZ");
    return 0;
}

static int close_it(void **state)
{
    (void)state;
    desk_close(&desk);
    return 0;
}

/* Members of whom nothing was heard since AT, numbered from 1. */
static void members(int count)
{
    for (int i = 0; i < count; i++)
        desk_person(&desk, "Quiet One");
}

static void run(const char *format, int64_t at_us)
{
    char sql[200];
    sqlite3_snprintf(sizeof sql, sql, format, (long long)at_us);
    desk_run(&desk, sql);
}

static int64_t active(void)
{
    return desk_number(&desk, "SELECT count(*) FROM member WHERE status = 1");
}

/* ---- The clock --------------------------------------------------------------------------------
 */

static void a_clock_far_ahead_is_refused(void **state)
{
    (void)state;
    int64_t erased = -1;
    members(3);
    assert_status(loy_retention_check(desk.store, AT), LOY_OK);
    assert_status(loy_retention_check(desk.store, FAR), LOY_REFUSED);
    assert_non_null(strstr(loy_store_text(desk.store), "2036-01-31"));
    assert_non_null(strstr(loy_store_text(desk.store), "2026-02-02"));
    assert_status(loy_retention_run(desk.store, FAR, NULL, NULL, &erased), LOY_REFUSED);
    assert_int_equal(erased, -1);
    assert_int_equal(active(), 3);
    /* What is done under that clock does not make it right. */
    assert_status(loy_retention_days_set(desk.store, 1000, FAR - DAY / 2), LOY_OK);
    members(1);
    run("UPDATE member SET created_at_us = %lld WHERE id = 4", FAR - 1);
    assert_status(loy_retention_run(desk.store, FAR, NULL, NULL, &erased), LOY_REFUSED);
    assert_int_equal(active(), 4);
}

/* Each of the three witnesses alone, and from when to when it counts. */
static void what_speaks_for_a_clock(void **state)
{
    (void)state;
    static const char *const witnesses[] = {
        "UPDATE member SET created_at_us = %lld WHERE id = 2",
        "UPDATE basket SET opened_at_us = %lld WHERE member = 2",
        ("INSERT INTO audit VALUES ((SELECT max(sequence) + 1 FROM audit), %lld, 1, 'x', 'y', "
         "x'00')"),
    };
    static const struct {
        int64_t before_us;
        enum loy_status expected;
    } rows[] = {
        {0, LOY_REFUSED},
        {DAY - 1, LOY_REFUSED},
        {DAY, LOY_OK},
        {40 * DAY, LOY_OK},
        {LOY_RETENTION_SILENCE_DAYS * DAY, LOY_OK},
        {LOY_RETENTION_SILENCE_DAYS * DAY + 1, LOY_REFUSED},
    };
    canary_member(&desk, 1);
    canary_member(&desk, 2);
    for (size_t w = 0; w < ROWS(witnesses); w++) {
        for (size_t i = 0; i < ROWS(rows); i++) {
            /* An entry of the log cannot be changed, so it is taken with a transaction. */
            assert_status(store_begin(desk.store), LOY_OK);
            run(witnesses[w], FAR - rows[i].before_us);
            assert_status(loy_retention_check(desk.store, FAR), rows[i].expected);
            store_rollback(desk.store);
        }
    }
}

static void a_manager_vouches_for_a_day(void **state)
{
    (void)state;
    int64_t erased = -1;
    members(2);
    desk.store->role = LOY_ROLE_SUPERVISOR;
    assert_status(loy_retention_vouch(desk.store, FAR), LOY_E_ACCESS);
    assert_status(loy_retention_check(desk.store, FAR), LOY_E_ACCESS);
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_retention_vouch(NULL, FAR), LOY_E_ARGUMENT);
    assert_status(loy_retention_check(NULL, FAR), LOY_E_ARGUMENT);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(loy_retention_vouch(desk.store, FAR), LOY_E_ARGUMENT);
    loy_store_rollback(desk.store);
    assert_status(loy_retention_run(desk.store, FAR, NULL, NULL, &erased), LOY_REFUSED);
    assert_status(loy_retention_vouch(desk.store, FAR - DAY / 2), LOY_OK);
    assert_status(loy_retention_check(desk.store, FAR), LOY_REFUSED);
    assert_status(loy_retention_vouch(desk.store, FAR), LOY_OK);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'retention.vouch'"), 2);
    assert_status(loy_retention_check(desk.store, FAR), LOY_OK);
    /* Not on another handle. */
    desk_reopen(&desk);
    assert_status(loy_retention_run(desk.store, FAR + DAY / 4, NULL, NULL, &erased), LOY_REFUSED);
    assert_status(loy_retention_vouch(desk.store, FAR), LOY_OK);
    assert_status(loy_retention_run(desk.store, FAR, NULL, NULL, &erased), LOY_OK);
    assert_int_equal(erased, 2);
    assert_int_equal(active(), 0);
}

/* Merges are made final, and purchasers forgotten, by the same clock. */
static void merges_and_purchasers_ask_too(void **state)
{
    (void)state;
    const int64_t soon = AT + 100 * DAY;
    int64_t count = -1;
    members(2);
    struct loy_id keeps = desk_person(&desk, "Keeps"), goes = desk_person(&desk, "Goes");
    assert_status(loy_merge_finalise(desk.store, FAR, &count), LOY_OK);
    assert_int_equal(count, 0);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT), LOY_OK);
    count = -1;
    assert_status(loy_retention_check(desk.store, soon), LOY_REFUSED);
    assert_status(loy_merge_finalise(desk.store, soon, &count), LOY_REFUSED);
    assert_int_equal(count, -1);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM merge WHERE final_at_us IS NOT NULL"), 0);
    assert_status(loy_member_unmerge(desk.store, &goes, AT + 1), LOY_OK);
    assert_status(loy_retention_check(desk.store, soon), LOY_OK);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT), LOY_OK);
    assert_status(loy_retention_vouch(desk.store, soon), LOY_OK);
    assert_status(loy_merge_finalise(desk.store, soon, &count), LOY_OK);
    assert_int_equal(count, 1);
}

/* ---- The number --------------------------------------------------------------------------------
 */

static void most_members_are_not_erased_unseen(void **state)
{
    (void)state;
    static const struct {
        int quiet, lively;
        enum loy_status expected;
    } rows[] = {{LOY_RETENTION_OVERSEEN, 0, LOY_OK}, {LOY_RETENTION_OVERSEEN + 1, 0, LOY_REFUSED},
        {11, 11, LOY_OK}, {12, 11, LOY_REFUSED}, {3, 1, LOY_OK}};
    const int64_t at_us = AT + 4 * YEAR;
    for (size_t i = 0; i < ROWS(rows); i++) {
        int64_t erased = -1;
        members(rows[i].quiet + rows[i].lively);
        char sql[160];
        snprintf(sql, sizeof sql,
            "UPDATE member SET created_at_us = %lld WHERE id IN (SELECT id FROM member WHERE "
            "status = 1 ORDER BY id DESC LIMIT %d)",
            (long long)(at_us - 9 * DAY), rows[i].lively);
        desk_run(&desk, sql);
        assert_status(store_audit(desk.store, "test", "open", at_us - 2 * DAY), LOY_OK);
        assert_status(loy_retention_check(desk.store, at_us), rows[i].expected);
        enum loy_status status = loy_retention_run(desk.store, at_us, NULL, NULL, &erased);
        assert_status(status, rows[i].expected);
        if (status == LOY_REFUSED) {
            assert_int_equal(erased, -1);
            assert_int_equal(active(), rows[i].quiet + rows[i].lively);
            assert_non_null(strstr(loy_store_text(desk.store), "more than half"));
            assert_status(loy_retention_vouch(desk.store, at_us), LOY_OK);
            assert_status(loy_retention_run(desk.store, at_us, NULL, NULL, &erased), LOY_OK);
        }
        assert_int_equal(erased, rows[i].quiet);
        assert_int_equal(active(), rows[i].lively);
        desk_close(&desk);
        desk_open(&desk, "ZZ");
    }
}

/* ---- Many --------------------------------------------------------------------------------------
 */

/* Rows as an import leaves them, from 100 on: none of them has a key. */
static void rows_add(int count, int64_t at_us)
{
    char sql[300];
    snprintf(sql, sizeof sql,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO "
        "member (id, uid, kind, pseudonymous, status, created_at_us) SELECT (SELECT max(id, 99) "
        "FROM (SELECT max(id) AS id FROM member)) + i, randomblob(16), 1, 1, 1, %lld FROM n",
        count, (long long)at_us);
    desk_run(&desk, sql);
}

static int count_calls(void *user, long long done, long long total)
{
    assert_true(done > 0 && done <= total);
    ++*(int *)user;
    return 0;
}

/* More lively ones than are looked at in a transaction stand before those who go, and those are
 * more than go in one: all are found, with a progress and without. */
static void many_are_looked_at_in_pieces(void **state)
{
    (void)state;
    const int64_t at_us = AT + 4 * YEAR;
    for (int shown = 0; shown < 2; shown++) {
        int64_t erased = 0;
        int calls = 0;
        members(1);
        rows_add(4300, at_us - 5 * DAY);
        rows_add(230, AT);
        assert_status(
            loy_retention_run(desk.store, at_us, shown ? count_calls : NULL, &calls, &erased),
            LOY_OK);
        assert_int_equal(erased, 231);
        assert_int_equal(active(), 4300);
        assert_int_equal(calls, shown ? 2 : 0);
        desk_close(&desk);
        desk_open(&desk, "ZZ");
    }
}

/* Another program writes: told, nothing is erased, and the next try does it. */
static void a_locked_store_is_told(void **state)
{
    (void)state;
    const int64_t at_us = AT + 4 * YEAR;
    int64_t erased = -1, forgotten = -1;
    sqlite3 *beside = NULL;
    members(1);
    struct loy_id firm = {{0}};
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "Wang"}, {LOY_FIELD_NAME, NULL}};
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &firm), LOY_OK);
    desk_run(&desk, "INSERT INTO purchaser (member, sealed_for, number, name, authority, active) "
                    "VALUES (2, 2, 1, x'ff', 1, 0)");
    assert_status(loy_retention_vouch(desk.store, at_us), LOY_OK);
    desk.store->wait_ms = 10;
    assert_int_equal(sqlite3_open(desk.path, &beside), SQLITE_OK);
    assert_int_equal(sqlite3_exec(beside, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_status(loy_retention_run(desk.store, at_us, NULL, NULL, &erased), LOY_E_BUSY);
    assert_status(loy_purchasers_forget(desk.store, at_us, &forgotten), LOY_E_BUSY);
    assert_int_equal(erased, 0);
    assert_int_equal(forgotten, 0);
    assert_int_equal(active(), 2);
    sqlite3_close(beside);
    assert_status(loy_purchasers_forget(desk.store, at_us, &forgotten), LOY_OK);
    assert_int_equal(forgotten, 1);
    assert_status(loy_retention_run(desk.store, at_us, NULL, NULL, &erased), LOY_OK);
    assert_int_equal(erased, 2);
}

/* All went, but the file could not be cleared of what they left: told, and done at the next run. */
static void what_cannot_be_cleared_is_told(void **state)
{
    (void)state;
    const int64_t at_us = AT + 4 * YEAR;
    int64_t erased = -1;
    members(2);
    desk_run(&desk, "INSERT INTO blind_index SELECT 6, randomblob(16), id FROM member");
    assert_status(loy_retention_vouch(desk.store, at_us), LOY_OK);
    desk_run(&desk, "CREATE TRIGGER keep BEFORE DELETE ON setting WHEN old.name = 'traces' BEGIN "
                    "SELECT RAISE(ABORT, 'kept'); END");
    assert_status(loy_retention_run(desk.store, at_us, NULL, NULL, &erased), LOY_E_CONFLICT);
    assert_int_equal(erased, 2);
    assert_int_equal(active(), 0);
    desk_run(&desk, "DROP TRIGGER keep");
    assert_status(loy_retention_run(desk.store, at_us, NULL, NULL, &erased), LOY_OK);
    assert_int_equal(erased, 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM setting WHERE name = 'traces'"), 0);
}

/* ---- Purchasers --------------------------------------------------------------------------------
 */

static struct loy_id firm_add(const char *name)
{
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, name}, {LOY_FIELD_NAME, NULL}};
    struct loy_id member;
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &member), LOY_OK);
    return member;
}

static int64_t purchaser_add(const struct loy_id *firm, enum loy_authority authority)
{
    const struct loy_purchaser_form form = {.size = sizeof form,
        .name = CANARY_TEXT " buyer",
        .function = CANARY_TEXT " cook",
        .telephone = "+86" CANARY_TELEPHONE "9999",
        .document = "passport",
        .authority = (uint8_t)authority,
        .until_us = AT + 10 * DAY};
    int64_t number = 0;
    assert_status(loy_purchaser_add(desk.store, firm, &form, AT, &number), LOY_OK);
    return number;
}

static struct loy_purchaser purchaser_get(const struct loy_id *firm, int64_t number)
{
    struct loy_purchaser found = {.size = sizeof found};
    int64_t position = number - 1;
    assert_status(loy_purchaser_next(desk.store, firm, &position, &found), LOY_OK);
    assert_int_equal(found.number, number);
    return found;
}

/* The envelopes of a row, to be looked for in the files. */
struct envelopes {
    uint8_t bytes[3][ENVELOPE_MAX];
    size_t size[3];
};

static struct envelopes envelopes_of(int64_t number)
{
    struct envelopes found;
    sqlite3_stmt *row = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(desk.store->db,
            "SELECT name, function, telephone FROM purchaser WHERE id = ?1", -1, &row, NULL),
        SQLITE_OK);
    sqlite3_bind_int64(row, 1, number);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    for (int i = 0; i < 3; i++) {
        found.size[i] = (size_t)sqlite3_column_bytes(row, i);
        assert_true(found.size[i] > ENVELOPE_OVERHEAD);
        memcpy(found.bytes[i], sqlite3_column_blob(row, i), found.size[i]);
    }
    sqlite3_finalize(row);
    return found;
}

/* How many of them stand in any file of the store. */
static int envelopes_in_files(const struct envelopes *envelopes)
{
    int found = 0;
    for (int i = 0; i < 3; i++)
        found += desk_files_hold(&desk, envelopes->bytes[i], envelopes->size[i]);
    return found;
}

static void assert_forgotten(const struct loy_id *firm, int64_t number)
{
    struct loy_purchaser found = purchaser_get(firm, number);
    assert_true(found.forgotten);
    assert_false(found.active);
    assert_string_equal(found.name, "");
    assert_string_equal(found.function, "");
    assert_string_equal(found.telephone, "");
    assert_string_equal(found.document, "");
}

static void forgotten_at_once(void **state)
{
    (void)state;
    struct loy_id firm = firm_add("Wang"), other = firm_add("Zhao"), nobody = {{9}};
    int64_t number = purchaser_add(&firm, LOY_AUTHORITY_PERMANENT);
    int64_t stays = purchaser_add(&firm, LOY_AUTHORITY_PERMANENT);
    struct envelopes envelopes = envelopes_of(number), kept = envelopes_of(stays);
    assert_int_equal(envelopes_in_files(&envelopes), 3);
    assert_status(loy_purchaser_forget(desk.store, &firm, number, AT), LOY_REFUSED);
    assert_non_null(strstr(loy_store_text(desk.store), "end the authority"));
    assert_status(loy_purchaser_end(desk.store, &firm, number, NULL, AT + DAY), LOY_OK);
    assert_int_equal(envelopes_in_files(&envelopes), 3);
    assert_status(loy_purchaser_forget(desk.store, &firm, 99, AT), LOY_NONE);
    assert_status(loy_purchaser_forget(desk.store, &other, number, AT), LOY_NONE);
    assert_status(loy_purchaser_forget(desk.store, &nobody, number, AT), LOY_NONE);
    assert_status(loy_purchaser_forget(NULL, &firm, number, AT), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_forget(desk.store, NULL, number, AT), LOY_E_ARGUMENT);
    desk.store->role = LOY_ROLE_SUPERVISOR;
    assert_status(loy_purchaser_forget(desk.store, &firm, number, AT), LOY_E_ACCESS);
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(loy_purchaser_forget(desk.store, &firm, number, AT), LOY_E_ARGUMENT);
    loy_store_rollback(desk.store);
    assert_status(loy_purchaser_forget(desk.store, &firm, number, AT), LOY_OK);
    assert_int_equal(envelopes_in_files(&envelopes), 0);
    assert_int_equal(envelopes_in_files(&kept), 3);
    assert_forgotten(&firm, number);
    assert_int_equal(purchaser_get(&firm, number).until_us, AT + DAY);
    assert_string_equal(purchaser_get(&firm, stays).name, CANARY_TEXT " buyer");
    assert_status(loy_purchaser_forget(desk.store, &firm, number, AT), LOY_REPEATED);
    assert_status(loy_purchaser_end(desk.store, &firm, number, NULL, AT), LOY_REPEATED);
    const struct loy_purchaser_form again = {
        .size = sizeof again, .name = "New", .limit_minor = -1};
    assert_status(loy_purchaser_set(desk.store, &firm, number, &again, AT), LOY_REFUSED);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'purchaser.forget'"), 1);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    assert_status(loy_member_erase(desk.store, &firm, "request", AT), LOY_OK);
}

/* Another program reads: the texts went, but stand in the log. Repeated, the log is emptied too. */
static void forgotten_while_another_reads(void **state)
{
    (void)state;
    struct loy_id firm = firm_add("Wang");
    int64_t number = purchaser_add(&firm, LOY_AUTHORITY_PERMANENT);
    struct envelopes envelopes = envelopes_of(number);
    assert_status(loy_purchaser_end(desk.store, &firm, number, NULL, AT), LOY_OK);
    sqlite3 *beside = NULL;
    desk.store->wait_ms = 10;
    assert_int_equal(sqlite3_open(desk.path, &beside), SQLITE_OK);
    assert_int_equal(sqlite3_exec(beside, "BEGIN; SELECT * FROM member", NULL, NULL, NULL), 0);
    assert_status(loy_purchaser_forget(desk.store, &firm, number, AT), LOY_E_BUSY);
    assert_status(loy_purchaser_forget(desk.store, &firm, number, AT), LOY_E_BUSY);
    assert_true(envelopes_in_files(&envelopes) > 0);
    sqlite3_close(beside);
    assert_status(loy_purchaser_forget(desk.store, &firm, number, AT), LOY_REPEATED);
    assert_int_equal(envelopes_in_files(&envelopes), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM setting WHERE name = 'traces'"), 0);
}

/* All envelopes of lines of purchasers with which a member's form was ever filled. */
static int lines_of(const struct loy_id *firm, struct envelopes lines[], int most)
{
    sqlite3_stmt *row = NULL;
    int count = 0;
    assert_int_equal(sqlite3_prepare_v2(desk.store->db,
                         "SELECT value, normal FROM member_field f JOIN member m ON m.id = "
                         "f.member WHERE m.uid = ?1 AND f.field = 13",
                         -1, &row, NULL),
        SQLITE_OK);
    sqlite3_bind_blob(row, 1, firm->bytes, sizeof firm->bytes, SQLITE_STATIC);
    for (; sqlite3_step(row) == SQLITE_ROW; count++) {
        assert_true(count < most);
        lines[count] = (struct envelopes){.size = {0}};
        for (int i = 0; i < 2; i++) {
            lines[count].size[i] = (size_t)sqlite3_column_bytes(row, i);
            if (lines[count].size[i])
                memcpy(lines[count].bytes[i], sqlite3_column_blob(row, i), lines[count].size[i]);
        }
    }
    sqlite3_finalize(row);
    return count;
}

static int lines_in_files(const struct envelopes *line)
{
    int found = 0;
    for (int i = 0; i < 2; i++)
        found += line->size[i] && desk_files_hold(&desk, line->bytes[i], line->size[i]);
    return found;
}

/* The texts of all versions of the line, "|" between them. */
static const char *history(const struct loy_id *firm)
{
    static char text[2048];
    struct loy_member_value value = {.size = sizeof value};
    int64_t position = 0;
    text[0] = '\0';
    while (loy_member_value_next(desk.store, firm, &position, &value) == LOY_OK) {
        if (value.field != LOY_FIELD_PURCHASERS) continue;
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s|", value.text);
    }
    return text;
}

static struct loy_id firm_named(const char *name, const char *purchasers)
{
    const struct loy_field_text fields[] = {
        {LOY_FIELD_NAME, name}, {LOY_FIELD_PURCHASERS, purchasers}, {LOY_FIELD_NAME, NULL}};
    struct loy_id member;
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &member), LOY_OK);
    return member;
}

static void line_set(const struct loy_id *firm, const char *purchasers, int64_t at_us)
{
    const struct loy_field_text value = {LOY_FIELD_PURCHASERS, purchasers};
    assert_status(
        loy_member_set(desk.store, firm, &value, "desk", LOY_INITIATIVE_CUSTOMER, at_us), LOY_OK);
}

/* The name stood in the form of the firm, too, in each version of it. */
static void forgotten_in_the_form(void **state)
{
    (void)state;
    enum { MOST = 8 };
    static struct envelopes lines[MOST];
    struct loy_id firm = firm_named("Wang", CANARY_TEXT "； Anna Muster");
    line_set(&firm, "Anna Muster;  " CANARY_TEXT, AT + 1);
    line_set(&firm, "Anna Muster", AT + 2);
    line_set(&firm, CANARY_TEXT, AT + 3);
    assert_status(loy_purchaser_end(desk.store, &firm, 1, NULL, AT + 4), LOY_OK);
    assert_string_equal(history(&firm),
        CANARY_TEXT "； Anna Muster|Anna Muster;  " CANARY_TEXT "|Anna Muster|" CANARY_TEXT "||");
    assert_int_equal(lines_of(&firm, lines, MOST), 5);
    for (int i = 0; i < 5; i++)
        assert_true(lines_in_files(&lines[i]) > 0);
    assert_status(loy_purchaser_forget(desk.store, &firm, 1, AT + 5), LOY_OK);
    assert_string_equal(history(&firm), "Anna Muster|Anna Muster|Anna Muster|||");
    for (int i = 0; i < 5; i++)
        assert_int_equal(lines_in_files(&lines[i]) > 0, i == 2 || i == 4);
    assert_false(desk_files_hold(&desk, CANARY_TEXT, strlen(CANARY_TEXT)));
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    desk_reopen(&desk);
    assert_string_equal(history(&firm), "Anna Muster|Anna Muster|Anna Muster|||");
}

/* What was merged into the firm keeps its own line until that is final; an undo brings back no
 * name. A line that does not open stops nobody. */
static void forgotten_in_merged_forms(void **state)
{
    (void)state;
    enum { MOST = 8 };
    static struct envelopes lines[MOST];
    const int64_t at_us = AT + 5 * YEAR;
    int64_t count = 0;
    struct loy_id keeps = firm_named("Wang", "Anna Muster");
    struct loy_id goes = firm_named("Zhao", CANARY_TEXT);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 1), LOY_OK);
    assert_status(loy_purchaser_end(desk.store, &keeps, 2, NULL, AT + 2), LOY_OK);
    int found = lines_of(&goes, lines, MOST);
    found += lines_of(&keeps, lines + found, MOST - found);
    assert_true(found >= 2);
    desk_run(&desk, "INSERT INTO member_field SELECT member, field, -9, x'ff', x'', channel, "
                    "initiated_by, collected_at_us, entered_at_us, NULL, NULL, operator FROM "
                    "member_field WHERE member = 1 AND field = 13 LIMIT 1");
    assert_status(loy_retention_vouch(desk.store, at_us), LOY_OK);
    assert_status(loy_purchasers_forget(desk.store, at_us, &count), LOY_OK);
    assert_int_equal(count, 1);
    assert_false(lines_in_files(&lines[0]));
    desk_run(&desk, "DELETE FROM member_field WHERE version = -9");
    assert_status(loy_member_unmerge(desk.store, &goes, AT + 3), LOY_OK);
    assert_string_equal(history(&goes), "|");
    assert_null(strstr(history(&keeps), CANARY_TEXT));
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* What does not open says nothing, so it stops nobody; what belongs to nobody is told. */
#define STRANGER                                                                                   \
    "INSERT INTO member (id, uid, kind, pseudonymous, status, created_at_us) VALUES (9, x'09', "   \
    "2, "                                                                                          \
    "1, 1, 1); "

static void damaged_rows_are_forgotten_too(void **state)
{
    (void)state;
    static const struct {
        const char *damage;
        enum loy_status ending, forgetting;
    } rows[] = {
        {"UPDATE purchaser SET name = x'ff' WHERE id = 1", LOY_OK, LOY_OK},
        {"UPDATE purchaser SET name = x'' WHERE id = 1", LOY_OK, LOY_REPEATED},
        {"UPDATE purchaser SET name = (SELECT name FROM purchaser WHERE id = 2) WHERE id = 1",
            LOY_OK, LOY_OK},
        {"UPDATE purchaser SET name = x'ff' WHERE id = 2", LOY_OK, LOY_OK},
        {"UPDATE member_field SET value = x'ff', normal = x'ff' WHERE field = 13", LOY_OK, LOY_OK},
        {STRANGER "UPDATE purchaser SET sealed_for = 9 WHERE id = 1", LOY_E_STORE, LOY_REFUSED},
        {STRANGER "UPDATE purchaser SET sealed_for = 9 WHERE id = 2", LOY_E_STORE, LOY_REFUSED},
        {STRANGER "INSERT INTO merge VALUES (1, 1, 9, 1, 1, NULL, NULL); INSERT INTO member_field "
                  "VALUES (9, 13, 1, x'ff', x'', 'desk', 1, 1, 1, NULL, NULL, 1)",
            LOY_OK, LOY_E_STORE},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_id firm = firm_named("Wang", CANARY_TEXT "；Anna Muster");
        desk_run(&desk, "PRAGMA ignore_check_constraints=ON");
        desk_run(&desk, rows[i].damage);
        assert_status(loy_purchaser_end(desk.store, &firm, 1, NULL, AT + 4), rows[i].ending);
        assert_status(loy_purchaser_forget(desk.store, &firm, 1, AT + 5), rows[i].forgetting);
        desk_close(&desk);
        desk_open(&desk, "ZZ");
    }
}

/* The line means the one of that name who may still buy. */
static void a_name_that_another_has_stays(void **state)
{
    (void)state;
    struct loy_id firm = firm_named("Wang", CANARY_TEXT " buyer");
    int64_t first = purchaser_add(&firm, LOY_AUTHORITY_PERMANENT);
    int64_t second = purchaser_add(&firm, LOY_AUTHORITY_PERMANENT);
    assert_true(first != second);
    assert_status(loy_purchaser_end(desk.store, &firm, first, NULL, AT + 1), LOY_OK);
    assert_status(loy_purchaser_forget(desk.store, &firm, first, AT + 2), LOY_OK);
    assert_string_equal(history(&firm), CANARY_TEXT " buyer|");
    assert_status(loy_purchaser_end(desk.store, &firm, second, NULL, AT + 3), LOY_OK);
    assert_status(loy_purchaser_forget(desk.store, &firm, second, AT + 4), LOY_OK);
    assert_string_equal(history(&firm), "||");
}

static int64_t due(int64_t at_us)
{
    int64_t count = -1;
    assert_status(loy_purchasers_due(desk.store, at_us, &count), LOY_OK);
    return count;
}

/* Who ended, each in its way, is kept for the time and no longer; who may buy stays. */
static void forgotten_after_the_time(void **state)
{
    (void)state;
    const int64_t kept = LOY_RETENTION_DAYS * DAY;
    struct loy_id firm = firm_add("Wang");
    int64_t stays = purchaser_add(&firm, LOY_AUTHORITY_PERMANENT);
    int64_t ended = purchaser_add(&firm, LOY_AUTHORITY_PERMANENT);
    int64_t past = purchaser_add(&firm, LOY_AUTHORITY_UNTIL);
    int64_t once = purchaser_add(&firm, LOY_AUTHORITY_ONCE);
    int64_t unused = purchaser_add(&firm, LOY_AUTHORITY_ONCE);
    desk_run(&desk, "INSERT INTO basket (id, uid, lane, epoch, state, source, opened_at_us, "
                    "offset_min, member, purchaser, operator, line_count, total_minor, "
                    "discount_minor) SELECT 1, randomblob(16), 1, 1, 2, 1, 0, 0, 1, 4, 1, 0, 0, 0");
    run("UPDATE basket SET opened_at_us = %lld", AT + 20 * DAY);
    desk_run(&desk, "UPDATE purchaser SET used_basket = 1 WHERE id = 4");
    assert_status(loy_purchaser_end(desk.store, &firm, ended, "left", AT + 5 * DAY), LOY_OK);
    struct envelopes envelopes = envelopes_of(ended);
    static const struct {
        int64_t day;
        int64_t due;
    } rows[] = {{5, 0}, {6, 1}, {10, 1}, {12, 2}, {20, 2}, {21, 3}, {4000, 3}};
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(due(AT + rows[i].day * DAY + kept), rows[i].due);
    const int64_t at_us = AT + 12 * DAY + kept;
    int64_t count = -1;
    assert_status(loy_retention_check(desk.store, at_us), LOY_REFUSED);
    assert_status(loy_purchasers_forget(desk.store, at_us, &count), LOY_REFUSED);
    assert_int_equal(count, -1);
    assert_int_equal(envelopes_in_files(&envelopes), 3);
    assert_status(store_audit(desk.store, "test", "open", at_us - 2 * DAY), LOY_OK);
    assert_status(loy_purchasers_forget(desk.store, at_us, &count), LOY_OK);
    assert_int_equal(count, 2);
    assert_int_equal(envelopes_in_files(&envelopes), 0);
    assert_forgotten(&firm, ended);
    assert_forgotten(&firm, past);
    assert_string_equal(purchaser_get(&firm, stays).name, CANARY_TEXT " buyer");
    assert_string_equal(purchaser_get(&firm, unused).name, CANARY_TEXT " buyer");
    assert_string_equal(purchaser_get(&firm, once).telephone, "+86" CANARY_TELEPHONE "9999");
    assert_int_equal(due(at_us), 0);
    assert_status(loy_purchasers_forget(desk.store, at_us, &count), LOY_OK);
    assert_int_equal(count, 0);
    /* A card of the ended one that was taken back later keeps it as long. */
    run("UPDATE purchaser SET active = 0 WHERE id = 5 AND %lld", 1);
    assert_int_equal(due(at_us), 1);
    desk_run(&desk, "INSERT INTO card (id, digest, kind, tail, member, purchaser, status) VALUES "
                    "(1, x'01', 1, '0001', 1, 5, 8)");
    run("INSERT INTO card_history (card, version, status, at_us, operator) VALUES (1, 1, 8, %lld, "
        "1)",
        AT + 13 * DAY);
    assert_int_equal(due(at_us), 0);
    assert_status(loy_purchasers_due(NULL, AT, &count), LOY_E_ARGUMENT);
    assert_status(loy_purchasers_due(desk.store, AT, NULL), LOY_E_ARGUMENT);
    assert_status(loy_purchasers_forget(NULL, AT, &count), LOY_E_ARGUMENT);
    assert_status(loy_purchasers_forget(desk.store, AT, NULL), LOY_E_ARGUMENT);
    desk.store->role = LOY_ROLE_SUPERVISOR;
    assert_status(loy_purchasers_due(desk.store, AT, &count), LOY_E_ACCESS);
    assert_status(loy_purchasers_forget(desk.store, AT, &count), LOY_E_ACCESS);
}

/* A forgotten one goes through a merge that is made final, and many go in batches. */
static void forgotten_in_a_merge(void **state)
{
    (void)state;
    const int64_t late = AT + 100 * DAY, later = AT + 5 * YEAR;
    struct loy_id keeps = firm_add("Wang"), goes = firm_add("Zhao");
    int64_t number = purchaser_add(&goes, LOY_AUTHORITY_PERMANENT), count = 0;
    assert_status(loy_purchaser_end(desk.store, &goes, number, NULL, AT), LOY_OK);
    assert_status(loy_purchaser_forget(desk.store, &goes, number, AT), LOY_OK);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT), LOY_OK);
    assert_forgotten(&keeps, number);
    assert_status(loy_retention_vouch(desk.store, late), LOY_OK);
    assert_status(loy_merge_finalise(desk.store, late, &count), LOY_OK);
    assert_int_equal(count, 1);
    assert_forgotten(&keeps, number);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    desk_run(&desk,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) INSERT "
        "INTO purchaser (member, sealed_for, number, name, authority, active) SELECT 1, 1, 9 + i, "
        "x'ff', 1, 0 FROM n");
    assert_int_equal(due(later), 1500);
    assert_status(loy_retention_vouch(desk.store, later), LOY_OK);
    assert_status(loy_purchasers_forget(desk.store, later, &count), LOY_OK);
    assert_int_equal(count, 1500);
    assert_int_equal(due(later), 0);
}

#define retention_test(name) cmocka_unit_test_setup_teardown(name, open_zz, close_it)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        retention_test(a_clock_far_ahead_is_refused),
        retention_test(what_speaks_for_a_clock),
        retention_test(a_manager_vouches_for_a_day),
        retention_test(merges_and_purchasers_ask_too),
        retention_test(most_members_are_not_erased_unseen),
        retention_test(many_are_looked_at_in_pieces),
        retention_test(a_locked_store_is_told),
        retention_test(what_cannot_be_cleared_is_told),
        retention_test(forgotten_at_once),
        retention_test(forgotten_while_another_reads),
        retention_test(forgotten_after_the_time),
        retention_test(forgotten_in_a_merge),
        retention_test(forgotten_in_the_form),
        retention_test(forgotten_in_merged_forms),
        retention_test(damaged_rows_are_forgotten_too),
        retention_test(a_name_that_another_has_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
