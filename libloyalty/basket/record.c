/* SPDX-License-Identifier: MIT
 *
 * record.c - a whole basket of a till into the store, in one transaction.
 * A head and lines come in; rows, a place in the lane's sequence and an outbox entry go out. What
 * is there already is replay.c's matter.
 */
#include "picture.h"

#include <stdio.h>
#include <string.h>

/* Refusals that come before the first row of anything: an import may go on and list the next one.
 */
static bool nothing_written(enum loy_status status)
{
    return status == LOY_E_FORMAT || status == LOY_E_LIMIT || status == LOY_E_ARGUMENT ||
           status == LOY_E_CONFLICT;
}

enum loy_status basket_leave(struct loy_store *store, enum loy_status status)
{
    if (status >= LOY_OK || (store->depth > 1 && nothing_written(status))) {
        bool held = picture_holds(store);
        enum loy_status committed = store_commit(store);
        if (held && committed == LOY_OK) picture_keep(store);
        return committed == LOY_OK ? status : committed;
    }
    store_rollback(store);
    return status;
}

static enum loy_status code_check(struct loy_store *store, const char *what, const char *code)
{
    if (code == NULL || strnlen(code, LOY_CODE_MAX) < LOY_CODE_MAX)
        return basket_text_check(store, what, code);
    return store_fail(
        store, LOY_E_LIMIT, "%s is longer than %u bytes", store_words(what), LOY_CODE_MAX - 1);
}

enum loy_status basket_head_check(struct loy_store *store, const struct loy_basket_head *head)
{
    if (head->size < sizeof *head)
        return store_fail(store, LOY_E_ARGUMENT, "size of the basket's head is not set");
    if (head->credential != NULL && head->member != NULL)
        return store_fail(store, LOY_E_ARGUMENT, "a basket has a card or a member's id, not both");
    if (head->source < LOY_BASKET_LANE || head->source > LOY_BASKET_IMPORT)
        return store_fail(store, LOY_E_ARGUMENT, "the basket's source is not set");
    if (head->at_us <= 0)
        return store_fail(store, LOY_E_FORMAT, "the basket's time is missing or before 1970");
    if (head->sequence < 0 || head->sequence == INT64_MAX)
        return store_fail(store, LOY_E_FORMAT, "a sequence counts from 1");
    if (head->offset_min < -16 * 60 || head->offset_min > 16 * 60)
        return store_fail(store, LOY_E_FORMAT, "a zone lies within 16 hours of UTC");
    enum loy_status status = code_check(store, N_("the store's code"), head->site);
    return status == LOY_OK ? code_check(store, N_("the lane's code"), head->lane) : status;
}

/* ---- Lane --------------------------------------------------------------------------------------
 */

enum loy_status basket_lane(
    struct loy_store *store, const char *site, const char *lane, int64_t *number)
{
    *number = store->lane;
    if (basket_text(site) == NULL && basket_text(lane) == NULL) return LOY_OK;
    if (basket_text(site) == NULL) site = store->settings.site;
    if (basket_text(lane) == NULL) lane = store->settings.lane;
    struct basket_lane_memory *memory = basket_lane_memory(store);
    if (memory == NULL) return LOY_E_MEMORY;
    if (memory->number != 0 && strcmp(memory->site, site) == 0 && strcmp(memory->lane, lane) == 0) {
        *number = memory->number;
        return LOY_OK;
    }
    int64_t site_number;
    enum loy_status status = store_site(store, site, &site_number);
    if (status == LOY_OK) status = store_lane(store, site_number, lane, number);
    if (status != LOY_OK) return status;
    memory->number = *number;
    snprintf(memory->site, sizeof memory->site, "%s", site);
    snprintf(memory->lane, sizeof memory->lane, "%s", lane);
    return LOY_OK;
}

enum loy_status basket_sequence_last(
    struct loy_store *store, int64_t lane, int64_t *epoch, int64_t *last)
{
    sqlite3_stmt *select = store_sql(store, "SELECT epoch, last_sequence FROM lane WHERE id = ?1");
    sqlite3_bind_int64(select, 1, lane);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *epoch = sqlite3_column_int64(select, 0);
        *last = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    if (status == LOY_NONE) return store_fail(store, LOY_E_STORE, "the lane's row is missing");
    if (status == LOY_OK && *last == INT64_MAX)
        return store_fail(store, LOY_E_LIMIT, "this lane has no sequence number left");
    return status;
}

enum loy_status basket_sequence_take(
    struct loy_store *store, int64_t lane, int64_t sequence, int64_t basket)
{
    sqlite3_stmt *update = store_sql(store, "UPDATE lane SET last_sequence = ?2 WHERE id = ?1");
    sqlite3_bind_int64(update, 1, lane);
    sqlite3_bind_int64(update, 2, sequence);
    enum loy_status status = store_run(store, update);
    if (status != LOY_OK) return status;
    sqlite3_stmt *insert = store_sql(store, "INSERT INTO outbox (basket) VALUES (?1)");
    sqlite3_bind_int64(insert, 1, basket);
    return store_run(store, insert);
}

/* The lane of another till may begin at any number, as a till does that has been at work for years;
 * from there on there is no gap. Our own lanes begin at 1. */
static enum loy_status sequence_settle(struct loy_store *store, const struct basket_record *record)
{
    int64_t given = record->given->sequence, last = record->last;
    bool may_begin = last == 0 && record->given->source != LOY_BASKET_LANE;
    if (given == 0 || may_begin || given == last + 1) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT,
        "sequence %lld does not follow %lld of this lane; send the baskets in between first",
        (long long)given, (long long)last);
}

/* ---- The record --------------------------------------------------------------------------------
 */

static enum loy_status rows_resolve(struct loy_store *store, struct basket_record *record)
{
    struct basket_sums *sums = &record->head.sums;
    size_t count = (size_t)sums->count;
    *sums = (struct basket_sums){0};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < count && status == LOY_OK; i++) {
        status = basket_line_resolve(
            store, &record->head.uid, &record->lines[i], (uint32_t)i + 1, &record->rows[i]);
        if (status == LOY_OK) status = basket_sums_add(store, sums, &record->rows[i]);
    }
    return status;
}

/* What must hold of a basket that is new; a replay of an old one may break it by now. */
static enum loy_status rules_hold(struct loy_store *store, struct basket_record *record)
{
    for (size_t i = 0; i < (size_t)record->head.sums.count; i++) {
        enum loy_status status = basket_return_check(store, 0, &record->rows[i], record->rows, i);
        if (status != LOY_OK) return status;
    }
    enum loy_status status = basket_person_find(store, record->given, &record->person);
    if (status == LOY_NONE) status = LOY_OK;
    return status == LOY_OK ? sequence_settle(store, record) : status;
}

static void record_digest(
    struct loy_store *store, const struct basket_record *record, uint8_t digest[LOY_DIGEST_SIZE])
{
    struct basket_digest state;
    basket_digest_open(&state, store);
    for (size_t i = 0; i < (size_t)record->head.sums.count; i++)
        basket_digest_row(&state, &record->rows[i]);
    basket_digest_head(&state, &record->head, digest);
}

/* LOY_NONE: its uid or its place in the sequence is taken. */
static enum loy_status head_insert(
    struct loy_store *store, const struct basket_record *record, int64_t *basket)
{
    const struct basket_head *head = &record->head;
    uint8_t digest[LOY_DIGEST_SIZE];
    record_digest(store, record, digest);
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO basket (uid, lane, epoch, sequence, state, source, opened_at_us, "
        "closed_at_us, "
        "offset_min, member, card, operator, line_count, total_minor, discount_minor, digest, "
        "purchaser) "
        "VALUES (?1, ?2, ?3, ?4, 2, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) "
        "ON CONFLICT DO NOTHING");
    sqlite3_bind_blob(insert, 1, head->uid.bytes, sizeof head->uid.bytes, SQLITE_STATIC);
    const int64_t numbers[] = {head->lane, head->epoch, head->sequence, head->source,
        head->opened_at_us, head->closed_at_us, head->offset_min};
    for (int i = 0; i < 7; i++)
        sqlite3_bind_int64(insert, 2 + i, numbers[i]);
    basket_bind_row(insert, 9, record->person.member);
    basket_bind_row(insert, 10, record->person.card);
    sqlite3_bind_int64(insert, 11, store->operator_id);
    sqlite3_bind_int64(insert, 12, head->sums.count);
    sqlite3_bind_int64(insert, 13, head->sums.total_minor);
    sqlite3_bind_int64(insert, 14, head->sums.discount_minor);
    sqlite3_bind_blob(insert, 15, digest, sizeof digest, SQLITE_STATIC);
    basket_bind_row(insert, 16, record->person.purchaser);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK) return status;
    if (sqlite3_changes64(store->db) == 0) return LOY_NONE;
    *basket = sqlite3_last_insert_rowid(store->db);
    return LOY_OK;
}

static enum loy_status rows_write(
    struct loy_store *store, const struct basket_record *record, int64_t basket)
{
    const struct basket_head *head = &record->head;
    enum loy_status status =
        basket_lines_insert(store, basket, record->rows, (size_t)head->sums.count);
    if (status == LOY_OK && record->person.pending != NULL)
        status = basket_pending_insert(store, basket, record->person.pending);
    if (status == LOY_OK) status = basket_card_used(store, &record->person, head->closed_at_us);
    if (status == LOY_OK && record->person.purchaser != 0)
        status = basket_authority_used(store, basket, head->closed_at_us);
    if (status == LOY_OK) status = basket_sequence_take(store, head->lane, head->sequence, basket);
    // A head without all its rows must never be committed by an import that goes on.
    return nothing_written(status) ? LOY_E_STORE : status;
}

static enum loy_status record_write(
    struct loy_store *store, struct basket_record *record, struct loy_id *id)
{
    const struct loy_basket_head *given = record->given;
    enum loy_status status = basket_lane(store, given->site, given->lane, &record->head.lane);
    if (status == LOY_OK)
        status = basket_sequence_last(store, record->head.lane, &record->head.epoch, &record->last);
    if (status == LOY_OK) status = rows_resolve(store, record);
    if (status != LOY_OK) return status;
    record->head.sequence = given->sequence != 0 ? given->sequence : record->last + 1;
    // A journal without ids that is sent again after a restore is known only by older epochs.
    if (given->sequence != 0 && loy_id_is_none(&given->id)) {
        status = basket_replay(store, record, id);
        if (status != LOY_NONE) return status;
    }
    int64_t basket = 0;
    enum loy_status ruled = rules_hold(store, record);
    status = ruled == LOY_OK ? head_insert(store, record, &basket) : ruled;
    if (status == LOY_OK) {
        *id = record->head.uid;
        return rows_write(store, record, basket);
    }
    if (status != LOY_NONE && status != LOY_REFUSED && !nothing_written(status)) return status;
    char why[STORE_TEXT_MAX];
    memcpy(why, store->text, sizeof why);
    enum loy_status replayed = basket_replay(store, record, id);
    if (replayed != LOY_NONE) return replayed;
    memcpy(store->text, why, sizeof why);
    return status == LOY_NONE ? LOY_E_STORE : status;
}

static enum loy_status record_check(struct loy_store *store, const struct loy_basket_head *head,
    const struct loy_line *lines, size_t count)
{
    enum loy_status status = store_require(store, LOY_MAY_SELL);
    if (status == LOY_OK) status = basket_head_check(store, head);
    if (status != LOY_OK) return status;
    if (count == 0) return store_fail(store, LOY_E_FORMAT, "a basket has at least one line");
    if (count > LOY_LINES_MAX)
        return store_fail(store, LOY_E_LIMIT, "a basket holds at most %u lines", LOY_LINES_MAX);
    for (size_t i = 0; i < count && status == LOY_OK; i++)
        status = basket_line_check(store, &lines[i], (uint32_t)i + 1);
    return status;
}

enum loy_status loy_basket_record(struct loy_store *store, const struct loy_basket_head *head,
    const struct loy_line *lines, size_t line_count, struct loy_id *id)
{
    if (store == NULL || head == NULL || (lines == NULL && line_count > 0)) return LOY_E_ARGUMENT;
    enum loy_status status = record_check(store, head, lines, line_count);
    if (status != LOY_OK) return status;
    struct basket_record record = {.given = head,
        .lines = lines,
        .rows = basket_scratch(store, line_count),
        .head = {.uid = head->id,
            .state = BASKET_STATE_CLOSED,
            .source = head->source,
            .opened_at_us = head->at_us,
            .closed_at_us = head->at_us,
            .offset_min = head->offset_min,
            .sums.count = (int64_t)line_count}};
    if (record.rows == NULL) return LOY_E_MEMORY;
    if (loy_id_is_none(&head->id)) store_id_make(head->at_us, &record.head.uid);
    status = store_begin(store);
    if (status != LOY_OK) return status;
    struct loy_id made = {{0}};
    bool kept_aside = false;
    status = record_write(store, &record, &made);
    kept_aside = status == LOY_E_CONFLICT;
    // The quarantined newcomer is to be kept, though the answer is a failure.
    enum loy_status left = basket_leave(store, kept_aside ? LOY_OK : status);
    if (kept_aside && left == LOY_OK) left = LOY_E_CONFLICT;
    if ((left == LOY_OK || left == LOY_REPEATED) && id != NULL) *id = made;
    return left;
}
