/* SPDX-License-Identifier: MIT
 *
 * feed_steps.c - messages about the basket at hand: lines, member, payment, the end. In: messages.
 * Out: replies. Must not know: descriptors, how an answer is written.
 */
#include "feed.h"
#include "show.h"

#include <string.h>

#define BASKET_CLOSED 2 /* of struct loy_basket_summary */

void feed_repeated(struct feed_reply *reply, const char *code, const struct feed_spot *spot)
{
    reply->code = code;
    reply->repeated = true;
    reply->answer.basket = spot->id;
}

/* ---- Lines ------------------------------------------------------------------------------------
 */

/* The article's version may be newer than that of the stored line, its code is the same. */
static bool same_line(struct feed *feed, const struct feed_line *given,
    const struct loy_line *wanted, const struct loy_basket_line *stored)
{
    struct loy_article_found found = {.size = sizeof found};
    if (loy_article_look(feed->session.store, NULL, given->article, cli_now_us(), &found) !=
            LOY_OK ||
        strcmp(found.code, stored->code) != 0)
        return false;
    const int64_t quantity =
        feed->ours && found.labelled ? found.quantity_milli : wanted->quantity_milli;
    if (quantity != stored->quantity_milli) return false;
    if (feed->ours) return true;
    /* A line that was taken back later stands at its full price. */
    if (stored->voided) return wanted->list_minor == stored->list_minor;
    return wanted->list_minor == stored->list_minor &&
           wanted->discount_minor == stored->discount_minor &&
           wanted->paid_minor == stored->paid_minor &&
           strcmp(wanted->promotion ? wanted->promotion : "", stored->promotion) == 0 &&
           wanted->return_of_line == stored->of_line;
}

static void conflict(struct feed_reply *reply)
{
    feed_refuse(
        reply, "conflict", "%s", _("this number is another one's already: nothing was changed"));
}

/* Prices are whose they are: all of a basket's lines have them, or none. */
static bool prices_judge(
    const struct feed *feed, const struct feed_line *given, struct feed_reply *reply)
{
    if (feed->ours && given->has_paid)
        feed_refuse(reply, "field", "%s",
            _("prices are ours in this session: send lines without them, or say hello with "
              "\"prices\":\"till\""));
    else if (!feed->ours && !given->has_paid)
        feed_refuse(reply, "field", "%s",
            _("prices are the till's in this session: send \"list_minor\" and \"paid_minor\", or "
              "ask for a quote"));
    return reply->error == NULL;
}

static void line_enter(struct feed *feed, const struct feed_spot *spot,
    const struct feed_line *given, const struct loy_line *line, struct feed_reply *reply)
{
    struct loy_lane_input input = {.kind = LOY_LANE_ARTICLE,
        .text = given->article,
        .given = feed->ours ? NULL : line,
        .quantity_milli = feed->ours ? given->quantity_milli : 0,
        .opens = &spot->id};
    struct loy_article_found found = {.size = sizeof found};
    /* A label says itself how much it is. */
    if (feed->ours &&
        loy_article_look(feed->session.store, NULL, given->article, cli_now_us(), &found) ==
            LOY_OK &&
        found.labelled)
        input.quantity_milli = 0;
    if (feed_take(feed, &input, reply) && spot->where == FEED_NEW) feed_held_attach(feed, reply);
}

static bool line_take(struct feed *feed, const struct feed_message *message,
    const struct feed_line *given, int64_t number, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_basket_line stored;
    struct loy_line line;
    if (!prices_judge(feed, given, reply) || !feed_line_make(feed, given, reply, &line) ||
        !feed_spot_find(feed, message, reply, &spot))
        return false;
    enum loy_status status = feed_number_judge(feed, &spot, number, reply, &stored);
    if (status == LOY_NONE) return false;
    if (status == LOY_OK)
        line_enter(feed, &spot, given, &line, reply);
    else if (!same_line(feed, given, &line, &stored))
        conflict(reply);
    else {
        feed_repeated(reply, loy_lane_code_name(LOY_SAID_LINE), &spot);
        reply->answer.line = (uint32_t)number;
    }
    return reply->error == NULL;
}

void feed_step_line(struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    line_take(feed, message, &message->line, message->line.number, reply);
}

/* One after another, each durable; what was taken before a failure stays, and is repeated. */
void feed_step_lines(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    size_t taken = 0;
    bool all_repeated = true, repriced = false;
    for (; taken < message->line_count; taken++) {
        reply->repeated = false;
        if (!line_take(feed, message, &message->lines[taken], message->line.number + (int64_t)taken,
                reply))
            break;
        all_repeated = all_repeated && reply->repeated;
        repriced = repriced || reply->answer.repriced || feed->ours;
    }
    reply->repeated = all_repeated;
    reply->answer.repriced = repriced && !all_repeated;
    if (!reply->further) reply->further = json_object();
    json_object_set_new(reply->further, "taken", json_integer((json_int_t)taken));
}

void feed_step_void_line(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_basket_line stored;
    struct loy_lane_input input = {.kind = LOY_LANE_VOID_LINE,
        .line = (uint32_t)message->line.of_line,
        .reason = message->reason ? message->reason : "void"};
    if (!feed_text_good(feed, message->reason, reply) ||
        !feed_spot_find(feed, message, reply, &spot))
        return;
    enum loy_status status = feed_number_judge(feed, &spot, message->line.number, reply, &stored);
    if (status == LOY_OK)
        feed_take(feed, &input, reply);
    else if (status == LOY_REPEATED && stored.voids &&
             (int64_t)stored.of_line == message->line.of_line) {
        feed_repeated(reply, loy_lane_code_name(LOY_SAID_VOIDED_LINE), &spot);
        reply->answer.line = (uint32_t)message->line.of_line;
    } else if (status == LOY_REPEATED)
        conflict(reply);
}

static bool receipt_find(struct feed *feed, const struct feed_message *message,
    struct feed_reply *reply, struct loy_id *receipt, struct loy_lane_input *input)
{
    enum loy_status status = LOY_OK;
    input->text = message->line.article;
    input->line = (uint32_t)message->line.of_line;
    if (message->receipt) {
        status = loy_receipt_find(feed->session.store, message->receipt, receipt);
        input->receipt = receipt;
    } else if (message->line.of_basket) {
        feed_basket_id(feed, message->line.of_basket, receipt);
        input->receipt = receipt;
    } else if (!input->text) {
        feed_refuse(reply, "field", "%s",
            _("what comes back: \"of_basket\" or \"receipt\" with \"of_line\", or \"article\""));
        return false;
    }
    if (status == LOY_NONE || status == LOY_E_FORMAT)
        feed_refuse(reply, "none", "%s", _("there is no receipt of this number"));
    else if (status != LOY_OK)
        feed_refuse_store(feed, reply, status);
    return status == LOY_OK;
}

void feed_step_return(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_basket_line stored;
    struct loy_id receipt;
    struct loy_lane_input input = {.kind = LOY_LANE_RETURN,
        .reason = message->reason ? message->reason : "return",
        .opens = &spot.id};
    const int64_t quantity = message->line.quantity_milli;
    input.quantity_milli = quantity < 0 ? -quantity : quantity;
    if (!feed_text_good(feed, message->reason, reply) ||
        !receipt_find(feed, message, reply, &receipt, &input) ||
        !feed_spot_find(feed, message, reply, &spot))
        return;
    enum loy_status status = feed_number_judge(feed, &spot, message->line.number, reply, &stored);
    if (status == LOY_OK) {
        if (feed_take(feed, &input, reply) && spot.where == FEED_NEW) feed_held_attach(feed, reply);
    } else if (status == LOY_REPEATED && stored.quantity_milli == -input.quantity_milli &&
               stored.of_line == (input.receipt ? input.line : 0)) {
        feed_repeated(reply, loy_lane_code_name(LOY_SAID_RETURNED), &spot);
    } else if (status == LOY_REPEATED) {
        conflict(reply);
    }
}

/* ---- Who buys ---------------------------------------------------------------------------------
 */

void feed_step_member(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_id member;
    enum loy_status status = LOY_E_FORMAT;
    if (message->member)
        status = loy_id_parse(message->member, &member);
    else if (message->telephone)
        status = loy_member_find_indexed(
            feed->session.store, LOY_FIELD_TELEPHONE, message->telephone, &member);
    struct loy_lane_input input = {.kind = LOY_LANE_MEMBER, .member = &member, .opens = &spot.id};
    if (status == LOY_NONE)
        feed_refuse(reply, "none", "%s", _("there is no such member"));
    else if (status == LOY_E_FORMAT)
        feed_refuse(reply, "field", "%s", _("whom: \"member\" with an id, or \"telephone\""));
    else if (status != LOY_OK)
        feed_refuse_store(feed, reply, status);
    else if (message->last) {
        input.opens = NULL;
        feed_last_take(feed, message, &input, reply);
    } else if (feed_spot_find(feed, message, reply, &spot)) {
        if (spot.where == FEED_DONE || spot.where == FEED_WAITS)
            feed_spot_open(feed, message, reply, &spot);
        else
            feed_take(feed, &input, reply);
    }
}

static void input_of_open(struct feed *feed, const struct feed_message *message,
    struct feed_reply *reply, struct loy_lane_input *input)
{
    struct feed_spot spot;
    if (feed_spot_open(feed, message, reply, &spot)) feed_take(feed, input, reply);
}

void feed_step_object(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct loy_lane_input input = {.kind = LOY_LANE_OBJECT};
    input_of_open(feed, message, reply, &input);
}

void feed_step_choose(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct loy_lane_input input = {.kind = LOY_LANE_CHOOSE, .choice = (uint8_t)message->choice};
    input_of_open(feed, message, reply, &input);
}

void feed_step_coupon(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_lane_input input = {.kind = LOY_LANE_COUPON,
        .text = message->code,
        .serial = message->serial,
        .opens = &spot.id};
    if (!feed_spot_find(feed, message, reply, &spot)) return;
    if (spot.where == FEED_DONE || spot.where == FEED_WAITS)
        feed_spot_open(feed, message, reply, &spot);
    else if (feed_take(feed, &input, reply) && spot.where == FEED_NEW)
        feed_held_attach(feed, reply);
}

/* ---- Payment ----------------------------------------------------------------------------------
 */

void feed_step_total(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_lane_input input = {.kind = LOY_LANE_TOTAL};
    if (!feed_spot_open(feed, message, reply, &spot)) return;
    if (spot.view.stage == LOY_STAGE_BASKET)
        feed_take(feed, &input, reply);
    else
        feed_repeated(reply, loy_lane_code_name(LOY_SAID_TOTAL), &spot);
}

/* The tender of a number, and how many there are. LOY_NONE: not yet. */
static enum loy_status tender_find(struct feed *feed, const struct loy_id *basket, int64_t number,
    struct loy_basket_tender *found, int64_t *count)
{
    struct loy_basket_tender tender;
    uint32_t position = 0;
    enum loy_status status;
    *count = 0;
    while ((status = loy_basket_tender_next(feed->session.store, basket, &position, &tender)) ==
           LOY_OK)
        if (++*count == number) *found = tender;
    if (status != LOY_NONE) return status;
    return number <= *count ? LOY_OK : LOY_NONE;
}

/* To the lane 0 is all that is due: a till that says 0 means nothing. */
static bool tender_judge(
    const struct feed_tender *given, int64_t due_minor, struct feed_reply *reply)
{
    if (!given->has_amount || given->amount_minor != 0 || due_minor == 0) return true;
    feed_refuse(reply, "wrong", "%s",
        _("\"amount_minor\" is not 0 while something is due; without it all that is due is paid"));
    return false;
}

static bool tender_pay(
    struct feed *feed, const struct feed_tender *given, uint8_t stage, struct feed_reply *reply)
{
    struct loy_lane_input total = {.kind = LOY_LANE_TOTAL};
    struct loy_lane_input input = {
        .kind = LOY_LANE_TENDER, .tender = given->kind, .amount_minor = given->amount_minor};
    if (stage == LOY_STAGE_BASKET && !feed_take(feed, &total, reply)) return false;
    return feed_take(feed, &input, reply);
}

/* The last one sold the basket; behind it stands at most its change. */
static void tender_repeated(struct feed *feed, int64_t number, int64_t count,
    const struct feed_spot *spot, struct feed_reply *reply)
{
    struct loy_basket_tender last = {0}, this = {0};
    int64_t all = 0;
    bool sold = spot->where == FEED_DONE && spot->summary.state == BASKET_CLOSED;
    sold = sold && tender_find(feed, &spot->id, count, &last, &all) == LOY_OK &&
           tender_find(feed, &spot->id, number, &this, &all) == LOY_OK;
    sold = sold && (number == count ||
                       (number == count - 1 && last.amount_minor < 0 && this.amount_minor > 0));
    feed_repeated(reply, loy_lane_code_name(sold ? LOY_SAID_SOLD : LOY_SAID_TENDERED), spot);
}

void feed_step_tender(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_basket_tender stored = {0};
    const struct feed_tender *given = &message->tender;
    int64_t count = 0;
    if (!feed_spot_find(feed, message, reply, &spot)) return;
    enum loy_status status = tender_find(feed, &spot.id, given->number, &stored, &count);
    if (status == LOY_OK) {
        if (stored.kind != given->kind ||
            (given->has_amount && stored.amount_minor != given->amount_minor))
            conflict(reply);
        else
            tender_repeated(feed, given->number, count, &spot, reply);
    } else if (status != LOY_NONE) {
        feed_refuse_store(feed, reply, status);
    } else if (given->number != count + 1) {
        feed_refuse(
            reply, "gap", _("the next tender of this basket is number %lld"), (long long)count + 1);
    } else if (spot.where != FEED_OPEN) {
        feed_spot_open(feed, message, reply, &spot);
    } else if (tender_judge(given, spot.view.due_minor, reply)) {
        tender_pay(feed, given, spot.view.stage, reply);
    }
}

void feed_step_decline(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct loy_lane_input input = {.kind = LOY_LANE_DECLINE};
    input_of_open(feed, message, reply, &input);
}

void feed_step_back(struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct loy_lane_input input = {.kind = LOY_LANE_BACK};
    input_of_open(feed, message, reply, &input);
}

/* ---- The end ----------------------------------------------------------------------------------
 */

static void total_wrong(struct feed *feed, int64_t total_minor, struct feed_reply *reply)
{
    char text[32];
    show_amount(&feed->session, total_minor, text);
    feed_refuse(reply, "total", _("the lines come to %s: nothing was changed"), text);
    reply->further = json_object();
    json_object_set_new(reply->further, "total_minor", json_integer(total_minor));
}

static void pay_and_end(struct feed *feed, const struct feed_message *message,
    const struct feed_spot *spot, struct feed_reply *reply)
{
    const struct feed_tender rest = {
        .kind = message->tender.kind ? message->tender.kind : LOY_TENDER_OTHER};
    uint8_t stage = spot->view.stage;
    for (size_t i = 0; i < message->tender_count; i++)
        if (!tender_judge(&message->tenders[i], spot->view.due_minor, reply)) return;
    for (size_t i = 0; i < message->tender_count; i++) {
        if (!tender_pay(feed, &message->tenders[i], stage, reply)) return;
        stage = reply->answer.stage;
        if (stage == LOY_STAGE_CLOSED) return;
    }
    if (message->tender_count == 0)
        tender_pay(feed, &rest, stage, reply);
    else
        feed_refuse(reply, "due", "%s",
            _("the tenders are less than is due: what was paid stays, send the rest"));
}

void feed_step_close(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    if (!feed_spot_find(feed, message, reply, &spot)) return;
    if (spot.where == FEED_DONE && spot.summary.state == BASKET_CLOSED) {
        if (spot.summary.total_minor != message->total_minor)
            total_wrong(feed, spot.summary.total_minor, reply);
        else
            feed_repeated(reply, loy_lane_code_name(LOY_SAID_SOLD), &spot);
    } else if (!feed_spot_open(feed, message, reply, &spot)) {
        return;
    } else if (spot.view.total_minor != message->total_minor) {
        total_wrong(feed, spot.view.total_minor, reply);
    } else {
        pay_and_end(feed, message, &spot, reply);
    }
}

void feed_step_void(struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_lane_input input = {
        .kind = LOY_LANE_VOID, .reason = message->reason ? message->reason : "void"};
    if (!feed_text_good(feed, message->reason, reply) ||
        !feed_spot_find(feed, message, reply, &spot))
        return;
    if (spot.where == FEED_DONE && spot.summary.state != BASKET_CLOSED)
        feed_repeated(reply, loy_lane_code_name(LOY_SAID_VOIDED), &spot);
    else if (feed_spot_open(feed, message, reply, &spot))
        feed_take(feed, &input, reply);
}

void feed_step_printed(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct feed_spot spot;
    struct loy_lane_input input = {.kind = LOY_LANE_PRINTED};
    if (!feed_spot_find(feed, message, reply, &spot)) return;
    if (memcmp(&spot.view.basket, &spot.id, sizeof spot.id) == 0)
        feed_take(feed, &input, reply);
    else
        feed_repeated(reply, loy_lane_code_name(LOY_SAID_PRINTED), &spot);
}
