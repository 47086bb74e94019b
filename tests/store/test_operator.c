/* SPDX-License-Identifier: MIT
 *
 * test_operator.c - operators and their PINs: names, roles, the last manager, logins, locks that
 * survive a kill. What a PIN costs and what is kept of it: real Argon2id; elsewhere a quick one.
 */
#include "fixture.h"
#include "quick_secret.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define AT FIXTURE_AT_US
#define MINUTE_US (60 * (int64_t)1000000)
#define ASSERT_STATUS(call, wanted)                                                                \
    do {                                                                                           \
        enum loy_status got_ = (call);                                                             \
        if (got_ != (wanted))                                                                      \
            print_error("%s\n", loy_store_text(((struct fixture *)*state)->store));                \
        assert_int_equal(got_, wanted);                                                            \
    } while (0)

static struct loy_operator row_of(struct loy_store *store, const char *name)
{
    struct loy_operator who = {0};
    enum loy_role role = store->role;
    store->role = LOY_ROLE_MANAGER;
    while (loy_operator_next(store, who.number, &who) == LOY_OK)
        if (strcmp(who.name, name) == 0) break;
    store->role = role;
    assert_string_equal(who.name, name);
    return who;
}

static void names_are_judged(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    char longest[LOY_OPERATOR_NAME_MAX + 1];
    memset(longest, 'n', sizeof longest);
    longest[LOY_OPERATOR_NAME_MAX] = '\0';
    const struct {
        const char *name, *user;
        enum loy_role role;
        enum loy_status wanted;
    } cases[] = {
        {"Anna", NULL, LOY_ROLE_CASHIER, LOY_OK},
        {"Anna", NULL, LOY_ROLE_CASHIER, LOY_E_CONFLICT},
        {"ANNA", NULL, LOY_ROLE_CASHIER, LOY_E_CONFLICT},
        {"Bert", "bert", LOY_ROLE_AUDITOR, LOY_OK},
        {"Bertha", "bert", LOY_ROLE_AUDITOR, LOY_E_CONFLICT},
        {"店员", NULL, LOY_ROLE_ANALYST, LOY_OK},
        {"", NULL, LOY_ROLE_CASHIER, LOY_E_FORMAT},
        {" Carla", NULL, LOY_ROLE_CASHIER, LOY_E_FORMAT},
        {"Carla ", NULL, LOY_ROLE_CASHIER, LOY_E_FORMAT},
        {"Car\nla", NULL, LOY_ROLE_CASHIER, LOY_E_FORMAT},
        {"Car\xE2\x80\x8Bla", NULL, LOY_ROLE_CASHIER, LOY_E_FORMAT},
        {"Car\xFFla", NULL, LOY_ROLE_CASHIER, LOY_E_FORMAT},
        {longest, NULL, LOY_ROLE_CASHIER, LOY_E_FORMAT},
        {longest + 1, NULL, LOY_ROLE_CASHIER, LOY_OK},
        {"Carla", "", LOY_ROLE_CASHIER, LOY_E_FORMAT},
        {"Carla", NULL, 0, LOY_E_ARGUMENT},
        {"Carla", NULL, 6, LOY_E_ARGUMENT},
        {NULL, NULL, LOY_ROLE_CASHIER, LOY_E_ARGUMENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ASSERT_STATUS(loy_operator_add(store, cases[i].name, cases[i].role, cases[i].user, AT),
            cases[i].wanted);
    assert_int_equal(fixture_number(store->db, "SELECT count(*) FROM operator"), 5);
    assert_int_equal(
        fixture_number(store->db, "SELECT count(*) FROM audit WHERE action='operator-add'"), 4);
    struct loy_operator who = row_of(store, "Bert");
    assert_string_equal(who.user, "bert");
    assert_int_equal(who.role, LOY_ROLE_AUDITOR);
    assert_true(who.active && !who.has_pin && who.pin_set_at_us == 0);
}

static void names_lead_to_somebody_or_none(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    ASSERT_STATUS(loy_operator_role_set(store, "nobody", LOY_ROLE_CASHIER, AT), LOY_NONE);
    ASSERT_STATUS(loy_operator_active_set(store, "nobody", true, AT), LOY_NONE);
    ASSERT_STATUS(loy_operator_unlock(store, "nobody", AT), LOY_NONE);
    ASSERT_STATUS(loy_operator_pin_set(store, "nobody", NULL, "4821", AT), LOY_NONE);
    ASSERT_STATUS(loy_operator_role_set(store, NULL, LOY_ROLE_CASHIER, AT), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_operator_active_set(store, NULL, true, AT), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_operator_unlock(store, NULL, AT), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_operator_pin_set(store, NULL, NULL, "4821", AT), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_operator_pin_set(store, "tester", NULL, NULL, AT), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_operator_role_set(store, "tester", 9, AT), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_store_login(store, NULL, "4821", AT), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_store_login(store, "tester", NULL, AT), LOY_E_ARGUMENT);
    // An outer transaction goes on after a refusal.
    ASSERT_STATUS(loy_store_begin(store), LOY_OK);
    ASSERT_STATUS(loy_operator_role_set(store, "nobody", LOY_ROLE_CASHIER, AT), LOY_NONE);
    ASSERT_STATUS(loy_operator_active_set(store, "tester", false, AT), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_operator_add(store, "Anna", LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_pin_set(store, "Anna", NULL, "4821", AT), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_store_login(store, "Anna", "4821", AT), LOY_E_ARGUMENT);
    ASSERT_STATUS(loy_store_commit(store), LOY_OK);
    assert_int_equal(row_of(store, "Anna").role, LOY_ROLE_CASHIER);
}

/* Whoever is switched off, demoted or cannot act counts for nothing. */
static void the_last_manager_stays(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    ASSERT_STATUS(loy_operator_active_set(store, "tester", false, AT), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_operator_role_set(store, "tester", LOY_ROLE_AUDITOR, AT), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_operator_role_set(store, "tester", LOY_ROLE_MANAGER, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_add(store, "Anna", LOY_ROLE_MANAGER, NULL, AT), LOY_OK);
    // Without a user and a PIN she cannot act.
    ASSERT_STATUS(loy_operator_active_set(store, "tester", false, AT), LOY_E_CONFLICT);
    ASSERT_STATUS(loy_operator_pin_set(store, "Anna", NULL, "48215937", AT), LOY_OK);
    ASSERT_STATUS(loy_operator_active_set(store, "Anna", false, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_active_set(store, "Anna", false, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_role_set(store, "tester", LOY_ROLE_CASHIER, AT), LOY_E_CONFLICT);
    // Who is off is not the last one, whatever the role.
    ASSERT_STATUS(loy_operator_role_set(store, "Anna", LOY_ROLE_CASHIER, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_role_set(store, "Anna", LOY_ROLE_MANAGER, AT), LOY_OK);
    assert_false(row_of(store, "Anna").has_pin); // it could have been a short one
    ASSERT_STATUS(loy_operator_pin_set(store, "Anna", NULL, "48215937", AT), LOY_OK);
    ASSERT_STATUS(loy_operator_active_set(store, "Anna", true, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_role_set(store, "tester", LOY_ROLE_CASHIER, AT), LOY_OK);
    assert_int_equal(loy_store_role(store), LOY_ROLE_CASHIER);
    ASSERT_STATUS(loy_operator_active_set(store, "Anna", false, AT), LOY_E_ACCESS);
    ASSERT_STATUS(loy_store_login(store, "Anna", "48215937", AT), LOY_OK);
    ASSERT_STATUS(loy_operator_active_set(store, "tester", false, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_active_set(store, "Anna", false, AT), LOY_E_CONFLICT);
    fixture_close(fixture);
    assert_int_equal(fixture_open(fixture), LOY_E_ACCESS);
}

static void who_is_switched_off_acts_no_more(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    struct loy_operator self = {0};
    ASSERT_STATUS(loy_operator_self(store, &self), LOY_OK);
    assert_string_equal(self.name, "tester");
    ASSERT_STATUS(loy_operator_add(store, "Bert", LOY_ROLE_MANAGER, "bert", AT), LOY_OK);
    ASSERT_STATUS(loy_operator_active_set(store, "tester", false, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_active_set(store, "tester", true, AT), LOY_E_ACCESS);
    assert_null(loy_role_name(loy_store_role(store)));
    fixture->options.user = "bert";
    fixture_reopen(fixture);
    ASSERT_STATUS(loy_operator_active_set(fixture->store, "tester", true, AT), LOY_OK);
    assert_int_equal(fixture_number(fixture->store->db,
                         "SELECT count(*) FROM audit WHERE action IN ('operator-off',"
                         " 'operator-on')"),
        2);
}

static void pins_are_judged(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    static const struct {
        enum loy_role role;
        const char *pin;
        bool fine;
    } cases[] = {
        {LOY_ROLE_CASHIER, "", false},
        {LOY_ROLE_CASHIER, "482", false},
        {LOY_ROLE_CASHIER, "4821", true},
        {LOY_ROLE_SUPERVISOR, "4821", true},
        {LOY_ROLE_ANALYST, "482", false},
        {LOY_ROLE_AUDITOR, "4821", true},
        {LOY_ROLE_MANAGER, "4821593", false},
        {LOY_ROLE_MANAGER, "48215937", true},
        {LOY_ROLE_CASHIER, "48a1", false},
        {LOY_ROLE_CASHIER, "48 21", false},
        {LOY_ROLE_CASHIER, "４８２１", false},
        {LOY_ROLE_CASHIER, "48215937482159374821593748215937", true},
        {LOY_ROLE_CASHIER, "482159374821593748215937482159371", false},
        {LOY_ROLE_CASHIER, "0000", false},
        {LOY_ROLE_CASHIER, "1234", false},
        {LOY_ROLE_CASHIER, "7890", false},
        {LOY_ROLE_CASHIER, "9876", false},
        {LOY_ROLE_CASHIER, "0987", false},
        {LOY_ROLE_CASHIER, "1235", true},
        {LOY_ROLE_CASHIER, "1357", true},
        {LOY_ROLE_MANAGER, "11111111", false},
        {LOY_ROLE_MANAGER, "12345678", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum loy_status status = store_pin_judge(store, cases[i].role, cases[i].pin);
        if (status != (cases[i].fine ? LOY_OK : LOY_E_FORMAT)) print_error("%s\n", cases[i].pin);
        assert_int_equal(status, cases[i].fine ? LOY_OK : LOY_E_FORMAT);
        if (!cases[i].fine && cases[i].pin[0])
            assert_null(strstr(loy_store_text(store), cases[i].pin));
    }
}

static void a_pin_is_changed_with_the_present_one(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    ASSERT_STATUS(loy_operator_pin_set(store, "tester", NULL, "4821", AT), LOY_E_FORMAT);
    ASSERT_STATUS(loy_operator_pin_set(store, "tester", NULL, "48215937", AT), LOY_OK);
    assert_int_equal(row_of(store, "tester").pin_set_at_us, AT);
    ASSERT_STATUS(loy_operator_pin_set(store, "tester", NULL, "59374821", AT), LOY_E_ACCESS);
    ASSERT_STATUS(loy_operator_pin_set(store, "tester", "1", "59374821", AT), LOY_E_ACCESS);
    assert_int_equal(row_of(store, "tester").failures, 1);
    ASSERT_STATUS(loy_operator_pin_set(store, "tester", "48215937", "59374821", AT), LOY_OK);
    assert_int_equal(row_of(store, "tester").failures, 0);
    ASSERT_STATUS(loy_store_login(store, "tester", "48215937", AT), LOY_E_ACCESS);
    ASSERT_STATUS(loy_store_login(store, "tester", "59374821", AT), LOY_OK);
    // Others' are the manager's to set, and nobody else's.
    ASSERT_STATUS(loy_operator_add(store, "Anna", LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_pin_set(store, "Anna", NULL, "4821", AT), LOY_OK);
    ASSERT_STATUS(loy_store_login(store, "Anna", "4821", AT), LOY_OK);
    ASSERT_STATUS(loy_operator_pin_set(store, "tester", "59374821", "11223344", AT), LOY_E_ACCESS);
    ASSERT_STATUS(loy_operator_pin_set(store, "nobody", NULL, "4822", AT), LOY_E_ACCESS);
    ASSERT_STATUS(loy_operator_pin_set(store, "Anna", "4821", "4822", AT), LOY_OK);
}

static void what_is_kept_is_no_pin(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    ASSERT_STATUS(loy_operator_add(store, "Anna", LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_pin_set(store, "Anna", NULL, "4821", AT), LOY_OK);
    assert_int_equal(fixture_number(store->db, "SELECT count(*) FROM operator WHERE pin_hash GLOB"
                                               " '$argon2id$v=19$m=65536,t=2,p=1$*'"),
        1);
    // Whoever copies a hash to another row gains nothing.
    ASSERT_STATUS(loy_operator_add(store, "Bert", LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    ASSERT_STATUS(store_run_text(store, "UPDATE operator SET pin_hash=(SELECT pin_hash FROM"
                                        " operator WHERE name='Anna') WHERE name='Bert'"),
        LOY_OK);
    ASSERT_STATUS(loy_store_login(store, "Bert", "4821", AT), LOY_E_ACCESS);
    ASSERT_STATUS(loy_store_login(store, "Anna", "4821", AT), LOY_OK);
    // And the hash is of no use without the key that is outside the file.
    store->keys->pin[0] ^= 1;
    ASSERT_STATUS(loy_store_login(store, "Anna", "4821", AT), LOY_E_ACCESS);
}

static void login_and_logout_change_who_acts(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    struct loy_operator self = {0};
    struct loy_audit_entry entry = {0};
    ASSERT_STATUS(loy_operator_add(store, "Anna", LOY_ROLE_SUPERVISOR, NULL, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_pin_set(store, "Anna", NULL, "4821", AT), LOY_OK);
    ASSERT_STATUS(loy_store_login(store, "anna", "4821", AT + 1), LOY_OK);
    assert_int_equal(loy_store_role(store), LOY_ROLE_SUPERVISOR);
    ASSERT_STATUS(loy_operator_self(store, &self), LOY_OK);
    assert_string_equal(self.name, "Anna");
    // A wrong one leaves who acts.
    ASSERT_STATUS(loy_store_login(store, "tester", "48215937", AT + 2), LOY_E_ACCESS);
    assert_int_equal(loy_store_role(store), LOY_ROLE_SUPERVISOR);
    ASSERT_STATUS(loy_store_logout(store, AT + 3), LOY_OK);
    assert_int_equal(loy_store_role(store), 0);
    ASSERT_STATUS(loy_operator_self(store, &self), LOY_NONE);
    ASSERT_STATUS(loy_audit_next(store, 0, &entry), LOY_E_ACCESS);
    ASSERT_STATUS(loy_store_logout(store, AT + 3), LOY_OK);
    fixture_reopen(fixture);
    static const struct {
        const char *action, *name, *object;
    } said[] = {{"create", "tester", ""}, {"operator-add", "tester", "operator 2, supervisor"},
        {"operator-pin", "tester", "operator 2"}, {"login", "Anna", ""},
        {"login-failed", "Anna", "nobody, or locked"}, {"logout", "Anna", ""}};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        ASSERT_STATUS(loy_audit_next(fixture->store, entry.sequence, &entry), LOY_OK);
        assert_string_equal(entry.action, said[i].action);
        assert_string_equal(entry.operator_name, said[i].name);
        assert_string_equal(entry.object, said[i].object);
    }
    assert_int_equal(loy_audit_next(fixture->store, entry.sequence, &entry), LOY_NONE);
}

static void fail_times(void **state, struct loy_store *store, int times, int64_t at_us)
{
    for (int i = 0; i < times; i++)
        ASSERT_STATUS(loy_store_login(store, "Anna", "9999", at_us), LOY_E_ACCESS);
}

static void five_failures_lock_longer_and_longer(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store;
    int64_t at_us = AT;
    ASSERT_STATUS(loy_operator_add(store, "Anna", LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_pin_set(store, "Anna", NULL, "4821", AT), LOY_OK);
    // Four and a right one: forgotten.
    fail_times(state, store, 4, at_us);
    ASSERT_STATUS(loy_store_login(store, "Anna", "4821", at_us), LOY_OK);
    assert_int_equal(row_of(store, "Anna").failures, 0);
    fail_times(state, store, 5, at_us);
    assert_int_equal(row_of(store, "Anna").locked_until_us, at_us + MINUTE_US);
    // Locked: the right one does not help, and tries are not counted.
    fail_times(state, store, 1, at_us + MINUTE_US - 1);
    ASSERT_STATUS(loy_store_login(store, "Anna", "4821", at_us + MINUTE_US - 1), LOY_E_ACCESS);
    assert_int_equal(row_of(store, "Anna").failures, 5);
    // Not over by a restart.
    fixture_reopen(fixture);
    store = fixture->store;
    ASSERT_STATUS(loy_store_login(store, "Anna", "4821", at_us + MINUTE_US - 1), LOY_E_ACCESS);
    at_us += MINUTE_US;
    fail_times(state, store, 1, at_us);
    assert_int_equal(row_of(store, "Anna").locked_until_us, at_us + 2 * MINUTE_US);
    ASSERT_STATUS(loy_store_login(store, "Anna", "4821", at_us + 2 * MINUTE_US), LOY_OK);
    assert_int_equal(row_of(store, "Anna").locked_until_us, 0);
}

static void a_lock_lasts_a_day_at_most(void **state)
{
    static const int64_t minutes[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440};
    struct loy_store *store = ((struct fixture *)*state)->store;
    ASSERT_STATUS(loy_operator_add(store, "Anna", LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_pin_set(store, "Anna", NULL, "4821", AT), LOY_OK);
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
        char sql[100];
        snprintf(sql, sizeof sql, "UPDATE operator SET failures=%zu, locked_until_us=0", i + 4);
        ASSERT_STATUS(store_run_text(store, sql), LOY_OK);
        fail_times(state, store, 1, AT);
        assert_int_equal(row_of(store, "Anna").locked_until_us, AT + minutes[i] * MINUTE_US);
    }
    ASSERT_STATUS(store_run_text(store, "UPDATE operator SET failures=9223372036854775807,"
                                        " locked_until_us=0 WHERE name='Anna'"),
        LOY_OK);
    fail_times(state, store, 1, AT);
    assert_int_equal(row_of(store, "Anna").locked_until_us, AT + 1440 * MINUTE_US);
    // A manager ends it.
    store->role = LOY_ROLE_MANAGER;
    ASSERT_STATUS(loy_operator_unlock(store, "Anna", AT), LOY_OK);
    ASSERT_STATUS(loy_operator_unlock(store, "Anna", AT), LOY_OK);
    assert_int_equal(
        fixture_number(store->db, "SELECT count(*) FROM audit WHERE action='operator-unlock'"), 1);
    ASSERT_STATUS(loy_store_login(store, "Anna", "4821", AT), LOY_OK);
}

/* The child dies while it compares: what it tried is counted all the same. */
static void a_kill_does_not_give_a_try_back(void **state)
{
    struct fixture *fixture = *state;
    ASSERT_STATUS(loy_operator_add(fixture->store, "Anna", LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    ASSERT_STATUS(loy_operator_pin_set(fixture->store, "Anna", NULL, "4821", AT), LOY_OK);
    for (int i = 1; i <= 5; i++) {
        fixture_close(fixture);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            if (fixture_open(fixture) != LOY_OK) _exit(1);
            sqlite3 *watch = NULL;
            int64_t number;
            enum loy_role role;
            // As soon as the try is in the file, and so before any answer.
            if (sqlite3_open(fixture->path, &watch) != SQLITE_OK) _exit(2);
            pid_t killer = fork();
            if (killer == 0) {
                char sql[] = "SELECT failures FROM operator WHERE name='Anna'";
                while (fixture_number(watch, sql) < i)
                    ;
                kill(getppid(), SIGKILL);
                _exit(0);
            }
            store_pin_try(fixture->store, "Anna", "4821", AT, &number, &role);
            for (;;)
                pause();
        }
        int how = 0;
        assert_int_equal(waitpid(child, &how, 0), child);
        assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
        fixture_reopen(fixture);
        assert_int_equal(row_of(fixture->store, "Anna").failures, i);
    }
    ASSERT_STATUS(loy_store_login(fixture->store, "Anna", "4821", AT), LOY_E_ACCESS);
    ASSERT_STATUS(loy_store_login(fixture->store, "Anna", "4821", AT + MINUTE_US), LOY_OK);
}

static double seconds_of_login(struct loy_store *store, const char *name, const char *pin)
{
    struct timespec start, end;
    double best = 1e9;
    for (int i = 0; i < 3; i++) {
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        assert_int_equal(loy_store_login(store, name, pin, AT), LOY_E_ACCESS);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
        double took =
            (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) * 1e-9;
        if (took < best) best = took;
    }
    return best;
}

/* Unknown, off, without a PIN, locked, wrong: same words, same work (so the processor's time: what
 * else the machine does tells nothing of it). */
static void every_refusal_is_alike(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    static const struct {
        const char *name, *pin;
    } cases[] = {{"nobody", "4821"}, {"Anna", "9999"}, {"Off", "4821"}, {"None", "4821"},
        {"Locked", "4821"}, {"Anna", ""}, {"", ""}, {"Anna", "no digits at all"}};
    char words[STORE_TEXT_MAX] = "";
    for (size_t i = 1; i <= 4; i++)
        ASSERT_STATUS(loy_operator_add(store, cases[i].name, LOY_ROLE_CASHIER, NULL, AT), LOY_OK);
    for (size_t i = 1; i <= 4; i++)
        if (i != 3)
            ASSERT_STATUS(loy_operator_pin_set(store, cases[i].name, NULL, "4821", AT), LOY_OK);
    ASSERT_STATUS(loy_operator_active_set(store, "Off", false, AT), LOY_OK);
    ASSERT_STATUS(store_run_text(store, "UPDATE operator SET locked_until_us=9000000000000000000"
                                        " WHERE name='Locked'"),
        LOY_OK);
    double least = 1e9, most = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double took = seconds_of_login(store, cases[i].name, cases[i].pin);
        least = took < least ? took : least;
        most = took > most ? took : most;
        if (words[0]) assert_string_equal(words, loy_store_text(store));
        snprintf(words, sizeof words, "%s", loy_store_text(store));
        ASSERT_STATUS(store_run_text(store, "UPDATE operator SET failures=0, locked_until_us=0"
                                            " WHERE name='Anna'"),
            LOY_OK);
    }
    assert_non_null(strstr(words, "name or PIN is wrong"));
    print_message("a refused login takes %.0f to %.0f ms\n", least * 1e3, most * 1e3);
    // Without the hash a refusal takes a hundredth of that.
    assert_true(most < least * 5);
}

/* ---- Failures of the file -----------------------------------------------------------------------
 */

/* Ends the due-th statement, or the first after it that can be ended (a BEGIN cannot); or refuses
 * a commit. */
static struct {
    int due, begun;
    bool armed, commit, fired;
} fault;

static int count_statement(unsigned type, void *user, void *statement, void *sql)
{
    (void)type;
    (void)user;
    (void)statement;
    (void)sql;
    fault.begun++;
    return 0;
}

static int end_statement(void *user)
{
    (void)user;
    if (!fault.armed || fault.commit || fault.fired || fault.begun < fault.due) return 0;
    fault.fired = true;
    return 1;
}

static int refuse_commit(void *user)
{
    (void)user;
    if (!fault.armed || !fault.commit || fault.fired) return 0;
    fault.fired = true;
    return 1;
}

static enum loy_status add_anna(struct loy_store *store)
{
    return loy_operator_add(store, "Anna", LOY_ROLE_CASHIER, NULL, AT);
}

static enum loy_status give_role(struct loy_store *store)
{
    return loy_operator_role_set(store, "Anna", LOY_ROLE_SUPERVISOR, AT);
}

static enum loy_status step_down(struct loy_store *store)
{
    enum loy_status status = loy_operator_role_set(store, "Chief", LOY_ROLE_SUPERVISOR, AT);
    if (status != LOY_OK) return status;
    return loy_operator_role_set(store, "Chief", LOY_ROLE_MANAGER, AT);
}

static enum loy_status switch_off(struct loy_store *store)
{
    return loy_operator_active_set(store, "Anna", false, AT);
}

static enum loy_status switch_on(struct loy_store *store)
{
    return loy_operator_active_set(store, "Anna", true, AT);
}

static enum loy_status unlock(struct loy_store *store)
{
    return loy_operator_unlock(store, "Anna", AT);
}

static enum loy_status give_pin(struct loy_store *store)
{
    return loy_operator_pin_set(store, "Anna", NULL, "4821", AT);
}

static enum loy_status log_in(struct loy_store *store)
{
    return loy_store_login(store, "Anna", "4821", AT);
}

static enum loy_status change_own_pin(struct loy_store *store)
{
    return loy_operator_pin_set(store, "Anna", "4821", "5932", AT);
}

static enum loy_status stranger(struct loy_store *store)
{
    enum loy_status status = loy_store_login(store, "nobody", "4821", AT);
    return status == LOY_E_ACCESS ? LOY_OK : status;
}

static enum loy_status log_out(struct loy_store *store)
{
    return loy_store_logout(store, AT);
}

#define NO_FAILURES "UPDATE operator SET failures=0, locked_until_us=0"
#define CHIEF "INSERT OR IGNORE INTO operator (name, user, role) VALUES ('Chief', 'chief', 3)"

/* Whether the fault came about, and then the call has said so. */
static bool fails_once(
    struct loy_store *store, enum loy_status (*call)(struct loy_store *), int due)
{
    int64_t who = store->operator_id;
    enum loy_role role = store->role;
    memset(&fault, 0, sizeof fault);
    fault.due = due;
    fault.commit = due == 0;
    fault.armed = true;
    enum loy_status status = call(store);
    fault.armed = false;
    assert_int_equal(store->depth, 0);
    // A store whose commit failed writes nothing more until it is opened again: here it goes on.
    if (fault.commit) assert_int_equal(store->broken, fault.fired);
    store->broken = false;
    if (fault.fired ? status >= LOY_OK : status != LOY_OK)
        fail_msg("fault %d: %d, %s", due, status, loy_store_text(store));
    if (fault.fired && call != log_out) {
        assert_int_equal(store->operator_id, who);
        assert_int_equal(store->role, role);
    }
    return fault.fired;
}

/* Each statement and commit of each call fails once: the call says so, leaves no transaction open
 * and nobody else acting, and the next try works. */
static void no_failure_is_overlooked(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    static const struct {
        const char *before;
        enum loy_status (*call)(struct loy_store *store);
        int faults;
    } rows[] = {{NO_FAILURES, add_anna, 4}, {CHIEF, step_down, 6}, {NO_FAILURES, give_role, 4},
        {NO_FAILURES, switch_off, 4}, {NO_FAILURES, switch_on, 4},
        {"UPDATE operator SET failures=3 WHERE name='Anna'", unlock, 4}, {NO_FAILURES, give_pin, 4},
        {NO_FAILURES, stranger, 4}, {NO_FAILURES, log_in, 5}, {NO_FAILURES, change_own_pin, 6}};
    sqlite3_trace_v2(store->db, SQLITE_TRACE_STMT, count_statement, NULL);
    sqlite3_progress_handler(store->db, 1, end_statement, NULL);
    sqlite3_commit_hook(store->db, refuse_commit, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int faults = 0;
        do
            ASSERT_STATUS(store_run_text(store, rows[i].before), LOY_OK);
        while (fails_once(store, rows[i].call, faults) && ++faults);
        print_message("row %zu: %d faults\n", i, faults);
        assert_true(faults >= rows[i].faults);
    }
    // Who goes is gone, even where that cannot be written down.
    assert_true(fails_once(store, log_out, 1));
    assert_int_equal(loy_store_role(store), 0);
    sqlite3_trace_v2(store->db, 0, NULL, NULL);
    sqlite3_progress_handler(store->db, 0, NULL, NULL);
    sqlite3_commit_hook(store->db, NULL, NULL);
}

static struct loy_store *promoting;

/* Between the hash and its row. */
static int promote_once(unsigned event, void *user, void *statement, void *sql)
{
    (void)event;
    (void)user;
    (void)statement;
    struct loy_store *store = promoting;
    if (!store || strncmp(sql, "BEGIN", 5) != 0) return 0;
    promoting = NULL;
    assert_int_equal(loy_operator_role_set(store, "kim", LOY_ROLE_MANAGER, AT), LOY_OK);
    return 0;
}

/* Judged for a cashier, four digits are not given to whom another handle makes a manager. */
static void a_short_pin_is_not_given_to_a_new_manager(void **state)
{
    struct fixture *fixture = *state;
    struct loy_store *store = fixture->store, *kim = NULL;
    struct loy_store_options options = fixture->options;
    options.user = "kim";
    ASSERT_STATUS(loy_operator_add(store, "kim", LOY_ROLE_CASHIER, "kim", AT), LOY_OK);
    assert_int_equal(loy_store_open(&options, &kim), LOY_OK);
    sqlite3_trace_v2(kim->db, SQLITE_TRACE_STMT, promote_once, NULL);
    promoting = store;
    assert_int_equal(loy_operator_pin_set(kim, "kim", NULL, "4713", AT), LOY_E_CONFLICT);
    assert_non_null(strstr(loy_store_text(kim), "role"));
    assert_null(promoting);
    assert_int_equal(
        fixture_number(store->db, "SELECT pin_hash IS NULL FROM operator WHERE name='kim'"), 1);
    // The control: at another try the new role's is asked for.
    assert_int_equal(loy_operator_pin_set(kim, "kim", NULL, "4713", AT), LOY_E_FORMAT);
    ASSERT_STATUS(loy_operator_pin_set(store, "kim", NULL, "47135826", AT), LOY_OK);
    loy_store_close(kim);
}

static void a_store_that_is_doomed_begins_nothing(void **state)
{
    struct loy_store *store = ((struct fixture *)*state)->store;
    ASSERT_STATUS(add_anna(store), LOY_OK);
    ASSERT_STATUS(give_pin(store), LOY_OK);
    store->broken = true;
    static enum loy_status (*const calls[])(struct loy_store * store) = {
        give_role, switch_off, unlock, give_pin, log_in, stranger};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        assert_true(calls[i](store) < LOY_OK);
    assert_true(loy_operator_add(store, "Bert", LOY_ROLE_CASHIER, NULL, AT) < LOY_OK);
    assert_int_equal(loy_store_role(store), LOY_ROLE_MANAGER);
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, start_quick, fixture_end)
#define REAL_TEST(name) cmocka_unit_test_setup_teardown(name, start_real, fixture_end)
    static const struct CMUnitTest tests[] = {
        TEST(names_are_judged),
        TEST(names_lead_to_somebody_or_none),
        TEST(the_last_manager_stays),
        TEST(who_is_switched_off_acts_no_more),
        TEST(pins_are_judged),
        TEST(a_pin_is_changed_with_the_present_one),
        REAL_TEST(what_is_kept_is_no_pin),
        REAL_TEST(login_and_logout_change_who_acts),
        TEST(five_failures_lock_longer_and_longer),
        TEST(a_lock_lasts_a_day_at_most),
        REAL_TEST(a_kill_does_not_give_a_try_back),
        REAL_TEST(every_refusal_is_alike),
        TEST(no_failure_is_overlooked),
        TEST(a_short_pin_is_not_given_to_a_new_manager),
        TEST(a_store_that_is_doomed_begins_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
