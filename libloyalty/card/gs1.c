/* SPDX-License-Identifier: MIT
 *
 * gs1.c - the leading application identifier of a GS1 element string.
 * In: the bytes of a symbol whose symbology is GS1's. Out: where the number lies in them.
 * Must not know: ranges, keys, tracks.
 */
#include "card_private.h"

/*   8018 | 18 digits, mod 10 check digit | end or FNC1 (0x1D)
 *   01   | 14 digits, mod 10 check digit | whatever follows: AI 01 has a predefined length
 * (GS1 General Specifications, 3.2 and 7.8). FNC1 in first position shows in the AIM identifier;
 * some scanners send it as 0x1D besides. */
struct element {
    const char *identifier;
    size_t identifier_size, size;
    bool predefined; /* needs no FNC1 behind it */
};
static const struct element gsrn_element = {"8018", 4, CARD_GSRN_SIZE, false};
static const struct element gtin_element = {"01", 2, 14, true};

static const char *element_find(const struct element *element, const char *text, size_t length)
{
    if (length > 0 && (unsigned char)text[0] == CARD_FNC1) {
        text++;
        length--;
    }
    size_t whole = element->identifier_size + element->size;
    if (length < whole || memcmp(text, element->identifier, element->identifier_size) != 0)
        return NULL;
    if (!element->predefined && length > whole && (unsigned char)text[whole] != CARD_FNC1)
        return NULL;
    const char *digits = text + element->identifier_size;
    if (!loy_digits_only(digits, element->size) || !loy_digits_gs1(digits, element->size))
        return NULL;
    return digits;
}

const char *card_gsrn_find(const char *text, size_t length)
{
    return element_find(&gsrn_element, text, length);
}

const char *card_gtin_find(const char *text, size_t length)
{
    return element_find(&gtin_element, text, length);
}

static bool starts_with(const char *text, size_t length, const char *start)
{
    return length >= strlen(start) && memcmp(text, start, strlen(start)) == 0;
}

/* GS1 Digital Link: "https://<any host>/8018/<18 digits>", then the end, "/...", "?..." or "#...".
 * The host says who prints the symbol, not whose number it is, so it is not looked at (GS1 Digital
 * Link URI syntax). */
const char *card_gsrn_link_find(const char *text, size_t length)
{
    static const char part[] = "/8018/";
    const size_t part_size = sizeof part - 1;
    if (!starts_with(text, length, "https://") && !starts_with(text, length, "http://"))
        return NULL;
    for (size_t i = 8; i + part_size + CARD_GSRN_SIZE <= length; i++) {
        if (memcmp(text + i, part, part_size) != 0) continue;
        const char *digits = text + i + part_size;
        size_t behind = i + part_size + CARD_GSRN_SIZE;
        if (behind < length && !memchr("/?#", text[behind], 3)) return NULL;
        bool valid =
            loy_digits_only(digits, CARD_GSRN_SIZE) && loy_digits_gs1(digits, CARD_GSRN_SIZE);
        return valid ? digits : NULL;
    }
    return NULL;
}
