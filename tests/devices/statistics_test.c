/* SPDX-License-Identifier: MIT
 *
 * statistics_test.c - counts across runs and programs, and files that are not counts.
 * In: recorded files as readers, a file of counts; out: what loy_reader_list and the file say.
 */
#include "await.h"

#include "hub.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define HEADER "# loyalty statistics 1\n"

static struct loy_reader *reader;
static struct loy_event event;
static char folder[] = "statistics_test.XXXXXX", source[64], counts[64], lock[64];

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const char *content_of(const char *path)
{
    static char text[STATISTICS_TEXT_MAX];
    FILE *file = fopen(path, "r");
    if (file == NULL) return "";
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void open_readers(void)
{
    char path[80];
    snprintf(path, sizeof path, "file:%s", source);
    const char *const paths[] = {path, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_FILE, .paths = paths, .statistics = counts};
    assert_int_equal(loy_reader_open(&options, &reader), LOY_OK);
    await_kind(reader, &event, LOY_EVENT_ATTACHED);
}

/* Two reads, a misread, a refused card. */
static void play(void)
{
    while (await_any(reader, &event, 100) == LOY_OK)
        ;
}

static struct loy_device close_readers(void)
{
    struct loy_device device = the_device(reader);
    loy_reader_close(reader);
    reader = NULL;
    return device;
}

static int set_up(void **state)
{
    (void)state;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    if (mkdtemp(folder) == NULL) return -1;
    snprintf(source, sizeof source, "%s/source", folder);
    snprintf(counts, sizeof counts, "%s/counts", folder);
    snprintf(lock, sizeof lock, "%s/counts.lock", folder);
    put(source,
        "# loyalty recording 1\ndriver: serial-line\n4d454d4245523432\n0d4d454d42455234330d\n"
        "zz\n343131313131313131313131313131310d\n");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    char word[80];
    loy_reader_close(reader);
    reader = NULL;
    snprintf(word, sizeof word, "rm -rf %s", folder);
    return system(word);
}

/* ---- Across runs -------------------------------------------------------------------------- */

static void counts_live_on(void **state)
{
    (void)state;
    for (unsigned run = 1; run <= 3; run++) {
        open_readers();
        assert_int_equal(the_device(reader).kept.reads, 2 * (run - 1));
        play();
        struct loy_device device = close_readers();
        assert_int_equal(device.counts.reads, 2);
        assert_int_equal(device.kept.reads, 2 * run);
        assert_int_equal(device.kept.misreads[LOY_MISREAD_DEVICE], run);
        assert_int_equal(device.kept.refused[LOY_REFUSAL_PAYMENT_CARD], run);
    }
    char expected[200];
    snprintf(expected, sizeof expected,
        HEADER "file:%s 0000:0000 serial-line reads=6 misread-device=3 refused-payment-card=3\n",
        source);
    assert_string_equal(content_of(counts), expected);
    struct stat about;
    assert_int_equal(stat(counts, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
}

static void nothing_new_writes_nothing(void **state)
{
    (void)state;
    open_readers();
    close_readers();
    assert_int_equal(access(counts, F_OK), -1);
}

static void without_a_file_they_live_in_memory(void **state)
{
    (void)state;
    char path[80];
    snprintf(path, sizeof path, "file:%s", source);
    const char *const paths[] = {path, NULL};
    struct loy_reader_options options = {
        .size = sizeof options, .sources = LOY_SOURCE_FILE, .paths = paths};
    assert_int_equal(loy_reader_open(&options, &reader), LOY_OK);
    play();
    assert_int_equal(close_readers().kept.reads, 2);
}

/* Both add what is theirs: the second to close must not undo the first. */
static void two_programs_share_the_file(void **state)
{
    (void)state;
    open_readers();
    struct loy_reader *first = reader;
    open_readers();
    play();
    close_readers();
    reader = first;
    play();
    close_readers();
    open_readers();
    assert_int_equal(close_readers().kept.reads, 4);
}

static void many_programs_lose_nothing(void **state)
{
    (void)state;
    enum { PROGRAMS = 8 };
    for (int i = 0; i < PROGRAMS; i++) {
        pid_t child = fork();
        if (child == 0) {
            open_readers();
            play();
            loy_reader_close(reader);
            _exit(0);
        }
    }
    int code, failed = 0;
    while (wait(&code) > 0)
        failed += code != 0;
    assert_int_equal(failed, 0);
    open_readers();
    assert_int_equal(close_readers().kept.reads, 2 * PROGRAMS);
}

/* Not only at the end: a till runs for weeks. */
static void many_events_are_saved_on_the_way(void **state)
{
    (void)state;
    FILE *file = fopen(source, "w");
    fputs("# loyalty recording 1\ndriver: serial-line\n", file);
    for (int i = 0; i < 100; i++)
        fputs("4d454d42455234320d\n", file);
    fclose(file);
    open_readers();
    play();
    assert_non_null(strstr(content_of(counts), "reads=64\n"));
    close_readers();
    assert_non_null(strstr(content_of(counts), "reads=100\n"));
}

/* And few after two minutes. */
static void few_events_are_saved_in_time(void **state)
{
    (void)state;
    struct statistics *statistics = NULL;
    char text[64] = "";
    assert_int_equal(statistics_open(&statistics, counts, text, sizeof text), LOY_OK);
    assert_int_equal(statistics_due_ms(statistics), -1);
    struct statistics_row *row = statistics_row(statistics, "usb:1-1:1.0", 0x0801, 2, "magtek-hid");
    row->fresh.reads = 1;
    statistics_note(statistics, 1000);
    statistics_note(statistics, 90000);
    assert_int_equal(statistics_due_ms(statistics), 121000);
    int fd = open(lock, O_RDWR | O_CREAT, 0600);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    statistics_save(statistics, 121000); /* somebody else is at it: later, then */
    close(fd);
    assert_int_equal(statistics_due_ms(statistics), 241000);
    assert_int_equal(row->fresh.reads, 1);
    statistics_save(statistics, 241000);
    assert_int_equal(statistics_due_ms(statistics), -1);
    assert_int_equal(row->fresh.reads, 0);
    assert_int_equal(row->kept.reads, 1);
    statistics_close(statistics);
    statistics_close(NULL);
    assert_string_equal(content_of(counts), HEADER "usb:1-1:1.0 0801:0002 magtek-hid reads=1\n");
}

static void who_holds_the_lock_holds_up_nobody(void **state)
{
    (void)state;
    int fd = open(lock, O_RDWR | O_CREAT, 0600);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    open_readers();
    play();
    close_readers(); /* after a second it gives up */
    close(fd);
    assert_string_equal(content_of(counts), "");
}

/* Another model in the same port is another reader. */
static void another_driver_is_counted_by_itself(void **state)
{
    (void)state;
    open_readers();
    play();
    close_readers();
    put(source, "# loyalty recording 1\ndriver: serial-line\nvid: 0c2e\npid: 0b6a\n4d0d\n");
    open_readers();
    assert_int_equal(the_device(reader).kept.reads, 0);
    play();
    close_readers();
    assert_non_null(strstr(content_of(counts), "0000:0000 serial-line reads=2"));
    assert_non_null(strstr(content_of(counts), "0c2e:0b6a serial-line reads=1"));
}

/* ---- Files that are not counts ------------------------------------------------------------ */

static void a_foreign_file_is_left_as_it_is(void **state)
{
    (void)state;
    static const char *const contents[] = {
        "a letter\n",
        "# loyalty statistics 2\n",
        HEADER "usb:1-1:1.0 0801:0002 magtek-hid reads=1", /* no end */
        HEADER "usb:1-1:1.0 0801:0002\n",
        HEADER "usb:1-1:1.0 08010002 magtek-hid\n",
        HEADER "usb:1-1:1.0 0801:00g2 magtek-hid\n",
        HEADER "usb:1-1:1.0 0801:0002 magtek-hid reads=\n",
        HEADER "usb:1-1:1.0 0801:0002 magtek-hid reads=-1\n",
        HEADER "usb:1-1:1.0 0801:0002 magtek-hid reads=99999999999999999999\n",
        HEADER "usb:1-1:1.0 0801:0002 magtek-hid likes=1\n",
        HEADER "usb:1-1:1.0 0801:0002 magtek-hid =1\n",
        HEADER "usb:1-1:1.0 0801:0002 a-name-of-more-than-twenty-three\n",
        HEADER "usb:1-1:1.0  magtek-hid\n",
        HEADER "usb:%0 0801:0002 magtek-hid\n",
        HEADER "usb:%00 0801:0002 magtek-hid\n",
        HEADER "\n",
    };
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        put(counts, contents[i]);
        open_readers();
        if (strstr(loy_reader_text(reader), "left as it is") == NULL)
            fail_msg("row %zu: \"%s\"", i, loy_reader_text(reader));
        play();
        assert_int_equal(close_readers().kept.reads, 2);
        assert_string_equal(content_of(counts), contents[i]);
    }
}

static void a_file_damaged_on_the_way_is_left_as_it_is(void **state)
{
    (void)state;
    open_readers();
    put(counts, "a letter\n");
    play();
    close_readers();
    assert_string_equal(content_of(counts), "a letter\n");
}

static void an_empty_file_is_a_new_one(void **state)
{
    (void)state;
    put(counts, "");
    open_readers();
    assert_string_equal(loy_reader_text(reader), "");
    play();
    close_readers();
    assert_non_null(strstr(content_of(counts), "reads=2"));
}

static void a_folder_is_no_file_of_counts(void **state)
{
    (void)state;
    assert_int_equal(mkdir(counts, 0700), 0);
    open_readers();
    assert_non_null(strstr(loy_reader_text(reader), "counts"));
    play();
    assert_int_equal(close_readers().kept.reads, 2);
}

/* Once it is out of the way counts are kept, those before it too. */
static void a_file_moved_away_gives_way(void **state)
{
    (void)state;
    put(counts, "a letter\n");
    open_readers();
    play();
    unlink(counts);
    close_readers();
    assert_non_null(strstr(content_of(counts), "reads=2"));
}

static void a_path_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char path[5000];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    struct loy_reader_options options = {.size = sizeof options, .statistics = path};
    assert_int_equal(loy_reader_open(&options, &reader), LOY_E_LIMIT);
    assert_non_null(strstr(loy_reader_text(reader), "too long"));
}

/* A file of all readers there ever were keeps those that were used last. */
static void a_full_file_forgets_the_oldest(void **state)
{
    (void)state;
    FILE *file = fopen(counts, "w");
    fputs(HEADER, file);
    for (unsigned i = 0; i < STATISTICS_ROWS_MAX; i++)
        fprintf(file, "usb:1-%u:1.0 0801:0002 magtek-hid reads=%u\n", i, i + 1);
    fclose(file);
    open_readers();
    play();
    close_readers();
    const char *text = content_of(counts);
    assert_non_null(strstr(text, "serial-line reads=2"));
    assert_non_null(strstr(text, "usb:1-254:1.0"));
    assert_null(strstr(text, "usb:1-255:1.0"));
}

#define STATISTICS_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STATISTICS_TEST(counts_live_on),
        STATISTICS_TEST(nothing_new_writes_nothing),
        STATISTICS_TEST(without_a_file_they_live_in_memory),
        STATISTICS_TEST(two_programs_share_the_file),
        STATISTICS_TEST(many_programs_lose_nothing),
        STATISTICS_TEST(many_events_are_saved_on_the_way),
        STATISTICS_TEST(few_events_are_saved_in_time),
        STATISTICS_TEST(who_holds_the_lock_holds_up_nobody),
        STATISTICS_TEST(another_driver_is_counted_by_itself),
        STATISTICS_TEST(a_foreign_file_is_left_as_it_is),
        STATISTICS_TEST(a_file_damaged_on_the_way_is_left_as_it_is),
        STATISTICS_TEST(an_empty_file_is_a_new_one),
        STATISTICS_TEST(a_folder_is_no_file_of_counts),
        STATISTICS_TEST(a_file_moved_away_gives_way),
        STATISTICS_TEST(a_path_that_is_too_long_is_refused),
        STATISTICS_TEST(a_full_file_forgets_the_oldest),
    };
    return cmocka_run_group_tests_name("statistics", tests, NULL, NULL);
}
