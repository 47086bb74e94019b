/* SPDX-License-Identifier: MIT
 *
 * doctor_store.c - the store: its files, their disk, what is in them.
 * In: --store and $LOYALTY_KEY; out: findings. Opening is what every command does with a store: a
 * copied one begins a new epoch. Must not know: members, cards.
 */
#include "doctor.h"

#include <errno.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MINUTE_US INT64_C(60000000)
#define DAY_US (1440 * MINUTE_US)
#define ROOM_BYTES (100ull << 20)
#define LOG_BYTES (64 << 20)
/* A larger store is checked at night, by `loyalty check`. */
#define CHECK_BYTES (256 << 20)
#define NAME_SIZE 4096u

static bool store_file(const struct doctor *doctor, const char *suffix, char name[NAME_SIZE])
{
    int n = snprintf(name, NAME_SIZE, "%s%s", doctor->cli->store_path, suffix);
    return n > 0 && (size_t)n < NAME_SIZE;
}

static bool key_file(const struct doctor *doctor, char name[NAME_SIZE])
{
    const char *key = cli_key_path();
    if (!key) return store_file(doctor, ".key", name);
    int n = snprintf(name, NAME_SIZE, "%s", key);
    return n > 0 && (size_t)n < NAME_SIZE;
}

/* ---- Files -------------------------------------------------------------------------------- */

static void check_private(struct doctor *doctor, const char *name)
{
    struct stat file;
    char remedy[NAME_SIZE + 32];
    if (stat(name, &file) != 0 || (file.st_mode & 077) == 0) return;
    snprintf(remedy, sizeof remedy, "chmod 600 '%s'", name);
    doctor_find(doctor, "store-open-to-others", name, remedy,
        _("other users of this machine may read it (mode %04o)"), (unsigned)(file.st_mode & 07777));
}

static void check_there(struct doctor *doctor, const char *name, const char *remedy)
{
    if (access(name, R_OK) == 0) return;
    if (errno == ENOENT)
        doctor_find(doctor, "store-file-missing", name, remedy, "%s",
            _("this file of the store is missing"));
    else
        doctor_find(doctor, "store-file-unreadable", name, _("run this as the user it belongs to"),
            _("it cannot be read: %s"), strerror(errno));
}

static void check_log(struct doctor *doctor, const char *name)
{
    struct stat file;
    if (stat(name, &file) != 0 || file.st_size < LOG_BYTES) return;
    doctor_find(doctor, "store-log-large", name,
        _("close every program that uses the store, once; then `loyalty check`"),
        _("the store's log has grown to %lld MB: a program has kept reading for very long"),
        (long long)(file.st_size >> 20));
}

void doctor_files(struct doctor *doctor)
{
    char name[NAME_SIZE], remedy[NAME_SIZE + 64];
    if (access(doctor->cli->store_path, F_OK) != 0) {
        snprintf(remedy, sizeof remedy, "loyalty init --store '%s'", doctor->cli->store_path);
        doctor_find(doctor, "store-missing", doctor->cli->store_path, remedy, "%s",
            _("there is no store; if it is elsewhere, name it by --store or $LOYALTY_STORE"));
        return;
    }
    check_there(doctor, doctor->cli->store_path, "");
    check_private(doctor, doctor->cli->store_path);
    if (store_file(doctor, ".keys", name)) {
        check_there(doctor, name,
            _("put it back from the backup: without it no member can be read, and without a "
              "backup never again"));
        check_private(doctor, name);
    }
    if (key_file(doctor, name)) {
        check_there(doctor, name,
            _("put the master key back from where its copy is kept; if it lies elsewhere, name it "
              "by $LOYALTY_KEY"));
        check_private(doctor, name);
    }
    if (store_file(doctor, "-wal", name)) check_log(doctor, name);
}

/* ---- Disk --------------------------------------------------------------------------------- */

/* File systems whose locks and syncs end at another machine. Magic numbers: statfs(2). */
static const struct {
    unsigned long magic;
    const char *name;
} networks[] = {
    {NFS_SUPER_MAGIC, "NFS"},
    {SMB_SUPER_MAGIC, "SMB"},
    {0xFF534D42ul, "SMB (cifs)"},
    {0xFE534D42ul, "SMB"},
    {V9FS_MAGIC, "9P"},
    {AFS_SUPER_MAGIC, "AFS"},
    {CODA_SUPER_MAGIC, "Coda"},
    {0x00C36400ul, "Ceph"},
    {0x786F4256ul, "VirtualBox"},
};

static void check_network(struct doctor *doctor, const char *folder)
{
    struct statfs system;
    if (statfs(folder, &system) != 0) return;
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++)
        if ((unsigned long)(uint32_t)system.f_type == networks[i].magic)
            doctor_find(doctor, "store-on-network", doctor->cli->store_path,
                _("move the store to a disk of this machine: `loyalty backup`, then `loyalty "
                  "restore` there"),
                _("it lies on another machine (%s): a lost connection can lose baskets"),
                networks[i].name);
}

static void check_room(struct doctor *doctor, const char *folder)
{
    struct statvfs system;
    if (statvfs(folder, &system) != 0) return;
    unsigned long long left = (unsigned long long)system.f_bavail * system.f_frsize;
    if (system.f_flag & ST_RDONLY)
        doctor_find(doctor, "disk-read-only", folder,
            _("start the machine again; if it stays so, the disk is about to die: take a backup"),
            "%s", _("the disk can only be read"));
    else if (left < ROOM_BYTES)
        doctor_find(doctor, "disk-full", folder,
            _("delete what is not needed: `sudo apt clean`, `sudo journalctl --vacuum-size=100M`"),
            _("only %llu MB are free on the disk of the store"), left >> 20);
}

void doctor_disk(struct doctor *doctor)
{
    char folder[NAME_SIZE];
    const char *path = doctor->cli->store_path, *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    if (length >= sizeof folder) return;
    if (slash)
        snprintf(folder, sizeof folder, "%.*s", length ? (int)length : 1, path);
    else
        snprintf(folder, sizeof folder, ".");
    check_network(doctor, folder);
    check_room(doctor, folder);
}

/* ---- What is in it ------------------------------------------------------------------------ */

static void on_problem(void *user, const char *sentence)
{
    struct doctor *doctor = user;
    doctor_find(doctor, "store-damaged", doctor->cli->store_path,
        _("keep this file, take no more baskets with it, and restore the last backup beside it"),
        "%s", sentence);
}

static void check_content(struct doctor *doctor)
{
    struct stat file;
    if (stat(doctor->cli->store_path, &file) == 0 && file.st_size > CHECK_BYTES) {
        doctor->content_unseen = true;
        doctor_note(doctor, "store-not-checked", doctor->cli->store_path, "loyalty check", "%s",
            _("the store is large: its content is not checked here"));
        return;
    }
    enum loy_status status = loy_store_check(doctor->store, on_problem, doctor);
    doctor->content_unseen = status == LOY_E_ACCESS;
    if (status == LOY_E_ACCESS)
        doctor_note(doctor, "store-not-checked", doctor->cli->store_path,
            _("let a supervisor or a manager run `loyalty doctor`"),
            _("the content of the store was not looked at: %s"), loy_store_text(doctor->store));
    else if (status != LOY_OK && status != LOY_E_CHECK)
        doctor_fail(doctor, "store", doctor->cli->store_path, loy_store_text(doctor->store));
}

/* A store of before may have both; now neither is added beside the other. */
static void check_labels(struct doctor *doctor)
{
    struct loy_range ranges[LOY_RANGES_MAX];
    struct loy_scale_code scale = {.size = sizeof scale};
    char position[8] = "", remedy[64];
    size_t count = 0;
    if (loy_range_list(doctor->store, ranges, &count) != LOY_OK) return;
    while (loy_scale_code_next(doctor->store, position, &scale) == LOY_OK) {
        struct loy_range labels = {.length = 13, .check = LOY_CHECK_GS1, .use = LOY_USE_WEIGHED};
        snprintf(labels.prefix, sizeof labels.prefix, "%s", scale.prefix);
        snprintf(remedy, sizeof remedy, "loyalty scale remove %s", scale.prefix);
        for (size_t i = 0; i < count; i++)
            if (ranges[i].use != LOY_USE_WEIGHED &&
                loy_range_check(&labels, &ranges[i], 1, NULL) == LOY_E_CONFLICT)
                doctor_find(doctor, "range-over-scale", ranges[i].prefix, remedy,
                    _("labels of the shop's scales (%s) have numbers of this range (%u digits): "
                      "the lane takes them for cards or coupons"),
                    scale.prefix, ranges[i].length);
    }
}

void doctor_store(struct doctor *doctor)
{
    struct loy_store_options options = cli_store_options(doctor->cli);
    unsigned before = doctor->findings;
    if (access(doctor->cli->store_path, F_OK) != 0) return;
    enum loy_status status = loy_store_open(&options, &doctor->store);
    if (status == LOY_OK) {
        check_content(doctor);
        check_labels(doctor);
        return;
    }
    const char *text = doctor->store ? loy_store_text(doctor->store) : loy_status_text(status);
    bool told = status == LOY_E_KEY && before > 0;
    if (status == LOY_E_MEMORY || status == LOY_E_IO || status == LOY_E_STORE)
        doctor_fail(doctor, "store", doctor->cli->store_path, text);
    else if (!told)
        doctor_find_sentence(doctor,
            status == LOY_E_ACCESS ? "store-not-enrolled" : "store-unusable",
            doctor->cli->store_path, text,
            _("name another file by --store, or restore the last backup"));
    loy_store_close(doctor->store);
    doctor->store = NULL;
}

/* One walk over the audit log: its newest time, and the last epoch that began in this file. */
static int64_t audit_walk(struct doctor *doctor, struct loy_audit_entry *epoch)
{
    struct loy_audit_entry entry = {0};
    int64_t newest_us = 0;
    enum loy_status status;
    while ((status = loy_audit_next(doctor->store, entry.sequence, &entry)) == LOY_OK) {
        if (entry.at_us > newest_us) newest_us = entry.at_us;
        if (strcmp(entry.action, "epoch") == 0) *epoch = entry;
    }
    doctor->history_unseen = status == LOY_E_ACCESS;
    if (doctor->history_unseen)
        doctor_note(doctor, "history-not-checked", doctor->cli->store_path,
            _("let a manager run `loyalty doctor`"),
            _("the history of the store was not looked at: %s"), loy_store_text(doctor->store));
    return newest_us;
}

static bool sale_after(struct loy_store *store, int64_t from_us, int64_t *at_us)
{
    struct loy_sales *sales = NULL;
    struct loy_sale sale;
    if (loy_sales_open(store, from_us, INT64_MAX, NULL, &sales) != LOY_OK) return false;
    bool any = loy_sales_next(sales, &sale) == LOY_OK;
    if (any) *at_us = sale.at_us;
    loy_sales_close(sales);
    return any;
}

static void check_future(struct doctor *doctor, int64_t newest_us)
{
    char text[32];
    int64_t limit_us = cli_now_us() + 2 * MINUTE_US;
    if (newest_us <= limit_us && !sale_after(doctor->store, limit_us, &newest_us)) return;
    cli_time_told(doctor->cli, newest_us, text);
    doctor_find(doctor, "clock-behind-store", text, "sudo timedatectl set-ntp true", "%s",
        _("the store holds something of this time, which the clock has not reached: the clock is "
          "behind now, or was ahead then"));
}

static void check_epoch(struct doctor *doctor, const struct loy_audit_entry *epoch)
{
    char text[32];
    if (epoch->sequence == 0 || epoch->at_us < cli_now_us() - 7 * DAY_US) return;
    cli_time_told(doctor->cli, epoch->at_us, text);
    if (strstr(epoch->object, "restored from a backup"))
        doctor_note(doctor, "store-restored", text, NULL, "%s", epoch->object);
    else
        doctor_find(doctor, "store-copied", text,
            _("use one file only; if another one took baskets since, keep it; copies are made by "
              "`loyalty backup`"),
            _("this store is a copy of another file, or an older one was put back (%s)"),
            epoch->object);
}

static void check_clocks(struct doctor *doctor)
{
    struct loy_clock_entry entry = {.size = sizeof entry};
    int64_t number = 0;
    while (loy_clock_next(doctor->store, &number, &entry) == LOY_OK) {
        char at[32];
        if (!entry.open) continue;
        cli_time_told(doctor->cli, entry.at_us, at);
        doctor_find(doctor, "clock-doubt", at,
            _("set the clock; or, if it is right, say so: `loyalty clock` lists the doubts"),
            _("the clock of lane %s is in doubt: it is off by %lld seconds"), entry.lane,
            (long long)(entry.off_us / 1000000));
    }
}

void doctor_history(struct doctor *doctor)
{
    struct loy_audit_entry epoch = {0};
    if (!doctor->store) return;
    check_clocks(doctor);
    check_future(doctor, audit_walk(doctor, &epoch));
    check_epoch(doctor, &epoch);
}
