/* SPDX-License-Identifier: MIT
 *
 * test_disclosure.c - an attacker reads all tables of a report and computes what was kept from him.
 * He must fail on what the library publishes and win when the complementary step is left out.
 *
 * He uses only what a reader of the report has: published numbers and their rounding, and that rows
 * and columns add up to the margins that other tables of the report publish too. The truth, and
 * which cells fail the rule, are counted here from the exact entries, not with the library's own
 * functions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "market/market_private.h"

#define TABLES_MAX 32
#define UNKNOWN 1e15

enum measure { UNITS, SPEND, MEMBERS, MEASURES };

struct interval {
    double low, high;
};

struct attack {
    struct loy_market *market;
    struct loy_table *tables[TABLES_MAX];
    struct interval *cells[TABLES_MAX][MEASURES];
    struct interval total[MEASURES], returned[MEASURES];
    size_t count;
    double step[MEASURES];
};

/* ---- What is known at first
 * ------------------------------------------------------------------------ */

static double number_of(const struct loy_cell *cell, int measure)
{
    return measure == UNITS   ? (double)cell->units
           : measure == SPEND ? (double)cell->spend_minor
                              : (double)cell->members;
}

static struct interval known(const struct attack *attack, const struct loy_cell *cell, int measure)
{
    double half = attack->step[measure] / 2;
    if (cell->state == LOY_CELL_EMPTY) return (struct interval){0, 0};
    if (cell->state != LOY_CELL_PUBLISHED) return (struct interval){0, UNKNOWN};
    double value = number_of(cell, measure);
    return (struct interval){value - half > 0 ? value - half : 0, value + half};
}

static void attack_open(struct attack *attack, struct loy_market *market, double round_to)
{
    enum loy_dimension rows, columns;
    *attack = (struct attack){.market = market, .step = {round_to, round_to * 100, round_to}};
    for (size_t t = 0; loy_market_grid(t, &rows, &columns) == LOY_OK; t++) {
        struct loy_table **table = &attack->tables[t];
        assert_int_equal(loy_market_table(market, rows, columns, table), LOY_OK);
        size_t r = loy_table_rows(*table), c = loy_table_columns(*table);
        for (int m = 0; m < MEASURES; m++) {
            attack->cells[t][m] = calloc(r * c + 1, sizeof **attack->cells[t]);
            for (size_t i = 0; i < r * c; i++)
                attack->cells[t][m][i] = known(attack, loy_table_cell(*table, i / c, i % c), m);
            attack->total[m] = known(attack, loy_table_column_total(attack->tables[0], 0), m);
            if (columns == LOY_DIMENSION_RETURN)
                attack->returned[m] = known(attack, loy_table_column_total(*table, 1), m);
        }
        attack->count = t + 1;
    }
}

static void attack_close(struct attack *attack)
{
    for (size_t t = 0; t < attack->count; t++) {
        loy_table_close(attack->tables[t]);
        for (int m = 0; m < MEASURES; m++)
            free(attack->cells[t][m]);
    }
    loy_market_close(attack->market);
}

/* ---- Equations
 * --------------------------------------------------------------------------------------- */

static bool tighten(struct interval *interval, double low, double high)
{
    bool changed = false;
    if (low > interval->low + 1e-6) {
        interval->low = low;
        changed = true;
    }
    if (high < interval->high - 1e-6) {
        interval->high = high;
        changed = true;
    }
    return changed;
}

/* sum of parts[i * stride] = whole; for members: each part <= whole <= sum. */
static bool add_up(
    struct interval *parts, size_t count, size_t stride, struct interval *whole, bool members)
{
    double low = 0, high = 0;
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        low += members ? 0 : parts[i * stride].low;
        high += parts[i * stride].high;
        if (members && parts[i * stride].low > low) low = parts[i * stride].low;
    }
    changed = tighten(whole, low, high);
    for (size_t i = 0; i < count; i++) {
        struct interval *part = &parts[i * stride];
        double others_low = members ? 0 : low - part->low;
        changed =
            tighten(part, whole->low - (high - part->high), whole->high - others_low) || changed;
    }
    return changed;
}

static struct interval *margin_of(struct attack *attack, enum loy_dimension dimension, int measure)
{
    for (size_t t = 0; t < attack->count; t++)
        if (loy_table_row_dimension(attack->tables[t]) == dimension &&
            loy_table_column_dimension(attack->tables[t]) == LOY_DIMENSION_NONE)
            return attack->cells[t][measure];
    return NULL;
}

static bool use_table(struct attack *attack, size_t t, int m)
{
    const struct loy_table *table = attack->tables[t];
    size_t r = loy_table_rows(table), c = loy_table_columns(table);
    struct interval *cells = attack->cells[t][m];
    bool members = m == MEMBERS, changed = false;
    if (loy_table_column_dimension(table) == LOY_DIMENSION_NONE)
        return add_up(cells, r, 1, &attack->total[m], members);
    struct interval *rows = margin_of(attack, loy_table_row_dimension(table), m);
    if (loy_table_column_dimension(table) == LOY_DIMENSION_RETURN) {
        for (size_t i = 0; i < r; i++) {
            changed = tighten(&cells[i * 2], rows[i].low, rows[i].high) || changed;
            changed = tighten(&rows[i], cells[i * 2].low, cells[i * 2].high) || changed;
        }
        return add_up(cells + 1, r, 2, &attack->returned[m], members) || changed;
    }
    struct interval *columns = margin_of(attack, loy_table_column_dimension(table), m);
    for (size_t i = 0; i < r; i++)
        changed = add_up(cells + i * c, c, 1, &rows[i], members) || changed;
    for (size_t j = 0; j < c; j++)
        changed = add_up(cells + j, r, c, &columns[j], members) || changed;
    return changed;
}

static void run(struct attack *attack)
{
    for (int m = 0; m < MEASURES; m++) {
        bool changed = true;
        for (int round = 0; changed && round < 200; round++) {
            changed = false;
            for (size_t t = 0; t < attack->count; t++)
                changed = use_table(attack, t, m) || changed;
        }
    }
}

/* ---- The truth
 * ----------------------------------------------------------------------------------------- */

struct truth {
    double value[MEASURES];
    bool secret; /* somebody is in it, and it fails the rule */
};

static bool chosen_passes(const struct market_cube *cube, const bool *chosen, struct truth *truth)
{
    enum { MOST = 4000, SITES = 16 };
    static double units[MOST], spend[MOST];
    static bool here[MOST][SITES];
    memset(units, 0, sizeof units);
    memset(spend, 0, sizeof spend);
    memset(here, 0, sizeof here);
    *truth = (struct truth){{0}, false};
    for (size_t i = 0; i < cube->entry_count; i++) {
        const struct market_entry *entry = &cube->entries[i];
        if (!chosen[entry->cell]) continue;
        units[entry->member] += (double)entry->units_milli / 1000;
        spend[entry->member] += (double)entry->spend_minor;
        here[entry->member][entry->site] = true;
        truth->value[UNITS] += (double)entry->units_milli / 1000;
        truth->value[SPEND] += (double)entry->spend_minor;
    }
    int stores = 0, most = 0;
    bool dominated = false;
    for (size_t m = 0; m < MOST; m++) {
        truth->value[MEMBERS] += units[m] > 0;
        dominated = dominated || units[m] > .4 * truth->value[UNITS] + 1e-9 ||
                    spend[m] > .4 * truth->value[SPEND] + 1e-9;
    }
    for (size_t s = 0; s < SITES; s++) {
        int count = 0;
        for (size_t m = 0; m < MOST; m++)
            count += here[m][s];
        stores += count > 0;
        if (count > most) most = count;
    }
    return truth->value[MEMBERS] >= 10 && (stores >= 3 || most >= 20) && !dominated;
}

static struct truth truth_of(const struct market_cube *cube, size_t cell)
{
    struct truth truth;
    bool *chosen = calloc(cube->r * cube->c + 1, sizeof *chosen);
    chosen[cell] = true;
    bool passes = chosen_passes(cube, chosen, &truth);
    truth.secret = !passes && truth.value[MEMBERS] > 0;
    free(chosen);
    return truth;
}

static double needed(double value, double step)
{
    return value / 2 > 2 * step ? value / 2 : 2 * step;
}

/* Secret cells that the attacker came too close to. */
static size_t won(const struct attack *attack, size_t *secrets)
{
    size_t found = 0;
    *secrets = 0;
    for (size_t t = 0; t < attack->count; t++) {
        const struct market_cube *cube = &attack->market->cubes[t];
        for (size_t i = 0; i < cube->r * cube->c; i++) {
            struct truth truth = truth_of(cube, i);
            if (!truth.secret) continue;
            bool close = false;
            for (int m = 0; m < MEASURES; m++) {
                const struct interval *interval = &attack->cells[t][m][i];
                double width = m == MEMBERS ? 9 : needed(truth.value[m], attack->step[m]);
                assert_true(interval->low <= truth.value[m] + 1e-3);
                assert_true(interval->high >= truth.value[m] - 1e-3);
                close = close || interval->high - interval->low < width - 1e-6;
            }
            *secrets += 1;
            found += close;
        }
    }
    return found;
}

static bool is_hidden(const struct loy_cell *cell)
{
    return cell->state == LOY_CELL_TOO_FEW || cell->state == LOY_CELL_COMPLEMENTARY;
}

/* Rows and columns whose hidden rest is a small group again; and hidden cells that published ones
 * and margins give exactly, because they alone join two parts of the table. */
static size_t small_rests(const struct attack *attack, size_t t)
{
    const struct loy_table *table = attack->tables[t];
    const struct market_cube *cube = &attack->market->cubes[t];
    size_t found = 0, r = cube->r, c = cube->c;
    bool *chosen = calloc(r * c + 1, sizeof *chosen);
    for (size_t span = 0; span < r + c; span++) {
        const struct loy_cell *total =
            span < r ? loy_table_row_total(table, span) : loy_table_column_total(table, span - r);
        struct truth truth;
        if (total->state != LOY_CELL_PUBLISHED) continue;
        memset(chosen, 0, r * c * sizeof *chosen);
        for (size_t i = 0; i < r * c; i++)
            chosen[i] = (span < r ? i / c == span : i % c == span - r) &&
                        is_hidden(loy_table_cell(table, i / c, i % c));
        bool passes = chosen_passes(cube, chosen, &truth);
        found += truth.value[MEMBERS] > 0 && !passes;
    }
    free(chosen);
    return found;
}

static size_t root_of(const size_t *parent, size_t node)
{
    while (parent[node] != node)
        node = parent[node];
    return node;
}

static size_t bridges(const struct attack *attack, size_t t)
{
    const struct loy_table *table = attack->tables[t];
    size_t found = 0, r = loy_table_rows(table), c = loy_table_columns(table);
    size_t parent[128];
    for (size_t secret = 0; secret < r * c; secret++) {
        if (!truth_of(&attack->market->cubes[t], secret).secret) continue;
        for (size_t i = 0; i < r + c; i++)
            parent[i] = i;
        /* Hidden margins let all rows (or columns) without a total change together. */
        size_t first[2] = {SIZE_MAX, SIZE_MAX};
        for (size_t i = 0; i < r + c; i++) {
            const struct loy_cell *total =
                i < r ? loy_table_row_total(table, i) : loy_table_column_total(table, i - r);
            if (total->state == LOY_CELL_PUBLISHED) continue;
            size_t *joint = &first[i >= r];
            if (*joint == SIZE_MAX) *joint = i;
            parent[root_of(parent, i)] = root_of(parent, *joint);
        }
        for (size_t i = 0; i < r * c; i++)
            if (i != secret && is_hidden(loy_table_cell(table, i / c, i % c)))
                parent[root_of(parent, i / c)] = root_of(parent, r + i % c);
        found += root_of(parent, secret / c) != root_of(parent, r + secret % c);
    }
    return found;
}

static bool is_two_way(const struct attack *attack, size_t t)
{
    enum loy_dimension columns = loy_table_column_dimension(attack->tables[t]);
    return columns != LOY_DIMENSION_NONE && columns != LOY_DIMENSION_RETURN;
}

struct outcome {
    size_t secrets, close, rests, bridges, published;
};

static struct outcome attack_shop(
    const struct fixture_plan *plan, unsigned round_to, bool complementary)
{
    struct fixture fixture;
    struct attack attack;
    struct outcome outcome = {0};
    fixture_make(plan, &fixture);
    const struct loy_market_settings settings = {.size = sizeof settings,
        .manufacturer = FIXTURE_MAKER,
        .from_us = FIXTURE_FROM_US,
        .to_us = FIXTURE_TO_US,
        .round_to = round_to};
    struct loy_market *market = fixture_market(&fixture, &settings);
    assert_int_equal(market_seal_as(market, complementary), LOY_OK);
    attack_open(&attack, market, round_to);
    run(&attack);
    outcome.close = won(&attack, &outcome.secrets);
    for (size_t t = 0; t < attack.count; t++) {
        const struct loy_table *table = attack.tables[t];
        outcome.rests += small_rests(&attack, t);
        if (is_two_way(&attack, t)) outcome.bridges += bridges(&attack, t);
        for (size_t i = 0; i < loy_table_rows(table) * loy_table_columns(table); i++)
            outcome.published +=
                loy_table_cell(table, i / loy_table_columns(table), i % loy_table_columns(table))
                    ->state == LOY_CELL_PUBLISHED;
    }
    attack_close(&attack);
    fixture_clear(&fixture);
    return outcome;
}

// clang-format off
static const struct fixture_plan shops[] = {
    {.members = 300, .lines_each = 4, .groups = 8, .colours = 10, .sites = 3, .skew = 1, .returns = .1},
    {.members = 120, .lines_each = 5, .groups = 6, .colours = 6, .sites = 1, .skew = .7, .own_taste = .5},
    {.members = 800, .lines_each = 3, .groups = 8, .colours = 8, .sites = 5, .skew = 1, .own_taste = .8},
    {.members = 60, .lines_each = 3, .groups = 3, .colours = 3, .sites = 2, .skew = .5, .returns = .2},
    {.members = 12, .lines_each = 3, .groups = 2, .colours = 3, .sites = 3, .skew = .5},
};
// clang-format on

static void attacker_fails_on_what_is_published(void **state)
{
    (void)state;
    size_t secrets = 0, published = 0;
    for (size_t shop = 0; shop < sizeof shops / sizeof shops[0]; shop++) {
        for (uint64_t seed = 1; seed <= 6; seed++) {
            struct fixture_plan plan = shops[shop];
            plan.seed = seed * 77 + shop;
            struct outcome outcome = attack_shop(&plan, seed % 2 ? 5 : 1, true);
            secrets += outcome.secrets;
            published += outcome.published;
            assert_int_equal(outcome.close, 0);
            assert_int_equal(outcome.rests, 0);
            assert_int_equal(outcome.bridges, 0);
        }
    }
    print_message("secret cells %zu, published cells %zu\n", secrets, published);
    assert_true(secrets > 1000);
    assert_true(published > 1000);
}

static void attacker_wins_without_the_complementary_step(void **state)
{
    (void)state;
    size_t bridged = 0;
    for (size_t shop = 0; shop < 4; shop++) {
        size_t close = 0, rests = 0;
        for (uint64_t seed = 1; seed <= 6; seed++) {
            struct fixture_plan plan = shops[shop];
            plan.seed = seed * 77 + shop;
            struct outcome outcome = attack_shop(&plan, 1, false);
            close += outcome.close;
            rests += outcome.rests;
            bridged += outcome.bridges;
        }
        print_message("shop %zu: came too close to %zu, small rests %zu\n", shop, close, rests);
        assert_true(close > 0);
        assert_true(rests > 0);
    }
    assert_true(bridged > 0);
}

static void tables_of_the_grid_form_a_tree(void **state)
{
    (void)state;
    size_t parent[loy_dimension_count];
    enum loy_dimension rows, columns;
    for (size_t d = 0; d < MARKET_DIMENSIONS; d++)
        parent[d] = d;
    size_t edges = 0;
    for (size_t t = 0; loy_market_grid(t, &rows, &columns) == LOY_OK; t++) {
        if (columns == LOY_DIMENSION_NONE) continue;
        assert_int_not_equal(root_of(parent, rows), root_of(parent, columns));
        parent[root_of(parent, rows)] = root_of(parent, columns);
        edges++;
    }
    assert_true(edges > 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attacker_fails_on_what_is_published),
        cmocka_unit_test(attacker_wins_without_the_complementary_step),
        cmocka_unit_test(tables_of_the_grid_form_a_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
