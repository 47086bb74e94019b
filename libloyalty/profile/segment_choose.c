/* SPDX-License-Identifier: MIT
 *
 * segment_choose.c - how many groups: fits from many starts of all members and of two halves, as
 * tasks that know nothing of each other; the best of them, which go on; BIC, size and agreement.
 * And how well the chosen number foretells the lines held back.
 */
#include "profile/segment_private.h"

#include "numeric/random.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STARTS_PER_KEPT 4u /* of so many starts one goes on */

enum part { PART_ALL, PART_HALF, PART_OTHER_HALF, PARTS };

struct job {
    const struct mixture_data *data;
    const bool *use;
    unsigned classes;
    uint64_t start;
    enum { JOB_BEGINS, JOB_CLIMBS, JOB_POLISHES } kind;
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
    if (job->kind != JOB_BEGINS)
        job->status = mixture_climb(job->data, job->use, job->kind == JOB_POLISHES, &job->mixture);
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

/* Moves the best of jobs [from, from + count) that were not moved yet; the first of equal ones. */
static struct job best_take(struct jobs *jobs, size_t from, size_t count)
{
    struct job *best = NULL, taken;
    for (size_t i = from; i < from + count; i++) {
        struct job *job = &jobs->list[i];
        if (!job->mixture.log_share) continue;
        if (!best || job->mixture.log_likelihood > best->mixture.log_likelihood) best = job;
    }
    taken = *best;
    best->mixture.log_share = NULL;
    return taken;
}

/* The best `kept` of each `run` jobs go on, as jobs of their own. */
static enum loy_status jobs_go_on(const struct loy_segments *segments, struct jobs *jobs,
    size_t run, size_t kept, bool polish, struct jobs *better)
{
    better->list = calloc(jobs->count / run * kept, sizeof(*better->list));
    if (!better->list) return LOY_E_MEMORY;
    for (size_t from = 0; from < jobs->count; from += run)
        for (size_t i = 0; i < kept; i++) {
            struct job job = best_take(jobs, from, run);
            job.kind = polish ? JOB_POLISHES : JOB_CLIMBS;
            better->list[better->count++] = job;
        }
    return jobs_run(better, segments);
}

/* All starts, of which a few go on to where they rise little, of which the best goes to the top. */
struct climb {
    struct jobs starts, better, top;
    size_t kept; /* starts that go on, of each number of groups and part */
};

static enum loy_status climb_run(const struct loy_segments *segments, struct climb *climb)
{
    size_t starts = segments->settings.starts;
    climb->kept = (starts + STARTS_PER_KEPT - 1) / STARTS_PER_KEPT;
    enum loy_status status = jobs_run(&climb->starts, segments);
    if (status == LOY_OK)
        status = jobs_go_on(segments, &climb->starts, starts, climb->kept, false, &climb->better);
    if (status == LOY_OK)
        status = jobs_go_on(segments, &climb->better, climb->kept, 1, true, &climb->top);
    return status;
}

static void climb_close(struct climb *climb)
{
    jobs_close(&climb->top);
    jobs_close(&climb->better);
    jobs_close(&climb->starts);
}

enum loy_status segment_best(const struct loy_segments *segments, const struct mixture_data *data,
    unsigned classes, struct mixture *best)
{
    unsigned starts = segments->settings.starts;
    struct climb climb = {
        .starts = {.list = calloc(starts, sizeof(*climb.starts.list)), .count = starts}};
    if (!climb.starts.list) return LOY_E_MEMORY;
    for (unsigned i = 0; i < starts; i++)
        climb.starts.list[i] =
            (struct job){.data = data, .use = segments->fit, .classes = classes, .start = i};
    enum loy_status status = climb_run(segments, &climb);
    if (status == LOY_OK) {
        *best = climb.top.list[0].mixture;
        climb.top.list[0].mixture = (struct mixture){0};
    }
    climb_close(&climb);
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

/* best: of all, of one half, of the other; better: those of all that went on. */
static void judge(const struct loy_segments *segments, const struct job *best,
    const struct job *better, size_t kept, struct loy_segment_trial *trial)
{
    *trial = (struct loy_segment_trial){.classes = best->classes,
        .log_likelihood = best->mixture.log_likelihood,
        .bic = criterion(segments, &best->mixture),
        .smallest = smallest_share(&best->mixture),
        .agreement = 1};
    for (size_t i = 0; i < kept; i++)
        trial->agreeing_starts += best->mixture.log_likelihood - better[i].mixture.log_likelihood <
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
    unsigned most = segments->settings.classes_max;
    struct climb climb = {0};
    struct job *chosen = NULL;
    double lowest = INFINITY;
    segments->trials = calloc(most, sizeof(*segments->trials));
    bool *use = halves(segments);
    enum loy_status status = segments->trials && use ? LOY_OK : LOY_E_MEMORY;
    if (status == LOY_OK) status = jobs_make(segments, use, &climb.starts);
    if (status == LOY_OK) status = climb_run(segments, &climb);
    for (unsigned k = 0; k < most && status == LOY_OK; k++) {
        struct loy_segment_trial *trial = &segments->trials[segments->trial_count++];
        struct job *best = &climb.top.list[k * PARTS];
        judge(segments, best, &climb.better.list[k * PARTS * climb.kept], climb.kept, trial);
        if (!trial->holds || trial->bic >= lowest) continue;
        lowest = trial->bic;
        chosen = best;
    }
    if (chosen) {
        segments->mixture = chosen->mixture;
        chosen->mixture = (struct mixture){0};
    }
    climb_close(&climb);
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
        for (size_t l = person->to - segment_held(segments, person); l < person->to; l++) {
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
