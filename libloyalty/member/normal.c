/* SPDX-License-Identifier: MIT
 *
 * normal.c - one form for texts that a person would call equal.
 * In: UTF-8 as typed. Out: NFKC, trimmed, blanks folded; case folded on request.
 * Must not know: fields, the store, countries.
 */
#include "member_private.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* Marks that turn the direction of what follows can make one name look like another. */
static bool turns_direction(utf8proc_int32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static enum loy_status check(const char *text)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    while (*at) {
        utf8proc_int32_t c;
        /* NUL ends a cut sequence, so reading never passes the terminator. */
        utf8proc_ssize_t used = utf8proc_iterate(at, -1, &c);
        if (used <= 0 || turns_direction(c)) return LOY_E_FORMAT;
        utf8proc_category_t category = utf8proc_category(c);
        if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZL ||
            category == UTF8PROC_CATEGORY_ZP)
            return LOY_E_FORMAT;
        at += used;
    }
    return LOY_OK;
}

/* Blanks at both ends go, several become one. */
static enum loy_status fold_blanks(const char *text, char normal[LOY_FIELD_TEXT_MAX])
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    size_t n = 0;
    bool blank = false;
    while (*at) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used = utf8proc_iterate(at, -1, &c);
        if (used <= 0) return LOY_E_FORMAT;
        bool is_blank = utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
        size_t needed = is_blank ? 0 : (size_t)used + (blank && n > 0 ? 1 : 0);
        if (n + needed >= LOY_FIELD_TEXT_MAX) return LOY_E_LIMIT;
        if (!is_blank && blank && n > 0) normal[n++] = ' ';
        if (!is_blank) memcpy(normal + n, at, (size_t)used);
        if (!is_blank) n += (size_t)used;
        blank = is_blank;
        at += used;
    }
    normal[n] = '\0';
    return LOY_OK;
}

/* What most texts are: nothing to compose, so no allocation and no tables. */
static bool is_ascii(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80) return false;
    return true;
}

static enum loy_status map(const char *text, int options, char normal[LOY_FIELD_TEXT_MAX])
{
    utf8proc_uint8_t *mapped = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text, 0, &mapped,
        (utf8proc_option_t)(UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPOSE |
                            UTF8PROC_COMPAT | options));
    if (n < 0) return n == UTF8PROC_ERROR_NOMEM ? LOY_E_MEMORY : LOY_E_FORMAT;
    enum loy_status status = fold_blanks((const char *)mapped, normal);
    sodium_memzero(mapped, (size_t)n);
    free(mapped);
    return status;
}

enum loy_status member_text_normal(const char *text, char normal[LOY_FIELD_TEXT_MAX])
{
    if (strlen(text) >= LOY_FIELD_TEXT_MAX) return LOY_E_LIMIT;
    if (check(text) != LOY_OK) return LOY_E_FORMAT;
    return is_ascii(text) ? fold_blanks(text, normal) : map(text, 0, normal);
}

size_t member_text_length(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

enum loy_status member_text_fold(const char *text, char folded[LOY_FIELD_TEXT_MAX])
{
    if (strlen(text) >= LOY_FIELD_TEXT_MAX) return LOY_E_LIMIT;
    if (check(text) != LOY_OK) return LOY_E_FORMAT;
    return map(text, UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, folded);
}
