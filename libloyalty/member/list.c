/* SPDX-License-Identifier: MIT
 *
 * list.c - lists of members by what they are and did: clear columns by SQL, then texts one by one.
 * In: a filter. Out: members in the order of their registration. Must not know: columns, files.
 */
#include "member_private.h"

#include <loyalty/search.h>

#include <stdio.h>
#include <string.h>

#define STATUS_ANY 255

/* The clear columns. A parameter of 0 asks for nothing. */
static const char list_sql[] =
    "SELECT m.id, m.uid, m.kind, m.status, m.pseudonymous, m.created_at_us, "
    "coalesce(last.opened_at_us, 0) AS bought, "
    "(SELECT count(*) FROM card k WHERE k.member = m.id), coalesce(last.offset_min, 0) "
    "FROM member m LEFT JOIN basket last ON last.id = (SELECT b.id FROM basket b "
    "WHERE b.member = m.id AND b.state = 2 ORDER BY b.opened_at_us DESC LIMIT 1) "
    "WHERE m.id > ?1 AND (?2 = 0 OR m.kind = ?2) AND (?3 = 255 OR m.status = ?3) "
    "AND m.created_at_us >= ?5 AND m.created_at_us < ?6 "
    "AND (?4 = 0 OR EXISTS (SELECT 1 FROM card k WHERE k.member = m.id AND k.status = ?4)) "
    "AND (?7 = 0 OR bought >= ?7) AND (?8 = 0 OR bought < ?8) ORDER BY m.id";

static void bind_filter(sqlite3_stmt *select, const struct loy_member_filter *filter)
{
    sqlite3_bind_int64(select, 2, filter->kind);
    sqlite3_bind_int64(select, 3, filter->status ? filter->status : MEMBER_STATUS_ACTIVE);
    sqlite3_bind_int64(select, 4, filter->card_status);
    sqlite3_bind_int64(select, 5, filter->created_from_us ? filter->created_from_us : INT64_MIN);
    sqlite3_bind_int64(select, 6, filter->created_to_us ? filter->created_to_us : INT64_MAX);
    sqlite3_bind_int64(select, 7, filter->bought_from_us);
    sqlite3_bind_int64(select, 8, filter->bought_to_us);
}

static enum loy_status row_read(struct loy_store *store, sqlite3_stmt *select, int64_t *position,
    struct loy_member_listed *member)
{
    *member = (struct loy_member_listed){0};
    *position = sqlite3_column_int64(select, 0);
    member->kind = (uint8_t)sqlite3_column_int(select, 2);
    member->status = (uint8_t)sqlite3_column_int(select, 3);
    member->pseudonymous = sqlite3_column_int(select, 4) != 0;
    member->created_at_us = sqlite3_column_int64(select, 5);
    member->bought_at_us = sqlite3_column_int64(select, 6);
    member->cards = sqlite3_column_int(select, 7);
    member->bought_offset_min = (int16_t)sqlite3_column_int(select, 8);
    return member_id_read(store, select, 1, &member->id);
}

/* ---- Consents ----------------------------------------------------------------------------------
 */

/* All consents in the order of the members, beside the rows: one pass instead of four look-ups a
 * member. A later version takes the place of an earlier one. */
static const char consents_sql[] = "SELECT member, purpose, given FROM consent WHERE member > ?1 "
                                   "ORDER BY member, purpose, version";
struct consents {
    sqlite3_stmt *select;
    enum loy_status status; /* LOY_NONE: no more */
};

static void consents_open(struct loy_store *store, struct consents *consents, int64_t after)
{
    consents->select = store_sql(store, consents_sql);
    sqlite3_bind_int64(consents->select, 1, after);
    consents->status = store_step(store, consents->select);
}

/* LOY_NONE: they are not those that the filter asks for. */
static enum loy_status consents_hold(struct loy_store *store, struct consents *consents,
    const struct loy_member_filter *filter, int64_t number, struct loy_member_listed *member)
{
    for (; consents->status == LOY_OK && sqlite3_column_int64(consents->select, 0) <= number;
         consents->status = store_step(store, consents->select)) {
        int purpose = sqlite3_column_int(consents->select, 1);
        if (sqlite3_column_int64(consents->select, 0) == number &&
            purpose >= LOY_PURPOSE_PROFILING && purpose < LOY_PURPOSE_END)
            member->consent[purpose] = sqlite3_column_int(consents->select, 2) != 0;
    }
    if (consents->status < LOY_OK) return consents->status;
    for (int purpose = LOY_PURPOSE_PROFILING; purpose < LOY_PURPOSE_END; purpose++)
        if (filter->consent[purpose] && (filter->consent[purpose] == 1) != member->consent[purpose])
            return LOY_NONE;
    return LOY_OK;
}

/* ---- What a clear column does not tell ---------------------------------------------------------
 */

/* LOY_OK: there is a value; LOY_NONE: there is none. A first version is never blank, so only a
 * later one must be opened: it may have taken the value back. */
static enum loy_status has_value(
    struct loy_store *store, int64_t member, const struct loy_id *id, uint8_t field)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT max(version) FROM member_field WHERE member = ?1 AND field = ?2");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, field);
    enum loy_status status = store_step(store, select);
    int64_t version = status == LOY_OK ? sqlite3_column_int64(select, 0) : 0;
    sqlite3_reset(select);
    if (status != LOY_OK) return status;
    if (version <= 1) return version == 1 ? LOY_OK : LOY_NONE;
    struct member_row row = {.id = *id, .number = member};
    char text[LOY_ENVELOPE_TEXT_MAX] = "";
    status = store_member_key(store, id, row.key);
    select = store_sql(
        store, "SELECT value FROM member_field WHERE member = ?1 AND field = ?2 AND version = ?3");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, field);
    sqlite3_bind_int64(select, 3, version);
    if (status == LOY_OK) status = store_step(store, select);
    const struct envelope_place place = {"member_field", "value", id, field, version};
    if (status == LOY_OK)
        status = envelope_open(row.key, &place, sqlite3_column_blob(select, 0),
            (size_t)sqlite3_column_bytes(select, 0), text);
    sqlite3_reset(select);
    bool blank = status == LOY_OK && !text[0];
    sodium_memzero(text, sizeof text);
    member_drop(&row);
    return blank || status == LOY_E_KEY ? LOY_NONE : status;
}

static enum loy_status fields_hold(struct loy_store *store, const struct loy_member_filter *filter,
    int64_t member, const struct loy_id *id)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < LOY_FILTER_FIELDS_MAX && filter->has[i] && status == LOY_OK; i++)
        status = has_value(store, member, id, filter->has[i]);
    for (size_t i = 0; i < LOY_FILTER_FIELDS_MAX && filter->missing[i] && status == LOY_OK; i++) {
        status = has_value(store, member, id, filter->missing[i]);
        if (status == LOY_OK)
            status = LOY_NONE;
        else if (status == LOY_NONE)
            status = LOY_OK;
    }
    return status;
}

/* LOY_NONE: another text. wanted is folded. */
static enum loy_status compare(char *text, const char *wanted, bool beginning)
{
    char folded[LOY_FIELD_TEXT_MAX];
    enum loy_status status = member_text_fold(text, folded);
    size_t size = strlen(wanted);
    bool same = status == LOY_OK && strncmp(folded, wanted, size) == 0 &&
                (beginning || folded[size] == '\0');
    sodium_memzero(folded, sizeof folded);
    sodium_memzero(text, LOY_FIELD_TEXT_MAX);
    return status == LOY_E_MEMORY ? status : same ? LOY_OK : LOY_NONE;
}

struct wanted {
    enum loy_field field; /* 0: the trait */
    const char *trait;
    bool beginning;
    char text[LOY_FIELD_TEXT_MAX]; /* folded */
};
#define WANTED_MAX 4u
struct texts {
    struct wanted wanted[WANTED_MAX];
    size_t count;
};

static enum loy_status texts_hold(
    struct loy_store *store, const struct texts *texts, const struct loy_id *id)
{
    char text[LOY_FIELD_TEXT_MAX];
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < texts->count && status == LOY_OK; i++) {
        const struct wanted *wanted = &texts->wanted[i];
        status = wanted->field ? loy_member_field(store, id, wanted->field, text)
                               : loy_member_trait(store, id, wanted->trait, text);
        if (status == LOY_OK) status = compare(text, wanted->text, wanted->beginning);
        /* An erased member has no key and no text. */
        if (status == LOY_E_KEY) status = LOY_NONE;
    }
    return status;
}

static enum loy_status wanted_add(struct loy_store *store, struct texts *texts,
    enum loy_field field, const char *trait, const char *text)
{
    if (!text) return LOY_OK;
    struct wanted *wanted = &texts->wanted[texts->count++];
    wanted->field = field;
    wanted->trait = trait;
    wanted->beginning = field == LOY_FIELD_POSTCODE || !text[0];
    enum loy_status status = store_require(store, LOY_MAY_READ_TRAIT);
    if (status == LOY_OK && member_text_fold(text, wanted->text) != LOY_OK)
        status = store_fail(store, LOY_E_FORMAT,
            "filter: one line of text in UTF-8 of at most %u bytes is expected",
            LOY_FIELD_TEXT_MAX - 1);
    return status;
}

static enum loy_status texts_make(
    struct loy_store *store, const struct loy_member_filter *filter, struct texts *texts)
{
    const struct loy_trait_text *trait = &filter->trait;
    const char *value = trait->name && !trait->text ? "" : trait->text;
    enum loy_status status = wanted_add(store, texts, LOY_FIELD_INDUSTRY, NULL, filter->industry);
    if (status == LOY_OK)
        status = wanted_add(store, texts, LOY_FIELD_DISTRICT, NULL, filter->district);
    if (status == LOY_OK)
        status = wanted_add(store, texts, LOY_FIELD_POSTCODE, NULL, filter->postcode);
    if (status == LOY_OK && trait->name)
        status = wanted_add(store, texts, (enum loy_field)0, trait->name, value);
    return status;
}

/* ---- Lists -------------------------------------------------------------------------------------
 */

static bool filter_good(const struct loy_member_filter *filter)
{
    for (size_t i = 0; i < LOY_FILTER_FIELDS_MAX; i++) {
        if (filter->has[i] && !loy_field_name((enum loy_field)filter->has[i])) return false;
        if (filter->missing[i] && !loy_field_name((enum loy_field)filter->missing[i])) return false;
    }
    return filter->kind <= LOY_MEMBER_ORGANISATION && filter->card_status <= LOY_CARD_WITHDRAWN &&
           (filter->status <= LOY_MEMBER_ERASED || filter->status == STATUS_ANY);
}

/* LOY_NONE: the member does not pass. */
static enum loy_status row_take(struct loy_store *store, const struct loy_member_filter *filter,
    const struct texts *texts, struct consents *consents, int64_t number,
    struct loy_member_listed *member)
{
    enum loy_status status = consents_hold(store, consents, filter, number, member);
    if (status == LOY_OK) status = fields_hold(store, filter, number, &member->id);
    return status == LOY_OK ? texts_hold(store, texts, &member->id) : status;
}

static enum loy_status rows_take(struct loy_store *store, const struct loy_member_filter *filter,
    const struct texts *texts, int64_t *position, struct loy_member_listed *members, size_t max,
    size_t *count)
{
    enum loy_status status = LOY_OK;
    struct consents consents;
    sqlite3_stmt *select = store_sql(store, list_sql);
    sqlite3_bind_int64(select, 1, *position);
    bind_filter(select, filter);
    consents_open(store, &consents, *position);
    while (*count < max && (status = store_step(store, select)) == LOY_OK) {
        struct loy_member_listed *member = &members[*count];
        status = row_read(store, select, position, member);
        if (status == LOY_OK) status = row_take(store, filter, texts, &consents, *position, member);
        if (status == LOY_OK) ++*count;
        if (status < LOY_OK) break;
    }
    sqlite3_reset(select);
    sqlite3_reset(consents.select);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_member_list(struct loy_store *store, const struct loy_member_filter *filter,
    int64_t *position, struct loy_member_listed *members, size_t max, size_t *count)
{
    static const struct loy_member_filter everybody = {.size = sizeof everybody};
    struct texts texts = {.count = 0};
    if (!filter) filter = &everybody;
    if (!store || !position || !members || !count || max == 0 || max > INT32_MAX ||
        filter->size < sizeof *filter || !filter_good(filter))
        return LOY_E_ARGUMENT;
    *count = 0;
    enum loy_status status = store_require(store, LOY_MAY_LIST_MEMBERS);
    if (status == LOY_OK) status = texts_make(store, filter, &texts);
    if (status == LOY_OK) status = rows_take(store, filter, &texts, position, members, max, count);
    sodium_memzero(&texts, sizeof texts);
    return status == LOY_OK && *count == 0 ? LOY_NONE : status;
}

enum loy_status loy_member_list_holds(struct loy_store *store, const struct loy_id *member)
{
    int64_t number = 0;
    if (!store || !member) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_LIST_MEMBERS);
    if (status == LOY_OK) status = member_number(store, member, &number);
    if (status != LOY_OK) return status;
    status = store_member_key_destroyed(store, member);
    return status == LOY_OK ? LOY_NONE : status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_member_list_note(struct loy_store *store, int64_t members, int64_t at_us)
{
    char object[64];
    if (!store || members < 0) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_LIST_MEMBERS);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    snprintf(object, sizeof object, "%lld members", (long long)members);
    return member_end(store, store_audit(store, "member.list", object, at_us));
}

enum loy_status loy_member_rank_note(struct loy_store *store, const char *report, int64_t at_us)
{
    if (!store || !report) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_RANK_MEMBERS);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return member_end(store, store_audit(store, "member.rank", report, at_us));
}

enum loy_status loy_member_file_note(
    struct loy_store *store, const struct loy_id *member, int64_t at_us)
{
    int64_t number = 0;
    if (!store || !member) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_ADDRESS);
    if (status == LOY_OK) status = member_number(store, member, &number);
    return status == LOY_OK ? member_audit(store, "member.file", member, NULL, at_us) : status;
}

enum loy_status loy_member_shown_note(
    struct loy_store *store, const struct loy_id *member, const char *reason, int64_t at_us)
{
    int64_t number = 0;
    if (!store || !member || !reason) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_NAME);
    if (status != LOY_OK) return status;
    size_t length = strspn(reason, "abcdefghijklmnopqrstuvwxyz-");
    if (length == 0 || length > 24 || reason[length])
        return store_fail(store, LOY_E_FORMAT,
            "a reason for showing a member is a code of 1 to 24 small letters and hyphens");
    status = member_number(store, member, &number);
    return status == LOY_OK ? member_audit(store, "member.shown", member, reason, at_us) : status;
}
