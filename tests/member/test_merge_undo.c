/* SPDX-License-Identifier: MIT
 *
 * test_merge_undo.c - two persons made one and two again: what the survivor gets, what an undo
 * restores, when it may, and traits that are more than one member may have.
 */
#include "desk.h"
#include "picture.h"

#include <loyalty/duplicate.h>
#include <loyalty/quality.h>
#include <loyalty/rights.h>

#include <stdlib.h>

static struct desk desk = {.country = "CN"};

#define F(field, text)                                                                             \
    {                                                                                              \
        LOY_FIELD_##field, text                                                                    \
    }

struct two {
    struct loy_id keeps, goes;
};

static struct two two_make(void)
{
    const struct loy_field_text keeps[] = {F(NAME, "Anne Miller"), F(TELEPHONE, "13812345678"),
        F(POSTCODE, "200001"), F(LANGUAGE, "en")};
    const struct loy_field_text goes[] = {
        F(NAME, "A. Miller"), F(TELEPHONE, "13987654321"), F(EMAIL, "anne@example.com")};
    const struct loy_trait_text traits[] = {{"income", "35-49K"}, {"pets", "2"}};
    struct loy_member_form first = desk_form(keeps, ROWS(keeps)),
                           form = desk_form(goes, ROWS(goes));
    struct two two;
    assert_status(loy_member_add(desk.store, &first, AT, &two.keeps), LOY_OK);
    form.collected_at_us = AT + 60;
    form.traits = traits;
    form.trait_count = 2;
    form.reference = "till-77";
    form.consent[LOY_PURPOSE_MARKETING] = true;
    assert_status(loy_member_add(desk.store, &form, AT + 60, &two.goes), LOY_OK);
    assert_status(
        loy_member_consent(desk.store, &two.keeps, LOY_PURPOSE_PROFILING, true, "desk", AT + 70),
        LOY_OK);
    for (int i = 0; i < 2; i++)
        assert_status(loy_member_consent(desk.store, i ? &two.goes : &two.keeps,
                          LOY_PURPOSE_MARKETING, true, "desk", AT + 80),
            LOY_OK);
    desk_give_card(&desk, &two.keeps, "9156000000000011");
    desk_give_card(&desk, &two.goes, "9156000000000029");
    desk_sell(&desk, "9156000000000011", AT + 100);
    desk_sell(&desk, "9156000000000029", AT + 200);
    /* Both were asked for one field at one moment: that row stays where it is. */
    desk_run(&desk, "INSERT INTO question SELECT id, 6, 7, 1, 1, 0 FROM member WHERE status = 1");
    desk_run(&desk, "INSERT INTO question SELECT max(id), 7, 8, 2, 1, 0 FROM member");
    return two;
}

static void finds(const char *telephone, const struct loy_id *expected)
{
    struct loy_id found;
    assert_status(
        loy_member_find_indexed(desk.store, LOY_FIELD_TELEPHONE, telephone, &found), LOY_OK);
    assert_true(desk_same_id(&found, expected));
}

static void a_merge_joins_all_that_two_have(void **state)
{
    (void)state;
    struct two two = two_make();
    struct loy_member member;
    struct loy_id found;
    char text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 300), LOY_OK);
    /* Both are the customer's own; the later one stands. What only one has is kept. */
    assert_status(loy_member_field(desk.store, &two.keeps, LOY_FIELD_NAME, text), LOY_OK);
    assert_string_equal(text, "A. Miller");
    assert_status(loy_member_field(desk.store, &two.keeps, LOY_FIELD_EMAIL, text), LOY_OK);
    assert_string_equal(text, "anne@example.com");
    assert_status(loy_member_field(desk.store, &two.keeps, LOY_FIELD_POSTCODE, text), LOY_OK);
    assert_status(loy_member_trait(desk.store, &two.keeps, "pets", text), LOY_OK);
    assert_string_equal(text, "2");
    finds("13812345678", &two.keeps);
    finds("13987654321", &two.keeps);
    assert_status(loy_member_find_reference(desk.store, "till-77", &found), LOY_OK);
    assert_true(desk_same_id(&found, &two.keeps));
    assert_status(loy_member_survivor(desk.store, &two.goes, &found), LOY_OK);
    assert_true(desk_same_id(&found, &two.keeps));
    assert_status(loy_member_get(desk.store, &two.keeps, &member), LOY_OK);
    assert_false(member.consent[LOY_PURPOSE_PROFILING]);
    assert_true(member.consent[LOY_PURPOSE_MARKETING]);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM question WHERE member = 1"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM card WHERE member = 1"), 2);
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 301), LOY_E_CONFLICT);
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.keeps, AT + 301), LOY_E_CONFLICT);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static void an_undo_restores_both_exactly(void **state)
{
    (void)state;
    struct two two = two_make();
    for (int turn = 0; turn < 2; turn++) {
        const struct loy_id *keeps = turn ? &two.goes : &two.keeps;
        const struct loy_id *goes = turn ? &two.keeps : &two.goes;
        char *before = desk_picture(&desk);
        assert_status(loy_member_merge(desk.store, keeps, goes, AT + 300), LOY_OK);
        char *merged = desk_picture(&desk);
        assert_string_not_equal(before, merged);
        assert_status(loy_member_unmerge(desk.store, goes, AT + 400), LOY_OK);
        char *after = desk_picture(&desk);
        assert_string_equal(before, after);
        free(before);
        free(merged);
        free(after);
    }
    assert_status(loy_member_unmerge(desk.store, &two.goes, AT + 500), LOY_NONE);
    assert_status(loy_store_check(desk.store, NULL, NULL), LOY_OK);
}

static void what_came_meanwhile_goes_where_it_belongs(void **state)
{
    (void)state;
    struct two two = two_make();
    char text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_member_merge(desk.store, &two.keeps, &two.goes, AT + 300), LOY_OK);
    desk_sell(&desk, "9156000000000029", AT + 310);
    desk_sell(&desk, "9156000000000011", AT + 320);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 4);
    const struct loy_field_text moved = {LOY_FIELD_TELEPHONE, "13600000001"};
    assert_status(
        loy_member_set(desk.store, &two.keeps, &moved, "desk", LOY_INITIATIVE_CUSTOMER, AT + 330),
        LOY_OK);
    assert_status(loy_member_unmerge(desk.store, &two.goes, AT + 400), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 1"), 2);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM basket WHERE member = 2"), 2);
    finds("13600000001", &two.keeps);
    finds("13987654321", &two.goes);
    assert_status(loy_member_field(desk.store, &two.keeps, LOY_FIELD_NAME, text), LOY_OK);
    assert_string_equal(text, "Anne Miller");
}

static void an_undo_has_its_time_and_its_order(void **state)
{
    (void)state;
    const int64_t day_us = INT64_C(86400000000);
    struct loy_id a = desk_person(&desk, "Anne"), b = desk_person(&desk, "Bernd"),
                  c = desk_person(&desk, "Clara"), found;
    assert_status(loy_member_merge(desk.store, &a, &b, AT), LOY_OK);
    /* Told while they can be undone: not of a survivor who went himself, not too late. */
    struct loy_merge merge = {.size = sizeof merge};
    int64_t position = 0;
    assert_status(loy_merge_next(desk.store, AT + 1, &position, &merge), LOY_OK);
    assert_true(desk_same_id(&merge.survivor, &a) && desk_same_id(&merge.loser, &b));
    assert_true(merge.at_us == AT);
    assert_status(loy_merge_next(desk.store, AT + 1, &position, &merge), LOY_NONE);
    assert_status(loy_member_merge(desk.store, &c, &a, AT), LOY_OK);
    position = 0;
    assert_status(loy_merge_next(desk.store, AT + 90 * day_us, &position, &merge), LOY_OK);
    assert_true(desk_same_id(&merge.survivor, &c) && desk_same_id(&merge.loser, &a));
    assert_status(loy_merge_next(desk.store, AT + 90 * day_us, &position, &merge), LOY_NONE);
    position = 0;
    assert_status(loy_merge_next(desk.store, AT + 90 * day_us + 1, &position, &merge), LOY_NONE);
    merge.size = 8;
    assert_status(loy_merge_next(desk.store, AT, &position, &merge), LOY_E_ARGUMENT);
    assert_status(loy_member_survivor(desk.store, &b, &found), LOY_OK);
    assert_true(desk_same_id(&found, &c));
    assert_status(loy_member_unmerge(desk.store, &b, AT), LOY_E_CONFLICT);
    assert_status(loy_member_unmerge(desk.store, &a, AT + 90 * day_us), LOY_OK);
    assert_status(loy_member_unmerge(desk.store, &b, AT + 90 * day_us + 1), LOY_REFUSED);
    desk.store->role = LOY_ROLE_SUPERVISOR;
    assert_status(loy_member_unmerge(desk.store, &b, AT), LOY_E_ACCESS);
    assert_status(loy_member_merge(desk.store, &a, &c, AT), LOY_E_ACCESS);
    desk.store->role = LOY_ROLE_MANAGER;
    assert_status(loy_member_unmerge(desk.store, &b, AT), LOY_OK);
    struct loy_id firm;
    const struct loy_field_text name[] = {F(NAME, "Firm"), {0, NULL}};
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, name, &firm), LOY_OK);
    assert_status(loy_member_merge(desk.store, &firm, &a, AT), LOY_E_CONFLICT);
}

/* An anonymous card that turns out to be a member's: kind and name are the member's. */
static void a_pseudonym_goes_up_in_a_member(void **state)
{
    (void)state;
    struct loy_member_form form = desk_form(NULL, 0);
    struct loy_id pseudonym, firm;
    struct loy_member member;
    char *before, *after;
    form.pseudonymous = true;
    assert_status(loy_member_add(desk.store, &form, AT, &pseudonym), LOY_OK);
    desk_give_card(&desk, &pseudonym, "9156000000000011");
    desk_sell(&desk, "9156000000000011", AT + 1);
    const struct loy_field_text name[] = {F(NAME, "Firm"), {0, NULL}};
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, name, &firm), LOY_OK);
    before = desk_picture(&desk);
    assert_status(loy_member_merge(desk.store, &pseudonym, &firm, AT + 2), LOY_OK);
    assert_status(loy_member_get(desk.store, &pseudonym, &member), LOY_OK);
    assert_false(member.pseudonymous);
    assert_int_equal(member.kind, LOY_MEMBER_ORGANISATION);
    assert_status(loy_member_unmerge(desk.store, &firm, AT + 3), LOY_OK);
    after = desk_picture(&desk);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

/* ---- Traits -------------------------------------------------------------------------------------
 */

/* A member with traits NAME<from> ... up to one before `to`, all of one text. */
static struct loy_id with_traits(const char *name, unsigned from, unsigned to, const char *text)
{
    char names[LOY_TRAITS_MAX][16];
    struct loy_trait_text traits[LOY_TRAITS_MAX];
    const struct loy_field_text fields[] = {F(NAME, name)};
    struct loy_member_form form = desk_form(fields, 1);
    struct loy_id id;
    for (unsigned i = from; i < to; i++) {
        snprintf(names[i - from], sizeof names[0], "trait%02u", i);
        traits[i - from] = (struct loy_trait_text){names[i - from], text};
    }
    form.traits = traits;
    form.trait_count = to - from;
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    return id;
}

static bool has_trait(const struct loy_id *id, unsigned number, const char *expected)
{
    char name[16], text[LOY_FIELD_TEXT_MAX];
    snprintf(name, sizeof name, "trait%02u", number);
    enum loy_status status = loy_member_trait(desk.store, id, name, text);
    if (status != LOY_NONE) assert_status(status, LOY_OK);
    return status == LOY_OK && strcmp(text, expected) == 0;
}

/* How many traits of that text the history holds, and how many of them are current. */
static size_t in_history(const struct loy_id *id, const char *text, size_t *current)
{
    struct loy_member_value value = {.size = sizeof value};
    int64_t position = 0;
    size_t count = 0;
    enum loy_status status;
    *current = 0;
    while ((status = loy_member_value_next(desk.store, id, &position, &value)) == LOY_OK)
        if (value.field == 0 && strcmp(value.text, text) == 0) {
            count++;
            *current += value.current;
        }
    assert_status(status, LOY_NONE);
    return count;
}

static enum loy_status trait_give(
    const struct loy_id *id, const char *name, const char *text, int64_t at_us)
{
    const struct loy_provenance provenance = {
        .size = sizeof provenance, .channel = "desk", .initiated_by = LOY_INITIATIVE_CUSTOMER};
    const struct loy_trait_text trait = {name, text};
    return loy_member_trait_change(desk.store, id, &trait, &provenance, at_us);
}

static void traits_beyond_the_limit_are_kept_in_the_history(void **state)
{
    (void)state;
    struct loy_id keeps = with_traits("Anne", 0, 30, "mine");
    struct loy_id goes = with_traits("Anna", 28, 38, "theirs");
    size_t current = 0;
    char *before = desk_picture(&desk);
    assert_status(loy_member_merge(desk.store, &keeps, &goes, AT + 1), LOY_OK);
    assert_true(has_trait(&keeps, 29, "mine"));
    assert_true(has_trait(&keeps, 30, "theirs") && has_trait(&keeps, 31, "theirs"));
    for (unsigned i = 32; i < 38; i++)
        assert_false(has_trait(&keeps, i, "theirs"));
    assert_int_equal(in_history(&keeps, "theirs", &current), 8);
    assert_int_equal(current, 2);
    /* There is no room for one more, known or not; what stands can be changed. */
    assert_status(trait_give(&keeps, "other", "x", AT + 2), LOY_E_LIMIT);
    assert_status(trait_give(&keeps, "trait32", "theirs", AT + 2), LOY_E_LIMIT);
    assert_status(loy_member_unmerge(desk.store, &goes, AT + 3), LOY_OK);
    char *after = desk_picture(&desk);
    assert_string_equal(before, after);
    assert_true(has_trait(&goes, 37, "theirs"));
    free(before);
    free(after);
}

/* Three in turn, of whom the later bring again what went into the history. */
static void no_merge_loses_a_trait(void **state)
{
    (void)state;
    struct loy_id first = with_traits("Anne", 0, 30, "mine"), second, third;
    size_t current = 0;
    second = with_traits("Anna", 30, 34, "theirs");
    third = with_traits("Anni", 33, 35, "again");
    assert_status(loy_member_merge(desk.store, &first, &second, AT + 1), LOY_OK);
    assert_status(loy_member_merge(desk.store, &first, &third, AT + 2), LOY_OK);
    assert_int_equal(in_history(&first, "again", &current), 2);
    assert_int_equal(current, 0);
    /* Once the merges are final, nothing of it is the losers' any more. */
    int64_t finalised = 0;
    const int64_t late_us = AT + INT64_C(91) * 86400000000;
    assert_status(loy_retention_vouch(desk.store, late_us), LOY_OK);
    assert_status(loy_merge_finalise(desk.store, late_us, &finalised), LOY_OK);
    assert_int_equal(finalised, 2);
    assert_int_equal(in_history(&first, "theirs", &current), 4);
    assert_int_equal(current, 2);
    assert_int_equal(in_history(&first, "again", &current), 2);
    /* Into a member with room, what was in the history stays there. */
    struct loy_id empty = desk_person(&desk, "Anne Miller");
    assert_status(loy_member_merge(desk.store, &empty, &first, late_us + 1), LOY_OK);
    assert_true(has_trait(&empty, 31, "theirs"));
    assert_int_equal(in_history(&empty, "again", &current), 1);
    assert_int_equal(current, 0);
    /* Said by the customer himself it is current, the room given. */
    assert_status(loy_member_unmerge(desk.store, &first, late_us + 2), LOY_OK);
    struct loy_id other = with_traits("Anne", 0, 32, "full"), few = with_traits("Ann", 50, 51, "x");
    assert_status(loy_member_merge(desk.store, &other, &few, late_us + 3), LOY_OK);
    assert_status(loy_member_merge(desk.store, &few, &other, late_us + 4), LOY_E_CONFLICT);
    desk_run(&desk, "DELETE FROM member_trait WHERE name = 'trait00'");
    assert_status(trait_give(&other, "trait50", "x", late_us + 5), LOY_OK);
    assert_true(has_trait(&other, 50, "x"));
}

#define desk_test(function)                                                                        \
    cmocka_unit_test_prestate_setup_teardown(function, desk_start, desk_end, &desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(a_merge_joins_all_that_two_have),
        desk_test(an_undo_restores_both_exactly),
        desk_test(what_came_meanwhile_goes_where_it_belongs),
        desk_test(an_undo_has_its_time_and_its_order),
        desk_test(a_pseudonym_goes_up_in_a_member),
        desk_test(traits_beyond_the_limit_are_kept_in_the_history),
        desk_test(no_merge_loses_a_trait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
