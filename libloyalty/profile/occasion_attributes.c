/* SPDX-License-Identifier: MIT
 *
 * occasion_attributes.c - which attributes the alternatives have, and whether each can be told from
 * a constant of the alternative: a price that stands still, or moves with all others by the same
 * factor, a promotion that is never or always on say nothing. In: shelves. Out: attributes, or what
 * stands in the way. Must not know what was bought.
 */
#include "occasion_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALL_FORMS ((UINT32_C(1) << loy_form_count) - 1)
#define ROUNDS 50
/* Of the variance that is left behind constants and occasions, in that which there was. */
#define STILL 1e-9

double occasion_attribute_value(const struct loy_occasions *occasions,
    const struct occasion_attribute *attribute, const double *columns)
{
    double sum = 0;
    switch (attribute->kind) {
    case OCCASION_PRICE:
        return occasions->settings.level ? columns[SHELF_PRICE] : log(columns[SHELF_PRICE]);
    case OCCASION_DISPLAY:
        return columns[SHELF_DISPLAY];
    default:
        for (size_t form = 0; form < loy_form_count; form++)
            if (attribute->forms >> form & 1) sum += columns[SHELF_FORMS + form];
        return sum < 1 ? sum : 1; /* shares that add up to all but a rounding */
    }
}

/* ---- Does it vary? --------------------------------------------------------------------------- */

struct table { /* [shelf][alternative], NaN: not on offer */
    double *values;
    size_t shelves, alternatives;
    double first, square; /* a value; sum of squares around it */
    bool differs;
};

static double mean_of(const double *values, size_t count, size_t step)
{
    double sum = 0, n = 0;
    for (size_t i = 0; i < count; i++) {
        if (isnan(values[i * step])) continue;
        sum += values[i * step];
        n++;
    }
    return n > 0 ? sum / n : 0;
}

static void less_mean(double *values, size_t count, size_t step)
{
    double mean = mean_of(values, count, step);
    for (size_t i = 0; i < count; i++)
        values[i * step] -= mean;
}

static double square_of(const struct table *table)
{
    double sum = 0;
    for (size_t i = 0; i < table->shelves * table->alternatives; i++)
        if (!isnan(table->values[i])) sum += table->values[i] * table->values[i];
    return sum;
}

/* Takes the means of alternatives and of shelves out in turn: what a constant for each alternative,
 * and one for each occasion, which no choice depends on, would explain. */
static bool table_varies(struct table *table)
{
    less_mean(table->values, table->shelves * table->alternatives, 1);
    double before = square_of(table);
    for (int round = 0; round < ROUNDS && before > 0; round++) {
        for (size_t i = 0; i < table->alternatives; i++)
            less_mean(table->values + i, table->shelves, table->alternatives);
        for (size_t i = 0; i < table->shelves; i++)
            less_mean(table->values + i * table->alternatives, table->alternatives, 1);
    }
    return before > 0 && square_of(table) > STILL * before;
}

/* Shelves in front of which an occasion took place. */
static bool *shelves_used(const struct loy_occasions *occasions)
{
    bool *used = calloc(occasions->shelf_count + 1, sizeof *used);
    for (size_t i = 0; used && i < occasions->purchase_count; i++)
        if (occasions->purchases[i].told) used[occasions->purchases[i].shelf] = true;
    return used;
}

/* *never: it is 0 everywhere. */
static enum loy_status attribute_varies(const struct loy_occasions *occasions,
    const struct occasion_attribute *attribute, bool *varies, bool *never)
{
    size_t alternatives = occasions->alternative_count;
    bool *used = shelves_used(occasions);
    struct table table = {.alternatives = alternatives,
        .values = calloc(occasions->shelf_count * alternatives + 1, sizeof *table.values)};
    enum loy_status status = used && table.values ? LOY_OK : LOY_E_MEMORY;
    *never = true;
    for (size_t i = 0; status == LOY_OK && i < occasions->shelf_count; i++) {
        if (!used[i]) continue;
        for (size_t k = 0; k < alternatives; k++) {
            const double *columns = occasion_columns(occasions, (int32_t)i, k);
            double value = isnan(columns[SHELF_PRICE])
                               ? NAN
                               : occasion_attribute_value(occasions, attribute, columns);
            table.values[table.shelves * alternatives + k] = value;
            *never = *never && !(value > 0 || value < 0);
        }
        table.shelves++;
    }
    *varies = status == LOY_OK && table_varies(&table);
    free(table.values);
    free(used);
    return status;
}

/* ---- Which there are ------------------------------------------------------------------------- */

/* How often a form stood before a choice: by alternative and occasion. */
static void forms_count(const struct loy_occasions *occasions, int64_t counts[loy_form_count])
{
    memset(counts, 0, loy_form_count * sizeof *counts);
    for (size_t i = 0; i < occasions->purchase_count; i++) {
        if (!occasions->purchases[i].told) continue;
        for (size_t k = 0; k < occasions->alternative_count; k++) {
            const double *columns = occasion_columns(occasions, occasions->purchases[i].shelf, k);
            if (isnan(columns[SHELF_PRICE])) continue;
            for (size_t form = 0; form < loy_form_count; form++)
                counts[form] += columns[SHELF_FORMS + form] > 0;
        }
    }
}

static void attribute_put(
    struct loy_occasions *occasions, uint8_t kind, uint32_t forms, const char *name)
{
    struct occasion_attribute *attribute = &occasions->attributes[occasions->attribute_count++];
    *attribute = (struct occasion_attribute){.kind = kind, .forms = forms};
    snprintf(attribute->name, sizeof attribute->name, "%s", name);
}

/* Forms that occur often each have a flag of their own where there are several; the rest shares
 * one. */
static void promotions_put(struct loy_occasions *occasions)
{
    int64_t counts[loy_form_count];
    size_t kinds = 0;
    uint32_t rest = ALL_FORMS;
    forms_count(occasions, counts);
    for (size_t form = 0; form < loy_form_count; form++)
        kinds += counts[form] > 0;
    for (size_t form = 1; kinds > 1 && form < loy_form_count; form++) {
        char name[32];
        if (counts[form] < occasions->settings.form_min) continue;
        snprintf(name, sizeof name, "promo:%s", loy_form_name((int)form));
        attribute_put(occasions, OCCASION_PROMO, UINT32_C(1) << form, name);
        rest &= ~(UINT32_C(1) << form);
    }
    bool left = kinds < 2;
    for (size_t form = 0; form < loy_form_count; form++)
        left = left || ((rest >> form & 1) && counts[form] > 0);
    if (left) attribute_put(occasions, OCCASION_PROMO, rest, "promo");
}

static void attributes_list(struct loy_occasions *occasions)
{
    const struct loy_occasion_settings *settings = &occasions->settings;
    occasions->attribute_count = 0;
    attribute_put(occasions, OCCASION_PRICE, 0, settings->level ? "price" : "ln_price");
    if (settings->promo || !settings->chosen) promotions_put(occasions);
    if (settings->display || !settings->chosen)
        attribute_put(occasions, OCCASION_DISPLAY, 0, "display");
    if (settings->habit || !settings->chosen) attribute_put(occasions, OCCASION_HABIT, 0, "habit");
}

/* What is asked for and says nothing is a problem; what nobody asked for is left out. */
static uint8_t still_problem(const struct loy_occasions *occasions,
    const struct occasion_attribute *attribute, bool never, size_t promotions)
{
    if (attribute->kind == OCCASION_PRICE) return LOY_OCCASION_PRICE_STILL;
    if (!occasions->settings.chosen) return LOY_OCCASION_GOOD;
    if (attribute->kind == OCCASION_DISPLAY)
        return never ? LOY_OCCASION_DISPLAY_NEVER : LOY_OCCASION_DISPLAY_ALWAYS;
    /* Of several forms one may stand still. */
    if (promotions > 0) return LOY_OCCASION_GOOD;
    return never ? LOY_OCCASION_PROMO_NEVER : LOY_OCCASION_PROMO_ALWAYS;
}

/* Nobody came twice: what somebody took before is not known of anybody. */
static bool has_habit(const struct loy_occasions *occasions)
{
    for (size_t i = 1; i < occasions->purchase_count; i++) {
        const struct occasion_purchase *a = &occasions->purchases[i - 1],
                                       *b = &occasions->purchases[i];
        if (b->told && a->member == b->member && a->at_us != b->at_us) return true;
    }
    return false;
}

enum loy_status occasion_attributes_make(struct loy_occasions *occasions, uint8_t *problem)
{
    size_t kept = 0, promotions = 0;
    attributes_list(occasions);
    for (size_t i = 0; i < occasions->attribute_count; i++) {
        const struct occasion_attribute attribute = occasions->attributes[i];
        bool varies = true, never = false;
        if (attribute.kind == OCCASION_HABIT) {
            varies = has_habit(occasions);
        } else {
            enum loy_status status = attribute_varies(occasions, &attribute, &varies, &never);
            if (status != LOY_OK) return status;
        }
        promotions += attribute.kind == OCCASION_PROMO && varies;
        if (!varies && attribute.kind != OCCASION_HABIT) {
            bool last = attribute.kind != OCCASION_PROMO || i + 1 == occasions->attribute_count ||
                        occasions->attributes[i + 1].kind != OCCASION_PROMO;
            uint8_t reason = last ? still_problem(occasions, &attribute, never, promotions) : 0;
            if (reason) {
                *problem = reason;
                return LOY_NONE;
            }
        }
        if (varies) occasions->attributes[kept++] = attribute;
    }
    occasions->attribute_count = kept;
    return LOY_OK;
}
