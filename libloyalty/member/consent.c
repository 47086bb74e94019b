/* SPDX-License-Identifier: MIT
 *
 * consent.c - what a member has agreed to, each word with its text's version, time, channel and
 * initiative; the receipt's line; and the objection to a basket.
 * In: a member, a purpose. Out: rows and lines. Must not know: names, what the consent is used for.
 */
#include "basket_part.h"
#include "member_private.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define TAIL_MAX 8u

/* ---- The receipt's line ----------------------------------------------------------------------
 */

static const struct words {
    const char *purposes[LOY_PURPOSE_END], *given, *withdrawn, *version, *card, *comma, *colon;
} words[] = {
    {{"", "Profile", "Advertising", "Manufacturers' summaries", "Card scheme"}, "agreed",
        "withdrawn", "text", "card ...", ", ", ": "},
    {{"", "购买画像", "营销信息", "厂商汇总报告", "会员章程"}, "同意", "撤回", "文本版本",
        "卡尾号 ", "，", "："},
};

struct said {
    int64_t purpose, at_us;
    bool given;
    char version[LOY_CONSENT_VERSION_MAX], tail[TAIL_MAX];
};

static void receipt_write(
    const struct said *said, const char *language, int16_t offset_min, char text[LOY_RECEIPT_MAX])
{
    const struct words *w = &words[language && strncmp(language, "zh", 2) == 0];
    time_t seconds = (time_t)(said->at_us / 1000000 + offset_min * 60);
    struct tm local = {0};
    char at[32], tail[TAIL_MAX + 32] = "";
    gmtime_r(&seconds, &local);
    strftime(at, sizeof at, "%Y-%m-%d %H:%M", &local);
    if (said->tail[0]) snprintf(tail, sizeof tail, "%s%s%s", w->comma, w->card, said->tail);
    snprintf(text, LOY_RECEIPT_MAX, "%s%s%s%s%s %s%s%s%s", w->purposes[said->purpose], w->colon,
        said->given ? w->given : w->withdrawn, w->comma, w->version, said->version, w->comma, at,
        tail);
}

/* "" for a member without a card that may be used. */
static enum loy_status tail_read(struct loy_store *store, int64_t member, struct said *said)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT tail FROM card WHERE member = ?1 AND status IN (2, 3) "
                         "ORDER BY id DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, member);
    enum loy_status status = store_step(store, select);
    const char *tail = status == LOY_OK ? (const char *)sqlite3_column_text(select, 0) : NULL;
    snprintf(said->tail, sizeof said->tail, "%s", tail ? tail : "");
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* The latest word on a purpose. */
static enum loy_status said_read(struct loy_store *store, int64_t member, struct said *said)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT given, at_us, text_version FROM consent WHERE member = ?1 AND purpose = ?2 "
        "ORDER BY version DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, said->purpose);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        said->given = sqlite3_column_int(select, 0) != 0;
        said->at_us = sqlite3_column_int64(select, 1);
        const char *version = (const char *)sqlite3_column_text(select, 2);
        snprintf(said->version, sizeof said->version, "%s", version ? version : "-");
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_consent_receipt(struct loy_store *store, const struct loy_id *member,
    enum loy_purpose purpose, const char *language, int16_t offset_min, char text[LOY_RECEIPT_MAX])
{
    if (!store || !member || !text || !loy_purpose_name(purpose)) return LOY_E_ARGUMENT;
    struct said said = {.purpose = purpose};
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_SET_CONSENT);
    if (status == LOY_OK) status = member_number(store, member, &number);
    if (status == LOY_OK) status = said_read(store, number, &said);
    if (status == LOY_OK) status = tail_read(store, number, &said);
    if (status == LOY_OK) receipt_write(&said, language, offset_min, text);
    return status;
}

/* ---- Entering --------------------------------------------------------------------------------
 */

static enum loy_status version_known(struct loy_store *store, int64_t purpose, const char *version)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT 1 FROM consent_text WHERE purpose = ?1 AND version = ?2 LIMIT 1");
    sqlite3_bind_int64(select, 1, purpose);
    sqlite3_bind_text(select, 2, version, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    if (status != LOY_NONE) return status;
    return store_fail(
        store, LOY_E_FORMAT, "there is no such version of the consent's text: see `consent text`");
}

static enum loy_status change_check(
    struct loy_store *store, const struct loy_consent_change *change)
{
    enum loy_status status = member_channel_check(store, change->channel, NULL);
    if (status != LOY_OK) return status;
    if (change->initiated_by < LOY_INITIATIVE_CUSTOMER ||
        change->initiated_by > LOY_INITIATIVE_IMPORT)
        return store_fail(
            store, LOY_E_FORMAT, "initiated_by: expected is customer, staff or import");
    return change->version ? version_known(store, change->purpose, change->version) : LOY_OK;
}

static enum loy_status row_insert(struct loy_store *store, int64_t member,
    const struct loy_consent_change *change, const struct said *said, const char *receipt)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO consent (member, purpose, version, given, at_us, channel, operator, "
        "text_version, initiated_by, receipt) SELECT ?1, ?2, coalesce(max(version), 0) + 1, ?3, "
        "?4, ?5, ?6, nullif(?7, ''), ?8, ?9 FROM consent WHERE member = ?1 AND purpose = ?2");
    sqlite3_bind_int64(insert, 1, member);
    sqlite3_bind_int64(insert, 2, change->purpose);
    sqlite3_bind_int64(insert, 3, change->given);
    sqlite3_bind_int64(insert, 4, said->at_us);
    sqlite3_bind_text(insert, 5, change->channel, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 6, store->operator_id);
    sqlite3_bind_text(insert, 7, said->version, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 8, change->initiated_by);
    sqlite3_bind_text(insert, 9, receipt, -1, SQLITE_STATIC);
    return store_run(store, insert);
}

enum loy_status member_consent_insert(
    struct loy_store *store, int64_t member, const struct loy_consent_change *change, int64_t at_us)
{
    char receipt[LOY_RECEIPT_MAX];
    struct said said = {.purpose = change->purpose, .at_us = at_us, .given = change->given};
    enum loy_status status = LOY_OK;
    if (change->version)
        snprintf(said.version, sizeof said.version, "%s", change->version);
    else
        status = member_text_current(store, change->purpose, said.version);
    if (status == LOY_OK && change->language) status = tail_read(store, member, &said);
    if (status != LOY_OK) return status;
    receipt_write(&said, change->language, change->offset_min, receipt);
    return row_insert(store, member, change, &said, change->language ? receipt : NULL);
}

static enum loy_status set_in_transaction(struct loy_store *store, const struct loy_id *id,
    int64_t number, const struct loy_consent_change *change, int64_t at_us)
{
    enum loy_status status = member_consent_insert(store, number, change, at_us);
    if (status != LOY_OK) return status;
    return member_audit(store, change->given ? "consent.give" : "consent.withdraw", id,
        loy_purpose_name(change->purpose), at_us);
}

/* A word that was noted with one who was merged would bind nobody. */
static enum loy_status active_number(
    struct loy_store *store, const struct loy_id *id, int64_t *number)
{
    struct member_row member;
    enum loy_status status = member_take_active(store, id, &member);
    if (status != LOY_OK) return status;
    *number = member.number;
    member_drop(&member);
    return LOY_OK;
}

enum loy_status loy_consent_set(struct loy_store *store, const struct loy_id *member,
    const struct loy_consent_change *change, int64_t at_us)
{
    if (!store || !member || !change || change->size < sizeof *change ||
        !loy_purpose_name(change->purpose))
        return LOY_E_ARGUMENT;
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_SET_CONSENT);
    if (status == LOY_OK) status = change_check(store, change);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = active_number(store, member, &number);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    return member_end(store, set_in_transaction(store, member, number, change, at_us));
}

enum loy_status loy_member_consent(struct loy_store *store, const struct loy_id *id,
    enum loy_purpose purpose, bool given, const char *channel, int64_t at_us)
{
    const struct loy_consent_change change = {.size = sizeof change,
        .purpose = (uint8_t)purpose,
        .given = given,
        .channel = channel,
        .initiated_by = LOY_INITIATIVE_CUSTOMER};
    if (!loy_purpose_name(purpose)) return LOY_E_ARGUMENT;
    return loy_consent_set(store, id, &change, at_us);
}

/* ---- History ---------------------------------------------------------------------------------
 */

static void column_copy(sqlite3_stmt *row, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(row, column);
    snprintf(text, size, "%s", found ? found : "");
}

static void consent_read(sqlite3_stmt *row, struct loy_consent *consent)
{
    *consent = (struct loy_consent){.size = consent->size,
        .purpose = (uint8_t)sqlite3_column_int(row, 0),
        .number = sqlite3_column_int64(row, 1),
        .given = sqlite3_column_int(row, 2) != 0,
        .at_us = sqlite3_column_int64(row, 3),
        .initiated_by = (uint8_t)sqlite3_column_int(row, 5)};
    column_copy(row, 4, consent->channel, sizeof consent->channel);
    column_copy(row, 6, consent->text_version, sizeof consent->text_version);
    column_copy(row, 7, consent->receipt, sizeof consent->receipt);
}

enum loy_status loy_consent_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_consent *consent)
{
    if (!store || !member || !position || !consent || consent->size < sizeof *consent)
        return LOY_E_ARGUMENT;
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_READ_CONSENT);
    if (status == LOY_OK) status = member_number(store, member, &number);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT purpose, version, given, at_us, channel, initiated_by, text_version, receipt "
        "FROM consent WHERE member = ?1 AND (purpose, version) > (?2, ?3) "
        "ORDER BY purpose, version LIMIT 1");
    sqlite3_bind_int64(select, 1, number);
    sqlite3_bind_int64(select, 2, *position >> 32);
    sqlite3_bind_int64(select, 3, *position & UINT32_MAX);
    status = store_step(store, select);
    if (status == LOY_OK) {
        consent_read(select, consent);
        *position = (int64_t)consent->purpose << 32 | consent->number;
    }
    sqlite3_reset(select);
    return status;
}

/* ---- Objecting -------------------------------------------------------------------------------
 */

/* ?1 the member, ?2 the basket's id. */
static enum loy_status unlink_step(
    struct loy_store *store, const char *sql, int64_t member, const struct loy_id *basket)
{
    sqlite3_stmt *statement = store_sql(store, sql);
    sqlite3_bind_int64(statement, 1, member);
    sqlite3_bind_blob(statement, 2, basket->bytes, sizeof basket->bytes, SQLITE_STATIC);
    return store_run(store, statement);
}

/* What was noted of the basket no longer leads to it. An open one keeps its coupons' serials, which
 * its price needs. ?1 the member, ?2 the basket's id. */
static const char *const unlink_sql[] = {
    "DELETE FROM pending_card WHERE basket = (SELECT id FROM basket WHERE uid = ?2)",
    "UPDATE contact SET basket = NULL, line = NULL WHERE member = ?1 "
    "AND basket = (SELECT id FROM basket WHERE uid = ?2)",
    "UPDATE basket_link SET card = NULL WHERE basket = (SELECT id FROM basket WHERE uid = ?2)",
    "UPDATE alarm_seen SET reason = '' WHERE basket = (SELECT id FROM basket WHERE uid = ?2)",
    /* A single authorisation stays used, by no basket. */
    "UPDATE purchaser SET used_basket = 0 WHERE used_basket = (SELECT id FROM basket WHERE uid = "
    "?2)",
    COUPONS_KEEP("SELECT id FROM basket WHERE uid = ?2 AND state <> 1"),
    COUPONS_PART("SELECT id FROM basket WHERE uid = ?2 AND state <> 1"),
};

enum loy_status member_basket_part(
    struct loy_store *store, int64_t member, const struct loy_id *basket)
{
    static const char take_off[] = "UPDATE basket SET member = NULL, card = NULL, purchaser = NULL "
                                   "WHERE member = ?1 AND uid = ?2";
    enum loy_status status = unlink_step(store, take_off, member, basket);
    if (status == LOY_OK && sqlite3_changes64(store->db) == 0)
        return store_fail(store, LOY_NONE, "this is no basket of the member");
    for (size_t i = 0; i < sizeof unlink_sql / sizeof *unlink_sql && status == LOY_OK; i++)
        status = unlink_step(store, unlink_sql[i], member, basket);
    return status;
}

enum loy_status member_object(struct loy_store *store, const struct loy_id *member,
    const struct loy_id *basket, const char *channel, int64_t at_us)
{
    if (!store || !member) return LOY_E_ARGUMENT;
    const struct loy_consent_change change = {.size = sizeof change,
        .purpose = LOY_PURPOSE_PROFILING,
        .channel = channel,
        .initiated_by = LOY_INITIATIVE_CUSTOMER};
    int64_t number = 0;
    enum loy_status status = store_require(store, LOY_MAY_SET_CONSENT);
    if (status == LOY_OK) status = change_check(store, &change);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = active_number(store, member, &number);
    if (status == LOY_OK && basket && !loy_id_is_none(basket))
        status = member_basket_part(store, number, basket);
    if (status == LOY_NONE) return member_end_unwritten(store, status);
    if (status == LOY_OK) status = set_in_transaction(store, member, number, &change, at_us);
    return member_end(store, status);
}
