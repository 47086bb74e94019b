/* SPDX-License-Identifier: MIT
 *
 * guidance_weeks.c - the price history and the sales cut into weeks: per article and store, on how
 * many days it stood on the shelf at which price, and what was sold. In: a loy_guidance. Out: its
 * cells, in the order of article codes, so that the order of the rows that came in is gone.
 */
#include "guidance_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)
#define MINUTE_US (INT64_C(60) * 1000000)
#define DAYS_MAX (366 * 100)

/* ---- Order ----------------------------------------------------------------------------------- */

struct coded {
    const char *code;
    int32_t article;
};

static int by_code(const void *left, const void *right)
{
    return strcmp(((const struct coded *)left)->code, ((const struct coded *)right)->code);
}

static int32_t *numbers_sort(const struct loy_guidance *guidance, const struct coded *list)
{
    int32_t *order = calloc(guidance->article_count + 1, sizeof *order);
    for (size_t i = 0; order && i < guidance->article_count; i++)
        order[list[i].article] = (int32_t)i;
    return order;
}

/* Renumbers articles, and their rows, by their codes. */
static enum loy_status articles_sort(struct loy_guidance *guidance)
{
    const size_t count = guidance->article_count;
    struct coded *list = calloc(count + 1, sizeof *list);
    struct guidance_article *sorted = calloc(count + 1, sizeof *sorted);
    for (size_t i = 0; list && i < count; i++)
        list[i] = (struct coded){guidance_name(guidance, guidance->articles[i].code), (int32_t)i};
    if (list) qsort(list, count, sizeof *list, by_code);
    int32_t *order = list ? numbers_sort(guidance, list) : NULL;
    const bool enough = list && sorted && order;
    for (size_t i = 0; enough && i < count; i++)
        sorted[order[i]] = guidance->articles[i];
    for (size_t i = 0; enough && i < guidance->offer_count; i++)
        guidance->offers[i].article = order[guidance->offers[i].article];
    for (size_t i = 0; enough && i < guidance->sale_count; i++)
        guidance->sales[i].article = order[guidance->sales[i].article];
    for (size_t i = 0; enough && i < count; i++)
        guidance->article_of[sorted[i].code] = (int32_t)i + 1;
    if (enough) memcpy(guidance->articles, sorted, count * sizeof *sorted);
    free(sorted);
    free(order);
    free(list);
    return enough ? LOY_OK : LOY_E_MEMORY;
}

/* By article, then "everywhere" (site 0) before stores of their own, then from: what comes later
 * is written over what was there. */
static int by_interval(const void *left, const void *right)
{
    const struct guidance_offer *a = left, *b = right;
    if (a->article != b->article) return a->article < b->article ? -1 : 1;
    if (a->site != b->site) return a->site < b->site ? -1 : 1;
    if (a->from_us != b->from_us) return a->from_us < b->from_us ? -1 : 1;
    if (a->to_us != b->to_us) return a->to_us < b->to_us ? -1 : 1;
    if (a->selling_minor != b->selling_minor) return a->selling_minor < b->selling_minor ? -1 : 1;
    return (int)a->form - (int)b->form;
}

/* ---- The period ------------------------------------------------------------------------------ */

static int64_t floor_of(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static int64_t day_of(const struct loy_guidance *guidance, int64_t at_us)
{
    return floor_of(at_us + guidance->settings.offset_min * MINUTE_US, DAY_US);
}

/* The first day at whose noon the moment has come. */
static int64_t noon_from(const struct loy_guidance *guidance, int64_t at_us)
{
    if (at_us >= INT64_MAX / 2) return INT64_MAX / DAY_US;
    return day_of(guidance, at_us - DAY_US / 2 - 1) + 1;
}

static int64_t weeks_begin(const struct loy_guidance *guidance)
{
    size_t begun[7] = {0}, best = 0;
    for (size_t i = 0; i < guidance->offer_count; i++) {
        const int64_t day = noon_from(guidance, guidance->offers[i].from_us);
        if (day > guidance->first_day && day < guidance->end_day)
            begun[(size_t)(day - guidance->first_day) % 7]++;
    }
    for (size_t i = 1; i < 7; i++)
        if (begun[i] > begun[best]) best = i;
    return guidance->first_day + (int64_t)best;
}

static uint8_t period_make(struct loy_guidance *guidance)
{
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (size_t i = 0; i < guidance->sale_count; i++) {
        if (guidance->sales[i].day < first) first = guidance->sales[i].day;
        if (guidance->sales[i].day > last) last = guidance->sales[i].day;
    }
    const struct loy_guidance_settings *settings = &guidance->settings;
    guidance->first_day = settings->from_us > 0 ? day_of(guidance, settings->from_us) : first;
    guidance->end_day = settings->to_us > 0 ? day_of(guidance, settings->to_us) : last + 1;
    if (guidance->end_day - guidance->first_day > DAYS_MAX)
        guidance->first_day = guidance->end_day - DAYS_MAX;
    guidance->first_day = weeks_begin(guidance);
    guidance->weeks = floor_of(guidance->end_day - guidance->first_day, 7);
    return guidance->weeks < LOY_GUIDANCE_WEEKS_MIN ? LOY_GUIDANCE_FEW_WEEKS
                                                    : LOY_GUIDANCE_NO_PROBLEM;
}

static int by_number(const void *left, const void *right)
{
    const int32_t a = *(const int32_t *)left, b = *(const int32_t *)right;
    return (a > b) - (a < b);
}

/* The stores that sold something. */
static enum loy_status sites_make(struct loy_guidance *guidance)
{
    free(guidance->sites);
    guidance->site_count = 0;
    guidance->sites = calloc(guidance->sale_count + 1, sizeof *guidance->sites);
    if (!guidance->sites) return LOY_E_MEMORY;
    for (size_t i = 0; i < guidance->sale_count; i++)
        if (i == 0 || guidance->sales[i].site != guidance->sales[i - 1].site)
            guidance->sites[guidance->site_count++] = guidance->sales[i].site;
    qsort(guidance->sites, guidance->site_count, sizeof *guidance->sites, by_number);
    size_t count = 0;
    for (size_t i = 0; i < guidance->site_count; i++)
        if (count == 0 || guidance->sites[count - 1] != guidance->sites[i])
            guidance->sites[count++] = guidance->sites[i];
    guidance->site_count = count;
    return LOY_OK;
}

/* ---- Cells ----------------------------------------------------------------------------------- */

/* days[d]: the offer that holds on that day + 1, for one article and store. */
static void days_fill(
    const struct loy_guidance *guidance, size_t first, size_t end, int32_t site, uint32_t *days)
{
    const int64_t length = guidance->weeks * 7;
    memset(days, 0, (size_t)length * sizeof *days);
    for (size_t i = first; i < end; i++) {
        const struct guidance_offer *offer = &guidance->offers[i];
        if (offer->site != 0 && offer->site != site) continue;
        int64_t from = noon_from(guidance, offer->from_us) - guidance->first_day;
        int64_t to = noon_from(guidance, offer->to_us) - guidance->first_day;
        if (from < 0) from = 0;
        if (to > length) to = length;
        for (int64_t d = from; d < to; d++)
            days[d] = (uint32_t)i + 1;
    }
}

static void day_add(struct guidance_cell *cell, const struct guidance_offer *offer)
{
    cell->days++;
    cell->display_days += offer->display;
    cell->form_days[offer->form < GUIDANCE_FORMS ? offer->form : LOY_FORM_OTHER]++;
    cell->ln_price_sum += log((double)offer->selling_minor);
    const double cut = log((double)offer->list_minor / (double)offer->selling_minor);
    cell->cut_sum += (float)(cut > 0 ? cut : 0);
}

static enum loy_status cells_add(
    struct loy_guidance *guidance, int32_t article, int32_t site, const uint32_t *days)
{
    for (int64_t week = 0; week < guidance->weeks; week++) {
        struct guidance_cell cell = {.article = article, .site = site, .week = (int32_t)week};
        for (int64_t d = week * 7; d < week * 7 + 7; d++)
            if (days[d]) day_add(&cell, &guidance->offers[days[d] - 1]);
        if (cell.days == 0) continue;
        void *cells = guidance->cells;
        if (guidance->cell_count >= GUIDANCE_CELLS_MAX) return LOY_E_LIMIT;
        if (!market_grow(
                &cells, guidance->cell_count, &guidance->cell_room, sizeof *guidance->cells))
            return LOY_E_MEMORY;
        guidance->cells = cells;
        guidance->cells[guidance->cell_count++] = cell;
    }
    return LOY_OK;
}

static enum loy_status cells_make(struct loy_guidance *guidance)
{
    uint32_t *days = calloc((size_t)guidance->weeks * 7 + 1, sizeof *days);
    enum loy_status status = days ? LOY_OK : LOY_E_MEMORY;
    for (size_t first = 0, end; status == LOY_OK && first < guidance->offer_count; first = end) {
        const int32_t article = guidance->offers[first].article;
        for (end = first; end < guidance->offer_count && guidance->offers[end].article == article;)
            end++;
        for (size_t s = 0; status == LOY_OK && s < guidance->site_count; s++) {
            days_fill(guidance, first, end, guidance->sites[s], days);
            status = cells_add(guidance, article, guidance->sites[s], days);
        }
    }
    free(days);
    return status;
}

/* Prices become differences from the article's own mean over days and stores. */
static void prices_centre(struct loy_guidance *guidance)
{
    for (size_t first = 0, end; first < guidance->cell_count; first = end) {
        const int32_t article = guidance->cells[first].article;
        double sum = 0, days = 0;
        for (end = first; end < guidance->cell_count && guidance->cells[end].article == article;
             end++) {
            sum += guidance->cells[end].ln_price_sum;
            days += guidance->cells[end].days;
        }
        guidance->articles[article].ln_price = sum / days;
        for (size_t i = first; i < end; i++)
            guidance->cells[i].ln_price_sum -= guidance->cells[i].days * sum / days;
    }
}

static int by_cell(const void *left, const void *right)
{
    const struct guidance_cell *a = left, *b = right;
    if (a->article != b->article) return a->article < b->article ? -1 : 1;
    if (a->site != b->site) return a->site < b->site ? -1 : 1;
    return (a->week > b->week) - (a->week < b->week);
}

static void sales_place(struct loy_guidance *guidance)
{
    guidance->unlisted_milli = guidance->listed_milli = 0;
    for (size_t i = 0; i < guidance->sale_count; i++) {
        const struct guidance_sale *sale = &guidance->sales[i];
        const int64_t day = sale->day - guidance->first_day;
        if (day < 0 || day >= guidance->weeks * 7) continue;
        const struct guidance_cell key = {
            .article = sale->article, .site = sale->site, .week = (int32_t)(day / 7)};
        struct guidance_cell *cell =
            guidance->cell_count
                ? bsearch(&key, guidance->cells, guidance->cell_count, sizeof key, by_cell)
                : NULL;
        if (cell) cell->units_milli += sale->units_milli;
        *(cell ? &guidance->listed_milli : &guidance->unlisted_milli) += sale->units_milli;
    }
}

static uint8_t rows_missing(const struct loy_guidance *guidance)
{
    if (!guidance->seen_category && guidance->category) return LOY_GUIDANCE_NO_CATEGORY;
    if (guidance->sale_count == 0)
        return guidance->seen_sale ? LOY_GUIDANCE_ONLY_RETURNS : LOY_GUIDANCE_NO_SALES;
    return guidance->offer_count ? LOY_GUIDANCE_NO_PROBLEM : LOY_GUIDANCE_NO_PRICES;
}

enum loy_status guidance_weeks(struct loy_guidance *guidance, uint8_t *problem)
{
    *problem = rows_missing(guidance);
    if (*problem) return LOY_NONE;
    enum loy_status status = articles_sort(guidance);
    if (status != LOY_OK) return status;
    guidance_sales_join(guidance);
    qsort(guidance->offers, guidance->offer_count, sizeof *guidance->offers, by_interval);
    *problem = period_make(guidance);
    if (*problem) return LOY_NONE;
    guidance->cell_count = 0;
    status = sites_make(guidance);
    if (status == LOY_OK) status = cells_make(guidance);
    if (status != LOY_OK) return status;
    prices_centre(guidance);
    sales_place(guidance);
    *problem = guidance->listed_milli > 0 ? LOY_GUIDANCE_NO_PROBLEM : LOY_GUIDANCE_NO_PRICES;
    return *problem ? LOY_NONE : LOY_OK;
}
