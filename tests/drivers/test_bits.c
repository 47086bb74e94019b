/* SPDX-License-Identifier: MIT
 *
 * test_bits.c - tracks encoded here, in every way that readers deliver bits, and damaged in every
 * bit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bits.h"

struct bits {
    uint8_t value[BITS_MAX];
    size_t count;
};

static void put_bit(struct bits *bits, unsigned bit)
{
    assert_true(bits->count < BITS_MAX);
    bits->value[bits->count++] = (uint8_t)bit;
}

static void put_zeros(struct bits *bits, size_t n)
{
    while (n-- > 0)
        put_bit(bits, 0);
}

static void put_character(struct bits *bits, unsigned data, unsigned data_bits)
{
    unsigned parity = 1;
    for (unsigned i = 0; i < data_bits; i++) {
        put_bit(bits, data >> i & 1u);
        parity ^= data >> i & 1u;
    }
    put_bit(bits, parity);
}

/* lead zeros, the text, its LRC, tail zeros. */
static void encode(struct bits *bits, const char *text, size_t lead, size_t tail)
{
    unsigned data_bits = text[0] == '%' ? 6 : 4, base = text[0] == '%' ? 0x20 : 0x30, lrc = 0;
    bits->count = 0;
    put_zeros(bits, lead);
    for (; *text != '\0'; text++) {
        unsigned data = (unsigned)*text - base;
        put_character(bits, data, data_bits);
        lrc ^= data;
    }
    put_character(bits, lrc, data_bits);
    put_zeros(bits, tail);
}

/* Packs the bits so that a reader with these habits would have delivered them. */
static struct bits_view pack(
    const struct bits *bits, uint8_t *packed, bool lsb, bool inverted, bool backward)
{
    memset(packed, 0, BITS_MAX / 8);
    for (size_t i = 0; i < bits->count; i++) {
        unsigned bit = bits->value[backward ? bits->count - 1 - i : i] ^ (inverted ? 1u : 0u);
        packed[i / 8] |= (uint8_t)(bit << (lsb ? i % 8 : 7 - i % 8));
    }
    return (struct bits_view){.packed = packed, .count = bits->count, .lsb_first = lsb};
}

static const char *const texts[] = {
    ";0004048712?", ";60058541029558180=9904?", ";1?", "%M60058541029558180^CLUB CARD/ONE^?", "%A?",
    ";012345678901234567890123456789012345=?",          /* 40 with LRC: still track 2 */
    ";0123456789012345678901234567890123456789=12345?", /* track 3 */
};

static uint8_t packed[BITS_MAX / 8];
static struct bits bits;
static struct bits_track track;

static unsigned expected_track(const char *text)
{
    return text[0] == '%' ? 1 : strlen(text) + 1 > 40 ? 3 : 2;
}

static void test_every_way_to_deliver_bits(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++)
        for (unsigned way = 0; way < 8; way++)
            for (size_t lead = 0; lead < 30; lead++) {
                if (strlen(texts[t]) < 8 && lead < BITS_LEAD_MIN) continue; /* may be chance */
                encode(&bits, texts[t], lead, 11);
                struct bits_view view = pack(&bits, packed, way & 1, way & 2, way & 4);
                bits_find_track(&view, BITS_EITHER, 0, &track);
                assert_int_equal(track.reason, LOY_MISREAD_NONE);
                assert_int_equal(track.track, expected_track(texts[t]));
                assert_int_equal(track.length, strlen(texts[t]));
                assert_memory_equal(track.text, texts[t], track.length);
            }
}

static void test_options_restrict_the_search(void **state)
{
    (void)state;
    encode(&bits, texts[0], 25, 10);
    struct bits_view view = pack(&bits, packed, false, true, false);
    bits_find_track(&view, BITS_PLAIN, 0, &track);
    assert_int_not_equal(track.reason, LOY_MISREAD_NONE);
    bits_find_track(&view, BITS_INVERTED, 0, &track);
    assert_int_equal(track.reason, LOY_MISREAD_NONE);
    bits_find_track(&view, BITS_INVERTED, 1, &track);
    assert_int_not_equal(track.reason, LOY_MISREAD_NONE);
    bits_find_track(&view, BITS_INVERTED, 3, &track);
    assert_int_equal(track.reason, LOY_MISREAD_NONE);
    assert_int_equal(track.track, 3);
    encode(&bits, texts[3], 25, 10);
    view = pack(&bits, packed, false, false, false);
    bits_find_track(&view, BITS_EITHER, 2, &track);
    assert_int_not_equal(track.reason, LOY_MISREAD_NONE);
    bits_find_track(&view, BITS_EITHER, 3, &track); /* seven bits, as on an AAMVA track 3 */
    assert_int_equal(track.reason, LOY_MISREAD_NONE);
}

/* One wrong bit: never another text, and the reason says which check failed. */
static void test_one_wrong_bit(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        encode(&bits, texts[t], 20, 20);
        size_t width = texts[t][0] == '%' ? 7 : 5, end = bits.count - 20;
        for (size_t i = 20 + width; i < end; i++) {
            bits.value[i] ^= 1;
            struct bits_view view = pack(&bits, packed, false, false, i % 2 == 0);
            bits_find_track(&view, BITS_EITHER, 0, &track);
            bool in_lrc = i >= end - width;
            if (strlen(texts[t]) > 5)
                assert_int_equal(track.reason, in_lrc ? LOY_MISREAD_LRC : LOY_MISREAD_PARITY);
            else
                assert_int_not_equal(track.reason, LOY_MISREAD_NONE);
            assert_int_equal(track.length, 0);
            assert_true(strlen(track.text) == 0);
            bits.value[i] ^= 1;
        }
    }
}

/* Two wrong bits in the same character and column of two characters keep one check or the other
 * quiet. */
static void test_two_wrong_bits_keep_parity_but_not_lrc(void **state)
{
    (void)state;
    encode(&bits, texts[0], 20, 20);
    for (size_t character = 1; character < 11; character++) {
        size_t at = 20 + character * 5;
        bits.value[at] ^= 1;
        bits.value[at + 1] ^= 1;
        struct bits_view view = pack(&bits, packed, true, true, false);
        bits_find_track(&view, BITS_EITHER, 0, &track);
        /* It may have become an end sentinel, whose LRC does not fit either. */
        assert_int_equal(track.reason, LOY_MISREAD_LRC);
        bits.value[at] ^= 1;
        bits.value[at + 1] ^= 1;
    }
}

static void test_cut_tracks_are_truncated(void **state)
{
    (void)state;
    encode(&bits, texts[1], 20, 0);
    for (size_t count = bits.count - 1; count > 60; count--) {
        struct bits_view view = pack(&bits, packed, false, false, false);
        view.count = count;
        bits_find_track(&view, BITS_PLAIN, 0, &track);
        assert_int_equal(track.reason, LOY_MISREAD_TRUNCATED);
    }
}

static void test_tracks_without_end_are_too_long(void **state)
{
    (void)state;
    bits.count = 0;
    put_zeros(&bits, 20);
    put_character(&bits, 0xB, 4);
    for (size_t i = 0; i < 200; i++)
        put_character(&bits, (unsigned)(i % 10), 4);
    struct bits_view view = pack(&bits, packed, false, false, false);
    bits_find_track(&view, BITS_PLAIN, 0, &track);
    assert_int_equal(track.reason, LOY_MISREAD_TOO_LONG);
}

/* Damaged cards are recognised as such, also without clocking zeros; noise hardly ever is. */
static void test_digits_in_damaged_tracks(void **state)
{
    static const char *const cards[] = {
        ";4111111111111111=29121010000?", "%B4111111111111111^TEST/CARD^29121010000?"};
    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        encode(&bits, cards[i % 2], 3, 2);
        bits.value[i % bits.count] ^= 1;
        struct bits_view view = pack(&bits, packed, i % 3 == 0, i % 7 == 0, i % 5 == 0);
        assert_true(bits_hold_digits(&view));
    }
    /* Several errors leave no long row of digits, but most of the number. */
    for (size_t i = 0; i < 1000; i++) {
        encode(&bits, cards[0], 0, 2);
        for (size_t error = 0; error < 4; error++)
            bits.value[5 + (i + error * 35) % 140] ^= 1;
        struct bits_view view = pack(&bits, packed, i % 3 == 0, i % 7 == 0, i % 5 == 0);
        assert_true(bits_hold_digits(&view));
    }
    unsigned found = 0, seed = 7;
    for (size_t round = 0; round < 2000; round++) {
        for (size_t i = 0; i < 72; i++)
            packed[i] = (uint8_t)((seed = seed * 1103515245u + 12345u) >> 16);
        struct bits_view view = {.packed = packed, .count = 576};
        found += bits_hold_digits(&view);
        bits_find_track(&view, BITS_EITHER, 0, &track);
        assert_int_not_equal(track.reason, LOY_MISREAD_NONE);
    }
    assert_true(found < 40);
}

/* ---- Flux ----------------------------------------------------------------------------------- */

static struct bits_flux flux;

/* A hand that starts slowly and speeds up by a third, with jitter of a few percent. */
static void swipe(const struct bits *source, float jitter)
{
    unsigned seed = 1;
    memset(&flux, 0, sizeof flux);
    for (size_t i = 0; i < source->count; i++) {
        float cell = 2.4f - 1.0f * (float)i / (float)source->count;
        for (unsigned part = 0; part <= source->value[i]; part++) {
            seed = seed * 1103515245u + 12345u;
            float noise = ((float)(seed >> 16 & 0x7FFF) / 16384.0f - 1.0f) * jitter;
            float interval = cell * (1.0f + noise) / (source->value[i] ? 2.0f : 1.0f);
            assert_true(bits_flux_add(&flux, interval));
        }
    }
    bits_flux_end(&flux);
}

static void test_flux_follows_the_hand(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
        encode(&bits, texts[t], 20, 20);
        swipe(&bits, 0.06f);
        assert_int_equal(flux.count, bits.count);
        struct bits_view view = {.packed = flux.packed, .count = flux.count};
        bits_find_track(&view, BITS_PLAIN, 0, &track);
        assert_int_equal(track.reason, LOY_MISREAD_NONE);
        assert_memory_equal(track.text, texts[t], strlen(texts[t]));
    }
}

static void test_flux_bounds(void **state)
{
    (void)state;
    static const float wrong[] = {0.0f, -1.0f, 1.0f / 0.0f, 0.0f / 0.0f};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        memset(&flux, 0, sizeof flux);
        assert_false(bits_flux_add(&flux, wrong[i]));
    }
    memset(&flux, 0, sizeof flux);
    for (size_t i = 0; i < BITS_MAX; i++)
        assert_true(bits_flux_add(&flux, 1.0f));
    assert_false(bits_flux_add(&flux, 1.0f));
    assert_int_equal(flux.count, BITS_MAX);
    memset(&flux, 0, sizeof flux);
    bits_flux_end(&flux);
    assert_int_equal(flux.count, 0);
    assert_true(bits_flux_add(&flux, 1.0f));
    bits_flux_end(&flux);
    assert_int_equal(flux.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_way_to_deliver_bits),
        cmocka_unit_test(test_options_restrict_the_search),
        cmocka_unit_test(test_one_wrong_bit),
        cmocka_unit_test(test_two_wrong_bits_keep_parity_but_not_lrc),
        cmocka_unit_test(test_cut_tracks_are_truncated),
        cmocka_unit_test(test_tracks_without_end_are_too_long),
        cmocka_unit_test(test_digits_in_damaged_tracks),
        cmocka_unit_test(test_flux_follows_the_hand),
        cmocka_unit_test(test_flux_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
