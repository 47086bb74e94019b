/* SPDX-License-Identifier: MIT
 *
 * decode_json.h - an event as the contract's JSON object, and as a line for a person.
 */
#ifndef DECODE_JSON_H
#define DECODE_JSON_H

#include "cli.h"

json_t *event_json(const struct loy_event *event);
void event_print(const struct loy_event *event);
/* The one or the other, by --json. */
void event_tell(const struct cli *cli, const struct loy_event *event);
/* What a reason says about the reader, not about one card: "too fast". */
const char *misread_words(int reason);

#endif
