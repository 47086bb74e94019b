/* SPDX-License-Identifier: MIT
 *
 * test_scorecard.c - a generated month with returns, void baskets, own cards, anonymous and pending
 * cards, merged and erased members: each figure of the scorecard equals a count in plain SQL over
 * tables of the test's own, by counter, lane, operator and for the shop. Seeded.
 */
#include "shop.h"

#include <loyalty/counter.h>
#include <loyalty/duplicate.h>
#include <loyalty/lane.h>
#include <loyalty/member_card.h>
#include <loyalty/quality.h>
#include <loyalty/rights.h>

#include <numeric/random.h>
#include <store/store_private.h>

#define MONTH_FROM_US (NOON_US / DAY_US * DAY_US)
#define MONTH_DAYS 30
#define MONTH_TO_US (MONTH_FROM_US + MONTH_DAYS * DAY_US)
#define MEMBERS 48
#define BASKETS 420
#define COUNTERS 4
#define OFFSET_MIN 60

static const char *const counters[COUNTERS] = {"Shoes", "Toys", "鞋帽", NULL};

struct month {
    struct shop *shop;
    struct loy_store *store;
    struct numeric_random random;
    struct loy_credential cards[MEMBERS], pending[3], own_pending;
    struct loy_id members[MEMBERS], sold[BASKETS];
    int64_t versions[COUNTERS];
    struct loy_span span;
};

static unsigned pick(struct month *month, unsigned n)
{
    return (unsigned)(numeric_random_uniform(&month->random) * n);
}

/* ---- The month ----------------------------------------------------------------------------------
 */

static void articles_make(struct month *month)
{
    for (int i = 0; i < COUNTERS; i++) {
        char code[24];
        snprintf(code, sizeof code, "article%d", i);
        const struct loy_article article = {.size = sizeof article,
            .code = code,
            .brand = i % 2 ? "Even" : "Odd",
            .tax_permille = 190,
            .counter = counters[i],
            .cost_minor = -1};
        ASSERT_STATUS(loy_article_put(month->store, &article, MONTH_FROM_US), LOY_OK);
        ASSERT_STATUS(loy_article_find(month->store, code, &month->versions[i]), LOY_OK);
    }
}

/* Members 0 and 1 are operators' households, 2 an organisation of which one card is an operator's.
 */
static struct loy_id member_make(struct month *month, int i, int64_t at_us)
{
    char name[32], telephone[32];
    snprintf(name, sizeof name, "Member %d", i);
    snprintf(telephone, sizeof telephone, "+49301234%03d", i);
    const bool firm = i % 8 == 2;
    struct loy_field_text fields[4] = {{LOY_FIELD_NAME, name}};
    size_t count = 1;
    if (i % 3) fields[count++] = (struct loy_field_text){LOY_FIELD_TELEPHONE, telephone};
    if (i % 4 == 1) fields[count++] = (struct loy_field_text){LOY_FIELD_POSTCODE, "10115"};
    // A tax number that is doubtful, and nobody has seen it on a licence.
    if (firm) fields[count++] = (struct loy_field_text){LOY_FIELD_TAX_NO, "91350100M000100Y44"};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = firm ? LOY_MEMBER_ORGANISATION : LOY_MEMBER_PERSON,
        .fields = fields,
        .field_count = count,
        .pseudonymous = i % 16 == 15,
        .channel = i % 5 == 4 ? "desk" : "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = at_us};
    struct loy_id id;
    enum loy_status status = loy_member_add(month->store, &form, at_us, &id);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(month->store));
    ASSERT_STATUS(status, LOY_OK);
    return id;
}

static void members_make(struct month *month)
{
    for (int i = 0; i < MEMBERS; i++) {
        char number[24];
        const int64_t at_us =
            MONTH_FROM_US - 3 * DAY_US + (int64_t)pick(month, MONTH_DAYS * 24) * DAY_US / 24;
        month->members[i] = member_make(month, i, at_us);
        snprintf(number, sizeof number, "98260000%04d", i);
        month->cards[i] = shop_credential(month->store, number);
        const struct loy_card_grant grant = {.size = sizeof grant, .member = &month->members[i]};
        ASSERT_STATUS(loy_card_give(month->store, &grant, &month->cards[i], at_us), LOY_OK);
    }
    for (int i = 0; i < 3; i++)
        month->pending[i] = shop_credential(
            month->store, (const char *[]){"982700001", "982700002", "982700003"}[i]);
    month->own_pending = shop_credential(month->store, "982800001");
}

static size_t lines_make(struct month *month, int basket, struct loy_line lines[4])
{
    size_t count = 0;
    for (unsigned left = 1 + pick(month, 3); left; left--)
        lines[count++] = shop_line(month->versions[pick(month, COUNTERS)], 1000, 500, 0);
    if (basket % 11 == 3) // what comes back without a receipt
        lines[count++] = shop_return(month->versions[0], -1000, 500, -500, NULL, 0);
    else if (basket % 13 == 5) { // taken back before paying
        lines[count] = shop_return(month->versions[0], -1000, 500, -500, NULL, 1);
        lines[count].article_version = lines[0].article_version;
        count++;
    }
    return count;
}

static const struct loy_credential *card_pick(struct month *month, int basket)
{
    if (basket % 37 == 1) return &month->own_pending;
    if (basket % 17 == 2) return &month->pending[pick(month, 3)];
    if (pick(month, 3) == 0) return NULL;
    return &month->cards[pick(month, MEMBERS)];
}

static void basket_make(struct month *month, int i)
{
    static const char *const lanes[] = {"L1", "L2", "L3"};
    struct loy_line lines[4];
    struct loy_basket_head head =
        shop_head(MONTH_FROM_US - DAY_US +
                  (int64_t)(numeric_random_uniform(&month->random) * (MONTH_DAYS + 2)) * DAY_US +
                  (int64_t)(numeric_random_uniform(&month->random) * (double)DAY_US));
    const size_t count = lines_make(month, i, lines);
    store_id_make(head.at_us, &head.id);
    for (size_t l = 0; l < count; l++)
        if (lines[l].return_of_line == 1) lines[l].return_of = head.id;
    head.lane = lanes[pick(month, 3)];
    head.offset_min = OFFSET_MIN;
    head.credential = card_pick(month, i);
    if (i % 29 == 4) head.source = LOY_BASKET_IMPORT;
    enum loy_status status = loy_basket_record(month->store, &head, lines, count, &month->sold[i]);
    if (status != LOY_OK) print_error("%s\n", loy_store_text(month->store));
    ASSERT_STATUS(status, LOY_OK);
}

/* Returned with a receipt: the first line of an earlier basket. */
static void returns_make(struct month *month)
{
    for (int i = 0; i < 12; i++) {
        const struct loy_id *of = &month->sold[i * 20];
        char sql[200], hex[33];
        struct loy_basket_head head = shop_head(MONTH_FROM_US + (20 + i % 9) * DAY_US);
        sodium_bin2hex(hex, sizeof hex, of->bytes, sizeof of->bytes);
        snprintf(sql, sizeof sql,
            "SELECT l.version FROM line l JOIN basket b ON b.id = l.basket WHERE l.number = 1 AND "
            "b.uid = x'%s' AND NOT EXISTS (SELECT 1 FROM line_return r WHERE r.of_basket = b.id)",
            hex);
        const int64_t version = shop_number(month->store, sql);
        if (version == 0) continue;
        const struct loy_line line = shop_return(version, -1000, 500, -500, of, 1);
        head.offset_min = OFFSET_MIN;
        head.credential = i % 2 ? &month->cards[3 + i] : NULL;
        ASSERT_STATUS(loy_basket_record(month->store, &head, &line, 1, NULL), LOY_OK);
    }
}

/* Void and open baskets are no baskets. */
static void voids_make(struct month *month)
{
    for (int i = 0; i < 4; i++) {
        struct loy_basket *basket = NULL;
        struct loy_basket_head head = shop_head(MONTH_FROM_US + 25 * DAY_US);
        const struct loy_line line = shop_line(month->versions[0], 1000, 500, 0);
        head.credential = &month->cards[5];
        ASSERT_STATUS(loy_basket_open(month->store, &head, &basket), LOY_OK);
        ASSERT_STATUS(loy_basket_add(basket, &line, NULL), LOY_OK);
        if (i < 3)
            ASSERT_STATUS(loy_basket_void(basket, "changed mind", head.at_us), LOY_OK);
        else
            loy_basket_release(basket);
    }
}

static void counts_make(struct month *month)
{
    const int64_t first = (MONTH_FROM_US + OFFSET_MIN * INT64_C(60000000)) / DAY_US;
    for (int i = -1; i <= MONTH_DAYS; i++)
        for (int kind = 1; kind < loy_lane_count_count; kind++) {
            char sql[200];
            snprintf(sql, sizeof sql, "INSERT INTO lane_count VALUES (%u, %lld, %u, %d, %u)",
                1 + pick(month, 2), (long long)(first + i), 1 + pick(month, 3), kind,
                1 + pick(month, 9));
            shop_run(month->store, sql);
        }
}

static void rest_make(struct month *month)
{
    const int64_t at_us = MONTH_TO_US - DAY_US;
    const struct {
        const char *name;
        const struct loy_credential *card;
    } own[] = {{"anna", &month->cards[0]}, {"bert", &month->cards[1]}, {"bert", &month->cards[2]},
        {"anna", &month->own_pending}};
    for (size_t i = 0; i < ROWS(own); i++)
        ASSERT_STATUS(loy_operator_card_add(month->store, own[i].name, own[i].card, at_us), LOY_OK);
    // The household has another card, which nobody has written down.
    const struct loy_card_grant grant = {.size = sizeof grant, .member = &month->members[0]};
    const struct loy_credential second = shop_credential(month->store, "982600009999");
    struct loy_basket_head head = shop_head(at_us);
    const struct loy_line line = shop_line(month->versions[1], 2000, 700, 0);
    ASSERT_STATUS(loy_card_give(month->store, &grant, &second, at_us), LOY_OK);
    head.credential = &second;
    ASSERT_STATUS(loy_basket_record(month->store, &head, &line, 1, NULL), LOY_OK);
    ASSERT_STATUS(
        loy_member_merge(month->store, &month->members[6], &month->members[7], at_us), LOY_OK);
    ASSERT_STATUS(
        loy_member_merge(month->store, &month->members[8], &month->members[0], at_us), LOY_OK);
    ASSERT_STATUS(loy_member_erase(month->store, &month->members[9], "request", at_us), LOY_OK);
    for (int i = 10; i < 20; i++)
        ASSERT_STATUS(loy_member_confirm(month->store, &month->members[i], LOY_FIELD_NAME,
                          i % 2 ? LOY_EVIDENCE_RETURNED : LOY_EVIDENCE_SAID, "desk",
                          LOY_INITIATIVE_STAFF, at_us),
            LOY_OK);
}

static struct month made;

static int month_setup(void **state)
{
    int code = shop_setup(state);
    if (code != 0) return code;
    struct shop *shop = *state;
    made = (struct month){.shop = shop,
        .store = shop->store,
        .random = numeric_random_at(20260305, 1),
        .span = {MONTH_FROM_US, MONTH_TO_US, OFFSET_MIN}};
    ASSERT_STATUS(
        loy_operator_add(made.store, "anna", LOY_ROLE_CASHIER, NULL, MONTH_FROM_US), LOY_OK);
    ASSERT_STATUS(
        loy_operator_add(made.store, "bert", LOY_ROLE_CASHIER, NULL, MONTH_FROM_US), LOY_OK);
    articles_make(&made);
    members_make(&made);
    ASSERT_STATUS(loy_store_begin(made.store), LOY_OK);
    for (int i = 0; i < BASKETS; i++)
        basket_make(&made, i);
    returns_make(&made);
    ASSERT_STATUS(loy_store_commit(made.store), LOY_OK);
    // Whoever rang it up: in no digest, so it may be dealt out afterwards.
    shop_run(made.store, "UPDATE basket SET operator = 1 + id * 7 % 3");
    shop_run(made.store, "UPDATE member_field SET operator = 1 + member % 3");
    voids_make(&made);
    counts_make(&made);
    rest_make(&made);
    *state = &made;
    return 0;
}

static int month_teardown(void **state)
{
    (void)state;
    void *shop = made.shop;
    return shop_teardown(&shop);
}

/* ---- The same in plain SQL ----------------------------------------------------------------------
 *
 * Tables of the test's own, on a connection of its own: whose purchases are own ones, of which
 * groups a basket is, who was registered. Numbers stand in the order of `figures`. */

static const char *const oracle_tables[] = {
    "CREATE TEMP TABLE mine AS SELECT b.id FROM basket b, card c, operator_card o WHERE b.card = "
    "c.id "
    "AND c.digest = o.digest",
    "INSERT INTO mine SELECT b.id FROM basket b, card c, operator_card o, member m WHERE "
    "c.digest = o.digest AND c.member = b.member AND m.id = b.member AND m.kind = 1 AND "
    "c.purchaser IS NULL",
    "INSERT INTO mine SELECT p.basket FROM pending_card p, operator_card o WHERE p.digest = "
    "o.digest",
    "CREATE TEMP TABLE sold AS SELECT * FROM basket WHERE state = 2 AND opened_at_us BETWEEN :from "
    "AND :to - 1",
    "CREATE TEMP TABLE part AS SELECT s.id AS basket, l.number, l.quantity_milli AS pieces, "
    "l.paid_minor AS paid, CASE :by WHEN 1 THEN coalesce((SELECT counter FROM article_version "
    "WHERE "
    "id = l.version), '') WHEN 2 THEN (SELECT code FROM lane WHERE id = s.lane) WHEN 3 THEN "
    "(SELECT "
    "name FROM operator WHERE id = s.operator AND s.source IN (1, 2)) ELSE '' END AS grp FROM sold "
    "s, line l WHERE "
    "l.basket = s.id",
    "CREATE TEMP TABLE new_member AS SELECT m.id, m.kind, m.created_at_us AS at_us, (SELECT "
    "f.operator FROM member_field f WHERE f.member = m.id AND f.field = 1 AND f.version = 1) AS "
    "operator, (SELECT id FROM basket b WHERE b.member = m.id AND b.state = 2 ORDER BY "
    "b.opened_at_us LIMIT 1) AS first FROM member m WHERE m.status = 1 AND m.pseudonymous = 0 AND "
    "m.created_at_us BETWEEN :from AND :to - 1 AND 'lane' = (SELECT f.channel FROM member_field f "
    "WHERE f.member = m.id AND f.field = 1 AND f.version = 1) AND NOT EXISTS (SELECT 1 FROM card "
    "c, "
    "operator_card o WHERE c.digest = o.digest AND c.member = m.id AND m.kind = 1)",
    "UPDATE new_member SET first = NULL WHERE (SELECT date(opened_at_us / 1000000 + 3600, "
    "'unixepoch') FROM basket b WHERE b.id = first) <> date(at_us / 1000000 + 3600, 'unixepoch')",
    "CREATE TEMP TABLE new_part AS SELECT DISTINCT n.id, CASE :by WHEN 1 THEN coalesce((SELECT "
    "counter FROM article_version WHERE id = l.version), '') ELSE (SELECT code FROM lane WHERE "
    "id = b.lane) END AS grp FROM new_member n, basket b, line l WHERE b.id = n.first AND "
    "l.basket = b.id AND :by IN (1, 2) UNION SELECT n.id, CASE :by WHEN 0 THEN '' ELSE (SELECT "
    "name "
    "FROM operator WHERE id = n.operator) END FROM new_member n WHERE :by IN (0, 3)",
    "CREATE TEMP TABLE held AS SELECT n.id, count(*) AS held, sum(CASE WHEN EXISTS (SELECT 1 FROM "
    "confirmation c WHERE c.member = f.member AND c.field = f.field AND c.how = 4) OR f.field = 11 "
    "THEN 0 ELSE 1 END) AS good, count(*) AS given FROM new_member n, member_field f WHERE "
    "f.member = n.id AND f.version = (SELECT max(version) FROM member_field g WHERE g.member = "
    "n.id AND "
    "g.field = f.field) GROUP BY n.id",
};

static const struct figure {
    const char *name, *sql;
    size_t at;
} figures[] = {
    {"baskets",
        "SELECT count(*) FROM (SELECT DISTINCT basket FROM part WHERE grp = ?1 AND basket NOT "
        "IN mine)",
        offsetof(struct loy_score, baskets)},
    {"identified",
        "SELECT count(*) FROM sold WHERE member IS NOT NULL AND id IN (SELECT basket FROM part "
        "WHERE "
        "grp = ?1) AND id NOT IN mine",
        offsetof(struct loy_score, identified)},
    {"own",
        "SELECT count(*) FROM sold WHERE id IN (SELECT basket FROM part WHERE grp = ?1) AND id IN "
        "mine",
        offsetof(struct loy_score, own)},
    {"lines",
        "SELECT count(*) FROM part p WHERE grp = ?1 AND pieces > 0 AND pieces + coalesce((SELECT "
        "sum(pieces) FROM part q, line_return v WHERE v.basket = q.basket AND v.number = q.number "
        "AND v.of_basket = q.basket AND q.basket = p.basket AND v.of_number = p.number), 0) > 0 "
        "AND basket NOT IN mine",
        offsetof(struct loy_score, lines)},
    {"returned",
        "SELECT count(*) FROM part p, line_return r WHERE p.grp = ?1 AND r.basket = p.basket "
        "AND r.number = p.number AND coalesce(r.of_basket, 0) <> p.basket AND p.basket NOT IN "
        "mine",
        offsetof(struct loy_score, returned)},
    {"paid", "SELECT coalesce(sum(paid), 0) FROM part WHERE grp = ?1 AND basket NOT IN mine",
        offsetof(struct loy_score, paid_minor)},
    {"registrations", "SELECT count(*) FROM new_part WHERE grp = ?1",
        offsetof(struct loy_score, registrations)},
    {"asked",
        "SELECT coalesce(sum(CASE kind WHEN 1 THEN 7 ELSE 11 END), 0) FROM new_part JOIN "
        "new_member USING (id) WHERE grp = ?1",
        offsetof(struct loy_score, asked)},
    {"given", "SELECT coalesce(sum(given), 0) FROM new_part JOIN held USING (id) WHERE grp = ?1",
        offsetof(struct loy_score, given)},
    {"values", "SELECT coalesce(sum(held), 0) FROM new_part JOIN held USING (id) WHERE grp = ?1",
        offsetof(struct loy_score, values)},
    {"valid", "SELECT coalesce(sum(good), 0) FROM new_part JOIN held USING (id) WHERE grp = ?1",
        offsetof(struct loy_score, valid)},
};

struct oracle {
    sqlite3 *db;
    int by;
};

static void oracle_bind(sqlite3_stmt *statement, int by)
{
    const struct {
        const char *name;
        int64_t value;
    } values[] = {{":from", MONTH_FROM_US}, {":to", MONTH_TO_US}, {":by", by}};
    for (size_t i = 0; i < ROWS(values); i++)
        sqlite3_bind_int64(
            statement, sqlite3_bind_parameter_index(statement, values[i].name), values[i].value);
}

static void oracle_open(const struct month *month, int by, struct oracle *oracle)
{
    oracle->by = by;
    assert_int_equal(
        sqlite3_open_v2(month->shop->path, &oracle->db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    for (size_t i = 0; i < ROWS(oracle_tables); i++) {
        sqlite3_stmt *statement;
        int code = sqlite3_prepare_v2(oracle->db, oracle_tables[i], -1, &statement, NULL);
        if (code != SQLITE_OK) print_error("%s\n", sqlite3_errmsg(oracle->db));
        assert_int_equal(code, SQLITE_OK);
        oracle_bind(statement, by);
        // Parameters are not allowed where a table is made of values; each row is read as it is.
        assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
        sqlite3_finalize(statement);
    }
}

static int64_t oracle_count(const struct oracle *oracle, const char *sql, const char *group)
{
    sqlite3_stmt *select;
    int code = sqlite3_prepare_v2(oracle->db, sql, -1, &select, NULL);
    if (code != SQLITE_OK) print_error("%s\n", sqlite3_errmsg(oracle->db));
    assert_int_equal(code, SQLITE_OK);
    sqlite3_bind_text(select, 1, group, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(select), SQLITE_ROW);
    const int64_t count = sqlite3_column_int64(select, 0);
    sqlite3_finalize(select);
    return count;
}

static int64_t figure_of(const struct loy_score *score, const struct figure *figure)
{
    int64_t value;
    memcpy(&value, (const char *)score + figure->at, sizeof value);
    return value;
}

/* How many figures differ; each that does is told. */
static int compare(const struct oracle *oracle, const struct loy_score *score, bool tell)
{
    int wrong = 0;
    for (size_t i = 0; i < ROWS(figures); i++) {
        const int64_t counted = oracle_count(oracle, figures[i].sql, score->name);
        if (counted == figure_of(score, &figures[i])) continue;
        wrong++;
        if (tell)
            print_error("%s of \"%s\" (by %d): %lld, SQL counts %lld\n", figures[i].name,
                score->name, oracle->by, (long long)figure_of(score, &figures[i]),
                (long long)counted);
    }
    return wrong;
}

/* All rows; *sum: of all figures of all rows, so that none of them is always 0. */
static int compare_all(
    struct month *month, enum loy_score_by by, struct loy_score *sum, int *rows, bool tell)
{
    struct oracle oracle = {NULL, 0};
    struct loy_scorecard *card = NULL;
    struct loy_score score = {.size = sizeof score};
    int wrong = 0;
    ASSERT_STATUS(loy_scorecard_open(month->store, by, &month->span, MONTH_TO_US, &card), LOY_OK);
    oracle_open(month, (int)by, &oracle);
    enum loy_status status;
    *rows = 0;
    while ((status = loy_score_next(card, &score)) == LOY_OK) {
        wrong += compare(&oracle, &score, tell);
        ++*rows;
    }
    ASSERT_STATUS(status, LOY_NONE);
    sqlite3_close(oracle.db);
    oracle_open(month, 0, &oracle);
    *sum = (struct loy_score){.size = sizeof *sum};
    loy_score_shop(card, sum);
    wrong += compare(&oracle, sum, tell);
    sqlite3_close(oracle.db);
    loy_scorecard_close(card);
    return wrong;
}

static void equals_sql(void **state)
{
    struct month *month = *state;
    ASSERT_STATUS(loy_lane_rule_set(month->store, LOY_LANE_RULE_OPERATORS, 1, MONTH_TO_US), LOY_OK);
    const int wanted_rows[] = {0, COUNTERS, 3, 3};
    for (int by = LOY_SCORE_BY_COUNTER; by <= LOY_SCORE_BY_OPERATOR; by++) {
        struct loy_score shop;
        int rows = 0;
        assert_int_equal(compare_all(month, (enum loy_score_by)by, &shop, &rows, true), 0);
        assert_int_equal(rows, wanted_rows[by]);
        // Each condition has cases.
        for (size_t i = 0; i < ROWS(figures); i++)
            assert_true(figure_of(&shop, &figures[i]) > 0);
        assert_true(shop.identified < shop.baskets && shop.valid < shop.values);
    }
}

/* The comparison finds a condition that is broken: a case of each is changed behind the oracle. */
static void finds_a_broken_condition(void **state)
{
    struct month *month = *state;
    static const char *const breaks[] = {
        "DELETE FROM operator_card WHERE operator = 2",
        "UPDATE basket SET state = 2 WHERE state = 3",
        "UPDATE basket SET member = NULL WHERE member IS NOT NULL",
        "UPDATE line_return SET of_basket = basket WHERE of_basket IS NULL",
        "UPDATE member SET pseudonymous = 0",
        "UPDATE member SET status = 1",
        "UPDATE article_version SET counter = 'Toys' WHERE counter = 'Shoes'",
        "DELETE FROM confirmation",
    };
    for (size_t i = 0; i < ROWS(breaks); i++) {
        struct loy_score shop = {.size = sizeof shop};
        int rows = 0;
        // The oracle has a connection of its own, which does not see what is not committed.
        ASSERT_STATUS(store_begin(month->store), LOY_OK);
        shop_run(month->store, breaks[i]);
        const int wrong = compare_all(month, LOY_SCORE_BY_COUNTER, &shop, &rows, false);
        store_rollback(month->store);
        if (wrong == 0) print_error("not found: %s\n", breaks[i]);
        assert_true(wrong > 0);
    }
}

/* What lanes counted, by a sum of the test's own. */
static void lane_counts_add_up(void **state)
{
    struct month *month = *state;
    struct loy_scorecard *card = NULL;
    struct loy_score score = {.size = sizeof score}, shop = {.size = sizeof shop};
    int64_t unread = 0, refused = 0;
    ASSERT_STATUS(
        loy_scorecard_open(month->store, LOY_SCORE_BY_LANE, &month->span, MONTH_TO_US, &card),
        LOY_OK);
    while (loy_score_next(card, &score) == LOY_OK) {
        unread += score.unread;
        refused += score.refused;
    }
    loy_score_shop(card, &shop);
    loy_scorecard_close(card);
    char sql[300];
    const long long first = (MONTH_FROM_US + OFFSET_MIN * INT64_C(60000000)) / DAY_US;
    snprintf(sql, sizeof sql,
        "SELECT sum(count) FROM lane_count WHERE kind IN (10, 11) AND day >= %lld AND day < %lld",
        first, first + MONTH_DAYS);
    assert_int_equal(unread, shop_number(month->store, sql));
    assert_int_equal(shop.unread, unread);
    assert_int_equal(shop.refused, refused);
    snprintf(sql, sizeof sql,
        "SELECT sum(count) FROM lane_count WHERE kind BETWEEN 5 AND 9 AND day >= %lld AND day < "
        "%lld",
        first, first + MONTH_DAYS);
    assert_int_equal(refused, shop_number(month->store, sql));
    assert_true(refused > 0 && unread > 0);
    ASSERT_STATUS(
        loy_scorecard_open(month->store, LOY_SCORE_BY_COUNTER, &month->span, MONTH_TO_US, &card),
        LOY_OK);
    ASSERT_STATUS(loy_score_next(card, &score), LOY_OK);
    assert_int_equal(score.unread, -1);
    loy_scorecard_close(card);
}

static void by_operator_only_where_opted_in(void **state)
{
    struct month *month = *state;
    struct loy_scorecard *card = NULL;
    ASSERT_STATUS(loy_lane_rule_set(month->store, LOY_LANE_RULE_OPERATORS, 0, MONTH_TO_US), LOY_OK);
    ASSERT_STATUS(
        loy_scorecard_open(month->store, LOY_SCORE_BY_OPERATOR, &month->span, MONTH_TO_US, &card),
        LOY_REFUSED);
    assert_non_null(strstr(loy_store_text(month->store), "scorecard_operators"));
    assert_null(card);
}

static void bad_calls(void **state)
{
    struct month *month = *state;
    struct loy_scorecard *card = NULL;
    struct loy_span back = {MONTH_TO_US, MONTH_FROM_US, 0}, *span = &month->span;
    struct loy_store *store = month->store;
    ASSERT_STATUS(loy_scorecard_open(NULL, LOY_SCORE_BY_LANE, span, 0, &card), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_scorecard_open(store, 0, span, 0, &card), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_scorecard_open(store, 4, span, 0, &card), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_scorecard_open(store, LOY_SCORE_BY_LANE, &back, 0, &card), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_scorecard_open(store, LOY_SCORE_BY_LANE, NULL, 0, &card), LOY_E_ARGUMENT);
    loy_scorecard_close(NULL);
}

/* ---- Own cards ----------------------------------------------------------------------------------
 */

static void own_cards(void **state)
{
    struct month *month = *state;
    struct loy_operator_card card = {.size = sizeof card};
    int64_t position = 0, registered = 0;
    const struct loy_credential other = shop_credential(month->store, "982900001");
    const struct loy_credential *first = &month->cards[0];
    struct loy_store *store = month->store;
    ASSERT_STATUS(loy_operator_card_add(store, "ANNA", first, 1), LOY_REPEATED);
    ASSERT_STATUS(loy_operator_card_add(store, "bert", first, 1), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_operator_card_add(store, "nobody", first, 1), LOY_NONE);
    ASSERT_STATUS(loy_operator_card_remove(store, &other, 1), LOY_NONE);
    ASSERT_STATUS(loy_operator_card_add(store, "anna", &other, MONTH_TO_US), LOY_OK);
    ASSERT_STATUS(loy_operator_card_remove(store, &other, MONTH_TO_US), LOY_OK);
    while (loy_operator_card_next(store, &position, &card) == LOY_OK) {
        registered += card.registered;
        if (card.registered) assert_int_equal(strlen(card.tail), 4);
    }
    assert_int_equal(position, 4);
    assert_int_equal(registered, 3);
    assert_int_equal(
        shop_number(store, "SELECT count(*) FROM audit WHERE action LIKE 'operator-card%'"), 6);
    assert_int_equal(shop_number(store, "SELECT count(*) FROM audit WHERE action LIKE "
                                        "'operator-card%' AND object NOT IN ('operator 2', "
                                        "'operator 3')"),
        0);
}

/* ---- Bonus --------------------------------------------------------------------------------------
 */

static void bonus(void **state)
{
    (void)state;
    const struct loy_score shop = {.baskets = 1000, .identified = 333, .registrations = 50};
    static const struct {
        int64_t baskets, identified, registrations, base, beyond, new_base, new_beyond, points;
    } rows[] = {
        {100, 40, 8, 34, 6, 5, 3, 6 * 2 + 3 * 5}, // 33.3 is rounded up
        {100, 34, 5, 34, 0, 5, 0, 0},
        {100, 10, 0, 34, 0, 5, 0, 0},
        {0, 0, 0, 0, 0, 0, 0, 0},
        {1000, 333, 50, 333, 0, 50, 0, 0},
    };
    struct loy_bonus got;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct loy_score score = {.baskets = rows[i].baskets,
            .identified = rows[i].identified,
            .registrations = rows[i].registrations};
        ASSERT_STATUS(loy_score_bonus(&score, &shop, 2, 5, &got), LOY_OK);
        assert_int_equal(got.identified_base, rows[i].base);
        assert_int_equal(got.identified_beyond, rows[i].beyond);
        assert_int_equal(got.registration_base, rows[i].new_base);
        assert_int_equal(got.registration_beyond, rows[i].new_beyond);
        assert_int_equal(got.points, rows[i].points);
    }
    ASSERT_STATUS(loy_score_bonus(&shop, &shop, -1, 5, &got), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_score_bonus(&shop, &shop, 1, LOY_BONUS_WEIGHT_MAX + 1, &got), LOY_E_ARGUMENT);
    const struct loy_score none = {.baskets = 0}, some = {.baskets = 10, .identified = 4};
    ASSERT_STATUS(loy_score_bonus(&some, &none, 1, 1, &got), LOY_OK);
    assert_int_equal(got.points, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_sql),
        cmocka_unit_test(finds_a_broken_condition),
        cmocka_unit_test(lane_counts_add_up),
        cmocka_unit_test(by_operator_only_where_opted_in),
        cmocka_unit_test(bad_calls),
        cmocka_unit_test(own_cards),
        cmocka_unit_test(bonus),
    };
    return cmocka_run_group_tests(tests, month_setup, month_teardown);
}
