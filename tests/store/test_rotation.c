/* SPDX-License-Identifier: MIT
 *
 * test_rotation.c - the master key changed, by processes that die at every step, beside handles
 * that know the old one, and under a passphrase: every member stays readable, and what does not fit
 * changes no byte. One passphrase costs what the product's does, the others little.
 */
#include "fixture.h"
#include "quick_secret.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMBERS 20
#define PHRASE "four quiet grey ponies"

static int die_at;
static struct fixture *meanwhile; /* others act once the change is committed */

static sqlite3 *filled; /* takes no further row once the key is in place */

static void others_act(struct fixture *fixture);

/* Takes the place of the library's own. */
void store_rotation_step(enum store_rotation_step step)
{
    if ((int)step == die_at) kill(getpid(), SIGKILL);
    if (step == ROTATION_COMMITTED && meanwhile) others_act(meanwhile);
    if (step == ROTATION_TAKEN && filled)
        sqlite3_exec(filled, "PRAGMA query_only=ON", NULL, NULL, NULL);
}

static void key_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    chmod(path, 0600);
}

struct kept {
    struct loy_id ids[MEMBERS];
    uint8_t keys[MEMBERS][MEMBER_KEY_SIZE];
    uint8_t ring[sizeof(struct store_keys) - 32];
};

static void members_make(struct fixture *fixture, struct kept *kept)
{
    for (int i = 0; i < MEMBERS; i++) {
        assert_int_equal(fixture_member_add(fixture->store, &kept->ids[i]), LOY_OK);
        assert_int_equal(store_member_key(fixture->store, &kept->ids[i], kept->keys[i]), LOY_OK);
    }
    memcpy(kept->ring, fixture->store->keys->index, sizeof kept->ring);
}

/* All keys, the ring and a check of everything; the successor is gone. */
static void members_demand(struct fixture *fixture, const struct kept *kept)
{
    struct fixture_findings findings;
    uint8_t key[MEMBER_KEY_SIZE];
    for (int i = 0; i < MEMBERS; i++) {
        assert_int_equal(store_member_key(fixture->store, &kept->ids[i], key), LOY_OK);
        assert_memory_equal(key, kept->keys[i], sizeof key);
    }
    assert_memory_equal(fixture->store->keys->index, kept->ring, sizeof kept->ring);
    enum loy_status status = fixture_check(fixture, &findings);
    if (status != LOY_OK) print_error("%s\n%s\n", loy_store_text(fixture->store), findings.text);
    assert_int_equal(status, LOY_OK);
    assert_false(store_disk_exists(fixture_file(fixture, "shop.db.key.next")));
}

static enum loy_status rotate(struct fixture *fixture, const char *passphrase)
{
    struct loy_key_rotation done = {0};
    enum loy_status status = loy_store_key_rotate(
        fixture->store, passphrase, NULL, NULL, FIXTURE_AT_US + 1000000, &done);
    if (status == LOY_OK) assert_int_equal(done.damaged, 0);
    return status;
}

static int64_t rotations_audited(struct fixture *fixture)
{
    return fixture_number(
        fixture->store->db, "SELECT count(*) FROM audit WHERE action='key-rotate'");
}

static void rotation_changes_the_key_only(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    struct loy_key key;
    uint8_t wrap[32];
    char old[FIXTURE_PATH_MAX];
    members_make(fixture, &kept);
    memcpy(wrap, fixture->store->keys->wrap, sizeof wrap);
    snprintf(old, sizeof old, "%s", fixture_file(fixture, "old"));
    fixture_copy(fixture_file(fixture, "shop.db.key"), old);
    for (int i = 2; i <= 4; i++) {
        assert_int_equal(rotate(fixture, NULL), LOY_OK);
        assert_memory_not_equal(wrap, fixture->store->keys->wrap, sizeof wrap);
        members_demand(fixture, &kept);
        assert_int_equal(loy_store_key_show(fixture->store, &key), LOY_OK);
        assert_int_equal(key.key_id, i);
        assert_int_equal(key.members, MEMBERS);
        assert_int_equal(rotations_audited(fixture), i - 1);
        fixture_reopen(fixture);
        members_demand(fixture, &kept);
        assert_int_equal(rotations_audited(fixture), i - 1);
    }
    assert_int_equal(fixture_member_add(fixture->store, &kept.ids[0]), LOY_OK);
    fixture_close(fixture);
    fixture->options.key_path = old;
    assert_int_equal(fixture_open(fixture), LOY_E_KEY);
    assert_non_null(strstr(loy_store_text(fixture->store), "another one's"));
}

static void die_rotating(struct fixture *fixture, int step, const char *passphrase)
{
    int how = 0;
    fixture_close(fixture);
    pid_t child = fork();
    if (child == 0) {
        die_at = step;
        if (fixture_open(fixture) == LOY_OK) rotate(fixture, passphrase);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
}

static void death_at_every_step(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    int64_t key_id = 1;
    members_make(fixture, &kept);
    for (int step = ROTATION_ANNOUNCED; step <= ROTATION_AUDITED; step++) {
        die_rotating(fixture, step, NULL);
        bool next = store_disk_exists(fixture_file(fixture, "shop.db.key.next"));
        assert_int_equal(next, step >= ROTATION_WRITTEN && step <= ROTATION_COMMITTED);
        fixture_reopen(fixture);
        if (step >= ROTATION_COMMITTED) key_id++;
        assert_int_equal(fixture->store->key_id, key_id);
        members_demand(fixture, &kept);
        assert_int_equal(rotations_audited(fixture), key_id - 1);
        // And the next change goes through.
        assert_int_equal(rotate(fixture, NULL), LOY_OK);
        key_id++;
        members_demand(fixture, &kept);
    }
}

static void half_a_successor_is_removed(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    members_make(fixture, &kept);
    die_rotating(fixture, ROTATION_WRITTEN, NULL);
    assert_int_equal(truncate(fixture_file(fixture, "shop.db.key.next"), 70), 0);
    fixture_reopen(fixture);
    members_demand(fixture, &kept);
}

/* It may be the only key of another copy of this store. */
static void a_strange_successor_is_left_alone(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    members_make(fixture, &kept);
    die_rotating(fixture, ROTATION_COMMITTED, NULL);
    char next[FIXTURE_PATH_MAX], stranger[FIXTURE_PATH_MAX];
    snprintf(next, sizeof next, "%s", fixture_file(fixture, "shop.db.key.next"));
    snprintf(stranger, sizeof stranger, "%s", fixture_file(fixture, "stranger"));
    fixture_copy(next, stranger);
    fixture_reopen(fixture);
    members_demand(fixture, &kept);
    assert_int_equal(rotate(fixture, NULL), LOY_OK);
    fixture_copy(stranger, next);
    fixture_reopen(fixture);
    assert_true(store_disk_exists(next));
    assert_int_equal(rotate(fixture, NULL), LOY_E_CONFLICT);
    assert_true(store_disk_exists(next));
    unlink(next);
    assert_int_equal(rotate(fixture, NULL), LOY_OK);
    members_demand(fixture, &kept);
}

static void lost_key_with_its_successor_opens(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    members_make(fixture, &kept);
    die_rotating(fixture, ROTATION_COMMITTED, NULL);
    unlink(fixture_file(fixture, "shop.db.key"));
    fixture_reopen(fixture);
    assert_true(store_disk_exists(fixture_file(fixture, "shop.db.key")));
    members_demand(fixture, &kept);
}

/* ---- Other handles ------------------------------------------------------------------------------
 */

static void other_handles_notice(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    struct loy_store *lane = NULL;
    struct loy_id id;
    uint8_t key[MEMBER_KEY_SIZE];
    members_make(fixture, &kept);
    assert_int_equal(loy_store_open(&fixture->options, &lane), LOY_OK);
    // One that was made before the change and is committed after it.
    assert_int_equal(store_begin(lane), LOY_OK);
    assert_int_equal(fixture_member_add(lane, &id), LOY_OK);
    fixture->store->wait_ms = 10;
    assert_int_equal(rotate(fixture, NULL), LOY_OK);
    assert_int_equal(store_commit(lane), LOY_E_KEY);
    assert_non_null(strstr(loy_store_text(lane), "repeat the command"));
    assert_int_equal(store_member_key(lane, &kept.ids[0], key), LOY_E_KEY);
    assert_non_null(strstr(loy_store_text(lane), "repeat the command"));
    assert_int_equal(fixture_member_add(lane, &id), LOY_E_KEY);
    assert_int_equal(loy_store_key_rotate(lane, NULL, NULL, NULL, 0, NULL), LOY_E_KEY);
    struct loy_key shown;
    assert_int_equal(loy_store_key_show(lane, &shown), LOY_E_KEY);
    assert_int_equal(
        fixture_number(fixture->store->key_db, "SELECT count(*) FROM member_key"), MEMBERS);
    // What needs no member's key goes on.
    assert_int_equal(store_audit(lane, "still-there", "", FIXTURE_AT_US), LOY_OK);
    loy_store_close(lane);
    assert_int_equal(loy_store_open(&fixture->options, &lane), LOY_OK);
    assert_int_equal(fixture_member_add(lane, &id), LOY_OK);
    // The entry that found the log busy is made up for.
    assert_int_equal(rotations_audited(fixture), 1);
    loy_store_close(lane);
    members_demand(fixture, &kept);
}

/* One opens and finishes the change; a further one begins the next. */
static void others_act(struct fixture *fixture)
{
    struct loy_store *other = NULL;
    meanwhile = NULL;
    assert_int_equal(loy_store_open(&fixture->options, &other), LOY_OK);
    loy_store_close(other);
    assert_false(store_disk_exists(fixture_file(fixture, "shop.db.key.next")));
    key_write(fixture_file(fixture, "shop.db.key.next"),
        "0123456789012345678901234567890123456789012345678901234567890123\n");
}

/* What was not committed yet must not take the place of the only key. */
static void the_next_change_is_not_taken_for_ones_own(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    members_make(fixture, &kept);
    meanwhile = fixture;
    assert_int_equal(rotate(fixture, NULL), LOY_OK);
    assert_null(meanwhile);
    assert_true(store_disk_exists(fixture_file(fixture, "shop.db.key.next")));
    // As the other one does that is cancelled.
    unlink(fixture_file(fixture, "shop.db.key.next"));
    fixture_reopen(fixture);
    assert_int_equal(fixture->store->key_id, 2);
    members_demand(fixture, &kept);
}

/* Whoever keeps the old key for older backups has to know that it was changed. */
static void a_change_that_stands_is_told(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    struct loy_key_rotation done = {0};
    members_make(fixture, &kept);
    filled = fixture->store->db;
    assert_true(loy_store_key_rotate(fixture->store, NULL, NULL, NULL, FIXTURE_AT_US, &done) < 0);
    filled = NULL;
    assert_int_equal(done.key_id, 2);
    assert_int_equal(done.members, MEMBERS);
    fixture_reopen(fixture);
    assert_int_equal(fixture->store->key_id, 2);
    assert_int_equal(rotations_audited(fixture), 1);
    members_demand(fixture, &kept);
}

/* A handle of before somebody else set the passphrase does not write a key without one. */
static void passphrase_of_another_handle_stays(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    struct loy_store *desk = NULL;
    members_make(fixture, &kept);
    assert_int_equal(loy_store_open(&fixture->options, &desk), LOY_OK);
    assert_int_equal(loy_store_key_passphrase(fixture->store, NULL, PHRASE, 1), LOY_OK);
    assert_int_equal(loy_store_key_rotate(desk, PHRASE, NULL, NULL, FIXTURE_AT_US, NULL), LOY_OK);
    loy_store_close(desk);
    assert_true(loy_key_file_is_sealed(fixture_file(fixture, "shop.db.key")));
    fixture->options.passphrase = PHRASE;
    fixture_reopen(fixture);
    members_demand(fixture, &kept);
}

/* A desk that registers while another process changes the key again and again. */
static void register_meanwhile(struct fixture *fixture)
{
    struct loy_store *desk = NULL;
    int made = 0;
    // Where the test fails nobody says that it is enough.
    alarm(60);
    while (made < 20 || !store_disk_exists(fixture_file(fixture, "enough"))) {
        struct loy_id id;
        bool open = desk != NULL;
        enum loy_status status =
            open ? fixture_member_add(desk, &id) : loy_store_open(&fixture->options, &desk);
        made += open && status == LOY_OK;
        // SQLite's lock is not fair: whoever never rests starves the others.
        usleep(3000);
        if (status == LOY_E_KEY || (status != LOY_OK && status != LOY_E_BUSY)) {
            if (status != LOY_E_KEY) print_error("%s\n", loy_store_text(desk));
            loy_store_close(desk);
            desk = NULL;
        }
    }
    loy_store_close(desk);
    _exit(0);
}

static void rotation_beside_a_desk(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    int how = 0;
    members_make(fixture, &kept);
    fixture_close(fixture);
    pid_t child = fork();
    if (child == 0) register_meanwhile(fixture);
    fixture_reopen(fixture);
    for (int changed = 0; changed < 8;) {
        enum loy_status status = rotate(fixture, NULL);
        assert_true(status == LOY_OK || status == LOY_E_BUSY);
        changed += status == LOY_OK;
        usleep(2000);
    }
    fclose(fopen(fixture_file(fixture, "enough"), "w"));
    assert_int_equal(waitpid(child, &how, 0), child);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    members_demand(fixture, &kept);
    fixture_reopen(fixture);
    members_demand(fixture, &kept);
    assert_true(
        fixture_number(fixture->store->key_db, "SELECT count(*) FROM member_key") >= MEMBERS + 20);
}

static int refuse(void *user, long long done, long long total)
{
    *(int *)user += 1;
    return done > 0 && total == MEMBERS;
}

static void cancelled_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    struct loy_key_rotation done = {.key_id = -1};
    int calls = 0;
    members_make(fixture, &kept);
    assert_int_equal(
        loy_store_key_rotate(fixture->store, NULL, refuse, &calls, FIXTURE_AT_US, &done),
        LOY_E_CANCELLED);
    assert_int_equal(calls, 1);
    assert_int_equal(done.key_id, -1);
    members_demand(fixture, &kept);
    fixture_reopen(fixture);
    assert_int_equal(fixture->store->key_id, 1);
    members_demand(fixture, &kept);
}

static void inside_a_transaction_or_role_it_is_refused(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(loy_store_begin(fixture->store), LOY_OK);
    assert_int_equal(rotate(fixture, NULL), LOY_E_ARGUMENT);
    char paper[LOY_RECOVERY_TEXT_SIZE] = "";
    assert_int_equal(loy_store_key_recovery(fixture->store, NULL, paper, 0), LOY_E_ARGUMENT);
    assert_string_equal(paper, "");
    loy_store_rollback(fixture->store);
    for (int role = LOY_ROLE_CASHIER; role <= LOY_ROLE_AUDITOR; role++) {
        struct loy_key key;
        char text[LOY_RECOVERY_TEXT_SIZE];
        if (role == LOY_ROLE_MANAGER) continue;
        fixture->store->role = (enum loy_role)role;
        assert_int_equal(rotate(fixture, NULL), LOY_E_ACCESS);
        assert_int_equal(loy_store_key_show(fixture->store, &key), LOY_E_ACCESS);
        assert_int_equal(loy_store_key_passphrase(fixture->store, NULL, PHRASE, 0), LOY_E_ACCESS);
        assert_int_equal(loy_store_key_recovery(fixture->store, NULL, text, 0), LOY_E_ACCESS);
    }
}

static void damaged_keys_stay_as_they_are(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    struct loy_key_rotation done = {0};
    members_make(fixture, &kept);
    fixture_close(fixture);
    fixture_tamper(fixture_file(fixture, "shop.db.keys"),
        "UPDATE member_key SET wrapped=zeroblob(72) WHERE rowid=1");
    fixture_tamper(
        fixture_file(fixture, "shop.db.keys"), "UPDATE member_key SET key_id=7 WHERE rowid=2");
    fixture_reopen(fixture);
    uint8_t key[MEMBER_KEY_SIZE];
    for (int i = 0; i < 2; i++)
        assert_int_equal(store_member_key(fixture->store, &kept.ids[i], key), LOY_E_KEY);
    assert_int_equal(
        loy_store_key_rotate(fixture->store, NULL, NULL, NULL, FIXTURE_AT_US, &done), LOY_OK);
    assert_int_equal(done.members, MEMBERS - 1);
    assert_int_equal(done.damaged, 1);
    assert_int_equal(store_member_key(fixture->store, &kept.ids[2], key), LOY_OK);
    struct fixture_findings findings;
    assert_int_equal(fixture_check(fixture, &findings), LOY_E_CHECK);
    assert_non_null(strstr(findings.text, "1 members' keys are damaged"));
}

/* ---- What does not fit --------------------------------------------------------------------------
 */

#define SNAPSHOT_FILES 5

struct snapshot {
    size_t size[SNAPSHOT_FILES];
    uint8_t digest[SNAPSHOT_FILES][32];
};

static struct snapshot snapshot_of(struct fixture *fixture)
{
    static const char *const names[SNAPSHOT_FILES] = {
        "shop.db", "shop.db-wal", "shop.db.keys", "shop.db.keys-wal", "shop.db.key"};
    static char bytes[4 << 20];
    struct snapshot snapshot = {0};
    for (int i = 0; i < SNAPSHOT_FILES; i++) {
        FILE *file = fopen(fixture_file(fixture, names[i]), "r");
        if (!file) continue;
        snapshot.size[i] = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        // SQLite makes an empty log to look: that is no byte.
        if (snapshot.size[i] > 0)
            crypto_generichash(
                snapshot.digest[i], 32, (const unsigned char *)bytes, snapshot.size[i], NULL, 0);
    }
    return snapshot;
}

/* Beside a handle that keeps both logs filled. */
static void refused_untouched(
    struct fixture *fixture, const char *key_path, const char *passphrase, const char *words)
{
    struct snapshot before = snapshot_of(fixture);
    struct loy_store_options options = fixture->options;
    struct loy_store *store = NULL;
    options.key_path = key_path;
    options.passphrase = passphrase;
    assert_int_equal(loy_store_open(&options, &store), LOY_E_KEY);
    if (!strstr(loy_store_text(store), words)) print_error("%s\n", loy_store_text(store));
    assert_non_null(strstr(loy_store_text(store), words));
    loy_store_close(store);
    struct snapshot after = snapshot_of(fixture);
    assert_memory_equal(&before, &after, sizeof before);
}

static void nothing_wrong_opens(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    char path[FIXTURE_PATH_MAX];
    members_make(fixture, &kept);
    assert_true(snapshot_of(fixture).size[1] > 0 && snapshot_of(fixture).size[3] > 0);
    snprintf(path, sizeof path, "%s", fixture_file(fixture, "wrong"));
    refused_untouched(fixture, path, NULL, "cannot be read");
    refused_untouched(fixture, fixture->folder, NULL, "no file");
    key_write(path, "0123456789012345678901234567890123456789012345678901234567890123\n");
    refused_untouched(fixture, path, NULL, "another one's");
    chmod(path, 0640);
    refused_untouched(fixture, path, NULL, "chmod 600");
    chmod(path, 0600);
    static const char *const damaged[] = {"", "# loyalty", "zz", "01234567890123456789012345678901",
        "argon2id passes=3 kib=104857600 salt=00000000000000000000000000000000 sealed=00\n"};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        key_write(path, damaged[i]);
        refused_untouched(fixture, path, NULL, "holds no master key");
    }
    // Under a passphrase; the cost is the least there is.
    struct key_file file = {.passes = 1, .kib = KEY_KIB_MIN};
    static const uint8_t another[MASTER_KEY_SIZE] = {1};
    char text[KEY_FILE_MAX];
    assert_int_equal(key_file_seal(&file, another, PHRASE), LOY_OK);
    key_file_print(&file, text);
    key_write(path, text);
    refused_untouched(fixture, path, NULL, "under a passphrase");
    refused_untouched(fixture, path, "wrong", "does not open");
    refused_untouched(fixture, path, PHRASE, "another one's");
    // The key file of another store: members' keys.
    struct fixture *other = NULL;
    assert_int_equal(fixture_start((void **)&other), 0);
    fixture_close(other);
    fixture_reopen(fixture);
    fixture_close(fixture);
    fixture_copy(fixture_file(other, "shop.db.keys"), fixture_file(fixture, "shop.db.keys"));
    refused_untouched(fixture, NULL, NULL, "another one's");
    snprintf(path, sizeof path, "%s", fixture_file(other, "shop.db.key"));
    refused_untouched(fixture, path, NULL, "another store's");
    fixture_end((void **)&other);
}

static void passphrase_goes_on_and_off(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    struct kept kept;
    struct key_file file;
    struct key_bytes bytes;
    members_make(fixture, &kept);
    assert_int_equal(loy_store_key_passphrase(store, NULL, "short", 1), LOY_E_ARGUMENT);
    assert_int_equal(loy_store_key_passphrase(store, NULL, PHRASE, 1), LOY_OK);
    assert_int_equal(
        store_key_bytes_read(store, fixture_file(fixture, "shop.db.key"), &bytes), LOY_OK);
    assert_true(key_file_parse(bytes.text, bytes.size, &file));
    assert_true(file.sealed && file.passes == KEY_PASSES && file.kib == KEY_KIB);
    assert_true(loy_key_file_is_sealed(fixture_file(fixture, "shop.db.key")));
    assert_int_equal(rotate(fixture, "wrong phrase"), LOY_E_KEY);
    assert_int_equal(rotate(fixture, NULL), LOY_E_KEY);
    members_demand(fixture, &kept);
    fixture_close(fixture);
    refused_untouched(fixture, NULL, NULL, "under a passphrase");
    refused_untouched(fixture, NULL, "wrong phrase", "does not open");
    fixture->options.passphrase = PHRASE;
    die_rotating(fixture, ROTATION_COMMITTED, PHRASE);
    fixture_reopen(fixture);
    members_demand(fixture, &kept);
    assert_true(loy_key_file_is_sealed(fixture_file(fixture, "shop.db.key")));
    assert_int_equal(fixture->store->key_id, 2);
    assert_int_equal(loy_store_key_passphrase(fixture->store, PHRASE, NULL, 1), LOY_OK);
    fixture->options.passphrase = NULL;
    fixture_reopen(fixture);
    members_demand(fixture, &kept);
    assert_false(loy_key_file_is_sealed(fixture_file(fixture, "shop.db.key")));
    assert_int_equal(fixture_number(fixture->store->db,
                         "SELECT count(*) FROM audit WHERE action='key-passphrase'"),
        2);
}

/* Options of a caller that was compiled before there were passphrases. */
static void shorter_options_have_no_passphrase(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.size = offsetof(struct loy_store_options, passphrase);
    fixture->options.passphrase = "never looked at";
    assert_int_equal(fixture_create(fixture), LOY_OK);
    assert_false(loy_key_file_is_sealed(fixture_file(fixture, "shop.db.key")));
}

/* ---- Paper --------------------------------------------------------------------------------------
 */

static enum loy_status recover(struct fixture *fixture, const char *text)
{
    fixture_close(fixture);
    return loy_store_key_recover(&fixture->options, text, &fixture->store);
}

static void paper_brings_the_key_back(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    char text[LOY_RECOVERY_TEXT_SIZE], path[FIXTURE_PATH_MAX];
    members_make(fixture, &kept);
    snprintf(path, sizeof path, "%s", fixture_file(fixture, "shop.db.key"));
    assert_int_equal(loy_store_key_recovery(fixture->store, NULL, text, FIXTURE_AT_US), LOY_OK);
    assert_int_equal(fixture_number(fixture->store->db,
                         "SELECT count(*) FROM audit WHERE action='key-recovery'"),
        1);
    assert_int_equal(recover(fixture, text), LOY_E_CONFLICT);
    unlink(path);
    struct snapshot before = snapshot_of(fixture);
    char typo[LOY_RECOVERY_TEXT_SIZE];
    memcpy(typo, text, sizeof typo);
    typo[6 * 9] = typo[6 * 9] == '7' ? '8' : '7';
    assert_int_equal(recover(fixture, typo), LOY_E_CHECK);
    assert_non_null(strstr(loy_store_text(fixture->store), "group 10"));
    assert_non_null(strstr(loy_store_text(fixture->store), "line 2, group 3"));
    assert_int_equal(recover(fixture, "ABCDE"), LOY_E_FORMAT);
    struct snapshot after = snapshot_of(fixture);
    assert_memory_equal(&before, &after, sizeof before);
    assert_int_equal(recover(fixture, text), LOY_OK);
    members_demand(fixture, &kept);
    fixture_reopen(fixture);
    members_demand(fixture, &kept);
    // After a change the paper opens nothing.
    assert_int_equal(rotate(fixture, NULL), LOY_OK);
    fixture_close(fixture);
    unlink(path);
    before = snapshot_of(fixture);
    assert_int_equal(recover(fixture, text), LOY_E_KEY);
    assert_non_null(strstr(loy_store_text(fixture->store), "before the key was changed"));
    after = snapshot_of(fixture);
    assert_memory_equal(&before, &after, sizeof before);
    assert_false(store_disk_exists(path));
}

static void paper_is_for_enrolled_managers(void **state)
{
    struct fixture *fixture = *state;
    char text[LOY_RECOVERY_TEXT_SIZE];
    assert_int_equal(loy_store_key_recovery(fixture->store, NULL, text, FIXTURE_AT_US), LOY_OK);
    fixture_close(fixture);
    unlink(fixture_file(fixture, "shop.db.key"));
    fixture->options.user = "stranger";
    assert_int_equal(recover(fixture, text), LOY_E_ACCESS);
    fixture->options.user = "tester";
    fixture_tamper(fixture->path, "UPDATE operator SET role=1");
    assert_int_equal(recover(fixture, text), LOY_E_ACCESS);
    assert_false(store_disk_exists(fixture_file(fixture, "shop.db.key")));
}

static void older_backup_needs_the_older_key(void **state)
{
    struct fixture *fixture = *state;
    struct kept kept;
    members_make(fixture, &kept);
    char backup[FIXTURE_PATH_MAX], back[FIXTURE_PATH_MAX], old[FIXTURE_PATH_MAX];
    snprintf(backup, sizeof backup, "%s", fixture_file(fixture, "backup"));
    snprintf(back, sizeof back, "%s", fixture_file(fixture, "back.db"));
    snprintf(old, sizeof old, "%s", fixture_file(fixture, "old"));
    fixture_copy(fixture_file(fixture, "shop.db.key"), old);
    assert_int_equal(loy_store_backup(fixture->store, backup, NULL, NULL, FIXTURE_AT_US), LOY_OK);
    assert_int_equal(rotate(fixture, NULL), LOY_OK);
    char now[FIXTURE_PATH_MAX];
    snprintf(now, sizeof now, "%s", fixture_file(fixture, "shop.db.key"));
    fixture_close(fixture);
    fixture->options.path = back;
    fixture->options.key_path = now;
    assert_int_equal(loy_store_restore(backup, &fixture->options, &fixture->store), LOY_E_KEY);
    fixture_close(fixture);
    fixture->options.key_path = old;
    assert_int_equal(loy_store_restore(backup, &fixture->options, &fixture->store), LOY_OK);
    members_demand(fixture, &kept);
}

static int start_quick(void **state)
{
    quick_secret(true);
    return fixture_start(state);
}

static int start_real(void **state)
{
    quick_secret(false);
    return fixture_start(state);
}

int main(void)
{
#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, start_quick, fixture_end)
    static const struct CMUnitTest tests[] = {
        WITH_STORE(rotation_changes_the_key_only),
        WITH_STORE(death_at_every_step),
        WITH_STORE(half_a_successor_is_removed),
        WITH_STORE(a_strange_successor_is_left_alone),
        WITH_STORE(lost_key_with_its_successor_opens),
        WITH_STORE(other_handles_notice),
        WITH_STORE(the_next_change_is_not_taken_for_ones_own),
        WITH_STORE(a_change_that_stands_is_told),
        cmocka_unit_test_setup_teardown(
            passphrase_of_another_handle_stays, start_real, fixture_end),
        WITH_STORE(rotation_beside_a_desk),
        WITH_STORE(cancelled_changes_nothing),
        WITH_STORE(inside_a_transaction_or_role_it_is_refused),
        WITH_STORE(damaged_keys_stay_as_they_are),
        WITH_STORE(nothing_wrong_opens),
        WITH_STORE(passphrase_goes_on_and_off),
        cmocka_unit_test_setup_teardown(
            shorter_options_have_no_passphrase, fixture_start_empty, fixture_end),
        WITH_STORE(paper_brings_the_key_back),
        WITH_STORE(paper_is_for_enrolled_managers),
        WITH_STORE(older_backup_needs_the_older_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
