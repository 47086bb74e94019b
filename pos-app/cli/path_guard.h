/* SPDX-License-Identifier: MIT
 *
 * path_guard.h - files that a command line names are kept apart from those that stores are made of.
 */
#ifndef PATH_GUARD_H
#define PATH_GUARD_H

#include "cli.h"

/* Whether a command may open a path that a person named, to write or to read it: not FILE of the
 * store, FILE.keys, their logs, the key file or FILE.erased, by whatever name or link and also
 * before they exist (opening and closing one drops SQLite's locks on it, writing destroys it), and
 * nothing that is another store or master key. The same for path + ".part", under which files are
 * written. CLI_DONE, or CLI_USAGE with a sentence that was told. */
int path_guard(const struct cli *cli, const char *path);

/* Every operand and option whose value is called FILE, DIR or PATH. Called once for all commands,
 * before one runs. */
int path_guard_all(const struct cli *cli);

#endif
