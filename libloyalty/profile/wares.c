/* SPDX-License-Identifier: MIT
 *
 * wares.c - names and attribute sets to numbers: hash tables while they come in, the order of the
 * alphabet once all are there. Must not know of members or prices.
 */
#include "profile/wares.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a. */
static uint32_t hash_bytes(const void *bytes, size_t length)
{
    uint32_t hash = 2166136261u;
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* A table twice as large, empty; the caller enters all again. */
static enum loy_status slots_grow(uint32_t **slots, size_t *count)
{
    size_t wanted = *count ? 2 * *count : 64;
    uint32_t *made = calloc(wanted, sizeof(*made));
    if (!made) return LOY_E_MEMORY;
    free(*slots);
    *slots = made;
    *count = wanted;
    return LOY_OK;
}

/* The slot with the name, or the free one where it belongs. */
static uint32_t *name_slot(const struct profile_names *names, const char *name)
{
    size_t at = hash_bytes(name, strlen(name)) & (names->slot_count - 1);
    while (names->slots[at] && strcmp(names->names[names->slots[at] - 1], name) != 0)
        at = (at + 1) & (names->slot_count - 1);
    return &names->slots[at];
}

static enum loy_status name_add(struct profile_names *names, const char *name)
{
    enum loy_status status =
        profile_grow((void **)&names->names, names->count, &names->capacity, sizeof(char *));
    if (status != LOY_OK) return status;
    char *copy = strdup(name);
    if (!copy) return LOY_E_MEMORY;
    names->names[names->count] = copy;
    *name_slot(names, name) = (uint32_t)++names->count;
    return LOY_OK;
}

static enum loy_status names_widen(struct profile_names *names)
{
    if (2 * names->count < names->slot_count) return LOY_OK;
    enum loy_status status = slots_grow(&names->slots, &names->slot_count);
    for (size_t i = 0; i < names->count && status == LOY_OK; i++)
        *name_slot(names, names->names[i]) = (uint32_t)i + 1;
    if (status == LOY_OK && names->count == 0) status = name_add(names, "");
    return status;
}

static enum loy_status name_put(struct profile_names *names, const char *name, uint32_t *number)
{
    enum loy_status status = names_widen(names);
    if (status != LOY_OK) return status;
    if (!name) name = "";
    if (*name_slot(names, name) == 0) status = name_add(names, name);
    if (status == LOY_OK) *number = *name_slot(names, name) - 1;
    return status;
}

static void names_clear(struct profile_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->names[i]);
    free(names->names);
    free(names->slots);
}

void profile_wares_clear(struct profile_wares *wares)
{
    for (size_t i = 0; i < PROFILE_WARE_NAMES; i++)
        names_clear(&wares->names[i]);
    free(wares->wares);
    free(wares->slots);
    *wares = (struct profile_wares){0};
}

static int by_numbers(const void *left, const void *right)
{
    const struct profile_ware *a = left, *b = right;
    for (size_t i = 0; i < PROFILE_WARE_NAMES; i++)
        if (a->names[i] != b->names[i]) return a->names[i] < b->names[i] ? -1 : 1;
    if (a->colour != b->colour) return a->colour < b->colour ? -1 : 1;
    return (a->own_brand > b->own_brand) - (a->own_brand < b->own_brand);
}

static uint32_t *ware_slot(const struct profile_wares *wares, const struct profile_ware *ware)
{
    uint32_t rest = (uint32_t)ware->colour << 1 | ware->own_brand;
    size_t at =
        (hash_bytes(ware->names, sizeof(ware->names)) ^ rest * 40503u) & (wares->slot_count - 1);
    while (wares->slots[at] && by_numbers(&wares->wares[wares->slots[at] - 1], ware) != 0)
        at = (at + 1) & (wares->slot_count - 1);
    return &wares->slots[at];
}

static enum loy_status wares_widen(struct profile_wares *wares)
{
    if (2 * wares->count < wares->slot_count) return LOY_OK;
    enum loy_status status = slots_grow(&wares->slots, &wares->slot_count);
    for (size_t i = 0; i < wares->count && status == LOY_OK; i++)
        *ware_slot(wares, &wares->wares[i]) = (uint32_t)i + 1;
    return status;
}

static enum loy_status ware_add(struct profile_wares *wares, const struct profile_ware *ware)
{
    if (wares->count >= UINT32_MAX - 1) return LOY_E_LIMIT;
    enum loy_status status =
        profile_grow((void **)&wares->wares, wares->count, &wares->capacity, sizeof(*ware));
    if (status != LOY_OK) return status;
    wares->wares[wares->count] = *ware;
    *ware_slot(wares, ware) = (uint32_t)wares->count + 1;
    wares->count++;
    return LOY_OK;
}

enum loy_status profile_wares_put(
    struct profile_wares *wares, const struct loy_version *version, uint32_t *ware)
{
    const char *const texts[PROFILE_WARE_NAMES] = {[PROFILE_WARE_CATEGORY] = version->category,
        [PROFILE_WARE_ARTICLE] = version->article,
        [PROFILE_WARE_BRAND] = version->brand,
        [PROFILE_WARE_GRADE] = version->grade};
    struct profile_ware made = {.colour = version->colour_family < loy_colour_count
                                              ? version->colour_family
                                              : LOY_COLOUR_NONE,
        .own_brand = version->own_brand};
    enum loy_status status = wares_widen(wares);
    for (size_t i = 0; i < PROFILE_WARE_NAMES && status == LOY_OK; i++)
        status = name_put(&wares->names[i], texts[i], &made.names[i]);
    if (status == LOY_OK && *ware_slot(wares, &made) == 0) status = ware_add(wares, &made);
    if (status == LOY_OK) *ware = *ware_slot(wares, &made) - 1;
    return status;
}

/* ---- The alphabet --------------------------------------------------------------------------- */

struct sorted_name {
    char *name;
    uint32_t old;
};

static int by_name(const void *left, const void *right)
{
    const struct sorted_name *a = left, *b = right;
    return strcmp(a->name, b->name);
}

/* places[old] = the name's place in the alphabet; the names are in that order then. "" is first. */
static enum loy_status names_sort(struct profile_names *names, uint32_t **places)
{
    struct sorted_name *sorted = calloc(names->count + 1, sizeof(*sorted));
    *places = calloc(names->count + 1, sizeof(**places));
    bool made = sorted && *places;
    for (size_t i = 0; made && i < names->count; i++)
        sorted[i] = (struct sorted_name){names->names[i], (uint32_t)i};
    if (made) qsort(sorted, names->count, sizeof(*sorted), by_name);
    for (size_t i = 0; made && i < names->count; i++) {
        names->names[i] = sorted[i].name;
        (*places)[sorted[i].old] = (uint32_t)i;
    }
    free(sorted);
    return made ? LOY_OK : LOY_E_MEMORY;
}

struct sorted_ware {
    struct profile_ware ware;
    uint32_t old;
};

static int by_ware(const void *left, const void *right)
{
    const struct sorted_ware *a = left, *b = right;
    return by_numbers(&a->ware, &b->ware);
}

static enum loy_status wares_sort(struct profile_wares *wares, uint32_t **renumbered)
{
    struct sorted_ware *sorted = calloc(wares->count + 1, sizeof(*sorted));
    *renumbered = calloc(wares->count + 1, sizeof(**renumbered));
    bool made = sorted && *renumbered;
    for (size_t i = 0; made && i < wares->count; i++)
        sorted[i] = (struct sorted_ware){wares->wares[i], (uint32_t)i};
    if (made) qsort(sorted, wares->count, sizeof(*sorted), by_ware);
    for (size_t i = 0; made && i < wares->count; i++) {
        wares->wares[i] = sorted[i].ware;
        (*renumbered)[sorted[i].old] = (uint32_t)i;
    }
    free(sorted);
    return made ? LOY_OK : LOY_E_MEMORY;
}

enum loy_status profile_wares_settle(struct profile_wares *wares, uint32_t **renumbered)
{
    uint32_t *places[PROFILE_WARE_NAMES] = {0};
    enum loy_status status = LOY_OK;
    *renumbered = NULL;
    for (size_t i = 0; i < PROFILE_WARE_NAMES && status == LOY_OK; i++)
        status = names_sort(&wares->names[i], &places[i]);
    for (size_t w = 0; w < wares->count && status == LOY_OK; w++)
        for (size_t i = 0; i < PROFILE_WARE_NAMES; i++)
            wares->wares[w].names[i] = places[i][wares->wares[w].names[i]];
    if (status == LOY_OK) status = wares_sort(wares, renumbered);
    for (size_t i = 0; i < PROFILE_WARE_NAMES; i++)
        free(places[i]);
    /* The tables still name the old order. */
    free(wares->slots);
    wares->slots = NULL;
    wares->slot_count = 0;
    return status;
}
