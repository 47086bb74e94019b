/* SPDX-License-Identifier: MIT
 *
 * operator_card.c - cards of those who work here, so that their own purchases do not count for the
 * counter (loyalty/counter.h). In: an operator's name and a credential. Out: rows with digests.
 * Must not know: numbers of cards.
 */
#include "basket_private.h"

#include <loyalty/counter.h>

#include <stdio.h>
#include <string.h>

static enum loy_status operator_find(struct loy_store *store, const char *name, int64_t *number)
{
    sqlite3_stmt *find = store_sql(
        store, "SELECT id FROM operator WHERE name = ?1 COLLATE NOCASE ORDER BY id LIMIT 1");
    sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
    enum loy_status status = store_step_number(store, find, number);
    if (status != LOY_NONE) return status;
    return store_fail(
        store, LOY_NONE, "there is no operator of this name: `loyalty operator list` shows them");
}

static enum loy_status holder_find(
    struct loy_store *store, const struct loy_credential *credential, int64_t *holder)
{
    sqlite3_stmt *find = store_sql(store, "SELECT operator FROM operator_card WHERE digest = ?1");
    sqlite3_bind_blob(find, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    return store_step_number(store, find, holder);
}

static enum loy_status card_insert(
    struct loy_store *store, const struct loy_credential *credential, int64_t number, int64_t at_us)
{
    char object[40];
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO operator_card (digest, operator, at_us) VALUES (?1, ?2, ?3)");
    sqlite3_bind_blob(insert, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, number);
    sqlite3_bind_int64(insert, 3, at_us);
    snprintf(object, sizeof object, "operator %lld", (long long)number);
    enum loy_status status = store_run(store, insert);
    return status == LOY_OK ? store_audit(store, "operator-card", object, at_us) : status;
}

static enum loy_status card_add(struct loy_store *store, const char *name,
    const struct loy_credential *credential, int64_t at_us)
{
    int64_t number = 0, holder = 0;
    enum loy_status status = operator_find(store, name, &number);
    if (status != LOY_OK) return status;
    status = holder_find(store, credential, &holder);
    if (status == LOY_NONE) {
        status = store_card_clash(store, credential, at_us);
        return status == LOY_OK ? card_insert(store, credential, number, at_us) : status;
    }
    if (status != LOY_OK) return status;
    if (holder == number) return LOY_REPEATED;
    return store_fail(store, LOY_E_CONFLICT,
        "this card is written down as that of operator %lld: remove it there first",
        (long long)holder);
}

static bool is_credential(const struct loy_credential *credential)
{
    return credential != NULL && credential->kind >= LOY_CREDENTIAL_NUMBER &&
           credential->kind <= LOY_CREDENTIAL_TEXT;
}

enum loy_status loy_operator_card_add(struct loy_store *store, const char *name,
    const struct loy_credential *credential, int64_t at_us)
{
    if (store == NULL || name == NULL || !is_credential(credential)) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_OPERATOR);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, card_add(store, name, credential, at_us));
}

static enum loy_status card_remove(
    struct loy_store *store, const struct loy_credential *credential, int64_t at_us)
{
    char object[40];
    int64_t holder = 0;
    enum loy_status status = holder_find(store, credential, &holder);
    if (status == LOY_NONE)
        return store_fail(store, LOY_NONE,
            "this card is no operator's own: `loyalty operator card list` shows which are");
    sqlite3_stmt *remove = store_sql(store, "DELETE FROM operator_card WHERE digest = ?1");
    sqlite3_bind_blob(remove, 1, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    if (status == LOY_OK) status = store_run(store, remove);
    snprintf(object, sizeof object, "operator %lld", (long long)holder);
    return status == LOY_OK ? store_audit(store, "operator-card-off", object, at_us) : status;
}

enum loy_status loy_operator_card_remove(
    struct loy_store *store, const struct loy_credential *credential, int64_t at_us)
{
    if (store == NULL || !is_credential(credential)) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_OPERATOR);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, card_remove(store, credential, at_us));
}

static const char next_sql[] =
    "SELECT o.operator, p.name, o.at_us, o.digest, c.member IS NOT NULL, coalesce(c.tail, (SELECT "
    "d.tail FROM pending_card d WHERE d.digest = o.digest LIMIT 1), '') FROM operator_card o "
    "JOIN operator p ON p.id = o.operator LEFT JOIN card c ON c.digest = o.digest "
    "ORDER BY o.operator, o.at_us, o.digest LIMIT 1 OFFSET ?1";

static void card_read(sqlite3_stmt *row, struct loy_operator_card *card)
{
    const char *tail = (const char *)sqlite3_column_text(row, 5);
    const char *name = (const char *)sqlite3_column_text(row, 1);
    const void *digest = sqlite3_column_blob(row, 3);
    *card = (struct loy_operator_card){.size = card->size,
        .operator_number = sqlite3_column_int64(row, 0),
        .registered = sqlite3_column_int(row, 4) != 0,
        .at_us = sqlite3_column_int64(row, 2)};
    snprintf(card->name, sizeof card->name, "%s", name ? name : "");
    snprintf(card->tail, sizeof card->tail, "%s", tail ? tail : "");
    if (digest != NULL && sqlite3_column_bytes(row, 3) == (int)LOY_DIGEST_SIZE)
        memcpy(card->digest, digest, LOY_DIGEST_SIZE);
}

enum loy_status loy_operator_card_next(
    struct loy_store *store, int64_t *position, struct loy_operator_card *card)
{
    if (store == NULL || position == NULL || *position < 0 || card == NULL ||
        card->size < sizeof *card)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_LIST_OPERATORS);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, next_sql);
    sqlite3_bind_int64(select, 1, *position);
    status = store_step(store, select);
    if (status == LOY_OK) {
        card_read(select, card);
        ++*position;
    }
    sqlite3_reset(select);
    return status;
}
