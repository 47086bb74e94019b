/* SPDX-License-Identifier: MIT
 *
 * bench_timing.c - fits of BG/NBD and Pareto/NBD against scipy's in the same minute, one thread
 * each: CDNOW's 1/10 sample where it lies beside the repository, else as many made-up members. Also
 * what one member's look ahead costs. Prints, never fails; the limit is 5 times faster.
 */
#include "bench_clock.h"

#include <loyalty/timing.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMBERS 2357u
#define ROUNDS 10
#define LOOKS 300u
#define LIMIT 5.0

static struct loy_timing_history histories[MEMBERS + 1];

static int day_of(int date)
{
    int year = date / 10000, month = date / 100 % 100, day = date % 100;
    year -= month <= 2;
    month += month <= 2 ? 12 : 0;
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + day;
}

/* The file's lines stand by member and date. */
static size_t cdnow_read(FILE *file)
{
    char line[128];
    int member = 0, first = 0, before = 0, end = day_of(19970930);
    size_t count = 0;
    while (fgets(line, sizeof line, file)) {
        char *at = line;
        strtol(at, &at, 10);
        int number = (int)strtol(at, &at, 10), day = day_of((int)strtol(at, &at, 10));
        if (number != member && count < MEMBERS) {
            member = number;
            first = before = day;
            histories[count++] = (struct loy_timing_history){.age = (end - first) / 7.0};
        } else if (day > before && day <= end) {
            before = day;
            histories[count - 1].recency = (day - first) / 7.0;
            histories[count - 1].repeats++;
        }
    }
    return count;
}

static double uniform(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return ((double)(*state >> 12) + 0.5) * 0x1p-52;
}

static size_t members_make(void)
{
    uint64_t state = 1997;
    for (size_t i = 0; i < MEMBERS; i++) {
        struct loy_timing_history *h = &histories[i];
        double rate = -0.15 * log(uniform(&state)) * uniform(&state), leave = uniform(&state);
        leave *= leave;
        h->age = floor((27 + 12 * uniform(&state)) * 7) / 7;
        for (double at = 0;;) {
            at -= log(uniform(&state)) / rate;
            double day = ceil(at * 7) / 7;
            if (day > h->age) break;
            h->repeats += day > h->recency;
            h->recency = day;
            if (uniform(&state) < leave) break;
        }
    }
    return MEMBERS;
}

static double fit_ms(enum loy_timing_model model, size_t count, struct loy_timing_fit *fit)
{
    double best = INFINITY;
    for (int i = 0; i < ROUNDS; i++) {
        double begin = seconds_now();
        fit->size = sizeof *fit;
        if (loy_timing_estimate(model, histories, count, fit) != LOY_OK) exit(1);
        best = fmin(best, seconds_now() - begin);
    }
    return best * 1e3;
}

static void look_time(const struct loy_timing_fit *fit, size_t count)
{
    static const double times[] = {4, 12, 52};
    struct loy_timing_draws *draws = NULL;
    struct loy_timing_outlook ahead = {.size = sizeof ahead};
    if (loy_timing_draws_open(fit, 1, &draws) != LOY_OK) return;
    if (count > LOOKS) count = LOOKS;
    double begin = seconds_now();
    for (size_t i = 0; i < count; i++)
        loy_timing_look_ahead(draws, &histories[i], times, 3, &ahead);
    printf("%-10s one member's look ahead %.1f us\n", loy_timing_model_name(fit->model),
        (seconds_now() - begin) / (double)count * 1e6);
    loy_timing_draws_close(draws);
}

static void peer_compare(const char *path, const struct loy_timing_fit *fits, const double *ours)
{
    char command[1200], name[32], line[256];
    snprintf(command, sizeof command,
        "OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 /usr/bin/python3 "
        "'%s/tests/bench/bench_timing_peer.py' '%s' 2>/dev/null",
        TEST_SOURCE_DIR, path);
    FILE *peer = popen(command, "r");
    while (peer && fgets(line, sizeof line, peer)) {
        double ms = 0, value = 0;
        if (sscanf(line, "%31s %lf %lf", name, &ms, &value) != 3) continue;
        size_t i = strcmp(name, "bgnbd") == 0 ? 0 : 1;
        printf(
            "%-10s ours %.2f ms, ln L %.4f; scipy %.2f ms, ln L %.4f; ratio %.1f (limit %.0f)%s\n",
            name, ours[i], fits[i].log_likelihood, ms, value, ms / ours[i], LIMIT,
            ms / ours[i] < LIMIT ? "  BELOW THE LIMIT" : "");
    }
    if (!peer || pclose(peer) != 0)
        printf("the peer could not run: python3 with scipy is needed\n");
}

int main(void)
{
    char path[1024];
    const char *shared = getenv("LOYALTY_SHARED");
    struct loy_timing_fit fits[2];
    double ours[2];
    setvbuf(stdout, NULL, _IOLBF, 0);
    snprintf(path, sizeof path, "%s/data/cdnow_sample.txt",
        shared ? shared : TEST_SOURCE_DIR "/../shared");
    FILE *file = fopen(path, "r");
    size_t count = file ? cdnow_read(file) : members_make();
    if (file) fclose(file);
    printf("%zu members, %s\n", count, file ? "CDNOW" : "made up: CDNOW's sample is not there");
    for (size_t i = 0; i < 2; i++) {
        ours[i] = fit_ms(i ? LOY_TIMING_PARETONBD : LOY_TIMING_BGNBD, count, &fits[i]);
        printf("%-10s %.2f ms, ln L %.4f\n", loy_timing_model_name(fits[i].model), ours[i],
            fits[i].log_likelihood);
        look_time(&fits[i], count);
    }
    char name[] = "/tmp/bench-timing-XXXXXX";
    int handle = mkstemp(name);
    FILE *out = handle < 0 ? NULL : fdopen(handle, "w");
    if (!out) return 0;
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%lld %.17g %.17g\n", (long long)histories[i].repeats, histories[i].recency,
            histories[i].age);
    fclose(out);
    peer_compare(name, fits, ours);
    unlink(name);
    return 0;
}
