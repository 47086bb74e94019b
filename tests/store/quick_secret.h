/* SPDX-License-Identifier: MIT
 *
 * quick_secret.h - PINs and passphrases at the least cost, for tests of what is done with them and
 * not of what one costs.
 */
#ifndef QUICK_SECRET_H
#define QUICK_SECRET_H

#include <stdbool.h>

/* false, as at the start: as the product does it. The hash of a PIN says what it cost, and is
 * compared so; what is under a passphrase opens as it was closed. */
void quick_secret(bool quick);

#endif
