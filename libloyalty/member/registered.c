/* SPDX-License-Identifier: MIT
 *
 * registered.c - how good the values of one member are, as a scorecard counts them. In: a member's
 * number. Out: two counts. Must not know: who registered the member, where.
 */
#include "registered.h"

#include "member_private.h"

struct pass {
    struct loy_store *store;
    int64_t at_us;
    struct registered_values counted;
};

static void value_take(void *user, const struct member_held *held)
{
    struct pass *pass = user;
    if (!held->text[0]) return;
    pass->counted.values++;
    pass->counted.valid +=
        !held->evidence.returned_since && member_held_passes(pass->store, held->field, held->text,
                                              held->provenance.verified, pass->at_us);
}

enum loy_status member_registered_values(
    struct loy_store *store, int64_t number, int64_t at_us, struct registered_values *counted)
{
    struct member_row member;
    struct pass pass = {store, at_us, {0, 0}};
    uint8_t kind = 0;
    int64_t behind = number - 1;
    enum loy_status status = member_next_active(store, &behind, &member, &kind);
    if (status != LOY_OK) return status;
    if (member.number == number)
        status = member_held_each(store, &member, at_us, value_take, &pass);
    else
        status = LOY_NONE;
    member_drop(&member);
    if (status == LOY_OK) *counted = pass.counted;
    return status;
}
