/* SPDX-License-Identifier: MIT
 *
 * test_purchaser.c - cards at the lane, the whole way with real baskets: first use, purchasers with
 * every authority, replacing, and customers who give their name late.
 */
#include "shop.h"

#include <loyalty/member_card.h>

static struct loy_id firm_add(struct loy_store *store, const char *name)
{
    const struct loy_field_text field = {LOY_FIELD_NAME, name};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_ORGANISATION,
        .fields = &field,
        .field_count = 1,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = NOON_US};
    struct loy_id member;
    enum loy_status status = loy_member_add(store, &form, NOON_US, &member);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(store));
    ASSERT_STATUS(status, LOY_OK);
    return member;
}

/* A purchaser with a card. */
static int64_t purchaser_add(struct loy_store *store, const struct loy_id *firm,
    enum loy_authority authority, const struct loy_credential *card)
{
    const struct loy_purchaser_form form = {.size = sizeof form,
        .name = "Mo Buyer",
        .authority = (uint8_t)authority,
        .until_us = NOON_US,
        .offset_min = 60};
    int64_t number = 0;
    ASSERT_STATUS(loy_purchaser_add(store, firm, &form, NOON_US, &number), LOY_OK);
    const struct loy_card_grant grant = {.size = sizeof grant, .member = firm, .purchaser = number};
    ASSERT_STATUS(loy_card_give(store, &grant, card, NOON_US), LOY_OK);
    return number;
}

static struct loy_basket *basket_open(
    struct loy_store *store, int64_t at_us, const struct loy_credential *card)
{
    struct loy_basket *basket = NULL;
    struct loy_basket_head head = shop_head(at_us);
    head.credential = card;
    ASSERT_STATUS(loy_basket_open(store, &head, &basket), LOY_OK);
    return basket;
}

static void line_add(const struct shop *shop, struct loy_basket *basket)
{
    struct loy_line line = shop_line(shop->shirt, 1000, 250, 0);
    ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_OK);
}

static struct loy_basket_summary summary_of(struct loy_store *store, const struct loy_id *id)
{
    struct loy_basket_summary summary;
    ASSERT_STATUS(loy_basket_get(store, id, &summary), LOY_OK);
    return summary;
}

static bool is_used(struct loy_store *store, const struct loy_id *firm)
{
    static struct loy_purchaser purchaser;
    int64_t position = 0;
    purchaser.size = sizeof purchaser;
    ASSERT_STATUS(loy_purchaser_next(store, firm, &position, &purchaser), LOY_OK);
    return purchaser.used;
}

static int status_of(struct loy_store *store, const struct loy_credential *card)
{
    struct loy_card row;
    ASSERT_STATUS(loy_card_get(store, card, NOON_US, &row, NULL), LOY_OK);
    return row.status;
}

/* ---- First use ---------------------------------------------------------------------------------
 */

static void the_first_swipe_makes_it_active(void **state)
{
    struct shop *shop = *state;
    struct loy_id firm = firm_add(shop->store, "Green Grocer"), id;
    struct loy_credential cards[3];
    static const char *const numbers[] = {"29000021", "29000022", "29000023"};
    for (int i = 0; i < 3; i++) {
        cards[i] = shop_credential(shop->store, numbers[i]);
        ASSERT_STATUS(loy_card_issue(shop->store, &firm, &cards[i], NOON_US), LOY_OK);
        assert_int_equal(status_of(shop->store, &cards[i]), LOY_CARD_ISSUED);
    }
    struct loy_basket *basket = basket_open(shop->store, NOON_US + 5, &cards[0]);
    assert_int_equal(status_of(shop->store, &cards[0]), LOY_CARD_ACTIVE);
    ASSERT_STATUS(loy_basket_attach(basket, &cards[1], NULL), LOY_OK);
    ASSERT_STATUS(loy_basket_attach(basket, &cards[1], NULL), LOY_OK);
    assert_int_equal(status_of(shop->store, &cards[1]), LOY_CARD_ACTIVE);
    ASSERT_STATUS(loy_basket_void(basket, NULL, NOON_US + 6), LOY_OK);
    struct loy_basket_head head = shop_head(NOON_US + 7);
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    head.credential = &cards[2];
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_OK);
    assert_int_equal(status_of(shop->store, &cards[2]), LOY_CARD_ACTIVE);
    assert_string_equal(shop_rows(shop->store, "SELECT card, status, at_us - 1700000000000000 "
                                               "FROM card_history ORDER BY card, version"),
        "1|2|0 1|3|5 2|2|0 2|3|5 3|2|0 3|3|7");
    shop_is_sound(shop->store);
}

static void expiry_counts_at_the_lane(void **state)
{
    struct shop *shop = *state;
    struct loy_id firm = firm_add(shop->store, "Green Grocer");
    struct loy_credential card = shop_credential(shop->store, "29000021");
    struct loy_basket *basket = NULL;
    const struct loy_card_grant grant = {
        .size = sizeof grant, .member = &firm, .expires_at_us = NOON_US + 100};
    ASSERT_STATUS(loy_card_give(shop->store, &grant, &card, NOON_US), LOY_OK);
    loy_basket_release(basket_open(shop->store, NOON_US + 100, &card));
    struct loy_basket_head head = shop_head(NOON_US + 101);
    head.credential = &card;
    ASSERT_STATUS(loy_basket_open(shop->store, &head, &basket), LOY_REFUSED);
    assert_null(strstr(loy_store_text(shop->store), "Green"));
    assert_null(strstr(loy_store_text(shop->store), "expired"));
    basket = basket_open(shop->store, NOON_US + 101, NULL);
    ASSERT_STATUS(loy_basket_attach(basket, &card, NULL), LOY_REFUSED);
    line_add(shop, basket); /* the sale goes on */
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 102, NULL, NULL), LOY_OK);
}

/* ---- Purchasers --------------------------------------------------------------------------------
 */

static void once_is_used_up_at_the_close(void **state)
{
    struct shop *shop = *state;
    struct loy_id firm = firm_add(shop->store, "Green Grocer"), id, got;
    struct loy_credential card = shop_credential(shop->store, "29000021");
    int64_t number = purchaser_add(shop->store, &firm, LOY_AUTHORITY_ONCE, &card);
    struct loy_basket *basket = basket_open(shop->store, NOON_US, &card);
    line_add(shop, basket);
    assert_false(is_used(shop->store, &firm));
    ASSERT_STATUS(loy_basket_void(basket, "no money", NOON_US + 1), LOY_OK);
    assert_false(is_used(shop->store, &firm));
    /* Shown last, and the program starts anew in between. */
    basket = basket_open(shop->store, NOON_US + 2, NULL);
    line_add(shop, basket);
    ASSERT_STATUS(loy_basket_attach(basket, &card, &got), LOY_OK);
    assert_memory_equal(&got, &firm, sizeof firm);
    loy_basket_release(basket);
    ASSERT_STATUS(loy_basket_resume(shop->store, &basket), LOY_OK);
    assert_false(is_used(shop->store, &firm));
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 3, &id, NULL), LOY_OK);
    assert_true(is_used(shop->store, &firm));
    assert_int_equal(summary_of(shop->store, &id).purchaser, number);
    /* Neutral words, the firm's name and nothing of the person. */
    basket = basket_open(shop->store, NOON_US + 4, NULL);
    ASSERT_STATUS(loy_basket_attach(basket, &card, NULL), LOY_REFUSED);
    assert_non_null(strstr(loy_store_text(shop->store), "Green Grocer"));
    assert_null(strstr(loy_store_text(shop->store), "Mo"));
    line_add(shop, basket);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 5, &id, NULL), LOY_OK);
    struct loy_basket_summary anonymous = summary_of(shop->store, &id);
    assert_true(loy_id_is_none(&anonymous.member));
    /* Given anew, it holds anew. */
    const struct loy_purchaser_form form = {
        .size = sizeof form, .authority = LOY_AUTHORITY_ONCE, .limit_minor = -1};
    ASSERT_STATUS(loy_purchaser_set(shop->store, &firm, number, &form, NOON_US + 6), LOY_OK);
    basket = basket_open(shop->store, NOON_US + 7, &card);
    loy_basket_release(basket);
    shop_is_sound(shop->store);
}

static void once_in_a_whole_basket(void **state)
{
    struct shop *shop = *state;
    struct loy_id firm = firm_add(shop->store, "Green Grocer"), id, again;
    struct loy_credential card = shop_credential(shop->store, "29000021");
    int64_t number = purchaser_add(shop->store, &firm, LOY_AUTHORITY_ONCE, &card);
    struct loy_basket_head head = shop_head(NOON_US);
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    head.credential = &card;
    head.sequence = 1;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &id), LOY_OK);
    assert_true(is_used(shop->store, &firm));
    assert_int_equal(summary_of(shop->store, &id).purchaser, number);
    /* The same basket sent again is the same, though the card is refused by now. */
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &again), LOY_REPEATED);
    assert_memory_equal(&id, &again, sizeof id);
    head.sequence = 2;
    head.at_us++;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &again), LOY_REFUSED);
    head.credential = NULL;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, &again), LOY_OK);
    shop_is_sound(shop->store);
}

/* Two baskets at once with one authorisation: what is sold is sold, and it is noted. */
static void once_in_two_baskets(void **state)
{
    struct shop *shop = *state;
    struct loy_id firm = firm_add(shop->store, "Green Grocer");
    struct loy_credential card = shop_credential(shop->store, "29000021");
    purchaser_add(shop->store, &firm, LOY_AUTHORITY_ONCE, &card);
    struct loy_basket *one = basket_open(shop->store, NOON_US, &card);
    struct loy_basket *two = basket_open(shop->store, NOON_US, &card);
    line_add(shop, one);
    line_add(shop, two);
    ASSERT_STATUS(loy_basket_close(one, NOON_US + 1, NULL, NULL), LOY_OK);
    assert_int_equal(
        shop_number(shop->store, "SELECT count(*) FROM audit WHERE action = 'purchaser.twice'"), 0);
    ASSERT_STATUS(loy_basket_close(two, NOON_US + 1, NULL, NULL), LOY_OK);
    assert_int_equal(
        shop_number(shop->store, "SELECT count(*) FROM audit WHERE action = 'purchaser.twice'"), 1);
    assert_int_equal(shop_number(shop->store, "SELECT used_basket FROM purchaser"), 1);
}

static void until_a_day_and_ended(void **state)
{
    struct shop *shop = *state;
    struct loy_id firm = firm_add(shop->store, "王记餐馆有限公司"), id;
    struct loy_credential card = shop_credential(shop->store, "29000021");
    struct loy_credential other = shop_credential(shop->store, "29000022");
    purchaser_add(shop->store, &firm, LOY_AUTHORITY_UNTIL, &card);
    int64_t permanent = purchaser_add(shop->store, &firm, LOY_AUTHORITY_PERMANENT, &other);
    /* 2023-11-14 22:13 UTC is 23:13 at the shop: its day ends 47 minutes later. */
    int64_t end_us = (NOON_US / DAY_US + 1) * DAY_US - INT64_C(3600000000);
    struct loy_basket *basket = basket_open(shop->store, end_us - 1, &card);
    ASSERT_STATUS(loy_basket_void(basket, NULL, end_us), LOY_OK);
    basket = basket_open(shop->store, end_us, NULL);
    ASSERT_STATUS(loy_basket_attach(basket, &card, NULL), LOY_REFUSED);
    assert_non_null(strstr(loy_store_text(shop->store), "王记餐馆有限公司"));
    /* The second purchaser of the same firm takes the basket over. */
    ASSERT_STATUS(loy_basket_attach(basket, &other, NULL), LOY_OK);
    line_add(shop, basket);
    ASSERT_STATUS(loy_basket_close(basket, end_us + 1, &id, NULL), LOY_OK);
    assert_int_equal(summary_of(shop->store, &id).purchaser, permanent);
    ASSERT_STATUS(loy_purchaser_end(shop->store, &firm, permanent, NULL, end_us), LOY_OK);
    basket = basket_open(shop->store, end_us, NULL);
    ASSERT_STATUS(loy_basket_attach(basket, &other, NULL), LOY_REFUSED);
    assert_non_null(strstr(loy_store_text(shop->store), "王记餐馆有限公司"));
    loy_basket_release(basket);
}

/* A long name is cut at a character, so that the sentence stays text. */
static void long_name_told(struct shop *shop, const char *letters)
{
    char name[312];
    snprintf(name, sizeof name, "%s", letters);
    for (size_t i = strlen(letters); i < 100; i++)
        strcat(name, "餐");
    struct loy_id firm = firm_add(shop->store, name);
    char number[32];
    snprintf(number, sizeof number, "2900002%zu", strlen(letters));
    struct loy_credential card = shop_credential(shop->store, number);
    purchaser_add(shop->store, &firm, LOY_AUTHORITY_ONCE, &card);
    struct loy_basket *basket = basket_open(shop->store, NOON_US, &card);
    line_add(shop, basket);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US, NULL, NULL), LOY_OK);
    basket = basket_open(shop->store, NOON_US, NULL);
    ASSERT_STATUS(loy_basket_attach(basket, &card, NULL), LOY_REFUSED);
    const char *text = loy_store_text(shop->store);
    assert_non_null(strstr(text, "餐 may not be used"));
    assert_non_null(strstr(text, "to the desk"));
    loy_basket_release(basket);
}

/* Wherever in a character its room ends. */
static void a_long_name_of_a_firm(void **state)
{
    static const char *const letters[] = {"", "x", "xy"};
    for (size_t i = 0; i < ROWS(letters); i++)
        long_name_told(*state, letters[i]);
}

/* ---- Replacing and late names ------------------------------------------------------------------
 */

static int sales_of(struct loy_store *store, const struct loy_id *member)
{
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    int count = 0;
    ASSERT_STATUS(loy_sales_open(store, 0, NOON_US + DAY_US, member, &sales), LOY_OK);
    while (loy_sales_next(sales, &sale) == LOY_OK)
        count++;
    loy_sales_close(sales);
    return count;
}

static void replacing_keeps_what_was_bought(void **state)
{
    struct shop *shop = *state;
    struct loy_id firm = firm_add(shop->store, "Green Grocer");
    struct loy_credential old = shop_credential(shop->store, "29000021");
    struct loy_credential fresh = shop_credential(shop->store, "29000022");
    purchaser_add(shop->store, &firm, LOY_AUTHORITY_PERMANENT, &old);
    struct loy_basket *basket = basket_open(shop->store, NOON_US, &old);
    line_add(shop, basket);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 1, NULL, NULL), LOY_OK);
    /* The new card is shown before anybody has noted it. */
    basket = basket_open(shop->store, NOON_US + 2, &fresh);
    line_add(shop, basket);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 3, NULL, NULL), LOY_OK);
    assert_int_equal(sales_of(shop->store, &firm), 1);
    const char *before = shop_rows(shop->store, "SELECT id, member, hex(digest) FROM basket "
                                                "WHERE card IS NOT NULL");
    char kept[200];
    snprintf(kept, sizeof kept, "%s", before);
    ASSERT_STATUS(loy_card_replace(shop->store, &old, &fresh, "worn", NOON_US + 4), LOY_OK);
    assert_string_equal(shop_rows(shop->store, "SELECT id, member, hex(digest) FROM basket "
                                               "WHERE card = 1"),
        kept);
    assert_int_equal(sales_of(shop->store, &firm), 2);
    assert_string_equal(
        shop_rows(shop->store, "SELECT card, purchaser FROM basket ORDER BY id"), "1|1 2|1");
    assert_int_equal(shop_number(shop->store, "SELECT count(*) FROM pending_card"), 0);
    basket = basket_open(shop->store, NOON_US + 5, NULL);
    ASSERT_STATUS(loy_basket_attach(basket, &old, NULL), LOY_REFUSED);
    ASSERT_STATUS(loy_basket_attach(basket, &fresh, NULL), LOY_OK);
    loy_basket_release(basket);
    shop_is_sound(shop->store);
}

static void an_anonymous_card_gets_its_name_late(void **state)
{
    struct shop *shop = *state;
    struct loy_credential card = shop_credential(shop->store, "29000021");
    struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = NOON_US,
        .pseudonymous = true};
    struct loy_id member, found;
    struct loy_member shown;
    ASSERT_STATUS(loy_member_add(shop->store, &form, NOON_US, &member), LOY_OK);
    ASSERT_STATUS(loy_card_issue(shop->store, &member, &card, NOON_US), LOY_OK);
    struct loy_basket *basket = basket_open(shop->store, NOON_US, &card);
    line_add(shop, basket);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 1, NULL, NULL), LOY_OK);
    const struct loy_field_text name = {LOY_FIELD_FAMILY_NAME, "Moor"};
    ASSERT_STATUS(
        loy_member_set(shop->store, &member, &name, "desk", LOY_INITIATIVE_CUSTOMER, NOON_US + 2),
        LOY_OK);
    ASSERT_STATUS(loy_member_get(shop->store, &member, &shown), LOY_OK);
    assert_false(shown.pseudonymous);
    ASSERT_STATUS(loy_member_find_card(shop->store, &card, &found), LOY_OK);
    assert_memory_equal(&found, &member, sizeof member);
    assert_int_equal(sales_of(shop->store, &member), 1);
    basket = basket_open(shop->store, NOON_US + 3, &card);
    line_add(shop, basket);
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 4, NULL, NULL), LOY_OK);
    assert_int_equal(sales_of(shop->store, &member), 2);
}

#define shop_test(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        shop_test(the_first_swipe_makes_it_active),
        shop_test(expiry_counts_at_the_lane),
        shop_test(once_is_used_up_at_the_close),
        shop_test(once_in_a_whole_basket),
        shop_test(once_in_two_baskets),
        shop_test(until_a_day_and_ended),
        shop_test(a_long_name_of_a_firm),
        shop_test(replacing_keeps_what_was_bought),
        shop_test(an_anonymous_card_gets_its_name_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
