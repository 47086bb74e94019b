/* SPDX-License-Identifier: MIT
 *
 * funnel_source.h - the customer funnel of a store: sales and signs of the members who agreed to
 * profiling, counted. Must not know: how it is shown.
 */
#ifndef FUNNEL_SOURCE_H
#define FUNNEL_SOURCE_H

#include "span.h"

#include <loyalty/funnel.h>

struct funnel_source {
    const struct cli *cli; /* for the progress bar */
    struct loy_store *store;
    struct loy_span span;
    uint8_t level;                /* enum loy_funnel_level */
    const char *only;             /* or NULL */
    bool on[LOY_FUNNEL_RULE_END]; /* out: the switches */
    struct loy_funnel *funnel;    /* out: sealed; the caller closes it */
};

/* LOY_REFUSED: it is off. */
enum loy_status funnel_source_read(struct funnel_source *source);

#endif
