/* SPDX-License-Identifier: MIT
 *
 * levels.c - names become the levels of a dimension, in the order in which a person expects them.
 * In: the names that the lines carry; out: each line's level. Must not know what is published.
 */
#include "market_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- Order --------------------------------------------------------------------------------------
 */

// clang-format off
static const char *const weekday_order[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
static const char *const return_order[] = {"kept", "returned", NULL};
static const char *const size_order[] = {
    "XXXS", "XXS", "XS", "S", "M", "L", "XL", "XXL", "2XL", "XXXL", "3XL", "4XL", "5XL", NULL};
/* The words that shops use; a number in front, as in "1 basic", counts before them. */
static const char *const grade_order[] = {"basic", "economy", "low", "standard", "good", "middle",
    "medium", "better", "fine", "high", "premium", "best", "luxury", NULL};
#define NAME_ROW(symbol, name) name,
static const char *const colour_order[] = {LOY_COLOUR_FAMILIES(NAME_ROW) NULL};
static const char *const form_order[] = {"none", LOY_FORMS(NAME_ROW) NULL};
#undef NAME_ROW
static const char *const *const orders[loy_dimension_count] = {
    [LOY_DIMENSION_COLOUR] = colour_order,
    [LOY_DIMENSION_GRADE] = grade_order,
    [LOY_DIMENSION_SIZE] = size_order,
    [LOY_DIMENSION_WEEKDAY] = weekday_order,
    [LOY_DIMENSION_PROMOTION] = form_order,
    [LOY_DIMENSION_RETURN] = return_order,
};
// clang-format on

struct ranked {
    const char *text;
    int32_t name;
    long rank;
    int64_t units_milli;
    uint32_t members;
    bool by_number; /* "Under 15K" before "15-24K" before "250K+" */
    bool small;     /* of too few members to be named */
};

static long rank_in(const char *const *order, const char *text)
{
    long rank = 0;
    for (; order && order[rank]; rank++)
        if (strcasecmp(order[rank], text) == 0) return rank;
    return 1000;
}

static long first_number(const char *text)
{
    while (*text && !isdigit((unsigned char)*text))
        text++;
    return *text ? strtol(text, NULL, 10) : -1;
}

static int compare_numbers(const char *left, const char *right)
{
    long a = first_number(left), b = first_number(right);
    if (a != b) return a < b ? -1 : 1;
    bool word_left = !isdigit((unsigned char)*left), word_right = !isdigit((unsigned char)*right);
    return word_right - word_left;
}

/* Unknown ("") is last; then the dimension's own order, then the text's bytes. */
static int by_order(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (!*a->text != !*b->text) return *a->text ? -1 : 1;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    int numbers = a->by_number ? compare_numbers(a->text, b->text) : 0;
    return numbers ? numbers : strcmp(a->text, b->text);
}

static int by_units(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->small != b->small) return a->small ? 1 : -1;
    if (a->units_milli != b->units_milli) return a->units_milli > b->units_milli ? -1 : 1;
    return strcmp(a->text, b->text);
}

/* ---- Levels -------------------------------------------------------------------------------------
 */

static bool add_level(struct market_levels *levels, const char *text)
{
    levels->texts[levels->count] = strdup(text);
    return levels->texts[levels->count++] != NULL;
}

static void count_units(const struct loy_market *market, int dimension, struct ranked *ranked)
{
    for (size_t i = 0; i < market->line_count; i++) {
        int32_t name = market->lines[i].name[dimension];
        if (name >= 0) ranked[name].units_milli += market->lines[i].net_milli;
    }
}

/* A district or trade in which hardly anybody bought would tell by its name alone that somebody
 * did: of the members' own dimensions such levels go into "other". */
static bool mark_small(const struct loy_market *market, int dimension, struct ranked *ranked)
{
    if (dimension < LOY_DIMENSION_GROUP || dimension > LOY_DIMENSION_DISTRICT) return true;
    bool *counted = calloc(market->member_count + 1, sizeof *counted);
    if (!counted) return false;
    for (size_t i = 0; i < market->line_count; i++) {
        const struct market_line *line = &market->lines[i];
        if (line->member < 0 || line->net_milli <= 0 || counted[line->member]) continue;
        counted[line->member] = true;
        ranked[line->name[dimension]].members++;
    }
    free(counted);
    for (uint32_t i = 0; i < market->levels[dimension].names.count; i++)
        ranked[i].small = ranked[i].members < market->settings.members_min;
    return true;
}

/* How many levels keep their names; beyond LOY_LEVELS_MAX the least sold becomes "other". */
static uint32_t count_kept(const struct ranked *ranked, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        kept += !ranked[i].small;
    if (kept < count || count > LOY_LEVELS_MAX)
        return kept < LOY_LEVELS_MAX ? kept : LOY_LEVELS_MAX - 1;
    return kept;
}

static bool rank_names(const struct loy_market *market, int dimension, struct ranked *ranked)
{
    const struct market_names *names = &market->levels[dimension].names;
    bool by_number = dimension == LOY_DIMENSION_INCOME || dimension == LOY_DIMENSION_SIZE ||
                     dimension == LOY_DIMENSION_GRADE;
    for (uint32_t i = 0; i < names->count; i++)
        ranked[i] = (struct ranked){.text = names->texts[i],
            .name = (int32_t)i,
            .rank = rank_in(orders[dimension], names->texts[i]),
            .by_number = by_number};
    count_units(market, dimension, ranked);
    return mark_small(market, dimension, ranked);
}

/* Of levels that nobody bought in, not even "other" remains. */
static bool needs_other(const struct ranked *ranked, uint32_t kept, uint32_t count, int dimension)
{
    if (dimension < LOY_DIMENSION_GROUP || dimension > LOY_DIMENSION_DISTRICT) return kept < count;
    for (uint32_t i = kept; i < count; i++)
        if (ranked[i].members > 0) return true;
    return false;
}

static enum loy_status make_levels(struct loy_market *market, int dimension)
{
    struct market_levels *levels = &market->levels[dimension];
    uint32_t count = levels->names.count;
    struct ranked *ranked = calloc((size_t)count + 1, sizeof *ranked);
    levels->level_of = calloc((size_t)count + 1, sizeof *levels->level_of);
    levels->texts = calloc(LOY_LEVELS_MAX + 1, sizeof *levels->texts);
    bool good =
        ranked && levels->level_of && levels->texts && rank_names(market, dimension, ranked);
    uint32_t kept = good ? count_kept(ranked, count) : 0;
    if (good && kept < count) qsort(ranked, count, sizeof *ranked, by_units);
    if (good && kept) qsort(ranked, kept, sizeof *ranked, by_order);
    bool other = good && needs_other(ranked, kept, count, dimension);
    for (uint32_t i = 0; good && i < count; i++) {
        levels->level_of[ranked[i].name] = i < kept ? (int32_t)i
                                           : other  ? (int32_t)kept
                                                    : MARKET_NO_LEVEL;
        if (i < kept) good = add_level(levels, *ranked[i].text ? ranked[i].text : "unknown");
    }
    if (good && other) good = add_level(levels, "other");
    free(ranked);
    return good ? LOY_OK : LOY_E_MEMORY;
}

void market_levels_clear(struct market_levels *levels)
{
    market_names_clear(&levels->names);
    for (size_t i = 0; i < levels->count; i++)
        free(levels->texts[i]);
    free(levels->texts);
    free(levels->level_of);
    memset(levels, 0, sizeof *levels);
}

/* ---- Price bands --------------------------------------------------------------------------------
 */

static int by_price(const void *left, const void *right)
{
    const struct market_price *a = left, *b = right;
    if (a->category != b->category) return a->category < b->category ? -1 : 1;
    if (a->shelf != b->shelf) return a->shelf ? -1 : 1;
    return (a->list_minor > b->list_minor) - (a->list_minor < b->list_minor);
}

/* Upper ends of the lower four fifths, of the category's shelf where it is known, else of what was
 * sold. */
static void cut_bands(const struct loy_market *market, int64_t (*cuts)[4])
{
    for (size_t i = 0; i < market->price_count;) {
        size_t end = i;
        const struct market_price *first = &market->prices[i];
        while (end < market->price_count && market->prices[end].category == first->category &&
               market->prices[end].shelf == first->shelf)
            end++;
        for (size_t k = 0; k < 4; k++)
            cuts[first->category][k] = market->prices[i + ((end - i) * (k + 1) - 1) / 5].list_minor;
        i = end;
        while (i < market->price_count && market->prices[i].category == first->category)
            i++;
    }
}

static int32_t band_of(struct loy_market *market, const int64_t cuts[4], int64_t list_minor)
{
    int32_t band = 1;
    for (size_t k = 0; k < 4; k++)
        band += list_minor > cuts[k];
    char text[16];
    snprintf(text, sizeof text, "%d", (int)band);
    return market_name_add(&market->levels[LOY_DIMENSION_PRICE_BAND].names, text);
}

static enum loy_status name_bands(struct loy_market *market)
{
    int64_t(*cuts)[4] = calloc((size_t)market->categories.count + 1, sizeof *cuts);
    if (!cuts) return LOY_E_MEMORY;
    if (market->price_count)
        qsort(market->prices, market->price_count, sizeof *market->prices, by_price);
    cut_bands(market, cuts);
    bool good = true;
    for (size_t i = 0; good && i < market->line_count; i++) {
        struct market_line *line = &market->lines[i];
        int32_t band = band_of(market, cuts[line->category], line->list_minor);
        line->name[LOY_DIMENSION_PRICE_BAND] = band;
        good = band >= 0;
    }
    for (size_t i = 0; good && i < market->offer_count; i++) {
        struct market_offer *offer = &market->offers[i];
        int32_t band = band_of(market, cuts[offer->category], offer->list_minor);
        offer->name[LOY_DIMENSION_PRICE_BAND] = band;
        good = band >= 0;
    }
    free(cuts);
    return good ? LOY_OK : LOY_E_MEMORY;
}

/* ---- All ----------------------------------------------------------------------------------------
 */

static void name_levels(struct loy_market *market)
{
    for (int d = LOY_DIMENSION_COLOUR; d < LOY_DIMENSION_RETURN; d++) {
        const int32_t *level_of = market->levels[d].level_of;
        for (size_t i = 0; i < market->line_count; i++) {
            int32_t *name = &market->lines[i].name[d];
            if (*name >= 0) *name = level_of[*name];
        }
        bool of_article = d <= LOY_DIMENSION_PRICE_BAND;
        for (size_t i = 0; of_article && i < market->offer_count; i++)
            market->offers[i].name[d] = level_of[market->offers[i].name[d]];
    }
}

enum loy_status market_levels_seal(struct loy_market *market)
{
    enum loy_status status = name_bands(market);
    struct market_names *outcomes = &market->levels[LOY_DIMENSION_RETURN].names;
    if (market_name_add(outcomes, "kept") < 0 || market_name_add(outcomes, "returned") < 0)
        return LOY_E_MEMORY;
    for (int d = LOY_DIMENSION_COLOUR; status == LOY_OK && d < (int)MARKET_DIMENSIONS; d++)
        status = make_levels(market, d);
    if (status == LOY_OK) name_levels(market);
    return status;
}
