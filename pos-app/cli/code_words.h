/* SPDX-License-Identifier: MIT
 *
 * code_words.h - what a person reads in the place of a code. JSON, files and options keep the
 * codes; text says them in the language of the process.
 */
#ifndef CODE_WORDS_H
#define CODE_WORDS_H

#include "cli.h"

/* "customer", "staff" or "import"; 0: another word. */
uint8_t initiative_of(const char *word);
const char *initiative_name(uint8_t initiated_by);

enum code_list {
    CODE_PLAIN,       /* no code: a text, which stays */
    CODE_KIND,        /* of a member */
    CODE_STANDING,    /* active, merged, erased */
    CODE_INITIATIVE,  /* customer, staff, import */
    CODE_WHO,         /* the same, to the customer */
    CODE_CARD,        /* status of a card */
    CODE_PURPOSE,     /* of a consent */
    CODE_REASON,      /* why two members may be one */
    CODE_CHECK_DIGIT, /* of a range */
    CODE_USE,         /* of a range */
    CODE_CONTACT,     /* kind of a contact */
    CODE_AUTHORITY,   /* of a purchaser */
    CODE_NOTE,        /* of a manager */
    CODE_FLAG,        /* yes, no */
    CODE_SEX,
    CODE_EVIDENCE, /* for or against a value */
    CODE_DOCUMENT, /* that was seen */
    CODE_BASKET,   /* open, closed, void */
    CODE_CLOCK,    /* why a clock is in doubt */
    CODE_HELD,     /* rows of an export that have no section of their own */
    CODE_QUANTITY, /* of a profile */
    CODE_SURENESS, /* of such a quantity */
    CODE_ACTION,   /* of an entry of the audit log */
    CODE_RULE,     /* about cards */
    CODE_FIELD,    /* for code_of: a field's label */
    CODE_CHANNEL,  /* for code_of: a channel's name */
    CODE_TIME,     /* for code_of: a moment as JSON has it, in UTC; here in the shop's zone */
};
/* The code itself where there are no words for it: a shop may have its own. NULL gives "". */
const char *code_words(enum code_list list, const char *code);

/* A channel's name: built in, or as the shop wrote it; else the code. It lives until the next
 * call. */
const char *code_channel(struct loy_store *store, const char *code);

/* The label of a field (enum loy_field or loy_form_item) on the form of a kind of member, as the
 * shop wrote it. kind 0: whoever it is. It lives until the next call. */
const char *code_label(struct loy_store *store, uint8_t kind, uint8_t field);
/* The same by the field's name; a name that is no field's, as that of a trait, stays. */
const char *code_label_named(struct loy_store *store, uint8_t kind, const char *name);

/* Any of these, by its list. */
const char *code_of(struct loy_store *store, uint8_t kind, enum code_list list, const char *code);

/* The value of a field as a person reads it: the words of "f", "m" ... for the sex, else the text.
 */
const char *code_value(enum loy_field field, const char *text);

/* What stands between a family name and a given name: a Chinese name has no blank in it. */
const char *code_gap(const char *family_name);

/* One of several, with the language's comma before all but the first. */
void code_join(FILE *out, bool *begun, const char *text);

#endif
