/* SPDX-License-Identifier: MIT
 *
 * occasion_shelf.c - what stood on the shelf at each purchase: one sweep over time per site, in
 * which prices begin and end. Where nothing changed between two purchases they share a shelf.
 * In: intervals and purchases. Out: shelves. Must not know what was bought.
 */
#include "occasion_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum change { PRICE_ENDS, PRESENCE_ENDS, PRICE_BEGINS, PRESENCE_BEGINS };

struct event {
    int64_t at_us;
    int32_t site, article, row; /* row: of the offers */
    uint8_t change;
};

struct article_state {
    int32_t own, everywhere;   /* the offer that holds; OCCASION_NONE */
    bool own_present, present; /* at this site; everywhere */
};

struct sweep {
    struct loy_occasions *occasions;
    struct event *events;
    size_t event_count;
    struct article_state *states;
    double columns[LOY_ALTERNATIVES_KEPT][SHELF_COLUMNS];
    bool dirty[LOY_ALTERNATIVES_KEPT];
    bool changed;                  /* since the last shelf was kept */
    bool own_snapshots, snapshots; /* that the site took of its assortment; that hold everywhere */
};

/* ---- Events ---------------------------------------------------------------------------------- */

static int by_event(const void *left, const void *right)
{
    const struct event *a = left, *b = right;
    if (a->site != b->site) return a->site < b->site ? -1 : 1;
    if (a->at_us != b->at_us) return a->at_us < b->at_us ? -1 : 1;
    if (a->change != b->change) return a->change < b->change ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static void event_put(struct sweep *sweep, struct event event)
{
    if (event.at_us != INT64_MAX) sweep->events[sweep->event_count++] = event;
}

static enum loy_status events_make(struct sweep *sweep)
{
    const struct loy_occasions *occasions = sweep->occasions;
    size_t rows = occasions->offer_count + occasions->presence_count;
    sweep->events = calloc(2 * rows + 1, sizeof *sweep->events);
    if (!sweep->events) return LOY_E_MEMORY;
    for (size_t i = 0; i < occasions->offer_count; i++) {
        const struct occasion_offer *offer = &occasions->offers[i];
        if (occasions->articles[offer->article].alternative < 0) continue;
        struct event event = {
            offer->from_us, offer->site, offer->article, (int32_t)i, PRICE_BEGINS};
        event_put(sweep, event);
        event.at_us = offer->to_us;
        event.change = PRICE_ENDS;
        event_put(sweep, event);
    }
    for (size_t i = 0; i < occasions->presence_count; i++) {
        const struct occasion_presence *presence = &occasions->presences[i];
        if (occasions->articles[presence->article].alternative < 0) continue;
        struct event event = {
            presence->from_us, presence->site, presence->article, (int32_t)i, PRESENCE_BEGINS};
        event_put(sweep, event);
        event.at_us = presence->to_us;
        event.change = PRESENCE_ENDS;
        event_put(sweep, event);
    }
    qsort(sweep->events, sweep->event_count, sizeof *sweep->events, by_event);
    return LOY_OK;
}

/* An interval that another one cut short is over already when its end comes. */
static void event_apply(struct sweep *sweep, const struct event *event)
{
    struct article_state *state = &sweep->states[event->article];
    int32_t *slot = event->site == OCCASION_EVERYWHERE ? &state->everywhere : &state->own;
    if (event->change == PRICE_BEGINS) *slot = event->row;
    if (event->change == PRICE_ENDS && *slot == event->row) *slot = OCCASION_NONE;
    bool *present = event->site == OCCASION_EVERYWHERE ? &state->present : &state->own_present;
    if (event->change == PRESENCE_BEGINS) *present = true;
    if (event->change == PRESENCE_ENDS) *present = false;
    sweep->dirty[sweep->occasions->articles[event->article].alternative] = true;
}

/* ---- Shelves --------------------------------------------------------------------------------- */

static const struct occasion_offer *offer_of(const struct sweep *sweep, int32_t article)
{
    const struct article_state *state = &sweep->states[article];
    int32_t row = state->own >= 0 ? state->own : state->everywhere;
    bool present = sweep->own_snapshots ? state->own_present : !sweep->snapshots || state->present;
    if (row < 0 || !present) return NULL;
    return &sweep->occasions->offers[row];
}

/* P exp(sum w ln(p / m) / sum w): see loyalty/occasion.h. */
static void alternative_put(struct sweep *sweep, size_t number)
{
    const struct loy_occasions *occasions = sweep->occasions;
    const struct occasion_alternative *alternative = &occasions->alternatives[number];
    double sums[SHELF_COLUMNS] = {0}, weights = 0, exact = 0;
    for (size_t i = 0; i < alternative->articles; i++) {
        int32_t index = occasions->order[alternative->first + i];
        const struct occasion_article *article = &occasions->articles[index];
        const struct occasion_offer *offer = offer_of(sweep, index);
        if (!offer) continue;
        exact = (double)offer->price_minor;
        sums[SHELF_PRICE] += article->weight * log(exact / article->mean);
        sums[SHELF_DISPLAY] += offer->display ? article->weight : 0;
        if (offer->form) sums[SHELF_FORMS + offer->form] += article->weight;
        weights += article->weight;
    }
    double *columns = sweep->columns[number];
    for (size_t i = 0; i < SHELF_COLUMNS; i++)
        columns[i] = weights > 0 ? sums[i] / weights : 0;
    double price = alternative->price * exp(columns[SHELF_PRICE]);
    if (alternative->articles == 1) price = exact;
    columns[SHELF_PRICE] = weights > 0 ? price / (double)occasions->settings.unit_minor : NAN;
}

static void shelf_update(struct sweep *sweep)
{
    for (size_t i = 0; i < sweep->occasions->alternative_count; i++) {
        if (!sweep->dirty[i]) continue;
        alternative_put(sweep, i);
        sweep->dirty[i] = false;
        sweep->changed = true;
    }
}

static enum loy_status shelf_keep(struct sweep *sweep)
{
    struct loy_occasions *occasions = sweep->occasions;
    size_t row = occasions->alternative_count * SHELF_COLUMNS;
    void *shelves = occasions->shelves;
    if (occasions->shelf_count >= INT32_MAX) return LOY_E_LIMIT;
    if (!occasion_grow(&shelves, occasions->shelf_count, &occasions->shelf_capacity,
            row * sizeof *occasions->shelves))
        return LOY_E_MEMORY;
    occasions->shelves = shelves;
    memcpy(occasions->shelves + occasions->shelf_count * row, sweep->columns,
        row * sizeof *occasions->shelves);
    occasions->shelf_count++;
    sweep->changed = false;
    return LOY_OK;
}

/* ---- The sweep ------------------------------------------------------------------------------- */

struct place {
    int64_t at_us;
    int32_t site;
    int32_t *shelf; /* of the purchase or visit there and then */
};

static int by_site(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    if (a->site != b->site) return a->site < b->site ? -1 : 1;
    return (a->at_us > b->at_us) - (a->at_us < b->at_us);
}

/* The first event of a site, or of what follows. */
static size_t events_from(const struct sweep *sweep, int32_t site)
{
    size_t low = 0, high = sweep->event_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (sweep->events[middle].site < site)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has_snapshots(const struct loy_occasions *occasions, int32_t site)
{
    for (size_t i = 0; i < occasions->presence_count; i++)
        if (occasions->presences[i].site == site) return true;
    return false;
}

static void site_begin(struct sweep *sweep, int32_t site)
{
    for (size_t i = 0; i < sweep->occasions->codes.count; i++)
        sweep->states[i] = (struct article_state){OCCASION_NONE, OCCASION_NONE, false, false};
    for (size_t i = 0; i < sweep->occasions->alternative_count; i++)
        sweep->dirty[i] = true;
    sweep->own_snapshots = has_snapshots(sweep->occasions, site);
    sweep->snapshots = has_snapshots(sweep->occasions, OCCASION_EVERYWHERE);
}

/* Those of everywhere and of the site, as time passes. */
static void events_until(struct sweep *sweep, size_t *at, size_t end, int64_t until_us)
{
    while (*at < end && sweep->events[*at].at_us <= until_us)
        event_apply(sweep, &sweep->events[(*at)++]);
}

static enum loy_status site_sweep(struct sweep *sweep, const struct place *places, size_t count)
{
    int32_t site = places[0].site;
    size_t own = events_from(sweep, site), own_end = events_from(sweep, site + 1);
    size_t all = events_from(sweep, 0), all_end = events_from(sweep, 1);
    site_begin(sweep, site);
    for (size_t i = 0; i < count; i++) {
        events_until(sweep, &all, all_end, places[i].at_us);
        if (site != OCCASION_EVERYWHERE) events_until(sweep, &own, own_end, places[i].at_us);
        shelf_update(sweep);
        enum loy_status status = sweep->changed ? shelf_keep(sweep) : LOY_OK;
        if (status != LOY_OK) return status;
        *places[i].shelf = (int32_t)sweep->occasions->shelf_count - 1;
    }
    return LOY_OK;
}

static enum loy_status sites_sweep(struct sweep *sweep, struct place *places, size_t count)
{
    enum loy_status status = LOY_OK;
    if (count) qsort(places, count, sizeof *places, by_site);
    for (size_t i = 0, end; status == LOY_OK && i < count; i = end) {
        for (end = i; end < count && places[end].site == places[i].site;)
            end++;
        status = site_sweep(sweep, places + i, end - i);
    }
    return status;
}

static void places_put(struct loy_occasions *occasions, struct place *places)
{
    for (size_t i = 0; i < occasions->purchase_count; i++) {
        struct occasion_purchase *purchase = &occasions->purchases[i];
        *places++ = (struct place){purchase->at_us, purchase->site, &purchase->shelf};
    }
    for (size_t i = 0; i < occasions->visit_count; i++) {
        struct occasion_visit *visit = &occasions->visits[i];
        *places++ = (struct place){visit->at_us, visit->site, &visit->shelf};
    }
}

enum loy_status occasion_shelves_make(struct loy_occasions *occasions)
{
    struct sweep sweep = {.occasions = occasions};
    size_t count = occasions->purchase_count + occasions->visit_count;
    struct place *places = calloc(count + 1, sizeof *places);
    sweep.states = calloc(occasions->codes.count + 1, sizeof *sweep.states);
    enum loy_status status = places && sweep.states ? events_make(&sweep) : LOY_E_MEMORY;
    if (status == LOY_OK) places_put(occasions, places);
    occasions->shelf_count = 0;
    if (status == LOY_OK) status = sites_sweep(&sweep, places, count);
    free(places);
    free(sweep.states);
    free(sweep.events);
    return status;
}
