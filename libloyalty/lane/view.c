/* SPDX-License-Identifier: MIT
 *
 * view.c - what there is to show of a lane: from the store, so that it is what was made durable. A
 * lane comes in, a view goes out. Never a profile.
 */
#include "machine.h"

#include <loyalty/member_card.h>

#include <stdio.h>
#include <string.h>

/* A Chinese name has no blank between its parts. */
static const char *name_gap(const char *family)
{
    return family[0] == '\0' || (unsigned char)family[0] >= 0xE3 ? "" : " ";
}

static enum loy_status person_name_read(
    struct loy_store *store, const struct loy_id *member, char name[LOY_FIELD_TEXT_MAX])
{
    char given[LOY_FIELD_TEXT_MAX];
    enum loy_status status = loy_member_field(store, member, LOY_FIELD_FAMILY_NAME, name);
    if (status == LOY_NONE) name[0] = '\0';
    if (status >= LOY_OK) status = loy_member_field(store, member, LOY_FIELD_GIVEN_NAME, given);
    if (status == LOY_OK && strlen(name) + 1 + strlen(given) < LOY_FIELD_TEXT_MAX) {
        strcat(name, name_gap(name));
        strcat(name, given);
    }
    sodium_memzero(given, sizeof given);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status name_read(
    struct loy_store *store, const struct lane_head *head, char name[LOY_FIELD_TEXT_MAX])
{
    enum loy_status status = loy_member_field(store, &head->member_uid, LOY_FIELD_NAME, name);
    return status == LOY_NONE ? person_name_read(store, &head->member_uid, name) : status;
}

static enum loy_status buyer_read(
    struct loy_store *store, const struct lane_head *head, struct loy_lane_view *view)
{
    struct loy_purchaser purchaser = {.size = sizeof purchaser};
    int64_t position = 0;
    enum loy_status status = LOY_NONE;
    if (head->purchaser == 0) return LOY_OK;
    while ((status = loy_purchaser_next(store, &head->member_uid, &position, &purchaser)) == LOY_OK)
        if (purchaser.number == head->purchaser) {
            snprintf(view->buyer, sizeof view->buyer, "%s", purchaser.name);
            view->limit_minor = purchaser.limit_minor;
            break;
        }
    sodium_memzero(&purchaser, sizeof purchaser);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status person_view(
    struct loy_store *store, const struct lane_head *head, struct loy_lane_view *view)
{
    if (head->member == 0) return LOY_OK;
    view->member = head->member_uid;
    memcpy(view->tail, head->tail, sizeof view->tail);
    enum loy_status status = name_read(store, head, view->name);
    return status == LOY_OK ? buyer_read(store, head, view) : status;
}

static enum loy_status late_view(
    struct loy_store *store, const struct lane_head *head, struct loy_lane_view *view)
{
    struct lane_link last;
    enum loy_status status = lane_link_last(store, head->id, &last);
    view->late =
        view->paid_minor != 0 && (last.how == LOY_LINK_LATE || last.how == LOY_LINK_LAST_RECEIPT);
    return status;
}

static void sums_view(
    const struct lane_head *head, const struct lane_sums *sums, struct loy_lane_view *view)
{
    view->lines = sums->lines;
    view->pieces_milli = sums->pieces_milli;
    view->total_minor = sums->total_minor;
    view->saved_minor = sums->saved_minor;
    view->due_minor = sums->due_minor - sums->paid_minor;
    view->paid_minor = sums->paid_minor;
    view->basket = head->uid;
    view->opened_at_us = head->opened_at_us;
    view->sequence = head->sequence;
    view->own_ticket = head->state == BASKET_STATE_OPEN ? lane_ticket_own(head) : 0;
    view->pending = head->pending;
    view->printed = head->state == BASKET_STATE_OPEN && head->printed_at_us != 0;
    view->receipt_due = head->state == BASKET_STATE_CLOSED && head->stage == LOY_STAGE_CLOSED;
}

static enum loy_status basket_view(
    struct loy_store *store, int64_t basket, struct loy_lane_view *view)
{
    struct lane_head head;
    struct lane_sums sums;
    enum loy_status status = lane_head_read(store, basket, &head);
    if (status == LOY_NONE) return LOY_OK;
    if (status == LOY_OK) status = lane_sums_read(store, &head, &sums);
    if (status != LOY_OK) return status;
    sums_view(&head, &sums, view);
    status = person_view(store, &head, view);
    view->over_limit = view->limit_minor != 0 && sums.due_minor > view->limit_minor;
    return status == LOY_OK ? late_view(store, &head, view) : status;
}

/* A price that somebody else's doing has changed is shown as it is now, and the next step tells
 * from what. Where that cannot be written, the price stands as it does. */
static enum loy_status others_show(struct loy_lane *lane)
{
    const struct loy_lane_input time = {
        .size = sizeof time, .kind = LOY_LANE_TIME, .at_us = lane->at_us};
    struct loy_lane_answer answer = {.size = sizeof answer};
    if (lane->now.basket == 0 || lane->now.question != LOY_ASK_NOTHING) return LOY_OK;
    if (lane->store->depth > 0) return LOY_OK;
    enum loy_status status = loy_lane_take(lane, &time, &answer);
    bool unwritten = status == LOY_E_FULL || status == LOY_E_BUSY || status == LOY_E_IO;
    if (status == LOY_OK && answer.repriced) {
        lane->now.due_minor = answer.before_minor;
        lane->now.due_known = true;
    }
    return unwritten || status == LOY_REFUSED ? LOY_OK : status;
}

enum loy_status loy_lane_view_get(struct loy_lane *lane, struct loy_lane_view *view)
{
    if (lane == NULL || view == NULL || view->size < sizeof *view) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(lane->store, LOY_MAY_SELL);
    if (status != LOY_OK) return status;
    status = others_show(lane);
    if (status != LOY_OK) return status;
    struct loy_lane_view made = {.size = view->size,
        .stage = lane->now.stage,
        .question = lane->now.question,
        .last = lane->now.last,
        .change_minor = lane->now.change_minor,
        .clock = lane->clock.what,
        .clock_level = lane->clock.level,
        .clock_off_us = lane->clock.off_us};
    status = lane_waiting(lane->store, &made.waiting, &made.ticket);
    if (status == LOY_OK && lane->now.basket != 0)
        status = basket_view(lane->store, lane->now.basket, &made);
    if (status == LOY_OK) *view = made;
    sodium_memzero(&made, sizeof made);
    return status;
}
