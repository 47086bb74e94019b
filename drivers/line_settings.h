/* SPDX-License-Identifier: MIT
 *
 * line_settings.h - the options that every driver of a serial line has: baud, bits, parity, stop,
 * flow. In: options; out: struct loy_line_settings, or what is wrong with them.
 * Must not know: any preset, any device, any port.
 */
#ifndef DRIVERS_LINE_SETTINGS_H
#define DRIVERS_LINE_SETTINGS_H

#include "driver.h"

#define LINE_SETTINGS_KEYS "baud", "bits", "parity", "stop", "flow"

/* Puts what the options say over what *line holds. NULL, or a constant sentence. */
const char *line_settings_read(const struct loy_identity *who, struct loy_line_settings *line);

/* The position of the option's value in names (NULL at the end), standard without the option, or
 * -1. */
int line_choice(
    const struct loy_identity *who, const char *key, const char *const *names, int standard);

/* The option's value, a decimal number from 0 to most; standard without the option, or -1. */
long line_number(const struct loy_identity *who, const char *key, long most, long standard);

/* The text of an option; false if it does not fit into size bytes. text stays without one. */
bool line_string(const struct loy_identity *who, const char *key, char *text, size_t size);

#endif
