/* SPDX-License-Identifier: MIT
 *
 * counter.h - the page of a counter's own customers, and the words for its groups and cells.
 */
#ifndef REPORT_COUNTER_H
#define REPORT_COUNTER_H

#include "page.h"

#include <loyalty/counter.h>

struct counter_page {
    struct loy_counter_summary summary;
    const struct loy_counter_cell *cells;
    size_t count;
    const char *from, *to; /* days, as they were given */
    const char *currency;
    unsigned minor_digits;
    bool chinese;
};
/* HTML without scripts or outside requests. */
void counter_html(const struct counter_page *counter, struct page *page);

/* "Brand", "品牌"; what a cell is called. text holds LOY_TEXT_MAX bytes. */
const char *counter_group_words(uint8_t group, bool chinese);
const char *counter_cell_words(
    const struct counter_page *counter, const struct loy_counter_cell *cell, char *text);
/* Whole minor units with their decimals and thousands; text holds 48 bytes. */
const char *counter_money(const struct counter_page *counter, int64_t minor, char *text);

#endif
