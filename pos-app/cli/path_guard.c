/* SPDX-License-Identifier: MIT
 *
 * path_guard.c - see path_guard.h. In: names, inodes, the first bytes of files that are none of the
 * store's. Out: yes, or a sentence. Must not know what a command does with a file.
 */
#include "path_guard.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as many as Linux follows */

/* What lies beside a store: behind its name, behind the name of the file that this one links to,
 * and behind those of the key files. Too much at some of them, which nobody misses. */
static const char *const ends[] = {"", "-wal", "-shm", "-journal", ".keys", ".keys-wal",
    ".keys-shm", ".keys-journal", ".key", ".key.next", ".next", ".erased", ".erased.part", ".part",
    ".part.keys", ".part.lock", ".columns", ".columns.part"};

/* First bytes: SQLite's file format, sections 1.3, 4.1 (a log, in either order of bytes) and 3 (a
 * journal); the master key file's first line. */
static const struct {
    const char *bytes;
    size_t size;
} magics[] = {{"SQLite format 3", 16}, {"\x37\x7f\x06\x82", 4}, {"\x37\x7f\x06\x83", 4},
    {"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8}, {"# loyalty master key", 20}};

/* ---- The same file --------------------------------------------------------------------------- */

/* A name in a folder, whether there is a file of that name or not. */
struct place {
    struct stat folder;
    char name[NAME_MAX + 1];
};

static bool place_split(const char *path, struct place *place)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t size = slash ? (size_t)(slash - path) + 1 : 0;
    if (!*name || strlen(name) > NAME_MAX || size >= sizeof folder) return false;
    memcpy(folder, path, size);
    folder[size] = '\0';
    memcpy(place->name, name, strlen(name) + 1);
    return stat(size ? folder : ".", &place->folder) == 0;
}

/* What a link leads to, in the folder where the link is. */
static bool link_follow(char path[PATH_MAX])
{
    char target[PATH_MAX];
    ssize_t size = readlink(path, target, sizeof target - 1);
    if (size <= 0) return false;
    target[size] = '\0';
    char *slash = strrchr(path, '/');
    size_t kept = target[0] != '/' && slash ? (size_t)(slash - path) + 1 : 0;
    if (kept + (size_t)size >= PATH_MAX) return false;
    memcpy(path + kept, target, (size_t)size + 1);
    return true;
}

/* Links that lead to nothing are followed: a file made through one has the other name. */
static bool place_of(const char *path, struct place *place)
{
    char at[PATH_MAX];
    size_t size = strlen(path);
    if (size >= sizeof at) return false;
    memcpy(at, path, size + 1);
    while (size > 1 && at[size - 1] == '/')
        at[--size] = '\0';
    for (int i = 0; i < LINKS_MAX && link_follow(at); i++)
        continue;
    return place_split(at, place);
}

static bool same_node(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool same_file(const char *a, const char *b)
{
    struct place x, y;
    struct stat file, other;
    if (stat(a, &file) == 0 && stat(b, &other) == 0) return same_node(&file, &other);
    return place_of(a, &x) && place_of(b, &y) && same_node(&x.folder, &y.folder) &&
           strcmp(x.name, y.name) == 0;
}

/* ---- The store's own ------------------------------------------------------------------------- */

static bool is_beside(const char *base, const char *path)
{
    char own[PATH_MAX];
    for (size_t i = 0; base && i < sizeof ends / sizeof ends[0]; i++) {
        int size = snprintf(own, sizeof own, "%s%s", base, ends[i]);
        if (size < (int)sizeof own && same_file(path, own)) return true;
    }
    return false;
}

static bool is_own(const struct cli *cli, const char *path)
{
    char keys[PATH_MAX], resolved[PATH_MAX];
    if (is_beside(cli->store_path, path) || is_beside(cli_key_path(), path)) return true;
    /* SQLite's logs lie beside what a link leads to. */
    if (is_beside(realpath(cli->store_path, resolved), path)) return true;
    int size = snprintf(keys, sizeof keys, "%s.keys", cli->store_path);
    return size < (int)sizeof keys && is_beside(realpath(keys, resolved), path);
}

/* Only of a file that is none of this store's: closing one drops the locks on it. No pipe or device
 * either, which would lose what is read here. */
static bool is_store_or_key(const char *path)
{
    struct stat file;
    char first[32] = "";
    if (stat(path, &file) != 0 || !S_ISREG(file.st_mode)) return false;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) return false;
    ssize_t size = read(descriptor, first, sizeof first);
    close(descriptor);
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
        if (size >= (ssize_t)magics[i].size && memcmp(first, magics[i].bytes, magics[i].size) == 0)
            return true;
    return false;
}

/* Or lies beside one, as its empty log or its list of the erased. */
static bool is_anothers(const char *path)
{
    char base[PATH_MAX];
    const size_t size = strlen(path);
    bool found = is_store_or_key(path);
    for (size_t i = 1; !found && i < sizeof ends / sizeof ends[0]; i++) {
        const size_t end = strlen(ends[i]);
        if (size <= end || size >= sizeof base || strcmp(path + size - end, ends[i]) != 0) continue;
        snprintf(base, sizeof base, "%.*s", (int)(size - end), path);
        found = is_store_or_key(base);
    }
    return found;
}

int path_guard(const struct cli *cli, const char *path)
{
    char part[PATH_MAX];
    int size = snprintf(part, sizeof part, "%s.part", path);
    if (is_own(cli, path) || (size < (int)sizeof part && is_own(cli, part)))
        return cli_fail(cli, CLI_USAGE,
            _("%s is one of the files of the store %s (data, keys, master key, list of the "
              "erased): name another file; nothing was done"),
            path, cli->store_path);
    if (is_anothers(path) || (size < (int)sizeof part && is_anothers(part)))
        return cli_fail(cli, CLI_USAGE,
            _("%s holds a store or a master key: name another file; nothing was done"), path);
    return CLI_DONE;
}

/* ---- All of a command line ------------------------------------------------------------------- */

/* "FILE", "[FILE]", "FILE.csv", "DIR". */
static bool is_path(const char *word)
{
    static const char *const words[] = {"FILE", "DIR", "PATH"};
    if (!word) return false;
    if (*word == '[') word++;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strncmp(word, words[i], strlen(words[i])) == 0) return true;
    return false;
}

/* "file:NAME?driver=..." of a reader is NAME. */
static int value_guard(const struct cli *cli, const char *value)
{
    char name[PATH_MAX];
    struct stat there;
    if (cli->command->makes_new && stat(value, &there) == 0) return CLI_DONE;
    size_t scheme = strcspn(value, ":/");
    const char *begin = value[scheme] == ':' ? value + scheme + 1 : value;
    int size = snprintf(name, sizeof name, "%.*s", (int)strcspn(begin, "?"), begin);
    int code = path_guard(cli, value);
    if (code != CLI_DONE || strcmp(name, value) == 0 || size >= (int)sizeof name) return code;
    return path_guard(cli, name);
}

int path_guard_all(const struct cli *cli)
{
    const struct cli_option *option = cli->command->options;
    int code = CLI_DONE;
    if (cli->command->takes_stores) return CLI_DONE;
    if (is_path(cli->command->operands))
        for (size_t i = 0; code == CLI_DONE && i < cli->operand_count; i++)
            code = value_guard(cli, cli->operands[i]);
    for (size_t i = 0; option && option->name; option++, i++)
        for (size_t n = 0; code == CLI_DONE && is_path(option->value) && n < cli->options[i].count;
             n++)
            code = value_guard(cli, cli->options[i].values[n]);
    return code;
}
