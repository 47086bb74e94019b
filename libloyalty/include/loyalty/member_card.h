/* SPDX-License-Identifier: MIT
 *
 * loyalty/member_card.h - the life of cards, who may buy with one for a firm, and the codes that
 * bind a web registration to a card. Issuing and listing cards are in loyalty/member.h.
 *
 *     stock -> issued -> active -> lost, blocked -> (active again, replaced, withdrawn)
 *                           \-> replaced, expired, withdrawn: for good
 *
 * Which step is possible, whose it is and whether it needs a reason is one table
 * (member/card_state.c). Every step is kept with its time, reason and operator. A reason is a few
 * words in clear: no name and no number belongs into it, and more than 8 digits are refused.
 */
#ifndef LOYALTY_MEMBER_CARD_H
#define LOYALTY_MEMBER_CARD_H

#include <loyalty/member.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_REASON_MAX 120u /* bytes, terminator included */

/* "stock", "issued" ...; NULL: no status. find: LOY_NONE. */
LOY_API const char *loy_card_status_name(enum loy_card_status status);
LOY_API enum loy_status loy_card_status_find(const char *name, enum loy_card_status *status);

/* ---- Looking ------------------------------------------------------------------------------- */

/* A card as it is at that time: past its expiry it is LOY_CARD_EXPIRED. *member (may be NULL) is
 * none for a card in stock. LOY_NONE: the card is not known. Cashiers, supervisors and managers
 * (LOY_MAY_LIST_CARDS). */
LOY_API enum loy_status loy_card_get(struct loy_store *store,
    const struct loy_credential *credential, int64_t at_us, struct loy_card *card,
    struct loy_id *member);
/* The credential of a member's card by its last four characters, for a customer who has lost it.
 * Of several the one in use; LOY_E_CONFLICT: two in use end alike. LOY_NONE. Asks for
 * LOY_MAY_LIST_CARDS. */
LOY_API enum loy_status loy_card_find(struct loy_store *store, const struct loy_id *member,
    const char *tail, int64_t at_us, struct loy_credential *credential);

struct loy_card_step {
    size_t size;
    uint8_t status; /* enum loy_card_status that it then had */
    int64_t at_us;
    char reason[LOY_REASON_MAX]; /* "" none */
    char operator_name[64];
};
/* A card's life, oldest first; start with *position = 0. To a cashier operator_name is "". Asks for
 * LOY_MAY_LIST_CARDS. */
LOY_API enum loy_status loy_card_step_next(struct loy_store *store,
    const struct loy_credential *credential, int64_t *position, struct loy_card_step *step);

struct loy_card_event {
    size_t size;
    int64_t at_us;
    uint8_t status; /* enum loy_card_status that the card then got */
    char tail[5];
    int64_t purchaser;           /* number of the purchaser whose card it is; 0: the member's own */
    char reason[LOY_REASON_MAX]; /* "" none */
    char operator_name[64];      /* "" to a cashier, and where the card only passed its expiry */
};
/* The lives of all cards of a member in one order of time: put into stock, issued, activated,
 * blocked, replaced, expired ...; an expiry that nobody has noted yet too. Start with *position =
 * 0. Asks for LOY_MAY_LIST_CARDS. Asks for LOY_MAY_LIST_CARDS. */
LOY_API enum loy_status loy_card_event_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_card_event *event);

/* ---- Giving -------------------------------------------------------------------------------- */

struct loy_card_grant {
    size_t size;
    const struct loy_id *member;
    int64_t purchaser;     /* number of one of its purchasers; 0: the member's own card */
    int64_t expires_at_us; /* the last moment of its last day; 0: never */
};
/* As loy_card_issue. LOY_E_CONFLICT also: the purchaser has a card already, replace that one.
 * LOY_REFUSED also: the purchaser's authority has ended, or the member is no longer registered.
 * Asks for LOY_MAY_ISSUE_CARD. */
LOY_API enum loy_status loy_card_give(struct loy_store *store, const struct loy_card_grant *grant,
    const struct loy_credential *credential, int64_t at_us);
/* Loads cards into stock, all or none. LOY_E_FORMAT: one is in none of the shop's own ranges;
 * LOY_E_CONFLICT: one is known already or twice in the list. *place (may be NULL) is then its place
 * in the list, from 0. Supervisors and managers (LOY_MAY_STOCK_CARDS). */
LOY_API enum loy_status loy_card_stock(struct loy_store *store,
    const struct loy_credential *credentials, size_t count, int64_t at_us, size_t *place);
/* The same for all numbers from first to last, both included, of one own range: where the range has
 * a check digit, each number gets its own. LOY_E_FORMAT: they are not two numbers of one member
 * range in ascending order; LOY_E_LIMIT: more than LOY_STOCK_MAX. Asks for LOY_MAY_STOCK_CARDS. */
#define LOY_STOCK_MAX 1000000u
LOY_API enum loy_status loy_card_stock_range(
    struct loy_store *store, const char *first, const char *last, int64_t at_us, int64_t *count);

/* ---- Changing ------------------------------------------------------------------------------ */

/* Each answers LOY_REPEATED if the card is that already, LOY_REFUSED for a step that is not in the
 * table (loy_store_text says which), LOY_NONE for a card that is not known, LOY_E_FORMAT for a
 * reason that is missing or wrong. */

/* status: LOY_CARD_LOST, LOY_CARD_BLOCKED or LOY_CARD_WITHDRAWN. The last is for good. Asks for
 * LOY_MAY_BLOCK_CARD. */
LOY_API enum loy_status loy_card_block(struct loy_store *store,
    const struct loy_credential *credential, enum loy_card_status status, const char *reason,
    int64_t at_us);
/* A lost or blocked card back into use. Supervisors and managers (LOY_MAY_RELEASE_CARD). */
LOY_API enum loy_status loy_card_release(struct loy_store *store,
    const struct loy_credential *credential, const char *reason, int64_t at_us);
/* What the first swipe of an issued card in a basket does by itself. Asks for LOY_MAY_ISSUE_CARD.
 */
LOY_API enum loy_status loy_card_activate(
    struct loy_store *store, const struct loy_credential *credential, int64_t at_us);
/* In one step: the old card is replaced for good, the new one belongs to the same member and
 * purchaser. Baskets and history stay with the member; baskets that showed the new card while it
 * was unknown become the member's. LOY_REFUSED: the old one was never issued (issue the new one
 * instead), or may not be replaced; a blocked card is replaced by a supervisor or manager only.
 * LOY_E_CONFLICT: the new one is somebody's already. reason may be NULL. Asks for
 * LOY_MAY_REPLACE_CARD. */
LOY_API enum loy_status loy_card_replace(struct loy_store *store,
    const struct loy_credential *old_card, const struct loy_credential *new_card,
    const char *reason, int64_t at_us);
/* The last moment at which the card is good, 0: it does not expire. Not for dead cards. Asks for
 * LOY_MAY_ISSUE_CARD. */
LOY_API enum loy_status loy_card_expiry_set(struct loy_store *store,
    const struct loy_credential *credential, int64_t expires_at_us, int64_t at_us);
/* Notes as expired every card whose time is over: they are refused anyway. *count of them. Asks for
 * LOY_MAY_BLOCK_CARD. */
LOY_API enum loy_status loy_card_expire(struct loy_store *store, int64_t at_us, int64_t *count);

/* ---- Authorised purchasers of an organisation ----------------------------------------------
 *
 * Who enforces what:
 *   - that an authority holds (not ended, its last day not over, a single one not used): the
 *     library, wherever a card is shown for a basket (loy_basket_open, _attach and _record:
 *     LOY_REFUSED) or given to a purchaser (loy_card_give), at the time of the basket or the call,
 *     and by loy_member_find_card, at the time at which the store was opened;
 *   - that a single authority is used once: the library, when its basket is closed. Two baskets
 *     that were open beside each other are both sold, and the audit log says purchaser.twice;
 *   - how many purchasers there may be: loy_purchaser_add and _set;
 *   - limit_minor: nobody here. It is kept for the lane, which shows it and asks.
 */

/* Whom the form of an organisation names under LOY_FIELD_PURCHASERS, with ; or , between them, is a
 * purchaser for good from the registration on, or from the change that adds the name; a card,
 * telephone or limit follow by loy_purchaser_set. Who stood in the line before does not become one
 * anew. Who is not named any more is not ended by that (loy_purchasers_unnamed); who is ended is
 * not named any more.
 */
enum loy_authority { LOY_AUTHORITY_PERMANENT = 1, LOY_AUTHORITY_UNTIL, LOY_AUTHORITY_ONCE };

struct loy_purchaser {
    size_t size;
    int64_t number; /* inside the store; never used again */
    char name[LOY_FIELD_TEXT_MAX], function[LOY_FIELD_TEXT_MAX], telephone[LOY_FIELD_TEXT_MAX];
    char document[32];
    uint8_t authority;   /* enum loy_authority */
    int64_t until_us;    /* LOY_AUTHORITY_UNTIL: the last microsecond of the last day; of one that
                            was ended when, if that was earlier; else 0 */
    int64_t limit_minor; /* of one purchase, for the lane to show: not enforced here; 0: none */
    bool active, used;   /* active: not ended; used: the one purchase was made */
    char card[5];        /* the last characters of the card in use, "" none */
    bool forgotten;      /* name, function, telephone and document were destroyed: "" */
};
struct loy_purchaser_form {
    size_t size;
    const char *name;      /* required */
    const char *function;  /* or NULL */
    const char *telephone; /* as typed; or NULL */
    const char *document;  /* the type that was seen ("passport"): digits are refused; or NULL */
    uint8_t authority;     /* enum loy_authority */
    int64_t until_us;      /* LOY_AUTHORITY_UNTIL: any moment of the last day, which counts whole */
    int16_t offset_min;    /* zone of that day at the shop, at its end */
    int64_t limit_minor;   /* 0: none */
};
/* LOY_E_FORMAT: a field is wrong, or the member is a person; LOY_E_LIMIT: the organisation has as
 * many purchasers as LOY_RULE_PURCHASERS allows. Ended, used and outdated ones do not count. Fills
 * the row of one of whom the form gave nothing but this name.
 * Supervisors and managers (LOY_MAY_EDIT_PURCHASER). */
LOY_API enum loy_status loy_purchaser_add(struct loy_store *store, const struct loy_id *member,
    const struct loy_purchaser_form *form, int64_t at_us, int64_t *number);
/* Changes what the form gives: a text that is NULL, authority 0 and limit_minor -1 leave what is
 * there, a blank text takes it back (but no name). An authority given anew holds anew: a single one
 * that was used is open again. LOY_NONE: no such purchaser; LOY_REFUSED: it was ended. Asks for
 * LOY_MAY_EDIT_PURCHASER. */
LOY_API enum loy_status loy_purchaser_set(struct loy_store *store, const struct loy_id *member,
    int64_t number, const struct loy_purchaser_form *form, int64_t at_us);
/* For good; the purchaser's cards are withdrawn with that reason, and the name goes out of the
 * form's line, whose history keeps it. LOY_REPEATED. Asks for LOY_MAY_EDIT_PURCHASER. */
LOY_API enum loy_status loy_purchaser_end(struct loy_store *store, const struct loy_id *member,
    int64_t number, const char *reason, int64_t at_us);
/* Destroys the name, function, telephone and document of a purchaser who was ended, and the name in
 * every version of the form's line, unless one who was not ended has it too; number, times and
 * purchases stay. A backup that was made before holds them for as long as the firm's key lives.
 * LOY_REPEATED; LOY_NONE: no such purchaser; LOY_REFUSED: not ended yet; LOY_E_BUSY: another
 * program reads, so the logs were not emptied; it is done, and the next erasure or opening empties
 * them. Not inside loy_store_begin. Asks for LOY_MAY_ERASE_MEMBER. */
LOY_API enum loy_status loy_purchaser_forget(
    struct loy_store *store, const struct loy_id *member, int64_t number, int64_t at_us);
/* The same for all whose authority is over (ended, past their day, or used up) and who neither
 * bought nor had a card changed for as long as loy_retention_days_get says: until then a shop must
 * be able to say who bought. due: how many. forget: *forgotten of them, also where it failed;
 * LOY_REFUSED: as loy_retention_check (rights.h) says. Asks for LOY_MAY_RUN_RETENTION. */
LOY_API enum loy_status loy_purchasers_due(struct loy_store *store, int64_t at_us, int64_t *count);
LOY_API enum loy_status loy_purchasers_forget(
    struct loy_store *store, int64_t at_us, int64_t *forgotten);
/* A cursor over all that a member ever had. LOY_NONE. To a cashier function, telephone and document
 * are "". Asks for LOY_MAY_READ_PURCHASER. */
LOY_API enum loy_status loy_purchaser_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_purchaser *purchaser);

/* How many of a member's purchasers may buy at that time though its form's line does not name them.
 * Asks for LOY_MAY_READ_PURCHASER. */
LOY_API enum loy_status loy_purchasers_unnamed(
    struct loy_store *store, const struct loy_id *member, int64_t at_us, int64_t *count);

/* ---- Claim codes --------------------------------------------------------------------------- */

/* 10 characters of Crockford's base 32, the last of which checks the others, in two groups. */
#define LOY_CLAIM_CODE_SIZE 12u
/* A code for a member without a card in use, which binds one at the lane. It is given out here and
 * nowhere else: the store keeps a keyed digest. An earlier unused code of the member stops working.
 * LOY_REFUSED: the member has a card. Supervisors and managers (LOY_MAY_MAKE_CLAIM). */
LOY_API enum loy_status loy_claim_make(struct loy_store *store, const struct loy_id *member,
    int64_t at_us, char code[LOY_CLAIM_CODE_SIZE]);
/* Gives the card to the member of the code. Small letters, blanks, hyphens, I or L for 1 and O for
 * 0 are fine. LOY_E_FORMAT: that cannot be a code. LOY_NONE: no such code, which is counted: after
 * LOY_RULE_CLAIM_FAILURES of them within LOY_RULE_CLAIM_MINUTES every code is refused for as long.
 * LOY_REFUSED: expired, used, or too many wrong ones (loy_store_text). LOY_E_ARGUMENT also: inside
 * loy_store_begin, with whose rollback the count would be lost. Else as loy_card_issue. Asks for
 * LOY_MAY_USE_CLAIM. */
LOY_API enum loy_status loy_claim_use(struct loy_store *store, const char *code,
    const struct loy_credential *credential, int64_t at_us);

/* ---- What a shop may set ------------------------------------------------------------------- */

/* Symbol, name in the store and in commands, default, lowest, highest. */
#define LOY_CARD_RULES(X)                                                                          \
    X(LOY_RULE_PURCHASERS, "purchasers", 5, 1, 1000)  /* of one organisation at a time */          \
    X(LOY_RULE_CLAIM_DAYS, "claim_days", 90, 1, 3650) /* for which a claim code is good */         \
    X(LOY_RULE_CLAIM_FAILURES, "claim_failures", 10, 1, 1000)                                      \
    X(LOY_RULE_CLAIM_MINUTES, "claim_minutes", 60, 1, 10080)
enum loy_card_rule {
    LOY_RULE_NONE,
#define LOY_RULE_ROW(symbol, name, usual, low, high) symbol,
    LOY_CARD_RULES(LOY_RULE_ROW)
#undef LOY_RULE_ROW
        LOY_RULE_END
};
LOY_API const char *loy_card_rule_name(enum loy_card_rule rule); /* NULL: no rule */
/* As the shop set it, else the default. Every role (LOY_MAY_READ_RULE). */
LOY_API enum loy_status loy_card_rule_get(
    struct loy_store *store, enum loy_card_rule rule, int64_t *value);
/* LOY_E_LIMIT: outside of what makes sense. Managers (LOY_MAY_EDIT_RULE). */
LOY_API enum loy_status loy_card_rule_set(
    struct loy_store *store, enum loy_card_rule rule, int64_t value, int64_t at_us);

#ifdef __cplusplus
}
#endif
#endif
