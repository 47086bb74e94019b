/* SPDX-License-Identifier: MIT
 *
 * loyalty/contact.h - every contact with a customer in one log, the channels by which contacts
 * come, a manager's notes, who brought whom, and what an observing instrument saw.
 *
 * Texts of people (a remark, a note) are envelopes under the member's own key. What stands in clear
 * are codes: kind, channel, campaign, incentive, reason, legal basis. Write no names into codes.
 */
#ifndef LOYALTY_CONTACT_H
#define LOYALTY_CONTACT_H

#include <loyalty/member.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Channels ----------------------------------------------------------------------------------
 *
 * Built in: lane, desk, web, call, hotline, fair, survey, mail, app, import, registry, referral,
 * partner, bought, exchanged. A shop adds its own. Whatever is written with a channel that is not
 * in the list is refused (LOY_E_FORMAT). bought and exchanged, and each channel whose code begins
 * so, need a legal basis with every value and contact. */
#define LOY_CHANNEL_MAX 32u /* bytes of a code, terminator included */
struct loy_channel {
    size_t size;
    char code[LOY_CHANNEL_MAX];
    char name[64]; /* for people, in the language of the process */
    bool needs_basis, built_in;
};
/* A code is a word for a way, in letters of any script, digits, - _ . and blanks inside, with a
 * letter in it; nothing that looks like a telephone or card number (LOY_E_FORMAT). LOY_REPEATED: it
 * is there; LOY_E_CONFLICT: there with another need of a basis. name NULL: the code. Managers
 * (LOY_MAY_EDIT_CHANNEL). */
LOY_API enum loy_status loy_channel_add(
    struct loy_store *store, const char *code, const char *name, bool needs_basis, int64_t at_us);
/* For imports, whose files may come from anywhere: takes a channel in if it is new. LOY_OK: it was
 * new, tell it; LOY_REPEATED: known. Supervisors and managers (LOY_MAY_IMPORT_FILE). */
LOY_API enum loy_status loy_channel_take(struct loy_store *store, const char *code, int64_t at_us);
/* Start with *position = 0: the built in ones in the order above, then the shop's own by code. Asks
 * for LOY_MAY_SEE_MEMBER. */
LOY_API enum loy_status loy_channel_next(
    struct loy_store *store, int64_t *position, struct loy_channel *channel);

/* ---- Contacts ----------------------------------------------------------------------------------
 */

/* Symbol, name in files and JSON. */
#define LOY_CONTACT_KINDS(X)                                                                       \
    X(LOY_CONTACT_REGISTRATION, "registration")                                                    \
    X(LOY_CONTACT_PURCHASE, "purchase")                                                            \
    X(LOY_CONTACT_RETURN, "return")                                                                \
    X(LOY_CONTACT_COMPLAINT, "complaint")                                                          \
    X(LOY_CONTACT_SERVICE_REMARK, "service-remark")                                                \
    X(LOY_CONTACT_SURVEY, "survey")                                                                \
    X(LOY_CONTACT_COUPON, "coupon")                                                                \
    X(LOY_CONTACT_CONTEST, "contest")                                                              \
    X(LOY_CONTACT_WEB_FORM, "web-form")                                                            \
    X(LOY_CONTACT_INBOUND_CALL, "inbound-call")                                                    \
    X(LOY_CONTACT_FAIR, "fair")                                                                    \
    X(LOY_CONTACT_MESSAGE, "message")                                                              \
    X(LOY_CONTACT_OBSERVATION, "observation")                                                      \
    X(LOY_CONTACT_OTHER, "other")
LOY_NAMED_ENUM(loy_contact_kind, LOY_CONTACT_NONE, LOY_CONTACT_KINDS)
/* Who usually begins such a contact: staff a survey, a message and an observation, the customer all
 * others. */
LOY_API enum loy_initiative loy_contact_initiative(enum loy_contact_kind kind);

#define LOY_CONTACT_CODE_MAX 64u /* bytes of a campaign, incentive, reason, legal basis */

struct loy_contact_form {
    size_t size;
    const struct loy_id *member; /* NULL: nobody known, as an unmatched caller */
    uint8_t kind;                /* enum loy_contact_kind; required */
    const char *channel;         /* required, from the list */
    uint8_t initiated_by;        /* enum loy_initiative; required */
    int64_t at_us;               /* when it was, from 1970 to a day ahead; 0: at_us of the call,
                                    of a registration when the member was registered */
    const char *campaign;        /* required for a coupon; else or NULL */
    const char *incentive;       /* what was given for the answer, or NULL */
    const char *reason;          /* required for a complaint; a code from the shop's list, with at
                                    most 8 digits */
    const struct loy_id *basket; /* or NULL */
    int32_t line;                /* 1, 2, ... of that basket; 0: none */
    const char *article;         /* the shop's code, where there is no receipt; or NULL */
    const char *text;            /* what was said, sealed; only with a member; or NULL */
    const char *legal_basis;     /* required where the channel needs one */
    const char *origin;          /* all of an imported row: the same one again changes nothing, but
                                    gives a contact of nobody known its member and text */
};
/* Writes one contact. A complaint names basket and line of a sale, or at least the article, and its
 * reason; a basket is the member's own or one that nobody's card was shown for.
 *
 * The timeline (loy_contact_next) has registration, purchases and returns by itself, so they are
 * not written twice: a registration may be written once to say its campaign and incentive and then
 * stands in the place of the bare one; a purchase or return that names a stored basket is
 * LOY_REPEATED. A coupon gives one response per member and campaign: the second is LOY_REPEATED.
 *
 * LOY_OK: written, *number names it; LOY_REPEATED: it is there; LOY_NONE: no such member;
 * LOY_E_FORMAT: loy_store_text says what is wrong and what would be right. Cashiers, supervisors
 * and managers. number may be NULL. Asks for LOY_MAY_ADD_CONTACT. */
LOY_API enum loy_status loy_contact_add(
    struct loy_store *store, const struct loy_contact_form *form, int64_t at_us, int64_t *number);
/* All that loy_contact_add would refuse with LOY_E_FORMAT, one complaint a call, as
 * loy_member_wrong_next; *what is the name of a member of the form, a constant. Asks for
 * LOY_MAY_ADD_CONTACT. */
LOY_API enum loy_status loy_contact_wrong_next(struct loy_store *store,
    const struct loy_contact_form *form, int64_t at_us, int64_t *position, const char **what);

struct loy_contact {
    size_t size;
    int64_t number, at_us; /* number 0: not of the log but of the register or of a basket */
    char kind[32], channel[32];
    uint8_t initiated_by;                                          /* enum loy_initiative */
    char campaign[64], incentive[64], reason[64], legal_basis[64]; /* "" none */
    struct loy_id basket;
    int32_t line;     /* 0: none */
    char article[64]; /* cut where the shop's code is longer */
    char text[LOY_FIELD_TEXT_MAX];
    /* Of a purchase the whole basket, of a return its line; else 0 and "". What was given back is
     * negative. */
    int64_t paid_minor;
    int32_t lines;
    char site[LOY_CODE_MAX], lane[LOY_CODE_MAX];
};
/* The whole timeline of a member, oldest first, each contact exactly once: registration, purchases
 * (a line each closed basket), returns (a line each returned line, with its reason) and the log,
 * also of those that were merged into this member. Start with *position = 0. member NULL: contacts
 * of nobody known. The caller wipes text. Supervisors and managers (LOY_MAY_READ_CONTACT). */
LOY_API enum loy_status loy_contact_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_contact *contact);

/* ---- What contacts say of articles and campaigns ------------------------------------------------
 *
 * Counts only, no member: supervisors, managers and analysts. Contacts by their time, baskets by
 * when they were opened, [from_us, to_us). The cursor is closed by the caller. */

/* What rows are told apart by; each shows the attributes above it too. colour: family and the
 * supplier's name. Asks for LOY_MAY_STUDY_CONTACTS. */
enum loy_complaint_group {
    LOY_COMPLAINTS_BY_BRAND = 1,
    LOY_COMPLAINTS_BY_STYLE,
    LOY_COMPLAINTS_BY_ARTICLE,
    LOY_COMPLAINTS_BY_COLOUR
};
struct loy_complaint_count {
    size_t size;
    char brand[128], style[128], article[128], colour[128]; /* "" not told apart or not known */
    uint8_t colour_family;       /* enum loy_colour of loyalty/basket.h */
    char reason[128];            /* "" none was given */
    int64_t complaints, returns; /* contacts; lines that came back in a basket of their own or as
                                    part of another purchase, not those taken back before paying */
    int64_t returned_milli;      /* quantity of these lines */
    int64_t sold_milli; /* quantity sold of the brand, style, article or colour, for all its
                           reasons; what was taken back in the same basket is taken off */
};
struct loy_complaint_counts;
LOY_API enum loy_status loy_complaint_counts_open(struct loy_store *store,
    enum loy_complaint_group by, int64_t from_us, int64_t to_us,
    struct loy_complaint_counts **counts);
LOY_API enum loy_status loy_complaint_count_next(
    struct loy_complaint_counts *counts, struct loy_complaint_count *count);
LOY_API void loy_complaint_counts_close(struct loy_complaint_counts *counts);

/* A row per campaign and incentive. given of asked: fields of the registered members' forms that
 * were ever filled in, of 11 for an organisation and 7 for a person (name, address, telephone,
 * postcode, sex, birth year, household size). Asks for LOY_MAY_STUDY_CONTACTS. */
struct loy_campaign_count {
    size_t size;
    char campaign[64], incentive[64];
    int64_t contacts, members, responses /* coupons, one per member, and contests */, registrations,
        given, asked;
};
struct loy_campaign_counts;
LOY_API enum loy_status loy_campaign_counts_open(
    struct loy_store *store, int64_t from_us, int64_t to_us, struct loy_campaign_counts **counts);
LOY_API enum loy_status loy_campaign_count_next(
    struct loy_campaign_counts *counts, struct loy_campaign_count *count);
LOY_API void loy_campaign_counts_close(struct loy_campaign_counts *counts);

/* ---- Notes for managers -------------------------------------------------------------------------
 */

enum loy_note {
    LOY_NOTE_POTENTIAL = 1, /* what this customer could buy */
    LOY_NOTE_DIRECTION,     /* where its business goes */
    LOY_NOTE_CREDIT,        /* as far as dealings showed it */
    LOY_NOTE_COMPETITORS    /* other suppliers */
};
LOY_API const char *loy_note_name(enum loy_note note); /* "potential" ...; NULL: none such */
/* The note as it is now; LOY_NONE: never written, or taken back. Managers (LOY_MAY_READ_NOTE). */
LOY_API enum loy_status loy_note_get(struct loy_store *store, const struct loy_id *member,
    enum loy_note note, char text[LOY_FIELD_TEXT_MAX]);
/* A blank text takes the note back; what was stays in its history. LOY_REPEATED: it says so
 * already; LOY_NONE: no such member, or merged into another. Managers
 * (LOY_MAY_WRITE_NOTE). */
LOY_API enum loy_status loy_note_set(struct loy_store *store, const struct loy_id *member,
    enum loy_note note, const char *text, int64_t at_us);
struct loy_note_entry {
    size_t size;
    int64_t at_us;
    uint8_t note; /* enum loy_note */
    char operator_name[64];
    char text[LOY_FIELD_TEXT_MAX]; /* "": taken back */
};
/* Every note ever written of a member, kind by kind, oldest first; *position starts at 0.
 * Managers (LOY_MAY_READ_NOTE). */
LOY_API enum loy_status loy_note_next(struct loy_store *store, const struct loy_id *member,
    int64_t *position, struct loy_note_entry *entry);

/* ---- Who brought whom --------------------------------------------------------------------------
 */

/* The member came by another one. LOY_REFUSED: itself, or a loop of any length, also through
 * members that were merged; LOY_E_CONFLICT: somebody else did already; LOY_REPEATED: it is noted;
 * LOY_NONE: no such member, or merged into another (loy_member_survivor). Supervisors and managers
 * (LOY_MAY_EDIT_MEMBER).
 */
LOY_API enum loy_status loy_member_refer(
    struct loy_store *store, const struct loy_id *member, const struct loy_id *by, int64_t at_us);
/* Who brought this member; LOY_NONE: nobody. Supervisors and managers (LOY_MAY_READ_CONTACT). */
LOY_API enum loy_status loy_member_referrer(
    struct loy_store *store, const struct loy_id *member, struct loy_id *by);

/* ---- Observations: samples to episodes
 * -----------------------------------------------------------
 *
 * An instrument in a household notes at a fixed interval which channel is on. What was on for long
 * enough is an episode. Interval of 90 s and "3 minutes or more" are those of the Nielsen meter as
 * the teaching text has it: 2 equal samples are nothing, 3 in a row (180 s from first to last) are
 * an episode. */
struct loy_sample {
    const char *household, *channel;
    int64_t at_us;
};
struct loy_episode_rule {
    int64_t interval_us; /* between two samples; more than one and a half of it is a gap */
    int64_t minimum_us;  /* from the first sample to the last, inclusive */
    bool strict;         /* longer than the minimum: one more sample (a 4th) is needed */
};
#define LOY_EPISODE_RULE                                                                           \
    {                                                                                              \
        90000000, 180000000, false                                                                 \
    }
struct loy_episode {
    const char *household, *channel; /* those of its first sample */
    int64_t from_us, until_us;       /* of its first and last sample */
    size_t samples;                  /* a sample that stands twice counts once */
};
/* Pure. The next episode behind *position (an index, from 0); LOY_NONE: no more. Another channel, a
 * gap or another household ends a run; two channels at one moment end each other's. Samples are in
 * order of household and time (LOY_E_FORMAT: they are not). rule NULL: LOY_EPISODE_RULE. */
LOY_API enum loy_status loy_episode_next(const struct loy_episode_rule *rule,
    const struct loy_sample *samples, size_t count, size_t *position, struct loy_episode *episode);
/* The same for samples in any order: sorts them in place, then writes up to max episodes. As many
 * as samples are always enough; LOY_E_LIMIT: more than max. */
LOY_API enum loy_status loy_episodes_from_samples(const struct loy_episode_rule *rule,
    struct loy_sample *samples, size_t count, struct loy_episode *episodes, size_t max,
    size_t *episode_count);

#ifdef __cplusplus
}
#endif
#endif
