/* SPDX-License-Identifier: MIT
 *
 * vector.c - loads vectors and prints events, for the tests of this folder.
 * In: files of tests/vectors, events; out: bytes, options, lines of JSON.
 * Must not know: any driver.
 */
#include "vector.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "options.h"

static FILE *open_file(const char *folder, const char *name, const char *ending)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/vectors/%s/%s.%s", TEST_SOURCE_DIR, folder, name, ending);
    FILE *file = fopen(path, "r");
    if (file == NULL) fail_msg("cannot open %s", path);
    return file;
}

static void load_bytes(struct vector *vector, const char *folder, const char *name)
{
    static char line[VECTOR_BYTES_MAX * 2 + 2];
    FILE *file = open_file(folder, name, "hex");
    while (fgets(line, sizeof line, file) != NULL) {
        size_t n = 0;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#') continue;
        assert_true(vector->chunks < VECTOR_CHUNKS_MAX);
        assert_true(options_hex(
            line, vector->bytes + vector->length, sizeof vector->bytes - vector->length, &n));
        vector->length += n;
        vector->starts[++vector->chunks] = vector->length;
    }
    fclose(file);
}

static void add_option(struct vector *vector, const char *text)
{
    size_t used = vector->option_count == 0 ? 0 : strlen(vector->option_text) + 1;
    for (size_t i = 1; i < vector->option_count * 2; i++)
        used += strlen(vector->option_text + used) + 1;
    char *kept = vector->option_text + used;
    char *equals = strchr(text, '=');
    assert_non_null(equals);
    assert_true(vector->option_count < VECTOR_OPTIONS_MAX);
    assert_true(used + strlen(text) + 1 < sizeof vector->option_text);
    memcpy(kept, text, strlen(text) + 1);
    kept[equals - text] = '\0';
    vector->options[vector->option_count++] = (struct loy_option){kept, kept + (equals - text) + 1};
}

static void load_expected(struct vector *vector, const char *folder, const char *name)
{
    static char line[VECTOR_TEXT_MAX];
    FILE *file = open_file(folder, name, "expect");
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] != '#') {
            size_t used = strlen(vector->expected);
            snprintf(vector->expected + used, sizeof vector->expected - used, "%s", line);
            continue;
        }
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "# source: ", 10) == 0) vector->has_source = strlen(line) > 12;
        if (strncmp(line, "# option ", 9) == 0) add_option(vector, line + 9);
    }
    fclose(file);
}

void vector_load(struct vector *vector, const char *folder, const char *name)
{
    memset(vector, 0, sizeof *vector);
    snprintf(vector->name, sizeof vector->name, "%s/%s", folder, name);
    load_bytes(vector, folder, name);
    load_expected(vector, folder, name);
    if (!vector->has_source) fail_msg("%s has no source", vector->name);
}

size_t vector_each(const char *folder, void (*each)(const char *folder, const char *name))
{
    char path[512];
    size_t count = 0;
    struct dirent **entries = NULL;
    snprintf(path, sizeof path, "%s/tests/vectors/%s", TEST_SOURCE_DIR, folder);
    int n = scandir(path, &entries, NULL, alphasort);
    if (n < 0) fail_msg("cannot open %s", path);
    for (int i = 0; i < n; i++) {
        char *name = entries[i]->d_name, *dot = strrchr(name, '.');
        if (dot != NULL && strcmp(dot, ".expect") == 0) {
            *dot = '\0';
            each(folder, name);
            count++;
        }
        free(entries[i]);
    }
    free(entries);
    return count;
}

/* ---- Events as JSON ------------------------------------------------------------------------- */

struct out {
    char *text;
    size_t size;
};

__attribute__((format(printf, 2, 3))) static void put(struct out *out, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(out->text, out->size, format, arguments);
    va_end(arguments);
    assert_true(n >= 0 && (size_t)n < out->size);
    out->text += n;
    out->size -= (size_t)n;
}

/* Enough of UTF-8 for vectors: a lead byte and as many continuations as it says. */
static bool is_utf8(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t more = bytes[i] < 0x80   ? 0
                      : bytes[i] < 0xC2 ? 9
                      : bytes[i] < 0xE0 ? 1
                      : bytes[i] < 0xF0 ? 2
                      : bytes[i] < 0xF5 ? 3
                                        : 9;
        if (more > n - i - 1) return false;
        for (size_t k = 1; k <= more; k++)
            if ((bytes[i + k] & 0xC0) != 0x80) return false;
        i += more + 1;
    }
    return true;
}

static void put_character(struct out *out, uint8_t c)
{
    if (c == '"' || c == '\\')
        put(out, "\\%c", c);
    else if (c == '\r')
        put(out, "\\r");
    else if (c == '\n')
        put(out, "\\n");
    else if (c == '\t')
        put(out, "\\t");
    else if (c < 0x20)
        put(out, "\\u%04x", c);
    else
        put(out, "%c", c);
}

static void put_part(struct out *out, const struct loy_event *event, const struct loy_part *part)
{
    const uint8_t *bytes = loy_part_data(event, part);
    bool track = part->type == LOY_PART_TRACK;
    put(out, "{\"type\":\"%s\"", track ? "track" : "symbol");
    if (track && part->track) put(out, ",\"track\":%u", part->track);
    if (part->symbology) put(out, ",\"symbology\":\"%s\"", loy_symbology_name(part->symbology));
    if (part->aim[0]) put(out, ",\"aim\":\"%s\"", part->aim);
    put(out, ",\"status\":\"%s\"", loy_part_status_name(part->status));
    bool text = is_utf8(bytes, part->length) && part->status != LOY_PART_NOT_ISO;
    if (part->length > 0) put(out, text ? ",\"text\":\"" : ",\"hex\":\"");
    for (size_t i = 0; i < part->length; i++)
        if (text)
            put_character(out, bytes[i]);
        else
            put(out, "%02x", bytes[i]);
    put(out, part->length > 0 ? "\"}" : "}");
}

void vector_print(char *text, size_t size, const struct loy_event *event)
{
    static const char *const kinds[] = {
        "", "attached", "detached", "read", "misread", "refused", "foreign"};
    size_t used = strlen(text);
    struct out out = {text + used, size - used};
    put(&out, "{\"event\":\"%s\",\"driver\":\"%s\"", kinds[event->kind], event->driver);
    if (event->kind == LOY_EVENT_MISREAD)
        put(&out, ",\"reason\":\"%s\"", loy_misread_name(event->reason));
    if (event->kind == LOY_EVENT_REFUSED)
        put(&out, ",\"reason\":\"%s\"", loy_refusal_name(event->reason));
    if (event->network) put(&out, ",\"network\":\"%s\"", loy_network_name(event->network));
    for (size_t i = 0; i < event->part_count; i++) {
        put(&out, i == 0 ? ",\"parts\":[" : ",");
        put_part(&out, event, &event->parts[i]);
    }
    put(&out, event->part_count > 0 ? "]}\n" : "}\n");
}

/* ---- Decoding ------------------------------------------------------------------------------- */

struct loy_decoder *vector_decoder(const struct vector *vector, const char *driver)
{
    struct loy_decoder_options options = {.size = sizeof options,
        .driver = driver,
        .options = vector->options,
        .option_count = vector->option_count};
    struct loy_decoder *decoder = NULL;
    char text[256];
    if (loy_decoder_open(&options, &decoder, text, sizeof text) != LOY_OK)
        fail_msg("%s: %s", vector->name, text);
    return decoder;
}

void vector_feed(
    struct loy_decoder *decoder, const uint8_t *bytes, size_t length, char *text, size_t size)
{
    static struct loy_event event;
    size_t used = 0, at = 0;
    while (loy_decoder_feed(decoder, bytes + at, length - at, &used, &event) == LOY_OK) {
        vector_print(text, size, &event);
        at += used;
        assert_true(at <= length);
    }
    assert_int_equal(at + used, length);
}

void vector_end(struct loy_decoder *decoder, char *text, size_t size)
{
    static struct loy_event event;
    if (loy_decoder_end(decoder, &event) == LOY_OK) vector_print(text, size, &event);
    assert_int_equal(loy_decoder_end(decoder, &event), LOY_NONE);
}
