/* SPDX-License-Identifier: MIT
 *
 * calls_read.c - see calls.h. In: a lane that is open. Out: a day in it, and the calls that read
 * and set.
 */
#include "calls.h"

#include <loyalty/counter.h>
#include <loyalty/dashboard.h>
#include <loyalty/rights.h>

#include <basket/basket_private.h>

static struct calls_day day;
static struct counter *counter;
static struct loy_store *store;
static struct loy_credential second, blocked;
static int64_t doubt;
static int made; /* of what is set: each time another one */
static char name[16];
static const struct loy_span span = {NOON_US - DAY_US, NOON_US + DAY_US, 60};

static void name_next(void)
{
    snprintf(name, sizeof name, "n%d", ++made);
}

/* ---- What is read -----------------------------------------------------------------------------
 */

static enum loy_status sums(void)
{
    struct loy_basket_totals totals;
    struct loy_basket_summary summary;
    int64_t number = 0;
    struct loy_id id;
    enum loy_status status = loy_basket_totals_get(store, 0, INT64_MAX, &totals);
    if (status == LOY_OK) status = loy_basket_get(store, &day.sold, &summary);
    if (status == LOY_OK) status = loy_member_number(store, &day.one, &number);
    return status == LOY_OK ? loy_member_by_number(store, number, &id) : status;
}

static enum loy_status sales_of(const struct loy_id *member)
{
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    enum loy_status status = loy_sales_open(store, 0, INT64_MAX, member, &sales);
    while (status == LOY_OK)
        status = loy_sales_next(sales, &sale);
    loy_sales_close(sales);
    return status;
}

static enum loy_status sales(void)
{
    return sales_of(NULL);
}

static enum loy_status sales_one(void)
{
    return sales_of(&day.one);
}

static enum loy_status held(void)
{
    struct loy_held_position position = {0, 0, 0}, at = position;
    struct loy_held_line line = {.size = sizeof line};
    struct loy_held_step step = {.size = sizeof step};
    enum loy_status status = LOY_OK;
    while (status == LOY_OK)
        status = loy_held_line_next(store, &day.one, &position, &line);
    if (status == LOY_NONE) status = LOY_OK;
    while (status == LOY_OK)
        status = loy_held_step_next(store, &day.one, &at, &step);
    return status;
}

static enum loy_status receipt(void)
{
    struct loy_receipt_head head = {.size = sizeof head};
    struct loy_basket_line line = {.size = sizeof line};
    struct loy_basket_tender tender;
    char number[LOY_RECEIPT_NUMBER_SIZE];
    struct loy_id id;
    uint32_t position = 0;
    enum loy_status status = loy_receipt_head_get(store, &day.sold, &head);
    if (status == LOY_OK) loy_receipt_number(&head, number);
    if (status == LOY_OK) status = loy_basket_line_next(store, &day.sold, &position, &line);
    position = 0;
    if (status == LOY_OK) status = loy_basket_tender_next(store, &day.sold, &position, &tender);
    return status == LOY_OK ? loy_receipt_find(store, number, &id) : status;
}

static enum loy_status receipt_copy(void)
{
    return loy_receipt_copy(store, &day.sold, NOON_US);
}

/* ---- Counters, clock, settings ------------------------------------------------------------------
 */

static enum loy_status card_own(void)
{
    return loy_operator_card_add(store, "tester", &day.pending, NOON_US);
}

static enum loy_status card_own_not(void)
{
    return loy_operator_card_remove(store, &day.pending, NOON_US);
}

static enum loy_status cards_own(void)
{
    int64_t position = 0;
    struct loy_operator_card card = {.size = sizeof card};
    return loy_operator_card_next(store, &position, &card);
}

static enum loy_status scorecard_by(enum loy_score_by by)
{
    struct loy_scorecard *card = NULL;
    struct loy_score score = {.size = sizeof score};
    enum loy_status status = loy_scorecard_open(store, by, &span, NOON_US, &card);
    while (status == LOY_OK)
        status = loy_score_next(card, &score);
    loy_scorecard_close(card);
    return status;
}

static enum loy_status scorecard_counters(void)
{
    return scorecard_by(LOY_SCORE_BY_COUNTER);
}

static enum loy_status scorecard_lanes(void)
{
    return scorecard_by(LOY_SCORE_BY_LANE);
}

static enum loy_status scorecard_operators(void)
{
    return scorecard_by(LOY_SCORE_BY_OPERATOR);
}

static enum loy_status customers(void)
{
    struct loy_counter_report *report = NULL;
    enum loy_status status = loy_counter_report_open(store, "ladies", &span, &report);
    loy_counter_report_close(report);
    return status;
}

static enum loy_status alarms(void)
{
    struct loy_alarms *found = NULL;
    enum loy_status status = loy_alarms_open(store, &span, &found);
    loy_alarms_close(found);
    return status;
}

static enum loy_status judge(int64_t at_us, int64_t outside_us)
{
    const struct loy_clock_now now = {.size = sizeof now, .at_us = at_us, .outside_us = outside_us};
    struct loy_clock_verdict verdict = {.size = sizeof verdict};
    enum loy_status status = loy_clock_judge(store, &now, &verdict);
    if (status == LOY_OK) doubt = verdict.number;
    return status;
}

static void clock_right(void)
{
    ASSERT_STATUS(judge(NOON_US + DAY_US, NOON_US + DAY_US), LOY_OK);
}

static enum loy_status clock_off(void)
{
    return judge(NOON_US + DAY_US, NOON_US + 3 * DAY_US);
}

static enum loy_status clock_set(void)
{
    return judge(NOON_US + DAY_US, NOON_US + DAY_US);
}

static void clock_is_off(void)
{
    clock_right();
    ASSERT_STATUS(clock_off(), LOY_OK);
}

static enum loy_status clock_go_on(void)
{
    return loy_clock_accept(store, doubt, false, NOON_US);
}

static enum loy_status clock_is_right(void)
{
    return loy_clock_accept(store, doubt, true, NOON_US);
}

static enum loy_status clocks(void)
{
    int64_t number = 0;
    struct loy_clock_entry entry = {.size = sizeof entry};
    return loy_clock_next(store, &number, &entry);
}

static enum loy_status dashboard(void)
{
    int64_t position = 0;
    const struct loy_period period = {
        .size = sizeof period, .from_us = span.from_us, .to_us = span.to_us, .offset_min = 60};
    struct loy_period_sums shop = {.size = sizeof shop};
    struct loy_lane_now lane = {.size = sizeof lane};
    enum loy_status status = loy_period_sums_get(store, &period, &shop);
    return status == LOY_OK ? loy_lane_now_next(store, &period, &position, &lane) : status;
}

static enum loy_status setting_set(void)
{
    return loy_receipt_setting_set(store, LOY_RECEIPT_NAME, name, NOON_US);
}

static enum loy_status setting_get(void)
{
    char text[LOY_RECEIPT_SETTING_MAX];
    return loy_receipt_setting_get(store, LOY_RECEIPT_NAME, text);
}

static enum loy_status rule_set(void)
{
    return loy_lane_rule_set(store, LOY_LANE_RULE_LATE_MINUTES, made % 50, NOON_US);
}

/* ---- The lane -----------------------------------------------------------------------------------
 */

static void lane_away(void)
{
    loy_lane_close(counter->lane);
    counter->lane = NULL;
}

static void lane_there(void)
{
    if (counter->lane == NULL) counter_open(counter);
    if (counter_view(counter).stage == LOY_STAGE_FOUND)
        counter_does(counter, LOY_LANE_RESUME, LOY_SAID_RESUMED);
    if (counter_view(counter).stage == LOY_STAGE_BASKET) return;
    counter_shows(counter, &day.first, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
}

static enum loy_status lane_open(void)
{
    return loy_lane_open(store, LOY_BASKET_LANE, NOON_US, &counter->lane);
}

static enum loy_status lane_view(void)
{
    struct loy_lane_view view = {.size = sizeof view};
    return loy_lane_view_get(counter->lane, &view);
}

static enum loy_status lane_sell(void)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_ARTICLE);
    input.text = "shoe";
    basket_cache_free(store);
    return counter_take(counter, &input);
}

static enum loy_status lane_ticket(void)
{
    int64_t position = 0;
    struct loy_ticket ticket;
    return loy_ticket_next(store, &position, &ticket);
}

static enum loy_status lane_card(const struct loy_credential *card, uint32_t reader)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_CARD);
    input.credential = card;
    input.reader = reader;
    if (reader != 0) input.at_us = NOON_US; // at the same moment again
    return counter_take(counter, &input);
}

static enum loy_status lane_blocked(void)
{
    return lane_card(&blocked, 0);
}

static enum loy_status lane_other_buyer(void)
{
    return lane_card(&second, 0);
}

static enum loy_status lane_unknown(void)
{
    struct loy_credential card = day.pending;
    card.own_range = true; // as the guard found by the shop's ranges
    return lane_card(&card, 0);
}

static enum loy_status lane_foreign(void)
{
    return lane_card(&day.pending, 0);
}

static void lane_seen(void)
{
    lane_there();
    lane_card(&day.first, 3);
}

static enum loy_status lane_same(void)
{
    return lane_card(&day.first, 3);
}

static enum loy_status lane_not_now(void)
{
    struct loy_lane_input input = counter_input(counter, LOY_LANE_DECLINE);
    return counter_take(counter, &input);
}

static void lane_anonymous(void)
{
    lane_there();
    counter_does(counter, LOY_LANE_VOID, LOY_SAID_VOIDED);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
}

static enum loy_status check(void)
{
    return basket_check(store, NULL, NULL);
}

/* ---- The day ------------------------------------------------------------------------------------
 */

/* As many as a counter's report needs, so that nobody can be recognised. */
static void buyers_make(const char *code)
{
    int64_t version_sold = 0;
    ASSERT_STATUS(loy_article_find(store, code, &version_sold), LOY_OK);
    for (unsigned i = 0; i < LOY_COUNTER_MEMBERS_MIN + 2; i++) {
        char digits[16];
        snprintf(digits, sizeof digits, "2900%04u", 1000 + i);
        const struct loy_credential card = shop_credential(store, digits);
        struct loy_basket_head head = shop_head(NOON_US);
        const struct loy_line line = shop_line(version_sold, 1000, 399, 0);
        shop_member(store, &card, LOY_CARD_ACTIVE);
        head.lane = "L8";
        head.credential = &card;
        ASSERT_STATUS(loy_basket_record(store, &head, &line, 1, NULL), LOY_OK);
    }
}

void calls_set(struct counter *of)
{
    counter = day.counter = of;
    store = of->store;
    calls_basket_set(&day);
    calls_others_set(&day);
}

void calls_begin(struct counter *of)
{
    const struct loy_range range = {
        .prefix = "29", .length = 8, .check = LOY_CHECK_NONE, .use = LOY_USE_MEMBER};
    const struct loy_article weighed = {.size = sizeof weighed,
        .code = "2",
        .counter = "ladies",
        .tax_permille = 70,
        .cost_minor = -1};
    const struct loy_article numbered = {.size = sizeof numbered,
        .code = "numbered",
        .gtin = "4006381333931",
        .tax_permille = 190,
        .cost_minor = -1};
    const struct loy_price kilogram = {.size = sizeof kilogram,
        .article = "2",
        .from_us = NOON_US - DAY_US,
        .list_minor = 399,
        .selling_minor = 399};
    calls_set(of);
    day.first = shop_credential(store, "29000017");
    day.pending = shop_credential(store, "29000041");
    ASSERT_STATUS(loy_range_add(store, &range, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_article_put(store, &weighed, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_price_put(store, &kilogram), LOY_OK);
    ASSERT_STATUS(loy_article_put(store, &numbered, NOON_US), LOY_OK);
    ASSERT_STATUS(loy_lane_rule_set(store, LOY_LANE_RULE_OPERATORS, 1, NOON_US), LOY_OK);
    second = shop_credential(store, "29000025");
    blocked = shop_credential(store, "29000033");
    shop_member(store, &second, LOY_CARD_ACTIVE);
    shop_member(store, &blocked, LOY_CARD_BLOCKED);
    day.one = shop_member(store, &day.first, LOY_CARD_ACTIVE);
    counter_shows(counter, &day.first, LOY_SAID_MEMBER);
    counter_sells(counter, "shirt", LOY_SAID_LINE);
    counter_sells(counter, "2", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_TOTAL, LOY_SAID_TOTAL);
    counter_pays(counter, LOY_TENDER_CASH, 0, LOY_SAID_SOLD);
    day.sold = counter->answer.basket;
    counter_does(counter, LOY_LANE_PRINTED, LOY_SAID_PRINTED);
    counter_sells(counter, "shoe", LOY_SAID_LINE);
    counter_does(counter, LOY_LANE_SUSPEND, LOY_SAID_SUSPENDED);
    buyers_make(weighed.code);
}

void calls_end(void)
{
    lane_away();
    calls_basket_end();
}

const struct call calls_read[] = {
    {"held", NULL, held, LOY_NONE},
    {"sums", NULL, sums, LOY_OK},
    {"sales", NULL, sales, LOY_NONE},
    {"sales of one", NULL, sales_one, LOY_NONE},
    {"receipt", NULL, receipt, LOY_OK},
    {"copy", NULL, receipt_copy, LOY_OK},
    {"own card", NULL, card_own, LOY_OK},
    {"own cards", NULL, cards_own, LOY_OK},
    {"scorecard by counter", NULL, scorecard_counters, LOY_NONE},
    {"scorecard by lane", NULL, scorecard_lanes, LOY_NONE},
    {"scorecard by operator", NULL, scorecard_operators, LOY_NONE},
    {"own card no more", NULL, card_own_not, LOY_OK},
    {"customers", NULL, customers, LOY_OK},
    {"alarms", NULL, alarms, LOY_OK},
    {"clock off", clock_right, clock_off, LOY_OK},
    {"clock set", clock_is_off, clock_set, LOY_OK},
    {"clock gone on with", clock_is_off, clock_go_on, LOY_OK},
    {"clock is right", clock_is_off, clock_is_right, LOY_OK},
    {"clocks", NULL, clocks, LOY_OK},
    {"dashboard", NULL, dashboard, LOY_OK},
    {"setting", name_next, setting_set, LOY_OK},
    {"settings", NULL, setting_get, LOY_OK},
    {"rule", name_next, rule_set, LOY_OK},
    {"lane", lane_away, lane_open, LOY_OK},
    {"view", lane_there, lane_view, LOY_OK},
    {"sell", lane_there, lane_sell, LOY_OK},
    {"tickets", NULL, lane_ticket, LOY_OK},
    {"blocked card", lane_there, lane_blocked, LOY_REFUSED},
    {"not now", lane_there, lane_not_now, LOY_REFUSED},
    {"same card", lane_seen, lane_same, LOY_OK},
    {"foreign card", lane_anonymous, lane_foreign, LOY_REFUSED},
    {"unknown card", lane_anonymous, lane_unknown, LOY_OK},
    {"other account", lane_there, lane_other_buyer, LOY_OK},
    {"check", NULL, check, LOY_OK},
};
const size_t calls_read_count = ROWS(calls_read);
