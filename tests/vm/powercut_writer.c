/* SPDX-License-Identifier: MIT
 *
 * powercut_writer.c - what runs in the virtual machine until its power is cut: makes a store,
 * registers members and records the baskets of the plan. In: the store's path. Out: one line for
 * each call that answered LOY_OK, printed behind the answer and never before. Knows nothing of the
 * cut.
 *
 *     created;   member K;   card K;   line N I;   basket N;
 */
#include "powercut_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* More than any run reaches; keeps the disk from filling. */
#define BASKETS_MAX 20000u

struct writer {
    struct loy_store *store;
    int64_t versions[PLAN_ARTICLES];
    struct loy_credential card; /* of the newest member */
};

static void must(const struct writer *writer, enum loy_status status, const char *call)
{
    if (status == LOY_OK) return;
    printf("failed: %s: %s: %s\n", call, loy_status_text(status), loy_store_text(writer->store));
    fflush(stdout);
    exit(1);
}

static void acknowledge(const char *what, uint32_t first, uint32_t second)
{
    printf("%s", what);
    if (first > 0) printf(" %u", first);
    if (second > 0) printf(" %u", second);
    // The semicolon tells a whole line from one that something else on the console broke.
    printf(";\n");
    fflush(stdout);
}

static void store_make(struct writer *writer, const char *path)
{
    const struct loy_store_options options = {
        .size = sizeof options, .path = path, .user = PLAN_USER, .at_us = PLAN_START_US};
    const struct loy_store_settings settings = {
        .currency = "EUR", .minor_digits = 2, .site = "S1", .lane = "L1", .country = "DE"};
    must(writer, loy_store_create(&options, &settings, &writer->store), "loy_store_create");
    acknowledge("created", 0, 0);
}

static void articles_make(struct writer *writer)
{
    for (uint32_t i = 0; i < PLAN_ARTICLES; i++) {
        char code[PLAN_TEXT_SIZE];
        plan_article_code(i, code);
        const struct loy_article article = {
            .size = sizeof article, .code = code, .tax_permille = 190, .cost_minor = -1};
        must(writer, loy_article_put(writer->store, &article, PLAN_START_US), "loy_article_put");
        must(writer, loy_article_find(writer->store, code, &writer->versions[i]),
            "loy_article_find");
    }
}

static void member_register(struct writer *writer, uint32_t number, int64_t at_us)
{
    char name[PLAN_TEXT_SIZE], digits[PLAN_TEXT_SIZE];
    uint8_t key[LOY_CARD_KEY_SIZE];
    struct loy_id member;
    plan_member_name(number, name);
    plan_card(number, digits);
    const struct loy_field_text field = {LOY_FIELD_NAME, name};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_ORGANISATION,
        .fields = &field,
        .field_count = 1,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = at_us,
        .reference = name};
    must(writer, loy_member_add(writer->store, &form, at_us, &member), "loy_member_add");
    acknowledge("member", number, 0);
    loy_store_card_key(writer->store, key);
    must(writer, loy_credential_from_text(digits, NULL, 0, key, &writer->card),
        "loy_credential_from_text");
    must(writer, loy_card_issue(writer->store, &member, &writer->card, at_us), "loy_card_issue");
    acknowledge("card", number, 0);
}

static struct loy_basket_head head_of(uint32_t basket)
{
    return (struct loy_basket_head){.size = sizeof(struct loy_basket_head),
        .id = plan_basket_id(basket),
        .at_us = plan_time_us(basket),
        .source = plan_basket_is_lane(basket) ? LOY_BASKET_LANE : LOY_BASKET_FEED};
}

static void basket_record(struct writer *writer, uint32_t number)
{
    struct loy_line lines[PLAN_LINES_MAX];
    struct loy_basket_head head = head_of(number);
    uint32_t count = plan_basket_lines(number);
    if (plan_basket_member(number) > 0) head.credential = &writer->card;
    for (uint32_t i = 0; i < count; i++)
        lines[i] = plan_line(number, i + 1, writer->versions);
    must(writer, loy_basket_record(writer->store, &head, lines, count, NULL), "loy_basket_record");
}

static void basket_fill(struct writer *writer, uint32_t number)
{
    struct loy_basket_head head = head_of(number);
    struct loy_basket *basket = NULL;
    must(writer, loy_basket_open(writer->store, &head, &basket), "loy_basket_open");
    for (uint32_t i = 1; i <= plan_basket_lines(number); i++) {
        struct loy_line line = plan_line(number, i, writer->versions);
        must(writer, loy_basket_add(basket, &line, NULL), "loy_basket_add");
        acknowledge("line", number, i);
        if (i == 1 && plan_basket_member(number) > 0)
            must(writer, loy_basket_attach(basket, &writer->card, NULL), "loy_basket_attach");
    }
    must(writer, loy_basket_close(basket, plan_time_us(number), NULL, NULL), "loy_basket_close");
}

int main(int count, char **arguments)
{
    struct writer writer = {0};
    if (count != 2) {
        fprintf(stderr, "usage: %s STORE\n", arguments[0]);
        return 2;
    }
    store_make(&writer, arguments[1]);
    articles_make(&writer);
    for (uint32_t number = 1; number <= BASKETS_MAX; number++) {
        if (number % PLAN_BASKETS_PER_MEMBER == 1)
            member_register(&writer, number / PLAN_BASKETS_PER_MEMBER + 1, plan_time_us(number));
        if (plan_basket_is_lane(number))
            basket_fill(&writer, number);
        else
            basket_record(&writer, number);
        acknowledge("basket", number, 0);
    }
    for (;;)
        pause();
}
