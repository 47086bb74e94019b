/* SPDX-License-Identifier: MIT
 *
 * columns_block.c - some thousand rows as packed columns, and back. In: rows, or the bytes of a
 * block. Out: the other. Must not know: files, SQL, what the columns mean.
 */
#include <store/columns_private.h>

#include <string.h>

/* ---- Checksum -------------------------------------------------------------------------------- */

#define LANES 4
#define ODD UINT64_C(0x9E3779B97F4A7C15)

static uint64_t stir(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * ODD;
    return sum ^ sum >> 29;
}

uint64_t columns_checksum(const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    uint64_t sums[LANES] = {1, 2, 3, 4}, words[LANES], sum = size;
    size_t left = size;
    for (; left >= sizeof words; left -= sizeof words, at += sizeof words) {
        memcpy(words, at, sizeof words);
        for (int i = 0; i < LANES; i++)
            sums[i] = stir(sums[i], words[i]);
    }
    memset(words, 0, sizeof words);
    memcpy(words, at, left);
    for (int i = 0; i < LANES; i++)
        sum = stir(sum, stir(sums[i], words[i]));
    return sum;
}

/* ---- Packing --------------------------------------------------------------------------------- */

static void values_take(
    const struct columns_row *rows, size_t count, enum loy_column column, int64_t *values)
{
    switch (column) {
#define TAKE(name, field, type)                                                                    \
    case name:                                                                                     \
        for (size_t i = 0; i < count; i++)                                                         \
            values[i] = rows[i].field;                                                             \
        break;
        COLUMNS_FIELDS(TAKE)
#undef TAKE
    case LOY_COLUMNS:
        break;
    }
}

static void values_put(
    struct columns_row *rows, size_t count, enum loy_column column, const int64_t *values)
{
    switch (column) {
#define PUT(name, field, type)                                                                     \
    case name:                                                                                     \
        for (size_t i = 0; i < count; i++)                                                         \
            rows[i].field = (type)values[i];                                                       \
        break;
        COLUMNS_FIELDS(PUT)
#undef PUT
    case LOY_COLUMNS:
        break;
    }
}

static uint64_t divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Of columns whose values are often whole seconds or whole pieces. */
static uint64_t step_of(enum loy_column column, const int64_t *values, size_t count, int64_t base)
{
    uint64_t step = 0;
    if (column != LOY_COLUMN_AT_US && column != LOY_COLUMN_QUANTITY_MILLI &&
        column != LOY_COLUMN_RETURNED_MILLI)
        return 1;
    for (size_t i = 0; i < count && step != 1; i++) {
        uint64_t above = (uint64_t)values[i] - (uint64_t)base;
        if (step == 0 || above % step != 0) step = divisor(step, above);
    }
    return step == 0 ? 1 : step;
}

static uint32_t width_of(uint64_t most)
{
    if (most == 0) return 0;
    if (most <= UINT8_MAX) return 1;
    if (most <= UINT16_MAX) return 2;
    return most <= UINT32_MAX ? 4 : 8;
}

#define STORE(type)                                                                                \
    for (size_t i = 0; i < count; i++) {                                                           \
        uint64_t above = (uint64_t)values[i] - (uint64_t)packed->base;                             \
        type stored = (type)(packed->step == 1 ? above : above / packed->step);                    \
        memcpy(bytes + i * sizeof stored, &stored, sizeof stored);                                 \
    }

static void column_store(
    const struct columns_packed *packed, const int64_t *values, size_t count, uint8_t *bytes)
{
    switch (packed->width) {
    case 1:
        STORE(uint8_t)
        break;
    case 2:
        STORE(uint16_t)
        break;
    case 4:
        STORE(uint32_t)
        break;
    case 8:
        STORE(uint64_t)
        break;
    }
}

static size_t column_pack(enum loy_column column, const int64_t *values, size_t count,
    struct columns_packed *packed, uint8_t *bytes)
{
    int64_t least = values[0], most = values[0];
    for (size_t i = 1; i < count; i++) {
        if (values[i] < least) least = values[i];
        if (values[i] > most) most = values[i];
    }
    packed->base = least;
    packed->step = step_of(column, values, count, least);
    packed->width = width_of(((uint64_t)most - (uint64_t)least) / packed->step);
    column_store(packed, values, count, bytes);
    size_t size = (packed->width * count + 7) / 8 * 8;
    memset(bytes + packed->width * count, 0, size - packed->width * count);
    return size;
}

size_t columns_block_pack(const struct columns_row *rows, size_t count, uint8_t *bytes)
{
    struct columns_packed packed[LOY_COLUMNS] = {{0}};
    int64_t values[COLUMNS_BLOCK];
    size_t end = sizeof packed;
    for (int i = 0; i < LOY_COLUMNS; i++) {
        values_take(rows, count, (enum loy_column)i, values);
        packed[i].offset = (uint32_t)end;
        end += column_pack((enum loy_column)i, values, count, &packed[i], bytes + end);
    }
    memcpy(bytes, packed, sizeof packed);
    return end;
}

/* ---- Reading --------------------------------------------------------------------------------- */

static struct columns_packed packed_of(const uint8_t *block, enum loy_column column)
{
    struct columns_packed packed;
    memcpy(&packed, block + column * sizeof packed, sizeof packed);
    return packed;
}

/* Without a gap, as they were packed. */
bool columns_block_fits(const uint8_t *block, size_t size, size_t count)
{
    size_t end = LOY_COLUMNS * sizeof(struct columns_packed);
    if (size < end) return false;
    for (int i = 0; i < LOY_COLUMNS; i++) {
        const struct columns_packed packed = packed_of(block, (enum loy_column)i);
        const bool width = packed.width <= 2 || packed.width == 4 || packed.width == 8;
        if (!width || packed.offset != end) return false;
        end += (packed.width * count + 7) / 8 * 8;
        if (end > size) return false;
    }
    return end == size;
}

#define LOAD(type)                                                                                 \
    for (size_t i = 0; i < count; i++) {                                                           \
        type stored;                                                                               \
        memcpy(&stored, bytes + i * sizeof stored, sizeof stored);                                 \
        values[i] = (int64_t)(base + step * stored);                                               \
    }
/* Without the multiplication the compiler takes several at once. */
#define LOAD_STEPPED(type)                                                                         \
    if (step == 1) {                                                                               \
        for (size_t i = 0; i < count; i++) {                                                       \
            type stored;                                                                           \
            memcpy(&stored, bytes + i * sizeof stored, sizeof stored);                             \
            values[i] = (int64_t)(base + stored);                                                  \
        }                                                                                          \
    } else                                                                                         \
        LOAD(type)

void columns_block_read(
    const uint8_t *block, enum loy_column column, size_t first, size_t count, int64_t *values)
{
    const struct columns_packed packed = packed_of(block, column);
    const uint8_t *bytes = block + packed.offset + first * packed.width;
    const uint64_t base = (uint64_t)packed.base, step = packed.step;
    switch (packed.width) {
    case 0:
        for (size_t i = 0; i < count; i++)
            values[i] = packed.base;
        break;
    case 1:
        LOAD_STEPPED(uint8_t)
        break;
    case 2:
        LOAD_STEPPED(uint16_t)
        break;
    case 4:
        LOAD_STEPPED(uint32_t)
        break;
    case 8:
        LOAD_STEPPED(uint64_t)
        break;
    }
}

void columns_block_rows(const struct loy_columns *columns, size_t block, size_t count,
    int64_t *scratch, struct columns_row *rows)
{
    for (int i = 0; i < LOY_COLUMNS; i++) {
        columns_block_read(
            columns->map + columns->table[block].offset, (enum loy_column)i, 0, count, scratch);
        values_put(rows, count, (enum loy_column)i, scratch);
    }
}
