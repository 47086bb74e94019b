/* SPDX-License-Identifier: MIT
 *
 * test_json_text.c - the one writer of the program's JSON: what would steer a terminal or turn a
 * line round is escaped, comes back to the letter, and nothing else is touched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cli.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* In a value and in a key: the text, and how it stands in the line. */
static const struct {
    const char *text, *written;
} texts[] = {
    {"Wei\xe2\x80\xae Lin\xc2\x9b 31m", "Wei\\u202E Lin\\u009B 31m"},
    {"\xc2\x80\xc2\x9f\xc2\xa0", "\\u0080\\u009F\xc2\xa0"},
    {"\x7f~", "\\u007F~"},
    {"\xd8\x9c\xd8\x9b", "\\u061C\xd8\x9b"},
    {"\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\x90", "\\u200E\\u200F\xe2\x80\x90"},
    {"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xad\xe2\x80\xaf",
        "\\u2028\\u2029\\u202A\\u202D\xe2\x80\xaf"},
    {"\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xb0\xef\xbb\xbf", "\\u2066\\u2069\xe2\x81\xb0\\uFEFF"},
    {"王伟 é \xf0\x9f\x8d\xb5 \xf0\x92\x80\xae", "王伟 é \xf0\x9f\x8d\xb5 \xf0\x92\x80\xae"},
    {"\x1b[31m \\u202e \"", "\\u001B[31m \\\\u202e \\\""},
    {"", ""},
};

static void what_steers_is_escaped(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char wanted[256];
        json_t *object = json_object();
        json_object_set_new(object, "name", json_string(texts[i].text));
        char *written = cli_json_text(object, JSON_COMPACT);
        assert_non_null(written);
        snprintf(wanted, sizeof wanted, "{\"name\":\"%s\"}", texts[i].written);
        assert_string_equal(written, wanted);
        json_t *read = json_loads(written, 0, NULL);
        assert_non_null(read);
        assert_string_equal(json_string_value(json_object_get(read, "name")), texts[i].text);
        json_decref(read);
        json_decref(object);
        free(written);
    }
}

static void a_key_is_a_text_too(void **state)
{
    (void)state;
    json_t *object = json_object();
    json_object_set_new(object, "a\xe2\x80\xae", json_real(0.3));
    char *written = cli_json_text(object, JSON_COMPACT);
    assert_string_equal(written, "{\"a\\u202E\":0.3}");
    json_decref(object);
    free(written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_steers_is_escaped),
        cmocka_unit_test(a_key_is_a_text_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
