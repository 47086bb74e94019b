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
 * including ETX. What a line's text is, line_text.c knows. Presets: NCR 7895, "Terminal Specific
 * RS-232".
 */
#include "driver.h"

#include "line_text.h"

#include <string.h>

#define LINE_WAIT_MS 300u

enum control { STX = 0x02, ETX = 0x03, ACK = 0x06, NAK = 0x15 };

/* The end of a line; FRAME: only STX ... ETX counts. */
enum line_end { END_ANY = 0, END_CR, END_CRLF, END_IDLE, END_FRAME };

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
    uint8_t aim_mode; /* enum line_aim */
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
    int choice = aim ? position_of(aim, switches) : LINE_AIM_AUTO;
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

/* ---- Lines --------------------------------------------------------------------------------- */

static void report_misread(
    const struct serial_line *state, struct loy_step *step, enum loy_misread reason)
{
    event_misread(&step->event, driver_serial_line.name, reason);
    step->has_event = true;
    if (!state->acknowledge) return;
    step->send[0] = NAK;
    step->send_length = 1;
}

static void report_text(
    const struct serial_line *state, const uint8_t *text, size_t n, struct loy_step *step)
{
    bool whole = line_report(&step->event, driver_serial_line.name, text, n, state->aim_mode);
    step->has_event = true;
    if (!state->acknowledge) return;
    step->send[0] = whole ? ACK : NAK;
    step->send_length = 1;
}

static void forget_line(struct serial_line *state)
{
    explicit_bzero(state->text, state->length);
    state->length = 0;
    state->in_frame = state->wants_lrc = state->noise = state->lost = state->licence = false;
}

static void finish_line(struct serial_line *state, struct loy_step *step)
{
    size_t n = state->length;
    /* Some readers put the suffix inside the frame, or ETX before the suffix. */
    if (n > 0 && state->text[n - 1] == (state->in_frame ? '\r' : ETX)) n--;
    enum loy_misread fault = line_find_fault(state->text, n);
    if (!state->lost && n > 0 && !line_is_menu_answer(state->text, n)) {
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

static bool ends_line(struct serial_line *state, uint8_t byte)
{
    state->licence = state->licence || line_begins_licence(state->text, state->length, byte);
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

static void serial_line_silence(void *self, struct loy_step *step)
{
    struct serial_line *state = self;
    bool ended_by_idle = (state->end == END_IDLE || state->licence) && !state->in_frame;
    if (ended_by_idle || line_is_failed_stripe(state->text, state->length)) {
        finish_line(state, step);
    } else if (is_pending(state) && !state->lost) {
        enum loy_misread fault = line_find_fault(state->text, state->length);
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
