/* SPDX-License-Identifier: MIT
 *
 * transport_usb_find.c - which interfaces of a USB device are worth a look, and which are left to
 * the people who type on them. In: a libusb device; out: channels, opened or left alone with a
 * sentence. Must not know: drivers (only whether some driver names a model), what a report means.
 */
#include "transport_usb.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define DESCRIPTOR_HID 0x21
#define PROTOCOL_KEYBOARD 1
#define PROTOCOL_MOUSE 2
#define PORTS_MAX 7

/* Length of the report descriptor from the HID descriptor among the interface's extra bytes; 0:
 * none. 00 length  01 0x21  02-03 version  04 country  05 count  06 0x22  07-08 length, low byte
 * first */
static uint16_t report_descriptor_length(const struct libusb_interface_descriptor *interface)
{
    const uint8_t *at = interface->extra;
    int left = interface->extra_length;
    while (left >= 2 && at[0] >= 2 && at[0] <= left) {
        if (at[1] == DESCRIPTOR_HID && at[0] >= 9) {
            unsigned length = (unsigned)at[7] | (unsigned)at[8] << 8;
            return (uint16_t)(length <= HID_DESCRIPTOR_MAX ? length : HID_DESCRIPTOR_MAX);
        }
        left -= at[0];
        at += at[0];
    }
    return 0;
}

static const struct libusb_endpoint_descriptor *interrupt_in(
    const struct libusb_interface_descriptor *interface)
{
    for (int i = 0; i < interface->bNumEndpoints; i++) {
        const struct libusb_endpoint_descriptor *endpoint = &interface->endpoint[i];
        bool in = endpoint->bEndpointAddress & LIBUSB_ENDPOINT_IN;
        if (in && (endpoint->bmAttributes & 3) == LIBUSB_ENDPOINT_TRANSFER_TYPE_INTERRUPT)
            return endpoint;
    }
    return NULL;
}

/* "usb:1-1.4:1.0": bus, ports, configuration, interface, as the kernel writes it. The ports stay
 * the same when the device is plugged in again; the address would not. */
static void name_path(
    char *path, size_t size, libusb_device *device, unsigned configuration, unsigned interface)
{
    uint8_t ports[PORTS_MAX];
    int count = libusb_get_port_numbers(device, ports, PORTS_MAX);
    int n = snprintf(path, size, "usb:%u-", libusb_get_bus_number(device));
    for (int i = 0; i < count; i++)
        n += snprintf(path + n, size - (size_t)n, i == 0 ? "%u" : ".%u", ports[i]);
    if (count <= 0)
        n += snprintf(path + n, size - (size_t)n, "a%u", libusb_get_device_address(device));
    snprintf(path + n, size - (size_t)n, ":%u.%u", configuration, interface);
}

/* How the caller named this interface, or NULL: "1-1.4:1.0" or "05f9:2204". */
static const struct transport_place *bound_place(
    const struct transport_place *all, const struct usb_channel *channel)
{
    char model[16];
    snprintf(model, sizeof model, "%04x:%04x", channel->vid, channel->pid);
    const char *port = channel->path + strlen(transport_usb.prefix);
    for (size_t i = 0; i < all->bound_count; i++) {
        const struct transport_place *place = &all->bound[i];
        if (strcmp(place->where, port) == 0 || strcasecmp(place->where, model) == 0) return place;
    }
    return NULL;
}

/* The report descriptor as the kernel shows it, without taking the device: whether it is that of
 * a keyboard or mouse. True also where the kernel does not tell. */
static bool is_for_people(const struct usb_channel *channel)
{
    char pattern[TRANSPORT_PATH_MAX + 64];
    uint8_t bytes[HID_DESCRIPTOR_MAX];
    static struct hid_layout layout;
    glob_t found;
    bool people = true;
    snprintf(pattern, sizeof pattern, "/sys/bus/usb/devices/%s/*/report_descriptor",
        channel->path + strlen(transport_usb.prefix));
    if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0) return true;
    int fd = open(found.gl_pathv[0], O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, bytes, sizeof bytes) : -1;
    if (fd >= 0) close(fd);
    globfree(&found);
    if (n > 0 && hid_descriptor_parse(bytes, (size_t)n, &layout) == LOY_OK)
        people =
            hid_has_application(&layout, 0x01, 0x06) || hid_has_application(&layout, 0x01, 0x02);
    return people;
}

/* A model that is only recognised is listed once, whatever it has of interfaces. A payment terminal
 * is as it should be; a scanner in a mode that nobody here speaks is not. */
static void leave_detected(struct usb_channel *channel, const struct loy_match *detected)
{
    usb_channel_leave(channel, channel->is_first ? detected->better : "",
        !channel->is_first || driver_is_terminal(channel->vid, channel->pid));
}

/* Whether an interface may be claimed for a look at its report descriptor. The descriptor decides
 * who gets the device, but claiming takes the device from the kernel for that moment. So keyboards
 * and mice, by which the shop's people work, are left alone, unless their ids stand in a driver's
 * list of models or the shop named them. Some readers claim to be boot keyboards and are not. */
static void look_or_leave(
    struct usb_channel *channel, const struct libusb_interface_descriptor *interface)
{
    const struct loy_match *detected = driver_detected(channel->vid, channel->pid);
    bool boot = interface->bInterfaceProtocol == PROTOCOL_KEYBOARD ||
                interface->bInterfaceProtocol == PROTOCOL_MOUSE;
    if (detected != NULL && channel->bound == NULL) {
        leave_detected(channel, detected);
        return;
    }
    bool known = channel->bound != NULL || driver_lists(channel->vid, channel->pid);
    if (!boot || known || !is_for_people(channel))
        usb_channel_open(channel);
    else
        usb_channel_leave(channel,
            interface->bInterfaceProtocol == PROTOCOL_KEYBOARD
                ? "a keyboard, left alone; if it is a scanner or stripe reader, name it by its "
                  "path "
                  "above, with --path or for good with --bind"
                : "",
            true);
}

static bool has_channel(const struct usb_channel *channel, const libusb_device *device)
{
    while (channel != NULL && channel->device != device)
        channel = channel->next;
    return channel != NULL;
}

static void append_channel(struct usb_channel **end, struct usb_channel *channel)
{
    while (*end != NULL)
        end = &(*end)->next;
    *end = channel;
}

static struct usb_channel *add_channel(struct usb_channel **channels,
    const struct transport_place *place, libusb_device *device,
    const struct libusb_device_descriptor *about, unsigned configuration, uint8_t interface)
{
    struct usb_channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL) return NULL;
    channel->device = libusb_ref_device(device);
    channel->vid = about->idVendor;
    channel->pid = about->idProduct;
    channel->name_index = about->iProduct;
    channel->interface = interface;
    name_path(channel->path, sizeof channel->path, device, configuration, interface);
    channel->bound = bound_place(place, channel);
    channel->is_first = !has_channel(*channels, device);
    append_channel(channels, channel);
    return channel;
}

static void look_at_interface(struct usb_channel **channels, const struct transport_place *place,
    libusb_device *device, const struct libusb_device_descriptor *about, unsigned configuration,
    const struct libusb_interface_descriptor *interface)
{
    const struct libusb_endpoint_descriptor *endpoint = interrupt_in(interface);
    uint16_t length = report_descriptor_length(interface);
    if (interface->bInterfaceClass != LIBUSB_CLASS_HID || endpoint == NULL || length == 0) return;
    uint16_t packet_size = endpoint->wMaxPacketSize & 0x7FF;
    if (packet_size == 0) return;
    struct usb_channel *channel =
        add_channel(channels, place, device, about, configuration, interface->bInterfaceNumber);
    if (channel == NULL) return;
    channel->endpoint = endpoint->bEndpointAddress;
    channel->packet_size = packet_size;
    channel->descriptor_length = length;
    look_or_leave(channel, interface);
}

/* A model without any HID interface may still be one that has a sentence. */
static void look_at_model(struct usb_channel **channels, const struct transport_place *place,
    libusb_device *device, const struct libusb_device_descriptor *about, unsigned configuration)
{
    const struct loy_match *detected = driver_detected(about->idVendor, about->idProduct);
    if (detected == NULL || has_channel(*channels, device)) return;
    struct usb_channel *channel = add_channel(channels, place, device, about, configuration, 0);
    if (channel != NULL) leave_detected(channel, detected);
}

bool usb_find(
    struct usb_channel **channels, const struct transport_place *place, libusb_device *device)
{
    struct libusb_device_descriptor about;
    struct libusb_config_descriptor *config;
    if (libusb_get_device_descriptor(device, &about) != 0) return true;
    int error = libusb_get_active_config_descriptor(device, &config);
    if (error != 0) return error != LIBUSB_ERROR_NOT_FOUND;
    for (int i = 0; i < config->bNumInterfaces; i++)
        if (config->interface[i].num_altsetting > 0)
            look_at_interface(channels, place, device, &about, config->bConfigurationValue,
                &config->interface[i].altsetting[0]);
    look_at_model(channels, place, device, &about, config->bConfigurationValue);
    libusb_free_config_descriptor(config);
    return true;
}
