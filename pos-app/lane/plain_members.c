/* SPDX-License-Identifier: MIT
 *
 * plain_members.c - commands about who buys: finding, objecting, choosing, cards, a supervisor's
 * approval. In: words. Out: answers. Must not know: how a line came, how an answer is printed.
 */
#include "plain_steps.h"

#include <loyalty/member_card.h>
#include <loyalty/search.h>

#include <sodium.h>
#include <string.h>

#define CARD_DIGITS_MIN 8u

/* ---- Finding ----------------------------------------------------------------------------------
 */

static void member_take(struct plain *plain, const struct loy_id *member)
{
    struct loy_lane_input input = {.kind = LOY_LANE_MEMBER, .member = member};
    plain->found_count = 0;
    plain_take(plain, &input);
}

static void found_tell(struct plain *plain)
{
    char name[LOY_FIELD_TEXT_MAX], given[LOY_FIELD_TEXT_MAX], tail[8];
    struct loy_card card;
    for (size_t i = 0; i < plain->found_count; i++) {
        const struct loy_id *id = &plain->found[i];
        int64_t position = 0;
        name[0] = given[0] = tail[0] = '\0';
        if (loy_member_field(plain->session.store, id, LOY_FIELD_NAME, name) != LOY_OK &&
            loy_member_field(plain->session.store, id, LOY_FIELD_FAMILY_NAME, name) != LOY_OK)
            name[0] = '\0';
        if (loy_member_field(plain->session.store, id, LOY_FIELD_GIVEN_NAME, given) != LOY_OK)
            given[0] = '\0';
        if (loy_card_next(plain->session.store, id, &position, &card) == LOY_OK)
            memcpy(tail, card.tail, sizeof card.tail);
        plain_say(plain, "found", "%zu %.300s%s%.300s%s%s", i + 1, name, *given ? " " : "", given,
            *tail ? "  ..." : "", tail);
    }
    sodium_memzero(name, sizeof name);
    sodium_memzero(given, sizeof given);
}

static enum loy_status by_card(struct plain *plain, const char *text, struct loy_id *member)
{
    char number[80];
    const size_t n = strlen(text);
    if (n < CARD_DIGITS_MIN || strspn(text, "0123456789 -") != n || n > 64) return LOY_NONE;
    snprintf(number, sizeof number, "card:%s", text);
    enum loy_status status = cli_member_find(plain->session.store, number, member);
    sodium_memzero(number, sizeof number);
    return status;
}

void plain_member(struct plain *plain, struct plain_words *words)
{
    struct loy_id member;
    struct loy_lane_answer answer;
    const char *text = words->rest;
    plain->found_count = 0;
    if (session_guard(&plain->session, text, &answer) == LOY_REFUSED) {
        sodium_memzero(plain->kept, sizeof plain->kept);
        plain_say_answer(plain, LOY_REFUSED, &answer);
        return;
    }
    enum loy_status status = cli_member_find(plain->session.store, text, &member);
    if (status == LOY_NONE) status = by_card(plain, text, &member);
    if (status == LOY_OK) {
        member_take(plain, &member);
        return;
    }
    if (status == LOY_REFUSED) {
        plain_say(plain, "card-refused", "%s", _("the card may not be used; see the service desk"));
        return;
    }
    status = loy_member_search(
        plain->session.store, text, plain->found, PLAIN_FOUND_MAX, &plain->found_count);
    if (status < LOY_OK && status != LOY_E_FORMAT)
        plain_say_store(plain, status);
    else if (plain->found_count == 0)
        plain_say(plain, "none", "%s",
            _("nobody is found; give a telephone, a tax number, a card's number or a name"));
    else if (plain->found_count == 1)
        member_take(plain, &plain->found[0]);
    else
        found_tell(plain);
}

void plain_object(struct plain *plain, struct plain_words *words)
{
    (void)words;
    struct loy_lane_input input = {.kind = LOY_LANE_OBJECT};
    plain_take(plain, &input);
}

void plain_choose(struct plain *plain, struct plain_words *words)
{
    const char digit = words->at[0][0];
    struct loy_lane_input input = {.kind = LOY_LANE_CHOOSE, .choice = (uint8_t)(digit - '0')};
    const uint8_t asked = plain->session.question;
    const bool is_one = digit >= '1' && digit <= '9' && words->at[0][1] == '\0';
    if (asked == LOY_ASK_NOTHING && is_one && input.choice <= plain->found_count) {
        const struct loy_id member = plain->found[input.choice - 1];
        member_take(plain, &member);
    } else if (!is_one) {
        plain_say(plain, "wrong", "%s", _("the number of a choice: choose 2"));
    } else if (plain_take(plain, &input) == LOY_OK && asked == LOY_ASK_UNKNOWN_CARD &&
               input.choice == 1) {
        plain_register_begin(plain);
    }
}

void plain_register(struct plain *plain, struct plain_words *words)
{
    (void)words;
    plain_register_begin(plain);
}

/* ---- Cards ------------------------------------------------------------------------------------
 */

static void cards_tell(struct plain *plain, const struct loy_id *member)
{
    struct loy_card card;
    int64_t position = 0;
    size_t count = 0;
    enum loy_status status;
    while ((status = loy_card_next(plain->session.store, member, &position, &card)) == LOY_OK) {
        const char *name = loy_card_status_name((enum loy_card_status)card.status);
        count++;
        if (plain->session.cli->json)
            cli_print_json(
                json_pack("{s:s,s:s,s:s}", "code", "card", "tail", card.tail, "status", name));
        else
            plain_say(plain, "card", "...%s  %s", card.tail, _(name));
    }
    if (status < LOY_OK)
        plain_say_store(plain, status);
    else if (count == 0)
        plain_say(plain, "none", "%s", _("the member has no card"));
}

static enum loy_status card_replace(
    struct plain *plain, const struct loy_credential *old_card, const char *number)
{
    struct loy_credential card;
    enum loy_status status = cli_card_read_new(plain->session.store, number, &card);
    const char *complaint = status == LOY_OK ? NULL : cli_card_complaint(status);
    if (complaint) plain_say(plain, "wrong", _("the card number %s"), complaint);
    if (complaint) sodium_memzero(plain->kept, sizeof plain->kept);
    if (complaint) return LOY_MORE;
    if (status == LOY_OK)
        status = loy_card_replace(plain->session.store, old_card, &card, NULL, cli_now_us());
    return status;
}

void plain_card(struct plain *plain, struct plain_words *words)
{
    struct loy_lane_view view = {.size = sizeof view};
    struct loy_credential card;
    enum loy_status status = loy_lane_view_get(plain->session.lane, &view);
    const struct loy_id member = view.member;
    const char *step = words->count > 0 ? words->at[0] : "";
    const char *reason = words->count > 2 ? words->at[2] : "lane";
    sodium_memzero(&view, sizeof view);
    if (status == LOY_OK && loy_id_is_none(&member)) {
        plain_say(plain, "none", "%s", _("whose card: find the member first"));
        return;
    }
    if (status == LOY_OK && words->count == 0) {
        cards_tell(plain, &member);
        return;
    }
    if (status == LOY_OK && words->count == 1) status = LOY_E_ARGUMENT;
    if (status == LOY_OK)
        status = loy_card_find(plain->session.store, &member, words->at[1], cli_now_us(), &card);
    if (status == LOY_OK && strcmp(step, "block") == 0)
        status =
            loy_card_block(plain->session.store, &card, LOY_CARD_BLOCKED, reason, cli_now_us());
    else if (status == LOY_OK && strcmp(step, "lost") == 0)
        status = loy_card_block(plain->session.store, &card, LOY_CARD_LOST, reason, cli_now_us());
    else if (status == LOY_OK && strcmp(step, "replace") == 0 && words->count > 2)
        status = card_replace(plain, &card, words->at[2]);
    else if (status == LOY_OK)
        status = LOY_E_ARGUMENT;
    if (status == LOY_OK || status == LOY_REPEATED)
        cards_tell(plain, &member);
    else if (status == LOY_E_ARGUMENT)
        plain_say(plain, "wrong", "%s",
            _("card block TAIL [REASON], card lost TAIL [REASON], or card replace TAIL NUMBER"));
    else if (status == LOY_NONE)
        plain_say(plain, "none", "%s", _("the member has no card that ends so"));
    else if (status != LOY_MORE)
        plain_say_store(plain, status);
}

/* ---- Approval ---------------------------------------------------------------------------------
 */

static void pin_take(struct plain *plain, char *line)
{
    char again[PLAIN_LINE_MAX];
    snprintf(plain->pin, sizeof plain->pin, "%s", line);
    snprintf(again, sizeof again, "%s", plain->kept);
    plain_command(plain, again);
    sodium_memzero(again, sizeof again);
    sodium_memzero(plain->pin, sizeof plain->pin);
    plain->approver[0] = '\0';
}

void plain_approve(struct plain *plain, struct plain_words *words)
{
    if (!plain->approval_waits || !*plain->kept) {
        plain_say(plain, "none", "%s", _("nothing waits for an approval"));
        return;
    }
    snprintf(plain->approver, sizeof plain->approver, "%s", words->rest);
    plain->next = pin_take;
    plain->secret = true;
    if (plain->terminal) fprintf(stderr, "%s: ", _("PIN"));
}
