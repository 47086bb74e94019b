/* SPDX-License-Identifier: MIT
 *
 * transport_usb_channel.c - one HID interface through libusb: claim, descriptor, packets to whole
 * reports. In: libusb's completions; out: whole reports, or the news that one broke. Must not know:
 * drivers, what a report means.
 *
 * libusb hands over what was on the wire, where the report ID stands in byte 0 exactly if the
 * descriptor declares report IDs: nothing needs to be added or cut. (hidraw and Windows differ.)
 */
#include "transport_usb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Device Class Definition for HID 1.11, 7.1 and 7.2 */
#define REQUEST_SET_REPORT 0x09
#define REQUEST_SET_IDLE 0x0A
#define REPORT_OUTPUT 0x0200
#define REPORT_FEATURE 0x0300
#define DESCRIPTOR_STRING 0x0300
#define DESCRIPTOR_REPORT 0x2200
#define LANGUAGE_ENGLISH 0x0409

#define TO_INTERFACE (LIBUSB_REQUEST_TYPE_CLASS | LIBUSB_RECIPIENT_INTERFACE)
#define FROM_INTERFACE (LIBUSB_ENDPOINT_IN | LIBUSB_RECIPIENT_INTERFACE)

#define ERRORS_MAX 10u
#define RESUME_MS 100

/* ---- Trouble ------------------------------------------------------------------------------ */

static void set_useless(struct usb_channel *channel, const char *text, bool retry)
{
    channel->trouble = strcmp(channel->text, text) != 0; /* said once, not with every attempt */
    snprintf(channel->text, sizeof channel->text, "%s", text);
    channel->retry_at_ms = retry ? transport_now_ms() + USB_RETRY_MS : 0;
    channel->state = USB_USELESS;
}

void usb_channel_leave(struct usb_channel *channel, const char *text, bool unused)
{
    channel->unused = unused;
    set_useless(channel, text, false);
}

/* Rights come from a rule of udev: the installed one for a model that it lists. */
static void set_forbidden(struct usb_channel *channel)
{
    char text[TRANSPORT_TEXT_MAX];
    if (driver_lists(channel->vid, channel->pid))
        snprintf(text, sizeof text,
            "no permission: install 70-loyalty-readers.rules, join the group plugdev, plug it in "
            "again; `loyalty doctor` says which of these is missing");
    else
        snprintf(text, sizeof text,
            "no permission; udev rule: SUBSYSTEM==\"usb\", ATTR{idVendor}==\"%04x\", "
            "ATTR{idProduct}==\"%04x\", MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\"",
            channel->vid, channel->pid);
    set_useless(channel, text, true);
}

static void explain_open(struct usb_channel *channel, int error)
{
    char text[TRANSPORT_TEXT_MAX];
    switch (error) {
    case LIBUSB_ERROR_ACCESS:
        set_forbidden(channel);
        break;
    case LIBUSB_ERROR_BUSY:
        set_useless(
            channel, "another program holds it: close that, it is taken up by itself", true);
        break;
    case LIBUSB_ERROR_NO_DEVICE:
        channel->gone = true;
        break;
    default:
        snprintf(text, sizeof text, "cannot be opened (%s): unplug it and plug it in again",
            libusb_error_name(error));
        set_useless(channel, text, false);
    }
}

/* ---- Control transfers: name, report descriptor, idle, output reports --------------------- */

static void ask_for_descriptor(struct usb_channel *channel);

static enum loy_status submit_control(struct usb_channel *channel, uint8_t type, uint8_t request,
    uint16_t value, uint16_t index, uint16_t length, libusb_transfer_cb_fn callback)
{
    if (channel->control_flying) return LOY_E_BUSY;
    libusb_fill_control_setup(channel->control_bytes, type, request, value, index, length);
    libusb_fill_control_transfer(channel->control, channel->handle, channel->control_bytes,
        callback, channel, USB_CONTROL_MS);
    int error = libusb_submit_transfer(channel->control);
    if (error != 0) {
        channel->gone |= error == LIBUSB_ERROR_NO_DEVICE;
        return LOY_E_IO;
    }
    channel->control_flying = true;
    channel->flying++;
    return LOY_OK;
}

/* Books the transfer as returned; the bytes that came, or -1. */
static int control_back(struct libusb_transfer *transfer)
{
    struct usb_channel *channel = transfer->user_data;
    channel->control_flying = false;
    channel->flying--;
    channel->gone |= transfer->status == LIBUSB_TRANSFER_NO_DEVICE;
    return transfer->status == LIBUSB_TRANSFER_COMPLETED ? transfer->actual_length : -1;
}

static void send_waiting(struct usb_channel *channel);

static void LIBUSB_CALL done_plain(struct libusb_transfer *transfer)
{
    /* SET_IDLE may stall: many devices do not know it, and nothing is lost. */
    control_back(transfer);
    send_waiting(transfer->user_data);
}

static void send_waiting(struct usb_channel *channel)
{
    if (channel->waiting_count == 0 || channel->control_flying || channel->gone) return;
    const struct usb_message *first = &channel->waiting[0];
    memcpy(channel->control_bytes + LIBUSB_CONTROL_SETUP_SIZE, first->bytes, first->length);
    submit_control(channel, TO_INTERFACE, REQUEST_SET_REPORT, first->value, channel->interface,
        first->length, done_plain);
    channel->waiting_count--;
    memmove(channel->waiting, channel->waiting + 1,
        channel->waiting_count * sizeof channel->waiting[0]);
}

static void LIBUSB_CALL done_descriptor(struct libusb_transfer *transfer)
{
    struct usb_channel *channel = transfer->user_data;
    int length = control_back(transfer);
    if (channel->gone || channel->state != USB_ASKING) return;
    const uint8_t *bytes = libusb_control_transfer_get_data(transfer);
    if (length < 0)
        set_useless(
            channel, "does not tell its report descriptor: unplug it and plug it in again", false);
    else if (hid_descriptor_parse(bytes, (size_t)length, &channel->layout) != LOY_OK)
        set_useless(channel, "its report descriptor is damaged: this device cannot be used", false);
    else {
        memcpy(channel->descriptor, bytes, (size_t)length);
        channel->descriptor_got = (uint16_t)length;
        channel->state = USB_FOUND;
    }
}

/* UTF-16LE behind a two-byte head; what is not printable ASCII becomes a question mark. */
static void LIBUSB_CALL done_name(struct libusb_transfer *transfer)
{
    struct usb_channel *channel = transfer->user_data;
    int length = control_back(transfer);
    const uint8_t *bytes = libusb_control_transfer_get_data(transfer);
    size_t n = 0;
    for (int i = 2; i + 1 < length && n < sizeof channel->product - 1; i += 2) {
        bool ascii = bytes[i + 1] == 0 && bytes[i] >= ' ' && bytes[i] <= '~';
        channel->product[n++] = ascii ? (char)bytes[i] : '?';
    }
    channel->product[n] = '\0';
    if (!channel->gone && channel->state == USB_ASKING) ask_for_descriptor(channel);
}

static void ask_for_descriptor(struct usb_channel *channel)
{
    enum loy_status status = submit_control(channel, FROM_INTERFACE, LIBUSB_REQUEST_GET_DESCRIPTOR,
        DESCRIPTOR_REPORT, channel->interface, channel->descriptor_length, done_descriptor);
    if (status != LOY_OK && !channel->gone) explain_open(channel, LIBUSB_ERROR_IO);
}

static void ask_for_name(struct usb_channel *channel)
{
    uint16_t value = (uint16_t)(DESCRIPTOR_STRING | channel->name_index);
    enum loy_status status = LOY_E_IO;
    if (channel->name_index != 0)
        status = submit_control(channel, LIBUSB_ENDPOINT_IN, LIBUSB_REQUEST_GET_DESCRIPTOR, value,
            LANGUAGE_ENGLISH, 255, done_name);
    if (status != LOY_OK) ask_for_descriptor(channel);
}

enum loy_status usb_channel_send(
    struct usb_channel *channel, enum loy_send kind, const uint8_t *bytes, size_t length)
{
    bool ids = channel->layout.has_report_ids;
    unsigned type = kind == LOY_SEND_FEATURE ? REPORT_FEATURE : REPORT_OUTPUT;
    if (channel->gone || channel->state != USB_LISTENS) return LOY_E_GONE;
    if (length == 0 || length > LOY_SEND_MAX) return LOY_E_LIMIT;
    if (channel->waiting_count == USB_WAITING_MAX) return LOY_E_BUSY;
    struct usb_message *last = &channel->waiting[channel->waiting_count++];
    last->value = (uint16_t)(type | (ids ? bytes[0] : 0));
    last->length = (uint8_t)length;
    memcpy(last->bytes, bytes, length);
    send_waiting(channel);
    return LOY_OK;
}

/* ---- Opening ------------------------------------------------------------------------------ */

static bool allocate(struct usb_channel *channel)
{
    if (channel->packet_bytes != NULL) return true;
    channel->packet_bytes = calloc(USB_PACKETS, channel->packet_size);
    channel->control = libusb_alloc_transfer(0);
    bool all = channel->packet_bytes != NULL && channel->control != NULL;
    for (unsigned i = 0; i < USB_PACKETS; i++) {
        channel->packets[i].channel = channel;
        channel->packets[i].transfer = libusb_alloc_transfer(0);
        all = all && channel->packets[i].transfer != NULL;
    }
    return all;
}

void usb_channel_open(struct usb_channel *channel)
{
    channel->retry_at_ms = 0;
    int error = allocate(channel) ? 0 : LIBUSB_ERROR_NO_MEM;
    if (error == 0) error = libusb_open(channel->device, &channel->handle);
    if (error == 0) {
        /* Detached at claim, attached again at release. Not every system can: then there is no
         * kernel driver in the way either. */
        libusb_set_auto_detach_kernel_driver(channel->handle, 1);
        error = libusb_claim_interface(channel->handle, channel->interface);
        channel->claimed = error == 0;
    }
    if (error != 0) {
        usb_channel_shut(channel);
        explain_open(channel, error);
        return;
    }
    channel->state = USB_ASKING;
    ask_for_name(channel);
}

void usb_channel_shut(struct usb_channel *channel)
{
    if (channel->claimed) libusb_release_interface(channel->handle, channel->interface);
    if (channel->handle != NULL) libusb_close(channel->handle);
    channel->claimed = false;
    channel->handle = NULL;
}

void usb_channel_free(struct usb_channel *channel)
{
    usb_channel_shut(channel);
    for (unsigned i = 0; i < USB_PACKETS; i++)
        libusb_free_transfer(channel->packets[i].transfer);
    libusb_free_transfer(channel->control);
    libusb_unref_device(channel->device);
    if (channel->packet_bytes != NULL) {
        explicit_bzero(channel->packet_bytes, (size_t)USB_PACKETS * channel->packet_size);
        free(channel->packet_bytes);
    }
    explicit_bzero(channel, sizeof *channel);
    free(channel);
}

void usb_channel_cancel(struct usb_channel *channel)
{
    if (channel->control_flying) libusb_cancel_transfer(channel->control);
    for (unsigned i = 0; i < USB_PACKETS; i++)
        if (channel->packets[i].flying) libusb_cancel_transfer(channel->packets[i].transfer);
}

/* ---- Packets ------------------------------------------------------------------------------ */

static void LIBUSB_CALL done_packet(struct libusb_transfer *transfer)
{
    struct usb_packet *packet = transfer->user_data;
    packet->flying = false;
    packet->done = true;
    packet->channel->flying--;
}

static void submit_packet(struct usb_channel *channel, struct usb_packet *packet)
{
    size_t at = (size_t)(packet - channel->packets) * channel->packet_size;
    libusb_fill_interrupt_transfer(packet->transfer, channel->handle, channel->endpoint,
        channel->packet_bytes + at, channel->packet_size, done_packet, packet, 0);
    int error = libusb_submit_transfer(packet->transfer);
    packet->flying = error == 0;
    if (error == 0)
        channel->flying++;
    else if (error == LIBUSB_ERROR_NO_DEVICE)
        channel->gone = true;
    else
        channel->resume_at_ms = transport_now_ms() + RESUME_MS;
}

/* From the oldest on, so that completions keep coming in the order of the ring. */
static void submit_idle(struct usb_channel *channel)
{
    channel->resume_at_ms = 0;
    for (unsigned i = 0; i < USB_PACKETS && channel->resume_at_ms == 0; i++) {
        struct usb_packet *packet = &channel->packets[(channel->oldest + i) % USB_PACKETS];
        if (!packet->flying && !packet->done && !channel->gone) submit_packet(channel, packet);
    }
}

enum loy_status usb_channel_listen(struct usb_channel *channel, char *text, size_t text_size)
{
    submit_control(channel, TO_INTERFACE, REQUEST_SET_IDLE, 0, channel->interface, 0, done_plain);
    submit_idle(channel);
    if (!channel->packets[0].flying && !channel->gone) {
        snprintf(text, text_size, "does not take interrupt transfers: use another USB port");
        return LOY_E_IO;
    }
    channel->state = USB_LISTENS;
    return LOY_OK;
}

static enum loy_status break_report(
    struct usb_channel *channel, enum loy_misread reason, struct transport_news *news)
{
    explicit_bzero(channel->report, sizeof channel->report);
    channel->report_length = 0;
    news->kind = TRANSPORT_BROKEN;
    news->reason = (uint8_t)reason;
    news->text[0] = '\0';
    return LOY_OK;
}

static enum loy_status hand_over(struct usb_channel *channel, struct transport_news *news)
{
    news->kind = TRANSPORT_BYTES;
    news->length = channel->report_length;
    memcpy(news->bytes, channel->report, channel->report_length);
    explicit_bzero(channel->report, channel->report_length);
    channel->report_length = 0;
    return LOY_OK;
}

/* A report ends at the descriptor's length, or with a packet that is not full. */
static bool report_is_whole(const struct usb_channel *channel, size_t last_length)
{
    uint8_t id = channel->layout.has_report_ids ? channel->report[0] : 0;
    size_t wanted = hid_input_bytes(&channel->layout, id);
    return channel->report_length >= wanted || last_length < channel->packet_size;
}

static enum loy_status append_packet(
    struct usb_channel *channel, const uint8_t *bytes, size_t length, struct transport_news *news)
{
    int64_t now = transport_now_ms();
    bool late = channel->report_length > 0 && now - channel->last_packet_ms > USB_GAP_MS;
    /* After a gap nobody can tell whether these bytes belong to the same card. */
    if (late) return break_report(channel, LOY_MISREAD_TRUNCATED, news);
    if (length > sizeof channel->report - channel->report_length)
        return break_report(channel, LOY_MISREAD_TOO_LONG, news);
    memcpy(channel->report + channel->report_length, bytes, length);
    channel->report_length += length;
    channel->last_packet_ms = now;
    if (channel->report_length == 0 || !report_is_whole(channel, length)) return LOY_NONE;
    return hand_over(channel, news);
}

/* A transfer that did not complete: what it and those before it brought is not a report. */
static enum loy_status take_failure(
    struct usb_channel *channel, struct libusb_transfer *transfer, struct transport_news *news)
{
    bool pending = channel->report_length > 0 || transfer->actual_length > 0, lost = false;
    switch (transfer->status) {
    case LIBUSB_TRANSFER_NO_DEVICE:
        channel->gone = true;
        /* After sleep the device may be there again, and a transfer fly that nothing will end. */
        usb_channel_cancel(channel);
        break;
    case LIBUSB_TRANSFER_CANCELLED:
        break;
    case LIBUSB_TRANSFER_STALL:
        if (channel->handle != NULL) libusb_clear_halt(channel->handle, channel->endpoint);
        /* fall through */
    default:
        lost = true;
        pending |= transfer->status == LIBUSB_TRANSFER_OVERFLOW;
        channel->resume_at_ms = transport_now_ms() + RESUME_MS;
        if (++channel->errors == ERRORS_MAX)
            set_useless(channel, "keeps failing: unplug it and plug it in again", false);
    }
    if (!pending && !lost) return LOY_NONE;
    /* A whole report may be missing from a message of several: only the driver's wait tells. */
    return break_report(channel, pending ? LOY_MISREAD_TRUNCATED : LOY_MISREAD_NONE, news);
}

static enum loy_status take_packet(
    struct usb_channel *channel, struct usb_packet *packet, struct transport_news *news)
{
    struct libusb_transfer *transfer = packet->transfer;
    enum loy_status status;
    packet->done = false;
    channel->oldest = (channel->oldest + 1) % USB_PACKETS;
    if (transfer->status == LIBUSB_TRANSFER_COMPLETED) {
        channel->errors = 0;
        status = append_packet(channel, transfer->buffer, (size_t)transfer->actual_length, news);
    } else {
        status = take_failure(channel, transfer, news);
    }
    explicit_bzero(transfer->buffer, channel->packet_size);
    if (channel->state == USB_LISTENS && channel->resume_at_ms == 0) submit_idle(channel);
    return status;
}

enum loy_status usb_channel_next(struct usb_channel *channel, struct transport_news *news)
{
    while (channel->packets[channel->oldest].done) {
        enum loy_status status = take_packet(channel, &channel->packets[channel->oldest], news);
        if (status == LOY_OK) return LOY_OK;
    }
    bool silent = transport_now_ms() - channel->last_packet_ms > USB_GAP_MS;
    bool over = channel->gone && channel->flying == 0;
    if (channel->report_length > 0 && (silent || over))
        return break_report(channel, LOY_MISREAD_TRUNCATED, news);
    return LOY_NONE;
}

/* ---- The clock ---------------------------------------------------------------------------- */

void usb_channel_pump(struct usb_channel *channel, int64_t now_ms)
{
    if (channel->gone || channel->state == USB_LEAVING) return;
    if (channel->state == USB_USELESS) {
        if (channel->flying > 0)
            usb_channel_cancel(channel);
        else if (channel->handle != NULL)
            usb_channel_shut(channel);
        else if (channel->retry_at_ms != 0 && now_ms >= channel->retry_at_ms)
            usb_channel_open(channel);
    } else if (channel->resume_at_ms != 0 && now_ms >= channel->resume_at_ms) {
        submit_idle(channel);
    }
}

static int until(int64_t at_ms, int64_t now_ms)
{
    return at_ms > now_ms ? (int)(at_ms - now_ms) : 0;
}

int usb_channel_due_ms(const struct usb_channel *channel, int64_t now_ms)
{
    if (channel->gone) return channel->flying == 0 ? 0 : -1;
    if (channel->state == USB_USELESS)
        return channel->retry_at_ms != 0 ? until(channel->retry_at_ms, now_ms) : -1;
    if (channel->resume_at_ms != 0) return until(channel->resume_at_ms, now_ms);
    if (channel->report_length > 0) return until(channel->last_packet_ms + USB_GAP_MS + 1, now_ms);
    return -1;
}
