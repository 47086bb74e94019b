/* SPDX-License-Identifier: MIT
 *
 * loyalty/question.h - one thing that a member is asked for at a visit: what is missing of the
 * form, or whether a value still holds.
 *
 * When: after the tender, once the basket is closed (LOY_STAGE_CLOSED), and never before: ask
 * loy_question_next once, show what it says, and hand the answer to loy_question_answer. A queue at
 * the lane is a reason not to ask at all: whoever holds questions back simply does not call
 * loy_question_next. What was shown and not answered counts as asked.
 *
 * A cashier sees which field it is, never a value of it. A value that is missing may be given here;
 * one that stands is changed at the desk (loy_member_change).
 */
#ifndef LOYALTY_QUESTION_H
#define LOYALTY_QUESTION_H

#include <loyalty/form.h>
#include <loyalty/member.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers are stored; names are those of JSON and options. */
#define LOY_QUESTION_ANSWERS(X)                                                                    \
    X(LOY_ANSWER_ASKED, "asked")         /* shown, no answer yet */                                \
    X(LOY_ANSWER_GIVEN, "given")         /* the missing value */                                   \
    X(LOY_ANSWER_CONFIRMED, "confirmed") /* the value still holds */                               \
    X(LOY_ANSWER_WRONG, "wrong")         /* it does not, and is changed at the desk */             \
    X(LOY_ANSWER_LATER, "later")         /* not today */                                           \
    X(LOY_ANSWER_NOT_THIS, "not-this")   /* this field is not asked for any more */                \
    X(LOY_ANSWER_NEVER, "never")         /* nothing is asked any more */                           \
    X(LOY_ANSWER_AGAIN, "again")         /* takes the two before back: that field's, or all */
LOY_NAMED_ENUM(loy_question_answer, LOY_ANSWER_NONE, LOY_QUESTION_ANSWERS)
LOY_API enum loy_status loy_question_answer_find(
    const char *name, enum loy_question_answer *answer); /* LOY_NONE */

struct loy_asked {
    size_t size;
    uint8_t field; /* enum loy_field */
    bool confirm;  /* there is a value: "is this still right?"; else it is missing */
    char name[32]; /* "postcode" */
    char label[LOY_FORM_LABEL_MAX];     /* as the shop wrote it, or in the process's language */
    char purpose[LOY_FORM_PURPOSE_MAX]; /* why the shop wants to know */
};
/* What to ask this member now. LOY_OK: it is noted as asked, durably, before it is shown, so that
 * no other lane asks too. LOY_NONE: nothing, because
 *   - the rule "questions" of the lane is 0;
 *   - the member was asked on this local day already, at whichever lane and in whatever zone;
 *   - the member said "never", or does not want to be asked (LOY_EVIDENCE_UNWANTED);
 *   - the member withdrew from profiling (objected) or from the scheme;
 *   - the member is not registered: opened for an outside reference only, merged or erased;
 *   - all that may be asked is there and was confirmed in the last LOY_STALE_MONTHS.
 *
 * Asked for are fields of the member's form (loy_form_field_next) that have a purpose, and can be
 * said across a counter: of persons family name, telephone, postcode, address, year of birth,
 * household size, sex; of organisations, of whichever buyer, telephone, postcode, address,
 * industry, district, section, fax; numbers of tax and account and licences are the desk's. What
 * the customer took back is not asked for. Worth most is asked first: a missing field 4 times its
 * weight (LOY_QUALITY_WEIGHTS), a telephone, e-mail or address that came back 4 times less 1, one
 * that is stale 2 times; of equals the older value, then the order above.
 *
 * offset_min: the lane's zone. Cashiers, supervisors and managers (LOY_MAY_ASK_FIELD). */
LOY_API enum loy_status loy_question_next(struct loy_store *store, const struct loy_id *member,
    int64_t at_us, int16_t offset_min, struct loy_asked *asked);
/* What the member said. field: the one that was asked; 0 also with NEVER and AGAIN, which need no
 * question. value: of GIVEN, else NULL; it becomes the member's, channel "lane", initiated by
 * staff. CONFIRMED is evidence for the value (LOY_EVIDENCE_SAID), WRONG against it (RETURNED).
 * LOY_E_FORMAT: the value, as loy_store_text says; nothing was noted, ask again. LOY_REFUSED: given
 * though there is a value by now, or it was taken back, or answered though it was not asked for in
 * the last 24 hours: at the desk. LOY_NONE: no such member, merged or erased.
 * Cashiers, supervisors and managers (LOY_MAY_ASK_FIELD). */
LOY_API enum loy_status loy_question_answer(struct loy_store *store, const struct loy_id *member,
    uint8_t field, enum loy_question_answer answer, const char *value, int64_t at_us);

#ifdef __cplusplus
}
#endif
#endif
