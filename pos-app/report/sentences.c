/* SPDX-License-Identifier: MIT
 *
 * sentences.c - what a report's tables say in words, and only those that may speak.
 * In: judged tables; out: the strongest findings, each with its interval. Must not know how they
 * are shown.
 */
#include "market_report.h"
#include "words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PER_TABLE 2
#define DIFFERENCE_LEAST .02

static void say_who(
    const struct loy_table *table, size_t row, bool chinese, char *text, size_t size)
{
    static const enum report_word patterns[loy_dimension_count] = {
        [LOY_DIMENSION_INCOME] = WORD_WHO_INCOME,
        [LOY_DIMENSION_DISTRICT] = WORD_WHO_DISTRICT,
        [LOY_DIMENSION_MONTH] = WORD_WHO_MONTH,
        [LOY_DIMENSION_WEEKDAY] = WORD_WHO_WEEKDAY,
        [LOY_DIMENSION_COLOUR] = WORD_WHO_COLOUR,
    };
    char level[128];
    enum loy_dimension rows = loy_table_row_dimension(table);
    if (loy_table_column_dimension(table) == LOY_DIMENSION_NONE) {
        snprintf(text, size, "%s", report_word(WORD_WHO_ALL, chinese));
        return;
    }
    report_level(rows, loy_table_row_name(table, row), chinese, level, sizeof level);
    if (rows == LOY_DIMENSION_GROUP)
        snprintf(text, size, "%s", level);
    else
        report_fill(text, size, report_word(patterns[rows], chinese), level, NULL, NULL);
}

static void say_does(
    enum loy_dimension dimension, const char *name, bool chinese, char *text, size_t size)
{
    static const enum report_word patterns[loy_dimension_count] = {
        [LOY_DIMENSION_COLOUR] = WORD_DO_COLOUR,
        [LOY_DIMENSION_GRADE] = WORD_DO_GRADE,
        [LOY_DIMENSION_PRICE_BAND] = WORD_DO_PRICE,
        [LOY_DIMENSION_PROMOTION] = WORD_DO_PROMOTION,
        [LOY_DIMENSION_DAY_PART] = WORD_DO_PART,
        [LOY_DIMENSION_CATEGORY] = WORD_DO_OTHER,
        [LOY_DIMENSION_BRAND] = WORD_DO_OTHER,
        [LOY_DIMENSION_SIZE] = WORD_DO_OTHER,
        [LOY_DIMENSION_RETURN] = WORD_DO_RETURN,
    };
    char level[128];
    enum report_word pattern = patterns[dimension];
    if (dimension == LOY_DIMENSION_PROMOTION && strcmp(name, "none") == 0)
        pattern = WORD_DO_REGULAR;
    report_level(dimension, name, chinese, level, sizeof level);
    report_fill(text, size, report_word(pattern, chinese), level, NULL, NULL);
}

static enum report_word benchmark_of(const struct loy_table *table)
{
    enum loy_dimension rows = loy_table_row_dimension(table);
    bool offer = loy_table_basis(table) == LOY_BASIS_OFFER;
    if (loy_table_column_dimension(table) == LOY_DIMENSION_NONE) return WORD_BUYERS_OFFER;
    if (loy_table_column_dimension(table) == LOY_DIMENSION_RETURN) return WORD_BUYERS_COLOURS;
    if (rows == LOY_DIMENSION_MONTH) return offer ? WORD_BUYERS_TIME : WORD_BUYERS_PERIOD;
    if (rows == LOY_DIMENSION_WEEKDAY) return WORD_BUYERS_DAYS;
    return offer ? WORD_BUYERS_RACK : WORD_BUYERS;
}

static void percent(double share, char text[16])
{
    snprintf(text, 16, "%.0f", share * 100);
}

static void say_cell(
    const struct loy_table *table, size_t row, size_t column, bool chinese, char *text, size_t size)
{
    const struct loy_cell *cell = loy_table_cell(table, row, column);
    bool one_way = loy_table_column_dimension(table) == LOY_DIMENSION_NONE;
    char who[160], does[160], first[400], share[16], expected[16], low[16], high[16], range[64];
    say_who(table, row, chinese, who, sizeof who);
    say_does(one_way ? loy_table_row_dimension(table) : loy_table_column_dimension(table),
        one_way ? loy_table_row_name(table, row) : loy_table_column_name(table, column), chinese,
        does, sizeof does);
    bool more = cell->share > cell->expected_share;
    const char *benchmark = report_word(benchmark_of(table), chinese);
    percent(cell->share, share);
    percent(cell->expected_share, expected);
    percent(cell->share_low, low);
    percent(cell->share_high, high);
    report_fill(range, sizeof range, report_word(WORD_RANGE, chinese), low, high, NULL);
    if (chinese) {
        /* The figures stand between the group and those it is compared with. */
        report_fill(
            first, sizeof first, report_word(more ? WORD_MORE : WORD_LESS, true), who, does, "");
        snprintf(
            text, size, "%s%s %%（%s），%s为 %s %%。", first, share, range, benchmark, expected);
        return;
    }
    report_fill(first, sizeof first, report_word(more ? WORD_MORE : WORD_LESS, false), who, does,
        benchmark);
    snprintf(text, size, "%s: %s %% against %s %% (%s).", first, share, expected, range);
}

static int by_weight(const void *left, const void *right)
{
    const struct market_sentence *a = left, *b = right;
    if (a->weight != b->weight) return a->weight > b->weight ? -1 : 1;
    return strcmp(a->text, b->text);
}

/* That shirts sell better than their share of the shelf is no news. */
static bool is_told(const struct loy_table *table)
{
    enum loy_dimension rows = loy_table_row_dimension(table);
    return loy_table_column_dimension(table) != LOY_DIMENSION_NONE ||
           rows == LOY_DIMENSION_COLOUR || rows == LOY_DIMENSION_GRADE ||
           rows == LOY_DIMENSION_PRICE_BAND;
}

static bool is_vague(const char *level)
{
    return strcmp(level, "unknown") == 0 || strcmp(level, "other") == 0;
}

/* The strongest cells of one table; what is said of "kept" is said of "returned" already. */
static size_t from_table(
    const struct loy_table *table, bool chinese, struct market_sentence found[PER_TABLE])
{
    size_t count = 0, r = loy_table_rows(table), c = loy_table_columns(table);
    for (size_t i = 0; i < r * c; i++) {
        bool striking = false;
        double deviation = loy_table_deviation(table, i / c, i % c, &striking);
        const struct loy_cell *cell = loy_table_cell(table, i / c, i % c);
        const char *name =
            c > 1 ? loy_table_column_name(table, i % c) : loy_table_row_name(table, i);
        bool vague = is_vague(name) || is_vague(loy_table_row_name(table, i / c)) ||
                     strcmp(name, "kept") == 0;
        if (!striking || vague || !loy_table_speaks(table) ||
            fabs(cell->share - cell->expected_share) < DIFFERENCE_LEAST)
            continue;
        /* What somebody chooses says more than what he leaves. */
        double weight = deviation > 0 ? deviation : -deviation / 2;
        size_t at = count < PER_TABLE ? count : PER_TABLE;
        while (at > 0 && found[at - 1].weight < weight)
            at--;
        if (at >= PER_TABLE) continue;
        size_t last = count < PER_TABLE ? count : PER_TABLE - 1;
        for (size_t k = last; k > at; k--)
            found[k] = found[k - 1];
        found[at].weight = weight;
        found[at].table = table;
        say_cell(table, i / c, i % c, chinese, found[at].text, sizeof found[at].text);
        if (count < PER_TABLE) count++;
    }
    return count;
}

size_t market_sentences(const struct market_view *view, bool chinese,
    struct market_sentence sentences[MARKET_REPORT_SENTENCES_MAX])
{
    struct market_sentence all[MARKET_REPORT_TABLES_MAX * PER_TABLE];
    size_t count = 0;
    for (size_t i = 0; i < view->table_count; i++) {
        struct loy_table_test test;
        if (loy_table_test_get(view->tables[i], &test) != LOY_OK || !test.speaks ||
            !is_told(view->tables[i]))
            continue;
        struct market_sentence found[PER_TABLE];
        size_t more = from_table(view->tables[i], chinese, found);
        if (more > 1 && loy_table_column_dimension(view->tables[i]) == LOY_DIMENSION_NONE) more = 1;
        /* The strongest finding of each table before the second of any; groups of people first,
         * since they are what the report is for. */
        enum loy_dimension rows = loy_table_row_dimension(view->tables[i]);
        bool people = rows >= LOY_DIMENSION_GROUP && rows <= LOY_DIMENSION_DISTRICT;
        for (size_t k = 0; k < more; k++) {
            all[count] = found[k];
            all[count++].weight += (people ? 1000 : 0) + (k == 0 ? 2000 : 0);
        }
    }
    qsort(all, count, sizeof *all, by_weight);
    if (count > MARKET_REPORT_SENTENCES_MAX) count = MARKET_REPORT_SENTENCES_MAX;
    memcpy(sentences, all, count * sizeof *all);
    return count;
}
