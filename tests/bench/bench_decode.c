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

struct sample {
    const char *driver, *vector;
    uint8_t bytes[4096];
    size_t length;
};

static struct sample samples[] = {
    {"magtek-hid", "loyalty", {0}, 0},
    {"magtek-hid", "testpan", {0}, 0},
    {"hid-pos", "ean13-webhid", {0}, 0},
    {"serial-line", "aim-upca", {0}, 0},
    {"track-bits", "inv-0004048712", {0}, 0},
    {"track-flux", "safeway-club", {0}, 0},
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
    bool fine = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    return fine && options_hex(line, sample->bytes, sizeof sample->bytes, &sample->length);
}

/* False: not exactly one event for one sample. */
static bool decode(struct loy_decoder *decoder, const struct sample *sample)
{
    static struct loy_event event;
    size_t used = 0;
    return loy_decoder_feed(decoder, sample->bytes, sample->length, &used, &event) == LOY_OK &&
           used == sample->length;
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
    printf("%-12s %-15s %8.0f ns a read, %lu allocations in %u reads\n", sample->driver,
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
