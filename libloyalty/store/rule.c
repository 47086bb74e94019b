/* SPDX-License-Identifier: MIT
 *
 * rule.c - the few numbers by which a shop changes how it works: a table of the room that knows the
 * rule says its name, the usual value and what makes sense. In: a row of such a table. Out: the
 * value in force. Must not know: what any rule is for.
 */
#include "store_private.h"

#include <stdio.h>

enum loy_status store_rule_get(
    struct loy_store *store, const struct store_rule *rule, int64_t *value)
{
    enum loy_status status = store_require(store, LOY_MAY_READ_RULE);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, "SELECT value FROM setting WHERE name = ?1");
    sqlite3_bind_text(select, 1, rule->name, -1, SQLITE_STATIC);
    int64_t found = rule->usual;
    status = store_step_number(store, select, &found);
    if (status < LOY_OK) return status;
    *value = found;
    return LOY_OK;
}

static enum loy_status rule_write(struct loy_store *store, const struct store_rule *rule,
    const char *action, int64_t value, int64_t at_us)
{
    char object[60];
    sqlite3_stmt *insert = store_sql(store, "INSERT INTO setting (name, value) VALUES (?1, ?2) "
                                            "ON CONFLICT (name) DO UPDATE SET value = ?2");
    sqlite3_bind_text(insert, 1, rule->name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, value);
    enum loy_status status = store_run(store, insert);
    snprintf(object, sizeof object, "%s %lld", rule->name, (long long)value);
    return status == LOY_OK ? store_audit(store, action, object, at_us) : status;
}

enum loy_status store_rule_set(struct loy_store *store, const struct store_rule *rule,
    const char *action, int64_t value, int64_t at_us)
{
    enum loy_status status = store_require(store, LOY_MAY_EDIT_RULE);
    if (status == LOY_OK && (value < rule->low || value > rule->high))
        status = store_fail(store, LOY_E_LIMIT, "%s: a number from %lld to %lld is expected",
            rule->name, (long long)rule->low, (long long)rule->high);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = rule_write(store, rule, action, value, at_us);
    if (status == LOY_OK) return store_commit(store);
    store_rollback(store);
    return status;
}
