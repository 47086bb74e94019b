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
#define PINYIN_SETS 1631 /* all sets one behind the other */
#define PINYIN_LAST 0x8000u
extern const char pinyin_syllables[PINYIN_SYLLABLES][8];
extern const uint16_t pinyin_sets[PINYIN_SETS];
extern const uint16_t pinyin_of[PINYIN_END - PINYIN_FIRST];

/* What a match says of the place: the whole line, its beginning, somewhere in it. Lower is better.
 */
enum pinyin_place { PINYIN_WHOLE, PINYIN_BEGIN, PINYIN_INSIDE, PINYIN_NOWHERE };

/* A filter: whoever holds a text has all its bits, so most texts are passed over unread. Letters:
 * a to z in the low 26 bits, as letters or as first letters of any reading; other characters by
 * their hash; PINYIN_HAN: something with a reading. Pairs: what may be typed one after the other,
 * the first two letters of any reading, and two characters' first letters. Starts: the first
 * character of each line and its first letters, and how many characters the lines have. */
#define PINYIN_HAN (UINT64_C(1) << 63)
struct pinyin_filter {
    uint64_t letters, pairs, starts;
};
struct pinyin_filter pinyin_filter_of(const char *text);

/* What the filter of every text has that matches. */
struct pinyin_need {
    uint64_t letters, pairs; /* all of them */
    uint64_t begin;          /* all of them in starts, if a line begins with it */
    uint64_t whole;          /* one of them in starts, if a line is nothing more */
};
/* If each character stands for itself. */
struct pinyin_need pinyin_need_of(const char *typed);

/* A text as typed, without blanks, made ready once per search. Each Chinese character is given by
 * one of its syllables or by that syllable's first letter, the last perhaps cut short: "zhangwei",
 * "zw", "zhangw"; "zhwei" is nothing. Whatever is typed also stands for itself: "zhang" and a
 * character. */
#define PINYIN_QUERY_MAX 48u
struct pinyin_syllable {
    uint64_t whole; /* bit i: the syllable stands at place i */
    uint64_t cut;   /* bit i: from place i to the end stands its beginning */
    uint64_t first; /* bit i: its first letter stands at place i */
    uint64_t length;
};
struct pinyin_query {
    size_t count, other_count;
    struct pinyin_syllable syllables[PINYIN_SYLLABLES];
    uint64_t live[PINYIN_SETS]; /* bit i: a syllable of this set leads on from place i */
    uint64_t letter[128];       /* bit i: this is at place i */
    struct pinyin_other {
        uint64_t places;
        uint32_t character;
    } others[PINYIN_QUERY_MAX];
    struct pinyin_need need;
};
/* false: it has no letter from a to z, nor u-umlaut, or too many characters. */
bool pinyin_query_make(const char *typed, struct pinyin_query *query);
/* line: folded, without blanks and line breaks. What is worse than `worst` may be told as
 * PINYIN_NOWHERE, which is quicker. */
enum pinyin_place pinyin_match(
    const struct pinyin_query *query, const char *line, size_t size, enum pinyin_place worst);

#endif
