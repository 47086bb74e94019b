/* SPDX-License-Identifier: MIT
 *
 * serial_line.c - scanners and stripe readers that send lines of text over a serial port.
 * In: bytes, cut anywhere; out: a symbol, the tracks of a stripe, or a misread.
 * Must not know: the port, what the text means.
 *
 *   [STX] [prefix] [length] [id] [AIM identifier] text [postfix] [ETX [LRC]] [suffix]
 *
 *   SYN FE  0-3   CR  MSGGET  dddd  id  code modifier  GS  text
 *   0   1   2-5   6   7-12    13    17  18   19        20  21 ... dddd bytes, the last one CR
 *
 * By default CR, LF or both end a line, and an identifier is recognised by its form; a symbol that
 * may hold line ends by its identifier goes on to silence, or to the next identifier. Without a
 * suffix (suffix=none) the idle gap ends it. The LRC is the XOR of what follows STX up to and
 * including ETX. The second form is Honeywell's with metadata, code and modifier being those of an
 * AIM identifier: dddd ends it, so it may hold line ends. Presets: NCR 7895, "Terminal Specific
 * RS-232". What a line's text is: line_text.c.
 */
#include "line_settings.h"
#include "line_text.h"
#include "line_watch.h"

#define GAP_MS 300
#define GAP_MOST_MS 10000
#define TRIM_MAX 16u /* of prefix and postfix each */
#define ID_MOST 4

enum control { STX = 0x02, ETX = 0x03, EOT = 0x04, ACK = 0x06, NAK = 0x15, SYN = 0x16 };

/* The end of a line; FRAME: only STX ... ETX counts. Up to ETX as the values of suffix=. */
enum line_end {
    END_ANY = 0,
    END_CR,
    END_CRLF,
    END_IDLE,
    END_LF,
    END_TAB,
    END_EOT,
    END_ETX,
    END_FRAME
};

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

/* What stands around the text by the scanner's settings. */
struct trim {
    char prefix[TRIM_MAX + 1], postfix[TRIM_MAX + 1];
    uint8_t length_digits, id_bytes;
};

struct serial_line {
    uint8_t end;      /* enum line_end */
    uint8_t aim_mode; /* enum line_aim */
    uint16_t gap_ms;
    bool acknowledge, has_lrc;
    struct trim trim;
    struct line_watch watch;
    bool behind_frame; /* a suffix may follow */
    bool in_frame;     /* STX came */
    bool wants_lrc;    /* ETX came, the LRC follows */
    bool noise;        /* bytes outside a frame */
    bool lost;         /* too long: skip to the end */
    bool deaf;         /* skip to the next silence */
    bool licence;      /* line ends are part of it */
    bool metadata;     /* SYN came */
    size_t held;       /* bytes up to the last line end that may belong to the text; 0: none */
    size_t length;
    uint8_t text[LINE_BYTES_MAX];
};

/* Scanners with a serial port of their own on USB (CDC), as seen in others' settings and udev
 * rules. The port is opened when it is named: these rows are for the page of devices and for
 * rights. */
static const struct loy_match models[] = {
    {0x05e0, 0x1701, "Zebra and Symbol scanners, USB CDC host", NULL, NULL},
    {0x05f9, 0x4204, "Datalogic Gryphon and QuickScan, USB-COM", NULL, NULL},
    {0x0c2e, 0x0900, "Honeywell Xenon and others, USB serial", NULL, NULL},
    {0x0c2e, 0x0b6a, "Honeywell Vuquest 3310, USB serial", NULL, NULL},
    {0x1eab, 0x1d06, "Newland scanners, USB CDC", NULL, NULL},
    {0, 0, NULL, NULL, NULL},
};

static int serial_line_claim(const struct loy_identity *who, const char **why)
{
    if (who->bus != LOY_BUS_SERIAL) return 0;
    *why = match_find(models, who->vid, who->pid) != NULL
               ? "a serial port that was named, of a scanner that sends lines"
               : "a serial port that was named: lines of text";
    return 1;
}

/* ---- Options ------------------------------------------------------------------------------- */

static const struct preset *find_preset(const char *name)
{
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++)
        if (strcmp(presets[i].name, name) == 0) return &presets[i];
    return NULL;
}

static const char *read_trim(struct trim *trim, const struct loy_identity *who)
{
    static const char *const lengths[] = {"0", "2", "3", "4", NULL};
    int length = line_choice(who, "length", lengths, 0);
    long id = line_number(who, "id", ID_MOST, 0);
    if (!line_string(who, "prefix", trim->prefix, sizeof trim->prefix))
        return "prefix= wants at most 16 characters";
    if (!line_string(who, "postfix", trim->postfix, sizeof trim->postfix))
        return "postfix= wants at most 16 characters";
    if (length < 0) return "length= wants 0, 2, 3 or 4 digits";
    if (id < 0) return "id= wants a number of bytes up to 4";
    trim->length_digits = (uint8_t)(length == 0 ? 0 : length + 1);
    trim->id_bytes = (uint8_t)id;
    return NULL;
}

static const char *read_options(struct serial_line *state, const struct loy_identity *who)
{
    static const char *const switches[] = {"0", "1", NULL};
    /* As enum line_end. */
    static const char *const ends[] = {
        "any", "cr", "crlf", "none", "lf", "tab", "eot", "etx", NULL};
    int aim = line_choice(who, "aim", switches, LINE_AIM_AUTO);
    int lrc = line_choice(who, "lrc", switches, 0);
    int ack = line_choice(who, "ack", switches, state->acknowledge);
    int end = line_choice(who, "suffix", ends, state->end);
    long gap_ms = line_number(who, "gap_ms", GAP_MOST_MS, GAP_MS);
    if (aim < 0) return "aim= wants 0 or 1";
    if (lrc < 0) return "lrc= wants 0 or 1";
    if (ack < 0) return "ack= wants 0 or 1";
    if (end < 0) return "suffix= wants any, cr, crlf, lf, tab, eot, etx or none";
    if (gap_ms < 10) return "gap_ms= wants a number from 10 to 10000";
    state->aim_mode = (uint8_t)aim;
    state->has_lrc = lrc == 1;
    state->acknowledge = ack == 1;
    state->gap_ms = (uint16_t)gap_ms;
    /* The frame's end is ETX; a suffix behind it is skipped whatever it is. */
    if (state->end != END_FRAME) state->end = (uint8_t)end;
    return read_trim(&state->trim, who);
}

static enum loy_status serial_line_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"preset", "aim", "suffix", "lrc", "ack", "gap_ms", "prefix",
        "postfix", "length", "id", LINE_SETTINGS_KEYS, NULL};
    struct serial_line *state = self;
    const char *name = identity_option(who, "preset"), *wrong;
    const struct preset *preset = find_preset(name ? name : "plain");
    if (!identity_options_known(who, keys)) {
        wrong = "the options of serial-line are preset, aim, suffix, lrc, ack, gap_ms, prefix, "
                "postfix, length, id, baud, bits, parity, stop and flow";
    } else if (preset == NULL) {
        wrong =
            "preset= wants plain, icl, fujitsu, wincor, olivetti, omron, cute, ncr or datalogic";
    } else {
        struct loy_line_settings settings = preset->line;
        state->end = preset->end;
        state->acknowledge = preset->acknowledge;
        wrong = read_options(state, who);
        if (wrong == NULL) wrong = line_settings_read(who, &settings);
        if (line != NULL) *line = settings;
    }
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

static void report_text(const struct serial_line *state, const uint8_t *text, size_t n,
    uint8_t aim_mode, struct loy_step *step)
{
    bool whole = line_report(&step->event, driver_serial_line.name, text, n, aim_mode);
    step->has_event = true;
    if (!state->acknowledge) return;
    step->send[0] = whole ? ACK : NAK;
    step->send_length = 1;
}

static void forget_line(struct serial_line *state)
{
    explicit_bzero(state->text, state->length);
    memset(&state->in_frame, 0,
        offsetof(struct serial_line, text) - offsetof(struct serial_line, in_frame));
}

static long number_at(const uint8_t *text, size_t digits)
{
    long number = 0;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

/* Takes away what stands around the text; a line without it has lost a piece, or is another's. */
static enum loy_misread trim_text(const struct trim *trim, const uint8_t **text, size_t *n)
{
    size_t before = strlen(trim->prefix), behind = strlen(trim->postfix);
    size_t digits = trim->length_digits, id = trim->id_bytes;
    if (*n < before + digits + id + behind) return LOY_MISREAD_TRUNCATED;
    if (memcmp(*text, trim->prefix, before) != 0) return LOY_MISREAD_UNKNOWN_LAYOUT;
    if (memcmp(*text + *n - behind, trim->postfix, behind) != 0) return LOY_MISREAD_UNKNOWN_LAYOUT;
    const uint8_t *count = *text + before;
    *text += before + digits + id;
    *n -= before + digits + id + behind;
    if (digits == 0) return LOY_MISREAD_NONE;
    if (!loy_digits_only((const char *)count, digits)) return LOY_MISREAD_UNKNOWN_LAYOUT;
    return number_at(count, digits) == (long)*n ? LOY_MISREAD_NONE : LOY_MISREAD_TRUNCATED;
}

static void see(struct serial_line *state, struct loy_step *step, enum line_sight sight)
{
    step->hint = line_watch_see(&state->watch, sight, state->text, state->length);
}

static void finish_line(struct serial_line *state, struct loy_step *step)
{
    const uint8_t *text = state->text;
    size_t n = state->length;
    /* Some readers put the suffix inside the frame, or ETX before the suffix. */
    if (n > 0 && text[n - 1] == (state->in_frame ? '\r' : ETX)) n--;
    enum loy_misread fault = line_find_fault(text, n);
    if (!state->lost && n > 0 && !line_is_menu_answer(text, n)) {
        bool framed = state->in_frame && !state->acknowledge;
        see(state, step, fault != 0 ? LINE_DAMAGED : framed ? LINE_FRAME : LINE_READ);
        if (fault == LOY_MISREAD_NONE) fault = trim_text(&state->trim, &text, &n);
        if (fault != LOY_MISREAD_NONE)
            report_misread(state, step, fault);
        else
            report_text(state, text, n, state->aim_mode, step);
    }
    state->behind_frame = state->in_frame;
    forget_line(state);
}

static void keep_byte(struct serial_line *state, uint8_t byte, struct loy_step *step)
{
    if (state->lost) return;
    if (state->length < sizeof state->text) {
        state->text[state->length++] = byte;
        return;
    }
    bool in_frame = state->in_frame, held = state->held > 0;
    report_misread(state, step, LOY_MISREAD_TOO_LONG);
    forget_line(state);
    state->in_frame = in_frame;
    state->lost = true;
    state->deaf = held; /* its next line end is not its last one */
}

/* Whether byte ends a line, by the settings. */
static bool is_end(const struct serial_line *state, uint8_t byte)
{
    static const uint8_t ends[] = {
        [END_CR] = '\r', [END_LF] = '\n', [END_TAB] = '\t', [END_EOT] = EOT, [END_ETX] = ETX};
    if (state->end == END_IDLE) return false;
    if (state->end == END_ANY) return byte == '\r' || byte == '\n';
    if (state->end != END_CRLF) return byte == ends[state->end];
    if (byte != '\n') return false;
    return state->lost || (state->length > 0 && state->text[state->length - 1] == '\r');
}

static bool ends_line(struct serial_line *state, uint8_t byte)
{
    state->licence = state->licence || line_begins_licence(state->text, state->length, byte);
    if (state->licence || !is_end(state, byte)) return false;
    if (state->aim_mode != LINE_AIM_OFF && line_holds_ends(state->text, state->length)) {
        state->held = state->length + 1;
        return false;
    }
    if (state->end == END_CRLF && !state->lost) state->length--;
    return true;
}

/* The line end behind a held text is no part of it. */
static void finish_held(struct serial_line *state, struct loy_step *step)
{
    bool alone = state->end != END_ANY && state->end != END_CRLF;
    state->length -= alone ? 1 : line_end_bytes(state->text, state->length);
    finish_line(state, step);
}

/* The identifier of the next symbol came behind a held text. */
static void begin_next(struct serial_line *state, struct loy_step *step)
{
    uint8_t label[3], *at = state->text + state->held;
    memcpy(label, at, sizeof label);
    explicit_bzero(at, sizeof label);
    state->length = state->held;
    finish_held(state, step);
    memcpy(state->text, label, sizeof label);
    state->length = sizeof label;
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
    state->behind_frame = true;
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

/* ---- Honeywell's metadata ------------------------------------------------------------------ */

#define METADATA_DIGITS 13u
#define METADATA_AIM 17u /* where ] is put */
#define METADATA_HEAD 21u

/* The bytes behind the head, or -1: no such head. */
static long metadata_size(const uint8_t *head)
{
    bool fits = head[1] == 0xFE && memcmp(head + 6, "\rMSGGET", 7) == 0 && head[20] == 0x1D &&
                loy_digits_only((const char *)head + METADATA_DIGITS, 4);
    return fits ? number_at(head + METADATA_DIGITS, 4) : -1;
}

static void finish_metadata(struct serial_line *state, struct loy_step *step)
{
    size_t n = state->length - METADATA_AIM;
    uint8_t *text = state->text + METADATA_AIM;
    if (text[n - 1] == '\r') n--;
    text[0] = ']';
    memmove(text + 3, text + 4, n - 4); /* behind GS */
    see(state, step, LINE_READ);
    if (!line_is_menu_answer(text, n - 1)) report_text(state, text, n - 1, LINE_AIM_ON, step);
    forget_line(state);
}

static void take_metadata(struct serial_line *state, uint8_t byte, struct loy_step *step)
{
    state->metadata = true;
    state->text[state->length++] = byte;
    if (state->length < METADATA_HEAD) return;
    long size = metadata_size(state->text);
    if (size <= 0 || size > (long)(sizeof state->text - METADATA_HEAD)) {
        report_misread(state, step, size > 0 ? LOY_MISREAD_TOO_LONG : LOY_MISREAD_UNKNOWN_LAYOUT);
        forget_line(state);
        state->deaf = true;
    } else if (state->length == METADATA_HEAD + (size_t)size) {
        finish_metadata(state, step);
    }
}

/* ---- Bytes --------------------------------------------------------------------------------- */

static bool is_suffix(uint8_t byte)
{
    return byte == '\r' || byte == '\n' || byte == '\t' || byte == EOT;
}

static void take_byte(struct serial_line *state, uint8_t byte, struct loy_step *step)
{
    bool framed = state->end == END_FRAME, first = state->length == 0 && !state->lost;
    state->behind_frame = state->behind_frame && is_suffix(byte);
    if (state->deaf || state->behind_frame) return;
    if (state->wants_lrc) {
        check_lrc(state, byte, step);
    } else if (state->metadata || (byte == SYN && first && !framed && !state->in_frame)) {
        take_metadata(state, byte, step);
    } else if (byte == STX && (framed || state->length == 0)) {
        begin_frame(state, step);
    } else if (byte == ETX && state->in_frame) {
        state->wants_lrc = state->has_lrc;
        if (!state->has_lrc) finish_line(state, step);
    } else if (framed && !state->in_frame) {
        state->noise = state->noise || !is_suffix(byte);
    } else if (!framed && ends_line(state, byte)) {
        finish_line(state, step);
    } else if (state->length > 0 || (byte != '\n' && byte != ETX)) {
        keep_byte(state, byte, step); /* LF or ETX first: the rest of the last line's end */
    }
    if (state->held > 0 && state->length == state->held + 3 &&
        line_begins_symbol(state->text + state->held))
        begin_next(state, step);
}

static bool is_pending(const struct serial_line *state)
{
    return state->length > 0 || state->in_frame || state->noise || state->lost || state->deaf;
}

static void serial_line_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct serial_line *state = self;
    while (step->used < length && !step->has_event)
        take_byte(state, bytes[step->used++], step);
    if (is_pending(state))
        step->wait_ms = state->gap_ms;
    else if (state->watch.waits)
        step->wait_ms = LINE_WATCH_MS;
}

/* ---- Silence ------------------------------------------------------------------------------- */

/* A suffix that nobody set, and that may stand in a text too: silence behind it tells. */
static bool ends_by_itself(struct serial_line *state)
{
    if (state->end != END_ANY || state->in_frame || state->length < 2) return false;
    uint8_t last = state->text[state->length - 1];
    if (last == '\t' || last == EOT) state->length--;
    return last == '\t' || last == EOT || last == ETX;
}

static void break_off(struct serial_line *state, struct loy_step *step)
{
    enum loy_misread fault = LOY_MISREAD_NONE;
    if (!state->metadata) fault = line_find_fault(state->text, state->length);
    if (state->noise) {
        see(state, step, LINE_UNFRAMED);
        fault = LOY_MISREAD_DEVICE;
    } else if (fault != LOY_MISREAD_NONE) {
        see(state, step, LINE_DAMAGED);
    } else {
        if (!state->in_frame && !state->metadata) see(state, step, LINE_ENDLESS);
        fault = LOY_MISREAD_TRUNCATED;
    }
    report_misread(state, step, fault);
}

static void serial_line_silence(void *self, struct loy_step *step)
{
    struct serial_line *state = self;
    bool ended = (state->end == END_IDLE || state->licence) && !state->in_frame;
    if (!is_pending(state) && state->watch.waits)
        see(state, step, LINE_SILENCE);
    else if (state->held > 0 && state->held == state->length)
        finish_held(state, step);
    else if (!state->metadata &&
             (ended || ends_by_itself(state) || line_is_failed_stripe(state->text, state->length)))
        finish_line(state, step);
    else if (is_pending(state) && !state->lost && !state->deaf)
        break_off(state, step);
    forget_line(state);
}

const struct loy_driver driver_serial_line = {
    .name = "serial-line",
    .title = "Scanners and stripe readers that send lines over a serial port",
    .beep = "the manual has a bar code for it: \"good read beep off\", \"do not beep after good "
            "decode\" or "
            "\"beeper volume: off\"",
    .match = models,
    .unit = LOY_UNIT_STREAM,
    .bus = LOY_BUS_SERIAL,
    .state_size = sizeof(struct serial_line),
    .session_size = offsetof(struct serial_line, in_frame),
    .claim = serial_line_claim,
    .start = serial_line_start,
    .feed = serial_line_feed,
    .silence = serial_line_silence,
};
