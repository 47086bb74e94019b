/* SPDX-License-Identifier: MIT
 *
 * test_calls.c - every call of the lane and basket rooms, with each of its statements refused and
 * each of its allocations failed once: the call says so, nothing reaches the file, and the same
 * call on the same handle comes through afterwards. The steps of the lane have test_faults.c.
 */
#include "calls.h"

#include <store/faulty_disk.h>
#include <store/faulty_sql.h>

#include <errno.h>
#include <store/store_parts.h>

static struct counter *counter;
static sqlite3 *other; /* sees what has reached the file */

enum source { OF_STATEMENTS, OF_MEMORY };

static void arm(enum source source, long nth)
{
    if (source == OF_STATEMENTS)
        faulty_sql_arm(counter->store->db, nth);
    else
        faulty_disk_arm(FAULTY_MEMORY, nth, ENOMEM);
}

static bool disarm(enum source source)
{
    return source == OF_STATEMENTS ? faulty_sql_disarm(counter->store->db) : faulty_disk_disarm();
}

static int64_t file_version(void)
{
    sqlite3_stmt *pragma = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(other, "PRAGMA data_version", -1, &pragma, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(pragma), SQLITE_ROW);
    int64_t version = sqlite3_column_int64(pragma, 0);
    sqlite3_finalize(pragma);
    return version;
}

static void told(const struct call *call, enum source source, long nth, enum loy_status status)
{
    print_error("%s, %s %ld: %s (%s)\n", call->name,
        source == OF_STATEMENTS ? "statement" : "allocation", nth, loy_status_text(status),
        loy_store_text(counter->store));
}

/* False: the fault was not met, and the call came through. */
static bool fails_once(const struct call *call, enum source source, long nth)
{
    struct loy_store *store = counter->store;
    if (call->prepare != NULL) call->prepare();
    const int64_t before = file_version();
    arm(source, nth);
    enum loy_status status = call->run();
    bool met = disarm(source);
    // To undo is what no disk refuses, only this test.
    bool undoing = met && sqlite3_get_autocommit(store->db) == 0;
    if (undoing) shop_run(store, "ROLLBACK");
    bool right = undoing || (met ? status < LOY_OK : status == call->wanted);
    if (!right) told(call, source, nth, status);
    assert_true(right);
    assert_int_equal(store->depth, 0);
    if (!met || undoing) return met;
    assert_true(loy_store_text(store)[0] != '\0');
    if (file_version() != before) told(call, source, nth, status);
    assert_int_equal(file_version(), before);
    store->broken = false; // the disk is sound: a COMMIT was refused by this test
    return true;
}

static long failing_one_by_one(const struct call *calls, size_t count, enum source source)
{
    long faults = 0;
    for (size_t i = 0; i < count; i++) {
        long nth = 1;
        while (fails_once(&calls[i], source, nth))
            nth++;
        faults += nth - 1;
        if (source == OF_STATEMENTS && nth == 1) print_error("%s asks nothing\n", calls[i].name);
        assert_true(source == OF_MEMORY || nth > 1);
    }
    return faults;
}

static void failing(enum source source, long least)
{
    long faults = failing_one_by_one(calls_read, calls_read_count, source);
    faults += failing_one_by_one(calls_others, calls_others_count, source);
    faults += failing_one_by_one(calls_basket, calls_basket_count, source);
    print_message("%ld faults\n", faults);
    assert_true(faults >= least);
    shop_is_sound(counter->store);
}

static void each_statement_is_refused_once(void **state)
{
    (void)state;
    failing(OF_STATEMENTS, 1500);
}

static void each_allocation_fails_once(void **state)
{
    (void)state;
    failing(OF_MEMORY, 200);
}

/* Open, then flock: whatever the system says, the lane is not open and may be opened later. */
static void a_lock_that_the_system_refuses(void **state)
{
    (void)state;
    static const struct {
        long nth;
        int error;
        enum loy_status status;
    } rows[] = {{1, ENOSPC, LOY_E_FULL}, {1, EROFS, LOY_E_FULL}, {1, EDQUOT, LOY_E_FULL},
        {1, EACCES, LOY_E_FULL}, {1, EIO, LOY_E_IO}, {2, EIO, LOY_E_IO},
        {2, EWOULDBLOCK, LOY_E_BUSY}};
    loy_lane_close(counter->lane);
    counter->lane = NULL;
    for (size_t i = 0; i < ROWS(rows); i++) {
        faulty_disk_arm(FAULTY_CALLS, rows[i].nth, rows[i].error);
        enum loy_status status =
            loy_lane_open(counter->store, LOY_BASKET_LANE, NOON_US, &counter->lane);
        assert_true(faulty_disk_disarm());
        ASSERT_STATUS(status, rows[i].status);
        assert_null(counter->lane);
        assert_true(loy_store_text(counter->store)[0] != '\0');
    }
    counter_open(counter);
}

static int start(void **state)
{
    if (counter_setup(state) != 0) return -1;
    counter = *state;
    calls_begin(counter);
    counter_cut(counter); // all statements and caches are cold
    calls_set(counter);
    return sqlite3_open(counter->shop->path, &other) == SQLITE_OK ? 0 : -1;
}

static int end(void **state)
{
    sqlite3_close(other);
    calls_end();
    return counter_teardown(state);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_statement_is_refused_once, start, end),
        cmocka_unit_test_setup_teardown(each_allocation_fails_once, start, end),
        cmocka_unit_test_setup_teardown(a_lock_that_the_system_refuses, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
