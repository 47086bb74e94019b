/* SPDX-License-Identifier: MIT
 *
 * reader_open.h - how every command of the program opens its readers. In: --path, the bound
 * readers, the store's ranges; out: the hub. Must not know: what the command does with events.
 */
#ifndef READER_OPEN_H
#define READER_OPEN_H

#include "cli.h"

struct reader_wanted {
    bool own_ranges;  /* judge stripes by the ranges of the store, which must be there */
    const char *file; /* a recording: it alone is opened, and nothing is counted; or NULL */
};

/* All of USB, the paths of the command's option --path, the readers that the shop bound, with
 * counts kept across runs. CLI_DONE, or a code that was told; then *reader is NULL. */
int reader_open(struct cli *cli, const struct reader_wanted *wanted, struct loy_reader **reader);

/* The ranges of the store; CLI_DONE, or a code that was told. */
int reader_ranges(struct cli *cli, struct loy_range ranges[LOY_RANGES_MAX], size_t *count);

/* True when recordings are at their end and no other reader is there: nothing more can come. */
bool reader_all_ended(const struct loy_reader *reader);

#endif
