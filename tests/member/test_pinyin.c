/* SPDX-License-Identifier: MIT
 *
 * test_pinyin.c - names against a list made by hand, typed letters against names.
 * In: invented and historical names. Out: how they are read, and whether letters stand for them. */
#include "desk.h"

#include <loyalty/search.h>
#include <member/pinyin.h>

struct reading_row {
    const char *name, *reading;
};
// clang-format off
static const struct reading_row people[] = {
    /* the most frequent surnames */
    {"王伟", "wang wei"}, {"李娜", "li na"}, {"张敏", "zhang min"}, {"刘洋", "liu yang"}, {"陈静", "chen jing"},
    {"杨勇", "yang yong"}, {"黄艳", "huang yan"}, {"赵杰", "zhao jie"}, {"吴涛", "wu tao"}, {"周明", "zhou ming"},
    {"徐超", "xu chao"}, {"孙秀英", "sun xiu ying"}, {"马霞", "ma xia"}, {"朱平", "zhu ping"}, {"胡刚", "hu gang"},
    {"郭桂英", "guo gui ying"}, {"何建华", "he jian hua"}, {"高浩然", "gao hao ran"}, {"林欣怡", "lin xin yi"},
    {"罗宇", "luo yu"}, {"郑晨", "zheng chen"}, {"梁佳", "liang jia"}, {"谢琳", "xie lin"}, {"宋雨桐", "song yu tong"},
    {"唐思远", "tang si yuan"}, {"许海燕", "xu hai yan"}, {"韩志强", "han zhi qiang"}, {"冯文博", "feng wen bo"},
    {"邓若曦", "deng ruo xi"}, {"曹磊", "cao lei"}, {"彭军", "peng jun"}, {"曾小贤", "zeng xiao xian"},
    {"肖丽", "xiao li"}, {"田芳", "tian fang"}, {"董强", "dong qiang"}, {"袁梅", "yuan mei"}, {"潘安", "pan an"},
    {"于洋", "yu yang"}, {"蒋欣", "jiang xin"}, {"蔡琴", "cai qin"}, {"余华", "yu hua"}, {"杜甫", "du fu"},
    {"叶青", "ye qing"}, {"程浩", "cheng hao"}, {"苏轼", "su shi"}, {"魏征", "wei zheng"}, {"吕布", "lü bu"},
    {"丁宁", "ding ning"}, {"任静", "ren jing"}, {"沈从文", "shen cong wen"}, {"姚远", "yao yuan"}, {"卢俊义", "lu jun yi"},
    {"姜维", "jiang wei"}, {"崔健", "cui jian"}, {"钟馗", "zhong kui"}, {"谭咏", "tan yong"}, {"陆游", "lu you"},
    {"汪洋", "wang yang"}, {"范冰", "fan bing"}, {"金星", "jin xing"}, {"石磊", "shi lei"}, {"廖凡", "liao fan"},
    {"贾宝玉", "jia bao yu"}, {"夏雨", "xia yu"}, {"韦小宝", "wei xiao bao"}, {"付强", "fu qiang"}, {"方圆", "fang yuan"},
    {"白居易", "bai ju yi"}, {"邹韬", "zou tao"}, {"孟轲", "meng ke"}, {"熊大", "xiong da"}, {"秦琼", "qin qiong"},
    {"邱少云", "qiu shao yun"}, {"江山", "jiang shan"}, {"尹志平", "yin zhi ping"}, {"薛宝钗", "xue bao chai"},
    {"闫妮", "yan ni"}, {"段誉", "duan yu"}, {"雷雨", "lei yu"}, {"侯亮", "hou liang"}, {"龙飞", "long fei"},
    {"史可法", "shi ke fa"}, {"陶渊明", "tao yuan ming"}, {"黎明", "li ming"}, {"贺兰", "he lan"}, {"顾城", "gu cheng"},
    {"毛遂", "mao sui"}, {"郝建", "hao jian"}, {"龚雪", "gong xue"}, {"邵兵", "shao bing"}, {"万里", "wan li"},
    {"钱多", "qian duo"}, {"严复", "yan fu"}, {"覃雪", "qin xue"}, {"武松", "wu song"}, {"戴望", "dai wang"},
    {"莫言", "mo yan"}, {"孔明", "kong ming"}, {"向阳", "xiang yang"}, {"汤圆", "tang yuan"},
    /* surnames that are read otherwise than the character elsewhere */
    {"单雄信", "shan xiong xin"}, {"單雄信", "shan xiong xin"}, {"解晓东", "xie xiao dong"}, {"仇和", "qiu he"},
    {"区健", "ou jian"}, {"區健", "ou jian"}, {"查良镛", "zha liang yong"}, {"朴树", "piao shu"}, {"盖叫天", "ge jiao tian"},
    {"纪晓岚", "ji xiao lan"}, {"翟天临", "zhai tian lin"}, {"乐嘉", "yue jia"}, {"缪斌", "miao bin"}, {"员峻", "yun jun"},
    {"祭仲", "zhai zhong"}, {"折可行", "she ke xing"}, {"种师道", "chong shi dao"}, {"黑山", "he shan"}, {"乜先", "nie xian"},
    {"繁钦", "po qin"}, {"洗夫人", "xian fu ren"}, {"能得", "nai de"}, {"召公", "shao gong"}, {"句践", "gou jian"},
    {"薄熙", "bo xi"}, {"秘书", "bi shu"}, {"都飞", "du fei"}, {"尉迟恭", "yu chi gong"}, {"尉遲恭", "yu chi gong"},
    {"万俟卨", "mo qi xie"}, {"单于飞", "chan yu fei"}, {"澹台灭明", "tan tai mie ming"}, {"乐正子", "yue zheng zi"},
    {"长孙无忌", "zhang sun wu ji"}, {"令狐冲", "ling hu chong"}, {"欧阳娜娜", "ou yang na na"}, {"司马光", "si ma guang"},
    {"诸葛亮", "zhu ge liang"}, {"上官婉儿", "shang guan wan er"}, {"夏侯惇", "xia hou dun"}, {"皇甫嵩", "huang fu song"},
    {"公孙胜", "gong sun sheng"}, {"慕容复", "mu rong fu"}, {"东方朔", "dong fang shuo"}, {"宇文成", "yu wen cheng"},
    {"呼延灼", "hu yan zhuo"}, {"端木蕻", "duan mu hong"}, {"南宫", "nan gong"}, {"独孤", "du gu"}, {"轩辕", "xuan yuan"},
    {"钟离春", "zhong li chun"}, {"司徒", "si tu"}, {"司空图", "si kong tu"}, {"闻人", "wen ren"}, {"赫连", "he lian"},
    {"申屠", "shen tu"}, {"太史慈", "tai shi ci"}, {"淳于", "chun yu"}, {"鲜于", "xian yu"}, {"拓跋", "tuo ba"},
    {"郇文", "xun wen"}, {"贲文", "ben wen"}, {"隗文", "wei wen"}, {"厍文", "she wen"}, {"覃文", "qin wen"},
    {"佴文", "nai wen"}, {"车文", "che wen"}, {"六文", "lu wen"}, {"圈文", "juan wen"}, {"阿文", "e wen"},
    {"葛文", "ge wen"}, {"华文", "hua wen"}, {"宁文", "ning wen"}, {"燕文", "yan wen"}, {"应文", "ying wen"},
    /* the same characters inside a name */
    {"李解", "li jie"}, {"王仇", "wang chou"}, {"陈查", "chen cha"}, {"张盖", "zhang gai"}, {"刘重", "liu zhong"},
    {"马乐", "ma le"}, {"赵曾", "zhao ceng"}, {"吴单", "wu dan"},
    /* rarer ones, u-umlaut, traditional letters, zero */
    {"阚泽", "kan ze"}, {"郗鉴", "xi jian"}, {"佘太君", "she tai jun"}, {"冼星海", "xian xing hai"}, {"麦家", "mai jia"},
    {"瞿秋白", "qu qiu bai"}, {"芮成", "rui cheng"}, {"亓官", "qi guan"}, {"逄蒙", "pang meng"}, {"訾文", "zi wen"},
    {"綦江", "qi jiang"}, {"茆文", "mao wen"}, {"牟平", "mou ping"}, {"禚文", "zhuo wen"}, {"仉文", "zhang wen"},
    {"聂卫", "nie wei"}, {"吕绿", "lü lü"}, {"女娲", "nü wa"}, {"陳偉", "chen wei"}, {"張學友", "zhang xue you"},
    {"劉德", "liu de"}, {"趙雲", "zhao yun"}, {"葉問", "ye wen"}, {"歐陽修", "ou yang xiu"}, {"諸葛亮", "zhu ge liang"},
    {"許仙", "xu xian"}, {"關羽", "guan yu"}, {"馬超", "ma chao"}, {"黃忠", "huang zhong"}, {"龔自珍", "gong zi zhen"},
};
static const struct reading_row others[] = {
    {"TCL王牌", "TCL wang pai"}, {"王记 (Beijing) 餐厅", "wang ji (Beijing) can ting"}, {"7天酒店", "7 tian jiu dian"},
    {"Anna Muster", "Anna Muster"}, {"", ""}, {"  王  ", "wang"}, {"𠮷野家", "𠮷 ye jia"}, {"单位", "dan wei"},
};
// clang-format on

static void people_are_read(void **state)
{
    (void)state;
    char text[256];
    int wrong = 0;
    assert_true(ROWS(people) >= 200);
    for (size_t i = 0; i < ROWS(people); i++) {
        assert_int_equal(loy_pinyin(people[i].name, true, text, sizeof text), LOY_OK);
        if (strcmp(text, people[i].reading) == 0) continue;
        print_error("%s: %s\n", people[i].name, text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void others_are_read(void **state)
{
    (void)state;
    char text[256];
    for (size_t i = 0; i < ROWS(others); i++) {
        assert_int_equal(loy_pinyin(others[i].name, false, text, sizeof text), LOY_OK);
        assert_string_equal(text, others[i].reading);
    }
    assert_int_equal(loy_pinyin("单", false, text, sizeof text), LOY_OK);
    assert_string_equal(text, "dan");
    assert_int_equal(loy_pinyin("\xff", false, text, sizeof text), LOY_E_FORMAT);
    assert_int_equal(loy_pinyin("王伟", true, text, 8), LOY_E_LIMIT);
    assert_string_equal(text, "");
    assert_int_equal(loy_pinyin("王伟", true, text, 9), LOY_OK);
    assert_int_equal(loy_pinyin(NULL, true, text, 9), LOY_E_ARGUMENT);
    assert_int_equal(loy_pinyin("王伟", true, text, 0), LOY_E_ARGUMENT);
}

static enum pinyin_place place(const char *typed, const char *line)
{
    static struct pinyin_query query;
    if (!pinyin_query_make(typed, &query)) return PINYIN_NOWHERE;
    enum pinyin_place found = pinyin_match(&query, line, strlen(line), PINYIN_INSIDE);
    if (found == PINYIN_NOWHERE) return found;
    /* The filter never turns away what matches, whatever other lines there are. */
    char text[256];
    snprintf(text, sizeof text, "some\n%s\nothers", line);
    const struct pinyin_filter filter = pinyin_filter_of(text);
    assert_int_equal(filter.letters & query.need.letters, query.need.letters);
    assert_int_equal(filter.pairs & query.need.pairs, query.need.pairs);
    if (found <= PINYIN_BEGIN) assert_int_equal(filter.starts & query.need.begin, query.need.begin);
    if (found == PINYIN_WHOLE) assert_int_not_equal(filter.starts & query.need.whole, 0);
    return found;
}

/* Every reading that is shown is found, whole and by its initials. */
static void what_is_read_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(people); i++) {
        char whole[64], initials[16];
        size_t n = 0, m = 0;
        for (const char *at = people[i].reading; *at; at++) {
            if (at == people[i].reading || at[-1] == ' ') initials[m++] = *at;
            if (*at != ' ') whole[n++] = *at;
        }
        whole[n] = initials[m] = '\0';
        if (place(whole, people[i].name) != PINYIN_WHOLE) print_error("%s\n", people[i].name);
        assert_int_equal(place(whole, people[i].name), PINYIN_WHOLE);
        assert_int_equal(place(initials, people[i].name), PINYIN_WHOLE);
    }
}

static void typed_letters(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *line;
        enum pinyin_place place;
    } rows[] = {
        {"zhangwei", "张伟", PINYIN_WHOLE},
        {"zw", "张伟", PINYIN_WHOLE},
        {"zhangw", "张伟", PINYIN_WHOLE},
        {"zhangwe", "张伟", PINYIN_BEGIN},
        {"zhan", "张伟", PINYIN_BEGIN},
        {"zwei", "张伟", PINYIN_WHOLE},
        {"wei", "张伟", PINYIN_INSIDE},
        {"w", "张伟", PINYIN_INSIDE},
        {"hang", "张伟", PINYIN_NOWHERE},
        {"zhangwi", "张伟", PINYIN_NOWHERE},
        {"zhangweiq", "张伟", PINYIN_NOWHERE},
        {"zxx", "曾小贤", PINYIN_WHOLE},
        {"cxx", "曾小贤", PINYIN_WHOLE},
        {"cengxiaoxian", "曾小贤", PINYIN_WHOLE},
        {"chongqing", "重庆饭店", PINYIN_BEGIN},
        {"zhongqing", "重庆饭店", PINYIN_BEGIN},
        {"qingfan", "重庆饭店", PINYIN_INSIDE},
        {"lvbu", "吕布", PINYIN_WHOLE},
        {"lubu", "吕布", PINYIN_WHOLE},
        {"lyubu", "吕布", PINYIN_WHOLE},
        {"lübu", "吕布", PINYIN_WHOLE},
        {"tclwangpai", "tcl王牌", PINYIN_WHOLE},
        {"tclwp", "tcl王牌", PINYIN_WHOLE},
        {"clw", "tcl王牌", PINYIN_INSIDE},
        {"7tian", "7天酒店", PINYIN_BEGIN},
        {"xian", "西安", PINYIN_WHOLE},
        {"xian", "先生", PINYIN_BEGIN},
        {"张wei", "张伟", PINYIN_WHOLE},
        {"张wei", "张伟民", PINYIN_BEGIN},
        {"张wei", "小张伟", PINYIN_INSIDE},
        {"张wei", "章伟", PINYIN_NOWHERE},
        {"张wei", "张", PINYIN_NOWHERE},
        {"张wei", "伟张", PINYIN_NOWHERE},
        {"张wei", "张wei", PINYIN_WHOLE},
        {"张w", "张伟", PINYIN_WHOLE},
        {"张we", "张伟", PINYIN_BEGIN},
        {"张zhang", "张伟", PINYIN_NOWHERE},
        {"zhang伟", "张伟", PINYIN_WHOLE},
        {"zhang伟", "章伟", PINYIN_WHOLE},
        {"zhang伟", "张玮", PINYIN_NOWHERE},
        {"z伟", "张伟", PINYIN_WHOLE},
        {"zhan伟", "张伟", PINYIN_NOWHERE},
        {"王xiao明", "王小明", PINYIN_WHOLE},
        {"王xiao明", "王小名", PINYIN_NOWHERE},
        {"w小ming", "王小明", PINYIN_WHOLE},
        {"wang小m", "王小明", PINYIN_WHOLE},
        {"xiao明", "王小明", PINYIN_INSIDE},
        {"单xx", "单雄信", PINYIN_WHOLE},
        {"tcl王p", "tcl王牌", PINYIN_WHOLE},
        {"7tian酒", "7天酒店", PINYIN_BEGIN},
        {"𠮷yejia", "𠮷野家", PINYIN_WHOLE},
        {"lü布", "吕布", PINYIN_WHOLE},
        {"qiu", "王q", PINYIN_NOWHERE}, /* what has no reading is no syllable */
        {"lü王", "lü王", PINYIN_WHOLE},
        {"", "张伟", PINYIN_NOWHERE},
        {"张", "张伟", PINYIN_NOWHERE}, /* nothing in it is spelled */
        {"12", "张伟12", PINYIN_NOWHERE},
        {"a-b", "张伟", PINYIN_NOWHERE},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "张伟", PINYIN_NOWHERE},
        {"张张张张张张张张张张张张张张张张张张张张张张张张zzzzzzzzzzzzzzzzzzzzzzzz",
            "张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张张"
            "张张张张张",
            PINYIN_WHOLE},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        print_message("%s %s\n", rows[i].typed, rows[i].line);
        assert_int_equal(place(rows[i].typed, rows[i].line), rows[i].place);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people_are_read),
        cmocka_unit_test(others_are_read),
        cmocka_unit_test(what_is_read_is_found),
        cmocka_unit_test(typed_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
