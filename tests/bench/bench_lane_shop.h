/* SPDX-License-Identifier: MIT
 *
 * bench_lane_shop.h - a small shop for the benchmarks of a lane: articles with prices of the shelf,
 * a rule for each brand, cards, and one whole sale.
 */
#ifndef BENCH_LANE_SHOP_H
#define BENCH_LANE_SHOP_H

#include "bench_clock.h"

#include <loyalty/lane.h>
#include <loyalty/promotion.h>
#include <store/store_private.h>

#define ARTICLES 200
#define START_US INT64_C(1700000000000000)

struct bench {
    struct loy_store *store;
    struct loy_lane *lane;
    struct loy_credential *cards;
    int card_count;
    int64_t versions[ARTICLES], at_us;
};

static inline void fine(struct bench *bench, enum loy_status status, const char *what)
{
    must(status == LOY_OK, what, loy_store_text(bench->store));
}

static inline void shop_fill(struct bench *bench)
{
    char code[16];
    fine(bench, loy_store_begin(bench->store), "begin");
    for (int i = 0; i < ARTICLES; i++) {
        snprintf(code, sizeof code, "a%d", i);
        struct loy_article article = {.size = sizeof article,
            .code = code,
            .brand = i % 2 == 0 ? "north" : "south",
            .tax_permille = 190,
            .cost_minor = -1};
        struct loy_price price = {.size = sizeof price,
            .article = code,
            .from_us = 1,
            .list_minor = 100 + i,
            .selling_minor = 100 + i};
        fine(bench, loy_article_put(bench->store, &article, START_US), "article");
        fine(bench, loy_price_put(bench->store, &price), "price");
        fine(bench, loy_article_find(bench->store, code, &bench->versions[i]), "version");
    }
    struct loy_promotion_rule rules[] = {{.code = "ten",
                                             .form = LOY_FORM_PERCENT,
                                             .scope = LOY_SCOPE_BRAND,
                                             .target = "north",
                                             .permille = 100},
        {.code = "three",
            .form = LOY_FORM_N_FOR_M,
            .scope = LOY_SCOPE_BRAND,
            .target = "south",
            .take = 3,
            .pay = 2}};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        rules[i].size = sizeof rules[i];
        rules[i].from_us = 1;
        fine(bench, loy_promotion_put(bench->store, &rules[i], START_US), "rule");
    }
    fine(bench, loy_store_commit(bench->store), "commit");
}

static inline void cards_fill(struct bench *bench, int count)
{
    uint8_t key[LOY_CARD_KEY_SIZE];
    char number[32];
    loy_store_card_key(bench->store, key);
    bench->card_count = count;
    bench->cards = calloc((size_t)count, sizeof *bench->cards);
    must(bench->cards, "the cards", "no memory");
    sqlite3 *db = bench->store->db;
    sqlite3_stmt *member = sql_prepare(
        db, "INSERT INTO member (uid, kind, pseudonymous, created_at_us) VALUES (?1, 1, 1, 1)");
    sqlite3_stmt *card = sql_prepare(
        db, "INSERT INTO card (digest, kind, tail, member, status) VALUES (?1, 1, '0000', ?2, 3)");
    sql_run(db, "BEGIN");
    for (int i = 0; i < count; i++) {
        snprintf(number, sizeof number, "29%08d", i);
        must(loy_credential_from_text(number, NULL, 0, key, &bench->cards[i]) == LOY_OK, number,
            "is no card number");
        sqlite3_bind_blob(member, 1, bench->cards[i].digest, 16, SQLITE_STATIC);
        sqlite3_bind_blob(card, 1, bench->cards[i].digest, 16, SQLITE_STATIC);
        sqlite3_bind_int64(card, 2, i + 1);
        must(sqlite3_step(member) == SQLITE_DONE && sqlite3_step(card) == SQLITE_DONE, "cards",
            sqlite3_errmsg(db));
        sqlite3_reset(member);
        sqlite3_reset(card);
    }
    sql_run(db, "COMMIT");
    sqlite3_finalize(member);
    sqlite3_finalize(card);
}

static inline void take(struct bench *bench, enum loy_lane_input_kind kind, const char *text)
{
    struct loy_lane_answer answer = {.size = sizeof answer};
    const struct loy_lane_input input = {.size = sizeof input,
        .kind = (uint8_t)kind,
        .at_us = ++bench->at_us,
        .text = text,
        .tender = LOY_TENDER_CARD};
    enum loy_status status = loy_lane_take(bench->lane, &input, &answer);
    must(status == LOY_OK, loy_lane_input_kind_name(kind), answer.words);
}

/* A card, articles, the total and the money. */
static inline void sale(struct bench *bench, int number, int lines)
{
    char code[16];
    struct loy_lane_answer answer = {.size = sizeof answer};
    const struct loy_lane_input card = {.size = sizeof card,
        .kind = LOY_LANE_CARD,
        .at_us = bench->at_us += 60000000,
        .credential = &bench->cards[number * 7 % bench->card_count]};
    must(loy_lane_take(bench->lane, &card, &answer) == LOY_OK, "card", answer.words);
    for (int k = 0; k < lines; k++) {
        snprintf(code, sizeof code, "a%d", (number + k * 7) % ARTICLES);
        take(bench, LOY_LANE_ARTICLE, code);
    }
    take(bench, LOY_LANE_TOTAL, NULL);
    take(bench, LOY_LANE_TENDER, NULL);
    take(bench, LOY_LANE_PRINTED, NULL);
}

#endif
