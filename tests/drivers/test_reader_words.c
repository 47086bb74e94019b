/* SPDX-License-Identifier: MIT
 *
 * test_reader_words.c - a Chinese technician reads Chinese: every sentence of a model's row has its
 * words in the program's table and in zh_CN.po. In: the drivers' rows; out: pass or fail.
 */
#include "driver.h"
#include "reader_words.h"

#include <libintl.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool has_either(const char *text, const char *a, const char *b)
{
    return strstr(text, a) != NULL || strstr(text, b) != NULL;
}

/* Not ASCII, and cut in two by the doctor as the English is. */
static void check_chinese(const char *sentence)
{
    const char *words = reader_words(sentence);
    bool chinese = false;
    for (const char *c = words; *c != '\0'; c++)
        chinese = chinese || ((unsigned char)*c & 0x80) != 0;
    bool english_cut = has_either(sentence, ": ", "; ");
    bool chinese_cut = has_either(words, "\uff1a", "\uff1b");
    if (!chinese || english_cut != chinese_cut || has_either(words, ": ", "; "))
        fail_msg("reader_words.c or zh_CN.po lacks or cuts otherwise: %s", sentence);
}

static void test_rows_have_chinese(void **context)
{
    (void)context;
    size_t checked = 0;
    const struct loy_driver *driver;
    const struct loy_match *row;
    for (size_t i = 0; (driver = driver_at(i)) != NULL; i++)
        for (row = driver->match; row != NULL && row->title != NULL; row++)
            if (row->better != NULL) check_chinese(row->better), checked++;
    for (size_t i = 0; (row = driver_detected_at(i)) != NULL; i++)
        check_chinese(row->better), checked++;
    assert_true(checked > 50);
}

/* Whatever the driver is told of the device: its reason for taking it. */
static void test_claims_have_chinese(void **context)
{
    (void)context;
    size_t checked = 0;
    const struct loy_driver *driver;
    for (size_t i = 0; (driver = driver_at(i)) != NULL; i++)
        for (const struct loy_match *row = driver->match; row != NULL && row->title != NULL; row++)
            for (int bound = 0; bound < 2; bound++) {
                struct loy_identity who = {
                    .bus = driver->bus, .vid = row->vid, .pid = row->pid, .bound = bound != 0};
                const char *why = NULL;
                if (driver->claim(&who, &why) == 0 || why == NULL) continue;
                check_chinese(why);
                checked++;
            }
    assert_true(checked > 50);
}

static void test_middle_stays(void **context)
{
    static const struct {
        const char *sentence, *middle;
    } rows[] = {
        {"no permission: add the user to the group dialout (sudo usermod -aG dialout NAME), and "
         "log in again",
            " dialout (sudo usermod -aG dialout NAME)"},
        {"cannot be opened (LIBUSB_ERROR_IO): unplug it and plug it in again", "LIBUSB_ERROR_IO"},
        {"the port does not take 9600 baud 7E1 with RTS/CTS", " 9600 baud 7E1 with RTS/CTS"},
        {"no permission; udev rule: SUBSYSTEM==\"usb\", ATTR{idVendor}==\"05e0\", %s",
            "SUBSYSTEM==\"usb\", ATTR{idVendor}==\"05e0\", %s"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_chinese(rows[i].sentence);
        assert_non_null(strstr(reader_words(rows[i].sentence), rows[i].middle));
    }
}

static void test_other_sentences_stay(void **context)
{
    static const char *const others[] = {"", "no such sentence", "cannot be opened (",
        "cannot be opened (X): unplug it", "No such file or directory"};
    (void)context;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_ptr_equal(reader_words(others[i]), others[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_have_chinese),
        cmocka_unit_test(test_claims_have_chinese),
        cmocka_unit_test(test_middle_stays),
        cmocka_unit_test(test_other_sentences_stay),
    };
    setlocale(LC_ALL, "C.UTF-8");
    setenv("LANGUAGE", "zh_CN", 1);
    bindtextdomain("loyalty", LOYALTY_LOCALE_BUILD);
    bind_textdomain_codeset("loyalty", "UTF-8");
    textdomain("loyalty");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
