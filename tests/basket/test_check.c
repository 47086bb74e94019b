/* SPDX-License-Identifier: MIT
 *
 * test_check.c - what loy_store_check says of baskets that are gone, doubled or do not add up. Each
 * row does one thing to a sound shop; all rows run on the same one.
 */
#include "shop.h"

static void basket_add(struct shop *shop, struct loy_basket_head *head)
{
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_id id;
    head->at_us++;
    ASSERT_STATUS(loy_basket_record(shop->store, head, &line, 1, &id), LOY_OK);
}

#define OURS " WHERE lane = (SELECT lane FROM basket WHERE sequence = 2) AND sequence = "
#define GONE(number)                                                                               \
    "DELETE FROM outbox WHERE basket = (SELECT id FROM basket" OURS #number ");"                   \
    "DELETE FROM line WHERE basket = (SELECT id FROM basket" OURS #number ");"                     \
    "DELETE FROM basket" OURS #number

static const struct {
    const char *sql, *said;
} tampers[] = {
    {"INSERT INTO basket_time (basket, corrected_us) VALUES (999, 1)", "whose time was corrected"},
    {"UPDATE basket SET total_minor = total_minor + 1" OURS "2", "sums are not those of its lines"},
    {GONE(4), "after sequence 3 comes 5"},
    {GONE(1), "has sequence 2 instead of 1"},
    {GONE(6), "has counted to sequence 6"},
    {"DROP INDEX basket_sequence; UPDATE basket SET sequence = 2" OURS "3",
        "two baskets have sequence 2"},
};

static void baskets_are_counted(void **state)
{
    struct shop *shop = *state;
    struct loy_basket_head head = shop_head(NOON_US);
    for (int i = 0; i < 6; i++)
        basket_add(shop, &head);
    // Another till's journal may begin at any number.
    head.source = LOY_BASKET_FEED;
    head.site = "S7";
    head.lane = "L7";
    for (head.sequence = 700; head.sequence < 703; head.sequence++)
        basket_add(shop, &head);
    shop_is_sound(shop->store);
    for (size_t i = 0; i < sizeof tampers / sizeof tampers[0]; i++) {
        shop_run(shop->store, tampers[i].sql);
        shop_is_unsound(shop->store, tampers[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(baskets_are_counted, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
