/* SPDX-License-Identifier: MIT
 *
 * choice_run.h - a choice model of one category of a store: rows are read into occasions, members'
 * traits beside them, the population is fitted, kept and read again. Used by `fit choice` and
 * `profile`. Only members who have agreed to profiling are read.
 */
#ifndef CHOICE_RUN_H
#define CHOICE_RUN_H

#include "cli.h"

#define CHOICE_MODEL_KIND "choice" /* of loy_model_put */
#define CHOICE_NAME_MAX (2 * LOY_TEXT_MAX + 32)

/* A column of numbers made of a trait: itself, or 1 for one of its words. */
struct choice_trait {
    char name[CHOICE_NAME_MAX]; /* as typed, or "NAME=WORD" */
    double *values;             /* [members of the occasions]; NaN: not known */
};

struct choice_run {
    const struct cli *cli; /* for the progress bar */
    struct loy_store *store;
    int64_t from_us, to_us;
    struct loy_occasions *occasions;
    struct loy_choice *choice;
    struct loy_choice_model *model;
    struct choice_trait traits[LOY_CHOICE_TRAITS_MAX];
    size_t trait_count;
};

/* Reads the sales of all, or of one member, and prices and assortment of the same time. */
enum loy_status choice_read(struct choice_run *run, const struct loy_id *member);
/* Behind choice_read and loy_occasions_build: occasions and traits into run->choice. */
enum loy_status choice_fill(struct choice_run *run);
void choice_run_close(struct choice_run *run);

/* choice_traits.c: the columns of a list "A,ln:B". CLI_DONE, or what was told. */
int choice_traits_read(struct choice_run *run, const char *list);

/* choice_keep.c: occasions' frame and population under the category's name; and back, into a run
 * without rows. */
enum loy_status choice_keep(struct choice_run *run, int64_t at_us);
enum loy_status choice_load(struct choice_run *run, const char *category);

/* The name of a coefficient in JSON: "ln_price", "promo", "brand:NAME" ... */
void choice_coefficient_name(
    const struct choice_run *run, size_t coefficient, char name[CHOICE_NAME_MAX]);
/* Which coefficient is that of an attribute; of an alternative that is not the base. */
size_t choice_of_attribute(const struct choice_run *run, size_t attribute);
size_t choice_of_alternative(const struct choice_run *run, size_t alternative);

/* choice_text.c: an attribute for people, "promotion: n for m". */
const char *choice_attribute_words(const char *name);

#define CHOICE_CHANGES 2
struct choice_change {
    const char *name; /* of an alternative; NULL: not asked */
    size_t alternative;
    bool add, known;
    struct loy_assortment found;
};

struct choice_result {
    const char *category;
    bool pooled; /* asked for */
    struct loy_occasion_summary occasions;
    struct loy_choice_summary summary;
    struct loy_choice_trouble trouble;
    double elasticities[LOY_CHOICE_ALTERNATIVES_MAX];
    bool has_holdout;
    struct loy_choice_holdout_result holdout;
    struct choice_change changes[CHOICE_CHANGES];
};
/* choice_refuse.c: what stands in the way, in words; enum loy_occasion_problem and enum
 * loy_choice_problem. */
int choice_refuse_occasions(
    const struct choice_run *run, const struct loy_occasion_settings *settings, uint8_t problem);
/* Which alternatives there are, where there is none of the name. */
int choice_refuse_name(const struct choice_run *run, const char *name);
int choice_refuse_fit(
    const struct choice_run *run, const struct loy_choice_trouble *trouble, int64_t purchases_min);
void choice_print_text(const struct choice_run *run, const struct choice_result *result);
/* choice_json.c */
void choice_print_json(const struct choice_run *run, const struct choice_result *result);
/* choice_assortment.c: what --without and --with ask for. CLI_DONE where there is what they name.
 */
int choice_changes_read(struct choice_run *run, struct choice_result *result);
int choice_changes_find(struct choice_run *run, uint64_t seed, struct choice_result *result);
void choice_changes_json(
    const struct choice_run *run, const struct choice_result *result, json_t *object);
void choice_changes_print(const struct choice_run *run, const struct choice_result *result);

#endif
