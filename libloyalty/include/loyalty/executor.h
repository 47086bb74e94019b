/* SPDX-License-Identifier: MIT
 *
 * loyalty/executor.h - threads that the caller lends to long work. The library starts none of its
 * own: it cuts work into numbered tasks that touch nothing of each other, hands them over, and puts
 * the results together in the order of the numbers, so that no result depends on how many threads
 * there are or which was first.
 */
#ifndef LOYALTY_EXECUTOR_H
#define LOYALTY_EXECUTOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*loy_task_fn)(void *context, size_t task);

/* run calls task(context, i) once for each i below count, in any order, in any threads, and returns
 * when all have returned. */
struct loy_executor {
    void (*run)(void *user, size_t count, loy_task_fn task, void *context);
    void *user;
};

/* With executor NULL in the calling thread, one after the other. */
static inline void loy_executor_run(
    const struct loy_executor *executor, size_t count, loy_task_fn task, void *context)
{
    if (executor) {
        executor->run(executor->user, count, task, context);
        return;
    }
    for (size_t i = 0; i < count; i++)
        task(context, i);
}

#ifdef __cplusplus
}
#endif
#endif
