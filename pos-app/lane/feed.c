/* SPDX-License-Identifier: MIT
 *
 * feed.c - the feed's loop: lines in, one answer each, events of readers between. In: descriptors,
 * events. Out: JSON Lines. Must not know: what messages do.
 */
#include "feed.h"
#include "show.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Out --------------------------------------------------------------------------------------
 */

static bool write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return false;
        bytes += put;
        size -= (size_t)put;
    }
    return true;
}

static void text_send(struct feed *feed, const char *text)
{
    if (feed->out >= 0 && !write_all(feed->out, text, strlen(text))) feed->bye = true;
}

/* With its line end, for free(). */
static char *line_of(json_t *object)
{
    char *text = cli_json_text(object, JSON_COMPACT);
    size_t n = text ? strlen(text) : 0;
    char *line = text ? realloc(text, n + 2) : NULL;
    json_decref(object);
    if (!line) {
        free(text);
        return NULL;
    }
    memcpy(line + n, "\n", 2);
    return line;
}

void feed_send(struct feed *feed, json_t *object)
{
    char *line = line_of(object);
    if (line)
        text_send(feed, line);
    else
        feed->bye = feed->failed = true;
    free(line);
}

/* ---- The same message again -------------------------------------------------------------------
 */

/* What only reads is answered as things are now. */
static bool is_kept(uint8_t type)
{
    return type != FEED_HELLO && type != FEED_STATE && type != FEED_QUOTE && type != FEED_PRICES &&
           type != FEED_FORGET && type != FEED_BYE;
}

static void digest_make(const char *line, size_t size, uint8_t digest[16])
{
    crypto_generichash(digest, 16, (const unsigned char *)line, size, NULL, 0);
}

static const char *kept_find(const struct feed *feed, int64_t seq, const uint8_t digest[16])
{
    for (size_t i = 0; i < FEED_KEPT_MAX; i++) {
        const struct feed_kept *kept = &feed->kept[i];
        if (kept->answer && kept->seq == seq &&
            memcmp(kept->digest, digest, sizeof kept->digest) == 0)
            return kept->answer;
    }
    return NULL;
}

static void kept_add(struct feed *feed, int64_t seq, const uint8_t digest[16], char *answer)
{
    struct feed_kept *kept = &feed->kept[feed->kept_next++ % FEED_KEPT_MAX];
    free(kept->answer);
    kept->seq = seq;
    memcpy(kept->digest, digest, sizeof kept->digest);
    kept->answer = answer;
}

/* ---- In ---------------------------------------------------------------------------------------
 */

static void step_run(
    struct feed *feed, const struct feed_message *message, struct feed_reply *reply)
{
    feed->approver = message->approver;
    feed->pin = message->pin;
    feed_step_of(message->type)(feed, message, reply);
    feed->approver = feed->pin = NULL;
}

static void message_take(
    struct feed *feed, const struct feed_message *message, const uint8_t digest[16])
{
    struct feed_reply reply = {.code = NULL};
    reply.answer.size = sizeof reply.answer;
    if (message->error)
        feed_refuse(&reply, message->error, "%s", message->error_text);
    else
        step_run(feed, message, &reply);
    char *line = line_of(feed_reply_json(feed, message, &reply));
    if (!line) {
        feed->bye = feed->failed = true;
        return;
    }
    text_send(feed, line);
    if (!reply.error && is_kept(message->type))
        kept_add(feed, message->seq, digest, line);
    else
        free(line);
}

void feed_line_take(struct feed *feed, const char *line, size_t size)
{
    struct feed_message message;
    uint8_t digest[16];
    bool good = feed_message_parse(line, size, &message);
    digest_make(line, size, digest);
    const char *before = good ? kept_find(feed, message.seq, digest) : NULL;
    if (before)
        text_send(feed, before);
    else
        message_take(feed, &message, digest);
    feed_message_close(&message);
}

static void too_long(struct feed *feed)
{
    struct feed_message message = {.has_seq = false};
    struct feed_reply reply = {.code = NULL};
    feed_refuse(&reply, "too-long", _("a line has %u bytes at most"), LINES_MAX_BYTES - 1);
    feed_send(feed, feed_reply_json(feed, &message, &reply));
}

/* False: nothing comes any more. What waits behind a failure of the store is not answered: the till
 * sends again what has no answer, and anything else would be told of a basket as it is not. */
static bool lines_take(struct feed *feed)
{
    char *line;
    size_t size = 0;
    while (!feed->bye && !feed->failed && !session_stopped()) {
        enum loy_status status = lines_next(&feed->lines, &line, &size);
        if (status == LOY_MORE) return true;
        if (status == LOY_NONE) return feed->listener < 0 && session_more_to_come(&feed->session);
        if (status == LOY_E_LIMIT)
            too_long(feed);
        else if (size > 0)
            feed_line_take(feed, line, size);
        sodium_memzero(line, size);
    }
    return false;
}

/* The till that comes may be the one that just went: its end is read first, and then it is let in.
 */
static bool is_leaving(const struct feed *feed)
{
    struct pollfd place = {.fd = feed->in, .events = POLLRDHUP};
    return feed->lines.ended ||
           (poll(&place, 1, 0) > 0 && (place.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0);
}

void feed_talk(struct feed *feed)
{
    feed->bye = false;
    while (lines_take(feed)) {
        struct pollfd places[2] = {{.fd = feed->lines.ended ? -1 : feed->in, .events = POLLIN},
            {.fd = feed->listener, .events = POLLIN}};
        session_wait(&feed->session, places, 2, feed->lines.ended ? 100 : -1);
        if (places[0].revents) lines_fill(&feed->lines);
        if (places[1].revents && !is_leaving(feed)) feed_turn_away(feed);
    }
}

void feed_forget(struct feed *feed)
{
    sodium_memzero(&feed->held, sizeof feed->held);
    feed->silent = false;
    feed->asked.field = 0;
}

/* ---- Readers ----------------------------------------------------------------------------------
 */

/* What a till sells and prices itself: told, not taken. */
static void article_tell(struct feed *feed, const struct loy_scan *scan, uint32_t reader)
{
    json_t *object = json_pack("{s:s,s:I}", "event",
        scan->kind == LOY_SCAN_COUPON ? "coupon" : "article", "reader", (json_int_t)reader);
    json_object_set_new(object, "gtin", *scan->gtin ? json_string(scan->gtin) : json_null());
    json_object_set_new(object, "text", *scan->code ? json_string(scan->code) : json_null());
    if (scan->kind == LOY_SCAN_COUPON)
        json_object_set_new(
            object, "serial", *scan->serial ? json_string(scan->serial) : json_null());
    feed_send(feed, object);
}

static void held_tell(struct feed *feed, enum loy_status status, const struct loy_id *member)
{
    const bool known = status == LOY_OK;
    struct loy_lane_view view = {.size = sizeof view};
    if (known) view.member = *member;
    memcpy(view.tail, feed->held.tail, sizeof view.tail);
    if (known && feed->names &&
        loy_member_field(feed->session.store, member, LOY_FIELD_NAME, view.name) != LOY_OK &&
        loy_member_field(feed->session.store, member, LOY_FIELD_FAMILY_NAME, view.name) != LOY_OK)
        view.name[0] = '\0';
    json_t *object = json_pack("{s:s,s:b,s:s}", "event", known ? "member" : "unknown-card",
        "attached", 0, "tail", feed->held.tail);
    json_object_set_new(object, "member", show_member_json(&feed->session, &view, feed->names));
    feed_send(feed, object);
    sodium_memzero(&view, sizeof view);
}

static bool is_foreign(const struct feed *feed, const struct loy_credential *card)
{
    bool declared = false;
    for (size_t i = 0; i < feed->session.range_count; i++)
        declared = declared || feed->session.ranges[i].use == LOY_USE_MEMBER;
    return declared && !card->own_range;
}

/* A card between two baskets waits for the till's first message of the next one, since the basket
 * has the till's name. What may not be used or is foreign the lane says itself. */
static enum loy_status card_hold(struct feed *feed, const struct loy_credential *card)
{
    struct loy_lane_view view = {.size = sizeof view};
    struct loy_id member;
    enum loy_status status = loy_lane_view_get(feed->session.lane, &view);
    bool at_hand = view.stage == LOY_STAGE_BASKET || view.stage == LOY_STAGE_TOTAL ||
                   view.stage == LOY_STAGE_TENDER;
    sodium_memzero(&view, sizeof view);
    if (status != LOY_OK || at_hand) return LOY_MORE;
    status = loy_member_find_card(feed->session.store, card, &member);
    if (status != LOY_OK && (status != LOY_NONE || is_foreign(feed, card))) return LOY_MORE;
    feed->held = *card;
    feed->held_at_us = cli_now_us();
    held_tell(feed, status, &member);
    return LOY_OK;
}

static enum loy_status event_take(
    void *user, const struct loy_event *event, struct loy_lane_answer *answer)
{
    struct feed *feed = user;
    struct lane_session *session = &feed->session;
    struct loy_scan scan;
    answer->code = LOY_SAID_NOTHING;
    if (event->kind != LOY_EVENT_READ) return LOY_MORE;
    loy_scan_from_event(event, session->ranges, session->range_count, session->card_key, &scan);
    enum loy_status status = LOY_MORE;
    if (scan.kind == LOY_SCAN_MEMBER) status = card_hold(feed, &scan.credential);
    if (scan.kind == LOY_SCAN_ARTICLE || scan.kind == LOY_SCAN_WEIGHED ||
        scan.kind == LOY_SCAN_UNBOUND || scan.kind == LOY_SCAN_COUPON) {
        article_tell(feed, &scan, event->reader);
        status = LOY_OK;
    }
    sodium_memzero(&scan, sizeof scan);
    return status;
}

static void event_told(void *user, const struct loy_event *event, enum loy_status status,
    const struct loy_lane_answer *answer)
{
    struct feed *feed = user;
    (void)event;
    feed->failed = feed->failed || feed->session.failed;
    if (answer->code == LOY_SAID_NOTHING && status >= LOY_OK) return;
    json_t *object =
        json_pack("{s:s,s:s,s:s,s:b}", "event", loy_lane_code_name(answer->code), "words",
            answer->words, "tone", show_tone_name(answer->tone), "repriced", (int)answer->repriced);
    json_object_set_new(object, "attached",
        json_boolean(answer->code == LOY_SAID_MEMBER || answer->code == LOY_SAID_BUYER ||
                     answer->code == LOY_SAID_LATE));
    feed_state_put(feed, object);
    if (feed->ours && answer->repriced)
        json_object_set_new(object, "priced", feed_priced(feed, &answer->basket, 0));
    feed_send(feed, object);
}

/* ---- The command ------------------------------------------------------------------------------
 */

enum loy_status feed_lane_open(struct feed *feed, bool ours)
{
    struct lane_session *session = &feed->session;
    loy_lane_close(session->lane);
    session->lane = NULL;
    feed->ours = ours;
    session->question = LOY_ASK_NOTHING;
    enum loy_status status = loy_lane_open(
        session->store, ours ? LOY_BASKET_LANE : LOY_BASKET_FEED, cli_now_us(), &session->lane);
    if (status == LOY_OK) cli_lane_now(session->lane);
    /* Without a lane there is nothing to say any more. */
    feed->failed = feed->failed || status != LOY_OK;
    return status;
}

static int feed_begin(struct feed *feed)
{
    struct cli *cli = feed->session.cli;
    const char *name = cli_value(cli, "operator");
    int code = name ? session_login(&feed->session, name) : CLI_DONE;
    return code == CLI_DONE ? session_start(&feed->session, LOY_BASKET_FEED) : code;
}

static int feed_stdio(struct feed *feed)
{
    feed->in = STDIN_FILENO;
    feed->out = STDOUT_FILENO;
    if (lines_open(&feed->lines, feed->in) != LOY_OK)
        return cli_fail(feed->session.cli, CLI_FAILED, "%s", _(loy_status_text(LOY_E_MEMORY)));
    feed_talk(feed);
    lines_close(&feed->lines);
    return feed->failed ? CLI_FAILED : CLI_DONE;
}

int feed_run(struct cli *cli)
{
    struct feed *feed = calloc(1, sizeof *feed);
    const char *path = cli_value(cli, "socket");
    if (!feed) return cli_fail(cli, CLI_FAILED, "%s", _(loy_status_text(LOY_E_MEMORY)));
    const struct session_hooks hooks = {.user = feed, .take = event_take, .told = event_told};
    feed->in = feed->out = feed->listener = -1;
    feed->names = cli_value(cli, "names") != NULL;
    int code = session_open(&feed->session, cli, &hooks);
    if (code == CLI_DONE) code = feed_begin(feed);
    if (code == CLI_DONE) code = path ? feed_serve(feed, path) : feed_stdio(feed);
    session_close(&feed->session);
    for (size_t i = 0; i < FEED_KEPT_MAX; i++)
        free(feed->kept[i].answer);
    sodium_memzero(feed, sizeof *feed);
    free(feed);
    return code;
}
