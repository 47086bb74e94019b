/* SPDX-License-Identifier: MIT
 *
 * crash_model.c - what is durable. A sync makes a file's content durable; a main file's entry is
 * durable when it is opened (the store syncs the folder itself); an unlink without a folder sync
 * may be undone; unsynced bytes reach the disk in any subset of 512-byte sectors; what a failed
 * sync should have written never does. Calls of the layer in, images out; knows no SQLite.
 */
#include "crash_model.h"

#include "crash_image.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTOR 512

struct change {
    struct change *next;
    bool truncates, sure; /* sure: a truncation that a later sync of any file made durable */
    long moment;
    sqlite3_int64 offset;
    int size;
    unsigned char bytes[];
};
struct bytes {
    unsigned char *bytes;
    sqlite3_int64 size, room;
};
struct content {
    struct bytes sure;            /* durable */
    struct change *first, **last; /* not yet */
};
/* A name in the folder. */
struct place {
    struct place *next;
    char path[200];
    struct content now, ghost; /* ghost: of the file of this name whose unlink may be undone */
    bool exists, entered, haunted;
    long born, buried; /* moments */
};

static struct place *places;
static char watched[200];
static size_t watched_size;
static bool ordered;
static long moment;

#define NAME(code, name) name,
const char *crash_kind_name(enum crash_kind kind)
{
    static const char *const names[] = {CRASH_KINDS(NAME)};
    return names[kind];
}

static void *must(void *memory)
{
    if (!memory) abort();
    return memory;
}

static struct place *place_of(const char *path)
{
    for (struct place *place = places; place; place = place->next)
        if (strcmp(place->path, path) == 0) return place;
    struct place *place = must(calloc(1, sizeof *place));
    snprintf(place->path, sizeof place->path, "%s", path);
    place->now.last = &place->now.first;
    place->ghost.last = &place->ghost.first;
    place->next = places;
    places = place;
    return place;
}

static void reserve(struct bytes *to, sqlite3_int64 size)
{
    if (size <= to->room) return;
    to->room = size * 2;
    to->bytes = must(realloc(to->bytes, (size_t)to->room));
}

static void put(
    struct bytes *to, sqlite3_int64 offset, const unsigned char *data, sqlite3_int64 count)
{
    reserve(to, offset + count);
    if (offset > to->size) memset(to->bytes + to->size, 0, (size_t)(offset - to->size));
    if (offset + count > to->size) to->size = offset + count;
    if (count) memcpy(to->bytes + offset, data, (size_t)count);
}

static void note(
    struct content *content, bool truncates, sqlite3_int64 offset, const void *data, int size)
{
    struct change *change = must(malloc(sizeof *change + (size_t)size));
    *change =
        (struct change){.truncates = truncates, .offset = offset, .size = size, .moment = ++moment};
    if (size) memcpy(change->bytes, data, (size_t)size);
    *content->last = change;
    content->last = &change->next;
}

/* kept: they become durable; else they are gone for good. */
static void settle(struct content *content, bool kept)
{
    for (struct change *change = content->first, *next; change; change = next) {
        next = change->next;
        if (change->truncates && change->offset < content->sure.size)
            content->sure.size = change->offset;
        else if (kept && !change->truncates)
            put(&content->sure, change->offset, change->bytes, change->size);
        free(change);
    }
    content->first = NULL;
    content->last = &content->first;
}

static void forget(struct content *content)
{
    settle(content, false);
    free(content->sure.bytes);
    content->sure = (struct bytes){0};
}

static void unhaunt(struct place *place)
{
    forget(&place->ghost);
    place->haunted = false;
}

void model_folder_sync(void)
{
    for (struct place *place = places; place; place = place->next) {
        unhaunt(place);
        place->entered = place->exists;
    }
}

/* A journal of the file system takes all entries and sizes with it. */
static void journal_commit(void)
{
    model_folder_sync();
    for (struct place *place = places; place; place = place->next)
        for (struct change *change = place->now.first; change; change = change->next)
            change->sure = change->truncates;
}

void model_unlink(struct place *place)
{
    if (!place->exists) return;
    moment++;
    if (place->entered) {
        unhaunt(place);
        place->ghost = place->now;
        if (!place->ghost.first) place->ghost.last = &place->ghost.first;
        place->now = (struct content){.last = &place->now.first};
        place->haunted = true;
        place->buried = moment;
    }
    forget(&place->now);
    place->exists = place->entered = false;
}

void model_create(struct place *place, bool is_main)
{
    forget(&place->now);
    place->exists = true;
    place->entered = is_main;
    place->born = ++moment;
}

struct place *model_place(const char *path)
{
    if (!path || watched_size == 0 || strncmp(path, watched, watched_size) != 0) return NULL;
    return place_of(path);
}

bool model_exists(const struct place *place)
{
    return place->exists;
}

void model_write(struct place *place, sqlite3_int64 offset, const void *data, int size)
{
    note(&place->now, false, offset, data, size);
}

void model_truncate(struct place *place, sqlite3_int64 size)
{
    note(&place->now, true, size, NULL, 0);
}

void model_sync(struct place *place, bool fails)
{
    settle(&place->now, !fails);
    if (ordered && !fails) journal_commit();
}

void model_watch(const char *folder, bool orders)
{
    while (places) {
        struct place *place = places;
        places = place->next;
        forget(&place->now);
        forget(&place->ghost);
        free(place);
    }
    snprintf(watched, sizeof watched, "%s/", folder);
    watched_size = strlen(watched);
    ordered = orders;
    moment = 0;
}

void crash_vfs_adopt(const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s%s", watched, name);
    struct place *place = place_of(path);
    FILE *stream = must(fopen(path, "rb"));
    fseek(stream, 0, SEEK_END);
    place->exists = place->entered = true;
    place->now.sure.size = ftell(stream);
    reserve(&place->now.sure, place->now.sure.size);
    rewind(stream);
    if (fread(place->now.sure.bytes, 1, (size_t)place->now.sure.size, stream) !=
        (size_t)place->now.sure.size)
        abort();
    fclose(stream);
}

/* ---- An image ---------------------------------------------------------------------------------
 */

struct fate {
    enum crash_kind kind;
    unsigned *seed;
    long until;      /* the moment at which an orderly disk stopped, and the journal of entries */
    unsigned thirds; /* of this file's unsynced writes that arrive, about */
};

static unsigned roll(unsigned *seed, unsigned sides)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 8) % sides;
}

/* Entries and sizes. */
static bool entry_arrives(const struct fate *fate, long at)
{
    if (fate->kind == CRASH_KILL) return true;
    if (fate->kind == CRASH_LOST) return false;
    if (fate->kind == CRASH_IN_ORDER || ordered) return at <= fate->until;
    return roll(fate->seed, 2);
}

static bool bytes_arrive(const struct fate *fate, const struct change *change, int at)
{
    switch (fate->kind) {
    case CRASH_KILL:
        return true;
    case CRASH_LOST:
        return false;
    case CRASH_IN_ORDER:
        return change->moment < fate->until ||
               (change->moment == fate->until && roll(fate->seed, 2));
    case CRASH_REORDERED:
        if (at > 0) return true; // the first sector has decided
        // fall through
    default:
        return roll(fate->seed, 3) < fate->thirds;
    }
}

static void change_apply(
    const struct change *change, const struct fate *fate, struct memory_file *to)
{
    if (change->truncates) {
        bool arrives = change->sure || entry_arrives(fate, change->moment);
        if (arrives) crash_image_truncate(to, change->offset);
        return;
    }
    // Sectors of the disk, whatever offset the write began at.
    for (int at = 0, count; at < change->size; at += count) {
        int left = SECTOR - (int)((change->offset + at) % SECTOR);
        count = change->size - at < left ? change->size - at : left;
        bool arrives = bytes_arrive(fate, change, at);
        if (arrives) crash_image_write(to, change->offset + at, change->bytes + at, count);
        if (!arrives && fate->kind == CRASH_REORDERED) return;
    }
}

static void content_give(
    const struct place *place, const struct content *content, struct fate *fate)
{
    struct memory_file *to =
        crash_image_file(place->path + watched_size, content->sure.bytes, content->sure.size);
    fate->thirds = roll(fate->seed, 4);
    for (const struct change *change = content->first; change; change = change->next)
        change_apply(change, fate, to);
}

static void earlier(long *first, bool pending, long at)
{
    if (pending && at < *first) *first = at;
}

/* The first moment of which anything is not durable yet. */
static long pending_since(void)
{
    long first = moment;
    for (const struct place *place = places; place; place = place->next) {
        earlier(&first, place->exists && !place->entered, place->born);
        earlier(&first, place->haunted, place->buried);
        if (place->now.first) earlier(&first, true, place->now.first->moment);
        if (place->ghost.first) earlier(&first, true, place->ghost.first->moment);
    }
    return first;
}

void crash_vfs_image(enum crash_kind kind, unsigned *seed)
{
    struct fate fate = {.kind = kind, .seed = seed, .until = pending_since() - 1};
    fate.until += (long)roll(seed, (unsigned)(moment - fate.until) + 1);
    for (const struct place *place = places; place; place = place->next)
        if (place->haunted && !entry_arrives(&fate, place->buried))
            content_give(place, &place->ghost, &fate);
        else if (place->exists && (place->entered || entry_arrives(&fate, place->born)))
            content_give(place, &place->now, &fate);
}
