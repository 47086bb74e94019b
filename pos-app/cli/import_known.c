/* SPDX-License-Identifier: MIT
 *
 * import_known.c - a row of a members file about somebody who is registered already. In: the row
 * and the member. Out: nothing new, a complaint, or with --update the changes. No value of a row is
 * ever repeated in a message.
 */
#include "import_known.h"

#include <sodium.h>
#include <string.h>

/* A cell to compare: a field of the form or a trait. */
struct value {
    const struct loy_field_text *field; /* or NULL: */
    const struct loy_trait_text *trait;
};

static size_t value_count(const struct loy_member_form *form)
{
    return form->field_count + form->trait_count;
}

static struct value value_at(const struct loy_member_form *form, size_t i)
{
    if (i < form->field_count) return (struct value){&form->fields[i], NULL};
    return (struct value){NULL, &form->traits[i - form->field_count]};
}

static const char *text_of(const struct value *value)
{
    return value->field ? value->field->text : value->trait->text;
}

bool import_blank(const char *text)
{
    while (*text) {
        if (strncmp(text, "\xE3\x80\x80", 3) == 0) /* U+3000 */
            text += 3;
        else if (strncmp(text, "\xC2\xA0", 2) == 0) /* U+00A0 */
            text += 2;
        else if (*text == ' ')
            text++;
        else
            return false;
    }
    return true;
}

/* LOY_REPEATED: the member's value is typed so already. */
static enum loy_status compare(
    struct loy_store *store, const struct loy_id *member, const struct value *value)
{
    char text[LOY_FIELD_TEXT_MAX] = "";
    enum loy_status status = value->field
                                 ? loy_member_field(store, member, value->field->field, text)
                                 : loy_member_trait(store, member, value->trait->name, text);
    bool same = status == LOY_OK && strcmp(text, text_of(value)) == 0;
    sodium_memzero(text, sizeof text);
    if (status < LOY_OK) return status;
    return same ? LOY_REPEATED : LOY_OK;
}

static bool same_words(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Whether an earlier import of the same row left this in the history. A row without its own date is
 * a new statement each time, but where it lost before it would lose again. */
static bool is_that(const struct loy_member_value *old, const struct value *value,
    const struct loy_member_form *form, bool dated)
{
    bool slot = value->field ? old->field == (uint8_t)value->field->field
                             : old->field == 0 && strcmp(old->name, value->trait->name) == 0;
    if (!slot || old->initiated_by != form->initiated_by) return false;
    if (dated ? old->collected_at_us != form->collected_at_us : old->version >= 1) return false;
    return same_words(old->channel, form->channel) && strcmp(old->text, text_of(value)) == 0;
}

/* LOY_REPEATED: it was said before; LOY_REFUSED: and was not taken. */
static enum loy_status said_before(struct import *import, const struct loy_id *member,
    const struct value *value, const struct loy_member_form *form)
{
    struct loy_member_value old = {.size = sizeof old};
    bool dated = form->collected_at_us != import->at_us;
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_member_value_next(import->store, member, &position, &old)) == LOY_OK) {
        if (!is_that(&old, value, form, dated)) continue;
        status = old.version >= 1 ? LOY_REPEATED : LOY_REFUSED;
        break;
    }
    sodium_memzero(&old, sizeof old);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status change(struct import *import, const struct import_row *row,
    const struct loy_id *member, const struct value *value)
{
    const struct loy_member_form *form = row->form;
    bool seen = form->seen_on_licence && value->field && value->field->field == LOY_FIELD_TAX_NO;
    const struct loy_provenance provenance = {.size = sizeof provenance,
        .channel = form->channel,
        .initiated_by = form->initiated_by,
        .collected_at_us = form->collected_at_us,
        .legal_basis = form->legal_basis,
        .verified_by = seen ? "licence" : NULL};
    if (value->field)
        return loy_member_change(import->store, member, value->field, &provenance, import->at_us);
    return loy_member_trait_change(import->store, member, value->trait, &provenance, import->at_us);
}

/* LOY_OK: changed; LOY_REPEATED: as it was. A kept value is counted and is no finding. */
static enum loy_status update_value(struct import *import, const struct import_row *row,
    const struct loy_id *member, const struct value *value)
{
    if (import_blank(text_of(value))) return LOY_REPEATED;
    enum loy_status status = compare(import->store, member, value);
    if (status == LOY_OK) status = said_before(import, member, value, row->form);
    if (status == LOY_OK) status = import_channel(import, row->row, row->channel_column);
    if (status == LOY_OK) status = change(import, row, member, value);
    if (status == LOY_OK) import->values_changed++;
    if (status == LOY_OK && value->field && value->field->field == LOY_FIELD_TAX_NO)
        import_tax_judge(import, row->row, row->form);
    if (status != LOY_REFUSED) return status;
    import->values_kept++;
    return LOY_REPEATED;
}

static enum loy_status update_values(
    struct import *import, const struct import_row *row, const struct loy_id *member, bool *changed)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < value_count(row->form) && status >= LOY_OK; i++) {
        const struct value value = value_at(row->form, i);
        status = update_value(import, row, member, &value);
        *changed = *changed || status == LOY_OK;
    }
    return status < LOY_OK ? status : LOY_OK;
}

static enum loy_status take_back(struct import *import, const struct import_row *row,
    const struct loy_id *member, const struct loy_member *now, bool *changed)
{
    enum loy_status status = LOY_OK;
    for (int i = LOY_PURPOSE_PROFILING; i < LOY_PURPOSE_END && status == LOY_OK; i++) {
        if (!row->taken_back[i] || !now->consent[i]) continue;
        status = import_channel(import, row->row, row->channel_column);
        if (status != LOY_OK) break;
        status = loy_member_consent(
            import->store, member, (enum loy_purpose)i, false, row->form->channel, import->at_us);
        *changed = true;
    }
    return status;
}

/* A card that nobody has goes to the member. */
static enum loy_status card_add(
    struct import *import, const struct import_row *row, const struct loy_id *member, bool *changed)
{
    if (!row->card) return LOY_OK;
    enum loy_status status = loy_card_issue(import->store, member, row->card, import->at_us);
    if (status == LOY_OK) import_card_judge(import, row->row, row->card);
    *changed = *changed || status == LOY_OK;
    return status == LOY_REPEATED ? LOY_OK : status;
}

static enum loy_status update(
    struct import *import, const struct import_row *row, const struct loy_id *member)
{
    struct loy_member now;
    bool changed = false;
    enum loy_status status = loy_member_get(import->store, member, &now);
    if (status == LOY_OK && now.kind != row->form->kind) {
        csv_complain(&import->table, row->row, row->kind_column,
            _("the member is registered as the other kind; mend the cell"));
        return LOY_OK;
    }
    if (status == LOY_OK) status = update_values(import, row, member, &changed);
    if (status == LOY_OK) status = take_back(import, row, member, &now, &changed);
    if (status == LOY_OK) status = card_add(import, row, member, &changed);
    return import_answer(import, row, status == LOY_OK && !changed ? LOY_REPEATED : status);
}

/* LOY_REPEATED: the row says nothing that is not so. */
static enum loy_status nothing_new(
    struct import *import, const struct import_row *row, const struct loy_id *member)
{
    struct loy_id holder;
    enum loy_status status = LOY_REPEATED;
    for (size_t i = 0; i < value_count(row->form) && status == LOY_REPEATED; i++) {
        const struct value value = value_at(row->form, i);
        if (!import_blank(text_of(&value))) status = compare(import->store, member, &value);
    }
    if (status != LOY_REPEATED || !row->card) return status;
    status = loy_member_find_card(import->store, row->card, &holder);
    if (status < LOY_OK) return status;
    return status == LOY_OK ? LOY_REPEATED : LOY_OK;
}

enum loy_status import_known(
    struct import *import, const struct import_row *row, const struct loy_id *member)
{
    if (import->update) return update(import, row, member);
    enum loy_status status = nothing_new(import, row, member);
    if (status != LOY_OK) return import_answer(import, row, status);
    csv_complain(&import->table, row->row, row->known_by,
        _("belongs to another member; if it is the same one with other data, --update changes "
          "them"));
    return LOY_OK;
}
