/* SPDX-License-Identifier: MIT
 *
 * quick_memory.h - see quick_memory.c.
 */
#ifndef QUICK_MEMORY_H
#define QUICK_MEMORY_H

/* Before SQLite is used. Not where memory is to be watched. */
void quick_memory_install(void);

#endif
