/* SPDX-License-Identifier: MIT
 *
 * choice_data.h - the published panels as households: margarine (bayesm), Yogurt and Catsup
 * (Ecdat). They are not part of this repository: tests read them from $LOYALTY_SHARED/data or
 * ../shared/data beside it, and are skipped visibly where they are not there.
 */
#ifndef CHOICE_DATA_H
#define CHOICE_DATA_H

#include "choice_households.h"

/* False: the file is not there. The program ends where it is not what it should be. */
bool data_yogurt(struct households *households); /* yoplait dannon hiland weight; price, feat */
bool data_catsup(struct households *households); /* heinz41 heinz32 heinz28 hunts32; price, disp,
                                                    feat */
/* Six products, ln price, the traits ln income and ln family size; of the files, or of NULL the
 * shared ones. As in bayesm's help page. */
bool data_margarine(const char *choices, const char *traits, struct households *households);

#endif
