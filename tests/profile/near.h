/* SPDX-License-Identifier: MIT
 *
 * near.h - doubles compared within a tolerance, both told where they differ. cmocka's own compares
 * floats.
 */
#ifndef NEAR_H
#define NEAR_H

#include <math.h>

#define assert_near(ours, wanted, tolerance)                                                       \
    do {                                                                                           \
        double near_ours = (ours), near_wanted = (wanted);                                         \
        if (!(fabs(near_ours - near_wanted) <= (tolerance)))                                       \
            fail_msg("%s is %.12g, not %.12g within %.3g", #ours, near_ours, near_wanted,          \
                (double)(tolerance));                                                              \
    } while (0)

#endif
