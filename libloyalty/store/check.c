/* SPDX-License-Identifier: MIT
 *
 * check.c - the whole store verified: pages, references, sums, sequences, digests, audit, keys.
 * Each finding is one English sentence with codes and counts in it; nothing is mended here.
 */
#include <store/store_parts.h>

#include <stdio.h>

/* The basket room has its own; this stands in where a test links the store alone. */
__attribute__((weak, visibility("hidden"))) enum loy_status basket_check(
    struct loy_store *store, void (*problem)(void *user, const char *sentence), void *user)
{
    (void)store;
    (void)problem;
    (void)user;
    return LOY_OK;
}

/* Of the loser of a merge that cannot be undone any more. */
#define SEALED_FOR_NOBODY                                                                          \
    " WHERE sealed_for IN (SELECT loser FROM merge WHERE final_at_us IS NOT NULL"                  \
    " AND undone_at_us IS NULL)"

/* Each row of a query is a finding, its first column the sentence. */
static const char *const findings[] = {
    "SELECT format('basket %d names a lane that is not there', id) FROM basket"
    " WHERE lane NOT IN (SELECT id FROM lane)",
    "SELECT format('basket %d names a member that is not there', id) FROM basket"
    " WHERE member IS NOT NULL AND NOT EXISTS (SELECT 1 FROM member m WHERE m.id=basket.member)",
    "SELECT format('contact %d is sealed for a member whose key is gone', id) FROM "
    "contact" SEALED_FOR_NOBODY " AND body IS NOT NULL",
    "SELECT format('purchaser %d is sealed for a member whose key is gone', id) FROM "
    "purchaser" SEALED_FOR_NOBODY,
    "SELECT format('note %d of member %d is sealed for a member whose key is gone', version, "
    "member)"
    " FROM note" SEALED_FOR_NOBODY,
    "SELECT format('table %s, row %d points at a row of %s that is not there', \"table\","
    " coalesce(rowid, 0), parent) FROM pragma_foreign_key_check",
};

struct counted {
    void (*problem)(void *user, const char *sentence);
    void *user;
    long long findings;
};

static void tell(void *user, const char *sentence)
{
    struct counted *counted = user;
    counted->findings++;
    if (counted->problem) counted->problem(counted->user, sentence);
}

static enum loy_status query_check(
    struct loy_store *store, const char *sql, struct counted *counted)
{
    sqlite3_stmt *rows = NULL;
    if (sqlite3_prepare_v2(store->db, sql, -1, &rows, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->db);
    enum loy_status status;
    while ((status = store_step(store, rows)) == LOY_OK) {
        const char *sentence = (const char *)sqlite3_column_text(rows, 0);
        tell(counted, sentence ? sentence : "out of memory");
    }
    sqlite3_finalize(rows);
    return status == LOY_NONE ? LOY_OK : status;
}

/* One picture of the file, and no lane waits. */
static enum loy_status content_check(struct loy_store *store, struct counted *counted)
{
    struct store_audit_note note;
    enum loy_status status = store_audit_note_get(store, &note);
    if (status == LOY_OK) status = store_run_text(store, "BEGIN");
    for (size_t i = 0; status == LOY_OK && i < sizeof findings / sizeof *findings; i++)
        status = query_check(store, findings[i], counted);
    if (status == LOY_OK) status = basket_check(store, tell, counted);
    if (status == LOY_OK || status == LOY_E_CHECK)
        status = store_audit_check(store, &note, NULL, tell, counted);
    if (!sqlite3_get_autocommit(store->db)) sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status == LOY_E_CHECK ? LOY_OK : status;
}

/* Under the write lock: otherwise a member that a lane adds meanwhile looks like a key without
 * member. */
static enum loy_status keys_check(struct loy_store *store, struct counted *counted)
{
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    status = store_member_keys_check(store, tell, counted);
    store_rollback(store);
    return status == LOY_E_CHECK ? LOY_OK : status;
}

enum loy_status loy_store_check(
    struct loy_store *store, void (*problem)(void *user, const char *sentence), void *user)
{
    struct counted counted = {.problem = problem, .user = user};
    enum loy_status status = store_require(store, LOY_MAY_CHECK_STORE);
    if (status != LOY_OK) return status;
    if (store->depth > 0)
        return store_fail(store, LOY_E_ARGUMENT, "a check is not made inside a transaction");
    status = store_database_check(store, store->db, tell, &counted);
    if (status == LOY_OK || status == LOY_E_CHECK)
        status = store_database_check(store, store->key_db, tell, &counted);
    // On damaged pages the other checks would only repeat the damage in other words.
    if (status == LOY_OK && counted.findings == 0) {
        status = content_check(store, &counted);
        if (status == LOY_OK) status = keys_check(store, &counted);
    }
    if (status != LOY_OK && status != LOY_E_CHECK) return status;
    if (counted.findings == 0) return LOY_OK;
    return store_fail(store, LOY_E_CHECK, "the check of %s found %lld things that do not fit",
        store->path, counted.findings);
}
