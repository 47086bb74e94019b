/* SPDX-License-Identifier: MIT
 *
 * pan_trace.c - after a payment card was refused, is there any trace of its number? The program
 * itself listens to and records a swipe, one process a number; searched are the memory of the live
 * process, its store with WAL and keys, its output, its recording and its files of state. Numbers
 * are made at run time. First the search must find a number planted in each coding in a live
 * process.
 *
 * pan_trace PROGRAM [NUMBERS]    NUMBERS: how many for each driver
 */
#include "codings.h"
#include "swipes.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHUNK (1u << 20)
#define OVERLAP 1024u
#define PATIENCE_S 30

static char folder[] = "/tmp/pan_trace.XXXXXX";
static uint8_t chunk[CHUNK + OVERLAP];

static void stop(const char *what)
{
    fprintf(stderr, "pan_trace: %s\n", what);
    exit(2);
}

/* ---- Searching ------------------------------------------------------------------------------ */

static size_t searched_bytes;

/* Bytes [from, to) of a file; overlapping, so that nothing hides on a border. */
static const char *search_span(int fd, off_t from, off_t to, const char *pan)
{
    while (from < to) {
        size_t wanted = (size_t)(to - from) < sizeof chunk ? (size_t)(to - from) : sizeof chunk;
        ssize_t n = pread(fd, chunk, wanted, from);
        if (n <= 0) return NULL; /* [vvar] and the like cannot be read */
        searched_bytes += (size_t)n;
        const char *coding = coding_find(pan, chunk, (size_t)n);
        if (coding != NULL || (size_t)n <= OVERLAP) return coding;
        from += (off_t)n - (off_t)(from + n < to ? OVERLAP : 0);
    }
    return NULL;
}

static const char *search_memory(pid_t pid, const char *pan)
{
    char path[64], line[512];
    const char *coding = NULL;
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "re");
    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    int memory = open(path, O_RDONLY | O_CLOEXEC);
    if (maps == NULL || memory < 0) stop("the memory of the program cannot be read");
    while (coding == NULL && fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        char rights[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[0] != 'r') continue;
        coding = search_span(memory, (off_t)from, (off_t)to, pan);
    }
    fclose(maps);
    close(memory);
    return coding;
}

/* Every file in the folder but the recording that stands for the device. */
static const char *search_files(const char *pan, char *name, size_t size)
{
    DIR *directory = opendir(folder);
    const char *coding = NULL;
    const struct dirent *entry;
    while (coding == NULL && (entry = readdir(directory)) != NULL) {
        char path[512];
        struct stat about;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (strcmp(entry->d_name, "swipe") == 0 || stat(path, &about) != 0 ||
            !S_ISREG(about.st_mode))
            continue;
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        coding = search_span(fd, 0, about.st_size, pan);
        close(fd);
        snprintf(name, size, "%s", entry->d_name);
    }
    closedir(directory);
    return coding;
}

/* ---- The program ---------------------------------------------------------------------------- */

static pid_t run(const char *program, const char *const *arguments, const char *output)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, output);
    pid_t pid = fork();
    if (pid != 0) return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(fd, STDOUT_FILENO);
    dup2(fd, STDERR_FILENO);
    setenv("LOYALTY_STORE", "store", 1);
    setenv("XDG_STATE_HOME", folder, 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
    if (chdir(folder) == 0) execv(program, (char *const *)arguments);
    _exit(127);
}

static bool says(const char *output, const char *word)
{
    char path[256], text[4096];
    snprintf(path, sizeof path, "%s/%s", folder, output);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    return strstr(text, word) != NULL;
}

static void await_word(pid_t pid, const char *output, const char *word)
{
    struct timespec pause = {0, 10000000};
    for (int i = 0; i < PATIENCE_S * 100; i++) {
        if (says(output, word)) return;
        if (waitpid(pid, NULL, WNOHANG) != 0) break;
        nanosleep(&pause, NULL);
    }
    stop("the program did not refuse the card");
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

/* One number through one driver: listened to, or recorded. False: a trace. */
static bool try_number(
    const char *program, const struct swipe *swipe, const char *command, const char *pan)
{
    char path[300], recorded[32], name[256] = "memory";
    const char *listen[] = {"loyalty", "--json", "listen", "--own-ranges", "--path", "file:swipe",
        "--path", "serial:/nowhere", NULL};
    const char *record[] = {"loyalty", "--json", "record", "--path", "file:swipe", recorded, NULL};
    snprintf(path, sizeof path, "%s/swipe", folder);
    snprintf(recorded, sizeof recorded, "recorded-%s", swipe->driver);
    if (!swipe_write(path, swipe, pan)) stop("the swipe cannot be written");
    snprintf(path, sizeof path, "%s/%s", folder, recorded);
    unlink(path);
    snprintf(path, sizeof path, "%s/output", folder);
    unlink(path);
    pid_t pid = run(program, strcmp(command, "listen") == 0 ? listen : record, "output");
    await_word(pid, "output", "\"refused\"");
    kill(pid, SIGSTOP);
    const char *coding = search_memory(pid, pan);
    if (coding == NULL) coding = search_files(pan, name, sizeof name);
    end(pid);
    if (coding == NULL) coding = search_files(pan, name, sizeof name);
    if (coding != NULL) printf("TRACE: %s, %s: %s in %s\n", command, swipe->driver, coding, name);
    return coding == NULL;
}

/* ---- Numbers and the control ---------------------------------------------------------------- */

static void make_number(char pan[20])
{
    static const char *const prefixes[] = {"4", "51", "2221", "6011", "3528", "62"};
    strcpy(pan, prefixes[(unsigned)rand() % (sizeof prefixes / sizeof prefixes[0])]);
    size_t n = strlen(pan);
    for (; n < 15; n++)
        pan[n] = (char)('0' + rand() % 10);
    unsigned sum = 0;
    for (size_t i = 0; i < 15; i++) {
        unsigned digit = (unsigned)(pan[14 - i] - '0') * (i % 2 == 0 ? 2u : 1u);
        sum += digit > 9 ? digit - 9 : digit;
    }
    pan[15] = (char)('0' + (10 - sum % 10) % 10);
    pan[16] = '\0';
}

/* A live process that holds a number in one coding and in no other way: both sides make it from the
 * same seed. The search must find it, in that coding, and no other number. */
static void control(unsigned index, unsigned seed)
{
    static uint8_t planted[CODINGS_BYTES_MAX];
    char pan[20];
    size_t length;
    srand(seed);
    pid_t pid = fork();
    if (pid < 0) stop("no process for the control");
    make_number(pan);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        coding_write(index, pan, planted, &length);
        explicit_bzero(pan, sizeof pan);
        raise(SIGSTOP);
        _exit(planted[0]);
    }
    waitpid(pid, NULL, WUNTRACED);
    const char *name = coding_write(index, pan, planted, &length);
    const char *found = search_memory(pid, pan);
    if (found == NULL || strcmp(found, name) != 0)
        stop("the search does not find a planted number");
    make_number(pan);
    if (search_memory(pid, pan) != NULL) stop("the search finds what is not there");
    end(pid);
}

static unsigned control_all(void)
{
    uint8_t bytes[CODINGS_BYTES_MAX];
    size_t length;
    unsigned codings = 0;
    while (coding_write(codings, "0000000000000000", bytes, &length) != NULL) {
        control(codings, (unsigned)time(NULL) + codings);
        codings++;
    }
    return codings;
}

int main(int count, char **arguments)
{
    unsigned numbers = count > 2 ? (unsigned)strtoul(arguments[2], NULL, 10) : 1;
    size_t refusals = 0, traces = 0;
    char pan[20];
    if (count < 2) stop("usage: pan_trace PROGRAM [NUMBERS]");
    char *program = realpath(arguments[1], NULL);
    if (program == NULL || mkdtemp(folder) == NULL) stop("no program, or no folder");
    unsigned codings = control_all();
    const char *init[] = {"loyalty", "init", "--currency", "EUR", NULL};
    waitpid(run(program, init, "init"), NULL, 0);
    for (const struct swipe *swipe = swipes; swipe->driver != NULL; swipe++)
        for (unsigned i = 0; i < numbers; i++) {
            make_number(pan);
            traces += !try_number(program, swipe, "listen", pan);
            traces += !try_number(program, swipe, "record", pan);
            refusals += 2;
        }
    printf("payment cards refused: %zu; %u codings; %.1f MB searched; traces: %zu\n", refusals,
        codings, (double)searched_bytes / 1e6, traces);
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    if (system(command) != 0) return 1;
    free(program);
    return traces == 0 ? 0 : 1;
}
