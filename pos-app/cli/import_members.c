/* SPDX-License-Identifier: MIT
 *
 * import_members.c - rows of a members file: forms with provenance, traits, cards. No value of a
 * row is ever repeated in a message.
 */
#include "import.h"

#include "import_known.h"
#include "import_tokens.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
    KIND,
    NAME,
    FAMILY_NAME,
    GIVEN_NAME,
    INDUSTRY,
    ADDRESS,
    TELEPHONE,
    FAX,
    SECTION,
    DISTRICT,
    POSTCODE,
    TAX_NO,
    ACCOUNT_NO,
    PURCHASERS,
    SEX,
    BIRTH_YEAR,
    HOUSEHOLD_SIZE,
    LANGUAGE,
    EMAIL,
    TRADING_NAME,
    BANK_NAME,
    LICENCE_UNTIL,
    CARD,
    CHANNEL,
    INITIATED_BY,
    COLLECTED_AT,
    LEGAL_BASIS,
    CONSENT_PROFILING,
    CONSENT_MARKETING,
    CONSENT_SUPPLIERS,
    CONSENT_SCHEME,
    REFERENCE,
    SEEN_ON_LICENCE
};

const struct csv_column import_member_columns[] = {
    [KIND] = {"kind", true, false},
    [NAME] = {"name", false, true},
    [FAMILY_NAME] = {"family_name", false, true},
    [GIVEN_NAME] = {"given_name", false, true},
    [INDUSTRY] = {"industry", false, true},
    [ADDRESS] = {"address", false, true},
    [TELEPHONE] = {"telephone", false, true},
    [FAX] = {"fax", false, true},
    [SECTION] = {"section", false, true},
    [DISTRICT] = {"district", false, true},
    [POSTCODE] = {"postcode", false, true},
    [TAX_NO] = {"tax_no", false, true},
    [ACCOUNT_NO] = {"account_no", false, true},
    [PURCHASERS] = {"purchasers", false, true},
    [SEX] = {"sex", false, true},
    [BIRTH_YEAR] = {"birth_year", false, true},
    [HOUSEHOLD_SIZE] = {"household_size", false, true},
    [LANGUAGE] = {"language", false, true},
    [EMAIL] = {"email", false, true},
    [TRADING_NAME] = {"trading_name", false, true},
    [BANK_NAME] = {"bank_name", false, true},
    [LICENCE_UNTIL] = {"licence_until", false, true},
    [CARD] = {"card", false, true},
    [CHANNEL] = {"channel", true, false},
    [INITIATED_BY] = {"initiated_by", false, false},
    [COLLECTED_AT] = {"collected_at", false, false},
    [LEGAL_BASIS] = {"legal_basis", false, false},
    [CONSENT_PROFILING] = {"consent_profiling", false, false},
    [CONSENT_MARKETING] = {"consent_marketing", false, false},
    [CONSENT_SUPPLIERS] = {"consent_suppliers", false, false},
    [CONSENT_SCHEME] = {"consent_scheme", false, false},
    [REFERENCE] = {"reference", false, true},
    [SEEN_ON_LICENCE] = {"seen_on_licence", false, false},
    {0},
};

/* Columns from NAME to LICENCE_UNTIL are fields of the form under the same name. */
#define FIELD_COLUMNS (LICENCE_UNTIL - NAME + 1)

static size_t fields_read(struct csv_table *table, size_t row, struct loy_field_text *fields)
{
    size_t count = 0;
    for (size_t column = NAME; column <= LICENCE_UNTIL; column++) {
        enum loy_field field;
        const char *text = csv_cell(table, row, column);
        if (!*text || loy_field_find(import_member_columns[column].name, &field) != LOY_OK)
            continue;
        fields[count++] = (struct loy_field_text){field, text};
    }
    return count;
}

static bool column_known(const struct csv_table *table, size_t file_column)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (table->at[i] == (int)file_column) return true;
    return false;
}

static size_t traits_read(struct csv_table *table, size_t row, struct loy_trait_text *traits)
{
    size_t count = 0;
    for (size_t f = 0; f < table->file_columns; f++) {
        const char *text = csv_file_cell(table, row, f);
        if (column_known(table, f) || !*text) continue;
        if (count == LOY_TRAITS_MAX) {
            csv_complain(table, row, (size_t)-1, _("has more than %u traits"), LOY_TRAITS_MAX);
            break;
        }
        traits[count++] = (struct loy_trait_text){table->headers[f], text};
    }
    return count;
}

static void initiative_read(struct csv_table *table, size_t row, uint8_t *initiated_by)
{
    static const char *const words[] = {"", "customer", "staff", "import"};
    const char *text = csv_cell(table, row, INITIATED_BY);
    *initiated_by = LOY_INITIATIVE_IMPORT;
    if (!*text) return;
    for (uint8_t i = 1; i < 4; i++)
        if (strcmp(text, words[i]) == 0) {
            *initiated_by = i;
            return;
        }
    csv_complain(table, row, INITIATED_BY, _("is none of: customer, staff, import"));
}

static void form_read(struct import *import, size_t row, struct loy_member_form *form)
{
    struct csv_table *table = &import->table;
    const char *kind = csv_cell(table, row, KIND), *basis = csv_cell(table, row, LEGAL_BASIS);
    const char *reference = csv_cell(table, row, REFERENCE);
    int16_t offset = 0;
    form->channel = csv_cell(table, row, CHANNEL);
    form->legal_basis = *basis ? basis : NULL;
    form->reference = *reference ? reference : NULL;
    form->collected_at_us = import->at_us;
    form->kind = LOY_MEMBER_PERSON;
    initiative_read(table, row, &form->initiated_by);
    if (strcmp(kind, "organisation") == 0)
        form->kind = LOY_MEMBER_ORGANISATION;
    else if (*kind && strcmp(kind, "person") != 0)
        csv_complain(table, row, KIND, _("is neither person nor organisation"));
    csv_time(table, row, COLLECTED_AT, &form->collected_at_us, &offset);
    for (size_t i = LOY_PURPOSE_PROFILING; i < LOY_PURPOSE_END; i++)
        csv_flag(table, row, CONSENT_PROFILING + i - LOY_PURPOSE_PROFILING, &form->consent[i]);
    csv_flag(table, row, SEEN_ON_LICENCE, &form->seen_on_licence);
    /* A member known by a reference alone, as in public data, is pseudonymous. */
    form->pseudonymous = form->reference && !*csv_cell(table, row, NAME) &&
                         !*csv_cell(table, row, FAMILY_NAME) && !*csv_cell(table, row, GIVEN_NAME);
}

/* The card's number as a credential; false: there is none, or it was complained of. */
static bool card_read(
    struct import *import, size_t row, struct loy_credential *card, enum loy_status *status)
{
    const char *number = csv_cell(&import->table, row, CARD);
    *status = LOY_OK;
    if (import_blank(number)) return false;
    *status = cli_card_read_new(import->store, number, card);
    if (*status == LOY_OK) return true;
    const char *complaint = cli_card_complaint(*status);
    if (!complaint) return false;
    csv_complain(&import->table, row, CARD, "%s", complaint);
    *status = LOY_OK;
    return false;
}

/* The member that the reference or the card names. LOY_NONE: nobody; LOY_REFUSED: complained of. */
static enum loy_status known_find(
    struct import *import, struct import_row *row, struct loy_id *member)
{
    struct loy_id holder;
    enum loy_status by_reference = LOY_NONE, by_card = LOY_NONE;
    if (row->form->reference)
        by_reference = loy_member_find_reference(import->store, row->form->reference, member);
    if (by_reference < LOY_OK) return by_reference;
    if (row->card) by_card = loy_member_find_card(import->store, row->card, &holder);
    if (by_card < LOY_OK) return by_card;
    bool other = by_card == LOY_OK && row->form->reference &&
                 (by_reference == LOY_NONE || memcmp(&holder, member, sizeof holder) != 0);
    if (other) {
        csv_complain(&import->table, row->row, CARD,
            _("belongs to another member, who is not found by this reference"));
        return LOY_REFUSED;
    }
    row->known_by = by_reference == LOY_OK ? REFERENCE : CARD;
    if (by_card == LOY_OK) *member = holder;
    return by_card == LOY_OK ? LOY_OK : by_reference;
}

static bool has_ranges(struct loy_store *store)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    size_t count = 0;
    return loy_range_list(store, ranges, &count) == LOY_OK && count > 0;
}

void import_card_judge(struct import *import, size_t row, const struct loy_credential *card)
{
    const char *warning = cli_card_warning(card);
    if (!warning || import->outside++ >= (int64_t)CSV_COMPLAINTS_MAX) return;
    if (has_ranges(import->store))
        fprintf(
            stderr, _("warning: row %zu: card: %s\n"), (size_t)import->table.numbers[row], warning);
    else if (import->outside == 1)
        fprintf(stderr, _("warning: card: %s\n"), warning);
}

static enum loy_status card_give(
    struct import *import, const struct import_row *row, const struct loy_id *member)
{
    enum loy_status status = loy_card_issue(import->store, member, row->card, import->at_us);
    if (status == LOY_OK) import_card_judge(import, row->row, row->card);
    if (status == LOY_OK || status == LOY_REPEATED) return LOY_OK;
    if (status != LOY_E_CONFLICT) return import_judge(import, row->row, status);
    csv_complain(&import->table, row->row, CARD, _("belongs to another member"));
    return LOY_OK;
}

void import_tax_judge(struct import *import, size_t row, const struct loy_member_form *form)
{
    char normal[LOY_IDENTIFIER_MAX];
    const char *text = csv_cell(&import->table, row, TAX_NO);
    if (!*text || form->seen_on_licence) return;
    enum loy_identifier_code code = loy_tax_check(import->settings.country, text, normal);
    sodium_memzero(normal, sizeof normal);
    if (loy_identifier_grade(code) != LOY_IDENTIFIER_DOUBT) return;
    if (import->doubtful++ < (int64_t)CSV_COMPLAINTS_MAX)
        fprintf(stderr,
            _("warning: row %zu: tax number: %s; expected is %s (seen_on_licence: yes)\n"),
            (size_t)import->table.numbers[row], loy_identifier_wrong(code),
            loy_identifier_right(code));
}

/* ---- What is wrong with a row ------------------------------------------------------------------
 */

/* said: what refused the row, told where none of the rest says the same; or NULL. */
static void wrong_tell(struct import *import, const struct import_row *row, const char *said)
{
    const char *what = NULL;
    int64_t position = 0;
    bool told = !said;
    struct loy_member_form form = *row->form;
    /* Whoever is known needs no name here, and a channel that was told of is not told of again. */
    form.pseudonymous = form.pseudonymous || row->known;
    if (row->channel_told) form.channel = "import";
    while (loy_member_wrong_next(import->store, &form, import->at_us, &position, &what) == LOY_OK) {
        const char *text = loy_store_text(import->store);
        told = told || strcmp(text, said) == 0;
        csv_complain_of(&import->table, row->row, what, text);
    }
    if (!told) csv_complain(&import->table, row->row, (size_t)-1, "%s", said);
}

enum loy_status import_answer(
    struct import *import, const struct import_row *row, enum loy_status status)
{
    char said[CSV_SAID_MAX];
    if (status == LOY_OK || status == LOY_REPEATED || !import_row_at_fault(status))
        return import_judge(import, row->row, status);
    const char *text = loy_store_text(import->store);
    snprintf(said, sizeof said, "%s", *text ? text : _(loy_status_text(status)));
    wrong_tell(import, row, said);
    return LOY_OK;
}

static enum loy_status channel_take(struct import *import, struct import_row *row)
{
    size_t before = import->table.complaints;
    enum loy_status status =
        *row->form->channel ? import_channel(import, row->row, CHANNEL) : LOY_OK;
    row->channel_told = !*row->form->channel || import->table.complaints != before;
    return status;
}

static enum loy_status member_put(struct import *import, struct import_row *row)
{
    struct loy_id member;
    size_t before = import->table.complaints;
    enum loy_status status = loy_member_find_form(import->store, row->form->form_token, &member);
    if (status == LOY_OK) return import_judge(import, row->row, LOY_REPEATED);
    if (status == LOY_NONE) status = known_find(import, row, &member);
    if (status == LOY_REFUSED && import->table.complaints != before) return LOY_OK;
    row->known = status == LOY_OK;
    if (status == LOY_OK) return import_known(import, row, &member);
    if (status == LOY_NONE) status = channel_take(import, row);
    if (import->table.complaints != before) {
        wrong_tell(import, row, NULL);
        return LOY_OK;
    }
    if (status == LOY_OK) status = loy_member_add(import->store, row->form, import->at_us, &member);
    enum loy_status judged = import_answer(import, row, status);
    if (status != LOY_OK) return judged;
    import_tax_judge(import, row->row, row->form);
    return row->card ? card_give(import, row, &member) : LOY_OK;
}

static enum loy_status put(struct import *import, size_t row)
{
    struct loy_field_text fields[FIELD_COLUMNS];
    struct loy_trait_text traits[LOY_TRAITS_MAX];
    struct loy_member_form form = {.size = sizeof form, .fields = fields, .traits = traits};
    struct loy_credential card;
    struct import_row said = {.row = row,
        .form = &form,
        .kind_column = KIND,
        .card_column = CARD,
        .channel_column = CHANNEL};
    enum loy_status status;
    import_tokens_make(import->tokens, row, form.form_token);
    form.field_count = fields_read(&import->table, row, fields);
    form.trait_count = traits_read(&import->table, row, traits);
    form_read(import, row, &form);
    for (int i = LOY_PURPOSE_PROFILING; i <= LOY_PURPOSE_SUPPLIERS; i++)
        said.taken_back[i] = *csv_cell(&import->table, row,
                                 (size_t)(CONSENT_PROFILING + i - LOY_PURPOSE_PROFILING)) &&
                             !form.consent[i];
    if (card_read(import, row, &card, &status)) said.card = &card;
    if (status != LOY_OK) return status;
    if (import->table.complaints == import->findings) {
        status = member_put(import, &said);
    } else {
        /* The card may be that of a member who is known. */
        said.known = !import_blank(csv_cell(&import->table, row, CARD));
        status = channel_take(import, &said);
        if (status == LOY_OK) wrong_tell(import, &said, NULL);
    }
    sodium_memzero(&card, sizeof card);
    return status;
}

enum loy_status import_members(struct import *import)
{
    import->update = cli_value(import->cli, "update") != NULL;
    import->tokens = import_tokens_open(import);
    if (!import->tokens) return LOY_E_MEMORY;
    enum loy_status status = import_rows(import, put);
    import_tokens_close(import->tokens);
    return status;
}
