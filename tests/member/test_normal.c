/* SPDX-License-Identifier: MIT
 *
 * test_normal.c - a normal form is kept only where it says more than the value, and both ways of
 * keeping it are read; a form is found by its token; a member's name after another's card. */
#include "desk.h"

#include <loyalty/quality.h>
#include <member/member_private.h>

static struct desk desk = {.country = "DE"};

static enum loy_status say_again(const struct loy_id *id, enum loy_field field, const char *text)
{
    const struct loy_field_text value = {field, text};
    const struct loy_provenance provenance = {
        .size = sizeof provenance, .channel = "desk", .initiated_by = LOY_INITIATIVE_CUSTOMER};
    return loy_member_change(desk.store, id, &value, &provenance, AT + 1);
}

/* As it was written before: an envelope of its own for the same text. */
static void old_normal_write(const struct loy_id *id, enum loy_field field, const char *normal)
{
    struct member_row member;
    uint8_t sealed[ENVELOPE_MAX];
    size_t size = 0;
    assert_status(member_take(desk.store, id, &member), LOY_OK);
    const struct envelope_place place = {"member_field", "normal", id, field, 1};
    assert_int_equal(envelope_seal(member.key, &place, normal, sealed, &size), LOY_OK);
    sqlite3_stmt *update = NULL;
    assert_int_equal(sqlite3_prepare_v2(desk.store->db,
                         "UPDATE member_field SET normal = ?1 WHERE member = ?2 AND field = ?3", -1,
                         &update, NULL),
        SQLITE_OK);
    sqlite3_bind_blob(update, 1, sealed, (int)size, SQLITE_STATIC);
    sqlite3_bind_int64(update, 2, member.number);
    sqlite3_bind_int64(update, 3, field);
    assert_int_equal(sqlite3_step(update), SQLITE_DONE);
    sqlite3_finalize(update);
    member_drop(&member);
}

static void is_found_by_name(const char *name, const struct loy_id *id)
{
    struct loy_id found;
    int64_t position = 0;
    assert_status(loy_member_next(desk.store, &position, name, &found), LOY_OK);
    assert_memory_equal(&found, id, sizeof found);
}

static void test_both_ways_are_read(void **state)
{
    (void)state;
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, "Anna Vogel"},
        {LOY_FIELD_TELEPHONE, "030 1234567"}, {LOY_FIELD_ADDRESS, "Lindenallee 5"}, {0, NULL}};
    struct loy_id id;
    assert_status(desk_add(&desk, LOY_MEMBER_PERSON, fields, &id), LOY_OK);
    assert_int_equal(
        desk_number(&desk, "SELECT length(normal) FROM member_field WHERE field = 1"), 0);
    assert_int_equal(
        desk_number(&desk, "SELECT length(normal) FROM member_field WHERE field = 5"), 0);
    assert_true(
        desk_number(&desk, "SELECT length(normal) FROM member_field WHERE field = 6") >= 77);
    is_found_by_name("vogel", &id);
    assert_status(say_again(&id, LOY_FIELD_NAME, "  Anna Vogel "), LOY_REPEATED);
    assert_status(say_again(&id, LOY_FIELD_TELEPHONE, "+49 30 1234567"), LOY_REPEATED);
    old_normal_write(&id, LOY_FIELD_NAME, "Anna Vogel");
    desk_reopen(&desk);
    is_found_by_name("vogel", &id);
    assert_status(say_again(&id, LOY_FIELD_NAME, "Anna Vogel"), LOY_REPEATED);
    assert_status(say_again(&id, LOY_FIELD_NAME, "Anna Vogt"), LOY_OK);
}

static void test_value_of_another_row_is_told(void **state)
{
    (void)state;
    struct loy_id first = desk_person(&desk, "Anna Vogel");
    desk_person(&desk, "Emil Winter");
    desk_run(&desk, "UPDATE member_field SET value = (SELECT value FROM member_field o WHERE "
                    "o.member = 2 AND o.field = 1) WHERE member = 1 AND field = 1");
    assert_status(say_again(&first, LOY_FIELD_NAME, "Anna Vogel"), LOY_E_CHECK);
}

static void test_form_is_found_by_its_token(void **state)
{
    (void)state;
    const struct loy_field_text name = {LOY_FIELD_NAME, "Anna Vogel"};
    struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .fields = &name,
        .field_count = 1,
        .channel = "import",
        .initiated_by = LOY_INITIATIVE_IMPORT,
        .form_token = {7}};
    const uint8_t other[LOY_FORM_TOKEN_SIZE] = {8};
    struct loy_id id, found;
    assert_status(loy_member_find_form(desk.store, form.form_token, &found), LOY_NONE);
    assert_status(loy_member_add(desk.store, &form, AT, &id), LOY_OK);
    assert_status(loy_member_find_form(desk.store, form.form_token, &found), LOY_OK);
    assert_memory_equal(&found, &id, sizeof id);
    assert_status(loy_member_find_form(desk.store, other, &found), LOY_NONE);
    assert_status(loy_member_find_form(desk.store, NULL, &found), LOY_E_ARGUMENT);
    desk.store->role = LOY_ROLE_ANALYST;
    assert_status(loy_member_find_form(desk.store, form.form_token, &found), LOY_E_ACCESS);
}

static void test_name_after_a_card(void **state)
{
    (void)state;
    struct loy_id first = desk_person(&desk, "Anna Vogel"), found;
    struct loy_id second = desk_person(&desk, "Emil Winter");
    struct loy_id nobody = {{1}};
    struct loy_credential card;
    char text[LOY_FIELD_TEXT_MAX];
    desk_credential(&desk, "290000000001", &card);
    assert_status(loy_card_issue(desk.store, &first, &card, AT), LOY_OK);
    assert_status(loy_member_find_card(desk.store, &card, &found), LOY_OK);
    assert_status(loy_member_field(desk.store, &found, LOY_FIELD_NAME, text), LOY_OK);
    assert_string_equal(text, "Anna Vogel");
    assert_status(loy_member_field(desk.store, &second, LOY_FIELD_NAME, text), LOY_OK);
    assert_string_equal(text, "Emil Winter");
    assert_status(say_again(&first, LOY_FIELD_NAME, "Anna Vogt"), LOY_OK);
    assert_status(loy_member_field(desk.store, &found, LOY_FIELD_NAME, text), LOY_OK);
    assert_string_equal(text, "Anna Vogt");
    assert_status(loy_member_field(desk.store, &found, LOY_FIELD_FAX, text), LOY_NONE);
    assert_status(loy_member_field(desk.store, &nobody, LOY_FIELD_NAME, text), LOY_NONE);
    assert_string_equal(loy_store_text(desk.store), "there is no such member");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(
            test_both_ways_are_read, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            test_value_of_another_row_is_told, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            test_form_is_found_by_its_token, desk_start, desk_end, &desk),
        cmocka_unit_test_prestate_setup_teardown(
            test_name_after_a_card, desk_start, desk_end, &desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
