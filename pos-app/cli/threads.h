/* SPDX-License-Identifier: MIT
 *
 * threads.h - the program's executor: the threads that long work of the library may use.
 */
#ifndef THREADS_H
#define THREADS_H

#include <loyalty/executor.h>

/* As many threads as the machine has processors, or as $LOYALTY_THREADS says (1 to 64). The same
 * one for the whole program; its threads live as long as a run. */
const struct loy_executor *cli_threads(void);

#endif
