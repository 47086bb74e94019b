/* SPDX-License-Identifier: MIT
 *
 * feed_reply.c - the one answer to a message, and what every answer says of the basket at hand. In:
 * what a step came to. Out: objects. Must not know: messages' fields, descriptors.
 */
#include "feed.h"
#include "show.h"

#include <sodium.h>
#include <stdarg.h>
#include <string.h>

void feed_refuse(struct feed_reply *reply, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    reply->error = code;
    vsnprintf(reply->text, sizeof reply->text, format, arguments);
    va_end(arguments);
}

/* By what a till would do about it. */
static const char *code_of_status(enum loy_status status)
{
    switch (status) {
    case LOY_E_CONFLICT:
        return "conflict";
    case LOY_E_ACCESS:
        return "access";
    case LOY_NONE:
        return "none";
    default:
        return cli_exit_of(status) == CLI_FAILED ? "failed" : "wrong";
    }
}

void feed_refuse_store(struct feed *feed, struct feed_reply *reply, enum loy_status status)
{
    const char *text = loy_store_text(feed->session.store);
    feed->failed = feed->failed || cli_exit_of(status) == CLI_FAILED;
    feed_refuse(reply, code_of_status(status), "%s", *text ? text : _(loy_status_text(status)));
}

bool feed_take(struct feed *feed, struct loy_lane_input *input, struct feed_reply *reply)
{
    input->approver = feed->approver;
    input->approver_pin = feed->pin;
    enum loy_status status = session_take(&feed->session, input, &reply->answer);
    const struct loy_lane_answer *answer = &reply->answer;
    if (status == LOY_OK) {
        reply->code = loy_lane_code_name(answer->code);
        return true;
    }
    feed->failed = feed->failed || feed->session.failed;
    bool refused = status == LOY_REFUSED || answer->code == LOY_SAID_APPROVAL;
    if (refused && *answer->words)
        feed_refuse(reply, loy_lane_code_name(answer->code), "%s", answer->words);
    else
        feed_refuse_store(feed, reply, status);
    return false;
}

/* ---- What stands ------------------------------------------------------------------------------
 */

static void put_whole(json_t *object, const char *key, int64_t value)
{
    json_object_set_new(object, key, json_integer(value));
}

void feed_state_put(struct feed *feed, json_t *object)
{
    struct loy_lane_view view = {.size = sizeof view};
    enum loy_status status = loy_lane_view_get(feed->session.lane, &view);
    if (status != LOY_OK) view = (struct loy_lane_view){.size = sizeof view};
    json_object_set_new(object, "stage", json_string(loy_stage_name(view.stage)));
    json_object_set_new(object, "basket", show_id_json(&view.basket));
    put_whole(object, "lines", view.lines);
    put_whole(object, "total_minor", view.total_minor);
    put_whole(object, "saved_minor", view.saved_minor);
    put_whole(object, "due_minor", view.due_minor);
    put_whole(object, "paid_minor", view.paid_minor);
    put_whole(object, "change_minor", view.change_minor);
    const char *question = show_question_name(view.question);
    json_object_set_new(object, "question", *question ? json_string(question) : json_null());
    json_object_set_new(object, "pending", json_boolean(view.pending));
    json_object_set_new(object, "member", show_member_json(&feed->session, &view, feed->names));
    json_object_set_new(object, "clock", cli_clock_json(&view));
    sodium_memzero(&view, sizeof view);
}

/* A basket that is not the one at hand: done, suspended or recorded whole. */
static void other_put(struct feed *feed, const struct loy_id *basket, json_t *object)
{
    static const char *const stages[] = {"", "suspended", "closed", "void"};
    struct loy_basket_summary summary;
    struct loy_lane_view view = {.size = sizeof view};
    json_object_set_new(object, "basket", show_id_json(basket));
    if (loy_basket_get(feed->session.store, basket, &summary) != LOY_OK) return;
    view.member = summary.member;
    json_object_set_new(
        object, "stage", json_string(summary.state <= 3 ? stages[summary.state] : ""));
    put_whole(object, "lines", summary.line_count);
    put_whole(object, "total_minor", summary.total_minor);
    put_whole(object, "saved_minor", summary.discount_minor);
    put_whole(object, "due_minor", 0);
    put_whole(object, "paid_minor", 0);
    put_whole(object, "change_minor", 0);
    json_object_set_new(object, "question", json_null());
    json_object_set_new(object, "pending", json_false());
    json_object_set_new(object, "member", show_member_json(&feed->session, &view, false));
}

static bool is_at_hand(struct feed *feed, const struct loy_id *basket)
{
    struct loy_lane_view view = {.size = sizeof view};
    bool same = loy_lane_view_get(feed->session.lane, &view) == LOY_OK &&
                memcmp(&view.basket, basket, sizeof *basket) == 0;
    sodium_memzero(&view, sizeof view);
    return same;
}

json_t *feed_priced(struct feed *feed, const struct loy_id *basket, uint32_t only)
{
    struct loy_basket_line line = {.size = sizeof line};
    uint32_t position = only > 0 ? only - 1 : 0;
    json_t *list = json_array();
    while (loy_basket_line_next(feed->session.store, basket, &position, &line) == LOY_OK) {
        json_array_append_new(list, show_line_json(&line));
        if (only > 0) break;
    }
    return list;
}

/* ---- The answer -------------------------------------------------------------------------------
 */

static json_t *error_json(const struct feed_reply *reply)
{
    /* A text of the store may be cut in the middle of a character. */
    json_t *text = json_string(reply->text);
    if (!text) text = json_string("");
    json_t *error = json_object();
    json_object_set_new(error, "code", json_string(reply->error));
    json_object_set_new(error, "text", text);
    return error;
}

static void good_put(struct feed *feed, struct feed_reply *reply, json_t *object)
{
    const struct loy_lane_answer *answer = &reply->answer;
    json_object_set_new(object, "code", json_string(reply->code ? reply->code : "done"));
    json_object_set_new(object, "repeated", json_boolean(reply->repeated));
    json_object_set_new(object, "line", answer->line ? json_integer(answer->line) : json_null());
    json_object_set_new(
        object, "ticket", answer->ticket ? json_integer(answer->ticket) : json_null());
    json_object_set_new(object, "words", json_string(answer->words));
    json_object_set_new(object, "repriced", json_boolean(answer->repriced));
    feed_state_put(feed, object);
    if (!loy_id_is_none(&answer->basket) && !is_at_hand(feed, &answer->basket))
        other_put(feed, &answer->basket, object);
    if (answer->change_minor) put_whole(object, "change_minor", answer->change_minor);
    if (feed->ours && (answer->repriced || answer->line))
        json_object_set_new(object, "priced",
            feed_priced(feed, &answer->basket, answer->repriced ? 0 : answer->line));
    if (answer->code == LOY_SAID_SOLD && !reply->repeated)
        json_object_set_new(object, "ask", feed_ask(feed));
}

json_t *feed_reply_json(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    json_t *object = json_object();
    json_object_set_new(object, "ack", message->has_seq ? json_integer(message->seq) : json_null());
    if (reply->error)
        json_object_set_new(object, "error", error_json(reply));
    else
        good_put(feed, reply, object);
    if (reply->further) json_object_update(object, reply->further);
    json_decref(reply->further);
    reply->further = NULL;
    return object;
}
