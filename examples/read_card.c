/* SPDX-License-Identifier: MIT
 * read_card.c - waits for a swipe or scan on any reader and says what it was. */
#include <loyalty/reader.h>
#include <poll.h>
#include <stdio.h>

int main(void)
{
    static struct loy_event event;
    struct loy_reader *reader = NULL;
    struct loy_reader_options options = {.size = sizeof options, .sources = LOY_SOURCE_USB};
    if (loy_reader_open(&options, &reader) != LOY_OK) return puts(loy_reader_text(reader)), 1;
    struct pollfd wait = {.fd = loy_reader_fd(reader), .events = POLLIN};
    while (event.kind != LOY_EVENT_READ && poll(&wait, 1, -1) > 0) {
        loy_reader_dispatch(reader);
        while (loy_reader_next(reader, &event) == LOY_OK && event.kind != LOY_EVENT_READ)
            if (event.kind == LOY_EVENT_REFUSED) puts("payment card: use the terminal");
    }
    for (unsigned i = 0; i < event.part_count; i++)
        printf(
            "%.*s\n", event.parts[i].length, (const char *)loy_part_data(&event, &event.parts[i]));
    loy_reader_close(reader);
    return 0;
}
