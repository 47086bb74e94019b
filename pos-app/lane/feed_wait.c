/* SPDX-License-Identifier: MIT
 *
 * feed_wait.c - baskets that wait under a ticket: suspended, and resumed by their name or number.
 * In: messages. Out: replies. Must not know: descriptors, how an answer is written.
 */
#include "feed.h"

#include <string.h>

static void ticket_find(struct feed *feed, struct feed_reply *reply)
{
    struct loy_ticket ticket;
    int64_t position = 0;
    while (loy_ticket_next(feed->session.store, &position, &ticket) == LOY_OK)
        if (memcmp(&ticket.basket, &reply->answer.basket, sizeof ticket.basket) == 0)
            reply->answer.ticket = ticket.number;
}

void feed_step_suspend(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_lane_input input = {.kind = LOY_LANE_SUSPEND};
    if (!feed_spot_find(feed, message, reply, &spot)) return;
    if (spot.where == FEED_WAITS) {
        feed_repeated(reply, loy_lane_code_name(LOY_SAID_SUSPENDED), &spot);
        ticket_find(feed, reply);
    } else if (feed_spot_open(feed, message, reply, &spot))
        feed_take(feed, &input, reply);
}

static void ticket_wrong(const struct feed_message *message, struct feed_reply *reply)
{
    feed_refuse(reply, "none",
        _("ticket %lld is not that of this basket: nothing was changed; leave \"ticket\" out, or "
          "\"basket\""),
        (long long)message->ticket);
}

/* A basket that is named is meant, and no other one. */
static void named_resume(struct feed *feed, const struct feed_message *message,
    const struct feed_spot *spot, struct feed_reply *reply)
{
    struct loy_lane_input input = {.kind = LOY_LANE_RESUME, .ticket = message->ticket};
    reply->answer.basket = spot->id;
    reply->answer.ticket = spot->where == FEED_OPEN ? spot->view.own_ticket : 0;
    if (spot->where == FEED_WAITS) ticket_find(feed, reply);
    const int64_t own = reply->answer.ticket;
    reply->answer.ticket = 0;
    if (own != 0 && message->ticket != 0 && message->ticket != own) {
        ticket_wrong(message, reply);
    } else if (spot->where == FEED_OPEN) {
        feed_repeated(reply, loy_lane_code_name(LOY_SAID_RESUMED), spot);
    } else if (spot->where == FEED_DONE) {
        feed_refuse(reply, "closed", "%s", _("this basket is closed or void already"));
    } else {
        if (own != 0) input.ticket = own;
        feed_take(feed, &input, reply);
    }
}

void feed_step_resume(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_lane_input input = {.kind = LOY_LANE_RESUME, .ticket = message->ticket};
    if (!message->basket)
        feed_take(feed, &input, reply);
    else if (feed_spot_find(feed, message, reply, &spot))
        named_resume(feed, message, &spot, reply);
}
