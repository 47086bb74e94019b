/* SPDX-License-Identifier: MIT
 *
 * purchaser_list.c - the purchasers of a member read and judged.
 * In: a member and a place in its list. Out: plain values, decrypted under the key that sealed
 * them, which after a merge is another member's. Must not know: forms, baskets.
 */
#include "member_card_private.h"

#include <stdio.h>
#include <string.h>

/* ---- Reading -----------------------------------------------------------------------------------
 */

static enum loy_status text_open(struct loy_store *store, sqlite3_stmt *select, int column,
    const uint8_t *key, const struct envelope_place *place, char text[LOY_FIELD_TEXT_MAX])
{
    text[0] = '\0';
    /* NULL, or the empty name of one who was forgotten. */
    if (sqlite3_column_bytes(select, column) == 0) return LOY_OK;
    enum loy_status status = envelope_open(key, place, sqlite3_column_blob(select, column),
        (size_t)sqlite3_column_bytes(select, column), text);
    if (status == LOY_OK) return LOY_OK;
    return store_fail(store, status, "a purchaser's text does not open: it was altered or moved");
}

static enum loy_status texts_open(
    struct loy_store *store, sqlite3_stmt *select, struct loy_purchaser *purchaser)
{
    struct loy_id sealer;
    uint8_t key[MEMBER_KEY_SIZE];
    enum loy_status status = member_id_read(store, select, 1, &sealer);
    if (status == LOY_OK) status = store_member_key(store, &sealer, key);
    if (status != LOY_OK) return status;
    struct envelope_place place = {
        "purchaser", "name", &sealer, sqlite3_column_int64(select, 2), 1};
    status = text_open(store, select, 3, key, &place, purchaser->name);
    // A cashier needs the name only: what it may not read is not even decrypted.
    bool all = loy_access_allowed(store->role, LOY_MAY_READ_ADDRESS);
    place.column = "function";
    if (all && status == LOY_OK)
        status = text_open(store, select, 4, key, &place, purchaser->function);
    place.column = "telephone";
    if (all && status == LOY_OK)
        status = text_open(store, select, 5, key, &place, purchaser->telephone);
    sodium_memzero(key, sizeof key);
    return status;
}

static void rest_read(sqlite3_stmt *select, struct loy_purchaser *purchaser)
{
    const char *document = (const char *)sqlite3_column_text(select, 6);
    snprintf(purchaser->document, sizeof purchaser->document, "%s", document ? document : "");
    purchaser->authority = (uint8_t)sqlite3_column_int(select, 7);
    purchaser->until_us = sqlite3_column_int64(select, 8);
    purchaser->limit_minor = sqlite3_column_int64(select, 9);
    purchaser->active = sqlite3_column_int(select, 10) != 0;
    purchaser->used = sqlite3_column_type(select, 11) != SQLITE_NULL;
    purchaser->forgotten = sqlite3_column_bytes(select, 3) == 0;
    const char *tail = (const char *)sqlite3_column_text(select, 12);
    snprintf(purchaser->card, sizeof purchaser->card, "%s", tail ? tail : "");
}

enum loy_status loy_purchaser_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_purchaser *purchaser)
{
    if (!store || !member || !position || !purchaser || purchaser->size < sizeof *purchaser)
        return LOY_E_ARGUMENT;
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_READ_PURCHASER);
    if (status == LOY_OK) status = member_number(store, member, &number);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT p.id, m.uid, p.number, p.name, p.function, p.telephone, p.document, p.authority, "
        "p.until_us, p.limit_minor, p.active, p.used_basket, (SELECT c.tail FROM card c "
        "WHERE c.member = p.member AND c.purchaser = p.id AND c.status IN (2, 3) LIMIT 1) "
        "FROM purchaser p JOIN member m ON m.id = coalesce(p.sealed_for, p.member) "
        "WHERE p.member = ?1 AND p.id > ?2 ORDER BY p.id LIMIT 1");
    sqlite3_bind_int64(select, 1, number);
    sqlite3_bind_int64(select, 2, *position);
    status = store_step(store, select);
    if (status == LOY_OK) {
        struct loy_purchaser found = {.size = purchaser->size};
        found.number = sqlite3_column_int64(select, 0);
        status = texts_open(store, select, &found);
        rest_read(select, &found);
        if (!loy_access_allowed(store->role, LOY_MAY_READ_ADDRESS)) found.document[0] = '\0';
        if (status == LOY_OK) {
            *position = found.number;
            *purchaser = found;
        }
        sodium_memzero(&found, sizeof found);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status purchaser_may_buy(
    struct loy_store *store, int64_t member, int64_t purchaser, int64_t at_us)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT active = 1 AND (until_us IS NULL OR until_us >= ?3) "
        "AND (authority <> 3 OR used_basket IS NULL) FROM purchaser WHERE id = ?1 AND member = ?2");
    sqlite3_bind_int64(select, 1, purchaser);
    sqlite3_bind_int64(select, 2, member);
    sqlite3_bind_int64(select, 3, at_us);
    enum loy_status status = store_step(store, select);
    bool may = status == LOY_OK && sqlite3_column_int(select, 0) != 0;
    sqlite3_reset(select);
    if (status == LOY_NONE)
        return store_fail(
            store, LOY_E_FORMAT, "the member has no such purchaser: see the list of them");
    if (status != LOY_OK || may) return status;
    return store_fail(store, LOY_REFUSED,
        "this purchaser's authority has ended: give a new one first, or add another purchaser");
}
