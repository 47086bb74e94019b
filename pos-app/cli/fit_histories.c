/* SPDX-License-Identifier: MIT
 *
 * fit_histories.c - the sales of a store as purchase histories of members who agreed to profiling.
 * In: a store and days. Out: histories, or a sentence. Must not know which model takes them.
 */
#include "fit_histories.h"

#include "sales_pass.h"

#include <math.h>
#include <string.h>

#define DAY_US (INT64_C(86400) * 1000000)

const char *fit_day_text(int32_t day, char text[FIT_DAY_SIZE])
{
    cli_time_text(day * DAY_US, 0, text);
    text[strlen("1997-09-30")] = '\0';
    return text;
}

static bool day_read(const char *text, int32_t *day)
{
    int64_t at_us = 0;
    int16_t offset_min = 0;
    if (strlen(text) != 10 || cli_time_parse(text, &at_us, &offset_min) != LOY_OK) return false;
    *day = loy_day_of(at_us, offset_min);
    return true;
}

int fit_days_read(struct fit_histories *fit)
{
    const char *end = cli_value(fit->cli, "calibration-end");
    const char *holdout = cli_value(fit->cli, "holdout-end");
    int64_t now_us = cli_now_us();
    fit->settings.size = sizeof fit->settings;
    fit->settings.calibration_end_day = loy_day_of(now_us, cli_offset_at(now_us));
    if (end && !day_read(end, &fit->settings.calibration_end_day))
        return cli_fail(fit->cli, CLI_USAGE, _("--calibration-end is not a date like 2026-03-01"));
    fit->settings.holdout_end_day = fit->settings.calibration_end_day;
    fit->has_holdout = holdout != NULL;
    if (!holdout) return CLI_DONE;
    if (!end)
        return cli_fail(fit->cli, CLI_USAGE, _("--holdout-end needs --calibration-end before it"));
    if (!day_read(holdout, &fit->settings.holdout_end_day))
        return cli_fail(fit->cli, CLI_USAGE, _("--holdout-end is not a date like 2026-03-31"));
    if (fit->settings.holdout_end_day <= fit->settings.calibration_end_day)
        return cli_fail(fit->cli, CLI_USAGE, _("--holdout-end must lie behind --calibration-end"));
    return CLI_DONE;
}

static enum loy_status sales_add(struct fit_histories *fit)
{
    struct sales_pass pass = {.cli = fit->cli, .store = fit->store, .what = _("purchases")};
    bool changed = false;
    /* Zones reach 14 hours from UTC. */
    int64_t to_us = (fit->settings.holdout_end_day + INT64_C(2)) * DAY_US;
    enum loy_status status = sales_pass_open(&pass, INT64_MIN, to_us, NULL);
    while (status == LOY_OK) {
        status = sales_pass_next(&pass, &changed);
        if (status != LOY_OK) break;
        fit->not_agreed += changed && pass.member > 0 && !pass.agreed;
        if (pass.agreed) status = loy_histories_add(fit->histories, &pass.sale, &pass.version);
    }
    sales_pass_close(&pass);
    return status == LOY_NONE ? loy_histories_fold(fit->histories) : status;
}

/* Why there is nobody to fit. */
static int nobody(const struct fit_histories *fit)
{
    char day[FIT_DAY_SIZE];
    fit_day_text(fit->settings.calibration_end_day, day);
    if (fit->totals.lines > 0)
        return cli_fail(fit->cli, CLI_FINDING, _("all purchases of members lie behind %s"), day);
    if (fit->totals.returns > 0)
        return cli_fail(fit->cli, CLI_FINDING,
            _("up to %s there are only returns: nothing that a member kept"), day);
    if (fit->not_agreed > 0)
        return cli_fail(fit->cli, CLI_FINDING,
            _("no member with purchases up to %s has agreed to profiling (%lld have not)"), day,
            (long long)fit->not_agreed);
    return cli_fail(fit->cli, CLI_FINDING, _("no member bought anything up to %s"), day);
}

int fit_histories_read(struct fit_histories *fit)
{
    int code = cli_store_open(fit->cli, &fit->store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_histories_open(&fit->settings, &fit->histories);
    if (status == LOY_OK) status = sales_add(fit);
    /* The pure room has no words of its own. */
    if (status == LOY_E_MEMORY || status == LOY_E_LIMIT)
        return cli_fail(
            fit->cli, CLI_FAILED, _("nothing can be fitted: %s"), loy_status_text(status));
    if (status != LOY_OK) return cli_fail_store(fit->cli, status, fit->store);
    fit->members = loy_histories_get(fit->histories, &fit->count);
    fit->totals.size = sizeof fit->totals;
    loy_histories_totals(fit->histories, &fit->totals);
    return fit->count > 0 ? CLI_DONE : nobody(fit);
}

void fit_histories_close(struct fit_histories *fit)
{
    loy_histories_close(fit->histories);
    loy_store_close(fit->store);
}

struct fit_score fit_score_of(const double *forecast, const double *actual, size_t count)
{
    double n = (double)count, x = 0, y = 0, xx = 0, yy = 0, xy = 0, errors = 0;
    for (size_t i = 0; i < count; i++) {
        x += forecast[i];
        y += actual[i];
    }
    struct fit_score score = {NAN, NAN, x};
    for (size_t i = 0; i < count; i++) {
        double a = forecast[i] - x / n, b = actual[i] - y / n, error = forecast[i] - actual[i];
        xx += a * a;
        yy += b * b;
        xy += a * b;
        errors += error * error;
    }
    /* What is left of a constant by rounding is no variance. */
    bool varies = xx > 1e-20 * (x * x + n) && yy > 0;
    if (varies) score.correlation = xy / sqrt(xx * yy);
    if (count > 0) score.rmse = sqrt(errors / n);
    return score;
}

void fit_put_number(double value, int width, int decimals)
{
    if (isfinite(value))
        printf("%*.*f", width, decimals, value);
    else
        printf("%*s", width, "-");
}
