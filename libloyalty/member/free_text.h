/* SPDX-License-Identifier: MIT
 *
 * free_text.h - the one judge of what people type where words stand in clear: reasons, serials. For
 * the member and the basket room. Texts come in, verdicts go out; no word repeats a text.
 */
#ifndef FREE_TEXT_H
#define FREE_TEXT_H

#include <loyalty/status.h>

#include <stdbool.h>

struct loy_store;

/* LOY_E_FORMAT: it holds more digits than a date has, which may be the number of a card, a
 * telephone or a person. NULL is fine. */
enum loy_status member_reason_check(struct loy_store *store, const char *reason);
/* Does it hold the number of a payment card: 13 to 19 digits in a network's range that pass Luhn's
 * check, also with blanks and the like between them? NULL holds none. */
bool member_text_has_payment(const char *text);

#endif
