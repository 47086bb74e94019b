/* SPDX-License-Identifier: MIT
 *
 * emulated_usb.c - usbfs for devices in umockdev's testbed: the ioctls that libusb 1.0 uses.
 * In: libusb's requests; out: what a kernel with that device would answer.
 * Must not know: the library under test.
 */
#include "emulated_usb.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <linux/usbdevice_fs.h>
#include <pthread.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define PACKETS_MAX 512
#define SENT_MAX 16
#define ENDPOINT_IN 0x81

/* One transfer that libusb has handed in: the request and its buffer in the client's memory. */
struct urb {
    UMockdevIoctlData *request, *buffer;
    struct urb *next;
};

struct packet {
    int error;
    size_t length;
    uint8_t bytes[64];
};

struct emulated_usb {
    struct emulated_usb *next; /* all that were ever plugged */
    const struct usb_model *model;
    UMockdevTestbed *bed;
    UMockdevIoctlBase *handler;
    pthread_mutex_t lock;
    unsigned address, port;
    char node[32], syspath[64];
    int master, slave; /* a pty behind the node: its flow control is what poll sees */
    int flow;
    bool attached, kernel_driver, held, mute;
    unsigned claims;
    struct urb *waiting, *done;
    struct packet packets[PACKETS_MAX];
    size_t packet_first, packet_count;
    struct usb_sent sent[SENT_MAX];
    size_t sent_count;
};

static struct emulated_usb *plugged;

#define DEVICE_LENGTH 18
#define CONFIG_LENGTH 34

static void fill_descriptors(const struct usb_model *m, uint8_t *device, uint8_t *config)
{
    const uint8_t d[DEVICE_LENGTH] = {18, 1, 0, 2, 0, 0, 0, 64, (uint8_t)m->vid,
        (uint8_t)(m->vid >> 8), (uint8_t)m->pid, (uint8_t)(m->pid >> 8), 0, 1, 0, 2, 0, 1};
    const uint8_t c[CONFIG_LENGTH] = {9, 2, CONFIG_LENGTH, 0, 1, 1, 0, 0x80, 50, 9, 4, 0, 0, 1,
        m->subclass == 0xFF ? 0xFF : 3, m->subclass, m->protocol, 0, 9, 0x21, 0x11, 1, 0, 1, 0x22,
        m->descriptor_length, 0, 7, 5, ENDPOINT_IN, 3, m->packet_size, 0, 10};
    memcpy(device, d, sizeof d);
    memcpy(config, c, sizeof c);
}

/* ---- Transfers; the lock is held ---------------------------------------------------------- */

static struct usbdevfs_urb *urb_of(const struct urb *urb)
{
    return (struct usbdevfs_urb *)(void *)urb->request->data;
}

static void push(struct urb **queue, struct urb *urb)
{
    urb->next = NULL;
    while (*queue != NULL)
        queue = &(*queue)->next;
    *queue = urb;
}

/* usbfs tells "something is done" by POLLOUT; a pty does so by its flow control. */
static void show_flow(struct emulated_usb *usb)
{
    int on = usb->done != NULL;
    if (usb->slave >= 0 && on != usb->flow) tcflow(usb->slave, on ? TCOON : TCOOFF);
    usb->flow = on;
}

static void finish(struct emulated_usb *usb, int status, int length)
{
    struct urb *urb = usb->waiting;
    usb->waiting = urb->next;
    urb_of(urb)->status = status;
    urb_of(urb)->actual_length = length;
    push(&usb->done, urb);
}

static void move_packets(struct emulated_usb *usb)
{
    while (usb->waiting != NULL && usb->packet_count > 0) {
        const struct packet *packet = &usb->packets[usb->packet_first];
        memcpy(usb->waiting->buffer->data, packet->bytes, packet->length);
        finish(usb, -packet->error, (int)packet->length);
        usb->packet_first = (usb->packet_first + 1) % PACKETS_MAX;
        usb->packet_count--;
    }
    show_flow(usb);
}

static void free_urbs(struct urb **queue)
{
    while (*queue != NULL) {
        struct urb *urb = *queue;
        *queue = urb->next;
        g_object_unref(urb->buffer);
        g_object_unref(urb->request);
        free(urb);
    }
}

/* ---- Control requests; the lock is held --------------------------------------------------- */

static int answer(const void *bytes, int length, uint8_t *data, int room)
{
    int n = length < room ? length : room;
    memcpy(data, bytes, (size_t)n);
    return n;
}

static int answer_name(const char *name, uint8_t *data, int room)
{
    uint8_t bytes[130] = {(uint8_t)(2 + 2 * strlen(name)), 3};
    for (size_t i = 0; name[i] != '\0'; i++)
        bytes[2 + 2 * i] = (uint8_t)name[i];
    return answer(bytes, bytes[0], data, room);
}

static int keep_sent(struct emulated_usb *usb, const uint8_t *setup, const uint8_t *data, int n)
{
    struct usb_sent *sent = &usb->sent[usb->sent_count];
    if (usb->sent_count == SENT_MAX || n > (int)sizeof sent->bytes) return -EPIPE;
    sent->value = (uint16_t)(setup[3] << 8 | setup[2]);
    sent->length = (size_t)n;
    memcpy(sent->bytes, data, sent->length);
    usb->sent_count++;
    return n;
}

/* setup: type, request, value low, value high, index, length. Bytes that go back, or -errno. */
static int control(struct emulated_usb *usb, const uint8_t *setup, uint8_t *data, int room)
{
    const struct usb_model *model = usb->model;
    if (setup[1] == 6 && setup[3] == 3) return answer_name(model->product, data, room);
    if (setup[0] == 0x81 && setup[1] == 6 && setup[3] == 0x22)
        return answer(model->descriptor, model->descriptor_length, data, room);
    if (setup[0] == 0x21 && setup[1] == 9) return keep_sent(usb, setup, data, room);
    return -EPIPE; /* SET_IDLE among them: many devices do so */
}

/* ---- ioctls ------------------------------------------------------------------------------- */

static gboolean reply(UMockdevIoctlClient *client, long result, int error)
{
    umockdev_ioctl_client_complete(client, result, error);
    return TRUE;
}

static gboolean submit(
    struct emulated_usb *usb, UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
    struct urb *urb = calloc(1, sizeof *urb);
    urb->request = umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_urb), NULL);
    struct usbdevfs_urb *request = urb_of(urb);
    urb->buffer = umockdev_ioctl_data_resolve(urb->request,
        G_STRUCT_OFFSET(struct usbdevfs_urb, buffer), (gsize)request->buffer_length, NULL);
    if (request->type == USBDEVFS_URB_TYPE_CONTROL && !usb->mute) {
        uint8_t *bytes = urb->buffer->data;
        int n = control(usb, bytes, bytes + 8, request->buffer_length - 8);
        request->status = n < 0 ? n : 0;
        request->actual_length = n < 0 ? 0 : n;
        push(&usb->done, urb);
    } else {
        push(&usb->waiting, urb);
    }
    move_packets(usb);
    return reply(client, 0, 0);
}

static gboolean reap(struct emulated_usb *usb, UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
    struct urb *urb = usb->done;
    if (urb == NULL) return reply(client, -1, usb->attached ? EAGAIN : ENODEV);
    UMockdevIoctlData *pointer = umockdev_ioctl_data_resolve(arg, 0, sizeof(void *), NULL);
    umockdev_ioctl_data_set_ptr(pointer, 0, urb->request);
    g_object_unref(pointer);
    usb->done = urb->next;
    urb->next = NULL;
    show_flow(usb);
    gboolean answered = reply(client, 0, 0);
    free_urbs(&urb);
    return answered;
}

static gboolean discard(
    struct emulated_usb *usb, UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
    gulong address;
    memcpy(&address, arg->data, sizeof address);
    for (struct urb **at = &usb->waiting; *at != NULL; at = &(*at)->next) {
        struct urb *urb = *at;
        if (urb->request->client_addr != address) continue;
        *at = urb->next;
        urb_of(urb)->status = -ENOENT;
        push(&usb->done, urb);
        show_flow(usb);
        return reply(client, 0, 0);
    }
    return reply(client, -1, EINVAL);
}

static gboolean get_driver(
    struct emulated_usb *usb, UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
    if (!usb->kernel_driver) return reply(client, -1, ENODATA);
    UMockdevIoctlData *data =
        umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_getdriver), NULL);
    struct usbdevfs_getdriver *driver = (struct usbdevfs_getdriver *)(void *)data->data;
    strcpy(driver->driver, "usbhid");
    g_object_unref(data);
    return reply(client, 0, 0);
}

/* USBDEVFS_IOCTL wraps "take it from the kernel's driver" and "give it back". */
static gboolean bind_driver(
    struct emulated_usb *usb, UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
    UMockdevIoctlData *data =
        umockdev_ioctl_data_resolve(arg, 0, sizeof(struct usbdevfs_ioctl), NULL);
    unsigned code = (unsigned)((struct usbdevfs_ioctl *)(void *)data->data)->ioctl_code;
    g_object_unref(data);
    bool bound = usb->kernel_driver;
    usb->kernel_driver = code == USBDEVFS_CONNECT;
    if (code == USBDEVFS_DISCONNECT && !bound) return reply(client, -1, ENODATA);
    return reply(client, code == USBDEVFS_CONNECT, 0);
}

static gboolean claim(struct emulated_usb *usb, UMockdevIoctlClient *client)
{
    if (usb->kernel_driver || usb->held) return reply(client, -1, EBUSY);
    usb->claims++;
    return reply(client, 0, 0);
}

static gboolean capabilities(UMockdevIoctlClient *client, UMockdevIoctlData *arg)
{
    const guint32 caps = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_NO_PACKET_SIZE_LIM |
                         USBDEVFS_CAP_REAP_AFTER_DISCONNECT;
    UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, sizeof caps, NULL);
    memcpy(data->data, &caps, sizeof caps);
    g_object_unref(data);
    return reply(client, 0, 0);
}

static gboolean serve(struct emulated_usb *usb, UMockdevIoctlClient *client)
{
    gulong request = umockdev_ioctl_client_get_request(client);
    UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
    bool reaps = request == USBDEVFS_REAPURB || request == USBDEVFS_REAPURBNDELAY;
    if (!usb->attached && !reaps && request != USBDEVFS_DISCARDURB)
        return reply(client, -1, ENODEV);
    switch (request) {
    case USBDEVFS_GET_CAPABILITIES:
        return capabilities(client, arg);
    case USBDEVFS_GETDRIVER:
        return get_driver(usb, client, arg);
    case USBDEVFS_IOCTL:
        return bind_driver(usb, client, arg);
    case USBDEVFS_CLAIMINTERFACE:
        return claim(usb, client);
    case USBDEVFS_RELEASEINTERFACE:
    case USBDEVFS_CLEAR_HALT:
        return reply(client, 0, 0);
    case USBDEVFS_SUBMITURB:
        return submit(usb, client, arg);
    case USBDEVFS_REAPURB:
    case USBDEVFS_REAPURBNDELAY:
        return reap(usb, client, arg);
    case USBDEVFS_DISCARDURB:
        return discard(usb, client, arg);
    default:
        return FALSE;
    }
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer user)
{
    struct emulated_usb *usb = user;
    (void)base;
    pthread_mutex_lock(&usb->lock);
    gboolean answered = serve(usb, client);
    pthread_mutex_unlock(&usb->lock);
    return answered;
}

/* ---- Plug and unplug ---------------------------------------------------------------------- */

/* umockdev would make the node a plain file, which is always ready: libusb would spin. */
static void make_node(struct emulated_usb *usb)
{
    char *root = umockdev_testbed_get_root_dir(usb->bed);
    char path[512], name[64];
    struct termios raw;
    memset(&raw, 0, sizeof raw);
    cfmakeraw(&raw);
    if (openpty(&usb->master, &usb->slave, name, &raw, NULL) != 0) abort();
    snprintf(path, sizeof path, "%s/dev/bus/usb/001", root);
    g_mkdir_with_parents(path, 0755);
    snprintf(path, sizeof path, "%s%s", root, usb->node);
    unlink(path);
    if (symlink(name, path) != 0) abort();
    if (usb->model->forbidden) fchmod(usb->slave, 0600);
    usb->flow = -1;
    show_flow(usb);
    g_free(root);
}

static void put_hex(char *text, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sprintf(text + 2 * i, "%02X", bytes[i]);
}

/* The node stands before the uevent says so: hence no N: line here. */
static void announce(struct emulated_usb *usb)
{
    unsigned address = usb->address, port = usb->port;
    uint8_t device[DEVICE_LENGTH], config[CONFIG_LENGTH];
    char hex[2 * (DEVICE_LENGTH + CONFIG_LENGTH) + 1], text[1024];
    GError *error = NULL;
    fill_descriptors(usb->model, device, config);
    put_hex(hex, device, sizeof device);
    put_hex(hex + 2 * sizeof device, config, sizeof config);
    snprintf(text, sizeof text,
        "P: /devices/pci0000:00/usb1/1-%u\nE: SUBSYSTEM=usb\nE: DRIVER=usb\nE: BUSNUM=001\n"
        "E: DEVNUM=%03u\nE: DEVNAME=%s\nE: DEVTYPE=usb_device\nA: busnum=1\\n\nA: devnum=%u\\n\n"
        "A: bConfigurationValue=1\\n\nA: speed=12\\n\nA: idVendor=%04x\\n\nA: idProduct=%04x\\n\n"
        "H: descriptors=%s\n",
        port, address, usb->node, address, usb->model->vid, usb->model->pid, hex);
    if (!umockdev_testbed_add_from_string(usb->bed, text, &error)) {
        fprintf(stderr, "umockdev: %s\n", error->message);
        abort();
    }
}

struct emulated_usb *usb_plug(UMockdevTestbed *bed, const struct usb_model *model, unsigned port)
{
    static unsigned address = 1; /* never the same again, as on a real bus */
    struct emulated_usb *usb = calloc(1, sizeof *usb);
    address++;
    usb->model = model;
    usb->bed = bed;
    usb->address = address;
    usb->port = port;
    usb->attached = usb->kernel_driver = true;
    pthread_mutex_init(&usb->lock, NULL);
    snprintf(usb->node, sizeof usb->node, "/dev/bus/usb/001/%03u", address);
    snprintf(usb->syspath, sizeof usb->syspath, "/sys/devices/pci0000:00/usb1/1-%u", port);
    usb->handler = umockdev_ioctl_base_new();
    g_signal_connect_after(usb->handler, "handle-ioctl", G_CALLBACK(on_ioctl), usb);
    /* umockdev ends a program that may open a node but not the handler's socket. */
    if (!model->forbidden) umockdev_testbed_attach_ioctl(bed, usb->node, usb->handler, NULL);
    make_node(usb);
    announce(usb);
    usb->next = plugged;
    plugged = usb;
    return usb;
}

void usb_unplug(struct emulated_usb *usb)
{
    pthread_mutex_lock(&usb->lock);
    usb->attached = false;
    while (usb->waiting != NULL)
        finish(usb, -ESHUTDOWN, 0);
    show_flow(usb);
    close(usb->slave);
    usb->slave = -1;
    pthread_mutex_unlock(&usb->lock);
    umockdev_testbed_uevent(usb->bed, usb->syspath, "remove");
    umockdev_testbed_remove_device(usb->bed, usb->syspath);
    close(usb->master);
}

void usb_replug(struct emulated_usb *usb, const struct usb_model *model)
{
    pthread_mutex_lock(&usb->lock);
    usb->model = model;
    usb->attached = usb->kernel_driver = true;
    usb->packet_first = usb->packet_count = 0;
    pthread_mutex_unlock(&usb->lock);
    make_node(usb);
    announce(usb);
}

void usb_sleep(struct emulated_usb *usb)
{
    pthread_mutex_lock(&usb->lock);
    while (usb->waiting != NULL)
        finish(usb, -ESHUTDOWN, 0);
    show_flow(usb);
    pthread_mutex_unlock(&usb->lock);
}

static void free_usb(struct emulated_usb *usb)
{
    if (usb->attached) usb_unplug(usb);
    if (!usb->model->forbidden) umockdev_testbed_detach_ioctl(usb->bed, usb->node, NULL);
    g_object_unref(usb->handler);
    free_urbs(&usb->waiting);
    free_urbs(&usb->done);
    pthread_mutex_destroy(&usb->lock);
    free(usb);
}

void usb_free_all(void)
{
    while (plugged != NULL) {
        struct emulated_usb *usb = plugged;
        plugged = usb->next;
        free_usb(usb);
    }
}

/* ---- What the device does ----------------------------------------------------------------- */

static void add_packet(struct emulated_usb *usb, int error, const uint8_t *bytes, size_t length)
{
    size_t at = (usb->packet_first + usb->packet_count++) % PACKETS_MAX;
    usb->packets[at].error = error;
    usb->packets[at].length = length;
    if (length > 0) memcpy(usb->packets[at].bytes, bytes, length);
}

void usb_send(struct emulated_usb *usb, const uint8_t *bytes, size_t length)
{
    size_t size = usb->model->packet_size;
    pthread_mutex_lock(&usb->lock);
    for (size_t at = 0; at < length; at += size)
        add_packet(usb, 0, bytes + at, length - at < size ? length - at : size);
    move_packets(usb);
    pthread_mutex_unlock(&usb->lock);
}

void usb_fail(struct emulated_usb *usb, int error)
{
    pthread_mutex_lock(&usb->lock);
    add_packet(usb, error, NULL, 0);
    move_packets(usb);
    pthread_mutex_unlock(&usb->lock);
}

void usb_hold(struct emulated_usb *usb, bool held)
{
    pthread_mutex_lock(&usb->lock);
    usb->held = held;
    pthread_mutex_unlock(&usb->lock);
}

void usb_mute(struct emulated_usb *usb)
{
    pthread_mutex_lock(&usb->lock);
    usb->mute = true;
    pthread_mutex_unlock(&usb->lock);
}

bool usb_kernel_has_it(struct emulated_usb *usb)
{
    pthread_mutex_lock(&usb->lock);
    bool has = usb->kernel_driver;
    pthread_mutex_unlock(&usb->lock);
    return has;
}

unsigned usb_claims(struct emulated_usb *usb)
{
    pthread_mutex_lock(&usb->lock);
    unsigned claims = usb->claims;
    pthread_mutex_unlock(&usb->lock);
    return claims;
}

unsigned usb_waiting_transfers(struct emulated_usb *usb)
{
    unsigned n = 0;
    pthread_mutex_lock(&usb->lock);
    for (const struct urb *urb = usb->waiting; urb != NULL; urb = urb->next)
        n++;
    pthread_mutex_unlock(&usb->lock);
    return n;
}

bool usb_all_taken(struct emulated_usb *usb)
{
    pthread_mutex_lock(&usb->lock);
    bool all = usb->packet_count == 0 && usb->done == NULL;
    pthread_mutex_unlock(&usb->lock);
    return all;
}

bool usb_sent(struct emulated_usb *usb, size_t n, struct usb_sent *sent)
{
    pthread_mutex_lock(&usb->lock);
    bool there = n < usb->sent_count;
    if (there) *sent = usb->sent[n];
    pthread_mutex_unlock(&usb->lock);
    return there;
}
