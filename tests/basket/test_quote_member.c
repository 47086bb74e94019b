/* SPDX-License-Identifier: MIT
 *
 * test_quote_member.c - through the store, for many sets of rules: being a member never makes a
 * basket dearer. Rules, coupons and baskets are made up from seeds.
 */
#include "shop.h"

#include <loyalty/promotion.h>

static uint64_t random_state = 11;

static unsigned below(unsigned n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(random_state >> 33) % n;
}

static void rule_random(struct loy_store *store, unsigned number)
{
    char code[8], coupon[8];
    snprintf(code, sizeof code, "R%u", number);
    snprintf(coupon, sizeof coupon, "%u", number);
    struct loy_promotion_rule rule = {.size = sizeof rule,
        .code = code,
        .form = (uint8_t)(1 + below(5)),
        .members_only = below(2) == 0};
    if (below(2)) {
        rule.scope = LOY_SCOPE_ARTICLE;
        rule.target = below(2) ? "shirt" : "shoe";
    }
    if (rule.form == LOY_FORM_PERCENT) rule.permille = (int32_t)(1 + below(500));
    if (rule.form == LOY_FORM_AMOUNT || rule.form == LOY_FORM_MEMBER_PRICE)
        rule.amount_minor = 1 + below(900);
    if (rule.form == LOY_FORM_N_FOR_M) rule.take = 2 + (rule.pay = (int32_t)(1 + below(2)));
    if (rule.form == LOY_FORM_COUPON) {
        rule.coupon = coupon;
        rule.campaign = "C";
        rule.amount_minor = 1 + below(3000);
    }
    ASSERT_STATUS(loy_promotion_put(store, &rule, NOON_US), LOY_OK);
}

static int64_t total_of(
    struct loy_store *store, const struct shop *shop, uint64_t seed, bool member)
{
    const char *const coupons[] = {"R0", "R1", "R2", "R3", "R4", "R5"};
    const struct loy_quote quote = {.size = sizeof quote,
        .at_us = NOON_US,
        .member = member,
        .coupons = coupons,
        .coupon_count = ROWS(coupons)};
    struct loy_quote_line lines[6];
    int64_t total = 0;
    random_state = seed;
    for (size_t i = 0; i < ROWS(lines); i++) {
        lines[i] = (struct loy_quote_line){.article_version = below(2) ? shop->shirt : shop->shoe};
        lines[i].list_minor = lines[i].article_version == shop->shirt ? 1000 : 700;
        lines[i].quantity_milli = below(4) ? 1000 * (1 + below(3)) : 1 + below(3000);
    }
    ASSERT_STATUS(loy_basket_quote(store, &quote, lines, ROWS(lines)), LOY_OK);
    for (size_t i = 0; i < ROWS(lines); i++)
        total += lines[i].paid_minor;
    return total;
}

static void a_member_never_pays_more(void **state)
{
    struct shop *shop = *state;
    unsigned cheaper = 0;
    struct loy_price price = {.size = sizeof price,
        .article = "shirt",
        .from_us = 1,
        .list_minor = 1000,
        .selling_minor = 900,
        .form = LOY_FORM_MEMBER_PRICE};
    ASSERT_STATUS(loy_price_put(shop->store, &price), LOY_OK);
    for (uint64_t world = 1; world <= 40; world++) {
        ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
        random_state = world * 7919;
        for (unsigned i = 0; i < 6; i++)
            rule_random(shop->store, i);
        for (uint64_t basket = 1; basket <= 10; basket++) {
            int64_t anybody = total_of(shop->store, shop, world * 100 + basket, false);
            int64_t member = total_of(shop->store, shop, world * 100 + basket, true);
            assert_true(member <= anybody);
            cheaper += member < anybody;
        }
        loy_store_rollback(shop->store);
    }
    assert_true(cheaper > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_member_never_pays_more, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
