/* SPDX-License-Identifier: MIT
 *
 * operator.c - who acts on this handle, with which role.
 */
#include <store/store_parts.h>

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
    if (status == LOY_NONE || (status == LOY_OK && !loy_role_name((enum loy_role)role)))
        return store_fail(store, LOY_E_ACCESS,
            "the user %s is not enrolled in %s: a manager enrols it with `loyalty operator add`",
            user, store->path);
    if (status == LOY_OK) store->role = (enum loy_role)role;
    return status;
}

enum loy_role loy_store_role(const struct loy_store *store)
{
    return store->role;
}
