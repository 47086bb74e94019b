/* SPDX-License-Identifier: MIT
 *
 * powercut_verify.c - is everything there that the writer acknowledged before the cut, and nothing
 * half? In: the store from the disk, and the writer's lines. Out: the figures, a sentence per
 * finding, and 0, or 1 where something is lost or damaged. Knows nothing of the machine that was
 * cut.
 */
#include "powercut_plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct counts {
    bool created;
    uint32_t members, cards, baskets;
    uint32_t open_lines; /* of basket number `baskets + 1` */
};

struct verifier {
    struct loy_store *store;
    struct counts told, found;
    bool unfinished; /* its making was cut, and opening says so */
    int findings;
};

static void find(struct verifier *verifier, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void find(struct verifier *verifier, const char *format, ...)
{
    va_list arguments;
    // The first few say it; a lost file would otherwise print a line per basket.
    if (++verifier->findings > 5) return;
    va_start(arguments, format);
    printf("    ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
}

static void find_problem(void *user, const char *sentence)
{
    find(user, "loy_store_check: %s", sentence);
}

/* ---- What the writer acknowledged ---- */

static void basket_told(struct counts *told, uint32_t closed, uint32_t open_lines)
{
    told->baskets = closed;
    told->open_lines = open_lines;
}

/* A line that the console broke only makes us know less: what follows implies what was before. */
static bool line_take(struct counts *told, const char *line)
{
    unsigned first = 0, second = 0;
    int end = 0;
    if (strcmp(line, "created;\n") == 0)
        told->created = true;
    else if (sscanf(line, "member %u;%n", &first, &end) == 1 && end > 0)
        told->members = first;
    else if (sscanf(line, "card %u;%n", &first, &end) == 1 && end > 0)
        told->cards = first;
    else if (sscanf(line, "line %u %u;%n", &first, &second, &end) == 2 && end > 0 && first > 0)
        basket_told(told, first - 1, second);
    else if (sscanf(line, "basket %u;%n", &first, &end) == 1 && end > 0)
        basket_told(told, first, 0);
    else
        return false;
    return true;
}

static bool told_read(struct counts *told, const char *path)
{
    char line[80];
    FILE *file = fopen(path, "r");
    if (!file) return false;
    bool good = true;
    while (good && fgets(line, sizeof line, file))
        good = line_take(told, line);
    if (!good) fprintf(stderr, "not a line of the writer: %s", line);
    fclose(file);
    return good;
}

/* ---- What the disk holds ---- */

/* The member's id by reference; its name must decrypt. */
static bool member_find(struct verifier *verifier, uint32_t number, struct loy_id *id)
{
    char wanted[PLAN_TEXT_SIZE], name[LOY_FIELD_TEXT_MAX];
    plan_member_name(number, wanted);
    enum loy_status status = loy_member_find_reference(verifier->store, wanted, id);
    if (status == LOY_NONE) return false;
    if (status == LOY_OK) status = loy_member_field(verifier->store, id, LOY_FIELD_NAME, name);
    if (status != LOY_OK)
        find(verifier, "member %u cannot be read: %s", number, loy_store_text(verifier->store));
    else if (strcmp(name, wanted) != 0)
        find(verifier, "member %u has another name", number);
    return true;
}

static bool card_find(struct verifier *verifier, uint32_t number, const struct loy_id *owner)
{
    char digits[PLAN_TEXT_SIZE];
    uint8_t key[LOY_CARD_KEY_SIZE];
    struct loy_credential card;
    struct loy_id member;
    plan_card(number, digits);
    loy_store_card_key(verifier->store, key);
    if (loy_credential_from_text(digits, NULL, 0, key, &card) != LOY_OK) return false;
    enum loy_status status = loy_member_find_card(verifier->store, &card, &member);
    if (status == LOY_OK && memcmp(&member, owner, sizeof member) != 0)
        find(verifier, "card %u belongs to another member", number);
    return status == LOY_OK;
}

static void members_verify(struct verifier *verifier)
{
    struct loy_id id;
    while (member_find(verifier, verifier->found.members + 1, &id)) {
        uint32_t number = ++verifier->found.members;
        if (card_find(verifier, number, &id)) verifier->found.cards = number;
    }
    int64_t position = 0;
    uint32_t all = 0;
    enum loy_status status;
    while ((status = loy_member_next(verifier->store, &position, NULL, &id)) == LOY_OK)
        all++;
    if (status != LOY_NONE)
        find(verifier, "listing the members: %s", loy_store_text(verifier->store));
    if (all != verifier->found.members)
        find(verifier, "%u members are stored, %u of the plan", all, verifier->found.members);
}

static void owner_verify(
    struct verifier *verifier, uint32_t number, const struct loy_basket_summary *summary)
{
    struct loy_id member = {{0}};
    uint32_t owner = plan_basket_member(number);
    if (owner > 0 && !member_find(verifier, owner, &member))
        find(verifier, "basket %u: its member %u is missing", number, owner);
    else if (memcmp(&member, &summary->member, sizeof member) != 0)
        find(verifier, "basket %u has another member than member %u", number, owner);
}

static void basket_verify(
    struct verifier *verifier, uint32_t number, const struct loy_basket_summary *summary)
{
    uint32_t lines = plan_basket_lines(number);
    int64_t paid_minor = plan_basket_paid(number, lines);
    if (summary->line_count != (int32_t)lines || summary->total_minor != paid_minor)
        find(verifier, "basket %u: %d lines and %lld, not %u and %lld", number,
            (int)summary->line_count, (long long)summary->total_minor, lines,
            (long long)paid_minor);
    if (summary->sequence != number)
        find(verifier, "basket %u has sequence %lld", number, (long long)summary->sequence);
    owner_verify(verifier, number, summary);
}

static void open_verify(
    struct verifier *verifier, uint32_t number, const struct loy_basket_summary *summary)
{
    uint32_t lines = (uint32_t)summary->line_count;
    verifier->found.open_lines = lines;
    if (!plan_basket_is_lane(number))
        find(verifier, "basket %u was recorded whole and is open", number);
    else if (lines > plan_basket_lines(number) ||
             summary->total_minor != plan_basket_paid(number, lines))
        find(verifier, "the open basket %u has %u lines and %lld", number, lines,
            (long long)summary->total_minor);
}

/* Rows of lines, in the baskets that are closed: none of a basket that is not there, none missing.
 */
static void lines_verify(struct verifier *verifier)
{
    struct loy_basket_totals totals;
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    int64_t wanted = 0, rows = 0;
    for (uint32_t number = 1; number <= verifier->found.baskets; number++)
        wanted += plan_basket_lines(number);
    enum loy_status status = loy_basket_totals_get(verifier->store, 0, INT64_MAX, &totals);
    if (status == LOY_OK) status = loy_sales_open(verifier->store, 0, INT64_MAX, NULL, &sales);
    while (status == LOY_OK && (status = loy_sales_next(sales, &sale)) == LOY_OK)
        rows++;
    loy_sales_close(sales);
    if (status != LOY_NONE)
        find(verifier, "reading the lines: %s", loy_store_text(verifier->store));
    else if (totals.baskets != verifier->found.baskets || totals.lines != wanted || rows != wanted)
        find(verifier, "%lld baskets with %lld lines (%lld rows) are stored, not %u with %lld",
            (long long)totals.baskets, (long long)totals.lines, (long long)rows,
            verifier->found.baskets, (long long)wanted);
}

static void baskets_verify(struct verifier *verifier)
{
    for (uint32_t number = 1;; number++) {
        struct loy_basket_summary summary;
        struct loy_id id = plan_basket_id(number);
        enum loy_status status = loy_basket_get(verifier->store, &id, &summary);
        if (status == LOY_NONE) break;
        if (status != LOY_OK) {
            find(verifier, "basket %u: %s", number, loy_store_text(verifier->store));
            break;
        }
        if (summary.state == 1) {
            open_verify(verifier, number, &summary);
            break;
        }
        basket_verify(verifier, number, &summary);
        verifier->found.baskets = number;
    }
    lines_verify(verifier);
}

static void loss_verify(struct verifier *verifier)
{
    const struct counts *told = &verifier->told, *found = &verifier->found;
    if (found->members < told->members)
        find(verifier, "members: the last %u are lost", told->members - found->members);
    if (found->cards < told->cards)
        find(verifier, "cards: the last %u are lost", told->cards - found->cards);
    if (found->baskets < told->baskets)
        find(verifier, "baskets: the last %u are lost", told->baskets - found->baskets);
    if (found->baskets == told->baskets && found->open_lines < told->open_lines)
        find(verifier, "the open basket lost %u lines", told->open_lines - found->open_lines);
}

/* The lane goes on: the open basket comes back and is ended, and the store is sound. */
static void work_verify(struct verifier *verifier)
{
    struct loy_basket *basket = NULL;
    int64_t paid_minor = 0;
    uint32_t number = verifier->found.baskets + 1, lines = verifier->found.open_lines;
    enum loy_status status = loy_basket_resume(verifier->store, &basket);
    if (status == LOY_NONE && lines == 0)
        status = LOY_OK;
    else if (status == LOY_OK && lines == 0)
        status = loy_basket_void(basket, "power cut", plan_time_us(number));
    else if (status == LOY_OK)
        status = loy_basket_close(basket, plan_time_us(number), NULL, &paid_minor);
    if (status != LOY_OK)
        find(verifier, "resuming the open basket: %s", loy_store_text(verifier->store));
    else if (paid_minor != plan_basket_paid(number, lines))
        find(verifier, "the open basket closed with another total");
    loy_store_check(verifier->store, find_problem, verifier);
}

static void store_verify(struct verifier *verifier)
{
    enum loy_status status = loy_store_check(verifier->store, find_problem, verifier);
    if (status != LOY_OK && status != LOY_E_CHECK)
        find(verifier, "loy_store_check: %s", loy_store_text(verifier->store));
    members_verify(verifier);
    baskets_verify(verifier);
    loss_verify(verifier);
    if (verifier->findings == 0) work_verify(verifier);
}

static void counts_print(const char *title, const struct counts *counts)
{
    printf("%s %u baskets, %u lines of an open one, %u members, %u cards", title, counts->baskets,
        counts->open_lines, counts->members, counts->cards);
}

/* What a person hears who opens what a cut left of loy_store_create; anything else is damage. */
static bool is_unfinished(enum loy_status status)
{
    return status == LOY_NONE || status == LOY_E_FORMAT || status == LOY_E_KEY;
}

int main(int count, char **arguments)
{
    struct verifier verifier = {0};
    if (count != 3 || !told_read(&verifier.told, arguments[2])) {
        fprintf(stderr, "usage: %s STORE LINES\n", arguments[0]);
        return 2;
    }
    const struct loy_store_options options = {.size = sizeof options,
        .path = arguments[1],
        .user = PLAN_USER,
        .at_us = plan_time_us(1000000)};
    enum loy_status status = loy_store_open(&options, &verifier.store);
    if (status == LOY_OK)
        store_verify(&verifier);
    else if (verifier.told.created || !is_unfinished(status))
        find(&verifier, "the store does not open: %s", loy_store_text(verifier.store));
    else
        verifier.unfinished = true;
    loy_store_close(verifier.store);
    counts_print("    acknowledged", &verifier.told);
    counts_print(" -> found", &verifier.found);
    printf(verifier.unfinished ? "; never finished, and said so\n" : "; %d findings\n",
        verifier.findings);
    return verifier.findings == 0 ? 0 : 1;
}
