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
    X(C_NOT_AGREED, "Has not agreed to profiling: nothing is derived, categories and brands are not counted.", "会员未同意购买分析：不作推算，也不统计品类与品牌。") \
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
    X(C_PROFILING, "profiling", "购买分析") \
    X(C_MARKETING, "advertising", "营销信息") \
    X(C_SUPPLIERS, "makers’ reports", "供应商汇总报告") \
    X(C_SCHEME, "card terms", "会员章程") \
    X(C_GIVEN, "given", "已同意") \
    X(C_NOT_GIVEN, "not given", "未同意") \
    X(C_QUALITY, "Quality of the data", "数据质量") \
    X(C_ACCURATE, "accurate", "准确") \
    X(C_RIGHT, "true", "真实") \
    X(C_COMPLETE, "complete", "完整") \
    X(C_STOCK, "in stock", "库存") \
    X(C_ISSUED, "issued", "已发放") \
    X(C_ACTIVE, "active", "使用中") \
    X(C_LOST, "lost", "挂失") \
    X(C_BLOCKED, "blocked", "停用") \
    X(C_REPLACED, "replaced", "已换卡") \
    X(C_EXPIRED, "expired", "过期") \
    X(C_WITHDRAWN, "withdrawn", "收回") \
    X(C_Q_RECENCY, "Last purchase", "距上次购买") \
    X(C_Q_FREQUENCY, "Purchases in 365 days", "365 天内购买次数") \
    X(C_Q_MONETARY, "Paid in 365 days", "365 天内实付") \
    X(C_Q_LEVEL, "Paid per occasion", "每次购买实付") \
    X(C_Q_DEAL_SHARE, "Share of lines on deal", "促销商品占比") \
    X(C_Q_OWN_BRAND, "Share of own brands", "自有品牌占比") \
    X(C_Q_TIER, "Price tier, listed", "标价档位") \
    X(C_Q_TIER_PAID, "Price tier, paid", "实付档位") \
    X(C_F_NAME, "name", "名称") \
    X(C_F_FAMILY, "family name", "姓") \
    X(C_F_GIVEN, "given name", "名") \
    X(C_F_INDUSTRY, "trade", "行业") \
    X(C_F_ADDRESS, "address", "地址") \
    X(C_F_TELEPHONE, "telephone", "电话") \
    X(C_F_FAX, "fax", "传真") \
    X(C_F_SECTION, "section", "地段号") \
    X(C_F_DISTRICT, "district", "区域") \
    X(C_F_POSTCODE, "postcode", "邮政编码") \
    X(C_F_TAX, "tax number", "税号") \
    X(C_F_ACCOUNT, "account number", "账号") \
    X(C_F_PURCHASERS, "purchasers named", "登记的购买人") \
    X(C_F_SEX, "sex", "性别") \
    X(C_F_BIRTH, "year of birth", "出生年份") \
    X(C_F_HOUSEHOLD, "household", "家庭人数") \
    X(C_F_LANGUAGE, "language", "语言") \
    X(C_F_EMAIL, "e-mail", "电子邮箱") \
    X(C_F_TRADING, "trading name", "商号") \
    X(C_F_BANK, "bank", "开户银行") \
    X(C_F_LICENCE, "licence until", "执照有效期至")
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
