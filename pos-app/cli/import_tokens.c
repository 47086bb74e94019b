/* SPDX-License-Identifier: MIT
 *
 * import_tokens.c - by what a row of a members file is known again. In: rows, in the order of the
 * file. Out: 16 bytes each. Must not know: forms, members.
 *
 *   content = BLAKE2b-128(key, name 0 cell 0 name 0 cell 0 ...), names in order, empty cells not
 *   token   = BLAKE2b-128(key, content | how manieth such row of this file, from 1, LE 32)
 *
 * The key is the store's own: nobody can try names and telephones against the tokens in its file.
 */
#include "import_tokens.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct column {
    const char *name;
    size_t file_column;
};

/* How often a content came so far. Half of its digest is enough: the key is secret. */
struct seen {
    uint64_t content;
    uint32_t count; /* 0: an empty slot */
};

struct import_tokens {
    const struct csv_table *table;
    uint8_t key[LOY_CARD_KEY_SIZE];
    struct column columns[CSV_COLUMNS_MAX];
    struct seen *seen;
    size_t slots; /* a power of two, at least twice the rows */
};

static int by_name(const void *a, const void *b)
{
    const struct column *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : (x->file_column > y->file_column) - (x->file_column < y->file_column);
}

/* Known columns by their own name, however the file writes it. */
static const char *column_name(const struct csv_table *table, size_t file_column)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->at[i] == (int)file_column) return table->columns[i].name;
    return table->headers[file_column];
}

struct import_tokens *import_tokens_open(const struct import *import)
{
    const struct csv_table *table = &import->table;
    struct import_tokens *tokens = calloc(1, sizeof *tokens);
    if (!tokens) return NULL;
    tokens->table = table;
    tokens->slots = 16;
    while (tokens->slots < 2 * table->row_count)
        tokens->slots *= 2;
    tokens->seen = calloc(tokens->slots, sizeof *tokens->seen);
    if (!tokens->seen) {
        free(tokens);
        return NULL;
    }
    loy_store_card_key(import->store, tokens->key);
    for (size_t f = 0; f < table->file_columns; f++)
        tokens->columns[f] = (struct column){column_name(table, f), f};
    qsort(tokens->columns, table->file_columns, sizeof *tokens->columns, by_name);
    return tokens;
}

void import_tokens_close(struct import_tokens *tokens)
{
    if (!tokens) return;
    sodium_memzero(tokens->key, sizeof tokens->key);
    free(tokens->seen);
    free(tokens);
}

static void content_digest(
    const struct import_tokens *tokens, size_t row, uint8_t digest[LOY_FORM_TOKEN_SIZE])
{
    static const char domain[] = "a row of members";
    crypto_generichash_state state;
    crypto_generichash_init(&state, tokens->key, sizeof tokens->key, LOY_FORM_TOKEN_SIZE);
    crypto_generichash_update(&state, (const uint8_t *)domain, sizeof domain);
    for (size_t i = 0; i < tokens->table->file_columns; i++) {
        const struct column *column = &tokens->columns[i];
        const char *cell = csv_file_cell(tokens->table, row, column->file_column);
        if (!*cell) continue;
        crypto_generichash_update(&state, (const uint8_t *)column->name, strlen(column->name) + 1);
        crypto_generichash_update(&state, (const uint8_t *)cell, strlen(cell) + 1);
    }
    crypto_generichash_final(&state, digest, LOY_FORM_TOKEN_SIZE);
    sodium_memzero(&state, sizeof state);
}

static uint32_t times_seen(struct import_tokens *tokens, const uint8_t *digest)
{
    uint64_t content;
    memcpy(&content, digest, sizeof content);
    size_t slot = (size_t)content & (tokens->slots - 1);
    while (tokens->seen[slot].count > 0 && tokens->seen[slot].content != content)
        slot = (slot + 1) & (tokens->slots - 1);
    tokens->seen[slot].content = content;
    return ++tokens->seen[slot].count;
}

void import_tokens_make(
    struct import_tokens *tokens, size_t row, uint8_t token[LOY_FORM_TOKEN_SIZE])
{
    uint8_t message[LOY_FORM_TOKEN_SIZE + 4];
    content_digest(tokens, row, message);
    uint32_t times = times_seen(tokens, message);
    for (unsigned i = 0; i < 4; i++)
        message[LOY_FORM_TOKEN_SIZE + i] = (uint8_t)(times >> 8 * i);
    crypto_generichash(
        token, LOY_FORM_TOKEN_SIZE, message, sizeof message, tokens->key, sizeof tokens->key);
}
