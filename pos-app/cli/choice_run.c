/* SPDX-License-Identifier: MIT
 *
 * choice_run.c - from a store to the choice room: sales of members who agreed, price history and
 * assortment of the same time. In: an open store and empty occasions. Out: occasions in a choice.
 * Prints nothing but the progress bar.
 */
#include "choice_run.h"

#include "sales_pass.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct choice_run *run;
    enum loy_status status;
};

static int offer_add(void *user, const struct loy_offer *offer)
{
    struct reading *reading = user;
    struct loy_version version;
    reading->status = loy_version_get(reading->run->store, offer->article_version, &version);
    if (reading->status == LOY_OK)
        reading->status = loy_occasions_add_offer(reading->run->occasions, offer, &version);
    return reading->status != LOY_OK;
}

static int presence_add(void *user, const struct loy_presence *presence)
{
    struct reading *reading = user;
    struct loy_version version;
    reading->status = loy_version_get(reading->run->store, presence->article_version, &version);
    if (reading->status == LOY_OK)
        reading->status = loy_occasions_add_presence(reading->run->occasions, presence, &version);
    return reading->status != LOY_OK;
}

static enum loy_status shelf_read(struct choice_run *run)
{
    struct reading reading = {run, LOY_OK};
    enum loy_status status =
        loy_offer_each(run->store, run->from_us, run->to_us, offer_add, &reading);
    if (status == LOY_OK)
        status = loy_presence_each(run->store, run->from_us, run->to_us, presence_add, &reading);
    return reading.status != LOY_OK ? reading.status : status;
}

enum loy_status choice_read(struct choice_run *run, const struct loy_id *member)
{
    struct sales_pass pass = {.cli = run->cli, .store = run->store, .what = _("purchases")};
    bool changed = false;
    enum loy_status status = shelf_read(run);
    if (status != LOY_OK) return status;
    status = sales_pass_open(&pass, run->from_us, run->to_us, member);
    while (status == LOY_OK) {
        status = sales_pass_next(&pass, &changed);
        if (status == LOY_OK && pass.agreed)
            status = loy_occasions_add_sale(run->occasions, &pass.sale, &pass.version);
    }
    sales_pass_close(&pass);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status traits_fill(struct choice_run *run)
{
    enum loy_status status = LOY_OK;
    double values[LOY_CHOICE_TRAITS_MAX];
    for (size_t i = 0; status == LOY_OK && run->trait_count; i++) {
        int64_t member = loy_occasions_member(run->occasions, i);
        if (member == 0) break;
        bool known = true;
        for (size_t k = 0; k < run->trait_count; k++) {
            values[k] = run->traits[k].values[i];
            known = known && !isnan(values[k]);
        }
        if (known) status = loy_choice_add_traits(run->choice, member, values);
    }
    return status;
}

enum loy_status choice_fill(struct choice_run *run)
{
    struct loy_choice_settings settings;
    loy_occasions_settings(run->occasions, &settings);
    settings.traits = run->trait_count;
    enum loy_status status = loy_choice_open(&settings, &run->choice);
    if (status == LOY_OK) status = loy_occasions_fill(run->occasions, run->choice);
    return status == LOY_OK ? traits_fill(run) : status;
}

void choice_run_close(struct choice_run *run)
{
    for (size_t i = 0; i < run->trait_count; i++)
        free(run->traits[i].values);
    run->trait_count = 0;
    loy_choice_model_close(run->model);
    loy_choice_close(run->choice);
    loy_occasions_close(run->occasions);
    run->model = NULL;
    run->choice = NULL;
    run->occasions = NULL;
}

/* ---- Names ----------------------------------------------------------------------------------- */

static size_t alternatives_of(const struct choice_run *run)
{
    struct loy_occasion_summary summary;
    loy_occasions_summary(run->occasions, 0, &summary);
    return summary.alternatives;
}

/* The model may have taken another base than was wished for; without a model it is not known yet.
 */
static size_t base_of(const struct choice_run *run)
{
    struct loy_occasion_summary summary;
    struct loy_choice_summary fitted;
    loy_occasions_summary(run->occasions, 0, &summary);
    if (!run->model) return summary.base;
    loy_choice_summary_get(run->model, &fitted);
    return fitted.base;
}

size_t choice_of_attribute(const struct choice_run *run, size_t attribute)
{
    return alternatives_of(run) - 1 + attribute;
}

size_t choice_of_alternative(const struct choice_run *run, size_t alternative)
{
    return alternative - (alternative > base_of(run));
}

void choice_coefficient_name(
    const struct choice_run *run, size_t coefficient, char name[CHOICE_NAME_MAX])
{
    struct loy_occasion_summary summary;
    size_t attribute = coefficient + 1 - alternatives_of(run);
    loy_occasions_summary(run->occasions, 0, &summary);
    if (coefficient + 1 >= summary.alternatives) {
        snprintf(name, CHOICE_NAME_MAX, "%s", loy_occasions_attribute(run->occasions, attribute));
        return;
    }
    size_t alternative = coefficient + (coefficient >= base_of(run));
    snprintf(name, CHOICE_NAME_MAX, "%s:%s", loy_alternative_kind_name(summary.by),
        loy_occasions_alternative(run->occasions, alternative));
}
