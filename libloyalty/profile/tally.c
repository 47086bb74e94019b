/* SPDX-License-Identifier: MIT
 *
 * tally.c - how many members have a count above 0, above 1, above 2 ...
 * Counts in, in any order; the table out. Since Gamma(a + n)/Gamma(a) = a (a+1) ... (a+n-1), sums
 * over i of above[i] ln(a + i) are all that a beta-binomial or Dirichlet-multinomial likelihood
 * needs of its members.
 */
#include "profile/profile_private.h"

#include <stdlib.h>

enum loy_status profile_tally_add(struct profile_tally *tally, int64_t count)
{
    while ((int64_t)tally->length < count) {
        enum loy_status status = profile_grow(
            (void **)&tally->above, tally->length, &tally->capacity, sizeof(*tally->above));
        if (status != LOY_OK) return status;
        tally->above[tally->length++] = 0;
    }
    for (int64_t i = 0; i < count; i++)
        tally->above[i]++;
    return LOY_OK;
}

void profile_tally_clear(struct profile_tally *tally)
{
    free(tally->above);
    *tally = (struct profile_tally){0};
}
