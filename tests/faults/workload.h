/* SPDX-License-Identifier: MIT
 *
 * workload.h - what a shop does, in small, with a ledger of what was acknowledged; and the demand
 * that all of it is there again. The fault tests run it under power cuts, failing disks and failing
 * memory.
 */
#ifndef FAULTS_WORKLOAD_H
#define FAULTS_WORKLOAD_H

#include <loyalty/basket.h>
#include <loyalty/member.h>
#include <loyalty/store.h>

#define LEDGER_MAX 400

/* What the store answered LOY_OK for. */
struct ledger {
    bool created, article;
    size_t members, cards, baskets;
    struct loy_id member[LEDGER_MAX], basket[LEDGER_MAX];
    int64_t version; /* of the article on sale */
};

/* A fresh store. */
enum loy_status workload_create(
    const struct loy_store_options *options, struct ledger *ledger, struct loy_store **store);
/* One customer: registered, given a card, rung up with the card. Stops at the first failure. */
enum loy_status workload_customer(struct loy_store *store, struct ledger *ledger);

/* Whether everything in the ledger is there, whole, and nothing is half done. why: a sentence, or
 * "". */
enum workload_verdict { WORKLOAD_GOOD, WORKLOAD_REFUSED, WORKLOAD_LOST, WORKLOAD_BROKEN };
enum workload_verdict workload_verify(const struct loy_store_options *options,
    const struct ledger *ledger, char *why, size_t why_size);

/* A folder for a test, on a memory file system where there is one; and its removal with what is in
 * it. */
void workload_folder_make(char path[64]);
void workload_folder_empty(const char *path);
void workload_folder_remove(const char *path);

#endif
