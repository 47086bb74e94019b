/* SPDX-License-Identifier: MIT
 *
 * statistics.c - adds this program's counts to a file that other programs may be adding to.
 * In: rows with what is fresh; out: the file, replaced as a whole. Must not know: readers that are
 * there.
 *
 * Only differences are written, under a lock beside the file (the file itself is replaced, so a
 * lock on it would lock what is gone). What is not such a file is never touched.
 */
#include "statistics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define OWN_ROWS_MAX 128u
#define SAVE_MS 120000 /* a program that is killed loses this much */
#define SAVE_NOTES 64u
#define CLOSE_TRIES 20
#define CLOSE_TRY_NS 50000000L

struct statistics {
    char path[4096], fresh_path[4096 + 8], lock_path[4096 + 8];
    unsigned notes;
    int64_t save_at_ms; /* -1: nothing is fresh */
    size_t own_count, file_count;
    struct statistics_row own[OWN_ROWS_MAX];
    struct statistics_row file[STATISTICS_ROWS_MAX]; /* as last read, the latest to change first */
    char text[STATISTICS_TEXT_MAX];
};

/* ---- The file ----------------------------------------------------------------------------- */

/* LOY_NONE: there is none yet. */
static enum loy_status read_file(struct statistics *statistics)
{
    size_t length = 0;
    ssize_t n = 1;
    int fd = open(statistics->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    statistics->file_count = 0;
    if (fd < 0) return errno == ENOENT ? LOY_NONE : LOY_E_ACCESS;
    while (n > 0 && length < sizeof statistics->text) {
        n = read(fd, statistics->text + length, sizeof statistics->text - length);
        if (n > 0) length += (size_t)n;
    }
    close(fd);
    if (n != 0) return n < 0 ? LOY_E_IO : LOY_E_FORMAT;
    int count = statistics_parse(statistics->text, length, statistics->file, STATISTICS_ROWS_MAX);
    if (count < 0) return LOY_E_FORMAT;
    statistics->file_count = (size_t)count;
    return LOY_OK;
}

static bool write_file(const struct statistics *statistics, size_t length)
{
    size_t at = 0;
    int fd =
        open(statistics->fresh_path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    while (at < length) {
        ssize_t n = write(fd, statistics->text + at, length - at);
        if (n <= 0) break;
        at += (size_t)n;
    }
    bool good = close(fd) == 0 && at == length;
    if (good && rename(statistics->fresh_path, statistics->path) == 0) return true;
    unlink(statistics->fresh_path);
    return false;
}

static bool same_reader(const struct statistics_row *a, const struct statistics_row *b)
{
    return strcmp(a->path, b->path) == 0 && a->vid == b->vid && a->pid == b->pid &&
           strcmp(a->driver, b->driver) == 0;
}

/* The reader's place in file[]; file_count: it is not there. */
static size_t place_in_file(
    const struct statistics *statistics, const struct statistics_row *wanted)
{
    size_t at = 0;
    while (at < statistics->file_count && !same_reader(&statistics->file[at], wanted))
        at++;
    return at;
}

static bool is_fresh(const struct statistics_row *row)
{
    static const struct loy_counts none;
    return memcmp(&row->fresh, &none, sizeof none) != 0;
}

/* Its sum goes to the front; with a full file the last makes room. */
static void merge_row(struct statistics *statistics, const struct statistics_row *row)
{
    size_t at = place_in_file(statistics, row);
    struct statistics_row sum = *row;
    sum.kept = (struct loy_counts){0};
    if (at < statistics->file_count)
        sum.kept = statistics->file[at].kept;
    else if (at < STATISTICS_ROWS_MAX)
        statistics->file_count++;
    else
        at--;
    counts_add(&sum.kept, &row->fresh);
    memmove(&statistics->file[1], &statistics->file[0], at * sizeof statistics->file[0]);
    statistics->file[0] = sum;
}

static void settle_rows(struct statistics *statistics)
{
    for (size_t i = 0; i < statistics->own_count; i++) {
        struct statistics_row *row = &statistics->own[i];
        size_t at = place_in_file(statistics, row);
        if (at == statistics->file_count) continue;
        row->kept = statistics->file[at].kept;
        row->fresh = (struct loy_counts){0};
    }
}

/* With the lock: the file as it is now, and what is fresh here. */
static bool merge_file(struct statistics *statistics)
{
    enum loy_status status = read_file(statistics);
    if (status != LOY_OK && status != LOY_NONE) return false;
    for (size_t i = 0; i < statistics->own_count; i++)
        if (is_fresh(&statistics->own[i])) merge_row(statistics, &statistics->own[i]);
    size_t length = statistics_print(
        statistics->file, statistics->file_count, statistics->text, sizeof statistics->text);
    if (length == 0 || !write_file(statistics, length)) return false;
    settle_rows(statistics);
    return true;
}

/* False: somebody else has the lock. */
static bool try_save(struct statistics *statistics, bool *saved)
{
    *saved = false;
    int fd =
        open(statistics->lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0) return true;
    bool locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
    if (locked) *saved = merge_file(statistics);
    close(fd);
    return locked;
}

/* ---- Rows --------------------------------------------------------------------------------- */

struct statistics_row *statistics_row(
    struct statistics *statistics, const char *path, uint16_t vid, uint16_t pid, const char *driver)
{
    struct statistics_row wanted = {.vid = vid, .pid = pid};
    snprintf(wanted.path, sizeof wanted.path, "%s", path);
    snprintf(wanted.driver, sizeof wanted.driver, "%s", driver);
    for (size_t i = 0; i < statistics->own_count; i++)
        if (same_reader(&statistics->own[i], &wanted)) return &statistics->own[i];
    if (statistics->own_count == OWN_ROWS_MAX) return NULL;
    struct statistics_row *row = &statistics->own[statistics->own_count++];
    *row = wanted;
    size_t at = place_in_file(statistics, row);
    if (at < statistics->file_count) row->kept = statistics->file[at].kept;
    return row;
}

void statistics_note(struct statistics *statistics, int64_t now_ms)
{
    statistics->notes++;
    if (statistics->save_at_ms < 0) statistics->save_at_ms = now_ms + SAVE_MS;
    if (statistics->notes >= SAVE_NOTES) statistics->save_at_ms = now_ms;
}

int64_t statistics_due_ms(const struct statistics *statistics)
{
    return statistics->save_at_ms;
}

void statistics_save(struct statistics *statistics, int64_t now_ms)
{
    bool saved = false;
    try_save(statistics, &saved);
    statistics->notes = 0;
    statistics->save_at_ms = saved ? -1 : now_ms + SAVE_MS;
}

/* ---- Open and close ----------------------------------------------------------------------- */

static void say_trouble(enum loy_status status, const char *path, char *text, size_t text_size)
{
    const char *format = "counts: %s cannot be read, so counts are not kept";
    if (status == LOY_E_FORMAT)
        format = "counts: %s is no file of counts, or a damaged one, and is left as it is; move it "
                 "away, and counts are kept again";
    if (status != LOY_OK && status != LOY_NONE) snprintf(text, text_size, format, path);
}

enum loy_status statistics_open(
    struct statistics **statistics, const char *path, char *text, size_t text_size)
{
    *statistics = NULL;
    if (strlen(path) >= sizeof(*statistics)->path) return LOY_E_LIMIT;
    struct statistics *made = calloc(1, sizeof *made);
    if (made == NULL) return LOY_E_MEMORY;
    *statistics = made;
    made->save_at_ms = -1;
    snprintf(made->path, sizeof made->path, "%s", path);
    snprintf(made->fresh_path, sizeof made->fresh_path, "%s.new", path);
    snprintf(made->lock_path, sizeof made->lock_path, "%s.lock", path);
    say_trouble(read_file(made), path, text, text_size);
    return LOY_OK;
}

void statistics_close(struct statistics *statistics)
{
    bool saved = false;
    const struct timespec pause = {.tv_nsec = CLOSE_TRY_NS};
    if (statistics == NULL) return;
    if (statistics->save_at_ms >= 0)
        for (int i = 0; i < CLOSE_TRIES && !try_save(statistics, &saved); i++)
            nanosleep(&pause, NULL);
    free(statistics);
}
