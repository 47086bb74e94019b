/* SPDX-License-Identifier: MIT
 *
 * guard.c - what must not come in: payment cards, wallets' payment codes, identity documents.
 * In: a READ event and the shop's own ranges; out: the same event, or REFUSED or FOREIGN without a
 * byte. Must not know: readers, what becomes of a read.
 *
 * The table is in ARCHITECTURE.md; the first row that holds for a part decides that part, and over
 * the parts of an event a refusal wins, then an own number, then what is foreign. Layouts: ISO/IEC
 * 7813 (tracks 1 and 2), ISO/IEC 4909 (track 3), AAMVA DL/ID card design standard. No digit leaves
 * this file by another way than the event: copies lie in struct number only, which is wiped.
 */
#include "guard.h"

#include "guard_issuers.h"

#include <string.h>

/* Rows of the table, in its order. */
enum row {
    ROW_NONE = 0,
    ROW_LABELLED = 1,
    ROW_OWN = 2,
    ROW_FINANCIAL = 3,
    ROW_NUMBER = 4,
    ROW_WALLET = 5,
    ROW_IDENTITY = 6,
    ROW_MASKED = 7,
    ROW_STRIPE = 8,
    ROW_OTHER = 9
};

struct verdict {
    enum row row;
    uint8_t network;
};

struct text {
    const uint8_t *bytes;
    size_t length;
};

/* A run of digits and what surrounds it. */
struct number {
    char digits[64];
    size_t length;     /* digits; those beyond the array are counted only */
    size_t begin, end; /* where it stands in the text */
};

#define GROUP_DIGITS_MIN 3u

enum loy_status guard_init(struct guard *guard, const struct loy_guard_rules *rules)
{
    if (rules->range_count > LOY_RANGES_MAX) return LOY_E_LIMIT;
    if (rules->range_count > 0 && rules->ranges == NULL) return LOY_E_ARGUMENT;
    for (size_t i = 0; i < rules->range_count; i++) {
        const struct loy_range *range = &rules->ranges[i];
        size_t prefix = strnlen(range->prefix, sizeof range->prefix);
        if (prefix == sizeof range->prefix || prefix > range->length) return LOY_E_ARGUMENT;
        if (prefix > 0 && !loy_digits_only(range->prefix, prefix)) return LOY_E_ARGUMENT;
        if (range->length == 0 || range->length > LOY_NUMBER_MAX) return LOY_E_ARGUMENT;
        if (range->check > LOY_CHECK_GS1) return LOY_E_ARGUMENT;
    }
    memset(guard, 0, sizeof *guard);
    if (rules->range_count > 0)
        memcpy(guard->ranges, rules->ranges, rules->range_count * sizeof guard->ranges[0]);
    guard->range_count = rules->range_count;
    return LOY_OK;
}

/* ---- Numbers ------------------------------------------------------------------------------- */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool digit_at(const struct text *text, size_t at)
{
    return at < text->length && is_digit(text->bytes[at]);
}

/* The next run of digits from at on. joined: one blank or hyphen between two digits belongs to it.
 */
static bool next_number(const struct text *text, size_t at, bool joined, struct number *number)
{
    while (at < text->length && !is_digit(text->bytes[at]))
        at++;
    number->begin = at;
    number->length = 0;
    while (at < text->length) {
        uint8_t c = text->bytes[at];
        bool gap = joined && (c == ' ' || c == '-') && number->length > 0 && digit_at(text, at + 1);
        if (!is_digit(c) && !gap) break;
        if (!gap && number->length < sizeof number->digits)
            number->digits[number->length] = (char)c;
        if (!gap) number->length++;
        at++;
    }
    number->end = at;
    return number->length > 0;
}

static const struct loy_range *own_range(const struct guard *guard, const struct number *number)
{
    if (number->length > sizeof number->digits) return NULL;
    for (size_t i = 0; i < guard->range_count; i++)
        if (loy_range_holds(&guard->ranges[i], number->digits, number->length))
            return &guard->ranges[i];
    return NULL;
}

static unsigned two_digits(const uint8_t *at)
{
    return (unsigned)(at[0] - '0') * 10 + (unsigned)(at[1] - '0');
}

/* YYMM and a service code (ISO/IEC 7813: 1, 2, 5, 6, 7, 9; 0, 2, 4; 0 to 7) from at on. */
static bool has_date_and_service(const struct text *text, size_t at)
{
    for (size_t i = 0; i < 7; i++)
        if (!digit_at(text, at + i)) return false;
    const uint8_t *date = text->bytes + at, *service = date + 4;
    unsigned month = two_digits(date + 2);
    return month >= 1 && month <= 12 && strchr("125679", service[0]) && strchr("024", service[1]) &&
           service[2] <= '7';
}

/* "B", the number, "^": whatever stands before and behind, so that half a track 1 is one too. */
static bool is_format_b(const struct text *text, const struct number *number)
{
    return number->begin > 0 && (text->bytes[number->begin - 1] | 0x20) == 'b' &&
           number->end < text->length && text->bytes[number->end] == '^';
}

static bool is_layout_2(const struct text *text, const struct number *number)
{
    if (number->end >= text->length) return false;
    uint8_t separator = text->bytes[number->end];
    return (separator == '=' || separator == 'D' || separator == 'd') &&
           has_date_and_service(text, number->end + 1);
}

/* ---- Rows 3 and 4 --------------------------------------------------------------------------- */

static struct verdict financial(uint8_t row, const struct issuer *issuer)
{
    return (struct verdict){(enum row)row, issuer ? issuer->network : (uint8_t)LOY_NETWORK_NONE};
}

static struct verdict judge_number(const struct text *text, const struct number *number)
{
    size_t n = number->length;
    if (n < 12 || n > 19) return (struct verdict){ROW_NONE, 0};
    const struct issuer *issuer = issuer_find(number->digits, n);
    bool luhn = loy_digits_luhn(number->digits, n);
    if (is_format_b(text, number)) return financial(ROW_FINANCIAL, issuer);
    if (issuer && is_layout_2(text, number) && (luhn || issuer->without_luhn))
        return financial(ROW_FINANCIAL, issuer);
    if (issuer && luhn && n >= 13) return financial(ROW_NUMBER, issuer);
    return (struct verdict){ROW_NONE, 0};
}

/* Track 3 has a format code of two digits before the number (ISO/IEC 4909). */
static struct verdict judge_behind_format_code(const struct text *text, const struct number *number)
{
    struct number inner = *number;
    struct verdict verdict = {ROW_NONE, 0};
    if (number->length > 14 && number->length <= 21) {
        memmove(inner.digits, inner.digits + 2, number->length - 2);
        inner.length = number->length - 2;
        verdict = judge_number(text, &inner);
    }
    explicit_bzero(&inner, sizeof inner);
    return verdict;
}

/* Half a track may have lost the separator behind the number: then the number is the run's
 * beginning. */
static struct verdict judge_beginning(const struct text *text, const struct number *number)
{
    struct number inner = *number;
    struct verdict verdict = {ROW_NONE, 0};
    for (size_t n = 13; number->length > 19 && n <= 19 && verdict.row == ROW_NONE; n++) {
        inner.length = n;
        verdict = judge_number(text, &inner);
    }
    explicit_bzero(&inner, sizeof inner);
    return verdict;
}

static bool is_framed(const struct text *text)
{
    return text->length > 1 && text->bytes[0] != '\0' && strchr("%;+#&@!", text->bytes[0]) &&
           text->bytes[text->length - 1] == '?';
}

static void keep_stricter(struct verdict *verdict, struct verdict other)
{
    if (other.row == ROW_NONE) return;
    if (verdict->row == ROW_NONE || other.row < verdict->row) *verdict = other;
}

/* An own number without a financial layout around it, or with one that the shop declared. */
static bool is_own_number(
    const struct guard *guard, const struct text *text, const struct number *number)
{
    const struct loy_range *range = own_range(guard, number);
    bool layout = is_format_b(text, number) || is_layout_2(text, number);
    return range != NULL && (!layout || range->financial_layout);
}

/* Groups as they are printed on cards: a date before or behind them must not hide the number. From
 * one group on, every end of a group ends a number; groups of one or two digits are no part of it.
 */
static struct verdict judge_groups_from(
    const struct guard *guard, const struct text *text, const struct number *run, size_t begin)
{
    struct number number = {.begin = begin};
    struct verdict verdict = {ROW_NONE, 0};
    for (size_t at = begin, group = 0; at < run->end && number.length < 19; at++) {
        if (!digit_at(text, at)) continue;
        number.digits[number.length++] = (char)text->bytes[at];
        group++;
        if (digit_at(text, at + 1)) continue;
        if (group < GROUP_DIGITS_MIN) break;
        number.end = at + 1;
        if (!is_own_number(guard, text, &number))
            keep_stricter(&verdict, judge_number(text, &number));
        group = 0;
    }
    explicit_bzero(&number, sizeof number);
    return verdict;
}

static struct verdict judge_groups(
    const struct guard *guard, const struct text *text, const struct number *run)
{
    struct verdict verdict = {ROW_NONE, 0};
    for (size_t at = run->begin; at < run->end; at++)
        if (digit_at(text, at) && (at == run->begin || !digit_at(text, at - 1)))
            keep_stricter(&verdict, judge_groups_from(guard, text, run, at));
    return verdict;
}

static struct verdict judge_numbers(
    const struct guard *guard, const struct text *text, const struct loy_part *part, bool joined)
{
    struct verdict verdict = {ROW_NONE, 0};
    struct number number;
    bool stripe = part->type == LOY_PART_TRACK || is_framed(text);
    for (size_t at = 0; next_number(text, at, joined, &number); at = number.end) {
        if (is_own_number(guard, text, &number)) continue;
        keep_stricter(&verdict, judge_number(text, &number));
        if (joined) keep_stricter(&verdict, judge_groups(guard, text, &number));
        if (!stripe) continue;
        if (part->track == 0 || part->track == 3)
            keep_stricter(&verdict, judge_behind_format_code(text, &number));
        if (!is_framed(text)) keep_stricter(&verdict, judge_beginning(text, &number));
    }
    explicit_bzero(&number, sizeof number);
    return verdict;
}

/* Rows 3 and 4, for stripes and for what may have been keyed in. */
static struct verdict judge_payment_card(
    const struct guard *guard, const struct text *text, const struct loy_part *part)
{
    struct verdict verdict = judge_numbers(guard, text, part, false);
    keep_stricter(&verdict, judge_numbers(guard, text, part, true));
    return verdict;
}

/* ---- Rows 1, 2, 5, 6, 7 --------------------------------------------------------------------- */

static bool all_digits(const struct text *text)
{
    return loy_digits_only((const char *)text->bytes, text->length);
}

/* An EAN has the length of an EAN: a label alone must not bring sixteen digits through. */
static bool is_ean_length(const struct loy_part *part, size_t n)
{
    switch (part->symbology) {
    case LOY_SYMBOLOGY_EAN_8:
        return n == 8;
    case LOY_SYMBOLOGY_UPC_E:
        return n >= 6 && n <= 8;
    case LOY_SYMBOLOGY_UPC_A:
    case LOY_SYMBOLOGY_EAN_13:
        return n == 12 || n == 13;
    case LOY_SYMBOLOGY_EAN_ADD_ON:
        return n == 2 || n == 5 || n == 14 || n == 15 || n == 17 || n == 18;
    default:
        return false;
    }
}

static bool is_gs1(const struct loy_part *part)
{
    return part->symbology == LOY_SYMBOLOGY_GS1_128 ||
           part->symbology == LOY_SYMBOLOGY_GS1_DATABAR ||
           part->symbology == LOY_SYMBOLOGY_GS1_DATA_MATRIX ||
           part->symbology == LOY_SYMBOLOGY_GS1_QR || memcmp(part->aim, "]J1", 3) == 0;
}

static bool is_unlabelled(const struct loy_part *part)
{
    return part->type == LOY_PART_SYMBOL && part->symbology == LOY_SYMBOLOGY_NONE;
}

/* What may have been keyed, or come from a stripe, for all that its label says: ]Z is no bar code
 * at all (ISO/IEC 15424: ]Z0 keyboard, ]Z1 magnetic stripe), ]X whatever the maker likes, and an
 * EAN that has not the length of one (or it would have been let through before) is none. */
static bool may_be_card(const struct loy_part *part)
{
    if (part->type != LOY_PART_SYMBOL || is_unlabelled(part)) return true;
    return part->aim[1] == 'Z' || part->aim[1] == 'X' || part->aim[1] == 'E';
}

/* Row 1. */
static bool is_article(const struct text *text, const struct loy_part *part)
{
    size_t n = text->length;
    if (part->type != LOY_PART_SYMBOL) return false;
    if (is_gs1(part)) return true;
    if (!all_digits(text)) return false;
    if (is_ean_length(part, n)) return true;
    return is_unlabelled(part) && (n == 8 || (n >= 12 && n <= 14)) &&
           loy_digits_gs1((const char *)text->bytes, n);
}

/* Row 2. A stripe's number is its first run of digits, a symbol's is the whole symbol. What lies
 * behind an own number is the shop's own data and not looked at. */
static bool is_own(const struct guard *guard, const struct text *text, const struct loy_part *part)
{
    struct number number;
    bool stripe = part->type == LOY_PART_TRACK;
    if (guard->range_count == 0) return false;
    bool own = next_number(text, 0, !stripe, &number) && is_own_number(guard, text, &number) &&
               (stripe || (number.begin == 0 && number.end == text->length));
    explicit_bzero(&number, sizeof number);
    return own;
}

/* Row 5: Alipay 25-30 with 16 to 24 digits, WeChat Pay 10-15 with 18, UnionPay 62 with 19. */
static bool is_payment_code(const struct text *text, const struct loy_part *part)
{
    size_t n = text->length;
    if (part->type != LOY_PART_SYMBOL || n < 16 || !all_digits(text)) return false;
    unsigned prefix = two_digits(text->bytes);
    if (prefix >= 10 && prefix <= 15) return n == 18;
    if (prefix >= 25 && prefix <= 30) return n <= 24;
    return prefix == 62 && n == 19;
}

static bool is_capital(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

/* % state(2) city(13, or shorter and ^) name(35, or shorter and ^, its parts split by $) ... */
static bool is_licence_track_1(const struct text *text)
{
    const uint8_t *t = text->bytes;
    if (text->length < 20 || t[0] != '%' || !is_capital(t[1]) || !is_capital(t[2])) return false;
    if (!is_capital(t[3])) return false;
    const uint8_t *caret = memchr(t, '^', text->length);
    const uint8_t *dollar = memchr(t, '$', text->length);
    return caret != NULL && dollar != NULL;
}

/* ; issuer(6) id ... : the numbers that AAMVA gave to issuers of licences. */
static bool is_licence_track_2(const struct text *text)
{
    size_t at = text->length > 0 && text->bytes[0] == ';' ? 1 : 0;
    unsigned long issuer = 0;
    for (size_t i = 0; i < 6; i++) {
        if (!digit_at(text, at + i)) return false;
        issuer = issuer * 10 + (unsigned long)(text->bytes[at + i] - '0');
    }
    return issuer == 604425 || (issuer >= 636000 && issuer <= 636062);
}

/* The header of a licence's PDF417: @ LF RS CR ANSI (or AAMVA, up to 2000), within the first bytes.
 */
static bool is_licence_symbol(const struct text *text)
{
    size_t window = text->length < 32 ? text->length : 32;
    if (text->length < 20 || text->bytes[0] != '@') return false;
    return memmem(text->bytes, window, "ANSI ", 5) != NULL ||
           memmem(text->bytes, window, "AAMVA", 5) != NULL;
}

static bool is_licence(const struct text *text, const struct loy_part *part)
{
    if (part->type == LOY_PART_SYMBOL) return is_licence_symbol(text);
    if (part->track == 3)
        return text->length > 2 && (text->bytes[0] == '#' || text->bytes[0] == '%');
    return part->track == 1 ? is_licence_track_1(text) : is_licence_track_2(text);
}

/* Row 7: digits, mask characters, digits; between separators on a stripe, alone in a symbol. A
 * single X may be a check character or part of a code, a single asterisk may not. */
static bool is_masked(const struct text *text, const struct loy_part *part)
{
    size_t at = 0, begin, masks = 0, stars = 0;
    while (at < text->length && !digit_at(text, at))
        at++;
    begin = at;
    for (; at < text->length; at++) {
        uint8_t c = text->bytes[at];
        if (!is_digit(c) && c != '*' && c != 'X' && c != 'x') break;
        masks += !is_digit(c);
        stars += c == '*';
    }
    if (at - begin < 8 || !digit_at(text, at - 1)) return false;
    if (part->type == LOY_PART_SYMBOL && (begin > 0 || at < text->length || masks < 2))
        return false;
    return masks > 1 || stars > 0;
}

static struct verdict judge_part(
    const struct guard *guard, const struct text *text, const struct loy_part *part)
{
    struct verdict payment = {ROW_NONE, 0};
    bool stripe = part->type == LOY_PART_TRACK;
    if (is_article(text, part)) return (struct verdict){ROW_LABELLED, 0};
    if (is_own(guard, text, part)) return (struct verdict){ROW_OWN, 0};
    if (may_be_card(part)) payment = judge_payment_card(guard, text, part);
    if (payment.row != ROW_NONE) return payment;
    if (is_payment_code(text, part)) return (struct verdict){ROW_WALLET, 0};
    if (is_licence(text, part)) return (struct verdict){ROW_IDENTITY, 0};
    if (is_masked(text, part)) return (struct verdict){ROW_MASKED, 0};
    return (struct verdict){stripe && text->length > 0 ? ROW_STRIPE : ROW_OTHER, 0};
}

/* ---- Events --------------------------------------------------------------------------------- */

static void wipe(struct loy_event *event, enum loy_event_kind kind)
{
    explicit_bzero(event->data, sizeof event->data);
    explicit_bzero(event->parts, sizeof event->parts);
    event->data_length = 0;
    event->part_count = 0;
    event->kind = (uint8_t)kind;
    event->reason = 0;
}

static void refuse(struct loy_event *event, struct verdict verdict)
{
    wipe(event, LOY_EVENT_REFUSED);
    event->network = verdict.network;
    event->reason = LOY_REFUSAL_PAYMENT_CARD;
    if (verdict.row == ROW_WALLET) event->reason = LOY_REFUSAL_PAYMENT_CODE;
    if (verdict.row == ROW_IDENTITY) event->reason = LOY_REFUSAL_IDENTITY_DOCUMENT;
}

static bool is_refusal(enum row row)
{
    return row >= ROW_FINANCIAL && row <= ROW_IDENTITY;
}

void guard_judge(const struct guard *guard, struct loy_event *event)
{
    struct verdict refused = {ROW_NONE, 0};
    bool kept = false, stripe = false;
    if (event->kind != LOY_EVENT_READ) return;
    for (size_t i = 0; i < event->part_count; i++) {
        struct loy_part *part = &event->parts[i];
        struct text text = {event->data + part->offset, part->length};
        /* A suffix that was left on must not make another number of it. */
        while (
            part->type == LOY_PART_SYMBOL && text.length > 0 && text.bytes[text.length - 1] <= ' ')
            text.length--;
        struct verdict verdict = judge_part(guard, &text, part);
        if (is_refusal(verdict.row)) keep_stricter(&refused, verdict);
        if (verdict.row == ROW_MASKED) part->status = LOY_PART_MASKED;
        stripe = stripe || verdict.row == ROW_STRIPE;
        kept = kept || verdict.row < ROW_FINANCIAL || verdict.row == ROW_MASKED;
    }
    if (refused.row != ROW_NONE)
        refuse(event, refused);
    else if (stripe && !kept && guard->range_count > 0)
        wipe(event, LOY_EVENT_FOREIGN);
}
