/* SPDX-License-Identifier: MIT
 *
 * shelf.c - what stood on the shelf when a line was bought: one sweep in the order of time over
 * articles that come, articles that go, and lines. The weights of the articles first: in every
 * state of the shelf articles sell in proportion to them (Luce), by Hunter's climb (2004) w <- sold
 * / sum over the lines at whose moment it stood there of 1 / (sum of all w on the shelf); since
 * that sum is the growth of one running total between coming and going, a round costs what the
 * events are, not lines times offers. Then, per line, the share of each value among the weights.
 * Weights are whole numbers, so that what comes and goes leaves nothing behind. Must not know of
 * taste.
 */
#include "profile/preference_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 200
#define CLOSE 1e-6
#define WEIGHT_TOP 0x1p40

enum event_kind { EVENT_GOES, EVENT_COMES, EVENT_LINE }; /* in this order at one moment */
struct event {
    int64_t at_us;
    uint32_t category, index; /* of the offer or line */
    int32_t site;
    uint8_t kind;
};
struct standing { /* of an article, at one site */
    uint32_t offers, deals;
    uint32_t own, own_deals; /* of these, those of the site itself, which go before the others */
    uint32_t ware;           /* of the offer that came last */
    double since;            /* the running total when it came */
};
struct shelf {
    struct loy_preferences *preferences;
    const struct preference_watch *watch; /* or NULL */
    struct event *events;
    size_t count, capacity;
    struct standing *standing; /* by article */
    int64_t *weights, *sold;
    double *exposure;
    size_t articles;
    uint32_t *slots; /* by ware and dimension: of its value among those of its category */
    int64_t *sums[loy_taste_count];    /* by slot, on the shelf */
    uint32_t *values[loy_taste_count]; /* by slot */
    size_t value_count[loy_taste_count];
};

static const struct profile_ware *ware_of(const struct shelf *shelf, const struct event *event)
{
    const struct loy_preferences *preferences = shelf->preferences;
    uint32_t ware = event->kind == EVENT_LINE ? preferences->lines[event->index].ware
                                              : preferences->offers[event->index].ware;
    return &preferences->wares.wares[ware];
}

/* ---- Events --------------------------------------------------------------------------------- */

#define COMPARE(field)                                                                             \
    if (a->field != b->field) return a->field < b->field ? -1 : 1

static int by_place_then_time(const void *left, const void *right)
{
    const struct event *a = left, *b = right;
    COMPARE(category);
    COMPARE(site);
    COMPARE(at_us);
    COMPARE(kind);
    COMPARE(index);
    return 0;
}

static int by_offer(const void *left, const void *right)
{
    const struct preference_offer *a = left, *b = right;
    COMPARE(ware);
    COMPARE(site);
    COMPARE(from_us);
    COMPARE(to_us);
    COMPARE(deal);
    return 0;
}

static enum loy_status event_add(struct shelf *shelf, struct event event)
{
    enum loy_status status =
        profile_grow((void **)&shelf->events, shelf->count, &shelf->capacity, sizeof(event));
    if (status != LOY_OK) return status;
    event.category = ware_of(shelf, &event)->names[PROFILE_WARE_CATEGORY];
    shelf->events[shelf->count++] = event;
    return LOY_OK;
}

static enum loy_status offer_events(struct shelf *shelf, uint32_t index, int32_t site)
{
    const struct preference_offer *offer = &shelf->preferences->offers[index];
    const struct event comes = {
        .at_us = offer->from_us, .index = index, .site = site, .kind = EVENT_COMES};
    const struct event goes = {
        .at_us = offer->to_us, .index = index, .site = site, .kind = EVENT_GOES};
    enum loy_status status = event_add(shelf, comes);
    return status == LOY_OK ? event_add(shelf, goes) : status;
}

static int by_site(const void *left, const void *right)
{
    const int32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* The sites at which something was sold: what is on offer everywhere is on offer there. */
static size_t sites_find(const struct loy_preferences *preferences, int32_t *sites)
{
    size_t kept = 0;
    for (size_t i = 0; i < preferences->line_count; i++)
        sites[i] = preferences->lines[i].site;
    qsort(sites, preferences->line_count, sizeof(*sites), by_site);
    for (size_t i = 0; i < preferences->line_count; i++)
        if (kept == 0 || sites[kept - 1] != sites[i]) sites[kept++] = sites[i];
    return kept;
}

static enum loy_status events_of_offers(struct shelf *shelf, const int32_t *sites, size_t count)
{
    struct loy_preferences *preferences = shelf->preferences;
    enum loy_status status = LOY_OK;
    if (preferences->offer_count > 1)
        qsort(
            preferences->offers, preferences->offer_count, sizeof(*preferences->offers), by_offer);
    for (size_t i = 0; i < preferences->offer_count && status == LOY_OK; i++) {
        int32_t site = preferences->offers[i].site;
        if (site != 0) status = offer_events(shelf, (uint32_t)i, site);
        for (size_t s = 0; s < count && site == 0 && status == LOY_OK; s++)
            status = offer_events(shelf, (uint32_t)i, sites[s]);
    }
    return status;
}

static enum loy_status events_make(struct shelf *shelf)
{
    const struct loy_preferences *preferences = shelf->preferences;
    if (preferences->line_count >= UINT32_MAX || preferences->offer_count >= UINT32_MAX)
        return LOY_E_LIMIT;
    int32_t *sites = calloc(preferences->line_count + 1, sizeof(*sites));
    if (!sites) return LOY_E_MEMORY;
    size_t count = sites_find(preferences, sites);
    enum loy_status status = events_of_offers(shelf, sites, count);
    free(sites);
    for (size_t i = 0; i < preferences->line_count && status == LOY_OK; i++) {
        const struct event line = {.at_us = preferences->lines[i].at_us,
            .index = (uint32_t)i,
            .site = preferences->lines[i].site,
            .kind = EVENT_LINE};
        status = event_add(shelf, line);
    }
    if (status == LOY_OK && shelf->count > 1)
        qsort(shelf->events, shelf->count, sizeof(*shelf->events), by_place_then_time);
    return status;
}

/* ---- Weights -------------------------------------------------------------------------------- */

/* Where the events of another category or site begin. */
static size_t stream_end(const struct shelf *shelf, size_t from)
{
    const struct event *events = shelf->events;
    size_t to = from;
    while (to < shelf->count && events[to].category == events[from].category &&
           events[to].site == events[from].site)
        to++;
    return to;
}

/* One round over a stream: how many lines saw each article, weighed. */
static void expose(struct shelf *shelf, size_t from, size_t to)
{
    int64_t all = 0;
    double total = 0;
    for (size_t i = from; i < to; i++) {
        uint32_t article = ware_of(shelf, &shelf->events[i])->names[PROFILE_WARE_ARTICLE];
        struct standing *standing = &shelf->standing[article];
        switch (shelf->events[i].kind) {
        case EVENT_COMES:
            if (standing->offers++ > 0) break;
            standing->since = total;
            all += shelf->weights[article];
            break;
        case EVENT_GOES:
            if (--standing->offers > 0) break;
            shelf->exposure[article] += total - standing->since;
            all -= shelf->weights[article];
            break;
        default:
            if (standing->offers > 0 && all > 0) total += 1 / (double)all;
        }
    }
}

static void count_sold(struct shelf *shelf)
{
    for (size_t i = 0; i < shelf->count; i++) {
        uint32_t article = ware_of(shelf, &shelf->events[i])->names[PROFILE_WARE_ARTICLE];
        uint32_t *offers = &shelf->standing[article].offers;
        if (shelf->events[i].kind == EVENT_LINE)
            shelf->sold[article] += *offers > 0;
        else if (shelf->events[i].kind == EVENT_COMES)
            ++*offers;
        else
            --*offers;
    }
}

/* Whole numbers up to WEIGHT_TOP; what was ever sold from the shelf keeps one at least. */
static void weigh(struct shelf *shelf, const double *worth)
{
    double top = 0;
    for (size_t a = 0; a < shelf->articles; a++)
        top = fmax(top, worth[a]);
    for (size_t a = 0; a < shelf->articles; a++) {
        shelf->weights[a] = top > 0 ? llround(worth[a] / top * WEIGHT_TOP) : 0;
        if (shelf->sold[a] > 0 && shelf->weights[a] < 1) shelf->weights[a] = 1;
    }
}

/* The longest step of a weight, relative. */
static double climb(struct shelf *shelf, double *worth)
{
    double longest = 0;
    memset(shelf->exposure, 0, (shelf->articles + 1) * sizeof(*shelf->exposure));
    for (size_t from = 0, to = 0; from < shelf->count; from = to) {
        to = stream_end(shelf, from);
        expose(shelf, from, to);
    }
    for (size_t a = 0; a < shelf->articles; a++) {
        if (shelf->sold[a] == 0 || !(shelf->exposure[a] > 0)) continue;
        double next = (double)shelf->sold[a] / shelf->exposure[a];
        longest = fmax(longest, fabs(next / (double)shelf->weights[a] - 1));
        worth[a] = next;
    }
    weigh(shelf, worth);
    return longest;
}

static enum loy_status weights_fit(struct shelf *shelf)
{
    double *worth = calloc(shelf->articles + 1, sizeof(*worth));
    if (!worth) return LOY_E_MEMORY;
    count_sold(shelf);
    for (size_t a = 0; a < shelf->articles; a++)
        worth[a] = (double)shelf->sold[a];
    weigh(shelf, worth);
    for (int i = 0; i < ROUNDS; i++)
        if (climb(shelf, worth) < CLOSE) break;
    free(worth);
    return LOY_OK;
}

/* ---- Expected shares ------------------------------------------------------------------------ */

static int by_value(const void *left, const void *right)
{
    const uint32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

static size_t value_place(const uint32_t *values, size_t count, uint32_t value)
{
    const uint32_t *found = bsearch(&value, values, count, sizeof(value), by_value);
    return found ? (size_t)(found - values) : 0;
}

/* The values that the wares [from, to) of one category have, by number. */
static void number_values(struct shelf *shelf, enum loy_taste dimension, size_t from, size_t to)
{
    const struct profile_ware *wares = shelf->preferences->wares.wares;
    uint32_t *values = shelf->values[dimension];
    size_t count = 0, kept = 0;
    if (preference_is_flag(dimension)) {
        values[0] = 0;
        values[1] = 1;
        kept = 2;
    } else {
        for (size_t w = from; w < to; w++)
            values[count++] = preference_value(&wares[w], dimension, false);
        qsort(values, count, sizeof(*values), by_value);
        for (size_t i = 0; i < count; i++)
            if (kept == 0 || values[kept - 1] != values[i]) values[kept++] = values[i];
    }
    shelf->value_count[dimension] = kept;
    for (size_t w = from; w < to; w++)
        shelf->slots[w * PREFERENCE_DIMENSIONS + dimension] =
            (uint32_t)value_place(values, kept, preference_value(&wares[w], dimension, false));
    memset(shelf->sums[dimension], 0, kept * sizeof(*shelf->sums[dimension]));
}

static void number_category(struct shelf *shelf, uint32_t category)
{
    const struct profile_wares *wares = &shelf->preferences->wares;
    size_t from = 0, high = wares->count;
    while (from < high) {
        size_t middle = from + (high - from) / 2;
        if (wares->wares[middle].names[PROFILE_WARE_CATEGORY] < category)
            from = middle + 1;
        else
            high = middle;
    }
    size_t to = from;
    while (to < wares->count && wares->wares[to].names[PROFILE_WARE_CATEGORY] == category)
        to++;
    for (int d = LOY_TASTE_BRAND; d < loy_taste_count; d++)
        number_values(shelf, (enum loy_taste)d, from, to);
}

static bool is_on_deal(const struct standing *standing)
{
    return (standing->own > 0 ? standing->own_deals : standing->deals) > 0;
}

/* Puts an article's weight on the board, or takes it off (sign -1). */
static void put(struct shelf *shelf, uint32_t article, int sign)
{
    const struct standing *standing = &shelf->standing[article];
    const uint32_t *slots = shelf->slots + standing->ware * PREFERENCE_DIMENSIONS;
    if (standing->offers == 0) return;
    for (int d = LOY_TASTE_BRAND; d < loy_taste_count; d++) {
        uint32_t slot = d == LOY_TASTE_DEAL ? is_on_deal(standing) : slots[d];
        shelf->sums[d][slot] += sign * shelf->weights[article];
    }
}

static void move(struct shelf *shelf, const struct event *event)
{
    const struct preference_offer *offer = &shelf->preferences->offers[event->index];
    uint32_t article = ware_of(shelf, event)->names[PROFILE_WARE_ARTICLE];
    struct standing *standing = &shelf->standing[article];
    uint32_t step = event->kind == EVENT_COMES ? 1 : UINT32_MAX; /* minus one */
    put(shelf, article, -1);
    standing->offers += step;
    if (offer->deal) standing->deals += step;
    if (offer->site != 0) standing->own += step;
    if (offer->site != 0 && offer->deal) standing->own_deals += step;
    if (event->kind == EVENT_COMES) standing->ware = offer->ware;
    put(shelf, article, 1);
}

/* Adds to the cells of one row what was to be expected of this line. */
static void expect(struct shelf *shelf, const struct preference_line *line,
    const struct preference_row *row, enum loy_taste dimension, int64_t known)
{
    struct loy_preferences *preferences = shelf->preferences;
    uint32_t number = preferences->groups[row->group].tables[dimension];
    if (number == PREFERENCE_NO_TABLE) return;
    const struct preference_table *table = &preferences->tables[number];
    const struct profile_ware *ware = &preferences->wares.wares[line->ware];
    uint16_t own = preference_slot(table, preference_value(ware, dimension, line->on_deal));
    double *to = preferences->expected + row->first + table->offset;
    if (own == PREFERENCE_NO_SLOT || (shelf->watch && shelf->watch->table != table)) return;
    if (shelf->watch)
        to = shelf->watch->shares + (size_t)(line - preferences->lines) * table->count;
    else
        preferences->covered[row->first + table->offset + own]++;
    for (size_t i = 0; i < shelf->value_count[dimension]; i++) {
        int64_t sum = shelf->sums[dimension][i];
        if (sum == 0) continue;
        uint16_t slot = preference_slot(table, shelf->values[dimension][i]);
        if (slot != PREFERENCE_NO_SLOT) to[slot] += (double)sum / (double)known;
    }
}

/* A line counts as seen in a dimension where its own value was on the shelf; of a deal also where
 * none was: a coupon makes one of its own. */
static void see(struct shelf *shelf, const struct preference_line *line)
{
    const struct loy_preferences *preferences = shelf->preferences;
    const struct profile_ware *ware = &preferences->wares.wares[line->ware];
    uint32_t article = ware->names[PROFILE_WARE_ARTICLE];
    if (line->row == PREFERENCE_NO_ROW || shelf->standing[article].offers == 0) return;
    const struct preference_row *row = &preferences->rows[line->row];
    for (int d = LOY_TASTE_BRAND; d < loy_taste_count; d++) {
        const int64_t *sums = shelf->sums[d];
        uint32_t slot = shelf->slots[line->ware * PREFERENCE_DIMENSIONS + (size_t)d];
        int64_t known = 0;
        for (size_t i = 0; i < shelf->value_count[d]; i++)
            if (preference_is_flag((enum loy_taste)d) || shelf->values[d][i] != 0) known += sums[i];
        if (known <= 0 || (d != LOY_TASTE_DEAL && sums[slot] == 0)) continue;
        expect(shelf, line, row, (enum loy_taste)d, known);
        expect(shelf, line, &preferences->rows[row->all], (enum loy_taste)d, known);
    }
}

static void expect_all(struct shelf *shelf)
{
    memset(shelf->standing, 0, (shelf->articles + 1) * sizeof(*shelf->standing));
    for (size_t from = 0, to = 0; from < shelf->count; from = to) {
        to = stream_end(shelf, from);
        number_category(shelf, shelf->events[from].category);
        for (size_t i = from; i < to; i++) {
            const struct event *event = &shelf->events[i];
            if (event->kind == EVENT_LINE)
                see(shelf, &shelf->preferences->lines[event->index]);
            else
                move(shelf, event);
        }
    }
}

/* ---- The sweep ------------------------------------------------------------------------------ */

static enum loy_status shelf_open(struct shelf *shelf)
{
    const struct profile_wares *wares = &shelf->preferences->wares;
    shelf->articles = wares->names[PROFILE_WARE_ARTICLE].count;
    shelf->standing = calloc(shelf->articles + 1, sizeof(*shelf->standing));
    shelf->weights = calloc(shelf->articles + 1, sizeof(*shelf->weights));
    shelf->sold = calloc(shelf->articles + 1, sizeof(*shelf->sold));
    shelf->exposure = calloc(shelf->articles + 1, sizeof(*shelf->exposure));
    shelf->slots = calloc((wares->count + 1) * PREFERENCE_DIMENSIONS, sizeof(*shelf->slots));
    bool made = shelf->standing && shelf->weights && shelf->sold && shelf->exposure && shelf->slots;
    for (int d = LOY_TASTE_BRAND; d < loy_taste_count; d++) {
        shelf->sums[d] = calloc(wares->count + 2, sizeof(**shelf->sums));
        shelf->values[d] = calloc(wares->count + 2, sizeof(**shelf->values));
        made = made && shelf->sums[d] && shelf->values[d];
    }
    return made ? LOY_OK : LOY_E_MEMORY;
}

static void shelf_close(struct shelf *shelf)
{
    for (int d = LOY_TASTE_BRAND; d < loy_taste_count; d++) {
        free(shelf->sums[d]);
        free(shelf->values[d]);
    }
    free(shelf->events);
    free(shelf->standing);
    free(shelf->weights);
    free(shelf->sold);
    free(shelf->exposure);
    free(shelf->slots);
}

enum loy_status preference_shelf_sweep(
    struct loy_preferences *preferences, const struct preference_watch *watch)
{
    struct shelf shelf = {.preferences = preferences, .watch = watch};
    if (preferences->offer_count == 0) return LOY_OK;
    enum loy_status status = shelf_open(&shelf);
    if (status == LOY_OK) status = events_make(&shelf);
    if (status == LOY_OK) status = weights_fit(&shelf);
    if (status == LOY_OK) expect_all(&shelf);
    shelf_close(&shelf);
    return status;
}
