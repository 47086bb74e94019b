/* SPDX-License-Identifier: MIT
 *
 * segment_choose.c - how many groups: fits from many starts of all members and of two halves, as
 * tasks that know nothing of each other; their best in the order of the starts; BIC, size and
 * agreement. And how well the chosen number foretells the lines held back.
 */
#include "profile/segment_private.h"

#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum part { PART_ALL, PART_HALF, PART_OTHER_HALF, PARTS };

struct job {
    const struct mixture_data *data;
    const bool *use;
    unsigned classes;
    uint64_t start;
    bool polish; /* go on with what `mixture` is */
    enum loy_status status;
    struct mixture mixture;
};
struct jobs {
    struct job *list;
    size_t count;
    uint64_t seed;
};

static void run_job(void *context, size_t task)
{
    struct jobs *jobs = context;
    struct job *job = &jobs->list[task];
    if (job->polish)
        job->status = mixture_polish(job->data, job->use, &job->mixture);
    else
        job->status =
            mixture_fit(job->data, job->use, job->classes, jobs->seed, job->start, &job->mixture);
}

static enum loy_status jobs_run(struct jobs *jobs, const struct loy_segments *segments)
{
    enum loy_status status = LOY_OK;
    jobs->seed = segments->settings.seed;
    loy_executor_run(segments->settings.executor, jobs->count, run_job, jobs);
    for (size_t i = 0; i < jobs->count; i++)
        if (jobs->list[i].status != LOY_OK) status = jobs->list[i].status;
    return status;
}

static void jobs_close(struct jobs *jobs)
{
    for (size_t i = 0; jobs->list && i < jobs->count; i++)
        mixture_clear(&jobs->list[i].mixture);
    free(jobs->list);
}

/* The best of jobs [from, from + count); the first of equal ones. */
static struct job *best_of(const struct jobs *jobs, size_t from, size_t count)
{
    size_t best = from;
    for (size_t i = from + 1; i < from + count; i++)
        if (jobs->list[i].mixture.log_likelihood > jobs->list[best].mixture.log_likelihood)
            best = i;
    return &jobs->list[best];
}

/* The best of each run of `starts` jobs, climbed to the top, as jobs of their own. */
static enum loy_status jobs_polish(
    const struct loy_segments *segments, const struct jobs *jobs, struct jobs *best)
{
    unsigned starts = segments->settings.starts;
    best->list = calloc(jobs->count / starts, sizeof(*best->list));
    if (!best->list) return LOY_E_MEMORY;
    for (size_t from = 0; from < jobs->count; from += starts) {
        struct job *job = best_of(jobs, from, starts);
        best->list[best->count] = *job;
        best->list[best->count++].polish = true;
        job->mixture.log_share = NULL; /* its numbers are the other's now */
    }
    return jobs_run(best, segments);
}

enum loy_status segment_best(const struct loy_segments *segments, const struct mixture_data *data,
    unsigned classes, struct mixture *best)
{
    unsigned starts = segments->settings.starts;
    struct jobs jobs = {.list = calloc(starts, sizeof(*jobs.list)), .count = starts}, top = {0};
    if (!jobs.list) return LOY_E_MEMORY;
    for (unsigned i = 0; i < starts; i++)
        jobs.list[i] =
            (struct job){.data = data, .use = segments->fit, .classes = classes, .start = i};
    enum loy_status status = jobs_run(&jobs, segments);
    if (status == LOY_OK) status = jobs_polish(segments, &jobs, &top);
    if (status == LOY_OK) {
        *best = top.list[0].mixture;
        top.list[0].mixture = (struct mixture){0};
    }
    jobs_close(&top);
    jobs_close(&jobs);
    return status;
}

/* ---- The number of groups ------------------------------------------------------------------- */

static double criterion(const struct loy_segments *segments, const struct mixture *mixture)
{
    const struct mixture_data *data = &segments->data;
    double classes = (double)mixture->classes;
    double free_ones = classes * (double)(data->features - data->blocks) + classes - 1;
    return -2 * mixture->log_likelihood + free_ones * log((double)segments->fitted_members);
}

static size_t class_of(const struct mixture *mixture, const struct mixture_data *data, size_t i)
{
    double probabilities[LOY_SEGMENT_CLASSES_MAX];
    size_t best = 0;
    mixture_classes(mixture, data, i, probabilities);
    for (size_t k = 1; k < mixture->classes; k++)
        if (probabilities[k] > probabilities[best]) best = k;
    return best;
}

static double agreement(
    const struct loy_segments *segments, const struct mixture *one, const struct mixture *other)
{
    int64_t table[LOY_SEGMENT_CLASSES_MAX * LOY_SEGMENT_CLASSES_MAX] = {0};
    const struct mixture_data *data = &segments->data;
    for (size_t i = 0; i < data->members; i++)
        if (segments->fit[i])
            table[class_of(one, data, i) * one->classes + class_of(other, data, i)]++;
    return mixture_agreement(table, one->classes);
}

static double smallest_share(const struct mixture *mixture)
{
    double smallest = 1;
    for (size_t k = 0; k < mixture->classes; k++)
        smallest = fmin(smallest, exp(mixture->log_share[k]));
    return smallest;
}

/* best: of all, of one half, of the other; starts: those of all. */
static void judge(const struct loy_segments *segments, const struct job *best,
    const struct job *starts, struct loy_segment_trial *trial)
{
    *trial = (struct loy_segment_trial){.classes = best->classes,
        .log_likelihood = best->mixture.log_likelihood,
        .bic = criterion(segments, &best->mixture),
        .smallest = smallest_share(&best->mixture),
        .agreement = 1};
    for (size_t i = 0; i < segments->settings.starts; i++)
        trial->agreeing_starts += best->mixture.log_likelihood - starts[i].mixture.log_likelihood <
                                  1e-4 * fabs(best->mixture.log_likelihood);
    if (best->classes > 1)
        trial->agreement = agreement(segments, &best[1].mixture, &best[2].mixture);
    trial->holds = best->classes == 1 || (trial->smallest >= LOY_SEGMENT_SMALLEST &&
                                             trial->agreement >= LOY_SEGMENT_AGREEMENT);
}

/* Halves of those that the fit sees, one and one by chance. */
static bool *halves(const struct loy_segments *segments)
{
    size_t rows = segments->data.members, pending = 0;
    bool *use = calloc(2 * rows + 1, sizeof(*use));
    struct numeric_random random = numeric_random_at(segments->settings.seed, UINT64_MAX - 1);
    bool first = false;
    for (size_t i = 0; use && i < rows; i++) {
        if (!segments->fit[i]) continue;
        if (pending == 0) first = numeric_random_uniform(&random) < 0.5;
        use[i + ((pending == 0) == first ? 0 : rows)] = true;
        pending = !pending;
    }
    return use;
}

static enum loy_status jobs_make(
    const struct loy_segments *segments, const bool *use, struct jobs *jobs)
{
    unsigned starts = segments->settings.starts, most = segments->settings.classes_max;
    const bool *parts[PARTS] = {segments->fit, use, use + segments->data.members};
    jobs->list = calloc((size_t)most * PARTS * starts, sizeof(*jobs->list));
    if (!jobs->list) return LOY_E_MEMORY;
    for (unsigned classes = 1; classes <= most; classes++)
        for (size_t part = 0; part < PARTS; part++)
            for (unsigned start = 0; start < starts; start++)
                jobs->list[jobs->count++] = (struct job){.data = &segments->data,
                    .use = parts[part],
                    .classes = classes,
                    .start = start + (uint64_t)starts * (classes + 64 * part)};
    return LOY_OK;
}

enum loy_status segment_choose(struct loy_segments *segments)
{
    unsigned starts = segments->settings.starts, most = segments->settings.classes_max;
    struct jobs jobs = {0}, top = {0};
    struct job *chosen = NULL;
    double lowest = INFINITY;
    segments->trials = calloc(most, sizeof(*segments->trials));
    bool *use = halves(segments);
    enum loy_status status = segments->trials && use ? LOY_OK : LOY_E_MEMORY;
    if (status == LOY_OK) status = jobs_make(segments, use, &jobs);
    if (status == LOY_OK) status = jobs_run(&jobs, segments);
    if (status == LOY_OK) status = jobs_polish(segments, &jobs, &top);
    for (unsigned k = 0; k < most && status == LOY_OK; k++) {
        struct loy_segment_trial *trial = &segments->trials[segments->trial_count++];
        struct job *best = &top.list[k * PARTS];
        judge(segments, best, &jobs.list[(size_t)k * PARTS * starts], trial);
        if (!trial->holds || trial->bic >= lowest) continue;
        lowest = trial->bic;
        chosen = best;
    }
    if (chosen) {
        segments->mixture = chosen->mixture;
        chosen->mixture = (struct mixture){0};
    }
    jobs_close(&top);
    jobs_close(&jobs);
    free(use);
    return status;
}

/* ---- Foretelling ---------------------------------------------------------------------------- */

/* ln of the probability of a line's value, by the member's earlier lines. */
static double foretell(const struct mixture *mixture, const double *probabilities, uint32_t feature)
{
    double sum = 0;
    for (size_t k = 0; k < mixture->classes; k++)
        sum += probabilities[k] * exp(mixture->log_theta[feature * mixture->stride + k]);
    return log(sum);
}

static void score(const struct loy_segments *segments, const struct mixture_data *earlier,
    const struct mixture *mixture, double *sum, int64_t *lines)
{
    double probabilities[LOY_SEGMENT_CLASSES_MAX];
    *lines = 0;
    for (size_t i = 0; i < segments->person_count; i++) {
        const struct segment_person *person = &segments->persons[i];
        if (person->row == SIZE_MAX) continue;
        mixture_classes(mixture, earlier, person->row, probabilities);
        for (size_t l = person->to - (person->to - person->from) / 4; l < person->to; l++) {
            const struct profile_ware *ware = &segments->wares.wares[segments->lines[l].ware];
            uint32_t feature = segments->feature_of[segment_value(segments, ware)];
            *sum += foretell(mixture, probabilities, feature);
            ++*lines;
        }
    }
}

static enum loy_status score_groups(const struct loy_segments *segments,
    const struct mixture_data *earlier, unsigned classes, double *mean, int64_t *lines)
{
    struct mixture mixture = {0};
    double sum = 0;
    enum loy_status status = segment_best(segments, earlier, classes, &mixture);
    if (status == LOY_OK) score(segments, earlier, &mixture, &sum, lines);
    if (status == LOY_OK) *mean = *lines > 0 ? sum / (double)*lines : NAN;
    mixture_clear(&mixture);
    return status;
}

/* Where no groups hold: those that the criterion alone would take. */
static unsigned classes_of(const struct loy_segments *segments)
{
    const struct loy_segment_trial *best = &segments->trials[0];
    if (segments->mixture.classes > 1) return (unsigned)segments->mixture.classes;
    for (size_t k = 1; k < segments->trial_count; k++)
        if (segments->trials[k].bic < best->bic) best = &segments->trials[k];
    return best->classes;
}

enum loy_status loy_segments_holdout(
    const struct loy_segments *segments, struct loy_segment_holdout *holdout)
{
    if (!segments || !holdout || !segments->classes) return LOY_E_ARGUMENT;
    unsigned classes = classes_of(segments);
    struct loy_segment_holdout made = {
        .size = holdout->size, .members = (int64_t)segments->data.members, .classes = classes};
    struct mixture_data earlier;
    enum loy_status status = segment_data_make(segments, true, &earlier);
    if (status != LOY_OK) return status;
    status = score_groups(segments, &earlier, 1, &made.one_group, &made.lines);
    made.log_score = made.one_group;
    if (status == LOY_OK && classes > 1)
        status = score_groups(segments, &earlier, classes, &made.log_score, &made.lines);
    segment_data_clear(&earlier);
    size_t size = holdout->size < sizeof(made) ? holdout->size : sizeof(made);
    if (status == LOY_OK) memcpy(holdout, &made, size);
    return status;
}
