/* SPDX-License-Identifier: MIT
 *
 * await.c - what an application does with the readers' one descriptor, with an end.
 * In: a handle; out: its next event, or a failed test.
 */
#include "await.h"

#include <dirent.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#define PATIENCE_MS 5000

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum loy_status await_any(struct loy_reader *reader, struct loy_event *event, int wait_ms)
{
    long end = now_ms() + wait_ms;
    for (;;) {
        if (loy_reader_next(reader, event) == LOY_OK) return LOY_OK;
        long left = end - now_ms();
        if (left < 0) return LOY_NONE;
        struct pollfd wait = {loy_reader_fd(reader), POLLIN, 0};
        /* Only what the descriptor says: a dispatch without it would hide a missing wake-up. */
        if (poll(&wait, 1, (int)left) > 0) assert_int_equal(loy_reader_dispatch(reader), LOY_OK);
    }
}

void await_kind(struct loy_reader *reader, struct loy_event *event, enum loy_event_kind kind)
{
    if (await_any(reader, event, PATIENCE_MS) != LOY_OK) fail_msg("no event came");
    if (event->kind != kind)
        fail_msg("event of kind %d (reason %d) instead of %d", event->kind, event->reason, kind);
}

void await_nothing(struct loy_reader *reader, int wait_ms)
{
    struct loy_event event;
    if (await_any(reader, &event, wait_ms) == LOY_OK)
        fail_msg("an event of kind %d (reason %d) came", event.kind, event.reason);
}

void assert_part(const struct loy_event *event, unsigned part, const char *text)
{
    assert_true(part < event->part_count);
    const struct loy_part *found = &event->parts[part];
    assert_int_equal(found->length, strlen(text));
    assert_memory_equal(loy_part_data(event, found), text, found->length);
}

struct loy_device the_device(const struct loy_reader *reader)
{
    struct loy_device device = {0}, more;
    assert_int_equal(loy_reader_list(reader, 0, &device), LOY_OK);
    assert_int_equal(loy_reader_list(reader, 1, &more), LOY_NONE);
    return device;
}

int open_descriptors(void)
{
    int n = 0;
    char target[64];
    const struct dirent *entry;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while ((entry = readdir(folder)) != NULL) {
        ssize_t length = readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1);
        target[length > 0 ? length : 0] = '\0';
        n += strncmp(target, "socket:", 7) != 0;
    }
    closedir(folder);
    return n;
}

void assert_descriptors(int at_most)
{
    struct timespec pause = {0, 20000000};
    int open = open_descriptors();
    for (int i = 0; i < 50 && open > at_most; i++) {
        nanosleep(&pause, NULL);
        open = open_descriptors();
    }
    if (open > at_most) fail_msg("%d descriptors are open, not %d", open, at_most);
}
