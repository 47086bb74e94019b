/* SPDX-License-Identifier: MIT
 *
 * taste_pass.c - feeds preferences and groups from a store. In: an open store and a viewpoint. Out:
 * both fitted. Prints nothing but the progress bar.
 */
#include "taste_pass.h"

#include "threads.h"

enum loy_status taste_pass_open(
    const struct loy_profile_settings *settings, struct taste_pass *taste)
{
    const struct loy_segment_settings groups = {.size = sizeof groups,
        .profile = *settings,
        .fit_members = TASTE_PASS_MEMBERS,
        .executor = cli_threads()};
    enum loy_status status = loy_preferences_open(settings, &taste->preferences);
    return status == LOY_OK ? loy_segments_open(&groups, &taste->segments) : status;
}

struct offers {
    struct loy_store *store;
    struct loy_preferences *preferences;
    enum loy_status status;
};

static int add_offer(void *user, const struct loy_offer *offer)
{
    struct offers *offers = user;
    struct loy_version version;
    offers->status = loy_version_get(offers->store, offer->article_version, &version);
    if (offers->status == LOY_OK)
        offers->status = loy_preferences_offer(offers->preferences, offer, &version);
    return offers->status != LOY_OK;
}

enum loy_status taste_pass_offers(struct loy_store *store, struct loy_preferences *preferences)
{
    struct offers offers = {store, preferences, LOY_OK};
    enum loy_status status = loy_offer_each(store, INT64_MIN, INT64_MAX, add_offer, &offers);
    return offers.status != LOY_OK ? offers.status : status;
}

enum loy_status taste_pass_add(
    struct taste_pass *taste, const struct loy_sale *sale, const struct loy_version *version)
{
    enum loy_status status = LOY_OK;
    if (taste->preferences) status = loy_preferences_add(taste->preferences, sale, version);
    if (status == LOY_OK && taste->segments)
        status = loy_segments_add(taste->segments, sale, version);
    return status;
}

enum loy_status taste_pass_fit(struct taste_pass *taste)
{
    enum loy_status status = LOY_OK;
    if (taste->preferences) status = loy_preferences_fit(taste->preferences);
    if (status != LOY_OK || !taste->segments) return status;
    status = loy_segments_fit(taste->segments);
    taste->grouped = status == LOY_OK;
    return status == LOY_NONE ? LOY_OK : status;
}

void taste_pass_close(struct taste_pass *taste)
{
    loy_preferences_close(taste->preferences);
    loy_segments_close(taste->segments);
    *taste = (struct taste_pass){0};
}

enum loy_status taste_pass_run(const struct cli *cli, struct loy_store *store,
    const struct loy_profile_settings *settings, struct taste_pass *taste)
{
    struct sales_pass pass = {.cli = cli, .store = store, .what = _("sales")};
    bool changed = false;
    enum loy_status status = sales_pass_open(&pass, INT64_MIN, settings->as_of_us + 1, NULL);
    if (status == LOY_OK && taste->preferences)
        status = taste_pass_offers(store, taste->preferences);
    while (status == LOY_OK) {
        status = sales_pass_next(&pass, &changed);
        if (status != LOY_OK) break;
        if (!pass.agreed) pass.sale.member = 0;
        status = taste_pass_add(taste, &pass.sale, &pass.version);
    }
    sales_pass_close(&pass);
    taste->seen = pass.seen;
    return status == LOY_NONE ? taste_pass_fit(taste) : status;
}
