/* SPDX-License-Identifier: MIT
 *
 * loyalty/status.h - the answers that every function of both libraries gives.
 *
 * 0 is done. A positive answer is no failure: it tells what there is to tell. A negative answer is
 * a failure, and output parameters are untouched. A code exists only where a caller would act
 * differently on it; the words for a person are on the handle (loy_store_text, loy_reader_text).
 */
#ifndef LOYALTY_STATUS_H
#define LOYALTY_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#define LOY_VERSION_MAJOR 0
#define LOY_VERSION_MINOR 1
#define LOY_VERSION_PATCH 0
#define LOY_VERSION_TEXT "0.1.0"

#if defined(__GNUC__)
#define LOY_API __attribute__((visibility("default")))
#else
#define LOY_API
#endif

#define LOY_STATUSES(X)                                                                            \
    X(LOY_OK, 0, "done")                                                                           \
    X(LOY_MORE, 1, "taken, and more is needed")                                                    \
    X(LOY_NONE, 2, "there is none")                                                                \
    X(LOY_REFUSED, 3, "refused by a rule")                                                         \
    X(LOY_REPEATED, 4, "was there already, nothing changed")                                       \
    X(LOY_E_ARGUMENT, -1, "the call is wrong")                                                     \
    X(LOY_E_MEMORY, -2, "out of memory")                                                           \
    X(LOY_E_IO, -3, "reading or writing failed")                                                   \
    X(LOY_E_GONE, -4, "the device or file is gone")                                                \
    X(LOY_E_FORMAT, -5, "the data does not have the form that is expected")                        \
    X(LOY_E_CHECK, -6, "a check digit, checksum or signature is wrong")                            \
    X(LOY_E_LIMIT, -7, "a named maximum is exceeded")                                              \
    X(LOY_E_STORE, -8, "the store failed")                                                         \
    X(LOY_E_CONFLICT, -9, "it contradicts what is stored")                                         \
    X(LOY_E_VERSION, -10, "made by a newer version")                                               \
    X(LOY_E_KEY, -11, "the key file is missing or does not fit")                                   \
    X(LOY_E_ACCESS, -12, "not permitted")                                                          \
    X(LOY_E_FULL, -13, "no space left, or the file is read-only")                                  \
    X(LOY_E_BUSY, -14, "somebody else holds it")                                                   \
    X(LOY_E_CANCELLED, -15, "the caller cancelled")

enum loy_status {
#define LOY_STATUS_ROW(name, value, text) name = value,
    LOY_STATUSES(LOY_STATUS_ROW)
#undef LOY_STATUS_ROW
};

/* A few English words for a status; never NULL. */
static inline const char *loy_status_text(enum loy_status status)
{
    switch (status) {
#define LOY_STATUS_ROW(name, value, text)                                                          \
    case name:                                                                                     \
        return text;
        LOY_STATUSES(LOY_STATUS_ROW)
#undef LOY_STATUS_ROW
    }
    return "unknown status";
}

/* Long work calls this now and then: done and total are in units of the work (rows, pages), total 0
 * where it is not known. A return value other than 0 cancels; the work then changes nothing and
 * answers LOY_E_CANCELLED. */
typedef int (*loy_progress_fn)(void *user, long long done, long long total);

#ifdef __cplusplus
}
#endif
#endif
