/* SPDX-License-Identifier: MIT
 *
 * test_receipt.c - a basket as its receipt wants it: lines with what takes them back, tenders,
 * head, the number and how people write it, what the shop sets.
 */
#include "shop.h"

#include <loyalty/lane.h>

static struct loy_id record(struct loy_store *store, const char *site, const char *lane,
    int64_t sequence, const struct loy_line *lines, size_t count)
{
    struct loy_id id;
    struct loy_basket_head head = shop_head(NOON_US);
    head.site = site;
    head.lane = lane;
    head.sequence = sequence;
    head.source = LOY_BASKET_FEED;
    ASSERT_STATUS(loy_basket_record(store, &head, lines, count, &id), LOY_OK);
    return id;
}

static struct loy_receipt_head head_of(struct loy_store *store, const struct loy_id *basket)
{
    struct loy_receipt_head head = {.size = sizeof head};
    ASSERT_STATUS(loy_receipt_head_get(store, basket, &head), LOY_OK);
    return head;
}

static struct loy_basket_line line_of(
    struct loy_store *store, const struct loy_id *basket, uint32_t number)
{
    struct loy_basket_line line = {.size = sizeof line};
    uint32_t position = number - 1;
    ASSERT_STATUS(loy_basket_line_next(store, basket, &position, &line), LOY_OK);
    assert_int_equal(line.number, number);
    assert_int_equal(position, number);
    return line;
}

/* ---- Lines and head ----------------------------------------------------------------------------
 */

static struct loy_basket *basket_begin(struct loy_store *store, struct loy_id *id)
{
    struct loy_basket *basket = NULL;
    struct loy_basket_head head = shop_head(NOON_US);
    *id = (struct loy_id){{9, 9}};
    head.id = *id;
    ASSERT_STATUS(loy_basket_open(store, &head, &basket), LOY_OK);
    return basket;
}

static void lines_know_what_takes_them_back(void **state)
{
    struct shop *shop = *state;
    struct loy_store *store = shop->store;
    struct loy_line sold[] = {shop_line(shop->shirt, 1000, 500, 50)};
    struct loy_id before = record(store, NULL, NULL, 0, sold, 1), id, made;
    struct loy_basket *basket = basket_begin(store, &id);
    struct loy_line lines[] = {shop_line(shop->shirt, 1000, 500, 50),
        shop_line(shop->shoe, 2000, 300, 0), shop_return(shop->shirt, -1000, 500, -450, &id, 1),
        shop_return(shop->shirt, -1000, 500, -450, &before, 1),
        shop_return(shop->shoe, -1000, 300, -300, &id, 2)};
    for (size_t i = 0; i < ROWS(lines); i++)
        ASSERT_STATUS(loy_basket_add(basket, &lines[i], NULL), LOY_OK);
    struct loy_receipt_head head = head_of(store, &id);
    assert_int_equal(head.state, 1);
    assert_int_equal(head.sequence, 0);
    assert_int_equal(head.total_minor, -150);
    assert_false(head.printed);
    ASSERT_STATUS(loy_receipt_done(store, &id, NOON_US), LOY_NONE); /* it is open */
    ASSERT_STATUS(loy_basket_close(basket, NOON_US + 7, &made, NULL), LOY_OK);
    const struct {
        bool voids, voided, linked;
        uint32_t of_line;
    } wanted[] = {{false, true, false, 0}, {false, false, false, 0}, {true, false, true, 1},
        {false, false, true, 1}, {true, false, true, 2}};
    for (uint32_t i = 0; i < ROWS(wanted); i++) {
        struct loy_basket_line line = line_of(store, &id, i + 1);
        assert_int_equal(line.voids, wanted[i].voids);
        assert_int_equal(line.voided, wanted[i].voided);
        assert_int_equal(!loy_id_is_none(&line.of), wanted[i].linked);
        assert_int_equal(line.of_line, wanted[i].of_line);
        assert_int_equal(line.paid_minor, lines[i].paid_minor);
        assert_int_equal(line.quantity_milli, lines[i].quantity_milli);
        assert_string_equal(line.reason, lines[i].reason ? lines[i].reason : "");
    }
    struct loy_basket_line back = line_of(store, &id, 4);
    assert_memory_equal(&back.of, &before, sizeof before);
    assert_false(line_of(store, &before, 1).voided); /* came back, but to another basket */
    uint32_t end = 5;
    struct loy_basket_line line = {.size = sizeof line};
    ASSERT_STATUS(loy_basket_line_next(store, &id, &end, &line), LOY_NONE);
    head = head_of(store, &id);
    assert_int_equal(head.state, 2);
    assert_int_equal(head.closed_at_us, NOON_US + 7);
    assert_int_equal(head.offset_min, 60);
    assert_int_equal(head.due_minor, -150);
    assert_string_equal(head.operator_name, "tester");
    assert_true(head.printed); /* has left the lane */
}

/* 12 345 net at 19 % and 7 %: 2 345.55 and 0.35 of tax are rounded once a rate. */
static void what_is_due_holds_the_tax_of_net_prices(void **state)
{
    struct shop *shop = *state;
    const struct {
        const char *code;
        int32_t permille;
        bool net;
    } articles[] = {{"n19", 190, true}, {"n07", 70, true}, {"g19", 190, false}, {"none", -1, true}};
    struct loy_line lines[ROWS(articles)];
    for (size_t i = 0; i < ROWS(articles); i++) {
        struct loy_article article = {.size = sizeof article,
            .code = articles[i].code,
            .brand = "Acme",
            .size_text = "XL",
            .tax_permille = articles[i].permille,
            .price_is_net = articles[i].net,
            .cost_minor = -1};
        int64_t version = 0;
        ASSERT_STATUS(loy_article_put(shop->store, &article, NOON_US), LOY_OK);
        ASSERT_STATUS(loy_article_find(shop->store, articles[i].code, &version), LOY_OK);
        lines[i] = shop_line(version, 1000, i == 0 ? 12345 : 5, 0);
    }
    struct loy_id id = record(shop->store, NULL, NULL, 0, lines, ROWS(lines));
    struct loy_receipt_head head = head_of(shop->store, &id);
    assert_int_equal(head.total_minor, 12360);
    assert_int_equal(head.due_minor, 12360 + 2346 + 0);
    struct loy_basket_line line = line_of(shop->store, &id, 1);
    assert_string_equal(line.label, "Acme XL");
    assert_true(line.price_is_net);
    assert_int_equal(line.tax_permille, 190);
    assert_int_equal(line_of(shop->store, &id, 4).tax_permille, -1);
}

static void tenders_and_the_stage_are_those_of_the_lane(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 1000, 2000, 0);
    struct loy_id id = record(shop->store, NULL, NULL, 0, &line, 1);
    shop_run(shop->store, "INSERT INTO tender SELECT id, 1, 1, 5000 FROM basket");
    shop_run(shop->store, "INSERT INTO tender SELECT id, 4, 1, -3000 FROM basket");
    shop_run(shop->store, "INSERT INTO lane_basket SELECT id, lane, 5, NULL, NULL FROM basket");
    assert_false(head_of(shop->store, &id).printed);
    ASSERT_STATUS(loy_receipt_done(shop->store, &id, NOON_US), LOY_OK);
    assert_true(head_of(shop->store, &id).printed);
    ASSERT_STATUS(loy_receipt_done(shop->store, &id, NOON_US), LOY_REPEATED);
    shop_run(shop->store, "INSERT INTO lane_basket SELECT id, lane, 5, NULL, 5 FROM basket");
    assert_true(head_of(shop->store, &id).printed);
    struct loy_basket_tender tender;
    uint32_t position = 0;
    ASSERT_STATUS(loy_basket_tender_next(shop->store, &id, &position, &tender), LOY_OK);
    assert_int_equal(tender.amount_minor, 5000);
    ASSERT_STATUS(loy_basket_tender_next(shop->store, &id, &position, &tender), LOY_OK);
    assert_int_equal(position, 4);
    assert_int_equal(tender.kind, LOY_TENDER_CASH);
    assert_int_equal(tender.amount_minor, -3000);
    ASSERT_STATUS(loy_basket_tender_next(shop->store, &id, &position, &tender), LOY_NONE);
}

/* A sale of a real lane: due until it is noted, with the lane open or not. */
static void the_first_receipt_of_a_lane_is_no_copy(void **state)
{
    struct shop *shop = *state;
    struct loy_lane *lane = NULL;
    struct loy_lane_answer answer = {.size = sizeof answer};
    struct loy_lane_view view = {.size = sizeof view};
    const struct loy_lane_input inputs[] = {
        {.kind = LOY_LANE_ARTICLE, .text = "shirt", .quantity_milli = 2000, .price_minor = 500},
        {.kind = LOY_LANE_ARTICLE, .text = "shoe", .price_minor = 300},
        {.kind = LOY_LANE_VOID_LINE, .line = 2, .reason = "wrong"}, {.kind = LOY_LANE_TOTAL},
        {.kind = LOY_LANE_TENDER, .tender = LOY_TENDER_CASH, .amount_minor = 1500}};
    ASSERT_STATUS(loy_lane_open(shop->store, LOY_BASKET_LANE, NOON_US, &lane), LOY_OK);
    for (size_t i = 0; i < ROWS(inputs); i++) {
        struct loy_lane_input input = inputs[i];
        input.size = sizeof input;
        input.at_us = NOON_US + (int64_t)i;
        enum loy_status status = loy_lane_take(lane, &input, &answer);
        if (status != LOY_OK) print_error("%s\n", answer.words);
        ASSERT_STATUS(status, LOY_OK);
    }
    struct loy_receipt_head head = head_of(shop->store, &answer.basket);
    assert_int_equal(head.state, 2);
    assert_int_equal(head.due_minor, 1000);
    assert_false(head.printed);
    struct loy_basket_tender tender;
    uint32_t position = 0;
    int64_t paid = 0;
    while (loy_basket_tender_next(shop->store, &answer.basket, &position, &tender) == LOY_OK)
        paid += tender.amount_minor;
    assert_int_equal(paid, 1000);
    assert_true(line_of(shop->store, &answer.basket, 2).voided);
    assert_true(line_of(shop->store, &answer.basket, 3).voids);
    ASSERT_STATUS(loy_lane_view_get(lane, &view), LOY_OK);
    assert_true(view.receipt_due);
    ASSERT_STATUS(loy_receipt_done(shop->store, &answer.basket, NOON_US + 9), LOY_OK);
    ASSERT_STATUS(loy_lane_view_get(lane, &view), LOY_OK);
    assert_false(view.receipt_due);
    assert_true(head_of(shop->store, &answer.basket).printed);
    loy_lane_close(lane);
}

/* Two programs that look at the same due receipt, and then print: one of them has the first. */
static void one_of_two_programs_has_the_first_receipt(void **state)
{
    struct shop *shop = *state;
    struct loy_store *other = shop_open(shop);
    struct loy_line line = shop_line(shop->shirt, 1000, 2000, 0);
    struct loy_id id = record(shop->store, NULL, NULL, 0, &line, 1), none = {{7}}, open;
    shop_run(shop->store, "INSERT INTO lane_basket SELECT id, lane, 5, NULL, NULL FROM basket");
    assert_false(head_of(shop->store, &id).printed);
    assert_false(head_of(other, &id).printed);
    ASSERT_STATUS(loy_receipt_take(shop->store, &none, NOON_US), LOY_NONE);
    loy_basket_release(basket_begin(shop->store, &open));
    ASSERT_STATUS(loy_receipt_take(shop->store, &open, NOON_US), LOY_NONE);
    ASSERT_STATUS(loy_receipt_take(shop->store, &id, NOON_US + 1), LOY_OK);
    ASSERT_STATUS(loy_receipt_take(other, &id, NOON_US + 2), LOY_REPEATED);
    assert_true(head_of(other, &id).printed);
    // What another one took is not given back; one's own is, and is due as before.
    ASSERT_STATUS(loy_receipt_put_back(other, &id, NOON_US + 2), LOY_REPEATED);
    ASSERT_STATUS(loy_receipt_put_back(shop->store, &id, NOON_US + 1), LOY_OK);
    assert_false(head_of(other, &id).printed);
    ASSERT_STATUS(loy_receipt_take(other, &id, NOON_US + 3), LOY_OK);
    ASSERT_STATUS(loy_receipt_take(shop->store, &id, NOON_US + 4), LOY_REPEATED);
    ASSERT_STATUS(loy_receipt_done(other, &id, NOON_US + 5), LOY_OK);
    ASSERT_STATUS(loy_receipt_take(shop->store, &id, NOON_US + 6), LOY_REPEATED);
    ASSERT_STATUS(loy_receipt_put_back(other, &id, NOON_US + 3), LOY_REPEATED);
    ASSERT_STATUS(loy_receipt_take(shop->store, &id, 0), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_receipt_take(shop->store, NULL, NOON_US), LOY_E_ARGUMENT);
    loy_store_close(other);
    shop_is_sound(shop->store);
}

/* The rule of a promotion may have been changed since; then only its form is known. */
static void a_rule_says_how_as_long_as_it_is_the_same(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 3000, 100, 100);
    line.promotion = "TRIO";
    line.form = LOY_FORM_N_FOR_M;
    struct loy_id id = record(shop->store, NULL, NULL, 0, &line, 1);
    assert_int_equal(line_of(shop->store, &id, 1).take, 0);
    shop_run(shop->store,
        "INSERT INTO promotion_rule (code, form, scope, site, from_us, members_only, take, pay, "
        "single_use, at_us, operator) VALUES ('TRIO', 3, 1, 0, 0, 1, 3, 2, 0, 5, 1)");
    struct loy_basket_line sold = line_of(shop->store, &id, 1);
    assert_int_equal(sold.take, 3);
    assert_int_equal(sold.pay, 2);
    assert_true(sold.members_only);
    assert_string_equal(sold.promotion, "TRIO");
    shop_run(shop->store, "UPDATE promotion_rule SET take = 5, at_us = 9000000000000000");
    assert_int_equal(line_of(shop->store, &id, 1).take, 0);
}

static void labels_are_cut_at_whole_characters(void **state)
{
    struct shop *shop = *state;
    char brand[LOY_TEXT_MAX] = "", style[LOY_TEXT_MAX] = "";
    for (int i = 0; i < 42; i++) {
        memcpy(brand + 3 * i, "\xe7\xba\xa2", 4); /* 126 bytes */
        memcpy(style + 3 * i, "\xe7\xba\xa2", 4);
    }
    struct loy_article article = {.size = sizeof article,
        .code = "long",
        .brand = brand,
        .style = style,
        .cost_minor = -1,
        .tax_permille = -1};
    int64_t version = 0;
    ASSERT_STATUS(loy_article_put(shop->store, &article, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_find(shop->store, "long", &version), LOY_OK);
    struct loy_line lines[] = {shop_line(version, 1000, 5, 0), shop_line(shop->shoe, 1000, 5, 0)};
    struct loy_id id = record(shop->store, NULL, NULL, 0, lines, 2);
    assert_string_equal(line_of(shop->store, &id, 1).label, brand);
    assert_string_equal(line_of(shop->store, &id, 2).label, "shoe");
    article.brand = "Acme";
    article.code = "long2";
    ASSERT_STATUS(loy_article_put(shop->store, &article, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_find(shop->store, "long2", &version), LOY_OK);
    lines[0] = shop_line(version, 1000, 5, 0);
    id = record(shop->store, NULL, NULL, 0, lines, 1);
    struct loy_basket_line cut = line_of(shop->store, &id, 1);
    assert_int_equal(strlen(cut.label), 5 + 3 * 40); /* 122 bytes of room */
    assert_memory_equal(cut.label, "Acme \xe7\xba\xa2", 8);
}

/* ---- Numbers -----------------------------------------------------------------------------------
 */

static void a_number_is_found_as_people_write_it(void **state)
{
    struct shop *shop = *state;
    struct loy_store *store = shop->store;
    struct loy_line line = shop_line(shop->shirt, 1000, 500, 0);
    struct loy_id plain = record(store, "S1", "03", 417, &line, 1), found;
    struct loy_id hyphen = record(store, "S-1", "03", 417, &line, 1);
    struct loy_id small = record(store, "s1", "03", 417, &line, 1);
    char text[LOY_RECEIPT_NUMBER_SIZE], uid[LOY_ID_TEXT_SIZE];
    struct loy_receipt_head head = head_of(store, &plain);
    loy_receipt_number(&head, text);
    assert_string_equal(text, "S1-03-1-000417");
    loy_id_text(&plain, uid);
    const struct {
        const char *text;
        enum loy_status status;
        const struct loy_id *id;
    } cases[] = {{"S1-03-1-000417", LOY_OK, &plain}, {"S1-03-1-417", LOY_OK, &plain},
        {"  S1-03-1-417\r\n", LOY_OK, &plain}, {"S1-03-1-417 \t", LOY_OK, &plain},
        {"]C0S1-03-1-000417", LOY_OK, &plain}, {"s1-03-1-417", LOY_OK, &small},
        {"s-1-03-1-417", LOY_OK, &hyphen}, {uid, LOY_OK, &plain}, {"S1-03-1-418", LOY_NONE, NULL},
        {"S1-03-2-417", LOY_NONE, NULL}, {"S2-03-1-417", LOY_NONE, NULL},
        {"00000000-0000-7000-8000-000000000000", LOY_NONE, NULL}, {"", LOY_E_FORMAT, NULL},
        {"417", LOY_E_FORMAT, NULL}, {"S1-03-1-", LOY_E_FORMAT, NULL},
        {"S1-03--417", LOY_E_FORMAT, NULL}, {"S1-1-417", LOY_E_FORMAT, NULL},
        {"-03-1-417", LOY_E_FORMAT, NULL}, {"S1-03-1-4x7", LOY_E_FORMAT, NULL},
        {"S1-03-1-9999999999999999999999", LOY_E_FORMAT, NULL}};
    for (size_t i = 0; i < ROWS(cases); i++) {
        found = (struct loy_id){0};
        ASSERT_STATUS(loy_receipt_find(store, cases[i].text, &found), cases[i].status);
        if (cases[i].id != NULL) assert_memory_equal(&found, cases[i].id, sizeof found);
    }
    char endless[4000];
    memset(endless, '1', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    ASSERT_STATUS(loy_receipt_find(store, endless, &found), LOY_E_FORMAT);
}

static void two_lanes_of_one_number_are_told_apart_by_id(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 1000, 500, 0);
    struct loy_id found, one = record(shop->store, "A-B", "C", 1, &line, 1);
    ASSERT_STATUS(loy_receipt_find(shop->store, "A-B-C-1-1", &found), LOY_OK);
    assert_memory_equal(&found, &one, sizeof one);
    record(shop->store, "A", "B-C", 1, &line, 1);
    ASSERT_STATUS(loy_receipt_find(shop->store, "A-B-C-1-1", &found), LOY_E_CONFLICT);
}

static void a_copy_is_in_the_audit_log(void **state)
{
    struct shop *shop = *state;
    struct loy_line line = shop_line(shop->shirt, 1000, 500, 0);
    struct loy_id id = record(shop->store, NULL, NULL, 0, &line, 1);
    const struct loy_id nobody = {{1}};
    const char *count = "SELECT count(*) FROM audit WHERE action = 'receipt.copy'";
    ASSERT_STATUS(loy_receipt_copy(shop->store, &nobody, NOON_US), LOY_NONE);
    assert_int_equal(shop_number(shop->store, count), 0);
    ASSERT_STATUS(loy_receipt_copy(shop->store, &id, NOON_US), LOY_OK);
    assert_int_equal(shop_number(shop->store, count), 1);
}

/* ---- Settings ----------------------------------------------------------------------------------
 */

static void settings_are_what_the_shop_made_them(void **state)
{
    struct shop *shop = *state;
    char text[LOY_RECEIPT_SETTING_MAX], long_text[LOY_RECEIPT_SETTING_MAX + 1];
    memset(long_text, 'a', sizeof long_text);
    long_text[LOY_RECEIPT_SETTING_MAX] = '\0';
    const struct {
        enum loy_receipt_setting setting;
        const char *text;
        enum loy_status status;
        const char *then;
    } cases[] = {{LOY_RECEIPT_COLUMNS, "48", LOY_OK, "48"},
        {LOY_RECEIPT_COLUMNS, "48", LOY_REPEATED, "48"},
        {LOY_RECEIPT_COLUMNS, "40", LOY_E_FORMAT, "48"},
        {LOY_RECEIPT_COLUMNS, "4", LOY_E_FORMAT, "48"},
        {LOY_RECEIPT_COLUMNS, "32 42", LOY_E_FORMAT, "48"},
        {LOY_RECEIPT_COLUMNS, " ", LOY_E_FORMAT, "48"}, {LOY_RECEIPT_COLUMNS, "", LOY_OK, "42"},
        {LOY_RECEIPT_COLUMNS, "", LOY_REPEATED, "42"},
        {LOY_RECEIPT_HEADER, "Mo-Fr 9-20\n\xe8\xb4\xad", LOY_OK, "Mo-Fr 9-20\n\xe8\xb4\xad"},
        {LOY_RECEIPT_HEADER, "\x1b@", LOY_E_FORMAT, "Mo-Fr 9-20\n\xe8\xb4\xad"},
        {LOY_RECEIPT_HEADER, "\xff", LOY_E_FORMAT, "Mo-Fr 9-20\n\xe8\xb4\xad"},
        {LOY_RECEIPT_FOOTER, long_text, LOY_E_LIMIT, ""},
        {LOY_RECEIPT_FOOTER, long_text + 1, LOY_OK, long_text + 1}};
    for (size_t i = 0; i < ROWS(cases); i++) {
        ASSERT_STATUS(loy_receipt_setting_set(
                          shop->store, cases[i].setting, cases[i].text, NOON_US + (int64_t)i),
            cases[i].status);
        ASSERT_STATUS(loy_receipt_setting_get(shop->store, cases[i].setting, text), LOY_OK);
        assert_string_equal(text, cases[i].then);
    }
    assert_int_equal(
        shop_number(shop->store, "SELECT count(*) FROM audit WHERE action = 'receipt.set'"), 4);
    enum loy_receipt_setting found = LOY_RECEIPT_NO_SETTING;
    ASSERT_STATUS(loy_receipt_setting_find("printer", &found), LOY_OK);
    assert_int_equal(found, LOY_RECEIPT_PRINTER);
    ASSERT_STATUS(loy_receipt_setting_find("paper", &found), LOY_NONE);
    assert_null(loy_receipt_setting_name(LOY_RECEIPT_SETTING_END));
    shop_is_sound(shop->store);
}

#define T(test) cmocka_unit_test_setup_teardown(test, shop_setup, shop_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(lines_know_what_takes_them_back),
        T(what_is_due_holds_the_tax_of_net_prices),
        T(tenders_and_the_stage_are_those_of_the_lane),
        T(the_first_receipt_of_a_lane_is_no_copy),
        T(one_of_two_programs_has_the_first_receipt),
        T(a_rule_says_how_as_long_as_it_is_the_same),
        T(labels_are_cut_at_whole_characters),
        T(a_number_is_found_as_people_write_it),
        T(two_lanes_of_one_number_are_told_apart_by_id),
        T(a_copy_is_in_the_audit_log),
        T(settings_are_what_the_shop_made_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
