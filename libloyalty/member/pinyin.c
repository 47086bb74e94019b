/* SPDX-License-Identifier: MIT
 *
 * pinyin.c - typed letters against Chinese names, all readings at once. Pure.
 * In: folded UTF-8. Out: where the letters match. Must not know: members, the store.
 */
#include "pinyin.h"

#include <string.h>

/* The character at *at, which is moved behind it. The text was checked before it came here. */
static uint32_t next_character(const char **at)
{
    const unsigned char *c = (const unsigned char *)*at;
    size_t more = c[0] < 0xC0 ? 0 : c[0] < 0xE0 ? 1 : c[0] < 0xF0 ? 2 : 3;
    uint32_t character = more == 0 ? c[0] : c[0] & (0x3Fu >> more);
    size_t used = 1;
    for (; used <= more && (c[used] & 0xC0) == 0x80; used++)
        character = character << 6 | (c[used] & 0x3Fu);
    *at += used;
    return character;
}

static const uint16_t *readings_of(uint32_t character)
{
    if (character < PINYIN_FIRST || character >= PINYIN_END) return NULL;
    uint16_t set = pinyin_of[character - PINYIN_FIRST];
    return set ? &pinyin_sets[set] : NULL;
}

static unsigned syllable_of(uint16_t reading)
{
    return reading & (PINYIN_LAST - 1);
}

/* ---- The filter --------------------------------------------------------------------------------
 */

static uint64_t bit_of(uint32_t character)
{
    if (character >= 'a' && character <= 'z') return UINT64_C(1) << (character - 'a');
    return UINT64_C(1) << (26 + (character * UINT32_C(2654435761) >> 16) % 37);
}

uint64_t pinyin_letters(const char *text)
{
    uint64_t letters = 0;
    while (*text) {
        uint32_t character = next_character(&text);
        const uint16_t *reading = readings_of(character);
        letters |= bit_of(character);
        if (!reading) continue;
        letters |= PINYIN_HAN;
        do
            letters |= bit_of((uint32_t)pinyin_syllables[syllable_of(*reading)][0]);
        while (!(*reading++ & PINYIN_LAST));
    }
    return letters;
}

/* ---- What was typed ----------------------------------------------------------------------------
 */

static bool letters_take(const char *typed, char letters[PINYIN_QUERY_MAX], size_t *count)
{
    size_t n = 0;
    while (*typed) {
        uint32_t character = next_character(&typed);
        if (character == 0xFC) character = 'v';
        bool good =
            (character >= 'a' && character <= 'z') || (character >= '0' && character <= '9');
        if (!good || n == PINYIN_QUERY_MAX) return false;
        letters[n++] = (char)character;
    }
    *count = n;
    return n > 0;
}

static void syllable_place(
    struct pinyin_query *query, const char *text, const char *letters, size_t at)
{
    struct pinyin_syllable *syllable = &query->syllables[(text - pinyin_syllables[0]) / 8];
    size_t left = query->count - at;
    size_t compared = syllable->length < left ? syllable->length : left;
    const uint64_t bit = UINT64_C(1) << at;
    if (letters[at] == text[0]) syllable->first |= bit;
    if (memcmp(letters + at, text, compared) != 0) return;
    if (syllable->length <= left)
        syllable->whole |= bit;
    else
        syllable->cut |= bit;
}

/* The letters without which no way of reading the typed ones is left. */
static uint64_t needed_letters(const struct pinyin_query *query, const char *letters)
{
    uint64_t needed[PINYIN_QUERY_MAX + 1] = {0};
    for (size_t at = query->count; at-- > 0;) {
        uint64_t common = needed[at + 1];
        for (unsigned i = 0; i < PINYIN_SYLLABLES; i++) {
            const struct pinyin_syllable *syllable = &query->syllables[i];
            if (syllable->whole >> at & 1) common &= needed[at + syllable->length];
            if (syllable->cut >> at & 1) common = 0;
        }
        needed[at] = common | bit_of((uint32_t)letters[at]);
    }
    return needed[0];
}

bool pinyin_query_make(const char *typed, struct pinyin_query *query)
{
    char letters[PINYIN_QUERY_MAX];
    memset(query, 0, sizeof *query);
    if (!letters_take(typed, letters, &query->count)) return false;
    for (unsigned i = 0; i < PINYIN_SYLLABLES; i++) {
        query->syllables[i].length = strlen(pinyin_syllables[i]);
        for (size_t at = 0; at < query->count; at++)
            syllable_place(query, pinyin_syllables[i], letters, at);
    }
    for (size_t at = 0; at < query->count; at++)
        query->letter[(unsigned char)letters[at]] |= UINT64_C(1) << at;
    query->needed = needed_letters(query, letters);
    return true;
}

/* ---- Matching ----------------------------------------------------------------------------------
 */

/* Bit i: i letters are used up. Two ways at once: from the line's beginning, from a later
 * character.
 */
struct state {
    uint64_t begun, inside;
    bool cut_begun, cut_inside; /* the letters ended within a syllable */
};

static void step_readings(
    const struct pinyin_query *query, const uint16_t *reading, struct state *state)
{
    uint64_t begun = 0, inside = 0;
    do {
        const struct pinyin_syllable *syllable = &query->syllables[syllable_of(*reading)];
        begun |= (state->begun & syllable->first) << 1 | (state->begun & syllable->whole)
                                                             << syllable->length;
        inside |= (state->inside & syllable->first) << 1 | (state->inside & syllable->whole)
                                                               << syllable->length;
        state->cut_begun = state->cut_begun || state->begun & syllable->cut;
        state->cut_inside = state->cut_inside || state->inside & syllable->cut;
    } while (!(*reading++ & PINYIN_LAST));
    state->begun = begun;
    state->inside = inside;
}

static void step(const struct pinyin_query *query, uint32_t character, struct state *state)
{
    const uint16_t *reading = readings_of(character);
    if (reading) {
        step_readings(query, reading, state);
        return;
    }
    uint64_t letter = character < 128 ? query->letter[character] : 0;
    state->begun = (state->begun & letter) << 1;
    state->inside = (state->inside & letter) << 1;
}

enum pinyin_place pinyin_match(
    const struct pinyin_query *query, const char *line, size_t size, enum pinyin_place worst)
{
    const char *end = line + size;
    const uint64_t all = UINT64_C(1) << query->count;
    struct state state = {.begun = 1};
    enum pinyin_place place = PINYIN_NOWHERE;
    while (line < end) {
        uint32_t character = next_character(&line);
        step(query, character, &state);
        if (state.begun & all && line == end) return PINYIN_WHOLE;
        if (state.begun & all || state.cut_begun) place = PINYIN_BEGIN;
        if ((state.inside & all || state.cut_inside) && place > PINYIN_INSIDE)
            place = PINYIN_INSIDE;
        if (state.begun == 0 && (place != PINYIN_NOWHERE || worst < PINYIN_INSIDE)) break;
        state.inside |= 1;
    }
    return place;
}
