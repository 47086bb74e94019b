/* SPDX-License-Identifier: MIT
 *
 * feed_visit.c - what comes after the sale: the one question of a visit and its answer, what the
 * customer says, a card that was shown too late. In: messages. Out: replies. Must not know:
 * descriptors.
 */
#include "feed.h"

#include <sodium.h>
#include <string.h>

/* ---- The question -----------------------------------------------------------------------------
 */

json_t *feed_ask(struct feed *feed)
{
    struct loy_lane_view view = {.size = sizeof view};
    const int64_t at_us = cli_now_us();
    feed->asked = (struct loy_asked){.size = sizeof feed->asked};
    enum loy_status status = feed->silent ? LOY_NONE : LOY_OK;
    if (status == LOY_OK) status = loy_lane_view_get(feed->session.lane, &view);
    feed->asked_member = view.member;
    sodium_memzero(&view, sizeof view);
    if (status == LOY_OK && loy_id_is_none(&feed->asked_member)) status = LOY_NONE;
    if (status == LOY_OK)
        status = loy_question_next(
            feed->session.store, &feed->asked_member, at_us, cli_offset_at(at_us), &feed->asked);
    /* The sale is good whether a question could be asked or not. */
    if (status != LOY_OK) feed->asked.field = 0;
    if (status != LOY_OK) return json_null();
    return json_pack("{s:s,s:s,s:s,s:s}", "field", feed->asked.name, "kind",
        feed->asked.confirm ? "confirm" : "missing", "label", feed->asked.label, "purpose",
        feed->asked.purpose);
}

static bool whom_find(struct feed *feed, const struct feed_message *message,
    struct feed_reply *reply, struct loy_id *member)
{
    *member = feed->asked_member;
    if (message->member && loy_id_parse(message->member, member) != LOY_OK)
        feed_refuse(reply, "field", "%s", _("\"member\" is an id, as answers have it"));
    else if (loy_id_is_none(member))
        feed_refuse(reply, "none", "%s", _("nothing was asked"));
    return reply->error == NULL;
}

/* NEVER and AGAIN need no field. */
static bool field_find(struct feed *feed, const struct feed_message *message,
    enum loy_question_answer answer, struct feed_reply *reply, uint8_t *field)
{
    enum loy_field named = 0;
    *field = message->field || answer >= LOY_ANSWER_NEVER ? 0 : feed->asked.field;
    if (message->field && loy_field_find(message->field, &named) != LOY_OK)
        feed_refuse(reply, "field", "%s", _("\"field\" is the name that was asked for"));
    else if (message->field)
        *field = (uint8_t)named;
    else if (*field == 0 && answer < LOY_ANSWER_NEVER)
        feed_refuse(reply, "none", "%s", _("nothing was asked"));
    return reply->error == NULL;
}

void feed_step_answer(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    enum loy_question_answer answer = LOY_ANSWER_NONE;
    struct loy_id member;
    uint8_t field = 0;
    if (loy_question_answer_find(message->answer, &answer) != LOY_OK ||
        answer == LOY_ANSWER_ASKED || (answer == LOY_ANSWER_GIVEN) != (message->value != NULL)) {
        feed_refuse(reply, "field", "%s",
            _("\"answer\" is given with a \"value\", or confirmed, wrong, later, not-this, never, "
              "again"));
        return;
    }
    if (!feed_text_good(feed, message->value, reply) || !whom_find(feed, message, reply, &member) ||
        !field_find(feed, message, answer, reply, &field))
        return;
    enum loy_status status = loy_question_answer(
        feed->session.store, &member, field, answer, message->value, cli_now_us());
    if (status != LOY_OK && status != LOY_REPEATED) {
        feed_refuse_store(feed, reply, status);
        return;
    }
    reply->code = "answered";
    reply->repeated = status == LOY_REPEATED;
    feed->asked.field = 0;
}

/* ---- What the customer says -------------------------------------------------------------------
 */

/* The sale that was just closed takes a remark too: the customer has seen the receipt. */
static void remark_take(struct feed *feed, const struct feed_message *message,
    struct feed_reply *reply, struct loy_lane_input *input)
{
    struct feed_spot spot;
    if (!feed_spot_find(feed, message, reply, &spot)) return;
    const bool last = spot.view.stage == LOY_STAGE_CLOSED && spot.where == FEED_DONE &&
                      memcmp(&spot.view.basket, &spot.id, sizeof spot.id) == 0;
    if (last || feed_spot_open(feed, message, reply, &spot)) feed_take(feed, input, reply);
}

void feed_step_remark(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct loy_lane_input input = {.kind = LOY_LANE_REMARK,
        .line = (uint32_t)message->line.number,
        .reason = message->reason,
        .text = message->text};
    if (strcmp(message->remark, "complaint") == 0) input.remark = LOY_CONTACT_COMPLAINT;
    if (strcmp(message->remark, "service") == 0) input.remark = LOY_CONTACT_SERVICE_REMARK;
    if (input.remark == 0)
        feed_refuse(reply, "field", "%s", _("\"remark\" is complaint or service"));
    else if (feed_text_good(feed, message->text, reply) &&
             feed_text_good(feed, message->reason, reply))
        remark_take(feed, message, reply, &input);
}

/* ---- The last receipt -------------------------------------------------------------------------
 */

void feed_last_take(struct feed *feed, const struct feed_message *message,
    struct loy_lane_input *input, struct feed_reply *reply)
{
    struct loy_lane_view view = {.size = sizeof view};
    struct loy_id wanted;
    enum loy_status status = loy_lane_view_get(feed->session.lane, &view);
    if (message->basket)
        feed_basket_id(feed, message->basket, &wanted);
    else
        wanted = view.basket;
    const bool last =
        view.stage == LOY_STAGE_CLOSED && memcmp(&wanted, &view.basket, sizeof wanted) == 0;
    sodium_memzero(&view, sizeof view);
    input->choice = 1;
    if (status != LOY_OK)
        feed_refuse_store(feed, reply, status);
    else if (!last)
        feed_refuse(reply, "not-now", "%s",
            _("only the last sale takes a card afterwards, before the next one begins"));
    else
        feed_take(feed, input, reply);
}

/* The number is never the till's: it is the card that the lane's own reader saw. */
void feed_step_card(struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct loy_lane_input input = {.kind = LOY_LANE_CARD, .credential = &feed->held};
    if (feed->held.kind == 0) {
        feed_refuse(reply, "none", "%s", _("no card was shown since the sale"));
        return;
    }
    feed_last_take(feed, message, &input, reply);
    if (!reply->error) sodium_memzero(&feed->held, sizeof feed->held);
}
