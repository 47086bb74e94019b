/* SPDX-License-Identifier: MIT
 *
 * sales_pass.h - one pass over the sales of a store for whoever profiles or fits: each line with
 * its version, members in ascending number, then time; and which member it is, if he has agreed to
 * profiling.
 */
#ifndef SALES_PASS_H
#define SALES_PASS_H

#include "cli.h"

/* What went by, for the sentence where nothing is left to fit. */
struct sales_seen {
    int64_t lines;              /* returns among them */
    int64_t agreed, not_agreed; /* members */
    int64_t kept;               /* lines of members who agreed, not all of which came back */
};

struct sales_pass {
    const struct cli *cli; /* for the progress bar */
    struct loy_store *store;
    const char *what;            /* over the bar */
    struct loy_columns *columns; /* NULL: the lines come from the store itself */
    struct loy_columns_sales *lines;
    struct loy_sales *sales;
    struct loy_sale sale;
    struct loy_version version;
    int64_t member; /* whose lines go by; 0 nobody's, or of one who is not there any more */
    struct loy_id id;
    bool agreed; /* false also of nobody */
    long long done, total;
    struct sales_seen seen;
};

/* cli, store and what are given; member NULL: the sales of all, [from, to). */
enum loy_status sales_pass_open(
    struct sales_pass *pass, int64_t from_us, int64_t to_us, const struct loy_id *member);
/* *changed: the line is the first of another member (or of nobody). LOY_NONE past the last. */
enum loy_status sales_pass_next(struct sales_pass *pass, bool *changed);
void sales_pass_close(struct sales_pass *pass);
/* Why no line that went by can count; NULL: some can. */
const char *sales_pass_empty(const struct sales_seen *seen);
/* Whether the member has agreed to profiling. */
enum loy_status sales_pass_agreed(struct loy_store *store, const struct loy_id *id, bool *yes);

#endif
