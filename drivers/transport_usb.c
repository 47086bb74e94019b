/* SPDX-License-Identifier: MIT
 *
 * transport_usb.c - all of USB through libusb: hot-plug, which interfaces to look at, descriptors
 * to poll. In: libusb's callbacks; out: news of HID interfaces. Must not know: drivers (only
 * whether some driver names a model), what a report means.
 */
#include "transport_usb.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define ARRIVALS_MAX 128u /* a bus has 127 addresses */
#define CONFIGURE_MS 5000 /* the kernel tells of a device before it has configured it */
#define LOOK_AGAIN_MS 50
#define RETURN_MS 300
#define OPEN_MS 1000 /* devices that are there already are asked within this time */
#define CLOSE_MS 2000

struct arrival {
    libusb_device *device;
    int64_t since_ms, look_ms;
};

struct usb {
    libusb_context *context;
    libusb_hotplug_callback_handle hotplug;
    bool has_hotplug, trouble;
    int epoll_fd;
    const struct transport_place *place;
    struct usb_channel *channels;
    /* Callbacks may not open devices: what came is looked at in pump. */
    struct arrival arrivals[ARRIVALS_MAX];
    size_t arrival_count;
    char path[TRANSPORT_PATH_MAX], text[TRANSPORT_TEXT_MAX];
};

/* ---- The list of channels ----------------------------------------------------------------- */

static void remove_channel(struct usb *usb, struct usb_channel *channel)
{
    struct usb_channel **at = &usb->channels;
    while (*at != channel)
        at = &(*at)->next;
    *at = channel->next;
    usb_channel_free(channel);
}

/* ---- Hot-plug ----------------------------------------------------------------------------- */

static void look_at(struct usb *usb, libusb_device *device, int64_t look_ms)
{
    if (usb->arrival_count == ARRIVALS_MAX) return;
    usb->arrivals[usb->arrival_count++] =
        (struct arrival){libusb_ref_device(device), transport_now_ms(), look_ms};
}

static void note_arrival(struct usb *usb, libusb_device *device)
{
    look_at(usb, device, transport_now_ms());
}

/* When the machine sleeps, the kernel gives transfers back as if the device were gone. If it is,
 * the departure follows within that time; else it is taken up again. */
static void note_return(struct usb *usb, libusb_device *device)
{
    for (size_t i = 0; i < usb->arrival_count; i++)
        if (usb->arrivals[i].device == device) return;
    look_at(usb, device, transport_now_ms() + RETURN_MS);
}

static void note_departure(struct usb *usb, libusb_device *device)
{
    for (size_t i = 0; i < usb->arrival_count; i++) {
        if (usb->arrivals[i].device != device) continue;
        libusb_unref_device(device);
        usb->arrivals[i] = usb->arrivals[--usb->arrival_count];
        break;
    }
    for (struct usb_channel *channel = usb->channels; channel; channel = channel->next) {
        if (channel->device != device) continue;
        channel->gone = channel->departed = true;
        usb_channel_cancel(channel);
    }
}

static int LIBUSB_CALL on_hotplug(
    libusb_context *context, libusb_device *device, libusb_hotplug_event event, void *user)
{
    (void)context;
    if (event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED)
        note_arrival(user, device);
    else
        note_departure(user, device);
    return 0;
}

/* Where libusb has no hot-plug, what is there at open is all that there will be. */
static void list_once(struct usb *usb)
{
    libusb_device **devices;
    ssize_t count = libusb_get_device_list(usb->context, &devices);
    for (ssize_t i = 0; i < count; i++)
        note_arrival(usb, devices[i]);
    if (count >= 0) libusb_free_device_list(devices, 1);
}

static void start_hotplug(struct usb *usb)
{
    int events = LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT;
    int any = LIBUSB_HOTPLUG_MATCH_ANY;
    usb->has_hotplug =
        libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG) &&
        libusb_hotplug_register_callback(usb->context, events, LIBUSB_HOTPLUG_ENUMERATE, any, any,
            any, on_hotplug, usb, &usb->hotplug) == 0;
    if (!usb->has_hotplug) list_once(usb);
}

/* ---- Pump --------------------------------------------------------------------------------- */

static void handle_events(struct usb *usb, int wait_ms)
{
    struct timeval wait = {wait_ms / 1000, wait_ms % 1000 * 1000};
    libusb_handle_events_timeout_completed(usb->context, &wait, NULL);
}

static void look_at_arrivals(struct usb *usb)
{
    int64_t now = transport_now_ms();
    for (size_t i = usb->arrival_count; i-- > 0;) {
        struct arrival *arrival = &usb->arrivals[i];
        if (now < arrival->look_ms) continue;
        arrival->look_ms = now + LOOK_AGAIN_MS;
        if (!usb_find(&usb->channels, usb->place, arrival->device) &&
            now - arrival->since_ms < CONFIGURE_MS)
            continue;
        libusb_unref_device(arrival->device);
        *arrival = usb->arrivals[--usb->arrival_count];
    }
}

/* Channels that nobody wants go as soon as libusb has given every transfer back. */
static void sweep_channels(struct usb *usb)
{
    struct usb_channel *next;
    for (struct usb_channel *channel = usb->channels; channel; channel = next) {
        next = channel->next;
        if (channel->state == USB_LEAVING && channel->flying == 0) remove_channel(usb, channel);
    }
}

static void usb_pump(void *self)
{
    struct usb *usb = self;
    if (usb->context == NULL) return;
    handle_events(usb, 0);
    look_at_arrivals(usb);
    int64_t now = transport_now_ms();
    for (struct usb_channel *channel = usb->channels; channel; channel = channel->next)
        usb_channel_pump(channel, now);
    sweep_channels(usb);
}

/* ---- Open, watch, close ------------------------------------------------------------------- */

static bool somebody_is_asked(const struct usb *usb)
{
    for (const struct usb_channel *channel = usb->channels; channel; channel = channel->next)
        if (channel->state == USB_ASKING && !channel->gone) return true;
    return false;
}

static enum loy_status usb_open(
    void **self, const struct transport_place *place, char *text, size_t text_size)
{
    struct usb *usb = calloc(1, sizeof *usb);
    (void)text, (void)text_size;
    if (usb == NULL) return LOY_E_MEMORY;
    *self = usb;
    usb->epoll_fd = -1;
    usb->place = place;
    memcpy(usb->path, place->path, sizeof usb->path);
    int error = libusb_init(&usb->context);
    if (error != 0) {
        /* A till with serial readers only needs no USB: it is listed as failed, and the rest works.
         */
        usb->context = NULL;
        usb->trouble = true;
        snprintf(
            usb->text, sizeof usb->text, "no USB on this machine (%s)", libusb_error_name(error));
        return LOY_OK;
    }
    start_hotplug(usb);
    int64_t end = transport_now_ms() + OPEN_MS;
    look_at_arrivals(usb);
    while ((somebody_is_asked(usb) || usb->arrival_count > 0) && transport_now_ms() < end) {
        handle_events(usb, 20);
        look_at_arrivals(usb);
    }
    return LOY_OK;
}

/* libusb comes and goes with its descriptors. A number may be used again for another one before we
 * hear of the first, hence the second try. */
static void LIBUSB_CALL add_descriptor(int fd, short events, void *user)
{
    const struct usb *usb = user;
    struct epoll_event event = {.data.fd = fd};
    if (events & POLLIN) event.events |= EPOLLIN;
    if (events & POLLOUT) event.events |= EPOLLOUT;
    if (epoll_ctl(usb->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0 && errno == EEXIST)
        epoll_ctl(usb->epoll_fd, EPOLL_CTL_MOD, fd, &event);
}

static void LIBUSB_CALL remove_descriptor(int fd, void *user)
{
    const struct usb *usb = user;
    epoll_ctl(usb->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

static enum loy_status usb_watch(void *self, int epoll_fd)
{
    struct usb *usb = self;
    usb->epoll_fd = epoll_fd;
    if (usb->context == NULL) return LOY_OK;
    libusb_set_pollfd_notifiers(usb->context, add_descriptor, remove_descriptor, usb);
    const struct libusb_pollfd **list = libusb_get_pollfds(usb->context);
    if (list == NULL) return LOY_E_IO;
    for (size_t i = 0; list[i] != NULL; i++)
        add_descriptor(list[i]->fd, list[i]->events, usb);
    libusb_free_pollfds(list);
    return LOY_OK;
}

static bool somebody_flies(const struct usb *usb)
{
    for (const struct usb_channel *channel = usb->channels; channel; channel = channel->next)
        if (channel->flying > 0) return true;
    return false;
}

/* Cancel all, wait for every callback, release, close: closing with a transfer in flight is what
 * crashed others (libusb issues 700, 703, 1079). */
static void usb_close(void *self)
{
    struct usb *usb = self;
    int64_t end = transport_now_ms() + CLOSE_MS;
    if (usb->has_hotplug) libusb_hotplug_deregister_callback(usb->context, usb->hotplug);
    for (struct usb_channel *channel = usb->channels; channel; channel = channel->next) {
        channel->state = USB_LEAVING;
        usb_channel_cancel(channel);
    }
    while (somebody_flies(usb) && transport_now_ms() < end)
        handle_events(usb, 100);
    if (usb->context != NULL) libusb_set_pollfd_notifiers(usb->context, NULL, NULL, NULL);
    /* A kernel that does not give transfers back still owns our buffers: better to leak them. */
    if (somebody_flies(usb)) return;
    sweep_channels(usb);
    while (usb->arrival_count > 0)
        libusb_unref_device(usb->arrivals[--usb->arrival_count].device);
    if (usb->context != NULL) libusb_exit(usb->context);
    free(usb);
}

/* ---- News --------------------------------------------------------------------------------- */

static bool path_is_taken(const struct usb *usb, const struct usb_channel *newcomer)
{
    const struct usb_channel *channel = usb->channels;
    for (; channel != newcomer; channel = channel->next)
        if (strcmp(channel->path, newcomer->path) == 0) return true;
    return false;
}

static void fill_came(const struct usb_channel *channel, struct transport_news *news)
{
    news->kind = TRANSPORT_CAME;
    memset(&news->who, 0, sizeof news->who);
    news->who.bus = LOY_BUS_USB_HID;
    news->who.vid = channel->vid;
    news->who.pid = channel->pid;
    news->who.has_descriptor = true;
    news->who.layout = channel->layout;
    news->who.descriptor = channel->descriptor;
    news->who.descriptor_length = channel->descriptor_got;
    memcpy(news->product, channel->product, sizeof news->product);
    news->driver[0] = '\0';
    if (channel->bound == NULL) return;
    news->who.bound = true;
    news->who.options = channel->bound->options.rows;
    news->who.option_count = channel->bound->options.count;
    memcpy(news->driver, channel->bound->driver, sizeof news->driver);
}

static void fill_trouble(const struct usb_channel *channel, struct transport_news *news)
{
    news->kind = channel->unused ? TRANSPORT_UNUSED : TRANSPORT_TROUBLE;
    memset(&news->who, 0, sizeof news->who);
    memcpy(news->product, channel->product, sizeof news->product);
    news->who.vid = channel->vid;
    news->who.pid = channel->pid;
    memcpy(news->text, channel->text, sizeof news->text);
}

/* The channel's next news; LOY_NONE. */
static enum loy_status channel_news(
    struct usb *usb, struct usb_channel *channel, struct transport_news *news)
{
    news->channel = channel;
    memcpy(news->path, channel->path, sizeof news->path);
    if (channel->state == USB_LEAVING) return LOY_NONE;
    if (usb_channel_next(channel, news) == LOY_OK) return LOY_OK;
    if (channel->gone) {
        if (channel->flying > 0) return LOY_NONE;
        news->kind = TRANSPORT_WENT;
        if (!channel->departed) note_return(usb, channel->device);
        remove_channel(usb, channel);
        return LOY_OK;
    }
    if (channel->trouble) {
        channel->trouble = false;
        fill_trouble(channel, news);
        return LOY_OK;
    }
    /* Plugged in again faster than it went: first WENT, then CAME. */
    if (channel->state != USB_FOUND || path_is_taken(usb, channel)) return LOY_NONE;
    fill_came(channel, news);
    channel->state = USB_OFFERED;
    return LOY_OK;
}

static enum loy_status usb_next(void *self, struct transport_news *news)
{
    struct usb *usb = self;
    struct usb_channel *next;
    if (usb->trouble) {
        usb->trouble = false;
        news->kind = TRANSPORT_TROUBLE;
        memset(&news->who, 0, sizeof news->who);
        memcpy(news->path, usb->path, sizeof news->path);
        memcpy(news->text, usb->text, sizeof news->text);
        return LOY_OK;
    }
    for (struct usb_channel *channel = usb->channels; channel; channel = next) {
        next = channel->next;
        if (channel_news(usb, channel, news) == LOY_OK) return LOY_OK;
    }
    return LOY_NONE;
}

static enum loy_status usb_start(
    void *self, void *channel, const struct loy_line_settings *line, char *text, size_t text_size)
{
    (void)self, (void)line;
    return usb_channel_listen(channel, text, text_size);
}

static enum loy_status usb_send(
    void *self, void *channel, enum loy_send kind, const uint8_t *bytes, size_t length)
{
    (void)self;
    return usb_channel_send(channel, kind, bytes, length);
}

static void usb_pause(void *self, void *channel, bool paused)
{
    (void)self, (void)channel, (void)paused;
}

static void usb_drop(void *self, void *channel)
{
    struct usb *usb = self;
    struct usb_channel *unwanted = channel;
    unwanted->state = USB_LEAVING;
    usb_channel_cancel(unwanted);
    sweep_channels(usb);
}

static int usb_due_ms(void *self)
{
    const struct usb *usb = self;
    struct timeval wait;
    int due = -1;
    int64_t now = transport_now_ms();
    if (usb->trouble) return 0;
    if (usb->context != NULL && libusb_get_next_timeout(usb->context, &wait) == 1)
        due = (int)(wait.tv_sec * 1000 + (wait.tv_usec + 999) / 1000);
    for (size_t i = 0; i < usb->arrival_count; i++) {
        int64_t left = usb->arrivals[i].look_ms - now;
        int soon = left > 0 ? (int)left : 0;
        if (due < 0 || soon < due) due = soon;
    }
    for (const struct usb_channel *channel = usb->channels; channel; channel = channel->next) {
        int soon = usb_channel_due_ms(channel, now);
        if (soon >= 0 && (due < 0 || soon < due)) due = soon;
    }
    return due;
}

const struct transport_type transport_usb = {
    .prefix = "usb:",
    .open = usb_open,
    .close = usb_close,
    .watch = usb_watch,
    .pump = usb_pump,
    .next = usb_next,
    .start = usb_start,
    .send = usb_send,
    .pause = usb_pause,
    .drop = usb_drop,
    .due_ms = usb_due_ms,
};
