/* SPDX-License-Identifier: MIT
 *
 * trust.c - how far one value can be trusted, and which to ask about next (formula and weights:
 * loyalty/quality.h). In: a current value, its evidence, contacts. Out: a number from 0 to 1, or a
 * field. Must not know: who asks, other members.
 */
#include "member_private.h"

#include <math.h>
#include <string.h>

#define DAY_US INT64_C(86400000000)
#define MONTH_US (DAY_US * 1461 / 48) /* a twelfth of 365.25 days */

static const double initiative_weights[] = {[LOY_INITIATIVE_CUSTOMER] = LOY_TRUST_CUSTOMER,
    [LOY_INITIATIVE_STAFF] = LOY_TRUST_STAFF,
    [LOY_INITIATIVE_IMPORT] = LOY_TRUST_IMPORT};

static double doubt_of(const struct member_held *held, int32_t contacts)
{
    const struct member_evidence *evidence = &held->evidence;
    /* A document that was noted as evidence has verified the value too: it counts once. */
    int32_t documents = evidence->documents;
    if (held->provenance.verified && !documents) documents = 1;
    if (contacts > LOY_TRUST_CONTACTS_MAX) contacts = LOY_TRUST_CONTACTS_MAX;
    return (1 - initiative_weights[held->provenance.initiated_by]) *
           pow(1 - LOY_TRUST_SAID, evidence->said) * pow(1 - LOY_TRUST_DOCUMENT, documents) *
           pow(1 - LOY_TRUST_DELIVERED, evidence->delivered) * pow(1 - LOY_TRUST_CONTACT, contacts);
}

void member_trust(
    const struct member_held *held, int32_t contacts, int64_t at_us, struct loy_field_trust *trust)
{
    const struct member_evidence *evidence = &held->evidence;
    int64_t last = held->provenance.collected_at_us;
    if (evidence->last_for_at_us > last) last = evidence->last_for_at_us;
    double months = at_us > last ? (double)(at_us - last) / (double)MONTH_US : 0;
    trust->trust = (1 - doubt_of(held, contacts)) * exp2(-months / LOY_TRUST_HALF_LIFE_MONTHS) *
                   exp2(-evidence->returned_since);
    trust->last_at_us = last;
    trust->evidence_for = evidence->said + evidence->documents + evidence->delivered;
    trust->returned = evidence->returned_since;
    trust->contacts = contacts;
    trust->stale = at_us - last >= LOY_STALE_MONTHS * MONTH_US;
}

/* A purchase that the log names beside its basket is one contact. What the shop sent or watched
 * says nothing of the customer's data. */
enum loy_status member_contacts(
    struct loy_store *store, int64_t member, int64_t at_us, int32_t *contacts)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT (SELECT count(*) FROM contact WHERE member = ?1 AND at_us > ?2 AND at_us <= ?3 "
        "AND kind NOT IN ('message', 'observation') "
        "AND NOT (kind IN ('purchase', 'return') AND basket IS NOT NULL)) + (SELECT count(*) FROM "
        "basket "
        "WHERE member = ?1 AND opened_at_us > ?2 AND opened_at_us <= ?3 AND state = 2)");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, at_us - 12 * MONTH_US);
    sqlite3_bind_int64(select, 3, at_us);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) *contacts = sqlite3_column_int(select, 0);
    sqlite3_reset(select);
    return status;
}

/* ---- One field ----------------------------------------------------------------------------------
 */

struct asked {
    enum loy_field field; /* wanted; of loy_member_due the answer */
    int32_t contacts;
    int64_t at_us;
    bool found;
    struct loy_field_trust trust;
};

static void trust_take(void *user, const struct member_held *held)
{
    struct asked *asked = user;
    if (held->field != asked->field || !held->text[0]) return;
    member_trust(held, asked->contacts, asked->at_us, &asked->trust);
    asked->found = true;
}

static enum loy_status trust_each(struct loy_store *store, const struct loy_id *id,
    struct asked *asked, void (*take)(void *user, const struct member_held *held))
{
    struct member_row member;
    enum loy_status status = member_take_active(store, id, &member);
    if (status != LOY_OK) return status;
    status = member_contacts(store, member.number, asked->at_us, &asked->contacts);
    if (status == LOY_OK) status = member_held_each(store, &member, asked->at_us, take, asked);
    member_drop(&member);
    if (status == LOY_OK && !asked->found) status = LOY_NONE;
    return status;
}

enum loy_status loy_member_field_trust(struct loy_store *store, const struct loy_id *id,
    enum loy_field field, int64_t at_us, struct loy_field_trust *trust)
{
    if (!store || !id || !loy_field_name(field) || !trust || trust->size < sizeof *trust)
        return LOY_E_ARGUMENT;
    struct asked asked = {.field = field, .at_us = at_us, .trust = {.size = trust->size}};
    enum loy_status status = store_require(store, LOY_MAY_MEASURE_QUALITY);
    if (status == LOY_OK) status = trust_each(store, id, &asked, trust_take);
    if (status == LOY_OK) *trust = asked.trust;
    return status;
}

/* ---- What to ask --------------------------------------------------------------------------------
 */

static bool is_asked_about(enum loy_field field)
{
    return field == LOY_FIELD_TELEPHONE || field == LOY_FIELD_EMAIL || field == LOY_FIELD_ADDRESS;
}

static void due_take(void *user, const struct member_held *held)
{
    struct asked *asked = user;
    struct loy_field_trust trust = {.size = sizeof trust};
    if (!is_asked_about(held->field) || !held->text[0]) return;
    member_trust(held, asked->contacts, asked->at_us, &trust);
    if (!trust.stale && !trust.returned) return;
    if (asked->found && trust.trust >= asked->trust.trust) return;
    asked->trust = trust;
    asked->field = held->field;
    asked->found = true;
}

/* Whether the customer may be asked today: not twice a day, not if he does not want it. What was
 * said under a registration that was merged into this one was said by the same customer. */
static enum loy_status may_ask(
    struct loy_store *store, const struct loy_id *id, int64_t at_us, bool *may)
{
    sqlite3_stmt *select = store_sql(store,
        "WITH RECURSIVE same (id) AS (SELECT id FROM member WHERE uid = ?1 UNION SELECT g.loser "
        "FROM merge g JOIN same s ON g.survivor = s.id WHERE g.undone_at_us IS NULL) "
        "SELECT NOT EXISTS (SELECT 1 FROM confirmation c WHERE c.member IN same AND c.how IN (1, "
        "5) "
        "AND c.at_us > ?2 AND c.at_us <= ?3) AND NOT EXISTS (SELECT 1 FROM member_field f WHERE "
        "f.member IN same AND f.entered_at_us > ?2 AND f.entered_at_us <= ?3) AND "
        "coalesce((SELECT c.how FROM confirmation c WHERE c.member IN same AND c.how IN (6, 7) "
        "AND c.at_us <= ?3 ORDER BY c.at_us DESC, c.how LIMIT 1), 7) = 7 "
        "AND coalesce((SELECT max(at_us) FROM question WHERE member IN same AND answer = 7), -1) < "
        "coalesce((SELECT max(at_us) FROM question WHERE member IN same AND answer = 8), 0) "
        "FROM member m WHERE m.uid = ?1 AND m.status = 1");
    sqlite3_bind_blob(select, 1, id->bytes, sizeof id->bytes, SQLITE_STATIC);
    sqlite3_bind_int64(select, 2, at_us - DAY_US);
    sqlite3_bind_int64(select, 3, at_us);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) *may = sqlite3_column_int(select, 0) != 0;
    sqlite3_reset(select);
    return status == LOY_NONE ? store_fail(store, LOY_NONE, "there is no such member") : status;
}

enum loy_status loy_member_due(
    struct loy_store *store, const struct loy_id *id, int64_t at_us, enum loy_field *field)
{
    if (!store || !id || !field) return LOY_E_ARGUMENT;
    struct asked asked = {.at_us = at_us};
    bool may = false;
    enum loy_status status = store_require(store, LOY_MAY_CONFIRM_VALUE);
    if (status == LOY_OK) status = may_ask(store, id, at_us, &may);
    if (status != LOY_OK) return status;
    if (!may) return LOY_NONE;
    status = trust_each(store, id, &asked, due_take);
    if (status == LOY_OK) *field = asked.field;
    return status;
}
