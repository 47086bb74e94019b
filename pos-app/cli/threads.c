/* SPDX-License-Identifier: MIT
 *
 * threads.c - runs tasks in as many threads as there are processors. In: tasks of the library. Must
 * not know: what they do.
 */
#include "threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define THREADS_MAX 64

struct work {
    atomic_size_t next;
    size_t count;
    loy_task_fn task;
    void *context;
};

static void *take_tasks(void *argument)
{
    struct work *work = argument;
    for (size_t i = atomic_fetch_add(&work->next, 1); i < work->count;
         i = atomic_fetch_add(&work->next, 1))
        work->task(work->context, i);
    return NULL;
}

static size_t threads_wanted(size_t tasks)
{
    const char *text = getenv("LOYALTY_THREADS");
    long wanted = text ? strtol(text, NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
    if (wanted < 1) wanted = 1;
    if (wanted > THREADS_MAX) wanted = THREADS_MAX;
    return (size_t)wanted < tasks ? (size_t)wanted : tasks;
}

static void run(void *user, size_t count, loy_task_fn task, void *context)
{
    struct work work = {.count = count, .task = task, .context = context};
    pthread_t threads[THREADS_MAX];
    size_t started = 0, wanted = threads_wanted(count);
    (void)user;
    // A thread that cannot be had is no fault: this one takes all that is left.
    while (started + 1 < wanted && pthread_create(&threads[started], NULL, take_tasks, &work) == 0)
        started++;
    take_tasks(&work);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

const struct loy_executor *cli_threads(void)
{
    static const struct loy_executor executor = {.run = run};
    return &executor;
}
