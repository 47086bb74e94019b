/* SPDX-License-Identifier: MIT
 *
 * bench_lane.c - lines at a lane, priced as a whole and durable before each answer, beside the same
 * lines by loy_basket_add, which prices nothing; in baskets of 8 and of 200 lines.
 * bench_lane [BASKETS]. Prints figures; does not fail.
 */
#include "bench_lane_shop.h"

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
