/* SPDX-License-Identifier: MIT
 *
 * pinyin.c - typed letters against Chinese names, all readings at once. Pure.
 * In: folded UTF-8. Out: where the letters match. Must not know: members, the store.
 */
#include "pinyin.h"

#include <string.h>

/* The character at *at, which is moved behind it. The text was checked before it came here.
 * U-umlaut is typed as v, so it is one everywhere. */
static inline uint32_t next_character(const char **at)
{
    const unsigned char *c = (const unsigned char *)*at;
    if (c[0] < 0x80) {
        ++*at;
        return c[0];
    }
    /* Nearly all others are these. */
    if (c[0] >> 4 == 0xE && c[1] && c[2]) {
        *at += 3;
        return (c[0] & 0xFu) << 12 | (c[1] & 0x3Fu) << 6 | (c[2] & 0x3Fu);
    }
    size_t more = c[0] < 0xE0 ? 1 : c[0] < 0xF0 ? 2 : 3;
    uint32_t character = c[0] & (0x3Fu >> more);
    size_t used = 1;
    for (; used <= more && (c[used] & 0xC0) == 0x80; used++)
        character = character << 6 | (c[used] & 0x3Fu);
    *at += used;
    return character == 0xFC ? 'v' : character;
}

/* Where its readings begin in pinyin_sets; 0: it has none. */
static inline unsigned set_of(uint32_t character)
{
    uint32_t place = character - PINYIN_FIRST;
    return place < PINYIN_END - PINYIN_FIRST ? pinyin_of[place] : 0;
}

static unsigned syllable_of(uint16_t reading)
{
    return reading & (PINYIN_LAST - 1);
}

/* ---- The filter --------------------------------------------------------------------------------
 */

#define HEADS_MAX 26u
#define LETTER_BITS 26u
#define LENGTH_BITS 12u /* at the top of starts */

/* Letters in the low bits, the others in so many above them. */
static uint64_t bit_of(uint32_t character, uint32_t others)
{
    if (character >= 'a' && character <= 'z') return UINT64_C(1) << (character - 'a');
    return UINT64_C(1) << (LETTER_BITS + (character * UINT32_C(2654435761) >> 16) % others);
}

static uint64_t letter_bit(uint32_t character)
{
    return bit_of(character, 63 - LETTER_BITS);
}

static uint64_t start_bit(uint32_t character)
{
    return bit_of(character, 64 - LENGTH_BITS - LETTER_BITS);
}

static uint64_t pair_bit(uint32_t first, uint32_t second)
{
    uint64_t hash = (first * UINT64_C(0x10001) + second) * UINT64_C(0x9E3779B97F4A7C15);
    return UINT64_C(1) << (hash >> 58) | UINT64_C(1) << (hash >> 40 & 63);
}

static uint64_t length_bit(size_t characters)
{
    return UINT64_C(1) << (64 - LENGTH_BITS +
                           (characters < LENGTH_BITS ? characters - 1 : LENGTH_BITS - 1));
}

/* What a character may be typed as, of which a pair is noted: its first letters or else itself. */
struct heads {
    size_t count;
    uint32_t list[HEADS_MAX];
};

static void heads_read(unsigned set, struct heads *heads, uint64_t *pairs)
{
    const uint16_t *reading = &pinyin_sets[set];
    uint32_t seen = 0;
    heads->count = 0;
    for (bool last = false; !last; reading++) {
        const char *syllable = pinyin_syllables[syllable_of(*reading)];
        uint32_t bit = UINT32_C(1) << (syllable[0] - 'a');
        if (syllable[1]) *pairs |= pair_bit((uint32_t)syllable[0], (uint32_t)syllable[1]);
        if (!(seen & bit)) heads->list[heads->count++] = (uint32_t)syllable[0];
        seen |= bit;
        last = *reading & PINYIN_LAST;
    }
}

struct filter_state {
    struct pinyin_filter filter;
    struct heads heads[2]; /* of this character and the one before it in the line */
    size_t length;         /* of the line so far */
};

static void filter_step(struct filter_state *state, uint32_t character)
{
    struct pinyin_filter *filter = &state->filter;
    struct heads *heads = &state->heads[state->length % 2];
    const struct heads *before = &state->heads[(state->length + 1) % 2];
    const unsigned set = set_of(character);
    filter->letters |= letter_bit(character) | (set ? PINYIN_HAN : 0);
    if (state->length == 0) filter->starts |= start_bit(character);
    *heads = (struct heads){1, {character}};
    if (set) heads_read(set, heads, &filter->pairs);
    for (size_t i = 0; i < heads->count; i++) {
        filter->letters |= letter_bit(heads->list[i]);
        if (state->length == 0) filter->starts |= start_bit(heads->list[i]);
        for (size_t j = 0; state->length > 0 && j < before->count; j++)
            filter->pairs |= pair_bit(before->list[j], heads->list[i]);
    }
    state->length++;
}

struct pinyin_filter pinyin_filter_of(const char *text)
{
    struct filter_state state = {.length = 0};
    while (*text) {
        uint32_t character = next_character(&text);
        if (character != '\n') filter_step(&state, character);
        if (state.length > 0 && (character == '\n' || !*text)) {
            state.filter.starts |= length_bit(state.length);
            state.length = 0;
        }
    }
    return state.filter;
}

/* ---- What was typed ----------------------------------------------------------------------------
 */

/* Two typed ones stand side by side in whatever they match, unless one is Chinese: of these no
 * pair is noted, there would be too many. */
static uint64_t typed_pair(uint32_t first, uint32_t second)
{
    return set_of(first) || set_of(second) ? 0 : pair_bit(first, second);
}

struct pinyin_need pinyin_need_of(const char *typed)
{
    struct pinyin_need need = {0};
    uint32_t before = 0;
    size_t length = 0;
    for (; *typed; length++) {
        uint32_t character = next_character(&typed);
        need.letters |= letter_bit(character);
        if (length == 0) need.begin = start_bit(character);
        if (length > 0) need.pairs |= typed_pair(before, character);
        before = character;
    }
    if (length > 0) need.whole = length_bit(length);
    return need;
}

/* How many characters; 0: none that are spelled, or too many. */
static size_t characters_take(const char *typed, uint32_t characters[PINYIN_QUERY_MAX])
{
    size_t n = 0;
    bool spelled = false;
    while (*typed) {
        if (n == PINYIN_QUERY_MAX) return 0;
        characters[n] = next_character(&typed);
        spelled = spelled || (characters[n] >= 'a' && characters[n] <= 'z');
        n++;
    }
    return spelled ? n : 0;
}

static void literal_place(struct pinyin_query *query, uint32_t character, size_t at)
{
    const uint64_t bit = UINT64_C(1) << at;
    if (character < 128) {
        query->letter[character] |= bit;
        return;
    }
    size_t i = 0;
    while (i < query->other_count && query->others[i].character != character)
        i++;
    if (i == query->other_count) query->other_count++;
    query->others[i].character = character;
    query->others[i].places |= bit;
}

static void syllable_place(
    struct pinyin_query *query, const char *text, const uint32_t *characters, size_t at)
{
    struct pinyin_syllable *syllable = &query->syllables[(text - pinyin_syllables[0]) / 8];
    size_t left = query->count - at;
    size_t compared = syllable->length < left ? syllable->length : left;
    const uint64_t bit = UINT64_C(1) << at;
    for (size_t i = 0; i < compared; i++) {
        if (characters[at + i] != (uint32_t)text[i]) return;
        syllable->first |= bit;
    }
    if (syllable->length <= left)
        syllable->whole |= bit;
    else
        syllable->cut |= bit;
}

static void sets_find(struct pinyin_query *query)
{
    for (size_t i = PINYIN_SETS; i-- > 1;) {
        const struct pinyin_syllable *syllable = &query->syllables[syllable_of(pinyin_sets[i])];
        query->live[i] = syllable->whole | syllable->cut | syllable->first;
        if (!(pinyin_sets[i] & PINYIN_LAST)) query->live[i] |= query->live[i + 1];
    }
}

/* What a way of reading the rest has, if all ways have it, and the fewest characters of one. */
struct rest {
    uint64_t letters, pairs;
    size_t fewest;
};

static void rest_join(struct rest *common, const struct rest *way)
{
    common->letters &= way->letters;
    common->pairs &= way->pairs;
    if (way->fewest < common->fewest) common->fewest = way->fewest;
}

/* Without which no way of reading what was typed is left. */
static struct pinyin_need need_find(const struct pinyin_query *query, const uint32_t *characters)
{
    struct rest rests[PINYIN_QUERY_MAX + 1] = {0};
    static const struct rest none = {.fewest = PINYIN_QUERY_MAX};
    for (size_t at = query->count; at-- > 0;) {
        struct rest common = rests[at + 1];
        for (unsigned i = 0; i < PINYIN_SYLLABLES; i++) {
            const struct pinyin_syllable *syllable = &query->syllables[i];
            if (syllable->whole >> at & 1) rest_join(&common, &rests[at + syllable->length]);
            if (syllable->cut >> at & 1) rest_join(&common, &none);
        }
        common.letters |= letter_bit(characters[at]);
        if (at + 1 < query->count) common.pairs |= typed_pair(characters[at], characters[at + 1]);
        common.fewest++;
        rests[at] = common;
    }
    struct pinyin_need need = {rests[0].letters, rests[0].pairs, start_bit(characters[0]), 0};
    for (size_t n = rests[0].fewest; n <= query->count; n++)
        need.whole |= length_bit(n);
    return need;
}

bool pinyin_query_make(const char *typed, struct pinyin_query *query)
{
    uint32_t characters[PINYIN_QUERY_MAX];
    memset(query, 0, sizeof *query);
    query->count = characters_take(typed, characters);
    if (query->count == 0) return false;
    for (unsigned i = 0; i < PINYIN_SYLLABLES; i++) {
        query->syllables[i].length = strlen(pinyin_syllables[i]);
        for (size_t at = 0; at < query->count; at++)
            syllable_place(query, pinyin_syllables[i], characters, at);
    }
    for (size_t at = 0; at < query->count; at++)
        literal_place(query, characters[at], at);
    sets_find(query);
    query->need = need_find(query, characters);
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

static void step_readings(const struct pinyin_query *query, unsigned set, struct state *state)
{
    const uint16_t *reading = &pinyin_sets[set];
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

/* Where the character itself was typed. */
static inline uint64_t places_of(const struct pinyin_query *query, uint32_t character)
{
    if (character < 128) return query->letter[character];
    for (size_t i = 0; i < query->other_count; i++)
        if (query->others[i].character == character) return query->others[i].places;
    return 0;
}

static inline void step(
    const struct pinyin_query *query, unsigned set, uint64_t places, struct state *state)
{
    const uint64_t begun = (state->begun & places) << 1, inside = (state->inside & places) << 1;
    if (set)
        step_readings(query, set, state);
    else
        state->begun = state->inside = 0;
    state->begun |= begun;
    state->inside |= inside;
}

enum pinyin_place pinyin_match(
    const struct pinyin_query *query, const char *line, size_t size, enum pinyin_place worst)
{
    const char *const end = line + size;
    const uint64_t all = UINT64_C(1) << query->count;
    struct state state = {.begun = 1};
    enum pinyin_place place = PINYIN_NOWHERE;
    while (line < end) {
        const uint32_t character = next_character(&line);
        const unsigned set = set_of(character);
        const uint64_t places = places_of(query, character);
        if ((query->live[set] | places) & (state.begun | state.inside)) {
            step(query, set, places, &state);
            if (state.begun & all && line == end) return PINYIN_WHOLE;
            if (state.begun & all || state.cut_begun) place = PINYIN_BEGIN;
            if ((state.inside & all || state.cut_inside) && place > PINYIN_INSIDE)
                place = PINYIN_INSIDE;
        } else {
            /* As with most characters: nothing goes on here. */
            state.begun = state.inside = 0;
        }
        if (state.begun == 0 && (place != PINYIN_NOWHERE || worst < PINYIN_INSIDE)) break;
        state.inside |= 1;
    }
    return place;
}
