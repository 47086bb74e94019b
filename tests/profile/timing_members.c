/* SPDX-License-Identifier: MIT
 *
 * timing_members.c - members from known parameters, and the reference data where they are there.
 * In: a model and parameters, or a file's name. Out: histories. Random numbers by counting, so that
 * each run has the same members.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "timing_members.h"

#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DAY_US INT64_C(86400000000)

struct life {
    double rate, leave, until; /* until: bgnbd INFINITY, drawn purchase by purchase */
};

static struct life life_draw(
    enum loy_timing_model model, const double *p, struct numeric_random *random)
{
    struct life life = {.rate = numeric_random_gamma(random, p[0]) / p[1], .until = INFINITY};
    if (model == LOY_TIMING_BGNBD) life.leave = numeric_random_beta(random, p[2], p[3]);
    if (model == LOY_TIMING_PARETONBD)
        life.until =
            -log(numeric_random_uniform(random)) / (numeric_random_gamma(random, p[2]) / p[3]);
    return life;
}

void timing_members_make(enum loy_timing_model model, const double *parameters, size_t count,
    double span, double end, double next_time, struct loy_timing_history *histories,
    struct timing_truth *truths)
{
    for (size_t i = 0; i < count; i++) {
        struct numeric_random random = numeric_random_at(20240601, i);
        struct life life = life_draw(model, parameters, &random);
        double age = end - span * numeric_random_uniform(&random), at = 0;
        struct loy_timing_history *h = &histories[i];
        struct timing_truth truth = {.rate = life.rate, .active = true};
        *h = (struct loy_timing_history){.age = age};
        for (;;) {
            at -= log(numeric_random_uniform(&random)) / life.rate;
            if (!(at < fmin(age + next_time, life.until))) break;
            if (at < age) {
                h->repeats++;
                h->recency = at;
            } else {
                truth.next++;
            }
            if (numeric_random_uniform(&random) < life.leave) {
                truth.active = at > age;
                break;
            }
        }
        if (life.until < age) truth.active = false;
        if (truths) truths[i] = truth;
    }
}

FILE *timing_data_open(const char *name)
{
    char path[1024];
    const char *shared = getenv("LOYALTY_SHARED");
    snprintf(path, sizeof path, "%s/data/%s", shared ? shared : TEST_SOURCE_DIR "/../shared", name);
    return fopen(path, "r");
}

int32_t timing_day(int date)
{
    int64_t year = date / 10000, month = date / 100 % 100, day = date % 100;
    if (month <= 2) {
        year--;
        month += 12;
    }
    return (int32_t)(365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 +
                     day - 719469);
}

void timing_sale_add(struct loy_histories *histories, int64_t member, int date, int64_t paid_minor)
{
    const struct loy_sale sale = {.member = member,
        .at_us = timing_day(date) * DAY_US + LOY_DAY_ONLY_US - INT64_C(480) * 60000000,
        .offset_min = 480,
        .quantity_milli = 1000,
        .list_minor = paid_minor,
        .paid_minor = paid_minor};
    const struct loy_version version = {.kind = LOY_KIND_GOODS};
    assert_int_equal(loy_histories_add(histories, &sale, &version), LOY_OK);
}

bool timing_cdnow_add(struct loy_histories *histories)
{
    FILE *file = timing_data_open("cdnow_sample.txt");
    char line[128];
    if (!file) return false;
    while (fgets(line, sizeof line, file)) {
        char *at = line;
        strtol(at, &at, 10);
        long member = strtol(at, &at, 10), date = strtol(at, &at, 10);
        strtol(at, &at, 10);
        timing_sale_add(histories, member, (int)date, llround(strtod(at, NULL) * 100));
    }
    fclose(file);
    return true;
}

bool timing_apparel_add(struct loy_histories *histories)
{
    FILE *file = timing_data_open("apparel_simulated_trans.csv");
    char line[128];
    if (!file) return false;
    while (fgets(line, sizeof line, file)) {
        if (line[1] == 'I') continue;
        char *at = line + 1;
        long member = strtol(at, &at, 10);
        long year = strtol(at + 2, &at, 10), month = strtol(at + 1, &at, 10);
        long day = strtol(at + 1, &at, 10);
        timing_sale_add(histories, member, (int)(year * 10000 + month * 100 + day),
            llround(strtod(at + 1, NULL) * 100));
    }
    fclose(file);
    return true;
}

struct loy_timing_history *timing_weeks(
    const struct loy_histories *histories, int32_t end_day, size_t *count)
{
    const struct loy_history *members = loy_histories_get(histories, count);
    struct loy_timing_history *made = calloc(*count + 1, sizeof *made);
    assert_non_null(made);
    for (size_t i = 0; i < *count; i++)
        made[i] = loy_history_timing(&members[i], end_day, 7);
    return made;
}
