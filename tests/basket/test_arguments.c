/* SPDX-License-Identifier: MIT
 *
 * test_arguments.c - what every public call of the basket and lane rooms does with an operand that
 * is missing, too small or out of its range: LOY_E_ARGUMENT, before anything is looked up. The
 * calls run on a store that holds one article; nothing in it may change.
 */
#include "shop.h"

#include <loyalty/counter.h>
#include <loyalty/dashboard.h>
#include <loyalty/lane.h>
#include <loyalty/rights.h>
#include <loyalty/shelf.h>

#include <math.h>

#define REFUSES(call) ASSERT_STATUS(call, LOY_E_ARGUMENT)

static struct loy_store *store;
static const struct loy_id nobody;
static const struct loy_span span = {1, 2, 0}, back = {2, 1, 0}, early = {-1, 2, 0};

static void of_articles(void **state)
{
    (void)state;
    struct loy_article article = {.size = sizeof article, .code = "a"};
    struct loy_article_found found = {.size = sizeof found};
    struct loy_version version;
    int64_t number = 0;
    REFUSES(loy_article_put(NULL, &article, 1));
    REFUSES(loy_article_put(store, NULL, 1));
    REFUSES(loy_article_find(NULL, "a", &number));
    REFUSES(loy_article_find(store, NULL, &number));
    REFUSES(loy_article_find(store, "a", NULL));
    REFUSES(loy_article_find_gtin(NULL, "a", &number));
    REFUSES(loy_article_find_gtin(store, NULL, &number));
    REFUSES(loy_article_find_gtin(store, "a", NULL));
    REFUSES(loy_article_look(NULL, NULL, "a", 1, &found));
    REFUSES(loy_article_look(store, NULL, NULL, 1, &found));
    REFUSES(loy_article_look(store, NULL, "a", 1, NULL));
    REFUSES(loy_version_get(NULL, 1, &version));
    REFUSES(loy_version_get(store, 1, NULL));
    REFUSES(loy_member_number(NULL, &nobody, &number));
    REFUSES(loy_member_number(store, NULL, &number));
    REFUSES(loy_member_number(store, &nobody, NULL));
    REFUSES(loy_member_by_number(NULL, 1, &(struct loy_id){{0}}));
    REFUSES(loy_member_by_number(store, 1, NULL));
}

static int offer_none(void *user, const struct loy_offer *offer)
{
    (void)user;
    (void)offer;
    return 0;
}

static int presence_none(void *user, const struct loy_presence *presence)
{
    (void)user;
    (void)presence;
    return 0;
}

static void of_prices(void **state)
{
    (void)state;
    const struct loy_price price = {.size = sizeof price, .article = "shirt", .from_us = 1};
    const char *const codes[] = {"shirt"};
    const int64_t late = INT64_MAX - DAY_US;
    REFUSES(loy_price_put(NULL, &price));
    REFUSES(loy_price_put(store, NULL));
    REFUSES(loy_price_snapshot(NULL, NULL, DAY_US, &price, 1, NULL));
    REFUSES(loy_price_snapshot(store, NULL, DAY_US, NULL, 1, NULL));
    REFUSES(loy_price_snapshot(store, NULL, 0, &price, 1, NULL));
    REFUSES(loy_price_snapshot(store, NULL, late, &price, 1, NULL));
    REFUSES(loy_assortment_snapshot(NULL, NULL, DAY_US, codes, 1, NULL));
    REFUSES(loy_assortment_snapshot(store, NULL, DAY_US, NULL, 1, NULL));
    REFUSES(loy_assortment_snapshot(store, NULL, 0, codes, 1, NULL));
    REFUSES(loy_assortment_snapshot(store, NULL, late, codes, 1, NULL));
    REFUSES(loy_offer_each(NULL, 0, 0, offer_none, NULL));
    REFUSES(loy_offer_each(store, 0, 0, NULL, NULL));
    REFUSES(loy_presence_each(NULL, 0, 0, presence_none, NULL));
    REFUSES(loy_presence_each(store, 0, 0, NULL, NULL));
}

static void of_baskets(void **state)
{
    (void)state;
    struct loy_basket_head head = shop_head(NOON_US), many = shop_head(NOON_US);
    struct loy_basket *basket = NULL, *other = NULL;
    struct loy_line line = {.article_version = 1};
    struct loy_credential credential = shop_credential(store, "29000017");
    struct loy_basket_summary summary;
    struct loy_basket_totals totals;
    struct loy_id id;
    int64_t total = 0;
    many.sequence = 1;
    REFUSES(loy_basket_record(NULL, &head, &line, 1, &id));
    REFUSES(loy_basket_record(store, NULL, &line, 1, &id));
    REFUSES(loy_basket_record(store, &head, NULL, 1, &id));
    REFUSES(loy_basket_open(NULL, &head, &basket));
    REFUSES(loy_basket_open(store, NULL, &basket));
    REFUSES(loy_basket_open(store, &head, NULL));
    assert_true(loy_basket_open(store, &many, &other) < LOY_OK); // the lane numbers its own
    assert_null(other);
    ASSERT_STATUS(loy_basket_open(store, &head, &basket), LOY_OK);
    REFUSES(loy_basket_add(NULL, &line, NULL));
    REFUSES(loy_basket_add(basket, NULL, NULL));
    REFUSES(loy_basket_attach(NULL, &credential, &id));
    REFUSES(loy_basket_attach(basket, NULL, &id));
    REFUSES(loy_basket_close(NULL, NOON_US, &id, &total));
    REFUSES(loy_basket_void(NULL, "none", NOON_US));
    ASSERT_STATUS(loy_basket_void(basket, "none", NOON_US), LOY_OK);
    REFUSES(loy_basket_resume(NULL, &basket));
    REFUSES(loy_basket_resume(store, NULL));
    REFUSES(loy_basket_get(NULL, &id, &summary));
    REFUSES(loy_basket_get(store, NULL, &summary));
    REFUSES(loy_basket_get(store, &id, NULL));
    REFUSES(loy_basket_totals_get(NULL, 0, 1, &totals));
    REFUSES(loy_basket_totals_get(store, 0, 1, NULL));
    loy_basket_release(NULL);
}

static void of_sales(void **state)
{
    (void)state;
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    struct loy_held_position position = {0, 0, 0};
    struct loy_held_line line = {.size = sizeof line}, small_line = {.size = sizeof line - 1};
    struct loy_held_step step = {.size = sizeof step}, small_step = {.size = sizeof step - 1};
    REFUSES(loy_sales_open(NULL, 0, 1, NULL, &sales));
    REFUSES(loy_sales_open(store, 0, 1, NULL, NULL));
    REFUSES(loy_sales_next(NULL, &sale));
    ASSERT_STATUS(loy_sales_open(store, 0, 1, NULL, &sales), LOY_OK);
    REFUSES(loy_sales_next(sales, NULL));
    loy_sales_close(sales);
    loy_sales_close(NULL);
    REFUSES(loy_held_line_next(NULL, &nobody, &position, &line));
    REFUSES(loy_held_line_next(store, NULL, &position, &line));
    REFUSES(loy_held_line_next(store, &nobody, NULL, &line));
    REFUSES(loy_held_line_next(store, &nobody, &position, NULL));
    REFUSES(loy_held_line_next(store, &nobody, &position, &small_line));
    REFUSES(loy_held_step_next(NULL, &nobody, &position, &step));
    REFUSES(loy_held_step_next(store, NULL, &position, &step));
    REFUSES(loy_held_step_next(store, &nobody, NULL, &step));
    REFUSES(loy_held_step_next(store, &nobody, &position, NULL));
    REFUSES(loy_held_step_next(store, &nobody, &position, &small_step));
}

static void of_promotions(void **state)
{
    (void)state;
    char position[LOY_TEXT_MAX] = "", prefix[8] = "";
    struct loy_promotion_rule rule = {.size = sizeof rule};
    struct loy_scale_code scale = {.size = sizeof scale};
    struct loy_quote quote = {.size = sizeof quote, .at_us = NOON_US};
    struct loy_quote small = {.size = sizeof quote - 1}, bare = {.coupon_count = 1};
    struct loy_quote_line line = {.article_version = 1};
    REFUSES(loy_promotion_put(NULL, &rule, 1));
    REFUSES(loy_promotion_put(store, NULL, 1));
    REFUSES(loy_promotion_end(NULL, "a", 1));
    REFUSES(loy_promotion_end(store, NULL, 1));
    REFUSES(loy_promotion_next(NULL, position, &rule));
    REFUSES(loy_promotion_next(store, NULL, &rule));
    REFUSES(loy_promotion_next(store, position, NULL));
    rule.size = sizeof rule - 1;
    REFUSES(loy_promotion_next(store, position, &rule));
    rule.size = sizeof rule;
    REFUSES(loy_promotion_find_coupon(NULL, "a", position));
    REFUSES(loy_promotion_find_coupon(store, NULL, position));
    REFUSES(loy_promotion_find_coupon(store, "a", NULL));
    REFUSES(loy_scale_code_put(NULL, &scale, 1));
    REFUSES(loy_scale_code_put(store, NULL, 1));
    REFUSES(loy_scale_code_remove(NULL, "20", 1));
    REFUSES(loy_scale_code_remove(store, NULL, 1));
    REFUSES(loy_scale_code_next(NULL, prefix, &scale));
    REFUSES(loy_scale_code_next(store, NULL, &scale));
    REFUSES(loy_scale_code_next(store, prefix, NULL));
    scale.size = sizeof scale - 1;
    REFUSES(loy_scale_code_next(store, prefix, &scale));
    scale.size = sizeof scale;
    REFUSES(loy_basket_quote(NULL, &quote, &line, 1));
    REFUSES(loy_basket_quote(store, NULL, &line, 1));
    REFUSES(loy_basket_quote(store, &quote, NULL, 1));
    REFUSES(loy_basket_quote(store, &bare, &line, 1));
    REFUSES(loy_basket_quote(store, &small, &line, 1));
    ASSERT_STATUS(loy_basket_quote(store, &quote, &line, LOY_LINES_MAX + 1), LOY_E_LIMIT);
}

static void of_receipts(void **state)
{
    (void)state;
    uint32_t position = 0;
    size_t count = 0;
    int64_t due = 0;
    struct loy_id id;
    struct loy_tax taxes[LOY_TAX_RATES_MAX];
    struct loy_basket_tender tender;
    struct loy_basket_line line = {.size = sizeof line}, small_line = {.size = sizeof line - 1};
    struct loy_receipt_head head = {.size = sizeof head}, small = {.size = sizeof head - 1};
    REFUSES(loy_basket_tax(NULL, &nobody, taxes, &count, &due));
    REFUSES(loy_basket_tax(store, NULL, taxes, &count, &due));
    REFUSES(loy_basket_tax(store, &nobody, NULL, &count, &due));
    REFUSES(loy_basket_tax(store, &nobody, taxes, NULL, &due));
    REFUSES(loy_basket_tax(store, &nobody, taxes, &count, NULL));
    REFUSES(loy_basket_line_next(NULL, &nobody, &position, &line));
    REFUSES(loy_basket_line_next(store, NULL, &position, &line));
    REFUSES(loy_basket_line_next(store, &nobody, NULL, &line));
    REFUSES(loy_basket_line_next(store, &nobody, &position, NULL));
    REFUSES(loy_basket_line_next(store, &nobody, &position, &small_line));
    REFUSES(loy_basket_tender_next(NULL, &nobody, &position, &tender));
    REFUSES(loy_basket_tender_next(store, NULL, &position, &tender));
    REFUSES(loy_basket_tender_next(store, &nobody, NULL, &tender));
    REFUSES(loy_basket_tender_next(store, &nobody, &position, NULL));
    REFUSES(loy_receipt_head_get(NULL, &nobody, &head));
    REFUSES(loy_receipt_head_get(store, NULL, &head));
    REFUSES(loy_receipt_head_get(store, &nobody, NULL));
    REFUSES(loy_receipt_head_get(store, &nobody, &small));
    REFUSES(loy_receipt_find(NULL, "S1-L1-1-1", &id));
    REFUSES(loy_receipt_find(store, NULL, &id));
    REFUSES(loy_receipt_find(store, "S1-L1-1-1", NULL));
    REFUSES(loy_receipt_copy(NULL, &nobody, 1));
    REFUSES(loy_receipt_copy(store, NULL, 1));
    REFUSES(loy_receipt_done(NULL, &nobody, 1));
    REFUSES(loy_receipt_done(store, NULL, 1));
    REFUSES(loy_receipt_done(store, &nobody, 0));
}

static void of_settings(void **state)
{
    (void)state;
    char text[LOY_RECEIPT_SETTING_MAX];
    enum loy_receipt_setting setting;
    int64_t value = 0;
    REFUSES(loy_receipt_setting_find(NULL, &setting));
    REFUSES(loy_receipt_setting_find("name", NULL));
    REFUSES(loy_receipt_setting_get(NULL, LOY_RECEIPT_NAME, text));
    REFUSES(loy_receipt_setting_get(store, LOY_RECEIPT_NAME, NULL));
    REFUSES(loy_receipt_setting_set(NULL, LOY_RECEIPT_NAME, "a", 1));
    REFUSES(loy_receipt_setting_set(store, LOY_RECEIPT_NAME, NULL, 1));
    REFUSES(loy_lane_rule_get(NULL, LOY_LANE_RULE_QUESTIONS, &value));
    REFUSES(loy_lane_rule_get(store, LOY_LANE_RULE_QUESTIONS, NULL));
    REFUSES(loy_lane_rule_set(NULL, LOY_LANE_RULE_QUESTIONS, 1, 1));
    for (int none = -1; none <= 1000; none += none < 0 ? 1 : 1000) { // before, none, behind
        REFUSES(loy_receipt_setting_get(store, (enum loy_receipt_setting)none, text));
        REFUSES(loy_receipt_setting_set(store, (enum loy_receipt_setting)none, "a", 1));
        REFUSES(loy_lane_rule_get(store, (enum loy_lane_rule)none, &value));
        REFUSES(loy_lane_rule_set(store, (enum loy_lane_rule)none, 1, 1));
        assert_null(loy_receipt_setting_name((enum loy_receipt_setting)none));
        assert_null(loy_receipt_setting_choices((enum loy_receipt_setting)none));
        assert_null(loy_lane_rule_name((enum loy_lane_rule)none));
    }
    assert_string_equal(loy_receipt_setting_choices(LOY_RECEIPT_COLUMNS), "32 42 48");
}

static void of_operators_cards(void **state)
{
    (void)state;
    int64_t position = 0, before = -1;
    struct loy_operator_card card = {.size = sizeof card}, small = {.size = sizeof card - 1};
    struct loy_credential credential = shop_credential(store, "29000017"), low, high;
    low = high = credential;
    low.kind = LOY_CREDENTIAL_NUMBER - 1;
    high.kind = LOY_CREDENTIAL_TEXT + 1;
    REFUSES(loy_operator_card_add(NULL, "a", &credential, 1));
    REFUSES(loy_operator_card_add(store, NULL, &credential, 1));
    REFUSES(loy_operator_card_add(store, "a", NULL, 1));
    REFUSES(loy_operator_card_add(store, "a", &low, 1));
    REFUSES(loy_operator_card_add(store, "a", &high, 1));
    REFUSES(loy_operator_card_remove(NULL, &credential, 1));
    REFUSES(loy_operator_card_remove(store, NULL, 1));
    REFUSES(loy_operator_card_next(NULL, &position, &card));
    REFUSES(loy_operator_card_next(store, NULL, &card));
    REFUSES(loy_operator_card_next(store, &before, &card));
    REFUSES(loy_operator_card_next(store, &position, NULL));
    REFUSES(loy_operator_card_next(store, &position, &small));
}

static void of_scorecards(void **state)
{
    (void)state;
    struct loy_scorecard *card = NULL;
    struct loy_score score = {.size = sizeof score}, small = {.size = sizeof score - 1};
    REFUSES(loy_scorecard_open(NULL, LOY_SCORE_BY_LANE, &span, 1, &card));
    REFUSES(loy_scorecard_open(store, LOY_SCORE_BY_LANE, NULL, 1, &card));
    REFUSES(loy_scorecard_open(store, LOY_SCORE_BY_LANE, &span, 1, NULL));
    REFUSES(loy_scorecard_open(store, LOY_SCORE_BY_COUNTER - 1, &span, 1, &card));
    REFUSES(loy_scorecard_open(store, LOY_SCORE_BY_OPERATOR + 1, &span, 1, &card));
    REFUSES(loy_scorecard_open(store, LOY_SCORE_BY_LANE, &back, 1, &card));
    REFUSES(loy_scorecard_open(store, LOY_SCORE_BY_LANE, &early, 1, &card));
    ASSERT_STATUS(loy_scorecard_open(store, LOY_SCORE_BY_LANE, &span, 1, &card), LOY_OK);
    REFUSES(loy_score_next(NULL, &score));
    REFUSES(loy_score_next(card, NULL));
    REFUSES(loy_score_next(card, &small));
    loy_score_shop(NULL, &score);
    loy_score_shop(card, NULL);
    loy_scorecard_close(card);
    loy_scorecard_close(NULL);
}

/* Counts that no shop has would overflow what is reckoned from them. */
static void of_a_bonus(void **state)
{
    (void)state;
    const int64_t most = INT64_C(1) << 30;
    const struct loy_score good = {.size = sizeof good, .baskets = 4, .identified = 2};
    const struct loy_score bad[] = {{.baskets = -1}, {.baskets = most}, {.identified = -1},
        {.identified = most}, {.registrations = -1}, {.registrations = most}};
    struct loy_bonus bonus = {.points = 7};
    for (size_t i = 0; i < ROWS(bad); i++) {
        REFUSES(loy_score_bonus(&bad[i], &good, 1, 1, &bonus));
        REFUSES(loy_score_bonus(&good, &bad[i], 1, 1, &bonus));
    }
    REFUSES(loy_score_bonus(NULL, &good, 1, 1, &bonus));
    REFUSES(loy_score_bonus(&good, NULL, 1, 1, &bonus));
    REFUSES(loy_score_bonus(&good, &good, 1, 1, NULL));
    REFUSES(loy_score_bonus(&good, &good, -1, 1, &bonus));
    REFUSES(loy_score_bonus(&good, &good, LOY_BONUS_WEIGHT_MAX + 1, 1, &bonus));
    REFUSES(loy_score_bonus(&good, &good, 1, -1, &bonus));
    REFUSES(loy_score_bonus(&good, &good, 1, LOY_BONUS_WEIGHT_MAX + 1, &bonus));
    assert_int_equal(bonus.points, 7);
}

static void of_reports(void **state)
{
    (void)state;
    struct loy_counter_report *report = NULL;
    struct loy_counter_cell cell = {.size = sizeof cell};
    struct loy_counter_summary summary = {.size = sizeof summary, .members = 7};
    struct loy_alarms *alarms = NULL;
    struct loy_alarm alarm = {.size = sizeof alarm}, small = {.size = sizeof alarm - 1};
    REFUSES(loy_counter_report_open(NULL, "a", &span, &report));
    REFUSES(loy_counter_report_open(store, NULL, &span, &report));
    REFUSES(loy_counter_report_open(store, "a", NULL, &report));
    REFUSES(loy_counter_report_open(store, "a", &span, NULL));
    REFUSES(loy_counter_report_open(store, "a", &early, &report));
    REFUSES(loy_counter_report_open(store, "a", &back, &report));
    REFUSES(loy_counter_cell_next(NULL, &cell));
    loy_counter_summary_get(NULL, &summary);
    assert_int_equal(summary.members, 7);
    loy_counter_report_close(NULL);
    REFUSES(loy_alarms_open(NULL, &span, &alarms));
    REFUSES(loy_alarms_open(store, NULL, &alarms));
    REFUSES(loy_alarms_open(store, &span, NULL));
    REFUSES(loy_alarms_open(store, &early, &alarms));
    REFUSES(loy_alarms_open(store, &back, &alarms));
    ASSERT_STATUS(loy_alarms_open(store, &span, &alarms), LOY_OK);
    REFUSES(loy_alarm_next(NULL, &alarm));
    REFUSES(loy_alarm_next(alarms, NULL));
    REFUSES(loy_alarm_next(alarms, &small));
    ASSERT_STATUS(loy_alarm_next(alarms, &alarm), LOY_NONE);
    loy_alarms_close(alarms);
    loy_alarms_close(NULL);
}

/* Of tables that no shop has there is no chance to tell. */
static void of_chances(void **state)
{
    (void)state;
    const int64_t most = INT64_C(1) << 40;
    static const struct {
        int64_t count, of, others, others_of;
        double share;
    } none[] = {{-1, 1, 1, 1, 0}, {2, 1, 1, 1, 0}, {1, (INT64_C(1) << 40) + 1, 1, 1, 0},
        {1, 1, -1, 1, 0}, {1, 1, 2, 1, 0}, {1, 1, 1, (INT64_C(1) << 40) + 1, 0}, {1, 1, 0, 0, -0.1},
        {1, 1, 0, 0, 1.1}};
    for (size_t i = 0; i < ROWS(none); i++)
        assert_true(isnan(loy_alarm_chance(
            none[i].count, none[i].of, none[i].others, none[i].others_of, none[i].share)));
    assert_true(isnan(loy_alarm_chance(1, 1, 0, 0, (double)NAN)));
    assert_true(loy_alarm_chance(0, most, 0, most, 0) >= 0);
}

static void of_clocks(void **state)
{
    (void)state;
    int64_t number = 0;
    struct loy_clock_now now = {.size = sizeof now, .at_us = NOON_US};
    struct loy_clock_now small_now = {.size = sizeof now - 1};
    struct loy_clock_verdict verdict = {.size = sizeof verdict};
    struct loy_clock_verdict small_verdict = {.size = sizeof verdict - 1};
    struct loy_clock_entry entry = {.size = sizeof entry}, small = {.size = sizeof entry - 1};
    REFUSES(loy_clock_judge(NULL, &now, &verdict));
    REFUSES(loy_clock_judge(store, NULL, &verdict));
    REFUSES(loy_clock_judge(store, &small_now, &verdict));
    REFUSES(loy_clock_judge(store, &now, NULL));
    REFUSES(loy_clock_judge(store, &now, &small_verdict));
    REFUSES(loy_clock_accept(NULL, 1, true, 1));
    REFUSES(loy_clock_next(NULL, &number, &entry));
    REFUSES(loy_clock_next(store, NULL, &entry));
    REFUSES(loy_clock_next(store, &number, NULL));
    REFUSES(loy_clock_next(store, &number, &small));
}

static void of_the_dashboard(void **state)
{
    (void)state;
    int64_t position = 0;
    struct loy_period period = {.size = sizeof period, .from_us = 1, .to_us = 2};
    struct loy_period_sums sums = {.size = sizeof sums};
    struct loy_lane_now lane = {.size = sizeof lane};
    REFUSES(loy_period_sums_get(NULL, &period, &sums));
    REFUSES(loy_period_sums_get(store, NULL, &sums));
    REFUSES(loy_period_sums_get(store, &period, NULL));
    REFUSES(loy_lane_now_next(NULL, &period, &position, &lane));
    REFUSES(loy_lane_now_next(store, NULL, &position, &lane));
    REFUSES(loy_lane_now_next(store, &period, NULL, &lane));
    REFUSES(loy_lane_now_next(store, &period, &position, NULL));
    sums.size = sizeof sums - 1;
    REFUSES(loy_period_sums_get(store, &period, &sums));
    lane.size = sizeof lane - 1;
    REFUSES(loy_lane_now_next(store, &period, &position, &lane));
    sums.size = sizeof sums;
    lane.size = sizeof lane;
    period.size = sizeof period - 1;
    REFUSES(loy_period_sums_get(store, &period, &sums));
    REFUSES(loy_lane_now_next(store, &period, &position, &lane));
}

static void of_the_lane(void **state)
{
    (void)state;
    struct loy_lane *lane = NULL;
    const struct loy_clock_now now = {.size = sizeof now, .at_us = NOON_US};
    struct loy_clock_verdict verdict = {.size = sizeof verdict};
    struct loy_clock_verdict small_verdict = {.size = sizeof verdict - 1};
    struct loy_lane_view view = {.size = sizeof view}, small_view = {.size = sizeof view - 1};
    struct loy_ticket ticket;
    struct loy_event event = {.kind = LOY_EVENT_MISREAD};
    struct loy_lane_answer answer = {.size = sizeof answer};
    int64_t position = 0;
    REFUSES(loy_lane_open(NULL, LOY_BASKET_LANE, NOON_US, &lane));
    REFUSES(loy_lane_open(store, LOY_BASKET_LANE, NOON_US, NULL));
    REFUSES(loy_lane_open(store, LOY_BASKET_LANE, 0, &lane));
    REFUSES(loy_lane_open(store, LOY_BASKET_IMPORT, NOON_US, &lane));
    assert_null(lane);
    loy_lane_close(NULL);
    assert_false(loy_lane_may(NULL, LOY_LANE_CARD));
    ASSERT_STATUS(loy_lane_open(store, LOY_BASKET_LANE, NOON_US, &lane), LOY_OK);
    assert_false(loy_lane_may(lane, LOY_LANE_NOTHING));
    REFUSES(loy_lane_clock(NULL, &now, &verdict));
    REFUSES(loy_lane_clock(lane, NULL, &verdict));
    REFUSES(loy_lane_clock(lane, &now, NULL));
    REFUSES(loy_lane_clock(lane, &now, &small_verdict));
    REFUSES(loy_lane_view_get(NULL, &view));
    REFUSES(loy_lane_view_get(lane, NULL));
    REFUSES(loy_lane_view_get(lane, &small_view));
    REFUSES(loy_lane_event(NULL, &event, NOON_US, 0, &answer));
    REFUSES(loy_lane_event(lane, NULL, NOON_US, 0, &answer));
    REFUSES(loy_lane_event(lane, &event, NOON_US, 0, NULL));
    REFUSES(loy_ticket_next(NULL, &position, &ticket));
    REFUSES(loy_ticket_next(store, NULL, &ticket));
    REFUSES(loy_ticket_next(store, &position, NULL));
    loy_lane_close(lane);
}

/* Each input without what it cannot do without; and an answer stays as it was. */
static void of_the_lanes_inputs(void **state)
{
    (void)state;
    struct loy_lane *lane = NULL;
    struct loy_lane_answer answer = {.size = sizeof answer, .ticket = 7};
    struct loy_lane_answer small = {.size = sizeof answer - 1};
    struct loy_lane_input good = {
        .size = sizeof good, .kind = LOY_LANE_ARTICLE, .at_us = NOON_US, .text = "none"};
    static const uint8_t bare[] = {LOY_LANE_NOTHING, LOY_LANE_CARD, LOY_LANE_MEMBER,
        LOY_LANE_UNREAD, LOY_LANE_ARTICLE, LOY_LANE_COUPON, LOY_LANE_TIME + 1, UINT8_MAX};
    ASSERT_STATUS(loy_lane_open(store, LOY_BASKET_LANE, NOON_US, &lane), LOY_OK);
    for (size_t i = 0; i < ROWS(bare); i++) {
        struct loy_lane_input input = {.size = sizeof input, .kind = bare[i], .at_us = NOON_US};
        REFUSES(loy_lane_take(lane, &input, &answer));
    }
    struct loy_lane_input small_input = good, timeless = good;
    small_input.size--;
    timeless.at_us = 0;
    REFUSES(loy_lane_take(NULL, &good, &answer));
    REFUSES(loy_lane_take(lane, NULL, &answer));
    REFUSES(loy_lane_take(lane, &good, NULL));
    REFUSES(loy_lane_take(lane, &good, &small));
    REFUSES(loy_lane_take(lane, &small_input, &answer));
    REFUSES(loy_lane_take(lane, &timeless, &answer));
    // In somebody's transaction nothing would be durable when it is said.
    ASSERT_STATUS(loy_store_begin(store), LOY_OK);
    REFUSES(loy_lane_take(lane, &good, &answer));
    loy_store_rollback(store);
    assert_int_equal(answer.ticket, 7);
    ASSERT_STATUS(loy_lane_take(lane, &good, &answer), LOY_REFUSED);
    assert_int_equal(answer.code, LOY_SAID_UNKNOWN_ARTICLE);
    loy_lane_close(lane);
}

static const char counted_sql[] =
    "SELECT (SELECT count(*) FROM article), (SELECT count(*) FROM price), (SELECT count(*) FROM "
    "promotion_rule), (SELECT count(*) FROM setting), (SELECT count(*) FROM clock_doubt)";
static char counted[200];

static int start(void **state)
{
    if (shop_setup(state) != 0) return -1;
    store = ((struct shop *)*state)->store;
    snprintf(counted, sizeof counted, "%s", shop_rows(store, counted_sql));
    return 0;
}

static int end(void **state)
{
    assert_string_equal(counted, shop_rows(store, counted_sql));
    return shop_teardown(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    static const struct CMUnitTest tests[] = {TEST(of_articles), TEST(of_prices), TEST(of_baskets),
        TEST(of_sales), TEST(of_promotions), TEST(of_receipts), TEST(of_settings),
        TEST(of_operators_cards), TEST(of_scorecards), TEST(of_a_bonus), TEST(of_reports),
        TEST(of_chances), TEST(of_clocks), TEST(of_the_dashboard), TEST(of_the_lane),
        TEST(of_the_lanes_inputs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
