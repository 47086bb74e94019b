/* SPDX-License-Identifier: MIT
 *
 * test_transaction.c - begin, commit and rollback in every nesting, statements, places, ids and
 * ranges.
 */
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static enum loy_status site_add(struct loy_store *store, const char *code)
{
    sqlite3_stmt *insert = store_sql(store, "INSERT INTO site (code) VALUES (?1)");
    sqlite3_bind_text(insert, 1, code, -1, SQLITE_STATIC);
    return store_run(store, insert);
}

static int64_t sites(struct fixture *fixture)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(fixture->path, &db), SQLITE_OK);
    int64_t count = fixture_number(db, "SELECT count(*) FROM site");
    sqlite3_close(db);
    return count;
}

static void only_the_outermost_pair_counts(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    assert_int_equal(store_begin(store), LOY_OK);
    assert_int_equal(store_begin(store), LOY_OK);
    assert_int_equal(site_add(store, "a"), LOY_OK);
    assert_int_equal(store_commit(store), LOY_OK);
    assert_int_equal(sites(fixture), 1);
    assert_int_equal(store_commit(store), LOY_OK);
    assert_int_equal(sites(fixture), 2);
    assert_int_equal(store_commit(store), LOY_E_ARGUMENT);
}

static void inner_rollback_undoes_all(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    assert_int_equal(store_begin(store), LOY_OK);
    assert_int_equal(site_add(store, "a"), LOY_OK);
    assert_int_equal(store_begin(store), LOY_OK);
    store_fail(store, LOY_E_FORMAT, "row 7 is wrong");
    store_rollback(store);
    // The caller overlooks it and goes on: still nothing may come of it.
    site_add(store, "b");
    assert_int_equal(store_begin(store), LOY_E_FORMAT);
    assert_int_equal(store_commit(store), LOY_E_FORMAT);
    assert_int_equal(store->depth, 0);
    assert_int_equal(sites(fixture), 1);
    assert_int_equal(store_begin(store), LOY_OK);
    assert_int_equal(site_add(store, "c"), LOY_OK);
    assert_int_equal(store_commit(store), LOY_OK);
    assert_int_equal(sites(fixture), 2);
}

static void undone_transaction_does_not_go_on(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    assert_int_equal(store_begin(store), LOY_OK);
    assert_int_equal(site_add(store, "a"), LOY_OK);
    // As SQLite does by itself after some failures.
    assert_int_equal(sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(site_add(store, "b"), LOY_E_STORE);
    assert_int_equal(store_commit(store), LOY_E_STORE);
    assert_int_equal(sites(fixture), 1);
    assert_int_equal(site_add(store, "c"), LOY_OK);
}

/* The caller overlooks that one of its writes found no space, and commits the rest. */
static void overlooked_failure_commits_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    char limit[60];
    snprintf(limit, sizeof limit, "PRAGMA max_page_count=%lld",
        (long long)fixture_number(store->db, "PRAGMA page_count") + 4);
    store_run_text(store, limit);
    assert_int_equal(store_begin(store), LOY_OK);
    assert_int_equal(site_add(store, "a"), LOY_OK);
    assert_int_equal(
        store_run_text(store, "INSERT INTO import_log (kind, file_digest, rows, total_minor, at_us,"
                              " operator) VALUES ('x', zeroblob(90000), 0, 0, 0, 1)"),
        LOY_E_FULL);
    site_add(store, "b");
    assert_int_equal(store_begin(store), LOY_E_FULL);
    assert_int_equal(store_commit(store), LOY_E_FULL);
    assert_int_equal(sites(fixture), 1);
    assert_int_equal(store_begin(store), LOY_OK);
    assert_int_equal(site_add(store, "c"), LOY_OK);
    assert_int_equal(store_commit(store), LOY_OK);
    assert_int_equal(sites(fixture), 2);
}

static void public_pair_does_not_nest(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    assert_int_equal(loy_store_begin(store), LOY_OK);
    assert_int_equal(loy_store_begin(store), LOY_E_ARGUMENT);
    assert_int_equal(site_add(store, "a"), LOY_OK);
    loy_store_rollback(store);
    loy_store_rollback(store);
    assert_int_equal(sites(fixture), 1);
    assert_int_equal(loy_store_commit(store), LOY_E_ARGUMENT);
}

static void close_inside_keeps_nothing(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(loy_store_begin(fixture->store), LOY_OK);
    assert_int_equal(store_begin(fixture->store), LOY_OK);
    assert_int_equal(site_add(fixture->store, "a"), LOY_OK);
    fixture_reopen(fixture);
    assert_int_equal(sites(fixture), 1);
}

static void held_file_is_busy(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *other = NULL;
    assert_int_equal(loy_store_open(&fixture->options, &other), LOY_OK);
    other->wait_ms = 10;
    assert_int_equal(store_begin(fixture->store), LOY_OK);
    assert_int_equal(store_begin(other), LOY_E_BUSY);
    assert_non_null(strstr(loy_store_text(other), "another program holds"));
    assert_int_equal(other->depth, 0);
    store_rollback(fixture->store);
    assert_int_equal(store_begin(other), LOY_OK);
    store_rollback(other);
    loy_store_close(other);
}

/* An import: it writes all the time, but for a moment between two transactions. */
static pid_t importer_start(const char *path)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child > 0) return child;
    sqlite3 *db = NULL;
    alarm(60);
    if (sqlite3_open(path, &db) != SQLITE_OK) _exit(2);
    for (;;) {
        sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        sqlite3_sleep(150);
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
        sqlite3_sleep(5);
    }
}

static void a_lane_finds_its_moment_beside_an_import(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    pid_t importer = importer_start(fixture->path);
    fixture_reopen(fixture);
    fixture->store->wait_ms = 2000;
    enum loy_status status = LOY_OK;
    for (int i = 0; i < 12 && status == LOY_OK; i++) {
        status = store_begin(fixture->store);
        if (status == LOY_OK) status = store_commit(fixture->store);
    }
    kill(importer, SIGKILL);
    waitpid(importer, NULL, 0);
    assert_int_equal(status, LOY_OK);
}

/* A till's other program that looks in when told and says how many sites it saw; it is the only one
 * that knows nothing of this process's locks. As the last one to close it would take the log away.
 */
static pid_t visitor_start(const char *path, int ends[2])
{
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child > 0) return child;
    char sites_seen = 0;
    close(ends[0]);
    while (read(ends[1], &sites_seen, 1) == 1) {
        sqlite3 *db = NULL;
        sqlite3_stmt *count = NULL;
        sqlite3_open(path, &db);
        sqlite3_prepare_v2(db, "SELECT count(*) FROM site", -1, &count, NULL);
        sites_seen = sqlite3_step(count) == SQLITE_ROW ? (char)sqlite3_column_int(count, 0) : -1;
        sqlite3_finalize(count);
        sqlite3_close(db);
        if (write(ends[1], &sites_seen, 1) != 1) break;
    }
    _exit(0);
}

static int visitor_ask(int end)
{
    char sites_seen = -1;
    assert_int_equal(write(end, "", 1), 1);
    assert_int_equal(read(end, &sites_seen, 1), 1);
    return sites_seen;
}

/* POSIX locks are the process's: no file may be opened and closed beside SQLite's back. */
static void second_handle_costs_the_first_no_lock(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *second = NULL;
    int ends[2];
    fixture_close(fixture);
    pid_t visitor = visitor_start(fixture->path, ends);
    fixture_reopen(fixture);
    assert_int_equal(loy_store_open(&fixture->options, &second), LOY_OK);
    loy_store_close(second);
    assert_int_equal(visitor_ask(ends[0]), 1);
    assert_int_equal(site_add(fixture->store, "acknowledged"), LOY_OK);
    assert_int_equal(visitor_ask(ends[0]), 2);
    close(ends[0]);
    close(ends[1]);
    assert_int_equal(waitpid(visitor, NULL, 0), visitor);
}

/* A SELECT left standing keeps an old picture; when another process wrote since, begin must still
 * work. */
static void standing_select_does_not_lock_out(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *other = NULL;
    sqlite3_stmt *select = store_sql(fixture->store, "SELECT name FROM setting");
    assert_int_equal(store_step(fixture->store, select), LOY_OK);
    assert_int_equal(loy_store_open(&fixture->options, &other), LOY_OK);
    assert_int_equal(site_add(other, "a"), LOY_OK);
    assert_int_equal(store_begin(fixture->store), LOY_OK);
    assert_int_equal(site_add(fixture->store, "b"), LOY_OK);
    assert_int_equal(store_commit(fixture->store), LOY_OK);
    assert_int_equal(sites(fixture), 3);
    loy_store_close(other);
}

static void statements_are_cached_clean(void **state)
{
    static const char sql[] = "SELECT ?1";
    struct fixture *fixture = *state;
    sqlite3_stmt *first = store_sql(fixture->store, sql);
    sqlite3_bind_int(first, 1, 7);
    assert_int_equal(store_step(fixture->store, first), LOY_OK);
    sqlite3_stmt *second = store_sql(fixture->store, sql);
    assert_ptr_equal(first, second);
    assert_int_equal(store_step(fixture->store, second), LOY_OK);
    assert_int_equal(sqlite3_column_type(second, 0), SQLITE_NULL);
    assert_int_equal(store_step(fixture->store, second), LOY_NONE);
    assert_null(store_sql(fixture->store, "SELECT nonsense FROM nowhere"));
    assert_int_equal(store_step(fixture->store, NULL), LOY_E_STORE);
    assert_int_equal(site_add(fixture->store, "S1"), LOY_E_CONFLICT);
    static char many[STORE_STATEMENTS_MAX + 1][24];
    size_t prepared = 0;
    for (size_t i = 0; i <= STORE_STATEMENTS_MAX; i++) {
        snprintf(many[i], sizeof many[i], "SELECT %zu", i);
        if (store_sql(fixture->store, many[i])) prepared++;
    }
    assert_true(prepared < STORE_STATEMENTS_MAX);
    assert_int_equal(store_step(fixture->store, NULL), LOY_E_LIMIT);
}

static void places_get_one_number(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    int64_t site = 0, again = 0, lane = 0, other = 0;
    assert_int_equal(store_site(store, "S1", &site), LOY_OK);
    assert_int_equal(site, store->site);
    assert_int_equal(store_site(store, "S2", &other), LOY_OK);
    assert_int_equal(store_site(store, "S2", &again), LOY_OK);
    assert_int_equal(other, again);
    assert_int_not_equal(site, other);
    assert_int_equal(store_lane(store, other, "L1", &lane), LOY_OK);
    assert_int_not_equal(lane, store->lane);
    assert_int_equal(store_lane(store, store->site, "L1", &lane), LOY_OK);
    assert_int_equal(lane, store->lane);
    assert_int_equal(store_site(store, "", &site), LOY_E_ARGUMENT);
    assert_int_equal(
        store_site(store, "a code that is much longer than it may be", &site), LOY_E_ARGUMENT);
    assert_int_equal(
        fixture_number(store->db, "SELECT count(*) FROM lane WHERE epoch=1 AND last_sequence=0"),
        2);
}

static void ids_are_uuid_7(void **state)
{
    (void)state;
    struct loy_id id, parsed, none = {{0}};
    char text[LOY_ID_TEXT_SIZE];
    store_id_make(0x0123456789abLL * 1000, &id);
    loy_id_text(&id, text);
    assert_memory_equal(text, "01234567-89ab-7", 15);
    assert_non_null(strchr("89ab", text[19]));
    assert_int_equal(loy_id_parse(text, &parsed), LOY_OK);
    assert_memory_equal(&id, &parsed, sizeof id);
    assert_false(loy_id_is_none(&id));
    assert_true(loy_id_is_none(&none));
    static const char *const bad[] = {"", "0", "01234567-89ab-7000-8000-00000000000",
        "01234567-89ab-7000-8000-0000000000000", "01234567x89ab-7000-8000-000000000000",
        "0123456789ab70008000000000000000", "g1234567-89ab-7000-8000-000000000000"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(loy_id_parse(bad[i], &none), LOY_E_FORMAT);
        assert_true(loy_id_is_none(&none));
    }
}

static void ranges_are_kept(void **state)
{
    struct fixture *fixture = *state;
    const struct loy_range range = {
        .prefix = "2990", .length = 13, .check = LOY_CHECK_GS1, .use = LOY_USE_MEMBER};
    struct loy_range found[LOY_RANGES_MAX];
    size_t count = 9;
    assert_int_equal(loy_range_list(fixture->store, found, &count), LOY_OK);
    assert_int_equal(count, 0);
    assert_int_equal(loy_range_add(fixture->store, &range, FIXTURE_AT_US), LOY_OK);
    fixture_reopen(fixture);
    assert_int_equal(loy_range_list(fixture->store, found, &count), LOY_OK);
    assert_int_equal(count, 1);
    assert_string_equal(found[0].prefix, "2990");
    assert_int_equal(found[0].length, 13);
    assert_int_equal(found[0].use, LOY_USE_MEMBER);
    assert_int_equal(loy_range_add(fixture->store, &range, FIXTURE_AT_US), LOY_E_CONFLICT);
    assert_non_null(strstr(loy_store_text(fixture->store), "2990"));
    assert_int_equal(
        fixture_number(fixture->store->db, "SELECT count(*) FROM audit WHERE action='range-add'"),
        1);
}

/* A cursor that the caller left open is told apart from another program's lock. */
static void open_cursor_is_named(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *other = NULL;
    sqlite3_stmt *cursor = NULL;
    assert_int_equal(loy_store_open(&fixture->options, &other), LOY_OK);
    sqlite3_prepare_v2(fixture->store->db, "SELECT name FROM setting", -1, &cursor, NULL);
    assert_int_equal(sqlite3_step(cursor), SQLITE_ROW);
    assert_int_equal(site_add(other, "a"), LOY_OK);
    assert_int_equal(store_begin(fixture->store), LOY_E_BUSY);
    assert_non_null(strstr(loy_store_text(fixture->store), "close the cursor"));
    assert_int_equal(fixture->store->depth, 0);
    sqlite3_finalize(cursor);
    assert_int_equal(store_begin(fixture->store), LOY_OK);
    store_rollback(fixture->store);
    loy_store_close(other);
}

/* Two programs are given the same file at the same time, and both have asked. */
static void a_file_is_taken_once(void **state)
{
    static const uint8_t digest[LOY_FILE_DIGEST_SIZE] = {7}, another[LOY_FILE_DIGEST_SIZE] = {8};
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store, *other = NULL;
    assert_int_equal(loy_store_open(&fixture->options, &other), LOY_OK);
    assert_int_equal(loy_import_known(store, "baskets", digest), LOY_OK);
    assert_int_equal(loy_store_begin(other), LOY_OK);
    assert_int_equal(loy_import_enter(other, "baskets", digest, 1, 100, FIXTURE_AT_US), LOY_OK);
    assert_int_equal(loy_store_commit(other), LOY_OK);
    assert_int_equal(loy_store_begin(store), LOY_OK);
    assert_int_equal(
        loy_import_enter(store, "baskets", digest, 1, 100, FIXTURE_AT_US), LOY_E_CONFLICT);
    loy_store_rollback(store);
    assert_int_equal(loy_store_begin(store), LOY_OK);
    assert_int_equal(loy_import_enter(store, "prices", digest, 1, 0, FIXTURE_AT_US), LOY_OK);
    assert_int_equal(loy_import_enter(store, "prices", another, 1, 0, FIXTURE_AT_US), LOY_OK);
    assert_int_equal(loy_store_commit(store), LOY_OK);
    assert_int_equal(loy_import_known(store, "baskets", digest), LOY_REPEATED);
    loy_store_close(other);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_the_outermost_pair_counts, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(inner_rollback_undoes_all, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            undone_transaction_does_not_go_on, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            overlooked_failure_commits_nothing, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(public_pair_does_not_nest, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(close_inside_keeps_nothing, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(open_cursor_is_named, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(a_file_is_taken_once, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(held_file_is_busy, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            a_lane_finds_its_moment_beside_an_import, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            second_handle_costs_the_first_no_lock, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(
            standing_select_does_not_lock_out, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(statements_are_cached_clean, fixture_start, fixture_end),
        cmocka_unit_test_setup_teardown(places_get_one_number, fixture_start, fixture_end),
        cmocka_unit_test(ids_are_uuid_7),
        cmocka_unit_test_setup_teardown(ranges_are_kept, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
