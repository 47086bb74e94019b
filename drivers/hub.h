/* SPDX-License-Identifier: MIT
 *
 * hub.h - what hub.c (the loop and the public functions) and hub_device.c (one device: which
 * driver, its bytes, its events) share. In: transports' news; out: the queue of events. Must not
 * know: libusb, libserialport, any device family.
 */
#ifndef DRIVERS_HUB_H
#define DRIVERS_HUB_H

#include "driver.h"
#include "guard.h"
#include "recorder.h"
#include "statistics.h"
#include "transport.h"

#define HUB_SOURCES_MAX 16u
#define HUB_DEVICES_MAX 64u
#define HUB_BOUND_MAX 16u
/* A device that goes in mid-message makes two events: a misread and detached. */
#define HUB_RING_SIZE (LOY_QUEUE_MAX + 1)
/* A recording keeps no longer silence: nobody waits minutes for a replay. */
#define HUB_SILENCE_MAX_MS 10000

struct hub_source {
    const struct transport_type *type;
    void *self;
    struct transport_place place;
};

struct hub_device {
    struct loy_device info;
    const struct hub_source *source;
    void *channel; /* NULL: not attached */
    bool hidden;   /* unplugged: keeps its number for when it comes back */
    bool disabled, failed, ended;
    bool asleep;
    bool unused; /* failed because it was left alone on purpose */
    const struct loy_driver *driver;
    void *state;
    struct loy_identity who;
    int64_t deadline_ms;        /* when the driver wants silence(); 0: never */
    uint32_t wait_ms;           /* how long it wanted to wait */
    int64_t heard_ms;           /* when it last heard of bytes or silence */
    struct recorder *recorder;  /* NULL: not recorded */
    struct statistics_row *row; /* NULL: not kept */
};

/* Bytes that did not fit the queue yet: nothing else is taken before them. */
struct hub_carry {
    struct hub_device *device;
    size_t at;
};

struct loy_reader {
    int epoll_fd, timer_fd;
    int clock_fd;     /* readable after the machine slept, or its clock was set */
    int64_t slept_ms; /* how long the machine had slept since its start when we last looked */
    struct hub_source sources[HUB_SOURCES_MAX];
    size_t source_count;
    struct transport_place bound[HUB_BOUND_MAX]; /* usb:... of the paths, for transport_usb */
    size_t bound_count;
    struct hub_device *devices[HUB_DEVICES_MAX];
    size_t device_count;
    struct guard guard;
    struct statistics *statistics; /* NULL: not kept */
    struct transport_news news;
    struct hub_carry carry;
    struct loy_step step;
    struct loy_event ring[HUB_RING_SIZE];
    size_t ring_first, ring_count;
    bool unfinished; /* the last dispatch left news behind */
    char text[256];
};

void hub_say(struct loy_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* hub_device.c */
void hub_take_news(struct loy_reader *reader, const struct hub_source *source);
void hub_feed_carry(struct loy_reader *reader);
void hub_call_silence(struct loy_reader *reader, struct hub_device *device);
/* The machine slept: to be called before and after what waits has been dropped. */
void hub_fall_asleep(struct loy_reader *reader, struct hub_device *device);
void hub_wake(struct loy_reader *reader, struct hub_device *device);
void hub_reset_driver(struct hub_device *device);
struct hub_device *hub_device_numbered(struct loy_reader *reader, uint32_t number);
enum loy_status hub_answer(
    struct loy_reader *reader, struct hub_device *device, enum loy_answer answer);
void hub_device_free(struct hub_device *device);
/* Whether the driver that place asks for takes its options; LOY_E_ARGUMENT, and text says why not.
 */
enum loy_status hub_check_options(
    const struct transport_place *place, uint8_t bus, char *text, size_t text_size);

/* hub_record.c */
void hub_count(struct loy_reader *reader, struct hub_device *device, const struct loy_event *event);
void hub_count_begin(struct loy_reader *reader, struct hub_device *device);
void hub_count_kept(const struct hub_device *device, struct loy_counts *kept);
/* Around feed(): before it, what the driver will get; after it, how much it used. */
void hub_record_look(struct hub_device *device, const uint8_t *bytes, size_t length);
void hub_record_hold(struct hub_device *device, const struct loy_step *step, size_t used);
/* After silence(). */
void hub_record_silence(struct hub_device *device, const struct loy_step *step);
/* An event, before the guard and judged; or one that nobody hears. */
void hub_record_read(struct hub_device *device, const struct loy_event *event);
void hub_record_take(struct hub_device *device, const struct loy_event *event);
void hub_record_drop(struct hub_device *device);
/* The device is another one now, or the hub closes. */
void hub_record_end(struct hub_device *device);

static inline bool hub_has_room(const struct loy_reader *reader)
{
    return reader->ring_count < LOY_QUEUE_MAX;
}

#endif
