/* SPDX-License-Identifier: MIT
 *
 * lane_face.h - the lane as the screens have it: the machine's handle, the basket as it is shown,
 * what was said last, and the scans that wait behind an error. In: inputs and events; out: answers,
 * told by tui_say. Must not know: curses, drawing.
 */
#ifndef LANE_FACE_H
#define LANE_FACE_H

#include "tui.h"

#include <loyalty/lane.h>
#include <loyalty/question.h>

#define FACE_LINES 64u   /* of the basket that are at hand for drawing */
#define FACE_WAITING 16u /* scans behind an error; more stay in the readers */

/* An input that owns its strings, so that it can be repeated with a supervisor's PIN or a price. */
struct lane_request {
    struct loy_lane_input input; /* its pointers are set when it is taken */
    char text[LOY_TEXT_MAX], reason[LOY_CONTACT_CODE_MAX];
    struct loy_id member, receipt;
    struct loy_credential credential; /* kind 0: none */
};

struct lane_face {
    struct loy_lane *lane;
    struct loy_lane_view view;
    struct loy_lane_answer answer; /* the last one */
    struct loy_range ranges[LOY_RANGES_MAX];
    size_t range_count;
    uint8_t card_key[LOY_CARD_KEY_SIZE];
    struct loy_basket_line lines[FACE_LINES]; /* numbers first_line ... */
    uint32_t first_line, line_count;
    uint32_t chosen;               /* number of a line; 0: the last one */
    int64_t quantity_milli;        /* typed with * for the next article; 0 */
    struct lane_request kept;      /* what an approval or a price is asked for */
    struct lane_request then;      /* what follows it once it is done; kind 0: nothing */
    struct loy_credential unknown; /* the card that nobody has; kind 0: none */
    struct loy_asked asked;        /* behind the sale; field 0: nothing */
    struct loy_id asked_member;
    bool queue;                /* people wait: nothing is asked */
    bool held;                 /* an error waits for Esc */
    struct loy_event *waiting; /* scans behind it */
    size_t waiting_count;
    char words[TUI_SAID_MAX]; /* of the error */
};

/* tui->lane for who is signed in. False: it was said why not. */
bool lane_face_open(struct tui *tui);
void lane_face_close(struct tui *tui);

struct lane_request lane_request_of(enum loy_lane_input_kind kind);
/* Takes it, says what is to be said, opens or closes the tender and approval screens. */
enum loy_status lane_face_take(struct tui *tui, struct lane_request *request);
/* Two requests that are one to a person; the second follows when the first is done, with or without
 * an approval, and not at all where it is refused. */
void lane_face_take_both(
    struct tui *tui, struct lane_request *first, const struct lane_request *then);
/* The kept request again, with a supervisor. */
void lane_face_approve(struct tui *tui, const char *name, const char *pin);
/* What a reader saw; the reader is told by its beep and lamp. */
void lane_face_event(struct tui *tui, const struct loy_event *event);
/* Says again what holds the lane up, and how to go on. */
void lane_face_held(struct tui *tui);
/* Ends an error; the scans behind it are taken. */
void lane_face_release(struct tui *tui);
/* Basket and lines as they are now; line: a number that must be among those at hand, 0 the last. */
void lane_face_refresh(struct tui *tui, uint32_t line);
/* The line at hand: the chosen one, else the last; NULL: none. */
const struct loy_basket_line *lane_face_line(const struct lane_face *face);
/* Typed digits and letters: an article, after what the guard says of them. */
void lane_face_article(struct tui *tui, const char *text, int64_t quantity_milli);
/* Another quantity of the chosen line: it is taken back and entered again. */
void lane_face_requantify(struct tui *tui, int64_t quantity_milli);
bool lane_face_may(const struct tui *tui, enum loy_lane_input_kind kind);

/* A member's name as people say it; "" where there is none. The caller wipes. */
void lane_member_name(struct tui *tui, const struct loy_id *member, char *name, size_t size);
/* Prints the receipt of the sale at hand (lane_receipt.c). after_sale: nothing is said where the
 * shop has no printer. */
void lane_receipt_print(struct tui *tui, bool after_sale);

/* "3", "0.512" */
void lane_quantity(int64_t quantity_milli, char text[32]);
/* "2*", "0.35*": the number before the star. False: none. */
bool lane_quantity_read(const char *text, size_t length, int64_t *quantity_milli);

/* One question a visit, behind the sale, and its keys (view_ask.c). */
void lane_ask_begin(struct tui *tui);
bool lane_ask_may(const struct tui *tui);
void lane_ask_open(struct tui *tui, struct view *view);
void lane_ask_later(struct tui *tui, struct view *view);
void lane_ask_never(struct tui *tui, struct view *view);
void lane_ask_queue(struct tui *tui, struct view *view);
/* A card for the last sale (view_last.c). */
bool lane_last_may(const struct tui *tui, const struct view *view);
void lane_last_open(struct tui *tui, struct view *view);

/* The basket on the screen (lane_draw.c). */
void lane_draw(const struct tui *tui, const struct view *view, const struct tui_box *body);

extern const struct view_class view_lane, view_tender, view_approve, view_find, view_register,
    view_cards, view_tickets, view_return, view_remark, view_void, view_line, view_ask, view_last;

#endif
