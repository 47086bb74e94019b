/* SPDX-License-Identifier: MIT
 *
 * test_intents.c - what a lane leaves of a wish that became no purchase, for the customer funnel:
 * which sign each way to go without an article is, that each can be switched off, that nothing is
 * read or noted while the funnel is off, and that a declined payment is nowhere in it.
 */
#include "counter.h"

#include <loyalty/intent.h>
#include <loyalty/operator.h>
#include <store/store_private.h>

#define LONG_US INT64_C(4000000000000000)

static struct counter *counter;
static struct loy_credential card;
static struct loy_id member;

static void switched(enum loy_funnel_rule rule, int64_t value)
{
    ASSERT_STATUS(loy_funnel_rule_set(counter->store, rule, value, counter->at_us), LOY_OK);
}

static int setup(void **state)
{
    if (counter_setup(state) != 0) return -1;
    counter = *state;
    card = shop_credential(counter->store, "29000017");
    member = shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    switched(LOY_FUNNEL_RULE_ON, 1);
    return 0;
}

/* "kind:article" of each sign, or of a coupon "coupon:scope" and one article. */
static const char *signs(int64_t to_us)
{
    static char text[1024];
    size_t end = 0;
    struct loy_intents *intents = NULL;
    struct loy_intent intent;
    struct loy_version version;
    enum loy_status status;
    text[0] = '\0';
    ASSERT_STATUS(loy_intents_open(counter->store, 0, to_us, &intents), LOY_OK);
    while ((status = loy_intents_next(intents, &intent)) == LOY_OK) {
        const char *article = "-";
        assert_true(intent.member > 0 && intent.basket > 0);
        if (intent.article_version != 0) {
            ASSERT_STATUS(
                loy_version_get(counter->store, intent.article_version, &version), LOY_OK);
            article = version.article;
        }
        end += (size_t)snprintf(text + end, sizeof text - end, "%s%s:%s", end ? " " : "",
            loy_intent_kind_name(intent.kind), article);
    }
    ASSERT_STATUS(status, LOY_NONE);
    loy_intents_close(intents);
    return text;
}

static void basket_of(const char *one, const char *other)
{
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, one, LOY_SAID_LINE);
    if (other) counter_sells(counter, other, LOY_SAID_LINE);
}

static void totals(void)
{
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
}

static void takes_back(uint32_t line)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_VOID_LINE);
    input.line = line;
    input.reason = "wrong size";
    MUST(counter, input, LOY_SAID_VOIDED_LINE);
}

static void makes_void(void)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_VOID);
    input.reason = "left";
    MUST(counter, input, LOY_SAID_VOIDED);
}

/* ---- Each sign ----------------------------------------------------------------------------------
 */

static void taken_back_before_and_at_the_total(void **state)
{
    (void)state;
    basket_of("shirt", "shoe");
    takes_back(2);
    counter_sold(counter);
    assert_string_equal(signs(LONG_US), "taken_back:shoe");
    basket_of("shirt", "shoe");
    totals();
    takes_back(1);
    counter_sold(counter);
    assert_string_equal(signs(LONG_US), "taken_back:shoe at_total:shirt");
    shop_is_sound(counter->store);
}

/* Who took one of two, or had it rung up anew, has it. */
static void what_stays_was_not_taken_back(void **state)
{
    (void)state;
    basket_of("shoe", "shoe");
    totals();
    takes_back(1);
    counter_sold(counter);
    assert_string_equal(signs(LONG_US), "");
}

static void a_basket_made_void_is_all_of_its_lines(void **state)
{
    (void)state;
    basket_of("shirt", "shoe");
    makes_void();
    assert_string_equal(signs(LONG_US), "taken_back:shirt taken_back:shoe");
    basket_of("shoe", NULL);
    totals();
    makes_void();
    assert_string_equal(signs(LONG_US), "taken_back:shirt taken_back:shoe at_total:shoe");
    shop_is_sound(counter->store);
}

/* A day later it is one; a resumed one never is. */
static void suspended_for_a_day(void **state)
{
    (void)state;
    basket_of("shirt", NULL);
    const int64_t begun_us = counter->at_us;
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    const int64_t ticket = counter->answer.ticket;
    assert_string_equal(signs(begun_us + DAY_US - 10 * SECOND_US), "");
    assert_string_equal(signs(begun_us + DAY_US), "suspended:shirt");
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RESUME);
    input.ticket = ticket;
    MUST(counter, input, LOY_SAID_RESUMED);
    assert_string_equal(signs(begun_us + DAY_US), "");
    counter_sold(counter);
    assert_string_equal(signs(begun_us + DAY_US), "");
}

static void coupons_shown(void **state)
{
    (void)state;
    const struct loy_promotion_rule of_shoes = {.size = sizeof of_shoes,
        .code = "shoes",
        .form = LOY_FORM_COUPON,
        .from_us = NOON_US - DAY_US,
        .scope = LOY_SCOPE_ARTICLE,
        .target = "shoe",
        .permille = 100,
        .campaign = "shoes",
        .coupon = "9905"};
    ASSERT_STATUS(loy_promotion_put(counter->store, &of_shoes, counter->at_us), LOY_OK);
    basket_of("shirt", NULL);
    struct loy_lane_input input = counter_input(counter, LOY_LANE_COUPON);
    input.text = "9901";
    MUST(counter, input, LOY_SAID_COUPON);
    input = counter_input(counter, LOY_LANE_COUPON);
    input.text = "9905";
    MUST(counter, input, LOY_SAID_COUPON);
    counter_sold(counter);
    assert_string_equal(signs(LONG_US), "coupon:- coupon:shoe");
    switched(LOY_FUNNEL_RULE_COUPON, 0);
    assert_string_equal(signs(LONG_US), "");
}

static void nobodys_baskets_say_nothing(void **state)
{
    (void)state;
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    totals();
    takes_back(1);
    counter_sold(counter);
    assert_string_equal(signs(LONG_US), "");
}

/* ---- The switches -------------------------------------------------------------------------------
 */

static void each_sign_can_be_switched_off(void **state)
{
    (void)state;
    basket_of("shirt", "shoe");
    totals();
    takes_back(1);
    counter_sold(counter);
    basket_of("shoe", "shirt");
    takes_back(1);
    counter_sold(counter);
    basket_of("shirt", NULL);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    assert_string_equal(signs(LONG_US), "at_total:shirt taken_back:shoe suspended:shirt");
    switched(LOY_FUNNEL_RULE_SUSPENDED, 0);
    assert_string_equal(signs(LONG_US), "at_total:shirt taken_back:shoe");
    switched(LOY_FUNNEL_RULE_TAKEN_BACK, 0);
    assert_string_equal(signs(LONG_US), "at_total:shirt");
    switched(LOY_FUNNEL_RULE_AT_TOTAL, 0);
    assert_string_equal(signs(LONG_US), "");
    switched(LOY_FUNNEL_RULE_TAKEN_BACK, 1);
    assert_string_equal(signs(LONG_US), "taken_back:shirt taken_back:shoe");
}

static int64_t notes(void)
{
    return shop_number(counter->store, "SELECT count(*) FROM taken_back");
}

static void off_nothing_is_read_or_noted(void **state)
{
    (void)state;
    struct loy_intents *intents = NULL;
    int64_t value = 7;
    switched(LOY_FUNNEL_RULE_ON, 0);
    ASSERT_STATUS(loy_intents_open(counter->store, 0, LONG_US, &intents), LOY_REFUSED);
    assert_null(intents);
    basket_of("shirt", "shoe");
    totals();
    takes_back(1);
    counter_sold(counter);
    assert_int_equal(notes(), 0);
    switched(LOY_FUNNEL_RULE_ON, 1);
    switched(LOY_FUNNEL_RULE_AT_TOTAL, 0);
    basket_of("shirt", "shoe");
    totals();
    takes_back(1);
    counter_sold(counter);
    assert_int_equal(notes(), 0);
    switched(LOY_FUNNEL_RULE_AT_TOTAL, 1);
    basket_of("shirt", "shoe");
    totals();
    takes_back(1);
    counter_sold(counter);
    assert_int_equal(notes(), 1);
    ASSERT_STATUS(
        loy_funnel_rule_set(counter->store, LOY_FUNNEL_RULE_ON, 2, counter->at_us), LOY_E_LIMIT);
    ASSERT_STATUS(loy_funnel_rule_get(counter->store, LOY_FUNNEL_RULE_ON, &value), LOY_OK);
    assert_int_equal(value, 1);
    assert_string_equal(
        shop_rows(counter->store, "SELECT object FROM audit WHERE action = 'funnel.rule'"),
        "funnel 1 funnel 0 funnel 1 funnel_at_total 0 funnel_at_total 1");
}

static void a_new_shop_has_it_off(void **state)
{
    (void)state;
    int64_t value = 7;
    shop_run(counter->store, "DELETE FROM setting WHERE name LIKE 'funnel%'");
    ASSERT_STATUS(loy_funnel_rule_get(counter->store, LOY_FUNNEL_RULE_ON, &value), LOY_OK);
    assert_int_equal(value, 0);
    for (int rule = LOY_FUNNEL_RULE_COMPLEMENT; rule < LOY_FUNNEL_RULE_END; rule++) {
        ASSERT_STATUS(
            loy_funnel_rule_get(counter->store, (enum loy_funnel_rule)rule, &value), LOY_OK);
        assert_int_equal(value, 1);
    }
}

static void a_cashier_may_not(void **state)
{
    (void)state;
    struct loy_intents *intents = NULL;
    counter_cashier(counter);
    ASSERT_STATUS(loy_intents_open(counter->store, 0, LONG_US, &intents), LOY_E_ACCESS);
    ASSERT_STATUS(
        loy_funnel_rule_set(counter->store, LOY_FUNNEL_RULE_ON, 0, counter->at_us), LOY_E_ACCESS);
}

/* ---- A declined payment -------------------------------------------------------------------------
 */

/* The same basket once with a payment that fails and once without, at each point where one may
 * fail: the same signs. */
static void a_declined_card_changes_nothing(void **state)
{
    (void)state;
    char without[1024], with[1024];
    for (int declined = 0; declined < 2; declined++) {
        /* paid in the end */
        basket_of("shirt", NULL);
        totals();
        if (declined) {
            counter_does(counter, LOY_LANE_DECLINE, LOY_SAID_DECLINED);
            totals();
        }
        counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
        /* a shoe less after it, as after going back by oneself */
        basket_of("shirt", "shoe");
        totals();
        counter_does(counter, declined ? LOY_LANE_DECLINE : LOY_LANE_BACK,
            declined ? LOY_SAID_DECLINED : LOY_SAID_BACK);
        takes_back(2);
        counter_sold(counter);
        /* all of it left there */
        basket_of("shirt", NULL);
        totals();
        counter_does(counter, declined ? LOY_LANE_DECLINE : LOY_LANE_BACK,
            declined ? LOY_SAID_DECLINED : LOY_SAID_BACK);
        makes_void();
        snprintf(declined ? with : without, sizeof with, "%s", signs(LONG_US));
        shop_run(counter->store, "UPDATE basket SET member = NULL");
    }
    assert_string_equal(without, "taken_back:shoe taken_back:shirt");
    assert_string_equal(with, without);
    assert_true(
        shop_number(counter->store, "SELECT total(count) FROM lane_count WHERE kind = 2") >= 0);
}

/* Which tables SQLite reads for the signs. */
static int table_read(void *user, int action, const char *table, const char *column,
    const char *database, const char *trigger)
{
    char *read = user;
    (void)column;
    (void)database;
    (void)trigger;
    if (action != SQLITE_READ || strstr(read, table)) return SQLITE_OK;
    strcat(strcat(read, " "), table);
    return SQLITE_OK;
}

static void the_tables_of_payments_are_never_read(void **state)
{
    (void)state;
    static char read[4096];
    basket_of("shirt", "shoe");
    totals();
    counter_does(counter, LOY_LANE_DECLINE, LOY_SAID_DECLINED);
    takes_back(2);
    counter_sold(counter);
    read[0] = '\0';
    assert_int_equal(sqlite3_set_authorizer(counter->store->db, table_read, read), SQLITE_OK);
    assert_string_equal(signs(LONG_US), "taken_back:shoe");
    assert_int_equal(sqlite3_set_authorizer(counter->store->db, NULL, NULL), SQLITE_OK);
    assert_non_null(strstr(read, " line_return"));
    assert_non_null(strstr(read, " taken_back"));
    static const char *const never[] = {"tender", "lane_count", "contact", "card", "alarm_seen"};
    for (size_t i = 0; i < ROWS(never); i++)
        if (strstr(read, never[i])) fail_msg("%s is read:%s", never[i], read);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, counter_teardown)
        TEST(taken_back_before_and_at_the_total),
        TEST(what_stays_was_not_taken_back),
        TEST(a_basket_made_void_is_all_of_its_lines),
        TEST(suspended_for_a_day),
        TEST(coupons_shown),
        TEST(nobodys_baskets_say_nothing),
        TEST(each_sign_can_be_switched_off),
        TEST(off_nothing_is_read_or_noted),
        TEST(a_new_shop_has_it_off),
        TEST(a_cashier_may_not),
        TEST(a_declined_card_changes_nothing),
        TEST(the_tables_of_payments_are_never_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
