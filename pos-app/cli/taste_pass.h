/* SPDX-License-Identifier: MIT
 *
 * taste_pass.h - preferences and groups of a store's members, for `profile` and `fit`: what was on
 * offer and what was sold go in, both are fitted. Members who have not agreed to profiling count as
 * nobody.
 */
#ifndef TASTE_PASS_H
#define TASTE_PASS_H

#include "sales_pass.h"

/* Groups for a profile are fitted on so many members, drawn by chance, so that one profile of a
 * large shop does not wait for all. */
#define TASTE_PASS_MEMBERS 1000

/* Where no member's lines can be kept out of a fit. */
#define NOTHING_HELD_OUT                                                                           \
    N_("Nothing could be kept out to foretell: no member has four lines, at different times.")

struct taste_pass {
    struct loy_preferences *preferences; /* or NULL */
    struct loy_segments *segments;       /* or NULL */
    bool grouped;                        /* segments has groups to look at */
    struct sales_seen seen;              /* by taste_pass_run */
};

/* Both, for a profile. */
enum loy_status taste_pass_open(
    const struct loy_profile_settings *settings, struct taste_pass *taste);
/* The price history of the store. */
enum loy_status taste_pass_offers(struct loy_store *store, struct loy_preferences *preferences);
enum loy_status taste_pass_add(
    struct taste_pass *taste, const struct loy_sale *sale, const struct loy_version *version);
enum loy_status taste_pass_fit(struct taste_pass *taste);
void taste_pass_close(struct taste_pass *taste);
/* All of it over the sales of a store until the viewpoint, for what is open. */
enum loy_status taste_pass_run(const struct cli *cli, struct loy_store *store,
    const struct loy_profile_settings *settings, struct taste_pass *taste);

#endif
