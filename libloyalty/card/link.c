/* SPDX-License-Identifier: MIT
 *
 * link.c - GS1 Digital Links.
 * In: the text of a symbol. Out: the element string that a link stands for. Must not know: the
 * network; the host says who printed the symbol, not whose number it is, and is not looked at.
 */
#include "card_private.h"

#include <sodium.h>

/*   https://host[:port][/any/path]/8018/735005385000000011[/8019/1][/][?attributes][#fragment]
 *
 * Scheme and host in either case; keys by number or by the names of version 1.1 (gtin, gsrn ...);
 * values percent-encoded where their maker liked (GS1 Digital Link standard, URI syntax). */
struct link_key {
    const char *number, *name;
    bool gtin;                              /* may have lost leading zeros */
    const char *qualifier, *qualifier_name; /* what may follow, of use here; or "" */
};
static const struct link_key link_keys[] = {
    {"8018", "gsrn", false, "8019", "srin"},
    {"8017", "gsrnp", false, "8019", "srin"},
    {"255", "gcn", false, "", ""},
    {"01", "gtin", true, "", ""},
};

struct segment {
    const char *text;
    size_t length;
};

static bool segment_is(struct segment segment, const char *word)
{
    return segment.length == strlen(word) && segment.length > 0 &&
           memcmp(segment.text, word, segment.length) == 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Takes "https://host" off; false: no link at all. */
static bool path_find(struct segment *rest)
{
    static const char scheme[] = "https://";
    size_t n = 0, at = 0;
    for (; n < rest->length && at < sizeof scheme - 1; at++) {
        if (at == 4 && rest->text[n] == ':') continue; /* http */
        if (lower(rest->text[n++]) != scheme[at]) return false;
    }
    if (at < sizeof scheme - 1) return false;
    while (n < rest->length && !memchr("/?#", rest->text[n], 3))
        n++;
    rest->text += n;
    rest->length -= n;
    size_t end = 0;
    while (end < rest->length && rest->text[end] != '?' && rest->text[end] != '#')
        end++;
    rest->length = end;
    return true;
}

/* The next segment of a path that begins with '/'. */
static bool segment_next(struct segment *path, struct segment *segment)
{
    if (path->length < 2) return false;
    segment->text = path->text + 1;
    const char *end = memchr(segment->text, '/', path->length - 1);
    segment->length = end ? (size_t)(end - segment->text) : path->length - 1;
    path->text += segment->length + 1;
    path->length -= segment->length + 1;
    return true;
}

/* The digits of a value, percent-decoded: keys of use here are digits throughout. 0: they are not,
 * or are too many. */
#define LINK_DIGITS_MAX 32u
static size_t digits_decode(struct segment segment, char digits[LINK_DIGITS_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < segment.length; i++) {
        bool escaped = segment.length - i >= 3 && memcmp(segment.text + i, "%3", 2) == 0;
        if (escaped) i += 2; /* "%30" to "%39" are the digits */
        char c = segment.text[i];
        if (n == LINK_DIGITS_MAX || c < '0' || c > '9') return 0;
        digits[n++] = c;
    }
    return n;
}

/* identifier + value, the value filled up to a GTIN-14 where it is one; at most 4 + LINK_DIGITS_MAX
 * characters. Gives the length, 0: no. */
static size_t element_write(const char *identifier, bool gtin, struct segment value, char *out)
{
    char digits[LINK_DIGITS_MAX];
    size_t n = digits_decode(value, digits), head = strlen(identifier);
    if (gtin && n != 8 && n != 12 && n != 13 && n != CARD_GTIN_SIZE) n = 0;
    size_t zeros = gtin && n > 0 ? CARD_GTIN_SIZE - n : 0;
    memcpy(out, identifier, head);
    memset(out + head, '0', zeros);
    if (n > 0) memcpy(out + head + zeros, digits, n);
    sodium_memzero(digits, sizeof digits);
    return n > 0 ? head + zeros + n : 0;
}

static const struct link_key *key_find(struct segment segment)
{
    for (size_t i = 0; i < sizeof link_keys / sizeof link_keys[0]; i++)
        if (segment_is(segment, link_keys[i].number) || segment_is(segment, link_keys[i].name))
            return &link_keys[i];
    return NULL;
}

/* The qualifier behind the key, if it is there and valid, else nothing: the key is sure already. */
static size_t qualifier_write(const struct link_key *key, struct segment path, char *out)
{
    struct segment name, value;
    if (!segment_next(&path, &name) || !segment_next(&path, &value)) return 0;
    if (!segment_is(name, key->qualifier) && !segment_is(name, key->qualifier_name)) return 0;
    struct card_elements elements;
    out[0] = CARD_FNC1;
    size_t n = element_write(key->qualifier, false, value, out + 1);
    return n > 0 && card_elements_read(out, n + 1, &elements) == LOY_OK ? n + 1 : 0;
}

/* A path of the shop's own may hold "/01/" or "/8018/" before the key: what counts is a key with a
 * valid value. Two of them are no Digital Link. */
size_t card_elements_from_link(const char *text, size_t length, char out[CARD_ELEMENTS_MAX])
{
    struct segment path = {text, length}, segment, value;
    size_t found = 0;
    if (!path_find(&path)) return 0;
    while (segment_next(&path, &segment)) {
        const struct link_key *key = key_find(segment);
        struct segment behind = path;
        struct card_elements elements;
        char made[CARD_ELEMENTS_MAX];
        if (!key || !segment_next(&behind, &value)) continue;
        size_t n = element_write(key->number, key->gtin, value, made);
        bool valid = n > 0 && card_elements_read(made, n, &elements) == LOY_OK;
        if (valid && found == 0) {
            memcpy(out, made, n);
            found = n + qualifier_write(key, behind, out + n);
            path = behind;
        } else if (valid) {
            found = 0;
            path.length = 0;
        }
        sodium_memzero(made, sizeof made);
    }
    if (found == 0) sodium_memzero(out, CARD_ELEMENTS_MAX);
    return found;
}
