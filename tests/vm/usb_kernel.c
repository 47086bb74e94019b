/* SPDX-License-Identifier: MIT
 *
 * usb_kernel.c - a MagTek reader behind the real kernel: plugged into vhci_hcd by USB/IP over a
 * socket pair, bound by usbhid, taken over by the library. Runs as root in a virtual machine that
 * has nothing else on USB. Out: a line per step, "passed;" at the end, or what did not hold. Knows
 * the library by its public headers.
 */
#include "../devices/emulated_usb.h"
#include "../devices/program_client.h"

#include <loyalty/reader.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 15000
#define CARD ";60058541029558180=9904?"
#define SWIPES 20
#define WAITING_MAX 16u
#define PIPE_MAX 8192u

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) fail(#condition, __LINE__);                                              \
    } while (0)

static void fail(const char *condition, int line)
{
    printf("failed: line %d: %s\n", line, condition);
    fflush(stdout);
    exit(1);
}

static void step(const char *what)
{
    printf("%s\n", what);
    fflush(stdout);
}

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- The device's end of USB/IP ---------------------------------------------------------------
 */

/* Linux, Documentation/usb/usbip_protocol: 48 bytes, big-endian, the setup packet as it is.
 *
 *     0 command  4 sequence  8 device  12 direction (1 in)  16 endpoint
 *     submit: 20 flags  24 length  28 frame  32 packets  36 interval  40 setup
 *     answer: 20 status 24 length  28 frame  32 packets  36 errors    40 padding
 *     unlink: 20 sequence of the submit; its answer: 20 status
 */
struct usbip_header {
    uint32_t command, sequence, device, direction, endpoint;
    uint32_t word[5];
    uint8_t setup[8];
};
_Static_assert(sizeof(struct usbip_header) == 48, "the header's size on the wire");

enum { USBIP_SUBMIT = 1, USBIP_UNLINK, USBIP_SUBMITTED, USBIP_UNLINKED };

struct waiting {
    uint32_t sequence, length;
};

struct emulated_usb {
    const struct usb_model *model;
    pthread_mutex_t lock;
    pthread_t thread;
    int socket;
    struct waiting waiting[WAITING_MAX]; /* interrupt transfers, oldest first */
    size_t waiting_count;
    uint8_t pipe[PIPE_MAX]; /* what the device has to say */
    size_t pipe_length;
};

static bool transfer_all(int descriptor, void *bytes, size_t length, bool out)
{
    uint8_t *next = bytes;
    while (length > 0) {
        ssize_t done =
            out ? send(descriptor, next, length, MSG_NOSIGNAL) : recv(descriptor, next, length, 0);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        next += done;
        length -= (size_t)done;
    }
    return true;
}

static void answer(
    struct emulated_usb *usb, uint32_t sequence, int status, const void *data, size_t length)
{
    uint8_t message[sizeof(struct usbip_header) + 4096];
    struct usbip_header header = {.command = htonl(USBIP_SUBMITTED),
        .sequence = htonl(sequence),
        .word = {htonl((uint32_t)status), htonl((uint32_t)length)}};
    memcpy(message, &header, sizeof header);
    size_t carried = data ? length : 0;
    if (carried > 0) memcpy(message + sizeof header, data, carried);
    transfer_all(usb->socket, message, sizeof header + carried, true);
}

/* Packets for the transfers that wait, while there is both. */
static void pipe_serve(struct emulated_usb *usb)
{
    while (usb->waiting_count > 0 && usb->pipe_length > 0) {
        struct waiting first = usb->waiting[0];
        size_t length = usb->pipe_length;
        if (length > usb->model->packet_size) length = usb->model->packet_size;
        if (length > first.length) length = first.length;
        answer(usb, first.sequence, 0, usb->pipe, length);
        usb->pipe_length -= length;
        memmove(usb->pipe, usb->pipe + length, usb->pipe_length);
        memmove(usb->waiting, usb->waiting + 1, --usb->waiting_count * sizeof first);
    }
}

static size_t string_fill(const struct usb_model *model, uint8_t index, uint8_t *bytes)
{
    const char *text = index == 2 ? model->product : "1";
    size_t length = strlen(text);
    if (index == 0) {
        memcpy(bytes, (const uint8_t[]){4, 3, 9, 4}, 4);
        return 4;
    }
    bytes[0] = (uint8_t)(2 + 2 * length);
    bytes[1] = 3;
    for (size_t i = 0; i < length; i++) {
        bytes[2 + 2 * i] = (uint8_t)text[i];
        bytes[3 + 2 * i] = 0;
    }
    return bytes[0];
}

/* USB 2.0, 9.6 and HID 1.11, 7.1: the descriptor that value names; 0: there is none. */
static size_t descriptor_fill(const struct usb_model *model, uint16_t value, uint8_t *bytes)
{
    const uint8_t device[] = {18, 1, 0, 2, 0, 0, 0, 64, (uint8_t)model->vid,
        (uint8_t)(model->vid >> 8), (uint8_t)model->pid, (uint8_t)(model->pid >> 8), 0, 1, 0, 2, 0,
        1};
    const uint8_t configuration[] = {9, 2, 34, 0, 1, 1, 0, 0x80, 50, 9, 4, 0, 0, 1, 3,
        model->subclass, model->protocol, 0, 9, 0x21, 0x11, 1, 0, 1, 0x22, model->descriptor_length,
        0, 7, 5, 0x81, 3, model->packet_size, 0, 1};
    switch (value >> 8) {
    case 1:
        memcpy(bytes, device, sizeof device);
        return sizeof device;
    case 2:
        memcpy(bytes, configuration, sizeof configuration);
        return sizeof configuration;
    case 3:
        return string_fill(model, (uint8_t)value, bytes);
    case 0x22:
        memcpy(bytes, model->descriptor, model->descriptor_length);
        return model->descriptor_length;
    default:
        return 0;
    }
}

static void control_serve(
    struct emulated_usb *usb, uint32_t sequence, const uint8_t *setup, size_t length)
{
    uint8_t bytes[512] = {0}; // of a status, zeros
    uint16_t value = (uint16_t)(setup[2] | setup[3] << 8);
    if (setup[0] & 0x80) {
        size_t filled = setup[1] == 0 ? 2 : 0;
        if (setup[1] == 6) filled = descriptor_fill(usb->model, value, bytes);
        if (filled > length) filled = length;
        answer(usb, sequence, filled > 0 ? 0 : -EPIPE, bytes, filled);
    } else {
        answer(usb, sequence, 0, NULL, length);
    }
}

static void unlink_serve(struct emulated_usb *usb, uint32_t sequence, uint32_t unlinked)
{
    struct usbip_header header = {.command = htonl(USBIP_UNLINKED), .sequence = htonl(sequence)};
    for (size_t i = 0; i < usb->waiting_count; i++) {
        if (usb->waiting[i].sequence != unlinked) continue;
        header.word[0] = htonl((uint32_t)-ECONNRESET);
        memmove(usb->waiting + i, usb->waiting + i + 1,
            (--usb->waiting_count - i) * sizeof usb->waiting[0]);
        break;
    }
    transfer_all(usb->socket, &header, sizeof header, true);
}

static bool request_serve(struct emulated_usb *usb, const struct usbip_header *header)
{
    uint32_t sequence = ntohl(header->sequence), length = ntohl(header->word[1]);
    uint8_t out[4096];
    if (ntohl(header->command) == USBIP_UNLINK) {
        unlink_serve(usb, sequence, ntohl(header->word[0]));
        return true;
    }
    if (ntohl(header->direction) == 0 && length > 0 &&
        (length > sizeof out || !transfer_all(usb->socket, out, length, false)))
        return false;
    if (ntohl(header->endpoint) == 0) {
        control_serve(usb, sequence, header->setup, length);
    } else if (usb->waiting_count < WAITING_MAX) {
        usb->waiting[usb->waiting_count++] = (struct waiting){sequence, length};
        pipe_serve(usb);
    }
    return true;
}

static void *serve(void *argument)
{
    struct emulated_usb *usb = argument;
    struct usbip_header header;
    bool on = true;
    while (on && transfer_all(usb->socket, &header, sizeof header, false)) {
        pthread_mutex_lock(&usb->lock);
        on = request_serve(usb, &header);
        pthread_mutex_unlock(&usb->lock);
    }
    return NULL;
}

void usb_send(struct emulated_usb *usb, const uint8_t *bytes, size_t length)
{
    pthread_mutex_lock(&usb->lock);
    MUST(usb->pipe_length + length <= sizeof usb->pipe);
    memcpy(usb->pipe + usb->pipe_length, bytes, length);
    usb->pipe_length += length;
    pipe_serve(usb);
    pthread_mutex_unlock(&usb->lock);
}

/* Speed 2 is full speed. The port is free again a moment after the last device has left it. */
static void attach(int socket)
{
    char line[64];
    int length = snprintf(line, sizeof line, "0 %d %d 2\n", socket, 1 << 16 | 2);
    long end = now_ms() + PATIENCE_MS;
    ssize_t written = -1;
    while (written != length && now_ms() < end) {
        int file = open("/sys/devices/platform/vhci_hcd.0/attach", O_WRONLY | O_CLOEXEC);
        MUST(file >= 0);
        written = write(file, line, (size_t)length);
        close(file);
        if (written != length) usleep(50000);
    }
    MUST(written == length);
}

static void plug(struct emulated_usb *usb, const struct usb_model *model)
{
    int pair[2];
    *usb = (struct emulated_usb){.model = model, .lock = PTHREAD_MUTEX_INITIALIZER};
    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    usb->socket = pair[0];
    MUST(pthread_create(&usb->thread, NULL, serve, usb) == 0);
    attach(pair[1]);
    close(pair[1]);
}

static void unplug(struct emulated_usb *usb)
{
    shutdown(usb->socket, SHUT_RDWR);
    pthread_join(usb->thread, NULL);
    close(usb->socket);
}

/* ---- The application's end ----------------------------------------------------------------------
 */

static struct loy_reader *reader;
static struct loy_event event;

static void hidraw_await(bool there)
{
    long end = now_ms() + PATIENCE_MS;
    while ((access("/dev/hidraw0", F_OK) == 0) != there) {
        MUST(now_ms() < end);
        usleep(20000);
    }
}

/* What the library knows, for whoever reads why the test failed. */
static void devices_print(void)
{
    struct loy_device device;
    for (size_t i = 0; loy_reader_list(reader, i, &device) == LOY_OK; i++)
        printf("%s: driver '%s', state %u, %s\n", device.path, device.driver, device.state,
            device.text);
    printf("hidraw0 is %s, reader says '%s'\n",
        access("/dev/hidraw0", F_OK) == 0 ? "there" : "not there", loy_reader_text(reader));
}

static void await(enum loy_event_kind kind)
{
    long end = now_ms() + PATIENCE_MS;
    while (loy_reader_next(reader, &event) != LOY_OK) {
        long left = end - now_ms();
        if (left <= 0) devices_print();
        MUST(left > 0);
        struct pollfd wait = {loy_reader_fd(reader), POLLIN, 0};
        if (poll(&wait, 1, (int)left) > 0) MUST(loy_reader_dispatch(reader) == LOY_OK);
    }
    if (event.kind != kind) printf("event %d, reason %d\n", event.kind, event.reason);
    MUST(event.kind == kind);
}

static void swipe_read(struct emulated_usb *usb)
{
    usb_swipe(usb, CARD);
    await(LOY_EVENT_READ);
    bool found = false;
    for (unsigned i = 0; i < event.part_count; i++) {
        const struct loy_part *part = &event.parts[i];
        found |= part->length == strlen(CARD) &&
                 memcmp(loy_part_data(&event, part), CARD, part->length) == 0;
    }
    MUST(found);
}

static void story(struct emulated_usb *usb)
{
    const struct loy_reader_options options = {.size = sizeof options, .sources = LOY_SOURCE_USB};
    struct loy_device device;
    uint8_t report[REPORT_BYTES];
    plug(usb, &model_magtek);
    hidraw_await(true);
    step("the kernel has the reader");
    MUST(loy_reader_open(&options, &reader) == LOY_OK);
    await(LOY_EVENT_ATTACHED);
    MUST(loy_reader_list(reader, 0, &device) == LOY_OK);
    MUST(strcmp(device.driver, "magtek-hid") == 0);
    hidraw_await(false);
    step("the library took it from the kernel");
    for (int i = 0; i < SWIPES; i++)
        swipe_read(usb);
    step("swipes are read");
    usb_fill_swipe(report, CARD);
    usb_send(usb, report, 100);
    await(LOY_EVENT_MISREAD);
    MUST(event.reason == LOY_MISREAD_TRUNCATED);
    swipe_read(usb);
    step("half a report is a misread, and the next one is read");
    usb_send(usb, report, 100);
    unplug(usb);
    await(LOY_EVENT_MISREAD);
    MUST(event.reason == LOY_MISREAD_TRUNCATED);
    await(LOY_EVENT_DETACHED);
    step("pulled out in mid-report");
    plug(usb, &model_magtek);
    await(LOY_EVENT_ATTACHED);
    swipe_read(usb);
    step("plugged in again, it reads");
    loy_reader_close(reader);
    hidraw_await(true);
    step("the kernel has it back");
    unplug(usb);
}

/* The program itself, the same binary as under umockdev (tests/devices/program_test.c). */
static void program_story(struct emulated_usb *usb)
{
    static struct program program;
    uint8_t report[REPORT_BYTES];
    plug(usb, &model_magtek);
    hidraw_await(true);
    MUST(program_listen(&program, "/bin/loyalty", NULL));
    MUST(program_says(&program, "\"attached\"", "magtek-hid"));
    usb_swipe(usb, CARD);
    MUST(program_says(&program, "\"read\"", CARD));
    usb_fill_swipe(report, CARD);
    usb_send(usb, report, 104);
    unplug(usb);
    MUST(program_says(&program, "\"misread\"", "truncated"));
    MUST(program_says(&program, "\"detached\"", "magtek-hid"));
    plug(usb, &model_magtek);
    MUST(program_says(&program, "\"attached\"", "magtek-hid"));
    usb_swipe(usb, CARD);
    MUST(program_says(&program, "\"read\"", CARD));
    MUST(program_end(&program));
    unplug(usb);
    step("the program reads, misreads and takes it up again");
}

int main(void)
{
    static struct emulated_usb usb;
    signal(SIGPIPE, SIG_IGN);
    story(&usb);
    program_story(&usb);
    step("passed;");
    return 0;
}
