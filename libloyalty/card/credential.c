/* SPDX-License-Identifier: MIT
 *
 * credential.c - which card this is, without its number.
 * In: an event or a typed number, the shop's ranges, a key. Out: kind, keyed digest, last
 * characters. Must not know: members, the store, whether a card was ever issued.
 */
#include "card_private.h"

#include <sodium.h>

enum loy_status loy_credential_from_event(const struct loy_event *event,
    const struct loy_range *ranges, size_t range_count, const uint8_t key[LOY_CARD_KEY_SIZE],
    struct loy_credential *credential)
{
    struct loy_scan scan;
    if (!credential) return LOY_E_ARGUMENT;
    enum loy_status status = loy_scan_from_event(event, ranges, range_count, key, &scan);
    if (status != LOY_OK) return status;
    if (scan.kind != LOY_SCAN_MEMBER) return LOY_NONE;
    *credential = scan.credential;
    return LOY_OK;
}

/* A typed number as the range writes it, if one holds it: of a UPC-A somebody types 12 digits or
 * 13. Gives the row. */
static int number_settle(const struct card_ranges *ranges, char *number, size_t *n)
{
    char gtin[CARD_GTIN_SIZE + 1];
    size_t begin = 0;
    int row = card_range_find(ranges, number, *n);
    if (row != CARD_RANGE_NONE) return row;
    if (loy_gtin_normalise(LOY_SYMBOLOGY_NONE, number, *n, gtin) != LOY_OK) return row;
    row = card_range_find_gtin(ranges, gtin, &begin);
    if (row != CARD_RANGE_NONE) {
        *n = CARD_GTIN_SIZE - begin;
        memcpy(number, gtin + begin, *n + 1);
    }
    sodium_memzero(gtin, sizeof gtin);
    return row;
}

static enum loy_status digits_seal(const struct card_ranges *ranges, enum loy_credential_kind kind,
    char *number, size_t n, const uint8_t *key, struct loy_credential *credential)
{
    int row = number_settle(ranges, number, &n);
    bool own = row != CARD_RANGE_NONE;
    if (own && ranges->rows[row].use != LOY_USE_MEMBER) return LOY_NONE;
    card_seal(kind, number, n, own, key, credential);
    return LOY_OK;
}

/* The 18 digits of a GSRN in one of its spellings. */
static bool typed_gsrn(const char *text, size_t length, char number[LOY_NUMBER_MAX + 1])
{
    char made[CARD_ELEMENTS_MAX];
    struct card_elements elements;
    size_t n = card_elements_spelled(text, length, made);
    bool found = n > 0 && card_elements_read(made, n, &elements) == LOY_OK &&
                 elements.values[CARD_KEY_MEMBER].text != NULL;
    if (found) {
        memcpy(number, elements.values[CARD_KEY_MEMBER].text, CARD_GSRN_SIZE);
        number[CARD_GSRN_SIZE] = '\0';
    }
    sodium_memzero(made, sizeof made);
    return found;
}

enum loy_status loy_credential_from_text(const char *text, const struct loy_range *ranges,
    size_t range_count, const uint8_t key[LOY_CARD_KEY_SIZE], struct loy_credential *credential)
{
    if (!text || !key || !credential || (!ranges && range_count > 0)) return LOY_E_ARGUMENT;
    const struct card_ranges own = {ranges, range_count};
    char number[LOY_NUMBER_MAX + 1], gsrn[LOY_NUMBER_MAX + 1];
    enum loy_status status = LOY_OK;
    size_t n = card_number_clean(text, strlen(text), number);
    if (typed_gsrn(text, strlen(text), gsrn) || (n > 0 && typed_gsrn(number, n, gsrn)))
        status = digits_seal(&own, LOY_CREDENTIAL_GSRN, gsrn, CARD_GSRN_SIZE, key, credential);
    else if (n == 0)
        status = LOY_E_FORMAT;
    else if (loy_digits_only(number, n))
        status = digits_seal(&own, LOY_CREDENTIAL_NUMBER, number, n, key, credential);
    else
        card_seal(LOY_CREDENTIAL_TEXT, number, n, false, key, credential);
    sodium_memzero(number, sizeof number);
    sodium_memzero(gsrn, sizeof gsrn);
    return status;
}
