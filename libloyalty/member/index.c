/* SPDX-License-Identifier: MIT
 *
 * index.c - memory for names: entries in the order of the members, texts in chunks that never move,
 * all wiped at the end. In: a member's lines. Out: entries to look through.
 * Must not know: the store's rows, who asks.
 */
#include "index.h"
#include "pinyin.h"

#include <stdlib.h>
#include <string.h>

static void array_free(void *array, size_t size)
{
    if (array) sodium_memzero(array, size);
    free(array);
}

void index_free(struct loy_store *store)
{
    struct member_cache *cache = store->member_cache;
    if (!cache) return;
    for (size_t i = 0; i < cache->chunk_count; i++) {
        sodium_memzero(cache->chunks[i], INDEX_CHUNK);
        free(cache->chunks[i]);
    }
    array_free(cache->letters, cache->max * sizeof *cache->letters);
    array_free(cache->pairs, cache->max * sizeof *cache->pairs);
    array_free(cache->starts, cache->max * sizeof *cache->starts);
    array_free(cache->tails, cache->max * sizeof *cache->tails);
    array_free(cache->entries, cache->max * sizeof *cache->entries);
    free(cache->chunks);
    free(cache);
    store->member_cache = NULL;
}

size_t index_bytes(const struct member_cache *cache)
{
    const size_t filter = sizeof *cache->letters + sizeof *cache->pairs + sizeof *cache->starts;
    return sizeof *cache + cache->max * (filter + sizeof *cache->tails + sizeof *cache->entries) +
           cache->chunk_count * (size_t)INDEX_CHUNK + cache->chunk_max * sizeof *cache->chunks;
}

/* A larger copy; the old one is wiped. NULL: no memory, and the old one stays. */
static void *array_grow(void *array, size_t size, size_t larger)
{
    void *copy = malloc(larger);
    if (!copy) return NULL;
    if (array) memcpy(copy, array, size);
    array_free(array, size);
    return copy;
}

#define GROW(array, old, new)                                                                      \
    do {                                                                                           \
        void *copy = array_grow(array, (old) * sizeof *(array), (new) * sizeof *(array));          \
        if (!copy) return false;                                                                   \
        (array) = copy;                                                                            \
    } while (0)

/* max follows last: an array that is larger already does no harm. */
static bool entries_make(struct member_cache *cache, size_t max)
{
    GROW(cache->letters, cache->max, max);
    GROW(cache->pairs, cache->max, max);
    GROW(cache->starts, cache->max, max);
    GROW(cache->tails, cache->max, max);
    GROW(cache->entries, cache->max, max);
    cache->max = max;
    return true;
}

static bool entries_grow(struct member_cache *cache)
{
    if (cache->count < cache->max) return true;
    return entries_make(cache, cache->max + cache->max / 8 + 256);
}

void index_reserve(struct member_cache *cache, size_t members)
{
    if (cache->max == 0) entries_make(cache, members);
}

static bool chunk_add(struct member_cache *cache)
{
    if (cache->chunk_count >= UINT32_MAX / INDEX_CHUNK) return false;
    if (cache->chunk_count == cache->chunk_max) {
        size_t max = cache->chunk_max ? 2 * cache->chunk_max : 16;
        char **chunks = realloc(cache->chunks, max * sizeof *chunks);
        if (!chunks) return false;
        cache->chunks = chunks;
        cache->chunk_max = max;
    }
    char *chunk = malloc(INDEX_CHUNK);
    if (!chunk) return false;
    cache->chunks[cache->chunk_count++] = chunk;
    cache->used = 0;
    return true;
}

static bool text_add(struct member_cache *cache, const char *text, uint32_t *place)
{
    size_t size = strlen(text) + 1;
    bool room = cache->chunk_count > 0 && INDEX_CHUNK - cache->used >= size;
    if (!room && !chunk_add(cache)) return false;
    size_t chunk = cache->chunk_count - 1;
    memcpy(cache->chunks[chunk] + cache->used, text, size);
    *place = (uint32_t)(chunk * INDEX_CHUNK + cache->used);
    cache->used += size;
    return true;
}

/* The first entry of this member or behind it. */
static size_t place_of(const struct member_cache *cache, uint32_t member)
{
    size_t low = 0, high = cache->count;
    if (high > 0 && cache->entries[high - 1].member < member) return high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cache->entries[middle].member < member)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* All from one place to the end. */
static void entries_move(struct member_cache *cache, size_t to, size_t from)
{
    size_t count = cache->count - from;
    memmove(&cache->letters[to], &cache->letters[from], count * sizeof *cache->letters);
    memmove(&cache->pairs[to], &cache->pairs[from], count * sizeof *cache->pairs);
    memmove(&cache->starts[to], &cache->starts[from], count * sizeof *cache->starts);
    memmove(&cache->tails[to], &cache->tails[from], count * sizeof *cache->tails);
    memmove(&cache->entries[to], &cache->entries[from], count * sizeof *cache->entries);
}

static void entry_remove(struct member_cache *cache, size_t at)
{
    char *text = cache->chunks[cache->entries[at].text / INDEX_CHUNK] +
                 cache->entries[at].text % INDEX_CHUNK;
    sodium_memzero(text, strlen(text));
    entries_move(cache, at, at + 1);
    cache->count--;
    cache->letters[cache->count] = cache->pairs[cache->count] = cache->starts[cache->count] = 0;
    cache->tails[cache->count] = 0;
    sodium_memzero(&cache->entries[cache->count], sizeof *cache->entries);
}

bool index_put(struct member_cache *cache, uint32_t member, const char *text, uint64_t telephone)
{
    size_t at = place_of(cache, member);
    if (at < cache->count && cache->entries[at].member == member) entry_remove(cache, at);
    if (!text[0] && !telephone) return true;
    struct index_entry entry = {telephone, member, 0};
    if (!entries_grow(cache) || !text_add(cache, text, &entry.text)) return false;
    entries_move(cache, at + 1, at);
    const struct pinyin_filter filter = pinyin_filter_of(text);
    cache->letters[at] = filter.letters;
    cache->pairs[at] = filter.pairs;
    cache->starts[at] = filter.starts;
    cache->tails[at] = telephone ? (uint16_t)(telephone % INDEX_TAIL) : INDEX_NO_TAIL;
    cache->entries[at] = entry;
    cache->count++;
    return true;
}
