/* SPDX-License-Identifier: MIT
 *
 * idtech_frame.c - the frame of ID TECH's encrypting readers (SecureMag, SecureHead and others).
 * In: its bytes, in pieces; out: tracks that came clear or masked, a misread or a refusal.
 * Must not know: reports, ports.
 *
 *    0    1    2    3     4       5-7      8      9      ...
 *   STX  lenL lenH type  status  lengths  [clear sent]  clear or masked tracks, encrypted ones,
 *                                                       hashes, key serial number | LRC sum ETX
 *
 * len counts the bytes between it and the LRC; LRC is their XOR, sum their sum. type: 0 bank card,
 * 1 AAMVA, 3 other, 4 raw; its highest bit stands for the enhanced format, where two bytes tell
 * which tracks were sent clear or masked (bits 0-2) and encrypted (bits 0-2). In the original
 * format all tracks are there, and those of a bank card are masked and encrypted, track 3 is clear.
 * status: bits 0-2 decoded, 3-5 something was on the track. Behind a track's end sentinel its LRC
 * may follow. Source: ID TECH SecureMag User Manual 80096504-001, sections 10.4 to 10.7.
 */
#include "idtech_frame.h"

#include "stripe.h"

#include <string.h>

#define ETX 0x03
#define HEAD_BYTES 3u /* STX and the length */
#define TAIL_BYTES 3u
#define CARD_MIN 5u
#define TYPE_BANK 0
#define TYPE_RAW 4
#define TYPE_ENHANCED 0x80u

/* Card data, taken apart. */
struct card {
    uint8_t type, status;
    uint8_t clear, encrypted; /* a bit for each track */
    const uint8_t *lengths;
    size_t tracks; /* offset of the first track */
    size_t end;    /* offset behind the last track that came clear or masked */
};

static bool has_bit(unsigned bits, unsigned i)
{
    return (bits >> i & 1u) != 0;
}

static size_t card_bytes(const uint8_t *frame)
{
    return (size_t)frame[1] | (size_t)frame[2] << 8;
}

bool idtech_frame_begins(const uint8_t *bytes, size_t length)
{
    if (length < HEAD_BYTES || bytes[0] != IDTECH_STX) return false;
    size_t n = card_bytes(bytes);
    return n >= CARD_MIN && n <= IDTECH_CARD_MAX;
}

bool idtech_frame_add(struct idtech_frame *frame, const uint8_t *bytes, size_t length)
{
    const uint8_t *head = frame->length == 0 ? bytes : frame->bytes;
    size_t left = HEAD_BYTES + card_bytes(head) + TAIL_BYTES - frame->length;
    size_t take = length < left ? length : left;
    memcpy(frame->bytes + frame->length, bytes, take);
    frame->length += take;
    return take == left;
}

void idtech_frame_forget(struct idtech_frame *frame)
{
    explicit_bzero(frame, sizeof *frame);
}

/* ---- Card data ------------------------------------------------------------------------------ */

/* False: the lengths do not fit into n bytes. */
static bool open_card(const uint8_t *bytes, size_t n, struct card *card)
{
    bool enhanced = (bytes[0] & TYPE_ENHANCED) != 0;
    card->type = bytes[0] & 0x7Fu;
    card->status = bytes[1];
    card->lengths = bytes + 2;
    card->tracks = enhanced ? 7 : 5;
    if (n < card->tracks) return false;
    bool raw = card->type == TYPE_RAW;
    card->clear = enhanced ? bytes[5] : raw ? 0 : 7;
    card->encrypted = enhanced ? bytes[6] : raw ? 7 : 0;
    card->end = card->tracks;
    for (unsigned i = 0; i < STRIPE_TRACKS; i++)
        if (has_bit(card->clear, i)) card->end += card->lengths[i];
    if (!enhanced && card->type == TYPE_BANK && n > card->end) card->encrypted = 3;
    return n >= card->end;
}

/* A track is masked when it came encrypted too, whatever its text looks like. */
static void take_track(
    struct stripe *stripe, unsigned i, const struct card *card, const uint8_t *text, size_t n)
{
    bool decoded = has_bit(card->status, i), sampled = has_bit(card->status, i + 3);
    bool encrypted = has_bit(card->encrypted, i);
    if (card->lengths[i] == 0)
        stripe_set_status(stripe, i, !decoded && sampled ? LOY_PART_BAD : LOY_PART_EMPTY);
    else if (!decoded && card->type != TYPE_RAW)
        stripe_set_status(stripe, i, LOY_PART_BAD);
    else if (n == 0)
        stripe_set_status(stripe, i, encrypted ? LOY_PART_MASKED : LOY_PART_EMPTY);
    else if (card->type == TYPE_RAW)
        stripe_set_bits(stripe, i, text, n);
    else
        stripe_set_text(stripe, i, text, n);
    if (encrypted && stripe->tracks[i].status == LOY_PART_GOOD)
        stripe->tracks[i].status = LOY_PART_MASKED;
}

static enum loy_misread find_fault(const struct idtech_frame *frame, struct card *card)
{
    const uint8_t *bytes = frame->bytes + HEAD_BYTES;
    size_t n = card_bytes(frame->bytes);
    uint8_t lrc = 0, sum = 0;
    for (size_t i = 0; i < n; i++) {
        lrc ^= bytes[i];
        sum = (uint8_t)(sum + bytes[i]);
    }
    if (bytes[n + 2] != ETX) return LOY_MISREAD_TRUNCATED;
    if (bytes[n] != lrc || bytes[n + 1] != sum) return LOY_MISREAD_LRC;
    return open_card(bytes, n, card) ? LOY_MISREAD_NONE : LOY_MISREAD_DEVICE;
}

void idtech_frame_report(
    const struct idtech_frame *frame, const char *driver, struct loy_event *event)
{
    struct card card;
    struct stripe stripe;
    enum loy_misread fault = find_fault(frame, &card);
    if (fault != LOY_MISREAD_NONE) {
        event_misread(event, driver, fault);
        return;
    }
    const uint8_t *text = frame->bytes + HEAD_BYTES + card.tracks;
    stripe_begin(&stripe);
    for (unsigned i = 0; i < STRIPE_TRACKS; i++) {
        size_t n = has_bit(card.clear, i) ? card.lengths[i] : 0;
        take_track(&stripe, i, &card, text, n);
        text += n;
    }
    stripe_report(&stripe, driver, event);
    stripe_wipe(&stripe);
}

/* ---- Redaction ------------------------------------------------------------------------------ */

/* The first byte that is not read, of a frame of which the first n bytes are known; SIZE_MAX: that
 * cannot be told yet. */
static size_t unread_from(const uint8_t *known, size_t n)
{
    struct card card;
    if (n < HEAD_BYTES + CARD_MIN + 2) return SIZE_MAX;
    bool fits = open_card(known + HEAD_BYTES, card_bytes(known), &card);
    return HEAD_BYTES + (fits ? card.end : card.tracks);
}

void idtech_frame_redact(const struct idtech_frame *frame, uint8_t *bytes, size_t length)
{
    struct idtech_frame all = *frame;
    idtech_frame_add(&all, bytes, length);
    size_t first = frame->length, from = unread_from(all.bytes, all.length);
    size_t lrc_at = HEAD_BYTES + card_bytes(all.bytes);
    uint8_t lrc = 0, sum = 0;
    for (size_t i = from; i < lrc_at && i < all.length; i++) {
        lrc ^= all.bytes[i];
        sum = (uint8_t)(sum + all.bytes[i]);
        if (i >= first) bytes[i - first] = 0;
    }
    if (from < lrc_at && lrc_at >= first && lrc_at < all.length) bytes[lrc_at - first] ^= lrc;
    if (from < lrc_at && lrc_at + 1 >= first && lrc_at + 1 < all.length)
        bytes[lrc_at + 1 - first] = (uint8_t)(bytes[lrc_at + 1 - first] - sum);
    size_t taken = all.length - first; /* padding holds what was there before */
    memset(bytes + taken, 0, length - taken);
    explicit_bzero(&all, sizeof all);
}
