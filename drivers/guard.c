/* SPDX-License-Identifier: MIT
 *
 * guard.c - what must not come in: payment cards, wallets' payment codes, identity documents.
 * In: a READ event and the shop's own ranges; out: the same event, or REFUSED or FOREIGN without a
 * byte. Must not know: readers, what becomes of a read.
 *
 * The table is in ARCHITECTURE.md; the first row that holds for a part decides that part, and over
 * the parts of an event a refusal wins, then an own number, then what is foreign. No digit leaves
 * the guard by another way than the event: copies lie in struct guard_number and in the text that
 * layout_repair.c writes, which are wiped.
 */
#include "guard_rows.h"

#include <string.h>

#include "layout_repair.h"

static bool is_range(const struct loy_range *range)
{
    size_t prefix = strnlen(range->prefix, sizeof range->prefix);
    if (prefix == sizeof range->prefix || prefix > range->length) return false;
    if (prefix > 0 && !loy_digits_only(range->prefix, prefix)) return false;
    if (range->length == 0 || range->length > LOY_NUMBER_MAX) return false;
    return range->check <= LOY_CHECK_GS1;
}

enum loy_status guard_init(struct guard *guard, const struct loy_guard_rules *rules)
{
    if (rules->range_count > LOY_RANGES_MAX) return LOY_E_LIMIT;
    if (rules->range_count > 0 && rules->ranges == NULL) return LOY_E_ARGUMENT;
    for (size_t i = 0; i < rules->range_count; i++)
        if (!is_range(&rules->ranges[i])) return LOY_E_ARGUMENT;
    memset(guard, 0, sizeof *guard);
    if (rules->range_count > 0)
        memcpy(guard->ranges, rules->ranges, rules->range_count * sizeof guard->ranges[0]);
    guard->range_count = rules->range_count;
    return LOY_OK;
}

/* ---- Rows 1 and 2 --------------------------------------------------------------------------- */

static bool all_digits(const struct guard_text *text)
{
    return loy_digits_only((const char *)text->bytes, text->length);
}

/* An EAN has the length of an EAN: a label alone must not bring sixteen digits through. */
static bool is_ean_length(const struct loy_part *part, size_t n)
{
    static const struct {
        uint8_t symbology;
        uint32_t lengths; /* bit n: n digits */
    } rows[] = {
        {LOY_SYMBOLOGY_EAN_8, 1u << 8},
        {LOY_SYMBOLOGY_UPC_E, 7u << 6},
        {LOY_SYMBOLOGY_UPC_A, 3u << 12},
        {LOY_SYMBOLOGY_EAN_13, 3u << 12},
        {LOY_SYMBOLOGY_EAN_ADD_ON, 1u << 2 | 1u << 5 | 1u << 10 | 3u << 13 | 1u << 15 | 3u << 17},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].symbology == part->symbology) return n < 32 && (rows[i].lengths >> n & 1u) != 0;
    return false;
}

static bool is_gs1(const struct loy_part *part)
{
    static const uint8_t symbologies[] = {LOY_SYMBOLOGY_GS1_128, LOY_SYMBOLOGY_GS1_DATABAR,
        LOY_SYMBOLOGY_GS1_DATA_MATRIX, LOY_SYMBOLOGY_GS1_QR, LOY_SYMBOLOGY_GS1_DOTCODE};
    return memchr(symbologies, part->symbology, sizeof symbologies) != NULL;
}

static bool is_gtin_length(size_t n)
{
    return n == 8 || (n >= 12 && n <= 14);
}

static bool is_article(const struct guard_text *text, const struct loy_part *part)
{
    if (part->type != LOY_PART_SYMBOL) return false;
    if (is_gs1(part)) return true;
    if (!all_digits(text)) return false;
    if (is_ean_length(part, text->length)) return true;
    return part->symbology == LOY_SYMBOLOGY_NONE && is_gtin_length(text->length) &&
           loy_digits_gs1((const char *)text->bytes, text->length);
}

/* A stripe's number is its first run of digits, a symbol's is the whole symbol. */
static bool is_own(
    const struct guard *guard, const struct guard_text *text, const struct loy_part *part)
{
    struct guard_number number;
    bool stripe = part->type == LOY_PART_TRACK;
    bool own = guard_next_number(text, 0, !stripe, &number) &&
               guard_is_own_number(guard, text, &number) &&
               (stripe || (number.begin == 0 && number.end == text->length));
    explicit_bzero(&number, sizeof number);
    return own;
}

/* ---- A part --------------------------------------------------------------------------------- */

static struct guard_verdict holds(enum guard_row row)
{
    return (struct guard_verdict){row, LOY_NETWORK_NONE};
}

static bool is_refusal(struct guard_verdict verdict)
{
    return verdict.row >= ROW_FINANCIAL && verdict.row <= ROW_IDENTITY;
}

/* Row 2. What lies behind an own number is the shop's own data, but for a second card's track. */
static struct guard_verdict judge_own(const struct guard *guard, const struct guard_text *text)
{
    struct guard_verdict beside = guard_payment_beside(guard, text);
    return beside.row != ROW_NONE ? beside : holds(ROW_OWN);
}

/* Rows 1 to 5. Masked digits make no own number, but they may hide one. */
static struct guard_verdict judge_text(const struct guard *guard, const struct guard_text *text,
    const struct loy_part *part, bool masked)
{
    if (is_article(text, part)) return holds(ROW_LABELLED);
    if (!masked && is_own(guard, text, part)) return judge_own(guard, text);
    if (masked && guard_is_own_masked(guard, text)) return holds(ROW_MASKED);
    struct guard_verdict payment = guard_payment(guard, text, part);
    if (payment.row != ROW_NONE) return payment;
    return holds(guard_is_payment_code(guard, text, part) ? ROW_WALLET : ROW_NONE);
}

/* With so many ways to read a text, a number of no network must at least stand in a whole track. */
static bool is_sure(const struct guard_text *meant, struct guard_verdict verdict)
{
    return verdict.row != ROW_FINANCIAL || verdict.network != LOY_NETWORK_NONE ||
           guard_is_framed(meant);
}

/* What a keyboard's layout or a wide encoding made of a card is refused like the card; whatever
 * else it was stays as it came, and what may be an article or an own number is one. */
static struct guard_verdict judge_damaged(
    const struct guard *guard, const struct guard_text *text, const struct loy_part *part)
{
    uint8_t bytes[LAYOUT_TEXT_MAX];
    struct guard_verdict found = holds(ROW_NONE);
    for (size_t way = 0; way < layout_ways(); way++) {
        struct layout_text damaged = {text->bytes, text->length};
        struct guard_text meant = {bytes, layout_undo(way, damaged, bytes)};
        if (meant.length == 0) continue;
        struct guard_verdict verdict = judge_text(guard, &meant, part, false);
        if (verdict.row == ROW_LABELLED || verdict.row == ROW_OWN) found = holds(ROW_OTHER);
        if (found.row == ROW_NONE && is_sure(&meant, verdict)) found = verdict;
    }
    explicit_bzero(bytes, sizeof bytes);
    return is_refusal(found) ? found : holds(ROW_NONE);
}

static struct guard_verdict judge_part(
    const struct guard *guard, const struct guard_text *text, const struct loy_part *part)
{
    bool masked = part->status == LOY_PART_MASKED || guard_is_masked(text, part);
    struct guard_verdict verdict = judge_text(guard, text, part, masked);
    /* A track with its sentinels was never typed through a layout. */
    if (verdict.row == ROW_NONE && part->type == LOY_PART_SYMBOL && guard_may_be_card(part))
        verdict = judge_damaged(guard, text, part);
    if (verdict.row != ROW_NONE) return verdict;
    if (guard_is_identity(text, part)) return holds(ROW_IDENTITY);
    if (masked) return holds(ROW_MASKED);
    return holds(part->type == LOY_PART_TRACK && text->length > 0 ? ROW_STRIPE : ROW_OTHER);
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

static void refuse(struct loy_event *event, struct guard_verdict verdict)
{
    wipe(event, LOY_EVENT_REFUSED);
    event->network = verdict.network;
    event->reason = LOY_REFUSAL_PAYMENT_CARD;
    if (verdict.row == ROW_WALLET) event->reason = LOY_REFUSAL_PAYMENT_CODE;
    if (verdict.row == ROW_IDENTITY) event->reason = LOY_REFUSAL_IDENTITY_DOCUMENT;
}

/* A symbol's text without blanks and control characters around it: a prefix or suffix that was left
 * on must not make another number of it. */
static struct guard_text part_text(const struct loy_event *event, const struct loy_part *part)
{
    struct guard_text text = {loy_part_data(event, part), part->length};
    if (part->type != LOY_PART_SYMBOL) return text;
    while (text.length > 0 && text.bytes[text.length - 1] <= ' ')
        text.length--;
    while (text.length > 0 && text.bytes[0] <= ' ') {
        text.bytes++;
        text.length--;
    }
    return text;
}

void guard_judge(const struct guard *guard, struct loy_event *event)
{
    struct guard_verdict refused = holds(ROW_OTHER);
    bool kept = false, stripe = false;
    if (event->kind != LOY_EVENT_READ) return;
    for (size_t i = 0; i < event->part_count; i++) {
        struct loy_part *part = &event->parts[i];
        struct guard_text text = part_text(event, part);
        struct guard_verdict verdict = judge_part(guard, &text, part);
        if (is_refusal(verdict) && verdict.row < refused.row) refused = verdict;
        if (verdict.row == ROW_MASKED) part->status = LOY_PART_MASKED;
        stripe = stripe || verdict.row == ROW_STRIPE;
        kept = kept || verdict.row < ROW_FINANCIAL || verdict.row == ROW_MASKED;
    }
    if (is_refusal(refused))
        refuse(event, refused);
    else if (stripe && !kept && guard->range_count > 0)
        wipe(event, LOY_EVENT_FOREIGN);
}
