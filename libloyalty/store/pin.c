/* SPDX-License-Identifier: MIT
 *
 * pin.c - a PIN judged, hashed and compared. In: digits and the number of an operator. Out: a
 * sentence, a hash to keep, yes or no. Knows no row and counts nothing.
 */
#include <store/store_parts.h>

#include <errno.h>
#include <string.h>

#define HASH_PASSES 2u
#define HASH_MEMORY (64u << 20)
#define PEPPERED_SIZE 32u

/* Of no PIN at all: compared where there is no operator, so that this takes as long. */
static const char nobodys[] = "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                              "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

unsigned store_pin_least(enum loy_role role)
{
    return role == LOY_ROLE_MANAGER ? 8 : 4;
}

/* Every digit the same distance from the one before it: 0000, 12345678, 9876, 7890. */
static bool is_simple(const char *pin, size_t length)
{
    int step = (pin[1] - pin[0] + 10) % 10;
    if (step != 0 && step != 1 && step != 9) return false;
    for (size_t i = 2; i < length; i++)
        if ((pin[i] - pin[i - 1] + 10) % 10 != step) return false;
    return true;
}

enum loy_status store_pin_judge(struct loy_store *store, enum loy_role role, const char *pin)
{
    unsigned least = store_pin_least(role);
    size_t length = strnlen(pin, LOY_PIN_MAX);
    if (length < least || length >= LOY_PIN_MAX || strspn(pin, "0123456789") != length)
        return store_fail(store, LOY_E_FORMAT,
            "a PIN has %u to %u digits and nothing else; choose one that only you know", least,
            LOY_PIN_MAX - 1);
    if (is_simple(pin, length))
        return store_fail(store, LOY_E_FORMAT,
            "this PIN is too easy to guess: choose digits that are not all alike and do not count "
            "up or down");
    return LOY_OK;
}

/* Bound to the operator, so that a hash copied to another row opens nothing. */
static void pepper(const struct loy_store *store, int64_t number, const char *pin,
    unsigned char peppered[PEPPERED_SIZE])
{
    static const unsigned char domain[] = "loyalty pin 1";
    crypto_generichash_state state;
    crypto_generichash_init(&state, store->keys->pin, sizeof store->keys->pin, PEPPERED_SIZE);
    crypto_generichash_update(&state, domain, sizeof domain);
    store_hash_number(&state, number);
    crypto_generichash_update(&state, (const unsigned char *)pin, strlen(pin));
    crypto_generichash_final(&state, peppered, PEPPERED_SIZE);
    sodium_memzero(&state, sizeof state);
}

enum loy_status store_pin_hash(
    struct loy_store *store, int64_t number, const char *pin, char hash[STORE_PIN_HASH_SIZE])
{
    unsigned char peppered[PEPPERED_SIZE];
    pepper(store, number, pin, peppered);
    int failed = crypto_pwhash_str_alg(hash, (const char *)peppered, sizeof peppered, HASH_PASSES,
        HASH_MEMORY, crypto_pwhash_ALG_ARGON2ID13);
    sodium_memzero(peppered, sizeof peppered);
    return failed ? store_fail(store, LOY_E_MEMORY, "out of memory") : LOY_OK;
}

enum loy_status store_pin_compare(
    struct loy_store *store, int64_t number, const char *hash, const char *pin)
{
    unsigned char peppered[PEPPERED_SIZE];
    pepper(store, number, pin, peppered);
    errno = 0;
    int failed =
        crypto_pwhash_str_verify(number ? hash : nobodys, (const char *)peppered, sizeof peppered);
    bool starved = failed && errno == ENOMEM;
    sodium_memzero(peppered, sizeof peppered);
    if (starved) return store_fail(store, LOY_E_MEMORY, "out of memory");
    return (failed | (number == 0)) ? LOY_NONE : LOY_OK;
}
