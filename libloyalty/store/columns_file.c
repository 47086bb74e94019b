/* SPDX-License-Identifier: MIT
 *
 * columns_file.c - FILE.columns opened for reading. In: a path. Out: a handle behind which every
 * offset, count and index has been found to lie inside of the file, and every checksum to fit.
 * Must not know: of which store it should be.
 */
#include <store/columns_private.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const size_t part_units[COLUMNS_PARTS] = {sizeof(struct columns_member),
    sizeof(struct columns_version), 1, sizeof(int64_t), sizeof(struct columns_late),
    sizeof(struct columns_span)};

static bool file_map(struct loy_columns *columns, const char *path)
{
    struct stat file;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0) return false;
    void *map = MAP_FAILED;
    if (fstat(descriptor, &file) == 0 && S_ISREG(file.st_mode) &&
        file.st_size >= (off_t)sizeof(struct columns_head)) {
        columns->size = (size_t)file.st_size;
        map = mmap(NULL, columns->size, PROT_READ, MAP_SHARED, descriptor, 0);
    }
    close(descriptor);
    if (map == MAP_FAILED) return false;
    columns->map = map;
    return true;
}

static bool span_fits(const struct loy_columns *columns, const struct columns_span *span)
{
    return span->offset % 8 == 0 && span->offset <= columns->size &&
           span->size <= columns->size - span->offset;
}

static bool span_sound(const struct loy_columns *columns, const struct columns_span *span)
{
    return columns_checksum(columns->map + span->offset, (size_t)span->size) == span->checksum;
}

static bool head_sound(struct loy_columns *columns)
{
    const struct columns_head *head = (const struct columns_head *)columns->map;
    if (memcmp(head->magic, COLUMNS_MAGIC, sizeof head->magic) != 0 ||
        head->format != COLUMNS_FORMAT || head->byte_order != COLUMNS_BYTE_ORDER ||
        head->file_size != columns->size ||
        head->checksum != columns_checksum(head, offsetof(struct columns_head, checksum)))
        return false;
    for (int i = 0; i < COLUMNS_PARTS; i++)
        if (!span_fits(columns, &head->parts[i]) || head->parts[i].size % part_units[i] != 0 ||
            !span_sound(columns, &head->parts[i]))
            return false;
    columns->head = head;
    return true;
}

static const void *part_of(const struct loy_columns *columns, enum columns_part part, size_t *count)
{
    const struct columns_span *span = &columns->head->parts[part];
    *count = (size_t)span->size / part_units[part];
    return columns->map + span->offset;
}

static bool words_sound(const struct loy_columns *columns, size_t text_size)
{
    if (text_size == 0) return columns->version_count == 0;
    if (columns->text[text_size - 1] != '\0') return false;
    for (size_t i = 0; i < columns->version_count; i++) {
        for (int w = 0; w < COLUMNS_WORDS; w++)
            if (columns->versions[i].words[w] >= text_size) return false;
        if (i > 0 && columns->versions[i].id <= columns->versions[i - 1].id) return false;
    }
    return true;
}

static bool members_sound(const struct loy_columns *columns)
{
    const struct columns_member *members = columns->members;
    const uint64_t rows = columns->head->rows;
    if (columns->member_count == 0) return rows == 0;
    if (members[0].first != 0 || members[columns->member_count - 1].first >= rows) return false;
    for (size_t i = 1; i < columns->member_count; i++)
        if (members[i].first <= members[i - 1].first ||
            columns_rank(members[i].number) <= columns_rank(members[i - 1].number))
            return false;
    return true;
}

static bool parts_sound(struct loy_columns *columns)
{
    size_t text_size;
    columns->members = part_of(columns, COLUMNS_MEMBERS, &columns->member_count);
    columns->versions = part_of(columns, COLUMNS_VERSIONS, &columns->version_count);
    columns->text = part_of(columns, COLUMNS_TEXT, &text_size);
    columns->open = part_of(columns, COLUMNS_OPEN, &columns->open_count);
    columns->late = part_of(columns, COLUMNS_LATE, &columns->late_count);
    columns->table = part_of(columns, COLUMNS_TABLE, &columns->block_count);
    const uint64_t rows = columns->head->rows;
    return rows <= (uint64_t)columns->size * COLUMNS_BLOCK &&
           columns->block_count == (rows + COLUMNS_BLOCK - 1) / COLUMNS_BLOCK &&
           words_sound(columns, text_size) && members_sound(columns);
}

/* ---- Blocks ---------------------------------------------------------------------------------- */

static size_t block_rows(const struct loy_columns *columns, size_t block)
{
    const uint64_t left = columns->head->rows - (uint64_t)block * COLUMNS_BLOCK;
    return left < COLUMNS_BLOCK ? (size_t)left : COLUMNS_BLOCK;
}

static bool block_sound(const struct loy_columns *columns, size_t block)
{
    const struct columns_span *span = &columns->table[block];
    const size_t count = block_rows(columns, block);
    int64_t versions[COLUMNS_BLOCK];
    uint64_t most = 0;
    if (!span_fits(columns, span) || !span_sound(columns, span) ||
        !columns_block_fits(columns->map + span->offset, (size_t)span->size, count))
        return false;
    columns_block_read(columns->map + span->offset, LOY_COLUMN_VERSION, 0, count, versions);
    for (size_t i = 0; i < count; i++)
        if ((uint64_t)versions[i] > most) most = (uint64_t)versions[i];
    return most < columns->version_count;
}

#define CHECK_TASKS 16u
struct blocks_check {
    const struct loy_columns *columns;
    bool sound[CHECK_TASKS];
};

static void blocks_task(void *context, size_t task)
{
    struct blocks_check *check = context;
    const size_t count = check->columns->block_count;
    check->sound[task] = true;
    for (size_t i = count * task / CHECK_TASKS; i < count * (task + 1) / CHECK_TASKS; i++)
        if (!block_sound(check->columns, i)) {
            check->sound[task] = false;
            return;
        }
}

static bool blocks_sound(const struct loy_columns *columns, const struct loy_executor *executor)
{
    struct blocks_check check = {.columns = columns};
    bool sound = true;
    loy_executor_run(executor, CHECK_TASKS, blocks_task, &check);
    for (size_t i = 0; i < CHECK_TASKS; i++)
        sound = sound && check.sound[i];
    return sound;
}

/* ---- The file -------------------------------------------------------------------------------- */

enum loy_status columns_file_open(struct loy_store *store, const char *path,
    const struct loy_executor *executor, struct loy_columns **columns)
{
    struct loy_columns *made = calloc(1, sizeof *made);
    if (!made) return store_fail(store, LOY_E_MEMORY, "out of memory");
    made->store = store;
    if (file_map(made, path) && head_sound(made) && parts_sound(made) &&
        blocks_sound(made, executor)) {
        *columns = made;
        return LOY_OK;
    }
    loy_columns_close(made);
    return LOY_NONE;
}

void loy_columns_close(struct loy_columns *columns)
{
    if (!columns) return;
    if (columns->map) munmap(columns->map, columns->size);
    free(columns);
}

uint64_t loy_columns_rows(const struct loy_columns *columns)
{
    return columns->head->rows;
}

enum loy_columns_fill loy_columns_filled(const struct loy_columns *columns)
{
    return columns->fill;
}

enum loy_status loy_columns_read(const struct loy_columns *columns, enum loy_column column,
    uint64_t first, size_t count, int64_t *values)
{
    if (!columns || !values || column < 0 || column >= LOY_COLUMNS) return LOY_E_ARGUMENT;
    const uint64_t rows = columns->head->rows;
    if (first > rows || count > rows - first) return LOY_E_LIMIT;
    while (count > 0) {
        const size_t block = (size_t)(first / COLUMNS_BLOCK), at = (size_t)(first % COLUMNS_BLOCK);
        size_t here = COLUMNS_BLOCK - at;
        if (here > count) here = count;
        columns_block_read(columns->map + columns->table[block].offset, column, at, here, values);
        first += here;
        values += here;
        count -= here;
    }
    return LOY_OK;
}

size_t loy_columns_members(const struct loy_columns *columns)
{
    return columns->member_count;
}

uint64_t columns_member_end(const struct loy_columns *columns, size_t index)
{
    return index + 1 < columns->member_count ? columns->members[index + 1].first
                                             : columns->head->rows;
}

enum loy_status loy_columns_member_get(
    const struct loy_columns *columns, size_t index, struct loy_columns_member *member)
{
    if (!columns || !member) return LOY_E_ARGUMENT;
    if (index >= columns->member_count) return LOY_E_LIMIT;
    const struct columns_member *found = &columns->members[index];
    *member = (struct loy_columns_member){.member = found->number,
        .first = found->first,
        .count = columns_member_end(columns, index) - found->first};
    return LOY_OK;
}

size_t loy_columns_versions(const struct loy_columns *columns)
{
    return columns->version_count;
}

const char *columns_word(const struct loy_columns *columns, size_t version, unsigned word)
{
    return columns->text + columns->versions[version].words[word];
}

enum loy_status loy_columns_version_get(const struct loy_columns *columns, size_t index,
    int64_t *article_version, struct loy_version *attributes)
{
    if (!columns || !attributes) return LOY_E_ARGUMENT;
    if (index >= columns->version_count) return LOY_E_LIMIT;
    const struct columns_version *version = &columns->versions[index];
    const char *words[COLUMNS_WORDS];
    for (unsigned i = 0; i < COLUMNS_WORDS; i++)
        words[i] = columns_word(columns, index, i);
    *attributes = (struct loy_version){.article = words[0],
        .brand = words[1],
        .manufacturer = words[2],
        .category = words[3],
        .style = words[4],
        .season = words[5],
        .grade = words[6],
        .colour = words[7],
        .size_text = words[8],
        .colour_family = version->colour_family,
        .kind = version->kind,
        .own_brand = version->own_brand != 0,
        .derived_grade = version->derived_grade != 0};
    if (article_version) *article_version = version->id;
    return LOY_OK;
}
