/* SPDX-License-Identifier: MIT
 *
 * recorder.c - bytes of one reader are held until the guard has judged the event that they made,
 * then written or wiped. In: bytes, silences, judged events; out: a file, see transport_file.c.
 * Must not know: transports, any device family.
 *
 * What is written must come to the same events when it is replayed, and must not hold anything that
 * the guard has not seen: not a refused card, not a misread one, not a bad track beside a good one,
 * not what the driver passed over.
 */
#include "recorder.h"

#include "rehearsal.h"
#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Silences in a row that are written: a driver may ask the time for ever. */
#define SILENCES_MAX 16u
#define GAP_SHOWN_MS 100
#define GAP_KEPT_MS 1000 /* without a driver: somebody drew breath between two cards */
#define GAP_MAX_MS 5000u

/* What is held, one behind the other: chunks with their bytes, silences without. */
struct item {
    uint32_t wait_ms; /* a silence */
    uint16_t length;  /* a chunk */
};

struct recorder {
    int fd;
    struct rehearsal
        *rehearsal; /* NULL: no driver decodes it; every chunk is written as it comes */
    off_t whole;    /* the file is whole up to here */
    enum loy_status failure;
    int error;
    uint64_t reads;

    struct rehearsal_score read; /* of the events whose bytes are held */
    bool lost;
    bool midway;            /* the driver waits for the rest of something */
    bool again;             /* the report that ends this event is not held yet */
    unsigned waiting_reads; /* whose last report is not held yet */
    bool chunks;            /* something is held besides silences */
    unsigned silences;      /* in a row */
    int64_t last_ms;        /* the last chunk, without a driver */
    size_t looked_length, held_length;
    uint8_t looked[TRANSPORT_BYTES_MAX];
    uint8_t held[RECORDER_HELD_MAX];
    char line[2 * TRANSPORT_BYTES_MAX + 64];
};

/* ---- The file ----------------------------------------------------------------------------- */

static enum loy_status status_of(int error)
{
    static const struct {
        int error;
        enum loy_status status;
    } rows[] = {{EEXIST, LOY_E_CONFLICT}, {ENOSPC, LOY_E_FULL}, {EDQUOT, LOY_E_FULL},
        {EROFS, LOY_E_FULL}, {EFBIG, LOY_E_FULL}, {EACCES, LOY_E_ACCESS}, {EPERM, LOY_E_ACCESS},
        {ENOENT, LOY_E_GONE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].error == error) return rows[i].status;
    return LOY_E_IO;
}

/* After the first failure nothing is written any more: the file ends with the last whole entry. */
static void write_bytes(struct recorder *recorder, const char *bytes, size_t length)
{
    while (recorder->failure == LOY_OK && length > 0) {
        ssize_t n = write(recorder->fd, bytes, length);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) {
            recorder->error = errno;
            recorder->failure = status_of(errno);
            if (ftruncate(recorder->fd, recorder->whole) != 0) recorder->failure = LOY_E_IO;
            return;
        }
        bytes += n;
        length -= (size_t)n;
    }
}

static void write_text(struct recorder *recorder, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void write_text(struct recorder *recorder, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (n > 0) write_bytes(recorder, text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

static void write_hex(struct recorder *recorder, const uint8_t *bytes, size_t length)
{
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    for (size_t i = 0; i < length; i++) {
        recorder->line[n++] = digits[bytes[i] >> 4];
        recorder->line[n++] = digits[bytes[i] & 15];
    }
    recorder->line[n++] = '\n';
    write_bytes(recorder, recorder->line, n);
    explicit_bzero(recorder->line, n);
}

static void end_entry(struct recorder *recorder)
{
    off_t at = recorder->failure == LOY_OK ? lseek(recorder->fd, 0, SEEK_CUR) : -1;
    if (at >= 0) recorder->whole = at;
}

/* A value may come from a command line: no line of ours ends inside it. */
static void write_field(struct recorder *recorder, const char *key, const char *value)
{
    write_bytes(recorder, key, strlen(key));
    for (; *value != '\0'; value++) {
        bool odd = (unsigned char)*value < 0x20 || *value == 0x7F;
        write_bytes(recorder, odd ? "?" : value, 1);
    }
}

static void write_head(struct recorder *recorder, const struct recorder_head *head)
{
    const struct loy_identity *who = head->who;
    write_text(recorder, "# loyalty recording 1\n");
    write_field(recorder, "# device: ", head->product[0] != '\0' ? head->product : "no name");
    write_text(recorder, "\n# written by libloyalty %s\n", LOY_VERSION_TEXT);
    if (head->test_cards)
        write_text(recorder, "# public test cards only: whoever made this file said so\n"
                             "test-cards: yes\n");
    if (head->driver != NULL) write_text(recorder, "driver: %s\n", head->driver->name);
    if (who->vid != 0) write_text(recorder, "vid: %04x\npid: %04x\n", who->vid, who->pid);
    if (who->descriptor != NULL && who->descriptor_length <= HID_DESCRIPTOR_MAX) {
        write_text(recorder, "descriptor: ");
        write_hex(recorder, who->descriptor, who->descriptor_length);
    }
    for (size_t i = 0; i < who->option_count; i++) {
        write_field(recorder, "option: ", who->options[i].key);
        write_field(recorder, "=", who->options[i].value);
        write_text(recorder, "\n");
    }
    end_entry(recorder);
}

enum loy_status recorder_open(struct recorder **recorder, const char *path,
    const struct recorder_head *head, char *text, size_t text_size)
{
    struct recorder *made = calloc(1, sizeof *made);
    if (made == NULL) return LOY_E_MEMORY;
    if (head->driver != NULL) made->rehearsal = rehearsal_open(head->driver, head->who);
    if (head->driver != NULL && made->rehearsal == NULL) {
        free(made);
        return LOY_E_MEMORY;
    }
    made->fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (made->fd < 0) {
        enum loy_status status = status_of(errno);
        snprintf(text, text_size, "%s: %s", path, strerror(errno));
        rehearsal_close(made->rehearsal);
        free(made);
        return status;
    }
    write_head(made, head);
    if (made->failure == LOY_OK) {
        *recorder = made;
        return LOY_OK;
    }
    enum loy_status status = recorder_close(made, NULL, text, text_size);
    unlink(path);
    return status;
}

enum loy_status recorder_close(
    struct recorder *recorder, uint64_t *reads, char *text, size_t text_size)
{
    enum loy_status status = recorder->failure;
    if (status == LOY_OK && fsync(recorder->fd) != 0 && errno != EINVAL) {
        recorder->error = errno;
        status = status_of(errno);
    }
    close(recorder->fd);
    if (reads != NULL) *reads = recorder->reads;
    if (status != LOY_OK)
        snprintf(text, text_size, "the recording stopped: %s", strerror(recorder->error));
    rehearsal_close(recorder->rehearsal);
    explicit_bzero(recorder, sizeof *recorder);
    free(recorder);
    return status;
}

/* ---- What is held ------------------------------------------------------------------------- */

static void forget(struct recorder *recorder)
{
    explicit_bzero(recorder->held, recorder->held_length);
    recorder->held_length = 0;
    recorder->lost = recorder->chunks = false;
    recorder->silences = recorder->waiting_reads = 0;
    recorder->read = (struct rehearsal_score){0};
}

static void hold_item(struct recorder *recorder, const struct item *item, const uint8_t *bytes)
{
    size_t room = sizeof recorder->held - recorder->held_length;
    if (sizeof *item + item->length > room) recorder->lost = true;
    if (recorder->lost) return;
    memcpy(recorder->held + recorder->held_length, item, sizeof *item);
    recorder->held_length += sizeof *item;
    if (item->length > 0) memcpy(recorder->held + recorder->held_length, bytes, item->length);
    recorder->held_length += item->length;
}

/* The item at *at, which moves behind it; false at the end. */
static bool next_item(
    const struct recorder *recorder, size_t *at, struct item *item, const uint8_t **bytes)
{
    if (*at >= recorder->held_length) return false;
    memcpy(item, recorder->held + *at, sizeof *item);
    *bytes = recorder->held + *at + sizeof *item;
    *at += sizeof *item + item->length;
    return true;
}

/* Whether what is held plays what was read. */
static bool plays_same(struct recorder *recorder)
{
    struct item item;
    const uint8_t *bytes;
    rehearsal_begin(recorder->rehearsal);
    for (size_t at = 0; next_item(recorder, &at, &item, &bytes);)
        if (item.length > 0)
            rehearsal_bytes(recorder->rehearsal, bytes, item.length);
        else
            rehearsal_wait(recorder->rehearsal, item.wait_ms);
    return rehearsal_end(recorder->rehearsal, &recorder->read);
}

static void write_held(struct recorder *recorder)
{
    struct item item;
    const uint8_t *bytes;
    for (size_t at = 0; next_item(recorder, &at, &item, &bytes);)
        if (item.length > 0)
            write_hex(recorder, bytes, item.length);
        else
            write_text(recorder, "wait: %u\n", item.wait_ms);
}

static void write_not_kept(struct recorder *recorder, unsigned reads, const char *why)
{
    for (unsigned i = 0; i < reads; i++)
        write_text(recorder, "# read: bytes not kept: %s\n", why);
}

static void keep(struct recorder *recorder, unsigned reads)
{
    if (!plays_same(recorder)) {
        write_not_kept(recorder, reads, "alone they would play something else");
        return;
    }
    write_held(recorder);
    if (recorder->failure == LOY_OK) recorder->reads += reads;
}

/* The report that ended the reads before is used up without another event; whole: and nothing of
 * the next message is in it. */
static void settle(struct recorder *recorder, bool whole)
{
    if (recorder->waiting_reads == 0) return;
    if (whole)
        keep(recorder, recorder->waiting_reads);
    else
        write_not_kept(recorder, recorder->waiting_reads, "its last report begins the next");
    end_entry(recorder);
    forget(recorder);
}

void recorder_look(struct recorder *recorder, const struct loy_driver *driver, const void *state,
    const uint8_t *bytes, size_t length)
{
    bool fits = length <= sizeof recorder->looked;
    recorder->looked_length = fits ? length : 0;
    if (!fits) recorder->lost = true;
    memcpy(recorder->looked, bytes, recorder->looked_length);
    if (driver->redact != NULL) driver->redact(state, recorder->looked, recorder->looked_length);
}

/* Without a driver nobody knows where a message ends: gaps tell those who read the file. */
static void write_now(struct recorder *recorder, size_t used)
{
    int64_t now = transport_now_ms(), gap = recorder->last_ms == 0 ? 0 : now - recorder->last_ms;
    if (gap >= GAP_KEPT_MS)
        write_text(recorder, "wait: %u\n", gap < GAP_MAX_MS ? (unsigned)gap : GAP_MAX_MS);
    else if (gap >= GAP_SHOWN_MS)
        write_text(recorder, "# %u ms later\n", (unsigned)gap);
    write_hex(recorder, recorder->looked, used);
    end_entry(recorder);
    recorder->reads++;
    recorder->last_ms = now;
}

void recorder_hold(struct recorder *recorder, size_t used, bool event, bool waits)
{
    if (used > recorder->looked_length) used = recorder->looked_length;
    const struct item item = {.length = (uint16_t)used};
    if (used > 0 && recorder->rehearsal != NULL) {
        hold_item(recorder, &item, recorder->looked);
        recorder->chunks = true;
    }
    if (used > 0 && recorder->rehearsal == NULL) write_now(recorder, used);
    explicit_bzero(recorder->looked, recorder->looked_length);
    recorder->looked_length = 0;
    recorder->silences = 0;
    recorder->again = event && used == 0;
    if (!event) settle(recorder, !waits);
    /* What ended without an event was judged by nobody: the rest of a misread card. */
    if (!event && !waits && recorder->midway) forget(recorder);
    recorder->midway = waits;
}

void recorder_silence(struct recorder *recorder, uint32_t wait_ms, bool idle)
{
    const struct item item = {.wait_ms = wait_ms};
    recorder->again = false;
    /* What the driver has given up is no part of the next message; that time went by is, once. */
    if (idle || !recorder->chunks) forget(recorder);
    if (idle) recorder->midway = false;
    if (recorder->rehearsal != NULL && recorder->silences++ < SILENCES_MAX)
        hold_item(recorder, &item, NULL);
}

/* ---- What may be written ------------------------------------------------------------------ */

/* Digits that stand in the event's text, but for a length or symbology before them or a check
 * behind them. */
static bool explained(const struct loy_event *event, const char *digits, size_t n)
{
    for (size_t head = 0; head <= 4; head++)
        for (size_t tail = 0; tail <= 2 && head + tail + 4 <= n; tail++)
            if (memmem(event->data, event->data_length, digits + head, n - head - tail) != NULL)
                return true;
    return false;
}

/* Whether the bytes show a number of so many digits that is not in the event: something that the
 * driver passed over, and that nobody judged. */
static bool holds_more(
    const struct recorder *recorder, const struct loy_event *event, size_t digits)
{
    char run[64];
    size_t n = 0, at = 0;
    struct item item;
    const uint8_t *bytes;
    bool more = false;
    while (!more && next_item(recorder, &at, &item, &bytes)) {
        for (size_t i = 0; !more && i < item.length; i++) {
            bool digit = bytes[i] >= '0' && bytes[i] <= '9';
            if (digit && n < sizeof run) run[n++] = (char)bytes[i];
            if (digit) continue;
            more = n >= digits && !explained(event, run, n);
            n = 0;
        }
    }
    more = more || (n >= digits && !explained(event, run, n));
    explicit_bzero(run, sizeof run);
    return more;
}

static bool has_part(const struct loy_event *event, enum loy_part_status status)
{
    for (size_t i = 0; i < event->part_count; i++)
        if (event->parts[i].status == status) return true;
    return false;
}

/* Whether every good part stands in one chunk as it is: then a bad one would be text, too. */
static bool is_text(const struct recorder *recorder, const struct loy_event *event)
{
    bool all = true;
    for (size_t i = 0; i < event->part_count; i++) {
        const struct loy_part *part = &event->parts[i];
        struct item item;
        const uint8_t *bytes;
        bool found = part->length == 0;
        for (size_t at = 0; !found && next_item(recorder, &at, &item, &bytes);)
            found = memmem(bytes, item.length, loy_part_data(event, part), part->length) != NULL;
        all = all && found;
    }
    return all;
}

/* Why the bytes of this event do not go to the file; NULL: they do. */
static const char *reason_against(const struct recorder *recorder, const struct loy_event *event)
{
    if (recorder->lost) return "longer than a recording holds";
    if (has_part(event, LOY_PART_MASKED)) return "a masked card";
    bool bad = has_part(event, LOY_PART_BAD);
    if (bad && !is_text(recorder, event)) return "a bad track, which nobody can judge";
    /* Of a bad track a few digits are left. */
    if (holds_more(recorder, event, bad ? 5 : 12)) return "a number that is not in what was read";
    return NULL;
}

static void write_reason(struct recorder *recorder, const struct loy_event *event)
{
    if (event->kind == LOY_EVENT_MISREAD)
        write_text(recorder, "# misread %s: bytes not kept\n", loy_misread_name(event->reason));
    else if (event->kind == LOY_EVENT_REFUSED)
        write_text(recorder, "# refused %s: bytes not kept\n", loy_refusal_name(event->reason));
    else if (event->kind == LOY_EVENT_FOREIGN)
        write_text(recorder, "# foreign: bytes not kept\n");
    else
        write_text(
            recorder, event->kind == LOY_EVENT_ATTACHED ? "# plugged in\n" : "# unplugged\n");
}

void recorder_read(struct recorder *recorder, const struct loy_event *event)
{
    rehearsal_count(&recorder->read, event);
}

void recorder_take(struct recorder *recorder, const struct loy_event *event)
{
    bool read = event->kind == LOY_EVENT_READ;
    const char *against = read ? reason_against(recorder, event) : NULL;
    if (read && against == NULL && recorder->again) {
        recorder->waiting_reads++;
        return;
    }
    if (against != NULL || !read) settle(recorder, false);
    if (!read) write_reason(recorder, event);
    if (against != NULL) write_not_kept(recorder, 1, against);
    if (read && against == NULL) {
        keep(recorder, recorder->waiting_reads + 1);
        recorder->midway = false; /* what follows is its suffix */
    }
    end_entry(recorder);
    forget(recorder);
}

void recorder_drop(struct recorder *recorder)
{
    recorder->midway = false;
    forget(recorder);
}
