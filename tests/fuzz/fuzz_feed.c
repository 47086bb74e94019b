/* SPDX-License-Identifier: MIT
 *
 * fuzz_feed.c - any bytes as a line of a till's feed: a message that is good has all that its type
 * needs, within its limits; one that is not has a code and words. Bytes read in pieces give the
 * same lines as at once.
 */
#include "fuzz.h"

#include <lane/feed_message.h>
#include <lane/lines.h>

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void demand(bool holds)
{
    if (!holds) abort();
}

static void check_line(const struct feed_line *line)
{
    demand(line->number >= 0 && line->number <= LOY_LINES_MAX);
    demand(line->has_list == line->has_paid);
    demand(line->quantity_milli != 0 && line->form < loy_form_count);
    demand(!line->article || (*line->article && strlen(line->article) <= 256));
}

static void check_message(const char *bytes, size_t size)
{
    struct feed_message message;
    bool good = feed_message_parse(bytes, size, &message);
    demand(good == (message.error == NULL));
    demand(good || *message.error_text);
    if (good) {
        demand(message.has_seq && message.seq >= 0 && message.type > FEED_NOTHING);
        demand(message.type != FEED_LINE || (message.basket && message.line.article));
        demand(message.type != FEED_TENDER || message.tender.kind != LOY_TENDER_NONE);
        demand(message.type != FEED_CLOSE || message.has_total);
        demand(message.type != FEED_PRICES || message.article_count > 0);
        demand(message.type != FEED_BASKET || message.line_count > 0);
        check_line(&message.line);
    }
    for (size_t i = 0; good && i < message.line_count; i++)
        check_line(&message.lines[i]);
    feed_message_close(&message);
}

/* Each line is checked as a message; how many there were. */
static size_t lines_read(const uint8_t *bytes, size_t size)
{
    struct lines lines;
    char *line;
    size_t length = 0, count = 0;
    enum loy_status status;
    int file = memfd_create("fuzz", 0);
    demand(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    demand(lseek(file, 0, SEEK_SET) == 0 && lines_open(&lines, file) == LOY_OK);
    while ((status = lines_next(&lines, &line, &length)) != LOY_NONE) {
        if (status == LOY_MORE) {
            lines_fill(&lines);
            continue;
        }
        count++;
        demand(line[length] == '\0' && length < LINES_MAX_BYTES);
        if (status == LOY_OK) check_message(line, length);
    }
    lines_close(&lines);
    close(file);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t ends = 0;
    if (size > 200000) return 0;
    check_message((const char *)bytes, size);
    for (size_t i = 0; i < size; i++)
        ends += bytes[i] == '\n';
    demand(lines_read(bytes, size) == ends + (size > 0 && bytes[size - 1] != '\n'));
    return 0;
}
