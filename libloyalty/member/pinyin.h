/* SPDX-License-Identifier: MIT
 *
 * pinyin.h - how Chinese names are read, for searching and for showing. Pure.
 * In: folded UTF-8. Out: whether typed letters stand for it. Must not know: members, the store.
 */
#ifndef MEMBER_PINYIN_H
#define MEMBER_PINYIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The generated tables. A character's set of syllables begins at pinyin_sets[pinyin_of[c - FIRST]];
 * its first is the one shown, its last has the bit PINYIN_LAST. 0: the character has no reading. */
#define PINYIN_FIRST 0x3400
#define PINYIN_END 0xA000
#define PINYIN_SYLLABLES 419
#define PINYIN_LAST 0x8000u
extern const char pinyin_syllables[PINYIN_SYLLABLES][8];
extern const uint16_t pinyin_sets[];
extern const uint16_t pinyin_of[PINYIN_END - PINYIN_FIRST];

/* What a match says of the place: the whole line, its beginning, somewhere in it. Lower is better.
 */
enum pinyin_place { PINYIN_WHOLE, PINYIN_BEGIN, PINYIN_INSIDE, PINYIN_NOWHERE };

/* Letters and digits as typed, without blanks, made ready once per search. Each Chinese character
 * is given by one of its syllables or by that syllable's first letter, the last perhaps cut short:
 * "zhangwei", "zw", "zhangw", "zhwei" is nothing. Other letters stand for themselves. */
#define PINYIN_QUERY_MAX 48u
struct pinyin_syllable {
    uint64_t whole; /* bit i: the syllable stands at letter i */
    uint64_t cut;   /* bit i: from letter i to the end stands its beginning */
    uint64_t first; /* bit i: letter i is its first */
    uint64_t length;
};
struct pinyin_query {
    size_t count;
    struct pinyin_syllable syllables[PINYIN_SYLLABLES];
    uint64_t letter[128]; /* bit i: this is letter i */
    uint64_t needed;      /* pinyin_letters of every line that matches has these */
};
/* false: it has other characters than a-z, 0-9 and u-umlaut, or too many. */
bool pinyin_query_make(const char *typed, struct pinyin_query *query);
/* line: folded, without blanks and line breaks. What is worse than `worst` may be told as
 * PINYIN_NOWHERE, which is quicker. */
enum pinyin_place pinyin_match(
    const struct pinyin_query *query, const char *line, size_t size, enum pinyin_place worst);

/* A filter: whoever holds a text has all its bits. a to z in the low 26 bits, as letters or as
 * first letters of any reading; others by their hash; PINYIN_HAN: something with a reading. */
#define PINYIN_HAN (UINT64_C(1) << 63)
uint64_t pinyin_letters(const char *text);

#endif
