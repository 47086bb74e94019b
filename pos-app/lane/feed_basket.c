/* SPDX-License-Identifier: MIT
 *
 * feed_basket.c - which basket and which line a message means, so that the same message again
 * changes nothing: a basket is known by the till's name for it, a line by its number. In: messages,
 * the lane. Out: where things stand. Must not know: how messages come.
 */
#include "feed.h"
#include "show.h"

#include <sodium.h>
#include <string.h>

#define BASKET_CLOSED 2 /* of struct loy_basket_summary */
#define CARD_DIGITS_MIN 12u
#define HELD_US INT64_C(120000000) /* how long a card waits for the basket's first message */

/* A till's own name: a UUIDv8 of shop and name (RFC 9562, 5.8). */
void feed_basket_id(const struct feed *feed, const char *name, struct loy_id *id)
{
    static const uint8_t key[] = "loyalty till basket";
    const char *site = feed->session.settings.site, *lane = feed->session.settings.lane;
    crypto_generichash_state state;
    if (loy_id_parse(name, id) == LOY_OK && !loy_id_is_none(id)) return;
    crypto_generichash_init(&state, key, sizeof key, sizeof id->bytes);
    crypto_generichash_update(&state, (const uint8_t *)site, strlen(site) + 1);
    crypto_generichash_update(&state, (const uint8_t *)lane, strlen(lane) + 1);
    crypto_generichash_update(&state, (const uint8_t *)name, strlen(name));
    crypto_generichash_final(&state, id->bytes, sizeof id->bytes);
    id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0F) | 0x80);
    id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3F) | 0x80);
}

static bool same_id(const struct loy_id *a, const struct loy_id *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static bool view_read(struct feed *feed, struct feed_reply *reply, struct loy_lane_view *view)
{
    *view = (struct loy_lane_view){.size = sizeof *view};
    enum loy_status status = loy_lane_view_get(feed->session.lane, view);
    sodium_memzero(view->name, sizeof view->name);
    sodium_memzero(view->buyer, sizeof view->buyer);
    if (status != LOY_OK) feed_refuse_store(feed, reply, status);
    return status == LOY_OK;
}

static bool at_hand(const struct loy_lane_view *view)
{
    return view->stage == LOY_STAGE_BASKET || view->stage == LOY_STAGE_TOTAL ||
           view->stage == LOY_STAGE_TENDER;
}

/* None of the lane's: done, suspended, or not begun. */
static bool elsewhere_find(struct feed *feed, struct feed_reply *reply, struct feed_spot *spot)
{
    enum loy_status status = loy_basket_get(feed->session.store, &spot->id, &spot->summary);
    if (status == LOY_OK) {
        spot->where = spot->summary.state < BASKET_CLOSED ? FEED_WAITS : FEED_DONE;
        spot->lines = (uint32_t)spot->summary.line_count;
        return true;
    }
    if (status != LOY_NONE) {
        feed_refuse_store(feed, reply, status);
        return false;
    }
    spot->where = FEED_NEW;
    if (!at_hand(&spot->view) && spot->view.stage != LOY_STAGE_FOUND) return true;
    feed_refuse(reply, "other-basket", "%s",
        _("another basket is open: close, suspend or void it first, by the id in \"basket\""));
    reply->further = json_object();
    json_object_set_new(reply->further, "basket", show_id_json(&spot->view.basket));
    return false;
}

bool feed_spot_find(struct feed *feed, const struct feed_message *message, struct feed_reply *reply,
    struct feed_spot *spot)
{
    struct loy_lane_input resume = {.kind = LOY_LANE_RESUME};
    memset(spot, 0, sizeof *spot);
    feed_basket_id(feed, message->basket, &spot->id);
    if (!view_read(feed, reply, &spot->view)) return false;
    bool own = same_id(&spot->view.basket, &spot->id);
    if (own && spot->view.stage == LOY_STAGE_FOUND &&
        (!feed_take(feed, &resume, reply) || !view_read(feed, reply, &spot->view)))
        return false;
    if (!own || !at_hand(&spot->view)) return elsewhere_find(feed, reply, spot);
    spot->where = FEED_OPEN;
    spot->lines = spot->view.lines;
    return true;
}

bool feed_spot_open(struct feed *feed, const struct feed_message *message, struct feed_reply *reply,
    struct feed_spot *spot)
{
    if (!feed_spot_find(feed, message, reply, spot)) return false;
    if (spot->where == FEED_OPEN) return true;
    if (spot->where == FEED_WAITS)
        feed_refuse(reply, "suspended", "%s", _("this basket is suspended: resume it first"));
    else if (spot->where == FEED_DONE)
        feed_refuse(reply, "closed", "%s", _("this basket is closed or void already"));
    else
        feed_refuse(reply, "none", "%s", _("there is no such basket: its first line opens it"));
    return false;
}

enum loy_status feed_number_judge(struct feed *feed, const struct feed_spot *spot, int64_t number,
    struct feed_reply *reply, struct loy_basket_line *line)
{
    if (number <= spot->lines) {
        enum loy_status status = show_line_find(&feed->session, &spot->id, (uint32_t)number, line);
        if (status == LOY_OK) return LOY_REPEATED;
        feed_refuse_store(feed, reply, status);
        return LOY_NONE;
    }
    if (spot->where == FEED_DONE || spot->where == FEED_WAITS)
        feed_refuse(reply, spot->where == FEED_DONE ? "closed" : "suspended", "%s",
            _("this basket takes no more lines"));
    else if (number != spot->lines + 1)
        feed_refuse(reply, "gap", _("the next line of this basket is number %u"), spot->lines + 1);
    else
        return LOY_OK;
    return LOY_NONE;
}

/* ---- Lines ------------------------------------------------------------------------------------
 */

bool feed_text_good(struct feed *feed, const char *text, struct feed_reply *reply)
{
    size_t digits = 0;
    for (const char *at = text; at && *at; at++)
        digits += *at >= '0' && *at <= '9';
    if (digits < CARD_DIGITS_MIN) return true;
    struct loy_lane_answer answer;
    enum loy_status status = session_guard(&feed->session, text, &answer);
    if (status == LOY_REFUSED)
        feed_refuse(reply, loy_lane_code_name(answer.code), "%s", answer.words);
    else if (status != LOY_OK)
        feed_refuse_store(feed, reply, status);
    return status == LOY_OK;
}

static bool article_find(struct feed *feed, const struct feed_line *given, struct feed_reply *reply,
    struct loy_article_found *found)
{
    *found = (struct loy_article_found){.size = sizeof *found};
    enum loy_status status =
        loy_article_look(feed->session.store, NULL, given->article, cli_now_us(), found);
    if (status == LOY_OK) return true;
    if (status < LOY_OK && status != LOY_E_CHECK && status != LOY_E_FORMAT)
        feed_refuse_store(feed, reply, status);
    else
        feed_refuse(reply, "unknown-article", "%s",
            _("this shop has no such article: import it, or send its code or GTIN"));
    return false;
}

bool feed_line_make(struct feed *feed, const struct feed_line *given, struct feed_reply *reply,
    struct loy_line *line)
{
    struct loy_article_found found;
    if (!feed_text_good(feed, given->promotion, reply) ||
        !feed_text_good(feed, given->reason, reply) || !article_find(feed, given, reply, &found))
        return false;
    *line = (struct loy_line){.article_version = found.version,
        .quantity_milli = given->quantity_milli,
        .list_minor = given->has_list ? given->list_minor : found.list_minor,
        .discount_minor = given->discount_minor,
        .paid_minor = given->paid_minor,
        .promotion = given->promotion,
        .form = given->form,
        .reason = given->reason,
        .return_of_line = (uint32_t)given->of_line};
    if (given->promotion && !given->form) line->form = LOY_FORM_OTHER;
    if (given->of_basket) feed_basket_id(feed, given->of_basket, &line->return_of);
    return true;
}

/* ---- A card that came first -------------------------------------------------------------------
 */

void feed_held_attach(struct feed *feed, struct feed_reply *reply)
{
    struct loy_lane_input input = {.kind = LOY_LANE_CARD, .credential = &feed->held};
    struct feed_reply carded = {.code = NULL};
    const uint32_t line = reply->answer.line;
    if (!feed->held.kind) return;
    const int64_t age_us = cli_now_us() - feed->held_at_us;
    if (age_us >= 0 && age_us < HELD_US && feed_take(feed, &input, &carded)) {
        reply->answer.due_minor = carded.answer.due_minor;
        reply->answer.repriced = carded.answer.repriced;
        reply->answer.line = line;
    }
    sodium_memzero(&feed->held, sizeof feed->held);
}
