/* SPDX-License-Identifier: MIT
 *
 * guidance_read.h - everybody's sales and the price history of a store, as guidance for the store
 * takes them; and the sentences for what stands in its way.
 */
#ifndef GUIDANCE_READ_H
#define GUIDANCE_READ_H

#include "cli.h"

struct guidance_run {
    const struct cli *cli;
    struct loy_store *store;
    struct loy_guidance *guidance;
    const char *category; /* NULL: all */
};

/* Reads --category, --from and --to, and opens the store. CLI_DONE, or a code that was told; close
 * in either case. */
int guidance_read(struct guidance_run *run);
void guidance_close(struct guidance_run *run);
/* The sentence for what stands in the way, or LOY_GUIDANCE_NO_PROBLEM's "". */
const char *guidance_sentence(uint8_t problem);
/* Tells a status or, with LOY_NONE, the problem; gives the exit code. */
int guidance_fail(const struct guidance_run *run, enum loy_status status, uint8_t problem);
/* "+120 %", or "" of NaN. */
#define GUIDANCE_PERCENT_SIZE 24u
const char *guidance_percent(double share, char text[GUIDANCE_PERCENT_SIZE]);

#define GUIDANCE_OPTIONS                                                                           \
    {"category", "NAME", N_("only articles of this category"), false, false},                      \
        {"from", "DATE", N_("first day (default: of the first sale)"), false, false},              \
    {                                                                                              \
        "to", "DATE", N_("last day (default: of the last sale)"), false, false                     \
    }

#endif
