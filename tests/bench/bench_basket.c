/* SPDX-License-Identifier: MIT
 *
 * bench_basket.c - recording baskets, whole and line by line, against a raw prepared SQLite loop
 * that writes the same rows and columns under the same indexes with the same commits; and bytes per
 * basket. bench_basket [BLOCKS [BASKETS_PER_BLOCK]]
 *
 * The raw loop validates nothing, digests nothing (its digests are constants of the same size) and
 * knows every row number beforehand. Prints ratios beside their limits; does not fail.
 */
#include "bench_clock.h"

#include <loyalty/basket.h>
#include <store/store_private.h>

#define LINES 8
#define CARDS 2000
#define ARTICLES 500
#define START_US INT64_C(1700000000000000)

enum { BEGIN, COMMIT, CARD, LANE, BASKET, OPEN, LINE, ATTACH, CLOSE, LANE_SET, OUTBOX, RAW_COUNT };
static const char *const raw_sql[RAW_COUNT] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [CARD] = "SELECT c.id, c.status, m.id, m.status, m.merged_into, m.uid FROM card c "
             "LEFT JOIN member m ON m.id = c.member WHERE c.digest = ?1",
    [LANE] = "SELECT epoch, last_sequence FROM lane WHERE id = ?1",
    [BASKET] = "INSERT INTO basket (uid, lane, epoch, sequence, state, source, opened_at_us, "
               "closed_at_us, offset_min, member, card, operator, line_count, total_minor, "
               "discount_minor, digest) VALUES (?1, 1, 1, ?2, 2, 1, ?3, ?3, 60, ?4, ?5, 1, ?6, ?7, "
               "?8, ?9)",
    [OPEN] =
        "INSERT INTO basket (uid, lane, epoch, state, source, opened_at_us, offset_min, "
        "operator, line_count, total_minor, discount_minor) VALUES (?1, 1, 1, 1, 1, ?2, 60, 1, "
        "0, 0, 0)",
    [LINE] = "INSERT INTO line (basket, number, version, quantity_milli, list_minor, "
             "discount_minor, paid_minor, promotion) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [ATTACH] = "UPDATE basket SET member = ?2, card = ?3 WHERE id = ?1",
    [CLOSE] = "UPDATE basket SET state = 2, epoch = 1, sequence = ?2, closed_at_us = ?3, "
              "line_count = ?4, total_minor = ?5, discount_minor = ?6, digest = ?7 WHERE id = ?1",
    [LANE_SET] = "UPDATE lane SET last_sequence = ?1 WHERE id = 1",
    [OUTBOX] = "INSERT INTO outbox (basket) VALUES (?1)",
};

struct bench {
    struct loy_store *store;
    sqlite3 *raw;
    sqlite3_stmt *statements[RAW_COUNT];
    struct loy_credential cards[CARDS];
    int64_t versions[ARTICLES];
    struct loy_line lines[LINES]; /* of the basket at hand */
    const struct loy_credential *card;
    int64_t at_us, total_minor, discount_minor;
    uint64_t seed;
};

static unsigned draw(struct bench *bench, unsigned below)
{
    bench->seed = bench->seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(bench->seed >> 33) % below;
}

/* ---- Two stores alike
 * ------------------------------------------------------------------------------ */

static void cards_fill(sqlite3 *db, const struct bench *bench)
{
    sqlite3_stmt *member = sql_prepare(
        db, "INSERT INTO member (uid, kind, pseudonymous, created_at_us) VALUES (?1, 1, 1, 1)");
    sqlite3_stmt *card = sql_prepare(
        db, "INSERT INTO card (digest, kind, tail, member, status) VALUES (?1, 1, '0000', ?2, 3)");
    sql_run(db, "BEGIN");
    for (int i = 0; i < CARDS; i++) {
        sqlite3_bind_blob(member, 1, bench->cards[i].digest, 16, SQLITE_STATIC);
        sqlite3_step(member);
        sqlite3_reset(member);
        sqlite3_bind_blob(card, 1, bench->cards[i].digest, 16, SQLITE_STATIC);
        sqlite3_bind_int(card, 2, i + 1);
        sqlite3_step(card);
        sqlite3_reset(card);
    }
    sql_run(db, "COMMIT");
    sqlite3_finalize(member);
    sqlite3_finalize(card);
}

/* The same tables, indexes, pages and settings, from the store's own words. */
static void raw_open(struct bench *bench, const char *folder)
{
    char path[96], pragma[160];
    snprintf(path, sizeof path, "%s/raw", folder);
    must(sqlite3_open(path, &bench->raw) == SQLITE_OK, path, "cannot be opened");
    static const char *const settings[] = {"page_size", "cache_size", "synchronous"};
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        snprintf(pragma, sizeof pragma, "PRAGMA %s", settings[i]);
        long long value = sql_number(bench->store->db, pragma);
        snprintf(pragma, sizeof pragma, "PRAGMA %s = %lld", settings[i], value);
        sql_run(bench->raw, pragma);
    }
    sql_run(bench->raw, "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = 67108864");
    snprintf(pragma, sizeof pragma, "PRAGMA wal_autocheckpoint = %lld",
        sql_number(bench->store->db, "PRAGMA wal_autocheckpoint"));
    sql_run(bench->raw, pragma);
    snprintf(pragma, sizeof pragma, "PRAGMA foreign_keys = %lld",
        sql_number(bench->store->db, "PRAGMA foreign_keys"));
    sql_run(bench->raw, pragma);
    must(sql_number(bench->raw, "PRAGMA synchronous") == 3, "synchronous", "is not EXTRA");
    sqlite3_stmt *schema = sql_prepare(bench->store->db,
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger' AND tbl_name IN "
        "('site', 'lane', 'member', 'purchaser', 'card', 'basket', 'line', 'line_return', "
        "'outbox', "
        "'pending_card', 'promotion')");
    while (sqlite3_step(schema) == SQLITE_ROW)
        sql_run(bench->raw, (const char *)sqlite3_column_text(schema, 0));
    sqlite3_finalize(schema);
    sql_run(bench->raw, "INSERT INTO site VALUES (1, 'S1')");
    sql_run(bench->raw, "INSERT INTO lane VALUES (1, 1, 'L1', 1, 0)");
    sql_run(bench->raw, "INSERT INTO promotion VALUES (1, 'SPRING', 1, NULL)");
    for (int i = 0; i < RAW_COUNT; i++)
        bench->statements[i] = sql_prepare(bench->raw, raw_sql[i]);
}

static void bench_open(struct bench *bench, const char *folder)
{
    uint8_t key[LOY_CARD_KEY_SIZE];
    bench->store = bench_store(folder);
    loy_store_card_key(bench->store, key);
    for (int i = 0; i < CARDS; i++) {
        char number[32];
        snprintf(number, sizeof number, "29%08d", i);
        must(loy_credential_from_text(number, NULL, 0, key, &bench->cards[i]) == LOY_OK, number,
            "is no card number");
    }
    raw_open(bench, folder);
    cards_fill(bench->raw, bench);
    cards_fill(bench->store->db, bench);
    for (int i = 0; i < ARTICLES; i++) {
        char code[32];
        snprintf(code, sizeof code, "A%d", i);
        struct loy_article article = {
            .size = sizeof article, .code = code, .brand = "b", .cost_minor = -1};
        loy_store_begin(bench->store);
        loy_article_put(bench->store, &article, START_US);
        loy_article_find(bench->store, code, &bench->versions[i]);
        must(loy_store_commit(bench->store) == LOY_OK, code, loy_store_text(bench->store));
    }
}

/* ---- One basket, four ways
 * --------------------------------------------------------------------------- */

static void basket_draw(struct bench *bench)
{
    bench->card = &bench->cards[draw(bench, CARDS)];
    bench->at_us += 30000000;
    bench->total_minor = bench->discount_minor = 0;
    for (int i = 0; i < LINES; i++) {
        int64_t pieces = 1 + draw(bench, 3), list = 100 + draw(bench, 5000);
        int64_t discount = i % 4 == 0 ? list / 10 : 0;
        bench->lines[i] =
            (struct loy_line){.article_version = bench->versions[draw(bench, ARTICLES)],
                .quantity_milli = pieces * 1000,
                .list_minor = list,
                .discount_minor = discount,
                .paid_minor = pieces * list - discount,
                .promotion = discount > 0 ? "SPRING" : NULL,
                .form = discount > 0 ? LOY_FORM_PERCENT : LOY_FORM_NONE};
        bench->total_minor += bench->lines[i].paid_minor;
        bench->discount_minor += discount;
    }
}

static void step(struct bench *bench, int which)
{
    int status = sqlite3_step(bench->statements[which]);
    must(status == SQLITE_DONE, raw_sql[which], sqlite3_errmsg(bench->raw));
    sqlite3_reset(bench->statements[which]);
}

static void raw_card(struct bench *bench, int64_t *card, int64_t *member)
{
    sqlite3_stmt *select = bench->statements[CARD];
    sqlite3_bind_blob(select, 1, bench->card->digest, 16, SQLITE_STATIC);
    must(sqlite3_step(select) == SQLITE_ROW, "card", "not found");
    *card = sqlite3_column_int64(select, 0);
    *member = sqlite3_column_int64(select, 2);
    sqlite3_reset(select);
}

static int64_t raw_sequence(struct bench *bench)
{
    sqlite3_stmt *select = bench->statements[LANE];
    sqlite3_bind_int64(select, 1, 1);
    must(sqlite3_step(select) == SQLITE_ROW, "lane", "not found");
    int64_t sequence = sqlite3_column_int64(select, 1) + 1;
    sqlite3_reset(select);
    return sequence;
}

static void raw_line(struct bench *bench, int64_t basket, int i)
{
    sqlite3_stmt *insert = bench->statements[LINE];
    const struct loy_line *line = &bench->lines[i];
    sqlite3_bind_int64(insert, 1, basket);
    sqlite3_bind_int64(insert, 2, i + 1);
    sqlite3_bind_int64(insert, 3, line->article_version);
    sqlite3_bind_int64(insert, 4, line->quantity_milli);
    sqlite3_bind_int64(insert, 5, line->list_minor);
    sqlite3_bind_int64(insert, 6, line->discount_minor);
    sqlite3_bind_int64(insert, 7, line->paid_minor);
    if (line->promotion != NULL)
        sqlite3_bind_int64(insert, 8, 1);
    else
        sqlite3_bind_null(insert, 8);
    step(bench, LINE);
}

static void raw_end(struct bench *bench, int64_t basket, int64_t sequence)
{
    sqlite3_bind_int64(bench->statements[LANE_SET], 1, sequence);
    step(bench, LANE_SET);
    sqlite3_bind_int64(bench->statements[OUTBOX], 1, basket);
    step(bench, OUTBOX);
    step(bench, COMMIT);
}

static void raw_record(struct bench *bench)
{
    int64_t card, member;
    struct loy_id uid;
    static const uint8_t digest[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    store_id_make(bench->at_us, &uid);
    step(bench, BEGIN);
    raw_card(bench, &card, &member);
    int64_t sequence = raw_sequence(bench);
    sqlite3_stmt *insert = bench->statements[BASKET];
    sqlite3_bind_blob(insert, 1, uid.bytes, 16, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, sequence);
    sqlite3_bind_int64(insert, 3, bench->at_us);
    sqlite3_bind_int64(insert, 4, member);
    sqlite3_bind_int64(insert, 5, card);
    sqlite3_bind_int64(insert, 6, LINES);
    sqlite3_bind_int64(insert, 7, bench->total_minor);
    sqlite3_bind_int64(insert, 8, bench->discount_minor);
    sqlite3_bind_blob(insert, 9, digest, 16, SQLITE_STATIC);
    step(bench, BASKET);
    int64_t basket = sqlite3_last_insert_rowid(bench->raw);
    for (int i = 0; i < LINES; i++)
        raw_line(bench, basket, i);
    raw_end(bench, basket, sequence);
}

static void raw_lane(struct bench *bench)
{
    int64_t card, member;
    struct loy_id uid;
    static const uint8_t digest[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    store_id_make(bench->at_us, &uid);
    step(bench, BEGIN);
    sqlite3_bind_blob(bench->statements[OPEN], 1, uid.bytes, 16, SQLITE_STATIC);
    sqlite3_bind_int64(bench->statements[OPEN], 2, bench->at_us);
    step(bench, OPEN);
    int64_t basket = sqlite3_last_insert_rowid(bench->raw);
    step(bench, COMMIT);
    for (int i = 0; i < LINES; i++) {
        step(bench, BEGIN);
        raw_line(bench, basket, i);
        step(bench, COMMIT);
    }
    step(bench, BEGIN);
    raw_card(bench, &card, &member);
    const int64_t attached[] = {basket, member, card};
    for (int i = 0; i < 3; i++)
        sqlite3_bind_int64(bench->statements[ATTACH], i + 1, attached[i]);
    step(bench, ATTACH);
    step(bench, COMMIT);
    step(bench, BEGIN);
    int64_t sequence = raw_sequence(bench);
    const int64_t closed[] = {
        basket, sequence, bench->at_us, LINES, bench->total_minor, bench->discount_minor};
    for (int i = 0; i < 6; i++)
        sqlite3_bind_int64(bench->statements[CLOSE], i + 1, closed[i]);
    sqlite3_bind_blob(bench->statements[CLOSE], 7, digest, 16, SQLITE_STATIC);
    step(bench, CLOSE);
    raw_end(bench, basket, sequence);
}

static struct loy_basket_head head_of(const struct bench *bench)
{
    return (struct loy_basket_head){.size = sizeof(struct loy_basket_head),
        .at_us = bench->at_us,
        .offset_min = 60,
        .source = LOY_BASKET_LANE};
}

static void loy_record(struct bench *bench)
{
    struct loy_basket_head head = head_of(bench);
    head.credential = bench->card;
    must(loy_basket_record(bench->store, &head, bench->lines, LINES, NULL) == LOY_OK,
        "loy_basket_record", loy_store_text(bench->store));
}

static void loy_lane(struct bench *bench)
{
    struct loy_basket_head head = head_of(bench);
    struct loy_basket *basket = NULL;
    enum loy_status status = loy_basket_open(bench->store, &head, &basket);
    for (int i = 0; i < LINES && status == LOY_OK; i++)
        status = loy_basket_add(basket, &bench->lines[i], NULL);
    if (status == LOY_OK) status = loy_basket_attach(basket, bench->card, NULL);
    if (status == LOY_OK) status = loy_basket_close(basket, bench->at_us, NULL, NULL);
    must(status == LOY_OK, "line by line", loy_store_text(bench->store));
}

/* ---- Timing
 * -------------------------------------------------------------------------------------------- */

#define BLOCKS_MAX 400

static double block_time(
    struct bench *bench, void (*one)(struct bench *), int baskets, uint64_t seed)
{
    bench->seed = seed;
    int64_t start_us = bench->at_us;
    double start = seconds_now();
    for (int i = 0; i < baskets; i++) {
        basket_draw(bench);
        one(bench);
    }
    double taken = seconds_now() - start;
    bench->at_us = start_us;
    return taken;
}

static void compare(struct bench *bench, const char *name, void (*ours)(struct bench *),
    void (*raw)(struct bench *), int blocks, int baskets)
{
    static double ratios[BLOCKS_MAX];
    double our_s = 0, raw_s = 0;
    for (int i = 0; i < blocks; i++) {
        uint64_t seed = (uint64_t)i + 1;
        bool first = i % 2 == 0; // whoever goes first finds the disk as the other left it
        double a = block_time(bench, first ? ours : raw, baskets, seed);
        double b = block_time(bench, first ? raw : ours, baskets, seed);
        bench->at_us += 30000000 * (int64_t)baskets;
        our_s += first ? a : b;
        raw_s += first ? b : a;
        ratios[i] = first ? b / a : a / b;
    }
    double count = (double)blocks * baskets, ratio = median_of(ratios, (size_t)blocks);
    printf("%-14s %8.0f baskets/s, raw %8.0f baskets/s, ratio %.3f (median of %d blocks; of sums "
           "%.3f), "
           "at least 0.900: %s\n",
        name, count / our_s, count / raw_s, ratio, blocks, raw_s / our_s,
        ratio >= 0.9 ? "reached" : "MISSED");
}

int main(int argc, char **argv)
{
    static struct bench bench = {.at_us = START_US};
    int blocks = argc > 1 ? atoi(argv[1]) : 300, baskets = argc > 2 ? atoi(argv[2]) : 10;
    must(blocks > 0 && blocks <= BLOCKS_MAX && baskets > 0, "usage",
        "bench_basket [BLOCKS up to 400 [BASKETS_PER_BLOCK]]");
    char folder[64];
    folder_make(folder);
    bench_open(&bench, folder);
    printf("baskets of %d lines, %d blocks of %d, WAL and synchronous=EXTRA, SQLite %s\n", LINES,
        blocks, baskets, sqlite3_libversion());
    compare(&bench, "warm up", loy_record, raw_record, blocks < 4 ? blocks : 4, baskets);
    double ours = bytes_used(bench.store->db), raw = bytes_used(bench.raw);
    compare(&bench, "record", loy_record, raw_record, blocks, baskets);
    compare(&bench, "line by line", loy_lane, raw_lane, blocks < 8 ? blocks : blocks / 4, baskets);
    double count = (double)baskets * (blocks + (blocks < 8 ? blocks : blocks / 4));
    ours = (bytes_used(bench.store->db) - ours) / count;
    raw = (bytes_used(bench.raw) - raw) / count;
    printf("bytes/basket   %8.1f, raw %8.1f, ratio %.3f, at most 1.250: %s\n", ours, raw,
        ours / raw, ours / raw <= 1.25 ? "reached" : "MISSED");
    for (int i = 0; i < RAW_COUNT; i++)
        sqlite3_finalize(bench.statements[i]);
    sqlite3_close(bench.raw);
    loy_store_close(bench.store);
    folder_remove(folder);
    return 0;
}
