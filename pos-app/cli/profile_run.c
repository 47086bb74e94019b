/* SPDX-License-Identifier: MIT
 *
 * profile_run.c - the two passes over the sales of a store: priors of all members, then one profile
 * after the other. In: an open store and a viewpoint. Out: a call per member. Prints nothing.
 */
#include "profile_run.h"

#include "sales_pass.h"

#include <string.h>

enum loy_status profile_as_of(const char *text, struct loy_profile_settings *settings)
{
    if (text) {
        char whole[40];
        bool day = strlen(text) == strlen("2026-03-01");
        /* Its last minute's own offset: the day may have 23 or 25 hours. */
        snprintf(whole, sizeof whole, "%.10s 23:59:59.999999", text);
        return cli_time_parse(day ? whole : text, &settings->as_of_us, &settings->offset_min);
    }
    settings->as_of_us = cli_now_us();
    settings->offset_min = cli_offset_at(settings->as_of_us);
    return LOY_OK;
}

static enum loy_status pass_open(
    const struct profile_run *run, const struct loy_id *member, struct sales_pass *pass)
{
    *pass = (struct sales_pass){.cli = run->cli, .store = run->store, .what = _("profiles")};
    return sales_pass_open(pass, INT64_MIN, run->settings.as_of_us + 1, member);
}

/* FNV-1a by whole numbers: a change shows, an attack is none here. Whoever has not agreed is nobody
 * already, so that consents are in it. */
static void digest_add(struct profile_run *run, const struct loy_sale *sale)
{
    const int64_t values[] = {sale->basket, sale->member, sale->at_us, sale->offset_min, sale->site,
        sale->article_version, sale->quantity_milli, sale->list_minor, sale->discount_minor,
        sale->paid_minor, sale->returned_milli,
        sale->form * 4 + sale->on_deal * 2 + sale->is_return};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        run->digest = (run->digest ^ (uint64_t)values[i]) * UINT64_C(1099511628211);
        run->digest ^= run->digest >> 32;
    }
}

enum loy_status profile_run_fit(struct profile_run *run)
{
    struct sales_pass pass;
    bool changed = false;
    enum loy_status status = loy_population_open(&run->settings, &run->population);
    if (status != LOY_OK) return status;
    run->digest = UINT64_C(14695981039346656037);
    if (run->with_taste) status = taste_pass_open(&run->settings, &run->taste);
    if (status == LOY_OK && run->with_taste)
        status = taste_pass_offers(run->store, run->taste.preferences);
    if (status != LOY_OK) return status;
    status = pass_open(run, NULL, &pass);
    while (status == LOY_OK) {
        status = sales_pass_next(&pass, &changed);
        if (status != LOY_OK) break;
        if (!pass.agreed) pass.sale.member = 0;
        digest_add(run, &pass.sale);
        status = loy_population_add(run->population, &pass.sale, &pass.version);
        if (status == LOY_OK) status = taste_pass_add(&run->taste, &pass.sale, &pass.version);
    }
    sales_pass_close(&pass);
    run->seen = pass.seen;
    if (status == LOY_NONE) status = loy_population_fit(run->population);
    return status == LOY_OK ? taste_pass_fit(&run->taste) : status;
}

/* Gives the member whose lines went by to the caller; true: end the run. */
static bool hand_over(
    struct profile_run *run, const struct sales_pass *pass, struct loy_profile *profile)
{
    if (pass->member <= 0) return false;
    const struct profile_case one = {
        .id = pass->id, .number = pass->member, .profile = pass->agreed ? profile : NULL};
    run->profiled += pass->agreed;
    run->not_agreed += !pass->agreed;
    return run->each(run->user, &one) != 0;
}

static enum loy_status each_member(
    struct profile_run *run, struct sales_pass *pass, struct loy_profile *profile)
{
    for (;;) {
        const struct sales_pass before = *pass;
        bool changed = false;
        enum loy_status status = sales_pass_next(pass, &changed);
        if (status == LOY_NONE) {
            hand_over(run, &before, profile);
            return LOY_OK;
        }
        if (status != LOY_OK) return status;
        if (changed && hand_over(run, &before, profile)) return LOY_OK;
        if (changed) loy_profile_reset(profile);
        if (!pass->agreed) continue;
        status = loy_profile_add(profile, &pass->sale, &pass->version);
        if (status != LOY_OK) return status;
    }
}

/* Also a member without any purchase has a profile: it says that there are none. */
static enum loy_status begin_single(struct profile_run *run, struct sales_pass *pass)
{
    if (!run->member) return LOY_OK;
    enum loy_status status = loy_member_number(run->store, run->member, &pass->member);
    pass->id = *run->member;
    return status == LOY_OK ? sales_pass_agreed(run->store, &pass->id, &pass->agreed) : status;
}

enum loy_status profile_run_each(struct profile_run *run)
{
    struct sales_pass pass;
    struct loy_profile *profile = NULL;
    run->profiled = run->not_agreed = 0;
    enum loy_status status = loy_profile_open(run->population, &profile);
    if (status != LOY_OK) return status;
    status = pass_open(run, run->member, &pass);
    if (status == LOY_OK) status = begin_single(run, &pass);
    if (status == LOY_OK) status = each_member(run, &pass, profile);
    sales_pass_close(&pass);
    loy_profile_close(profile);
    return status;
}

void profile_run_close(struct profile_run *run)
{
    loy_population_close(run->population);
    taste_pass_close(&run->taste);
    run->population = NULL;
}
