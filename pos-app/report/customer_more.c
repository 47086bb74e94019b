/* SPDX-License-Identifier: MIT
 *
 * customer_more.c - purchasers, a manager's notes and the scores of the data. In: a store and a
 * member. Out: texts and scores. Must not know how they are shown.
 */
#include "customer.h"

#include <sodium.h>
#include <string.h>

static enum loy_status people_gather(struct loy_store *store, struct customer *customer)
{
    struct loy_purchaser purchaser = {.size = sizeof purchaser};
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_purchaser_next(store, &customer->id, &position, &purchaser)) == LOY_OK) {
        if (!purchaser.active || purchaser.used) continue;
        if (purchaser.until_us && purchaser.until_us < customer->at_us) continue;
        if (customer->people_count++ >= CUSTOMER_PURCHASERS) continue;
        struct customer_person *person = &customer->people[customer->people_count - 1];
        customer_text_fit(person->name, 64, purchaser.name);
        customer_text_fit(person->function, 64, purchaser.function);
        memcpy(person->card, purchaser.card, sizeof person->card);
        person->authority = purchaser.authority;
        person->until_us = purchaser.until_us;
    }
    sodium_memzero(&purchaser, sizeof purchaser);
    return status == LOY_NONE ? LOY_OK : status;
}

/* For managers only: another role's page has no such part. */
static enum loy_status notes_gather(struct loy_store *store, struct customer *customer)
{
    for (int note = LOY_NOTE_POTENTIAL; note <= LOY_NOTE_COMPETITORS; note++) {
        enum loy_status status =
            loy_note_get(store, &customer->id, (enum loy_note)note, customer->notes[note]);
        if (status == LOY_E_ACCESS) return LOY_OK;
        if (status < LOY_OK) return status;
        if (status == LOY_NONE) customer->notes[note][0] = '\0';
    }
    customer->notes_allowed = true;
    return LOY_OK;
}

static enum loy_status quality_gather(struct loy_store *store, struct customer *customer)
{
    struct loy_quality quality = {.size = sizeof quality};
    enum loy_status status = loy_member_quality(store, &customer->id, customer->at_us, &quality);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    customer->judged = true;
    customer->accurate = quality.accurate;
    customer->right = quality.right;
    customer->complete = quality.complete;
    return LOY_OK;
}

enum loy_status customer_gather_more(struct loy_store *store, struct customer *customer)
{
    enum loy_status status = people_gather(store, customer);
    if (status == LOY_OK) status = notes_gather(store, customer);
    return status == LOY_OK ? quality_gather(store, customer) : status;
}
