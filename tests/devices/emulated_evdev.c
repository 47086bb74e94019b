/* SPDX-License-Identifier: MIT
 *
 * emulated_evdev.c - an input device in umockdev's testbed: a named pipe for its events, answers to
 * ioctls. In: what it shall type; out: what a kernel with that device would send. Must not know:
 * the library under test.
 */
#include "emulated_evdev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct emulated_evdev {
    struct emulated_evdev *next;
    UMockdevTestbed *bed;
    UMockdevIoctlBase *handler;
    const struct evdev_model *model;
    pthread_mutex_t lock;
    char pipe_path[256], link_path[256];
    int pipe, refusal;
    bool grabbed, gone;
};

const struct evdev_model evdev_scanner = {"Line Scanner", 0x05e0, 0x1200, true, true};
const struct evdev_model evdev_ps2 = {"AT Translated Set 2 keyboard", 1, 1, true, false};
const struct evdev_model evdev_mute = {NULL, 0, 0, true, true};
const struct evdev_model evdev_other = {
    "Line Scanner Consumer Control", 0x05e0, 0x1200, false, true};

static struct emulated_evdev *plugged;

/* ---- The client's ioctls ------------------------------------------------------------------- */

static void answer(UMockdevIoctlClient *client, const void *bytes, size_t length, size_t room)
{
    UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
    UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, room, NULL);
    memcpy(data->data, bytes, length < room ? length : room);
    g_object_unref(data);
    umockdev_ioctl_client_complete(client, (int)length, 0);
}

static void serve(struct emulated_evdev *evdev, UMockdevIoctlClient *client)
{
    gulong request = umockdev_ioctl_client_get_request(client);
    size_t room = _IOC_SIZE(request);
    const struct evdev_model *model = evdev->model;
    struct input_id id = {.bustype = BUS_USB, .vendor = model->vid, .product = model->pid};
    uint8_t bits[KEY_1 / 8 + 1] = {0};
    if (model->digits) bits[KEY_1 / 8] = 1u << (KEY_1 % 8);
    if (evdev->gone) {
        umockdev_ioctl_client_complete(client, -1, ENODEV);
    } else if (request == EVIOCGRAB) {
        UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
        void *grab = *(void **)arg->data;
        if (evdev->refusal == 0) evdev->grabbed = grab != NULL;
        umockdev_ioctl_client_complete(client, evdev->refusal ? -1 : 0, evdev->refusal);
    } else if (model->name == NULL) {
        umockdev_ioctl_client_complete(client, -1, ENOENT); /* nothing else was recorded */
    } else if (request == EVIOCGID) {
        answer(client, &id, sizeof id, room);
    } else if (_IOC_NR(request) == _IOC_NR(EVIOCGNAME(0))) {
        answer(client, model->name, strlen(model->name) + 1, room);
    } else if (_IOC_NR(request) == _IOC_NR(EVIOCGBIT(EV_KEY, 0))) {
        answer(client, bits, sizeof bits, room);
    } else {
        umockdev_ioctl_client_complete(client, -1, ENOENT);
    }
}

static gboolean on_ioctl(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer user)
{
    struct emulated_evdev *evdev = user;
    (void)base;
    pthread_mutex_lock(&evdev->lock);
    serve(evdev, client);
    pthread_mutex_unlock(&evdev->lock);
    return TRUE;
}

/* ---- Plugging ------------------------------------------------------------------------------- */

static void name_in_testbed(UMockdevTestbed *bed, const char *place, char *path, size_t size)
{
    char *root = umockdev_testbed_get_root_dir(bed);
    snprintf(path, size, "%s%s", root, place);
    g_free(root);
    char *folder = g_path_get_dirname(path);
    g_mkdir_with_parents(folder, 0755);
    g_free(folder);
}

/* A pipe hands over whole events, as evdev does, and tells when the other end is gone. */
static void make_nodes(struct emulated_evdev *evdev)
{
    name_in_testbed(evdev->bed, EVDEV_NODE, evdev->pipe_path, sizeof evdev->pipe_path);
    name_in_testbed(evdev->bed, EVDEV_LINK, evdev->link_path, sizeof evdev->link_path);
    unlink(evdev->pipe_path);
    unlink(evdev->link_path);
    if (mkfifo(evdev->pipe_path, 0600) != 0 || symlink("../event7", evdev->link_path) != 0) abort();
    evdev->pipe = open(evdev->pipe_path, O_RDWR | O_CLOEXEC);
    if (evdev->pipe < 0) abort();
}

struct emulated_evdev *evdev_plug(UMockdevTestbed *bed, const struct evdev_model *model)
{
    struct emulated_evdev *evdev = calloc(1, sizeof *evdev);
    evdev->bed = bed;
    evdev->model = model;
    pthread_mutex_init(&evdev->lock, NULL);
    make_nodes(evdev);
    evdev->handler = umockdev_ioctl_base_new();
    g_signal_connect_after(evdev->handler, "handle-ioctl", G_CALLBACK(on_ioctl), evdev);
    /* umockdev goes by the name that was opened. */
    umockdev_testbed_attach_ioctl(bed, EVDEV_NODE, evdev->handler, NULL);
    umockdev_testbed_attach_ioctl(bed, EVDEV_LINK, evdev->handler, NULL);
    evdev->next = plugged;
    plugged = evdev;
    return evdev;
}

void evdev_unplug(struct emulated_evdev *evdev)
{
    pthread_mutex_lock(&evdev->lock);
    evdev->gone = true;
    pthread_mutex_unlock(&evdev->lock);
    unlink(evdev->pipe_path);
    unlink(evdev->link_path);
    close(evdev->pipe);
    umockdev_testbed_detach_ioctl(evdev->bed, EVDEV_NODE, NULL);
    umockdev_testbed_detach_ioctl(evdev->bed, EVDEV_LINK, NULL);
}

void evdev_free_all(void)
{
    while (plugged != NULL) {
        struct emulated_evdev *evdev = plugged;
        plugged = evdev->next;
        if (!evdev->gone) evdev_unplug(evdev);
        g_object_unref(evdev->handler);
        pthread_mutex_destroy(&evdev->lock);
        free(evdev);
    }
}

void evdev_refuse(struct emulated_evdev *evdev, int error)
{
    pthread_mutex_lock(&evdev->lock);
    evdev->refusal = error;
    pthread_mutex_unlock(&evdev->lock);
}

bool evdev_is_grabbed(struct emulated_evdev *evdev)
{
    pthread_mutex_lock(&evdev->lock);
    bool grabbed = evdev->grabbed;
    pthread_mutex_unlock(&evdev->lock);
    return grabbed;
}

/* ---- Typing --------------------------------------------------------------------------------- */

// clang-format off
static const struct {
    char plain, shifted;
    unsigned code, usage;
} keys[] = {
    {'a', 'A', KEY_A, 0x04}, {'b', 'B', KEY_B, 0x05}, {'e', 'E', KEY_E, 0x08}, {'m', 'M', KEY_M, 0x10},
    {'r', 'R', KEY_R, 0x15}, {'1', '!', KEY_1, 0x1E}, {'2', '@', KEY_2, 0x1F}, {'3', '#', KEY_3, 0x20},
    {'4', '$', KEY_4, 0x21}, {'5', '%', KEY_5, 0x22}, {'6', '^', KEY_6, 0x23}, {'7', '&', KEY_7, 0x24},
    {'8', '*', KEY_8, 0x25}, {'9', '(', KEY_9, 0x26}, {'0', ')', KEY_0, 0x27}, {'\n', 0, KEY_ENTER, 0x28},
    {'=', '+', KEY_EQUAL, 0x2E}, {';', ':', KEY_SEMICOLON, 0x33}, {'/', '?', KEY_SLASH, 0x38},
};
// clang-format on

void evdev_say(struct emulated_evdev *evdev, unsigned type, unsigned code, int32_t value)
{
    struct input_event event = {.type = (uint16_t)type, .code = (uint16_t)code, .value = value};
    if (write(evdev->pipe, &event, sizeof event) != (ssize_t)sizeof event) abort();
}

static void say_key(struct emulated_evdev *evdev, unsigned code, unsigned usage, int32_t value)
{
    int32_t scan = evdev->model->scans ? 0x70000 | (int32_t)usage : (int32_t)code;
    if (value != 2) evdev_say(evdev, EV_MSC, MSC_SCAN, scan);
    evdev_say(evdev, EV_KEY, code, value);
    evdev_say(evdev, EV_SYN, SYN_REPORT, 0);
}

static void type_character(struct emulated_evdev *evdev, char c)
{
    size_t i = 0;
    while (keys[i].plain != c && keys[i].shifted != c)
        if (++i == sizeof keys / sizeof keys[0]) abort();
    if (keys[i].plain != c) {
        say_key(evdev, KEY_LEFTSHIFT, 0xE1, 1);
        say_key(evdev, KEY_LEFTSHIFT, 0xE1, 2);
    }
    say_key(evdev, keys[i].code, keys[i].usage, 1);
    say_key(evdev, keys[i].code, keys[i].usage, 2);
    say_key(evdev, keys[i].code, keys[i].usage, 0);
    if (keys[i].plain != c) say_key(evdev, KEY_LEFTSHIFT, 0xE1, 0);
}

void evdev_type(struct emulated_evdev *evdev, const char *text)
{
    for (; *text != '\0'; text++)
        type_character(evdev, *text);
}
