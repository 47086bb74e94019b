/* SPDX-License-Identifier: MIT
 *
 * access.c - may this role do that? The table of loyalty/access.h, and nothing else decides.
 * In: a role and an operation. Out: yes or no, and for a handle the sentence that goes with no.
 */
#include <store/store_parts.h>

#include <stdio.h>
#include <string.h>

static const struct {
    enum loy_role role;
    char letter;
    const char *name;
} roles[] = {
    {LOY_ROLE_CASHIER, 'C', N_("cashier")},
    {LOY_ROLE_SUPERVISOR, 'S', N_("supervisor")},
    {LOY_ROLE_MANAGER, 'M', N_("manager")},
    {LOY_ROLE_ANALYST, 'A', N_("analyst")},
    {LOY_ROLE_AUDITOR, 'U', N_("auditor")},
};
#define ROLE_COUNT (sizeof roles / sizeof *roles)

static const struct {
    const char *letters, *words;
} operations[] = {[LOY_MAY_NOTHING] = {"", N_("this")},
#define ROW(symbol, letters, words) [symbol] = {letters, words},
    LOY_OPERATIONS(ROW)
#undef ROW
};

static bool allowed(size_t row, enum loy_operation operation)
{
    return strchr(operations[operation].letters, roles[row].letter) != NULL;
}

bool loy_access_allowed(enum loy_role role, enum loy_operation operation)
{
    if ((unsigned)operation >= LOY_OPERATION_END) return false;
    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (roles[i].role == role) return allowed(i, operation);
    return false;
}

const char *loy_role_name(enum loy_role role)
{
    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (roles[i].role == role) return roles[i].name;
    return NULL;
}

enum loy_status loy_role_find(const char *name, enum loy_role *role)
{
    if (!name || !role) return LOY_E_ARGUMENT;
    for (size_t i = 0; i < ROLE_COUNT; i++) {
        if (strcmp(roles[i].name, name) != 0) continue;
        *role = roles[i].role;
        return LOY_OK;
    }
    return LOY_NONE;
}

enum loy_status store_require(struct loy_store *store, enum loy_operation operation)
{
    // Under the write lock nobody else changes a role.
    if (store->depth == 0) {
        enum loy_status status = store_operator_renew(store, false);
        if (status != LOY_OK) return status;
    }
    if (loy_access_allowed(store->role, operation)) return LOY_OK;
    if (!store->row_role && store->operator_id)
        return store_fail(store, LOY_E_ACCESS,
            "this operator was switched off: somebody else logs in, or opens the store");
    if ((unsigned)operation >= LOY_OPERATION_END) operation = LOY_MAY_NOTHING;
    char names[100] = "";
    size_t used = 0;
    for (size_t i = 0; i < ROLE_COUNT; i++)
        if (allowed(i, operation))
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
                used ? store_words(" or ") : "", store_words(roles[i].name));
    const char *mine = loy_role_name(store->role);
    return store_fail(store, LOY_E_ACCESS, "%s is for a %s; you are %s",
        store_words(operations[operation].words), used ? names : store_words("nobody"),
        store_words(mine ? mine : "nobody"));
}
