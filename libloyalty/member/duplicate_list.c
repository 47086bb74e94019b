/* SPDX-License-Identifier: MIT
 *
 * duplicate_list.c - the desk's list: who shares a row of the blind index, or a name or a place in
 * memory, is compared. In: where the last pair stood. Out: the next one with its score.
 * Must not know: how names and places are gathered, what becomes of a pair.
 */
#include "duplicate_private.h"

/* The next member above ?1 who can be found by something, and of one member ?1 the next above ?2
 * who is found by the same. Rows of field 0 are outside references, which nobody shares by chance.
 */
static const char first_sql[] =
    "SELECT min(member) FROM blind_index WHERE member > ?1 AND field > 0";
static const char second_sql[] =
    "SELECT min(b.member) FROM blind_index a JOIN blind_index b ON b.field = a.field "
    "AND b.digest = a.digest AND b.member > max(a.member, ?2) "
    "JOIN member m ON m.id = b.member AND m.status = 1 "
    "WHERE a.member = ?1 AND a.field > 0 AND (SELECT count(*) FROM (SELECT 1 FROM blind_index c "
    "WHERE c.field = a.field AND c.digest = a.digest LIMIT 21)) <= 20";

/* *number: 0 where there is none. */
static enum loy_status number_next(
    struct loy_store *store, const char *sql, int64_t first, int64_t second, int64_t *number)
{
    sqlite3_stmt *select = store_sql(store, sql);
    sqlite3_bind_int64(select, 1, first);
    if (sqlite3_bind_parameter_count(select) > 1) sqlite3_bind_int64(select, 2, second);
    return store_step_number(store, select, number);
}

static int64_t nearer(int64_t a, int64_t b)
{
    return a && (!b || a < b) ? a : b;
}

/* LOY_NONE: nobody is behind him. */
static enum loy_status first_next(struct loy_store *store, struct loy_duplicate_position *position)
{
    int64_t found = 0;
    enum loy_status status = number_next(store, first_sql, position->first, 0, &found);
    if (status != LOY_OK) return status;
    const struct duplicate_pair *pair = duplicate_pair_behind(store, position->first, INT64_MAX);
    found = nearer(found, pair ? pair->first : 0);
    if (!found) return LOY_NONE;
    *position = (struct loy_duplicate_position){found, 0};
    return LOY_OK;
}

static enum loy_status second_next(struct loy_store *store, struct loy_duplicate_position *position)
{
    int64_t found = 0;
    enum loy_status status =
        number_next(store, second_sql, position->first, position->second, &found);
    if (status != LOY_OK) return status;
    const struct duplicate_pair *pair =
        duplicate_pair_behind(store, position->first, position->second);
    found = nearer(found, pair && pair->first == position->first ? pair->second : 0);
    if (!found) return LOY_NONE;
    position->second = found;
    return LOY_OK;
}

static enum loy_status match_of_number(
    struct loy_store *store, int64_t number, struct member_row *member, struct match *match)
{
    sqlite3_stmt *select = store_sql(store, "SELECT uid FROM member WHERE id = ?1 AND status = 1");
    member->number = number;
    sqlite3_bind_int64(select, 1, number);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 0, &member->id);
    sqlite3_reset(select);
    if (status == LOY_OK) status = store_member_key(store, &member->id, member->key);
    if (status == LOY_OK) status = match_of_member(store, member, match);
    member_drop(member);
    return member_gone_judge(store, &member->id, status);
}

/* What two members are by what somebody said of them. */
enum relation { STRANGERS, BRANCHES /* of one firm */, DISTINCT };

/* LOY_NONE: one is gone meanwhile. */
static enum loy_status relation_read(
    struct loy_store *store, const struct loy_duplicate_position *position, int64_t *relation)
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT CASE WHEN a.parent = b.id OR b.parent = a.id OR EXISTS (SELECT 1 FROM "
        "distinct_pair WHERE lower = ?1 AND higher = ?2) THEN 2 ELSE a.parent = b.parent END "
        "FROM member a, member b WHERE a.id = ?1 AND b.id = ?2");
    sqlite3_bind_int64(select, 1, position->first);
    sqlite3_bind_int64(select, 2, position->second);
    return store_step_number(store, select, relation);
}

/* What is the firm's does not make two of its branches one. */
static void firm_drop(struct match *match)
{
    match->tax_no[0] = '\0';
    match->account_no[0] = '\0';
}

/* LOY_NONE: the two are too different, judged distinct, or one is gone meanwhile. */
static enum loy_status pair_weigh(struct loy_store *store,
    const struct loy_duplicate_position *position, unsigned score_min, struct loy_duplicate *pair)
{
    struct match first, second;
    struct member_row a, b;
    int64_t relation = STRANGERS;
    enum loy_status status = relation_read(store, position, &relation);
    if (status != LOY_OK || relation == DISTINCT) return status == LOY_OK ? LOY_NONE : status;
    status = match_of_number(store, position->first, &a, &first);
    if (status != LOY_OK) return status;
    status = match_of_number(store, position->second, &b, &second);
    if (status == LOY_OK) {
        uint32_t reasons = 0;
        if (relation == BRANCHES) firm_drop(&first);
        unsigned score = match_score(&first, &second, &reasons);
        if (score < score_min) status = LOY_NONE;
        *pair = (struct loy_duplicate){sizeof *pair, a.id, b.id, (uint8_t)score, reasons};
        sodium_memzero(&second, sizeof second);
    }
    sodium_memzero(&first, sizeof first);
    return status;
}

enum loy_status loy_duplicate_next(struct loy_store *store, struct loy_duplicate_position *position,
    unsigned score_min, struct loy_duplicate *pair)
{
    if (!store || !position || !pair || pair->size < sizeof *pair) return LOY_E_ARGUMENT;
    struct loy_duplicate found;
    enum loy_status status = store_require(store, LOY_MAY_LIST_DUPLICATES);
    if (status != LOY_OK) return status;
    if (position->first == 0) duplicate_pairs_free(store);
    status = duplicate_pairs_take(store);
    if (status == LOY_OK && position->first == 0) status = first_next(store, position);
    while (status == LOY_OK) {
        status = second_next(store, position);
        if (status == LOY_NONE) {
            status = first_next(store, position);
            continue;
        }
        if (status == LOY_OK) status = pair_weigh(store, position, score_min, &found);
        if (status == LOY_OK) {
            *pair = found;
            return LOY_OK;
        }
        if (status == LOY_NONE) status = LOY_OK;
    }
    return status;
}
