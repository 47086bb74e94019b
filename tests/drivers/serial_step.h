/* SPDX-License-Identifier: MIT
 *
 * serial_step.h - one driver of a serial line, step by step, for the tests of this folder.
 * In: options, bytes; out: what the driver asks of the world. Must not know: any driver.
 */
#ifndef TESTS_DRIVERS_SERIAL_STEP_H
#define TESTS_DRIVERS_SERIAL_STEP_H

#include "driver.h"

extern unsigned char state[LOY_DRIVER_STATE_MAX];
extern struct loy_step step;
extern const struct loy_driver *driver;

#define BYTES(text) text, sizeof text - 1

/* Starts it with options such as "preset=ncr&ack=1". */
enum loy_status begin(
    const struct loy_driver *wanted, const char *query, struct loy_line_settings *line);
void clear_step(void);
void feed_bytes(const void *bytes, size_t n);
void feed(const char *text);
void silence(void);

void assert_sent(const char *hex);
/* NULL: no change; "": taken back; else words that are in it. */
void assert_hint(const char *words);
void assert_read(const char *text);
void assert_misread(int reason);

#endif
