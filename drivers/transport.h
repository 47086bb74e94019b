/* SPDX-License-Identifier: MIT
 *
 * transport.h - where bytes come from. A transport knows its outside library and nothing of
 * drivers; the hub knows neither libusb nor libserialport. Reports are normalised here, once: whole
 * reports, with the report ID in byte 0 exactly where the descriptor declares report IDs.
 *
 * Nothing calls back upward: the hub pumps a transport and asks for its news until there is none.
 * News that is not asked for waits in the transport, and then in the kernel: so a full queue drops
 * nothing.
 */
#ifndef DRIVERS_TRANSPORT_H
#define DRIVERS_TRANSPORT_H

#include "driver.h"
#include "options.h"

#include <time.h>

#define TRANSPORT_BYTES_MAX 4096u
#define TRANSPORT_PATH_MAX 128u
#define TRANSPORT_TEXT_MAX 192u
#define TRANSPORT_WHERE_MAX 4096u

/* The order of a device's life: CAME, any number of BYTES, BROKEN and QUIET, WENT or ENDED. TROUBLE
 * may come at any time, also for a device that never came. */
enum transport_kind {
    TRANSPORT_CAME = 1, /* a device is there; the hub answers with start() or drop() */
    TRANSPORT_WENT,     /* it is gone, and with it the channel */
    TRANSPORT_BYTES,    /* a whole report, or a piece of a stream */
    TRANSPORT_BROKEN,   /* something came that is not whole; none of it is handed over */
    TRANSPORT_TROUBLE,  /* it cannot be used; text says why and what to do */
    TRANSPORT_UNUSED,   /* it is left alone; text says how it would be taken */
    TRANSPORT_QUIET,    /* a recorded pause is over: what it ended has ended */
    TRANSPORT_ENDED     /* nothing more will come, but the channel stays: a file at its end */
};

struct transport_news {
    uint8_t kind;                     /* enum transport_kind */
    uint8_t reason;                   /* BROKEN: enum loy_misread; NONE: between two reports */
    void *channel;                    /* which device; the hub's key, stable until WENT is taken */
    struct loy_identity who;          /* CAME */
    char path[TRANSPORT_PATH_MAX];    /* CAME, WENT, TROUBLE, UNUSED: the same after replug */
    char product[64];                 /* CAME: printable ASCII */
    char driver[LOY_DRIVER_NAME_MAX]; /* CAME: the driver that was asked for by name, or "" */
    char
        text[TRANSPORT_TEXT_MAX]; /* TROUBLE, UNUSED, BROKEN: what is wrong and what to do, or "" */
    size_t length;                /* BYTES */
    uint8_t bytes[TRANSPORT_BYTES_MAX];
};

/* One source that the caller named: what stands behind "usb", "serial:PATH?..." or "file:PATH?...".
 */
struct transport_place {
    char
        path[TRANSPORT_PATH_MAX]; /* as in loy_device.path, without options; a long one shortened */
    char where[TRANSPORT_WHERE_MAX]; /* behind the colon, whole */
    char driver[LOY_DRIVER_NAME_MAX];
    struct options options; /* without driver= */
    /* For transport_usb: the devices that the caller named, where being a "1-1.4:1.0" or a
     * "05f9:2204". */
    const struct transport_place *bound;
    size_t bound_count;
};

/* A transport is a constant struct of functions; self is its own state. */
struct transport_type {
    const char *prefix; /* of its paths, with the colon */
    /* place outlives self. On failure text says why. */
    enum loy_status (*open)(
        void **self, const struct transport_place *place, char *text, size_t text_size);
    /* Releases every device and wipes every buffer; may take a moment. */
    void (*close)(void *self);
    /* From now on the transport keeps its descriptors in this epoll set. */
    enum loy_status (*watch)(void *self, int epoll_fd);
    /* Lets the outside library do what is due, without blocking. Once per dispatch. */
    void (*pump)(void *self);
    /* Takes the next piece of news; LOY_NONE when there is none. */
    enum loy_status (*next)(void *self, struct transport_news *news);
    /* Answers CAME. line is NULL where there are no line settings. */
    enum loy_status (*start)(void *self, void *channel, const struct loy_line_settings *line,
        char *text, size_t text_size);
    /* Sends while others wait are queued; LOY_E_BUSY: the queue is full. */
    enum loy_status (*send)(
        void *self, void *channel, enum loy_send kind, const uint8_t *bytes, size_t length);
    /* A paused file waits where it is. Others run on: what they bring is dropped by the hub. */
    void (*pause)(void *self, void *channel, bool paused);
    void (*drop)(void *self, void *channel); /* no driver wants it: let it go */
    /* Milliseconds until pump() may bring news without any descriptor being ready; -1: never. */
    int (*due_ms)(void *self);
};

extern const struct transport_type transport_usb, transport_serial, transport_file, transport_evdev;

static inline int64_t transport_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
