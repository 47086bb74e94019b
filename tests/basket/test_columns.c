/* SPDX-License-Identifier: MIT
 *
 * test_columns.c - the columns beside the store say what SQL says, whatever happened to the store
 * since they were filled: sales, returns, voids, open baskets, cards linked later, merges,
 * erasures, objections, corrected clocks. Filled on or made anew, the bytes are the same.
 */
#include "columns_shop.h"

#include <loyalty/rights.h>
#include <store/columns_private.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned shops = 3;

static void an_empty_store_has_no_rows(void **state)
{
    struct shop *shop = *state;
    struct stat file;
    for (int i = 0; i < 2; i++) {
        struct loy_columns *columns =
            columns_open_as(shop->store, i == 0 ? LOY_COLUMNS_REBUILT : LOY_COLUMNS_FRESH, NULL);
        assert_int_equal(loy_columns_rows(columns), 0);
        assert_int_equal(loy_columns_members(columns), 0);
        columns_are_sql(shop->store, columns);
        loy_columns_close(columns);
    }
    assert_int_equal(stat(columns_path(shop, COLUMNS_SUFFIX), &file), 0);
    assert_int_equal(file.st_mode & 07777, 0600);
}

static void a_store_of_nobodys_baskets(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    for (int i = 0; i < 9; i++) {
        struct loy_basket_head head = shop_head(NOON_US + (9 - i) * 1000);
        ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, NULL), LOY_OK);
    }
    struct loy_columns *columns = columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL);
    assert_int_equal(loy_columns_rows(columns), 9);
    assert_int_equal(loy_columns_members(columns), 1);
    columns_are_sql(shop->store, columns);
    loy_columns_close(columns);
}

/* Filled on, and made anew from nothing: not one byte differs. */
static void bytes_are_those_of_a_rebuild(struct shop *shop)
{
    size_t size, size_anew;
    uint8_t *bytes = columns_bytes(shop, &size);
    assert_int_equal(unlink(columns_path(shop, COLUMNS_SUFFIX)), 0);
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL));
    uint8_t *anew = columns_bytes(shop, &size_anew);
    assert_int_equal(size, size_anew);
    assert_memory_equal(bytes, anew, size);
    free(bytes);
    free(anew);
}

/* Whether the file was written: an article that came without a sale is no reason to. */
static bool sell_and_fill(struct columns_shop *random, unsigned baskets)
{
    struct shop *shop = random->shop;
    const int64_t before = shop_number(shop->store, "SELECT changes FROM column_state");
    for (unsigned i = 0; i < baskets; i++)
        columns_shop_sell(random);
    // A sale never makes the file anew.
    assert_int_equal(shop_number(shop->store, "SELECT changes FROM column_state"), before);
    struct loy_columns *columns = columns_open_as(shop->store, 0, NULL);
    const enum loy_columns_fill fill = loy_columns_filled(columns);
    assert_int_not_equal(fill, LOY_COLUMNS_REBUILT);
    columns_are_sql(shop->store, columns);
    loy_columns_close(columns);
    return fill != LOY_COLUMNS_FRESH;
}

static void random_shop(struct shop *shop, uint64_t seed, unsigned rounds)
{
    struct columns_shop *random = calloc(1, sizeof *random);
    columns_shop_start(random, shop, seed);
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL));
    for (unsigned round = 0; round < rounds; round++) {
        const bool filled = sell_and_fill(random, 1 + round % 13);
        if (filled && round % 3 == 0) bytes_are_those_of_a_rebuild(shop);
        const char *change = columns_shop_change(random);
        struct loy_columns *columns = columns_open_as(shop->store, 0, NULL);
        const enum loy_columns_fill fill = loy_columns_filled(columns);
        if (change && fill != LOY_COLUMNS_REBUILT) print_error("%s was not noticed\n", change);
        assert_true(!change || fill == LOY_COLUMNS_REBUILT);
        columns_are_sql(shop->store, columns);
        loy_columns_close(columns);
    }
    columns_shop_end(random);
    free(random);
}

static void random_shops_are_what_sql_says(void **state)
{
    struct shop *shop = *state;
    random_shop(shop, 1, 40);
    for (unsigned i = 1; i < shops; i++) {
        void *another = NULL;
        assert_int_equal(shop_setup(&another), 0);
        random_shop(another, 1 + i, 40);
        assert_int_equal(shop_teardown(&another), 0);
    }
}

/* More than a block, so that blocks are cut inside of members. */
static void many_lines_of_few_members(void **state)
{
    struct shop *shop = *state;
    struct columns_shop *random = calloc(1, sizeof *random);
    columns_shop_start(random, shop, 77);
    ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
    for (int i = 0; i < 3900; i++)
        columns_shop_sell(random);
    ASSERT_STATUS(loy_store_commit(shop->store), LOY_OK);
    struct loy_columns *columns = columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL);
    assert_true(loy_columns_rows(columns) > COLUMNS_BLOCK);
    columns_are_sql(shop->store, columns);
    loy_columns_close(columns);
    for (int i = 0; i < 50; i++)
        columns_shop_sell(random);
    columns = columns_open_as(shop->store, LOY_COLUMNS_EXTENDED, NULL);
    columns_are_sql(shop->store, columns);
    loy_columns_close(columns);
    bytes_are_those_of_a_rebuild(shop);
    columns_shop_end(random);
    free(random);
}

/* A return that is closed while what it returns is still open. */
static void a_return_of_a_line_that_is_still_open(void **state)
{
    struct shop *shop = *state;
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line line = shop_line(shop->shirt, 2000, 100, 0);
    struct loy_basket *open = NULL;
    struct loy_id id;
    ASSERT_STATUS(loy_basket_open(shop->store, &head, &open), LOY_OK);
    ASSERT_STATUS(loy_basket_add(open, &line, NULL), LOY_OK);
    // No till does this, so its rows are written as they would be.
    struct loy_line back = shop_return(shop->shirt, -1000, 100, -100, NULL, 0);
    head.at_us++;
    head.site = "S2";
    head.lane = "L2";
    head.source = LOY_BASKET_IMPORT;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &back, 1, &id), LOY_OK);
    shop_run(shop->store, "UPDATE line_return SET of_basket = 1, of_number = 1");
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL));
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_FRESH, NULL));
    ASSERT_STATUS(loy_basket_close(open, NOON_US, &id, NULL), LOY_OK);
    struct loy_columns *columns = columns_open_as(shop->store, LOY_COLUMNS_EXTENDED, NULL);
    int64_t returned[2];
    ASSERT_STATUS(loy_columns_read(columns, LOY_COLUMN_RETURNED_MILLI, 0, 2, returned), LOY_OK);
    assert_int_equal(returned[0] + returned[1], 1000);
    columns_are_sql(shop->store, columns);
    loy_columns_close(columns);
}

/* Extremes of 64 bits come back as they were, and sums that do not fit are told. */
static void extremes(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_credential card = shop_credential(shop->store, "29000010");
    shop_member(shop->store, &card, LOY_CARD_ACTIVE);
    for (int i = 0; i < 3; i++) {
        struct loy_basket_head head = shop_head(NOON_US + i);
        head.credential = &card;
        ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, NULL), LOY_OK);
    }
    shop_run(shop->store, "UPDATE line SET paid_minor = 9223372036854775807 WHERE basket < 3");
    shop_run(shop->store, "UPDATE line SET list_minor = -9223372036854775807 - 1, discount_minor "
                          "= 4611686018427387904 WHERE basket = 3");
    struct loy_columns *columns = columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL);
    const struct loy_columns_filter filter = {
        .size = sizeof filter, .from_us = INT64_MIN, .to_us = INT64_MAX};
    const int64_t starts[] = {INT64_MIN, INT64_MAX};
    struct loy_columns_recency *rows = NULL;
    struct loy_columns_cell *cells = NULL;
    size_t count = 0;
    int64_t paid[3], list[3];
    ASSERT_STATUS(loy_columns_read(columns, LOY_COLUMN_PAID_MINOR, 0, 3, paid), LOY_OK);
    ASSERT_STATUS(loy_columns_read(columns, LOY_COLUMN_LIST_MINOR, 0, 3, list), LOY_OK);
    assert_true(paid[0] == INT64_MAX && paid[1] == INT64_MAX && list[2] == INT64_MIN);
    ASSERT_STATUS(loy_columns_recency_get(columns, &filter, NULL, &rows, &count), LOY_E_LIMIT);
    ASSERT_STATUS(
        loy_columns_cube_get(columns, &filter, starts, 1, NULL, &cells, &count), LOY_E_LIMIT);
    ASSERT_STATUS(loy_columns_read(columns, LOY_COLUMN_PAID_MINOR, 1, 3, paid), LOY_E_LIMIT);
    ASSERT_STATUS(loy_columns_read(columns, LOY_COLUMNS, 0, 1, paid), LOY_E_ARGUMENT);
    loy_columns_close(columns);
}

/* Each of these is counted, in the transaction in which it happens, or not at all. */
static void what_changes_older_lines_is_counted(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line back = shop_return(shop->shirt, -1000, 100, -100, NULL, 0);
    line.form = LOY_FORM_COUPON;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, NULL), LOY_OK);
    head.at_us++;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &back, 1, NULL), LOY_OK);
    static const char *const steps[] = {"UPDATE basket SET member = NULL WHERE id = 1",
        "UPDATE basket SET state = 3 WHERE id = 1", "UPDATE basket SET state = 2 WHERE id = 1",
        "UPDATE basket SET opened_at_us = opened_at_us + 1 WHERE id = 1",
        "UPDATE basket SET offset_min = 0 WHERE id = 1", "UPDATE basket SET lane = 1 WHERE id = 1",
        "INSERT INTO basket_time VALUES (1, 7)", "INSERT OR REPLACE INTO basket_time VALUES (1, 8)",
        "UPDATE basket_time SET corrected_us = 9", "DELETE FROM basket_time",
        "UPDATE line SET paid_minor = 1 WHERE basket = 1", "UPDATE line_return SET reason = 'x'",
        "DELETE FROM line_return", "UPDATE promotion SET form = 1",
        "UPDATE lane SET site = site WHERE id = 1",
        "UPDATE article_version SET brand = 'x' WHERE id = 1",
        "UPDATE article SET code = code || 'x'", "DELETE FROM line WHERE basket = 1",
        "DELETE FROM basket WHERE id = 1"};
    for (size_t i = 0; i < ROWS(steps); i++) {
        const int64_t before = shop_number(shop->store, "SELECT changes FROM column_state");
        ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
        shop_run(shop->store, steps[i]);
        loy_store_rollback(shop->store);
        assert_int_equal(shop_number(shop->store, "SELECT changes FROM column_state"), before);
        shop_run(shop->store, steps[i]);
        if (shop_number(shop->store, "SELECT changes FROM column_state") == before)
            print_error("not counted: %s\n", steps[i]);
        assert_true(shop_number(shop->store, "SELECT changes FROM column_state") > before);
    }
}

static int cancel(void *user, long long done, long long total)
{
    (void)done;
    (void)total;
    ++*(int *)user;
    return 1;
}

static void refusals_leave_the_old_file(void **state)
{
    struct shop *shop = *state;
    int called = 0;
    struct loy_columns_options options = {
        .size = sizeof options, .progress = cancel, .user = &called};
    struct loy_columns *columns = NULL;
    ASSERT_STATUS(loy_columns_open(NULL, NULL, &columns), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_columns_open(shop->store, NULL, NULL), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
    ASSERT_STATUS(loy_columns_open(shop->store, NULL, &columns), LOY_E_BUSY);
    loy_store_rollback(shop->store);
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL));
    size_t size, size_after;
    uint8_t *bytes = columns_bytes(shop, &size);
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_line *lines = calloc(1000, sizeof *lines);
    for (int i = 0; i < 1000; i++)
        lines[i] = line;
    for (int i = 0; i < 17; i++)
        ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, 1000, NULL), LOY_OK);
    free(lines);
    ASSERT_STATUS(loy_columns_open(shop->store, &options, &columns), LOY_E_CANCELLED);
    assert_int_equal(called, 1);
    assert_null(columns);
    uint8_t *after = columns_bytes(shop, &size_after);
    assert_int_equal(size, size_after);
    assert_memory_equal(bytes, after, size);
    assert_int_equal(access(columns_path(shop, COLUMNS_PART_SUFFIX), F_OK), -1);
    free(bytes);
    free(after);
}

int main(int count, char **words)
{
    if (count > 1) shops = (unsigned)strtoul(words[1], NULL, 10);
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {TEST(an_empty_store_has_no_rows),
        TEST(a_store_of_nobodys_baskets), TEST(random_shops_are_what_sql_says),
        TEST(many_lines_of_few_members), TEST(a_return_of_a_line_that_is_still_open),
        TEST(extremes), TEST(what_changes_older_lines_is_counted),
        TEST(refusals_leave_the_old_file)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
