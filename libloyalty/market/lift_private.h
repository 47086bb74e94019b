/* SPDX-License-Identifier: MIT
 *
 * lift_private.h - what the files of the lift share: units with their weeks, columns of the
 * regression, a lift. Must not know of members.
 */
#ifndef LIFT_PRIVATE_H
#define LIFT_PRIVATE_H

#include "guidance_private.h"

#define LIFT_NAME_SIZE 40u
#define LIFT_AFTER 2 /* weeks behind a promotion that are looked at */
#define LIFT_PHASES 3
#define LIFT_COLUMNS_MAX (LOY_REGRESSION_OWN_MAX + LOY_REGRESSION_COMMON_MAX)

/* A week of a unit; shares are of the days and articles on its shelf. */
struct lift_week {
    int64_t unit;
    int32_t week, article; /* article: the first of the unit */
    double days, price, cut, display, units, form[loy_form_count];
    /* Made by lift_runs. */
    int32_t on;    /* the form that most of it was under; 0: none */
    int32_t phase; /* 1: the first week of a promotion, 2, 3: third and later; 0: none */
    int32_t after, after_form;
    int32_t began; /* the week in which the promotion it is in began */
    double gap;    /* weeks since the promotion before; 0: not known */
    bool skipped;  /* in a promotion whose beginning is not in the data */
    /* Made by lift_rivals_make: what other promotions in the store and category draw, by form. */
    double rivals[loy_form_count];
};

struct lift_unit {
    size_t first, end;               /* of the weeks */
    int32_t article, site, category; /* category: the first article that has it */
    int64_t runs, levels;
    double usual; /* mean units of the weeks without promotion; of all where there are none */
    bool kept;
};

struct lift_panel {
    const struct loy_guidance *guidance;
    uint8_t level;
    struct lift_week *weeks;
    size_t week_count;
    struct lift_unit *units;
    size_t unit_count, kept;
    double share; /* of the units sold, in kept units */
    bool long_enough;
};
enum loy_status lift_panel_make(
    const struct loy_guidance *guidance, uint8_t level, struct lift_panel *panel);
void lift_panel_clear(struct lift_panel *panel);
/* Fills the weeks' rivals: ln(1 + g), g what the other promotions there usually sell more, as a
 * share of the usual sales of the category; a form has its part of the logarithm. */
enum loy_status lift_rivals_make(struct lift_panel *panel);
/* The name of a unit at the panel's level: the style, or the article's code. */
const char *lift_unit_name(const struct lift_panel *panel, const struct lift_unit *unit);

enum lift_kind {
    LIFT_PRICE,
    LIFT_FORM,
    LIFT_DISPLAY,
    LIFT_PHASE,  /* number: 2 or 3 */
    LIFT_BEHIND, /* number: 1 or 2 */
    LIFT_RIVALS,
    LIFT_CUT,
    LIFT_SINCE,
    LIFT_SHELF
};
struct lift_column {
    uint8_t kind, form;
    int number;
    char name[LIFT_NAME_SIZE];
};

struct lift_form {
    int64_t weeks, runs, phase_weeks[LIFT_PHASES], behind_weeks[LIFT_AFTER], rival_weeks;
    /* Of ln(list / selling), weighed by what is usual: cheap articles sell more. */
    double cut_weight, cut_sum, cut_squares;
    /* What it sold as a multiple of its median unit's: over its weeks, by what is usual there. */
    double unit_factor;
    bool told;
};

struct lift_design {
    struct lift_column columns[LIFT_COLUMNS_MAX]; /* own ones first */
    size_t own, count;
    struct lift_form forms[loy_form_count];
    double gap_mean; /* of ln gap, where promo_since is a column */
    double shelf_mean;
    uint8_t problem; /* told with LOY_OK */
};
void lift_design_make(const struct lift_panel *panel, struct lift_design *design);
/* False: the week says nothing (a form that is not in the model, a run whose beginning is not). */
bool lift_design_row(const struct lift_design *design, const struct lift_unit *unit,
    const struct lift_week *week, double *columns);

struct lift_label {
    char *name;
    int32_t site;
    int64_t unit;
};

struct loy_lift {
    struct loy_lift_summary summary;
    struct lift_design design;
    struct loy_regression_model *model;
    struct lift_label *labels;
    size_t label_count;
};

#endif
