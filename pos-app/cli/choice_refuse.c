/* SPDX-License-Identifier: MIT
 *
 * choice_refuse.c - what stands in the way of a choice model, each as one sentence that says what
 * would help. In: the reason. Out: a line on standard error, exit code 1.
 */
#include "choice_run.h"

#include <stdlib.h>
#include <string.h>

/* ---- The categories that there are ----------------------------------------------------------- */

#define CATEGORIES_SHOWN 12u

struct categories {
    struct loy_store *store;
    const char **names; /* valid while the store is open */
    size_t count, capacity;
    int64_t version; /* looked at last: sales of one article often follow each other */
    enum loy_status status;
};

static enum loy_status category_append(struct categories *list, const char *name)
{
    if (list->count == list->capacity) {
        size_t wanted = list->capacity ? 2 * list->capacity : 64;
        const char **grown = realloc(list->names, wanted * sizeof *grown);
        if (!grown) return LOY_E_MEMORY;
        list->names = grown;
        list->capacity = wanted;
    }
    list->names[list->count++] = name;
    return LOY_OK;
}

static void category_put(struct categories *list, int64_t version_number)
{
    struct loy_version version;
    if (version_number == list->version) return;
    list->version = version_number;
    if (loy_version_get(list->store, version_number, &version) != LOY_OK || !*version.category)
        return;
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], version.category) == 0) return;
    if (list->status == LOY_OK) list->status = category_append(list, version.category);
}

static int offer_look(void *user, const struct loy_offer *offer)
{
    category_put(user, offer->article_version);
    return ((struct categories *)user)->status != LOY_OK;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void categories_find(const struct choice_run *run, struct categories *list)
{
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    *list = (struct categories){.store = run->store};
    enum loy_status status = loy_sales_open(run->store, INT64_MIN, INT64_MAX, NULL, &sales);
    while (status == LOY_OK && list->status == LOY_OK &&
           (status = loy_sales_next(sales, &sale)) == LOY_OK)
        category_put(list, sale.article_version);
    loy_sales_close(sales);
    loy_offer_each(run->store, INT64_MIN, INT64_MAX, offer_look, list);
    if (list->count) qsort(list->names, list->count, sizeof *list->names, by_name);
}

static int categories_tell(
    const struct choice_run *run, const char *category, const struct categories *list)
{
    char text[CATEGORIES_SHOWN * (LOY_TEXT_MAX + 4)] = "";
    if (list->status != LOY_OK)
        return cli_fail(run->cli, CLI_FAILED, "%s", _(loy_status_text(list->status)));
    if (list->count == 0)
        return cli_fail(run->cli, CLI_FINDING,
            _("no article that was sold or has a price has a category: import articles"));
    for (size_t i = 0; i < list->count && i < CATEGORIES_SHOWN; i++)
        snprintf(
            text + strlen(text), sizeof text - strlen(text), "%s%s", i ? ", " : "", list->names[i]);
    if (list->count > CATEGORIES_SHOWN)
        return cli_fail(run->cli, CLI_FINDING,
            _("there is no category %s; there are %zu others: %s, and so on"), category,
            list->count, text);
    return cli_fail(
        run->cli, CLI_FINDING, _("there is no category %s; there are: %s"), category, text);
}

static int no_category(const struct choice_run *run, const char *category)
{
    struct categories list;
    categories_find(run, &list);
    int code = categories_tell(run, category, &list);
    free(list.names);
    return code;
}

/* ---- Occasions ------------------------------------------------------------------------------- */

int choice_refuse_name(const struct choice_run *run, const char *name)
{
    char text[LOY_ALTERNATIVES_KEPT * (2 * LOY_TEXT_MAX + 4)] = "";
    for (size_t i = 0; *loy_occasions_alternative(run->occasions, i); i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? ", " : "",
            loy_occasions_alternative(run->occasions, i));
    return cli_fail(run->cli, CLI_FINDING,
        _("%s is none of what is chosen among, or was hardly ever bought; there are: %s"), name,
        text);
}

static const char *occasions_words(enum loy_occasion_problem problem)
{
    switch (problem) {
    case LOY_OCCASION_NO_SALES:
        return _("%s: no member who has agreed to profiling has bought any of it");
    case LOY_OCCASION_ONLY_RETURNS:
        return _("%s: all that was bought came back: a return is no choice");
    case LOY_OCCASION_NO_TIMES:
        return _("%s: all purchases of each member are at one moment: import baskets with their "
                 "times, or nobody can tell which was first and what stood on the shelf");
    case LOY_OCCASION_NO_PRICES:
        return _("%s: there is no price history: import prices of all articles, also of what was "
                 "not bought");
    case LOY_OCCASION_NO_OTHERS:
        return _("%s: for nine purchases in ten there are no prices of what was not bought: import "
                 "prices. From paid prices alone nobody can tell how sensitive members are");
    case LOY_OCCASION_ONE:
        return _("%s: only one brand or grade was bought: there is nothing to choose among");
    case LOY_OCCASION_ONE_PURCHASE:
        return _("%s: each member has bought once only: nothing can be said of members; "
                 "--model pooled can tell what all have in common");
    case LOY_OCCASION_SORTED:
        return _(
            "%s: each member's purchases are in the order of what was bought, not of time: the "
            "rows were sorted before they got their times, and the last is not the latest");
    case LOY_OCCASION_PRICE_STILL:
        return _("%s: prices stand still, or all move together: nobody can tell a price from a "
                 "liking");
    case LOY_OCCASION_PROMO_NEVER:
        return _("%s: nothing was ever on promotion: leave promo out of --attributes");
    case LOY_OCCASION_PROMO_ALWAYS:
        return _("%s: the same is on promotion all the time: leave promo out of --attributes");
    case LOY_OCCASION_DISPLAY_NEVER:
        return _("%s: nothing was ever on display: leave display out of --attributes");
    default:
        return _("%s: the same is on display all the time: leave display out of --attributes");
    }
}

int choice_refuse_occasions(
    const struct choice_run *run, const struct loy_occasion_settings *settings, uint8_t problem)
{
    char text[LOY_TEXT_MAX + 512];
    if (problem == LOY_OCCASION_NO_CATEGORY) return no_category(run, settings->category);
    if (problem == LOY_OCCASION_NO_BASE) return choice_refuse_name(run, settings->base);
    const char *words = occasions_words((enum loy_occasion_problem)problem);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(text, sizeof text, words, settings->category);
#pragma GCC diagnostic pop
    return cli_fail(run->cli, CLI_FINDING, "%s", text);
}

/* ---- The fit --------------------------------------------------------------------------------- */

static int few_purchases(const struct choice_run *run, int64_t purchases_min)
{
    struct loy_occasion_summary summary;
    loy_occasions_summary(run->occasions, purchases_min, &summary);
    return cli_fail(run->cli, CLI_FINDING,
        _("nobody has %lld purchases with something else on offer beside them (at most %lld): take "
          "a smaller --min-purchases, or --model pooled"),
        (long long)purchases_min, (long long)summary.most);
}

int choice_refuse_fit(
    const struct choice_run *run, const struct loy_choice_trouble *trouble, int64_t purchases_min)
{
    char name[CHOICE_NAME_MAX] = "";
    choice_coefficient_name(run, trouble->coefficient, name);
    switch ((enum loy_choice_problem)trouble->problem) {
    case LOY_CHOICE_NO_OCCASIONS:
        return few_purchases(run, purchases_min);
    case LOY_CHOICE_ONE_ALTERNATIVE:
        return cli_fail(run->cli, CLI_FINDING,
            _("only one thing was ever bought, or on offer: there is nothing to choose among"));
    case LOY_CHOICE_SORTED:
        return cli_fail(run->cli, CLI_FINDING,
            _("each member's purchases are in the order of what was bought, not of time: the rows "
              "were sorted before they got their times, and the last is not the latest"));
    case LOY_CHOICE_CONSTANT:
        return cli_fail(run->cli, CLI_FINDING,
            _("%s is the same for all that is on offer: it says nothing; leave it out"), name);
    default:
        return cli_fail(run->cli, CLI_FINDING,
            _("%s alone decides all choices, so that its weight has no end: there are too few "
              "purchases, or it was derived from them"),
            name);
    }
}
