/* SPDX-License-Identifier: MIT
 *
 * choice.c - collects occasions and traits as they come. In: what was on offer and what was bought.
 * Out: arrays. Must not know of any model.
 */
#include "profile/choice_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum loy_status choice_grow(void **array, size_t count, size_t more, size_t *capacity, size_t size)
{
    if (count + more <= *capacity) return LOY_OK;
    size_t wanted = *capacity ? *capacity : 64;
    while (wanted < count + more)
        wanted *= 2;
    if (wanted > SIZE_MAX / 2 / size) return LOY_E_LIMIT;
    void *grown = realloc(*array, wanted * size);
    if (!grown) return LOY_E_MEMORY;
    *array = grown;
    *capacity = wanted;
    return LOY_OK;
}

enum loy_status loy_choice_open(
    const struct loy_choice_settings *settings, struct loy_choice **choice)
{
    if (!settings || !choice || settings->size < sizeof *settings) return LOY_E_ARGUMENT;
    if (settings->alternatives < 1 || settings->alternatives > LOY_CHOICE_ALTERNATIVES_MAX ||
        settings->base >= settings->alternatives || settings->traits > LOY_CHOICE_TRAITS_MAX ||
        settings->attributes > LOY_CHOICE_ATTRIBUTES_MAX - settings->habit ||
        settings->alternatives - 1 + settings->attributes + settings->habit > LOY_CHOICE_ORDER)
        return LOY_E_ARGUMENT;
    *choice = calloc(1, sizeof **choice);
    if (!*choice) return LOY_E_MEMORY;
    (*choice)->settings = *settings;
    return LOY_OK;
}

void loy_choice_close(struct loy_choice *choice)
{
    if (!choice) return;
    free(choice->occasions);
    free(choice->alternatives);
    free(choice->attributes);
    free(choice->traits);
    free(choice);
}

static bool offers_valid(
    const struct loy_choice *choice, const struct loy_choice_offer *offers, size_t count)
{
    bool seen[LOY_CHOICE_ALTERNATIVES_MAX] = {false};
    for (size_t i = 0; i < count; i++) {
        if (offers[i].alternative >= choice->settings.alternatives) return false;
        if (seen[offers[i].alternative]) return false;
        seen[offers[i].alternative] = true;
        for (size_t k = 0; k < choice->settings.attributes; k++)
            if (!isfinite(offers[i].attributes[k])) return false;
    }
    return true;
}

static enum loy_status occasion_room(struct loy_choice *choice, size_t offers)
{
    size_t width = choice->settings.attributes;
    enum loy_status status = choice_grow((void **)&choice->occasions, choice->occasion_count, 1,
        &choice->occasion_capacity, sizeof *choice->occasions);
    if (status == LOY_OK)
        status = choice_grow((void **)&choice->alternatives, choice->offer_count, offers,
            &choice->alternative_capacity, sizeof *choice->alternatives);
    if (status == LOY_OK)
        status = choice_grow((void **)&choice->attributes, choice->offer_count * width,
            offers * width, &choice->attribute_capacity, sizeof *choice->attributes);
    return status;
}

enum loy_status loy_choice_add(struct loy_choice *choice, int64_t member,
    const struct loy_choice_offer *offers, size_t count, size_t bought)
{
    if (!choice || !offers || bought >= count || !offers_valid(choice, offers, count))
        return LOY_E_ARGUMENT;
    enum loy_status status = occasion_room(choice, count);
    if (status != LOY_OK) return status;
    size_t width = choice->settings.attributes;
    choice->occasions[choice->occasion_count++] =
        (struct choice_occasion){member, choice->offer_count, (uint16_t)count, (uint16_t)bought};
    for (size_t i = 0; i < count; i++, choice->offer_count++) {
        choice->alternatives[choice->offer_count] = (uint16_t)offers[i].alternative;
        if (width > 0)
            memcpy(choice->attributes + choice->offer_count * width, offers[i].attributes,
                width * sizeof *choice->attributes);
    }
    return LOY_OK;
}

enum loy_status loy_choice_add_traits(
    struct loy_choice *choice, int64_t member, const double *values)
{
    if (!choice || !values) return LOY_E_ARGUMENT;
    struct choice_member_traits made = {.member = member, .told = choice->trait_count};
    for (size_t i = 0; i < choice->settings.traits; i++) {
        if (!isfinite(values[i])) return LOY_E_ARGUMENT;
        made.values[i] = values[i];
    }
    enum loy_status status = choice_grow((void **)&choice->traits, choice->trait_count, 1,
        &choice->trait_capacity, sizeof *choice->traits);
    if (status == LOY_OK) choice->traits[choice->trait_count++] = made;
    return status;
}
