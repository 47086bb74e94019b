/* SPDX-License-Identifier: MIT
 *
 * occasion_names.c - codes, brands and grades become small numbers: each different text is kept
 * once. In: a text; out: its number. Must not know what the text means.
 */
#include "occasion_private.h"

#include <stdlib.h>
#include <string.h>

bool occasion_grow(void **items, size_t count, size_t *capacity, size_t item_size)
{
    if (count < *capacity) return true;
    size_t wanted = *capacity ? *capacity * 2 : 64;
    if (wanted > SIZE_MAX / item_size) return false;
    void *grown = realloc(*items, wanted * item_size);
    if (!grown) return false;
    *items = grown;
    *capacity = wanted;
    return true;
}

static uint32_t *slot_of(const struct occasion_names *names, const char *text)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (const char *at = text; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 16777619u;
    size_t slot = hash & (names->slot_count - 1);
    while (names->slots[slot] && strcmp(names->texts[names->slots[slot] - 1], text) != 0)
        slot = (slot + 1) & (names->slot_count - 1);
    return &names->slots[slot];
}

static bool widen(struct occasion_names *names)
{
    size_t slot_count = names->slot_count ? names->slot_count * 2 : 64;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    if (!slots) return false;
    free(names->slots);
    names->slots = slots;
    names->slot_count = slot_count;
    for (size_t i = 0; i < names->count; i++)
        *slot_of(names, names->texts[i]) = (uint32_t)i + 1;
    return true;
}

int32_t occasion_name_add(struct occasion_names *names, const char *text)
{
    if (!text) text = "";
    if (names->count >= INT32_MAX / 4) return OCCASION_NONE;
    if (names->count * 2 >= names->slot_count && !widen(names)) return OCCASION_NONE;
    uint32_t *slot = slot_of(names, text);
    if (*slot) return (int32_t)(*slot - 1);
    void *texts = names->texts;
    if (!occasion_grow(&texts, names->count, &names->capacity, sizeof *names->texts))
        return OCCASION_NONE;
    names->texts = texts;
    char *copy = strdup(text);
    if (!copy) return OCCASION_NONE;
    names->texts[names->count] = copy;
    *slot = (uint32_t)++names->count;
    return (int32_t)(names->count - 1);
}

void occasion_names_clear(struct occasion_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->texts[i]);
    free(names->texts);
    free(names->slots);
    memset(names, 0, sizeof *names);
}
