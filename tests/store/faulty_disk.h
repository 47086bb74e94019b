/* SPDX-License-Identifier: MIT
 *
 * faulty_disk.h - the library's own calls of the system, led here by the linker (--wrap), fail or
 * are the last of the process. SQLite's calls are not among them: it is a library of its own.
 */
#ifndef FAULTY_DISK_H
#define FAULTY_DISK_H

#include <stdbool.h>

#define FAULTY_DISK_KILL 0

enum faulty_kind { FAULTY_CALLS, FAULTY_MEMORY };
/* The nth of the following calls (1 is the next; 0: none) fails with this error, or kills the
 * process before it is made. */
void faulty_disk_arm(enum faulty_kind kind, long nth, int error);
/* Takes the fault away; whether it was met. */
bool faulty_disk_disarm(void);

#endif
