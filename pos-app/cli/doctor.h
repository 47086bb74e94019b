/* SPDX-License-Identifier: MIT
 *
 * doctor.h - what a check of `loyalty doctor` is: a function that looks at one thing and tells what
 * it finds, each finding with a remedy that a person in a shop can follow. To add one: a line in
 * doctor_checks.def and the function.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "cli.h"

struct doctor {
    struct cli *cli;
    long long listen_ms; /* how long to wait for a scan; 0: not at all */
    unsigned findings, failures;
    bool wrong_use;                      /* the command line named what cannot be; it was told */
    bool content_unseen, history_unseen; /* of the store: not looked at, and a note says why */
    struct loy_store *store; /* for the checks behind "store"; NULL: could not be opened */
};

/* The checks, in the order of the table in command_doctor.c. */
void doctor_readers(struct doctor *doctor);
void doctor_locale(struct doctor *doctor);
void doctor_zone(struct doctor *doctor);
void doctor_clock(struct doctor *doctor);
void doctor_files(struct doctor *doctor);
void doctor_disk(struct doctor *doctor);
void doctor_store(struct doctor *doctor);
void doctor_history(struct doctor *doctor);

/* Finding: what is wrong, about what (a path, a name), and the remedy. kind is a stable key. */
void doctor_find(struct doctor *doctor, const char *kind, const char *about, const char *remedy,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* As it should be, and yet worth knowing: not counted. remedy may be NULL. */
void doctor_note(struct doctor *doctor, const char *kind, const char *about, const char *remedy,
    const char *format, ...) __attribute__((format(printf, 5, 6)));
/* The check itself could not be made. */
void doctor_fail(struct doctor *doctor, const char *kind, const char *about, const char *text);
/* A sentence of the reader library, for people in their language. */
const char *doctor_words(const struct doctor *doctor, const char *sentence);
/* The library's sentences say "what is wrong: what to do"; without the latter it is remedy. */
void doctor_find_sentence(struct doctor *doctor, const char *kind, const char *about,
    const char *sentence, const char *remedy);

/* ---- Rights (doctor_rights.c) ------------------------------------------------------------- */

/* "usb:1-1.4:1.0" -> the device's node in /dev/bus/usb; false: the kernel does not tell. */
bool usb_node(const char *path, char *node, size_t size);
/* Whether the node can be opened for reading and writing by who runs this. */
bool may_open(const char *node);
/* Tells why not, and what to do. */
void rights_explain(struct doctor *doctor, const struct loy_device *device, const char *node);

/* ---- Who has it (doctor_holder.c) --------------------------------------------------------- */

struct holder {
    int pid; /* 0: nobody who can be seen */
    char name[32];
};
struct holder holder_of(const char *node);
/* The kernel driver that has this USB interface, or "". */
void kernel_driver_of(const char *path, char *name, size_t size);
/* What to do about a program of that name that holds a reader. */
const char *holder_remedy(const char *name);

#endif
