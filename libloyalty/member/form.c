/* SPDX-License-Identifier: MIT
 *
 * form.c - the forms as one table, and what a shop has changed in them.
 * In: a form. Out: its fields with label, purpose and need. Must not know: members' values.
 */
#include "member_private.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

// clang-format off
static const struct {
    uint8_t field;
    const char *label;
} labels[] = {
    {LOY_FIELD_NAME, N_("Name")},
    {LOY_FIELD_FAMILY_NAME, N_("Family name")},
    {LOY_FIELD_GIVEN_NAME, N_("Given name")},
    {LOY_FIELD_INDUSTRY, N_("Industry")},
    {LOY_FIELD_ADDRESS, N_("Address")},
    {LOY_FIELD_TELEPHONE, N_("Telephone")},
    {LOY_FIELD_FAX, N_("Fax")},
    {LOY_FIELD_SECTION, N_("Section")},
    {LOY_FIELD_DISTRICT, N_("District")},
    {LOY_FIELD_POSTCODE, N_("Postcode")},
    {LOY_FIELD_TAX_NO, N_("Tax number")},
    {LOY_FIELD_ACCOUNT_NO, N_("Account number")},
    {LOY_FIELD_PURCHASERS, N_("Authorised purchasers")},
    {LOY_FIELD_SEX, N_("Sex")},
    {LOY_FIELD_BIRTH_YEAR, N_("Year of birth")},
    {LOY_FIELD_HOUSEHOLD_SIZE, N_("Persons in the household")},
    {LOY_FIELD_LANGUAGE, N_("Language")},
    {LOY_FIELD_EMAIL, N_("E-mail")},
    {LOY_FIELD_TRADING_NAME, N_("Trading name")},
    {LOY_FIELD_BANK_NAME, N_("Bank")},
    {LOY_FIELD_LICENCE_UNTIL, N_("Licence valid until")},
    {LOY_ITEM_CARD, N_("Card")},
    {LOY_ITEM_SCHEME, N_("Terms of the scheme accepted")},
    {LOY_ITEM_PROFILING, N_("Consent to a profile")},
    {LOY_ITEM_MARKETING, N_("Consent to advertising")},
    {LOY_ITEM_SUPPLIERS, N_("Consent to count in makers' reports")},
    {LOY_ITEM_FUNCTION, N_("Function")},
    {LOY_ITEM_AUTHORITY, N_("Authority")},
    {LOY_ITEM_UNTIL, N_("Until")},
    {LOY_ITEM_LIMIT, N_("Spending limit")},
    {LOY_ITEM_DOCUMENT, N_("Kind of document seen")},
};

#define FIXED true
#define FREE false
#define REQUIRED LOY_NEED_REQUIRED
#define OPTIONAL LOY_NEED_OPTIONAL
#define CONDITIONAL LOY_NEED_CONDITIONAL
#define CONSENTS(form, need, fixed)                                                                \
    {form, LOY_ITEM_SCHEME, need, fixed, N_("The terms of the card scheme; the lane's form requires them")},                \
    {form, LOY_ITEM_PROFILING, OPTIONAL, FIXED, N_("Whether purchases may become a profile")},     \
    {form, LOY_ITEM_MARKETING, OPTIONAL, FIXED, N_("Whether advertising may be sent")},            \
    {form, LOY_ITEM_SUPPLIERS, OPTIONAL, FIXED, N_("Whether the member may count in makers' reports")}

static const struct row {
    enum loy_registration form;
    uint8_t field, need;
    bool fixed;
    const char *purpose;
} rows[] = {
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_NAME, REQUIRED, FIXED, N_("To address invoices and letters, and to tell members apart")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_TRADING_NAME, OPTIONAL, FREE, N_("To recognise the firm by the name over its door")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_INDUSTRY, REQUIRED, FREE, N_("To stock what this trade buys")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_ADDRESS, REQUIRED, FREE, N_("For invoices and deliveries")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_SECTION, OPTIONAL, FREE, N_("To plan rounds of delivery and sales")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_DISTRICT, CONDITIONAL, FREE, N_("To see from which districts members come")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_POSTCODE, REQUIRED, FREE, N_("For deliveries, and to see from which areas members come")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_TELEPHONE, REQUIRED, FREE, N_("To ask back about an order, and to find the member without the card")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_FAX, OPTIONAL, FREE, N_("For orders and confirmations by fax")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_TAX_NO, REQUIRED, FREE, N_("For tax invoices, and to recognise a firm that is registered already")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_ACCOUNT_NO, OPTIONAL, FREE, N_("For refunds and purchases on credit")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_BANK_NAME, CONDITIONAL, FREE, N_("For tax invoices, which name the bank beside the account")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_LICENCE_UNTIL, OPTIONAL, FREE, N_("To remind the member before the licence ends")},
    {LOY_REGISTRATION_ORGANISATION, LOY_FIELD_PURCHASERS, REQUIRED, FREE, N_("To know who may buy for the firm")},
    CONSENTS(LOY_REGISTRATION_ORGANISATION, OPTIONAL, FREE),
    {LOY_REGISTRATION_PERSON, LOY_FIELD_FAMILY_NAME, REQUIRED, FREE, N_("To address the member")},
    {LOY_REGISTRATION_PERSON, LOY_FIELD_GIVEN_NAME, REQUIRED, FREE, N_("To tell members of one family apart")},
    {LOY_REGISTRATION_PERSON, LOY_FIELD_TELEPHONE, CONDITIONAL, FREE, N_("To find the member without the card")},
    {LOY_REGISTRATION_PERSON, LOY_ITEM_CARD, CONDITIONAL, FREE, N_("To recognise the member at the till")},
    {LOY_REGISTRATION_PERSON, LOY_FIELD_ADDRESS, OPTIONAL, FREE, N_("For deliveries")},
    {LOY_REGISTRATION_PERSON, LOY_FIELD_POSTCODE, OPTIONAL, FREE, N_("To see from which areas members come")},
    {LOY_REGISTRATION_PERSON, LOY_FIELD_SEX, OPTIONAL, FREE, N_("To stock what suits those who come")},
    {LOY_REGISTRATION_PERSON, LOY_FIELD_BIRTH_YEAR, OPTIONAL, FREE, N_("To stock by age group; a band of years is enough")},
    {LOY_REGISTRATION_PERSON, LOY_FIELD_HOUSEHOLD_SIZE, OPTIONAL, FREE, N_("To know for how many a household buys")},
    {LOY_REGISTRATION_PERSON, LOY_FIELD_LANGUAGE, OPTIONAL, FREE, N_("To write in the member's language")},
    CONSENTS(LOY_REGISTRATION_PERSON, OPTIONAL, FREE),
    {LOY_REGISTRATION_PURCHASER, LOY_FIELD_NAME, REQUIRED, FIXED, N_("To know who may buy for the firm")},
    {LOY_REGISTRATION_PURCHASER, LOY_ITEM_FUNCTION, OPTIONAL, FREE, N_("To reach the right person")},
    {LOY_REGISTRATION_PURCHASER, LOY_FIELD_TELEPHONE, OPTIONAL, FREE, N_("To ask back about an order")},
    {LOY_REGISTRATION_PURCHASER, LOY_ITEM_AUTHORITY, REQUIRED, FIXED, N_("How long the person may buy: always, until a date, or once")},
    {LOY_REGISTRATION_PURCHASER, LOY_ITEM_UNTIL, CONDITIONAL, FIXED, N_("The day on which the authority ends")},
    {LOY_REGISTRATION_PURCHASER, LOY_ITEM_LIMIT, OPTIONAL, FREE, N_("To stop what the firm has not permitted")},
    {LOY_REGISTRATION_PURCHASER, LOY_ITEM_CARD, CONDITIONAL, FREE, N_("To recognise the person at the till")},
    {LOY_REGISTRATION_PURCHASER, LOY_ITEM_DOCUMENT, OPTIONAL, FREE, N_("To show that somebody looked; its number is never kept")},
    {LOY_REGISTRATION_LANE, LOY_ITEM_CARD, CONDITIONAL, FIXED, N_("To recognise the member at the till")},
    {LOY_REGISTRATION_LANE, LOY_FIELD_TELEPHONE, CONDITIONAL, FIXED, N_("To find the member without the card")},
    CONSENTS(LOY_REGISTRATION_LANE, REQUIRED, FIXED),
};
// clang-format on

const char *loy_registration_name(enum loy_registration form)
{
    switch (form) {
    case LOY_REGISTRATION_NONE:
        break;
#define ROW(symbol, number, name)                                                                  \
    case symbol:                                                                                   \
        return name;
        LOY_REGISTRATIONS(ROW)
#undef ROW
    }
    return NULL;
}

enum loy_status loy_registration_find(const char *name, enum loy_registration *form)
{
    static const enum loy_registration forms[] = {
#define ROW(symbol, number, name) symbol,
        LOY_REGISTRATIONS(ROW)
#undef ROW
    };
    if (!name || !form) return LOY_E_ARGUMENT;
    for (size_t i = 0; i < ROWS(forms); i++) {
        if (strcmp(loy_registration_name(forms[i]), name) != 0) continue;
        *form = forms[i];
        return LOY_OK;
    }
    return LOY_NONE;
}

static const char *name_of(uint8_t field)
{
    static const struct {
        uint8_t number;
        const char *name;
    } items[] = {
#define ROW(symbol, number, name) {number, name},
        LOY_FORM_ITEMS(ROW)
#undef ROW
    };
    for (size_t i = 0; i < ROWS(items); i++)
        if (items[i].number == field) return items[i].name;
    return loy_field_name((enum loy_field)field);
}

static const char *label_of(enum loy_registration form, uint8_t field)
{
    if (form == LOY_REGISTRATION_ORGANISATION && field == LOY_FIELD_NAME)
        return store_words(N_("Customer name"));
    for (size_t i = 0; i < ROWS(labels); i++)
        if (labels[i].field == field) return store_words(labels[i].label);
    return name_of(field);
}

/* ---- What the shop changed ---------------------------------------------------------------------
 */

static void text_take(sqlite3_stmt *select, int column, char *text, size_t size)
{
    const char *kept = (const char *)sqlite3_column_text(select, column);
    if (kept) snprintf(text, size, "%s", kept);
}

/* Puts the shop's words over those built in. */
static enum loy_status changes_take(
    struct loy_store *store, enum loy_registration form, struct loy_form_field *field)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT need, label, purpose FROM form_field WHERE form = ?1 AND field = ?2");
    sqlite3_bind_int64(select, 1, form);
    sqlite3_bind_int64(select, 2, field->field);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        field->changed = true;
        int need = sqlite3_column_int(select, 0);
        if (need) field->need = (uint8_t)need;
        text_take(select, 1, field->label, sizeof field->label);
        text_take(select, 2, field->purpose, sizeof field->purpose);
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status field_fill(
    struct loy_store *store, const struct row *row, struct loy_form_field *field)
{
    struct loy_form_field found = {
        .size = field->size, .field = row->field, .need = row->need, .fixed = row->fixed};
    snprintf(found.name, sizeof found.name, "%s", name_of(row->field));
    snprintf(found.label, sizeof found.label, "%s", label_of(row->form, row->field));
    snprintf(found.purpose, sizeof found.purpose, "%s", store_words(row->purpose));
    enum loy_status status = changes_take(store, row->form, &found);
    if (status == LOY_OK) *field = found;
    return status;
}

enum loy_status member_form_field_next(struct loy_store *store, enum loy_registration form,
    int64_t *position, struct loy_form_field *field)
{
    for (; *position < (int64_t)ROWS(rows); (*position)++) {
        if (rows[*position].form != form) continue;
        enum loy_status status = field_fill(store, &rows[*position], field);
        if (status == LOY_OK) (*position)++;
        return status;
    }
    return LOY_NONE;
}

enum loy_status loy_form_field_next(struct loy_store *store, enum loy_registration form,
    int64_t *position, struct loy_form_field *field)
{
    if (!store || !position || *position < 0 || !field || field->size < sizeof *field)
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_ADD_MEMBER);
    return status == LOY_OK ? member_form_field_next(store, form, position, field) : status;
}

/* The shop's own label on this form goes first, then that on any other. */
static enum loy_status label_read(struct loy_store *store, enum loy_registration form,
    uint8_t field, char label[LOY_FORM_LABEL_MAX])
{
    snprintf(label, LOY_FORM_LABEL_MAX, "%s", label_of(form, field));
    sqlite3_stmt *select = store_sql(store, "SELECT label FROM form_field WHERE field = ?1 AND "
                                            "label IS NOT NULL ORDER BY form <> ?2, form LIMIT 1");
    sqlite3_bind_int64(select, 1, field);
    sqlite3_bind_int64(select, 2, form);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) text_take(select, 0, label, LOY_FORM_LABEL_MAX);
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_form_label(struct loy_store *store, enum loy_registration form, uint8_t field,
    char label[LOY_FORM_LABEL_MAX])
{
    if (!store || !label) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_MEMBER);
    if (status != LOY_OK) return status;
    if (!name_of(field)) return store_fail(store, LOY_NONE, "the form has no such field");
    return label_read(store, form, field, label);
}

void member_field_label(struct loy_store *store, enum loy_field field, char label[MEMBER_LABEL_MAX])
{
    char text[LOY_FORM_LABEL_MAX];
    const char *name = name_of((uint8_t)field);
    label_read(store, LOY_REGISTRATION_NONE, (uint8_t)field, text);
    if (strcasecmp(text, name) == 0)
        snprintf(label, MEMBER_LABEL_MAX, "%s", text);
    else
        snprintf(label, MEMBER_LABEL_MAX, "%s (%s)", text, name);
}

/* ---- Changing ----------------------------------------------------------------------------------
 */

static enum loy_status text_check(
    struct loy_store *store, const char *what, const char *text, size_t size_max)
{
    if (!text || !text[0]) return LOY_OK;
    return member_code_check(store, what, text, size_max);
}

static enum loy_status change_check(struct loy_store *store, const struct loy_form_change *change,
    const struct loy_form_field *before)
{
    enum loy_status status = text_check(store, "label", change->label, LOY_FORM_LABEL_MAX);
    if (status == LOY_OK)
        status = text_check(store, "purpose", change->purpose, LOY_FORM_PURPOSE_MAX);
    if (status != LOY_OK) return status;
    bool tick = before->field >= LOY_ITEM_SCHEME && before->field <= LOY_ITEM_SUPPLIERS;
    if (change->label && (tick || member_names_identity(change->label)))
        return store_fail(store, LOY_E_CONFLICT,
            tick ? N_("%s: the words of a consent are not changed here; a new version of its text "
                      "is")
                 : N_("%s: a number of identity is never asked; another label is expected"),
            before->label);
    if (change->need != 0 && change->need != LOY_NEED_OPTIONAL && change->need != LOY_NEED_REQUIRED)
        return store_fail(store, LOY_E_ARGUMENT, "need: expected is required or optional");
    if (change->need != 0 && before->fixed && change->need != before->need)
        return store_fail(store, LOY_E_CONFLICT,
            tick ? "%s: a consent is a free choice, and the scheme's terms are not: leave it as it "
                   "is"
                 : "%s: the form makes no sense otherwise; leave it as it is",
            before->label);
    return LOY_OK;
}

static void change_put(
    const struct loy_form_change *change, const char *built_in, struct loy_form_field *field)
{
    if (change->need) field->need = change->need;
    if (change->label)
        snprintf(
            field->label, sizeof field->label, "%s", change->label[0] ? change->label : built_in);
    if (change->purpose) snprintf(field->purpose, sizeof field->purpose, "%s", change->purpose);
}

/* What is not changed stays as it was: NULL keeps the language's own words. */
static enum loy_status change_write(struct loy_store *store, enum loy_registration form,
    uint8_t field, const struct loy_form_change *change, int64_t at_us)
{
    char object[80];
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO form_field (form, field, need, label, purpose) "
        "VALUES (?1, ?2, ?3, nullif(?4, ''), ?5) ON CONFLICT (form, field) DO UPDATE SET "
        "need = coalesce(?3, need), label = CASE WHEN ?4 IS NULL THEN label ELSE nullif(?4, '') "
        "END, purpose = coalesce(?5, purpose)");
    sqlite3_bind_int64(insert, 1, form);
    sqlite3_bind_int64(insert, 2, field);
    if (change->need) sqlite3_bind_int64(insert, 3, change->need);
    sqlite3_bind_text(insert, 4, change->label, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 5, change->purpose, -1, SQLITE_STATIC);
    enum loy_status status = store_run(store, insert);
    snprintf(object, sizeof object, "%s %s", loy_registration_name(form), name_of(field));
    return status == LOY_OK ? store_audit(store, "form.set", object, at_us) : status;
}

static const struct row *row_of(enum loy_registration form, uint8_t field)
{
    for (size_t i = 0; i < ROWS(rows); i++)
        if (rows[i].form == form && rows[i].field == field) return &rows[i];
    return NULL;
}

enum loy_status loy_form_field_set(struct loy_store *store, enum loy_registration form,
    uint8_t field, const struct loy_form_change *change, int64_t at_us)
{
    struct loy_form_field after = {.size = sizeof after};
    if (!store || !change || change->size < sizeof *change) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_FORM);
    const struct row *row = row_of(form, field);
    if (status == LOY_OK && !row) return store_fail(store, LOY_NONE, "the form has no such field");
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = field_fill(store, row, &after);
    if (status == LOY_OK) status = change_check(store, change, &after);
    if (status == LOY_OK) {
        change_put(change, label_of(form, field), &after);
        if (after.need == LOY_NEED_REQUIRED && !after.purpose[0])
            status = store_fail(store, LOY_E_CONFLICT,
                "%s: a field without a purpose cannot be required; write down first what it is for",
                after.label);
    }
    if (status != LOY_OK) return member_end_unwritten(store, status);
    return member_end(store, change_write(store, form, field, change, at_us));
}
