/* SPDX-License-Identifier: MIT
 *
 * pinyin_show.c - a name as it is read aloud: "shan xiong xin". Surnames have readings of their
 * own. In: a name as typed. Out: its syllables. Must not know: members, the store.
 */
#include "pinyin.h"

#include <loyalty/search.h>

#include <string.h>
#include <utf8proc.h>

/* Surnames that are read otherwise than the character elsewhere; those of two characters stand
 * first, since 单于 is no 单. Every reading here is among its character's in the table, so that it
 * is found, too. */
static const struct {
    const char *surname, *reading;
} surnames[] = {
    // clang-format off
    {"尉迟", "yu chi"}, {"尉遲", "yu chi"}, {"万俟", "mo qi"}, {"单于", "chan yu"},
    {"單于", "chan yu"}, {"澹台", "tan tai"}, {"澹臺", "tan tai"}, {"子车", "zi ju"},
    {"乐正", "yue zheng"}, {"樂正", "yue zheng"}, {"吐谷", "tu yu"}, {"拓跋", "tuo ba"}, {"阚", "kan"}, {"闞", "kan"}, {"秘", "bi"}, {"单", "shan"},
    {"單", "shan"}, {"曾", "zeng"}, {"解", "xie"}, {"仇", "qiu"}, {"区", "ou"}, {"區", "ou"},
    {"查", "zha"}, {"朴", "piao"}, {"盖", "ge"}, {"蓋", "ge"}, {"翟", "zhai"}, {"乐", "yue"},
    {"樂", "yue"}, {"缪", "miao"}, {"繆", "miao"}, {"覃", "qin"}, {"员", "yun"}, {"員", "yun"},
    {"祭", "zhai"}, {"折", "she"}, {"种", "chong"}, {"黑", "he"}, {"乜", "nie"}, {"重", "chong"},
    {"繁", "po"}, {"洗", "xian"}, {"能", "nai"}, {"召", "shao"}, {"句", "gou"}, {"隗", "wei"},
    {"薄", "bo"}, {"佴", "nai"}, {"郇", "xun"}, {"阿", "e"}, {"都", "du"}, {"藏", "zang"},
    {"圈", "juan"}, {"六", "lu"}, {"么", "yao"}, {"适", "kuo"},
    // clang-format on
};

struct writer {
    char *text;
    size_t used, size;
    bool syllable; /* the last word was one */
};

static void put(struct writer *out, const char *text, size_t size)
{
    if (out->used + size >= out->size) {
        out->size = 0; /* full: nothing more goes in */
        return;
    }
    memcpy(out->text + out->used, text, size);
    out->used += size;
}

static void put_blank(struct writer *out)
{
    if (out->used > 0 && out->text[out->used - 1] != ' ') put(out, " ", 1);
}

static void put_syllable(struct writer *out, const char *syllable)
{
    put_blank(out);
    for (; *syllable; syllable++)
        if (*syllable == 'v')
            put(out, "\xc3\xbc", 2);
        else
            put(out, syllable, 1);
    out->syllable = true;
}

static void put_other(struct writer *out, const char *text, size_t size, bool blank)
{
    if (out->syllable || blank) put_blank(out);
    if (!blank) put(out, text, size);
    out->syllable = false;
}

/* How many bytes of the name are a surname of the table; 0: none. */
static size_t put_surname(struct writer *out, const char *name)
{
    for (size_t i = 0; i < sizeof surnames / sizeof surnames[0]; i++) {
        size_t size = strlen(surnames[i].surname);
        if (strncmp(name, surnames[i].surname, size) != 0) continue;
        put_syllable(out, surnames[i].reading);
        return size;
    }
    return 0;
}

static size_t put_character(struct writer *out, const char *at)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)at, -1, &c);
    if (used <= 0) return 0;
    uint16_t set = c >= PINYIN_FIRST && c < PINYIN_END ? pinyin_of[c - PINYIN_FIRST] : 0;
    if (set)
        put_syllable(out, pinyin_syllables[pinyin_sets[set] & (PINYIN_LAST - 1)]);
    else
        put_other(out, at, (size_t)used, utf8proc_category(c) == UTF8PROC_CATEGORY_ZS);
    return (size_t)used;
}

enum loy_status loy_pinyin(const char *name, bool surname_first, char *text, size_t size)
{
    if (!name || !text || size == 0) return LOY_E_ARGUMENT;
    struct writer out = {text, 0, size, false};
    size_t used = surname_first ? put_surname(&out, name) : 0;
    for (const char *at = name + used; *at; at += used)
        if ((used = put_character(&out, at)) == 0) {
            text[0] = '\0';
            return LOY_E_FORMAT;
        }
    if (out.used > 0 && text[out.used - 1] == ' ') out.used--;
    text[out.size ? out.used : 0] = '\0';
    return out.size ? LOY_OK : LOY_E_LIMIT;
}
