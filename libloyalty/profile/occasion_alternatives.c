/* SPDX-License-Identifier: MIT
 *
 * occasion_alternatives.c - what the alternatives of a category are: its brands, grades, both, or
 * articles; which of them are bought often enough to be kept; and how much each article counts in
 * its alternative's price. In: rows. Out: alternatives, purchases of them. Must not know shelves.
 */
#include "occasion_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_SHARE 100 /* one in so many purchases at least */

/* ---- Labels ---------------------------------------------------------------------------------- */

/* What is not known has a name too: it stands on the shelf like the others. */
static const char *known(const struct loy_occasions *occasions, int32_t text)
{
    const char *words = occasions->texts.texts[text];
    return *words ? words : "-";
}

/* Its number; OCCASION_NONE: no memory. */
static int32_t label_of(struct loy_occasions *occasions, const struct occasion_article *article)
{
    char text[2 * LOY_TEXT_MAX + 2];
    const char *brand = known(occasions, article->brand), *grade = known(occasions, article->grade);
    switch ((enum loy_alternative_kind)occasions->settings.by) {
    case LOY_BY_ARTICLE:
        return occasion_name_add(
            &occasions->labels, occasions->codes.texts[article - occasions->articles]);
    case LOY_BY_GRADE:
        return occasion_name_add(&occasions->labels, grade);
    case LOY_BY_STYLE:
        return occasion_name_add(&occasions->labels, known(occasions, article->style));
    case LOY_BY_BRAND_GRADE:
        snprintf(text, sizeof text, "%s, %s", brand, grade);
        return occasion_name_add(&occasions->labels, text);
    default:
        return occasion_name_add(&occasions->labels, brand);
    }
}

/* Brands, or grades where all that was bought is of one brand; articles where neither is known. */
static void kind_choose(struct loy_occasions *occasions)
{
    const struct occasion_article *first = NULL;
    bool brands = false, grades = false;
    if (occasions->settings.by != LOY_BY_DEFAULT) return;
    for (size_t i = 0; i < occasions->codes.count; i++) {
        const struct occasion_article *article = &occasions->articles[i];
        if (article->lines == 0) continue;
        if (!first) first = article;
        brands = brands || article->brand != first->brand;
        grades = grades || article->grade != first->grade;
    }
    bool nameless = first && !*occasions->texts.texts[first->brand];
    occasions->settings.by = brands                ? LOY_BY_BRAND
                             : grades || !nameless ? LOY_BY_GRADE
                                                   : LOY_BY_ARTICLE;
}

static enum loy_status labels_make(struct loy_occasions *occasions)
{
    kind_choose(occasions);
    for (size_t i = 0; i < occasions->codes.count; i++) {
        struct occasion_article *article = &occasions->articles[i];
        /* Of what was kept and has no rows here, only the alternative is known. */
        if (article->version == INT64_MIN)
            article->label = occasions->alternatives[article->alternative].label;
        else
            article->label = label_of(occasions, article);
        if (article->label < 0) return LOY_E_MEMORY;
    }
    for (size_t i = 0; i < occasions->purchase_count; i++)
        occasions->purchases[i].label = occasions->articles[occasions->purchases[i].article].label;
    return LOY_OK;
}

/* ---- Purchases ------------------------------------------------------------------------------- */

/* A basket's number is that of the row it came from: it comes last. */
static int by_member(const void *left, const void *right)
{
    const struct occasion_purchase *a = left, *b = right;
    if (a->member != b->member) return a->member < b->member ? -1 : 1;
    if (a->at_us != b->at_us) return a->at_us < b->at_us ? -1 : 1;
    if (a->alternative != b->alternative) return a->alternative < b->alternative ? -1 : 1;
    return (a->basket > b->basket) - (a->basket < b->basket);
}

static bool is_same(const struct occasion_purchase *a, const struct occasion_purchase *b)
{
    return a->member == b->member && a->basket == b->basket && a->label == b->label;
}

/* Lines become purchases: several of one alternative in a basket are one. The order within a moment
 * is that of the alternatives' names, whatever order the rows came in. */
static void lines_join(struct loy_occasions *occasions, const int32_t *rank)
{
    struct occasion_purchase *list = occasions->purchases;
    size_t count = 0;
    for (size_t i = 0; i < occasions->purchase_count; i++)
        list[i].alternative = rank[list[i].label];
    if (occasions->purchase_count) qsort(list, occasions->purchase_count, sizeof *list, by_member);
    for (size_t i = 0; i < occasions->purchase_count; i++)
        if (count == 0 || !is_same(&list[count - 1], &list[i])) list[count++] = list[i];
    occasions->purchase_count = count;
}

/* ---- What is kept ---------------------------------------------------------------------------- */

struct candidate {
    const char *text;
    int32_t label;
    int64_t bought;
};

static int by_text(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    return strcmp(a->text, b->text);
}

static int by_bought(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->bought != b->bought) return a->bought > b->bought ? -1 : 1;
    return strcmp(a->text, b->text);
}

/* The most bought ones, in the order of their names. */
static void candidates_keep(struct loy_occasions *occasions, struct candidate *list, size_t count)
{
    size_t kept = 0;
    int64_t total = (int64_t)occasions->purchase_count;
    qsort(list, count, sizeof *list, by_bought);
    while (kept < count && kept < LOY_ALTERNATIVES_KEPT && list[kept].bought > 0 &&
           list[kept].bought * KEPT_SHARE >= total)
        kept++;
    const char *base = occasions->settings.base;
    qsort(list, kept, sizeof *list, by_text);
    occasions->alternative_count = kept;
    occasions->base = kept;
    int64_t most = 0;
    for (size_t i = 0; i < kept; i++) {
        occasions->alternatives[i] =
            (struct occasion_alternative){.label = list[i].label, .bought = list[i].bought};
        if (base ? strcmp(base, list[i].text) != 0 : list[i].bought <= most) continue;
        most = list[i].bought;
        occasions->base = i;
    }
}

static enum loy_status candidates_make(struct loy_occasions *occasions, struct candidate **made)
{
    size_t count = occasions->labels.count;
    struct candidate *list = calloc(count + 1, sizeof *list);
    int32_t *rank = calloc(count + 1, sizeof *rank);
    if (list && rank) {
        for (size_t i = 0; i < count; i++)
            list[i] = (struct candidate){occasions->labels.texts[i], (int32_t)i, 0};
        qsort(list, count, sizeof *list, by_text);
        for (size_t i = 0; i < count; i++)
            rank[list[i].label] = (int32_t)i;
        lines_join(occasions, rank);
        for (size_t i = 0; i < occasions->purchase_count; i++)
            list[rank[occasions->purchases[i].label]].bought++;
        *made = list;
        list = NULL;
    }
    free(list);
    free(rank);
    return *made ? LOY_OK : LOY_E_MEMORY;
}

/* Purchases and articles learn which alternative they are of. */
static enum loy_status kept_tell(struct loy_occasions *occasions)
{
    int32_t *of = malloc((occasions->labels.count + 1) * sizeof *of);
    if (!of) return LOY_E_MEMORY;
    for (size_t i = 0; i < occasions->labels.count; i++)
        of[i] = OCCASION_NONE;
    for (size_t i = 0; i < occasions->alternative_count; i++)
        of[occasions->alternatives[i].label] = (int32_t)i;
    for (size_t i = 0; i < occasions->codes.count; i++)
        occasions->articles[i].alternative = of[occasions->articles[i].label];
    for (size_t i = 0; i < occasions->purchase_count; i++)
        occasions->purchases[i].alternative = of[occasions->purchases[i].label];
    free(of);
    return LOY_OK;
}

/* ---- Weights and mean prices ----------------------------------------------------------------- */

struct placed {
    const char *code;
    int32_t article, alternative;
};

static int by_place(const void *left, const void *right)
{
    const struct placed *a = left, *b = right;
    if (a->alternative != b->alternative) return a->alternative < b->alternative ? -1 : 1;
    return strcmp(a->code, b->code);
}

/* Articles by alternative, then code: sums over them have the same order whatever came first. */
static enum loy_status articles_order(struct loy_occasions *occasions)
{
    size_t count = occasions->codes.count;
    struct placed *list = calloc(count + 1, sizeof *list);
    free(occasions->order);
    occasions->order = calloc(count + 1, sizeof *occasions->order);
    if (!list || !occasions->order) {
        free(list);
        return LOY_E_MEMORY;
    }
    for (size_t i = 0; i < count; i++)
        list[i] = (struct placed){
            occasions->codes.texts[i], (int32_t)i, occasions->articles[i].alternative};
    qsort(list, count, sizeof *list, by_place);
    for (size_t i = 0; i < occasions->alternative_count; i++)
        occasions->alternatives[i].articles = 0;
    for (size_t i = 0; i < count; i++) {
        occasions->order[i] = list[i].article;
        if (list[i].alternative < 0) continue;
        struct occasion_alternative *alternative = &occasions->alternatives[list[i].alternative];
        if (alternative->articles++ == 0) alternative->first = i;
    }
    free(list);
    return LOY_OK;
}

static int by_time(const void *left, const void *right)
{
    const struct occasion_offer *a = left, *b = right;
    if (a->article != b->article) return a->article < b->article ? -1 : 1;
    if (a->from_us != b->from_us) return a->from_us < b->from_us ? -1 : 1;
    if (a->to_us != b->to_us) return a->to_us < b->to_us ? -1 : 1;
    return (a->price_minor > b->price_minor) - (a->price_minor < b->price_minor);
}

static void period_of(const struct loy_occasions *occasions, int64_t *from_us, int64_t *to_us)
{
    *from_us = INT64_MAX;
    *to_us = INT64_MIN;
    for (size_t i = 0; i < occasions->purchase_count; i++) {
        int64_t at_us = occasions->purchases[i].at_us;
        if (at_us < *from_us) *from_us = at_us;
        if (at_us > *to_us) *to_us = at_us;
    }
}

/* m_a: by time within the period of the purchases; alike where the history has none of that. */
static double mean_price(
    const struct occasion_offer *offers, size_t count, int64_t from_us, int64_t to_us)
{
    double sum = 0, time = 0, plain = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t from = offers[i].from_us > from_us ? offers[i].from_us : from_us;
        int64_t to = offers[i].to_us < to_us ? offers[i].to_us : to_us;
        double price = (double)offers[i].price_minor;
        plain += price;
        if (to <= from) continue;
        double days = (double)(to - from) / 86400e6;
        sum += price * days;
        time += days;
    }
    return time > 0 ? sum / time : plain / (double)count;
}

static void means_make(struct loy_occasions *occasions)
{
    int64_t from_us, to_us;
    struct occasion_offer *offers = occasions->offers;
    period_of(occasions, &from_us, &to_us);
    if (occasions->offer_count) qsort(offers, occasions->offer_count, sizeof *offers, by_time);
    for (size_t i = 0, end; i < occasions->offer_count; i = end) {
        for (end = i; end < occasions->offer_count && offers[end].article == offers[i].article;)
            end++;
        struct occasion_article *article = &occasions->articles[offers[i].article];
        if (article->kept) continue;
        article->mean = mean_price(offers + i, end - i, from_us, to_us);
        article->weight = (double)article->lines + .5;
    }
}

/* P of each alternative. */
static void prices_make(struct loy_occasions *occasions)
{
    for (size_t i = 0; i < occasions->alternative_count; i++) {
        struct occasion_alternative *alternative = &occasions->alternatives[i];
        double sum = 0, weight = 0;
        for (size_t k = 0; k < alternative->articles; k++) {
            const struct occasion_article *article =
                &occasions->articles[occasions->order[alternative->first + k]];
            sum += article->weight * article->mean;
            weight += article->weight;
        }
        alternative->price = weight > 0 ? sum / weight : 0;
    }
}

enum loy_status occasion_alternatives_make(struct loy_occasions *occasions, uint8_t *problem)
{
    struct candidate *list = NULL;
    enum loy_status status = labels_make(occasions);
    if (status == LOY_OK) status = candidates_make(occasions, &list);
    if (status == LOY_OK && !occasions->loaded)
        candidates_keep(occasions, list, occasions->labels.count);
    free(list);
    if (status == LOY_OK) status = kept_tell(occasions);
    if (status == LOY_OK) status = articles_order(occasions);
    if (status != LOY_OK) return status;
    means_make(occasions);
    if (!occasions->loaded) prices_make(occasions);
    if (occasions->alternative_count < 2)
        *problem = LOY_OCCASION_ONE;
    else if (occasions->base == occasions->alternative_count)
        *problem = LOY_OCCASION_NO_BASE;
    return *problem ? LOY_NONE : LOY_OK;
}
