/* SPDX-License-Identifier: MIT
 *
 * stripe.c - the three tracks of one swipe: is a track whole, is its number masked, what becomes of
 * all three. In: text or raw bits of tracks; out: one event. Must not know: any reader's layout.
 *
 *   start sentinel | text | ? [LRC]        % track 1, ; track 2, other sentinels by format
 *
 * Sentinels: MagTek D99875206, section 4; JIS II has DEL for both. Masks: MagTek D99875475, ISO
 * Track Mask property and appendix E.
 */
#include "stripe.h"

#include <string.h>

#define DEL 0x7F
#define CLEAR_DIGITS 8u /* of a masked number: four in front, four behind */
#define CLEAR_FRONT 6u  /* or as many in front */
#define CLEAR_BEHIND 4u
#define ZEROS_MIN 3u   /* a digit among the masked ones may be altered for Luhn's sake */
#define UNIFORM_MIN 4u /* characters that are all the same: wholly masked */

void stripe_begin(struct stripe *stripe)
{
    memset(stripe, 0, sizeof *stripe);
    for (unsigned i = 0; i < STRIPE_TRACKS; i++)
        stripe->tracks[i].status = LOY_PART_EMPTY;
}

void stripe_wipe(struct stripe *stripe)
{
    explicit_bzero(stripe, sizeof *stripe);
}

void stripe_set_status(struct stripe *stripe, unsigned index, enum loy_part_status status)
{
    stripe->tracks[index].status = (uint8_t)status;
    stripe->tracks[index].text = NULL;
    stripe->tracks[index].length = 0;
}

static void set_data(struct stripe *stripe, unsigned index, enum loy_part_status status,
    const void *text, size_t length)
{
    stripe->tracks[index].status = (uint8_t)status;
    stripe->tracks[index].text = text;
    stripe->tracks[index].length = length;
}

/* ---- Text ----------------------------------------------------------------------------------- */

/* Bytes up to the end sentinel, 0 if a sentinel is missing. */
static size_t whole_length(const uint8_t *text, size_t n)
{
    if (n < 2 || text[0] == '\0') return 0;
    if (text[0] == DEL) return text[n - 1] == DEL ? n : 0;
    const uint8_t *end = memchr(text, '?', n);
    if (strchr("%;+#&@!", text[0]) == NULL || end == NULL) return 0;
    size_t length = (size_t)(end - text) + 1;
    return n - length <= 1 ? length : 0;
}

void stripe_set_text(struct stripe *stripe, unsigned index, const uint8_t *text, size_t length)
{
    size_t whole = whole_length(text, length);
    /* E between the sentinels is what readers send for a track that failed. */
    bool failed = whole == 3 && text[1] == 'E';
    if (length == 0 || whole == 2)
        stripe_set_status(stripe, index, LOY_PART_EMPTY);
    else if (whole == 0 || failed)
        stripe_set_status(stripe, index, LOY_PART_BAD);
    else
        set_data(stripe, index, LOY_PART_GOOD, text, whole);
}

/* ---- Masks ---------------------------------------------------------------------------------- */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_mask(uint8_t c)
{
    return c == '*' || c == 'X' || c == 'x';
}

/* The longest run of characters for which fits() holds. */
static size_t longest_run(const uint8_t *text, size_t n, bool zeros)
{
    size_t run = 0, longest = 0;
    for (size_t i = 0; i < n; i++) {
        bool fits = zeros ? text[i] == '0' : is_mask(text[i]);
        run = fits ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    return longest;
}

static bool is_uniform(const uint8_t *text, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (text[i] != text[0]) return false;
    return n >= UNIFORM_MIN;
}

/* Zeros but for one digit in the place that is masked where six digits in front are clear: the run
 * of zeros may be short there. */
static bool has_zeroed_middle(const uint8_t *number, size_t n)
{
    size_t others = 0;
    if (n <= CLEAR_FRONT + CLEAR_BEHIND) return false;
    for (size_t i = CLEAR_FRONT; i < n - CLEAR_BEHIND; i++)
        others += number[i] != '0';
    return others <= 1;
}

/* The number between the start sentinel and the separator, all digits: zeros stand for what is
 * masked. A number that is so short that one digit may be masked counts as masked. */
static bool has_masked_zeros(const uint8_t *number, size_t n)
{
    if (n <= CLEAR_DIGITS) return false;
    if (has_zeroed_middle(number, n)) return true;
    size_t masked = n - CLEAR_DIGITS - 1, needed = masked < ZEROS_MIN ? masked : ZEROS_MIN;
    return longest_run(number, n, true) >= needed;
}

/* Only the layouts of banks, %B number ^ and ; number =, are masked in part: all else comes whole
 * or clear. */
static bool is_masked(const uint8_t *text, size_t length)
{
    const uint8_t *inside = text + 1;
    size_t n = length - 2, at = inside[0] == 'B' ? 1 : 0, end = at;
    while (end < n && is_digit(inside[end]))
        end++;
    bool bank = end < n && (inside[end] == '=' || (at == 1 && inside[end] == '^'));
    return is_uniform(inside, n) || longest_run(inside, n, false) > 1 ||
           memchr(inside, '*', n) != NULL || (bank && has_masked_zeros(inside + at, end - at));
}

void stripe_check_mask(struct stripe *stripe, unsigned index)
{
    if (stripe->tracks[index].status != LOY_PART_GOOD) return;
    if (is_masked(stripe->tracks[index].text, stripe->tracks[index].length))
        stripe->tracks[index].status = LOY_PART_MASKED;
}

/* ---- Bits ----------------------------------------------------------------------------------- */

/* Readers pack eight bits into a byte, or as many as they are set to: one character of seven or
 * five, or six (MSR605 Programmer's Manual, "set BPC": 5 to 8). */
static const uint8_t widths[] = {8, 7, 6, 5};

static bool fits_width(const uint8_t *bytes, size_t n, unsigned width)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] >> width != 0) return false;
    return true;
}

/* width bits of each byte, in the order that they were read, MSB first. */
static void repack(
    const uint8_t *bytes, size_t n, unsigned width, bool lsb_first, uint8_t packed[BITS_MAX / 8])
{
    memset(packed, 0, BITS_MAX / 8);
    for (size_t i = 0; i < n * width; i++) {
        size_t at = i % width, shift = lsb_first ? at : width - 1 - at;
        if ((unsigned)bytes[i / width] >> shift & 1u) packed[i / 8] |= (uint8_t)(0x80u >> (i % 8));
    }
}

/* A damaged card keeps its bits: they may be a payment card's. */
static enum loy_part_status judge_bits(const struct bits_view *view)
{
    if (bits_are_blank(view, BITS_PLAIN)) return LOY_PART_EMPTY;
    if (bits_have_lead(view, BITS_PLAIN) || bits_hold_digits(view)) return LOY_PART_BAD;
    return LOY_PART_NOT_ISO;
}

/* One way to read the bits: true if that gives the track. Otherwise the status gets worse, if this
 * way shows what others did not. */
static bool try_bits(struct stripe *stripe, unsigned index, const struct bits_view *view,
    enum loy_part_status *status)
{
    struct bits_track track;
    bits_find_track(view, BITS_PLAIN, index + 1, &track);
    /* Both sentinels alone come by chance where a card was packed in another width. */
    bool good = track.reason == LOY_MISREAD_NONE && track.length > 2;
    if (good) {
        memcpy(stripe->decoded[index], track.text, track.length);
        set_data(stripe, index, LOY_PART_GOOD, stripe->decoded[index], track.length);
    } else if (*status == LOY_PART_NOT_ISO) {
        *status = judge_bits(view);
    }
    explicit_bzero(&track, sizeof track);
    return good;
}

void stripe_set_bits(struct stripe *stripe, unsigned index, const uint8_t *bytes, size_t length)
{
    uint8_t packed[BITS_MAX / 8];
    struct bits_view view = {.packed = packed};
    enum loy_part_status status = LOY_PART_NOT_ISO;
    bool good = false;
    for (unsigned i = 0; !good && i < 2 * sizeof widths; i++) {
        if (!fits_width(bytes, length, widths[i / 2])) continue;
        repack(bytes, length, widths[i / 2], i % 2 == 1, packed);
        view.count = length * widths[i / 2];
        good = try_bits(stripe, index, &view, &status);
    }
    explicit_bzero(packed, sizeof packed);
    if (good) return;
    stripe_set_status(stripe, index, status);
    if (status == LOY_PART_NOT_ISO) set_data(stripe, index, status, bytes, length);
}

/* ---- The event ------------------------------------------------------------------------------ */

static void add_parts(const struct stripe *stripe, bool tell_empty, struct loy_event *event)
{
    for (unsigned i = 0; i < STRIPE_TRACKS; i++) {
        enum loy_part_status status = (enum loy_part_status)stripe->tracks[i].status;
        if (status != LOY_PART_EMPTY || tell_empty)
            event_add_track(event, i + 1, status, stripe->tracks[i].text, stripe->tracks[i].length);
    }
}

void stripe_report(const struct stripe *stripe, const char *driver, struct loy_event *event)
{
    unsigned told = 0, bad = 0, hidden = 0;
    for (unsigned i = 0; i < STRIPE_TRACKS; i++) {
        told += stripe->tracks[i].length > 0;
        bad += stripe->tracks[i].status == LOY_PART_BAD;
        hidden += stripe->tracks[i].status == LOY_PART_MASKED && stripe->tracks[i].length == 0;
    }
    if (told == 0 && hidden == 0 && bad > 0) {
        event_misread(event, driver, LOY_MISREAD_PARITY);
        return;
    }
    event_begin(event, driver);
    if (told > 0 || hidden == 0) {
        add_parts(stripe, told == 0, event);
        return;
    }
    event->kind = LOY_EVENT_REFUSED;
    event->reason = LOY_REFUSAL_ENCRYPTED_READER;
}
