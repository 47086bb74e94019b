/* SPDX-License-Identifier: MIT
 *
 * driver.h - what a driver is: a constant struct of pure functions. They receive bytes and their
 * own fixed-size state and answer with a step. A driver has nothing with which to do I/O, allocate,
 * log or look at a clock; the same functions are the live path, the vector test and the fuzz
 * target.
 *
 * To add one: HACKING.md, "A driver in five steps".
 */
#ifndef DRIVERS_DRIVER_H
#define DRIVERS_DRIVER_H

#include <loyalty/event.h>
#include <loyalty/reader.h>
#include <loyalty/status.h>

#include "hid_descriptor.h"

enum loy_bus { LOY_BUS_USB_HID = 1, LOY_BUS_SERIAL, LOY_BUS_BYTES };

/* May the bytes be cut anywhere, or do they come in whole reports? */
enum loy_unit { LOY_UNIT_STREAM = 1, LOY_UNIT_REPORT };

/* Who the device says it is. Reports reach a driver always with the report ID in byte 0 where the
 * descriptor declares report IDs, and always without one where it does not: the transport sees to
 * it. Without a descriptor (a vector, a seed or a recording that names none; never a live device)
 * they are as the device sends them. */
struct loy_identity {
    uint8_t bus; /* enum loy_bus */
    uint16_t vid, pid;
    bool bound; /* the shop named this very device (usb:1-1.4:1.0, evdev:...), so ids need not */
    bool has_descriptor;
    struct hid_layout layout;  /* parsed report descriptor, if has_descriptor */
    const uint8_t *descriptor; /* its bytes, while the device is there; NULL without one */
    size_t descriptor_length;
    const struct loy_option *options;
    size_t option_count;
};

/* A known model: ids for udev rules and the page of supported devices, and what its owner should
 * know. The last row has title NULL. */
struct loy_match {
    uint16_t vid, pid;
    const char *title;
    const char *better; /* this mode is not its best: which is, and how to get there; NULL */
    const char *beep;   /* how to silence its own beep, for the page; NULL: not known */
};

/* Line settings wanted by a serial driver's preset. */
struct loy_line_settings {
    uint32_t baud;
    uint8_t bits; /* 7 or 8 */
    char parity;  /* 'N', 'E', 'O' */
    uint8_t stop; /* 1 or 2 */
    bool rts_cts;
};

#define LOY_SEND_MAX 64u

/* What send[] is on USB: an output or a feature report, with the report ID in byte 0 where the
 * device has report IDs. On a serial line it is bytes. */
enum loy_send { LOY_SEND_OUTPUT = 0, LOY_SEND_FEATURE };

/* Everything that a driver may ask of the world. */
struct loy_step {
    size_t used;       /* bytes consumed; 0 only with has_event: the same bytes are given again */
    uint32_t wait_ms;  /* call silence() if nothing comes by then; 0: never */
    uint8_t send_kind; /* enum loy_send */
    uint16_t send_length;
    uint8_t send[LOY_SEND_MAX]; /* bytes to write back */
    /* What is wrong with the device's settings, and what to do: a constant sentence that is shown
     * beside the reader until another comes; "" takes it back; NULL leaves it as it is. */
    const char *hint;
    bool answers_nothing; /* from open(): answer() does nothing for this very device */
    bool has_event;
    struct loy_event event; /* filled if has_event; kind READ, MISREAD or REFUSED only */
};

/* Before each call that takes a step; the event, which is large, is filled only if there is one. */
static inline void step_clear(struct loy_step *step)
{
    memset(step, 0, offsetof(struct loy_step, event));
}

#define LOY_DRIVER_STATE_MAX 16384u

struct loy_driver {
    const char *name;  /* identity; also the folder of its vectors */
    const char *title; /* for people */
    const char *beep;  /* how the own beep of its readers is silenced, for the page of supported
                          devices, where the model's row says nothing; NULL: nothing is known */
    const struct loy_match *match;
    uint8_t unit; /* enum loy_unit */
    /* Sizes of its reports where no descriptor tells and there is no report ID; 0 at the end. Some
     * systems put a zero in front of such reports, which the decoder takes off. */
    uint16_t report_sizes[3];
    uint8_t bus;       /* enum loy_bus */
    size_t state_size; /* at most LOY_DRIVER_STATE_MAX; zeroed before start() */
    /* The first bytes of the state that live from start() until the device goes: settings, layout,
     * where a dialogue stands; never a byte of a card. All behind them is wiped when an event has
     * been taken with the last byte and no wait_ms was asked for, and whenever the stream breaks.
     */
    size_t session_size;

    /* 0: not mine; the surest claim wins. *why gets a constant sentence. The report descriptor
     * decides before ids do. */
    int (*claim)(const struct loy_identity *who, const char **why);

    /* LOY_E_ARGUMENT: an option that it does not know, or a value that does not fit; *complaint
     * then gets a constant sentence. line is NULL except on a serial bus. */
    enum loy_status (*start)(void *state, const struct loy_identity *who,
        struct loy_line_settings *line, const char **complaint);

    /* Takes bytes, at least one (a whole report for LOY_UNIT_REPORT). The caller zeroes step except
     * event. One event and one send a step, both if need be. */
    void (*feed)(void *state, const uint8_t *bytes, size_t length, struct loy_step *step);

    /* Nothing came for wait_ms, or the input ended: what is pending is a read or a misread. Also
     * the driver's clock: it may send and wait again. */
    void (*silence)(void *state, struct loy_step *step);

    /* Optional (NULL): the device listens; what to tell it first. May send and wait. Called once
     * after start(), never by the decoder. */
    void (*open)(void *state, struct loy_step *step);

    /* Optional (NULL: the device beeps by itself): the till has taken the last read, durably, or
     * has not; send what makes the device say so. The till may call it for misreads and refusals
     * too (rejected), so feed() does not beep for them. wait_ms 0 leaves a wait that runs. */
    void (*answer)(void *state, enum loy_answer answer, struct loy_step *step);

    /* Optional (NULL: feed() reads every byte): zeroes what feed() does not use of these bytes, so
     * that a recording does not keep what is left in them of an earlier card. Called before feed(),
     * with what feed() will get; feed() must make the same of it as without. */
    void (*redact)(const void *state, uint8_t *bytes, size_t length);
};

/* drivers.def: one line a driver; the order means nothing. */
#define LOY_DRIVER(symbol) extern const struct loy_driver symbol;
#include "drivers.def"
#undef LOY_DRIVER

const struct loy_driver *driver_find(const char *name);
const struct loy_driver *driver_at(size_t index); /* NULL past the last */
/* The driver with the surest claim, or NULL; *why gets its sentence. */
const struct loy_driver *driver_claim(const struct loy_identity *who, const char **why);
/* Whether some driver names this model. */
bool driver_lists(uint16_t vid, uint16_t pid);
/* The row of a model that can only be recognised, and whose better says what to do; or NULL. */
const struct loy_match *driver_detected(uint16_t vid, uint16_t pid);
/* All those rows, for the page of supported devices; NULL past the last. */
const struct loy_match *driver_detected_at(size_t index);
/* Whether that row is a payment device: it may stay as it is, beside the till. */
bool driver_is_terminal(uint16_t vid, uint16_t pid);
/* The row of these ids in match, or NULL. */
const struct loy_match *match_find(const struct loy_match *match, uint16_t vid, uint16_t pid);

/* Options: the value of key, or NULL. */
const char *identity_option(const struct loy_identity *who, const char *key);

/* Whether every option's key is among these, NULL at the end. */
static inline bool identity_options_known(const struct loy_identity *who, const char *const *keys)
{
    for (size_t i = 0; i < who->option_count; i++) {
        size_t k = 0;
        while (keys[k] != NULL && strcmp(keys[k], who->options[i].key) != 0)
            k++;
        if (keys[k] == NULL) return false;
    }
    return true;
}

/* ---- Building an event: every driver uses these, so that layout is right in one place ----------
 */

void event_begin(struct loy_event *event, const char *driver);
/* Appends a part with its bytes; false (and a misread too-long instead) if they do not fit. The
 * part is event->parts[event->part_count - 1] and may be amended. */
bool event_add_track(struct loy_event *event, unsigned track, enum loy_part_status status,
    const void *bytes, size_t n);
/* aim: terminated, "" or what line_is_aim() (line_text.h) takes, since it comes from a device;
 * symbology: loy_aim_symbology() of it. line_report() does both for a line of text. */
bool event_add_symbol(struct loy_event *event, enum loy_symbology symbology, const char *aim,
    const void *bytes, size_t n);
/* TRUNCATED: a part did not come; LRC: a checksum is wrong; DEVICE: lengths or values that its
 * model never sends; UNKNOWN_LAYOUT: whole, but of another shape; TOO_LONG: more than an event. */
void event_misread(struct loy_event *event, const char *driver, enum loy_misread reason);

#endif
