/* SPDX-License-Identifier: MIT
 *
 * test_merge.c - two firms with all that a member can have, made one and two again: purchasers and
 * their cards, contacts, notes, evidence, claims, referrals, head offices.
 */
#include "desk.h"
#include "picture.h"

#include <loyalty/contact.h>
#include <loyalty/duplicate.h>
#include <loyalty/member_card.h>
#include <loyalty/quality.h>
#include <loyalty/rights.h>

#include <stdlib.h>

static struct desk desk = {.country = "CN"};

static struct loy_id firm(const char *name)
{
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, name}, {LOY_FIELD_NAME, NULL}};
    struct loy_id member;
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &member), LOY_OK);
    return member;
}

static void set(const struct loy_id *member, enum loy_field field, const char *text, int64_t at_us)
{
    const struct loy_field_text value = {field, text};
    assert_status(
        loy_member_set(desk.store, member, &value, "desk", LOY_INITIATIVE_CUSTOMER, at_us), LOY_OK);
}

static void confirm(
    const struct loy_id *member, enum loy_field field, enum loy_evidence how, int64_t at_us)
{
    assert_status(
        loy_member_confirm(desk.store, member, field, how, "desk", LOY_INITIATIVE_STAFF, at_us),
        LOY_OK);
}

static int64_t purchaser(const struct loy_id *member, const char *name, const char *card)
{
    const struct loy_purchaser_form form = {.size = sizeof form,
        .name = name,
        .function = "cook",
        .telephone = "13812345678",
        .authority = LOY_AUTHORITY_PERMANENT};
    struct loy_credential credential;
    int64_t number = 0;
    assert_status(loy_purchaser_add(desk.store, member, &form, AT, &number), LOY_OK);
    desk_credential(&desk, card, &credential);
    const struct loy_card_grant grant = {
        .size = sizeof grant, .member = member, .purchaser = number};
    assert_status(loy_card_give(desk.store, &grant, &credential, AT), LOY_OK);
    return number;
}

static void contact(const struct loy_id *member, enum loy_contact_kind kind, const char *campaign,
    const char *text, int64_t at_us)
{
    const struct loy_contact_form form = {.size = sizeof form,
        .member = member,
        .kind = (uint8_t)kind,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .at_us = at_us,
        .campaign = campaign,
        .text = text};
    assert_status(loy_contact_add(desk.store, &form, at_us, NULL), LOY_OK);
}

struct two {
    struct loy_id keeps, goes, above, below;
    char code[LOY_CLAIM_CODE_SIZE];
};

/* Each of the two has all; both have notes of one kind and answered one campaign. */
static struct two two_make(void)
{
    struct two two = {
        firm("Ruby Kitchen"), firm("Ruby Kitchen Ltd"), firm("Above"), firm("Below"), ""};
    struct loy_id *const members[] = {&two.keeps, &two.goes};
    static const char *const cards[] = {"9156000000000011", "9156000000000029"};
    static const char *const texts[] = {"said the first", "said the second"};
    assert_status(loy_claim_make(desk.store, &two.goes, AT, two.code), LOY_OK);
    for (int i = 0; i < 2; i++) {
        const int64_t at_us = AT + 10 + 10 * i;
        set(members[i], LOY_FIELD_TELEPHONE, i ? "13912345678" : "13812345679", at_us);
        confirm(members[i], LOY_FIELD_TELEPHONE, LOY_EVIDENCE_DELIVERED, at_us + 1);
        purchaser(members[i], texts[i], cards[i]);
        contact(members[i], LOY_CONTACT_COUPON, "spring", texts[i], at_us);
        contact(members[i], LOY_CONTACT_INBOUND_CALL, NULL, texts[i], at_us);
        assert_status(
            loy_note_set(desk.store, members[i], LOY_NOTE_POTENTIAL, texts[i], at_us), LOY_OK);
        assert_status(loy_note_set(desk.store, members[i], LOY_NOTE_CREDIT, texts[i], AT), LOY_OK);
        desk_sell(&desk, cards[i], at_us);
    }
    set(&two.goes, LOY_FIELD_ADDRESS, "中山路12号", AT + 20);
    set(&two.keeps, LOY_FIELD_POSTCODE, "200001", AT + 20);
    confirm(&two.goes, LOY_FIELD_ADDRESS, LOY_EVIDENCE_RETURNED, AT + 21);
    assert_status(loy_member_refer(desk.store, &two.goes, &two.above, AT), LOY_OK);
    assert_status(loy_member_refer(desk.store, &two.above, &two.keeps, AT), LOY_OK);
    assert_status(loy_member_refer(desk.store, &two.below, &two.goes, AT), LOY_OK);
    assert_status(loy_member_branch_of(desk.store, &two.keeps, &two.above, AT), LOY_OK);
    assert_status(loy_member_branch_of(desk.store, &two.above, &two.goes, AT), LOY_OK);
    return two;
}

static void an_undo_is_exact_with_all_there_is(void **state)
{
    (void)state;
    struct two two = two_make();
    for (int turn = 0; turn < 2; turn++) {
        const struct loy_id *keeps = turn ? &two.goes : &two.keeps;
        const struct loy_id *goes = turn ? &two.keeps : &two.goes;
        char *before = desk_picture(&desk);
        assert_status(loy_member_merge(desk.store, keeps, goes, AT + 300), LOY_OK);
        assert_status(loy_member_unmerge(desk.store, goes, AT + 400), LOY_OK);
        char *after = desk_picture(&desk);
        assert_string_equal(before, after);
        free(before);
        free(after);
    }
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM merge_moved"), 0);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static size_t purchasers(const struct loy_id *member)
{
    struct loy_purchaser purchaser = {.size = sizeof purchaser};
    int64_t position = 0;
    size_t count = 0;
    enum loy_status status;
    while ((status = loy_purchaser_next(desk.store, member, &position, &purchaser)) == LOY_OK) {
        assert_true(strncmp(purchaser.name, "said the ", 9) == 0);
        assert_string_equal(purchaser.function, "cook");
        count++;
    }
    assert_status(status, LOY_NONE);
    return count;
}

/* A letter a contact: R, P, others C. Their texts open. */
static void timeline(const struct loy_id *member, char kinds[32])
{
    struct loy_contact contact = {.size = sizeof contact};
    int64_t position = 0;
    size_t count = 0;
    enum loy_status status;
    while ((status = loy_contact_next(desk.store, member, &position, &contact)) == LOY_OK) {
        bool told =
            strcmp(contact.kind, "registration") == 0 || strcmp(contact.kind, "purchase") == 0;
        if (!told) assert_true(strncmp(contact.text, "said the ", 9) == 0);
        kinds[count++] = told ? (char)(contact.kind[0] - 'a' + 'A') : 'C';
    }
    kinds[count] = '\0';
    assert_status(status, LOY_NONE);
}

static void purchasers_contacts_and_notes_are_read_with_the_survivor(void **state)
{
    (void)state;
    struct two two = two_make();
    char kinds[32], text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 300), LOY_OK);
    assert_int_equal(purchasers(&two.keeps), 2);
    timeline(&two.keeps, kinds);
    assert_string_equal(kinds, "RRPCCPCC");
    assert_status(loy_note_get(desk.store, &two.keeps, LOY_NOTE_POTENTIAL, text), LOY_OK);
    assert_string_equal(text, "said the second");
    /* Two of one moment: the survivor's is read, and the other is not lost for the undo. */
    assert_status(loy_note_get(desk.store, &two.keeps, LOY_NOTE_CREDIT, text), LOY_OK);
    assert_string_equal(text, "said the first");
    /* One customer answers a campaign once. */
    struct loy_campaign_counts *counts;
    struct loy_campaign_count count = {.size = sizeof count};
    assert_status(loy_campaign_counts_open(desk.store, 0, AT + 1000, &counts), LOY_OK);
    assert_int_equal(loy_campaign_count_next(counts, &count), LOY_OK);
    loy_campaign_counts_close(counts);
    assert_int_equal(count.responses, 1);
    assert_int_equal(count.members, 1);
    assert_status(loy_member_unmerge(desk.store, &two.goes, AT + 400), LOY_OK);
    timeline(&two.keeps, kinds);
    assert_string_equal(kinds, "RPCC");
    timeline(&two.goes, kinds);
    assert_string_equal(kinds, "RPCC");
    assert_int_equal(purchasers(&two.goes), 1);
    assert_status(loy_note_get(desk.store, &two.goes, LOY_NOTE_CREDIT, text), LOY_OK);
    assert_string_equal(text, "said the second");
}

static void evidence_comes_with_its_value(void **state)
{
    (void)state;
    struct two two = two_make();
    struct loy_field_trust before = {.size = sizeof before}, after = before;
    struct loy_quality quality = {.size = sizeof quality};
    assert_status(
        loy_member_field_trust(desk.store, &two.goes, LOY_FIELD_TELEPHONE, AT + 300, &before),
        LOY_OK);
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 300), LOY_OK);
    assert_status(
        loy_member_field_trust(desk.store, &two.keeps, LOY_FIELD_TELEPHONE, AT + 300, &after),
        LOY_OK);
    assert_int_equal(after.evidence_for, 1);
    assert_true(after.trust >= before.trust);
    assert_status(loy_member_quality(desk.store, &two.keeps, AT + 300, &quality), LOY_OK);
    assert_int_equal(quality.returned, 1u << LOY_FIELD_ADDRESS);
    /* What one registration said of being asked holds for both. */
    enum loy_field due;
    const int64_t later_us = AT + INT64_C(86400000000);
    assert_status(loy_member_due(desk.store, &two.keeps, later_us + 300, &due), LOY_OK);
    assert_int_equal(due, LOY_FIELD_ADDRESS);
    assert_status(loy_member_unmerge(desk.store, &two.goes, AT + 400), LOY_OK);
    confirm(&two.goes, LOY_FIELD_NAME, LOY_EVIDENCE_UNWANTED, AT + 400);
    set(&two.keeps, LOY_FIELD_NAME, "Ruby", AT + 500);
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 600), LOY_OK);
    assert_status(loy_member_due(desk.store, &two.keeps, later_us + 600, &due), LOY_NONE);
}

static void who_brought_whom_closes_no_ring(void **state)
{
    (void)state;
    struct two two = two_make();
    struct loy_id by;
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 300), LOY_OK);
    assert_status(loy_member_referrer(desk.store, &two.above, &by), LOY_OK);
    assert_true(desk_same_id(&by, &two.keeps));
    assert_status(loy_member_referrer(desk.store, &two.keeps, &by), LOY_NONE);
    assert_status(loy_member_referrer(desk.store, &two.goes, &by), LOY_NONE);
    assert_status(loy_member_referrer(desk.store, &two.below, &by), LOY_OK);
    assert_true(desk_same_id(&by, &two.keeps));
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member WHERE parent = 1"), 1);
    assert_int_equal(desk_number(&desk, "SELECT parent IS NULL FROM member WHERE id = 1"), 1);
    /* Without a ring the loser's stays. */
    assert_status(loy_member_unmerge(desk.store, &two.goes, AT + 400), LOY_OK);
    assert_status(loy_member_referrer(desk.store, &two.goes, &by), LOY_OK);
    assert_true(desk_same_id(&by, &two.above));
    struct loy_id third = firm("Third");
    assert_status(loy_member_merge(desk.store, &third, &two.below, AT + 500), LOY_OK);
    assert_status(loy_member_referrer(desk.store, &third, &by), LOY_OK);
    assert_true(desk_same_id(&by, &two.goes));
    /* Nobody was brought by himself. */
    assert_status(loy_member_merge(desk.store, &two.goes, &third, AT + 600), LOY_OK);
    assert_status(loy_member_referrer(desk.store, &two.goes, &by), LOY_OK);
    assert_true(desk_same_id(&by, &two.above));
}

static void a_code_printed_before_is_the_survivors(void **state)
{
    (void)state;
    struct two two = two_make();
    struct loy_credential card;
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 300), LOY_OK);
    desk_credential(&desk, "9156000000000037", &card);
    assert_status(loy_claim_use(desk.store, two.code, &card, AT + 310), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card WHERE member = 1"), 3);
}

static void cards_given_meanwhile_follow_their_owners(void **state)
{
    (void)state;
    struct two two = two_make();
    struct loy_credential old, new, plain, other;
    desk_credential(&desk, "9156000000000045", &plain);
    desk_credential(&desk, "9156000000000052", &other);
    assert_status(loy_card_issue(desk.store, &two.goes, &plain, AT), LOY_OK);
    desk_credential(&desk, "9156000000000029", &old);
    desk_credential(&desk, "9156000000000037", &new);
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 300), LOY_OK);
    assert_status(loy_card_replace(desk.store, &old, &new, NULL, AT + 310), LOY_OK);
    assert_status(loy_card_replace(desk.store, &plain, &other, NULL, AT + 310), LOY_OK);
    desk_sell(&desk, "9156000000000037", AT + 320);
    /* What is written to one that was merged would be found by nobody. */
    assert_status(loy_note_set(desk.store, &two.goes, LOY_NOTE_CREDIT, "x", AT + 330), LOY_NONE);
    assert_status(
        loy_member_consent(desk.store, &two.goes, LOY_PURPOSE_SCHEME, false, "desk", AT + 330),
        LOY_NONE);
    assert_status(loy_member_unmerge(desk.store, &two.goes, AT + 400), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card WHERE member = 2"), 4);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 2"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 1);
    desk_sell(&desk, "9156000000000037", AT + 410);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 2"), 3);
}

static bool gives(const struct loy_id *id, enum loy_purpose purpose)
{
    struct loy_member member;
    assert_status(loy_member_get(desk.store, id, &member), LOY_OK);
    return member.consent[purpose];
}

static void consent(const struct loy_id *id, enum loy_purpose purpose, bool given)
{
    assert_status(loy_member_consent(desk.store, id, purpose, given, "desk", AT), LOY_OK);
}

static void the_scheme_ends_only_where_it_was_left(void **state)
{
    (void)state;
    struct loy_id joined = firm("Joined"), silent = firm("Silent"), left = firm("Left");
    consent(&joined, LOY_PURPOSE_SCHEME, true);
    consent(&joined, LOY_PURPOSE_MARKETING, true);
    consent(&left, LOY_PURPOSE_SCHEME, true);
    consent(&left, LOY_PURPOSE_SCHEME, false);
    assert_status(loy_member_merge(desk.store, &joined, &silent, AT + 1), LOY_OK);
    assert_true(gives(&joined, LOY_PURPOSE_SCHEME));
    assert_false(gives(&joined, LOY_PURPOSE_MARKETING));
    assert_status(loy_member_unmerge(desk.store, &silent, AT + 2), LOY_OK);
    assert_true(gives(&joined, LOY_PURPOSE_MARKETING));
    assert_status(loy_member_merge(desk.store, &silent, &left, AT + 3), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM consent WHERE member = 2 AND "
                                        "given = 0"),
        1);
    assert_status(loy_member_merge(desk.store, &joined, &silent, AT + 4), LOY_OK);
    assert_false(gives(&joined, LOY_PURPOSE_SCHEME));
}

/* What the second merge gave depended on the first, which goes. */
static void merges_are_undone_in_any_order(void **state)
{
    (void)state;
    struct loy_id a = firm("Amber"), b = firm("Birch"), c = firm("Cedar"), by;
    struct loy_id above = firm("Above");
    const int64_t later_us = AT + 10;
    consent(&a, LOY_PURPOSE_MARKETING, true);
    set(&b, LOY_FIELD_ADDRESS, "北京路12号", later_us + 1);
    set(&c, LOY_FIELD_ADDRESS, "中山路12号", later_us);
    assert_status(loy_member_refer(desk.store, &b, &above, AT), LOY_OK);
    char *before = desk_picture(&desk);
    assert_status(loy_member_merge(desk.store, &a, &c, AT + 20), LOY_OK);
    char *only_c = desk_picture(&desk);
    assert_status(loy_member_unmerge(desk.store, &c, AT + 21), LOY_OK);
    assert_status(loy_member_merge(desk.store, &a, &b, AT + 19), LOY_OK);
    assert_status(loy_member_merge(desk.store, &a, &c, AT + 20), LOY_OK);
    assert_status(loy_member_referrer(desk.store, &a, &by), LOY_OK);
    assert_status(loy_member_unmerge(desk.store, &b, AT + 30), LOY_OK);
    /* Envelopes are sealed anew, so they are compared by what they say. */
    char text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_member_field(desk.store, &a, LOY_FIELD_ADDRESS, text), LOY_OK);
    assert_string_equal(text, "中山路12号");
    assert_false(gives(&a, LOY_PURPOSE_MARKETING));
    assert_status(loy_member_referrer(desk.store, &a, &by), LOY_NONE);
    assert_status(loy_member_referrer(desk.store, &b, &by), LOY_OK);
    assert_status(loy_member_unmerge(desk.store, &c, AT + 40), LOY_OK);
    char *after = desk_picture(&desk);
    assert_string_not_equal(only_c, before);
    assert_string_equal(after, before);
    free(before);
    free(only_c);
    free(after);
}

/* A form's place is postcode and house, of which each of the two had one. */
static void the_survivor_is_found_by_what_it_has_now(void **state)
{
    (void)state;
    struct two two = two_make();
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "Ruby Kitchem"},
        {LOY_FIELD_ADDRESS, "中山路12号"}, {LOY_FIELD_POSTCODE, "200001"}};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_ORGANISATION,
        .fields = fields,
        .field_count = 3,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER};
    struct loy_id again;
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 300), LOY_OK);
    assert_status(loy_member_add(desk.store, &form, AT + 310, &again), LOY_OK);
    struct loy_duplicate_position position = {0, 0};
    struct loy_duplicate pair = {.size = sizeof pair};
    assert_status(loy_duplicate_next(desk.store, &position, 1, &pair), LOY_OK);
    assert_true(desk_same_id(&pair.first, &two.keeps) && desk_same_id(&pair.second, &again));
}

#define desk_test(function)                                                                        \
    cmocka_unit_test_prestate_setup_teardown(function, desk_start, desk_end, &desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(an_undo_is_exact_with_all_there_is),
        desk_test(purchasers_contacts_and_notes_are_read_with_the_survivor),
        desk_test(evidence_comes_with_its_value),
        desk_test(who_brought_whom_closes_no_ring),
        desk_test(a_code_printed_before_is_the_survivors),
        desk_test(cards_given_meanwhile_follow_their_owners),
        desk_test(the_scheme_ends_only_where_it_was_left),
        desk_test(merges_are_undone_in_any_order),
        desk_test(the_survivor_is_found_by_what_it_has_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
