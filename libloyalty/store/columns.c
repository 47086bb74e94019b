/* SPDX-License-Identifier: MIT
 *
 * columns.c - FILE.columns brought up to date: is it of this store, is anything older read
 * differently by now, what was sold since? In: an open store. Out: an open file of columns that
 * says what the store says. Never fails for what is wrong with the old file.
 */
#include <store/columns_private.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct opening {
    struct loy_store *store;
    const struct loy_columns_options *options;
    const struct loy_executor *executor;
    char *path;
    struct loy_columns *old; /* NULL: none that can be used */
    struct columns_mark mark;
};

static enum loy_status old_open(struct opening *opening)
{
    loy_columns_close(opening->old);
    opening->old = NULL;
    enum loy_status status =
        columns_file_open(opening->store, opening->path, opening->executor, &opening->old);
    return status == LOY_NONE ? LOY_OK : status;
}

/* Gives up an old file that something else than later sales set apart from the store's picture. */
static enum loy_status old_judge(struct opening *opening)
{
    if (!opening->old) return LOY_OK;
    const struct columns_mark *has = &opening->old->head->mark, *is = &opening->mark;
    uint8_t uid[16] = {0};
    enum loy_status status = LOY_OK;
    bool same = memcmp(has->token, is->token, sizeof has->token) == 0 && has->epoch == is->epoch &&
                has->changes == is->changes && has->last_basket <= is->last_basket;
    if (same && has->last_basket > 0) {
        status = columns_basket_uid(opening->store, has->last_basket, uid);
        if (status < LOY_OK) return status;
        same = status == LOY_OK && memcmp(uid, has->last_uid, sizeof uid) == 0;
    }
    if (same) return LOY_OK;
    loy_columns_close(opening->old);
    opening->old = NULL;
    return LOY_OK;
}

static enum loy_status old_is_fresh(struct opening *opening, bool *fresh)
{
    bool moved = false;
    *fresh = opening->old && opening->old->head->mark.last_basket == opening->mark.last_basket;
    if (!*fresh) return LOY_OK;
    enum loy_status status =
        columns_open_moved(opening->store, opening->old->open, opening->old->open_count, &moved);
    *fresh = !moved;
    return status;
}

/* A version never changes, and a new one has a higher number. */
static bool versions_continue(const struct loy_columns *old, const struct columns_words *words)
{
    if (old->version_count > words->version_count) return false;
    for (size_t i = 0; i < old->version_count; i++)
        if (old->versions[i].id != words->versions[i].id) return false;
    return true;
}

/* Those that were open first: their numbers are lower than those of later ones. */
static enum loy_status lines_read(struct opening *opening, struct columns_source *source)
{
    const struct loy_columns *old = opening->old;
    if (!old) return columns_source_read(source, INT64_MIN, INT64_MAX);
    enum loy_status status = LOY_OK;
    const int64_t last = old->head->mark.last_basket;
    for (size_t i = 0; status == LOY_OK && i < old->open_count && old->open[i] <= last; i++)
        if (old->open[i] > INT64_MIN)
            status = columns_source_read(source, old->open[i] - 1, old->open[i]);
    return status == LOY_OK ? columns_source_read(source, last, INT64_MAX) : status;
}

static enum loy_status source_read(struct opening *opening, struct columns_source *source)
{
    *source = (struct columns_source){.store = opening->store, .options = opening->options};
    enum loy_status status = columns_source_begin(source);
    if (status == LOY_OK && opening->old && !versions_continue(opening->old, &source->words)) {
        loy_columns_close(opening->old);
        opening->old = NULL;
    }
    return status == LOY_OK ? lines_read(opening, source) : status;
}

/* What the store says at one moment, into the file under the writer's lock. */
static enum loy_status picture_write(struct opening *opening, struct columns_writer *writer)
{
    sqlite3_stmt *picture = NULL;
    struct columns_source source;
    enum loy_status status = columns_picture_hold(opening->store, &picture, &opening->mark);
    if (status != LOY_OK) return status;
    status = old_judge(opening);
    if (status == LOY_OK) {
        status = source_read(opening, &source);
        columns_picture_drop(picture);
        if (status == LOY_OK) status = columns_merge(opening->old, &source, &opening->mark, writer);
        columns_source_free(&source);
    } else {
        columns_picture_drop(picture);
    }
    return status;
}

/* The writer's file is there before the picture is taken: see store_columns_forget. */
static enum loy_status fill(struct opening *opening)
{
    struct columns_writer *writer = NULL;
    enum loy_status status = columns_writer_open(opening->store, &writer);
    if (status != LOY_OK) return status;
    status = picture_write(opening, writer);
    columns_writer_close(writer);
    if (status != LOY_OK) return status;
    const enum loy_columns_fill done = opening->old ? LOY_COLUMNS_EXTENDED : LOY_COLUMNS_REBUILT;
    status = old_open(opening);
    if (status != LOY_OK) return status;
    if (!opening->old ||
        memcmp(&opening->old->head->mark, &opening->mark, sizeof opening->mark) != 0)
        return store_fail(opening->store, LOY_E_BUSY,
            "%s was changed by another program at this moment: repeat", opening->path);
    opening->old->fill = done;
    return LOY_OK;
}

static enum loy_status settle(struct opening *opening)
{
    sqlite3_stmt *picture = NULL;
    bool fresh = false;
    enum loy_status status = old_open(opening);
    if (status == LOY_OK) status = columns_picture_hold(opening->store, &picture, &opening->mark);
    if (status != LOY_OK) return status;
    status = old_judge(opening);
    if (status == LOY_OK) status = old_is_fresh(opening, &fresh);
    columns_picture_drop(picture);
    if (status != LOY_OK) return status;
    if (!fresh) return fill(opening);
    opening->old->fill = LOY_COLUMNS_FRESH;
    return LOY_OK;
}

enum loy_status loy_columns_open(struct loy_store *store, const struct loy_columns_options *options,
    struct loy_columns **columns)
{
    if (!store || !columns || (options && options->size < sizeof *options)) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_SALES);
    if (status != LOY_OK) return status;
    struct opening opening = {.store = store,
        .options = options,
        .executor = options ? options->executor : NULL,
        .path = store_path_join(store->path, COLUMNS_SUFFIX)};
    status = opening.path ? settle(&opening) : store_fail(store, LOY_E_MEMORY, "out of memory");
    free(opening.path);
    if (status == LOY_OK)
        *columns = opening.old;
    else
        loy_columns_close(opening.old);
    return status;
}

static enum loy_status beside_remove(struct loy_store *store, const char *suffix)
{
    char *path = store_path_join(store->path, suffix);
    if (!path) return store_fail(store, LOY_E_MEMORY, "out of memory");
    enum loy_status status = LOY_OK;
    if (unlink(path) != 0 && errno != ENOENT)
        status = store_fail_errno(store, N_("removing"), path);
    free(path);
    return status;
}

enum loy_status store_columns_forget(struct loy_store *store)
{
    enum loy_status status = beside_remove(store, COLUMNS_PART_SUFFIX);
    enum loy_status second = beside_remove(store, COLUMNS_SUFFIX);
    return status == LOY_OK ? second : status;
}
