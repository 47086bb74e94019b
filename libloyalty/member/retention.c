/* SPDX-License-Identifier: MIT
 *
 * retention.c - members of whom nothing was heard for years: listed, and erased in batches, each
 * looked at again under the lock that erases it. In: a moment. Out: ids, times, counts; a refusal
 * where the moment or the number cannot be meant.
 * Must not know: what an erasure deletes.
 */
#include "member_private.h"

#include <loyalty/duplicate.h>
#include <loyalty/member_card.h>

#include <string.h>

#define DAY_US INT64_C(86400000000)
#define DAYS_MIN 30
#define BATCH 200  /* members per transaction: a lane waits no longer than that takes */
#define LOOKS 4096 /* members looked at per transaction of a run */

static const char setting_name[] = "retention_days";

static enum loy_status days_read(struct loy_store *store, int64_t *days)
{
    sqlite3_stmt *select = store_sql(store, "SELECT value FROM setting WHERE name = ?1");
    sqlite3_bind_text(select, 1, setting_name, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    *days = status == LOY_OK ? sqlite3_column_int64(select, 0) : LOY_RETENTION_DAYS;
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_retention_days_get(struct loy_store *store, int64_t *days)
{
    int64_t found = 0;
    if (!store || !days) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_RUN_RETENTION);
    if (status == LOY_OK) status = days_read(store, &found);
    if (status == LOY_OK) *days = found;
    return status;
}

static enum loy_status days_write(struct loy_store *store, int64_t days, int64_t at_us)
{
    char object[40];
    sqlite3_stmt *set = store_sql(store, "INSERT INTO setting (name, value) VALUES (?1, ?2) "
                                         "ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    sqlite3_bind_text(set, 1, setting_name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(set, 2, days);
    enum loy_status status = store_run(store, set);
    sqlite3_snprintf(sizeof object, object, "%lld days", (long long)days);
    return status == LOY_OK ? store_audit(store, "retention.days", object, at_us) : status;
}

enum loy_status loy_retention_days_set(struct loy_store *store, int64_t days, int64_t at_us)
{
    if (!store) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_RUN_RETENTION);
    if (status == LOY_OK && (days < DAYS_MIN || days > 36525))
        status = store_fail(
            store, LOY_E_FORMAT, "days: at least %d and at most 36525 are expected", DAYS_MIN);
    if (status == LOY_OK) status = store_begin(store);
    return status == LOY_OK ? member_end(store, days_write(store, days, at_us)) : status;
}

/* The last sign of a member: registration, value, trait, confirmation, consent, contact, card,
 * purchase. Staff's notes about a member are no sign of the member. */
#define LAST_SIGN                                                                                  \
    "max(m.created_at_us, "                                                                        \
    "coalesce((SELECT max(ifnull(t.corrected_us, b.opened_at_us)) FROM basket b LEFT JOIN "        \
    "basket_time t ON t.basket = b.id WHERE b.member = m.id), 0), "                                \
    "coalesce((SELECT max(at_us) FROM contact WHERE member = m.id), 0), "                          \
    "coalesce((SELECT max(entered_at_us) FROM member_field WHERE member = m.id), 0), "             \
    "coalesce((SELECT max(entered_at_us) FROM member_trait WHERE member = m.id), 0), "             \
    "coalesce((SELECT max(at_us) FROM confirmation WHERE member = m.id), 0), "                     \
    "coalesce((SELECT max(at_us) FROM consent WHERE member = m.id), 0), "                          \
    "coalesce((SELECT max(issued_at_us) FROM card WHERE member = m.id), 0))"

struct look {
    int64_t number, last_us;
    struct loy_id id;
};

/* The next active member behind a number, with its last sign. */
static enum loy_status look_next(struct loy_store *store, int64_t after, struct look *look)
{
    sqlite3_stmt *select = store_sql(store, "SELECT m.id, m.uid, " LAST_SIGN " FROM member m "
                                            "WHERE m.id > ?1 AND m.status = 1 "
                                            "ORDER BY m.id LIMIT 1");
    sqlite3_bind_int64(select, 1, after);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 1, &look->id);
    if (status == LOY_OK) {
        look->number = sqlite3_column_int64(select, 0);
        look->last_us = sqlite3_column_int64(select, 2);
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_retention_next(
    struct loy_store *store, int64_t at_us, int64_t *position, struct loy_inactive *inactive)
{
    if (!store || !position || !inactive || inactive->size < sizeof *inactive)
        return LOY_E_ARGUMENT;
    struct look look = {.number = *position};
    int64_t days = 0;
    enum loy_status status = store_require(store, LOY_MAY_RUN_RETENTION);
    if (status == LOY_OK) status = days_read(store, &days);
    if (status == LOY_OK) status = look_next(store, look.number, &look);
    while (status == LOY_OK && look.last_us >= at_us - days * DAY_US)
        status = look_next(store, look.number, &look);
    if (status != LOY_OK) return status;
    *position = look.number;
    inactive->member = look.id;
    inactive->last_us = look.last_us;
    return LOY_OK;
}

/* ---- Whether it can be meant --------------------------------------------------------------------
 */

static enum loy_status members_count(
    struct loy_store *store, int64_t before_us, int64_t *active, int64_t *inactive)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT count(*), coalesce(sum(" LAST_SIGN " < ?1), 0) FROM member m "
                         "WHERE m.status = 1");
    sqlite3_bind_int64(select, 1, before_us);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *active = sqlite3_column_int64(select, 0);
        *inactive = sqlite3_column_int64(select, 1);
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status members_check(
    struct loy_store *store, int64_t at_us, int64_t before_us, int64_t *active)
{
    int64_t inactive = 0;
    enum loy_status status = members_count(store, before_us, active, &inactive);
    if (status == LOY_OK && inactive > 0) status = member_clock_check(store, at_us);
    if (status != LOY_OK || member_vouched(store, at_us)) return status;
    if (inactive <= LOY_RETENTION_OVERSEEN || inactive <= *active - inactive) return LOY_OK;
    return store_fail(store, LOY_REFUSED,
        "%lld of %lld members would be erased, more than half: look through the list first; if it "
        "is right, a manager confirms that with --checked",
        (long long)inactive, (long long)*active);
}

enum loy_status loy_retention_check(struct loy_store *store, int64_t at_us)
{
    if (!store) return LOY_E_ARGUMENT;
    int64_t days = 0, active = 0, merges = 0, purchasers = 0;
    enum loy_status status = store_require(store, LOY_MAY_RUN_RETENTION);
    if (status == LOY_OK) status = days_read(store, &days);
    if (status == LOY_OK) status = members_check(store, at_us, at_us - days * DAY_US, &active);
    if (status == LOY_OK) status = loy_merge_due(store, at_us, &merges);
    if (status == LOY_OK) status = loy_purchasers_due(store, at_us, &purchasers);
    if (status != LOY_OK || merges + purchasers == 0) return status;
    return member_clock_check(store, at_us);
}

/* ---- Running ---------------------------------------------------------------------------------
 */

struct run {
    int64_t at_us, before_us; /* inactive: last sign before it */
    int64_t active, position, looked, erased;
};

/* LOY_MORE: members are left; LOY_OK: the last was looked at. */
static enum loy_status batch_fill(
    struct loy_store *store, const struct store_erasure *erasure, struct run *run)
{
    struct look look;
    int64_t erased = 0;
    for (int looked = 0; looked < LOOKS && erased < BATCH; looked++) {
        enum loy_status status = look_next(store, run->position, &look);
        if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
        run->position = look.number;
        run->looked++;
        if (look.last_us >= run->before_us) continue;
        status = member_erase_whole(store, erasure, &look.id, "retention", run->at_us);
        if (status != LOY_OK) return status;
        erased++;
        run->erased++;
    }
    return LOY_MORE;
}

static enum loy_status batch_run(
    struct loy_store *store, struct store_erasure *erasure, struct run *run)
{
    int64_t erased = run->erased;
    enum loy_status status = store_erasure_begin(store, erasure);
    if (status != LOY_OK) return status;
    status = batch_fill(store, erasure, run);
    if (status >= LOY_OK && run->erased > erased) {
        enum loy_status tail = member_erase_tail(store);
        if (tail != LOY_OK) status = tail;
    }
    status = store_erasure_end(store, erasure, status);
    if (status < LOY_OK) run->erased = erased;
    return status;
}

static enum loy_status batches_run(
    struct loy_store *store, struct run *run, loy_progress_fn progress, void *user)
{
    struct store_erasure erasure;
    enum loy_status status = LOY_MORE;
    while (status == LOY_MORE) {
        status = batch_run(store, &erasure, run);
        /* Batch by batch: a log that is emptied at the end only grows as large as the store. */
        if (status >= LOY_OK) {
            enum loy_status settled = store_erasure_settle(store, &erasure);
            if (settled != LOY_OK) status = settled;
        }
        if (status == LOY_MORE && progress && progress(user, run->looked, run->active) != 0)
            status = store_fail(store, LOY_E_CANCELLED, "cancelled; what was erased stays erased");
    }
    return status;
}

/* Merges past their time are made final by a call of their own (merge_final.c). */
enum loy_status loy_retention_run(
    struct loy_store *store, int64_t at_us, loy_progress_fn progress, void *user, int64_t *erased)
{
    if (!store || !erased) return LOY_E_ARGUMENT;
    struct run run = {.at_us = at_us};
    int64_t days = 0;
    enum loy_status status = store_require(store, LOY_MAY_RUN_RETENTION);
    if (status == LOY_OK) status = days_read(store, &days);
    run.before_us = at_us - days * DAY_US;
    if (status == LOY_OK) status = members_check(store, at_us, run.before_us, &run.active);
    if (status != LOY_OK) return status;
    status = batches_run(store, &run, progress, user);
    if (status >= LOY_OK || status == LOY_E_CANCELLED) {
        enum loy_status cleared = store_traces_clear(store);
        if (cleared != LOY_OK) status = cleared;
    }
    member_cache_free(store);
    *erased = run.erased;
    return status;
}
