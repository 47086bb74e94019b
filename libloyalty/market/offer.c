/* SPDX-License-Identifier: MIT
 *
 * offer.c - what was on offer: a colour that was out of stock for ten weeks was not disliked.
 * In: price history, visits per store and week; out: for each row of a table the share of the
 * articles on offer that each column had. Must not know what was bought of it.
 *
 * A store's week counts by its baskets (of everybody), a row's stores by its rounded units, so that
 * nothing finer than what is published enters. An article counts by the part of the week that it
 * was there.
 */
#include "market_private.h"

#include <stdlib.h>
#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)
#define WEEK_US (7 * DAY_US)
#define KNOWN_SHARE .8 /* of the sold lines, whose article must be in the history */

struct shelf {
    const struct loy_market *market;
    enum loy_dimension dimension;
    size_t levels, sites, weeks;
    int64_t first_week;
    double *on_offer; /* sites x weeks x levels: articles */
    double *visits;   /* sites x weeks: baskets */
};

/* Monday 1969-12-29 is the start of week 0. */
static int64_t week_start_us(int64_t week)
{
    return (week * 7 - 3) * DAY_US;
}

static bool history_tells(const struct loy_market *market)
{
    bool *known = calloc((size_t)market->articles.count + 1, sizeof *known);
    if (!known) return false;
    size_t found = 0;
    for (size_t i = 0; i < market->offer_count; i++)
        known[market->offers[i].article] = true;
    for (size_t i = 0; i < market->line_count; i++)
        found += known[market->lines[i].article];
    free(known);
    return market->line_count && (double)found >= KNOWN_SHARE * (double)market->line_count;
}

static void add_offer_week(struct shelf *shelf, const struct market_offer *offer, size_t week)
{
    int64_t start = week_start_us(shelf->first_week + (int64_t)week), end = start + WEEK_US;
    int64_t from = offer->from_us > start ? offer->from_us : start;
    int64_t to = offer->to_us < end ? offer->to_us : end;
    if (to <= from) return;
    double part = (double)(to - from) / (double)WEEK_US;
    size_t level = (size_t)offer->name[shelf->dimension];
    for (size_t site = 0; site < shelf->sites; site++)
        if (offer->site == MARKET_NO_LEVEL || offer->site == (int32_t)site)
            shelf->on_offer[(site * shelf->weeks + week) * shelf->levels + level] += part;
}

static void fill_offers(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->market->offer_count; i++) {
        const struct market_offer *offer = &shelf->market->offers[i];
        int64_t first = market_week(offer->from_us) - shelf->first_week;
        int64_t last = market_week(offer->to_us) - shelf->first_week;
        if (first < 0) first = 0;
        for (int64_t week = first; week <= last && week < (int64_t)shelf->weeks; week++)
            add_offer_week(shelf, offer, (size_t)week);
    }
}

static int by_basket(const void *left, const void *right)
{
    const struct market_visit *a = left, *b = right;
    return (a->basket > b->basket) - (a->basket < b->basket);
}

static enum loy_status fill_visits(struct shelf *shelf)
{
    size_t count = shelf->market->visit_count;
    struct market_visit *visits = malloc((count + 1) * sizeof *visits);
    if (!visits) return LOY_E_MEMORY;
    if (count) {
        memcpy(visits, shelf->market->visits, count * sizeof *visits);
        qsort(visits, count, sizeof *visits, by_basket);
    }
    for (size_t i = 0; i < count; i++) {
        int64_t week = visits[i].week - shelf->first_week;
        if (i && visits[i].basket == visits[i - 1].basket) continue;
        if (week < 0 || week >= (int64_t)shelf->weeks) continue;
        shelf->visits[(size_t)visits[i].site * shelf->weeks + (size_t)week] += 1;
    }
    free(visits);
    return LOY_OK;
}

static enum loy_status shelf_make(
    struct shelf *shelf, const struct loy_market *market, enum loy_dimension dimension)
{
    *shelf = (struct shelf){.market = market, .dimension = dimension};
    shelf->levels = market->levels[dimension].count;
    shelf->sites = market->site_count;
    shelf->first_week = market_week(market->settings.from_us);
    shelf->weeks = (size_t)(market_week(market->settings.to_us) - shelf->first_week) + 2;
    shelf->on_offer =
        calloc(shelf->sites * shelf->weeks * shelf->levels + 1, sizeof *shelf->on_offer);
    shelf->visits = calloc(shelf->sites * shelf->weeks + 1, sizeof *shelf->visits);
    if (!shelf->on_offer || !shelf->visits) return LOY_E_MEMORY;
    fill_offers(shelf);
    return fill_visits(shelf);
}

static void shelf_clear(struct shelf *shelf)
{
    free(shelf->on_offer);
    free(shelf->visits);
}

/* A week is in the month of its Thursday; month MARKET_NO_LEVEL: all weeks. */
static void add_site(
    const struct shelf *shelf, size_t site, int64_t month, double weight, double *shares)
{
    double visits = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t week = 0; week < shelf->weeks; week++) {
            int64_t thursday = week_start_us(shelf->first_week + (int64_t)week) + 3 * DAY_US;
            if (month != MARKET_NO_LEVEL && market_local_month(thursday) != month) continue;
            const double *on_offer = shelf->on_offer + (site * shelf->weeks + week) * shelf->levels;
            double here = shelf->visits[site * shelf->weeks + week], all = 0;
            for (size_t level = 0; level < shelf->levels; level++)
                all += on_offer[level];
            if (all <= 0 || here <= 0) continue;
            if (pass == 0) visits += here;
            for (size_t level = 0; pass == 1 && level < shelf->levels; level++)
                shares[level] += weight * here / visits * on_offer[level] / all;
        }
    }
}

static int64_t month_of(const char *text)
{
    int64_t year = strtol(text, NULL, 10);
    return year * 12 + strtol(text + 5, NULL, 10) - 1;
}

static bool row_shares(const struct shelf *shelf, const struct market_cube *cube, size_t row,
    int64_t *site_units, double *shares)
{
    size_t columns = cube->columns == LOY_DIMENSION_NONE ? cube->r : cube->c;
    size_t first = cube->columns == LOY_DIMENSION_NONE ? 0 : row * columns;
    int64_t month = cube->rows == LOY_DIMENSION_MONTH && cube->columns != LOY_DIMENSION_NONE
                        ? month_of(shelf->market->levels[LOY_DIMENSION_MONTH].texts[row])
                        : MARKET_NO_LEVEL;
    memset(site_units, 0, shelf->sites * sizeof *site_units);
    for (size_t i = cube->first[first]; i < cube->first[first + columns]; i++)
        site_units[cube->entries[i].site] += cube->entries[i].units_milli;
    double sum = 0;
    for (size_t site = 0; site < shelf->sites; site++) {
        int64_t units = market_round(site_units[site], market_units_step(shelf->market));
        if (units > 0) add_site(shelf, site, month, (double)units, shares);
    }
    for (size_t level = 0; level < columns; level++)
        sum += shares[level];
    for (size_t level = 0; level < columns && sum > 0; level++)
        shares[level] /= sum;
    return sum > 0;
}

enum loy_status market_offer_shares(
    const struct loy_market *market, const struct market_cube *cube, double *shares)
{
    bool one_way = cube->columns == LOY_DIMENSION_NONE;
    enum loy_dimension dimension = one_way ? cube->rows : cube->columns;
    if (dimension < LOY_DIMENSION_COLOUR || dimension > LOY_DIMENSION_PRICE_BAND) return LOY_NONE;
    if (!market->has_offers || !history_tells(market)) return LOY_NONE;
    struct shelf shelf;
    enum loy_status status = shelf_make(&shelf, market, dimension);
    int64_t *site_units = calloc(market->site_count + 1, sizeof *site_units);
    if (!site_units) status = LOY_E_MEMORY;
    size_t rows = one_way ? 1 : cube->r, columns = one_way ? cube->r : cube->c;
    memset(shares, 0, rows * columns * sizeof *shares);
    for (size_t row = 0; row < rows && status == LOY_OK; row++)
        if (!row_shares(&shelf, cube, row, site_units, shares + row * columns) && one_way)
            status = LOY_NONE;
    free(site_units);
    shelf_clear(&shelf);
    return status;
}
