/* SPDX-License-Identifier: MIT
 *
 * command_fit_stock.c - `fit stock`: which grades, brands, colours and sizes of a category sell
 * more than their share of the shelf, and what gaps on it likely cost. In: a store and a period.
 * Out: a table with words, or a JSON object. A value that does not differ is named in JSON only.
 */
#include "guidance_read.h"

#include <math.h>
#include <string.h>

// clang-format off
static const char *const kind_words[loy_stock_kind_count] = {
    [LOY_STOCK_GRADE] = N_("Grades"),
    [LOY_STOCK_BRAND] = N_("Brands"),
    [LOY_STOCK_COLOUR] = N_("Colour families"),
    [LOY_STOCK_SIZE] = N_("Sizes"),
};
// clang-format on

static json_t *row_json(const struct loy_stock_row *row)
{
    const bool judged = isfinite(row->low);
    return json_pack("{s:s,s:s,s:s,s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:b,s:o,s:o,s:o,s:o}",
        "category", row->category, "kind", loy_stock_kind_name(row->kind), "name", row->name, "n",
        (json_int_t)row->articles, "shelf_weeks", cli_json_number(row->shelf_weeks), "sold",
        cli_json_number(row->sold), "per_week", cli_json_number(row->per_week), "shelf_share",
        cli_json_number(row->shelf_share), "sales_share", cli_json_number(row->sales_share),
        "index", cli_json_number(judged ? row->index : NAN), "low", cli_json_number(row->low),
        "high", cli_json_number(row->high), "told", row->told, "missing_weeks",
        cli_json_number(row->missing_weeks), "lost", cli_json_number(row->lost), "lost_low",
        cli_json_number(row->lost_low), "lost_high", cli_json_number(row->lost_high));
}

static void print_json(const struct guidance_run *run, const struct loy_stock *stock)
{
    json_t *rows = json_array();
    struct loy_stock_row row;
    for (size_t i = 0; loy_stock_row_get(stock, i, &row) == LOY_OK; i++)
        json_array_append_new(rows, row_json(&row));
    cli_print_json(json_pack("{s:s,s:o,s:o}", "fit", "stock", "category",
        run->category ? json_string(run->category) : json_null(), "rows", rows));
}

static void row_print(const struct loy_stock_row *row)
{
    fputs("    ", stdout);
    cli_put(stdout, row->name, 16);
    printf(_("shelf %2.0f %%, sales %2.0f %%, a week %.2f each; %.2f times (%.2f to %.2f)\n"),
        100 * row->shelf_share, 100 * row->sales_share, row->per_week, row->index, row->low,
        row->high);
}

/* Less than a fifth of what was sold is nothing to act on. */
static bool is_lost(const struct loy_stock_row *row)
{
    return row->lost_low >= 1 && row->lost >= .2 * row->sold;
}

static void lost_print(const struct loy_stock_row *row)
{
    if (!is_lost(row)) return;
    fputs("    ", stdout);
    cli_put(stdout, row->name, 16);
    printf(_("off the shelf for %.0f weeks of articles: up to %.0f units lost (%.0f to %.0f)\n"),
        row->missing_weeks, row->lost, row->lost_low, row->lost_high);
}

static void group_print(const struct loy_stock *stock, size_t first, size_t end)
{
    struct loy_stock_row row;
    bool any = false;
    loy_stock_row_get(stock, first, &row);
    printf("  %s\n", _(kind_words[row.kind]));
    for (size_t i = first; i < end; i++) {
        loy_stock_row_get(stock, i, &row);
        if (row.told) row_print(&row);
        lost_print(&row);
        any = any || row.told || is_lost(&row);
    }
    if (!any) printf("    %s\n", _("no difference that can be told from chance"));
}

static void print_text(const struct loy_stock *stock)
{
    struct loy_stock_row row, next;
    char category[LOY_TEXT_MAX] = "";
    printf("%s\n", _("What sells more, or less, than its share of the shelf"));
    for (size_t first = 0, end; loy_stock_row_get(stock, first, &row) == LOY_OK; first = end) {
        for (end = first + 1; loy_stock_row_get(stock, end, &next) == LOY_OK; end++)
            if (next.kind != row.kind || strcmp(next.category, row.category) != 0) break;
        if (first == 0 || strcmp(category, row.category) != 0)
            printf("%s\n", *row.category ? row.category : _("(no category)"));
        snprintf(category, sizeof category, "%s", row.category);
        group_print(stock, first, end);
    }
    puts(_(
        "Times: what was sold, by what would have been at the category's mean of that store and\n"
        "week, with an interval (80 %) over articles. Prices and places are not taken out. Lost:\n"
        "at the article's own rate, less what was bought in its place, which is not known."));
}

static int run_stock(struct cli *cli)
{
    struct guidance_run run = {.cli = cli};
    struct loy_stock *stock = NULL;
    uint8_t problem = 0;
    int code = guidance_read(&run);
    if (code == CLI_DONE) {
        enum loy_status status = loy_guidance_stock(run.guidance, &problem, &stock);
        if (status != LOY_OK)
            code = guidance_fail(&run, status, problem);
        else if (cli->json)
            print_json(&run, stock);
        else
            print_text(stock);
    }
    loy_stock_close(stock);
    guidance_close(&run);
    return code;
}

static const struct cli_option options[] = {
    GUIDANCE_OPTIONS,
    {0},
};

const struct cli_command command_fit_stock = {
    .name = "fit stock",
    .summary =
        N_("which grades, brands, colours and sizes sell more than their share of the shelf"),
    .detail = N_(
        "Everybody's sales against the price history, which says what stood on the shelf. Only\n"
        "differences that pass a test of all of them together (5 % false) are told, and what gaps\n"
        "on the shelf likely cost: an article's own rate in the store times the weeks that it was\n"
        "away. Exit 1 with a sentence where the data cannot tell."),
    .example = "fit stock --category shirt",
    .options = options,
    .run = run_stock,
};
