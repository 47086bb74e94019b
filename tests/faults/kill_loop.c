/* SPDX-License-Identifier: MIT
 *
 * kill_loop.c - kill -9 of programs at work: two at a time on one store, a till and a desk, each
 * killed at a moment of chance; then the store is opened, and all that they acknowledged must be in
 * it, whole, before the next two go on. A kill leaves what was written, synced or not, so this says
 * nothing about power cuts (test_crash, tests/vm do); it says that no program has to end well.
 *
 *     kill_loop KILLS WRITER [SEED]
 *
 * WRITER is any program that takes STORE FIRST till|desk and prints a line for each
 * acknowledgement, as kill_writer.c does; kill_feed.c does it for `loyalty lane --feed`.
 */
#include "kill_loop.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STORE_EVERY 20 /* rounds of two kills */
#define NUMBERS (STORE_EVERY * 2 * KILL_BLOCK + 1)
#define LIFE_MS 60
#define START_MS 5000

struct told {
    uint8_t lines;
    bool closed, voided, member, whole;
};
static struct told told[NUMBERS];
static char path[64];
static const char *writer;
static unsigned seed;
static struct {
    long kills, lines, baskets, members, findings, idle; /* idle: killed before the first answer */
} sum;

static unsigned roll(unsigned sides)
{
    seed = seed * 1103515245u + 12345u;
    return (seed >> 8) % sides;
}

static void find(const char *what, uint32_t number, const char *why)
{
    if (sum.findings++ < 10) printf("FAILED: %s %u: %s\n", what, number, why);
}

/* ---- Programs, and what they said -------------------------------------------------------------
 */

struct program {
    pid_t child;
    int output;
    bool desk;
    char text[65536];
    size_t size;
    long answers;
};

static void program_start(struct program *program, uint32_t first, bool desk)
{
    int ends[2];
    char number[16];
    snprintf(number, sizeof number, "%u", first);
    if (pipe2(ends, O_CLOEXEC) != 0) abort();
    program->desk = desk;
    program->size = 0;
    program->answers = 0;
    program->output = ends[0];
    program->child = fork();
    if (program->child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl(writer, writer, path, number, desk ? "desk" : "till", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    if (program->child < 0) abort();
}

static bool line_take(struct program *program, const char *line)
{
    unsigned number = 0, second = 0;
    int end = 0;
    if (sscanf(line, "line %u %u;%n", &number, &second, &end) == 2 && end && number < NUMBERS)
        told[number].lines = (uint8_t)second;
    else if (sscanf(line, "basket %u;%n", &number, &end) == 1 && end && number < NUMBERS) {
        told[number].closed = true;
        told[number].whole = told[number].whole || program->desk;
        sum.baskets++;
    } else if (sscanf(line, "void %u;%n", &number, &end) == 1 && end && number < NUMBERS)
        told[number].voided = true;
    else if (sscanf(line, "member %u;%n", &number, &end) == 1 && end && number < NUMBERS) {
        told[number].member = true;
        sum.members++;
    } else
        return false;
    sum.lines += second > 0;
    program->answers++;
    return true;
}

/* What was printed before the kill was acknowledged; a line cut off was not. */
static void program_read(struct program *program)
{
    ssize_t got;
    while ((got = read(program->output, program->text + program->size,
                sizeof program->text - program->size - 1)) > 0) {
        program->size += (size_t)got;
        program->text[program->size] = '\0';
        char *from = program->text, *end;
        while ((end = strchr(from, '\n')) != NULL) {
            *end = '\0';
            if (!line_take(program, from)) find("a writer of number", 0, from);
            from = end + 1;
        }
        program->size = (size_t)(program->text + program->size - from);
        memmove(program->text, from, program->size);
    }
}

static void program_kill(struct program *program)
{
    int end = 0;
    kill(program->child, SIGKILL);
    program_read(program);
    close(program->output);
    if (waitpid(program->child, &end, 0) < 0 || !WIFSIGNALED(end) || WTERMSIG(end) != SIGKILL)
        find("a writer ended before it was killed", 0, program->text);
    sum.kills++;
    sum.idle += program->answers == 0;
}

/* From its first answer on; now and then from its start on. */
static void program_live(const struct program *program, unsigned ms)
{
    struct pollfd output = {.fd = program->output, .events = POLLIN};
    if (roll(6) > 0) poll(&output, 1, START_MS);
    poll(NULL, 0, (int)ms);
}

/* ---- The store --------------------------------------------------------------------------------
 */

static struct loy_store_options options_of(void)
{
    return (struct loy_store_options){.size = sizeof(struct loy_store_options),
        .path = path,
        .user = PLAN_USER,
        .at_us = PLAN_START_US};
}

static void store_remove(void)
{
    static const char *const suffixes[] = {
        "", "-wal", "-shm", ".keys", ".keys-wal", ".keys-shm", ".key", ".erased", ".lane-L1.lock"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char name[80];
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
}

static void store_make(void)
{
    const struct loy_store_settings settings = {
        .currency = "EUR", .minor_digits = 2, .site = "S1", .lane = "L1", .country = "DE"};
    const struct loy_store_options options = options_of();
    struct loy_store *store = NULL;
    store_remove();
    memset(told, 0, sizeof told);
    enum loy_status status = loy_store_create(&options, &settings, &store);
    for (uint32_t i = 0; status == LOY_OK && i < PLAN_ARTICLES; i++) {
        char code[PLAN_TEXT_SIZE];
        plan_article_code(i, code);
        const struct loy_article article = {
            .size = sizeof article, .code = code, .tax_permille = 190, .cost_minor = -1};
        status = loy_article_put(store, &article, PLAN_START_US);
    }
    // Whom `loyalty` takes its caller for.
    const struct passwd *user = getpwuid(geteuid());
    if (status == LOY_OK && user && strcmp(user->pw_name, PLAN_USER) != 0)
        status = loy_operator_add(store, "till", LOY_ROLE_CASHIER, user->pw_name, PLAN_START_US);
    if (status != LOY_OK) find("making the store", 0, loy_store_text(store));
    loy_store_close(store);
}

static void problem_find(void *user, const char *sentence)
{
    (void)user;
    find("loy_store_check", 0, sentence);
}

static void basket_demand(
    struct loy_store *store, uint32_t number, struct loy_basket_totals *closed)
{
    struct loy_basket_summary found;
    const struct told *basket = &told[number];
    const struct loy_id id = plan_basket_id(number);
    bool any = basket->lines > 0 || basket->closed || basket->voided;
    enum loy_status status = loy_basket_get(store, &id, &found);
    if (status == LOY_NONE && any) find("basket", number, "is lost");
    if (status < LOY_OK) find("basket", number, loy_store_text(store));
    if (status != LOY_OK) return;
    uint32_t lines = (uint32_t)found.line_count, all = plan_basket_lines(number);
    if (lines < basket->lines || lines > all) find("basket", number, "has other lines");
    if (basket->whole && lines != all) find("basket", number, "is half there");
    if (found.total_minor != plan_basket_paid(number, lines))
        find("basket", number, "has another total");
    if (basket->closed && found.state != 2) find("basket", number, "is not closed");
    if (basket->voided && found.state != 3) find("basket", number, "is not void");
    if (found.state != 2) return;
    closed->baskets++;
    closed->lines += found.line_count;
    closed->paid_minor += found.total_minor;
}

static void member_demand(struct loy_store *store, uint32_t number)
{
    char name[PLAN_TEXT_SIZE], text[LOY_FIELD_TEXT_MAX];
    struct loy_id id;
    plan_member_name(number, name);
    if (loy_member_find_reference(store, name, &id) != LOY_OK)
        find("member", number, "is lost");
    else if (loy_member_field(store, &id, LOY_FIELD_NAME, text) != LOY_OK ||
             strcmp(text, name) != 0)
        find("member", number, "cannot be read");
}

/* Nothing is there twice, or that nobody sent. */
static void totals_demand(struct loy_store *store, const struct loy_basket_totals *closed)
{
    struct loy_basket_totals found = {0};
    if (loy_basket_totals_get(store, 0, INT64_MAX, &found) != LOY_OK)
        find("the totals", 0, loy_store_text(store));
    else if (found.baskets != closed->baskets || found.lines != closed->lines ||
             found.paid_minor != closed->paid_minor)
        find("the totals", 0, "are not those of the baskets that were sent");
}

static void store_judge(uint32_t until)
{
    const struct loy_store_options options = options_of();
    struct loy_store *store = NULL;
    if (loy_store_open(&options, &store) != LOY_OK) {
        find("opening the store", 0, loy_store_text(store));
        loy_store_close(store);
        return;
    }
    struct loy_basket_totals closed = {0};
    for (uint32_t number = 1; number < until; number++) {
        basket_demand(store, number, &closed);
        if (told[number].member) member_demand(store, number);
    }
    totals_demand(store, &closed);
    enum loy_status status = loy_store_check(store, problem_find, NULL);
    if (status != LOY_OK && status != LOY_E_CHECK) find("checking", 0, loy_store_text(store));
    loy_store_close(store);
}

/* Two on one store; one of them outlives the other for a while. */
static void round_run(uint32_t first)
{
    static struct program programs[2];
    for (int i = 0; i < 2; i++)
        program_start(&programs[i], first + (uint32_t)i * KILL_BLOCK, i == 1);
    int sooner = (int)roll(2);
    program_live(&programs[sooner], roll(LIFE_MS));
    program_kill(&programs[sooner]);
    program_live(&programs[!sooner], roll(LIFE_MS / 2));
    program_kill(&programs[!sooner]);
}

int main(int count, char **arguments)
{
    if (count < 3) {
        fprintf(stderr, "usage: %s KILLS WRITER [SEED]\n", arguments[0]);
        return 2;
    }
    long wanted = atol(arguments[1]);
    writer = arguments[2];
    seed = count > 3 ? (unsigned)atol(arguments[3]) : (unsigned)time(NULL);
    printf("seed %u\n", seed);
    // In the folder of the tests, that is on a real disk.
    snprintf(path, sizeof path, "kill_loop.%d.db", (int)getpid());
    for (long round = 0; sum.kills < wanted && sum.findings == 0; round++) {
        uint32_t first = 1 + (uint32_t)(round % STORE_EVERY) * 2 * KILL_BLOCK;
        if (first == 1) store_make();
        round_run(first);
        store_judge(first + 2 * KILL_BLOCK);
    }
    if (sum.findings == 0) store_remove();
    printf("%ld kills, %ld of them before the first answer; %ld lines, %ld baskets and %ld members "
           "acknowledged; %ld findings\n",
        sum.kills, sum.idle, sum.lines, sum.baskets, sum.members, sum.findings);
    bool worked = sum.idle * 2 < sum.kills;
    if (!worked) printf("FAILED: most were killed too early to say anything\n");
    return worked && sum.findings == 0 ? 0 : 1;
}
