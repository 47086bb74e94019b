/* SPDX-License-Identifier: MIT
 *
 * workload.c - what a shop does, in small, through the public functions only. Options in, a ledger
 * out.
 */
#include "workload.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define AT_US 1767225600000000

static const struct loy_store_settings settings = {
    .currency = "EUR", .minor_digits = 2, .site = "S1", .lane = "L1", .country = "DE"};

enum loy_status workload_create(
    const struct loy_store_options *options, struct ledger *ledger, struct loy_store **store)
{
    enum loy_status status = loy_store_create(options, &settings, store);
    if (status == LOY_OK) ledger->created = true;
    return status;
}

static void name_of(size_t number, char name[32])
{
    snprintf(name, 32, "Customer %zu", number);
}

static struct loy_credential card_of(size_t number)
{
    struct loy_credential card = {.kind = LOY_CREDENTIAL_NUMBER, .own_range = true};
    memcpy(card.digest, &number, sizeof number);
    snprintf(card.tail, sizeof card.tail, "%04zu", number % 10000);
    return card;
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
    enum loy_status status = loy_article_put(store, &article, AT_US);
    if (status < LOY_OK) return status;
    ledger->article = true;
    return loy_article_find(store, "A-1", &ledger->version);
}

static enum loy_status member_add(struct loy_store *store, struct ledger *ledger)
{
    char name[32];
    name_of(ledger->members, name);
    const struct loy_field_text fields[] = {{LOY_FIELD_NAME, name}};
    const struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .fields = fields,
        .field_count = 1,
        .channel = "desk",
        .initiated_by = LOY_INITIATIVE_CUSTOMER,
        .collected_at_us = AT_US,
        .consent = {false, true, false, false}};
    enum loy_status status = loy_member_add(store, &form, AT_US, &ledger->member[ledger->members]);
    if (status == LOY_OK) ledger->members++;
    return status;
}

static enum loy_status basket_record(struct loy_store *store, struct ledger *ledger)
{
    struct loy_credential card = card_of(ledger->cards - 1);
    const struct loy_basket_head head = {.size = sizeof head,
        .at_us = AT_US,
        .offset_min = 60,
        .credential = &card,
        .source = LOY_BASKET_LANE};
    struct loy_line lines[3];
    for (int i = 0; i < 3; i++)
        lines[i] = (struct loy_line){.article_version = ledger->version,
            .quantity_milli = 1000,
            .list_minor = 1000 + i,
            .discount_minor = i,
            .paid_minor = 1000};
    enum loy_status status =
        loy_basket_record(store, &head, lines, 3, &ledger->basket[ledger->baskets]);
    if (status == LOY_OK) ledger->baskets++;
    return status;
}

enum loy_status workload_customer(struct loy_store *store, struct ledger *ledger)
{
    enum loy_status status = LOY_OK;
    if (ledger->baskets >= LEDGER_MAX || ledger->members >= LEDGER_MAX) return LOY_E_LIMIT;
    if (!ledger->version) status = article_put(store, ledger);
    if (status == LOY_OK) status = member_add(store, ledger);
    if (status != LOY_OK) return status;
    struct loy_credential card = card_of(ledger->cards);
    status = loy_card_issue(store, &ledger->member[ledger->members - 1], &card, AT_US);
    // The answer to the one before was a failure, yet it may have reached the disk.
    if (status == LOY_E_CONFLICT) status = LOY_OK;
    if (status != LOY_OK) return status;
    ledger->cards++;
    return basket_record(store, ledger);
}

/* ---- The demand ---------------------------------------------------------------------------------
 */

static bool members_are_there(struct loy_store *store, const struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->members; i++) {
        char text[LOY_FIELD_TEXT_MAX], name[32];
        struct loy_member member;
        name_of(i, name);
        if (loy_member_get(store, &ledger->member[i], &member) != LOY_OK) return false;
        if (!member.consent[LOY_PURPOSE_PROFILING]) return false;
        if (loy_member_field(store, &ledger->member[i], LOY_FIELD_NAME, text) != LOY_OK)
            return false;
        if (strcmp(text, name) != 0) return false;
    }
    for (size_t i = 0; i < ledger->cards; i++) {
        struct loy_credential card = card_of(i);
        struct loy_id member;
        if (loy_member_find_card(store, &card, &member) != LOY_OK) return false;
    }
    return true;
}

static bool baskets_are_there(struct loy_store *store, const struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->baskets; i++) {
        struct loy_basket_summary basket;
        if (loy_basket_get(store, &ledger->basket[i], &basket) != LOY_OK) return false;
        if (basket.line_count != 3 || basket.total_minor != 3000 || basket.state != 2 ||
            loy_id_is_none(&basket.member))
            return false;
    }
    return true;
}

struct finding {
    char *text;
    size_t size;
};

static void finding_keep(void *user, const char *sentence)
{
    const struct finding *finding = user;
    if (finding->text[0] == '\0') snprintf(finding->text, finding->size, "%s", sentence);
}

static enum workload_verdict content_verify(
    struct loy_store *store, const struct ledger *ledger, char *why, size_t why_size)
{
    struct finding finding = {why, why_size};
    if (loy_store_check(store, finding_keep, &finding) != LOY_OK) {
        if (why[0] == '\0') snprintf(why, why_size, "%s", loy_store_text(store));
        return WORKLOAD_BROKEN;
    }
    if (!members_are_there(store, ledger) || !baskets_are_there(store, ledger)) {
        snprintf(why, why_size, "of %zu members and %zu baskets", ledger->members, ledger->baskets);
        return WORKLOAD_LOST;
    }
    return WORKLOAD_GOOD;
}

enum workload_verdict workload_verify(const struct loy_store_options *options,
    const struct ledger *ledger, char *why, size_t why_size)
{
    struct loy_store *store = NULL;
    why[0] = '\0';
    enum loy_status status = loy_store_open(options, &store);
    enum workload_verdict verdict;
    if (status == LOY_OK) {
        verdict = content_verify(store, ledger, why, why_size);
    } else {
        snprintf(why, why_size, "%s", loy_store_text(store));
        // Until creating was acknowledged there may be nothing, or something plainly unfinished.
        bool unfinished = !ledger->created &&
                          (status == LOY_NONE || status == LOY_E_FORMAT || status == LOY_E_KEY);
        verdict = unfinished ? WORKLOAD_GOOD : WORKLOAD_REFUSED;
    }
    loy_store_close(store);
    return verdict;
}

/* ---- Folders ------------------------------------------------------------------------------------
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
