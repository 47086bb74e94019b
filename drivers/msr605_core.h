/* SPDX-License-Identifier: MIT
 *
 * msr605_core.h - the dialogue with readers of the MSR206 family, shared by the serial and the USB
 * model. In: bytes from the reader, silence, the till's answers; out: the next command, an event.
 * Must not know: how bytes are wrapped on the way.
 *
 * These devices can also write and erase cards. Here is nothing that can: what may be sent is
 * enum msr_command, each two bytes without arguments.
 */
#ifndef DRIVERS_MSR605_CORE_H
#define DRIVERS_MSR605_CORE_H

#include "driver.h"

#define MSR_BLOCK_MAX 1024u /* three raw tracks of 255 bytes and their headers take 778 */
#define MSR_COMMAND_BYTES 2u

enum msr_command {
    MSR_NOTHING = 0,
    MSR_RESET,
    MSR_TEST,
    MSR_READ_ISO,
    MSR_READ_RAW,
    MSR_LEDS_OFF,
    MSR_GREEN,
    MSR_RED,
    MSR_COMMANDS
};

enum msr_phase {
    MSR_CLOSED = 0, /* a decoder: nobody listens */
    MSR_RESETTING,  /* it forgets the last command, and says nothing */
    MSR_TESTING,    /* does it answer? */
    MSR_READING,    /* for a card, without limit */
    MSR_ASKING,     /* the till, what it makes of the card */
    MSR_SHOWING,    /* a lamp is lit */
    MSR_DARKENING,
    MSR_PHASES
};

struct msr_core {
    /* What lives as long as the device. */
    const char *driver;
    uint8_t phase; /* enum msr_phase */
    bool raw;      /* ask for bits instead of text */
    /* A card's. */
    uint8_t place; /* enum place: where in the stream */
    bool to_device;
    size_t length;
    uint8_t block[MSR_BLOCK_MAX];
};

/* The option read=iso|raw; NULL, or what is wrong. */
const char *msr_start(struct msr_core *core, const struct loy_identity *who, const char *driver);

enum msr_command msr_open(struct msr_core *core, struct loy_step *step);
/* Takes bytes up to the end of a block; step->used tells how many. */
enum msr_command msr_feed(
    struct msr_core *core, const uint8_t *bytes, size_t length, struct loy_step *step);
enum msr_command msr_silence(struct msr_core *core, struct loy_step *step);
enum msr_command msr_answer(struct msr_core *core, enum loy_answer answer, struct loy_step *step);

/* Forgets a block that has begun. */
void msr_forget(struct msr_core *core);

/* The two bytes of a command; it must not be MSR_NOTHING. */
void msr_command_bytes(enum msr_command command, uint8_t bytes[MSR_COMMAND_BYTES]);

/* msr605_block.c: the event of a block, from the byte behind ESC s to the status. False: it goes
 * on, for its raw tracks are longer. */
bool msr_block_report(
    const uint8_t *block, size_t length, const char *driver, struct loy_event *event);

#endif
