/* SPDX-License-Identifier: MIT
 *
 * member_rank.h - members in order of a number, for the reports that list them: gathers a row of
 * each member of whom the caller wants one, sorts them, and has the columns that reports share.
 */
#ifndef MEMBER_RANK_H
#define MEMBER_RANK_H

#include "profile_prospect.h"
#include "profile_run.h"

#define MEMBER_RANK_MAX 1000000

struct rank_row {
    struct loy_id id;
    double key; /* by which the rows are ranked, the largest first */
    double at_stake, days_since, wait;
    struct loy_estimate spend, active, interval, year; /* year: paid in 365 days */
    struct loy_estimate share;                         /* of margin; only where asked for */
    struct loy_timing_interval margin;                 /* expected */
};

struct rank {
    struct cli *cli;
    const char *report; /* "value", for the audit log and JSON */
    struct profile_run run;
    size_t top;
    /* Whether the member is ranked, by which key. Row holds what the prospect says. */
    bool (*keep)(struct rank *rank, const struct loy_prospect *prospect,
        const struct profile_case *one, struct rank_row *row);
    void *user;
    struct rank_row *rows;
    size_t count, capacity;
    int64_t seen, unknown; /* members; without an own value: counted by keep */
    struct loy_population_timing timing;
    enum loy_status status;
};

#define MEMBER_RANK_OPTIONS                                                                        \
    {"top", "N", N_("how many members; default 20"), false, false},                                \
    {                                                                                              \
        "as-of", "DATE", N_("the viewpoint: sales up to the end of this day (default: now)"),      \
            false, false                                                                           \
    }

/* Reads --top and --as-of, opens the store and asks for LOY_MAY_RANK_MEMBERS. An exit code; cli,
 * report and keep are given. */
int rank_open(struct rank *rank);
/* Fits, gathers and sorts; an exit code. */
int rank_run(struct rank *rank);
int rank_fail(const struct rank *rank, enum loy_status status);
void rank_close(struct rank *rank);
size_t rank_shown(const struct rank *rank);

/* A line: which model is used, and why. */
void rank_model_print(const struct loy_population_timing *timing);
/* {"bgnbd":"at-bound",...}: those that were tried. */
json_t *rank_models_json(const struct loy_population_timing *timing);
/* Keys "report", "rank", "member", "model" and those of the forecast. */
json_t *rank_row_json(const struct rank *rank, size_t i);
json_t *rank_minor_json(double minor);
/* With a blank before it, however wide it is: two numbers are never one. */
void rank_put_right(const char *text, int width);
void rank_put_money(const struct loy_store_settings *settings, double minor, int width);
/* "12-340", or "-12..340", without parts of a unit. */
void rank_put_interval(
    const struct loy_store_settings *settings, double low, double high, int width);

#endif
