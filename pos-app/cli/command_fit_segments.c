/* SPDX-License-Identifier: MIT
 *
 * command_fit_segments.c - `fit segments`: groups of members who buy alike. In: a store. Out: what
 * was tried, the groups and how well they foretell later lines; a table, or one JSON object.
 */
#include "profile_run.h"
#include "taste_pass.h"
#include "threads.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELL 12

struct fitted {
    const struct loy_segments *segments;
    struct loy_segment_settings settings;
    struct loy_segment_summary summary;
    struct loy_segment_holdout holdout;
};

/* ---- JSON ----------------------------------------------------------------------------------- */

static json_t *trials_json(const struct fitted *fitted, struct loy_segment_trial *chosen)
{
    json_t *list = json_array();
    for (size_t i = 0; i < fitted->summary.trials; i++) {
        struct loy_segment_trial trial;
        loy_segments_trial(fitted->segments, i, &trial);
        if (trial.classes == fitted->summary.classes) *chosen = trial;
        json_array_append_new(
            list, json_pack("{s:i,s:f,s:f,s:f,s:f,s:b}", "classes", (int)trial.classes,
                      "log_likelihood", trial.log_likelihood, "bic", trial.bic, "smallest",
                      trial.smallest, "adjusted_rand", trial.agreement, "holds", trial.holds));
    }
    return list;
}

static json_t *features_json(const struct fitted *fitted, size_t number)
{
    json_t *object = json_object();
    for (size_t i = 0; i < fitted->summary.features; i++) {
        const char *name;
        double in_class;
        loy_segments_feature(fitted->segments, i, number, &name, &in_class, NULL);
        json_object_set_new(object, name, cli_json_number(in_class));
    }
    return object;
}

static json_t *classes_json(const struct fitted *fitted)
{
    json_t *list = json_array();
    for (size_t k = 0; k < fitted->summary.classes; k++) {
        struct loy_segment_class class;
        json_t *names = json_array();
        loy_segments_class(fitted->segments, k, &class);
        for (size_t i = 0; i < class.name_count; i++)
            json_array_append_new(
                names, json_pack("{s:s,s:f}", "name", class.names[i], "lift", class.lifts[i]));
        json_array_append_new(
            list, json_pack("{s:i,s:f,s:I,s:o,s:o}", "group", (int)k + 1, "share", class.share,
                      "members", (json_int_t) class.members, "buys_more", names, "probabilities",
                      features_json(fitted, k)));
    }
    return list;
}

static void print_json(const struct fitted *fitted)
{
    struct loy_segment_trial chosen = {0};
    json_t *trials = trials_json(fitted, &chosen);
    const struct loy_segment_holdout *holdout = &fitted->holdout;
    cli_print_json(
        json_pack("{s:s,s:s,s:b,s:i,s:{s:o},s:f,s:f,s:I,s:I,s:I,s:o,s:{s:i,s:I,s:o,s:{s:o}}}",
            "model", "multinomial-mixture", "by", loy_segment_by_name(fitted->settings.by),
            "day_parts", fitted->settings.day_parts, "classes", (int)fitted->summary.classes,
            "parameters", "classes", classes_json(fitted), "log_likelihood", chosen.log_likelihood,
            "bic", chosen.bic, "members", (json_int_t)fitted->summary.members, "lines",
            (json_int_t)fitted->summary.lines, "features", (json_int_t)fitted->summary.features,
            "trials", trials, "holdout", "classes", (int)holdout->classes, "lines",
            (json_int_t)holdout->lines, "log_score", cli_json_number(holdout->log_score),
            "baselines", "one_group", cli_json_number(holdout->one_group)));
}

/* ---- Text ----------------------------------------------------------------------------------- */

static void print_cell(const char *format, double value)
{
    char text[32];
    snprintf(text, sizeof text, format, value);
    cli_put(stdout, text, CELL);
}

static void print_trials(const struct fitted *fitted)
{
    const char *const heads[] = {
        _("groups"), _("ln L"), _("BIC"), _("smallest"), _("halves agree")};
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++)
        cli_put(stdout, heads[i], i == 0 ? 8 : CELL);
    printf("\n");
    for (size_t i = 0; i < fitted->summary.trials; i++) {
        struct loy_segment_trial trial;
        char count[16];
        loy_segments_trial(fitted->segments, i, &trial);
        snprintf(count, sizeof count, "%u", trial.classes);
        cli_put(stdout, count, 8);
        print_cell("%.1f", trial.log_likelihood);
        print_cell("%.1f", trial.bic);
        print_cell("%.3f", trial.smallest);
        print_cell("%.3f", trial.agreement);
        bool chosen = trial.classes == fitted->summary.classes;
        printf("%s\n", chosen ? _("chosen") : trial.holds ? "" : _("does not hold"));
    }
}

static void print_class(const struct fitted *fitted, size_t number)
{
    struct loy_segment_class class;
    loy_segments_class(fitted->segments, number, &class);
    printf(_("Group %zu: %.0f %% of members, %lld surely in it"), number + 1, 100 * class.share,
        (long long)class.members);
    printf("\n");
    for (size_t i = 0; i < class.name_count; i++) {
        printf("  ");
        cli_put(stdout, class.names[i], 40);
        printf(_("%.1f times as much as all\n"), class.lifts[i]);
    }
    if (class.name_count == 0) printf("  %s\n", _("nothing that it buys clearly more than all"));
}

static void print_text(const struct fitted *fitted)
{
    const struct loy_segment_holdout *holdout = &fitted->holdout;
    printf(_("%lld members with %u lines or more, %zu features\n"),
        (long long)fitted->summary.members, fitted->settings.min_lines, fitted->summary.features);
    print_trials(fitted);
    if (fitted->summary.classes < 2)
        printf("%s\n",
            _("No groups hold: the smallest must have 5 %, and halves of the members must agree to "
              ".8."));
    for (size_t k = 0; k < fitted->summary.classes && fitted->summary.classes > 1; k++)
        print_class(fitted, k);
    if (holdout->lines > 0)
        printf(_("The last quarter of each member's lines (%lld), mean ln probability: %u groups "
                 "%.4f, one %.4f\n"),
            (long long)holdout->lines, holdout->classes, holdout->log_score, holdout->one_group);
    else
        printf("%s\n", _(NOTHING_HELD_OUT));
}

/* ---- The command ---------------------------------------------------------------------------- */

/* A whole number of an option within its bounds; false: it is not. */
static bool number_of(
    const struct cli *cli, const char *option, unsigned low, unsigned high, unsigned *number)
{
    const char *text = cli_value(cli, option);
    if (!text) return true;
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    *number = (unsigned)value;
    return *text >= '0' && *text <= '9' && !*end && value >= low && value <= high;
}

static int settings_read(const struct cli *cli, struct loy_segment_settings *settings)
{
    const char *by = cli_value(cli, "by");
    unsigned seed = 0;
    settings->by = LOY_SEGMENT_BY_CATEGORY;
    settings->min_lines = 10;
    settings->day_parts = cli_value(cli, "day-parts") != NULL;
    for (int i = LOY_SEGMENT_BY_NONE + 1; by && i < loy_segment_by_count; i++)
        if (strcmp(by, loy_segment_by_name(i)) == 0) settings->by = (uint8_t)i;
    if (by && strcmp(by, loy_segment_by_name(settings->by)) != 0)
        return cli_fail(cli, CLI_USAGE, _("--by takes category, brand, grade or colour"));
    if (!number_of(cli, "max-classes", 1, LOY_SEGMENT_CLASSES_MAX, &settings->classes_max))
        return cli_fail(cli, CLI_USAGE, _("--max-classes takes 1 to %u"), LOY_SEGMENT_CLASSES_MAX);
    if (!number_of(cli, "min-lines", 1, 100000, &settings->min_lines) ||
        !number_of(cli, "feature-lines", 1, 1000000000, &settings->feature_lines) ||
        !number_of(cli, "starts", 1, 10000, &settings->starts) ||
        !number_of(cli, "seed", 0, 1000000000, &seed))
        return cli_fail(cli, CLI_USAGE,
            _("--min-lines, --feature-lines, --starts and --seed take whole numbers"));
    settings->seed = seed;
    if (profile_as_of(cli_value(cli, "as-of"), &settings->profile) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--as-of takes a date such as 2026-03-01"));
    return CLI_DONE;
}

static int too_few(
    const struct cli *cli, const struct sales_seen *seen, const struct fitted *fitted)
{
    const char *empty = sales_pass_empty(seen);
    if (empty) return cli_fail(cli, CLI_FINDING, "%s", empty);
    if (fitted->summary.members < 40)
        return cli_fail(cli, CLI_FINDING,
            _("too few members: %lld of 40 with %u lines or more that count"),
            (long long)fitted->summary.members, fitted->settings.min_lines);
    return cli_fail(cli, CLI_FINDING,
        _("fewer than two kinds are bought often enough: there is nothing to tell groups by"));
}

static int fit_store(struct cli *cli, struct loy_store *store, struct fitted *fitted)
{
    struct taste_pass taste = {0};
    int code = CLI_DONE;
    enum loy_status status = loy_segments_open(&fitted->settings, &taste.segments);
    if (status == LOY_OK) status = taste_pass_run(cli, store, &fitted->settings.profile, &taste);
    fitted->segments = taste.segments;
    if (status == LOY_OK) loy_segments_summary(taste.segments, &fitted->summary);
    if (status == LOY_OK && taste.grouped)
        status = loy_segments_holdout(taste.segments, &fitted->holdout);
    if (status != LOY_OK)
        code = cli_fail_store(cli, status, store);
    else if (!taste.grouped)
        code = too_few(cli, &taste.seen, fitted);
    else if (cli->json)
        print_json(fitted);
    else
        print_text(fitted);
    taste_pass_close(&taste);
    return code;
}

static int run_fit_segments(struct cli *cli)
{
    struct fitted fitted = {.settings = {.size = sizeof fitted.settings,
                                .profile = {.size = sizeof fitted.settings.profile},
                                .executor = cli_threads()},
        .summary = {.size = sizeof fitted.summary},
        .holdout = {.size = sizeof fitted.holdout}};
    struct loy_store *store = NULL;
    int code = settings_read(cli, &fitted.settings);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = fit_store(cli, store, &fitted);
    loy_store_close(store);
    return code;
}

static const struct cli_option options[] = {
    {"by", "WHAT", N_("category (default), brand, grade or colour"), false, false},
    {"day-parts", NULL, N_("also by the parts of the week in which they buy"), false, false},
    {"max-classes", "K", N_("try 1 to K groups (default: 6)"), false, false},
    {"min-lines", "N", N_("only members with so many lines (default: 10)"), false, false},
    {"feature-lines", "N", N_("only what was bought so often (default: 100 lines)"), false, false},
    {"starts", "N", N_("random starts for each number of groups (default: 20)"), false, false},
    {"seed", "N", N_("of the random starts (default: 0)"), false, false},
    {"as-of", "DATE", N_("the viewpoint: sales up to the end of this day (default: now)"), false,
        false},
    {0},
};

const struct cli_command command_fit_segments = {
    .name = "fit segments",
    .summary = N_("groups of members who buy alike"),
    .detail = N_(
        "A mixture of multinomials. The number of groups is that of the smallest BIC among those\n"
        "whose smallest group has 5 % of the members, and whose fits on two halves of the members\n"
        "agree (adjusted Rand .8). A group is a pattern of purchases; what it says of a person is\n"
        "no more than that. Categories of health, religion, family and the like give no name."),
    .example = "fit segments --max-classes 4",
    .options = options,
    .run = run_fit_segments,
};
