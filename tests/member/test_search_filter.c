/* SPDX-License-Identifier: MIT
 *
 * test_search_filter.c - the search, which passes most members over by filters, against a look at
 * every line without any. In: drawn names and queries of every kind. Out: the same members in the
 * same order. */
#include "desk.h"

#include <loyalty/search.h>
#include <member/index.h>
#include <member/pinyin.h>

static struct desk desk = {.country = "CN"};

static unsigned seed = 20261122u;

static unsigned draw(unsigned below)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 16) % below;
}

/* ---- What a line is to a query, letter by letter ----------------------------------------------
 */

#define CHARACTERS_MAX 400u
struct characters {
    size_t count;
    uint32_t list[CHARACTERS_MAX];
};

static void characters_read(const char *text, size_t size, struct characters *out)
{
    out->count = 0;
    for (const char *end = text + size; text < end; out->count++) {
        unsigned char c = (unsigned char)*text++;
        uint32_t character = c < 0x80 ? c : c < 0xE0 ? c & 0x1Fu : c < 0xF0 ? c & 0xFu : c & 7u;
        for (; text < end && ((unsigned char)*text & 0xC0) == 0x80; text++)
            character = character << 6 | ((unsigned char)*text & 0x3Fu);
        assert_true(out->count < CHARACTERS_MAX);
        out->list[out->count] = character;
    }
}

static const uint16_t *readings(uint32_t character)
{
    if (character < PINYIN_FIRST || character >= PINYIN_END) return NULL;
    uint16_t set = pinyin_of[character - PINYIN_FIRST];
    return set ? &pinyin_sets[set] : NULL;
}

static uint32_t v_for_umlaut(uint32_t character)
{
    return character == 0xFC ? 'v' : character;
}

/* Whether the query from q on stands for the line from l on. ends: all of the line is used. */
static bool spells(const struct characters *query, size_t q, const struct characters *line,
    size_t l, bool ends, bool pinyin)
{
    if (q == query->count) return !ends || l == line->count;
    if (l == line->count) return false;
    uint32_t typed = query->list[q], character = line->list[l];
    bool same = pinyin ? v_for_umlaut(typed) == v_for_umlaut(character) : typed == character;
    if (same && spells(query, q + 1, line, l + 1, ends, pinyin)) return true;
    const uint16_t *reading = pinyin ? readings(character) : NULL;
    for (bool last = !reading; !last; reading++) {
        const char *syllable = pinyin_syllables[*reading & (PINYIN_LAST - 1)];
        size_t n = 0;
        while (syllable[n] && q + n < query->count &&
               v_for_umlaut(query->list[q + n]) == (uint32_t)syllable[n])
            n++;
        if (n > 0 && !ends && q + n == query->count) return true;
        if (n > 0 && spells(query, q + 1, line, l + 1, ends, pinyin)) return true;
        if (!syllable[n] && spells(query, q + n, line, l + 1, ends, pinyin)) return true;
        last = *reading & PINYIN_LAST;
    }
    return false;
}

static int line_rank(const struct characters *query, const struct characters *line, bool pinyin)
{
    if (spells(query, 0, line, 0, true, pinyin)) return 2;
    if (spells(query, 0, line, 0, false, pinyin)) return 1;
    for (size_t l = 1; l < line->count; l++)
        if (spells(query, 0, line, l, false, pinyin)) return 0;
    return -1;
}

static int text_rank(const struct characters *query, const char *text)
{
    bool letters = false, chinese = false;
    struct characters line;
    int best = -1;
    characters_read(text, strlen(text), &line);
    for (size_t i = 0; i < line.count; i++)
        chinese = chinese || readings(line.list[i]);
    for (size_t i = 0; i < query->count; i++) {
        uint32_t typed = v_for_umlaut(query->list[i]);
        letters = letters || (typed >= 'a' && typed <= 'z');
    }
    for (;; text++) {
        size_t size = strcspn(text, "\n");
        characters_read(text, size, &line);
        int rank = line_rank(query, &line, letters && chinese && query->count <= PINYIN_QUERY_MAX);
        if (rank > best) best = rank;
        text += size;
        if (!*text) return best;
    }
}

static bool has_tail(const char *query, uint64_t telephone)
{
    size_t size = strspn(query, "0123456789");
    char digits[32];
    if (query[size] || size < 4 || !telephone) return false;
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)telephone);
    return size <= (size_t)length && strcmp(digits + length - size, query) == 0;
}

/* ---- Who is there -----------------------------------------------------------------------------
 */

static const char *const pool[] = {"张", "章", "伟", "玮", "王", "小", "明", "单", "曾", "重", "庆",
    "乐", "吕", "女", "绿", "略", "行", "长", "解", "仇", "查", "安", "阿", "欧", "恩", "儿", "嗯",
    "店", "有", "限", "公", "司", "西", "先", "𠮷", "a", "an", "na", "z", "v", "ü", "lü", "é", "ß",
    "Ｂ", "1", "8", "88", " ", "-", "0", "o", "ng", "tcl"};

static void put_utf8(char **at, uint32_t c)
{
    *(*at)++ = (char)(0xE0 | c >> 12);
    *(*at)++ = (char)(0x80 | (c >> 6 & 0x3F));
    *(*at)++ = (char)(0x80 | (c & 0x3F));
    **at = '\0';
}

/* Many begin alike, so that there are more than an answer holds; others are of characters from
 * anywhere, with many readings and none. */
static void name_draw(char *text, unsigned most)
{
    bool anywhere = draw(3) == 0;
    char *at = text;
    *at = '\0';
    if (draw(3) == 0) {
        for (unsigned n = draw(8) ? 4 : 1 + draw(4); n > 0; n--)
            at = stpcpy(at, pool[draw(6) ? 0 : 2]);
        return;
    }
    for (unsigned n = 1 + draw(most); n > 0; n--)
        if (anywhere && draw(2))
            put_utf8(&at, 0x4E00 + draw(0x9FA5 - 0x4E00));
        else
            at = stpcpy(at, pool[draw(ROWS(pool))]);
    /* Something to be found by. */
    stpcpy(at, draw(2) ? "x" : "王");
}

#define CROWD 700u
static struct loy_id ids[CROWD];

static void crowd_add(void)
{
    static char texts[4][256];
    assert_status(loy_store_begin(desk.store), LOY_OK);
    for (size_t i = 0; i < CROWD; i++) {
        struct loy_field_text fields[6];
        size_t n = 0;
        for (size_t j = 0; j < 3; j++)
            name_draw(texts[j], j == 0 && draw(10) == 0 ? 15 : 4);
        snprintf(texts[3], sizeof texts[3], "138%04u%04u", draw(3), draw(20) * 400 + draw(10));
        bool person = draw(2);
        if (!person || draw(2)) fields[n++] = (struct loy_field_text){LOY_FIELD_NAME, texts[0]};
        if (person && (n == 0 || draw(2))) {
            fields[n++] = (struct loy_field_text){LOY_FIELD_FAMILY_NAME, texts[1]};
            fields[n++] = (struct loy_field_text){LOY_FIELD_GIVEN_NAME, texts[2]};
        }
        if (!person && draw(2))
            fields[n++] = (struct loy_field_text){LOY_FIELD_TRADING_NAME, texts[1]};
        if (draw(2)) fields[n++] = (struct loy_field_text){LOY_FIELD_TELEPHONE, texts[3]};
        fields[n] = (struct loy_field_text){LOY_FIELD_NAME, NULL};
        assert_status(
            desk_add(&desk, person ? LOY_MEMBER_PERSON : LOY_MEMBER_ORGANISATION, fields, &ids[i]),
            LOY_OK);
    }
    assert_status(loy_store_commit(desk.store), LOY_OK);
}

/* ---- What is typed ----------------------------------------------------------------------------
 */

/* One character: itself, one of its syllables, or that one's beginning. */
static char *character_type(char *at, const char *from, size_t size, uint32_t character)
{
    const uint16_t *reading = readings(character);
    unsigned how = draw(4);
    if (!reading || how == 0) return (char *)memcpy(at, from, size) + size;
    while (!(*reading & PINYIN_LAST) && draw(2))
        reading++;
    const char *syllable = pinyin_syllables[*reading & (PINYIN_LAST - 1)];
    size_t length = how == 1 ? 1 : strlen(syllable);
    if (how == 2 && draw(4) == 0) length = 1 + draw((unsigned)length);
    for (size_t i = 0; i < length; i++)
        if (syllable[i] == 'v' && draw(2))
            at = stpcpy(at, "ü");
        else
            *at++ = syllable[i];
    return at;
}

/* A piece of a line of somebody, typed somehow. */
static void piece_type(const struct member_cache *cache, char *query)
{
    const char *text = index_text(cache, &cache->entries[draw((unsigned)cache->count)]);
    size_t skip = draw(3) ? 0 : draw(6), take = 1 + draw(6);
    while (strchr(text, '\n') && draw(2))
        text = strchr(text, '\n') + 1;
    while (*text && *text != '\n' && take > 0) {
        size_t size = 1;
        struct characters one;
        while (((unsigned char)text[size] & 0xC0) == 0x80)
            size++;
        characters_read(text, size, &one);
        if (skip > 0)
            skip--;
        else {
            query = character_type(query, text, size, one.list[0]);
            take--;
        }
        text += size;
    }
    if (draw(8) == 0) *query++ = (char)('a' + draw(26));
    *query = '\0';
}

static void query_draw(const struct member_cache *cache, unsigned round, char *query)
{
    unsigned letters = 1 + draw(4), one = draw(26);
    switch (round % 8) {
    case 0:
        for (unsigned i = 0; i < letters; i++)
            *query++ = (char)('a' + (draw(2) ? one : draw(26)));
        *query = '\0';
        return;
    case 1:
        sprintf(query, "%0*u", 1 + (int)draw(5), draw(3) ? draw(20) * 400 + draw(10) : draw(100));
        return;
    case 2:
        name_draw(query, 2);
        return;
    default:
        piece_type(cache, query);
    }
}

/* ---- Both, side by side -----------------------------------------------------------------------
 */

static size_t ranks_expected(const struct member_cache *cache, const char *text,
    const struct characters *query, size_t max, size_t expected[CROWD])
{
    static int ranks[CROWD];
    size_t n = 0;
    for (size_t i = 0; i < cache->count; i++) {
        const struct index_entry *entry = &cache->entries[i];
        ranks[i] = text_rank(query, index_text(cache, entry));
        if (ranks[i] < 0 && has_tail(text, entry->telephone)) ranks[i] = 0;
    }
    for (int rank = 2; rank >= 0; rank--)
        for (size_t i = cache->count; i-- > 0 && n < max;)
            if (ranks[i] == rank) expected[n++] = i;
    return n;
}

static void filters_lose_nobody(void **state)
{
    (void)state;
    crowd_add();
    assert_status(loy_search_prepare(desk.store, NULL), LOY_OK);
    const struct member_cache *cache = desk.store->member_cache;
    assert_int_equal(cache->count, CROWD);
    size_t hits = 0, nothing = 0, compared = 0, looked = 0;
    for (unsigned round = 0; round < 1600; round++) {
        static size_t expected[CROWD];
        static struct loy_id found[CROWD];
        char typed[512], text[LOY_FIELD_TEXT_MAX];
        struct characters query;
        size_t n = 0, max = round % 2 ? 1 + draw(4) : CROWD;
        query_draw(cache, round, typed);
        assert_int_equal(index_fold(typed, text), LOY_OK);
        if (!text[0]) continue;
        characters_read(text, strlen(text), &query);
        assert_status(loy_member_search(desk.store, typed, found, max, &n), LOY_OK);
        size_t all = ranks_expected(cache, text, &query, max, expected);
        for (size_t i = 0; i < all; i++)
            if (i >= n || memcmp(&found[i], &ids[cache->entries[expected[i]].member - 1],
                              sizeof found[i]) != 0) {
                print_error("'%s', at most %zu: place %zu is not '%s'\n", typed, max, i,
                    index_text(cache, &cache->entries[expected[i]]));
                fail();
            }
        assert_int_equal(n, all);
        hits += n;
        nothing += n == 0;
        compared += cache->compared;
        looked += CROWD;
    }
    print_message(
        "%zu hits, %zu times none, %zu of %zu compared\n", hits, nothing, compared, looked);
    assert_true(hits > 10000 && nothing > 50);
    /* The filters do filter. */
    assert_true(compared < looked / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(filters_lose_nobody, desk_start, desk_end, &desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
