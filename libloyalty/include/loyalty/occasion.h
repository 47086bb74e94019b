/* SPDX-License-Identifier: MIT
 *
 * loyalty/occasion.h - choice occasions from baskets: what a member took of a category, and what
 * stood on the shelf beside it at which price. Pure: rows of sales, of the price history and of the
 * assortment come in, in any order; occasions for loyalty/choice.h go out.
 *
 * An alternative is a brand, a grade, a brand's grade, an article or a style. One basket of a
 * member is one occasion for each alternative that he took of the category; how many pieces does
 * not matter, and what came back altogether was not chosen.
 *
 * On offer at a moment in a store is each article of the category that has a price interval there
 * then (the store's own before that of everywhere), and that the assortment does not say was gone.
 * What has no interval was not on offer, and says nothing of taste. A purchase of which the history
 * has no price, or none of anything else, is not an occasion, since only its own price would be
 * known: prices that are known because the thing was bought give no sensitivity.
 *
 * The price of an alternative of one article is its selling price. Of several it is
 *
 *     P exp(sum w_a ln(p_a / m_a) / sum w_a)   over its articles a on offer,
 *
 * with p_a the selling price, m_a the article's own mean over time, w_a its lines (plus a half),
 * fixed for all time, and P the mean of the m_a so weighted: it moves when prices move, and not
 * when a dear article runs out or a cheap one is listed (a geometric index of relative prices). So
 * pack sizes need not be equal either: each article is compared with itself. promo and display are
 * the shares, by the same weights, of its articles on offer that are on promotion or displayed: 0
 * or 1 where there is one article.
 *
 * habit is 1 for what the member took on his last occasion before, for all of it if that were
 * several. Which of two baskets of one moment was the first is not known: both see what was before.
 */
#ifndef LOYALTY_OCCASION_H
#define LOYALTY_OCCASION_H

#include <loyalty/assortment.h>
#include <loyalty/basket.h>
#include <loyalty/choice.h>
#include <loyalty/shelf.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_ALTERNATIVE_KINDS(X)                                                                   \
    X(LOY_BY_BRAND, "brand")                                                                       \
    X(LOY_BY_GRADE, "grade")                                                                       \
    X(LOY_BY_BRAND_GRADE, "brand-grade")                                                           \
    X(LOY_BY_ARTICLE, "article")                                                                   \
    X(LOY_BY_STYLE, "style")
LOY_NAMED_ENUM(loy_alternative_kind, LOY_BY_DEFAULT, LOY_ALTERNATIVE_KINDS)

#define LOY_ALTERNATIVES_KEPT 16u /* the most bought; each has 1 % of the purchases at least */

struct loy_occasion_settings {
    size_t size;
    const char *category;
    uint8_t by; /* enum loy_alternative_kind; BY_DEFAULT: brand; one brand: grade; neither known:
                   article */
    bool level; /* the price itself in major units, not its logarithm */
    int64_t unit_minor; /* minor units of a major one: 100 */
    const char *base;   /* an alternative's name; NULL: the most bought one */
    int64_t form_min;   /* a promotion's form has a flag of its own from so many times; 0: 100 */
    bool visits;        /* baskets without the category too, of those who bought of it */
    bool chosen;        /* only the three that follow; else all that vary */
    bool promo, display, habit;
};

struct loy_occasions;
/* Strings are copied. LOY_E_ARGUMENT: no category, no unit. */
LOY_API enum loy_status loy_occasions_open(
    const struct loy_occasion_settings *settings, struct loy_occasions **occasions);
LOY_API void loy_occasions_close(struct loy_occasions *occasions);
/* Rows of other categories, kinds other than goods, returns and sales of nobody are passed over.
 * LOY_E_MEMORY, LOY_E_LIMIT. */
LOY_API enum loy_status loy_occasions_add_offer(struct loy_occasions *occasions,
    const struct loy_offer *offer, const struct loy_version *version);
LOY_API enum loy_status loy_occasions_add_presence(struct loy_occasions *occasions,
    const struct loy_presence *presence, const struct loy_version *version);
LOY_API enum loy_status loy_occasions_add_sale(struct loy_occasions *occasions,
    const struct loy_sale *sale, const struct loy_version *version);

/* ---- Building --------------------------------------------------------------------------------
 */

/* What stands in the way, each with its own sentence. */
#define LOY_OCCASION_PROBLEMS(X)                                                                   \
    X(LOY_OCCASION_NO_CATEGORY, "no-category")   /* no article has it */                           \
    X(LOY_OCCASION_NO_SALES, "no-sales")         /* no member who may be counted bought any */     \
    X(LOY_OCCASION_ONLY_RETURNS, "only-returns") /* all of it came back */                         \
    X(LOY_OCCASION_NO_TIMES, "no-times")         /* several purchases, all at one moment */        \
    X(LOY_OCCASION_NO_PRICES, "no-prices")       /* the price history has none of it */            \
    X(LOY_OCCASION_NO_OTHERS, "no-other-prices") /* none of what was not bought, or hardly */      \
    X(LOY_OCCASION_ONE, "one-alternative")       /* one alternative */                             \
    X(LOY_OCCASION_ONE_PURCHASE, "one-purchase") /* nobody bought twice: for a model of members */ \
    X(LOY_OCCASION_NO_BASE, "no-base")           /* no alternative has the base's name */          \
    X(LOY_OCCASION_SORTED, "sorted-by-choice")   /* in the order of what was bought, not of time:  \
                                                    habit would be an artefact */                  \
    X(LOY_OCCASION_PRICE_STILL, "price-still")   /* no alternative's price ever moves */           \
    X(LOY_OCCASION_PROMO_NEVER, "promo-never")                                                     \
    X(LOY_OCCASION_PROMO_ALWAYS, "promo-always") /* or the same all the time */                    \
    X(LOY_OCCASION_DISPLAY_NEVER, "display-never")                                                 \
    X(LOY_OCCASION_DISPLAY_ALWAYS, "display-always")
LOY_NAMED_ENUM(loy_occasion_problem, LOY_OCCASION_GOOD, LOY_OCCASION_PROBLEMS)

/* LOY_NONE: *problem (enum loy_occasion_problem) says what stands in the way. ONE_PURCHASE is told
 * with LOY_OK: a pooled model can be fitted. LOY_E_MEMORY. */
LOY_API enum loy_status loy_occasions_build(struct loy_occasions *occasions, uint8_t *problem);

struct loy_occasion_summary {
    uint8_t by;     /* enum loy_alternative_kind */
    int64_t bought; /* purchases: by member, basket and alternative */
    int64_t told;   /* those that are occasions: of the alternatives kept, with another on offer */
    int64_t unlisted, alone, rare; /* the others: no price of it, of nothing else, not kept */
    int64_t members, most;         /* with an occasion; occasions of whoever has most */
    int64_t members_enough;        /* with min occasions or more */
    size_t alternatives, attributes, base;
};
LOY_API void loy_occasions_summary(
    const struct loy_occasions *occasions, int64_t min, struct loy_occasion_summary *summary);
/* Names, valid as long as the occasions: "" past the end. Attributes: "price" or "ln_price", then
 * "promo" or "promo:FORM", "display", "habit". */
LOY_API const char *loy_occasions_alternative(
    const struct loy_occasions *occasions, size_t alternative);
LOY_API const char *loy_occasions_attribute(
    const struct loy_occasions *occasions, size_t attribute);
/* For loy_choice_open; habit is one of the attributes here. */
LOY_API void loy_occasions_settings(
    const struct loy_occasions *occasions, struct loy_choice_settings *settings);
/* Adds every occasion, members by number, each one's oldest first. */
LOY_API enum loy_status loy_occasions_fill(
    const struct loy_occasions *occasions, struct loy_choice *choice);
/* Adds every basket of those who bought of the category, where the settings ask for visits: one in
 * which something of it was bought that stood on the shelf, or nothing; others are passed over. */
LOY_API enum loy_status loy_occasions_fill_visits(
    const struct loy_occasions *occasions, struct loy_visits *visits);
/* The number of a member who has an occasion, ascending; 0 past the end. */
LOY_API int64_t loy_occasions_member(const struct loy_occasions *occasions, size_t index);

/* ---- Keeping ---------------------------------------------------------------------------------
 */

/* All that makes further occasions like these: alternatives, attributes, weights and mean prices.
 * Nothing of a member. LOY_MORE: size was too small; *needed is always set. */
LOY_API enum loy_status loy_occasions_save(
    const struct loy_occasions *occasions, void *bytes, size_t size, size_t *needed);
/* Occasions without rows: add offers and sales, and build; only NO_SALES is a problem then.
 * LOY_E_FORMAT. */
LOY_API enum loy_status loy_occasions_load(
    const void *bytes, size_t size, struct loy_occasions **occasions);
LOY_API const char *loy_occasions_category(const struct loy_occasions *occasions);

#ifdef __cplusplus
}
#endif
#endif
