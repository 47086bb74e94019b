/* SPDX-License-Identifier: MIT
 *
 * promotion_check.c - is a rule of a promotion possible? A rule comes in, a sentence goes out.
 * Writes nothing, reads nothing.
 */
#include "promotion_private.h"

#include <string.h>

#define NEEDS_PERMILLE 1u
#define NEEDS_AMOUNT 2u
#define NEEDS_TAKE 4u
#define NEEDS_COUPON 8u
#define EITHER 16u /* of permille and amount one */

/* By form; what stands here not is refused. */
static const unsigned needs[loy_form_count] = {
    [LOY_FORM_PERCENT] = NEEDS_PERMILLE,
    [LOY_FORM_AMOUNT] = NEEDS_AMOUNT,
    [LOY_FORM_N_FOR_M] = NEEDS_TAKE,
    [LOY_FORM_MEMBER_PRICE] = NEEDS_AMOUNT,
    [LOY_FORM_COUPON] = NEEDS_COUPON | EITHER,
};

struct fault {
    bool found;
    const char *sentence;
};

static enum loy_status faults_tell(
    struct loy_store *store, const struct fault *faults, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (faults[i].found)
            return store_fail(store, LOY_E_FORMAT, "%s", store_words(faults[i].sentence));
    return LOY_OK;
}

static enum loy_status values_check(struct loy_store *store, const struct loy_promotion_rule *rule)
{
    unsigned need = needs[rule->form];
    bool permille = rule->permille != 0, amount = rule->amount_minor != 0;
    bool sets = rule->take != 0 || rule->pay != 0, coupon = basket_text(rule->coupon) != NULL;
    const struct fault faults[] = {
        {rule->permille < 0 || rule->permille > 1000,
            N_("a percentage is above 0 and at most 100, in tenths of a percent")},
        {rule->amount_minor < 0, N_("the amount cannot be negative")},
        {sets && (rule->pay < 1 || rule->pay >= rule->take || rule->take > 100),
            N_("take and pay: pay at least 1 and fewer than are taken, take at most 100")},
        {(need & NEEDS_PERMILLE) && !permille, N_("this form needs a percentage")},
        {(need & NEEDS_AMOUNT) && !amount, N_("this form needs an amount above zero")},
        {(need & NEEDS_TAKE) && !sets, N_("this form needs how many to take and how many to pay")},
        {(need & NEEDS_COUPON) && !coupon, N_("a coupon needs its number, as it is scanned")},
        {(need & NEEDS_COUPON) && basket_text(rule->campaign) == NULL,
            N_("a coupon needs the campaign that it answers")},
        {(need & EITHER) && permille == amount,
            N_("a coupon needs either a percentage or an amount")},
        {!(need & (NEEDS_PERMILLE | EITHER)) && permille, N_("this form takes no percentage")},
        {!(need & (NEEDS_AMOUNT | EITHER)) && amount, N_("this form takes no amount")},
        {!(need & NEEDS_TAKE) && sets, N_("only n for m takes how many to take and to pay")},
        {!(need & NEEDS_COUPON) && (coupon || rule->single_use),
            N_("only a coupon has a number and can be for a single use")},
    };
    return faults_tell(store, faults, sizeof faults / sizeof faults[0]);
}

static enum loy_status place_check(struct loy_store *store, const struct loy_promotion_rule *rule)
{
    bool target = basket_text(rule->target) != NULL;
    bool all = rule->scope == LOY_SCOPE_ALL || rule->scope == LOY_SCOPE_NONE;
    const struct fault faults[] = {
        {basket_text(rule->code) == NULL, N_("a promotion needs a code")},
        {rule->form >= loy_form_count || needs[rule->form] == 0,
            N_("the form is one of percent, amount, n-for-m, member-price and coupon")},
        {rule->scope >= loy_scope_count,
            N_("the scope is one of all, article, style, brand, category and season")},
        {all && target, N_("a promotion for all articles has no target; give the scope too")},
        {!all && !target, N_("this scope needs its target: a code of an article, a brand ...")},
        {rule->to_us != 0 && rule->to_us <= rule->from_us,
            N_("the promotion ends before it begins")},
    };
    return faults_tell(store, faults, sizeof faults / sizeof faults[0]);
}

enum loy_status promotion_check(struct loy_store *store, const struct loy_promotion_rule *rule)
{
    const struct {
        const char *what, *text;
    } texts[] = {
        {N_("the promotion's code"), rule->code},
        {N_("the target"), rule->target},
        {N_("the campaign"), rule->campaign},
        {N_("the coupon's number"), rule->coupon},
    };
    enum loy_status status = LOY_OK;
    if (rule->site != NULL && strnlen(rule->site, LOY_CODE_MAX) == LOY_CODE_MAX)
        return store_fail(
            store, LOY_E_LIMIT, "a store's code is longer than %u bytes", LOY_CODE_MAX - 1);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && status == LOY_OK; i++)
        status = basket_text_check(store, texts[i].what, texts[i].text);
    if (status == LOY_OK) status = place_check(store, rule);
    return status == LOY_OK ? values_check(store, rule) : status;
}
