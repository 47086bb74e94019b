/* SPDX-License-Identifier: MIT
 *
 * step_tender.c - the total, what it is paid with, and the way back. A step comes in, tender rows,
 * the end of the basket and an answer go out. Kinds and amounts only, never a number.
 */
#include "machine.h"

/* A number that was scanned or typed into the wrong field is no amount of cash; and sums of tenders
 * stay far from where they overflow. */
#define CHANGE_MAX INT64_C(1000000000)

/* ---- Total -------------------------------------------------------------------------------------
 */

enum loy_status lane_limit_judge(struct lane_step *step)
{
    int64_t limit = 0;
    enum loy_status status = lane_limit(step->store, step->head.purchaser, &limit);
    if (status == LOY_OK && limit != 0 && step->answer->due_minor > limit)
        status = lane_approval(step, LANE_WANT_LIMIT,
            N_("This is more than the buyer may spend at once: it needs a supervisor."));
    if (status == LOY_OK) step->now->limit_due = false;
    return status;
}

enum loy_status step_total(struct lane_step *step)
{
    if (step->before.lines == 0)
        return lane_refuse(step, LOY_SAID_NOT_NOW, LOY_TONE_LOW,
            N_("The basket has no lines yet: scan an article."));
    enum loy_status status = lane_settle(step, UINT32_MAX);
    if (status == LOY_OK) status = lane_limit_judge(step);
    if (status == LOY_OK) status = lane_stage_go(step, LOY_STAGE_TOTAL);
    return status == LOY_OK ? lane_say(step, LOY_SAID_TOTAL, LOY_TONE_NONE, "") : status;
}

/* ---- Tender ------------------------------------------------------------------------------------
 */

struct paying {
    int64_t rest;   /* still due; negative: to be given back */
    int64_t amount; /* of this tender, with its sign */
    int64_t change; /* above what is due, back to the customer */
};

static enum loy_status amount_judge(struct lane_step *step, struct paying *paying)
{
    const struct loy_lane_input *input = step->input;
    int64_t amount = input->amount_minor, rest = paying->rest;
    // What is given back is named with or without its sign.
    if (rest < 0 && amount > 0) amount = -amount;
    if (amount == 0) amount = rest;
    paying->amount = amount;
    if (rest >= 0 && amount < 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("Nothing is to be given back: name an amount above zero."));
    bool more = rest >= 0 ? amount > rest : amount < rest;
    if (!more) return LOY_OK;
    if (rest < 0 || input->tender != LOY_TENDER_CASH)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("That is more than is due: change is given for cash only."));
    if (amount - rest > CHANGE_MAX)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("No such change is given: look at the amount, and type it again."));
    paying->change = amount - rest;
    return LOY_OK;
}

static enum loy_status kind_judge(struct lane_step *step)
{
    uint8_t kind = step->input->tender;
    if (kind == LOY_TENDER_NONE || kind >= loy_tender_count)
        return lane_refuse(
            step, LOY_SAID_WRONG, LOY_TONE_LOW, N_("Say what it is paid with: cash, card ..."));
    if (kind == LOY_TENDER_ACCOUNT && step->head.member == 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("Only a member's account is invoiced: ask for the card first."));
    return LOY_OK;
}

/* The member was erased meanwhile. */
static enum loy_status account_stands(struct lane_step *step)
{
    int64_t invoiced = 0;
    if (step->head.member != 0) return LOY_OK;
    enum loy_status status =
        lane_tender_kind_sum(step->store, step->head.id, LOY_TENDER_ACCOUNT, &invoiced);
    if (status != LOY_OK || invoiced == 0) return status;
    return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
        N_("A part is on the account of a member who is no more: go back, and take another "
           "payment."));
}

static enum loy_status tender_write(struct lane_step *step, const struct paying *paying)
{
    int64_t basket = step->head.id;
    uint8_t kind = step->input->tender;
    if (paying->amount == 0) return LOY_OK;
    enum loy_status status = lane_tender_add(step->store, basket, kind, paying->amount);
    if (status == LOY_OK && paying->change != 0)
        status = lane_tender_add(step->store, basket, kind, -paying->change);
    return status;
}

static enum loy_status sale_end(struct lane_step *step, const struct paying *paying)
{
    struct lane_head *head = &step->head;
    enum loy_status status = lane_basket_close(step->store, head, step->input->at_us);
    if (status == LOY_OK) status = lane_stage_go(step, LOY_STAGE_CLOSED);
    // Printed at the total, and nothing has changed since: no receipt is due.
    if (status == LOY_OK && head->printed_at_us != 0) status = lane_row_end(step->store, head);
    // What a coupon takes off elsewhere, the till knows alone.
    if (status == LOY_OK && step->lane->reprices) status = lane_coupons_free(step->store, head);
    if (status == LOY_OK) status = lane_coupons_answer(step->store, head, step->input->at_us);
    if (status == LOY_OK) status = lane_coupons_part(step->store, head);
    if (status != LOY_OK) return status;
    step->answer->change_minor = step->now->change_minor = paying->change;
    if (paying->amount < 0) step->answer->change_minor = step->now->change_minor = -paying->amount;
    step->answer->due_minor = 0;
    return lane_say(step, LOY_SAID_SOLD, LOY_TONE_NONE, "");
}

/* Nobody pays more than what was told. */
static enum loy_status told_judge(struct lane_step *step)
{
    if (!step->moved || step->before.due_minor <= step->answer->before_minor) return LOY_OK;
    return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
        N_("The total has changed since it was told: tell the customer the new one, and take the "
           "payment then."));
}

enum loy_status step_tender(struct lane_step *step)
{
    struct paying paying = {.rest = step->before.due_minor - step->before.paid_minor};
    enum loy_status status = kind_judge(step);
    if (status == LOY_OK) status = told_judge(step);
    if (status == LOY_OK && step->now->limit_due) status = lane_limit_judge(step);
    if (status == LOY_OK) status = amount_judge(step, &paying);
    if (status == LOY_OK) status = account_stands(step);
    if (status == LOY_OK) status = tender_write(step, &paying);
    if (status != LOY_OK) return status;
    int64_t rest = paying.rest - paying.amount + paying.change;
    if (rest == 0) return sale_end(step, &paying);
    status = lane_stage_go(step, LOY_STAGE_TENDER);
    step->answer->due_minor = rest;
    return status == LOY_OK ? lane_say(step, LOY_SAID_TENDERED, LOY_TONE_NONE, "") : status;
}

/* ---- Back --------------------------------------------------------------------------------------
 */

/* With nothing paid the prices of whoever came late hold from here on, and so they do when the next
 * part is paid. */
static enum loy_status late_no_more(struct lane_step *step)
{
    struct lane_link last;
    enum loy_status status = lane_link_last(step->store, step->head.id, &last);
    if (status != LOY_OK || last.how != LOY_LINK_LATE || step->head.member == 0) return status;
    return lane_link_note(
        step, step->head.card != 0 ? LOY_LINK_CARD : LOY_LINK_MEMBER, step->head.card);
}

static enum loy_status basket_again(struct lane_step *step, enum loy_lane_code code)
{
    int64_t paid = step->before.paid_minor;
    enum loy_status status = paid == 0 ? LOY_OK : lane_tender_undo(step->store, step->head.id);
    if (status == LOY_OK) status = lane_stage_go(step, LOY_STAGE_BASKET);
    if (status == LOY_OK) status = lane_settle(step, UINT32_MAX);
    if (status == LOY_OK && paid != 0) status = late_no_more(step);
    if (status != LOY_OK) return status;
    step->answer->change_minor = paid;
    return lane_say(step, code, LOY_TONE_NONE, paid != 0 ? N_("Give back what was paid.") : "");
}

enum loy_status step_back(struct lane_step *step)
{
    return basket_again(step, LOY_SAID_BACK);
}

enum loy_status step_decline(struct lane_step *step)
{
    step->count[1] = LOY_COUNT_DECLINED;
    if (step->before.paid_minor == 0) return basket_again(step, LOY_SAID_DECLINED);
    step->answer->due_minor = step->before.due_minor - step->before.paid_minor;
    return lane_say(step, LOY_SAID_DECLINED, LOY_TONE_NONE,
        N_("What is paid stays: take the rest with something else, or go back, which gives it "
           "back."));
}
