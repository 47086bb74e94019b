/* SPDX-License-Identifier: MIT
 *
 * names.c - texts become small numbers: each different text is kept once.
 * In: a text; out: its number. Must not know what the text means.
 */
#include "market_private.h"

#include <stdlib.h>
#include <string.h>

bool market_grow(void **items, size_t count, size_t *capacity, size_t item_size)
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

static uint32_t hash_of(const char *text)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return hash;
}

static uint32_t *slot_of(const struct market_names *names, const char *text)
{
    uint32_t mask = names->slot_count - 1;
    uint32_t at = hash_of(text) & mask;
    while (names->slots[at] && strcmp(names->texts[names->slots[at] - 1], text) != 0)
        at = (at + 1) & mask;
    return &names->slots[at];
}

static bool widen(struct market_names *names)
{
    uint32_t slot_count = names->slot_count ? names->slot_count * 2 : 64;
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    if (!slots) return false;
    free(names->slots);
    names->slots = slots;
    names->slot_count = slot_count;
    for (uint32_t i = 0; i < names->count; i++)
        *slot_of(names, names->texts[i]) = i + 1;
    return true;
}

int32_t market_name_add(struct market_names *names, const char *text)
{
    if (!text) text = "";
    if (names->count >= (uint32_t)INT32_MAX / 4) return MARKET_NO_LEVEL;
    if ((size_t)names->count * 2 >= names->slot_count && !widen(names)) return MARKET_NO_LEVEL;
    uint32_t *slot = slot_of(names, text);
    if (*slot) return (int32_t)(*slot - 1);
    size_t capacity = names->capacity;
    void *texts = names->texts;
    if (!market_grow(&texts, names->count, &capacity, sizeof *names->texts)) return MARKET_NO_LEVEL;
    names->texts = texts;
    names->capacity = (uint32_t)capacity;
    char *copy = strdup(text);
    if (!copy) return MARKET_NO_LEVEL;
    names->texts[names->count] = copy;
    *slot = ++names->count;
    return (int32_t)(names->count - 1);
}

void market_names_clear(struct market_names *names)
{
    for (uint32_t i = 0; i < names->count; i++)
        free(names->texts[i]);
    free(names->texts);
    free(names->slots);
    memset(names, 0, sizeof *names);
}
