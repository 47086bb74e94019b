/* SPDX-License-Identifier: MIT
 *
 * loyalty/rights.h - what a member may ask for: consents and the words they were given to, an
 * objection at the lane, erasure, and the end of what nobody has used for years.
 *
 * Erasing destroys the member's key in FILE.keys, then everything that FILE holds of the member:
 * values, traits, index rows, cards, purchasers, contacts, notes, consents, claims, questions,
 * merges and the members merged into it. Purchases stay under a random id (status 3) to which
 * nothing leads: no name, time, row number, coupon's serial or audit entry. The erased id goes into
 * the table erased and into FILE.erased beside the store, so that a restored backup forgets again.
 *
 * What remains of the member is that id: there, and in the audit entries of before, whose chain of
 * hashes would not stand without it. No name, card or purchase is to be had by it, but it is a
 * UUIDv7 and so carries the millisecond of the registration; and who may read the log sees when and
 * by which operator that id was registered, changed, given a card and erased. There is no way to
 * take this out of a store.
 */
#ifndef LOYALTY_RIGHTS_H
#define LOYALTY_RIGHTS_H

#include <loyalty/member.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Texts of consents ---------------------------------------------------------------------- */

#define LOY_CONSENT_VERSION_MAX 32u /* bytes, terminator included */
#define LOY_LANGUAGE_MAX 16u
#define LOY_CONSENT_TEXT_MAX 4096u
#define LOY_RECEIPT_MAX 256u

struct loy_consent_text {
    size_t size;
    uint8_t purpose; /* enum loy_purpose */
    char version[LOY_CONSENT_VERSION_MAX];
    char language[LOY_LANGUAGE_MAX]; /* "en", "zh_CN" */
    char body[LOY_CONSENT_TEXT_MAX];
    int64_t at_us; /* 0: as built in */
    bool current;  /* what a consent without a named version is given to */
    bool used;     /* somebody's consent names it: it is not changed any more */
};

/* "profiling", "marketing", "suppliers", "scheme"; NULL: no purpose. find: LOY_NONE. */
LOY_API const char *loy_purpose_name(enum loy_purpose purpose);
LOY_API enum loy_status loy_purpose_find(const char *name, enum loy_purpose *purpose);

/* Sets the words of a version in a language; the version that came last is the current one. A store
 * begins with version "1" in English and Chinese. language: two or three letters, perhaps script
 * and region ("zh", "zh_CN", "zh-Hans-CN"). body: readable UTF-8 of at least 20 columns (a Chinese
 * character has two). LOY_REPEATED: these words are there; LOY_E_FORMAT; LOY_E_CONFLICT: somebody
 * has consented to that version, take a new one. Managers
 * (LOY_MAY_EDIT_CONSENT_TEXT). */
LOY_API enum loy_status loy_consent_text_set(struct loy_store *store, enum loy_purpose purpose,
    const char *version, const char *language, const char *body, int64_t at_us);
/* version NULL: the current one. A language that the version does not have gives the same of
 * another region, else English. LOY_NONE: no such version. Every role may: the words are for
 * everybody (LOY_MAY_READ_RULE). */
LOY_API enum loy_status loy_consent_text_get(struct loy_store *store, enum loy_purpose purpose,
    const char *version, const char *language, struct loy_consent_text *text);
/* A cursor over all, by purpose, version and language; start with *position = 0. Asks for
 * LOY_MAY_READ_RULE. */
LOY_API enum loy_status loy_consent_text_next(
    struct loy_store *store, int64_t *position, struct loy_consent_text *text);

/* ---- Consents --------------------------------------------------------------------------------
 */

struct loy_consent_change {
    size_t size;
    uint8_t purpose; /* enum loy_purpose */
    bool given;
    const char *channel;  /* required */
    uint8_t initiated_by; /* enum loy_initiative; required */
    const char *version;  /* of the text; NULL: the current one */
    const char *language; /* of the receipt line that is kept; NULL: none is kept */
    int16_t offset_min;   /* the shop's zone, for that line */
};
/* Enters that a member consents or withdraws. It holds from the next computation on: profiles,
 * segments and reports ask each time. Who has withdrawn from the scheme gets no further baskets,
 * nor one that is open now: it is nobody's from the lane's next step on, or at its end at the
 * latest, unless a part is on the member's account.
 * LOY_E_FORMAT: there is no such version of the text. LOY_NONE: the member was merged into
 * another (loy_member_survivor). Cashiers, supervisors and managers.
 * loy_member_consent (member.h) is the same with the current text, by the customer. Asks for
 * LOY_MAY_SET_CONSENT. */
LOY_API enum loy_status loy_consent_set(struct loy_store *store, const struct loy_id *member,
    const struct loy_consent_change *change, int64_t at_us);

struct loy_consent {
    size_t size;
    uint8_t purpose;
    int64_t number; /* 1, 2 ... within the purpose */
    bool given;
    int64_t at_us;
    char channel[32];
    uint8_t initiated_by;                       /* 0: not known */
    char text_version[LOY_CONSENT_VERSION_MAX]; /* "": not known */
    char receipt[LOY_RECEIPT_MAX];              /* "": none was kept */
};
/* Every consent and withdrawal, by purpose, oldest first. Supervisors, managers, auditors. Asks for
 * LOY_MAY_READ_CONSENT. */
LOY_API enum loy_status loy_consent_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_consent *consent);
/* The line for the paper receipt, of the latest word on a purpose: what, given or withdrawn, text
 * version, local time, the end of the card's number; no name. language: "zh..." is Chinese, else
 * English. LOY_NONE: the member was never asked. Asks for LOY_MAY_SET_CONSENT. */
LOY_API enum loy_status loy_consent_receipt(struct loy_store *store, const struct loy_id *member,
    enum loy_purpose purpose, const char *language, int16_t offset_min, char text[LOY_RECEIPT_MAX]);

/* "Not this basket, and no profile": withdraws profiling and takes the basket off the member, open
 * or closed, in one step; one that is open is priced anew, unless a part is paid or the till prices
 * it, and gets a link (LOY_LINK_OBJECTED). basket NULL or none: only the first. LOY_NONE: no such
 * member, or not the member's basket; nothing was changed. Cashiers, supervisors and managers
 * (LOY_MAY_SET_CONSENT).
 */
LOY_API enum loy_status loy_member_object(struct loy_store *store, const struct loy_id *member,
    const struct loy_id *basket, const char *channel, int64_t at_us);

/* ---- What is held ----------------------------------------------------------------------------
 *
 * For an export, with the cursors of member.h, member_card.h, quality.h and contact.h. Managers.
 */

/* Before an export: may this operator make one? Notes in the audit log that it was asked for.
 * LOY_NONE: no such member. LOY_E_ARGUMENT also: inside loy_store_begin, with whose rollback that
 * note would be lost. Asks for LOY_MAY_EXPORT_MEMBER. */
LOY_API enum loy_status loy_export_begin(
    struct loy_store *store, const struct loy_id *member, int64_t at_us);

/* One line of a basket with the member, whatever became of the basket: closed, void or open; a
 * basket without lines is one with number 0. Start with a position of zeros; oldest first. Asks for
 * LOY_MAY_EXPORT_MEMBER. */
struct loy_held_position {
    int64_t at_us, basket, line;
};
struct loy_held_line {
    size_t size;
    struct loy_id basket;
    uint8_t state; /* 1 open, 2 closed, 3 void */
    int64_t sequence, opened_at_us, closed_at_us, total_minor, basket_discount_minor;
    int16_t offset_min;
    char site[LOY_CODE_MAX], lane[LOY_CODE_MAX], card_tail[8], void_reason[128];
    int32_t number; /* 1, 2 ... */
    char gtin[16], article[128], brand[128], manufacturer[128], category[128], style[128];
    char season[128], grade[128], colour[128], size_text[128];
    int64_t quantity_milli, list_minor, discount_minor, paid_minor;
    char promotion[128], campaign[128];
    uint8_t form;            /* enum loy_form */
    struct loy_id return_of; /* none: no return, or of an unknown purchase */
    int32_t return_of_line;
    char return_reason[128];
    int64_t corrected_us; /* when it was, of a lane whose clock was wrong (loyalty/clock.h); 0: as
                             opened_at_us says */
};
LOY_API enum loy_status loy_held_line_next(struct loy_store *store, const struct loy_id *member,
    struct loy_held_position *position, struct loy_held_line *line);

/* What happened to a basket with the member beside its lines: "link", each time that it got,
 * changed or lost its member (number, at_us, how, stage: enum loy_stage, and what was due before
 * and after); "tender", what was paid with (number, how: enum loy_tender, amount_minor; at_us 0);
 * "coupon", one that was shown (at_us, rule, serial: "" where all are alike); "back", a line that
 * was taken back behind the total, noted while the customer funnel is on (number: the line, 0 the
 * whole basket). By basket, in the order of loy_held_line_next, with a position of zeros to start.
 * Asks for LOY_MAY_EXPORT_MEMBER. */
struct loy_held_step {
    size_t size;
    struct loy_id basket;
    char kind[8];
    int64_t at_us;
    int32_t number;
    uint8_t how, stage;
    int64_t before_minor, after_minor, amount_minor;
    char rule[128], serial[128];
};
LOY_API enum loy_status loy_held_step_next(struct loy_store *store, const struct loy_id *member,
    struct loy_held_position *position, struct loy_held_step *step);

/* What has no cursor of its own: "referred-by", "refers", "head-office", "branch" (other: the other
 * member's id), "merged" (other: the earlier registration; how 0: it can be
 * undone, 1: it was, 2: it is final), "judged-different", "claim" (how 1:
 * used), "confirmation" (field, version, how: enum loy_evidence), "card" (how: the status that a
 * card got, text: the end of its number), "shown" (a card for a basket that is not the member's:
 * how as of "link" above, text: the end of the number), "question" (field that was asked for at a
 * lane, how: enum loy_question_answer), "staff-card" (a card that an operator said to be his own:
 * text), "alarm" (an alarm about a card's baskets, the first one the member's, that somebody looked
 * at: version: of how many baskets, how: enum loy_alarm_kind, reason), "index" (a keyed digest by
 * which the member is found; field 0: an outside reference). Asks for LOY_MAY_EXPORT_MEMBER. */
struct loy_held {
    size_t size;
    char kind[24];
    int64_t at_us; /* 0: not known */
    struct loy_id other;
    uint8_t field;
    int64_t version, how;
    char text[32]; /* channel, or the end of a number */
    char reason[128];
};
LOY_API enum loy_status loy_held_next(
    struct loy_store *store, const struct loy_id *member, int64_t *position, struct loy_held *held);

/* ---- Erasure ---------------------------------------------------------------------------------
 */

/* Forgets a member, and those merged into it. reason: a short code ("request", "retention"), kept
 * in the audit log with the old id. LOY_REPEATED: was erased before. LOY_E_CONFLICT: it was merged
 * into another member: erase that one, or undo the merge. LOY_E_BUSY: another program still reads,
 * so the logs of the two files could not be emptied: the member is erased; the same call or the
 * next opening finishes. Whatever fails between the two files is finished at the next opening. Not
 * inside loy_store_begin. Managers (LOY_MAY_ERASE_MEMBER). */
LOY_API enum loy_status loy_member_erase(
    struct loy_store *store, const struct loy_id *member, const char *reason, int64_t at_us);

/* loy_store_restore (store.h), which forgets again whom options->path + ".erased" names, with a
 * further file of erased ids; NULL: none. LOY_E_FORMAT: it is no such file. Needs no role: opens:
 * the user must be enrolled in the backup. */
LOY_API enum loy_status loy_store_restore_erased(const char *backup, const char *erased,
    const struct loy_store_options *options, struct loy_store **store);

/* The part FILE.keys of a backup is to be destroyed after so many days: older backups then hold
 * nobody who was erased since, even without FILE.erased. */
#define LOY_BACKUP_KEYS_DAYS 30

/* ---- Retention -------------------------------------------------------------------------------
 */

/* Members of whom nothing was heard for so long are inactive: no purchase, contact, change,
 * confirmation, consent or card since. Default 1096 days (three years from the last contact, the
 * reference of CNIL SAN-2020-008). set: LOY_E_FORMAT below 30 days. Managers
 * (LOY_MAY_RUN_RETENTION). */
#define LOY_RETENTION_DAYS 1096
LOY_API enum loy_status loy_retention_days_get(struct loy_store *store, int64_t *days);
LOY_API enum loy_status loy_retention_days_set(
    struct loy_store *store, int64_t days, int64_t at_us);

struct loy_inactive {
    size_t size;
    struct loy_id member;
    int64_t last_us; /* when something was last heard */
};
/* A cursor over inactive members at at_us; the dry run. Managers (LOY_MAY_RUN_RETENTION). */
LOY_API enum loy_status loy_retention_next(
    struct loy_store *store, int64_t at_us, int64_t *position, struct loy_inactive *inactive);
#define LOY_RETENTION_SILENCE_DAYS 90
#define LOY_RETENTION_OVERSEEN 10 /* so few are read at a glance in a dry run's list */
/* Whether what is due at at_us would be done. LOY_REFUSED with the reason in loy_store_text:
 *   - the clock: something is due, but of the LOY_RETENTION_SILENCE_DAYS before at_us, its last day
 *     not counted, there is no audit entry, registration or purchase of a member. A clock that was
 *     reset to a far year would else forget everybody.
 *   - the number: more than LOY_RETENTION_OVERSEEN members and more than half of all would go.
 * The calls that do it (loy_retention_run, loy_merge_finalise, loy_purchasers_forget) refuse for
 * the same reasons, until a manager has vouched. Asks for LOY_MAY_RUN_RETENTION. */
LOY_API enum loy_status loy_retention_check(struct loy_store *store, int64_t at_us);
/* A manager has looked at the clock and through the list of a dry run, and both are right: nothing
 * is refused for these reasons on this handle on that day (UTC). The audit log keeps it. Not inside
 * loy_store_begin. Asks for LOY_MAY_RUN_RETENTION. */
LOY_API enum loy_status loy_retention_vouch(struct loy_store *store, int64_t at_us);
/* Erases them, some hundred in a transaction, each looked at again inside it; what is done stays
 * done when cancelled (LOY_E_CANCELLED) or failed. *erased: how many, also then. LOY_REFUSED: as
 * loy_retention_check says; nothing was erased. Managers
 * (LOY_MAY_RUN_RETENTION). */
LOY_API enum loy_status loy_retention_run(
    struct loy_store *store, int64_t at_us, loy_progress_fn progress, void *user, int64_t *erased);

#ifdef __cplusplus
}
#endif
#endif
