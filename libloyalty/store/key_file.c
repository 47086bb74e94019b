/* SPDX-License-Identifier: MIT
 *
 * key_file.c - the text of a master key file. Comment lines, then one of
 *
 *     64 hexadecimal digits
 *     argon2id passes=3 kib=262144 salt=<32 digits> sealed=<144 digits>
 *
 * sealed is nonce 24 | XChaCha20-Poly1305(master 32) | tag 16 under Argon2id of the passphrase and
 * the salt, so passes, kib and salt cannot be changed unnoticed. In: bytes, a passphrase. Out: a
 * key. Knows no file.
 */
#include <store/store_parts.h>

#include <stdio.h>
#include <string.h>

#define FIRST_LINE "# loyalty master key: keep a copy, apart from the backups\n"
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES

_Static_assert(
    NONCE_SIZE + MASTER_KEY_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES == KEY_BOX_SIZE,
    "sealed master key layout");
_Static_assert(KEY_SALT_SIZE == crypto_pwhash_SALTBYTES, "salt of Argon2id");

static const unsigned char purpose[] = "loyalty sealed master key 1";

/* What is left to read. */
struct cursor {
    const char *at, *end;
};

static bool take_word(struct cursor *cursor, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0)
        return false;
    cursor->at += length;
    return true;
}

/* No sign, no zero in front, and none that would not fit the maximum. */
static bool take_number(struct cursor *cursor, uint64_t min, uint64_t max, uint64_t *number)
{
    uint64_t value = 0;
    const char *first = cursor->at;
    for (; cursor->at < cursor->end && *cursor->at >= '0' && *cursor->at <= '9'; cursor->at++) {
        value = value * 10 + (uint64_t)(*cursor->at - '0');
        if (value > max || *first == '0') return false;
    }
    *number = value;
    return value >= min;
}

static bool take_hex(struct cursor *cursor, uint8_t *bytes, size_t size)
{
    size_t length = 0, digits = size * 2;
    if ((size_t)(cursor->end - cursor->at) < digits) return false;
    // Without a pointer for the end, libsodium takes the digits only if it takes all of them.
    if (sodium_hex2bin(bytes, size, cursor->at, digits, NULL, &length, NULL) != 0) return false;
    cursor->at += digits;
    return true;
}

static bool take_sealed(struct cursor *cursor, struct key_file *file)
{
    return take_word(cursor, "passes=") && take_number(cursor, 1, KEY_PASSES_MAX, &file->passes) &&
           take_word(cursor, " kib=") &&
           take_number(cursor, KEY_KIB_MIN, KEY_KIB_MAX, &file->kib) &&
           take_word(cursor, " salt=") && take_hex(cursor, file->salt, sizeof file->salt) &&
           take_word(cursor, " sealed=") && take_hex(cursor, file->box, sizeof file->box);
}

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

bool key_file_parse(const char *text, size_t size, struct key_file *file)
{
    struct cursor cursor = {text, text + size};
    *file = (struct key_file){0};
    while (cursor.at < cursor.end && *cursor.at == '#') {
        const char *line_end = memchr(cursor.at, '\n', (size_t)(cursor.end - cursor.at));
        if (!line_end) return false;
        cursor.at = line_end + 1;
    }
    while (cursor.end > cursor.at && is_blank(cursor.end[-1]))
        cursor.end--;
    file->sealed = take_word(&cursor, "argon2id ");
    bool taken = file->sealed ? take_sealed(&cursor, file)
                              : take_hex(&cursor, file->master, sizeof file->master);
    if (taken && cursor.at == cursor.end) return true;
    sodium_memzero(file, sizeof *file);
    return false;
}

size_t key_file_print(const struct key_file *file, char text[KEY_FILE_MAX])
{
    char salt[KEY_SALT_SIZE * 2 + 1], secret[KEY_BOX_SIZE * 2 + 1];
    int size;
    if (file->sealed) {
        sodium_bin2hex(salt, sizeof salt, file->salt, sizeof file->salt);
        sodium_bin2hex(secret, sizeof secret, file->box, sizeof file->box);
        size = snprintf(text, KEY_FILE_MAX,
            FIRST_LINE "argon2id passes=%llu kib=%llu salt=%s sealed=%s\n",
            (unsigned long long)file->passes, (unsigned long long)file->kib, salt, secret);
    } else {
        sodium_bin2hex(secret, sizeof secret, file->master, sizeof file->master);
        size = snprintf(text, KEY_FILE_MAX, FIRST_LINE "%s\n", secret);
    }
    sodium_memzero(secret, sizeof secret);
    return (size_t)size;
}

static bool key_stretch(const struct key_file *file, const char *passphrase, uint8_t key[32])
{
    return crypto_pwhash(key, 32, passphrase, strlen(passphrase), file->salt, file->passes,
               (size_t)file->kib << 10, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

enum loy_status key_file_seal(
    struct key_file *file, const uint8_t master[MASTER_KEY_SIZE], const char *passphrase)
{
    uint8_t key[32];
    file->sealed = true;
    sodium_memzero(file->master, sizeof file->master);
    randombytes_buf(file->salt, sizeof file->salt);
    randombytes_buf(file->box, NONCE_SIZE);
    if (!key_stretch(file, passphrase, key)) return LOY_E_MEMORY;
    crypto_aead_xchacha20poly1305_ietf_encrypt(file->box + NONCE_SIZE, NULL, master,
        MASTER_KEY_SIZE, purpose, sizeof purpose, NULL, file->box, key);
    sodium_memzero(key, sizeof key);
    return LOY_OK;
}

enum loy_status key_file_unseal(
    const struct key_file *file, const char *passphrase, uint8_t master[MASTER_KEY_SIZE])
{
    uint8_t key[32];
    if (!file->sealed) {
        memcpy(master, file->master, MASTER_KEY_SIZE);
        return LOY_OK;
    }
    if (!passphrase) return LOY_E_KEY;
    if (!key_stretch(file, passphrase, key)) return LOY_E_MEMORY;
    int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(master, NULL, NULL,
        file->box + NONCE_SIZE, KEY_BOX_SIZE - NONCE_SIZE, purpose, sizeof purpose, file->box, key);
    sodium_memzero(key, sizeof key);
    return failed ? LOY_E_KEY : LOY_OK;
}
