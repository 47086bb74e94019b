/* SPDX-License-Identifier: MIT
 *
 * profile_prospect.c - rhythm, purchases and spend to come, state and third, as text and as JSON.
 * In: a profile. Out: lines, or keys of an object. Nothing that the standing of an estimate does
 * not allow is printed as the member's own.
 */
#include "profile_prospect.h"

#include "profile_few.h"

#include <math.h>

#define LABEL_WIDTH 26
#define VALUE_WIDTH 14
#define TEXT_SIZE 64u

enum unit { UNIT_DAYS, UNIT_RATE, UNIT_PROBABILITY, UNIT_COUNT, UNIT_MONEY };

static const struct {
    const char *label;
    enum unit unit;
} rows[] = {
    [LOY_OUTLOOK_INTERVAL] = {N_("Days between purchases"), UNIT_DAYS},
    [LOY_OUTLOOK_RATE] = {N_("Purchases per week"), UNIT_RATE},
    [LOY_OUTLOOK_ACTIVE] = {N_("Probably still buying"), UNIT_PROBABILITY},
    [LOY_OUTLOOK_4_WEEKS] = {N_("Purchases, next 4 weeks"), UNIT_COUNT},
    [LOY_OUTLOOK_12_WEEKS] = {N_("Purchases, next 12 weeks"), UNIT_COUNT},
    [LOY_OUTLOOK_52_WEEKS] = {N_("Purchases, next 52 weeks"), UNIT_COUNT},
    [LOY_OUTLOOK_SPEND] = {N_("Spend, next 52 weeks"), UNIT_MONEY},
};

static const char *const standings[] = {
    [LOY_STANDING_OWN] = "own",
    [LOY_STANDING_WEAK] = "weak",
    [LOY_STANDING_FEW] = "few",
    [LOY_STANDING_DESCRIPTIVE] = "descriptive",
    [LOY_STANDING_NOT_CLAIMED] = "not-claimed",
    [LOY_STANDING_ONE_PURCHASE] = "one-purchase-only",
    [LOY_STANDING_NOT_FITTED] = "not-fitted",
};

static const char *const states[] = {
    [LOY_STATE_NONE] = N_("not claimed"),
    [LOY_STATE_NEW] = N_("new: first purchase within 84 days"),
    [LOY_STATE_ACTIVE] = N_("still buying"),
    [LOY_STATE_LAPSED] = N_("lapsed"),
    [LOY_STATE_UNCLEAR] = N_("unclear"),
};

static const char *const weights[] = {
    [LOY_WEIGHT_NONE] = N_("not claimed"),
    [LOY_WEIGHT_LIGHT] = N_("light"),
    [LOY_WEIGHT_MEDIUM] = N_("medium"),
    [LOY_WEIGHT_HEAVY] = N_("heavy"),
    [LOY_WEIGHT_UNCLEAR] = N_("unclear"),
};

bool profile_is_own(const struct loy_estimate *estimate)
{
    return estimate->standing == LOY_STANDING_OWN || estimate->standing == LOY_STANDING_WEAK;
}

/* ---- Text ------------------------------------------------------------------------------------ */

static void value_text(
    struct loy_store *store, enum unit unit, bool interval, double value, char text[TEXT_SIZE])
{
    struct loy_store_settings settings;
    if (!isfinite(value)) {
        snprintf(text, TEXT_SIZE, "%s", _("none"));
    } else if (unit == UNIT_MONEY) {
        loy_store_settings_get(store, &settings);
        cli_amount_text(llround(fmin(value, 9e17)), settings.minor_digits, text);
    } else if (unit == UNIT_DAYS) {
        snprintf(text, TEXT_SIZE, "%.0f", value);
    } else if (unit == UNIT_COUNT) {
        snprintf(text, TEXT_SIZE, interval ? "%.0f" : "%.1f", value);
    } else {
        snprintf(text, TEXT_SIZE, unit == UNIT_RATE ? "%.3f" : "%.2f", value);
    }
}

static void own_print(struct loy_store *store, const struct loy_estimate *at, enum unit unit)
{
    char value[TEXT_SIZE], low[TEXT_SIZE], high[TEXT_SIZE];
    value_text(store, unit, false, at->value, value);
    value_text(store, unit, true, at->low, low);
    value_text(store, unit, true, at->high, high);
    cli_put(stdout, value, VALUE_WIDTH);
    if (isnan(at->low))
        printf(_(" too few for an interval, n = %lld"), (long long)at->n);
    else
        printf(_(" 80 %%: %s to %s, n = %lld"), low, high, (long long)at->n);
    printf("%s\n", at->standing == LOY_STANDING_WEAK ? _("  (weak evidence)") : "");
}

static void row_print(struct loy_store *store, const struct loy_estimate *at)
{
    enum unit unit = rows[at->quantity].unit;
    char segment[TEXT_SIZE];
    value_text(store, unit, false, at->segment_value, segment);
    fputs("  ", stdout);
    cli_put(stdout, _(rows[at->quantity].label), LABEL_WIDTH);
    if (profile_is_own(at))
        own_print(store, at, unit);
    else if (at->standing == LOY_STANDING_NOT_CLAIMED)
        printf("%s\n", _("not claimed: the data are a sample of lines"));
    else if (at->standing == LOY_STANDING_NOT_FITTED)
        printf("%s\n", _("not claimed: the members' purchases do not fix it"));
    else if (at->standing == LOY_STANDING_ONE_PURCHASE)
        printf(_("one purchase only; segment value: %s (all)\n"), segment);
    else
        profile_few_print(at->n, at->needed, segment, 0);
}

static void weight_print(const struct loy_prospect *prospect)
{
    const double *share = prospect->weight_probability;
    fputs("  ", stdout);
    cli_put(stdout, _("Third by spend"), LABEL_WIDTH);
    cli_put(stdout, _(weights[prospect->weight]),
        prospect->weight == LOY_WEIGHT_NONE ? 0 : VALUE_WIDTH);
    if (prospect->weight != LOY_WEIGHT_NONE)
        printf(_(" heavy %.2f, medium %.2f, light %.2f"), share[LOY_WEIGHT_HEAVY],
            share[LOY_WEIGHT_MEDIUM], share[LOY_WEIGHT_LIGHT]);
    putchar('\n');
}

enum loy_status profile_prospect_print(struct loy_store *store, const struct loy_profile *profile)
{
    struct loy_prospect prospect = {.size = sizeof prospect};
    enum loy_status status = loy_profile_prospect(profile, &prospect);
    if (status != LOY_OK) return status;
    for (int i = LOY_OUTLOOK_NONE + 1; i < loy_outlook_count; i++)
        row_print(store, &prospect.estimates[i]);
    fputs("  ", stdout);
    cli_put(stdout, _("State"), LABEL_WIDTH);
    printf("%s\n", _(states[prospect.state]));
    weight_print(&prospect);
    if (!prospect.late) return LOY_OK;
    fputs("  ", stdout);
    cli_put(stdout, _("Late"), LABEL_WIDTH);
    printf(_("the own rhythm exceeds this wait in %.0f %% of cases\n"), 100 * prospect.longer);
    return LOY_OK;
}

static void row_words(
    struct loy_store *store, const struct loy_estimate *at, char text[PROFILE_PROSPECT_BYTES])
{
    enum unit unit = rows[at->quantity].unit;
    char value[TEXT_SIZE], low[TEXT_SIZE], high[TEXT_SIZE], segment[TEXT_SIZE];
    value_text(store, unit, false, at->value, value);
    value_text(store, unit, true, at->low, low);
    value_text(store, unit, true, at->high, high);
    value_text(store, unit, false, at->segment_value, segment);
    if (profile_is_own(at) && isnan(at->low))
        snprintf(text, PROFILE_PROSPECT_BYTES, "%s", value);
    else if (profile_is_own(at))
        snprintf(text, PROFILE_PROSPECT_BYTES, _("%s (80 %%: %s to %s, n = %lld%s)"), value, low,
            high, (long long)at->n, at->standing == LOY_STANDING_WEAK ? _(", weak") : "");
    else if (at->standing == LOY_STANDING_NOT_CLAIMED)
        snprintf(
            text, PROFILE_PROSPECT_BYTES, "%s", _("not claimed: the data are a sample of lines"));
    else if (at->standing == LOY_STANDING_NOT_FITTED)
        snprintf(text, PROFILE_PROSPECT_BYTES, "%s",
            _("not claimed: the members' purchases do not fix it"));
    else if (at->standing == LOY_STANDING_ONE_PURCHASE)
        snprintf(text, PROFILE_PROSPECT_BYTES, _("one purchase only; all members: %s"), segment);
    else if (at->n < at->needed)
        snprintf(text, PROFILE_PROSPECT_BYTES,
            _("not enough purchases yet (%lld of %lld); all: %s"), (long long)at->n,
            (long long)at->needed, segment);
    else
        snprintf(text, PROFILE_PROSPECT_BYTES, _("no sign of a difference yet; all members: %s"),
            segment);
}

void profile_prospect_words(struct loy_store *store, const struct loy_prospect *prospect, int which,
    const char **label, char text[PROFILE_PROSPECT_BYTES])
{
    if (which > LOY_OUTLOOK_NONE && which < loy_outlook_count) {
        *label = _(rows[which].label);
        row_words(store, &prospect->estimates[which], text);
        return;
    }
    bool state = which == LOY_OUTLOOK_NONE;
    *label = state ? _("State") : _("Third by spend");
    snprintf(text, PROFILE_PROSPECT_BYTES, "%s",
        _(state ? states[prospect->state] : weights[prospect->weight]));
}

/* ---- JSON ------------------------------------------------------------------------------------ */

/* What may not be shown as the member's own is null. */
static json_t *number(double value, bool shown)
{
    return cli_json_number(shown ? value : NAN);
}

static json_t *row_json(const struct loy_estimate *at)
{
    bool own = profile_is_own(at);
    bool claimed =
        at->standing != LOY_STANDING_NOT_CLAIMED && at->standing != LOY_STANDING_NOT_FITTED;
    return json_pack("{s:s,s:o,s:o,s:o,s:I,s:I,s:f,s:s,s:o,s:s}", "name",
        loy_outlook_name(at->quantity), "value", number(at->value, own), "low",
        number(at->low, own), "high", number(at->high, own), "n", (json_int_t)at->n, "needed",
        (json_int_t)at->needed, "reliability", at->reliability, "standing", standings[at->standing],
        "segment_value", number(at->segment_value, claimed), "segment", "all");
}

enum loy_status profile_prospect_json(const struct loy_profile *profile, json_t *object)
{
    struct loy_prospect prospect = {.size = sizeof prospect};
    enum loy_status status = loy_profile_prospect(profile, &prospect);
    if (status != LOY_OK) return status;
    json_t *list = json_object_get(object, "quantities");
    for (int i = LOY_OUTLOOK_NONE + 1; i < loy_outlook_count; i++)
        json_array_append_new(list, row_json(&prospect.estimates[i]));
    bool weighed = prospect.weight != LOY_WEIGHT_NONE;
    const double *share = prospect.weight_probability;
    json_object_set_new(object, "prospect",
        json_pack("{s:s?,s:s?,s:s?,s:{s:o,s:o,s:o},s:b,s:o,s:o}", "model",
            prospect.model ? loy_timing_model_name(prospect.model) : NULL, "state",
            prospect.state ? loy_state_name(prospect.state) : NULL, "third",
            weighed ? loy_weight_name(prospect.weight) : NULL, "third_probability", "light",
            number(share[LOY_WEIGHT_LIGHT], weighed), "medium",
            number(share[LOY_WEIGHT_MEDIUM], weighed), "heavy",
            number(share[LOY_WEIGHT_HEAVY], weighed), "late", prospect.late, "wait_probability",
            cli_json_number(prospect.longer), "at_stake_minor",
            cli_json_number(prospect.at_stake_minor)));
    return LOY_OK;
}
