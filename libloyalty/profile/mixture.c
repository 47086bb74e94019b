/* SPDX-License-Identifier: MIT
 *
 * mixture.c - EM for a mixture of multinomials. A class has a share of the members and
 * probabilities of the features of each block; the E-step weighs each member's classes, the M-step
 * counts by these weights, with a hundredth of a line added to each feature so that no probability
 * is zero. A start runs a few rounds; the best go on until a round gains less than 1e-6 of ln L,
 * the best of these until that is 1e-10 (Biernacki, Celeux, Govaert (2003), Computational
 * Statistics and Data Analysis 41, 561-575). Random starts: the classes are profiles of members
 * drawn by chance. Must not know of names, sales or threads.
 */
#include "profile/mixture.h"

#include "numeric/exponential.h"
#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 1000u
#define SHORT_ROUNDS 12u
#define GAIN 1e-6
#define GAIN_POLISHED 1e-10
#define ADDED 0.01
#define CHUNK 64u
#define LOG_MIN (-700.0)
#define OWN_LINES 5.0 /* of all members' profile, added to the one drawn */

struct work {
    const struct mixture_data *data;
    const bool *use;
    struct mixture *mixture;
    double *counts; /* as log_theta, weighted */
    double *shares; /* by class: members */
    double *chunk;  /* CHUNK * stride: ln likelihoods, then weights */
    double *powers;
    double *tops;   /* CHUNK */
    size_t *picked; /* CHUNK */
};

static void work_close(struct work *work)
{
    free(work->counts);
    free(work->chunk);
    free(work->picked);
}

static enum loy_status work_open(struct work *work)
{
    size_t stride = work->mixture->stride, features = work->data->features;
    work->counts = calloc((features + 1) * stride, sizeof(double));
    work->chunk = calloc((2 * stride + 1) * CHUNK, sizeof(double));
    work->picked = calloc(CHUNK, sizeof(size_t));
    if (!work->counts || !work->chunk || !work->picked) return LOY_E_MEMORY;
    work->shares = work->counts + features * stride;
    work->powers = work->chunk + stride * CHUNK;
    work->tops = work->powers + stride * CHUNK;
    return LOY_OK;
}

static void member_logs(
    const struct mixture *mixture, const struct mixture_data *data, size_t i, double *to)
{
    size_t stride = mixture->stride;
    memcpy(to, mixture->log_share, stride * sizeof(*to));
    for (size_t e = data->first[i]; e < data->first[i + 1]; e++) {
        const double *theta = mixture->log_theta + data->feature[e] * stride;
        double count = data->count[e];
        for (size_t k = 0; k < stride; k++)
            to[k] += count * theta[k];
    }
}

/* Takes the largest away, so that no power overflows. */
static double lower(double *logs, size_t count)
{
    double top = logs[0];
    for (size_t k = 1; k < count; k++)
        top = logs[k] > top ? logs[k] : top;
    for (size_t k = 0; k < count; k++) {
        double below = logs[k] - top;
        logs[k] = below > LOG_MIN ? below : LOG_MIN;
    }
    return top;
}

/* E- and M-step over some members; their ln likelihood. */
static double chunk_count(struct work *work, size_t count)
{
    size_t stride = work->mixture->stride;
    const struct mixture_data *data = work->data;
    double value = 0;
    memset(work->powers, 0, count * stride * sizeof(double));
    numeric_exp_add(work->powers, work->chunk, count * stride);
    for (size_t i = 0; i < count; i++) {
        double *weights = work->powers + i * stride, sum = 0;
        for (size_t k = 0; k < stride; k++)
            sum += weights[k];
        value += work->tops[i] + log(sum);
        for (size_t k = 0; k < stride; k++) {
            weights[k] /= sum;
            work->shares[k] += weights[k];
        }
        size_t member = work->picked[i];
        for (size_t e = data->first[member]; e < data->first[member + 1]; e++) {
            double *counts = work->counts + data->feature[e] * stride;
            for (size_t k = 0; k < stride; k++)
                counts[k] += data->count[e] * weights[k];
        }
    }
    return value;
}

static void maximise(struct work *work)
{
    struct mixture *mixture = work->mixture;
    size_t stride = mixture->stride, from = 0;
    double members = 0;
    for (size_t k = 0; k < mixture->classes; k++)
        members += work->shares[k];
    for (size_t k = 0; k < mixture->classes; k++)
        mixture->log_share[k] = log(fmax(work->shares[k], 1e-300) / members);
    for (size_t b = 0; b < work->data->blocks; b++) {
        size_t to = work->data->block_end[b];
        for (size_t k = 0; k < mixture->classes; k++) {
            double sum = ADDED * (double)(to - from);
            for (size_t d = from; d < to; d++)
                sum += work->counts[d * stride + k];
            for (size_t d = from; d < to; d++)
                mixture->log_theta[d * stride + k] =
                    log((work->counts[d * stride + k] + ADDED) / sum);
        }
        from = to;
    }
}

static double round_of(struct work *work)
{
    const struct mixture_data *data = work->data;
    size_t stride = work->mixture->stride, filled = 0;
    double value = 0;
    memset(work->counts, 0, (data->features + 1) * stride * sizeof(double));
    for (size_t i = 0; i < data->members; i++) {
        if (work->use && !work->use[i]) continue;
        double *logs = work->chunk + filled * stride;
        member_logs(work->mixture, data, i, logs);
        work->tops[filled] = lower(logs, stride);
        work->picked[filled++] = i;
        if (filled < CHUNK) continue;
        value += chunk_count(work, filled);
        filled = 0;
    }
    return value + chunk_count(work, filled);
}

/* Each class begins as a member drawn by chance, mixed with the profile of all. */
static void begin(struct work *work, uint64_t seed, uint64_t start)
{
    const struct mixture_data *data = work->data;
    struct mixture *mixture = work->mixture;
    struct numeric_random random = numeric_random_at(seed, start);
    double lines = 0;
    size_t stride = mixture->stride;
    for (size_t i = 0; i < data->members; i++)
        for (size_t e = data->first[i]; e < data->first[i + 1]; e++)
            for (size_t k = 0; k < mixture->classes && (!work->use || work->use[i]); k++)
                work->counts[data->feature[e] * stride + k] += data->count[e];
    for (size_t d = 0; d < data->features; d++)
        lines += work->counts[d * stride];
    for (size_t d = 0; d < data->features; d++)
        for (size_t k = 0; k < mixture->classes; k++)
            work->counts[d * stride + k] *= OWN_LINES / fmax(lines, 1);
    for (size_t k = 0; k < mixture->classes; k++) {
        size_t i = (size_t)(numeric_random_uniform(&random) * (double)data->members);
        while (work->use && !work->use[i])
            i = (i + 1) % data->members;
        for (size_t e = data->first[i]; e < data->first[i + 1] && mixture->classes > 1; e++)
            work->counts[data->feature[e] * stride + k] += data->count[e];
        work->shares[k] = 1;
    }
    maximise(work);
}

static enum loy_status mixture_open(
    struct mixture *mixture, const struct mixture_data *data, size_t classes)
{
    size_t stride = (classes + 1) / 2 * 2;
    *mixture = (struct mixture){.classes = classes,
        .stride = stride,
        .log_share = calloc(stride * (data->features + 1), sizeof(double))};
    if (!mixture->log_share) return LOY_E_MEMORY;
    mixture->log_theta = mixture->log_share + stride;
    for (size_t k = classes; k < stride; k++)
        mixture->log_share[k] = -1e300; /* never anybody's */
    return LOY_OK;
}

void mixture_clear(struct mixture *mixture)
{
    free(mixture->log_share);
    *mixture = (struct mixture){0};
}

/* EM from what the mixture is. */
static void climb(struct work *work, unsigned rounds, double gain)
{
    struct mixture *mixture = work->mixture;
    double before = round_of(work);
    for (unsigned i = 1; i < rounds; i++) {
        maximise(work);
        mixture->log_likelihood = round_of(work);
        mixture->rounds++;
        if (mixture->log_likelihood - before < gain * fabs(before)) break;
        before = mixture->log_likelihood;
    }
}

enum loy_status mixture_fit(const struct mixture_data *data, const bool *use, size_t classes,
    uint64_t seed, uint64_t start, struct mixture *mixture)
{
    struct work work = {.data = data, .use = use, .mixture = mixture};
    enum loy_status status = mixture_open(mixture, data, classes);
    if (status == LOY_OK) status = work_open(&work);
    if (status == LOY_OK) {
        begin(&work, seed, start);
        climb(&work, SHORT_ROUNDS, GAIN);
    }
    work_close(&work);
    if (status != LOY_OK) mixture_clear(mixture);
    return status;
}

enum loy_status mixture_climb(
    const struct mixture_data *data, const bool *use, bool polish, struct mixture *mixture)
{
    struct work work = {.data = data, .use = use, .mixture = mixture};
    enum loy_status status = work_open(&work);
    if (status == LOY_OK) climb(&work, ROUNDS, polish ? GAIN_POLISHED : GAIN);
    work_close(&work);
    return status;
}

double mixture_classes(
    const struct mixture *mixture, const struct mixture_data *data, size_t i, double *probabilities)
{
    double logs[64], sum = 0;
    member_logs(mixture, data, i, logs);
    double top = lower(logs, mixture->classes);
    for (size_t k = 0; k < mixture->classes; k++) {
        probabilities[k] = exp(logs[k]);
        sum += probabilities[k];
    }
    for (size_t k = 0; k < mixture->classes; k++)
        probabilities[k] /= sum;
    return top + log(sum);
}

static double pairs(double n)
{
    return n * (n - 1) / 2;
}

double mixture_agreement(const int64_t *table, size_t classes)
{
    double both = 0, one = 0, other = 0, members = 0;
    for (size_t i = 0; i < classes; i++) {
        double across = 0, down = 0;
        for (size_t j = 0; j < classes; j++) {
            both += pairs((double)table[i * classes + j]);
            across += (double)table[i * classes + j];
            down += (double)table[j * classes + i];
        }
        one += pairs(across);
        other += pairs(down);
        members += across;
    }
    double chance = members > 1 ? one * other / pairs(members) : 0;
    double most = (one + other) / 2;
    return most > chance ? (both - chance) / (most - chance) : 1;
}
