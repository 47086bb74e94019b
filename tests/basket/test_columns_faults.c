/* SPDX-License-Identifier: MIT
 *
 * test_columns_faults.c - a file of columns that is damaged, cut, another store's, hostile, half
 * written, or that another program is writing: it is made anew, or the caller is told, and what is
 * answered is right.
 */
#include "columns_shop.h"

#include <loyalty/rights.h>
#include <store/columns_private.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct columns_shop *filled_shop(struct shop *shop, unsigned sales)
{
    struct columns_shop *random = calloc(1, sizeof *random);
    columns_shop_start(random, shop, 5);
    ASSERT_STATUS(loy_store_begin(shop->store), LOY_OK);
    for (unsigned i = 0; i < sales; i++)
        columns_shop_sell(random);
    ASSERT_STATUS(loy_store_commit(shop->store), LOY_OK);
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL));
    return random;
}

static void shop_done(struct columns_shop *random)
{
    columns_shop_end(random);
    free(random);
}

/* Whatever is there now is made anew, and is then what it was. */
static void is_mended(struct shop *shop, const uint8_t *bytes, size_t size)
{
    size_t size_now;
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL));
    uint8_t *now = columns_bytes(shop, &size_now);
    assert_int_equal(size, size_now);
    assert_memory_equal(bytes, now, size);
    free(now);
}

static void no_changed_byte_is_taken(void **state)
{
    struct shop *shop = *state;
    struct columns_shop *random = filled_shop(shop, 2500);
    size_t size;
    uint8_t *bytes = columns_bytes(shop, &size);
    uint64_t seed = 3;
    // Each byte of the head, then samples of all else, each bit now and then.
    const size_t samples = sizeof(struct columns_head) + 400;
    for (size_t i = 0; i < samples; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        const size_t at = i < sizeof(struct columns_head) ? i : (size_t)(seed >> 20) % size;
        const uint8_t before = bytes[at];
        bytes[at] = (uint8_t)(before ^ 1u << i % 8);
        columns_bytes_set(shop, bytes, size);
        struct loy_columns *columns = NULL;
        enum loy_status status =
            columns_file_open(shop->store, columns_path(shop, COLUMNS_SUFFIX), NULL, &columns);
        bytes[at] = before;
        // Between two parts up to seven bytes belong to none.
        if (status == LOY_OK) columns_are_sql(shop->store, columns);
        if (status == LOY_OK) assert_true(at >= sizeof(struct columns_head));
        if (status != LOY_OK && i % 64 == 0) is_mended(shop, bytes, size);
        loy_columns_close(columns);
    }
    free(bytes);
    shop_done(random);
}

static void no_cut_file_is_taken(void **state)
{
    struct shop *shop = *state;
    struct columns_shop *random = filled_shop(shop, 60);
    size_t size;
    uint8_t *bytes = columns_bytes(shop, &size);
    for (size_t cut = 0; cut < size; cut += cut < 700 ? 1 : 97) {
        struct loy_columns *columns = NULL;
        columns_bytes_set(shop, bytes, cut);
        ASSERT_STATUS(
            columns_file_open(shop->store, columns_path(shop, COLUMNS_SUFFIX), NULL, &columns),
            LOY_NONE);
    }
    is_mended(shop, bytes, size);
    uint8_t *longer = calloc(1, size + 8);
    memcpy(longer, bytes, size);
    columns_bytes_set(shop, longer, size + 8);
    is_mended(shop, bytes, size);
    free(longer);
    free(bytes);
    shop_done(random);
}

/* ---- Hostile: all checksums are right -------------------------------------------------------- */

struct forged {
    uint8_t *bytes;
    size_t size;
    struct columns_head *head;
};

static void seal(struct forged *forged)
{
    struct columns_head *head = forged->head;
    struct columns_span *table =
        (struct columns_span *)(forged->bytes + head->parts[COLUMNS_TABLE].offset);
    const size_t blocks = head->parts[COLUMNS_TABLE].size / sizeof *table;
    for (size_t i = 0; i < blocks; i++)
        if (table[i].offset <= forged->size && table[i].size <= forged->size - table[i].offset)
            table[i].checksum = columns_checksum(forged->bytes + table[i].offset, table[i].size);
    for (int i = 0; i < COLUMNS_PARTS; i++)
        if (head->parts[i].offset <= forged->size &&
            head->parts[i].size <= forged->size - head->parts[i].offset)
            head->parts[i].checksum =
                columns_checksum(forged->bytes + head->parts[i].offset, head->parts[i].size);
    head->checksum = columns_checksum(head, offsetof(struct columns_head, checksum));
}

static void *part(struct forged *forged, enum columns_part which)
{
    return forged->bytes + forged->head->parts[which].offset;
}

static struct columns_packed *packed(struct forged *forged, enum loy_column column)
{
    const struct columns_span *table = part(forged, COLUMNS_TABLE);
    return (struct columns_packed *)(forged->bytes + table[0].offset) + column;
}

static void forge(struct forged *forged, int way)
{
    struct columns_head *head = forged->head;
    struct columns_member *members = part(forged, COLUMNS_MEMBERS);
    struct columns_version *versions = part(forged, COLUMNS_VERSIONS);
    struct columns_span *table = part(forged, COLUMNS_TABLE);
    char *text = part(forged, COLUMNS_TEXT);
    switch (way) {
    case 0:
        head->rows = UINT64_MAX;
        break;
    case 1:
        head->rows += 8;
        break;
    case 2:
        head->rows += COLUMNS_BLOCK;
        break;
    case 3:
        head->rows = 0;
        break;
    case 4:
        members[0].first = 1;
        break;
    case 5:
        members[1].first = UINT64_MAX;
        break;
    case 6:
        members[1].number = members[0].number;
        break;
    case 7:
        members[1].first = 0;
        break;
    case 8:
        versions[0].words[1] = UINT32_MAX;
        break;
    case 9:
        versions[1].id = versions[0].id;
        break;
    case 10:
        text[head->parts[COLUMNS_TEXT].size - 1] = 'x';
        break;
    case 11:
        head->parts[COLUMNS_TEXT].size = 0;
        break;
    case 12:
        head->parts[COLUMNS_MEMBERS].offset = forged->size + 8;
        break;
    case 13:
        head->parts[COLUMNS_MEMBERS].offset = UINT64_MAX - 7;
        break;
    case 14:
        head->parts[COLUMNS_MEMBERS].size -= 8;
        break;
    case 15:
        head->parts[COLUMNS_TABLE].size -= sizeof *table;
        break;
    case 16:
        table[0].offset = UINT64_MAX - 7;
        break;
    case 17:
        table[0].size = UINT64_MAX;
        break;
    case 18:
        table[0].size = 16;
        break;
    case 19:
        table[0].offset += 4;
        break;
    case 20:
        packed(forged, LOY_COLUMN_VERSION)->base = -1;
        break;
    case 21:
        packed(forged, LOY_COLUMN_VERSION)->base = INT64_MIN;
        break;
    case 22:
        packed(forged, LOY_COLUMN_VERSION)->step = UINT64_MAX / 3;
        break;
    case 23:
        packed(forged, LOY_COLUMN_AT_US)->width = 3;
        break;
    case 24:
        packed(forged, LOY_COLUMN_AT_US)->width = UINT32_MAX;
        break;
    case 25:
        packed(forged, LOY_COLUMN_AT_US)->offset = UINT32_MAX;
        break;
    case 26:
        packed(forged, LOY_COLUMN_PAID_MINOR)->offset = (uint32_t)table[0].size - 1;
        break;
    case 27:
        head->format++;
        break;
    case 28:
        head->byte_order = 0x04030201;
        break;
    case 29:
        head->file_size++;
        break;
    }
}
#define WAYS 30

static void no_forged_number_is_taken(void **state)
{
    struct shop *shop = *state;
    struct columns_shop *random = filled_shop(shop, 60);
    size_t size;
    uint8_t *bytes = columns_bytes(shop, &size);
    for (int way = 0; way < WAYS; way++) {
        struct loy_columns *columns = NULL;
        struct forged forged = {.bytes = malloc(size), .size = size};
        memcpy(forged.bytes, bytes, size);
        forged.head = (struct columns_head *)forged.bytes;
        forge(&forged, way);
        seal(&forged);
        columns_bytes_set(shop, forged.bytes, size);
        enum loy_status status =
            columns_file_open(shop->store, columns_path(shop, COLUMNS_SUFFIX), NULL, &columns);
        if (status != LOY_NONE) print_error("forged by way %d\n", way);
        ASSERT_STATUS(status, LOY_NONE);
        free(forged.bytes);
    }
    is_mended(shop, bytes, size);
    free(bytes);
    shop_done(random);
}

/* Any other number may stand there: the answers are then wrong, and nothing worse happens. */
static void any_forged_value_is_survived(void **state)
{
    struct shop *shop = *state;
    struct columns_shop *random = filled_shop(shop, 60);
    const struct loy_columns_filter filter = {
        .size = sizeof filter, .from_us = INT64_MIN, .to_us = INT64_MAX};
    const int64_t starts[] = {INT64_MIN, 0, INT64_MAX};
    size_t size;
    uint8_t *bytes = columns_bytes(shop, &size);
    for (int column = 0; column < LOY_COLUMNS; column++)
        for (int way = 0; way < 3; way++) {
            struct forged forged = {.bytes = malloc(size), .size = size};
            memcpy(forged.bytes, bytes, size);
            forged.head = (struct columns_head *)forged.bytes;
            if (column != LOY_COLUMN_VERSION) {
                packed(&forged, (enum loy_column)column)->base = way == 0 ? INT64_MAX : INT64_MIN;
                if (way == 2) packed(&forged, (enum loy_column)column)->step = UINT64_MAX / 5;
            }
            seal(&forged);
            columns_bytes_set(shop, forged.bytes, size);
            struct loy_columns *columns = NULL;
            struct loy_columns_recency *rows = NULL;
            struct loy_columns_cell *cells = NULL;
            struct loy_columns_week *weeks = NULL;
            size_t count;
            ASSERT_STATUS(
                columns_file_open(shop->store, columns_path(shop, COLUMNS_SUFFIX), NULL, &columns),
                LOY_OK);
            (void)loy_columns_recency_get(columns, &filter, NULL, &rows, &count);
            (void)loy_columns_cube_get(columns, &filter, starts, 2, NULL, &cells, &count);
            (void)loy_columns_week_get(columns, &filter, NULL, &weeks, &count);
            free(rows);
            free(cells);
            free(weeks);
            loy_columns_close(columns);
            free(forged.bytes);
        }
    free(bytes);
    shop_done(random);
}

/* ---- Of another store, or of before ---------------------------------------------------------- */

static void another_stores_file_is_not_taken(void **state)
{
    struct shop *shop = *state;
    void *second = NULL;
    size_t size, size_second;
    assert_int_equal(shop_setup(&second), 0);
    struct columns_shop *random = filled_shop(shop, 60), *other = filled_shop(second, 60);
    uint8_t *bytes = columns_bytes(shop, &size), *of_second = columns_bytes(second, &size_second);
    columns_bytes_set(shop, of_second, size_second);
    is_mended(shop, bytes, size);
    free(of_second);
    shop_done(other);
    assert_int_equal(shop_teardown(&second), 0);
    // A basket of before the last one is another one: an older copy came back and went on.
    shop_run(shop->store,
        "UPDATE basket SET uid = randomblob(16) WHERE id = (SELECT max(id) FROM basket)");
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL));
    shop_run(shop->store, "INSERT INTO epoch (number, opened_at_us, cause) "
                          "SELECT max(number) + 1, 0, 'restored' FROM epoch");
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL));
    shop_run(shop->store, "UPDATE column_state SET token = randomblob(16)");
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL));
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_FRESH, NULL));
    free(bytes);
    shop_done(random);
}

/* ---- While it is written --------------------------------------------------------------------- */

static void a_full_disk_leaves_the_old_file(void **state)
{
    struct shop *shop = *state;
    struct columns_shop *random = filled_shop(shop, 60);
    size_t size, size_now;
    uint8_t *bytes = columns_bytes(shop, &size);
    for (int i = 0; i < 20; i++)
        columns_shop_sell(random);
    struct rlimit before, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t at = 0; at < size; at += 1 + size / 9) {
        struct loy_columns *columns = NULL;
        small = before;
        small.rlim_cur = at;
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        enum loy_status status = loy_columns_open(shop->store, NULL, &columns);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        ASSERT_STATUS(status, LOY_E_FULL);
        uint8_t *now = columns_bytes(shop, &size_now);
        assert_int_equal(size, size_now);
        assert_memory_equal(bytes, now, size);
        assert_int_equal(access(columns_path(shop, COLUMNS_PART_SUFFIX), F_OK), -1);
        free(now);
    }
    signal(SIGXFSZ, SIG_DFL);
    struct loy_columns *columns = columns_open_as(shop->store, LOY_COLUMNS_EXTENDED, NULL);
    columns_are_sql(shop->store, columns);
    loy_columns_close(columns);
    free(bytes);
    shop_done(random);
}

/* Where its name is taken by something else the caller is told and reads the store. */
static void a_folder_in_the_place_of_the_file(void **state)
{
    struct shop *shop = *state;
    struct loy_columns *columns = NULL;
    assert_int_equal(mkdir(columns_path(shop, COLUMNS_PART_SUFFIX), 0700), 0);
    assert_true(loy_columns_open(shop->store, NULL, &columns) < LOY_OK);
    assert_null(columns);
    assert_int_equal(rmdir(columns_path(shop, COLUMNS_PART_SUFFIX)), 0);
    // A link would lead the bytes of a shop elsewhere.
    assert_int_equal(symlink("elsewhere", columns_path(shop, COLUMNS_PART_SUFFIX)), 0);
    assert_true(loy_columns_open(shop->store, NULL, &columns) < LOY_OK);
    assert_int_equal(unlink(columns_path(shop, COLUMNS_PART_SUFFIX)), 0);
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL));
}

static void one_program_fills_at_a_time(void **state)
{
    struct shop *shop = *state;
    struct columns_shop *random = filled_shop(shop, 40);
    struct columns_writer *writer = NULL, *second = NULL;
    struct loy_columns *columns = NULL;
    columns_shop_sell(random);
    columns_shop_sell(random);
    ASSERT_STATUS(columns_writer_open(shop->store, &writer), LOY_OK);
    ASSERT_STATUS(columns_writer_open(shop->store, &second), LOY_E_BUSY);
    ASSERT_STATUS(loy_columns_open(shop->store, NULL, &columns), LOY_E_BUSY);
    columns_writer_close(writer);
    // What a killed program left is taken over.
    FILE *left = fopen(columns_path(shop, COLUMNS_PART_SUFFIX), "w");
    assert_true(left && fputs("half of it", left) > 0);
    fclose(left);
    loy_columns_close(columns_open_as(shop->store, LOY_COLUMNS_EXTENDED, NULL));
    shop_done(random);
}

/* A fill that began before an erasure must not bring back what it saw. */
static void an_erasure_stops_a_fill(void **state)
{
    struct shop *shop = *state;
    struct columns_shop *random = filled_shop(shop, 40);
    struct columns_writer *writer = NULL;
    struct columns_words words = {0};
    const struct columns_mark mark = {.epoch = 1};
    const struct columns_rest rest = {.mark = &mark, .words = &words};
    ASSERT_STATUS(columns_writer_open(shop->store, &writer), LOY_OK);
    ASSERT_STATUS(
        loy_member_erase(shop->store, &random->members[3], "request", random->now_us), LOY_OK);
    assert_int_equal(access(columns_path(shop, COLUMNS_SUFFIX), F_OK), -1);
    ASSERT_STATUS(columns_writer_finish(writer, &rest), LOY_E_BUSY);
    columns_writer_close(writer);
    assert_int_equal(access(columns_path(shop, COLUMNS_SUFFIX), F_OK), -1);
    random->gone[3] = true;
    struct loy_columns *columns = columns_open_as(shop->store, LOY_COLUMNS_REBUILT, NULL);
    columns_are_sql(shop->store, columns);
    loy_columns_close(columns);
    shop_done(random);
}

/* Fills again and again until it is killed. */
static void fill_until_killed(const struct shop *shop)
{
    struct loy_store *store = shop_open(shop);
    for (;;) {
        struct loy_columns *columns = NULL;
        unlink(columns_path(shop, COLUMNS_SUFFIX));
        if (loy_columns_open(store, NULL, &columns) == LOY_OK) loy_columns_close(columns);
    }
}

static void a_kill_leaves_the_old_or_the_new_file(void **state)
{
    struct shop *shop = *state;
    struct columns_shop *random = filled_shop(shop, 1500);
    size_t size;
    uint8_t *bytes = columns_bytes(shop, &size);
    for (int i = 0; i < 25; i++) {
        struct loy_columns *columns = NULL;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) fill_until_killed(shop);
        usleep((useconds_t)(20000 + i * 3001));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        enum loy_status status =
            columns_file_open(shop->store, columns_path(shop, COLUMNS_SUFFIX), NULL, &columns);
        // Nothing, or all of it.
        assert_true(status == LOY_NONE || status == LOY_OK);
        if (status == LOY_NONE)
            assert_int_equal(access(columns_path(shop, COLUMNS_SUFFIX), F_OK), -1);
        loy_columns_close(columns);
    }
    // The children have opened the store, and are another epoch of nothing.
    columns_bytes_set(shop, bytes, size);
    struct loy_columns *columns = columns_open_as(shop->store, 0, NULL);
    columns_are_sql(shop->store, columns);
    loy_columns_close(columns);
    free(bytes);
    shop_done(random);
}

/* ---- Threads --------------------------------------------------------------------------------- */

struct thread_work {
    loy_task_fn task;
    void *context;
    size_t number;
};

static void *thread_run(void *argument)
{
    struct thread_work *work = argument;
    work->task(work->context, work->number);
    return NULL;
}

static void run_all_at_once(void *user, size_t count, loy_task_fn task, void *context)
{
    pthread_t threads[64];
    struct thread_work works[64];
    (void)user;
    assert_true(count <= ROWS(threads));
    for (size_t i = 0; i < count; i++) {
        works[i] = (struct thread_work){task, context, i};
        assert_int_equal(pthread_create(&threads[i], NULL, thread_run, &works[i]), 0);
    }
    for (size_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

static void same_cells(
    const struct loy_columns_cell *a, const struct loy_columns_cell *b, size_t count)
{
    for (size_t i = 0; i < count; i++, a++, b++) {
        assert_ptr_equal(a->brand, b->brand);
        assert_ptr_equal(a->grade, b->grade);
        assert_true(a->colour_family == b->colour_family && a->period == b->period);
        assert_memory_equal(
            &a->lines, &b->lines, sizeof *a - offsetof(struct loy_columns_cell, lines));
    }
}

static void threads_change_no_bit(void **state)
{
    static const struct loy_executor executor = {.run = run_all_at_once};
    struct shop *shop = *state;
    struct columns_shop *random = filled_shop(shop, 2500);
    const struct loy_columns_filter filter = {
        .size = sizeof filter, .from_us = INT64_MIN, .to_us = INT64_MAX};
    int64_t starts[40];
    for (int i = 0; i < 40; i++)
        starts[i] = NOON_US + (i - 4) * DAY_US;
    struct loy_columns *columns = columns_open_as(shop->store, LOY_COLUMNS_FRESH, &executor);
    struct loy_columns_recency *rows[2];
    struct loy_columns_cell *cells[2];
    struct loy_columns_week *weeks[2];
    size_t counts[3][2];
    for (int i = 0; i < 2; i++) {
        const struct loy_executor *with = i ? &executor : NULL;
        ASSERT_STATUS(
            loy_columns_recency_get(columns, &filter, with, &rows[i], &counts[0][i]), LOY_OK);
        ASSERT_STATUS(
            loy_columns_cube_get(columns, &filter, starts, 39, with, &cells[i], &counts[1][i]),
            LOY_OK);
        ASSERT_STATUS(
            loy_columns_week_get(columns, &filter, with, &weeks[i], &counts[2][i]), LOY_OK);
    }
    for (int i = 0; i < 3; i++)
        assert_true(counts[i][0] == counts[i][1] && counts[i][0] > 0);
    assert_memory_equal(rows[0], rows[1], counts[0][0] * sizeof *rows[0]);
    same_cells(cells[0], cells[1], counts[1][0]);
    assert_memory_equal(weeks[0], weeks[1], counts[2][0] * sizeof *weeks[0]);
    for (int i = 0; i < 2; i++) {
        free(rows[i]);
        free(cells[i]);
        free(weeks[i]);
    }
    columns_are_sql(shop->store, columns);
    loy_columns_close(columns);
    shop_done(random);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {TEST(no_changed_byte_is_taken), TEST(no_cut_file_is_taken),
        TEST(no_forged_number_is_taken), TEST(any_forged_value_is_survived),
        TEST(another_stores_file_is_not_taken), TEST(a_full_disk_leaves_the_old_file),
        TEST(a_folder_in_the_place_of_the_file), TEST(one_program_fills_at_a_time),
        TEST(an_erasure_stops_a_fill), TEST(a_kill_leaves_the_old_or_the_new_file),
        TEST(threads_change_no_bit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
