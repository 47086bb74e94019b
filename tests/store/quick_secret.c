/* SPDX-License-Identifier: MIT
 *
 * quick_secret.c - see quick_secret.h. In: calls of libsodium by the store. Out: real hashes. Knows
 * no store.
 */
#include "quick_secret.h"

#include <sodium.h>
#include <string.h>

/* faulty_disk.c stands before the same calls where a test has both, and goes on to quick_... */
#define FALLBACK __attribute__((weak))

static bool is_quick;

void quick_secret(bool quick)
{
    is_quick = quick;
}

int __real_crypto_pwhash(unsigned char *out, unsigned long long out_size, const char *text,
    unsigned long long size, const unsigned char *salt, unsigned long long passes, size_t memory,
    int algorithm);
FALLBACK int __wrap_crypto_pwhash(unsigned char *out, unsigned long long out_size, const char *text,
    unsigned long long size, const unsigned char *salt, unsigned long long passes, size_t memory,
    int algorithm);
int __real_crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES], const char *text,
    unsigned long long size, unsigned long long passes, size_t memory, int algorithm);
int quick_crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES], const char *text,
    unsigned long long size, unsigned long long passes, size_t memory, int algorithm);
FALLBACK int __wrap_crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES], const char *text,
    unsigned long long size, unsigned long long passes, size_t memory, int algorithm);
int __real_crypto_pwhash_str_verify(const char *hash, const char *text, unsigned long long size);
int quick_crypto_pwhash_str_verify(const char *hash, const char *text, unsigned long long size);
FALLBACK int __wrap_crypto_pwhash_str_verify(
    const char *hash, const char *text, unsigned long long size);

int __wrap_crypto_pwhash(unsigned char *out, unsigned long long out_size, const char *text,
    unsigned long long size, const unsigned char *salt, unsigned long long passes, size_t memory,
    int algorithm)
{
    if (is_quick) passes = crypto_pwhash_OPSLIMIT_MIN, memory = crypto_pwhash_MEMLIMIT_MIN;
    return __real_crypto_pwhash(out, out_size, text, size, salt, passes, memory, algorithm);
}

int quick_crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES], const char *text,
    unsigned long long size, unsigned long long passes, size_t memory, int algorithm)
{
    if (is_quick) passes = crypto_pwhash_OPSLIMIT_MIN, memory = crypto_pwhash_MEMLIMIT_MIN;
    return __real_crypto_pwhash_str_alg(out, text, size, passes, memory, algorithm);
}

/* The full cost is then that of the hash that is compared for nobody, which nothing fits. */
int quick_crypto_pwhash_str_verify(const char *hash, const char *text, unsigned long long size)
{
    if (is_quick && strstr(hash, "$m=65536,")) return -1;
    return __real_crypto_pwhash_str_verify(hash, text, size);
}

int __wrap_crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES], const char *text,
    unsigned long long size, unsigned long long passes, size_t memory, int algorithm)
{
    return quick_crypto_pwhash_str_alg(out, text, size, passes, memory, algorithm);
}

int __wrap_crypto_pwhash_str_verify(const char *hash, const char *text, unsigned long long size)
{
    return quick_crypto_pwhash_str_verify(hash, text, size);
}
