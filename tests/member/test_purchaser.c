/* SPDX-License-Identifier: MIT
 *
 * test_purchaser.c - the authorised purchasers of an organisation: the form, how many, whose key,
 * and their cards.
 * In: short forms. Out: rows whose texts are envelopes, and refusals. */
#include "desk.h"

#include <loyalty/member_card.h>

static struct desk desk = {.country = "CN"};

#define DAY INT64_C(86400000000)

static struct loy_id firm(const char *name)
{
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, name}, {LOY_FIELD_NAME, NULL}};
    struct loy_id member;
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, fields, &member), LOY_OK);
    return member;
}

static struct loy_purchaser_form form_of(const char *name)
{
    return (struct loy_purchaser_form){.size = sizeof(struct loy_purchaser_form),
        .name = name,
        .authority = LOY_AUTHORITY_PERMANENT};
}

static int64_t add(const struct loy_id *member, const char *name)
{
    struct loy_purchaser_form form = form_of(name);
    int64_t number = 0;
    assert_status(loy_purchaser_add(desk.store, member, &form, AT, &number), LOY_OK);
    return number;
}

/* The purchaser of that number as a list shows it. */
static struct loy_purchaser *get(const struct loy_id *member, int64_t number)
{
    static struct loy_purchaser purchaser;
    int64_t position = number - 1;
    purchaser.size = sizeof purchaser;
    assert_status(loy_purchaser_next(desk.store, member, &position, &purchaser), LOY_OK);
    assert_int_equal(purchaser.number, number);
    return &purchaser;
}

static void kept_and_shown(void **state)
{
    (void)state;
    struct loy_id wang = firm("王记餐馆");
    int64_t number = 0, position = 0;
    struct loy_purchaser_form form = {.size = sizeof form,
        .name = "李明明",
        .function = "采购",
        .telephone = "１３８ 1234 5678",
        .document = "身份证",
        .authority = LOY_AUTHORITY_UNTIL,
        .until_us = INT64_C(1798693200000000), /* 2026-12-31 05:00 UTC: 13:00 in Shanghai */
        .offset_min = 480,
        .limit_minor = 50000};
    assert_status(loy_purchaser_add(desk.store, &wang, &form, AT, &number), LOY_OK);
    desk_reopen(&desk);
    struct loy_purchaser *found = get(&wang, number);
    assert_string_equal(found->name, "李明明");
    assert_string_equal(found->function, "采购");
    assert_string_equal(found->telephone, "+8613812345678");
    assert_string_equal(found->document, "身份证");
    assert_int_equal(found->authority, LOY_AUTHORITY_UNTIL);
    assert_int_equal(found->until_us, INT64_C(1798732799999999)); /* that day's end in Shanghai */
    assert_int_equal(found->limit_minor, 50000);
    assert_true(found->active);
    assert_false(found->used);
    assert_string_equal(found->card, "");
    position = number;
    assert_status(loy_purchaser_next(desk.store, &wang, &position, found), LOY_NONE);
    assert_false(desk_files_hold(&desk, "李明明", strlen("李明明")));
    assert_false(desk_files_hold(&desk, "13812345678", 11));
    assert_true(desk_files_hold(&desk, "身份证", strlen("身份证")));
}

static void forms_that_are_refused(void **state)
{
    (void)state;
    struct loy_id wang = firm("王记餐馆"), person = desk_person(&desk, "张伟");
    static char long_name[400];
    memset(long_name, 'x', sizeof long_name - 1);
    const struct {
        struct loy_purchaser_form form;
        const char *word;
    } rows[] = {
        {{.authority = 1}, "name"},
        {{.name = " ", .authority = 1}, "name"},
        {{.name = long_name, .authority = 1}, "name"},
        {{.name = "a\nb", .authority = 1}, "name"},
        {{.name = "李明"}, "authority"},
        {{.name = "李明", .authority = 4}, "authority"},
        {{.name = "李明", .authority = 2}, "until"},
        {{.name = "李明", .authority = 2, .until_us = AT - 2 * DAY}, "until"},
        {{.name = "李明", .authority = 1, .telephone = "12"}, "telephone"},
        {{.name = "李明", .authority = 1, .document = "passport 4711"}, "document"},
        {{.name = "李明", .authority = 1, .document = "护照４７"}, "document"},
        {{.name = "李明", .authority = 1, .document = "passport \xD9\xA4\xD9\xA7"}, "document"},
        {{.name = "李明", .authority = 1, .document = long_name}, "document"},
        {{.name = "李明", .authority = 1, .document = "pass\xFF"}, "document"},
        {{.name = "李明", .authority = 1, .document = "护照\xE2\x85\xA3"}, "document"},  /* Ⅳ */
        {{.name = "李明", .authority = 1, .document = "passport \xC2\xB2"}, "document"}, /* ² */
        {{.name = "李明", .authority = 1, .telephone = "1\xFF"}, "telephone"},
        {{.name = "李明", .authority = 2, .until_us = INT64_MAX}, "until"},
        {{.name = "李明", .authority = 2, .until_us = AT, .offset_min = -961}, "until"},
        {{.name = "李明", .authority = 2, .until_us = AT, .offset_min = 961}, "until"},
        {{.name = "李明", .authority = 1, .function = long_name}, "function"},
        {{.name = "李明", .authority = 1, .limit_minor = -5}, "limit"},
    };
    int64_t number = 0;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_purchaser_form form = rows[i].form;
        form.size = sizeof form;
        assert_status(loy_purchaser_add(desk.store, &wang, &form, AT, &number), LOY_E_FORMAT);
        if (!strstr(loy_store_text(desk.store), rows[i].word))
            print_error("row %zu: %s\n", i, loy_store_text(desk.store));
        assert_non_null(strstr(loy_store_text(desk.store), rows[i].word));
        assert_null(strstr(loy_store_text(desk.store), "4711"));
    }
    struct loy_purchaser_form form = form_of("李明");
    assert_status(loy_purchaser_add(desk.store, &person, &form, AT, &number), LOY_E_FORMAT);
    form.size = 8;
    assert_status(loy_purchaser_add(desk.store, &wang, &form, AT, &number), LOY_E_ARGUMENT);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM purchaser"), 0);
}

static void five_at_a_time(void **state)
{
    (void)state;
    struct loy_id wang = firm("王记餐馆"), other = firm("Green Grocer");
    struct loy_purchaser_form form = form_of("Six"), once = form_of("Once"), late = form_of("Late");
    int64_t number = 0, first = 0;
    for (int i = 0; i < 5; i++) {
        int64_t made = add(&wang, (const char[]){'B', (char)('1' + i), '\0'});
        if (i == 0) first = made;
    }
    assert_status(loy_purchaser_add(desk.store, &wang, &form, AT, &number), LOY_E_LIMIT);
    add(&other, "Buyer");
    assert_status(loy_purchaser_end(desk.store, &wang, first, NULL, AT), LOY_OK);
    assert_status(loy_purchaser_end(desk.store, &wang, first, NULL, AT), LOY_REPEATED);
    form.authority = LOY_AUTHORITY_UNTIL;
    form.until_us = AT;
    assert_status(loy_purchaser_add(desk.store, &wang, &form, AT, &number), LOY_OK);
    assert_status(loy_purchaser_add(desk.store, &wang, &once, AT, &first), LOY_E_LIMIT);
    /* One whose last day is over makes room; so does one who bought once. */
    assert_status(loy_purchaser_add(desk.store, &wang, &once, AT + 2 * DAY, &first), LOY_OK);
    assert_status(loy_purchaser_add(desk.store, &wang, &late, AT + 2 * DAY, &first), LOY_E_LIMIT);
    desk_run(&desk, "UPDATE purchaser SET authority = 3, used_basket = 1 WHERE id = 2");
    assert_status(loy_purchaser_add(desk.store, &wang, &late, AT + 2 * DAY, &first), LOY_OK);
    /* The outdated one comes back only if there is room. */
    form = (struct loy_purchaser_form){
        .size = sizeof form, .authority = LOY_AUTHORITY_PERMANENT, .limit_minor = -1};
    assert_status(loy_purchaser_set(desk.store, &wang, number, &form, AT + 2 * DAY), LOY_E_LIMIT);
    assert_status(loy_card_rule_set(desk.store, LOY_RULE_PURCHASERS, 6, AT), LOY_OK);
    assert_status(loy_purchaser_set(desk.store, &wang, number, &form, AT + 2 * DAY), LOY_OK);
    assert_status(loy_card_rule_set(desk.store, LOY_RULE_PURCHASERS, 0, AT), LOY_E_LIMIT);
}

static void changed_in_part(void **state)
{
    (void)state;
    struct loy_id wang = firm("王记餐馆"), other = firm("Green Grocer");
    struct loy_purchaser_form form = {.size = sizeof form,
        .name = "李明",
        .function = "buyer",
        .telephone = "13812345678",
        .document = "passport",
        .authority = LOY_AUTHORITY_ONCE,
        .limit_minor = 700};
    int64_t number = 0;
    assert_status(loy_purchaser_add(desk.store, &wang, &form, AT, &number), LOY_OK);
    desk_run(&desk, "UPDATE purchaser SET used_basket = 1");
    form = (struct loy_purchaser_form){
        .size = sizeof form, .function = " ", .telephone = "13800000000", .limit_minor = -1};
    assert_status(loy_purchaser_set(desk.store, &wang, number, &form, AT), LOY_OK);
    struct loy_purchaser *found = get(&wang, number);
    assert_string_equal(found->name, "李明");
    assert_string_equal(found->function, "");
    assert_string_equal(found->telephone, "+8613800000000");
    assert_string_equal(found->document, "passport");
    assert_int_equal(found->limit_minor, 700);
    assert_true(found->used);
    form = (struct loy_purchaser_form){
        .size = sizeof form, .name = "李丽", .document = "", .authority = LOY_AUTHORITY_ONCE};
    assert_status(loy_purchaser_set(desk.store, &wang, number, &form, AT), LOY_OK);
    found = get(&wang, number);
    assert_string_equal(found->name, "李丽");
    assert_string_equal(found->document, "");
    assert_int_equal(found->limit_minor, 0);
    assert_false(found->used);
    assert_status(loy_purchaser_set(desk.store, &other, number, &form, AT), LOY_NONE);
    assert_status(loy_purchaser_end(desk.store, &other, number, NULL, AT), LOY_NONE);
    assert_status(loy_purchaser_end(desk.store, &wang, number, "left", AT), LOY_OK);
    assert_status(loy_purchaser_set(desk.store, &wang, number, &form, AT), LOY_REFUSED);
}

static void one_card_each(void **state)
{
    (void)state;
    struct loy_id wang = firm("王记餐馆"), other = firm("Green Grocer"), found;
    int64_t li = add(&wang, "李明"), zhao = add(&wang, "赵云"), buyer = add(&other, "Buyer");
    struct loy_credential cards[4];
    for (int i = 0; i < 4; i++) {
        char number[24];
        snprintf(number, sizeof number, "77000000%04d", i);
        desk_credential(&desk, number, &cards[i]);
    }
    struct loy_card_grant grant = {.size = sizeof grant, .member = &wang, .purchaser = li};
    assert_status(loy_card_give(desk.store, &grant, &cards[0], AT), LOY_OK);
    assert_status(loy_card_give(desk.store, &grant, &cards[0], AT), LOY_REPEATED);
    assert_status(loy_card_give(desk.store, &grant, &cards[1], AT), LOY_E_CONFLICT);
    assert_non_null(strstr(loy_store_text(desk.store), "replace"));
    grant.purchaser = zhao;
    assert_status(loy_card_give(desk.store, &grant, &cards[0], AT), LOY_E_CONFLICT);
    assert_status(loy_card_issue(desk.store, &wang, &cards[0], AT), LOY_E_CONFLICT);
    assert_status(loy_card_issue(desk.store, &wang, &cards[1], AT), LOY_OK); /* the firm's own */
    assert_status(loy_card_give(desk.store, &grant, &cards[2], AT), LOY_OK);
    grant.purchaser = buyer; /* of another firm */
    assert_status(loy_card_give(desk.store, &grant, &cards[3], AT), LOY_E_FORMAT);
    /* A lost card may be found again, so it is replaced too. */
    grant.purchaser = li;
    assert_status(loy_card_block(desk.store, &cards[0], LOY_CARD_LOST, NULL, AT), LOY_OK);
    assert_status(loy_card_give(desk.store, &grant, &cards[3], AT), LOY_E_CONFLICT);
    assert_status(loy_card_replace(desk.store, &cards[0], &cards[3], NULL, AT), LOY_OK);
    assert_string_equal(get(&wang, li)->card, "0003");
    struct loy_card card;
    assert_status(loy_card_get(desk.store, &cards[3], AT, &card, &found), LOY_OK);
    assert_int_equal(card.purchaser, li);
    /* The end of the authority is the end of the card. */
    assert_status(loy_purchaser_end(desk.store, &wang, li, "left the firm", AT), LOY_OK);
    assert_status(loy_card_get(desk.store, &cards[3], AT, &card, NULL), LOY_OK);
    assert_int_equal(card.status, LOY_CARD_WITHDRAWN);
    assert_status(loy_member_find_card(desk.store, &cards[3], &found), LOY_REFUSED);
    assert_status(loy_member_find_card(desk.store, &cards[2], &found), LOY_OK);
    assert_status(loy_card_give(desk.store, &grant, &cards[3], AT), LOY_REFUSED);
}

static void blank_texts_are_none(void **state)
{
    (void)state;
    struct loy_id wang = firm("王记餐馆");
    struct loy_purchaser_form form = form_of("李明");
    int64_t number = 0;
    form.function = form.telephone = form.document = " ";
    assert_status(loy_purchaser_add(desk.store, &wang, &form, AT, &number), LOY_OK);
    assert_string_equal(get(&wang, number)->function, "");
    assert_string_equal(get(&wang, number)->telephone, "");
    assert_string_equal(get(&wang, number)->document, "");
    assert_int_equal(desk_number(&desk, "SELECT function IS NULL AND telephone IS NULL AND "
                                        "document IS NULL FROM purchaser"),
        1);
}

static void what_the_calls_need(void **state)
{
    (void)state;
    struct loy_id wang = firm("王记餐馆");
    int64_t number = add(&wang, "李明"), position = 0;
    struct loy_purchaser_form form = form_of("李明"), small = form;
    struct loy_purchaser found = {.size = sizeof found}, short_one = {.size = 1};
    struct loy_store *store = desk.store;
    small.size = 1;
    assert_status(loy_purchaser_add(NULL, &wang, &form, AT, &number), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_add(store, NULL, &form, AT, &number), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_add(store, &wang, NULL, AT, &number), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_add(store, &wang, &small, AT, &number), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_add(store, &wang, &form, AT, NULL), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_set(NULL, &wang, number, &form, AT), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_set(store, NULL, number, &form, AT), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_set(store, &wang, number, NULL, AT), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_set(store, &wang, number, &small, AT), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_next(NULL, &wang, &position, &found), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_next(store, NULL, &position, &found), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_next(store, &wang, NULL, &found), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_next(store, &wang, &position, NULL), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_next(store, &wang, &position, &short_one), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_end(NULL, &wang, number, NULL, AT), LOY_E_ARGUMENT);
    assert_status(loy_purchaser_end(store, NULL, number, NULL, AT), LOY_E_ARGUMENT);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM purchaser WHERE active = 1"), 1);
    assert_status(loy_purchaser_end(store, &wang, number, "", AT), LOY_OK);
}

/* Rows that somebody has been at: told, and nothing is written. */
static void damaged_rows_are_told(void **state)
{
    (void)state;
    struct loy_id wang = firm("王记餐馆");
    int64_t number = add(&wang, "李明"), position = 0;
    struct loy_purchaser found = {.size = sizeof found};
    const struct loy_purchaser_form form = {.size = sizeof form, .name = "New", .limit_minor = -1};
    desk_run(&desk, "UPDATE purchaser SET sealed_for = 99");
    assert_status(loy_purchaser_set(desk.store, &wang, number, &form, AT), LOY_E_STORE);
    desk_run(&desk, "UPDATE purchaser SET sealed_for = 1, name = zeroblob(90)");
    assert_true(loy_purchaser_next(desk.store, &wang, &position, &found) < LOY_OK);
    assert_non_null(strstr(loy_store_text(desk.store), "altered"));
    assert_int_equal(position, 0);
    sqlite3_exec(desk.store->key_db, "DELETE FROM member_key", NULL, NULL, NULL);
    desk_reopen(&desk);
    assert_status(loy_purchaser_next(desk.store, &wang, &position, &found), LOY_E_KEY);
    desk_run(&desk, "PRAGMA foreign_keys = 0; INSERT INTO member (id, uid, kind, pseudonymous, "
                    "status, created_at_us) VALUES (9, x'00', 1, 1, 1, 1); UPDATE purchaser SET "
                    "sealed_for = 9");
    assert_status(loy_purchaser_next(desk.store, &wang, &position, &found), LOY_E_STORE);
    assert_status(loy_purchaser_set(desk.store, &wang, number, &form, AT), LOY_E_STORE);
}

/* What a lane asks first: whose card is this, and may it buy now? */
static void over_is_over_at_the_lane(void **state)
{
    (void)state;
    static const struct {
        const char *over; /* what ends it, of the purchaser ?1 */
        int64_t clock_us;
    } rows[] = {
        {"UPDATE purchaser SET authority = 3, used_basket = 1", AT},
        {"UPDATE purchaser SET authority = 2, until_us = 1770000000000004", AT + 5},
        {"UPDATE purchaser SET active = 0", AT},
    };
    struct loy_id wang = firm("王记餐馆"), found;
    int64_t li = add(&wang, "李明");
    struct loy_credential card, second;
    desk_credential(&desk, "770000000001", &card);
    desk_credential(&desk, "770000000002", &second);
    struct loy_card_grant grant = {.size = sizeof grant, .member = &wang, .purchaser = li};
    assert_status(loy_card_give(desk.store, &grant, &card, AT), LOY_OK);
    for (size_t i = 0; i < ROWS(rows); i++) {
        desk_run(&desk, "UPDATE purchaser SET authority = 3, used_basket = NULL, active = 1, "
                        "until_us = NULL");
        desk.store->clock_us = rows[i].clock_us - 1;
        assert_status(loy_member_find_card(desk.store, &card, &found), LOY_OK);
        desk_run(&desk, rows[i].over);
        desk.store->clock_us = rows[i].clock_us;
        assert_status(loy_member_find_card(desk.store, &card, &found), LOY_REFUSED);
        assert_non_null(strstr(loy_store_text(desk.store), "authority has ended"));
        grant.purchaser = li;
        assert_status(loy_card_give(desk.store, &grant, &second, rows[i].clock_us), LOY_REFUSED);
    }
}

/* After a merge the rows are with another member, and the texts stay under the key of before. */
static void moved_with_a_merge(void **state)
{
    (void)state;
    struct loy_id wang = firm("王记餐馆"), other = firm("Green Grocer");
    int64_t own = add(&other, "Buyer"), moved = add(&wang, "李明");
    desk_run(&desk, "UPDATE purchaser SET member = 2 WHERE id = 2");
    assert_string_equal(get(&other, own)->name, "Buyer");
    assert_string_equal(get(&other, moved)->name, "李明");
    struct loy_purchaser_form form = {.size = sizeof form, .function = "cook", .limit_minor = -1};
    assert_status(loy_purchaser_set(desk.store, &other, moved, &form, AT), LOY_OK);
    assert_string_equal(get(&other, moved)->function, "cook");
    add(&other, "Third");
    /* An envelope that was put into another row does not open. */
    desk_run(&desk, "UPDATE purchaser SET name = (SELECT name FROM purchaser WHERE id = 3) "
                    "WHERE id = 1");
    struct loy_purchaser purchaser = {.size = sizeof purchaser};
    int64_t position = 0;
    assert_true(loy_purchaser_next(desk.store, &other, &position, &purchaser) < LOY_OK);
}

static void whose_work_it_is(void **state)
{
    (void)state;
    static const struct {
        enum loy_role role;
        enum loy_status read, edit;
    } rows[] = {{LOY_ROLE_CASHIER, LOY_OK, LOY_E_ACCESS}, {LOY_ROLE_SUPERVISOR, LOY_OK, LOY_OK},
        {LOY_ROLE_MANAGER, LOY_OK, LOY_OK}, {LOY_ROLE_ANALYST, LOY_E_ACCESS, LOY_E_ACCESS},
        {LOY_ROLE_AUDITOR, LOY_E_ACCESS, LOY_E_ACCESS}, {0, LOY_E_ACCESS, LOY_E_ACCESS}};
    struct loy_id wang = firm("王记餐馆");
    int64_t first = add(&wang, "李明"), number = 0;
    assert_status(loy_card_rule_set(desk.store, LOY_RULE_PURCHASERS, 50, AT), LOY_OK);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_purchaser purchaser = {.size = sizeof purchaser};
        struct loy_purchaser_form form = form_of("Buyer");
        int64_t position = 0;
        desk.store->role = rows[i].role;
        assert_status(loy_purchaser_next(desk.store, &wang, &position, &purchaser), rows[i].read);
        assert_status(loy_purchaser_add(desk.store, &wang, &form, AT, &number), rows[i].edit);
        assert_status(loy_purchaser_set(desk.store, &wang, first, &form, AT), rows[i].edit);
        if (rows[i].edit == LOY_OK) first = number;
        assert_status(loy_purchaser_end(desk.store, &wang, first, NULL, AT), rows[i].edit);
        desk.store->role = LOY_ROLE_MANAGER;
        first = add(&wang, "Next");
    }
}

#define desk_test(name) cmocka_unit_test_prestate_setup_teardown(name, desk_start, desk_end, &desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        desk_test(kept_and_shown),
        desk_test(over_is_over_at_the_lane),
        desk_test(blank_texts_are_none),
        desk_test(what_the_calls_need),
        desk_test(damaged_rows_are_told),
        desk_test(forms_that_are_refused),
        desk_test(five_at_a_time),
        desk_test(changed_in_part),
        desk_test(one_card_each),
        desk_test(moved_with_a_merge),
        desk_test(whose_work_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
