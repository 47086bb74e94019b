/* SPDX-License-Identifier: MIT
 *
 * sales_pass.c - the lines of a store with what is known of the member whose lines are going by.
 * In: an open store and a period. Out: line after line. Prints nothing but the progress bar.
 */
#include "sales_pass.h"

#define PROGRESS_LINES 4096

/* A member that is not there any more has agreed to nothing. */
enum loy_status sales_pass_agreed(struct loy_store *store, const struct loy_id *id, bool *yes)
{
    struct loy_member member;
    enum loy_status status = loy_member_get(store, id, &member);
    *yes = status == LOY_OK && member.consent[LOY_PURPOSE_PROFILING];
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status sales_pass_open(
    struct sales_pass *pass, int64_t from_us, int64_t to_us, const struct loy_id *member)
{
    struct loy_basket_totals totals = {0};
    pass->member = -1;
    enum loy_status status = loy_basket_totals_get(pass->store, from_us, to_us, &totals);
    if (status != LOY_OK) return status;
    pass->total = member ? 0 : totals.lines;
    return loy_sales_open(pass->store, from_us, to_us, member, &pass->sales);
}

static enum loy_status member_begin(struct sales_pass *pass)
{
    pass->member = pass->sale.member;
    pass->agreed = false;
    if (pass->member == 0) return LOY_OK;
    enum loy_status status = loy_member_by_number(pass->store, pass->member, &pass->id);
    if (status == LOY_NONE) pass->member = 0;
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    return sales_pass_agreed(pass->store, &pass->id, &pass->agreed);
}

enum loy_status sales_pass_next(struct sales_pass *pass, bool *changed)
{
    *changed = false;
    enum loy_status status = loy_sales_next(pass->sales, &pass->sale);
    if (status != LOY_OK) return status;
    if (++pass->done % PROGRESS_LINES == 0)
        cli_progress(pass->cli, pass->what, pass->done, pass->total);
    status = loy_version_get(pass->store, pass->sale.article_version, &pass->version);
    /* NONE would read as the end of the sales. */
    if (status == LOY_NONE) status = LOY_E_CHECK;
    *changed = status == LOY_OK && pass->sale.member != pass->member;
    return *changed ? member_begin(pass) : status;
}

void sales_pass_close(struct sales_pass *pass)
{
    loy_sales_close(pass->sales);
    pass->sales = NULL;
    if (pass->done >= PROGRESS_LINES) cli_progress(pass->cli, pass->what, pass->total, pass->total);
}
