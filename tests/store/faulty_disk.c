/* SPDX-License-Identifier: MIT
 *
 * faulty_disk.c - calls of the system that fail on demand. In: which. Out: errno, or the end. Knows
 * no store.
 */
#include "faulty_disk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

static struct {
    enum faulty_kind kind;
    long left;
    int error;
    bool met;
} fault;

void faulty_disk_arm(enum faulty_kind kind, long nth, int error)
{
    fault.kind = kind;
    fault.left = nth;
    fault.error = error;
    fault.met = false;
}

bool faulty_disk_disarm(void)
{
    fault.left = 0;
    return fault.met;
}

static bool fails(enum faulty_kind kind)
{
    if (fault.left == 0 || fault.kind != kind || --fault.left > 0) return false;
    fault.met = true;
    if (fault.error == FAULTY_DISK_KILL) kill(getpid(), SIGKILL);
    errno = fault.error;
    return true;
}

/* Where a sweep of it is worth its time (faulty_realloc of faulty_disk.cmake). */
#ifdef FAULTY_REALLOC
#define REALLOC(X) X(realloc, FAULTY_MEMORY, void *, NULL, (void *old, size_t size), (old, size))
#else
#define REALLOC(X)
#endif

/* Symbol, kind, result, what it answers where it fails, parameters, arguments. */
// clang-format off
#define CALLS(X)                                                                                  \
    X(fsync,     FAULTY_CALLS,  int,     -1,   (int file), (file))                                \
    X(read,      FAULTY_CALLS,  ssize_t, -1,   (int file, void *bytes, size_t size),              \
                                               (file, bytes, size))                               \
    X(write,     FAULTY_CALLS,  ssize_t, -1,   (int file, const void *bytes, size_t size),        \
                                               (file, bytes, size))                               \
    X(pwrite,    FAULTY_CALLS,  ssize_t, -1,                                                      \
                                    (int file, const void *bytes, size_t size, off_t at),         \
                                    (file, bytes, size, at))                                      \
    X(fstat,     FAULTY_CALLS,  int,     -1,   (int file, struct stat *state), (file, state))     \
    X(stat,      FAULTY_CALLS,  int,     -1,   (const char *path, struct stat *state),            \
                                               (path, state))                                     \
    X(ftruncate, FAULTY_CALLS,  int,     -1,   (int file, off_t size), (file, size))              \
    X(fdopen,    FAULTY_CALLS,  FILE *,  NULL, (int file, const char *mode), (file, mode))        \
    X(fflush,    FAULTY_CALLS,  int,     -1,   (FILE *stream), (stream))                          \
    X(rename,    FAULTY_CALLS,  int,     -1,   (const char *from, const char *to), (from, to))    \
    X(link,      FAULTY_CALLS,  int,     -1,   (const char *from, const char *to), (from, to))    \
    X(unlink,    FAULTY_CALLS,  int,     -1,   (const char *path), (path))                        \
    X(flock,     FAULTY_CALLS,  int,     -1,   (int file, int how), (file, how))                  \
    X(malloc,    FAULTY_MEMORY, void *,  NULL, (size_t size), (size))                             \
    X(calloc,    FAULTY_MEMORY, void *,  NULL, (size_t count, size_t size), (count, size))        \
    REALLOC(X)

#define WRAP(name, kind, type, failure, parameters, arguments)                                    \
    type __real_##name parameters;                                                                \
    type __wrap_##name parameters;                                                                \
    type __wrap_##name parameters { return fails(kind) ? failure : __real_##name arguments; }
CALLS(WRAP)

/* What is hashed goes on to quick_secret.c where a test has it, too. */
#define HASHES(X)                                                                                 \
    X(crypto_pwhash_str_alg, FAULTY_MEMORY, int, -1,                                              \
        (char out[crypto_pwhash_STRBYTES], const char *text, unsigned long long size,             \
            unsigned long long passes, size_t memory, int algorithm),                             \
        (out, text, size, passes, memory, algorithm))                                             \
    X(crypto_pwhash_str_verify, FAULTY_MEMORY, int, -1,                                           \
        (const char *hash, const char *text, unsigned long long size), (hash, text, size))

#define WRAP_HASH(name, kind, type, failure, parameters, arguments)                               \
    type __real_##name parameters;                                                                \
    type __wrap_##name parameters;                                                                \
    __attribute__((weak)) type quick_##name parameters;                                           \
    type __wrap_##name parameters                                                                 \
    {                                                                                             \
        if (fails(kind)) return failure;                                                          \
        return quick_##name ? quick_##name arguments : __real_##name arguments;                   \
    }
HASHES(WRAP_HASH)
// clang-format on

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

int __wrap_open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fails(FAULTY_CALLS) ? -1 : __real_open(path, flags, mode);
}
