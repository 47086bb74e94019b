/* SPDX-License-Identifier: MIT
 *
 * plain_steps.h - the commands of the dialogue, for its table. In: words. Out: answers. Must not
 * know: by which words they are called.
 */
#ifndef LANE_PLAIN_STEPS_H
#define LANE_PLAIN_STEPS_H

#include "plain.h"

#define PLAIN_COMMANDS(X)                                                                          \
    X(price)                                                                                       \
    X(coupon)                                                                                      \
    X(void)                                                                                        \
    X(cancel)                                                                                      \
    X(return )                                                                                     \
    X(suspend)                                                                                     \
    X(resume)                                                                                      \
    X(tickets)                                                                                     \
    X(total)                                                                                       \
    X(pay)                                                                                         \
    X(declined)                                                                                    \
    X(back)                                                                                        \
    X(receipt)                                                                                     \
    X(remark)                                                                                      \
    X(show)                                                                                        \
    X(member)                                                                                      \
    X(object)                                                                                      \
    X(choose)                                                                                      \
    X(register)                                                                                    \
    X(card)                                                                                        \
    X(approve)                                                                                     \
    X(help)                                                                                        \
    X(answer)                                                                                      \
    X(later)                                                                                       \
    X(never)                                                                                       \
    X(queue)                                                                                       \
    X(last)                                                                                        \
    X(quit)
#define PLAIN_COMMAND_ROW(name) void plain_##name(struct plain *plain, struct plain_words *words);
PLAIN_COMMANDS(PLAIN_COMMAND_ROW)
#undef PLAIN_COMMAND_ROW

#endif
