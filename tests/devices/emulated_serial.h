/* SPDX-License-Identifier: MIT
 *
 * emulated_serial.h - a serial scanner on /dev/ttyUSB0 that exists only in umockdev's testbed, seen
 * by the real libserialport. In: what it shall send; out: the other end of a pseudo-terminal with
 * modem lines.
 */
#ifndef TESTS_EMULATED_SERIAL_H
#define TESTS_EMULATED_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>
#include <umockdev.h>

#define SERIAL_NODE "/dev/ttyUSB0"
#define SERIAL_BY_PATH "/dev/serial/by-path/pci-0000:00:14.0-usb-0:7:1.0-port0"

struct emulated_serial;

struct emulated_serial *serial_plug(UMockdevTestbed *bed);
/* As /dev/ttyUSB<number>; udev's link SERIAL_BY_PATH goes there too. */
struct emulated_serial *serial_plug_as(UMockdevTestbed *bed, unsigned number);
/* The line hangs up and the device is gone from sysfs. */
void serial_unplug(struct emulated_serial *serial);
void serial_free_all(void);

void serial_say(struct emulated_serial *serial, const char *text);
void serial_say_bytes(struct emulated_serial *serial, const void *bytes, size_t length);
/* What the host has sent, up to size bytes; 0 for nothing. */
size_t serial_hear(struct emulated_serial *serial, uint8_t *bytes, size_t size);
bool serial_dtr(struct emulated_serial *serial);
/* The settings that the client chose. */
struct termios serial_settings(struct emulated_serial *serial);

#endif
