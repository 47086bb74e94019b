/* SPDX-License-Identifier: MIT
 *
 * workload_verify.c - the demand: what was told is there, and what is there was asked for, whole.
 * A ledger and a store in, a verdict and a sentence out. Opens as the product does.
 */
#include "workload.h"

#include <store/store_parts.h>

#include <stdarg.h>
#include <stdio.h>

struct demand {
    struct loy_store *store;
    const struct ledger *ledger;
    char *why;
    size_t why_size;
    enum workload_verdict verdict;
    size_t ended;                  /* baskets found closed or void */
    bool taken[LEDGER_MAX + 1];    /* sequences */
    struct loy_basket_totals sums; /* of those found closed */
    unsigned how;
    bool open;
    size_t open_number;
    int64_t open_minor;
};

/* The first sentence is kept, and the first verdict. */
static void find(struct demand *demand, enum workload_verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void find(struct demand *demand, enum workload_verdict verdict, const char *format, ...)
{
    va_list arguments;
    if (demand->verdict != WORKLOAD_GOOD) return;
    demand->verdict = verdict;
    va_start(arguments, format);
    vsnprintf(demand->why, demand->why_size, format, arguments);
    va_end(arguments);
}

static void problem_keep(void *user, const char *sentence)
{
    find(user, WORKLOAD_BROKEN, "%s", sentence);
}

/* ---- Members ----------------------------------------------------------------------------------
 */

static void member_demand(struct demand *demand, size_t number)
{
    const struct loy_id *id = &demand->ledger->member[number];
    char text[LOY_FIELD_TEXT_MAX] = "", name[32];
    struct loy_member member = {0};
    struct loy_id owner = {{0}};
    workload_name(number, name);
    if (loy_member_get(demand->store, id, &member) != LOY_OK ||
        loy_member_field(demand->store, id, LOY_FIELD_NAME, text) != LOY_OK)
        find(demand, WORKLOAD_LOST, "member %zu: %s", number, loy_store_text(demand->store));
    else if (strcmp(text, name) != 0 || !member.consent[LOY_PURPOSE_PROFILING])
        find(demand, WORKLOAD_BROKEN, "member %zu has another name or consent", number);
    if (!demand->ledger->carded[number]) return;
    struct loy_credential card = workload_card(number);
    if (loy_member_find_card(demand->store, &card, &owner) != LOY_OK)
        find(demand, WORKLOAD_LOST, "the card of member %zu", number);
    else if (memcmp(&owner, id, sizeof owner) != 0)
        find(demand, WORKLOAD_BROKEN, "the card of member %zu is another one's", number);
}

/* ---- Baskets ----------------------------------------------------------------------------------
 */

static void content_demand(
    struct demand *demand, size_t number, const struct loy_basket_summary *found)
{
    const struct ledger *ledger = demand->ledger;
    int64_t total_minor = 0, discount_minor = 0;
    for (int32_t i = 1; i <= found->line_count; i++) {
        struct loy_line line = workload_line(ledger, number, (size_t)i);
        total_minor += line.paid_minor;
        discount_minor += line.discount_minor;
    }
    if (total_minor != found->total_minor || discount_minor != found->discount_minor)
        find(demand, WORKLOAD_BROKEN, "basket %zu: %d lines and another total", number,
            (int)found->line_count);
    bool has_member = !loy_id_is_none(&found->member);
    const struct ledger_basket *basket = &ledger->basket[number];
    if (has_member &&
        memcmp(&found->member, &ledger->member[basket->member], sizeof found->member) != 0)
        find(demand, WORKLOAD_BROKEN, "basket %zu has another member", number);
    if (basket->told.member && !has_member)
        find(demand, WORKLOAD_LOST, "basket %zu: its member", number);
    if (has_member && !basket->tried.member)
        find(demand, WORKLOAD_BROKEN, "basket %zu has a member out of nothing", number);
}

static void ended_take(struct demand *demand, size_t number, const struct loy_basket_summary *found)
{
    demand->ended++;
    if (found->sequence < 1 || found->sequence > LEDGER_MAX || demand->taken[found->sequence])
        find(demand, WORKLOAD_BROKEN, "basket %zu: its sequence", number);
    else
        demand->taken[found->sequence] = true;
    if (found->state == 3) return;
    demand->sums.baskets++;
    demand->sums.lines += found->line_count;
    demand->sums.paid_minor += found->total_minor;
}

static void state_demand(
    struct demand *demand, size_t number, const struct loy_basket_summary *found)
{
    const struct ledger_basket *basket = &demand->ledger->basket[number];
    if (found->state == 1) {
        if (basket->told.ended) find(demand, WORKLOAD_LOST, "the end of basket %zu", number);
        if (basket->whole) find(demand, WORKLOAD_BROKEN, "half of basket %zu", number);
        demand->open = true;
        demand->open_number = number;
        demand->open_minor = found->total_minor;
        return;
    }
    if (!basket->tried.ended || found->state != (basket->voids ? 3 : 2))
        find(demand, WORKLOAD_BROKEN, "basket %zu ended as nobody asked", number);
    if (basket->whole && found->line_count != WORKLOAD_WHOLE_LINES)
        find(demand, WORKLOAD_BROKEN, "half of basket %zu", number);
    ended_take(demand, number, found);
}

static void basket_demand(struct demand *demand, size_t number)
{
    const struct ledger_basket *basket = &demand->ledger->basket[number];
    struct loy_basket_summary found;
    struct loy_id id = workload_basket_id(number);
    enum loy_status status = loy_basket_get(demand->store, &id, &found);
    if (status == LOY_NONE && !basket->told.open) return;
    if (status == LOY_NONE) find(demand, WORKLOAD_LOST, "basket %zu", number);
    if (status < LOY_OK)
        find(demand, WORKLOAD_BROKEN, "basket %zu: %s", number, loy_store_text(demand->store));
    if (status != LOY_OK) return;
    if (found.line_count < basket->told.lines)
        find(demand, WORKLOAD_LOST, "basket %zu: line %d of %d", number, (int)found.line_count + 1,
            basket->told.lines);
    if (found.line_count > basket->tried.lines)
        find(demand, WORKLOAD_BROKEN, "basket %zu has lines out of nothing", number);
    content_demand(demand, number, &found);
    state_demand(demand, number, &found);
}

static void baskets_demand(struct demand *demand)
{
    struct loy_basket_totals sums = {0};
    for (size_t i = 0; i < demand->ledger->baskets; i++)
        basket_demand(demand, i);
    for (size_t i = 1; i <= demand->ended; i++)
        if (!demand->taken[i])
            find(demand, WORKLOAD_BROKEN, "no basket has sequence %zu of %zu", i, demand->ended);
    if (loy_basket_totals_get(demand->store, 0, INT64_MAX, &sums) != LOY_OK ||
        sums.baskets != demand->sums.baskets || sums.lines != demand->sums.lines ||
        sums.paid_minor != demand->sums.paid_minor)
        find(demand, WORKLOAD_BROKEN, "the sums over all baskets are not those of the baskets");
}

/* The lane goes on. */
static void open_demand(struct demand *demand)
{
    struct loy_basket *handle = NULL;
    enum loy_status status = loy_basket_resume(demand->store, &handle);
    if (status == LOY_NONE && !demand->open) return;
    if (status != LOY_OK || !demand->open) {
        find(demand, WORKLOAD_LOST, "an open basket is not offered back");
        loy_basket_release(handle);
        return;
    }
    if (!(demand->how & WORKLOAD_GOES_ON)) {
        loy_basket_release(handle);
        return;
    }
    struct loy_line line = workload_line(demand->ledger, demand->open_number, 99);
    int64_t total_minor = 0;
    status = loy_basket_add(handle, &line, NULL);
    if (status == LOY_OK) status = loy_basket_close(handle, WORKLOAD_AT_US, NULL, &total_minor);
    if (status != LOY_OK) {
        find(demand, WORKLOAD_BROKEN, "going on: %s", loy_store_text(demand->store));
        loy_basket_release(handle);
    } else if (total_minor != demand->open_minor + line.paid_minor) {
        find(demand, WORKLOAD_BROKEN, "the resumed basket %zu has another total",
            demand->open_number);
    }
}

/* ---- The store --------------------------------------------------------------------------------
 */

static void epoch_tell(struct demand *demand)
{
    sqlite3_stmt *last =
        store_sql(demand->store, "SELECT cause FROM epoch ORDER BY number DESC LIMIT 1");
    if (store_step(demand->store, last) == LOY_OK)
        find(demand, WORKLOAD_BROKEN, "an epoch out of nothing: %s",
            (const char *)sqlite3_column_text(last, 0));
    sqlite3_reset(last);
}

static void content_verify(struct demand *demand)
{
    uint8_t hash[STORE_AUDIT_HASH_SIZE];
    int64_t entries = 0;
    struct loy_store *store = demand->store;
    if ((demand->how & WORKLOAD_CHECKS) && loy_store_check(store, problem_keep, demand) != LOY_OK)
        find(demand, WORKLOAD_BROKEN, "%s", loy_store_text(store));
    if (store_audit_last(store, &entries, hash) != LOY_OK || entries < demand->ledger->entries)
        find(demand, WORKLOAD_LOST, "the end of the audit log");
    if (store->epoch != 1 && !demand->ledger->epochs) epoch_tell(demand);
    for (size_t i = 0; i < demand->ledger->members; i++)
        member_demand(demand, i);
    baskets_demand(demand);
    if (demand->verdict == WORKLOAD_GOOD) open_demand(demand);
}

enum workload_verdict workload_verify(const struct loy_store_options *options,
    const struct ledger *ledger, unsigned how, char *why, size_t why_size)
{
    struct demand demand = {.ledger = ledger, .how = how, .why = why, .why_size = why_size};
    why[0] = '\0';
    enum loy_status status = loy_store_open(options, &demand.store);
    // Until creating was acknowledged there may be nothing, or something plainly unfinished.
    bool unfinished =
        !ledger->created && (status == LOY_NONE || status == LOY_E_FORMAT || status == LOY_E_KEY);
    if (status == LOY_OK)
        content_verify(&demand);
    else if (!unfinished)
        find(&demand, WORKLOAD_REFUSED, "%s", loy_store_text(demand.store));
    loy_store_close(demand.store);
    return demand.verdict;
}
