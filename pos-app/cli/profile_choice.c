/* SPDX-License-Identifier: MIT
 *
 * profile_choice.c - price sensitivity and promotion response of a member, given a population that
 * was kept: his own from .5 reliability on, weak evidence from .2 on, below that the population's.
 * In: a store and a member. Out: lines of text, or a list for JSON.
 */
#include "profile_choice.h"

#include "profile_few.h"

#include "choice_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OWN .5
#define WEAK .2

struct profile_choices {
    uint64_t digest; /* of when they were kept */
    struct choice_run *runs;
    size_t count;
};

/* ---- Reading --------------------------------------------------------------------------------- */

static enum loy_status run_read(
    const struct profile_run *profile, const char *category, struct choice_run *run)
{
    uint8_t problem;
    *run = (struct choice_run){.cli = profile->cli,
        .store = profile->store,
        .from_us = INT64_MIN / 2,
        .to_us = profile->settings.as_of_us + 1};
    enum loy_status status = choice_load(run, category);
    if (status == LOY_OK) status = choice_read(run, profile->member);
    if (status != LOY_OK) return status;
    status = loy_occasions_build(run->occasions, &problem);
    if (status < LOY_OK) return status;
    /* Nobody here bought it: the population is told all the same. */
    return choice_fill(run);
}

static enum loy_status run_add(
    const struct profile_run *profile, struct profile_choices *choices, const char *category)
{
    struct choice_run *runs = realloc(choices->runs, (choices->count + 1) * sizeof *choices->runs);
    if (!runs) return LOY_E_MEMORY;
    choices->runs = runs;
    struct choice_run *run = &runs[choices->count];
    enum loy_status status = run_read(profile, category, run);
    if (status == LOY_OK) {
        choices->count++;
        return LOY_OK;
    }
    choice_run_close(run);
    if (status != LOY_E_FORMAT && status != LOY_E_VERSION) return status;
    (void)cli_fail(profile->cli, CLI_FINDING,
        _("the population kept of %s is of another version: fit it again"), category);
    return LOY_OK;
}

enum loy_status profile_choices_open(
    const struct profile_run *run, struct profile_choices **choices)
{
    char name[LOY_TEXT_MAX] = "";
    int64_t at_us;
    struct profile_choices *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    enum loy_status status = loy_model_next(run->store, CHOICE_MODEL_KIND, name, &at_us);
    while (status == LOY_OK) {
        status = run_add(run, made, name);
        made->digest = (made->digest ^ (uint64_t)at_us) * UINT64_C(1099511628211);
        if (status == LOY_OK) status = loy_model_next(run->store, CHOICE_MODEL_KIND, name, &at_us);
    }
    bool good = status == LOY_NONE && made->count > 0;
    *choices = good ? made : NULL;
    if (!good) profile_choices_close(made);
    return status == LOY_NONE || status == LOY_E_ACCESS ? LOY_OK : status;
}

uint64_t profile_choices_digest(const struct profile_choices *choices)
{
    return choices ? choices->digest : 0;
}

void profile_choices_close(struct profile_choices *choices)
{
    if (!choices) return;
    for (size_t i = 0; i < choices->count; i++)
        choice_run_close(&choices->runs[i]);
    free(choices->runs);
    free(choices);
}

/* ---- A member -------------------------------------------------------------------------------- */

/* A weight of the member, or of all where his purchases do not tell. A promotion's is told as the
 * factor on the odds. */
struct weight {
    const char *name; /* of the attribute */
    double value, low, high, segment, reliability;
    const char *standing;
};

static struct weight weight_of(const struct choice_run *run, const struct loy_choice_member *member,
    size_t attribute, bool factor)
{
    size_t number = choice_of_attribute(run, attribute);
    struct loy_choice_coefficient all = {NAN, NAN, NAN};
    loy_choice_coefficient_get(run->model, number, &all);
    struct weight weight = {.name = loy_occasions_attribute(run->occasions, attribute),
        .segment = factor ? exp(all.mean) : all.mean,
        .standing = "few"};
    if (member->occasions == 0) return weight;
    weight.reliability = member->reliability[number];
    if (weight.reliability >= WEAK) weight.standing = weight.reliability >= OWN ? "own" : "weak";
    weight.value = factor ? exp(member->mean[number]) : member->mean[number];
    weight.low = factor ? exp(member->low[number]) : member->low[number];
    weight.high = factor ? exp(member->high[number]) : member->high[number];
    return weight;
}

static bool is_told(const char *attribute)
{
    return strncmp(attribute, "promo", 5) == 0;
}

static enum loy_status member_read(
    const struct choice_run *run, int64_t number, struct loy_choice_member *member)
{
    member->occasions = 0;
    enum loy_status status = loy_choice_member_get(run->choice, run->model, number, member);
    if (status == LOY_NONE) member->occasions = 0;
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Text ------------------------------------------------------------------------------------ */

static void print_weight(const char *label, const struct weight *weight, int64_t n)
{
    fputs("  ", stdout);
    cli_put(stdout, label, 26);
    if (strcmp(weight->standing, "few") == 0) {
        char segment[32];
        snprintf(segment, sizeof segment, "%.2f", weight->segment);
        profile_few_print(n, 0, segment, 0);
        return;
    }
    char value[32];
    snprintf(value, sizeof value, "%.2f", weight->value);
    cli_put(stdout, value, 14);
    printf(_(" 80 %%: %.2f to %.2f, n = %lld"), weight->low, weight->high, (long long)n);
    printf("%s\n", strcmp(weight->standing, "weak") == 0 ? _("  (weak evidence)") : "");
}

static enum loy_status print_run(
    const struct choice_run *run, int64_t number, struct loy_choice_member *member)
{
    enum loy_status status = member_read(run, number, member);
    if (status != LOY_OK) return status;
    printf(_("  Choice in %s\n"), loy_occasions_category(run->occasions));
    struct weight price = weight_of(run, member, 0, false);
    print_weight(_("  Price sensitivity"), &price, member->occasions);
    for (size_t i = 1; *loy_occasions_attribute(run->occasions, i); i++) {
        const char *name = loy_occasions_attribute(run->occasions, i);
        char label[80];
        if (!is_told(name)) continue;
        struct weight promotion = weight_of(run, member, i, true);
        snprintf(label, sizeof label, _("  Odds, %s"), choice_attribute_words(name));
        print_weight(label, &promotion, member->occasions);
    }
    return LOY_OK;
}

enum loy_status profile_choices_print(
    const struct profile_run *run, const struct profile_choices *choices, const struct loy_id *id)
{
    int64_t number;
    if (!choices) return LOY_OK;
    struct loy_choice_member *member = calloc(1, sizeof *member);
    enum loy_status status = member ? loy_member_number(run->store, id, &number) : LOY_E_MEMORY;
    for (size_t i = 0; status == LOY_OK && i < choices->count; i++)
        status = print_run(&choices->runs[i], number, member);
    free(member);
    return status;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *weight_json(const struct weight *weight)
{
    bool shown = strcmp(weight->standing, "few") != 0;
    return json_pack("{s:s,s:o,s:o,s:o,s:o,s:s,s:o}", "name", weight->name, "value",
        cli_json_number(shown ? weight->value : NAN), "low",
        cli_json_number(shown ? weight->low : NAN), "high",
        cli_json_number(shown ? weight->high : NAN), "reliability",
        cli_json_number(weight->reliability), "standing", weight->standing, "segment_value",
        cli_json_number(weight->segment));
}

static enum loy_status run_json(
    const struct choice_run *run, int64_t number, struct loy_choice_member *member, json_t *list)
{
    json_t *promotions = json_array();
    enum loy_status status = member_read(run, number, member);
    if (status != LOY_OK) {
        json_decref(promotions);
        return status;
    }
    struct weight price = weight_of(run, member, 0, false);
    for (size_t i = 1; *loy_occasions_attribute(run->occasions, i); i++) {
        if (!is_told(loy_occasions_attribute(run->occasions, i))) continue;
        struct weight promotion = weight_of(run, member, i, true);
        json_array_append_new(promotions, weight_json(&promotion));
    }
    json_array_append_new(
        list, json_pack("{s:s,s:I,s:o,s:o}", "category", loy_occasions_category(run->occasions),
                  "n", (json_int_t)member->occasions, "price", weight_json(&price),
                  "promotion_odds", promotions));
    return LOY_OK;
}

enum loy_status profile_choices_json(const struct profile_run *run,
    const struct profile_choices *choices, const struct loy_id *id, json_t *object)
{
    int64_t number;
    if (!choices) return LOY_OK;
    json_t *list = json_array();
    struct loy_choice_member *member = calloc(1, sizeof *member);
    enum loy_status status =
        member && list ? loy_member_number(run->store, id, &number) : LOY_E_MEMORY;
    for (size_t i = 0; status == LOY_OK && i < choices->count; i++)
        status = run_json(&choices->runs[i], number, member, list);
    free(member);
    json_object_set_new(object, "choices", list);
    return status;
}
