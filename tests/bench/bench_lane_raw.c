/* SPDX-License-Identifier: MIT
 *
 * bench_lane_raw.c - whole sales at a lane (a card, articles that are priced by rules, the total,
 * the money) beside a raw prepared SQLite loop that writes the same rows with the same commits,
 * and the bytes that a sale takes. bench_lane_raw [BLOCKS [BASKETS_PER_BLOCK]]
 *
 * The raw loop is not written by hand, so that it can leave nothing out: each statement that writes
 * is noted with its values while a lane works on a second store, and is run again on a copy of that
 * one as it was before. The raw loop thus looks nothing up, prices nothing and judges nothing. The
 * lane that is timed sells the same beside it, noting nothing. At the end its store and the raw
 * file must hold the same rows. Prints ratios beside their limits; does not fail for a figure.
 */
#include "bench_lane_shop.h"

#define LINES 8
#define CARDS 2000
#define STATEMENTS_MAX 512
#define VALUES_MAX 24
#define BLOCKS_MAX 400

/* ---- What is noted ----------------------------------------------------------------------------
 */

struct value {
    int type; /* SQLITE_INTEGER, _TEXT, _BLOB, _NULL; 0: not bound */
    int64_t number;
    char *bytes;
    int size;
};
struct noted {
    sqlite3_stmt *statement;
    sqlite3_stmt *raw;
    struct value values[VALUES_MAX];
    bool runs;
};
struct write {
    struct noted *noted;
    struct value values[VALUES_MAX];
};
static struct {
    bool on;
    struct noted noted[STATEMENTS_MAX];
    struct write *writes;
    size_t count, room;
} tape;

static struct noted *noted_of(sqlite3_stmt *statement)
{
    size_t slot = (size_t)((uintptr_t)statement >> 4) % STATEMENTS_MAX;
    for (size_t i = 0; i < STATEMENTS_MAX; i++, slot = (slot + 1) % STATEMENTS_MAX) {
        struct noted *noted = &tape.noted[slot];
        if (!noted->statement) noted->statement = statement;
        if (noted->statement == statement) return noted;
    }
    abort();
}

static int value_note(
    sqlite3_stmt *statement, int at, int type, int64_t number, const void *bytes, int size)
{
    if (!tape.on) return SQLITE_OK;
    must(at <= VALUES_MAX, "a statement", "has more values than are noted");
    struct value *value = &noted_of(statement)->values[at - 1];
    if (size < 0) size = (int)strlen(bytes);
    free(value->bytes);
    *value = (struct value){
        .type = bytes || type == SQLITE_INTEGER ? type : SQLITE_NULL, .number = number};
    if (!bytes) return SQLITE_OK;
    value->bytes = malloc((size_t)size + 1);
    must(value->bytes, "the tape", "no memory");
    memcpy(value->bytes, bytes, (size_t)size);
    value->size = size;
    return SQLITE_OK;
}

__typeof__(sqlite3_bind_int) __real_sqlite3_bind_int, __wrap_sqlite3_bind_int;
int __wrap_sqlite3_bind_int(sqlite3_stmt *statement, int at, int number)
{
    value_note(statement, at, SQLITE_INTEGER, number, NULL, 0);
    return __real_sqlite3_bind_int(statement, at, number);
}
__typeof__(sqlite3_bind_int64) __real_sqlite3_bind_int64, __wrap_sqlite3_bind_int64;
int __wrap_sqlite3_bind_int64(sqlite3_stmt *statement, int at, sqlite3_int64 number)
{
    value_note(statement, at, SQLITE_INTEGER, number, NULL, 0);
    return __real_sqlite3_bind_int64(statement, at, number);
}
__typeof__(sqlite3_bind_null) __real_sqlite3_bind_null, __wrap_sqlite3_bind_null;
int __wrap_sqlite3_bind_null(sqlite3_stmt *statement, int at)
{
    value_note(statement, at, SQLITE_NULL, 0, NULL, 0);
    return __real_sqlite3_bind_null(statement, at);
}
__typeof__(sqlite3_bind_text) __real_sqlite3_bind_text, __wrap_sqlite3_bind_text;
int __wrap_sqlite3_bind_text(
    sqlite3_stmt *statement, int at, const char *text, int size, void (*destroy)(void *))
{
    value_note(statement, at, SQLITE_TEXT, 0, text, text ? size : 0);
    return __real_sqlite3_bind_text(statement, at, text, size, destroy);
}
__typeof__(sqlite3_bind_blob) __real_sqlite3_bind_blob, __wrap_sqlite3_bind_blob;
int __wrap_sqlite3_bind_blob(
    sqlite3_stmt *statement, int at, const void *bytes, int size, void (*destroy)(void *))
{
    value_note(statement, at, SQLITE_BLOB, 0, bytes, bytes ? size : 0);
    return __real_sqlite3_bind_blob(statement, at, bytes, size, destroy);
}
__typeof__(sqlite3_bind_blob64) __real_sqlite3_bind_blob64, __wrap_sqlite3_bind_blob64;
int __wrap_sqlite3_bind_blob64(sqlite3_stmt *statement, int at, const void *bytes,
    sqlite3_uint64 size, void (*destroy)(void *))
{
    value_note(statement, at, SQLITE_BLOB, 0, bytes, bytes ? (int)size : 0);
    return __real_sqlite3_bind_blob64(statement, at, bytes, size, destroy);
}
__typeof__(sqlite3_clear_bindings) __real_sqlite3_clear_bindings, __wrap_sqlite3_clear_bindings;
int __wrap_sqlite3_clear_bindings(sqlite3_stmt *statement)
{
    struct noted *noted = tape.on ? noted_of(statement) : NULL;
    for (int i = 0; noted && i < VALUES_MAX; i++) {
        free(noted->values[i].bytes);
        noted->values[i] = (struct value){0};
    }
    return __real_sqlite3_clear_bindings(statement);
}

/* BEGIN and COMMIT count as reading. */
static bool writes_of(sqlite3_stmt *statement)
{
    return !sqlite3_stmt_readonly(statement) || strncmp(sqlite3_sql(statement), "SELECT", 6) != 0;
}

static void write_note(struct noted *noted)
{
    if (tape.count == tape.room) {
        tape.room = tape.room ? tape.room * 2 : 4096;
        tape.writes = realloc(tape.writes, tape.room * sizeof *tape.writes);
        must(tape.writes, "the tape", "no memory");
    }
    struct write *write = &tape.writes[tape.count++];
    write->noted = noted;
    memcpy(write->values, noted->values, sizeof write->values);
    for (int i = 0; i < VALUES_MAX; i++)
        noted->values[i].bytes = NULL; // the write's now
}

__typeof__(sqlite3_step) __real_sqlite3_step, __wrap_sqlite3_step;
int __wrap_sqlite3_step(sqlite3_stmt *statement)
{
    bool first = !sqlite3_stmt_busy(statement);
    if (tape.on && first && writes_of(statement)) write_note(noted_of(statement));
    return __real_sqlite3_step(statement);
}

/* ---- The raw loop -----------------------------------------------------------------------------
 */

static void value_bind(sqlite3_stmt *statement, int at, const struct value *value)
{
    if (value->type == SQLITE_INTEGER)
        __real_sqlite3_bind_int64(statement, at, value->number);
    else if (value->type == SQLITE_TEXT)
        __real_sqlite3_bind_text(statement, at, value->bytes, value->size, SQLITE_STATIC);
    else if (value->type == SQLITE_BLOB)
        __real_sqlite3_bind_blob(statement, at, value->bytes, value->size, SQLITE_STATIC);
    else if (value->type == SQLITE_NULL)
        __real_sqlite3_bind_null(statement, at);
}

static void raw_prepare(sqlite3 *raw)
{
    for (size_t i = 0; i < tape.count; i++) {
        struct noted *noted = tape.writes[i].noted;
        if (!noted->raw) noted->raw = sql_prepare(raw, sqlite3_sql(noted->statement));
    }
}

static void raw_run(sqlite3 *raw)
{
    for (size_t i = 0; i < tape.count; i++) {
        const struct write *write = &tape.writes[i];
        sqlite3_stmt *statement = write->noted->raw;
        for (int k = 0; k < VALUES_MAX && write->values[k].type; k++)
            value_bind(statement, k + 1, &write->values[k]);
        int status = __real_sqlite3_step(statement);
        must(status == SQLITE_DONE || status == SQLITE_ROW, sqlite3_sql(statement),
            sqlite3_errmsg(raw));
        sqlite3_reset(statement);
    }
}

static void tape_empty(void)
{
    for (size_t i = 0; i < tape.count; i++)
        for (int k = 0; k < VALUES_MAX; k++)
            free(tape.writes[i].values[k].bytes);
    tape.count = 0;
}

/* The file as it is now, opened with the store's settings. */
static sqlite3 *raw_open(sqlite3 *db, const char *folder)
{
    static const char *const settings[] = {
        "cache_size", "synchronous", "wal_autocheckpoint", "foreign_keys", "journal_size_limit"};
    char path[96], pragma[160];
    sqlite3 *raw = NULL;
    snprintf(path, sizeof path, "%s/raw", folder);
    must(sqlite3_open(path, &raw) == SQLITE_OK, path, "cannot be opened");
    sqlite3_backup *copy = sqlite3_backup_init(raw, "main", db, "main");
    must(copy && sqlite3_backup_step(copy, -1) == SQLITE_DONE, path, sqlite3_errmsg(raw));
    sqlite3_backup_finish(copy);
    sql_run(raw, "PRAGMA journal_mode = WAL");
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        snprintf(pragma, sizeof pragma, "PRAGMA %s", settings[i]);
        long long value = sql_number(db, pragma);
        snprintf(pragma, sizeof pragma, "PRAGMA %s = %lld", settings[i], value);
        sql_run(raw, pragma);
    }
    must(sql_number(raw, "PRAGMA synchronous") == 3, "synchronous", "is not EXTRA");
    return raw;
}

/* ---- Both files hold the same ------------------------------------------------------------------
 */

static void rows_compare(sqlite3 *db, sqlite3 *raw)
{
    char query[256];
    sqlite3_stmt *tables = sql_prepare(db,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND sql "
        "NOT LIKE 'CREATE VIRTUAL%'");
    while (__real_sqlite3_step(tables) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(tables, 0);
        snprintf(query, sizeof query, "SELECT count(*) FROM \"%s\"", name);
        must(sql_number(db, query) == sql_number(raw, query), name,
            "has other rows in the raw file");
    }
    sqlite3_finalize(tables);
    static const char *const sums[] = {"SELECT sum(paid_minor) FROM line",
        "SELECT sum(total_minor) FROM basket WHERE state = 2",
        "SELECT sum(amount_minor) FROM tender", "SELECT count(member) FROM basket WHERE state = 2"};
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        must(sql_number(db, sums[i]) == sql_number(raw, sums[i]) && sql_number(db, sums[i]) > 0,
            sums[i], "is another one in the raw file");
}

static void shop_open(struct bench *bench, const char *folder)
{
    *bench = (struct bench){.store = bench_store(folder), .at_us = START_US};
    shop_fill(bench);
    cards_fill(bench, CARDS);
    fine(bench, loy_lane_open(bench->store, LOY_BASKET_LANE, START_US, &bench->lane), "lane");
    for (int i = 0; i < 50; i++)
        sale(bench, i, LINES);
}

static void shop_close(struct bench *bench, const char *folder)
{
    loy_lane_close(bench->lane);
    loy_store_close(bench->store);
    free(bench->cards);
    folder_remove(folder);
}

static double sales(struct bench *bench, int from, int count)
{
    double start = seconds_now();
    for (int i = 0; i < count; i++)
        sale(bench, from + i, LINES);
    return seconds_now() - start;
}

static double sales_raw(struct bench *noted, sqlite3 *raw, int from, int count)
{
    tape.on = true;
    sales(noted, from, count);
    tape.on = false;
    raw_prepare(raw);
    double start = seconds_now();
    raw_run(raw);
    double seconds = seconds_now() - start;
    tape_empty();
    return seconds;
}

int main(int argc, char **argv)
{
    static double ratios[BLOCKS_MAX];
    int blocks = argc > 1 ? atoi(argv[1]) : 100, baskets = argc > 2 ? atoi(argv[2]) : 10;
    must(blocks > 0 && blocks <= BLOCKS_MAX && baskets > 0, "usage",
        "bench_lane_raw [BLOCKS up to 400 [BASKETS_PER_BLOCK]]");
    char folder[64], noted_folder[64];
    folder_make(folder);
    folder_make(noted_folder);
    struct bench bench, noted;
    shop_open(&bench, folder);
    shop_open(&noted, noted_folder);
    sqlite3 *raw = raw_open(noted.store->db, noted_folder);
    double ours = bytes_used(bench.store->db), raws = bytes_used(raw), our_s = 0, raw_s = 0;
    for (int i = 0; i < blocks; i++) {
        double loop_s = sales_raw(&noted, raw, 50 + i * baskets, baskets);
        double lane_s = sales(&bench, 50 + i * baskets, baskets);
        our_s += lane_s, raw_s += loop_s;
        ratios[i] = loop_s / lane_s;
    }
    rows_compare(bench.store->db, raw);
    double count = (double)blocks * baskets, ratio = median_of(ratios, (size_t)blocks);
    printf("sales of %d lines at a lane %.0f/s, raw %.0f/s, ratio %.3f (median of %d blocks; of "
           "sums %.3f), at least 0.900: %s\n",
        LINES, count / our_s, count / raw_s, ratio, blocks, raw_s / our_s,
        ratio >= 0.9 ? "reached" : "MISSED");
    ours = (bytes_used(bench.store->db) - ours) / count;
    raws = (bytes_used(raw) - raws) / count;
    printf("bytes/sale %.1f, raw %.1f, ratio %.3f, at most 1.250: %s\n", ours, raws, ours / raws,
        ours / raws <= 1.25 ? "reached" : "MISSED");
    for (size_t i = 0; i < STATEMENTS_MAX; i++)
        sqlite3_finalize(tape.noted[i].raw);
    sqlite3_close(raw);
    shop_close(&noted, noted_folder);
    shop_close(&bench, folder);
    return 0;
}
