/* SPDX-License-Identifier: MIT
 *
 * funnel_source.c - reads what the customer funnel is counted from. In: an open store and a period.
 * Out: a sealed funnel. Members who have not agreed to profiling are nobody here. Must not know:
 * how anybody paid, how the counts are shown.
 */
#include "funnel_source.h"

#include "sales_pass.h"

static enum loy_status switches_read(struct funnel_source *source)
{
    for (int i = LOY_FUNNEL_RULE_ON; i < LOY_FUNNEL_RULE_END; i++) {
        int64_t value = 0;
        enum loy_status status =
            loy_funnel_rule_get(source->store, (enum loy_funnel_rule)i, &value);
        if (status != LOY_OK) return status;
        source->on[i] = value != 0;
    }
    return LOY_OK;
}

static enum loy_status sales_read(struct funnel_source *source)
{
    struct sales_pass pass = {
        .cli = source->cli, .store = source->store, .what = _("reading the sales")};
    bool changed = false;
    enum loy_status status = sales_pass_open(&pass, source->span.from_us, source->span.to_us, NULL);
    while (status == LOY_OK && (status = sales_pass_next(&pass, &changed)) == LOY_OK) {
        if (!pass.agreed) pass.sale.member = 0;
        status = loy_funnel_add_sale(source->funnel, &pass.sale, &pass.version);
    }
    sales_pass_close(&pass);
    return status == LOY_NONE ? LOY_OK : status;
}

/* Whether the member whose signs go by has agreed. */
static enum loy_status agreed_read(struct loy_store *store, int64_t member, bool *agreed)
{
    struct loy_id id;
    enum loy_status status = loy_member_by_number(store, member, &id);
    *agreed = false;
    if (status == LOY_NONE) return LOY_OK;
    return status == LOY_OK ? sales_pass_agreed(store, &id, agreed) : status;
}

static enum loy_status intent_add(struct funnel_source *source, const struct loy_intent *intent)
{
    struct loy_version version;
    if (intent->article_version == 0) return loy_funnel_add_intent(source->funnel, intent, NULL);
    enum loy_status status = loy_version_get(source->store, intent->article_version, &version);
    /* NONE would read as the end of the signs. */
    if (status == LOY_NONE) status = LOY_E_CHECK;
    return status == LOY_OK ? loy_funnel_add_intent(source->funnel, intent, &version) : status;
}

static enum loy_status intents_read(struct funnel_source *source, struct loy_intents *intents)
{
    struct loy_intent intent;
    int64_t member = 0;
    bool agreed = false;
    enum loy_status status;
    while ((status = loy_intents_next(intents, &intent)) == LOY_OK) {
        if (intent.member != member) status = agreed_read(source->store, intent.member, &agreed);
        member = intent.member;
        if (status == LOY_OK && agreed) status = intent_add(source, &intent);
        if (status != LOY_OK) return status;
    }
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status funnel_fill(struct funnel_source *source, struct loy_intents *intents)
{
    const struct loy_funnel_settings settings = {.size = sizeof settings,
        .level = source->level,
        .only = source->only,
        .complements = source->on[LOY_FUNNEL_RULE_COMPLEMENT]};
    enum loy_status status = loy_funnel_open(&settings, &source->funnel);
    if (status == LOY_OK) status = sales_read(source);
    if (status == LOY_OK) status = intents_read(source, intents);
    return status == LOY_OK ? loy_funnel_seal(source->funnel) : status;
}

enum loy_status funnel_source_read(struct funnel_source *source)
{
    struct loy_intents *intents = NULL;
    /* First: it is the store that says whether the funnel is on. */
    enum loy_status status =
        loy_intents_open(source->store, source->span.from_us, source->span.to_us, &intents);
    if (status == LOY_OK) status = switches_read(source);
    if (status == LOY_OK) status = funnel_fill(source, intents);
    loy_intents_close(intents);
    return status;
}
