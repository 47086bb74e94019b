/* SPDX-License-Identifier: MIT
 *
 * program.h - the program on a pseudo-terminal, for measuring: what it writes is counted and
 * looked through.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* argv as for execvp. False: it could not be started. */
bool program_start(char *const argv[], unsigned short rows, unsigned short columns);
void program_type(const char *text);
/* Writes a line to the pipe $SCANNER. */
void program_scan(const char *line);
/* Reads until nothing came for quiet_ms; how many bytes came. */
size_t program_quiet(int quiet_ms);
/* Reads until the text came (escape sequences may stand between cells); false: not within
 * limit_ms. */
bool program_wait(const char *text, int limit_ms);
int64_t program_now_us(void);
/* Ends it by a signal; its exit status as waitpid has it. */
int program_end(int number);

#endif
