/* SPDX-License-Identifier: MIT
 *
 * audit_file.c - see audit_file.h. In: a store and an open file. Out: lines, or what does not fit.
 * Knows nothing of files' names and prints nothing.
 */
#include "audit_file.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

#define HEX_MAX (2 * LOY_AUDIT_SIGNATURE_SIZE + 1)
#define SENTENCE_MAX 200u

static const char *hex(const uint8_t *bytes, size_t size, char text[HEX_MAX])
{
    return sodium_bin2hex(text, HEX_MAX, bytes, size);
}

/* The line's bytes, newline included, into file and digest. */
static bool line_write(FILE *file, json_t *object, crypto_generichash_state *digest)
{
    char *text = cli_json_text(object, JSON_COMPACT);
    json_decref(object);
    if (!text) return false;
    bool done = fprintf(file, "%s\n", text) > 0;
    if (digest) {
        crypto_generichash_update(digest, (const unsigned char *)text, strlen(text));
        crypto_generichash_update(digest, (const unsigned char *)"\n", 1);
    }
    free(text);
    return done;
}

static bool entry_write(
    FILE *file, const struct loy_audit_entry *entry, crypto_generichash_state *digest)
{
    char at[32], hash[HEX_MAX];
    cli_time_text(entry->at_us, 0, at);
    return line_write(file,
        json_pack("{s:I,s:I,s:s,s:s,s:I,s:s,s:s,s:s}", "sequence", (json_int_t)entry->sequence,
            "at_us", (json_int_t)entry->at_us, "at", at, "operator", entry->operator_name,
            "operator_number", (json_int_t)entry->operator_number, "action", entry->action,
            "object", entry->object, "hash", hex(entry->hash, sizeof entry->hash, hash)),
        digest);
}

static bool head_write(FILE *file, const struct loy_audit_head *head,
    const uint8_t digest[LOY_AUDIT_HASH_SIZE], const uint8_t signature[LOY_AUDIT_SIGNATURE_SIZE])
{
    char texts[5][HEX_MAX];
    return line_write(file,
        json_pack("{s:I,s:I,s:s,s:s,s:s,s:s,s:s}", "head", (json_int_t)head->sequence, "at_us",
            (json_int_t)head->at_us, "hash", hex(head->hash, sizeof head->hash, texts[0]),
            "public_key", hex(head->public_key, sizeof head->public_key, texts[1]), "signature",
            hex(head->signature, sizeof head->signature, texts[2]), "file_digest",
            hex(digest, LOY_AUDIT_HASH_SIZE, texts[3]), "file_signature",
            hex(signature, LOY_AUDIT_SIGNATURE_SIZE, texts[4])),
        NULL);
}

enum loy_status audit_file_write(
    struct loy_store *store, FILE *file, int64_t at_us, struct loy_audit_head *head)
{
    struct loy_audit_entry entry = {0};
    uint8_t digest[LOY_AUDIT_HASH_SIZE], signature[LOY_AUDIT_SIGNATURE_SIZE];
    crypto_generichash_state state;
    enum loy_status status = loy_audit_sign(store, "audit-export", false, at_us, head);
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    while (status == LOY_OK && entry.sequence < head->sequence) {
        status = loy_audit_next(store, entry.sequence, &entry);
        if (status == LOY_OK && !entry_write(file, &entry, &state)) status = LOY_E_IO;
    }
    crypto_generichash_final(&state, digest, sizeof digest);
    if (status == LOY_OK) status = loy_audit_file_sign(store, head, digest, signature);
    if (status == LOY_OK && !head_write(file, head, digest, signature)) status = LOY_E_IO;
    return status;
}

/* ---- Comparing ----------------------------------------------------------------------------------
 */

struct comparing {
    struct loy_store *store;
    void (*problem)(void *user, const char *sentence);
    void *user;
    int64_t first, last; /* entries that differ and were not told yet; first 0: none */
    crypto_generichash_state digest;
};

static void tell(struct comparing *comparing, const char *sentence)
{
    comparing->problem(comparing->user, sentence);
}

static void differing_tell(struct comparing *comparing)
{
    char sentence[SENTENCE_MAX];
    if (!comparing->first) return;
    snprintf(sentence, sizeof sentence,
        comparing->first == comparing->last
            ? "the audit log: entry %lld is another one than in the exported file"
            : "the audit log: entries %lld to %lld are others than in the exported file",
        (long long)comparing->first, (long long)comparing->last);
    tell(comparing, sentence);
    comparing->first = 0;
}

static bool bytes_take(const json_t *object, const char *name, uint8_t *bytes, size_t size)
{
    const char *text = json_string_value(json_object_get(object, name));
    size_t length = 0;
    return text && strlen(text) == 2 * size &&
           sodium_hex2bin(bytes, size, text, 2 * size, NULL, &length, NULL) == 0 && length == size;
}

/* Entries that the store does not hold are told by loy_audit_verify, from the head. */
static enum loy_status entry_compare(struct comparing *comparing, const json_t *object)
{
    struct loy_audit_entry entry;
    uint8_t hash[LOY_AUDIT_HASH_SIZE];
    const json_t *number = json_object_get(object, "sequence");
    int64_t sequence = json_integer_value(number);
    if (!json_is_integer(number) || sequence < 1 || !bytes_take(object, "hash", hash, sizeof hash))
        return LOY_E_FORMAT;
    enum loy_status status = loy_audit_next(comparing->store, sequence - 1, &entry);
    if (status < LOY_OK) return status;
    bool same = status == LOY_NONE || entry.sequence != sequence ||
                memcmp(entry.hash, hash, sizeof hash) == 0;
    if (same || comparing->last != sequence - 1) differing_tell(comparing);
    if (same) return LOY_OK;
    if (!comparing->first) comparing->first = sequence;
    comparing->last = sequence;
    return LOY_OK;
}

static enum loy_status head_take(
    struct comparing *comparing, const json_t *object, struct loy_audit_head *head)
{
    uint8_t said[LOY_AUDIT_HASH_SIZE], digest[LOY_AUDIT_HASH_SIZE];
    uint8_t signature[LOY_AUDIT_SIGNATURE_SIZE];
    *head = (struct loy_audit_head){.size = sizeof *head,
        .sequence = json_integer_value(json_object_get(object, "head")),
        .at_us = json_integer_value(json_object_get(object, "at_us"))};
    if (!bytes_take(object, "hash", head->hash, sizeof head->hash) ||
        !bytes_take(object, "public_key", head->public_key, sizeof head->public_key) ||
        !bytes_take(object, "signature", head->signature, sizeof head->signature) ||
        !bytes_take(object, "file_digest", said, sizeof said) ||
        !bytes_take(object, "file_signature", signature, sizeof signature))
        return LOY_E_FORMAT;
    crypto_generichash_final(&comparing->digest, digest, sizeof digest);
    if (loy_audit_head_check(head) != LOY_OK) {
        tell(comparing, "the exported file: its head was changed");
        return LOY_E_CHECK;
    }
    if (memcmp(said, digest, sizeof said) != 0 ||
        loy_audit_file_check(head, digest, signature) != LOY_OK) {
        tell(comparing, "the exported file: its entries were changed");
        // Its head is whole and can still be held against the log.
    }
    return LOY_OK;
}

/* LOY_MORE: an entry, and more must come. */
static enum loy_status line_take(
    struct comparing *comparing, const char *line, size_t size, struct loy_audit_head *head)
{
    json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
    enum loy_status status = LOY_E_FORMAT;
    if (json_object_get(object, "head")) {
        status = head_take(comparing, object, head);
    } else if (object) {
        status = entry_compare(comparing, object);
        crypto_generichash_update(&comparing->digest, (const unsigned char *)line, size);
        if (status == LOY_OK) status = LOY_MORE;
    }
    json_decref(object);
    return status;
}

enum loy_status audit_file_compare(struct loy_store *store, FILE *file,
    void (*problem)(void *user, const char *sentence), void *user, struct loy_audit_head *head)
{
    struct comparing comparing = {.store = store, .problem = problem, .user = user};
    enum loy_status status = LOY_MORE;
    char *line = NULL;
    size_t room = 0;
    crypto_generichash_init(&comparing.digest, NULL, 0, LOY_AUDIT_HASH_SIZE);
    while (status == LOY_MORE) {
        ssize_t size = getline(&line, &room, file);
        status = size > 0 ? line_take(&comparing, line, (size_t)size, head) : LOY_E_FORMAT;
    }
    free(line);
    differing_tell(&comparing);
    return status;
}
