/* SPDX-License-Identifier: MIT
 *
 * operator.c - who acts on this handle, and whether the role may. Deny by default.
 */
#include <store/store_parts.h>

#include <stdio.h>

static const char *const role_names[] = {[LOY_ROLE_CASHIER] = "cashier",
    [LOY_ROLE_SUPERVISOR] = "supervisor",
    [LOY_ROLE_MANAGER] = "manager",
    [LOY_ROLE_ANALYST] = "analyst",
    [LOY_ROLE_AUDITOR] = "auditor"};

#define ROLES_END (sizeof role_names / sizeof *role_names)

static const char *role_name(unsigned role)
{
    return role < ROLES_END && role_names[role] ? role_names[role] : "nobody";
}

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
    int64_t role = 0;
    if (status == LOY_OK) {
        store->operator_id = sqlite3_column_int64(find, 0);
        role = sqlite3_column_int64(find, 1);
    }
    sqlite3_reset(find);
    if (status == LOY_NONE || (status == LOY_OK && (role < 1 || role >= (int64_t)ROLES_END)))
        return store_fail(store, LOY_E_ACCESS,
            "the user %s is not enrolled in %s: a manager enrols it with `loyalty operator add`",
            user, store->path);
    if (status == LOY_OK) store->role = (enum loy_role)role;
    return status;
}

enum loy_status store_require(struct loy_store *store, unsigned role_mask, const char *what)
{
    if (store->role && (role_mask & 1u << store->role)) return LOY_OK;
    char allowed[100] = "";
    size_t used = 0;
    for (unsigned role = 1; role < ROLES_END; role++)
        if (role_mask & 1u << role)
            used += (size_t)snprintf(
                allowed + used, sizeof allowed - used, "%s%s", used ? " or " : "", role_name(role));
    return store_fail(store, LOY_E_ACCESS, "%s is for a %s; you are %s", what,
        used ? allowed : "nobody", role_name(store->role));
}

enum loy_role loy_store_role(const struct loy_store *store)
{
    return store->role;
}
