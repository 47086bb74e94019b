/* SPDX-License-Identifier: MIT
 *
 * credential.c - which card this is, without its number.
 * In: an event or a typed number, the shop's ranges, a key. Out: kind, keyed digest, last
 * characters. Must not know: members, the store, whether a card was ever issued.
 */
#include "card_private.h"

#include <sodium.h>

/* A number or text that may become a credential. number holds the clean number where there is one;
 * text points at the bytes to digest, into the event or at number. */
struct candidate {
    enum loy_credential_kind kind;
    const char *text;
    size_t length;
    bool own;
    char number[LOY_NUMBER_MAX + 1];
};

struct ranges {
    const struct loy_range *rows;
    size_t count;
};

/* Blanks and hyphens do not count. 0: not printable ASCII, nothing left, or longer than
 * LOY_NUMBER_MAX. */
static size_t number_clean(const char *text, size_t length, char number[LOY_NUMBER_MAX + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < ' ' || text[i] > '~') return 0;
        if (text[i] == ' ' || text[i] == '-') continue;
        if (n == LOY_NUMBER_MAX) return 0;
        number[n++] = text[i];
    }
    number[n] = '\0';
    return n;
}

/* 0: in no range. */
static int range_use(const struct ranges *ranges, const char *number, size_t n)
{
    for (size_t i = 0; i < ranges->count; i++)
        if (loy_range_holds(&ranges->rows[i], number, n)) return ranges->rows[i].use;
    return 0;
}

static void take_number(struct candidate *candidate, const char *digits, size_t n, bool own)
{
    if (digits != candidate->number) memmove(candidate->number, digits, n);
    candidate->number[n] = '\0';
    candidate->kind = LOY_CREDENTIAL_NUMBER;
    candidate->text = candidate->number;
    candidate->length = n;
    candidate->own = own;
}

/* An EAN/UPC symbol that a range with use member holds. A UPC-A comes as 12 digits or as 13 with a
 * leading zero, by the scanner's settings; the range says how the shop writes it. */
static bool take_own_product(const struct ranges *ranges, struct candidate *candidate, size_t n)
{
    char *number = candidate->number;
    if (n == 13 && number[0] == '0' && range_use(ranges, number + 1, 12) == LOY_USE_MEMBER) {
        take_number(candidate, number + 1, 12, true);
        return true;
    }
    if (n != 12) return false;
    char longer[14] = "0";
    memcpy(longer + 1, number, 12);
    bool own = range_use(ranges, longer, 13) == LOY_USE_MEMBER;
    if (own) take_number(candidate, longer, 13, true);
    sodium_memzero(longer, sizeof longer);
    return own;
}

/* The digits of a number that may be a card's: in no coupon's or weighed article's range. */
static bool take_digits(const struct ranges *ranges, struct candidate *candidate, size_t n)
{
    int use = range_use(ranges, candidate->number, n);
    if (use != 0 && use != LOY_USE_MEMBER) return false;
    take_number(candidate, candidate->number, n, use == LOY_USE_MEMBER);
    return true;
}

static bool take_gsrn(const struct ranges *ranges, struct candidate *candidate, const char *digits)
{
    memcpy(candidate->number, digits, CARD_GSRN_SIZE);
    if (!take_digits(ranges, candidate, CARD_GSRN_SIZE)) return false;
    candidate->kind = LOY_CREDENTIAL_GSRN;
    return true;
}

static bool is_product_symbology(enum loy_symbology symbology)
{
    switch (symbology) {
    case LOY_SYMBOLOGY_EAN_13:
    case LOY_SYMBOLOGY_EAN_8:
    case LOY_SYMBOLOGY_UPC_A:
    case LOY_SYMBOLOGY_UPC_E:
    case LOY_SYMBOLOGY_EAN_ADD_ON:
    case LOY_SYMBOLOGY_BOOKLAND:
        return true;
    default:
        return false;
    }
}

/* Digits that are an article's number by their form, where no range of the shop holds them. */
static bool looks_like_product(enum loy_symbology symbology, const char *digits, size_t n)
{
    if (is_product_symbology(symbology)) return true;
    bool unlabelled = symbology == LOY_SYMBOLOGY_NONE || symbology == LOY_SYMBOLOGY_OTHER;
    bool gtin_length = n == 8 || n == 12 || n == 13 || n == 14;
    bool outer_case = symbology == LOY_SYMBOLOGY_ITF && n == 14;
    return ((unlabelled && gtin_length) || outer_case) && loy_digits_gs1(digits, n);
}

static bool take_symbol(const struct ranges *ranges, enum loy_symbology symbology, const char *text,
    size_t length, struct candidate *candidate)
{
    size_t n = number_clean(text, length, candidate->number);
    bool digits = n > 0 && loy_digits_only(candidate->number, n);
    int use = digits ? range_use(ranges, candidate->number, n) : 0;
    if (use != 0) return take_digits(ranges, candidate, n);
    if (card_symbology_is_gs1(symbology)) {
        const char *gsrn = card_gsrn_find(text, length);
        return gsrn && take_gsrn(ranges, candidate, gsrn);
    }
    if (digits && looks_like_product(symbology, candidate->number, n))
        return take_own_product(ranges, candidate, n);
    if (is_product_symbology(symbology) || length == 0) return false;
    if (digits) return take_digits(ranges, candidate, n);
    const char *linked = card_gsrn_link_find(text, length);
    if (linked) return take_gsrn(ranges, candidate, linked);
    candidate->kind = LOY_CREDENTIAL_TEXT;
    candidate->text = n > 0 ? candidate->number : text;
    candidate->length = n > 0 ? n : length;
    candidate->own = false;
    return true;
}

/* The number of a stripe. '*' is what encrypting readers put in place of digits: several cards
 * share such a number, whatever status the part has. */
static bool take_track(const struct ranges *ranges, unsigned track, const char *text, size_t length,
    struct candidate *candidate)
{
    struct loy_track fields;
    size_t n = 0;
    if (loy_track_parse(track, text, length, &fields) == LOY_OK && !strchr(fields.number, '*'))
        n = number_clean(fields.number, strlen(fields.number), candidate->number);
    sodium_memzero(&fields, sizeof fields);
    if (n == 0) return false;
    if (loy_digits_only(candidate->number, n)) return take_digits(ranges, candidate, n);
    candidate->kind = LOY_CREDENTIAL_TEXT;
    candidate->text = candidate->number;
    candidate->length = n;
    candidate->own = false;
    return true;
}

/* Which track it is where the reader does not tell: the start sentinel says. */
static unsigned track_of(const struct loy_part *part, const char *text)
{
    if (part->track >= 1 && part->track <= 3) return part->track;
    if (part->length == 0) return 0;
    return text[0] == '%' ? 1u : text[0] == ';' ? 2u : text[0] == '+' ? 3u : 0u;
}

static bool part_usable(const struct loy_event *event, const struct loy_part *part)
{
    return part->status == LOY_PART_GOOD && event->data_length <= LOY_EVENT_DATA_MAX &&
           (size_t)part->offset + part->length <= event->data_length;
}

static bool take_part(const struct ranges *ranges, const struct loy_event *event,
    const struct loy_part *part, struct candidate *candidate)
{
    const char *text = (const char *)loy_part_data(event, part);
    if (part->type == LOY_PART_TRACK) {
        unsigned track = track_of(part, text);
        return track != 0 && take_track(ranges, track, text, part->length, candidate);
    }
    enum loy_symbology symbology = (enum loy_symbology)part->symbology;
    if (symbology == LOY_SYMBOLOGY_NONE)
        symbology = loy_aim_symbology(part->aim, (const uint8_t *)text, part->length);
    return take_symbol(ranges, symbology, text, part->length, candidate);
}

/* 0 first: track 2, track 1, track 3, symbol. */
static unsigned rank_of(const struct loy_event *event, const struct loy_part *part)
{
    static const unsigned rank_of_track[] = {3, 1, 0, 2};
    if (part->type == LOY_PART_SYMBOL) return 4;
    return rank_of_track[track_of(part, (const char *)loy_part_data(event, part))];
}
#define RANKS 5u

/* A number and a GSRN of the same digits have the same digest: the 18 digits under a GSRN symbol
 * may be typed, and declaring a range later must not turn issued cards into strangers. */
static void seal(const struct candidate *candidate, const uint8_t key[LOY_CARD_KEY_SIZE],
    struct loy_credential *credential)
{
    crypto_generichash_state state;
    uint8_t domain =
        candidate->kind == LOY_CREDENTIAL_TEXT ? LOY_CREDENTIAL_TEXT : LOY_CREDENTIAL_NUMBER;
    memset(credential, 0, sizeof *credential);
    credential->kind = (uint8_t)candidate->kind;
    credential->own_range = candidate->own;
    crypto_generichash_init(&state, key, LOY_CARD_KEY_SIZE, LOY_DIGEST_SIZE);
    crypto_generichash_update(&state, &domain, 1);
    crypto_generichash_update(&state, (const unsigned char *)candidate->text, candidate->length);
    crypto_generichash_final(&state, credential->digest, LOY_DIGEST_SIZE);
    sodium_memzero(&state, sizeof state);
    if (candidate->length < 8) return;
    const char *tail = candidate->text + candidate->length - 4;
    for (size_t i = 0; i < 4; i++)
        if (tail[i] < ' ' || tail[i] > '~') return;
    memcpy(credential->tail, tail, 4);
}

/* The shop's own number, wherever it stands; else the first candidate by rank. text of a candidate
 * may point into itself, so the winner is sealed where it was taken. */
static bool seal_best(const struct ranges *ranges, const struct loy_event *event,
    const uint8_t key[LOY_CARD_KEY_SIZE], struct loy_credential *credential)
{
    struct candidate candidate;
    bool found = false, own = false;
    size_t count = event->part_count < LOY_PARTS_MAX ? event->part_count : LOY_PARTS_MAX;
    for (unsigned rank = 0; rank < RANKS && !own; rank++) {
        for (size_t i = 0; i < count && !own; i++) {
            const struct loy_part *part = &event->parts[i];
            if (!part_usable(event, part) || rank_of(event, part) != rank) continue;
            if (!take_part(ranges, event, part, &candidate)) continue;
            if (!found || candidate.own) seal(&candidate, key, credential);
            found = true;
            own = candidate.own;
        }
    }
    sodium_memzero(&candidate, sizeof candidate);
    return found;
}

enum loy_status loy_credential_from_event(const struct loy_event *event,
    const struct loy_range *ranges, size_t range_count, const uint8_t key[LOY_CARD_KEY_SIZE],
    struct loy_credential *credential)
{
    if (!event || !key || !credential || (!ranges && range_count > 0)) return LOY_E_ARGUMENT;
    if (event->kind != LOY_EVENT_READ) return LOY_NONE;
    const struct ranges own = {ranges, range_count};
    return seal_best(&own, event, key, credential) ? LOY_OK : LOY_NONE;
}

/* "(8018)" in front, as it is printed below a GSRN symbol. */
static const char *typed_gsrn(const char *number, size_t n)
{
    static const char identifier[] = "(8018)";
    const size_t size = sizeof identifier - 1;
    bool whole = n == size + CARD_GSRN_SIZE && memcmp(number, identifier, size) == 0;
    bool valid = whole && loy_digits_only(number + size, CARD_GSRN_SIZE) &&
                 loy_digits_gs1(number + size, CARD_GSRN_SIZE);
    return valid ? number + size : NULL;
}

enum loy_status loy_credential_from_text(const char *text, const struct loy_range *ranges,
    size_t range_count, const uint8_t key[LOY_CARD_KEY_SIZE], struct loy_credential *credential)
{
    if (!text || !key || !credential || (!ranges && range_count > 0)) return LOY_E_ARGUMENT;
    const struct ranges own = {ranges, range_count};
    struct candidate candidate;
    size_t n = number_clean(text, strlen(text), candidate.number);
    if (n == 0) return LOY_E_FORMAT;
    bool taken = true;
    const char *gsrn = typed_gsrn(candidate.number, n);
    if (gsrn) {
        memmove(candidate.number, gsrn, CARD_GSRN_SIZE);
        taken = take_digits(&own, &candidate, CARD_GSRN_SIZE);
        candidate.kind = LOY_CREDENTIAL_GSRN;
    } else if (loy_digits_only(candidate.number, n)) {
        taken = take_digits(&own, &candidate, n);
    } else {
        candidate.kind = LOY_CREDENTIAL_TEXT;
        candidate.text = candidate.number;
        candidate.length = n;
        candidate.own = false;
    }
    if (taken) seal(&candidate, key, credential);
    sodium_memzero(&candidate, sizeof candidate);
    return taken ? LOY_OK : LOY_NONE;
}
