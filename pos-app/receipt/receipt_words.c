/* SPDX-License-Identifier: MIT
 *
 * receipt_words.c - see receipt_words.h.
 */
#include "receipt_words.h"

#include <loyalty/receipt.h>

static const char *const words[RECEIPT_WORD_COUNT][RECEIPT_LANGUAGES] = {
#define ROW(symbol, english, chinese) [symbol] = {english, chinese},
    RECEIPT_WORDS(ROW)
#undef ROW
};

static const char *const tenders[][RECEIPT_LANGUAGES] = {
    [LOY_TENDER_NONE] = {"Other", "其他"},
    [LOY_TENDER_CASH] = {"Cash", "现金"},
    [LOY_TENDER_CARD] = {"Bank card", "银行卡"},
    [LOY_TENDER_MOBILE] = {"Mobile", "移动支付"},
    [LOY_TENDER_VOUCHER] = {"Voucher", "代金券"},
    [LOY_TENDER_GIFT_CARD] = {"Gift card", "礼品卡"},
    [LOY_TENDER_ACCOUNT] = {"On account", "挂账"},
    [LOY_TENDER_OTHER] = {"Other", "其他"},
};

const char *receipt_word(enum receipt_language language, enum receipt_word word)
{
    return words[word][language];
}

const char *receipt_tender_word(enum receipt_language language, unsigned kind)
{
    return tenders[kind < sizeof tenders / sizeof tenders[0] ? kind : LOY_TENDER_OTHER][language];
}
