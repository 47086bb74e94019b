/* SPDX-License-Identifier: MIT
 *
 * bench_quote.c - pricing a basket: 40 lines of 40 articles with prices of the shelf against 200
 * rules of all forms, as a lane does it at each line; the evaluator alone; the first quote behind
 * an edit by another program; and the search at its worst (rules that overlap in many ways).
 * bench_quote. Prints medians and 99th percentiles beside the limit of 1 ms; does not fail.
 */
#include "bench_clock.h"

#include <basket/pricing.h>

#define LINES 40u
#define RULES 200u
#define ROUNDS 2000u
#define NOW_US INT64_C(1700000000000000)

static double percentile(double *values, size_t count, unsigned percent)
{
    qsort(values, count, sizeof *values, by_size);
    return values[(count - 1) * percent / 100];
}

static void told(const char *what, double *seconds, size_t count)
{
    double median = percentile(seconds, count, 50), high = percentile(seconds, count, 99);
    printf(
        "%-44s median %8.1f us   99 %% %8.1f us   limit 1000 us\n", what, median * 1e6, high * 1e6);
}

static void rule_put(struct loy_store *store, unsigned i, int32_t permille)
{
    char code[16], target[16];
    snprintf(code, sizeof code, "R%03u", i);
    snprintf(target, sizeof target, i % 5 == 2 ? "brand-%u" : "article-%u",
        i % 5 == 2 ? i / 5 % 8 : i % 80);
    struct loy_promotion_rule rule = {.size = sizeof rule,
        .code = code,
        .scope = i % 5 == 2 ? LOY_SCOPE_BRAND : LOY_SCOPE_ARTICLE,
        .target = target};
    switch (i % 5) {
    case 0:
        rule.form = LOY_FORM_PERCENT;
        rule.permille = permille;
        break;
    case 1:
        rule.form = LOY_FORM_AMOUNT;
        rule.amount_minor = 50;
        break;
    case 2:
        rule.form = LOY_FORM_N_FOR_M;
        rule.take = (int32_t)(2 + i % 4);
        rule.pay = 1 + (int32_t)(i % 2 == 0 && rule.take > 2);
        break;
    default:
        rule.form = LOY_FORM_MEMBER_PRICE;
        rule.amount_minor = 700;
    }
    must(loy_promotion_put(store, &rule, NOW_US) >= LOY_OK, code, loy_store_text(store));
}

static void coupon_put(struct loy_store *store)
{
    const struct loy_promotion_rule coupon = {.size = sizeof coupon,
        .code = "COUPON",
        .form = LOY_FORM_COUPON,
        .amount_minor = 500,
        .coupon = "4711",
        .campaign = "MAIL"};
    must(loy_promotion_put(store, &coupon, NOW_US) == LOY_OK, "coupon", loy_store_text(store));
}

static void shop_fill(struct loy_store *store, struct loy_quote_line lines[LINES])
{
    must(loy_store_begin(store) == LOY_OK, "begin", loy_store_text(store));
    for (unsigned i = 0; i < 80; i++) {
        char code[16], brand[16];
        int64_t version = 0;
        snprintf(code, sizeof code, "article-%u", i);
        snprintf(brand, sizeof brand, "brand-%u", i % 8);
        struct loy_article article = {.size = sizeof article,
            .code = code,
            .brand = brand,
            .tax_permille = 190,
            .cost_minor = -1};
        struct loy_price price = {.size = sizeof price,
            .article = code,
            .from_us = 1,
            .list_minor = 1000 + i,
            .selling_minor = i % 3 ? 1000 + i : 950,
            .promotion = i % 3 ? NULL : "SHELF"};
        must(loy_article_put(store, &article, NOW_US) == LOY_OK, code, loy_store_text(store));
        must(loy_price_put(store, &price) == LOY_OK, code, loy_store_text(store));
        must(loy_article_find(store, code, &version) == LOY_OK, code, loy_store_text(store));
        if (i < LINES)
            lines[i] = (struct loy_quote_line){.article_version = version,
                .quantity_milli = 1000 * (1 + i % 3),
                .list_minor = 1000 + i};
    }
    for (unsigned i = 0; i < RULES - 1; i++)
        rule_put(store, i, 100);
    coupon_put(store);
    must(loy_store_commit(store) == LOY_OK, "commit", loy_store_text(store));
}

static double quoted(struct loy_store *store, struct loy_quote_line lines[LINES])
{
    const char *const coupons[] = {"COUPON"};
    const struct loy_quote quote = {.size = sizeof quote,
        .at_us = NOW_US,
        .member = true,
        .coupons = coupons,
        .coupon_count = 1};
    double before = seconds_now();
    enum loy_status status = loy_basket_quote(store, &quote, lines, LINES);
    double after = seconds_now();
    must(status == LOY_OK, "quote", loy_store_text(store));
    return after - before;
}

/* Every rule overlaps every other, and nothing fits: the search runs to its end. */
static double worst(void)
{
    static struct loy_promotion_rule rules[RULES];
    static const struct loy_promotion_rule *sorted[RULES];
    static struct pricing_line lines[LINES];
    static char codes[RULES][8], names[LINES][8];
    for (unsigned i = 0; i < LINES; i++) {
        snprintf(names[i], sizeof names[i], "%u", i % 20);
        lines[i] = (struct pricing_line){.version = i,
            .quantity_milli = 1000,
            .list_minor = 500 + 37 * i % 400,
            .shelf_minor = -1,
            .offer_minor = -1,
            .article = {.article = names[i],
                .brand = names[i / 2],
                .style = names[i / 3],
                .category = names[i / 5],
                .season = names[i / 7],
                .kind = LOY_KIND_GOODS}};
    }
    for (unsigned i = 0; i < RULES; i++) {
        snprintf(codes[i], sizeof codes[i], "R%03u", i);
        rules[i] = (struct loy_promotion_rule){.code = codes[i],
            .form = i % 10 == 9 ? LOY_FORM_COUPON : LOY_FORM_N_FOR_M,
            .scope = (uint8_t)(LOY_SCOPE_ARTICLE + i % 5),
            .target = names[i % LINES],
            .amount_minor = i % 10 == 9 ? 300 + i : 0,
            .take = i % 10 == 9 ? 0 : 2,
            .pay = i % 10 == 9 ? 0 : 1};
        sorted[i] = &rules[i];
    }
    double before = seconds_now();
    must(pricing_basket(sorted, RULES, lines, LINES) == LOY_OK, "worst", "failed");
    return seconds_now() - before;
}

int main(void)
{
    static double seconds[ROUNDS];
    struct loy_quote_line lines[LINES];
    char folder[64], path[96];
    folder_make(folder);
    struct loy_store *store = bench_store(folder), *other = NULL;
    shop_fill(store, lines);
    double first = quoted(store, lines);
    printf("%u lines, %u rules\n%-44s        %8.1f us\n", LINES, RULES, "the first quote",
        first * 1e6);
    for (unsigned i = 0; i < ROUNDS; i++)
        seconds[i] = quoted(store, lines);
    told("a quote", seconds, ROUNDS);
    snprintf(path, sizeof path, "%s/store", folder);
    struct loy_store_options options = {
        .size = sizeof options, .path = path, .user = "bench", .at_us = NOW_US};
    must(loy_store_open(&options, &other) == LOY_OK, "open", other ? loy_store_text(other) : "");
    for (unsigned i = 0; i < 200; i++) {
        rule_put(other, 0, 100 + (int32_t)(i % 2));
        seconds[i] = quoted(store, lines);
    }
    told("a quote behind another program's edit", seconds, 200);
    for (unsigned i = 0; i < 100; i++)
        seconds[i] = worst();
    told("the evaluator where every rule overlaps", seconds, 100);
    loy_store_close(other);
    loy_store_close(store);
    folder_remove(folder);
    return 0;
}
