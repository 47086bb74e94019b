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

/* The last piece takes the rest, so that all pieces together are what was paid. */
static int64_t amount_of(const struct lane_left *left, int64_t quantity_milli)
{
    if (quantity_milli == left->left_milli) return left->left_minor;
    int64_t amount = share(left->paid_minor, quantity_milli, left->quantity_milli);
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

/* The receipt's member, where nobody has shown a card. */
static enum loy_status member_of_receipt(struct lane_step *step, const struct lane_head *receipt)
{
    struct basket_person person;
    if (step->head.member != 0 || receipt->member == 0) return LOY_OK;
    enum loy_status status = lane_person_by_member(step->store, &receipt->member_uid, &person);
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
    return status == LOY_OK ? return_write(step, &line) : status;
}

/* ---- Without a receipt -------------------------------------------------------------------------
 */

static enum loy_status bare_judge(struct lane_step *step)
{
    int64_t rule = 0;
    enum loy_status status = loy_lane_rule_get(step->store, LOY_LANE_RULE_RETURN_BARE, &rule);
    if (status != LOY_OK) return status;
    if (rule == 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("This shop takes nothing back without its receipt."));
    if (rule == 1)
        return lane_approval(step, N_("A return without its receipt needs a supervisor."));
    return LOY_OK;
}

/* What it costs today without a card: nobody gains by bringing back what was cheaper. */
static enum loy_status price_today(struct lane_step *step, struct loy_quote_line *line)
{
    const struct loy_quote quote = {.size = sizeof quote, .at_us = step->input->at_us};
    return loy_basket_quote(step->store, &quote, line, 1);
}

static enum loy_status bare_price(
    struct lane_step *step, const struct loy_article_found *found, struct loy_line *line)
{
    int64_t given = step->input->price_minor, quantity = found->quantity_milli, full = 0;
    struct loy_quote_line quoted = {.article_version = found->version,
        .quantity_milli = quantity,
        .list_minor = given != 0 ? given : found->list_minor};
    enum loy_status status = LOY_OK;
    if (given != 0 && !loy_line_amount(given, quantity, &quoted.paid_minor)) return LOY_E_LIMIT;
    if (given == 0) status = price_today(step, &quoted);
    if (status != LOY_OK) return status;
    if (!loy_line_amount(quoted.list_minor, -quantity, &full)) return LOY_E_LIMIT;
    *line = (struct loy_line){.article_version = found->version,
        .quantity_milli = -quantity,
        .list_minor = quoted.list_minor,
        .paid_minor = -quoted.paid_minor,
        .discount_minor = full + quoted.paid_minor,
        .promotion = given != 0 ? LOY_PRICE_BY_HAND : NULL,
        .form = given != 0 ? LOY_FORM_OTHER : LOY_FORM_NONE,
        .reason = step->input->reason};
    return LOY_OK;
}

/* Whose card was read has bought it, and no more than that comes back to them. */
static enum loy_status bought_judge(struct lane_step *step, const struct loy_line *line)
{
    int64_t bought = 0, back = 0, member = step->head.member, basket = step->head.id;
    if (member == 0) return LOY_OK;
    enum loy_status status =
        lane_bought(step->store, member, line->article_version, basket, &bought);
    if (status == LOY_OK)
        status = lane_brought(step->store, member, line->article_version, basket, &back);
    if (status != LOY_OK || back - line->quantity_milli <= bought) return status;
    return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
        N_("That is more of this article than this member bought: take it back without the card, "
           "or with its receipt."));
}

static enum loy_status return_bare(struct lane_step *step)
{
    const struct loy_lane_input *input = step->input;
    struct loy_article_found found = {.size = sizeof found};
    struct loy_line line;
    enum loy_status status = loy_article_look(step->store, NULL, input->text, input->at_us, &found);
    if (status == LOY_NONE || status == LOY_E_CHECK || status == LOY_E_FORMAT)
        return lane_refuse(step, LOY_SAID_UNKNOWN_ARTICLE, LOY_TONE_LOW,
            N_("This shop has no such article: type its number, or ask for it to be added."));
    if (status != LOY_OK) return status;
    if (input->quantity_milli < 0 || input->price_minor < 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("Say how much comes back as a number above zero."));
    if (found.list_minor < 0 && input->price_minor == 0)
        return lane_refuse(step, LOY_SAID_NO_PRICE, LOY_TONE_LOW,
            N_("This article has no price here: type the price of one piece."));
    if (input->quantity_milli != 0) found.quantity_milli = input->quantity_milli;
    status = bare_judge(step);
    if (status == LOY_OK && input->price_minor != 0 && input->price_minor != found.list_minor)
        status = lane_approval(step, N_("Another price than the shop's needs a supervisor."));
    if (status == LOY_OK) status = bare_price(step, &found, &line);
    if (status == LOY_OK) status = lane_basket_need(step);
    if (status == LOY_OK) status = bought_judge(step, &line);
    return status == LOY_OK ? return_write(step, &line) : status;
}

enum loy_status step_return(struct lane_step *step)
{
    if (step->input->receipt != NULL && !loy_id_is_none(step->input->receipt))
        return return_linked(step);
    if (step->input->text != NULL) return return_bare(step);
    return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
        N_("Scan the receipt that it was bought with, or name the article."));
}
