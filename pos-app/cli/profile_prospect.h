/* SPDX-License-Identifier: MIT
 *
 * profile_prospect.h - the part of a profile that looks ahead: rhythm, purchases and spend to come,
 * state and third. Used by `profile`, `demo` and the reports that rank members.
 */
#ifndef PROFILE_PROSPECT_H
#define PROFILE_PROSPECT_H

#include "cli.h"

#include <loyalty/profile.h>

/* On standard output, behind the other quantities. */
enum loy_status profile_prospect_print(struct loy_store *store, const struct loy_profile *profile);
/* Appends to the list "quantities" of the object, and adds "prospect". */
enum loy_status profile_prospect_json(const struct loy_profile *profile, json_t *object);

/* For pages: label and value of an outlook, of the state (LOY_OUTLOOK_NONE) and, behind the last
 * outlook, of the third. What may not be shown as the member's own is told by its reason. */
#define PROFILE_PROSPECT_BYTES 192u
void profile_prospect_words(struct loy_store *store, const struct loy_prospect *prospect, int which,
    const char **label, char text[PROFILE_PROSPECT_BYTES]);

/* Whether the estimate may be shown as the member's own. */
bool profile_is_own(const struct loy_estimate *estimate);

#endif
