/* SPDX-License-Identifier: MIT
 *
 * workload.h - what a shop does, in small, with a ledger of what was tried and what was
 * acknowledged; and the demand that all of it is there again, and nothing half. The fault tests run
 * it under power cuts, failing disks and failing memory.
 */
#ifndef FAULTS_WORKLOAD_H
#define FAULTS_WORKLOAD_H

#include <loyalty/basket.h>
#include <loyalty/member.h>
#include <loyalty/store.h>

#define LEDGER_MAX 400
#define WORKLOAD_AT_US INT64_C(1767225600000000)

/* What a call asked for, and what its LOY_OK promised: what is found lies between the two. Of a
 * basket all else follows from its number. */
struct ledger_step {
    uint8_t lines;
    bool open, member, ended; /* ended: closed or void */
};
struct ledger_basket {
    bool whole, voids; /* recorded in one call; ends as void */
    size_t member;     /* whose card is shown */
    struct ledger_step tried, told;
};
struct ledger {
    bool created;
    bool epochs; /* a new one may have begun */
    size_t members, baskets;
    struct loy_id member[LEDGER_MAX];
    bool carded[LEDGER_MAX];
    struct ledger_basket basket[LEDGER_MAX];
    int64_t version; /* of the article on sale */
    int64_t entries; /* of the audit log */
};

/* A fresh store. */
enum loy_status workload_create(
    const struct loy_store_options *options, struct ledger *ledger, struct loy_store **store);
/* One visit: an open basket is resumed and ended, somebody is registered and given a card, a basket
 * is recorded whole, another one line by line, which is closed, made void or left open, by its
 * number. Stops at the first failure. */
enum loy_status workload_visit(struct loy_store *store, struct ledger *ledger);

/* Whether everything in the ledger is there, whole, and nothing is half done. how: a sum of
 * WORKLOAD_CHECKS: loy_store_check has nothing to say either; WORKLOAD_GOES_ON: an open basket is
 * then resumed, gets a line and is closed, which no ledger knows. why: a sentence, or "". */
enum workload_verdict { WORKLOAD_GOOD, WORKLOAD_REFUSED, WORKLOAD_LOST, WORKLOAD_BROKEN };
#define WORKLOAD_CHECKS 1u
#define WORKLOAD_GOES_ON 2u
enum workload_verdict workload_verify(const struct loy_store_options *options,
    const struct ledger *ledger, unsigned how, char *why, size_t why_size);

/* Of the workload's files: basket `number` has this id, its line this price. */
struct loy_id workload_basket_id(size_t number);
struct loy_line workload_line(const struct ledger *ledger, size_t basket, size_t line);
struct loy_credential workload_card(size_t member);
void workload_name(size_t member, char name[32]);
#define WORKLOAD_WHOLE_LINES 3u

/* Options of a store at a path, for the one operator. */
struct loy_store_options workload_options(const char *path);

/* A folder for a test, on a memory file system where there is one; and its removal with what is in
 * it. */
void workload_folder_make(char path[64]);
void workload_folder_empty(const char *path);
void workload_folder_remove(const char *path);

#endif
