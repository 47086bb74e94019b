/* SPDX-License-Identifier: MIT
 *
 * contact_private.h - what the files of the contact log ask of each other.
 * In: a form. Out: what it is about, by the numbers of rows. Knows no screen.
 */
#ifndef CONTACT_PRIVATE_H
#define CONTACT_PRIVATE_H

#include <loyalty/contact.h>

#include <member/member_private.h>

/* Times that the log holds: until the year 2112. */
#define CONTACT_AT_US_END (INT64_C(1) << 52)
#define CONTACT_ORIGIN_FIELD (-2) /* of store_blind: an imported row */

struct contact_about {
    struct member_row member; /* number 0: nobody */
    int64_t basket, version;  /* rows, 0 none */
    int64_t unmatched;        /* row of the same origin that is nobody's yet, 0 none */
    int64_t at_us, now_us;    /* when it was; of the call */
    bool has_text;
    bool has_origin;
    uint8_t origin[LOY_DIGEST_SIZE];
};

/* What needs no row: kind, channel, codes, text, time. */
enum loy_status contact_form_check(struct loy_store *store, const struct loy_contact_form *form,
    int64_t at_us, struct contact_about *about);
/* Inside the transaction, with about->member set: basket, line and article. */
enum loy_status contact_rows_find(
    struct loy_store *store, const struct loy_contact_form *form, struct contact_about *about);
/* LOY_REPEATED: the timeline has it. Else finds about->unmatched. */
enum loy_status contact_repeated(
    struct loy_store *store, const struct loy_contact_form *form, struct contact_about *about);

#endif
