/* SPDX-License-Identifier: MIT
 *
 * statistics.h - the counts of each reader, kept in a file across runs and shared by programs.
 * In: which reader, events; out: counts of all runs, a text file. Must not know: transports, what a
 * card held: counts are all there is.
 */
#ifndef DRIVERS_STATISTICS_H
#define DRIVERS_STATISTICS_H

#include <loyalty/reader.h>

#define STATISTICS_ROWS_MAX 256u /* of the file; the reader that was quiet longest goes first */
#define STATISTICS_LINE_MAX 1024u
#define STATISTICS_TEXT_MAX (STATISTICS_ROWS_MAX * STATISTICS_LINE_MAX)

/* One reader and driver. The path is the port, so that two of a kind stay apart. */
struct statistics_row {
    char path[128];
    uint16_t vid, pid;
    char driver[LOY_DRIVER_NAME_MAX];
    struct loy_counts kept;  /* in the file, when it was last read */
    struct loy_counts fresh; /* of this program, not in the file yet */
};

struct statistics;

/* Reads the file if it is there. A file that is not one of these is left as it is, text says so,
 * and counts then live in memory until it is moved away. LOY_E_LIMIT: the path is too long. */
enum loy_status statistics_open(
    struct statistics **statistics, const char *path, char *text, size_t text_size);
/* Writes what is fresh, then releases. NULL is fine. */
void statistics_close(struct statistics *statistics);

/* The row of this reader, new or known; NULL: no room, it is not kept. Lives until close. */
struct statistics_row *statistics_row(struct statistics *statistics, const char *path, uint16_t vid,
    uint16_t pid, const char *driver);
/* Something of a row is fresh. */
void statistics_note(struct statistics *statistics, int64_t now_ms);

/* When statistics_save is due, on the monotonic clock; -1: nothing is fresh. */
int64_t statistics_due_ms(const struct statistics *statistics);
/* Adds what is fresh to the file, if nobody else is at it just now; else it stays fresh. */
void statistics_save(struct statistics *statistics, int64_t now_ms);

void counts_note(struct loy_counts *counts, const struct loy_event *event);
void counts_add(struct loy_counts *to, const struct loy_counts *more);

/* The file's text; count of rows, or -1: not such a file. */
int statistics_parse(const char *text, size_t length, struct statistics_row *rows, size_t room);
/* The length of the text; 0: no room. */
size_t statistics_print(
    const struct statistics_row *rows, size_t count, char *text, size_t text_size);

#endif
