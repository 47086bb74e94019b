/* SPDX-License-Identifier: MIT
 *
 * doctor_holder.c - who has a device: the kernel's driver, or a program.
 * In: /proc and /sys; out: a name, as far as this user may see it. Must not know: readers.
 */
#include "doctor.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool has_open(const char *process, const struct stat *node)
{
    char folder[300], path[600];
    struct stat file;
    bool found = false;
    snprintf(folder, sizeof folder, "/proc/%s/fd", process);
    DIR *files = opendir(folder);
    const struct dirent *entry;
    while (files && !found && (entry = readdir(files))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        found =
            stat(path, &file) == 0 && file.st_dev == node->st_dev && file.st_ino == node->st_ino;
    }
    if (files) closedir(files);
    return found;
}

static void read_name(const char *process, char *name, size_t size)
{
    char path[300];
    snprintf(path, sizeof path, "/proc/%s/comm", process);
    FILE *file = fopen(path, "re");
    if (file && !fgets(name, (int)size, file)) name[0] = '\0';
    if (file) fclose(file);
    name[strcspn(name, "\n")] = '\0';
}

struct holder holder_of(const char *node)
{
    struct holder holder = {0};
    struct stat file;
    if (stat(node, &file) != 0) return holder;
    DIR *processes = opendir("/proc");
    const struct dirent *entry;
    while (processes && holder.pid == 0 && (entry = readdir(processes))) {
        int pid = atoi(entry->d_name);
        if (pid <= 0 || pid == getpid() || !has_open(entry->d_name, &file)) continue;
        holder.pid = pid;
        read_name(entry->d_name, holder.name, sizeof holder.name);
    }
    if (processes) closedir(processes);
    return holder;
}

void kernel_driver_of(const char *path, char *name, size_t size)
{
    char link[256], target[512];
    name[0] = '\0';
    if (strncmp(path, "usb:", 4) != 0) return;
    snprintf(link, sizeof link, "/sys/bus/usb/devices/%s/driver", path + 4);
    ssize_t n = readlink(link, target, sizeof target - 1);
    if (n <= 0) return;
    target[n] = '\0';
    const char *slash = strrchr(target, '/');
    snprintf(name, size, "%s", slash ? slash + 1 : target);
}

const char *holder_remedy(const char *name)
{
    static const struct {
        const char *name, *remedy;
    } known[] = {
        {"ModemManager", N_("sudo systemctl disable --now ModemManager")},
        {"brltty", N_("sudo apt remove brltty")},
        {"pcscd", N_("sudo systemctl disable --now pcscd.socket pcscd.service")},
        {"loyalty", N_("end the other `loyalty`: a reader speaks to one program only")},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(name, known[i].name) == 0) return gettext(known[i].remedy);
    return _("close that program: a reader speaks to one program only");
}
