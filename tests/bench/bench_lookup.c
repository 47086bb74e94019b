/* SPDX-License-Identifier: MIT
 *
 * bench_lookup.c - from a card's number to its member's name, as a lane shows it: the number's
 * digest, loy_member_find_card and loy_member_field, against the same digest, raw prepared lookups
 * over the same files, and the same unwrapping and decryption. bench_lookup [MEMBERS...]; without,
 * 10,000 and 1,000,000.
 *
 * Members are inserted as rows with the store's own digests, keys and envelopes, a name each:
 * registering a million of them one by one would take its time. Both sides take turns, block by
 * block. Prints ratios beside their limit; does not fail.
 */
#include "bench_clock.h"

#include <loyalty/member.h>
#include <store/store_private.h>

#define BLOCKS 60
#define LOOKUPS 2000u
#define WRAPPED_SIZE 72u /* nonce 24 | key 32 | tag 16 */

struct bench {
    struct loy_store *store;
    sqlite3 *raw, *raw_keys;
    sqlite3_stmt *lookup, *key_lookup;
    uint8_t key[LOY_CARD_KEY_SIZE];
    unsigned members;
    uint64_t seed;
    double *ours_s, *raw_s; /* of each single lookup, BLOCKS * LOOKUPS */
};

static void credential_of(const struct bench *bench, unsigned i, struct loy_credential *credential)
{
    char number[32];
    snprintf(number, sizeof number, "29%010u", i);
    must(loy_credential_from_text(number, NULL, 0, bench->key, credential) == LOY_OK, number,
        "is no card number");
}

static void name_insert(
    sqlite3_stmt *insert, unsigned i, const struct loy_id *uid, const uint8_t key[MEMBER_KEY_SIZE])
{
    const struct envelope_place place = {"member_field", "value", uid, LOY_FIELD_NAME, 1};
    uint8_t sealed[ENVELOPE_MAX];
    size_t size = 0;
    char name[32];
    snprintf(name, sizeof name, "Anna Vogel %u", i);
    must(envelope_seal(key, &place, name, sealed, &size) == LOY_OK, name, "cannot be sealed");
    sqlite3_bind_int64(insert, 1, i + 1);
    sqlite3_bind_blob(insert, 2, sealed, (int)size, SQLITE_STATIC);
    must(sqlite3_step(insert) == SQLITE_DONE, "name", "not stored");
    sqlite3_reset(insert);
}

static void members_fill(struct bench *bench)
{
    sqlite3 *db = bench->store->db;
    sql_run(db, "PRAGMA cache_size = -400000");
    sql_run(bench->store->key_db, "PRAGMA cache_size = -200000");
    must(store_begin(bench->store) == LOY_OK, "begin", loy_store_text(bench->store));
    sqlite3_stmt *member = sql_prepare(db,
        "INSERT INTO member (id, uid, kind, pseudonymous, created_at_us) VALUES (?1, ?2, 1, 0, 1)");
    sqlite3_stmt *card = sql_prepare(
        db, "INSERT INTO card (digest, kind, tail, member, status) VALUES (?1, 1, ?2, ?3, 3)");
    sqlite3_stmt *name = sql_prepare(db,
        "INSERT INTO member_field (member, field, version, value, normal, channel, initiated_by, "
        "collected_at_us, entered_at_us, operator) VALUES (?1, 1, 1, ?2, x'', 'desk', 1, 1, 1, 1)");
    for (unsigned i = 0; i < bench->members; i++) {
        struct loy_credential credential;
        struct loy_id uid;
        uint8_t key[MEMBER_KEY_SIZE];
        credential_of(bench, i, &credential);
        store_id_make(1700000000000000 + (int64_t)i * 1000, &uid);
        must(store_member_key_make(bench->store, &uid, key) == LOY_OK, "key", "not made");
        sqlite3_bind_int64(member, 1, i + 1);
        sqlite3_bind_blob(member, 2, uid.bytes, 16, SQLITE_STATIC);
        must(sqlite3_step(member) == SQLITE_DONE, "member", sqlite3_errmsg(db));
        sqlite3_reset(member);
        sqlite3_bind_blob(card, 1, credential.digest, 16, SQLITE_STATIC);
        sqlite3_bind_text(card, 2, credential.tail, -1, SQLITE_STATIC);
        sqlite3_bind_int64(card, 3, i + 1);
        must(sqlite3_step(card) == SQLITE_DONE, "card", sqlite3_errmsg(db));
        sqlite3_reset(card);
        name_insert(name, i, &uid, key);
    }
    sqlite3_finalize(member);
    sqlite3_finalize(card);
    sqlite3_finalize(name);
    must(store_commit(bench->store) == LOY_OK, "commit", loy_store_text(bench->store));
    sql_number(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

static sqlite3 *raw_open(const char *path, sqlite3 *like)
{
    sqlite3 *db = NULL;
    char pragma[64];
    must(sqlite3_open(path, &db) == SQLITE_OK, path, "cannot be opened");
    snprintf(
        pragma, sizeof pragma, "PRAGMA cache_size = %lld", sql_number(like, "PRAGMA cache_size"));
    sql_run(db, pragma);
    return db;
}

/* Opened as a lane opens it: after filling, with the store's own cache size. */
static void both_open(struct bench *bench, const char *folder)
{
    char path[96];
    snprintf(path, sizeof path, "%s/store", folder);
    struct loy_store_options options = {
        .size = sizeof options, .path = path, .user = "bench", .at_us = 1700000000000000};
    loy_store_close(bench->store);
    enum loy_status status = loy_store_open(&options, &bench->store);
    must(status == LOY_OK, "the store", bench->store ? loy_store_text(bench->store) : "no memory");
    bench->raw = raw_open(path, bench->store->db);
    strcat(path, ".keys");
    bench->raw_keys = raw_open(path, bench->store->key_db);
    bench->lookup = sql_prepare(bench->raw,
        "SELECT m.uid, c.status, f.version, f.value FROM card c JOIN member m ON m.id = c.member "
        "JOIN member_field f ON f.member = m.id AND f.field = 1 WHERE c.digest = ?1 "
        "ORDER BY f.version DESC LIMIT 1");
    bench->key_lookup =
        sql_prepare(bench->raw_keys, "SELECT wrapped FROM member_key WHERE member = ?1");
}

static void raw_key(struct bench *bench, const struct loy_id *id, uint8_t key[MEMBER_KEY_SIZE])
{
    struct {
        char place[sizeof "member_key"];
        uint8_t member[16];
    } data = {.place = "member_key"};
    memcpy(data.member, id->bytes, 16);
    sqlite3_bind_blob(bench->key_lookup, 1, id->bytes, 16, SQLITE_STATIC);
    must(sqlite3_step(bench->key_lookup) == SQLITE_ROW, "raw key", "nothing found");
    const uint8_t *wrapped = sqlite3_column_blob(bench->key_lookup, 0);
    must(sqlite3_column_bytes(bench->key_lookup, 0) == WRAPPED_SIZE &&
             crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, wrapped + 24,
                 WRAPPED_SIZE - 24, (const unsigned char *)&data, sizeof data, wrapped,
                 bench->store->keys->wrap) == 0,
        "raw key", "does not open");
    sqlite3_reset(bench->key_lookup);
}

static void raw_find(struct bench *bench, const struct loy_credential *credential, char *name)
{
    uint8_t key[MEMBER_KEY_SIZE];
    struct loy_id id;
    sqlite3_bind_blob(bench->lookup, 1, credential->digest, 16, SQLITE_STATIC);
    must(sqlite3_step(bench->lookup) == SQLITE_ROW, "raw lookup", "nothing found");
    memcpy(id.bytes, sqlite3_column_blob(bench->lookup, 0), sizeof id.bytes);
    raw_key(bench, &id, key);
    const struct envelope_place place = {
        "member_field", "value", &id, LOY_FIELD_NAME, sqlite3_column_int64(bench->lookup, 2)};
    must(envelope_open(key, &place, sqlite3_column_blob(bench->lookup, 3),
             (size_t)sqlite3_column_bytes(bench->lookup, 3), name) == LOY_OK,
        "raw value", "does not open");
    sqlite3_reset(bench->lookup);
    sodium_memzero(key, sizeof key);
}

static void loy_find(struct bench *bench, const struct loy_credential *credential, char *name)
{
    struct loy_id id;
    must(loy_member_find_card(bench->store, credential, &id) == LOY_OK, "loy_member_find_card",
        loy_store_text(bench->store));
    must(loy_member_field(bench->store, &id, LOY_FIELD_NAME, name) == LOY_OK, "loy_member_field",
        loy_store_text(bench->store));
}

/* The sum over the names keeps both sides honest: the same members must come out. */
static double block_time(struct bench *bench,
    void (*find)(struct bench *, const struct loy_credential *, char *), uint64_t seed,
    uint64_t *sum, double *singles)
{
    char name[LOY_FIELD_TEXT_MAX];
    bench->seed = seed;
    double start = seconds_now(), before = start;
    for (unsigned i = 0; i < LOOKUPS; i++) {
        struct loy_credential credential;
        bench->seed = bench->seed * 6364136223846793005u + 1442695040888963407u;
        credential_of(bench, (unsigned)(bench->seed >> 33) % bench->members, &credential);
        find(bench, &credential, name);
        for (const char *c = name; *c; c++)
            *sum = *sum * 31 + (unsigned char)*c;
        double now = seconds_now();
        singles[i] = now - before;
        before = now;
    }
    return before - start;
}

static double at_99(double *singles)
{
    qsort(singles, BLOCKS * LOOKUPS, sizeof *singles, by_size);
    return singles[BLOCKS * LOOKUPS / 100 * 99];
}

static void compare(struct bench *bench)
{
    double ratios[BLOCKS], our_s = 0, raw_s = 0;
    uint64_t our_sum = 0, raw_sum = 0;
    for (unsigned i = 0; i < BLOCKS + 4; i++) {
        double ours = 0, raw = 0;
        /* Both caches are cold in the first four; they are measured into the first place and
         * overwritten. */
        double *our_singles = bench->ours_s + (i < 4 ? 0 : i - 4) * LOOKUPS;
        double *raw_singles = bench->raw_s + (i < 4 ? 0 : i - 4) * LOOKUPS;
        if (i % 2 == 0) ours = block_time(bench, loy_find, 2 * i + 1, &our_sum, our_singles);
        raw = block_time(bench, raw_find, 2 * i + 1, &raw_sum, raw_singles);
        if (i % 2 != 0) ours = block_time(bench, loy_find, 2 * i + 1, &our_sum, our_singles);
        if (i < 4) continue;
        ratios[i - 4] = ours / raw;
        our_s += ours;
        raw_s += raw;
    }
    must(our_sum == raw_sum, "lookup", "the two ways found different members");
    double count = (double)BLOCKS * LOOKUPS, ratio = median_of(ratios, BLOCKS);
    double our_99 = at_99(bench->ours_s), raw_99 = at_99(bench->raw_s);
    printf("card to name   %8.2f us, raw %8.2f us, ratio %.3f (median of %d blocks; of sums %.3f), "
           "at most 1.200 at a million: %s\n",
        our_s / count * 1e6, raw_s / count * 1e6, ratio, BLOCKS, our_s / raw_s,
        bench->members < 1000000 ? "-"
        : ratio <= 1.2           ? "reached"
                                 : "MISSED");
    printf("  single ones  median %.2f us, raw %.2f us, ratio %.3f; 99th percentile %.2f us, raw "
           "%.2f us, ratio %.3f\n",
        bench->ours_s[BLOCKS * LOOKUPS / 2] * 1e6, bench->raw_s[BLOCKS * LOOKUPS / 2] * 1e6,
        bench->ours_s[BLOCKS * LOOKUPS / 2] / bench->raw_s[BLOCKS * LOOKUPS / 2], our_99 * 1e6,
        raw_99 * 1e6, our_99 / raw_99);
}

static void run(unsigned members)
{
    struct bench bench = {.members = members};
    char folder[64];
    bench.ours_s = calloc(BLOCKS * LOOKUPS, sizeof *bench.ours_s);
    bench.raw_s = calloc(BLOCKS * LOOKUPS, sizeof *bench.raw_s);
    must(bench.ours_s && bench.raw_s, "bench", "out of memory");
    folder_make(folder);
    bench.store = bench_store(folder);
    loy_store_card_key(bench.store, bench.key);
    double start = seconds_now();
    members_fill(&bench);
    both_open(&bench, folder);
    printf("%u members, filled in %.1f s\n", members, seconds_now() - start);
    compare(&bench);
    sqlite3_finalize(bench.lookup);
    sqlite3_finalize(bench.key_lookup);
    sqlite3_close(bench.raw);
    sqlite3_close(bench.raw_keys);
    loy_store_close(bench.store);
    folder_remove(folder);
    free(bench.ours_s);
    free(bench.raw_s);
}

int main(int argc, char **argv)
{
    static char *usual[] = {"", "10000", "1000000"};
    if (argc < 2) {
        argc = 3;
        argv = usual;
    }
    for (int i = 1; i < argc; i++) {
        long members = atol(argv[i]);
        must(members > 0 && members <= 100000000, "usage", "bench_lookup [MEMBERS...]");
        run((unsigned)members);
    }
    return 0;
}
