/* SPDX-License-Identifier: MIT
 *
 * profile_taste.h - what a profile says of taste: likes beside what was on offer, deals beside
 * those offered, the group, and the same quantities of the group. As text and as JSON.
 */
#ifndef PROFILE_TASTE_H
#define PROFILE_TASTE_H

#include "profile_run.h"

/* A label of the profile's text, padded. */
#define PROFILE_LABEL_WIDTH 26

enum loy_status profile_taste_text(const struct profile_run *run, const struct profile_case *one);
/* Adds keys to the object. */
enum loy_status profile_taste_json(
    const struct profile_run *run, const struct profile_case *one, json_t *object);

/* The same quantity of the members surely in the member's group; NaN: the member is in none. */
double profile_taste_group(
    const struct profile_run *run, const struct profile_case *one, enum loy_quantity quantity);
/* For pages: a line each, tables of all categories first; and the group, or "mixed". */
#define PROFILE_TASTE_BYTES 256u
enum loy_status profile_taste_likes(const struct profile_run *run, const struct profile_case *one,
    char (*lines)[PROFILE_TASTE_BYTES], size_t max, size_t *count);
void profile_taste_group_text(
    const struct profile_run *run, const struct profile_case *one, char text[PROFILE_TASTE_BYTES]);
/* The number of the group that the member is surely in, from 1; 0: none. */
unsigned profile_taste_number(const struct profile_run *run, const struct profile_case *one);

#endif
