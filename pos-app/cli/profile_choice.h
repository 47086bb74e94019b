/* SPDX-License-Identifier: MIT
 *
 * profile_choice.h - what a member's own purchases say of price and promotion, for each category
 * whose population `fit choice --keep` has kept. Part of a profile; only members who agreed.
 */
#ifndef PROFILE_CHOICE_H
#define PROFILE_CHOICE_H

#include "profile_run.h"

/* Reads kept populations and the purchases that run->member, or all members, made until the
 * viewpoint. Without a kept one nothing is read, and *choices is NULL. A population of another
 * version is told on standard error and left out. */
enum loy_status profile_choices_open(
    const struct profile_run *run, struct profile_choices **choices);
void profile_choices_close(struct profile_choices *choices);
/* Changes where another population is kept; 0 for NULL. */
uint64_t profile_choices_digest(const struct profile_choices *choices);
/* On standard output; into the member's object as "choices". NULL choices: nothing. */
enum loy_status profile_choices_print(
    const struct profile_run *run, const struct profile_choices *choices, const struct loy_id *id);
enum loy_status profile_choices_json(const struct profile_run *run,
    const struct profile_choices *choices, const struct loy_id *id, json_t *object);

#endif
