/* SPDX-License-Identifier: MIT
 *
 * episode.c - samples of an observing instrument to episodes. Pure: values in, values out.
 * Must not know: members, rows, what is done with an episode.
 */
#include <loyalty/contact.h>

#include <stdlib.h>
#include <string.h>

static int in_order(const void *a, const void *b)
{
    const struct loy_sample *x = a, *y = b;
    int order = strcmp(x->household, y->household);
    if (!order) order = x->at_us < y->at_us ? -1 : x->at_us > y->at_us;
    return order ? order : strcmp(x->channel, y->channel);
}

static bool same_run(
    const struct loy_episode_rule *rule, const struct loy_sample *a, const struct loy_sample *b)
{
    return strcmp(a->household, b->household) == 0 && strcmp(a->channel, b->channel) == 0 &&
           b->at_us - a->at_us <= rule->interval_us + rule->interval_us / 2;
}

/* Samples that come faster than the interval count by their span; strict wants one sample more than
 * the minimum itself takes. */
static bool long_enough(const struct loy_episode_rule *rule, const struct loy_episode *episode)
{
    int64_t span_us = episode->until_us - episode->from_us;
    if (!rule->strict) return span_us >= rule->minimum_us;
    return span_us > rule->minimum_us &&
           (int64_t)episode->samples > rule->minimum_us / rule->interval_us + 1;
}

/* The run of equal samples from `at` on; *end is the first sample behind it. */
static enum loy_status run_take(const struct loy_episode_rule *rule,
    const struct loy_sample *samples, size_t count, size_t at, size_t *end, struct loy_episode *run)
{
    const struct loy_sample *last = &samples[at];
    *run = (struct loy_episode){last->household, last->channel, last->at_us, last->at_us, 1};
    for (*end = at + 1; *end < count; ++*end) {
        const struct loy_sample *next = &samples[*end];
        if (in_order(last, next) > 0) return LOY_E_FORMAT;
        if (!same_run(rule, last, next)) break;
        run->samples += next->at_us > last->at_us;
        run->until_us = next->at_us;
        last = next;
    }
    return LOY_OK;
}

enum loy_status loy_episode_next(const struct loy_episode_rule *rule,
    const struct loy_sample *samples, size_t count, size_t *position, struct loy_episode *episode)
{
    static const struct loy_episode_rule usual = LOY_EPISODE_RULE;
    if (!rule) rule = &usual;
    if ((!samples && count) || !position || !episode || rule->interval_us <= 0 ||
        rule->interval_us > INT64_MAX / 2 || rule->minimum_us < 0)
        return LOY_E_ARGUMENT;
    for (size_t end = 0; *position < count; *position = end) {
        struct loy_episode run;
        enum loy_status status = run_take(rule, samples, count, *position, &end, &run);
        if (status != LOY_OK) return status;
        if (!long_enough(rule, &run)) continue;
        *position = end;
        *episode = run;
        return LOY_OK;
    }
    return LOY_NONE;
}

enum loy_status loy_episodes_from_samples(const struct loy_episode_rule *rule,
    struct loy_sample *samples, size_t count, struct loy_episode *episodes, size_t max,
    size_t *episode_count)
{
    if ((!samples && count) || (!episodes && max) || !episode_count) return LOY_E_ARGUMENT;
    if (count) qsort(samples, count, sizeof *samples, in_order);
    size_t position = 0, found = 0;
    struct loy_episode episode;
    enum loy_status status;
    while ((status = loy_episode_next(rule, samples, count, &position, &episode)) == LOY_OK) {
        if (found == max) return LOY_E_LIMIT;
        episodes[found++] = episode;
    }
    if (status != LOY_NONE) return status;
    *episode_count = found;
    return LOY_OK;
}
