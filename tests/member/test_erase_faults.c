/* SPDX-License-Identifier: MIT
 *
 * test_erase_faults.c - erasing, finishing an erasure at opening, and putting lists together, where
 * each statement of either file is refused, each call of the system fails and each allocation does:
 * a member is there or erased, a list is whole or mended, and the next try comes through.
 */
#include "canary.h"

#include "../faults/crash_vfs.h"
#include "../store/faulty_disk.h"
#include "../store/faulty_sql.h"

#include <loyalty/duplicate.h>
#include <loyalty/member_card.h>
#include <loyalty/rights.h>

#include <errno.h>
#include <member/member_private.h>
#include <stdlib.h>
#include <store/store_parts.h>
#include <sys/stat.h>
#include <unistd.h>

static struct desk desk;
static struct loy_id id;
static unsigned members;
static char list[200], further[200];

enum source { OF_FILE, OF_KEYS, OF_STEPS, OF_DISK, OF_FULL_DISK, OF_MEMORY, OF_VFS, SOURCES };
static const char *const names[SOURCES] = {"statements of FILE", "statements of FILE.keys",
    "steps of FILE.keys", "calls", "calls, full", "allocations", "calls of SQLite"};

static void arm(enum source source, long nth)
{
    if (source == OF_FILE) faulty_sql_arm(desk.store->db, nth);
    if (source == OF_KEYS) faulty_sql_arm(desk.store->key_db, nth);
    if (source == OF_STEPS) faulty_sql_arm_steps(desk.store->key_db, nth);
    if (source == OF_VFS) crash_vfs_fail(nth, false, CRASH_EIO);
    if (source == OF_DISK) faulty_disk_arm(FAULTY_CALLS, nth, EIO);
    if (source == OF_FULL_DISK) faulty_disk_arm(FAULTY_CALLS, nth, ENOSPC);
    if (source == OF_MEMORY) faulty_disk_arm(FAULTY_MEMORY, nth, ENOMEM);
}

static bool disarm(enum source source)
{
    if (source == OF_FILE) return faulty_sql_disarm(desk.store->db);
    if (source == OF_KEYS) return faulty_sql_disarm(desk.store->key_db);
    if (source == OF_STEPS) return faulty_sql_disarm(desk.store->key_db);
    if (source == OF_VFS) {
        bool met = crash_vfs_failed();
        crash_vfs_fail(0, false, CRASH_EIO);
        return met;
    }
    return faulty_disk_disarm();
}

static void file_write(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    fclose(stream);
}

static void nothing_is_due(void)
{
    bool due = true;
    assert_status(store_erasure_due(desk.store, &due), LOY_OK);
    assert_false(due);
    struct stat file = {.st_size = 0};
    stat(list, &file);
    assert_int_equal(
        file.st_size, desk_number(&desk, "SELECT count(*) FROM erased") * LOY_ID_TEXT_SIZE);
}

/* ---- What is done ------------------------------------------------------------------------------
 */

static void member_new(void)
{
    struct loy_member member;
    if (members && loy_member_get(desk.store, &id, &member) == LOY_OK) return;
    id = canary_member(&desk, ++members);
}

static enum loy_status erase(void)
{
    return loy_member_erase(desk.store, &id, "request", AT + 5);
}

static void member_is_whole_or_gone(enum loy_status status)
{
    static char text[LOY_FIELD_TEXT_MAX];
    // Before the next opening could mend it: whoever was forgotten is in the list.
    struct stat file = {.st_size = 0};
    stat(list, &file);
    assert_true(
        file.st_size >= desk_number(&desk, "SELECT count(*) FROM erased") * LOY_ID_TEXT_SIZE);
    desk_reopen(&desk);
    enum loy_status found = loy_member_field(desk.store, &id, LOY_FIELD_NAME, text);
    assert_true(found == LOY_OK || found == LOY_NONE);
    if (status >= LOY_OK) assert_int_equal(found, LOY_NONE);
    nothing_is_due();
    status = erase();
    assert_int_equal(status, found == LOY_OK ? LOY_OK : LOY_REPEATED);
    nothing_is_due();
}

/* Due in every way: a list that is ahead, a line that is none, one that is cut off; a note. */
static void due_make(void)
{
    static const char foreign[] = "0190a5b0-0000-7000-8000-%012u\n"
                                  "no id, and as long as one is in a line\n0190";
    struct store_erasure erasure;
    struct loy_id pending;
    char text[120];
    static unsigned count;
    snprintf(text, sizeof text, foreign, ++count);
    file_write(list, text);
    store_id_make(AT, &pending);
    assert_status(store_erasure_begin(desk.store, &erasure), LOY_OK);
    assert_status(store_erasure_key(desk.store, &erasure, &pending, "request"), LOY_OK);
    assert_int_equal(sqlite3_exec(desk.store->key_db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    store_rollback(desk.store);
}

static enum loy_status settle(void)
{
    bool due = false;
    enum loy_status status = store_erasure_due(desk.store, &due);
    return status == LOY_OK ? member_erasures_settle(desk.store) : status;
}

static void is_settled_in_the_end(enum loy_status status)
{
    (void)status;
    desk_reopen(&desk);
    nothing_is_due();
}

static void lists_make(void)
{
    file_write(list, "0190a5b0-0000-7000-8000-00000000000a\n0190a5b0");
    file_write(further, "0190a5b0-0000-7000-8000-00000000000b\n");
}

static enum loy_status merge(void)
{
    return store_erased_merge(desk.store, further);
}

/* The old list or both; then nothing is left of it. */
static void a_list_is_whole(enum loy_status status)
{
    struct canary_bytes found = canary_read(list);
    if (found.size != 2 * LOY_ID_TEXT_SIZE) {
        assert_true(status < LOY_OK);
        assert_int_equal(found.size, LOY_ID_TEXT_SIZE + 8);
    }
    free(found.bytes);
}

/* A merge that was made final while another program held the key file: the loser's key is left. */
static void final_make(void)
{
    const int64_t late = AT + INT64_C(100) * 86400 * 1000000;
    struct loy_id survivor = canary_member(&desk, ++members);
    int64_t count = 0;
    sqlite3 *other = NULL;
    id = canary_member(&desk, ++members);
    assert_status(loy_member_merge(desk.store, &survivor, &id, AT + 5), LOY_OK);
    assert_status(loy_retention_vouch(desk.store, late), LOY_OK);
    assert_int_equal(sqlite3_open(desk.store->keys_path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    desk.store->wait_ms = 1;
    assert_status(loy_merge_finalise(desk.store, late, &count), LOY_E_BUSY);
    assert_int_equal(count, 1);
    sqlite3_close(other);
}

static void his_key_goes_in_the_end(enum loy_status status)
{
    (void)status;
    uint8_t key[MEMBER_KEY_SIZE];
    desk_reopen(&desk);
    assert_status(store_member_key(desk.store, &id, key), LOY_E_KEY);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM setting WHERE name = 'merge_keys_due'"), 0);
    nothing_is_due();
}

static enum loy_status final_settle(void)
{
    return member_merges_settle(desk.store);
}

static int64_t buyer;

/* A firm with two purchasers on its form, and a version of that line behind it. */
static void firm_make(void)
{
    static unsigned count;
    char first[40];
    snprintf(first, sizeof first, CANARY_TEXT " %u；", ++count);
    const struct loy_field_text fields[] = {
        {LOY_FIELD_NAME, "Wang"}, {LOY_FIELD_PURCHASERS, first}, {LOY_FIELD_NAME, NULL}};
    char both[80];
    snprintf(both, sizeof both, "%s Anna Muster", first);
    const struct loy_field_text line = {LOY_FIELD_PURCHASERS, both};
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &id), LOY_OK);
    assert_status(
        loy_member_set(desk.store, &id, &line, "desk", LOY_INITIATIVE_CUSTOMER, AT + 1), LOY_OK);
    buyer = desk_number(&desk, "SELECT max(id) - 1 FROM purchaser");
}

/* The first of the firm's purchasers. */
static struct loy_purchaser purchaser(void)
{
    struct loy_purchaser found = {.size = sizeof found};
    int64_t position = 0;
    assert_status(loy_purchaser_next(desk.store, &id, &position, &found), LOY_OK);
    return found;
}

static enum loy_status purchaser_forget(void)
{
    enum loy_status status = loy_purchaser_end(desk.store, &id, buyer, NULL, AT + 2);
    if (status < LOY_OK) return status;
    return loy_purchaser_forget(desk.store, &id, buyer, AT + 3);
}

static void purchaser_is_whole_or_gone(enum loy_status status)
{
    char line[LOY_FIELD_TEXT_MAX];
    desk_reopen(&desk);
    assert_true(status < LOY_OK || purchaser().forgotten);
    assert_true(purchaser().forgotten || purchaser().name[0]);
    status = purchaser_forget();
    assert_true(status == LOY_OK || status == LOY_REPEATED);
    assert_true(purchaser().forgotten);
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_PURCHASERS, line), LOY_OK);
    assert_string_equal(line, "Anna Muster");
}

static const struct {
    const char *name;
    void (*prepare)(void);
    enum loy_status (*call)(void);
    void (*judge)(enum loy_status status);
    bool reopens;        /* so does judge */
    long least[SOURCES]; /* faults that must have been met */
} rows[] = {
    {"erase", member_new, erase, member_is_whole_or_gone, true, {30, 8, 20, 5, 5, 1, 10}},
    {"settle", due_make, settle, is_settled_in_the_end, true, {10, 10, 20, 12, 12, 4, 10}},
    {"final", final_make, final_settle, his_key_goes_in_the_end, true, {10, 3, 10, 0, 0, 0, 10}},
    {"purchaser", firm_make, purchaser_forget, purchaser_is_whole_or_gone, true,
        {50, 3, 10, 0, 0, 0, 10}},
    {"merge", lists_make, merge, a_list_is_whole, false, {0, 0, 0, 12, 12, 4, 0}},
};

/* The layer under SQLite needs memory of its own, which must not fail with the store's. */
static void desk_again(bool watched)
{
    char *folder = watched ? realpath(desk.folder, NULL) : strdup("/nowhere");
    assert_non_null(folder);
    loy_store_close(desk.store);
    desk.store = NULL;
    crash_vfs_watch(folder, true);
    free(folder);
    desk_reopen(&desk);
}

/* Under AddressSanitizer a part of those behind the first; all of them in ./check --long. */
static long next(long nth)
{
#ifdef __SANITIZE_ADDRESS__
    return nth < 12 ? nth + 1 : nth + 4;
#else
    return nth + 1;
#endif
}

static long failing_one_by_one(size_t row, enum source source)
{
    for (long nth = 1;; nth = next(nth)) {
        if (nth == 1 || source == OF_VFS || !rows[row].reopens) desk_again(source == OF_VFS);
        rows[row].prepare();
        arm(source, nth);
        enum loy_status status = rows[row].call();
        bool met = disarm(source);
        if (status < LOY_OK && !met) print_error("%ld: %s\n", nth, loy_store_text(desk.store));
        assert_true(status >= LOY_OK || met);
        assert_true(status >= LOY_OK || loy_store_text(desk.store)[0] != '\0');
        assert_int_equal(desk.store->depth, 0);
        rows[row].judge(status);
        if (!met) return nth - 1;
        assert_true(nth < 2000);
    }
}

static void everything_may_fail(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++)
        for (enum source source = 0; source < SOURCES; source++) {
            long met = failing_one_by_one(i, source);
            print_message("%s: %ld %s\n", rows[i].name, met, names[source]);
            assert_true(met >= rows[i].least[source]);
        }
    desk_reopen(&desk);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* Another process was killed, and a row of the table is damaged: the list has what there is. */
static void a_damaged_table_is_no_reason_to_stop(void **state)
{
    (void)state;
    member_new();
    desk_run(&desk, "PRAGMA ignore_check_constraints=ON");
    desk_run(&desk, "INSERT INTO erased (uid, at_us) VALUES (x'01', 1)");
    assert_status(erase(), LOY_OK);
    struct canary_bytes found = canary_read(list);
    assert_int_equal(found.size, LOY_ID_TEXT_SIZE);
    free(found.bytes);
}

/* A failure that the caller overlooked, and a note that is none. */
static void what_was_overlooked_ends_nothing(void **state)
{
    (void)state;
    struct store_erasure erasure;
    static char text[LOY_FIELD_TEXT_MAX];
    member_new();
    assert_status(store_erasure_begin(desk.store, &erasure), LOY_OK);
    assert_status(store_erasure_key(desk.store, &erasure, &id, "request"), LOY_OK);
    desk.store->doomed = LOY_E_FULL;
    assert_status(store_erasure_end(desk.store, &erasure, LOY_OK), LOY_E_FULL);
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_NAME, text), LOY_OK);
    assert_int_equal(access(list, F_OK), -1);
    assert_int_equal(sqlite3_exec(desk.store->key_db,
                         "INSERT INTO note (name) VALUES ('erasing:'), ('erasing::'), "
                         "('erasing:0123456789abcdef:00')",
                         NULL, NULL, NULL),
        SQLITE_OK);
    desk_reopen(&desk);
    nothing_is_due();
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_NAME, text), LOY_OK);
}

static void no_erasure_inside_a_transaction(void **state)
{
    (void)state;
    member_new();
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(erase(), LOY_E_ARGUMENT);
    loy_store_rollback(desk.store);
    // The key file is another program's for a while.
    struct loy_store *other = NULL;
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk.path, .user = "tester", .at_us = AT};
    assert_int_equal(loy_store_open(&options, &other), LOY_OK);
    assert_int_equal(sqlite3_exec(other->key_db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    desk.store->wait_ms = 10;
    assert_status(erase(), LOY_E_BUSY);
    assert_int_equal(sqlite3_exec(other->key_db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    loy_store_close(other);
    assert_status(erase(), LOY_OK);
}

static int start(void **state)
{
    (void)state;
    desk_open(&desk, "ZZ");
    members = 0;
    snprintf(list, sizeof list, "%s.erased", desk.path);
    snprintf(further, sizeof further, "%s.further", desk.path);
    return 0;
}

static int end(void **state)
{
    (void)state;
    unlink(further);
    desk_close(&desk);
    return 0;
}

int main(void)
{
    crash_vfs_install();
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_may_fail, start, end),
        cmocka_unit_test_setup_teardown(a_damaged_table_is_no_reason_to_stop, start, end),
        cmocka_unit_test_setup_teardown(what_was_overlooked_ends_nothing, start, end),
        cmocka_unit_test_setup_teardown(no_erasure_inside_a_transaction, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
