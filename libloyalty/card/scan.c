/* SPDX-License-Identifier: MIT
 *
 * scan.c - what a read is: a card, staff, an article, a coupon, or why none of these.
 * In: an event, the shop's ranges, a key. Out: one value. Must not know: members, articles on sale,
 * whether a card was ever issued.
 */
#include "card_private.h"

#include <sodium.h>

struct ask {
    struct card_ranges ranges;
    const uint8_t *key;
};

struct text {
    const char *bytes;
    size_t length;
};

static void scan_fail(struct loy_scan *scan, enum loy_scan_reason reason)
{
    memset(scan, 0, sizeof *scan);
    scan->reason = (uint8_t)reason;
    scan->range = scan->near_range = CARD_RANGE_NONE;
}

/* ---- Numbers -------------------------------------------------------------------------------- */

static void take_row(const struct ask *ask, int row, enum loy_credential_kind kind,
    const char *digits, size_t n, struct loy_scan *scan)
{
    uint8_t use = ask->ranges.rows[row].use;
    scan->range = (int8_t)row;
    scan->length = (uint16_t)n;
    if (use == LOY_USE_MEMBER) {
        scan->kind = LOY_SCAN_MEMBER;
        card_seal(kind, digits, n, true, ask->key, &scan->credential);
    } else {
        scan->kind = use == LOY_USE_COUPON ? LOY_SCAN_COUPON : LOY_SCAN_WEIGHED;
        memcpy(scan->code, digits, n);
    }
}

static void take_number(const struct ask *ask, enum loy_credential_kind kind, const char *digits,
    size_t n, struct loy_scan *scan)
{
    int row = card_range_find(&ask->ranges, digits, n);
    if (row != CARD_RANGE_NONE) {
        take_row(ask, row, kind, digits, n, scan);
        return;
    }
    scan->kind = LOY_SCAN_MEMBER;
    scan->near_range = (int8_t)card_range_find_near(&ask->ranges, digits, n);
    scan->length = (uint16_t)n;
    card_seal(kind, digits, n, false, ask->key, &scan->credential);
}

static void take_text(const struct ask *ask, struct text text, struct loy_scan *scan)
{
    scan->kind = LOY_SCAN_MEMBER;
    scan->length = (uint16_t)text.length;
    card_seal(LOY_CREDENTIAL_TEXT, text.bytes, text.length, false, ask->key, &scan->credential);
}

/* digits: the same number as it was read. */
static void take_gtin(const struct ask *ask, const char gtin[CARD_GTIN_SIZE + 1],
    const char *digits, size_t n, struct loy_scan *scan)
{
    size_t begin = 0;
    int row = card_range_find_gtin(&ask->ranges, gtin, &begin);
    scan->length = (uint16_t)n;
    if (row != CARD_RANGE_NONE) {
        take_row(ask, row, LOY_CREDENTIAL_NUMBER, gtin + begin, CARD_GTIN_SIZE - begin, scan);
        if (scan->kind == LOY_SCAN_MEMBER) return; /* its number stays out of the scan */
    } else {
        scan->kind = card_gtin_is_restricted(gtin) ? LOY_SCAN_UNBOUND : LOY_SCAN_ARTICLE;
        scan->near_range = (int8_t)card_range_find_near(&ask->ranges, digits, n);
    }
    memcpy(scan->gtin, gtin, CARD_GTIN_SIZE + 1);
}

static void take_product(const struct ask *ask, enum loy_symbology symbology, const char *digits,
    size_t n, struct loy_scan *scan)
{
    char gtin[CARD_GTIN_SIZE + 1];
    enum loy_status status = loy_gtin_normalise(symbology, digits, n, gtin);
    int row = card_range_find(&ask->ranges, digits, n);
    if (status == LOY_OK) {
        take_gtin(ask, gtin, digits, n, scan);
        sodium_memzero(gtin, sizeof gtin);
    } else if (row != CARD_RANGE_NONE) {
        take_row(ask, row, LOY_CREDENTIAL_NUMBER, digits, n, scan);
    } else {
        scan_fail(scan, status == LOY_E_CHECK ? LOY_SCAN_CHECK : LOY_SCAN_NOT_READ);
        scan->near_range = (int8_t)card_range_find_near(&ask->ranges, digits, n);
        scan->length = (uint16_t)n;
    }
}

/* ---- GS1 ------------------------------------------------------------------------------------ */

/* What stands behind the first characters of a value; gs1.c lets none be longer than struct
 * loy_scan has room for. */
static void copy_value(
    const struct card_elements *elements, enum card_key key, size_t from, char *to)
{
    const char *text = elements->values[key].text;
    size_t length = elements->values[key].length;
    if (text) memcpy(to, text + from, length - from);
}

static void take_coupon(const struct card_elements *elements, struct loy_scan *scan)
{
    const char *points = elements->values[CARD_KEY_POINTS].text;
    scan->kind = LOY_SCAN_COUPON;
    if (elements->values[CARD_KEY_COUPON].text) {
        memcpy(scan->code, elements->values[CARD_KEY_COUPON].text, CARD_GCN_SIZE);
        copy_value(elements, CARD_KEY_COUPON, CARD_GCN_SIZE, scan->serial);
        for (size_t i = 0; points && i < 4; i++)
            scan->points = (uint16_t)(scan->points * 10 + (points[i] - '0'));
    } else {
        bool offer = elements->values[CARD_KEY_OFFER].text != NULL;
        copy_value(elements, offer ? CARD_KEY_OFFER : CARD_KEY_PAPERLESS, 0, scan->code);
    }
    scan->length = (uint16_t)(strlen(scan->code) + strlen(scan->serial));
}

static void take_gsrn(
    const struct ask *ask, const struct card_elements *elements, struct loy_scan *scan)
{
    const char *member = elements->values[CARD_KEY_MEMBER].text;
    const char *staff = elements->values[CARD_KEY_STAFF].text;
    if (member) {
        take_number(ask, LOY_CREDENTIAL_GSRN, member, CARD_GSRN_SIZE, scan);
    } else {
        scan->kind = LOY_SCAN_STAFF;
        scan->length = CARD_GSRN_SIZE;
        card_seal(LOY_CREDENTIAL_STAFF, staff, CARD_GSRN_SIZE, false, ask->key, &scan->credential);
    }
    copy_value(elements, CARD_KEY_SERVICE, 0, scan->service);
}

static void take_elements(const struct ask *ask, struct text text, struct loy_scan *scan)
{
    struct card_elements elements;
    enum loy_status status = card_elements_read(text.bytes, text.length, &elements);
    const char *member = elements.values[CARD_KEY_MEMBER].text;
    const char *staff = elements.values[CARD_KEY_STAFF].text;
    const char *article = elements.values[CARD_KEY_ARTICLE].text;
    bool coupon = elements.values[CARD_KEY_COUPON].text || elements.values[CARD_KEY_OFFER].text ||
                  elements.values[CARD_KEY_PAPERLESS].text;
    bool broken = status != LOY_OK || (member && staff);
    scan_fail(scan, broken ? LOY_SCAN_ELEMENT : LOY_SCAN_REASON_NONE);
    if (member && staff) return;
    if (member || staff) {
        take_gsrn(ask, &elements, scan);
    } else if (coupon) {
        take_coupon(&elements, scan);
    } else if (article) {
        char gtin[CARD_GTIN_SIZE + 1] = "";
        memcpy(gtin, article, CARD_GTIN_SIZE);
        take_gtin(ask, gtin, gtin, CARD_GTIN_SIZE, scan);
        sodium_memzero(gtin, sizeof gtin);
    } else if (!broken) {
        scan->kind = LOY_SCAN_OTHER;
    }
}

/* An element string in another spelling, if it names something. */
static bool take_spelled(const struct ask *ask, struct text text, struct loy_scan *scan)
{
    char made[CARD_ELEMENTS_MAX];
    struct text elements = {made, card_elements_spelled(text.bytes, text.length, made)};
    if (elements.length > 0) take_elements(ask, elements, scan);
    sodium_memzero(made, sizeof made);
    if (elements.length > 0 && scan->kind != LOY_SCAN_NONE && scan->kind != LOY_SCAN_OTHER)
        return true;
    scan_fail(scan, LOY_SCAN_REASON_NONE);
    return false;
}

/* ---- Symbols -------------------------------------------------------------------------------- */

static bool is_unlabelled(enum loy_symbology symbology)
{
    return symbology == LOY_SYMBOLOGY_NONE || symbology == LOY_SYMBOLOGY_OTHER;
}

/* Digits that are an article's number by their form. */
static bool looks_like_product(enum loy_symbology symbology, const char *digits, size_t n)
{
    bool gtin_length = n == 8 || n == 12 || n == 13 || n == 14;
    bool outer_case = symbology == LOY_SYMBOLOGY_ITF && n == CARD_GTIN_SIZE;
    return ((is_unlabelled(symbology) && gtin_length) || outer_case) && loy_digits_gs1(digits, n);
}

/* FNC1 shows that bytes are GS1's where no label does: in first position, or as a separator. */
static bool has_fnc1(enum loy_symbology symbology, struct text text)
{
    return text.bytes[0] == CARD_FNC1 ||
           (is_unlabelled(symbology) && memchr(text.bytes, CARD_FNC1, text.length) != NULL);
}

/* Code 39's check character: the sum of the values, modulo 43 (ISO/IEC 16388, annex A). */
static bool code_39_checked(struct text text)
{
    static const char values[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
    size_t sum = 0;
    if (text.length < 2) return false;
    for (size_t i = 0; i + 1 < text.length; i++) {
        const char *at = memchr(values, text.bytes[i], sizeof values - 1);
        if (!at) return false;
        sum += (size_t)(at - values);
    }
    return values[sum % 43] == text.bytes[text.length - 1];
}

/* '*' is nothing but start and stop in Code 39; ]A1 and ]A5 say that the check character was sent
 * along. */
static void unwrap_code_39(const char *aim, struct text *text)
{
    bool starred =
        text->length > 2 && text->bytes[0] == '*' && text->bytes[text->length - 1] == '*';
    if (starred) {
        text->bytes++;
        text->length -= 2;
    }
    bool sent = memcmp(aim, "]A1", 3) == 0 || memcmp(aim, "]A5", 3) == 0;
    if (sent && code_39_checked(*text)) text->length--;
}

/* Codabar's start and stop characters, which some readers send and some do not, around a number of
 * the shop's. */
static bool take_own_codabar(
    const struct ask *ask, const char *number, size_t n, struct loy_scan *scan)
{
    static const char stops[] = "ABCDabcd";
    if (n < 3 || !memchr(stops, number[0], sizeof stops - 1)) return false;
    if (!memchr(stops, number[n - 1], sizeof stops - 1)) return false;
    int row = card_range_find(&ask->ranges, number + 1, n - 2);
    if (row == CARD_RANGE_NONE) return false;
    take_row(ask, row, LOY_CREDENTIAL_NUMBER, number + 1, n - 2, scan);
    return true;
}

static void take_gs1_symbol(const struct ask *ask, enum loy_symbology symbology, struct text text,
    const char *number, size_t n, struct loy_scan *scan)
{
    /* Some readers drop the identifier 01 of a DataBar, some its leading zero too. */
    bool bare = symbology == LOY_SYMBOLOGY_GS1_DATABAR && (n == 13 || n == CARD_GTIN_SIZE);
    if (bare && loy_digits_only(number, n) && loy_digits_gs1(number, n))
        take_product(ask, LOY_SYMBOLOGY_NONE, number, n, scan);
    else
        take_elements(ask, text, scan);
}

/* ITF pads a number to an even length: the zero in front may be the symbol's, or the shop's. Nobody
 * knows, so it stays, and the range that the rest would be in is named. */
static void take_digits(const struct ask *ask, enum loy_symbology symbology, const char *number,
    size_t n, struct loy_scan *scan)
{
    take_number(ask, LOY_CREDENTIAL_NUMBER, number, n, scan);
    if (symbology != LOY_SYMBOLOGY_ITF || number[0] != '0') return;
    int row = card_range_find(&ask->ranges, number + 1, n - 1);
    if (row != CARD_RANGE_NONE) scan->near_range = (int8_t)row;
}

/* number: the text without blanks and hyphens, n characters; 0 where it is none. */
static void take_opaque(const struct ask *ask, enum loy_symbology symbology, struct text text,
    const char *number, size_t n, struct loy_scan *scan)
{
    bool digits = n > 0 && loy_digits_only(number, n);
    if (has_fnc1(symbology, text)) {
        take_elements(ask, text, scan);
        if (scan->kind != LOY_SCAN_NONE) return;
        scan_fail(scan, LOY_SCAN_REASON_NONE);
    }
    if (take_spelled(ask, text, scan)) return;
    if (n > 0 && take_spelled(ask, (struct text){number, n}, scan)) return;
    if (digits && looks_like_product(symbology, number, n))
        take_product(ask, LOY_SYMBOLOGY_NONE, number, n, scan);
    else if (digits)
        take_digits(ask, symbology, number, n, scan);
    else
        take_text(ask, n > 0 ? (struct text){number, n} : text, scan);
}

static void take_symbol(const struct ask *ask, enum loy_symbology symbology, const char *aim,
    struct text text, struct loy_scan *scan)
{
    char number[LOY_NUMBER_MAX + 1];
    if (symbology == LOY_SYMBOLOGY_CODE_39) unwrap_code_39(aim, &text);
    size_t n = card_number_clean(text.bytes, text.length, number);
    int row = n > 0 ? card_range_find(&ask->ranges, number, n) : CARD_RANGE_NONE;
    scan_fail(scan, LOY_SCAN_REASON_NONE);
    if (text.length == 0 || (n == 0 && card_symbology_is_product(symbology)))
        scan_fail(scan, LOY_SCAN_NOT_READ);
    else if (card_symbology_is_product(symbology))
        take_product(ask, symbology, number, n, scan);
    else if (row != CARD_RANGE_NONE)
        take_row(ask, row, LOY_CREDENTIAL_NUMBER, number, n, scan);
    else if (card_symbology_is_gs1(symbology))
        take_gs1_symbol(ask, symbology, text, number, n, scan);
    else if (symbology != LOY_SYMBOLOGY_CODABAR || !take_own_codabar(ask, number, n, scan))
        take_opaque(ask, symbology, text, number, n, scan);
    sodium_memzero(number, sizeof number);
}

/* ---- Stripes -------------------------------------------------------------------------------- */

/* Readers leave the first digits clear: enough to see that they mask the shop's own cards. */
static void take_masked(const struct ask *ask, struct text text, struct loy_scan *scan)
{
    size_t at = 0;
    while (at < text.length && (text.bytes[at] < '0' || text.bytes[at] > '9'))
        at++;
    scan_fail(scan, LOY_SCAN_MASKED);
    scan->near_range =
        (int8_t)card_range_find_near(&ask->ranges, text.bytes + at, text.length - at);
}

/* The number of a stripe. '*' is what encrypting readers put in place of digits: several cards
 * share such a number, whatever status the part has. */
static void take_track(
    const struct ask *ask, unsigned track, struct text text, struct loy_scan *scan)
{
    struct loy_track fields;
    char number[LOY_NUMBER_MAX + 1];
    size_t n = 0;
    bool masked = false;
    if (loy_track_parse(track, text.bytes, text.length, &fields) == LOY_OK) {
        masked = strchr(fields.number, '*') != NULL;
        if (!masked) n = card_number_clean(fields.number, strlen(fields.number), number);
        sodium_memzero(&fields, sizeof fields);
    }
    scan_fail(scan, LOY_SCAN_REASON_NONE);
    if (masked)
        take_masked(ask, text, scan);
    else if (n == 0)
        scan_fail(scan, LOY_SCAN_NOT_READ);
    else if (loy_digits_only(number, n))
        take_number(ask, LOY_CREDENTIAL_NUMBER, number, n, scan);
    else
        take_text(ask, (struct text){number, n}, scan);
    sodium_memzero(number, sizeof number);
}

/* Which track it is where the reader does not tell: the start sentinel says. */
static unsigned track_of(const struct loy_part *part, const char *text)
{
    if (part->track >= 1 && part->track <= 3) return part->track;
    if (part->length == 0) return 0;
    return text[0] == '%' ? 1u : text[0] == ';' ? 2u : text[0] == '+' ? 3u : 0u;
}

/* ---- Events --------------------------------------------------------------------------------- */

static bool part_fits(const struct loy_event *event, const struct loy_part *part)
{
    return event->data_length <= LOY_EVENT_DATA_MAX &&
           (size_t)part->offset + part->length <= event->data_length;
}

static void take_part(
    const struct ask *ask, const struct loy_event *event, size_t index, struct loy_scan *scan)
{
    const struct loy_part *part = &event->parts[index];
    bool masked = part->status == LOY_PART_MASKED;
    enum loy_symbology symbology = (enum loy_symbology)part->symbology;
    scan_fail(scan, LOY_SCAN_NOT_READ);
    scan->part = (uint8_t)index;
    if (!part_fits(event, part) || (part->status != LOY_PART_GOOD && !masked)) return;
    struct text text = {(const char *)loy_part_data(event, part), part->length};
    if (masked) {
        take_masked(ask, text, scan);
    } else if (part->type == LOY_PART_TRACK) {
        unsigned track = track_of(part, text.bytes);
        if (track != 0) take_track(ask, track, text, scan);
    } else {
        if (symbology == LOY_SYMBOLOGY_NONE)
            symbology = loy_aim_symbology(part->aim, (const uint8_t *)text.bytes, text.length);
        take_symbol(ask, symbology, part->aim, text, scan);
        scan->symbology = (uint8_t)symbology;
    }
    scan->part = (uint8_t)index;
}

/* 0 first: track 2, track 1, track 3, symbol. */
#define RANKS 5u
static unsigned rank_of(const struct loy_event *event, const struct loy_part *part)
{
    static const unsigned rank_of_track[] = {3, 1, 0, 2};
    if (part->type == LOY_PART_SYMBOL) return 4;
    if (!part_fits(event, part)) return 3;
    return rank_of_track[track_of(part, (const char *)loy_part_data(event, part))];
}

/* How much a part says; the shop's own number most. */
static unsigned worth_of(const struct loy_scan *scan)
{
    static const unsigned worths[loy_scan_kind_count] = {[LOY_SCAN_MEMBER] = 6,
        [LOY_SCAN_STAFF] = 5,
        [LOY_SCAN_ARTICLE] = 4,
        [LOY_SCAN_WEIGHED] = 4,
        [LOY_SCAN_COUPON] = 4,
        [LOY_SCAN_UNBOUND] = 3,
        [LOY_SCAN_OTHER] = 3};
    if (scan->credential.own_range) return 7;
    if (scan->kind != LOY_SCAN_NONE) return worths[scan->kind];
    return scan->reason == LOY_SCAN_NOT_READ ? 1 : 2;
}

enum loy_status loy_scan_from_event(const struct loy_event *event, const struct loy_range *ranges,
    size_t range_count, const uint8_t key[LOY_CARD_KEY_SIZE], struct loy_scan *scan)
{
    if (!event || !key || !scan || (!ranges && range_count > 0)) return LOY_E_ARGUMENT;
    if (range_count > LOY_RANGES_MAX) return LOY_E_LIMIT;
    const struct ask ask = {{ranges, range_count}, key};
    size_t count = event->part_count < LOY_PARTS_MAX ? event->part_count : LOY_PARTS_MAX;
    unsigned worth = 0;
    scan_fail(scan, LOY_SCAN_NOT_READ);
    if (event->kind != LOY_EVENT_READ) return LOY_NONE;
    for (unsigned rank = 0; rank < RANKS; rank++) {
        for (size_t i = 0; i < count; i++) {
            struct loy_scan one;
            if (rank_of(event, &event->parts[i]) != rank) continue;
            take_part(&ask, event, i, &one);
            if (worth_of(&one) > worth) {
                worth = worth_of(&one);
                *scan = one;
            }
            sodium_memzero(&one, sizeof one);
        }
    }
    return scan->kind == LOY_SCAN_NONE ? LOY_NONE : LOY_OK;
}
