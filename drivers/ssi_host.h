/* SPDX-License-Identifier: MIT
 *
 * ssi_host.h - the host's side of the SSI dialogue: which commands wait, which one is under way,
 * when the lamp goes out. In: what the till wants, the scanner's answers; out: packets.
 * Must not know: what a scanner reads.
 */
#ifndef DRIVERS_SSI_HOST_H
#define DRIVERS_SSI_HOST_H

#include "driver.h"

struct ssi_host {
    bool ble;
    bool lit;       /* the lamp is on */
    uint8_t todo;   /* a bit for each command */
    uint8_t flying; /* the command that waits for its answer, and one; 0: none */
    uint8_t tries;
};

/* Appends a packet to what the step sends. */
void ssi_host_say(const struct ssi_host *host, struct loy_step *step, uint8_t opcode,
    const uint8_t *data, size_t size);
/* The first words: scanning on, data in packets, and if quiet no beep of its own. */
void ssi_host_open(struct ssi_host *host, bool quiet);
void ssi_host_answer(struct ssi_host *host, enum loy_answer answer);
/* The scanner answered, or did not in time; again: it shall be sent once more. */
void ssi_host_answered(struct ssi_host *host, bool again);
/* The waiting time is over; false: there was nothing to wait for. */
bool ssi_host_silence(struct ssi_host *host);
/* Sends the next command if there is one and nothing else is sent; when to look again, or 0. */
uint32_t ssi_host_settle(struct ssi_host *host, struct loy_step *step);

#endif
