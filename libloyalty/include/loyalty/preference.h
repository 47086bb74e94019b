/* SPDX-License-Identifier: MIT
 *
 * loyalty/preference.h - what a member prefers: brand, grade, colour family, deals, own labels; as
 * shares, and beside what stood on the shelf when the member bought. Pure: rows come in, values go
 * out; the same rows in any order give the same bytes.
 *
 * A table is one category (or all of them, "") and one dimension. In it, over members:
 *
 * - share: Dirichlet-multinomial, alpha by maximum likelihood (Minka 2000); the member's share of
 *   value b is (n_b + alpha_b)/(n + alpha_0), its interval 10 % to 90 % of Beta(n_b + alpha_b,
 * rest).
 * - what was on offer: an article has a weight, so that in every state of the shelf articles are
 *   bought in proportion to their weights (Luce; the weights that make expected and actual sales of
 *   each article equal, Hunter 2004). On the shelf at a line's moment and site, value b has the
 *   share of its articles' weights; `offered` is the mean over the member's lines in the table.
 *   What was not on the shelf is not expected, so a colour out of stock is not read as dislike.
 * - lift = share / offered, where the member's prior is centred on what this member was offered:
 *   Beta with mean `offered`, worth so many items of the value as fit all members best; 1 for
 *   a member who takes what is there, and for all where nothing tells members apart. (With the
 * prior of the first share a lift would say when a member shopped.)
 * - a statement only with probability .7: MORE, the lift is above LOY_LIFT_MORE; LESS, below
 *   LOY_LIFT_LESS; AS_OFFERED between. UNCLEAR otherwise, and where nothing tells members apart.
 *
 * "Nothing tells members apart" is a likelihood that gains less than 5 % of chance tables do, with
 * all their values together.
 * Goods only, returns as in loyalty/profile.h.
 */
#ifndef LOYALTY_PREFERENCE_H
#define LOYALTY_PREFERENCE_H

#include <loyalty/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_TASTES(X)                                                                              \
    X(LOY_TASTE_BRAND, "brand")                                                                    \
    X(LOY_TASTE_GRADE, "grade")                                                                    \
    X(LOY_TASTE_COLOUR, "colour")                                                                  \
    X(LOY_TASTE_DEAL, "deal")           /* values "regular" and "deal"; all categories only */     \
    X(LOY_TASTE_OWN_BRAND, "own_brand") /* "other" and "own"; all categories only */
LOY_NAMED_ENUM(loy_taste, LOY_TASTE_NONE, LOY_TASTES)

#define LOY_LIFT_MORE 1.25
#define LOY_LIFT_LESS 0.8
#define LOY_PREFERENCE_ITEMS 5u /* lines in the table that an own value needs */
/* A table of more values in one category, or in all of them together, is not made: it would say
 * nothing of any. */
#define LOY_PREFERENCE_VALUES_MAX 256u
#define LOY_PREFERENCE_VALUES_ALL_MAX 64u

struct loy_preferences;

/* The order of calls: open, then offers and sales in any order, fit, then look. LOY_E_ARGUMENT out
 * of this order, LOY_E_LIMIT as loy_population_add. Of `settings` sample_of_lines does not matter.
 * About 48 bytes a line and 32 an offer until closed, and 16 for each member, category and value.
 */
LOY_API enum loy_status loy_preferences_open(
    const struct loy_profile_settings *settings, struct loy_preferences **preferences);
LOY_API void loy_preferences_close(struct loy_preferences *preferences);
/* version: of offer->article_version. */
LOY_API enum loy_status loy_preferences_offer(struct loy_preferences *preferences,
    const struct loy_offer *offer, const struct loy_version *version);
/* Sales of everybody; member 0 tells only what the store sells. */
LOY_API enum loy_status loy_preferences_add(struct loy_preferences *preferences,
    const struct loy_sale *sale, const struct loy_version *version);
LOY_API enum loy_status loy_preferences_fit(struct loy_preferences *preferences);

struct loy_preference_table {
    const char *category; /* "" all; lives as long as the preferences */
    uint8_t dimension;    /* enum loy_taste */
    size_t value_count;
    int64_t members, lines; /* lines whose value is known */
    double alpha_total;     /* alpha_0; infinity: no sign that members differ */
    double log_likelihood, pooled_log_likelihood; /* without the multinomial coefficients */
    bool varies;
    /* Lines whose article was on the shelf by the price history. Where `offers` is false, too few
     * lines were (under four in five), and no lift is given. */
    int64_t offered_lines;
    bool offers;
    /* Of deals and own brands: so many lines of a basket tell as much as one (Kish's design effect;
     * 1: each for itself), and Beta(prior_a, prior_b) of members' shares between baskets, by which
     * members are judged where it is more than 1. */
    double design_effect, prior_a, prior_b;
};
/* Tables by category, then dimension; first those of all categories. */
LOY_API size_t loy_preferences_count(const struct loy_preferences *preferences);
LOY_API enum loy_status loy_preferences_table(
    const struct loy_preferences *preferences, size_t table, struct loy_preference_table *found);
/* LOY_NONE: there is no such table. category NULL or "": of all. */
LOY_API enum loy_status loy_preferences_find(const struct loy_preferences *preferences,
    const char *category, enum loy_taste dimension, size_t *table);
struct loy_preference_value {
    const char *name;
    double alpha, share; /* share: of all members' lines */
    double offered;      /* the same, by what was on offer to them; NaN: not known */
    double lift_weight;  /* what the prior about it is worth, in items of the value; infinity: no
                            sign that  members differ */
};
/* Values by the alphabet (colours in their own order). */
LOY_API enum loy_status loy_preferences_value(const struct loy_preferences *preferences,
    size_t table, size_t value, struct loy_preference_value *found);

enum loy_liking {
    LOY_LIKING_UNCLEAR,
    LOY_LIKING_MORE,
    LOY_LIKING_AS_OFFERED,
    LOY_LIKING_LESS,
};

struct loy_preference {
    const char *category, *value;
    uint8_t dimension;
    uint8_t standing; /* of the share, enum loy_standing: FEW: share to high are those of all */
    uint8_t lift_standing;     /* FEW: lift is 1; NOT_CLAIMED: no history of what was on offer */
    uint8_t liking;            /* enum loy_liking */
    int64_t n, needed, bought; /* lines of the member in the table; of them with this value */
    double share, low, high, reliability, all_share;
    double offered; /* NaN: not known */
    double lift, lift_low, lift_high, lift_reliability;
    double probability; /* of the liking that is stated, or of the likeliest */
};
/* LOY_NONE: the member has no line in this table. */
LOY_API enum loy_status loy_preferences_member(const struct loy_preferences *preferences,
    size_t table, size_t value, int64_t member, struct loy_preference *preference);

/* The last quarter of each member's lines (rounded down), by time, predicted from those before:
 * mean natural logarithm of the probability of what was bought; by the Dirichlet-multinomial, by
 * the shares of all, by the member's own shares (n_b + .5)/(n + .5 values), and, where offers are
 * known, by what was on offer and by that times the member's lift. Members whose baskets are all
 * of one moment have no last lines: nothing of theirs is held out. NaN: nothing was held out at
 * all.
 */
struct loy_preference_holdout {
    size_t size;
    int64_t lines;
    double log_score, pooled, own;
    int64_t offered_lines;
    double lift, offered;
};
LOY_API enum loy_status loy_preferences_holdout(const struct loy_preferences *preferences,
    size_t table, struct loy_preference_holdout *holdout);

#ifdef __cplusplus
}
#endif
#endif
