/* SPDX-License-Identifier: MIT
 *
 * preference.c - the life of the preferences, and looking into their tables. Offers and sales in;
 * what was fitted out. Must not know of store, clock or thread.
 */
#include "profile/preference_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum loy_status loy_preferences_open(
    const struct loy_profile_settings *settings, struct loy_preferences **preferences)
{
    if (!settings || !preferences) return LOY_E_ARGUMENT;
    struct loy_preferences *made = calloc(1, sizeof(*made));
    if (!made) return LOY_E_MEMORY;
    size_t size = settings->size < sizeof(*settings) ? settings->size : sizeof(*settings);
    memcpy(&made->settings, settings, size);
    *preferences = made;
    return LOY_OK;
}

void loy_preferences_close(struct loy_preferences *preferences)
{
    if (!preferences) return;
    for (size_t i = 0; i < preferences->table_count; i++) {
        free(preferences->tables[i].values);
        free(preferences->tables[i].alpha);
    }
    profile_wares_clear(&preferences->wares);
    free(preferences->lines);
    free(preferences->offers);
    free(preferences->tables);
    free(preferences->groups);
    free(preferences->rows);
    free(preferences->bought);
    free(preferences->covered);
    free(preferences->expected);
    free(preferences);
}

enum loy_status loy_preferences_offer(struct loy_preferences *preferences,
    const struct loy_offer *offer, const struct loy_version *version)
{
    if (!preferences || !offer || !version || preferences->fitted) return LOY_E_ARGUMENT;
    bool goods = version->kind == LOY_KIND_GOODS || version->kind == LOY_KIND_NONE;
    int64_t to_us = offer->to_us ? offer->to_us : INT64_MAX;
    if (!goods || to_us <= offer->from_us) return LOY_OK;
    struct preference_offer made = {.from_us = offer->from_us,
        .to_us = to_us,
        .site = offer->site,
        .deal = offer->form != LOY_FORM_NONE || offer->selling_minor < offer->list_minor};
    enum loy_status status = profile_wares_put(&preferences->wares, version, &made.ware);
    if (status != LOY_OK) return status;
    status = profile_grow((void **)&preferences->offers, preferences->offer_count,
        &preferences->offer_capacity, sizeof(made));
    if (status != LOY_OK) return status;
    preferences->offers[preferences->offer_count++] = made;
    return LOY_OK;
}

enum loy_status loy_preferences_add(struct loy_preferences *preferences,
    const struct loy_sale *sale, const struct loy_version *version)
{
    if (!preferences || !sale || !version || preferences->fitted) return LOY_E_ARGUMENT;
    struct profile_row row;
    enum loy_status status = profile_row_make(&preferences->settings, sale, version, &row);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    struct preference_line made = {.member = row.member > 0 ? row.member : 0,
        .at_us = row.at_us,
        .basket = row.basket,
        .row = PREFERENCE_NO_ROW,
        .site = sale->site,
        .on_deal = row.on_deal};
    status = profile_wares_put(&preferences->wares, version, &made.ware);
    if (status != LOY_OK) return status;
    status = profile_grow((void **)&preferences->lines, preferences->line_count,
        &preferences->line_capacity, sizeof(made));
    if (status != LOY_OK) return status;
    preferences->lines[preferences->line_count++] = made;
    return LOY_OK;
}

enum loy_status loy_preferences_fit(struct loy_preferences *preferences)
{
    if (!preferences || preferences->fitted) return LOY_E_ARGUMENT;
    preferences->fitted = true;
    enum loy_status status = preference_tables_make(preferences);
    const struct preference_line *lines = preferences->lines;
    for (size_t i = 1; i < preferences->line_count; i++)
        preferences->timed |= lines[i].member > 0 && lines[i].member == lines[i - 1].member &&
                              lines[i].at_us > lines[i - 1].at_us;
    if (status == LOY_OK) status = preference_shelf_sweep(preferences, NULL);
    for (size_t i = 0; i < preferences->table_count && status == LOY_OK; i++)
        status = preference_fit_table(preferences, &preferences->tables[i]);
    return status;
}

size_t loy_preferences_count(const struct loy_preferences *preferences)
{
    return preferences ? preferences->table_count : 0;
}

const char *preference_category(const struct loy_preferences *preferences, uint32_t group)
{
    if (group == preference_all(preferences)) return "";
    return preferences->wares.names[PROFILE_WARE_CATEGORY].names[group];
}

enum loy_status loy_preferences_table(
    const struct loy_preferences *preferences, size_t table, struct loy_preference_table *found)
{
    if (!preferences || !found || table >= preferences->table_count) return LOY_E_ARGUMENT;
    const struct preference_table *t = &preferences->tables[table];
    *found = (struct loy_preference_table){.category = preference_category(preferences, t->group),
        .dimension = t->dimension,
        .value_count = t->count,
        .members = t->members,
        .lines = t->lines,
        .alpha_total = t->varies ? t->weight : INFINITY,
        .log_likelihood = t->log_likelihood,
        .pooled_log_likelihood = t->pooled_log_likelihood,
        .varies = t->varies,
        .offered_lines = t->offered_lines,
        .offers = t->offers,
        .design_effect = t->together.effect,
        .prior_a = t->together.a,
        .prior_b = t->together.b};
    return LOY_OK;
}

enum loy_status loy_preferences_find(const struct loy_preferences *preferences,
    const char *category, enum loy_taste dimension, size_t *table)
{
    if (!preferences || !table) return LOY_E_ARGUMENT;
    for (size_t i = 0; i < preferences->table_count; i++) {
        const struct preference_table *t = &preferences->tables[i];
        if (t->dimension != dimension) continue;
        if (strcmp(preference_category(preferences, t->group), category ? category : "") != 0)
            continue;
        *table = i;
        return LOY_OK;
    }
    return LOY_NONE;
}

const char *preference_value_name(
    const struct loy_preferences *preferences, const struct preference_table *table, size_t value)
{
    uint32_t number = table->values[value];
    switch (table->dimension) {
    case LOY_TASTE_BRAND:
        return preferences->wares.names[PROFILE_WARE_BRAND].names[number];
    case LOY_TASTE_GRADE:
        return preferences->wares.names[PROFILE_WARE_GRADE].names[number];
    case LOY_TASTE_COLOUR:
        return loy_colour_name((uint8_t)number);
    case LOY_TASTE_DEAL:
        return number ? "deal" : "regular";
    default:
        return number ? "own" : "other";
    }
}

enum loy_status loy_preferences_value(const struct loy_preferences *preferences, size_t table,
    size_t value, struct loy_preference_value *found)
{
    if (!preferences || !found || table >= preferences->table_count) return LOY_E_ARGUMENT;
    const struct preference_table *t = &preferences->tables[table];
    if (value >= t->count) return LOY_E_ARGUMENT;
    *found = (struct loy_preference_value){.name = preference_value_name(preferences, t, value),
        .alpha = t->varies ? t->alpha[value] : INFINITY,
        .share = t->shares[value],
        .offered = t->offers ? t->offered[value] : NAN,
        .lift_weight = t->weights[value] < PROFILE_WEIGHT_MAX ? t->weights[value] : INFINITY};
    return LOY_OK;
}
