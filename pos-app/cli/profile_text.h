/* SPDX-License-Identifier: MIT
 *
 * profile_text.h - a member's profile for people: a few sentences, and pictures. Both are made of
 * whatever estimates there are, found by their stable names; what has no sentence of its own gets a
 * general one. Nothing is said that an estimate's standing does not allow.
 */
#ifndef PROFILE_TEXT_H
#define PROFILE_TEXT_H

#include "profile_run.h"

/* How wide, and whether in ASCII. */
struct profile_look {
    bool ascii;
    int columns;
};
/* As the terminal is, 80 to 120 columns; 80 where the output is none. ASCII also where the locale
 * has no block characters. */
struct profile_look profile_look_of(const struct cli *cli);

#define PROFILE_SENTENCE_BYTES 512u
#define PROFILE_SENTENCES_MAX 6u

/* An estimate with the words that go with it. */
struct profile_item {
    const char *name;  /* as in JSON */
    const char *label; /* translated */
    uint8_t unit;      /* enum profile_unit */
    struct loy_estimate estimate;
};
#define PROFILE_ITEMS_MAX 32u
/* All estimates of a member. LOY_E_MEMORY, LOY_E_LIMIT. */
enum loy_status profile_items(
    const struct profile_case *one, struct profile_item items[PROFILE_ITEMS_MAX], size_t *count);

/* The sentences, first that of the rhythm. Gives how many. */
size_t profile_sentences(const struct profile_run *run, const struct profile_item *items,
    size_t count, const struct loy_week *week,
    char sentences[PROFILE_SENTENCES_MAX][PROFILE_SENTENCE_BYTES]);

/* On standard output. */
void profile_sentences_print(const struct profile_run *run, const struct profile_look *look,
    const struct profile_item *items, size_t count, const struct loy_week *week);
void profile_pictures_print(const struct profile_run *run, const struct profile_look *look,
    const struct profile_item *items, size_t count, const struct loy_week *week);

#endif
