/* SPDX-License-Identifier: MIT
 * record_basket.c - a till that has a whole basket gives it to the store. record_basket STORE USER
 * NUMBER */
#include <loyalty/loyalty.h>
#include <stdio.h>
#include <time.h>

static int failed(struct loy_store *store)
{
    fprintf(stderr, "%s\n", loy_store_text(store));
    loy_store_close(store);
    return 1;
}

int main(int argc, char **argv)
{
    struct loy_store *store = NULL;
    struct loy_credential card;
    struct loy_range ranges[LOY_RANGES_MAX];
    struct loy_id id;
    uint8_t key[LOY_CARD_KEY_SIZE];
    size_t range_count = 0;
    char text[LOY_ID_TEXT_SIZE];
    if (argc != 4) return 2;
    int64_t now_us = (int64_t)time(NULL) * 1000000;
    struct loy_store_options options = {
        .size = sizeof options, .path = argv[1], .user = argv[2], .at_us = now_us};
    if (loy_store_open(&options, &store) != LOY_OK) return failed(store);

    struct loy_article tea = {.size = sizeof tea,
        .code = "tea-100",
        .brand = "Lark",
        .category = "tea",
        .kind = LOY_KIND_GOODS,
        .tax_permille = -1,
        .cost_minor = -1};
    struct loy_line line = {.quantity_milli = 2000,
        .list_minor = 349,
        .discount_minor = 100,
        .paid_minor = 598,
        .form = LOY_FORM_AMOUNT};
    if (loy_article_put(store, &tea, now_us) < LOY_OK) return failed(store);
    if (loy_article_find(store, "tea-100", &line.article_version) != LOY_OK) return failed(store);

    if (loy_range_list(store, ranges, &range_count) != LOY_OK) return failed(store);
    if (loy_store_card_key(store, key) != LOY_OK) return failed(store);
    if (loy_credential_from_text(argv[3], ranges, range_count, key, &card) != LOY_OK)
        return failed(store);

    struct loy_basket_head head = {
        .size = sizeof head, .at_us = now_us, .credential = &card, .source = LOY_BASKET_FEED};
    if (loy_basket_record(store, &head, &line, 1, &id) != LOY_OK) return failed(store);
    /* Durable from here on: beep now. */
    loy_id_text(&id, text);
    printf("basket %s, card ...%s\n", text, card.tail);
    loy_store_close(store);
    return 0;
}
