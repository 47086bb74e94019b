/* SPDX-License-Identifier: MIT
 *
 * loyalty/card.h - from what a reader saw to a credential: pure, no store, no clock.
 *
 * A credential says which card this is without its number: its kind, a keyed digest that is equal
 * for equal numbers, and the last characters for a person to compare. The number itself is not
 * kept.
 */
#ifndef LOYALTY_CARD_H
#define LOYALTY_CARD_H

#include <loyalty/event.h>
#include <loyalty/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_DIGEST_SIZE 16u
#define LOY_CARD_KEY_SIZE 32u

enum loy_credential_kind {
    LOY_CREDENTIAL_NUMBER = 1, /* digits from a stripe or a barcode: the same card either way */
    LOY_CREDENTIAL_GSRN,       /* GS1 global service relation number, 18 digits (AI 8018, also as
                                  a Digital Link) */
    LOY_CREDENTIAL_TEXT,       /* any other barcode's bytes as they are */
    LOY_CREDENTIAL_STAFF       /* a provider's GSRN (AI 8017): never equal to a member's, whatever
                                  its digits */
};

struct loy_credential {
    uint8_t kind; /* enum loy_credential_kind */
    uint8_t digest[LOY_DIGEST_SIZE];
    char tail[5];   /* the last 4 characters, for a person; "" if the number is shorter than 8 */
    bool own_range; /* the number lies in one of the shop's ranges with use member */
};

#define LOY_TRACK_MAX 108u /* characters of the longest track (3), terminator included */

/* The fields of a track's text, sentinels included or not. Strings are copies, "" where absent. */
struct loy_track {
    char format;                /* track 1: format code such as 'B'; 0 otherwise */
    char number[LOY_TRACK_MAX]; /* what precedes the first separator */
    char name[LOY_TRACK_MAX];   /* track 1 only */
    char expiry[5];  /* YYMM of the ISO layout, only where the layout is there: valid YYMM (or a
                        separator in its place) with a valid service code (likewise) behind it */
    char service[4]; /* service code, likewise */
    char rest[LOY_TRACK_MAX]; /* everything behind what the fields above took */
};

/* Splits a track (ISO/IEC 7813: %B<number>^<name>^<YYMM><sss>...? and ;<number>=<YYMM><sss>...?).
 * LOY_E_FORMAT: sentinels are wrong or a character is none of the track's alphabet. */
LOY_API enum loy_status loy_track_parse(
    unsigned track, const char *text, size_t length, struct loy_track *fields);

/* ---- What a read is ------------------------------------------------------------------------- */

#define LOY_SCAN_KINDS(X)                                                                          \
    X(LOY_SCAN_MEMBER, "member")   /* a card: credential, service */                               \
    X(LOY_SCAN_STAFF, "staff")     /* who serves: credential, service */                           \
    X(LOY_SCAN_ARTICLE, "article") /* gtin */                                                      \
    X(LOY_SCAN_WEIGHED,                                                                            \
        "weighed")               /* a number of the shop's weighed articles: code, perhaps gtin */ \
    X(LOY_SCAN_COUPON, "coupon") /* code, serial, points, perhaps gtin */                          \
    X(LOY_SCAN_UNBOUND, "unbound") /* a restricted number that no range binds to a use: gtin */    \
    X(LOY_SCAN_OTHER, "other")     /* GS1 data that names neither a person nor an article */
LOY_NAMED_ENUM(loy_scan_kind, LOY_SCAN_NONE, LOY_SCAN_KINDS)

/* Why a scan is LOY_SCAN_NONE; with another kind, ELEMENT says that what stood behind was not
 * understood. */
#define LOY_SCAN_REASONS(X)                                                                        \
    X(LOY_SCAN_NOT_READ, "not-read") /* no READ, or no good part with a number in it */            \
    X(LOY_SCAN_MASKED, "masked")     /* several cards share such a number */                       \
    X(LOY_SCAN_CHECK, "check-digit") /* an article number whose check digit is wrong */            \
    X(LOY_SCAN_ELEMENT, "element")   /* a GS1 element string with an unknown identifier or a       \
                                        value that does not fit */
LOY_NAMED_ENUM(loy_scan_reason, LOY_SCAN_REASON_NONE, LOY_SCAN_REASONS)

#define LOY_SCAN_CODE_MAX 70u

/* What the best part of a read is. Strings are copies, "" where absent; no member's number is in
 * it. */
struct loy_scan {
    uint8_t kind;      /* enum loy_scan_kind */
    uint8_t reason;    /* enum loy_scan_reason */
    uint8_t part;      /* which part of the event it was */
    uint8_t symbology; /* enum loy_symbology of that part */
    int8_t range;      /* row of the ranges that holds the number; -1: none */
    /* Row with the same prefix, whose length or check digit the number misses, or whose cards the
     * reader masks; -1: none. */
    int8_t near_range;
    uint16_t length; /* characters of the number or text */
    uint16_t points; /* of a coupon (AI 8111) */
    struct loy_credential credential;
    char gtin[15]; /* GTIN-14, check digit verified */
    /* A coupon's or weighed article's number as the range writes it; the 13 digits of a GCN (AI
     * 255); the text of AI 8110 or 8112. */
    char code[LOY_SCAN_CODE_MAX + 1];
    char serial[13];  /* serial number of a GCN */
    char service[11]; /* service instance of a GSRN (AI 8019) */
};

/* What was read: the shop's own number if one part holds it, else the first good part in the order
 * track 2, track 1, track 3, symbol that is a card, else what is there. Always fills *scan;
 * LOY_NONE: its kind is NONE. For a symbol, the first that holds decides:
 *
 *   1. an article number of EAN/UPC, in one of its forms (8, 12, 13, 14 digits, UPC-E expanded):
 *      own range, restricted number without a use, article
 *   2. the whole number in an own range, whatever the symbology: the same card as the stripe's.
 *      Start and stop characters of Codabar (A-D), and of Code 39 (*), and the check character that
 *      ]A1 and ]A5 announce do not count. Zeros do: ITF pads to an even length, so the range is
 *      declared as the symbol is read, with the zero
 *   3. GS1 element strings, labelled, with FNC1 in them, or as printed: "(8018)..."
 *   4. GS1 Digital Links; the domain is dropped and never asked
 *   5. unlabelled digits with the length and check digit of a GTIN, and outer cases (ITF-14)
 *   6. other digits: a card's number; other bytes: an opaque code
 *
 * GS1 data are a card (AI 8018), staff (8017), a coupon (255, 8110, 8112), an article (01), in this
 * order. The caller wipes the event when done. */
LOY_API enum loy_status loy_scan_from_event(const struct loy_event *event,
    const struct loy_range *ranges, size_t range_count, const uint8_t key[LOY_CARD_KEY_SIZE],
    struct loy_scan *scan);

/* The credential in a READ event: the shop's own number if one part holds it, else the first good
 * part in the order track 2, track 1, track 3, symbol. LOY_NONE: no part can be a credential
 * (nothing good, masked digits, a product's EAN, a weighed article, staff). The caller wipes the
 * event when done. */
LOY_API enum loy_status loy_credential_from_event(const struct loy_event *event,
    const struct loy_range *ranges, size_t range_count, const uint8_t key[LOY_CARD_KEY_SIZE],
    struct loy_credential *credential);

/* The credential of a number typed or imported: blanks and hyphens are dropped, as they are in the
 * printable text of at most LOY_NUMBER_MAX characters of a barcode, so that both give the same.
 * "(8018)" and 18 digits, the bare 22 digits, or a Digital Link are a GSRN; its digest is that of
 * the 18 digits alone. LOY_E_FORMAT: empty, or longer than LOY_NUMBER_MAX, or not printable ASCII.
 * LOY_NONE: a number of a coupon's or weighed article's range. */
LOY_API enum loy_status loy_credential_from_text(const char *text, const struct loy_range *ranges,
    size_t range_count, const uint8_t key[LOY_CARD_KEY_SIZE], struct loy_credential *credential);

/* GTIN-14 of an EAN/UPC symbol or of a typed GTIN: 8, 12, 13 or 14 digits, or the 6 to 8 of a UPC-E
 * (expanded). Of an EAN with add-on the main symbol counts, of a Bookland's ISBN-10 the EAN behind
 * it, of a GS1 element string the GTIN that leads it (AI 01). LOY_E_FORMAT: not such digits;
 * LOY_E_CHECK: the check digit is wrong. */
LOY_API enum loy_status loy_gtin_normalise(
    enum loy_symbology symbology, const char *digits, size_t length, char gtin[15]);

/* The symbology behind an AIM identifier (ISO/IEC 15424) alone; NONE if it is none. With the text
 * at hand loy_aim_symbology (event.h) tells more. */
LOY_API enum loy_symbology loy_symbology_from_aim(const char *aim);

/* Refuses a range that the lane could not tell from another one, from other companies' articles or
 * from a payment card: LOY_E_CONFLICT; LOY_E_ARGUMENT for an impossible range. *why (may be NULL)
 * is a constant sentence that says what would be right, "" after LOY_OK. A range inside a payment
 * network's own needs 6 digits of prefix and the financial layout declared; where networks and
 * store cards mix (50, 56-69), 6 digits of prefix; in 9, the 9 and a country's three digits. A
 * range with the length of an EAN or UPC (8, 12, 13, 14) lies where GS1 leaves room for shops, or
 * has 7 digits of prefix; those lengths are one number in several forms, so ranges may overlap in
 * none. */
LOY_API enum loy_status loy_range_check(const struct loy_range *range,
    const struct loy_range *others, size_t other_count, const char **why);

/* What to try before printing cards of a range: a constant sentence where an encrypting reader
 * would hand over such a stripe encrypted or masked, so that no lane could read it; "" where it
 * would not, or the cards carry a barcode. Sources: ID TECH's and MagTek's manuals for encrypting
 * readers. */
LOY_API const char *loy_range_warning(const struct loy_range *range);

/* The number of the range that follows, its check digit included; number holds LOY_NUMBER_MAX + 1
 * bytes and is one of the range. LOY_NONE: it was the last; LOY_E_ARGUMENT: it is none. */
LOY_API enum loy_status loy_range_next(
    const struct loy_range *range, char number[LOY_NUMBER_MAX + 1]);

#ifdef __cplusplus
}
#endif
#endif
