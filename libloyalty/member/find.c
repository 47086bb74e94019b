/* SPDX-License-Identifier: MIT
 *
 * find.c - members by what they carry or say: telephone, tax number, reference, name, or all in a
 * row. In: a text. Out: a member's id. Must not know: cards, forms.
 */
#include "member_private.h"

#include <string.h>

enum loy_status loy_member_find_indexed(
    struct loy_store *store, enum loy_field field, const char *text, struct loy_id *member)
{
    char normal[LOY_FIELD_TEXT_MAX];
    if (!store || !text || !member || !member_field_indexed(field)) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_FIND_MEMBER);
    // To find by it is to learn whose it is.
    if (status == LOY_OK && field == LOY_FIELD_ACCOUNT_NO)
        status = store_require(store, LOY_MAY_READ_ACCOUNT);
    if (status == LOY_OK) status = member_field_normal(store, field, text, store->clock_us, normal);
    if (status == LOY_OK) status = member_blind_find(store, field, normal, member);
    sodium_memzero(normal, sizeof normal);
    return status;
}

enum loy_status loy_member_find_reference(
    struct loy_store *store, const char *reference, struct loy_id *member)
{
    char normal[LOY_FIELD_TEXT_MAX];
    if (!store || !reference || !member) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_FIND_MEMBER);
    if (status != LOY_OK) return status;
    status = member_text_normal(reference, normal);
    if (status == LOY_OK)
        status = member_blind_find(store, MEMBER_REFERENCE_FIELD, normal, member);
    else
        status =
            store_fail(store, LOY_E_FORMAT, "reference: one line of text in UTF-8 is expected");
    sodium_memzero(normal, sizeof normal);
    return status;
}

enum loy_status loy_member_find_form(
    struct loy_store *store, const uint8_t token[LOY_FORM_TOKEN_SIZE], struct loy_id *member)
{
    if (!store || !token || !member) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_FIND_MEMBER);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store, "SELECT uid FROM member WHERE form_token = ?1");
    sqlite3_bind_blob(select, 1, token, LOY_FORM_TOKEN_SIZE, SQLITE_STATIC);
    status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 0, member);
    sqlite3_reset(select);
    return status;
}

static enum loy_status next_of_all(
    struct loy_store *store, int64_t *position, struct loy_id *member)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT id, uid FROM member WHERE id > ?1 AND status = 1 ORDER BY id LIMIT 1");
    sqlite3_bind_int64(select, 1, *position);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) status = member_id_read(store, select, 1, member);
    if (status == LOY_OK) *position = sqlite3_column_int64(select, 0);
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_member_next(
    struct loy_store *store, int64_t *position, const char *name, struct loy_id *member)
{
    char folded[LOY_FIELD_TEXT_MAX] = "";
    if (!store || !position || !member) return LOY_E_ARGUMENT;
    enum loy_status status = LOY_OK;
    if (name && name[0]) status = member_text_fold(name, folded);
    if (status != LOY_OK)
        return store_fail(store, LOY_E_FORMAT, "name: one line of text in UTF-8 is expected");
    if (folded[0]) {
        status = store_require(store, LOY_MAY_FIND_MEMBER);
        if (status == LOY_OK) status = member_names_next(store, position, name, member);
    } else {
        status = store_require(store, LOY_MAY_LIST_MEMBERS);
        if (status == LOY_OK) status = next_of_all(store, position, member);
    }
    sodium_memzero(folded, sizeof folded);
    return status;
}
