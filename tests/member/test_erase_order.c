/* SPDX-License-Identifier: MIT
 *
 * test_erase_order.c - an erasure killed before each of its statements, in either file: once the
 * key is gone, FILE.erased beside the store names the member, so that an older backup put in the
 * place of what the crash left forgets too. And what was not killed but failed is in no list.
 */
#include "canary.h"

#include <loyalty/rights.h>

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILLED 77

static struct desk desk;
static long left; /* statements until the end */

#define AT_COMMIT_OF_FILE (-1)

static int die_then(unsigned event, void *file, void *statement, void *sql)
{
    (void)event;
    (void)statement;
    bool commit = file && strncmp(sql, "COMMIT", 6) == 0;
    if (left == AT_COMMIT_OF_FILE ? commit : --left == 0) _exit(KILLED);
    return 0;
}

static struct loy_store *store_open(void)
{
    struct loy_store *store = NULL;
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk.path, .user = "tester", .at_us = AT};
    if (loy_store_open(&options, &store) != LOY_OK) abort();
    return store;
}

/* false: it came to its end. */
static bool erasure_killed_at(const struct loy_id *id, long nth)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct loy_store *store = store_open();
        left = nth;
        sqlite3_trace_v2(store->db, SQLITE_TRACE_STMT, die_then, store->db);
        sqlite3_trace_v2(store->key_db, SQLITE_TRACE_STMT, die_then, NULL);
        _exit(loy_member_erase(store, id, "request", AT + 5) == LOY_OK ? 0 : 1);
    }
    int result = -1;
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result));
    assert_true(WEXITSTATUS(result) == 0 || WEXITSTATUS(result) == KILLED);
    return WEXITSTATUS(result) == KILLED;
}

static const char *beside(const char *suffix)
{
    static char paths[4][200];
    static unsigned turn;
    char *path = paths[turn++ % 4];
    snprintf(path, sizeof paths[0], "%s%s", desk.path, suffix);
    return path;
}

/* As the killed one left the files, without an opening that would mend them. */
static int64_t number_in(const char *path, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *select = NULL;
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &select, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(select), SQLITE_ROW);
    int64_t number = sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    sqlite3_close(db);
    return number;
}

static bool is_listed(const struct loy_id *id)
{
    char text[LOY_ID_TEXT_SIZE];
    if (access(beside(".erased"), F_OK) != 0) return false;
    struct canary_bytes list = canary_read(beside(".erased"));
    loy_id_text(id, text);
    bool found = memmem(list.bytes, list.size, text, LOY_ID_TEXT_SIZE - 1) != NULL;
    free(list.bytes);
    return found;
}

/* Puts the backup in the place of what the crash left; the list beside it stays. */
static void backup_put_back(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".keys", ".keys-wal", ".keys-shm"};
    char backup[200], key[200];
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk.path, .key_path = key, .user = "tester", .at_us = AT};
    snprintf(backup, sizeof backup, "%s/backup", desk.folder);
    snprintf(key, sizeof key, "%s.key", desk.path);
    loy_store_close(desk.store);
    for (size_t i = 0; i < ROWS(suffixes); i++)
        unlink(beside(suffixes[i]));
    assert_status(loy_store_restore(backup, &options, &desk.store), LOY_OK);
}

static void a_killed_erasure_is_carried(void **state)
{
    (void)state;
    char backup[200];
    snprintf(backup, sizeof backup, "%s/backup", desk.folder);
    struct loy_id id = canary_member(&desk, 1);
    assert_status(loy_store_backup(desk.store, backup, NULL, NULL, AT), LOY_OK);
    long gone_at = 0, listed_at = 0, nth = 1;
    for (;; nth++) {
        loy_store_close(desk.store);
        desk.store = NULL;
        bool killed = erasure_killed_at(&id, nth);
        bool gone = number_in(beside(".keys"), "SELECT count(*) FROM member_key") == 0;
        bool listed = is_listed(&id);
        if (gone && !gone_at) gone_at = nth;
        if (listed && !listed_at) listed_at = nth;
        if (gone && !listed) print_error("killed before statement %ld\n", nth);
        assert_true(listed || !gone);
        backup_put_back();
        assert_int_equal(
            desk_number(&desk, "SELECT count(*) FROM member WHERE status = 1"), listed ? 0 : 1);
        assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), listed ? 1 : 0);
        assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
        if (!killed) break;
        unlink(beside(".erased"));
        backup_put_back();
        assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status = 1"), 1);
    }
    print_message(
        "%ld statements; listed from %ld on, gone from %ld on\n", nth - 1, listed_at, gone_at);
    assert_true(listed_at > 1 && gone_at >= listed_at && nth > gone_at);
}

/* The list that was ahead is taken at the next opening, without a backup. */
static void a_list_that_is_ahead_erases(void **state)
{
    (void)state;
    struct loy_id id = canary_member(&desk, 1);
    loy_store_close(desk.store);
    desk.store = NULL;
    long nth = 1;
    while (!is_listed(&id))
        assert_true(erasure_killed_at(&id, nth++));
    assert_int_equal(number_in(beside(".keys"), "SELECT count(*) FROM member_key"), 1);
    desk.store = store_open();
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status = 1"), 0);
    assert_int_equal(number_in(beside(".keys"), "SELECT count(*) FROM member_key"), 0);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* A lane goes on beside a killed erasure, whose id its own erasure leaves in the list. */
static void another_erasure_keeps_what_is_pending(void **state)
{
    (void)state;
    struct loy_id id = canary_member(&desk, 1), other = canary_member(&desk, 2);
    assert_true(erasure_killed_at(&id, AT_COMMIT_OF_FILE));
    assert_int_equal(number_in(beside(".keys"), "SELECT count(*) FROM member_key"), 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status = 1"), 2);
    assert_status(loy_member_erase(desk.store, &other, "request", AT + 6), LOY_OK);
    assert_true(is_listed(&id) && is_listed(&other));
    desk_reopen(&desk);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), 2);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* Whose copy had a merge's key to destroy yet: that does not write the list anew before it is read.
 */
static void a_mark_in_the_backup_keeps_the_list(void **state)
{
    (void)state;
    char backup[200];
    snprintf(backup, sizeof backup, "%s/backup", desk.folder);
    struct loy_id id = canary_member(&desk, 1);
    desk_run(&desk, "INSERT INTO setting (name, value) VALUES ('merge_keys_due', 1)");
    assert_status(loy_store_backup(desk.store, backup, NULL, NULL, AT), LOY_OK);
    assert_status(loy_member_erase(desk.store, &id, "request", AT + 5), LOY_OK);
    backup_put_back();
    assert_true(is_listed(&id));
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status = 1"), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM erased"), 1);
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM setting WHERE name = 'merge_keys_due'"), 0);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static int deny_commit(void *user)
{
    (void)user;
    return 1;
}

/* Nothing is left of what failed before the keys were gone: the next opening erases nobody. */
static void what_failed_is_not_listed(void **state)
{
    (void)state;
    struct loy_id first = canary_member(&desk, 1), id = canary_member(&desk, 2);
    assert_status(loy_member_erase(desk.store, &first, "request", AT + 5), LOY_OK);
    sqlite3_commit_hook(desk.store->key_db, deny_commit, NULL);
    assert_true(loy_member_erase(desk.store, &id, "request", AT + 5) < LOY_OK);
    sqlite3_commit_hook(desk.store->key_db, NULL, NULL);
    assert_true(is_listed(&first));
    assert_false(is_listed(&id));
    desk_reopen(&desk);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE status = 1"), 1);
    assert_status(loy_member_erase(desk.store, &id, "request", AT + 6), LOY_OK);
}

static int start(void **state)
{
    (void)state;
    desk_open(&desk, "ZZ");
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
        cmocka_unit_test_setup_teardown(a_killed_erasure_is_carried, start, end),
        cmocka_unit_test_setup_teardown(a_list_that_is_ahead_erases, start, end),
        cmocka_unit_test_setup_teardown(another_erasure_keeps_what_is_pending, start, end),
        cmocka_unit_test_setup_teardown(a_mark_in_the_backup_keeps_the_list, start, end),
        cmocka_unit_test_setup_teardown(what_failed_is_not_listed, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
