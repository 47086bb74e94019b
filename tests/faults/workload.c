/* SPDX-License-Identifier: MIT
 *
 * workload.c - what a shop does, in small, through the public functions only. Options in, a ledger
 * out.
 */
#include "workload.h"

#include <store/store_parts.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct loy_store_settings settings = {
    .currency = "EUR", .minor_digits = 2, .site = "S1", .lane = "L1", .country = "DE"};

struct loy_store_options workload_options(const char *path)
{
    return (struct loy_store_options){.size = sizeof(struct loy_store_options),
        .path = path,
        .user = "tester",
        .at_us = WORKLOAD_AT_US};
}

/* ---- What follows from a number --------------------------------------------------------------
 */

void workload_name(size_t member, char name[32])
{
    snprintf(name, 32, "Customer %zu", member);
}

struct loy_credential workload_card(size_t member)
{
    struct loy_credential card = {.kind = LOY_CREDENTIAL_NUMBER, .own_range = true};
    memcpy(card.digest, &member, sizeof member);
    snprintf(card.tail, sizeof card.tail, "%04zu", member % 10000);
    return card;
}

struct loy_id workload_basket_id(size_t number)
{
    // The fixed bits are those of a UUIDv7.
    struct loy_id id = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80}};
    memcpy(id.bytes + 9, &number, 4);
    return id;
}

struct loy_line workload_line(const struct ledger *ledger, size_t basket, size_t line)
{
    int64_t list_minor = 1000 + (int64_t)(basket * 7 + line), off_minor = (int64_t)line % 3;
    return (struct loy_line){.article_version = ledger->version,
        .quantity_milli = 1000,
        .list_minor = list_minor,
        .discount_minor = off_minor,
        .paid_minor = list_minor - off_minor};
}

static struct loy_basket_head head_of(size_t number, const struct loy_credential *card)
{
    return (struct loy_basket_head){.size = sizeof(struct loy_basket_head),
        .id = workload_basket_id(number),
        .at_us = WORKLOAD_AT_US,
        .offset_min = 60,
        .credential = card,
        .source = LOY_BASKET_LANE};
}

/* ---- Calls ------------------------------------------------------------------------------------
 */

enum loy_status workload_create(
    const struct loy_store_options *options, struct ledger *ledger, struct loy_store **store)
{
    enum loy_status status = loy_store_create(options, &settings, store);
    if (status == LOY_OK) ledger->created = true;
    return status;
}

static enum loy_status article_put(struct loy_store *store, struct ledger *ledger)
{
    const struct loy_article article = {.size = sizeof article,
        .code = "A-1",
        .brand = "Own",
        .category = "coats",
        .colour_family = LOY_COLOUR_RED,
        .kind = LOY_KIND_GOODS,
        .tax_permille = 190,
        .cost_minor = -1};
    enum loy_status status = loy_article_put(store, &article, WORKLOAD_AT_US);
    if (status < LOY_OK) return status;
    return loy_article_find(store, "A-1", &ledger->version);
}

static enum loy_status member_add(struct loy_store *store, struct ledger *ledger)
{
    char name[32];
    size_t number = ledger->members;
    workload_name(number, name);
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, name}};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .fields = fields,
        .field_count = 1,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = WORKLOAD_AT_US,
        .consent = {false, true, false, false}};
    enum loy_status status = loy_member_add(store, &form, WORKLOAD_AT_US, &ledger->member[number]);
    if (status != LOY_OK) return status;
    ledger->members++;
    struct loy_credential card = workload_card(number);
    status = loy_card_issue(store, &ledger->member[number], &card, WORKLOAD_AT_US);
    ledger->carded[number] = status == LOY_OK;
    return status;
}

static struct ledger_basket *basket_next(struct ledger *ledger)
{
    struct ledger_basket *basket = &ledger->basket[ledger->baskets++];
    *basket = (struct ledger_basket){.member = ledger->members - 1};
    return basket;
}

/* Without an answer the till sends it again: the same once more, or known already. */
static enum loy_status whole_send(
    struct loy_store *store, struct ledger *ledger, size_t number, struct ledger_basket *basket)
{
    struct loy_line lines[WORKLOAD_WHOLE_LINES];
    struct loy_credential card = workload_card(basket->member);
    struct loy_basket_head head = head_of(number, &card);
    for (size_t i = 0; i < WORKLOAD_WHOLE_LINES; i++)
        lines[i] = workload_line(ledger, number, i + 1);
    basket->tried = (struct ledger_step){WORKLOAD_WHOLE_LINES, true, true, true};
    enum loy_status status = loy_basket_record(store, &head, lines, WORKLOAD_WHOLE_LINES, NULL);
    if (status < LOY_OK) return status;
    basket->told = basket->tried;
    return LOY_OK;
}

static enum loy_status whole_record(struct loy_store *store, struct ledger *ledger)
{
    size_t last = ledger->baskets;
    while (last > 0 && !ledger->basket[last - 1].whole)
        last--;
    if (last > 0 && !ledger->basket[last - 1].told.ended) {
        enum loy_status status = whole_send(store, ledger, last - 1, &ledger->basket[last - 1]);
        if (status != LOY_OK) return status;
    }
    struct ledger_basket *basket = basket_next(ledger);
    basket->whole = true;
    return whole_send(store, ledger, ledger->baskets - 1, basket);
}

static enum loy_status line_add(
    struct loy_basket *handle, struct ledger *ledger, struct ledger_basket *basket)
{
    uint32_t number = 0;
    struct loy_line line =
        workload_line(ledger, (size_t)(basket - ledger->basket), basket->told.lines + 1u);
    basket->tried.lines = (uint8_t)(basket->told.lines + 1);
    enum loy_status status = loy_basket_add(handle, &line, &number);
    if (status == LOY_OK) basket->told.lines = (uint8_t)number;
    return status;
}

/* The handle is gone after LOY_OK. */
static enum loy_status lane_end(struct loy_basket *handle, struct ledger_basket *basket)
{
    basket->voids = basket->voids || basket->told.lines == 0;
    basket->tried.ended = true;
    enum loy_status status = basket->voids
                                 ? loy_basket_void(handle, "changed their mind", WORKLOAD_AT_US)
                                 : loy_basket_close(handle, WORKLOAD_AT_US, NULL, NULL);
    if (status == LOY_OK) basket->told.ended = true;
    return status;
}

/* A call that was not answered may have come to its end all the same. */
static enum loy_status told_renew(
    struct loy_store *store, size_t number, struct ledger_basket *basket)
{
    struct loy_basket_summary found;
    struct loy_id id = workload_basket_id(number);
    enum loy_status status = loy_basket_get(store, &id, &found);
    if (status != LOY_OK) return status;
    // Never downwards: what was told and is not there shall show.
    if (found.line_count > basket->told.lines) basket->told.lines = (uint8_t)found.line_count;
    basket->told.open = true;
    return LOY_OK;
}

static enum loy_status lane_resume(struct loy_store *store, struct ledger *ledger)
{
    struct loy_basket *handle = NULL;
    size_t number = ledger->baskets;
    enum loy_status status = loy_basket_resume(store, &handle);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    while (
        number > 0 && (ledger->basket[number - 1].whole || ledger->basket[number - 1].told.ended))
        number--;
    struct ledger_basket *basket = number > 0 ? &ledger->basket[number - 1] : NULL;
    status = basket ? told_renew(store, number - 1, basket) : LOY_E_CHECK;
    if (status == LOY_OK) status = line_add(handle, ledger, basket);
    if (status == LOY_OK) status = lane_end(handle, basket);
    if (status != LOY_OK) loy_basket_release(handle);
    return status;
}

static enum loy_status lane_fill(
    struct loy_basket *handle, struct ledger *ledger, struct ledger_basket *basket, size_t number)
{
    enum loy_status status = LOY_OK;
    struct loy_credential card = workload_card(basket->member);
    size_t lines = 1 + number % 4, shown = number % 3;
    for (size_t i = 0; status == LOY_OK && i <= lines; i++) {
        if (i < lines) status = line_add(handle, ledger, basket);
        if (status != LOY_OK || i != shown) continue;
        basket->tried.member = true;
        status = loy_basket_attach(handle, &card, NULL);
        basket->told.member = status == LOY_OK;
    }
    return status;
}

static enum loy_status lane_sell(struct loy_store *store, struct ledger *ledger)
{
    struct loy_basket *handle = NULL;
    size_t number = ledger->baskets;
    struct ledger_basket *basket = basket_next(ledger);
    struct loy_basket_head head = head_of(number, NULL);
    basket->voids = number % 10 == 3;
    basket->tried.open = true;
    enum loy_status status = loy_basket_open(store, &head, &handle);
    if (status != LOY_OK) return status;
    basket->told.open = true;
    status = lane_fill(handle, ledger, basket, number);
    // The next visit, maybe by another program, finds it open.
    bool left = number % 6 == 5;
    if (status == LOY_OK && !left) status = lane_end(handle, basket);
    if (status != LOY_OK || left) loy_basket_release(handle);
    return status;
}

static void entries_count(struct loy_store *store, struct ledger *ledger)
{
    uint8_t hash[STORE_AUDIT_HASH_SIZE];
    int64_t last = 0;
    if (store_audit_last(store, &last, hash) == LOY_OK) ledger->entries = last;
}

enum loy_status workload_visit(struct loy_store *store, struct ledger *ledger)
{
    enum loy_status status = LOY_OK;
    if (ledger->baskets + 2 >= LEDGER_MAX || ledger->members >= LEDGER_MAX) return LOY_E_LIMIT;
    if (!ledger->version) status = article_put(store, ledger);
    if (status == LOY_OK) status = lane_resume(store, ledger);
    if (status == LOY_OK) status = member_add(store, ledger);
    if (status == LOY_OK) status = whole_record(store, ledger);
    if (status == LOY_OK) status = lane_sell(store, ledger);
    if (status == LOY_OK) entries_count(store, ledger);
    return status;
}

/* ---- Folders ----------------------------------------------------------------------------------
 */

void workload_folder_make(char path[64])
{
    bool memory = access("/dev/shm", W_OK) == 0;
    snprintf(path, 64, "%s/loyalty-XXXXXX", memory ? "/dev/shm" : "/tmp");
    if (!mkdtemp(path)) abort();
}

void workload_folder_empty(const char *path)
{
    DIR *entries = opendir(path);
    if (!entries) return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        if (entry->d_name[0] != '.') unlinkat(dirfd(entries), entry->d_name, 0);
    closedir(entries);
}

void workload_folder_remove(const char *path)
{
    workload_folder_empty(path);
    rmdir(path);
}
