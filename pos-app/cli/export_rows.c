/* SPDX-License-Identifier: MIT
 *
 * export_rows.c - all that is held of a member, read through the library's cursors into one JSON
 * object (schema in export.h). Knows no page.
 */
#include "export.h"
#include "profile_run.h"

#include <loyalty/lane.h>

#include <sodium.h>
#include <string.h>

struct reading {
    struct cli *cli;
    struct loy_store *store;
    const struct loy_id *id;
    unsigned minor_digits;
    json_t *list;   /* of the section that is being read */
    json_t *merged; /* ids that were merged into this one, found so far */
};

static const char *const initiatives[] = {"", "customer", "staff", "import"};

static const char *initiative_name(uint8_t initiative)
{
    return initiative < sizeof initiatives / sizeof initiatives[0] ? initiatives[initiative] : "";
}

static void put(json_t *object, const char *key, const char *text)
{
    json_object_set_new(object, key, json_string(text));
}

static void put_time(json_t *object, const char *key, int64_t at_us, int16_t offset_min)
{
    char text[32] = "";
    if (at_us != 0) cli_time_text(at_us, offset_min, text);
    put(object, key, text);
}

static void put_amount(
    const struct reading *reading, json_t *object, const char *key, int64_t minor)
{
    char text[32];
    cli_amount_text(minor, reading->minor_digits, text);
    put(object, key, text);
}

static void put_id(json_t *object, const char *key, const struct loy_id *id)
{
    char text[LOY_ID_TEXT_SIZE] = "";
    if (!loy_id_is_none(id)) loy_id_text(id, text);
    put(object, key, text);
}

static json_t *row_add(struct reading *reading)
{
    json_t *row = json_object();
    json_array_append_new(reading->list, row);
    return row;
}

/* ---- Sections --------------------------------------------------------------------------------
 */

static enum loy_status read_values(struct reading *reading)
{
    static struct loy_member_value value;
    int64_t position = 0;
    enum loy_status status;
    value.size = sizeof value;
    while ((status = loy_member_value_next(reading->store, reading->id, &position, &value)) ==
           LOY_OK) {
        json_t *row = row_add(reading);
        put(row, "field", value.name);
        json_object_set_new(row, "trait", json_boolean(value.field == 0));
        put(row, "text", value.text);
        json_object_set_new(row, "current", json_boolean(value.current));
        json_object_set_new(row, "version", json_integer(value.version));
        put_time(row, "collected", value.collected_at_us, 0);
        put_time(row, "entered", value.entered_at_us, 0);
        put(row, "channel", value.channel);
        put(row, "initiated_by", initiative_name(value.initiated_by));
        put(row, "verified_by", value.verified_by);
        put(row, "legal_basis", value.legal_basis);
    }
    sodium_memzero(&value, sizeof value);
    return status;
}

static enum loy_status read_cards(struct reading *reading)
{
    static const char *const kinds[] = {"", "number", "gsrn", "text"};
    struct loy_card card;
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_card_next(reading->store, reading->id, &position, &card)) == LOY_OK) {
        json_t *row = row_add(reading);
        put(row, "tail", card.tail);
        put(row, "kind", card.kind < sizeof kinds / sizeof kinds[0] ? kinds[card.kind] : "");
        put_time(row, "issued", card.issued_at_us, 0);
        put(row, "status", loy_card_status_name((enum loy_card_status)card.status));
        put_time(row, "expires", card.expires_at_us, 0);
        put(row, "replaced_by", card.replaced_by);
    }
    return status;
}

static enum loy_status read_card_events(struct reading *reading)
{
    struct loy_card_event event = {.size = sizeof event};
    int64_t position = 0;
    enum loy_status status;
    while (
        (status = loy_card_event_next(reading->store, reading->id, &position, &event)) == LOY_OK) {
        json_t *row = row_add(reading);
        put_time(row, "at", event.at_us, 0);
        put(row, "tail", event.tail);
        put(row, "status", loy_card_status_name((enum loy_card_status)event.status));
        put(row, "reason", event.reason);
    }
    return status;
}

static enum loy_status read_purchasers(struct reading *reading)
{
    static const char *const authorities[] = {"", "permanent", "until", "once"};
    static struct loy_purchaser one;
    int64_t position = 0;
    enum loy_status status;
    one.size = sizeof one;
    while ((status = loy_purchaser_next(reading->store, reading->id, &position, &one)) == LOY_OK) {
        json_t *row = row_add(reading);
        put(row, "name", one.name);
        put(row, "function", one.function);
        put(row, "telephone", one.telephone);
        put(row, "document", one.document);
        put(row, "authority", one.authority < 4 ? authorities[one.authority] : "");
        put_time(row, "until", one.until_us, 0);
        put_amount(reading, row, "limit", one.limit_minor);
        json_object_set_new(row, "active", json_boolean(one.active));
        json_object_set_new(row, "used", json_boolean(one.used));
        json_object_set_new(row, "forgotten", json_boolean(one.forgotten));
    }
    sodium_memzero(&one, sizeof one);
    return status;
}

static enum loy_status read_consents(struct reading *reading)
{
    static struct loy_consent_text text;
    struct loy_consent said = {.size = sizeof said};
    int64_t position = 0;
    enum loy_status status;
    text.size = sizeof text;
    while ((status = loy_consent_next(reading->store, reading->id, &position, &said)) == LOY_OK) {
        json_t *row = row_add(reading);
        enum loy_purpose purpose = (enum loy_purpose)said.purpose;
        bool known =
            said.text_version[0] && loy_consent_text_get(reading->store, purpose, said.text_version,
                                        reading->cli->chinese ? "zh_CN" : "en", &text) == LOY_OK;
        put(row, "purpose", loy_purpose_name(purpose));
        json_object_set_new(row, "given", json_boolean(said.given));
        put_time(row, "at", said.at_us, 0);
        put(row, "channel", said.channel);
        put(row, "initiated_by", initiative_name(said.initiated_by));
        put(row, "text_version", said.text_version);
        put(row, "text", known ? text.body : "");
        put(row, "receipt", said.receipt);
    }
    return status;
}

static enum loy_status read_contacts(struct reading *reading)
{
    static struct loy_contact contact;
    int64_t position = 0;
    enum loy_status status;
    contact.size = sizeof contact;
    while (
        (status = loy_contact_next(reading->store, reading->id, &position, &contact)) == LOY_OK) {
        json_t *row = row_add(reading);
        put_time(row, "at", contact.at_us, 0);
        put(row, "kind", contact.kind);
        put(row, "channel", contact.channel);
        put(row, "initiated_by", initiative_name(contact.initiated_by));
        put(row, "campaign", contact.campaign);
        put(row, "incentive", contact.incentive);
        put(row, "reason", contact.reason);
        put(row, "legal_basis", contact.legal_basis);
        put_id(row, "basket", &contact.basket);
        json_object_set_new(row, "line", json_integer(contact.line));
        put(row, "article", contact.article);
        put(row, "text", contact.text);
    }
    sodium_memzero(&contact, sizeof contact);
    return status;
}

static enum loy_status read_notes(struct reading *reading)
{
    static struct loy_note_entry note;
    int64_t position = 0;
    enum loy_status status;
    note.size = sizeof note;
    while ((status = loy_note_next(reading->store, reading->id, &position, &note)) == LOY_OK) {
        json_t *row = row_add(reading);
        put(row, "kind", loy_note_name((enum loy_note)note.note));
        put_time(row, "at", note.at_us, 0);
        put(row, "text", note.text);
    }
    sodium_memzero(&note, sizeof note);
    return status;
}

static void put_article(json_t *row, const struct loy_held_line *line)
{
    put(row, "gtin", line->gtin);
    put(row, "article", line->article);
    put(row, "brand", line->brand);
    put(row, "manufacturer", line->manufacturer);
    put(row, "category", line->category);
    put(row, "style", line->style);
    put(row, "season", line->season);
    put(row, "grade", line->grade);
    put(row, "colour", line->colour);
    put(row, "size", line->size_text);
}

static void put_sale(const struct reading *reading, json_t *row, const struct loy_held_line *line)
{
    const char *form = loy_form_name((enum loy_form)line->form);
    char quantity[32];
    cli_amount_text(line->quantity_milli, 3, quantity);
    put(row, "quantity", quantity);
    put_amount(reading, row, "list_price", line->list_minor);
    put_amount(reading, row, "discount", line->discount_minor);
    put_amount(reading, row, "paid", line->paid_minor);
    put(row, "promotion", line->promotion);
    put(row, "promotion_form", form ? form : "");
    put(row, "campaign", line->campaign);
    put_id(row, "return_of", &line->return_of);
    put(row, "reason", line->return_reason[0] ? line->return_reason : line->void_reason);
}

static enum loy_status read_purchases(struct reading *reading)
{
    static const char *const states[] = {"", "open", "closed", "void"};
    struct loy_held_line line = {.size = sizeof line};
    struct loy_held_position position = {0, 0, 0};
    enum loy_status status;
    while ((status = loy_held_line_next(reading->store, reading->id, &position, &line)) == LOY_OK) {
        json_t *row = row_add(reading);
        put_id(row, "basket", &line.basket);
        put(row, "state", line.state < 4 ? states[line.state] : "");
        put_time(row, "at", line.opened_at_us, line.offset_min);
        put_time(row, "corrected", line.corrected_us, line.offset_min);
        put(row, "site", line.site);
        put(row, "lane", line.lane);
        json_object_set_new(row, "sequence", json_integer(line.sequence));
        put(row, "card", line.card_tail);
        json_object_set_new(row, "line", json_integer(line.number));
        put_article(row, &line);
        put_sale(reading, row, &line);
    }
    return status;
}

static enum loy_status read_steps(struct reading *reading)
{
    struct loy_held_step step = {.size = sizeof step};
    struct loy_held_position position = {0, 0, 0};
    enum loy_status status;
    while ((status = loy_held_step_next(reading->store, reading->id, &position, &step)) == LOY_OK) {
        json_t *row = row_add(reading);
        const char *stage = loy_stage_name((enum loy_stage)step.stage);
        const char *tender = loy_tender_name((enum loy_tender)step.how);
        const bool is_tender = strcmp(step.kind, "tender") == 0;
        put_id(row, "basket", &step.basket);
        put(row, "kind", step.kind);
        put_time(row, "at", step.at_us, 0);
        json_object_set_new(row, "number", json_integer(step.number));
        json_object_set_new(row, "how", json_integer(step.how));
        put(row, "stage", stage ? stage : "");
        put(row, "tender", is_tender && tender ? tender : "");
        put_amount(reading, row, "before", step.before_minor);
        put_amount(reading, row, "after", step.after_minor);
        put_amount(reading, row, "amount", step.amount_minor);
        put(row, "rule", step.rule);
        put(row, "serial", step.serial);
    }
    return status;
}

#define MERGE_UNDONE 1 /* rights.h: how, of "merged" */
#define MERGE_FINAL 2

/* An earlier registration of the same customer, whose own rows are read later. */
static json_t *merged_make(const struct loy_held *held)
{
    json_t *one = json_object();
    put_id(one, "member", &held->other);
    put_time(one, "merged", held->at_us, 0);
    json_object_set_new(one, "final", json_boolean(held->how == MERGE_FINAL));
    return one;
}

static enum loy_status read_other(struct reading *reading)
{
    struct loy_held held = {.size = sizeof held};
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_held_next(reading->store, reading->id, &position, &held)) == LOY_OK) {
        json_t *row = row_add(reading);
        const char *field = held.field ? loy_field_name((enum loy_field)held.field) : "";
        put(row, "kind", held.kind);
        put_time(row, "at", held.at_us, 0);
        put_id(row, "member", &held.other);
        if (strcmp(held.kind, "merged") == 0 && held.how != MERGE_UNDONE)
            json_array_append_new(reading->merged, merged_make(&held));
        put(row, "field", field ? field : "");
        json_object_set_new(row, "version", json_integer(held.version));
        json_object_set_new(row, "how", json_integer(held.how));
        put(row, "text", held.text);
        put(row, "reason", held.reason);
    }
    return status;
}

/* ---- The profile -----------------------------------------------------------------------------
 */

struct profiling {
    struct profile_run run;
    json_t *made;
    enum loy_status status;
};

static int profile_take(void *user, const struct profile_case *one)
{
    struct profiling *profiling = user;
    if (one->profile) profiling->status = profile_json(&profiling->run, one, &profiling->made);
    return 1;
}

/* NULL where the member has not agreed to one. */
static enum loy_status read_profile(const struct reading *reading, json_t **made)
{
    struct profiling profiling = {.run = {.cli = reading->cli,
                                      .store = reading->store,
                                      .settings = {.size = sizeof profiling.run.settings},
                                      .member = reading->id,
                                      .each = profile_take}};
    profiling.run.user = &profiling;
    enum loy_status status = profile_as_of(NULL, &profiling.run.settings);
    if (status == LOY_OK) status = profile_run_fit(&profiling.run);
    if (status == LOY_OK) status = profile_run_each(&profiling.run);
    if (status == LOY_OK) status = profiling.status;
    profile_run_close(&profiling.run);
    *made = profiling.made ? profiling.made : json_null();
    return status;
}

/* ---- Earlier registrations -------------------------------------------------------------------
 */

/* What does not go over to the survivor at a merge. Of a final one nothing but the id is left. */
static const struct section {
    const char *key;
    enum loy_status (*read)(struct reading *reading); /* ends with LOY_NONE */
} own_sections[] = {
    {"values", read_values},
    {"consents", read_consents},
    {"notes", read_notes},
    {"other", read_other},
};

/* The list grows while it is read: by those who had been merged into one of them before. */
static enum loy_status read_merged(struct reading *reading)
{
    enum loy_status status = LOY_NONE;
    for (size_t i = 0; i < json_array_size(reading->merged) && status == LOY_NONE; i++) {
        struct loy_id id;
        json_t *one = json_array_get(reading->merged, i);
        loy_id_parse(json_string_value(json_object_get(one, "member")), &id);
        reading->id = &id;
        for (size_t s = 0; s < sizeof own_sections / sizeof own_sections[0] && status == LOY_NONE;
             s++) {
            reading->list = json_array();
            json_object_set_new(one, own_sections[s].key, reading->list);
            status = own_sections[s].read(reading);
        }
    }
    return status;
}

/* ---- All of it -------------------------------------------------------------------------------
 */

static const struct section sections[] = {
    {"values", read_values},
    {"cards", read_cards},
    {"card_events", read_card_events},
    {"purchasers", read_purchasers},
    {"consents", read_consents},
    {"contacts", read_contacts},
    {"notes", read_notes},
    {"purchases", read_purchases},
    {"basket_steps", read_steps},
    {"other", read_other},
};

static json_t *head_make(const struct reading *reading, const struct loy_member *member)
{
    struct loy_store_settings shop;
    char now[32], created[32], id[LOY_ID_TEXT_SIZE];
    loy_store_settings_get(reading->store, &shop);
    cli_time_text(cli_now_us(), 0, now);
    cli_time_text(member->created_at_us, 0, created);
    loy_id_text(reading->id, id);
    return json_pack("{s:s,s:s,s:{s:s,s:s},s:{s:s,s:s,s:b,s:s}}", "schema",
        "loyalty-member-export-1", "exported", now, "shop", "site", shop.site, "currency",
        shop.currency, "member", "id", id, "kind",
        member->kind == LOY_MEMBER_PERSON ? "person" : "organisation", "pseudonymous",
        member->pseudonymous, "created", created);
}

static enum loy_status sections_read(struct reading *reading, json_t *all)
{
    const struct loy_id *id = reading->id;
    enum loy_status status = LOY_NONE;
    reading->merged = json_array();
    for (size_t i = 0; i < sizeof sections / sizeof sections[0] && status == LOY_NONE; i++) {
        reading->list = json_array();
        json_object_set_new(all, sections[i].key, reading->list);
        status = sections[i].read(reading);
    }
    json_object_set_new(all, "merged", reading->merged);
    if (status == LOY_NONE) status = read_merged(reading);
    reading->id = id;
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status export_json(struct cli *cli, struct loy_store *store, const struct loy_id *id,
    const struct loy_id *asked, json_t **made)
{
    struct loy_member member;
    struct loy_store_settings shop;
    loy_store_settings_get(store, &shop);
    struct reading reading = {
        .cli = cli, .store = store, .id = id, .minor_digits = shop.minor_digits};
    enum loy_status status = loy_member_get(store, id, &member);
    if (status != LOY_OK) return status;
    json_t *all = head_make(&reading, &member), *profile = NULL;
    put_id(json_object_get(all, "member"), "asked_for", asked);
    status = sections_read(&reading, all);
    if (status == LOY_OK) status = read_profile(&reading, &profile);
    if (profile) json_object_set_new(all, "profile", profile);
    if (status == LOY_OK)
        *made = all;
    else
        json_decref(all);
    return status;
}
