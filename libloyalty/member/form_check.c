/* SPDX-License-Identifier: MIT
 *
 * form_check.c - whether a filled form is whole: what is required is there, a doubtful number was
 * seen, and nobody asks for a number of identity. In: a filled form. Out: what is missing, by
 * label. Must not know: rows of members.
 */
#include "member_private.h"

#include <string.h>

#define NAME_MIN 2u
#define ADDRESS_MIN 5u

static const char *text_of(const struct loy_member_form *form, uint8_t field)
{
    for (size_t i = 0; i < form->field_count; i++)
        if (form->fields[i].field == (enum loy_field)field) return form->fields[i].text;
    return NULL;
}

/* Not blank; "none yet" is an answer. */
static bool field_given(const struct loy_member_form *form, uint8_t field)
{
    char normal[LOY_FIELD_TEXT_MAX];
    const char *text = text_of(form, field);
    if (!text) return false;
    bool given = member_text_normal(text, normal) != LOY_OK || normal[0];
    sodium_memzero(normal, sizeof normal);
    return given;
}

/* The other consents are free: no form requires them. */
static bool is_given(const struct loy_member_form *form, uint8_t field)
{
    switch (field) {
    case LOY_ITEM_CARD:
        return form->has_card;
    case LOY_ITEM_SCHEME:
        return form->consent[LOY_PURPOSE_SCHEME];
    case LOY_FIELD_FAMILY_NAME:
    case LOY_FIELD_GIVEN_NAME:
        /* A whole name in one field is both. */
        return field_given(form, LOY_FIELD_NAME) || field_given(form, field);
    default:
        return field_given(form, field);
    }
}

bool member_field_asked_here(const struct loy_store *store, enum loy_field field)
{
    return field != LOY_FIELD_DISTRICT || strcmp(store->settings.country, "CN") == 0;
}

/* Whether a conditional field is called for. Of telephone and card one is, under the
 * telephone. */
static bool is_called_for(
    const struct loy_store *store, const struct loy_member_form *form, uint8_t field)
{
    switch (field) {
    case LOY_FIELD_TELEPHONE:
        return !form->has_card;
    case LOY_FIELD_BANK_NAME:
        return field_given(form, LOY_FIELD_ACCOUNT_NO);
    case LOY_FIELD_DISTRICT:
        return member_field_asked_here(store, LOY_FIELD_DISTRICT);
    default:
        return false;
    }
}

static enum loy_status missing_next(struct loy_store *store, enum loy_registration form,
    const struct loy_member_form *filled, int64_t *position, struct loy_form_field *field)
{
    enum loy_status status;
    while ((status = member_form_field_next(store, form, position, field)) == LOY_OK) {
        bool needed =
            field->need == LOY_NEED_REQUIRED ||
            (field->need == LOY_NEED_CONDITIONAL && is_called_for(store, filled, field->field));
        if (needed && !is_given(filled, field->field)) return LOY_OK;
    }
    return status;
}

enum loy_status loy_form_missing_next(struct loy_store *store, enum loy_registration form,
    const struct loy_member_form *filled, int64_t *position, struct loy_form_field *field)
{
    if (!store || !filled || filled->size < sizeof *filled || !position || *position < 0 ||
        !field || field->size < sizeof *field || (!filled->fields && filled->field_count))
        return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_ADD_MEMBER);
    return status == LOY_OK ? missing_next(store, form, filled, position, field) : status;
}

enum loy_status loy_form_value_check(
    struct loy_store *store, enum loy_field field, const char *text, int64_t at_us)
{
    char normal[LOY_FIELD_TEXT_MAX];
    if (!store || !text) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_ADD_MEMBER);
    if (status == LOY_OK) status = member_field_normal(store, field, text, at_us, normal);
    sodium_memzero(normal, sizeof normal);
    return status;
}

static void append(char *list, size_t size, const char *separator, const char *label)
{
    size_t n = strlen(list), more = strlen(label), between = n > 0 ? strlen(separator) : 0;
    if (n + between + more >= size) return;
    memcpy(list + n, separator, between);
    memcpy(list + n + between, label, more + 1);
}

static enum loy_status check_missing(struct loy_store *store, const struct loy_member_form *form)
{
    struct loy_form_field field = {.size = sizeof field};
    char list[STORE_TEXT_MAX - 120] = "";
    int64_t position = 0;
    enum loy_status status;
    while ((status = missing_next(
                store, (enum loy_registration)form->form, form, &position, &field)) == LOY_OK) {
        bool either = field.field == LOY_FIELD_TELEPHONE && field.need == LOY_NEED_CONDITIONAL;
        append(list, sizeof list, store_words(", "),
            either ? store_words("Telephone or card") : field.label);
    }
    if (status != LOY_NONE || !list[0]) return status == LOY_NONE ? LOY_OK : status;
    return store_fail(store, LOY_E_FORMAT, "the form is not complete; still expected: %s", list);
}

/* ---- What a form demands of values -------------------------------------------------------------
 */

static enum loy_status check_shortest(
    struct loy_store *store, const struct loy_member_form *form, uint8_t field, unsigned least)
{
    char normal[LOY_FIELD_TEXT_MAX], label[MEMBER_LABEL_MAX];
    const char *text = text_of(form, field);
    if (!text || member_text_normal(text, normal) != LOY_OK) return LOY_OK;
    size_t n = member_text_length(normal);
    sodium_memzero(normal, sizeof normal);
    if (n == 0 || n >= least) return LOY_OK;
    member_field_label(store, (enum loy_field)field, label);
    return store_fail(store, LOY_E_FORMAT, "%s: at least %u characters are expected", label, least);
}

enum loy_status member_doubt_check(struct loy_store *store, enum loy_field field, const char *text)
{
    char normal[LOY_IDENTIFIER_MAX];
    if (field != LOY_FIELD_TAX_NO) return LOY_OK;
    enum loy_identifier_code code = loy_tax_check(store->settings.country, text, normal);
    sodium_memzero(normal, sizeof normal);
    if (loy_identifier_grade(code) != LOY_IDENTIFIER_DOUBT) return LOY_OK;
    return member_identifier_fail(store, LOY_E_CHECK, field, code);
}

static enum loy_status check_tax_no(struct loy_store *store, const struct loy_member_form *form)
{
    const char *text = text_of(form, LOY_FIELD_TAX_NO);
    if (!text || form->seen_on_licence) return LOY_OK;
    return member_doubt_check(store, LOY_FIELD_TAX_NO, text);
}

static enum loy_status check_pending(struct loy_store *store, const struct loy_member_form *form)
{
    const char *text = text_of(form, LOY_FIELD_TAX_NO);
    if (!text || !member_tax_pending(LOY_FIELD_TAX_NO, text)) return LOY_OK;
    if (store->role == LOY_ROLE_MANAGER) return LOY_OK;
    return store_fail(store, LOY_E_ACCESS,
        "only a manager may register a firm without a tax number; ask one, or enter the number");
}

static enum loy_status check_kind(struct loy_store *store, const struct loy_member_form *form)
{
    if (form->form == LOY_REGISTRATION_PURCHASER ||
        !loy_registration_name((enum loy_registration)form->form))
        return store_fail(store, LOY_E_ARGUMENT, "there is no such form");
    if (form->form == LOY_REGISTRATION_ORGANISATION && form->kind != LOY_MEMBER_ORGANISATION)
        return store_fail(store, LOY_E_FORMAT, "kind: the form is for an organisation");
    if (form->form != LOY_REGISTRATION_ORGANISATION && form->kind != LOY_MEMBER_PERSON)
        return store_fail(store, LOY_E_FORMAT, "kind: the form is for a person");
    if (form->pseudonymous)
        return store_fail(
            store, LOY_E_ARGUMENT, "a member who fills in a form is not pseudonymous");
    return LOY_OK;
}

enum loy_status member_form_check(struct loy_store *store, const struct loy_member_form *form)
{
    enum loy_status status = check_pending(store, form);
    if (status != LOY_OK || form->form == LOY_REGISTRATION_NONE) return status;
    status = check_kind(store, form);
    if (status == LOY_OK) status = check_missing(store, form);
    if (status == LOY_OK && form->form == LOY_REGISTRATION_ORGANISATION) {
        status = check_shortest(store, form, LOY_FIELD_NAME, NAME_MIN);
        if (status == LOY_OK) status = check_shortest(store, form, LOY_FIELD_ADDRESS, ADDRESS_MIN);
    }
    return status == LOY_OK ? check_tax_no(store, form) : status;
}

/* ---- Identity ----------------------------------------------------------------------------------
 */

/* Words of the text with one underscore between and around, so that "prepaid card" holds no "id
 * card". What is not ASCII stays as it is. */
static bool as_words(const char *text, char words[LOY_FIELD_TEXT_MAX + 2])
{
    char folded[LOY_FIELD_TEXT_MAX];
    size_t n = 0;
    if (member_text_fold(text, folded) != LOY_OK) return false;
    words[n++] = '_';
    for (const char *at = folded; *at; at++) {
        bool part =
            (unsigned char)*at >= 0x80 || (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9');
        if (part || words[n - 1] != '_') words[n++] = part ? *at : '_';
    }
    if (words[n - 1] != '_') words[n++] = '_';
    words[n] = '\0';
    return true;
}

bool member_names_identity(const char *text)
{
    static const char *const asked[] = {"_id_card", "_idcard", "_id_no_", "_id_num", "_idno_",
        "_idnumber", "_identity_card", "_identity_no_", "_identity_num", "_identity_doc",
        "_identification_n", "_identification_doc", "_identitycard", "_identitynumber",
        "_national_id_", "_nationalid", "_passport", "_ssn_", "_social_security", "_socialsecurity",
        "_driving_licen", "_driver_licen", "_driver_s_licen", "_drivers_licen", "_personalausweis",
        "_ausweis", "_reisepass", "_personnummer", "_shenfenzheng", "_sfz_", "身份证", "身分证",
        "身份證", "身分證", "护照", "護照", "证件号", "證件號", "证件编号", "驾驶证", "驾照",
        "通行证", "社保号", "社会保障号"};
    char words[LOY_FIELD_TEXT_MAX + 2];
    if (!as_words(text, words)) return false;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++)
        if (strstr(words, asked[i])) return true;
    return false;
}
