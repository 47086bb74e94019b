/* SPDX-License-Identifier: MIT
 *
 * contact_list.c - the timeline of a member: register, baskets and log as one ordered cursor.
 * In: a member and a position. Out: the next contact. Changes nothing.
 *
 *     position   bits 62-60  1 + the source of the last contact, in the order in which those of one
 *                            moment are told; 0: none was told yet
 *                bit 59      the log has no registration behind it
 *                bits 58-0   its key: the row of its member, basket or log; of a return the
 * basket's and, in the lowest 11, the number of its line
 *
 * The moment is the row's own, so as many contacts as there are may stand at one.
 */
#include "contact_private.h"

#include <string.h>

#define SOURCE_SHIFT 60
#define NO_MORE_BIT (INT64_C(1) << 59)
#define KEY_MASK (NO_MORE_BIT - 1)

/* number, at_us, kind, channel, initiated_by, campaign, incentive, reason, legal_basis, basket,
 * line, article, body, sealed_for's uid, serial, key. ?1 the member; behind ?2, a moment, and ?3, a
 * key. Each walks an index in its order. */

/* Not told here if the log has a registration of the same member, with its campaign. A negative
 * serial is that of somebody else's, whose merge is final (merge_final.c). */
static const char registration_sql[] =
    "WITH RECURSIVE family (id) AS (VALUES (?1) UNION SELECT g.loser FROM merge g JOIN family f ON "
    "g.survivor = f.id WHERE g.undone_at_us IS NULL AND g.final_at_us IS NULL) "
    "SELECT 0, m.created_at_us, 'registration', "
    "coalesce((SELECT channel FROM member_field WHERE member = m.id ORDER BY entered_at_us, field "
    "LIMIT 1), (SELECT channel FROM member_trait WHERE member = m.id ORDER BY entered_at_us "
    "LIMIT 1), 'import'), "
    "coalesce((SELECT initiated_by FROM member_field WHERE member = m.id ORDER BY entered_at_us, "
    "field LIMIT 1), (SELECT initiated_by FROM member_trait WHERE member = m.id ORDER BY "
    "entered_at_us LIMIT 1), 3), "
    "NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 0, m.id "
    "FROM family f JOIN member m ON m.id = f.id WHERE (m.created_at_us, m.id) > (?2, ?3) AND "
    "NOT EXISTS (SELECT 1 FROM contact c WHERE c.member = ?1 AND c.sealed_for = m.id AND "
    "c.kind = 'registration' AND c.serial >= 0) ORDER BY m.created_at_us, m.id LIMIT 1";

static const char purchase_sql[] =
    "SELECT 0, b.opened_at_us, 'purchase', CASE b.source WHEN 3 THEN 'import' ELSE 'lane' END, 1, "
    "NULL, NULL, NULL, NULL, b.uid, 0, NULL, NULL, NULL, 0, b.id FROM basket b "
    "WHERE b.member = ?1 AND (b.opened_at_us, b.id) > (?2, ?3) AND b.state = 2 AND EXISTS "
    "(SELECT 1 FROM line l WHERE l.basket = b.id AND l.quantity_milli > 0) "
    "ORDER BY b.opened_at_us, b.id LIMIT 1";

/* A line taken back before paying is no return. */
static const char return_sql[] =
    "SELECT 0, b.opened_at_us, 'return', CASE b.source WHEN 3 THEN 'import' ELSE 'lane' END, 1, "
    "NULL, NULL, r.reason, NULL, b.uid, r.number, a.code, NULL, NULL, 0, b.id << 11 | r.number "
    "FROM basket b "
    "CROSS JOIN line_return r ON r.basket = b.id AND r.of_basket IS NOT b.id "
    "CROSS JOIN line l ON l.basket = b.id AND l.number = r.number "
    "CROSS JOIN article_version v ON v.id = l.version CROSS JOIN article a ON a.id = v.article "
    "WHERE b.member = ?1 AND (b.opened_at_us, b.id) >= (?2, ?3 >> 11) AND "
    "(b.opened_at_us > ?2 OR (b.id << 11 | r.number) > ?3) AND b.state = 2 "
    "ORDER BY b.opened_at_us, b.id, r.number LIMIT 1";

#define LOG_COLUMNS                                                                                \
    "SELECT c.id, c.at_us, c.kind, c.channel, c.initiated_by, c.campaign, c.incentive, c.reason, " \
    "c.legal_basis, b.uid, ifnull(c.line, 0), a.code, c.body, s.uid, c.serial, c.id "              \
    "FROM contact c "                                                                              \
    "LEFT JOIN basket b ON b.id = c.basket "                                                       \
    "LEFT JOIN article_version v ON v.id = c.article_version "                                     \
    "LEFT JOIN article a ON a.id = v.article LEFT JOIN member s ON s.id = c.sealed_for "           \
    "WHERE c.member IS ?1 AND (c.at_us, c.id) > (?2, ?3) "

/* A registration stands before all that was logged of its moment; a final merge writes it late. */
static const char log_first_sql[] =
    LOG_COLUMNS "AND c.kind = 'registration' ORDER BY c.at_us, c.id LIMIT 1";
static const char log_sql[] =
    LOG_COLUMNS "AND (?1 IS NULL OR c.kind <> 'registration') ORDER BY c.at_us, c.id LIMIT 1";

/* ?1 the basket's id, ?2 the line, 0: all of it. */
static const char visit_sql[] =
    "SELECT coalesce(l.paid_minor, b.total_minor), iif(?2, 1, b.line_count), s.code, n.code FROM "
    "basket b JOIN lane n ON n.id = b.lane JOIN site s ON s.id = n.site LEFT JOIN line l ON "
    "l.basket = b.id AND l.number = ?2 WHERE b.uid = ?1";

static const char member_moment_sql[] = "SELECT created_at_us FROM member WHERE id = ?1";
static const char basket_moment_sql[] = "SELECT opened_at_us FROM basket WHERE id = ?1";
static const char return_moment_sql[] = "SELECT opened_at_us FROM basket WHERE id = ?1 >> 11";
static const char log_moment_sql[] = "SELECT at_us FROM contact WHERE id = ?1";

static const struct {
    const char *next, *moment; /* behind a place; of a key */
} sources[] = {
    {registration_sql, member_moment_sql},
    {purchase_sql, basket_moment_sql},
    {return_sql, return_moment_sql},
    {log_first_sql, log_moment_sql},
    {log_sql, log_moment_sql},
};
#define SOURCE_COUNT ((int)(sizeof sources / sizeof sources[0]))
#define SOURCE_PURCHASE 1
#define SOURCE_RETURN 2
#define SOURCE_LOG (SOURCE_COUNT - 1)
#define SOURCE_LOG_FIRST (SOURCE_COUNT - 2)

struct place {
    int64_t at_us, key;
    int source;
    bool no_more; /* registrations in the log: most have one, and all would be looked through */
};

static enum loy_status place_read(struct loy_store *store, int64_t position, struct place *place)
{
    *place = (struct place){-1, -1, SOURCE_COUNT, false};
    if (position <= 0) return LOY_OK;
    place->source = (int)(position >> SOURCE_SHIFT) - 1;
    place->key = position & KEY_MASK;
    place->no_more = position & NO_MORE_BIT;
    if (place->source < 0 || place->source >= SOURCE_COUNT) return LOY_E_ARGUMENT;
    sqlite3_stmt *select = store_sql(store, sources[place->source].moment);
    sqlite3_bind_int64(select, 1, place->key);
    enum loy_status status = store_step_number(store, select, &place->at_us);
    if (status != LOY_NONE) return status;
    return store_fail(
        store, LOY_E_CONFLICT, "the contact that was told last is gone; begin the list anew");
}

/* Cut between characters. */
static void text_copy(char *to, size_t size, const unsigned char *text)
{
    size_t n = text ? strlen((const char *)text) : 0;
    if (n >= size)
        for (n = size - 1; n > 0 && (text[n] & 0xC0) == 0x80;)
            n--;
    if (n) memcpy(to, text, n);
    to[n] = '\0';
}

static enum loy_status body_open(
    struct loy_store *store, sqlite3_stmt *row, char text[LOY_FIELD_TEXT_MAX])
{
    struct loy_id sealed_for;
    uint8_t key[MEMBER_KEY_SIZE];
    text[0] = '\0';
    if (sqlite3_column_bytes(row, 12) == 0) return LOY_OK;
    enum loy_status status = member_id_read(store, row, 13, &sealed_for);
    if (status == LOY_OK) status = store_member_key(store, &sealed_for, key);
    if (status != LOY_OK) return status;
    const struct envelope_place place = {
        "contact", "body", &sealed_for, 0, sqlite3_column_int64(row, 14)};
    status = envelope_open(
        key, &place, sqlite3_column_blob(row, 12), (size_t)sqlite3_column_bytes(row, 12), text);
    sodium_memzero(key, sizeof key);
    if (status == LOY_OK) return LOY_OK;
    return store_fail(store, status, "a contact's text does not open: it was altered or moved");
}

static enum loy_status contact_read(
    struct loy_store *store, sqlite3_stmt *row, struct loy_contact *contact)
{
    *contact = (struct loy_contact){.size = sizeof *contact,
        .number = sqlite3_column_int64(row, 0),
        .at_us = sqlite3_column_int64(row, 1),
        .initiated_by = (uint8_t)sqlite3_column_int(row, 4),
        .line = sqlite3_column_int(row, 10)};
    const struct {
        char *text;
        size_t size;
        int column;
    } texts[] = {
        {contact->kind, sizeof contact->kind, 2},
        {contact->channel, sizeof contact->channel, 3},
        {contact->campaign, sizeof contact->campaign, 5},
        {contact->incentive, sizeof contact->incentive, 6},
        {contact->reason, sizeof contact->reason, 7},
        {contact->legal_basis, sizeof contact->legal_basis, 8},
        {contact->article, sizeof contact->article, 11},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        text_copy(texts[i].text, texts[i].size, sqlite3_column_text(row, texts[i].column));
    if (sqlite3_column_bytes(row, 9) == (int)sizeof contact->basket.bytes)
        memcpy(contact->basket.bytes, sqlite3_column_blob(row, 9), sizeof contact->basket.bytes);
    return body_open(store, row, contact->text);
}

/* The first of a source behind `last`, if it is earlier than *found. */
static enum loy_status source_next(struct loy_store *store, int64_t member, int source,
    const struct place *last, struct place *found, struct loy_contact *contact)
{
    sqlite3_stmt *select = store_sql(store, sources[source].next);
    if (member) sqlite3_bind_int64(select, 1, member);
    /* Of the last one's moment the sources before its own have told all, those behind it nothing.
     */
    sqlite3_bind_int64(select, 2, last->at_us);
    sqlite3_bind_int64(select, 3,
        source < last->source    ? KEY_MASK
        : source == last->source ? last->key
                                 : -1);
    enum loy_status status = store_step(store, select);
    if (status == LOY_NONE && source == SOURCE_LOG_FIRST) found->no_more = true;
    if (status == LOY_OK && sqlite3_column_int64(select, 1) >= found->at_us) status = LOY_NONE;
    if (status == LOY_OK) {
        found->at_us = sqlite3_column_int64(select, 1);
        found->key = sqlite3_column_int64(select, 15);
        found->source = source;
        status = contact_read(store, select, contact);
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status earliest(struct loy_store *store, int64_t member, const struct place *last,
    struct place *found, struct loy_contact *contact)
{
    *found = (struct place){CONTACT_AT_US_END, 0, SOURCE_COUNT, last->no_more};
    for (int source = member ? 0 : SOURCE_LOG; source < SOURCE_COUNT; source++) {
        if (source == SOURCE_LOG_FIRST && last->no_more) continue;
        enum loy_status status = source_next(store, member, source, last, found, contact);
        if (status < LOY_OK) return status;
    }
    return found->source == SOURCE_COUNT ? LOY_NONE : LOY_OK;
}

static enum loy_status visit_read(struct loy_store *store, struct loy_contact *contact)
{
    sqlite3_stmt *select = store_sql(store, visit_sql);
    sqlite3_bind_blob(
        select, 1, contact->basket.bytes, sizeof contact->basket.bytes, SQLITE_STATIC);
    sqlite3_bind_int(select, 2, contact->line);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        contact->paid_minor = sqlite3_column_int64(select, 0);
        contact->lines = sqlite3_column_int(select, 1);
        text_copy(contact->site, sizeof contact->site, sqlite3_column_text(select, 2));
        text_copy(contact->lane, sizeof contact->lane, sqlite3_column_text(select, 3));
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_contact_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_contact *contact)
{
    if (!store || !position || !contact) return LOY_E_ARGUMENT;
    int64_t number = 0;
    struct loy_contact next;
    struct place found, last;
    enum loy_status status = store_require(store, LOY_MAY_READ_CONTACT);
    if (status == LOY_OK && member) status = member_number(store, member, &number);
    if (status == LOY_OK) status = place_read(store, *position, &last);
    if (status == LOY_OK) status = earliest(store, number, &last, &found, &next);
    if (status == LOY_OK && (found.source == SOURCE_PURCHASE || found.source == SOURCE_RETURN))
        status = visit_read(store, &next);
    if (status == LOY_OK) {
        *contact = next;
        *position = (int64_t)(found.source + 1) << SOURCE_SHIFT |
                    (found.no_more ? NO_MORE_BIT : 0) | found.key;
    }
    sodium_memzero(&next, sizeof next);
    return status;
}
