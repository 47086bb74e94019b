/* SPDX-License-Identifier: MIT
 *
 * lane_clock.c - whether the lane's clock can be right, asked before a basket is opened. Readings
 * of clocks come in, a verdict or a wish for a supervisor goes out. Knows no line and no card.
 */
#include "machine.h"

#include <string.h>

static bool may_open_at(uint8_t stage)
{
    return stage == LOY_STAGE_IDLE || stage == LOY_STAGE_CLOSED;
}

enum loy_status loy_lane_clock(
    struct loy_lane *lane, const struct loy_clock_now *now, struct loy_clock_verdict *verdict)
{
    if (lane == NULL || now == NULL || verdict == NULL) return LOY_E_ARGUMENT;
    if (verdict->size < sizeof *verdict) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(lane->store, LOY_MAY_SELL);
    // An open basket goes on to its end, whatever the clock says.
    if (status == LOY_OK && may_open_at(lane->now.stage)) {
        struct loy_clock_verdict judged = {.size = sizeof judged};
        status = loy_clock_judge(lane->store, now, &judged);
        if (status == LOY_OK) lane->clock = judged;
        if (status == LOY_OK) lane->clock_at_us = now->at_us;
    }
    if (status != LOY_OK) return status;
    size_t size = verdict->size;
    *verdict = lane->clock;
    verdict->size = size;
    return LOY_OK;
}

static bool may_open(const struct lane_step *step)
{
    uint8_t kind = step->input->kind;
    if (!may_open_at(step->lane->now.stage)) return false;
    // A card that is added to the last receipt begins no basket.
    if (step->lane->now.stage == LOY_STAGE_CLOSED && step->input->choice != 0) return false;
    return kind == LOY_LANE_CARD || kind == LOY_LANE_MEMBER || kind == LOY_LANE_ARTICLE ||
           kind == LOY_LANE_COUPON || kind == LOY_LANE_RETURN;
}

enum loy_status lane_clock_ask(struct lane_step *step)
{
    struct loy_lane *lane = step->lane;
    if (!may_open(step)) return LOY_OK;
    if (lane->clock_at_us != step->input->at_us) {
        const struct loy_clock_now now = {.size = sizeof now, .at_us = step->input->at_us};
        struct loy_clock_verdict verdict = {.size = sizeof verdict};
        enum loy_status status = loy_lane_clock(lane, &now, &verdict);
        if (status != LOY_OK) return status;
    }
    if (lane->clock.level != LOY_CLOCK_STOP) return LOY_OK;
    return lane_approval(step, LANE_WANT_CLOCK,
        N_("The clock of this lane cannot be right: set it, or let a "
           "supervisor go on with it."));
}

enum loy_status lane_clock_accept(struct lane_step *step, int64_t approver)
{
    const struct loy_clock_verdict *clock = &step->lane->clock;
    if (!may_open(step) || clock->level != LOY_CLOCK_STOP) return LOY_OK;
    enum loy_status status =
        lane_doubt_accept(step->store, clock->number, approver, step->input->at_us);
    return status == LOY_REPEATED ? LOY_OK : status;
}

void lane_clock_accepted(struct lane_step *step)
{
    struct loy_clock_verdict *clock = &step->lane->clock;
    clock->level = LOY_CLOCK_DOUBTED;
    clock->accepted = true;
}

void lane_clock_tell(struct lane_step *step)
{
    struct loy_clock_verdict *clock = &step->lane->clock;
    if (!may_open(step)) return;
    if (clock->level == LOY_CLOCK_STOP) lane_clock_accepted(step);
    if (clock->begun && step->answer->words[0] == '\0')
        lane_say(step, step->answer->code, step->answer->tone,
            N_("The clock of this lane is in doubt: look at its time. Selling goes on."));
    clock->begun = false;
}
