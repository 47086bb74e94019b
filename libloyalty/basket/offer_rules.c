/* SPDX-License-Identifier: MIT
 *
 * offer_rules.c - rows of an article's price history, cut where rules of promotions begin and end,
 * each with the price and the form that held. Rows and rules come in, rows go out. Knows no period
 * that was asked for.
 */
#include "offer_private.h"

#include <stdlib.h>

/* ---- The rules ------------------------------------------------------------------------------ */

/* As they stand, from when the last one of the code was replaced; and those that were. */
static const char rules_sql[] =
    "SELECT r.code, r.target, NULL, NULL, NULL, r.form, r.scope, r.site, max(r.from_us, "
    "ifnull((SELECT max(p.replaced_us) FROM promotion_rule_past p WHERE p.code = r.code), "
    "r.from_us)) AS began, ifnull(r.to_us, 0), 0, r.permille, r.amount_minor, r.take, r.pay, 0 "
    "FROM promotion_rule r WHERE r.form <> ?1 "
    "UNION ALL SELECT code, target, NULL, NULL, NULL, form, scope, site, from_us, to_us, 0, "
    "permille, amount_minor, take, pay, 0 FROM promotion_rule_past ORDER BY 1, 9";

/* Drops the last one where it never held. */
static void last_judge(struct basket_rules *rules)
{
    struct loy_promotion_rule *rule = &rules->rows[rules->count - 1]->rule;
    if (rule->to_us == 0) rule->to_us = INT64_MAX;
    if (rule->from_us >= rule->to_us) free(rules->rows[--rules->count]);
}

enum loy_status offer_rules_read(struct loy_store *store, struct basket_rules *rules)
{
    sqlite3_stmt *select;
    if (sqlite3_prepare_v2(store->db, rules_sql, -1, &select, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->db);
    sqlite3_bind_int(select, 1, LOY_FORM_COUPON);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        status = basket_rules_add(store, rules, select);
        if (status != LOY_OK) break;
        last_judge(rules);
    }
    sqlite3_finalize(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- One moment ------------------------------------------------------------------------------ */

struct cutting {
    const struct loy_version *article;
    const struct offer_list *in;
    struct offer_list *out;
    const struct basket_rule **rules; /* that hold for the article */
    size_t count;
    const struct loy_promotion_rule **now;
    int64_t *times;
    size_t time_count;
};

static bool is_at(int64_t from_us, int64_t to_us, int64_t at_us)
{
    return from_us <= at_us && at_us < to_us;
}

/* A site's own row, or that of everywhere. */
static const struct loy_offer *row_at(const struct cutting *cutting, int64_t site, int64_t at_us)
{
    const struct loy_offer *everywhere = NULL;
    for (size_t i = 0; i < cutting->in->count; i++) {
        const struct loy_offer *row = &cutting->in->rows[i];
        if (!is_at(row->from_us, row->to_us, at_us)) continue;
        if (row->site == site) return row;
        if (row->site == 0) everywhere = row;
    }
    return everywhere;
}

/* The rules of one line that hold then; *several: one that takes several does, *local: one of the
 * site's own. */
static size_t rules_at(
    struct cutting *cutting, int64_t site, int64_t at_us, bool *several, bool *local)
{
    size_t count = 0;
    *several = *local = false;
    for (size_t i = 0; i < cutting->count; i++) {
        const struct basket_rule *rule = cutting->rules[i];
        if (rule->site != 0 && rule->site != site) continue;
        if (!is_at(rule->rule.from_us, rule->rule.to_us, at_us)) continue;
        *local = *local || rule->site != 0;
        if (rule->rule.form == LOY_FORM_N_FOR_M)
            *several = true;
        else
            cutting->now[count++] = &rule->rule;
    }
    return count;
}

/* What a member pays for one piece or unit by the rules, where that is less. */
static enum loy_status rules_price(
    const struct cutting *cutting, size_t count, bool several, struct loy_offer *offer)
{
    struct pricing_line line = {.article = *cutting->article,
        .version = offer->article_version,
        .quantity_milli = 1000,
        .list_minor = offer->list_minor,
        .shelf_minor = offer->list_minor,
        .offer_minor = -1};
    enum loy_status status = pricing_basket(cutting->now, count, &line, 1);
    if (status != LOY_OK) return status;
    if (line.discount_minor > 0 && line.paid_minor < offer->selling_minor) {
        offer->selling_minor = line.paid_minor;
        offer->form = line.form;
        offer->promoted = true;
    } else if (several && !offer->promoted && offer->form == LOY_FORM_NONE &&
               line.article.kind == LOY_KIND_GOODS) {
        offer->form = LOY_FORM_N_FOR_M;
        offer->promoted = true;
    }
    return LOY_OK;
}

/* ---- One site -------------------------------------------------------------------------------- */

static int by_time(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static void times_find(struct cutting *cutting, int64_t site)
{
    size_t count = 0;
    for (size_t i = 0; i < cutting->in->count; i++) {
        const struct loy_offer *row = &cutting->in->rows[i];
        if (row->site != 0 && row->site != site) continue;
        cutting->times[count++] = row->from_us;
        cutting->times[count++] = row->to_us;
    }
    for (size_t i = 0; i < cutting->count; i++) {
        const struct basket_rule *rule = cutting->rules[i];
        if (rule->site != 0 && rule->site != site) continue;
        cutting->times[count++] = rule->rule.from_us;
        cutting->times[count++] = rule->rule.to_us;
    }
    if (count > 0) qsort(cutting->times, count, sizeof *cutting->times, by_time);
    cutting->time_count = 0;
    for (size_t i = 0; i < count; i++)
        if (i == 0 || cutting->times[i] != cutting->times[i - 1])
            cutting->times[cutting->time_count++] = cutting->times[i];
}

static bool is_same(const struct loy_offer *a, const struct loy_offer *b)
{
    return a->site == b->site && a->list_minor == b->list_minor &&
           a->selling_minor == b->selling_minor && a->form == b->form &&
           a->promoted == b->promoted && a->display == b->display;
}

/* Joins what no change divides. */
static enum loy_status piece_add(struct cutting *cutting, const struct loy_offer *piece)
{
    struct offer_list *out = cutting->out;
    struct loy_offer *last = out->count > 0 ? &out->rows[out->count - 1] : NULL;
    if (last != NULL && last->to_us == piece->from_us && is_same(last, piece)) {
        last->to_us = piece->to_us;
        return LOY_OK;
    }
    return offer_list_add(out, piece) ? LOY_OK : LOY_E_MEMORY;
}

static enum loy_status site_cut(struct cutting *cutting, int64_t site)
{
    enum loy_status status = LOY_OK;
    times_find(cutting, site);
    for (size_t i = 0; status == LOY_OK && i + 1 < cutting->time_count; i++) {
        bool several, local;
        const struct loy_offer *row = row_at(cutting, site, cutting->times[i]);
        if (row == NULL) continue;
        size_t count = rules_at(cutting, site, cutting->times[i], &several, &local);
        if (row->site != site && !local) continue; // the row of everywhere tells it
        struct loy_offer piece = *row;
        piece.site = (int32_t)site;
        piece.from_us = cutting->times[i];
        piece.to_us = cutting->times[i + 1];
        status = rules_price(cutting, count, several, &piece);
        if (status == LOY_OK) status = piece_add(cutting, &piece);
    }
    return status;
}

/* ---- One article ----------------------------------------------------------------------------- */

/* The next site with rows or rules of its own. */
static int64_t site_next(const struct cutting *cutting, int64_t site)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < cutting->in->count; i++)
        if (cutting->in->rows[i].site > site && cutting->in->rows[i].site < next)
            next = cutting->in->rows[i].site;
    for (size_t i = 0; i < cutting->count; i++)
        if (cutting->rules[i]->site > site && cutting->rules[i]->site < next)
            next = cutting->rules[i]->site;
    return next;
}

static int by_from(const void *left, const void *right)
{
    const struct loy_offer *a = left, *b = right;
    if (a->from_us != b->from_us) return a->from_us < b->from_us ? -1 : 1;
    return (a->site > b->site) - (a->site < b->site);
}

enum loy_status offer_rules_apply(const struct basket_rules *rules,
    const struct loy_version *article, const struct offer_list *in, struct offer_list *out)
{
    struct cutting cutting = {.article = article, .in = in, .out = out};
    enum loy_status status = LOY_NONE;
    cutting.rules = calloc(rules->count + 1, sizeof(struct basket_rule *));
    cutting.now = calloc(rules->count + 1, sizeof(struct loy_promotion_rule *));
    cutting.times = calloc(2 * (rules->count + in->count) + 1, sizeof *cutting.times);
    if (!cutting.rules || !cutting.now || !cutting.times) status = LOY_E_MEMORY;
    for (size_t i = 0; status == LOY_NONE && i < rules->count; i++)
        if (pricing_rule_holds(&rules->rows[i]->rule, article))
            cutting.rules[cutting.count++] = rules->rows[i];
    out->count = 0;
    if (status == LOY_NONE && cutting.count > 0) status = LOY_OK;
    for (int64_t site = 0; status == LOY_OK && site != INT64_MAX; site = site_next(&cutting, site))
        status = site_cut(&cutting, site);
    if (status == LOY_OK && out->count > 0)
        qsort(out->rows, out->count, sizeof *out->rows, by_from);
    free(cutting.rules);
    free(cutting.now);
    free(cutting.times);
    return status;
}
