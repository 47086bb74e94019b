/* SPDX-License-Identifier: MIT
 *
 * match.c - what two members are compared by, and their score. In: normal texts. Out: a name
 * without its legal form, a place, points with their reasons, masked words for the lane. Must not
 * know: rows, envelopes, who asks.
 */
#include "match.h"

#include "member_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define POINTS_MAX 100u
#define WORDS_MAX 16u
#define LETTERS_MAX 64u

/* ---- Names --------------------------------------------------------------------------------------
 */

/* Ends of firms' names, folded, without dots. The longest first where one ends another. */
static const char *const legal_words[] = {"ag", "as", "ab", "aps", "bv", "bvba", "co", "company",
    "corp", "corporation", "doo", "ek", "eg", "gbr", "gmbh", "inc", "incorporated", "kft", "kg",
    "kgaa", "limited", "llc", "llp", "lp", "ltd", "nv", "ohg", "oy", "oyj", "plc", "sa", "sarl",
    "sas", "sasu", "se", "sl", "slu", "spa", "spzoo", "sprl", "srl", "sro", "ug", "ltda", "pte"};
static const char *const legal_ends[] = {"股份有限公司", "有限责任公司", "集团有限公司", "有限公司",
    "股份公司", "个体工商户", "合伙企业", "有限合伙", "集团公司", "公司", "集团"};

static bool is_wide(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0xE3) return true;
    return false;
}

/* Dots vanish, so that "S.A." is "sa"; other signs part words. */
static void signs_drop(char *text)
{
    static const char *const wide[] = {"（", "）", "，", "、", "·", "【", "】"};
    char *to = text;
    for (const char *from = text; *from;) {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof wide / sizeof *wide && !skip; i++)
            if (strncmp(from, wide[i], strlen(wide[i])) == 0) skip = strlen(wide[i]);
        if (skip) {
            *to++ = ' ';
            from += skip;
        } else if (strchr(".'", *from)) {
            from++;
        } else {
            *to++ = strchr(",-_/&()\"+|;:", *from) ? ' ' : *from;
            from++;
        }
    }
    *to = '\0';
}

static bool is_legal_word(const char *word)
{
    for (size_t i = 0; i < sizeof legal_words / sizeof *legal_words; i++)
        if (strcmp(word, legal_words[i]) == 0) return true;
    return false;
}

static void legal_end_drop(char *name)
{
    for (bool dropped = true; dropped;) {
        dropped = false;
        for (size_t i = 0; i < sizeof legal_ends / sizeof *legal_ends && !dropped; i++) {
            size_t n = strlen(name), end = strlen(legal_ends[i]);
            dropped = n > end && strcmp(name + n - end, legal_ends[i]) == 0;
            if (dropped) name[n - end] = '\0';
        }
    }
}

static int words_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The words of a name, sorted: "Wang, Wei" and "Wei Wang" are one. */
static void words_join(char *text, bool wide, char name[MATCH_NAME_MAX])
{
    char *words[WORDS_MAX], *rest = NULL;
    size_t count = 0, used = 0;
    for (char *word = strtok_r(text, " ", &rest); word && count < WORDS_MAX;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = word;
    while (count > 1 && is_legal_word(words[count - 1]))
        count--;
    if (!wide) qsort(words, count, sizeof *words, words_compare);
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(words[i]);
        if (used + n + 2 > MATCH_NAME_MAX) break;
        if (i && !wide) name[used++] = ' ';
        memcpy(name + used, words[i], n);
        used += n;
    }
    name[used] = '\0';
}

/* Of a Chinese name without its legal form, which would be most of it; of others as it was given:
 * what is compared has its words in another order. */
static void mask_fill(const char *given, bool wide, struct match *match)
{
    match_mask_name(wide ? match->name : given + strspn(given, " .,'\"()&/-"), match->masked);
}

static enum loy_status name_fill(const struct match_source *source, struct match *match)
{
    char joined[2 * LOY_FIELD_TEXT_MAX], folded[LOY_FIELD_TEXT_MAX];
    if (source->name[0])
        snprintf(joined, sizeof joined, "%s", source->name);
    else
        snprintf(joined, sizeof joined, "%s %s", source->family_name, source->given_name);
    match->name[0] = match->masked[0] = '\0';
    enum loy_status status =
        strlen(joined) < LOY_FIELD_TEXT_MAX ? member_text_fold(joined, folded) : LOY_E_LIMIT;
    if (status == LOY_OK) {
        bool wide = is_wide(folded);
        signs_drop(folded);
        words_join(folded, wide, match->name);
        if (wide) legal_end_drop(match->name);
        mask_fill(joined, wide, match);
    }
    sodium_memzero(joined, sizeof joined);
    sodium_memzero(folded, sizeof folded);
    return status == LOY_E_MEMORY ? status : LOY_OK;
}

/* ---- Places -------------------------------------------------------------------------------------
 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* The first number of an address is its house: "Hauptstr. 5a", "中山路12号3栋". */
static void place_fill(const struct match_source *source, char place[MATCH_PLACE_MAX])
{
    size_t used = 0;
    place[0] = '\0';
    for (const char *at = source->postcode; *at && used < 16; at++)
        if (*at != ' ' && *at != '-') place[used++] = *at;
    const char *house = source->address;
    while (*house && !is_digit(*house))
        house++;
    if (used == 0 || !*house) {
        place[0] = '\0';
        return;
    }
    place[used++] = '|';
    while (is_digit(*house) && used < MATCH_PLACE_MAX - 2)
        place[used++] = *house++;
    if (is_letter(house[0]) && !is_letter(house[1])) place[used++] = (char)(house[0] | 0x20);
    place[used] = '\0';
}

enum loy_status match_fill(const struct match_source *source, struct match *match)
{
    place_fill(source, match->place);
    return name_fill(source, match);
}

/* ---- Scores -------------------------------------------------------------------------------------
 */

static size_t letters_of(const char *text, int32_t letters[LETTERS_MAX])
{
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(text);
    size_t count = 0;
    while (left > 0 && count < LETTERS_MAX) {
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)text, left, &letters[count]);
        if (n <= 0) break;
        count++;
        text += n;
        left -= n;
    }
    return count;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Letters to put in, take out or change to come from a to b (Levenshtein). */
static size_t distance(const int32_t *a, size_t a_count, const int32_t *b, size_t b_count)
{
    size_t row[LETTERS_MAX + 1];
    for (size_t j = 0; j <= b_count; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_count; i++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_count; j++) {
            size_t change = corner + (a[i - 1] != b[j - 1]);
            corner = row[j];
            row[j] = least(change, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b_count];
}

static bool is_similar(const char *a, const char *b)
{
    int32_t left[LETTERS_MAX], right[LETTERS_MAX];
    size_t left_count = letters_of(a, left), right_count = letters_of(b, right);
    size_t shorter = least(left_count, right_count);
    size_t allowed = shorter >= 10 ? 2 : shorter >= (is_wide(a) ? 4u : 5u) ? 1 : 0;
    if (is_wide(a) && allowed > 1) allowed = 1;
    size_t apart = distance(left, left_count, right, right_count);
    sodium_memzero(left, sizeof left);
    sodium_memzero(right, sizeof right);
    return apart <= allowed;
}

static bool both(const char *a, const char *b)
{
    return a[0] && strcmp(a, b) == 0;
}

unsigned match_score(const struct match *a, const struct match *b, uint32_t *reasons)
{
    uint32_t same = 0;
    if (both(a->tax_no, b->tax_no)) same |= LOY_SAME_TAX_NO;
    if (both(a->telephone, b->telephone)) same |= LOY_SAME_TELEPHONE;
    if (both(a->account_no, b->account_no)) same |= LOY_SAME_ACCOUNT_NO;
    if (both(a->email, b->email)) same |= LOY_SAME_EMAIL;
    if (both(a->place, b->place)) same |= LOY_SAME_PLACE;
    if (both(a->birth_year, b->birth_year)) same |= LOY_SAME_BIRTH_YEAR;
    if (both(a->name, b->name))
        same |= LOY_SAME_NAME;
    else if (a->name[0] && b->name[0] && is_similar(a->name, b->name))
        same |= LOY_SIMILAR_NAME;
    unsigned points = 0;
#define ROW(symbol, bit, row_points, name) points += same & (bit) ? (row_points) : 0u;
    LOY_DUPLICATE_REASONS(ROW)
#undef ROW
    *reasons = same;
    return points < POINTS_MAX ? points : POINTS_MAX;
}

const char *loy_duplicate_reason_name(uint32_t bit)
{
    switch (bit) {
#define ROW(symbol, row_bit, points, name)                                                         \
    case row_bit:                                                                                  \
        return name;
        LOY_DUPLICATE_REASONS(ROW)
#undef ROW
    default:
        return NULL;
    }
}

/* ---- Masks --------------------------------------------------------------------------------------
 */

void match_mask_name(const char *name, char masked[LOY_MASKED_MAX])
{
    int32_t letters[LETTERS_MAX];
    size_t count = letters_of(name, letters);
    utf8proc_ssize_t used = 0;
    masked[0] = '\0';
    if (count == 0) return;
    used = utf8proc_encode_char(letters[0], (utf8proc_uint8_t *)masked);
    bool wide = is_wide(name);
    // A Chinese name shows how many characters it has; of others three stars, whatever their
    // length.
    size_t stars = wide ? least(count - 1, 8) : 3;
    for (size_t i = 0; i < stars; i++)
        masked[used++] = '*';
    masked[used] = '\0';
    sodium_memzero(letters, sizeof letters);
}

void match_mask_telephone(const char *e164, char masked[LOY_MASKED_MAX])
{
    const char *digits = strncmp(e164, "+86", 3) == 0 ? e164 + 3 : e164;
    size_t n = strlen(digits);
    masked[0] = '\0';
    if (n < 8 || n >= LOY_MASKED_MAX) return;
    memset(masked, '*', n);
    memcpy(masked, digits, 3);
    memcpy(masked + n - 4, digits + n - 4, 4);
    masked[n] = '\0';
}
