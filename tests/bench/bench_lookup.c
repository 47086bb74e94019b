/* SPDX-License-Identifier: MIT
 *
 * bench_lookup.c - from a card's number to its member: digest and loy_member_find_card, against the
 * same digest and a raw prepared lookup over the same file. bench_lookup [MEMBERS
 * [LOOKUPS_PER_BLOCK]]
 *
 * Members and cards are inserted as rows, with the store's own card digests but without fields and
 * keys: a lookup reads none of them, and registering a million members one by one would take its
 * time. Prints the ratio beside its limit; does not fail.
 */
#include "bench_clock.h"

#include <loyalty/member.h>
#include <store/store_private.h>

#define BLOCKS 60

struct bench {
    struct loy_store *store;
    sqlite3 *raw;
    sqlite3_stmt *lookup;
    uint8_t key[LOY_CARD_KEY_SIZE];
    unsigned members;
    uint64_t seed;
};

static void credential_of(const struct bench *bench, unsigned i, struct loy_credential *credential)
{
    char number[32];
    snprintf(number, sizeof number, "29%010u", i);
    must(loy_credential_from_text(number, NULL, 0, bench->key, credential) == LOY_OK, number,
        "is no card number");
}

static void members_fill(struct bench *bench)
{
    sqlite3 *db = bench->store->db;
    sql_run(db, "PRAGMA cache_size = -400000");
    sql_run(db, "BEGIN");
    sqlite3_stmt *member = sql_prepare(db,
        "INSERT INTO member (id, uid, kind, pseudonymous, created_at_us) VALUES (?1, ?2, 1, 1, 1)");
    sqlite3_stmt *card = sql_prepare(
        db, "INSERT INTO card (digest, kind, tail, member, status) VALUES (?1, 1, ?2, ?3, 3)");
    for (unsigned i = 0; i < bench->members; i++) {
        struct loy_credential credential;
        struct loy_id uid;
        credential_of(bench, i, &credential);
        store_id_make(1700000000000000 + (int64_t)i * 1000, &uid);
        sqlite3_bind_int64(member, 1, i + 1);
        sqlite3_bind_blob(member, 2, uid.bytes, 16, SQLITE_STATIC);
        must(sqlite3_step(member) == SQLITE_DONE, "member", sqlite3_errmsg(db));
        sqlite3_reset(member);
        sqlite3_bind_blob(card, 1, credential.digest, 16, SQLITE_STATIC);
        sqlite3_bind_text(card, 2, credential.tail, -1, SQLITE_STATIC);
        sqlite3_bind_int64(card, 3, i + 1);
        must(sqlite3_step(card) == SQLITE_DONE, "card", sqlite3_errmsg(db));
        sqlite3_reset(card);
    }
    sqlite3_finalize(member);
    sqlite3_finalize(card);
    sql_run(db, "COMMIT");
    sql_number(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

/* Opened as a lane opens it: after filling, with the store's own cache size. */
static void both_open(struct bench *bench, const char *folder)
{
    char path[96], pragma[64];
    snprintf(path, sizeof path, "%s/store", folder);
    struct loy_store_options options = {
        .size = sizeof options, .path = path, .user = "bench", .at_us = 1700000000000000};
    loy_store_close(bench->store);
    enum loy_status status = loy_store_open(&options, &bench->store);
    must(status == LOY_OK, "the store", bench->store ? loy_store_text(bench->store) : "no memory");
    must(sqlite3_open(path, &bench->raw) == SQLITE_OK, path, "cannot be opened");
    snprintf(pragma, sizeof pragma, "PRAGMA cache_size = %lld",
        sql_number(bench->store->db, "PRAGMA cache_size"));
    sql_run(bench->raw, pragma);
    bench->lookup = sql_prepare(bench->raw, "SELECT m.uid, c.status FROM card c JOIN member m "
                                            "ON m.id = c.member WHERE c.digest = ?1");
}

static void raw_find(
    struct bench *bench, const struct loy_credential *credential, struct loy_id *id)
{
    sqlite3_bind_blob(bench->lookup, 1, credential->digest, 16, SQLITE_STATIC);
    must(sqlite3_step(bench->lookup) == SQLITE_ROW, "raw lookup", "nothing found");
    memcpy(id, sqlite3_column_blob(bench->lookup, 0), sizeof *id);
    sqlite3_reset(bench->lookup);
}

static void loy_find(
    struct bench *bench, const struct loy_credential *credential, struct loy_id *id)
{
    must(loy_member_find_card(bench->store, credential, id) == LOY_OK, "loy_member_find_card",
        loy_store_text(bench->store));
}

/* The sum of the ids keeps both sides honest: the same members must come out. */
static double block_time(struct bench *bench,
    void (*find)(struct bench *, const struct loy_credential *, struct loy_id *), unsigned lookups,
    uint64_t seed, uint64_t *sum)
{
    bench->seed = seed;
    double start = seconds_now();
    for (unsigned i = 0; i < lookups; i++) {
        struct loy_credential credential;
        struct loy_id id;
        bench->seed = bench->seed * 6364136223846793005u + 1442695040888963407u;
        credential_of(bench, (unsigned)(bench->seed >> 33) % bench->members, &credential);
        find(bench, &credential, &id);
        for (unsigned k = 0; k < sizeof id.bytes; k++)
            *sum = *sum * 31 + id.bytes[k];
    }
    return seconds_now() - start;
}

static void compare(struct bench *bench, unsigned lookups)
{
    double ratios[BLOCKS], our_s = 0, raw_s = 0;
    uint64_t our_sum = 0, raw_sum = 0;
    for (unsigned i = 0; i < BLOCKS + 4; i++) {
        double ours = 0, raw = 0;
        if (i % 2 == 0) ours = block_time(bench, loy_find, lookups, i + 1, &our_sum);
        raw = block_time(bench, raw_find, lookups, i + 1, &raw_sum);
        if (i % 2 != 0) ours = block_time(bench, loy_find, lookups, i + 1, &our_sum);
        if (i < 4) continue; // both caches are cold then
        ratios[i - 4] = ours / raw;
        our_s += ours;
        raw_s += raw;
    }
    must(our_sum == raw_sum, "lookup", "the two ways found different members");
    double count = (double)BLOCKS * lookups, ratio = median_of(ratios, BLOCKS);
    printf(
        "card lookup    %8.2f us, raw %8.2f us, ratio %.3f (median of %d blocks; of sums %.3f), at "
        "most 1.200: %s\n",
        our_s / count * 1e6, raw_s / count * 1e6, ratio, BLOCKS, our_s / raw_s,
        ratio <= 1.2 ? "reached" : "MISSED");
}

int main(int argc, char **argv)
{
    static struct bench bench;
    long members = argc > 1 ? atol(argv[1]) : 1000000, lookups = argc > 2 ? atol(argv[2]) : 5000;
    must(members > 0 && members <= 100000000 && lookups > 0, "usage",
        "bench_lookup [MEMBERS [LOOKUPS_PER_BLOCK]]");
    char folder[64];
    folder_make(folder);
    bench.members = (unsigned)members;
    bench.store = bench_store(folder);
    loy_store_card_key(bench.store, bench.key);
    double start = seconds_now();
    members_fill(&bench);
    both_open(&bench, folder);
    printf("%ld members and cards, filled in %.1f s\n", members, seconds_now() - start);
    compare(&bench, (unsigned)lookups);
    sqlite3_finalize(bench.lookup);
    sqlite3_close(bench.raw);
    loy_store_close(bench.store);
    folder_remove(folder);
    return 0;
}
