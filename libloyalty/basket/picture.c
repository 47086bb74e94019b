/* SPDX-License-Identifier: MIT
 *
 * picture.c - how long a picture of a basket holds. Counters of SQLite come in; a picture or an
 * empty one goes out. Reads no row; knows no price.
 */
#include "picture.h"

#include <stdlib.h>
#include <string.h>

/* Changes with each commit to the file, by this connection too. In a write transaction it is that
 * of the rows that are read, and nobody else commits. */
static unsigned version_of(const struct loy_store *store)
{
    unsigned version = 0;
    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
    return version;
}

static void basket_clear(struct picture *picture)
{
    picture->basket = 0;
    picture->has = 0;
    picture->count = 0;
}

void picture_drop(struct picture *picture)
{
    basket_clear(picture);
    picture->looked_article = 0;
    picture->changes = -1;
}

void picture_free(struct picture *picture)
{
    free(picture->lines);
    free(picture->shelves);
    sodium_memzero(picture, sizeof *picture);
}

/* Rows that are read in autocommit may be of several moments. */
struct picture *picture_now(struct loy_store *store)
{
    if (store->depth == 0 || sqlite3_get_autocommit(store->db)) return NULL;
    if (store->basket_cache == NULL) return NULL;
    struct picture *picture = basket_picture_memory(store);
    unsigned version = version_of(store);
    int64_t changes = sqlite3_total_changes64(store->db);
    if (picture->version == version && picture->changes == changes) return picture;
    picture_drop(picture);
    picture->version = version;
    picture->changes = changes;
    return picture;
}

struct picture *picture_of(struct loy_store *store, int64_t basket)
{
    struct picture *picture = picture_now(store);
    if (picture == NULL || picture->basket == basket) return picture;
    basket_clear(picture);
    picture->basket = basket;
    return picture;
}

struct picture *picture_lines_held(struct loy_store *store, int64_t basket)
{
    struct picture *picture = picture_now(store);
    if (picture == NULL || picture->basket != basket) return NULL;
    return (picture->has & PICTURE_LINES) != 0 ? picture : NULL;
}

void picture_follow(const struct loy_store *store, struct picture *picture)
{
    if (picture != NULL) picture->changes = sqlite3_total_changes64(store->db);
}

bool picture_holds(struct loy_store *store)
{
    if (store->depth != 1) return false;
    const struct picture *picture = picture_now(store);
    return picture != NULL && picture->basket != 0;
}

void picture_keep(struct loy_store *store)
{
    basket_picture_memory(store)->version = version_of(store);
}

/* ---- Lines -------------------------------------------------------------------------------------
 */

void picture_lines_put(struct picture *picture, struct lane_line *lines, size_t count)
{
    free(picture->lines);
    free(picture->shelves);
    picture->lines = lines;
    picture->shelves = NULL;
    picture->count = picture->room = count;
    picture->has |= PICTURE_LINES;
    picture->has &= ~PICTURE_PRICED;
}

static bool room_make(struct picture *picture)
{
    if (picture->count < picture->room) return true;
    size_t room = picture->room < 16 ? 16 : picture->room * 2;
    struct lane_line *lines = realloc(picture->lines, room * sizeof *lines);
    if (lines == NULL) return false;
    picture->lines = lines;
    struct basket_shelf *shelves = realloc(picture->shelves, room * sizeof *shelves);
    if (shelves == NULL) return false;
    if (picture->shelves == NULL) memset(shelves, 0, picture->count * sizeof *shelves);
    picture->shelves = shelves;
    picture->room = room;
    return true;
}

bool picture_line_add(struct picture *picture, const struct lane_line *line)
{
    picture->has &= ~PICTURE_PRICED;
    if ((picture->has & PICTURE_LINES) == 0) return true;
    if (!room_make(picture)) return false;
    if (picture->shelves != NULL) picture->shelves[picture->count].asked = false;
    picture->lines[picture->count++] = *line;
    return true;
}

struct basket_shelf *picture_shelves(struct picture *picture)
{
    if (picture->shelves == NULL && picture->room > 0)
        picture->shelves = calloc(picture->room, sizeof *picture->shelves);
    return picture->shelves;
}
