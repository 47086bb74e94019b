/* SPDX-License-Identifier: MIT
 *
 * card_private.h - what the files of the card room ask of each other.
 * Pure values in and out; nothing here knows a store, a clock or a device.
 */
#ifndef CARD_PRIVATE_H
#define CARD_PRIVATE_H

#include <loyalty/card.h>

#include <words.h>

#define CARD_FNC1 '\x1d'   /* a later FNC1 of a GS1 element string, as scanners send it */
#define CARD_GSRN_SIZE 18u /* digits of a global service relation number */
#define CARD_GTIN_SIZE 14u
#define CARD_GCN_SIZE 13u /* digits of a global coupon number before its serial number */

/* Whether the symbology carries GS1 element strings ("01" + GTIN, "8018" + GSRN ...). */
bool card_symbology_is_gs1(enum loy_symbology symbology);

/* Whether the symbology carries nothing but article numbers. */
bool card_symbology_is_product(enum loy_symbology symbology);

/* ---- GS1 ------------------------------------------------------------------------------------ */

/* The elements of which the card room makes something, by application identifier. */
enum card_key {
    CARD_KEY_NONE = 0,
    CARD_KEY_MEMBER,    /* 8018, GSRN of a recipient */
    CARD_KEY_STAFF,     /* 8017, GSRN of a provider */
    CARD_KEY_SERVICE,   /* 8019, service instance of a GSRN */
    CARD_KEY_COUPON,    /* 255, global coupon number and perhaps a serial number */
    CARD_KEY_POINTS,    /* 8111, what the coupon is worth */
    CARD_KEY_OFFER,     /* 8110, coupon of North America */
    CARD_KEY_PAPERLESS, /* 8112, the same without paper */
    CARD_KEY_ARTICLE,   /* 01, GTIN */
    CARD_KEYS
};

/* Where the values stand; text NULL: not there. */
struct card_elements {
    struct {
        const char *text;
        size_t length;
    } values[CARD_KEYS];
};

/* Reads an element string: identifiers and values, FNC1 (0x1D) behind values of no predefined
 * length and perhaps in first position. Check digits are verified. LOY_E_FORMAT: an unknown
 * identifier or a value that does not fit; the elements before it stand. */
enum loy_status card_elements_read(const char *text, size_t length, struct card_elements *elements);

/* Other spellings of element strings become plain ones in out; gives the length, 0: it is none. */
#define CARD_ELEMENTS_MAX 160u
/* "(8018) 735005385000000011 (8019) 1", as it is printed below symbols. */
size_t card_elements_from_print(const char *text, size_t length, char out[CARD_ELEMENTS_MAX]);
/* "https://any.host/any/path/8018/735005385000000011/8019/1?any=query": a GS1 Digital Link. */
size_t card_elements_from_link(const char *text, size_t length, char out[CARD_ELEMENTS_MAX]);

/* ---- Numbers -------------------------------------------------------------------------------- */

struct card_ranges {
    const struct loy_range *rows;
    size_t count;
};

#define CARD_RANGE_NONE (-1)

/* The row that holds the n digits. */
int card_range_find(const struct card_ranges *ranges, const char *digits, size_t n);

/* The row that holds an article number in one of its forms (GTIN-8, -12, -13, -14), and where in
 * the 14 digits that form begins. A symbol comes with or without leading zeros, by the scanner's
 * settings; the range says how the shop writes it. */
int card_range_find_gtin(const struct card_ranges *ranges, const char *gtin, size_t *begin);

/* The row with this prefix whose length or check digit the number misses. */
int card_range_find_near(const struct card_ranges *ranges, const char *digits, size_t n);

/* Whether a GTIN-14 is nobody's article worldwide: restricted circulation and coupons. */
bool card_gtin_is_restricted(const char *gtin);

/* Blanks and hyphens do not count. 0: not printable ASCII, nothing left, or longer than
 * LOY_NUMBER_MAX. */
size_t card_number_clean(const char *text, size_t length, char number[LOY_NUMBER_MAX + 1]);

/* The credential of a number or text. A number and a GSRN of the same digits have the same digest:
 * the 18 digits under a GSRN symbol may be typed, and declaring a range later must not turn issued
 * cards into strangers. */
void card_seal(enum loy_credential_kind kind, const char *text, size_t length, bool own,
    const uint8_t key[LOY_CARD_KEY_SIZE], struct loy_credential *credential);

/* The element string that text spells in a way that needs no label: as print or as link, or as the
 * bare 22 digits of a GSRN. Gives the length in out, 0: it is none. */
size_t card_elements_spelled(const char *text, size_t length, char out[CARD_ELEMENTS_MAX]);

#endif
