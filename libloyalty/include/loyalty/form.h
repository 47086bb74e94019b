/* SPDX-License-Identifier: MIT
 *
 * loyalty/form.h - the forms of a registration as tables: a wholesaler's for organisations, a
 * mall's for persons and households, that for an authorised purchaser, and the short one at the
 * lane.
 *
 * Every field has a label, a purpose and a need. A shop may change them, and a field whose purpose
 * nobody has written down cannot be required. No form has a field for a number of identity, and
 * none can be made. Consents are ticks that start empty; only the terms of the scheme itself can be
 * required.
 */
#ifndef LOYALTY_FORM_H
#define LOYALTY_FORM_H

#include <loyalty/member.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Symbol, number in the store, name in files and options. */
#define LOY_REGISTRATIONS(X)                                                                       \
    X(LOY_REGISTRATION_ORGANISATION, 1, "organisation")                                            \
    X(LOY_REGISTRATION_PERSON, 2, "person")                                                        \
    X(LOY_REGISTRATION_PURCHASER, 3, "purchaser")                                                  \
    X(LOY_REGISTRATION_LANE, 4, "lane")

enum loy_registration {
    LOY_REGISTRATION_NONE,
#define LOY_REGISTRATION_ROW(symbol, number, name) symbol = number,
    LOY_REGISTRATIONS(LOY_REGISTRATION_ROW)
#undef LOY_REGISTRATION_ROW
};
LOY_API const char *loy_registration_name(enum loy_registration form); /* NULL: no such form */
LOY_API enum loy_status loy_registration_find(
    const char *name, enum loy_registration *form); /* LOY_NONE */

/* What a form asks besides the fields of a member (enum loy_field, below 100): symbol, number,
 * name. */
#define LOY_FORM_ITEMS(X)                                                                          \
    X(LOY_ITEM_CARD, 101, "card")                                                                  \
    X(LOY_ITEM_SCHEME, 102, "consent_scheme")                                                      \
    X(LOY_ITEM_PROFILING, 103, "consent_profiling")                                                \
    X(LOY_ITEM_MARKETING, 104, "consent_marketing")                                                \
    X(LOY_ITEM_SUPPLIERS, 105, "consent_suppliers")                                                \
    X(LOY_ITEM_FUNCTION, 111, "function")                                                          \
    X(LOY_ITEM_AUTHORITY, 112, "authority")                                                        \
    X(LOY_ITEM_UNTIL, 113, "until")                                                                \
    X(LOY_ITEM_LIMIT, 114, "limit")                                                                \
    X(LOY_ITEM_DOCUMENT, 115, "document")

enum loy_form_item {
#define LOY_ITEM_ROW(symbol, number, name) symbol = number,
    LOY_FORM_ITEMS(LOY_ITEM_ROW)
#undef LOY_ITEM_ROW
};

/* CONDITIONAL: depends on what else is there. Telephone or card: one of both; bank_name: if
 * account_no is given; district: in China; until: if the authority has an end. */
enum loy_need { LOY_NEED_OPTIONAL = 1, LOY_NEED_REQUIRED, LOY_NEED_CONDITIONAL };

#define LOY_FORM_LABEL_MAX 64u    /* bytes, terminator included */
#define LOY_FORM_PURPOSE_MAX 256u /* the same */

struct loy_form_field {
    size_t size;
    uint8_t field; /* enum loy_field or enum loy_form_item */
    uint8_t need;  /* enum loy_need */
    bool fixed;    /* its need cannot be changed */
    bool changed;  /* by the shop */
    char name[32];
    char label[LOY_FORM_LABEL_MAX];     /* as the shop wrote it, else in the process's language */
    char purpose[LOY_FORM_PURPOSE_MAX]; /* the same; "": none */
};

/* A cursor over a form's fields in their order: start with *position = 0. LOY_NONE: no more. For
 * those who may register members. Asks for LOY_MAY_ADD_MEMBER. */
LOY_API enum loy_status loy_form_field_next(struct loy_store *store, enum loy_registration form,
    int64_t *position, struct loy_form_field *field);

/* Whether a field may have this text, while a form is being filled in: LOY_OK; LOY_NONE: it is
 * blank; LOY_E_FORMAT: loy_store_text names the field and what would be right, never the value.
 * What fields demand of each other is judged with the whole form. Asks for LOY_MAY_ADD_MEMBER. */
LOY_API enum loy_status loy_form_value_check(
    struct loy_store *store, enum loy_field field, const char *text, int64_t at_us);

/* What stands beside a field (enum loy_field or enum loy_form_item): the shop's own label on that
 * form, else on another one, else the built-in one in the process's language. form
 * LOY_REGISTRATION_NONE: whichever. LOY_NONE: no such field. Every role (LOY_MAY_SEE_MEMBER). */
LOY_API enum loy_status loy_form_label(struct loy_store *store, enum loy_registration form,
    uint8_t field, char label[LOY_FORM_LABEL_MAX]);

/* What a shop changes. need 0: leave it; a text NULL: leave it. label "": as built in. purpose "":
 * there is none. */
struct loy_form_change {
    size_t size;
    uint8_t need; /* LOY_NEED_OPTIONAL, LOY_NEED_REQUIRED */
    const char *label;
    const char *purpose;
};
/* LOY_NONE: the form has no such field. LOY_E_CONFLICT: the rules above forbid it (a required field
 * without a purpose, a required tick, a label that asks for a number of identity, a fixed need).
 * Managers (LOY_MAY_EDIT_FORM). */
LOY_API enum loy_status loy_form_field_set(struct loy_store *store, enum loy_registration form,
    uint8_t field, const struct loy_form_change *change, int64_t at_us);

/* A cursor over what `filled` still lacks of a form: required, or called for by its condition.
 * LOY_NONE: no more. For those who may register members (LOY_MAY_ADD_MEMBER). */
LOY_API enum loy_status loy_form_missing_next(struct loy_store *store, enum loy_registration form,
    const struct loy_member_form *filled, int64_t *position, struct loy_form_field *field);

#ifdef __cplusplus
}
#endif
#endif
