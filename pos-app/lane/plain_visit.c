/* SPDX-License-Identifier: MIT
 *
 * plain_visit.c - what comes after the sale: the one question of a visit, a card that was shown too
 * late; and what is said of the clock. In: words, a sale. Out: answers. Must not know: how a line
 * came, how an answer is printed.
 */
#include "plain_steps.h"

#include <loyalty/search.h>

#include <sodium.h>
#include <string.h>

/* ---- The question -----------------------------------------------------------------------------
 */

static void question_say(struct plain *plain)
{
    const struct loy_asked *asked = &plain->asked;
    if (plain->session.cli->json)
        cli_print_json(json_pack("{s:s,s:s,s:s,s:s,s:s}", "code", "ask", "field", asked->name,
            "kind", asked->confirm ? "confirm" : "missing", "label", asked->label, "purpose",
            asked->purpose));
    else if (asked->confirm)
        plain_say(plain, "ask",
            _("ask whether it is still right: %s (%s); answer yes, answer no, "
              "later, or never ask"),
            asked->label, asked->purpose);
    else
        plain_say(plain, "ask", _("ask for: %s (%s); answer VALUE, later, or never ask"),
            asked->label, asked->purpose);
}

void plain_ask(struct plain *plain)
{
    struct loy_lane_view view = {.size = sizeof view};
    struct lane_session *session = &plain->session;
    const int64_t at_us = cli_now_us();
    plain->asked = (struct loy_asked){.size = sizeof plain->asked};
    if (plain->queue || loy_lane_view_get(session->lane, &view) != LOY_OK) return;
    plain->asked_member = view.member;
    sodium_memzero(&view, sizeof view);
    if (loy_id_is_none(&plain->asked_member)) return;
    /* The sale is good whether a question could be asked or not. */
    if (loy_question_next(session->store, &plain->asked_member, at_us, cli_offset_at(at_us),
            &plain->asked) == LOY_OK)
        question_say(plain);
    else
        plain->asked.field = 0;
}

/* A question stands until the next sale begins. */
static bool is_asked(struct plain *plain)
{
    struct loy_lane_view view = {.size = sizeof view};
    const bool closed =
        loy_lane_view_get(plain->session.lane, &view) == LOY_OK && view.stage == LOY_STAGE_CLOSED;
    sodium_memzero(&view, sizeof view);
    if (!closed) plain->asked.field = 0;
    if (plain->asked.field == 0) plain_say(plain, "none", "%s", _("no question is open"));
    return plain->asked.field != 0;
}

static void answer_take(struct plain *plain, enum loy_question_answer answer, const char *value)
{
    const uint8_t field = answer == LOY_ANSWER_NEVER ? 0 : plain->asked.field;
    enum loy_status status = loy_question_answer(
        plain->session.store, &plain->asked_member, field, answer, value, cli_now_us());
    /* A value that is no good may be said again. */
    if (status != LOY_OK && status != LOY_REPEATED) {
        plain_say_store(plain, status);
        return;
    }
    plain->asked.field = 0;
    plain_say(plain, "answered", "%s", _("noted"));
}

static bool is_one_of(const char *word, const char *const words[])
{
    for (size_t i = 0; words[i]; i++)
        if (strcmp(word, words[i]) == 0) return true;
    return false;
}

static void confirm_take(struct plain *plain, const char *word)
{
    static const char *const yes[] = {"yes", "y", "是", "对", NULL};
    static const char *const no[] = {"no", "n", "否", "不对", NULL};
    if (is_one_of(word, yes))
        answer_take(plain, LOY_ANSWER_CONFIRMED, NULL);
    else if (is_one_of(word, no))
        answer_take(plain, LOY_ANSWER_WRONG, NULL);
    else
        plain_say(plain, "wrong", "%s",
            _("is it still right: answer yes, or answer no; it is changed at the desk"));
}

void plain_answer(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_answer refused;
    /* What the customer said is nothing to be approved. */
    sodium_memzero(plain->kept, sizeof plain->kept);
    if (!is_asked(plain)) return;
    if (plain->asked.confirm)
        confirm_take(plain, words->rest);
    else if (session_guard(&plain->session, words->rest, &refused) == LOY_REFUSED)
        plain_say_answer(plain, LOY_REFUSED, &refused);
    else
        answer_take(plain, LOY_ANSWER_GIVEN, words->rest);
}

void plain_later(struct plain *plain, struct plain_words *words)
{
    (void)words;
    if (is_asked(plain)) answer_take(plain, LOY_ANSWER_LATER, NULL);
}

void plain_never(struct plain *plain, struct plain_words *words)
{
    if (words->count > 0 && strcmp(words->at[0], "ask") != 0)
        plain_say(plain, "wrong", "%s", _("for good, and for all questions: never ask"));
    else if (is_asked(plain))
        answer_take(plain, LOY_ANSWER_NEVER, NULL);
}

void plain_queue(struct plain *plain, struct plain_words *words)
{
    (void)words;
    plain->queue = !plain->queue;
    plain->asked.field = 0;
    if (plain->queue)
        plain_say(plain, "queue", "%s", _("a queue: nothing is asked until queue is said again"));
    else
        plain_say(plain, "no-queue", "%s", _("no queue: one question a visit is asked again"));
}

/* ---- The last receipt -------------------------------------------------------------------------
 */

static bool is_closed(struct plain *plain, bool *has_member)
{
    struct loy_lane_view view = {.size = sizeof view};
    const bool closed =
        loy_lane_view_get(plain->session.lane, &view) == LOY_OK && view.stage == LOY_STAGE_CLOSED;
    *has_member = closed && !loy_id_is_none(&view.member);
    sodium_memzero(&view, sizeof view);
    if (!closed)
        plain_say(plain, "not-now", "%s",
            _("only the last sale takes a card afterwards, before the next one begins"));
    return closed;
}

enum loy_status plain_last_card(struct plain *plain, const struct loy_credential *card,
    uint32_t reader, struct loy_lane_answer *answer)
{
    struct loy_lane_input input = {
        .kind = LOY_LANE_CARD, .credential = card, .reader = reader, .choice = 1};
    struct loy_lane_view view = {.size = sizeof view};
    const bool waits = plain->last_waits &&
                       loy_lane_view_get(plain->session.lane, &view) == LOY_OK &&
                       view.stage == LOY_STAGE_CLOSED;
    sodium_memzero(&view, sizeof view);
    plain->last_waits = false;
    if (!waits) return LOY_MORE;
    enum loy_status status = session_take(&plain->session, &input, answer);
    plain->last_card = *card;
    if (answer->code != LOY_SAID_APPROVAL) plain->last_card.kind = 0;
    if (plain->last_card.kind) snprintf(plain->kept, sizeof plain->kept, "last");
    return status;
}

static void last_member(struct plain *plain, const char *text)
{
    struct loy_id found[2];
    size_t count = 1;
    struct loy_lane_input input = {.kind = LOY_LANE_MEMBER, .member = &found[0], .choice = 1};
    enum loy_status status = cli_member_find(plain->session.store, text, &found[0]);
    if (status == LOY_NONE)
        status = loy_member_search(plain->session.store, text, found, 2, &count);
    if (status >= LOY_OK && status != LOY_NONE && status != LOY_REFUSED && count == 1)
        plain_take(plain, &input);
    else if (status < LOY_OK && status != LOY_E_FORMAT)
        plain_say_store(plain, status);
    else
        plain_say(plain, "none", "%s",
            _("nobody is found, or several: give a telephone, a tax number or a whole name"));
}

void plain_last(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_answer refused;
    const struct loy_credential card = plain->last_card;
    struct loy_lane_input input = {.kind = LOY_LANE_CARD, .credential = &card, .choice = 1};
    plain->last_card.kind = 0;
    bool has_member = false;
    if (!is_closed(plain, &has_member)) return;
    if (words->count > 0 && session_guard(&plain->session, words->rest, &refused) == LOY_REFUSED) {
        sodium_memzero(plain->kept, sizeof plain->kept);
        plain_say_answer(plain, LOY_REFUSED, &refused);
    } else if (words->count > 0) {
        last_member(plain, words->rest);
    } else if (card.kind && *plain->approver) {
        /* A wrong PIN may be typed again. */
        if (plain_take(plain, &input) == LOY_E_ACCESS) plain->last_card = card;
    } else if (has_member) {
        /* What cannot take a card does not wait for one: it would be the next customer's. */
        plain_say(plain, "wrong", "%s", _("the last sale has a member already"));
    } else {
        plain->last_waits = true;
        plain_say(plain, "last", "%s", _("show the card now; it goes to the last receipt"));
    }
}

/* ---- The clock --------------------------------------------------------------------------------
 */

void plain_clock_say(struct plain *plain, const struct loy_lane_view *view)
{
    char words[CLI_CLOCK_WORDS_MAX];
    cli_clock_sentence(view, words, sizeof words);
    if (*words) plain_say(plain, "clock", "%s", words);
}
