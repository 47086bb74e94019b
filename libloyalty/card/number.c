/* SPDX-License-Identifier: MIT
 *
 * number.c - numbers and the ranges that hold them; the digest of a number.
 * In: digits or text, the shop's ranges, a key. Out: which range, a credential.
 * Must not know: parts of events, GS1's identifiers, the store.
 */
#include "card_private.h"

#include <sodium.h>

size_t card_number_clean(const char *text, size_t length, char number[LOY_NUMBER_MAX + 1])
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

int card_range_find(const struct card_ranges *ranges, const char *digits, size_t n)
{
    for (size_t i = 0; i < ranges->count; i++)
        if (loy_range_holds(&ranges->rows[i], digits, n)) return (int)i;
    return CARD_RANGE_NONE;
}

int card_range_find_gtin(const struct card_ranges *ranges, const char *gtin, size_t *begin)
{
    static const size_t forms[] = {14, 13, 12, 8};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t zeros = CARD_GTIN_SIZE - forms[i];
        if (memcmp(gtin, "000000", zeros) != 0) break;
        int found = card_range_find(ranges, gtin + zeros, forms[i]);
        if (found == CARD_RANGE_NONE) continue;
        *begin = zeros;
        return found;
    }
    return CARD_RANGE_NONE;
}

int card_range_find_near(const struct card_ranges *ranges, const char *digits, size_t n)
{
    for (size_t i = 0; i < ranges->count; i++) {
        size_t prefix = strlen(ranges->rows[i].prefix);
        if (prefix <= n && memcmp(digits, ranges->rows[i].prefix, prefix) == 0) return (int)i;
    }
    return CARD_RANGE_NONE;
}

void card_seal(enum loy_credential_kind kind, const char *text, size_t length, bool own,
    const uint8_t key[LOY_CARD_KEY_SIZE], struct loy_credential *credential)
{
    crypto_generichash_state state;
    uint8_t domain = kind == LOY_CREDENTIAL_GSRN ? LOY_CREDENTIAL_NUMBER : (uint8_t)kind;
    memset(credential, 0, sizeof *credential);
    credential->kind = (uint8_t)kind;
    credential->own_range = own;
    crypto_generichash_init(&state, key, LOY_CARD_KEY_SIZE, LOY_DIGEST_SIZE);
    crypto_generichash_update(&state, &domain, 1);
    crypto_generichash_update(&state, (const unsigned char *)text, length);
    crypto_generichash_final(&state, credential->digest, LOY_DIGEST_SIZE);
    sodium_memzero(&state, sizeof state);
    if (length < 8) return;
    const char *tail = text + length - 4;
    for (size_t i = 0; i < 4; i++)
        if (tail[i] < ' ' || tail[i] > '~') return;
    memcpy(credential->tail, tail, 4);
}

/* Only a GSRN is long enough to be told without label or brackets: four digits of identifier and
 * a check digit over eighteen. */
static bool is_bare_gsrn(const char *text, size_t length)
{
    return length == 4 + CARD_GSRN_SIZE && loy_digits_only(text, length) &&
           (memcmp(text, "8018", 4) == 0 || memcmp(text, "8017", 4) == 0) &&
           loy_digits_gs1(text + 4, CARD_GSRN_SIZE);
}

size_t card_elements_spelled(const char *text, size_t length, char out[CARD_ELEMENTS_MAX])
{
    size_t n = card_elements_from_print(text, length, out);
    if (n == 0) n = card_elements_from_link(text, length, out);
    if (n > 0 || !is_bare_gsrn(text, length)) return n;
    memcpy(out, text, length);
    return length;
}
