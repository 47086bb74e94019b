/* SPDX-License-Identifier: MIT
 *
 * desk_form.c - a registration while it is filled in. In: what is typed; out: notes, who may be
 * here already, a form for the library. Writes nothing. Must not know: curses.
 */
#include "desk_form.h"

#include <sodium.h>
#include <string.h>

static struct desk_filling *filling_of(const struct view *view)
{
    return view->state;
}

enum loy_purpose desk_item_purpose(uint8_t item)
{
    switch (item) {
    case LOY_ITEM_SCHEME:
        return LOY_PURPOSE_SCHEME;
    case LOY_ITEM_PROFILING:
        return LOY_PURPOSE_PROFILING;
    case LOY_ITEM_MARKETING:
        return LOY_PURPOSE_MARKETING;
    case LOY_ITEM_SUPPLIERS:
        return LOY_PURPOSE_SUPPLIERS;
    default:
        return (enum loy_purpose)0;
    }
}

/* ---- Fields ------------------------------------------------------------------------------- */

static const char *hint_of(uint8_t item)
{
    switch (item) {
    case LOY_ITEM_CARD:
        return N_("swipe it, or type it");
    case LOY_FIELD_PURCHASERS:
        return N_("names, with ; between");
    case LOY_FIELD_LICENCE_UNTIL:
        return N_("as 2027-12-31");
    case LOY_FIELD_BIRTH_YEAR:
        return N_("1985, or 1980-1989");
    case LOY_FIELD_SEX:
        return N_("f, m, other, not-said");
    default:
        return desk_item_purpose(item) ? N_("y or n") : NULL;
    }
}

void desk_filling_label(struct tui *tui, struct desk_filling *filling)
{
    struct loy_form_field field = {.size = sizeof field};
    int64_t position = 0;
    for (size_t i = 0;
         i < filling->form.count &&
         loy_form_field_next(tui->store, filling->registration, &position, &field) == LOY_OK;
         i++)
        /* The star says it without a colour. */
        snprintf(filling->labels[i], sizeof filling->labels[i], "%s%s", field.label,
            field.need == LOY_NEED_REQUIRED ? " *" : "");
    filling->chinese = tui->cli->chinese;
}

bool desk_filling_open(struct tui *tui, struct desk_filling *filling)
{
    struct loy_form_field field = {.size = sizeof field};
    int64_t position = 0;
    size_t count = 0;
    enum loy_status status = LOY_NONE;
    while (count < FORM_FIELDS_MAX && (status = loy_form_field_next(tui->store,
                                           filling->registration, &position, &field)) == LOY_OK) {
        filling->items[count] = field.field;
        filling->fields[count] = (struct form_field){.label = filling->labels[count],
            .hint = hint_of(field.field),
            .kind = desk_item_purpose(field.field) ? FORM_TICK : FORM_TEXT,
            .limit = 200,
            .required = field.need == LOY_NEED_REQUIRED};
        count++;
    }
    if (status < LOY_OK || count == 0) {
        tui_say_store(tui, status);
        return false;
    }
    filling->form.count = count;
    desk_filling_label(tui, filling);
    /* Pressed twice it is the same member. */
    randombytes_buf(filling->token, sizeof filling->token);
    return true;
}

/* ---- What is filled in -------------------------------------------------------------------- */

static const char *value_at(struct view *view, size_t i)
{
    struct desk_filling *filling = filling_of(view);
    if (i != filling->form.at || filling->fields[i].kind == FORM_TICK)
        return filling->form.values[i];
    entry_text(&view->entry, filling->typed);
    return filling->typed;
}

struct loy_member_form desk_filling_form(struct tui *tui, struct view *view)
{
    struct desk_filling *filling = filling_of(view);
    bool firm = filling->registration == LOY_REGISTRATION_ORGANISATION;
    struct loy_member_form form = {.size = sizeof form,
        .kind = firm ? LOY_MEMBER_ORGANISATION : LOY_MEMBER_PERSON,
        .fields = filling->texts,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = tui_now_us(),
        .form = (uint8_t)filling->registration,
        .has_card = filling->card.kind != 0,
        .seen_on_licence = filling->seen_on_licence,
        .receipt_language = tui->cli->chinese ? "zh_CN" : "en"};
    form.offset_min = cli_offset_at(form.collected_at_us);
    memcpy(form.form_token, filling->token, sizeof form.form_token);
    for (size_t i = 0; i < filling->form.count; i++) {
        const char *value = value_at(view, i);
        enum loy_purpose purpose = desk_item_purpose(filling->items[i]);
        if (purpose) form.consent[purpose] = value[0] == 'y';
        if (filling->items[i] > 100 || !value[strspn(value, " ")]) continue;
        filling->texts[form.field_count++] =
            (struct loy_field_text){(enum loy_field)filling->items[i], value};
    }
    return form;
}

bool desk_filling_any(const struct view *view)
{
    const struct desk_filling *filling = filling_of(view);
    if (filling->card.kind || view->entry.length) return true;
    for (size_t i = 0; i < filling->form.count; i++)
        if (filling->form.values[i][0]) return true;
    return false;
}

/* ---- Checks ------------------------------------------------------------------------------- */

static size_t item_find(const struct desk_filling *filling, const char *name)
{
    for (size_t i = 0; i < filling->form.count; i++) {
        const char *own = loy_field_name((enum loy_field)filling->items[i]);
        if (filling->items[i] < 100 && own && strcmp(own, name) == 0) return i;
    }
    return filling->form.count;
}

/* A field that has a form of its own, so that "fine" says something. */
static bool is_checked(uint8_t item)
{
    return item == LOY_FIELD_TELEPHONE || item == LOY_FIELD_FAX || item == LOY_FIELD_POSTCODE ||
           item == LOY_FIELD_TAX_NO || item == LOY_FIELD_ACCOUNT_NO || item == LOY_FIELD_EMAIL ||
           item == LOY_FIELD_LICENCE_UNTIL || item == LOY_FIELD_BIRTH_YEAR ||
           item == LOY_FIELD_HOUSEHOLD_SIZE;
}

static void notes_begin(struct view *view)
{
    struct desk_filling *filling = filling_of(view);
    for (size_t i = 0; i < filling->form.count; i++) {
        filling->form.wrong[i] = false;
        filling->form.notes[i][0] = '\0';
        if (is_checked(filling->items[i]) && *value_at(view, i))
            snprintf(filling->form.notes[i], sizeof filling->form.notes[i], "%s", _("fine"));
        if (filling->items[i] == LOY_ITEM_CARD && filling->card.kind)
            snprintf(filling->form.notes[i], sizeof filling->form.notes[i], "%s", _("read"));
    }
}

/* A tax number whose check digits are wrong is for a person to judge: it is said, not refused. */
static void tax_note(struct tui *tui, struct view *view)
{
    struct desk_filling *filling = filling_of(view);
    char normal[LOY_IDENTIFIER_MAX];
    size_t i = item_find(filling, "tax_no");
    if (i == filling->form.count || filling->form.wrong[i] || filling->seen_on_licence) return;
    const char *value = value_at(view, i);
    if (!*value) return;
    enum loy_identifier_code code = loy_tax_check(tui->settings.country, value, normal);
    sodium_memzero(normal, sizeof normal);
    if (loy_identifier_grade(code) != LOY_IDENTIFIER_DOUBT) return;
    filling->form.wrong[i] = true;
    snprintf(
        filling->form.notes[i], sizeof filling->form.notes[i], "%s", loy_identifier_wrong(code));
}

/* "Telephone (telephone): what is wrong; what would be right": beside the field there is room for
 * the middle of it, and the whole sentence stands below. */
static void note_short(const char *sentence, char *note, size_t size)
{
    static const char *const names[] = {": ", "\uff1a"}, *const ends[] = {"; ", "\uff1b"};
    const char *begin = sentence;
    for (size_t i = 0; i < 2; i++) {
        const char *found = strstr(sentence, names[i]);
        if (found && begin == sentence) begin = found + strlen(names[i]);
    }
    size_t length = strlen(begin);
    for (size_t i = 0; i < 2; i++) {
        const char *found = strstr(begin, ends[i]);
        if (found && (size_t)(found - begin) < length) length = (size_t)(found - begin);
    }
    snprintf(note, size, "%.*s", (int)length, begin);
}

size_t desk_filling_check(struct tui *tui, struct view *view, char *what, size_t size)
{
    struct desk_filling *filling = filling_of(view);
    struct loy_member_form form = desk_filling_form(tui, view);
    const char *name = NULL;
    int64_t position = 0;
    size_t first = filling->form.count;
    if (what) *what = '\0';
    notes_begin(view);
    while (loy_member_wrong_next(tui->store, &form, form.collected_at_us, &position, &name) ==
           LOY_OK) {
        size_t i = item_find(filling, name);
        /* What is not there yet is not wrong yet. */
        if (i == filling->form.count || !*value_at(view, i)) continue;
        filling->form.wrong[i] = true;
        note_short(
            loy_store_text(tui->store), filling->form.notes[i], sizeof filling->form.notes[i]);
        if (what && i == filling->form.at) snprintf(what, size, "%s", loy_store_text(tui->store));
        if (i < first) first = i;
    }
    tax_note(tui, view);
    return first;
}

/* ---- Who may be here already -------------------------------------------------------------- */

static bool has_alike(const struct desk_filling *filling, const struct loy_id *id)
{
    for (size_t i = 0; i < filling->alike_count; i++)
        if (memcmp(&filling->alike[i].hit.id, id, sizeof *id) == 0) return true;
    return false;
}

static void alike_add(
    struct tui *tui, struct desk_filling *filling, const struct loy_id *id, const char *words)
{
    if (filling->alike_count == DESK_ALIKE_MAX || has_alike(filling, id)) return;
    struct desk_alike *alike = &filling->alike[filling->alike_count++];
    *alike = (struct desk_alike){.words = words};
    desk_hit_read(tui, id, &alike->hit);
}

static void alike_search(
    struct tui *tui, struct desk_filling *filling, const char *query, const char *words)
{
    struct loy_id ids[DESK_ALIKE_MAX];
    size_t count = 0;
    if (loy_member_search(tui->store, query, ids, DESK_ALIKE_MAX, &count) != LOY_OK) return;
    for (size_t i = 0; i < count; i++)
        alike_add(tui, filling, &ids[i], words);
}

static void alike_by_name(struct tui *tui, struct view *view)
{
    struct desk_filling *filling = filling_of(view);
    char name[2 * ENTRY_BYTES] = "";
    size_t whole = item_find(filling, "name"), family = item_find(filling, "family_name"),
           given = item_find(filling, "given_name"), count = filling->form.count;
    if (whole < count) snprintf(name, sizeof name, "%s", value_at(view, whole));
    if (!*name && family < count && given < count && filling->form.values[family][0]) {
        size_t n = strlen(value_at(view, family));
        memcpy(name, value_at(view, family), n);
        snprintf(name + n, sizeof name - n, "%s", value_at(view, given));
        if (!*value_at(view, given)) *name = '\0';
    }
    if (strlen(name) >= 3) alike_search(tui, filling, name, N_("same name"));
    sodium_memzero(name, sizeof name);
}

void desk_filling_alike(struct tui *tui, struct view *view)
{
    static const struct {
        const char *field, *words;
        size_t least;
    } rows[] = {{"telephone", N_("same telephone"), 7}, {"tax_no", N_("same tax number"), 8},
        {"email", N_("same e-mail address"), 6}};
    struct desk_filling *filling = filling_of(view);
    struct loy_member_form form = desk_filling_form(tui, view);
    struct loy_duplicate_question question = {.size = sizeof question};
    filling->alike_count = 0;
    if (loy_duplicate_ask(tui->store, &form, form.collected_at_us, &question) == LOY_OK) {
        alike_add(tui, filling, &question.member, N_("very likely the same"));
        filling->alike[0].score = question.score;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t at = item_find(filling, rows[i].field);
        if (at == filling->form.count || strlen(value_at(view, at)) < rows[i].least) continue;
        alike_search(tui, filling, value_at(view, at), rows[i].words);
    }
    alike_by_name(tui, view);
}
