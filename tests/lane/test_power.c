/* SPDX-License-Identifier: MIT
 *
 * test_power.c - power cuts at every stage, receipts that were printed or not, one program a lane,
 * another program's hand on the basket, and what the store's check finds of a lane's rows.
 */
#include "counter.h"

#include <loyalty/operator.h>

#include <signal.h>
#include <store/store_private.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_basket_is_found_again(void **state)
{
    struct counter *counter = *state;
    struct loy_credential card = shop_credential(counter->store, "29004821");
    struct loy_id member = shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    shop_run(counter->store, "UPDATE card SET tail = '4821'");
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    int64_t opened_at_us = counter->at_us;
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_cut(counter);
    struct loy_lane_view view = counter_view(counter);
    assert_int_equal(view.stage, LOY_STAGE_FOUND);
    assert_int_equal(view.opened_at_us, opened_at_us);
    assert_int_equal(view.lines, 2);
    assert_string_equal(view.tail, "4821");
    assert_memory_equal(&view.member, &member, sizeof member);
    counter_sells(counter, "shoe", LOY_SAID_NOT_NOW);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_int_equal(counter->answer.stage, LOY_STAGE_BASKET);
    assert_int_equal(counter->answer.due_minor, 5800);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    assert_int_equal(counter->answer.line, 3);
}

static void what_was_paid_is_not_lost(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_cut(counter);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_int_equal(counter->answer.stage, LOY_STAGE_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 2000, LOY_SAID_TENDERED);
    counter_cut(counter);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_int_equal(counter->answer.stage, LOY_STAGE_TENDER);
    assert_int_equal(counter_view(counter).paid_minor, 2000);
    counter_cut(counter);
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    assert_int_equal(counter->answer.change_minor, 2000);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
    counter_cut(counter);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
    shop_is_sound(counter->store);
}

static void printed_and_not_closed_is_recognised(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
    counter_cut(counter);
    assert_true(counter_view(counter).printed);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    assert_non_null(strstr(counter->answer.words, "was printed"));
    assert_int_equal(counter->answer.stage, LOY_STAGE_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    assert_false(counter_view(counter).printed);
}

static void a_receipt_is_due_until_it_is_printed(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    struct loy_id sale = counter->answer.basket;
    counter_cut(counter);
    struct loy_lane_view view = counter_view(counter);
    assert_int_equal(view.stage, LOY_STAGE_CLOSED);
    assert_true(view.receipt_due);
    assert_memory_equal(&view.basket, &sale, sizeof sale);
    counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
    counter_cut(counter);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_IDLE);
    // The next customer comes before the paper: nobody waits for that receipt any more.
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    counter_cut(counter);
    view = counter_view(counter);
    assert_int_equal(view.stage, LOY_STAGE_IDLE);
    assert_int_equal(view.waiting, 1);
    shop_is_sound(counter->store);
}

/* A till that fills baskets line by line without a lane leaves no row of one. */
static void a_basket_without_a_lanes_row_is_found_too(void **state)
{
    struct counter *counter = *state;
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line line = shop_line(counter->shop->shirt, 1000, 1000, 0);
    struct loy_basket *basket = NULL;
    ASSERT_STATUS(loy_basket_open(counter->store, &head, &basket), LOY_OK);
    ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_OK);
    loy_basket_release(basket);
    counter_cut(counter);
    assert_int_equal(counter_view(counter).stage, LOY_STAGE_FOUND);
    counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    shop_is_sound(counter->store);
}

/* ---- One program a lane ------------------------------------------------------------------------
 */

static void a_lane_is_one_programs(void **state)
{
    struct counter *counter = *state;
    struct loy_store *second = shop_open(counter->shop);
    struct loy_lane *lane = NULL;
    ASSERT_STATUS(loy_lane_open(second, LOY_BASKET_LANE, counter->at_us, &lane), LOY_E_BUSY);
    assert_null(lane);
    loy_lane_close(counter->lane);
    ASSERT_STATUS(loy_lane_open(second, LOY_BASKET_LANE, counter->at_us, &lane), LOY_OK);
    loy_lane_close(lane);
    // The lock ends with the program that holds it, however it ends.
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct loy_lane *held = NULL;
        struct loy_store *store = shop_open(counter->shop);
        bool opened = loy_lane_open(store, LOY_BASKET_LANE, counter->at_us, &held) == LOY_OK;
        if (write(ready[1], opened ? "y" : "n", 1) == 1) pause();
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    assert_int_equal(byte, 'y');
    ASSERT_STATUS(loy_lane_open(second, LOY_BASKET_LANE, counter->at_us, &lane), LOY_E_BUSY);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    ASSERT_STATUS(loy_lane_open(second, LOY_BASKET_LANE, counter->at_us, &lane), LOY_OK);
    loy_lane_close(lane);
    close(ready[0]);
    close(ready[1]);
    loy_store_close(second);
    counter_open(counter);
}

/* A till that embeds the library ends what a lane had begun. */
static void a_basket_that_another_program_ends_stands_nowhere_else(void **state)
{
    struct counter *counter = *state;
    for (int sold = 0; sold < 2; sold++) {
        counter_sells(counter, "shoe", LOY_SAID_LINE);
        counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
        loy_lane_close(counter->lane);
        counter->lane = NULL;
        struct loy_basket *basket = NULL;
        ASSERT_STATUS(loy_basket_resume(counter->store, &basket), LOY_OK);
        if (sold)
            ASSERT_STATUS(loy_basket_close(basket, counter->at_us, NULL, NULL), LOY_OK);
        else
            ASSERT_STATUS(loy_basket_void(basket, NULL, counter->at_us), LOY_OK);
        shop_is_sound(counter->store);
        counter_open(counter);
        counter_sells(counter, "shoe", LOY_SAID_LINE);
        counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
        shop_is_sound(counter->store);
    }
}

static void another_programs_doing_is_told_and_looked_at_again(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    struct loy_store *second = shop_open(counter->shop);
    struct loy_basket *basket = NULL;
    ASSERT_STATUS(loy_basket_resume(second, &basket), LOY_OK);
    ASSERT_STATUS(loy_basket_void(basket, NULL, counter->at_us), LOY_OK);
    loy_store_close(second);
    shop_is_sound(counter->store);
    counter_sells(counter, "shoe", LOY_SAID_FAILED);
    assert_int_equal(counter->status, LOY_E_CONFLICT);
    assert_int_equal(counter->answer.tone, LOY_TONE_LOUD);
    assert_int_equal(counter->answer.stage, LOY_STAGE_IDLE);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    shop_is_sound(counter->store);
}

static void what_is_being_paid_is_ended_by_its_lane(void **state)
{
    struct counter *counter = *state;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 100, LOY_SAID_TENDERED);
    struct loy_store *second = shop_open(counter->shop);
    struct loy_basket *basket = NULL;
    ASSERT_STATUS(loy_basket_resume(second, &basket), LOY_OK);
    ASSERT_STATUS(loy_basket_close(basket, counter->at_us, NULL, NULL), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_basket_void(basket, NULL, counter->at_us), LOY_E_CONFLICT);
    loy_basket_release(basket);
    loy_store_close(second);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    shop_is_sound(counter->store);
}

static void nothing_is_taken_inside_somebodys_transaction(void **state)
{
    struct counter *counter = *state;
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "shoe";
    ASSERT_STATUS(loy_store_begin(counter->store), LOY_OK);
    assert_int_equal(counter_take(counter, &input), LOY_E_ARGUMENT);
    loy_store_rollback(counter->store);
    MUST(counter, input, LOY_SAID_LINE);
    // Nobody acts: nothing is sold.
    ASSERT_STATUS(loy_store_logout(counter->store, counter->at_us), LOY_OK);
    MUST(counter, input, LOY_SAID_FAILED);
    assert_int_equal(counter->status, LOY_E_ACCESS);
}

static void calls_that_are_wrong(void **state)
{
    struct counter *counter = *state;
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    struct loy_lane_view view = {.size = 3};
    struct loy_lane *lane = NULL;
    for (int kind = 0; kind <= loy_lane_input_kind_count; kind++) {
        input.kind = (uint8_t)kind;
        bool whole = kind > LOY_LANE_COUPON && kind < loy_lane_input_kind_count;
        if (kind == LOY_LANE_OBJECT) whole = true;
        if (!whole) assert_int_equal(counter_take(counter, &input), LOY_E_ARGUMENT);
    }
    input.kind = LOY_LANE_TIME;
    input.size = 4;
    assert_int_equal(counter_take(counter, &input), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_lane_view_get(counter->lane, &view), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_lane_open(counter->store, LOY_BASKET_IMPORT, 5, &lane), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_lane_open(counter->store, LOY_BASKET_LANE, 0, &lane), LOY_E_ARGUMENT);
    assert_false(loy_lane_may(NULL, LOY_LANE_CARD));
    assert_false(loy_lane_may(counter->lane, LOY_LANE_NOTHING));
    loy_lane_close(NULL);
}

/* ---- What the check finds ----------------------------------------------------------------------
 */

static void the_check_finds_what_does_not_fit(void **state)
{
    static const struct {
        const char *damage, *mend, *word;
    } rows[] = {
        {"UPDATE tender SET amount_minor = amount_minor + 1",
            "UPDATE tender SET amount_minor = amount_minor - 1", "was due"},
        {"UPDATE lane_basket SET stage = 2", "UPDATE lane_basket SET stage = 5", "does not stand"},
        {"UPDATE lane_basket SET ticket = 7", "UPDATE lane_basket SET ticket = NULL",
            "does not stand"},
        {"INSERT INTO lane_basket (basket, lane, stage) VALUES (77, 1, 2)",
            "DELETE FROM lane_basket WHERE basket = 77", "does not stand"},
        {"INSERT INTO basket_link VALUES (77, 1, 1, 2, 1, 0, 0, NULL, 1)",
            "DELETE FROM basket_link WHERE basket = 77", "is missing, of whose member"},
        {"INSERT INTO basket_coupon VALUES (77, 'five', '', 1)",
            "DELETE FROM basket_coupon WHERE basket = 77", "a coupon was shown"},
        {"INSERT INTO tender VALUES (77, 1, 1, 5)", "DELETE FROM tender WHERE basket = 77",
            "is void or missing"},
    };
    struct counter *counter = *state;
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    for (size_t i = 0; i < ROWS(rows); i++) {
        shop_run(counter->store, rows[i].damage);
        shop_is_unsound(counter->store, rows[i].word);
        shop_run(counter->store, rows[i].mend);
        shop_is_sound(counter->store);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_basket_is_found_again),
        TEST(what_was_paid_is_not_lost),
        TEST(printed_and_not_closed_is_recognised),
        TEST(a_receipt_is_due_until_it_is_printed),
        TEST(a_basket_without_a_lanes_row_is_found_too),
        TEST(a_lane_is_one_programs),
        TEST(a_basket_that_another_program_ends_stands_nowhere_else),
        TEST(another_programs_doing_is_told_and_looked_at_again),
        TEST(what_is_being_paid_is_ended_by_its_lane),
        TEST(nothing_is_taken_inside_somebodys_transaction),
        TEST(calls_that_are_wrong),
        TEST(the_check_finds_what_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
