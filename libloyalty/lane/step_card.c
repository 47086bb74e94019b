/* SPDX-License-Identifier: MIT
 *
 * step_card.c - who shows a card, or was found by telephone: attached, another buyer, a question,
 * kept as pending, added to the last receipt; and who objects. A step comes in, rows and an answer
 * go out. Knows no line; prices follow by lane_settle.
 */
#include "machine.h"

#include <loyalty/rights.h>

#include <string.h>

#define MINUTE_US INT64_C(60000000)
#define SECOND_US INT64_C(1000000)

enum { CHOOSE_FIRST = 1, CHOOSE_SECOND, CHOOSE_THIRD };

/* Who is shown: a card or a member. */
struct shown {
    const struct loy_credential *credential; /* or */
    const struct loy_id *member;
    struct basket_person person;
    bool old_card; /* that was replaced, and is taken once */
};

/* ---- Whose card --------------------------------------------------------------------------------
 */

static enum loy_status replaced_find(struct lane_step *step, struct shown *shown, int64_t at_us)
{
    int64_t accept = 0;
    enum loy_status status = loy_lane_rule_get(step->store, LOY_LANE_RULE_REPLACED, &accept);
    if (status != LOY_OK || accept == 0) return status < LOY_OK ? status : LOY_REFUSED;
    status = lane_replaced_find(step->store, shown->credential, at_us, &shown->person);
    shown->old_card = status == LOY_OK;
    return status == LOY_NONE ? LOY_REFUSED : status;
}

/* LOY_OK known, LOY_NONE unknown, LOY_REFUSED: may not be used, the store's words say it neutrally.
 * All is judged at the time at which the basket was or will be opened. */
static enum loy_status shown_find(struct lane_step *step, struct shown *shown)
{
    bool is_open = step->head.id != 0 && step->head.state == BASKET_STATE_OPEN;
    int64_t at_us = is_open ? step->head.opened_at_us : step->input->at_us;
    if (shown->credential == NULL)
        return lane_person_by_member(step->store, shown->member, &shown->person);
    enum loy_status status =
        basket_person_by_card(step->store, shown->credential, at_us, &shown->person);
    if (status != LOY_REFUSED) return status;
    char why[STORE_TEXT_MAX];
    memcpy(why, step->store->text, sizeof why);
    status = replaced_find(step, shown, at_us);
    // Where it was not this one that was replaced, the first words hold.
    if (status == LOY_REFUSED && shown->person.card == 0)
        memcpy(step->store->text, why, sizeof why);
    return status;
}

static enum loy_status card_refused(struct lane_step *step)
{
    step->count[1] = LOY_COUNT_CARD_REFUSED;
    return lane_refuse_told(step, LOY_SAID_CARD_REFUSED, LOY_TONE_LOW);
}

/* ---- Attached ----------------------------------------------------------------------------------
 */

/* What is taken back without a receipt was bought by whoever shows the card, or is not theirs. */
static enum loy_status returns_judge(struct lane_step *step, int64_t member)
{
    struct lane_line *lines = NULL;
    size_t count = 0;
    enum loy_status status = lane_lines_read(step->store, step->head.id, &lines, &count);
    for (size_t i = 0; i < count && status == LOY_OK; i++) {
        const struct basket_row *row = &lines[i].row;
        int64_t back = 0, bought = 0;
        if (row->quantity_milli >= 0 || row->of_basket != 0) continue;
        status = lane_brought(step->store, member, row->version, step->head.id, &back);
        if (status == LOY_OK)
            status = lane_bought(step->store, member, row->version, step->head.id, &bought);
        if (status == LOY_OK && back > bought)
            status = lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
                N_("This basket takes back more than this member bought: go on without the card, "
                   "or take the return in a basket of its own."));
    }
    lane_lines_free(lines);
    return status;
}

/* The same of a card that is nobody's yet, whose owner's purchases nobody knows. */
static enum loy_status bare_returns_judge(struct lane_step *step)
{
    struct lane_line *lines = NULL;
    size_t count = 0;
    enum loy_status status = lane_lines_read(step->store, step->head.id, &lines, &count);
    for (size_t i = 0; i < count && status == LOY_OK; i++)
        if (lines[i].row.quantity_milli < 0 && lines[i].row.of_basket == 0)
            status = lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
                N_("This basket takes something back without its receipt: register the card "
                   "first, or go on without it."));
    lane_lines_free(lines);
    return status;
}

/* What is invoiced to a member stays with this member. */
static enum loy_status account_judge(struct lane_step *step)
{
    int64_t invoiced = 0;
    if (step->head.id == 0 || step->head.member == 0) return LOY_OK;
    enum loy_status status =
        lane_tender_kind_sum(step->store, step->head.id, LOY_TENDER_ACCOUNT, &invoiced);
    if (status != LOY_OK || invoiced == 0) return status;
    return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
        N_("A part is on this member's account, so the basket stays this member's: go back first, "
           "or take the sale back as a return."));
}

static enum loy_status person_write(
    struct lane_step *step, const struct shown *shown, enum loy_link how)
{
    const struct basket_person *person = &shown->person;
    bool other = person->member != step->head.member;
    enum loy_status status = other ? returns_judge(step, person->member) : LOY_OK;
    if (status == LOY_OK && other) status = account_judge(step);
    if (status == LOY_OK) status = lane_person_set(step->store, &step->head, person);
    if (status == LOY_OK) status = lane_settle(step, UINT32_MAX);
    // The total is told already, so nobody asks for it again.
    if (status == LOY_OK && step->now->stage != LOY_STAGE_BASKET) status = lane_limit_judge(step);
    if (status == LOY_OK) status = lane_link_note(step, how, person->card);
    return status;
}

static enum loy_status late_say(struct lane_step *step)
{
    return lane_say(step, LOY_SAID_LATE, LOY_TONE_SHORT,
        N_("Noted for the history: a part is paid, so the prices stay as they were told."));
}

static enum loy_status attached_say(struct lane_step *step, bool late, const char *words)
{
    if (late) return late_say(step);
    return lane_say(step, LOY_SAID_MEMBER, LOY_TONE_NONE, words);
}

static enum loy_status member_attach(struct lane_step *step, const struct shown *shown)
{
    bool late = step->before.paid_minor != 0;
    enum loy_link how = shown->credential == NULL ? LOY_LINK_MEMBER : LOY_LINK_CARD;
    if (shown->old_card) how = LOY_LINK_OLD_CARD;
    enum loy_status status = person_write(step, shown, late ? LOY_LINK_LATE : how);
    if (status != LOY_OK) return status;
    return attached_say(step, late,
        shown->old_card ? N_("This card was replaced: it is taken once. Use the new one from now "
                             "on.")
                        : "");
}

/* This step has attached the owner of the card already. */
static enum loy_status registered_say(struct lane_step *step)
{
    enum loy_status status = step->now->stage == LOY_STAGE_BASKET ? LOY_OK : lane_limit_judge(step);
    return status == LOY_OK ? attached_say(step, step->before.paid_minor != 0, "") : status;
}

static enum loy_status same_account(struct lane_step *step, const struct shown *shown)
{
    const struct basket_person *person = &shown->person;
    struct lane_link last;
    enum loy_status found = lane_link_last(step->store, step->head.id, &last);
    if (found != LOY_OK) return found;
    // Another program attached it, and no price followed.
    if (last.how == LOY_LINK_NONE || last.how == LOY_LINK_OBJECTED)
        return member_attach(step, shown);
    // A receipt tells who bought then: who stands here now is told by the first card.
    if (last.how == LOY_LINK_RECEIPT && person->card != 0) return member_attach(step, shown);
    if (person->card == 0 || person->card == step->head.card) {
        if (step->registered) return registered_say(step);
        step->count[1] = LOY_COUNT_SAME_CARD;
        return lane_say(step, LOY_SAID_SAME_CARD, LOY_TONE_SHORT, "");
    }
    enum loy_status status =
        person_write(step, shown, shown->old_card ? LOY_LINK_OLD_CARD : LOY_LINK_BUYER);
    return status == LOY_OK ? lane_say(step, LOY_SAID_BUYER, LOY_TONE_NONE, "") : status;
}

static enum loy_status question_ask(
    struct lane_step *step, enum loy_lane_question question, const struct shown *shown)
{
    step->now->question = (uint8_t)question;
    step->now->asked_at_us = step->input->at_us;
    memset(&step->now->asked, 0, sizeof step->now->asked);
    step->now->asked_member = (struct loy_id){{0}};
    if (shown->credential != NULL)
        step->now->asked = *shown->credential;
    else
        step->now->asked_member = *shown->member;
    return LOY_OK;
}

static enum loy_status known_take(struct lane_step *step, const struct shown *shown)
{
    enum loy_status status = lane_basket_need(step);
    if (status != LOY_OK) return status;
    if (step->head.member == 0) return member_attach(step, shown);
    if (step->head.member == shown->person.member) return same_account(step, shown);
    question_ask(step, LOY_ASK_OTHER_ACCOUNT, shown);
    return lane_say(step, LOY_SAID_OTHER_ACCOUNT, LOY_TONE_SHORT,
        N_("Another account: 1 takes its place, 2 keeps the member, 3 is a new customer (this "
           "basket is suspended)."));
}

/* ---- Unknown -----------------------------------------------------------------------------------
 */

/* A shop that has declared no ranges calls every card its own. */
static enum loy_status is_foreign(
    struct lane_step *step, const struct loy_credential *credential, bool *foreign)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    size_t count = 0;
    *foreign = false;
    if (credential->own_range) return LOY_OK;
    enum loy_status status = loy_range_list(step->store, ranges, &count);
    *foreign = credential->kind == LOY_CREDENTIAL_STAFF;
    for (size_t i = 0; i < count; i++)
        *foreign = *foreign || ranges[i].use == LOY_USE_MEMBER;
    return status;
}

/* Shown again, it is kept as of when it was shown first. */
static enum loy_status pending_keep(struct lane_step *step, const struct loy_credential *credential)
{
    enum loy_status status = lane_pending_is(step->store, &step->head, credential);
    if (status != LOY_NONE) return status;
    status = bare_returns_judge(step);
    if (status == LOY_OK) status = lane_pending_set(step->store, &step->head, credential);
    return status == LOY_OK ? lane_link_note(step, LOY_LINK_PENDING, 0) : status;
}

static enum loy_status unknown_take(struct lane_step *step, const struct shown *shown)
{
    bool foreign = false;
    enum loy_status status = is_foreign(step, shown->credential, &foreign);
    if (status != LOY_OK) return status;
    step->count[1] = foreign ? LOY_COUNT_FOREIGN : LOY_COUNT_UNKNOWN_CARD;
    if (foreign)
        return lane_refuse(
            step, LOY_SAID_FOREIGN, LOY_TONE_LOW, N_("This is no card of this shop."));
    status = lane_basket_need(step);
    if (status != LOY_OK) return status;
    if (step->head.member != 0)
        return lane_say(step, LOY_SAID_UNKNOWN_CARD, LOY_TONE_SHORT,
            N_("This card is not registered yet; the member of this basket stays."));
    status = pending_keep(step, shown->credential);
    if (status != LOY_OK) return status;
    question_ask(step, LOY_ASK_UNKNOWN_CARD, shown);
    return lane_say(step, LOY_SAID_UNKNOWN_CARD, LOY_TONE_SHORT,
        N_("This card is not registered yet: 1 registers it now, 2 goes on without; the purchase "
           "is kept for it."));
}

/* ---- Card and member ---------------------------------------------------------------------------
 */

static struct shown shown_of(const struct loy_lane_input *input)
{
    if (input->kind == LOY_LANE_CARD) return (struct shown){.credential = input->credential};
    return (struct shown){.member = input->member};
}

enum loy_status step_card(struct lane_step *step)
{
    struct shown shown = shown_of(step->input);
    step->now->misreads = 0;
    enum loy_status status = shown_find(step, &shown);
    if (status == LOY_REFUSED) return card_refused(step);
    if (status == LOY_OK) return known_take(step, &shown);
    return status == LOY_NONE ? unknown_take(step, &shown) : status;
}

/* ---- The last receipt --------------------------------------------------------------------------
 */

static enum loy_status late_judge(struct lane_step *step)
{
    int64_t minutes = 0;
    enum loy_status status = loy_lane_rule_get(step->store, LOY_LANE_RULE_LATE_MINUTES, &minutes);
    if (status != LOY_OK) return status;
    int64_t since_us = step->input->at_us - step->head.closed_at_us;
    if (since_us < 0 || since_us > minutes * MINUTE_US)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("The last sale was closed too long ago to add a card to it."));
    if (step->head.member != 0)
        return lane_refuse(
            step, LOY_SAID_WRONG, LOY_TONE_LOW, N_("The last sale has a member already."));
    return lane_approval(step, LANE_WANT_LAST_RECEIPT,
        N_("Adding a card to a sale that is done needs a supervisor."));
}

static enum loy_status last_receipt(struct lane_step *step, struct shown *shown)
{
    enum loy_status status = late_judge(step);
    if (status == LOY_OK) status = shown_find(step, shown);
    if (status == LOY_NONE)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("This card is not registered yet: register it first, then add it."));
    if (status == LOY_OK) status = returns_judge(step, shown->person.member);
    if (status == LOY_OK) status = lane_person_late(step->store, &step->head, &shown->person);
    if (status == LOY_OK)
        status = lane_coupons_answer(step->store, &step->head, step->input->at_us);
    if (status == LOY_OK) status = lane_link_note(step, LOY_LINK_LAST_RECEIPT, shown->person.card);
    if (status != LOY_OK) return status;
    return lane_say(step, LOY_SAID_LAST_RECEIPT, LOY_TONE_NONE,
        N_("Added to the last receipt, for the history: the prices stay."));
}

enum loy_status step_card_next(struct lane_step *step)
{
    bool to_last = step->now->stage == LOY_STAGE_CLOSED && step->input->choice == CHOOSE_FIRST;
    if (!to_last) return step_card(step);
    struct shown shown = shown_of(step->input);
    enum loy_status status = last_receipt(step, &shown);
    return status == LOY_REFUSED && step->answer->code == LOY_SAID_NOTHING ? card_refused(step)
                                                                           : status;
}

/* ---- Questions ---------------------------------------------------------------------------------
 */

void lane_question_end(struct lane_step *step)
{
    if (step->now->question == LOY_ASK_OTHER_ACCOUNT) step->count[0] = LOY_COUNT_KEPT;
    step->now->question = LOY_ASK_NOTHING;
}

static enum loy_status member_keep(struct lane_step *step)
{
    lane_question_end(step);
    return lane_say(step, LOY_SAID_SAME_CARD, LOY_TONE_SHORT, N_("The member stays."));
}

static enum loy_status customer_begin(struct lane_step *step, const struct shown *shown)
{
    if (step->before.paid_minor != 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("A part of this basket is paid: finish it before the next customer."));
    enum loy_status status = step_suspend(step);
    if (status == LOY_OK) status = lane_basket_need(step);
    if (status == LOY_OK) status = member_attach(step, shown);
    if (status != LOY_OK) return status;
    return lane_say(step, LOY_SAID_SUSPENDED, LOY_TONE_NONE,
        N_("The basket before is suspended; this one is the new customer's."));
}

static enum loy_status account_choose(struct lane_step *step)
{
    const struct lane_now *now = step->now;
    // Copies: to suspend empties the question.
    struct loy_credential credential = now->asked;
    struct loy_id member = now->asked_member;
    struct shown shown = {0};
    if (loy_id_is_none(&member))
        shown.credential = &credential;
    else
        shown.member = &member;
    if (step->input->choice == CHOOSE_SECOND) return member_keep(step);
    step->now->question = LOY_ASK_NOTHING;
    enum loy_status status = shown_find(step, &shown);
    if (status == LOY_REFUSED || status == LOY_NONE) return card_refused(step);
    if (status == LOY_OK && step->input->choice == CHOOSE_THIRD)
        status = customer_begin(step, &shown);
    else if (status == LOY_OK)
        status = person_write(
            step, &shown, step->before.paid_minor != 0 ? LOY_LINK_LATE : LOY_LINK_REPLACED);
    sodium_memzero(&credential, sizeof credential);
    if (status != LOY_OK || step->answer->code != LOY_SAID_NOTHING) return status;
    if (step->before.paid_minor != 0) return late_say(step);
    return lane_say(step, LOY_SAID_MEMBER, LOY_TONE_NONE, "");
}

static enum loy_status unknown_choose(struct lane_step *step)
{
    step->now->question = LOY_ASK_NOTHING;
    return lane_say(step, LOY_SAID_PENDING, LOY_TONE_NONE,
        step->input->choice == CHOOSE_FIRST
            ? N_("Register the card now; the basket waits.")
            : N_("The purchase is kept for this card until it is registered."));
}

/* A question stands for a while only, then its default holds. */
static enum loy_status is_lapsed(struct lane_step *step, bool *lapsed)
{
    int64_t seconds = 0;
    enum loy_status status = loy_lane_rule_get(step->store, LOY_LANE_RULE_KEEP_SECONDS, &seconds);
    *lapsed = step->input->at_us - step->now->asked_at_us >= seconds * SECOND_US;
    return status;
}

enum loy_status step_choose(struct lane_step *step)
{
    uint8_t question = step->now->question, choice = step->input->choice;
    if (question == LOY_ASK_NOTHING)
        return lane_refuse(
            step, LOY_SAID_NOT_NOW, LOY_TONE_LOW, N_("There is no question to answer."));
    unsigned most = question == LOY_ASK_OTHER_ACCOUNT ? CHOOSE_THIRD : CHOOSE_SECOND;
    if (choice < CHOOSE_FIRST || choice > most)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            most == CHOOSE_THIRD ? N_("Choose 1, 2 or 3.") : N_("Choose 1 or 2."));
    if (question == LOY_ASK_UNKNOWN_CARD) return unknown_choose(step);
    bool lapsed = false;
    enum loy_status status = is_lapsed(step, &lapsed);
    if (status != LOY_OK) return status;
    return lapsed ? member_keep(step) : account_choose(step);
}

/* What others did, told without a step of anybody. */
static enum loy_status others_say(struct lane_step *step)
{
    if (step->registered) return attached_say(step, step->before.paid_minor != 0, "");
    if (step->left) return lane_say(step, LOY_SAID_OBJECTED, LOY_TONE_SHORT, "");
    return LOY_OK;
}

enum loy_status step_time(struct lane_step *step)
{
    bool lapsed = false;
    if (step->now->question == LOY_ASK_NOTHING) return others_say(step);
    enum loy_status status = is_lapsed(step, &lapsed);
    if (status != LOY_OK || !lapsed) return status;
    if (step->now->question == LOY_ASK_OTHER_ACCOUNT) return member_keep(step);
    return unknown_choose(step);
}

/* ---- Objection ---------------------------------------------------------------------------------
 */

/* Nobody is known yet, so nobody is profiled: the card is not kept for this basket. */
static enum loy_status pending_object(struct lane_step *step)
{
    enum loy_status status = lane_pending_drop(step->store, &step->head, step->input->at_us);
    if (status == LOY_OK) status = lane_link_note(step, LOY_LINK_OBJECTED, 0);
    if (status == LOY_OK && step->head.state != BASKET_STATE_OPEN)
        status = lane_coupons_part(step->store, &step->head);
    if (status != LOY_OK) return status;
    return lane_say(step, LOY_SAID_OBJECTED, LOY_TONE_NONE,
        N_("The card is not kept for this basket: registered later, it does not get it."));
}

/* An invoice needs its basket, but no profile. */
static enum loy_status invoiced_object(struct lane_step *step)
{
    struct lane_head *head = &step->head;
    enum loy_status status =
        loy_member_object(step->store, &head->member_uid, NULL, "lane", step->input->at_us);
    if (status != LOY_OK) return status;
    return lane_say(step, LOY_SAID_OBJECTED, LOY_TONE_NONE,
        head->state == BASKET_STATE_OPEN
            ? N_("The member is profiled no more. A part is on the member's account, so the "
                 "invoice keeps this basket: go back and take another payment to take it off too.")
            : N_("The member is profiled no more. A part is on the member's account, so the "
                 "invoice keeps this basket."));
}

static enum loy_status member_object(struct lane_step *step)
{
    struct lane_head *head = &step->head;
    enum loy_status status = lane_person_object(step->store, head, step->input->at_us);
    if (status == LOY_OK) status = lane_settle(step, UINT32_MAX);
    if (status == LOY_OK) status = lane_link_note(step, LOY_LINK_OBJECTED, 0);
    if (status != LOY_OK) return status;
    return lane_say(step, LOY_SAID_OBJECTED, LOY_TONE_NONE,
        N_("Taken off this basket, and the member is profiled no more."));
}

enum loy_status step_object(struct lane_step *step)
{
    const struct lane_head *head = &step->head;
    int64_t invoiced = 0;
    if (head->member == 0 && head->pending) return pending_object(step);
    if (head->member == 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("This basket is nobody's already. Find the member to end the profile for good."));
    enum loy_status status =
        lane_tender_kind_sum(step->store, head->id, LOY_TENDER_ACCOUNT, &invoiced);
    if (status != LOY_OK) return status;
    return invoiced != 0 ? invoiced_object(step) : member_object(step);
}
