/* SPDX-License-Identifier: MIT
 *
 * lane_receipt.c - the receipt of the sale at hand: printed behind its commit, then told to the
 * lane. In: the lane; out: paper, words. Must not know: curses, what a receipt looks like.
 */
#include "lane_face.h"

#include <receipt/receipt.h>

/* A printer without paper must not hold the lane up. */
#define PRINT_LIMIT_MS 3000

static void tell_lane(struct tui *tui)
{
    struct loy_lane_answer answer = {.size = sizeof answer};
    struct loy_lane_input input = {
        .size = sizeof input, .kind = LOY_LANE_PRINTED, .at_us = tui_now_us()};
    input.offset_min = cli_offset_at(input.at_us);
    loy_lane_take(tui->lane->lane, &input, &answer);
    lane_face_refresh(tui, tui->lane->chosen);
}

void lane_receipt_print(struct tui *tui, bool after_sale)
{
    char why[RECEIPT_WHY_MAX] = "";
    bool copy = false;
    const struct receipt_job job = {.basket = tui->lane->view.basket,
        .format = -1,
        .language = -1,
        .limit_ms = PRINT_LIMIT_MS,
        .at_us = tui_now_us()};
    enum loy_status status = receipt_print(tui->store, &job, &copy, why);
    if (status == LOY_OK) {
        tell_lane(tui);
        if (!after_sale)
            tui_say(tui, TUI_NOTE, "%s", copy ? _("printed again, as a copy") : _("printed"));
        return;
    }
    /* No printer is no failure of a sale. */
    if (status == LOY_REFUSED && after_sale) return;
    if (*why)
        tui_say(tui, TUI_BAD, _("the sale is stored; its receipt was not printed: %s"), why);
    else
        tui_say_store(tui, status);
}
