/* SPDX-License-Identifier: MIT
 *
 * test_merge_final.c - merges past their time: what was the loser's goes with his key, what the
 * survivor has stays as it was, and no failure in between loses a text. */
#include "canary.h"

#include <loyalty/contact.h>
#include <loyalty/duplicate.h>
#include <loyalty/member_card.h>
#include <loyalty/quality.h>
#include <loyalty/rights.h>
#include <member/member_private.h>

#include <stdlib.h>

#define DAY INT64_C(86400000000)
#define LATE (AT + (LOY_MERGE_UNDO_DAYS + 1) * DAY)

static struct desk desk;

static int open_zz(void **state)
{
    (void)state;
    desk_open(&desk, "ZZ");
    /* The shop was open of late. */
    return store_audit(desk.store, "test", "open", LATE - 2 * DAY);
}

static int close_it(void **state)
{
    (void)state;
    desk_close(&desk);
    return 0;
}

static struct loy_id member_add(unsigned index)
{
    struct loy_id id = canary_member(&desk, index);
    const struct loy_purchaser_form buyer = {.size = sizeof buyer,
        .name = CANARY_TEXT " second",
        .function = CANARY_TEXT " head",
        .telephone = "+86" CANARY_TELEPHONE "9999",
        .authority = LOY_AUTHORITY_PERMANENT};
    int64_t number = 0;
    const struct loy_contact_form said = {.size = sizeof said,
        .member = &id,
        .kind = LOY_CONTACT_MESSAGE,
        .channel = "call",
        .initiated_by = LOY_INITIATIVE_STAFF,
        .text = CANARY_TEXT " said",
        .at_us = AT + index};
    const struct loy_contact_form silent = {.size = sizeof silent,
        .member = &id,
        .kind = LOY_CONTACT_COUPON,
        .channel = "web",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .campaign = "SPRING",
        .at_us = AT + index};
    assert_status(loy_purchaser_add(desk.store, &id, &buyer, AT + index, &number), LOY_OK);
    assert_status(loy_contact_add(desk.store, &said, AT + index, &number), LOY_OK);
    assert_status(loy_contact_add(desk.store, &silent, AT + index, &number), LOY_OK);
    return id;
}

static bool key_is_there(const struct loy_id *id)
{
    sqlite3_stmt *row = NULL;
    assert_int_equal(sqlite3_prepare_v2(desk.store->key_db,
                         "SELECT 1 FROM member_key WHERE member = ?1", -1, &row, NULL),
        SQLITE_OK);
    sqlite3_bind_blob(row, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    bool there = sqlite3_step(row) == SQLITE_ROW;
    sqlite3_finalize(row);
    return there;
}

/* All that is to be read of a member by every cursor, as text. */
static char *told(const struct loy_id *id)
{
    static struct loy_member_value value;
    static struct loy_purchaser buyer;
    static struct loy_contact contact;
    struct loy_consent said = {.size = sizeof said};
    struct loy_card card;
    char *text = NULL;
    size_t size = 0;
    int64_t at = 0;
    enum loy_status status;
    FILE *out = open_memstream(&text, &size);
    value.size = sizeof value;
    buyer.size = sizeof buyer;
    while ((status = loy_member_value_next(desk.store, id, &at, &value)) == LOY_OK)
        fprintf(
            out, "value %s %d %s %s\n", value.name, (int)value.version, value.text, value.channel);
    assert_status(status, LOY_NONE);
    for (at = 0; (status = loy_purchaser_next(desk.store, id, &at, &buyer)) == LOY_OK;)
        fprintf(out, "purchaser %d %s %s %s\n", (int)buyer.number, buyer.name, buyer.function,
            buyer.telephone);
    assert_status(status, LOY_NONE);
    for (at = 0; (status = loy_contact_next(desk.store, id, &at, &contact)) == LOY_OK;)
        fprintf(out, "contact %lld %s %s %d %s %s\n", (long long)contact.at_us, contact.kind,
            contact.channel, contact.initiated_by, contact.campaign, contact.text);
    assert_status(status, LOY_NONE);
    for (at = 0; (status = loy_consent_next(desk.store, id, &at, &said)) == LOY_OK;)
        fprintf(out, "consent %d %d %s\n", said.purpose, said.given, said.channel);
    assert_status(status, LOY_NONE);
    for (at = 0; loy_card_next(desk.store, id, &at, &card) == LOY_OK;)
        fprintf(out, "card %s\n", card.tail);
    for (int kind = LOY_NOTE_POTENTIAL; kind <= LOY_NOTE_COMPETITORS; kind++) {
        char now[LOY_FIELD_TEXT_MAX] = "";
        loy_note_get(desk.store, id, (enum loy_note)kind, now);
        fprintf(out, "note %d %s\n", kind, now);
    }
    fclose(out);
    return text;
}

static int64_t notes_of(const struct loy_id *id)
{
    static struct loy_note_entry note;
    int64_t at = 0, found = 0;
    enum loy_status status;
    while ((status = loy_note_next(desk.store, id, &at, &note)) == LOY_OK) {
        assert_non_null(strstr(note.text, CANARY_TEXT));
        found++;
    }
    assert_status(status, LOY_NONE);
    return found;
}

static int64_t due(int64_t at_us)
{
    int64_t count = -1;
    assert_status(loy_merge_due(desk.store, at_us, &count), LOY_OK);
    return count;
}

static int64_t finalise(int64_t at_us)
{
    int64_t count = -1;
    assert_status(store_audit(desk.store, "test", "open", at_us - 2 * DAY), LOY_OK);
    assert_status(loy_merge_finalise(desk.store, at_us, &count), LOY_OK);
    return count;
}

static void assert_gone(const struct loy_id *loser, int number)
{
    static const char *const tables[] = {
        "member_field", "member_trait", "confirmation", "consent", "blind_index", "note"};
    char sql[240];
    for (size_t i = 0; i < ROWS(tables); i++) {
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s WHERE member = %d", tables[i], number);
        assert_int_equal(desk_number(&desk, sql), 0);
    }
    snprintf(sql, sizeof sql,
        "SELECT count(*) FROM merge_moved WHERE merge IN (SELECT id FROM "
        "merge WHERE loser = %d)",
        number);
    assert_int_equal(desk_number(&desk, sql), 0);
    snprintf(sql, sizeof sql,
        "SELECT count(*) FROM member WHERE id = %d AND status = 2 AND merged_into IS NOT NULL AND "
        "form_token IS NULL",
        number);
    assert_int_equal(desk_number(&desk, sql), 1);
    snprintf(sql, sizeof sql,
        "SELECT count(*) FROM (SELECT sealed_for FROM contact WHERE body IS NOT NULL UNION ALL "
        "SELECT sealed_for FROM note UNION ALL SELECT sealed_for FROM purchaser) WHERE "
        "sealed_for = %d",
        number);
    assert_int_equal(desk_number(&desk, sql), 0);
    assert_false(key_is_there(loser));
}

/* Nothing that seals twice in one place: an envelope could stand for the other. */
static void assert_places_differ(void)
{
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM (SELECT 1 FROM contact WHERE body IS "
                           "NOT NULL GROUP BY sealed_for, serial HAVING count(*) > 1)"),
        0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM (SELECT 1 FROM purchaser GROUP BY "
                                        "sealed_for, number HAVING count(*) > 1)"),
        0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM (SELECT 1 FROM note GROUP BY "
                                        "sealed_for, kind, version HAVING count(*) > 1)"),
        0);
}

/* ---- One merge ----------------------------------------------------------------------------------
 */

static void the_loser_goes_and_the_survivor_stays(void **state)
{
    (void)state;
    struct loy_id keeps = member_add(1), goes = member_add(2), found;
    struct loy_member_value value = {.size = sizeof value};
    struct loy_member member;
    int64_t position = 0;
    desk_run(&desk, "UPDATE member SET form_token = x'01020304' WHERE id = 2");
    assert_status(
        loy_note_set(desk.store, &goes, LOY_NOTE_CREDIT, CANARY_TEXT " pays", AT + 3), LOY_OK);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 10), LOY_OK);
    assert_int_equal(due(AT + 10 + LOY_MERGE_UNDO_DAYS * DAY), 0);
    assert_int_equal(finalise(AT + 10 + LOY_MERGE_UNDO_DAYS * DAY), 0);
    assert_true(key_is_there(&goes));
    assert_int_equal(due(LATE), 1);
    /* The note that both have at the same moment is with the loser until now. */
    assert_int_equal(notes_of(&keeps), 2);
    char *before = told(&keeps);
    assert_int_equal(finalise(LATE), 1);
    char *after = told(&keeps);
    assert_string_equal(before, after);
    free(before);
    free(after);
    assert_int_equal(notes_of(&keeps), 3);
    assert_gone(&goes, 2);
    assert_places_differ();
    assert_int_equal(due(LATE), 0);
    assert_int_equal(finalise(LATE), 0);
    assert_int_equal(desk_number(&desk, "SELECT final_at_us FROM merge"), LATE);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM setting WHERE name = 'merge_keys_due'"), 0);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.merge_final'"), 1);
    assert_status(loy_member_survivor(desk.store, &goes, &found), LOY_OK);
    assert_memory_equal(&found, &keeps, sizeof found);
    assert_status(loy_member_get(desk.store, &goes, &member), LOY_OK);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    /* Even with a clock that went back. */
    assert_status(loy_member_unmerge(desk.store, &goes, AT + 20), LOY_REFUSED);
    /* Nothing is to be read of him, and nothing can be written to him. */
    assert_status(loy_member_value_next(desk.store, &goes, &position, &value), LOY_NONE);
    assert_status(loy_note_set(desk.store, &goes, LOY_NOTE_CREDIT, "x", LATE), LOY_NONE);
    assert_status(
        loy_member_consent(desk.store, &goes, LOY_PURPOSE_SCHEME, false, "desk", LATE), LOY_NONE);
    const struct loy_contact_form said = {.size = sizeof said,
        .member = &goes,
        .kind = LOY_CONTACT_MESSAGE,
        .channel = "call",
        .initiated_by = LOY_INITIATIVE_STAFF,
        .text = "x"};
    assert_status(loy_contact_add(desk.store, &said, LATE, &position), LOY_E_CONFLICT);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, LATE), LOY_E_CONFLICT);
    desk_reopen(&desk);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    /* The survivor can be forgotten, with all that is left of the other. */
    assert_status(loy_member_erase(desk.store, &keeps, "request", LATE + 1), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status <> 3"), 0);
    assert_int_equal(desk_number(&desk, "SELECT (SELECT count(*) FROM contact) + (SELECT count(*) "
                                        "FROM note) + (SELECT count(*) FROM purchaser) + (SELECT "
                                        "count(*) FROM merge)"),
        0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), 2);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* The log's own word about a registration stays that of whom it was about. */
static void registrations_are_told_as_before(void **state)
{
    (void)state;
    for (int turn = 0; turn < 3; turn++) {
        struct loy_id keeps = member_add(10 * (unsigned)turn + 1),
                      goes = member_add(10 * (unsigned)turn + 2);
        struct loy_contact_form came = {.size = sizeof came,
            .member = &goes,
            .kind = LOY_CONTACT_REGISTRATION,
            .channel = "fair",
            .campaign = "OPENING",
            .text = turn == 2 ? CANARY_TEXT " came" : NULL,
            .initiated_by = LOY_INITIATIVE_CUSTOMER};
        int64_t number = 0;
        if (turn) assert_status(loy_contact_add(desk.store, &came, AT + 3, &number), LOY_OK);
        assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 10), LOY_OK);
        char *before = told(&keeps);
        assert_non_null(strstr(before, " registration desk 1"));
        assert_int_equal(finalise(LATE), 1);
        char *after = told(&keeps);
        assert_string_equal(before, after);
        free(before);
        free(after);
        /* His own can be noted yet, as before. */
        came.member = &keeps;
        assert_status(loy_contact_add(desk.store, &came, LATE, &number), LOY_OK);
        assert_status(loy_contact_add(desk.store, &came, LATE, &number), LOY_REPEATED);
        assert_places_differ();
    }
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* ---- Chains -------------------------------------------------------------------------------------
 */

static void chains_are_sealed_step_by_step(void **state)
{
    (void)state;
    struct loy_id first = member_add(1), second = member_add(2), third = member_add(3), found;
    assert_status(loy_member_merge(desk.store, &second, &third, AT + 10), LOY_OK);
    assert_status(loy_member_merge(desk.store, &first, &second, AT + 10 + 5 * DAY), LOY_OK);
    /* Only the older of the two is past its time: it waits for nobody. */
    assert_int_equal(due(LATE), 1);
    assert_int_equal(finalise(LATE), 1);
    assert_gone(&third, 3);
    assert_true(key_is_there(&second));
    assert_int_equal(notes_of(&first), 2);
    assert_places_differ();
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    /* The younger one is taken back: what was the third's is the second's. */
    assert_status(loy_member_unmerge(desk.store, &second, LATE), LOY_OK);
    assert_int_equal(notes_of(&first), 1);
    assert_int_equal(notes_of(&second), 2);
    free(told(&first));
    char *text = told(&second);
    int registrations = 0;
    for (const char *at = text; (at = strstr(at, " registration ")) != NULL; at++)
        registrations++;
    assert_int_equal(registrations, 2);
    free(text);
    assert_status(loy_member_survivor(desk.store, &third, &found), LOY_OK);
    assert_memory_equal(&found, &second, sizeof found);
    /* Merged again and both past their time. */
    assert_status(loy_member_merge(desk.store, &first, &second, LATE), LOY_OK);
    text = told(&first);
    assert_int_equal(finalise(LATE + 200 * DAY), 1);
    char *after = told(&first);
    assert_string_equal(text, after);
    free(text);
    free(after);
    assert_gone(&second, 2);
    assert_int_equal(notes_of(&first), 3);
    assert_places_differ();
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    assert_status(loy_member_erase(desk.store, &first, "request", LATE), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), 3);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM contact"), 0);
}

/* A clock that was wrong: the outer merge looks older. The inner one is waited for. */
static void whoever_was_merged_into_him_goes_first(void **state)
{
    (void)state;
    struct loy_id first = member_add(1), second = member_add(2), third = member_add(3);
    assert_status(loy_member_merge(desk.store, &second, &third, AT + 50 * DAY), LOY_OK);
    assert_status(loy_member_merge(desk.store, &first, &second, AT + 10), LOY_OK);
    assert_int_equal(finalise(LATE), 0);
    assert_true(key_is_there(&second));
    assert_int_equal(finalise(LATE + 50 * DAY), 2);
    assert_gone(&third, 3);
    assert_gone(&second, 2);
    assert_int_equal(notes_of(&first), 3);
    assert_places_differ();
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* More than one batch. */
static void many_in_batches(void **state)
{
    (void)state;
    enum { COUNT = 201 };
    struct loy_id survivor = desk_person(&desk, "Anne");
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (int i = 0; i < COUNT; i++) {
        struct loy_id one = desk_person(&desk, "Anne");
        assert_status(loy_member_merge(desk.store, &survivor, &one, AT), LOY_OK);
    }
    assert_status(loy_store_commit(desk.store), LOY_OK);
    assert_int_equal(due(LATE), COUNT);
    assert_int_equal(finalise(LATE), COUNT);
    assert_int_equal(due(LATE), 0);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* ---- Failures -----------------------------------------------------------------------------------
 */

static long left;

static int fail_then(unsigned event, void *db, void *statement, void *sql)
{
    (void)event;
    (void)statement;
    const char *text = sql;
    if (strncmp(text, "BEGIN", 5) == 0 || strncmp(text, "COMMIT", 6) == 0 ||
        strncmp(text, "ROLLBACK", 8) == 0)
        return 0;
    if (--left == 0) sqlite3_interrupt(db);
    return 0;
}

/* Wherever it fails, whatever the survivor has can be read; where the key is gone, it was sealed
 * anew in FILE before. The next call or opening finishes. */
static void failures_lose_nothing(void **state)
{
    (void)state;
    for (int keys = 0; keys < 2; keys++) {
        unsigned index = 100 * (unsigned)keys;
        struct loy_id keeps = member_add(index + 1), goes = member_add(index + 2);
        assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 10), LOY_OK);
        char *before = told(&keeps);
        long after = 0;
        for (bool met = true; met; after++) {
            sqlite3 *db = keys ? desk.store->key_db : desk.store->db;
            int64_t count = -1;
            left = after + 1;
            sqlite3_trace_v2(db, SQLITE_TRACE_STMT, fail_then, db);
            enum loy_status status = loy_merge_finalise(desk.store, LATE, &count);
            met = left <= 0;
            sqlite3_trace_v2(db, 0, NULL, NULL);
            assert_true(status >= LOY_OK || (met && loy_store_text(desk.store)[0]));
            assert_int_equal(desk.store->depth, 0);
            char *now = told(&keeps);
            assert_string_equal(before, now);
            free(now);
            if (!key_is_there(&goes))
                assert_int_equal(
                    desk_number(&desk, "SELECT count(*) FROM merge WHERE final_at_us IS NULL"), 0);
            if (keys || after % 7 == 3 || desk.store->broken) desk_reopen(&desk);
            assert_true(after < 1000);
        }
        print_message("%s: %ld statements\n", keys ? "keys" : "file", after);
        assert_true(after > 3);
        desk_reopen(&desk);
        char *now = told(&keeps);
        assert_string_equal(before, now);
        free(now);
        free(before);
        assert_false(key_is_there(&goes));
        assert_int_equal(due(LATE), 0);
    }
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* Dead between the two transactions: the text is sealed anew, the key goes at the next opening. */
static void opening_goes_on(void **state)
{
    (void)state;
    struct loy_id keeps = member_add(1), goes = member_add(2);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 10), LOY_OK);
    /* As a crash leaves it: the first transaction is there, the second is not. */
    int64_t count = 0;
    sqlite3_exec(desk.store->key_db,
        "CREATE TEMP TRIGGER stay BEFORE DELETE ON main.member_key BEGIN "
        "SELECT raise(ABORT, 'no'); END",
        NULL, NULL, NULL);
    assert_true(loy_merge_finalise(desk.store, LATE, &count) < LOY_OK);
    assert_int_equal(count, 1);
    assert_true(key_is_there(&goes));
    assert_int_equal(due(LATE), 0);
    free(told(&keeps));
    assert_status(loy_member_unmerge(desk.store, &goes, AT + 20), LOY_REFUSED);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    desk_reopen(&desk);
    assert_false(key_is_there(&goes));
    free(told(&keeps));
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* Without the texts sealed anew the check tells it: the control. */
static void the_check_sees_what_nobody_can_read(void **state)
{
    (void)state;
    struct loy_id keeps = member_add(1), goes = member_add(2);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 10), LOY_OK);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    desk_run(&desk, "UPDATE merge SET final_at_us = 1");
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_E_CHECK);
    assert_non_null(strstr(loy_store_text(desk.store), " 5 "));
    desk_run(&desk, "UPDATE merge SET final_at_us = NULL");
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    /* A loser whose merge may be undone needs his key. */
    sqlite3_exec(desk.store->key_db,
        "DELETE FROM member_key WHERE rowid = (SELECT max(rowid) FROM "
        "member_key)",
        NULL, NULL, NULL);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_E_CHECK);
    int64_t count = 7;
    assert_status(loy_merge_finalise(desk.store, LATE, &count), LOY_E_KEY);
    assert_int_equal(count, 0);
}

/* Rows that somebody has been at, or another program that holds the file: told, and nothing of the
 * merge is done that cannot be finished. */
static void damage_and_locks_are_told(void **state)
{
    (void)state;
    static const char finals[] = "SELECT count(*) FROM merge WHERE final_at_us IS NOT NULL";
    struct loy_id keeps = member_add(1), goes = member_add(2);
    int64_t count = 7;
    sqlite3 *beside = NULL;
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 10), LOY_OK);
    desk_run(&desk, "CREATE TABLE kept AS SELECT uid, (SELECT id FROM contact WHERE sealed_for = 2 "
                    "AND body IS NOT NULL LIMIT 1) AS contact FROM member WHERE id = 2");
    desk_run(&desk, "UPDATE member SET uid = x'00' WHERE id = 2");
    assert_status(loy_merge_finalise(desk.store, LATE, &count), LOY_E_STORE);
    assert_int_equal(count, 0);
    desk_run(&desk, "UPDATE member SET uid = (SELECT uid FROM kept) WHERE id = 2");
    /* A text that does not open. */
    desk_run(&desk, "ALTER TABLE kept ADD COLUMN body");
    desk_run(&desk, "UPDATE kept SET body = (SELECT body FROM contact c WHERE c.id = contact)");
    desk_run(&desk, "UPDATE contact SET body = zeroblob(90) WHERE id = (SELECT contact FROM kept)");
    assert_true(loy_merge_finalise(desk.store, LATE, &count) < LOY_OK);
    assert_non_null(strstr(loy_store_text(desk.store), "altered"));
    assert_int_equal(desk_number(&desk, finals), 0);
    assert_true(key_is_there(&goes));
    desk_run(&desk, "UPDATE contact SET body = (SELECT body FROM kept) WHERE id = "
                    "(SELECT contact FROM kept)");
    /* Another program writes. */
    desk.store->wait_ms = 10;
    assert_int_equal(sqlite3_open(desk.path, &beside), SQLITE_OK);
    assert_int_equal(sqlite3_exec(beside, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_status(loy_merge_finalise(desk.store, LATE, &count), LOY_E_BUSY);
    assert_int_equal(sqlite3_exec(beside, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(desk_number(&desk, finals), 0);
    /* What is left to do after the first transaction. */
    desk_run(&desk, "INSERT INTO setting VALUES ('merge_keys_due', 1)");
    assert_int_equal(sqlite3_exec(beside, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_status(member_merges_settle(desk.store), LOY_E_BUSY);
    sqlite3_close(beside);
    desk_run(&desk, "UPDATE merge SET final_at_us = 1");
    desk_run(&desk, "UPDATE member SET uid = x'00' WHERE id = 2");
    assert_status(member_merges_settle(desk.store), LOY_E_STORE);
    assert_true(key_is_there(&goes));
    desk_run(&desk, "UPDATE member SET uid = (SELECT uid FROM kept) WHERE id = 2");
    desk_run(&desk, "UPDATE merge SET final_at_us = NULL");
    assert_int_equal(finalise(LATE), 1);
    assert_false(key_is_there(&goes));
}

/* Another program reads: the loser's envelope stays in the log, and the next try takes it away. */
static void the_log_is_emptied_in_the_end(void **state)
{
    (void)state;
    static const char marks[] = "SELECT count(*) FROM setting WHERE name = 'merge_keys_due'";
    struct loy_id keeps = member_add(1), goes = member_add(2);
    uint8_t sealed[LOY_FIELD_TEXT_MAX];
    sqlite3 *beside = NULL;
    sqlite3_stmt *select = NULL;
    int64_t count = 0;
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 10), LOY_OK);
    desk.store->wait_ms = 10;
    assert_int_equal(sqlite3_open(desk.path, &beside), SQLITE_OK);
    assert_int_equal(sqlite3_exec(beside, "BEGIN", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(beside, "SELECT value FROM member_field WHERE member = 2 AND field = 1",
            -1, &select, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(select), SQLITE_ROW);
    size_t size = (size_t)sqlite3_column_bytes(select, 0);
    assert_in_range(size, 16, sizeof sealed);
    memcpy(sealed, sqlite3_column_blob(select, 0), size);
    sqlite3_finalize(select);
    assert_status(loy_merge_finalise(desk.store, LATE, &count), LOY_E_BUSY);
    assert_int_equal(count, 1);
    assert_false(key_is_there(&goes));
    assert_int_equal(desk_number(&desk, marks), 1);
    assert_true(desk_files_hold(&desk, sealed, size));
    sqlite3_exec(beside, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(beside);
    assert_int_equal(finalise(LATE), 0);
    assert_int_equal(desk_number(&desk, marks), 0);
    assert_false(desk_files_hold(&desk, sealed, size));
}

static int finalise_beside(void *user, long long done, long long total)
{
    struct loy_store **beside = user;
    int64_t count = 0;
    (void)done;
    (void)total;
    if (!*beside) return 0;
    assert_int_equal(loy_merge_finalise(*beside, LATE, &count), LOY_E_BUSY);
    assert_int_equal(count, 1);
    loy_store_close(*beside);
    *beside = NULL;
    return 0;
}

/* Copied while another program makes the merge final: the copy has the loser with his key. */
static void a_backup_is_of_one_moment(void **state)
{
    (void)state;
    char backup[200], back[200], key[200];
    struct loy_id keeps = member_add(1), goes = member_add(2);
    struct loy_store *beside = NULL;
    struct loy_store_options options = {
        .size = sizeof options, .path = desk.path, .user = "tester", .at_us = LATE};
    snprintf(backup, sizeof backup, "%s/backup", desk.folder);
    snprintf(back, sizeof back, "%s/back", desk.folder);
    snprintf(key, sizeof key, "%s.key", desk.path);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 10), LOY_OK);
    assert_int_equal(loy_store_open(&options, &beside), LOY_OK);
    beside->wait_ms = 10;
    assert_status(loy_store_backup(desk.store, backup, finalise_beside, &beside, LATE), LOY_OK);
    assert_null(beside);
    assert_false(key_is_there(&goes));
    loy_store_close(desk.store);
    options.path = back;
    options.key_path = key;
    assert_status(loy_store_restore(backup, &options, &desk.store), LOY_OK);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
    assert_true(key_is_there(&goes));
    assert_int_equal(finalise(LATE), 1);
    assert_false(key_is_there(&goes));
    free(told(&keeps));
}

static void refusals(void **state)
{
    (void)state;
    static const enum loy_role roles[] = {
        LOY_ROLE_CASHIER, LOY_ROLE_SUPERVISOR, LOY_ROLE_ANALYST, LOY_ROLE_AUDITOR};
    int64_t count = 0;
    for (size_t i = 0; i < ROWS(roles); i++) {
        desk.store->role = roles[i];
        assert_status(loy_merge_due(desk.store, LATE, &count), LOY_E_ACCESS);
        assert_status(loy_merge_finalise(desk.store, LATE, &count), LOY_E_ACCESS);
    }
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_merge_due(desk.store, LATE, NULL), LOY_E_ARGUMENT);
    assert_status(loy_merge_due(NULL, LATE, &count), LOY_E_ARGUMENT);
    assert_status(loy_merge_finalise(desk.store, LATE, NULL), LOY_E_ARGUMENT);
    assert_status(loy_merge_finalise(NULL, LATE, &count), LOY_E_ARGUMENT);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(loy_merge_finalise(desk.store, LATE, &count), LOY_E_ARGUMENT);
    loy_store_rollback(desk.store);
}

#define final_test(name) cmocka_unit_test_setup_teardown(name, open_zz, close_it)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        final_test(the_loser_goes_and_the_survivor_stays),
        final_test(registrations_are_told_as_before),
        final_test(chains_are_sealed_step_by_step),
        final_test(whoever_was_merged_into_him_goes_first),
        final_test(many_in_batches),
        final_test(failures_lose_nothing),
        final_test(opening_goes_on),
        final_test(the_check_sees_what_nobody_can_read),
        final_test(damage_and_locks_are_told),
        final_test(the_log_is_emptied_in_the_end),
        final_test(a_backup_is_of_one_moment),
        final_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
