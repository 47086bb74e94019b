/* SPDX-License-Identifier: MIT
 *
 * entry.h - one line that a person types into. In: characters and movements; out: its text. Must
 * not know: curses, what the line is for.
 */
#ifndef ENTRY_H
#define ENTRY_H

#include "cell.h"

#include <stdint.h>
#include <wchar.h>

#define ENTRY_MAX 240u                   /* characters */
#define ENTRY_BYTES (ENTRY_MAX * 4u + 1) /* of its text in UTF-8 */

struct entry {
    wchar_t text[ENTRY_MAX + 1];
    size_t length, at; /* at: where the next character goes */
    size_t limit;      /* characters; 0: ENTRY_MAX */
    bool secret;       /* a PIN: drawn as its length, never as it is */
    bool words;        /* a field of a form: a number in it may be a telephone or an account */
    bool masked;       /* of its digits the last four are drawn (typed.h) */
};

/* False: it is full, or the character is no text; then nothing has changed. */
bool entry_insert(struct entry *entry, wchar_t c);

enum entry_move {
    ENTRY_HOME,
    ENTRY_END,
    ENTRY_LEFT,
    ENTRY_RIGHT,
    ENTRY_BACKSPACE,
    ENTRY_DELETE,
    ENTRY_CLEAR
};
/* False: nothing to do. */
bool entry_move(struct entry *entry, enum entry_move move);

void entry_set(struct entry *entry, const char *text);
/* Its text, over all of the buffer; the caller wipes a secret. */
void entry_text(const struct entry *entry, char text[ENTRY_BYTES]);
/* Empties and overwrites. */
void entry_wipe(struct entry *entry);

/* What is to be drawn in so many columns, and the cursor's column in it: the part around it. */
int entry_show(
    const struct entry *entry, const struct cell_rules *rules, int width, char *out, size_t size);

#endif
