/* SPDX-License-Identifier: MIT
 *
 * fit_histories.h - what the fits of timing and of value share: the members' purchase histories up
 * to a day, the sentence where there are none, and how a forecast did in the time behind.
 */
#ifndef FIT_HISTORIES_H
#define FIT_HISTORIES_H

#include "cli.h"

struct fit_histories {
    const struct cli *cli;
    struct loy_store *store;
    struct loy_history_settings settings; /* the days of --calibration-end and --holdout-end */
    bool has_holdout;
    struct loy_histories *histories;
    const struct loy_history *members;
    size_t count;
    struct loy_history_totals totals;
    int64_t not_agreed; /* members whose purchases were left out */
};

#define FIT_DAY_SIZE 32u
/* "1997-09-30" of a day's number. */
const char *fit_day_text(int32_t day, char text[FIT_DAY_SIZE]);
/* --calibration-end (without it: today) and --holdout-end. CLI_DONE, or what was told. */
int fit_days_read(struct fit_histories *fit);
/* Opens the store and reads its sales; CLI_FINDING after a sentence where no member has a purchase
 * in the calibration period. What is open then is closed by fit_histories_close. */
int fit_histories_read(struct fit_histories *fit);
void fit_histories_close(struct fit_histories *fit);

/* Forecasts against what came: NaN where one of the two does not vary, or there is none. */
struct fit_score {
    double correlation, rmse, sum;
};
struct fit_score fit_score_of(const double *forecast, const double *actual, size_t count);

/* "   0.626", "-" of none. */
void fit_put_number(double value, int width, int decimals);

#endif
