/* SPDX-License-Identifier: MIT
 *
 * timing_reference_test.c - the published fits of CDNOW's 1/10 sample (Fader, Hardie, Lee 2005:
 * BG/NBD .243, 4.414, .793, 2.426, ln L -9582.4; Pareto/NBD .553, 10.578, .606, 11.669, -9595.0),
 * what they say of the 39 weeks behind, and the simulated apparel data of CLVTools. In:
 * $LOYALTY_SHARED/data, or ../shared/data beside the repository. Skipped visibly (77) where the
 * files are not there; the simulated sibling is timing_model_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "timing_members.h"

#include <math.h>
#include <stdlib.h>

static struct loy_histories *open(int end, int holdout)
{
    const struct loy_history_settings settings = {.size = sizeof settings,
        .calibration_end_day = timing_day(end),
        .holdout_end_day = timing_day(holdout)};
    struct loy_histories *histories = NULL;
    assert_int_equal(loy_histories_open(&settings, &histories), LOY_OK);
    return histories;
}

static void near(const char *what, double ours, double published, double tolerance)
{
    if (!(fabs(ours - published) <= tolerance))
        fail_msg("%s is %.8g, published %.8g", what, ours, published);
}

struct expected {
    enum loy_timing_model model;
    double parameters[4], log_likelihood, correlation, rmse, by_repeats[8];
};

static const struct expected cdnow[] = {
    {LOY_TIMING_BGNBD, {.242595, 4.413602, .792922, 2.425906}, -9582.4292, .6256, 1.6080,
        {.2251, .5231, 1.0441, 1.5203, 2.1639, 2.6538, 3.5040, 6.1572}},
    {LOY_TIMING_PARETONBD, {.553277, 10.577683, .606240, 11.668739}, -9594.9762, .6302, 1.6028,
        {.1384, .5995, 1.1958, 1.7138, 2.3983, 2.9072, 3.8186, 6.4031}},
    {LOY_TIMING_NBD, {.384766, 12.072022}, -9763.658, .583, NAN, {NAN}},
};

static void fit_near(const struct loy_timing_fit *fit, const struct expected *expected)
{
    assert_false(fit->at_bound);
    for (size_t i = 0; i < loy_timing_parameter_count(expected->model); i++)
        near(loy_timing_parameter_name(expected->model, i), fit->parameters[i],
            expected->parameters[i], 1e-4 * expected->parameters[i]);
    near("ln L", fit->log_likelihood, expected->log_likelihood, 0.001);
}

static void holdout_near(const struct loy_timing_fit *fit, const struct loy_history *members,
    const struct loy_timing_history *weeks, size_t count, const struct expected *expected)
{
    double n = (double)count, sx = 0, sy = 0, xx = 0, yy = 0, xy = 0, errors = 0;
    double sums[8] = {0}, in[8] = {0};
    for (size_t i = 0; i < count; i++) {
        double x = loy_timing_expected(fit, &weeks[i], 39);
        double y = (double)members[i].holdout_occasions;
        size_t row = weeks[i].repeats < 7 ? (size_t)weeks[i].repeats : 7;
        sx += x, sy += y, xx += x * x, yy += y * y, xy += x * y;
        errors += (x - y) * (x - y);
        sums[row] += x;
        in[row]++;
    }
    double r = (xy - sx * sy / n) / sqrt((xx - sx * sx / n) * (yy - sy * sy / n));
    near("correlation", r, expected->correlation, 6e-4);
    if (isnan(expected->rmse)) return;
    near("rmse", sqrt(errors / n), expected->rmse, 6e-5);
    for (size_t k = 0; k < 8; k++)
        near("expected by repeats", sums[k] / in[k], expected->by_repeats[k], 6e-5);
}

static void published_of_cdnow(void **state)
{
    (void)state;
    struct loy_histories *histories = open(19970930, 19980630);
    struct loy_history_totals totals = {.size = sizeof totals};
    if (!timing_cdnow_add(histories)) {
        print_message("skipped: cdnow_sample.txt is not there\n");
        loy_histories_close(histories);
        skip();
    }
    size_t count = 0;
    assert_int_equal(loy_histories_fold(histories), LOY_OK);
    loy_histories_totals(histories, &totals);
    assert_int_equal(totals.members, 2357);
    assert_int_equal(totals.repeaters, 946);
    assert_int_equal(totals.occasions - totals.members, 2457);
    assert_int_equal(totals.holdout_occasions, 1882);
    struct loy_timing_history *weeks = timing_weeks(histories, timing_day(19970930), &count);
    for (size_t i = 0; i < sizeof cdnow / sizeof cdnow[0]; i++) {
        struct loy_timing_fit fit = {.size = sizeof fit};
        assert_int_equal(loy_timing_estimate(cdnow[i].model, weeks, count, &fit), LOY_OK);
        print_message("%s ln L %.4f\n", loy_timing_model_name(fit.model), fit.log_likelihood);
        fit_near(&fit, &cdnow[i]);
        holdout_near(&fit, loy_histories_get(histories, &count), weeks, count, &cdnow[i]);
    }
    free(weeks);
    loy_histories_close(histories);
}

static const struct expected apparel[] = {
    {LOY_TIMING_BGNBD, {.607311, 20.956755, 1.275562, 8.860952}, -5857.0197, 0, 0, {0}},
    {LOY_TIMING_PARETONBD, {1.448939, 48.634881, .561251, 46.882105}, -5848.0978, 0, 0, {0}},
};

static void apparel_ends_without_evidence(void **state)
{
    (void)state;
    struct loy_histories *histories = open(20061231, 20061231);
    if (!timing_apparel_add(histories)) {
        print_message("skipped: apparel_simulated_trans.csv is not there\n");
        loy_histories_close(histories);
        skip();
    }
    size_t count = 0;
    assert_int_equal(loy_histories_fold(histories), LOY_OK);
    struct loy_timing_history *weeks = timing_weeks(histories, timing_day(20061231), &count);
    for (size_t i = 0; i < sizeof apparel / sizeof apparel[0]; i++) {
        struct loy_timing_fit fit = {.size = sizeof fit};
        assert_int_equal(loy_timing_estimate(apparel[i].model, weeks, count, &fit), LOY_OK);
        fit_near(&fit, &apparel[i]);
    }
    const struct loy_history *members = loy_histories_get(histories, &count);
    struct loy_value_history *values = calloc(count, sizeof *values);
    struct loy_value_fit fit = {.size = sizeof fit};
    for (size_t i = 0; i < count; i++)
        values[i] = members[i].value;
    assert_int_equal(loy_value_estimate(values, count, &fit), LOY_OK);
    near("p", fit.p, 3.099039, 3e-4);
    near("q", fit.q, 5.653692, 6e-4);
    near("gamma", fit.gamma / 100, 56.504176, 6e-3);
    near("correlation of x and m", fit.correlation, .0572532, 1e-6);
    assert_int_equal(fit.members, 387);
    assert_false(fit.differs);
    print_message("apparel: F %.4f, p %.3f\n", fit.f, fit.p_value);
    free(values);
    free(weeks);
    loy_histories_close(histories);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_of_cdnow),
        cmocka_unit_test(apparel_ends_without_evidence),
    };
    FILE *file = timing_data_open("cdnow_sample.txt");
    if (!file) {
        printf("skipped: the reference data are not beside the repository\n");
        return 77;
    }
    fclose(file);
    return cmocka_run_group_tests_name("timing against published fits", tests, NULL, NULL);
}
