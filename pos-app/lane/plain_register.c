/* SPDX-License-Identifier: MIT
 *
 * plain_register.c - a member is registered at the lane: one question a line, as the shop's own
 * form for the lane asks. In: lines. Out: a member, who is then attached to the basket. The basket
 * is untouched until then. Must not know: how a line came.
 */
#include "plain.h"

#include <loyalty/form.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIELD_ITEMS 100u /* enum loy_form_item begins above */

static const struct {
    uint8_t item, purpose;
} ticks[] = {
    {LOY_ITEM_SCHEME, LOY_PURPOSE_SCHEME},
    {LOY_ITEM_PROFILING, LOY_PURPOSE_PROFILING},
    {LOY_ITEM_MARKETING, LOY_PURPOSE_MARKETING},
    {LOY_ITEM_SUPPLIERS, LOY_PURPOSE_SUPPLIERS},
};

static uint8_t purpose_of(uint8_t item)
{
    for (size_t i = 0; i < sizeof ticks / sizeof ticks[0]; i++)
        if (ticks[i].item == item) return ticks[i].purpose;
    return 0;
}

void plain_register_end(struct plain *plain)
{
    if (!plain->form) return;
    sodium_memzero(plain->form, sizeof *plain->form);
    free(plain->form);
    plain->form = NULL;
}

/* ---- Saving -----------------------------------------------------------------------------------
 */

static bool is_word(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcasecmp(text, *words) == 0) return true;
    return false;
}

static bool is_yes(const char *text)
{
    static const char *const words[] = {"y", "yes", "1", "是", "同意", NULL};
    return is_word(text, words);
}

static bool is_no(const char *text)
{
    static const char *const words[] = {"n", "no", "0", "否", "不", "不同意", "", NULL};
    return is_word(text, words);
}

static void form_fill(const struct plain *plain, struct loy_member_form *form,
    struct loy_field_text fields[PLAIN_FIELDS_MAX])
{
    const struct plain_register *filled = plain->form;
    int64_t now_us = cli_now_us();
    *form = (struct loy_member_form){.size = sizeof *form,
        .kind = LOY_MEMBER_PERSON,
        .fields = fields,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = now_us,
        .form = LOY_REGISTRATION_LANE,
        .has_card = filled->card.kind != 0,
        .receipt_language = plain->session.cli->chinese ? "zh_CN" : "en",
        .offset_min = cli_offset_at(now_us)};
    randombytes_buf(form->form_token, sizeof form->form_token);
    for (size_t i = 0; i < filled->count; i++) {
        const uint8_t field = filled->fields[i].field, purpose = purpose_of(field);
        if (purpose) form->consent[purpose] = is_yes(filled->texts[i]);
        if (field < FIELD_ITEMS && *filled->texts[i])
            fields[form->field_count++] =
                (struct loy_field_text){(enum loy_field)field, filled->texts[i]};
    }
}

/* Member and card together, or neither. */
static enum loy_status save(struct plain *plain, struct loy_id *member)
{
    struct loy_field_text fields[PLAIN_FIELDS_MAX];
    struct loy_member_form form;
    struct loy_store *store = plain->session.store;
    form_fill(plain, &form, fields);
    enum loy_status status = loy_store_begin(store);
    if (status != LOY_OK) return status;
    status = loy_member_add(store, &form, form.collected_at_us, member);
    if (status == LOY_OK && form.has_card)
        status = loy_card_issue(store, member, &plain->form->card, form.collected_at_us);
    if (status == LOY_OK) return loy_store_commit(store);
    return status;
}

static void attach(struct plain *plain, const struct loy_id *member)
{
    struct loy_credential card = plain->form->card;
    struct loy_lane_input by_card = {.kind = LOY_LANE_CARD, .credential = &card};
    struct loy_lane_input by_member = {.kind = LOY_LANE_MEMBER, .member = member};
    plain_register_end(plain);
    sodium_memzero(&plain->session.unknown, sizeof plain->session.unknown);
    plain_say(plain, "registered", "%s", _("registered"));
    plain_take(plain, card.kind ? &by_card : &by_member);
}

static void finish(struct plain *plain)
{
    struct loy_id member;
    enum loy_status status = save(plain, &member);
    if (status == LOY_OK) {
        attach(plain, &member);
        return;
    }
    plain_say_store(plain, status);
    loy_store_rollback(plain->session.store);
    plain_register_end(plain);
    plain_say(plain, "wrong", "%s", _("nobody was registered; register begins again"));
}

/* ---- Asking -----------------------------------------------------------------------------------
 */

static bool is_needed(const struct plain_register *form)
{
    const struct loy_form_field *field = &form->fields[form->at];
    return field->need == LOY_NEED_REQUIRED ||
           (field->field == LOY_FIELD_TELEPHONE && field->need == LOY_NEED_CONDITIONAL &&
               form->card.kind == 0);
}

static void answer_take(struct plain *plain, char *line);

static void ask(struct plain *plain)
{
    const struct loy_form_field *field = &plain->form->fields[plain->form->at];
    const bool needed = is_needed(plain->form);
    plain->next = answer_take;
    if (plain->session.cli->json)
        cli_print_json(json_pack("{s:s,s:s,s:s,s:b}", "code", "ask", "field", field->name, "words",
            field->label, "required", needed));
    else
        plain_say(plain, "ask", "%s%s%s", field->label,
            purpose_of(field->field) ? _(" (y or n)") : "", needed ? _(" (needed)") : "");
}

static bool consent_judge(struct plain *plain, const char *text)
{
    const bool yes = is_yes(text);
    if (!yes && !is_no(text))
        plain_say(plain, "wrong", "%s", _("y or n"));
    else if (!yes && is_needed(plain->form))
        plain_say(plain, "wrong", "%s",
            _("nobody becomes a member without this: y, or back, which ends it"));
    else
        return true;
    return false;
}

/* A telephone that somebody has already is told once; whoever enters it again means it. */
static bool is_known(struct plain *plain, const char *text)
{
    struct plain_register *form = plain->form;
    struct loy_id member;
    if (form->fields[form->at].field != LOY_FIELD_TELEPHONE) return false;
    if (strcmp(form->texts[form->at], text) == 0) return false;
    if (loy_member_find_indexed(plain->session.store, LOY_FIELD_TELEPHONE, text, &member) != LOY_OK)
        return false;
    snprintf(form->texts[form->at], sizeof form->texts[0], "%s", text);
    plain_say(plain, "known", "%s",
        _("a member has this telephone already: back, then find that member; or enter it again"));
    return true;
}

/* Each answer is judged at once: nobody is asked everything anew for one of them. */
static bool answer_judge(struct plain *plain, const char *text)
{
    const struct loy_form_field *field = &plain->form->fields[plain->form->at];
    if (purpose_of(field->field)) return consent_judge(plain, text);
    enum loy_status status = loy_form_value_check(
        plain->session.store, (enum loy_field)field->field, text, cli_now_us());
    if (status == LOY_NONE && is_needed(plain->form))
        plain_say(plain, "wrong", "%s", _("this is needed; back ends it"));
    else if (status < LOY_OK)
        plain_say_store(plain, status);
    else
        return status == LOY_NONE || !is_known(plain, text);
    return false;
}

static void answer_take(struct plain *plain, char *line)
{
    struct plain_register *form = plain->form;
    struct loy_lane_answer answer;
    const struct plain_word *word = plain_word_find(line);
    line += strspn(line, " \t");
    if (word && (word->kind == LOY_LANE_BACK || strncmp(word->words, "quit", 4) == 0)) {
        plain_register_end(plain);
        plain_say(plain, "back", "%s", _("nobody was registered"));
        return;
    }
    if (strlen(line) >= sizeof form->texts[0]) {
        plain_say(plain, "wrong", "%s", _("this is too long"));
        plain->next = answer_take;
        return;
    }
    if (session_guard(&plain->session, line, &answer) == LOY_REFUSED) {
        plain_say_answer(plain, LOY_REFUSED, &answer);
        plain->next = answer_take;
        return;
    }
    if (!answer_judge(plain, line)) {
        ask(plain);
        return;
    }
    snprintf(form->texts[form->at], sizeof form->texts[0], "%s", line);
    form->at++;
    if (form->at < form->count)
        ask(plain);
    else
        finish(plain);
}

void plain_register_begin(struct plain *plain)
{
    struct plain_register *form = calloc(1, sizeof *form);
    struct loy_form_field field = {.size = sizeof field};
    int64_t position = 0;
    plain_register_end(plain);
    if (!form) {
        plain_say_store(plain, LOY_E_MEMORY);
        return;
    }
    plain->form = form;
    form->card = plain->session.unknown;
    enum loy_status status = LOY_OK;
    while (
        form->count < PLAIN_FIELDS_MAX && (status = loy_form_field_next(plain->session.store,
                                               LOY_REGISTRATION_LANE, &position, &field)) == LOY_OK)
        if (field.field < FIELD_ITEMS || purpose_of(field.field))
            form->fields[form->count++] = field;
    if (status < LOY_OK || form->count == 0) {
        plain_say_store(plain, status < LOY_OK ? status : LOY_E_STORE);
        plain_register_end(plain);
        return;
    }
    plain_say(plain, "register", "%s",
        _("a member is registered: an empty line leaves a field out, back ends it"));
    ask(plain);
}
