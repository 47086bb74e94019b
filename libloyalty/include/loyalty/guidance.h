/* SPDX-License-Identifier: MIT
 *
 * loyalty/guidance.h - guidance for the store: what prices and promotions do to weekly sales, and
 * which grades and kinds sell more than their share of the shelf. Pure: rows of sales and of the
 * price history come in, in any order; estimates with intervals go out; the same rows and seed give
 * the same bytes. Everybody's sales count, members' or not.
 */
#ifndef LOYALTY_GUIDANCE_H
#define LOYALTY_GUIDANCE_H

#include <loyalty/basket.h>
#include <loyalty/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Hierarchical linear regression ------------------------------------------------------------
 *
 *     y = own' b_unit + common' g + w_period + e,   e ~ normal(0, s2_unit)
 *     b_unit ~ normal(mean, V),  w ~ normal(0, t2),  V ~ inverse Wishart(m + 3, (m + 3) diag
 * scale2)
 *
 * Rossi, Allenby and McCulloch, Bayesian Statistics and Marketing (2005), 3.7 (bayesm's
 * rhierLinearModel), with effects of periods and coefficients that all units share. s2_unit is
 * inverse chi-square with 3 degrees of freedom around the mean of the units' own residual
 * variances. All conditionals are exact; intervals come from Gibbs draws, so that they hold the
 * uncertainty of mean, V and t2 too. Own columns are centred inside: another unit of money adds a
 * constant to ln(price), and changes nothing but the intercept.
 */
#define LOY_REGRESSION_OWN_MAX 14u    /* without the intercept */
#define LOY_REGRESSION_COMMON_MAX 40u /* shared */

struct loy_regression;       /* rows */
struct loy_regression_model; /* a fit */

struct loy_regression_settings {
    size_t size;
    size_t own, common;
    bool periods;                                  /* whether there is an effect of each period */
    double scale[LOY_REGRESSION_OWN_MAX];          /* prior spread of each own column; 0 takes 1 */
    double common_mean[LOY_REGRESSION_COMMON_MAX]; /* prior mean of each shared coefficient */
    double common_spread[LOY_REGRESSION_COMMON_MAX]; /* and its standard deviation; 0 takes 10 */
};
LOY_API enum loy_status loy_regression_open(
    const struct loy_regression_settings *settings, struct loy_regression **regression);
LOY_API void loy_regression_close(struct loy_regression *regression);
/* One row: own[settings.own] without the intercept, common[settings.common], both finite; `order`
 * says which of a unit's rows are later. LOY_E_ARGUMENT: not finite. */
struct loy_regression_row {
    int64_t unit, period, order;
    const double *own, *common;
    double y;
};
LOY_API enum loy_status loy_regression_add(
    struct loy_regression *regression, const struct loy_regression_row *row);

struct loy_regression_options {
    size_t size;
    size_t rounds; /* kept draws; 0: 2000, behind a quarter as many that are dropped */
    uint64_t seed;
    loy_progress_fn progress; /* or NULL */
    void *user;
};
/* LOY_NONE: fewer than two units, or fewer rows than coefficients. The rows stay. */
LOY_API enum loy_status loy_regression_fit(struct loy_regression *regression,
    const struct loy_regression_options *options, struct loy_regression_model **model);
LOY_API void loy_regression_model_close(struct loy_regression_model *model);

struct loy_regression_summary {
    int64_t units, rows;
    size_t coefficients;   /* intercept, own, common */
    double log_likelihood; /* at the posterior means, units' coefficients integrated out */
};
LOY_API void loy_regression_summary_get(
    const struct loy_regression_model *model, struct loy_regression_summary *summary);
/* 0 is the intercept, then own, then common. low to high: 80 %. spread: standard deviation between
 * units, 0 of common ones. The intercept is that of columns as they came, its spread that at their
 * means. */
struct loy_regression_coefficient {
    double mean, standard_error, low, high, spread;
};
LOY_API enum loy_status loy_regression_coefficient_get(const struct loy_regression_model *model,
    size_t coefficient, struct loy_regression_coefficient *value);
/* A unit's own coefficients, units in ascending number; reliability: 1 - posterior variance over
 * V's. LOY_NONE past the last. */
struct loy_regression_unit {
    int64_t unit, rows;
    double mean[LOY_REGRESSION_OWN_MAX + 1], low[LOY_REGRESSION_OWN_MAX + 1],
        high[LOY_REGRESSION_OWN_MAX + 1], reliability[LOY_REGRESSION_OWN_MAX + 1];
};
LOY_API enum loy_status loy_regression_unit_get(
    const struct loy_regression_model *model, size_t index, struct loy_regression_unit *unit);
/* The draws of a coefficient's mean over units, `rounds` of them; valid as long as the model. */
LOY_API const double *loy_regression_draws(
    const struct loy_regression_model *model, size_t coefficient, size_t *rounds);

/* Least squares without a hierarchy: one intercept, or one per unit. Own, then common columns; one
 * that is a combination of those before it is NaN. LOY_NONE: too few rows. */
struct loy_regression_line {
    double coefficients[LOY_REGRESSION_OWN_MAX + LOY_REGRESSION_COMMON_MAX];
    double standard_errors[LOY_REGRESSION_OWN_MAX + LOY_REGRESSION_COMMON_MAX];
    int64_t rows;
};
LOY_API enum loy_status loy_regression_least_squares(
    struct loy_regression *regression, bool unit_effects, struct loy_regression_line *line);

/* The last rows of each unit (those with three times as many at least) kept out, the rest fitted:
 * root mean square errors. The separate fits are least squares per unit. LOY_NONE: no unit has
 * enough rows. */
struct loy_regression_holdout {
    int64_t units, rows;
    double hierarchical, separate, unit_mean, pooled;
};
LOY_API enum loy_status loy_regression_holdout_get(struct loy_regression *regression,
    const struct loy_regression_options *options, size_t last,
    struct loy_regression_holdout *holdout);
/* ---- Sales and shelf ---------------------------------------------------------------------------
 *
 * Sales of goods by day, with what came back taken off their line, and what stood on the shelf at
 * noon of each day at which price. Weeks begin on the day on which most prices of the history do.
 */
struct loy_guidance;

struct loy_guidance_settings {
    size_t size;
    const char *category;   /* copied; NULL: all */
    int64_t from_us, to_us; /* 0: from the first sale; up to the last */
    int16_t offset_min;     /* the shop's zone, for the price history */
};
LOY_API enum loy_status loy_guidance_open(
    const struct loy_guidance_settings *settings, struct loy_guidance **guidance);
LOY_API void loy_guidance_close(struct loy_guidance *guidance);
/* Rows of other categories and kinds, and rows that are returns, are passed over. LOY_E_LIMIT: a
 * quantity no shop has (beyond 10^12). */
LOY_API enum loy_status loy_guidance_add_offer(struct loy_guidance *guidance,
    const struct loy_offer *offer, const struct loy_version *version);
LOY_API enum loy_status loy_guidance_add_sale(
    struct loy_guidance *guidance, const struct loy_sale *sale, const struct loy_version *version);

/* What stands in the way, each with its own sentence. */
#define LOY_GUIDANCE_PROBLEMS(X)                                                                   \
    X(LOY_GUIDANCE_NO_SALES, "no-sales")                                                           \
    X(LOY_GUIDANCE_ONLY_RETURNS, "only-returns") /* all of it came back */                         \
    X(LOY_GUIDANCE_NO_PRICES, "no-prices")       /* the price history has none of it */            \
    X(LOY_GUIDANCE_FEW_WEEKS, "few-weeks")       /* fewer than 20 */                               \
    X(LOY_GUIDANCE_ONE_UNIT, "one-unit")         /* one article: nothing to compare with */        \
    X(LOY_GUIDANCE_FEW_SALES, "few-sales")       /* fewer than 4 a week of nearly everything */    \
    X(LOY_GUIDANCE_PRICES_STILL, "prices-still") /* nothing has had three prices */                \
    X(LOY_GUIDANCE_PROMO_NEVER, "promo-never")   /* told with LOY_OK: prices alone */              \
    X(LOY_GUIDANCE_PROMO_ALWAYS, "promo-always") /* the same */                                    \
    X(LOY_GUIDANCE_PROMO_RARE, "promo-rare")     /* the same */                                    \
    X(LOY_GUIDANCE_NO_CATEGORY, "no-category")   /* nothing on the shelf or sold has it */
LOY_NAMED_ENUM(loy_guidance_problem, LOY_GUIDANCE_NO_PROBLEM, LOY_GUIDANCE_PROBLEMS)

#define LOY_GUIDANCE_WEEKS_MIN 20
#define LOY_GUIDANCE_LEVELS_MIN 3 /* prices */
#define LOY_GUIDANCE_MEAN_MIN 4   /* units a week, for the logarithm to be worth something */
#define LOY_GUIDANCE_FORM_MIN 20  /* weeks of units under a form of promotion */
#define LOY_GUIDANCE_RUNS_MIN 6   /* promotions of an article, for their frequency */

/* ---- Prices and promotions ---------------------------------------------------------------------
 *
 *     ln(units + 1/2) = own intercept + ln price + promotion forms + display (each unit's own)
 *         + second and later weeks of a form + the two weeks behind it + ln(weeks since the last
 *         promotion) + ln(articles on the shelf) + ln(list / selling price) in a promotion
 *         - rivals of each form + effect of the category's week
 *
 * rivals: ln(1 + sum of s (A - 1)) over the other promotions in the store, category and week, s a
 * unit's share of the usual sales there, A what its form sells in that week of a promotion against
 * what has none. In a logit the rest falls by that, with coefficient 1; where promotions bring
 * sales of their own it is less. Prior: normal(.5, .5^2); of the promotion's price: normal(0,
 * .3^2).
 *
 * ln(n + 1/2) has the mean ln(mu) + O(1/mu^2) where n is Poisson, so that weeks without a sale
 * count; what sells fewer than 4 a week, or nothing in a tenth of its weeks, is left out all the
 * same. A unit is an article in a store; where these sell too little, a style in a store, then a
 * style everywhere: the finest of which half of the sales come from units that sell enough. The
 * price of a style is an index: each article against its own mean.
 *
 * A form's lift is exp(coefficient) - 1 at the same price, units weighed by what they usually sell;
 * what the price cut itself does comes on top (with_cut).
 */
struct loy_lift;

#define LOY_LIFT_LEVELS(X)                                                                         \
    X(LOY_LIFT_ARTICLE_STORE, "article-store")                                                     \
    X(LOY_LIFT_STYLE_STORE, "style-store")                                                         \
    X(LOY_LIFT_STYLE, "style")
LOY_NAMED_ENUM(loy_lift_level, LOY_LIFT_AUTOMATIC, LOY_LIFT_LEVELS)

struct loy_lift_options {
    size_t size;
    struct loy_regression_options regression;
    size_t holdout_weeks; /* 0: none */
    uint8_t level;        /* enum loy_lift_level */
};
/* LOY_NONE: *problem says why. */
LOY_API enum loy_status loy_guidance_lift(struct loy_guidance *guidance,
    const struct loy_lift_options *options, uint8_t *problem, struct loy_lift **lift);
LOY_API void loy_lift_close(struct loy_lift *lift);

struct loy_lift_summary {
    uint8_t level;            /* enum loy_lift_level */
    int64_t units, rows;      /* rows: weeks of units */
    int64_t left_out;         /* units that sell too little, or too short a time */
    double share;             /* of the units sold, those in the model */
    int64_t weeks, first_day; /* days since 1970-01-01 */
    int64_t unlisted_milli;   /* sold without a price in the history */
    size_t coefficients;      /* with the intercept, which is number 0 */
    bool has_holdout, frequency;
    struct loy_regression_holdout holdout;
    double log_likelihood;
};
LOY_API void loy_lift_summary_get(const struct loy_lift *lift, struct loy_lift_summary *summary);
/* "intercept", "ln_price", "promo:FORM", "display", "promo:FORM:week2", "promo:FORM:week3" (and
 * later), "after:FORM:1", "after:FORM:2", "promo_since" (per unit of ln weeks), "rivals:FORM",
 * "promo_cut", "ln_shelf"; valid as long as the lift. */
LOY_API const char *loy_lift_name(const struct loy_lift *lift, size_t coefficient);
LOY_API enum loy_status loy_lift_coefficient(
    const struct loy_lift *lift, size_t coefficient, struct loy_regression_coefficient *value);
/* The same of a unit; *name is "article or style", *site 0 for all stores. LOY_NONE past the last.
 */
LOY_API enum loy_status loy_lift_unit(const struct loy_lift *lift, size_t index,
    struct loy_regression_unit *unit, const char **name, int32_t *site);

struct loy_lift_value {
    double value, low, high; /* median and 80 % of the draws; NaN: not told */
    int64_t n;               /* weeks of units that it rests on */
};
struct loy_lift_form {
    uint8_t form;                /* enum loy_form */
    bool told;                   /* false: only n and runs; too few weeks */
    int64_t weeks, runs;         /* weeks of units under it; promotions of units */
    double length;               /* mean weeks of a promotion */
    double cut;                  /* mean share that it took off the price */
    double reliability;          /* mean over units, of their own coefficient */
    struct loy_lift_value gross; /* mean over the weeks of a promotion, of a usual week's sales */
    struct loy_lift_value with_cut; /* the same with the price cut's own effect */
    struct loy_lift_value dip;      /* what the two weeks behind lost, per week of promotion; < 0 */
    struct loy_lift_value net;      /* gross + dip */
    struct loy_lift_value week[3];  /* first, second, third and later */
};
/* LOY_NONE: the form was never used. */
LOY_API enum loy_status loy_lift_form_get(
    const struct loy_lift *lift, enum loy_form form, struct loy_lift_form *value);

/* ---- What to stock ------------------------------------------------------------------------------
 *
 * For each value of an attribute within a category: what was sold of it, against what would have
 * been, had every article on a store's shelf sold the category's mean of that store and week
 * (indirect standardisation: seasons and stores cancel). index = sold / expected; above 1 it sells
 * more than its share of the shelf. Articles, not pieces, are what the interval counts: the
 * variance of ln(index) is sum over articles of (sold - index expected)^2 / sold^2, times n / (n -
 * 1), the quantile Student's. told: the two-sided p of index = 1 passes Benjamini and Hochberg at 5
 * % over all values of all attributes, and four articles stand behind it.
 */
struct loy_stock;

#define LOY_STOCK_KINDS(X)                                                                         \
    X(LOY_STOCK_GRADE, "grade")                                                                    \
    X(LOY_STOCK_BRAND, "brand")                                                                    \
    X(LOY_STOCK_COLOUR, "colour-family")                                                           \
    X(LOY_STOCK_SIZE, "size")
LOY_NAMED_ENUM(loy_stock_kind, LOY_STOCK_NO_KIND, LOY_STOCK_KINDS)

#define LOY_STOCK_ARTICLES_MIN 4

struct loy_stock_row {
    uint8_t kind;                /* enum loy_stock_kind */
    const char *category, *name; /* valid as long as the guidance */
    int64_t articles;
    double shelf_weeks;              /* articles times weeks times stores */
    double sold, per_week;           /* units; per article and week on a shelf */
    double shelf_share, sales_share; /* within the category */
    double index, low, high;         /* 80 %; NaN: too few articles, or no others */
    bool told;
    /* Units that were likely lost while articles that came back were off the shelf of a store:
     * their own rate there, shrunk to the category's, times the weeks; with the 80 % interval of a
     * negative binomial count. */
    double missing_weeks, lost, lost_low, lost_high;
};
/* Rows by category, kind, name. LOY_NONE: *problem says why. */
LOY_API enum loy_status loy_guidance_stock(
    struct loy_guidance *guidance, uint8_t *problem, struct loy_stock **stock);
LOY_API void loy_stock_close(struct loy_stock *stock);
LOY_API enum loy_status loy_stock_row_get(
    const struct loy_stock *stock, size_t index, struct loy_stock_row *row);

#ifdef __cplusplus
}
#endif
#endif
