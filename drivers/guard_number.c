/* SPDX-License-Identifier: MIT
 *
 * guard_number.c - digits in a text, and the financial layouts around them.
 * In: text of one part, own ranges; out: numbers and what surrounds them.
 * Must not know: the table's rows, what becomes of a number.
 */
#include "guard_rows.h"

#include <string.h>

bool guard_digit_at(const struct guard_text *text, size_t at)
{
    return (uint8_t)(guard_byte_at(text, at) - '0') < 10;
}

bool guard_letter_at(const struct guard_text *text, size_t at)
{
    return (uint8_t)((guard_byte_at(text, at) | 0x20) - 'a') < 26;
}

uint8_t guard_byte_at(const struct guard_text *text, size_t at)
{
    return at < text->length ? text->bytes[at] : 0;
}

/* Behind what stands between groups of digits: blanks and hyphens, of which the card room drops any
 * number, and what people write instead. */
static size_t skip_gap(const struct guard_text *text, size_t at)
{
    static const char gaps[] = {' ', '-', '.', '_', '\t'};
    while (memchr(gaps, guard_byte_at(text, at), sizeof gaps) != NULL)
        at++;
    return at;
}

bool guard_next_number(
    const struct guard_text *text, size_t at, bool joined, struct guard_number *number)
{
    while (at < text->length && !guard_digit_at(text, at))
        at++;
    number->begin = number->end = at;
    number->length = 0;
    while (guard_digit_at(text, at)) {
        if (number->length < GUARD_DIGITS_MAX)
            number->digits[number->length] = (char)text->bytes[at];
        number->length++;
        number->end = ++at;
        if (joined) at = skip_gap(text, at);
    }
    return number->length > 0;
}

/* ISO/IEC 7813: month 01 to 12; service code 1, 2, 5, 6, 7, 9; 0, 2, 4; 0 to 7. */
bool guard_has_date_and_service(const struct guard_text *text, size_t at)
{
    for (size_t i = 0; i < 7; i++)
        if (!guard_digit_at(text, at + i)) return false;
    const uint8_t *date = text->bytes + at, *service = date + 4;
    int month = (date[2] - '0') * 10 + date[3] - '0';
    return month >= 1 && month <= 12 && strchr("125679", service[0]) && strchr("024", service[1]) &&
           service[2] <= '7';
}

/* Behind a letter or digit, B is no format code: "CLUB123..." is a club's. */
bool guard_is_format_b(const struct guard_text *text, const struct guard_number *number)
{
    size_t at = number->begin;
    if (at == 0 || (text->bytes[at - 1] | 0x20) != 'b') return false;
    if (at > 1 && (guard_letter_at(text, at - 2) || guard_digit_at(text, at - 2))) return false;
    return guard_byte_at(text, number->end) == '^';
}

bool guard_is_layout_2(const struct guard_text *text, const struct guard_number *number)
{
    static const char separators[] = {'=', 'D', 'd'};
    return memchr(separators, guard_byte_at(text, number->end), sizeof separators) != NULL &&
           guard_has_date_and_service(text, number->end + 1);
}

static const struct loy_range *own_range(
    const struct guard *guard, const struct guard_number *number)
{
    if (number->length > GUARD_DIGITS_MAX) return NULL;
    for (size_t i = 0; i < guard->range_count; i++)
        if (loy_range_holds(&guard->ranges[i], number->digits, number->length))
            return &guard->ranges[i];
    return NULL;
}

bool guard_is_own_number(
    const struct guard *guard, const struct guard_text *text, const struct guard_number *number)
{
    const struct loy_range *range = own_range(guard, number);
    if (range == NULL) return false;
    return range->financial_layout ||
           !(guard_is_format_b(text, number) || guard_is_layout_2(text, number));
}

bool guard_is_framed(const struct guard_text *text)
{
    static const char starts[] = {'%', ';', '+', '#', '&', '@', '!'};
    return memchr(starts, guard_byte_at(text, 0), sizeof starts) != NULL &&
           text->bytes[text->length - 1] == '?';
}

/* ]Z and ]o are no bar codes at all (ISO/IEC 15424: ]Z0 keyboard, ]Z1 magnetic stripe; ]o
 * characters, such as those on a card's front), ]X is whatever the maker likes. An EAN, by its
 * identifier or by the reader's own letter, that has not the length of one is none: else row 1 had
 * held. */
bool guard_may_be_card(const struct loy_part *part)
{
    static const char codes[] = {'E', 'X', 'Z', 'o'};
    static const uint8_t eans[] = {LOY_SYMBOLOGY_EAN_13, LOY_SYMBOLOGY_EAN_8, LOY_SYMBOLOGY_UPC_A,
        LOY_SYMBOLOGY_UPC_E, LOY_SYMBOLOGY_EAN_ADD_ON};
    if (part->type != LOY_PART_SYMBOL || part->symbology == LOY_SYMBOLOGY_NONE) return true;
    return memchr(eans, part->symbology, sizeof eans) != NULL ||
           memchr(codes, part->aim[1], sizeof codes) != NULL;
}
