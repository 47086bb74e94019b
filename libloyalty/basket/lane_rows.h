/* SPDX-License-Identifier: MIT
 *
 * lane_rows.h - what a lane keeps of a basket, for the machine in lane/: where it stands, lines and
 * their prices, who shows a card, what was paid, coupons, links, counts. Values come in and go out;
 * all of it runs inside a transaction of the caller, and nothing here knows a stage's meaning.
 */
#ifndef LANE_ROWS_H
#define LANE_ROWS_H

#include "basket_private.h"

#include <loyalty/lane.h>
#include <loyalty/promotion.h>

/* ---- The basket ------------------------------------------------------------------------------
 */

struct lane_head {
    int64_t id; /* row */
    struct loy_id uid;
    int64_t lane, state, opened_at_us, closed_at_us, sequence;
    uint8_t source;                  /* enum loy_basket_source */
    int64_t member, card, purchaser; /* rows, 0 none */
    struct loy_id member_uid;
    char tail[5];
    bool pending;
    uint8_t stage; /* enum loy_stage as stored; 0: the basket has no row of the lane */
    bool told;     /* the total was told, be it taken back since */
    int64_t ticket, printed_at_us; /* 0 none */
};
/* LOY_NONE: no such basket. */
enum loy_status lane_head_read(struct loy_store *store, int64_t id, struct lane_head *head);
enum loy_status lane_head_find(
    struct loy_store *store, const struct loy_id *uid, struct lane_head *head);
/* The oldest basket of the store's own lane that is open and not suspended, or closed with its
 * receipt due. LOY_NONE. */
enum loy_status lane_head_left(struct loy_store *store, struct lane_head *head);
/* LOY_NONE: nothing waits under this ticket. */
enum loy_status lane_head_ticket(struct loy_store *store, int64_t ticket, struct lane_head *head);

/* A new basket without lines or member. */
enum loy_status lane_basket_open(
    struct loy_store *store, const struct loy_basket_head *given, struct lane_head *head);
/* Its row: stage, ticket (0 none) and lane; a basket that was suspended elsewhere becomes this
 * lane's. */
enum loy_status lane_stage_set(struct loy_store *store, struct lane_head *head, uint8_t stage);
enum loy_status lane_printed_set(struct loy_store *store, struct lane_head *head, int64_t at_us);
/* A ticket that nobody has, four digits where possible: from the basket's row, if it is free. */
int64_t lane_ticket_own(const struct lane_head *head);
enum loy_status lane_ticket_take(struct loy_store *store, struct lane_head *head);
/* source: of the lane. Where a till prices once, nobody else prices what is there. */
enum loy_status lane_take_over(
    struct loy_store *store, struct lane_head *head, enum loy_basket_source source);
enum loy_status lane_row_end(struct loy_store *store, const struct lane_head *head);
/* The basket is sold or void, whoever ended it: a lane that held it holds a sale, or nothing. */
enum loy_status lane_row_follow(struct loy_store *store, int64_t basket, bool sold);
enum loy_status lane_waiting(struct loy_store *store, int64_t *count, int64_t *last_ticket);
/* Closes or makes void, with the digest over the rows as they are. LOY_E_FORMAT: no lines. */
enum loy_status lane_basket_close(struct loy_store *store, struct lane_head *head, int64_t at_us);
enum loy_status lane_basket_void(
    struct loy_store *store, struct lane_head *head, const char *reason, int64_t at_us);

/* ---- Lines -----------------------------------------------------------------------------------
 */

struct lane_line {
    struct basket_row row; /* reason is NULL */
    bool by_hand;          /* a supervisor set the price: no rule changes it */
    uint32_t voided_by;    /* 0: it stands */
};
/* Any basket; what *lines points at goes with lane_lines_free, which takes NULL. */
enum loy_status lane_lines_read(
    struct loy_store *store, int64_t basket, struct lane_line **lines, size_t *count);
void lane_lines_free(struct lane_line *lines);
/* Behind those that are there; *number is its own. */
enum loy_status lane_line_add(struct loy_store *store, const struct lane_head *head,
    const struct loy_line *line, uint32_t *number);
/* The same of a quote, for a line that was read. */
enum loy_status lane_line_settle(struct loy_store *store, int64_t basket,
    const struct lane_line *line, const struct loy_quote_line *quoted, int64_t promotion);
/* Reads them for who asks next in this transaction; LOY_NONE: outside of one they are not kept. */
enum loy_status lane_lines_know(struct loy_store *store, int64_t basket);
/* Sold by weight, so that its quantity may be any number: as the labels of the shop's scales say.
 */
enum loy_status lane_article_in_parts(struct loy_store *store, int64_t version, bool *in_parts);
/* Discount, paid and promotion (a row, 0 none) of a line that is there. */
enum loy_status lane_line_price(struct loy_store *store, int64_t basket, int64_t number,
    int64_t discount_minor, int64_t paid_minor, int64_t promotion);
/* What is left of a line: pieces and money, of which void baskets give nothing back. */
struct lane_left {
    int64_t version, quantity_milli, list_minor, paid_minor; /* as sold */
    int64_t left_milli, left_minor;
    int64_t promotion; /* row */
    char code[LOY_TEXT_MAX];
    uint8_t form;
};
enum loy_status lane_left_find(
    struct loy_store *store, int64_t basket, int64_t number, struct lane_left *left);
/* Thousandths of an article that a member has bought and not brought back, `but` not counted; a
 * basket that is still open counts what it takes back. */
enum loy_status lane_bought(
    struct loy_store *store, int64_t member, int64_t version, int64_t but, int64_t *quantity_milli);
/* Thousandths of an article in this basket that a member brings back: without a receipt, or with
 * one of the member's own. */
enum loy_status lane_brought(
    struct loy_store *store, int64_t member, int64_t version, int64_t basket, int64_t *back_milli);

/* Prices the whole basket anew, for its member and coupons, at the time at which it was opened, and
 * writes what has changed. *changed: another price stands on a line that was there before `from`
 * (a line's number). Lines up to `tills` are as a till has priced them, and stay so. */
enum loy_status lane_reprice(struct loy_store *store, const struct lane_head *head, uint32_t from,
    uint32_t tills, bool *changed);
/* What a line of this version, quantity and list price cost at least on that day, alone or as a
 * part of a set, with a card or without, but no coupon. Rounded down. */
enum loy_status lane_price_lowest(struct loy_store *store, int64_t at_us,
    const struct loy_quote_line *sold, int64_t *lowest_minor);
/* Due with taxes, and saved. */
struct lane_sums {
    uint32_t lines;
    int64_t pieces_milli, total_minor, saved_minor, due_minor, paid_minor;
};
enum loy_status lane_sums_read(
    struct loy_store *store, const struct lane_head *head, struct lane_sums *sums);

/* ---- Persons ---------------------------------------------------------------------------------
 */

enum loy_status lane_person_by_member(
    struct loy_store *store, const struct loy_id *member, struct basket_person *person);
/* The card in whose place another one came, where the shop takes it once. LOY_NONE: it is no such
 * card; LOY_REFUSED: it was taken before. */
enum loy_status lane_replaced_find(struct loy_store *store, const struct loy_credential *credential,
    int64_t at_us, struct basket_person *person);
enum loy_status lane_person_set(
    struct loy_store *store, struct lane_head *head, const struct basket_person *person);
/* LOY_OK: this card is kept for the basket already; LOY_NONE: it is not. */
enum loy_status lane_pending_is(
    struct loy_store *store, const struct lane_head *head, const struct loy_credential *credential);
/* LOY_OK: the basket's member has withdrawn from the scheme, and no part is invoiced; LOY_NONE. */
enum loy_status lane_person_left(struct loy_store *store, int64_t basket);
/* The open basket is nobody's from now on; its lines stay. */
enum loy_status lane_person_part(struct loy_store *store, struct lane_head *head, int64_t at_us);
/* As loy_member_object at a lane, but for the link and the prices, which are the lane's matter. */
enum loy_status lane_person_object(struct loy_store *store, struct lane_head *head, int64_t at_us);
/* An unknown card of our own, kept until it is registered. */
enum loy_status lane_pending_set(
    struct loy_store *store, struct lane_head *head, const struct loy_credential *credential);
/* Its customer objects: the card is kept no more. */
enum loy_status lane_pending_drop(struct loy_store *store, struct lane_head *head, int64_t at_us);
/* Of a closed basket: it was nobody's. */
enum loy_status lane_person_late(
    struct loy_store *store, struct lane_head *head, const struct basket_person *person);
/* The limit of the purchaser's one purchase, 0 none. */
enum loy_status lane_limit(struct loy_store *store, int64_t purchaser, int64_t *limit_minor);

/* ---- Rows beside the basket ------------------------------------------------------------------
 */

enum loy_status lane_tender_add(
    struct loy_store *store, int64_t basket, uint8_t kind, int64_t amount_minor);
enum loy_status lane_tender_sum(struct loy_store *store, int64_t basket, int64_t *sum_minor);
enum loy_status lane_tender_kind_sum(
    struct loy_store *store, int64_t basket, uint8_t kind, int64_t *sum_minor);
/* Rows that take back all that was paid, kind by kind. */
enum loy_status lane_tender_undo(struct loy_store *store, int64_t basket);

struct lane_link {
    int64_t at_us, before_minor, after_minor, card;
    uint8_t stage, how; /* enum loy_stage, loy_link */
};
enum loy_status lane_link_add(
    struct loy_store *store, int64_t basket, const struct lane_link *link);
/* That a basket has lost its member outside of a lane's step, at the stage as the customer knows
 * it: behind a total that was told. */
enum loy_status lane_link_parted(struct loy_store *store, const struct lane_head *head,
    int64_t before_minor, int64_t after_minor, int64_t at_us);
/* How the last one came about and at which stage; how is 0: there is none. */
enum loy_status lane_link_last(struct loy_store *store, int64_t basket, struct lane_link *link);
/* LOY_OK: somebody objected to being linked to this basket; LOY_NONE. */
enum loy_status lane_link_objected(struct loy_store *store, int64_t basket);

enum loy_status lane_count_add(struct loy_store *store, int64_t day, uint8_t kind);
/* A line, or with 0 the whole basket, was taken back behind the total. Noted only while the shop
 * looks at this sign (loyalty/intent.h). */
enum loy_status lane_taken_back(struct loy_store *store, int64_t basket, int64_t number);

/* LOY_OK: taken for the basket. LOY_REFUSED: over, not yet, of another shop, used, or here already;
 * the words say which. LOY_NONE: no rule has this coupon. once: of one rule no second serial
 * either, which would take off nothing. */
enum loy_status lane_coupon_add(struct loy_store *store, const struct lane_head *head,
    const char *coupon, const char *serial, bool once, int64_t at_us);
/* Of a basket that came to a sale: the serials of coupons that took off nothing are good again; the
 * coupons stay, for their campaigns. */
enum loy_status lane_coupons_free(struct loy_store *store, const struct lane_head *head);
/* Of a basket that has ended, and of which somebody objected while it was open: the serials lead to
 * it no more. */
enum loy_status lane_coupons_part(struct loy_store *store, const struct lane_head *head);
/* The response to each coupon's campaign, of a basket that came to a sale with a member. */
enum loy_status lane_coupons_answer(
    struct loy_store *store, const struct lane_head *head, int64_t at_us);

/* ---- The clock (clock.c)
 * ---------------------------------------------------------------------- */

/* As loy_clock_accept, by an operator who approved it; 0: who acts on the store. */
enum loy_status lane_doubt_accept(
    struct loy_store *store, int64_t number, int64_t operator_id, int64_t at_us);

#endif
