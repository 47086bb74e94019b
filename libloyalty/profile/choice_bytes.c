/* SPDX-License-Identifier: MIT
 *
 * choice_bytes.c - a fitted population as bytes and back. Little-endian words of 64 bits: magic and
 * version, the code's numbers, doubles by their bits, a checksum (FNV-1a) over all before it. What
 * is read is not trusted: every number is held against its maximum. No member is in it.
 */
#include "profile/choice_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC UINT64_C(0x31304349434f594c) /* "LYOCIC01" */
#define VERSION 1u
#define WORD 8u
#define NUMBERS_MAX 4096u

struct stream {
    uint64_t *words; /* NULL: only counted */
    size_t count, at;
    bool writing, failed;
};

static void word_pass(struct stream *stream, uint64_t *value)
{
    if (!stream->writing && stream->at >= stream->count) {
        stream->failed = true;
        *value = 0;
        return;
    }
    if (stream->writing && stream->words) stream->words[stream->at] = *value;
    if (!stream->writing) *value = stream->words[stream->at];
    stream->at++;
}

static void size_pass(struct stream *stream, size_t *value, size_t most)
{
    uint64_t word = *value;
    word_pass(stream, &word);
    stream->failed = stream->failed || word > most;
    *value = stream->failed ? 0 : (size_t)word;
}

/* A number of a coefficient, or why there is none. */
static void place_pass(struct stream *stream, int16_t *value, size_t below)
{
    uint64_t word = (uint64_t)((int64_t)*value - CHOICE_NOT_THERE);
    word_pass(stream, &word);
    stream->failed = stream->failed || word >= below + (uint64_t)-CHOICE_NOT_THERE;
    *value = stream->failed ? 0 : (int16_t)((int)word + CHOICE_NOT_THERE);
}

static void number_pass(struct stream *stream, double *value, double least, double most)
{
    uint64_t word;
    memcpy(&word, value, sizeof word);
    word_pass(stream, &word);
    memcpy(value, &word, sizeof word);
    // A NaN is in no range.
    stream->failed = stream->failed || !(*value >= least && *value <= most);
}

static void code_pass(struct stream *stream, struct choice_code *code)
{
    size_t habit = code->habit;
    size_pass(stream, &code->alternatives, LOY_CHOICE_ALTERNATIVES_MAX);
    size_pass(stream, &code->attributes, LOY_CHOICE_ATTRIBUTES_MAX);
    size_pass(stream, &habit, 1);
    size_pass(stream, &code->base, code->alternatives - (code->alternatives > 0));
    size_pass(stream, &code->constants, code->alternatives);
    size_pass(stream, &code->order, CHOICE_ORDER);
    size_pass(stream, &code->traits, LOY_CHOICE_TRAITS_MAX);
    size_pass(stream, &code->columns, LOY_CHOICE_TRAITS_MAX + 1);
    code->habit = habit == 1;
    code->width = code->attributes + habit;
    stream->failed = stream->failed || code->alternatives == 0 || code->columns == 0 ||
                     code->order == 0 || code->constants > code->order ||
                     code->width > LOY_CHOICE_ATTRIBUTES_MAX;
    if (stream->failed) return;
    for (size_t j = 0; j < code->alternatives; j++)
        place_pass(stream, &code->constant_of[j], code->constants);
    for (size_t k = 0; k < code->width; k++) {
        place_pass(stream, &code->coefficient_of[k], code->order);
        number_pass(stream, &code->scale[k], 1e-300, 1e300);
    }
    for (size_t t = 0; t < code->traits; t++) {
        place_pass(stream, &code->trait_of[t], code->columns);
        number_pass(stream, &code->trait_mean[t], -1e300, 1e300);
        number_pass(stream, &code->trait_scale[t], 0, 1e300);
    }
}

static void model_pass(struct stream *stream, struct loy_choice_model *model)
{
    size_t hierarchical = model->hierarchical, members = (size_t)model->members,
           occasions = (size_t)model->occasions;
    uint64_t seed = model->seed;
    code_pass(stream, &model->code);
    size_pass(stream, &hierarchical, 1);
    size_pass(stream, &members, SIZE_MAX / 2);
    size_pass(stream, &occasions, SIZE_MAX / 2);
    word_pass(stream, &seed);
    number_pass(stream, &model->log_likelihood, -1e300, 1e300);
    if (stream->failed) return;
    size_t n = model->code.order, columns = hierarchical ? model->code.columns : 1;
    model->hierarchical = hierarchical == 1;
    model->members = (int64_t)members;
    model->occasions = (int64_t)occasions;
    model->seed = seed;
    model->population.order = n;
    model->population.columns = columns;
    for (size_t i = 0; i < columns * n; i++) {
        number_pass(stream, &model->population.delta[i], -1e300, 1e300);
        number_pass(stream, &model->delta_deviation[i], 0, 1e300);
    }
    for (size_t i = 0; i < n * n; i++)
        number_pass(stream, &model->population.covariance[i], -1e300, 1e300);
}

/* A place is one coefficient's only, and a spread that is none has no members. */
static bool model_whole(const struct loy_choice_model *model)
{
    struct choice_prior prior;
    bool taken[CHOICE_ORDER] = {false};
    for (size_t told = 0; told < choice_code_told(&model->code); told++) {
        double scale;
        int at = choice_code_fitted(&model->code, told, &scale);
        if (at < 0) continue;
        if (taken[at]) return false;
        taken[at] = true;
    }
    for (size_t i = 0; i < model->code.order; i++)
        if (!taken[i]) return false;
    return !model->hierarchical ||
           choice_prior_make(&prior, model->code.order, model->population.covariance);
}

static uint64_t checksum(const uint64_t *words, size_t count)
{
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < count; i++)
        for (unsigned shift = 0; shift < 64; shift += 8)
            sum = (sum ^ (words[i] >> shift & 0xff)) * UINT64_C(0x100000001b3);
    return sum;
}

static void word_put(unsigned char *bytes, uint64_t word)
{
    for (unsigned i = 0; i < WORD; i++)
        bytes[i] = (unsigned char)(word >> (8 * i));
}

static uint64_t word_get(const unsigned char *bytes)
{
    uint64_t word = 0;
    for (unsigned i = WORD; i-- > 0;)
        word = word << 8 | bytes[i];
    return word;
}

static void all_pass(struct stream *stream, struct loy_choice_model *model)
{
    uint64_t magic = MAGIC, version = VERSION;
    word_pass(stream, &magic);
    word_pass(stream, &version);
    stream->failed = stream->failed || magic != MAGIC || version != VERSION;
    if (!stream->failed) model_pass(stream, model);
}

enum loy_status loy_choice_model_save(
    const struct loy_choice_model *model, void *bytes, size_t size, size_t *needed)
{
    if (!model || !needed) return LOY_E_ARGUMENT;
    struct loy_choice_model copy = *model;
    struct stream count = {.writing = true};
    all_pass(&count, &copy);
    *needed = (count.at + 1) * WORD;
    if (!bytes || size < *needed) return LOY_MORE;
    struct stream stream = {calloc(count.at + 1, sizeof(uint64_t)), .writing = true};
    if (!stream.words) return LOY_E_MEMORY;
    all_pass(&stream, &copy);
    stream.words[stream.at] = checksum(stream.words, stream.at);
    for (size_t i = 0; i <= stream.at; i++)
        word_put((unsigned char *)bytes + i * WORD, stream.words[i]);
    free(stream.words);
    return LOY_OK;
}

static enum loy_status words_load(
    const uint64_t *words, size_t count, struct loy_choice_model *made)
{
    if (words[0] != MAGIC) return LOY_E_FORMAT;
    if (words[1] > VERSION) return LOY_E_VERSION;
    if (words[count - 1] != checksum(words, count - 1)) return LOY_E_FORMAT;
    struct stream stream = {(uint64_t *)words, count - 1, 0, false, false};
    all_pass(&stream, made);
    return !stream.failed && stream.at == count - 1 && model_whole(made) ? LOY_OK : LOY_E_FORMAT;
}

enum loy_status loy_choice_model_load(
    const void *bytes, size_t size, struct loy_choice_model **model)
{
    if (!bytes || !model) return LOY_E_ARGUMENT;
    if (size % WORD != 0 || size < 4 * WORD || size / WORD > NUMBERS_MAX) return LOY_E_FORMAT;
    size_t count = size / WORD;
    uint64_t *words = calloc(count, sizeof *words);
    struct loy_choice_model *made = calloc(1, sizeof *made);
    enum loy_status status = words && made ? LOY_OK : LOY_E_MEMORY;
    for (size_t i = 0; status == LOY_OK && i < count; i++)
        words[i] = word_get((const unsigned char *)bytes + i * WORD);
    if (status == LOY_OK) status = words_load(words, count, made);
    free(words);
    if (status == LOY_OK)
        *model = made;
    else
        free(made);
    return status;
}
