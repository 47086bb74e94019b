/* SPDX-License-Identifier: MIT
 *
 * bench_rotate.c - a new master key for a million members: all of loy_store_key_rotate, with its
 * syncs, on the disk where it runs. bench_rotate [MEMBERS]
 *
 * Members are made in one transaction, each with a key of its own, and afterwards as many of them
 * as fit a second are read again under the new key. Prints the seconds beside their limit; does not
 * fail.
 */
#include "bench_clock.h"

#include <store/store_private.h>

#define LIMIT_S 60.0
#define MEMBERS_LIMIT 1000000.0

static void members_fill(struct loy_store *store, long members)
{
    uint8_t key[MEMBER_KEY_SIZE];
    must(store_begin(store) == LOY_OK, "begin", loy_store_text(store));
    sqlite3_stmt *member = sql_prepare(store->db,
        "INSERT INTO member (uid, kind, pseudonymous, created_at_us) VALUES (?1, 1, 1, 1)");
    for (long i = 0; i < members; i++) {
        struct loy_id uid;
        store_id_make(1700000000000000 + (int64_t)i * 1000, &uid);
        must(store_member_key_make(store, &uid, key) == LOY_OK, "key", loy_store_text(store));
        sqlite3_bind_blob(member, 1, uid.bytes, 16, SQLITE_STATIC);
        must(sqlite3_step(member) == SQLITE_DONE, "member", sqlite3_errmsg(store->db));
        sqlite3_reset(member);
    }
    sqlite3_finalize(member);
    must(store_commit(store) == LOY_OK, "commit", loy_store_text(store));
}

/* Every key that opens is one that was wrapped anew. */
static long members_read(struct loy_store *store, double seconds)
{
    sqlite3_stmt *rows =
        sql_prepare(store->db, "SELECT uid FROM member WHERE id % 7 = 0 ORDER BY id DESC");
    double start = seconds_now();
    long read = 0;
    while (seconds_now() - start < seconds && sqlite3_step(rows) == SQLITE_ROW) {
        struct loy_id id;
        uint8_t key[MEMBER_KEY_SIZE];
        memcpy(id.bytes, sqlite3_column_blob(rows, 0), sizeof id.bytes);
        must(store_member_key(store, &id, key) == LOY_OK, "reading", loy_store_text(store));
        read++;
    }
    sqlite3_finalize(rows);
    return read;
}

int main(int argc, char **argv)
{
    long members = argc > 1 ? atol(argv[1]) : 1000000;
    struct loy_key_rotation done = {0};
    char folder[64];
    must(members > 0 && members <= 100000000, "usage", "bench_rotate [MEMBERS]");
    folder_make(folder);
    struct loy_store *store = bench_store(folder);
    double start = seconds_now();
    members_fill(store, members);
    printf("%ld members with keys, filled in %.1f s\n", members, seconds_now() - start);
    start = seconds_now();
    must(loy_store_key_rotate(store, NULL, NULL, NULL, 1700000000000000, &done) == LOY_OK, "rotate",
        loy_store_text(store));
    double took = seconds_now() - start, limit = LIMIT_S * (double)members / MEMBERS_LIMIT;
    must(done.members == members && done.damaged == 0, "rotate", "not all keys were wrapped");
    printf("re-wrapping    %8.2f s for %ld members (%.2f us each), at most %.2f s: %s\n", took,
        members, took / (double)members * 1e6, limit, took <= limit ? "reached" : "MISSED");
    printf("%ld members read again under the new key\n", members_read(store, 1.0));
    loy_store_close(store);
    folder_remove(folder);
    return 0;
}
