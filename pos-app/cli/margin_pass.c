/* SPDX-License-Identifier: MIT
 *
 * margin_pass.c - feeds margins from a store: each line with what its article cost. In: an open
 * store and a viewpoint. Out: fitted margins. Prints nothing but the progress bar.
 */
#include "margin_pass.h"

#include <stdlib.h>

/* Costs by version, so that each is asked for once: the numbers of versions are dense. */
struct costs {
    struct loy_cost *known;
    bool *asked;
    size_t capacity;
};

static enum loy_status costs_grow(struct costs *costs, size_t version)
{
    size_t wanted = costs->capacity ? costs->capacity : 1024;
    while (wanted <= version)
        wanted *= 2;
    struct loy_cost *known = realloc(costs->known, wanted * sizeof *known);
    if (known) costs->known = known;
    bool *asked = realloc(costs->asked, wanted * sizeof *asked);
    if (asked) costs->asked = asked;
    if (!known || !asked) return LOY_E_MEMORY;
    for (size_t i = costs->capacity; i < wanted; i++)
        asked[i] = false;
    costs->capacity = wanted;
    return LOY_OK;
}

static enum loy_status cost_of(
    struct loy_store *store, struct costs *costs, int64_t version, struct loy_cost *cost)
{
    enum loy_status status = LOY_OK;
    if (version < 0 || version > INT32_MAX) return loy_version_cost(store, version, cost);
    size_t at = (size_t)version;
    if (at >= costs->capacity) status = costs_grow(costs, at);
    if (status == LOY_OK && !costs->asked[at])
        status = loy_version_cost(store, version, &costs->known[at]);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_E_CHECK : status;
    costs->asked[at] = true;
    *cost = costs->known[at];
    return LOY_OK;
}

static enum loy_status lines_add(
    struct sales_pass *pass, struct costs *costs, struct loy_margins *margins)
{
    struct loy_cost cost;
    bool changed = false;
    for (;;) {
        enum loy_status status = sales_pass_next(pass, &changed);
        if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
        if (!pass->agreed) continue;
        status = cost_of(pass->store, costs, pass->sale.article_version, &cost);
        if (status == LOY_OK) status = loy_margins_add(margins, &pass->sale, &pass->version, &cost);
        if (status != LOY_OK) return status;
    }
}

enum loy_status margin_pass_run(const struct cli *cli, struct loy_store *store,
    const struct loy_profile_settings *settings, struct loy_margins **margins)
{
    struct sales_pass pass = {.cli = cli, .store = store, .what = _("margins")};
    struct costs costs = {0};
    enum loy_status status = loy_margins_open(settings, margins);
    if (status != LOY_OK) return status;
    status = sales_pass_open(&pass, INT64_MIN, settings->as_of_us + 1, NULL);
    if (status == LOY_OK) status = lines_add(&pass, &costs, *margins);
    sales_pass_close(&pass);
    free(costs.known);
    free(costs.asked);
    return status == LOY_OK ? loy_margins_fit(*margins) : status;
}
