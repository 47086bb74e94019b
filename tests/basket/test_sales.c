/* SPDX-License-Identifier: MIT
 *
 * test_sales.c - the rows that profiles and reports read: order, period, returns, deals.
 */
#include "shop.h"

#include <store/store_private.h>

static struct loy_id sell(struct shop *shop, int64_t at_us, const struct loy_credential *card,
    const struct loy_line *lines, size_t count)
{
    struct loy_basket_head head = shop_head(at_us);
    struct loy_id id;
    head.credential = card;
    ASSERT_STATUS(loy_basket_record(shop->store, &head, lines, count, &id), LOY_OK);
    return id;
}

/* "member@time:quantity+returned/form(deal)reason" */
static const char *sales_text(
    struct loy_store *store, int64_t from_us, int64_t to_us, const struct loy_id *member)
{
    static char text[2048];
    size_t end = 0;
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    enum loy_status status;
    text[0] = '\0';
    ASSERT_STATUS(loy_sales_open(store, from_us, to_us, member, &sales), LOY_OK);
    while ((status = loy_sales_next(sales, &sale)) == LOY_OK) {
        end += (size_t)snprintf(text + end, sizeof text - end, "%d@%d:%d", (int)sale.member,
            (int)(sale.at_us - NOON_US), (int)sale.quantity_milli);
        if (sale.returned_milli != 0)
            end += (size_t)snprintf(text + end, sizeof text - end, "+%d", (int)sale.returned_milli);
        end += (size_t)snprintf(text + end, sizeof text - end, "%s%s%s%s ",
            sale.form != 0 ? loy_form_name(sale.form) : "", sale.on_deal ? "!" : "",
            sale.is_return ? "<" : "", sale.reason != NULL ? sale.reason : "");
        assert_int_equal(sale.offset_min, 60);
        assert_true(sale.site > 0 && sale.basket > 0);
    }
    ASSERT_STATUS(status, LOY_NONE);
    ASSERT_STATUS(loy_sales_next(sales, &sale), LOY_NONE);
    loy_sales_close(sales);
    return text;
}

static void rows_come_by_member_and_time(void **state)
{
    struct shop *shop = *state;
    struct loy_credential one = shop_credential(shop->store, "29000010");
    struct loy_credential two = shop_credential(shop->store, "29000011");
    struct loy_id first = shop_member(shop->store, &one, LOY_CARD_ACTIVE);
    struct loy_id second = shop_member(shop->store, &two, LOY_CARD_ACTIVE), back;
    struct loy_line plain = shop_line(shop->shirt, 1000, 100, 0), deal = plain, coupon = plain;
    struct loy_line deposit = shop_line(shop->deposit, 3000, 25, 0);
    deal = shop_line(shop->shoe, 2000, 100, 20);
    coupon.form = LOY_FORM_COUPON;
    struct loy_line pair[] = {deal, coupon};
    sell(shop, NOON_US + 9, &two, &plain, 1);
    sell(shop, NOON_US + 8, NULL, &deposit, 1);
    struct loy_id sale = sell(shop, NOON_US + 7, &one, pair, 2);
    sell(shop, NOON_US + 1, &two, &plain, 1);
    sell(shop, NOON_US + 3, NULL, &plain, 1);
    struct loy_line returned = shop_return(shop->shoe, -500, 100, -40, &sale, 1);
    back = sell(shop, NOON_US + 20, &one, &returned, 1);
    struct loy_basket *open = NULL;
    struct loy_basket_head head = shop_head(NOON_US + 30);
    ASSERT_STATUS(loy_basket_open(shop->store, &head, &open), LOY_OK);
    ASSERT_STATUS(loy_basket_add(open, &plain, NULL), LOY_OK);
    loy_basket_release(open);
    assert_string_equal(sales_text(shop->store, 0, INT64_MAX, NULL),
        "0@3:1000 0@8:3000 1@7:2000+500! 1@7:1000coupon! 1@20:-500<colour 2@1:1000 2@9:1000 ");
    assert_string_equal(sales_text(shop->store, NOON_US + 7, NOON_US + 9, NULL),
        "0@8:3000 1@7:2000+500! 1@7:1000coupon! ");
    assert_string_equal(sales_text(shop->store, 0, INT64_MAX, &second), "2@1:1000 2@9:1000 ");
    assert_string_equal(
        sales_text(shop->store, NOON_US + 8, INT64_MAX, &first), "1@20:-500<colour ");
    struct loy_sales *sales;
    ASSERT_STATUS(loy_sales_open(shop->store, 0, 1, &back, &sales), LOY_NONE);
    loy_sales_close(NULL);
}

static void members_and_their_numbers(void **state)
{
    struct shop *shop = *state;
    struct loy_credential card = shop_credential(shop->store, "29000010");
    struct loy_id member = shop_member(shop->store, &card, LOY_CARD_ACTIVE), back;
    int64_t number = 0;
    ASSERT_STATUS(loy_member_number(shop->store, &member, &number), LOY_OK);
    ASSERT_STATUS(loy_member_by_number(shop->store, number, &back), LOY_OK);
    assert_memory_equal(&member, &back, sizeof back);
    ASSERT_STATUS(loy_member_by_number(shop->store, number + 1, &back), LOY_NONE);
    member.bytes[0] ^= 1;
    ASSERT_STATUS(loy_member_number(shop->store, &member, &number), LOY_NONE);
}

/* Members' rows come by an index, not by sorting the whole history. */
static void a_member_is_read_by_index(void **state)
{
    struct shop *shop = *state;
    assert_non_null(strstr(
        shop_rows(shop->store, "EXPLAIN QUERY PLAN SELECT id FROM basket b WHERE b.member = 7 AND "
                               "b.opened_at_us >= 1 AND b.opened_at_us < 2 AND b.state = 2"),
        "basket_member"));
}

/* Who may do what: deny by default. */
static void roles_are_kept(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 1000, 100, 0);
    struct loy_article article = {.size = sizeof article, .code = "N", .cost_minor = -1};
    struct loy_price price = {.size = sizeof price, .article = "shirt"};
    const struct {
        enum loy_role role;
        bool sells, buys, reads;
    } roles[] = {{LOY_ROLE_CASHIER, true, false, false}, {LOY_ROLE_SUPERVISOR, true, true, true},
        {LOY_ROLE_MANAGER, true, true, true}, {LOY_ROLE_ANALYST, false, false, true},
        {LOY_ROLE_AUDITOR, false, false, true}};
    for (size_t i = 0; i < ROWS(roles); i++) {
        struct loy_basket_head head = shop_head(NOON_US);
        struct loy_basket_totals totals;
        struct loy_basket *basket = NULL;
        struct loy_sales *sales = NULL;
        enum loy_status sells = roles[i].sells ? LOY_OK : LOY_E_ACCESS;
        enum loy_status reads = roles[i].reads ? LOY_OK : LOY_E_ACCESS;
        shop->store->role = roles[i].role;
        ASSERT_STATUS(loy_basket_record(shop->store, &head, &line, 1, NULL), sells);
        ASSERT_STATUS(loy_basket_open(shop->store, &head, &basket), sells);
        loy_basket_release(basket);
        ASSERT_STATUS(loy_sales_open(shop->store, 0, 1, NULL, &sales), reads);
        loy_sales_close(sales);
        ASSERT_STATUS(loy_basket_totals_get(shop->store, 0, 1, &totals), reads);
        ASSERT_STATUS(loy_price_put(shop->store, &price), roles[i].buys ? LOY_OK : LOY_E_ACCESS);
        enum loy_status put = loy_article_put(shop->store, &article, NOON_US);
        assert_int_equal(put != LOY_E_ACCESS, roles[i].buys);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {
        TEST(rows_come_by_member_and_time),
        TEST(members_and_their_numbers),
        TEST(a_member_is_read_by_index),
        TEST(roles_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
