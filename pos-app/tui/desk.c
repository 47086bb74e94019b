/* SPDX-License-Identifier: MIT
 *
 * desk.c - what the screens of the service desk share. In: events, texts, ids; out: credentials,
 * masked texts. Must not know: curses.
 */
#include "desk.h"

#include "lane_face.h"

#include <receipt/receipt.h>

#include <sodium.h>
#include <stdarg.h>
#include <string.h>

/* ---- Cards -------------------------------------------------------------------------------- */

void desk_event_answer(struct tui *tui, const struct loy_event *event, bool good)
{
    if (tui->reader)
        loy_reader_answer(
            tui->reader, event->reader, good ? LOY_ANSWER_ACCEPTED : LOY_ANSWER_REJECTED);
}

const char *desk_refused_words(const struct loy_event *event)
{
    if (event->kind == LOY_EVENT_REFUSED)
        return _("that is a payment card or an identity document: nothing of it was kept");
    if (event->kind == LOY_EVENT_MISREAD) return _("not read: swipe it once more, evenly");
    return _("that is no card of this shop");
}

enum loy_status desk_event_credential(
    struct tui *tui, const struct loy_event *event, struct loy_credential *credential)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    uint8_t key[LOY_CARD_KEY_SIZE];
    size_t count = 0;
    enum loy_status status = LOY_NONE;
    if (event->kind == LOY_EVENT_READ && loy_range_list(tui->store, ranges, &count) == LOY_OK &&
        loy_store_card_key(tui->store, key) == LOY_OK)
        status = loy_credential_from_event(event, ranges, count, key, credential);
    sodium_memzero(key, sizeof key);
    return status;
}

bool desk_event_card(
    struct tui *tui, const struct loy_event *event, struct loy_credential *credential)
{
    if (desk_event_credential(tui, event, credential) == LOY_OK) return true;
    tui_say(tui, TUI_WARN, "%s", desk_refused_words(event));
    desk_event_answer(tui, event, false);
    return false;
}

bool desk_typed_card(struct tui *tui, const char *text, struct loy_credential *credential)
{
    enum loy_status status = cli_card_read_new(tui->store, text, credential);
    const char *complaint = cli_card_complaint(status);
    if (status == LOY_OK) return true;
    if (complaint)
        tui_say(tui, TUI_WARN, _("the card number %s"), complaint);
    else
        tui_say_store(tui, status);
    return false;
}

/* ---- Members ------------------------------------------------------------------------------ */

static bool is_name(uint8_t field)
{
    return field == LOY_FIELD_NAME || field == LOY_FIELD_FAMILY_NAME ||
           field == LOY_FIELD_GIVEN_NAME;
}

/* What leads to nobody. */
static bool is_open(bool person, uint8_t field)
{
    switch (field) {
    case LOY_FIELD_NAME:
    case LOY_FIELD_TRADING_NAME:
    case LOY_FIELD_INDUSTRY:
    case LOY_FIELD_LICENCE_UNTIL:
        return !person;
    case LOY_FIELD_SEX:
    case LOY_FIELD_BIRTH_YEAR:
    case LOY_FIELD_HOUSEHOLD_SIZE:
    case LOY_FIELD_LANGUAGE:
    case LOY_FIELD_DISTRICT:
    case LOY_FIELD_SECTION:
    case LOY_FIELD_POSTCODE:
        return true;
    default:
        return false;
    }
}

void desk_mask(bool person, uint8_t field, const char *text, char *masked, size_t size)
{
    size_t n = strlen(text), tail = n > 8 ? n - 4 : n;
    if (is_open(person, field) || !*text) {
        snprintf(masked, size, "%s", text);
        return;
    }
    if (is_name(field)) {
        receipt_mask(text, masked, size);
        return;
    }
    /* The last four are for asking back; of an address or a list of names they tell nothing. */
    bool number = field == LOY_FIELD_TELEPHONE || field == LOY_FIELD_FAX ||
                  field == LOY_FIELD_TAX_NO || field == LOY_FIELD_ACCOUNT_NO;
    snprintf(masked, size, "****%s", number ? text + tail : "");
}

void desk_name(struct tui *tui, const struct loy_id *member, bool whole, char *name, size_t size)
{
    struct loy_member row = {.kind = LOY_MEMBER_PERSON};
    char text[LOY_FIELD_TEXT_MAX];
    lane_member_name(tui, member, text, sizeof text);
    if (loy_member_get(tui->store, member, &row) != LOY_OK) text[0] = '\0';
    if (!*text)
        snprintf(name, size, "%s", _("(no name yet)"));
    else if (whole || row.kind != LOY_MEMBER_PERSON)
        snprintf(name, size, "%s", text);
    else
        receipt_mask(text, name, size);
    sodium_memzero(text, sizeof text);
}

void desk_hit_read(struct tui *tui, const struct loy_id *id, struct desk_hit *hit)
{
    struct loy_member member = {.kind = LOY_MEMBER_PERSON};
    struct loy_card card;
    int64_t position = 0;
    char telephone[LOY_FIELD_TEXT_MAX], masked[LOY_FIELD_TEXT_MAX + 8];
    *hit = (struct desk_hit){.id = *id};
    loy_member_get(tui->store, id, &member);
    hit->person = member.kind == LOY_MEMBER_PERSON;
    desk_name(tui, id, false, hit->name, sizeof hit->name);
    while (loy_card_next(tui->store, id, &position, &card) == LOY_OK)
        if (card.status == LOY_CARD_ISSUED || card.status == LOY_CARD_ACTIVE)
            memcpy(hit->tail, card.tail, sizeof hit->tail);
    if (!tui_may(tui, LOY_MAY_READ_ADDRESS)) return;
    if (loy_member_field(tui->store, id, LOY_FIELD_TELEPHONE, telephone) != LOY_OK) return;
    desk_mask(hit->person, LOY_FIELD_TELEPHONE, telephone, masked, sizeof masked);
    snprintf(hit->telephone, sizeof hit->telephone, "%.15s", masked);
    sodium_memzero(telephone, sizeof telephone);
}

/* ---- Questions ---------------------------------------------------------------------------- */

void desk_ask(struct tui *tui, int tag, const char *format, ...)
{
    struct sure sure = {.tag = tag};
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sure.words, sizeof sure.words, format, arguments);
    va_end(arguments);
    tui_push(tui, &view_sure, &sure);
    sodium_memzero(&sure, sizeof sure);
}
