/* SPDX-License-Identifier: MIT
 *
 * steps.c - what each input does at each stage: the one table, from which loy_lane_take, footers
 * and the words of what is not possible are read. In: a stage and an input. Out: the step, or
 * words.
 */
#include "machine.h"

#define NO(words)                                                                                  \
    {                                                                                              \
        NULL, N_(words)                                                                            \
    }

static const char found_words[] =
    N_("A basket was left open here. Resume it or make it void first.");
static const char paid_words[] =
    N_("A part is paid: take the rest, or go back, which gives the money back.");
#define PART_PAID                                                                                  \
    {                                                                                              \
        NULL, paid_words                                                                           \
    }
#define LEFT                                                                                       \
    {                                                                                              \
        NULL, found_words                                                                          \
    }

// One column a stage: idle, basket, total, tender, closed, found.
// clang-format off
static const struct lane_pair pairs[loy_lane_input_kind_count][loy_stage_count] = {
[LOY_LANE_CARD] = {
    [LOY_STAGE_IDLE]   = {step_card_next, NULL},
    [LOY_STAGE_BASKET] = {step_card, NULL},
    [LOY_STAGE_TOTAL]  = {step_card, NULL},
    [LOY_STAGE_TENDER] = {step_card, NULL},
    [LOY_STAGE_CLOSED] = {step_card_next, NULL},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_MEMBER] = {
    [LOY_STAGE_IDLE]   = {step_card_next, NULL},
    [LOY_STAGE_BASKET] = {step_card, NULL},
    [LOY_STAGE_TOTAL]  = {step_card, NULL},
    [LOY_STAGE_TENDER] = {step_card, NULL},
    [LOY_STAGE_CLOSED] = {step_card_next, NULL},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_OBJECT] = {
    [LOY_STAGE_IDLE]   = {NULL, N_("There is no basket to take off a member.")},
    [LOY_STAGE_BASKET] = {step_object, NULL},
    [LOY_STAGE_TOTAL]  = {step_object, NULL},
    [LOY_STAGE_TENDER] = {step_object, NULL},
    [LOY_STAGE_CLOSED] = {step_object, NULL},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_UNREAD] = {
    [LOY_STAGE_IDLE]   = {step_unread, NULL},
    [LOY_STAGE_BASKET] = {step_unread, NULL},
    [LOY_STAGE_TOTAL]  = {step_unread, NULL},
    [LOY_STAGE_TENDER] = {step_unread, NULL},
    [LOY_STAGE_CLOSED] = {step_unread, NULL},
    [LOY_STAGE_FOUND]  = {step_unread, NULL}},
[LOY_LANE_ARTICLE] = {
    [LOY_STAGE_IDLE]   = {step_article, NULL},
    [LOY_STAGE_BASKET] = {step_article, NULL},
    [LOY_STAGE_TOTAL]  = {step_article, NULL},
    [LOY_STAGE_TENDER] = PART_PAID,
    [LOY_STAGE_CLOSED] = {step_article, NULL},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_COUPON] = {
    [LOY_STAGE_IDLE]   = {step_coupon, NULL},
    [LOY_STAGE_BASKET] = {step_coupon, NULL},
    [LOY_STAGE_TOTAL]  = {step_coupon, NULL},
    [LOY_STAGE_TENDER] = PART_PAID,
    [LOY_STAGE_CLOSED] = {step_coupon, NULL},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_VOID_LINE] = {
    [LOY_STAGE_IDLE]   = {NULL, N_("There is no line to take back.")},
    [LOY_STAGE_BASKET] = {step_void_line, NULL},
    [LOY_STAGE_TOTAL]  = {step_void_line, NULL},
    [LOY_STAGE_TENDER] = PART_PAID,
    [LOY_STAGE_CLOSED] = {NULL, N_("This sale is done: take it back as a return from its receipt.")},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_RETURN] = {
    [LOY_STAGE_IDLE]   = {step_return, NULL},
    [LOY_STAGE_BASKET] = {step_return, NULL},
    [LOY_STAGE_TOTAL]  = {step_return, NULL},
    [LOY_STAGE_TENDER] = PART_PAID,
    [LOY_STAGE_CLOSED] = {step_return, NULL},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_SUSPEND] = {
    [LOY_STAGE_IDLE]   = {NULL, N_("There is no basket to suspend.")},
    [LOY_STAGE_BASKET] = {step_suspend, NULL},
    [LOY_STAGE_TOTAL]  = {step_suspend, NULL},
    [LOY_STAGE_TENDER] = PART_PAID,
    [LOY_STAGE_CLOSED] = {NULL, N_("There is no basket to suspend.")},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_RESUME] = {
    [LOY_STAGE_IDLE]   = {step_resume, NULL},
    [LOY_STAGE_BASKET] = {NULL, N_("Suspend or finish this basket first.")},
    [LOY_STAGE_TOTAL]  = {NULL, N_("Suspend or finish this basket first.")},
    [LOY_STAGE_TENDER] = {NULL, N_("Finish this basket first.")},
    [LOY_STAGE_CLOSED] = {step_resume, NULL},
    [LOY_STAGE_FOUND]  = {step_resume_found, NULL}},
[LOY_LANE_TOTAL] = {
    [LOY_STAGE_IDLE]   = {NULL, N_("There is no basket yet: scan an article.")},
    [LOY_STAGE_BASKET] = {step_total, NULL},
    [LOY_STAGE_TOTAL]  = {NULL, N_("The total is told: say what it is paid with, or go back.")},
    [LOY_STAGE_TENDER] = PART_PAID,
    [LOY_STAGE_CLOSED] = {NULL, N_("This sale is done: scan the next article or card.")},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_TENDER] = {
    [LOY_STAGE_IDLE]   = {NULL, N_("There is no basket yet: scan an article.")},
    [LOY_STAGE_BASKET] = {NULL, N_("Tell the total first.")},
    [LOY_STAGE_TOTAL]  = {step_tender, NULL},
    [LOY_STAGE_TENDER] = {step_tender, NULL},
    [LOY_STAGE_CLOSED] = {NULL, N_("This sale is done: scan the next article or card.")},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_DECLINE] = {
    [LOY_STAGE_IDLE]   = {NULL, N_("There is nothing to pay yet.")},
    [LOY_STAGE_BASKET] = {NULL, N_("There is nothing to pay yet: tell the total first.")},
    [LOY_STAGE_TOTAL]  = {step_decline, NULL},
    [LOY_STAGE_TENDER] = {step_decline, NULL},
    [LOY_STAGE_CLOSED] = {NULL, N_("This sale is done: take it back as a return from its receipt.")},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_BACK] = {
    [LOY_STAGE_IDLE]   = {NULL, N_("There is nothing to go back from.")},
    [LOY_STAGE_BASKET] = {step_back_empty, NULL},
    [LOY_STAGE_TOTAL]  = {step_back, NULL},
    [LOY_STAGE_TENDER] = {step_back, NULL},
    [LOY_STAGE_CLOSED] = {NULL, N_("This sale is done: take it back as a return from its receipt.")},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_VOID] = {
    [LOY_STAGE_IDLE]   = {NULL, N_("There is no basket to make void.")},
    [LOY_STAGE_BASKET] = {step_void, NULL},
    [LOY_STAGE_TOTAL]  = {step_void, NULL},
    [LOY_STAGE_TENDER] = {step_void, NULL},
    [LOY_STAGE_CLOSED] = {NULL, N_("This sale is done: take it back as a return from its receipt.")},
    [LOY_STAGE_FOUND]  = {step_void, NULL}},
[LOY_LANE_CHOOSE] = {
    [LOY_STAGE_IDLE]   = {step_choose, NULL},
    [LOY_STAGE_BASKET] = {step_choose, NULL},
    [LOY_STAGE_TOTAL]  = {step_choose, NULL},
    [LOY_STAGE_TENDER] = {step_choose, NULL},
    [LOY_STAGE_CLOSED] = {step_choose, NULL},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_REMARK] = {
    [LOY_STAGE_IDLE]   = {NULL, N_("A remark belongs to a basket: scan an article first.")},
    [LOY_STAGE_BASKET] = {step_remark, NULL},
    [LOY_STAGE_TOTAL]  = {step_remark, NULL},
    [LOY_STAGE_TENDER] = {step_remark, NULL},
    [LOY_STAGE_CLOSED] = {step_remark, NULL},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_PRINTED] = {
    [LOY_STAGE_IDLE]   = {NULL, N_("There is no receipt to print.")},
    [LOY_STAGE_BASKET] = {NULL, N_("There is no receipt to print yet: tell the total first.")},
    [LOY_STAGE_TOTAL]  = {step_printed_before, NULL},
    [LOY_STAGE_TENDER] = {step_printed_before, NULL},
    [LOY_STAGE_CLOSED] = {step_printed, NULL},
    [LOY_STAGE_FOUND]  = LEFT},
[LOY_LANE_TIME] = {
    [LOY_STAGE_IDLE]   = {step_time, NULL},
    [LOY_STAGE_BASKET] = {step_time, NULL},
    [LOY_STAGE_TOTAL]  = {step_time, NULL},
    [LOY_STAGE_TENDER] = {step_time, NULL},
    [LOY_STAGE_CLOSED] = {step_time, NULL},
    [LOY_STAGE_FOUND]  = {step_time, NULL}},
};
// clang-format on

const struct lane_pair *lane_pair_find(uint8_t stage, uint8_t kind)
{
    if (kind == LOY_LANE_NOTHING || kind >= loy_lane_input_kind_count) return NULL;
    return &pairs[kind][stage];
}

bool loy_lane_may(const struct loy_lane *lane, enum loy_lane_input_kind kind)
{
    if (lane == NULL) return false;
    if (kind == LOY_LANE_CHOOSE) return lane->now.question != LOY_ASK_NOTHING;
    const struct lane_pair *pair = lane_pair_find(lane->now.stage, (uint8_t)kind);
    return pair != NULL && pair->take != NULL;
}
