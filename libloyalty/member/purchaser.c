/* SPDX-License-Identifier: MIT
 *
 * purchaser.c - who may buy for an organisation: for good, until a day, or once.
 * In: a short form. Out: rows whose texts are envelopes. The type of a document that was seen is
 * kept, never its number. Must not know: baskets, cards' numbers.
 */
#include "member_card_private.h"

#include <string.h>
#include <utf8proc.h>

#define NAME_CHARACTERS_MAX 100u
#define FUNCTION_CHARACTERS_MAX 60u
#define DOCUMENT_MAX 32u
#define DAY_US INT64_C(86400000000)
#define MINUTE_US INT64_C(60000000)

/* ---- The form ----------------------------------------------------------------------------------
 */

/* What the form gives, checked; a text is NULL where it is not given and "" where it is blank. */
struct given {
    const char *name, *function, *document;
    const char *telephone; /* points to number, or NULL */
    char number[LOY_FIELD_TEXT_MAX];
    int64_t until_us; /* 0: none */
};

static bool line_is_good(const char *text, size_t most, bool *blank)
{
    char normal[LOY_FIELD_TEXT_MAX];
    bool good = member_text_normal(text, normal) == LOY_OK && member_text_length(normal) <= most;
    *blank = good && !normal[0];
    sodium_memzero(normal, sizeof normal);
    return good;
}

/* Digits of any script, and signs that are numbers, in good UTF-8. */
static bool has_number(const char *text)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
    for (utf8proc_int32_t point; *at;) {
        at += utf8proc_iterate(at, -1, &point);
        utf8proc_category_t category = utf8proc_category(point);
        if (category == UTF8PROC_CATEGORY_ND || category == UTF8PROC_CATEGORY_NL ||
            category == UTF8PROC_CATEGORY_NO)
            return true;
    }
    return false;
}

static enum loy_status check_texts(
    struct loy_store *store, const struct loy_purchaser_form *form, struct given *given)
{
    bool blank = false;
    if (form->name && (!line_is_good(form->name, NAME_CHARACTERS_MAX, &blank) || blank))
        return store_fail(store, LOY_E_FORMAT,
            "name of the purchaser: one line of 1 to %u characters is expected",
            NAME_CHARACTERS_MAX);
    given->name = form->name;
    if (form->function && !line_is_good(form->function, FUNCTION_CHARACTERS_MAX, &blank))
        return store_fail(store, LOY_E_FORMAT,
            "function: one line of at most %u characters is expected, such as buyer or cook",
            FUNCTION_CHARACTERS_MAX);
    given->function = form->function && blank ? "" : form->function;
    if (!form->document) return LOY_OK;
    if (strlen(form->document) >= DOCUMENT_MAX ||
        !line_is_good(form->document, DOCUMENT_MAX - 1, &blank) || has_number(form->document))
        return store_fail(store, LOY_E_FORMAT,
            "document: only the type that was seen is kept, such as passport, in at most %u "
            "bytes; its number is never asked",
            DOCUMENT_MAX - 1);
    given->document = blank ? "" : form->document;
    return LOY_OK;
}

static enum loy_status check_telephone(
    struct loy_store *store, const struct loy_purchaser_form *form, struct given *given)
{
    char normal[LOY_FIELD_TEXT_MAX];
    if (!form->telephone) return LOY_OK;
    given->telephone = given->number;
    enum loy_status status = member_text_normal(form->telephone, normal);
    if (status == LOY_OK && normal[0])
        status = member_telephone_normal(store->settings.country, normal, given->number);
    sodium_memzero(normal, sizeof normal);
    if (status == LOY_OK) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT,
        "telephone of the purchaser: a whole number with its area code, or with + and the country "
        "code, is expected");
}

/* The last microsecond of the day in which the moment lies. */
static int64_t day_end(int64_t at_us, int64_t offset_min)
{
    return (store_local_day(at_us, offset_min) + 1) * DAY_US - 1 - offset_min * MINUTE_US;
}

static enum loy_status check_authority(struct loy_store *store,
    const struct loy_purchaser_form *form, int64_t at_us, struct given *given)
{
    if (form->authority > LOY_AUTHORITY_ONCE)
        return store_fail(store, LOY_E_FORMAT, "authority: permanent, until or once is expected");
    if (form->limit_minor < -1)
        return store_fail(store, LOY_E_FORMAT, "limit: an amount that is not negative is expected");
    if (form->authority != LOY_AUTHORITY_UNTIL) return LOY_OK;
    if (form->until_us <= 0 || form->until_us > INT64_MAX / 2 || form->offset_min < -16 * 60 ||
        form->offset_min > 16 * 60)
        return store_fail(store, LOY_E_FORMAT, "until: the last day is expected");
    given->until_us = day_end(form->until_us, form->offset_min);
    if (given->until_us >= at_us) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT, "until: the last day is over; a later one is expected");
}

static enum loy_status form_check(struct loy_store *store, const struct loy_purchaser_form *form,
    int64_t at_us, struct given *given)
{
    enum loy_status status = check_texts(store, form, given);
    if (status == LOY_OK) status = check_telephone(store, form, given);
    return status == LOY_OK ? check_authority(store, form, at_us, given) : status;
}

/* ---- Rows --------------------------------------------------------------------------------------
 */

enum { COLUMN_NAME, COLUMN_FUNCTION, COLUMN_TELEPHONE, COLUMN_COUNT };
static const char *const columns[] = {"name", "function", "telephone"};

struct sealed {
    uint8_t bytes[ENVELOPE_MAX];
    size_t size; /* 0: nothing there */
};

/* One envelope of a purchaser's row: the place is the same for good, whatever member it is with. */
static enum loy_status text_seal(const struct member_row *sealer, int64_t number, int column,
    const char *text, struct sealed *sealed)
{
    const struct envelope_place place = {"purchaser", columns[column], &sealer->id, number, 1};
    sealed->size = 0;
    if (!text || !text[0]) return LOY_OK;
    return envelope_seal(sealer->key, &place, text, sealed->bytes, &sealed->size);
}

static void bind_sealed(sqlite3_stmt *statement, int column, const struct sealed *sealed)
{
    if (sealed->size)
        sqlite3_bind_blob(statement, column, sealed->bytes, (int)sealed->size, SQLITE_STATIC);
}

static void bind_some(sqlite3_stmt *statement, int column, int64_t value)
{
    if (value > 0) sqlite3_bind_int64(statement, column, value);
}

static void bind_words(sqlite3_stmt *statement, int column, const char *text)
{
    if (text && text[0]) sqlite3_bind_text(statement, column, text, -1, SQLITE_STATIC);
}

/* The member is an organisation; takes its key. */
static enum loy_status firm_take(
    struct loy_store *store, const struct loy_id *id, struct member_row *firm)
{
    firm->id = *id;
    enum loy_status status = card_member_take(store, id, &firm->number);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, "SELECT kind FROM member WHERE id = ?1");
    sqlite3_bind_int64(select, 1, firm->number);
    status = store_step(store, select);
    int kind = status == LOY_OK ? sqlite3_column_int(select, 0) : 0;
    sqlite3_reset(select);
    if (status == LOY_OK && kind != LOY_MEMBER_ORGANISATION)
        status = store_fail(store, LOY_E_FORMAT,
            "a person has no authorised purchasers: only an organisation has, give a further card "
            "instead");
    return status == LOY_OK ? store_member_key(store, id, firm->key) : status;
}

enum loy_status purchaser_places(struct loy_store *store, int64_t member, int64_t but,
    int64_t at_us, struct purchaser_places *places)
{
    enum loy_status status = loy_card_rule_get(store, LOY_RULE_PURCHASERS, &places->most);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT count(*) FROM purchaser WHERE member = ?1 AND id <> ?2 AND active = 1 "
        "AND (until_us IS NULL OR until_us >= ?3) AND (authority <> 3 OR used_basket IS NULL)");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, but);
    sqlite3_bind_int64(select, 3, at_us);
    return store_step_number(store, select, &places->taken);
}

static enum loy_status place_check(
    struct loy_store *store, int64_t member, int64_t but, int64_t at_us)
{
    struct purchaser_places places;
    enum loy_status status = purchaser_places(store, member, but, at_us, &places);
    if (status != LOY_OK || places.taken < places.most) return status;
    return store_fail(store, LOY_E_LIMIT,
        "the organisation has %lld authorised purchasers, which is the most: end one first",
        (long long)places.taken);
}

static enum loy_status number_next(struct loy_store *store, int64_t member, int64_t *number)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT coalesce(max(number), 0) + 1 FROM purchaser WHERE sealed_for = ?1");
    sqlite3_bind_int64(select, 1, member);
    return store_step_number(store, select, number);
}

static enum loy_status row_insert(struct loy_store *store, const struct member_row *firm,
    const struct loy_purchaser_form *form, const struct given *given, int64_t at_us)
{
    struct sealed sealed[COLUMN_COUNT];
    const char *const texts[] = {given->name, given->function, given->telephone};
    int64_t number = 0;
    enum loy_status status = number_next(store, firm->number, &number);
    for (int i = 0; i < COLUMN_COUNT && status == LOY_OK; i++)
        status = text_seal(firm, number, i, texts[i], &sealed[i]);
    if (status != LOY_OK) return status;
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO purchaser (member, sealed_for, number, name, function, telephone, document, "
        "authority, until_us, limit_minor, added_at_us, operator) "
        "VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    sqlite3_bind_int64(insert, 1, firm->number);
    sqlite3_bind_int64(insert, 2, number);
    for (int i = 0; i < COLUMN_COUNT; i++)
        bind_sealed(insert, 3 + i, &sealed[i]);
    bind_words(insert, 6, given->document);
    sqlite3_bind_int64(insert, 7, form->authority);
    bind_some(insert, 8, given->until_us);
    bind_some(insert, 9, form->limit_minor);
    sqlite3_bind_int64(insert, 10, at_us);
    sqlite3_bind_int64(insert, 11, store->operator_id);
    return store_run(store, insert);
}

enum loy_status purchaser_permanent_insert(
    struct loy_store *store, const struct member_row *firm, const char *name, int64_t at_us)
{
    const struct loy_purchaser_form form = {
        .size = sizeof form, .name = name, .authority = LOY_AUTHORITY_PERMANENT};
    const struct given given = {.name = name};
    enum loy_status status = row_insert(store, firm, &form, &given, at_us);
    if (status != LOY_OK) return status;
    return member_audit(store, "purchaser.add", &firm->id, NULL, at_us);
}

/* ---- Changing ----------------------------------------------------------------------------------
 */

struct held {
    int64_t sealed_for, number;
    bool active;
};

static enum loy_status row_take(
    struct loy_store *store, int64_t member, int64_t purchaser, struct held *held)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT coalesce(sealed_for, member), number, active FROM purchaser "
                         "WHERE id = ?1 AND member = ?2");
    sqlite3_bind_int64(select, 1, purchaser);
    sqlite3_bind_int64(select, 2, member);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        held->sealed_for = sqlite3_column_int64(select, 0);
        held->number = sqlite3_column_int64(select, 1);
        held->active = sqlite3_column_int(select, 2) != 0;
    }
    sqlite3_reset(select);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_NONE, "the member has no such purchaser: see the list of them");
}

/* The key under which the row's texts stand, which after a merge is not the present member's. */
static enum loy_status sealer_take(
    struct loy_store *store, int64_t sealed_for, struct member_row *sealer)
{
    sealer->number = sealed_for;
    sqlite3_stmt *select = store_sql(store, "SELECT uid FROM member WHERE id = ?1");
    sqlite3_bind_int64(select, 1, sealed_for);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 0, &sealer->id);
    sqlite3_reset(select);
    if (status == LOY_NONE)
        return store_fail(store, LOY_E_STORE, "a purchaser's member is missing: run loyalty check");
    return status == LOY_OK ? store_member_key(store, &sealer->id, sealer->key) : status;
}

/* ?9 to ?12: whether function, telephone, document and limit are given. */
static enum loy_status row_update(struct loy_store *store, int64_t purchaser,
    const struct sealed sealed[COLUMN_COUNT], const struct loy_purchaser_form *form,
    const struct given *given)
{
    sqlite3_stmt *update = store_sql(store,
        "UPDATE purchaser SET name = coalesce(?2, name), function = iif(?9, ?3, function), "
        "telephone = iif(?10, ?4, telephone), document = iif(?11, ?5, document), "
        "limit_minor = iif(?12, ?6, limit_minor), authority = coalesce(?7, authority), "
        "until_us = iif(?7 IS NULL, until_us, ?8), "
        "used_basket = iif(?7 IS NULL, used_basket, NULL) WHERE id = ?1");
    sqlite3_bind_int64(update, 1, purchaser);
    for (int i = 0; i < COLUMN_COUNT; i++)
        bind_sealed(update, 2 + i, &sealed[i]);
    bind_words(update, 5, given->document);
    bind_some(update, 6, form->limit_minor);
    bind_some(update, 7, form->authority);
    bind_some(update, 8, given->until_us);
    sqlite3_bind_int(update, 9, given->function != NULL);
    sqlite3_bind_int(update, 10, given->telephone != NULL);
    sqlite3_bind_int(update, 11, given->document != NULL);
    sqlite3_bind_int(update, 12, form->limit_minor >= 0);
    return store_run(store, update);
}

static enum loy_status row_change(struct loy_store *store, int64_t purchaser,
    const struct held *held, const struct loy_purchaser_form *form, const struct given *given)
{
    struct sealed sealed[COLUMN_COUNT];
    struct member_row sealer;
    const char *const texts[] = {given->name, given->function, given->telephone};
    enum loy_status status = sealer_take(store, held->sealed_for, &sealer);
    for (int i = 0; i < COLUMN_COUNT && status == LOY_OK; i++)
        status = text_seal(&sealer, held->number, i, texts[i], &sealed[i]);
    member_drop(&sealer);
    return status == LOY_OK ? row_update(store, purchaser, sealed, form, given) : status;
}

enum loy_status loy_purchaser_set(struct loy_store *store, const struct loy_id *member,
    int64_t number, const struct loy_purchaser_form *form, int64_t at_us)
{
    if (!store || !member || !form || form->size < sizeof *form) return LOY_E_ARGUMENT;
    struct given given = {.name = NULL};
    struct held held = {0, 0, false};
    int64_t firm = 0;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_PURCHASER);
    if (status == LOY_OK) status = form_check(store, form, at_us, &given);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) {
        sodium_memzero(&given, sizeof given);
        return status;
    }
    status = card_member_take(store, member, &firm);
    if (status == LOY_OK) status = row_take(store, firm, number, &held);
    if (status == LOY_OK && !held.active)
        status = store_fail(store, LOY_REFUSED, "this purchaser was ended: add a new one");
    if (status == LOY_OK && form->authority != 0) status = place_check(store, firm, number, at_us);
    if (status != LOY_OK)
        status = member_end_unwritten(store, status);
    else {
        status = row_change(store, number, &held, form, &given);
        if (status == LOY_OK) status = member_audit(store, "purchaser.set", member, NULL, at_us);
        status = member_end(store, status);
    }
    sodium_memzero(&given, sizeof given);
    return status;
}

/* ---- Adding ------------------------------------------------------------------------------------
 */

static enum loy_status row_insert_or_fill(struct loy_store *store, const struct member_row *firm,
    const struct loy_purchaser_form *form, const struct given *given, int64_t named, int64_t at_us,
    int64_t *made)
{
    struct held held = {0, 0, false};
    enum loy_status status;
    if (!named) {
        status = row_insert(store, firm, form, given, at_us);
        *made = sqlite3_last_insert_rowid(store->db);
        return status;
    }
    *made = named;
    status = row_take(store, firm->number, named, &held);
    return status == LOY_OK ? row_change(store, named, &held, form, given) : status;
}

enum loy_status loy_purchaser_add(struct loy_store *store, const struct loy_id *member,
    const struct loy_purchaser_form *form, int64_t at_us, int64_t *number)
{
    if (!store || !member || !form || form->size < sizeof *form || !number) return LOY_E_ARGUMENT;
    struct given given = {.name = NULL};
    struct member_row firm = {.number = 0};
    enum loy_status status = store_require(store, LOY_MAY_EDIT_PURCHASER);
    if (status == LOY_OK && (!form->name || form->authority == 0))
        status = store_fail(store, LOY_E_FORMAT,
            "a purchaser needs a name and an authority: permanent, until or "
            "once");
    if (status == LOY_OK) status = form_check(store, form, at_us, &given);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) {
        sodium_memzero(&given, sizeof given);
        return status;
    }
    int64_t named = 0, made = 0;
    status = firm_take(store, member, &firm);
    if (status == LOY_OK) status = purchaser_named_find(store, member, form->name, &named);
    if (status == LOY_OK) status = place_check(store, firm.number, named, at_us);
    if (status != LOY_OK)
        status = member_end_unwritten(store, status);
    else {
        status = row_insert_or_fill(store, &firm, form, &given, named, at_us, &made);
        if (status == LOY_OK) status = member_audit(store, "purchaser.add", member, NULL, at_us);
        status = member_end(store, status);
        if (status == LOY_OK) *number = made;
    }
    member_drop(&firm);
    sodium_memzero(&given, sizeof given);
    return status;
}
