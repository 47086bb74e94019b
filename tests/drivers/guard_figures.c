/* SPDX-License-Identifier: MIT
 *
 * guard_figures.c - what share of payment tracks the guard refuses, and how many of a shop's own
 * cards and articles. guard_figures [COUNT [control]]: COUNT payment tracks and own cards, ten
 * times as many articles; 20000 in every test run, 1000000 in `./check --long`. control: built
 * with one row taken out of the issuer table, it must miss its mark.
 */
#include <assert.h>

#include "guard.h"
#include "guard_numbers.h"

static struct guard guard;
static struct loy_event event;

static bool is_refused(void)
{
    guard_judge(&guard, &event);
    return event.kind == LOY_EVENT_REFUSED;
}

static bool is_letter_refused(unsigned track, char *text, size_t n)
{
    if (random_below(8) == 0)
        for (size_t i = 0; i < n; i++)
            if (text[i] >= 'A' && text[i] <= 'Z') text[i] |= 0x20;
    set_track(&event, track, text, n);
    return is_refused();
}

/* ---- Payment tracks ------------------------------------------------------------------------- */

struct figure {
    const char *what;
    size_t count, refused;
    double low, high; /* percent that must be refused */
};

static void make_rest(char rest[32])
{
    static const char first[] = "125679", second[] = "024";
    snprintf(rest, 32, "%02u%02u%c%c%u%0*u", random_below(100), 1 + random_below(12),
        first[random_below(6)], second[random_below(3)], random_below(8),
        (int)(1 + random_below(8)), random_below(10));
}

static size_t make_track(char text[160], unsigned track, const char *number)
{
    static const char separators[] = {'=', 'D', 'd'};
    static const char *const names[] = {"TEST/CARD", "A/B", "DOE/J.MR", "OF A LONG NAME/SOMEBODY"};
    static const char *const formats[] = {"01", "02", "59", "99"};
    char rest[32];
    make_rest(rest);
    if (track == 1)
        return (size_t)snprintf(text, 160, "%%B%s^%s^%s?", number, names[random_below(4)], rest);
    if (track == 2)
        return (size_t)snprintf(text, 160, ";%s%c%s?", number, separators[random_below(3)], rest);
    return (size_t)snprintf(text, 160, ";%s%s=%03u%03u%u0000300?", formats[random_below(4)], number,
        100 + random_below(800), 100 + random_below(800), random_below(1000000));
}

/* Every row of the table in each of its lengths, on every track, in turn. */
static bool next_card(size_t *index, size_t *length, char *number)
{
    const struct loy_issuer *row;
    do {
        if (++*length > 19) {
            *length = 12;
            ++*index;
        }
        row = loy_issuer_at(*index);
        if (row == NULL || row->network == LOY_NETWORK_NONE) return false;
    } while ((row->lengths >> *length & 1u) == 0);
    make_card(number, row, *length, row->without_luhn && random_below(2) ? '!' : 'l');
    return true;
}

static void each_card(struct figure *figure, bool (*refuse)(const char *number, size_t i))
{
    char number[40];
    size_t index = 0, length = 11, i = 0;
    while (i < figure->count) {
        if (!next_card(&index, &length, number)) {
            index = 0;
            length = 11;
            continue;
        }
        for (size_t track = 0; track < 3 && i < figure->count; track++, i++)
            figure->refused += refuse(number, i);
    }
}

static bool refuse_whole(const char *number, size_t i)
{
    char text[160];
    unsigned track = 1 + (unsigned)(i % 3);
    size_t n = make_track(text, track, number);
    return is_letter_refused(track, text, n);
}

/* Half a track: its start sentinel, its format code, its separator, its end sentinel or all behind
 * the date are lost. Track 3 has no date, so it is left whole. */
static bool refuse_half(const char *number, size_t i)
{
    char text[160];
    unsigned track = 1 + (unsigned)(i % 2);
    size_t n = make_track(text, track, number), digits = strlen(number), head = track == 1 ? 2 : 1;
    size_t behind = head + digits;
    switch (random_below(4)) {
    case 0:
        memmove(text, text + 1, --n);
        break;
    case 1:
        n--;
        break;
    case 2:
        memmove(text + behind, text + behind + 1, n - behind - 1);
        n--;
        break;
    default:
        memmove(text, text + head, n - head);
        n -= head;
    }
    return is_letter_refused(track, text, n);
}

/* ---- Own cards and articles ----------------------------------------------------------------- */

/* Ranges of six digits and more, half of them in the middle of the networks'. */
static struct loy_range make_range(unsigned form)
{
    struct loy_range range = {.length = (uint8_t)(13 + random_below(7)),
        .check = random_below(2) ? LOY_CHECK_LUHN : LOY_CHECK_NONE,
        .financial_layout = form >= 4};
    char number[40];
    if (random_below(2))
        make_card(number, loy_issuer_at(random_below(30)), 16, 'l');
    else
        make_number(number, "", 16, 'l');
    memcpy(range.prefix, number, 6 + random_below(3));
    return range;
}

static size_t count_own(size_t count)
{
    static const char *const forms[] = {"%s", ";%s?", ";%s=9904?", "%%M%s^CLUB/ONE?",
        ";%s=29121010000?", "%%B%s^CLUB/ONE^29121010000?"};
    size_t refused = 0;
    for (size_t i = 0; i < count; i++) {
        char number[40], text[160];
        unsigned form = random_below(6);
        struct loy_range range = make_range(form);
        struct loy_guard_rules rules = {&range, 1};
        if (guard_init(&guard, &rules) != LOY_OK) abort();
        make_number(number, range.prefix, range.length,
            range.check == LOY_CHECK_LUHN ? 'l'
            : random_below(2)             ? 'l'
                                          : '!');
        size_t n = (size_t)snprintf(text, sizeof text, forms[form], number);
        if (form == 0)
            set_symbol(&event, random_below(2) ? "]C0" : "", text, n);
        else
            set_track(&event, form == 3 || form == 5 ? 1 : 2, text, n);
        refused += is_refused();
        refused += event.kind == LOY_EVENT_FOREIGN;
    }
    guard.range_count = 0;
    return refused;
}

static size_t count_articles(size_t count)
{
    static const struct {
        size_t length;
        const char *aim;
    } kinds[] = {
        {8, "]E4"}, {12, "]E0"}, {13, "]E0"}, {14, "]e0"}, {8, ""}, {12, ""}, {13, ""}, {14, ""}};
    size_t refused = 0;
    for (size_t i = 0; i < count; i++) {
        char number[40];
        make_number(number, "", kinds[i % 8].length, 'g');
        set_symbol(&event, kinds[i % 8].aim, number, kinds[i % 8].length);
        refused += is_refused();
    }
    return refused;
}

static bool report(const struct figure *figure)
{
    double percent = 100.0 * (double)figure->refused / (double)figure->count;
    bool reached = percent >= figure->low && percent <= figure->high;
    printf("%-28s %9zu, refused %9zu (%.4f %%)%s\n", figure->what, figure->count, figure->refused,
        percent, reached ? "" : "  <- not reached");
    return reached;
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 20000;
    bool control = argc > 2 && strcmp(argv[2], "control") == 0;
    struct figure whole = {"payment tracks", count, 0, 99.99, 100};
    struct figure half = {"payment tracks, half read", count, 0, 99.9, 100};
    struct figure own = {"own cards", count, 0, 0, 0};
    struct figure articles = {"articles", count * 10, 0, 0, 0};
    if (count == 0) return 2;
    each_card(&whole, refuse_whole);
    if (control) {
        printf("a row is taken out: ");
        return report(&whole) ? 1 : 0;
    }
    each_card(&half, refuse_half);
    own.refused = count_own(count);
    articles.refused = count_articles(articles.count);
    bool reached = report(&whole);
    reached = report(&half) && reached;
    reached = report(&own) && reached;
    reached = report(&articles) && reached;
    return reached ? 0 : 1;
}
