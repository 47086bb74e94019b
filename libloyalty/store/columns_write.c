/* SPDX-License-Identifier: MIT
 *
 * columns_write.c - FILE.columns written: rows in their order go into FILE.columns.part, which
 * takes the place of the old file when all of it is on the disk. In: rows, then the rest. Out: a
 * file. Must not know: where the rows come from.
 */
#include <store/columns_private.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER ((size_t)1 << 20)

struct columns_writer {
    struct loy_store *store;
    char *path, *part;
    int descriptor;
    struct columns_head head;
    struct columns_row rows[COLUMNS_BLOCK];
    size_t row_count;
    struct columns_member *members;
    size_t member_count, member_max;
    struct columns_span *table;
    size_t block_count, block_max;
    uint8_t *buffer; /* BUFFER and one block */
    size_t buffered;
    uint64_t written; /* before what is buffered */
};

/* ---- The file -------------------------------------------------------------------------------- */

static bool same_as(int descriptor, const char *path)
{
    struct stat held, named;
    return fstat(descriptor, &held) == 0 && lstat(path, &named) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

/* What is locked may have been renamed or removed before the lock came: once more. */
static enum loy_status part_open(struct columns_writer *writer)
{
    for (int tries = 0; tries < 100; tries++) {
        int descriptor =
            open(writer->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
        if (descriptor < 0) return store_fail_errno(writer->store, N_("creating"), writer->part);
        writer->descriptor = descriptor;
        if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) break;
        if (!same_as(descriptor, writer->part)) {
            close(descriptor);
            writer->descriptor = -1;
            continue;
        }
        if (ftruncate(descriptor, 0) == 0 && fchmod(descriptor, 0600) == 0) return LOY_OK;
        return store_fail_errno(writer->store, N_("creating"), writer->part);
    }
    if (writer->descriptor >= 0) close(writer->descriptor);
    writer->descriptor = -1;
    return store_fail(writer->store, LOY_E_BUSY,
        "another program is filling %s: wait until it is done and repeat", writer->path);
}

static enum loy_status bytes_write(struct columns_writer *writer, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    while (size > 0) {
        ssize_t done = write(writer->descriptor, at, size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return store_fail_errno(writer->store, N_("writing"), writer->part);
        at += done;
        size -= (size_t)done;
        writer->written += (uint64_t)done;
    }
    return LOY_OK;
}

static enum loy_status buffer_flush(struct columns_writer *writer)
{
    const size_t size = writer->buffered;
    writer->buffered = 0;
    return bytes_write(writer, writer->buffer, size);
}

enum loy_status columns_writer_open(struct loy_store *store, struct columns_writer **writer)
{
    struct columns_writer *made = calloc(1, sizeof *made);
    if (!made) return store_fail(store, LOY_E_MEMORY, "out of memory");
    made->store = store;
    made->descriptor = -1;
    made->path = store_path_join(store->path, COLUMNS_SUFFIX);
    made->part = store_path_join(store->path, COLUMNS_PART_SUFFIX);
    made->buffer = malloc(BUFFER + COLUMNS_BLOCK_BYTES);
    // The head comes last; until then its place holds zeros.
    made->buffered = sizeof made->head;
    if (made->buffer) memset(made->buffer, 0, sizeof made->head);
    enum loy_status status = made->path && made->part && made->buffer
                                 ? part_open(made)
                                 : store_fail(store, LOY_E_MEMORY, "out of memory");
    if (status == LOY_OK)
        *writer = made;
    else
        columns_writer_close(made);
    return status;
}

void columns_writer_close(struct columns_writer *writer)
{
    if (!writer) return;
    if (writer->descriptor >= 0) {
        // Only ours, under the lock: behind the rename it has another name.
        if (same_as(writer->descriptor, writer->part)) unlink(writer->part);
        close(writer->descriptor);
    }
    free(writer->members);
    free(writer->table);
    free(writer->buffer);
    free(writer->path);
    free(writer->part);
    free(writer);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

/* The array with room for one more; NULL: no memory, and it is as it was. */
static void *array_grow(void *array, size_t *max, size_t count, size_t unit)
{
    if (count < *max) return array;
    size_t wanted = *max ? *max * 2 : 256;
    void *grown = realloc(array, wanted * unit);
    if (grown) *max = wanted;
    return grown;
}

static enum loy_status no_memory(struct columns_writer *writer)
{
    return store_fail(writer->store, LOY_E_MEMORY, "out of memory");
}

static enum loy_status block_end(struct columns_writer *writer)
{
    if (writer->row_count == 0) return LOY_OK;
    struct columns_span *table =
        array_grow(writer->table, &writer->block_max, writer->block_count, sizeof *writer->table);
    if (!table) return no_memory(writer);
    writer->table = table;
    uint8_t *bytes = writer->buffer + writer->buffered;
    const size_t size = columns_block_pack(writer->rows, writer->row_count, bytes);
    writer->table[writer->block_count++] = (struct columns_span){
        writer->written + writer->buffered, size, columns_checksum(bytes, size)};
    writer->row_count = 0;
    writer->buffered += size;
    return writer->buffered >= BUFFER ? buffer_flush(writer) : LOY_OK;
}

static enum loy_status member_begin(struct columns_writer *writer, int64_t number)
{
    struct columns_member *members = array_grow(
        writer->members, &writer->member_max, writer->member_count, sizeof *writer->members);
    if (!members) return no_memory(writer);
    writer->members = members;
    writer->members[writer->member_count++] = (struct columns_member){number, writer->head.rows};
    return LOY_OK;
}

enum loy_status columns_writer_add(struct columns_writer *writer, const struct columns_row *row)
{
    enum loy_status status = LOY_OK;
    if (writer->member_count == 0 ||
        writer->members[writer->member_count - 1].number != row->member)
        status = member_begin(writer, row->member);
    writer->rows[writer->row_count++] = *row;
    writer->head.rows++;
    if (status == LOY_OK && writer->row_count == COLUMNS_BLOCK) status = block_end(writer);
    return status;
}

/* ---- The rest -------------------------------------------------------------------------------- */

static enum loy_status part_write(struct columns_writer *writer, enum columns_part part,
    const void *bytes, size_t count, size_t unit)
{
    static const uint8_t zeros[8] = {0};
    const size_t size = count * unit, gap = (8 - size % 8) % 8;
    if (size == 0) bytes = zeros;
    writer->head.parts[part] =
        (struct columns_span){writer->written, size, columns_checksum(bytes, size)};
    enum loy_status status = bytes_write(writer, bytes, size);
    return status == LOY_OK ? bytes_write(writer, zeros, gap) : status;
}

static enum loy_status parts_write(struct columns_writer *writer, const struct columns_rest *rest)
{
    const struct columns_words *words = rest->words;
    const struct {
        enum columns_part part;
        const void *bytes;
        size_t count, unit;
    } parts[] = {{COLUMNS_MEMBERS, writer->members, writer->member_count, sizeof *writer->members},
        {COLUMNS_VERSIONS, words->versions, words->version_count, sizeof *words->versions},
        {COLUMNS_TEXT, words->text, words->text_size, 1},
        {COLUMNS_OPEN, rest->open, rest->open_count, sizeof *rest->open},
        {COLUMNS_LATE, rest->late, rest->late_count, sizeof *rest->late},
        {COLUMNS_TABLE, writer->table, writer->block_count, sizeof *writer->table}};
    enum loy_status status = LOY_OK;
    for (size_t i = 0; status == LOY_OK && i < COLUMNS_PARTS; i++)
        status = part_write(writer, parts[i].part, parts[i].bytes, parts[i].count, parts[i].unit);
    return status;
}

static enum loy_status head_write(struct columns_writer *writer, const struct columns_mark *mark)
{
    struct columns_head *head = &writer->head;
    memcpy(head->magic, COLUMNS_MAGIC, sizeof head->magic);
    head->format = COLUMNS_FORMAT;
    head->byte_order = COLUMNS_BYTE_ORDER;
    head->file_size = writer->written;
    head->mark = *mark;
    head->checksum = columns_checksum(head, offsetof(struct columns_head, checksum));
    if (pwrite(writer->descriptor, head, sizeof *head, 0) != (ssize_t)sizeof *head)
        return store_fail_errno(writer->store, N_("writing"), writer->part);
    return LOY_OK;
}

static enum loy_status part_publish(struct columns_writer *writer)
{
    if (fsync(writer->descriptor) != 0)
        return store_fail_errno(writer->store, N_("syncing"), writer->part);
    // An erasure may have removed it, and what it held with it.
    if (!same_as(writer->descriptor, writer->part) || rename(writer->part, writer->path) != 0)
        return store_fail(writer->store, LOY_E_BUSY,
            "another program is filling %s: wait until it is done and repeat", writer->path);
    return store_disk_sync_folder(writer->store, writer->path);
}

enum loy_status columns_writer_finish(
    struct columns_writer *writer, const struct columns_rest *rest)
{
    enum loy_status status = block_end(writer);
    if (status == LOY_OK) status = buffer_flush(writer);
    if (status == LOY_OK) status = parts_write(writer, rest);
    if (status == LOY_OK) status = head_write(writer, rest->mark);
    return status == LOY_OK ? part_publish(writer) : status;
}
