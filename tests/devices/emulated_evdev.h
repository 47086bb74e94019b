/* SPDX-License-Identifier: MIT
 *
 * emulated_evdev.h - a keyboard-mode scanner on /dev/input/event7 that exists only in umockdev's
 * testbed. In: what it shall type; out: input events, and answers to the client's ioctls.
 */
#ifndef TESTS_EMULATED_EVDEV_H
#define TESTS_EMULATED_EVDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <umockdev.h>

#define EVDEV_NODE "/dev/input/event7"
#define EVDEV_LINK "/dev/input/by-id/usb-Line_Scanner-event-kbd"

struct evdev_model {
    const char *name; /* NULL: the kernel does not tell */
    uint16_t vid, pid;
    bool digits; /* false: the other input device of a scanner, without keys */
    bool scans;  /* the kernel tells usages (MSC_SCAN), as it does for USB */
};

extern const struct evdev_model evdev_scanner, evdev_ps2, evdev_mute, evdev_other;

struct emulated_evdev;

struct emulated_evdev *evdev_plug(UMockdevTestbed *bed, const struct evdev_model *model);
void evdev_unplug(struct emulated_evdev *evdev);
void evdev_free_all(void);

/* The next grabs fail with this errno; 0: no longer. */
void evdev_refuse(struct emulated_evdev *evdev, int error);
bool evdev_is_grabbed(struct emulated_evdev *evdev);

/* Types small letters, digits, '-', ';', '=', '?', with Shift for capitals and '?', '\n' as Enter;
 * each key with autorepeat in between. */
void evdev_type(struct emulated_evdev *evdev, const char *text);
/* One kernel event. */
void evdev_say(struct emulated_evdev *evdev, unsigned type, unsigned code, int32_t value);

#endif
