/* SPDX-License-Identifier: MIT
 *
 * words.c - the words of a report in the reader's language.
 * In: a word or a level's key; out: text. Must not know where it is put.
 */
#include "words.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *en, *zh;
} words[] = {
#define WORD_ROW(symbol, english, chinese) {english, chinese},
    REPORT_WORDS(WORD_ROW)
#undef WORD_ROW
};

struct level_row {
    const char *key, *en, *zh;
};
#define LEVEL_ROW(level, english, chinese) {level, english, chinese},
static const struct level_row levels[] = {REPORT_LEVELS(LEVEL_ROW)};
static const struct level_row bands[] = {REPORT_BANDS(LEVEL_ROW)};
#undef LEVEL_ROW

const char *report_word(enum report_word word, bool chinese)
{
    return chinese ? words[word].zh : words[word].en;
}

const char *report_dimension(enum loy_dimension dimension, bool chinese)
{
    return report_word((enum report_word)((unsigned)WORD_D_NONE + (unsigned)dimension), chinese);
}
_Static_assert(WORD_D_RETURN - WORD_D_NONE == LOY_DIMENSION_RETURN, "a word for each dimension");

static const char *find_level(
    const struct level_row *rows, size_t count, const char *key, bool chinese)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].key, key) == 0) return chinese ? rows[i].zh : rows[i].en;
    return NULL;
}

/* "women 25-34" and "firm: hotel" are put together by market_source.c. */
static bool group_level(const char *level, bool chinese, char *text, size_t size)
{
    static const struct level_row sexes[] = {
        {"women ", "Women ", "女性"}, {"men ", "Men ", "男性"}, {"people ", "People ", "会员"}};
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(sexes[i].key);
        if (strncmp(level, sexes[i].key, length) != 0) continue;
        const char *age = level + length;
        bool known = strcmp(age, "unknown") != 0;
        if (chinese)
            snprintf(
                text, size, known ? "%s %s 岁" : "%s，年龄%s", sexes[i].zh, known ? age : "未知");
        else
            snprintf(text, size, "%s%s", sexes[i].en, known ? age : "of unknown age");
        return true;
    }
    if (strncmp(level, "firm: ", 6) != 0) return false;
    snprintf(text, size, chinese ? "企业：%s" : "Firms: %s", level + 6);
    return true;
}

static bool is_fixed(enum loy_dimension dimension)
{
    return dimension == LOY_DIMENSION_COLOUR || dimension == LOY_DIMENSION_WEEKDAY ||
           dimension == LOY_DIMENSION_DAY_PART || dimension == LOY_DIMENSION_PROMOTION ||
           dimension == LOY_DIMENSION_RETURN;
}

char *report_level(
    enum loy_dimension dimension, const char *level, bool chinese, char *text, size_t size)
{
    const char *found = NULL;
    if (dimension == LOY_DIMENSION_GROUP && group_level(level, chinese, text, size)) return text;
    if (dimension == LOY_DIMENSION_PRICE_BAND)
        found = find_level(bands, sizeof bands / sizeof bands[0], level, chinese);
    else if (is_fixed(dimension) || strcmp(level, "unknown") == 0 || strcmp(level, "other") == 0)
        found = find_level(levels, sizeof levels / sizeof levels[0], level, chinese);
    if (dimension == LOY_DIMENSION_NONE) found = report_word(WORD_ALL, chinese);
    snprintf(text, size, "%s", found ? found : level);
    return text;
}

const char *report_number(int64_t number, char text[REPORT_NUMBER_SIZE])
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)number);
    size_t used = 0;
    for (int i = 0; i < length; i++) {
        if (i > (number < 0) && (length - i) % 3 == 0) text[used++] = ',';
        text[used++] = digits[i];
    }
    text[used] = '\0';
    return text;
}

char *report_fill(char *text, size_t size, const char *pattern, const char *one, const char *two,
    const char *three)
{
    const char *parts[4] = {NULL, one, two, three};
    size_t used = 0;
    for (; *pattern && used + 1 < size; pattern++) {
        bool slot = pattern[0] == '%' && pattern[1] >= '1' && pattern[1] <= '3';
        if (!slot) {
            text[used++] = *pattern;
            continue;
        }
        const char *part = parts[*++pattern - '0'];
        int written = snprintf(text + used, size - used, "%s", part ? part : "");
        used += written < 0 ? 0 : (size_t)written;
        if (used >= size) used = size - 1;
    }
    text[used] = '\0';
    return text;
}
