/* SPDX-License-Identifier: MIT
 *
 * counter.h - a lane over the basket room's shop for tests: prices, promotions, a supervisor,
 * cards, and short words for inputs. Names and numbers are made up.
 */
#ifndef COUNTER_H
#define COUNTER_H

#include <basket/shop.h>

#include <loyalty/lane.h>
#include <loyalty/promotion.h>

#define SECOND_US INT64_C(1000000)
#define MINUTE_US INT64_C(60000000)
#define SUPERVISOR "boss"
#define SUPERVISOR_PIN "734912"

struct counter {
    struct shop *shop;
    struct loy_store *store;
    struct loy_lane *lane;
    struct loy_lane_answer answer; /* of the last input */
    enum loy_status status;
    int64_t at_us; /* a second more at each input */
};

/* Prices: shirt 1000 (members 800), shoe 5000, bottle 25 (a deposit), and "sock" 300, 3 for 2;
 * "cheese" is weighed, 1150 a kilogram (labels 28 00123 with grams); "plain" has no price. Coupon
 * 9901 takes 500 off the basket, 9902 ten per cent, once a serial. */
int counter_setup(void **state);
int counter_teardown(void **state);
void counter_open(struct counter *counter);
/* As after a power cut: the store and the lane opened anew. */
void counter_cut(struct counter *counter);
/* The cashier acts, who approves nothing. */
void counter_cashier(struct counter *counter);

struct loy_lane_input counter_input(struct counter *counter, enum loy_lane_input_kind kind);
/* Two shirts, 17.50, as a till that prices by itself says them. */
struct loy_line counter_till_line(const struct counter *counter);
enum loy_status counter_take(struct counter *counter, const struct loy_lane_input *input);
/* Each must answer that code. */
void counter_does(struct counter *counter, enum loy_lane_input_kind kind, enum loy_lane_code code);
void counter_sells(struct counter *counter, const char *article, enum loy_lane_code code);
void counter_shows(
    struct counter *counter, const struct loy_credential *card, enum loy_lane_code code);
void counter_pays(
    struct counter *counter, enum loy_tender kind, int64_t amount_minor, enum loy_lane_code code);
void counter_must(struct counter *counter, const struct loy_lane_input *input,
    enum loy_lane_code code, const char *file, int line);
#define MUST(counter, input, code) counter_must(counter, &(input), code, __FILE__, __LINE__)
/* The total, and all of it in cash: the basket's id. */
struct loy_id counter_sold(struct counter *counter);
/* From a receipt; line 0: the only one; quantity 0: one piece. */
void counter_gives_back(struct counter *counter, const struct loy_id *receipt, uint32_t line,
    int64_t quantity_milli, enum loy_lane_code code);
struct loy_lane_view counter_view(struct counter *counter);

#endif
