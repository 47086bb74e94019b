/* SPDX-License-Identifier: MIT
 *
 * test_unseen_commit.c - a program that is killed when its commit stands in FILE's log but not yet
 * in the log's index. Nobody who has the store open sees that member. Once all are gone the next
 * opening reads the log anew and finds him, unless somebody has written over it: until then his key
 * must stay.
 */
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- SQLite's writes, led here ----------------------------------------------------------------
 */

typedef ssize_t (*pwrite_fn)(int file, const void *bytes, size_t size, off_t at);

static pwrite_fn real_pwrite;
static enum death { LIVES, DIES_BEHIND_COMMIT, DIES_BEFORE_LOG } death;
static bool commit_begun;

static bool is_log(int file)
{
    static const char end[] = ".db-wal";
    char link[32], path[FIXTURE_PATH_MAX] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return length >= (ssize_t)sizeof end && strcmp(path + length - (sizeof end - 1), end) == 0;
}

static void die(void)
{
    kill(getpid(), SIGKILL);
}

/* SQLite's file format, section 4.1: 24 bytes head each page in the log, of which those at 4 are
 * the size of the file where the page is the last of a commit, else 0. */
static ssize_t write_and_die(int file, const void *bytes, size_t size, off_t at)
{
    static const uint8_t none[4];
    bool ours = death != LIVES && is_log(file);
    if (ours && death == DIES_BEFORE_LOG) die();
    ssize_t written = real_pwrite(file, bytes, size, at);
    if (ours && commit_begun) die();
    commit_begun = ours && size == 24 && memcmp((const uint8_t *)bytes + 4, none, 4) != 0;
    return written;
}

static void writes_lead(void)
{
    static const char *const names[] = {"pwrite", "pwrite64"};
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        sqlite3_syscall_ptr call = vfs->xGetSystemCall(vfs, names[i]);
        if (!call) continue;
        real_pwrite = (pwrite_fn)call;
        vfs->xSetSystemCall(vfs, names[i], (sqlite3_syscall_ptr)write_and_die);
    }
}

/* ---- Programs ---------------------------------------------------------------------------------
 *
 * Forked before anybody has the store open, since SQLite's locks do not go with a fork. A byte says
 * go on, an answer that it is done.
 */

struct program {
    pid_t pid;
    int go, done;
};

static const struct step {
    const char *name;
    bool opens_first; /* before the other one is killed */
    bool registers;
    enum death death;
    int members, keys; /* at the end */
} steps[] = {
    {"an opening is killed before it writes", false, false, DIES_BEFORE_LOG, 2, 2},
    {"an opening writes over it", false, false, LIVES, 1, 1},
    {"a registration is killed before it writes", true, true, DIES_BEFORE_LOG, 2, 2},
    {"a registration writes over it", true, true, LIVES, 2, 2},
};

static void await(int file)
{
    char byte;
    if (read(file, &byte, 1) != 1) _exit(3);
}

static void tell(int file, char byte)
{
    if (write(file, &byte, 1) != 1) _exit(3);
}

/* Keeps the log's index in being, and tells how many members it sees. */
static void keeper(struct fixture *fixture, const struct step *step, int go, int done)
{
    (void)step;
    if (fixture_open(fixture) != LOY_OK) _exit(2);
    tell(done, 1);
    await(go);
    tell(done, (char)fixture_number(fixture->store->db, "SELECT count(*) FROM member"));
    await(go);
}

static void victim(struct fixture *fixture, const struct step *step, int go, int done)
{
    struct loy_id id;
    (void)step;
    (void)done;
    await(go);
    if (fixture_open(fixture) != LOY_OK) _exit(2);
    death = DIES_BEHIND_COMMIT;
    fixture_member_add(fixture->store, &id);
}

static void next(struct fixture *fixture, const struct step *step, int go, int done)
{
    struct loy_id id;
    if (step->opens_first && fixture_open(fixture) != LOY_OK) _exit(2);
    if (step->opens_first) tell(done, 1);
    await(go);
    death = step->death;
    if (!step->opens_first && fixture_open(fixture) != LOY_OK) _exit(2);
    if (step->registers && fixture_member_add(fixture->store, &id) != LOY_OK) _exit(2);
    die();
}

typedef void (*program_fn)(struct fixture *fixture, const struct step *step, int go, int done);

static struct program start(struct fixture *fixture, program_fn run, const struct step *step)
{
    int go[2], done[2];
    assert_int_equal(pipe(go) + pipe(done), 0);
    struct program program = {.pid = fork(), .go = go[1], .done = done[0]};
    assert_true(program.pid >= 0);
    if (program.pid == 0) {
        writes_lead();
        run(fixture, step, go[0], done[1]);
        _exit(4);
    }
    close(go[0]);
    close(done[1]);
    return program;
}

static int answer(const struct program *program)
{
    char byte = -1;
    assert_int_equal(read(program->done, &byte, 1), 1);
    return byte;
}

static void end(const struct program *program)
{
    int result = 0;
    assert_int_equal(waitpid(program->pid, &result, 0), program->pid);
    assert_true(WIFSIGNALED(result) && WTERMSIG(result) == SIGKILL);
    close(program->go);
    close(program->done);
}

/* ---- The test ---------------------------------------------------------------------------------
 */

static void step_run(struct fixture *fixture, const struct step *step)
{
    struct program stays = start(fixture, keeper, step), killed = start(fixture, victim, step),
                   follows = start(fixture, next, step);
    answer(&stays);
    if (step->opens_first) answer(&follows);
    tell(killed.go, 1);
    end(&killed);
    tell(stays.go, 1);
    assert_int_equal(answer(&stays), 1);
    tell(follows.go, 1);
    end(&follows);
    kill(stays.pid, SIGKILL);
    end(&stays);
}

static void a_key_stays_while_its_member_may_come_back(void **state)
{
    struct fixture *fixture = *state;
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const struct step *step = &steps[i];
        struct fixture_findings findings;
        struct loy_id id;
        print_message("%s\n", step->name);
        assert_int_equal(fixture_member_add(fixture->store, &id), LOY_OK);
        fixture_close(fixture);
        step_run(fixture, step);
        fixture_reopen(fixture);
        assert_int_equal(
            fixture_number(fixture->store->db, "SELECT count(*) FROM member"), step->members);
        if (fixture_check(fixture, &findings) != LOY_OK) fail_msg("%s", findings.text);
        assert_int_equal(
            fixture_number(fixture->store->key_db, "SELECT count(*) FROM member_key"), step->keys);
        fixture_end(state);
        fixture_start(state);
        fixture = *state;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            a_key_stays_while_its_member_may_come_back, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
