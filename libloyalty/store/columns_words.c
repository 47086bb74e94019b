/* SPDX-License-Identifier: MIT
 *
 * columns_words.c - the attributes of article versions as rows of small numbers, each word once.
 * In: versions. Out: what a file of columns holds of them. Must not know: files, SQL.
 */
#include <store/columns_private.h>

#include <stdlib.h>
#include <string.h>

#define TABLE_FIRST 1024u

static size_t table_place(const struct columns_words *words, const char *word)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (const char *at = word; *at != '\0'; at++)
        hash = (hash ^ (uint8_t)*at) * UINT64_C(1099511628211);
    size_t place = (size_t)(hash ^ hash >> 32) & (words->table_size - 1);
    while (words->table[place] != 0 && strcmp(words->text + words->table[place] - 1, word) != 0)
        place = (place + 1) & (words->table_size - 1);
    return place;
}

static bool table_grow(struct columns_words *words)
{
    if (words->word_count * 2 < words->table_size) return true;
    uint32_t *old = words->table;
    const size_t old_size = words->table_size;
    const size_t size = old_size ? old_size * 2 : TABLE_FIRST;
    uint32_t *table = calloc(size, sizeof *table);
    if (!table) return false;
    words->table = table;
    words->table_size = size;
    for (size_t i = 0; i < old_size; i++)
        if (old[i] != 0) table[table_place(words, words->text + old[i] - 1)] = old[i];
    free(old);
    return true;
}

static bool text_grow(struct columns_words *words, size_t more)
{
    if (words->text_size + more <= words->text_max) return true;
    size_t max = (words->text_size + more) * 2;
    char *text = realloc(words->text, max);
    if (!text) return false;
    words->text = text;
    words->text_max = max;
    return true;
}

static enum loy_status word_take(struct columns_words *words, const char *word, uint32_t *offset)
{
    const size_t size = strlen(word) + 1;
    if (words->text_size + size >= UINT32_MAX) return LOY_E_LIMIT;
    if (!table_grow(words)) return LOY_E_MEMORY;
    const size_t place = table_place(words, word);
    if (words->table[place] == 0) {
        if (!text_grow(words, size)) return LOY_E_MEMORY;
        memcpy(words->text + words->text_size, word, size);
        words->table[place] = (uint32_t)words->text_size + 1;
        words->text_size += size;
        words->word_count++;
    }
    *offset = words->table[place] - 1;
    return LOY_OK;
}

static bool versions_grow(struct columns_words *words)
{
    if (words->version_count < words->version_max) return true;
    size_t max = words->version_max ? words->version_max * 2 : 256;
    struct columns_version *versions = realloc(words->versions, max * sizeof *versions);
    if (!versions) return false;
    words->versions = versions;
    words->version_max = max;
    return true;
}

enum loy_status columns_words_add(
    struct columns_words *words, int64_t id, const struct loy_version *attributes)
{
    const char *const all[COLUMNS_WORDS] = {attributes->article, attributes->brand,
        attributes->manufacturer, attributes->category, attributes->style, attributes->season,
        attributes->grade, attributes->colour, attributes->size_text};
    struct columns_version version = {.id = id,
        .colour_family = attributes->colour_family,
        .kind = attributes->kind,
        .own_brand = attributes->own_brand,
        .derived_grade = attributes->derived_grade};
    uint32_t nothing;
    // The first word of a text is "".
    enum loy_status status = word_take(words, "", &nothing);
    for (int i = 0; status == LOY_OK && i < COLUMNS_WORDS; i++)
        status = word_take(words, all[i] ? all[i] : "", &version.words[i]);
    if (status != LOY_OK) return status;
    if (words->version_count >= UINT32_MAX) return LOY_E_LIMIT;
    if (!versions_grow(words)) return LOY_E_MEMORY;
    words->versions[words->version_count++] = version;
    return LOY_OK;
}

void columns_words_free(struct columns_words *words)
{
    free(words->versions);
    free(words->text);
    free(words->table);
    *words = (struct columns_words){0};
}
