/* SPDX-License-Identifier: MIT
 *
 * hid_pos_layout.h - where a bar code scanner's reports hold what (usage page 8C).
 * In: a report descriptor, ids; out: byte positions of what comes and of what can be sent.
 * Must not know: what the bytes mean, when something is sent.
 */
#ifndef DRIVERS_HID_POS_LAYOUT_H
#define DRIVERS_HID_POS_LAYOUT_H

#include "driver.h"

enum { POS_SERIAL_REPORT = 0xFD, POS_REDIRECT_REPORT = 0xFE };
#define POS_SERIAL_MIN 16u /* a shorter report FD does not hold the commands that we send */

/* The scanned data report. */
struct pos_layout {
    size_t report_bytes;
    bool guessed; /* no descriptor was there: reports may come without their ID */
    bool has_id, has_count, has_aim;
    uint8_t report_id;
    size_t count, aim, data, data_size;
    size_t vendor; /* 0: none */
    size_t more;
    uint8_t more_mask; /* 0: a symbol never takes more than one report */
};

/* An output report in which one bit makes a sound. */
struct pos_sound {
    size_t report_bytes; /* 0: none */
    uint8_t report_id;
    bool has_id;
    size_t at;
    uint8_t mask;
};

/* What the device can be told. */
struct pos_outputs {
    bool has_commands;          /* the maker's menu and host commands */
    size_t serial_bytes;        /* output report FD, which carries them; 0: none */
    size_t redirect_bytes;      /* feature report FE, which makes this interface the one; 0: none */
    struct pos_sound good, bad; /* usages 86; 85, or 87 ("not on file") */
};

/* False: the descriptor has no scanned data report on page 8C. */
bool pos_layout_read(const struct hid_layout *layout, struct pos_layout *at);

/* The layout of a device without descriptor. */
void pos_layout_guess(uint16_t vid, struct pos_layout *at);

void pos_outputs_read(const struct loy_identity *who, struct pos_outputs *outputs);

#endif
