/* SPDX-License-Identifier: MIT
 *
 * zebra_ssi.c - Zebra and Symbol scanners that speak SSI over a serial line: packets out of the
 * stream, answers to them, symbols that take several. In: bytes, cut anywhere; out: a symbol or a
 * misread, and what the scanner must hear. Must not know: the port, what the text means.
 *
 *   DECODE_DATA F3, data:        symbology  text            (continued: more packets follow)
 *   segment 73, from byte 2:     02 status 00  F3 source status size size  symbology -
 *                                total total  text          (size and total: high byte first)
 *   later segments, from byte 2: 00 status index  text      (L = FF: more follow)
 *
 * The decoder sends a packet again, up to twice and with a status bit, until it is acknowledged.
 * With the packet format off it sends plain lines. Over BLE the whole length stands before each
 * packet. Sources: as in ssi_packet.c.
 */
#include "line_settings.h"
#include "line_text.h"
#include "ssi_host.h"
#include "ssi_packet.h"

#define GAP_MS 300u     /* inside a packet; behind plain text without a suffix */
#define JOIN_MS 6000u   /* between the packets of one symbol: two repeats may lie there */
#define REPEAT_MS 5000u /* a packet that was not acknowledged comes again before that */

enum join { ALONE = 0, CONTINUES, SEGMENTS };

struct zebra_ssi {
    struct ssi_host host;
    uint8_t lead; /* bytes before each packet */
    bool keeps_beep;
    bool heard, hinted; /* a packet came; a hint is shown */
    bool ends_lines;    /* plain text came with CR or LF: then silence ends none */
    bool cut;           /* packets of a symbol were lost: repeats belong to it */
    bool has_last;      /* of the last packet that was acknowledged: its length, */
    uint8_t length;     /* and its checksum without what a repeat changes */
    uint16_t digest;
    /* Behind this, what came and is not an event yet. */
    bool noise; /* told already: skip to the next packet */
    bool text;  /* plain text lies in message[] */
    bool licence;
    bool skip;      /* the rest of the joined packets: nothing of it is wanted */
    uint8_t join;   /* enum join */
    uint8_t symbol; /* symbology code of what is joined */
    uint8_t index;  /* of the next segment */
    uint16_t total; /* bytes of text that the first segment promised */
    size_t packet_length, message_length;
    uint8_t packet[SSI_PACKET_MAX + SSI_BLE_BYTES];
    uint8_t message[LINE_BYTES_MAX];
};

static const char plain_text[] =
    "plain text instead of SSI packets: scan \"Send Packeted Decode Data\" of the scanner's "
    "manual, or say ?driver=serial-line";
static const char no_answer[] =
    "the scanner does not answer: scan the bar code for the SSI host of its manual, check the line "
    "settings (?baud=9600), or say ?driver=serial-line";

static int zebra_ssi_claim(const struct loy_identity *who, const char **why)
{
    (void)who;
    (void)why;
    return 0; /* a port does not say what speaks behind it: by name only */
}

static enum loy_status zebra_ssi_start(void *self, const struct loy_identity *who,
    struct loy_line_settings *line, const char **complaint)
{
    static const char *const keys[] = {"ble", "beep", LINE_SETTINGS_KEYS, NULL};
    static const char *const switches[] = {"0", "1", NULL}, *const beeps[] = {"host", "own", NULL};
    struct loy_line_settings settings = {9600, 8, 'N', 1, false};
    struct zebra_ssi *state = self;
    const char *wrong = line_settings_read(who, &settings);
    int ble = line_choice(who, "ble", switches, 0), beep = line_choice(who, "beep", beeps, 0);
    if (ble < 0) wrong = "ble= wants 0 or 1";
    if (beep < 0) wrong = "beep= wants host or own";
    if (!identity_options_known(who, keys))
        wrong = "the options of zebra-ssi are ble, beep, baud, bits, parity, stop and flow";
    state->host.ble = ble == 1;
    state->lead = ble == 1 ? SSI_BLE_BYTES : 0;
    state->keeps_beep = beep == 1;
    if (line != NULL) *line = settings;
    if (wrong == NULL) return LOY_OK;
    *complaint = wrong;
    return LOY_E_ARGUMENT;
}

/* ---- What the scanner hears ---------------------------------------------------------------- */

static void ask_again(const struct zebra_ssi *state, struct loy_step *step)
{
    static const uint8_t resend = SSI_NAK_RESEND;
    ssi_host_say(&state->host, step, SSI_NAK, &resend, 1);
}

static bool is_pending(const struct zebra_ssi *state)
{
    return state->packet_length > 0 || state->text || state->noise;
}

/* When to look again; the host speaks when the line is free. */
static void settle(struct zebra_ssi *state, struct loy_step *step)
{
    if (state->packet_length == 0) explicit_bzero(state->packet, sizeof state->packet);
    bool repeated = state->noise && state->join != ALONE; /* the damaged packet comes again */
    if (is_pending(state) && !repeated) {
        step->wait_ms = GAP_MS;
    } else if (state->join != ALONE) {
        step->wait_ms = JOIN_MS;
    } else {
        step->wait_ms = ssi_host_settle(&state->host, step);
        if (step->wait_ms == 0 && state->has_last) step->wait_ms = REPEAT_MS;
    }
}

static void zebra_ssi_open(void *self, struct loy_step *step)
{
    struct zebra_ssi *state = self;
    ssi_host_open(&state->host, !state->keeps_beep);
    settle(state, step);
}

static void zebra_ssi_answer(void *self, enum loy_answer answer, struct loy_step *step)
{
    struct zebra_ssi *state = self;
    ssi_host_answer(&state->host, answer);
    settle(state, step);
}

/* ---- Events -------------------------------------------------------------------------------- */

static void show_hint(struct zebra_ssi *state, struct loy_step *step, const char *hint)
{
    if (hint[0] == '\0' && !state->hinted) return;
    state->hinted = hint[0] != '\0';
    step->hint = hint;
}

static void report_misread(struct loy_step *step, enum loy_misread reason)
{
    event_misread(&step->event, driver_zebra_ssi.name, reason);
    step->has_event = true;
}

static void report_symbol(struct loy_step *step, uint8_t code, const uint8_t *text, size_t n)
{
    ssi_report(&step->event, driver_zebra_ssi.name, code, text, n);
    step->has_event = true;
}

static void forget_message(struct zebra_ssi *state)
{
    explicit_bzero(state->message, state->message_length);
    state->message_length = 0;
    state->join = ALONE;
    state->text = state->licence = state->skip = false;
}

/* ---- Symbols of several packets ------------------------------------------------------------ */

/* What has begun is of no use any more; the rest of it is acknowledged and dropped. */
static void spoil_join(struct zebra_ssi *state, struct loy_step *step, enum loy_misread reason)
{
    enum join join = (enum join)state->join;
    if (!state->skip) report_misread(step, reason);
    forget_message(state);
    state->join = (uint8_t)join;
    state->skip = true;
}

static void join_text(struct zebra_ssi *state, const uint8_t *text, size_t n, struct loy_step *step)
{
    if (state->skip) return;
    if (n > sizeof state->message - state->message_length) {
        spoil_join(state, step, LOY_MISREAD_TOO_LONG);
        return;
    }
    memcpy(state->message + state->message_length, text, n);
    state->message_length += n;
}

static void finish_join(struct zebra_ssi *state, struct loy_step *step)
{
    if (!state->skip) report_symbol(step, state->symbol, state->message, state->message_length);
    forget_message(state);
}

static void take_decode(
    struct zebra_ssi *state, const uint8_t *packet, size_t n, struct loy_step *step)
{
    bool more = packet[3] & SSI_CONTINUED;
    const uint8_t *data = packet + SSI_HEADER;
    n -= SSI_HEADER;
    /* The rest of a symbol whose beginning is lost; a fresh one has no repeat bit. */
    if (state->cut && (packet[3] & SSI_RETRANSMIT)) {
        state->cut = more;
        return;
    }
    state->cut = false;
    if (n == 0) {
        report_misread(step, LOY_MISREAD_UNKNOWN_LAYOUT);
    } else if (state->join == ALONE && !more) {
        report_symbol(step, data[0], data + 1, n - 1);
    } else {
        bool first = state->join == ALONE;
        if (first) state->symbol = data[0];
        /* Later packets have the symbology again, or have it not: it is no character of text. */
        bool has_code = first || data[0] == state->symbol;
        state->join = CONTINUES;
        join_text(state, data + has_code, n - has_code, step);
        if (!more) finish_join(state, step);
    }
}

static void begin_segments(
    struct zebra_ssi *state, const uint8_t *packet, size_t n, struct loy_step *step)
{
    forget_message(state);
    state->join = SEGMENTS;
    state->skip = n < 14 || packet[5] != SSI_DECODE_DATA;
    if (state->skip) return;
    state->symbol = packet[10];
    state->total = (uint16_t)(packet[12] << 8 | packet[13]);
    join_text(state, packet + 14, n - 14, step);
}

/* True: that was the last one. */
static bool take_segment(
    struct zebra_ssi *state, const uint8_t *packet, size_t n, struct loy_step *step)
{
    uint8_t index = packet[4];
    if (index == 0) {
        begin_segments(state, packet, n, step);
    } else if (state->join != SEGMENTS || index != state->index) {
        state->join = SEGMENTS;
        spoil_join(state, step, LOY_MISREAD_TRUNCATED);
    } else {
        join_text(state, packet + 5, n - 5, step);
    }
    state->index = (uint8_t)(index + 1);
    bool whole = !state->skip && state->message_length == state->total;
    if (n == SSI_FULL && !whole) return false;
    if (!whole)
        spoil_join(state, step,
            state->message_length < state->total ? LOY_MISREAD_TRUNCATED
                                                 : LOY_MISREAD_UNKNOWN_LAYOUT);
    finish_join(state, step);
    return true;
}

/* ---- Packets ------------------------------------------------------------------------------- */

/* A repeat says so; later segments also show it by their index. */
static bool is_repeat(struct zebra_ssi *state, const uint8_t *packet)
{
    bool says_so = packet[3] & SSI_RETRANSMIT;
    bool shows = packet[1] == SSI_SEGMENT && packet[4] > 0;
    size_t n = packet[0];
    uint16_t sum = (uint16_t)(packet[n] << 8 | packet[n + 1]);
    uint16_t digest = (uint16_t)(sum + packet[3]);
    bool same = state->has_last && state->length == n && state->digest == digest;
    state->has_last = true;
    state->length = (uint8_t)n;
    state->digest = digest;
    return same && (says_so || shows);
}

static void take_answer(struct zebra_ssi *state, const uint8_t *packet)
{
    bool resend = packet[1] == SSI_NAK && packet[0] > SSI_HEADER && packet[4] == SSI_NAK_RESEND;
    ssi_host_answered(&state->host, resend);
}

static void take_packet(struct zebra_ssi *state, const uint8_t *packet, struct loy_step *step)
{
    uint8_t opcode = packet[1], reply = SSI_ACK;
    if (packet[2] == SSI_HOST) return; /* our own, come back */
    state->heard = true;
    show_hint(state, step, "");
    if (opcode == SSI_ACK || opcode == SSI_NAK) take_answer(state, packet);
    if (!ssi_wants_ack(opcode)) return;
    if (!is_repeat(state, packet)) {
        if (opcode == SSI_DECODE_DATA) take_decode(state, packet, packet[0], step);
        if (opcode == SSI_SEGMENT && !take_segment(state, packet, packet[0], step))
            reply = SSI_SEGMENT_ACK;
    } else if (opcode == SSI_SEGMENT && state->join == SEGMENTS) {
        reply = SSI_SEGMENT_ACK;
    }
    ssi_host_say(&state->host, step, reply, NULL, 0);
}

/* A packet that begins a symbol while another is not finished: that one is lost. */
static bool breaks_join(const struct zebra_ssi *state, const uint8_t *packet)
{
    if (state->join == ALONE || packet[2] == SSI_HOST) return false;
    if (packet[1] == SSI_DECODE_DATA) return state->join == SEGMENTS;
    if (packet[1] != SSI_SEGMENT) return false;
    bool repeat = packet[3] & SSI_RETRANSMIT;
    return state->join == CONTINUES || (packet[4] == 0 && !repeat);
}

/* ---- Plain text ---------------------------------------------------------------------------- */

static bool is_text(uint8_t c)
{
    return c >= 0x1C || c == '\t' || c == '\n' || c == '\r';
}

static void finish_text(struct zebra_ssi *state, struct loy_step *step)
{
    size_t n = state->message_length;
    enum loy_misread fault = line_find_fault(state->message, n);
    if (fault != LOY_MISREAD_NONE) {
        report_misread(step, fault);
    } else if (n > 0 && !line_is_menu_answer(state->message, n)) {
        line_report(&step->event, driver_zebra_ssi.name, state->message, n, LINE_AIM_AUTO);
        step->has_event = true;
        show_hint(state, step, plain_text);
    }
    forget_message(state);
}

/* The text was none: its end may be the head of a packet. */
static void leave_text(struct zebra_ssi *state, struct loy_step *step, enum loy_misread reason)
{
    size_t kept = state->message_length < 2 ? state->message_length : 2;
    report_misread(step, reason);
    memcpy(state->packet, state->message + state->message_length - kept, kept);
    state->packet_length = kept;
    forget_message(state);
    state->noise = true;
}

/* True: the byte is used up. */
static bool take_text(struct zebra_ssi *state, uint8_t byte, struct loy_step *step)
{
    size_t n = state->message_length;
    state->text = true;
    state->licence = state->licence || line_begins_licence(state->message, n, byte);
    if ((byte == '\r' || byte == '\n') && !state->licence) {
        state->ends_lines = true;
        finish_text(state, step);
        return true;
    }
    if (!is_text(byte) || n == sizeof state->message) {
        leave_text(state, step, is_text(byte) ? LOY_MISREAD_TOO_LONG : LOY_MISREAD_DEVICE);
        return false;
    }
    state->message[state->message_length++] = byte;
    return true;
}

/* ---- Bytes --------------------------------------------------------------------------------- */

static enum ssi_verdict judge(const struct zebra_ssi *state)
{
    if (state->packet_length <= state->lead) return SSI_MORE;
    return ssi_judge(state->packet + state->lead, state->packet_length - state->lead);
}

/* Over BLE there are only packets; and while packets are joined, message[] is theirs. */
static bool may_be_text(const struct zebra_ssi *state)
{
    if (state->host.ble || state->noise || state->join != ALONE) return false;
    for (size_t i = 0; i < state->packet_length; i++)
        if (!is_text(state->packet[i])) return false;
    return true;
}

static bool begin_text(struct zebra_ssi *state, struct loy_step *step)
{
    uint8_t head[sizeof state->packet]; /* three at most: by then they are no packet */
    size_t n = state->packet_length;
    bool used = true;
    memcpy(head, state->packet, n);
    state->packet_length = 0;
    for (size_t i = 0; i < n; i++)
        used = take_text(state, head[i], step);
    explicit_bzero(head, sizeof head);
    return used;
}

static void begin_noise(struct zebra_ssi *state, enum ssi_verdict verdict, struct loy_step *step)
{
    report_misread(step, verdict == SSI_BAD ? LOY_MISREAD_LRC : LOY_MISREAD_DEVICE);
    state->noise = true;
    if (verdict != SSI_BAD) return;
    ask_again(state, step);
    /* What comes again was not read yet, unless it was a repeat already. */
    if (!(state->packet[state->lead + 3] & SSI_RETRANSMIT)) state->has_last = false;
}

static void drop_bytes(struct zebra_ssi *state, size_t n)
{
    state->packet_length -= n;
    memmove(state->packet, state->packet + n, state->packet_length);
}

static void finish_packet(struct zebra_ssi *state, struct loy_step *step)
{
    const uint8_t *packet = state->packet + state->lead;
    size_t whole = state->lead + packet[0] + SSI_SUM;
    bool breaks = breaks_join(state, packet), told = state->skip;
    if (breaks) forget_message(state);
    if (breaks && !told) {
        report_misread(step, LOY_MISREAD_TRUNCATED); /* the packet's turn comes next */
        return;
    }
    take_packet(state, packet, step);
    drop_bytes(state, whole);
    /* What noise had swallowed besides is looked through to its end. */
    state->noise = state->noise && state->packet_length > 0;
}

static bool take_byte(struct zebra_ssi *state, uint8_t byte, struct loy_step *step)
{
    if (state->text) return take_text(state, byte, step);
    /* Before it wakes up, and on a break, the line gives zeros. */
    if (byte == 0 && state->packet_length == 0 && !state->host.ble) return true;
    state->packet[state->packet_length++] = byte;
    while (!step->has_event) {
        enum ssi_verdict verdict = judge(state);
        if (verdict == SSI_MORE) return true;
        if (verdict == SSI_NONE && may_be_text(state)) return begin_text(state, step);
        if (verdict == SSI_GOOD)
            finish_packet(state, step);
        else if (!state->noise)
            begin_noise(state, verdict, step);
        else
            drop_bytes(state, 1);
    }
    /* There may be more in what is left: it is looked at when the byte is given again. */
    if (state->packet_length == 0) return true;
    state->packet_length--;
    return false;
}

static void zebra_ssi_feed(void *self, const uint8_t *bytes, size_t length, struct loy_step *step)
{
    struct zebra_ssi *state = self;
    while (step->used < length && !step->has_event)
        step->used += take_byte(state, bytes[step->used], step);
    settle(state, step);
}

/* ---- Silence ------------------------------------------------------------------------------- */

/* The LF of a CR LF, which might have been the length of a packet. */
static bool is_line_end(const struct zebra_ssi *state)
{
    return state->packet_length == 1 && memchr("\r\n", state->packet[0], 2) != NULL;
}

/* Half a packet, half a symbol, or plain text that nothing but silence ends. */
static void end_pending(struct zebra_ssi *state, struct loy_step *step)
{
    bool half = state->packet_length > 0 && !state->noise && !is_line_end(state);
    if (state->text && (!state->ends_lines || state->licence)) {
        finish_text(state, step);
    } else if (half || state->text || state->join != ALONE) {
        state->cut = state->join == CONTINUES;
        if (!state->skip) report_misread(step, LOY_MISREAD_TRUNCATED);
        if (half) ask_again(state, step);
        forget_message(state);
    }
    state->noise = false;
    state->packet_length = 0;
}

static void end_waiting(struct zebra_ssi *state, struct loy_step *step)
{
    if (!ssi_host_silence(&state->host))
        state->has_last = state->cut = false;
    else if (state->host.todo == 0 && !state->heard)
        show_hint(state, step, no_answer);
}

static void zebra_ssi_silence(void *self, struct loy_step *step)
{
    struct zebra_ssi *state = self;
    if (is_pending(state) || state->join != ALONE)
        end_pending(state, step);
    else
        end_waiting(state, step);
    settle(state, step);
}

const struct loy_driver driver_zebra_ssi = {
    .name = "zebra-ssi",
    .title = "Zebra and Symbol scanners that speak SSI over a serial port",
    .unit = LOY_UNIT_STREAM,
    .bus = LOY_BUS_SERIAL,
    .state_size = sizeof(struct zebra_ssi),
    .session_size = offsetof(struct zebra_ssi, noise),
    .claim = zebra_ssi_claim,
    .start = zebra_ssi_start,
    .feed = zebra_ssi_feed,
    .silence = zebra_ssi_silence,
    .open = zebra_ssi_open,
    .answer = zebra_ssi_answer,
};
