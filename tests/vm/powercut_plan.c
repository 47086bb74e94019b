/* SPDX-License-Identifier: MIT
 *
 * powercut_plan.c - see powercut_plan.h. Numbers in, values out; no store, no clock.
 */
#include "powercut_plan.h"

#include <stdio.h>

int64_t plan_time_us(uint32_t basket)
{
    return PLAN_START_US + (int64_t)basket * 1000000;
}

void plan_article_code(uint32_t article, char text[PLAN_TEXT_SIZE])
{
    snprintf(text, PLAN_TEXT_SIZE, "article-%u", article);
}

void plan_member_name(uint32_t member, char text[PLAN_TEXT_SIZE])
{
    snprintf(text, PLAN_TEXT_SIZE, "Organisation %u", member);
}

void plan_card(uint32_t member, char text[PLAN_TEXT_SIZE])
{
    snprintf(text, PLAN_TEXT_SIZE, "77%08u", member);
}

struct loy_id plan_basket_id(uint32_t basket)
{
    // The fixed bits are those of a UUIDv7.
    struct loy_id id = {{0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, (uint8_t)(basket >> 24),
        (uint8_t)(basket >> 16), (uint8_t)(basket >> 8), (uint8_t)basket}};
    return id;
}

bool plan_basket_is_lane(uint32_t basket)
{
    return basket % 2 == 0;
}

uint32_t plan_basket_member(uint32_t basket)
{
    return basket % 3 == 0 ? 0 : (basket - 1) / PLAN_BASKETS_PER_MEMBER + 1;
}

uint32_t plan_basket_lines(uint32_t basket)
{
    return 1 + basket * 7 % PLAN_LINES_MAX;
}

struct loy_line plan_line(uint32_t basket, uint32_t number, const int64_t versions[])
{
    uint32_t mixed = basket * 2654435761u + number * 40503u;
    int64_t list_minor = 100 + mixed % 5000, pieces = 1 + mixed % 3;
    int64_t discount_minor = mixed % 4 == 0 ? list_minor / 10 : 0;
    return (struct loy_line){.article_version = versions ? versions[mixed % PLAN_ARTICLES] : 0,
        .quantity_milli = pieces * 1000,
        .list_minor = list_minor,
        .discount_minor = discount_minor,
        .paid_minor = list_minor * pieces - discount_minor};
}

int64_t plan_basket_paid(uint32_t basket, uint32_t lines)
{
    int64_t paid_minor = 0;
    for (uint32_t number = 1; number <= lines; number++)
        paid_minor += plan_line(basket, number, NULL).paid_minor;
    return paid_minor;
}
