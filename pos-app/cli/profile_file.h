/* SPDX-License-Identifier: MIT
 *
 * profile_file.h - the profiles of all members as JSON Lines in a file, in a run that may be cut
 * off and go on. Must not know: what a profile says.
 */
#ifndef PROFILE_FILE_H
#define PROFILE_FILE_H

#include "profile_run.h"

/* `profile --all --out FILE`: CLI_DONE, or a code that was told. resume: behind the last whole line
 * of the run before, if it was of the same sales, consents and viewpoint; without, from the
 * beginning. While the run lasts, its lines are in FILE.part and what it was made from in
 * FILE.resume; FILE comes whole, in the place of what was there. The bytes are those of a run that
 * was not cut off. */
int profile_file_write(struct profile_run *run, const char *path, bool resume);
/* Before the fit: --resume without --as-of takes the viewpoint of the run before. */
int profile_file_viewpoint(struct profile_run *run, const char *path, bool resume);

#endif
