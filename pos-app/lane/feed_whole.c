/* SPDX-License-Identifier: MIT
 *
 * feed_whole.c - messages that are not about the basket at hand: who talks, whole baskets, what
 * things cost. In: messages. Out: replies. Must not know: descriptors.
 */
#include "feed.h"
#include "show.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* ---- Who talks --------------------------------------------------------------------------------
 */

static void hello_put(const struct feed *feed, json_t *further)
{
    const struct loy_store_settings *settings = &feed->session.settings;
    json_object_set_new(further, "version", json_integer(FEED_VERSION));
    json_object_set_new(further, "program", json_string("loyalty " LOY_VERSION_TEXT));
    json_object_set_new(further, "site", json_string(settings->site));
    json_object_set_new(further, "lane", json_string(settings->lane));
    json_object_set_new(further, "currency", json_string(settings->currency));
    json_object_set_new(further, "minor_digits", json_integer(settings->minor_digits));
    json_object_set_new(further, "prices", json_string(feed->ours ? "loyalty" : "till"));
}

void feed_step_hello(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    bool ours = message->prices && strcmp(message->prices, "loyalty") == 0;
    if (message->version != FEED_VERSION) {
        feed_refuse(reply, "version", _("this program speaks version %d"), FEED_VERSION);
        return;
    }
    if (message->prices && !ours && strcmp(message->prices, "till") != 0) {
        feed_refuse(reply, "field", "%s", _("\"prices\" is till or loyalty"));
        return;
    }
    feed->silent = message->has_questions && !message->questions;
    enum loy_status status = ours == feed->ours ? LOY_OK : feed_lane_open(feed, ours);
    if (status != LOY_OK) {
        feed_refuse_store(feed, reply, status);
        return;
    }
    reply->code = "hello";
    reply->further = json_object();
    hello_put(feed, reply->further);
}

void feed_step_state(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct loy_lane_view view = {.size = sizeof view};
    (void)message;
    enum loy_status status = loy_lane_view_get(feed->session.lane, &view);
    if (status != LOY_OK) {
        feed_refuse_store(feed, reply, status);
        return;
    }
    reply->code = "state";
    reply->further = json_object();
    json_object_set_new(reply->further, "priced", feed_priced(feed, &view.basket, 0));
    json_object_set_new(reply->further, "held", json_boolean(feed->held.kind != 0));
    sodium_memzero(&view, sizeof view);
}

void feed_step_forget(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    (void)message;
    sodium_memzero(&feed->held, sizeof feed->held);
    reply->code = "forgotten";
}

void feed_step_bye(struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    (void)message;
    feed->bye = true;
    reply->code = "bye";
}

/* ---- What things cost -------------------------------------------------------------------------
 */

struct quoting {
    struct loy_quote_line *lines;
    struct loy_article_found *found;
    size_t count;
};

static void quoting_end(struct quoting *quoting)
{
    free(quoting->lines);
    free(quoting->found);
}

static bool quoting_begin(
    struct quoting *quoting, size_t count, struct feed *feed, struct feed_reply *reply)
{
    *quoting = (struct quoting){.lines = calloc(count, sizeof *quoting->lines),
        .found = calloc(count, sizeof *quoting->found),
        .count = count};
    if (quoting->lines && quoting->found) return true;
    quoting_end(quoting);
    feed_refuse_store(feed, reply, LOY_E_MEMORY);
    return false;
}

/* false: reply says which line, and why. */
static bool quote_line_make(struct feed *feed, struct quoting *quoting, size_t i,
    const struct feed_line *given, struct feed_reply *reply)
{
    struct loy_article_found *found = &quoting->found[i];
    found->size = sizeof *found;
    enum loy_status status =
        loy_article_look(feed->session.store, NULL, given->article, cli_now_us(), found);
    if (status == LOY_OK && found->list_minor < 0 && !given->has_list)
        feed_refuse(reply, "no-price", _("line %zu: this article has no price here"), i + 1);
    else if (status == LOY_NONE || status == LOY_E_CHECK || status == LOY_E_FORMAT)
        feed_refuse(reply, "unknown-article", _("line %zu: this shop has no such article"), i + 1);
    else if (status != LOY_OK)
        feed_refuse_store(feed, reply, status);
    else if (given->quantity_milli <= 0)
        feed_refuse(reply, "wrong", _("line %zu: what is quoted is sold, not returned"), i + 1);
    quoting->lines[i] = (struct loy_quote_line){.article_version = found->version,
        .quantity_milli = found->labelled ? found->quantity_milli : given->quantity_milli,
        .list_minor = found->list_minor < 0 ? given->list_minor : found->list_minor};
    return reply->error == NULL;
}

static bool quote_make(
    struct feed *feed, struct quoting *quoting, bool member, struct feed_reply *reply)
{
    const struct loy_quote quote = {.size = sizeof quote, .at_us = cli_now_us(), .member = member};
    enum loy_status status =
        loy_basket_quote(feed->session.store, &quote, quoting->lines, quoting->count);
    if (status != LOY_OK) feed_refuse_store(feed, reply, status);
    return status == LOY_OK;
}

static json_t *quote_json(const struct quoting *quoting, int64_t *total_minor)
{
    json_t *list = json_array();
    *total_minor = 0;
    for (size_t i = 0; i < quoting->count; i++) {
        const struct loy_quote_line *line = &quoting->lines[i];
        json_t *row = json_pack("{s:s,s:s,s:I,s:I,s:I,s:I}", "article", quoting->found[i].code,
            "label", quoting->found[i].label, "quantity_milli", (json_int_t)line->quantity_milli,
            "list_minor", (json_int_t)line->list_minor, "discount_minor",
            (json_int_t)line->discount_minor, "paid_minor", (json_int_t)line->paid_minor);
        json_object_set_new(
            row, "promotion", line->promotion ? json_string(line->promotion) : json_null());
        json_object_set_new(
            row, "form", line->form ? json_string(loy_form_name(line->form)) : json_null());
        json_array_append_new(list, row);
        *total_minor += line->paid_minor;
    }
    return list;
}

void feed_step_quote(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct quoting quoting;
    int64_t total_minor = 0;
    if (!quoting_begin(&quoting, message->line_count, feed, reply)) return;
    bool good = true;
    for (size_t i = 0; i < quoting.count && good; i++)
        good = quote_line_make(feed, &quoting, i, &message->lines[i], reply);
    if (good && quote_make(feed, &quoting, message->is_member, reply)) {
        reply->code = "quote";
        reply->further = json_object();
        json_object_set_new(reply->further, "quote", quote_json(&quoting, &total_minor));
        json_object_set_new(reply->further, "quote_minor", json_integer(total_minor));
    }
    quoting_end(&quoting);
}

/* The price of one piece, for anybody and for a member; null where none is known. */
static bool price_put(
    struct feed *feed, const char *article, json_t *list, struct feed_reply *reply)
{
    struct loy_article_found found = {.size = sizeof found};
    /* What was asked is said again: not of a payment card. */
    if (!feed_text_good(feed, article, reply)) return false;
    enum loy_status status =
        loy_article_look(feed->session.store, NULL, article, cli_now_us(), &found);
    json_t *row = json_object();
    json_array_append_new(list, row);
    json_object_set_new(row, "asked", json_string(article));
    json_object_set_new(row, "found", json_boolean(status == LOY_OK));
    if (status != LOY_OK && status != LOY_NONE && status != LOY_E_CHECK && status != LOY_E_FORMAT) {
        feed_refuse_store(feed, reply, status);
        return false;
    }
    if (status != LOY_OK) return true;
    json_object_set_new(row, "article", json_string(found.code));
    json_object_set_new(row, "label", json_string(found.label));
    json_object_set_new(row, "tax_permille",
        found.tax_permille < 0 ? json_null() : json_integer(found.tax_permille));
    json_object_set_new(row, "price_is_net", json_boolean(found.price_is_net));
    json_object_set_new(row, "weighed", json_boolean(found.weighed));
    json_object_set_new(
        row, "list_minor", found.list_minor < 0 ? json_null() : json_integer(found.list_minor));
    static const char *const keys[] = {"price_minor", "member_minor"};
    for (int member = 0; member < 2; member++) {
        struct loy_quote_line line = {.article_version = found.version,
            .quantity_milli = 1000,
            .list_minor = found.list_minor};
        struct quoting one = {.lines = &line, .found = &found, .count = 1};
        json_object_set_new(row, keys[member], json_null());
        if (found.list_minor < 0) continue;
        if (!quote_make(feed, &one, member != 0, reply)) return false;
        json_object_set_new(row, keys[member], json_integer(line.paid_minor));
    }
    return true;
}

void feed_step_prices(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    json_t *list = json_array();
    for (size_t i = 0; i < message->article_count; i++)
        if (!price_put(feed, message->articles[i], list, reply)) break;
    if (reply->error) {
        json_decref(list);
        return;
    }
    reply->code = "prices";
    reply->further = json_object();
    json_object_set_new(reply->further, "articles", list);
}

/* ---- Whole baskets ----------------------------------------------------------------------------
 */

static bool whole_lines_make(struct feed *feed, const struct feed_message *message,
    struct feed_reply *reply, struct loy_line *lines)
{
    int64_t total_minor = 0;
    for (size_t i = 0; i < message->line_count; i++) {
        if (!message->lines[i].has_paid)
            feed_refuse(reply, "field", _("line %zu: a whole basket has its prices"), i + 1);
        if (reply->error || !feed_line_make(feed, &message->lines[i], reply, &lines[i]))
            return false;
        total_minor += lines[i].paid_minor;
    }
    if (total_minor != message->total_minor)
        feed_refuse(reply, "total", "%s", _("the lines do not come to \"total_minor\""));
    return reply->error == NULL;
}

/* A lane that is named exists: none comes into being by a code that was mistyped. */
static bool lane_judge(struct feed *feed, const char *code, struct feed_reply *reply)
{
    struct loy_store_lane lane = {.size = sizeof lane};
    int64_t position = 0;
    enum loy_status status = LOY_OK;
    if (!code) return true;
    while ((status = loy_store_lane_next(feed->session.store, &position, &lane)) == LOY_OK)
        if (strcmp(lane.code, code) == 0) return true;
    if (status != LOY_NONE)
        feed_refuse_store(feed, reply, status);
    else
        feed_refuse(reply, "none", "%s",
            _("the shop has no lane of the code in \"lane\": add it with `loyalty lane add`, or "
              "leave it out"));
    return false;
}

static bool whole_head_make(struct feed *feed, const struct feed_message *message,
    struct feed_reply *reply, struct loy_basket_head *head, struct loy_id *member)
{
    *head = (struct loy_basket_head){.size = sizeof *head,
        .lane = message->lane,
        .sequence = message->sequence,
        .source = LOY_BASKET_FEED};
    feed_basket_id(feed, message->basket, &head->id);
    if (cli_time_parse(message->at, &head->at_us, &head->offset_min) != LOY_OK)
        feed_refuse(reply, "field", "%s",
            _("\"at\" is a moment with its zone, such as 2027-03-01T14:05:06+01:00"));
    else if (message->sequence && !message->lane)
        feed_refuse(reply, "field", "%s",
            _("\"sequence\" is that of a lane of the till: name it in \"lane\""));
    else if (message->member && loy_id_parse(message->member, member) != LOY_OK)
        feed_refuse(reply, "field", "%s", _("\"member\" is a member's id"));
    else if (message->member)
        head->member = member;
    else if (feed->held.kind)
        head->credential = &feed->held;
    return reply->error == NULL && feed_text_good(feed, message->lane, reply) &&
           lane_judge(feed, message->lane, reply);
}

static void whole_record(struct feed *feed, const struct loy_basket_head *head,
    const struct loy_line *lines, size_t count, struct feed_reply *reply)
{
    struct loy_id id;
    enum loy_status status = loy_basket_record(feed->session.store, head, lines, count, &id);
    if (status == LOY_OK || status == LOY_REPEATED) {
        reply->code = "basket";
        reply->repeated = status == LOY_REPEATED;
        reply->answer.basket = head->id;
        if (head->credential) sodium_memzero(&feed->held, sizeof feed->held);
    } else if (status == LOY_REFUSED) {
        feed_refuse(reply, "card-refused", "%s", loy_store_text(feed->session.store));
    } else {
        feed_refuse_store(feed, reply, status);
    }
}

void feed_step_basket(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    struct loy_basket_head head;
    struct loy_id member;
    struct loy_line *lines = calloc(message->line_count, sizeof *lines);
    if (!lines)
        feed_refuse_store(feed, reply, LOY_E_MEMORY);
    else if (whole_lines_make(feed, message, reply, lines) &&
             whole_head_make(feed, message, reply, &head, &member))
        whole_record(feed, &head, lines, message->line_count, reply);
    free(lines);
}

feed_step_fn feed_step_of(uint8_t type)
{
    static const feed_step_fn steps[feed_type_count] = {
        [FEED_HELLO] = feed_step_hello,
        [FEED_STATE] = feed_step_state,
        [FEED_LINE] = feed_step_line,
        [FEED_LINES] = feed_step_lines,
        [FEED_VOID_LINE] = feed_step_void_line,
        [FEED_RETURN] = feed_step_return,
        [FEED_MEMBER] = feed_step_member,
        [FEED_OBJECT] = feed_step_object,
        [FEED_COUPON] = feed_step_coupon,
        [FEED_CHOOSE] = feed_step_choose,
        [FEED_TOTAL] = feed_step_total,
        [FEED_TENDER] = feed_step_tender,
        [FEED_DECLINE] = feed_step_decline,
        [FEED_BACK] = feed_step_back,
        [FEED_CLOSE] = feed_step_close,
        [FEED_VOID] = feed_step_void,
        [FEED_SUSPEND] = feed_step_suspend,
        [FEED_RESUME] = feed_step_resume,
        [FEED_REMARK] = feed_step_remark,
        [FEED_PRINTED] = feed_step_printed,
        [FEED_BASKET] = feed_step_basket,
        [FEED_QUOTE] = feed_step_quote,
        [FEED_PRICES] = feed_step_prices,
        [FEED_FORGET] = feed_step_forget,
        [FEED_CARD] = feed_step_card,
        [FEED_ANSWER] = feed_step_answer,
        [FEED_BYE] = feed_step_bye,
    };
    return steps[type];
}
