/* SPDX-License-Identifier: MIT
 *
 * loyalty/quality.h - where a value came from, what speaks for it, and how good a member's data
 * are.
 *
 * Every value keeps its channel, who took the initiative, when it was collected and entered, how it
 * was verified. No value is ever lost: what is replaced or not taken stays in the history.
 *
 * The conflict rule. A new value of a field stands against the current one:
 *   1. what the customer gave on his own initiative beats what staff or a file brought,
 *   2. then the one collected later,
 *   3. then the verified one,
 * and where these are the same staff beats a file and the later entry the earlier. So the current
 * value does not depend on the order in which values arrive. The channel "registry" is never the
 * customer's initiative. Saying the same again makes no new value: it is evidence for the one that
 * stands, which then counts as given at that time and by whoever said it.
 * Taking a value back and overriding are decisions: they stand at once, and what was collected
 * before is not looked at any more. What comes later stands against the decision by the rule, so a
 * value that the customer took back is not put back by staff or a file without an override.
 *
 * In the store versions 1, 2, 3 ... of a field were current in turn, and the highest is; a value
 * that lost gets 0, -1, -2 ...
 */
#ifndef LOYALTY_QUALITY_H
#define LOYALTY_QUALITY_H

#include <loyalty/member.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Values and where they came from ------------------------------------------------------------
 */

#define LOY_VERIFIED_MAX 64u

struct loy_provenance {
    size_t size;
    const char *channel;     /* "lane", "desk", "web", "registry" ...; required */
    uint8_t initiated_by;    /* enum loy_initiative; required */
    int64_t collected_at_us; /* when it was given; 0: now. Never after at_us */
    const char *verified_by; /* what was seen: "licence", "id-card" ...; NULL: nothing */
    const char
        *legal_basis; /* required where the channel is a bought or exchanged list, else NULL */
    bool override;    /* it stands in spite of the rule; audited, fields only */
};

/* Changes one field; a blank text takes the value back, but never a name. LOY_OK: it stands.
 * LOY_REPEATED: the same value stood already, and got evidence (SAID, or DOCUMENT where verified_by
 * is given). LOY_REFUSED: the current value stands by the rule, the new one is in the history
 * (loy_store_text says so). LOY_E_CHECK: a new tax number is doubtful (loyalty/identifier.h) and
 * verified_by is not given; one from an import is taken. A telephone, tax number ... that was
 * current no longer finds the member.
 * Supervisors and managers (LOY_MAY_EDIT_MEMBER). */
LOY_API enum loy_status loy_member_change(struct loy_store *store, const struct loy_id *member,
    const struct loy_field_text *value, const struct loy_provenance *provenance, int64_t at_us);
/* The same for a trait. Its store has no room for verified_by and override: LOY_E_ARGUMENT.
 * LOY_E_FORMAT also where its name asks for a number of identity; LOY_E_LIMIT: the member has
 * LOY_TRAITS_MAX others. Asks for LOY_MAY_EDIT_MEMBER. */
LOY_API enum loy_status loy_member_trait_change(struct loy_store *store,
    const struct loy_id *member, const struct loy_trait_text *trait,
    const struct loy_provenance *provenance, int64_t at_us);

struct loy_member_value {
    size_t size;
    uint8_t field; /* enum loy_field; 0: a trait */
    char name[64]; /* "telephone"; a trait's own name */
    int64_t version;
    bool current;
    char text[LOY_FIELD_TEXT_MAX]; /* as typed; "": it was taken back */
    char channel[32];
    char verified_by[LOY_VERIFIED_MAX]; /* "override" alone verifies nothing;
                                            "override: licence" was seen too */
    char legal_basis[64];
    uint8_t initiated_by;
    int64_t collected_at_us, entered_at_us;
};
/* Every value ever given, fields then traits, oldest first: start with *position = 0. Account
 * numbers and banks are passed over but for managers. The caller wipes text. Supervisors and
 * managers (LOY_MAY_READ_HISTORY). */
LOY_API enum loy_status loy_member_value_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_member_value *value);

/* ---- Evidence -----------------------------------------------------------------------------------
 */

enum loy_evidence {
    LOY_EVIDENCE_SAID = 1,  /* the customer said it again */
    LOY_EVIDENCE_DOCUMENT,  /* a document was seen; it verifies the value from now on */
    LOY_EVIDENCE_DELIVERED, /* a letter, message or call arrived */
    LOY_EVIDENCE_RETURNED,  /* it came back: against the value */
    LOY_EVIDENCE_ASKED,     /* asked without an answer: neither for nor against */
    LOY_EVIDENCE_UNWANTED,  /* the customer does not want to be asked about his data any more */
    LOY_EVIDENCE_WANTED,    /* he may be asked again */
    LOY_EVIDENCE_END
};
LOY_API const char *loy_evidence_name(enum loy_evidence how); /* "said" ...; NULL: no such */
LOY_API enum loy_status loy_evidence_find(const char *name, enum loy_evidence *how); /* LOY_NONE */

/* Notes evidence about the current value of a field. LOY_NONE: there is none. at_us is when it
 * happened. Cashiers, supervisors and managers (LOY_MAY_CONFIRM_VALUE). */
LOY_API enum loy_status loy_member_confirm(struct loy_store *store, const struct loy_id *member,
    enum loy_field field, enum loy_evidence how, const char *channel,
    enum loy_initiative initiated_by, int64_t at_us);

/* ---- Trust in one value -------------------------------------------------------------------------
 *
 * trust = (1 - doubt) * 2^(-age / 36 months) * 2^-returned
 *
 * doubt: 1 minus the weight of who took the initiative, times 1 minus its weight for each piece of
 * evidence for the value (a document seen at entry counts as one), times 1 minus the weight of a
 * contact for each contact in the last 12 months, 20 at most. Contacts are closed baskets and those
 * of the log, but for messages sent and observations.
 *
 * age: since the value was given or last confirmed. returned: what came back since then. A month is
 * 1/12 of 365.25 days; evidence and contacts after at_us do not count.
 *
 * A confirming contact can only lower doubt, age and returned, so it never lowers trust. The
 * weights are the project's own judgement, to be measured by loy_quality_channels; nobody has
 * published any. */
#define LOY_TRUST_CUSTOMER 0.60
#define LOY_TRUST_STAFF 0.45
#define LOY_TRUST_IMPORT 0.30
#define LOY_TRUST_SAID 0.30
#define LOY_TRUST_DOCUMENT 0.50
#define LOY_TRUST_DELIVERED 0.20
#define LOY_TRUST_CONTACT 0.03
#define LOY_TRUST_CONTACTS_MAX 20
#define LOY_TRUST_HALF_LIFE_MONTHS 36
#define LOY_STALE_MONTHS 24

struct loy_field_trust {
    size_t size;
    double trust;                             /* 0..1 */
    int64_t last_at_us;                       /* given or last confirmed */
    int32_t evidence_for, returned, contacts; /* returned: since last_at_us */
    bool stale;                               /* last_at_us is 24 months ago or more */
};
/* LOY_NONE: no value. Supervisors, managers, analysts (LOY_MAY_MEASURE_QUALITY). */
LOY_API enum loy_status loy_member_field_trust(struct loy_store *store, const struct loy_id *member,
    enum loy_field field, int64_t at_us, struct loy_field_trust *trust);

/* "Is this still your telephone?" The least trusted of telephone, e-mail and address that is stale
 * or came back; LOY_NONE: nothing to ask. Whoever asks notes the answer with loy_member_confirm
 * (SAID, ASKED, UNWANTED) or changes the value: after any of these nothing is due for 24 hours, and
 * after UNWANTED nothing at all. Cashiers, supervisors and managers (LOY_MAY_CONFIRM_VALUE). */
LOY_API enum loy_status loy_member_due(
    struct loy_store *store, const struct loy_id *member, int64_t at_us, enum loy_field *field);

// clang-format off
/* ---- Three scores of a member -------------------------------------------------------------------
 *
 * Each value has its field's weight w in the table below (1 where it is not on the member's form).
 *
 *   accurate = sum of w over current values that pass the check of their field today (format, check
 *              digits; one that is doubtful passes where it was verified) / sum of w over current values; 1 where nothing is given
 *   right    = sum of w * r / sum of w over current values; 0 where nothing is given
 *              r = 0    where the last evidence is that it came back, else
 *                  1    if there is evidence for it or a document was seen, else
 *                  0.5  if it came on the customer's initiative, else 0
 *   complete = sum of w over given fields of the form / sum of w of the form
 *              Family name counts as name; authorised purchasers count as purchasers. A field that
 *              the shop's own form requires and the table has not is of the form too, with weight 1. A
 *              field that the built-in form asks for in one country only (district: in China) is of
 *              the form there, and elsewhere where the shop gave it a need of its own.
 *
 * Nothing of it is stored: each is computed from values and evidence. */
// clang-format on

/* Field, weight for a person, for an organisation. */
#define LOY_QUALITY_WEIGHTS(X)                                                                     \
    X(LOY_FIELD_NAME, 3, 3)                                                                        \
    X(LOY_FIELD_TELEPHONE, 3, 3)                                                                   \
    X(LOY_FIELD_TAX_NO, 0, 3)                                                                      \
    X(LOY_FIELD_ADDRESS, 2, 2)                                                                     \
    X(LOY_FIELD_POSTCODE, 2, 2)                                                                    \
    X(LOY_FIELD_EMAIL, 2, 0)                                                                       \
    X(LOY_FIELD_INDUSTRY, 0, 2)                                                                    \
    X(LOY_FIELD_SEX, 1, 0)                                                                         \
    X(LOY_FIELD_BIRTH_YEAR, 1, 0)                                                                  \
    X(LOY_FIELD_HOUSEHOLD_SIZE, 1, 0)                                                              \
    X(LOY_FIELD_FAX, 0, 1)                                                                         \
    X(LOY_FIELD_SECTION, 0, 1)                                                                     \
    X(LOY_FIELD_DISTRICT, 0, 1)                                                                    \
    X(LOY_FIELD_ACCOUNT_NO, 0, 1)                                                                  \
    X(LOY_FIELD_PURCHASERS, 0, 1)

struct loy_quality {
    size_t size;
    double accurate, right, complete; /* 0..1; "right" is the score "true" */
    /* Fields as bits, 1 << enum loy_field: given; failing their check; came back; without evidence
     * and not from the customer; stale; on the form and not given. */
    uint32_t given, failed, returned, unconfirmed, stale, missing;
};
/* LOY_NONE: no such member, or one that was merged or erased. Supervisors, managers, analysts
 * (LOY_MAY_MEASURE_QUALITY). */
LOY_API enum loy_status loy_member_quality(struct loy_store *store, const struct loy_id *member,
    int64_t at_us, struct loy_quality *quality);

struct loy_quality_member {
    struct loy_id member;
    double score;  /* the mean of the three */
    int64_t order; /* of registration */
    struct loy_quality quality;
};
/* The n members with the lowest score, worst first, the earlier registered first where they are
 * equal, in one pass with no more memory than worst[n]. *count: how many. Merged and erased members
 * are left out. progress may be NULL. Supervisors, managers, analysts (LOY_MAY_MEASURE_QUALITY). */
LOY_API enum loy_status loy_quality_worst(struct loy_store *store, int64_t at_us,
    struct loy_quality_member *worst, size_t n, size_t *count, loy_progress_fn progress,
    void *user);

/* ---- Which way of collecting gives better data --------------------------------------------------
 *
 * Counted over all values of fields that are or were current, of members not merged or erased. A
 * value is wrong if it came back, fails the check of its field today, or was replaced by another
 * that the customer gave or that was verified. It was put to the test if it is wrong or has
 * evidence for it. Values that lost by the conflict rule are counted apart and are not wrong for
 * it: else the rule would prove itself.
 *
 * Shares with 95 % intervals by Wilson (1927); differences of two shares with Newcombe's (1998,
 * method 10) built on them, as if values were independent. */

struct loy_share {
    double share, low, high; /* 0 of 0: 0, 0, 1 */
};
LOY_API void loy_share_wilson(int64_t hits, int64_t n, struct loy_share *share);

struct loy_channel_quality {
    char channel[32];
    uint8_t initiated_by;
    int64_t values, lost; /* current at some time; lost by the rule */
    int64_t confirmed, returned, corrected, failed, tested, wrong;
    struct loy_share confirmed_share, wrong_share; /* of values; of those tested */
};

enum loy_verdict {
    LOY_VERDICT_TOO_FEW = 1, /* fewer than 30 tested on a side */
    LOY_VERDICT_HOLDS,       /* the whole interval speaks for the claim */
    LOY_VERDICT_REFUTED,     /* ... against it */
    LOY_VERDICT_OPEN         /* zero is inside */
};
#define LOY_CLAIM_TESTED_MIN 30
#define LOY_FREQUENT_CONTACTS_MIN 4 /* in the last 12 months */

struct loy_claim {
    int64_t tested[2], wrong[2];  /* 0: customer-initiated, frequent; 1: the others */
    struct loy_share shares[2];   /* wrong of tested */
    double difference, low, high; /* share of the others minus that of the first: above 0 speaks for
                                     the claim */
    uint8_t verdict;              /* enum loy_verdict */
};

#define LOY_CHANNEL_ROWS_MAX 256u
struct loy_channel_report {
    size_t size;
    size_t row_count;
    struct loy_channel_quality rows[LOY_CHANNEL_ROWS_MAX]; /* by channel, then initiative */
    struct loy_claim customer_better, frequent_better;
    int64_t members;
};
/* Measured on this store, in one pass. LOY_E_LIMIT: more than LOY_CHANNEL_ROWS_MAX rows.
 * Supervisors, managers, analysts (LOY_MAY_MEASURE_QUALITY). */
LOY_API enum loy_status loy_quality_channels(struct loy_store *store, int64_t at_us,
    struct loy_channel_report *report, loy_progress_fn progress, void *user);

#ifdef __cplusplus
}
#endif
#endif
