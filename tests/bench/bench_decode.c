/* SPDX-License-Identifier: MIT
 *
 * bench_decode.c - time and heap allocations of one read, for each driver. bench_decode [--check]
 * With --check it only counts: an allocation or a missing event is a failure.
 */
#include "driver.h"
#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LINES_MAX 64u

/* A vector, a line a report or chunk. */
struct sample {
    const char *driver, *vector;
    uint8_t bytes[4096];
    size_t lines, ends[LINES_MAX]; /* line i is what lies before ends[i] */
};

static struct sample samples[] = {
    {.driver = "magtek-hid", .vector = "loyalty"},
    {.driver = "magtek-hid", .vector = "testpan"},
    {.driver = "idtech-hid", .vector = "frame-enhanced-clear"},
    {.driver = "hid-keyboard", .vector = "aim-ean13"},
    {.driver = "hid-pos", .vector = "ean13-webhid"},
    {.driver = "symbol-hid-com", .vector = "ean13-cr"},
    {.driver = "msr605", .vector = "esc-lost"},
    {.driver = "msr605x", .vector = "esc-lost"},
    {.driver = "serial-line", .vector = "aim-upca"},
    {.driver = "zebra-ssi", .vector = "article-letters"},
    {.driver = "track-bits", .vector = "inv-0004048712"},
    {.driver = "track-flux", .vector = "safeway-club"},
};

/* The linker sends every allocation of this program through these (--wrap). */
static volatile unsigned long allocations; /* volatile: compilers know what malloc may touch */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    allocations++;
    return __real_realloc(old, size);
}

static bool load(struct sample *sample)
{
    static char line[16384];
    char path[512];
    snprintf(path, sizeof path, "%s/tests/vectors/%s/%s.hex", TEST_SOURCE_DIR, sample->driver,
        sample->vector);
    FILE *file = fopen(path, "r");
    if (file == NULL) return false;
    bool fine = true;
    size_t at = 0, n = 0;
    while (fine && sample->lines < LINES_MAX && fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') continue;
        fine = options_hex(line, sample->bytes + at, sizeof sample->bytes - at, &n);
        at += n;
        sample->ends[sample->lines++] = at;
    }
    fclose(file);
    return fine && at > 0;
}

/* The events of one sample. */
static unsigned decode(struct loy_decoder *decoder, const struct sample *sample)
{
    static struct loy_event event;
    unsigned events = 0;
    for (size_t i = 0, at = 0, used; i < sample->lines; i++)
        for (; at < sample->ends[i]; at += used)
            events += loy_decoder_feed(decoder, sample->bytes + at, sample->ends[i] - at, &used,
                          &event) == LOY_OK;
    return events + (loy_decoder_end(decoder, &event) == LOY_OK);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool measure(const struct sample *sample, unsigned rounds)
{
    struct loy_decoder_options options = {.size = sizeof options, .driver = sample->driver};
    struct loy_decoder *decoder = NULL;
    unsigned events = 0;
    if (loy_decoder_open(&options, &decoder, NULL, 0) != LOY_OK) return false;
    unsigned long before = allocations;
    double start = seconds();
    for (unsigned i = 0; i < rounds; i++)
        events += decode(decoder, sample);
    double took = seconds() - start;
    unsigned long made = allocations - before;
    loy_decoder_close(decoder);
    printf("%-14s %-20s %8.0f ns a read, %lu allocations in %u reads\n", sample->driver,
        sample->vector, took * 1e9 / rounds, made, events);
    return events == rounds && made == 0;
}

/* The counter itself must work, or zero says nothing. */
static bool counts(void)
{
    unsigned long before = allocations;
    void *volatile block = malloc(1);
    free(block);
    return allocations == before + 1;
}

int main(int argc, char **argv)
{
    bool check = argc > 1 && strcmp(argv[1], "--check") == 0;
    bool fine = counts();
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
        fine = load(&samples[i]) && measure(&samples[i], check ? 100 : 20000) && fine;
    if (!fine) fprintf(stderr, "a read allocated, or did not come\n");
    return fine ? 0 : 1;
}
