/* SPDX-License-Identifier: MIT
 *
 * ssi_packet.h - packets of Zebra's Simple Serial Interface: what is one, what it asks for, how one
 * is made, what its symbology codes mean. In: bytes; out: verdicts, bytes, events.
 * Must not know: the dialogue, the port.
 */
#ifndef DRIVERS_SSI_PACKET_H
#define DRIVERS_SSI_PACKET_H

#include <loyalty/event.h>

#define SSI_PACKET_MAX 257u /* length byte FF, and the checksum */
#define SSI_HEADER 4u
#define SSI_BLE_BYTES 2u
#define SSI_SUM 2u
#define SSI_FULL 0xFFu /* the length byte of a segment behind which more come */
#define SSI_COMMAND_MAX 11u

enum ssi_opcode {
    SSI_SEGMENT = 0x73,
    SSI_SEGMENT_ACK = 0x74,
    SSI_MANAGEMENT = 0x80,
    SSI_PARAM_SEND = 0xC6,
    SSI_ACK = 0xD0,
    SSI_NAK = 0xD1,
    SSI_BEEP = 0xE6,
    SSI_LED_ON = 0xE7,
    SSI_LED_OFF = 0xE8,
    SSI_SCAN_ENABLE = 0xE9,
    SSI_DECODE_DATA = 0xF3,
    SSI_EVENT = 0xF6
};

enum ssi_source { SSI_DECODER = 0, SSI_HOST = 4 };
enum ssi_status { SSI_RETRANSMIT = 0x01, SSI_CONTINUED = 0x02 };
enum ssi_nak { SSI_NAK_RESEND = 1 };

enum ssi_verdict {
    SSI_MORE, /* so far it may become a packet */
    SSI_GOOD, /* a whole packet with the right checksum */
    SSI_BAD,  /* a whole packet with a wrong one */
    SSI_NONE  /* no packet begins here */
};

/* What begins with the length byte at bytes, n of them, at least one; more may lie behind a whole
 * packet. */
enum ssi_verdict ssi_judge(const uint8_t *bytes, size_t n);

/* Whether the decoder sends a packet of this opcode again until the host says that it came. */
bool ssi_wants_ack(uint8_t opcode);

/* A packet of the host; ble: behind two bytes with its whole length. Returns its bytes, at most
 * SSI_COMMAND_MAX; size is at most 3. */
size_t ssi_build(uint8_t *packet, bool ble, uint8_t opcode, const uint8_t *data, size_t size);

/* Makes the read of a symbol, or a misread if there is nothing in it. */
void ssi_report(
    struct loy_event *event, const char *driver, uint8_t code, const uint8_t *text, size_t n);

#endif
