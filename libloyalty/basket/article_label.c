/* SPDX-License-Identifier: MIT
 *
 * article_label.c - what an article is called on a screen and on a receipt.
 * In: the texts of a version. Out: one line. Knows no row.
 */
#include "basket_private.h"

#include <string.h>

/* Of a word that does not fit as many whole characters as do. */
static size_t word_fit(const char *word, size_t room)
{
    size_t length = strlen(word);
    if (length <= room) return length;
    while (room > 0 && ((unsigned char)word[room] & 0xC0) == 0x80)
        room--;
    return room;
}

/* False when the label is full: nothing follows a word that was cut. */
static bool word_add(char label[LOY_TEXT_MAX], const char *word)
{
    size_t used = strlen(label);
    if (basket_text(word) == NULL) return true;
    if (used + 2 >= LOY_TEXT_MAX) return false;
    if (used > 0) label[used++] = ' ';
    size_t fit = word_fit(word, LOY_TEXT_MAX - 1 - used);
    memcpy(label + used, word, fit);
    used += fit;
    while (used > 0 && label[used - 1] == ' ')
        used--;
    label[used] = '\0';
    return word[fit] == '\0';
}

void basket_article_label(char label[LOY_TEXT_MAX], const char *code, const char *brand,
    const char *style, const char *colour, const char *size_text)
{
    const char *const words[] = {brand, style, colour, size_text};
    label[0] = '\0';
    if (basket_text(brand) == NULL && basket_text(style) == NULL) word_add(label, code);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (!word_add(label, words[i])) return;
}
