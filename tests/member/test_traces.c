/* SPDX-License-Identifier: MIT
 *
 * test_traces.c - what an erasure leaves in the free space of pages is looked for, and FILE is
 * written anew only where something is found or may be. In: erasures, with and without something
 * left on purpose. Out: whether FILE was written anew, told by its free pages. */
#include "desk.h"

#include "../faults/crash_vfs.h"

#include <loyalty/member_card.h>
#include <loyalty/rights.h>

#include <fcntl.h>
#include <stdlib.h>
#include <store/store_parts.h>
#include <sys/wait.h>
#include <unistd.h>

static struct desk desk;

static int open_with_free_pages(void **state)
{
    (void)state;
    desk_open(&desk, "CN");
    sqlite3_busy_timeout(desk.store->db, 10);
    desk_run(&desk, "CREATE TABLE waste (b BLOB)");
    desk_run(&desk, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99) "
                    "INSERT INTO waste SELECT zeroblob(3000) FROM n");
    desk_run(&desk, "DROP TABLE waste");
    return 0;
}

static int close_it(void **state)
{
    (void)state;
    desk_close(&desk);
    return 0;
}

static bool written_anew(void)
{
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM setting WHERE name = 'traces'"), 0);
    return desk_number(&desk, "PRAGMA freelist_count") == 0;
}

static struct loy_id member_with_telephone(void)
{
    const struct loy_field_text fields[] = {
        {LOY_FIELD_NAME, "张伟"}, {LOY_FIELD_TELEPHONE, "13812345678"}, {LOY_FIELD_NAME, NULL}};
    struct loy_id member;
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &member), LOY_OK);
    return member;
}

static void erase(const struct loy_id *member)
{
    assert_status(loy_member_erase(desk.store, member, "request", AT + 1), LOY_OK);
}

static void nothing_left_nothing_written(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    erase(&member);
    assert_false(written_anew());
}

static void what_is_left_is_found(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    desk_run(&desk, "CREATE TABLE left_over AS SELECT digest FROM blind_index");
    desk_run(&desk, "PRAGMA wal_checkpoint(TRUNCATE)");
    erase(&member);
    assert_true(written_anew());
}

static void found_across_two_chunks(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    sqlite3_stmt *row = NULL;
    uint8_t digest[16];
    assert_int_equal(
        sqlite3_prepare_v2(desk.store->db, "SELECT digest FROM blind_index", -1, &row, NULL), 0);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    memcpy(digest, sqlite3_column_blob(row, 0), sizeof digest);
    sqlite3_finalize(row);
    /* In pages that are free, across the end of a chunk of the search. */
    desk_run(&desk, "PRAGMA wal_checkpoint(TRUNCATE)");
    assert_true(desk_number(&desk, "PRAGMA page_count") > 6 * 16);
    FILE *file = fopen(desk.path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 6 * 65536 - 3, SEEK_SET), 0);
    assert_int_equal(fwrite(digest + 8, 1, 8, file), 8);
    assert_int_equal(fclose(file), 0);
    erase(&member);
    assert_true(written_anew());
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

/* The member went, but the program was killed before FILE was searched. */
static void an_earlier_one_that_was_cut_off(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    desk_run(&desk, "INSERT INTO setting (name, value) VALUES ('traces', 1)");
    erase(&member);
    assert_true(written_anew());
}

static void too_many_to_remember(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    desk_run(&desk, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                    "300) INSERT INTO blind_index SELECT 6, randomblob(16), 1 FROM n");
    erase(&member);
    assert_true(written_anew());
}

static void a_reader_only_delays_it(void **state)
{
    (void)state;
    struct loy_id first = member_with_telephone(), second = member_with_telephone();
    desk_run(&desk, "CREATE TABLE left_over AS SELECT digest FROM blind_index");
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(desk.path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN; SELECT * FROM member", NULL, NULL, NULL), 0);
    assert_status(loy_member_erase(desk.store, &first, "request", AT + 1), LOY_E_BUSY);
    assert_int_equal(desk_number(&desk, "SELECT value FROM setting WHERE name = 'traces'"), 1);
    sqlite3_close(other);
    erase(&second);
    assert_true(written_anew());
}

/* Whether another process sees a lock of this one on FILE. */
static bool locked(void)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int file = open(desk.path, O_RDWR | O_CLOEXEC);
        _exit(file < 0 || fcntl(file, F_GETLK, &lock) != 0 ? 2 : lock.l_type != F_UNLCK);
    }
    int state = 0;
    assert_int_equal(waitpid(child, &state, 0), child);
    assert_true(WIFEXITED(state) && WEXITSTATUS(state) < 2);
    return WEXITSTATUS(state) == 1;
}

/* Another process that closes FILE would else take itself for the last, and its log away. */
static void searching_drops_no_lock(void **state)
{
    (void)state;
    struct loy_id member = member_with_telephone();
    assert_true(locked());
    erase(&member);
    assert_true(locked());
    // That it would be seen here.
    close(open(desk.path, O_RDONLY | O_CLOEXEC));
    assert_false(locked());
}

/* ---- Failures ----------------------------------------------------------------------------------
 */

/* As an erasure leaves it that has traced what stands nowhere. */
static void one_is_due(void)
{
    desk_run(&desk, "INSERT OR REPLACE INTO setting (name, value) VALUES ('traces', 1)");
    assert_status(store_log_empty(desk.store, desk.store->db), LOY_OK);
    desk.store->traces[0] = UINT64_C(0x8c1f52b7e94d063a);
    desk.store->trace_count = 1;
}

static void is_still_due(enum loy_status expected)
{
    assert_status(store_traces_clear(desk.store), expected);
    assert_true(loy_store_text(desk.store)[0] != '\0');
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM setting WHERE name = 'traces'"), 1);
}

static void the_file_cannot_be_read(void **state)
{
    (void)state;
    char *folder = realpath(desk.folder, NULL);
    assert_non_null(folder);
    crash_vfs_watch(folder);
    free(folder);
    desk_reopen(&desk);
    long failures = 0;
    for (long nth = 1;; nth++) {
        one_is_due();
        crash_vfs_fail(nth, false, SQLITE_IOERR);
        enum loy_status status = store_traces_clear(desk.store);
        bool met = crash_vfs_failed();
        crash_vfs_fail(0, false, SQLITE_OK);
        assert_true(met || status == LOY_OK);
        if (!met) break;
        if (status == LOY_OK) continue;
        assert_true(loy_store_text(desk.store)[0] != '\0');
        failures++;
    }
    crash_vfs_pause(true);
    assert_true(failures > 10);
    assert_true(desk_number(&desk, "PRAGMA freelist_count") > 0);
}

static void it_cannot_be_written_anew(void **state)
{
    (void)state;
    one_is_due();
    desk.store->trace_count = 0;
    sqlite3_stmt *reading = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(desk.store->db, "SELECT 1 UNION SELECT 2", -1, &reading, NULL), 0);
    assert_int_equal(sqlite3_step(reading), SQLITE_ROW);
    is_still_due(LOY_E_STORE);
    sqlite3_finalize(reading);
    assert_status(store_traces_clear(desk.store), LOY_OK);
    assert_true(written_anew());
}

static void its_log_cannot_be_emptied(void **state)
{
    (void)state;
    one_is_due();
    desk.store->trace_count = 0;
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(desk.path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN; SELECT * FROM member", NULL, NULL, NULL), 0);
    is_still_due(LOY_E_BUSY);
    sqlite3_close(other);
    assert_status(store_traces_clear(desk.store), LOY_OK);
    assert_true(written_anew());
}

static void its_note_cannot_be_dropped(void **state)
{
    (void)state;
    one_is_due();
    desk_run(&desk, "CREATE TRIGGER keep BEFORE DELETE ON setting WHEN old.name = 'traces' BEGIN "
                    "SELECT RAISE(ABORT, 'kept'); END");
    is_still_due(LOY_E_CONFLICT);
    desk_run(&desk, "DROP TRIGGER keep");
    assert_status(store_traces_clear(desk.store), LOY_OK);
}

/* Another program cleared, and took the note of this one away with its own. */
static void without_a_note_its_own_are_looked_for(void **state)
{
    (void)state;
    one_is_due();
    desk_run(&desk, "DELETE FROM setting WHERE name = 'traces'");
    desk_run(&desk, "CREATE TABLE left_over AS SELECT x'3a064de9b7521f8c' AS trace");
    assert_status(store_log_empty(desk.store, desk.store->db), LOY_OK);
    assert_status(store_traces_clear(desk.store), LOY_OK);
    assert_true(written_anew());
    assert_int_equal(desk.store->trace_count, 0);
}

int main(void)
{
    crash_vfs_install();
    crash_vfs_pause(true);
#define traces_case(test) cmocka_unit_test_setup_teardown(test, open_with_free_pages, close_it)
    const struct CMUnitTest tests[] = {
        traces_case(nothing_left_nothing_written),
        traces_case(what_is_left_is_found),
        traces_case(found_across_two_chunks),
        traces_case(an_earlier_one_that_was_cut_off),
        traces_case(too_many_to_remember),
        traces_case(a_reader_only_delays_it),
        traces_case(searching_drops_no_lock),
        traces_case(the_file_cannot_be_read),
        traces_case(it_cannot_be_written_anew),
        traces_case(its_log_cannot_be_emptied),
        traces_case(its_note_cannot_be_dropped),
        traces_case(without_a_note_its_own_are_looked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
