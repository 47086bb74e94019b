/* SPDX-License-Identifier: MIT
 *
 * choice_text.c - a fitted choice model for people: a table of weights, elasticities, and one
 * sentence for each thing that the data tell. In: the run and its result. Out: text of 80 columns.
 * What an interval does not tell apart from nothing is said to be unknown.
 */
#include "choice_run.h"

#include <math.h>
#include <string.h>

#define LABEL_WIDTH 34
#define TAIL_95 1.959964
#define TAIL_80 1.281552

/* ---- Words ----------------------------------------------------------------------------------- */

static const char *kind_words(uint8_t by)
{
    static const char *const words[] = {[LOY_BY_BRAND] = N_("by brand"),
        [LOY_BY_GRADE] = N_("by grade"),
        [LOY_BY_BRAND_GRADE] = N_("by brand and grade"),
        [LOY_BY_ARTICLE] = N_("by article"),
        [LOY_BY_STYLE] = N_("by style")};
    return _(words[by]);
}

static const char *form_words(const char *form)
{
    static const struct {
        const char *code, *words;
    } forms[] = {{"percent", N_("promotion: percentage off")},
        {"amount", N_("promotion: amount off")}, {"n-for-m", N_("promotion: n for m")},
        {"member-price", N_("promotion: members' price")}, {"coupon", N_("promotion: coupon")},
        {"other", N_("promotion: others")}};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i].code, form) == 0) return _(forms[i].words);
    return _("promotion");
}

const char *choice_attribute_words(const char *name)
{
    if (strcmp(name, "ln_price") == 0) return _("price (logarithm)");
    if (strcmp(name, "price") == 0) return _("price, per 1 of currency");
    if (strcmp(name, "display") == 0) return _("on display");
    if (strcmp(name, "habit") == 0) return _("bought last time");
    return form_words(strncmp(name, "promo:", 6) == 0 ? name + 6 : "");
}

/* ---- Tables ---------------------------------------------------------------------------------- */

static struct loy_choice_coefficient coefficient(const struct choice_run *run, size_t number)
{
    struct loy_choice_coefficient value = {NAN, NAN, NAN};
    loy_choice_coefficient_get(run->model, number, &value);
    return value;
}

static void print_label(const char *label)
{
    fputs("  ", stdout);
    cli_put(stdout, label, LABEL_WIDTH);
}

static void print_number(double value)
{
    if (isnan(value))
        printf("%12s", "-");
    else
        printf("%12.4f", value);
}

static void print_coefficient(
    const struct choice_run *run, const char *label, size_t number, bool hierarchical)
{
    struct loy_choice_coefficient value = coefficient(run, number);
    print_label(label);
    print_number(value.mean);
    print_number(value.standard_error);
    if (hierarchical) print_number(value.spread);
    putchar('\n');
}

static void print_headings(bool hierarchical)
{
    print_label("");
    printf("  ");
    cli_put(stdout, _("    weight"), 10);
    cli_put(stdout, _("  std. error"), 12);
    if (hierarchical) cli_put(stdout, _("      spread"), 12);
    putchar('\n');
}

static void print_weights(const struct choice_run *run, const struct choice_result *result)
{
    bool hierarchical = result->summary.hierarchical;
    print_headings(hierarchical);
    for (size_t i = 0; i < result->occasions.attributes; i++)
        print_coefficient(run, choice_attribute_words(loy_occasions_attribute(run->occasions, i)),
            choice_of_attribute(run, i), hierarchical);
    for (size_t i = 0; i < result->occasions.alternatives; i++) {
        const char *name = loy_occasions_alternative(run->occasions, i);
        if (i != result->summary.base) {
            print_coefficient(run, name, choice_of_alternative(run, i), hierarchical);
            continue;
        }
        print_label(name);
        printf("%12d  %s\n", 0, _("(the others are compared with it)"));
    }
}

static void print_traits(const struct choice_run *run, const struct choice_result *result)
{
    for (size_t i = 0; result->summary.hierarchical && i < run->trait_count; i++) {
        printf(_("\nWhat one more of %s adds (std. error)\n"), run->traits[i].name);
        for (size_t k = 0; k < result->summary.coefficients; k++) {
            double effect = NAN, error = NAN;
            char name[CHOICE_NAME_MAX];
            loy_choice_trait_effect(run->model, i, k, &effect, &error);
            choice_coefficient_name(run, k, name);
            const char *shown = k + 1 < result->occasions.alternatives
                                    ? strchr(name, ':') + 1
                                    : choice_attribute_words(name);
            print_label(shown);
            print_number(effect);
            print_number(error);
            putchar('\n');
        }
    }
}

static void print_elasticities(const struct choice_run *run, const struct choice_result *result)
{
    printf("\n%s\n", _("If its price rises by 1 %, the chance to be chosen changes by"));
    for (size_t i = 0; i < result->occasions.alternatives; i++) {
        print_label(loy_occasions_alternative(run->occasions, i));
        if (isnan(result->elasticities[i]))
            printf("%12s\n", "-");
        else
            printf("%10.2f %%\n", result->elasticities[i]);
    }
}

/* ---- Sentences ------------------------------------------------------------------------------- */

static void say_price(const struct loy_choice_coefficient *value)
{
    double wide = TAIL_95 * value->standard_error;
    if (!(fabs(value->mean) > wide))
        printf("- %s\n", _("No sign that the price decides the choice."));
    else if (value->mean > 0)
        printf("- %s\n",
            _("What costs more is chosen more often: prices follow demand or quality here.\n"
              "  This is no price sensitivity."));
    else
        printf("- %s\n", _("What costs less is chosen more often."));
}

static void say_odds(const struct loy_choice_coefficient *value, const char *name)
{
    double wide = TAIL_95 * value->standard_error;
    const char *words = choice_attribute_words(name);
    if (isnan(value->mean) || isnan(wide)) return;
    if (fabs(value->mean) <= wide) {
        printf(_("- %s: no sign that it moves the choice at the same price.\n"), words);
        return;
    }
    printf(_("- %s: %.2f times the odds to be chosen (95 %%: %.2f to %.2f).\n"), words,
        exp(value->mean), exp(value->mean - wide), exp(value->mean + wide));
}

static void say_members(const struct loy_choice_coefficient *price)
{
    printf(_("- Members differ: the price's weight of four in five lies between %.2f and %.2f.\n"),
        price->mean - TAIL_80 * price->spread, price->mean + TAIL_80 * price->spread);
}

static void say_attributes(const struct choice_run *run, const struct choice_result *result)
{
    printf("\n%s\n", _("What it says"));
    for (size_t i = 0; i < result->occasions.attributes; i++) {
        struct loy_choice_coefficient value = coefficient(run, choice_of_attribute(run, i));
        if (i == 0) {
            say_price(&value);
            if (result->summary.hierarchical) say_members(&value);
        } else {
            say_odds(&value, loy_occasions_attribute(run->occasions, i));
        }
    }
}

static void say_holdout(const struct loy_choice_holdout_result *holdout)
{
    static const struct {
        enum loy_choice_rival rival;
        const char *words;
    } rows[] = {{LOY_RIVAL_MODEL, N_("this model")}, {LOY_RIVAL_POOLED, N_("pooled model")},
        {LOY_RIVAL_OWN_SHARES, N_("the member's own shares")},
        {LOY_RIVAL_SHARES, N_("the shares of all")},
        {LOY_RIVAL_SAME_AS_LAST, N_("the same as last time")}};
    printf(_("\nOne purchase each of %lld members was kept out and predicted\n"),
        (long long)holdout->members);
    print_label("");
    printf("  ");
    cli_put(stdout, _(" log score"), 10);
    cli_put(stdout, _("   hits in %"), 12);
    putchar('\n');
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct loy_choice_score *score = &holdout->rivals[rows[i].rival];
        print_label(_(rows[i].words));
        print_number(score->log_score);
        printf("%12.1f\n", 100 * score->hit_rate);
    }
    if (holdout->gain_low > 0)
        printf(_("- It predicts better than the best of the others: %.3f a purchase (80 %%: %.3f "
                 "to %.3f).\n"),
            holdout->gain, holdout->gain_low, holdout->gain_high);
    else
        printf("- %s\n", _("It does not predict better than the best of the others."));
}

static void say_left_out(const struct choice_result *result)
{
    const struct loy_occasion_summary *occasions = &result->occasions;
    int64_t few = occasions->members - occasions->members_enough;
    if (occasions->unlisted > 0)
        printf(_("- Left out: %lld purchases without a price in the history at that moment.\n"),
            (long long)occasions->unlisted);
    if (occasions->alone > 0)
        printf(_("- Left out: %lld purchases with nothing else on offer.\n"),
            (long long)occasions->alone);
    if (occasions->rare > 0)
        printf(_("- Left out: %lld purchases of what is hardly ever bought.\n"),
            (long long)occasions->rare);
    if (few > 0) printf(_("- Left out: %lld members with too few purchases.\n"), (long long)few);
}

void choice_print_text(const struct choice_run *run, const struct choice_result *result)
{
    printf(_("%s, %s: %lld purchases of %lld members, log-likelihood %.4f\n"), result->category,
        kind_words(result->occasions.by), (long long)result->summary.occasions,
        (long long)result->summary.members, result->summary.log_likelihood);
    printf("%s\n\n", result->summary.hierarchical ? _("each member with weights of his own")
                                                  : _("the same weights for all members"));
    if (!result->pooled && !result->summary.hierarchical)
        printf(_("Fewer than %d members have enough purchases to tell how they differ.\n\n"),
            LOY_CHOICE_MEMBERS_MIN);
    print_weights(run, result);
    print_traits(run, result);
    print_elasticities(run, result);
    say_attributes(run, result);
    if (result->has_holdout) say_holdout(&result->holdout);
    say_left_out(result);
    choice_changes_print(run, result);
}
