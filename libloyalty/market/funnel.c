/* SPDX-License-Identifier: MIT
 *
 * funnel.c - the accumulator of the customer funnel: lines and signs become facts, facts are put in
 * order, the low grades are found. In: sales and intents; out: a sealed funnel. Must not know: how
 * anybody paid, who a member is.
 */
#include "funnel_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_US INT64_C(60000000)
#define DAY_MINUTES 1440
#define SEPARATOR "\x1f"

enum loy_status loy_funnel_open(
    const struct loy_funnel_settings *settings, struct loy_funnel **funnel)
{
    if (!settings || !funnel || settings->size < sizeof *settings) return LOY_E_ARGUMENT;
    bool named = settings->only && *settings->only;
    if (settings->level == LOY_FUNNEL_OF_NONE || settings->level >= loy_funnel_level_count)
        return LOY_E_ARGUMENT;
    if (settings->level != LOY_FUNNEL_OF_CATEGORY && !named) return LOY_E_ARGUMENT;
    struct loy_funnel *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    made->level = settings->level;
    made->complements = settings->complements;
    made->members_min = settings->members_min ? settings->members_min : 10;
    if (named) made->only = strdup(settings->only);
    /* The name of what is asked for is no category's. */
    if ((named && !made->only) || market_name_add(&made->names, "") != FUNNEL_NAMELESS ||
        market_name_add(&made->names, SEPARATOR) != FUNNEL_ASKED) {
        loy_funnel_close(made);
        return LOY_E_MEMORY;
    }
    *funnel = made;
    return LOY_OK;
}

void loy_funnel_close(struct loy_funnel *funnel)
{
    if (!funnel) return;
    market_names_clear(&funnel->names);
    market_names_clear(&funnel->homes);
    market_names_clear(&funnel->grades);
    free(funnel->grade_category);
    free(funnel->grade_low);
    free(funnel->facts);
    free(funnel->members);
    free(funnel->groups);
    free(funnel->rows);
    free(funnel->only);
    free(funnel);
}

/* ---- Facts --------------------------------------------------------------------------------------
 */

#define ORDER(left, right)                                                                         \
    if ((left) != (right)) return (left) < (right) ? -1 : 1

static int by_group(const void *a, const void *b)
{
    const struct funnel_fact *left = a, *right = b;
    ORDER(left->group, right->group);
    ORDER(left->member, right->member);
    ORDER(left->day, right->day);
    ORDER(left->kind, right->kind);
    ORDER(left->grade, right->grade);
    ORDER(left->deal, right->deal);
    return 0;
}

/* The same fact twice says nothing more. */
static void facts_reduce(struct loy_funnel *funnel)
{
    size_t kept = 0;
    if (funnel->fact_count == 0) return;
    qsort(funnel->facts, funnel->fact_count, sizeof *funnel->facts, by_group);
    for (size_t i = 1; i < funnel->fact_count; i++)
        if (by_group(&funnel->facts[i], &funnel->facts[kept]) != 0)
            funnel->facts[++kept] = funnel->facts[i];
    funnel->fact_count = kept + 1;
}

static enum loy_status fact_add(struct loy_funnel *funnel, const struct funnel_fact *fact)
{
    void *facts = funnel->facts;
    if (funnel->fact_count == funnel->fact_capacity) {
        facts_reduce(funnel);
        /* Room that is nearly full again would be sorted at each fact. */
        size_t count = funnel->fact_count * 2 < funnel->fact_capacity ? funnel->fact_count
                                                                      : funnel->fact_capacity;
        if (!market_grow(&facts, count, &funnel->fact_capacity, sizeof *fact)) return LOY_E_MEMORY;
        funnel->facts = facts;
    }
    funnel->facts[funnel->fact_count++] = *fact;
    return LOY_OK;
}

/* ---- Lines --------------------------------------------------------------------------------------
 */

static bool is_asked(const struct loy_funnel *funnel, const struct loy_version *version)
{
    const char *name = funnel->level == LOY_FUNNEL_OF_BRAND     ? version->brand
                       : funnel->level == LOY_FUNNEL_OF_ARTICLE ? version->article
                                                                : NULL;
    return name && strcmp(name, funnel->only) == 0;
}

/* The group of a line. LOY_E_LIMIT: more categories than any shop has. */
static enum loy_status group_of(
    struct loy_funnel *funnel, const struct loy_version *version, int32_t *group)
{
    if (is_asked(funnel, version)) {
        *group = FUNNEL_ASKED;
        return LOY_OK;
    }
    *group = market_name_add(&funnel->names, version->category);
    if (*group == MARKET_NO_LEVEL) return LOY_E_MEMORY;
    return *group < (int32_t)FUNNEL_GROUPS_MAX ? LOY_OK : LOY_E_LIMIT;
}

/* Grades of one name in two categories are two. */
static enum loy_status grade_of(
    struct loy_funnel *funnel, const struct loy_version *version, int32_t *grade)
{
    char text[512];
    const char *category = version->category ? version->category : "";
    *grade = MARKET_NO_LEVEL;
    if (!version->grade || !*version->grade) return LOY_OK;
    int32_t group = market_name_add(&funnel->names, category);
    snprintf(text, sizeof text, "%s" SEPARATOR "%s", category, version->grade);
    uint32_t before = funnel->grades.count;
    *grade = market_name_add(&funnel->grades, text);
    if (group == MARKET_NO_LEVEL || *grade == MARKET_NO_LEVEL) return LOY_E_MEMORY;
    if (funnel->grades.count == before) return LOY_OK;
    void *categories = funnel->grade_category;
    if (!market_grow(&categories, before, &funnel->grade_capacity, sizeof *funnel->grade_category))
        return LOY_E_MEMORY;
    funnel->grade_category = categories;
    funnel->grade_category[before] = group;
    return LOY_OK;
}

static int32_t day_of(int64_t at_us, int16_t offset_min)
{
    int64_t minutes = at_us / MINUTE_US + offset_min;
    return (int32_t)(minutes / DAY_MINUTES - (minutes % DAY_MINUTES < 0));
}

static bool is_goods(const struct loy_version *version)
{
    return version->kind == LOY_KIND_NONE || version->kind == LOY_KIND_GOODS;
}

enum loy_status loy_funnel_add_sale(
    struct loy_funnel *funnel, const struct loy_sale *sale, const struct loy_version *version)
{
    if (!funnel || !sale || !version || funnel->sealed) return LOY_E_ARGUMENT;
    if (!is_goods(version)) return LOY_OK;
    struct funnel_fact fact = {.member = sale->member,
        .day = day_of(sale->at_us, sale->offset_min),
        .kind = FUNNEL_BOUGHT,
        .deal = sale->on_deal};
    enum loy_status status = grade_of(funnel, version, &fact.grade);
    if (status == LOY_OK) status = group_of(funnel, version, &fact.group);
    if (status != LOY_OK) return status;
    if (fact.group == FUNNEL_ASKED &&
        market_name_add(&funnel->homes, version->category) == MARKET_NO_LEVEL)
        return LOY_E_MEMORY;
    bool kept = !sale->is_return && sale->returned_milli < sale->quantity_milli;
    return sale->member == 0 || !kept ? LOY_OK : fact_add(funnel, &fact);
}

/* ---- Signs --------------------------------------------------------------------------------------
 */

/* Of a coupon for a whole category, or for what is asked for by its name; else version says it. */
static enum loy_status group_of_coupon(struct loy_funnel *funnel, const struct loy_intent *intent,
    const struct loy_version *version, int32_t *group)
{
    static const uint8_t scopes[loy_funnel_level_count] = {
        [LOY_FUNNEL_OF_CATEGORY] = LOY_SCOPE_CATEGORY,
        [LOY_FUNNEL_OF_BRAND] = LOY_SCOPE_BRAND,
        [LOY_FUNNEL_OF_ARTICLE] = LOY_SCOPE_ARTICLE};
    const char *target = intent->target ? intent->target : "";
    *group = FUNNEL_NAMELESS;
    if (intent->scope == scopes[funnel->level] && funnel->level == LOY_FUNNEL_OF_CATEGORY) {
        *group = market_name_add(&funnel->names, target);
        return *group == MARKET_NO_LEVEL ? LOY_E_MEMORY : LOY_OK;
    }
    if (intent->scope == scopes[funnel->level] && strcmp(target, funnel->only) == 0)
        *group = FUNNEL_ASKED;
    /* What holds for a whole brand says nothing of one of its articles, but much of its category.
     */
    if (!version || intent->scope == scopes[funnel->level]) return LOY_OK;
    if (funnel->level == LOY_FUNNEL_OF_CATEGORY) return group_of(funnel, version, group);
    if (intent->scope == LOY_SCOPE_ARTICLE && is_asked(funnel, version)) *group = FUNNEL_ASKED;
    return LOY_OK;
}

enum loy_status loy_funnel_add_intent(
    struct loy_funnel *funnel, const struct loy_intent *intent, const struct loy_version *version)
{
    if (!funnel || !intent || funnel->sealed || intent->member == 0) return LOY_E_ARGUMENT;
    bool lacks = intent->kind == LOY_INTENT_AT_TOTAL || intent->kind == LOY_INTENT_SUSPENDED;
    struct funnel_fact fact = {.member = intent->member,
        .group = FUNNEL_NAMELESS,
        .grade = MARKET_NO_LEVEL,
        .kind = lacks ? FUNNEL_LACKED : FUNNEL_WISHED};
    enum loy_status status = LOY_OK;
    if (version && !is_goods(version)) return LOY_OK;
    if (intent->kind == LOY_INTENT_COUPON)
        status = group_of_coupon(funnel, intent, version, &fact.group);
    else if (version)
        status = group_of(funnel, version, &fact.group);
    return status == LOY_OK ? fact_add(funnel, &fact) : status;
}

/* ---- Low grades ---------------------------------------------------------------------------------
 */

static int by_grade(const char *left, const char *right)
{
    long first = strtol(left, NULL, 10), second = strtol(right, NULL, 10);
    if (first != second) return first < second ? -1 : 1;
    return strcmp(left, right);
}

static const char *grade_name(const struct loy_funnel *funnel, uint32_t grade)
{
    return strchr(funnel->grades.texts[grade], SEPARATOR[0]) + 1;
}

/* Place of a grade among those of its category, from 0, and how many these are. */
static size_t grade_place(const struct loy_funnel *funnel, uint32_t grade, size_t *count)
{
    size_t place = *count = 0;
    for (uint32_t i = 0; i < funnel->grades.count; i++) {
        if (funnel->grade_category[i] != funnel->grade_category[grade]) continue;
        ++*count;
        place += by_grade(grade_name(funnel, i), grade_name(funnel, grade)) < 0;
    }
    return place;
}

static bool grades_rank(struct loy_funnel *funnel)
{
    funnel->grade_low = calloc((size_t)funnel->grades.count + 1, sizeof *funnel->grade_low);
    if (!funnel->grade_low) return false;
    for (uint32_t i = 0; i < funnel->grades.count; i++) {
        size_t count = 0, place = grade_place(funnel, i, &count);
        size_t low = count < 2 ? 0 : count < 3 ? 1 : count / 3;
        funnel->grade_low[i] = place < low;
    }
    return true;
}

/* ---- Sealing ------------------------------------------------------------------------------------
 */

static int by_number(const void *a, const void *b)
{
    const int64_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

static bool members_number(struct loy_funnel *funnel)
{
    size_t kept = 0;
    funnel->members = calloc(funnel->fact_count + 1, sizeof *funnel->members);
    if (!funnel->members) return false;
    for (size_t i = 0; i < funnel->fact_count; i++)
        funnel->members[i] = funnel->facts[i].member;
    qsort(funnel->members, funnel->fact_count, sizeof *funnel->members, by_number);
    for (size_t i = 0; i < funnel->fact_count; i++)
        if (kept == 0 || funnel->members[i] != funnel->members[kept - 1])
            funnel->members[kept++] = funnel->members[i];
    funnel->member_count = kept;
    /* Places keep the order of numbers: the facts stay in order. */
    for (size_t i = 0; i < funnel->fact_count; i++) {
        const int64_t *place = bsearch(
            &funnel->facts[i].member, funnel->members, kept, sizeof *funnel->members, by_number);
        funnel->facts[i].member = place - funnel->members;
    }
    return true;
}

static bool groups_make(struct loy_funnel *funnel)
{
    funnel->groups = calloc(funnel->names.count, sizeof *funnel->groups);
    if (!funnel->groups) return false;
    for (size_t i = 0; i < funnel->fact_count; i++) {
        struct funnel_group *group = &funnel->groups[funnel->facts[i].group];
        if (group->end == 0) group->begin = i;
        group->end = i + 1;
    }
    for (uint32_t i = 0; i < funnel->homes.count; i++)
        for (uint32_t g = FUNNEL_ASKED + 1; g < funnel->names.count; g++)
            if (strcmp(funnel->homes.texts[i], funnel->names.texts[g]) == 0)
                funnel->groups[g].home = true;
    return true;
}

enum loy_status loy_funnel_seal(struct loy_funnel *funnel)
{
    if (!funnel || funnel->sealed) return LOY_E_ARGUMENT;
    facts_reduce(funnel);
    if (!grades_rank(funnel) || !members_number(funnel) || !groups_make(funnel))
        return LOY_E_MEMORY;
    funnel->sealed = true;
    return funnel_rows_make(funnel);
}

int64_t loy_funnel_members(const struct loy_funnel *funnel)
{
    if (!funnel || !funnel->sealed || funnel->member_count < funnel->members_min) return 0;
    return (int64_t)funnel->member_count;
}
