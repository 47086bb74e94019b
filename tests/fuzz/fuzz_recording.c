/* SPDX-License-Identifier: MIT
 *
 * fuzz_recording.c - any bytes as a recorded file, through transport, driver and guard of the hub's
 * own transport; every piece of news must hold what transport.h says.
 */
#include "fuzz.h"

#include "transport.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void check_news(const struct transport_news *news)
{
    if (news->kind < TRANSPORT_CAME || news->kind > TRANSPORT_ENDED) abort();
    if (news->length > sizeof news->bytes) abort();
    if (memchr(news->text, '\0', sizeof news->text) == NULL) abort();
    if (news->kind != TRANSPORT_CAME) return;
    if (memchr(news->driver, '\0', sizeof news->driver) == NULL) abort();
    if (news->who.descriptor_length > HID_DESCRIPTOR_MAX) abort();
    if (news->who.option_count > OPTIONS_MAX) abort();
    for (size_t i = 0; i < news->who.option_count; i++)
        if (strlen(news->who.options[i].key) + strlen(news->who.options[i].value) >
            OPTIONS_TEXT_MAX)
            abort();
}

/* To the end, or to a pause that is too long to wait for. */
static void play(void *self)
{
    static struct transport_news news;
    for (;;) {
        transport_file.pump(self);
        memset(&news, 0, offsetof(struct transport_news, who));
        if (transport_file.next(self, &news) == LOY_OK) check_news(&news);
        if (news.kind == TRANSPORT_ENDED || transport_file.due_ms(self) > 1) return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct transport_place place;
    char text[TRANSPORT_TEXT_MAX] = "";
    void *self = NULL;
    int fd = memfd_create("recording", 0);
    if (fd < 0) return 0;
    if (size > 0 && write(fd, bytes, size) != (ssize_t)size) abort();
    memset(&place, 0, sizeof place);
    snprintf(place.path, sizeof place.path, "file:recording");
    snprintf(place.where, sizeof place.where, "/proc/self/fd/%d", fd);
    /* Bare lines need a driver, recordings do not. */
    if (size > 0 && bytes[0] != '#') memcpy(place.driver, "serial-line", 12);
    enum loy_status status = transport_file.open(&self, &place, text, sizeof text);
    if (status == LOY_OK)
        play(self);
    else if (strlen(text) >= sizeof text)
        abort();
    if (status == LOY_OK) transport_file.close(self);
    close(fd);
    return 0;
}
