/* SPDX-License-Identifier: MIT
 *
 * test_between.c - what somebody changes between two inputs of an open basket, by another handle or
 * by the lane's own: a price, a rule, a tax, a consent, a coupon, money, the basket itself. It
 * counts at the next input; what a refused input wrote never does.
 */
#include "counter.h"

#include <loyalty/operator.h>

static void price_lay(struct loy_store *store, const char *code, int64_t list, int64_t selling)
{
    const struct loy_price price = {.size = sizeof price,
        .article = code,
        .from_us = NOON_US - DAY_US,
        .list_minor = list,
        .selling_minor = selling,
        .promotion = list == selling ? NULL : "flyer",
        .form = list == selling ? LOY_FORM_NONE : LOY_FORM_AMOUNT};
    ASSERT_STATUS(loy_price_put(store, &price), LOY_OK);
}

/* ---- Changes ----------------------------------------------------------------------------------
 */

static void nothing(struct loy_store *store)
{
    assert_non_null(store);
}

static void an_offer_of_the_shelf(struct loy_store *store)
{
    price_lay(store, "shirt", 1000, 600);
}

static void a_price_of_the_next_article(struct loy_store *store)
{
    price_lay(store, "sock", 250, 250);
}

static void an_offer_that_ends(struct loy_store *store)
{
    an_offer_of_the_shelf(store);
    price_lay(store, "shirt", 1000, 1000);
}

static void a_rule(struct loy_store *store)
{
    const struct loy_promotion_rule rule = {.size = sizeof rule,
        .code = "half",
        .form = LOY_FORM_PERCENT,
        .scope = LOY_SCOPE_ALL,
        .from_us = NOON_US - DAY_US,
        .permille = 500};
    ASSERT_STATUS(loy_promotion_put(store, &rule, NOON_US), LOY_OK);
}

static void a_rule_that_ends(struct loy_store *store)
{
    ASSERT_STATUS(loy_promotion_end(store, "club-shirt", NOON_US), LOY_OK);
}

static void a_tax(struct loy_store *store)
{
    const struct loy_article article = {.size = sizeof article,
        .code = "sock",
        .tax_permille = 190,
        .price_is_net = true,
        .cost_minor = -1};
    ASSERT_STATUS(loy_article_put(store, &article, NOON_US), LOY_OK);
}

static void a_consent(struct loy_store *store)
{
    shop_run(store, "INSERT INTO consent (member, purpose, version, given, at_us, channel, "
                    "operator) SELECT member, 4, 99, 0, 1, 'desk', 1 FROM basket WHERE state = 1");
}

static void a_member_who_goes(struct loy_store *store)
{
    shop_run(store, "UPDATE basket SET member = NULL, card = NULL WHERE state = 1");
}

static void a_coupon(struct loy_store *store)
{
    shop_run(store, "INSERT INTO basket_coupon (basket, rule, serial, at_us) "
                    "SELECT id, 'five', '', 1 FROM basket WHERE state = 1");
}

static void a_line(struct loy_store *store)
{
    struct loy_basket *basket = NULL;
    int64_t version = 0;
    ASSERT_STATUS(loy_article_find(store, "shoe", &version), LOY_OK);
    const struct loy_line line = shop_line(version, 1000, 5000, 0);
    ASSERT_STATUS(loy_basket_resume(store, &basket), LOY_OK);
    ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_OK);
    loy_basket_release(basket);
}

static void a_list_price(struct loy_store *store)
{
    shop_run(store, "UPDATE line SET list_minor = 2000, paid_minor = 2000, discount_minor = 0, "
                    "promotion = NULL");
}

/* What was paid is never priced anew. */
static void money_and_a_rule(struct loy_store *store)
{
    shop_run(store, "INSERT INTO tender (basket, number, kind, amount_minor) "
                    "SELECT id, 1, 1, 100 FROM basket WHERE state = 1");
    a_rule(store);
}

static const struct change {
    const char *name;
    void (*make)(struct loy_store *store);
    int64_t first_minor; /* of the shirt, 800 before */
    int64_t due_minor;   /* with a sock */
    uint32_t lines;
} changes[] = {
    {"nothing", nothing, 800, 1100, 2},
    {"an offer", an_offer_of_the_shelf, 600, 900, 2},
    {"an offer that ends", an_offer_that_ends, 800, 1100, 2},
    {"a price", a_price_of_the_next_article, 800, 1050, 2},
    {"a rule", a_rule, 500, 650, 2},
    {"a rule that ends", a_rule_that_ends, 1000, 1300, 2},
    {"a tax", a_tax, 800, 1157, 2},
    {"a consent", a_consent, 1000, 1300, 2},
    {"a member who goes", a_member_who_goes, 1000, 1300, 2},
    {"a coupon", a_coupon, 800, 800, 2},
    {"a line", a_line, 800, 6100, 3},
    {"a list price", a_list_price, 2000, 2300, 2},
    {"money and a rule", money_and_a_rule, 800, 1100, 2},
};

/* ---- Seen by the next input -------------------------------------------------------------------
 */

static void shirt_sold(struct counter *counter)
{
    struct loy_credential card = shop_credential(counter->store, "29000017");
    shop_member(counter->store, &card, LOY_CARD_ACTIVE);
    counter_shows(counter, &card, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 800);
}

static void same_for_others(struct counter *counter, int64_t due_minor)
{
    struct loy_store *reader = shop_open(counter->shop);
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    size_t count = 0;
    int64_t due = 0;
    ASSERT_STATUS(loy_basket_tax(reader, &counter->answer.basket, taxes, &count, &due), LOY_OK);
    assert_int_equal(due, due_minor);
    loy_store_close(reader);
}

static void first_is(struct counter *counter, int64_t paid_minor)
{
    assert_int_equal(
        shop_number(counter->store, "SELECT paid_minor FROM line WHERE number = 1"), paid_minor);
}

static void change_counts(struct counter *counter, const struct change *change, bool own)
{
    print_message("%s, by %s handle\n", change->name, own ? "the lane's own" : "another");
    shirt_sold(counter);
    struct loy_store *other = own ? counter->store : shop_open(counter->shop);
    change->make(other);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, change->due_minor);
    assert_int_equal(counter->answer.line, change->lines);
    first_is(counter, change->first_minor);
    same_for_others(counter, change->due_minor);
    struct loy_lane_view view = counter_view(counter);
    assert_int_equal(view.due_minor + view.paid_minor, change->due_minor);
    assert_int_equal(view.lines, change->lines);
    if (!own) loy_store_close(other);
}

/* Behind the last line: the total sees it, before any more lines do. */
static void change_counts_at_total(struct counter *counter, const struct change *change)
{
    print_message("%s, before the total\n", change->name);
    bool later = change->make == a_tax || change->make == a_price_of_the_next_article;
    int64_t due = later ? 1100 : change->due_minor;
    shirt_sold(counter);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    struct loy_store *other = shop_open(counter->shop);
    change->make(other);
    loy_store_close(other);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    // Its price is not the list price of the shelf any more; both stay as they were sold.
    if (change->make == a_list_price) due = 4000;
    assert_int_equal(counter->answer.due_minor, due);
    same_for_others(counter, due);
}

static void each_change(void **state, void (*test)(struct counter *counter, size_t at))
{
    for (size_t i = 0; i < ROWS(changes); i++) {
        if (i > 0) assert_int_equal(counter_setup(state), 0);
        test(*state, i);
        if (i + 1 < ROWS(changes)) assert_int_equal(counter_teardown(state), 0);
    }
}

static void by_another(struct counter *counter, size_t at)
{
    change_counts(counter, &changes[at], false);
}

static void by_its_own(struct counter *counter, size_t at)
{
    change_counts(counter, &changes[at], true);
}

static void before_total(struct counter *counter, size_t at)
{
    change_counts_at_total(counter, &changes[at]);
}

static void what_another_handle_changes_counts(void **state)
{
    each_change(state, by_another);
}

static void what_the_same_handle_changes_counts(void **state)
{
    each_change(state, by_its_own);
}

static void what_changes_behind_the_last_line_counts(void **state)
{
    each_change(state, before_total);
}

/* ---- Of more than one line --------------------------------------------------------------------
 */

static void an_offer_counts_in_turns(void **state)
{
    struct counter *counter = *state;
    struct loy_store *other = shop_open(counter->shop);
    shirt_sold(counter);
    for (int i = 0; i < 3; i++) {
        int64_t others = 25 * (2 * i + 1);
        price_lay(other, "shirt", 1000, 700 - i);
        counter_sells(counter, "bottle", LOY_SAID_LINE);
        assert_int_equal(counter->answer.due_minor, 700 - i + others);
        price_lay(other, "shirt", 1000, 1000);
        counter_sells(counter, "bottle", LOY_SAID_LINE);
        assert_int_equal(counter->answer.due_minor, 800 + others + 25);
    }
    loy_store_close(other);
}

/* ---- What came to nothing ---------------------------------------------------------------------
 */

static void a_refused_input_leaves_nothing(void **state)
{
    struct counter *counter = *state;
    shirt_sold(counter);
    struct loy_lane_input coupon = counter_input(counter, LOY_LANE_COUPON);
    coupon.text = "9901";
    MUST(counter, coupon, LOY_SAID_COUPON);
    assert_int_equal(counter->answer.due_minor, 500);
    MUST(counter, coupon, LOY_SAID_COUPON_REFUSED);
    counter_sells(counter, "nothing-of-ours", LOY_SAID_UNKNOWN_ARTICLE);
    counter_sells(counter, "plain", LOY_SAID_NO_PRICE);
    counter_sells(counter, "sock", LOY_SAID_LINE);
    assert_int_equal(counter->answer.due_minor, 800);
    assert_int_equal(counter->answer.line, 2);
    same_for_others(counter, 800);
}

/* A whole program comes between: it makes the basket void, and is told so. */
static void an_end_by_others_is_told(void **state)
{
    struct counter *counter = *state;
    struct loy_store *other = shop_open(counter->shop);
    struct loy_basket *basket = NULL;
    struct loy_lane_input sock = {0};
    shirt_sold(counter);
    ASSERT_STATUS(loy_basket_resume(other, &basket), LOY_OK);
    ASSERT_STATUS(loy_basket_void(basket, NULL, counter->at_us), LOY_OK);
    sock = counter_input(counter, LOY_LANE_ARTICLE);
    sock.text = "sock";
    ASSERT_STATUS(counter_take(counter, &sock), LOY_E_CONFLICT);
    assert_int_equal(shop_number(other, "SELECT count(*) FROM line"), 1);
    loy_store_close(other);
}

static void a_role_that_is_taken_away_counts(void **state)
{
    struct counter *counter = *state;
    counter_cashier(counter);
    shirt_sold(counter);
    struct loy_store *other = shop_open(counter->shop);
    ASSERT_STATUS(loy_operator_active_set(other, "till", false, NOON_US), LOY_OK);
    struct loy_lane_input sock = counter_input(counter, LOY_LANE_ARTICLE);
    sock.text = "sock";
    ASSERT_STATUS(counter_take(counter, &sock), LOY_E_ACCESS);
    assert_int_equal(shop_number(other, "SELECT count(*) FROM line"), 1);
    loy_store_close(other);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, counter_setup, counter_teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_another_handle_changes_counts),
        TEST(what_the_same_handle_changes_counts),
        TEST(what_changes_behind_the_last_line_counts),
        TEST(an_offer_counts_in_turns),
        TEST(a_refused_input_leaves_nothing),
        TEST(an_end_by_others_is_told),
        TEST(a_role_that_is_taken_away_counts),
    };
    return cmocka_run_group_tests_name("lane between", tests, NULL, NULL);
}
