/* SPDX-License-Identifier: MIT
 *
 * list_columns.c - the columns of a list of members: their names and what stands in them.
 * In: a listed member. Out: texts. Must not know: where they are written.
 */
#include "list_sheet.h"

#include <sodium.h>
#include <string.h>

enum list_own {
    OWN_MEMBER = 1,
    OWN_NAME,
    OWN_PINYIN,
    OWN_KIND,
    OWN_STATUS,
    OWN_PSEUDONYMOUS,
    OWN_CREATED,
    OWN_BOUGHT,
    OWN_CARDS,
    OWN_CONSENT, /* and the purposes behind it */
};

static const struct {
    const char *name;
    uint8_t own, shape;
} own_columns[] = {
    {"member", OWN_MEMBER, LIST_TEXT},
    {"name", OWN_NAME, LIST_TEXT},
    {"pinyin", OWN_PINYIN, LIST_TEXT},
    {"kind", OWN_KIND, LIST_TEXT},
    {"status", OWN_STATUS, LIST_TEXT},
    {"pseudonymous", OWN_PSEUDONYMOUS, LIST_FLAG},
    {"created", OWN_CREATED, LIST_TEXT},
    {"last_purchase", OWN_BOUGHT, LIST_TEXT},
    {"cards", OWN_CARDS, LIST_NUMBER},
    {"consent_profiling", OWN_CONSENT + LOY_PURPOSE_PROFILING, LIST_FLAG},
    {"consent_marketing", OWN_CONSENT + LOY_PURPOSE_MARKETING, LIST_FLAG},
    {"consent_suppliers", OWN_CONSENT + LOY_PURPOSE_SUPPLIERS, LIST_FLAG},
    {"consent_scheme", OWN_CONSENT + LOY_PURPOSE_SCHEME, LIST_FLAG},
};

static bool column_read(char *name, struct list_column *column)
{
    *column = (struct list_column){.name = name};
    for (size_t i = 0; i < sizeof own_columns / sizeof own_columns[0]; i++)
        if (strcmp(own_columns[i].name, name) == 0) {
            column->own = own_columns[i].own;
            column->shape = own_columns[i].shape;
        }
    if (strncmp(name, LIST_TRAIT_PREFIX, strlen(LIST_TRAIT_PREFIX)) == 0)
        column->trait = name + strlen(LIST_TRAIT_PREFIX);
    return column->own || (column->trait && column->trait[0]) ||
           loy_field_find(name, &column->field) == LOY_OK;
}

bool list_columns_read(
    char *text, enum loy_role role, struct list_column *columns, size_t *count, const char **wrong)
{
    static char plain[] = "member,kind,status,created,last_purchase,cards";
    static char named[] = "member,name,given_name,kind,status,created,last_purchase,cards";
    char *rest = NULL;
    if (!text) text = loy_access_allowed(role, LOY_MAY_READ_NAME) ? named : plain;
    *count = 0;
    *wrong = NULL;
    for (char *name = strtok_r(text, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        if (*count == LIST_COLUMNS_MAX) return false;
        if (!column_read(name, &columns[*count])) {
            *wrong = name;
            return false;
        }
        ++*count;
    }
    *wrong = "";
    return *count > 0;
}

/* ---- Cells ---------------------------------------------------------------------------------- */

static enum loy_status name_text(struct loy_store *store, const struct loy_id *id, char *text)
{
    enum loy_status status = loy_member_field(store, id, LOY_FIELD_NAME, text);
    return status == LOY_NONE ? loy_member_field(store, id, LOY_FIELD_FAMILY_NAME, text) : status;
}

static enum loy_status pinyin_text(
    struct loy_store *store, const struct loy_member_listed *member, char *text)
{
    char name[2 * LOY_FIELD_TEXT_MAX] = "";
    enum loy_status status = name_text(store, &member->id, name);
    size_t used = strlen(name);
    if (status == LOY_OK && loy_member_field(store, &member->id, LOY_FIELD_NAME, text) != LOY_OK &&
        loy_member_field(store, &member->id, LOY_FIELD_GIVEN_NAME, text) == LOY_OK)
        snprintf(name + used, sizeof name - used, "%s", text);
    if (status == LOY_OK)
        status = loy_pinyin(name, member->kind == LOY_MEMBER_PERSON, text, LOY_FIELD_TEXT_MAX);
    sodium_memzero(name, sizeof name);
    /* A very long name has no short reading; that is no failure of the list. */
    return status == LOY_E_LIMIT ? LOY_NONE : status;
}

static void put(char *text, const char *value)
{
    snprintf(text, LOY_FIELD_TEXT_MAX, "%s", value);
}

static enum loy_status own_text(
    struct loy_store *store, const struct loy_member_listed *member, uint8_t own, char *text)
{
    static const char *const statuses[] = {"", "active", "merged", "erased"};
    char short_text[40] = "";
    switch (own) {
    case OWN_MEMBER:
        loy_id_text(&member->id, short_text);
        break;
    case OWN_NAME:
        return name_text(store, &member->id, text);
    case OWN_PINYIN:
        return pinyin_text(store, member, text);
    case OWN_KIND:
        put(text, member->kind == LOY_MEMBER_PERSON ? "person" : "organisation");
        return LOY_OK;
    case OWN_STATUS:
        put(text, member->status <= LOY_MEMBER_ERASED ? statuses[member->status] : "");
        return LOY_OK;
    case OWN_PSEUDONYMOUS:
        put(text, member->pseudonymous ? "yes" : "no");
        return LOY_OK;
    case OWN_CREATED:
        cli_time_text(member->created_at_us, 0, short_text);
        break;
    case OWN_BOUGHT:
        if (member->bought_at_us) cli_time_text(member->bought_at_us, 0, short_text);
        break;
    case OWN_CARDS:
        snprintf(short_text, sizeof short_text, "%d", (int)member->cards);
        break;
    default:
        put(text, member->consent[own - OWN_CONSENT] ? "yes" : "no");
        return LOY_OK;
    }
    put(text, short_text);
    return LOY_OK;
}

enum loy_status list_cell_text(struct loy_store *store, const struct loy_member_listed *member,
    const struct list_column *column, char *text)
{
    enum loy_status status;
    if (column->own)
        status = own_text(store, member, column->own, text);
    else if (column->trait)
        status = loy_member_trait(store, &member->id, column->trait, text);
    else
        status = loy_member_field(store, &member->id, column->field, text);
    if (status != LOY_OK) *text = '\0';
    /* What an erased member said is gone with its key. */
    bool gone = status == LOY_E_KEY && member->status == LOY_MEMBER_ERASED;
    return status == LOY_NONE || gone ? LOY_OK : status;
}
