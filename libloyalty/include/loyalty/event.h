/* SPDX-License-Identifier: MIT
 *
 * loyalty/event.h - what a reader saw, and what the shop calls its own: the plain values in which
 * the two libraries meet. No function here touches anything but its arguments.
 *
 * An event is a value: copy it, compare it, write it to a file. The text of all its parts lies one
 * behind the other in data[]; a part says where (offset, length). Bytes of a barcode are bytes, not
 * text: they may hold 0x1D (FNC1) and are not terminated.
 */
#ifndef LOYALTY_EVENT_H
#define LOYALTY_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest symbol is a QR code of 7,089 digits (ISO/IEC 18004); what is longer is a misread. */
#define LOY_EVENT_DATA_MAX 7168u
#define LOY_PARTS_MAX 4u
#define LOY_DRIVER_NAME_MAX 24u

enum loy_event_kind {
    LOY_EVENT_ATTACHED = 1, /* a reader came */
    LOY_EVENT_DETACHED,     /* a reader went */
    LOY_EVENT_READ,         /* parts[] hold what was read */
    LOY_EVENT_MISREAD,      /* nothing usable; reason tells the cashier what to do */
    LOY_EVENT_REFUSED,      /* the guard refused it and wiped it; reason, perhaps network */
    LOY_EVENT_FOREIGN       /* a stripe outside the shop's own ranges; nothing of it is kept */
};

#define LOY_MISREADS(X)                                                                            \
    X(LOY_MISREAD_PARITY, "parity")                                                                \
    X(LOY_MISREAD_LRC, "lrc")                                                                      \
    X(LOY_MISREAD_TOO_FAST, "too-fast")                                                            \
    X(LOY_MISREAD_TRUNCATED, "truncated")                                                          \
    X(LOY_MISREAD_TOO_LONG, "too-long")                                                            \
    X(LOY_MISREAD_UNKNOWN_LAYOUT, "unknown-layout")                                                \
    X(LOY_MISREAD_DEVICE, "device")

#define LOY_REFUSALS(X)                                                                            \
    X(LOY_REFUSAL_PAYMENT_CARD, "payment-card")                                                    \
    X(LOY_REFUSAL_PAYMENT_CODE, "payment-code")                                                    \
    X(LOY_REFUSAL_IDENTITY_DOCUMENT, "identity-document")                                          \
    X(LOY_REFUSAL_ENCRYPTED_READER, "encrypted-reader")

#define LOY_NETWORKS(X)                                                                            \
    X(LOY_NETWORK_VISA, "visa")                                                                    \
    X(LOY_NETWORK_MASTERCARD, "mastercard")                                                        \
    X(LOY_NETWORK_AMEX, "amex")                                                                    \
    X(LOY_NETWORK_DISCOVER, "discover")                                                            \
    X(LOY_NETWORK_UNIONPAY, "unionpay")                                                            \
    X(LOY_NETWORK_JCB, "jcb")                                                                      \
    X(LOY_NETWORK_DINERS, "diners")                                                                \
    X(LOY_NETWORK_MAESTRO, "maestro")                                                              \
    X(LOY_NETWORK_RUPAY, "rupay")                                                                  \
    X(LOY_NETWORK_MIR, "mir")                                                                      \
    X(LOY_NETWORK_TROY, "troy")

#define LOY_PART_STATUSES(X)                                                                       \
    X(LOY_PART_GOOD, "good")                                                                       \
    X(LOY_PART_EMPTY, "empty")                                                                     \
    X(LOY_PART_BAD, "bad")                                                                         \
    X(LOY_PART_UNSUPPORTED, "unsupported")                                                         \
    X(LOY_PART_MASKED, "masked")                                                                   \
    X(LOY_PART_NOT_ISO, "not-iso")

/* The symbologies that the shop can tell apart; the text is the name in JSON. */
#define LOY_SYMBOLOGIES(X)                                                                         \
    X(LOY_SYMBOLOGY_EAN_13, "ean-13")                                                              \
    X(LOY_SYMBOLOGY_EAN_8, "ean-8")                                                                \
    X(LOY_SYMBOLOGY_UPC_A, "upc-a")                                                                \
    X(LOY_SYMBOLOGY_UPC_E, "upc-e")                                                                \
    X(LOY_SYMBOLOGY_EAN_ADD_ON, "ean-add-on")                                                      \
    X(LOY_SYMBOLOGY_GS1_128, "gs1-128")                                                            \
    X(LOY_SYMBOLOGY_GS1_DATABAR, "gs1-databar")                                                    \
    X(LOY_SYMBOLOGY_GS1_DATA_MATRIX, "gs1-data-matrix")                                            \
    X(LOY_SYMBOLOGY_GS1_QR, "gs1-qr")                                                              \
    X(LOY_SYMBOLOGY_CODE_39, "code-39")                                                            \
    X(LOY_SYMBOLOGY_CODE_93, "code-93")                                                            \
    X(LOY_SYMBOLOGY_CODE_128, "code-128")                                                          \
    X(LOY_SYMBOLOGY_CODE_11, "code-11")                                                            \
    X(LOY_SYMBOLOGY_CODABAR, "codabar")                                                            \
    X(LOY_SYMBOLOGY_ITF, "itf")                                                                    \
    X(LOY_SYMBOLOGY_CODE_2_OF_5, "code-2-of-5")                                                    \
    X(LOY_SYMBOLOGY_MSI, "msi")                                                                    \
    X(LOY_SYMBOLOGY_PDF417, "pdf417")                                                              \
    X(LOY_SYMBOLOGY_DATA_MATRIX, "data-matrix")                                                    \
    X(LOY_SYMBOLOGY_QR, "qr")                                                                      \
    X(LOY_SYMBOLOGY_AZTEC, "aztec")                                                                \
    X(LOY_SYMBOLOGY_MAXICODE, "maxicode")                                                          \
    X(LOY_SYMBOLOGY_BOOKLAND, "bookland")                                                          \
    X(LOY_SYMBOLOGY_OTHER, "other")                                                                \
    X(LOY_SYMBOLOGY_DOTCODE, "dotcode")                                                            \
    X(LOY_SYMBOLOGY_GS1_DOTCODE, "gs1-dotcode")

/* An enum from each list, 0 = none, and the name of a value ("" for none or unknown). */
#define LOY_ENUM_ROW(name, text) name,
#define LOY_NAME_ROW(name, text)                                                                   \
    case name:                                                                                     \
        return text;
#define LOY_NAMED_ENUM(type, none, LIST)                                                           \
    enum type { none = 0, LIST(LOY_ENUM_ROW) type##_count };                                       \
    static inline const char *type##_name(int value)                                               \
    {                                                                                              \
        switch (value) {                                                                           \
            LIST(LOY_NAME_ROW)                                                                     \
        default:                                                                                   \
            return "";                                                                             \
        }                                                                                          \
    }

LOY_NAMED_ENUM(loy_misread, LOY_MISREAD_NONE, LOY_MISREADS)
LOY_NAMED_ENUM(loy_refusal, LOY_REFUSAL_NONE, LOY_REFUSALS)
LOY_NAMED_ENUM(loy_network, LOY_NETWORK_NONE, LOY_NETWORKS)
LOY_NAMED_ENUM(loy_part_status, LOY_PART_STATUS_NONE, LOY_PART_STATUSES)
LOY_NAMED_ENUM(loy_symbology, LOY_SYMBOLOGY_NONE, LOY_SYMBOLOGIES)

/* AIM identifiers (ISO/IEC 15424): code letter, modifier ('*': any other), symbology; the first row
 * that fits decides. Codes that are not listed are LOY_SYMBOLOGY_OTHER. */
#define LOY_AIM_CODES(X)                                                                           \
    X('A', '*', LOY_SYMBOLOGY_CODE_39)                                                             \
    X('C', '1', LOY_SYMBOLOGY_GS1_128)                                                             \
    X('C', '*', LOY_SYMBOLOGY_CODE_128)                                                            \
    X('E', '0', LOY_SYMBOLOGY_EAN_13)                                                              \
    X('E', '4', LOY_SYMBOLOGY_EAN_8)                                                               \
    X('E', '*', LOY_SYMBOLOGY_EAN_ADD_ON)                                                          \
    X('F', '*', LOY_SYMBOLOGY_CODABAR)                                                             \
    X('G', '*', LOY_SYMBOLOGY_CODE_93)                                                             \
    X('H', '*', LOY_SYMBOLOGY_CODE_11)                                                             \
    X('I', '*', LOY_SYMBOLOGY_ITF)                                                                 \
    X('J', '1', LOY_SYMBOLOGY_GS1_DOTCODE)                                                         \
    X('J', '*', LOY_SYMBOLOGY_DOTCODE)                                                             \
    X('L', '*', LOY_SYMBOLOGY_PDF417)                                                              \
    X('M', '*', LOY_SYMBOLOGY_MSI)                                                                 \
    X('Q', '3', LOY_SYMBOLOGY_GS1_QR)                                                              \
    X('Q', '4', LOY_SYMBOLOGY_GS1_QR)                                                              \
    X('Q', '*', LOY_SYMBOLOGY_QR)                                                                  \
    X('R', '*', LOY_SYMBOLOGY_CODE_2_OF_5)                                                         \
    X('S', '*', LOY_SYMBOLOGY_CODE_2_OF_5)                                                         \
    X('U', '*', LOY_SYMBOLOGY_MAXICODE)                                                            \
    X('d', '2', LOY_SYMBOLOGY_GS1_DATA_MATRIX)                                                     \
    X('d', '5', LOY_SYMBOLOGY_GS1_DATA_MATRIX)                                                     \
    X('d', '*', LOY_SYMBOLOGY_DATA_MATRIX)                                                         \
    X('e', '*', LOY_SYMBOLOGY_GS1_DATABAR)                                                         \
    X('z', '*', LOY_SYMBOLOGY_AZTEC)

enum loy_part_type {
    LOY_PART_TRACK = 1, /* track is 1-3; text with its sentinels, without the LRC */
    LOY_PART_SYMBOL     /* one barcode; text without the AIM identifier and the suffix */
};

struct loy_part {
    uint8_t type;      /* enum loy_part_type */
    uint8_t status;    /* enum loy_part_status */
    uint8_t track;     /* 1-3 for a track; 0 where the reader does not tell which */
    uint8_t symbology; /* enum loy_symbology for a symbol; NONE where the reader does not tell */
    char aim[4];       /* AIM identifier such as "]E0", or "" */
    uint16_t offset;   /* into loy_event.data */
    uint16_t length;   /* bytes */
};

struct loy_event {
    uint8_t kind;       /* enum loy_event_kind */
    uint8_t reason;     /* enum loy_misread or enum loy_refusal, by kind */
    uint8_t network;    /* enum loy_network of a refused payment card */
    uint8_t part_count; /* parts in use */
    uint32_t reader;    /* which reader, as in loy_reader_list; 0 from a decoder */
    uint64_t at_us;     /* microseconds on the monotonic clock when it came; 0 from a decoder */
    char driver[LOY_DRIVER_NAME_MAX];
    struct loy_part parts[LOY_PARTS_MAX];
    uint16_t data_length; /* bytes of data[] in use; those behind it are undefined */
    uint8_t data[LOY_EVENT_DATA_MAX];
};

/* The first byte of a part's text; valid as long as the event. */
static inline const uint8_t *loy_part_data(
    const struct loy_event *event, const struct loy_part *part)
{
    return event->data + part->offset;
}

/* ---- What the shop calls its own ---------------------------------------------------------- */

#define LOY_RANGE_PREFIX_MAX 18u
#define LOY_NUMBER_MAX 32u /* digits of the longest card number that a range may declare */
#define LOY_RANGES_MAX 32u

enum loy_check_digit { LOY_CHECK_NONE = 0, LOY_CHECK_LUHN, LOY_CHECK_GS1 };
enum loy_range_use { LOY_USE_MEMBER = 1, LOY_USE_COUPON, LOY_USE_WEIGHED };

/* One range of the shop's own numbers: this prefix, exactly this many digits, this check digit. The
 * guard and the card room ask the same function below, so they cannot disagree. */
struct loy_range {
    char prefix[LOY_RANGE_PREFIX_MAX + 1]; /* decimal digits */
    uint8_t length;                        /* digits in all, check digit included */
    uint8_t check;                         /* enum loy_check_digit */
    uint8_t use;                           /* enum loy_range_use */
    bool financial_layout; /* the shop said: our stripes carry an expiry and a service code */
};

/* Luhn's mod-10 over n decimal digits, the check digit last (ISO/IEC 7812-1, annex B). */
static inline bool loy_digits_luhn(const char *digits, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned d = (unsigned)(digits[n - 1 - i] - '0');
        if (i % 2 == 1) d = d * 2 > 9 ? d * 2 - 9 : d * 2;
        sum += d;
    }
    return n > 1 && sum % 10 == 0;
}

/* GS1 mod-10 over n decimal digits, the check digit last, weights 3,1,3,... from the right of the
 * payload (GS1 General Specifications, 7.9): GTIN, GSRN, GCN. */
static inline bool loy_digits_gs1(const char *digits, size_t n)
{
    unsigned sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (unsigned)(digits[n - 1 - i] - '0') * (i % 2 == 1 ? 3u : 1u);
    return n > 1 && sum % 10 == 0;
}

static inline bool loy_digits_only(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] < '0' || text[i] > '9') return false;
    return n > 0;
}

/* Whether the n characters are an ISBN-10: nine digits and a check character, modulo 11. */
static inline bool loy_digits_isbn10(const char *text, size_t n)
{
    unsigned sum = 0;
    if (n != 10 || !loy_digits_only(text, 9)) return false;
    for (unsigned i = 0; i < 9; i++)
        sum += (i + 1) * (unsigned)(text[i] - '0');
    return text[9] == (sum % 11 == 10 ? 'X' : (char)('0' + sum % 11));
}

/* Whether the n characters are a book's number: an ISBN-10, or an EAN from 978 or 979. */
static inline bool loy_digits_book(const char *text, size_t n)
{
    bool ean = n == 13 && loy_digits_only(text, n) && loy_digits_gs1(text, n);
    return loy_digits_isbn10(text, n) ||
           (ean && (memcmp(text, "978", 3) == 0 || memcmp(text, "979", 3) == 0));
}

/* What an AIM identifier such as "]E0" and the n bytes behind it are; NONE for an empty identifier.
 * One code has several meanings, which only the text tells apart: a UPC comes under ]E0 with a
 * leading zero (or, set so, with 12, or for UPC-E with 6 to 8 digits), and ]X is what the maker
 * likes: ]X0 is Bookland on some readers, which its check digit shows. */
static inline enum loy_symbology loy_aim_symbology(const char *aim, const uint8_t *bytes, size_t n)
{
    static const struct {
        char code, modifier;
        enum loy_symbology symbology;
    } rows[] = {
#define LOY_AIM_ROW(code, modifier, symbology) {code, modifier, symbology},
        LOY_AIM_CODES(LOY_AIM_ROW)
#undef LOY_AIM_ROW
    };
    if (aim[0] == '\0') return LOY_SYMBOLOGY_NONE;
    if (memcmp(aim, "]E0", 3) == 0 && n == 13 && bytes[0] == '0') return LOY_SYMBOLOGY_UPC_A;
    if (memcmp(aim, "]E0", 3) == 0 && n == 12) return LOY_SYMBOLOGY_UPC_A;
    if (memcmp(aim, "]E0", 3) == 0 && n >= 6 && n <= 8) return LOY_SYMBOLOGY_UPC_E;
    if (memcmp(aim, "]X0", 3) == 0 && loy_digits_book((const char *)bytes, n))
        return LOY_SYMBOLOGY_BOOKLAND;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].code == aim[1] && (rows[i].modifier == aim[2] || rows[i].modifier == '*'))
            return rows[i].symbology;
    return LOY_SYMBOLOGY_OTHER;
}

/* Whether the n characters are a number of this range. */
static inline bool loy_range_holds(const struct loy_range *range, const char *number, size_t n)
{
    size_t prefix = strlen(range->prefix);
    if (n != range->length || !loy_digits_only(number, n)) return false;
    if (prefix > n || memcmp(number, range->prefix, prefix) != 0) return false;
    if (range->check == LOY_CHECK_LUHN) return loy_digits_luhn(number, n);
    if (range->check == LOY_CHECK_GS1) return loy_digits_gs1(number, n);
    return true;
}

#ifdef __cplusplus
}
#endif

#include <loyalty/issuer.h> /* the networks' numbers */
#endif
