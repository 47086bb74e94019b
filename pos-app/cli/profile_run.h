/* SPDX-License-Identifier: MIT
 *
 * profile_run.h - the two passes of a profile over a store, and a profile as text or JSON.
 * Used by `profile` and `demo`. Members who have not agreed to profiling stay outside of the
 * population: their lines count for prices and hours of the store only, as those of nobody.
 */
#ifndef PROFILE_RUN_H
#define PROFILE_RUN_H

#include "taste_pass.h"

struct profile_case {
    struct loy_id id;
    int64_t number;
    const struct loy_profile *profile; /* NULL: this member has not agreed to profiling */
};

struct profile_choices; /* profile_choice.h */

struct profile_run {
    const struct cli *cli; /* for progress */
    struct loy_store *store;
    struct loy_profile_settings settings;
    const struct loy_id *member; /* NULL: all who bought something */
    bool with_taste;             /* also likes and groups, which take longer */
    /* Called per member, oldest number first; another answer than 0 ends the run (LOY_OK). */
    int (*each)(void *user, const struct profile_case *one);
    void *user;
    struct taste_pass taste;           /* of the run; empty without with_taste */
    struct loy_population *population; /* of the run; profile_run_close lets go of it */
    struct profile_choices *choices;   /* of kept populations; NULL: none */
    uint64_t digest;                   /* of all that the population was made from */
    int64_t profiled, not_agreed;      /* members passed to each */
    struct sales_seen seen;            /* by the first pass */
};

/* The viewpoint `now`, or the end of the day that --as-of names. LOY_E_FORMAT. */
enum loy_status profile_as_of(const char *text, struct loy_profile_settings *settings);
/* First pass: makes run->population. */
enum loy_status profile_run_fit(struct profile_run *run);
/* Second pass, may be repeated with another member. */
enum loy_status profile_run_each(struct profile_run *run);
/* Says it, and gives the exit code. */
int profile_run_fail(const struct profile_run *run, enum loy_status status);
void profile_run_close(struct profile_run *run);

/* What a value is of, and its text: "12 days ago", "0.31". interval: the value beside says what the
 * number is of. */
enum profile_unit { UNIT_DAYS, UNIT_TIMES, UNIT_MONEY, UNIT_SHARE, UNIT_PERCENTILE };
#define PROFILE_VALUE_BYTES 64u
void profile_value_text(const struct profile_run *run, enum profile_unit unit, bool interval,
    double value, char text[PROFILE_VALUE_BYTES]);
/* "Mon-Fri 6-12 h", of the eight parts of struct loy_week. */
const char *profile_part_label(size_t part);

/* On standard output. LOY_E_LIMIT, LOY_E_MEMORY: an estimate could not be made. */
enum loy_status profile_print_text(const struct profile_run *run, const struct profile_case *one);
/* The same as an object, which the caller releases. */
enum loy_status profile_json(
    const struct profile_run *run, const struct profile_case *one, json_t **made);
enum loy_status profile_print_json(const struct profile_run *run, const struct profile_case *one);

#endif
