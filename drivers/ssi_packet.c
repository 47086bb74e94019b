/* SPDX-License-Identifier: MIT
 *
 * ssi_packet.c - packets of Zebra's Simple Serial Interface: what is one, what it asks for, how one
 * is made, what its symbology codes mean. In: bytes; out: verdicts, bytes, events.
 * Must not know: the dialogue, the port.
 *
 *   0       1       2       3       4 ... L-1    L  L+1
 *   L       opcode  source  status  data         checksum, high byte first
 *
 * L counts from itself to the last data byte; the checksum is what is missing to 65536. Source 0 is
 * the decoder, 4 the host. Sources: the layout in reference guides of Symbol scan engines (SSI
 * chapter); codes and vectors as exchanged in enioka_scan's and Socket's host software.
 */
#include "ssi_packet.h"

#include "driver.h"
#include "line_text.h"

/* ---- Packets ------------------------------------------------------------------------------- */

static const struct {
    uint8_t opcode;
    bool wants_ack;
} opcodes[] = {
    {SSI_SEGMENT, true}, {SSI_SEGMENT_ACK, false}, {SSI_MANAGEMENT, false},
    {0xA3, false},                                        /* revision: request, reply */
    {0xA4, false}, {0xC4, false},                         /* aim off, on */
    {0xC5, false}, {SSI_PARAM_SEND, true}, {0xC7, false}, /* parameters: request, defaults */
    {0xC8, false}, {SSI_ACK, false}, {SSI_NAK, false}, {0xD2, false}, /* flush */
    {0xD3, false},                /* capabilities: request, reply */
    {0xD4, false}, {0xE4, false}, /* session: start, stop */
    {0xE5, false}, {SSI_BEEP, false}, {SSI_LED_ON, false}, {SSI_LED_OFF, false},
    {SSI_SCAN_ENABLE, false}, {0xEA, false},                               /* scan disable, sleep */
    {0xEB, false}, {SSI_DECODE_DATA, true}, {SSI_EVENT, true}, {0, false}, /* any other */
};

#define OPCODES (sizeof opcodes / sizeof opcodes[0] - 1)

static size_t find_opcode(uint8_t opcode)
{
    size_t i = 0;
    while (i < OPCODES && opcodes[i].opcode != opcode)
        i++;
    return i;
}

bool ssi_wants_ack(uint8_t opcode)
{
    return opcodes[find_opcode(opcode)].wants_ack;
}

static uint16_t checksum(const uint8_t *packet, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += packet[i];
    return (uint16_t)(0x10000u - sum);
}

/* In a segment the first is marked in place of the source. */
static bool is_source(uint8_t opcode, uint8_t source)
{
    if (opcode == SSI_SEGMENT) return source <= SSI_HOST;
    return source == SSI_DECODER || source == SSI_HOST;
}

enum ssi_verdict ssi_judge(const uint8_t *bytes, size_t n)
{
    size_t length = bytes[0];
    if (length < SSI_HEADER) return SSI_NONE;
    if (n > 1 && find_opcode(bytes[1]) == OPCODES) return SSI_NONE;
    /* A segment has its index behind the header. */
    if (n > 1 && bytes[1] == SSI_SEGMENT && length == SSI_HEADER) return SSI_NONE;
    if (n > 2 && !is_source(bytes[1], bytes[2])) return SSI_NONE;
    if (n < length + SSI_SUM) return SSI_MORE;
    uint16_t sum = checksum(bytes, length);
    return bytes[length] == sum >> 8 && bytes[length + 1] == (sum & 0xFF) ? SSI_GOOD : SSI_BAD;
}

size_t ssi_build(uint8_t *packet, bool ble, uint8_t opcode, const uint8_t *data, size_t size)
{
    uint8_t length = (uint8_t)(SSI_HEADER + size), *at = packet;
    if (ble) {
        *at++ = (uint8_t)(length + 4); /* with itself and the checksum, low byte first */
        *at++ = 0;
    }
    at[0] = length;
    at[1] = opcode;
    at[2] = SSI_HOST;
    at[3] = 0;
    if (size > 0) memcpy(at + SSI_HEADER, data, size);
    uint16_t sum = checksum(at, length);
    at[length] = (uint8_t)(sum >> 8);
    at[length + 1] = (uint8_t)sum;
    return (size_t)(at - packet) + length + SSI_SUM;
}

/* ---- Symbologies --------------------------------------------------------------------------- */

/* The letter is that of the AIM identifiers that such a symbol may carry. */
static const struct {
    uint8_t code, symbology;
    char letter;
} codes[] = {
    {0x01, LOY_SYMBOLOGY_CODE_39, 'A'},
    {0x02, LOY_SYMBOLOGY_CODABAR, 'F'},
    {0x03, LOY_SYMBOLOGY_CODE_128, 'C'},
    {0x04, LOY_SYMBOLOGY_CODE_2_OF_5, 'S'}, /* discrete, IATA */
    {0x05, LOY_SYMBOLOGY_CODE_2_OF_5, 'S'},
    {0x06, LOY_SYMBOLOGY_ITF, 'I'},
    {0x07, LOY_SYMBOLOGY_CODE_93, 'G'},
    {0x08, LOY_SYMBOLOGY_UPC_A, 'E'},
    {0x09, LOY_SYMBOLOGY_UPC_E, 'E'},
    {0x0A, LOY_SYMBOLOGY_EAN_8, 'E'},
    {0x0B, LOY_SYMBOLOGY_EAN_13, 'E'},
    {0x0C, LOY_SYMBOLOGY_CODE_11, 'H'},
    {0x0E, LOY_SYMBOLOGY_MSI, 'M'},
    {0x0F, LOY_SYMBOLOGY_GS1_128, 'C'},
    {0x10, LOY_SYMBOLOGY_UPC_E, 'E'}, /* E1 */
    {0x11, LOY_SYMBOLOGY_PDF417, 'L'},
    {0x13, LOY_SYMBOLOGY_CODE_39, 'A'}, /* full ASCII, Trioptic */
    {0x15, LOY_SYMBOLOGY_CODE_39, 'X'},
    {0x16, LOY_SYMBOLOGY_BOOKLAND, 'X'},
    {0x17, LOY_SYMBOLOGY_OTHER, 'E'},    /* coupon: UPC-A and GS1-128 in one */
    {0x19, LOY_SYMBOLOGY_CODE_128, 'C'}, /* ISBT */
    {0x1A, LOY_SYMBOLOGY_PDF417, 'L'},   /* micro */
    {0x1B, LOY_SYMBOLOGY_DATA_MATRIX, 'd'},
    {0x1C, LOY_SYMBOLOGY_QR, 'Q'},
    {0x25, LOY_SYMBOLOGY_MAXICODE, 'U'},
    {0x2C, LOY_SYMBOLOGY_QR, 'Q'}, /* micro */
    {0x2D, LOY_SYMBOLOGY_AZTEC, 'z'},
    {0x2E, LOY_SYMBOLOGY_AZTEC, 'z'}, /* rune */
    {0x30, LOY_SYMBOLOGY_GS1_DATABAR, 'e'},
    {0x31, LOY_SYMBOLOGY_GS1_DATABAR, 'e'}, /* limited, expanded */
    {0x32, LOY_SYMBOLOGY_GS1_DATABAR, 'e'},
    {0x48, LOY_SYMBOLOGY_EAN_ADD_ON, 'E'}, /* +40h two digits more, +80h five */
    {0x49, LOY_SYMBOLOGY_EAN_ADD_ON, 'E'},
    {0x4A, LOY_SYMBOLOGY_EAN_ADD_ON, 'E'},
    {0x4B, LOY_SYMBOLOGY_EAN_ADD_ON, 'E'},
    {0x50, LOY_SYMBOLOGY_EAN_ADD_ON, 'E'},
    {0x72, LOY_SYMBOLOGY_CODE_2_OF_5, 'X'}, /* Chinese */
    {0x88, LOY_SYMBOLOGY_EAN_ADD_ON, 'E'},
    {0x89, LOY_SYMBOLOGY_EAN_ADD_ON, 'E'},
    {0x8A, LOY_SYMBOLOGY_EAN_ADD_ON, 'E'},
    {0x8B, LOY_SYMBOLOGY_EAN_ADD_ON, 'E'},
    {0x90, LOY_SYMBOLOGY_EAN_ADD_ON, 'E'},
    {0x9A, LOY_SYMBOLOGY_PDF417, 'L'}, /* macro micro */
    {0xB4, LOY_SYMBOLOGY_GS1_DATABAR, 'e'},
};

#define CODES (sizeof codes / sizeof codes[0])

/* Digits that an EAN or UPC with such a label can have. A label alone must not bring a card's
 * number past the guard as an article: up to twelve digits none is that long. */
static bool is_article(uint8_t code, const uint8_t *text, size_t n)
{
    size_t add_on = code & 0x80 ? 5 : code & 0x40 ? 2 : 0;
    if (!loy_digits_only((const char *)text, n)) return false;
    return n <= 12 || n - add_on == 12 || n - add_on == 13 || (add_on == 5 && n == 13);
}

/* Only digits are in an EAN or UPC, so what is behind them is a suffix that was set up. */
static size_t without_line_end(const uint8_t *text, size_t n)
{
    while (n > 0 && (text[n - 1] == '\r' || text[n - 1] == '\n' || text[n - 1] == '\t'))
        n--;
    return n;
}

static bool is_ean(uint8_t symbology)
{
    return symbology == LOY_SYMBOLOGY_EAN_13 || symbology == LOY_SYMBOLOGY_EAN_8 ||
           symbology == LOY_SYMBOLOGY_UPC_A || symbology == LOY_SYMBOLOGY_UPC_E ||
           symbology == LOY_SYMBOLOGY_EAN_ADD_ON;
}

/* What the code makes of the text, which is cut where the scanner put an AIM identifier before it
 * or line ends behind it; aim gets the identifier or "". */
static enum loy_symbology label_text(uint8_t code, const uint8_t **text, size_t *n, char aim[4])
{
    size_t i = 0;
    aim[0] = '\0';
    while (i < CODES && codes[i].code != code)
        i++;
    if (i == CODES) return LOY_SYMBOLOGY_NONE;
    bool ean = is_ean(codes[i].symbology);
    if (ean) *n = without_line_end(*text, *n);
    if (line_is_aim(*text, *n) && (*text)[1] == (uint8_t)codes[i].letter) {
        memcpy(aim, *text, 3);
        aim[3] = '\0';
        *text += 3;
        *n -= 3;
        return loy_aim_symbology(aim, *text, *n);
    }
    if (ean && !is_article(code, *text, *n)) return LOY_SYMBOLOGY_NONE;
    return (enum loy_symbology)codes[i].symbology;
}

void ssi_report(
    struct loy_event *event, const char *driver, uint8_t code, const uint8_t *text, size_t n)
{
    char aim[4];
    enum loy_symbology symbology = label_text(code, &text, &n, aim);
    if (n == 0) {
        event_misread(event, driver, LOY_MISREAD_TRUNCATED);
        return;
    }
    event_begin(event, driver);
    event_add_symbol(event, symbology, aim, text, n);
}
