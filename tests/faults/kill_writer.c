/* SPDX-License-Identifier: MIT
 *
 * kill_writer.c - what kill_loop kills: a till that fills baskets line by line, or a desk that
 * registers members and records baskets whole, until it is dead. In: the store, the first number of
 * its baskets and members, which of the two. Out: one line for each call that answered LOY_OK,
 * printed behind the answer and never before.
 *
 *     line N I;   basket N;   void N;   member N;
 */
#include "kill_loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct loy_store *store;
static int64_t versions[PLAN_ARTICLES];

static void must(enum loy_status status, const char *call)
{
    if (status == LOY_OK) return;
    printf("failed: %s: %s: %s\n", call, loy_status_text(status), loy_store_text(store));
    fflush(stdout);
    exit(1);
}

static void acknowledge(const char *what, uint32_t number, uint32_t line)
{
    printf(line > 0 ? "%s %u %u;\n" : "%s %u;\n", what, number, line);
    fflush(stdout);
}

static void articles_find(void)
{
    for (uint32_t i = 0; i < PLAN_ARTICLES; i++) {
        char code[PLAN_TEXT_SIZE];
        plan_article_code(i, code);
        must(loy_article_find(store, code, &versions[i]), "loy_article_find");
    }
}

/* What the till that was killed before has left. */
static void open_end(void)
{
    struct loy_basket *basket = NULL;
    struct loy_id id;
    enum loy_status status = loy_basket_resume(store, &basket);
    if (status == LOY_NONE) return;
    must(status, "loy_basket_resume");
    status = loy_basket_close(basket, PLAN_START_US, &id, NULL);
    if (status == LOY_E_FORMAT)
        must(loy_basket_void(basket, "no lines", PLAN_START_US), "loy_basket_void");
    else
        must(status, "loy_basket_close");
    if (status == LOY_OK) acknowledge("basket", kill_basket_number(&id), 0);
}

static void basket_fill(uint32_t number)
{
    const struct loy_basket_head head = {.size = sizeof head,
        .id = plan_basket_id(number),
        .at_us = plan_time_us(number),
        .source = LOY_BASKET_LANE};
    struct loy_basket *basket = NULL;
    must(loy_basket_open(store, &head, &basket), "loy_basket_open");
    for (uint32_t i = 1; i <= plan_basket_lines(number); i++) {
        struct loy_line line = plan_line(number, i, versions);
        must(loy_basket_add(basket, &line, NULL), "loy_basket_add");
        acknowledge("line", number, i);
    }
    bool voids = kill_basket_voids(number);
    if (voids)
        must(loy_basket_void(basket, NULL, plan_time_us(number)), "loy_basket_void");
    else
        must(loy_basket_close(basket, plan_time_us(number), NULL, NULL), "loy_basket_close");
    acknowledge(voids ? "void" : "basket", number, 0);
}

static void member_register(uint32_t number)
{
    char name[PLAN_TEXT_SIZE];
    struct loy_id member;
    plan_member_name(number, name);
    const struct loy_field_text field = {LOY_FIELD_NAME, name};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_ORGANISATION,
        .fields = &field,
        .field_count = 1,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = PLAN_START_US,
        .reference = name};
    must(loy_member_add(store, &form, PLAN_START_US, &member), "loy_member_add");
    acknowledge("member", number, 0);
}

static void basket_record(uint32_t number)
{
    struct loy_line lines[PLAN_LINES_MAX];
    const struct loy_basket_head head = {.size = sizeof head,
        .id = plan_basket_id(number),
        .at_us = plan_time_us(number),
        .source = LOY_BASKET_FEED};
    uint32_t count = plan_basket_lines(number);
    for (uint32_t i = 0; i < count; i++)
        lines[i] = plan_line(number, i + 1, versions);
    must(loy_basket_record(store, &head, lines, count, NULL), "loy_basket_record");
    acknowledge("basket", number, 0);
}

int main(int count, char **arguments)
{
    if (count != 4) {
        fprintf(stderr, "usage: %s STORE FIRST till|desk\n", arguments[0]);
        return 2;
    }
    const struct loy_store_options options = {
        .size = sizeof options, .path = arguments[1], .user = PLAN_USER, .at_us = PLAN_START_US};
    uint32_t first = (uint32_t)strtoul(arguments[2], NULL, 10);
    bool till = strcmp(arguments[3], "till") == 0;
    must(loy_store_open(&options, &store), "loy_store_open");
    articles_find();
    if (till) open_end();
    for (uint32_t number = first; number < first + KILL_BLOCK; number++) {
        if (!till && number % 3 == 0) member_register(number);
        if (till)
            basket_fill(number);
        else
            basket_record(number);
    }
    for (;;)
        pause();
}
