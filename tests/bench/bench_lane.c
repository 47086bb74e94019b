/* SPDX-License-Identifier: MIT
 *
 * bench_lane.c - lines at a lane, priced as a whole and durable before each answer, beside the same
 * lines by loy_basket_add, which prices nothing; in baskets of 8 and of 200 lines.
 * bench_lane [BASKETS]. Prints figures; does not fail.
 */
#include "bench_clock.h"

#include <loyalty/lane.h>
#include <loyalty/promotion.h>

#define ARTICLES 200
#define START_US INT64_C(1700000000000000)

struct bench {
    struct loy_store *store;
    struct loy_lane *lane;
    int64_t versions[ARTICLES], at_us;
};

static void fine(struct bench *bench, enum loy_status status, const char *what)
{
    must(status == LOY_OK, what, loy_store_text(bench->store));
}

static void shop_fill(struct bench *bench)
{
    char code[16];
    fine(bench, loy_store_begin(bench->store), "begin");
    for (int i = 0; i < ARTICLES; i++) {
        snprintf(code, sizeof code, "a%d", i);
        struct loy_article article = {.size = sizeof article,
            .code = code,
            .brand = i % 2 == 0 ? "north" : "south",
            .tax_permille = 190,
            .cost_minor = -1};
        struct loy_price price = {.size = sizeof price,
            .article = code,
            .from_us = 1,
            .list_minor = 100 + i,
            .selling_minor = 100 + i};
        fine(bench, loy_article_put(bench->store, &article, START_US), "article");
        fine(bench, loy_price_put(bench->store, &price), "price");
        fine(bench, loy_article_find(bench->store, code, &bench->versions[i]), "version");
    }
    struct loy_promotion_rule rules[] = {{.code = "ten",
                                             .form = LOY_FORM_PERCENT,
                                             .scope = LOY_SCOPE_BRAND,
                                             .target = "north",
                                             .permille = 100},
        {.code = "three",
            .form = LOY_FORM_N_FOR_M,
            .scope = LOY_SCOPE_BRAND,
            .target = "south",
            .take = 3,
            .pay = 2}};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        rules[i].size = sizeof rules[i];
        rules[i].from_us = 1;
        fine(bench, loy_promotion_put(bench->store, &rules[i], START_US), "rule");
    }
    fine(bench, loy_store_commit(bench->store), "commit");
}

static void take(struct bench *bench, enum loy_lane_input_kind kind, const char *text)
{
    struct loy_lane_answer answer = {.size = sizeof answer};
    const struct loy_lane_input input = {.size = sizeof input,
        .kind = (uint8_t)kind,
        .at_us = ++bench->at_us,
        .text = text,
        .tender = LOY_TENDER_CARD};
    enum loy_status status = loy_lane_take(bench->lane, &input, &answer);
    must(status == LOY_OK, loy_lane_input_kind_name(kind), answer.words);
}

static double lane_lines(struct bench *bench, int baskets, int lines)
{
    double seconds = 0;
    char code[16];
    for (int i = 0; i < baskets; i++) {
        double start = seconds_now();
        for (int k = 0; k < lines; k++) {
            snprintf(code, sizeof code, "a%d", (i + k * 7) % ARTICLES);
            take(bench, LOY_LANE_ARTICLE, code);
        }
        seconds += seconds_now() - start;
        take(bench, LOY_LANE_TOTAL, NULL);
        take(bench, LOY_LANE_TENDER, NULL);
    }
    return seconds;
}

static double plain_lines(struct bench *bench, int baskets, int lines)
{
    double seconds = 0;
    for (int i = 0; i < baskets; i++) {
        struct loy_basket *basket = NULL;
        struct loy_basket_head head = {
            .size = sizeof head, .at_us = ++bench->at_us, .source = LOY_BASKET_LANE};
        double start = seconds_now();
        fine(bench, loy_basket_open(bench->store, &head, &basket), "open");
        for (int k = 0; k < lines; k++) {
            int article = (i + k * 7) % ARTICLES;
            const struct loy_line line = {.article_version = bench->versions[article],
                .quantity_milli = 1000,
                .list_minor = 100 + article,
                .paid_minor = 100 + article};
            fine(bench, loy_basket_add(basket, &line, NULL), "add");
        }
        seconds += seconds_now() - start;
        fine(bench, loy_basket_close(basket, ++bench->at_us, NULL, NULL), "close");
    }
    return seconds;
}

static void compare(struct bench *bench, int baskets, int lines)
{
    double lane = lane_lines(bench, baskets, lines), plain = plain_lines(bench, baskets, lines);
    double count = (double)baskets * lines;
    printf(
        "baskets of %3d lines: lane %.0f lines/s, %.0f us a line; without prices %.0f us a line\n",
        lines, count / lane, lane / count * 1e6, plain / count * 1e6);
}

int main(int count, char **arguments)
{
    int baskets = count > 1 ? atoi(arguments[1]) : 100;
    char folder[64];
    folder_make(folder);
    struct bench bench = {.store = bench_store(folder), .at_us = START_US};
    shop_fill(&bench);
    fine(&bench, loy_lane_open(bench.store, LOY_BASKET_LANE, START_US, &bench.lane), "lane");
    compare(&bench, baskets, 8);
    compare(&bench, baskets / 20 + 1, 200);
    loy_lane_close(bench.lane);
    loy_store_close(bench.store);
    folder_remove(folder);
    return 0;
}
