/* SPDX-License-Identifier: MIT
 *
 * kill_feed.c - what kill_loop kills besides kill_writer: `loyalty lane --feed` as it ships. The
 * process that is killed is the program itself; a child of it is the shop's till, which sends lines
 * and prints what the feed acknowledged. A basket that the till killed before has left is sent
 * again from its first line on, as FEED.md says. In: the store, the first number of its baskets,
 * which of the two (a desk is kill_writer's); $KILL_LOYALTY and $KILL_WRITER, the programs. Out:
 * lines as those of kill_writer.
 */
#include "kill_loop.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static FILE *to, *from;
static long seq;

static void fail(const char *what, const char *answer)
{
    printf("failed: %s: %.300s\n", what, answer);
    fflush(stdout);
    exit(1);
}

/* The one answer to what was written since the last; the end is that of the program. */
static const char *answer_get(const char *what)
{
    static char line[65536];
    char ack[32];
    fflush(to);
    snprintf(ack, sizeof ack, "{\"ack\":%ld,", seq);
    do {
        // A line that the kill has cut off was not acknowledged.
        if (!fgets(line, sizeof line, from) || !strchr(line, '\n')) exit(0);
    } while (strncmp(line, ack, strlen(ack)) != 0);
    if (strstr(line, "\"error\":")) fail(what, line);
    return line;
}

static void begin(const char *type)
{
    fprintf(to, "{\"seq\":%ld,\"type\":\"%s\"", ++seq, type);
}

static void begin_of(const char *type, uint32_t number)
{
    char name[LOY_ID_TEXT_SIZE];
    const struct loy_id id = plan_basket_id(number);
    loy_id_text(&id, name);
    begin(type);
    fprintf(to, ",\"basket\":\"%s\"", name);
}

static void line_send(uint32_t number, uint32_t i)
{
    // The version is the article's number here: the till knows codes only.
    int64_t articles[PLAN_ARTICLES];
    char code[PLAN_TEXT_SIZE];
    for (uint32_t a = 0; a < PLAN_ARTICLES; a++)
        articles[a] = a;
    const struct loy_line line = plan_line(number, i, articles);
    plan_article_code((uint32_t)line.article_version, code);
    begin_of("line", number);
    fprintf(to,
        ",\"line\":%u,\"article\":\"%s\",\"quantity_milli\":%lld,\"list_minor\":%lld,"
        "\"discount_minor\":%lld,\"paid_minor\":%lld}\n",
        i, code, (long long)line.quantity_milli, (long long)line.list_minor,
        (long long)line.discount_minor, (long long)line.paid_minor);
    answer_get("line");
    printf("line %u %u;\n", number, i);
    fflush(stdout);
}

static void basket_send(uint32_t number)
{
    const uint32_t lines = plan_basket_lines(number);
    const bool voids = kill_basket_voids(number);
    for (uint32_t i = 1; i <= lines; i++)
        line_send(number, i);
    begin_of(voids ? "void" : "close", number);
    if (!voids)
        fprintf(to, ",\"total_minor\":%lld,\"kind\":\"cash\"",
            (long long)plan_basket_paid(number, lines));
    fputs("}\n", to);
    answer_get(voids ? "void" : "close");
    printf(voids ? "void %u;\n" : "basket %u;\n", number);
    fflush(stdout);
}

/* What was left open, by the answer's words; 0: nothing. */
static uint32_t left_number(void)
{
    struct loy_id id;
    char text[LOY_ID_TEXT_SIZE];
    begin("state");
    fputs("}\n", to);
    const char *state = answer_get("state"), *at = strstr(state, "\"basket\":\"");
    if (!at || strstr(state, "\"stage\":\"closed\"") || strstr(state, "\"stage\":\"idle\""))
        return 0;
    snprintf(text, sizeof text, "%s", at + strlen("\"basket\":\""));
    return loy_id_parse(text, &id) == LOY_OK ? kill_basket_number(&id) : 0;
}

static void till_run(uint32_t first)
{
    const uint32_t left = left_number();
    if (left > 0) basket_send(left);
    for (uint32_t number = first; number < first + KILL_BLOCK; number++)
        basket_send(number);
    // All is sold: until the end of the program.
    while (fgetc(from) != EOF)
        ;
}

/* The killed one is the program; the till is its child. */
static int feed_become(const char *store, const char *program, uint32_t first)
{
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) abort();
    const pid_t child = fork();
    if (child < 0) abort();
    if (child == 0) {
        close(in[0]);
        close(out[1]);
        to = fdopen(in[1], "w");
        from = fdopen(out[0], "r");
        if (!to || !from) abort();
        till_run(first);
        exit(0);
    }
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    setenv("LOYALTY_STORE", store, 1);
    setenv("LOYALTY_NOW", "2026-01-02 00:00", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TZ", "UTC", 1);
    setenv("XDG_CONFIG_HOME", "kill_feed.config", 1);
    setenv("XDG_STATE_HOME", "kill_feed.state", 1);
    unsetenv("LOYALTY_KEY");
    execl(program, program, "lane", "--feed", (char *)NULL);
    return 127;
}

int main(int count, char **arguments)
{
    const char *program = getenv("KILL_LOYALTY"), *writer = getenv("KILL_WRITER");
    if (count != 4 || !program || !writer) {
        fprintf(stderr, "usage: KILL_LOYALTY=... KILL_WRITER=... %s STORE FIRST till|desk\n",
            arguments[0]);
        return 2;
    }
    if (strcmp(arguments[3], "till") != 0) {
        execl(writer, writer, arguments[1], arguments[2], arguments[3], (char *)NULL);
        return 127;
    }
    return feed_become(arguments[1], program, (uint32_t)strtoul(arguments[2], NULL, 10));
}
