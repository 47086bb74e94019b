/* SPDX-License-Identifier: MIT
 *
 * scanner.c - preloaded: stands in for the hub of readers, so that a test scans when it wants to.
 * In: lines of the pipe $SCANNER; out: events through the real driver and the real guard.
 *
 *     scan TEXT     what a serial scanner would send
 *     misread       a swipe that was too fast
 *     detach        the scanner is pulled out
 *     attach        and plugged in again
 *
 * In the file $SCANNER.rests stands, twice, a number: even while the program waits with nothing to
 * take, odd while it works, and larger each time.
 */
#include <loyalty/reader.h>

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVENTS 32

struct loy_reader {
    int fd;
    bool there;
    struct loy_range ranges[LOY_RANGES_MAX];
    size_t range_count;
    struct loy_event events[EVENTS];
    size_t first, count;
    char line[8192];
    size_t length;
};

/* ---- Rest --------------------------------------------------------------------------------------
 */

#define SOON_MS 100

/* Twice, so that a reader notices when it is overtaken. */
static void rests_write(bool rests)
{
    static unsigned number = 1;
    static int file = -2;
    const char *pipe = getenv("SCANNER");
    char path[1024], text[32];
    if (!pipe || (number % 2 == 0) == rests) return;
    snprintf(path, sizeof path, "%s.rests", pipe);
    if (file == -2) file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    number++;
    int size = snprintf(text, sizeof text, "%010u %010u\n", number, number);
    if (file < 0 || pwrite(file, text, (size_t)size, 0) != size) exit(97);
}

/* The loop over keys and readers is the only place where the program calls ppoll. A wait that ends
 * soon is no rest: a figure is being reckoned by and by. */
LOY_API int ppoll(
    struct pollfd *waits, nfds_t count, const struct timespec *limit, const sigset_t *mask)
{
    int (*next)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *) = NULL;
    *(void **)&next = dlsym(RTLD_NEXT, "ppoll");
    if (!next) exit(96);
    bool long_wait = !limit || limit->tv_sec > 0 || limit->tv_nsec >= SOON_MS * 1000000L;
    if (long_wait && poll(waits, count, 0) == 0) rests_write(true);
    int ready = next(waits, count, limit, mask);
    rests_write(false);
    return ready;
}

/* ---- The hub -----------------------------------------------------------------------------------
 */

LOY_API enum loy_status loy_reader_open(
    const struct loy_reader_options *options, struct loy_reader **reader)
{
    const char *pipe = getenv("SCANNER");
    (void)options;
    *reader = calloc(1, sizeof **reader);
    if (!*reader || !pipe) return LOY_E_IO;
    (*reader)->there = true;
    (*reader)->fd = open(pipe, O_RDWR | O_NONBLOCK);
    return (*reader)->fd < 0 ? LOY_E_IO : LOY_OK;
}

LOY_API void loy_reader_close(struct loy_reader *reader)
{
    if (!reader) return;
    close(reader->fd);
    free(reader);
}

LOY_API int loy_reader_fd(const struct loy_reader *reader)
{
    return reader->fd;
}

LOY_API enum loy_status loy_reader_set_rules(
    struct loy_reader *reader, const struct loy_guard_rules *rules)
{
    memcpy(reader->ranges, rules->ranges, rules->range_count * sizeof *rules->ranges);
    reader->range_count = rules->range_count;
    return LOY_OK;
}

static struct loy_event *event_new(struct loy_reader *reader)
{
    if (reader->count == EVENTS) exit(99);
    struct loy_event *event = &reader->events[(reader->first + reader->count++) % EVENTS];
    memset(event, 0, sizeof *event);
    return event;
}

static void scan(struct loy_reader *reader, const char *text)
{
    const struct loy_decoder_options options = {.size = sizeof options,
        .driver = "serial-line",
        .rules = {reader->ranges, reader->range_count}};
    struct loy_decoder *decoder = NULL;
    uint8_t bytes[8192];
    size_t used = 0, at = 0;
    int n = snprintf((char *)bytes, sizeof bytes, "%s\r", text);
    struct loy_event event;
    if (loy_decoder_open(&options, &decoder, NULL, 0) != LOY_OK) exit(98);
    while (loy_decoder_feed(decoder, bytes + at, (size_t)n - at, &used, &event) == LOY_OK) {
        at += used;
        *event_new(reader) = event;
    }
    if (loy_decoder_end(decoder, &event) == LOY_OK) *event_new(reader) = event;
    loy_decoder_close(decoder);
    for (size_t i = 0; i < reader->count; i++)
        reader->events[(reader->first + i) % EVENTS].reader = 1;
}

static void line_take(struct loy_reader *reader, const char *line)
{
    bool comes = strcmp(line, "attach") == 0;
    if (strncmp(line, "scan ", 5) == 0) {
        scan(reader, line + 5);
        return;
    }
    struct loy_event *event = event_new(reader);
    event->reader = 1;
    event->kind = LOY_EVENT_MISREAD;
    event->reason = LOY_MISREAD_TOO_FAST;
    if (strcmp(line, "misread") == 0) return;
    reader->there = comes;
    event->kind = comes ? LOY_EVENT_ATTACHED : LOY_EVENT_DETACHED;
    event->reason = 0;
}

LOY_API enum loy_status loy_reader_dispatch(struct loy_reader *reader)
{
    char c;
    while (reader->count < EVENTS - 4 && read(reader->fd, &c, 1) == 1) {
        if (reader->length + 1 < sizeof reader->line) reader->line[reader->length++] = c;
        if (c != '\n') continue;
        reader->line[reader->length - 1] = '\0';
        reader->length = 0;
        line_take(reader, reader->line);
    }
    return LOY_OK;
}

LOY_API enum loy_status loy_reader_next(struct loy_reader *reader, struct loy_event *event)
{
    if (!reader->count) return LOY_NONE;
    *event = reader->events[reader->first];
    reader->first = (reader->first + 1) % EVENTS;
    reader->count--;
    return LOY_OK;
}

LOY_API enum loy_status loy_reader_list(
    const struct loy_reader *reader, size_t index, struct loy_device *device)
{
    if (index > 0 || !reader->there) return LOY_NONE;
    *device = (struct loy_device){.reader = 1,
        .state = LOY_DEVICE_READY,
        .driver = "serial-line",
        .path = "serial:scanner",
        .product = "Scanner"};
    return LOY_OK;
}

LOY_API enum loy_status loy_reader_enable(struct loy_reader *reader, uint32_t number, bool enable)
{
    (void)reader;
    (void)enable;
    return number == 1 ? LOY_OK : LOY_NONE;
}

LOY_API enum loy_status loy_reader_answer(
    struct loy_reader *reader, uint32_t number, enum loy_answer answer)
{
    (void)reader;
    (void)answer;
    return number == 1 ? LOY_OK : LOY_NONE;
}

LOY_API const char *loy_reader_text(const struct loy_reader *reader)
{
    (void)reader;
    return "";
}
