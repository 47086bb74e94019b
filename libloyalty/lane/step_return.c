/* SPDX-License-Identifier: MIT
 *
 * step_return.c - what comes back: from a receipt, in proportion to what was paid, or without one
 * by the shop's rule. A step comes in, a line with a negative quantity and an answer go out. An
 * exchange is a return and a sale in one basket.
 */
#include "machine.h"

#include <string.h>

/* Basic arithmetic of a share: amount * part / whole, halves up, both above zero; 128 bits hold it.
 */
__extension__ typedef __int128 wide;
static int64_t share(int64_t amount, int64_t part, int64_t whole)
{
    wide product = (wide)amount * part;
    return (int64_t)((product + whole / 2) / whole);
}

/* ---- From a receipt ----------------------------------------------------------------------------
 */

static enum loy_status line_of_receipt(
    struct lane_step *step, const struct lane_head *receipt, uint32_t *number)
{
    struct lane_line *lines = NULL;
    size_t count = 0;
    *number = step->input->line;
    if (*number != 0) return LOY_OK;
    enum loy_status status = lane_lines_read(step->store, receipt->id, &lines, &count);
    for (size_t i = 0; i < count && status == LOY_OK; i++)
        if (lines[i].row.quantity_milli > 0 && lines[i].voided_by == 0)
            *number = (uint32_t)lines[i].row.number;
    lane_lines_free(lines);
    return status;
}

/* One piece where none is named; of weighed goods all that is left. */
static int64_t quantity_of(const struct loy_lane_input *input, const struct lane_left *left)
{
    if (input->quantity_milli != 0) return input->quantity_milli;
    bool pieces = left->quantity_milli % 1000 == 0;
    return pieces && left->left_milli > 1000 ? 1000 : left->left_milli;
}

static enum loy_status left_judge(
    struct lane_step *step, const struct lane_left *left, int64_t quantity_milli)
{
    if (left->left_milli <= 0)
        return lane_refuse(
            step, LOY_SAID_WRONG, LOY_TONE_LOW, N_("All of this line came back already."));
    if (quantity_milli < 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("Say how much comes back as a number above zero."));
    if (quantity_milli <= left->left_milli) return LOY_OK;
    return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
        N_("That is more than is left of what was bought with this receipt."));
}

/* Each piece has its place in what was paid: what the first n pieces cost together is the share of
 * n, so that all of them together are what was paid, and no part of them is more than half a unit
 * off its share. */
static int64_t amount_of(const struct lane_left *left, int64_t quantity_milli)
{
    if (quantity_milli == left->left_milli) return left->left_minor;
    int64_t back = left->quantity_milli - left->left_milli;
    int64_t amount = share(left->paid_minor, back + quantity_milli, left->quantity_milli) -
                     share(left->paid_minor, back, left->quantity_milli);
    return amount < left->left_minor ? amount : left->left_minor;
}

static enum loy_status linked_line(struct lane_step *step, const struct lane_head *receipt,
    uint32_t number, struct lane_left *left, struct loy_line *line)
{
    enum loy_status status = lane_left_find(step->store, receipt->id, number, left);
    if (status == LOY_NONE)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("This receipt has no such line that sold something."));
    if (status != LOY_OK) return status;
    int64_t quantity = quantity_of(step->input, left), full = 0;
    status = left_judge(step, left, quantity);
    if (status == LOY_OK && left->quantity_milli % 1000 == 0)
        status = lane_quantity_judge(step, left->version, quantity);
    if (status != LOY_OK) return status;
    if (!loy_line_amount(left->list_minor, -quantity, &full)) return LOY_E_LIMIT;
    *line = (struct loy_line){.article_version = left->version,
        .quantity_milli = -quantity,
        .list_minor = left->list_minor,
        .paid_minor = -amount_of(left, quantity),
        .promotion = left->code[0] != '\0' ? left->code : NULL,
        .form = left->form,
        .reason = step->input->reason,
        .return_of = receipt->uid,
        .return_of_line = number};
    line->discount_minor = full - line->paid_minor;
    return LOY_OK;
}

/* The receipt's member, where nobody has shown a card: the purchases beside what comes back are
 * those of whoever did, and nobody's where somebody objected. */
static enum loy_status member_of_receipt(struct lane_step *step, const struct lane_head *receipt)
{
    struct basket_person person;
    if (step->head.member != 0 || step->head.pending || receipt->member == 0) return LOY_OK;
    enum loy_status status = lane_link_objected(step->store, step->head.id);
    if (status != LOY_NONE) return status;
    status = lane_person_by_member(step->store, &receipt->member_uid, &person);
    // Who has left is not brought back by a receipt.
    if (status == LOY_REFUSED) return LOY_OK;
    if (status == LOY_OK) status = lane_person_set(step->store, &step->head, &person);
    return status == LOY_OK ? lane_link_note(step, LOY_LINK_RECEIPT, 0) : status;
}

static enum loy_status return_write(struct lane_step *step, const struct loy_line *line)
{
    uint32_t number = 0;
    enum loy_status status = lane_line_add(step->store, &step->head, line, &number);
    if (status == LOY_OK) status = lane_stage_go(step, LOY_STAGE_BASKET);
    if (status == LOY_OK) status = lane_settle(step, number);
    if (status != LOY_OK) return status;
    step->now->last = step->answer->line = number;
    return lane_say(step, LOY_SAID_RETURNED, LOY_TONE_NONE, "");
}

/* Whose card was read, or whose receipt it is, has bought it, and no more than that comes back. */
static enum loy_status bought_judge(
    struct lane_step *step, const struct loy_line *line, const char *words)
{
    int64_t bought = 0, back = 0, member = step->head.member, basket = step->head.id;
    if (member == 0) return LOY_OK;
    enum loy_status status =
        lane_bought(step->store, member, line->article_version, basket, &bought);
    if (status == LOY_OK)
        status = lane_brought(step->store, member, line->article_version, basket, &back);
    if (status != LOY_OK) return status;
    bool fits = !__builtin_sub_overflow(back, line->quantity_milli, &back) && back <= bought;
    return fits ? LOY_OK : lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW, words);
}

static enum loy_status return_linked(struct lane_step *step)
{
    struct lane_head receipt;
    struct lane_left left;
    struct loy_line line;
    uint32_t number = 0;
    enum loy_status status = lane_head_find(step->store, step->input->receipt, &receipt);
    if (status == LOY_NONE || (status == LOY_OK && receipt.state != BASKET_STATE_CLOSED))
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("This is no receipt of a sale that is stored here."));
    if (status == LOY_OK) status = line_of_receipt(step, &receipt, &number);
    if (status == LOY_OK) status = linked_line(step, &receipt, number, &left, &line);
    if (status == LOY_OK) status = lane_basket_need(step);
    if (status == LOY_OK) status = member_of_receipt(step, &receipt);
    // What came back without its receipt does not come back with it again.
    if (status == LOY_OK && step->head.member == receipt.member)
        status = bought_judge(step, &line,
            N_("All that this member bought of this article came back already, a part of it "
               "without its receipt."));
    return status == LOY_OK ? return_write(step, &line) : status;
}

/* ---- Without a receipt -------------------------------------------------------------------------
 */

struct bare {
    struct loy_article_found found;
    int64_t amount_minor; /* is given back */
    bool by_hand;         /* another price than the shop's was typed */
    bool lowered;         /* the shop's, and below the shelf's */
};

static enum loy_status bare_judge(struct lane_step *step, const struct bare *bare)
{
    int64_t rule = 0;
    enum loy_status status = loy_lane_rule_get(step->store, LOY_LANE_RULE_RETURN_BARE, &rule);
    if (status != LOY_OK) return status;
    if (rule == 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("This shop takes nothing back without its receipt."));
    // One approval for both, so it is asked for both.
    if (rule == 1)
        return lane_approval(step, bare->by_hand ? LANE_WANT_RETURN_PRICE : LANE_WANT_RETURN,
            bare->by_hand
                ? N_("A return without its receipt, at another price than the lowest of today, "
                     "needs a supervisor.")
                : N_("A return without its receipt needs a supervisor."));
    if (!bare->by_hand) return LOY_OK;
    return lane_approval(
        step, LANE_WANT_PRICE, N_("Another price than the lowest of today needs a supervisor."));
}

/* What it cost today at least, with a card or in a set: nobody gains by bringing back what was
 * cheaper. A supervisor may name another price. */
static enum loy_status bare_price(struct lane_step *step, struct bare *bare)
{
    const struct loy_article_found *found = &bare->found;
    const struct loy_quote_line sold = {.article_version = found->version,
        .quantity_milli = found->quantity_milli,
        .list_minor = found->list_minor};
    int64_t given = step->input->price_minor, amount = 0, full = 0;
    if (given != 0 && !loy_line_amount(given, found->quantity_milli, &amount)) return LOY_E_LIMIT;
    bare->amount_minor = amount;
    if (found->list_minor < 0) return LOY_OK;
    if (!loy_line_amount(found->list_minor, found->quantity_milli, &full)) return LOY_E_LIMIT;
    enum loy_status status =
        lane_price_lowest(step->store, step->input->at_us, &sold, &bare->amount_minor);
    bare->by_hand = given != 0 && amount != bare->amount_minor;
    if (bare->by_hand) bare->amount_minor = amount;
    bare->lowered = !bare->by_hand && bare->amount_minor < full;
    return status;
}

static enum loy_status bare_line(
    struct lane_step *step, const struct bare *bare, struct loy_line *line)
{
    const struct loy_article_found *found = &bare->found;
    bool typed = bare->by_hand || found->list_minor < 0;
    int64_t list = typed ? step->input->price_minor : found->list_minor, full = 0;
    if (!loy_line_amount(list, -found->quantity_milli, &full)) return LOY_E_LIMIT;
    *line = (struct loy_line){.article_version = found->version,
        .quantity_milli = -found->quantity_milli,
        .list_minor = list,
        .paid_minor = -bare->amount_minor,
        .discount_minor = full + bare->amount_minor,
        .promotion = typed ? LOY_PRICE_BY_HAND : NULL,
        .form = typed ? LOY_FORM_OTHER : LOY_FORM_NONE,
        .reason = step->input->reason};
    return LOY_OK;
}

static enum loy_status bare_quantity(struct lane_step *step, struct loy_article_found *found)
{
    int64_t packages = 1;
    if (!found->labelled) {
        if (step->input->quantity_milli != 0) found->quantity_milli = step->input->quantity_milli;
        return lane_quantity_judge(step, found->version, found->quantity_milli);
    }
    enum loy_status status = lane_packages_judge(step, found, &packages);
    found->quantity_milli *= packages;
    return status;
}

static enum loy_status bare_find(struct lane_step *step, struct loy_article_found *found)
{
    const struct loy_lane_input *input = step->input;
    enum loy_status status = loy_article_look(step->store, NULL, input->text, input->at_us, found);
    if (status == LOY_NONE || status == LOY_E_CHECK || status == LOY_E_FORMAT)
        return lane_refuse(step, LOY_SAID_UNKNOWN_ARTICLE, LOY_TONE_LOW,
            N_("This shop has no such article: type its number, or ask for it to be added."));
    if (status != LOY_OK) return status;
    if (input->quantity_milli < 0 || input->price_minor < 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("Say how much comes back as a number above zero."));
    if (found->list_minor < 0 && input->price_minor == 0)
        return lane_refuse(step, LOY_SAID_NO_PRICE, LOY_TONE_LOW,
            N_("This article has no price here: type the price of one piece."));
    return bare_quantity(step, found);
}

static enum loy_status return_bare(struct lane_step *step)
{
    struct bare bare = {.found.size = sizeof bare.found};
    struct loy_line line;
    enum loy_status status = bare_find(step, &bare.found);
    if (status == LOY_OK) status = bare_price(step, &bare);
    if (status == LOY_OK) status = bare_judge(step, &bare);
    if (status == LOY_OK) status = bare_line(step, &bare, &line);
    if (status == LOY_OK) status = lane_basket_need(step);
    if (status == LOY_OK && step->head.pending)
        status = lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("Nobody knows what was bought with a card that is not registered: register it, or "
               "take the return in a basket of its own."));
    if (status == LOY_OK)
        status = bought_judge(step, &line,
            N_("That is more of this article than this member bought: take it back without the "
               "card, or with its receipt."));
    if (status == LOY_OK) status = return_write(step, &line);
    if (status != LOY_OK || !bare.lowered) return status;
    return lane_say(step, LOY_SAID_RETURNED, LOY_TONE_NONE,
        N_("At the lowest price of today, with a card or in a set. With its receipt it would be "
           "what was paid."));
}

enum loy_status step_return(struct lane_step *step)
{
    if (step->input->receipt != NULL && !loy_id_is_none(step->input->receipt))
        return return_linked(step);
    if (step->input->text != NULL) return return_bare(step);
    return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
        N_("Scan the receipt that it was bought with, or name the article."));
}
