/* SPDX-License-Identifier: MIT
 *
 * bench_segments.c - groups of members on the Complete Journey sample: 20 starts for K = 5, beside
 * the same EM in numpy in the same minute (bench_segments.py, started from here). Prints the best
 * of three of each and the ratio. Takes the folder with cj_*.csv, and that of the script.
 */
#include "profile/segment_private.h"

#include "profile/journey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STARTS 20u
#define CLASSES 5u

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static struct loy_segments *filled(const struct journey *journey)
{
    const struct loy_segment_settings settings = {.size = sizeof(settings),
        .profile = {.size = sizeof(settings.profile), .as_of_us = INT64_MAX},
        .classes_max = 1,
        .starts = STARTS};
    struct loy_segments *segments = NULL;
    if (loy_segments_open(&settings, &segments) != LOY_OK) exit(1);
    for (size_t i = 0; i < journey->count; i++) {
        const struct loy_version version = journey_version(&journey->lines[i]);
        if (loy_segments_add(segments, &journey->lines[i].sale, &version) != LOY_OK) exit(1);
    }
    if (loy_segments_fit(segments) != LOY_OK) exit(1);
    return segments;
}

/* Members and counts, for the peer: the same table. */
static void write_table(const struct loy_segments *segments, const char *path)
{
    const struct mixture_data *data = &segments->data;
    FILE *file = fopen(path, "w");
    if (!file) exit(1);
    for (size_t i = 0; i < data->members; i++)
        for (size_t e = data->first[i]; e < data->first[i + 1]; e++)
            fprintf(file, "%zu %u %.0f\n", i, data->feature[e], data->count[e]);
    fclose(file);
}

int main(int argc, char **argv)
{
    struct journey journey;
    char path[] = "/tmp/bench_segments_XXXXXX", command[1024];
    if (!journey_read(&journey)) return 0;
    struct loy_segments *segments = filled(&journey);
    double best = 1e9, likelihood = 0, peer_seconds = 0, peer_likelihood = 0;
    for (int round = 0; round < 3; round++) {
        struct mixture mixture;
        double from = seconds();
        if (segment_best(segments, &segments->data, CLASSES, &mixture) != LOY_OK) return 1;
        double took = seconds() - from;
        if (took < best) best = took;
        likelihood = mixture.log_likelihood;
        mixture_clear(&mixture);
    }
    printf("ours: K %u, %u starts, one thread: %.3f s, ln L %.2f\n", CLASSES, STARTS, best,
        likelihood);
    int file = mkstemp(path);
    if (file < 0) return 1;
    write_table(segments, path);
    snprintf(command, sizeof command,
        "OPENBLAS_NUM_THREADS=1 ${PYTHON:-/usr/bin/python3} %s/bench_segments.py %s %u %u",
        argc > 1 ? argv[1] : TEST_SOURCE_DIR "/tests/bench", path, CLASSES, STARTS);
    FILE *peer = popen(command, "r");
    if (peer && fscanf(peer, "%lf %lf", &peer_seconds, &peer_likelihood) == 2)
        printf("numpy: %.3f s, ln L %.2f; ratio %.1f\n", peer_seconds, peer_likelihood,
            peer_seconds / best);
    else
        printf("skipped: the peer needs python3-numpy\n");
    if (peer) pclose(peer);
    remove(path);
    loy_segments_close(segments);
    journey_free(&journey);
    return 0;
}
