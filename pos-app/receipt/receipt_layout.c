/* SPDX-License-Identifier: MIT
 *
 * receipt_layout.c - what stands on a receipt, and in which order.
 * In: a gathered receipt. Out: rows. Must not know: the store, a printer's bytes.
 */
#include "receipt.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cli/cli.h>

#define INDENT 2u
#define TEXT_MAX 1400u

/* A receipt on its way into a sheet. */
struct layout {
    const struct receipt *receipt;
    struct receipt_sheet *sheet;
};

static const char *word(const struct layout *l, enum receipt_word which)
{
    return receipt_word(l->receipt->language, which);
}

static void amount(const struct layout *l, int64_t minor, char text[32])
{
    cli_amount_text(minor, l->receipt->shop.minor_digits, text);
}

static void amount_row(const struct layout *l, unsigned indent, const char *left, int64_t minor)
{
    char right[32];
    amount(l, minor, right);
    receipt_pair(l->sheet, RECEIPT_PLAIN, indent, left, right);
}

static void paragraph(const struct layout *l, const char *text)
{
    receipt_wrap(l->sheet, RECEIPT_PLAIN, 0, text, strlen(text));
}

static void blank_row(const struct layout *l)
{
    receipt_row(l->sheet, RECEIPT_PLAIN, "");
}

/* ---- Head --------------------------------------------------------------------------------------
 */

static void setting_rows(
    const struct layout *l, enum receipt_style style, enum loy_receipt_setting setting)
{
    char text[LOY_RECEIPT_SETTING_MAX];
    receipt_clean(l->receipt->settings[setting], true, text, sizeof text);
    receipt_centre(l->sheet, style, text);
}

static void mark(const struct layout *l, bool holds, enum receipt_word which)
{
    char text[80];
    if (!holds) return;
    snprintf(text, sizeof text, "*** %s ***", word(l, which));
    receipt_centre(l->sheet, RECEIPT_BOLD, text);
}

static void marks_rows(const struct layout *l)
{
    const struct receipt *r = l->receipt;
    mark(l, r->settings[LOY_RECEIPT_TRAINING][0] == '1', WORD_TRAINING);
    mark(l, r->head.state == 3, WORD_VOID);
    mark(l, r->head.state == 1, WORD_OPEN);
    mark(l, r->copy, WORD_COPY);
}

static void shop_rows(const struct layout *l)
{
    const struct receipt *r = l->receipt;
    char text[LOY_RECEIPT_SETTING_MAX + 32];
    if (r->settings[LOY_RECEIPT_NAME][0] != '\0')
        setting_rows(l, RECEIPT_BOLD, LOY_RECEIPT_NAME);
    else
        receipt_centre(l->sheet, RECEIPT_BOLD, r->head.site);
    setting_rows(l, RECEIPT_PLAIN, LOY_RECEIPT_ADDRESS);
    if (r->settings[LOY_RECEIPT_TAX_NO][0] != '\0') {
        char number[LOY_RECEIPT_SETTING_MAX];
        receipt_clean(r->settings[LOY_RECEIPT_TAX_NO], false, number, sizeof number);
        snprintf(text, sizeof text, "%s %s", word(l, WORD_TAX_NO), number);
        receipt_centre(l->sheet, RECEIPT_PLAIN, text);
    }
    setting_rows(l, RECEIPT_PLAIN, LOY_RECEIPT_HEADER);
}

/* "2026-11-22 12:39 UTC+01:00" */
static void time_text(const struct receipt *r, char text[64])
{
    char local[32];
    int zone = r->head.offset_min, size = zone < 0 ? -zone : zone;
    int64_t at_us = r->head.closed_at_us > 0 ? r->head.closed_at_us : r->head.opened_at_us;
    cli_time_text(at_us, r->head.offset_min, local);
    snprintf(text, 64, "%s UTC%c%02d:%02d", local, zone < 0 ? '-' : '+', size / 60, size % 60);
}

static void cashier_text(const struct layout *l, char *text, size_t size)
{
    const struct receipt *r = l->receipt;
    const char *how = r->settings[LOY_RECEIPT_CASHIER];
    char name[sizeof r->head.operator_name];
    receipt_clean(r->head.operator_name, false, name, sizeof name);
    text[0] = '\0';
    if (strcmp(how, "number") == 0)
        snprintf(text, size, "%s %lld", word(l, WORD_CASHIER), (long long)r->head.operator_number);
    else if (strcmp(how, "name") == 0 && name[0] != '\0')
        snprintf(text, size, "%s %s", word(l, WORD_CASHIER), name);
}

static void head_rows(const struct layout *l)
{
    const struct receipt *r = l->receipt;
    char left[LOY_RECEIPT_NUMBER_SIZE + 32], right[128], lane[LOY_CODE_MAX];
    if (r->number[0] != '\0') {
        receipt_clean(r->number, false, right, sizeof right);
        receipt_pair(l->sheet, RECEIPT_BOLD, 0, word(l, WORD_NUMBER), right);
    }
    time_text(r, left);
    paragraph(l, left);
    receipt_clean(r->head.lane, false, lane, sizeof lane);
    snprintf(left, sizeof left, "%s %s", word(l, WORD_LANE), lane);
    cashier_text(l, right, sizeof right);
    receipt_pair(l->sheet, RECEIPT_PLAIN, 0, left, right);
}

/* ---- Lines -------------------------------------------------------------------------------------
 */

/* "3", "0.347": thousandths without zeros at the end. */
static void quantity_text(int64_t milli, char text[32])
{
    cli_amount_text(milli, 3, text);
    size_t end = strlen(text);
    while (text[end - 1] == '0')
        end--;
    if (text[end - 1] == '.') end--;
    text[end] = '\0';
}

/* The percentage that gives exactly this discount, a whole one first; 0: there is none. */
static int64_t permille_of(const struct loy_basket_line *line)
{
    int64_t full = line->paid_minor + line->discount_minor, off = line->discount_minor,
            amount_minor;
    /* What comes back gives its discount back. */
    if (full < 0 && full > INT64_MIN / 2 && off > INT64_MIN / 2) {
        full = -full;
        off = -off;
    }
    if (full <= 0 || off <= 0 || off > INT64_MAX / 2000 || full > INT64_MAX / 2000) return 0;
    for (int64_t unit = 10; unit > 0; unit /= 10) {
        int64_t permille = (off * 2000 / unit + full) / (2 * full) * unit;
        if (loy_line_amount(full, permille, &amount_minor) && amount_minor == off) return permille;
    }
    return 0;
}

static void rate_text(int64_t permille, char text[64])
{
    cli_amount_text(permille, 1, text);
    size_t end = strlen(text);
    if (permille % 10 == 0) end -= 2;
    snprintf(text + end, 64 - end, "%%");
}

static void percent_text(const struct layout *l, int64_t permille, char text[192])
{
    char rate[64];
    rate_text(permille, rate);
    if (l->receipt->language == RECEIPT_CHINESE)
        snprintf(text, 192, "%s %s", word(l, WORD_OFF), rate);
    else
        snprintf(text, 192, "%s %s", rate, word(l, WORD_OFF));
}

static void coupon_text(const struct layout *l, const struct loy_basket_line *line, char text[192])
{
    char code[LOY_TEXT_MAX];
    receipt_clean(
        line->campaign[0] != '\0' ? line->campaign : line->promotion, false, code, sizeof code);
    snprintf(text, 192, "%s %s", word(l, WORD_COUPON), code);
}

static void multi_text(const struct layout *l, const struct loy_basket_line *line, char text[192])
{
    if (line->take <= 0)
        snprintf(text, 192, "%s", word(l, WORD_MULTI));
    else if (l->receipt->language == RECEIPT_CHINESE)
        snprintf(text, 192, "买%d付%d", line->take, line->pay);
    else
        snprintf(text, 192, "%d for %d", line->take, line->pay);
}

static void promotion_text(
    const struct layout *l, const struct loy_basket_line *line, char text[192])
{
    snprintf(text, 192, "%s", word(l, WORD_OFFER));
    if (line->form == LOY_FORM_N_FOR_M)
        multi_text(l, line, text);
    else if (line->form == LOY_FORM_MEMBER_PRICE)
        snprintf(text, 192, "%s", word(l, WORD_MEMBER_PRICE));
    else if (line->form == LOY_FORM_COUPON)
        coupon_text(l, line, text);
    else if (line->form == LOY_FORM_PERCENT && permille_of(line) > 0)
        percent_text(l, permille_of(line), text);
}

static void origin_row(const struct layout *l, size_t i)
{
    const struct loy_basket_line *line = &l->receipt->lines[i];
    const char *number = l->receipt->of_numbers[i];
    char text[LOY_RECEIPT_NUMBER_SIZE + 64], clean[LOY_RECEIPT_NUMBER_SIZE];
    if (number[0] == '\0') return;
    receipt_clean(number, false, clean, sizeof clean);
    snprintf(text, sizeof text,
        l->receipt->language == RECEIPT_CHINESE ? "%s %s %s%u%s" : "%s %s, %s %u%s",
        word(l, WORD_FROM), clean, word(l, WORD_LINE), line->of_line, word(l, WORD_LINE_END));
    receipt_wrap(l->sheet, RECEIPT_PLAIN, INDENT, text, strlen(text));
}

/* The right column adds up to the total: what a line would have cost, and what went off it. */
static void line_rows(const struct layout *l, size_t i)
{
    const struct loy_basket_line *line = &l->receipt->lines[i];
    char label[LOY_TEXT_MAX], left[LOY_TEXT_MAX + 64], quantity[32], price[32];
    bool back = line->quantity_milli < 0;
    receipt_clean(line->label, false, label, sizeof label);
    if (label[0] == '\0') snprintf(label, sizeof label, "?");
    const char *what = line->voids ? word(l, WORD_TAKEN_BACK) : word(l, WORD_RETURN);
    const char *gap = l->receipt->language == RECEIPT_ENGLISH ? " " : "";
    snprintf(left, sizeof left, "%s%s%s", back ? what : "", back ? gap : "", label);
    int64_t full = line->paid_minor + line->discount_minor;
    if (line->quantity_milli == 1000 || line->quantity_milli == -1000) {
        amount_row(l, 0, left, full);
    } else {
        receipt_wrap(l->sheet, RECEIPT_PLAIN, 0, left, strlen(left));
        quantity_text(line->quantity_milli, quantity);
        amount(l, line->list_minor, price);
        snprintf(left, sizeof left, "%s x %s", quantity, price);
        amount_row(l, INDENT, left, full);
    }
    if (line->discount_minor != 0) {
        char text[192];
        promotion_text(l, line, text);
        amount_row(l, INDENT, text, -line->discount_minor);
    }
    if (back && !line->voids) origin_row(l, i);
}

/* ---- Sums --------------------------------------------------------------------------------------
 */

/* As large as the paper allows. */
static void total_row(const struct layout *l)
{
    const struct receipt *r = l->receipt;
    char left[64], right[32];
    bool refund = r->head.due_minor < 0;
    snprintf(
        left, sizeof left, "%s %s", word(l, refund ? WORD_REFUND : WORD_TOTAL), r->shop.currency);
    amount(l, refund ? -r->head.due_minor : r->head.due_minor, right);
    unsigned width = receipt_width(l->sheet, left, strlen(left)) + 1 + (unsigned)strlen(right);
    enum receipt_style style = RECEIPT_BOLD;
    if (l->sheet->printer) style = width <= l->sheet->columns / 2 ? RECEIPT_BIG : RECEIPT_TALL;
    receipt_pair(l->sheet, style, 0, left, right);
}

static void sums_rows(const struct layout *l)
{
    const struct loy_receipt_head *head = &l->receipt->head;
    int64_t tax_minor = 0;
    if (__builtin_sub_overflow(head->due_minor, head->total_minor, &tax_minor)) tax_minor = 0;
    if (tax_minor != 0) {
        amount_row(l, 0, word(l, WORD_SUBTOTAL), head->total_minor);
        amount_row(l, 0, word(l, WORD_PLUS_TAX), tax_minor);
    }
    total_row(l);
}

/* Cash that is given back on a sale is change; what else is given back is told by its kind. */
static void tenders_rows(const struct layout *l)
{
    const struct receipt *r = l->receipt;
    int64_t change = 0;
    for (size_t i = 0; i < r->tender_count; i++) {
        const struct loy_basket_tender *tender = &r->tenders[i];
        const char *kind = receipt_tender_word(r->language, tender->kind);
        char left[96];
        bool back = tender->amount_minor < 0;
        if (back && tender->kind == LOY_TENDER_CASH && r->head.due_minor >= 0) {
            change -= tender->amount_minor;
            continue;
        }
        snprintf(left, sizeof left, back ? "%s%s%s" : "%s", kind,
            r->language == RECEIPT_ENGLISH ? ", " : "", word(l, WORD_PAID_BACK));
        amount_row(l, 0, left, back ? -tender->amount_minor : tender->amount_minor);
    }
    if (change != 0) amount_row(l, 0, word(l, WORD_CHANGE), change);
}

#define TAX_COLUMNS 3u
static void tax_name(const struct layout *l, int32_t permille, char text[64])
{
    if (permille < 0)
        snprintf(text, 64, "%s", word(l, WORD_NO_RATE));
    else
        rate_text(permille, text);
}

static void cell_add(const struct layout *l, char row[256], const char *text, unsigned width)
{
    unsigned used = receipt_width(l->sheet, text, strlen(text));
    size_t end = strlen(row);
    snprintf(row + end, 256 - end, "%*s%s", used < width ? (int)(width - used) : 1, "", text);
}

static void tax_row(const struct layout *l, const char *name, char cells[TAX_COLUMNS][32])
{
    unsigned width = (l->sheet->columns - 6) / TAX_COLUMNS;
    unsigned first = l->sheet->columns - width * TAX_COLUMNS;
    unsigned used = receipt_width(l->sheet, name, strlen(name));
    char row[256];
    snprintf(row, sizeof row, "%s%*s", name, used < first ? (int)(first - used) : 1, "");
    for (unsigned i = 0; i < TAX_COLUMNS; i++)
        cell_add(l, row, cells[i], width);
    paragraph(l, row);
}

static void taxes_rows(const struct layout *l)
{
    const struct receipt *r = l->receipt;
    char cells[TAX_COLUMNS][32], name[64];
    if (r->tax_count == 0) return;
    snprintf(cells[0], 32, "%s", word(l, WORD_NET));
    snprintf(cells[1], 32, "%s", word(l, WORD_TAX));
    snprintf(cells[2], 32, "%s", word(l, WORD_GROSS));
    blank_row(l);
    tax_row(l, word(l, WORD_RATE), cells);
    for (size_t i = 0; i < r->tax_count; i++) {
        amount(l, r->taxes[i].net_minor, cells[0]);
        amount(l, r->taxes[i].tax_minor, cells[1]);
        amount(l, r->taxes[i].gross_minor, cells[2]);
        tax_name(l, r->taxes[i].permille, name);
        tax_row(l, name, cells);
    }
}

/* ---- Member ------------------------------------------------------------------------------------
 */

static void member_rows(const struct layout *l)
{
    const struct receipt *r = l->receipt;
    char number[32] = "", name[LOY_FIELD_TEXT_MAX], left[LOY_FIELD_TEXT_MAX + 64];
    if (r->head.tail[0] != '\0') {
        char tail[sizeof r->head.tail];
        receipt_clean(r->head.tail, false, tail, sizeof tail);
        snprintf(number, sizeof number, "****%s", tail);
    }
    receipt_clean(r->member_name, false, name, sizeof name);
    snprintf(left, sizeof left, "%s %s", word(l, WORD_MEMBER), name);
    if (name[0] == '\0') snprintf(left, sizeof left, "%s", word(l, WORD_MEMBER));
    if (r->has_member || number[0] != '\0') receipt_pair(l->sheet, RECEIPT_PLAIN, 0, left, number);
    sodium_memzero(left, sizeof left);
    receipt_clean(r->buyer_name, false, name, sizeof name);
    if (name[0] != '\0') receipt_pair(l->sheet, RECEIPT_PLAIN, 0, word(l, WORD_BUYER), name);
    sodium_memzero(name, sizeof name);
}

static void saved_rows(const struct layout *l)
{
    const struct receipt *r = l->receipt;
    if (r->head.saved_minor > 0) amount_row(l, 0, word(l, WORD_SAVED), r->head.saved_minor);
    if (r->head.saved_minor > 0 && r->member_saved_minor > 0 && r->has_member)
        amount_row(l, INDENT, word(l, WORD_AS_MEMBER), r->member_saved_minor);
}

static void consent_rows(const struct layout *l)
{
    static const struct {
        enum loy_purpose purpose;
        enum receipt_word word;
    } purposes[] = {{LOY_PURPOSE_PROFILING, WORD_PROFILING},
        {LOY_PURPOSE_MARKETING, WORD_MARKETING}, {LOY_PURPOSE_SUPPLIERS, WORD_SUPPLIERS}};
    char text[TEXT_MAX];
    size_t used = 0, given = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++)
        if (l->receipt->consent[purposes[i].purpose])
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                word(l, given++ > 0 ? WORD_COMMA : WORD_COLON), word(l, purposes[i].word));
    char whole[TEXT_MAX + 256];
    const char *gap = l->receipt->language == RECEIPT_ENGLISH ? " " : "";
    snprintf(whole, sizeof whole, "%s%s%s%s%s", word(l, given > 0 ? WORD_AGREED : WORD_AGREED_NONE),
        text, given > 0 ? word(l, WORD_STOP) : "", gap, word(l, WORD_OBJECT));
    paragraph(l, whole);
}

/* The shop's own words are for everybody. */
static void privacy_rows(const struct layout *l)
{
    const struct receipt *r = l->receipt;
    char text[LOY_RECEIPT_SETTING_MAX];
    receipt_clean(r->settings[LOY_RECEIPT_PRIVACY], true, text, sizeof text);
    if (text[0] == '\0' && !r->has_member) return;
    blank_row(l);
    paragraph(l, text[0] != '\0' ? text : word(l, WORD_PRIVACY));
    /* A copy may be of later: it does not say what was so at the sale. */
    if (r->has_member_row && !r->copy) consent_rows(l);
}

static void end_rows(const struct layout *l)
{
    char number[LOY_RECEIPT_NUMBER_SIZE];
    receipt_rule(l->sheet);
    setting_rows(l, RECEIPT_PLAIN, LOY_RECEIPT_FOOTER);
    receipt_centre(l->sheet, RECEIPT_PLAIN, word(l, WORD_NOT_FISCAL));
    marks_rows(l);
    receipt_clean(l->receipt->number, false, number, sizeof number);
    if (l->sheet->printer && number[0] != '\0') receipt_row(l->sheet, RECEIPT_BARCODE, number);
}

void receipt_layout(const struct receipt *receipt, struct receipt_sheet *sheet)
{
    const struct layout l = {receipt, sheet};
    sheet->columns = receipt->columns;
    shop_rows(&l);
    receipt_rule(sheet);
    marks_rows(&l);
    head_rows(&l);
    receipt_rule(sheet);
    for (size_t i = 0; i < receipt->line_count; i++)
        line_rows(&l, i);
    receipt_rule(sheet);
    sums_rows(&l);
    tenders_rows(&l);
    taxes_rows(&l);
    if (receipt->has_member || receipt->head.tail[0] != '\0' || receipt->head.saved_minor > 0) {
        blank_row(&l);
        saved_rows(&l);
        member_rows(&l);
    }
    privacy_rows(&l);
    end_rows(&l);
}
