/* SPDX-License-Identifier: MIT
 *
 * wares.h - what was bought or was on offer, with its attributes as small numbers. Names come in,
 * in any order; profile_wares_settle numbers them by the alphabet, so that nothing behind depends
 * on who came first.
 */
#ifndef PROFILE_WARES_H
#define PROFILE_WARES_H

#include "profile/profile_private.h"

struct profile_names {
    char **names; /* [0] is "": not known */
    size_t count, capacity;
    uint32_t *slots; /* number + 1; 0: free */
    size_t slot_count;
};

enum profile_ware_name {
    PROFILE_WARE_CATEGORY,
    PROFILE_WARE_ARTICLE,
    PROFILE_WARE_BRAND,
    PROFILE_WARE_GRADE,
    PROFILE_WARE_NAMES
};

struct profile_ware {
    uint32_t names[PROFILE_WARE_NAMES];
    uint8_t colour; /* enum loy_colour */
    bool own_brand;
};

struct profile_wares {
    struct profile_names names[PROFILE_WARE_NAMES];
    struct profile_ware *wares;
    size_t count, capacity;
    uint32_t *slots;
    size_t slot_count;
};

void profile_wares_clear(struct profile_wares *wares);
enum loy_status profile_wares_put(
    struct profile_wares *wares, const struct loy_version *version, uint32_t *ware);
/* *renumbered[old] is the number from now on, of the caller's to free; nothing may be put
 * afterwards. */
enum loy_status profile_wares_settle(struct profile_wares *wares, uint32_t **renumbered);

#endif
