/* SPDX-License-Identifier: MIT
 *
 * purchaser_line.c - an organisation's line of purchasers when one of them ends or is forgotten.
 * In: a purchaser's row. Out: a line without the name, as a new version or in the place of every
 * version that held it. Must not know: forms, cards.
 */
#include "member_card_private.h"

#include <string.h>

/* ---- Names of rows -----------------------------------------------------------------------------
 */

/* What does not open says nothing to anybody, so there is nothing to take out either. */
static enum loy_status unless_unreadable(enum loy_status status)
{
    return status == LOY_E_CHECK || status == LOY_E_FORMAT ? LOY_NONE : status;
}

/* LOY_NONE: it has none, or none that opens. The columns: uid, number and name. */
static enum loy_status name_open(
    struct loy_store *store, sqlite3_stmt *select, char name[LOY_FIELD_TEXT_MAX])
{
    struct member_row sealer;
    enum loy_status status = member_id_read(store, select, 0, &sealer.id);
    if (status == LOY_OK && sqlite3_column_bytes(select, 2) == 0) status = LOY_NONE;
    if (status == LOY_OK) status = store_member_key(store, &sealer.id, sealer.key);
    if (status == LOY_OK) {
        const struct envelope_place place = {
            "purchaser", "name", &sealer.id, sqlite3_column_int64(select, 1), 1};
        status = envelope_open(sealer.key, &place, sqlite3_column_blob(select, 2),
            (size_t)sqlite3_column_bytes(select, 2), name);
        member_drop(&sealer);
    }
    return unless_unreadable(status);
}

static enum loy_status name_get(
    struct loy_store *store, int64_t purchaser, char name[LOY_FIELD_TEXT_MAX])
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT m.uid, p.number, p.name FROM purchaser p JOIN member m ON "
                         "m.id = coalesce(p.sealed_for, p.member) WHERE p.id = ?1");
    sqlite3_bind_int64(select, 1, purchaser);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = name_open(store, select, name);
    sqlite3_reset(select);
    return status;
}

/* Whether another one of that name was not ended: then the line means that one. */
static enum loy_status is_shared(
    struct loy_store *store, int64_t purchaser, const char *name, bool *shared)
{
    char other[LOY_FIELD_TEXT_MAX];
    enum loy_status status = LOY_OK;
    *shared = false;
    sqlite3_stmt *select = store_sql(store,
        "SELECT m.uid, p.number, p.name FROM purchaser p JOIN member m ON m.id = "
        "coalesce(p.sealed_for, p.member) WHERE p.member = (SELECT member FROM purchaser WHERE id "
        "= ?1) AND p.id <> ?1 AND p.active = 1");
    sqlite3_bind_int64(select, 1, purchaser);
    while (!*shared && (status = store_step(store, select)) == LOY_OK) {
        status = name_open(store, select, other);
        *shared = status == LOY_OK && purchaser_name_same(other, name);
        if (status != LOY_OK && status != LOY_NONE) break;
    }
    sqlite3_reset(select);
    sodium_memzero(other, sizeof other);
    return *shared || status == LOY_NONE ? LOY_OK : status;
}

/* The name that has to go out of the line; LOY_NONE: nothing has to. */
static enum loy_status leaving_get(
    struct loy_store *store, int64_t purchaser, char name[LOY_FIELD_TEXT_MAX])
{
    bool shared = false;
    enum loy_status status = name_get(store, purchaser, name);
    if (status == LOY_OK) status = is_shared(store, purchaser, name, &shared);
    return status == LOY_OK && shared ? LOY_NONE : status;
}

/* ---- Lines -------------------------------------------------------------------------------------
 */

/* A version of the line; its member's key is wiped by member_drop. */
struct line {
    struct member_row member;
    int64_t version;
    char text[LOY_FIELD_TEXT_MAX]; /* normal */
};

static void line_drop(struct line *line)
{
    member_drop(&line->member);
    sodium_memzero(line->text, sizeof line->text);
}

/* The columns: member, uid, version, normal and value. An unreadable one is an empty one. */
static enum loy_status line_read(struct loy_store *store, sqlite3_stmt *select, struct line *line)
{
    line->member.number = sqlite3_column_int64(select, 0);
    line->version = sqlite3_column_int64(select, 2);
    enum loy_status status = member_id_read(store, select, 1, &line->member.id);
    if (status == LOY_OK) status = store_member_key(store, &line->member.id, line->member.key);
    if (status == LOY_OK)
        status = member_normal_open(
            &line->member, LOY_FIELD_PURCHASERS, line->version, select, 3, line->text);
    status = unless_unreadable(status);
    if (status != LOY_NONE) return status;
    line->text[0] = '\0';
    return LOY_OK;
}

/* By ?1 the purchaser; the newest version that stands in the form. */
static enum loy_status current_read(struct loy_store *store, int64_t purchaser, struct line *line)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT m.id, m.uid, f.version, f.normal, f.value FROM purchaser p JOIN member m ON m.id = "
        "p.member JOIN member_field f ON f.member = m.id AND f.field = ?2 AND f.version > 0 "
        "WHERE p.id = ?1 ORDER BY f.version DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, purchaser);
    sqlite3_bind_int64(select, 2, LOY_FIELD_PURCHASERS);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = line_read(store, select, line);
    sqlite3_reset(select);
    return status;
}

/* ---- Ending ------------------------------------------------------------------------------------
 */

static enum loy_status current_shorten(
    struct loy_store *store, struct line *line, const char *name, int64_t at_us)
{
    const struct member_provenance provenance = {.channel = "desk",
        .initiated_by = LOY_INITIATIVE_STAFF,
        .collected_at_us = at_us,
        .entered_at_us = at_us};
    const struct loy_field_text value = {LOY_FIELD_PURCHASERS, line->text};
    if (!purchaser_line_cut(line->text, name)) return LOY_OK;
    enum loy_status status =
        member_value_insert(store, &line->member, line->version + 1, &value, &provenance);
    if (status != LOY_OK) return status;
    return member_audit(
        store, "member.set", &line->member.id, loy_field_name(LOY_FIELD_PURCHASERS), at_us);
}

enum loy_status purchaser_line_end(struct loy_store *store, int64_t purchaser, int64_t at_us)
{
    char name[LOY_FIELD_TEXT_MAX];
    struct line line = {.version = 0};
    enum loy_status status = leaving_get(store, purchaser, name);
    if (status == LOY_OK) status = current_read(store, purchaser, &line);
    if (status == LOY_OK) status = current_shorten(store, &line, name, at_us);
    sodium_memzero(name, sizeof name);
    line_drop(&line);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Forgetting --------------------------------------------------------------------------------
 */

/* The next version behind the line's, of the purchaser's member and of all that was merged into it:
 * theirs stand under their own keys until the merge is final. */
static sqlite3_stmt *next_select(
    struct loy_store *store, int64_t purchaser, const struct line *line)
{
    sqlite3_stmt *select = store_sql(store,
        "WITH RECURSIVE whole (id) AS (SELECT member FROM purchaser WHERE id = ?1 UNION SELECT "
        "x.loser FROM merge x JOIN whole w ON x.survivor = w.id AND x.undone_at_us IS NULL) "
        "SELECT m.id, m.uid, f.version, f.normal, f.value FROM whole w JOIN member m ON m.id = "
        "w.id JOIN member_field f ON f.member = m.id AND f.field = ?2 WHERE (m.id, f.version) > "
        "(?3, ?4) ORDER BY m.id, f.version LIMIT 1");
    sqlite3_bind_int64(select, 1, purchaser);
    sqlite3_bind_int64(select, 2, LOY_FIELD_PURCHASERS);
    sqlite3_bind_int64(select, 3, line->member.number);
    sqlite3_bind_int64(select, 4, line->version);
    return select;
}

/* In its place, where it is the value and its own normal form. */
static enum loy_status line_seal(struct loy_store *store, const struct line *line)
{
    const struct envelope_place place = {
        "member_field", "value", &line->member.id, LOY_FIELD_PURCHASERS, line->version};
    uint8_t sealed[ENVELOPE_MAX];
    size_t size = 0;
    enum loy_status status = envelope_seal(line->member.key, &place, line->text, sealed, &size);
    if (status != LOY_OK) return store_fail(store, status, "a value could not be encrypted");
    sqlite3_stmt *update = store_sql(store, "UPDATE member_field SET value = ?4, normal = x'' "
                                            "WHERE member = ?1 AND field = ?2 AND version = ?3");
    sqlite3_bind_int64(update, 1, line->member.number);
    sqlite3_bind_int64(update, 2, LOY_FIELD_PURCHASERS);
    sqlite3_bind_int64(update, 3, line->version);
    sqlite3_bind_blob(update, 4, sealed, (int)size, SQLITE_STATIC);
    return store_run(store, update);
}

/* LOY_NONE: that was the last. */
static enum loy_status next_clear(
    struct loy_store *store, int64_t purchaser, const char *name, struct line *line)
{
    sqlite3_stmt *select = next_select(store, purchaser, line);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = line_read(store, select, line);
    sqlite3_reset(select);
    if (status != LOY_OK || !purchaser_line_cut(line->text, name)) return status;
    return line_seal(store, line);
}

enum loy_status purchaser_line_forget(struct loy_store *store, int64_t purchaser)
{
    char name[LOY_FIELD_TEXT_MAX];
    struct line line = {.version = 0};
    enum loy_status status = leaving_get(store, purchaser, name);
    while (status == LOY_OK)
        status = next_clear(store, purchaser, name, &line);
    sodium_memzero(name, sizeof name);
    line_drop(&line);
    return status == LOY_NONE ? LOY_OK : status;
}
