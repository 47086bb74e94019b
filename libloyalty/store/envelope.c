/* SPDX-License-Identifier: MIT
 *
 * envelope.c - one text of a person, sealed for one place. Pure but for the random nonce.
 *
 *     byte 0       1        5                 29                            n-16
 *          +-------+--------+-----------------+-----------------------------+--------------+
 *          | 1     | key id | nonce           | text, padded to 32s         | tag          |
 *          | vers. | LE 32  | 24              | XChaCha20                   | Poly1305, 16 |
 *          +-------+--------+-----------------+-----------------------------+--------------+
 *
 * Associated data: bytes 0-4, the table and column each with a 0, the member's id, the field and
 * the version each as LE 64. So an envelope that was moved to another row or column does not open.
 */
#include <store/store_parts.h>

#include <string.h>

#define VERSION 1u
#define KEY_ID 1u
#define HEAD_SIZE 5u
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define DATA_MAX 160u
#define PADDED_MAX (LOY_ENVELOPE_TEXT_MAX + ENVELOPE_PAD)

_Static_assert(HEAD_SIZE + NONCE_SIZE + TAG_SIZE == ENVELOPE_OVERHEAD, "envelope layout");

static uint8_t *put_le(uint8_t *at, uint64_t value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
    return at + size;
}

static uint8_t *put_text(uint8_t *at, const char *text)
{
    size_t size = strlen(text) + 1;
    memcpy(at, text, size);
    return at + size;
}

/* 0: the names are too long for a place of ours. */
static size_t data_make(
    const uint8_t head[HEAD_SIZE], const struct envelope_place *place, uint8_t data[DATA_MAX])
{
    static const struct loy_id nobody;
    if (strlen(place->table) + strlen(place->column) + HEAD_SIZE + 2 + 16 + 16 > DATA_MAX) return 0;
    uint8_t *at = data;
    memcpy(at, head, HEAD_SIZE);
    at = put_text(at + HEAD_SIZE, place->table);
    at = put_text(at, place->column);
    memcpy(at, place->member ? place->member->bytes : nobody.bytes, 16);
    at = put_le(at + 16, (uint64_t)place->field, 8);
    at = put_le(at, (uint64_t)place->version, 8);
    return (size_t)(at - data);
}

enum loy_status envelope_seal(const uint8_t key[MEMBER_KEY_SIZE],
    const struct envelope_place *place, const char *text, uint8_t *sealed, size_t *sealed_size)
{
    uint8_t data[DATA_MAX], padded[PADDED_MAX];
    size_t size = strlen(text), padded_size = 0;
    if (size >= LOY_ENVELOPE_TEXT_MAX) return LOY_E_LIMIT;
    sealed[0] = VERSION;
    put_le(sealed + 1, KEY_ID, 4);
    size_t data_size = data_make(sealed, place, data);
    if (data_size == 0) return LOY_E_ARGUMENT;
    memcpy(padded, text, size);
    sodium_pad(&padded_size, padded, size, ENVELOPE_PAD, sizeof padded);
    uint8_t *nonce = sealed + HEAD_SIZE;
    unsigned long long written = 0;
    randombytes_buf(nonce, NONCE_SIZE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        nonce + NONCE_SIZE, &written, padded, padded_size, data, data_size, NULL, nonce, key);
    sodium_memzero(padded, sizeof padded);
    *sealed_size = HEAD_SIZE + NONCE_SIZE + (size_t)written;
    return LOY_OK;
}

static enum loy_status head_judge(const uint8_t *sealed, size_t size)
{
    static const uint8_t key_id[4] = {KEY_ID};
    if (size < ENVELOPE_OVERHEAD + ENVELOPE_PAD || size > ENVELOPE_MAX) return LOY_E_FORMAT;
    if (sealed[0] != VERSION) return LOY_E_VERSION;
    return memcmp(sealed + 1, key_id, sizeof key_id) == 0 ? LOY_OK : LOY_E_KEY;
}

enum loy_status envelope_open(const uint8_t key[MEMBER_KEY_SIZE],
    const struct envelope_place *place, const uint8_t *sealed, size_t sealed_size,
    char text[LOY_ENVELOPE_TEXT_MAX])
{
    uint8_t data[DATA_MAX], padded[PADDED_MAX];
    if (!sealed) return LOY_E_FORMAT;
    enum loy_status status = head_judge(sealed, sealed_size);
    if (status != LOY_OK) return status;
    size_t data_size = data_make(sealed, place, data), size = 0;
    if (data_size == 0) return LOY_E_ARGUMENT;
    const uint8_t *nonce = sealed + HEAD_SIZE;
    unsigned long long padded_size = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(padded, &padded_size, NULL, nonce + NONCE_SIZE,
            sealed_size - HEAD_SIZE - NONCE_SIZE, data, data_size, nonce, key) != 0)
        return LOY_E_CHECK;
    if (sodium_unpad(&size, padded, (size_t)padded_size, ENVELOPE_PAD) != 0 ||
        size >= LOY_ENVELOPE_TEXT_MAX) {
        status = LOY_E_FORMAT;
    } else {
        memcpy(text, padded, size);
        text[size] = '\0';
    }
    sodium_memzero(padded, sizeof padded);
    return status;
}

void store_blind(const struct loy_store *store, int64_t field, const char *normalised,
    uint8_t digest[LOY_DIGEST_SIZE])
{
    crypto_generichash_state state;
    uint8_t number[8];
    put_le(number, (uint64_t)field, sizeof number);
    crypto_generichash_init(&state, store->keys->index, sizeof store->keys->index, LOY_DIGEST_SIZE);
    crypto_generichash_update(&state, number, sizeof number);
    crypto_generichash_update(&state, (const unsigned char *)normalised, strlen(normalised));
    crypto_generichash_final(&state, digest, LOY_DIGEST_SIZE);
    sodium_memzero(&state, sizeof state);
}
