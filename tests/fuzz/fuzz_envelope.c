/* SPDX-License-Identifier: MIT
 *
 * fuzz_envelope.c - any bytes as an envelope, and any text sealed and opened again. The first byte
 * says which: a forged envelope must not open; what is sealed opens to the same, and not once a
 * single bit of it, its place or its key is another.
 */
#include <store/store_private.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const uint8_t key[MEMBER_KEY_SIZE] = {1, 2, 3};
static const struct loy_id member = {{9}};

static void forged(const uint8_t *bytes, size_t size)
{
    const struct envelope_place place = {"member_field", "value", &member, 3, 1};
    char text[LOY_ENVELOPE_TEXT_MAX];
    if (envelope_open(key, &place, bytes, size, text) == LOY_OK) abort();
}

static void must_differ(
    const uint8_t *used, const struct envelope_place *place, const uint8_t *sealed, size_t size)
{
    char text[LOY_ENVELOPE_TEXT_MAX];
    if (envelope_open(used, place, sealed, size, text) == LOY_OK) abort();
}

/* The byte behind the first says which bit is turned, the third which field it is. */
static void sealed(const uint8_t *bytes, size_t size)
{
    uint8_t box[ENVELOPE_MAX], other[MEMBER_KEY_SIZE] = {1, 2, 4};
    char text[2 * LOY_ENVELOPE_TEXT_MAX] = "", back[LOY_ENVELOPE_TEXT_MAX],
                  again[LOY_ENVELOPE_TEXT_MAX];
    if (size < 2) return;
    const size_t at = bytes[0];
    struct envelope_place place = {"note", "body", &member, bytes[1], (int64_t)size};
    size_t length = size - 2 < sizeof text - 1 ? size - 2 : sizeof text - 1, box_size = 0;
    memcpy(text, bytes + 2, length);
    enum loy_status status = envelope_seal(key, &place, text, box, &box_size);
    if (status == LOY_E_LIMIT && strlen(text) >= LOY_ENVELOPE_TEXT_MAX) return;
    if (status != LOY_OK || box_size > ENVELOPE_MAX) abort();
    if (envelope_open(key, &place, box, box_size, back) != LOY_OK || strcmp(back, text) != 0)
        abort();
    must_differ(other, &place, box, box_size);
    box[at % box_size] ^= (uint8_t)(1u << at % 8);
    must_differ(key, &place, box, box_size);
    box[at % box_size] ^= (uint8_t)(1u << at % 8);
    must_differ(key, &place, box, box_size - 1);
    place.field++;
    must_differ(key, &place, box, box_size);
    place.field--;
    // What was opened seals again, and opens to the same.
    if (envelope_seal(key, &place, back, box, &box_size) != LOY_OK ||
        envelope_open(key, &place, box, box_size, again) != LOY_OK || strcmp(again, text) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (sodium_init() < 0) abort();
    if (size == 0) return 0;
    if (bytes[0] & 1)
        forged(bytes + 1, size - 1);
    else
        sealed(bytes + 1, size - 1);
    return 0;
}
