/* SPDX-License-Identifier: MIT
 *
 * receipt_words.h - the words of receipts in the languages that they come in. A receipt is in its
 * customer's language, not in that of the process that prints it, so gettext is not asked.
 */
#ifndef RECEIPT_WORDS_H
#define RECEIPT_WORDS_H

enum receipt_language { RECEIPT_ENGLISH, RECEIPT_CHINESE, RECEIPT_LANGUAGES };

// clang-format off
#define RECEIPT_WORDS(X)                                                                           \
    X(WORD_TAX_NO,      "Tax no.",              "税号")                                            \
    X(WORD_NUMBER,      "Receipt",              "小票号")                                          \
    X(WORD_LANE,        "Lane",                 "收银台")                                          \
    X(WORD_CASHIER,     "Cashier",              "收银员")                                          \
    X(WORD_COPY,        "COPY",                 "副本")                                            \
    X(WORD_TRAINING,    "TRAINING - NO SALE",   "培训练习，非销售")                                \
    X(WORD_VOID,        "VOID - NO SALE",       "已作废，非销售")                                  \
    X(WORD_OPEN,        "NOT PAID YET",         "尚未结账")                                        \
    X(WORD_RETURN,      "Return:",              "退货：")                                          \
    X(WORD_TAKEN_BACK,  "Cancelled:",           "取消：")                                          \
    X(WORD_FROM,        "from",            "原小票")                                          \
    X(WORD_LINE,        "line",                 "第")                                              \
    X(WORD_LINE_END,    "",                     "行")                                              \
    X(WORD_SUBTOTAL,    "Subtotal",             "小计")                                            \
    X(WORD_PLUS_TAX,    "Tax",                  "税额")                                            \
    X(WORD_TOTAL,       "TOTAL",                "合计")                                            \
    X(WORD_REFUND,      "TO PAY BACK",          "应退")                                            \
    X(WORD_CHANGE,      "Change",               "找零")                                            \
    X(WORD_PAID_BACK,   "paid back",            "退款")                                            \
    X(WORD_RATE,        "Rate",                 "税率")                                            \
    X(WORD_NET,         "Net",                  "不含税")                                          \
    X(WORD_TAX,         "Tax",                  "税额")                                            \
    X(WORD_GROSS,       "Gross",                "含税")                                            \
    X(WORD_NO_RATE,     "none",                 "未定")                                            \
    X(WORD_SAVED,       "You saved",            "已优惠")                                          \
    X(WORD_AS_MEMBER,   "of it as a member",    "其中会员优惠")                                    \
    X(WORD_MEMBER,      "Member",               "会员")                                            \
    X(WORD_BUYER,       "Buyer",                "购买人")                                          \
    X(WORD_OFF,         "off",                  "折扣")                                            \
    X(WORD_OFFER,       "Offer",                "促销优惠")                                        \
    X(WORD_MULTI,       "Multi-buy offer",      "多件优惠")                                        \
    X(WORD_MEMBER_PRICE,"Member price",         "会员价")                                          \
    X(WORD_COUPON,      "Coupon",               "优惠券")                                          \
    X(WORD_AGREED,      "You have agreed to",   "您已同意")                                        \
    X(WORD_AGREED_NONE, "You have agreed to no profile, no advertising and no summaries for makers.", \
                        "您未同意购买画像、营销信息或厂商汇总报告。")                              \
    X(WORD_OBJECT,      "You may withdraw or object at any time: any cashier takes it down.",      \
                        "您可随时撤回同意或提出反对，告诉收银员即可。")                            \
    X(WORD_PROFILING,   "a profile of your purchases", "购买画像")                                 \
    X(WORD_MARKETING,   "advertising",          "营销信息")                                        \
    X(WORD_SUPPLIERS,   "summaries for makers", "厂商汇总报告")                                    \
    X(WORD_COMMA,       ", ",                   "、")                                              \
    X(WORD_STOP,        ".",                    "。")                                              \
    X(WORD_COLON,       ": ",                   "：")                                              \
    X(WORD_PRIVACY,     "Your purchases are kept with your member's number. Ask us to see, correct or erase what we hold.", \
                        "您的购物记录保存在您的会员号下。您可以要求查看、更正或删除我们保存的信息。") \
    X(WORD_NOT_FISCAL,  "Not a fiscal receipt", "非税务发票凭证")
// clang-format on

enum receipt_word {
#define ROW(symbol, english, chinese) symbol,
    RECEIPT_WORDS(ROW)
#undef ROW
        RECEIPT_WORD_COUNT
};
const char *receipt_word(enum receipt_language language, enum receipt_word word);
/* Of enum loy_tender. */
const char *receipt_tender_word(enum receipt_language language, unsigned kind);

#endif
