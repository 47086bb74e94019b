/* SPDX-License-Identifier: MIT
 *
 * card_test.h - what the tests of the card room share: cmocka and the number of rows of a table.
 * Numbers here are made up or published (tests/vectors); no store, no device. */
#ifndef CARD_TEST_H
#define CARD_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <loyalty/card.h>

#include <stdio.h>
#include <string.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

#endif
