/* SPDX-License-Identifier: MIT
 *
 * year.c - who comes when, for a year; what comes back; and the whole as the import's baskets.csv.
 * What a visit takes is visit.c's business.
 */
#include "mall.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define OPENS 9u
#define CLOSES 22u

static const char *const reasons[] = {
    "", "colour differs from the picture", "wrong size", "changed mind", "defect"};

void *grown(void *list, size_t *room, size_t count, size_t item)
{
    if (count < *room) return list;
    *room = *room ? *room * 2 : 1024;
    void *larger = realloc(list, *room * item);
    if (!larger) abort();
    return larger;
}

static unsigned day_drawn(struct chance *chance, bool weekdays)
{
    /* 2025-01-01 is a Wednesday. */
    static const double all[7] = {1.0, 1.0, 1.3, 2.0, 1.8, 1.0, 1.0};
    static const double working[7] = {1.0, 1.0, 1.0, 0.0, 0.0, 1.0, 1.0};
    unsigned week = chance_below(chance, WEEKS);
    return week * 7 + chance_weighted(chance, weekdays ? working : all, 7);
}

static unsigned hour_drawn(struct chance *chance, const struct person *person)
{
    static const double usual[CLOSES - OPENS] = {1, 3, 6, 7, 7, 9, 10, 10, 8, 4, 4, 3, 1};
    static const double evening[CLOSES - OPENS] = {[9] = 3, [10] = 4, [11] = 3, [12] = 2};
    static const double firms[CLOSES - OPENS] = {5, 4, 2};
    if (person->firm) return OPENS + chance_weighted(chance, firms, CLOSES - OPENS);
    bool late = person->evening && chance_holds(chance, EVENING_VISITS);
    return OPENS + chance_weighted(chance, late ? evening : usual, CLOSES - OPENS);
}

static int64_t moment_drawn(struct chance *chance, const struct person *person, unsigned day)
{
    unsigned hour = hour_drawn(chance, person);
    return (int64_t)day * 86400 + hour * 3600 + chance_below(chance, 3600);
}

static unsigned visits_drawn(struct chance *chance, const struct person *person)
{
    if (person->firm) return 8 + chance_below(chance, 9);
    return chance_holds(chance, .15) ? 1 + chance_below(chance, 5) : 6 + chance_below(chance, 7);
}

static struct basket *basket_new(struct sales *sales)
{
    sales->baskets =
        grown(sales->baskets, &sales->basket_room, sales->basket_count, sizeof *sales->baskets);
    struct basket *basket = &sales->baskets[sales->basket_count];
    *basket = (struct basket){.birth = sales->basket_count++};
    return basket;
}

static unsigned reason_drawn(struct chance *chance, const struct line *line)
{
    bool colour = line->family == LOY_COLOUR_PURPLE && chance_holds(chance, .8);
    return colour ? 1 : 2 + chance_below(chance, 3);
}

static void line_return(
    struct sales *sales, const struct basket *from, uint32_t number, unsigned reason)
{
    sales->lines = grown(sales->lines, &sales->line_room, sales->line_count, sizeof *sales->lines);
    struct line line = sales->lines[from->first + number];
    line.return_of_line = number + 1;
    line.quantity = (int16_t)-line.quantity;
    line.paid_minor = -line.paid_minor;
    line.reason = (uint8_t)reason;
    sales->lines[sales->line_count++] = line;
}

/* Some lines come back whole, three to sixteen days later, with a receipt. */
static void returns_make(
    struct sales *sales, size_t index, const struct person *person, uint64_t seed, uint64_t which)
{
    struct chance chance = chance_start(seed, CHANCE_RETURN, person->number, which);
    struct basket from = sales->baskets[index];
    struct basket back = {.member = from.member,
        .store = from.store,
        .lane = 1,
        .first = (uint32_t)sales->line_count,
        .returns = (uint32_t)index + 1};
    unsigned day = (unsigned)(from.second / 86400) + 3 + chance_below(&chance, 14);
    if (person->firm || day >= DAYS) return;
    for (uint32_t i = 0; i < from.count; i++) {
        const struct line *line = &sales->lines[from.first + i];
        if (!chance_holds(
                &chance, line->family == LOY_COLOUR_PURPLE ? RETURN_PURPLE : RETURN_OTHER))
            continue;
        line_return(sales, &from, i, reason_drawn(&chance, line));
        back.count++;
    }
    if (!back.count) return;
    back.second = moment_drawn(&chance, person, day);
    struct basket *place = basket_new(sales);
    back.birth = place->birth;
    *place = back;
}

static void visit_make(struct sales *sales, const struct catalogue *catalogue,
    const struct person *person, uint64_t seed, uint64_t which, bool card)
{
    struct chance chance = chance_start(seed, CHANCE_YEAR, person->number, which + 1);
    size_t index = sales->basket_count;
    struct basket *basket = basket_new(sales);
    uint64_t birth = basket->birth;
    basket->member = card ? person->number : ANONYMOUS;
    basket->second = moment_drawn(&chance, person, day_drawn(&chance, person->firm));
    bool home = chance_holds(&chance, .8);
    basket->store = home ? person->home : (uint8_t)chance_below(&chance, STORES);
    basket->lane = (uint8_t)(1 + chance_below(&chance, 3));
    /* The visit's own stream, so that earlier shoppers do not move it. */
    basket->birth = which;
    visit_fill(sales, catalogue, person, seed, basket);
    basket->birth = birth;
    returns_make(sales, index, person, seed, which);
}

void shop_year(struct sales *sales, const struct catalogue *catalogue, const struct people *people)
{
    uint64_t visits = 0;
    for (uint32_t i = 0; i < people->persons + FIRMS; i++) {
        struct chance chance = chance_start(people->seed, CHANCE_YEAR, i, 0);
        unsigned count = visits_drawn(&chance, &people->list[i]);
        for (unsigned k = 0; k < count; k++)
            visit_make(sales, catalogue, &people->list[i], people->seed, k, true);
        visits += count;
    }
    uint64_t walk_ins = (uint64_t)((double)visits * (ANONYMOUS_SHARE / (1.0 - ANONYMOUS_SHARE)));
    for (uint64_t i = 0; i < walk_ins; i++) {
        uint32_t number = people->persons + FIRMS + (uint32_t)i;
        struct person person = person_make(people->seed, number);
        visit_make(sales, catalogue, &person, people->seed, 0, false);
    }
}

/* ---- As a file
 * ------------------------------------------------------------------------------------ */

static int by_time(const void *a, const void *b)
{
    const struct basket *x = *(const struct basket *const *)a,
                        *y = *(const struct basket *const *)b;
    if (x->second != y->second) return x->second < y->second ? -1 : 1;
    return x->birth < y->birth ? -1 : x->birth > y->birth;
}

static void moment_write(FILE *file, int64_t second)
{
    char day[16];
    unsigned rest = (unsigned)(second % 86400);
    day_text(day, (unsigned)(second / 86400));
    fprintf(file, "%sT%02u:%02u:%02u+08:00", day, rest / 3600, rest / 60 % 60, rest % 60);
}

static void basket_name(char name[16], const struct basket *basket)
{
    (void)snprintf(
        name, 16, "%c%06u", store_names[basket->store][0] - 'a' + 'A', (unsigned)basket->number);
}

static void line_write(FILE *file, const struct line *line, const struct catalogue *catalogue)
{
    char code[8], promotion[8] = "";
    article_code(code, line->style, line->family, line->size);
    unsigned form = 0;
    if (line->promotion != NO_PROMOTION) {
        (void)snprintf(promotion, sizeof promotion, "P%04u", line->promotion % 10000u);
        form = catalogue->promotions[line->promotion].form;
    }
    int64_t paid = line->paid_minor < 0 ? -line->paid_minor : line->paid_minor;
    fprintf(file, "%s,%d,%" PRId64 ".%02d,%s%" PRId64 ".%02d,%s,%s,", code, line->quantity,
        line->list_minor / 100, (int)(line->list_minor % 100), line->paid_minor < 0 ? "-" : "",
        paid / 100, (int)(paid % 100), promotion, form_names[form]);
}

static void line_count(
    struct totals *totals, const struct line *line, const struct catalogue *catalogue)
{
    totals->lines++;
    totals->return_lines += line->return_of_line > 0;
    totals->paid_minor += line->paid_minor;
    totals->discount_minor += line->list_minor * line->quantity - line->paid_minor;
    unsigned maker = brands[catalogue->styles[line->style].brand].maker;
    totals->maker_paid_minor[maker] += line->paid_minor;
}

static void basket_write(FILE *file, const struct sales *sales, const struct basket *basket,
    const struct catalogue *catalogue, const struct people *people)
{
    char name[16], card[17] = "", origin[16] = "";
    basket_name(name, basket);
    if (basket->member != ANONYMOUS) card_number(card, people, basket->member);
    if (basket->returns) basket_name(origin, &sales->baskets[basket->returns - 1]);
    for (uint32_t i = 0; i < basket->count; i++) {
        const struct line *line = &sales->lines[basket->first + i];
        fprintf(file, "%s,%s,%s,%u,", name, card, store_names[basket->store], basket->lane);
        moment_write(file, basket->second);
        fputc(',', file);
        line_write(file, line, catalogue);
        if (line->return_of_line)
            fprintf(
                file, "%s,%u,%s\n", origin, (unsigned)line->return_of_line, reasons[line->reason]);
        else
            fputs(",,\n", file);
    }
}

void baskets_write(const struct sales *sales, const struct catalogue *catalogue,
    const struct people *people, FILE *file, struct totals *totals)
{
    struct basket **order = calloc(sales->basket_count + 1, sizeof *order);
    uint32_t numbers[STORES] = {0};
    if (!order) abort();
    for (size_t i = 0; i < sales->basket_count; i++)
        order[i] = &sales->baskets[i];
    qsort(order, sales->basket_count, sizeof *order, by_time);
    for (size_t i = 0; i < sales->basket_count; i++)
        order[i]->number = ++numbers[order[i]->store];
    fprintf(file,
        "basket,card,store,lane,at,article,quantity,list_price,paid,promotion,promotion_form,"
        "return_of,return_of_line,reason\n");
    for (size_t i = 0; i < sales->basket_count; i++) {
        basket_write(file, sales, order[i], catalogue, people);
        totals->baskets++;
        totals->anonymous += order[i]->member == ANONYMOUS;
        totals->returned += order[i]->returns > 0;
        for (uint32_t k = 0; k < order[i]->count; k++)
            line_count(totals, &sales->lines[order[i]->first + k], catalogue);
    }
    memcpy(totals->lifts, sales->lifts, sizeof totals->lifts);
    free(order);
}
