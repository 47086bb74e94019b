/* SPDX-License-Identifier: MIT
 *
 * guard_issuers.h - the payment networks' issuer ranges, as data; GUARD_ISSUERS_VERSION in guard.h
 * names the state. In: the digits of a number; out: the row that they fall into. Sources: ISO/IEC
 * 7812-1 register extracts, the networks' and (for 9) Chinese banks' public tables.
 */
#ifndef DRIVERS_GUARD_ISSUERS_H
#define DRIVERS_GUARD_ISSUERS_H

#include <loyalty/event.h>

/* first and last are prefixes of the same number of digits. */
struct issuer {
    uint16_t first, last;
    uint8_t prefix_digits;
    uint8_t network;   /* enum loy_network */
    uint32_t lengths;  /* bit n: numbers of n digits */
    bool without_luhn; /* some numbers of the network do not follow Luhn */
};

#define ISSUER_LENGTH(n) (1u << (n))
#define ISSUER_12_19 0xFF000u
#define ISSUER_14_19 0xFC000u
#define ISSUER_16_19 0xF0000u

/* The row with the longest prefix decides; within one prefix length, the first. */
// clang-format off
static const struct issuer issuers[] = {
    {9792, 9792, 4, LOY_NETWORK_TROY,       ISSUER_16_19, false},
    /* Chinese banks' own cards from before 62, which ride on UnionPay. Not all of 9: that is for
     * national use (ISO/IEC 7812-1), and the store cards of whole countries lie there. Only prefixes
     * with lengths that the banks' published tables agree on. */
    {9000, 9003, 4, LOY_NETWORK_UNIONPAY,   ISSUER_LENGTH(16) | ISSUER_LENGTH(19), false},
    {9400, 9400, 4, LOY_NETWORK_UNIONPAY,   ISSUER_16_19, false},
    {9551, 9551, 4, LOY_NETWORK_UNIONPAY,   ISSUER_LENGTH(19), false},
    {9555, 9555, 4, LOY_NETWORK_UNIONPAY,   ISSUER_LENGTH(16), false},
    {9558, 9559, 4, LOY_NETWORK_UNIONPAY,   ISSUER_LENGTH(19), false},
    {9666, 9666, 4, LOY_NETWORK_UNIONPAY,   ISSUER_LENGTH(18), false},
    {9688, 9688, 4, LOY_NETWORK_UNIONPAY,   ISSUER_LENGTH(16), false},
    {9843, 9843, 4, LOY_NETWORK_UNIONPAY,   ISSUER_LENGTH(16), false},
    {9988, 9988, 4, LOY_NETWORK_UNIONPAY,   ISSUER_LENGTH(16), false},
    {2200, 2204, 4, LOY_NETWORK_MIR,        ISSUER_16_19, false},
    {2221, 2720, 4, LOY_NETWORK_MASTERCARD, ISSUER_LENGTH(16), false},
    {3095, 3095, 4, LOY_NETWORK_DINERS,     ISSUER_14_19, false},
    {3528, 3589, 4, LOY_NETWORK_JCB,        ISSUER_16_19, false},
    {2131, 2131, 4, LOY_NETWORK_JCB,        ISSUER_LENGTH(15), false},
    {1800, 1800, 4, LOY_NETWORK_JCB,        ISSUER_LENGTH(15), false},
    {6011, 6011, 4, LOY_NETWORK_DISCOVER,   ISSUER_16_19, false},
    {644,  649,  3, LOY_NETWORK_DISCOVER,   ISSUER_16_19, false},
    {300,  305,  3, LOY_NETWORK_DINERS,     ISSUER_14_19, false},
    {508,  508,  3, LOY_NETWORK_RUPAY,      ISSUER_LENGTH(16), false},
    {810,  817,  3, LOY_NETWORK_UNIONPAY,   ISSUER_16_19, false},
    {34,   34,   2, LOY_NETWORK_AMEX,       ISSUER_LENGTH(15), false},
    {37,   37,   2, LOY_NETWORK_AMEX,       ISSUER_LENGTH(15), false},
    {36,   36,   2, LOY_NETWORK_DINERS,     ISSUER_14_19, false},
    {38,   39,   2, LOY_NETWORK_DINERS,     ISSUER_14_19, false},
    {51,   55,   2, LOY_NETWORK_MASTERCARD, ISSUER_LENGTH(16), false},
    {62,   62,   2, LOY_NETWORK_UNIONPAY,   ISSUER_12_19, true},
    {65,   65,   2, LOY_NETWORK_DISCOVER,   ISSUER_16_19, false},
    {60,   60,   2, LOY_NETWORK_UNIONPAY,   ISSUER_16_19, false},
    {81,   82,   2, LOY_NETWORK_RUPAY,      ISSUER_LENGTH(16), false},
    {50,   50,   2, LOY_NETWORK_MAESTRO,    ISSUER_12_19, false},
    {56,   69,   2, LOY_NETWORK_MAESTRO,    ISSUER_12_19, false},
    {4,    4,    1, LOY_NETWORK_VISA,       ISSUER_LENGTH(13) | ISSUER_16_19, false},
};
// clang-format on

#define ISSUER_COUNT (sizeof issuers / sizeof issuers[0])

/* n is at least 12. NULL: no network has such numbers. */
static inline const struct issuer *issuer_find(const char *digits, size_t n)
{
    for (size_t i = 0; i < ISSUER_COUNT; i++) {
        unsigned prefix = 0;
        for (size_t k = 0; k < issuers[i].prefix_digits; k++)
            prefix = prefix * 10 + (unsigned)(digits[k] - '0');
        if (prefix >= issuers[i].first && prefix <= issuers[i].last &&
            (issuers[i].lengths >> n & 1u) != 0)
            return &issuers[i];
    }
    return NULL;
}

#endif
