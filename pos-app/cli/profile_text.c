/* SPDX-License-Identifier: MIT
 *
 * profile_text.c - what a profile says, in sentences: the rhythm, and what sets a member apart from
 * the others. In: estimates with their standing; out: sentences. A difference is said only where
 * the interval leaves the others' value out. Must not know: how an estimate was made.
 */
#include "profile_text.h"

#include "../tui/cell.h"

#include <math.h>
#include <string.h>

#define COMPARISONS_MAX 3

/* What has sentences of its own: more than the others, and less. Without any: what another one
 * says already. */
static const struct {
    const char *name, *more, *less;
} comparisons[] = {
    {"deal_share", N_("Takes more deals than other members do (%s of the lines; all: %s)."),
        N_("Takes fewer deals than other members do (%s of the lines; all: %s).")},
    {"level_minor_per_occasion", N_("Pays more per occasion than other members do (%s; all: %s)."),
        N_("Pays less per occasion than other members do (%s; all: %s).")},
    {"price_tier_listed", N_("Chooses dearer articles than other members do (%s; all: %s)."),
        N_("Chooses cheaper articles than other members do (%s; all: %s).")},
    {"price_tier_paid", NULL, NULL},
    {"own_brand_share",
        N_("Buys more of the shop's own brands than others do (%s of the lines; all: %s)."),
        N_("Buys less of the shop's own brands than others do (%s of the lines; all: %s).")},
};

#define COMPARISON_COUNT (sizeof comparisons / sizeof *comparisons)

static const struct profile_item *item_find(
    const struct profile_item *items, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(items[i].name, name) == 0) return &items[i];
    return NULL;
}

static bool is_own(const struct loy_estimate *estimate)
{
    return estimate->standing == LOY_STANDING_OWN || estimate->standing == LOY_STANDING_WEAK;
}

/* ---- The rhythm ---------------------------------------------------------------------------------
 */

static void seen_text(double days, char *text, size_t size)
{
    if (days < .5)
        snprintf(text, size, "%s", _("last seen today"));
    else if (days < 1.5)
        snprintf(text, size, "%s", _("last seen yesterday"));
    else
        snprintf(text, size, _("last seen %.0f days ago"), days);
}

/* What is counted is a fact; "about every" is an estimate and needs one. */
static void rhythm_text(const struct profile_item *items, size_t count, char *text, size_t size)
{
    const struct profile_item *last = item_find(items, count, "recency_days");
    const struct profile_item *often = item_find(items, count, "frequency_365d");
    const struct profile_item *every = item_find(items, count, "regular_interval_days");
    char seen[64];
    text[0] = '\0';
    if (!last || last->estimate.standing == LOY_STANDING_NOT_CLAIMED) {
        snprintf(text, size, "%s",
            _("How often this member comes is not claimed: the data are a sample of lines."));
        return;
    }
    if (last->estimate.standing != LOY_STANDING_DESCRIPTIVE || !isfinite(last->estimate.value)) {
        snprintf(text, size, "%s", _("Has bought nothing yet."));
        return;
    }
    seen_text(last->estimate.value, seen, sizeof seen);
    if (every && is_own(&every->estimate))
        snprintf(text, size, _("Buys about every %.0f days; %s."), every->estimate.value, seen);
    else if (often && often->estimate.value >= 1)
        snprintf(
            text, size, _("Bought on %.0f days of the last 365; %s."), often->estimate.value, seen);
    else
        snprintf(text, size, _("Bought nothing in the last 365 days; %s."), seen);
}

/* ---- Differences --------------------------------------------------------------------------------
 */

/* 1 above the others, -1 below, 0 neither or not to be said. */
static int side_of(const struct loy_estimate *estimate)
{
    if (!is_own(estimate) || !isfinite(estimate->segment_value)) return 0;
    if (estimate->low > estimate->segment_value) return 1;
    return estimate->high < estimate->segment_value ? -1 : 0;
}

static size_t comparison_of(const char *name)
{
    size_t i = 0;
    while (i < COMPARISON_COUNT && strcmp(comparisons[i].name, name) != 0)
        i++;
    return i;
}

static bool has_sentence(const struct profile_item *item)
{
    size_t at = comparison_of(item->name);
    return side_of(&item->estimate) && (at == COMPARISON_COUNT || comparisons[at].more);
}

static void comparison_text(
    const struct profile_run *run, const struct profile_item *item, char *text, size_t size)
{
    char value[PROFILE_VALUE_BYTES], others[PROFILE_VALUE_BYTES];
    bool above = side_of(&item->estimate) > 0;
    size_t at = comparison_of(item->name);
    int used;
    profile_value_text(run, item->unit, false, item->estimate.value, value);
    profile_value_text(run, item->unit, true, item->estimate.segment_value, others);
    if (at < COMPARISON_COUNT)
        used = snprintf(
            text, size, _(above ? comparisons[at].more : comparisons[at].less), value, others);
    else
        used = snprintf(text, size,
            above ? _("%s: above other members (%s; all: %s).")
                  : _("%s: below other members (%s; all: %s)."),
            item->label, value, others);
    if (item->estimate.standing == LOY_STANDING_WEAK && used > 0 && (size_t)used < size)
        snprintf(text + used, size - (size_t)used, "%s", _(" The evidence is weak."));
}

/* The surest first; of equal ones the one that is shown first. */
static const struct profile_item *surest(
    const struct profile_item *items, size_t count, const bool *said)
{
    const struct profile_item *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (!said[i] && has_sentence(&items[i]) &&
            (!best || items[i].estimate.reliability > best->estimate.reliability))
            best = &items[i];
    return best;
}

static bool week_text(const struct loy_week *week, char *text, size_t size)
{
    size_t best = 8;
    if (week->standing != LOY_STANDING_OWN && week->standing != LOY_STANDING_WEAK) return false;
    for (size_t i = 0; i < 8; i++)
        if (week->part_low[i] > week->part_store[i] &&
            (best == 8 || week->part_share[i] * week->part_store[best] >
                              week->part_share[best] * week->part_store[i]))
            best = i;
    if (best == 8) return false;
    snprintf(text, size, _("Comes %s more than others do (%.2f of the baskets; the store: %.2f)."),
        profile_part_label(best), week->part_share[best], week->part_store[best]);
    return true;
}

static const char *nothing_text(const struct profile_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (is_own(&items[i].estimate))
            return _("Nothing sets this member apart from the others so far.");
    return _("There are too few purchases yet to compare with other members.");
}

size_t profile_sentences(const struct profile_run *run, const struct profile_item *items,
    size_t count, const struct loy_week *week,
    char sentences[PROFILE_SENTENCES_MAX][PROFILE_SENTENCE_BYTES])
{
    bool said[PROFILE_ITEMS_MAX] = {false};
    size_t made = 1;
    rhythm_text(items, count, sentences[0], PROFILE_SENTENCE_BYTES);
    for (int i = 0; i < COMPARISONS_MAX; i++) {
        const struct profile_item *item = surest(items, count, said);
        if (!item) break;
        said[item - items] = true;
        comparison_text(run, item, sentences[made++], PROFILE_SENTENCE_BYTES);
    }
    if (week_text(week, sentences[made], PROFILE_SENTENCE_BYTES)) made++;
    if (made == 1)
        snprintf(sentences[made++], PROFILE_SENTENCE_BYTES, "%s", nothing_text(items, count));
    return made;
}

void profile_sentences_print(const struct profile_run *run, const struct profile_look *look,
    const struct profile_item *items, size_t count, const struct loy_week *week)
{
    static const struct cell_rules rules;
    char sentences[PROFILE_SENTENCES_MAX][PROFILE_SENTENCE_BYTES];
    char text[PROFILE_SENTENCES_MAX * PROFILE_SENTENCE_BYTES] = "", line[CELL_BYTES];
    size_t made = profile_sentences(run, items, count, week, sentences);
    for (size_t i = 0; i < made; i++) {
        /* Chinese puts no blank behind its full stop. */
        if (i > 0 && !run->cli->chinese) strcat(text, " ");
        strcat(text, sentences[i]);
    }
    const char *rest = text;
    while (cell_wrap(&rules, &rest, look->columns - 4, line, sizeof line))
        printf("  %s\n", line);
    putchar('\n');
}
