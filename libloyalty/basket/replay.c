/* SPDX-License-Identifier: MIT
 *
 * replay.c - a basket whose identity is stored already: the same once more, or another one in its
 * name. A record comes in; LOY_REPEATED, or a quarantine row and LOY_E_CONFLICT go out. Changes no
 * basket.
 */
#include "basket_private.h"

#include <stdlib.h>
#include <string.h>

#define EPOCHS_MAX 16

struct stored {
    int64_t id, member, card;
    struct basket_head head;
    uint8_t digest[LOY_DIGEST_SIZE];
    bool has_digest;
};

#define STORED_COLUMNS                                                                             \
    "SELECT b.id, b.uid, b.lane, b.epoch, b.sequence, b.state, b.source, b.opened_at_us, "         \
    "b.closed_at_us, b.member, b.card, b.digest FROM "

static void stored_read(sqlite3_stmt *row, struct stored *stored)
{
    *stored = (struct stored){.id = sqlite3_column_int64(row, 0),
        .member = sqlite3_column_int64(row, 9),
        .card = sqlite3_column_int64(row, 10),
        .head = {.lane = sqlite3_column_int64(row, 2),
            .epoch = sqlite3_column_int64(row, 3),
            .sequence = sqlite3_column_int64(row, 4),
            .state = sqlite3_column_int64(row, 5),
            .source = sqlite3_column_int64(row, 6),
            .opened_at_us = sqlite3_column_int64(row, 7),
            .closed_at_us = sqlite3_column_int64(row, 8)}};
    const void *uid = sqlite3_column_blob(row, 1), *digest = sqlite3_column_blob(row, 11);
    if (uid != NULL && sqlite3_column_bytes(row, 1) == (int)sizeof stored->head.uid)
        memcpy(&stored->head.uid, uid, sizeof stored->head.uid);
    stored->has_digest =
        digest != NULL && sqlite3_column_bytes(row, 11) == (int)sizeof stored->digest;
    if (stored->has_digest) memcpy(stored->digest, digest, sizeof stored->digest);
}

static enum loy_status stored_by_uid(
    struct loy_store *store, const struct loy_id *uid, struct stored *stored)
{
    sqlite3_stmt *select = store_sql(store, STORED_COLUMNS "basket b WHERE b.uid = ?1");
    sqlite3_bind_blob(select, 1, uid->bytes, sizeof uid->bytes, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) stored_read(select, stored);
    sqlite3_reset(select);
    return status;
}

/* The newest epochs first; a restored store has the same numbers more than once. */
static enum loy_status stored_by_sequence(
    struct loy_store *store, int64_t lane, int64_t sequence, struct stored *stored, size_t *count)
{
    sqlite3_stmt *select = store_sql(store,
        STORED_COLUMNS "epoch e CROSS JOIN basket b ON b.lane = ?1 AND b.epoch = e.number "
                       "AND b.sequence = ?2 ORDER BY e.number DESC LIMIT ?3");
    sqlite3_bind_int64(select, 1, lane);
    sqlite3_bind_int64(select, 2, sequence);
    sqlite3_bind_int64(select, 3, EPOCHS_MAX);
    enum loy_status status;
    *count = 0;
    while ((status = store_step(store, select)) == LOY_OK && *count < EPOCHS_MAX)
        stored_read(select, &stored[(*count)++]);
    sqlite3_reset(select);
    return status < LOY_OK ? status : LOY_OK;
}

/* ---- Is it the same? ---------------------------------------------------------------------------
 */

/* An article edited since has a newer version, which a till that sends again will name. */
static enum loy_status version_align(
    struct loy_store *store, int64_t basket, struct basket_row *row)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT version FROM line WHERE basket = ?1 AND number = ?2");
    sqlite3_bind_int64(select, 1, basket);
    sqlite3_bind_int64(select, 2, row->number);
    enum loy_status status = store_step(store, select);
    int64_t version = status == LOY_OK ? sqlite3_column_int64(select, 0) : row->version;
    sqlite3_reset(select);
    if (status < LOY_OK || version == row->version) return status < LOY_OK ? status : LOY_OK;
    int64_t article = 0, stored_article = 0;
    status = basket_version_article(store, row->version, &article);
    if (status == LOY_OK) status = basket_version_article(store, version, &stored_article);
    if (status == LOY_OK && article == stored_article) row->version = version;
    return status;
}

/* The newcomer as it would be stored, with what it leaves open taken from what is stored. */
static void head_align(
    const struct basket_record *record, const struct stored *stored, struct basket_head *head)
{
    *head = record->head;
    if (loy_id_is_none(&record->given->id)) head->uid = stored->head.uid;
    if (record->given->sequence == 0) head->sequence = stored->head.sequence;
    head->epoch = stored->head.epoch;
    head->source = stored->head.source;
    head->closed_at_us = stored->head.closed_at_us;
}

static enum loy_status content_digest(struct loy_store *store, const struct basket_record *record,
    const struct stored *stored, uint8_t digest[LOY_DIGEST_SIZE])
{
    struct basket_digest state;
    struct basket_head head;
    basket_digest_open(&state, store);
    for (size_t i = 0; i < (size_t)record->head.sums.count; i++) {
        struct basket_row row = record->rows[i];
        enum loy_status status = version_align(store, stored->id, &row);
        if (status != LOY_OK) return status;
        basket_digest_row(&state, &row);
    }
    head_align(record, stored, &head);
    basket_digest_head(&state, &head, digest);
    return LOY_OK;
}

/* LOY_OK: this very credential was presented for the stored basket. */
static enum loy_status credential_is_known(
    struct loy_store *store, const struct stored *stored, const struct loy_credential *credential)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT 1 FROM card WHERE id = ?1 AND digest = ?3 UNION ALL "
                         "SELECT 1 FROM pending_card WHERE basket = ?2 AND digest = ?3");
    sqlite3_bind_int64(select, 1, stored->card);
    sqlite3_bind_int64(select, 2, stored->id);
    sqlite3_bind_blob(select, 3, credential->digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    return status;
}

/* LOY_OK the same person, LOY_NONE another. Whoever sends no person contradicts nobody: the lane
 * may have attached one, and a pending card may have been resolved since. */
static enum loy_status person_compare(
    struct loy_store *store, const struct basket_record *record, const struct stored *stored)
{
    const struct loy_basket_head *given = record->given;
    if (given->credential == NULL && given->member == NULL) return LOY_OK;
    // An erased member's: whose it was is not known any more. Such rows have negative numbers.
    if (stored->member < 0) return LOY_OK;
    enum loy_status status = LOY_NONE;
    if (given->credential != NULL) status = credential_is_known(store, stored, given->credential);
    if (status != LOY_NONE) return status;
    struct basket_person person;
    status = basket_person_find(store, given, &person);
    if (status < LOY_OK && status != LOY_E_FORMAT) return status;
    // Who may not be linked was left out when it was stored.
    if (status == LOY_REFUSED && stored->member == 0) return LOY_OK;
    return person.member != 0 && person.member == stored->member ? LOY_OK : LOY_NONE;
}

/* LOY_OK: the same content and person; LOY_NONE: not. */
static enum loy_status content_compare(
    struct loy_store *store, const struct basket_record *record, const struct stored *stored)
{
    uint8_t digest[LOY_DIGEST_SIZE];
    if (!stored->has_digest) return LOY_NONE;
    enum loy_status status = content_digest(store, record, stored, digest);
    if (status != LOY_OK) return status;
    if (sodium_memcmp(digest, stored->digest, sizeof digest) != 0) return LOY_NONE;
    return person_compare(store, record, stored);
}

/* ---- Quarantine --------------------------------------------------------------------------------
 */

static enum loy_status quarantine_insert(struct loy_store *store, const struct basket_head *head,
    const uint8_t *digest, const uint8_t *body, size_t body_size)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO quarantine (uid, lane, epoch, sequence, digest, reason, at_us, body) "
        "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS "
        "(SELECT 1 FROM quarantine WHERE digest = ?5)");
    sqlite3_bind_blob(insert, 1, head->uid.bytes, sizeof head->uid.bytes, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, head->lane);
    sqlite3_bind_int64(insert, 3, head->epoch);
    basket_bind_row(insert, 4, head->sequence);
    sqlite3_bind_blob(insert, 5, digest, LOY_DIGEST_SIZE, SQLITE_STATIC);
    sqlite3_bind_text(insert, 6, "the same identity with another content", -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 7, head->opened_at_us);
    sqlite3_bind_blob64(insert, 8, body, body_size, SQLITE_STATIC);
    return store_run(store, insert);
}

/* The body is the packed rows and then the packed head, as the digest takes them. */
static enum loy_status keep_aside(
    struct loy_store *store, const struct basket_record *record, const struct stored *stored)
{
    size_t count = (size_t)record->head.sums.count, size = 0;
    uint8_t digest[LOY_DIGEST_SIZE];
    struct basket_head head;
    head_align(record, stored, &head);
    uint8_t *body = malloc(count * BASKET_ROW_BYTES_MAX + BASKET_HEAD_BYTES_MAX);
    if (body == NULL) return store_fail(store, LOY_E_MEMORY, "out of memory for the quarantine");
    for (size_t i = 0; i < count; i++)
        size += basket_row_pack(&record->rows[i], body + size);
    size += basket_head_pack(&head, body + size);
    crypto_generichash(
        digest, sizeof digest, body, size, store->keys->basket, sizeof store->keys->basket);
    enum loy_status status = quarantine_insert(store, &head, digest, body, size);
    bool new = status == LOY_OK &&sqlite3_changes64(store->db) > 0;
    free(body);
    if (new) status = store_audit(store, "basket-conflict", "kept aside", head.opened_at_us);
    if (status != LOY_OK) return status;
    return store_fail(store, LOY_E_CONFLICT,
        "sequence %lld of this lane is stored with another content; the newcomer is kept aside",
        (long long)stored->head.sequence);
}

enum loy_status basket_replay(
    struct loy_store *store, const struct basket_record *record, struct loy_id *id)
{
    struct stored stored[EPOCHS_MAX];
    const struct loy_basket_head *given = record->given;
    size_t count = 0;
    bool by_uid = false;
    enum loy_status status = LOY_NONE;
    if (!loy_id_is_none(&given->id)) status = stored_by_uid(store, &given->id, &stored[0]);
    by_uid = status == LOY_OK;
    if (by_uid)
        count = 1;
    else if (status == LOY_NONE && given->sequence != 0)
        status = stored_by_sequence(store, record->head.lane, given->sequence, stored, &count);
    if (status < LOY_OK) return status;
    for (size_t i = 0; i < count; i++) {
        status = content_compare(store, record, &stored[i]);
        if (status < LOY_OK) return status;
        if (status == LOY_OK) {
            *id = stored[i].head.uid;
            return LOY_REPEATED;
        }
        // In an older epoch the number may have been given to another basket by right.
        if (by_uid || stored[i].head.epoch == record->head.epoch)
            return keep_aside(store, record, &stored[i]);
    }
    return LOY_NONE;
}
