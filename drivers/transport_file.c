/* SPDX-License-Identifier: MIT
 *
 * transport_file.c - a recorded file as a device: one line of hexadecimal a report or chunk.
 * In: a regular file; out: one line's bytes per pump, so that a caller can take one swipe at a
 * time. Must not know: drivers, what the bytes mean.
 *
 *     # loyalty recording 1        first line; without it, the path must say ?driver=NAME
 *     driver: NAME                 header lines, all optional, before the first data line
 *     vid: 0801
 *     pid: 0002
 *     descriptor: 0600FF09...      HID report descriptor
 *     option: KEY=VALUE            any number
 *     test-cards: yes              nothing but public test cards is in it
 *     0000000018003B36...          data; blank lines and those that start with # are passed over
 *     wait: 300                    so many milliseconds nothing came, and the driver's time was up
 */
#include "transport.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "# loyalty recording "
#define WAIT "wait:"
#define WAIT_MAX_MS 60000ul
/* Two digits a byte, and one blank between. */
#define LINE_MAX_BYTES (3 * TRANSPORT_BYTES_MAX + 64)

struct recording {
    int fd;
    bool announced, paused, ended, turn;
    unsigned line_number;
    const struct transport_place *place;
    char driver[LOY_DRIVER_NAME_MAX];
    int64_t resume_at_ms; /* a recorded pause ends then; 0: none */
    struct loy_identity who;
    uint8_t descriptor[HID_DESCRIPTOR_MAX];
    struct options options; /* of path and header */
    /* The next line is read ahead while the header ends. */
    bool line_waits;
    char line[LINE_MAX_BYTES];
    size_t buffer_first, buffer_end;
    char buffer[16384];
};

/* ---- Lines -------------------------------------------------------------------------------- */

static bool fill_buffer(struct recording *file)
{
    ssize_t n = read(file->fd, file->buffer, sizeof file->buffer);
    file->buffer_first = 0;
    file->buffer_end = n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* The next line without its end; LOY_NONE at the end of the file, LOY_E_LIMIT if it was too long,
 * and then it is passed over. */
static enum loy_status read_line(struct recording *file)
{
    size_t length = 0;
    bool any = false;
    while (file->buffer_first < file->buffer_end || fill_buffer(file)) {
        char c = file->buffer[file->buffer_first];
        file->buffer[file->buffer_first++] = '\0';
        any = true;
        if (c == '\n') break;
        if (length < sizeof file->line) file->line[length] = c == '\0' ? '?' : c;
        if (length < sizeof file->line) length++;
    }
    if (!any) return LOY_NONE;
    file->line_number++;
    bool fits = length < sizeof file->line;
    file->line[fits ? length : 0] = '\0';
    return fits ? LOY_OK : LOY_E_LIMIT;
}

static bool is_blank(const char *line)
{
    return line[0] == '#' || line[strspn(line, " \t\r")] == '\0';
}

/* The next line with something in it. */
static enum loy_status read_matter(struct recording *file)
{
    enum loy_status status;
    do
        status = read_line(file);
    while (status == LOY_OK && is_blank(file->line));
    return status;
}

static bool is_wait(const char *line)
{
    return strncmp(line, WAIT, strlen(WAIT)) == 0;
}

/* ---- Header ------------------------------------------------------------------------------- */

static enum loy_status take_driver(struct recording *file, const char *value)
{
    if (strlen(value) >= sizeof file->driver) return LOY_E_FORMAT;
    /* What the caller says in the path stands above what the file says. */
    if (file->driver[0] == '\0') snprintf(file->driver, sizeof file->driver, "%s", value);
    return LOY_OK;
}

static enum loy_status take_vid(struct recording *file, const char *value)
{
    return options_id(value, &file->who.vid) ? LOY_OK : LOY_E_FORMAT;
}

static enum loy_status take_pid(struct recording *file, const char *value)
{
    return options_id(value, &file->who.pid) ? LOY_OK : LOY_E_FORMAT;
}

static enum loy_status take_descriptor(struct recording *file, const char *value)
{
    struct loy_identity *who = &file->who;
    size_t length = 0;
    if (!options_hex(value, file->descriptor, sizeof file->descriptor, &length))
        return LOY_E_FORMAT;
    who->has_descriptor = true;
    who->descriptor = file->descriptor;
    who->descriptor_length = length;
    return hid_descriptor_parse(file->descriptor, length, &who->layout);
}

static enum loy_status take_option(struct recording *file, const char *value)
{
    const char *equals = strchr(value, '=');
    if (equals == NULL || equals == value) return LOY_E_FORMAT;
    return options_add(
        &file->options, value, (size_t)(equals - value), equals + 1, strlen(equals + 1));
}

static enum loy_status take_test_cards(struct recording *file, const char *value)
{
    (void)file; /* for those who read the file */
    return strcmp(value, "yes") == 0 ? LOY_OK : LOY_E_FORMAT;
}

static enum loy_status take_field(struct recording *file, const char *key, const char *value)
{
    static const struct {
        const char *key;
        enum loy_status (*take)(struct recording *file, const char *value);
    } rows[] = {{"driver", take_driver}, {"vid", take_vid}, {"pid", take_pid},
        {"descriptor", take_descriptor}, {"option", take_option}, {"test-cards", take_test_cards}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].key, key) == 0) return rows[i].take(file, value);
    return LOY_E_FORMAT;
}

/* "key: value" in file->line. */
static enum loy_status take_header_line(struct recording *file)
{
    char *colon = strchr(file->line, ':');
    char *value = colon + 1 + strspn(colon + 1, " \t");
    size_t length = strlen(value);
    while (length > 0 && strchr(" \t\r", value[length - 1]) != NULL)
        value[--length] = '\0';
    *colon = '\0';
    return take_field(file, file->line, value);
}

/* Reads up to the first data line, which then waits. */
static enum loy_status read_header(struct recording *file)
{
    enum loy_status status;
    while ((status = read_matter(file)) == LOY_OK && strchr(file->line, ':') != NULL &&
           !is_wait(file->line)) {
        status = take_header_line(file);
        if (status != LOY_OK) return status;
    }
    file->line_waits = status == LOY_OK || status == LOY_E_LIMIT;
    return LOY_OK;
}

/* vid=, pid= and descriptor= behind the path's question mark are header lines in other clothes. */
static enum loy_status take_place(struct recording *file, const struct transport_place *place)
{
    static const char *const keys[] = {"vid", "pid", "descriptor"};
    snprintf(file->driver, sizeof file->driver, "%s", place->driver);
    for (size_t i = 0; i < place->options.count; i++) {
        const struct loy_option *row = &place->options.rows[i];
        enum loy_status status =
            options_add(&file->options, row->key, strlen(row->key), row->value, strlen(row->value));
        if (status != LOY_OK) return status;
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *value = options_take(&file->options, keys[i]);
        if (value != NULL && take_field(file, keys[i], value) != LOY_OK) return LOY_E_ARGUMENT;
    }
    return LOY_OK;
}

static enum loy_status read_first_line(struct recording *file, char *text, size_t text_size)
{
    enum loy_status status = read_line(file);
    bool recording = status == LOY_OK && strncmp(file->line, MAGIC, strlen(MAGIC)) == 0;
    if (recording && strtoul(file->line + strlen(MAGIC), NULL, 10) != 1) {
        snprintf(text, text_size, "made by a newer version: only recording 1 is known");
        return LOY_E_VERSION;
    }
    if (!recording && file->driver[0] == '\0') {
        snprintf(text, text_size, "not a recording; for bare hex lines say ?driver=NAME");
        return LOY_E_FORMAT;
    }
    if (recording) {
        status = read_header(file);
        if (status != LOY_OK)
            snprintf(text, text_size, "line %u: not a header line that is known: %s",
                file->line_number, loy_status_text(status));
        return status;
    }
    /* No header: the first line is data, unless it is blank. */
    file->line_waits = status == LOY_E_LIMIT || (status == LOY_OK && !is_blank(file->line));
    return LOY_OK;
}

/* ---- The transport ------------------------------------------------------------------------ */

static enum loy_status open_file(struct recording *file, char *text, size_t text_size)
{
    struct stat about;
    file->fd = open(file->place->where, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file->fd < 0) {
        snprintf(text, text_size, "%s", strerror(errno));
        return errno == EACCES ? LOY_E_ACCESS : errno == ENOENT ? LOY_E_GONE : LOY_E_IO;
    }
    if (fstat(file->fd, &about) != 0 || !S_ISREG(about.st_mode)) {
        snprintf(text, text_size, "not a regular file");
        return LOY_E_ARGUMENT;
    }
    return LOY_OK;
}

static void file_close(void *self)
{
    struct recording *file = self;
    if (file->fd >= 0) close(file->fd);
    explicit_bzero(file, sizeof *file);
    free(file);
}

static enum loy_status file_open(
    void **self, const struct transport_place *place, char *text, size_t text_size)
{
    struct recording *file = calloc(1, sizeof *file);
    if (file == NULL) return LOY_E_MEMORY;
    file->fd = -1;
    file->place = place;
    enum loy_status status = open_file(file, text, text_size);
    if (status == LOY_OK) status = take_place(file, place);
    if (status == LOY_OK) status = read_first_line(file, text, text_size);
    if (status != LOY_OK) {
        file_close(file);
        return status;
    }
    *self = file;
    return LOY_OK;
}

static enum loy_status file_watch(void *self, int epoll_fd)
{
    /* A regular file is always ready and epoll refuses it: due_ms wakes the caller instead. */
    (void)self;
    (void)epoll_fd;
    return LOY_OK;
}

static void file_pump(void *self)
{
    struct recording *file = self;
    file->turn = true;
}

static void announce(struct recording *file, struct transport_news *news)
{
    struct loy_identity *who = &file->who;
    who->bus = who->has_descriptor || who->vid != 0 ? LOY_BUS_USB_HID : LOY_BUS_BYTES;
    who->options = file->options.rows;
    who->option_count = file->options.count;
    news->kind = TRANSPORT_CAME;
    news->who = *who;
    snprintf(news->path, sizeof news->path, "%s", file->place->path);
    snprintf(news->driver, sizeof news->driver, "%s", file->driver);
    snprintf(news->product, sizeof news->product, "recorded file");
    file->announced = true;
}

/* The bytes of the line, which is wiped; what is no hexadecimal is named by its number only. */
static void take_line(
    struct recording *file, enum loy_status read_status, struct transport_news *news)
{
    bool good = read_status == LOY_OK &&
                options_hex(file->line, news->bytes, sizeof news->bytes, &news->length);
    explicit_bzero(file->line, sizeof file->line);
    news->kind = good ? TRANSPORT_BYTES : TRANSPORT_BROKEN;
    if (good) return;
    explicit_bzero(news->bytes, sizeof news->bytes);
    news->length = 0;
    news->reason = LOY_MISREAD_DEVICE;
    snprintf(
        news->text, sizeof news->text, "line %u: not hexadecimal, or too long", file->line_number);
}

/* "wait: 300" in file->line; false: not a time, or longer than anybody would wait. */
static bool begin_wait(struct recording *file)
{
    const char *digits = file->line + strlen(WAIT);
    char *end;
    digits += strspn(digits, " \t");
    unsigned long wait_ms = strtoul(digits, &end, 10);
    if (*digits < '0' || *digits > '9' || end[strspn(end, " \t\r")] != '\0') return false;
    if (wait_ms > WAIT_MAX_MS) return false;
    file->resume_at_ms = transport_now_ms() + (int64_t)wait_ms;
    return true;
}

static enum loy_status file_next(void *self, struct transport_news *news)
{
    struct recording *file = self;
    if (!file->turn || file->paused || file->ended) return LOY_NONE;
    news->channel = file;
    news->text[0] = '\0';
    news->length = 0;
    if (file->resume_at_ms > transport_now_ms()) return LOY_NONE;
    file->turn = false;
    if (file->resume_at_ms != 0) {
        file->resume_at_ms = 0;
        news->kind = TRANSPORT_QUIET;
        return LOY_OK;
    }
    if (!file->announced) {
        announce(file, news);
        return LOY_OK;
    }
    enum loy_status status = file->line_waits ? LOY_OK : read_matter(file);
    if (file->line_waits && file->line[0] == '\0') status = LOY_E_LIMIT;
    file->line_waits = false;
    if (status == LOY_NONE) {
        file->ended = true;
        news->kind = TRANSPORT_ENDED;
        return LOY_OK;
    }
    if (status == LOY_OK && is_wait(file->line) && begin_wait(file)) return LOY_NONE;
    take_line(file, status, news);
    return LOY_OK;
}

static enum loy_status file_start(
    void *self, void *channel, const struct loy_line_settings *line, char *text, size_t text_size)
{
    (void)self;
    (void)channel;
    (void)line;
    (void)text;
    (void)text_size;
    return LOY_OK;
}

static enum loy_status file_send(
    void *self, void *channel, enum loy_send kind, const uint8_t *bytes, size_t length)
{
    (void)self;
    (void)channel;
    (void)kind;
    (void)bytes;
    (void)length;
    return LOY_OK; /* a recording does not answer */
}

static void file_pause(void *self, void *channel, bool paused)
{
    struct recording *file = self;
    (void)channel;
    file->paused = paused;
}

static void file_drop(void *self, void *channel)
{
    struct recording *file = self;
    (void)channel;
    file->ended = true;
}

static int file_due_ms(void *self)
{
    const struct recording *file = self;
    if (file->paused || file->ended) return -1;
    int64_t left = file->resume_at_ms != 0 ? file->resume_at_ms - transport_now_ms() : 0;
    return left > 0 ? (int)left : 0;
}

const struct transport_type transport_file = {
    .prefix = "file:",
    .open = file_open,
    .close = file_close,
    .watch = file_watch,
    .pump = file_pump,
    .next = file_next,
    .start = file_start,
    .send = file_send,
    .pause = file_pause,
    .drop = file_drop,
    .due_ms = file_due_ms,
};
