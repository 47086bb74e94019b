/* SPDX-License-Identifier: MIT
 *
 * emulated_usb.h - HID devices that exist only in umockdev's testbed, seen by the real libusb.
 * In: a model and what it shall send; out: usbfs answers. Runs in the test's own process, under
 * umockdev-wrapper; umockdev answers ioctls on a thread of its own.
 */
#ifndef TESTS_EMULATED_USB_H
#define TESTS_EMULATED_USB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <umockdev.h>

struct usb_model {
    uint16_t vid, pid;
    const char *product;
    uint8_t subclass, protocol; /* 1, 1: boot keyboard; 0xFF: the maker's own, no HID interface */
    uint8_t packet_size;
    const uint8_t *descriptor;
    uint8_t descriptor_length;
    bool forbidden; /* its node may be opened by its owner only */
};

extern const struct usb_model model_magtek, model_hid_pos, model_keyboard, model_damaged,
    model_other, model_forbidden, model_other_forbidden, model_snapi, model_terminal;

struct emulated_usb;

/* Plugs the model into that port of bus 1. */
struct emulated_usb *usb_plug(UMockdevTestbed *bed, const struct usb_model *model, unsigned port);
/* Pulls the plug; transfers that were in flight fail. */
void usb_unplug(struct emulated_usb *usb);
/* Plugs it in again, perhaps as another model, under the address that it had: a bus has only 127,
 * and umockdev only so many sockets. */
void usb_replug(struct emulated_usb *usb, const struct usb_model *model);
/* The machine sleeps: the kernel gives every transfer back as if the device were gone. */
void usb_sleep(struct emulated_usb *usb);
/* At the end, when no client has a node open any more: its last ioctls still come here. */
void usb_free_all(void);

/* Bytes on the interrupt pipe, cut into packets. */
void usb_send(struct emulated_usb *usb, const uint8_t *bytes, size_t length);
/* The next waiting transfer fails with this errno (EPIPE: stall, EPROTO: noise, EOVERFLOW: babble).
 */
void usb_fail(struct emulated_usb *usb, int error);
/* From now on claiming answers EBUSY, or no longer. */
void usb_hold(struct emulated_usb *usb, bool held);

/* From now on control requests get no answer at all. */
void usb_mute(struct emulated_usb *usb);

/* What the host has sent on endpoint 0 (SET_REPORT). */
struct usb_sent {
    uint16_t value; /* type (2 output, 3 feature) in the high byte, report ID in the low one */
    size_t length;
    uint8_t bytes[64];
};

/* The n-th of these, from 0; false: there were not so many. */
bool usb_sent(struct emulated_usb *usb, size_t n, struct usb_sent *sent);

bool usb_kernel_has_it(struct emulated_usb *usb);
unsigned usb_claims(struct emulated_usb *usb);
unsigned usb_waiting_transfers(struct emulated_usb *usb);
/* Whether the client has taken all that was sent. */
bool usb_all_taken(struct emulated_usb *usb);

/* Lets the world at the testbed's sockets: its replacements for netlink and ioctl. */
void usb_open_testbed(const char *root);

/* Up to what the system allows. umockdev's thread ends the program (SIGTRAP) when it cannot accept
 * a connection, and it keeps a socket for every node that was ever served: about a hundred in all.
 */
void usb_allow_descriptors(void);

/* ---- What the models send (usb_models.c) -------------------------------------------------- */

#define REPORT_BYTES 337

/* MagTek's report with that text on track 2, and the same on the pipe. */
void usb_fill_swipe(uint8_t *report, const char *track_2);
void usb_swipe(struct emulated_usb *usb, const char *track_2);
/* The HID POS report of EAN-13 3046920029759. */
void usb_scan_ean_13(struct emulated_usb *usb);
/* "MEMBER00" to "MEMBER99". */
void usb_fill_member(uint8_t *bytes, int i);

#endif
