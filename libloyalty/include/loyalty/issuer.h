/* SPDX-License-Identifier: MIT
 *
 * loyalty/issuer.h - the payment networks' number ranges and the wallets' payment codes, as data.
 * In: the digits of a number; out: the row that they fall into. One table for the guard and for
 * `loyalty range`. Comes with loyalty/event.h: nobody need include it.
 *
 * Sources: extracts of the register of ISO/IEC 7812-1, the networks' published ranges and (for 9)
 * Chinese banks' published tables. The prefixes from 9 are those of Chinese banks' own cards from
 * before 62, which ride on UnionPay. Not all of 9: that is for national use (ISO/IEC 7812-1), and
 * the store cards of whole countries lie there. Only prefixes with lengths on which the banks'
 * tables agree are here.
 */
#ifndef LOYALTY_ISSUER_H
#define LOYALTY_ISSUER_H

#include <loyalty/event.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_ISSUERS_VERSION "2026-11"

/* The numbers of digits from low to high, as bits. */
#define LOY_DIGITS(low, high) ((UINT32_C(2) << (high)) - (UINT32_C(1) << (low)))

/* First and last prefix (of the same number of digits), that number, network, numbers of digits,
 * whether some of its numbers do not follow Luhn, whether store cards live there too (a shop may
 * declare a range of its own there). The first row that holds decides: longer prefixes come first.
 */
// clang-format off
#define LOY_ISSUERS(X)                                                                             \
    X(9792, 9792, 4, LOY_NETWORK_TROY,       LOY_DIGITS(16, 19),                      false, false)\
    X(9000, 9003, 4, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(16, 16) | LOY_DIGITS(19, 19), false, true) \
    X(9400, 9400, 4, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(16, 19),                      false, true) \
    X(9551, 9551, 4, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(19, 19),                      false, true) \
    X(9555, 9555, 4, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(16, 16),                      false, true) \
    X(9558, 9559, 4, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(19, 19),                      false, true) \
    X(9666, 9666, 4, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(18, 18),                      false, true) \
    X(9688, 9688, 4, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(16, 16),                      false, true) \
    X(9843, 9843, 4, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(16, 16),                      false, true) \
    X(9988, 9988, 4, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(16, 16),                      false, true) \
    X(2200, 2204, 4, LOY_NETWORK_MIR,        LOY_DIGITS(16, 19),                      false, false)\
    X(2221, 2720, 4, LOY_NETWORK_MASTERCARD, LOY_DIGITS(16, 16),                      false, false)\
    X(3095, 3095, 4, LOY_NETWORK_DINERS,     LOY_DIGITS(14, 19),                      false, false)\
    X(3528, 3589, 4, LOY_NETWORK_JCB,        LOY_DIGITS(16, 19),                      false, false)\
    X(2131, 2131, 4, LOY_NETWORK_JCB,        LOY_DIGITS(15, 15),                      false, false)\
    X(1800, 1800, 4, LOY_NETWORK_JCB,        LOY_DIGITS(15, 15),                      false, false)\
    X(6011, 6011, 4, LOY_NETWORK_DISCOVER,   LOY_DIGITS(16, 19),                      false, false)\
    X(644,  649,  3, LOY_NETWORK_DISCOVER,   LOY_DIGITS(16, 19),                      false, false)\
    X(300,  305,  3, LOY_NETWORK_DINERS,     LOY_DIGITS(14, 19),                      false, false)\
    X(508,  508,  3, LOY_NETWORK_RUPAY,      LOY_DIGITS(16, 16),                      false, true) \
    X(810,  817,  3, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(16, 19),                      false, false)\
    X(34,   34,   2, LOY_NETWORK_AMEX,       LOY_DIGITS(15, 15),                      false, false)\
    X(37,   37,   2, LOY_NETWORK_AMEX,       LOY_DIGITS(15, 15),                      false, false)\
    X(36,   36,   2, LOY_NETWORK_DINERS,     LOY_DIGITS(14, 19),                      false, false)\
    X(38,   39,   2, LOY_NETWORK_DINERS,     LOY_DIGITS(14, 19),                      false, false)\
    X(51,   55,   2, LOY_NETWORK_MASTERCARD, LOY_DIGITS(16, 16),                      false, false)\
    X(62,   62,   2, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(12, 19),                      true, false) \
    X(65,   65,   2, LOY_NETWORK_DISCOVER,   LOY_DIGITS(16, 19),                      false, false)\
    X(60,   60,   2, LOY_NETWORK_UNIONPAY,   LOY_DIGITS(16, 19),                      false, true) \
    X(81,   82,   2, LOY_NETWORK_RUPAY,      LOY_DIGITS(16, 16),                      false, false)\
    X(50,   50,   2, LOY_NETWORK_MAESTRO,    LOY_DIGITS(12, 19),                      false, true) \
    X(56,   69,   2, LOY_NETWORK_MAESTRO,    LOY_DIGITS(12, 19),                      false, true) \
    X(4,    4,    1, LOY_NETWORK_VISA,       LOY_DIGITS(13, 13) | LOY_DIGITS(16, 19), false, false)

/* First and last prefix, digits of it, numbers of digits: Alipay 25-30, WeChat Pay 10-15, UnionPay
 * 62 (the networks' published rules for merchants). */
#define LOY_PAYMENT_CODES(X)                                                                       \
    X(10, 15, 2, LOY_DIGITS(18, 18))                                                               \
    X(25, 30, 2, LOY_DIGITS(16, 24))                                                               \
    X(62, 62, 2, LOY_DIGITS(19, 19))
// clang-format on

/* A row of LOY_ISSUERS, or of LOY_PAYMENT_CODES (network NONE, shared). */
struct loy_issuer {
    uint16_t first, last; /* prefixes of prefix_digits digits */
    uint8_t prefix_digits;
    uint8_t network;   /* enum loy_network */
    uint32_t lengths;  /* bit n: numbers of n digits */
    bool without_luhn; /* some of its numbers do not follow Luhn */
    bool shared;       /* shops' own cards lie there too */
};

/* The row with this index, or NULL past the last; the payment codes come behind the networks. */
static inline const struct loy_issuer *loy_issuer_at(size_t index)
{
#define LOY_ISSUER_ROW(first, last, prefix_digits, network, lengths, without_luhn, shared)         \
    {first, last, prefix_digits, network, lengths, without_luhn, shared},
#define LOY_CODE_ROW(first, last, prefix_digits, lengths)                                          \
    {first, last, prefix_digits, LOY_NETWORK_NONE, lengths, true, true},
    static const struct loy_issuer rows[] = {
        LOY_ISSUERS(LOY_ISSUER_ROW) LOY_PAYMENT_CODES(LOY_CODE_ROW)};
#undef LOY_ISSUER_ROW
#undef LOY_CODE_ROW
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

/* Whether the digits (at least four) begin like a number of this row, however many they are. */
static inline bool loy_issuer_begins(const struct loy_issuer *row, const char *digits)
{
    unsigned prefix = 0;
    for (size_t i = 0; i < row->prefix_digits; i++)
        prefix = prefix * 10 + (unsigned)(digits[i] - '0');
    return prefix >= row->first && prefix <= row->last;
}

/* The row of these n digits (at most 31) among the networks or the payment codes, or NULL. */
static inline const struct loy_issuer *loy_issuer_find(const char *digits, size_t n, bool code)
{
    const struct loy_issuer *row;
    for (size_t i = 0; (row = loy_issuer_at(i)) != NULL; i++)
        if ((row->network == LOY_NETWORK_NONE) == code && (row->lengths >> n & 1u) != 0 &&
            loy_issuer_begins(row, digits))
            return row;
    return NULL;
}

#ifdef __cplusplus
}
#endif
#endif
