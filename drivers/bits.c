/* SPDX-License-Identifier: MIT
 *
 * bits.c - magnetic stripe: flux intervals -> bits -> track text.
 * In: intervals, or packed bits in any of the eight ways that readers deliver them; out: checked
 * text. Must not know: readers, events beyond the reason of a misread, what the text means.
 *
 *   0 0 0 ... | start | character ... | end | LRC | 0 0 0 ...
 *
 * A character is its data bits, lowest first, then odd parity. Track 1 has 6 data bits (ASCII -
 * 0x20), tracks 2 and 3 have 4 (ASCII - 0x30); an AAMVA track 3 has 6. The LRC's data bits are the
 * XOR of those of all characters from start to end sentinel; its parity is its own (ISO/IEC
 * 7811-2).
 */
#include "bits.h"

#include <math.h>
#include <string.h>

struct coding {
    uint8_t data_bits;
    uint8_t base; /* what is added to the data bits for ASCII */
    uint8_t start, end;
    uint8_t digit_run;             /* digits in a row that chance does not produce */
    uint8_t window, window_digits; /* nor so many among so many, of a damaged track */
};

static const struct coding codings[] = {
    {6, 0x20, 0x05, 0x1F, 8, 12, 8},   /* % ? */
    {4, 0x30, 0x0B, 0x0F, 12, 24, 20}, /* ; ? */
};
enum { CODING_7 = 0, CODING_5 = 1, CODINGS = 2 };

#define TRACK2_CHARS_MAX 40u
#define SHORT_CHARS 8u /* fewer checks than these can hold by chance */

static unsigned bit_at(const struct bits_view *bits, size_t index)
{
    size_t at = bits->reversed ? bits->count - 1 - index : index;
    unsigned shift = bits->lsb_first ? at % 8 : 7 - at % 8;
    return ((unsigned)bits->packed[at / 8] >> shift & 1u) ^ (bits->inverted ? 1u : 0u);
}

/* The character at this bit: its data bits, or -1 if the parity is wrong. */
static int character_at(const struct bits_view *bits, const struct coding *coding, size_t at)
{
    unsigned data = 0, ones = 0;
    for (unsigned i = 0; i <= coding->data_bits; i++) {
        unsigned bit = bit_at(bits, at + i);
        ones += bit;
        if (i < coding->data_bits) data |= bit << i;
    }
    return ones % 2 == 1 ? (int)data : -1;
}

static size_t zeros_before(const struct bits_view *bits, size_t at)
{
    size_t n = 0;
    while (n < at && bit_at(bits, at - 1 - n) == 0)
        n++;
    return n;
}

/* A track begins with the stream or behind clocking zeros; a start sentinel amid other bits is
 * chance. So is a good short track, unless there is nothing but clocking zeros before it. */
static bool is_beginning(const struct bits_view *bits, size_t at, size_t length)
{
    size_t zeros = zeros_before(bits, at);
    if (length < SHORT_CHARS) return zeros == at && zeros >= BITS_LEAD_MIN;
    return zeros == at || zeros >= BITS_LEAD_MIN;
}

static enum loy_misread check_lrc(
    const struct bits_view *bits, const struct coding *coding, size_t at, unsigned expected)
{
    if (bits->count - at < coding->data_bits + 1u) return LOY_MISREAD_TRUNCATED;
    int lrc = character_at(bits, coding, at);
    return lrc >= 0 && (unsigned)lrc == expected ? LOY_MISREAD_NONE : LOY_MISREAD_LRC;
}

/* Reads from a start sentinel on; length tells how far it came. */
static enum loy_misread read_track(
    const struct bits_view *bits, const struct coding *coding, size_t at, struct bits_track *track)
{
    size_t width = coding->data_bits + 1u;
    unsigned lrc = 0;
    for (track->length = 0; track->length < BITS_CHARS_MAX - 1; at += width) {
        if (bits->count - at < width) return LOY_MISREAD_TRUNCATED;
        int data = character_at(bits, coding, at);
        if (data < 0) return LOY_MISREAD_PARITY;
        lrc ^= (unsigned)data;
        track->text[track->length++] = (char)(coding->base + data);
        if (data == coding->end) return check_lrc(bits, coding, at + width, lrc);
    }
    return LOY_MISREAD_TOO_LONG;
}

/* Good beats bad; then further beats less far. */
static bool is_better(const struct bits_track *one, const struct bits_track *other)
{
    bool good = one->reason == LOY_MISREAD_NONE, other_good = other->reason == LOY_MISREAD_NONE;
    if (good != other_good) return good;
    return one->length > other->length;
}

static uint8_t track_number(
    const struct coding *coding, const struct bits_track *track, unsigned wanted)
{
    if (wanted != 0) return (uint8_t)wanted;
    if (coding == &codings[CODING_7]) return 1;
    return track->length + 1u > TRACK2_CHARS_MAX ? 3 : 2;
}

static void try_view(const struct bits_view *bits, const struct coding *coding, unsigned wanted,
    struct bits_track *best)
{
    size_t width = coding->data_bits + 1u;
    struct bits_track track;
    for (size_t at = 0; at + width <= bits->count; at++) {
        if (bit_at(bits, at) == 0) continue; /* both start sentinels begin with a 1 */
        if (character_at(bits, coding, at) != coding->start) continue;
        track.reason = (uint8_t)read_track(bits, coding, at, &track);
        if (!is_beginning(bits, at, track.length)) continue;
        track.track = track_number(coding, &track, wanted);
        if (is_better(&track, best)) *best = track;
    }
    explicit_bzero(&track, sizeof track);
}

static bool coding_fits(size_t coding, unsigned wanted)
{
    if (wanted == 1) return coding == CODING_7;
    if (wanted == 2) return coding == CODING_5;
    return true;
}

static bool inversion_fits(bool inverted, enum bits_inversion inversion)
{
    return inversion == BITS_EITHER || inverted == (inversion == BITS_INVERTED);
}

/* Calls that look at a stream in its variants: 1 is inverted, 2 is backward. */
static struct bits_view variant_of(const struct bits_view *bits, unsigned variant)
{
    struct bits_view view = *bits;
    view.inverted = (variant & 1u) != 0;
    view.reversed = (variant & 2u) != 0;
    return view;
}

void bits_find_track(const struct bits_view *bits, enum bits_inversion inversion, unsigned wanted,
    struct bits_track *track)
{
    memset(track, 0, sizeof *track);
    track->reason = LOY_MISREAD_UNKNOWN_LAYOUT;
    for (unsigned variant = 0; variant < 4; variant++) {
        struct bits_view view = variant_of(bits, variant);
        if (!inversion_fits(view.inverted, inversion)) continue;
        for (size_t i = 0; i < CODINGS; i++)
            if (coding_fits(i, wanted)) try_view(&view, &codings[i], wanted, track);
    }
    if (track->reason == LOY_MISREAD_NONE) return;
    explicit_bzero(track->text, sizeof track->text);
    track->length = 0;
}

static size_t leading_zeros(const struct bits_view *bits)
{
    size_t n = 0;
    while (n < bits->count && bit_at(bits, n) == 0)
        n++;
    return n;
}

static size_t most_leading_zeros(const struct bits_view *bits, enum bits_inversion inversion)
{
    size_t most = 0;
    for (unsigned variant = 0; variant < 2; variant++) {
        struct bits_view view = variant_of(bits, variant);
        size_t n = inversion_fits(view.inverted, inversion) ? leading_zeros(&view) : 0;
        if (n > most) most = n;
    }
    return most;
}

bool bits_have_lead(const struct bits_view *bits, enum bits_inversion inversion)
{
    return most_leading_zeros(bits, inversion) >= BITS_LEAD_MIN;
}

bool bits_are_blank(const struct bits_view *bits, enum bits_inversion inversion)
{
    return most_leading_zeros(bits, inversion) == bits->count;
}

/* A digit, or on a five-bit track the separator between number and date. */
static bool is_digit(const struct coding *coding, int data)
{
    if (coding == &codings[CODING_5] && data == '=' - coding->base) return true;
    return data >= '0' - coding->base && data <= '9' - coding->base;
}

static unsigned digits_among(uint32_t seen, unsigned characters)
{
    return (unsigned)__builtin_popcount(seen & ((UINT32_C(1) << characters) - 1));
}

static bool is_run(const struct coding *coding, uint32_t seen)
{
    return digits_among(seen, coding->digit_run) == coding->digit_run ||
           digits_among(seen, coding->window) >= coding->window_digits;
}

static bool view_holds_digits(const struct bits_view *bits, const struct coding *coding)
{
    size_t width = coding->data_bits + 1u;
    for (size_t phase = 0; phase < width; phase++) {
        uint32_t seen = 0; /* bit 0: the last character was a digit, bit 1: the one before ... */
        for (size_t at = phase; at + width <= bits->count; at += width) {
            seen = seen << 1 | is_digit(coding, character_at(bits, coding, at));
            if (is_run(coding, seen)) return true;
        }
    }
    return false;
}

bool bits_hold_digits(const struct bits_view *bits)
{
    for (unsigned variant = 0; variant < 4; variant++) {
        struct bits_view view = variant_of(bits, variant);
        for (size_t i = 0; i < CODINGS; i++)
            if (view_holds_digits(&view, &codings[i])) return true;
    }
    return false;
}

/* ---- Flux ---------------------------------------------------------------------------------- */

static bool push_bit(struct bits_flux *flux, unsigned bit)
{
    if (flux->count == BITS_MAX) return false;
    uint8_t mask = (uint8_t)(0x80u >> (flux->count % 8));
    if (bit) flux->packed[flux->count / 8] |= mask;
    flux->count++;
    return true;
}

static bool take_interval(struct bits_flux *flux, float interval)
{
    if (flux->half > 0) {
        flux->cell = flux->half + interval;
        flux->half = 0;
        return push_bit(flux, 1);
    }
    if (interval > 0.75f * flux->cell) {
        flux->cell = interval;
        return push_bit(flux, 0);
    }
    flux->half = interval;
    return true;
}

/* The median of the first intervals: the stripe begins with zeros, and a spike must not set the
 * clock. */
static float median_of_seed(const struct bits_flux *flux)
{
    float sorted[FLUX_SEED];
    for (size_t i = 0; i < flux->seeds; i++) {
        size_t at = i;
        for (; at > 0 && sorted[at - 1] > flux->seed[i]; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = flux->seed[i];
    }
    return sorted[flux->seeds / 2];
}

void bits_flux_end(struct bits_flux *flux)
{
    if (flux->cell > 0 || flux->seeds == 0) return;
    flux->cell = median_of_seed(flux);
    for (size_t i = 0; i < flux->seeds; i++)
        take_interval(flux, flux->seed[i]); /* the first bits always fit */
}

bool bits_flux_add(struct bits_flux *flux, float interval)
{
    if (!isfinite(interval) || interval <= 0) return false;
    if (flux->cell > 0) return take_interval(flux, interval);
    flux->seed[flux->seeds++] = interval;
    if (flux->seeds == FLUX_SEED) bits_flux_end(flux);
    return true;
}
