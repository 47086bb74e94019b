/* SPDX-License-Identifier: MIT
 *
 * card_private.h - what the files of the card room ask of each other.
 * Pure values in and out; nothing here knows a store, a clock or a device.
 */
#ifndef CARD_PRIVATE_H
#define CARD_PRIVATE_H

#include <loyalty/card.h>

#define CARD_FNC1 0x1Du    /* a later FNC1 of a GS1 element string, as scanners send it */
#define CARD_GSRN_SIZE 18u /* digits of a global service relation number */

/* Whether the symbology carries GS1 element strings ("01" + GTIN, "8018" + GSRN ...). */
bool card_symbology_is_gs1(enum loy_symbology symbology);

/* The digits of the GSRN that leads an element string, check digit verified; NULL: there is none.
 */
const char *card_gsrn_find(const char *text, size_t length);

/* The digits of the GSRN in a GS1 Digital Link, check digit verified; NULL: it is none. */
const char *card_gsrn_link_find(const char *text, size_t length);

/* The 14 digits of the GTIN (AI 01) that leads an element string; NULL: there is none. */
const char *card_gtin_find(const char *text, size_t length);

#endif
