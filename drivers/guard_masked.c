/* SPDX-License-Identifier: MIT
 *
 * guard_masked.c - row 7: numbers of which a reader hides digits.
 * In: text of one part, own ranges; out: whether digits are hidden, and whether the number may be
 * the shop's. Must not know: which readers mask.
 *
 * Masks are *, X and, where everything behind the number is hidden too, the digit 0: MagneSafe
 * readers leave the first digits (4 or 6) and the last four, write 0 for the others, and change one
 * of these so that Luhn's check holds again (MagTek D99875475).
 */
#include "guard_rows.h"

#include <string.h>

#define CHARACTERS_MIN 8u /* digits and masks of a number */
#define LETTERS_MIN                                                                                \
    3u               /* X in a row: one is a check character, two are part of a code. Of *,        \
                      * one is enough on a stripe; in a symbol it may stand for "times" */
#define CLEAR_MIN 4u /* digits that a reader leaves at both ends */
#define CLEAR_MAX 6u
#define ZEROED_MIN 14u /* digits of a number in which zeros tell something */

/* Digits and masks without a gap. */
struct run {
    size_t begin, end;
    size_t stars, letters_in_row, digits;
};

static bool is_letter(const struct guard_text *text, size_t at)
{
    return (guard_byte_at(text, at) | 0x20) == 'x';
}

static bool is_star(const struct guard_text *text, size_t at)
{
    return guard_byte_at(text, at) == '*';
}

static bool is_member(const struct guard_text *text, size_t at)
{
    return guard_digit_at(text, at) || is_letter(text, at) || is_star(text, at);
}

/* The next run of at least CHARACTERS_MIN from at on. gaps: blanks and hyphens belong to it. */
static bool next_run(const struct guard_text *text, size_t at, bool gaps, struct run *run)
{
    while (at < text->length) {
        size_t row = 0;
        while (at < text->length && !is_member(text, at))
            at++;
        *run = (struct run){.begin = at};
        for (; at < text->length; at++) {
            uint8_t c = text->bytes[at];
            if (gaps && (c == ' ' || c == '-')) continue;
            if (!is_member(text, at)) break;
            row = is_letter(text, at) ? row + 1 : 0;
            if (row > run->letters_in_row) run->letters_in_row = row;
            run->stars += is_star(text, at);
            run->digits += guard_digit_at(text, at);
        }
        run->end = at;
        if (run->end - run->begin >= CHARACTERS_MIN) return true;
    }
    return false;
}

static bool hides(const struct run *run, size_t stars_min)
{
    return run->stars >= stars_min || (run->letters_in_row >= LETTERS_MIN && run->digits > 0);
}

static bool all_zero(const struct guard_text *text, size_t at, size_t end)
{
    while (at < end && text->bytes[at] == '0')
        at++;
    return at == end;
}

/* Zeros alone; or zeros (but one) in the middle, and four or more behind the separator to the end.
 */
static bool is_zeroed(const struct guard_text *text, const struct run *run)
{
    size_t others = 0, end = text->length - (text->bytes[text->length - 1] == '?');
    if (all_zero(text, run->begin, run->end)) return true;
    if (run->end - run->begin < ZEROED_MIN) return false;
    for (size_t at = run->begin + CLEAR_MAX; at < run->end - CLEAR_MIN; at++)
        others += text->bytes[at] != '0';
    return others <= 1 && run->end + 1 + 4 <= end && all_zero(text, run->end + 1, end);
}

/* A symbol that is nothing but digits and masks. One * at each end is Code 39's start and stop,
 * which some readers send. */
static bool is_masked_symbol(struct guard_text text)
{
    struct run run;
    if (text.length > 4 && is_star(&text, 0) && is_star(&text, text.length - 1) &&
        !is_star(&text, 1) && !is_star(&text, text.length - 2)) {
        text.bytes++;
        text.length -= 2;
    }
    return next_run(&text, 0, true, &run) && run.begin == 0 && run.end == text.length &&
           hides(&run, 2);
}

bool guard_is_masked(const struct guard_text *text, const struct loy_part *part)
{
    struct run run;
    bool stripe = part->type == LOY_PART_TRACK || guard_is_framed(text);
    if (!stripe) return is_masked_symbol(*text);
    if (!next_run(text, 0, false, &run)) return false;
    if (is_zeroed(text, &run)) return true;
    do {
        if (hides(&run, 1)) return true;
    } while (next_run(text, run.end, false, &run));
    return false;
}

/* Could the run be a number of the range, if the masks were lifted? What is at the front and not
 * masked must agree. */
static bool may_hold(
    const struct loy_range *range, const struct guard_text *text, const struct run *run)
{
    size_t n = run->end - run->begin, prefix = strlen(range->prefix);
    if (n != range->length) return false;
    for (size_t i = 0; i < prefix; i++) {
        char c = (char)text->bytes[run->begin + i];
        bool masked = i >= CLEAR_MIN && (c == '0' || !guard_digit_at(text, run->begin + i));
        if (c != range->prefix[i] && !masked) return false;
    }
    return true;
}

static const struct loy_range *own_range(
    const struct guard *guard, const struct guard_text *text, struct run *run)
{
    if (!next_run(text, 0, false, run)) return NULL;
    for (size_t i = 0; i < guard->range_count; i++)
        if (may_hold(&guard->ranges[i], text, run)) return &guard->ranges[i];
    return NULL;
}

bool guard_is_own_masked(const struct guard *guard, const struct guard_text *text)
{
    struct run run;
    const struct loy_range *range = own_range(guard, text, &run);
    if (range == NULL) return false;
    struct guard_number number = {.begin = run.begin, .end = run.end};
    return range->financial_layout ||
           !(guard_is_format_b(text, &number) || guard_is_layout_2(text, &number));
}

bool guard_masks_own(const struct guard *guard, const struct loy_event *event)
{
    struct run run;
    for (size_t i = 0; i < event->part_count; i++) {
        const struct loy_part *part = &event->parts[i];
        struct guard_text text = {loy_part_data(event, part), part->length};
        if (part->status == LOY_PART_MASKED && own_range(guard, &text, &run) != NULL) return true;
    }
    return false;
}
