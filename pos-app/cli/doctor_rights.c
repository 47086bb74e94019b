/* SPDX-License-Identifier: MIT
 *
 * doctor_rights.c - why a reader may not be opened: which rule, which group.
 * In: the node, udev's folders, the user's groups; out: one finding with its remedy. Must not know:
 * readers' protocols.
 */
#include "doctor.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUPS_MAX 256

/* ---- The node ----------------------------------------------------------------------------- */

static bool number_of(const char *device, const char *name, unsigned *number)
{
    char path[256];
    snprintf(path, sizeof path, "/sys/bus/usb/devices/%s/%s", device, name);
    FILE *file = fopen(path, "re");
    bool read = file && fscanf(file, "%u", number) == 1;
    if (file) fclose(file);
    return read;
}

bool usb_node(const char *path, char *node, size_t size)
{
    char device[64];
    unsigned bus = 0, address = 0;
    if (strncmp(path, "usb:", 4) != 0) return false;
    snprintf(device, sizeof device, "%.*s", (int)strcspn(path + 4, ":"), path + 4);
    if (!number_of(device, "busnum", &bus) || !number_of(device, "devnum", &address)) return false;
    snprintf(node, size, "/dev/bus/usb/%03u/%03u", bus, address);
    return true;
}

bool may_open(const char *node)
{
    int fd = open(node, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

/* ---- udev --------------------------------------------------------------------------------- */

/* Where udev looks for rules, and, of these, where systemd-hwdb looks too. $LOYALTY_UDEV puts
 * another folder in their place, for tests. */
static const char *udev_folder(size_t i, bool hwdb)
{
    static const char *const both[] = {"/etc/udev", "/usr/lib/udev", "/lib/udev"};
    static const char *const rules_only[] = {"/run/udev", "/usr/local/lib/udev"};
    const size_t count = sizeof both / sizeof both[0];
    const char *other = getenv("LOYALTY_UDEV");
    if (other && *other) return i == 0 ? other : NULL;
    if (i < count) return both[i];
    i -= count;
    return !hwdb && i < sizeof rules_only / sizeof rules_only[0] ? rules_only[i] : NULL;
}

static bool rules_are_there(void)
{
    char path[512];
    for (size_t i = 0; udev_folder(i, false); i++) {
        snprintf(path, sizeof path, "%s/rules.d/70-loyalty-readers.rules", udev_folder(i, false));
        if (access(path, R_OK) == 0) return true;
    }
    return false;
}

static bool file_has_line(const char *path, const char *wanted)
{
    char line[256];
    bool found = false;
    FILE *file = fopen(path, "re");
    while (file && !found && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        found = strcmp(line, wanted) == 0;
    }
    if (file) fclose(file);
    return found;
}

static bool model_is_listed(const struct loy_device *device)
{
    char path[512], wanted[32];
    snprintf(wanted, sizeof wanted, "usb:v%04Xp%04X*", device->vid, device->pid);
    for (size_t i = 0; udev_folder(i, true); i++) {
        snprintf(path, sizeof path, "%s/hwdb.d/70-loyalty-readers.hwdb", udev_folder(i, true));
        if (file_has_line(path, wanted)) return true;
    }
    return false;
}

/* ---- Groups ------------------------------------------------------------------------------- */

static bool is_in(gid_t group, const gid_t *groups, int count)
{
    for (int i = 0; i < count; i++)
        if (groups[i] == group) return true;
    return false;
}

/* In the group by the system's book, and in this session. */
static void find_membership(gid_t group, bool *in_book, bool *in_session)
{
    gid_t groups[GROUPS_MAX];
    int count = getgroups(GROUPS_MAX, groups);
    *in_session = group == getegid() || is_in(group, groups, count);
    const struct passwd *user = getpwuid(geteuid());
    count = GROUPS_MAX;
    *in_book = user && getgrouplist(user->pw_name, user->pw_gid, groups, &count) >= 0 &&
               is_in(group, groups, count);
}

static const char *user_name(void)
{
    const struct passwd *user = getpwuid(geteuid());
    return user ? user->pw_name : "USER";
}

/* True: it is the group that is missing, and that was told. */
static bool explain_group(struct doctor *doctor, const char *about, gid_t group)
{
    char remedy[256];
    bool in_book = false, in_session = false;
    const struct group *entry = getgrgid(group);
    const char *name = entry ? entry->gr_name : "?";
    find_membership(group, &in_book, &in_session);
    if (in_session || !entry) return false;
    if (in_book) {
        doctor_find(doctor, "rights-login", about, _("log out and in again"),
            _("you are in the group %s, but not yet in this session"), name);
        return true;
    }
    snprintf(remedy, sizeof remedy, _("sudo adduser %s %s; then log out and in again"), user_name(),
        name);
    doctor_find(doctor, "rights-group", about, remedy,
        _("no permission: the reader is for the group %s, and you are not in it"), name);
    return true;
}

/* ---- All together ------------------------------------------------------------------------- */

static void explain_rule(struct doctor *doctor, const struct loy_device *device)
{
    char remedy[640];
    snprintf(remedy, sizeof remedy,
        _("echo 'SUBSYSTEM==\"usb\", ATTR{idVendor}==\"%04x\", ATTR{idProduct}==\"%04x\", "
          "MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\"' | sudo tee -a "
          "/etc/udev/rules.d/70-loyalty-local.rules && sudo udevadm control --reload; then unplug "
          "the reader and plug it in again"),
        device->vid, device->pid);
    doctor_find(doctor, "rights-rule", device->path, remedy, "%s",
        rules_are_there()
            ? _("no permission: the installed 70-loyalty-readers.rules does not know this model")
            : _("no permission: no rule of udev gives it away (70-loyalty-readers.rules is not "
                "installed)"));
}

static void explain_usb(struct doctor *doctor, const struct loy_device *device, const char *node)
{
    struct stat file;
    const struct group *plugdev = getgrnam("plugdev");
    bool given = stat(node, &file) == 0 && plugdev && file.st_gid == plugdev->gr_gid &&
                 (file.st_mode & 060) == 060;
    if (given && explain_group(doctor, device->path, file.st_gid)) return;
    if (!given && (!rules_are_there() || !model_is_listed(device))) {
        explain_rule(doctor, device);
        return;
    }
    doctor_find(doctor, "rights-replug", device->path,
        _("sudo systemd-hwdb update && sudo udevadm control --reload; then unplug the reader and "
          "plug it in again"),
        "%s", _("no permission: 70-loyalty-readers.rules knows it and was not applied to it yet"));
}

void rights_explain(struct doctor *doctor, const struct loy_device *device, const char *node)
{
    struct stat file;
    if (strncmp(device->path, "usb:", 4) == 0) {
        explain_usb(doctor, device, node);
        return;
    }
    if (stat(node, &file) == 0 && explain_group(doctor, device->path, file.st_gid)) return;
    doctor_find(doctor, "rights-node", device->path,
        _("start the machine again; in a container, hand the device in"),
        _("no permission, although you are in its group (%s)"), node);
}
