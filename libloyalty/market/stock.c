/* SPDX-License-Identifier: MIT
 *
 * stock.c - which grades, brands, colours and sizes of a category sell more than their share of the
 * shelf, and what gaps on the shelf likely cost (loyalty/guidance.h has the formulas). In: a
 * loy_guidance. Out: rows. Must not know who bought.
 */
#include "guidance_private.h"

#include "numeric/beta.h"
#include "numeric/normal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FALSE_SHARE .05

/* What was sold and expected of an article, all stores together. */
struct stock_article {
    double sold, expected, weeks, missing_weeks, lost, lost_variance;
};

struct stock_row {
    struct loy_stock_row row;
    double p;
};

struct loy_stock {
    struct stock_row *rows;
    size_t count, room;
};

void loy_stock_close(struct loy_stock *stock)
{
    if (!stock) return;
    free(stock->rows);
    free(stock);
}

enum loy_status loy_stock_row_get(
    const struct loy_stock *stock, size_t index, struct loy_stock_row *row)
{
    if (!stock || !row) return LOY_E_ARGUMENT;
    if (index >= stock->count) return LOY_NONE;
    *row = stock->rows[index].row;
    return LOY_OK;
}

/* ---- Expected sales -------------------------------------------------------------------------- */

/* Cells in the order of category, store, week: one mean of each. */
struct mean_cell {
    int32_t category, site, week, cell;
};

static int by_mean(const void *left, const void *right)
{
    const struct mean_cell *a = left, *b = right;
    if (a->category != b->category) return a->category < b->category ? -1 : 1;
    if (a->site != b->site) return a->site < b->site ? -1 : 1;
    if (a->week != b->week) return a->week < b->week ? -1 : 1;
    return (a->cell > b->cell) - (a->cell < b->cell);
}

static bool is_same_mean(const struct mean_cell *a, const struct mean_cell *b)
{
    return a->category == b->category && a->site == b->site && a->week == b->week;
}

static void mean_spread(const struct loy_guidance *guidance, const struct mean_cell *cells,
    size_t count, struct stock_article *articles)
{
    double units = 0, days = 0;
    for (size_t i = 0; i < count; i++) {
        units += (double)guidance->cells[cells[i].cell].units_milli / 1000;
        days += guidance->cells[cells[i].cell].days;
    }
    for (size_t i = 0; i < count; i++) {
        const struct guidance_cell *cell = &guidance->cells[cells[i].cell];
        struct stock_article *article = &articles[cell->article];
        article->sold += (double)cell->units_milli / 1000;
        article->expected += units * cell->days / days;
        article->weeks += cell->days / 7.0;
    }
}

static enum loy_status expected_make(
    const struct loy_guidance *guidance, struct stock_article *articles)
{
    struct mean_cell *order = calloc(guidance->cell_count + 1, sizeof *order);
    if (!order) return LOY_E_MEMORY;
    for (size_t i = 0; i < guidance->cell_count; i++) {
        const struct guidance_cell *cell = &guidance->cells[i];
        order[i] = (struct mean_cell){
            guidance->articles[cell->article].category, cell->site, cell->week, (int32_t)i};
    }
    qsort(order, guidance->cell_count, sizeof *order, by_mean);
    for (size_t first = 0, end; first < guidance->cell_count; first = end) {
        for (end = first + 1; end < guidance->cell_count; end++)
            if (!is_same_mean(&order[first], &order[end])) break;
        mean_spread(guidance, order + first, end - first, articles);
    }
    free(order);
    return LOY_OK;
}

/* ---- Gaps ------------------------------------------------------------------------------------ */

/* Gamma(1, 1 / mean) prior of the rate: one article's week of the category's mean. */
static void gap_add(struct stock_article *article, double sold, double weeks, double missing)
{
    const double mean = article->weeks > 0 ? article->expected / article->weeks : 0;
    if (!(mean > 0) || !(missing > 0)) return;
    const double shape = 1 + sold, rate = 1 / mean + weeks;
    const double lost = missing * shape / rate;
    article->missing_weeks += missing;
    article->lost += lost;
    article->lost_variance += lost + lost * lost / shape;
}

static void gaps_make(const struct loy_guidance *guidance, struct stock_article *articles)
{
    for (size_t first = 0, end; first < guidance->cell_count; first = end) {
        const struct guidance_cell *start = &guidance->cells[first];
        double sold = 0, weeks = 0;
        for (end = first; end < guidance->cell_count; end++) {
            const struct guidance_cell *cell = &guidance->cells[end];
            if (cell->article != start->article || cell->site != start->site) break;
            sold += (double)cell->units_milli / 1000;
            weeks += cell->days / 7.0;
        }
        /* Days inside of the first and last weeks of its life in the store. */
        const double life = guidance->cells[end - 1].week - start->week + 1;
        gap_add(&articles[start->article], sold, weeks,
            end - first > 1 ? fmax(0, life - weeks - (7 - start->days) / 7.0 -
                                          (7 - guidance->cells[end - 1].days) / 7.0)
                            : 0);
    }
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static int32_t value_of(const struct guidance_article *article, int kind)
{
    switch (kind) {
    case LOY_STOCK_GRADE:
        return article->grade;
    case LOY_STOCK_BRAND:
        return article->brand;
    case LOY_STOCK_COLOUR:
        return article->colour;
    default:
        return article->size_text;
    }
}

struct labelled {
    const char *category, *name;
    int32_t article;
};

static int by_label(const void *left, const void *right)
{
    const struct labelled *a = left, *b = right;
    int order = strcmp(a->category, b->category);
    if (order == 0) order = strcmp(a->name, b->name);
    return order ? order : (a->article > b->article) - (a->article < b->article);
}

/* Quantile .9 of Student's t: t^2 / (t^2 + v) is Beta(1/2, v/2) distributed. */
static double student_90(double degrees)
{
    const double x = numeric_beta_p_inverse(.5, degrees / 2, .8);
    return sqrt(degrees * x / (1 - x));
}

static double student_p(double t, double degrees)
{
    return numeric_beta_q(.5, degrees / 2, t * t / (t * t + degrees));
}

static void row_judge(const struct labelled *list, size_t count,
    const struct stock_article *articles, struct stock_row *row)
{
    struct loy_stock_row *r = &row->row;
    double expected = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        expected += articles[list[i].article].expected;
    r->index = r->low = r->high = NAN;
    row->p = 1;
    if (!(expected > 0)) return;
    const double index = r->sold / expected, n = (double)count;
    for (size_t i = 0; i < count; i++) {
        const struct stock_article *one = &articles[list[i].article];
        squares += (one->sold - index * one->expected) * (one->sold - index * one->expected);
    }
    r->index = index;
    if (count < LOY_STOCK_ARTICLES_MIN || !(r->sold > 0)) return;
    const double deviation = sqrt(squares / (r->sold * r->sold) * n / (n - 1) + 1 / r->sold);
    r->low = index * exp(-student_90(n - 1) * deviation);
    r->high = index * exp(student_90(n - 1) * deviation);
    row->p = student_p(log(index) / deviation, n - 1);
}

static void row_sum(const struct labelled *list, size_t count, const struct stock_article *articles,
    struct loy_stock_row *row)
{
    double variance = 0;
    for (size_t i = 0; i < count; i++) {
        const struct stock_article *one = &articles[list[i].article];
        row->articles++;
        row->sold += one->sold;
        row->shelf_weeks += one->weeks;
        row->missing_weeks += one->missing_weeks;
        row->lost += one->lost;
        variance += one->lost_variance;
    }
    row->per_week = row->sold / row->shelf_weeks;
    row->lost_low = fmax(0, row->lost - NUMERIC_Z80 * sqrt(variance));
    row->lost_high = row->lost + NUMERIC_Z80 * sqrt(variance);
}

static enum loy_status row_put(struct loy_stock *stock, int kind, const struct labelled *list,
    size_t count, const struct stock_article *articles)
{
    void *rows = stock->rows;
    if (!market_grow(&rows, stock->count, &stock->room, sizeof *stock->rows)) return LOY_E_MEMORY;
    stock->rows = rows;
    struct stock_row *row = &stock->rows[stock->count++];
    *row = (struct stock_row){
        .row = {.kind = (uint8_t)kind, .category = list->category, .name = list->name}};
    row_sum(list, count, articles, &row->row);
    row_judge(list, count, articles, row);
    return LOY_OK;
}

/* Shares within the category of rows [first, end), which are all of one kind. */
static void shares_make(struct loy_stock *stock, size_t first)
{
    for (size_t i = first, end; i < stock->count; i = end) {
        double sold = 0, weeks = 0;
        for (end = i; end < stock->count; end++) {
            if (strcmp(stock->rows[end].row.category, stock->rows[i].row.category) != 0) break;
            sold += stock->rows[end].row.sold;
            weeks += stock->rows[end].row.shelf_weeks;
        }
        for (size_t k = i; k < end; k++) {
            stock->rows[k].row.sales_share = sold > 0 ? stock->rows[k].row.sold / sold : 0;
            stock->rows[k].row.shelf_share = stock->rows[k].row.shelf_weeks / weeks;
        }
    }
}

/* What all articles of a category share has nothing beside it: its index is 1 whatever is sold. */
static void alone_clear(const struct loy_guidance *guidance, const struct stock_article *articles,
    struct loy_stock_row *row)
{
    int64_t count = 0;
    for (size_t i = 0; i < guidance->article_count; i++) {
        const char *category = guidance_name(guidance, guidance->articles[i].category);
        count += articles[i].weeks > 0 && strcmp(category, row->category) == 0;
    }
    if (row->articles == count) row->index = row->low = row->high = NAN;
}

static enum loy_status kind_put(const struct loy_guidance *guidance,
    const struct stock_article *articles, int kind, struct loy_stock *stock)
{
    struct labelled *list = calloc(guidance->article_count + 1, sizeof *list);
    size_t count = 0, before = stock->count;
    enum loy_status status = list ? LOY_OK : LOY_E_MEMORY;
    for (size_t i = 0; list && i < guidance->article_count; i++) {
        const struct guidance_article *article = &guidance->articles[i];
        const char *name = guidance_name(guidance, value_of(article, kind));
        if (articles[i].weeks > 0 && *name)
            list[count++] =
                (struct labelled){guidance_name(guidance, article->category), name, (int32_t)i};
    }
    if (count) qsort(list, count, sizeof *list, by_label);
    for (size_t first = 0, end; status == LOY_OK && first < count; first = end) {
        for (end = first + 1; end < count; end++)
            if (strcmp(list[first].category, list[end].category) != 0 ||
                strcmp(list[first].name, list[end].name) != 0)
                break;
        status = row_put(stock, kind, list + first, end - first, articles);
    }
    if (status == LOY_OK) shares_make(stock, before);
    for (size_t i = before; status == LOY_OK && i < stock->count; i++)
        if (stock->rows[i].row.shelf_share >= 1)
            alone_clear(guidance, articles, &stock->rows[i].row);
    free(list);
    return status;
}

static int by_p(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Benjamini and Hochberg (1995): the largest k with p(k) <= k / m times the share. */
static enum loy_status told_make(struct loy_stock *stock)
{
    double *sorted = calloc(stock->count + 1, sizeof *sorted), limit = -1;
    size_t count = 0;
    if (!sorted) return LOY_E_MEMORY;
    for (size_t i = 0; i < stock->count; i++)
        if (isfinite(stock->rows[i].row.low)) sorted[count++] = stock->rows[i].p;
    qsort(sorted, count, sizeof *sorted, by_p);
    for (size_t k = 0; k < count; k++)
        if (sorted[k] <= FALSE_SHARE * (double)(k + 1) / (double)count) limit = sorted[k];
    for (size_t i = 0; i < stock->count; i++)
        stock->rows[i].row.told = isfinite(stock->rows[i].row.low) && stock->rows[i].p <= limit;
    free(sorted);
    return LOY_OK;
}

static int by_row(const void *left, const void *right)
{
    const struct loy_stock_row *a = &((const struct stock_row *)left)->row;
    const struct loy_stock_row *b = &((const struct stock_row *)right)->row;
    const int order = strcmp(a->category, b->category);
    if (order) return order;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    return strcmp(a->name, b->name);
}

enum loy_status loy_guidance_stock(
    struct loy_guidance *guidance, uint8_t *problem, struct loy_stock **stock)
{
    if (!guidance || !problem || !stock) return LOY_E_ARGUMENT;
    enum loy_status status = guidance_weeks(guidance, problem);
    if (status != LOY_OK) return status;
    if (guidance->article_count < 2) *problem = LOY_GUIDANCE_ONE_UNIT;
    if (*problem) return LOY_NONE;
    struct stock_article *articles = calloc(guidance->article_count, sizeof *articles);
    struct loy_stock *made = calloc(1, sizeof *made);
    status = articles && made ? expected_make(guidance, articles) : LOY_E_MEMORY;
    if (status == LOY_OK) gaps_make(guidance, articles);
    for (int kind = 1; status == LOY_OK && kind < loy_stock_kind_count; kind++)
        status = kind_put(guidance, articles, kind, made);
    if (status == LOY_OK) status = told_make(made);
    if (status == LOY_OK && made->count) qsort(made->rows, made->count, sizeof *made->rows, by_row);
    free(articles);
    if (status == LOY_OK)
        *stock = made;
    else
        loy_stock_close(made);
    return status;
}
