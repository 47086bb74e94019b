/* SPDX-License-Identifier: MIT
 *
 * guard_payment.c - rows 3 and 4: payment cards, whole, half read, or two at once.
 * In: text of one part, own ranges; out: the row that holds, with the network.
 * Must not know: readers, what becomes of a read.
 *
 *   track 1   % B number(12-19) ^ name ^ YYMM service(3) ... ?       ISO/IEC 7813
 *   track 2   ; number(12-19) = YYMM service(3) ... ?                ISO/IEC 7813
 *   track 3   ; format(2) number(12-19) = country(3) currency(3) ... ?   ISO/IEC 4909
 */
#include "guard_rows.h"

#include <string.h>

#define NUMBER_MIN 12u
#define NUMBER_MAX 19u
#define ALONE_MIN 13u /* digits of a number that is refused without a layout around it */
#define GROUP_DIGITS_MIN 3u

/* What is judged, and what kind of text it is. */
struct scan {
    const struct guard *guard;
    const struct guard_text *text;
    const struct loy_part *part;
    bool card;   /* keyed or from a stripe, perhaps: row 4 holds too, and rests of tracks count */
    bool stripe; /* from a stripe */
    bool framed; /* with both its sentinels */
};

static const struct guard_verdict nothing = {ROW_NONE, LOY_NETWORK_NONE};

static struct guard_verdict refused(enum guard_row row, const struct loy_issuer *issuer)
{
    return (struct guard_verdict){row, issuer ? issuer->network : (uint8_t)LOY_NETWORK_NONE};
}

static void keep_stricter(struct guard_verdict *verdict, struct guard_verdict other)
{
    if (other.row == ROW_NONE) return;
    if (verdict->row == ROW_NONE || other.row < verdict->row) *verdict = other;
}

/* ---- One number ----------------------------------------------------------------------------- */

/* Track 2, with whatever a keyboard made of its separator. */
static bool is_layout_2(const struct scan *scan, const struct guard_number *number)
{
    if (guard_is_layout_2(scan->text, number)) return true;
    return scan->card && guard_has_date_and_service(scan->text, number->end + 1);
}

static bool is_layout_3(const struct guard_text *text, const struct guard_number *number)
{
    size_t digits = 0;
    while (digits < 6 && guard_digit_at(text, number->end + 1 + digits))
        digits++;
    return digits == 6 && guard_byte_at(text, number->end) == '=';
}

/* Where the next '^' stands from at on; past the end if there is none. */
static size_t find_caret(const struct guard_text *text, size_t at)
{
    while (at < text->length && text->bytes[at] != '^')
        at++;
    return at;
}

/* Half a track 1: the format code was lost, or the separator behind the number, or all behind it.
 */
static bool is_half_track_1(const struct guard_text *text, const struct guard_number *number)
{
    size_t percent = guard_byte_at(text, 0) == '%';
    if (number->begin > percent + 1) return false; /* or each number would search the whole text */
    size_t caret = find_caret(text, number->end);
    if (number->begin == percent)
        return caret == number->end &&
               guard_has_date_and_service(text, find_caret(text, caret + 1) + 1);
    if ((text->bytes[percent] | 0x20) != 'b') return false;
    return caret < text->length || (percent == 1 && number->end == text->length);
}

/* A network's number of which digits were lost: its prefix, but fewer digits than the longest have
 * and not as many as others. Where shops' own cards are too, that tells nothing. */
static const struct loy_issuer *cut_issuer(const struct guard_number *number)
{
    const struct loy_issuer *row;
    for (size_t i = 0; (row = loy_issuer_at(i)) != NULL; i++)
        if (!row->shared && row->lengths >> number->length > 1 &&
            loy_issuer_begins(row, number->digits))
            return row;
    return NULL;
}

/* A track 2 of which the beginning was lost: the end sentinel is there, the start sentinel not. */
static bool is_headless(const struct guard_text *text, const struct guard_number *number)
{
    return number->begin == 0 && text->bytes[text->length - 1] == '?';
}

static bool is_payment_number(const char *digits, size_t n, const struct loy_issuer **issuer)
{
    *issuer = n > NUMBER_MAX ? NULL : loy_issuer_find(digits, n, false);
    return *issuer != NULL && (loy_digits_luhn(digits, n) || (*issuer)->without_luhn);
}

/* Row 4. */
static bool stands_alone(const char *digits, size_t n, const struct loy_issuer **issuer)
{
    return n >= ALONE_MIN && is_payment_number(digits, n, issuer) && loy_digits_luhn(digits, n);
}

/* A number of which digits were lost is told by its date alone, so what stands between must be a
 * separator, unless it is a stripe's: a member's number may have a date behind it too. */
static const struct loy_issuer *judge_cut(
    const struct scan *scan, const struct guard_number *number)
{
    if (!scan->card || !(scan->stripe || guard_is_layout_2(scan->text, number))) return NULL;
    return cut_issuer(number);
}

static struct guard_verdict judge_number(const struct scan *scan, const struct guard_number *number)
{
    const struct loy_issuer *issuer = NULL;
    if (number->length < NUMBER_MIN || number->length > NUMBER_MAX) return nothing;
    bool valid = is_payment_number(number->digits, number->length, &issuer);
    if (guard_is_format_b(scan->text, number)) return refused(ROW_FINANCIAL, issuer);
    if (is_layout_2(scan, number)) {
        if (valid) return refused(ROW_FINANCIAL, issuer);
        if (issuer == NULL && (issuer = judge_cut(scan, number)) != NULL)
            return refused(ROW_FINANCIAL, issuer);
        if (scan->card && is_headless(scan->text, number)) return refused(ROW_FINANCIAL, NULL);
    }
    if (!scan->card) return nothing;
    if (is_half_track_1(scan->text, number)) return refused(ROW_FINANCIAL, issuer);
    if (stands_alone(number->digits, number->length, &issuer)) return refused(ROW_NUMBER, issuer);
    return nothing;
}

/* ---- Runs that are not one number ----------------------------------------------------------- */

static struct guard_verdict judge_behind_format_code(
    const struct scan *scan, const struct guard_number *run)
{
    const struct loy_issuer *issuer = NULL;
    if (run->length < NUMBER_MIN + 2 || run->length > NUMBER_MAX + 2) return nothing;
    struct guard_number number = *run;
    memmove(number.digits, number.digits + 2, run->length - 2);
    number.length = run->length - 2;
    struct guard_verdict verdict = nothing;
    if (!guard_is_own_number(scan->guard, scan->text, &number)) {
        verdict = judge_number(scan, &number);
        if (is_layout_3(scan->text, &number) &&
            is_payment_number(number.digits, number.length, &issuer))
            verdict = refused(ROW_FINANCIAL, issuer);
    }
    explicit_bzero(&number, sizeof number);
    return verdict;
}

/* A run that is too long for a number: n digits of a card, then what? A date, because the separator
 * was lost; anything, if the end was lost too; another card. */
static struct guard_verdict judge_head(
    const struct scan *scan, const struct guard_number *run, size_t n)
{
    const struct loy_issuer *issuer = NULL, *second = NULL;
    size_t rest = run->length - n;
    if (!is_payment_number(run->digits, n, &issuer)) return nothing;
    if (scan->stripe && guard_has_date_and_service(scan->text, run->begin + n))
        return refused(ROW_FINANCIAL, issuer);
    if (!stands_alone(run->digits, n, &issuer)) return nothing;
    if (scan->stripe && !scan->framed) return refused(ROW_NUMBER, issuer);
    if (stands_alone(run->digits + n, rest, &second)) return refused(ROW_NUMBER, issuer);
    return nothing;
}

static struct guard_verdict judge_long_run(const struct scan *scan, const struct guard_number *run)
{
    struct guard_verdict verdict = nothing;
    if (run->length <= NUMBER_MAX) return nothing;
    for (size_t n = NUMBER_MIN; n <= NUMBER_MAX; n++)
        keep_stricter(&verdict, judge_head(scan, run, n));
    return verdict;
}

/* Groups as they are printed on cards: a date before or behind them must not hide the number. From
 * one group on, every end of a group ends a number; groups of one or two digits are no part of it.
 */
static struct guard_verdict judge_groups_from(
    const struct scan *scan, const struct guard_number *run, size_t begin)
{
    struct guard_number number = {.begin = begin};
    struct guard_verdict verdict = nothing;
    for (size_t at = begin, group = 0; at < run->end && number.length < NUMBER_MAX; at++) {
        if (!guard_digit_at(scan->text, at)) continue;
        number.digits[number.length++] = (char)scan->text->bytes[at];
        group++;
        if (guard_digit_at(scan->text, at + 1)) continue;
        if (group < GROUP_DIGITS_MIN) break;
        number.end = at + 1;
        if (!guard_is_own_number(scan->guard, scan->text, &number))
            keep_stricter(&verdict, judge_number(scan, &number));
        group = 0;
    }
    explicit_bzero(&number, sizeof number);
    return verdict;
}

static struct guard_verdict judge_groups(const struct scan *scan, const struct guard_number *run)
{
    struct guard_verdict verdict = nothing;
    for (size_t at = run->begin; at < run->end; at++)
        if (guard_digit_at(scan->text, at) &&
            (at == run->begin || !guard_digit_at(scan->text, at - 1)))
            keep_stricter(&verdict, judge_groups_from(scan, run, at));
    return verdict;
}

/* ---- The whole text ------------------------------------------------------------------------- */

static struct guard_verdict judge_runs(const struct scan *scan)
{
    struct guard_verdict verdict = nothing;
    struct guard_number run;
    bool track_3 = scan->stripe && (scan->part->track == 0 || scan->part->track == 3);
    for (size_t at = 0; guard_next_number(scan->text, at, false, &run); at = run.end) {
        if (guard_is_own_number(scan->guard, scan->text, &run)) continue;
        keep_stricter(&verdict, judge_number(scan, &run));
        if (track_3) keep_stricter(&verdict, judge_behind_format_code(scan, &run));
        if (scan->card) keep_stricter(&verdict, judge_long_run(scan, &run));
    }
    explicit_bzero(&run, sizeof run);
    return verdict;
}

/* The same with the blanks and hyphens of a card that was keyed as it is printed. */
static struct guard_verdict judge_joined_runs(const struct scan *scan)
{
    struct guard_verdict verdict = nothing;
    struct guard_number run;
    for (size_t at = 0; guard_next_number(scan->text, at, true, &run); at = run.end) {
        if (guard_is_own_number(scan->guard, scan->text, &run)) continue;
        keep_stricter(&verdict, judge_number(scan, &run));
        keep_stricter(&verdict, judge_groups(scan, &run));
    }
    explicit_bzero(&run, sizeof run);
    return verdict;
}

struct guard_verdict guard_payment_beside(const struct guard *guard, const struct guard_text *text)
{
    struct guard_verdict verdict = nothing;
    struct guard_number run;
    for (size_t at = 0; guard_next_number(text, at, false, &run); at = run.end) {
        const struct loy_issuer *issuer = NULL;
        if (run.length < NUMBER_MIN || run.length > NUMBER_MAX) continue;
        if (guard_is_own_number(guard, text, &run)) continue;
        bool valid = is_payment_number(run.digits, run.length, &issuer);
        if (guard_is_format_b(text, &run) || (valid && guard_is_layout_2(text, &run)))
            verdict = refused(ROW_FINANCIAL, issuer);
    }
    explicit_bzero(&run, sizeof run);
    return verdict;
}

/* With its sentinels, or one of them. */
static bool is_from_stripe(const struct guard_text *text)
{
    uint8_t first = guard_byte_at(text, 0);
    if (first == '%' || first == ';' || guard_is_framed(text)) return true;
    return guard_digit_at(text, 0) && text->bytes[text->length - 1] == '?';
}

struct guard_verdict guard_payment(
    const struct guard *guard, const struct guard_text *text, const struct loy_part *part)
{
    struct scan scan = {.guard = guard, .text = text, .part = part};
    scan.card = guard_may_be_card(part);
    scan.framed = guard_is_framed(text);
    scan.stripe = part->type == LOY_PART_TRACK || is_from_stripe(text);
    struct guard_verdict verdict = judge_runs(&scan);
    if (scan.card) keep_stricter(&verdict, judge_joined_runs(&scan));
    return verdict;
}
