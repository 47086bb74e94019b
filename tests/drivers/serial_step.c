/* SPDX-License-Identifier: MIT
 *
 * serial_step.c - one driver of a serial line, step by step, for the tests of this folder.
 * In: options, bytes; out: what the driver asks of the world. Must not know: any driver.
 */
#include "serial_step.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

alignas(max_align_t) unsigned char state[LOY_DRIVER_STATE_MAX];
struct loy_step step;
const struct loy_driver *driver;

enum loy_status begin(
    const struct loy_driver *wanted, const char *query, struct loy_line_settings *line)
{
    static char text[256];
    static struct loy_option options[16];
    struct loy_identity who = {.bus = LOY_BUS_SERIAL, .options = options};
    const char *complaint = NULL;
    snprintf(text, sizeof text, "%s", query);
    for (char *at = strtok(text, "&"); at != NULL; at = strtok(NULL, "&")) {
        char *equals = strchr(at, '=');
        *equals = '\0';
        options[who.option_count++] = (struct loy_option){at, equals + 1};
    }
    driver = wanted;
    memset(state, 0, sizeof state);
    enum loy_status status = driver->start(state, &who, line, &complaint);
    if (status != LOY_OK) assert_non_null(complaint);
    return status;
}

void clear_step(void)
{
    step_clear(&step);
}

void feed_bytes(const void *bytes, size_t n)
{
    clear_step();
    driver->feed(state, bytes, n, &step);
    assert_true(step.used == n || step.has_event);
    assert_true(step.hint == NULL || strlen(step.hint) <= 180);
}

void feed(const char *text)
{
    feed_bytes(text, strlen(text));
}

void silence(void)
{
    clear_step();
    driver->silence(state, &step);
}

void assert_sent(const char *hex)
{
    char sent[2 * LOY_SEND_MAX + 1] = "";
    for (size_t i = 0; i < step.send_length; i++)
        snprintf(sent + 2 * i, 3, "%02x", step.send[i]);
    assert_string_equal(sent, hex);
}

void assert_hint(const char *words)
{
    if (words == NULL) {
        assert_null(step.hint);
        return;
    }
    assert_non_null(step.hint);
    if (words[0] == '\0')
        assert_string_equal(step.hint, "");
    else if (strstr(step.hint, words) == NULL)
        fail_msg("\"%s\" is not in \"%s\"", words, step.hint);
}

void assert_read(const char *text)
{
    assert_true(step.has_event);
    assert_int_equal(step.event.kind, LOY_EVENT_READ);
    assert_int_equal(step.event.parts[0].length, strlen(text));
    assert_memory_equal(step.event.data, text, strlen(text));
}

void assert_misread(int reason)
{
    assert_true(step.has_event);
    assert_int_equal(step.event.kind, LOY_EVENT_MISREAD);
    assert_int_equal(step.event.reason, reason);
}
