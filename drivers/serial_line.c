/* SPDX-License-Identifier: MIT
 *
 * serial_line.c - scanners and stripe readers that send lines of text over a serial port.
 * In: bytes, cut anywhere; out: a symbol, the tracks of a stripe, or a misread.
 * Must not know: the port, what the text means.
 *
 *   [STX] [AIM identifier] text [ETX [LRC]] [CR | LF | CR LF]
 *
 * By default CR, LF or both end a line, and an identifier is recognised by its form. Without a
 * suffix (suffix=none) the idle gap ends it. The LRC is the XOR of what follows STX up to and
 * including ETX. A stripe reader sends %track 1?;track 2?+track 3?, with E for a track that it
 * could not decode (MagTek D99875206, section 4). Presets: NCR 7895, "Terminal Specific RS-232".
 */
#include "driver.h"

#include <string.h>

#define LINE_WAIT_MS 300u
#define LINE_BYTES_MAX (LOY_EVENT_DATA_MAX + 4u) /* AIM before it, CR or ETX behind it */
#define LINE_TRACKS 3u

enum control { NUL = 0x00, STX = 0x02, ETX = 0x03, ACK = 0x06, NAK = 0x15, DEL = 0x7F };

/* The end of a line; FRAME: only STX ... ETX counts. */
enum line_end { END_ANY = 0, END_CR, END_CRLF, END_IDLE, END_FRAME };
enum aim_mode { AIM_OFF = 0, AIM_ON, AIM_AUTO };

struct preset {
    const char *name;
    struct loy_line_settings line;
    uint8_t end; /* enum line_end */
    bool acknowledge;
};

// clang-format off
static const struct preset presets[] = {
    {"plain",    {9600, 8, 'N', 1, false}, END_ANY,   false},
    {"icl",      {9600, 8, 'E', 1, true},  END_CR,    false},
    {"fujitsu",  {9600, 8, 'N', 1, false}, END_CR,    false},
    {"wincor",   {9600, 8, 'O', 1, true},  END_CR,    false},
    {"olivetti", {9600, 7, 'E', 1, false}, END_FRAME, true},
    {"omron",    {9600, 8, 'N', 1, false}, END_CR,    false},
    {"cute",     {9600, 7, 'E', 1, false}, END_FRAME, false},
    {"ncr",      {9600, 7, 'O', 1, false}, END_FRAME, false},
    {"datalogic",{9600, 7, 'O', 1, false}, END_CR,    false},
};
// clang-format on

struct serial_line {
    uint8_t end;      /* enum line_end */
    uint8_t aim_mode; /* enum aim_mode */
    bool acknowledge, has_lrc;
    bool in_frame;  /* STX came */
    bool wants_lrc; /* ETX came, the LRC follows */
    bool noise;     /* bytes outside a frame */
    bool lost;      /* too long: skip to the end */
    bool licence;   /* line ends are part of it */
    size_t length;
    uint8_t text[LINE_BYTES_MAX];
};

static int serial_line_claim(const struct loy_identity *who, const char **why)
{
    if (who->bus != LOY_BUS_SERIAL) return 0;
    *why = "a serial port that was named: lines of text";
    return 1;
}

/* ---- Options ------------------------------------------------------------------------------- */

/* The position of value in names, or -1. */
static int position_of(const char *value, const char *const *names)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(value, names[i]) == 0) return i;
    return -1;
}

static const struct preset *find_preset(const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
        if (strcmp(presets[i].name, name) == 0) return &presets[i];
    return NULL;
}

static const char *read_options(struct serial_line *state, const struct loy_identity *who)
{
    static const char *const switches[] = {"0", "1", NULL};
    static const char *const ends[] = {"", "cr", "crlf", "none", NULL}; /* as enum line_end */
    const char *aim = identity_option(who, "aim"), *lrc = identity_option(who, "lrc");
    const char *suffix = identity_option(who, "suffix");
    int choice = aim ? position_of(aim, switches) : AIM_AUTO;
    if (choice < 0) return "aim= wants 0 or 1";
    state->aim_mode = (uint8_t)choice;
    choice = lrc ? position_of(lrc, switches) : 0;
    if (choice < 0) return "lrc= wants 0 or 1";
    state->has_lrc = choice == 1;
    choice = suffix ? position_of(suffix, ends) : state->end;
    if (choice < 0 || (suffix && choice == END_ANY)) return "suffix= wants cr, crlf or none";
    /* The frame's end is ETX; a suffix behind it is skipped whatever it is. */
    if (state->end != END_FRAME) state->end = (uint8_t)choice;
    return NULL;
}

static enum loy_status serial_line_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"preset", "aim", "suffix", "lrc", NULL};
    struct serial_line *state = self;
    const char *name = identity_option(who, "preset");
    const struct preset *preset = find_preset(name ? name : "plain");
    const char *wrong = NULL;
    if (!identity_options_known(who, keys))
        wrong = "the options of serial-line are preset, aim, suffix and lrc";
    else if (preset == NULL)
        wrong =
            "preset= wants plain, icl, fujitsu, wincor, olivetti, omron, cute, ncr or datalogic";
    if (wrong == NULL) {
        state->end = preset->end;
        state->acknowledge = preset->acknowledge;
        wrong = read_options(state, who);
    }
    if (wrong == NULL && line != NULL) *line = preset->line;
    if (wrong == NULL) return LOY_OK;
    *complaint = wrong;
    return LOY_E_ARGUMENT;
}

/* ---- Stripe text --------------------------------------------------------------------------- */

struct segment {
    uint8_t track, status;
    const uint8_t *text;
    size_t length;
};

static unsigned track_of_sentinel(uint8_t c)
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
    unsigned track = n > 0 ? track_of_sentinel(text[0]) : 0, behind = last ? last->track : 0;
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
        at += segment_bytes(&segments[count++]);
    }
    return at == n ? count : 0;
}

/* Begins like a stripe, but does not end like one. */
static bool is_cut_stripe(const uint8_t *text, size_t n)
{
    if (n < 2) return false;
    if (text[0] == ';') return text[1] >= '0' && text[1] <= '9';
    return text[0] == '%' && memchr(text, '^', n) != NULL;
}

static void report_stripe(const struct segment *segments, size_t count, struct loy_step *step)
{
    unsigned good = 0, bad = 0;
    for (size_t i = 0; i < count; i++) {
        good += segments[i].status == LOY_PART_GOOD;
        bad += segments[i].status == LOY_PART_BAD;
    }
    if (good == 0 && bad > 0) {
        event_misread(&step->event, driver_serial_line.name, LOY_MISREAD_PARITY);
        return;
    }
    event_begin(&step->event, driver_serial_line.name);
    for (size_t i = 0; i < count; i++) {
        const struct segment *one = &segments[i];
        if (one->status == LOY_PART_EMPTY && good > 0) continue;
        event_add_track(
            &step->event, one->track, (enum loy_part_status)one->status, one->text, one->length);
    }
}

/* ---- Symbols ------------------------------------------------------------------------------- */

static bool is_aim(const uint8_t *text, size_t n)
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

/* What a symbol may hold as separators, besides text: TAB, LF, CR, EOT, FS, GS, RS, US. */
static bool is_separator(uint8_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || c == 0x04 || (c >= 0x1C && c <= 0x1F);
}

/* A symbol that says to be two-dimensional may hold text in any encoding. */
static bool holds_bytes(const uint8_t *text, size_t n)
{
    return is_aim(text, n) && strchr("QdLzU", text[1]) != NULL;
}

/* The kernel gives a byte with wrong parity, and a break, as NUL. */
static enum loy_misread find_fault(const uint8_t *text, size_t n)
{
    bool any_bytes = holds_bytes(text, n);
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

static void report_misread(
    const struct serial_line *state, struct loy_step *step, enum loy_misread reason)
{
    event_misread(&step->event, driver_serial_line.name, reason);
    step->has_event = true;
    if (!state->acknowledge) return;
    step->send[0] = NAK;
    step->send_length = 1;
}

static void report_symbol(
    const struct serial_line *state, const uint8_t *text, size_t n, struct loy_step *step)
{
    char aim[4] = "";
    bool labelled = state->aim_mode != AIM_OFF && is_aim(text, n);
    if (!labelled && state->aim_mode == AIM_ON) {
        report_misread(state, step, LOY_MISREAD_UNKNOWN_LAYOUT);
        return;
    }
    if (labelled) {
        memcpy(aim, text, 3);
        text += 3;
        n -= 3;
    }
    if (n == 0) {
        report_misread(state, step, LOY_MISREAD_TRUNCATED);
        return;
    }
    event_begin(&step->event, driver_serial_line.name);
    event_add_symbol(&step->event, loy_aim_symbology(aim, text, n), aim, text, n);
}

static void report_text(
    const struct serial_line *state, const uint8_t *text, size_t n, struct loy_step *step)
{
    struct segment segments[LINE_TRACKS];
    size_t tracks = read_stripe(text, n, segments);
    step->has_event = true;
    if (state->acknowledge) {
        step->send[0] = ACK;
        step->send_length = 1;
    }
    if (tracks > 0)
        report_stripe(segments, tracks, step);
    else if (is_cut_stripe(text, n))
        report_misread(state, step, LOY_MISREAD_TRUNCATED);
    else
        report_symbol(state, text, n, step);
}

/* ---- Lines --------------------------------------------------------------------------------- */

static void forget_line(struct serial_line *state)
{
    explicit_bzero(state->text, state->length);
    state->length = 0;
    state->in_frame = state->wants_lrc = state->noise = state->lost = state->licence = false;
}

/* ]Z6 answers a menu command: nothing was scanned. */
static bool is_menu_answer(const struct serial_line *state, size_t n)
{
    return n >= 3 && memcmp(state->text, "]Z6", 3) == 0;
}

static void finish_line(struct serial_line *state, struct loy_step *step)
{
    size_t n = state->length;
    /* Some readers put the suffix inside the frame, or ETX before the suffix. */
    if (n > 0 && state->text[n - 1] == (state->in_frame ? '\r' : ETX)) n--;
    enum loy_misread fault = find_fault(state->text, n);
    if (!state->lost && n > 0 && !is_menu_answer(state, n)) {
        if (fault != LOY_MISREAD_NONE)
            report_misread(state, step, fault);
        else
            report_text(state, state->text, n, step);
    }
    forget_line(state);
}

static void keep_byte(struct serial_line *state, uint8_t byte, struct loy_step *step)
{
    if (state->lost) return;
    if (state->length < sizeof state->text) {
        state->text[state->length++] = byte;
        return;
    }
    bool in_frame = state->in_frame;
    report_misread(state, step, LOY_MISREAD_TOO_LONG);
    forget_line(state);
    state->in_frame = in_frame;
    state->lost = true;
}

/* The symbol of a driving licence is full of line ends: @ LF RS CR "ANSI " ... (AAMVA DL/ID card
 * design standard, annex D). Cut into lines, the person's name and birthday would pass as reads one
 * by one; whole, the guard knows it. */
static bool begins_licence(const struct serial_line *state, uint8_t byte)
{
    size_t at = is_aim(state->text, state->length) ? 3 : 0, n = state->length - at;
    const uint8_t *text = state->text + at;
    if (n == 0 || text[0] != '@') return false;
    return (n == 1 && byte == '\n') || (n == 3 && memcmp(text, "@\n\x1e", 3) == 0);
}

static bool ends_line(struct serial_line *state, uint8_t byte)
{
    state->licence = state->licence || begins_licence(state, byte);
    if (state->licence) return false;
    if (state->end == END_ANY) return byte == '\r' || byte == '\n';
    if (state->end == END_CR) return byte == '\r';
    if (state->end != END_CRLF || byte != '\n') return false;
    if (state->lost) return true;
    if (state->length == 0 || state->text[state->length - 1] != '\r') return false;
    state->length--;
    return true;
}

static void check_lrc(struct serial_line *state, uint8_t lrc, struct loy_step *step)
{
    uint8_t expected = ETX;
    for (size_t i = 0; i < state->length; i++)
        expected ^= state->text[i];
    if (state->lost || lrc == expected) {
        finish_line(state, step);
        return;
    }
    report_misread(state, step, LOY_MISREAD_LRC);
    forget_line(state);
}

static void begin_frame(struct serial_line *state, struct loy_step *step)
{
    if (state->noise)
        report_misread(state, step, LOY_MISREAD_DEVICE);
    else if (state->in_frame && !state->lost && state->length > 0)
        report_misread(state, step, LOY_MISREAD_TRUNCATED);
    forget_line(state);
    state->in_frame = true;
}

static void take_byte(struct serial_line *state, uint8_t byte, struct loy_step *step)
{
    bool framed = state->end == END_FRAME;
    if (state->wants_lrc) {
        check_lrc(state, byte, step);
    } else if (byte == STX && (framed || state->length == 0)) {
        begin_frame(state, step);
    } else if (byte == ETX && state->in_frame) {
        state->wants_lrc = state->has_lrc;
        if (!state->has_lrc) finish_line(state, step);
    } else if (framed && !state->in_frame) {
        state->noise = state->noise || (byte != '\r' && byte != '\n');
    } else if (!framed && ends_line(state, byte)) {
        finish_line(state, step);
    } else if (state->length > 0 || (byte != '\n' && byte != ETX)) {
        keep_byte(state, byte, step); /* LF or ETX first: the rest of the last line's end */
    }
}

static bool is_pending(const struct serial_line *state)
{
    return state->length > 0 || state->in_frame || state->noise || state->lost;
}

static void serial_line_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct serial_line *state = self;
    while (step->used < length && !step->has_event)
        take_byte(state, bytes[step->used++], step);
    if (is_pending(state)) step->wait_ms = LINE_WAIT_MS;
}

/* Whether the line is a stripe of which the reader decoded nothing: then no value can be cut. */
static bool is_failed_stripe(const struct serial_line *state)
{
    struct segment segments[LINE_TRACKS];
    size_t count = read_stripe(state->text, state->length, segments);
    for (size_t i = 0; i < count; i++)
        if (segments[i].status != LOY_PART_BAD) return false;
    return count > 0;
}

static void serial_line_silence(void *self, struct loy_step *step)
{
    struct serial_line *state = self;
    bool ended_by_idle = (state->end == END_IDLE || state->licence) && !state->in_frame;
    if (ended_by_idle || is_failed_stripe(state)) {
        finish_line(state, step);
    } else if (is_pending(state) && !state->lost) {
        enum loy_misread fault = find_fault(state->text, state->length);
        if (fault == LOY_MISREAD_NONE)
            fault = state->noise ? LOY_MISREAD_DEVICE : LOY_MISREAD_TRUNCATED;
        report_misread(state, step, fault);
    }
    forget_line(state);
}

const struct loy_driver driver_serial_line = {
    .name = "serial-line",
    .title = "Scanners and stripe readers that send lines over a serial port",
    .unit = LOY_UNIT_STREAM,
    .bus = LOY_BUS_SERIAL,
    .state_size = sizeof(struct serial_line),
    .session_size = offsetof(struct serial_line, in_frame),
    .claim = serial_line_claim,
    .start = serial_line_start,
    .feed = serial_line_feed,
    .silence = serial_line_silence,
};
