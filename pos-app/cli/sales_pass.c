/* SPDX-License-Identifier: MIT
 *
 * sales_pass.c - the lines of a store with what is known of the member whose lines are going by.
 * In: an open store and a period. Out: line after line. Prints nothing but the progress bar.
 */
#include "sales_pass.h"

#include "threads.h"

#define PROGRESS_LINES 4096

/* A member that is not there any more has agreed to nothing. */
enum loy_status sales_pass_agreed(struct loy_store *store, const struct loy_id *id, bool *yes)
{
    struct loy_member member;
    enum loy_status status = loy_member_get(store, id, &member);
    *yes = status == LOY_OK && member.consent[LOY_PURPOSE_PROFILING];
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status rows_open(
    struct sales_pass *pass, int64_t from_us, int64_t to_us, const struct loy_id *member)
{
    struct loy_basket_totals totals = {0};
    enum loy_status status = loy_basket_totals_get(pass->store, from_us, to_us, &totals);
    if (status != LOY_OK) return status;
    pass->total = member ? 0 : totals.lines;
    return loy_sales_open(pass->store, from_us, to_us, member, &pass->sales);
}

static enum loy_status columns_open(struct sales_pass *pass, int64_t from_us, int64_t to_us)
{
    const struct loy_columns_options options = {.size = sizeof options, .executor = cli_threads()};
    enum loy_status status = loy_columns_open(pass->store, &options, &pass->columns);
    if (status != LOY_OK) return status;
    pass->total = (long long)loy_columns_rows(pass->columns);
    return loy_columns_sales_open(pass->columns, from_us, to_us, NULL, &pass->lines);
}

/* The columns are a shortcut: where they cannot be made (a folder that may not be written, a full
 * disk, another program that is at it) the same lines come from the store. */
enum loy_status sales_pass_open(
    struct sales_pass *pass, int64_t from_us, int64_t to_us, const struct loy_id *member)
{
    pass->member = -1;
    if (!member && columns_open(pass, from_us, to_us) == LOY_OK) return LOY_OK;
    return rows_open(pass, from_us, to_us, member);
}

static enum loy_status line_next(struct sales_pass *pass)
{
    if (pass->lines) return loy_columns_sales_next(pass->lines, &pass->sale, &pass->version);
    enum loy_status status = loy_sales_next(pass->sales, &pass->sale);
    if (status != LOY_OK) return status;
    status = loy_version_get(pass->store, pass->sale.article_version, &pass->version);
    /* NONE would read as the end of the sales. */
    return status == LOY_NONE ? LOY_E_CHECK : status;
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

static void seen_add(struct sales_pass *pass, bool changed)
{
    const struct loy_sale *sale = &pass->sale;
    struct sales_seen *seen = &pass->seen;
    const bool came_back = sale->is_return || sale->returned_milli >= sale->quantity_milli;
    seen->lines++;
    seen->agreed += changed && pass->agreed;
    seen->not_agreed += changed && pass->member > 0 && !pass->agreed;
    seen->kept += pass->agreed && !came_back;
}

const char *sales_pass_empty(const struct sales_seen *seen)
{
    if (seen->lines == 0) return _("nothing was sold up to this day");
    if (seen->agreed == 0 && seen->not_agreed > 0)
        return _("no member who bought something has agreed to profiling");
    if (seen->agreed == 0) return _("no member bought anything up to this day");
    return seen->kept == 0 ? _("all that members bought came back") : NULL;
}

enum loy_status sales_pass_next(struct sales_pass *pass, bool *changed)
{
    *changed = false;
    enum loy_status status = line_next(pass);
    if (status != LOY_OK) return status;
    if (++pass->done % PROGRESS_LINES == 0)
        cli_progress(pass->cli, pass->what, pass->done, pass->total);
    *changed = pass->sale.member != pass->member;
    if (*changed) status = member_begin(pass);
    if (status == LOY_OK) seen_add(pass, *changed);
    return status;
}

void sales_pass_close(struct sales_pass *pass)
{
    loy_sales_close(pass->sales);
    loy_columns_sales_close(pass->lines);
    loy_columns_close(pass->columns);
    pass->sales = NULL;
    pass->lines = NULL;
    pass->columns = NULL;
    if (pass->done >= PROGRESS_LINES) cli_progress(pass->cli, pass->what, pass->total, pass->total);
}
