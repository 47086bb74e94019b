/* SPDX-License-Identifier: MIT
 *
 * test_unseen_commit.c - a program that is killed when its commit stands in a file's log but not
 * yet in the log's index. Nobody who has the store open sees it. Once all are gone the next opening
 * reads the log anew and finds it, unless somebody has written over it: until then nothing may be
 * destroyed that it needs.
 */
#include "fixture.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILE_LOG "/shop.db-wal"
#define KEYS_LOG "/shop.db.keys-wal"
#define PATIENCE_S 60

/* ---- SQLite's writes, led here ----------------------------------------------------------------
 */

enum death {
    LIVES,
    IN_COMMIT,     /* its last page is in the log */
    BEFORE_COMMIT, /* nothing of it is in the log */
    BEHIND_COMMIT  /* before the first write to another file */
};

typedef ssize_t (*pwrite_fn)(int file, const void *bytes, size_t size, off_t at);

static pwrite_fn real_pwrite;
static struct {
    enum death death;
    const char *log;
    bool armed, last_page, committed;
} fate;

static void die(void)
{
    kill(getpid(), SIGKILL);
}

static bool is_named(int file, const char *name)
{
    char link[32], path[FIXTURE_PATH_MAX] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = readlink(link, path, sizeof path - 1);
    const size_t end = strlen(name);
    return length >= (ssize_t)end && strcmp(path + length - end, name) == 0;
}

/* SQLite's file format, section 4.1: 24 bytes head each page in the log, of which those at 4 are
 * the size of the file where the page is the last of a commit, else 0. */
static bool heads_last_page(const uint8_t *bytes, size_t size)
{
    static const uint8_t none[4];
    return size == 24 && memcmp(bytes + 4, none, sizeof none) != 0;
}

static ssize_t write_and_die(int file, const void *bytes, size_t size, off_t at)
{
    if (!fate.armed || fate.death == LIVES) return real_pwrite(file, bytes, size, at);
    const bool ours = is_named(file, fate.log);
    if (ours && fate.death == BEFORE_COMMIT) die();
    if (!ours && fate.death == BEHIND_COMMIT && fate.committed) die();
    const ssize_t written = real_pwrite(file, bytes, size, at);
    if (!ours) return written;
    fate.committed = fate.committed || fate.last_page;
    if (fate.committed && fate.death == IN_COMMIT) die();
    fate.last_page = heads_last_page(bytes, size);
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

/* Takes the place of the library's own. The announcement before it is a commit, too. */
void store_rotation_step(enum store_rotation_step step)
{
    if (step == ROTATION_WRAPPED) fate.armed = true;
}

/* ---- What programs do -------------------------------------------------------------------------
 */

static enum loy_status opens(struct fixture *fixture)
{
    (void)fixture;
    return LOY_OK;
}

static enum loy_status registers(struct fixture *fixture)
{
    struct loy_id id;
    return fixture_member_add(fixture->store, &id);
}

static enum loy_status rotates(struct fixture *fixture)
{
    return loy_store_key_rotate(fixture->store, NULL, NULL, NULL, FIXTURE_AT_US, NULL);
}

/* As an opening does, without the rest of it, which writes to FILE.keys. */
static enum loy_status settles(struct fixture *fixture)
{
    store_key_next_settle(fixture->store);
    return LOY_OK;
}

enum arming { AT_OPENING, ONCE_OPEN, BY_ROTATION };
struct role {
    enum loy_status (*act)(struct fixture *fixture);
    enum arming arming;
    enum death death;
    const char *log;
};

/* A backup's mark, and a key without a member where only a first opening looks for it. */
static void restored(struct fixture *fixture)
{
    struct loy_store *store = fixture->store;
    assert_int_equal(store_begin(store), LOY_OK);
    assert_int_equal(registers(fixture), LOY_OK);
    assert_int_equal(store_member_keys_flush(store), LOY_OK);
    store_rollback(store);
    assert_int_equal(store_member_keys_from(store, STORE_KEYS_NONE), LOY_OK);
    assert_int_equal(store_number_set(store, STORE_SETTINGS, "backup_at_us", 1), LOY_OK);
}

static const struct step {
    const char *name;
    void (*prepare)(struct fixture *fixture);
    struct role killed, follows;
    int members, keys, key_id, epochs; /* at the end */
} steps[] = {
    {"a member comes back behind an opening", NULL, {registers, ONCE_OPEN, IN_COMMIT, FILE_LOG},
        {opens, AT_OPENING, BEFORE_COMMIT, FILE_LOG}, 2, 2, 1, 1},
    {"an opening writes over a member", NULL, {registers, ONCE_OPEN, IN_COMMIT, FILE_LOG},
        {opens, AT_OPENING, LIVES, FILE_LOG}, 1, 1, 1, 1},
    {"a member comes back behind a registration", NULL, {registers, ONCE_OPEN, IN_COMMIT, FILE_LOG},
        {registers, ONCE_OPEN, BEFORE_COMMIT, FILE_LOG}, 2, 2, 1, 1},
    {"a registration writes over a member", NULL, {registers, ONCE_OPEN, IN_COMMIT, FILE_LOG},
        {registers, ONCE_OPEN, LIVES, FILE_LOG}, 2, 2, 1, 1},
    {"an opening comes back behind an opening", NULL, {opens, AT_OPENING, IN_COMMIT, FILE_LOG},
        {opens, AT_OPENING, BEFORE_COMMIT, FILE_LOG}, 1, 1, 1, 1},
    {"a master key comes back behind a change", NULL, {rotates, BY_ROTATION, IN_COMMIT, KEYS_LOG},
        {rotates, ONCE_OPEN, BEFORE_COMMIT, KEYS_LOG}, 1, 1, 2, 1},
    {"an opening writes over a master key", NULL, {rotates, BY_ROTATION, IN_COMMIT, KEYS_LOG},
        {settles, ONCE_OPEN, LIVES, KEYS_LOG}, 1, 1, 1, 1},
    {"a change writes over a master key", NULL, {rotates, BY_ROTATION, IN_COMMIT, KEYS_LOG},
        {rotates, ONCE_OPEN, LIVES, KEYS_LOG}, 1, 1, 2, 1},
    {"the first opening of a restored store", restored, {opens, ONCE_OPEN, LIVES, FILE_LOG},
        {opens, AT_OPENING, LIVES, FILE_LOG}, 1, 1, 1, 2},
    {"the same, killed before it sweeps", restored, {opens, AT_OPENING, BEHIND_COMMIT, FILE_LOG},
        {opens, ONCE_OPEN, LIVES, FILE_LOG}, 1, 1, 1, 2},
};

/* ---- Programs ----------------------------------------------------------------------------------
 *
 * Forked before anybody has the store open, since SQLite's locks do not go with a fork. A byte says
 * go on, an answer that it is done. All end killed.
 */

struct program {
    pid_t pid;
    int go, done;
};

static void await(int file)
{
    char byte;
    if (read(file, &byte, 1) != 1) _exit(3);
}

static void answer(int file, char byte)
{
    if (write(file, &byte, 1) != 1) _exit(3);
}

/* What a program sees that opened the store before. */
static void picture_take(const struct fixture *fixture, int64_t picture[3])
{
    struct loy_store *store = fixture->store;
    picture[0] = fixture_number(store->db, "SELECT count(*) FROM member");
    picture[1] = fixture_number(store->db, "SELECT value FROM setting WHERE name = 'generation'");
    picture[2] = fixture_number(store->key_db, "SELECT max(key_id) FROM member_key");
}

/* Keeps the logs' indexes in being, and answers whether it sees what it saw before. */
static void keep(struct fixture *fixture, int go, int done)
{
    int64_t before[3], after[3];
    if (fixture_open(fixture) != LOY_OK) _exit(2);
    answer(done, 1);
    await(go);
    picture_take(fixture, before);
    answer(done, 1);
    await(go);
    picture_take(fixture, after);
    answer(done, memcmp(before, after, sizeof before) == 0);
    await(go);
}

static void play(struct fixture *fixture, const struct role *role, int go, int done)
{
    fate.death = role->death;
    fate.log = role->log;
    if (role->arming != AT_OPENING && fixture_open(fixture) != LOY_OK) _exit(2);
    answer(done, 1);
    await(go);
    fate.armed = role->arming != BY_ROTATION;
    if (role->arming == AT_OPENING && fixture_open(fixture) != LOY_OK) _exit(2);
    if (role->act(fixture) != LOY_OK || role->death != LIVES) _exit(2);
    die();
}

/* Without a role it keeps. Nothing of it outlives the test. */
static struct program start(struct fixture *fixture, const struct role *role)
{
    int go[2], done[2];
    assert_int_equal(pipe(go) + pipe(done), 0);
    struct program program = {.pid = fork(), .go = go[1], .done = done[0]};
    assert_true(program.pid >= 0);
    if (program.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(PATIENCE_S);
        close(go[1]);
        close(done[0]);
        writes_lead();
        if (role)
            play(fixture, role, go[0], done[1]);
        else
            keep(fixture, go[0], done[1]);
        _exit(4);
    }
    close(go[0]);
    close(done[1]);
    return program;
}

static bool answers(const struct program *program)
{
    char byte = -1;
    assert_int_equal(read(program->done, &byte, 1), 1);
    return byte == 1;
}

static void goes_on(const struct program *program)
{
    assert_int_equal(write(program->go, "", 1), 1);
}

static void ends(const struct program *program)
{
    int result = 0;
    assert_int_equal(waitpid(program->pid, &result, 0), program->pid);
    assert_true(WIFSIGNALED(result) && WTERMSIG(result) == SIGKILL);
    close(program->go);
    close(program->done);
}

/* ---- The test ----------------------------------------------------------------------------------
 */

/* Two programs one behind the other, and a third that has the store open all the time. */
static void both_run(struct fixture *fixture, const struct step *step)
{
    struct program keeps = start(fixture, NULL), killed = start(fixture, &step->killed),
                   follows = start(fixture, &step->follows);
    assert_true(answers(&keeps) && answers(&killed) && answers(&follows));
    goes_on(&keeps);
    assert_true(answers(&keeps));
    goes_on(&killed);
    ends(&killed);
    goes_on(&keeps);
    assert_true(answers(&keeps));
    goes_on(&follows);
    ends(&follows);
    kill(keeps.pid, SIGKILL);
    ends(&keeps);
}

/* A store whose first opening matters: nobody else may have it open. */
static void one_by_one_run(struct fixture *fixture, const struct step *step)
{
    const struct role *const roles[] = {&step->killed, &step->follows};
    for (size_t i = 0; i < 2; i++) {
        struct program program = start(fixture, roles[i]);
        assert_true(answers(&program));
        goes_on(&program);
        ends(&program);
    }
}

static void step_run(struct fixture *fixture, const struct step *step)
{
    struct fixture_findings findings;
    print_message("%s\n", step->name);
    assert_int_equal(registers(fixture), LOY_OK);
    if (step->prepare) step->prepare(fixture);
    fixture_close(fixture);
    if (step->prepare)
        one_by_one_run(fixture, step);
    else
        both_run(fixture, step);
    fixture_reopen(fixture);
    sqlite3 *db = fixture->store->db, *keys = fixture->store->key_db;
    if (fixture_check(fixture, &findings) != LOY_OK) fail_msg("%s", findings.text);
    assert_int_equal(fixture_number(db, "SELECT count(*) FROM member"), step->members);
    assert_int_equal(fixture_number(keys, "SELECT count(*) FROM member_key"), step->keys);
    assert_int_equal(fixture_number(keys, "SELECT max(key_id) FROM member_key"), step->key_id);
    assert_int_equal(fixture_number(db, "SELECT count(*) FROM epoch"), step->epochs);
    assert_false(store_disk_exists(fixture_file(fixture, "shop.db.key.next")));
}

static void what_comes_back_finds_its_keys(void **state)
{
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        step_run(*state, &steps[i]);
        fixture_end(state);
        assert_int_equal(fixture_start(state), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_comes_back_finds_its_keys, fixture_start, fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
