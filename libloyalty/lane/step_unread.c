/* SPDX-License-Identifier: MIT
 *
 * step_unread.c - what a reader saw and is no card or article: refused, misread, gone. An event
 * comes in, a count and words go out; never a digit of it.
 */
#include "machine.h"

#define MISREADS_MOST 2u

struct unread {
    uint8_t kind, reason; /* of the event; reason 0: any */
    enum loy_lane_code code;
    enum loy_tone tone;
    enum loy_lane_count count;
    const char *words;
};

static const struct unread rows[] = {
    {LOY_EVENT_REFUSED, LOY_REFUSAL_PAYMENT_CARD, LOY_SAID_PAYMENT_CARD, LOY_TONE_LOW,
        LOY_COUNT_PAYMENT_CARD, N_("A payment card: use the terminal. Nothing of it was kept.")},
    {LOY_EVENT_REFUSED, LOY_REFUSAL_PAYMENT_CODE, LOY_SAID_PAYMENT_CODE, LOY_TONE_LOW,
        LOY_COUNT_PAYMENT_CODE,
        N_("A payment code: use the terminal, and let the customer show the member code.")},
    {LOY_EVENT_REFUSED, LOY_REFUSAL_IDENTITY_DOCUMENT, LOY_SAID_IDENTITY, LOY_TONE_LOW,
        LOY_COUNT_IDENTITY, N_("An identity document: nothing of it was kept.")},
    {LOY_EVENT_REFUSED, LOY_REFUSAL_ENCRYPTED_READER, LOY_SAID_READER_MODE, LOY_TONE_LOW,
        LOY_COUNT_READER_MODE,
        N_("The reader encrypts what it reads: see its manual, or find the member by "
           "telephone.")},
    {LOY_EVENT_FOREIGN, 0, LOY_SAID_FOREIGN, LOY_TONE_LOW, LOY_COUNT_FOREIGN,
        N_("This is no card of this shop.")},
    {LOY_EVENT_MISREAD, 0, LOY_SAID_MISREAD, LOY_TONE_LOW, LOY_COUNT_MISREAD,
        N_("Misread: swipe or scan it again.")},
    {LOY_EVENT_DETACHED, 0, LOY_SAID_DETACHED, LOY_TONE_LOW, LOY_COUNT_DETACHED,
        N_("A reader is gone; the basket goes on. Find members by telephone meanwhile.")},
    {LOY_EVENT_ATTACHED, 0, LOY_SAID_ATTACHED, LOY_TONE_NONE, LOY_COUNT_NONE,
        N_("A reader is there.")},
    // A read of which nothing could be made: masked digits, a misprinted number.
    {LOY_EVENT_READ, 0, LOY_SAID_MISREAD, LOY_TONE_LOW, LOY_COUNT_MISREAD,
        N_("Misread: swipe or scan it again.")},
};

enum loy_status step_unread(struct lane_step *step)
{
    const struct loy_event *event = step->input->event;
    const struct unread *row = NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0] && row == NULL; i++)
        if (rows[i].kind == event->kind && (rows[i].reason == 0 || rows[i].reason == event->reason))
            row = &rows[i];
    if (row == NULL) return LOY_E_ARGUMENT;
    step->count[1] = (uint8_t)row->count;
    if (row->code == LOY_SAID_MISREAD && ++step->now->misreads >= MISREADS_MOST)
        return lane_say(step, row->code, row->tone,
            N_("Misread again: find the member by telephone, or type the number."));
    return lane_say(step, row->code, row->tone, row->words);
}
