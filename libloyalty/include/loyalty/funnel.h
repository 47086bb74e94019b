/* SPDX-License-Identifier: MIT
 *
 * loyalty/funnel.h - the customer funnel of a category, brand or article: how many members need it
 * perhaps, would like it perhaps, or buy it, inferred from behaviour at the till. Pure. Counts of
 * members only, never who. Every number is to be labelled as inferred: a till sees what was done
 * there and nothing else, neither purchases elsewhere nor reasons.
 *
 * Sources: the three steps (who needs it, who wants it, who wants it and has the means; the last in
 * three cases) are those of customer analysis as it is taught for collecting customer information;
 * what stands for them at a till is written below, so that anybody can count it again by hand.
 *
 * The rules. All is of the period that was read; a line that was returned whole never was; G is the
 * category, brand or article. Each member is in the first class of this list whose rule holds:
 *
 *   target, strong   bought G at least once at a middle or high grade and at list price
 *   target, weak     bought G, but only at the low grade or on deal
 *   target, lacking  bought no G, and took G back when the total had been told, or left G in a
 *                    basket that was suspended for a day or more and not resumed: a wish, and no
 *                    means for now
 *   potential        none of these, and showed a coupon for G, or had G scanned and took it back
 *                    before the total: a sign of a wish
 *   prospect         none of these, and bought a complement of G: a need perhaps, and no sign of a
 *                    wish. Of a brand or article also: bought G's category from elsewhere.
 *     key prospect   bought one of these on at least as many days as the middle buyer of G buys G,
 *                    and on two at least
 *
 * A declined or broken-off payment is no evidence of anything: it cannot reach this file, since no
 * input says how somebody paid, or failed to (loyalty/intent.h).
 *
 * Grade: of the grades that the category's goods have, in the order of the number in front and then
 * of the name, the lower third, rounded down, but at least one of two; a category of fewer than two
 * grades has no low one, and a line without a grade is not of the low one.
 *
 * Complement of G: a category K, other than G's own, which members who buy G also buy. Who buys
 * much of everything buys any two things; so members are compared with those who buy in as many
 * other categories (fifths), and what is left of that in all pairs of G alike, the middle lift, is
 * taken off: what goes together stands out among G's pairs. K is a complement if at least
 * members_min buy both, if lift is at least 1.2, and if the Cochran-Mantel-Haenszel value says so
 * at one-sided 5 % after Bonferroni over all categories tried, five at least. The five of the
 * highest value are told. expected = usual * sum over fifths of G_s K_s / n_s usual    = the middle
 * one of both / expected over all K tried, never below 1 lift     = both / expected z        =
 * (both - expected) / sqrt(sum of G_s (n_s - G_s) K_s (n_s - K_s) / (n_s^2 (n_s - 1))) (Mantel and
 * Haenszel 1959; Agresti, Categorical Data Analysis, section 6.3; an empirical null in the manner
 * of Efron 2004, since breadth measures a member's activity with error)
 */
#ifndef LOYALTY_FUNNEL_H
#define LOYALTY_FUNNEL_H

#include <loyalty/intent.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_FUNNEL_CLASSES(X)                                                                      \
    X(LOY_FUNNEL_PROSPECT, "prospect")                                                             \
    X(LOY_FUNNEL_KEY_PROSPECT, "key_prospect") /* a part of the prospects */                       \
    X(LOY_FUNNEL_POTENTIAL, "potential")                                                           \
    X(LOY_FUNNEL_LACKING, "target_lacking")                                                        \
    X(LOY_FUNNEL_WEAK, "target_weak")                                                              \
    X(LOY_FUNNEL_STRONG, "target_strong")
LOY_NAMED_ENUM(loy_funnel_class, LOY_FUNNEL_NONE, LOY_FUNNEL_CLASSES)

#define LOY_FUNNEL_LEVELS(X)                                                                       \
    X(LOY_FUNNEL_OF_CATEGORY, "category")                                                          \
    X(LOY_FUNNEL_OF_BRAND, "brand")                                                                \
    X(LOY_FUNNEL_OF_ARTICLE, "article")
LOY_NAMED_ENUM(loy_funnel_level, LOY_FUNNEL_OF_NONE, LOY_FUNNEL_LEVELS)

#define LOY_FUNNEL_COMPLEMENTS_MAX 5u
#define LOY_FUNNEL_COMPLEMENT_OF 5u /* categories that must have been tried */

struct loy_funnel; /* the accumulator of one report */

struct loy_funnel_settings {
    size_t size;
    uint8_t level;        /* enum loy_funnel_level */
    const char *only;     /* of this name; NULL: each category (of categories only) */
    bool complements;     /* whether complements are a sign (LOY_FUNNEL_RULE_COMPLEMENT) */
    unsigned members_min; /* 0: 10, see ARCHITECTURE.md */
};

/* LOY_E_ARGUMENT: no level, or a brand or article without its name. */
LOY_API enum loy_status loy_funnel_open(
    const struct loy_funnel_settings *settings, struct loy_funnel **funnel);
LOY_API void loy_funnel_close(struct loy_funnel *funnel);
/* Sales of members who agreed to profiling; of anybody else with member 0: such a line says which
 * grades there are, and where G is sold. In any order. */
LOY_API enum loy_status loy_funnel_add_sale(
    struct loy_funnel *funnel, const struct loy_sale *sale, const struct loy_version *version);
/* Of members who agreed to profiling; version NULL where intent->article_version is 0. */
LOY_API enum loy_status loy_funnel_add_intent(
    struct loy_funnel *funnel, const struct loy_intent *intent, const struct loy_version *version);
/* All is in. LOY_E_ARGUMENT: sealed already; nothing can be added after, or told before. */
LOY_API enum loy_status loy_funnel_seal(struct loy_funnel *funnel);

/* told false: withheld, and members is 0. Withheld is what counts at least one and fewer than
 * members_min, and what with a number beside it would give such a count: key prospects whose
 * complement among the prospects does, and weak beside strong, since all buyers can be counted
 * elsewhere. */
struct loy_funnel_count {
    bool told;
    int64_t members;
};
struct loy_funnel_row {
    size_t size;
    const char *name; /* of G; valid while the funnel is open */
    struct loy_funnel_count counts[loy_funnel_class_count]; /* by class; [0] is not used */
    unsigned complements;
};
struct loy_funnel_complement {
    size_t size;
    const char *name; /* of K; valid while the funnel is open */
    int64_t members;  /* who buy both, never below members_min */
    double lift, z;
};
/* Members with a purchase or a sign in the period; 0 where they are fewer than members_min: then
 * there is no row either. */
LOY_API int64_t loy_funnel_members(const struct loy_funnel *funnel);
/* In the order of names. LOY_NONE: past the last. */
LOY_API enum loy_status loy_funnel_row_get(
    const struct loy_funnel *funnel, size_t index, struct loy_funnel_row *row);
/* Of that row, strongest first; complements that the row has not are LOY_NONE. */
LOY_API enum loy_status loy_funnel_complement_get(const struct loy_funnel *funnel, size_t index,
    size_t nth, struct loy_funnel_complement *complement);

#ifdef __cplusplus
}
#endif
#endif
