/* SPDX-License-Identifier: MIT
 *
 * demo_swipes.h - one swipe or scan a basket, from recorded device bytes: a MagTek report, a HID
 * POS report, a serial line in turn, through transport, driver, guard and card room to a
 * credential.
 */
#ifndef DEMO_SWIPES_H
#define DEMO_SWIPES_H

#include "cli.h"

#define DEMO_READERS 3u

struct demo_swipes {
    const struct cli *cli;
    struct loy_reader *reader;
    struct loy_range range;
    uint8_t card_key[LOY_CARD_KEY_SIZE];
    FILE *recordings[DEMO_READERS];
    char paths[DEMO_READERS][512];
    uint32_t numbers[DEMO_READERS]; /* of the readers in events */
    uint64_t taken[DEMO_READERS];
    size_t recorded, next;
};

/* Recording: one call a swipe, in the order in which they will be taken. A code was told. */
int demo_swipes_record_begin(struct demo_swipes *swipes, const struct cli *cli, const char *folder);
int demo_swipes_record(struct demo_swipes *swipes, const char *card);
int demo_swipes_record_end(struct demo_swipes *swipes);

/* Replaying: opens the recordings as readers with the shop's range, then takes one swipe after the
 * other. */
int demo_swipes_open(
    struct demo_swipes *swipes, const struct loy_range *range, struct loy_store *store);
int demo_swipes_take(struct demo_swipes *swipes, struct loy_credential *credential);
void demo_swipes_close(struct demo_swipes *swipes);

#endif
