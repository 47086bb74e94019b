/* SPDX-License-Identifier: MIT
 *
 * guard_identity.c - row 6: driving licences and other identity documents.
 * In: text of one part; out: whether it is one.
 * Must not know: readers, what becomes of a read.
 *
 * AAMVA DL/ID card design standard:
 *   track 1   % state(2) city(13, or shorter and ^) name(35, or shorter and ^, split by $) ... ?
 *   track 2   ; issuer(6) id(1-13) = expiry(YYMM) birth(YYYYMMDD) ... ?
 *   track 3   # or %, or 7-bit: template(1) security(1) postcode(11) class(2) restrictions(10)
 *             endorsements(4) sex(1) height(3) weight(3) hair(3) eyes(3) ... ?
 *   PDF417    @ LF RS CR "ANSI " issuer(6) ... ; elements on lines of their own: DAQ id, DCS name
 * ICAO 9303: two lines of 44 or 36 characters or three of 30, from A-Z, 0-9, <.
 */
#include "guard_rows.h"

#include <string.h>

/* ---- Stripes of licences -------------------------------------------------------------------- */

static bool has(const struct guard_text *text, char c)
{
    return memchr(text->bytes, c, text->length) != NULL;
}

static bool is_state(const struct guard_text *text)
{
    static const char states[] =
        "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV "
        "NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR VI GU AS MP "
        "AB BC MB NB NL NS NT NU ON PE QC SK YT";
    for (size_t i = 0; i + 2 < sizeof states; i += 3)
        if (memcmp(text->bytes, states + i, 2) == 0) return true;
    return false;
}

/* City, ^, and a name with $ in it up to the next ^, all without digits. */
static bool has_city_and_name(const struct guard_text *text)
{
    size_t carets = 0, dollars = 0;
    for (size_t at = 2; at < text->length && carets < 2; at++) {
        if (guard_digit_at(text, at)) return false;
        carets += text->bytes[at] == '^';
        dollars += carets == 1 && text->bytes[at] == '$';
    }
    return dollars > 0;
}

/* With its start sentinel the layout is enough. Without, the state must be one, and the rest more
 * than "COUPON^SAVE$10". */
static bool is_licence_track_1(const struct guard_text *text, bool whole)
{
    size_t at = guard_byte_at(text, 0) == '%';
    if (text->length < 20) return false;
    for (size_t i = 0; i < 3; i++)
        if (!guard_letter_at(text, at + i)) return false;
    if (!has(text, '^') || !has(text, '$')) return false;
    return at == 1 || (!whole && is_state(text) && has_city_and_name(text));
}

/* Birth YYYYMMDD behind the four digits of the expiry. */
static bool has_expiry_and_birth(const struct guard_text *text, size_t at)
{
    for (size_t i = 0; i < 12; i++)
        if (!guard_digit_at(text, at + i)) return false;
    return memcmp(text->bytes + at + 4, "19", 2) == 0 || memcmp(text->bytes + at + 4, "20", 2) == 0;
}

/* The numbers that AAMVA gave to issuers. Those that stand without their layout are the ones that
 * readers' makers go by; the others need it. */
static bool is_licence_track_2(const struct guard_text *text, bool stripe)
{
    size_t at = guard_byte_at(text, 0) == ';';
    unsigned long issuer = 0;
    size_t end = at;
    for (; guard_digit_at(text, end); end++)
        if (end < at + 6) issuer = issuer * 10 + (unsigned long)(text->bytes[end] - '0');
    if (end < at + 6 || issuer < 604425 || issuer > 636062) return false;
    bool layout = guard_byte_at(text, end) == '=' && has_expiry_and_birth(text, end + 1);
    if (issuer == 604425 || issuer >= 636000) return stripe || at == 1 || layout;
    return issuer <= 604434 && layout;
}

/* The fields from the sex on: "1", "2", "M" or "F", height, weight; the sentinel may be lost. */
static bool has_body(const struct guard_text *text, size_t at)
{
    static const char sexes[] = {'1', '2', 'M', 'F'};
    if (memchr(sexes, guard_byte_at(text, at), sizeof sexes) == NULL) return false;
    for (size_t i = 1; i <= 3; i++)
        if (!guard_digit_at(text, at + i)) return false;
    for (size_t i = 7; i <= 12; i++)
        if (!guard_letter_at(text, at + i)) return false;
    return true;
}

/* Makers send # (and some %) before a track 3 of 7 bits for licences alone. */
static bool is_licence_track_3(const struct guard_text *text, const struct loy_part *part)
{
    uint8_t first = guard_byte_at(text, 0);
    if (text->length > 2 && (first == '#' || (first == '%' && part->track == 3))) return true;
    return has_body(text, 29) || has_body(text, 30);
}

/* Several tracks may have come as one text: each is looked at, the third kind only where it cannot
 * be the beginning of something else. */
static bool is_licence_stripe(const struct guard_text *text, const struct loy_part *part)
{
    bool stripe = part->type == LOY_PART_TRACK, whole = !guard_may_be_card(part);
    bool tracks = stripe || guard_byte_at(text, 0) == '%' || guard_byte_at(text, 0) == ';';
    for (size_t begin = 0, end; begin < text->length; begin = end) {
        end = begin;
        while (end < text->length && text->bytes[end] != '?')
            end++;
        end += end < text->length;
        struct guard_text track = {text->bytes + begin, end - begin};
        if (is_licence_track_1(&track, whole) ||
            is_licence_track_2(&track, stripe && part->track != 1))
            return true;
        if (tracks && (stripe || begin > 0) && is_licence_track_3(&track, part)) return true;
    }
    return false;
}

/* ---- Symbols of licences -------------------------------------------------------------------- */

/* "ANSI " or (up to 2000) "AAMVA", behind "@" or before an issuer's number. */
static bool is_licence_header(const struct guard_text *text)
{
    bool marked = guard_byte_at(text, 0) == '@';
    for (size_t at = 0; at < 32 && at + 11 <= text->length; at++) {
        if (memcmp(text->bytes + at, "ANSI ", 5) != 0 && memcmp(text->bytes + at, "AAMVA", 5) != 0)
            continue;
        size_t digits = 0;
        while (digits < 6 && guard_digit_at(text, at + 5 + digits))
            digits++;
        if (marked || digits == 6) return true;
    }
    return false;
}

/* Half a symbol may have lost its header: three elements of a person at the beginning of lines. */
static bool has_licence_elements(const struct guard_text *text)
{
    static const char names[] = "DAQDCSDACDBBDBADBDDAGDAIDAJDAKDCFDCGDAADABDBCDAYDAU";
    unsigned long seen = 0;
    for (size_t at = 0; at + 3 < text->length; at++) {
        if (at > 0 && text->bytes[at - 1] >= ' ') continue;
        for (size_t i = 0; i + 3 < sizeof names; i += 3)
            if (memcmp(text->bytes + at, names + i, 3) == 0) seen |= 1ul << i / 3;
    }
    return __builtin_popcountl(seen) >= 3;
}

/* ---- Machine-readable zones ----------------------------------------------------------------- */

static bool is_zone_character(uint8_t c)
{
    return (uint8_t)(c - 'A') < 26 || (uint8_t)(c - '0') < 10 || c == '<';
}

/* Weights 7, 3, 1; A is 10, < is 0. The check digit stands behind the field. */
static bool is_checked(const uint8_t *field, size_t n)
{
    static const unsigned weights[] = {7, 3, 1};
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned value = field[i] == '<'  ? 0u
                         : field[i] > '9' ? field[i] - 'A' + 10u
                                          : (unsigned)(field[i] - '0');
        sum += value * weights[i % 3];
    }
    return field[n] == '0' + sum % 10;
}

/* P, I, A, C or V, a kind, the state, and somewhere fillers. Its end may be lost. */
static bool is_zone_line_1(const struct guard_text *line)
{
    static const char kinds[] = {'P', 'I', 'A', 'C', 'V'};
    if (memchr(kinds, line->bytes[0], sizeof kinds) == NULL) return false;
    for (size_t i = 2; i < 5; i++)
        if ((uint8_t)(line->bytes[i] - '0') < 10) return false;
    return memmem(line->bytes, line->length, "<<", 2) != NULL &&
           (line->bytes[1] == '<' || line->length == 30 || line->length == 36 ||
               line->length == 44);
}

/* The line with birth and expiry, each with its check digit: from 13 on, or, of three lines, from
 * 0.
 */
static bool is_zone_line_2(const struct guard_text *line)
{
    size_t birth = line->length == 30 ? 0 : 13;
    if (line->length != 30 && line->length != 36 && line->length != 44) return false;
    for (size_t i = 8; i < 14; i++)
        if (!guard_digit_at(line, birth + i)) return false;
    return is_checked(line->bytes + birth, 6) && is_checked(line->bytes + birth + 8, 6) &&
           memchr("MFX<", line->bytes[birth + 7], 4) != NULL;
}

static bool is_zone_line(const uint8_t *bytes, size_t n)
{
    struct guard_text line = {bytes, n};
    if (n < 20) return false;
    for (size_t i = 0; i < n; i++)
        if (!is_zone_character(bytes[i])) return false;
    return is_zone_line_1(&line) || is_zone_line_2(&line);
}

/* Lines by control characters between them; two or three may also stand glued together. */
static bool has_zone(const struct guard_text *text)
{
    static const uint8_t widths[] = {44, 36, 30};
    for (size_t begin = 0, end; begin < text->length; begin = end + 1) {
        end = begin;
        while (end < text->length && text->bytes[end] >= ' ')
            end++;
        if (is_zone_line(text->bytes + begin, end - begin)) return true;
        for (size_t i = 0; i < sizeof widths; i++)
            if ((end - begin == 2u * widths[i] || end - begin == 3u * widths[i]) &&
                is_zone_line(text->bytes + begin, widths[i]))
                return true;
    }
    return false;
}

bool guard_is_identity(const struct guard_text *text, const struct loy_part *part)
{
    if (is_licence_stripe(text, part)) return true;
    if (part->type != LOY_PART_SYMBOL) return false;
    return is_licence_header(text) || has_licence_elements(text) || has_zone(text);
}
