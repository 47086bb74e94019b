/* SPDX-License-Identifier: MIT
 *
 * loyalty/duplicate.h - the same customer twice: a score, one question at the lane, a list for the
 * desk, and a merge that can be undone.
 *
 * The score of two members adds what both have (the sum, at most 100):
 *
 *     the same tax number                     60    the same e-mail address               30
 *     the same telephone                      40    the same name, legal form left out    30
 *     the same account number                 40    or nearly the same name               15
 *     the same postcode and house number      20    the same birth year                    5
 *
 * Values are compared in their normal form. Nearly the same: one letter more, less or other in
 * names of 5 to 9 letters, two in longer ones; Chinese names of 4 characters or more, one
 * character. What a family or a firm shares (telephone, address) stays below the question.
 */
#ifndef LOYALTY_DUPLICATE_H
#define LOYALTY_DUPLICATE_H

#include <loyalty/member.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_DUPLICATE_ASK 70u  /* from this score on a lane asks */
#define LOY_DUPLICATE_LIST 40u /* from this score on a pair is in the desk's list */
#define LOY_MERGE_UNDO_DAYS 90

/* Symbol, bit, points, name in JSON. */
#define LOY_DUPLICATE_REASONS(X)                                                                   \
    X(LOY_SAME_TAX_NO, 1, 60, "tax_no")                                                            \
    X(LOY_SAME_TELEPHONE, 2, 40, "telephone")                                                      \
    X(LOY_SAME_ACCOUNT_NO, 4, 40, "account_no")                                                    \
    X(LOY_SAME_EMAIL, 8, 30, "email")                                                              \
    X(LOY_SAME_NAME, 16, 30, "name")                                                               \
    X(LOY_SIMILAR_NAME, 32, 15, "similar_name")                                                    \
    X(LOY_SAME_PLACE, 64, 20, "postcode_and_house")                                                \
    X(LOY_SAME_BIRTH_YEAR, 128, 5, "birth_year")

enum loy_duplicate_reason {
#define LOY_DUPLICATE_ROW(symbol, bit, points, name) symbol = bit,
    LOY_DUPLICATE_REASONS(LOY_DUPLICATE_ROW)
#undef LOY_DUPLICATE_ROW
};
/* "tax_no" ... of one bit; NULL: no such. */
LOY_API const char *loy_duplicate_reason_name(uint32_t bit);

/* ---- At the lane --------------------------------------------------------------------------------
 */

enum loy_question {
    LOY_QUESTION_SAME = 1, /* "Is this you?" */
    LOY_QUESTION_BRANCH    /* the tax number is a firm's that is here: "a new branch of ...?" */
};
#define LOY_MASKED_MAX 64u

struct loy_duplicate_question {
    size_t size;
    uint8_t kind; /* enum loy_question */
    uint8_t score;
    uint32_t reasons;     /* enum loy_duplicate_reason, or-ed */
    struct loy_id member; /* who it may be */
    char name[LOY_MASKED_MAX];
    char telephone[LOY_MASKED_MAX]; /* both masked: "王*", "138****5678"; "" where not given, and
                                       to a cashier where it is not the form's own */
};
/* The one question that a form may raise before it is saved: LOY_NONE, as nearly always, or the
 * likeliest of those who have its telephone, tax number, account number or e-mail (of each the
 * first 20): without one of them no score comes to LOY_DUPLICATE_ASK. Never a reason to stop a
 * sale; the answer that nobody gives is "no, new". Fields that are wrong raise none. Cashiers,
 * supervisors and managers. Asks for LOY_MAY_ASK_DUPLICATE. */
LOY_API enum loy_status loy_duplicate_ask(struct loy_store *store,
    const struct loy_member_form *form, int64_t at_us, struct loy_duplicate_question *question);

/* Links a branch to its head office; a loop is refused (LOY_E_CONFLICT). parent NULL: it is none
 * any more. LOY_NONE: no such member, or merged into another. Asks for LOY_MAY_EDIT_MEMBER. */
LOY_API enum loy_status loy_member_branch_of(struct loy_store *store, const struct loy_id *member,
    const struct loy_id *parent, int64_t at_us);

/* ---- At the desk --------------------------------------------------------------------------------
 */

struct loy_duplicate {
    size_t size;
    struct loy_id first, second; /* first was registered earlier */
    uint8_t score;
    uint32_t reasons;
};
/* A cursor over pairs of active members that share something and score at least score_min, in the
 * order of their registration: start with a zeroed position. A pair shares a telephone, tax number,
 * account number, e-mail, name, or postcode with house number; what more than 20 members share (a
 * firm's telephone) is not looked at. Pairs that were judged distinct, and a branch with its head
 * office, are left out; between branches of one firm its tax and account number do not count. Who
 * shares a name or a place stands in no file: the call with a zeroed position, and the first on a
 * handle that goes on in the middle, decrypts the names and places of all members (seconds for
 * 100,000) and keeps in memory which numbers belong together. Who takes a name or a place after
 * that is found by it in the next listing; scores are always those of the values as they are.
 * Supervisors and managers. Asks for LOY_MAY_LIST_DUPLICATES. */
struct loy_duplicate_position {
    int64_t first, second;
};
LOY_API enum loy_status loy_duplicate_next(struct loy_store *store,
    struct loy_duplicate_position *position, unsigned score_min, struct loy_duplicate *pair);
/* Somebody has looked: these are two. Nobody is asked again. Asks for LOY_MAY_LIST_DUPLICATES. */
LOY_API enum loy_status loy_duplicate_distinct(
    struct loy_store *store, const struct loy_id *a, const struct loy_id *b, int64_t at_us);

/* ---- Merging ------------------------------------------------------------------------------------
 */

/* Makes two members one, durably, in one transaction. The survivor keeps his own and gets the
 * other's cards, baskets, contacts, purchasers and references. Of each field the value that stands
 * by the conflict rule of loyalty/quality.h is current afterwards. The survivor gets the traits
 * that he has not; those past LOY_TRAITS_MAX are in his history only. A consent stands where both
 * gave it, so never asked counts as not given; but the terms of the scheme, which the survivor
 * keeps as he accepted them, end only where one of the two withdrew. Evidence comes with its value.
 * Notes of both stay. The loser is found no more; his id, cards and numbers lead to the survivor.
 * LOY_E_CONFLICT: one of them is not active, they are the same, or a person and an organisation
 * that both have names. Managers (LOY_MAY_MERGE_MEMBERS). */
LOY_API enum loy_status loy_member_merge(struct loy_store *store, const struct loy_id *survivor,
    const struct loy_id *loser, int64_t at_us);
/* Undoes the loser's merge within LOY_MERGE_UNDO_DAYS: both are as before, but for what was changed
 * meanwhile, which stays with the survivor; a card that took the place of one of the loser's
 * meanwhile, and baskets that his cards brought, are the loser's. LOY_NONE: he is not merged;
 * LOY_REFUSED: too late; LOY_E_CONFLICT: the survivor was merged himself since: undo that first.
 * Managers (LOY_MAY_MERGE_MEMBERS). */
LOY_API enum loy_status loy_member_unmerge(
    struct loy_store *store, const struct loy_id *loser, int64_t at_us);
/* The merges that can be undone at at_us, the latest first; start with *position = 0. A survivor
 * who was merged himself since is not among them: his own merge is. Managers
 * (LOY_MAY_MERGE_MEMBERS). */
struct loy_merge {
    size_t size;
    struct loy_id survivor, loser;
    int64_t at_us;
};
LOY_API enum loy_status loy_merge_next(
    struct loy_store *store, int64_t at_us, int64_t *position, struct loy_merge *merge);
/* After that time a merge is made final: what was sealed for the loser is sealed anew for the
 * survivor, then the loser's values, traits, confirmations, consents and the journal go, and at
 * last his key. Nothing changes for the survivor; the loser's id leads to him as before, and
 * loy_member_unmerge answers LOY_REFUSED. due: how many merges are past their time at at_us.
 * finalise: in batches, each whole; *finalised: how many, also where a later one failed. Not inside
 * loy_store_begin. LOY_E_BUSY: another program reads, so the logs were not emptied; the next
 * opening or call goes on. LOY_REFUSED: as loy_retention_check (rights.h) says of the clock.
 * Managers (LOY_MAY_RUN_RETENTION). */
LOY_API enum loy_status loy_merge_due(struct loy_store *store, int64_t at_us, int64_t *count);
LOY_API enum loy_status loy_merge_finalise(
    struct loy_store *store, int64_t at_us, int64_t *finalised);
/* Who stands for a member now: the end of his merges, or himself. Whoever may see members
 * (LOY_MAY_SEE_MEMBER). */
LOY_API enum loy_status loy_member_survivor(
    struct loy_store *store, const struct loy_id *member, struct loy_id *survivor);

#ifdef __cplusplus
}
#endif
#endif
