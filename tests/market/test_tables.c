/* SPDX-License-Identifier: MIT
 *
 * test_tables.c - what counts, and what may be shown: consent, goods, returns, the thresholds,
 * rounding, price bands, coverage, the life of a market. Counts are made by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

#define SITES 3

static struct loy_market *open_market(const char *brand)
{
    const struct loy_market_settings settings = {.size = sizeof settings,
        .manufacturer = FIXTURE_MAKER,
        .brand = brand,
        .from_us = FIXTURE_FROM_US,
        .to_us = FIXTURE_TO_US};
    struct loy_market *market = NULL;
    assert_int_equal(loy_market_open(&settings, &market), LOY_OK);
    return market;
}

static void add_members(struct loy_market *market, int count, int without_consent)
{
    for (int64_t member = 1; member <= count; member++) {
        const struct loy_member_bands bands = {.member = member,
            .consent = member > without_consent,
            .group = member <= without_consent ? "men 65+" : "women 25-34"};
        assert_int_equal(loy_market_add_member(market, &bands), LOY_OK);
    }
}

/* One line; colour 0 black, 2 red. */
static struct loy_sale sale_of(int64_t member, int site, int units)
{
    static int64_t basket;
    return (struct loy_sale){.basket = ++basket,
        .member = member,
        .at_us = FIXTURE_FROM_US + 1000000,
        .site = site,
        .quantity_milli = units * 1000,
        .list_minor = 1000,
        .paid_minor = 1000 * units};
}

static void buy(struct loy_market *market, int64_t member, int site, int colour, int units)
{
    const struct loy_version version = fixture_version(colour, 0);
    const struct loy_sale sale = sale_of(member, site, units);
    assert_int_equal(loy_market_add_sale(market, &sale, &version), LOY_OK);
}

static struct loy_cell cell_of(struct loy_market *market, enum loy_dimension rows,
    enum loy_dimension columns, const char *row, const char *column)
{
    struct loy_table *table = NULL;
    struct loy_cell cell = {0};
    assert_int_equal(loy_market_table(market, rows, columns, &table), LOY_OK);
    for (size_t i = 0; i < loy_table_rows(table); i++)
        for (size_t j = 0; j < loy_table_columns(table); j++)
            if (strcmp(loy_table_row_name(table, i), row) == 0 &&
                (!column || strcmp(loy_table_column_name(table, j), column) == 0))
                cell = *loy_table_cell(table, i, j);
    loy_table_close(table);
    return cell;
}

static struct loy_cell colour_cell(struct loy_market *market, const char *colour)
{
    return cell_of(market, LOY_DIMENSION_COLOUR, LOY_DIMENSION_NONE, colour, NULL);
}

/* ---- Thresholds: black is bought by everybody, so that only red is in question
 * ------------------------- */

struct rule_case {
    const char *text;
    int members, sites; /* who buys red, spread over so many stores */
    int largest;        /* units of the first; the others buy 2 each */
    int state;
};

static void thresholds(void **state)
{
    (void)state;
    // clang-format off
    static const struct rule_case cases[] = {
        {"nine members", 9, 3, 2, LOY_CELL_TOO_FEW},
        {"ten members in three stores", 10, 3, 2, LOY_CELL_PUBLISHED},
        {"ten members in two stores", 10, 2, 2, LOY_CELL_TOO_FEW},
        {"nineteen members in one store", 19, 1, 2, LOY_CELL_TOO_FEW},
        {"twenty members in one store", 20, 1, 2, LOY_CELL_PUBLISHED},
        {"one of ten has 40 %", 10, 3, 12, LOY_CELL_PUBLISHED},
        {"one of ten has more than 40 %", 10, 3, 13, LOY_CELL_TOO_FEW},
    };
    // clang-format on
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const struct rule_case *c = &cases[k];
        struct loy_market *market = open_market(NULL);
        add_members(market, 60, 0);
        for (int64_t member = 1; member <= 60; member++)
            buy(market, member, 1 + (int)(member % SITES), 0, 5);
        for (int64_t member = 1; member <= c->members; member++)
            buy(market, member, 1 + (int)(member % c->sites), 2, member == 1 ? c->largest : 2);
        assert_int_equal(loy_market_seal(market), LOY_OK);
        struct loy_cell red = colour_cell(market, "red"), black = colour_cell(market, "black");
        if (red.state != c->state) fail_msg("%s: state %d", c->text, red.state);
        if (c->state == LOY_CELL_PUBLISHED) {
            int units = (c->members - 1) * 2 + c->largest;
            assert_int_equal(red.members, (c->members + 2) / 5 * 5);
            assert_int_equal(red.units, (units + 2) / 5 * 5);
            assert_int_equal(red.spend_minor, (units * 10 + 2) / 5 * 5 * 100);
            assert_int_equal(black.state, LOY_CELL_PUBLISHED);
        } else {
            /* Else red would be all less black. */
            assert_int_equal(black.state, LOY_CELL_COMPLEMENTARY);
            assert_int_equal(red.members + red.units + red.spend_minor, 0);
            assert_int_equal(black.members + black.units + black.spend_minor, 0);
        }
        loy_market_close(market);
    }
}

static void only_what_counts_is_counted(void **state)
{
    (void)state;
    struct loy_market *market = open_market("Brand B");
    add_members(market, 60, 20); /* 1 to 20 did not consent */
    for (int64_t member = 1; member <= 60; member++)
        buy(market, member, 1 + (int)(member % SITES), 2, 2);
    buy(market, 0, 1, 2, 100); /* anonymous */
    struct loy_version version = fixture_version(2, 0);
    struct loy_sale sale = sale_of(30, 1, 50);
    version.kind = LOY_KIND_GIFT_CARD;
    loy_market_add_sale(market, &sale, &version);
    version = fixture_version(2, 0);
    version.manufacturer = "Maker N";
    loy_market_add_sale(market, &sale, &version);
    version = fixture_version(2, 0);
    version.brand = "Brand C";
    loy_market_add_sale(market, &sale, &version);
    version = fixture_version(2, 0);
    sale.is_return = true;
    sale.quantity_milli = -1000;
    loy_market_add_sale(market, &sale, &version);
    sale = sale_of(30, 1, 50);
    sale.at_us = FIXTURE_TO_US;
    loy_market_add_sale(market, &sale, &version);
    assert_int_equal(loy_market_seal(market), LOY_OK);
    struct loy_cell red = colour_cell(market, "red");
    assert_int_equal(red.state, LOY_CELL_PUBLISHED);
    assert_int_equal(red.members, 40);
    assert_int_equal(red.units, 80);
    assert_int_equal(red.spend_minor, 80000);
    struct loy_market_coverage seen;
    assert_int_equal(loy_market_coverage_get(market, &seen), LOY_OK);
    assert_int_equal(seen.sales_minor, 220000);
    assert_int_equal(seen.identified_minor, 120000);
    assert_int_equal(seen.consented_minor, 80000);
    assert_int_equal(seen.members, 40);
    assert_int_equal(seen.baskets, 40);
    assert_int_equal(seen.units_milli, 80000);
    assert_int_equal(seen.stores, 3);
    assert_int_equal(seen.category_minor, 220000 + 100000); /* with the other maker and brand */
    /* The band of those who did not consent is not even named. */
    struct loy_table *table = NULL;
    assert_int_equal(
        loy_market_table(market, LOY_DIMENSION_GROUP, LOY_DIMENSION_NONE, &table), LOY_OK);
    assert_int_equal(loy_table_rows(table), 1);
    assert_string_equal(loy_table_row_name(table, 0), "women 25-34");
    loy_table_close(table);
    loy_market_close(market);
}

static void returns_are_taken_off_and_told(void **state)
{
    (void)state;
    struct loy_market *market = open_market(NULL);
    add_members(market, 60, 0);
    struct loy_version red = fixture_version(2, 0);
    for (int64_t member = 1; member <= 60; member++) {
        struct loy_sale sale = sale_of(member, 1 + (int)(member % SITES), 4);
        if (member <= 30) sale.returned_milli = 2000;
        assert_int_equal(loy_market_add_sale(market, &sale, &red), LOY_OK);
    }
    assert_int_equal(loy_market_seal(market), LOY_OK);
    struct loy_cell kept =
        cell_of(market, LOY_DIMENSION_COLOUR, LOY_DIMENSION_RETURN, "red", "kept");
    struct loy_cell back =
        cell_of(market, LOY_DIMENSION_COLOUR, LOY_DIMENSION_RETURN, "red", "returned");
    assert_int_equal(colour_cell(market, "red").units, 180);
    assert_int_equal(kept.units, 180);
    assert_int_equal(kept.spend_minor, 180000);
    assert_int_equal(back.state, LOY_CELL_PUBLISHED);
    assert_int_equal(back.units, 60);
    assert_int_equal(back.members, 30);
    assert_float_equal(back.share, .25, 1e-12);
    loy_market_close(market);
}

/* A tenth of the sales in each step of 100: the fifths are cut at 200, 400, 600, 800; the shelf,
 * where it is known, cuts instead. */
static void price_bands_are_fifths(void **state)
{
    (void)state;
    for (int shelf = 0; shelf < 2; shelf++) {
        struct loy_market *market = open_market(NULL);
        add_members(market, 200, 0);
        const struct loy_version version = fixture_version(2, 0);
        for (int64_t member = 1; member <= 200; member++) {
            struct loy_sale sale = sale_of(member, 1 + (int)(member % SITES), 1);
            sale.list_minor = 100 + 100 * (member % 10);
            assert_int_equal(loy_market_add_sale(market, &sale, &version), LOY_OK);
        }
        for (int i = 0; shelf && i < 5; i++) {
            const struct loy_offer offer = {.from_us = FIXTURE_FROM_US, .list_minor = 1000 + i};
            assert_int_equal(loy_market_add_offer(market, &offer, &version), LOY_OK);
        }
        assert_int_equal(loy_market_seal(market), LOY_OK);
        struct loy_cell lowest =
            cell_of(market, LOY_DIMENSION_PRICE_BAND, LOY_DIMENSION_NONE, "1", NULL);
        struct loy_cell highest =
            cell_of(market, LOY_DIMENSION_PRICE_BAND, LOY_DIMENSION_NONE, "5", NULL);
        assert_int_equal(lowest.units, shelf ? 200 : 40);
        assert_int_equal(highest.units, shelf ? 0 : 40);
        loy_market_close(market);
    }
}

static void a_market_has_a_life(void **state)
{
    (void)state;
    struct loy_market *market = open_market(NULL);
    struct loy_table *table = NULL;
    add_members(market, 30, 0);
    buy(market, 1, 1, 2, 1);
    assert_int_equal(
        loy_market_table(market, LOY_DIMENSION_COLOUR, LOY_DIMENSION_NONE, &table), LOY_E_ARGUMENT);
    assert_int_equal(loy_market_seal(market), LOY_OK);
    assert_int_equal(loy_market_seal(market), LOY_E_ARGUMENT);
    const struct loy_version version = fixture_version(2, 0);
    const struct loy_sale sale = sale_of(1, 1, 1);
    assert_int_equal(loy_market_add_sale(market, &sale, &version), LOY_E_ARGUMENT);
    /* No free queries. */
    assert_int_equal(
        loy_market_table(market, LOY_DIMENSION_INCOME, LOY_DIMENSION_COLOUR, &table), LOY_NONE);
    /* One buyer: nothing at all is shown. */
    enum loy_dimension rows, columns;
    for (size_t t = 0; loy_market_grid(t, &rows, &columns) == LOY_OK; t++) {
        assert_int_equal(loy_market_table(market, rows, columns, &table), LOY_OK);
        for (size_t i = 0; i < loy_table_rows(table) * loy_table_columns(table); i++)
            assert_int_not_equal(
                loy_table_cell(table, i / loy_table_columns(table), i % loy_table_columns(table))
                    ->state,
                LOY_CELL_PUBLISHED);
        loy_table_close(table);
    }
    loy_market_close(market);
    loy_market_close(NULL);
    loy_table_close(NULL);
}

static void levels_stand_in_their_own_order(void **state)
{
    (void)state;
    static const char *const incomes[] = {"100-124K", "Under 15K", "15-24K", NULL, "35-49K"};
    static const char *const expected[] = {"Under 15K", "15-24K", "35-49K", "100-124K", "unknown"};
    struct loy_market *market = open_market(NULL);
    for (int64_t member = 1; member <= 50; member++) {
        const struct loy_member_bands bands = {
            .member = member, .consent = true, .income = incomes[member % 5]};
        loy_market_add_member(market, &bands);
    }
    for (int64_t member = 1; member <= 50; member++)
        buy(market, member, 1, 2, 1);
    assert_int_equal(loy_market_seal(market), LOY_OK);
    struct loy_table *table = NULL;
    loy_market_table(market, LOY_DIMENSION_INCOME, LOY_DIMENSION_NONE, &table);
    assert_int_equal(loy_table_rows(table), 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(loy_table_row_name(table, i), expected[i]);
    loy_table_close(table);
    loy_market_close(market);
}

/* A trade of nine buyers is not named: the name alone would say that somebody of it bought. */
static void rare_levels_of_members_have_no_name(void **state)
{
    (void)state;
    struct loy_market *market = open_market(NULL);
    for (int64_t member = 1; member <= 40; member++) {
        const char *district = member <= 9 ? "Lighthouse" : member == 40 ? "Mill" : "Harbour";
        const struct loy_member_bands bands = {
            .member = member, .consent = true, .group = "firm: hotel", .district = district};
        loy_market_add_member(market, &bands);
    }
    for (int64_t member = 1; member <= 40; member++)
        buy(market, member, 1 + (int)(member % SITES), 2, 2);
    assert_int_equal(loy_market_seal(market), LOY_OK);
    struct loy_table *table = NULL;
    loy_market_table(market, LOY_DIMENSION_DISTRICT, LOY_DIMENSION_NONE, &table);
    assert_int_equal(loy_table_rows(table), 2);
    assert_string_equal(loy_table_row_name(table, 0), "Harbour");
    assert_string_equal(loy_table_row_name(table, 1), "other");
    loy_table_close(table);
    loy_market_close(market);
}

/* All numbers and names of a report; what does not depend on somebody stays the same without him.
 */
static void print_tables(const struct loy_market *market, FILE *out)
{
    enum loy_dimension rows, columns;
    for (size_t g = 0; loy_market_grid(g, &rows, &columns) == LOY_OK; g++) {
        struct loy_table *table = NULL;
        assert_int_equal(loy_market_table(market, rows, columns, &table), LOY_OK);
        size_t c = loy_table_columns(table);
        for (size_t i = 0; i < loy_table_rows(table) * c; i++) {
            const struct loy_cell *cell = loy_table_cell(table, i / c, i % c);
            fprintf(out, "%zu %s %s %d %lld %lld %lld %a %a %a %a\n", g,
                loy_table_row_name(table, i / c), loy_table_column_name(table, i % c), cell->state,
                (long long)cell->members, (long long)cell->units, (long long)cell->spend_minor,
                cell->share, cell->share_low, cell->expected_share, cell->lift);
        }
        loy_table_close(table);
    }
}

static void offer(struct loy_market *market, int colour, int site, int weeks)
{
    const struct loy_version version = fixture_version(colour, 0);
    const struct loy_offer on = {.site = site,
        .from_us = FIXTURE_FROM_US,
        .to_us = FIXTURE_FROM_US + (int64_t)weeks * 7 * 86400 * 1000000,
        .list_minor = 1000 + 100 * colour};
    assert_int_equal(loy_market_add_offer(market, &on, &version), LOY_OK);
}

static char *tables_text(bool with_others, bool with_offers)
{
    char *text = NULL;
    size_t size = 0;
    struct loy_market *market = open_market(NULL);
    add_members(market, 90, 30); /* 1 to 30 did not consent */
    for (int64_t member = with_others ? 1 : 31; member <= 90; member++) {
        bool other = member <= 30;
        struct loy_version version = fixture_version(other ? 5 : (int)(member % 3), 0);
        if (other) version.brand = "Brand of the others";
        struct loy_sale sale = sale_of(member, 1 + (int)(member % SITES), 2 + (int)(member % 3));
        sale.list_minor = other ? 100 * member : 1000;
        sale.at_us += (other ? 20 : member % 4) * INT64_C(7) * 86400 * 1000000;
        sale.basket = member;
        sale.form = other ? LOY_FORM_COUPON : LOY_FORM_NONE;
        assert_int_equal(loy_market_add_sale(market, &sale, &version), LOY_OK);
    }
    for (int colour = 0; with_offers && colour < 3; colour++)
        for (int site = 1; site <= SITES; site++)
            offer(market, colour, site, 3 + 9 * colour);
    assert_int_equal(loy_market_seal(market), LOY_OK);
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    print_tables(market, out);
    fclose(out);
    loy_market_close(market);
    return text;
}

static void who_did_not_consent_leaves_no_trace(void **state)
{
    (void)state;
    for (int offers = 0; offers < 2; offers++) {
        char *with = tables_text(true, offers), *without = tables_text(false, offers);
        assert_string_equal(with, without);
        assert_non_null(strstr(with, " women 25-34 "));
        free(with);
        free(without);
    }
}

/* Red is on offer in store 2 only, where a single man bought: how much he bought there must not
 * show in what all men are expected to choose. */
static struct loy_cell expected_of_men(int units)
{
    struct loy_market *market = open_market(NULL);
    for (int64_t member = 1; member <= 100; member++) {
        const struct loy_member_bands bands = {
            .member = member, .consent = true, .group = member <= 40 ? "men 25-34" : "women 25-34"};
        assert_int_equal(loy_market_add_member(market, &bands), LOY_OK);
    }
    for (int64_t member = 1; member < 40; member++)
        buy(market, member, 1, 0, 5);
    buy(market, 1, 1, 0, 40 - units);
    buy(market, 40, 2, 0, units);
    for (int64_t member = 41; member <= 100; member++)
        buy(market, member, 2, member % 2 ? 2 : 0, 5);
    for (int site = 1; site <= 2; site++)
        offer(market, 0, site, 26);
    offer(market, 2, 2, 26);
    assert_int_equal(loy_market_seal(market), LOY_OK);
    struct loy_cell cell =
        cell_of(market, LOY_DIMENSION_GROUP, LOY_DIMENSION_COLOUR, "men 25-34", "black");
    loy_market_close(market);
    return cell;
}

static void a_single_buyer_in_a_store_leaves_no_trace(void **state)
{
    (void)state;
    const struct loy_cell few = expected_of_men(2), many = expected_of_men(30);
    assert_true(few.expected_share > 0);
    assert_true(few.expected_share == many.expected_share);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds),
        cmocka_unit_test(only_what_counts_is_counted),
        cmocka_unit_test(returns_are_taken_off_and_told),
        cmocka_unit_test(price_bands_are_fifths),
        cmocka_unit_test(a_market_has_a_life),
        cmocka_unit_test(levels_stand_in_their_own_order),
        cmocka_unit_test(rare_levels_of_members_have_no_name),
        cmocka_unit_test(who_did_not_consent_leaves_no_trace),
        cmocka_unit_test(a_single_buyer_in_a_store_leaves_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
