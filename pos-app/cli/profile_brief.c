/* SPDX-License-Identifier: MIT
 *
 * profile_brief.c - what is to come, likes and group of a member, a line each. In: a fitted run and
 * a profile. Out: text. States nothing that the library leaves unclear.
 */
#include "profile_brief.h"

#include "profile_prospect.h"
#include "profile_taste.h"

#define LIKES_MAX 4u

enum loy_status profile_brief_taste(struct loy_store *store, bool *wanted)
{
    struct loy_basket_totals totals = {0};
    enum loy_status status = loy_basket_totals_get(store, INT64_MIN, INT64_MAX, &totals);
    *wanted = status == LOY_OK && totals.lines <= PROFILE_BRIEF_SALES;
    return status;
}

static void line_put(struct profile_brief *brief, const char *label, const char *text)
{
    if (brief->count == PROFILE_BRIEF_LINES) return;
    struct profile_brief_line *line = &brief->lines[brief->count++];
    snprintf(line->label, sizeof line->label, "%s", label);
    snprintf(line->text, sizeof line->text, "%s", text);
}

static enum loy_status ahead_put(
    const struct profile_run *run, const struct profile_case *one, struct profile_brief *brief)
{
    static const int shown[] = {LOY_OUTLOOK_INTERVAL, LOY_OUTLOOK_ACTIVE, LOY_OUTLOOK_12_WEEKS,
        LOY_OUTLOOK_52_WEEKS, LOY_OUTLOOK_SPEND, LOY_OUTLOOK_NONE, loy_outlook_count};
    struct loy_prospect prospect = {.size = sizeof prospect};
    enum loy_status status = loy_profile_prospect(one->profile, &prospect);
    for (size_t i = 0; i < sizeof shown / sizeof *shown && status == LOY_OK; i++) {
        const char *label;
        char text[PROFILE_PROSPECT_BYTES];
        profile_prospect_words(run->store, &prospect, shown[i], &label, text);
        line_put(brief, label, text);
    }
    return status;
}

enum loy_status profile_brief_make(
    const struct profile_run *run, const struct profile_case *one, struct profile_brief *brief)
{
    char likes[LIKES_MAX][PROFILE_TASTE_BYTES], group[PROFILE_TASTE_BYTES];
    size_t count = 0;
    brief->count = 0;
    enum loy_status status = ahead_put(run, one, brief);
    if (status != LOY_OK) return status;
    if (!run->taste.preferences) {
        line_put(brief, _("Likes, group"),
            _("not reckoned here, where so much was sold: `loyalty profile`"));
        return LOY_OK;
    }
    status = profile_taste_likes(run, one, likes, LIKES_MAX, &count);
    for (size_t i = 0; i < count && status == LOY_OK; i++)
        line_put(brief, i == 0 ? _("Likes") : "", likes[i]);
    if (count == 0) line_put(brief, _("Likes"), _("nothing is clear beside what was on offer"));
    profile_taste_group_text(run, one, group);
    line_put(brief, _("Group, by what is bought"), group);
    return status;
}
