/* SPDX-License-Identifier: MIT
 *
 * alarm_seen.h - the view that notes that somebody has looked at an alarm.
 */
#ifndef ALARM_SEEN_H
#define ALARM_SEEN_H

#include "tui.h"

#include <loyalty/counter.h>

/* tui_push with a struct loy_alarm; it answers once the note is kept. */
extern const struct view_class view_alarm_seen;

#endif
