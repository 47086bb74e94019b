/* SPDX-License-Identifier: MIT
 *
 * step_basket.c - the basket itself: begun, priced, suspended, resumed, void, printed, remarked on.
 * A step comes in, rows and an answer go out. Knows no card and no article.
 */
#include "machine.h"

/* ---- Shared ------------------------------------------------------------------------------------
 */

enum loy_status lane_stage_go(struct lane_step *step, enum loy_stage stage)
{
    enum loy_status status = lane_stage_set(step->store, &step->head, (uint8_t)stage);
    // What is on paper is not what will be sold.
    if (status == LOY_OK && stage == LOY_STAGE_BASKET && step->head.printed_at_us != 0)
        status = lane_printed_set(step->store, &step->head, 0);
    if (status == LOY_OK) step->now->stage = (uint8_t)stage;
    return status;
}

enum loy_status lane_basket_need(struct lane_step *step)
{
    struct lane_now *now = step->now;
    if (now->basket != 0 && now->stage != LOY_STAGE_CLOSED) return LOY_OK;
    // Whoever goes on to the next customer prints no receipt of the last one any more.
    enum loy_status status = now->basket == 0 ? LOY_OK : lane_row_end(step->store, &step->head);
    const struct loy_basket_head given = {.size = sizeof given,
        .at_us = step->input->at_us,
        .offset_min = step->input->offset_min,
        .id = step->input->opens != NULL ? *step->input->opens : (struct loy_id){{0}},
        .source = step->lane->source};
    if (status == LOY_OK) status = lane_basket_open(step->store, &given, &step->head);
    if (status == LOY_OK) status = lane_stage_go(step, LOY_STAGE_BASKET);
    if (status != LOY_OK) return status;
    now->basket = step->head.id;
    now->last = 0;
    now->change_minor = now->due_minor = 0;
    now->tills = 0;
    now->due_known = true;
    now->limit_due = false;
    step->before = (struct lane_sums){0};
    step->registered = step->left = step->moved = step->answer->repriced = false;
    step->answer->before_minor = step->answer->due_minor = 0;
    return LOY_OK;
}

enum loy_status lane_settle(struct lane_step *step, uint32_t from)
{
    struct lane_sums sums;
    bool changed = false;
    int64_t paid = 0;
    enum loy_status status = lane_tender_sum(step->store, step->head.id, &paid);
    // What was told and paid never changes silently.
    if (status == LOY_OK && paid == 0 && step->head.state == BASKET_STATE_OPEN &&
        step->lane->reprices)
        status = lane_reprice(step->store, &step->head, from, step->now->tills, &changed);
    if (status == LOY_OK && changed && step->head.printed_at_us != 0)
        status = lane_printed_set(step->store, &step->head, 0);
    if (status == LOY_OK) status = lane_sums_read(step->store, &step->head, &sums);
    if (status != LOY_OK) return status;
    // What others have changed was nobody told yet.
    step->answer->repriced = changed || (step->moved && step->answer->repriced);
    if (!step->moved) step->answer->before_minor = step->before.due_minor;
    step->answer->due_minor = step->now->due_minor = sums.due_minor;
    step->now->due_known = true;
    return LOY_OK;
}

static enum loy_status link_write(
    struct lane_step *step, enum loy_link how, uint8_t stage, int64_t card)
{
    const struct lane_link link = {.at_us = step->input->at_us,
        .before_minor = step->before.due_minor,
        .after_minor = step->answer->due_minor,
        .card = card,
        .stage = stage,
        .how = (uint8_t)how};
    return lane_link_add(step->store, step->head.id, &link);
}

enum loy_status lane_link_note(struct lane_step *step, enum loy_link how, int64_t card)
{
    uint8_t stage = step->now->stage;
    if (stage == LOY_STAGE_BASKET && step->head.told) stage = LOY_STAGE_TOTAL;
    return link_write(step, how, stage, card);
}

/* ---- What others did ---------------------------------------------------------------------------
 */

enum others { OTHERS_NOTHING, OTHERS_REGISTERED, OTHERS_LEFT, OTHERS_TOOK_OFF };

/* The links after which a basket has a member. */
static bool attaches(uint8_t how)
{
    return how != LOY_LINK_NONE && how != LOY_LINK_OBJECTED && how != LOY_LINK_PENDING;
}

static enum loy_status others_find(
    struct lane_step *step, enum others *what, struct lane_link *last)
{
    const struct lane_head *head = &step->head;
    *what = OTHERS_NOTHING;
    if (head->id == 0 || head->state != BASKET_STATE_OPEN) return LOY_OK;
    enum loy_status status = lane_link_last(step->store, head->id, last);
    if (status != LOY_OK) return status;
    // Erased: who it was is nowhere any more.
    if (head->member == 0 && attaches(last->how)) *what = OTHERS_TOOK_OFF;
    if (head->member == 0) return LOY_OK;
    status = lane_person_left(step->store, head->id);
    if (status == LOY_OK) *what = OTHERS_LEFT;
    if (status == LOY_NONE && last->how == LOY_LINK_PENDING) *what = OTHERS_REGISTERED;
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status lane_others_find(struct lane_step *step)
{
    struct lane_link last;
    enum others what = OTHERS_NOTHING;
    enum loy_status status = others_find(step, &what, &last);
    return status == LOY_OK && what == OTHERS_NOTHING ? LOY_NONE : status;
}

/* As of when the card was shown. */
static enum loy_status registered_take(struct lane_step *step, const struct lane_link *last)
{
    const struct lane_head *head = &step->head;
    enum loy_status status = LOY_OK;
    bool stays = step->before.paid_minor != 0 || head->printed_at_us != 0;
    if (!stays) status = lane_settle(step, UINT32_MAX);
    if (status == LOY_OK)
        status = link_write(step, stays ? LOY_LINK_LATE : LOY_LINK_CARD, last->stage, head->card);
    step->registered = step->now->limit_due = true;
    return status;
}

static enum loy_status left_take(struct lane_step *step, enum others what)
{
    enum loy_status status = LOY_OK;
    if (what == OTHERS_LEFT)
        status = lane_person_part(step->store, &step->head, step->input->at_us);
    if (status == LOY_OK) status = lane_settle(step, UINT32_MAX);
    if (status == LOY_OK) status = lane_link_note(step, LOY_LINK_OBJECTED, 0);
    step->left = true;
    return status;
}

enum loy_status lane_others_take(struct lane_step *step)
{
    struct lane_link last;
    enum others what = OTHERS_NOTHING;
    enum loy_status status = others_find(step, &what, &last);
    if (status != LOY_OK || what == OTHERS_NOTHING) return status;
    status = what == OTHERS_REGISTERED ? registered_take(step, &last) : left_take(step, what);
    step->moved = true;
    return status == LOY_OK ? lane_sums_read(step->store, &step->head, &step->before) : status;
}

/* ---- Suspend and resume ------------------------------------------------------------------------
 */

enum loy_status step_suspend(struct lane_step *step)
{
    enum loy_status status = lane_stage_go(step, LOY_STAGE_BASKET);
    if (status == LOY_OK) status = lane_ticket_take(step->store, &step->head);
    if (status != LOY_OK) return status;
    step->answer->ticket = step->head.ticket;
    step->count[1] = LOY_COUNT_SUSPENDED;
    *step->now = (struct lane_now){.stage = LOY_STAGE_IDLE};
    return lane_say(step, LOY_SAID_SUSPENDED, LOY_TONE_NONE, "");
}

static enum loy_status ticket_find(struct lane_step *step, struct lane_head *head)
{
    int64_t count = 0, ticket = step->input->ticket;
    enum loy_status status = LOY_OK;
    if (ticket == 0) status = lane_waiting(step->store, &count, &ticket);
    return status == LOY_OK ? lane_head_ticket(step->store, ticket, head) : status;
}

/* What a till has priced stays as it is; what comes behind it is priced here. */
static void tills_note(struct lane_step *step)
{
    if (step->head.source == LOY_BASKET_FEED) step->now->tills = step->before.lines;
}

enum loy_status step_resume(struct lane_step *step)
{
    struct lane_head head;
    enum loy_status status = ticket_find(step, &head);
    if (status == LOY_NONE)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("No basket waits under this number: look at the list of suspended ones."));
    if (status == LOY_OK && step->now->basket != 0) status = lane_row_end(step->store, &step->head);
    if (status == LOY_OK)
        status = lane_take_over(step->store, &head, (enum loy_basket_source)step->lane->source);
    if (status != LOY_OK) return status;
    *step->now = (struct lane_now){.basket = head.id, .stage = LOY_STAGE_BASKET};
    status = lane_step_begin(step);
    tills_note(step);
    if (status == LOY_OK) status = lane_others_take(step);
    if (status == LOY_OK) status = lane_settle(step, UINT32_MAX);
    return status == LOY_OK ? lane_say(step, LOY_SAID_RESUMED, LOY_TONE_NONE, "") : status;
}

enum loy_status step_resume_found(struct lane_step *step)
{
    uint8_t stage = step->head.stage;
    bool printed = step->head.printed_at_us != 0;
    if (stage != LOY_STAGE_TOTAL && stage != LOY_STAGE_TENDER) stage = LOY_STAGE_BASKET;
    if (step->before.paid_minor != 0) stage = LOY_STAGE_TENDER;
    tills_note(step);
    // A basket that another program opened line by line has no row of the lane yet.
    enum loy_status status = lane_stage_go(step, (enum loy_stage)stage);
    // What is on paper already is not priced anew.
    if (status == LOY_OK && !printed) status = lane_settle(step, UINT32_MAX);
    if (status != LOY_OK) return status;
    step->now->last = step->before.lines;
    return lane_say(step, LOY_SAID_RESUMED, LOY_TONE_NONE,
        printed ? N_("The receipt of this basket was printed, but the sale was not closed: take "
                     "the payment as it is on the receipt, or make the basket void.")
                : "");
}

/* ---- Void and back -----------------------------------------------------------------------------
 */

static enum loy_status void_write(struct lane_step *step, const char *reason)
{
    enum loy_status status = LOY_OK;
    if (step->before.paid_minor != 0) status = lane_tender_undo(step->store, step->head.id);
    if (status == LOY_OK)
        status = lane_basket_void(step->store, &step->head, reason, step->input->at_us);
    if (status != LOY_OK) return status;
    step->answer->change_minor = step->before.paid_minor;
    step->answer->due_minor = 0;
    *step->now = (struct lane_now){.stage = LOY_STAGE_IDLE};
    return LOY_OK;
}

enum loy_status step_void(struct lane_step *step)
{
    enum loy_status status = LOY_OK;
    if (step->now->stage == LOY_STAGE_TOTAL)
        status = lane_taken_back(step->store, step->head.id, 0);
    if (status == LOY_OK) status = void_write(step, step->input->reason);
    step->count[1] = LOY_COUNT_VOIDED;
    if (status != LOY_OK) return status;
    return lane_say(step, LOY_SAID_VOIDED, LOY_TONE_NONE,
        step->answer->change_minor != 0 ? N_("Give back what was paid.") : "");
}

enum loy_status step_back_empty(struct lane_step *step)
{
    if (step->before.lines > 0)
        return lane_refuse(step, LOY_SAID_NOT_NOW, LOY_TONE_LOW,
            N_("Lines are never lost by going back: take one back, or make the basket void."));
    enum loy_status status = void_write(step, NULL);
    return status == LOY_OK ? lane_say(step, LOY_SAID_BACK, LOY_TONE_NONE, "") : status;
}

/* ---- Printed -----------------------------------------------------------------------------------
 */

enum loy_status step_printed_before(struct lane_step *step)
{
    enum loy_status status = lane_printed_set(step->store, &step->head, step->input->at_us);
    return status == LOY_OK ? lane_say(step, LOY_SAID_PRINTED, LOY_TONE_NONE, "") : status;
}

enum loy_status step_printed(struct lane_step *step)
{
    enum loy_status status = lane_row_end(step->store, &step->head);
    return status == LOY_OK ? lane_say(step, LOY_SAID_PRINTED, LOY_TONE_NONE, "") : status;
}

/* ---- Remarks -----------------------------------------------------------------------------------
 */

enum loy_status step_remark(struct lane_step *step)
{
    const struct loy_lane_input *input = step->input;
    uint32_t line = input->line != 0 ? input->line : step->now->last;
    if (input->remark != LOY_CONTACT_COMPLAINT && input->remark != LOY_CONTACT_SERVICE_REMARK)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("A remark at the lane is a complaint or a service remark."));
    if (line == 0) line = step->before.lines;
    const struct loy_contact_form form = {.size = sizeof form,
        .member = step->head.member != 0 ? &step->head.member_uid : NULL,
        .kind = input->remark,
        .channel = "lane",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .at_us = input->at_us,
        .reason = input->reason,
        .basket = &step->head.uid,
        .line = (int32_t)line,
        .text = step->head.member != 0 ? input->text : NULL};
    enum loy_status status = loy_contact_add(step->store, &form, input->at_us, NULL);
    if (status != LOY_OK && status != LOY_REPEATED) return status;
    step->answer->line = line;
    return lane_say(step, LOY_SAID_REMARK, LOY_TONE_NONE,
        input->text != NULL && step->head.member == 0
            ? N_("Noted. The words are not kept, since nobody's card was shown.")
            : "");
}
