/* SPDX-License-Identifier: MIT
 *
 * check.c - does the store still hold what was acknowledged? Digests, sums, sequences, returns,
 * prices, what a lane holds and what was paid. Rows come in, sentences go out. Changes nothing.
 */
#include "basket_private.h"

#include <loyalty/promotion.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct check {
    struct loy_store *store;
    void (*problem)(void *user, const char *sentence);
    void *user;
    bool found;
};

static void problem_tell(struct check *check, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void problem_tell(struct check *check, const char *format, ...)
{
    char sentence[STORE_TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    check->found = true;
    if (check->problem != NULL) check->problem(check->user, sentence);
}

/* ---- Rules that one query finds broken
 * ----------------------------------------------------------- */

struct rule {
    const char *sql;      /* one row per finding: two numbers */
    const char *sentence; /* with two numbers */
};

// clang-format off
static const struct rule rules[] = {
    {"SELECT id, state FROM basket WHERE state NOT IN (1, 2, 3) OR (state = 1) <> (sequence IS NULL) "
     "OR (state = 1) <> (digest IS NULL) OR (state = 1) <> (closed_at_us IS NULL)",
     "basket row %lld is neither open nor ended: state %lld"},
    {"SELECT b.lane, f.first FROM (SELECT lane, epoch, min(sequence) AS first FROM basket "
     "WHERE sequence IS NOT NULL GROUP BY lane, epoch) f JOIN basket b ON b.lane = f.lane "
     "AND b.epoch = f.epoch AND b.sequence = f.first WHERE f.first <> 1 AND b.source = 1",
     "lane row %lld: its first basket of an epoch has sequence %lld instead of 1: those before it are missing"},
    {"SELECT id, last FROM (SELECT n.id, n.last_sequence AS last, (SELECT max(b.sequence) FROM basket b "
     "WHERE b.lane = n.id AND b.epoch = n.epoch AND b.sequence IS NOT NULL) AS found FROM lane n) "
     "WHERE last <> ifnull(found, 0)",
     "lane row %lld has counted to sequence %lld, and its last basket has another one"},
    {"SELECT l.basket, l.number FROM line l LEFT JOIN line_return r ON r.basket = l.basket "
     "AND r.number = l.number WHERE l.quantity_milli < 0 AND r.basket IS NULL",
     "basket row %lld, line %lld is a return without its return row"},
    {"SELECT r.basket, r.number FROM line_return r LEFT JOIN line l ON l.basket = r.basket "
     "AND l.number = r.number WHERE l.basket IS NULL OR l.quantity_milli >= 0",
     "basket row %lld, line %lld has a return row but is no return"},
    {"SELECT r.of_basket, r.of_number FROM line_return r JOIN basket b ON b.id = r.basket AND b.state <> 3 "
     "JOIN line back ON back.basket = r.basket AND back.number = r.number "
     "LEFT JOIN line sold ON sold.basket = r.of_basket AND sold.number = r.of_number "
     "WHERE r.of_basket IS NOT NULL GROUP BY r.of_basket, r.of_number "
     "HAVING ifnull(max(sold.quantity_milli), 0) + sum(back.quantity_milli) < 0 "
     "OR ifnull(max(sold.paid_minor), 0) + sum(back.paid_minor) < 0",
     "basket row %lld, line %lld: more came back than was sold"},
    {"SELECT o.basket, o.position FROM outbox o LEFT JOIN basket b ON b.id = o.basket WHERE b.id IS NULL",
     "basket row %lld stands in the outbox (%lld) but is missing"},
    {"SELECT p.basket, 0 FROM pending_card p LEFT JOIN basket b ON b.id = p.basket WHERE b.id IS NULL",
     "a pending card names basket row %lld, which is missing (%lld)"},
    {"SELECT article, site FROM (SELECT article, site, to_us, lead(from_us) OVER (PARTITION BY article, "
     "site ORDER BY from_us) AS next_us FROM price) WHERE next_us IS NOT NULL AND (to_us IS NULL "
     "OR to_us > next_us)", "article row %lld has two prices at one time at site %lld"},
    {"SELECT a.id, a.version FROM article a LEFT JOIN article_version v ON v.id = a.version "
     "AND v.article = a.id WHERE a.version IS NOT NULL AND v.id IS NULL",
     "article row %lld: its current version %lld is missing or another article's"},
    {"SELECT s.basket, s.stage FROM lane_basket s LEFT JOIN basket b ON b.id = s.basket WHERE b.id IS NULL "
     "OR b.state = 3 OR (b.state = 2) <> (s.stage = 5) OR (s.ticket IS NOT NULL AND b.state <> 1)",
     "a lane holds basket row %lld at stage %lld, where it does not stand"},
    {"SELECT k.basket, k.number FROM basket_link k LEFT JOIN basket b ON b.id = k.basket WHERE b.id IS NULL",
     "basket row %lld is missing, of whose member link %lld tells"},
    {"SELECT a.id, ifnull(a.basket, 0) FROM alarm_seen a LEFT JOIN basket b ON b.id = a.basket WHERE (a.kind IN (1, 2)) "
     "<> (b.id IS NOT NULL) OR (a.basket IS NULL) <> (a.subject IS NOT NULL AND a.from_us < a.to_us)",
     "acknowledgement %lld is of no alarm that can be: basket row %lld"},
    {"SELECT c.basket, 0 FROM basket_coupon c LEFT JOIN basket b ON b.id = c.basket WHERE b.id IS NULL "
     "AND c.basket <> 0",
     "basket row %lld is missing, for which a coupon was shown (%lld)"},
    {"SELECT k.basket, k.number FROM taken_back k LEFT JOIN basket b ON b.id = k.basket LEFT JOIN line l "
     "ON l.basket = k.basket AND l.number = k.number WHERE b.id IS NULL OR (k.number <> 0 AND l.number IS NULL)",
     "basket row %lld, line %lld is missing, which was taken back behind the total"},
    {"SELECT t.basket, 0 FROM basket_time t LEFT JOIN basket b ON b.id = t.basket WHERE b.id IS NULL",
     "basket row %lld is missing, whose time was corrected (%lld)"},
    {"SELECT t.basket, sum(t.amount_minor) FROM tender t LEFT JOIN basket b ON b.id = t.basket "
     "WHERE b.id IS NULL OR b.state = 3 GROUP BY t.basket HAVING b.id IS NULL OR sum(t.amount_minor) <> 0",
     "basket row %lld is void or missing, but %lld was paid for it"},
};
// clang-format on

static enum loy_status statement_make(
    struct check *check, const char *sql, sqlite3_stmt **statement)
{
    if (sqlite3_prepare_v2(check->store->db, sql, -1, statement, NULL) == SQLITE_OK) return LOY_OK;
    return store_fail_sql(check->store, check->store->db);
}

static enum loy_status rule_check(struct check *check, const struct rule *rule)
{
    sqlite3_stmt *select = NULL;
    enum loy_status status = statement_make(check, rule->sql, &select);
    if (status != LOY_OK) return status;
    while ((status = store_step(check->store, select)) == LOY_OK)
        problem_tell(check, rule->sentence, (long long)sqlite3_column_int64(select, 0),
            (long long)sqlite3_column_int64(select, 1));
    sqlite3_finalize(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Digests and sums
 * ---------------------------------------------------------------------------- */

static void head_read(sqlite3_stmt *row, struct basket_head *head)
{
    *head = (struct basket_head){.lane = sqlite3_column_int64(row, 2),
        .epoch = sqlite3_column_int64(row, 3),
        .sequence = sqlite3_column_int64(row, 4),
        .state = sqlite3_column_int64(row, 5),
        .source = sqlite3_column_int64(row, 6),
        .opened_at_us = sqlite3_column_int64(row, 7),
        .closed_at_us = sqlite3_column_int64(row, 8),
        .offset_min = sqlite3_column_int64(row, 9),
        .sums = {sqlite3_column_int64(row, 10), sqlite3_column_int64(row, 11),
            sqlite3_column_int64(row, 12)},
        .reason = (const char *)sqlite3_column_text(row, 14)};
    const void *uid = sqlite3_column_blob(row, 1);
    if (uid != NULL && sqlite3_column_bytes(row, 1) == (int)sizeof head->uid)
        memcpy(&head->uid, uid, sizeof head->uid);
}

static bool digest_equals(sqlite3_stmt *row, int column, const uint8_t digest[LOY_DIGEST_SIZE])
{
    const void *stored = sqlite3_column_blob(row, column);
    return stored != NULL && sqlite3_column_bytes(row, column) == (int)LOY_DIGEST_SIZE &&
           sodium_memcmp(stored, digest, LOY_DIGEST_SIZE) == 0;
}

static enum loy_status lines_digest(struct check *check, sqlite3_stmt *lines, int64_t basket,
    struct basket_digest *digest, struct basket_sums *sums)
{
    enum loy_status status;
    sqlite3_bind_int64(lines, 1, basket);
    while ((status = store_step(check->store, lines)) == LOY_OK) {
        struct basket_row row;
        basket_row_read(lines, basket, &row);
        basket_digest_row(digest, &row);
        // Of damaged rows: unsigned, so that no sum runs over.
        sums->count++;
        sums->total_minor = (int64_t)((uint64_t)sums->total_minor + (uint64_t)row.paid_minor);
        sums->discount_minor =
            (int64_t)((uint64_t)sums->discount_minor + (uint64_t)row.discount_minor);
    }
    sqlite3_reset(lines);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status basket_verify(struct check *check, sqlite3_stmt *row, sqlite3_stmt *lines)
{
    struct basket_digest digest;
    struct basket_head head;
    struct basket_sums sums = {0};
    uint8_t value[LOY_DIGEST_SIZE];
    head_read(row, &head);
    basket_digest_open(&digest, check->store);
    enum loy_status status =
        lines_digest(check, lines, sqlite3_column_int64(row, 0), &digest, &sums);
    if (status != LOY_OK) return status;
    basket_digest_head(&digest, &head, value);
    if (!digest_equals(row, 13, value))
        problem_tell(check, "lane %lld, basket %lld: its content is not what it was when it ended",
            (long long)head.lane, (long long)head.sequence);
    if (sums.count != head.sums.count || sums.total_minor != head.sums.total_minor ||
        sums.discount_minor != head.sums.discount_minor)
        problem_tell(check, "lane %lld, basket %lld: its sums are not those of its lines",
            (long long)head.lane, (long long)head.sequence);
    return LOY_OK;
}

static enum loy_status baskets_check(struct check *check)
{
    sqlite3_stmt *baskets = NULL, *lines = NULL;
    enum loy_status status = statement_make(check,
        "SELECT id, uid, lane, epoch, sequence, state, source, opened_at_us, closed_at_us, "
        "offset_min, "
        "line_count, total_minor, discount_minor, digest, reason FROM basket WHERE state <> 1",
        &baskets);
    if (status == LOY_OK)
        status = statement_make(check,
            "SELECT " BASKET_ROW_COLUMNS " FROM " BASKET_ROW_TABLES
            "WHERE l.basket = ?1 ORDER BY l.number",
            &lines);
    while (status == LOY_OK && (status = store_step(check->store, baskets)) == LOY_OK)
        status = basket_verify(check, baskets, lines);
    sqlite3_finalize(lines);
    sqlite3_finalize(baskets);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Sequences
 * ---------------------------------------------------------------------------- */

struct place {
    int64_t lane, epoch, sequence;
};

static void sequence_verify(
    struct check *check, const struct place *before, const struct place *place)
{
    if (place->lane != before->lane || place->epoch != before->epoch) return;
    if (place->sequence == before->sequence)
        problem_tell(check, "lane row %lld, epoch %lld: two baskets have sequence %lld",
            (long long)place->lane, (long long)place->epoch, (long long)place->sequence);
    else if (place->sequence != before->sequence + 1)
        problem_tell(check,
            "lane row %lld, epoch %lld: after sequence %lld comes %lld: baskets are missing",
            (long long)place->lane, (long long)place->epoch, (long long)before->sequence,
            (long long)place->sequence);
}

/* Ended baskets are never deleted: erasing a member gives them to nobody, and a till's journal that
 * is imported goes on where it stood. All of it comes from one index, in its order. */
static enum loy_status sequences_check(struct check *check)
{
    sqlite3_stmt *select = NULL;
    struct place before = {0};
    enum loy_status status = statement_make(check,
        "SELECT lane, epoch, sequence FROM basket WHERE sequence IS NOT NULL "
        "ORDER BY lane, epoch, sequence",
        &select);
    while (status == LOY_OK && (status = store_step(check->store, select)) == LOY_OK) {
        const struct place place = {sqlite3_column_int64(select, 0),
            sqlite3_column_int64(select, 1), sqlite3_column_int64(select, 2)};
        sequence_verify(check, &before, &place);
        before = place;
    }
    sqlite3_finalize(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- What was paid
 * ---------------------------------------------------------------------------- */

static enum loy_status tender_verify(struct check *check, sqlite3_stmt *row)
{
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    struct loy_id uid = {{0}};
    size_t count = 0;
    int64_t due = 0, paid = sqlite3_column_int64(row, 2);
    const void *found = sqlite3_column_blob(row, 1);
    if (found != NULL && sqlite3_column_bytes(row, 1) == (int)sizeof uid)
        memcpy(&uid, found, sizeof uid);
    enum loy_status status = loy_basket_tax(check->store, &uid, taxes, &count, &due);
    if (status == LOY_OK && due != paid)
        problem_tell(check, "basket row %lld was paid with %lld, and %lld was due",
            (long long)sqlite3_column_int64(row, 0), (long long)paid, (long long)due);
    // An id that is damaged is told of by the digest.
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status tenders_check(struct check *check)
{
    sqlite3_stmt *baskets = NULL;
    enum loy_status status = statement_make(check,
        "SELECT b.id, b.uid, sum(t.amount_minor) FROM tender t JOIN basket b ON b.id = t.basket "
        "AND b.state = 2 GROUP BY b.id",
        &baskets);
    while (status == LOY_OK && (status = store_step(check->store, baskets)) == LOY_OK)
        status = tender_verify(check, baskets);
    sqlite3_finalize(baskets);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Articles
 * ---------------------------------------------------------------------------- */

static void article_read(sqlite3_stmt *row, struct loy_article *article)
{
    const char **texts[] = {&article->gtin, &article->brand, &article->manufacturer,
        &article->category, &article->style, &article->season, &article->grade, &article->colour,
        &article->size_text, &article->counter};
    *article = (struct loy_article){.size = sizeof *article,
        .colour_family = (uint8_t)sqlite3_column_int(row, 13),
        .kind = (uint8_t)sqlite3_column_int(row, 14),
        .own_brand = sqlite3_column_int(row, 15) != 0,
        .derived_grade = sqlite3_column_int(row, 16) != 0,
        .tax_permille = sqlite3_column_int(row, 17),
        .price_is_net = sqlite3_column_int(row, 18) != 0,
        .cost_minor = sqlite3_column_int64(row, 19)};
    for (int i = 0; i < (int)(sizeof texts / sizeof texts[0]); i++)
        *texts[i] = (const char *)sqlite3_column_text(row, 3 + i);
}

static enum loy_status versions_check(struct check *check)
{
    sqlite3_stmt *select = NULL;
    enum loy_status status = statement_make(check,
        "SELECT id, article, digest, gtin, brand, manufacturer, category, style, season, grade, "
        "colour, size, counter, colour_family, kind, own_brand, derived_grade, "
        "ifnull(tax_permille, -1), price_is_net, ifnull(cost_minor, -1) FROM article_version",
        &select);
    if (status != LOY_OK) return status;
    while ((status = store_step(check->store, select)) == LOY_OK) {
        struct loy_article article;
        uint8_t digest[LOY_DIGEST_SIZE];
        article_read(select, &article);
        basket_version_digest(
            check->store, sqlite3_column_int64(select, 1), &article, article.gtin, digest);
        if (!digest_equals(select, 2, digest))
            problem_tell(check, "article version %lld is not what it was when it was made",
                (long long)sqlite3_column_int64(select, 0));
    }
    sqlite3_finalize(select);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status basket_check(
    struct loy_store *store, void (*problem)(void *user, const char *sentence), void *user)
{
    struct check check = {store, problem, user, false};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && status == LOY_OK; i++)
        status = rule_check(&check, &rules[i]);
    if (status == LOY_OK) status = sequences_check(&check);
    if (status == LOY_OK) status = baskets_check(&check);
    if (status == LOY_OK) status = tenders_check(&check);
    if (status == LOY_OK) status = versions_check(&check);
    if (status != LOY_OK) return status;
    return check.found ? LOY_E_CHECK : LOY_OK;
}
