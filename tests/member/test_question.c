/* SPDX-License-Identifier: MIT
 *
 * test_question.c - what a member is asked for at a visit: the most valuable first, one a local day
 * across lanes and zones, "don't ask" kept, only a missing value given by a cashier; and whole
 * years of visits by chance. In: members, moments, zones. Out: fields and rows. */
#include "desk.h"

#include <loyalty/form.h>
#include <loyalty/lane.h>
#include <loyalty/quality.h>
#include <loyalty/question.h>
#include <loyalty/rights.h>

#include <stdlib.h>

static struct desk desk = {.country = "CN"};

#define DAY INT64_C(86400000000)
#define HOUR INT64_C(3600000000)
#define MIDNIGHT (AT / DAY * DAY) /* UTC */

#define F(field, text)                                                                             \
    {                                                                                              \
        LOY_FIELD_##field, text                                                                    \
    }

static struct loy_id someone(void)
{
    return desk_person(&desk, "Wei");
}

/* The field that is asked for, 0: none. */
static int asks(const struct loy_id *id, int64_t at_us, int16_t offset_min)
{
    struct loy_asked asked = {.size = sizeof asked};
    enum loy_status status = loy_question_next(desk.store, id, at_us, offset_min, &asked);
    if (status == LOY_NONE) return 0;
    assert_status(status, LOY_OK);
    assert_string_equal(asked.name, loy_field_name((enum loy_field)asked.field));
    assert_true(asked.label[0] && asked.purpose[0]);
    return asked.field;
}

static void answers(
    const struct loy_id *id, int field, enum loy_question_answer answer, const char *value)
{
    assert_status(loy_question_answer(desk.store, id, (uint8_t)field, answer, value, AT), LOY_OK);
}

/* ---- Which field --------------------------------------------------------------------------------
 */

static const struct {
    int field;
    const char *value;
} for_persons[] = {
    {LOY_FIELD_TELEPHONE, "13812345678"},
    {LOY_FIELD_POSTCODE, "200001"},
    {LOY_FIELD_ADDRESS, "1 Long Street"},
    {LOY_FIELD_BIRTH_YEAR, "1980"},
    {LOY_FIELD_HOUSEHOLD_SIZE, "3"},
    {LOY_FIELD_SEX, "m"},
};

static void the_most_valuable_first_until_all_is_there(void **state)
{
    (void)state;
    struct loy_id id = someone();
    desk.store->role = LOY_ROLE_CASHIER;
    for (size_t i = 0; i < ROWS(for_persons); i++) {
        const int64_t at_us = AT + (int64_t)i * DAY;
        assert_int_equal(asks(&id, at_us, 480), for_persons[i].field);
        assert_status(loy_question_answer(desk.store, &id, (uint8_t)for_persons[i].field,
                          LOY_ANSWER_GIVEN, for_persons[i].value, at_us + 5000000),
            LOY_OK);
    }
    assert_int_equal(asks(&id, AT + 10 * DAY, 480), 0);
    desk.store->role = LOY_ROLE_MANAGER;
    char text[LOY_FIELD_TEXT_MAX];
    assert_status(loy_member_field(desk.store, &id, LOY_FIELD_POSTCODE, text), LOY_OK);
    assert_string_equal(text, "200001");
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE channel = 'lane' "
                                        "AND initiated_by = 2"),
        ROWS(for_persons));
    /* Two years on the telephone is asked for again, to be confirmed. */
    struct loy_asked asked = {.size = sizeof asked};
    assert_status(loy_question_next(desk.store, &id, AT + 800 * DAY, 480, &asked), LOY_OK);
    assert_int_equal(asked.field, LOY_FIELD_TELEPHONE);
    assert_true(asked.confirm);
    assert_status(loy_question_answer(desk.store, &id, LOY_FIELD_TELEPHONE, LOY_ANSWER_CONFIRMED,
                      NULL, AT + 800 * DAY),
        LOY_OK);
    assert_status(loy_question_next(desk.store, &id, AT + 801 * DAY, 480, &asked), LOY_OK);
    assert_int_equal(asked.field, LOY_FIELD_ADDRESS);
    assert_status(loy_question_answer(
                      desk.store, &id, LOY_FIELD_ADDRESS, LOY_ANSWER_WRONG, NULL, AT + 801 * DAY),
        LOY_OK);
    /* What is known to be wrong is worth more than what is missing of less weight. */
    assert_status(loy_question_next(desk.store, &id, AT + 802 * DAY, 480, &asked), LOY_OK);
    assert_int_equal(asked.field, LOY_FIELD_ADDRESS);
}

/* A telephone that stands is asked for to be confirmed: what each answer does to it. */
static void a_value_that_stands_is_confirmed_or_not(void **state)
{
    static const struct {
        enum loy_question_answer answer;
        const char *value;
        enum loy_status status;
        int how, next; /* evidence that is noted; field that is asked for two days later */
    } rows[] = {{LOY_ANSWER_CONFIRMED, NULL, LOY_OK, LOY_EVIDENCE_SAID, 0},
        {LOY_ANSWER_WRONG, NULL, LOY_OK, LOY_EVIDENCE_RETURNED, LOY_FIELD_TELEPHONE},
        {LOY_ANSWER_GIVEN, "13812345678", LOY_REFUSED, 0, LOY_FIELD_TELEPHONE}, /* its own */
        {LOY_ANSWER_NOT_THIS, NULL, LOY_OK, 0, 0}};
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_id id = someone();
        for (size_t j = 0; j < ROWS(for_persons); j++) {
            const struct loy_field_text text = {for_persons[j].field, for_persons[j].value};
            if (text.field == LOY_FIELD_ADDRESS) continue;
            assert_status(
                loy_member_set(desk.store, &id, &text, "desk", LOY_INITIATIVE_STAFF, AT), LOY_OK);
        }
        answers(&id, LOY_FIELD_ADDRESS, LOY_ANSWER_NOT_THIS, NULL);
        assert_int_equal(asks(&id, AT + 800 * DAY, 0), LOY_FIELD_TELEPHONE);
        desk_run(&desk, "DELETE FROM confirmation");
        assert_status(loy_question_answer(desk.store, &id, LOY_FIELD_TELEPHONE, rows[i].answer,
                          rows[i].value, AT + 800 * DAY),
            rows[i].status);
        assert_int_equal(
            desk_number(&desk, "SELECT ifnull(sum(how), 0) FROM confirmation"), rows[i].how);
        assert_int_equal(asks(&id, AT + 802 * DAY, 0), rows[i].next);
    }
}

static void a_firm_is_asked_what_any_buyer_knows(void **state)
{
    (void)state;
    static const int fields[] = {LOY_FIELD_TELEPHONE, LOY_FIELD_POSTCODE, LOY_FIELD_ADDRESS,
        LOY_FIELD_INDUSTRY, LOY_FIELD_DISTRICT, LOY_FIELD_SECTION, LOY_FIELD_FAX};
    const struct loy_field_text name[] = {F(NAME, "Green Grocer"), F(NAME, NULL)};
    struct loy_id id;
    assert_status(desk_add(&desk, LOY_MEMBER_ORGANISATION, name, &id), LOY_OK);
    for (size_t i = 0; i < ROWS(fields); i++) {
        assert_int_equal(asks(&id, AT + (int64_t)i * DAY, 0), fields[i]);
        answers(&id, fields[i], LOY_ANSWER_NOT_THIS, NULL);
    }
    assert_int_equal(asks(&id, AT + 20 * DAY, 0), 0);
}

static void only_fields_with_a_purpose(void **state)
{
    (void)state;
    struct loy_id id = someone();
    const struct loy_form_change no_purpose = {.size = sizeof no_purpose, .purpose = ""};
    assert_status(loy_form_field_set(
                      desk.store, LOY_REGISTRATION_PERSON, LOY_FIELD_POSTCODE, &no_purpose, AT),
        LOY_OK);
    assert_int_equal(asks(&id, AT, 0), LOY_FIELD_TELEPHONE);
    answers(&id, LOY_FIELD_TELEPHONE, LOY_ANSWER_NOT_THIS, NULL);
    assert_int_equal(asks(&id, AT + DAY, 0), LOY_FIELD_ADDRESS);
}

/* ---- Once a day ---------------------------------------------------------------------------------
 */

static void once_a_local_day(void **state)
{
    (void)state;
    /* When it was asked, and whether again: in UTC since a midnight, with the zone there. */
    static const struct {
        int64_t first_us, again_us;
        int16_t first_min, again_min;
        bool again;
    } cases[] = {
        {12 * HOUR, 12 * HOUR, 0, 0, false}, {1, DAY - 1, 0, 0, false}, {DAY - 1, DAY, 0, 0, true},
        {12 * HOUR, 20 * HOUR, 480, 480, true},         /* 20:00 and 04:00 of the next day */
        {15 * HOUR, 16 * HOUR, 480, 480, true},         /* 23:00, 00:00 */
        {16 * HOUR, 39 * HOUR, 480, 480, false},        /* 00:00, 23:00 */
        {22 * HOUR + 1, 22 * HOUR + 2, 60, 120, false}, /* the zone goes ahead over midnight */
        {22 * HOUR + 1, 22 * HOUR + 2, 120, 60, false}, /* ... and back */
        {23 * HOUR, 25 * HOUR, 480, 0, false},          /* the same day there */
        {12 * HOUR, 12 * HOUR, 480, -720, false},
        {12 * HOUR, 10 * HOUR, 0, 0, false}, /* the clock went back an hour or two ... */
        {1 * HOUR, -2 * HOUR, 0, 0, false},  /* ... over midnight */
        {12 * HOUR, -48 * HOUR, 0, 0, true}, /* a clock that is days off holds nobody up */
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct loy_id id = someone();
        assert_int_not_equal(asks(&id, MIDNIGHT + cases[i].first_us, cases[i].first_min), 0);
        const bool again = asks(&id, MIDNIGHT + cases[i].again_us, cases[i].again_min) != 0;
        if (again != cases[i].again) print_error("case %zu\n", i);
        assert_int_equal(again, cases[i].again);
    }
}

static void two_lanes_ask_once(void **state)
{
    (void)state;
    struct loy_id id = someone();
    struct desk other = desk;
    const struct loy_store_options options = {
        .size = sizeof options, .path = desk.path, .user = "tester", .at_us = AT};
    struct loy_asked asked = {.size = sizeof asked};
    enum loy_status status = loy_store_open(&options, &other.store);
    if (status != LOY_OK) {
        print_error("%d\n", status);
        fail();
    }
    for (int day = 0; day < 6; day++) {
        struct loy_store *first = day % 2 ? desk.store : other.store;
        struct loy_store *second = day % 2 ? other.store : desk.store;
        const int64_t at_us = AT + day * DAY;
        assert_status(loy_question_next(first, &id, at_us, 0, &asked), LOY_OK);
        assert_status(loy_question_next(second, &id, at_us, 0, &asked), LOY_NONE);
        assert_status(loy_question_next(first, &id, at_us + 1, 0, &asked), LOY_NONE);
    }
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM question"), 6);
    loy_store_close(other.store);
}

/* ---- Not asked ----------------------------------------------------------------------------------
 */

static void never_means_never_until_taken_back(void **state)
{
    (void)state;
    struct loy_id id = someone();
    const int first = asks(&id, AT, 0);
    assert_status(
        loy_question_answer(desk.store, &id, (uint8_t)first, LOY_ANSWER_NEVER, NULL, AT + 1),
        LOY_OK);
    for (int day = 1; day < 400; day += 57)
        assert_int_equal(asks(&id, AT + day * DAY, 0), 0);
    enum loy_field due;
    assert_status(loy_member_due(desk.store, &id, AT + 900 * DAY, &due), LOY_NONE);
    assert_status(
        loy_question_answer(desk.store, &id, 0, LOY_ANSWER_AGAIN, NULL, AT + 400 * DAY), LOY_OK);
    assert_int_equal(asks(&id, AT + 401 * DAY, 0), first);
    /* Without a question, too. */
    assert_status(
        loy_question_answer(desk.store, &id, 0, LOY_ANSWER_NEVER, NULL, AT + 402 * DAY), LOY_OK);
    assert_int_equal(asks(&id, AT + 500 * DAY, 0), 0);
}

static void not_this_holds_for_one_field(void **state)
{
    (void)state;
    struct loy_id id = someone();
    assert_int_equal(asks(&id, AT, 0), LOY_FIELD_TELEPHONE);
    answers(&id, LOY_FIELD_TELEPHONE, LOY_ANSWER_NOT_THIS, NULL);
    assert_int_equal(asks(&id, AT + DAY, 0), LOY_FIELD_POSTCODE);
    answers(&id, LOY_FIELD_POSTCODE, LOY_ANSWER_NOT_THIS, NULL);
    assert_status(loy_question_answer(
                      desk.store, &id, LOY_FIELD_POSTCODE, LOY_ANSWER_AGAIN, NULL, AT + DAY + 1),
        LOY_OK);
    assert_int_equal(asks(&id, AT + 2 * DAY, 0), LOY_FIELD_POSTCODE);
    /* "Later" only ends this one. */
    assert_status(loy_question_answer(desk.store, &id, LOY_FIELD_POSTCODE, LOY_ANSWER_LATER, NULL,
                      AT + 2 * DAY + 1),
        LOY_OK);
    assert_int_equal(asks(&id, AT + 2 * DAY + 2, 0), 0);
    assert_int_equal(asks(&id, AT + 3 * DAY, 0), LOY_FIELD_POSTCODE);
    assert_status(
        loy_question_answer(desk.store, &id, 0, LOY_ANSWER_AGAIN, NULL, AT + 3 * DAY + 1), LOY_OK);
    assert_int_equal(asks(&id, AT + 4 * DAY, 0), LOY_FIELD_TELEPHONE);
}

static void nobody_else_is_asked(void **state)
{
    (void)state;
    struct loy_id shop = someone(), left = someone(), objects = someone(), unwanted = someone(),
                  unknown, gone = someone(), back = someone(), nobody = {{9}};
    const struct loy_member_form reference = {.size = sizeof reference,
        .kind = LOY_MEMBER_PERSON,
        .channel = "import",
        .initiated_by = LOY_INITIATIVE_IMPORT,
        .pseudonymous = true,
        .reference = "R1"};
    struct loy_asked asked = {.size = sizeof asked};
    assert_status(loy_member_add(desk.store, &reference, AT, &unknown), LOY_OK);
    assert_status(
        loy_member_consent(desk.store, &left, LOY_PURPOSE_SCHEME, false, "desk", AT), LOY_OK);
    assert_status(loy_member_object(desk.store, &objects, NULL, "lane", AT), LOY_OK);
    assert_status(loy_member_confirm(desk.store, &unwanted, LOY_FIELD_NAME, LOY_EVIDENCE_UNWANTED,
                      "lane", LOY_INITIATIVE_CUSTOMER, AT),
        LOY_OK);
    assert_status(loy_member_erase(desk.store, &gone, "request", AT), LOY_OK);
    assert_int_equal(asks(&unknown, AT, 0), 0);
    assert_int_equal(asks(&left, AT, 0), 0);
    assert_int_equal(asks(&objects, AT, 0), 0);
    assert_int_equal(asks(&unwanted, AT + 1, 0), 0);
    assert_status(loy_question_next(desk.store, &gone, AT, 0, &asked), LOY_NONE);
    assert_status(loy_question_next(desk.store, &nobody, AT, 0, &asked), LOY_NONE);
    assert_status(loy_lane_rule_set(desk.store, LOY_LANE_RULE_QUESTIONS, 0, AT), LOY_OK);
    assert_int_equal(asks(&shop, AT, 0), 0);
    assert_status(loy_lane_rule_set(desk.store, LOY_LANE_RULE_QUESTIONS, 1, AT), LOY_OK);
    assert_int_not_equal(asks(&shop, AT, 0), 0);
    assert_status(
        loy_member_consent(desk.store, &left, LOY_PURPOSE_SCHEME, true, "desk", AT + 1), LOY_OK);
    assert_int_not_equal(asks(&left, AT, 0), 0);
    /* What the customer took back is no gap. */
    const struct loy_field_text telephone = F(TELEPHONE, "13812345678"), none = F(TELEPHONE, "");
    assert_status(
        loy_member_set(desk.store, &back, &telephone, "desk", LOY_INITIATIVE_STAFF, AT), LOY_OK);
    assert_status(
        loy_member_set(desk.store, &back, &none, "desk", LOY_INITIATIVE_CUSTOMER, AT + 1), LOY_OK);
    assert_int_equal(asks(&back, AT + 2, 0), LOY_FIELD_POSTCODE);
}

/* ---- Answers ------------------------------------------------------------------------------------
 */

static void a_cashier_gives_what_is_missing_and_changes_nothing(void **state)
{
    (void)state;
    struct loy_id id = someone();
    const struct loy_field_text mine = F(POSTCODE, "200001"), other = F(POSTCODE, "100001");
    desk.store->role = LOY_ROLE_CASHIER;
    assert_status(
        loy_member_set(desk.store, &id, &mine, "lane", LOY_INITIATIVE_STAFF, AT), LOY_E_ACCESS);
    /* Not what was not asked for. */
    assert_status(
        loy_question_answer(desk.store, &id, LOY_FIELD_POSTCODE, LOY_ANSWER_GIVEN, "200001", AT),
        LOY_REFUSED);
    assert_int_equal(asks(&id, AT, 0), LOY_FIELD_TELEPHONE);
    assert_status(
        loy_question_answer(desk.store, &id, LOY_FIELD_POSTCODE, LOY_ANSWER_GIVEN, "200001", AT),
        LOY_REFUSED);
    answers(&id, LOY_FIELD_TELEPHONE, LOY_ANSWER_NOT_THIS, NULL);
    assert_int_equal(asks(&id, AT + DAY, 0), LOY_FIELD_POSTCODE);
    assert_status(
        loy_question_answer(desk.store, &id, LOY_FIELD_POSTCODE, LOY_ANSWER_GIVEN, "12", AT + DAY),
        LOY_E_FORMAT);
    assert_null(strstr(loy_store_text(desk.store), "12"));
    assert_status(
        loy_question_answer(desk.store, &id, LOY_FIELD_POSTCODE, LOY_ANSWER_GIVEN, " ", AT + DAY),
        LOY_E_FORMAT);
    desk.store->role = LOY_ROLE_MANAGER;
    /* The desk was faster: neither the same nor another value is told from what stands. */
    assert_status(
        loy_member_set(desk.store, &id, &mine, "desk", LOY_INITIATIVE_CUSTOMER, AT + 3), LOY_OK);
    desk.store->role = LOY_ROLE_CASHIER;
    char told[2][STORE_TEXT_MAX];
    for (int i = 0; i < 2; i++) {
        assert_status(loy_question_answer(desk.store, &id, LOY_FIELD_POSTCODE, LOY_ANSWER_GIVEN,
                          i ? mine.text : other.text, AT + DAY),
            LOY_REFUSED);
        snprintf(told[i], sizeof told[i], "%s", loy_store_text(desk.store));
    }
    assert_string_equal(told[0], told[1]);
    desk.store->role = LOY_ROLE_MANAGER;
    assert_int_equal(
        desk_number(&desk, "SELECT count(*) FROM member_field WHERE field = 10 AND version = 1"),
        1);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM member_field WHERE field = 10"), 1);
}

static void wrong_use_changes_nothing(void **state)
{
    (void)state;
    struct loy_id id = someone();
    struct loy_asked asked = {.size = sizeof asked}, small = {.size = 4};
    assert_status(loy_question_next(desk.store, &id, AT, 0, &small), LOY_E_ARGUMENT);
    assert_status(loy_question_next(desk.store, NULL, AT, 0, &asked), LOY_E_ARGUMENT);
    static const struct {
        uint8_t field;
        int answer;
        const char *value;
    } cases[] = {
        {0, LOY_ANSWER_LATER, NULL},
        {99, LOY_ANSWER_LATER, NULL},
        {LOY_FIELD_FAX, LOY_ANSWER_NONE, NULL},
        {LOY_FIELD_FAX, LOY_ANSWER_ASKED, NULL},
        {LOY_FIELD_FAX, loy_question_answer_count, NULL},
        {LOY_FIELD_FAX, LOY_ANSWER_GIVEN, NULL},
        {LOY_FIELD_FAX, LOY_ANSWER_LATER, "1"},
        {0, LOY_ANSWER_GIVEN, "1"},
    };
    for (size_t i = 0; i < ROWS(cases); i++)
        assert_status(loy_question_answer(desk.store, &id, cases[i].field,
                          (enum loy_question_answer)cases[i].answer, cases[i].value, AT),
            LOY_E_ARGUMENT);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM question"), 0);
    enum loy_question_answer answer;
    assert_int_equal(loy_question_answer_find("not-this", &answer), LOY_OK);
    assert_int_equal(answer, LOY_ANSWER_NOT_THIS);
    assert_int_equal(loy_question_answer_find("what", &answer), LOY_NONE);
}

/* No entry of the log has both the member and the moment of a purchase but for a value given. */
static void the_log_does_not_lead_to_the_purchase(void **state)
{
    (void)state;
    struct loy_id id = someone();
    char text[LOY_ID_TEXT_SIZE], sql[200];
    loy_id_text(&id, text);
    asks(&id, AT + 77, 0);
    assert_status(
        loy_question_answer(desk.store, &id, LOY_FIELD_TELEPHONE, LOY_ANSWER_LATER, NULL, AT + 78),
        LOY_OK);
    snprintf(sql, sizeof sql,
        "SELECT count(*) FROM audit WHERE at_us > %lld AND instr(object, '%s') > 0",
        (long long)AT + 70, text);
    assert_int_equal(desk_number(&desk, sql), 0);
    assert_int_equal(desk_number(&desk, "SELECT count(*) FROM audit WHERE action = "
                                        "'question.answer' AND object = 'telephone later'"),
        1);
}

/* ---- By chance ----------------------------------------------------------------------------------
 */

struct year {
    uint64_t chance;
    int64_t last_day, asked;
    bool never, refused[32];
};

static unsigned draw(struct year *year, unsigned below)
{
    year->chance = year->chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(year->chance >> 33) % below;
}

static const char *value_of(int field)
{
    for (size_t i = 0; i < ROWS(for_persons); i++)
        if (for_persons[i].field == field) return for_persons[i].value;
    fail_msg("field %d is nothing to ask a person for", field);
    return NULL;
}

static void visit(struct year *year, const struct loy_id *id, int64_t at_us)
{
    const int field = asks(id, at_us, 480);
    const int64_t day = (at_us + 480 * INT64_C(60000000)) / DAY;
    if (!field) return;
    assert_false(year->never || year->refused[field]);
    assert_true(day > year->last_day);
    year->last_day = day;
    year->asked++;
    static const int said[] = {LOY_ANSWER_GIVEN, LOY_ANSWER_LATER, LOY_ANSWER_LATER,
        LOY_ANSWER_NOT_THIS, 0, 0, LOY_ANSWER_NEVER};
    const int answer = said[draw(year, ROWS(said) - (draw(year, 8) != 0))];
    if (answer == 0) return; /* the customer walked off */
    if (answer == LOY_ANSWER_GIVEN && field == LOY_FIELD_TELEPHONE && draw(year, 2)) return;
    year->never |= answer == LOY_ANSWER_NEVER;
    year->refused[field] |= answer == LOY_ANSWER_NOT_THIS;
    assert_status(
        loy_question_answer(desk.store, id, (uint8_t)field, (enum loy_question_answer)answer,
            answer == LOY_ANSWER_GIVEN ? value_of(field) : NULL, at_us + 1),
        LOY_OK);
}

static void years_of_visits(void **state)
{
    (void)state;
    int64_t asked = 0, nevers = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct loy_id id = someone();
        struct year year = {.chance = seed};
        int64_t at_us = AT;
        for (int i = 0; i < 80; i++) {
            at_us += draw(&year, 2) ? draw(&year, 6) * HOUR : draw(&year, 9) * DAY + 1000;
            visit(&year, &id, at_us);
        }
        asked += year.asked;
        nevers += year.never;
        /* In the end nothing is left that was neither given nor refused. */
        if (!year.never)
            for (int day = 1; day < 40; day++)
                visit(&year, &id, at_us + day * DAY);
    }
    print_message("asked %lld times, %lld said never\n", (long long)asked, (long long)nevers);
    assert_true(asked > 60 && nevers > 0 && nevers < 12);
}

#define question_test(test)                                                                        \
    cmocka_unit_test_prestate_setup_teardown(test, desk_start, desk_end, &desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        question_test(the_most_valuable_first_until_all_is_there),
        question_test(a_value_that_stands_is_confirmed_or_not),
        question_test(a_firm_is_asked_what_any_buyer_knows),
        question_test(only_fields_with_a_purpose),
        question_test(once_a_local_day),
        question_test(two_lanes_ask_once),
        question_test(never_means_never_until_taken_back),
        question_test(not_this_holds_for_one_field),
        question_test(nobody_else_is_asked),
        question_test(a_cashier_gives_what_is_missing_and_changes_nothing),
        question_test(wrong_use_changes_nothing),
        question_test(the_log_does_not_lead_to_the_purchase),
        question_test(years_of_visits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
