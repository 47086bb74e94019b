/* SPDX-License-Identifier: MIT
 *
 * bench_erase.c - erasing one member of a large store while a lane writes: how long it takes, and
 * how long the lane has to wait. bench_erase [MIB]
 *
 * The store is filled to MIB with digests in no order, whose pages SQLite splits. The lane is
 * another process, which commits a row every 5 ms. Prints both beside their limits, and beside a
 * VACUUM of the same file with the same lane, SQLite's own way of clearing it; does not fail.
 */
#include "bench_clock.h"

#include <loyalty/member.h>
#include <loyalty/rights.h>
#include <store/store_private.h>

#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define AT_US INT64_C(1700000000000000)
#define LANE_PAUSE_US 5000
#define LANE_LIMIT_MS 500.0 /* what a cashier does not notice */
#define ERASE_LIMIT_S_PER_GIB 10.0
#define MEMBERS 8

/* Of both processes. */
struct lane {
    volatile bool on;
    volatile double longest_s;
    volatile long writes, failures;
};

static struct loy_id member_add(struct loy_store *store)
{
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "Bench"}};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .fields = fields,
        .field_count = 1,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER};
    struct loy_id id;
    must(loy_member_add(store, &form, AT_US, &id) == LOY_OK, "member", loy_store_text(store));
    return id;
}

static void digests_fill(struct loy_store *store, long mib)
{
    sqlite3_stmt *size = sql_prepare(store->db, "SELECT page_count * 4096 FROM pragma_page_count");
    sql_run(store->db, "PRAGMA cache_size=-2000000");
    for (long member = -1;; member--) {
        sqlite3_reset(size);
        must(sqlite3_step(size) == SQLITE_ROW, "size", sqlite3_errmsg(store->db));
        if (sqlite3_column_int64(size, 0) >= (int64_t)mib << 20) break;
        sqlite3_stmt *digest = sql_prepare(store->db,
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
            "INSERT INTO blind_index SELECT 6, randomblob(400), ?1 FROM n");
        sqlite3_bind_int64(digest, 1, member);
        must(sqlite3_step(digest) == SQLITE_DONE, "digest", sqlite3_errmsg(store->db));
        sqlite3_finalize(digest);
    }
    sqlite3_finalize(size);
    sql_run(store->db, "CREATE TABLE bench_lane (n)");
    sql_run(store->db, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size=-16000");
}

static void row_write(sqlite3 *db, struct lane *lane)
{
    double start = seconds_now();
    if (sqlite3_exec(db, "INSERT INTO bench_lane VALUES (1)", NULL, NULL, NULL) != SQLITE_OK)
        lane->failures++;
    double took = seconds_now() - start;
    if (took > lane->longest_s) lane->longest_s = took;
    lane->writes++;
}

/* Until it is killed. It begins before the store is opened: no handle of SQLite's goes through a
 * fork. */
static pid_t lane_fork(const char *path, struct lane *lane)
{
    sqlite3 *db = NULL;
    pid_t child = fork();
    must(child >= 0, "lane", "fork");
    if (child) return child;
    while (!lane->on)
        usleep(LANE_PAUSE_US);
    must(sqlite3_open(path, &db) == SQLITE_OK, "lane", path);
    sqlite3_busy_timeout(db, 5000);
    for (;;) {
        if (lane->on) row_write(db, lane);
        usleep(LANE_PAUSE_US);
    }
}

static void lane_start(struct lane *lane)
{
    lane->writes = lane->failures = 0;
    lane->on = true;
    while (lane->writes < 10)
        usleep(LANE_PAUSE_US);
    lane->longest_s = 0;
}

static void lane_stop(struct lane *lane)
{
    usleep(10 * LANE_PAUSE_US);
    lane->on = false;
    usleep(10 * LANE_PAUSE_US);
}

static void line_print(const char *what, double took, double limit, const struct lane *lane)
{
    printf("%-16s %7.2f s (at most %.2f: %s); the lane waited at most %.0f ms (at most %.0f: %s), "
           "%ld of its %ld writes failed\n",
        what, took, limit, took <= limit ? "reached" : "MISSED", lane->longest_s * 1e3,
        LANE_LIMIT_MS, lane->longest_s * 1e3 <= LANE_LIMIT_MS ? "reached" : "MISSED",
        lane->failures, lane->writes);
}

int main(int argc, char **argv)
{
    long mib = argc > 1 ? atol(argv[1]) : 1024;
    char folder[64];
    struct loy_id members[MEMBERS];
    must(mib > 0 && mib <= 100000, "usage", "bench_erase [MIB]");
    folder_make(folder);
    char path[96];
    snprintf(path, sizeof path, "%s/store", folder);
    struct lane *lane =
        mmap(NULL, sizeof *lane, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(lane != MAP_FAILED, "lane", "memory");
    pid_t child = lane_fork(path, lane);
    struct loy_store *store = bench_store(folder);
    for (size_t i = 0; i < MEMBERS; i++)
        members[i] = member_add(store);
    digests_fill(store, mib);
    const double limit = ERASE_LIMIT_S_PER_GIB * (double)mib / 1024;
    printf("a store of %ld MiB\n", mib);
    for (size_t i = 0; i <= MEMBERS; i++) {
        lane_start(lane);
        double start = seconds_now();
        if (i == MEMBERS)
            sql_run(store->db, "VACUUM");
        else
            must(loy_member_erase(store, &members[i], "request", AT_US + 1) == LOY_OK, "erase",
                loy_store_text(store));
        double took = seconds_now() - start;
        lane_stop(lane);
        line_print(i == 0        ? "first erasure"
                   : i < MEMBERS ? "erasure"
                                 : "VACUUM",
            took, limit, lane);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    loy_store_close(store);
    folder_remove(folder);
    return 0;
}
