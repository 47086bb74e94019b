/* SPDX-License-Identifier: MIT
 *
 * span.h - whole days from --from to --to, as reports about counters and lanes take them, and rows
 * of counts to a CSV file.
 */
#ifndef SPAN_H
#define SPAN_H

#include "cli.h"

/* Both options are there; --to names the last day, whole. CLI_DONE, or what was told. */
int span_read(const struct cli *cli, struct loy_span *span);
/* The two rows of a table of options. */
#define SPAN_OPTIONS                                                                               \
    {"from", "DATE", N_("first day"), true, false},                                                \
    {                                                                                              \
        "to", "DATE", N_("last day"), true, false                                                  \
    }

/* {"report": report, "from": ..., "to": ...} */
json_t *span_json(const struct cli *cli, const char *report);
/* part of whole; null of nothing. */
json_t *span_share(int64_t part, int64_t whole);
/* "53.2", "" of nothing; for files and people. */
#define SPAN_SHARE_SIZE 24u
const char *span_percent(int64_t part, int64_t whole, char text[SPAN_SHARE_SIZE]);

#endif
