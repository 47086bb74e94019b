/* SPDX-License-Identifier: MIT
 *
 * reader_files.h - what the program keeps of readers between runs: the paths that the shop bound
 * for good, and where the counts lie. In: paths as of --path; out: a file of one path a line. Must
 * not know: whether such a device is there.
 */
#ifndef READER_FILES_H
#define READER_FILES_H

#include "cli.h"

/* The hub takes 16 paths of each kind. */
#define BOUND_PATHS_MAX 15u
#define BOUND_PATH_SIZE 512u
#define READER_FILE_SIZE 1024u

struct bound_paths {
    char file[READER_FILE_SIZE]; /* where they are kept; "" if there is no home folder */
    size_t count;
    char paths[BOUND_PATHS_MAX][BOUND_PATH_SIZE];
};

/* $XDG_CONFIG_HOME/loyalty/readers, or below ~/.config; no file is no path. A code was told. */
int bound_paths_read(struct cli *cli, struct bound_paths *bound);
/* Replaces the file as a whole, or leaves it as it was. */
int bound_paths_write(struct cli *cli, const struct bound_paths *bound);

/* Index of the path, whatever stands behind its question mark; count if it is not there. */
size_t bound_paths_find(const struct bound_paths *bound, const char *path);
/* Whether the text can be the path of a device: usb:PORT, usb:VID:PID, serial:/..., evdev:/... */
bool bound_path_possible(const char *path);

/* $XDG_STATE_HOME/loyalty/readers, or below ~/.local/state; its folder is made. False: nowhere. */
bool reader_counts_file(char *text, size_t size);

#endif
