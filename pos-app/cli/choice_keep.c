/* SPDX-License-Identifier: MIT
 *
 * choice_keep.c - a fitted population into the store and back: the length of the occasions' frame
 * (4 bytes, low byte first), the frame, the population. Nothing of a member is in either. Prints
 * nothing.
 */
#include "choice_run.h"

#include <stdlib.h>

#define HEAD 4u

static void length_put(uint8_t *bytes, size_t length)
{
    for (unsigned i = 0; i < HEAD; i++)
        bytes[i] = (uint8_t)(length >> 8 * i);
}

static size_t length_get(const uint8_t *bytes)
{
    size_t length = 0;
    for (unsigned i = 0; i < HEAD; i++)
        length |= (size_t)bytes[i] << 8 * i;
    return length;
}

enum loy_status choice_keep(struct choice_run *run, int64_t at_us)
{
    size_t frame = 0, population = 0;
    enum loy_status status = loy_occasions_save(run->occasions, NULL, 0, &frame);
    if (status == LOY_MORE) status = loy_choice_model_save(run->model, NULL, 0, &population);
    if (status != LOY_MORE) return status == LOY_OK ? LOY_E_FORMAT : status;
    uint8_t *bytes = malloc(HEAD + frame + population);
    if (!bytes) return LOY_E_MEMORY;
    length_put(bytes, frame);
    status = loy_occasions_save(run->occasions, bytes + HEAD, frame, &frame);
    if (status == LOY_OK)
        status = loy_choice_model_save(run->model, bytes + HEAD + frame, population, &population);
    if (status == LOY_OK)
        status = loy_model_put(run->store, CHOICE_MODEL_KIND,
            loy_occasions_category(run->occasions), bytes, HEAD + frame + population, at_us);
    free(bytes);
    return status;
}

static enum loy_status bytes_load(struct choice_run *run, const uint8_t *bytes, size_t size)
{
    if (size < HEAD || length_get(bytes) > size - HEAD) return LOY_E_FORMAT;
    size_t frame = length_get(bytes);
    enum loy_status status = loy_occasions_load(bytes + HEAD, frame, &run->occasions);
    if (status == LOY_OK)
        status = loy_choice_model_load(bytes + HEAD + frame, size - HEAD - frame, &run->model);
    return status;
}

enum loy_status choice_load(struct choice_run *run, const char *category)
{
    size_t size = 0;
    enum loy_status status = loy_model_get(run->store, CHOICE_MODEL_KIND, category, NULL, 0, &size);
    if (status != LOY_MORE) return status == LOY_OK ? LOY_E_FORMAT : status;
    uint8_t *bytes = malloc(size);
    if (!bytes) return LOY_E_MEMORY;
    size_t read = 0;
    status = loy_model_get(run->store, CHOICE_MODEL_KIND, category, bytes, size, &read);
    if (status == LOY_OK) status = bytes_load(run, bytes, read);
    free(bytes);
    return status;
}
