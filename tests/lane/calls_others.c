/* SPDX-License-Identifier: MIT
 *
 * calls_others.c - see calls.h. In: a lane that is open. Out: what the desk and other programs do
 * to a lane's basket, what its next step makes of that, and alarms that somebody has looked at.
 */
#include "calls.h"

#include <loyalty/counter.h>
#include <loyalty/member_card.h>
#include <loyalty/rights.h>

static const struct calls_day *day;
static struct counter *counter;
static struct loy_store *store;
static struct loy_credential old, fresh, waiting;
static struct loy_id basket;
static struct loy_alarm alarm;
static bool replaced;
static int made; /* cards that were registered: each time another one */

/* ---- A basket ----------------------------------------------------------------------------------
 */

/* The lane is open, and has none. */
static void lane_bare(void)
{
    if (counter->lane == NULL) counter_open(counter);
    while (loy_lane_may(counter->lane, LOY_LANE_VOID))
        counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
}

static void consent_give(bool given)
{
    assert_true(loy_member_consent(
                    store, &day->one, LOY_PURPOSE_SCHEME, given, "desk", counter->at_us) >= LOY_OK);
}

/* The member's, behind its total. */
static void basket_of_member(void)
{
    consent_give(true);
    lane_bare();
    counter_shows(counter, &day->first, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    basket = counter_view(counter).basket;
}

static enum loy_status lane_does(enum loy_lane_input_kind kind)
{
    struct loy_lane_input input = counter_input(counter, kind);
    input.tender = LOY_TENDER_CARD;
    return counter_take(counter, &input);
}

static enum loy_status lane_time(void)
{
    return lane_does(LOY_LANE_TIME);
}

static enum loy_status lane_pay(void)
{
    return lane_does(LOY_LANE_TENDER);
}

static enum loy_status lane_back(void)
{
    return lane_does(LOY_LANE_BACK);
}

static enum loy_status lane_object(void)
{
    return lane_does(LOY_LANE_OBJECT);
}

static enum loy_status lane_suspend(void)
{
    return lane_does(LOY_LANE_SUSPEND);
}

static enum loy_status card_show(const struct loy_credential *card)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    input.credential = card;
    return counter_take(counter, &input);
}

/* ---- Taken off ---------------------------------------------------------------------------------
 */

/* A receipt that is on paper is one of these prices. */
static void printed_of_member(void)
{
    basket_of_member();
    counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
}

static enum loy_status object(void)
{
    return loy_member_object(store, &day->one, &basket, "desk", counter->at_us);
}

static enum loy_status object_sold(void)
{
    return loy_member_object(store, &day->one, &day->sold, "desk", counter->at_us);
}

static enum loy_status object_nothing(void)
{
    static const struct loy_id none = {{1}};
    return loy_member_object(store, &day->one, &none, "desk", counter->at_us);
}

static void member_leaves(void)
{
    basket_of_member();
    consent_give(false);
}

static void member_leaves_a_part_paid(void)
{
    basket_of_member();
    counter_pays(counter, LOY_TENDER_ACCOUNT, 300, LOY_SAID_TENDERED);
    consent_give(false);
}

static void late_and_paid_in_part(void)
{
    consent_give(true);
    lane_bare();
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 300, LOY_SAID_TENDERED);
    counter_shows(counter, &day->first, LOY_SAID_LATE);
}

/* ---- Registered --------------------------------------------------------------------------------
 */

static void card_waits(void)
{
    char digits[16];
    consent_give(true);
    lane_bare();
    snprintf(digits, sizeof digits, "2901%04d", ++made);
    waiting = shop_credential(store, digits);
    waiting.own_range = true; // as the guard found by the shop's ranges
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_shows(counter, &waiting, LOY_SAID_UNKNOWN_CARD);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
}

static void card_registered(void)
{
    card_waits();
    ASSERT_STATUS(loy_card_issue(store, &day->one, &waiting, counter->at_us), LOY_OK);
}

static enum loy_status registered_show(void)
{
    return card_show(&waiting);
}

/* ---- Other cards of an account -----------------------------------------------------------------
 */

static void cards_replaced(void)
{
    lane_bare();
    if (replaced) return;
    replaced = true;
    old = shop_credential(store, "29020001");
    fresh = shop_credential(store, "29020002");
    shop_member(store, &old, LOY_CARD_ACTIVE);
    ASSERT_STATUS(loy_card_replace(store, &old, &fresh, "worn", NOON_US), LOY_OK);
    ASSERT_STATUS(loy_lane_rule_set(store, LOY_LANE_RULE_REPLACED, 1, NOON_US), LOY_OK);
}

static void with_the_new_card(void)
{
    cards_replaced();
    counter_shows(counter, &fresh, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
}

static enum loy_status old_show(void)
{
    return card_show(&old);
}

/* Another account was shown, and the question stands. */
static void with_a_question(void)
{
    with_the_new_card();
    counter_shows(counter, &day->first, LOY_SAID_OTHER_ACCOUNT);
}

static enum loy_status answer(uint8_t choice)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CHOOSE);
    input.choice = choice;
    return counter_take(counter, &input);
}

static enum loy_status answer_takes_its_place(void)
{
    return answer(1);
}

static enum loy_status answer_new_customer(void)
{
    return answer(3);
}

static void with_a_receipt(void)
{
    lane_bare();
    counter_gives_back(counter, &day->sold, 1, 0, LOY_SAID_RETURNED);
}

static enum loy_status give_back(void)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_RETURN);
    input.receipt = &day->sold;
    input.line = 1;
    return counter_take(counter, &input);
}

static enum loy_status first_show(void)
{
    return card_show(&day->first);
}

/* ---- Alarms ------------------------------------------------------------------------------------
 */

static const struct loy_span span = {NOON_US - DAY_US, NOON_US + DAY_US, 0};

/* The operator's own card was shown for the sale that the operator made. */
static void alarm_raised(void)
{
    struct loy_alarms *alarms = NULL;
    assert_true(loy_operator_card_add(store, "tester", &day->first, NOON_US) >= LOY_OK);
    ASSERT_STATUS(loy_alarms_open(store, &span, &alarms), LOY_OK);
    alarm = (struct loy_alarm){.size = sizeof alarm};
    ASSERT_STATUS(loy_alarm_next(alarms, &alarm), LOY_OK);
    loy_alarms_close(alarms);
}

static enum loy_status alarm_acknowledge(void)
{
    return loy_alarm_acknowledge(store, &alarm, "spoken with them", counter->at_us);
}

static enum loy_status alarms_read(void)
{
    struct loy_alarms *alarms = NULL;
    enum loy_status status = loy_alarms_open(store, &span, &alarms);
    loy_alarms_close(alarms);
    return status;
}

/* ---- The table ----------------------------------------------------------------------------------
 */

void calls_others_set(const struct calls_day *of)
{
    day = of;
    counter = of->counter;
    store = of->counter->store;
    replaced = false;
}

const struct call calls_others[] = {
    {"alarm looked at", alarm_raised, alarm_acknowledge, LOY_OK},
    {"alarm looked at twice", NULL, alarm_acknowledge, LOY_REPEATED},
    {"alarms, one looked at", NULL, alarms_read, LOY_OK},
    {"objection of who waits", card_waits, lane_object, LOY_OK},
    {"registered, told", card_registered, lane_time, LOY_OK},
    {"registered, shown again", card_registered, registered_show, LOY_OK},
    {"old card", cards_replaced, old_show, LOY_OK},
    {"old card of the member", with_the_new_card, old_show, LOY_OK},
    {"another account takes its place", with_a_question, answer_takes_its_place, LOY_OK},
    {"another account is the next customer", with_a_question, answer_new_customer, LOY_OK},
    {"receipt of a member", lane_bare, give_back, LOY_OK},
    {"card behind a receipt", with_a_receipt, first_show, LOY_OK},
    {"back of who came late", late_and_paid_in_part, lane_back, LOY_OK},
    {"suspended behind a receipt", printed_of_member, lane_suspend, LOY_OK},
    {"left, told", member_leaves, lane_time, LOY_OK},
    {"left, paid", member_leaves, lane_pay, LOY_REFUSED},
    {"left, shown again", member_leaves, first_show, LOY_REFUSED},
    {"left, back", member_leaves_a_part_paid, lane_back, LOY_OK},
    {"objection", basket_of_member, object, LOY_OK},
    {"objection behind a receipt", printed_of_member, object, LOY_OK},
    {"objection to no basket", NULL, object_nothing, LOY_NONE},
    {"objection to a sale", lane_bare, object_sold, LOY_OK},
};
const size_t calls_others_count = ROWS(calls_others);
