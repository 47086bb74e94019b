/* SPDX-License-Identifier: MIT
 *
 * kill_loop.h - what the killer and the killed agree on, beside the plan of the power cuts.
 */
#ifndef KILL_LOOP_H
#define KILL_LOOP_H

#include "../vm/powercut_plan.h"

#include <string.h>

#define KILL_BLOCK 400u /* numbers of one writer's baskets, from its first on */

static inline bool kill_basket_voids(uint32_t number)
{
    return number % 9 == 4;
}

static inline uint32_t kill_basket_number(const struct loy_id *id)
{
    return (uint32_t)id->bytes[12] << 24 | (uint32_t)id->bytes[13] << 16 |
           (uint32_t)id->bytes[14] << 8 | id->bytes[15];
}

#endif
