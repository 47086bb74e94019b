/* SPDX-License-Identifier: MIT
 *
 * free_text.c - see free_text.h. Digits count in any script that has a normal form in ASCII.
 */
#include "free_text.h"
#include "identifier_private.h"
#include "member_private.h"

#include <string.h>

#define REASON_DIGITS_MAX 8 /* a date, but no number of a card */

enum loy_status member_reason_check(struct loy_store *store, const char *reason)
{
    char normal[LOY_FIELD_TEXT_MAX];
    int digits = 0;
    if (reason == NULL) return LOY_OK;
    enum loy_status status = member_text_normal(reason, normal);
    for (const char *at = normal; status == LOY_OK && *at; at++)
        digits += *at >= '0' && *at <= '9';
    sodium_memzero(normal, sizeof normal);
    if (status == LOY_E_MEMORY) return store_fail(store, status, "out of memory");
    // One of another form is refused by who takes the text.
    if (digits <= REASON_DIGITS_MAX) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT,
        "reason: words are expected; numbers of cards, telephones or people do not belong here");
}

bool member_text_has_payment(const char *text)
{
    char normal[LOY_FIELD_TEXT_MAX];
    if (text == NULL || member_text_normal(text, normal) != LOY_OK) return false;
    char *end = normal;
    for (const char *at = normal; *at; at++)
        if (!strchr(" -._/:", *at)) *end++ = *at;
    *end = '\0';
    bool holds = identifier_holds_payment(normal);
    sodium_memzero(normal, sizeof normal);
    return holds;
}
