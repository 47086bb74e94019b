/* SPDX-License-Identifier: MIT
 *
 * emulated_serial.c - a USB serial adapter in umockdev's testbed: sysfs ancestry, a pty, modem
 * lines. In: the client's ioctls; out: what a kernel with that adapter would answer. Must not know:
 * the library under test.
 */
#include "emulated_serial.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICE "/devices/pci0000:00/usb1/1-7"
#define INTERFACE DEVICE "/1-7:1.0"

struct emulated_serial {
    struct emulated_serial *next; /* all that were ever plugged */
    UMockdevTestbed *bed;
    UMockdevIoctlBase *handler;
    pthread_mutex_t lock;
    int modem_lines, peer;
    unsigned number; /* of ttyUSB */
    char pty[64];
    bool gone;
};

static struct emulated_serial *plugged;

// clang-format off
static const char description[] =
    "P: " DEVICE "\nN: bus/usb/001/007\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_device\nE: DRIVER=usb\n"
    "E: BUSNUM=001\nE: DEVNUM=007\nE: DEVNAME=/dev/bus/usb/001/007\nA: busnum=1\\n\nA: devnum=7\\n\n"
    "A: idVendor=0403\\n\nA: idProduct=6001\\n\nA: product=Line Scanner\\n\nA: serial=S0001\\n\n\n"
    "P: " INTERFACE "\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\nE: DRIVER=ftdi_sio\n"
    "A: bInterfaceNumber=00\\n\n\n"
    "P: " INTERFACE "/ttyUSB%u\nE: SUBSYSTEM=usb-serial\nE: DRIVER=ftdi_sio\n\n"
    "P: " INTERFACE "/ttyUSB%u/tty/ttyUSB%u\nE: SUBSYSTEM=tty\nE: DEVNAME=/dev/ttyUSB%u\n"
    "E: MAJOR=188\nE: MINOR=%u\nA: dev=188:%u\\n\nL: device=../../../ttyUSB%u\n\n";
// clang-format on

/* "/dev/ttyUSB0" and the like, as long as the next three calls. */
static const char *with_number(const char *head, const struct emulated_serial *serial)
{
    static char texts[4][128];
    static unsigned turn;
    char *text = texts[turn++ % 4];
    snprintf(text, sizeof texts[0], "%s%u", head, serial->number);
    return text;
}

/* Ptys have no modem lines: those are answered here, all else by the kernel on the pty. */
static gboolean change_lines(
    struct emulated_serial *serial, UMockdevIoctlClient *client, gulong request)
{
    UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
    UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, sizeof(int), NULL);
    int bits;
    memcpy(&bits, data->data, sizeof bits);
    if (request == TIOCMGET) memcpy(data->data, &serial->modem_lines, sizeof bits);
    if (request == TIOCMSET) serial->modem_lines = bits;
    if (request == TIOCMBIS) serial->modem_lines |= bits;
    if (request == TIOCMBIC) serial->modem_lines &= ~bits;
    g_object_unref(data);
    umockdev_ioctl_client_complete(client, 0, 0);
    return TRUE;
}

static gboolean serve(struct emulated_serial *serial, UMockdevIoctlClient *client)
{
    gulong request = umockdev_ioctl_client_get_request(client);
    int error = 0, result = 0;
    if (serial->gone) {
        umockdev_ioctl_client_complete(client, -1, EIO);
        return TRUE;
    }
    switch (request) {
    case TIOCMGET:
    case TIOCMSET:
    case TIOCMBIS:
    case TIOCMBIC:
        return change_lines(serial, client, request);
    case TIOCEXCL:
    case TIOCNXCL:
        break;
    default:
        result = umockdev_ioctl_client_execute(client, &error, NULL);
    }
    umockdev_ioctl_client_complete(client, result, result < 0 ? error : 0);
    return TRUE;
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer user)
{
    struct emulated_serial *serial = user;
    (void)base;
    pthread_mutex_lock(&serial->lock);
    gboolean answered = serve(serial, client);
    pthread_mutex_unlock(&serial->lock);
    return answered;
}

static void open_pty(struct emulated_serial *serial)
{
    char name[64];
    serial->peer = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (serial->peer < 0 || grantpt(serial->peer) != 0 || unlockpt(serial->peer) != 0) abort();
    if (ptsname_r(serial->peer, name, sizeof name) != 0) abort();
    snprintf(serial->pty, sizeof serial->pty, "%s", name);
}

static void make_link(const char *root, const char *place, const char *target, bool there)
{
    char path[256];
    snprintf(path, sizeof path, "%s%s", root, place);
    unlink(path);
    if (!there) return;
    char *folder = g_path_get_dirname(path);
    g_mkdir_with_parents(folder, 0755);
    if (symlink(target, path) != 0) abort();
    g_free(folder);
}

/* The links that umockdev itself makes for a tty with an N: line, but cannot make twice: the node,
 * and the pty's true name hidden behind its numbers. (Those it makes, but does not remove.) */
static void make_node(const struct emulated_serial *serial, bool there)
{
    char *root = umockdev_testbed_get_root_dir(serial->bed);
    char map[128];
    int n = snprintf(map, sizeof map, "/dev/.ptymap/");
    for (const char *c = serial->pty; *c != '\0'; c++)
        map[n++] = *c == '/' ? '_' : *c;
    map[n] = '\0';
    make_link(root, with_number("/dev/ttyUSB", serial), serial->pty, there);
    if (!there) make_link(root, with_number("/dev/.node/ttyUSB", serial), NULL, false);
    make_link(root, map, with_number("188:", serial), there);
    make_link(root, SERIAL_BY_PATH, with_number("../../ttyUSB", serial), there);
    g_free(root);
}

static void add_devices(const struct emulated_serial *serial)
{
    GError *error = NULL;
    unsigned n = serial->number;
    char text[2 * sizeof description];
    snprintf(text, sizeof text, description, n, n, n, n, n, n, n);
    if (umockdev_testbed_add_from_string(serial->bed, text, &error)) return;
    fprintf(stderr, "umockdev: %s\n", error->message);
    abort();
}

struct emulated_serial *serial_plug(UMockdevTestbed *bed)
{
    return serial_plug_as(bed, 0);
}

struct emulated_serial *serial_plug_as(UMockdevTestbed *bed, unsigned number)
{
    struct emulated_serial *serial = calloc(1, sizeof *serial);
    serial->number = number;
    serial->bed = bed;
    serial->modem_lines = TIOCM_CTS | TIOCM_DSR | TIOCM_CAR;
    pthread_mutex_init(&serial->lock, NULL);
    signal(SIGHUP, SIG_IGN);
    open_pty(serial);
    make_node(serial, true);
    serial->handler = umockdev_ioctl_base_new();
    g_signal_connect_after(serial->handler, "handle-ioctl", G_CALLBACK(on_ioctl), serial);
    umockdev_testbed_attach_ioctl(bed, with_number("/dev/ttyUSB", serial), serial->handler, NULL);
    add_devices(serial);
    serial->next = plugged;
    plugged = serial;
    return serial;
}

void serial_unplug(struct emulated_serial *serial)
{
    pthread_mutex_lock(&serial->lock);
    serial->gone = true;
    pthread_mutex_unlock(&serial->lock);
    char tty[256];
    const char *port = with_number("/sys" INTERFACE "/ttyUSB", serial);
    snprintf(tty, sizeof tty, "%s/tty/ttyUSB%u", port, serial->number);
    umockdev_testbed_uevent(serial->bed, tty, "remove");
    /* umockdev removes one device's links only: the deepest first. */
    umockdev_testbed_remove_device(serial->bed, tty);
    umockdev_testbed_remove_device(serial->bed, port);
    umockdev_testbed_remove_device(serial->bed, "/sys" INTERFACE);
    umockdev_testbed_remove_device(serial->bed, "/sys" DEVICE);
    make_node(serial, false);
    close(serial->peer); /* the line hangs up */
    umockdev_testbed_detach_ioctl(serial->bed, with_number("/dev/ttyUSB", serial), NULL);
}

void serial_free_all(void)
{
    while (plugged != NULL) {
        struct emulated_serial *serial = plugged;
        plugged = serial->next;
        if (!serial->gone) serial_unplug(serial);
        g_object_unref(serial->handler);
        pthread_mutex_destroy(&serial->lock);
        free(serial);
    }
}

void serial_say(struct emulated_serial *serial, const char *text)
{
    serial_say_bytes(serial, text, strlen(text));
}

void serial_say_bytes(struct emulated_serial *serial, const void *bytes, size_t length)
{
    if (write(serial->peer, bytes, length) != (ssize_t)length) abort();
}

size_t serial_hear(struct emulated_serial *serial, uint8_t *bytes, size_t size)
{
    struct pollfd wait = {serial->peer, POLLIN, 0};
    if (poll(&wait, 1, 0) <= 0) return 0;
    ssize_t n = read(serial->peer, bytes, size);
    return n > 0 ? (size_t)n : 0;
}

bool serial_dtr(struct emulated_serial *serial)
{
    pthread_mutex_lock(&serial->lock);
    bool up = serial->modem_lines & TIOCM_DTR;
    pthread_mutex_unlock(&serial->lock);
    return up;
}

struct termios serial_settings(struct emulated_serial *serial)
{
    struct termios settings;
    if (tcgetattr(serial->peer, &settings) != 0) abort();
    return settings;
}
