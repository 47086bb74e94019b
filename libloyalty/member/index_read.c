/* SPDX-License-Identifier: MIT
 *
 * index_read.c - what the index holds, out of the store: all members in one ordered scan at first,
 * then the newcomers and those whom the audit log names. In: rows with envelopes. Out: entries.
 * Must not know: queries, roles, cards.
 */
#include "index.h"
#include "pinyin.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* What is searched by, at these places of parts. */
enum part { PART_NAME, PART_FAMILY, PART_GIVEN, PART_TRADING, PART_TELEPHONE, PART_COUNT };

struct reader {
    struct loy_store *store;
    struct member_cache *cache;
    struct member_row member;
    bool keyed, keyless;
    char parts[PART_COUNT][LOY_FIELD_TEXT_MAX];
    char opened[LOY_ENVELOPE_TEXT_MAX], text[INDEX_TEXT_MAX];
};

/* ---- Texts -------------------------------------------------------------------------------------
 */

static bool is_searched(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return category != UTF8PROC_CATEGORY_ZS &&
           (category < UTF8PROC_CATEGORY_PC || category > UTF8PROC_CATEGORY_PO);
}

enum loy_status index_fold(const char *text, char folded[LOY_FIELD_TEXT_MAX])
{
    enum loy_status status = member_text_fold(text, folded);
    if (status != LOY_OK) return status;
    size_t n = 0;
    for (const char *at = folded; *at;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &c);
        if (used <= 0) return LOY_E_FORMAT;
        if (is_searched(c)) {
            memmove(folded + n, at, (size_t)used);
            n += (size_t)used;
        }
        at += used;
    }
    folded[n] = '\0';
    return LOY_OK;
}

static char *line_add(char *at, const char *start, const char *first, const char *second)
{
    if (!first[0] && !second[0]) return at;
    if (at > start) *at++ = '\n';
    at = stpcpy(at, first);
    return stpcpy(at, second);
}

static void lines_join(struct reader *reader)
{
    char *at = reader->text;
    const char *family = reader->parts[PART_FAMILY], *given = reader->parts[PART_GIVEN];
    bool chinese =
        (pinyin_filter_of(family).letters | pinyin_filter_of(given).letters) & PINYIN_HAN;
    *at = '\0';
    at = line_add(at, reader->text, reader->parts[PART_NAME], "");
    at = line_add(at, reader->text, family, given);
    if (!chinese && family[0] && given[0]) at = line_add(at, reader->text, given, family);
    line_add(at, reader->text, reader->parts[PART_TRADING], "");
}

static uint64_t digits_of(const char *text)
{
    uint64_t number = 0;
    size_t n = 0;
    for (; *text; text++)
        if (*text >= '0' && *text <= '9') {
            number = number * 10 + (uint64_t)(*text - '0');
            n++;
        }
    return n <= 19 ? number : 0;
}

/* ---- Rows --------------------------------------------------------------------------------------
 */

static int part_of(int64_t field)
{
    switch (field) {
    case LOY_FIELD_NAME:
        return PART_NAME;
    case LOY_FIELD_FAMILY_NAME:
        return PART_FAMILY;
    case LOY_FIELD_GIVEN_NAME:
        return PART_GIVEN;
    case LOY_FIELD_TRADING_NAME:
        return PART_TRADING;
    case LOY_FIELD_TELEPHONE:
        return PART_TELEPHONE;
    default:
        return -1;
    }
}

/* A value that does not open is left out: loyalty check tells of it. */
static void part_read(struct reader *reader, sqlite3_stmt *row)
{
    int64_t field = sqlite3_column_int64(row, 2);
    int part = part_of(field);
    if (part < 0 || reader->keyless) return;
    if (!reader->keyed)
        reader->keyed =
            store_member_key(reader->store, &reader->member.id, reader->member.key) == LOY_OK;
    reader->keyless = !reader->keyed;
    reader->parts[part][0] = '\0';
    if (reader->keyless) return;
    /* A normal form that equals the value may be left out. */
    int column = sqlite3_column_bytes(row, 4) > 0 ? 4 : 5;
    const struct envelope_place place = {"member_field", column == 4 ? "normal" : "value",
        &reader->member.id, field, sqlite3_column_int64(row, 3)};
    if (envelope_open(reader->member.key, &place, sqlite3_column_blob(row, column),
            (size_t)sqlite3_column_bytes(row, column), reader->opened) != LOY_OK)
        return;
    if (part == PART_TELEPHONE)
        memcpy(reader->parts[part], reader->opened, strlen(reader->opened) + 1);
    else if (index_fold(reader->opened, reader->parts[part]) != LOY_OK)
        reader->parts[part][0] = '\0';
}

static enum loy_status member_finish(struct reader *reader)
{
    if (reader->member.number == 0) return LOY_OK;
    lines_join(reader);
    bool good = index_put(reader->cache, (uint32_t)reader->member.number, reader->text,
        digits_of(reader->parts[PART_TELEPHONE]));
    for (int i = 0; i < PART_COUNT; i++)
        reader->parts[i][0] = '\0';
    reader->keyed = reader->keyless = false;
    reader->member.number = 0;
    return good ? LOY_OK : store_fail(reader->store, LOY_E_MEMORY, "out of memory");
}

static enum loy_status row_read(struct reader *reader, sqlite3_stmt *row)
{
    int64_t number = sqlite3_column_int64(row, 0);
    enum loy_status status = LOY_OK;
    if (number > UINT32_MAX)
        return store_fail(reader->store, LOY_E_LIMIT, "the store has too many members to search");
    if (number != reader->member.number) {
        status = member_finish(reader);
        if (status == LOY_OK) status = member_id_read(reader->store, row, 1, &reader->member.id);
        reader->member.number = number;
    }
    if (status == LOY_OK) part_read(reader, row);
    return status;
}

/* Every value in the order of its key, so a later one takes the place of an earlier. An erased
 * member has none. */
static const char rows_sql[] =
    "SELECT m.id, m.uid, f.field, f.version, f.normal, f.value "
    "FROM member m CROSS JOIN member_field f ON f.member = m.id "
    "WHERE m.id > ?1 AND m.id <= ?2 AND m.status < 3 AND f.field <= 19 AND f.version > 0 "
    "ORDER BY m.id, f.field, f.version";

/* Members behind `after` up to `last` are read anew. */
static enum loy_status members_read(
    struct loy_store *store, struct member_cache *cache, int64_t after, int64_t last)
{
    if (store->depth > 0) cache->transient = true;
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader) return store_fail(store, LOY_E_MEMORY, "out of memory");
    reader->store = store;
    reader->cache = cache;
    /* One lock on the key file for all keys, not one for each. */
    bool locked = sqlite3_get_autocommit(store->key_db) &&
                  sqlite3_exec(store->key_db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK;
    sqlite3_stmt *select = store_sql(store, rows_sql);
    sqlite3_bind_int64(select, 1, after);
    sqlite3_bind_int64(select, 2, last);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK)
        if ((status = row_read(reader, select)) != LOY_OK) break;
    sqlite3_reset(select);
    if (locked) sqlite3_exec(store->key_db, "COMMIT", NULL, NULL, NULL);
    if (status == LOY_NONE) status = member_finish(reader);
    sodium_memzero(reader, sizeof *reader);
    free(reader);
    return status;
}

/* ---- What has changed --------------------------------------------------------------------------
 */

static enum loy_status number_of(struct loy_store *store, const char *sql, int64_t *number)
{
    sqlite3_stmt *select = store_sql(store, sql);
    return store_step_number(store, select, number);
}

static enum loy_status newcomers_read(struct loy_store *store, struct member_cache *cache)
{
    int64_t last = 0;
    enum loy_status status = number_of(store, "SELECT coalesce(max(id), 0) FROM member", &last);
    if (status != LOY_OK || last <= cache->member) return status;
    if (last <= UINT32_MAX) index_reserve(cache, (size_t)(last - cache->member));
    status = members_read(store, cache, cache->member, last);
    if (status == LOY_OK) cache->member = last;
    return status;
}

/* Members whose texts must not be found any more. */
static enum loy_status erased_forget(struct loy_store *store, struct member_cache *cache)
{
    sqlite3_stmt *select = store_sql(store, "SELECT id FROM member WHERE status = 3");
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK)
        if (!index_put(cache, (uint32_t)sqlite3_column_int64(select, 0), "", 0)) break;
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

struct change {
    struct loy_id ids[2];
    size_t id_count;
    bool erases;
};

/* Every id in the entry's object is one of a member that may have changed. */
static void change_read(sqlite3_stmt *entry, struct change *change)
{
    char word[LOY_ID_TEXT_SIZE];
    const char *action = (const char *)sqlite3_column_text(entry, 1);
    const char *object = (const char *)sqlite3_column_text(entry, 2);
    *change = (struct change){0};
    if (!action || !object || strcmp(action, "member.add") == 0) return;
    change->erases = strstr(action, "eras") || strstr(action, "anonym") || strstr(action, "reten");
    for (size_t n; *object && change->id_count < 2; object += n) {
        object += strspn(object, " ");
        n = strcspn(object, " ");
        if (n != sizeof word - 1) continue;
        memcpy(word, object, n);
        word[n] = '\0';
        if (loy_id_parse(word, &change->ids[change->id_count]) == LOY_OK) change->id_count++;
    }
}

static enum loy_status change_take(
    struct loy_store *store, struct member_cache *cache, const struct change *change)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < change->id_count && status == LOY_OK; i++) {
        sqlite3_stmt *select = store_sql(store, "SELECT id FROM member WHERE uid = ?1");
        sqlite3_bind_blob(select, 1, change->ids[i].bytes, 16, SQLITE_STATIC);
        status = store_step(store, select);
        int64_t number = status == LOY_OK ? sqlite3_column_int64(select, 0) : 0;
        sqlite3_reset(select);
        if (status == LOY_NONE) status = LOY_OK;
        if (number == 0 || number > cache->member) continue;
        if (!index_put(cache, (uint32_t)number, "", 0)) status = LOY_E_MEMORY;
        if (status == LOY_OK) status = members_read(store, cache, number - 1, number);
    }
    return status;
}

static enum loy_status changes_read(struct loy_store *store, struct member_cache *cache)
{
    bool erases = false;
    enum loy_status status;
    sqlite3_stmt *select = store_sql(
        store, "SELECT sequence, action, object FROM audit WHERE sequence > ?1 ORDER BY sequence");
    sqlite3_bind_int64(select, 1, cache->audit);
    while ((status = store_step(store, select)) == LOY_OK) {
        struct change change;
        change_read(select, &change);
        erases = erases || change.erases;
        if (store->depth > 0) cache->transient = true;
        status = change_take(store, cache, &change);
        if (status != LOY_OK) break;
        cache->audit = sqlite3_column_int64(select, 0);
    }
    sqlite3_reset(select);
    if (status == LOY_NONE) status = erases ? erased_forget(store, cache) : LOY_OK;
    return status;
}

static enum loy_status cache_open(struct loy_store *store)
{
    struct member_cache *cache = calloc(1, sizeof *cache);
    if (!cache) return store_fail(store, LOY_E_MEMORY, "out of memory");
    store->member_cache = cache;
    cache->undone = store->undone;
    return number_of(store, "SELECT coalesce(max(sequence), 0) FROM audit", &cache->audit);
}

/* Row numbers that were taken back come again for other members. */
static bool is_doubtful(const struct loy_store *store, const struct member_cache *cache)
{
    return cache->transient && cache->undone != store->undone;
}

enum loy_status index_take(struct loy_store *store, struct member_cache **cache)
{
    enum loy_status status = LOY_OK;
    *cache = store->member_cache;
    if (*cache && is_doubtful(store, *cache)) index_free(store);
    if (!store->member_cache) status = cache_open(store);
    *cache = store->member_cache;
    if (!*cache) return status;
    (*cache)->undone = store->undone;
    if (store->depth == 0) (*cache)->transient = false;
    if (status == LOY_OK) status = changes_read(store, *cache);
    if (status == LOY_OK) status = newcomers_read(store, *cache);
    if (status != LOY_OK) index_free(store);
    return status;
}

void member_names_changed(struct loy_store *store)
{
    index_free(store);
}
