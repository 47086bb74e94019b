/* SPDX-License-Identifier: MIT
 *
 * profile_picture.c - a member's profile in numbers that can be drawn. What was returned is taken
 * off; only goods count. In: an open store; out: one struct. Must not know: curses.
 */
#include "profile_picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Estimates ---------------------------------------------------------------------------- */

struct taking {
    const struct profile_run *run;
    struct picture *picture;
    enum loy_status status;
};

static int take(void *user, const struct profile_case *one)
{
    struct taking *taking = user;
    struct picture *picture = taking->picture;
    picture->agreed = one->profile != NULL;
    if (!one->profile) return 1;
    for (int i = LOY_QUANTITY_NONE + 1; i < loy_quantity_count && picture->estimate_count < 16; i++)
        if (loy_profile_estimate(one->profile, (enum loy_quantity)i,
                &picture->estimates[picture->estimate_count]) == LOY_OK)
            picture->estimate_count++;
    taking->status = profile_brief_make(taking->run, one, &picture->brief);
    loy_profile_week(one->profile, &picture->week);
    for (size_t i = 0; i < LOY_HOURS_OF_WEEK; i++) {
        if (!isfinite(picture->week.share[i])) continue;
        picture->day_share[i / 24] += picture->week.share[i];
        picture->hour_share[i % 24] += picture->week.share[i];
    }
    return 1;
}

static enum loy_status estimates_make(const struct cli *cli, struct loy_store *store,
    const struct loy_id *member, struct picture *picture)
{
    /* A bar on standard error would be painted over the screen. */
    struct cli quiet = *cli;
    quiet.progress = false;
    struct profile_run run = {.cli = &quiet, .store = store, .member = member, .each = take};
    struct taking taking = {&run, picture, LOY_OK};
    run.user = &taking;
    run.settings.size = sizeof run.settings;
    enum loy_status status = profile_as_of(NULL, &run.settings);
    if (status == LOY_OK) status = profile_brief_taste(store, &run.with_taste);
    if (status == LOY_OK) status = profile_run_fit(&run);
    if (status == LOY_OK) status = profile_run_each(&run);
    if (status == LOY_OK) status = taking.status;
    profile_run_close(&run);
    return status;
}

/* ---- Months, categories, brands ----------------------------------------------------------- */

/* Months since year 0 of a local moment (civil calendar, days from 0000-03-01). */
static int64_t month_of(int64_t at_us, int16_t offset_min)
{
    int64_t days = (at_us + offset_min * INT64_C(60000000)) / INT64_C(86400000000) + 719468;
    int64_t era = days / 146097, day = days % 146097;
    int64_t of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t of_year = day - (365 * of_era + of_era / 4 - of_era / 100);
    return (era * 400 + of_era) * 12 + (5 * of_year + 2) / 153 + 2;
}

static void group_add(struct picture_groups *groups, const char *name, int64_t paid_minor)
{
    size_t i = 0;
    if (!name || !*name) name = "?";
    groups->all_minor += paid_minor;
    while (i < groups->count && strncmp(groups->groups[i].name, name, 63) != 0)
        i++;
    /* More kinds than anybody sells: they count in the sum only. */
    if (i == PICTURE_GROUPS) return;
    if (i == groups->count) {
        snprintf(groups->groups[i].name, sizeof groups->groups[i].name, "%.63s", name);
        groups->count++;
    }
    groups->groups[i].paid_minor += paid_minor;
}

static int by_paid_falling(const void *a, const void *b)
{
    const struct picture_group *left = a, *right = b;
    if (left->paid_minor != right->paid_minor) return left->paid_minor < right->paid_minor ? 1 : -1;
    return strcmp(left->name, right->name);
}

static void sale_add(struct picture *picture, int64_t month, const struct loy_sale *sale,
    const struct loy_version *version)
{
    int64_t units = sale->quantity_milli - sale->returned_milli;
    if (version->kind != LOY_KIND_NONE && version->kind != LOY_KIND_GOODS) return;
    if (sale->is_return || units <= 0) return;
    double part = (double)units / (double)sale->quantity_milli;
    int64_t paid = llround((double)sale->paid_minor * part);
    picture->month_minor[month] += (double)paid;
    group_add(&picture->categories, version->category, paid);
    group_add(&picture->brands, version->brand, paid);
}

static enum loy_status sales_add(
    struct loy_store *store, const struct loy_id *member, int64_t now_us, struct picture *picture)
{
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    struct loy_version version;
    int64_t last = month_of(now_us, cli_offset_at(now_us)), basket = 0;
    enum loy_status status = loy_sales_open(store, INT64_MIN, now_us + 1, member, &sales);
    while (status == LOY_OK && (status = loy_sales_next(sales, &sale)) == LOY_OK) {
        int64_t ago = last - month_of(sale.at_us, sale.offset_min);
        if (ago < 0 || ago >= (int64_t)PICTURE_MONTHS) continue;
        status = loy_version_get(store, sale.article_version, &version);
        if (status == LOY_NONE) status = LOY_E_CHECK;
        if (status != LOY_OK) break;
        picture->occasions += sale.basket != basket;
        basket = sale.basket;
        sale_add(picture, (int64_t)PICTURE_MONTHS - 1 - ago, &sale, &version);
    }
    loy_sales_close(sales);
    picture->last_month = (int)(last % 12);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status picture_make(const struct cli *cli, struct loy_store *store,
    const struct loy_id *member, struct picture *picture)
{
    enum loy_status status = estimates_make(cli, store, member, picture);
    if (status != LOY_OK || !picture->agreed) return status;
    status = sales_add(store, member, cli_now_us(), picture);
    qsort(picture->categories.groups, picture->categories.count,
        sizeof picture->categories.groups[0], by_paid_falling);
    qsort(picture->brands.groups, picture->brands.count, sizeof picture->brands.groups[0],
        by_paid_falling);
    return status;
}
