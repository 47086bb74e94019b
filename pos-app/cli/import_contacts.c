/* SPDX-License-Identifier: MIT
 *
 * import_contacts.c - rows of a contacts file: a hotline's log, answers of a survey, entries of a
 * contest, each matched to its member. A row that was imported before, in this or another file,
 * changes nothing. No value that tells a person is repeated in a message.
 */
#include "contact_cli.h"
#include "import.h"
#include "import_baskets.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MEMBER,
    CARD,
    TELEPHONE,
    REFERENCE,
    AT,
    KIND,
    CHANNEL,
    INITIATED_BY,
    CAMPAIGN,
    INCENTIVE,
    REASON,
    ARTICLE,
    STORE,
    BASKET,
    LINE,
    TEXT,
    LEGAL_BASIS,
    COLUMN_END
};

const struct csv_column import_contact_columns[] = {
    [MEMBER] = {"member", false, true},
    [CARD] = {"card", false, true},
    [TELEPHONE] = {"telephone", false, true},
    [REFERENCE] = {"reference", false, true},
    [AT] = {"at", true, false},
    [KIND] = {"kind", true, false},
    [CHANNEL] = {"channel", true, false},
    [INITIATED_BY] = {"initiated_by", false, false},
    [CAMPAIGN] = {"campaign", false, false},
    [INCENTIVE] = {"incentive", false, false},
    [REASON] = {"reason", false, false},
    [ARTICLE] = {"article", false, false},
    [STORE] = {"store", false, false},
    [BASKET] = {"basket", false, false},
    [LINE] = {"line", false, false},
    [TEXT] = {"text", false, true},
    [LEGAL_BASIS] = {"legal_basis", false, false},
    {0},
};

enum loy_status import_channel(struct import *import, size_t row, size_t column)
{
    const char *code = csv_cell(&import->table, row, column);
    enum loy_status status = loy_channel_take(import->store, code, import->at_us);
    if (status == LOY_REPEATED) return LOY_OK;
    if (status == LOY_OK && import->channel_count++ < IMPORT_CHANNELS_MAX)
        snprintf(import->channels[import->channel_count - 1], LOY_CHANNEL_MAX, "%s", code);
    if (!import_row_at_fault(status)) return status;
    csv_complain(&import->table, row, column, "%s", loy_store_text(import->store));
    return LOY_OK;
}

/* ---- Whose contact it is ------------------------------------------------------------------------
 */

static enum loy_status card_find(struct import *import, const char *number, struct loy_id *member)
{
    struct loy_credential credential;
    enum loy_status status = cli_card_read(import->store, number, &credential);
    if (status == LOY_OK) return loy_member_find_card(import->store, &credential, member);
    return status;
}

/* LOY_NONE: nobody, or what is in the cell is no number of that sort, as "withheld". */
static enum loy_status cell_find(
    struct import *import, size_t column, const char *text, struct loy_id *member)
{
    enum loy_status status;
    switch (column) {
    case MEMBER:
        status = cli_member_find(import->store, text, member);
        break;
    case CARD:
        return card_find(import, text, member);
    case TELEPHONE:
        status = loy_member_find_indexed(import->store, LOY_FIELD_TELEPHONE, text, member);
        break;
    default:
        status = loy_member_find_reference(import->store, text, member);
    }
    return status == LOY_E_FORMAT ? LOY_NONE : status;
}

/* The first column that finds somebody decides. */
static enum loy_status member_match(struct import *import, size_t row, struct loy_id *member)
{
    enum loy_status status = LOY_NONE;
    for (size_t column = MEMBER; column <= REFERENCE && status == LOY_NONE; column++) {
        const char *text = csv_cell(&import->table, row, column);
        if (*text) status = cell_find(import, column, text, member);
        const char *complaint = column == CARD ? cli_card_complaint(status) : NULL;
        if (!*text || !complaint || status == LOY_NONE) continue;
        csv_complain(&import->table, row, CARD, "%s", complaint);
        return LOY_REFUSED;
    }
    if (status != LOY_REFUSED) return status;
    csv_complain(&import->table, row, MEMBER, _("names a card that may not be used"));
    return status;
}

/* ---- The row ------------------------------------------------------------------------------------
 */

static bool kind_read(struct csv_table *table, size_t row, struct loy_contact_form *form)
{
    char words[320];
    const char *kind = csv_cell(table, row, KIND), *who = csv_cell(table, row, INITIATED_BY);
    form->kind = contact_kind_find(kind);
    const bool known = form->kind != LOY_CONTACT_NONE;
    if (!known && *kind) {
        contact_kinds_text(words, sizeof words);
        csv_complain(table, row, KIND, _("is none of: %s"), words);
    }
    /* Of which nothing is needed: the rest of the row is looked at all the same. */
    if (!known) form->kind = LOY_CONTACT_OTHER;
    form->initiated_by = (uint8_t)loy_contact_initiative((enum loy_contact_kind)form->kind);
    if (!*who || contact_initiative(who, &form->initiated_by)) return known;
    csv_complain(table, row, INITIATED_BY, _("is none of: customer, staff, import"));
    return false;
}

static bool form_read(
    struct import *import, size_t row, struct loy_contact_form *form, struct loy_id *basket)
{
    struct csv_table *table = &import->table;
    const char *name = csv_cell(table, row, BASKET), *site = csv_cell(table, row, STORE);
    int16_t offset = 0;
    int64_t line = 0;
    bool good = kind_read(table, row, form);
    good = csv_time(table, row, AT, &form->at_us, &offset) && good;
    if (!csv_whole(table, row, LINE, 1, LOY_LINES_MAX, &line)) {
        form->kind = LOY_CONTACT_OTHER;
        good = false;
    }
    if (strlen(csv_cell(table, row, AT)) == 10) form->at_us += LOY_DAY_ONLY_US;
    form->line = (int32_t)line;
    form->channel = csv_cell(table, row, CHANNEL);
    form->campaign = contact_or_null(csv_cell(table, row, CAMPAIGN));
    form->incentive = contact_or_null(csv_cell(table, row, INCENTIVE));
    form->reason = contact_or_null(csv_cell(table, row, REASON));
    form->article = contact_or_null(csv_cell(table, row, ARTICLE));
    form->text = contact_or_null(csv_cell(table, row, TEXT));
    form->legal_basis = contact_or_null(csv_cell(table, row, LEGAL_BASIS));
    if (!*name) return good;
    form->basket = basket;
    if (loy_id_parse(name, basket) != LOY_OK)
        baskets_id(*site ? site : import->settings.site, name, basket);
    return good;
}

/* All cells in the order of the known columns: what the store keeps is a keyed digest of them. */
static char *origin_make(const struct csv_table *table, size_t row, size_t *size)
{
    *size = 1;
    for (size_t column = 0; column < COLUMN_END; column++)
        *size += strlen(csv_cell(table, row, column)) + 1;
    char *origin = malloc(*size), *at = origin;
    for (size_t column = 0; origin && column < COLUMN_END; column++) {
        const char *text = csv_cell(table, row, column);
        size_t n = strlen(text);
        memcpy(at, text, n);
        at += n;
        *at++ = '\x1f';
    }
    if (origin) *at = '\0';
    return origin;
}

/* Somebody unknown: told as a finding, unless the shop wants the bare contact. */
static void unmatched_take(struct import *import, size_t row)
{
    import->unmatched++;
    if (import->again || cli_value(import->cli, "keep-unmatched")) return;
    csv_complain(&import->table, row, (size_t)-1,
        _("matches no member; register the member first, or --keep-unmatched keeps such contacts "
          "without member and text"));
}

/* All that is wrong with the form; said: what refused the row, if none of the rest says the same.
 */
static void wrong_tell(
    struct import *import, size_t row, const struct loy_contact_form *form, const char *said)
{
    const char *what = NULL;
    int64_t position = 0;
    bool told = !said;
    while (loy_contact_wrong_next(import->store, form, import->at_us, &position, &what) == LOY_OK) {
        const char *text = loy_store_text(import->store);
        told = told || strcmp(text, said) == 0;
        csv_complain_of(&import->table, row, what, text);
    }
    if (!told) csv_complain(&import->table, row, (size_t)-1, "%s", said);
}

static enum loy_status refused(
    struct import *import, size_t row, const struct loy_contact_form *form, enum loy_status status)
{
    char said[CSV_SAID_MAX];
    if (!import_row_at_fault(status)) return status;
    const char *text = loy_store_text(import->store);
    snprintf(said, sizeof said, "%s", *text ? text : _(loy_status_text(status)));
    wrong_tell(import, row, form, said);
    return LOY_OK;
}

static enum loy_status contact_write(
    struct import *import, size_t row, struct loy_contact_form *form)
{
    size_t size = 0;
    char *origin = origin_make(&import->table, row, &size);
    if (!origin) return LOY_E_MEMORY;
    form->origin = origin;
    enum loy_status status = loy_contact_add(import->store, form, import->at_us, NULL);
    sodium_memzero(origin, size);
    free(origin);
    form->origin = NULL;
    if (status == LOY_OK || status == LOY_REPEATED) return import_judge(import, row, status);
    return refused(import, row, form, status);
}

static enum loy_status put(struct import *import, size_t row)
{
    struct loy_contact_form form = {.size = sizeof form};
    struct loy_id member, basket;
    form_read(import, row, &form, &basket);
    size_t before = import->table.complaints;
    enum loy_status status = LOY_OK;
    if (*form.channel) status = import_channel(import, row, CHANNEL);
    if (status != LOY_OK) return status;
    /* A channel that was told of is not told of again. */
    if (!*form.channel || import->table.complaints != before) form.channel = "import";
    before = import->table.complaints;
    status = member_match(import, row, &member);
    if (status < LOY_OK && import->table.complaints == before)
        return import_judge(import, row, status);
    if (status == LOY_OK) form.member = &member;
    import->matched += status == LOY_OK;
    if (status == LOY_NONE) unmatched_take(import, row);
    if (!form.member) form.text = NULL;
    if (import->table.complaints == import->findings) return contact_write(import, row, &form);
    wrong_tell(import, row, &form, NULL);
    return LOY_OK;
}

static void unmatched_tell(const struct import *import)
{
    if (import->unmatched && !import->cli->json)
        printf(_("%s: %lld contacts of nobody known are kept without member and text; once these "
                 "customers are registered, import this file again and they get both\n"),
            import->table.path, (long long)import->unmatched);
}

enum loy_status import_contacts(struct import *import)
{
    import->matches = true;
    import->tell = unmatched_tell;
    return import_rows(import, put);
}

static int run_contacts(struct cli *cli)
{
    return import_run(cli, IMPORT_CONTACTS);
}

static const struct cli_option options[] = {
    IMPORT_ENCODING_OPTION,
    {"rows", "N", N_("control total: the file must have so many rows"), false, false},
    {"keep-unmatched", NULL,
        N_("keep contacts of nobody known, without member and text, instead of refusing them"),
        false, false},
    {0},
};

const struct cli_command command_import_contacts = {
    .name = "import contacts",
    .operands = "FILE.csv",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("contacts from a CSV file, all or nothing"),
    .detail = N_("Columns (any order, * needed): member, card, telephone or reference; at* kind* "
                 "channel* initiated_by campaign\nincentive reason article store basket line text "
                 "legal_basis (needed for bought and exchanged lists). The first\nof the four that "
                 "finds a member decides. A row that was imported before, also in another file, "
                 "changes nothing;\na contact that was kept of nobody known gets its member once "
                 "there is one."),
    .options = options,
    .run = run_contacts,
};
