/* SPDX-License-Identifier: MIT
 *
 * loyalty/member.h - members and their cards. Forms are those of a Metro registration
 * (organisation) and of an apparel mall's discount card (person). Every field keeps its provenance;
 * every personal value is encrypted under the member's own key before it reaches the file.
 */
#ifndef LOYALTY_MEMBER_H
#define LOYALTY_MEMBER_H

#include <loyalty/card.h>
#include <loyalty/store.h>

#ifdef __cplusplus
extern "C" {
#endif

enum loy_member_kind { LOY_MEMBER_PERSON = 1, LOY_MEMBER_ORGANISATION };

/* Fields of a form: symbol, number in the store (never reused), name in files and JSON, found by a
 * blind index. A number is its identity in the store. */
#define LOY_FIELDS(X)                                                                              \
    X(LOY_FIELD_NAME, 1, "name", false)                                                            \
    X(LOY_FIELD_FAMILY_NAME, 2, "family_name", false)                                              \
    X(LOY_FIELD_GIVEN_NAME, 3, "given_name", false)                                                \
    X(LOY_FIELD_INDUSTRY, 4, "industry", false)                                                    \
    X(LOY_FIELD_ADDRESS, 5, "address", false)                                                      \
    X(LOY_FIELD_TELEPHONE, 6, "telephone", true)                                                   \
    X(LOY_FIELD_FAX, 7, "fax", false)                                                              \
    X(LOY_FIELD_SECTION, 8, "section", false)                                                      \
    X(LOY_FIELD_DISTRICT, 9, "district", false)                                                    \
    X(LOY_FIELD_POSTCODE, 10, "postcode", false)                                                   \
    X(LOY_FIELD_TAX_NO, 11, "tax_no", true)                                                        \
    X(LOY_FIELD_ACCOUNT_NO, 12, "account_no", true)                                                \
    X(LOY_FIELD_PURCHASERS, 13, "purchasers", false)                                               \
    X(LOY_FIELD_SEX, 14, "sex", false)                                                             \
    X(LOY_FIELD_BIRTH_YEAR, 15, "birth_year", false)                                               \
    X(LOY_FIELD_HOUSEHOLD_SIZE, 16, "household_size", false)                                       \
    X(LOY_FIELD_LANGUAGE, 17, "language", false)                                                   \
    X(LOY_FIELD_EMAIL, 18, "email", true)                                                          \
    X(LOY_FIELD_TRADING_NAME, 19, "trading_name", false)                                           \
    X(LOY_FIELD_BANK_NAME, 20, "bank_name", false)                                                 \
    X(LOY_FIELD_LICENCE_UNTIL, 21, "licence_until", false)

enum loy_field {
#define LOY_FIELD_ROW(symbol, number, name, indexed) symbol = number,
    LOY_FIELDS(LOY_FIELD_ROW)
#undef LOY_FIELD_ROW
};
LOY_API const char *loy_field_name(enum loy_field field); /* NULL: no such field */
LOY_API enum loy_status loy_field_find(const char *name, enum loy_field *field); /* LOY_NONE */

#define LOY_FIELD_TEXT_MAX 1024u /* bytes of UTF-8, terminator included */
#define LOY_TRAITS_MAX 32u       /* that a member has at a time */

struct loy_field_text {
    enum loy_field field;
    const char *text; /* UTF-8, as typed */
};
/* A further trait of a member, such as "income" = "35-49K": name in clear, value encrypted. */
struct loy_trait_text {
    const char *name;
    const char *text;
};

/* scheme: the terms of the card scheme itself. */
enum loy_purpose {
    LOY_PURPOSE_PROFILING = 1,
    LOY_PURPOSE_MARKETING,
    LOY_PURPOSE_SUPPLIERS,
    LOY_PURPOSE_SCHEME,
    LOY_PURPOSE_END
};
enum loy_initiative { LOY_INITIATIVE_CUSTOMER = 1, LOY_INITIATIVE_STAFF, LOY_INITIATIVE_IMPORT };

#define LOY_FORM_TOKEN_SIZE 16u
struct loy_member_form {
    size_t size;
    uint8_t kind; /* enum loy_member_kind */
    const struct loy_field_text *fields;
    size_t field_count;
    const struct loy_trait_text *traits;
    size_t trait_count;
    const char *channel;           /* "lane", "desk", "web", "import" ...; required */
    uint8_t initiated_by;          /* enum loy_initiative; required */
    int64_t collected_at_us;       /* when the customer gave it, at most a day ahead */
    const char *legal_basis;       /* required for bought or exchanged lists, else NULL */
    bool consent[LOY_PURPOSE_END]; /* by enum loy_purpose; false where not asked */
    bool pseudonymous;             /* opened for an unknown reference; no fields required */
    const char *reference;         /* an outside reference (as in an import), found again by
                                      loy_member_find_reference; or NULL */
    uint8_t form;  /* enum loy_registration (loyalty/form.h), whose required fields must all be
                      given; 0: none, as for imports and other systems */
    bool has_card; /* a card is issued in the same transaction */
    bool seen_on_licence; /* somebody compared the tax number with the licence; kept */
    uint8_t form_token[LOY_FORM_TOKEN_SIZE]; /* of this filling of the form; all zero: none */
    const char *receipt_language; /* of the receipt's line that is kept of each consent: "zh..."
                                     Chinese, else English; NULL: the member's own, else English.
                                     An import has no receipt */
    int16_t offset_min;           /* of the receipt's time */
};

/* Registers a member; the key file is written and synced before the store. Required: what the form
 * requires; without a form a name (organisation: name; person: name, or family_name) unless
 * pseudonymous. Blank fields count as not given; the tax number "none yet" (or the same in Chinese)
 * is given and no value, and only a manager may say it.
 * LOY_REPEATED: a form with this token was saved already: *member is what it made, and nothing has
 * changed (a second press of the key). LOY_E_FORMAT: a field is wrong or missing, loy_store_text
 * says which and what would be right, without repeating its value. LOY_E_CHECK: a tax number of a
 * form is doubtful (loyalty/identifier.h) and not seen on the licence; without a form it is taken.
 * LOY_E_CONFLICT: another member has the reference. After each nothing was written, and a
 * transaction opened with loy_store_begin may go on. Cashiers, supervisors and managers
 * (LOY_MAY_ADD_MEMBER). */
LOY_API enum loy_status loy_member_add(struct loy_store *store, const struct loy_member_form *form,
    int64_t at_us, struct loy_id *member);
/* All that loy_member_add would refuse in a form, one complaint a call, so that somebody can mend
 * it in one go; start with *position = 0. LOY_OK: loy_store_text says what is wrong and what would
 * be right, *what is the name of what it is about (of a field, "kind", "channel", "initiated_by",
 * "legal_basis", "form", "traits", or a trait's own, borrowed from the form); LOY_NONE: no more.
 * Reference and token are not asked for. Writes nothing. Who may add members. Asks for
 * LOY_MAY_ADD_MEMBER. */
LOY_API enum loy_status loy_member_wrong_next(struct loy_store *store,
    const struct loy_member_form *form, int64_t at_us, int64_t *position, const char **what);

struct loy_member {
    struct loy_id id;
    uint8_t kind;
    bool pseudonymous;
    int64_t created_at_us;
    bool consent[LOY_PURPOSE_END]; /* latest by enum loy_purpose */
};
/* LOY_NONE: no such member, or erased; of a merged one what was its own. Every role
 * (LOY_MAY_SEE_MEMBER). */
LOY_API enum loy_status loy_member_get(
    struct loy_store *store, const struct loy_id *id, struct loy_member *member);
/* The current text of a field as typed; LOY_NONE: never given or taken back, or no such member.
 * text holds LOY_FIELD_TEXT_MAX bytes. Analysts read only what profiles need (sex, birth_year,
 * household_size, industry, district, section, postcode, language and traits), and account_no is
 * for managers: LOY_E_ACCESS. Names ask for LOY_MAY_READ_NAME, what profiles need and traits for
 * LOY_MAY_READ_TRAIT, account_no and bank_name for LOY_MAY_READ_ACCOUNT, all else for
 * LOY_MAY_READ_ADDRESS. */
LOY_API enum loy_status loy_member_field(
    struct loy_store *store, const struct loy_id *id, enum loy_field field, char *text);
LOY_API enum loy_status loy_member_trait(
    struct loy_store *store, const struct loy_id *id, const char *name, char *text);
/* Changes one field by the conflict rule of loyalty/quality.h: loy_member_change with this channel
 * and initiative, collected now. LOY_REFUSED: the customer's own value stands, this one is in the
 * history. A blank text takes the value back, but never a name. A pseudonymous member that is given
 * a name is pseudonymous no longer. Supervisors and managers (LOY_MAY_EDIT_MEMBER). */
LOY_API enum loy_status loy_member_set(struct loy_store *store, const struct loy_id *id,
    const struct loy_field_text *value, const char *channel, enum loy_initiative initiated_by,
    int64_t at_us);
/* loy_consent_set of loyalty/rights.h with the current text, on the customer's initiative.
 * Cashiers, supervisors and managers (LOY_MAY_SET_CONSENT). */
LOY_API enum loy_status loy_member_consent(struct loy_store *store, const struct loy_id *id,
    enum loy_purpose purpose, bool given, const char *channel, int64_t at_us);

/* Finds: exactly one, or LOY_NONE. By telephone and tax number the first of several; every way of
 * writing the same number finds it; by account number for managers only. By card: LOY_REFUSED
 * (loy_store_text says why) where the card is known and may not be used: lost, blocked, replaced,
 * expired or withdrawn, or a purchaser's whose authority has ended (both at the time at which the
 * store was opened); a card in stock belongs to nobody (LOY_NONE). Cashiers, supervisors and
 * managers (LOY_MAY_FIND_MEMBER; by account number LOY_MAY_READ_ACCOUNT). */
LOY_API enum loy_status loy_member_find_card(
    struct loy_store *store, const struct loy_credential *credential, struct loy_id *member);
LOY_API enum loy_status loy_member_find_indexed(
    struct loy_store *store, enum loy_field field, const char *text, struct loy_id *member);
LOY_API enum loy_status loy_member_find_reference(
    struct loy_store *store, const char *reference, struct loy_id *member);
/* Who was registered by the form with this token, whatever became of him since (merged, erased):
 * such a form is not registered again. Asks for LOY_MAY_FIND_MEMBER. */
LOY_API enum loy_status loy_member_find_form(
    struct loy_store *store, const uint8_t token[LOY_FORM_TOKEN_SIZE], struct loy_id *member);

/* A cursor over members in the order of their registration: start with *position = 0. name NULL or
 * "" takes all; else those whose name or trading name holds it, whatever the case, blanks,
 * punctuation and width, searched in memory: the first such search on a handle decrypts every name
 * (loyalty/search.h). Asks for LOY_MAY_LIST_MEMBERS, with a name for LOY_MAY_FIND_MEMBER. */
LOY_API enum loy_status loy_member_next(
    struct loy_store *store, int64_t *position, const char *name, struct loy_id *member);

enum loy_card_status {
    LOY_CARD_STOCK = 1,
    LOY_CARD_ISSUED,
    LOY_CARD_ACTIVE,
    LOY_CARD_LOST,
    LOY_CARD_BLOCKED,
    LOY_CARD_REPLACED,
    LOY_CARD_EXPIRED,
    LOY_CARD_WITHDRAWN
};

/* Gives a card to a member. LOY_E_CONFLICT: it belongs to somebody, or a coupon of a promotion that
 * still holds has its number; LOY_REPEATED: to this member already; LOY_REFUSED: it is lost,
 * blocked, replaced, expired or withdrawn. Baskets that showed it while it was unknown get their
 * member in the same transaction. More of a card's life is in loyalty/member_card.h. Asks for
 * LOY_MAY_ISSUE_CARD. */
LOY_API enum loy_status loy_card_issue(struct loy_store *store, const struct loy_id *member,
    const struct loy_credential *credential, int64_t at_us);
struct loy_card {
    uint8_t kind;   /* enum loy_credential_kind */
    uint8_t status; /* enum loy_card_status */
    char tail[5];
    int64_t issued_at_us;
    int64_t expires_at_us; /* the last moment at which it is good; 0: it does not expire */
    int64_t purchaser;     /* number of the purchaser whose it is; 0: the member's own */
    char replaced_by[5];   /* tail of the card that took its place, "" none */
};
/* A member's cards in the order in which the store got to know them: start with *position = 0.
 * LOY_NONE: no more. Cashiers, supervisors and managers (LOY_MAY_LIST_CARDS). */
LOY_API enum loy_status loy_card_next(
    struct loy_store *store, const struct loy_id *member, int64_t *position, struct loy_card *card);

#ifdef __cplusplus
}
#endif
#endif
