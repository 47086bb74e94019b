/* SPDX-License-Identifier: MIT
 *
 * match.h - what two members are compared by, and their score. Normal texts come in, points go out.
 * Knows no store.
 */
#ifndef MEMBER_MATCH_H
#define MEMBER_MATCH_H

#include <loyalty/duplicate.h>

#define MATCH_NAME_MAX 512u
#define MATCH_PLACE_MAX 64u

/* Normal forms; "" where not given. */
struct match {
    char name[MATCH_NAME_MAX];   /* folded, without legal form, words in order */
    char place[MATCH_PLACE_MAX]; /* "10115|12a" */
    char telephone[64], tax_no[64], account_no[64], email[LOY_FIELD_TEXT_MAX], birth_year[16];
    char masked[LOY_MASKED_MAX]; /* of the name as it was given, for the lane; never compared */
};

/* The normal text of each field, "" where not given, becomes what is compared. */
struct match_source {
    const char *name, *family_name, *given_name, *address, *postcode;
};
/* Fills name, its mask and place. LOY_E_MEMORY. */
enum loy_status match_fill(const struct match_source *source, struct match *match);

/* 0 to 100 points and the reasons. */
unsigned match_score(const struct match *a, const struct match *b, uint32_t *reasons);

/* "王*", "M***"; "138****5678". Both hold LOY_MASKED_MAX bytes. */
void match_mask_name(const char *name, char masked[LOY_MASKED_MAX]);
void match_mask_telephone(const char *e164, char masked[LOY_MASKED_MAX]);

#endif
