/* SPDX-License-Identifier: MIT
 *
 * hub.c - the readers' public functions and the loop behind their one descriptor.
 * In: options and paths, the transports' news; out: events, one after the other.
 * Must not know: libusb, libserialport, any device family.
 */
#include "hub.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* A device that never stops talking must not keep the others, or the till, waiting. */
#define NEWS_PER_DISPATCH 64
/* Two clocks are not read at the same moment: less is no sleep. */
#define SLEEP_MS 500
#define FAR_FUTURE_S 253402300800 /* the year 10000 */

void hub_say(struct loy_reader *reader, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->text, sizeof reader->text, format, arguments);
    va_end(arguments);
}

/* ---- The one descriptor ------------------------------------------------------------------- */

static int64_t sooner(int64_t a_ms, int64_t b_ms)
{
    if (a_ms < 0) return b_ms;
    return b_ms < 0 || a_ms < b_ms ? a_ms : b_ms;
}

/* Milliseconds until there is something to do without any other descriptor being ready; -1: never.
 */
static int64_t due_ms(const struct loy_reader *reader)
{
    if (reader->ring_count > 0 || reader->carry.device != NULL || reader->unfinished) return 0;
    int64_t due = -1, now = transport_now_ms();
    for (size_t i = 0; i < reader->source_count; i++) {
        const struct hub_source *source = &reader->sources[i];
        due = sooner(due, source->type->due_ms(source->self));
    }
    for (size_t i = 0; i < reader->device_count; i++) {
        int64_t deadline = reader->devices[i]->deadline_ms;
        if (deadline != 0) due = sooner(due, deadline > now ? deadline - now : 0);
    }
    if (reader->statistics != NULL && statistics_due_ms(reader->statistics) >= 0) {
        int64_t at = statistics_due_ms(reader->statistics);
        due = sooner(due, at > now ? at - now : 0);
    }
    return due;
}

/* Events that wait, files with lines and drivers' deadlines all wake the caller by the timer:
 * setting it also takes back an expiry that has been served. */
static enum loy_status arm_timer(struct loy_reader *reader)
{
    int64_t due = due_ms(reader);
    struct itimerspec at = {{0, 0}, {0, 0}};
    at.it_value.tv_sec = due > 0 ? due / 1000 : 0;
    at.it_value.tv_nsec = due > 0 ? due % 1000 * 1000000 : due + 1;
    if (timerfd_settime(reader->timer_fd, 0, &at, NULL) == 0) return LOY_OK;
    hub_say(reader, "timer: %s", strerror(errno));
    return LOY_E_IO;
}

/* A timer in a far future that is cancelled, and so becomes readable, when the machine wakes up:
 * without it nobody would call us before the next swipe. Waking shows as a jump between two clocks
 * of which one stands still in sleep. */
static void arm_clock(const struct loy_reader *reader)
{
    struct itimerspec at = {{0, 0}, {FAR_FUTURE_S, 0}};
    timerfd_settime(reader->clock_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &at, NULL);
}

static int64_t slept_ms(void)
{
    struct timespec boot;
    if (clock_gettime(CLOCK_BOOTTIME, &boot) != 0) return 0;
    return (int64_t)boot.tv_sec * 1000 + boot.tv_nsec / 1000000 - transport_now_ms();
}

static bool watch(const struct loy_reader *reader, int fd)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    return fd >= 0 && epoll_ctl(reader->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

static enum loy_status open_descriptors(struct loy_reader *reader)
{
    reader->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    reader->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    reader->clock_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    if (reader->epoll_fd >= 0 && watch(reader, reader->timer_fd) &&
        watch(reader, reader->clock_fd)) {
        arm_clock(reader);
        reader->slept_ms = slept_ms();
        return LOY_OK;
    }
    hub_say(reader, "epoll: %s", strerror(errno));
    return LOY_E_IO;
}

/* ---- Sources ------------------------------------------------------------------------------ */

/* The name that a person sees: of a path that is too long, the end tells more than the beginning.
 */
static void name_place(struct transport_place *place, const char *prefix)
{
    size_t head = strlen(prefix), length = strlen(place->where);
    size_t room = sizeof place->path - head - 1;
    size_t shown = length < room ? length : room;
    memcpy(place->path, prefix, head);
    memcpy(place->path + head, place->where + length - shown, shown);
    if (shown < length) memcpy(place->path + head, "...", 3);
}

/* "serial:/dev/ttyUSB0?preset=icl" -> path, where, options; driver= is the hub's own option. */
static enum loy_status parse_place(
    struct transport_place *place, const char *prefix, const char *path)
{
    path += strlen(prefix);
    size_t length = strcspn(path, "?");
    if (length == 0) return LOY_E_ARGUMENT;
    if (length >= sizeof place->where) return LOY_E_LIMIT;
    memcpy(place->where, path, length);
    name_place(place, prefix);
    if (path[length] == '\0') return LOY_OK;
    enum loy_status status = options_add_query(&place->options, path + length + 1);
    if (status != LOY_OK) return status;
    const char *driver = options_take(&place->options, "driver");
    if (driver == NULL) return LOY_OK;
    if (strlen(driver) >= sizeof place->driver) return LOY_E_ARGUMENT;
    memcpy(place->driver, driver, strlen(driver));
    return LOY_OK;
}

static enum loy_status open_source(struct loy_reader *reader, const struct transport_type *type,
    struct hub_source *source, const char *path)
{
    char text[TRANSPORT_TEXT_MAX] = "";
    enum loy_status status = parse_place(&source->place, type->prefix, path);
    source->place.bound = reader->bound;
    source->place.bound_count = reader->bound_count;
    if (status == LOY_OK && type == &transport_serial)
        status = hub_check_options(&source->place, LOY_BUS_SERIAL, text, sizeof text);
    if (status == LOY_OK && type == &transport_evdev)
        status = hub_check_options(&source->place, LOY_BUS_USB_HID, text, sizeof text);
    if (status == LOY_OK) status = type->open(&source->self, &source->place, text, sizeof text);
    if (status != LOY_OK) {
        hub_say(reader, "%s: %s", path, text[0] != '\0' ? text : loy_status_text(status));
        return status;
    }
    source->type = type;
    reader->source_count++;
    status = type->watch(source->self, reader->epoll_fd);
    if (status != LOY_OK) hub_say(reader, "%s: %s", path, strerror(errno));
    return status;
}

static enum loy_status add_source(
    struct loy_reader *reader, const struct transport_type *type, const char *path)
{
    if (reader->source_count == HUB_SOURCES_MAX) {
        hub_say(reader, "more than %u paths", HUB_SOURCES_MAX);
        return LOY_E_LIMIT;
    }
    struct hub_source *source = &reader->sources[reader->source_count];
    return open_source(reader, type, source, path);
}

/* The transport of a path, if its source is among those asked for. */
static const struct transport_type *type_of_path(const char *path, unsigned sources)
{
    static const struct {
        unsigned source;
        const struct transport_type *type;
    } rows[] = {{LOY_SOURCE_SERIAL, &transport_serial}, {LOY_SOURCE_FILE, &transport_file},
        {LOY_SOURCE_EVDEV, &transport_evdev}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *prefix = rows[i].type->prefix;
        if ((sources & rows[i].source) && strncmp(path, prefix, strlen(prefix)) == 0)
            return rows[i].type;
    }
    return NULL;
}

/* A USB device that the caller names is left to the one transport that has all of USB. */
static enum loy_status add_bound(struct loy_reader *reader, const char *path)
{
    char text[TRANSPORT_TEXT_MAX] = "";
    if (reader->bound_count == HUB_BOUND_MAX) {
        hub_say(reader, "more than %u usb: paths", HUB_BOUND_MAX);
        return LOY_E_LIMIT;
    }
    struct transport_place *place = &reader->bound[reader->bound_count];
    enum loy_status status = parse_place(place, transport_usb.prefix, path);
    if (status == LOY_OK && place->driver[0] != '\0')
        status = hub_check_options(place, LOY_BUS_USB_HID, text, sizeof text);
    if (status == LOY_OK)
        reader->bound_count++;
    else
        hub_say(reader, "%s: %s", path, text[0] != '\0' ? text : loy_status_text(status));
    return status;
}

static enum loy_status add_path(struct loy_reader *reader, unsigned sources, const char *path)
{
    const char *usb = transport_usb.prefix;
    if ((sources & LOY_SOURCE_USB) && strncmp(path, usb, strlen(usb)) == 0)
        return add_bound(reader, path);
    const struct transport_type *type = type_of_path(path, sources);
    if (type != NULL) return add_source(reader, type, path);
    hub_say(reader,
        "%s: not usb:PORT, serial:PATH, evdev:PATH or file:PATH of a source that was asked for",
        path);
    return LOY_E_ARGUMENT;
}

static enum loy_status add_sources(
    struct loy_reader *reader, unsigned sources, const char *const *paths)
{
    enum loy_status status = LOY_OK;
    for (; paths != NULL && *paths != NULL && status == LOY_OK; paths++)
        status = add_path(reader, sources, *paths);
    if (status == LOY_OK && (sources & LOY_SOURCE_USB))
        status = add_source(reader, &transport_usb, "usb:all");
    return status;
}

/* ---- Open and close ----------------------------------------------------------------------- */

static const struct hub_device *device_of_source(
    const struct loy_reader *reader, const struct hub_source *source)
{
    for (size_t i = 0; i < reader->device_count; i++)
        if (reader->devices[i]->source == source) return reader->devices[i];
    return NULL;
}

/* A file that no driver takes will never work: the caller hears it now. A port may come back. */
static enum loy_status check_files(struct loy_reader *reader)
{
    for (size_t i = 0; i < reader->source_count; i++) {
        const struct hub_source *source = &reader->sources[i];
        if (source->type != &transport_file) continue;
        const struct hub_device *device = device_of_source(reader, source);
        if (device != NULL && device->channel != NULL) continue;
        if (device == NULL)
            hub_say(
                reader, "%s: no driver takes it; name one with ?driver=NAME", source->place.path);
        return LOY_E_ARGUMENT;
    }
    return LOY_OK;
}

static enum loy_status open_parts(
    struct loy_reader *reader, const struct loy_reader_options *options)
{
    enum loy_status status = open_descriptors(reader);
    if (status != LOY_OK) return status;
    status = guard_init(&reader->guard, &options->rules);
    if (status != LOY_OK) {
        hub_say(reader, "the shop's own ranges: %s", loy_status_text(status));
        return status;
    }
    char text[sizeof reader->text] = "";
    if (options->statistics != NULL)
        status = statistics_open(&reader->statistics, options->statistics, text, sizeof text);
    if (status == LOY_E_LIMIT) hub_say(reader, "the path of the file of counts is too long");
    if (status == LOY_OK) status = add_sources(reader, options->sources, options->paths);
    if (status == LOY_OK) status = loy_reader_dispatch(reader);
    if (status == LOY_OK) status = check_files(reader);
    if (status == LOY_OK && text[0] != '\0') hub_say(reader, "%s", text);
    return status;
}

enum loy_status loy_reader_open(
    const struct loy_reader_options *options, struct loy_reader **reader)
{
    if (options == NULL || reader == NULL) return LOY_E_ARGUMENT;
    *reader = calloc(1, sizeof **reader);
    if (*reader == NULL) return LOY_E_MEMORY;
    (*reader)->epoll_fd = (*reader)->timer_fd = (*reader)->clock_fd = -1;
    if (options->size != sizeof *options) {
        hub_say(*reader, "options.size is not that of this version");
        return LOY_E_ARGUMENT;
    }
    return open_parts(*reader, options);
}

void loy_reader_close(struct loy_reader *reader)
{
    if (reader == NULL) return;
    for (size_t i = 0; i < reader->source_count; i++)
        reader->sources[i].type->close(reader->sources[i].self);
    for (size_t i = 0; i < reader->device_count; i++)
        hub_device_free(reader->devices[i]);
    statistics_close(reader->statistics);
    if (reader->timer_fd >= 0) close(reader->timer_fd);
    if (reader->clock_fd >= 0) close(reader->clock_fd);
    if (reader->epoll_fd >= 0) close(reader->epoll_fd);
    explicit_bzero(reader, sizeof *reader);
    free(reader);
}

/* ---- The loop ----------------------------------------------------------------------------- */

int loy_reader_fd(const struct loy_reader *reader)
{
    return reader->epoll_fd;
}

/* True if the source has no more news. */
static bool drain_source(struct loy_reader *reader, const struct hub_source *source)
{
    for (int i = 0; i < NEWS_PER_DISPATCH; i++) {
        if (reader->carry.device != NULL || !hub_has_room(reader)) return false;
        reader->news.product[0] = '\0';
        if (source->type->next(source->self, &reader->news) != LOY_OK) return true;
        hub_take_news(reader, source);
    }
    return false;
}

static void call_deadlines(struct loy_reader *reader)
{
    int64_t now = transport_now_ms();
    for (size_t i = 0; i < reader->device_count && hub_has_room(reader); i++) {
        struct hub_device *device = reader->devices[i];
        if (device->deadline_ms != 0 && device->deadline_ms <= now)
            hub_call_silence(reader, device);
    }
}

/* What came while nobody listened goes before anybody does. */
static void drop_what_waits(struct loy_reader *reader, const struct hub_source *source)
{
    source->type->pump(source->self);
    if (!drain_source(reader, source)) reader->unfinished = true;
}

static void drop_carry(struct loy_reader *reader, const struct hub_source *source)
{
    if (reader->carry.device == NULL || reader->carry.device->source != source) return;
    explicit_bzero(reader->news.bytes, reader->news.length);
    reader->carry.device = NULL;
}

static void drop_stale(struct loy_reader *reader, const struct hub_source *source)
{
    drop_carry(reader, source);
    for (size_t i = 0; i < reader->device_count; i++)
        if (reader->devices[i]->source == source) hub_fall_asleep(reader, reader->devices[i]);
    drop_what_waits(reader, source);
    for (size_t i = 0; i < reader->device_count; i++)
        if (reader->devices[i]->source == source) hub_wake(reader, reader->devices[i]);
}

/* What came before the machine slept, or by its waking, is half of something or stale. */
static void look_for_sleep(struct loy_reader *reader)
{
    uint64_t expirations;
    if (read(reader->clock_fd, &expirations, sizeof expirations) < 0 && errno == ECANCELED)
        arm_clock(reader);
    if (!hub_has_room(reader)) return; /* nothing can be asked of transports yet, nor is heard */
    int64_t now_ms = slept_ms(), before_ms = reader->slept_ms;
    reader->slept_ms = now_ms;
    if (now_ms - before_ms < SLEEP_MS) return;
    for (size_t i = 0; i < reader->source_count; i++)
        if (reader->sources[i].type != &transport_file) drop_stale(reader, &reader->sources[i]);
}

static void save_counts(struct loy_reader *reader)
{
    int64_t now = transport_now_ms();
    int64_t due = reader->statistics != NULL ? statistics_due_ms(reader->statistics) : -1;
    if (due >= 0 && due <= now) statistics_save(reader->statistics, now);
}

enum loy_status loy_reader_dispatch(struct loy_reader *reader)
{
    bool drained = true;
    look_for_sleep(reader);
    hub_feed_carry(reader);
    for (size_t i = 0; i < reader->source_count; i++) {
        reader->sources[i].type->pump(reader->sources[i].self);
        drained &= drain_source(reader, &reader->sources[i]);
    }
    reader->unfinished = !drained;
    /* Silence is what nothing was said in: bytes that wait come first. */
    if (drained) call_deadlines(reader);
    save_counts(reader);
    return arm_timer(reader);
}

enum loy_status loy_reader_next(struct loy_reader *reader, struct loy_event *event)
{
    if (reader->ring_count == 0) return LOY_NONE;
    struct loy_event *first = &reader->ring[reader->ring_first];
    size_t used = offsetof(struct loy_event, data) + first->data_length;
    memcpy(event, first, used);
    explicit_bzero(first, used);
    reader->ring_first = (reader->ring_first + 1) % HUB_RING_SIZE;
    reader->ring_count--;
    if (reader->ring_count == 0) arm_timer(reader);
    return LOY_OK;
}

/* ---- Devices, rules, text ----------------------------------------------------------------- */

static uint8_t device_state(const struct hub_device *device)
{
    if (device->unused) return LOY_DEVICE_UNUSED;
    if (device->failed) return LOY_DEVICE_FAILED;
    if (device->ended) return LOY_DEVICE_ENDED;
    return device->disabled ? LOY_DEVICE_DISABLED : LOY_DEVICE_READY;
}

enum loy_status loy_reader_list(
    const struct loy_reader *reader, size_t index, struct loy_device *device)
{
    for (size_t i = 0; i < reader->device_count; i++) {
        const struct hub_device *known = reader->devices[i];
        if (known->hidden || index-- > 0) continue;
        *device = known->info;
        device->state = device_state(known);
        hub_count_kept(known, &device->kept);
        return LOY_OK;
    }
    return LOY_NONE;
}

enum loy_status loy_reader_enable(struct loy_reader *reader, uint32_t number, bool enable)
{
    struct hub_device *device = hub_device_numbered(reader, number);
    if (device == NULL) return LOY_NONE;
    if (device->disabled == !enable) return LOY_OK;
    if (enable) drop_what_waits(reader, device->source);
    device->disabled = !enable;
    if (device->source->type == &transport_file) device->deadline_ms = 0; /* its clock stands */
    if (device->channel != NULL)
        device->source->type->pause(device->source->self, device->channel, !enable);
    return arm_timer(reader);
}

enum loy_status loy_reader_answer(
    struct loy_reader *reader, uint32_t number, enum loy_answer answer)
{
    struct hub_device *device = hub_device_numbered(reader, number);
    if (device == NULL) return LOY_NONE;
    if (answer != LOY_ANSWER_ACCEPTED && answer != LOY_ANSWER_REJECTED) return LOY_E_ARGUMENT;
    enum loy_status status = hub_answer(reader, device, answer);
    if (status == LOY_OK) status = arm_timer(reader);
    return status;
}

enum loy_status loy_reader_set_rules(struct loy_reader *reader, const struct loy_guard_rules *rules)
{
    struct guard guard;
    enum loy_status status = guard_init(&guard, rules);
    if (status == LOY_OK)
        reader->guard = guard;
    else
        hub_say(reader, "the shop's own ranges: %s", loy_status_text(status));
    return status;
}

const char *loy_reader_text(const struct loy_reader *reader)
{
    return reader == NULL ? "out of memory" : reader->text;
}
