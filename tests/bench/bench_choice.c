/* SPDX-License-Identifier: MIT
 *
 * bench_choice.c - processor seconds of the choice model in one thread: the population, and one
 * member after a basket, which must be done within 2 ms. Of 313 simulated members with 11 purchases
 * among six products, as many as margarine's; or of margarine, whose files bench_choice.sh gets
 * from bayesm: bench_choice [CHOICES TRAITS [MEANS [SECONDS]]], where the members' means and the
 * fit's seconds are written to. Prints; does not fail.
 */
#include "../profile/choice_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TURNS 5

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int double_compare(const void *first, const void *second)
{
    double a = *(const double *)first, b = *(const double *)second;
    return (a > b) - (a < b);
}

static struct loy_choice_model *model_of(struct loy_choice *choice, uint8_t holdout)
{
    const struct loy_choice_options options = {
        .size = sizeof options, .seed = 1, .holdout = holdout};
    struct loy_choice_trouble trouble;
    struct loy_choice_model *model = NULL;
    if (loy_choice_fit(choice, &options, &trouble, &model) == LOY_OK) return model;
    fprintf(stderr, "no model: problem %d\n", trouble.problem);
    exit(1);
}

/* The fastest of some fits. */
static struct loy_choice_model *model_timed(struct loy_choice *choice, double *seconds)
{
    struct loy_choice_model *model = NULL;
    *seconds = 1e9;
    for (int turn = 0; turn < TURNS; turn++) {
        loy_choice_model_close(model);
        double begin = seconds_now();
        model = model_of(choice, LOY_HOLDOUT_NONE);
        double took = seconds_now() - begin;
        *seconds = took < *seconds ? took : *seconds;
    }
    return model;
}

static int64_t next_member(const struct households *households, int64_t after)
{
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < households->count; i++)
        if (households->occasions[i].member > after && households->occasions[i].member < next)
            next = households->occasions[i].member;
    return next;
}

static void members_time(const struct households *households, const struct loy_choice *choice,
    const struct loy_choice_model *model, FILE *means)
{
    static struct loy_choice_member weights;
    static double seconds[100000];
    size_t count = 0;
    struct loy_choice_summary summary;
    loy_choice_summary_get(model, &summary);
    if (means) fprintf(means, "hhid,w1,w2,w3,w4,w5,w6\n");
    for (int64_t m = next_member(households, INT64_MIN); m < INT64_MAX && count < 100000;
         m = next_member(households, m)) {
        double begin = seconds_now();
        enum loy_status status = loy_choice_member_get(choice, model, m, &weights);
        double took = seconds_now() - begin;
        if (status != LOY_OK || weights.occasions < 5) continue;
        seconds[count++] = took;
        if (means) fprintf(means, "%lld", (long long)m);
        for (size_t i = 0; means && i < summary.coefficients; i++)
            fprintf(means, ",%.6f", weights.mean[i]);
        if (means) fputc('\n', means);
    }
    qsort(seconds, count, sizeof *seconds, double_compare);
    printf("a member %8.3f ms in the median, %.3f ms at most of %zu; 2 ms wanted\n",
        seconds[count / 2] * 1e3, seconds[count - 1] * 1e3, count);
}

int main(int count, char **arguments)
{
    struct households households;
    const struct planted planted = planted_six_products();
    if (count < 3)
        planted_simulate(&planted, 313, 11, 1, &households, NULL);
    else if (!data_margarine(arguments[1], arguments[2], &households))
        return fprintf(stderr, "%s or %s cannot be read\n", arguments[1], arguments[2]), 1;
    struct loy_choice *choice = households_choice(&households);
    double seconds;
    struct loy_choice_model *model = model_timed(choice, &seconds);
    struct loy_choice_model *held = model_of(choice, LOY_HOLDOUT_LAST);
    struct loy_choice_holdout_result result;
    loy_choice_holdout_get(held, &result);
    const struct loy_choice_score *score = &result.rivals[LOY_RIVAL_MODEL];
    printf("loyalty  %8.2f s, the fastest of %d; last purchase: log score %.4f, hits %.4f\n",
        seconds, TURNS, score->log_score, score->hit_rate);
    FILE *means = count > 3 ? fopen(arguments[3], "w") : NULL;
    members_time(&households, choice, model, means);
    if (means) fclose(means);
    FILE *file = count > 4 ? fopen(arguments[4], "w") : NULL;
    if (file) {
        fprintf(file, "%.4f\n", seconds);
        fclose(file);
    }
    loy_choice_model_close(held);
    loy_choice_model_close(model);
    loy_choice_close(choice);
    households_close(&households);
    return 0;
}
