/* SPDX-License-Identifier: MIT
 *
 * test_purchaser_names.c - the names on an organisation's form become purchasers, each once.
 * In: lines of names. Out: the purchasers of the member, or a refusal that wrote nothing. */
#include "desk.h"

#include <loyalty/member_card.h>

static struct desk desk = {.country = "CN"};

static enum loy_status firm(const char *purchasers, struct loy_id *member)
{
    const struct loy_field_text fields[] = {
        {LOY_FIELD_NAME, "王记餐馆"}, {LOY_FIELD_PURCHASERS, purchasers}, {LOY_FIELD_NAME, NULL}};
    return desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, member);
}

static enum loy_status name_again(const struct loy_id *member, const char *purchasers)
{
    const struct loy_field_text value = {LOY_FIELD_PURCHASERS, purchasers};
    return loy_member_set(desk.store, member, &value, "desk", LOY_INITIATIVE_CUSTOMER, AT + 1);
}

/* The active purchasers, "|" between them. */
static const char *list(const struct loy_id *member)
{
    static char text[4096];
    struct loy_purchaser purchaser = {.size = sizeof purchaser};
    int64_t position = 0;
    text[0] = '\0';
    while (loy_purchaser_next(desk.store, member, &position, &purchaser) == LOY_OK) {
        if (!purchaser.active) continue;
        assert_int_equal(purchaser.authority, LOY_AUTHORITY_PERMANENT);
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s", used ? "|" : "", purchaser.name);
    }
    return text;
}

static void each_name_is_a_purchaser(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *purchasers;
    } rows[] = {
        {"王小明", "王小明"},
        {"王小明、李明", "王小明|李明"},
        {"王小明，李明；赵六", "王小明|李明|赵六"},
        {" Anna Muster ; Peter Beispiel,Jonas Probe ", "Anna Muster|Peter Beispiel|Jonas Probe"},
        {"李明;李明; ;", "李明"},
        {"Ａｎｎａ", "Anna"},
        {"、", ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_id member;
        assert_status(firm(rows[i].typed, &member), LOY_OK);
        assert_string_equal(list(&member), rows[i].purchasers);
    }
    desk_reopen(&desk);
    assert_false(desk_files_hold(&desk, "王小明", strlen("王小明")));
    assert_false(desk_files_hold(&desk, "Peter Beispiel", strlen("Peter Beispiel")));
}

static void a_change_adds_who_is_new_and_ends_nobody(void **state)
{
    (void)state;
    struct loy_id member;
    int64_t position = 0;
    struct loy_purchaser first = {.size = sizeof first};
    assert_status(firm("王小明；Anna Muster", &member), LOY_OK);
    assert_status(name_again(&member, "anna muster、赵六"), LOY_OK);
    assert_string_equal(list(&member), "王小明|Anna Muster|赵六");
    assert_status(loy_purchaser_next(desk.store, &member, &position, &first), LOY_OK);
    assert_status(loy_purchaser_end(desk.store, &member, first.number, NULL, AT + 2), LOY_OK);
    assert_status(name_again(&member, "赵六"), LOY_OK);
    assert_string_equal(list(&member), "Anna Muster|赵六");
}

static void too_many_or_too_long_writes_nothing(void **state)
{
    (void)state;
    struct loy_id member;
    char typed[LOY_FIELD_TEXT_MAX];
    assert_status(firm("a;b;c;d;e;f", &member), LOY_E_LIMIT);
    assert_non_null(strstr(loy_store_text(desk.store), "at most 5"));
    memset(typed, 'x', 101);
    typed[101] = '\0';
    assert_status(firm(typed, &member), LOY_E_FORMAT);
    assert_non_null(strstr(loy_store_text(desk.store), "100 characters"));
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member"), 0);
    for (size_t i = 0; i < 65; i++)
        memcpy(typed + 3 * i, (char[]){(char)('a' + i / 26), (char)('a' + i % 26), ';'}, 3);
    typed[sizeof(char[3]) * 65] = '\0';
    assert_status(firm(typed, &member), LOY_E_FORMAT);

    assert_status(firm("a;b;c;d;e", &member), LOY_OK);
    int64_t values = desk_number(&desk, "SELECT count(*) FROM member_field");
    assert_status(name_again(&member, "e;f"), LOY_E_LIMIT);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field"), values);
    assert_string_equal(list(&member), "a|b|c|d|e");
    assert_status(loy_card_rule_set(desk.store, LOY_RULE_PURCHASERS, 6, AT), LOY_OK);
    assert_status(name_again(&member, "e;f"), LOY_OK);
    assert_string_equal(list(&member), "a|b|c|d|e|f");
}

static void a_value_that_does_not_win_names_nobody(void **state)
{
    (void)state;
    struct loy_id member;
    const struct loy_field_text value = {LOY_FIELD_PURCHASERS, "赵六"};
    assert_status(firm("王小明", &member), LOY_OK);
    assert_status(
        loy_member_set(desk.store, &member, &value, "desk", LOY_INITIATIVE_IMPORT, AT + 1),
        LOY_REFUSED);
    assert_string_equal(list(&member), "王小明");
    assert_status(name_again(&member, ""), LOY_OK);
    assert_string_equal(list(&member), "王小明");
}

static void adding_who_was_named_fills_the_row(void **state)
{
    (void)state;
    struct loy_id member;
    struct loy_purchaser held = {.size = sizeof held};
    struct loy_purchaser_form form = {.size = sizeof form,
        .name = "anna muster",
        .function = "cook",
        .authority = LOY_AUTHORITY_ONCE};
    int64_t first = 0, again = 0, position = 0;
    assert_status(firm("Anna Muster;b;c;d;e", &member), LOY_OK);
    assert_status(loy_purchaser_add(desk.store, &member, &form, AT, &first), LOY_OK);
    assert_status(loy_purchaser_next(desk.store, &member, &position, &held), LOY_OK);
    assert_int_equal(held.number, first);
    assert_string_equal(held.name, "anna muster");
    assert_string_equal(held.function, "cook");
    assert_int_equal(held.authority, LOY_AUTHORITY_ONCE);
    /* A second one of that name is another person, for whom there is no place. */
    assert_status(loy_purchaser_add(desk.store, &member, &form, AT, &again), LOY_E_LIMIT);
    form.name = "b";
    form.authority = LOY_AUTHORITY_PERMANENT;
    assert_status(loy_purchaser_add(desk.store, &member, &form, AT, &again), LOY_OK);
    assert_int_equal(again, first + 1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM purchaser"), 5);
}

static enum loy_status name_at(const struct loy_id *member, const char *purchasers, int64_t at_us)
{
    const struct loy_field_text value = {LOY_FIELD_PURCHASERS, purchasers};
    return loy_member_set(desk.store, member, &value, "desk", LOY_INITIATIVE_CUSTOMER, at_us);
}

/* What the form shows. */
static const char *line(const struct loy_id *member)
{
    static char text[LOY_FIELD_TEXT_MAX];
    text[0] = '\0';
    enum loy_status status = loy_member_field(desk.store, member, LOY_FIELD_PURCHASERS, text);
    assert_true(status == LOY_OK || status == LOY_NONE);
    return text;
}

static int64_t unnamed(const struct loy_id *member, int64_t at_us)
{
    int64_t count = -1;
    assert_status(loy_purchasers_unnamed(desk.store, member, at_us, &count), LOY_OK);
    return count;
}

static void who_is_ended_leaves_the_line(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *left;
        int64_t ends;
    } rows[] = {
        {"王小明；Anna Muster", "Anna Muster", 1},
        {"王小明；Anna Muster、赵六", "王小明;赵六", 2},
        {"王小明, Anna Muster", "王小明", 2},
        {"; 王小明 ; Anna Muster", "; Anna Muster", 1},
        {"ａｎｎａ muster", "", 1},
    };
    int64_t before = 0;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_id member;
        assert_status(firm(rows[i].typed, &member), LOY_OK);
        assert_status(
            loy_purchaser_end(desk.store, &member, before + rows[i].ends, NULL, AT + 2), LOY_OK);
        assert_string_equal(line(&member), rows[i].left);
        before = desk_number(&desk, "SELECT max(id) FROM purchaser");
    }
}

/* A line typed from an old copy brings nobody back; a name that was taken out and is given again
 * does. */
static void a_name_of_before_is_not_new(void **state)
{
    (void)state;
    struct loy_id member;
    assert_status(firm("王小明；Anna Muster", &member), LOY_OK);
    assert_status(loy_purchaser_end(desk.store, &member, 1, NULL, AT + 2), LOY_OK);
    assert_status(loy_purchaser_end(desk.store, &member, 2, NULL, AT + 3), LOY_OK);
    assert_status(name_at(&member, "王小明；Anna Muster；赵六", AT + 4), LOY_OK);
    assert_string_equal(list(&member), "赵六");
    assert_status(name_at(&member, "赵六", AT + 5), LOY_OK);
    assert_status(name_at(&member, "赵六；王小明", AT + 6), LOY_OK);
    assert_string_equal(list(&member), "赵六|王小明");
    assert_status(name_at(&member, "", AT + 7), LOY_OK);
    assert_int_equal(unnamed(&member, AT + 7), 2);
    assert_status(name_at(&member, "王小明", AT + 8), LOY_OK);
    assert_int_equal(unnamed(&member, AT + 8), 1);
    assert_string_equal(list(&member), "赵六|王小明");
}

/* Not ended, but may not buy any more: named anew is allowed anew. */
static void an_authority_that_is_over_is_given_anew(void **state)
{
    (void)state;
    const int64_t day = INT64_C(86400000000);
    struct loy_id member;
    struct loy_purchaser_form form = {
        .size = sizeof form, .name = "Uwe", .authority = LOY_AUTHORITY_UNTIL, .until_us = AT + day};
    int64_t until = 0, once = 0;
    assert_status(firm("Anna Muster", &member), LOY_OK);
    assert_status(loy_purchaser_add(desk.store, &member, &form, AT, &until), LOY_OK);
    form = (struct loy_purchaser_form){
        .size = sizeof form, .name = "Olga", .authority = LOY_AUTHORITY_ONCE};
    assert_status(loy_purchaser_add(desk.store, &member, &form, AT, &once), LOY_OK);
    assert_int_equal(unnamed(&member, AT), 2);
    assert_status(name_at(&member, "Anna Muster;uwe;olga", AT + 1), LOY_OK);
    assert_int_equal(unnamed(&member, AT + 1), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM purchaser"), 3);
    assert_status(name_at(&member, "Anna Muster", AT + 2), LOY_OK);
    assert_int_equal(unnamed(&member, AT + 2), 2);
    desk_run(&desk, "UPDATE purchaser SET used_basket = 1 WHERE authority = 3");
    assert_int_equal(unnamed(&member, AT + 3 * day), 0);
    assert_status(name_at(&member, "Anna Muster;uwe;olga", AT + 3 * day), LOY_OK);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM purchaser WHERE authority = 1"), 3);
}

/* An import goes on behind a line that is refused. */
static void a_refused_line_ends_no_transaction(void **state)
{
    (void)state;
    struct loy_id member;
    char typed[102];
    memset(typed, 'x', sizeof typed - 1);
    typed[sizeof typed - 1] = '\0';
    assert_status(firm("王小明", &member), LOY_OK);
    assert_status(loy_store_begin(desk.store), LOY_OK);
    assert_status(name_at(&member, typed, AT + 1), LOY_E_FORMAT);
    assert_status(name_at(&member, "王小明；赵六", AT + 1), LOY_OK);
    assert_status(loy_store_commit(desk.store), LOY_OK);
    assert_string_equal(list(&member), "王小明|赵六");
    int64_t count = 0;
    assert_status(loy_purchasers_unnamed(NULL, &member, AT, &count), LOY_E_ARGUMENT);
    assert_status(loy_purchasers_unnamed(desk.store, NULL, AT, &count), LOY_E_ARGUMENT);
    assert_status(loy_purchasers_unnamed(desk.store, &member, AT, NULL), LOY_E_ARGUMENT);
}

static void a_person_has_none(void **state)
{
    (void)state;
    struct loy_id person = desk_person(&desk, "张伟");
    assert_status(name_again(&person, "a;b;c;d;e;f"), LOY_OK);
    assert_string_equal(list(&person), "");
}

int main(void)
{
#define desk_case(test) cmocka_unit_test_prestate_setup_teardown(test, desk_start, desk_end, &desk)
    const struct CMUnitTest tests[] = {
        desk_case(each_name_is_a_purchaser),
        desk_case(a_change_adds_who_is_new_and_ends_nobody),
        desk_case(too_many_or_too_long_writes_nothing),
        desk_case(a_value_that_does_not_win_names_nobody),
        desk_case(adding_who_was_named_fills_the_row),
        desk_case(who_is_ended_leaves_the_line),
        desk_case(a_name_of_before_is_not_new),
        desk_case(an_authority_that_is_over_is_given_anew),
        desk_case(a_refused_line_ends_no_transaction),
        desk_case(a_person_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
