/* SPDX-License-Identifier: MIT
 *
 * test_rights_faults.c - consents, erasure, purchasers, codes and notes where SQLite fails at every
 * step of either file, one after the other: nothing half done is ever called done, and the next try
 * finishes. */
#include "canary.h"

#include <loyalty/contact.h>
#include <loyalty/member_card.h>
#include <loyalty/quality.h>
#include <loyalty/rights.h>

#include <sys/stat.h>
#include <unistd.h>

static struct desk desk;
static struct loy_id id, other;
static struct loy_id basket;
static long left; /* statements until the failure */

/* Begin, commit and rollback are the store's own matter. */
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

enum which { FILE_ITSELF, FILE_KEYS };

static void arm(enum which which, long after)
{
    sqlite3 *db = which == FILE_KEYS ? desk.store->key_db : desk.store->db;
    left = after;
    sqlite3_trace_v2(db, SQLITE_TRACE_STMT, fail_then, db);
}

static void disarm(void)
{
    sqlite3_trace_v2(desk.store->db, 0, NULL, NULL);
    sqlite3_trace_v2(desk.store->key_db, 0, NULL, NULL);
}

static enum loy_status erase(void)
{
    return loy_member_erase(desk.store, &id, "request", AT + 5);
}

static enum loy_status erase_other(void)
{
    return loy_member_erase(desk.store, &other, "request", AT + 5);
}

static enum loy_status consent(void)
{
    const struct loy_consent_change change = {.size = sizeof change,
        .purpose = LOY_PURPOSE_MARKETING,
        .given = true,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .language = "en"};
    return loy_consent_set(desk.store, &id, &change, AT);
}

static enum loy_status consent_version(void)
{
    const struct loy_consent_change change = {.size = sizeof change,
        .purpose = LOY_PURPOSE_MARKETING,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .version = "1"};
    return loy_consent_set(desk.store, &id, &change, AT);
}

static enum loy_status receipt(void)
{
    char line[LOY_RECEIPT_MAX];
    return loy_consent_receipt(desk.store, &id, LOY_PURPOSE_MARKETING, "zh", 0, line);
}

static enum loy_status history(void)
{
    struct loy_consent said = {.size = sizeof said};
    int64_t position = 0;
    return loy_consent_next(desk.store, &id, &position, &said);
}

static enum loy_status object(void)
{
    return loy_member_object(desk.store, &other, &basket, "lane", AT);
}

static enum loy_status text_set(void)
{
    return loy_consent_text_set(
        desk.store, LOY_PURPOSE_MARKETING, "9", "en", "You may send me letters.", AT);
}

static enum loy_status text_changed(void)
{
    return loy_consent_text_set(
        desk.store, LOY_PURPOSE_MARKETING, "9", "en", "You may call me as well.", AT);
}

static enum loy_status text_get(void)
{
    struct loy_consent_text text = {.size = sizeof text};
    return loy_consent_text_get(desk.store, LOY_PURPOSE_MARKETING, NULL, "en", &text);
}

#define LATE (AT + INT64_C(400000000000000))

static enum loy_status retention(void)
{
    int64_t erased = 0;
    return loy_retention_run(desk.store, LATE, NULL, NULL, &erased);
}

/* ---- Purchasers, codes, notes, ties: of member 1 and 2 ------------------------------------------
 */

static int64_t purchaser; /* of id */

static enum loy_status buyer_add(void)
{
    const struct loy_purchaser_form form = {.size = sizeof form,
        .name = "Buyer",
        .function = "cook",
        .telephone = "+8613900770000",
        .authority = LOY_AUTHORITY_PERMANENT};
    return loy_purchaser_add(desk.store, &id, &form, AT, &purchaser);
}

static enum loy_status buyer_set(void)
{
    const struct loy_purchaser_form form = {.size = sizeof form,
        .name = "Buyer two",
        .telephone = "",
        .authority = LOY_AUTHORITY_PERMANENT,
        .limit_minor = -1};
    return loy_purchaser_set(desk.store, &id, purchaser, &form, AT);
}

static enum loy_status buyer_next(void)
{
    static struct loy_purchaser found;
    int64_t position = 0;
    found.size = sizeof found;
    return loy_purchaser_next(desk.store, &id, &position, &found);
}

static enum loy_status buyer_card(void)
{
    struct loy_credential card;
    const struct loy_card_grant grant = {
        .size = sizeof grant, .member = &id, .purchaser = purchaser};
    desk_credential(&desk, "770000000001", &card);
    return loy_card_give(desk.store, &grant, &card, AT);
}

static enum loy_status buyer_end(void)
{
    return loy_purchaser_end(desk.store, &id, purchaser, NULL, AT);
}

static enum loy_status buyer_forget(void)
{
    return loy_purchaser_forget(desk.store, &id, purchaser, AT);
}

static enum loy_status buyer_again(void)
{
    enum loy_status status = buyer_add();
    if (status == LOY_OK) status = buyer_end();
    return status == LOY_OK ? buyer_forget() : status;
}

static enum loy_status buyers_due(void)
{
    int64_t count = 0;
    return loy_purchasers_due(desk.store, LATE, &count);
}

static enum loy_status buyers_forget(void)
{
    int64_t count = 0;
    return loy_purchasers_forget(desk.store, LATE, &count);
}

static char code[LOY_CLAIM_CODE_SIZE];

static enum loy_status code_make(void)
{
    return loy_claim_make(desk.store, &other, AT, code);
}

static enum loy_status code_wrong(void)
{
    struct loy_credential card;
    desk_credential(&desk, "770000000002", &card);
    enum loy_status status = loy_claim_use(desk.store, "00000-00000", &card, AT);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status code_use(void)
{
    struct loy_credential card;
    desk_credential(&desk, "770000000003", &card);
    return loy_claim_use(desk.store, code, &card, AT);
}

static enum loy_status note_set(void)
{
    return loy_note_set(desk.store, &id, LOY_NOTE_CREDIT, "pays", AT);
}

static enum loy_status note_get(void)
{
    char text[LOY_FIELD_TEXT_MAX];
    return loy_note_get(desk.store, &id, LOY_NOTE_POTENTIAL, text);
}

static enum loy_status note_next(void)
{
    static struct loy_note_entry entry;
    int64_t position = 0;
    return loy_note_next(desk.store, &id, &position, &entry);
}

static enum loy_status refer(void)
{
    return loy_member_refer(desk.store, &id, &other, AT);
}

static enum loy_status refer_again(void)
{
    return loy_member_refer(desk.store, &id, &other, AT) == LOY_REPEATED ? LOY_OK : LOY_E_STORE;
}

static enum loy_status referrer(void)
{
    struct loy_id by;
    return loy_member_referrer(desk.store, &id, &by);
}

static enum loy_status card_events(void)
{
    struct loy_card_event event = {.size = sizeof event};
    int64_t position = 0;
    return loy_card_event_next(desk.store, &id, &position, &event);
}

static enum loy_status retention_check(void)
{
    return loy_retention_check(desk.store, LATE);
}

static enum loy_status retention_vouch(void)
{
    return loy_retention_vouch(desk.store, AT);
}

static enum loy_status value_first(void)
{
    static struct loy_member_value value;
    int64_t position = 0;
    value.size = sizeof value;
    return loy_member_value_next(desk.store, &id, &position, &value);
}

static enum loy_status retention_next(void)
{
    struct loy_inactive inactive = {.size = sizeof inactive};
    int64_t position = 0;
    return loy_retention_next(desk.store, LATE, &position, &inactive);
}

static const struct {
    const char *name;
    enum loy_status (*call)(void);
    enum which which;
    const char *before; /* each call, or NULL */
} rows[] = {
    {"consent", consent, FILE_ITSELF, NULL},
    {"consent to a version", consent_version, FILE_ITSELF, NULL},
    {"receipt", receipt, FILE_ITSELF, NULL},
    {"history", history, FILE_ITSELF, NULL},
    {"text set", text_set, FILE_ITSELF, NULL},
    {"text changed", text_changed, FILE_ITSELF, NULL},
    {"text get", text_get, FILE_ITSELF, NULL},
    {"objection", object, FILE_ITSELF, NULL},
    {"purchaser added", buyer_add, FILE_ITSELF, NULL},
    {"purchaser changed", buyer_set, FILE_ITSELF, NULL},
    {"purchaser read", buyer_next, FILE_ITSELF, NULL},
    {"purchaser's card", buyer_card, FILE_ITSELF, NULL},
    {"purchaser ended", buyer_end, FILE_ITSELF, NULL},
    {"purchaser forgotten", buyer_forget, FILE_ITSELF, NULL},
    /* Adding reads the names of all, and ending the one's: what failed leaves one who may buy. */
    {"purchaser forgotten, keys", buyer_again, FILE_KEYS,
        "DELETE FROM purchaser WHERE id NOT IN (SELECT purchaser FROM card WHERE purchaser IS NOT "
        "NULL)"},
    {"purchasers due", buyers_due, FILE_ITSELF, NULL},
    {"purchasers forgotten", buyers_forget, FILE_ITSELF,
        "UPDATE purchaser SET active = 0 WHERE member = 2"},
    {"code made", code_make, FILE_ITSELF, "UPDATE card SET status = 8 WHERE member = 2"},
    {"wrong code", code_wrong, FILE_ITSELF, NULL},
    {"code used", code_use, FILE_ITSELF, NULL},
    {"note set", note_set, FILE_ITSELF, "DELETE FROM note WHERE kind = 3"},
    {"note read", note_get, FILE_ITSELF, NULL},
    {"notes read", note_next, FILE_ITSELF, NULL},
    {"referral", refer, FILE_ITSELF, NULL},
    {"referral again", refer_again, FILE_ITSELF, NULL},
    {"referrer", referrer, FILE_ITSELF, NULL},
    {"card events", card_events, FILE_ITSELF, NULL},
    {"retention check", retention_check, FILE_ITSELF, NULL},
    {"retention vouch", retention_vouch, FILE_ITSELF, NULL},
    {"retention list", retention_next, FILE_ITSELF, NULL},
    {"values read", value_first, FILE_ITSELF, NULL},
    {"erasure, keys", erase, FILE_KEYS, NULL},
    {"erasure", erase_other, FILE_ITSELF, NULL},
    {"retention", retention, FILE_ITSELF, NULL},
};

/* The failure is told until the call has enough instructions to finish; from then on all is done.
 */
static long failing_at_each_step(size_t row)
{
    for (long after = 1;; after++) {
        if (rows[row].before) desk_run(&desk, rows[row].before);
        arm(rows[row].which, after);
        enum loy_status status = rows[row].call();
        bool met = left <= 0;
        disarm();
        if (status >= LOY_OK && !met) return after;
        assert_true(status >= LOY_OK || loy_store_text(desk.store)[0] != '\0');
        assert_int_equal(desk.store->depth, 0);
        /* A failed commit asks for a new handle. */
        if (desk.store->broken) desk_reopen(&desk);
        assert_true(after < 1000);
    }
}

static void at_every_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        long steps = failing_at_each_step(i);
        print_message("%s: %ld statements\n", rows[i].name, steps);
        assert_true(steps > 1);
    }
    desk_reopen(&desk);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status = 1"), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), 3);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM audit WHERE action = 'member.erase'"), 3);
    bool due = true;
    assert_status(store_erasure_due(desk.store, &due), LOY_OK);
    assert_false(due);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* Opening, where an erasure is due and where texts are missing. */
static void openings_that_fail(void **state)
{
    (void)state;
    struct store_erasure erasure;
    assert_status(store_erasure_begin(desk.store, &erasure), LOY_OK);
    assert_status(store_erasure_key(desk.store, &erasure, &id, "request"), LOY_OK);
    assert_int_equal(sqlite3_exec(desk.store->key_db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    store_rollback(desk.store);
    for (int which = FILE_ITSELF; which <= FILE_KEYS; which++)
        for (long after = 1;; after++) {
            arm((enum which)which, after);
            enum loy_status status = member_erasures_settle(desk.store);
            bool met = left <= 0;
            disarm();
            if (status == LOY_OK && !met) break;
            assert_int_equal(desk.store->depth, 0);
            if (desk.store->broken) desk_reopen(&desk);
            assert_true(after < 1000);
        }
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), 1);
    desk_run(&desk, "DELETE FROM consent_text");
    for (long after = 1;; after++) {
        arm(FILE_ITSELF, after);
        enum loy_status status = member_texts_settle(desk.store);
        bool met = left <= 0;
        disarm();
        if (status == LOY_OK && !met) break;
        if (desk.store->broken) desk_reopen(&desk);
        assert_true(after < 1000);
    }
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM consent_text"), 8);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* A reader at opening delays the logs; the store opens all the same. */
static void opening_beside_a_reader(void **state)
{
    (void)state;
    struct store_erasure erasure;
    struct loy_store *reader = NULL;
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk.path, .user = "tester", .at_us = AT};
    assert_int_equal(loy_store_open(&options, &reader), LOY_OK);
    assert_status(store_erasure_begin(desk.store, &erasure), LOY_OK);
    assert_status(store_erasure_key(desk.store, &erasure, &id, "request"), LOY_OK);
    assert_int_equal(sqlite3_exec(desk.store->key_db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    store_rollback(desk.store);
    assert_int_equal(
        sqlite3_exec(reader->db, "BEGIN; SELECT * FROM member", NULL, NULL, NULL), SQLITE_OK);
    desk.store->wait_ms = 10;
    assert_status(member_erasures_settle(desk.store), LOY_OK);
    bool due = false;
    assert_status(store_erasure_due(desk.store, &due), LOY_OK);
    assert_true(due);
    loy_store_close(reader);
    assert_status(member_erasures_settle(desk.store), LOY_OK);
    assert_status(store_erasure_due(desk.store, &due), LOY_OK);
    assert_false(due);
}

static void damaged_ids_are_told(void **state)
{
    (void)state;
    desk_run(&desk, "INSERT INTO merge (survivor, loser, at_us, operator) VALUES (1, 2, 1, 1)");
    desk_run(&desk, "UPDATE member SET status = 2, merged_into = 1, uid = x'00' WHERE id = 2");
    assert_status(erase(), LOY_E_STORE);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 3);
    /* A basket that names a member who has none of it, and a consent without a text's version. */
    desk_run(&desk, "UPDATE consent SET text_version = NULL, receipt = NULL");
    desk_run(&desk, "PRAGMA writable_schema = 0");
    char line[LOY_RECEIPT_MAX];
    assert_status(loy_consent_receipt(desk.store, &id, LOY_PURPOSE_SCHEME, "en", 0, line), LOY_OK);
    assert_non_null(strstr(line, "text -,"));
}

static int64_t member_keys(void)
{
    sqlite3_stmt *count = NULL;
    sqlite3_prepare_v2(desk.store->key_db, "SELECT count(*) FROM member_key", -1, &count, NULL);
    assert_int_equal(sqlite3_step(count), SQLITE_ROW);
    int64_t keys = sqlite3_column_int64(count, 0);
    sqlite3_finalize(count);
    return keys;
}

/* What lies beside the store is no file, or cannot be replaced: told, and mended later. Where the
 * list cannot be written on, nobody is erased; where it can, but not be mended, the logs wait. */
static void a_list_that_cannot_be_written(void **state)
{
    (void)state;
    static const struct {
        const char *suffix, *list; /* list: what FILE.erased says before */
        int erased;
    } ways[] = {
        {".erased", NULL, 0}, {".erased.part", "no id, and as long as one is in the file\n", 1}};
    for (size_t i = 0; i < ROWS(ways); i++) {
        char path[160], list[160], inside[170];
        struct loy_id gone = canary_member(&desk, 20 + (unsigned)i);
        int64_t keys = member_keys();
        snprintf(path, sizeof path, "%s%s", desk.path, ways[i].suffix);
        snprintf(list, sizeof list, "%s.erased", desk.path);
        snprintf(inside, sizeof inside, "%s/x", path);
        unlink(list);
        if (ways[i].list) {
            FILE *stream = fopen(list, "w");
            assert_non_null(stream);
            fputs(ways[i].list, stream);
            fclose(stream);
        }
        assert_int_equal(mkdir(path, 0700), 0);
        assert_int_equal(mkdir(inside, 0700), 0);
        assert_true(loy_member_erase(desk.store, &gone, "request", AT) < LOY_OK);
        assert_int_equal(member_keys(), keys - ways[i].erased);
        assert_true(member_erasures_settle(desk.store) < LOY_OK);
        assert_int_equal(rmdir(inside), 0);
        assert_int_equal(rmdir(path), 0);
        assert_status(member_erasures_settle(desk.store), LOY_OK);
        assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), ways[i].erased);
        bool due = true;
        assert_status(store_erasure_due(desk.store, &due), LOY_OK);
        assert_false(due);
    }
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static int told;
static int stop(void *user, long long done, long long total)
{
    (void)user;
    (void)done;
    (void)total;
    return ++told;
}

static enum loy_status days_set(void)
{
    return loy_retention_days_set(desk.store, 400, AT);
}

static enum loy_status days_get(void)
{
    int64_t days = 0;
    return loy_retention_days_get(desk.store, &days);
}

static void retention_asks_for_all_it_needs(void **state)
{
    (void)state;
    int64_t number = 0;
    struct loy_inactive inactive = {.size = sizeof inactive}, small = {.size = 1};
    assert_status(loy_retention_days_get(NULL, &number), LOY_E_ARGUMENT);
    assert_status(loy_retention_days_get(desk.store, NULL), LOY_E_ARGUMENT);
    assert_status(loy_retention_days_set(NULL, 400, AT), LOY_E_ARGUMENT);
    assert_status(loy_retention_days_set(desk.store, 36526, AT), LOY_E_FORMAT);
    assert_status(loy_retention_next(NULL, AT, &number, &inactive), LOY_E_ARGUMENT);
    assert_status(loy_retention_next(desk.store, AT, NULL, &inactive), LOY_E_ARGUMENT);
    assert_status(loy_retention_next(desk.store, AT, &number, NULL), LOY_E_ARGUMENT);
    assert_status(loy_retention_next(desk.store, AT, &number, &small), LOY_E_ARGUMENT);
    assert_status(loy_retention_run(NULL, AT, stop, NULL, &number), LOY_E_ARGUMENT);
    assert_status(loy_retention_run(desk.store, AT, stop, NULL, NULL), LOY_E_ARGUMENT);
    enum loy_status (*const calls[])(void) = {days_set, days_get};
    for (size_t i = 0; i < ROWS(calls); i++)
        for (long after = 1;; after++) {
            arm(FILE_ITSELF, after);
            enum loy_status status = calls[i]();
            bool met = left <= 0;
            disarm();
            if (status == LOY_OK && !met) break;
            assert_true(status < LOY_OK);
            if (desk.store->broken) desk_reopen(&desk);
            assert_true(after < 100);
        }
    assert_int_equal(
        desk_number(&desk, "SELECT value FROM setting WHERE name = 'retention_days'"), 400);
}

static void readers_ask_for_all_they_need(void **state)
{
    (void)state;
    static struct loy_member_value value, small_value = {.size = 1};
    static struct loy_note_entry note;
    struct loy_held held = {.size = sizeof held}, small = {.size = 1};
    struct loy_store *store = desk.store;
    struct loy_id by;
    char text[LOY_FIELD_TEXT_MAX];
    int64_t at = 0, below = -1;
    value.size = sizeof value;
    assert_status(loy_member_value_next(NULL, &id, &at, &value), LOY_E_ARGUMENT);
    assert_status(loy_member_value_next(store, NULL, &at, &value), LOY_E_ARGUMENT);
    assert_status(loy_member_value_next(store, &id, NULL, &value), LOY_E_ARGUMENT);
    assert_status(loy_member_value_next(store, &id, &below, &value), LOY_E_ARGUMENT);
    assert_status(loy_member_value_next(store, &id, &at, NULL), LOY_E_ARGUMENT);
    assert_status(loy_member_value_next(store, &id, &at, &small_value), LOY_E_ARGUMENT);
    assert_status(loy_held_next(NULL, &id, &at, &held), LOY_E_ARGUMENT);
    assert_status(loy_held_next(store, NULL, &at, &held), LOY_E_ARGUMENT);
    assert_status(loy_held_next(store, &id, &at, NULL), LOY_E_ARGUMENT);
    assert_status(loy_held_next(store, &id, &at, &small), LOY_E_ARGUMENT);
    assert_status(loy_export_begin(NULL, &id, AT), LOY_E_ARGUMENT);
    assert_status(loy_note_next(NULL, &id, &at, &note), LOY_E_ARGUMENT);
    assert_status(loy_note_next(store, NULL, &at, &note), LOY_E_ARGUMENT);
    assert_status(loy_note_next(store, &id, NULL, &note), LOY_E_ARGUMENT);
    assert_status(loy_note_next(store, &id, &below, &note), LOY_E_ARGUMENT);
    assert_status(loy_note_next(store, &id, &at, NULL), LOY_E_ARGUMENT);
    assert_status(loy_note_get(NULL, &id, LOY_NOTE_CREDIT, text), LOY_E_ARGUMENT);
    assert_status(loy_note_get(store, NULL, LOY_NOTE_CREDIT, text), LOY_E_ARGUMENT);
    assert_status(loy_note_get(store, &id, (enum loy_note)99, text), LOY_E_ARGUMENT);
    assert_status(loy_note_get(store, &id, LOY_NOTE_CREDIT, NULL), LOY_E_ARGUMENT);
    assert_status(loy_note_set(NULL, &id, LOY_NOTE_CREDIT, "x", AT), LOY_E_ARGUMENT);
    assert_status(loy_note_set(store, NULL, LOY_NOTE_CREDIT, "x", AT), LOY_E_ARGUMENT);
    assert_status(loy_note_set(store, &id, LOY_NOTE_CREDIT, NULL, AT), LOY_E_ARGUMENT);
    assert_null(loy_note_name((enum loy_note) - 1));
    assert_status(loy_member_referrer(NULL, &id, &by), LOY_E_ARGUMENT);
    assert_status(loy_member_referrer(store, NULL, &by), LOY_E_ARGUMENT);
    assert_status(loy_member_referrer(store, &id, NULL), LOY_E_ARGUMENT);
    assert_int_equal(at, 0);
}

/* Rows that somebody has been at, and an operator who is no more. */
static void damaged_texts_are_told(void **state)
{
    (void)state;
    static struct loy_note_entry note;
    char text[LOY_FIELD_TEXT_MAX] = "as it was";
    int64_t at = 0;
    struct loy_held held = {.size = sizeof held};
    desk_run(&desk, "UPDATE note SET operator = 99 WHERE member = 1");
    assert_status(loy_note_next(desk.store, &id, &at, &note), LOY_OK);
    assert_string_equal(note.operator_name, "");
    desk_run(&desk, "UPDATE note SET body = zeroblob(90) WHERE member = 1");
    assert_true(loy_note_get(desk.store, &id, LOY_NOTE_POTENTIAL, text) < LOY_OK);
    assert_non_null(strstr(loy_store_text(desk.store), "altered"));
    assert_string_equal(text, "as it was");
    desk_run(&desk, "UPDATE member_field SET value = zeroblob(90) WHERE member = 1");
    assert_true(value_first() < LOY_OK);
    desk_run(&desk, "UPDATE member SET referred_by = 2 WHERE id = 1");
    desk_run(&desk, "UPDATE note SET sealed_for = 2 WHERE member = 1");
    desk_run(&desk, "UPDATE member SET uid = x'00' WHERE id = 2");
    assert_status(loy_note_get(desk.store, &id, LOY_NOTE_POTENTIAL, text), LOY_E_STORE);
    assert_status(loy_held_next(desk.store, &id, &(int64_t){0}, &held), LOY_E_STORE);
    desk_run(&desk, "UPDATE note SET sealed_for = 1 WHERE member = 1");
    sqlite3_exec(desk.store->key_db, "DELETE FROM member_key", NULL, NULL, NULL);
    desk_reopen(&desk);
    assert_status(loy_note_get(desk.store, &id, LOY_NOTE_POTENTIAL, text), LOY_E_KEY);
}

static void a_locked_store_is_told(void **state)
{
    (void)state;
    sqlite3 *beside = NULL;
    desk.store->wait_ms = 10;
    assert_int_equal(sqlite3_open(desk.path, &beside), SQLITE_OK);
    assert_int_equal(sqlite3_exec(beside, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_status(note_set(), LOY_E_BUSY);
    assert_status(refer(), LOY_E_BUSY);
    assert_status(buyer_add(), LOY_E_BUSY);
    sqlite3_close(beside);
    assert_status(note_set(), LOY_OK);
}

static int start(void **state)
{
    (void)state;
    desk_open(&desk, "ZZ");
    id = canary_member(&desk, 1);
    other = canary_member(&desk, 2);
    canary_member(&desk, 3);
    sqlite3_stmt *row = NULL;
    sqlite3_prepare_v2(desk.store->db, "SELECT uid FROM basket WHERE member = 2", -1, &row, NULL);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    memcpy(&basket, sqlite3_column_blob(row, 0), sizeof basket);
    sqlite3_finalize(row);
    assert_status(loy_card_rule_set(desk.store, LOY_RULE_PURCHASERS, 1000, AT), LOY_OK);
    assert_status(loy_card_rule_set(desk.store, LOY_RULE_CLAIM_FAILURES, 1000, AT), LOY_OK);
    /* The shop was open of late. */
    return store_audit(desk.store, "test", "open", LATE - INT64_C(200000000000));
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
        cmocka_unit_test_setup_teardown(at_every_step, start, end),
        cmocka_unit_test_setup_teardown(openings_that_fail, start, end),
        cmocka_unit_test_setup_teardown(opening_beside_a_reader, start, end),
        cmocka_unit_test_setup_teardown(damaged_ids_are_told, start, end),
        cmocka_unit_test_setup_teardown(a_list_that_cannot_be_written, start, end),
        cmocka_unit_test_setup_teardown(retention_asks_for_all_it_needs, start, end),
        cmocka_unit_test_setup_teardown(readers_ask_for_all_they_need, start, end),
        cmocka_unit_test_setup_teardown(damaged_texts_are_told, start, end),
        cmocka_unit_test_setup_teardown(a_locked_store_is_told, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
