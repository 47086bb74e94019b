/* SPDX-License-Identifier: MIT
 *
 * profile_few.h - the sentence in the place of a value that too few purchases tell: how many there
 * are and how many it takes, and the value of the member's segment.
 */
#ifndef PROFILE_FEW_H
#define PROFILE_FEW_H

#include <stdint.h>

/* Behind a label. n < needed: too few; else enough, and no difference seen. group: the number of
 * the member's own group, whose value it is, from 1; 0: that of all members. */
void profile_few_print(int64_t n, int64_t needed, const char *segment_value, unsigned group);

#endif
