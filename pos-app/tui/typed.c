/* SPDX-License-Identifier: MIT
 *
 * typed.c - numbers that are typed, judged before any screen has them.
 * In: a view's input line, the shop's ranges; out: a mask, or an event. Must not know: curses.
 */
#include "typed.h"

#include <loyalty/card.h>

#include <sodium.h>
#include <string.h>

#define PAYMENT_DIGITS_MIN 12u /* digits of the shortest payment card's number */
#define MASKED_FROM 13u        /* behind UPC-A and all but the last digit of an EAN-13 */

/* "3*6901234567893": the quantity is no part of a number. */
static const char *number_of(const char *text)
{
    const char *star = strrchr(text, '*');
    return star && star[1] ? star + 1 : text;
}

/* How many; *only: but for blanks and dashes there is nothing else. */
static size_t digits_read(const char *text, char digits[ENTRY_BYTES], bool *only)
{
    size_t count = 0;
    *only = true;
    for (; *text; text++) {
        if (*text >= '0' && *text <= '9')
            digits[count++] = *text;
        else
            *only = *only && (*text == ' ' || *text == '-');
    }
    digits[count] = '\0';
    return count;
}

static bool is_payment(
    const char *text, const struct loy_range *ranges, size_t count, struct loy_event *event)
{
    return cli_card_event(text, ranges, count, event) == LOY_OK &&
           event->kind == LOY_EVENT_REFUSED && event->reason == LOY_REFUSAL_PAYMENT_CARD;
}

static bool is_own(
    const char *digits, size_t length, const struct loy_range *ranges, size_t range_count)
{
    for (size_t i = 0; i < range_count; i++)
        if (length <= ranges[i].length &&
            strncmp(digits, ranges[i].prefix, strlen(ranges[i].prefix)) == 0)
            return true;
    return false;
}

static bool is_article(const char *digits, size_t length)
{
    char gtin[15];
    return loy_gtin_normalise(LOY_SYMBOLOGY_NONE, digits, length, gtin) == LOY_OK;
}

/* Of ranges and event one each: a key press needs no heap, and both are wiped. */
static struct loy_range ranges[LOY_RANGES_MAX];
static struct loy_event event;

static size_t ranges_read(struct tui *tui)
{
    size_t count = 0;
    return loy_range_list(tui->store, ranges, &count) == LOY_OK ? count : 0;
}

void typed_judge(struct tui *tui, struct view *view)
{
    char text[ENTRY_BYTES], digits[ENTRY_BYTES];
    bool only;
    view->entry.masked = false;
    if (view->entry.length < PAYMENT_DIGITS_MIN || view->entry.secret) return;
    entry_text(&view->entry, text);
    const char *number = number_of(text);
    size_t length = digits_read(number, digits, &only);
    if (length >= PAYMENT_DIGITS_MIN) {
        size_t count = ranges_read(tui);
        view->entry.masked = is_payment(number, ranges, count, &event);
        if (only && length >= MASKED_FROM && !view->entry.words)
            view->entry.masked |=
                !is_own(digits, length, ranges, count) && !is_article(digits, length);
    }
    sodium_memzero(&event, sizeof event);
    sodium_memzero(text, sizeof text);
    sodium_memzero(digits, sizeof digits);
}

bool typed_refused(struct tui *tui, struct view *view)
{
    char text[ENTRY_BYTES], digits[ENTRY_BYTES];
    bool only, is = false;
    if (view->entry.length < PAYMENT_DIGITS_MIN) return false;
    entry_text(&view->entry, text);
    const char *number = number_of(text);
    if (digits_read(number, digits, &only) >= PAYMENT_DIGITS_MIN)
        is = is_payment(number, ranges, ranges_read(tui), &event);
    sodium_memzero(text, sizeof text);
    sodium_memzero(digits, sizeof digits);
    if (is) {
        entry_wipe(&view->entry);
        /* Copies of the line are made anew, of nothing. */
        if (view->view_class->typed) view->view_class->typed(tui, view);
        tui_event(tui, &event);
    }
    sodium_memzero(&event, sizeof event);
    return is;
}
