/* SPDX-License-Identifier: MIT
 *
 * command_fit_choice.c - `fit choice`: how members choose among the brands or grades of a category.
 * In: a category and options. Out: the model as a table with sentences, or one JSON object; with
 * --keep the population goes into the store. Must not know how a choice is modelled.
 */
#include "choice_run.h"
#include "threads.h"

#include <stdlib.h>
#include <string.h>

struct wanted {
    struct loy_occasion_settings occasions;
    struct loy_choice_options fit;
    bool min_given;
};

/* ---- Options --------------------------------------------------------------------------------- */

/* The number of one of some words; -1: another word, and it was told. not_given where it is absent.
 */
static int word_read(const struct cli *cli, const char *option, const char *const *words,
    size_t count, int not_given, int *which)
{
    const char *text = cli_value(cli, option);
    *which = not_given;
    if (!text) return CLI_DONE;
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0) {
            *which = (int)i;
            return CLI_DONE;
        }
    char list[160] = "";
    for (size_t i = 0; i < count; i++)
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s", i ? ", " : "", words[i]);
    return cli_fail(cli, CLI_USAGE, _("--%s takes one of: %s"), option, list);
}

static int number_read(
    const struct cli *cli, const char *option, int64_t least, int64_t usual, int64_t *value)
{
    const char *text = cli_value(cli, option);
    char *end = NULL;
    *value = usual;
    if (!text) return CLI_DONE;
    *value = strtoll(text, &end, 10);
    if (end != text && *end == '\0' && *value >= least && *value < INT64_C(1) << 53)
        return CLI_DONE;
    return cli_fail(
        cli, CLI_USAGE, _("--%s takes a whole number from %lld"), option, (long long)least);
}

/* "price" is always there; "none": nothing else. */
static int attributes_read(const struct cli *cli, struct loy_occasion_settings *settings)
{
    const char *text = cli_value(cli, "attributes");
    char names[128], *rest = NULL;
    if (!text) return CLI_DONE;
    snprintf(names, sizeof names, "%s", text);
    settings->chosen = true;
    for (char *name = strtok_r(names, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
        if (strcmp(name, "promo") == 0)
            settings->promo = true;
        else if (strcmp(name, "display") == 0)
            settings->display = true;
        else if (strcmp(name, "habit") == 0)
            settings->habit = true;
        else if (strcmp(name, "none") != 0 && strcmp(name, "price") != 0)
            return cli_fail(cli, CLI_USAGE,
                _("--attributes takes promo, display and habit with commas between, or none"));
    }
    return CLI_DONE;
}

static int words_read(const struct cli *cli, struct wanted *wanted)
{
    static const char *const models[] = {"hierarchical", "pooled"};
    static const char *const kinds[] = {"brand", "grade", "brand-grade", "article", "style"};
    static const char *const prices[] = {"ln", "level"};
    static const char *const holdouts[] = {"none", "last", "hash"};
    int model, kind, price, holdout;
    int code = word_read(cli, "model", models, 2, 0, &model);
    if (code == CLI_DONE) code = word_read(cli, "by", kinds, 5, -1, &kind);
    if (code == CLI_DONE) code = word_read(cli, "price", prices, 2, 0, &price);
    if (code == CLI_DONE) code = word_read(cli, "holdout", holdouts, 3, 0, &holdout);
    if (code != CLI_DONE) return code;
    wanted->fit.pooled = model == 1;
    wanted->fit.holdout = (uint8_t)holdout;
    wanted->occasions.by = (uint8_t)(kind + 1);
    wanted->occasions.level = price == 1;
    return CLI_DONE;
}

/* A pooled model needs nobody twice; its baselines in a holdout do. */
static int numbers_read(const struct cli *cli, struct wanted *wanted)
{
    int64_t seed = 0;
    bool all = wanted->fit.pooled && wanted->fit.holdout == LOY_HOLDOUT_NONE;
    wanted->min_given = cli_value(cli, "min-purchases") != NULL;
    int code = number_read(cli, "min-purchases", 1, all ? 1 : 5, &wanted->fit.purchases_min);
    if (code == CLI_DONE) code = number_read(cli, "seed", 0, 1, &seed);
    wanted->fit.seed = (uint64_t)seed;
    return code;
}

/* --to names the last day, whole. */
static int period_read(const struct cli *cli, struct choice_run *run)
{
    int16_t offset;
    const char *from = cli_value(cli, "from"), *to = cli_value(cli, "to");
    run->from_us = INT64_MIN / 2;
    run->to_us = INT64_MAX / 2;
    if (from && cli_time_parse(from, &run->from_us, &offset) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--from takes a date such as 2026-03-01"));
    char last[40];
    snprintf(last, sizeof last, "%.10s 23:59:59.999999", to ? to : "");
    bool day = to && strlen(to) == strlen("2026-03-01");
    if (to && cli_time_parse(day ? last : to, &run->to_us, &offset) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--to takes a date such as 2026-03-31"));
    run->to_us += to != NULL;
    if (run->from_us < run->to_us) return CLI_DONE;
    return cli_fail(cli, CLI_USAGE, _("--from is later than --to"));
}

static int options_read(const struct cli *cli, struct choice_run *run, struct wanted *wanted)
{
    static const char *const names[] = {"base", "without", "with"};
    wanted->occasions.category = cli_value(cli, "category");
    wanted->occasions.base = cli_value(cli, "base");
    wanted->occasions.visits = cli_value(cli, "without") || cli_value(cli, "with");
    bool named = *wanted->occasions.category && strlen(wanted->occasions.category) < LOY_TEXT_MAX;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *name = cli_value(cli, names[i]);
        named = named && (!name || (*name && strlen(name) < 2 * LOY_TEXT_MAX));
    }
    if (!named) return cli_fail(cli, CLI_USAGE, _("the name is empty or too long"));
    int code = words_read(cli, wanted);
    if (code == CLI_DONE) code = numbers_read(cli, wanted);
    if (code == CLI_DONE) code = attributes_read(cli, &wanted->occasions);
    return code == CLI_DONE ? period_read(cli, run) : code;
}

/* ---- Fitting --------------------------------------------------------------------------------- */

static int failed(const struct choice_run *run, enum loy_status status)
{
    /* The pure room has no words of its own. */
    if (status == LOY_E_MEMORY || status == LOY_E_LIMIT || status == LOY_E_ARGUMENT)
        return cli_fail(
            run->cli, CLI_FAILED, _("no model can be fitted: %s"), loy_status_text(status));
    return cli_fail_store(run->cli, status, run->store);
}

static int progress_tell(void *user, size_t done, size_t total)
{
    const struct choice_run *run = user;
    cli_progress(run->cli, _("choices"), (long long)done, (long long)total);
    return 0;
}

static int occasions_make(struct choice_run *run, const struct wanted *wanted)
{
    uint8_t problem = LOY_OCCASION_GOOD;
    enum loy_status status = loy_occasions_open(&wanted->occasions, &run->occasions);
    if (status == LOY_OK) status = choice_read(run, NULL);
    if (status == LOY_OK) status = loy_occasions_build(run->occasions, &problem);
    if (status < LOY_OK) return failed(run, status);
    if (problem == LOY_OCCASION_ONE_PURCHASE && wanted->fit.pooled) problem = LOY_OCCASION_GOOD;
    if (problem) return choice_refuse_occasions(run, &wanted->occasions, problem);
    int code = choice_traits_read(run, cli_value(run->cli, "traits"));
    if (code != CLI_DONE) return code;
    status = choice_fill(run);
    return status == LOY_OK ? CLI_DONE : failed(run, status);
}

static int model_fit(
    struct choice_run *run, const struct wanted *wanted, struct choice_result *result)
{
    enum loy_status status =
        loy_choice_fit(run->choice, &wanted->fit, &result->trouble, &run->model);
    if (status == LOY_NONE)
        return choice_refuse_fit(run, &result->trouble, wanted->fit.purchases_min);
    if (status != LOY_OK) return failed(run, status);
    loy_choice_summary_get(run->model, &result->summary);
    loy_occasions_summary(run->occasions, wanted->fit.purchases_min, &result->occasions);
    status = loy_choice_elasticity(
        run->choice, run->model, 0, wanted->occasions.level, result->elasticities);
    if (status == LOY_OK) {
        enum loy_status held = loy_choice_holdout_get(run->model, &result->holdout);
        result->has_holdout = held == LOY_OK;
        status = held == LOY_NONE ? LOY_OK : held;
    }
    return status == LOY_OK ? CLI_DONE : failed(run, status);
}

static int fit(struct choice_run *run, const struct wanted *wanted)
{
    struct choice_result result = {
        .category = wanted->occasions.category, .pooled = wanted->fit.pooled};
    int code = occasions_make(run, wanted);
    if (code == CLI_DONE) code = choice_changes_read(run, &result);
    if (code == CLI_DONE) code = model_fit(run, wanted, &result);
    if (code == CLI_DONE) code = choice_changes_find(run, wanted->fit.seed, &result);
    if (code != CLI_DONE) return code;
    if (cli_value(run->cli, "keep")) {
        enum loy_status status = choice_keep(run, cli_now_us());
        if (status != LOY_OK) return failed(run, status);
    }
    if (run->cli->json)
        choice_print_json(run, &result);
    else
        choice_print_text(run, &result);
    return CLI_DONE;
}

static int run_fit_choice(struct cli *cli)
{
    struct choice_run run = {.cli = cli};
    struct wanted wanted = {.occasions = {.size = sizeof wanted.occasions, .unit_minor = 1},
        .fit = {.size = sizeof wanted.fit,
            .executor = cli_threads(),
            .progress = progress_tell,
            .user = &run}};
    int code = options_read(cli, &run, &wanted);
    if (code == CLI_DONE) code = cli_store_open(cli, &run.store);
    if (code != CLI_DONE) return code;
    struct loy_store_settings shop;
    loy_store_settings_get(run.store, &shop);
    for (unsigned i = 0; i < shop.minor_digits; i++)
        wanted.occasions.unit_minor *= 10;
    code = fit(&run, &wanted);
    choice_run_close(&run);
    loy_store_close(run.store);
    return code;
}

static const struct cli_option options[] = {
    {"category", "NAME", N_("the category of articles"), true, false},
    {"by", "KIND", N_("what is chosen among: brand (default), grade, brand-grade, article, style"),
        false, false},
    {"model", "MODEL", N_("hierarchical: each member has weights of his own; or pooled"), false,
        false},
    {"price", "FORM", N_("ln (default): its logarithm; level: the price itself"), false, false},
    {"attributes", "LIST", N_("of promo, display, habit; default: those that vary"), false, false},
    {"traits", "LIST", N_("of members, with commas between; ln:NAME takes the logarithm"), false,
        false},
    {"min-purchases", "N", N_("members with fewer stay out (5; pooled: 1)"), false, false},
    {"holdout", "WHICH", N_("none, last or hash: keep one purchase each out, and predict it"),
        false, false},
    {"seed", "N", N_("of the random numbers"), false, false},
    {"base", "NAME", N_("what the others are compared with (default: the most bought)"), false,
        false},
    {"without", "NAME", N_("what the category sells when NAME leaves the shelf"), false, false},
    {"with", "NAME", N_("what it sells when NAME comes where it was missing"), false, false},
    {"from", "DATE", N_("first day"), false, false},
    {"to", "DATE", N_("last day"), false, false},
    {"keep", NULL, N_("keep the population: profiles then tell price sensitivity"), false, false},
    {0},
};

const struct cli_command command_fit_choice = {
    .name = "fit choice",
    .summary = N_("how members choose in a category: price, promotion, habit, brand"),
    .detail = N_(
        "One basket of a member is one choice among what stood on that store's shelf then: import\n"
        "prices of all articles, also of what was not bought. Each weight comes with its standard\n"
        "error, and with the spread between members where the model is hierarchical. Only members\n"
        "who have agreed to profiling count. Exit 1 where the data cannot tell."),
    .example = "fit choice --category Yogurt --holdout last",
    .options = options,
    .run = run_fit_choice,
};
