/* SPDX-License-Identifier: MIT
 *
 * referral.c - who brought whom, without loops.
 * In: two members. Out: a row, or a refusal. Must not know: forms, contacts.
 */
#include "member_private.h"

#include <loyalty/contact.h>

/* A member and all that were merged with it count as one. */
#define SAME_PERSON(start)                                                                         \
    "WITH RECURSIVE same (id) AS (VALUES (" start ") "                                             \
    "UNION SELECT m.merged_into FROM same s JOIN member m ON m.id = s.id WHERE m.status = 2 AND "  \
    "m.merged_into IS NOT NULL "                                                                   \
    "UNION SELECT g.loser FROM same s JOIN merge g ON g.survivor = s.id "                          \
    "WHERE g.undone_at_us IS NULL) "

/* From ?2 up through whoever brought each: does ?1 stand there? */
static const char loop_sql[] =
    "WITH RECURSIVE up (id) AS (VALUES (?2) "
    "UNION SELECT m.referred_by FROM up u JOIN member m ON m.id = u.id "
    "WHERE m.referred_by IS NOT NULL "
    "UNION SELECT m.merged_into FROM up u JOIN member m ON m.id = u.id WHERE m.status = 2 AND "
    "m.merged_into IS NOT NULL "
    "UNION SELECT g.loser FROM up u JOIN merge g ON g.survivor = u.id "
    "WHERE g.undone_at_us IS NULL) SELECT 1 FROM up WHERE id = ?1";

static const char referrer_sql[] = SAME_PERSON(
    "?1") "SELECT r.uid, m.referred_by FROM same s JOIN member m ON m.id = s.id JOIN member r "
          "ON r.id = m.referred_by ORDER BY m.id = ?1 DESC, m.id LIMIT 1";

static const char same_sql[] = SAME_PERSON("?1") "SELECT 1 FROM same WHERE id = ?2";

static enum loy_status answer(struct loy_store *store, const char *sql, int64_t a, int64_t b)
{
    sqlite3_stmt *select = store_sql(store, sql);
    sqlite3_bind_int64(select, 1, a);
    sqlite3_bind_int64(select, 2, b);
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    return status;
}

/* LOY_NONE: nobody brought this one yet. */
static enum loy_status referrer_find(
    struct loy_store *store, int64_t member, int64_t *number, struct loy_id *by)
{
    sqlite3_stmt *select = store_sql(store, referrer_sql);
    sqlite3_bind_int64(select, 1, member);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *number = sqlite3_column_int64(select, 1);
        status = member_id_read(store, select, 0, by);
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status judge(struct loy_store *store, int64_t member, int64_t by)
{
    struct loy_id ignored;
    int64_t earlier = 0;
    enum loy_status status = referrer_find(store, member, &earlier, &ignored);
    if (status == LOY_OK) {
        status = answer(store, same_sql, earlier, by);
        if (status == LOY_OK) return LOY_REPEATED;
        return status == LOY_NONE ? store_fail(store, LOY_E_CONFLICT,
                                        "somebody else brought this member; that is noted once")
                                  : status;
    }
    if (status == LOY_NONE) status = answer(store, loop_sql, member, by);
    if (status == LOY_OK)
        return store_fail(store, LOY_REFUSED,
            "this would be a loop: a member cannot be brought by itself, nor by somebody whom it "
            "brought");
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status write_it(
    struct loy_store *store, const struct loy_id *id, int64_t member, int64_t by, int64_t at_us)
{
    sqlite3_stmt *update = store_sql(store, "UPDATE member SET referred_by = ?2 WHERE id = ?1");
    sqlite3_bind_int64(update, 1, member);
    sqlite3_bind_int64(update, 2, by);
    enum loy_status status = store_run(store, update);
    return status == LOY_OK ? member_audit(store, "member.refer", id, NULL, at_us) : status;
}

enum loy_status loy_member_refer(
    struct loy_store *store, const struct loy_id *member, const struct loy_id *by, int64_t at_us)
{
    if (!store || !member || !by) return LOY_E_ARGUMENT;
    int64_t number = 0, by_number = 0;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_MEMBER);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = member_number_active(store, member, &number);
    if (status == LOY_OK) status = member_number_active(store, by, &by_number);
    if (status == LOY_OK) status = judge(store, number, by_number);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    return member_end(store, write_it(store, member, number, by_number, at_us));
}

enum loy_status loy_member_referrer(
    struct loy_store *store, const struct loy_id *member, struct loy_id *by)
{
    if (!store || !member || !by) return LOY_E_ARGUMENT;
    int64_t number = 0, ignored = 0;
    enum loy_status status = store_require(store, LOY_MAY_READ_CONTACT);
    if (status == LOY_OK) status = member_number(store, member, &number);
    return status == LOY_OK ? referrer_find(store, number, &ignored, by) : status;
}
