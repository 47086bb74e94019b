/* SPDX-License-Identifier: MIT
 *
 * operator.c - the rows of operators: who there is, with which role, and who acts on a handle. In:
 * names. Out: rows, and an audit entry for each change. Hashes PINs nowhere itself (pin.c) and
 * counts no tries (login.c).
 */
#include <store/store_parts.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <utf8proc.h>

/* ---- Acting -------------------------------------------------------------------------------------
 */

enum loy_status store_operator_enrol(
    struct loy_store *store, const char *user, enum loy_role role, int64_t *id)
{
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO operator (name, user, role) VALUES (?1, ?1, ?2)");
    sqlite3_bind_text(insert, 1, user, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 2, role);
    enum loy_status status = store_run(store, insert);
    if (status == LOY_OK) *id = sqlite3_last_insert_rowid(store->db);
    return status;
}

enum loy_status store_operator_act(struct loy_store *store, const char *user)
{
    sqlite3_stmt *find =
        store_sql(store, "SELECT id, role FROM operator WHERE user=?1 AND active=1");
    sqlite3_bind_text(find, 1, user, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, find);
    int64_t number = sqlite3_column_int64(find, 0);
    enum loy_role role = (enum loy_role)sqlite3_column_int64(find, 1);
    sqlite3_reset(find);
    if (status == LOY_NONE || (status == LOY_OK && !loy_role_name(role)))
        return store_fail(store, LOY_E_ACCESS,
            "the user %s is not enrolled in %s: a manager enrols it with `loyalty operator add`",
            user, store->path);
    if (status == LOY_OK) store_operator_set(store, number, role);
    return status;
}

/* In steps of some milliseconds, but without a system call: a lane asks at every card. */
int64_t store_now_ms(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void store_operator_set(struct loy_store *store, int64_t number, enum loy_role role)
{
    store->operator_id = number;
    store->role = store->row_role = role;
    store->role_at_ms = store_now_ms();
}

enum loy_status store_operator_renew(struct loy_store *store, bool at_all_events)
{
    if (!store->role) return LOY_OK;
    int64_t now = store_now_ms();
    if (!at_all_events && now - store->role_at_ms < STORE_ROLE_MS) return LOY_OK;
    sqlite3_stmt *find = store_sql(store, "SELECT role FROM operator WHERE id=?1 AND active=1");
    sqlite3_bind_int64(find, 1, store->operator_id);
    enum loy_status status = store_step(store, find);
    enum loy_role role = status == LOY_OK ? (enum loy_role)sqlite3_column_int64(find, 0) : 0;
    sqlite3_reset(find);
    if (status < LOY_OK) return status;
    store->role_at_ms = now;
    if (role == store->row_role) return LOY_OK;
    store->row_role = role;
    // Whoever becomes a manager needs a longer PIN: that role comes with the next login.
    if (store_pin_least(role) <= store_pin_least(store->role)) store->role = role;
    return LOY_OK;
}

enum loy_role loy_store_role(const struct loy_store *store)
{
    return store->role;
}

/* ---- Reading ------------------------------------------------------------------------------------
 */

#define COLUMNS                                                                                    \
    "id, name, user, role, active, pin_hash IS NOT NULL, failures, locked_until_us,"               \
    " pin_set_at_us FROM operator"

static enum loy_status row_read(
    struct loy_store *store, sqlite3_stmt *select, struct loy_operator *who)
{
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *who = (struct loy_operator){.size = sizeof *who,
            .number = sqlite3_column_int64(select, 0),
            .role = (uint8_t)sqlite3_column_int(select, 3),
            .active = sqlite3_column_int(select, 4) != 0,
            .has_pin = sqlite3_column_int(select, 5) != 0,
            .failures = sqlite3_column_int64(select, 6),
            .locked_until_us = sqlite3_column_int64(select, 7),
            .pin_set_at_us = sqlite3_column_int64(select, 8)};
        // SQLite's own prints NULL as nothing.
        sqlite3_snprintf(sizeof who->name, who->name, "%s", sqlite3_column_text(select, 1));
        sqlite3_snprintf(sizeof who->user, who->user, "%s", sqlite3_column_text(select, 2));
    }
    sqlite3_reset(select);
    return status;
}

static enum loy_status by_name(struct loy_store *store, const char *name, struct loy_operator *who)
{
    sqlite3_stmt *find =
        store_sql(store, "SELECT " COLUMNS " WHERE name=?1 COLLATE NOCASE ORDER BY id LIMIT 1");
    sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
    enum loy_status status = row_read(store, find, who);
    if (status != LOY_NONE) return status;
    return store_fail(
        store, LOY_NONE, "there is no operator of this name: `loyalty operator list` shows them");
}

enum loy_status loy_operator_next(struct loy_store *store, int64_t after, struct loy_operator *who)
{
    enum loy_status status = store_require(store, LOY_MAY_LIST_OPERATORS);
    if (status != LOY_OK) return status;
    sqlite3_stmt *next = store_sql(store, "SELECT " COLUMNS " WHERE id > ?1 ORDER BY id LIMIT 1");
    sqlite3_bind_int64(next, 1, after);
    return row_read(store, next, who);
}

enum loy_status loy_operator_self(struct loy_store *store, struct loy_operator *who)
{
    sqlite3_stmt *find = store_sql(store, "SELECT " COLUMNS " WHERE id=?1");
    sqlite3_bind_int64(find, 1, store->operator_id);
    return row_read(store, find, who);
}

/* ---- Changing -----------------------------------------------------------------------------------
 */

static enum loy_status end(struct loy_store *store, enum loy_status status)
{
    if (status == LOY_OK) return store_commit(store);
    store_rollback(store);
    return status;
}

/* Nothing was written: an outer transaction goes on. */
static enum loy_status end_unwritten(struct loy_store *store, enum loy_status status)
{
    if (status != LOY_NONE && status != LOY_E_CONFLICT) return end(store, status);
    enum loy_status ended = store_commit(store);
    return ended == LOY_OK ? status : ended;
}

static enum loy_status audit(
    struct loy_store *store, const char *action, int64_t number, const char *what, int64_t at_us)
{
    char object[80];
    snprintf(
        object, sizeof object, "operator %lld%s%s", (long long)number, *what ? ", " : "", what);
    return store_audit(store, action, object, at_us);
}

/* Readable, without blanks at its ends: it is typed again at each login. */
static bool is_name(const char *name)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)name;
    size_t length = strnlen(name, LOY_OPERATOR_NAME_MAX);
    if (length == 0 || length == LOY_OPERATOR_NAME_MAX) return false;
    if (name[0] == ' ' || name[length - 1] == ' ') return false;
    while (*at) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used = utf8proc_iterate(at, -1, &c);
        if (used < 0) return false;
        utf8proc_category_t category = utf8proc_category(c);
        if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF) return false;
        at += used;
    }
    return true;
}

static enum loy_status given_judge(
    struct loy_store *store, const char *name, enum loy_role role, const char *user)
{
    if (!loy_role_name(role))
        return store_fail(
            store, LOY_E_ARGUMENT, "a role is cashier, supervisor, manager, analyst or auditor");
    if (!is_name(name) || (user && !is_name(user)))
        return store_fail(store, LOY_E_FORMAT,
            "the name of an operator or user has 1 to %u bytes of readable text, without blanks at "
            "its ends",
            LOY_OPERATOR_NAME_MAX - 1);
    return LOY_OK;
}

static enum loy_status free_judge(struct loy_store *store, const char *name, const char *user)
{
    sqlite3_stmt *find = store_sql(store,
        "SELECT name=?1 COLLATE NOCASE FROM operator WHERE name=?1 COLLATE NOCASE OR user=?2");
    sqlite3_bind_text(find, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(find, 2, user, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, find);
    bool named = status == LOY_OK && sqlite3_column_int(find, 0);
    sqlite3_reset(find);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    if (named)
        return store_fail(
            store, LOY_E_CONFLICT, "there is an operator of this name already: choose another");
    return store_fail(
        store, LOY_E_CONFLICT, "the user %s is enrolled already, under another name", user);
}

static enum loy_status insert(
    struct loy_store *store, const char *name, enum loy_role role, const char *user, int64_t at_us)
{
    sqlite3_stmt *add =
        store_sql(store, "INSERT INTO operator (name, user, role) VALUES (?1, ?2, ?3)");
    sqlite3_bind_text(add, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 2, user, -1, SQLITE_STATIC);
    sqlite3_bind_int(add, 3, (int)role);
    enum loy_status status = store_run(store, add);
    if (status != LOY_OK) return status;
    return audit(
        store, "operator-add", sqlite3_last_insert_rowid(store->db), loy_role_name(role), at_us);
}

enum loy_status loy_operator_add(
    struct loy_store *store, const char *name, enum loy_role role, const char *user, int64_t at_us)
{
    if (!name) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_OPERATOR);
    if (status == LOY_OK) status = given_judge(store, name, role, user);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = free_judge(store, name, user);
    if (status != LOY_OK) return end_unwritten(store, status);
    return end(store, insert(store, name, role, user, at_us));
}

/* LOY_E_CONFLICT where nobody else could manage the store: by a user of the system, or by a PIN. */
static enum loy_status others_judge(struct loy_store *store, const struct loy_operator *who)
{
    if (who->role != LOY_ROLE_MANAGER || !who->active) return LOY_OK;
    sqlite3_stmt *others =
        store_sql(store, "SELECT 1 FROM operator WHERE role=?1 AND active=1 AND id<>?2"
                         " AND (user IS NOT NULL OR pin_hash IS NOT NULL) LIMIT 1");
    sqlite3_bind_int(others, 1, LOY_ROLE_MANAGER);
    sqlite3_bind_int64(others, 2, who->number);
    enum loy_status status = store_step(store, others);
    sqlite3_reset(others);
    if (status != LOY_NONE) return status;
    return store_fail(store, LOY_E_CONFLICT,
        "this is the last manager who can act: make another one first, with a PIN or a user");
}

static enum loy_status role_write(
    struct loy_store *store, const struct loy_operator *who, enum loy_role role, int64_t at_us)
{
    bool forgets = store_pin_least(role) > store_pin_least((enum loy_role)who->role);
    sqlite3_stmt *update = store_sql(
        store, "UPDATE operator SET role=?2, pin_hash=iif(?3, NULL, pin_hash) WHERE id=?1");
    sqlite3_bind_int64(update, 1, who->number);
    sqlite3_bind_int(update, 2, (int)role);
    sqlite3_bind_int(update, 3, forgets);
    enum loy_status status = store_run(store, update);
    if (status != LOY_OK) return status;
    return audit(store, "operator-role", who->number, loy_role_name(role), at_us);
}

enum loy_status loy_operator_role_set(
    struct loy_store *store, const char *name, enum loy_role role, int64_t at_us)
{
    if (!name) return LOY_E_ARGUMENT;
    struct loy_operator who = {0};
    enum loy_status status = store_require(store, LOY_MAY_EDIT_OPERATOR);
    if (status == LOY_OK) status = given_judge(store, name, role, NULL);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = by_name(store, name, &who);
    if (status == LOY_OK && role != LOY_ROLE_MANAGER) status = others_judge(store, &who);
    if (status != LOY_OK || who.role == role) return end_unwritten(store, status);
    status = end(store, role_write(store, &who, role, at_us));
    if (status == LOY_OK && who.number == store->operator_id)
        store_operator_set(store, who.number, role);
    return status;
}

static enum loy_status active_write(
    struct loy_store *store, const struct loy_operator *who, bool active, int64_t at_us)
{
    sqlite3_stmt *update = store_sql(store, "UPDATE operator SET active=?2 WHERE id=?1");
    sqlite3_bind_int64(update, 1, who->number);
    sqlite3_bind_int(update, 2, active);
    enum loy_status status = store_run(store, update);
    if (status != LOY_OK) return status;
    return audit(store, active ? "operator-on" : "operator-off", who->number, "", at_us);
}

enum loy_status loy_operator_active_set(
    struct loy_store *store, const char *name, bool active, int64_t at_us)
{
    if (!name) return LOY_E_ARGUMENT;
    struct loy_operator who = {0};
    enum loy_status status = store_require(store, LOY_MAY_EDIT_OPERATOR);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = by_name(store, name, &who);
    if (status == LOY_OK && !active) status = others_judge(store, &who);
    if (status != LOY_OK || who.active == active) return end_unwritten(store, status);
    status = end(store, active_write(store, &who, active, at_us));
    if (status == LOY_OK && who.number == store->operator_id)
        store_operator_set(store, who.number, 0);
    return status;
}

enum loy_status loy_operator_unlock(struct loy_store *store, const char *name, int64_t at_us)
{
    if (!name) return LOY_E_ARGUMENT;
    struct loy_operator who = {0};
    enum loy_status status = store_require(store, LOY_MAY_EDIT_OPERATOR);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = by_name(store, name, &who);
    if (status != LOY_OK || who.failures == 0) return end_unwritten(store, status);
    status = store_failures_set(store, who.number, 0, 0);
    if (status == LOY_OK) status = audit(store, "operator-unlock", who.number, "", at_us);
    return end(store, status);
}

/* ---- PINs ---------------------------------------------------------------------------------------
 */

/* Only for the role by which the PIN was judged: hashing takes its time, and a manager's is longer.
 */
static enum loy_status pin_write(
    struct loy_store *store, const struct loy_operator *who, const char *hash, int64_t at_us)
{
    sqlite3_stmt *update = store_sql(store,
        "UPDATE operator SET pin_hash=?2, pin_set_at_us=?3, failures=0, locked_until_us=0"
        " WHERE id=?1 AND role=?4");
    sqlite3_bind_int64(update, 1, who->number);
    sqlite3_bind_text(update, 2, hash, -1, SQLITE_STATIC);
    sqlite3_bind_int64(update, 3, at_us);
    sqlite3_bind_int(update, 4, who->role);
    enum loy_status status = store_run(store, update);
    if (status == LOY_OK && sqlite3_changes(store->db) == 0)
        status = store_fail(store, LOY_E_CONFLICT,
            "the role of this operator was changed at this moment: repeat, with a PIN for the new "
            "role; nothing was changed");
    return status == LOY_OK ? audit(store, "operator-pin", who->number, "", at_us) : status;
}

/* One's own PIN: who sits down at a machine that somebody left cannot change it. */
static enum loy_status present_try(
    struct loy_store *store, const struct loy_operator *who, const char *old_pin, int64_t at_us)
{
    int64_t number;
    enum loy_role role;
    if (!who->has_pin) return LOY_OK;
    if (!old_pin)
        return store_fail(store, LOY_E_ACCESS, "to change one's own PIN takes the present one");
    return store_pin_try(store, who->name, old_pin, at_us, &number, &role);
}

static enum loy_status target_find(
    struct loy_store *store, const char *name, struct loy_operator *who)
{
    enum loy_status status = store_require(store, LOY_MAY_CHANGE_OWN_PIN);
    if (status == LOY_OK) status = by_name(store, name, who);
    if (status < LOY_OK || (status == LOY_OK && who->number == store->operator_id)) return status;
    enum loy_status may = store_require(store, LOY_MAY_EDIT_OPERATOR);
    return may == LOY_OK ? status : may;
}

enum loy_status loy_operator_pin_set(struct loy_store *store, const char *name, const char *old_pin,
    const char *new_pin, int64_t at_us)
{
    if (!name || !new_pin) return LOY_E_ARGUMENT;
    char hash[STORE_PIN_HASH_SIZE];
    struct loy_operator who = {0};
    enum loy_status status = target_find(store, name, &who);
    if (status == LOY_OK && store->depth > 0)
        status = store_fail(store, LOY_E_ARGUMENT, "a PIN is not set inside a transaction");
    if (status == LOY_OK && who.number == store->operator_id)
        status = present_try(store, &who, old_pin, at_us);
    if (status == LOY_OK) status = store_pin_judge(store, (enum loy_role)who.role, new_pin);
    if (status == LOY_OK) status = store_pin_hash(store, who.number, new_pin, hash);
    if (status == LOY_OK) status = store_begin(store);
    if (status == LOY_OK) status = end(store, pin_write(store, &who, hash, at_us));
    sodium_memzero(hash, sizeof hash);
    return status;
}
