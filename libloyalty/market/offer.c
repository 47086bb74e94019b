/* SPDX-License-Identifier: MIT
 *
 * offer.c - what was on offer: a colour that was out of stock for ten weeks was not disliked.
 * In: price history, visits per store and week; out: for each row of a table the share of the
 * articles on offer that each column had. Must not know what was bought of it.
 *
 * A store's week counts by its baskets, in fives (not those of members who did not consent), a
 * row's stores by its rounded units there if these pass the rule, so that nothing finer than what
 * may be published enters; else by those of all rows, else all stores alike. An article counts by
 * the part of the week that it was there.
 */
#include "market_private.h"

#include <math.h>
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
    double step = shelf->market->settings.round_to;
    for (size_t i = 0; i < shelf->sites * shelf->weeks; i++)
        shelf->visits[i] = ceil(shelf->visits[i] / step) * step;
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

static bool some_units(const int64_t *site_units, size_t sites)
{
    for (size_t site = 0; site < sites; site++)
        if (site_units[site] > 0) return true;
    return false;
}

/* What the stores weigh where a row does not say it. */
static enum loy_status weigh_all(
    const struct loy_market *market, const struct market_cube *cube, int64_t *site_units)
{
    enum loy_status status = market_cube_sites(market, cube, 0, cube->r * cube->c, site_units);
    if (status != LOY_OK || some_units(site_units, market->site_count)) return status;
    for (size_t site = 0; site < market->site_count; site++)
        site_units[site] = 1;
    return LOY_OK;
}

/* site_units: all rows', then room for one row's. */
static enum loy_status row_shares(const struct shelf *shelf, const struct market_cube *cube,
    size_t row, int64_t *site_units, double *shares)
{
    bool one_way = cube->columns == LOY_DIMENSION_NONE;
    size_t columns = one_way ? cube->r : cube->c, first = one_way ? 0 : row * columns;
    int64_t month = cube->rows == LOY_DIMENSION_MONTH && !one_way
                        ? month_of(shelf->market->levels[LOY_DIMENSION_MONTH].texts[row])
                        : MARKET_NO_LEVEL;
    int64_t *own = site_units + shelf->sites;
    enum loy_status status = market_cube_sites(shelf->market, cube, first, first + columns, own);
    if (status != LOY_OK) return status;
    const int64_t *units = some_units(own, shelf->sites) ? own : site_units;
    double sum = 0;
    for (size_t site = 0; site < shelf->sites; site++)
        if (units[site] > 0) add_site(shelf, site, month, (double)units[site], shares);
    for (size_t level = 0; level < columns; level++)
        sum += shares[level];
    for (size_t level = 0; level < columns && sum > 0; level++)
        shares[level] /= sum;
    return sum > 0 ? LOY_OK : LOY_NONE;
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
    int64_t *site_units = calloc(2 * market->site_count + 1, sizeof *site_units);
    if (!site_units) status = LOY_E_MEMORY;
    if (status == LOY_OK) status = weigh_all(market, cube, site_units);
    size_t rows = one_way ? 1 : cube->r, columns = one_way ? cube->r : cube->c;
    memset(shares, 0, rows * columns * sizeof *shares);
    for (size_t row = 0; row < rows && status == LOY_OK; row++) {
        status = row_shares(&shelf, cube, row, site_units, shares + row * columns);
        if (status == LOY_NONE && !one_way) status = LOY_OK;
    }
    free(site_units);
    shelf_clear(&shelf);
    return status;
}
