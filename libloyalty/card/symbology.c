/* SPDX-License-Identifier: MIT
 *
 * symbology.c - what kind of symbol it was.
 * In: an AIM identifier, a symbology. Out: a symbology, a yes or no.
 * Must not know: the data of the symbol, ranges; the table itself is in loyalty/event.h.
 */
#include "card_private.h"

static bool letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

enum loy_symbology loy_symbology_from_aim(const char *aim)
{
    if (!aim || aim[0] != ']') return LOY_SYMBOLOGY_NONE;
    bool letter = letter_or_digit(aim[1]) && aim[1] >= 'A';
    if (!letter || !letter_or_digit(aim[2]) || aim[3] != '\0') return LOY_SYMBOLOGY_NONE;
    return loy_aim_symbology(aim, NULL, 0);
}

bool card_symbology_is_gs1(enum loy_symbology symbology)
{
    return symbology == LOY_SYMBOLOGY_GS1_128 || symbology == LOY_SYMBOLOGY_GS1_DATABAR ||
           symbology == LOY_SYMBOLOGY_GS1_DATA_MATRIX || symbology == LOY_SYMBOLOGY_GS1_QR ||
           symbology == LOY_SYMBOLOGY_GS1_DOTCODE;
}

bool card_symbology_is_product(enum loy_symbology symbology)
{
    return symbology == LOY_SYMBOLOGY_EAN_13 || symbology == LOY_SYMBOLOGY_EAN_8 ||
           symbology == LOY_SYMBOLOGY_UPC_A || symbology == LOY_SYMBOLOGY_UPC_E ||
           symbology == LOY_SYMBOLOGY_EAN_ADD_ON || symbology == LOY_SYMBOLOGY_BOOKLAND;
}
