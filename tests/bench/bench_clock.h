/* SPDX-License-Identifier: MIT
 *
 * bench_clock.h - what the benchmarks of the store share: a clock, a median, a folder that goes
 * again. Two ways of doing one thing are timed in turns, block by block, so that a noisy minute
 * strikes both.
 */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <loyalty/store.h>

#include <sqlite3.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static inline double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static inline int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline double median_of(double *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* A benchmark that cannot run says why and ends. */
static inline void must(bool fine, const char *what, const char *why)
{
    if (fine) return;
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static inline void sql_run(sqlite3 *db, const char *sql)
{
    char *why = NULL;
    int status = sqlite3_exec(db, sql, NULL, NULL, &why);
    must(status == SQLITE_OK, sql, why != NULL ? why : "failed");
}

static inline long long sql_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *select = NULL;
    int status = sqlite3_prepare_v2(db, sql, -1, &select, NULL);
    must(status == SQLITE_OK, sql, sqlite3_errmsg(db));
    long long number = sqlite3_step(select) == SQLITE_ROW ? sqlite3_column_int64(select, 0) : 0;
    sqlite3_finalize(select);
    return number;
}

static inline sqlite3_stmt *sql_prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
    must(status == SQLITE_OK, sql, sqlite3_errmsg(db));
    return statement;
}

/* Of the file, without what is free in it. */
static inline double bytes_used(sqlite3 *db)
{
    sql_number(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    return (
        double)((sql_number(db, "PRAGMA page_count") - sql_number(db, "PRAGMA freelist_count")) *
                sql_number(db, "PRAGMA page_size"));
}

/* On the disk where the benchmark runs: /tmp is often memory, where a sync costs nothing. */
static inline void folder_make(char folder[64])
{
    snprintf(folder, 64, "./bench-XXXXXX");
    must(mkdtemp(folder) != NULL, folder, "cannot be made");
}

static inline void folder_remove(const char *folder)
{
    DIR *files = opendir(folder);
    struct dirent *entry;
    while (files != NULL && (entry = readdir(files)) != NULL) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (files != NULL) closedir(files);
    rmdir(folder);
}

static inline struct loy_store *bench_store(const char *folder)
{
    char path[96];
    struct loy_store *store = NULL;
    snprintf(path, sizeof path, "%s/store", folder);
    struct loy_store_options options = {
        .size = sizeof options, .path = path, .user = "bench", .at_us = 1700000000000000};
    struct loy_store_settings settings = {
        .currency = "EUR", .minor_digits = 2, .site = "S1", .lane = "L1", .country = "DE"};
    enum loy_status status = loy_store_create(&options, &settings, &store);
    must(status == LOY_OK, "the store", store != NULL ? loy_store_text(store) : "no memory");
    return store;
}

#endif
