/* SPDX-License-Identifier: MIT
 *
 * doctor_readers.c - the readers: may they be opened, who has them, is this their best mode, does
 * anything arrive, and is it read well. In: the hub's list; out: findings. Must not know:
 * protocols: what is wrong with settings the drivers say themselves, in loy_device.text.
 */
#include "doctor.h"

#include "decode_json.h"
#include "reader_open.h"

#include <dirent.h>
#include <poll.h>
#include <sodium.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define SETTLE_MS 300
#define DEVICES_MAX 64u

/* What came while we listened. */
struct heard {
    uint64_t reads, misreads, refused;
    uint8_t reason; /* of the last misread */
};

struct listening {
    size_t count;
    struct loy_device devices[DEVICES_MAX];
    struct heard heard[DEVICES_MAX];
};

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- Listening ---------------------------------------------------------------------------- */

static void note_event(struct listening *listening, const struct loy_event *event)
{
    if (event->reader >= DEVICES_MAX) return;
    struct heard *heard = &listening->heard[event->reader];
    if (event->kind == LOY_EVENT_READ || event->kind == LOY_EVENT_FOREIGN) heard->reads++;
    if (event->kind == LOY_EVENT_REFUSED) heard->refused++;
    if (event->kind != LOY_EVENT_MISREAD) return;
    heard->misreads++;
    heard->reason = event->reason;
}

static void list_devices(struct loy_reader *reader, struct listening *listening)
{
    listening->count = 0;
    while (listening->count < DEVICES_MAX && loy_reader_list(reader, listening->count,
                                                 &listening->devices[listening->count]) == LOY_OK)
        listening->count++;
}

static bool listen_for(struct doctor *doctor, struct loy_reader *reader, long long span_ms,
    struct listening *listening)
{
    static struct loy_event event;
    struct pollfd wait = {.fd = loy_reader_fd(reader), .events = POLLIN};
    long long end = now_ms() + span_ms;
    bool works = true;
    while (works && now_ms() < end) {
        works = loy_reader_dispatch(reader) >= 0;
        while (loy_reader_next(reader, &event) == LOY_OK)
            note_event(listening, &event);
        if (doctor->listen_ms && reader_all_ended(reader)) break;
        poll(&wait, 1, 50);
    }
    sodium_memzero(&event, sizeof event);
    if (!works) doctor_fail(doctor, "readers", _("readers"), loy_reader_text(reader));
    return works;
}

/* ---- What failed -------------------------------------------------------------------------- */

static bool node_of(const struct loy_device *device, char *node, size_t size)
{
    const char *colon = strchr(device->path, ':');
    if (usb_node(device->path, node, size)) return true;
    if (!colon || colon[1] != '/' || strncmp(device->path, "file:", 5) == 0) return false;
    snprintf(node, size, "%s", colon + 1);
    return true;
}

static void explain_holder(
    struct doctor *doctor, const struct loy_device *device, const char *node, const char *kind)
{
    struct holder holder = holder_of(node);
    if (holder.pid)
        doctor_find(doctor, kind, device->path, holder_remedy(holder.name),
            _("the program %s (process %d) has it open"), holder.name, holder.pid);
    else
        doctor_find(doctor, kind, device->path,
            _("close other programs that read cards or scan; `sudo loyalty doctor` sees which one "
              "it is"),
            "%s", _("another program has it open"));
}

static void explain_kernel(struct doctor *doctor, const struct loy_device *device, const char *name)
{
    char remedy[512];
    snprintf(remedy, sizeof remedy, "echo %s | sudo tee /sys/bus/usb/drivers/%s/unbind",
        device->path + 4, name);
    doctor_find(doctor, "held-by-kernel", device->path, remedy,
        _("the kernel's driver %s has it and does not let it go"), name);
}

/* Pages 8C and 8E of the usage tables: scanners, stripe readers. */
static bool describes_reader(const char *path, bool *known)
{
    uint8_t bytes[4096];
    bool reader = false;
    FILE *file = fopen(path, "re");
    size_t n = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    for (size_t i = 0; i + 1 < n; i++)
        reader = reader || (bytes[i] == 0x05 && (bytes[i + 1] == 0x8C || bytes[i + 1] == 0x8E));
    if (file) fclose(file);
    *known = *known || n > 0;
    return reader;
}

/* A model that no driver lists, and whose reports, says the kernel, are not those of a reader: a
 * headset, a battery. */
static bool is_some_gadget(const struct loy_device *device)
{
    char folder[256], path[600];
    bool known = false, reader = false;
    const struct dirent *entry;
    if (!strstr(device->text, "udev rule")) return false;
    snprintf(folder, sizeof folder, "/sys/bus/usb/devices/%s", device->path + 4);
    DIR *files = opendir(folder);
    while (files && (entry = readdir(files))) {
        snprintf(path, sizeof path, "%s/%s/report_descriptor", folder, entry->d_name);
        reader = describes_reader(path, &known) || reader;
    }
    if (files) closedir(files);
    return known && !reader;
}

static void judge_failed(struct doctor *doctor, const struct loy_device *device)
{
    char node[256] = "", kernel[64];
    bool known = node_of(device, node, sizeof node);
    if (known && strstr(device->text, "no permission") && !may_open(node)) {
        if (is_some_gadget(device)) return;
        rights_explain(doctor, device, node);
        return;
    }
    kernel_driver_of(device->path, kernel, sizeof kernel);
    bool held = strstr(device->text, "another program") != NULL;
    /* Had a program claimed it, its driver would be usbfs. */
    if (held && kernel[0] && strcmp(kernel, "usbfs") != 0)
        explain_kernel(doctor, device, kernel);
    else if (held && known)
        explain_holder(doctor, device, node, "held-by-program");
    else
        doctor_find_sentence(doctor, "reader-failed", device->path, device->text,
            _("unplug it and plug it in again"));
}

/* ---- What works, and could be better ------------------------------------------------------ */

/* A serial port may be open twice: then each program gets some of the bytes. */
static void judge_shared(struct doctor *doctor, const struct loy_device *device)
{
    char node[256];
    bool port = strncmp(device->path, "serial:", 7) == 0;
    if (port && node_of(device, node, sizeof node) && holder_of(node).pid)
        explain_holder(doctor, device, node, "port-shared");
}

static const char *misread_remedy(unsigned reason)
{
    switch (reason) {
    case LOY_MISREAD_PARITY:
    case LOY_MISREAD_LRC:
        return _("swipe evenly; clean the slot with a cleaning card; on a serial line, compare "
                 "baud, parity and ?preset= with the reader's manual");
    case LOY_MISREAD_TOO_FAST:
        return _("swipe more slowly, at one speed from end to end");
    case LOY_MISREAD_TRUNCATED:
        return _("swipe from end to end; scanners: give it a suffix (CR) by the bar code of its "
                 "manual; change the cable");
    case LOY_MISREAD_TOO_LONG:
        return _("scanners: give it a suffix (CR) by the bar code of its manual");
    case LOY_MISREAD_UNKNOWN_LAYOUT:
        return _("reset the reader to its maker's defaults, then set the mode of its page in "
                 "docs/readers.md");
    default:
        return _("plug it in at another port, without a hub; change the cable");
    }
}

static unsigned common_reason(const struct loy_counts *counts)
{
    unsigned common = LOY_MISREAD_DEVICE;
    for (unsigned i = 1; i < loy_misread_count; i++)
        if (counts->misreads[i] > counts->misreads[common]) common = i;
    return common;
}

static void judge_counts(struct doctor *doctor, const struct loy_device *device)
{
    uint64_t misreads = 0;
    for (int i = 1; i < loy_misread_count; i++)
        misreads += device->kept.misreads[i];
    uint64_t all = misreads + device->kept.reads + device->kept.foreign;
    if (misreads < 20 || misreads * 5 < all) return;
    unsigned reason = common_reason(&device->kept);
    doctor_find(doctor, "many-misreads", device->path, misread_remedy(reason),
        _("%llu of %llu reads failed, most of them: %s"), (unsigned long long)misreads,
        (unsigned long long)all, misread_words((int)reason));
}

static const char *silence_remedy(const struct loy_device *device)
{
    if (strncmp(device->path, "serial:", 7) == 0)
        return _("does it light up and beep? If not: power, cable. If so: the port (another "
                 "/dev/tty...), baud and parity as in its manual (?preset=NAME), a null-modem "
                 "cable, or its USB mode (USB COM)");
    return _("does it light up and beep? If not: power, cable. If so: scan the bar code for its "
             "mode (USB HID POS) in its manual, and unplug it and plug it in again");
}

static void judge_heard(
    struct doctor *doctor, const struct loy_device *device, const struct heard *heard, bool others)
{
    if (heard->misreads && !heard->reads)
        doctor_find(doctor, "unreadable", device->path, misread_remedy(heard->reason),
            _("something arrived and could not be read: %s"), misread_words(heard->reason));
    else if (heard->reads || heard->refused)
        doctor_note(doctor, "heard", device->path, NULL, _("read %llu, refused %llu"),
            (unsigned long long)heard->reads, (unsigned long long)heard->refused);
    else if (!others)
        doctor_find(
            doctor, "silent", device->path, silence_remedy(device), "%s", _("nothing arrived"));
}

static void judge_ready(struct doctor *doctor, const struct listening *listening, size_t i)
{
    const struct loy_device *device = &listening->devices[i];
    static const struct heard none;
    const struct heard *heard =
        device->reader < DEVICES_MAX ? &listening->heard[device->reader] : &none;
    bool others = false;
    for (size_t k = 0; k < DEVICES_MAX; k++)
        others = others || (k != device->reader && listening->heard[k].reads);
    if (device->text[0])
        doctor_find_sentence(doctor,
            strcmp(device->driver, "hid-keyboard") == 0 ? "keyboard-mode" : "settings",
            device->path, device->text, _("its page in docs/readers.md says how"));
    judge_shared(doctor, device);
    judge_counts(doctor, device);
    if (doctor->listen_ms) judge_heard(doctor, device, heard, others);
}

/* ---- What is left alone ------------------------------------------------------------------- */

static void product_of(const struct loy_device *device, char *product, size_t size)
{
    char path[256];
    snprintf(path, sizeof path, "/sys/bus/usb/devices/%.*s/product",
        (int)strcspn(device->path + 4, ":"), device->path + 4);
    FILE *file = fopen(path, "re");
    if (!file || !fgets(product, (int)size, file)) snprintf(product, size, "%s", device->product);
    if (file) fclose(file);
    product[strcspn(product, "\n")] = '\0';
    for (char *c = product; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~') *c = '?';
}

static bool sounds_like_reader(const char *product)
{
    static const char *const words[] = {
        "scan", "barcode", "bar code", "swipe", "magnetic", "card reader", "msr"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcasestr(product, words[i])) return true;
    return false;
}

/* A keyboard is as it should be, unless nothing else reads, or its name says what it is. */
static void judge_unused(struct doctor *doctor, const struct loy_device *device, bool any_ready)
{
    char product[64] = "", remedy[512];
    bool keyboard = strncmp(device->text, "a keyboard", 10) == 0;
    product_of(device, product, sizeof product);
    if (!keyboard) {
        doctor_note(doctor, "left-alone", device->path, NULL, "%s%s%s", product,
            *product ? ": " : "", doctor_words(doctor, device->text));
        return;
    }
    if (any_ready && !sounds_like_reader(product)) return;
    snprintf(remedy, sizeof remedy,
        _("if it is a reader: scan the bar code \"USB HID POS\" of its manual, or have it taken: "
          "loyalty readers --bind %s"),
        device->path);
    doctor_find(doctor, "keyboard-mode", device->path, remedy,
        _("%s (%04x:%04x) types like a keyboard, and no other reader is ready"), product,
        device->vid, device->pid);
}

static bool is_ready(const struct loy_device *device)
{
    return device->state == LOY_DEVICE_READY || device->state == LOY_DEVICE_ENDED;
}

static void judge_all(struct doctor *doctor, const struct listening *listening)
{
    bool any_ready = false;
    for (size_t i = 0; i < listening->count; i++)
        any_ready = any_ready || is_ready(&listening->devices[i]);
    for (size_t i = 0; i < listening->count; i++) {
        const struct loy_device *device = &listening->devices[i];
        if (device->state == LOY_DEVICE_FAILED)
            judge_failed(doctor, device);
        else if (device->state == LOY_DEVICE_UNUSED)
            judge_unused(doctor, device, any_ready);
        else
            judge_ready(doctor, listening, i);
    }
}

static bool is_listed(const struct listening *listening, const char *path)
{
    for (size_t i = 0; i < listening->count; i++)
        if (strcmp(listening->devices[i].path, path) == 0) return true;
    return false;
}

static bool is_usb_port(const char *name)
{
    return strncmp(name, "ttyACM", 6) == 0 || strncmp(name, "ttyUSB", 6) == 0;
}

/* A port is never guessed, so a scanner behind one is not found by itself. */
static void note_ports(struct doctor *doctor, const struct listening *listening)
{
    char path[300], remedy[400];
    const struct dirent *entry;
    DIR *folder = opendir("/dev");
    while (folder && (entry = readdir(folder))) {
        snprintf(path, sizeof path, "serial:/dev/%s", entry->d_name);
        if (!is_usb_port(entry->d_name) || is_listed(listening, path)) continue;
        snprintf(remedy, sizeof remedy, "loyalty doctor --path %s --seconds 20", path);
        doctor_note(doctor, "port-unused", path, remedy, "%s",
            _("a serial port that no reader was named for; if a scanner is behind it, try it"));
    }
    if (folder) closedir(folder);
}

void doctor_readers(struct doctor *doctor)
{
    static struct listening listening;
    struct loy_reader *reader = NULL;
    struct reader_wanted wanted = {0};
    int code = reader_open(doctor->cli, &wanted, &reader);
    if (code != CLI_DONE) {
        if (code == CLI_USAGE)
            doctor->wrong_use = true; /* it was told */
        else
            doctor_fail(doctor, "readers", _("readers"), _("the readers could not be opened"));
        return;
    }
    if (doctor->listen_ms)
        fprintf(stderr, _("scan or swipe something now, within %lld seconds\n"),
            doctor->listen_ms / 1000);
    if (listen_for(doctor, reader, doctor->listen_ms ? doctor->listen_ms : SETTLE_MS, &listening))
        list_devices(reader, &listening);
    loy_reader_close(reader);
    judge_all(doctor, &listening);
    note_ports(doctor, &listening);
    if (listening.count == 0)
        doctor_note(doctor, "no-reader", _("readers"), NULL, "%s",
            _("no reader is attached; a serial one is named by --path serial:/dev/ttyUSB0"));
}
