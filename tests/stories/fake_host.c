/* SPDX-License-Identifier: MIT
 *
 * fake_host.c - preloaded by doctor.sh: a machine whose disk, clock or files are in trouble. In:
 * FAKE_SYNC=0|1, FAKE_ROOM_MB, FAKE_READ_ONLY, FAKE_FS (a magic number), FAKE_MISSING (a path);
 * out: what a kernel in that trouble would answer. What is not set is left to the real one.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

static void *real(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) abort();
    return function;
}

int adjtimex(struct timex *clock)
{
    const char *sync = getenv("FAKE_SYNC");
    if (sync == NULL) return ((int (*)(struct timex *))real("adjtimex"))(clock);
    memset(clock, 0, sizeof *clock);
    clock->status = sync[0] == '0' ? STA_UNSYNC : 0;
    return sync[0] == '0' ? TIME_ERROR : TIME_OK;
}

int statfs(const char *path, struct statfs *system)
{
    const char *magic = getenv("FAKE_FS");
    int result = ((int (*)(const char *, struct statfs *))real("statfs"))(path, system);
    if (result == 0 && magic != NULL) system->f_type = (int)strtoul(magic, NULL, 16);
    return result;
}

int statvfs(const char *path, struct statvfs *system)
{
    const char *room = getenv("FAKE_ROOM_MB");
    int result = ((int (*)(const char *, struct statvfs *))real("statvfs"))(path, system);
    if (result == 0 && room != NULL)
        system->f_bavail = (strtoul(room, NULL, 10) << 20) / system->f_frsize;
    if (result == 0 && getenv("FAKE_READ_ONLY") != NULL) system->f_flag |= ST_RDONLY;
    return result;
}

int access(const char *path, int mode)
{
    const char *missing = getenv("FAKE_MISSING");
    if (missing == NULL || strcmp(path, missing) != 0)
        return ((int (*)(const char *, int))real("access"))(path, mode);
    errno = ENOENT;
    return -1;
}
