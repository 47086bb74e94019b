/* SPDX-License-Identifier: MIT
 *
 * alarm_words.h - an alarm as a sentence, for the command line and the screens.
 */
#ifndef ALARM_WORDS_H
#define ALARM_WORDS_H

#include "cli.h"

#define ALARM_WORDS_MAX 768u
void alarm_words(const struct loy_alarm *alarm, char text[ALARM_WORDS_MAX]);
/* "cards after the total" */
const char *alarm_kind_words(enum loy_alarm_kind kind);
/* "2026-03-01", of days since 1970. */
void alarm_day(int32_t day, char text[32]);

#endif
