/* SPDX-License-Identifier: MIT
 *
 * digest.c - the content of a basket as bytes, and the keyed digest over them.
 * Rows and a head come in, bytes and 16 bytes of BLAKE2b go out. Pure but for the key.
 *
 *   row   | number 8 | version 8 | quantity 8 | list 8 | discount 8 | paid 8 | promotion 8 | of
 * basket 8 | | of line 8 | length of reason 8 | reason |                       all numbers
 * little-endian head  | uid 16 | lane 8 | epoch 8 | sequence 8 | state 8 | source 8 | opened 8 |
 * closed 8 | offset 8 | | lines 8 | total 8 | discount 8 | length of reason 8 | reason |
 */
#include "basket_private.h"

#include <string.h>

static size_t pack(const int64_t *numbers, size_t count, const char *text, uint8_t *bytes)
{
    uint8_t *end = bytes;
    size_t length = text == NULL ? 0 : strnlen(text, LOY_TEXT_MAX);
    for (size_t i = 0; i <= count; i++) {
        uint64_t number = i < count ? (uint64_t)numbers[i] : length;
        for (unsigned k = 0; k < 8; k++)
            *end++ = (uint8_t)(number >> (8 * k));
    }
    if (length > 0) memcpy(end, text, length);
    return (size_t)(end - bytes) + length;
}

size_t basket_row_pack(const struct basket_row *row, uint8_t bytes[BASKET_ROW_BYTES_MAX])
{
    const int64_t numbers[] = {row->number, row->version, row->quantity_milli, row->list_minor,
        row->discount_minor, row->paid_minor, row->promotion, row->of_basket, row->of_number};
    return pack(numbers, sizeof numbers / sizeof numbers[0], row->reason, bytes);
}

size_t basket_head_pack(const struct basket_head *head, uint8_t bytes[BASKET_HEAD_BYTES_MAX])
{
    const int64_t numbers[] = {head->lane, head->epoch, head->sequence, head->state, head->source,
        head->opened_at_us, head->closed_at_us, head->offset_min, head->sums.count,
        head->sums.total_minor, head->sums.discount_minor};
    memcpy(bytes, head->uid.bytes, sizeof head->uid.bytes);
    return sizeof head->uid.bytes + pack(numbers, sizeof numbers / sizeof numbers[0], head->reason,
                                        bytes + sizeof head->uid.bytes);
}

void basket_digest_open(struct basket_digest *digest, const struct loy_store *store)
{
    crypto_generichash_init(
        &digest->state, store->keys->basket, sizeof store->keys->basket, LOY_DIGEST_SIZE);
}

void basket_digest_row(struct basket_digest *digest, const struct basket_row *row)
{
    uint8_t bytes[BASKET_ROW_BYTES_MAX];
    crypto_generichash_update(&digest->state, bytes, basket_row_pack(row, bytes));
}

void basket_digest_head(const struct basket_digest *digest, const struct basket_head *head,
    uint8_t value[LOY_DIGEST_SIZE])
{
    struct basket_digest copy = *digest;
    uint8_t bytes[BASKET_HEAD_BYTES_MAX];
    crypto_generichash_update(&copy.state, bytes, basket_head_pack(head, bytes));
    crypto_generichash_final(&copy.state, value, LOY_DIGEST_SIZE);
}
