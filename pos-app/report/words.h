/* SPDX-License-Identifier: MIT
 *
 * words.h - every word of a report, English and Chinese side by side, so that neither can be
 * forgotten. %1 and %2 stand for what is filled in; the languages may order them differently.
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include <loyalty/market.h>

// clang-format off
#define REPORT_WORDS(X) \
    X(WORD_LANG, "en", "zh-CN") \
    X(WORD_TITLE, "Who buys what, and when", "谁在买、买什么、何时买") \
    X(WORD_REPORT, "Manufacturer report", "厂商报告") \
    X(WORD_ALL_BRANDS, "all brands", "全部品牌") \
    X(WORD_GENERATED, "GENERATED – invented data, no real shop or person", "GENERATED · 生成数据，并非真实商店或个人") \
    X(WORD_SAMPLE, "Sample of lines: baskets are incomplete, so frequency and basket size are not claimed", "购物行抽样：购物篮不完整，因此不对购买频率与客单大小作任何结论") \
    X(WORD_FINDINGS, "Findings", "主要发现") \
    X(WORD_NO_FINDING, "No table shows a difference beyond chance.", "没有任何表格显示出超过随机波动的差异。") \
    X(WORD_NOTHING, "Fewer members consented than may be reported on. No number is shown.", "同意的会员数低于可报告的下限，不显示任何数字。") \
    X(WORD_COVERAGE, "How much this report saw", "本报告所见范围") \
    X(WORD_IDENTIFIED, "of sales were made with a card", "的销售额使用了会员卡") \
    X(WORD_CONSENTED, "of sales are from members who consented to this report", "的销售额来自同意参与本报告的会员") \
    X(WORD_OF_CATEGORY, "of all sales in these categories", "占这些品类全部销售额") \
    X(WORD_MEMBERS, "members", "会员") \
    X(WORD_UNITS, "units", "件") \
    X(WORD_SPEND, "spend", "金额") \
    X(WORD_STORES, "shops", "门店") \
    X(WORD_ONLY_OURS, "Our shops only: what these people buy elsewhere is not known.", "仅限本店：顾客在别处的购买情况未知。") \
    X(WORD_ROUGHLY, "≈ %1 %", "约 %1 %") \
    X(WORD_BELOW, "below %1 %", "低于 %1 %") \
    X(WORD_FIG_COLOUR_GROUP, "Colour by group", "各人群的颜色选择") \
    X(WORD_FIG_GRADE_INCOME, "Grade by household income", "不同家庭收入的档次选择") \
    X(WORD_FIG_GRADE_GROUP, "Grade by group", "各人群的档次选择") \
    X(WORD_FIG_PRICE_GROUP, "Price band by group", "各人群的价格带") \
    X(WORD_FIG_PROMOTION_GROUP, "Form of promotion by group", "各人群的促销形式") \
    X(WORD_FIG_PART_GROUP, "Time of day by group", "各人群的购买时段") \
    X(WORD_FIG_CATEGORY_GROUP, "Category by group", "各人群的品类") \
    X(WORD_FIG_WEEK, "When they buy", "购买时间") \
    X(WORD_FIG_MONTH, "Colour by month", "各月颜色") \
    X(WORD_FIG_DISTRICT, "Colour by district", "各城区的颜色") \
    X(WORD_FIG_RETURN, "What comes back", "退货") \
    X(WORD_FIG_ONE, "Overview: all buyers", "总览：全体购买者") \
    X(WORD_EXPECT_OFFER_ONE, "Bar: share of units bought. Tick: share of the articles on offer. Line: 95 % interval.", "条形：购买件数占比；竖线：货架供应占比；横线：95 % 区间。") \
    X(WORD_EXPECT_OFFER, "Bar: share within the group. Tick: what all buyers chose from what was on the rack. Line: 95 % interval.", "条形：人群内占比；竖线：全体购买者面对同样货架的选择；横线：95 % 区间。") \
    X(WORD_EXPECT_BUYERS, "Bar: share within the group. Tick: all buyers. Line: 95 % interval.", "条形：人群内占比；竖线：全体购买者；横线：95 % 区间。") \
    X(WORD_EXPECT_NONE, "Bar: share of all units. Line: 95 % interval.", "条形：占全部件数比例；横线：95 % 区间。") \
    X(WORD_EXPECT_RETURN, "Bar: share of units bought that came back. Tick: all colours. Line: 95 % interval.", "条形：退货件数占比；竖线：全部颜色；横线：95 % 区间。") \
    X(WORD_HEAT_WEEK, "Each row adds up to 100 %; darker is more.", "每行合计 100 %，颜色越深占比越高。") \
    X(WORD_SPEAKS, "beyond chance", "超出随机波动") \
    X(WORD_SILENT, "no difference beyond chance", "未超出随机波动") \
    X(WORD_NUMBERS, "Numbers", "数字") \
    X(WORD_NOT_SHOWN, "not shown", "不显示") \
    X(WORD_NONE_SOLD, "none sold", "无销售") \
    X(WORD_HIDDEN_ROWS, "Rows not shown for privacy: %1", "为保护隐私不显示的行：%1") \
    X(WORD_HIDDEN_CELLS, "Cells not shown for privacy: %1", "为保护隐私不显示的格：%1") \
    X(WORD_REST_BARS, "%1 more", "另有 %1 项") \
    X(WORD_SHARE, "share", "占比") \
    X(WORD_INTERVAL, "95 % interval", "95 % 区间") \
    X(WORD_EXPECTED, "expected", "预期") \
    X(WORD_METHOD, "Method", "方法") \
    X(WORD_METHOD_NET, "Goods only; what came back is taken off. Price bands are fifths of the list price within the category.", "仅统计商品；退货已扣除。价格带为品类内标价的五等分。") \
    X(WORD_METHOD_TEST, "A sentence is written only for a table that passes the G-test under Benjamini and Hochberg at 5 % over the whole report and has Cramer’s V of at least 0.05. The test allows for several purchases of one member being alike (design effect).", "只有通过 G 检验（全报告按 Benjamini–Hochberg 控制在 5 %）且 Cramer V 不低于 0.05的表格才会写成结论。检验已考虑同一会员多次购买的相似性（设计效应）。") \
    X(WORD_METHOD_OFFER, "Where the price history tells what was on the rack, each store’s weeks count by their baskets: a colour that was out of stock is not read as disliked.", "若价格历史记录了货架供应，则按各店每周购物篮数加权：缺货的颜色不会被误读为不受欢迎。") \
    X(WORD_METHOD_BUYERS, "The price history does not tell what was on the rack; groups are compared with all buyers.", "价格历史未记录货架供应；各人群与全体购买者比较。") \
    X(WORD_DERIVED, "Grade is derived: a price tercile within the product type.", "档次为推算值：同类商品价格三等分。") \
    X(WORD_PRIVACY, "Privacy", "隐私") \
    X(WORD_PRIVACY_WHO, "Only members who consented to reports for suppliers are counted; the others enter only the shares of sales above. Groups, incomes and districts of fewer than 10 buyers are under “other”.", "只统计同意向供应商提供汇总报告的会员；其他会员仅计入上方的销售额占比。购买者不足 10 人的人群、收入和城区并入“其他”。") \
    X(WORD_PRIVACY_RULE, "A number is shown if it stands for at least 10 members, from 3 shops or at least 20 in one, and no member makes up more than 40 % of it.", "每个数字至少代表 10 名会员，来自 3 家门店或单店至少 20 名，且任一会员不超过 40 %。") \
    X(WORD_PRIVACY_MORE, "Further cells are withheld so that none that fails this rule follows from totals, alone or across tables: what can be computed for it is a range at least half as wide as its value. What a total leaves over passes the same rule.", "另有部分单元格被隐去，使任何不满足该规则的数字都无法由合计或跨表推算：至多只能算出一个范围，其宽度不小于该值的一半。合计的剩余部分同样满足上述规则。") \
    X(WORD_PRIVACY_ROUND, "Members and units are rounded to 5, spend to 5 currency units; shares and intervals are computed from the rounded numbers.", "会员数与件数按 5 取整，金额按 5 个货币单位取整；占比与区间均由取整后的数字计算。") \
    X(WORD_PRIVACY_COUNT, "In all tables together %1 cells are shown and %2 are withheld.", "全部表格共显示 %1 格，隐去 %2 格。") \
    X(WORD_PRIVACY_ONCE, "A period is released once; a second version would show by its difference what the first hides.", "每个期间只发布一次；第二个版本与第一版之差会暴露被隐去的内容。") \
    X(WORD_TESTS, "Tests", "检验") \
    X(WORD_TABLE, "table", "表格") \
    X(WORD_DEGREES, "degrees of freedom", "自由度") \
    X(WORD_DESIGN, "design effect", "设计效应") \
    X(WORD_VERDICT, "verdict", "结论") \
    X(WORD_ALL, "all", "全部") \
    /* sentences: %1 who, %2 does what, %3 numbers; more and less */ \
    X(WORD_MORE, "%1 %2 more often than %3", "%1更常%2：") \
    X(WORD_LESS, "%1 %2 less often than %3", "%1较少%2：") \
    X(WORD_BUYERS, "all buyers", "全体购买者") \
    X(WORD_BUYERS_RACK, "all buyers did from what was on the rack", "全体购买者面对同样货架") \
    X(WORD_BUYERS_TIME, "over the whole period, given what was on the rack", "整个期间按货架供应推算") \
    X(WORD_BUYERS_PERIOD, "over the whole period", "整个期间") \
    X(WORD_BUYERS_DAYS, "on all days together", "全部日子") \
    X(WORD_BUYERS_OFFER, "its share of the articles on offer", "其货架供应占比") \
    X(WORD_BUYERS_COLOURS, "all colours together", "全部颜色") \
    X(WORD_RANGE, "95 %: %1 to %2", "95 % 区间 %1–%2") \
    X(WORD_WHO_INCOME, "Households with income %1", "家庭收入 %1 者") \
    X(WORD_WHO_DISTRICT, "Buyers from %1", "%1的购买者") \
    X(WORD_WHO_MONTH, "In %1 buyers", "%1 购买者") \
    X(WORD_WHO_WEEKDAY, "On %1 buyers", "%1购买者") \
    X(WORD_WHO_COLOUR, "What is %1", "%1商品") \
    X(WORD_WHO_ALL, "Buyers", "购买者") \
    X(WORD_DO_COLOUR, "choose %1", "选择%1") \
    X(WORD_DO_GRADE, "choose grade “%1”", "选择档次“%1”") \
    X(WORD_DO_PRICE, "buy in price band %1", "购买价格带%1") \
    X(WORD_DO_PROMOTION, "buy with %1", "以%1购买") \
    X(WORD_DO_REGULAR, "buy at the regular price", "以原价购买") \
    X(WORD_DO_PART, "buy between %1 h", "在 %1 时购买") \
    X(WORD_DO_OTHER, "buy “%1”", "购买“%1”") \
    X(WORD_DO_RETURN, "comes back", "被退回") \
    /* dimensions */ \
    X(WORD_D_NONE, "all", "全部") \
    X(WORD_D_COLOUR, "colour", "颜色") \
    X(WORD_D_GRADE, "grade", "档次") \
    X(WORD_D_SIZE, "size", "尺码") \
    X(WORD_D_CATEGORY, "category", "品类") \
    X(WORD_D_BRAND, "brand", "品牌") \
    X(WORD_D_PRICE_BAND, "price band", "价格带") \
    X(WORD_D_DAY_PART, "time of day", "时段") \
    X(WORD_D_WEEKDAY, "weekday", "星期") \
    X(WORD_D_MONTH, "month", "月份") \
    X(WORD_D_PROMOTION, "promotion", "促销") \
    X(WORD_D_GROUP, "group", "人群") \
    X(WORD_D_INCOME, "household income", "家庭收入") \
    X(WORD_D_DISTRICT, "district", "城区") \
    X(WORD_D_RETURN, "kept or returned", "保留或退货")

/* Levels that have a name of their own in each language; others stay as the shop wrote them. */
#define REPORT_LEVELS(X) \
    X("black", "black", "黑色") X("white", "white", "白色") X("grey", "grey", "灰色") \
    X("beige", "beige", "米色") X("brown", "brown", "棕色") X("red", "red", "红色") \
    X("pink", "pink", "粉色") X("orange", "orange", "橙色") X("yellow", "yellow", "黄色") \
    X("green", "green", "绿色") X("blue", "blue", "蓝色") X("navy", "navy", "藏青") \
    X("purple", "purple", "紫色") X("multi", "multicoloured", "多色") \
    X("mon", "Monday", "星期一") X("tue", "Tuesday", "星期二") X("wed", "Wednesday", "星期三") \
    X("thu", "Thursday", "星期四") X("fri", "Friday", "星期五") X("sat", "Saturday", "星期六") \
    X("sun", "Sunday", "星期日") \
    X("00-06", "0–6", "0–6") X("06-12", "6–12", "6–12") X("12-18", "12–18", "12–18") \
    X("18-24", "18–24", "18–24") \
    X("none", "regular price", "原价") X("percent", "percentage off", "折扣") \
    X("amount", "amount off", "减额") X("n-for-m", "n for m", "买 n 付 m") \
    X("member-price", "member price", "会员价") X("coupon", "coupon", "优惠券") \
    X("kept", "kept", "保留") X("returned", "returned", "退货") \
    X("unknown", "not known", "未知") X("other", "other", "其他")
#define REPORT_BANDS(X) \
    X("1", "1 (lowest)", "1（最低）") X("2", "2", "2") X("3", "3 (middle)", "3（中间）") \
    X("4", "4", "4") X("5", "5 (highest)", "5（最高）")
// clang-format on

enum report_word {
#define REPORT_WORD_ROW(symbol, en, zh) symbol,
    REPORT_WORDS(REPORT_WORD_ROW)
#undef REPORT_WORD_ROW
        WORD_COUNT
};

/* Never NULL. */
const char *report_word(enum report_word word, bool chinese);
const char *report_dimension(enum loy_dimension dimension, bool chinese);
/* A level's name for a reader; text holds size bytes and is returned. */
char *report_level(
    enum loy_dimension dimension, const char *level, bool chinese, char *text, size_t size);
#define REPORT_NUMBER_SIZE 32u
/* With a comma between thousands, as both languages write it. */
const char *report_number(int64_t number, char text[REPORT_NUMBER_SIZE]);
/* Fills %1, %2, %3 of a word; NULL for those that it does not have. */
char *report_fill(char *text, size_t size, const char *pattern, const char *one, const char *two,
    const char *three);

#endif
