/* SPDX-License-Identifier: MIT
 *
 * line_watch.c - what is wrong with the settings of a serial line, told from the lines that come.
 * In: lines, whole or not; out: a sentence for the person who set it up.
 * Must not know: how lines are cut, what they mean. Of a line it keeps its length and a sum.
 */
#include "line_watch.h"

#define ENOUGH 2u           /* lines in a row that show the same fault */
#define PATTERN_BYTES_MIN 4 /* fewer may be like this by chance */

static const char even_parity[] =
    "the scanner sends seven bits and even parity: say ?bits=7&parity=even, or ?preset=olivetti or "
    "cute";
static const char odd_parity[] =
    "the scanner sends seven bits and odd parity: say ?bits=7&parity=odd, or ?preset=ncr or "
    "datalogic";
static const char wrong_settings[] =
    "the bytes come damaged, so the line settings are wrong: try ?preset=NAME, ?baud=19200, or "
    "?bits=7&parity=even";
static const char no_suffix[] =
    "no line end comes as it is set: say ?suffix=none, cr, lf, crlf, tab or eot, or scan the "
    "bar code \"Enter\" or \"CR suffix\" of the manual";
static const char no_frame[] =
    "no STX comes, and this preset takes nothing else: say ?preset=plain, or the preset of the "
    "scanner's host";
static const char no_acknowledge[] =
    "if no more scans come, the scanner waits for ACK: say ?ack=1 or ?preset=olivetti, or turn "
    "ACK/NAK off in the scanner";

static const char *hint(struct line_watch *watch, const char *sentence)
{
    watch->hinted = true;
    return sentence;
}

static bool has_odd_ones(uint8_t byte)
{
    byte ^= byte >> 4;
    byte ^= byte >> 2;
    byte ^= byte >> 1;
    return byte & 1;
}

/* Seven bits with parity, received as eight without: each byte has the same parity, and bit 7 is
 * used. */
static const char *find_parity(const uint8_t *text, size_t n)
{
    size_t odd = 0, high = 0;
    for (size_t i = 0; i < n; i++) {
        odd += has_odd_ones(text[i]);
        high += text[i] >> 7;
    }
    if (n < PATTERN_BYTES_MIN || high == 0) return NULL;
    if (odd == 0) return even_parity;
    return odd == n ? odd_parity : NULL;
}

/* In a row; one byte is enough to count so far. */
static bool enough(uint8_t *count)
{
    if (*count < ENOUGH) (*count)++;
    return *count == ENOUGH;
}

static const char *see_read(struct line_watch *watch)
{
    bool hinted = watch->hinted;
    watch->damaged = watch->endless = watch->unframed = 0;
    watch->ended = true;
    watch->waits = watch->hinted = false;
    return hinted ? "" : NULL;
}

static const char *see_frame(struct line_watch *watch, const uint8_t *text, size_t n)
{
    uint16_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum = (uint16_t)(sum * 31 + text[i]);
    bool same = watch->length == n && watch->sum == sum;
    watch->flows = watch->flows || (watch->length > 0 && !same);
    watch->length = (uint16_t)n;
    watch->sum = sum;
    if (!same) watch->repeats = 0;
    bool waiting = same && enough(&watch->repeats);
    const char *sentence = waiting ? NULL : see_read(watch);
    watch->waits = !watch->flows;
    return waiting ? hint(watch, no_acknowledge) : sentence;
}

const char *line_watch_see(
    struct line_watch *watch, enum line_sight sight, const uint8_t *text, size_t n)
{
    const char *parity;
    switch (sight) {
    case LINE_READ:
        return see_read(watch);
    case LINE_FRAME:
        return see_frame(watch, text, n);
    case LINE_DAMAGED:
        parity = find_parity(text, n);
        if (parity != NULL) return hint(watch, parity);
        return enough(&watch->damaged) ? hint(watch, wrong_settings) : NULL;
    case LINE_ENDLESS:
        return !watch->ended && enough(&watch->endless) ? hint(watch, no_suffix) : NULL;
    case LINE_UNFRAMED:
        return enough(&watch->unframed) ? hint(watch, no_frame) : NULL;
    default:
        watch->waits = false;
        return hint(watch, no_acknowledge);
    }
}
