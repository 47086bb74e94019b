/* SPDX-License-Identifier: MIT
 *
 * line_text.h - what a line of text from a scanner or stripe reader is, for serial lines and
 * keyboards alike. In: the bytes of one line without its suffix; out: an event.
 * Must not know: where lines come from, how they end.
 */
#ifndef DRIVERS_LINE_TEXT_H
#define DRIVERS_LINE_TEXT_H

#include <loyalty/event.h>

#define LINE_BYTES_MAX (LOY_EVENT_DATA_MAX + 5u) /* AIM before it, CR LF or ETX behind it */

/* Does an AIM identifier stand in front? AUTO: when it looks like one. */
enum line_aim { LINE_AIM_OFF = 0, LINE_AIM_ON, LINE_AIM_AUTO };

/* Makes the read or misread of the line. False: it came damaged, and might come whole if the device
 * sent it again. */
bool line_report(
    struct loy_event *event, const char *driver, const uint8_t *text, size_t n, uint8_t mode);

/* What no line may hold: NONE, PARITY or DEVICE. The kernel gives a byte with wrong parity, and a
 * break, as NUL. */
enum loy_misread line_find_fault(const uint8_t *text, size_t n);

bool line_is_aim(const uint8_t *text, size_t n);

/* Whether the line is a symbol that says to be two-dimensional: its text may hold line ends. */
bool line_holds_ends(const uint8_t *text, size_t n);

/* Whether three bytes behind a line end are the identifier of the next symbol. */
bool line_begins_symbol(const uint8_t *text);

/* Bytes of the line end behind the text: CR, LF or both; 0: there is none. */
size_t line_end_bytes(const uint8_t *text, size_t n);

/* ]Z6 answers a menu command: nothing was scanned. */
bool line_is_menu_answer(const uint8_t *text, size_t n);

/* 1 to 3 for a sentinel that begins a track, as most readers write it; 0 for any other byte. */
unsigned line_sentinel_track(uint8_t c);

/* The track that a line of whole tracks ends with, or 0. */
unsigned line_last_track(const uint8_t *text, size_t n);

/* Whether the line is a stripe of which the reader decoded nothing: then no value can be cut. */
bool line_is_failed_stripe(const uint8_t *text, size_t n);

/* Whether byte, behind these, begins the symbol of a driving licence. It is full of line ends: @ LF
 * RS CR "ANSI " ... (AAMVA DL/ID card design standard, annex D). Cut into lines, the person's name
 * and birthday would pass as reads one by one; whole, the guard knows it. */
bool line_begins_licence(const uint8_t *text, size_t n, uint8_t byte);

#endif
