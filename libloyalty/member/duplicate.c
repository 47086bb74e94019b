/* SPDX-License-Identifier: MIT
 *
 * duplicate.c - who may be registered twice: the question at the lane, and the desk's answers.
 * Candidates are those who share a row of the blind index; only they are decrypted and scored.
 * In: a form, or two members. Out: a question with masked words, what somebody judged.
 * Must not know: how two members become one.
 */
#include "duplicate_private.h"

#include <string.h>

/* Without a number or an address in common no score reaches the question, so a lane needs neither
 * names nor places to find whom to ask for. */
#define KEYS 4u
#define CANDIDATES_MAX (KEYS * DUPLICATE_SHARED_MAX)

/* ---- What is compared, of a member and of a form
 * -------------------------------------------------
 */

enum loy_status match_of_texts(struct match_texts *texts, struct match *match)
{
    const struct match_source source = {texts->of[LOY_FIELD_NAME], texts->of[LOY_FIELD_FAMILY_NAME],
        texts->of[LOY_FIELD_GIVEN_NAME], texts->of[LOY_FIELD_ADDRESS],
        texts->of[LOY_FIELD_POSTCODE]};
    const struct {
        enum loy_field field;
        char *text;
        size_t size;
    } copies[] = {
        {LOY_FIELD_TELEPHONE, match->telephone, sizeof match->telephone},
        {LOY_FIELD_TAX_NO, match->tax_no, sizeof match->tax_no},
        {LOY_FIELD_ACCOUNT_NO, match->account_no, sizeof match->account_no},
        {LOY_FIELD_EMAIL, match->email, sizeof match->email},
        {LOY_FIELD_BIRTH_YEAR, match->birth_year, sizeof match->birth_year},
    };
    memset(match, 0, sizeof *match);
    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++) {
        size_t n = strlen(texts->of[copies[i].field]);
        // What does not fit whole is not compared: half a number could be another's.
        if (n < copies[i].size) memcpy(copies[i].text, texts->of[copies[i].field], n);
    }
    enum loy_status status = match_fill(&source, match);
    sodium_memzero(texts, sizeof *texts);
    return status;
}

static const char current_sql[] =
    "SELECT f.field, f.version, f.normal, f.value FROM member_field f WHERE f.member = ?1 "
    "AND f.field <= 18 AND f.version = (SELECT max(g.version) FROM member_field g "
    "WHERE g.member = f.member AND g.field = f.field)";

enum loy_status match_of_member(
    struct loy_store *store, const struct member_row *member, struct match *match)
{
    static const int normal_column = 2;
    struct match_texts texts = {0};
    sqlite3_stmt *select = store_sql(store, current_sql);
    sqlite3_bind_int64(select, 1, member->number);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        const int64_t field = sqlite3_column_int64(select, 0);
        status = member_normal_open(
            member, field, sqlite3_column_int64(select, 1), select, normal_column, texts.of[field]);
        if (status != LOY_OK) break;
    }
    sqlite3_reset(select);
    if (status == LOY_NONE) return match_of_texts(&texts, match);
    sodium_memzero(&texts, sizeof texts);
    return store_fail(store, status, "a value of a member does not open: it was altered or moved");
}

/* A field that is wrong compares with nothing. */
static enum loy_status match_of_form(
    struct loy_store *store, const struct loy_member_form *form, int64_t at_us, struct match *match)
{
    struct match_texts texts = {0};
    for (size_t i = 0; i < form->field_count; i++) {
        const struct loy_field_text *field = &form->fields[i];
        if (field->field > LOY_FIELD_EMAIL || !field->text) continue;
        char *text = texts.of[field->field];
        if (member_field_normal(store, field->field, field->text, at_us, text) != LOY_OK)
            text[0] = '\0';
    }
    return match_of_texts(&texts, match);
}

/* ---- The question -------------------------------------------------------------------------------
 */

struct candidates {
    struct member_row rows[CANDIDATES_MAX];
    size_t count;
};

static bool candidate_known(const struct candidates *candidates, int64_t number)
{
    for (size_t i = 0; i < candidates->count; i++)
        if (candidates->rows[i].number == number) return true;
    return false;
}

static enum loy_status candidates_add(
    struct loy_store *store, int64_t field, const char *normal, struct candidates *candidates)
{
    uint8_t digest[LOY_DIGEST_SIZE];
    if (!normal[0]) return LOY_OK;
    store_blind(store, field, normal, digest);
    sqlite3_stmt *select = store_sql(store,
        "SELECT m.id, m.uid FROM blind_index b JOIN member m ON m.id = b.member AND m.status = 1 "
        "WHERE b.field = ?1 AND b.digest = ?2 ORDER BY m.id LIMIT 20");
    sqlite3_bind_int64(select, 1, field);
    sqlite3_bind_blob(select, 2, digest, sizeof digest, SQLITE_STATIC);
    enum loy_status status;
    while ((status = store_step(store, select)) == LOY_OK) {
        struct member_row *row = &candidates->rows[candidates->count];
        const int64_t number = sqlite3_column_int64(select, 0);
        if (candidates->count == CANDIDATES_MAX || candidate_known(candidates, number)) continue;
        row->number = number;
        status = member_id_read(store, select, 1, &row->id);
        if (status != LOY_OK) break;
        candidates->count++;
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status candidates_find(
    struct loy_store *store, const struct match *match, struct candidates *candidates)
{
    const struct {
        int64_t field;
        const char *normal;
    } keys[KEYS] = {{LOY_FIELD_TAX_NO, match->tax_no}, {LOY_FIELD_TELEPHONE, match->telephone},
        {LOY_FIELD_ACCOUNT_NO, match->account_no}, {LOY_FIELD_EMAIL, match->email}};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < KEYS && status == LOY_OK; i++)
        status = candidates_add(store, keys[i].field, keys[i].normal, candidates);
    return status;
}

static enum loy_status question_weigh(struct loy_store *store, struct member_row *candidate,
    const struct match *match, struct loy_duplicate_question *question)
{
    struct match other;
    uint32_t reasons = 0;
    enum loy_status status = store_member_key(store, &candidate->id, candidate->key);
    // Without a key nobody is left who could be asked for.
    if (status == LOY_E_KEY) return LOY_OK;
    if (status == LOY_OK) status = match_of_member(store, candidate, &other);
    member_drop(candidate);
    if (status != LOY_OK) return status;
    unsigned score = match_score(match, &other, &reasons);
    bool branch = reasons & LOY_SAME_TAX_NO;
    if ((score >= LOY_DUPLICATE_ASK || branch) && score > question->score) {
        question->kind =
            branch && score < LOY_DUPLICATE_ASK ? LOY_QUESTION_BRANCH : LOY_QUESTION_SAME;
        question->score = (uint8_t)score;
        question->reasons = reasons;
        question->member = candidate->id;
        memcpy(question->name, other.masked, sizeof question->name);
        // Who may not read numbers gets the end of none but the one that was just given.
        bool told = reasons & LOY_SAME_TELEPHONE;
        if (told || loy_access_allowed(store->role, LOY_MAY_READ_ADDRESS))
            match_mask_telephone(other.telephone, question->telephone);
        else
            question->telephone[0] = '\0';
    }
    sodium_memzero(&other, sizeof other);
    return LOY_OK;
}

enum loy_status loy_duplicate_ask(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, struct loy_duplicate_question *question)
{
    if (!store || !form || !question || question->size < sizeof *question) return LOY_E_ARGUMENT;
    struct loy_duplicate_question likeliest = {.size = sizeof likeliest};
    struct candidates candidates = {.count = 0};
    struct match match;
    enum loy_status status = store_require(store, LOY_MAY_ASK_DUPLICATE);
    if (status == LOY_OK) status = match_of_form(store, form, at_us, &match);
    if (status != LOY_OK) return status;
    status = candidates_find(store, &match, &candidates);
    for (size_t i = 0; i < candidates.count && status == LOY_OK; i++)
        status = question_weigh(store, &candidates.rows[i], &match, &likeliest);
    sodium_memzero(&match, sizeof match);
    if (status != LOY_OK) return status;
    if (!likeliest.score) return LOY_NONE;
    *question = likeliest;
    return LOY_OK;
}

/* ---- Answers ------------------------------------------------------------------------------------
 */

static enum loy_status distinct_insert(struct loy_store *store, int64_t a, int64_t b, int64_t at_us)
{
    sqlite3_stmt *insert =
        store_sql(store, "INSERT OR IGNORE INTO distinct_pair (lower, higher, at_us, operator) "
                         "VALUES (min(?1, ?2), max(?1, ?2), ?3, ?4)");
    sqlite3_bind_int64(insert, 1, a);
    sqlite3_bind_int64(insert, 2, b);
    sqlite3_bind_int64(insert, 3, at_us);
    sqlite3_bind_int64(insert, 4, store->operator_id);
    return store_run(store, insert);
}

enum loy_status loy_duplicate_distinct(
    struct loy_store *store, const struct loy_id *a, const struct loy_id *b, int64_t at_us)
{
    if (!store || !a || !b) return LOY_E_ARGUMENT;
    int64_t first = 0, second = 0;
    enum loy_status status = store_require(store, LOY_MAY_LIST_DUPLICATES);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_number(store, a, &first);
    if (status == LOY_OK) status = member_number(store, b, &second);
    if (status == LOY_OK && first == second)
        status = store_fail(store, LOY_E_CONFLICT, "these are one and the same member");
    if (status != LOY_OK) return member_end_unwritten(store, status);
    status = distinct_insert(store, first, second, at_us);
    if (status == LOY_OK) status = member_audit(store, "member.distinct", a, NULL, at_us);
    return member_end(store, status);
}

/* Whether the walk up from a member's head offices comes to another. */
static enum loy_status is_above(struct loy_store *store, int64_t below, int64_t above, bool *found)
{
    sqlite3_stmt *select = store_sql(store,
        "WITH RECURSIVE up (id) AS (SELECT ?1 UNION SELECT m.parent FROM member m JOIN up "
        "ON m.id = up.id WHERE m.parent IS NOT NULL) SELECT 1 FROM up WHERE id = ?2");
    sqlite3_bind_int64(select, 1, below);
    sqlite3_bind_int64(select, 2, above);
    enum loy_status status = store_step(store, select);
    *found = status == LOY_OK;
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status parent_check(
    struct loy_store *store, int64_t member, const struct loy_id *parent, int64_t *number)
{
    bool loop = false;
    enum loy_status status = member_number_active(store, parent, number);
    if (status == LOY_OK) status = is_above(store, *number, member, &loop);
    if (status == LOY_OK && loop)
        return store_fail(store, LOY_E_CONFLICT,
            "the head office is a branch of this member itself: name the firm above both");
    return status;
}

enum loy_status loy_member_branch_of(struct loy_store *store, const struct loy_id *member,
    const struct loy_id *parent, int64_t at_us)
{
    if (!store || !member) return LOY_E_ARGUMENT;
    int64_t number = 0, above = 0;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_MEMBER);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_number_active(store, member, &number);
    if (status == LOY_OK && parent) status = parent_check(store, number, parent, &above);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    sqlite3_stmt *update =
        store_sql(store, "UPDATE member SET parent = nullif(?1, 0) WHERE id = ?2");
    sqlite3_bind_int64(update, 1, above);
    sqlite3_bind_int64(update, 2, number);
    status = store_run(store, update);
    if (status == LOY_OK) status = member_audit(store, "member.branch", member, NULL, at_us);
    return member_end(store, status);
}
