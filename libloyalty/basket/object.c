/* SPDX-License-Identifier: MIT
 *
 * object.c - "not this basket": a basket taken off its member at the desk, and priced anew where it
 * is still open. A member and a basket come in, rows go out. Knows no lane's stages.
 */
#include "lane_rows.h"

#include <loyalty/rights.h>
#include <member/basket_part.h>

/* What was paid stands as it was told, and a till's prices are the till's. */
static enum loy_status prices_follow(struct loy_store *store, struct lane_head *head)
{
    int64_t paid = 0;
    bool changed = false;
    enum loy_status status = lane_tender_sum(store, head->id, &paid);
    if (status != LOY_OK || paid != 0 || head->source == LOY_BASKET_FEED) return status;
    status = lane_reprice(store, head, UINT32_MAX, 0, &changed);
    // What is on paper is not what will be sold.
    if (status == LOY_OK && changed && head->printed_at_us != 0)
        status = lane_printed_set(store, head, 0);
    return status;
}

static enum loy_status open_part(
    struct loy_store *store, struct lane_head *head, const struct lane_sums *before, int64_t at_us)
{
    struct lane_sums after;
    enum loy_status status = lane_head_read(store, head->id, head);
    if (status == LOY_OK) status = prices_follow(store, head);
    if (status == LOY_OK) status = lane_sums_read(store, head, &after);
    if (status != LOY_OK) return status;
    return lane_link_parted(store, head, before->due_minor, after.due_minor, at_us);
}

static enum loy_status object_write(struct loy_store *store, const struct loy_id *member,
    const struct loy_id *basket, const char *channel, int64_t at_us)
{
    struct lane_head head = {.state = BASKET_STATE_VOID};
    struct lane_sums before;
    enum loy_status status = lane_head_find(store, basket, &head);
    bool is_open = status == LOY_OK && head.state == BASKET_STATE_OPEN;
    if (is_open) status = lane_sums_read(store, &head, &before);
    // Which of the two there is not, is said there.
    if (status >= LOY_OK) status = member_object(store, member, basket, channel, at_us);
    return status == LOY_OK && is_open ? open_part(store, &head, &before, at_us) : status;
}

enum loy_status loy_member_object(struct loy_store *store, const struct loy_id *member,
    const struct loy_id *basket, const char *channel, int64_t at_us)
{
    if (store == NULL || member == NULL) return LOY_E_ARGUMENT;
    if (basket == NULL || loy_id_is_none(basket))
        return member_object(store, member, NULL, channel, at_us);
    enum loy_status status = store_require(store, LOY_MAY_SET_CONSENT);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    return basket_leave(store, object_write(store, member, basket, channel, at_us));
}
