/* SPDX-License-Identifier: MIT
 *
 * desk.h - what the screens of the service desk share: cards as they are swiped or typed, names and
 * numbers as they may be seen by a queue, questions with yes and no. In: events and texts; out:
 * credentials, masked texts. Must not know: curses, what a screen does with them.
 */
#ifndef DESK_H
#define DESK_H

#include "tui.h"

/* ---- Cards -------------------------------------------------------------------------------- */

/* The card in a reader's event; what is none is said, and the reader answers. False: none. */
bool desk_event_card(
    struct tui *tui, const struct loy_event *event, struct loy_credential *credential);
/* The credential in a reader's event, in the shop's ranges; nothing is said. LOY_NONE. */
enum loy_status desk_event_credential(
    struct tui *tui, const struct loy_event *event, struct loy_credential *credential);
/* Why an event is no card of this shop. */
const char *desk_refused_words(const struct loy_event *event);
/* The reader beeps for what became of it. */
void desk_event_answer(struct tui *tui, const struct loy_event *event, bool good);
/* A typed number of a card that is to be given to somebody, through the guard. False: it was said
 * what is wrong. */
bool desk_typed_card(struct tui *tui, const char *text, struct loy_credential *credential);

/* ---- Members ------------------------------------------------------------------------------ */

/* What a screen that customers can see shows of a field; a firm's own name is no secret. */
void desk_mask(bool person, uint8_t field, const char *text, char *masked, size_t size);
/* The member's name, masked or whole, or that there is none. */
void desk_name(struct tui *tui, const struct loy_id *member, bool whole, char *name, size_t size);

struct desk_hit {
    struct loy_id id;
    char name[128], tail[5], telephone[16];
    bool person;
};
/* What a list shows of a member: masked. */
void desk_hit_read(struct tui *tui, const struct loy_id *id, struct desk_hit *hit);

/* ---- Questions ---------------------------------------------------------------------------- */

/* Argument of view_sure, and its result; not answering is no. */
struct sure {
    int tag; /* of who asks */
    bool yes;
    char words[TUI_SAID_MAX];
};
void desk_ask(struct tui *tui, int tag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Argument of view_desk_form. */
struct desk_new {
    enum loy_registration form;
    struct loy_credential card; /* kind 0: none yet */
};
/* Argument of view_desk_history. */
struct desk_past {
    struct loy_id member;
    uint8_t kind; /* enum loy_member_kind */
    bool whole;   /* the screen below shows the values */
};
/* Argument of view_desk_buyer. */
struct desk_of_buyer {
    struct loy_id member;
    int64_t number; /* 0: another one */
};
/* Prints what is held of the member for reading and signing, and says what became of it. */
void desk_print(struct tui *tui, const struct loy_id *id, const struct loy_member *member);

/* view_desk_pairs and view_desk_merges take none. Arguments of the others: const struct loy_id *,
 * the member's. view_shown gives a const bool *. */
extern const struct view_class view_sure, view_shown, view_desk, view_desk_form, view_desk_member,
    view_desk_cards, view_desk_buyers, view_desk_buyer, view_desk_consents, view_desk_remark,
    view_desk_history, view_desk_pairs, view_desk_merges, view_profile;

#endif
