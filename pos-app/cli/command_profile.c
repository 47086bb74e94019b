/* SPDX-License-Identifier: MIT
 *
 * command_profile.c - `profile MEMBER` and `profile --all`: what can be said of a member, and how
 * surely. In: a store and a viewpoint. Out: aligned text, or a JSON object per member. Nothing that
 * the standing of an estimate does not allow is printed as the member's own.
 */
#include "profile_chart.h"
#include "profile_choice.h"
#include "profile_few.h"
#include "profile_file.h"
#include "profile_prospect.h"
#include "profile_run.h"
#include "profile_taste.h"
#include "profile_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LABEL_WIDTH 26
#define LINE_WIDTH 40 /* of a part of the week, before its bar */
#define BAR_WIDTH 12
#define TEXT_SIZE PROFILE_VALUE_BYTES

/* ---- Words ---------------------------------------------------------------------------------- */

static const struct {
    const char *label;
    enum profile_unit unit;
} quantities[] = {
    [LOY_QUANTITY_RECENCY] = {N_("Last purchase"), UNIT_DAYS},
    [LOY_QUANTITY_FREQUENCY] = {N_("Purchases in 365 days"), UNIT_TIMES},
    [LOY_QUANTITY_MONETARY] = {N_("Paid in 365 days"), UNIT_MONEY},
    [LOY_QUANTITY_LEVEL] = {N_("Paid per occasion"), UNIT_MONEY},
    [LOY_QUANTITY_DEAL_SHARE] = {N_("Share of lines on deal"), UNIT_SHARE},
    [LOY_QUANTITY_OWN_BRAND_SHARE] = {N_("Share of own brands"), UNIT_SHARE},
    [LOY_QUANTITY_PRICE_TIER] = {N_("Price tier, listed"), UNIT_PERCENTILE},
    [LOY_QUANTITY_PRICE_TIER_PAID] = {N_("Price tier, paid"), UNIT_PERCENTILE},
    [LOY_QUANTITY_DISCOUNT_DEPTH] = {N_("Discount, share of list"), UNIT_SHARE},
};

static const char *const standings[] = {
    [LOY_STANDING_OWN] = "own",
    [LOY_STANDING_WEAK] = "weak",
    [LOY_STANDING_FEW] = "few",
    [LOY_STANDING_DESCRIPTIVE] = "descriptive",
    [LOY_STANDING_NOT_CLAIMED] = "not-claimed",
};

static const char *const parts[] = {N_("Mon-Fri 0-6 h"), N_("Mon-Fri 6-12 h"),
    N_("Mon-Fri 12-18 h"), N_("Mon-Fri 18-24 h"), N_("Sat-Sun 0-6 h"), N_("Sat-Sun 6-12 h"),
    N_("Sat-Sun 12-18 h"), N_("Sat-Sun 18-24 h")};
#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

static void print_label(const char *label)
{
    fputs("  ", stdout);
    cli_put(stdout, label, LABEL_WIDTH);
}

const char *profile_part_label(size_t part)
{
    return _(parts[part]);
}

void profile_value_text(const struct profile_run *run, enum profile_unit unit, bool interval,
    double value, char text[TEXT_SIZE])
{
    struct loy_store_settings settings;
    if (isnan(value)) {
        snprintf(text, TEXT_SIZE, "%s", _("none"));
        return;
    }
    switch (unit) {
    case UNIT_DAYS:
        snprintf(text, TEXT_SIZE, _("%.0f days ago"), value);
        break;
    case UNIT_TIMES:
        snprintf(text, TEXT_SIZE, "%.0f", value);
        break;
    case UNIT_MONEY:
        loy_store_settings_get(run->store, &settings);
        cli_amount_text(llround(fmin(value, 9e17)), settings.minor_digits, text);
        break;
    case UNIT_SHARE:
        snprintf(text, TEXT_SIZE, "%.2f", value);
        break;
    case UNIT_PERCENTILE:
        snprintf(text, TEXT_SIZE, interval ? "%.0f" : _("%.0f of 100"), value);
        break;
    }
}

/* ---- Text ----------------------------------------------------------------------------------- */

/* Of what too few purchases tell, the value of the own group; *group 0: that of all members. */
static double segment_of(const struct profile_run *run, const struct profile_case *one,
    const struct loy_estimate *estimate, unsigned *group)
{
    double value = NAN;
    if (estimate->standing == LOY_STANDING_FEW)
        value = profile_taste_group(run, one, (enum loy_quantity)estimate->quantity);
    *group = isnan(value) ? 0 : profile_taste_number(run, one);
    return *group ? value : estimate->segment_value;
}

static void print_interval(
    const struct profile_run *run, const struct loy_estimate *estimate, enum profile_unit unit)
{
    char value[TEXT_SIZE], low[TEXT_SIZE], high[TEXT_SIZE];
    profile_value_text(run, unit, false, estimate->value, value);
    profile_value_text(run, unit, true, estimate->low, low);
    profile_value_text(run, unit, true, estimate->high, high);
    cli_put(stdout, value, 14);
    printf(_(" 80 %%: %s to %s, n = %lld"), low, high, (long long)estimate->n);
    printf("%s\n", estimate->standing == LOY_STANDING_WEAK ? _(", weak") : "");
}

static void print_estimate(const struct profile_run *run, const struct profile_case *one,
    const struct loy_estimate *estimate)
{
    enum profile_unit unit = quantities[estimate->quantity].unit;
    unsigned group = 0;
    char value[TEXT_SIZE];
    print_label(_(quantities[estimate->quantity].label));
    switch (estimate->standing) {
    case LOY_STANDING_DESCRIPTIVE:
        profile_value_text(run, unit, false, estimate->value, value);
        cli_put(stdout, value, 14);
        printf(_(" fifth %u of 5 (5: recent, often, much)\n"), estimate->quintile);
        break;
    case LOY_STANDING_NOT_CLAIMED:
        printf("%s\n", _("not claimed: the data are a sample of lines"));
        break;
    case LOY_STANDING_FEW:
        profile_value_text(run, unit, false, segment_of(run, one, estimate, &group), value);
        profile_few_print(estimate->n, estimate->needed, value, group);
        break;
    default:
        print_interval(run, estimate, unit);
    }
}

static void print_hour(const struct loy_week *week)
{
    if (isnan(week->mean_hour)) return;
    print_label(_("  mean hour of day"));
    int minutes = (int)lround(week->mean_hour * 60) % 1440;
    int store = (int)lround(week->store_mean_hour * 60) % 1440;
    printf(_("%d:%02d, R = %.2f; the store's %d:%02d, %.2f\n"), minutes / 60, minutes % 60,
        week->concentration, store / 60, store % 60, week->store_concentration);
}

static void print_week(const struct profile_look *look, const struct loy_week *week)
{
    print_label(_("When they buy"));
    if (week->standing == LOY_STANDING_FEW) {
        if (week->baskets < week->needed)
            printf(_("not enough purchases yet (%lld of %lld); as the store\n"),
                (long long)week->baskets, (long long)week->needed);
        else
            printf(_("no sign of a difference yet (%lld seen); as the store\n"),
                (long long)week->baskets);
        return;
    }
    printf(_("share, 80 %%, the store's; n = %lld"), (long long)week->baskets);
    printf("%s\n", week->standing == LOY_STANDING_WEAK ? _(", weak") : "");
    for (size_t i = 0; i < PART_COUNT; i++) {
        /* A part in which the shop is closed says nothing. */
        if (week->part_store[i] < 0.005 && week->part_share[i] < 0.005) continue;
        char label[TEXT_SIZE];
        snprintf(label, sizeof(label), "  %s", _(parts[i]));
        print_label(label);
        char line[TEXT_SIZE], bar[CHART_BYTES];
        snprintf(line, sizeof(line), _("%.2f           %.2f to %.2f, %.2f"), week->part_share[i],
            week->part_low[i], week->part_high[i], week->part_store[i]);
        chart_bar(look->ascii, week->part_share[i], 1, BAR_WIDTH, bar);
        if (bar[0])
            cli_put(stdout, line, LINE_WIDTH);
        else
            fputs(line, stdout);
        printf("%s\n", bar);
    }
    print_hour(week);
}

/* The quantities of the member's group, where there is one. */
static enum loy_status print_group(const struct profile_run *run, const struct profile_case *one)
{
    bool begun = false;
    for (int i = LOY_QUANTITY_NONE + 1; i < loy_quantity_count; i++) {
        double value = profile_taste_group(run, one, (enum loy_quantity)i);
        struct loy_estimate estimate;
        enum loy_status status =
            loy_profile_estimate(one->profile, (enum loy_quantity)i, &estimate);
        if (status != LOY_OK) return status;
        if (isnan(value) || estimate.standing == LOY_STANDING_FEW ||
            estimate.standing == LOY_STANDING_NOT_CLAIMED)
            continue;
        if (!begun) print_label(_("Beside the group"));
        if (!begun) printf("%s\n", _("the member, the members of the group together"));
        begun = true;
        char label[TEXT_SIZE], own[TEXT_SIZE], group[TEXT_SIZE];
        snprintf(label, sizeof label, "  %s", _(quantities[i].label));
        profile_value_text(run, quantities[i].unit, false, estimate.value, own);
        profile_value_text(run, quantities[i].unit, false, value, group);
        print_label(label);
        cli_put(stdout, own, 15);
        printf("%s\n", group);
    }
    return LOY_OK;
}

enum loy_status profile_items(
    const struct profile_case *one, struct profile_item items[PROFILE_ITEMS_MAX], size_t *count)
{
    *count = 0;
    for (int i = LOY_QUANTITY_NONE + 1; i < loy_quantity_count; i++) {
        struct profile_item *item = &items[*count];
        if (*count == PROFILE_ITEMS_MAX) return LOY_E_LIMIT;
        *item = (struct profile_item){.name = loy_quantity_name(i),
            .label = _(quantities[i].label),
            .unit = (uint8_t)quantities[i].unit};
        enum loy_status status =
            loy_profile_estimate(one->profile, (enum loy_quantity)i, &item->estimate);
        if (status != LOY_OK) return status;
        ++*count;
    }
    return LOY_OK;
}

static bool any_weak(const struct profile_item *items, size_t count, const struct loy_week *week)
{
    for (size_t i = 0; i < count; i++)
        if (items[i].estimate.standing == LOY_STANDING_WEAK) return true;
    return week->standing == LOY_STANDING_WEAK;
}

/* Of one member also in words and pictures. */
static enum loy_status print_case(const struct profile_run *run, const struct profile_case *one,
    const struct profile_item *items, size_t count, const struct loy_week *week)
{
    const struct profile_look look = profile_look_of(run->cli);
    bool whole = run->member != NULL;
    if (whole) profile_sentences_print(run, &look, items, count, week);
    for (size_t i = 0; i < count; i++)
        print_estimate(run, one, &items[i].estimate);
    enum loy_status status = profile_prospect_print(run->store, one->profile);
    if (status != LOY_OK) return status;
    print_week(&look, week);
    if (any_weak(items, count, week))
        printf("  %s\n", _("weak: weak evidence, a reliability of .2 to .5"));
    status = profile_taste_text(run, one);
    if (status == LOY_OK && run->taste.grouped) status = print_group(run, one);
    if (status == LOY_OK) status = profile_choices_print(run, run->choices, &one->id);
    if (status == LOY_OK && whole) profile_pictures_print(run, &look, items, count, week);
    return status;
}

enum loy_status profile_print_text(const struct profile_run *run, const struct profile_case *one)
{
    struct profile_item items[PROFILE_ITEMS_MAX];
    struct loy_week week;
    size_t count;
    char id[LOY_ID_TEXT_SIZE], at[32];
    loy_id_text(&one->id, id);
    cli_time_text(run->settings.as_of_us, run->settings.offset_min, at);
    printf(_("Member %s, as of %s\n"), id, at);
    if (!one->profile) {
        printf("  %s\n", _("has not agreed to profiling, or objected: no profile is made"));
        return LOY_OK;
    }
    enum loy_status status = profile_items(one, items, &count);
    if (status == LOY_OK) status = loy_profile_week(one->profile, &week);
    return status == LOY_OK ? print_case(run, one, items, count, &week) : status;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

/* What may not be shown as the member's own is null. */
static json_t *number(double value, bool shown)
{
    return cli_json_number(shown ? value : NAN);
}

static json_t *estimate_json(const struct profile_run *run, const struct profile_case *one,
    const struct loy_estimate *estimate)
{
    unsigned group;
    double segment = segment_of(run, one, estimate, &group);
    bool shown =
        estimate->standing != LOY_STANDING_FEW && estimate->standing != LOY_STANDING_NOT_CLAIMED;
    bool claimed = estimate->standing != LOY_STANDING_NOT_CLAIMED;
    json_t *object = json_pack("{s:s,s:o,s:o,s:o,s:I,s:I,s:f,s:s,s:o,s:s}", "name",
        loy_quantity_name(estimate->quantity), "value", number(estimate->value, shown), "low",
        number(estimate->low, shown), "high", number(estimate->high, shown), "n",
        (json_int_t)estimate->n, "needed", (json_int_t)estimate->needed, "reliability",
        estimate->reliability, "standing", standings[estimate->standing], "segment_value",
        number(segment, claimed), "segment", group ? "group" : "all");
    if (estimate->quintile)
        json_object_set_new(object, "quintile", json_integer(estimate->quintile));
    return object;
}

static json_t *week_json(const struct loy_week *week)
{
    bool shown = week->standing != LOY_STANDING_FEW;
    json_t *list = json_array(), *hours = json_array();
    for (size_t i = 0; i < PART_COUNT; i++)
        json_array_append_new(
            list, json_pack("{s:s,s:i,s:i,s:o,s:o,s:o,s:o}", "days", i < 4 ? "mon-fri" : "sat-sun",
                      "from_hour", (int)(i % 4 * 6), "to_hour", (int)(i % 4 * 6 + 6), "share",
                      number(week->part_share[i], shown), "low", number(week->part_low[i], shown),
                      "high", number(week->part_high[i], shown), "store_share",
                      number(week->part_store[i], true)));
    for (size_t h = 0; shown && h < LOY_HOURS_OF_WEEK; h++)
        json_array_append_new(hours, json_real(week->share[h]));
    return json_pack("{s:s,s:I,s:I,s:f,s:o,s:o,s:o,s:o,s:o,s:o}", "standing",
        standings[week->standing], "baskets", (json_int_t)week->baskets, "needed",
        (json_int_t)week->needed, "reliability", week->reliability, "parts", list, "hours", hours,
        "mean_hour", number(week->mean_hour, true), "concentration",
        number(week->concentration, true), "store_mean_hour", number(week->store_mean_hour, true),
        "store_concentration", number(week->store_concentration, true));
}

static enum loy_status fill_json(
    const struct profile_run *run, const struct profile_case *one, json_t *object)
{
    const struct loy_profile *profile = one->profile;
    json_t *list = json_array();
    json_object_set_new(object, "quantities", list);
    for (int i = LOY_QUANTITY_NONE + 1; i < loy_quantity_count; i++) {
        struct loy_estimate estimate;
        enum loy_status status = loy_profile_estimate(profile, (enum loy_quantity)i, &estimate);
        if (status != LOY_OK) return status;
        json_array_append_new(list, estimate_json(run, one, &estimate));
    }
    struct loy_week week;
    enum loy_status status = profile_prospect_json(profile, object);
    if (status == LOY_OK) status = loy_profile_week(profile, &week);
    if (status == LOY_OK) json_object_set_new(object, "week", week_json(&week));
    return status;
}

enum loy_status profile_json(
    const struct profile_run *run, const struct profile_case *one, json_t **made)
{
    char id[LOY_ID_TEXT_SIZE], at[32];
    loy_id_text(&one->id, id);
    cli_time_text(run->settings.as_of_us, run->settings.offset_min, at);
    json_t *object = json_pack(
        "{s:s,s:s,s:b}", "member", id, "as_of", at, "profiling_consent", one->profile != NULL);
    enum loy_status status = one->profile ? fill_json(run, one, object) : LOY_OK;
    if (status == LOY_OK && one->profile) status = profile_taste_json(run, one, object);
    if (status == LOY_OK && one->profile)
        status = profile_choices_json(run, run->choices, &one->id, object);
    if (status == LOY_OK)
        *made = object;
    else
        json_decref(object);
    return status;
}

enum loy_status profile_print_json(const struct profile_run *run, const struct profile_case *one)
{
    json_t *object = NULL;
    enum loy_status status = profile_json(run, one, &object);
    if (status == LOY_OK) cli_print_json(object);
    return status;
}

/* ---- The command ---------------------------------------------------------------------------- */

struct printing {
    struct profile_run *run;
    enum loy_status status;
    bool begun;
};

static int print_one(void *user, const struct profile_case *one)
{
    struct printing *printing = user;
    const struct profile_run *run = printing->run;
    if (printing->begun && !run->cli->json) putchar('\n');
    printing->begun = true;
    printing->status = run->cli->json ? profile_print_json(run, one) : profile_print_text(run, one);
    return printing->status != LOY_OK;
}

int profile_run_fail(const struct profile_run *run, enum loy_status status)
{
    /* The pure room has no words of its own. */
    if (status == LOY_E_MEMORY || status == LOY_E_LIMIT)
        return cli_fail(
            run->cli, CLI_FAILED, _("no profile can be made: %s"), loy_status_text(status));
    return cli_fail_store(run->cli, status, run->store);
}

static int profile_store_file(struct profile_run *run, const char *path)
{
    bool resume = cli_value(run->cli, "resume") != NULL;
    int code = profile_file_viewpoint(run, path, resume);
    if (code != CLI_DONE) return code;
    enum loy_status status = profile_run_fit(run);
    if (status == LOY_OK) status = profile_choices_open(run, &run->choices);
    if (status != LOY_OK) return profile_run_fail(run, status);
    run->digest ^= profile_choices_digest(run->choices);
    return profile_file_write(run, path, resume);
}

static int profile_store(struct profile_run *run)
{
    struct printing printing = {.run = run};
    run->each = print_one;
    run->user = &printing;
    enum loy_status status = profile_run_fit(run);
    if (status == LOY_OK) status = profile_choices_open(run, &run->choices);
    if (status == LOY_OK) status = profile_run_each(run);
    if (status == LOY_OK) status = printing.status;
    if (status != LOY_OK) return profile_run_fail(run, status);
    if (run->member) return run->not_agreed ? CLI_FINDING : CLI_DONE;
    if (!run->cli->json)
        printf(_("\n%lld members profiled; %lld have not agreed to it.\n"),
            (long long)run->profiled, (long long)run->not_agreed);
    return CLI_DONE;
}

static int find_member(struct profile_run *run, struct loy_id *id)
{
    if (run->cli->operand_count == 0) return CLI_DONE;
    enum loy_status status = cli_member_find(run->store, run->cli->operands[0], id);
    run->member = id;
    if (status == LOY_OK) return CLI_DONE;
    if (status == LOY_NONE)
        return cli_fail(run->cli, CLI_FINDING,
            _("there is no such member; give the id, card:NUMBER or ref:REFERENCE"));
    if (status == LOY_REFUSED)
        return cli_fail(run->cli, CLI_FINDING, _("the card may not be used"));
    return cli_fail_store(run->cli, status, run->store);
}

static int run_profile(struct cli *cli)
{
    struct profile_run run = {.cli = cli,
        .with_taste = true,
        .settings = {.size = sizeof(run.settings),
            .sample_of_lines = cli_value(cli, "sample-of-lines") != NULL}};
    struct loy_id id;
    bool all = cli_value(cli, "all") != NULL;
    if (all == (cli->operand_count > 0))
        return cli_fail(cli, CLI_USAGE, _("give one member, or --all"));
    if (cli_value(cli, "out") ? !all : cli_value(cli, "resume") != NULL)
        return cli_fail(cli, CLI_USAGE, _("--out goes with --all, and --resume with --out"));
    if (profile_as_of(cli_value(cli, "as-of"), &run.settings) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--as-of takes a date such as 2026-03-01"));
    int code = cli_store_open(cli, &run.store);
    if (code != CLI_DONE) return code;
    code = find_member(&run, &id);
    const char *path = cli_value(cli, "out");
    if (code == CLI_DONE) code = path ? profile_store_file(&run, path) : profile_store(&run);
    profile_choices_close(run.choices);
    profile_run_close(&run);
    loy_store_close(run.store);
    return code;
}

static const struct cli_option options[] = {
    {"all", NULL, N_("every member who bought something"), false, false},
    {"as-of", "DATE", N_("the viewpoint: sales up to the end of this day (default: now)"), false,
        false},
    {"out", "FILE", N_("with --all: JSON Lines to this file, which comes whole or not at all"),
        false, false},
    {"resume", NULL, N_("go on behind the last whole line of a run to this file that was cut off"),
        false, false},
    {"ascii", NULL, N_("pictures in ASCII"), false, false},
    {"sample-of-lines", NULL,
        N_("the data are a sample of lines: claim no frequency and no amount per visit"), false,
        false},
    {0},
};

const struct cli_command command_profile = {
    .name = "profile",
    .operands = "[MEMBER]",
    .operands_min = 0,
    .operands_max = 1,
    .summary = N_("what can be said of a member, and how surely"),
    .detail = N_(
        "MEMBER is an id, card:NUMBER or ref:REFERENCE. Each value comes with its 80 % interval "
        "and\n"
        "the number of observations. A value whose reliability is below .5 is marked as weak\n"
        "evidence; below .2, or with too few purchases, only the value of all members is shown.\n"
        "Only goods count; returns are taken from the line they belong to; all baskets of one day\n"
        "are one occasion. Members who have not agreed to profiling get none (exit 1)."),
    .options = options,
    .run = run_profile,
};
