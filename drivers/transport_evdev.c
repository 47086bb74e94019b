/* SPDX-License-Identifier: MIT
 *
 * transport_evdev.c - one of the kernel's input devices, grabbed so that nothing of it reaches any
 * window: open, unplug, return. In: the node's path; out: boot keyboard reports, as if the device
 * stood on USB. Must not know: drivers, what the keys mean.
 *
 * The kernel sends what changed: EV_MSC MSC_SCAN with the usage (page 07), EV_KEY with its own code
 * (0 up, 1 down, 2 repeated), for each key, and EV_SYN behind what changed at once
 * (Documentation/input/event-codes.rst). SYN_DROPPED: some were lost.
 */
#include "transport.h"

#include "hid_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A device that comes back must be heard within two seconds. */
#define RETRY_MS 500
#define EVENTS_MAX 64u
#define SLOTS 6u
#define KEYS_MAX 32u
#define PAGE_KEYBOARD 0x07

enum node_state {
    NODE_SHUT,    /* not open; tried again at retry_at_ms */
    NODE_OPENED,  /* open and grabbed, CAME not yet taken */
    NODE_OFFERED, /* CAME taken, waits for start() or drop() */
    NODE_LISTENS,
    NODE_GONE, /* unplugged; WENT not yet taken */
    NODE_LEFT  /* no driver wants it: never again */
};

struct evdev {
    const struct transport_place *place;
    int fd, epoll_fd;
    enum node_state state;
    int64_t retry_at_ms;
    bool trouble; /* text not yet taken */
    char text[TRANSPORT_TEXT_MAX], told[TRANSPORT_TEXT_MAX];
    bool known; /* id and name are those of the device that was here first */
    struct input_id id;
    char name[64];

    uint8_t modifiers, scanned; /* scanned: the usage that came before its key */
    uint8_t down[KEYS_MAX];     /* usages, in the order in which they were pressed */
    size_t down_count;
    bool changed, dropped;
    struct input_event events[EVENTS_MAX];
    size_t event_at, event_count;
};

// clang-format off
/* Where the kernel does not tell the usage: HID Usage Tables 1.12, chapter 10, by the kernel's
 * names. */
static const uint8_t usages[] = {
    [KEY_A] = 0x04, [KEY_B] = 0x05, [KEY_C] = 0x06, [KEY_D] = 0x07, [KEY_E] = 0x08, [KEY_F] = 0x09,
    [KEY_G] = 0x0A, [KEY_H] = 0x0B, [KEY_I] = 0x0C, [KEY_J] = 0x0D, [KEY_K] = 0x0E, [KEY_L] = 0x0F,
    [KEY_M] = 0x10, [KEY_N] = 0x11, [KEY_O] = 0x12, [KEY_P] = 0x13, [KEY_Q] = 0x14, [KEY_R] = 0x15,
    [KEY_S] = 0x16, [KEY_T] = 0x17, [KEY_U] = 0x18, [KEY_V] = 0x19, [KEY_W] = 0x1A, [KEY_X] = 0x1B,
    [KEY_Y] = 0x1C, [KEY_Z] = 0x1D,
    [KEY_1] = 0x1E, [KEY_2] = 0x1F, [KEY_3] = 0x20, [KEY_4] = 0x21, [KEY_5] = 0x22,
    [KEY_6] = 0x23, [KEY_7] = 0x24, [KEY_8] = 0x25, [KEY_9] = 0x26, [KEY_0] = 0x27,
    [KEY_ENTER] = 0x28, [KEY_ESC] = 0x29, [KEY_BACKSPACE] = 0x2A, [KEY_TAB] = 0x2B,
    [KEY_SPACE] = 0x2C, [KEY_MINUS] = 0x2D, [KEY_EQUAL] = 0x2E, [KEY_LEFTBRACE] = 0x2F,
    [KEY_RIGHTBRACE] = 0x30, [KEY_BACKSLASH] = 0x31, [KEY_SEMICOLON] = 0x33,
    [KEY_APOSTROPHE] = 0x34, [KEY_GRAVE] = 0x35, [KEY_COMMA] = 0x36, [KEY_DOT] = 0x37,
    [KEY_SLASH] = 0x38, [KEY_CAPSLOCK] = 0x39, [KEY_102ND] = 0x64,
    [KEY_F1] = 0x3A, [KEY_F2] = 0x3B, [KEY_F3] = 0x3C, [KEY_F4] = 0x3D, [KEY_F5] = 0x3E,
    [KEY_F6] = 0x3F, [KEY_F7] = 0x40, [KEY_F8] = 0x41, [KEY_F9] = 0x42, [KEY_F10] = 0x43,
    [KEY_F11] = 0x44, [KEY_F12] = 0x45, [KEY_SYSRQ] = 0x46, [KEY_SCROLLLOCK] = 0x47,
    [KEY_PAUSE] = 0x48, [KEY_INSERT] = 0x49, [KEY_HOME] = 0x4A, [KEY_PAGEUP] = 0x4B,
    [KEY_DELETE] = 0x4C, [KEY_END] = 0x4D, [KEY_PAGEDOWN] = 0x4E, [KEY_RIGHT] = 0x4F,
    [KEY_LEFT] = 0x50, [KEY_DOWN] = 0x51, [KEY_UP] = 0x52, [KEY_NUMLOCK] = 0x53,
    [KEY_KPSLASH] = 0x54, [KEY_KPASTERISK] = 0x55, [KEY_KPMINUS] = 0x56, [KEY_KPPLUS] = 0x57,
    [KEY_KPENTER] = 0x58, [KEY_KP1] = 0x59, [KEY_KP2] = 0x5A, [KEY_KP3] = 0x5B, [KEY_KP4] = 0x5C,
    [KEY_KP5] = 0x5D, [KEY_KP6] = 0x5E, [KEY_KP7] = 0x5F, [KEY_KP8] = 0x60, [KEY_KP9] = 0x61,
    [KEY_KP0] = 0x62, [KEY_KPDOT] = 0x63, [KEY_KPEQUAL] = 0x67, [KEY_KPCOMMA] = 0x85,
    [KEY_COMPOSE] = 0x65,
    [KEY_LEFTCTRL] = 0xE0, [KEY_LEFTSHIFT] = 0xE1, [KEY_LEFTALT] = 0xE2, [KEY_LEFTMETA] = 0xE3,
    [KEY_RIGHTCTRL] = 0xE4, [KEY_RIGHTSHIFT] = 0xE5, [KEY_RIGHTALT] = 0xE6, [KEY_RIGHTMETA] = 0xE7,
};
// clang-format on

/* ---- Opening and shutting ----------------------------------------------------------------- */

static void set_trouble(struct evdev *evdev, const char *text)
{
    snprintf(evdev->text, sizeof evdev->text, "%s", text);
    /* Said once, not with every attempt. */
    evdev->trouble = strcmp(evdev->text, evdev->told) != 0;
}

static const char *explain_open(int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
        return "no permission: add the user to the group that owns the device (input)";
    case EBUSY:
        return "another program has grabbed it: close that, it is taken up by itself";
    case ENOTTY:
    case EINVAL:
    case EISDIR:
        return "that is not an input device: /dev/input/by-id has them by name";
    default:
        return "the device is not there: plug it in, it is taken up by itself";
    }
}

static void forget_keys(struct evdev *evdev)
{
    evdev->modifiers = evdev->scanned = 0;
    explicit_bzero(evdev->down, sizeof evdev->down);
    evdev->down_count = 0;
    evdev->changed = false;
}

/* Closing takes the grab back. */
static void shut_node(struct evdev *evdev)
{
    if (evdev->fd >= 0 && evdev->epoll_fd >= 0)
        epoll_ctl(evdev->epoll_fd, EPOLL_CTL_DEL, evdev->fd, NULL);
    if (evdev->fd >= 0) close(evdev->fd);
    evdev->fd = -1;
    explicit_bzero(evdev->events, sizeof evdev->events);
    evdev->event_at = evdev->event_count = 0;
    evdev->dropped = false;
    forget_keys(evdev);
}

static bool watch_node(struct evdev *evdev)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = evdev->fd};
    return evdev->epoll_fd < 0 || epoll_ctl(evdev->epoll_fd, EPOLL_CTL_ADD, evdev->fd, &event) == 0;
}

/* A number such as event5 may be somebody else's keyboard after a replug. Where the kernel does not
 * tell, nothing is held against the device. */
static bool is_same_device(struct evdev *evdev)
{
    struct input_id id = {0};
    char name[sizeof evdev->name] = "";
    if (ioctl(evdev->fd, EVIOCGID, &id) < 0) memset(&id, 0, sizeof id);
    if (ioctl(evdev->fd, EVIOCGNAME(sizeof name - 1), name) < 0) name[0] = '\0';
    if (evdev->known)
        return id.vendor == evdev->id.vendor && id.product == evdev->id.product &&
               strcmp(name, evdev->name) == 0;
    evdev->id = id;
    memcpy(evdev->name, name, sizeof name);
    evdev->known = true;
    return true;
}

/* One reader is often several input devices; only one of them types. */
static bool has_digits(int fd)
{
    uint8_t bits[KEY_1 / 8 + 1] = {0};
    if (ioctl(fd, EVIOCGBIT(EV_KEY, sizeof bits), bits) < 0) return true;
    return bits[KEY_1 / 8] >> (KEY_1 % 8) & 1;
}

/* NULL, or why it cannot be used. */
static const char *open_node(struct evdev *evdev)
{
    evdev->fd = open(evdev->place->where, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (evdev->fd < 0) return explain_open(errno);
    if (!has_digits(evdev->fd))
        return "that input device has no digits: take the one whose name ends in -event-kbd";
    if (ioctl(evdev->fd, EVIOCGRAB, (void *)1) < 0) return explain_open(errno);
    if (!is_same_device(evdev))
        return "another device has this number now: name the reader by its link in "
               "/dev/input/by-id";
    return watch_node(evdev) ? NULL : explain_open(ENOENT);
}

static void try_node(struct evdev *evdev)
{
    const char *wrong = open_node(evdev);
    evdev->retry_at_ms = transport_now_ms() + RETRY_MS;
    if (wrong != NULL) {
        shut_node(evdev);
        set_trouble(evdev, wrong);
        return;
    }
    evdev->state = NODE_OPENED;
    evdev->trouble = false;
    evdev->told[0] = '\0';
}

/* ---- The kernel's events to reports -------------------------------------------------------- */

static void press_key(struct evdev *evdev, uint8_t usage, bool down)
{
    size_t at = 0;
    if (usage >= HID_KEY_MODIFIER_FIRST && usage <= HID_KEY_MODIFIER_LAST) {
        uint8_t bit = (uint8_t)(1u << (usage - HID_KEY_MODIFIER_FIRST));
        evdev->modifiers = (uint8_t)(down ? evdev->modifiers | bit : evdev->modifiers & ~bit);
        return;
    }
    while (at < evdev->down_count && evdev->down[at] != usage)
        at++;
    bool held = at < evdev->down_count;
    if (down && !held && evdev->down_count < KEYS_MAX) evdev->down[evdev->down_count++] = usage;
    if (down || !held) return;
    evdev->down_count--;
    memmove(evdev->down + at, evdev->down + at + 1, evdev->down_count - at);
    evdev->down[evdev->down_count] = 0;
}

static void take_key(struct evdev *evdev, const struct input_event *event)
{
    uint8_t usage = evdev->scanned;
    evdev->scanned = 0;
    if (usage == 0 && event->code < sizeof usages) usage = usages[event->code];
    if (usage == 0 || event->value > 1) return; /* 2: autorepeat */
    press_key(evdev, usage, event->value == 1);
    evdev->changed = true;
}

/* What keyboards send when they know no more which keys are down: more than six, or events lost.
 * The driver makes one misread of it and skips what is left of the text, so that a lost beginning
 * is no short read. */
static void fill_unknown(uint8_t *report)
{
    memset(report, HID_KEY_ERROR_FIRST, HID_BOOT_REPORT_BYTES);
    report[0] = report[1] = 0;
}

static void fill_report(struct evdev *evdev, struct transport_news *news)
{
    news->kind = TRANSPORT_BYTES;
    news->length = HID_BOOT_REPORT_BYTES;
    memset(news->bytes, 0, HID_BOOT_REPORT_BYTES);
    news->bytes[0] = evdev->modifiers;
    memcpy(news->bytes + 2, evdev->down, SLOTS);
    if (evdev->dropped || evdev->down_count > SLOTS) fill_unknown(news->bytes);
    /* Keys whose release was lost would be down for ever. */
    if (evdev->dropped) forget_keys(evdev);
    evdev->dropped = evdev->changed = false;
}

/* True: a report is complete. */
static bool take_event(
    struct evdev *evdev, const struct input_event *event, struct transport_news *news)
{
    if (event->type == EV_SYN && event->code == SYN_DROPPED) {
        evdev->dropped = true;
    } else if (event->type == EV_SYN && event->code == SYN_REPORT) {
        if (!evdev->dropped && !evdev->changed) return false;
        fill_report(evdev, news);
        return true;
    } else if (event->type == EV_MSC && event->code == MSC_SCAN) {
        uint32_t value = (uint32_t)event->value;
        evdev->scanned = value >> 16 == PAGE_KEYBOARD && value <= 0x700FF ? (uint8_t)value : 0;
    } else if (event->type == EV_KEY) {
        take_key(evdev, event);
    }
    return false;
}

/* ---- News --------------------------------------------------------------------------------- */

static void leave_node(struct evdev *evdev)
{
    shut_node(evdev);
    evdev->state = NODE_GONE;
    evdev->retry_at_ms = transport_now_ms() + RETRY_MS;
}

/* LOY_MORE: it was unplugged. */
static enum loy_status fill_events(struct evdev *evdev)
{
    ssize_t n = read(evdev->fd, evdev->events, sizeof evdev->events);
    evdev->event_at = 0;
    evdev->event_count = n > 0 ? (size_t)n / sizeof evdev->events[0] : 0;
    if (evdev->event_count > 0) return LOY_OK;
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return LOY_NONE;
    leave_node(evdev);
    return LOY_MORE;
}

static enum loy_status take_report(struct evdev *evdev, struct transport_news *news)
{
    for (;;) {
        while (evdev->event_at < evdev->event_count)
            if (take_event(evdev, &evdev->events[evdev->event_at++], news)) return LOY_OK;
        explicit_bzero(evdev->events, sizeof evdev->events);
        enum loy_status status = fill_events(evdev);
        if (status != LOY_OK) return status;
    }
}

static void announce(struct evdev *evdev, struct transport_news *news)
{
    const struct transport_place *place = evdev->place;
    memset(&news->who, 0, sizeof news->who);
    news->kind = TRANSPORT_CAME;
    news->who.bus = LOY_BUS_USB_HID;
    news->who.vid = evdev->id.vendor;
    news->who.pid = evdev->id.product;
    news->who.bound = true;
    news->who.has_descriptor = true;
    news->who.descriptor = hid_boot_keyboard;
    news->who.descriptor_length = hid_boot_keyboard_bytes;
    hid_descriptor_parse(hid_boot_keyboard, hid_boot_keyboard_bytes, &news->who.layout);
    news->who.options = place->options.rows;
    news->who.option_count = place->options.count;
    size_t n = 0;
    for (; evdev->name[n] != '\0'; n++)
        news->product[n] = evdev->name[n] >= ' ' && evdev->name[n] <= '~' ? evdev->name[n] : '?';
    news->product[n] = '\0';
    memcpy(news->driver, place->driver, sizeof news->driver);
    evdev->state = NODE_OFFERED;
}

static enum loy_status evdev_next(void *self, struct transport_news *news)
{
    struct evdev *evdev = self;
    memcpy(news->path, evdev->place->path, sizeof news->path);
    news->channel = evdev;
    if (evdev->state == NODE_LISTENS && take_report(evdev, news) == LOY_OK) return LOY_OK;
    if (evdev->state == NODE_GONE) {
        news->kind = TRANSPORT_WENT;
        evdev->state = NODE_SHUT;
        set_trouble(evdev, "unplugged: plug it in again, it is taken up by itself");
        return LOY_OK;
    }
    if (evdev->state == NODE_OPENED) {
        announce(evdev, news);
        return LOY_OK;
    }
    if (!evdev->trouble) return LOY_NONE;
    evdev->trouble = false;
    news->kind = TRANSPORT_TROUBLE;
    memset(&news->who, 0, sizeof news->who);
    memcpy(news->text, evdev->text, sizeof news->text);
    memcpy(evdev->told, evdev->text, sizeof evdev->told);
    return LOY_OK;
}

/* ---- The rest of the transport ------------------------------------------------------------ */

static enum loy_status evdev_open(
    void **self, const struct transport_place *place, char *text, size_t text_size)
{
    struct evdev *evdev = calloc(1, sizeof *evdev);
    (void)text;
    (void)text_size;
    if (evdev == NULL) return LOY_E_MEMORY;
    evdev->place = place;
    evdev->fd = evdev->epoll_fd = -1;
    *self = evdev;
    return LOY_OK;
}

static void evdev_close(void *self)
{
    struct evdev *evdev = self;
    shut_node(evdev);
    free(evdev);
}

static enum loy_status evdev_watch(void *self, int epoll_fd)
{
    struct evdev *evdev = self;
    evdev->epoll_fd = epoll_fd;
    return LOY_OK;
}

static void evdev_pump(void *self)
{
    struct evdev *evdev = self;
    if (evdev->state != NODE_SHUT || evdev->trouble) return;
    if (transport_now_ms() >= evdev->retry_at_ms) try_node(evdev);
}

static enum loy_status evdev_start(
    void *self, void *channel, const struct loy_line_settings *line, char *text, size_t text_size)
{
    struct evdev *evdev = self;
    (void)channel;
    (void)line;
    (void)text;
    (void)text_size;
    if (evdev->state != NODE_OFFERED) return LOY_E_ARGUMENT;
    evdev->state = NODE_LISTENS;
    return LOY_OK;
}

static enum loy_status evdev_send(
    void *self, void *channel, enum loy_send kind, const uint8_t *bytes, size_t length)
{
    (void)self;
    (void)channel;
    (void)kind;
    (void)bytes;
    (void)length;
    return LOY_E_IO; /* a keyboard takes lamps only, and those are the kernel's */
}

static void evdev_pause(void *self, void *channel, bool paused)
{
    (void)self;
    (void)channel;
    (void)paused;
}

static void evdev_drop(void *self, void *channel)
{
    struct evdev *evdev = self;
    (void)channel;
    shut_node(evdev);
    evdev->state = NODE_LEFT;
}

static int evdev_due_ms(void *self)
{
    const struct evdev *evdev = self;
    if (evdev->trouble || evdev->state == NODE_OPENED || evdev->state == NODE_GONE) return 0;
    if (evdev->state != NODE_SHUT) return -1;
    int64_t left = evdev->retry_at_ms - transport_now_ms();
    return left > 0 ? (int)left : 0;
}

const struct transport_type transport_evdev = {
    .prefix = "evdev:",
    .open = evdev_open,
    .close = evdev_close,
    .watch = evdev_watch,
    .pump = evdev_pump,
    .next = evdev_next,
    .start = evdev_start,
    .send = evdev_send,
    .pause = evdev_pause,
    .drop = evdev_drop,
    .due_ms = evdev_due_ms,
};
