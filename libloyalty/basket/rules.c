/* SPDX-License-Identifier: MIT
 *
 * rules.c - the rules of promotions, read once and again when somebody has edited the file.
 * Rows come in, rules by code go out. Knows no line, no price, no basket.
 */
#include "rules.h"

#include <stdlib.h>
#include <string.h>

#define STRINGS 5

/* What changes on this handle is told by basket_rules_memory()->fresh; what others change, by
 * SQLite's counter of their commits. */
static enum loy_status data_version(struct loy_store *store, int64_t *version)
{
    sqlite3_stmt *select = store_sql(store, "PRAGMA data_version");
    return store_step_number(store, select, version);
}

static struct basket_rule *rule_make(sqlite3_stmt *row)
{
    size_t size = 0;
    for (int i = 0; i < STRINGS; i++)
        size += (size_t)sqlite3_column_bytes(row, i) + 1;
    struct basket_rule *made = calloc(1, sizeof *made + size);
    if (made == NULL) return NULL;
    struct loy_promotion_rule *rule = &made->rule;
    const char **texts[STRINGS] = {
        &rule->code, &rule->target, &rule->site, &rule->campaign, &rule->coupon};
    char *end = made->strings;
    for (int i = 0; i < STRINGS; i++) {
        const unsigned char *text = sqlite3_column_text(row, i);
        if (text == NULL) continue;
        size_t length = (size_t)sqlite3_column_bytes(row, i);
        memcpy(end, text, length);
        *texts[i] = end;
        end += length + 1;
    }
    rule->size = sizeof *rule;
    rule->form = (uint8_t)sqlite3_column_int(row, 5);
    rule->scope = (uint8_t)sqlite3_column_int(row, 6);
    made->site = sqlite3_column_int64(row, 7);
    rule->from_us = sqlite3_column_int64(row, 8);
    rule->to_us = sqlite3_column_int64(row, 9);
    rule->members_only = sqlite3_column_int(row, 10) != 0;
    rule->permille = sqlite3_column_int(row, 11);
    rule->amount_minor = sqlite3_column_int64(row, 12);
    rule->take = sqlite3_column_int(row, 13);
    rule->pay = sqlite3_column_int(row, 14);
    rule->single_use = sqlite3_column_int(row, 15) != 0;
    return made;
}

static void rows_drop(struct basket_rules *rules)
{
    for (size_t i = 0; i < rules->count; i++)
        free(rules->rows[i]);
    free(rules->rows);
    rules->rows = NULL;
    rules->count = rules->capacity = 0;
    rules->fresh = false;
}

void basket_rules_free(struct basket_rules *rules)
{
    rows_drop(rules);
    free(rules->shelves);
    rules->shelves = NULL;
}

enum loy_status basket_rules_add(
    struct loy_store *store, struct basket_rules *rules, sqlite3_stmt *row)
{
    if (rules->count == rules->capacity) {
        size_t wanted = rules->capacity == 0 ? 64 : rules->capacity * 2;
        struct basket_rule **more = realloc(rules->rows, wanted * sizeof(struct basket_rule *));
        if (more == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for promotions");
        rules->rows = more;
        rules->capacity = wanted;
    }
    struct basket_rule *rule = rule_make(row);
    if (rule == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for promotions");
    rules->rows[rules->count++] = rule;
    return LOY_OK;
}

static enum loy_status rows_load(struct loy_store *store, struct basket_rules *rules)
{
    rows_drop(rules);
    sqlite3_stmt *select = store_sql(store,
        "SELECT r.code, r.target, s.code, r.campaign, r.coupon, r.form, r.scope, r.site, "
        "r.from_us, r.to_us, r.members_only, r.permille, r.amount_minor, r.take, r.pay, "
        "r.single_use FROM promotion_rule r LEFT JOIN site s ON s.id = r.site ORDER BY r.code");
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        status = basket_rules_add(store, rules, select);
        if (status != LOY_OK) break;
    }
    sqlite3_reset(select);
    if (status != LOY_NONE) rows_drop(rules);
    return status == LOY_NONE ? LOY_OK : status;
}

const struct basket_rules *basket_rules(struct loy_store *store)
{
    struct basket_rules *rules = basket_rules_memory(store);
    int64_t version = 0;
    if (rules == NULL || data_version(store, &version) != LOY_OK) return NULL;
    if (rules->fresh && rules->data_version == version) return rules;
    if (rows_load(store, rules) != LOY_OK) return NULL;
    rules->data_version = version;
    rules->fresh = true;
    return rules;
}

size_t basket_rules_place(const struct basket_rules *rules, const char *code)
{
    size_t low = 0, high = rules->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(rules->rows[middle]->rule.code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct basket_rule *basket_rule_find(const struct basket_rules *rules, const char *code)
{
    size_t place = basket_rules_place(rules, code);
    if (place == rules->count || strcmp(rules->rows[place]->rule.code, code) != 0) return NULL;
    return rules->rows[place];
}

struct basket_shelf *basket_shelves_room(struct loy_store *store, size_t count)
{
    struct basket_rules *rules = basket_rules_memory(store);
    if (rules == NULL) return NULL;
    if (rules->shelves_size < count || rules->shelves == NULL) {
        size_t size = count < 64 ? 64 : count;
        struct basket_shelf *more = realloc(rules->shelves, size * sizeof *more);
        if (more == NULL) {
            store_fail(store, LOY_E_MEMORY, "out of memory for %zu lines", count);
            return NULL;
        }
        rules->shelves = more;
        rules->shelves_size = size;
    }
    for (size_t i = 0; i < count; i++)
        rules->shelves[i].asked = false;
    return rules->shelves;
}
