/* SPDX-License-Identifier: MIT
 *
 * step_line.c - articles, coupons, and lines that are taken back. A step comes in, rows and an
 * answer go out. Knows no card; what a promotion takes off follows by lane_settle.
 */
#include "machine.h"

#include <string.h>

/* ---- Articles ----------------------------------------------------------------------------------
 */

static enum loy_status article_unknown(struct lane_step *step, bool misread)
{
    step->count[1] = LOY_COUNT_UNKNOWN_ARTICLE;
    return lane_refuse(step, LOY_SAID_UNKNOWN_ARTICLE, LOY_TONE_LOW,
        misread ? N_("This label was misread: scan it again, or type the article's number.")
                : N_("This shop has no such article: type its number, or ask for it to be added."));
}

enum loy_status lane_quantity_judge(struct lane_step *step, int64_t version, int64_t quantity_milli)
{
    bool in_parts = false;
    if (quantity_milli % 1000 == 0) return LOY_OK;
    enum loy_status status = lane_article_in_parts(step->store, version, &in_parts);
    if (status != LOY_OK || in_parts) return status;
    return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
        N_("This article is sold by the piece: type a whole number of pieces."));
}

/* So many packages with the same label: each is a line as if it were scanned alone. A till of
 * others gives a line of its own for each. */
#define PACKAGES_MAX 99

enum loy_status lane_packages_judge(
    struct lane_step *step, const struct loy_article_found *found, int64_t *packages)
{
    int64_t typed = step->input->quantity_milli;
    bool feed = step->lane->source == LOY_BASKET_FEED;
    *packages = 1;
    if (typed == 0 || (feed && typed == found->quantity_milli)) return LOY_OK;
    if (feed)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("The label says how much it is: scan it without a quantity."));
    if (typed % 1000 != 0 || typed / 1000 > PACKAGES_MAX)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("The label says how much is in a package: the number before it is one of packages, "
               "99 at most."));
    *packages = typed / 1000;
    return LOY_OK;
}

/* What was typed beside the article. */
static enum loy_status given_judge(
    struct lane_step *step, const struct loy_article_found *found, int64_t *packages)
{
    const struct loy_lane_input *input = step->input;
    if (input->quantity_milli < 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("A quantity is above zero; what comes back is a return."));
    enum loy_status status = found->labelled
                                 ? lane_packages_judge(step, found, packages)
                                 : lane_quantity_judge(step, found->version, input->quantity_milli);
    if (status != LOY_OK) return status;
    if (input->price_minor < 0)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW, N_("A price is not below zero."));
    if (found->list_minor < 0 && input->price_minor == 0) {
        step->count[1] = LOY_COUNT_NO_PRICE;
        return lane_refuse(step, LOY_SAID_NO_PRICE, LOY_TONE_LOW,
            N_("This article has no price here: type the price of one piece."));
    }
    if (found->list_minor < 0 || input->price_minor == 0 || input->price_minor == found->list_minor)
        return LOY_OK;
    return lane_approval(
        step, LANE_WANT_PRICE, N_("Another price than the shop's needs a supervisor."));
}

/* A price that is typed where none is known is the list price. One above the shop's is too; one
 * below it is a discount that no rule gave, and no rule changes it any more. */
static enum loy_status line_fill(struct lane_step *step, const struct loy_article_found *found,
    int64_t price_minor, struct loy_line *line)
{
    int64_t list = found->list_minor;
    if (price_minor != 0 && price_minor > list) list = price_minor;
    *line = (struct loy_line){.article_version = found->version,
        .quantity_milli = found->quantity_milli,
        .list_minor = list};
    int64_t amount = 0, paid = 0;
    bool cut = price_minor != 0 && price_minor < list;
    if (!loy_line_amount(list, line->quantity_milli, &amount) ||
        !loy_line_amount(cut ? price_minor : list, line->quantity_milli, &paid))
        return lane_refuse(
            step, LOY_SAID_WRONG, LOY_TONE_LOW, N_("Price times quantity is too large."));
    line->paid_minor = paid;
    line->discount_minor = amount - paid;
    if (cut) {
        line->promotion = LOY_PRICE_BY_HAND;
        line->form = LOY_FORM_OTHER;
    }
    return LOY_OK;
}

/* count: so many lines that are alike. */
static enum loy_status line_enter(
    struct lane_step *step, const struct loy_line *line, int64_t count)
{
    uint32_t number = 0, first = 0;
    enum loy_status status = lane_basket_need(step);
    for (int64_t i = 0; i < count && status == LOY_OK; i++) {
        status = lane_line_add(step->store, &step->head, line, &number);
        if (i == 0) first = number;
    }
    if (status == LOY_OK) status = lane_stage_go(step, LOY_STAGE_BASKET);
    if (status == LOY_OK) status = lane_settle(step, first);
    if (status != LOY_OK) return status;
    step->now->last = step->answer->line = number;
    return lane_say(step, LOY_SAID_LINE, LOY_TONE_NONE, "");
}

/* As the till has it; what a line must fulfil is judged where it is written. */
static enum loy_status till_line(struct lane_step *step)
{
    if (step->lane->source != LOY_BASKET_FEED)
        return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
            N_("This lane prices its lines itself: name the article alone."));
    return line_enter(step, step->input->given, 1);
}

enum loy_status step_article(struct lane_step *step)
{
    if (step->input->given != NULL) return till_line(step);
    struct loy_article_found found = {.size = sizeof found};
    const struct loy_lane_input *input = step->input;
    struct loy_line line;
    bool is_open = step->head.id != 0 && step->head.state == BASKET_STATE_OPEN;
    int64_t at_us = is_open ? step->head.opened_at_us : input->at_us;
    enum loy_status status = loy_article_look(step->store, NULL, input->text, at_us, &found);
    if (status == LOY_NONE || status == LOY_E_CHECK || status == LOY_E_FORMAT)
        return article_unknown(step, status == LOY_E_CHECK);
    int64_t packages = 1;
    if (status == LOY_OK) status = given_judge(step, &found, &packages);
    if (status != LOY_OK) return status;
    if (input->quantity_milli != 0 && !found.labelled) found.quantity_milli = input->quantity_milli;
    status = line_fill(step, &found, input->price_minor, &line);
    return status == LOY_OK ? line_enter(step, &line, packages) : status;
}

/* ---- Coupons -----------------------------------------------------------------------------------
 */

enum loy_status step_coupon(struct lane_step *step)
{
    const struct loy_lane_input *input = step->input;
    enum loy_status status = lane_basket_need(step);
    if (status == LOY_OK)
        status = lane_coupon_add(step->store, &step->head, input->text, input->serial,
            step->lane->reprices, input->at_us);
    if (status == LOY_NONE || status == LOY_REFUSED) step->count[1] = LOY_COUNT_COUPON_REFUSED;
    if (status == LOY_NONE)
        return lane_refuse(
            step, LOY_SAID_COUPON_REFUSED, LOY_TONE_LOW, N_("This shop has no such coupon."));
    if (status == LOY_REFUSED) return lane_refuse_told(step, LOY_SAID_COUPON_REFUSED, LOY_TONE_LOW);
    if (status == LOY_OK) status = lane_settle(step, UINT32_MAX);
    if (status != LOY_OK) return status;
    bool idle = step->lane->reprices && !step->answer->repriced;
    return lane_say(step, LOY_SAID_COUPON, LOY_TONE_NONE,
        idle ? N_("It takes off nothing so far. If that stays so, it is not used up.") : "");
}

/* ---- Lines taken back --------------------------------------------------------------------------
 */

static bool line_stands(const struct lane_line *line)
{
    return line->row.quantity_milli > 0 && line->voided_by == 0;
}

/* The line that was named, or the last one that stands. */
static enum loy_status line_pick(struct lane_step *step, const struct lane_line *lines,
    size_t count, const struct lane_line **picked)
{
    size_t number = step->input->line;
    if (number == 0)
        for (number = count; number > 0 && !line_stands(&lines[number - 1]);)
            number--;
    if (number == 0 || number > count)
        return lane_refuse(
            step, LOY_SAID_WRONG, LOY_TONE_LOW, N_("The basket has no such line that stands."));
    *picked = &lines[number - 1];
    if ((*picked)->voided_by != 0)
        return lane_refuse(
            step, LOY_SAID_WRONG, LOY_TONE_LOW, N_("This line was taken back already."));
    if ((*picked)->row.quantity_milli > 0) return LOY_OK;
    return lane_refuse(step, LOY_SAID_WRONG, LOY_TONE_LOW,
        N_("A return cannot be taken back alone: sell the article again, or make the basket "
           "void."));
}

/* Both rows carry no promotion and mirror each other: together they are nothing. */
static enum loy_status line_void(
    struct lane_step *step, const struct basket_row *row, uint32_t *number)
{
    int64_t amount = 0;
    struct lane_head *head = &step->head;
    if (!loy_line_amount(row->list_minor, row->quantity_milli, &amount)) return LOY_E_LIMIT;
    struct loy_line line = {.article_version = row->version,
        .quantity_milli = -row->quantity_milli,
        .list_minor = row->list_minor,
        .paid_minor = -amount,
        .reason = step->input->reason,
        .return_of = head->uid,
        .return_of_line = (uint32_t)row->number};
    enum loy_status status = lane_line_price(step->store, head->id, row->number, 0, amount, 0);
    return status == LOY_OK ? lane_line_add(step->store, head, &line, number) : status;
}

enum loy_status step_void_line(struct lane_step *step)
{
    struct lane_line *lines = NULL;
    const struct lane_line *picked = NULL;
    size_t count = 0;
    uint32_t number = 0;
    bool told = step->now->stage == LOY_STAGE_TOTAL;
    enum loy_status status = lane_lines_read(step->store, step->head.id, &lines, &count);
    if (status == LOY_OK) status = line_pick(step, lines, count, &picked);
    if (status == LOY_OK) step->answer->line = (uint32_t)picked->row.number;
    if (status == LOY_OK) status = line_void(step, &picked->row, &number);
    if (status == LOY_OK && told)
        status = lane_taken_back(step->store, step->head.id, picked->row.number);
    lane_lines_free(lines);
    if (status == LOY_OK) status = lane_stage_go(step, LOY_STAGE_BASKET);
    if (status == LOY_OK) status = lane_settle(step, number);
    if (status != LOY_OK) return status;
    step->count[1] = told ? LOY_COUNT_VOIDED_AT_TOTAL : LOY_COUNT_VOIDED_LINE;
    step->now->last = number;
    return lane_say(step, LOY_SAID_VOIDED_LINE, LOY_TONE_NONE, "");
}
