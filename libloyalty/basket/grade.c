/* SPDX-License-Identifier: MIT
 *
 * grade.c - the ordered list of grades of a category.
 * A grade's name comes in with an article; ranks go into the store. Knows no article.
 */
#include "basket_private.h"

/* "2 good" stands before "10 best": by the number in front, then by name. */
static enum loy_status grade_rank(struct loy_store *store, const char *category)
{
    sqlite3_stmt *update = store_sql(store,
        "UPDATE grade SET rank = (SELECT count(*) FROM grade other WHERE other.category = ?1 AND "
        "(CAST(other.name AS INTEGER), other.name) <= (CAST(grade.name AS INTEGER), grade.name)) "
        "WHERE category = ?1");
    if (update == NULL) return LOY_E_STORE;
    sqlite3_bind_text(update, 1, category, -1, SQLITE_STATIC);
    return store_run(store, update);
}

enum loy_status basket_grade_put(struct loy_store *store, const char *category, const char *grade)
{
    if (category == NULL) category = "";
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO grade (category, name, rank) VALUES (?1, ?2, 0) ON CONFLICT DO NOTHING");
    if (insert == NULL) return LOY_E_STORE;
    sqlite3_bind_text(insert, 1, category, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, grade, -1, SQLITE_STATIC);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK || sqlite3_changes64(store->db) == 0) return status;
    return grade_rank(store, category);
}
