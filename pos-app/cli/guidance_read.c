/* SPDX-License-Identifier: MIT
 *
 * guidance_read.c - a store's sales and price history into a loy_guidance, and words for what
 * stands in its way. In: a command line. Out: rows handed over. Must not know what is made of them.
 */
#include "guidance_read.h"

#include "sales_pass.h"

#include <math.h>
#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)
#define MINUTE_US (INT64_C(60) * 1000000)

static const char *const sentences[] = {
    [LOY_GUIDANCE_NO_SALES] = N_("nothing was sold in this period"),
    [LOY_GUIDANCE_ONLY_RETURNS] = N_("all that was sold in this period came back"),
    [LOY_GUIDANCE_NO_PRICES] =
        N_("there is no price history of what was sold: see 'loyalty import prices'"),
    [LOY_GUIDANCE_FEW_WEEKS] = N_("fewer than 20 whole weeks: too short a time to tell"),
    [LOY_GUIDANCE_ONE_UNIT] = N_("one article alone: there is nothing to compare it with"),
    [LOY_GUIDANCE_FEW_SALES] =
        N_("hardly an article or style sells four a week: too little to tell"),
    [LOY_GUIDANCE_PRICES_STILL] =
        N_("prices hardly moved: nothing has had three prices, so their effect cannot be told"),
    [LOY_GUIDANCE_PROMO_NEVER] = N_("no promotion ran: only the effect of prices can be told"),
    [LOY_GUIDANCE_PROMO_ALWAYS] =
        N_("promotions ran all the time: their effect cannot be told from that of the articles"),
    [LOY_GUIDANCE_PROMO_RARE] =
        N_("no form of promotion ran for 20 weeks of articles with weeks without one beside them"),
    [LOY_GUIDANCE_NO_CATEGORY] = N_("no article has this category"),
};

const char *guidance_sentence(uint8_t problem)
{
    return problem && problem < sizeof sentences / sizeof sentences[0] ? _(sentences[problem]) : "";
}

int guidance_fail(const struct guidance_run *run, enum loy_status status, uint8_t problem)
{
    if (status == LOY_NONE)
        return cli_fail(run->cli, CLI_FINDING, "%s", guidance_sentence(problem));
    if (status == LOY_E_LIMIT)
        return cli_fail(run->cli, CLI_FAILED,
            _("too many articles, stores and weeks at once: choose a category or a period"));
    return cli_fail(run->cli, CLI_FAILED, _("nothing can be fitted: %s"), loy_status_text(status));
}

const char *guidance_percent(double share, char text[GUIDANCE_PERCENT_SIZE])
{
    text[0] = '\0';
    if (isfinite(share))
        snprintf(text, GUIDANCE_PERCENT_SIZE, "%+.0f %%", fmin(100 * share, 1e9) + 0.0);
    return text;
}

/* ---- The period ------------------------------------------------------------------------------ */

static bool day_read(const char *text, int64_t *at_us)
{
    int16_t offset_min;
    return strlen(text) == 10 && cli_time_parse(text, at_us, &offset_min) == LOY_OK && *at_us > 0;
}

/* The next day's own midnight: a day on which the clocks change is not 24 hours long. */
static void day_next(int64_t *at_us)
{
    char next[32];
    int64_t found;
    cli_time_text(*at_us + cli_offset_at(*at_us) * MINUTE_US + DAY_US + DAY_US / 2, 0, next);
    next[10] = '\0';
    *at_us = day_read(next, &found) ? found : *at_us + DAY_US;
}

static int period_read(const struct cli *cli, struct loy_guidance_settings *settings)
{
    const char *from = cli_value(cli, "from"), *to = cli_value(cli, "to");
    if (from && !day_read(from, &settings->from_us))
        return cli_fail(cli, CLI_USAGE, _("--from is not a date like 2026-03-01"));
    if (to && !day_read(to, &settings->to_us))
        return cli_fail(cli, CLI_USAGE, _("--to is not a date like 2026-03-31"));
    if (to) day_next(&settings->to_us);
    if (from && to && settings->from_us >= settings->to_us)
        return cli_fail(cli, CLI_USAGE, _("--to lies before --from"));
    settings->offset_min = cli_offset_at(settings->to_us > 0 ? settings->to_us - 1 : cli_now_us());
    return CLI_DONE;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

struct offers {
    struct guidance_run *run;
    enum loy_status status;
};

static int offer_add(void *user, const struct loy_offer *offer)
{
    struct offers *offers = user;
    struct loy_version version;
    offers->status = loy_version_get(offers->run->store, offer->article_version, &version);
    if (offers->status == LOY_OK)
        offers->status = loy_guidance_add_offer(offers->run->guidance, offer, &version);
    return offers->status != LOY_OK;
}

static enum loy_status sales_add(
    struct guidance_run *run, const struct loy_guidance_settings *settings, int64_t to_us)
{
    struct sales_pass pass = {.cli = run->cli, .store = run->store, .what = _("reading sales")};
    bool changed;
    enum loy_status status = sales_pass_open(&pass, settings->from_us, to_us, NULL);
    while (status == LOY_OK && (status = sales_pass_next(&pass, &changed)) == LOY_OK)
        status = loy_guidance_add_sale(run->guidance, &pass.sale, &pass.version);
    sales_pass_close(&pass);
    return status == LOY_NONE ? LOY_OK : status;
}

int guidance_read(struct guidance_run *run)
{
    struct loy_guidance_settings settings = {.size = sizeof settings};
    struct offers offers = {.run = run};
    settings.category = run->category = cli_value(run->cli, "category");
    int code = period_read(run->cli, &settings);
    if (code != CLI_DONE) return code;
    code = cli_store_open(run->cli, &run->store);
    if (code != CLI_DONE) return code;
    const int64_t to_us = settings.to_us > 0 ? settings.to_us : INT64_MAX;
    enum loy_status status = loy_guidance_open(&settings, &run->guidance);
    if (status == LOY_OK)
        status = loy_offer_each(run->store, settings.from_us, to_us, offer_add, &offers);
    if (status == LOY_E_CANCELLED) status = offers.status;
    if (status == LOY_OK) status = sales_add(run, &settings, to_us);
    if (status == LOY_OK) return CLI_DONE;
    if (status == LOY_E_MEMORY || status == LOY_E_LIMIT)
        return guidance_fail(run, status, LOY_GUIDANCE_NO_PROBLEM);
    return cli_fail_store(run->cli, status, run->store);
}

void guidance_close(struct guidance_run *run)
{
    loy_guidance_close(run->guidance);
    loy_store_close(run->store);
}
