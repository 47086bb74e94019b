/* SPDX-License-Identifier: MIT
 *
 * funnel_complement.c - which categories go together, among members who buy in as many other
 * categories. In: who buys what; out: the complements of one group. The test is that of Cochran,
 * Mantel and Haenszel (loyalty/funnel.h). Must not know: grades, deals, signs.
 */
#include "funnel_private.h"

#include "numeric/normal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LIFT_MIN 1.2
#define SHIFTS 3u /* a pair is itself up to two of the categories */
#define ERROR_RATE .05

static unsigned bits_count(uint64_t word)
{
    return (unsigned)__builtin_popcountll(word);
}

static uint64_t *fifth_bits(const struct funnel_table *table, size_t fifth, size_t shift)
{
    return table->fifths + (fifth * SHIFTS + shift) * table->words;
}

static uint64_t *candidate_bits(const struct funnel_table *table, int32_t candidate)
{
    return table->bits + (size_t)candidate * table->words;
}

/* ---- Who buys what ------------------------------------------------------------------------------
 */

static size_t buyers_count(const struct loy_funnel *funnel, const struct funnel_group *group)
{
    size_t count = 0;
    int64_t last = -1;
    for (size_t i = group->begin; i < group->end; i++) {
        if (funnel->facts[i].kind != FUNNEL_BOUGHT || funnel->facts[i].member == last) continue;
        last = funnel->facts[i].member;
        count++;
    }
    return count;
}

static bool room_make(struct loy_funnel *funnel, struct funnel_table *table)
{
    for (uint32_t g = FUNNEL_ASKED; g < funnel->names.count; g++) {
        struct funnel_group *group = &funnel->groups[g];
        bool enough = buyers_count(funnel, group) >= funnel->members_min;
        group->bits = enough ? (int32_t)table->candidates++ : MARKET_NO_LEVEL;
    }
    table->words = funnel->member_count / 64 + 1;
    table->group_of = calloc(table->candidates + 1, sizeof *table->group_of);
    table->bits = calloc(table->candidates * table->words + 1, sizeof *table->bits);
    table->pairs = calloc(table->candidates + 1, sizeof *table->pairs);
    return table->group_of && table->bits && table->pairs;
}

/* What is asked for is counted in its home, which is no complement; both stay out of breadth. */
static bool is_breadth(const struct loy_funnel *funnel, int32_t group)
{
    return group != FUNNEL_ASKED && !funnel->groups[group].home;
}

static void bits_fill(struct loy_funnel *funnel, struct funnel_table *table, uint32_t *breadth)
{
    for (size_t i = 0; i < funnel->fact_count; i++) {
        const struct funnel_fact *fact = &funnel->facts[i];
        int32_t candidate =
            fact->group == FUNNEL_NAMELESS ? MARKET_NO_LEVEL : funnel->groups[fact->group].bits;
        if (fact->kind != FUNNEL_BOUGHT || candidate == MARKET_NO_LEVEL) continue;
        uint64_t *word = candidate_bits(table, candidate) + fact->member / 64;
        uint64_t bit = UINT64_C(1) << (fact->member % 64);
        if (!(*word & bit) && is_breadth(funnel, fact->group)) breadth[fact->member]++;
        *word |= bit;
        table->group_of[candidate] = fact->group;
    }
}

/* ---- Fifths -------------------------------------------------------------------------------------
 */

static int by_breadth(const void *a, const void *b)
{
    const uint32_t *left = a, *right = b;
    return (*left > *right) - (*left < *right);
}

/* Lower bounds of the fifths; fewer than five where breadths are equal. */
static size_t fifths_cut(
    const uint32_t *breadth, size_t count, uint32_t cuts[FUNNEL_FIFTHS], uint32_t *sorted)
{
    size_t made = 1;
    cuts[0] = 0;
    memcpy(sorted, breadth, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_breadth);
    for (size_t i = 1; i < FUNNEL_FIFTHS && count; i++)
        if (sorted[count * i / FUNNEL_FIFTHS] > cuts[made - 1])
            cuts[made++] = sorted[count * i / FUNNEL_FIFTHS];
    return made;
}

static size_t fifth_of(uint32_t breadth, const uint32_t cuts[FUNNEL_FIFTHS], size_t count)
{
    size_t fifth = count;
    while (fifth > 1 && breadth < cuts[fifth - 1])
        fifth--;
    return fifth - 1;
}

static bool fifths_fill(
    const struct loy_funnel *funnel, struct funnel_table *table, const uint32_t *breadth)
{
    uint32_t cuts[FUNNEL_FIFTHS];
    uint32_t *sorted = calloc(funnel->member_count + 1, sizeof *sorted);
    if (!sorted) return false;
    table->fifth_count = fifths_cut(breadth, funnel->member_count, cuts, sorted);
    free(sorted);
    table->fifths = calloc(table->fifth_count * SHIFTS * table->words, sizeof *table->fifths);
    if (!table->fifths) return false;
    for (size_t m = 0; m < funnel->member_count; m++)
        for (size_t shift = 0; shift < SHIFTS && shift <= breadth[m]; shift++) {
            size_t fifth = fifth_of(breadth[m] - (uint32_t)shift, cuts, table->fifth_count);
            fifth_bits(table, fifth, shift)[m / 64] |= UINT64_C(1) << (m % 64);
        }
    return true;
}

enum loy_status funnel_table_make(struct loy_funnel *funnel, struct funnel_table *table)
{
    uint32_t *breadth = calloc(funnel->member_count + 1, sizeof *breadth);
    bool made = breadth && room_make(funnel, table);
    if (made) {
        bits_fill(funnel, table, breadth);
        made = fifths_fill(funnel, table, breadth);
    }
    free(breadth);
    return made ? LOY_OK : LOY_E_MEMORY;
}

void funnel_table_clear(struct funnel_table *table)
{
    free(table->group_of);
    free(table->bits);
    free(table->fifths);
    free(table->pairs);
    *table = (struct funnel_table){0};
}

/* ---- One pair -----------------------------------------------------------------------------------
 */

/* Of one fifth: members by whether they buy the one and the other, each less what the pair itself
 * adds to the breadth. */
static void fifth_add(const struct funnel_table *table, size_t fifth, const uint64_t *one,
    const uint64_t *other, bool one_counts, struct funnel_pair *pair)
{
    size_t both = 0, first = 0, second = 0, neither = 0;
    const uint64_t *none_in = fifth_bits(table, fifth, 0), *other_in = fifth_bits(table, fifth, 1);
    const uint64_t *one_in = one_counts ? other_in : none_in;
    const uint64_t *both_in = one_counts ? fifth_bits(table, fifth, 2) : other_in;
    for (size_t w = 0; w < table->words; w++) {
        both += bits_count(one[w] & other[w] & both_in[w]);
        first += bits_count(one[w] & ~other[w] & one_in[w]);
        second += bits_count(~one[w] & other[w] & other_in[w]);
        neither += bits_count(~one[w] & ~other[w] & none_in[w]);
    }
    double n = (double)(both + first + second + neither);
    double ones = (double)(both + first), others = (double)(both + second);
    if (n < 2) return;
    pair->both += (double)both;
    pair->expected += ones * others / n;
    pair->variance += ones * (n - ones) * others * (n - others) / (n * n * (n - 1));
}

static struct funnel_pair pair_count(
    const struct loy_funnel *funnel, const struct funnel_table *table, int32_t group, int32_t other)
{
    struct funnel_pair pair = {.group = other};
    const uint64_t *one = candidate_bits(table, funnel->groups[group].bits);
    const uint64_t *another = candidate_bits(table, funnel->groups[other].bits);
    for (size_t fifth = 0; fifth < table->fifth_count; fifth++)
        fifth_add(table, fifth, one, another, group != FUNNEL_ASKED, &pair);
    return pair;
}

static double lift_of(const struct funnel_pair *pair)
{
    return pair->expected > 0 ? pair->both / pair->expected : 0;
}

static int by_lift(const void *a, const void *b)
{
    double left = lift_of(a), right = lift_of(b);
    return (left > right) - (left < right);
}

/* Puts the pairs in order; of two in the middle the higher. */
static double lift_usual(struct funnel_pair *pairs, size_t count)
{
    qsort(pairs, count, sizeof *pairs, by_lift);
    double middle = lift_of(&pairs[count / 2]);
    return middle > 1 ? middle : 1;
}

static bool pair_judge(const struct loy_funnel *funnel, const struct funnel_pair *pair,
    double usual, double z_min, struct loy_funnel_complement *complement)
{
    double expected = pair->expected * usual;
    if (pair->both < funnel->members_min || pair->variance <= 0 || expected <= 0) return false;
    *complement = (struct loy_funnel_complement){.size = sizeof *complement,
        .name = funnel->names.texts[pair->group],
        .members = (int64_t)pair->both,
        .lift = pair->both / expected,
        .z = (pair->both - expected) / sqrt(pair->variance)};
    return complement->lift >= LIFT_MIN && complement->z >= z_min;
}

/* Keeps the strongest, in order; of two equal ones the first by name. */
static void complement_keep(
    struct funnel_row *row, const struct loy_funnel_complement *found, int32_t group)
{
    unsigned at = row->complement_count;
    for (; at > 0; at--) {
        const struct loy_funnel_complement *above = &row->complements[at - 1];
        if (above->z > found->z || (above->z == found->z && strcmp(above->name, found->name) < 0))
            break;
        if (at == LOY_FUNNEL_COMPLEMENTS_MAX) continue;
        row->complements[at] = *above;
        row->complement_group[at] = row->complement_group[at - 1];
    }
    if (at == LOY_FUNNEL_COMPLEMENTS_MAX) return;
    row->complements[at] = *found;
    row->complement_group[at] = group;
    if (row->complement_count < LOY_FUNNEL_COMPLEMENTS_MAX) row->complement_count++;
}

void funnel_complements_find(
    const struct loy_funnel *funnel, const struct funnel_table *table, struct funnel_row *row)
{
    struct loy_funnel_complement found;
    size_t tried = 0;
    if (funnel->groups[row->group].bits == MARKET_NO_LEVEL) return;
    for (size_t i = 0; i < table->candidates; i++) {
        int32_t other = table->group_of[i];
        if (other == row->group || !is_breadth(funnel, other)) continue;
        table->pairs[tried++] = pair_count(funnel, table, row->group, other);
    }
    if (tried < LOY_FUNNEL_COMPLEMENT_OF) return;
    double usual = lift_usual(table->pairs, tried);
    double z_min = numeric_normal_quantile(1 - ERROR_RATE / (double)tried);
    for (size_t i = 0; i < tried; i++)
        if (pair_judge(funnel, &table->pairs[i], usual, z_min, &found))
            complement_keep(row, &found, table->pairs[i].group);
}
