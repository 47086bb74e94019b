/* SPDX-License-Identifier: MIT
 *
 * line_text.c - what a line of text from a scanner or stripe reader is: tracks, a symbol, a fault.
 * In: the bytes of one line without its suffix; out: an event.
 * Must not know: where lines come from, how they end.
 *
 *   [AIM identifier] text          or          %track 1?;track 2?+track 3?
 *
 * A stripe has E for a track that the reader could not decode (MagTek D99875206, section 4).
 */
#include "line_text.h"

#include "driver.h"

#include <string.h>

#define LINE_TRACKS 3u

enum control { NUL = 0x00, DEL = 0x7F };

/* ---- Stripes ------------------------------------------------------------------------------- */

struct segment {
    uint8_t track, status;
    const uint8_t *text;
    size_t length;
};

unsigned line_sentinel_track(uint8_t c)
{
    if (c == '%') return 1;
    if (c == ';' || c == '@') return 2;
    return c != '\0' && strchr("+#&!", c) != NULL ? 3 : 0;
}

/* Seven-bit tracks hold upper case text, five-bit ones digits; '*' masks a digit in some readers.
 */
static bool may_hold(uint8_t sentinel, uint8_t c)
{
    if (sentinel == ';' || sentinel == '+') return (c >= '0' && c <= '>') || c == '*';
    return c >= 0x20 && c <= 0x5F;
}

/* Some readers begin track 3 like another track: with ';' as ISO/IEC 4909 has it, and behind both
 * others with '%' where it has seven bits. */
static bool read_segment(
    const uint8_t *text, size_t n, const struct segment *last, bool third, struct segment *segment)
{
    unsigned track = line_sentinel_track(text[0]), behind = last ? last->track : 0;
    if (behind == 2 && track > 0 && (third || text[0] == ';')) track = 3;
    size_t at = 1;
    if (track <= behind) return false;
    bool failed = n >= 3 && text[1] == 'E' && text[2] == '?';
    while (at < n && text[at] != '?' && (failed || may_hold(text[0], text[at])))
        at++;
    if (at >= n || text[at] != '?') return false;
    segment->track = (uint8_t)track;
    segment->status = failed ? LOY_PART_BAD : at == 1 ? LOY_PART_EMPTY : LOY_PART_GOOD;
    segment->text = text;
    segment->length = segment->status == LOY_PART_GOOD ? at + 1 : 0;
    return true;
}

static size_t segment_bytes(const struct segment *segment)
{
    if (segment->status == LOY_PART_BAD) return 3; /* sentinel, E, ? */
    return segment->status == LOY_PART_EMPTY ? 2 : segment->length;
}

/* 1 if the LRC stands behind the track, as readers can be set to send it: only the right one
 * counts, and only if nothing but the next track follows. */
static size_t lrc_bytes(const struct segment *segment, const uint8_t *behind, size_t n)
{
    bool five = segment->length > 0 && (segment->text[0] == ';' || segment->text[0] == '+');
    unsigned base = five ? 0x30 : 0x20, lrc = five ? 0x0B : 0x05;
    if (segment->status != LOY_PART_GOOD || n == 0) return 0;
    for (size_t i = 1; i < segment->length; i++)
        lrc ^= segment->text[i] - base;
    if (behind[0] != base + lrc) return 0;
    return n == 1 || line_sentinel_track(behind[1]) > 0 ? 1 : 0;
}

/* The tracks in a line that consists of nothing else, or 0. A track 3 alone must begin with a
 * digit: a plus sign begins telephone numbers and the like too. */
static size_t read_stripe(const uint8_t *text, size_t n, struct segment segments[LINE_TRACKS])
{
    size_t count = 0, at = 0;
    bool first = n > 2 && (text[0] == '%' || text[0] == ';' ||
                              (text[0] == '+' && text[1] >= '0' && text[1] <= '9'));
    while (first && at < n && count < LINE_TRACKS) {
        const struct segment *last = count > 0 ? &segments[count - 1] : NULL;
        if (!read_segment(text + at, n - at, last, count == 2, &segments[count])) return 0;
        at += segment_bytes(&segments[count]);
        at += lrc_bytes(&segments[count++], text + at, n - at);
    }
    return at == n ? count : 0;
}

/* Begins like a stripe, but does not go on like one. */
static bool is_cut_stripe(const uint8_t *text, size_t n)
{
    struct segment first;
    if (n < 2) return false;
    if (text[0] == ';') return text[1] >= '0' && text[1] <= '9';
    if (text[0] != '%') return false;
    if (memchr(text, '^', n) != NULL) return true;
    if (!read_segment(text, n, NULL, false, &first)) return false;
    size_t at = segment_bytes(&first);
    return at < n && (first.status == LOY_PART_BAD || line_sentinel_track(text[at]) > 0);
}

static bool all_may_hold(uint8_t sentinel, const uint8_t *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!may_hold(sentinel, text[i])) return false;
    return true;
}

/* The end of a stripe that began before anybody listened: a piece of a track up to its end
 * sentinel, and perhaps whole tracks behind it. */
static bool is_stripe_end(const uint8_t *text, size_t n)
{
    struct segment segments[LINE_TRACKS];
    if (n < 2 || text[n - 1] != '?') return false;
    if (line_sentinel_track(text[0]) > 0 || line_is_aim(text, n)) return false;
    const uint8_t *end = memchr(text, '?', n);
    size_t piece = (size_t)(end - text), rest = n - piece - 1;
    if (rest > 0) return read_stripe(end + 1, rest, segments) > 0;
    if (all_may_hold(';', text, piece)) return true;
    return memchr(text, '^', piece) != NULL && all_may_hold('%', text, piece);
}

static void report_stripe(
    struct loy_event *event, const char *driver, const struct segment *segments, size_t count)
{
    unsigned good = 0, bad = 0;
    for (size_t i = 0; i < count; i++) {
        good += segments[i].status == LOY_PART_GOOD;
        bad += segments[i].status == LOY_PART_BAD;
    }
    if (good == 0 && bad > 0) {
        event_misread(event, driver, LOY_MISREAD_PARITY);
        return;
    }
    event_begin(event, driver);
    for (size_t i = 0; i < count; i++) {
        const struct segment *one = &segments[i];
        if (one->status == LOY_PART_EMPTY && good > 0) continue;
        event_add_track(
            event, one->track, (enum loy_part_status)one->status, one->text, one->length);
    }
}

/* ---- Symbols ------------------------------------------------------------------------------- */

bool line_is_aim(const uint8_t *text, size_t n)
{
    if (n < 3 || text[0] != ']') return false;
    bool letter = (text[1] >= 'A' && text[1] <= 'Z') || (text[1] >= 'a' && text[1] <= 'z');
    return letter && ((text[2] >= '0' && text[2] <= '9') || (text[2] >= 'A' && text[2] <= 'Z') ||
                         (text[2] >= 'a' && text[2] <= 'z'));
}

/* Bytes of the UTF-8 sequence at text (RFC 3629), 0 if it is none. */
static size_t utf8_bytes(const uint8_t *text, size_t n)
{
    size_t bytes = text[0] < 0x80   ? 1
                   : text[0] < 0xC2 ? 0
                   : text[0] < 0xE0 ? 2
                   : text[0] < 0xF0 ? 3
                                    : 4;
    if (bytes == 0 || text[0] > 0xF4 || bytes > n) return 0;
    for (size_t i = 1; i < bytes; i++)
        if ((text[i] & 0xC0) != 0x80) return 0;
    if (text[0] == 0xE0 && text[1] < 0xA0) return 0;
    if (text[0] == 0xED && text[1] > 0x9F) return 0;
    if (text[0] == 0xF0 && text[1] < 0x90) return 0;
    if (text[0] == 0xF4 && text[1] > 0x8F) return 0;
    return bytes;
}

/* Which of the control characters a symbol may hold: TAB, LF, CR, EOT, FS, GS, RS, US. */
static bool is_separator(uint8_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || c == 0x04 || c >= 0x1C;
}

bool line_holds_ends(const uint8_t *text, size_t n)
{
    return line_is_aim(text, n) && strchr("QdLzU", text[1]) != NULL;
}

bool line_begins_symbol(const uint8_t *text)
{
    return line_is_aim(text, 3) &&
           loy_aim_symbology((const char *)text, text, 0) != LOY_SYMBOLOGY_OTHER;
}

size_t line_end_bytes(const uint8_t *text, size_t n)
{
    if (n > 1 && memcmp(text + n - 2, "\r\n", 2) == 0) return 2;
    return n > 0 && (text[n - 1] == '\r' || text[n - 1] == '\n') ? 1 : 0;
}

enum loy_misread line_find_fault(const uint8_t *text, size_t n)
{
    bool any_bytes = line_holds_ends(text, n); /* text in any encoding, too */
    for (size_t at = 0; at < n;) {
        uint8_t c = text[at];
        if (c == NUL) return LOY_MISREAD_PARITY;
        if (c == DEL || (c < 0x20 && !is_separator(c))) return LOY_MISREAD_DEVICE;
        size_t bytes = any_bytes ? 1 : utf8_bytes(text + at, n - at);
        if (bytes == 0) return LOY_MISREAD_PARITY;
        at += bytes;
    }
    return LOY_MISREAD_NONE;
}

static bool misread(struct loy_event *event, const char *driver, enum loy_misread reason)
{
    event_misread(event, driver, reason);
    return false;
}

static bool report_symbol(
    struct loy_event *event, const char *driver, const uint8_t *text, size_t n, uint8_t mode)
{
    char aim[4] = "";
    bool labelled = mode != LINE_AIM_OFF && line_is_aim(text, n);
    if (!labelled && mode == LINE_AIM_ON) return misread(event, driver, LOY_MISREAD_UNKNOWN_LAYOUT);
    if (labelled) {
        memcpy(aim, text, 3);
        text += 3;
        n -= 3;
    }
    if (n == 0) return misread(event, driver, LOY_MISREAD_TRUNCATED);
    event_begin(event, driver);
    event_add_symbol(event, loy_aim_symbology(aim, text, n), aim, text, n);
    return true;
}

/* ---- Lines --------------------------------------------------------------------------------- */

bool line_report(
    struct loy_event *event, const char *driver, const uint8_t *text, size_t n, uint8_t mode)
{
    struct segment segments[LINE_TRACKS];
    size_t tracks = read_stripe(text, n, segments);
    if (tracks == 0 && (is_cut_stripe(text, n) || is_stripe_end(text, n)))
        return misread(event, driver, LOY_MISREAD_TRUNCATED);
    if (tracks == 0) return report_symbol(event, driver, text, n, mode);
    report_stripe(event, driver, segments, tracks);
    return true;
}

unsigned line_last_track(const uint8_t *text, size_t n)
{
    struct segment segments[LINE_TRACKS];
    size_t count = read_stripe(text, n, segments);
    return count > 0 ? segments[count - 1].track : 0;
}

bool line_is_failed_stripe(const uint8_t *text, size_t n)
{
    struct segment segments[LINE_TRACKS];
    size_t count = read_stripe(text, n, segments);
    for (size_t i = 0; i < count; i++)
        if (segments[i].status != LOY_PART_BAD) return false;
    return count > 0;
}

bool line_is_menu_answer(const uint8_t *text, size_t n)
{
    return n >= 3 && memcmp(text, "]Z6", 3) == 0;
}

bool line_begins_licence(const uint8_t *text, size_t n, uint8_t byte)
{
    size_t at = line_is_aim(text, n) ? 3 : 0;
    text += at;
    n -= at;
    if (n == 0 || text[0] != '@') return false;
    return (n == 1 && byte == '\n') || (n == 3 && memcmp(text, "@\n\x1e", 3) == 0);
}
