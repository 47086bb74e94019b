/* SPDX-License-Identifier: MIT
 *
 * list_columns.c - the columns of a list of members: their names and what stands in them.
 * In: a listed member. Out: texts. Must not know: where they are written.
 */
#include "code_words.h"
#include "list_sheet.h"

#include <loyalty/form.h>

#include <sodium.h>
#include <string.h>

#define FIELD_WIDTH 18

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
    const char *name, *label;
    uint8_t own, shape, width;
} own_columns[] = {
    {"member", N_("member"), OWN_MEMBER, LIST_TEXT, 36},
    {"name", N_("name"), OWN_NAME, LIST_TEXT, 20},
    {"pinyin", N_("pinyin"), OWN_PINYIN, LIST_TEXT, 20},
    {"kind", N_("kind"), OWN_KIND, LIST_TEXT, 12},
    {"status", N_("state"), OWN_STATUS, LIST_TEXT, 17},
    {"pseudonymous", N_("pseudonymous"), OWN_PSEUDONYMOUS, LIST_FLAG, 12},
    {"created", N_("registered"), OWN_CREATED, LIST_TEXT, 16},
    {"last_purchase", N_("last purchase"), OWN_BOUGHT, LIST_TEXT, 16},
    {"cards", N_("cards"), OWN_CARDS, LIST_NUMBER, 6},
    {"consent_profiling", N_("profile"), OWN_CONSENT + LOY_PURPOSE_PROFILING, LIST_FLAG, 14},
    {"consent_marketing", N_("advertising"), OWN_CONSENT + LOY_PURPOSE_MARKETING, LIST_FLAG, 14},
    {"consent_suppliers", N_("manufacturers' summaries"), OWN_CONSENT + LOY_PURPOSE_SUPPLIERS,
        LIST_FLAG, 14},
    {"consent_scheme", N_("card scheme"), OWN_CONSENT + LOY_PURPOSE_SCHEME, LIST_FLAG, 14},
};

static bool column_read(char *name, struct list_column *column)
{
    *column = (struct list_column){.name = name, .width = FIELD_WIDTH};
    for (size_t i = 0; i < sizeof own_columns / sizeof own_columns[0]; i++)
        if (strcmp(own_columns[i].name, name) == 0) {
            column->own = own_columns[i].own;
            column->shape = own_columns[i].shape;
            column->width = own_columns[i].width;
        }
    if (strncmp(name, LIST_TRAIT_PREFIX, strlen(LIST_TRAIT_PREFIX)) == 0)
        column->trait = name + strlen(LIST_TRAIT_PREFIX);
    column->sealed = !column->own || column->own == OWN_NAME || column->own == OWN_PINYIN;
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

const char *list_column_label(struct loy_store *store, const struct list_column *column)
{
    for (size_t i = 0; i < sizeof own_columns / sizeof own_columns[0]; i++)
        if (column->own && own_columns[i].own == column->own) return _(own_columns[i].label);
    return column->trait ? column->trait : code_label(store, 0, (uint8_t)column->field);
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

static enum loy_status own_text(struct loy_store *store, const struct loy_member_listed *member,
    uint8_t own, bool local, char *text)
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
        cli_time_text(
            member->created_at_us, local ? cli_offset_at(member->created_at_us) : 0, short_text);
        break;
    case OWN_BOUGHT:
        if (member->bought_at_us)
            cli_time_text(member->bought_at_us, local ? member->bought_offset_min : 0, short_text);
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

const char *list_cell_words(const struct list_column *column, const char *cell)
{
    if (column->own == OWN_KIND) return code_words(CODE_KIND, cell);
    if (column->own == OWN_STATUS) return code_words(CODE_STANDING, cell);
    if (column->shape == LIST_FLAG) return code_words(CODE_FLAG, cell);
    return code_value(column->field, cell);
}

enum loy_status list_cell_text(struct loy_store *store, const struct loy_member_listed *member,
    const struct list_column *column, bool local, char *text)
{
    enum loy_status status;
    if (column->own)
        status = own_text(store, member, column->own, local, text);
    else if (column->trait)
        status = loy_member_trait(store, &member->id, column->trait, text);
    else
        status = loy_member_field(store, &member->id, column->field, text);
    if (status != LOY_OK) *text = '\0';
    return status;
}
