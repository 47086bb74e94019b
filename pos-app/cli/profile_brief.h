/* SPDX-License-Identifier: MIT
 *
 * profile_brief.h - what a page says of a member beside the quantities: what is to come, what he
 * likes and to which group he belongs; as lines of text in the language of the program. Used by the
 * desk's page and by the customer's file.
 */
#ifndef PROFILE_BRIEF_H
#define PROFILE_BRIEF_H

#include "profile_run.h"

#define PROFILE_BRIEF_LINES 16u
/* Likes and groups are fitted to all members: a page does that in stores of so many lines only,
 * where it takes less than a second. */
#define PROFILE_BRIEF_SALES 20000

struct profile_brief_line {
    char label[64], text[256];
};
struct profile_brief {
    struct profile_brief_line lines[PROFILE_BRIEF_LINES];
    size_t count;
};

/* Whether a page fits likes and groups: for run->with_taste. */
enum loy_status profile_brief_taste(struct loy_store *store, bool *wanted);
/* Of a member who has agreed, in a run that is fitted. */
enum loy_status profile_brief_make(
    const struct profile_run *run, const struct profile_case *one, struct profile_brief *brief);

#endif
