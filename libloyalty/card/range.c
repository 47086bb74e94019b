/* SPDX-License-Identifier: MIT
 *
 * range.c - whether the lane could tell a new range of the shop's own numbers from everything else.
 * In: the range and those that are declared. Out: yes, or no with a sentence.
 * Must not know: the store, the guard's own rules, the cards.
 */
#include "card_private.h"

#define RANGE_LENGTH_MIN 6u
#define FREE_DIGITS_MIN 3u    /* behind the prefix, so that it is no card's whole number */
#define PREFIX_SURE 6u        /* digits from which on a prefix may lie beside payment cards' */
#define PREFIX_NATIONAL 4u    /* the same for 9 and a country code: national use (ISO/IEC 7812-1) */
#define PREFIX_COMPANY_GS1 7u /* digits from which on a GS1 prefix belongs to one company */
#define ISSUER_DIGITS 6u

/* Issuers' first six digits and lengths (reference: ISO/IEC 7812-1 tables as the networks publish
 * them). shared: store cards live there too, so a prefix of six digits suffices. code: a wallet's
 * payment code. */
struct issuer {
    uint32_t low, high;
    uint8_t length_min, length_max;
    bool shared;
};
// clang-format off
static const struct issuer issuers[] = {
    {400000, 499999, 13, 19, false}, /* Visa */
    {510000, 559999, 16, 16, false}, /* Mastercard */
    {222100, 272099, 16, 16, false},
    {340000, 349999, 15, 15, false}, /* American Express */
    {370000, 379999, 15, 15, false},
    {601100, 601199, 16, 19, false}, /* Discover */
    {644000, 659999, 16, 19, false},
    {620000, 629999, 12, 19, false}, /* UnionPay */
    {810000, 829999, 16, 19, false}, /* UnionPay, RuPay */
    {352800, 358999, 16, 19, false}, /* JCB */
    {213100, 213199, 15, 15, false},
    {180000, 180099, 15, 15, false},
    {300000, 305999, 14, 19, false}, /* Diners */
    {309500, 309599, 14, 19, false},
    {360000, 369999, 14, 19, false},
    {380000, 399999, 14, 19, false},
    {220000, 220499, 16, 19, false}, /* Mir */
    {979200, 979299, 16, 16, false}, /* Troy */
    {500000, 509999, 12, 19, true},  /* Maestro, RuPay */
    {560000, 599999, 12, 19, true},
    {600000, 699999, 12, 19, true},
    {100000, 159999, 18, 18, true},  /* wallets' payment codes */
    {250000, 309999, 16, 24, true},
};
// clang-format on

/* Where GS1 numbers are nobody's product: restricted circulation and coupons, by the symbol's
 * length (GS1 General Specifications, 1.4 and 2.1.11). */
struct restricted {
    uint8_t length;
    const char *prefix;
};
static const struct restricted restricted_rows[] = {
    {8, "0"},
    {8, "2"},
    {12, "2"},
    {12, "4"},
    {12, "5"},
    {13, "02"},
    {13, "04"},
    {13, "05"},
    {13, "2"},
    {13, "98"},
    {13, "99"},
    {14, "02"},
    {14, "002"},
    {14, "004"},
};

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *impossible(const struct loy_range *range)
{
    const char *end = memchr(range->prefix, '\0', sizeof range->prefix);
    size_t prefix = end ? (size_t)(end - range->prefix) : 0;
    if (!end || !loy_digits_only(range->prefix, prefix))
        return "the prefix must be 1 to 18 decimal digits";
    if (range->length < RANGE_LENGTH_MIN || range->length > LOY_NUMBER_MAX)
        return "the length must be 6 to 32 digits";
    if (range->check > LOY_CHECK_GS1) return "the check digit must be none, luhn or gs1";
    if (range->use < LOY_USE_MEMBER || range->use > LOY_USE_WEIGHED)
        return "the use must be member, coupon or weighed";
    if (prefix + (range->check == LOY_CHECK_NONE ? 0 : 1) > range->length)
        return "the prefix is longer than the number leaves room for";
    if (prefix + FREE_DIGITS_MIN > range->length)
        return "the prefix is nearly a whole card number: leave at least 3 digits open";
    static const uint8_t gs1_lengths[] = {8, 12, 13, 14, CARD_GSRN_SIZE};
    if (range->check == LOY_CHECK_GS1 && !memchr(gs1_lengths, range->length, sizeof gs1_lengths))
        return "a GS1 check digit needs a length of 8, 12, 13, 14 or 18 digits";
    return NULL;
}

/* A UPC-A of 12 digits also comes as 13 with a leading zero, so both are one number to the lane. */
static size_t widen(const struct loy_range *range, char prefix[LOY_RANGE_PREFIX_MAX + 2])
{
    bool upc = range->length == 12 && range->check == LOY_CHECK_GS1;
    prefix[0] = '0';
    memcpy(prefix + (upc ? 1 : 0), range->prefix, strlen(range->prefix) + 1);
    return upc ? 13 : range->length;
}

static bool overlaps(const struct loy_range *one, const struct loy_range *other)
{
    char a[LOY_RANGE_PREFIX_MAX + 2], b[LOY_RANGE_PREFIX_MAX + 2];
    return widen(one, a) == widen(other, b) && (starts_with(a, b) || starts_with(b, a));
}

static bool is_restricted(const struct loy_range *range)
{
    for (size_t i = 0; i < sizeof restricted_rows / sizeof restricted_rows[0]; i++)
        if (range->length == restricted_rows[i].length &&
            starts_with(range->prefix, restricted_rows[i].prefix))
            return true;
    return false;
}

static bool is_product_channel(const struct loy_range *range)
{
    return range->check == LOY_CHECK_GS1 && range->length != CARD_GSRN_SIZE;
}

/* The first six digits that the range's numbers can have. */
static void span(const struct loy_range *range, uint32_t *low, uint32_t *high)
{
    size_t n = strlen(range->prefix);
    *low = *high = 0;
    for (size_t i = 0; i < ISSUER_DIGITS; i++) {
        *low = *low * 10 + (i < n ? (uint32_t)(range->prefix[i] - '0') : 0);
        *high = *high * 10 + (i < n ? (uint32_t)(range->prefix[i] - '0') : 9);
    }
}

static const char *like_payment(const struct loy_range *range)
{
    size_t enough = range->prefix[0] == '9' ? PREFIX_NATIONAL : PREFIX_SURE;
    bool sure = strlen(range->prefix) >= enough;
    bool payment_length = range->length >= 12 && range->length <= 19;
    if (!sure && payment_length && strchr("345689", range->prefix[0]))
        return "payment cards begin like this: give the first 6 digits of your cards or more";
    uint32_t low, high;
    span(range, &low, &high);
    for (size_t i = 0; i < sizeof issuers / sizeof issuers[0]; i++) {
        const struct issuer *issuer = &issuers[i];
        if (high < issuer->low || low > issuer->high) continue;
        if (range->length < issuer->length_min || range->length > issuer->length_max) continue;
        if (sure && (issuer->shared || range->financial_layout)) continue;
        return issuer->shared ? "payment cards or codes look like this: give the first 6 digits of "
                                "your cards or more"
                              : "this is a payment network's range: declare the financial layout "
                                "if your cards are there";
    }
    return NULL;
}

static const char *conflict(
    const struct loy_range *range, const struct loy_range *others, size_t other_count)
{
    for (size_t i = 0; i < other_count; i++)
        if (overlaps(range, &others[i]))
            return "another range of the same length begins with the same digits";
    if (is_product_channel(range)) {
        if (!is_restricted(range) && strlen(range->prefix) < PREFIX_COMPANY_GS1)
            return "articles of other companies have such numbers: take a prefix from 20 to 29";
        return NULL;
    }
    return like_payment(range);
}

enum loy_status loy_range_check(const struct loy_range *range, const struct loy_range *others,
    size_t other_count, const char **why)
{
    const char *sentence = "";
    enum loy_status status = LOY_OK;
    if (!range || (!others && other_count > 0)) return LOY_E_ARGUMENT;
    if ((sentence = impossible(range)) != NULL)
        status = LOY_E_ARGUMENT;
    else if ((sentence = conflict(range, others, other_count)) != NULL)
        status = LOY_E_CONFLICT;
    if (why) *why = sentence ? sentence : "";
    return status;
}
