/* SPDX-License-Identifier: MIT
 *
 * test_traces.c - what an erasure leaves in the free space of pages is looked for, and FILE is
 * written anew only where something is found or may be. In: erasures, with and without something
 * left on purpose. Out: whether FILE was written anew, told by its free pages. */
#include "desk.h"

#include <loyalty/member_card.h>
#include <loyalty/rights.h>

static struct desk desk;

static int open_with_free_pages(void **state)
{
    (void)state;
    desk_open(&desk, "CN");
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

int main(void)
{
#define traces_case(test) cmocka_unit_test_setup_teardown(test, open_with_free_pages, close_it)
    const struct CMUnitTest tests[] = {
        traces_case(nothing_left_nothing_written),
        traces_case(what_is_left_is_found),
        traces_case(found_across_two_chunks),
        traces_case(an_earlier_one_that_was_cut_off),
        traces_case(too_many_to_remember),
        traces_case(a_reader_only_delays_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
