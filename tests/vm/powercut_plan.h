/* SPDX-License-Identifier: MIT
 *
 * powercut_plan.h - what the writer in the virtual machine writes and the verifier looks for:
 * member k, basket n and its lines follow from their numbers alone. Knows no store; nothing here
 * has a state.
 */
#ifndef POWERCUT_PLAN_H
#define POWERCUT_PLAN_H

#include <loyalty/loyalty.h>

#define PLAN_ARTICLES 5u
#define PLAN_LINES_MAX 5u
#define PLAN_BASKETS_PER_MEMBER 20u
#define PLAN_TEXT_SIZE 32u
#define PLAN_START_US 1767225600000000 /* 2026-01-01 */
#define PLAN_USER "tester"

int64_t plan_time_us(uint32_t basket);
void plan_article_code(uint32_t article, char text[PLAN_TEXT_SIZE]);
void plan_member_name(uint32_t member, char text[PLAN_TEXT_SIZE]);
/* Digits of a card of the shop's own. */
void plan_card(uint32_t member, char text[PLAN_TEXT_SIZE]);

struct loy_id plan_basket_id(uint32_t basket);
/* Written line by line as a lane does it; otherwise whole, as a till's feed. */
bool plan_basket_is_lane(uint32_t basket);
uint32_t plan_basket_member(uint32_t basket); /* 0: anonymous */
uint32_t plan_basket_lines(uint32_t basket);
/* Line 1, 2, ...; versions[PLAN_ARTICLES] are those of the articles 0, 1, ... */
struct loy_line plan_line(uint32_t basket, uint32_t number, const int64_t versions[]);
/* Paid for the first `lines` lines. */
int64_t plan_basket_paid(uint32_t basket, uint32_t lines);

#endif
