/* SPDX-License-Identifier: MIT
 *
 * choice_assortment.c - what a category sells when an alternative leaves the shelf or comes to it:
 * `fit choice --without`, `--with`. In: the run with its fitted model. Out: text or JSON. Must not
 * know how it is reckoned.
 */
#include "choice_run.h"

#include "threads.h"

#include <math.h>
#include <string.h>

#define LABEL_WIDTH 34

static enum loy_status visits_make(const struct choice_run *run, struct loy_visits **visits)
{
    struct loy_choice_settings settings;
    loy_occasions_settings(run->occasions, &settings);
    settings.traits = run->trait_count;
    enum loy_status status = loy_visits_open(&settings, visits);
    return status == LOY_OK ? loy_occasions_fill_visits(run->occasions, *visits) : status;
}

static size_t alternative_of(const struct choice_run *run, const char *name)
{
    size_t number = 0;
    while (*loy_occasions_alternative(run->occasions, number) &&
           strcmp(loy_occasions_alternative(run->occasions, number), name) != 0)
        number++;
    return number;
}

int choice_changes_read(struct choice_run *run, struct choice_result *result)
{
    struct loy_occasion_summary summary;
    loy_occasions_summary(run->occasions, 0, &summary);
    for (size_t i = 0; i < CHOICE_CHANGES; i++) {
        const char *name = cli_value(run->cli, i == 1 ? "with" : "without");
        result->changes[i] = (struct choice_change){.name = name, .add = i == 1};
        if (!name) continue;
        result->changes[i].alternative = alternative_of(run, name);
        if (result->changes[i].alternative == summary.alternatives)
            return choice_refuse_name(run, name);
    }
    return CLI_DONE;
}

static enum loy_status change_find(struct choice_run *run, const struct loy_visits *visits,
    uint64_t seed, struct choice_change *change)
{
    const struct loy_assortment_options options = {.size = sizeof options,
        .alternative = change->alternative,
        .add = change->add,
        .seed = seed,
        .executor = cli_threads()};
    enum loy_status status =
        loy_assortment_find(run->choice, run->model, visits, &options, &change->found);
    change->known = status == LOY_OK;
    return status == LOY_NONE ? LOY_OK : status;
}

int choice_changes_find(struct choice_run *run, uint64_t seed, struct choice_result *result)
{
    struct loy_visits *visits = NULL;
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < CHOICE_CHANGES; i++) {
        if (!result->changes[i].name) continue;
        if (!visits) status = visits_make(run, &visits);
        if (status == LOY_OK) status = change_find(run, visits, seed, &result->changes[i]);
    }
    loy_visits_close(visits);
    if (status == LOY_OK) return CLI_DONE;
    return cli_fail(run->cli, CLI_FAILED, _("no model can be fitted: %s"), loy_status_text(status));
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *share_json(const struct loy_assortment_share *share)
{
    return json_pack("{s:o,s:o,s:o}", "mean", cli_json_number(share->mean), "low",
        cli_json_number(share->low), "high", cli_json_number(share->high));
}

static json_t *change_json(const struct choice_run *run, const struct choice_change *change)
{
    const struct loy_assortment *found = &change->found;
    struct loy_occasion_summary summary;
    json_t *others = json_object();
    loy_occasions_summary(run->occasions, 0, &summary);
    for (size_t i = 0; i < summary.alternatives && change->known; i++) {
        const char *name = loy_occasions_alternative(run->occasions, i);
        if (strcmp(name, change->name) != 0)
            json_object_set_new(others, name, share_json(&found->others[i]));
    }
    if (!change->known)
        return json_pack("{s:s,s:b,s:o}", "name", change->name, "known", 0, "others", others);
    return json_pack("{s:s,s:b,s:I,s:I,s:I,s:I,s:o,s:o,s:o,s:o,s:o,s:o}", "name", change->name,
        "known", 1, "members", (json_int_t)found->members, "purchases",
        (json_int_t)found->purchases, "visits", (json_int_t)found->visits, "missed",
        (json_int_t)found->missed, "pull", cli_json_number(found->pull), "pull_standard_error",
        cli_json_number(found->pull_error), "share", share_json(&found->share), "category",
        share_json(&found->total), "nothing", share_json(&found->nothing), "others", others);
}

void choice_changes_json(
    const struct choice_run *run, const struct choice_result *result, json_t *object)
{
    for (size_t i = 0; i < CHOICE_CHANGES; i++)
        if (result->changes[i].name)
            json_object_set_new(object, result->changes[i].add ? "with" : "without",
                change_json(run, &result->changes[i]));
}

/* ---- Text ------------------------------------------------------------------------------------ */

static void share_print(const char *label, const struct loy_assortment_share *share)
{
    fputs("  ", stdout);
    cli_put(stdout, label, LABEL_WIDTH);
    printf(_("%10.1f %%   (80 %%: %.1f to %.1f %%)\n"), 100 * share->mean, 100 * share->low,
        100 * share->high);
}

static void shares_print(const struct choice_run *run, const struct choice_change *change)
{
    struct loy_occasion_summary summary;
    loy_occasions_summary(run->occasions, 0, &summary);
    for (size_t i = 0; i < summary.alternatives; i++) {
        const char *name = loy_occasions_alternative(run->occasions, i);
        if (strcmp(name, change->name) != 0) share_print(name, &change->found.others[i]);
    }
    if (change->found.total_known)
        share_print(change->add ? _("(else nothing)") : _("(nothing)"), &change->found.nothing);
}

/* An interval with 0 in it is no news; of a change to the worse both ends are below it. */
static void total_print(const struct choice_change *change)
{
    const struct loy_assortment_share *total = &change->found.total;
    if (!change->found.total_known)
        puts(_("How much the category would sell then is not known: too little changed on its\n"
               "shelf between the visits of the same members."));
    else if (change->add)
        printf(_("The category sells %.1f %% more there (80 %%: %.1f to %.1f).\n"),
            100 * total->mean, 100 * total->low, 100 * total->high);
    else
        printf(_("The category sells %.1f %% less (80 %%: %.1f to %.1f).\n"),
            fabs(100 * total->mean), fabs(100 * total->high), fabs(100 * total->low));
    double each = (double)change->found.purchases / (double)change->found.members;
    if (change->found.total_known && each < LOY_ASSORTMENT_PURCHASES_SURE)
        printf(_("With %.1f purchases a member that is told too small rather than too large.\n"),
            each);
}

static void change_print(const struct choice_run *run, const struct choice_change *change)
{
    const struct loy_assortment *found = &change->found;
    putchar('\n');
    if (!change->known && change->add) {
        printf(_("What %s would bring is not known: it was hardly ever missing, or never there,\n"
                 "or fewer than %d members tell.\n"),
            change->name, LOY_ASSORTMENT_MEMBERS_MIN);
    } else if (!change->known) {
        printf(_("What goes with %s is not known: it was hardly ever there, or fewer than\n"
                 "%d members tell.\n"),
            change->name, LOY_ASSORTMENT_MEMBERS_MIN);
    } else {
        printf(change->add
                   ? _("If %s comes where it was missing, what is bought of it comes from\n")
                   : _("If %s leaves the shelf, what is bought of it goes to\n"),
            change->name);
        shares_print(run, change);
        share_print(_("its share of the category with it"), &found->share);
        total_print(change);
        printf(_("From %lld visits of %lld members; it was missing on %lld.\n"),
            (long long)found->visits, (long long)found->members, (long long)found->missed);
    }
}

void choice_changes_print(const struct choice_run *run, const struct choice_result *result)
{
    for (size_t i = 0; i < CHOICE_CHANGES; i++)
        if (result->changes[i].name) change_print(run, &result->changes[i]);
}
