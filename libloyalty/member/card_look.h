/* SPDX-License-Identifier: MIT
 *
 * card_look.h - what a desk and a lane see of a card that is shown: the one place that says whether
 * it may be used, for the member and the basket room.
 */
#ifndef CARD_LOOK_H
#define CARD_LOOK_H

#include <loyalty/member_card.h>

struct card_look {
    int64_t card, purchaser; /* rows, 0 none */
    int status;              /* enum loy_card_status at that time */
    bool purchaser_may; /* the authority holds at that time; true where there is no purchaser */
    int64_t member, member_status, merged_into; /* rows, 0 none */
    struct loy_id uid;                          /* of the member */
};
/* LOY_NONE: the card is not known. */
enum loy_status member_card_look(struct loy_store *store, const struct loy_credential *credential,
    int64_t at_us, struct card_look *look);
bool member_card_is_usable(int status);
/* The first use of an issued card makes it active; of any other it does nothing. Inside a
 * transaction of the caller. */
enum loy_status member_card_used(struct loy_store *store, int64_t card, int status, int64_t at_us);

#endif
