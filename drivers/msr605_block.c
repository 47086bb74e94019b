/* SPDX-License-Identifier: MIT
 *
 * msr605_block.c - what readers of the MSR206 family send for a swipe.
 * In: a block; out: its tracks, or a misread. Must not know: the dialogue, ports.
 *
 *   text:  ESC 01 <track 1> ESC 02 <track 2> ESC 03 <track 3> ? FS ESC status
 *   bits:  ESC 01 n <n bytes> ESC 02 n <n bytes> ESC 03 n <n bytes> ? FS ESC status
 *
 * A track may be missing, or be its header alone; ESC + stands for an empty one, ESC * for one that
 * could not be decoded. Text has its sentinels, so '?' ends tracks as well as the block, and some
 * devices spare the last track's. Bits may contain ESC and FS: only the lengths tell. status: '0'
 * ok, '1' read error, '9' card moved wrongly, others complain about a command. Source: MSR605
 * Programmer's Manual, section 7; marks: MSR206 in use.
 */
#include "msr605_core.h"
#include "stripe.h"

#include <string.h>

#define ESC 0x1B
#define FS 0x1C
#define DEL 0x7F
#define END_BYTES 4u /* ? FS ESC status */

struct segment {
    uint8_t mark; /* '+', '*' or 0 */
    const uint8_t *text;
    size_t length;
};

/* Bytes n to the end are tracks; the end itself is not counted. Track headers must ascend. */
static bool next_header(const uint8_t *block, size_t n, size_t *at, unsigned *track)
{
    if (n - *at < 2 || block[*at] != ESC) return false;
    unsigned number = block[*at + 1];
    if (number <= *track || number > STRIPE_TRACKS) return false;
    *track = number;
    *at += 2;
    return true;
}

/* Whether the lengths lead from header to header and exactly to the end. They may do so in text
 * too, by chance; bits, though, hold control characters that text does not. */
static bool read_bits(const uint8_t *block, size_t n, struct segment segments[STRIPE_TRACKS])
{
    unsigned track = 0;
    for (size_t at = 0; at < n;) {
        if (!next_header(block, n, &at, &track) || at == n) return false;
        struct segment *segment = &segments[track - 1];
        segment->length = block[at++];
        if (segment->length > n - at) return false;
        segment->text = block + at;
        at += segment->length;
    }
    return n > 0;
}

static size_t text_bytes(const uint8_t *text, size_t n)
{
    size_t length = 0;
    while (length < n && text[length] >= ' ' && text[length] < DEL)
        length++;
    return length;
}

static bool is_mark(const uint8_t *text, size_t n)
{
    return n >= 2 && text[0] == ESC && (text[1] == '+' || text[1] == '*');
}

static bool read_text(const uint8_t *block, size_t n, struct segment segments[STRIPE_TRACKS])
{
    unsigned track = 0;
    for (size_t at = 0; at < n;) {
        if (!next_header(block, n, &at, &track)) return false;
        struct segment *segment = &segments[track - 1];
        segment->text = block + at;
        segment->length = text_bytes(block + at, n - at);
        at += segment->length;
        if (!is_mark(block + at, n - at)) continue;
        segment->mark = block[at + 1];
        at += 2;
    }
    return true;
}

/* Whether the block may go on behind what looks like its end: that lies inside a raw track. */
static bool may_go_on(const uint8_t *block, size_t length)
{
    unsigned track = 0;
    for (size_t at = 0; next_header(block, length, &at, &track);) {
        if (at == length) return true;
        size_t n = block[at++];
        if (n > length - at) return true;
        at += n;
    }
    return false;
}

static enum loy_misread status_fault(uint8_t status)
{
    if (status == '0') return LOY_MISREAD_NONE;
    if (status == '1') return LOY_MISREAD_PARITY;
    return status == '9' ? LOY_MISREAD_TOO_FAST : LOY_MISREAD_DEVICE;
}

/* The block's own '?' stands in for the end sentinel of a last track that has none. */
static void set_text(struct stripe *stripe, unsigned i, const struct segment *segment, bool last)
{
    size_t n = segment->length;
    if (last && n > 1 && memchr(segment->text, '?', n) == NULL) n++;
    if (segment->mark == '*')
        stripe_set_status(stripe, i, LOY_PART_BAD);
    else if (segment->mark == '+')
        stripe_set_status(stripe, i, LOY_PART_EMPTY);
    else
        stripe_set_text(stripe, i, segment->text, n);
}

static void report_tracks(const struct segment *segments, bool bits, const uint8_t *end,
    const char *driver, struct loy_event *event)
{
    struct stripe stripe;
    stripe_begin(&stripe);
    for (unsigned i = 0; i < STRIPE_TRACKS; i++) {
        const struct segment *segment = &segments[i];
        bool last = segment->text != NULL && segment->text + segment->length == end;
        if (bits && segment->length > 0)
            stripe_set_bits(&stripe, i, segment->text, segment->length);
        else if (!bits)
            set_text(&stripe, i, segment, last);
    }
    stripe_report(&stripe, driver, event);
    stripe_wipe(&stripe);
}

bool msr_block_report(
    const uint8_t *block, size_t length, const char *driver, struct loy_event *event)
{
    struct segment segments[STRIPE_TRACKS] = {{0}};
    size_t n = length - END_BYTES;
    bool text = read_text(block, n, segments), bits = false;
    if (!text) {
        memset(segments, 0, sizeof segments);
        bits = read_bits(block, n, segments);
    }
    if (!bits && !text && may_go_on(block, length)) return false;
    enum loy_misread fault = status_fault(block[length - 1]);
    if (fault == LOY_MISREAD_NONE && !bits && !text) fault = LOY_MISREAD_UNKNOWN_LAYOUT;
    if (fault != LOY_MISREAD_NONE)
        event_misread(event, driver, fault);
    else
        report_tracks(segments, bits, block + n, driver, event);
    return true;
}
