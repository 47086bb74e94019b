/* SPDX-License-Identifier: MIT
 *
 * columns_private.h - the file FILE.columns and what the files columns*.c ask of each other.
 *
 * The file, in the byte order of the machine:
 *
 *   head | blocks | members | versions | text | open | late | block table
 *
 * A block is LOY_COLUMNS_BLOCK rows (the last one may be shorter): a struct columns_packed for each
 * column, then the columns, each at a multiple of 8. A value is base + step * stored, in unsigned
 * arithmetic that wraps; stored has width 0 (nothing is stored), 1, 2, 4 or 8 bytes. Rows are
 * ordered by member (0 first, then ascending), time, basket, line, so members are ranges of rows.
 * Each part and each block has a checksum in what points at it, the head its own. Nothing is used
 * before its checksum and its numbers have been found right.
 */
#ifndef COLUMNS_PRIVATE_H
#define COLUMNS_PRIVATE_H

#include <loyalty/columns.h>

#include <store/store_parts.h>

#define COLUMNS_SUFFIX ".columns"
#define COLUMNS_PART_SUFFIX ".columns.part"
#define COLUMNS_BLOCK 4096u
#define COLUMNS_MAGIC "LOYCOLS\n"
#define COLUMNS_FORMAT 1u
#define COLUMNS_BYTE_ORDER 0x01020304u
#define COLUMNS_WORDS 9 /* strings of struct loy_version */

/* Of which store, and how much of it. */
struct columns_mark {
    uint8_t token[16];
    int64_t epoch, changes;
    int64_t last_basket; /* none that is closed has a higher number and is missing */
    uint8_t last_uid[16];
};

enum columns_part {
    COLUMNS_MEMBERS,  /* struct columns_member */
    COLUMNS_VERSIONS, /* struct columns_version, by ascending id */
    COLUMNS_TEXT,     /* words, each with a 0 behind it; the first one is "" */
    COLUMNS_OPEN,     /* int64_t: baskets that were not closed then, ascending */
    COLUMNS_LATE,     /* struct columns_late: returns of lines that are not here yet */
    COLUMNS_TABLE,    /* struct columns_span of each block */
    COLUMNS_PARTS
};
struct columns_span {
    uint64_t offset, size, checksum;
};
struct columns_head {
    char magic[8];
    uint32_t format, byte_order;
    uint64_t file_size, rows;
    struct columns_mark mark;
    struct columns_span parts[COLUMNS_PARTS];
    uint64_t checksum; /* of what stands before it */
};
struct columns_member {
    int64_t number;
    uint64_t first; /* row; its last one is before the next member's first */
};
struct columns_version {
    int64_t id;
    uint32_t words[COLUMNS_WORDS]; /* offsets in the text, in the order of struct loy_version */
    uint8_t colour_family, kind, own_brand, derived_grade;
};
/* A return, or returns, of a line. */
struct columns_late {
    int64_t basket, number, returned_milli;
};
struct columns_packed {
    int64_t base;
    uint64_t step;
    uint32_t offset, width; /* offset: in the block */
};

struct loy_columns {
    struct loy_store *store;
    enum loy_columns_fill fill;
    uint8_t *map;
    size_t size;
    const struct columns_head *head;
    const struct columns_member *members;
    const struct columns_version *versions;
    const char *text;
    const int64_t *open;
    const struct columns_late *late;
    const struct columns_span *table;
    size_t member_count, version_count, open_count, late_count, block_count;
};

/* One line; the fields in the order of what is compared and of size. */
struct columns_row {
    int64_t member, at_us, basket;
    int64_t quantity_milli, list_minor, discount_minor, paid_minor, returned_milli;
    uint32_t line, version;
    int32_t site;
    int16_t offset_min;
    uint8_t form, on_deal;
};
/* Column and field. */
#define COLUMNS_FIELDS(X)                                                                          \
    X(LOY_COLUMN_BASKET, basket, int64_t)                                                          \
    X(LOY_COLUMN_LINE, line, uint32_t)                                                             \
    X(LOY_COLUMN_AT_US, at_us, int64_t)                                                            \
    X(LOY_COLUMN_OFFSET_MIN, offset_min, int16_t)                                                  \
    X(LOY_COLUMN_SITE, site, int32_t)                                                              \
    X(LOY_COLUMN_VERSION, version, uint32_t)                                                       \
    X(LOY_COLUMN_QUANTITY_MILLI, quantity_milli, int64_t)                                          \
    X(LOY_COLUMN_LIST_MINOR, list_minor, int64_t)                                                  \
    X(LOY_COLUMN_DISCOUNT_MINOR, discount_minor, int64_t)                                          \
    X(LOY_COLUMN_PAID_MINOR, paid_minor, int64_t)                                                  \
    X(LOY_COLUMN_RETURNED_MILLI, returned_milli, int64_t)                                          \
    X(LOY_COLUMN_FORM, form, uint8_t)                                                              \
    X(LOY_COLUMN_ON_DEAL, on_deal, uint8_t)

/* Nobody first, then by number: those of erased members are negative. */
static inline uint64_t columns_rank(int64_t member)
{
    return member == 0 ? 0 : (uint64_t)member + (UINT64_C(1) << 63);
}

/* ---- columns_block.c --------------------------------------------------------------------------
 */

/* Four sums side by side, each step a bijection: one changed byte always changes the result. */
uint64_t columns_checksum(const void *bytes, size_t size);
/* At most COLUMNS_BLOCK_BYTES into bytes (at a multiple of 8); how many. */
#define COLUMNS_BLOCK_BYTES (LOY_COLUMNS * (sizeof(struct columns_packed) + 8u * COLUMNS_BLOCK))
size_t columns_block_pack(const struct columns_row *rows, size_t count, uint8_t *bytes);
/* Whether all columns of a block of count rows lie inside of its size bytes. */
bool columns_block_fits(const uint8_t *block, size_t size, size_t count);
void columns_block_read(
    const uint8_t *block, enum loy_column column, size_t first, size_t count, int64_t *values);
/* Rows of a file from a block, without their member. */
void columns_block_rows(const struct loy_columns *columns, size_t block, size_t count,
    int64_t *scratch, struct columns_row *rows);

/* ---- columns_words.c: articles' attributes ----------------------------------------------------
 */

struct columns_words {
    struct columns_version *versions; /* by ascending id */
    size_t version_count, version_max;
    char *text;
    size_t text_size, text_max;
    uint32_t *table; /* offset + 1 of a word, open addressing */
    size_t table_size, word_count;
};
/* The index of the version is the number of those added before. LOY_E_MEMORY, LOY_E_LIMIT. */
enum loy_status columns_words_add(
    struct columns_words *words, int64_t id, const struct loy_version *attributes);
void columns_words_free(struct columns_words *words);

/* ---- columns_rows.c: lines in memory, ordered ---------------------------------------------------
 *
 * Rows are added by ascending (basket, line). sort; then next gives them in the file's order until
 * NULL. No memory: false.
 */
struct columns_rows {
    struct columns_row **chunks;
    size_t chunk_count, count;
    int64_t low, high; /* of the members' numbers above 0; high 0: none */
    uint32_t *order;   /* rows by bucket */
    size_t *bucket_ends;
    size_t bucket_count, bucket;
    unsigned shift;
    struct columns_key *keys;
    size_t at, key_count;
};
struct columns_row *columns_rows_add(struct columns_rows *rows); /* to be filled; NULL: no memory */
/* Before the next is added. */
void columns_rows_added(struct columns_rows *rows, const struct columns_row *row);
bool columns_rows_sort(struct columns_rows *rows);
struct columns_row *columns_rows_next(struct columns_rows *rows);
void columns_rows_free(struct columns_rows *rows);

/* ---- columns_write.c: a file from ordered rows --------------------------------------------------
 */

struct columns_writer;
/* FILE.columns.part, under a lock of this program: LOY_E_BUSY, another one fills. */
enum loy_status columns_writer_open(struct loy_store *store, struct columns_writer **writer);
enum loy_status columns_writer_add(struct columns_writer *writer, const struct columns_row *row);
struct columns_rest {
    const struct columns_mark *mark;
    const struct columns_words *words;
    const int64_t *open;
    size_t open_count;
    const struct columns_late *late;
    size_t late_count;
};
/* Durable, and in the place of the old one. */
enum loy_status columns_writer_finish(
    struct columns_writer *writer, const struct columns_rest *rest);
/* Removes what was not finished. */
void columns_writer_close(struct columns_writer *writer);

/* ---- columns_file.c: a file opened -------------------------------------------------------------
 */

/* LOY_NONE: there is none, or none that can be used; nothing is told of why. */
enum loy_status columns_file_open(struct loy_store *store, const char *path,
    const struct loy_executor *executor, struct loy_columns **columns);

/* ---- columns_source.c: what the store says ------------------------------------------------------
 */

struct columns_source {
    struct loy_store *store;
    const struct loy_columns_options *options;
    long long done; /* rows told to its progress */
    struct columns_words words;
    struct columns_rows rows;
    int64_t *open;
    size_t open_count, open_max;
    struct columns_late *late;
    size_t late_count, late_max;
};
/* Until it is dropped every query of the handle sees the same picture of the store, of which mark
 * tells. */
enum loy_status columns_picture_hold(
    struct loy_store *store, sqlite3_stmt **picture, struct columns_mark *mark);
void columns_picture_drop(sqlite3_stmt *picture);
/* The uid of a basket, whatever its state; LOY_NONE: there is none. */
enum loy_status columns_basket_uid(struct loy_store *store, int64_t basket, uint8_t uid[16]);
/* Whether one of these is not open any more. */
enum loy_status columns_open_moved(
    struct loy_store *store, const int64_t *open, size_t count, bool *moved);
/* All versions, all open baskets; then the lines of closed baskets above a number. */
enum loy_status columns_source_begin(struct columns_source *source);
enum loy_status columns_source_read(struct columns_source *source, int64_t above, int64_t to);
void columns_source_free(struct columns_source *source);

/* ---- columns_merge.c: what was there and what is new, into a file
 * --------------------------------
 */

/* base NULL: there was nothing. Takes the order of the source's rows. */
enum loy_status columns_merge(const struct loy_columns *base, struct columns_source *source,
    const struct columns_mark *mark, struct columns_writer *writer);

/* First row behind a member, by index in the file. */
uint64_t columns_member_end(const struct loy_columns *columns, size_t index);
/* word: its place in struct columns_version. */
const char *columns_word(const struct loy_columns *columns, size_t version, unsigned word);

/* ---- columns_fold.c: what the folds share -------------------------------------------------------
 */

/* Ranges of members with about equally many rows each; one without an executor. */
#define COLUMNS_SHARDS 8u
struct columns_shard {
    size_t member, members_end;
    uint64_t row, rows_end;
};
size_t columns_shards_cut(const struct loy_columns *columns, const struct loy_executor *executor,
    struct columns_shard shards[COLUMNS_SHARDS]);

/* The versions by brand, or by brand, grade and colour family, ordered bytewise. */
struct columns_groups {
    uint32_t *of_version; /* COLUMNS_NO_GROUP: its kind is not asked for */
    uint32_t *version_of; /* one of each group's */
    size_t count;
};
#define COLUMNS_NO_GROUP UINT32_MAX
enum loy_status columns_groups_make(const struct loy_columns *columns,
    const struct loy_columns_filter *filter, bool brand_only, struct columns_groups *groups);
void columns_groups_free(struct columns_groups *groups);

/* What every fold asks first: the caller's right, whole arguments. */
enum loy_status columns_fold_start(
    const struct loy_columns *columns, const struct loy_columns_filter *filter);
enum loy_status columns_fold_memory(const struct loy_columns *columns);
enum loy_status columns_fold_overflow(const struct loy_columns *columns);

#define COLUMNS_DAY_US INT64_C(86400000000)
#define COLUMNS_HOUR_US INT64_C(3600000000)
/* Microseconds of the wall clock. Wraps: a hostile file may say anything. */
static inline int64_t columns_wall(int64_t at_us, int64_t offset_min)
{
    return (int64_t)((uint64_t)at_us + (uint64_t)offset_min * UINT64_C(60000000));
}
static inline int64_t columns_floor(int64_t value, int64_t unit)
{
    return value / unit - (value % unit < 0);
}

#endif
