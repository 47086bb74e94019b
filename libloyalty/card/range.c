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
#define ISSUER_LENGTH_MAX 31u /* digits for which loy_issuer.lengths has a bit */

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *impossible(const struct loy_range *range)
{
    const char *end = memchr(range->prefix, '\0', sizeof range->prefix);
    size_t prefix = end ? (size_t)(end - range->prefix) : 0;
    if (!end || !loy_digits_only(range->prefix, prefix))
        return N_("the prefix must be 1 to 18 decimal digits");
    if (range->length < RANGE_LENGTH_MIN || range->length > LOY_NUMBER_MAX)
        return N_("the length must be 6 to 32 digits");
    if (range->check > LOY_CHECK_GS1) return N_("the check digit must be none, luhn or gs1");
    if (range->use < LOY_USE_MEMBER || range->use > LOY_USE_WEIGHED)
        return N_("the use must be member, coupon or weighed");
    if (prefix + (range->check == LOY_CHECK_NONE ? 0 : 1) > range->length)
        return N_("the prefix is longer than the number leaves room for");
    if (prefix + FREE_DIGITS_MIN > range->length)
        return N_("the prefix is nearly a whole card number: leave at least 3 digits open");
    static const uint8_t gs1_lengths[] = {8, 12, 13, 14, CARD_GSRN_SIZE};
    if (range->check == LOY_CHECK_GS1 && !memchr(gs1_lengths, range->length, sizeof gs1_lengths))
        return N_("a GS1 check digit needs a length of 8, 12, 13, 14 or 18 digits");
    return NULL;
}

/* EAN-8, UPC-A, EAN-13 and GTIN-14: scanners put zeros in front of one to make another of it. */
static bool has_gtin_length(const struct loy_range *range)
{
    return range->length == 8 || (range->length >= 12 && range->length <= CARD_GTIN_SIZE);
}

/* The prefix and length of the same numbers as GTIN-14, where their length is that of one. */
#define WIDE_PREFIX_SIZE (LOY_RANGE_PREFIX_MAX + 8)
static size_t widen(const struct loy_range *range, char prefix[WIDE_PREFIX_SIZE])
{
    size_t zeros = has_gtin_length(range) ? CARD_GTIN_SIZE - range->length : 0;
    memset(prefix, '0', zeros);
    memcpy(prefix + zeros, range->prefix, strlen(range->prefix) + 1);
    return range->length + zeros;
}

static bool overlaps(const struct loy_range *one, const struct loy_range *other)
{
    char a[WIDE_PREFIX_SIZE], b[WIDE_PREFIX_SIZE];
    return widen(one, a) == widen(other, b) && (starts_with(a, b) || starts_with(b, a));
}

/* Of several reasons, the one that matters most. */
static const char *like_other(
    const struct loy_range *range, const struct loy_range *others, size_t other_count)
{
    const char *sentence = NULL;
    for (size_t i = 0; i < other_count; i++) {
        if (!overlaps(range, &others[i])) continue;
        if (range->use != others[i].use)
            return N_(
                "another range that begins with the same digits has another use: take a prefix "
                "of its own for each use");
        sentence = range->length == others[i].length
                       ? N_("another range of the same length begins with the same digits")
                       : N_("another range has the same symbols: a UPC-A is an EAN-13 with a zero "
                            "before its 12 digits, and both are a GTIN-14 with more zeros; declare "
                            "one form of them");
    }
    return sentence;
}

/* What the same digits are in an EAN or UPC symbol. */
static const char *like_article(const struct loy_range *range)
{
    char prefix[WIDE_PREFIX_SIZE] = {0};
    if (!has_gtin_length(range)) return NULL;
    widen(range, prefix);
    if (starts_with(prefix, "0977") || starts_with(prefix, "0978") || starts_with(prefix, "0979"))
        return N_(
            "magazines and books have such numbers (977, 978, 979): take a prefix from 20 to 29");
    bool coupons =
        starts_with(prefix, "098") || starts_with(prefix, "099") || starts_with(prefix, "005");
    if (coupons && range->use != LOY_USE_COUPON)
        return N_(
            "coupons of any shop have such numbers (98, 99, UPC-A 5): declare --use coupon, or "
            "take a prefix from 20 to 29");
    if (card_gtin_is_restricted(prefix) || strlen(range->prefix) >= PREFIX_COMPANY_GS1) return NULL;
    return range->length == 8
               ? N_("articles of other companies have such numbers: take a prefix of 0 or 2")
               : N_("articles of other companies have such numbers: take a prefix from 20 to 29, "
                    "or "
                    "the first 7 digits of your own numbers or more");
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

/* Whether first six digits from low to high can be those of the row's numbers. */
static bool meets(const struct loy_issuer *issuer, uint32_t low, uint32_t high)
{
    uint32_t unit = 1;
    for (size_t i = issuer->prefix_digits; i < ISSUER_DIGITS; i++)
        unit *= 10;
    return high >= issuer->first * unit && low <= issuer->last * unit + unit - 1;
}

static const char *like_payment(const struct loy_range *range)
{
    size_t enough = range->prefix[0] == '9' ? PREFIX_NATIONAL : PREFIX_SURE;
    bool sure = strlen(range->prefix) >= enough;
    bool payment_length = range->length >= 12 && range->length <= 19;
    if (!sure && payment_length && strchr("345689", range->prefix[0]))
        return N_("payment cards begin like this: give the first 6 digits of your cards or more");
    uint32_t low, high;
    const struct loy_issuer *issuer;
    span(range, &low, &high);
    for (size_t i = 0; (issuer = loy_issuer_at(i)) != NULL; i++) {
        if (!meets(issuer, low, high)) continue;
        if (range->length > ISSUER_LENGTH_MAX || (issuer->lengths >> range->length & 1u) == 0)
            continue;
        if (sure && (issuer->shared || range->financial_layout)) continue;
        return issuer->shared
                   ? N_("payment cards or codes look like this: give the first 6 digits of "
                        "your cards or more")
                   : N_("this is a payment network's range: declare the financial layout "
                        "if your cards are there");
    }
    return NULL;
}

static const char *conflict(
    const struct loy_range *range, const struct loy_range *others, size_t other_count)
{
    const char *sentence = like_other(range, others, other_count);
    if (!sentence) sentence = like_article(range);
    bool only_symbols = range->check == LOY_CHECK_GS1 && has_gtin_length(range);
    return sentence || only_symbols ? sentence : like_payment(range);
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
