/* SPDX-License-Identifier: MIT
 *
 * question.c - which field a member is asked for at a visit, and what became of it. In: a member, a
 * moment and the zone there. Out: a field, or nothing to ask. Must not know: lanes, who asks, what
 * the values say.
 */
#include "member_private.h"

#include <loyalty/lane.h>
#include <loyalty/question.h>

#include <stdio.h>
#include <string.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define DAY_US INT64_C(86400000000)
#define MINUTE_US INT64_C(60000000)
#define CHANNEL "lane"

/* As they stand in the statements below. */
_Static_assert(LOY_ANSWER_ASKED == 1 && LOY_ANSWER_LATER == 5 && LOY_ANSWER_NOT_THIS == 6 &&
                   LOY_ANSWER_NEVER == 7 && LOY_ANSWER_AGAIN == 8,
    "answers are stored by number");

enum loy_status loy_question_answer_find(const char *name, enum loy_question_answer *answer)
{
    if (!name || !answer) return LOY_E_ARGUMENT;
    for (int i = LOY_ANSWER_NONE + 1; i < loy_question_answer_count; i++) {
        if (strcmp(loy_question_answer_name(i), name) != 0) continue;
        *answer = (enum loy_question_answer)i;
        return LOY_OK;
    }
    return LOY_NONE;
}

/* ---- What may be asked across a counter --------------------------------------------------------
 */

/* Of equal worth, the one that stands first here. */
static const struct {
    enum loy_field field;
    bool person, organisation;
} askable[] = {
    {LOY_FIELD_TELEPHONE, true, true},
    {LOY_FIELD_FAMILY_NAME, true, false},
    {LOY_FIELD_POSTCODE, true, true},
    {LOY_FIELD_ADDRESS, true, true},
    {LOY_FIELD_EMAIL, true, false},
    {LOY_FIELD_INDUSTRY, false, true},
    {LOY_FIELD_BIRTH_YEAR, true, false},
    {LOY_FIELD_HOUSEHOLD_SIZE, true, false},
    {LOY_FIELD_SEX, true, false},
    {LOY_FIELD_DISTRICT, false, true},
    {LOY_FIELD_SECTION, false, true},
    {LOY_FIELD_FAX, false, true},
};

static const struct {
    enum loy_field field;
    int person, organisation;
} weights[] = {
#define ROW(field, person, organisation) {field, person, organisation},
    LOY_QUALITY_WEIGHTS(ROW)
#undef ROW
};

/* A family name counts as the name. What only the shop's own form requires has weight 1. */
static int weight_of(bool person, const struct loy_form_field *field)
{
    const uint8_t counted = field->field == LOY_FIELD_FAMILY_NAME ? LOY_FIELD_NAME : field->field;
    int weight = field->need == LOY_NEED_REQUIRED;
    for (size_t i = 0; i < ROWS(weights); i++)
        if (weights[i].field == counted)
            weight = person ? weights[i].person : weights[i].organisation;
    return weight;
}

/* ---- What the member has ------------------------------------------------------------------------
 */

#define FIELDS_MAX 32u
struct has {
    bool person;
    int64_t at_us;
    bool given[FIELDS_MAX], taken_back[FIELDS_MAX], stale[FIELDS_MAX], returned[FIELDS_MAX];
    int64_t last_at_us[FIELDS_MAX];
    bool not_this[FIELDS_MAX];
};

static bool is_confirmed_again(enum loy_field field)
{
    return field == LOY_FIELD_TELEPHONE || field == LOY_FIELD_EMAIL || field == LOY_FIELD_ADDRESS;
}

static void has_take(void *user, const struct member_held *held)
{
    struct has *has = user;
    struct loy_field_trust trust = {.size = sizeof trust};
    if ((unsigned)held->field >= FIELDS_MAX) return;
    has->given[held->field] = held->text[0] != '\0';
    has->taken_back[held->field] = held->text[0] == '\0';
    if (!held->text[0] || !is_confirmed_again(held->field)) return;
    member_trust(held, 0, has->at_us, &trust);
    has->stale[held->field] = trust.stale;
    has->returned[held->field] = trust.returned > 0;
    has->last_at_us[held->field] = trust.last_at_us;
}

/* LOY_NONE: nobody who is asked. Consents are rows only where one was given or withdrawn. */
static enum loy_status standing_read(struct loy_store *store, int64_t member, bool *person)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT kind FROM member m WHERE id = ?1 AND status = 1 AND pseudonymous = 0 AND NOT "
        "EXISTS (SELECT 1 FROM consent c WHERE c.member = m.id AND c.purpose IN (1, 4) AND "
        "c.given = 0 AND c.version = (SELECT max(version) FROM consent l WHERE l.member = m.id "
        "AND l.purpose = c.purpose))");
    sqlite3_bind_int64(select, 1, member);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) *person = sqlite3_column_int(select, 0) == LOY_MEMBER_PERSON;
    sqlite3_reset(select);
    return status;
}

/* LOY_NONE: asked on this day, by the zone there or here, or just ahead of a clock that went back;
 * or not to be asked at all. */
static enum loy_status may_ask(
    struct loy_store *store, int64_t member, int64_t at_us, int16_t offset_min)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM question WHERE member = ?1 AND answer <> 8 AND "
        "(day = ?2 OR (at_us >= ?3 AND at_us < ?3 + 86400000000) OR (at_us > ?4 AND at_us <= ?4 + "
        "86400000000))) AND coalesce((SELECT max(at_us) FROM question WHERE member = ?1 AND "
        "answer = 7), -1) < coalesce((SELECT max(at_us) FROM question WHERE member = ?1 AND "
        "answer = 8), 0) AND coalesce((SELECT how FROM confirmation WHERE member = ?1 AND how IN "
        "(6, 7) AND at_us <= ?4 ORDER BY at_us DESC, how LIMIT 1), 7) = 7");
    const int64_t shift_us = offset_min * MINUTE_US;
    const int64_t day = store_local_day(at_us, offset_min);
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, day);
    sqlite3_bind_int64(select, 3, day * DAY_US - shift_us);
    sqlite3_bind_int64(select, 4, at_us);
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    return status;
}

static enum loy_status not_this_read(struct loy_store *store, int64_t member, struct has *has)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT field FROM question q WHERE member = ?1 AND answer = 6 AND NOT EXISTS (SELECT 1 "
        "FROM question a WHERE a.member = ?1 AND a.answer = 8 AND a.field IN (0, q.field) AND "
        "a.at_us > q.at_us)");
    enum loy_status status;
    sqlite3_bind_int64(select, 1, member);
    while ((status = store_step(store, select)) == LOY_OK) {
        const unsigned field = (unsigned)sqlite3_column_int(select, 0);
        if (field < FIELDS_MAX) has->not_this[field] = true;
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- The choice ---------------------------------------------------------------------------------
 */

struct choice {
    int worth;
    size_t rank; /* in askable */
    bool confirm;
    int64_t last_at_us;
    struct loy_form_field field;
};

static bool name_is_given(const struct has *has, uint8_t field)
{
    return field == LOY_FIELD_FAMILY_NAME && has->given[LOY_FIELD_NAME];
}

static struct choice choice_make(const struct has *has, const struct loy_form_field *field)
{
    struct choice choice = {.field = *field};
    if (field->field >= FIELDS_MAX || !field->purpose[0] || has->not_this[field->field])
        return choice;
    while (choice.rank < ROWS(askable) && askable[choice.rank].field != field->field)
        choice.rank++;
    if (choice.rank == ROWS(askable)) return choice;
    if (!(has->person ? askable[choice.rank].person : askable[choice.rank].organisation))
        return choice;
    const int weight = weight_of(has->person, field);
    const bool missing = !has->given[field->field] && !has->taken_back[field->field] &&
                         !name_is_given(has, field->field);
    choice.confirm = !missing;
    choice.last_at_us = has->last_at_us[field->field];
    if (missing)
        choice.worth = 4 * weight;
    else if (has->returned[field->field])
        choice.worth = 4 * weight - 1;
    else if (has->stale[field->field])
        choice.worth = 2 * weight;
    return choice;
}

static bool is_better(const struct choice *a, const struct choice *b)
{
    if (a->worth != b->worth) return a->worth > b->worth;
    if (a->last_at_us != b->last_at_us) return a->last_at_us < b->last_at_us;
    return a->rank < b->rank;
}

/* LOY_NONE: there is nothing to ask. */
static enum loy_status choose(struct loy_store *store, const struct has *has, struct choice *best)
{
    const enum loy_registration form =
        has->person ? LOY_REGISTRATION_PERSON : LOY_REGISTRATION_ORGANISATION;
    struct loy_form_field field = {.size = sizeof field};
    int64_t position = 0;
    enum loy_status status;
    *best = (struct choice){.worth = 0};
    while ((status = member_form_field_next(store, form, &position, &field)) == LOY_OK) {
        const struct choice choice = choice_make(has, &field);
        if (choice.worth > 0 && (best->worth == 0 || is_better(&choice, best))) *best = choice;
    }
    if (status != LOY_NONE) return status;
    return best->worth > 0 ? LOY_OK : LOY_NONE;
}

static enum loy_status row_put(struct loy_store *store, int64_t member, uint8_t field,
    enum loy_question_answer answer, int64_t day, int64_t at_us)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO question (member, field, at_us, answer, operator, day) VALUES (?1, ?2, ?3, "
        "?4, ?5, ?6) ON CONFLICT (member, field, at_us) DO UPDATE SET answer = ?4, operator = ?5");
    sqlite3_bind_int64(insert, 1, member);
    sqlite3_bind_int64(insert, 2, field);
    sqlite3_bind_int64(insert, 3, at_us);
    sqlite3_bind_int64(insert, 4, answer);
    sqlite3_bind_int64(insert, 5, store->operator_id);
    sqlite3_bind_int64(insert, 6, day);
    return store_run(store, insert);
}

static enum loy_status next_find(struct loy_store *store, const struct member_row *member,
    int64_t at_us, int16_t offset_min, struct choice *choice)
{
    struct has has = {.at_us = at_us};
    enum loy_status status = standing_read(store, member->number, &has.person);
    if (status == LOY_OK) status = may_ask(store, member->number, at_us, offset_min);
    if (status == LOY_OK) status = not_this_read(store, member->number, &has);
    if (status == LOY_OK) status = member_held_each(store, member, at_us, has_take, &has);
    return status == LOY_OK ? choose(store, &has, choice) : status;
}

/* Nothing of it goes into the audit log: with the member's id it would lead from there to the
 * purchase that was closed a moment before, also when the member was erased. */
enum loy_status loy_question_next(struct loy_store *store, const struct loy_id *id, int64_t at_us,
    int16_t offset_min, struct loy_asked *asked)
{
    if (!store || !id || !asked || asked->size < sizeof *asked) return LOY_E_ARGUMENT;
    struct member_row member;
    struct choice choice;
    int64_t questions = 0;
    enum loy_status status = store_require(store, LOY_MAY_ASK_FIELD);
    if (status == LOY_OK) status = loy_lane_rule_get(store, LOY_LANE_RULE_QUESTIONS, &questions);
    if (status == LOY_OK && !questions) return LOY_NONE;
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_take_active(store, id, &member);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    status = next_find(store, &member, at_us, offset_min, &choice);
    if (status == LOY_NONE)
        status = member_end_unwritten(store, LOY_NONE);
    else {
        if (status == LOY_OK)
            status = row_put(store, member.number, choice.field.field, LOY_ANSWER_ASKED,
                store_local_day(at_us, offset_min), at_us);
        status = member_end(store, status);
    }
    member_drop(&member);
    if (status != LOY_OK) return status;
    *asked = (struct loy_asked){
        .size = asked->size, .field = choice.field.field, .confirm = choice.confirm};
    snprintf(asked->name, sizeof asked->name, "%s", choice.field.name);
    snprintf(asked->label, sizeof asked->label, "%s", choice.field.label);
    snprintf(asked->purpose, sizeof asked->purpose, "%s", choice.field.purpose);
    return LOY_OK;
}

/* ---- The answer ---------------------------------------------------------------------------------
 */

struct reply {
    uint8_t field;
    enum loy_question_answer answer;
    struct loy_field_text value;
    char normal[LOY_FIELD_TEXT_MAX]; /* of GIVEN */
    int64_t at_us;
    int64_t asked_at_us, day; /* of the question that it answers; -1: there is none */
};

/* The latest question about this field that is not a day away. */
static enum loy_status question_find(struct loy_store *store, int64_t member, struct reply *reply)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT at_us, day FROM question WHERE member = ?1 AND field = ?2 AND answer IN (1, 5) AND "
        "at_us > ?3 - 86400000000 AND at_us < ?3 + 86400000000 ORDER BY at_us DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, member);
    sqlite3_bind_int64(select, 2, reply->field);
    sqlite3_bind_int64(select, 3, reply->at_us);
    enum loy_status status = store_step(store, select);
    reply->asked_at_us = status == LOY_OK ? sqlite3_column_int64(select, 0) : -1;
    reply->day =
        status == LOY_OK ? sqlite3_column_int64(select, 1) : store_local_day(reply->at_us, 0);
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static bool needs_question(enum loy_question_answer answer)
{
    return answer != LOY_ANSWER_NOT_THIS && answer != LOY_ANSWER_NEVER &&
           answer != LOY_ANSWER_AGAIN;
}

static enum loy_status effect_run(
    struct loy_store *store, const struct member_row *member, const struct reply *reply)
{
    const struct member_provenance said = {.channel = CHANNEL,
        .initiated_by = LOY_INITIATIVE_STAFF,
        .collected_at_us = reply->at_us,
        .entered_at_us = reply->at_us};
    switch (reply->answer) {
    case LOY_ANSWER_GIVEN:
        return member_missing_give(store, member, &reply->value, reply->normal, &said);
    case LOY_ANSWER_CONFIRMED:
        return member_confirm_run(
            store, member, (enum loy_field)reply->field, LOY_EVIDENCE_SAID, &said);
    case LOY_ANSWER_WRONG:
        return member_confirm_run(
            store, member, (enum loy_field)reply->field, LOY_EVIDENCE_RETURNED, &said);
    default:
        return LOY_OK;
    }
}

static enum loy_status reply_note(
    struct loy_store *store, int64_t member, const struct reply *reply)
{
    char object[60];
    const char *field = reply->field ? loy_field_name((enum loy_field)reply->field) : "all";
    /* The answer stands at the question's own moment, but a word against being asked counts from
     * when it was said. */
    const int64_t at_us = reply->asked_at_us >= 0 && needs_question(reply->answer)
                              ? reply->asked_at_us
                              : reply->at_us;
    enum loy_status status = row_put(store, member, reply->field, reply->answer, reply->day, at_us);
    if (status != LOY_OK) return status;
    snprintf(object, sizeof object, "%s %s", field, loy_question_answer_name((int)reply->answer));
    return store_audit(store, "question.answer", object, reply->at_us);
}

static enum loy_status reply_run(
    struct loy_store *store, const struct member_row *member, struct reply *reply)
{
    enum loy_status status = question_find(store, member->number, reply);
    if (status == LOY_OK && reply->asked_at_us < 0 && needs_question(reply->answer))
        return store_fail(store, LOY_REFUSED,
            "%s: this was not asked for at a lane today: it is entered at the desk",
            loy_field_name((enum loy_field)reply->field));
    if (status == LOY_OK) status = effect_run(store, member, reply);
    return status == LOY_OK ? reply_note(store, member->number, reply) : status;
}

static enum loy_status reply_check(struct loy_store *store, const char *value, struct reply *reply)
{
    if (reply->answer != LOY_ANSWER_GIVEN) return LOY_OK;
    reply->value = (struct loy_field_text){(enum loy_field)reply->field, value};
    enum loy_status status =
        member_field_normal(store, reply->value.field, value, reply->at_us, reply->normal);
    if (status == LOY_NONE)
        return store_fail(store, LOY_E_FORMAT, "%s: a value is expected; or answer \"later\"",
            loy_field_name(reply->value.field));
    return status;
}

enum loy_status loy_question_answer(struct loy_store *store, const struct loy_id *id, uint8_t field,
    enum loy_question_answer answer, const char *value, int64_t at_us)
{
    const bool fieldless = answer == LOY_ANSWER_NEVER || answer == LOY_ANSWER_AGAIN;
    if (!store || !id || (unsigned)answer <= LOY_ANSWER_ASKED ||
        (unsigned)answer >= loy_question_answer_count || (answer == LOY_ANSWER_GIVEN) != !!value ||
        (field ? !loy_field_name((enum loy_field)field) : !fieldless))
        return LOY_E_ARGUMENT;
    struct member_row member;
    struct reply reply = {.field = field, .answer = answer, .at_us = at_us};
    enum loy_status status = store_require(store, LOY_MAY_ASK_FIELD);
    if (status == LOY_OK) status = reply_check(store, value, &reply);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_take_active(store, id, &member);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    status = reply_run(store, &member, &reply);
    member_drop(&member);
    sodium_memzero(reply.normal, sizeof reply.normal);
    const bool unwritten = status == LOY_REFUSED || status == LOY_NONE || status == LOY_E_CHECK ||
                           status == LOY_E_FORMAT;
    return unwritten ? member_end_unwritten(store, status) : member_end(store, status);
}
