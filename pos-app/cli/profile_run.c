/* SPDX-License-Identifier: MIT
 *
 * profile_run.c - the two passes over the sales of a store: priors of all members, then one profile
 * after the other. In: an open store and a viewpoint. Out: a call per member. Prints nothing.
 */
#include "profile_run.h"

#include <string.h>

#define PROGRESS_LINES 4096

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

/* A member that is not there any more has agreed to nothing. */
static enum loy_status agreed(struct loy_store *store, const struct loy_id *id, bool *yes)
{
    struct loy_member member;
    enum loy_status status = loy_member_get(store, id, &member);
    *yes = status == LOY_OK && member.consent[LOY_PURPOSE_PROFILING];
    return status == LOY_NONE ? LOY_OK : status;
}

/* A pass over the lines, with what is known of the member whose lines are going by. */
struct pass {
    struct loy_sales *sales;
    struct loy_sale sale;
    struct loy_version version;
    int64_t member;
    struct loy_id id;
    bool agreed;
    long long done, total;
};

static enum loy_status pass_open(
    const struct profile_run *run, const struct loy_id *member, struct pass *pass)
{
    int64_t to_us = run->settings.as_of_us + 1;
    struct loy_basket_totals totals = {0};
    *pass = (struct pass){.member = -1};
    enum loy_status status = loy_basket_totals_get(run->store, INT64_MIN, to_us, &totals);
    if (status != LOY_OK) return status;
    pass->total = member ? 0 : totals.lines;
    return loy_sales_open(run->store, INT64_MIN, to_us, member, &pass->sales);
}

/* The next line with its version; *changed: it is the first of another member. */
static enum loy_status pass_next(const struct profile_run *run, struct pass *pass, bool *changed)
{
    enum loy_status status = loy_sales_next(pass->sales, &pass->sale);
    if (status != LOY_OK) return status;
    if (++pass->done % PROGRESS_LINES == 0)
        cli_progress(run->cli, _("profiles"), pass->done, pass->total);
    status = loy_version_get(run->store, pass->sale.article_version, &pass->version);
    /* NONE would read as the end of the sales. */
    if (status == LOY_NONE) status = LOY_E_CHECK;
    *changed = status == LOY_OK && pass->sale.member != pass->member;
    if (!*changed) return status;
    pass->member = pass->sale.member;
    pass->agreed = false;
    if (pass->member == 0) return LOY_OK;
    status = loy_member_by_number(run->store, pass->member, &pass->id);
    if (status == LOY_NONE) pass->member = 0;
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    return agreed(run->store, &pass->id, &pass->agreed);
}

static void pass_close(const struct profile_run *run, struct pass *pass)
{
    loy_sales_close(pass->sales);
    if (pass->done >= PROGRESS_LINES)
        cli_progress(run->cli, _("profiles"), pass->total, pass->total);
}

enum loy_status profile_run_fit(struct profile_run *run)
{
    struct pass pass;
    bool changed = false;
    enum loy_status status = loy_population_open(&run->settings, &run->population);
    if (status != LOY_OK) return status;
    status = pass_open(run, NULL, &pass);
    while (status == LOY_OK) {
        status = pass_next(run, &pass, &changed);
        if (status != LOY_OK) break;
        if (!pass.agreed) pass.sale.member = 0;
        status = loy_population_add(run->population, &pass.sale, &pass.version);
    }
    pass_close(run, &pass);
    return status == LOY_NONE ? loy_population_fit(run->population) : status;
}

/* Gives the member whose lines went by to the caller; true: end the run. */
static bool hand_over(struct profile_run *run, const struct pass *pass, struct loy_profile *profile)
{
    if (pass->member <= 0) return false;
    const struct profile_case one = {.id = pass->id, .profile = pass->agreed ? profile : NULL};
    run->profiled += pass->agreed;
    run->not_agreed += !pass->agreed;
    return run->each(run->user, &one) != 0;
}

static enum loy_status each_member(
    struct profile_run *run, struct pass *pass, struct loy_profile *profile)
{
    for (;;) {
        const struct pass before = *pass;
        bool changed = false;
        enum loy_status status = pass_next(run, pass, &changed);
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
static enum loy_status begin_single(struct profile_run *run, struct pass *pass)
{
    if (!run->member) return LOY_OK;
    enum loy_status status = loy_member_number(run->store, run->member, &pass->member);
    pass->id = *run->member;
    return status == LOY_OK ? agreed(run->store, &pass->id, &pass->agreed) : status;
}

enum loy_status profile_run_each(struct profile_run *run)
{
    struct pass pass;
    struct loy_profile *profile = NULL;
    run->profiled = run->not_agreed = 0;
    enum loy_status status = loy_profile_open(run->population, &profile);
    if (status != LOY_OK) return status;
    status = pass_open(run, run->member, &pass);
    if (status == LOY_OK) status = begin_single(run, &pass);
    if (status == LOY_OK) status = each_member(run, &pass, profile);
    pass_close(run, &pass);
    loy_profile_close(profile);
    return status;
}

void profile_run_close(struct profile_run *run)
{
    loy_population_close(run->population);
    run->population = NULL;
}
