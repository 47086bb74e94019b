/* SPDX-License-Identifier: MIT
 *
 * send_test.c - bytes on their way out: files whole or not at all, pseudo-terminals as printers,
 * pipes that are full, readers that go away, programs that fail or hang. Nothing waits for ever.
 */
#include "sample.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MUCH 1000000u
static char folder[64], much[MUCH];
static char why[RECEIPT_WHY_MAX];

static const char *path_in(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* It answers so, within the time, and says something with the target in it. */
static void sends(const char *target, size_t size, int limit_ms, enum loy_status wanted)
{
    long begun = now_ms();
    enum loy_status status = receipt_send(target, much, size, limit_ms, why);
    if (status != wanted) print_error("%s: %s (%s)\n", target, loy_status_text(status), why);
    assert_int_equal(status, wanted);
    assert_true(now_ms() - begun < limit_ms + 2000);
    assert_int_equal(why[0] == '\0', wanted == LOY_OK);
    if (wanted != LOY_OK) assert_non_null(strstr(why, target));
}

static int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/loyalty-receipt-XXXXXX");
    if (mkdtemp(folder) == NULL) return -1;
    for (size_t i = 0; i < MUCH; i++)
        much[i] = (char)(i % 251); /* with 0A, 0D, 11, 13, 1A in it */
    return 0;
}

static int folder_drop(void **state)
{
    (void)state;
    static const char *const names[] = {"file", "file.part", "fifo", "taken"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(path_in(names[i]));
    return rmdir(folder);
}

static void file_holds(const char *name, size_t size)
{
    static char bytes[MUCH + 1];
    FILE *file = fopen(path_in(name), "rb");
    assert_non_null(file);
    assert_int_equal(fread(bytes, 1, sizeof bytes, file), size);
    assert_memory_equal(bytes, much, size);
    fclose(file);
}

static void a_file_is_replaced_whole(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "%s", path_in("file"));
    sends(path, 500, 1000, LOY_OK);
    file_holds("file", 500);
    struct rlimit before, small = {100, RLIM_INFINITY};
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    sends(path, 700, 1000, LOY_E_IO);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);
    file_holds("file", 500);
    assert_int_equal(access(path_in("file.part"), F_OK), -1);
    sends(path, 300, 1000, LOY_OK);
    file_holds("file", 300);
}

static void what_is_no_printer_says_so(void **state)
{
    (void)state;
    sends("/dev/full", 100, 500, LOY_E_FULL);
    sends("/dev/usb/no-such-printer", 100, 500, LOY_E_GONE);
    assert_int_equal(access("/dev/usb/no-such-printer", F_OK), -1);
    sends(folder, 100, 500, LOY_E_IO);
    sends("/tmp/no-such-folder-here/x", 100, 500, LOY_E_IO);
}

/* ---- Pseudo-terminals as printers --------------------------------------------------------------
 */

static pid_t reader_start(int master, size_t size, const char *taken)
{
    pid_t child = fork();
    if (child != 0) return child;
    FILE *file = fopen(taken, "wb");
    char bytes[4096];
    while (size > 0) {
        ssize_t got = read(master, bytes, sizeof bytes < size ? sizeof bytes : size);
        if (got <= 0) _exit(1);
        fwrite(bytes, 1, (size_t)got, file);
        size -= (size_t)got;
    }
    _exit(fclose(file) != 0);
}

static void a_line_takes_every_byte_as_it_is(void **state)
{
    (void)state;
    int master, slave, how = 0;
    char name[100], taken[200];
    assert_int_equal(openpty(&master, &slave, name, NULL, NULL), 0);
    snprintf(taken, sizeof taken, "%s", path_in("taken"));
    pid_t reader = reader_start(master, 100000, taken);
    sends(name, 100000, 5000, LOY_OK);
    waitpid(reader, &how, 0);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    file_holds("taken", 100000);
    close(slave);
    close(master);
}

static void a_line_that_takes_nothing_ends_in_time(void **state)
{
    (void)state;
    int master, slave;
    char name[100];
    assert_int_equal(openpty(&master, &slave, name, NULL, NULL), 0);
    sends(name, MUCH, 300, LOY_E_IO);
    close(slave);
    close(master);
}

static void a_printer_that_is_pulled_is_gone(void **state)
{
    (void)state;
    int master, slave;
    char name[100];
    assert_int_equal(openpty(&master, &slave, name, NULL, NULL), 0);
    pid_t child = fork();
    if (child == 0) {
        close(slave);
        usleep(200000);
        _exit(0); /* the last one that has the other end */
    }
    close(master);
    sends(name, MUCH, 5000, LOY_E_GONE);
    waitpid(child, NULL, 0);
    close(slave);
}

/* In a session of its own whose terminal is the pseudo-terminal. */
static void ones_own_terminal_is_no_printer(void **state)
{
    (void)state;
    int master, slave, how = 0;
    char name[100];
    assert_int_equal(openpty(&master, &slave, name, NULL, NULL), 0);
    pid_t child = fork();
    if (child == 0) {
        setsid();
        if (ioctl(slave, TIOCSCTTY, 0) != 0) _exit(3);
        if (receipt_send(name, "x", 1, 500, why) != LOY_REFUSED) _exit(4);
        _exit(receipt_send("/dev/tty", "x", 1, 500, why) != LOY_REFUSED);
    }
    waitpid(child, &how, 0);
    assert_true(WIFEXITED(how));
    assert_int_equal(WEXITSTATUS(how), 0);
    close(slave);
    close(master);
}

/* ---- Pipes and programs ------------------------------------------------------------------------
 */

static void pipes_are_full_or_have_no_reader(void **state)
{
    (void)state;
    char path[200];
    snprintf(path, sizeof path, "%s", path_in("fifo"));
    assert_int_equal(mkfifo(path, 0600), 0);
    sends(path, 100, 300, LOY_E_GONE);
    int reader = open(path, O_RDONLY | O_NONBLOCK);
    sends(path, 100, 300, LOY_OK);
    sends(path, MUCH, 300, LOY_E_IO);
    close(reader);
}

static void programs_take_it_fail_or_hang(void **state)
{
    (void)state;
    char command[300];
    snprintf(command, sizeof command, "|cat > '%s'", path_in("taken"));
    sends(command, MUCH, 5000, LOY_OK);
    file_holds("taken", MUCH);
    sends("|cat >/dev/null; exit 3", 100, 2000, LOY_E_IO);
    sends("|no-such-program-here 2>/dev/null", 100, 2000, LOY_E_IO);
    sends("|head -c 10 >/dev/null", MUCH, 2000, LOY_E_GONE);
    sends("|kill -9 $$", MUCH, 2000, LOY_E_IO);
    sends("|sleep 60", 100, 300, LOY_E_IO);
    sends("|sleep 60", MUCH, 300, LOY_E_IO);
    sends("|trap '' TERM PIPE; sleep 60 & wait", 100, 300, LOY_E_IO);
}

/* Nothing stays open, no child is left. */
static void nothing_is_left_behind(void **state)
{
    (void)state;
    int before = dup(0);
    close(before);
    for (int i = 0; i < 20; i++) {
        sends("|cat >/dev/null", 100, 2000, LOY_OK);
        sends("|sleep 9", 100, 20, LOY_E_IO);
        sends("/dev/full", 100, 100, LOY_E_FULL);
        sends("/dev/null", 100, 100, LOY_OK);
    }
    int after = dup(0);
    close(after);
    assert_int_equal(after, before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    struct sigaction pipe;
    sigaction(SIGPIPE, NULL, &pipe);
    assert_true(pipe.sa_handler == SIG_DFL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_replaced_whole),
        cmocka_unit_test(what_is_no_printer_says_so),
        cmocka_unit_test(a_line_takes_every_byte_as_it_is),
        cmocka_unit_test(a_line_that_takes_nothing_ends_in_time),
        cmocka_unit_test(a_printer_that_is_pulled_is_gone),
        cmocka_unit_test(ones_own_terminal_is_no_printer),
        cmocka_unit_test(pipes_are_full_or_have_no_reader),
        cmocka_unit_test(programs_take_it_fail_or_hang),
        cmocka_unit_test(nothing_is_left_behind),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_drop);
}
