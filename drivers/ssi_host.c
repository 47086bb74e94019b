/* SPDX-License-Identifier: MIT
 *
 * ssi_host.c - the host's side of the SSI dialogue: which commands wait, which one is under way,
 * when the lamp goes out. In: what the till wants, the scanner's answers; out: packets.
 * Must not know: what a scanner reads.
 *
 * One command at a time: the decoder answers each with ACK or NAK. Parameters: 38h beep after a
 * good decode, EEh decode data packet format; FF before them: no beep for the change itself. Beep
 * codes 0-4 are short high ones, 5-9 short low ones.
 */
#include "ssi_host.h"

#include "ssi_packet.h"

#define RESPONSE_MS 300u /* the scanner's answer to a command */
#define SPACE_MS 20u     /* between our answer to a packet and our next command */
#define LAMP_MS 700u
#define TRIES 2u

enum command { ENABLE, PACKETS, QUIET, GREEN, RED, CHIRP, GROWL, DARK, COMMANDS };

#define BIT(command) ((uint8_t)(1u << (command)))

/* In the order in which they are sent. Parameters hold until the scanner loses its power. */
static const struct {
    uint8_t opcode, size, data[3];
} commands[COMMANDS] = {
    [ENABLE] = {SSI_SCAN_ENABLE, 0, {0}},
    [PACKETS] = {SSI_PARAM_SEND, 3, {0xFF, 0xEE, 0x01}},
    [QUIET] = {SSI_PARAM_SEND, 3, {0xFF, 0x38, 0x00}},
    [GREEN] = {SSI_LED_ON, 1, {0x01}},
    [RED] = {SSI_LED_ON, 1, {0x02}},
    [CHIRP] = {SSI_BEEP, 1, {0x00}},
    [GROWL] = {SSI_BEEP, 1, {0x07}},
    [DARK] = {SSI_LED_OFF, 1, {0x03}},
};

void ssi_host_say(const struct ssi_host *host, struct loy_step *step, uint8_t opcode,
    const uint8_t *data, size_t size)
{
    uint8_t *end = step->send + step->send_length;
    /* What finds no room is repeated by the scanner. */
    if (step->send_length + SSI_COMMAND_MAX > LOY_SEND_MAX) return;
    step->send_length += (uint16_t)ssi_build(end, host->ble, opcode, data, size);
}

void ssi_host_open(struct ssi_host *host, bool quiet)
{
    host->todo = BIT(ENABLE) | BIT(PACKETS) | (quiet ? BIT(QUIET) : 0);
}

void ssi_host_answer(struct ssi_host *host, enum loy_answer answer)
{
    uint8_t wanted =
        answer == LOY_ANSWER_ACCEPTED ? BIT(GREEN) | BIT(CHIRP) : BIT(RED) | BIT(GROWL);
    /* What is under way is answered all the same. */
    uint8_t kept = BIT(ENABLE) | BIT(PACKETS) | BIT(QUIET);
    if (host->flying != 0) kept |= BIT(host->flying - 1);
    host->todo &= kept;
    host->todo |= wanted;
}

void ssi_host_answered(struct ssi_host *host, bool again)
{
    if (host->flying == 0) return;
    if (again && ++host->tries < TRIES) {
        host->flying = 0;
        return;
    }
    host->todo &= (uint8_t)~BIT(host->flying - 1);
    host->flying = host->tries = 0;
}

bool ssi_host_silence(struct ssi_host *host)
{
    if (host->flying != 0) {
        ssi_host_answered(host, true);
        return true;
    }
    if (host->todo != 0) return true;
    if (!host->lit) return false;
    host->lit = false;
    host->todo = BIT(DARK);
    return true;
}

uint32_t ssi_host_settle(struct ssi_host *host, struct loy_step *step)
{
    if (host->flying != 0) return RESPONSE_MS;
    if (host->todo == 0) return host->lit ? LAMP_MS : 0;
    if (step->send_length > 0) return SPACE_MS;
    uint8_t next = 0;
    while (!(host->todo & BIT(next)))
        next++;
    ssi_host_say(host, step, commands[next].opcode, commands[next].data, commands[next].size);
    host->flying = (uint8_t)(next + 1);
    host->lit = host->lit || next == GREEN || next == RED;
    return RESPONSE_MS;
}
