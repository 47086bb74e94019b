/* SPDX-License-Identifier: MIT
 *
 * sample.c - see sample.h.
 */
#include "sample.h"

#include <stdio.h>
#include <string.h>

#define MANY 2000u
static struct loy_basket_line lines[MANY];
static char numbers[MANY][LOY_RECEIPT_NUMBER_SIZE];

static void line_put(struct receipt *receipt, const struct loy_basket_line *line)
{
    size_t i = receipt->line_count++;
    lines[i] = *line;
    lines[i].number = (uint32_t)i + 1;
    numbers[i][0] = '\0';
    if (line->of_line > 0 && !line->voids)
        snprintf(numbers[i], sizeof numbers[i], "S1-03-2-000399");
    receipt->head.total_minor += line->paid_minor;
    receipt->head.saved_minor += line->discount_minor;
    receipt->head.due_minor = receipt->head.total_minor;
}

#define LINE(words, milli, list, off, paid, ...)                                                   \
    line_put(receipt, &(struct loy_basket_line){.label = words,                                    \
                          .quantity_milli = milli,                                                 \
                          .list_minor = list,                                                      \
                          .discount_minor = off,                                                   \
                          .paid_minor = paid,                                                      \
                          .tax_permille = 190,                                                     \
                          __VA_ARGS__})

static void setting(struct receipt *receipt, enum loy_receipt_setting which, const char *text)
{
    snprintf(receipt->settings[which], LOY_RECEIPT_SETTING_MAX, "%s", text);
}

static void shop_put(struct receipt *receipt, enum receipt_language language, unsigned columns)
{
    *receipt = (struct receipt){.shop = {.currency = "EUR", .minor_digits = 2},
        .head = {.site = "S1",
            .lane = "03",
            .epoch = 2,
            .sequence = 417,
            .opened_at_us = SAMPLE_NOON_US - 60000000,
            .closed_at_us = SAMPLE_NOON_US,
            .offset_min = language == RECEIPT_CHINESE ? 480 : -210,
            .state = 2,
            .operator_name = "Wu Min",
            .operator_number = 7},
        .lines = lines,
        .of_numbers = numbers,
        .language = language,
        .columns = columns};
    loy_receipt_number(&receipt->head, receipt->number);
    setting(receipt, LOY_RECEIPT_NAME, "Harbour Store 港湾百货");
    setting(receipt, LOY_RECEIPT_ADDRESS, "12 Quay Street\n海滨市码头路12号");
    setting(receipt, LOY_RECEIPT_TAX_NO, "DE123456788");
    setting(receipt, LOY_RECEIPT_HEADER, "Mo-Sa 9-20");
    setting(receipt, LOY_RECEIPT_FOOTER, "Thank you 谢谢惠顾");
    setting(receipt, LOY_RECEIPT_CASHIER, "name");
}

static void member_put(struct receipt *receipt)
{
    snprintf(receipt->head.tail, sizeof receipt->head.tail, "4821");
    receipt->has_member = receipt->has_member_row = true;
    receipt_mask(receipt->language == RECEIPT_CHINESE ? "张伟" : "Jane Roe", receipt->member_name,
        sizeof receipt->member_name);
    receipt_mask("王小明", receipt->buyer_name, sizeof receipt->buyer_name);
    receipt->consent[LOY_PURPOSE_PROFILING] = true;
    receipt->consent[LOY_PURPOSE_SUPPLIERS] = true;
}

void sample_sale(struct receipt *receipt, enum receipt_language language, unsigned columns)
{
    shop_put(receipt, language, columns);
    member_put(receipt);
    LINE("云裳 牛津纺长袖衬衫 天蓝 M", 3000, 12900, 12900, 25800, .form = LOY_FORM_N_FOR_M,
        .take = 3, .pay = 2, .promotion = "TRIO");
    LINE("果园 红富士苹果", 347, 2598, 90, 811, .form = LOY_FORM_PERCENT, .promotion = "FRUIT");
    LINE("Harbour Deck shoe with a rather long name navy 42", 1000, 39900, 4000, 35900,
        .form = LOY_FORM_MEMBER_PRICE, .promotion = "CLUB");
    LINE("Harbour scarf", 1000, 2900, 500, 2400, .form = LOY_FORM_COUPON, .promotion = "C7",
        .campaign = "Spring 2026");
    LINE("Mug", 1000, 999, 0, 999, .voided = true);
    LINE("Mug", -1000, 999, 0, -999, .voids = true, .of_line = 5);
    LINE("袜子", -2000, 500, 0, -1000, .of_line = 3, .reason = "size");
    LINE("Bag", 1000, 20, 0, 20, .kind = LOY_KIND_BAG);
    receipt->member_saved_minor = 4000;
    receipt->tax_count = 2;
    receipt->taxes[0] = (struct loy_tax){-1, 811, 0, 811};
    receipt->taxes[1] = (struct loy_tax){190, 53042, 10078, 63120};
    receipt->tender_count = 3;
    receipt->tenders[0] = (struct loy_basket_tender){LOY_TENDER_GIFT_CARD, 5000};
    receipt->tenders[1] = (struct loy_basket_tender){LOY_TENDER_CASH, 60000};
    receipt->tenders[2] = (struct loy_basket_tender){LOY_TENDER_CASH, -1069};
}

/* Net prices, no member, nothing set but the columns; money goes back. */
void sample_return(struct receipt *receipt, enum receipt_language language, unsigned columns)
{
    shop_put(receipt, language, columns);
    for (unsigned i = 0; i < LOY_RECEIPT_SETTING_END; i++)
        receipt->settings[i][0] = '\0';
    setting(receipt, LOY_RECEIPT_CASHIER, "number");
    LINE("Deck shoe", -1000, 39900, 0, -39900, .of_line = 3);
    receipt->head.due_minor = -39900 - 7581;
    receipt->tax_count = 1;
    receipt->taxes[0] = (struct loy_tax){190, -39900, -7581, -47481};
    receipt->tender_count = 1;
    receipt->tenders[0] = (struct loy_basket_tender){LOY_TENDER_CASH, -47481};
    receipt->copy = true;
}

void sample_void(struct receipt *receipt, enum receipt_language language, unsigned columns)
{
    shop_put(receipt, language, columns);
    setting(receipt, LOY_RECEIPT_CASHIER, "none");
    setting(receipt, LOY_RECEIPT_TRAINING, "1");
    setting(receipt, LOY_RECEIPT_PRIVACY, "Cameras are in use here.\nAsk us.");
    receipt->head.state = 3;
    LINE("Scarf", 1000, 2900, 0, 2900, .kind = LOY_KIND_GOODS);
    receipt->tax_count = 1;
    receipt->taxes[0] = (struct loy_tax){75, 2698, 202, 2900};
}

void sample_lines(struct receipt *receipt, size_t count, const char *label)
{
    shop_put(receipt, RECEIPT_ENGLISH, 32);
    for (size_t i = 0; i < count && i < MANY; i++) {
        struct loy_basket_line line = {.quantity_milli = 2000, .list_minor = 5, .paid_minor = 10};
        snprintf(line.label, sizeof line.label, "%s", label);
        line_put(receipt, &line);
    }
}

struct receipt_bytes sample_text(const struct receipt *receipt)
{
    struct receipt_sheet sheet;
    struct receipt_bytes bytes = {0};
    assert_int_equal(receipt_sheet_open(&sheet, RECEIPT_TEXT), LOY_OK);
    receipt_layout(receipt, &sheet);
    receipt_text_write(&sheet, &bytes);
    receipt_sheet_free(&sheet);
    receipt_bytes_add(&bytes, "", 1);
    assert_false(bytes.failed);
    bytes.size--;
    return bytes;
}

struct receipt_bytes sample_escpos(const struct receipt *receipt, bool drawer)
{
    struct receipt_sheet sheet;
    struct receipt_bytes bytes = {0};
    assert_int_equal(receipt_sheet_open(&sheet, RECEIPT_ESCPOS), LOY_OK);
    receipt_layout(receipt, &sheet);
    receipt_escpos_write(&sheet, drawer, &bytes);
    receipt_sheet_free(&sheet);
    assert_false(bytes.failed);
    return bytes;
}
