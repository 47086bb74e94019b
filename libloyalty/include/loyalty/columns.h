/* SPDX-License-Identifier: MIT
 *
 * loyalty/columns.h - the sales of a store as columns, for whoever reads all of them: fits, cubes,
 * profiles. FILE.columns beside the store is a cache: made from the store, read in its place, never
 * the only copy. Whoever deletes it loses nothing but the seconds of making it again.
 *
 * It holds what loy_sales_next gives (loyalty/basket.h): every line of a closed basket, members by
 * their number inside the store, in the order of members and time. No name, card, field or word of
 * a person is in it. It stands for one picture of one store: token and epoch of the store, a
 * counter that the store raises in the transaction of whatever changes an older line (a card that
 * is linked later, a merge and its undo, an erasure, an objection, a corrected clock), and the last
 * basket. What was sold since is added, returns are taken from the lines that they return; where
 * the counter, the store or the version of the file is another one, or a checksum does not fit, all
 * of it is made anew. An erasure also deletes it. It is of mode 0600, in no backup, and written
 * beside itself (FILE.columns.part), synced and renamed, so a crash leaves the old or the new one.
 */
#ifndef LOYALTY_COLUMNS_H
#define LOYALTY_COLUMNS_H

#include <loyalty/basket.h>
#include <loyalty/executor.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loy_columns;

struct loy_columns_options {
    size_t size;
    loy_progress_fn progress; /* may be NULL; in rows read from the store */
    void *user;
    const struct loy_executor *executor; /* NULL: the calling thread alone */
};

/* What opening had to do. */
enum loy_columns_fill {
    LOY_COLUMNS_FRESH = 1, /* nothing was sold since */
    LOY_COLUMNS_EXTENDED,  /* what was sold since was added */
    LOY_COLUMNS_REBUILT    /* all was read from the store */
};

/* Brings the cache up to date and opens it as a picture of the store at this moment, which later
 * sales, and other programs, leave as it is. A fill needs about 100 bytes of memory for each line
 * that it reads. options NULL: none. LOY_E_BUSY: another program fills it, or a transaction is open
 * on this handle; LOY_E_FULL: the disk is full, or the folder may not be written: then the old
 * cache is where it was and the caller reads loy_sales_open instead; LOY_E_CANCELLED. The handle is
 * to be closed before the store. Asks for LOY_MAY_READ_SALES, as do all calls below that read
 * lines. */
LOY_API enum loy_status loy_columns_open(struct loy_store *store,
    const struct loy_columns_options *options, struct loy_columns **columns);
LOY_API void loy_columns_close(struct loy_columns *columns);
LOY_API enum loy_columns_fill loy_columns_filled(const struct loy_columns *columns);
LOY_API uint64_t loy_columns_rows(const struct loy_columns *columns);

/* ---- Rows ------------------------------------------------------------------------------------ */

/* As struct loy_sale. VERSION is an index below loy_columns_versions; LINE is the line's number in
 * its basket. A line is a return where its quantity is negative. */
enum loy_column {
    LOY_COLUMN_BASKET,
    LOY_COLUMN_LINE,
    LOY_COLUMN_AT_US,
    LOY_COLUMN_OFFSET_MIN,
    LOY_COLUMN_SITE,
    LOY_COLUMN_VERSION,
    LOY_COLUMN_QUANTITY_MILLI,
    LOY_COLUMN_LIST_MINOR,
    LOY_COLUMN_DISCOUNT_MINOR,
    LOY_COLUMN_PAID_MINOR,
    LOY_COLUMN_RETURNED_MILLI,
    LOY_COLUMN_FORM,
    LOY_COLUMN_ON_DEAL,
    LOY_COLUMNS
};

/* Rows first to first + count of a column into values[count]. Several threads may read at once; the
 * caller's role is asked for at the opening alone. LOY_E_LIMIT: there are not as many rows. */
LOY_API enum loy_status loy_columns_read(const struct loy_columns *columns, enum loy_column column,
    uint64_t first, size_t count, int64_t *values);

/* Members are consecutive rows: nobody (0) first, then by ascending number. */
struct loy_columns_member {
    int64_t member; /* number inside the store; 0 anonymous */
    uint64_t first, count;
};
LOY_API size_t loy_columns_members(const struct loy_columns *columns);
LOY_API enum loy_status loy_columns_member_get(
    const struct loy_columns *columns, size_t index, struct loy_columns_member *member);

/* Attributes of a version, by index in the order of their numbers; strings are valid until the
 * columns are closed. */
LOY_API size_t loy_columns_versions(const struct loy_columns *columns);
LOY_API enum loy_status loy_columns_version_get(const struct loy_columns *columns, size_t index,
    int64_t *article_version, struct loy_version *attributes);

/* ---- The same rows as loy_sales_open gives, in the same order ---------------------------------
 */

struct loy_columns_sales;
/* from_us, to_us and member as for loy_sales_open. version: the line's attributes, whose strings
 * last as long as the store is open; NULL where the caller needs none, else LOY_MAY_FIND_ARTICLE is
 * asked for too. */
LOY_API enum loy_status loy_columns_sales_open(struct loy_columns *columns, int64_t from_us,
    int64_t to_us, const struct loy_id *member, struct loy_columns_sales **sales);
LOY_API enum loy_status loy_columns_sales_next(
    struct loy_columns_sales *sales, struct loy_sale *sale, struct loy_version *version);
LOY_API void loy_columns_sales_close(struct loy_columns_sales *sales);

/* ---- Folds -------------------------------------------------------------------------------------
 *
 * One pass each, cut into ranges of members, put together in their order: no figure depends on the
 * number of threads. All are integers and equal to SQL's. Days, hours and periods are those on the
 * shop's wall. LOY_E_LIMIT: a sum does not fit 64 bits. Answers are arrays in fresh memory, which
 * the caller frees; *count 0: no rows, the pointer is NULL.
 */

struct loy_columns_filter {
    size_t size;
    int64_t from_us, to_us; /* [from, to) */
    uint32_t kinds;         /* bits 1 << kind of article (enum loy_kind); 0: all */
};

/* Of each member with a line in the period, by ascending number; nobody's lines are left out.
 * Recency, frequency, money (Hughes 1994) with what a profile of deals needs. */
struct loy_columns_recency {
    int64_t member;
    int64_t last_us;         /* of the last line that is no return; INT64_MIN: there is none */
    int64_t lines, days;     /* without returns; days with such a line */
    int64_t paid_minor;      /* of all lines: returns are negative */
    int64_t list_minor;      /* paid and discount */
    int64_t deal_lines;      /* without returns */
    int64_t deal_paid_minor; /* of deal_lines */
};
LOY_API enum loy_status loy_columns_recency_get(const struct loy_columns *columns,
    const struct loy_columns_filter *filter, const struct loy_executor *executor,
    struct loy_columns_recency **rows, size_t *count);

/* Brand x grade x colour family x period. Period i is [starts[i], starts[i + 1]) in microseconds of
 * the wall clock, as if it were UTC; what lies outside of starts[0] to starts[periods] is left out.
 * starts ascends. Returns are left out. Cells with lines only, by brand, grade (bytewise), colour
 * family, period. */
struct loy_columns_cell {
    const char *brand, *grade; /* valid until the columns are closed */
    uint8_t colour_family;
    uint32_t period;
    int64_t lines, quantity_milli, paid_minor;
    int64_t buyers; /* distinct members; nobody is none */
    /* Paid per 1,000 thousandths of a unit, cut off to minor units. */
    int64_t least_price_minor, most_price_minor;
};
LOY_API enum loy_status loy_columns_cube_get(const struct loy_columns *columns,
    const struct loy_columns_filter *filter, const int64_t *starts, size_t periods,
    const struct loy_executor *executor, struct loy_columns_cell **cells, size_t *count);

/* Lines by brand (bytewise) and hour of the week, Monday 00:00 first; returns are left out. */
#define LOY_HOURS_OF_WEEK 168u
struct loy_columns_week {
    const char *brand; /* valid until the columns are closed */
    int64_t lines[LOY_HOURS_OF_WEEK];
};
LOY_API enum loy_status loy_columns_week_get(const struct loy_columns *columns,
    const struct loy_columns_filter *filter, const struct loy_executor *executor,
    struct loy_columns_week **weeks, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
