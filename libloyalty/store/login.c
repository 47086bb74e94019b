/* SPDX-License-Identifier: MIT
 *
 * login.c - a name and a PIN against the rows of operators: counted first, then compared. In: what
 * was typed. Out: who acts on the handle. Every way takes two commits and one comparison, so that
 * neither words nor time tell a wrong name from a wrong PIN or a locked one.
 */
#include <store/store_parts.h>

#include <stdio.h>
#include <string.h>

#define FAILURES_MOST 1000000
#define LOCK_FIRST_US (60 * (int64_t)1000000)
#define LOCK_MOST_US (24 * 3600 * (int64_t)1000000)

struct account {
    int64_t number; /* 0: nobody who could log in now */
    int64_t failures, locked_until_us;
    enum loy_role role;
    char hash[STORE_PIN_HASH_SIZE];
};

static enum loy_status account_find(
    struct loy_store *store, const char *name, struct account *account)
{
    sqlite3_stmt *find = store_sql(store,
        "SELECT id, failures, locked_until_us, role, pin_hash FROM operator"
        " WHERE name=?1 COLLATE NOCASE AND active=1 AND pin_hash IS NOT NULL ORDER BY id LIMIT 1");
    sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, find);
    if (status == LOY_OK) {
        *account = (struct account){.number = sqlite3_column_int64(find, 0),
            .failures = sqlite3_column_int64(find, 1),
            .locked_until_us = sqlite3_column_int64(find, 2),
            .role = (enum loy_role)sqlite3_column_int64(find, 3)};
        sqlite3_snprintf(sizeof account->hash, account->hash, "%s", sqlite3_column_text(find, 4));
    }
    sqlite3_reset(find);
    return status == LOY_NONE ? LOY_OK : status;
}

/* A minute from the fifth failure in a row, doubled by each further one. */
static int64_t lock_us(int64_t failures)
{
    if (failures < LOY_LOGIN_FAILURES) return 0;
    int64_t lock = LOCK_FIRST_US;
    for (int64_t i = LOY_LOGIN_FAILURES; i < failures && lock < LOCK_MOST_US; i++)
        lock *= 2;
    return lock < LOCK_MOST_US ? lock : LOCK_MOST_US;
}

enum loy_status store_failures_set(
    struct loy_store *store, int64_t number, int64_t failures, int64_t locked_until_us)
{
    sqlite3_stmt *update =
        store_sql(store, "UPDATE operator SET failures=?2, locked_until_us=?3 WHERE id=?1");
    sqlite3_bind_int64(update, 1, number);
    sqlite3_bind_int64(update, 2, failures);
    sqlite3_bind_int64(update, 3, locked_until_us);
    return store_run(store, update);
}

/* As much writing as for a name that there is. */
static enum loy_status stranger_count(struct loy_store *store)
{
    int64_t strangers = 0;
    enum loy_status status = store_number_get(store, STORE_SETTINGS, "login_strangers", &strangers);
    if (status < LOY_OK) return status;
    return store_number_set(store, STORE_SETTINGS, "login_strangers", strangers + 1);
}

static enum loy_status try_count(
    struct loy_store *store, const char *name, int64_t at_us, struct account *account)
{
    enum loy_status status = account_find(store, name, account);
    if (status != LOY_OK) return status;
    // What comes while a name is locked is not even counted: nobody can keep another one out.
    if (account->number && at_us < account->locked_until_us) *account = (struct account){0};
    if (!account->number) return stranger_count(store);
    // Beyond these the lock grows no more.
    int64_t failures = account->failures < FAILURES_MOST ? account->failures + 1 : FAILURES_MOST;
    int64_t lock = lock_us(failures);
    return store_failures_set(store, account->number, failures, lock ? at_us + lock : 0);
}

/* The first commit: a program killed before the answer has used up a try. */
static enum loy_status try_begin(
    struct loy_store *store, const char *name, int64_t at_us, struct account *account)
{
    *account = (struct account){0};
    if (store->depth > 0)
        return store_fail(store, LOY_E_ARGUMENT, "a PIN is not tried inside a transaction");
    // Who acted until now may have been switched off: that is no reason to refuse the next one.
    enum loy_status status = store_operator_renew(store, true);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = try_count(store, name, at_us, account);
    if (status == LOY_OK) return store_commit(store);
    store_rollback(store);
    return status;
}

static enum loy_status wrong(struct loy_store *store, int64_t number, int64_t at_us)
{
    char object[40] = "nobody, or locked";
    if (number) snprintf(object, sizeof object, "operator %lld", (long long)number);
    enum loy_status status = store_audit(store, "login-failed", object, at_us);
    if (status != LOY_OK) return status;
    return store_fail(store, LOY_E_ACCESS,
        "name or PIN is wrong; a name that was tried %u times in vain is locked for a while, and a "
        "manager can unlock it",
        LOY_LOGIN_FAILURES);
}

enum loy_status store_pin_try(struct loy_store *store, const char *name, const char *pin,
    int64_t at_us, int64_t *number, enum loy_role *role)
{
    struct account account;
    enum loy_status status = try_begin(store, name, at_us, &account);
    if (status == LOY_OK) status = store_pin_compare(store, account.number, account.hash, pin);
    sodium_memzero(account.hash, sizeof account.hash);
    if (status == LOY_NONE) return wrong(store, account.number, at_us);
    if (status != LOY_OK) return status;
    *number = account.number;
    *role = account.role;
    return LOY_OK;
}

/* The second commit of a right PIN; nobody acts as the operator before it is durable. */
static enum loy_status enter(
    struct loy_store *store, int64_t number, enum loy_role role, int64_t at_us)
{
    int64_t before = store->operator_id;
    enum loy_status status = store_begin(store);
    if (status != LOY_OK) return status;
    store->operator_id = number;
    status = store_failures_set(store, number, 0, 0);
    if (status == LOY_OK) status = store_audit(store, "login", "", at_us);
    if (status == LOY_OK)
        status = store_commit(store);
    else
        store_rollback(store);
    if (status == LOY_OK)
        store_operator_set(store, number, role);
    else
        store->operator_id = before;
    return status;
}

enum loy_status loy_store_login(
    struct loy_store *store, const char *name, const char *pin, int64_t at_us)
{
    if (!name || !pin) return LOY_E_ARGUMENT;
    int64_t number = 0;
    enum loy_role role = 0;
    enum loy_status status = store_pin_try(store, name, pin, at_us, &number, &role);
    return status == LOY_OK ? enter(store, number, role, at_us) : status;
}

enum loy_status store_approve(
    struct loy_store *store, const char *name, const char *pin, int64_t at_us, int64_t *approver)
{
    int64_t number = 0;
    enum loy_role role = 0;
    enum loy_status status = store_pin_try(store, name, pin, at_us, &number, &role);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = store_failures_set(store, number, 0, 0);
    if (status != LOY_OK) {
        store_rollback(store);
        return status;
    }
    status = store_commit(store);
    if (status != LOY_OK) return status;
    if (!loy_access_allowed(role, LOY_MAY_APPROVE_STEP))
        return store_fail(
            store, LOY_E_ACCESS, "this name is not a supervisor's: call one to approve the step");
    *approver = number;
    return LOY_OK;
}

enum loy_status loy_store_logout(struct loy_store *store, int64_t at_us)
{
    enum loy_status status = store_operator_renew(store, true);
    if (status == LOY_OK && store->role) status = store_audit(store, "logout", "", at_us);
    store_operator_set(store, 0, 0);
    return status;
}
