/* SPDX-License-Identifier: MIT
 *
 * registry.c - all drivers, and which of them wants a device.
 * In: an identity or a name; out: a driver, or NULL.
 * Must not know: transports, devices, bytes.
 */
#include "driver.h"

#include <string.h>

static const struct loy_driver *const drivers[] = {
#define LOY_DRIVER(symbol) &symbol,
#include "drivers.def"
#undef LOY_DRIVER
};

#define DRIVER_COUNT (sizeof drivers / sizeof drivers[0])

const struct loy_driver *driver_at(size_t index)
{
    return index < DRIVER_COUNT ? drivers[index] : NULL;
}

const struct loy_driver *driver_find(const char *name)
{
    for (size_t i = 0; i < DRIVER_COUNT; i++)
        if (strcmp(drivers[i]->name, name) == 0) return drivers[i];
    return NULL;
}

const struct loy_driver *driver_claim(const struct loy_identity *who, const char **why)
{
    const struct loy_driver *best = NULL;
    int best_claim = 0;
    for (size_t i = 0; i < DRIVER_COUNT; i++) {
        const char *sentence = "";
        int claim = drivers[i]->claim(who, &sentence);
        if (claim <= best_claim) continue;
        best = drivers[i];
        best_claim = claim;
        *why = sentence;
    }
    return best;
}

const struct loy_match *match_find(const struct loy_match *match, uint16_t vid, uint16_t pid)
{
    for (const struct loy_match *row = match; row && row->title; row++)
        if (row->vid == vid && row->pid == pid) return row;
    return NULL;
}

bool driver_lists(uint16_t vid, uint16_t pid)
{
    for (size_t i = 0; i < DRIVER_COUNT; i++)
        if (vid != 0 && match_find(drivers[i]->match, vid, pid) != NULL) return true;
    return false;
}

const char *identity_option(const struct loy_identity *who, const char *key)
{
    for (size_t i = 0; i < who->option_count; i++)
        if (strcmp(who->options[i].key, key) == 0) return who->options[i].value;
    return NULL;
}
