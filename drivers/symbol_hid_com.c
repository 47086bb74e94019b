/* SPDX-License-Identifier: MIT
 *
 * symbol_hid_com.c - Symbol scanners in "simple COM port emulation" (05e0:0600, a HID device).
 * In: reports, several for a long symbol; out: a symbol, or a misread.
 * Must not know: USB, what the text means.
 *
 *   0    1 ... n        n + 1 ... 63
 *   n    text           left from before, unused
 *
 * n is at most 63; a report with n = 0 is void. The text is what the scanner would send over a
 * serial port: [AIM identifier] text [CR | LF | CR LF]. Nothing marks the last report, so a symbol
 * ends with its suffix or, without one, with silence (100 ms in a working reader). A scanner fills
 * a report before it begins the next: silence behind a full one may hide a lost end, and is a
 * misread unless the shop has said that there is no suffix. Source: xm_tesmes,
 * barcode/symbol/hid.py (Symbol DS6708).
 */
#include "driver.h"

#include "line_text.h"

#include <string.h>

#define COM_WAIT_MS 100u
#define COM_REPORT_BYTES 64u

enum com_end { END_AUTO = 0, END_CR, END_CRLF, END_IDLE };

struct symbol_hid_com {
    uint8_t end;      /* enum com_end */
    uint8_t aim_mode; /* enum line_aim */
    bool has_id;
    bool full;     /* the last report held as much as it can */
    bool lost;     /* something was broken: skip to the end */
    bool licence;  /* line ends are part of it */
    uint8_t taken; /* bytes of the present report that earlier events have used */
    size_t length;
    uint8_t text[LINE_BYTES_MAX];
};

static const struct loy_match models[] = {
    {0x05e0, 0x0600, "Symbol / Zebra scanner, simple COM port emulation",
        "for codes of more than 63 characters choose USB HID POS or CDC in its manual: this mode "
        "does not mark where a code ends",
        NULL},
    {0, 0, NULL, NULL, NULL},
};

static int symbol_hid_com_claim(const struct loy_identity *who, const char **why)
{
    const struct hid_layout *layout = &who->layout;
    bool ours = match_find(models, who->vid, who->pid) != NULL;
    if (who->bus != LOY_BUS_USB_HID || !ours) return 0;
    /* Its descriptor was never published; but it is no keyboard, and its reports have that length.
     */
    if (who->has_descriptor &&
        (layout->application_page == 0x01 ||
            layout->input_bytes_max < COM_REPORT_BYTES + (layout->has_report_ids ? 1u : 0u)))
        return 0;
    *why = "its ids are those of a Symbol scanner in simple COM port emulation";
    return 60;
}

/* ---- Options ------------------------------------------------------------------------------- */

/* The position of value in names, or -1. */
static int position_of(const char *value, const char *const *names)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(value, names[i]) == 0) return i;
    return -1;
}

static const char *read_options(struct symbol_hid_com *state, const struct loy_identity *who)
{
    static const char *const keys[] = {"descriptor", "vid", "pid", "suffix", "aim", NULL};
    static const char *const ends[] = {"auto", "cr", "crlf", "none", NULL}; /* as enum com_end */
    static const char *const aims[] = {"0", "1", NULL};                     /* as enum line_aim */
    const char *suffix = identity_option(who, "suffix"), *aim = identity_option(who, "aim");
    int end = suffix ? position_of(suffix, ends) : END_AUTO;
    int mode = aim ? position_of(aim, aims) : LINE_AIM_AUTO;
    if (!identity_options_known(who, keys))
        return "the options of symbol-hid-com are descriptor, vid, pid, suffix and aim";
    if (end < 0) return "suffix= wants auto, cr, crlf or none";
    if (mode < 0) return "aim= wants 0 or 1";
    state->end = (uint8_t)end;
    state->aim_mode = (uint8_t)mode;
    return NULL;
}

static enum loy_status symbol_hid_com_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    struct symbol_hid_com *state = self;
    (void)line;
    const char *wrong = read_options(state, who);
    state->has_id = who->layout.has_report_ids;
    if (wrong == NULL) return LOY_OK;
    *complaint = wrong;
    return LOY_E_ARGUMENT;
}

/* ---- Lines --------------------------------------------------------------------------------- */

static void forget_line(struct symbol_hid_com *state)
{
    explicit_bzero(state->text, state->length);
    state->length = 0;
    state->lost = state->licence = state->full = false;
}

static void report_misread(
    struct symbol_hid_com *state, struct loy_step *step, enum loy_misread reason)
{
    forget_line(state);
    event_misread(&step->event, driver_symbol_hid_com.name, reason);
    step->has_event = true;
}

static void finish_line(struct symbol_hid_com *state, struct loy_step *step)
{
    size_t n = state->length;
    /* Bytes are what they are here: there is no line that could have damaged them. */
    if (n > 0 && !line_is_menu_answer(state->text, n)) {
        line_report(&step->event, driver_symbol_hid_com.name, state->text, n, state->aim_mode);
        step->has_event = true;
    }
    forget_line(state);
}

/* Whether byte may end a line, by the settings. */
static bool is_end(const struct symbol_hid_com *state, uint8_t byte)
{
    if (state->end == END_AUTO) return byte == '\r' || byte == '\n';
    if (state->end == END_CR) return byte == '\r';
    if (state->end != END_CRLF || byte != '\n') return false;
    return state->length > 0 && state->text[state->length - 1] == '\r';
}

/* Whether a line end belongs to the text: behind the last one nothing comes. */
static bool is_within(const struct symbol_hid_com *state, bool last)
{
    bool may = state->aim_mode != LINE_AIM_OFF && line_holds_ends(state->text, state->length);
    return may && (!last || state->full);
}

/* Takes the CR before an LF, too; false: byte ends no line. */
static bool drop_end(struct symbol_hid_com *state, uint8_t byte)
{
    if (!is_end(state, byte)) return false;
    bool pair = byte == '\n' && state->length > 0 && state->text[state->length - 1] == '\r';
    if (pair) state->length--;
    return true;
}

static bool ends_line(struct symbol_hid_com *state, uint8_t byte, bool last)
{
    state->licence = state->licence || line_begins_licence(state->text, state->length, byte);
    return !state->licence && !is_within(state, last) && drop_end(state, byte);
}

/* last: nothing is behind it in its report. */
static void take_byte(struct symbol_hid_com *state, uint8_t byte, bool last, struct loy_step *step)
{
    if (ends_line(state, byte, last)) {
        finish_line(state, step);
    } else if (state->length < sizeof state->text) {
        state->text[state->length++] = byte;
    } else {
        report_misread(state, step, LOY_MISREAD_TOO_LONG);
        state->lost = true;
    }
}

/* ---- Reports ------------------------------------------------------------------------------- */

/* Takes the text up to the first event; false: there is more behind it. */
static bool take_text(
    struct symbol_hid_com *state, const uint8_t *text, size_t n, struct loy_step *step)
{
    while (state->taken < n && !step->has_event) {
        uint8_t byte = text[state->taken++];
        take_byte(state, byte, state->taken == n, step);
    }
    bool all = state->lost || state->taken >= n;
    if (all) state->taken = 0;
    return all;
}

static void symbol_hid_com_feed(
    void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct symbol_hid_com *state = self;
    size_t head = state->has_id ? 2 : 1;
    size_t n = length < head ? 0 : bytes[head - 1];
    step->used = length;
    bool fits = n < COM_REPORT_BYTES;
    if (!state->lost && (!fits || length < head + n)) {
        report_misread(state, step, fits ? LOY_MISREAD_TRUNCATED : LOY_MISREAD_DEVICE);
        state->lost = true;
    } else if (!state->lost && n > 0) {
        state->full = n == COM_REPORT_BYTES - 1;
        if (!take_text(state, bytes + head, n, step)) step->used = 0;
    }
    if (state->length > 0 || state->lost) step->wait_ms = COM_WAIT_MS;
}

/* Behind a full report nothing came: a line end in its last byte was the last one. */
static bool has_ended(struct symbol_hid_com *state)
{
    if (!state->full || !is_within(state, true)) return false;
    uint8_t byte = state->text[--state->length];
    if (drop_end(state, byte)) return true;
    state->length++;
    return false;
}

static void symbol_hid_com_silence(void *self, struct loy_step *step)
{
    struct symbol_hid_com *state = self;
    bool named = state->end == END_CR || state->end == END_CRLF;
    bool half = (named && !state->licence) || (state->full && state->end == END_AUTO);
    if (state->length > 0 && half && !has_ended(state))
        report_misread(state, step, LOY_MISREAD_TRUNCATED);
    else
        finish_line(state, step);
    state->taken = 0;
}

/* Behind the text stands what was left of a longer one. */
static void symbol_hid_com_redact(const void *self, uint8_t *bytes, size_t length)
{
    const struct symbol_hid_com *state = self;
    size_t head = state->has_id ? 2 : 1;
    size_t n = length < head ? 0 : bytes[head - 1];
    bool whole = n < COM_REPORT_BYTES && length >= head + n;
    for (size_t i = whole ? head + n : head; i < length; i++)
        bytes[i] = 0;
}

const struct loy_driver driver_symbol_hid_com = {
    .name = "symbol-hid-com",
    .title = "Symbol scanners in simple COM port emulation (HID)",
    .beep = "the manual has a bar code for it: \"good read beep off\", \"do not beep after good "
            "decode\" or "
            "\"beeper volume: off\"",
    .match = models,
    .unit = LOY_UNIT_REPORT,
    .report_sizes = {64},
    .bus = LOY_BUS_USB_HID,
    .state_size = sizeof(struct symbol_hid_com),
    .session_size = offsetof(struct symbol_hid_com, full),
    .claim = symbol_hid_com_claim,
    .start = symbol_hid_com_start,
    .feed = symbol_hid_com_feed,
    .silence = symbol_hid_com_silence,
    .redact = symbol_hid_com_redact,
};
