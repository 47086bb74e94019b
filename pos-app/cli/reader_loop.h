/* SPDX-License-Identifier: MIT
 *
 * reader_loop.h - tells events as they come, until somebody or something ends it. In: an open hub;
 * out: one event a line. Must not know: which command asked, files.
 */
#ifndef READER_LOOP_H
#define READER_LOOP_H

#include "cli.h"

struct reader_loop {
    struct cli *cli;
    struct loy_reader *reader;
    int64_t seconds;      /* 0: without end */
    bool answers;         /* readers that listen are told: accepted for reads, else rejected */
    uint32_t only;        /* events of this reader are told; 0: of all */
    uint64_t reads_limit; /* ends after so many; 0: never */
    uint64_t reads;       /* told */
    uint64_t told;        /* bit n: what is wrong with reader n, modulo 64 */
    bool waits;           /* it was told that no reader is ready */
    /* What to do with an event; NULL: it is told as one line. */
    void (*take)(struct cli *cli, const struct loy_event *event, void *user);
    void *user;
};

/* The value of --seconds, or of another option that takes a whole number up to a year's seconds; 0
 * if it is not given. A code was told. */
int reader_loop_number(struct cli *cli, const char *option, int64_t *number);

/* Ends with Ctrl-C, by the limits above, or when recordings are at their end and nothing else is
 * there, or none but the only one counts. Readers that do not work are told on standard error. */
int reader_loop_run(struct reader_loop *loop);

#endif
