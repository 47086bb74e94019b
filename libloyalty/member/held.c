/* SPDX-License-Identifier: MIT
 *
 * held.c - what is held of a member and has no cursor of its own: ties to other members, evidence,
 * claims, the cards' states, digests. In: a member's id and a position. Out: a row. Must not know:
 * who asks for it, names.
 */
#include "member_private.h"

#include <stdio.h>
#include <string.h>

/* kind, at_us, other, field, version, how, text */
static const char held_sql[] =
    "SELECT 'referred-by', 0, o.uid, 0, 0, 0, NULL FROM member m JOIN member o "
    "ON o.id = m.referred_by WHERE m.id = ?1 "
    "UNION ALL SELECT 'head-office', 0, o.uid, 0, 0, 0, NULL FROM member m JOIN member o "
    "ON o.id = m.parent WHERE m.id = ?1 "
    "UNION ALL SELECT 'refers', 0, uid, 0, 0, 0, NULL FROM member WHERE referred_by = ?1 "
    "UNION ALL SELECT 'branch', 0, uid, 0, 0, 0, NULL FROM member WHERE parent = ?1 "
    "UNION ALL SELECT 'merged', x.at_us, o.uid, 0, 0, CASE WHEN "
    "x.undone_at_us IS NOT NULL THEN 1 WHEN x.final_at_us IS NOT NULL THEN 2 ELSE 0 END, NULL "
    "FROM merge x "
    "JOIN member o ON o.id = x.loser WHERE x.survivor = ?1 "
    "UNION ALL SELECT 'judged-different', p.at_us, o.uid, 0, 0, 0, NULL FROM distinct_pair p "
    "JOIN member o ON o.id = p.lower + p.higher - ?1 WHERE p.lower = ?1 OR p.higher = ?1 "
    "UNION ALL SELECT 'claim', made_at_us, NULL, 0, 0, used_at_us IS NOT NULL, NULL FROM claim "
    "WHERE member = ?1 "
    "UNION ALL SELECT 'confirmation', at_us, NULL, field, version, how, channel FROM confirmation "
    "WHERE member = ?1 "
    "UNION ALL SELECT 'card', h.at_us, NULL, 0, h.version, h.status, c.tail FROM card c "
    "JOIN card_history h ON h.card = c.id WHERE c.member = ?1 "
    "UNION ALL SELECT 'shown', l.at_us, NULL, 0, l.number, l.how, c.tail FROM card c "
    "JOIN basket_link l ON l.card = c.id LEFT JOIN basket b ON b.id = l.basket WHERE c.member = ?1 "
    "AND b.member IS NOT ?1 "
    "UNION ALL SELECT 'question', at_us, NULL, field, 0, answer, NULL FROM question "
    "WHERE member = ?1 "
    "UNION ALL SELECT 'staff-card', o.at_us, NULL, 0, 0, 0, c.tail FROM card c "
    "JOIN operator_card o ON o.digest = c.digest WHERE c.member = ?1 "
    "UNION ALL SELECT 'alarm', a.at_us, NULL, 0, a.count, a.kind, a.reason FROM basket b "
    "JOIN alarm_seen a ON a.basket = b.id WHERE b.member = ?1 "
    "UNION ALL SELECT 'index', 0, NULL, field, 0, 0, NULL FROM blind_index WHERE member = ?1 "
    "LIMIT 1 OFFSET ?2";

static void text_read(sqlite3_stmt *row, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(row, column);
    snprintf(text, size, "%s", found ? found : "");
}

static enum loy_status held_read(struct loy_store *store, sqlite3_stmt *row, struct loy_held *held)
{
    struct loy_held found = {.size = held->size,
        .at_us = sqlite3_column_int64(row, 1),
        .field = (uint8_t)sqlite3_column_int(row, 3),
        .version = sqlite3_column_int64(row, 4),
        .how = sqlite3_column_int64(row, 5)};
    text_read(row, 0, found.kind, sizeof found.kind);
    if (strcmp(found.kind, "alarm") == 0)
        text_read(row, 6, found.reason, sizeof found.reason);
    else
        text_read(row, 6, found.text, sizeof found.text);
    bool other = sqlite3_column_type(row, 2) != SQLITE_NULL;
    enum loy_status status = other ? member_id_read(store, row, 2, &found.other) : LOY_OK;
    if (status == LOY_OK) *held = found;
    return status;
}

enum loy_status loy_held_next(
    struct loy_store *store, const struct loy_id *member, int64_t *position, struct loy_held *held)
{
    if (!store || !member || !position || !held || held->size < sizeof *held) return LOY_E_ARGUMENT;
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_EXPORT_MEMBER);
    if (status == LOY_OK) status = member_number(store, member, &number);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, held_sql);
    sqlite3_bind_int64(select, 1, number);
    sqlite3_bind_int64(select, 2, *position);
    status = store_step(store, select);
    if (status == LOY_OK) status = held_read(store, select, held);
    if (status == LOY_OK) ++*position;
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_export_begin(
    struct loy_store *store, const struct loy_id *member, int64_t at_us)
{
    if (!store || !member) return LOY_E_ARGUMENT;
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_EXPORT_MEMBER);
    /* What the audit log keeps of it would go with the caller's rollback. */
    if (status == LOY_OK && store->depth > 0)
        status = store_fail(store, LOY_E_ARGUMENT, "an export is not begun inside a transaction");
    if (status == LOY_OK) status = member_number(store, member, &number);
    return status == LOY_OK ? member_audit(store, "member.export", member, NULL, at_us) : status;
}
