/* SPDX-License-Identifier: MIT
 *
 * reader_files.c - the file of bound readers, and the place of the file of counts.
 * In: the environment, paths; out: lines, read whole and written whole. Must not know: devices.
 */
#include "reader_files.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER                                                                                     \
    "# Readers that `loyalty` takes besides those that it knows: one path a line, as of --path.\n" \
    "# Written by `loyalty readers --bind PATH` and `--unbind PATH`.\n"

/* ---- Places (XDG Base Directory Specification 0.8) ---------------------------------------- */

static bool place(char *text, size_t size, const char *variable, const char *below_home)
{
    const char *base = getenv(variable), *home = getenv("HOME"), *middle = "";
    if (!base || base[0] != '/') { /* relative ones are to be ignored */
        const struct passwd *entry = home && home[0] == '/' ? NULL : getpwuid(geteuid());
        base = entry ? entry->pw_dir : home;
        middle = below_home;
    }
    if (!base || base[0] != '/') return false;
    int n = snprintf(text, size, "%s%s/loyalty/readers", base, middle);
    if (n > 0 && (size_t)n < size) return true;
    text[0] = '\0';
    return false;
}

/* Makes every folder above the file that is not there. */
static bool make_folders(const char *file)
{
    char folder[READER_FILE_SIZE];
    snprintf(folder, sizeof folder, "%s", file);
    for (char *at = strchr(folder + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        if (mkdir(folder, 0700) != 0 && errno != EEXIST) return false;
        *at = '/';
    }
    return true;
}

bool reader_counts_file(char *text, size_t size)
{
    return place(text, size, "XDG_STATE_HOME", "/.local/state") && make_folders(text);
}

/* ---- Paths -------------------------------------------------------------------------------- */

static bool all_hex(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strchr("0123456789abcdefABCDEF", text[i])) return false;
    return n > 0;
}

/* "05f9:2204", or "1-1.4:1.0" as the kernel writes it. */
static bool usb_possible(const char *text, size_t n)
{
    const char *colon = memchr(text, ':', n);
    if (!colon) return false;
    size_t head = (size_t)(colon - text), tail = n - head - 1;
    if (head == 4 && tail == 4) return all_hex(text, 4) && all_hex(colon + 1, 4);
    for (size_t i = 0; i < n; i++)
        if (!strchr("0123456789-.:a", text[i])) return false;
    return memchr(text, '-', head) && memchr(colon, '.', tail + 1);
}

bool bound_path_possible(const char *path)
{
    size_t n = strcspn(path, "?");
    if (strlen(path) >= BOUND_PATH_SIZE) return false;
    for (const char *at = path; *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F) return false;
    if (strncmp(path, "usb:", 4) == 0) return usb_possible(path + 4, n - 4);
    if (strncmp(path, "serial:", 7) == 0) return n > 8 && path[7] == '/';
    return strncmp(path, "evdev:", 6) == 0 && n > 7 && path[6] == '/';
}

size_t bound_paths_find(const struct bound_paths *bound, const char *path)
{
    size_t n = strcspn(path, "?"), i = 0;
    while (i < bound->count &&
           (strcspn(bound->paths[i], "?") != n || strncasecmp(bound->paths[i], path, n) != 0))
        i++;
    return i;
}

/* ---- The file ----------------------------------------------------------------------------- */

static int read_lines(struct cli *cli, struct bound_paths *bound, FILE *file)
{
    char line[BOUND_PATH_SIZE + 2];
    for (unsigned number = 1; fgets(line, sizeof line, file); number++) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0') continue;
        if (!bound_path_possible(line) || bound->count == BOUND_PATHS_MAX)
            return cli_fail(cli, CLI_FAILED,
                _("%s: line %u is no path of a reader, or one too many; mend or remove the file"),
                bound->file, number);
        memcpy(bound->paths[bound->count++], line, strlen(line) + 1);
    }
    if (ferror(file)) return cli_fail(cli, CLI_FAILED, _("%s: could not be read"), bound->file);
    return CLI_DONE;
}

int bound_paths_read(struct cli *cli, struct bound_paths *bound)
{
    memset(bound, 0, sizeof *bound);
    if (!place(bound->file, sizeof bound->file, "XDG_CONFIG_HOME", "/.config")) return CLI_DONE;
    FILE *file = fopen(bound->file, "re");
    if (!file && (errno == ENOENT || errno == ENOTDIR)) return CLI_DONE;
    if (!file) return cli_fail(cli, CLI_FAILED, "%s: %s", bound->file, strerror(errno));
    int code = read_lines(cli, bound, file);
    fclose(file);
    return code;
}

static bool write_lines(const struct bound_paths *bound, const char *name)
{
    FILE *file = fopen(name, "we");
    if (!file) return false;
    fputs(HEADER, file);
    for (size_t i = 0; i < bound->count; i++)
        fprintf(file, "%s\n", bound->paths[i]);
    bool good = fflush(file) == 0 && fsync(fileno(file)) == 0;
    return fclose(file) == 0 && good;
}

int bound_paths_write(struct cli *cli, const struct bound_paths *bound)
{
    char fresh[READER_FILE_SIZE + 8];
    if (!bound->file[0])
        return cli_fail(cli, CLI_FAILED, _("there is no home folder to keep bound readers in"));
    snprintf(fresh, sizeof fresh, "%s.new", bound->file);
    if (make_folders(bound->file) && write_lines(bound, fresh) && rename(fresh, bound->file) == 0)
        return CLI_DONE;
    int error = errno;
    unlink(fresh);
    return cli_fail(cli, CLI_FAILED, "%s: %s", bound->file, strerror(error));
}
