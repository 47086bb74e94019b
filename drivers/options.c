/* SPDX-License-Identifier: MIT
 *
 * options.c - key=value lists, and bytes written as hexadecimal.
 * In: text from a caller or a file; out: rows of struct loy_option, bytes.
 * Must not know: any key, any driver, any file.
 */
#include "options.h"

#include <string.h>

static const char *keep(struct options *options, const char *text, size_t length)
{
    char *kept = options->text + options->used;
    memcpy(kept, text, length);
    kept[length] = '\0';
    options->used += length + 1;
    return kept;
}

enum loy_status options_add(struct options *options, const char *key, size_t key_length,
    const char *value, size_t value_length)
{
    if (options->count == OPTIONS_MAX) return LOY_E_LIMIT;
    if (key_length + value_length + 2 > OPTIONS_TEXT_MAX - options->used) return LOY_E_LIMIT;
    struct loy_option *row = &options->rows[options->count++];
    row->key = keep(options, key, key_length);
    row->value = keep(options, value, value_length);
    return LOY_OK;
}

enum loy_status options_add_query(struct options *options, const char *query)
{
    while (*query != '\0') {
        size_t length = strcspn(query, "&");
        const char *equals = memchr(query, '=', length);
        if (equals == NULL || equals == query) return LOY_E_ARGUMENT;
        size_t key_length = (size_t)(equals - query);
        enum loy_status status =
            options_add(options, query, key_length, equals + 1, length - key_length - 1);
        if (status != LOY_OK) return status;
        query += length;
        if (*query == '&') query++;
    }
    return LOY_OK;
}

const char *options_take(struct options *options, const char *key)
{
    for (size_t i = 0; i < options->count; i++) {
        if (strcmp(options->rows[i].key, key) != 0) continue;
        const char *value = options->rows[i].value;
        options->count--;
        memmove(&options->rows[i], &options->rows[i + 1],
            (options->count - i) * sizeof options->rows[0]);
        return value;
    }
    return NULL;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool options_hex(const char *text, uint8_t *bytes, size_t size, size_t *length)
{
    size_t n = 0;
    for (;;) {
        text += strspn(text, " \t\r");
        if (*text == '\0') break;
        int high = hex_digit(text[0]);
        int low = high < 0 ? -1 : hex_digit(text[1]);
        if (low < 0 || n == size) return false;
        bytes[n++] = (uint8_t)(high << 4 | low);
        text += 2;
    }
    *length = n;
    return true;
}

bool options_id(const char *text, uint16_t *id)
{
    uint8_t bytes[2];
    size_t n = 0;
    if (!options_hex(text, bytes, sizeof bytes, &n) || n != sizeof bytes) return false;
    *id = (uint16_t)(bytes[0] << 8 | bytes[1]);
    return true;
}
