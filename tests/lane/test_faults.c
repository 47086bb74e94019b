/* SPDX-License-Identifier: MIT
 *
 * test_faults.c - a day at a lane in which each statement of each step is refused once: nothing is
 * said to be taken that is not stored, nothing is stored that was not said, and the lane goes on.
 */
#include "counter.h"

#include <store/faulty_sql.h>
#include <store/store_private.h>

static struct loy_credential first, second;
static struct loy_id one, receipt;
static int64_t ticket;

struct act {
    enum loy_lane_input_kind kind;
    const char *text;
    int64_t amount_minor;
    enum loy_lane_code code;
};

static const struct act day[] = {
    {LOY_LANE_CARD, "first", 0, LOY_SAID_MEMBER},
    {LOY_LANE_ARTICLE, "shirt", 0, LOY_SAID_LINE},
    {LOY_LANE_ARTICLE, "sock", 0, LOY_SAID_LINE},
    {LOY_LANE_COUPON, "9901", 0, LOY_SAID_COUPON},
    {LOY_LANE_VOID_LINE, NULL, 0, LOY_SAID_VOIDED_LINE},
    {LOY_LANE_CARD, "second", 0, LOY_SAID_OTHER_ACCOUNT},
    {LOY_LANE_CHOOSE, NULL, 1, LOY_SAID_MEMBER},
    {LOY_LANE_TOTAL, NULL, 0, LOY_SAID_TOTAL},
    {LOY_LANE_BACK, NULL, 0, LOY_SAID_BACK},
    {LOY_LANE_TOTAL, NULL, 0, LOY_SAID_TOTAL},
    {LOY_LANE_TENDER, NULL, 100, LOY_SAID_TENDERED},
    {LOY_LANE_DECLINE, NULL, 0, LOY_SAID_DECLINED},
    {LOY_LANE_BACK, NULL, 0, LOY_SAID_BACK},
    {LOY_LANE_TOTAL, NULL, 0, LOY_SAID_TOTAL},
    {LOY_LANE_PRINTED, NULL, 0, LOY_SAID_PRINTED},
    {LOY_LANE_BACK, NULL, 0, LOY_SAID_BACK},
    {LOY_LANE_TOTAL, NULL, 0, LOY_SAID_TOTAL},
    {LOY_LANE_TENDER, NULL, 1000, LOY_SAID_SOLD},
    {LOY_LANE_PRINTED, NULL, 0, LOY_SAID_PRINTED},
    {LOY_LANE_ARTICLE, "shoe", 0, LOY_SAID_LINE},
    {LOY_LANE_TOTAL, NULL, 0, LOY_SAID_TOTAL},
    {LOY_LANE_TENDER, NULL, 0, LOY_SAID_SOLD},
    {LOY_LANE_CARD, "last", 0, LOY_SAID_LAST_RECEIPT},
    {LOY_LANE_RETURN, "receipt", 0, LOY_SAID_RETURNED},
    {LOY_LANE_SUSPEND, NULL, 0, LOY_SAID_SUSPENDED},
    {LOY_LANE_RESUME, NULL, 0, LOY_SAID_RESUMED},
    {LOY_LANE_RETURN, "bottle", 0, LOY_SAID_WRONG},
    {LOY_LANE_OBJECT, NULL, 0, LOY_SAID_OBJECTED},
    {LOY_LANE_MEMBER, NULL, 0, LOY_SAID_MEMBER},
    {LOY_LANE_REMARK, NULL, 0, LOY_SAID_REMARK},
    {LOY_LANE_UNREAD, NULL, 0, LOY_SAID_MISREAD},
    {LOY_LANE_VOID, NULL, 0, LOY_SAID_VOIDED},
};

static struct loy_lane_input input_of(struct counter *counter, const struct act *act)
{
    static const struct loy_event misread = {.kind = LOY_EVENT_MISREAD};
    struct loy_lane_input input = counter_input(counter, act->kind);
    if (act->kind == LOY_LANE_CARD)
        input.credential = strcmp(act->text, "second") == 0 ? &second : &first;
    if (act->kind == LOY_LANE_CARD && strcmp(act->text, "last") == 0) input.choice = 1;
    if (act->kind == LOY_LANE_CHOOSE) input.choice = 1;
    if (act->kind == LOY_LANE_RETURN && strcmp(act->text, "receipt") == 0)
        input.receipt = &receipt;
    else
        input.text = act->kind == LOY_LANE_REMARK ? "the sleeves are short" : act->text;
    if (act->kind == LOY_LANE_MEMBER) input.member = &one;
    if (act->kind == LOY_LANE_REMARK) input.remark = LOY_CONTACT_SERVICE_REMARK;
    if (act->kind == LOY_LANE_UNREAD) input.event = &misread;
    if (act->kind == LOY_LANE_TENDER) input.tender = LOY_TENDER_CASH;
    if (act->kind == LOY_LANE_RESUME) input.ticket = ticket;
    input.amount_minor = act->amount_minor;
    return input;
}

/* All that a lane writes, as one text. */
static void picture_take(struct counter *counter, char picture[8192])
{
    snprintf(picture, 8192, "%s",
        shop_rows(counter->store,
            "SELECT (SELECT group_concat(id || ':' || state || ':' || ifnull(member, 0) || ':' || "
            "ifnull(sequence, 0)) FROM basket), (SELECT group_concat(basket || ':' || number || "
            "':' || paid_minor || ':' || ifnull(promotion, 0)) FROM line), (SELECT "
            "group_concat(basket || ':' || stage || ':' || ifnull(ticket, 0) || ':' || "
            "ifnull(printed_at_us, 0)) FROM lane_basket), (SELECT group_concat(basket || ':' || "
            "amount_minor) FROM tender), (SELECT count(*) FROM basket_link), (SELECT count(*) FROM "
            "basket_coupon), (SELECT sum(count) FROM lane_count), (SELECT count(*) FROM contact), "
            "(SELECT count(*) FROM consent), (SELECT count(*) FROM outbox), "
            "(SELECT count(*) FROM audit), (SELECT count(*) FROM pending_card)"));
}

/* After a commit that failed the handle writes no more: the lane is opened anew, as after a cut. */
static void mend(struct counter *counter, uint8_t question)
{
    if (!counter->store->broken) return;
    counter_cut(counter);
    if (counter_view(counter).stage == LOY_STAGE_FOUND)
        counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    if (question != LOY_ASK_NOTHING) counter_shows(counter, &second, LOY_SAID_OTHER_ACCOUNT);
}

static int64_t asked_at_us;

static bool refused_once(struct counter *counter, const struct act *act, long nth)
{
    static char before[8192], after[8192];
    struct loy_lane_view was = counter_view(counter);
    struct loy_lane_input input = input_of(counter, act);
    // However often it is tried: the question does not lapse.
    if (act->kind == LOY_LANE_CARD) asked_at_us = input.at_us;
    if (act->kind == LOY_LANE_CHOOSE) input.at_us = asked_at_us + 1;
    picture_take(counter, before);
    faulty_sql_arm(counter->store->db, nth);
    counter_take(counter, &input);
    bool met = faulty_sql_disarm(counter->store->db);
    // To undo is what no disk refuses, only this test.
    bool undoing = met && sqlite3_get_autocommit(counter->store->db) == 0;
    if (undoing) shop_run(counter->store, "ROLLBACK");
    picture_take(counter, after);
    if (!met || undoing) {
        if (undoing) assert_string_equal(before, after);
        assert_int_equal(counter->answer.code, act->code);
        return false;
    }
    if (counter->answer.code != LOY_SAID_FAILED)
        print_error("%s, statement %ld: %s\n", loy_lane_input_kind_name((int)act->kind), nth,
            loy_lane_code_name(counter->answer.code));
    assert_int_equal(counter->answer.code, LOY_SAID_FAILED);
    assert_int_equal(counter->answer.tone, LOY_TONE_LOUD);
    assert_true(counter->status < LOY_OK);
    assert_true(counter->answer.words[0] != '\0');
    assert_int_equal(counter->answer.stage, was.stage);
    assert_int_equal(counter->answer.question, was.question);
    if (strcmp(before, after) != 0)
        print_error("%s, statement %ld:\n%s\n%s\n", loy_lane_input_kind_name((int)act->kind), nth,
            before, after);
    assert_string_equal(before, after);
    mend(counter, was.question);
    struct loy_lane_view now = counter_view(counter);
    // Of a sale whose receipt is out nothing is left to come back to.
    if (now.stage == LOY_STAGE_IDLE && was.stage == LOY_STAGE_CLOSED && !was.receipt_due)
        return true;
    assert_int_equal(now.stage, was.stage);
    assert_int_equal(now.lines, was.lines);
    assert_int_equal(now.paid_minor, was.paid_minor);
    return true;
}

static void each_statement_of_each_step_is_refused_once(void **state)
{
    struct counter *counter = *state;
    long faults = 0;
    first = shop_credential(counter->store, "29000017");
    second = shop_credential(counter->store, "29000025");
    one = shop_member(counter->store, &first, LOY_CARD_ISSUED);
    shop_member(counter->store, &second, LOY_CARD_ACTIVE);
    for (size_t i = 0; i < ROWS(day); i++) {
        long nth = 1;
        while (refused_once(counter, &day[i], nth))
            nth++;
        faults += nth - 1;
        // begin, the step's own, commit.
        assert_true(nth > 3);
        if (day[i].code == LOY_SAID_SUSPENDED) ticket = counter->answer.ticket;
        if (day[i].code == LOY_SAID_SOLD) receipt = counter->answer.basket;
    }
    print_message("%ld refused statements in %zu steps\n", faults, ROWS(day));
    assert_true(faults > 300);
    shop_is_sound(counter->store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            each_statement_of_each_step_is_refused_once, counter_setup, counter_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
