/* SPDX-License-Identifier: MIT
 *
 * transport_usb.h - what transport_usb.c (all of USB: hot-plug, descriptors to poll) and
 * transport_usb_channel.c (one HID interface) share. In: libusb; out: whole reports.
 * Must not know: drivers, what a report means.
 */
#ifndef DRIVERS_TRANSPORT_USB_H
#define DRIVERS_TRANSPORT_USB_H

#include "transport.h"

#include <libusb.h>

/* Interrupt transfers queued at the device: a till may look away for a few polling intervals. */
#define USB_PACKETS 4u
/* A pause inside one report that makes it a broken one (reference: readers, section 0). */
#define USB_GAP_MS 500
#define USB_RETRY_MS 2000
#define USB_CONTROL_MS 1000u

enum usb_state {
    USB_ASKING,  /* name and report descriptor are on their way */
    USB_FOUND,   /* the descriptor is there; CAME not yet taken */
    USB_OFFERED, /* CAME taken; waits for start() or drop() */
    USB_LISTENS,
    USB_USELESS, /* cannot be used: text says why; tried again at retry_at_ms, if that is not 0 */
    USB_LEAVING  /* nobody wants it: goes as soon as no transfer is in flight */
};

/* One interrupt transfer. Neither flying nor done: waits to be submitted again. */
struct usb_packet {
    struct usb_channel *channel;
    struct libusb_transfer *transfer;
    bool flying, done;
};

#define USB_WAITING_MAX 4u

/* A report for the device. */
struct usb_message {
    uint16_t value; /* of SET_REPORT: type and report ID */
    uint8_t length;
    uint8_t bytes[LOY_SEND_MAX];
};

/* One HID interface of one device. */
struct usb_channel {
    struct usb_channel *next;
    libusb_device *device;
    libusb_device_handle *handle;
    enum usb_state state;
    bool claimed, gone, trouble;
    bool departed; /* unplugged; gone without it: the kernel took our transfers, the device stays */
    bool is_first; /* of its device */
    bool unused;   /* left alone: text says how it would be taken */
    const struct transport_place *bound; /* how the caller named it, or NULL */
    int64_t retry_at_ms;
    uint16_t vid, pid;
    uint8_t interface, endpoint, name_index;
    uint16_t packet_size, descriptor_length;
    char path[TRANSPORT_PATH_MAX];
    char product[64];
    char text[TRANSPORT_TEXT_MAX];
    struct hid_layout layout;

    unsigned flying; /* transfers that libusb has, of both kinds */
    struct libusb_transfer *control;
    bool control_flying;
    uint8_t control_bytes[LIBUSB_CONTROL_SETUP_SIZE + HID_DESCRIPTOR_MAX];
    uint8_t descriptor[HID_DESCRIPTOR_MAX];
    uint16_t descriptor_got;
    /* Reports that wait for the control transfer to be free, oldest first. */
    struct usb_message waiting[USB_WAITING_MAX];
    unsigned waiting_count;

    /* Completions come in the order of submission: oldest is the next to be taken. */
    struct usb_packet packets[USB_PACKETS];
    unsigned oldest, errors;
    int64_t resume_at_ms; /* 0: nothing waits to be submitted again */
    uint8_t *packet_bytes;

    size_t report_length; /* of the report that is being collected */
    int64_t last_packet_ms;
    uint8_t report[TRANSPORT_BYTES_MAX];
};

/* Appends a channel for each interface that is worth it or has to be listed. False: the device is
 * not configured yet, look again. */
bool usb_find(
    struct usb_channel **channels, const struct transport_place *place, libusb_device *device);
/* Opens, claims and asks for the descriptor; what cannot be opened becomes USELESS, with its text.
 */
void usb_channel_open(struct usb_channel *channel);
/* Not opened at all: listed with this text ("": not listed). */
void usb_channel_leave(struct usb_channel *channel, const char *text, bool unused);
enum loy_status usb_channel_listen(struct usb_channel *channel, char *text, size_t text_size);
/* Queued if another transfer is under way; LOY_E_BUSY: too many wait. */
enum loy_status usb_channel_send(
    struct usb_channel *channel, enum loy_send kind, const uint8_t *bytes, size_t length);
/* What is due by the clock. */
void usb_channel_pump(struct usb_channel *channel, int64_t now_ms);
/* Milliseconds until pump has something to do; -1: never. */
int usb_channel_due_ms(const struct usb_channel *channel, int64_t now_ms);
/* BYTES or BROKEN; LOY_NONE. */
enum loy_status usb_channel_next(struct usb_channel *channel, struct transport_news *news);
/* Asks for every transfer back; flying tells when they are. */
void usb_channel_cancel(struct usb_channel *channel);
/* Gives the interface back to the kernel. Only when nothing flies. */
void usb_channel_shut(struct usb_channel *channel);
void usb_channel_free(struct usb_channel *channel);

#endif
