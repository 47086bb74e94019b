/* SPDX-License-Identifier: MIT
 *
 * link.c - each time that a basket got, changed or lost its member: when, at which stage, and what
 * was due before and after. Values come in, rows go out. Knows no member: a card's row at most.
 */
#include "picture.h"

enum loy_status lane_link_add(struct loy_store *store, int64_t basket, const struct lane_link *link)
{
    struct picture *picture = picture_of(store, basket);
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO basket_link (basket, number, at_us, stage, how, before_minor, after_minor, "
        "card, operator) SELECT ?1, ifnull(max(number), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 "
        "FROM basket_link WHERE basket = ?1");
    sqlite3_bind_int64(insert, 1, basket);
    sqlite3_bind_int64(insert, 2, link->at_us);
    sqlite3_bind_int(insert, 3, link->stage);
    sqlite3_bind_int(insert, 4, link->how);
    sqlite3_bind_int64(insert, 5, link->before_minor);
    sqlite3_bind_int64(insert, 6, link->after_minor);
    basket_bind_row(insert, 7, link->card);
    sqlite3_bind_int64(insert, 8, store->operator_id);
    enum loy_status status = store_run(store, insert);
    if (status != LOY_OK || picture == NULL) return status;
    picture->link = (struct lane_link){.how = link->how, .stage = link->stage};
    picture->has |= PICTURE_LINK;
    picture_follow(store, picture);
    return LOY_OK;
}

enum loy_status lane_link_parted(struct loy_store *store, const struct lane_head *head,
    int64_t before_minor, int64_t after_minor, int64_t at_us)
{
    uint8_t stage = head->stage == 0 ? LOY_STAGE_BASKET : head->stage;
    if (stage == LOY_STAGE_BASKET && head->told) stage = LOY_STAGE_TOTAL;
    const struct lane_link link = {.at_us = at_us,
        .before_minor = before_minor,
        .after_minor = after_minor,
        .stage = stage,
        .how = LOY_LINK_OBJECTED};
    return lane_link_add(store, head->id, &link);
}

enum loy_status lane_link_last(struct loy_store *store, int64_t basket, struct lane_link *link)
{
    struct picture *picture = picture_of(store, basket);
    *link = (struct lane_link){.how = LOY_LINK_NONE};
    if (picture != NULL && (picture->has & PICTURE_LINK) != 0) {
        *link = picture->link;
        return LOY_OK;
    }
    sqlite3_stmt *select = store_sql(
        store, "SELECT how, stage FROM basket_link WHERE basket = ?1 ORDER BY number DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, basket);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        link->how = (uint8_t)sqlite3_column_int(select, 0);
        link->stage = (uint8_t)sqlite3_column_int(select, 1);
    }
    sqlite3_reset(select);
    if (status < LOY_OK) return status;
    if (picture != NULL) {
        picture->link = *link;
        picture->has |= PICTURE_LINK;
    }
    return LOY_OK;
}

enum loy_status lane_link_objected(struct loy_store *store, int64_t basket)
{
    int64_t found = 0;
    sqlite3_stmt *select =
        store_sql(store, "SELECT 1 FROM basket_link WHERE basket = ?1 AND how = ?2 LIMIT 1");
    sqlite3_bind_int64(select, 1, basket);
    sqlite3_bind_int(select, 2, LOY_LINK_OBJECTED);
    return store_step_number(store, select, &found);
}
