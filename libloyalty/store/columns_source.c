/* SPDX-License-Identifier: MIT
 *
 * columns_source.c - what a file of columns takes from the store, in one picture of it. In: an open
 * store, from which basket on. Out: lines, what they return, versions, which baskets are open.
 * Changes nothing.
 */
#include <store/columns_private.h>

#include <stdlib.h>
#include <string.h>

#define PROGRESS_ROWS 16384

/* ---- The picture ----------------------------------------------------------------------------- */

enum loy_status columns_basket_uid(struct loy_store *store, int64_t basket, uint8_t uid[16])
{
    sqlite3_stmt *select = store_sql(store, "SELECT uid FROM basket WHERE id = ?1");
    sqlite3_bind_int64(select, 1, basket);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK && sqlite3_column_bytes(select, 0) == 16)
        memcpy(uid, sqlite3_column_blob(select, 0), 16);
    sqlite3_reset(select);
    return status;
}

static enum loy_status mark_read(
    struct loy_store *store, sqlite3_stmt *picture, struct columns_mark *mark)
{
    *mark = (struct columns_mark){.changes = sqlite3_column_int64(picture, 1),
        .epoch = sqlite3_column_int64(picture, 2),
        .last_basket = sqlite3_column_int64(picture, 3)};
    if (sqlite3_column_bytes(picture, 0) != sizeof mark->token)
        return store_fail(store, LOY_E_STORE, "the store's mark for its columns is damaged");
    memcpy(mark->token, sqlite3_column_blob(picture, 0), sizeof mark->token);
    enum loy_status status = LOY_OK;
    if (mark->last_basket > 0)
        status = columns_basket_uid(store, mark->last_basket, mark->last_uid);
    return status;
}

enum loy_status columns_picture_hold(
    struct loy_store *store, sqlite3_stmt **picture, struct columns_mark *mark)
{
    if (!sqlite3_get_autocommit(store->db))
        return store_fail(store, LOY_E_BUSY, "a transaction is open on this handle");
    // One of its own: as long as it is not reset the connection keeps its picture.
    if (sqlite3_prepare_v2(store->db,
            "SELECT token, changes, (SELECT ifnull(max(number), 0) FROM epoch), "
            "(SELECT ifnull(max(id), 0) FROM basket) FROM column_state",
            -1, picture, NULL) != SQLITE_OK)
        return store_fail_sql(store, store->db);
    enum loy_status status = store_step(store, *picture);
    if (status == LOY_NONE)
        status = store_fail(store, LOY_E_STORE, "the store's mark for its columns is damaged");
    if (status == LOY_OK) status = mark_read(store, *picture, mark);
    if (status == LOY_OK) return LOY_OK;
    columns_picture_drop(*picture);
    *picture = NULL;
    return status;
}

void columns_picture_drop(sqlite3_stmt *picture)
{
    sqlite3_finalize(picture);
}

enum loy_status columns_open_moved(
    struct loy_store *store, const int64_t *open, size_t count, bool *moved)
{
    enum loy_status status = LOY_OK;
    *moved = false;
    for (size_t i = 0; status == LOY_OK && !*moved && i < count; i++) {
        int64_t state = 0;
        sqlite3_stmt *select = store_sql(store, "SELECT state FROM basket WHERE id = ?1");
        sqlite3_bind_int64(select, 1, open[i]);
        status = store_step_number(store, select, &state);
        *moved = status == LOY_NONE || state != 1;
    }
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Versions and open baskets --------------------------------------------------------------- */

static enum loy_status version_add(struct columns_source *source, sqlite3_stmt *row)
{
    const char *words[COLUMNS_WORDS];
    for (int i = 0; i < COLUMNS_WORDS; i++)
        words[i] = (const char *)sqlite3_column_text(row, 1 + i);
    const struct loy_version version = {.article = words[0],
        .brand = words[1],
        .manufacturer = words[2],
        .category = words[3],
        .style = words[4],
        .season = words[5],
        .grade = words[6],
        .colour = words[7],
        .size_text = words[8],
        .colour_family = (uint8_t)sqlite3_column_int(row, 10),
        .kind = (uint8_t)sqlite3_column_int(row, 11),
        .own_brand = sqlite3_column_int(row, 12) != 0,
        .derived_grade = sqlite3_column_int(row, 13) != 0};
    enum loy_status status =
        columns_words_add(&source->words, sqlite3_column_int64(row, 0), &version);
    return status == LOY_OK
               ? LOY_OK
               : store_fail(source->store, status, "out of memory for the words of the columns");
}

static enum loy_status versions_read(struct columns_source *source)
{
    sqlite3_stmt *select = store_sql(source->store,
        "SELECT v.id, a.code, v.brand, v.manufacturer, v.category, v.style, v.season, v.grade, "
        "v.colour, v.size, v.colour_family, v.kind, v.own_brand, v.derived_grade "
        "FROM article_version v CROSS JOIN article a ON a.id = v.article ORDER BY v.id");
    enum loy_status status;
    while ((status = store_step(source->store, select)) == LOY_OK)
        if ((status = version_add(source, select)) != LOY_OK) break;
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status open_read(struct columns_source *source)
{
    sqlite3_stmt *select =
        store_sql(source->store, "SELECT id FROM basket WHERE state = 1 ORDER BY id");
    enum loy_status status;
    while ((status = store_step(source->store, select)) == LOY_OK) {
        if (source->open_count == source->open_max) {
            size_t max = source->open_max ? source->open_max * 2 : 64;
            int64_t *grown = realloc(source->open, max * sizeof *grown);
            if (!grown) break;
            source->open = grown;
            source->open_max = max;
        }
        source->open[source->open_count++] = sqlite3_column_int64(select, 0);
    }
    sqlite3_reset(select);
    if (status == LOY_OK) return store_fail(source->store, LOY_E_MEMORY, "out of memory");
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status columns_source_begin(struct columns_source *source)
{
    enum loy_status status = versions_read(source);
    return status == LOY_OK ? open_read(source) : status;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

static enum loy_status late_add(
    struct columns_source *source, int64_t basket, int64_t number, int64_t returned_milli)
{
    if (source->late_count == source->late_max) {
        size_t max = source->late_max ? source->late_max * 2 : 256;
        struct columns_late *grown = realloc(source->late, max * sizeof *grown);
        if (!grown)
            return store_fail(source->store, LOY_E_MEMORY, "out of memory for reading sales");
        source->late = grown;
        source->late_max = max;
    }
    source->late[source->late_count++] = (struct columns_late){basket, number, returned_milli};
    return LOY_OK;
}

/* Numbers of rows are mostly without gaps. */
static bool version_find(const struct columns_words *words, int64_t id, uint32_t *index)
{
    size_t low = 0, high = words->version_count;
    if (high == 0) return false;
    const uint64_t guess = (uint64_t)id - (uint64_t)words->versions[0].id;
    if (guess < high && words->versions[guess].id == id) low = (size_t)guess, high = low + 1;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (words->versions[middle].id <= id)
            low = middle;
        else
            high = middle;
    }
    *index = (uint32_t)low;
    return words->versions[low].id == id;
}

static enum loy_status line_add(struct columns_source *source, sqlite3_stmt *select)
{
    struct columns_row *row = columns_rows_add(&source->rows);
    if (!row) return store_fail(source->store, LOY_E_MEMORY, "out of memory for reading sales");
    *row = (struct columns_row){.basket = sqlite3_column_int64(select, 0),
        .member = sqlite3_column_int64(select, 1),
        .at_us = sqlite3_column_int64(select, 2),
        .offset_min = (int16_t)sqlite3_column_int(select, 3),
        .site = sqlite3_column_int(select, 4),
        .line = (uint32_t)sqlite3_column_int64(select, 5),
        .quantity_milli = sqlite3_column_int64(select, 7),
        .list_minor = sqlite3_column_int64(select, 8),
        .discount_minor = sqlite3_column_int64(select, 9),
        .paid_minor = sqlite3_column_int64(select, 10),
        .form = (uint8_t)sqlite3_column_int(select, 12)};
    row->on_deal = row->discount_minor > 0 || sqlite3_column_int(select, 11) != 0;
    if (!version_find(&source->words, sqlite3_column_int64(select, 6), &row->version))
        return store_fail(source->store, LOY_E_CHECK,
            "a line names an article version that is not there: run the store's check");
    columns_rows_added(&source->rows, row);
    if (sqlite3_column_type(select, 13) == SQLITE_NULL) return LOY_OK;
    return late_add(source, sqlite3_column_int64(select, 13), sqlite3_column_int64(select, 14),
        (int64_t)(0 - (uint64_t)row->quantity_milli));
}

static enum loy_status progress_tell(struct columns_source *source)
{
    const struct loy_columns_options *options = source->options;
    if (++source->done % PROGRESS_ROWS != 0 || !options || !options->progress) return LOY_OK;
    if (options->progress(options->user, source->done, 0) == 0) return LOY_OK;
    return store_fail(source->store, LOY_E_CANCELLED, "cancelled; the columns are as they were");
}

/* Only returns are looked up in line_return, as loy_sales_open does. */
enum loy_status columns_source_read(struct columns_source *source, int64_t above, int64_t to)
{
    sqlite3_stmt *select = store_sql(source->store,
        "SELECT b.id, ifnull(b.member, 0), ifnull(t.corrected_us, b.opened_at_us), b.offset_min, "
        "n.site, l.number, l.version, l.quantity_milli, l.list_minor, l.discount_minor, "
        "l.paid_minor, l.promotion IS NOT NULL, ifnull(p.form, 0), u.of_basket, u.of_number "
        "FROM basket b CROSS JOIN line l ON l.basket = b.id JOIN lane n ON n.id = b.lane "
        "LEFT JOIN basket_time t ON t.basket = b.id LEFT JOIN promotion p ON p.id = l.promotion "
        "LEFT JOIN line_return u ON l.quantity_milli < 0 AND u.basket = l.basket "
        "AND u.number = l.number WHERE b.id > ?1 AND b.id <= ?2 AND b.state = 2 "
        "ORDER BY b.id, l.number");
    sqlite3_bind_int64(select, 1, above);
    sqlite3_bind_int64(select, 2, to);
    enum loy_status status;
    while ((status = store_step(source->store, select)) == LOY_OK) {
        status = line_add(source, select);
        if (status == LOY_OK) status = progress_tell(source);
        if (status != LOY_OK) break;
    }
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

void columns_source_free(struct columns_source *source)
{
    columns_words_free(&source->words);
    columns_rows_free(&source->rows);
    free(source->open);
    free(source->late);
}
