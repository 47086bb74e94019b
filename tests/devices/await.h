/* SPDX-License-Identifier: MIT
 *
 * await.h - what an application does with the readers' one descriptor, with an end.
 * In: a handle; out: its next event, or a failed test.
 */
#ifndef TESTS_AWAIT_H
#define TESTS_AWAIT_H

#include <loyalty/reader.h>

/* Polls and dispatches until there is an event: LOY_NONE after that many milliseconds. */
enum loy_status await_any(struct loy_reader *reader, struct loy_event *event, int wait_ms);
/* The next event must be of this kind. */
void await_kind(struct loy_reader *reader, struct loy_event *event, enum loy_event_kind kind);
/* For so long there must be none. */
void await_nothing(struct loy_reader *reader, int wait_ms);

/* The part's text equals this string. */
void assert_part(const struct loy_event *event, unsigned part, const char *text);
/* The only device; fails if there are more or less. */
struct loy_device the_device(const struct loy_reader *reader);
/* Descriptors of this process. Sockets are not counted: umockdev 0.17 keeps one for every node that
 * was ever served. */
int open_descriptors(void);
/* No more are open than that, once what udev and umockdev do in passing is over. */
void assert_descriptors(int at_most);

#endif
