/* SPDX-License-Identifier: MIT
 *
 * customer_words.h - every word of a customer's file, English and Chinese side by side. %1, %2 and
 * %3 are filled in (report_fill).
 */
#ifndef REPORT_CUSTOMER_WORDS_H
#define REPORT_CUSTOMER_WORDS_H

#include <stdbool.h>

// clang-format off
#define CUSTOMER_WORDS(X) \
    X(C_LANG, "en", "zh-CN") \
    X(C_TITLE, "Customer file", "客户档案") \
    X(C_PERSON, "person or household", "个人或家庭") \
    X(C_ORGANISATION, "organisation", "单位") \
    X(C_PSEUDONYMOUS, "pseudonymous", "匿名会员") \
    X(C_SINCE, "member since %1", "%1 入会") \
    X(C_AS_OF, "as of %1, shop %2", "截至 %1，门店 %2") \
    X(C_CONFIDENTIAL, "Confidential: for the shop’s own staff", "内部资料，请勿外传") \
    X(C_IDENTITY, "Identity", "基本情况") \
    X(C_PEOPLE, "Purchasers and cards", "被授权购买人与会员卡") \
    X(C_NO_PEOPLE, "no authorised purchaser", "无被授权购买人") \
    X(C_NO_CARD, "no card", "无会员卡") \
    X(C_PERMANENT, "permanent", "长期有效") \
    X(C_UNTIL, "until %1", "有效至 %1") \
    X(C_ONCE, "one purchase", "仅限一次") \
    X(C_PURCHASES, "Purchases", "购买情况") \
    X(C_LAST, "last purchase", "最近购买") \
    X(C_FIRST, "first purchase", "首次购买") \
    X(C_BASKETS, "baskets with a line", "购物篮数") \
    X(C_RETURNED, "units returned", "退货件数") \
    X(C_NO_PURCHASE, "nothing bought yet", "尚无购买记录") \
    X(C_YEAR, "year", "年份") \
    X(C_PAID, "paid, %1", "实付（%1）") \
    X(C_UNITS, "units", "件数") \
    X(C_SHARE, "share", "占比") \
    X(C_CATEGORIES, "top categories", "主要品类") \
    X(C_BRANDS, "top brands", "主要品牌") \
    X(C_MORE, "and %1 more", "另有 %1 项") \
    X(C_POTENTIAL, "Potential (derived)", "购买潜力（推算）") \
    X(C_POTENTIAL_HOW, "Derived from the purchases in our shops only; 80 % intervals.", "仅由本店购买记录推算；括号内为 80 % 区间。") \
    X(C_NOT_AGREED, "Has not agreed to profiling: nothing is derived, categories and brands are not counted.", "会员未同意建立购买画像：不作推算，也不统计品类与品牌。") \
    X(C_OWN, "%1 (%2 to %3)", "%1（%2 至 %3）") \
    X(C_COUNTED, "%1", "%1") \
    X(C_FEW, "not enough yet (%1 of %2); all members: %3", "记录不足（%1/%2）；全体会员：%3") \
    X(C_FEW_ALONE, "not enough yet (%1 of %2)", "记录不足（%1/%2）") \
    X(C_SAME, "as all", "与全体一致") \
    X(C_ALIKE, "no sign that this member differs (%1 seen); all members: %3", "与全体会员无明显差异（共 %1 条）；全体会员：%3") \
    X(C_NOT_CLAIMED, "not claimed", "不作推断") \
    X(C_SURE, "sure", "可靠") \
    X(C_WEAK, "weak evidence", "依据较弱") \
    X(C_COUNT, "counted", "实际统计") \
    X(C_FEW_SHORT, "too few", "记录不足") \
    X(C_DAYS, "%1 days ago", "%1 天前") \
    X(C_OF_100, "%1 of 100", "%1/100") \
    X(C_NONE, "none", "无") \
    X(C_NOTES, "Notes (for managers)", "备注（仅限经理）") \
    X(C_NOTE_POTENTIAL, "potential", "市场潜力") \
    X(C_NOTE_DIRECTION, "direction", "发展方向") \
    X(C_NOTE_CREDIT, "credit", "财务信用") \
    X(C_NOTE_COMPETITORS, "competing suppliers", "竞争供应商") \
    X(C_NO_NOTE, "none written", "暂无") \
    X(C_CONSENTS, "Consents", "同意情况") \
    X(C_PROFILING, "profiling", "购买画像") \
    X(C_MARKETING, "advertising", "营销信息") \
    X(C_SUPPLIERS, "makers’ reports", "厂商汇总报告") \
    X(C_SCHEME, "card terms", "会员章程") \
    X(C_GIVEN, "given", "已同意") \
    X(C_NOT_GIVEN, "not given", "未同意") \
    X(C_QUALITY, "Quality of the data", "数据质量") \
    X(C_ACCURATE, "accurate", "准确") \
    X(C_RIGHT, "true", "真实") \
    X(C_COMPLETE, "complete", "完整") \
    X(C_STOCK, "in stock", "库存") \
    X(C_ISSUED, "issued", "已发卡") \
    X(C_ACTIVE, "active", "使用中") \
    X(C_LOST, "lost", "已挂失") \
    X(C_BLOCKED, "blocked", "已停用") \
    X(C_REPLACED, "replaced", "已更换") \
    X(C_EXPIRED, "expired", "已过期") \
    X(C_WITHDRAWN, "withdrawn", "已收回") \
    X(C_Q_RECENCY, "Last purchase", "距上次购买") \
    X(C_Q_FREQUENCY, "Purchases in 365 days", "365 天内购买次数") \
    X(C_Q_MONETARY, "Paid in 365 days", "365 天内实付") \
    X(C_Q_LEVEL, "Paid per occasion", "每次购买实付") \
    X(C_Q_DEAL_SHARE, "Share of lines on deal", "促销商品占比") \
    X(C_Q_OWN_BRAND, "Share of own brands", "自有品牌占比") \
    X(C_Q_TIER, "Price tier, listed", "标价档位") \
    X(C_Q_TIER_PAID, "Price tier, paid", "实付档位") \
    X(C_FEMALE, "female", "女") \
    X(C_MALE, "male", "男") \
    X(C_OTHER, "other", "其他") \
    X(C_NOT_SAID, "not said", "未说明")
// clang-format on

enum customer_word {
#define CUSTOMER_WORD_ROW(symbol, en, zh) symbol,
    CUSTOMER_WORDS(CUSTOMER_WORD_ROW)
#undef CUSTOMER_WORD_ROW
        CUSTOMER_WORD_COUNT
};

static inline const char *customer_word(enum customer_word word, bool chinese)
{
    static const char *const words[][2] = {
#define CUSTOMER_WORD_ROW(symbol, en, zh) {en, zh},
        CUSTOMER_WORDS(CUSTOMER_WORD_ROW)
#undef CUSTOMER_WORD_ROW
    };
    return words[word][chinese];
}

#endif
