/* SPDX-License-Identifier: MIT
 *
 * test_cashier.c - what a cashier gets to see: everything that answers a cashier, gathered and
 * searched for what only others may read.
 * In: a firm whose every value is a canary. Out: name, card and status, and no canary. */
#include "desk.h"

#include <loyalty/loyalty.h>

static struct desk desk = {.country = "CN"};

#define CARD "2900000008906"
#define PURCHASER_CARD "2900000008913"
#define ACCOUNT "622500771234"

static const struct loy_field_text values[] = {{LOY_FIELD_NAME, "Green Grocer"},
    {LOY_FIELD_TRADING_NAME, "Grocer's"}, {LOY_FIELD_INDUSTRY, "canary-industry"},
    {LOY_FIELD_ADDRESS, "12 canary-street"}, {LOY_FIELD_TELEPHONE, "13812345678"},
    {LOY_FIELD_POSTCODE, "200001"}, {LOY_FIELD_ACCOUNT_NO, ACCOUNT},
    {LOY_FIELD_BANK_NAME, "canary-bank"}, {LOY_FIELD_EMAIL, "canary@example.com"},
    {LOY_FIELD_NAME, NULL}};
/* What a cashier reads nowhere. The masks: "138****5678". */
static const char *const hidden[] = {"canary", "1234567", "5678", "200001", ACCOUNT, "tester"};
static const char *const open_to_all[] = {
    "Green Grocer", "Grocer's", "8906", "8913", "Buyer", "in the tram"};

struct scene {
    struct loy_id firm, other, basket;
    struct loy_credential card, purchaser_card;
};

static void scene_set(struct scene *scene)
{
    struct loy_purchaser_form form = {.size = sizeof form,
        .name = "Buyer",
        .function = "canary-function",
        .telephone = "13912345670",
        .document = "canary-paper",
        .authority = LOY_AUTHORITY_PERMANENT,
        .limit_minor = 50000};
    const struct loy_trait_text trait = {"income", "canary-income"};
    const struct loy_provenance provenance = {.size = sizeof provenance,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_STAFF,
        .collected_at_us = AT};
    const struct loy_contact_form contact = {.size = sizeof contact,
        .member = &scene->firm,
        .kind = LOY_CONTACT_SERVICE_REMARK,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .campaign = "canary-campaign",
        .text = "canary-remark"};
    struct loy_card_grant grant = {.size = sizeof grant, .member = &scene->firm};
    desk_credential(&desk, CARD, &scene->card);
    desk_credential(&desk, PURCHASER_CARD, &scene->purchaser_card);
    scene->other = desk_person(&desk, "Wei");
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, values, &scene->firm), LOY_OK);
    assert_status(loy_purchaser_add(desk.store, &scene->firm, &form, AT, &grant.purchaser), LOY_OK);
    assert_status(loy_card_issue(desk.store, &scene->firm, &scene->card, AT), LOY_OK);
    assert_status(loy_card_give(desk.store, &grant, &scene->purchaser_card, AT), LOY_OK);
    assert_status(
        loy_card_block(desk.store, &scene->card, LOY_CARD_LOST, "in the tram", AT), LOY_OK);
    assert_status(
        loy_member_trait_change(desk.store, &scene->firm, &trait, &provenance, AT), LOY_OK);
    assert_status(loy_contact_add(desk.store, &contact, AT, NULL), LOY_OK);
    assert_status(
        loy_note_set(desk.store, &scene->firm, LOY_NOTE_CREDIT, "canary-note", AT), LOY_OK);
    assert_status(loy_member_refer(desk.store, &scene->firm, &scene->other, AT), LOY_OK);
    assert_status(
        loy_member_consent(desk.store, &scene->firm, LOY_PURPOSE_MARKETING, true, "desk", AT),
        LOY_OK);
}

/* ---- Everything that answers --------------------------------------------------------------------
 */

struct seen {
    size_t used;
    unsigned char bytes[200000];
};

static void see(struct seen *seen, enum loy_status status, const void *answer, size_t size)
{
    if (status < LOY_OK) return;
    assert_true(seen->used + size <= sizeof seen->bytes);
    memcpy(seen->bytes + seen->used, answer, size);
    seen->used += size;
}

static bool holds(const struct seen *seen, const char *text)
{
    const size_t length = strlen(text);
    for (size_t i = 0; i + length <= seen->used; i++)
        if (memcmp(seen->bytes + i, text, length) == 0) return true;
    return false;
}

#define SEE(call, answer)                                                                          \
    do {                                                                                           \
        enum loy_status status_ = (call);                                                          \
        see(seen, status_, &(answer), sizeof(answer));                                             \
    } while (0)

static void texts_see(struct seen *seen, const struct loy_id *member)
{
#define FIELD(symbol, number, name, found)                                                         \
    {                                                                                              \
        char text[LOY_FIELD_TEXT_MAX] = "";                                                        \
        SEE(loy_member_field(desk.store, member, symbol, text), text);                             \
    }
    LOY_FIELDS(FIELD)
#undef FIELD
    char text[LOY_FIELD_TEXT_MAX] = "";
    SEE(loy_member_trait(desk.store, member, "income", text), text);
    memset(text, 0, sizeof text);
    SEE(loy_note_get(desk.store, member, LOY_NOTE_CREDIT, text), text);
    char receipt[LOY_RECEIPT_MAX] = "";
    SEE(loy_consent_receipt(desk.store, member, LOY_PURPOSE_MARKETING, "en", 0, receipt), receipt);
}

static void lists_see(struct seen *seen, const struct loy_id *member)
{
    struct loy_purchaser purchaser = {.size = sizeof purchaser};
    struct loy_card card = {0};
    struct loy_contact contact = {.size = sizeof contact};
    struct loy_member_value value = {.size = sizeof value};
    struct loy_note_entry note = {.size = sizeof note};
    struct loy_consent consent = {.size = sizeof consent};
    struct loy_held held = {.size = sizeof held};
    int64_t positions[7] = {0};
    SEE(loy_purchaser_next(desk.store, member, &positions[0], &purchaser), purchaser);
    for (int i = 0; i < 2; i++)
        SEE(loy_card_next(desk.store, member, &positions[1], &card), card);
    for (int i = 0; i < 3; i++)
        SEE(loy_contact_next(desk.store, member, &positions[2], &contact), contact);
    for (int i = 0; i < 12; i++)
        SEE(loy_member_value_next(desk.store, member, &positions[3], &value), value);
    SEE(loy_note_next(desk.store, member, &positions[4], &note), note);
    SEE(loy_consent_next(desk.store, member, &positions[5], &consent), consent);
    SEE(loy_held_next(desk.store, member, &positions[6], &held), held);
}

static void rest_see(struct seen *seen, const struct scene *scene)
{
    /* Everything but the telephone, so that the telephone in the question would be news. */
    const struct loy_field_text given[] = {
        values[0], values[3], values[5], {LOY_FIELD_EMAIL, "canary@example.com"}};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_ORGANISATION,
        .fields = given,
        .field_count = ROWS(given),
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = AT};
    struct loy_member member = {0};
    struct loy_card card = {0};
    struct loy_id id = {{0}};
    struct loy_card_step step = {.size = sizeof step};
    struct loy_card_event event = {.size = sizeof event};
    struct loy_duplicate_question question = {.size = sizeof question};
    struct loy_operator self = {0};
    int64_t position = 0;
    SEE(loy_member_get(desk.store, &scene->firm, &member), member);
    SEE(loy_member_find_card(desk.store, &scene->purchaser_card, &id), id);
    SEE(loy_card_get(desk.store, &scene->card, AT, &card, &id), card);
    for (int i = 0; i < 2; i++)
        SEE(loy_card_step_next(desk.store, &scene->card, &position, &step), step);
    position = 0;
    for (int i = 0; i < 2; i++)
        SEE(loy_card_event_next(desk.store, &scene->firm, &position, &event), event);
    assert_status(loy_duplicate_ask(desk.store, &form, AT, &question), LOY_OK);
    see(seen, LOY_OK, &question, sizeof question);
    assert_memory_equal(&question.member, &scene->firm, sizeof scene->firm);
    if (desk.store->role != LOY_ROLE_CASHIER) SEE(loy_operator_self(desk.store, &self), self);
}

static const struct seen *all_see(const struct scene *scene, enum loy_role role)
{
    static struct seen seen;
    memset(&seen, 0, sizeof seen);
    desk.store->role = role;
    texts_see(&seen, &scene->firm);
    lists_see(&seen, &scene->firm);
    rest_see(&seen, scene);
    desk.store->role = LOY_ROLE_MANAGER;
    return &seen;
}

static void name_card_and_status_only(void **state)
{
    (void)state;
    struct scene scene = {0};
    scene_set(&scene);
    const struct seen *seen = all_see(&scene, LOY_ROLE_CASHIER);
    for (size_t i = 0; i < ROWS(hidden); i++)
        if (holds(seen, hidden[i])) fail_msg("a cashier sees %s", hidden[i]);
    for (size_t i = 0; i < ROWS(open_to_all); i++)
        if (!holds(seen, open_to_all[i])) fail_msg("a cashier misses %s", open_to_all[i]);
    /* The same calls show all of it to a manager: the search finds what is there. */
    seen = all_see(&scene, LOY_ROLE_MANAGER);
    for (size_t i = 0; i < ROWS(hidden); i++)
        if (!holds(seen, hidden[i])) fail_msg("a manager does not see %s", hidden[i]);
    for (size_t i = 0; i < ROWS(open_to_all); i++)
        if (!holds(seen, open_to_all[i])) fail_msg("a manager misses %s", open_to_all[i]);
}

/* The lane needs to know what a purchaser may do, and not how to reach him. */
static void a_purchaser_s_limit_is_shown(void **state)
{
    (void)state;
    struct scene scene = {0};
    scene_set(&scene);
    static const struct {
        enum loy_role role;
        const char *function, *telephone, *document;
    } rows[] = {{LOY_ROLE_CASHIER, "", "", ""},
        {LOY_ROLE_SUPERVISOR, "canary-function", "+8613912345670", "canary-paper"},
        {LOY_ROLE_MANAGER, "canary-function", "+8613912345670", "canary-paper"}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_purchaser purchaser = {.size = sizeof purchaser};
        int64_t position = 0;
        desk.store->role = rows[i].role;
        assert_status(loy_purchaser_next(desk.store, &scene.firm, &position, &purchaser), LOY_OK);
        assert_string_equal(purchaser.name, "Buyer");
        assert_string_equal(purchaser.function, rows[i].function);
        assert_string_equal(purchaser.telephone, rows[i].telephone);
        assert_string_equal(purchaser.document, rows[i].document);
        assert_int_equal(purchaser.authority, LOY_AUTHORITY_PERMANENT);
        assert_int_equal(purchaser.limit_minor, 50000);
        assert_string_equal(purchaser.card, "8913");
    }
}

static void the_question_tells_a_cashier_no_number_but_his_own(void **state)
{
    (void)state;
    struct scene scene = {0};
    scene_set(&scene);
    const struct loy_field_text given[] = {values[0], values[4]};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_ORGANISATION,
        .fields = given,
        .field_count = ROWS(given),
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = AT};
    struct loy_duplicate_question question = {.size = sizeof question};
    desk.store->role = LOY_ROLE_CASHIER;
    assert_status(loy_duplicate_ask(desk.store, &form, AT, &question), LOY_OK);
    assert_string_equal(question.telephone, "138****5678");
    assert_true(question.reasons & LOY_SAME_TELEPHONE);
}

/* Whoever takes a machine over goes on with what the one before had opened. */
static void an_open_cursor_asks_again(void **state)
{
    (void)state;
    struct loy_complaint_counts *complaints = NULL;
    struct loy_campaign_counts *campaigns = NULL;
    struct loy_complaint_count complaint;
    struct loy_campaign_count campaign;
    struct scene scene = {0};
    struct loy_id by;
    scene_set(&scene);
    assert_status(
        loy_complaint_counts_open(desk.store, LOY_COMPLAINTS_BY_BRAND, 0, INT64_MAX, &complaints),
        LOY_OK);
    assert_status(loy_campaign_counts_open(desk.store, 0, INT64_MAX, &campaigns), LOY_OK);
    desk.store->role = LOY_ROLE_CASHIER;
    assert_status(loy_complaint_count_next(complaints, &complaint), LOY_E_ACCESS);
    assert_status(loy_campaign_count_next(campaigns, &campaign), LOY_E_ACCESS);
    assert_status(loy_member_referrer(desk.store, &scene.firm, &by), LOY_E_ACCESS);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_ACCOUNT_NO, ACCOUNT, &by), LOY_E_ACCESS);
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, "13812345678", &by), LOY_OK);
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_campaign_count_next(campaigns, &campaign), LOY_OK);
    assert_status(loy_member_find_indexed(desk.store, LOY_FIELD_ACCOUNT_NO, ACCOUNT, &by), LOY_OK);
    loy_complaint_counts_close(complaints);
    loy_campaign_counts_close(campaigns);
}

#define desk_test(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(name_card_and_status_only),
        desk_test(a_purchaser_s_limit_is_shown),
        desk_test(the_question_tells_a_cashier_no_number_but_his_own),
        desk_test(an_open_cursor_asks_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
