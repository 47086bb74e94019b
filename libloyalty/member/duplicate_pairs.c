/* SPDX-License-Identifier: MIT
 *
 * duplicate_pairs.c - who shares a name or a place with whom, in memory: never in the file, where
 * not even a digest of a name stands. In: the active members, decrypted one after the other. Out:
 * pairs of their numbers. Must not know: scores, who asks.
 */
#include "duplicate_private.h"
#include "index.h"

#include <stdlib.h>
#include <string.h>

struct duplicate_pairs {
    size_t count;
    struct duplicate_pair rows[]; /* in order; twice who share both */
};

/* A name or a place of a member, hashed under a key that lives as long as the scan. Two that fall
 * together by chance cost a comparison. */
struct hashed {
    uint64_t hash;
    uint32_t member;
};

struct scan {
    struct loy_store *store;
    uint8_t name_key[crypto_shorthash_KEYBYTES], place_key[crypto_shorthash_KEYBYTES];
    struct member_row member;
    bool readable, any_readable;
    enum loy_status keyless; /* LOY_E_KEY: somebody has no key */
    struct match_texts texts;
    struct hashed *rows;
    size_t count, max;
};

void duplicate_pairs_free(struct loy_store *store)
{
    struct duplicate_pairs *pairs = store->member_pairs;
    if (!pairs) return;
    sodium_memzero(pairs->rows, pairs->count * sizeof *pairs->rows);
    free(pairs);
    store->member_pairs = NULL;
}

void member_cache_free(struct loy_store *store)
{
    index_free(store);
    duplicate_pairs_free(store);
}

/* ---- Hashes -------------------------------------------------------------------------------------
 */

static enum loy_status hash_add(
    struct scan *scan, const uint8_t key[crypto_shorthash_KEYBYTES], const char *text)
{
    if (!text[0]) return LOY_OK;
    if (scan->count == scan->max) {
        size_t max = scan->max ? 2 * scan->max : 1024;
        struct hashed *rows = realloc(scan->rows, max * sizeof *rows);
        if (!rows) return store_fail(scan->store, LOY_E_MEMORY, "out of memory");
        scan->rows = rows;
        scan->max = max;
    }
    struct hashed *row = &scan->rows[scan->count++];
    uint8_t hash[crypto_shorthash_BYTES];
    crypto_shorthash(hash, (const uint8_t *)text, strlen(text), key);
    memcpy(&row->hash, hash, sizeof row->hash);
    row->member = (uint32_t)scan->member.number;
    return LOY_OK;
}

static enum loy_status member_finish(struct scan *scan)
{
    struct match match;
    if (scan->member.number == 0) return LOY_OK;
    enum loy_status status = match_of_texts(&scan->texts, &match);
    if (status == LOY_OK) status = hash_add(scan, scan->name_key, match.name);
    if (status == LOY_OK) status = hash_add(scan, scan->place_key, match.place);
    sodium_memzero(&match, sizeof match);
    member_drop(&scan->member);
    return status;
}

/* Who has no key any more is compared with nobody; so if all have none, it is this handle that lost
 * them. */
static enum loy_status key_take(struct scan *scan)
{
    struct member_row *member = &scan->member;
    enum loy_status status = store_member_key(scan->store, &member->id, member->key);
    scan->readable = status == LOY_OK;
    scan->any_readable |= scan->readable;
    if (status != LOY_E_KEY) return status;
    scan->keyless = status;
    return LOY_OK;
}

/* A value that does not open is compared with none: loyalty check tells of it. */
static enum loy_status row_read(struct scan *scan, sqlite3_stmt *row)
{
    const int64_t number = sqlite3_column_int64(row, 0), field = sqlite3_column_int64(row, 2);
    struct member_row *member = &scan->member;
    if (number > UINT32_MAX)
        return store_fail(scan->store, LOY_E_LIMIT, "the store has too many members to search");
    if (number != member->number) {
        enum loy_status status = member_finish(scan);
        if (status == LOY_OK) status = member_id_read(scan->store, row, 1, &member->id);
        member->number = number;
        if (status == LOY_OK) status = key_take(scan);
        if (status != LOY_OK) return status;
    }
    char *text = scan->texts.of[field];
    bool opened = scan->readable && member_normal_open(member, field, sqlite3_column_int64(row, 3),
                                        row, 4, text) == LOY_OK;
    if (!opened) text[0] = '\0';
    return LOY_OK;
}

/* Names, address and postcode. */
static const char rows_sql[] =
    "SELECT m.id, m.uid, f.field, f.version, f.normal, f.value FROM member m CROSS JOIN "
    "member_field f ON f.member = m.id WHERE m.id > 0 AND m.status = 1 AND f.field IN (1, 2, 3, 5, "
    "10) AND f.version = (SELECT max(g.version) FROM member_field g WHERE g.member = f.member AND "
    "g.field = f.field) ORDER BY m.id";

static enum loy_status members_scan(struct scan *scan)
{
    struct loy_store *store = scan->store;
    /* One lock on the key file for all keys, not one for each. */
    bool locked = sqlite3_get_autocommit(store->key_db) &&
                  sqlite3_exec(store->key_db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_stmt *select = store_sql(store, rows_sql);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK)
        if ((status = row_read(scan, select)) != LOY_OK) break;
    sqlite3_reset(select);
    if (locked) sqlite3_exec(store->key_db, "COMMIT", NULL, NULL, NULL);
    if (status == LOY_NONE) status = member_finish(scan);
    return status == LOY_OK && !scan->any_readable ? scan->keyless : status;
}

/* ---- Pairs --------------------------------------------------------------------------------------
 */

static int hashed_compare(const void *a, const void *b)
{
    const struct hashed *left = a, *right = b;
    if (left->hash != right->hash) return left->hash < right->hash ? -1 : 1;
    return (left->member > right->member) - (left->member < right->member);
}

static int pair_compare(const void *a, const void *b)
{
    const struct duplicate_pair *left = a, *right = b;
    if (left->first != right->first) return left->first < right->first ? -1 : 1;
    return (left->second > right->second) - (left->second < right->second);
}

/* How many rows from one on have its hash. */
static size_t run_at(const struct scan *scan, size_t at)
{
    size_t end = at + 1;
    while (end < scan->count && scan->rows[end].hash == scan->rows[at].hash)
        end++;
    return end - at;
}

/* Counts the pairs, and writes them where there is room for them. */
static size_t pairs_each(const struct scan *scan, struct duplicate_pair *pairs)
{
    size_t count = 0;
    for (size_t at = 0, run; at < scan->count; at += run) {
        run = run_at(scan, at);
        if (run > DUPLICATE_SHARED_MAX) continue;
        for (size_t i = at; i < at + run; i++)
            for (size_t j = i + 1; j < at + run; j++, count++)
                if (pairs)
                    pairs[count] =
                        (struct duplicate_pair){scan->rows[i].member, scan->rows[j].member};
    }
    return count;
}

static enum loy_status pairs_make(struct scan *scan)
{
    if (scan->count) qsort(scan->rows, scan->count, sizeof *scan->rows, hashed_compare);
    const size_t count = pairs_each(scan, NULL);
    struct duplicate_pairs *pairs = malloc(sizeof *pairs + count * sizeof *pairs->rows);
    if (!pairs) return store_fail(scan->store, LOY_E_MEMORY, "out of memory");
    pairs_each(scan, pairs->rows);
    if (count) qsort(pairs->rows, count, sizeof *pairs->rows, pair_compare);
    pairs->count = count;
    scan->store->member_pairs = pairs;
    return LOY_OK;
}

enum loy_status duplicate_pairs_take(struct loy_store *store)
{
    if (store->member_pairs) return LOY_OK;
    struct scan *scan = calloc(1, sizeof *scan);
    if (!scan) return store_fail(store, LOY_E_MEMORY, "out of memory");
    scan->store = store;
    crypto_shorthash_keygen(scan->name_key);
    crypto_shorthash_keygen(scan->place_key);
    enum loy_status status = members_scan(scan);
    if (status == LOY_OK) status = pairs_make(scan);
    if (scan->rows) sodium_memzero(scan->rows, scan->max * sizeof *scan->rows);
    free(scan->rows);
    sodium_memzero(scan, sizeof *scan);
    free(scan);
    return status;
}

const struct duplicate_pair *duplicate_pair_behind(
    const struct loy_store *store, int64_t first, int64_t second)
{
    const struct duplicate_pairs *pairs = store->member_pairs;
    size_t low = 0, high = pairs ? pairs->count : 0;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const struct duplicate_pair *row = &pairs->rows[middle];
        if (row->first < first || (row->first == first && row->second <= second))
            low = middle + 1;
        else
            high = middle;
    }
    return pairs && low < pairs->count ? &pairs->rows[low] : NULL;
}
