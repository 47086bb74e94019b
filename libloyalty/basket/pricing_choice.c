/* SPDX-License-Identifier: MIT
 *
 * pricing_choice.c - which lines each deal takes, so that most is taken off in all.
 * Items with what they have by themselves and deals come in; the owner of each item goes out.
 * Branch and bound: bundles are used or not, then each item that is free bears an amount off or
 * keeps its own promotion. Knows no form but these two, no price, no store.
 */
#include "pricing.h"

#include <stdlib.h>
#include <string.h>

#define RATIO_UNIT INT64_C(1000000000)

struct ranked {
    size_t item;
    int64_t ratio; /* of what the item has by itself to its amount */
    int64_t amount;
};

struct search {
    struct pricing_choice *choice;
    struct ranked *order; /* items that can bear an amount off, the most willing first */
    size_t order_count;
    size_t *best_owner;
    uint64_t *taken; /* items that bundles have */
    int64_t *left;   /* by deal: what an amount off has not taken off yet */
    int64_t left_sum;
    int64_t value, best; /* taken off in all; best -1: nothing found yet */
    unsigned steps;
};

static void value_keep(struct search *search)
{
    if (search->value <= search->best) return;
    search->best = search->value;
    for (size_t i = 0; i < search->choice->item_count; i++)
        search->best_owner[i] = search->choice->items[i].owner;
}

/* ---- Amounts off ------------------------------------------------------------------------------
 */

/* The most that amounts off can still gain: all of them as one, cut at any place. */
static int64_t amounts_bound(const struct search *search, size_t from)
{
    int64_t room = search->left_sum, gain = 0, rest;
    for (size_t i = from; i < search->order_count && room > 0; i++) {
        const struct pricing_item *item = &search->choice->items[search->order[i].item];
        if (item->owner != PRICING_OWN) continue;
        if (item->amount > room)
            return gain + pricing_share(item->amount - item->own, room, item->amount, &rest) + 1;
        gain += item->amount - item->own;
        room -= item->amount;
    }
    return gain;
}

static void amounts_try(struct search *search, size_t at);

/* True: nothing is gained by leaving the item out. */
static bool amount_give(struct search *search, size_t at, size_t deal)
{
    struct pricing_item *item = &search->choice->items[search->order[at].item];
    if (!pricing_has(search->choice->deals[deal].holds, search->order[at].item)) return false;
    int64_t used = item->amount < search->left[deal] ? item->amount : search->left[deal];
    if (used <= item->own) return false;
    item->owner = deal + 1;
    search->value += used - item->own;
    search->left[deal] -= used;
    search->left_sum -= used;
    amounts_try(search, at + 1);
    search->left_sum += used;
    search->left[deal] += used;
    search->value -= used - item->own;
    item->owner = PRICING_OWN;
    return item->own == 0 && search->left_sum == search->left[deal];
}

static void amounts_try(struct search *search, size_t at)
{
    const struct pricing_choice *choice = search->choice;
    if (search->steps++ >= PRICING_STEPS_MAX && search->best >= 0) return;
    while (at < search->order_count && choice->items[search->order[at].item].owner != PRICING_OWN)
        at++;
    if (at == search->order_count || search->left_sum == 0) {
        value_keep(search);
        return;
    }
    if (search->value + amounts_bound(search, at) <= search->best) return;
    for (size_t deal = choice->bundle_count; deal < choice->deal_count; deal++)
        if (amount_give(search, at, deal)) return;
    amounts_try(search, at + 1);
}

/* ---- Bundles ----------------------------------------------------------------------------------
 */

static void bundle_mark(struct search *search, size_t bundle, size_t owner)
{
    const uint64_t *holds = search->choice->deals[bundle].holds;
    for (size_t i = 0; i < search->choice->words; i++)
        search->taken[i] ^= holds[i];
    for (size_t i = search->choice->deals[bundle].first; i < search->choice->item_count; i++)
        if (pricing_has(holds, i)) search->choice->items[i].owner = owner;
}

static bool bundle_is_free(const struct search *search, size_t bundle)
{
    const uint64_t *holds = search->choice->deals[bundle].holds;
    for (size_t i = 0; i < search->choice->words; i++)
        if ((holds[i] & search->taken[i]) != 0) return false;
    return true;
}

/* The most that the bundles from one on can still gain: of those with the same first item one. */
static int64_t bundles_bound(const struct search *search, size_t bundle)
{
    const struct pricing_choice *choice = search->choice;
    int64_t gain = 0;
    while (bundle < choice->bundle_count) {
        size_t first = choice->deals[bundle].first;
        while (bundle < choice->bundle_count && choice->deals[bundle].first == first &&
               !bundle_is_free(search, bundle))
            bundle++;
        if (bundle < choice->bundle_count && choice->deals[bundle].first == first)
            gain += choice->deals[bundle].gain;
        while (bundle < choice->bundle_count && choice->deals[bundle].first == first)
            bundle++;
    }
    return gain;
}

static void bundles_try(struct search *search, size_t bundle)
{
    const struct pricing_choice *choice = search->choice;
    if (search->steps++ >= PRICING_STEPS_MAX && search->best >= 0) return;
    while (bundle < choice->bundle_count && !bundle_is_free(search, bundle))
        bundle++;
    if (search->value + search->left_sum + bundles_bound(search, bundle) <= search->best) return;
    if (bundle == choice->bundle_count) {
        amounts_try(search, 0);
        return;
    }
    bundle_mark(search, bundle, bundle + 1);
    search->value += choice->deals[bundle].gain;
    bundles_try(search, bundle + 1);
    search->value -= choice->deals[bundle].gain;
    bundle_mark(search, bundle, PRICING_OWN);
    bundles_try(search, bundle + 1);
}

/* ---- All --------------------------------------------------------------------------------------
 */

static int by_willingness(const void *a, const void *b)
{
    const struct ranked *one = a, *other = b;
    if (one->ratio != other->ratio) return one->ratio < other->ratio ? -1 : 1;
    if (one->amount != other->amount) return one->amount > other->amount ? -1 : 1;
    return (one->item > other->item) - (one->item < other->item);
}

static void order_make(struct search *search)
{
    const struct pricing_choice *choice = search->choice;
    for (size_t i = 0; i < choice->item_count; i++) {
        const struct pricing_item *item = &choice->items[i];
        bool held = false;
        int64_t rest;
        for (size_t deal = choice->bundle_count; deal < choice->deal_count; deal++)
            held = held || pricing_has(choice->deals[deal].holds, i);
        if (!held) continue;
        search->order[search->order_count++] = (struct ranked){.item = i,
            .ratio = pricing_share(item->own, RATIO_UNIT, item->amount, &rest),
            .amount = item->amount};
    }
    if (search->order_count > 1)
        qsort(search->order, search->order_count, sizeof search->order[0], by_willingness);
}

/* What nothing has made cheaper bears its part of an amount off that counts. */
static void amounts_widen(struct pricing_choice *choice)
{
    for (size_t deal = choice->deal_count; deal-- > choice->bundle_count;) {
        bool used = false;
        for (size_t i = 0; i < choice->item_count; i++)
            used = used || choice->items[i].owner == deal + 1;
        for (size_t i = 0; used && i < choice->item_count; i++) {
            struct pricing_item *item = &choice->items[i];
            if (item->owner == PRICING_OWN && item->own == 0 &&
                pricing_has(choice->deals[deal].holds, i))
                item->owner = deal + 1;
        }
    }
}

static void search_run(struct search *search)
{
    struct pricing_choice *choice = search->choice;
    for (size_t deal = choice->bundle_count; deal < choice->deal_count; deal++) {
        search->left[deal] = choice->deals[deal].worth;
        search->left_sum += search->left[deal];
    }
    for (size_t i = 0; i < choice->item_count; i++)
        search->value += choice->items[i].own;
    order_make(search);
    bundles_try(search, 0);
    for (size_t i = 0; i < choice->item_count; i++)
        choice->items[i].owner = search->best_owner[i];
    amounts_widen(choice);
}

enum loy_status pricing_choose(struct pricing_choice *choice)
{
    struct search search = {.choice = choice, .best = -1};
    if (choice->deal_count == 0) return LOY_OK;
    search.order = calloc(choice->item_count + 1, sizeof *search.order);
    search.best_owner = calloc(choice->item_count + 1, sizeof *search.best_owner);
    search.left = calloc(choice->deal_count, sizeof *search.left);
    search.taken = calloc(choice->words + 1, sizeof *search.taken);
    bool room = search.order != NULL && search.best_owner != NULL && search.left != NULL &&
                search.taken != NULL;
    if (room) search_run(&search);
    free(search.order);
    free(search.best_owner);
    free(search.left);
    free(search.taken);
    return room ? LOY_OK : LOY_E_MEMORY;
}
