/* SPDX-License-Identifier: MIT
 *
 * margin_pass.h - one pass over the sales of a store for the margins of its members. Members who
 * have not agreed to profiling are left out.
 */
#ifndef MARGIN_PASS_H
#define MARGIN_PASS_H

#include "sales_pass.h"

/* Made and fitted over the sales until the viewpoint; the caller closes it, whatever the answer.
 * LOY_NONE: no line of theirs has a cost. */
enum loy_status margin_pass_run(const struct cli *cli, struct loy_store *store,
    const struct loy_profile_settings *settings, struct loy_margins **margins);

#endif
