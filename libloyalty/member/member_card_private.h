/* SPDX-License-Identifier: MIT
 *
 * member_card_private.h - what the files about cards ask of each other: a card at hand, its steps,
 * its issuing, the rules that a shop may set. Knows no number of a card.
 */
#ifndef MEMBER_CARD_PRIVATE_H
#define MEMBER_CARD_PRIVATE_H

#include <member/card_look.h>
#include <member/member_private.h>

/* A card's row; status is the one that it has at the time asked for. */
struct card_held {
    int64_t card, member, purchaser; /* 0: none */
    int status;
    int64_t expires_at_us;
};
/* LOY_NONE (without words): not known. */
enum loy_status card_held_find(struct loy_store *store, const struct loy_credential *credential,
    int64_t at_us, struct card_held *held);
/* The same for calls about a card that must be there. */
enum loy_status card_held_take(struct loy_store *store, const struct loy_credential *credential,
    int64_t at_us, struct card_held *held);
int card_status_at(int status, int64_t expires_at_us, int64_t at_us);
bool card_credential_is_good(const struct loy_credential *credential);

/* May the card take this step, by the table, the operator's role and the reason? LOY_REPEATED: it
 * is there already. Writes nothing. */
enum loy_status card_step_check(
    struct loy_store *store, int from, enum loy_card_status to, const char *reason);
/* Takes it: the row and its history. */
enum loy_status card_step_write(struct loy_store *store, int64_t card, enum loy_card_status to,
    const char *reason, int64_t at_us);
enum loy_status card_history_insert(struct loy_store *store, int64_t card,
    enum loy_card_status status, const char *reason, int64_t at_us);
/* An audit entry about a card of a member, or of nobody. */
enum loy_status card_audit(
    struct loy_store *store, const char *action, int64_t member, const char *code, int64_t at_us);
/* A few words in clear that hold no number. NULL and "" are fine unless one is needed. */
enum loy_status card_reason_check(struct loy_store *store, const char *reason, bool needed);
/* LOY_REFUSED with the words for a card of this status. */
enum loy_status card_refuse(struct loy_store *store, int status);

struct card_gift {
    const struct loy_credential *credential;
    struct loy_id uid;
    int64_t member, purchaser, expires_at_us;
    int64_t card; /* its row in stock, 0: it is new */
};
/* May the member have the card? Writes nothing. LOY_OK, LOY_REPEATED or why not. */
enum loy_status card_gift_check(
    struct loy_store *store, const struct loy_id *member, int64_t at_us, struct card_gift *gift);
/* Row, history, baskets that showed it before, audit. */
enum loy_status card_gift_write(struct loy_store *store, struct card_gift *gift, const char *action,
    const char *reason, int64_t at_us);
/* The number of a member that is neither merged nor erased. LOY_NONE: no such member;
 * LOY_REFUSED. */
enum loy_status card_member_take(struct loy_store *store, const struct loy_id *id, int64_t *member);

/* Does the purchaser belong to the member, and does its authority hold? LOY_OK or why not. */
enum loy_status purchaser_may_buy(
    struct loy_store *store, int64_t member, int64_t purchaser, int64_t at_us);

/* How many purchasers an organisation may have at a time and, `but` not counted, has. */
struct purchaser_places {
    int64_t most, taken;
};
enum loy_status purchaser_places(struct loy_store *store, int64_t member, int64_t but,
    int64_t at_us, struct purchaser_places *places);
/* Row and audit entry; name and place were checked. */
enum loy_status purchaser_permanent_insert(
    struct loy_store *store, const struct member_row *firm, const char *name, int64_t at_us);

/* ---- Names on the form of an organisation: LOY_FIELD_PURCHASERS -------------------------------
 */

/* Is every name one, and are there places for all of them? Writes nothing. member NULL: a new
 * organisation. A person has no purchasers: nothing is checked. */
enum loy_status purchaser_names_check(
    struct loy_store *store, const struct member_row *member, const char *text, int64_t at_us);
/* The active purchaser of whom nothing but this name is known; 0: there is none. */
enum loy_status purchaser_named_find(
    struct loy_store *store, const struct loy_id *firm, const char *name, int64_t *number);
/* Behind the line, which was checked before and is written: whom it names and the one before it did
 * not, and who may not buy yet, becomes a purchaser for good. */
enum loy_status purchaser_names_insert(
    struct loy_store *store, const struct member_row *member, const char *text, int64_t at_us);
bool purchaser_name_same(const char *a, const char *b); /* but for case, blanks and widths */
/* Takes a name out of a line in its normal form. false: it is not there. */
bool purchaser_line_cut(char *line, const char *name);

/* The line that stands, without the name of a purchaser who was ended: a new version. Not where
 * another active one is of that name. */
enum loy_status purchaser_line_end(struct loy_store *store, int64_t purchaser, int64_t at_us);
/* Every version of it sealed anew without that name, of what was merged into the member too. Inside
 * an erasure. */
enum loy_status purchaser_line_forget(struct loy_store *store, int64_t purchaser);

#endif
